#include "output/csv.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static void add(tro_csv *csv, const char *text, size_t length)
{
    if (csv->filled++)
        tro_file_add(&csv->file, ",", 1);
    tro_file_add(&csv->file, text, length);
}

/* In a table of one column an empty cell would be an empty line, which many
 * readers skip. */
static void add_empty(tro_csv *csv)
{
    add(csv, "\"\"", csv->columns == 1 ? 2 : 0);
}

static int needs_quotes(const char *text, size_t length)
{
    return text[strcspn(text, ",\"\r\n")] != '\0' || text[0] == ' ' || text[length - 1] == ' ';
}

static void add_quoted(tro_csv *csv, const char *text)
{
    add(csv, "\"", 1);
    while (*text) {
        size_t length = strcspn(text, "\"");
        tro_file_add(&csv->file, text, length);
        text += length;
        if (*text == '"') {
            tro_file_add(&csv->file, "\"\"", 2);
            text++;
        }
    }
    tro_file_add(&csv->file, "\"", 1);
}

void tro_csv_text(tro_csv *csv, const char *text)
{
    size_t length = text ? strlen(text) : 0;
    if (length == 0)
        add_empty(csv);
    else if (needs_quotes(text, length))
        add_quoted(csv, text);
    else
        add(csv, text, length);
}

void tro_csv_real(tro_csv *csv, double value)
{
    char buffer[32];
    if (isnan(value))
        add_empty(csv);
    else
        add(csv, buffer, strlen(tro_format_real(buffer, value)));
}

void tro_csv_reals(tro_csv *csv, const double *values, size_t count)
{
    for (size_t k = 0; k < count; k++)
        tro_csv_real(csv, values[k]);
}

void tro_csv_whole(tro_csv *csv, long long value)
{
    char buffer[32];
    add(csv, buffer, (size_t)snprintf(buffer, sizeof buffer, "%lld", value));
}

int tro_csv_end_row(tro_csv *csv)
{
    if (csv->filled != csv->columns && !csv->wrong) {
        csv->wrong = 1;
        tro_error(csv->file.messages, TRO_EINVAL, NULL,
                  "a row of '%s' has %zu cells where %zu columns are named",
                  csv->file.path ? csv->file.path : "", csv->filled, csv->columns);
    }
    csv->filled = 0;
    int status = tro_file_add(&csv->file, "\n", 1);
    return csv->wrong ? TRO_EINVAL : status;
}

int tro_csv_open(tro_csv *csv, const char *path, const char *const *names, size_t columns,
                 tro_messages *messages)
{
    *csv = (tro_csv){.columns = columns};
    if (columns == 0)
        return tro_error(messages, TRO_EINVAL, NULL, "the table '%s' has no columns", path);
    int status = tro_file_open(&csv->file, path, messages);
    if (status < 0)
        return status;
    for (size_t k = 0; k < columns; k++)
        tro_csv_text(csv, names[k]);
    status = tro_csv_end_row(csv);
    if (status < 0)
        tro_csv_abort(csv);
    return status;
}

int tro_csv_commit(tro_csv *csv)
{
    if (csv->filled)
        tro_csv_end_row(csv);
    if (!csv->wrong)
        return tro_file_commit(&csv->file);
    tro_file_abort(&csv->file);
    return TRO_EINVAL;
}

void tro_csv_abort(tro_csv *csv)
{
    tro_file_abort(&csv->file);
}
