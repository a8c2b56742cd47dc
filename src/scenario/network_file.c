/* A network from a file. */
#include <string.h>

#include "document/column.h"
#include "network/readers.h"
#include "scenario/network.h"

/* The nodes of a file are agents by name. */
static int match_names(const tro_reader *reader, const tro_scenario *scenario,
                       const tro_place *place, tro_graph *graph)
{
    size_t *seat = TRO_NEW(reader->arena, size_t, graph->nodes + 1);
    int status = TRO_OK;
    if (!seat)
        return TRO_ENOMEM;
    if (!graph->names && graph->nodes != scenario->agent_count)
        return tro_error(reader->messages, TRO_ESCENARIO, place,
                         "the file has %zu nodes without names, but there are %zu agents",
                         graph->nodes, scenario->agent_count);
    for (size_t k = 0; k < graph->nodes; k++) {
        seat[k] = k;
        if (graph->names)
            status = tro_worse(status, tro_scenario_find(reader, scenario, graph->names[k], place,
                                              &seat[k]));
    }
    for (size_t k = 0; status == TRO_OK && k < graph->count; k++) {
        graph->links[k].from = seat[graph->links[k].from];
        graph->links[k].to = seat[graph->links[k].to];
    }
    graph->nodes = scenario->agent_count;
    graph->names = NULL;
    return status;
}

int tro_scenario_file(const tro_reader *reader, const tro_scenario *scenario,
                      const tro_part_config *config, tro_graph *out)
{
    const tro_place *place = tro_place_of(config->self, config->file ? "file" : "graphml");
    const char *path = tro_path_beside(reader, config->file ? config->file : config->graphml);
    int status;
    if (!path)
        return TRO_ENOMEM;
    if (config->file)
        TRO_TRY(tro_graph_read(config->format, path, place, reader->arena, out,
                               reader->messages));
    else
        TRO_TRY(tro_graph_read_graphml(path, place, reader->arena, out, reader->messages));
    TRO_TRY(match_names(reader, scenario, place, out));
out:
    return status;
}
