/* The results of a sweep in one SQLite file.
 *
 *   meta     key, value: version of the program, the scenario and the sweep's definition as
 *            texts, their digests, the seed, the number of cells, names of columns of rounds
 *   columns  position, name, role: parameters and outputs
 *   cells    a row per cell: cell, replicate, seed, the parameters, status, message
 *   results  a row per cell and component: the outputs, standard errors as NAME_se
 *   rounds   the per-round rows of a cell as lines of CSV, in blocks; maybe none
 *   timings  seconds per cell: what differs between equal sweeps
 *   tidy     a view: cells and results side by side
 *
 * The version of this schema is the file's user_version, its application_id says what it
 * is. Every cell is one transaction, so that the file is whole whenever the process ends;
 * it is in WAL mode while it is written to and one plain file afterwards. One writer at a
 * time (a lock that ends with the process); one thread per store. A process that was forked
 * must leave the stores of its parent alone.
 *
 * Errors are located by the path: TRO_EEXIST (no store, of another version or of another
 * sweep), TRO_EIO with SQLite's reason, TRO_ENOMEM. */
#ifndef TRO_OUTPUT_STORE_H
#define TRO_OUTPUT_STORE_H

#include <stddef.h>
#include <stdint.h>

#include <trophic/messages.h>

#include "base/memory.h"
#include "base/text.h"

enum { TRO_STORE_VERSION = 1 };

typedef enum tro_store_role {
    TRO_STORE_NUMBER,   /* a parameter */
    TRO_STORE_WORD,     /* a parameter that is a text */
    TRO_STORE_OUTPUT,
    TRO_STORE_ERROR     /* the standard error of the output before it */
} tro_store_role;

typedef struct tro_store_column {
    const char *name;
    tro_store_role role;
} tro_store_column;

/* What a store is of: equal layouts, equal sweeps. */
typedef struct tro_store_layout {
    const char *program, *name;
    const char *scenario, *definition;
    const char *network;                /* a digest of the network */
    uint64_t seed;
    size_t cells;
    const tro_store_column *columns;    /* parameters first */
    size_t column_count, parameters;
    size_t components, first_component;
    const char *shape;                  /* grid, list or sample */
    const char *round_names;            /* the first line of rounds; NULL: none are kept */
} tro_store_layout;

typedef struct tro_store_value {
    const char *text;                   /* NULL: the number; NaN is NULL in the file */
    double number;
} tro_store_value;

typedef struct tro_store_row {
    size_t cell;
    uint64_t replicate, seed;
    const tro_store_value *parameters;
    const char *status, *message;
    const double *values;               /* components x outputs and errors */
    const char *rounds;
    size_t rounds_length;
    double seconds;
} tro_store_row;

typedef struct tro_store tro_store;

/* Opens the store of such a sweep to go on with it, or makes it. `replace`: whatever
 * trophic has there makes room. */
TRO_MUST_USE int tro_store_open(const char *path, const tro_store_layout *layout, int replace,
                                tro_store **out, tro_messages *messages);
/* Opens a store to read it; a file that is not there is TRO_EIO. */
TRO_MUST_USE int tro_store_read(const char *path, tro_store **out, tro_messages *messages);
/* TRO_EEXIST, with what is different, unless it is of that very sweep. */
TRO_MUST_USE int tro_store_matches(const tro_store *store, const tro_store_layout *layout,
                                   tro_messages *messages);
/* Closes and leaves one file; NULL is legal. */
void tro_store_close(tro_store *store);

/* The version of SQLite. */
const char *tro_store_library(void);

const tro_store_layout *tro_store_layout_of(const tro_store *store);
const char *tro_store_path(const tro_store *store);

/* *found 1 and the seed, when there is a store at the path. Silent. */
void tro_store_seed(const char *path, int *found, uint64_t *seed);

TRO_MUST_USE int tro_store_has(tro_store *store, size_t cell, int *has, tro_messages *messages);
TRO_MUST_USE int tro_store_count(tro_store *store, size_t *count, tro_messages *messages);
/* Of all cells so far; NaN without any. */
TRO_MUST_USE int tro_store_mean_seconds(tro_store *store, double *mean, tro_messages *messages);
/* Appends "197 ok, 3 diverged". */
TRO_MUST_USE int tro_store_tally(tro_store *store, tro_text *text, tro_messages *messages);
/* The first cell of which the status is neither ok nor one-sided; *cell SIZE_MAX: there is none.
 * Its status is copied into the arena. */
TRO_MUST_USE int tro_store_first_failed(tro_store *store, tro_arena *arena, size_t *cell,
                                        const char **status, tro_messages *messages);
/* A cell that is there already is an error. Nothing of a row that fails is kept. */
TRO_MUST_USE int tro_store_add(tro_store *store, const tro_store_row *row,
                               tro_messages *messages);
/* Takes the rows out of which status is neither ok nor one-sided. */
TRO_MUST_USE int tro_store_retry(tro_store *store, size_t *count, tro_messages *messages);

/* Copies the cells of another store of the same sweep. TRO_EEXIST when a cell is in both
 * and differs. */
TRO_MUST_USE int tro_store_merge(tro_store *store, const char *from, size_t *added,
                                 tro_messages *messages);

/* A row of the tidy table; texts and values until the next one. */
typedef struct tro_store_line {
    size_t cell, component;
    long long replicate, seed;
    const tro_store_value *parameters;
    const char *status, *message;
    const double *values;               /* outputs and errors; NaN where there is none */
} tro_store_line;

typedef int tro_store_see(void *context, const tro_store_line *line);
typedef int tro_store_see_rounds(void *context, size_t cell, const char *rows, size_t length);
/* In order of cells and components; stops at the first negative status, which it returns. */
TRO_MUST_USE int tro_store_each(tro_store *store, tro_store_see *see, void *context,
                                tro_messages *messages);
TRO_MUST_USE int tro_store_each_rounds(tro_store *store, tro_store_see_rounds *see,
                                       void *context, tro_messages *messages);

#endif
