/* Edges in a CSV file whose first line names its columns: from, to; and as they
 * are there weight, synthetic, curated, delay, judge, and the groups of both
 * ends, from-group and to-group. A row without `to` is a node. */
#include <string.h>

#include "network/file_graph.h"
#include "network/readers.h"

enum { FROM, TO, WEIGHT, SYNTHETIC, CURATED, DELAY, JUDGE, FROM_GROUP, TO_GROUP, KINDS };
static const char *const kinds[] = {"from", "to", "weight", "synthetic", "curated", "delay",
                                    "judge", "from-group", "to-group"};
enum { MOST_COLUMNS = 64 };

/* The cells of a row that mean something, "" for those that are not there. */
typedef struct row {
    const char *text[KINDS];
    tro_place place[KINDS];
} row;

typedef struct table {
    tro_file_graph *file;
    tro_cells cells;
    int kind[MOST_COLUMNS];    /* of each column; KINDS: none */
    size_t columns;
} table;

/* The name of a column. */
typedef struct heading {
    const char *name;
    tro_place place;
} heading;

/* Other columns are left alone, but one that is nearly a column which is missing may be a slip. */
static void doubt_columns(const table *t, const heading *headings, const int *seen)
{
    for (size_t c = 0; c < t->columns; c++) {
        const char *name = headings[c].name;
        const char *near = t->kind[c] == KINDS ? tro_nearest_word(name, kinds, KINDS) : NULL;
        for (int k = 0; near && k < KINDS; k++)
            if (strcmp(near, kinds[k]) == 0 && !seen[k])
                tro_warning(t->file->messages, &headings[c].place,
                            "column '%s' is left alone (did you mean '%s'?)", name, near);
    }
}

static int read_header(table *t)
{
    heading headings[MOST_COLUMNS];
    int seen[KINDS + 1] = {0}, more = 1, status;

    for (t->columns = 0; more; t->columns++) {
        tro_cells *cells = &t->cells;
        int kind = 0;
        TRO_TRY(tro_cells_next(cells, &more));
        if (t->columns == MOST_COLUMNS)
            return tro_error(t->file->messages, TRO_ESCENARIO, &cells->place,
                             "more than %d columns", MOST_COLUMNS);
        heading *h = &headings[t->columns];
        *h = (heading){tro_arena_text_n(t->file->arena, tro_text_string(&cells->cell),
                                        cells->cell.length), cells->place};
        if (!h->name)
            return TRO_ENOMEM;
        while (kind < KINDS && strcmp(h->name, kinds[kind]) != 0)
            kind++;
        if (kind < KINDS && seen[kind]++)
            tro_netfile_mistake(t->file, &h->place, "a second column '%s'", kinds[kind]);
        t->kind[t->columns] = kind;
    }
    if (!seen[FROM] || !seen[TO])
        return tro_error(t->file->messages, TRO_ESCENARIO, &headings[0].place,
                         "the first line of an edge table names its columns, 'from' and 'to' among "
                         "them, and as needed weight, synthetic, curated, delay, judge, from-group "
                         "and to-group");
    doubt_columns(t, headings, seen);
out:
    return status;
}

static int read_row(table *t, row *out)
{
    tro_place start = tro_cells_place(&t->cells, t->cells.at);
    size_t count = 0;
    int more = 1, status;

    for (int k = 0; k < KINDS; k++)
        out->text[k] = "";
    for (; more; count++) {
        int kind = count < t->columns ? t->kind[count] : KINDS;
        TRO_TRY(tro_cells_next(&t->cells, &more));
        if (kind == KINDS)
            continue;
        out->place[kind] = t->cells.place;
        out->text[kind] = tro_arena_text_n(t->file->arena, tro_text_string(&t->cells.cell),
                                           t->cells.cell.length);
        if (!out->text[kind])
            return TRO_ENOMEM;
    }
    if (count != t->columns)
        tro_netfile_mistake(t->file, &start, "a row of %zu cells where the first line names %zu "
                         "columns", count, t->columns);
out:
    return status;
}

static int add_row(tro_file_graph *f, const row *r)
{
    tro_file_edge *edge;
    size_t from, to;
    int status;

    TRO_TRY(tro_netfile_node_of(f, r->text[FROM], &r->place[FROM], &from, NULL));
    if (r->text[FROM_GROUP][0])
        TRO_TRY(tro_netfile_group(f, from, r->text[FROM_GROUP], &r->place[FROM_GROUP]));
    if (!r->text[TO][0])
        return TRO_OK;
    TRO_TRY(tro_netfile_node_of(f, r->text[TO], &r->place[TO], &to, NULL));
    if (r->text[TO_GROUP][0])
        TRO_TRY(tro_netfile_group(f, to, r->text[TO_GROUP], &r->place[TO_GROUP]));
    TRO_TRY(tro_netfile_edge_new(f, from, to, &r->place[FROM], &edge));
    if (r->text[JUDGE][0]) {
        edge->judge = r->text[JUDGE];
        f->judged = 1;
    }
    double *const numbers[] = {&edge->weight, &edge->synthetic, &edge->curated, &edge->delay};
    for (int k = 0; k < 4; k++)
        if (r->text[WEIGHT + k][0])
            tro_netfile_number(f, r->text[WEIGHT + k], kinds[WEIGHT + k], &r->place[WEIGHT + k],
                            numbers[k]);
out:
    return status;
}

int tro_graph_read_csv(const char *path, const tro_place *place, tro_arena *arena, tro_graph *out,
                       tro_messages *messages)
{
    tro_file_graph f;
    tro_reader reader = {.arena = arena, .messages = messages};
    table t = {.file = &f};
    int status;

    TRO_TRY(tro_netfile_open(&f, path, place, arena, messages));
    tro_cells_begin(&t.cells, &reader, f.source.name, &f.text);
    tro_cells_skip(&t.cells);
    TRO_TRY(read_header(&t));
    for (tro_cells_skip(&t.cells);
         t.cells.at < t.cells.source.length && f.mistakes < TRO_FILE_MISTAKES;
         tro_cells_skip(&t.cells)) {
        row r;
        TRO_TRY(read_row(&t, &r));
        TRO_TRY(add_row(&f, &r));
    }
    tro_text_clear(&t.cells.cell);
    return tro_netfile_finish(&f, out);
out:
    tro_text_clear(&t.cells.cell);
    tro_netfile_release(&f);
    return status;
}
