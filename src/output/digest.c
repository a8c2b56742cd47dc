#include "output/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* FIPS 180-4, 4.2.2: the first 32 bits of the fractional parts of the cube
 * roots of the first 64 primes. */
static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t turn(uint32_t x, int n)
{
    return (x >> n) | (x << (32 - n));
}

/* 6.2.2, step 1: the message schedule. */
static void expand(const unsigned char *block, uint32_t w[64])
{
    for (int t = 0; t < 16; t++, block += 4)
        w[t] = (uint32_t)block[0] << 24 | (uint32_t)block[1] << 16 | (uint32_t)block[2] << 8 |
               block[3];
    for (int t = 16; t < 64; t++) {
        uint32_t a = w[t - 15], b = w[t - 2];
        w[t] = w[t - 16] + w[t - 7] + (turn(a, 7) ^ turn(a, 18) ^ a >> 3) +
               (turn(b, 17) ^ turn(b, 19) ^ b >> 10);
    }
}

/* 6.2.2, steps 2 to 4. s[0..7] are the working variables a to h. */
static void compress(uint32_t state[8], const unsigned char *block)
{
    uint32_t w[64], s[8];
    expand(block, w);
    memcpy(s, state, sizeof s);
    for (int t = 0; t < 64; t++) {
        uint32_t choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
        uint32_t majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
        uint32_t one = s[7] + (turn(s[4], 6) ^ turn(s[4], 11) ^ turn(s[4], 25)) + choice +
                       constants[t] + w[t];
        uint32_t two = (turn(s[0], 2) ^ turn(s[0], 13) ^ turn(s[0], 22)) + majority;
        memmove(s + 1, s, 7 * sizeof *s);
        s[4] += one;
        s[0] = one + two;
    }
    for (int k = 0; k < 8; k++)
        state[k] += s[k];
}

void tro_digest_start(tro_digest *digest)
{
    *digest = (tro_digest){.state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f,
                                     0x9b05688c, 0x1f83d9ab, 0x5be0cd19}};
}

void tro_digest_add(tro_digest *digest, const void *data, size_t length)
{
    const unsigned char *at = data;
    while (length) {
        size_t filled = digest->bytes % 64, part = 64 - filled < length ? 64 - filled : length;
        memcpy(digest->block + filled, at, part);
        digest->bytes += part;
        at += part;
        length -= part;
        if (filled + part == 64)
            compress(digest->state, digest->block);
    }
}

char *tro_digest_finish(tro_digest *digest, char hex[TRO_DIGEST_CHARS])
{
    static const char digits[] = "0123456789abcdef";
    static const unsigned char padding[64] = {0x80};
    unsigned char length[8];
    uint64_t bits = digest->bytes * 8;
    for (int k = 0; k < 8; k++)
        length[k] = (unsigned char)(bits >> (56 - 8 * k));
    tro_digest_add(digest, padding, 1 + (119 - digest->bytes % 64) % 64);
    tro_digest_add(digest, length, sizeof length);
    for (int k = 0; k < 64; k++)
        hex[k] = digits[digest->state[k / 8] >> (28 - 4 * (k % 8)) & 15];
    hex[64] = '\0';
    return hex;
}

char *tro_digest_of(const void *data, size_t length, char hex[TRO_DIGEST_CHARS])
{
    tro_digest digest;
    tro_digest_start(&digest);
    tro_digest_add(&digest, data, length);
    return tro_digest_finish(&digest, hex);
}

static int add_all(tro_digest *digest, int descriptor, uint64_t most)
{
    unsigned char buffer[16384];
    for (;;) {
        uint64_t left = most - digest->bytes;
        ssize_t got = read(descriptor, buffer, left < sizeof buffer ? left : sizeof buffer);
        if (got == 0)
            return 0;
        if (got < 0 && errno != EINTR)
            return errno;
        if (got > 0)
            tro_digest_add(digest, buffer, (size_t)got);
    }
}

int tro_digest_file(const char *path, char hex[TRO_DIGEST_CHARS], uint64_t *bytes,
                    tro_messages *messages)
{
    return tro_digest_beginning(path, UINT64_MAX, hex, bytes, messages);
}

int tro_digest_beginning(const char *path, uint64_t most, char hex[TRO_DIGEST_CHARS],
                         uint64_t *bytes, tro_messages *messages)
{
    tro_digest digest;
    char text[128];
    tro_digest_start(&digest);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    int reason = descriptor < 0 ? errno : add_all(&digest, descriptor, most);
    if (descriptor >= 0)
        close(descriptor);
    if (reason)
        return tro_error(messages, TRO_EIO, NULL, "cannot read '%s': %s", path,
                         strerror_r(reason, text, sizeof text));
    *bytes = digest.bytes;
    tro_digest_finish(&digest, hex);
    return TRO_OK;
}
