#include "output/figure.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "output/figure_parts.h"
#include "output/file.h"
#include "output/program.h"

enum { PATH_BYTES = 4096, NAME_BYTES = 200, COMPLAINT_BYTES = 600 };

static int invalid(tro_messages *messages, const char *name, const char *what)
{
    return tro_error(messages, TRO_EINVAL, NULL, "the figure '%s' %s", name, what);
}

/* The name stands in the script and in ids of the picture. */
static int is_name(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789_-.";
    size_t length = strlen(name);
    return length > 0 && length <= NAME_BYTES && name[0] != '.' && name[0] != '-' &&
           strspn(name, allowed) == length;
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
    int status = TRO_OK;
    if (!is_name(name))
        return tro_error(messages, TRO_EINVAL, NULL,
                         "'%s' cannot name a figure: letters, digits, '_', '-' and '.' can",
                         name);
    if (figure->panel_count == 0)
        return invalid(messages, name, "has no panels");
    for (size_t p = 0; p < figure->panel_count; p++)
        TRO_TRY(check_panel(&figure->panels[p], name, messages));
out:
    return status;
}

static int no_memory(const char *name, tro_messages *messages)
{
    return tro_error(messages, TRO_ENOMEM, NULL, "out of memory while drawing the figure '%s'",
                     name);
}

