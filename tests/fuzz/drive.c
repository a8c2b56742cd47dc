/* A main for fuzz targets where libFuzzer is not at hand. It understands the
 * few libFuzzer options that tools/run-fuzzers gives: every seed is tried as
 * it is, then mutated seeds until -max_total_time seconds have passed. The
 * mutations are a function of a fixed seed, so a crash comes again. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_SEEDS = 4096, MOST_BYTES = 1 << 16 };

typedef struct seed {
    uint8_t *bytes;
    size_t size;
} seed;

static seed seeds[MOST_SEEDS];
static size_t seed_count;
static uint64_t chance = 0x9e3779b97f4a7c15u;

/* xorshift64: enough to shake a parser. */
static uint64_t below(uint64_t bound)
{
    chance ^= chance << 13;
    chance ^= chance >> 7;
    chance ^= chance << 17;
    return chance % bound;
}

static void add_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = malloc(MOST_BYTES);
    if (file && bytes && seed_count < MOST_SEEDS) {
        seeds[seed_count].bytes = bytes;
        seeds[seed_count++].size = fread(bytes, 1, MOST_BYTES, file);
        bytes = NULL;
    }
    free(bytes);
    if (file)
        fclose(file);
}

static int compare_entries(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void add(const char *path)
{
    struct stat about;
    struct dirent **entries = NULL;
    if (stat(path, &about) != 0)
        return;
    if (!S_ISDIR(about.st_mode)) {
        add_file(path);
        return;
    }
    int count = scandir(path, &entries, NULL, compare_entries);
    for (int i = 0; i < count; i++) {
        char inner[4096];
        if (entries[i]->d_name[0] != '.') {
            snprintf(inner, sizeof inner, "%s/%s", path, entries[i]->d_name);
            add(inner);
        }
        free(entries[i]);
    }
    free(entries);
}

/* One to eight of: change a byte, drop a run, repeat a run, splice in a run of
 * another seed. Returns the new size. */
static size_t mutate(uint8_t *bytes, size_t size)
{
    for (uint64_t step = 1 + below(8); step > 0; step--) {
        const seed *other = &seeds[below(seed_count)];
        size_t at = size ? below(size) : 0;
        size_t run = 1 + below(16);
        if (run > size - at)
            run = size - at;
        switch (below(4)) {
        case 0:
            if (size)
                bytes[at] = (uint8_t)below(256);
            break;
        case 1:
            memmove(bytes + at, bytes + at + run, size - at - run);
            size -= run;
            break;
        case 2:
            if (size + run <= MOST_BYTES) {
                memmove(bytes + at + run, bytes + at, size - at);
                size += run;
            }
            break;
        default: {
            size_t from = other->size ? below(other->size) : 0;
            run = 1 + below(64);
            if (run > other->size - from)
                run = other->size - from;
            if (run > MOST_BYTES - at)
                run = MOST_BYTES - at;
            memcpy(bytes + at, other->bytes + from, run);
            if (at + run > size)
                size = at + run;
        }
        }
    }
    return size;
}

/* A copy of its own size, so that a sanitizer sees a read past the end. */
static void try_bytes(const uint8_t *bytes, size_t size)
{
    uint8_t *exact = malloc(size ? size : 1);
    if (!exact)
        return;
    memcpy(exact, bytes, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

int main(int argc, char **argv)
{
    static uint8_t bytes[MOST_BYTES];
    unsigned long units = 0;
    double seconds = 0;
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "-max_total_time=", 16) == 0)
            seconds = atof(argv[i] + 16);
        else if (argv[i][0] != '-')
            add(argv[i]);
    }
    if (seed_count == 0) {
        seeds[0].bytes = calloc(1, 1);
        seed_count = 1;
    }
    for (size_t i = 0; i < seed_count; i++, units++)
        try_bytes(seeds[i].bytes, seeds[i].size);
    for (time_t begin = time(NULL); difftime(time(NULL), begin) < seconds; units++) {
        const seed *chosen = &seeds[below(seed_count)];
        memcpy(bytes, chosen->bytes, chosen->size);
        try_bytes(bytes, mutate(bytes, chosen->size));
    }
    printf("stat::number_of_executed_units: %lu\n", units);
    for (size_t i = 0; i < seed_count; i++)
        free(seeds[i].bytes);
    return 0;
}
