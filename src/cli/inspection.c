#include "cli/inspection.h"

#include <string.h>

const char *tro_public_name(const tro_agent *agent)
{
    const tro_node *node = tro_node_get(agent->node, "public");
    if (!node)
        return "none";
    return node->kind == TRO_SCALAR ? node->text : node->kind == TRO_MAP && node->count > 0
                                                       ? node->items[0]->key
                                                       : "none";
}

const tro_edge *tro_next_producer(const tro_scenario *scenario, size_t agent, size_t *at)
{
    const tro_csr *rows = &scenario->rows;
    while (rows->row_start[agent] + *at < rows->row_start[agent + 1]) {
        const tro_edge *edge = &scenario->edges[rows->link[rows->row_start[agent] + (*at)++]];
        if (edge->synthetic > 0 || edge->curated > 0)
            return edge;
    }
    return NULL;
}

static int find_reached(tro_inspection *inspection, tro_messages *messages)
{
    const tro_ecosystem *eco = inspection->loaded->cell->ecosystem;
    inspection->reached = tro_allocate(eco->agents, sizeof *inspection->reached);
    if (!inspection->reached || tro_ecosystem_reach(eco, inspection->reached) < 0)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory looking at the network");
    for (size_t i = 0; i < eco->agents; i++)
        inspection->unreached += !inspection->reached[i];
    return TRO_OK;
}

static int find_verdict(tro_cell *cell, int *settles, tro_text *verdict,
                        tro_messages *messages)
{
    tro_messages aside = {0};
    int status = tro_cell_stability(cell, &aside);
    *settles = status == TRO_OK && cell->stability.settles;
    if (status == TRO_OK)
        tro_stability_describe(&cell->stability, verdict);
    else if (aside.count > 0)
        tro_text_add(verdict, aside.items[0].text);
    else
        tro_text_add(verdict, tro_status_text(status));
    tro_messages_clear(&aside);
    if (status == TRO_EINTERRUPTED)
        return status;
    return status == TRO_ENOMEM || verdict->failed
               ? tro_error(messages, TRO_ENOMEM, NULL, "out of memory looking for stability")
               : TRO_OK;
}

/* Of the phases before the last: what would become of them if nothing else came. */
static int find_earlier(tro_inspection *inspection, tro_messages *messages)
{
    tro_cell *cell = inspection->loaded->cell;
    int settles, status = TRO_OK;
    inspection->earlier = tro_allocate(cell->stage_count, sizeof *inspection->earlier);
    if (!inspection->earlier)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory looking at the phases");
    for (size_t k = 0; k + 1 < cell->stage_count && status == TRO_OK; k++)
        status = find_verdict(tro_cell_phase(cell, k), &settles, &inspection->earlier[k],
                              messages);
    return status;
}

int tro_inspect(const tro_loaded *loaded, tro_inspection *out, tro_messages *messages)
{
    int status;
    *out = (tro_inspection){.loaded = loaded};
    out->path = strcmp(loaded->path, "-") == 0 ? "<stdin>" : loaded->path;
    TRO_TRY(find_reached(out, messages));
    status = tro_certificate_find(loaded->cell->ecosystem, loaded->cell->progress,
                                  &out->certificate);
    if (status < 0) {
        if (status != TRO_EINTERRUPTED)
            tro_error(messages, status, NULL, "out of memory for the certificate");
        goto out;
    }
    TRO_TRY(find_earlier(out, messages));
    TRO_TRY(find_verdict(loaded->cell, &out->settles, &out->verdict, messages));
out:
    return status;
}

void tro_inspection_release(tro_inspection *inspection)
{
    for (size_t k = 0; inspection->earlier && k < inspection->loaded->cell->stage_count; k++)
        tro_text_clear(&inspection->earlier[k]);
    tro_release(inspection->earlier);
    tro_text_clear(&inspection->verdict);
    tro_release(inspection->reached);
    tro_network_metrics_release(&inspection->metrics);
    *inspection = (tro_inspection){0};
}
