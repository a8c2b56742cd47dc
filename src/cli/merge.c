/* trophic merge: the stores of shards become one. */
#include <string.h>

#include "cli/command.h"
#include "cli/printing.h"
#include "output/store.h"

static const tro_option options[] = {
    TRO_OPTION_OUT_FILE("the store that takes all cells; new, or of the same sweep"),
    TRO_OPTION_QUIET,
    TRO_OPTION_VERBOSE,
    TRO_OPTION_HELP,
};

static const tro_example examples[] = {
    {"trophic merge big-sweep-*-of-8.sqlite --out big-sweep.sqlite",
     "one store of eight, as if one sweep had made it"},
};

/* The new store is of the sweep that the first shard is of. */
static int open_out(const char *path, const char *first, tro_store **out,
                    tro_messages *messages)
{
    tro_store *shard = NULL;
    int status = tro_store_read(first, &shard, messages);
    if (status == TRO_OK)
        status = tro_store_open(path, tro_store_layout_of(shard), 0, out, messages);
    tro_store_close(shard);
    return status;
}

static void say_result(tro_store *store, int quiet)
{
    size_t count = 0, cells = tro_store_layout_of(store)->cells;
    tro_text tally = {0};
    if (tro_store_count(store, &count, NULL) == TRO_OK &&
        tro_store_tally(store, &tally, NULL) == TRO_OK)
        tro_say(quiet, "%zu of %zu cells: %s", count, cells, tro_text_string(&tally));
    if (count < cells)
        tro_say(quiet, "%zu cells are missing: other shards have them, or `trophic sweep` with "
                       "this store runs them", cells - count);
    tro_say(quiet, "wrote %s", tro_store_path(store));
    tro_text_clear(&tally);
}

static int run(const tro_arguments *arguments, tro_messages *messages)
{
    const tro_word_list *shards = &arguments->operands;
    tro_store *store = NULL;
    size_t added;
    int status;
    if (!arguments->out || strcmp(arguments->out, "-") == 0) {
        tro_error(messages, TRO_EINVAL, NULL, "merge needs --out FILE");
        return TRO_EXIT_USAGE;
    }
    for (size_t k = 0; k < shards->count; k++)
        if (strcmp(shards->items[k], arguments->out) == 0) {
            tro_error(messages, TRO_EINVAL, NULL, "'%s' cannot be merged into itself",
                      arguments->out);
            return TRO_EXIT_USAGE;
        }
    TRO_TRY(open_out(arguments->out, shards->items[0], &store, messages));
    for (size_t k = 0; k < shards->count; k++) {
        TRO_TRY(tro_store_merge(store, shards->items[k], &added, messages));
        tro_say(!arguments->verbose, "%zu cells of %s", added, shards->items[k]);
    }
    say_result(store, arguments->quiet);
out:
    tro_store_close(store);
    return tro_exit_of(status, "merge", messages);
}

const tro_command tro_command_merge = {
    .name = "merge",
    .operands = "STORE...",
    .summary = "the stores of a sweep's shards become one",
    .about =
        "Takes the cells of stores that `trophic sweep --shard` wrote into one, as if a single "
        "sweep had run them all. Stores of different scenarios, sweeps or versions are refused, "
        "and so is a cell that two of them have and that differs. What is there already stays, "
        "so that later shards can be added.",
    .examples = examples,
    .example_count = sizeof examples / sizeof *examples,
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .least = 1,
    .most = 1000000,
    .run = run,
};
