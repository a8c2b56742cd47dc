#include "output/figure.h"

#include <string.h>

#include "output/figure_parts.h"
#include "output/picture.h"

static int invalid(tro_messages *messages, const char *name, const char *what)
{
    return tro_error(messages, TRO_EINVAL, NULL, "the figure '%s' %s", name, what);
}

static int check_series(const tro_series *s, const char *name, tro_messages *messages)
{
    int sides = s->lo && s->hi;
    if (s->count == 0)
        return TRO_OK;
    if ((s->lo || s->hi) && !sides)
        return invalid(messages, name, "has a series with one of lo and hi alone");
    if ((s->style == TRO_BAND || s->style == TRO_ERROR_BARS) && !sides)
        return invalid(messages, name, "has a band or error bars without lo and hi");
    if (s->style != TRO_BAND && !s->y)
        return invalid(messages, name, "has a series without y");
    return TRO_OK;
}

static int check_panel(const tro_panel *panel, const char *name, tro_messages *messages)
{
    int status = TRO_OK;
    if (panel->heat && (panel->heat->x_count < 2 || panel->heat->y_count < 2))
        return invalid(messages, name, "has a plane without width or height");
    for (size_t k = 0; k < panel->series_count; k++)
        TRO_TRY(check_series(&panel->series[k], name, messages));
out:
    return status;
}

static int check(const tro_figure *figure, const char *name, tro_messages *messages)
{
    int status;
    TRO_TRY(tro_picture_check_name(name, messages));
    if (figure->panel_count == 0)
        return invalid(messages, name, "has no panels");
    for (size_t p = 0; p < figure->panel_count; p++)
        TRO_TRY(check_panel(&figure->panels[p], name, messages));
out:
    return status;
}

static void add_phrase(tro_text *out, const char *before, const char *text)
{
    if (!text || !*text)
        return;
    tro_text_add(out, before);
    tro_figure_add_xml(out, text);
}

static void describe_panel(tro_text *out, const tro_panel_plan *p)
{
    const char *before = ": ";
    add_phrase(out, " ", p->letter);
    add_phrase(out, " ", p->panel->title);
    add_phrase(out, "; ", p->panel->y_label);
    add_phrase(out, " against ", p->panel->x_label);
    if (p->panel->heat && p->panel->heat->label) {
        add_phrase(out, before, p->panel->heat->label);
        before = ", ";
    }
    for (size_t k = 0; k < p->panel->series_count; k++) {
        const char *label = p->panel->series[k].label;
        int again = 0;
        for (size_t n = 0; label && n < k && !again; n++)
            again = p->panel->series[n].label && strcmp(label, p->panel->series[n].label) == 0;
        if (!again && label && *label) {
            add_phrase(out, before, label);
            before = ", ";
        }
    }
    tro_text_add(out, ".");
}

/* What a screen reader says in place of the picture. */
static void add_description(tro_text *out, const tro_figure_plan *plan, const char *name)
{
    const char *title = plan->figure->title;
    if (!title || !*title)
        title = plan->figure->panel_count == 1 ? plan->figure->panels[0].title : NULL;
    tro_text_add(out, "<title>");
    tro_figure_add_xml(out, title && *title ? title : name);
    tro_text_addf(out, "</title>\n<desc>%zu panel%s.", plan->figure->panel_count,
                  plan->figure->panel_count == 1 ? "" : "s");
    for (size_t k = 0; k < plan->figure->panel_count; k++)
        describe_panel(out, &plan->panels[k]);
    tro_text_add(out, "</desc>");
}

static int make(const tro_figure *figure, const char *name, tro_picture *picture,
                tro_messages *messages)
{
    tro_figure_plan plan = {.figure = figure};
    int status;
    TRO_TRY(check(figure, name, messages));
    status = tro_figure_make_plan(&plan, figure);
    if (status < 0)
        TRO_TRY(tro_error(messages, TRO_ENOMEM, NULL,
                          "out of memory while drawing the figure '%s'", name));
    tro_figure_add_data(&picture->data, &plan);
    tro_figure_add_script(&picture->script, &plan, name);
    add_description(&picture->about, &plan, name);
    picture->formats = figure->formats;
out:
    tro_arena_clear(&plan.arena);
    return status;
}

int tro_figure_write(const tro_figure *figure, const char *folder, const char *name,
                     tro_messages *messages)
{
    tro_picture picture = {0};
    int status = make(figure, name, &picture, messages);
    if (status == TRO_OK)
        status = tro_picture_write(&picture, folder, name, messages);
    tro_picture_release(&picture);
    return status;
}

int tro_figure_save(const tro_figure *figure, tro_folder *folder, const char *name,
                    tro_messages *messages)
{
    tro_picture picture = {0};
    int status = make(figure, name, &picture, messages);
    if (status == TRO_OK)
        status = tro_picture_save(&picture, folder, name, messages);
    tro_picture_release(&picture);
    return status;
}
