/* The edges of a network that are written out. */
#include "scenario/network.h"

int tro_scenario_edges(const tro_reader *reader, const tro_scenario *scenario,
                       const tro_part_config *config, const tro_edge *pattern,
                       tro_network_part *out)
{
    size_t count = config->edges.count;
    const tro_edge_config *items = config->edges.items;
    int status = TRO_OK;
    out->graph = (tro_graph){.nodes = scenario->agent_count, .count = count};
    out->graph.links = TRO_NEW(reader->arena, tro_link, count);
    out->edges = TRO_NEW(reader->arena, tro_edge, count);
    if (!out->graph.links || !out->edges)
        return TRO_ENOMEM;
    for (size_t k = 0; k < count; k++) {
        out->edges[k] = *pattern;
        out->edges[k].node = items[k].self;
        status = tro_worse(status, tro_edge_read(reader, scenario, &items[k],
                                                 &out->graph.links[k], &out->edges[k]));
    }
    return status;
}
