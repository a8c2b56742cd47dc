/* Opening and closing the store of a sweep. */
#include "output/store.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "output/store_parts.h"

enum { APPLICATION = 0x54524f50, WAIT = 10000 /* ms, for readers */ };

static const char ADVICE[] = "write elsewhere with --out, or replace it with --force";

/* --- errors ---------------------------------------------------------------- */

int tro_store_fail(const tro_store *store, const char *what, tro_messages *messages)
{
    int code = sqlite3_errcode(store->db), reason = sqlite3_system_errno(store->db);
    char text[128];
    if (code == SQLITE_NOMEM)
        return tro_error(messages, TRO_ENOMEM, NULL, "cannot %s '%s': out of memory", what,
                         store->path);
    if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT)
        return tro_error(messages, TRO_EEXIST, NULL, "'%s' is no store of a sweep: %s",
                         store->path, sqlite3_errmsg(store->db));
    return tro_error(messages, TRO_EIO, NULL, "cannot %s '%s': %s", what, store->path,
                     (code == SQLITE_IOERR || code == SQLITE_CANTOPEN) && reason
                         ? strerror_r(reason, text, sizeof text)
                         : sqlite3_errmsg(store->db));
}

int tro_store_run(const tro_store *store, const char *sql, tro_messages *messages)
{
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK
               ? TRO_OK
               : tro_store_fail(store, "write", messages);
}

int tro_store_prepare(const tro_store *store, const char *sql, sqlite3_stmt **out,
                      tro_messages *messages)
{
    return sqlite3_prepare_v2(store->db, sql, -1, out, NULL) == SQLITE_OK
               ? TRO_OK
               : tro_store_fail(store, "read", messages);
}

int tro_store_number(const tro_store *store, const char *sql, double *out,
                     tro_messages *messages)
{
    sqlite3_stmt *statement = NULL;
    int status = tro_store_prepare(store, sql, &statement, messages);
    if (status == TRO_OK && sqlite3_step(statement) == SQLITE_ROW)
        *out = sqlite3_column_type(statement, 0) == SQLITE_NULL
                   ? NAN
                   : sqlite3_column_double(statement, 0);
    else if (status == TRO_OK)
        status = tro_store_fail(store, "read", messages);
    sqlite3_finalize(statement);
    return status;
}

void tro_store_add_name(tro_text *text, const char *name)
{
    tro_text_add(text, "\"");
    for (const char *c = name; *c; c++)
        tro_text_add_n(text, *c == '"' ? "\"\"" : c, *c == '"' ? 2 : 1);
    tro_text_add(text, "\"");
}

/* --- opening --------------------------------------------------------------- */

static int open_database(tro_store *store, int flags, tro_messages *messages)
{
    if (sqlite3_open_v2(store->path, &store->db, flags, NULL) != SQLITE_OK) {
        if (!store->db)
            return tro_error(messages, TRO_ENOMEM, NULL, "out of memory opening '%s'",
                             store->path);
        return tro_store_fail(store, "open", messages);
    }
    sqlite3_busy_timeout(store->db, WAIT);
    return TRO_OK;
}

/* Two processes must not sweep into one file. SQLite's own locks are per statement. */
static int take_lock(tro_store *store, tro_messages *messages)
{
    char text[128];
    store->lock = open(store->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    store->made = store->lock >= 0;
    if (store->lock < 0 && errno == EEXIST)
        store->lock = open(store->path, O_RDWR | O_CLOEXEC);
    if (store->lock < 0)
        return tro_error(messages, TRO_EIO, NULL, "cannot write '%s': %s", store->path,
                         strerror_r(errno, text, sizeof text));
    if (flock(store->lock, LOCK_EX | LOCK_NB) == 0)
        return TRO_OK;
    return tro_error(messages, TRO_EEXIST, NULL,
                     "another process writes to '%s': wait for it, or write elsewhere with "
                     "--out", store->path);
}

/* *state: 0 empty (a process may have ended before it began), 1 a store, 2 neither. */
static int look(const tro_store *store, int *state, tro_messages *messages)
{
    double application, tables;
    int status = tro_store_number(store, "PRAGMA application_id", &application, messages);
    if (status == TRO_OK)
        status = tro_store_number(store, "SELECT count(*) FROM sqlite_master", &tables, messages);
    if (status == TRO_OK)
        *state = application == APPLICATION ? 1 : tables == 0 && application == 0 ? 0 : 2;
    return status;
}

static int check_version(const tro_store *store, tro_messages *messages)
{
    double version = 0;
    int status = tro_store_number(store, "PRAGMA user_version", &version, messages);
    if (status == TRO_OK && version != TRO_STORE_VERSION)
        status = tro_error(messages, TRO_EEXIST, NULL,
                           "'%s' is a store of version %g, this trophic reads version %d",
                           store->path, version, TRO_STORE_VERSION);
    return status;
}

static int not_a_store(const tro_store *store, tro_messages *messages)
{
    return tro_error(messages, TRO_EEXIST, NULL,
                     "'%s' is a database of something else: write elsewhere with --out",
                     store->path);
}

static void remove_files(const tro_store *store)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
    for (size_t k = 0; k < sizeof endings / sizeof *endings; k++) {
        tro_text name = {0};
        tro_text_addf(&name, "%s%s", store->path, endings[k]);
        if (!name.failed)
            unlink(tro_text_string(&name));
        tro_text_clear(&name);
    }
}

