/* checkpoint.bin: where an interrupted run stands, so that the same command goes on.
 *
 * It holds what the run was made with, all that the rounds to come depend on, and how
 * rounds.csv begins. That beginning is in every later rounds.csv of the same run, too, so that a
 * checkpoint stays good until it is replaced, whenever a process dies. A digest at the end tells
 * a whole one from any other. */
#ifndef TRO_OUTPUT_CHECKPOINT_H
#define TRO_OUTPUT_CHECKPOINT_H

#include "base/text.h"
#include "output/digest.h"
#include "output/folder.h"

/* What must be the same. */
typedef struct tro_origin {
    const char *program;                 /* and its libraries */
    uint64_t seed;
    const char *options;
    char scenario[TRO_DIGEST_CHARS];     /* of scenario.yaml */
    char network[TRO_DIGEST_CHARS];      /* of what was made of it: files that it names may have
                                            changed */
    tro_arena arena;                     /* of the texts */
} tro_origin;                            /* zero-initialised is legal to release */
void tro_origin_release(tro_origin *origin);

typedef struct tro_checkpoint {
    tro_text state;                      /* packed: all but the rows that are in the table */
    uint64_t bytes;                      /* from the beginning of rounds.csv: rows of replicates
                                            that are over, and of the one after them as far as
                                            it is there; they stay, whatever comes after them */
    char rows[TRO_DIGEST_CHARS];         /* of these bytes */
    /* How far it is, for words. */
    uint64_t replicates, finished;
    long long rounds, all_rounds;        /* finished rounds of one replicate */
} tro_checkpoint;                        /* zero-initialised is legal to release */
void tro_checkpoint_release(tro_checkpoint *checkpoint);

/* The bytes of the file, and back. TRO_EEXIST, in words: they are no checkpoint, damaged, or of
 * another origin; `path` is the folder, for these. */
void tro_checkpoint_pack(const tro_checkpoint *checkpoint, const tro_origin *origin,
                         tro_text *out);
TRO_MUST_USE int tro_checkpoint_unpack(tro_checkpoint *checkpoint, const tro_origin *origin,
                                       const char *bytes, size_t length, const char *path,
                                       tro_messages *messages);

/* Into the folder, once rounds.csv is there; finds `rows`. */
TRO_MUST_USE int tro_checkpoint_write(tro_checkpoint *checkpoint, const tro_origin *origin,
                                      tro_folder *folder, tro_messages *messages);
/* From the folder, where rounds.csv must begin as it says. */
TRO_MUST_USE int tro_checkpoint_read(tro_checkpoint *checkpoint, const tro_origin *origin,
                                     const tro_folder *folder, tro_messages *messages);
/* The seed of the one in the folder `path`: 1 if there is a whole one. */
int tro_checkpoint_seed(const char *path, uint64_t *seed);

#endif
