/* The schema of a store, and what the store is of. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output/digest.h"
#include "output/store_parts.h"

/* --- making ---------------------------------------------------------------- */

static void add_columns(tro_text *sql, const tro_store_layout *layout, size_t from, size_t to)
{
    for (size_t k = from; k < to; k++) {
        tro_store_add_name(sql, layout->columns[k].name);
        tro_text_add(sql, layout->columns[k].role == TRO_STORE_WORD ? " TEXT, " : " REAL, ");
    }
}

static void add_names(tro_text *sql, const char *table, const tro_store_layout *layout,
                      size_t from, size_t to)
{
    for (size_t k = from; k < to; k++) {
        tro_text_addf(sql, "%s.", table);
        tro_store_add_name(sql, layout->columns[k].name);
        tro_text_add(sql, ", ");
    }
}

static void add_schema(tro_text *sql, const tro_store_layout *layout)
{
    size_t parameters = layout->parameters, count = layout->column_count;
    tro_text_add(sql,
                 "CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;\n"
                 "CREATE TABLE columns (position INTEGER PRIMARY KEY, name TEXT, role TEXT);\n"
                 "CREATE TABLE cells (cell INTEGER PRIMARY KEY, replicate INTEGER, seed INTEGER, ");
    add_columns(sql, layout, 0, parameters);
    tro_text_add(sql, "status TEXT, message TEXT);\nCREATE TABLE results (cell INTEGER, "
                      "component INTEGER, ");
    add_columns(sql, layout, parameters, count);
    tro_text_add(sql, "PRIMARY KEY (cell, component)) WITHOUT ROWID;\n"
                      "CREATE TABLE rounds (cell INTEGER, block INTEGER, rows TEXT, "
                      "PRIMARY KEY (cell, block));\n"
                      "CREATE TABLE timings (cell INTEGER PRIMARY KEY, seconds REAL);\n"
                      "CREATE VIEW tidy AS SELECT cells.cell, cells.replicate, cells.seed, ");
    add_names(sql, "cells", layout, 0, parameters);
    tro_text_add(sql, "results.component, ");
    add_names(sql, "results", layout, parameters, count);
    tro_text_add(sql, "cells.status, cells.message FROM cells LEFT JOIN results "
                      "ON results.cell = cells.cell;\n");
}

static int put(const tro_store *store, const char *key, const char *text, uint64_t number,
               tro_messages *messages)
{
    sqlite3_stmt *statement = NULL;
    int status = tro_store_prepare(store, "INSERT INTO meta VALUES (?, ?)", &statement, messages);
    if (status < 0)
        return status;
    sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
    if (text)
        sqlite3_bind_text(statement, 2, text, -1, SQLITE_STATIC);
    else
        sqlite3_bind_int64(statement, 2, (sqlite3_int64)number);
    if (sqlite3_step(statement) != SQLITE_DONE)
        status = tro_store_fail(store, "write", messages);
    sqlite3_finalize(statement);
    return status;
}

static const char *const roles[] = {"number", "word", "output", "error"};

static int put_columns(const tro_store *store, const tro_store_layout *layout,
                       tro_messages *messages)
{
    sqlite3_stmt *statement = NULL;
    int status = tro_store_prepare(store, "INSERT INTO columns VALUES (?, ?, ?)", &statement,
                                   messages);
    for (size_t k = 0; status == TRO_OK && k < layout->column_count; k++) {
        sqlite3_reset(statement);
        sqlite3_bind_int64(statement, 1, (sqlite3_int64)k);
        sqlite3_bind_text(statement, 2, layout->columns[k].name, -1, SQLITE_STATIC);
        sqlite3_bind_text(statement, 3, roles[layout->columns[k].role], -1, SQLITE_STATIC);
        if (sqlite3_step(statement) != SQLITE_DONE)
            status = tro_store_fail(store, "write", messages);
    }
    sqlite3_finalize(statement);
    return status;
}

