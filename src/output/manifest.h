/* manifest.json: what made a run folder, and which files are its own.
 *
 * One object, keys sorted, no clock: the caller's facts (version, seed,
 * scenario digest, ...) and "files", a list of {bytes, digest, name} where
 * digest is the SHA-256. Equal runs have equal manifests. */
#ifndef TRO_OUTPUT_MANIFEST_H
#define TRO_OUTPUT_MANIFEST_H

#include <stdint.h>

#include <trophic/messages.h>

#include "base/memory.h"
#include "base/text.h"
#include "output/digest.h"
#include "output/json.h"

typedef struct tro_manifest_file {
    const char *name;
    uint64_t bytes;
    char digest[TRO_DIGEST_CHARS];   /* "": not known yet, left out with bytes */
} tro_manifest_file;

typedef struct tro_manifest {
    tro_arena arena;      /* owns what follows */
    tro_fact *facts;      /* scalars only; other values of the file are dropped */
    size_t fact_count;
    const char **names;   /* of the files */
    tro_manifest_file *files;   /* the same with what is said of each */
    size_t name_count;
} tro_manifest;           /* zero-initialised is empty and valid */

/* Reads `path`. A file that is not there is an empty manifest with *found 0.
 * TRO_EEXIST when the file is no manifest, so not ours; TRO_EIO, TRO_ENOMEM. */
TRO_MUST_USE int tro_manifest_read(tro_manifest *manifest, const char *path, int *found,
                                   tro_messages *messages);
void tro_manifest_clear(tro_manifest *manifest);

/* Appends the JSON text. The order of the facts does not matter. TRO_EINVAL
 * for a key that comes twice or is "files". */
TRO_MUST_USE int tro_manifest_render(tro_text *out, const tro_fact *facts, size_t fact_count,
                                     const tro_manifest_file *files, size_t file_count,
                                     tro_messages *messages);

#endif