/* An empty database becomes a store, in one transaction. */
static int begin(tro_store *store, const tro_store_layout *layout, tro_messages *messages)
{
    char sql[96];
    int status;
    snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %d",
             APPLICATION, TRO_STORE_VERSION);
    TRO_TRY(tro_store_run(store, "BEGIN IMMEDIATE", messages));
    TRO_TRY(tro_store_make(store, layout, messages));
    TRO_TRY(tro_store_run(store, sql, messages));
    TRO_TRY(tro_store_run(store, "COMMIT", messages));
    store->made = 0;
out:
    return status;
}

/* What is there of an earlier sweep goes, tables and all, when it is a store. */
static int empty_database(tro_store *store, tro_messages *messages)
{
    int status = TRO_OK;
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_RESET_DATABASE, 1, 0);
    status = tro_store_run(store, "VACUUM", messages);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_RESET_DATABASE, 0, 0);
    return status;
}

static int open_store(tro_store *store, const tro_store_layout *layout, int replace,
                      tro_messages *messages)
{
    int status, state = 0;
    TRO_TRY(take_lock(store, messages));
    TRO_TRY(open_database(store, SQLITE_OPEN_READWRITE, messages));
    TRO_TRY(look(store, &state, messages));
    if (state == 2)
        TRO_TRY(not_a_store(store, messages));
    if (state == 1 && replace) {
        TRO_TRY(empty_database(store, messages));
        state = 0;
    }
    if (state == 1)
        TRO_TRY(check_version(store, messages));
    TRO_TRY(tro_store_run(store, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL",
                          messages));
    if (state == 0)
        TRO_TRY(begin(store, layout, messages));
    TRO_TRY(tro_store_load(store, messages));
    status = tro_store_compare(store, layout, ADVICE, messages);
out:
    return status;
}

static tro_store *new_store(const char *path, tro_messages *messages)
{
    tro_store *store = tro_allocate(1, sizeof *store);
    if (store)
        *store = (tro_store){.lock = -1, .path = tro_copy_text(path)};
    if (store && store->path)
        return store;
    tro_release(store);
    tro_error(messages, TRO_ENOMEM, NULL, "out of memory opening '%s'", path);
    return NULL;
}

int tro_store_open(const char *path, const tro_store_layout *layout, int replace,
                   tro_store **out, tro_messages *messages)
{
    *out = new_store(path, messages);
    if (!*out)
        return TRO_ENOMEM;
    int status = open_store(*out, layout, replace, messages);
    if (status < 0) {
        tro_store_close(*out);
        *out = NULL;
    }
    return status;
}

int tro_store_read(const char *path, tro_store **out, tro_messages *messages)
{
    int status, state = 0;
    char text[128];
    *out = new_store(path, messages);
    if (!*out)
        return TRO_ENOMEM;
    if (access(path, R_OK) != 0)
        TRO_TRY(tro_error(messages, TRO_EIO, NULL, "cannot read '%s': %s", path,
                          strerror_r(errno, text, sizeof text)));
    TRO_TRY(open_database(*out, SQLITE_OPEN_READONLY, messages));
    TRO_TRY(look(*out, &state, messages));
    if (state != 1)
        TRO_TRY(tro_error(messages, TRO_EEXIST, NULL, "'%s' is no store of a sweep", path));
    TRO_TRY(check_version(*out, messages));
    status = tro_store_load(*out, messages);
out:
    if (status < 0) {
        tro_store_close(*out);
        *out = NULL;
    }
    return status;
}

void tro_store_close(tro_store *store)
{
    if (!store)
        return;
    sqlite3_finalize(store->add_cell);
    sqlite3_finalize(store->add_result);
    sqlite3_finalize(store->add_rounds);
    sqlite3_finalize(store->add_time);
    sqlite3_finalize(store->has);
    if (store->db && store->lock >= 0)   /* one plain file, that read-only folders can hold */
        sqlite3_exec(store->db, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
    sqlite3_close(store->db);
    if (store->made)
        remove_files(store);
    if (store->lock >= 0)
        close(store->lock);              /* last: it would end SQLite's locks, too */
    tro_arena_clear(&store->arena);
    tro_release(store->path);
    tro_release(store);
}

int tro_store_matches(const tro_store *store, const tro_store_layout *layout,
                      tro_messages *messages)
{
    return tro_store_compare(store, layout, ADVICE, messages);
}

const char *tro_store_library(void)
{
    return sqlite3_libversion();
}

const tro_store_layout *tro_store_layout_of(const tro_store *store)
{
    return &store->layout;
}

const char *tro_store_path(const tro_store *store)
{
    return store->path;
}

void tro_store_seed(const char *path, int *found, uint64_t *seed)
{
    tro_store *store = NULL;
    *found = access(path, R_OK) == 0 && tro_store_read(path, &store, NULL) == TRO_OK;
    if (*found)
        *seed = store->layout.seed;
    tro_store_close(store);
}
