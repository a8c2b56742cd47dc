/* SHA-256 (FIPS 180-4, 2015), as the manifest of a run folder states it. It
 * tells equal files from different ones; nothing is kept secret with it. */
#ifndef TRO_OUTPUT_DIGEST_H
#define TRO_OUTPUT_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include <trophic/messages.h>

enum { TRO_DIGEST_CHARS = 65 };   /* 64 hexadecimal digits and a NUL */

typedef struct tro_digest {
    uint32_t state[8];
    uint64_t bytes;
    unsigned char block[64];
} tro_digest;

void tro_digest_start(tro_digest *digest);
void tro_digest_add(tro_digest *digest, const void *data, size_t length);
/* Lower-case hexadecimal into hex; the digest is used up. Returns hex. */
char *tro_digest_finish(tro_digest *digest, char hex[TRO_DIGEST_CHARS]);

/* All at once; returns hex. */
char *tro_digest_of(const void *data, size_t length, char hex[TRO_DIGEST_CHARS]);

/* The digest and the length of a file. TRO_EIO when it cannot be read. */
TRO_MUST_USE int tro_digest_file(const char *path, char hex[TRO_DIGEST_CHARS], uint64_t *bytes,
                                 tro_messages *messages);
/* The same of its first `most` bytes, or of all if it has fewer. */
TRO_MUST_USE int tro_digest_beginning(const char *path, uint64_t most,
                                      char hex[TRO_DIGEST_CHARS], uint64_t *bytes,
                                      tro_messages *messages);

#endif
