/* The rows of a store: adding, counting, reading. */
#include <math.h>
#include <string.h>

#include "output/store_parts.h"

/* Of the rows of one cell: SQLite keeps a text in one piece. */
enum { BLOCK_BYTES = 64 << 20 };

/* --- adding ---------------------------------------------------------------- */

static int prepare(tro_store *store, const char *start, size_t values, sqlite3_stmt **out,
                   tro_messages *messages)
{
    tro_text sql = {0};
    if (*out)
        return TRO_OK;
    tro_text_add(&sql, start);
    for (size_t k = 0; k < values; k++)
        tro_text_add(&sql, k ? ", ?" : " VALUES (?");
    tro_text_add(&sql, ")");
    int status = sql.failed ? TRO_ENOMEM
                            : tro_store_prepare(store, tro_text_string(&sql), out, messages);
    tro_text_clear(&sql);
    return status;
}

static int prepare_all(tro_store *store, tro_messages *messages)
{
    const tro_store_layout *layout = &store->layout;
    size_t outputs = layout->column_count - layout->parameters;
    int status;
    TRO_TRY(prepare(store, "INSERT INTO cells", 5 + layout->parameters, &store->add_cell,
                    messages));
    TRO_TRY(prepare(store, "INSERT INTO results", 2 + outputs, &store->add_result, messages));
    TRO_TRY(prepare(store, "INSERT INTO rounds", 3, &store->add_rounds, messages));
    TRO_TRY(prepare(store, "INSERT INTO timings", 2, &store->add_time, messages));
out:
    return status;
}

static int step(const tro_store *store, sqlite3_stmt *statement, tro_messages *messages)
{
    int done = sqlite3_step(statement) == SQLITE_DONE;
    int status = done ? TRO_OK : tro_store_fail(store, "write", messages);
    sqlite3_reset(statement);
    return status;
}

static int add_cell(tro_store *store, const tro_store_row *row, tro_messages *messages)
{
    const tro_store_layout *layout = &store->layout;
    sqlite3_stmt *statement = store->add_cell;
    int at = 1;
    sqlite3_bind_int64(statement, at++, (sqlite3_int64)row->cell);
    sqlite3_bind_int64(statement, at++, (sqlite3_int64)row->replicate);
    sqlite3_bind_int64(statement, at++, (sqlite3_int64)row->seed);
    for (size_t k = 0; k < layout->parameters; k++) {
        const tro_store_value *value = &row->parameters[k];
        if (value->text)
            sqlite3_bind_text(statement, at++, value->text, -1, SQLITE_STATIC);
        else
            sqlite3_bind_double(statement, at++, value->number);
    }
    sqlite3_bind_text(statement, at++, row->status, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, at++, row->message, -1, SQLITE_STATIC);
    return step(store, statement, messages);
}

static int add_results(tro_store *store, const tro_store_row *row, tro_messages *messages)
{
    const tro_store_layout *layout = &store->layout;
    size_t outputs = layout->column_count - layout->parameters;
    int status = TRO_OK;
    for (size_t k = 0; outputs > 0 && k < layout->components && status == TRO_OK; k++) {
        sqlite3_bind_int64(store->add_result, 1, (sqlite3_int64)row->cell);
        sqlite3_bind_int64(store->add_result, 2, (sqlite3_int64)(layout->first_component + k));
        for (size_t c = 0; c < outputs; c++)   /* NaN becomes NULL */
            sqlite3_bind_double(store->add_result, (int)(3 + c), row->values[k * outputs + c]);
        status = step(store, store->add_result, messages);
    }
    return status;
}

static int add_rounds(tro_store *store, const tro_store_row *row, tro_messages *messages)
{
    int status = TRO_OK;
    size_t at = 0;
    for (int block = 0; at < row->rounds_length && status == TRO_OK; block++) {
        size_t length = row->rounds_length - at;
        if (length > BLOCK_BYTES) {
            const char *end = memrchr(row->rounds + at, '\n', BLOCK_BYTES);
            length = end ? (size_t)(end + 1 - (row->rounds + at)) : length;
        }
        sqlite3_bind_int64(store->add_rounds, 1, (sqlite3_int64)row->cell);
        sqlite3_bind_int(store->add_rounds, 2, block);
        sqlite3_bind_text64(store->add_rounds, 3, row->rounds + at, length, SQLITE_STATIC,
                            SQLITE_UTF8);
        status = step(store, store->add_rounds, messages);
        at += length;
    }
    return status;
}

