#include "cli/gradient.h"

#include <math.h>
#include <stdlib.h>

#include "cli/printing.h"
#include "output/csv.h"

enum { MOST_SHOWN = 15, DIGITS = 6 };

static const char *const kinds[] = {"real share", "curated share", "weight", "temperature"};
static const char *const layers[] = {"synthetic", "curated"};

/* Relative to the largest effect, less is rounding. */
#define NOTHING 1e-13
/* The same relative to the welfare. */
#define ROUNDED 4e-16

/* --- finding ------------------------------------------------------------------------ */

static void add(tro_levers *l, tro_lever lever)
{
    if (!isnan(lever.effect))
        l->items[l->count++] = lever;
}

static void add_shares(tro_levers *l, const tro_welfare_gradient *g)
{
    const tro_ecosystem *eco = l->cell->ecosystem;
    for (size_t i = 0; i < eco->agents; i++) {
        const tro_shares *s = &eco->shares[i];
        double rest = s->synthetic + s->curated;
        double others = (s->synthetic > 0 ? s->synthetic * g->synthetic[i] : 0) +
                        (s->curated > 0 ? s->curated * g->curated[i] : 0);
        if (rest > 0 && s->real > 0)
            add(l, (tro_lever){TRO_LEVER_REAL, i, 0, 0, s->real, g->real[i] - others / rest});
        add(l, (tro_lever){TRO_LEVER_CURATED, i, 0, 0, s->curated, g->share[i]});
    }
}

static void add_weights(tro_levers *l, const tro_welfare_gradient *g)
{
    const tro_scenario *scenario = l->cell->scenario;
    size_t edges = scenario->edge_count;
    for (size_t layer = 0; layer < 2; layer++)
        for (size_t k = 0; k < edges; k++) {
            const tro_link *link = &scenario->graph.links[k];
            add(l, (tro_lever){TRO_LEVER_WEIGHT, scenario->edges[k].to, k, layer,
                               layer == TRO_CURATED ? link->curated : link->synthetic,
                               g->relative[layer * edges + k]});
        }
}

/* A rule is named by the first agent whose users it is. */
static void add_temperatures(tro_levers *l, const tro_welfare_gradient *g)
{
    const tro_ecosystem *eco = l->cell->ecosystem;
    const tro_scenario *scenario = l->cell->scenario;
    for (size_t b = 0; b < eco->batch_count; b++) {
        size_t agent = 0;
        while (agent < eco->agents &&
               scenario->agents[agent].public_curation != eco->batches[b].curation)
            agent++;
        if (agent < eco->agents)
            add(l, (tro_lever){TRO_LEVER_TEMPERATURE, agent, 0, 0, NAN, g->temperature[b]});
    }
}

/* Largest first; of equals in the order in which they were listed. */
static int compare(const void *left, const void *right)
{
    const tro_lever *a = left, *b = right;
    double one = fabs(a->effect), other = fabs(b->effect);
    if (one != other)
        return one < other ? 1 : -1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->agent != b->agent)
        return a->agent < b->agent ? -1 : 1;
    if (a->layer != b->layer)
        return a->layer < b->layer ? -1 : 1;
    return (a->edge > b->edge) - (a->edge < b->edge);
}

int tro_levers_find(tro_levers *l, tro_cell *cell, size_t on, tro_messages *messages)
{
    const tro_ecosystem *eco = cell->ecosystem;
    /* Two shares of each agent, an edge's weights in two layers, temperatures. */
    size_t most = 2 * (eco->agents + cell->scenario->edge_count) + eco->batch_count;
    tro_welfare_gradient gradient = {0};
    double *weights = NULL;
    int status;
    *l = (tro_levers){.cell = cell, .on = on};
    l->items = TRO_NEW(&l->arena, tro_lever, most + 1);
    if (on != SIZE_MAX)
        weights = TRO_NEW(&l->arena, double, eco->agents);
    if (!l->items || (on != SIZE_MAX && !weights)) {
        status = tro_error(messages, TRO_ENOMEM, NULL, "out of memory for a gradient");
        goto out;
    }
    if (weights)
        weights[on] = 1;
    TRO_TRY(tro_influence_gradient(&cell->influences, weights, &gradient, messages));
    l->welfare = gradient.welfare;
    add_shares(l, &gradient);
    add_weights(l, &gradient);
    add_temperatures(l, &gradient);
    double noise = ROUNDED * (1 + fabs(l->welfare));
    for (size_t k = 0; k < l->count; k++)
        noise = fmax(noise, NOTHING * fabs(l->items[k].effect));
    for (size_t k = 0; k < l->count; k++)
        if (fabs(l->items[k].effect) < noise)
            l->items[k].effect = 0;
    qsort(l->items, l->count, sizeof *l->items, compare);
out:
    tro_welfare_gradient_release(&gradient);
    if (status < 0)
        tro_levers_release(l);
    return status;
}

void tro_levers_release(tro_levers *l)
{
    tro_arena_clear(&l->arena);
    *l = (tro_levers){0};
}

