/* Finding what explains an influence, and the paragraph about it. */
#include "cli/explain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/printing.h"

enum { MOST_TERMS = 200, DIGITS = 3 };

/* Of the scenario: what could steer a terminal is replaced when it is shown. */
static const char *name_of(const tro_explanation *e, size_t agent)
{
    return e->cell->scenario->agents[agent].name;
}

/* --- the edges that carry most ------------------------ */

static int find_cuts(tro_explanation *e, const tro_progress *progress)
{
    const tro_ecosystem *eco = e->cell->ecosystem;
    size_t chosen[TRO_MOST_CUTS], count = 0;
    const double *flow = e->walks.flow;
    for (size_t k = 0; k < eco->scenario->edge_count; k++) {
        size_t at = count;
        while (at > 0 && fabs(flow[chosen[at - 1]]) < fabs(flow[k]))
            at--;
        if (at == TRO_MOST_CUTS || flow[k] == 0)
            continue;
        size_t after = (count < TRO_MOST_CUTS ? count : TRO_MOST_CUTS - 1) - at;
        memmove(chosen + at + 1, chosen + at, after * sizeof *chosen);
        chosen[at] = k;
        count += count < TRO_MOST_CUTS;
    }
    for (size_t k = 0; k < count; k++) {
        if (progress->stop(progress->context))
            return TRO_EINTERRUPTED;
        progress->report(progress->context, "cuts", k, count);
        int status = tro_cut_find(eco, e->cell->plan, e->walks.on, e->walks.of, chosen[k],
                                  &e->cuts[k]);
        if (status < 0)
            return status;
        e->cut_count = k + 1;
    }
    return TRO_OK;
}

/* --- words ------------------------ */

static void add_signed(tro_text *text, double value)
{
    tro_text_add(text, value > 0 ? "+" : "");
    tro_add_number(text, value, DIGITS);
}

static void say_class(tro_explanation *e)
{
    tro_text *t = &e->words;
    const tro_effect *f = &e->effect;
    int self = f->on == f->of;
    tro_text_addf(t, "Raising %s's curated share", name_of(e, f->of));
    tro_text_addf(t, ", while what it displaces (%s) gives way, changes ",
                  tro_displaces_name(e->cell->scenario->agents[f->of].displaces));
    tro_text_addf(t, self ? "%s" : "%s's", self ? "its own" : name_of(e, f->on));
    tro_text_add(t, " alignment by ");
    add_signed(t, f->long_term);
    tro_text_add(t, " per unit of share in the long term. ");
    if (self) {
        tro_text_add(t, "Before the network reacts it is ");
        add_signed(t, f->local);
        if (!isnan(f->isolated)) {
            tro_text_add(t, "; if it trained on its own outputs alone it would be ");
            add_signed(t, f->isolated);
        }
        int harms = f->long_term < 0 && f->effect_class != TRO_NO_EFFECT;
        tro_text_addf(t, ": %s. ", harms ? "its curation backfires"
                                         : tro_effect_name(f->effect_class));
    }
}

/* Walks of how many edges make nearly all of it? */
static void say_walks(tro_explanation *e)
{
    const tro_walks *w = &e->walks;
    double largest = 0;
    size_t biggest = 0, enough = w->term_count;
    for (size_t k = 0; k < w->term_count; k++) {
        if (fabs(w->terms[k]) > largest) {
            largest = fabs(w->terms[k]);
            biggest = k;
        }
    }
    for (size_t k = w->term_count; k-- > 0;) {
        double after = w->total;
        for (size_t j = 0; j <= k; j++)
            after -= w->terms[j];
        if (fabs(after) > 0.05 * fabs(w->total))
            break;
        enough = k;
    }
    if (largest == 0)
        return;
    tro_text_addf(&e->words, "The largest part comes along walks of %zu edge%s (", biggest,
                  biggest == 1 ? "" : "s");
    add_signed(&e->words, w->terms[biggest]);
    if (enough < w->term_count)
        tro_text_addf(&e->words, "); walks of up to %zu edge%s are within 5 %% of the whole. ",
                      enough, enough == 1 ? "" : "s");
    else
        tro_text_addf(&e->words, "); walks of up to %zu edges are still more than 5 %% off. ",
                      w->term_count - 1);
}

static void add_route(const tro_explanation *e, const tro_route *route, tro_text *text)
{
    for (size_t k = 0; k <= route->edges; k++) {
        tro_text_add(text, k ? " -> " : "");
        tro_add_clean(text, name_of(e, route->agents[k]));
    }
}

static void say_routes(tro_explanation *e)
{
    const tro_walks *w = &e->walks;
    const tro_route *against = NULL;
    double sign = isnan(e->effect.isolated) ? e->effect.local : e->effect.isolated;
    if (w->route_count == 0)
        return;
    tro_text_addf(&e->words, "The %s that carries most is ", w->on == w->of ? "loop" : "route");
    add_route(e, &w->routes[0], &e->words);
    tro_text_add(&e->words, " (");
    add_signed(&e->words, w->routes[0].carried);
    tro_text_add(&e->words, ")");
    for (size_t k = 0; !against && e->effect.effect_class == TRO_INVERTED && k < w->route_count;
         k++)
        if (w->routes[k].carried * sign < 0)
            against = &w->routes[k];
    if (against && against != &w->routes[0]) {
        tro_text_add(&e->words, ", and most against it ");
        add_route(e, against, &e->words);
        tro_text_add(&e->words, " (");
        add_signed(&e->words, against->carried);
        tro_text_add(&e->words, ")");
    }
    tro_text_add(&e->words, ". ");
}

