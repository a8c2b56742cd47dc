#include "document/cells.h"

#include <string.h>

#include "document/compose.h"
#include "document/value.h"

tro_place tro_cells_place(const tro_cells *s, size_t start)
{
    size_t width = s->at > start ? s->at - start : 1;
    return (tro_place){.source = &s->source, .line = s->line,
                       .column = (int)(start - s->line_start) + 1, .width = (int)width};
}

static char byte(const tro_cells *s)
{
    return s->at < s->source.length ? s->source.text[s->at] : '\0';
}

/* At the end of a line (its CR belongs to it) or of the text? */
static int at_end(const tro_cells *s)
{
    const char *text = s->source.text;
    return s->at >= s->source.length || text[s->at] == '\n' ||
           (text[s->at] == '\r' && text[s->at + 1] == '\n');
}

static void next_line(tro_cells *s)
{
    s->at += byte(s) == '\r';
    s->at += byte(s) == '\n';
    s->line++;
    s->line_start = s->at;
}

void tro_cells_skip(tro_cells *s)
{
    while (s->at < s->source.length && at_end(s))
        next_line(s);
}

/* The cell behind a quote; its place is the line on which it begins. */
static int read_quoted(tro_cells *s)
{
    size_t start = s->at++;
    const char *text = s->source.text;
    s->place = tro_cells_place(s, start);
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
    tro_place behind = tro_cells_place(s, s->at);
    return tro_mistake(s->reader, &behind, "text behind the closing quote of a cell (in a quoted "
                                           "cell \"\" stands for a quote)");
}

static int is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static int read_bare(tro_cells *s)
{
    const char *text = s->source.text;
    while (is_blank(byte(s)))
        s->at++;
    size_t start = s->at, end = s->at;
    while (!at_end(s) && byte(s) != ',') {
        if (byte(s) == '"') {
            tro_place here = tro_cells_place(s, s->at);
            return tro_mistake(s->reader, &here, "a quote inside a cell that does not begin with "
                                                 "one");
        }
        end = is_blank(text[s->at++]) ? end : s->at;
    }
    tro_text_add_n(&s->cell, text + start, end - start);
    s->place = tro_cells_place(s, start);
    s->place.width = end > start ? (int)(end - start) : 1;
    return TRO_OK;
}

/* The next cell; *more is 0 when it was the last of its row, and the scan then
 * stands at the next row. */
int tro_cells_next(tro_cells *s, int *more)
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

void tro_cells_begin(tro_cells *s, const tro_reader *reader, const char *name,
                     const tro_text *text)
{
    const char *bytes = tro_text_string(text);
    size_t mark = strncmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    *s = (tro_cells){.reader = reader, .line = 1,
                     .source = {.name = name, .text = bytes + mark,
                                .length = text->length - mark}};
}