/* --- telling -------------------------------------------------------------------------- */

static const char *name_of(const tro_levers *l, size_t agent)
{
    return l->cell->scenario->agents[agent].name;
}

/* "of theta", "phi -> theta (curated)" */
static void add_place(const tro_levers *l, const tro_lever *lever, tro_text *text)
{
    if (lever->kind != TRO_LEVER_WEIGHT) {
        tro_add_clean(text, name_of(l, lever->agent));
        return;
    }
    const tro_edge *edge = &l->cell->scenario->edges[lever->edge];
    tro_add_clean(text, name_of(l, edge->from));
    tro_text_add(text, " -> ");
    tro_add_clean(text, name_of(l, edge->to));
    tro_text_addf(text, " (%s)", layers[lever->layer]);
}

void tro_levers_show(const tro_levers *l, tro_text *text)
{
    tro_sheet sheet = {.sides = "llrr"};
    tro_sheet_cell(&sheet, "parameter");
    tro_sheet_cell(&sheet, "of");
    tro_sheet_cell(&sheet, "now");
    tro_sheet_cell(&sheet, "effect");
    for (size_t k = 0; k < l->count && k < MOST_SHOWN; k++) {
        tro_text place = {0};
        add_place(l, &l->items[k], &place);
        tro_sheet_cell(&sheet, kinds[l->items[k].kind]);
        tro_sheet_cell(&sheet, tro_text_string(&place));
        tro_sheet_number(&sheet, l->items[k].value, DIGITS);
        tro_sheet_number(&sheet, l->items[k].effect, DIGITS);
        tro_text_clear(&place);
    }
    tro_text_add(text, "\nwhat a unit of each parameter would do to ");
    if (l->on == SIZE_MAX) {
        tro_text_add(text, "the mean alignment");
    } else {
        tro_text_add(text, "the alignment of ");
        tro_add_clean(text, name_of(l, l->on));
    }
    tro_text_add(text, " (");
    tro_add_number(text, l->welfare, DIGITS);
    tro_text_add(text, "),\nthe largest effects first; weights as they are written, their row "
                       "scaled again:\n");
    tro_sheet_render(&sheet, "  ", text);
    if (l->count > MOST_SHOWN)
        tro_text_addf(text, "  (and %zu more)\n", l->count - MOST_SHOWN);
}

void tro_levers_json(const tro_levers *l, tro_text *text)
{
    const tro_scenario *scenario = l->cell->scenario;
    tro_text_add(text, ", \"gradient\": {\"on\": ");
    tro_json_text(text, l->on == SIZE_MAX ? NULL : name_of(l, l->on));
    tro_text_add(text, ", \"welfare\": ");
    tro_json_real(text, l->welfare);
    tro_text_add(text, ", \"parameters\": [");
    for (size_t k = 0; k < l->count; k++) {
        const tro_lever *lever = &l->items[k];
        int weight = lever->kind == TRO_LEVER_WEIGHT;
        const tro_fact facts[] = {
            TRO_FACT_TEXT("parameter", kinds[lever->kind]),
            TRO_FACT_TEXT("agent", name_of(l, lever->agent)),
            TRO_FACT_TEXT("from",
                          weight ? name_of(l, scenario->edges[lever->edge].from) : NULL),
            TRO_FACT_TEXT("layer", weight ? layers[lever->layer] : NULL),
            TRO_FACT_REAL("value", lever->value),
            TRO_FACT_REAL("effect", lever->effect)};
        tro_text_add(text, k ? ",\n  " : "\n  ");
        tro_json_facts(text, facts, sizeof facts / sizeof *facts);
    }
    tro_text_add(text, "\n]}");
}

int tro_levers_write(const tro_levers *l, tro_results *results, tro_messages *messages)
{
    static const char *const names[] = {"parameter", "agent", "from", "layer", "value", "effect"};
    const tro_scenario *scenario = l->cell->scenario;
    const char *path;
    tro_csv csv = {0};
    int status;
    TRO_TRY(tro_folder_add(&results->folder, "gradient.csv", &path, messages));
    TRO_TRY(tro_csv_open(&csv, path, names, sizeof names / sizeof *names, messages));
    for (size_t k = 0; k < l->count; k++) {
        const tro_lever *lever = &l->items[k];
        int weight = lever->kind == TRO_LEVER_WEIGHT;
        tro_csv_text(&csv, kinds[lever->kind]);
        tro_csv_text(&csv, name_of(l, lever->agent));
        tro_csv_text(&csv, weight ? name_of(l, scenario->edges[lever->edge].from) : NULL);
        tro_csv_text(&csv, weight ? layers[lever->layer] : NULL);
        tro_csv_real(&csv, lever->value);
        tro_csv_real(&csv, lever->effect);
        TRO_TRY(tro_csv_end_row(&csv));
    }
    status = tro_csv_commit(&csv);
out:
    tro_csv_abort(&csv);
    return status;
}
