#include "cli/network_metrics.h"

#include <string.h>

#include "cli/printing.h"
#include "cli/progress.h"
#include "output/json.h"

/* Agents that a table shows, and that JSON lists. */
enum { MOST_ROWS = 30, MOST_LISTED = 100000 };

int tro_network_metrics_find(tro_network_metrics *out, tro_cell *cell, int all,
                             tro_messages *messages)
{
    const tro_catalog *catalog = cell->catalog;
    size_t count = catalog->count[TRO_METRIC];
    int status = TRO_OK, large = cell->scenario->agent_count > TRO_METRICS_LIMIT;
    *out = (tro_network_metrics){.scenario = cell->scenario};
    out->found = TRO_NEW(&out->arena, const tro_metric *, count);
    out->left_out = TRO_NEW(&out->arena, const tro_metric *, count);
    out->values = TRO_NEW(&out->arena, const double *, count);
    if (!out->found || !out->left_out || !out->values)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory measuring the network");
    TRO_TRY(tro_cell_metrics(cell, &out->metrics, messages));
    for (size_t k = 0; k < count; k++) {
        const tro_metric *metric = (const tro_metric *)catalog->items[TRO_METRIC][k];
        if (large && !all && !metric->linear) {
            out->left_out[out->left_count++] = metric;
            continue;
        }
        if (tro_meter_stop(NULL))
            TRO_TRY(TRO_EINTERRUPTED);
        TRO_TRY(tro_metrics_find(out->metrics, metric, &out->values[out->count], messages));
        out->found[out->count++] = metric;
    }
out:
    return status;
}

void tro_network_metrics_release(tro_network_metrics *metrics)
{
    tro_metrics_free(metrics->metrics);
    tro_arena_clear(&metrics->arena);
    *metrics = (tro_network_metrics){0};
}

/* --- for people ---------------------------------------------------------------------------- */

static void show_network(const tro_network_metrics *m, tro_text *text)
{
    tro_sheet sheet = {.sides = "lrl"};
    tro_sheet_cell(&sheet, "network");
    tro_sheet_cell(&sheet, "value");
    tro_sheet_cell(&sheet, "unit");
    for (size_t k = 0; k < m->count; k++) {
        if (m->found[k]->per_node)
            continue;
        tro_sheet_cell(&sheet, m->found[k]->plugin.name);
        tro_sheet_number(&sheet, m->values[k][0], 4);
        tro_sheet_cell(&sheet, m->found[k]->unit);
    }
    tro_sheet_render(&sheet, "  ", text);
}

/* Least, mean and largest of the values there are. */
static void summarise(size_t count, const double *values, double out[3])
{
    size_t known = 0;
    out[0] = out[1] = out[2] = NAN;
    for (size_t i = 0; i < count; i++) {
        if (isnan(values[i]))
            continue;
        out[0] = fmin(out[0], values[i]);
        out[1] = known++ ? out[1] + values[i] : values[i];
        out[2] = fmax(out[2], values[i]);
    }
    out[1] /= (double)known;
}

static void show_nodes(const tro_network_metrics *m, tro_text *text)
{
    static const char *const heads[] = {"agents", "least", "mean", "largest", "unit"};
    tro_sheet sheet = {.sides = "lrrrl"};
    for (size_t k = 0; k < sizeof heads / sizeof *heads; k++)
        tro_sheet_cell(&sheet, heads[k]);
    for (size_t k = 0; k < m->count; k++) {
        double numbers[3];
        if (!m->found[k]->per_node)
            continue;
        summarise(m->scenario->agent_count, m->values[k], numbers);
        tro_sheet_cell(&sheet, m->found[k]->plugin.name);
        for (int n = 0; n < 3; n++)
            tro_sheet_number(&sheet, numbers[n], 4);
        tro_sheet_cell(&sheet, m->found[k]->unit);
    }
    tro_sheet_render(&sheet, "  ", text);
}

static void show_agents(const tro_network_metrics *m, tro_text *text)
{
    tro_text sides = {0};
    tro_sheet sheet = {0};
    tro_text_add(&sides, "l");
    tro_sheet_cell(&sheet, "agent");
    for (size_t k = 0; k < m->count; k++)
        if (m->found[k]->per_node) {
            tro_text_add(&sides, "r");
            tro_sheet_cell(&sheet, m->found[k]->plugin.name);
        }
    for (size_t i = 0; i < m->scenario->agent_count; i++) {
        tro_sheet_cell(&sheet, m->scenario->agents[i].name);
        for (size_t k = 0; k < m->count; k++)
            if (m->found[k]->per_node)
                tro_sheet_number(&sheet, m->values[k][i], 3);
    }
    sheet.sides = tro_text_string(&sides);
    tro_sheet_render(&sheet, "  ", text);
    tro_text_clear(&sides);
}

static void show_left_out(const tro_network_metrics *m, tro_text *text)
{
    tro_text words = {0};
    if (m->left_count == 0)
        return;
    tro_text_addf(&words, "left out for more than %d agents, because they take far longer than the "
                          "network is large (--all finds them, too): ", TRO_METRICS_LIMIT);
    for (size_t k = 0; k < m->left_count; k++)
        tro_text_addf(&words, "%s%s", k ? ", " : "", m->left_out[k]->plugin.name);
    tro_text_add(text, "\n");
    tro_add_wrapped(text, tro_text_string(&words), 2, 79);
    tro_text_clear(&words);
}

void tro_network_metrics_show(const tro_network_metrics *metrics, tro_text *text)
{
    show_network(metrics, text);
    tro_text_add(text, "\n");
    show_nodes(metrics, text);
    if (metrics->scenario->agent_count <= MOST_ROWS) {
        tro_text_add(text, "\n");
        show_agents(metrics, text);
    }
    show_left_out(metrics, text);
    tro_text_add(text, "\n");
}

/* --- for programs -------------------------------------------------------------------------- */

static void add_values(const tro_network_metrics *m, size_t k, tro_text *text)
{
    double numbers[3];
    summarise(m->scenario->agent_count, m->values[k], numbers);
    const tro_fact facts[] = {TRO_FACT_REAL("least", numbers[0]), TRO_FACT_REAL("mean", numbers[1]),
                              TRO_FACT_REAL("largest", numbers[2])};
    if (m->scenario->agent_count > MOST_LISTED) {
        tro_json_facts(text, facts, 3);
        return;
    }
    for (size_t i = 0; i < m->scenario->agent_count; i++) {
        tro_text_add(text, i ? ", " : "[");
        tro_json_real(text, m->values[k][i]);
    }
    tro_text_add(text, "]");
}

void tro_network_metrics_json(const tro_network_metrics *m, tro_text *text)
{
    tro_text_add(text, "{");
    for (size_t k = 0; k < m->count; k++) {
        tro_text_add(text, k ? ", " : "");
        tro_json_text(text, m->found[k]->plugin.name);
        tro_text_add(text, ": ");
        if (m->found[k]->per_node)
            add_values(m, k, text);
        else
            tro_json_real(text, m->values[k][0]);
    }
    tro_text_add(text, "}");
}
