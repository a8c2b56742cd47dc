/* What is written of an explanation. */
#include <math.h>
#include <stdio.h>

#include "cli/explain.h"
#include "output/csv.h"
#include "output/figure.h"

static const char *name_of(const tro_explanation *e, size_t agent)
{
    return e->cell->scenario->agents[agent].name;
}

/* --- JSON ------------------------ */

static void add_reals(tro_text *text, const double *values, size_t count)
{
    tro_text_add(text, "[");
    for (size_t k = 0; k < count; k++) {
        tro_text_add(text, k ? ", " : "");
        tro_json_real(text, values[k]);
    }
    tro_text_add(text, "]");
}

void tro_explanation_json(const tro_explanation *e, tro_text *text)
{
    const tro_walks *w = &e->walks;
    tro_text_add(text, ", \"explanation\": {\"words\": ");
    tro_json_text(text, tro_text_string(&e->words));
    tro_text_add(text, ", \"walks\": ");
    add_reals(text, w->terms, w->term_count);
    tro_text_add(text, ", \"rest\": ");
    tro_json_real(text, w->rest);
    tro_text_add(text, ", \"routes\": [");
    for (size_t k = 0; k < w->route_count; k++) {
        tro_text_add(text, k ? ",\n  {\"agents\": [" : "\n  {\"agents\": [");
        for (size_t a = 0; a <= w->routes[k].edges; a++) {
            tro_text_add(text, a ? ", " : "");
            tro_json_text(text, name_of(e, w->routes[k].agents[a]));
        }
        tro_text_add(text, "], \"carries\": ");
        tro_json_real(text, w->routes[k].carried);
        tro_text_add(text, "}");
    }
    tro_text_add(text, "], \"edges\": [");
    for (size_t k = 0; k < e->cut_count; k++) {
        const tro_edge *edge = &e->cell->scenario->edges[e->cuts[k].edge];
        const tro_fact facts[] = {
            TRO_FACT_TEXT("from", name_of(e, edge->from)),
            TRO_FACT_TEXT("to", name_of(e, edge->to)),
            TRO_FACT_REAL("carries", w->flow[e->cuts[k].edge]),
            TRO_FACT_REAL("influence_without", e->cuts[k].influence),
            TRO_FACT_REAL("alignment_without", e->cuts[k].alignment),
            TRO_FACT_TEXT("undefined", e->cuts[k].undefined)};
        tro_text_add(text, k ? ",\n  " : "\n  ");
        tro_json_facts(text, facts, sizeof facts / sizeof *facts);
    }
    tro_text_add(text, "]}");
}

/* --- tables ------------------------ */

static int write_walks(const tro_explanation *e, tro_results *results, tro_messages *messages)
{
    static const char *const names[] = {"edges", "term", "sum"};
    const char *path;
    double sum = 0;
    tro_csv csv = {0};
    int status;
    TRO_TRY(tro_folder_add(&results->folder, "walks.csv", &path, messages));
    TRO_TRY(tro_csv_open(&csv, path, names, 3, messages));
    for (size_t k = 0; k < e->walks.term_count; k++) {
        sum += e->walks.terms[k];
        tro_csv_whole(&csv, (long long)k);
        tro_csv_real(&csv, e->walks.terms[k]);
        tro_csv_real(&csv, sum);
        TRO_TRY(tro_csv_end_row(&csv));
    }
    tro_csv_text(&csv, "more");
    tro_csv_real(&csv, e->walks.rest);
    tro_csv_real(&csv, e->walks.total);
    TRO_TRY(tro_csv_end_row(&csv));
    status = tro_csv_commit(&csv);
out:
    tro_csv_abort(&csv);
    return status;
}

static int write_routes(const tro_explanation *e, tro_results *results, tro_messages *messages)
{
    static const char *const names[] = {"route", "edges", "carries"};
    const char *path;
    tro_csv csv = {0};
    int status;
    TRO_TRY(tro_folder_add(&results->folder, "routes.csv", &path, messages));
    TRO_TRY(tro_csv_open(&csv, path, names, 3, messages));
    for (size_t k = 0; k < e->walks.route_count; k++) {
        const tro_route *route = &e->walks.routes[k];
        tro_text text = {0};
        for (size_t a = 0; a <= route->edges; a++)
            tro_text_addf(&text, "%s%s", a ? "->" : "", name_of(e, route->agents[a]));
        tro_csv_text(&csv, tro_text_string(&text));
        tro_csv_whole(&csv, (long long)route->edges);
        tro_csv_real(&csv, route->carried);
        tro_text_clear(&text);
        TRO_TRY(tro_csv_end_row(&csv));
    }
    status = tro_csv_commit(&csv);
out:
    tro_csv_abort(&csv);
    return status;
}

static const tro_cut *cut_of(const tro_explanation *e, size_t edge)
{
    for (size_t k = 0; k < e->cut_count; k++)
        if (e->cuts[k].edge == edge)
            return &e->cuts[k];
    return NULL;
}