int tro_store_make(tro_store *store, const tro_store_layout *layout, tro_messages *messages)
{
    char scenario[TRO_DIGEST_CHARS], definition[TRO_DIGEST_CHARS];
    tro_text sql = {0};
    int status = TRO_ENOMEM;
    add_schema(&sql, layout);
    if (sql.failed)
        goto out;
    tro_digest_of(layout->scenario, strlen(layout->scenario), scenario);
    tro_digest_of(layout->definition, strlen(layout->definition), definition);
    TRO_TRY(tro_store_run(store, tro_text_string(&sql), messages));
    TRO_TRY(put_columns(store, layout, messages));
    TRO_TRY(put(store, "program", layout->program, 0, messages));
    TRO_TRY(put(store, "name", layout->name, 0, messages));
    TRO_TRY(put(store, "scenario", layout->scenario, 0, messages));
    TRO_TRY(put(store, "scenario_digest", scenario, 0, messages));
    TRO_TRY(put(store, "definition", layout->definition, 0, messages));
    TRO_TRY(put(store, "definition_digest", definition, 0, messages));
    TRO_TRY(put(store, "network", layout->network, 0, messages));
    TRO_TRY(put(store, "shape", layout->shape, 0, messages));
    TRO_TRY(put(store, "seed", NULL, layout->seed, messages));
    TRO_TRY(put(store, "cells", NULL, layout->cells, messages));
    TRO_TRY(put(store, "components", NULL, layout->components, messages));
    TRO_TRY(put(store, "first_component", NULL, layout->first_component, messages));
    if (layout->round_names)
        TRO_TRY(put(store, "round_names", layout->round_names, 0, messages));
out:
    tro_text_clear(&sql);
    return status;
}

/* --- loading --------------------------------------------------------------- */

/* Where a key of meta belongs; NULL: it is no text, or none of ours. */
static const char **text_slot(tro_store_layout *layout, const char *key)
{
    const struct { const char *key, **slot; } texts[] = {
        {"program", &layout->program},         {"name", &layout->name},
        {"scenario", &layout->scenario},       {"definition", &layout->definition},
        {"network", &layout->network},         {"shape", &layout->shape},
        {"round_names", &layout->round_names},
    };
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
        if (strcmp(texts[k].key, key) == 0)
            return texts[k].slot;
    return NULL;
}

static void set_number(tro_store_layout *layout, const char *key, sqlite3_int64 value)
{
    if (strcmp(key, "seed") == 0)
        layout->seed = (uint64_t)value;
    else if (strcmp(key, "cells") == 0)
        layout->cells = (size_t)value;
    else if (strcmp(key, "components") == 0)
        layout->components = (size_t)value;
    else if (strcmp(key, "first_component") == 0)
        layout->first_component = (size_t)value;
}

static const char *text_of(sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return text ? text : "";
}

static int load_meta(tro_store *store, tro_messages *messages)
{
    sqlite3_stmt *statement = NULL;
    int more, status = tro_store_prepare(store, "SELECT key, value FROM meta", &statement,
                                         messages);
    if (status < 0)
        return status;
    while ((more = sqlite3_step(statement)) == SQLITE_ROW && status == TRO_OK) {
        const char *key = text_of(statement, 0), **slot = text_slot(&store->layout, key);
        if (slot) {
            *slot = tro_arena_text(&store->arena, text_of(statement, 1));
            status = *slot ? TRO_OK : TRO_ENOMEM;
        } else {
            set_number(&store->layout, key, sqlite3_column_int64(statement, 1));
        }
    }
    if (status == TRO_OK && more != SQLITE_DONE)
        status = tro_store_fail(store, "read", messages);
    sqlite3_finalize(statement);
    return status;
}

static tro_store_role role_named(const char *name)
{
    for (size_t k = 0; k < sizeof roles / sizeof *roles; k++)
        if (strcmp(roles[k], name) == 0)
            return (tro_store_role)k;
    return TRO_STORE_OUTPUT;
}

