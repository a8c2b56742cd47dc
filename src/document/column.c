/* One column of a CSV file. */
#include "document/column.h"

#include <stddef.h>
#include <string.h>

#include "document/compose.h"
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

/* Where the reading of a file is, and its latest cell. */
typedef struct scan {
    const tro_reader *reader;
    const tro_data_column *column;
    tro_source source;
    size_t at, line_start;
    int line;
    tro_text cell;             /* without quotes and blanks around it */
    tro_place place;           /* of the cell */
    size_t columns, wanted;    /* of a row; the one that is read */
} scan;

static const tro_place *place_of(const scan *s, const char *key)
{
    return tro_place_of(s->column->self, key);
}

static tro_place place_at(const scan *s, size_t start)
{
    size_t width = s->at > start ? s->at - start : 1;
    return (tro_place){.source = &s->source, .line = s->line,
                       .column = (int)(start - s->line_start) + 1, .width = (int)width};
}

static char byte(const scan *s)
{
    return s->at < s->source.length ? s->source.text[s->at] : '\0';
}

/* At the end of a line (its CR belongs to it) or of the text? */
static int at_end(const scan *s)
{
    const char *text = s->source.text;
    return s->at >= s->source.length || text[s->at] == '\n' ||
           (text[s->at] == '\r' && text[s->at + 1] == '\n');
}

static void next_line(scan *s)
{
    s->at += byte(s) == '\r';
    s->at += byte(s) == '\n';
    s->line++;
    s->line_start = s->at;
}

static void skip_empty_lines(scan *s)
{
    while (s->at < s->source.length && at_end(s))
        next_line(s);
}

/* The cell behind a quote; its place is the line on which it begins. */
static int read_quoted(scan *s)
{
    size_t start = s->at++;
    const char *text = s->source.text;
    s->place = place_at(s, start);
    for (;;) {
        size_t from = s->at;
        while (s->at < s->source.length && text[s->at] != '"' && text[s->at] != '\n')
            s->at++;
        if (s->at >= s->source.length)
            return tro_mistake(s->reader, &s->place, "a quoted cell without its closing quote");
        if (text[s->at] == '\n') {
            tro_text_add_n(&s->cell, text + from, s->at + 1 - from);
            next_line(s);
            continue;
        }
        tro_text_add_n(&s->cell, text + from, s->at++ - from);
        if (byte(s) != '"')
            break;
        tro_text_add_n(&s->cell, "\"", 1);
        s->at++;
    }
    if (s->line == s->place.line)
        s->place.width = (int)(s->at - start);
    if (at_end(s) || byte(s) == ',')
        return TRO_OK;
    tro_place behind = place_at(s, s->at);
    return tro_mistake(s->reader, &behind, "text behind the closing quote of a cell (in a quoted "
                                           "cell \"\" stands for a quote)");
}

static int is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static int read_bare(scan *s)
{
    const char *text = s->source.text;
    while (is_blank(byte(s)))
        s->at++;
    size_t start = s->at, end = s->at;
    while (!at_end(s) && byte(s) != ',') {
        if (byte(s) == '"') {
            tro_place here = place_at(s, s->at);
            return tro_mistake(s->reader, &here, "a quote inside a cell that does not begin with "
                                                 "one");
        }
        end = is_blank(text[s->at++]) ? end : s->at;
    }
    tro_text_add_n(&s->cell, text + start, end - start);
    s->place = place_at(s, start);
    s->place.width = end > start ? (int)(end - start) : 1;
    return TRO_OK;
}

/* The next cell; *more is 0 when it was the last of its row, and the scan then
 * stands at the next row. */
static int next_cell(scan *s, int *more)
{
    s->cell.length = 0;
    tro_text_add_n(&s->cell, "", 0);
    int status = byte(s) == '"' ? read_quoted(s) : read_bare(s);
    if (status == TRO_OK && s->cell.failed)
        return tro_no_memory(s->reader);
    *more = byte(s) == ',';
    s->at += *more != 0;
    if (status == TRO_OK && !*more && s->at < s->source.length)
        next_line(s);
    return status;
}

/* Counts the names, then keeps them. */
static int read_names(scan *s, const char ***names)
{
    const scan start = *s;
    int status = TRO_OK, more = 1;
    for (s->columns = 0; more; s->columns++)
        TRO_TRY(next_cell(s, &more));
    *names = TRO_NEW(s->reader->arena, const char *, s->columns);
    if (!*names)
        return tro_no_memory(s->reader);
    s->at = start.at;
    s->line = start.line;
    s->line_start = start.line_start;
    for (size_t k = 0; k < s->columns; k++) {
        TRO_TRY(next_cell(s, &more));
        (*names)[k] = tro_arena_text_n(s->reader->arena, tro_text_string(&s->cell),
                                       s->cell.length);
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
    tro_node node = {.kind = TRO_SCALAR, .place = s->place, .text = tro_text_string(&s->cell)};
    tro_param param = bounds ? *bounds : (tro_param){0};
    param.key = s->column->name;
    param.type = TRO_P_REAL;
    return tro_read_value(s->reader, &node, &param, out);
}

static int read_row(scan *s, const tro_param *bounds, tro_vector *out)
{
    size_t cells = 0;
    int status = TRO_OK, more = 1;
    tro_place row = place_at(s, s->at);
    for (; more; cells++) {
        /* After a quote in a wrong place the rest of the file means nothing. */
        int read = next_cell(s, &more);
        if (read < 0) {
            s->at = s->source.length;
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
    for (size_t k = s->at; k < s->source.length; k++)
        most += s->source.text[k] == '\n';
    out->values = TRO_NEW(s->reader->arena, double, most);
    if (!out->values)
        return tro_no_memory(s->reader);
    for (skip_empty_lines(s); s->at < s->source.length; skip_empty_lines(s))
        status = tro_worse(status, read_row(s, bounds, out));
    return status;
}

/* The file's text, checked; the scan begins behind a byte order mark. */
static int open_file(scan *s, tro_text *text)
{
    char why[128];
    const char *path = tro_path_beside(s->reader, s->column->file);
    int status = path ? tro_read_whole(path, text, why, sizeof why) : TRO_ENOMEM;
    if (status == TRO_EIO)
        return tro_mistake(s->reader, place_of(s, "file"), "cannot read '%s': %s",
                           s->column->file, why);
    if (status < 0)
        return tro_no_memory(s->reader);
    if (text->length > TRO_TEXT_LIMIT)
        return tro_mistake(s->reader, place_of(s, "file"), "'%s' is larger than 64 MiB",
                           s->column->file);
    const char *bytes = tro_text_string(text);
    size_t mark = strncmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    s->source = (tro_source){.name = path, .text = bytes + mark, .length = text->length - mark};
    s->line = 1;
    if (tro_source_check(&s->source, s->reader->messages) < 0)
        return TRO_ESCENARIO;
    skip_empty_lines(s);
    if (s->at < s->source.length)
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
    tro_text_clear(&s.cell);
    tro_text_clear(&text);
    return status;
}