static int write_edges(const tro_explanation *e, tro_results *results, tro_messages *messages)
{
    static const char *const names[] = {"from", "to", "carries", "influence_without",
                                        "alignment_without", "remark"};
    const tro_scenario *scenario = e->cell->scenario;
    const char *path;
    tro_csv csv = {0};
    int status;
    TRO_TRY(tro_folder_add(&results->folder, "edges.csv", &path, messages));
    TRO_TRY(tro_csv_open(&csv, path, names, sizeof names / sizeof *names, messages));
    for (size_t k = 0; k < scenario->edge_count; k++) {
        const tro_cut *cut = cut_of(e, k);
        tro_csv_text(&csv, name_of(e, scenario->edges[k].from));
        tro_csv_text(&csv, name_of(e, scenario->edges[k].to));
        tro_csv_real(&csv, e->walks.flow[k]);
        tro_csv_real(&csv, cut ? cut->influence : NAN);
        tro_csv_real(&csv, cut ? cut->alignment : NAN);
        tro_csv_text(&csv, cut ? cut->undefined : "not cut");
        TRO_TRY(tro_csv_end_row(&csv));
    }
    status = tro_csv_commit(&csv);
out:
    tro_csv_abort(&csv);
    return status;
}

/* --- the figure ------------------------ */

enum { DRAWN_TERMS = 24 };

static int draw(const tro_explanation *e, tro_results *results, tro_messages *messages)
{
    const tro_walks *w = &e->walks;
    double sums[DRAWN_TERMS], ends[2] = {0, DRAWN_TERMS - 1}, whole[2] = {w->total, w->total};
    double cut[TRO_MOST_CUTS], at[TRO_MOST_CUTS], line[2] = {-0.5, 0};
    const char *names[TRO_MOST_CUTS];
    tro_text texts[TRO_MOST_CUTS] = {{0}}, title = {0};
    size_t drawn = w->term_count < DRAWN_TERMS ? w->term_count : DRAWN_TERMS, cuts = 0;
    double sum = 0;
    for (size_t k = 0; k < drawn; k++) {
        sums[k] = sum += w->terms[k];
        if (k >= 5 && fabs(w->total - sum) < 1e-3 * fabs(w->total))
            drawn = k + 1;
    }
    ends[1] = (double)(drawn > 1 ? drawn - 1 : 1);
    for (size_t k = 0; k < e->cut_count; k++) {
        const tro_edge *edge = &e->cell->scenario->edges[e->cuts[k].edge];
        if (isnan(e->cuts[k].influence))
            continue;
        tro_text_addf(&texts[cuts], "%s → %s", name_of(e, edge->from), name_of(e, edge->to));
        names[cuts] = tro_text_string(&texts[cuts]);
        at[cuts] = (double)cuts;
        cut[cuts++] = e->cuts[k].influence;
    }
    line[1] = (double)cuts - 0.5;
    tro_text_addf(&title, "What %s's curated share does to %s", name_of(e, w->of),
                  name_of(e, w->on));
    const tro_series walks[] = {
        {.label = "walks of so many edges", .style = TRO_BARS, .colour = 6, .y = w->terms,
         .count = drawn},
        {.label = "sum so far", .style = TRO_LINE, .colour = 1, .y = sums, .count = drawn},
        {.label = "long term", .style = TRO_LINE, .colour = 2, .dash = 1, .x = ends, .y = whole,
         .count = 2}};
    const tro_series edges[] = {
        {.label = "without the edge", .style = TRO_POINTS, .colour = 1, .x = at, .y = cut,
         .count = cuts},
        {.label = "as it is", .style = TRO_LINE, .colour = 2, .dash = 1, .x = line, .y = whole,
         .count = 2}};
    const tro_panel panels[] = {
        {.title = "By the length of walks", .x_label = "edges", .y_label = "dJ/dλ",
         .zero_line = 1, .series = walks, .series_count = 3},
        {.title = "With one edge cut", .x_label = "edge", .y_label = "dJ/dλ", .zero_line = 1,
         .x_names = names, .x_name_count = cuts, .series = edges, .series_count = 2}};
    const tro_figure figure = {.title = tro_text_string(&title), .columns = 2, .panels = panels,
                               .panel_count = cuts > 0 ? 2 : 1};
    int status = tro_figure_save(&figure, &results->folder, "explanation", messages);
    for (size_t k = 0; k < cuts; k++)
        tro_text_clear(&texts[k]);
    tro_text_clear(&title);
    return status;
}

int tro_explanation_write(const tro_explanation *e, tro_results *results, tro_messages *messages)
{
    int status;
    TRO_TRY(write_walks(e, results, messages));
    TRO_TRY(write_routes(e, results, messages));
    TRO_TRY(write_edges(e, results, messages));
    TRO_TRY(draw(e, results, messages));
out:
    return status;
}