int tro_store_add(tro_store *store, const tro_store_row *row, tro_messages *messages)
{
    int status, begun = 0;
    TRO_TRY(prepare_all(store, messages));
    TRO_TRY(tro_store_run(store, "BEGIN IMMEDIATE", messages));
    begun = 1;
    TRO_TRY(add_cell(store, row, messages));
    TRO_TRY(add_results(store, row, messages));
    TRO_TRY(add_rounds(store, row, messages));
    sqlite3_bind_int64(store->add_time, 1, (sqlite3_int64)row->cell);
    sqlite3_bind_double(store->add_time, 2, row->seconds);
    TRO_TRY(step(store, store->add_time, messages));
    status = tro_store_run(store, "COMMIT", messages);
out:
    if (status < 0 && begun && !sqlite3_get_autocommit(store->db))
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

/* --- counting -------------------------------------------------------------- */

int tro_store_has(tro_store *store, size_t cell, int *has, tro_messages *messages)
{
    int status = TRO_OK;
    if (!store->has)
        status = tro_store_prepare(store, "SELECT 1 FROM cells WHERE cell = ?", &store->has,
                                   messages);
    if (status < 0)
        return status;
    sqlite3_bind_int64(store->has, 1, (sqlite3_int64)cell);
    int found = sqlite3_step(store->has);
    *has = found == SQLITE_ROW;
    if (found != SQLITE_ROW && found != SQLITE_DONE)
        status = tro_store_fail(store, "read", messages);
    sqlite3_reset(store->has);
    return status;
}

int tro_store_count(tro_store *store, size_t *count, tro_messages *messages)
{
    double found = 0;
    int status = tro_store_number(store, "SELECT count(*) FROM cells", &found, messages);
    *count = (size_t)found;
    return status;
}

int tro_store_mean_seconds(tro_store *store, double *mean, tro_messages *messages)
{
    return tro_store_number(store, "SELECT avg(seconds) FROM timings", mean, messages);
}

int tro_store_tally(tro_store *store, tro_text *text, tro_messages *messages)
{
    sqlite3_stmt *statement = NULL;
    int more, status = tro_store_prepare(store, "SELECT status, count(*) AS n FROM cells "
                                                "GROUP BY status ORDER BY n DESC, status",
                                         &statement, messages);
    if (status < 0)
        return status;
    for (int k = 0; (more = sqlite3_step(statement)) == SQLITE_ROW; k++)
        tro_text_addf(text, "%s%lld %s", k ? ", " : "",
                      (long long)sqlite3_column_int64(statement, 1),
                      (const char *)sqlite3_column_text(statement, 0));
    if (more != SQLITE_DONE)
        status = tro_store_fail(store, "read", messages);
    sqlite3_finalize(statement);
    return status;
}

int tro_store_first_failed(tro_store *store, tro_arena *arena, size_t *cell, const char **what,
                           tro_messages *messages)
{
    sqlite3_stmt *statement = NULL;
    int status = tro_store_prepare(store, "SELECT cell, status FROM cells WHERE status NOT IN "
                                          "('ok', 'one-sided') ORDER BY cell LIMIT 1",
                                   &statement, messages);
    *cell = SIZE_MAX;
    *what = "";
    if (status < 0)
        return status;
    int more = sqlite3_step(statement);
    if (more == SQLITE_ROW) {
        *cell = (size_t)sqlite3_column_int64(statement, 0);
        *what = tro_arena_text(arena, (const char *)sqlite3_column_text(statement, 1));
        status = *what ? TRO_OK : tro_error(messages, TRO_ENOMEM, NULL, "out of memory");
    } else if (more != SQLITE_DONE) {
        status = tro_store_fail(store, "read", messages);
    }
    sqlite3_finalize(statement);
    return status;
}

int tro_store_retry(tro_store *store, size_t *count, tro_messages *messages)
{
    double found = 0;
    int status;
    TRO_TRY(tro_store_number(store, "SELECT count(*) FROM cells WHERE status NOT IN "
                                    "('ok', 'one-sided')", &found, messages));
    *count = (size_t)found;
    if (*count == 0)
        return TRO_OK;
    status = tro_store_run(
        store, "BEGIN IMMEDIATE;"
               "CREATE TEMP TABLE again AS SELECT cell FROM cells WHERE status NOT IN "
               "('ok', 'one-sided');"
               "DELETE FROM results WHERE cell IN (SELECT cell FROM again);"
               "DELETE FROM rounds WHERE cell IN (SELECT cell FROM again);"
               "DELETE FROM timings WHERE cell IN (SELECT cell FROM again);"
               "DELETE FROM cells WHERE cell IN (SELECT cell FROM again);"
               "DROP TABLE again; COMMIT", messages);
    if (status < 0 && !sqlite3_get_autocommit(store->db))
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
out:
    return status;
}

/* --- reading --------------------------------------------------------------- */

static void add_names(tro_text *sql, const tro_store_layout *layout, size_t from, size_t to)
{
    for (size_t k = from; k < to; k++) {
        tro_text_add(sql, ", ");
        tro_store_add_name(sql, layout->columns[k].name);
    }
}

static int select_lines(const tro_store *store, sqlite3_stmt **out, tro_messages *messages)
{
    const tro_store_layout *layout = &store->layout;
    tro_text sql = {0};
    tro_text_add(&sql, "SELECT cell, replicate, seed, component, status, message");
    add_names(&sql, layout, 0, layout->column_count);
    tro_text_add(&sql, " FROM tidy ORDER BY cell, component");
    int status = sql.failed ? TRO_ENOMEM
                            : tro_store_prepare(store, tro_text_string(&sql), out, messages);
    tro_text_clear(&sql);
    return status;
}

static void read_line(const tro_store_layout *layout, sqlite3_stmt *statement,
                      tro_store_value *parameters, double *values, tro_store_line *line)
{
    enum { FIXED = 6 };
    line->cell = (size_t)sqlite3_column_int64(statement, 0);
    line->replicate = sqlite3_column_int64(statement, 1);
    line->seed = sqlite3_column_int64(statement, 2);
    line->component = (size_t)sqlite3_column_int64(statement, 3);
    line->status = (const char *)sqlite3_column_text(statement, 4);
    line->message = (const char *)sqlite3_column_text(statement, 5);
    for (size_t k = 0; k < layout->column_count; k++) {
        int at = FIXED + (int)k;
        int none = sqlite3_column_type(statement, at) == SQLITE_NULL;
        if (layout->columns[k].role == TRO_STORE_WORD)
            parameters[k].text = (const char *)sqlite3_column_text(statement, at);
        else if (k < layout->parameters)
            parameters[k].number = none ? NAN : sqlite3_column_double(statement, at);
        else
            values[k - layout->parameters] = none ? NAN : sqlite3_column_double(statement, at);
    }
}

int tro_store_each(tro_store *store, tro_store_see *see, void *context, tro_messages *messages)
{
    const tro_store_layout *layout = &store->layout;
    tro_store_value *parameters = tro_allocate(layout->column_count, sizeof *parameters);
    double *values = tro_allocate(layout->column_count, sizeof *values);
    tro_store_line line = {.parameters = parameters, .values = values};
    sqlite3_stmt *statement = NULL;
    int status = TRO_ENOMEM, more;
    if (!parameters || !values)
        goto out;
    TRO_TRY(select_lines(store, &statement, messages));
    while ((more = sqlite3_step(statement)) == SQLITE_ROW) {
        read_line(layout, statement, parameters, values, &line);
        TRO_TRY(see(context, &line));
    }
    if (more != SQLITE_DONE)
        status = tro_store_fail(store, "read", messages);
out:
    sqlite3_finalize(statement);
    tro_release(parameters);
    tro_release(values);
    return status;
}

int tro_store_each_rounds(tro_store *store, tro_store_see_rounds *see, void *context,
                          tro_messages *messages)
{
    sqlite3_stmt *statement = NULL;
    int more, status;
    TRO_TRY(tro_store_prepare(store, "SELECT cell, rows FROM rounds ORDER BY cell, block",
                              &statement, messages));
    while ((more = sqlite3_step(statement)) == SQLITE_ROW) {
        const char *rows = (const char *)sqlite3_column_text(statement, 1);
        TRO_TRY(see(context, (size_t)sqlite3_column_int64(statement, 0), rows ? rows : "",
                    (size_t)sqlite3_column_bytes(statement, 1)));
    }
    if (more != SQLITE_DONE)
        status = tro_store_fail(store, "read", messages);
out:
    sqlite3_finalize(statement);
    return status;
}
