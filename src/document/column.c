/* One column of a CSV file. */
#include "document/column.h"

#include <stddef.h>
#include <string.h>

#include "document/cells.h"
#include "document/compose.h"
#include "document/near_file.h"
#include "document/value.h"

static const tro_param column_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(tro_data_column, self)},
    {.key = "file", .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED,
     .offset = offsetof(tro_data_column, file),
     .doc = "A CSV file, relative to the scenario, whose first line names its columns."},
    {.key = "name", .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED,
     .offset = offsetof(tro_data_column, name), .doc = "Name of the column."},
};

const tro_table tro_data_column_table = {
    "column", column_params, sizeof column_params / sizeof *column_params,
    sizeof(tro_data_column)};

const char *tro_path_beside(const tro_reader *reader, const char *path)
{
    const char *slash = reader->beside ? strrchr(reader->beside, '/') : NULL;
    size_t stem = path[0] == '/' || !slash ? 0 : (size_t)(slash - reader->beside) + 1;
    char *whole = tro_arena_allocate(reader->arena, stem + strlen(path) + 1, 1);
    if (!whole)
        return NULL;
    if (stem)
        memcpy(whole, reader->beside, stem);
    strcpy(whole + stem, path);
    return whole;
}

/* The column that is read, and where. */
typedef struct scan {
    tro_cells cells;
    const tro_reader *reader;
    const tro_data_column *column;
    size_t columns, wanted;    /* of a row; the one that is read */
} scan;

static const tro_place *place_of(const scan *s, const char *key)
{
    return tro_place_of(s->column->self, key);
}

/* Counts the names, then keeps them. */
static int read_names(scan *s, const char ***names)
{
    const tro_cells start = s->cells;
    int status = TRO_OK, more = 1;
    for (s->columns = 0; more; s->columns++)
        TRO_TRY(tro_cells_next(&s->cells, &more));
    *names = TRO_NEW(s->reader->arena, const char *, s->columns);
    if (!*names)
        return tro_no_memory(s->reader);
    s->cells.at = start.at;
    s->cells.line = start.line;
    s->cells.line_start = start.line_start;
    for (size_t k = 0; k < s->columns; k++) {
        TRO_TRY(tro_cells_next(&s->cells, &more));
        (*names)[k] = tro_arena_text_n(s->reader->arena, tro_text_string(&s->cells.cell),
                                       s->cells.cell.length);
        if (!(*names)[k])
            return tro_no_memory(s->reader);
    }
out:
    return status;
}

static int no_column(const scan *s, const char *const *names)
{
    tro_text text = {0};
    tro_add_names(&text, names, s->columns);
    tro_add_hint(&text, s->column->name, names, s->columns, NULL);
    if (s->columns == 1 && strpbrk(names[0], ";\t"))
        tro_text_addf(&text, ": commas between columns would be right, found %s",
                      strchr(names[0], ';') ? "';'" : "tabs");
    int status = tro_mistake(s->reader, place_of(s, "name"), "'%s' has no column '%s', only %s",
                             s->column->file, s->column->name, tro_text_string(&text));
    tro_text_clear(&text);
    return status;
}

static int find_column(scan *s)
{
    const char **names;
    size_t found = 0;
    int status = read_names(s, &names);
    for (size_t k = 0; status == TRO_OK && k < s->columns; k++)
        if (strcmp(names[k], s->column->name) == 0) {
            s->wanted = k;
            found++;
        }
    if (status < 0 || found == 1)
        return status;
    if (found == 0)
        return no_column(s, names);
    return tro_mistake(s->reader, place_of(s, "name"), "'%s' has %zu columns '%s'",
                       s->column->file, found, s->column->name);
}

/* A cell is read as a scalar of the document would be. */
static int read_number(scan *s, const tro_param *bounds, double *out)
{
    tro_node node = {.kind = TRO_SCALAR, .place = s->cells.place,
                     .text = tro_text_string(&s->cells.cell)};
    tro_param param = bounds ? *bounds : (tro_param){0};
    param.key = s->column->name;
    param.type = TRO_P_REAL;
    return tro_read_value(s->reader, &node, &param, out);
}

static int read_row(scan *s, const tro_param *bounds, tro_vector *out)
{
    size_t cells = 0;
    int status = TRO_OK, more = 1;
    tro_place row = tro_cells_place(&s->cells, s->cells.at);
    for (; more; cells++) {
        /* After a quote in a wrong place the rest of the file means nothing. */
        int read = tro_cells_next(&s->cells, &more);
        if (read < 0) {
            s->cells.at = s->cells.source.length;
            return read;
        }
        if (cells == s->wanted)
            status = read_number(s, bounds, &out->values[out->count]);
    }
    out->count++;
    if (cells == s->columns)
        return status;
    return tro_mistake(s->reader, &row, "a row of %zu cell%s where the first line names %zu "
                                        "column%s", cells, cells == 1 ? "" : "s", s->columns,
                       s->columns == 1 ? "" : "s");
}

static int read_rows(scan *s, const tro_param *bounds, tro_vector *out)
{
    size_t most = 1;
    int status = TRO_OK;
    for (size_t k = s->cells.at; k < s->cells.source.length; k++)
        most += s->cells.source.text[k] == '\n';
    out->values = TRO_NEW(s->reader->arena, double, most);
    if (!out->values)
        return tro_no_memory(s->reader);
    for (tro_cells_skip(&s->cells); s->cells.at < s->cells.source.length; tro_cells_skip(&s->cells))
        status = tro_worse(status, read_row(s, bounds, out));
    return status;
}

static int no_file(const scan *s, const char *path, const char *why)
{
    tro_text hint = {0};
    tro_add_near_file(&hint, path, s->column->file, ".csv");
    int status = tro_mistake(s->reader, place_of(s, "file"), "cannot read '%s': %s%s",
                             s->column->file, why, tro_text_string(&hint));
    tro_text_clear(&hint);
    return status;
}

/* The file's text, checked; the scan begins behind a byte order mark. */
static int open_file(scan *s, tro_text *text)
{
    char why[128];
    const char *path = tro_path_beside(s->reader, s->column->file);
    int status = path ? tro_read_whole(path, text, why, sizeof why) : TRO_ENOMEM;
    if (status == TRO_EIO)
        return no_file(s, path, why);
    if (status < 0)
        return tro_no_memory(s->reader);
    if (text->length > TRO_TEXT_LIMIT)
        return tro_mistake(s->reader, place_of(s, "file"), "'%s' is larger than 64 MiB",
                           s->column->file);
    tro_cells_begin(&s->cells, s->reader, path, text);
    if (tro_source_check(&s->cells.source, s->reader->messages) < 0)
        return TRO_ESCENARIO;
    tro_cells_skip(&s->cells);
    if (s->cells.at < s->cells.source.length)
        return TRO_OK;
    return tro_mistake(s->reader, place_of(s, "file"),
                       "'%s' is empty: its first line must name its columns", s->column->file);
}

int tro_data_column_read(const tro_reader *reader, const tro_data_column *column,
                         const tro_param *bounds, tro_vector *out)
{
    scan s = {.reader = reader, .column = column};
    tro_text text = {0};
    int status;
    *out = (tro_vector){0};
    TRO_TRY(open_file(&s, &text));
    TRO_TRY(find_column(&s));
    TRO_TRY(read_rows(&s, bounds, out));
out:
    tro_text_clear(&s.cells.cell);
    tro_text_clear(&text);
    return status;
}