static int load_columns(tro_store *store, tro_messages *messages)
{
    tro_store_layout *layout = &store->layout;
    sqlite3_stmt *statement = NULL;
    double count = 0;
    int status;
    TRO_TRY(tro_store_number(store, "SELECT count(*) FROM columns", &count, messages));
    tro_store_column *columns = TRO_NEW(&store->arena, tro_store_column, (size_t)count);
    if (!columns)
        TRO_TRY(TRO_ENOMEM);
    TRO_TRY(tro_store_prepare(store, "SELECT name, role FROM columns ORDER BY position",
                              &statement, messages));
    for (size_t k = 0; k < (size_t)count && sqlite3_step(statement) == SQLITE_ROW; k++) {
        columns[k].name = tro_arena_text(&store->arena, text_of(statement, 0));
        columns[k].role = role_named(text_of(statement, 1));
        layout->parameters += columns[k].role <= TRO_STORE_WORD;
        layout->column_count++;
        if (!columns[k].name)
            TRO_TRY(TRO_ENOMEM);
    }
    layout->columns = columns;
out:
    sqlite3_finalize(statement);
    return status;
}

int tro_store_load(tro_store *store, tro_messages *messages)
{
    const tro_store_layout *layout = &store->layout;
    int status = load_meta(store, messages);
    if (status == TRO_OK)
        status = load_columns(store, messages);
    if (status == TRO_OK && (!layout->program || !layout->name || !layout->scenario ||
                             !layout->definition || !layout->network || !layout->shape ||
                             layout->components == 0))
        status = tro_error(messages, TRO_EEXIST, NULL,
                           "'%s' does not say what it is a sweep of", store->path);
    if (status == TRO_ENOMEM)
        tro_error(messages, status, NULL, "out of memory reading '%s'", store->path);
    return status;
}

/* --- comparing ------------------------------------------------------------- */

/* The first lines that differ, without the blanks in front, cut to be shown. */
static void differing(const char *a, const char *b, const char **of_a, int *a_length,
                      const char **of_b, int *b_length)
{
    const char *start_a = a, *start_b = b;
    while (*a && *a == *b) {
        if (*a == '\n') {
            start_a = a + 1;
            start_b = b + 1;
        }
        a++, b++;
    }
    *of_a = start_a + strspn(start_a, " ");
    *of_b = start_b + strspn(start_b, " ");
    *a_length = (int)strcspn(*of_a, "\n");
    *b_length = (int)strcspn(*of_b, "\n");
    *a_length = *a_length > 60 ? tro_shown(*of_a, 60) : *a_length;
    *b_length = *b_length > 60 ? tro_shown(*of_b, 60) : *b_length;
}

static int refuse_text(const tro_store *store, const char *what, const char *there,
                       const char *here, const char *advice, tro_messages *messages)
{
    const char *a, *b;
    int a_length, b_length;
    differing(there, here, &a, &a_length, &b, &b_length);
    return tro_error(messages, TRO_EEXIST, NULL,
                     "'%s' holds another %s: it has '%.*s' where this one has '%.*s': %s",
                     store->path, what, a_length, a, b_length, b, advice);
}

int tro_store_compare(const tro_store *store, const tro_store_layout *layout,
                      const char *advice, tro_messages *messages)
{
    const tro_store_layout *own = &store->layout;
    if (strcmp(own->scenario, layout->scenario) != 0)
        return refuse_text(store, "scenario", own->scenario, layout->scenario, advice, messages);
    if (strcmp(own->definition, layout->definition) != 0)
        return refuse_text(store, "sweep of this scenario", own->definition, layout->definition,
                           advice, messages);
    if (strcmp(own->network, layout->network) != 0)
        return tro_error(messages, TRO_EEXIST, NULL,
                         "'%s' holds another scenario: the network is a different one: %s",
                         store->path, advice);
    if (strcmp(own->program, layout->program) != 0)
        return tro_error(messages, TRO_EEXIST, NULL,
                         "'%s' was begun by trophic %s, this is %s: %s", store->path,
                         own->program, layout->program, advice);
    return TRO_OK;
}
