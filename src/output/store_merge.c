/* Merging the stores of shards. */
#include <stdio.h>
#include <string.h>

#include "output/store_parts.h"

static const char ADVICE[] = "shards of one sweep, run by one version, would be right";

/* The same file, and so the same lock. */
static int is_itself(const tro_store *store, const char *from)
{
    return strcmp(store->path, from) == 0;
}

static int attach(tro_store *store, const char *from, tro_messages *messages)
{
    sqlite3_stmt *statement = NULL;
    int status = tro_store_prepare(store, "ATTACH ? AS shard", &statement, messages);
    if (status < 0)
        return status;
    sqlite3_bind_text(statement, 1, from, -1, SQLITE_STATIC);
    if (sqlite3_step(statement) != SQLITE_DONE)
        status = tro_store_fail(store, "read", messages);
    sqlite3_finalize(statement);
    return status;
}

/* A cell that is in both stores must be the same in both. */
static int compare_cells(const tro_store *store, const char *from, tro_messages *messages)
{
    static const char *const tables[] = {"cells", "results", "rounds"};
    for (size_t k = 0; k < sizeof tables / sizeof *tables; k++) {
        char sql[256];
        double cell = -1;
        snprintf(sql, sizeof sql,
                 "SELECT min(cell) FROM (SELECT * FROM shard.%s WHERE cell IN "
                 "(SELECT cell FROM main.cells) EXCEPT SELECT * FROM main.%s)", tables[k],
                 tables[k]);
        int status = tro_store_number(store, sql, &cell, messages);
        if (status < 0)
            return status;
        if (cell >= 0)
            return tro_error(messages, TRO_EEXIST, NULL,
                             "cell %.0f of '%s' is another one than that of '%s': nothing of it "
                             "was taken over", cell, from, store->path);
    }
    return TRO_OK;
}

static int copy_cells(const tro_store *store, size_t *added, tro_messages *messages)
{
    double count = 0;
    int status;
    TRO_TRY(tro_store_run(store,
                          "CREATE TEMP TABLE fresh AS SELECT cell FROM shard.cells WHERE cell "
                          "NOT IN (SELECT cell FROM main.cells) ORDER BY cell", messages));
    TRO_TRY(tro_store_number(store, "SELECT count(*) FROM fresh", &count, messages));
    TRO_TRY(tro_store_run(
        store,
        "INSERT INTO main.cells SELECT * FROM shard.cells WHERE cell IN (SELECT cell FROM fresh);"
        "INSERT INTO main.results SELECT * FROM shard.results WHERE cell IN (SELECT cell FROM "
        "fresh);"
        "INSERT INTO main.rounds SELECT * FROM shard.rounds WHERE cell IN (SELECT cell FROM fresh)"
        " ORDER BY cell, block;"
        "INSERT INTO main.timings SELECT * FROM shard.timings WHERE cell IN (SELECT cell FROM "
        "fresh);"
        "DROP TABLE fresh", messages));
    *added = (size_t)count;
out:
    return status;
}

int tro_store_merge(tro_store *store, const char *from, size_t *added, tro_messages *messages)
{
    tro_store *shard = NULL;
    int status, attached = 0;
    *added = 0;
    if (is_itself(store, from))
        return tro_error(messages, TRO_EINVAL, NULL, "'%s' cannot be merged into itself", from);
    TRO_TRY(tro_store_read(from, &shard, messages));
    TRO_TRY(tro_store_compare(shard, &store->layout, ADVICE, messages));
    TRO_TRY(attach(store, from, messages));
    attached = 1;
    TRO_TRY(tro_store_run(store, "BEGIN IMMEDIATE", messages));
    TRO_TRY(compare_cells(store, from, messages));
    TRO_TRY(copy_cells(store, added, messages));
    status = tro_store_run(store, "COMMIT", messages);
out:
    if (status < 0 && !sqlite3_get_autocommit(store->db))
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    if (attached)
        sqlite3_exec(store->db, "DETACH shard", NULL, NULL, NULL);
    tro_store_close(shard);
    return status;
}
