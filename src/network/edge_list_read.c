/* Edge lists: a line `from to`, or `from to weight`, for each edge; a name with
 * blanks stands in double quotes; a name alone is a node; '#' and '%' begin
 * remarks. */
#include "network/file_graph.h"
#include "network/readers.h"

static int read_line(tro_line_words *w)
{
    tro_file_graph *f = w->file;
    tro_file_edge *edge = NULL;
    tro_place place;
    size_t ends[2] = {0, 0};
    int status, count = 0;

    while ((status = tro_line_words_next(w)) == 1) {
        if (!w->quoted && (w->word[0] == '#' || w->word[0] == '%'))
            return TRO_OK;
        place = count == 0 ? w->place : place;
        if (count < 2)
            TRO_TRY(tro_netfile_node_of(f, w->word, &w->place, &ends[count], NULL));
        if (count == 1)
            TRO_TRY(tro_netfile_edge_new(f, ends[0], ends[1], &place, &edge));
        if (count == 2)
            tro_netfile_number(f, w->word, "the weight", &w->place, &edge->weight);
        if (count == 3)
            tro_netfile_mistake(f, &w->place, "a fourth word, '%.80s', in a line: 'from to weight' "
                             "would be right, names with blanks in double quotes", w->word);
        count++;
    }
out:
    return status;
}

int tro_graph_read_edge_list(const char *path, const tro_place *place, tro_arena *arena,
                             tro_graph *out, tro_messages *messages)
{
    tro_file_graph f;
    int status, more = 1;

    TRO_TRY(tro_netfile_open(&f, path, place, arena, messages));
    for (tro_line_words w = tro_line_words_begin(&f); more && f.mistakes < TRO_FILE_MISTAKES;
         more = tro_line_words_line(&w))
        TRO_TRY(read_line(&w));
    return tro_netfile_finish(&f, out);
out:
    tro_netfile_release(&f);
    return status;
}
