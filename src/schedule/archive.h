/* The data sets that agents keep: those of the last rounds (a window), or the sum
 * of all (accumulation). Data sets are as large as each other, so mean parameters
 * of several are the average of theirs.
 *
 * Thread rule: one agent's data by one thread at a time. */
#ifndef TRO_SCHEDULE_ARCHIVE_H
#define TRO_SCHEDULE_ARCHIVE_H

#include "base/packed.h"
#include "ecosystem/ecosystem.h"

/* What one agent keeps. */
typedef struct tro_archived {
    uint64_t window;      /* 1: nothing; TRO_KEEPS_ALL: the average alone */
    uint64_t count;       /* data sets so far */
    double *rows;         /* window x width, a ring; or width: the average */
    double move;          /* what it adds to a round's change (tro_archive_add) */
} tro_archived;

typedef struct tro_archive {
    const tro_ecosystem *ecosystem;
    tro_archived *agents; /* NULL: nobody keeps anything */
    tro_arena arena;
} tro_archive;            /* zero-initialised is legal to release */

TRO_MUST_USE int tro_archive_init(tro_archive *archive, const tro_ecosystem *ecosystem);
void tro_archive_release(tro_archive *archive);
/* Forgets everything. */
void tro_archive_start(tro_archive *archive);
/* Goes on from what another of the same agents has kept: the newest data sets that fit. Of an
 * average that has no newest one a window begins anew. */
void tro_archive_carry(const tro_archive *from, const tro_archive *to);
/* Windows are full, of data sets like z (size), as around a fixed point. */
void tro_archive_fill(tro_archive *archive, const double *z);

/* Adds a data set of mean parameters `data` (width) and puts in its place those of
 * all that the agent trains on. Says how far from rest the agent is: the distance
 * of what it has kept from this average, or of a new data set from that of all
 * before. */
void tro_archive_add(const tro_archive *archive, size_t agent, double *data);
/* That distance; 0: the agent keeps nothing, or has had one data set. */
static inline double tro_archive_move(const tro_archive *archive, size_t agent)
{
    return archive->agents ? archive->agents[agent].move : 0;
}
/* How many data sets the agent trained on when it last did. */
uint64_t tro_archive_sets(const tro_archive *archive, size_t agent);

/* All rows of windows as one vector, oldest first; and back. Only when they are full. */
size_t tro_archive_size(const tro_archive *archive);
void tro_archive_export(const tro_archive *archive, double *rows);
void tro_archive_import(tro_archive *archive, const double *rows);

/* All of it for another process. TRO_EINVAL when it is not of an archive like this. */
void tro_archive_pack(const tro_archive *archive, tro_text *out);
TRO_MUST_USE int tro_archive_unpack(tro_archive *archive, tro_packed *from);

#endif
