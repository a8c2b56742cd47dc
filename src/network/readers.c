#include "network/readers.h"

#include <string.h>
#include <strings.h>

const char *const tro_graph_formats[] = {"auto", "graphml", "gml", "pajek", "csv", "edge-list",
                                         NULL};

enum { AUTO, EDGE_LIST = 5 };

static int format_of(const char *path)
{
    static const struct { const char *end; int format; } ends[] = {
        {".graphml", 1}, {".xml", 1}, {".gml", 2}, {".net", 3}, {".paj", 3}, {".csv", 4}};
    size_t length = strlen(path);

    for (size_t k = 0; k < sizeof ends / sizeof *ends; k++) {
        size_t tail = strlen(ends[k].end);
        if (length > tail && strcasecmp(path + length - tail, ends[k].end) == 0)
            return ends[k].format;
    }
    return EDGE_LIST;
}

int tro_graph_read(int format, const char *path, const tro_place *place, tro_arena *arena,
                   tro_graph *out, tro_messages *messages)
{
    static tro_graph_reader *const readers[] = {
        NULL, tro_graph_read_graphml, tro_graph_read_gml, tro_graph_read_pajek, tro_graph_read_csv,
        tro_graph_read_edge_list};

    return readers[format == AUTO ? format_of(path) : format](path, place, arena, out, messages);
}
