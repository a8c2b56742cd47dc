/* checkpoint.bin: whole or refused, of this run or refused, and with its table. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output/checkpoint.h"
#include "output/file.h"
#include "output_support.h"

static const char state[] = "a\0state\nof bytes";

static tro_origin origin_of(uint64_t seed)
{
    tro_origin origin = {.program = "trophic 1", .seed = seed, .options = "--set 'a=1'"};
    tro_digest_of("s", 1, origin.scenario);
    tro_digest_of("n", 1, origin.network);
    return origin;
}

static tro_checkpoint checkpoint_of(uint64_t bytes)
{
    tro_checkpoint c = {.bytes = bytes, .replicates = 4, .finished = 2, .rounds = 7,
                        .all_rounds = 9};
    tro_digest_of("t", 1, c.rows);
    tro_text_add_n(&c.state, state, sizeof state);
    return c;
}

static int unpack(const tro_origin *origin, const char *bytes, size_t length)
{
    tro_checkpoint found;
    tro_messages_clear(&messages);
    int status = tro_checkpoint_unpack(&found, origin, bytes, length, "runs/a", &messages);
    if (status == TRO_OK) {
        ck_assert_uint_eq(found.bytes, 55);
        ck_assert_uint_eq(found.replicates, 4);
        ck_assert_uint_eq(found.finished, 2);
        ck_assert_int_eq(found.rounds, 7);
        ck_assert_int_eq(found.all_rounds, 9);
        ck_assert_uint_eq(found.state.length, sizeof state);
        ck_assert_mem_eq(found.state.data, state, sizeof state);
    } else {
        ck_says("--force");
        ck_says("--out");
    }
    tro_checkpoint_release(&found);
    return status;
}

static void pack(uint64_t seed, tro_text *out)
{
    tro_origin origin = origin_of(seed);
    tro_checkpoint c = checkpoint_of(55);
    tro_checkpoint_pack(&c, &origin, out);
    ck_assert(!out->failed);
    tro_checkpoint_release(&c);
}

START_TEST(test_damaged)
{
    tro_origin origin = origin_of(3);
    tro_text whole = {0};
    pack(3, &whole);
    ck_assert_int_eq(unpack(&origin, whole.data, whole.length), TRO_OK);
    for (size_t length = 0; length < whole.length; length++)
        ck_assert_int_eq(unpack(&origin, whole.data, length), TRO_EEXIST);
    ck_says("cut short");
    for (size_t k = 0; k < whole.length; k++) {
        whole.data[k] ^= 1;
        ck_assert_int_eq(unpack(&origin, whole.data, whole.length), TRO_EEXIST);
        whole.data[k] ^= 1;
    }
    tro_text_add(&whole, "more");
    ck_assert_int_eq(unpack(&origin, whole.data, whole.length), TRO_EEXIST);
    ck_says("changed");
    ck_assert_int_eq(unpack(&origin, "a diary of mine, private and long enough", 40),
                     TRO_EEXIST);
    ck_says("was not written by trophic");
    tro_text_clear(&whole);
}
END_TEST

START_TEST(test_of_another_run)
{
    tro_origin origin = origin_of(3);
    tro_text whole = {0};
    pack(3, &whole);
    origin.seed = 4;
    ck_assert_int_eq(unpack(&origin, whole.data, whole.length), TRO_EEXIST);
    ck_says("seed 3 and not 4; with --seed 3 it goes on");
    origin = origin_of(3);
    origin.program = "trophic 2";
    ck_assert_int_eq(unpack(&origin, whole.data, whole.length), TRO_EEXIST);
    ck_says("another program (trophic 1; this is trophic 2)");
    origin = origin_of(3);
    origin.options = "";
    ck_assert_int_eq(unpack(&origin, whole.data, whole.length), TRO_EEXIST);
    ck_says("with the options --set 'a=1' and not with none");
    origin = origin_of(3);
    tro_digest_of("o", 1, origin.scenario);
    ck_assert_int_eq(unpack(&origin, whole.data, whole.length), TRO_EEXIST);
    ck_says("another scenario");
    origin = origin_of(3);
    tro_digest_of("o", 1, origin.network);
    ck_assert_int_eq(unpack(&origin, whole.data, whole.length), TRO_EEXIST);
    ck_says("a file that it names was changed");
    tro_text_clear(&whole);
}
END_TEST

/* A run in the folder that leaves a table and a checkpoint, and two other files. */
static void leave(const tro_origin *origin, const char *table, uint64_t bytes)
{
    static const char *const names[] = {"scenario.yaml", "rounds.csv", "old.csv"};
    tro_folder folder;
    tro_checkpoint c = checkpoint_of(bytes);
    const char *path;
    ck_assert_int_eq(tro_folder_open(&folder, at("run"), TRO_FOLDER_FORCE, &messages), TRO_OK);
    for (size_t k = 0; k < 3; k++) {
        ck_assert_int_eq(tro_folder_add(&folder, names[k], &path, &messages), TRO_OK);
        put(path, table);
    }
    ck_assert_int_eq(tro_checkpoint_write(&c, origin, &folder, &messages), TRO_OK);
    ck_assert_int_eq(tro_folder_commit(&folder, NULL, 0, &messages), TRO_OK);
    tro_folder_close(&folder);
    tro_checkpoint_release(&c);
}

