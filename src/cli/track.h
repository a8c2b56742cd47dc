/* One replicate of a run on its way: its rounds, what is recorded and summed up of them; and
 * all of that as bytes, for a process that goes on with it (base/packed.h).
 *
 * Thread rule: a track and a member belong to one thread at a time; tro_rounds is shared. */
#ifndef TRO_CLI_TRACK_H
#define TRO_CLI_TRACK_H

#include <stdatomic.h>

#include "cli/rounds.h"
#include "schedule/settling.h"

/* What watches the rounds of one replicate. */
typedef struct tro_track_watch {
    tro_settling settling;
    tro_trace trace;              /* of exact rounds */
} tro_track_watch;

/* What one thread has. */
typedef struct tro_member {
    tro_runner runner;
    tro_track_watch watch;
    int held;                     /* by a track that was stopped */
} tro_member;

typedef struct tro_track {
    tro_recording recording;
    tro_curve curve;
    double *final, *average, *wins; /* agents, agents, and wins: one after the other */
    double part;                  /* of the sums of alignments that `average` is before the end */
    int *retrained;               /* agents */
    long long rounds, averaged;
    long long lost_in;            /* as in tro_outcome */
    const char *lost;
    size_t lost_agent;
    double change;
    tro_ending ending;
    tro_cycle cycle;
    tro_member *member;           /* of one that was stopped: where it stands; else NULL */
    int begun, status;
} tro_track;

/* What a track came to in an earlier process: over, or stopped. */
typedef struct tro_earlier {
    uint64_t replicate, rounds;
    int over;
    tro_packed body;              /* a view */
} tro_earlier;

/* What all replicates of a run have in common. */
typedef struct tro_rounds {
    tro_cell *cell;
    const tro_recorder *recorder;
    const tro_progress *progress;
    long long rounds, burn_in;
    double tolerance;             /* 0: run all rounds */
    size_t total, batch;          /* rounds; how many to report at a time */
    size_t wins;                  /* shares of wins in arenas */
    double *first;                /* size: where the first replicate's last state goes */
    atomic_size_t done;
} tro_rounds;

/* Runs a replicate, from its start or (earlier, may be NULL) from where it was, until it ends
 * or is stopped. A stopped one keeps the member, until it is concluded. Divergence and a stop are
 * outcomes; TRO_EINVAL: `earlier` is not of this run. */
TRO_MUST_USE int tro_track_run(tro_rounds *c, tro_member *member, uint64_t replicate,
                               const tro_earlier *earlier, tro_track *t);
/* Records the last round and sums up. */
TRO_MUST_USE int tro_track_conclude(tro_rounds *c, tro_member *member, tro_track *t);
void tro_member_release(tro_member *member);

/* One that is over, or stopped and not concluded. */
void tro_track_pack(const tro_rounds *c, uint64_t replicate, const tro_track *t, tro_text *out);
void tro_earlier_pack(const tro_earlier *earlier, tro_text *out);
void tro_earlier_unpack(tro_earlier *earlier, tro_packed *from);
/* The member, of one that was stopped, else NULL. */
TRO_MUST_USE int tro_track_unpack(const tro_rounds *c, tro_member *member,
                                  const tro_earlier *earlier, tro_track *t);

#endif
