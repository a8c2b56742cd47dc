#include "output/csv_read.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

static int no_memory(tro_csv_reader *r)
{
    return tro_error(r->messages, TRO_ENOMEM, NULL, "out of memory while reading '%s'", r->path);
}

static int wrong(tro_csv_reader *r, const char *what)
{
    return tro_error(r->messages, TRO_EINVAL, NULL, "'%s', line %zu: %s", r->path, r->line, what);
}

/* --- a row ----------------------------------------------------------------------- */

/* Behind the opening quote, up to the closing one. */
static int read_quoted(tro_csv_reader *r)
{
    for (int c; (c = getc_unlocked(r->stream)) != EOF;) {
        char byte = (char)c;
        if (c == '"') {
            int next = getc_unlocked(r->stream);
            if (next != '"') {
                if (next != EOF)
                    ungetc(next, r->stream);
                return TRO_OK;
            }
        }
        r->next_line += c == '\n';
        tro_text_add_n(&r->row, &byte, 1);
    }
    return wrong(r, "a quoted cell has no closing quote");
}

/* One cell, ended by a NUL; *last is 1 at the end of its row. */
static int read_cell(tro_csv_reader *r, int *last)
{
    int c = getc_unlocked(r->stream), status = TRO_OK;
    if (c == '"') {
        status = read_quoted(r);
        c = getc_unlocked(r->stream);
    } else {
        for (; c != EOF && c != ',' && c != '\n'; c = getc_unlocked(r->stream)) {
            char byte = (char)c;
            if (c == '\0')
                return wrong(r, "a NUL character");
            tro_text_add_n(&r->row, &byte, 1);
        }
        if (r->row.length > 0 && c != ',' && r->row.data[r->row.length - 1] == '\r')
            r->row.length--;
    }
    if (c == '\r' && status == TRO_OK)
        c = getc_unlocked(r->stream);
    if (status == TRO_OK && c != ',' && c != '\n' && c != EOF)
        status = wrong(r, "text behind the closing quote of a cell");
    tro_text_add_n(&r->row, "", 1);
    *last = c != ',';
    r->next_line += c == '\n';
    return status;
}

/* *found is 0 at the end of the file. */
static int read_row(tro_csv_reader *r, size_t *cells, int *found)
{
    int last = 0, status = TRO_OK;
    int c = getc_unlocked(r->stream);
    r->row.length = 0;
    r->line = r->next_line;
    *cells = 0;
    *found = c != EOF;
    if (c == EOF)
        return ferror(r->stream) ? tro_error(r->messages, TRO_EIO, NULL, "cannot read '%s'",
                                             r->path)
                                 : TRO_OK;
    ungetc(c, r->stream);
    while (status == TRO_OK && !last) {
        status = read_cell(r, &last);
        ++*cells;
    }
    return status == TRO_OK && r->row.failed ? no_memory(r) : status;
}

/* --- the table -------------------------------------------------------------------- */

static int read_names(tro_csv_reader *r)
{
    int found, status = read_row(r, &r->columns, &found);
    if (status < 0)
        return status;
    if (!found)
        return wrong(r, "the table is empty: its first line must name its columns");
    r->names = TRO_NEW(&r->arena, const char *, r->columns);
    r->cells = TRO_NEW(&r->arena, const char *, r->columns);
    char *copy = tro_arena_text_n(&r->arena, r->row.data, r->row.length);
    if (!r->names || !r->cells || !copy)
        return no_memory(r);
    for (size_t k = 0; k < r->columns; k++, copy += strlen(copy) + 1)
        r->names[k] = copy;
    return TRO_OK;
}

int tro_csv_reader_open(tro_csv_reader *r, const char *path, tro_messages *messages)
{
    char why[128];
    struct stat about;
    *r = (tro_csv_reader){.messages = messages, .next_line = 1, .line = 1};
    r->path = tro_copy_text(path);
    if (!r->path)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory while reading '%s'", path);
    int reason = stat(path, &about) < 0 ? errno : S_ISREG(about.st_mode) ? 0 : EISDIR;
    if (reason == 0 && !(r->stream = fopen(path, "rbe")))
        reason = errno;
    int status = reason ? tro_error(messages, TRO_EIO, NULL, "cannot read '%s': %s", path,
                                    strerror_r(reason, why, sizeof why))
                        : read_names(r);
    if (status < 0)
        tro_csv_reader_close(r);
    return status;
}

int tro_csv_reader_next(tro_csv_reader *r)
{
    size_t cells;
    int found, status = read_row(r, &cells, &found);
    if (status < 0 || !found)
        return status;
    if (cells != r->columns)
        return wrong(r, "a row that has not as many cells as the first line");
    const char *at = r->row.data;
    for (size_t k = 0; k < cells; k++, at += strlen(at) + 1)
        r->cells[k] = at;
    return 1;
}

void tro_csv_reader_close(tro_csv_reader *r)
{
    if (r->stream)
        fclose(r->stream);
    tro_release(r->path);
    tro_text_clear(&r->row);
    tro_arena_clear(&r->arena);
    *r = (tro_csv_reader){0};
}

size_t tro_csv_reader_column(const tro_csv_reader *r, const char *name)
{
    for (size_t k = 0; k < r->columns; k++)
        if (strcmp(r->names[k], name) == 0)
            return k;
    return SIZE_MAX;
}

const char *tro_csv_reader_cell(const tro_csv_reader *reader, const char *name)
{
    size_t at = tro_csv_reader_column(reader, name);
    return at == SIZE_MAX ? "" : reader->cells[at];
}