/* The cut that changes most. */
static void say_cuts(tro_explanation *e)
{
    const tro_cut *most = NULL;
    for (size_t k = 0; k < e->cut_count; k++)
        if (!e->cuts[k].undefined && !isnan(e->cuts[k].influence) &&
            (!most || fabs(e->cuts[k].influence - e->walks.total) >
                          fabs(most->influence - e->walks.total)))
            most = &e->cuts[k];
    if (!most)
        return;
    const tro_edge *edge = &e->cell->scenario->edges[most->edge];
    tro_text_add(&e->words, "Without the edge ");
    tro_add_clean(&e->words, name_of(e, edge->from));
    tro_text_add(&e->words, " -> ");
    tro_add_clean(&e->words, name_of(e, edge->to));
    tro_text_add(&e->words, " it would be ");
    add_signed(&e->words, most->influence);
    tro_text_add(&e->words, ".");
}

int tro_explanation_find(tro_explanation *e, tro_cell *cell, const tro_effect *effect,
                         const tro_progress *progress, tro_messages *messages)
{
    int status;
    *e = (tro_explanation){.cell = cell, .effect = *effect};
    TRO_TRY(tro_walks_find(&cell->influences, effect->on, effect->of, MOST_TERMS, &e->walks,
                           messages));
    status = find_cuts(e, progress);
    if (status == TRO_ENOMEM)
        tro_error(messages, status, NULL, "out of memory cutting edges");
    TRO_TRY(status);
    say_class(e);
    say_walks(e);
    say_routes(e);
    say_cuts(e);
out:
    if (status < 0)
        tro_explanation_release(e);
    return status;
}

void tro_explanation_release(tro_explanation *e)
{
    tro_walks_release(&e->walks);
    tro_text_clear(&e->words);
    *e = (tro_explanation){0};
}

/* --- for people ------------------------ */

enum { SHOWN_TERMS = 8, SHOWN_ROUTES = 8, TABLE_DIGITS = 6 };

static void show_walks(const tro_explanation *e, tro_text *text)
{
    const tro_walks *w = &e->walks;
    tro_sheet sheet = {.sides = "rrr"};
    double sum = 0;
    size_t shown = w->term_count < SHOWN_TERMS ? w->term_count : SHOWN_TERMS;
    tro_sheet_cell(&sheet, "edges");
    tro_sheet_cell(&sheet, "walks of so many");
    tro_sheet_cell(&sheet, "sum");
    for (size_t k = 0; k < shown; k++) {
        sum += w->terms[k];
        tro_sheet_number(&sheet, (double)k, 15);
        tro_sheet_number(&sheet, w->terms[k], TABLE_DIGITS);
        tro_sheet_number(&sheet, sum, TABLE_DIGITS);
    }
    if (fabs(w->total - sum) > 1e-12 * fabs(w->total)) {
        tro_sheet_cell(&sheet, "more");
        tro_sheet_number(&sheet, w->total - sum, TABLE_DIGITS);
        tro_sheet_number(&sheet, w->total, TABLE_DIGITS);
    }
    tro_text_add(text, "\nby the number of edges that a walk passes:\n");
    tro_sheet_render(&sheet, "  ", text);
}

static void show_routes(const tro_explanation *e, tro_text *text)
{
    const tro_walks *w = &e->walks;
    tro_sheet sheet = {.sides = "lr"};
    if (w->route_count == 0)
        return;
    tro_sheet_cell(&sheet, w->on == w->of ? "loop" : "route");
    tro_sheet_cell(&sheet, "carries");
    for (size_t k = 0; k < w->route_count && k < SHOWN_ROUTES; k++) {
        tro_text route = {0};
        add_route(e, &w->routes[k], &route);
        tro_sheet_cell(&sheet, tro_text_string(&route));
        tro_sheet_number(&sheet, w->routes[k].carried, TABLE_DIGITS);
        tro_text_clear(&route);
    }
    tro_text_addf(text, "\nwhat walks carry along %s of at most %d edges%s:\n",
                  w->on == w->of ? "loops" : "routes", TRO_ROUTE_EDGES,
                  w->routes_cut_short ? " (not all were looked at)" : "");
    tro_sheet_render(&sheet, "  ", text);
}

static void show_cuts(const tro_explanation *e, tro_text *text)
{
    tro_sheet sheet = {.sides = "lrrrl"};
    const char *const names[] = {"edge", "carries", "without it", "change", ""};
    if (e->cut_count == 0)
        return;
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        tro_sheet_cell(&sheet, names[k]);
    for (size_t k = 0; k < e->cut_count; k++) {
        const tro_cut *cut = &e->cuts[k];
        const tro_edge *edge = &e->cell->scenario->edges[cut->edge];
        tro_text name = {0};
        tro_add_clean(&name, name_of(e, edge->from));
        tro_text_add(&name, " -> ");
        tro_add_clean(&name, name_of(e, edge->to));
        tro_sheet_cell(&sheet, tro_text_string(&name));
        tro_sheet_number(&sheet, e->walks.flow[cut->edge], TABLE_DIGITS);
        tro_sheet_number(&sheet, cut->influence, TABLE_DIGITS);
        tro_sheet_number(&sheet, cut->influence - e->walks.total, TABLE_DIGITS);
        tro_sheet_cell(&sheet, cut->undefined ? cut->undefined : "");
        tro_text_clear(&name);
    }
    tro_text_add(text, "\nwhat walks carry through each edge, and the influence without it:\n");
    tro_sheet_render(&sheet, "  ", text);
}

void tro_explanation_show(const tro_explanation *e, tro_text *text)
{
    tro_text_add(text, "\n");
    tro_text clean = {0};
    tro_add_clean(&clean, tro_text_string(&e->words));
    tro_add_wrapped(text, tro_text_string(&clean), 0, 79);
    tro_text_clear(&clean);
    show_walks(e, text);
    show_routes(e, text);
    show_cuts(e, text);
}
