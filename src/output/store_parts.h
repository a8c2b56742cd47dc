/* The parts of the store of a sweep, a file each; for this folder only. */
#ifndef TRO_OUTPUT_STORE_PARTS_H
#define TRO_OUTPUT_STORE_PARTS_H

#include <sqlite3.h>

#include "base/text.h"
#include "output/store.h"

struct tro_store {
    sqlite3 *db;
    char *path;
    int lock;                   /* a descriptor, held by who writes; -1 */
    int made;                   /* by this process, so that a failure takes it away */
    tro_store_layout layout;
    tro_arena arena;
    sqlite3_stmt *add_cell, *add_result, *add_rounds, *add_time, *has;
};

/* Says why SQLite failed; returns the status. `what`: "read" or "write". */
int tro_store_fail(const tro_store *store, const char *what, tro_messages *messages);
/* Runs statements without results. */
TRO_MUST_USE int tro_store_run(const tro_store *store, const char *sql, tro_messages *messages);
TRO_MUST_USE int tro_store_prepare(const tro_store *store, const char *sql, sqlite3_stmt **out,
                                   tro_messages *messages);
/* The first number that the statement finds. */
TRO_MUST_USE int tro_store_number(const tro_store *store, const char *sql, double *out,
                                  tro_messages *messages);
/* Appends "name" as SQL wants it. */
void tro_store_add_name(tro_text *text, const char *name);

/* store_layout.c: the schema, and what the store is of. */
TRO_MUST_USE int tro_store_make(tro_store *store, const tro_store_layout *layout,
                                tro_messages *messages);
TRO_MUST_USE int tro_store_load(tro_store *store, tro_messages *messages);
/* TRO_EEXIST, and what is different, unless the store is of that very sweep; `advice` is
 * what to do then. */
TRO_MUST_USE int tro_store_compare(const tro_store *store, const tro_store_layout *layout,
                                   const char *advice, tro_messages *messages);

#endif