static int write_text(const char *folder, const char *name, const char *suffix,
                      const tro_text *text, tro_messages *messages)
{
    tro_text path = {0};
    tro_text_addf(&path, "%s/%s%s", folder, name, suffix);
    int status = text->failed || path.failed
                     ? no_memory(name, messages)
                     : tro_file_write(path.data, tro_text_string(text), text->length, messages);
    tro_text_clear(&path);
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

static void add_replacing(tro_text *out, const char *text, const char *old, const char *new)
{
    const char *next;
    while ((next = strstr(text, old)) != NULL) {
        tro_text_add_n(out, text, (size_t)(next - text));
        tro_text_add(out, new);
        text = next + strlen(old);
    }
    tro_text_add(out, text);
}

/* gnuplot's picture with our title and description (gnuplot's names its own
 * version), and with fonts to fall back on where there is no Arial. 0: this is
 * no whole picture. */
static int finish_picture(tro_text *out, const char *picture, const tro_figure_plan *plan,
                          const char *name)
{
    static const char end[] = "</desc>";
    const char *root = strstr(picture, "<svg "), *from = strstr(picture, "<title>");
    const char *to = from ? strstr(from, end) : NULL;
    if (!root || !to || root > from || !strstr(to, "</svg>"))
        return 0;
    root += strlen("<svg ");
    tro_text_add_n(out, picture, (size_t)(root - picture));
    tro_text_add(out, "role=\"img\" ");
    tro_text_add_n(out, root, (size_t)(from - root));
    add_description(out, plan, name);
    add_replacing(out, to + strlen(end), "font-family=\"Arial\"",
                  "font-family=\"Arial, Helvetica, Liberation Sans, sans-serif\"");
    return 1;
}

static int gnuplot_failed(const tro_program_words *words, const char *folder, const char *name,
                          tro_messages *messages)
{
    const char *said = tro_text_string(&words->complaint);
    while (*said == '\n' || *said == ' ')
        said++;
    return tro_error(messages, TRO_ELIBRARY, NULL,
                     "gnuplot failed on '%s/%s.gp' with exit status %d: %.*s", folder, name,
                     words->code, COMPLAINT_BYTES, *said ? said : "it said nothing");
}

static int run_gnuplot(const char *gnuplot, const tro_figure_plan *plan, const char *folder,
                       const char *name, tro_messages *messages)
{
    char self[] = "gnuplot", plain[] = "-d", option[] = "-e", target[] = "target = '-'";
    char script[NAME_BYTES + 8];
    char *const arguments[] = {self, plain, option, target, script, NULL};
    tro_program_words words = {.code = 0};
    tro_text picture = {0};
    int status = TRO_OK;
    snprintf(script, sizeof script, "%s.gp", name);
    TRO_TRY(tro_program_run(gnuplot, arguments, folder, &words, messages));
    if (words.code != 0 ||
        !finish_picture(&picture, tro_text_string(&words.output), plan, name))
        TRO_TRY(gnuplot_failed(&words, folder, name, messages));
    if (words.complaint.length)
        tro_warning(messages, NULL, "gnuplot on '%s/%s.gp' said: %.*s", folder, name,
                    COMPLAINT_BYTES, words.complaint.data);
    TRO_TRY(write_text(folder, name, ".svg", &picture, messages));
out:
    tro_text_clear(&picture);
    tro_text_clear(&words.output);
    tro_text_clear(&words.complaint);
    return status;
}

/* A picture of older numbers would be worse than none. */
static void remove_picture(const char *folder, const char *name)
{
    tro_text path = {0};
    tro_text_addf(&path, "%s/%s.svg", folder, name);
    if (!path.failed)
        unlink(path.data);
    tro_text_clear(&path);
}

static int draw(const tro_figure *figure, const char *folder, const char *name, int *drawn,
                tro_messages *messages)
{
    tro_figure_plan plan = {.figure = figure};
    tro_text data = {0}, script = {0};
    char gnuplot[PATH_BYTES];
    int status = TRO_OK;
    TRO_TRY(check(figure, name, messages));
    if (tro_figure_make_plan(&plan, figure) < 0)
        TRO_TRY(no_memory(name, messages));
    tro_figure_add_data(&data, &plan);
    tro_figure_add_script(&script, &plan, name);
    remove_picture(folder, name);
    TRO_TRY(write_text(folder, name, ".dat", &data, messages));
    TRO_TRY(write_text(folder, name, ".gp", &script, messages));
    *drawn = tro_program_find("gnuplot", gnuplot, sizeof gnuplot);
    if (*drawn)
        TRO_TRY(run_gnuplot(gnuplot, &plan, folder, name, messages));
    else
        tro_warning(messages, NULL,
                    "'%s/%s.svg' is not drawn, because there is no gnuplot on the PATH: its "
                    "script and data are there; install gnuplot (Debian: gnuplot-nox) and run "
                    "gnuplot %s.gp in that folder", folder, name, name);
out:
    tro_text_clear(&data);
    tro_text_clear(&script);
    tro_arena_clear(&plan.arena);
    return status;
}

int tro_figure_write(const tro_figure *figure, const char *folder, const char *name,
                     tro_messages *messages)
{
    int drawn;
    return draw(figure, folder, name, &drawn, messages);
}

/* What could not be made must not be missed by the manifest: a failed
 * picture need not be the end of a run. */
static int drop_missing(tro_folder *folder, const char *file, const char *path,
                        tro_messages *messages)
{
    return access(path, F_OK) == 0 ? TRO_OK : tro_folder_drop(folder, file, messages);
}

int tro_figure_save(const tro_figure *figure, tro_folder *folder, const char *name,
                    tro_messages *messages)
{
    static const char *const suffixes[] = {".dat", ".gp", ".svg"};
    char files[3][NAME_BYTES + 8];
    const char *paths[3];
    int status = TRO_OK, drawn;
    TRO_TRY(check(figure, name, messages));
    for (int k = 0; k < 3; k++) {
        snprintf(files[k], sizeof files[k], "%s%s", name, suffixes[k]);
        TRO_TRY(tro_folder_add(folder, files[k], &paths[k], messages));
    }
    status = draw(figure, folder->path, name, &drawn, messages);
    for (int k = 0; k < 3; k++) {
        int dropped = drop_missing(folder, files[k], paths[k], messages);
        status = status < 0 ? status : dropped;
    }
out:
    return status;
}
