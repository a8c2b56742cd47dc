#include "base/memory.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64, BLOCK_BYTES = 16384, LARGE_BYTES = 256 };

static _Atomic uint64_t fail_after;

void tro_memory_fail_after(uint64_t n)
{
    atomic_store(&fail_after, n);
}

/* Counts down to 1, which then stays: after the n-th, all fail. */
static int refused(void)
{
    uint64_t left = atomic_load_explicit(&fail_after, memory_order_relaxed);
    if (left == 0)
        return 0;
    if (left == 1)
        return 1;
    atomic_store_explicit(&fail_after, left - 1, memory_order_relaxed);
    return 0;
}

static int product(size_t count, size_t size, size_t *bytes)
{
    if (__builtin_mul_overflow(count, size, bytes) || *bytes > SIZE_MAX / 2)
        return 0;
    if (*bytes == 0)
        *bytes = 1;
    return 1;
}

void *tro_allocate(size_t count, size_t size)
{
    size_t bytes;
    if (!product(count, size, &bytes) || refused())
        return NULL;
    if (bytes < LARGE_BYTES)
        return calloc(1, bytes);
    size_t rounded = (bytes + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    void *memory = aligned_alloc(ALIGNMENT, rounded);
    if (memory)
        memset(memory, 0, rounded);
    return memory;
}

void *tro_reallocate(void *old, size_t old_count, size_t count, size_t size)
{
    size_t bytes;
    (void)old_count;
    if (!product(count, size, &bytes) || refused())
        return NULL;
    return realloc(old, bytes);
}

void tro_release(void *memory)
{
    free(memory);
}

char *tro_copy_text(const char *text)
{
    size_t length = strlen(text) + 1;
    char *copy = tro_allocate(length, 1);
    if (copy)
        memcpy(copy, text, length);
    return copy;
}

/* Blocks are chained; the head is the one being filled. A large piece gets a
 * block of its own behind the head, so the head's room is not wasted. */
struct tro_arena_block {
    struct tro_arena_block *next;
    size_t used, capacity;
    _Alignas(ALIGNMENT) unsigned char data[];
};

static struct tro_arena_block *new_block(size_t capacity)
{
    size_t header = offsetof(struct tro_arena_block, data);
    struct tro_arena_block *block;
    if (capacity > SIZE_MAX / 2 - header || refused())
        return NULL;
    size_t bytes = (header + capacity + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    block = aligned_alloc(ALIGNMENT, bytes);
    if (!block)
        return NULL;
    block->next = NULL;
    block->used = 0;
    block->capacity = capacity;
    return block;
}

static void *large(tro_arena *arena, size_t bytes)
{
    struct tro_arena_block *block = new_block(bytes);
    if (!block)
        return NULL;
    block->used = bytes;
    if (arena->blocks) {
        block->next = arena->blocks->next;
        arena->blocks->next = block;
    } else {
        arena->blocks = block;
    }
    memset(block->data, 0, bytes);
    return block->data;
}

void *tro_arena_allocate(tro_arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (!product(count, size, &bytes))
        return NULL;
    size_t alignment = bytes >= LARGE_BYTES ? ALIGNMENT : 16;
    if (bytes > BLOCK_BYTES / 4)
        return large(arena, bytes);
    struct tro_arena_block *block = arena->blocks;
    size_t start = block ? (block->used + alignment - 1) & ~(alignment - 1) : 0;
    if (!block || start + bytes > block->capacity) {
        block = new_block(BLOCK_BYTES);
        if (!block)
            return NULL;
        block->next = arena->blocks;
        arena->blocks = block;
        start = 0;
    }
    block->used = start + bytes;
    memset(block->data + start, 0, bytes);
    return block->data + start;
}

char *tro_arena_text_n(tro_arena *arena, const char *text, size_t length)
{
    char *copy = tro_arena_allocate(arena, length + 1, 1);
    if (copy && length)
        memcpy(copy, text, length);
    return copy;
}

char *tro_arena_text(tro_arena *arena, const char *text)
{
    return tro_arena_text_n(arena, text, strlen(text));
}

void tro_arena_clear(tro_arena *arena)
{
    struct tro_arena_block *block = arena->blocks;
    while (block) {
        struct tro_arena_block *next = block->next;
        free(block);
        block = next;
    }
    arena->blocks = NULL;
}
