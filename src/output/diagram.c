#include "output/diagram.h"

#include <math.h>
#include <stdlib.h>

#include "output/diagram_parts.h"
#include "output/figure_parts.h"

enum { WIDTH = 560 };

static int check(const tro_diagram *d, const char *name, tro_messages *messages)
{
    for (size_t k = 0; k < d->edge_count; k++) {
        const tro_diagram_edge *e = &d->edges[k];
        if (e->from >= d->node_count || e->to >= d->node_count || !(e->width > 0) ||
            !isfinite(e->width))
            return tro_error(messages, TRO_EINVAL, NULL,
                             "edge %zu of the diagram '%s' has no nodes at its ends, or no width",
                             k, name);
    }
    if (d->node_count == 0)
        return tro_error(messages, TRO_EINVAL, NULL, "the diagram '%s' has no nodes", name);
    return TRO_OK;
}

/* An edge as it is sorted. */
typedef struct ranked {
    double width;
    size_t edge;
} ranked;

static int thicker(const void *left, const void *right)
{
    const ranked *a = left, *b = right;
    if (a->width != b->width)
        return a->width < b->width ? 1 : -1;
    return a->edge < b->edge ? -1 : a->edge > b->edge;
}

/* The widest ones are kept, and come last. */
static int choose_arrows(tro_diagram_plan *plan)
{
    const tro_diagram *d = plan->diagram;
    ranked *all = TRO_NEW(&plan->arena, ranked, d->edge_count);
    plan->arrow_count = d->edge_count < TRO_ARROWS_MAX ? d->edge_count : TRO_ARROWS_MAX;
    plan->arrows = TRO_NEW(&plan->arena, size_t, plan->arrow_count);
    if (!all || !plan->arrows)
        return TRO_ENOMEM;
    for (size_t k = 0; k < d->edge_count; k++)
        all[k] = (ranked){d->edges[k].width, k};
    qsort(all, d->edge_count, sizeof *all, thicker);
    for (size_t k = 0; k < plan->arrow_count; k++)
        plan->arrows[plan->arrow_count - 1 - k] = all[k].edge;
    plan->widest = d->edge_count ? all[0].width : 0;
    return TRO_OK;
}

static void widen(tro_diagram_plan *plan, double value)
{
    if (!isfinite(value))
        return;
    plan->least = fmin(plan->least, value);
    plan->most = fmax(plan->most, value);
}

static void set_scale(tro_diagram_plan *plan)
{
    const tro_diagram *d = plan->diagram;
    plan->least = INFINITY;
    plan->most = -INFINITY;
    for (size_t k = 0; d->disc_label && k < d->node_count; k++) {
        widen(plan, d->nodes[k].colour);
        plan->some_unknown |= !isfinite(d->nodes[k].colour);
    }
    for (size_t k = 0; d->effects && k < plan->arrow_count; k++)
        widen(plan, d->edges[plan->arrows[k]].colour);
    plan->two_signs = d->effects || (plan->least < 0 && plan->most > 0);
    if (plan->two_signs && plan->least <= plan->most) {
        plan->most = fmax(fabs(plan->least), fabs(plan->most));
        plan->least = -plan->most;
    }
}

static int make_plan(tro_diagram_plan *plan, tro_messages *messages)
{
    int status;
    plan->width = WIDTH;
    plan->title_lines = tro_figure_wrap_text(&plan->arena, plan->diagram->title,
                                             TRO_FONT_FIGURE, WIDTH - 2 * TRO_PADDING,
                                             plan->title);
    plan->spots = TRO_NEW(&plan->arena, tro_spot, plan->diagram->node_count);
    if (plan->title_lines < 0 || !plan->spots)
        return TRO_ENOMEM;
    plan->box = (tro_box){.left = TRO_PADDING, .right = WIDTH - TRO_PADDING,
                          .top = TRO_PADDING + plan->title_lines * TRO_FIGURE_LINE};
    TRO_TRY(choose_arrows(plan));
    set_scale(plan);
    TRO_TRY(tro_diagram_place(plan, messages));
    TRO_TRY(tro_diagram_place_labels(plan));
    tro_diagram_add_arrows(plan);
    tro_diagram_add_nodes(plan);
    TRO_TRY(tro_diagram_add_key(plan));
out:
    return status;
}

int tro_diagram_make_plan(tro_diagram_plan *plan, const tro_diagram *diagram,
                          tro_messages *messages)
{
    plan->diagram = diagram;
    int status = make_plan(plan, messages);
    return status == TRO_ENOMEM
               ? tro_error(messages, status, NULL, "out of memory for a drawing of the network")
               : status;
}

void tro_diagram_plan_release(tro_diagram_plan *plan)
{
    for (int k = 0; k < TRO_SHAPES; k++)
        tro_text_clear(&plan->shapes[k]);
    tro_text_clear(&plan->words);
    tro_arena_clear(&plan->arena);
}

int tro_diagram_save(const tro_diagram *diagram, tro_folder *folder, const char *name,
                     tro_messages *messages)
{
    tro_diagram_plan plan = {0};
    tro_picture picture = {0};
    int status;
    TRO_TRY(check(diagram, name, messages));
    TRO_TRY(tro_diagram_make_plan(&plan, diagram, messages));
    tro_diagram_fill_picture(&plan, name, &picture);
    status = tro_picture_save(&picture, folder, name, messages);
out:
    tro_picture_release(&picture);
    tro_diagram_plan_release(&plan);
    return status;
}