static int take_up(const tro_origin *origin, tro_folder *folder)
{
    tro_checkpoint c = {0};
    tro_messages_clear(&messages);
    int status = tro_folder_open(folder, at("run"), TRO_FOLDER_CONTINUE, &messages);
    if (status == TRO_OK) {
        ck_assert(folder->continues);
        status = tro_checkpoint_read(&c, origin, folder, &messages);
    }
    tro_checkpoint_release(&c);
    return status;
}

START_TEST(test_with_its_table)
{
    tro_origin origin = origin_of(3);
    tro_folder folder;
    leave(&origin, "abcdef", 4);
    put(at("run/rounds.csv"), "abcdxyz");      /* another end is as good */
    ck_assert_int_eq(take_up(&origin, &folder), TRO_OK);
    tro_folder_close(&folder);
    put(at("run/rounds.csv"), "abXdef");
    ck_assert_int_eq(take_up(&origin, &folder), TRO_EEXIST);
    ck_says("another rounds.csv");
    tro_folder_close(&folder);
    put(at("run/rounds.csv"), "abc");
    ck_assert_int_eq(take_up(&origin, &folder), TRO_EEXIST);
    tro_folder_close(&folder);
    unlink(at("run/rounds.csv"));
    ck_assert_int_eq(take_up(&origin, &folder), TRO_EEXIST);
    tro_folder_close(&folder);
    ck_assert_ptr_nonnull(slurp(at("run/checkpoint.bin")));
    ck_assert_ptr_null(slurp(at("run/unfinished.json")));
}
END_TEST

/* What is named again counts, in its new order; the rest goes with the commit, not before. */
START_TEST(test_going_on)
{
    tro_origin origin = origin_of(3);
    tro_folder folder;
    const char *path;
    leave(&origin, "abcdef", 4);
    put(at("run/mine.txt"), "mine");
    for (int end = 0; end < 2; end++) {
        ck_assert_int_eq(take_up(&origin, &folder), TRO_OK);
        ck_assert_int_eq(tro_folder_add(&folder, "rounds.csv", &path, &messages), TRO_OK);
        ck_assert_int_eq(tro_folder_add(&folder, "scenario.yaml", &path, &messages), TRO_OK);
        ck_assert_int_eq(tro_folder_add(&folder, "mine.txt", &path, &messages), TRO_EEXIST);
        if (end)
            ck_assert_int_eq(tro_folder_commit(&folder, NULL, 0, &messages), TRO_OK);
        tro_folder_close(&folder);
        ck_assert_int_eq(slurp(at("run/old.csv")) != NULL, !end);
        ck_assert_int_eq(slurp(at("run/checkpoint.bin")) != NULL, !end);
        ck_assert_str_eq(slurp(at("run/mine.txt")), "mine");
    }
    const char *list = slurp(at("run/manifest.json"));
    ck_assert(strstr(list, "rounds.csv") < strstr(list, "scenario.yaml"));
    ck_assert_ptr_null(strstr(list, "old.csv"));
    ck_assert_ptr_null(strstr(list, "checkpoint.bin"));
    ck_assert_int_eq(take_up(&origin, &folder), TRO_EEXIST);   /* it is over */
    ck_says("an earlier run");
}
END_TEST

/* A checkpoint that no list names is no reason to write there. */
START_TEST(test_foreign)
{
    tro_origin origin = origin_of(3);
    tro_folder folder;
    uint64_t seed = 0;
    leave(&origin, "abcdef", 4);
    ck_assert(tro_checkpoint_seed(at("run"), &seed));
    ck_assert_uint_eq(seed, 3);
    unlink(at("run/manifest.json"));
    ck_assert_int_eq(take_up(&origin, &folder), TRO_EEXIST);
    ck_says("is not empty");
    put(at("run/checkpoint.bin"), "short");
    ck_assert(!tro_checkpoint_seed(at("run"), &seed));
    ck_assert(!tro_checkpoint_seed(at("nowhere"), &seed));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_damaged, test_of_another_run, test_with_its_table,
                                  test_going_on, test_foreign};
    return run_tests("checkpoint", tests, sizeof tests / sizeof *tests);
}
