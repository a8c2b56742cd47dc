/* Memory: allocation that checks for overflow, and an arena.
 *
 * Everything a document or a scenario owns lives in one arena and goes with
 * it, so building them needs no cleanup paths. All sizes are bytes. Every
 * allocation of the library goes through tro_allocate, so that tests can
 * make the N-th one fail (tro_memory_fail_after). Any thread may allocate;
 * an arena belongs to one thread at a time. */
#ifndef TRO_BASE_MEMORY_H
#define TRO_BASE_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* count * size bytes, zeroed and aligned to 64; NULL on overflow or when
 * there is no memory. A count of 0 gives a valid pointer. Free with
 * tro_release. */
void *tro_allocate(size_t count, size_t size);
/* Grows or shrinks; new bytes are not zeroed; NULL leaves `old` alone. */
void *tro_reallocate(void *old, size_t old_count, size_t count, size_t size);
void tro_release(void *memory);   /* NULL is legal */
char *tro_copy_text(const char *text);

/* For tests: the n-th allocation from now on (1 is the next) and all after
 * it fail; 0 lifts that. Not for use while other threads allocate. */
void tro_memory_fail_after(uint64_t n);

typedef struct tro_arena {
    struct tro_arena_block *blocks;
} tro_arena;   /* zero-initialised is valid and empty */

/* Zeroed, aligned to 64 from 256 bytes up and to 16 below; NULL when there
 * is no memory. Lives until the arena is cleared. */
void *tro_arena_allocate(tro_arena *arena, size_t count, size_t size);
char *tro_arena_text(tro_arena *arena, const char *text);
char *tro_arena_text_n(tro_arena *arena, const char *text, size_t length);
void tro_arena_clear(tro_arena *arena);

#define TRO_NEW(arena, type, count) \
    ((type *)tro_arena_allocate((arena), (count), sizeof(type)))

/* The only macro with control flow: leave through `out` when a step fails. */
#define TRO_TRY(expression)                    \
    do {                                       \
        if ((status = (expression)) < 0)       \
            goto out;                          \
    } while (0)

#endif
