/* Run folders and their manifests. */
#include <check.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "output/file.h"
#include "output/folder.h"
#include "output/manifest.h"
#include "output_support.h"

static const tro_fact facts[] = {
    {.key = "trophic", .type = TRO_FACT_IS_TEXT, .text = "1.0"},
    {.key = "seed", .type = TRO_FACT_IS_WHOLE, .whole = 20260330},
    {.key = "share", .type = TRO_FACT_IS_REAL, .real = 0.1},
};

/* A run that writes `name`, and nothing when name is NULL. */
static int run(const char *folder_path, tro_folder_mode mode, const char *name,
               const char *content)
{
    tro_folder folder = {.open = 0};
    const char *path;
    int status = TRO_OK;
    TRO_TRY(tro_folder_open(&folder, folder_path, mode, &messages));
    if (name) {
        TRO_TRY(tro_folder_add(&folder, name, &path, &messages));
        TRO_TRY(tro_file_write(path, content, strlen(content), &messages));
    }
    TRO_TRY(tro_folder_commit(&folder, facts, 3, &messages));
out:
    tro_folder_close(&folder);
    return status;
}

START_TEST(test_folder_run)
{
    ck_assert_int_eq(run(at("deep/out"), TRO_FOLDER_NEW, "a.csv", "abc"), TRO_OK);
    ck_assert_int_eq(entries(at("deep/out")), 2);
    ck_assert_str_eq(slurp(at("deep/out/manifest.json")),
                     "{\n"
                     "  \"files\": [\n"
                     "    {\"bytes\": 3, \"digest\": \"sha256:ba7816bf8f01cfea414140de5dae2223b003"
                     "61a396177a9cb410ff61f20015ad\", \"name\": \"a.csv\"}\n"
                     "  ],\n"
                     "  \"seed\": 20260330,\n"
                     "  \"share\": 0.1,\n"
                     "  \"trophic\": \"1.0\"\n"
                     "}\n");
}
END_TEST

START_TEST(test_folder_run_without_files)
{
    ck_assert_int_eq(run(at("out"), TRO_FOLDER_NEW, NULL, ""), TRO_OK);
    ck_assert_int_eq(entries(at("out")), 1);
    ck_assert_ptr_nonnull(strstr(slurp(at("out/manifest.json")), "\"files\": [],\n"));
}
END_TEST

/* An empty folder is as good as none; so is one with a dead run's leavings. */
START_TEST(test_folder_open_empty)
{
    char leaving[64];
    pid_t dead = fork();
    if (dead == 0)
        _exit(0);
    waitpid(dead, NULL, 0);
    snprintf(leaving, sizeof leaving, ".trophic-%ld-0.part", (long)dead);
    put(at(leaving), "half");
    ck_assert_int_eq(run(place, TRO_FOLDER_NEW, "a.csv", "abc"), TRO_OK);
    ck_assert_int_eq(entries(place), 2);
}
END_TEST

START_TEST(test_folder_open_existing_errors)
{
    ck_assert_int_eq(run(at("out"), TRO_FOLDER_NEW, "a.csv", "old"), TRO_OK);
    ck_assert_int_eq(run(at("out"), TRO_FOLDER_NEW, "a.csv", "new"), TRO_EEXIST);
    ck_says("holds an earlier run: --force replaces it, --out writes elsewhere");
    ck_assert_str_eq(slurp(at("out/a.csv")), "old");
    ck_assert_int_eq(unlink(at("out/manifest.json")), 0);
    ck_assert_int_eq(run(at("out"), TRO_FOLDER_NEW, "a.csv", "new"), TRO_EEXIST);
    ck_says("is not empty");
    put(at("out/unfinished.json"), "{\"files\": []}");
    ck_assert_int_eq(run(at("out"), TRO_FOLDER_NEW, "a.csv", "new"), TRO_EEXIST);
    ck_says("unfinished run");
    ck_assert_int_eq(entries(at("out")), 2);
}
END_TEST

START_TEST(test_folder_open_place_errors)
{
    put(at("f"), "a file");
    ck_assert_int_eq(run(at("f"), TRO_FOLDER_FORCE, NULL, ""), TRO_EIO);
    ck_says("a file is in its place");
    ck_assert_str_eq(slurp(at("f")), "a file");
    ck_assert_int_eq(run(at("f/out"), TRO_FOLDER_NEW, NULL, ""), TRO_EIO);
    ck_assert_int_eq(run("/proc/trophic-out", TRO_FOLDER_NEW, NULL, ""), TRO_EIO);
    ck_says("/proc/trophic-out");
    ck_assert_int_eq(run("/proc", TRO_FOLDER_FORCE, NULL, ""), TRO_EIO);
    ck_says("cannot write '/proc/unfinished.json'");
    ck_assert_int_eq(run("", TRO_FOLDER_NEW, NULL, ""), TRO_EIO);
}
END_TEST

START_TEST(test_folder_force_keeps_foreign_files)
{
    ck_assert_int_eq(run(at("out"), TRO_FOLDER_NEW, "old.csv", "old"), TRO_OK);
    put(at("out/notes.txt"), "mine");
    ck_assert_int_eq(run(at("out"), TRO_FOLDER_FORCE, "new.csv", "new"), TRO_OK);
    ck_assert_str_eq(slurp(at("out/notes.txt")), "mine");
    ck_assert_str_eq(slurp(at("out/new.csv")), "new");
    ck_assert_ptr_null(slurp(at("out/old.csv")));
    ck_assert_ptr_null(strstr(slurp(at("out/manifest.json")), "old.csv"));
    ck_assert_int_eq(entries(at("out")), 3);
}
END_TEST

/* A file of the reader's own that has the name of one of ours. */
START_TEST(test_folder_force_foreign_errors)
{
    ck_assert_int_eq(mkdir(at("out"), 0777), 0);
    put(at("out/a.csv"), "mine");
    ck_assert_int_eq(run(at("out"), TRO_FOLDER_FORCE, "a.csv", "new"), TRO_EEXIST);
    ck_says("out/a.csv' is there and is not of an earlier run");
    ck_assert_str_eq(slurp(at("out/a.csv")), "mine");
    ck_assert_int_eq(entries(at("out")), 1);   /* not even unfinished.json */
    static const char *const others[] = {"{\"name\": \"app\"}", "not JSON", "",
                                         "{\"files\": [\"a.csv\"]}", "[]"};
    for (int k = 0; k < 5; k++) {
        put(at("out/manifest.json"), others[k]);
        ck_assert_int_eq(run(at("out"), TRO_FOLDER_FORCE, "b.csv", "new"), TRO_EEXIST);
        ck_says("manifest.json' was not written by trophic");
        ck_assert_str_eq(slurp(at("out/manifest.json")), others[k]);
    }
    /* Both lists are looked at before any file goes. */
    put(at("out/manifest.json"), "{\"files\": [{\"name\": \"a.csv\"}]}");
    put(at("out/unfinished.json"), "mine too");
    ck_assert_int_eq(run(at("out"), TRO_FOLDER_FORCE, "b.csv", "new"), TRO_EEXIST);
    ck_assert_str_eq(slurp(at("out/a.csv")), "mine");
}
END_TEST

/* A manifest that was tampered with reaches nothing outside its folder. */
START_TEST(test_folder_force_stays_inside)
{
    ck_assert_int_eq(mkdir(at("out"), 0777), 0);
    ck_assert_int_eq(mkdir(at("out/sub"), 0777), 0);
    put(at("victim"), "precious");
    put(at("out/sub/x"), "precious");
    put(at("out/manifest.json"), "{\"files\": [{\"name\": \"../victim\"}, {\"name\": \"sub/x\"}, "
        "{\"name\": \"..\"}, {\"name\": \"\"}, {\"name\": \"manifest.json\"}]}");
    ck_assert_int_eq(run(at("out"), TRO_FOLDER_FORCE, "a.csv", "new"), TRO_OK);
    ck_assert_str_eq(slurp(at("victim")), "precious");
    ck_assert_str_eq(slurp(at("out/sub/x")), "precious");
}
END_TEST

/* A run that ends in the middle says so, and the next one may replace it. */
START_TEST(test_folder_unfinished)
{
    tro_folder folder;
    const char *path;
    ck_assert_int_eq(tro_folder_open(&folder, at("out"), TRO_FOLDER_NEW, &messages), TRO_OK);
    ck_assert_int_eq(tro_folder_add(&folder, "a.csv", &path, &messages), TRO_OK);
    ck_assert_int_eq(tro_file_write(path, "half", 4, &messages), TRO_OK);
    tro_folder_close(&folder);
    tro_folder_close(&folder);
    ck_assert_int_eq(entries(at("out")), 2);
    ck_assert_ptr_nonnull(strstr(slurp(at("out/unfinished.json")), "\"name\": \"a.csv\""));
    ck_assert_int_eq(run(at("out"), TRO_FOLDER_FORCE, "b.csv", "new"), TRO_OK);
    ck_assert_int_eq(entries(at("out")), 2);
    ck_assert_ptr_null(slurp(at("out/a.csv")));
}
END_TEST

START_TEST(test_folder_untouched)
{
    tro_folder folder;
    ck_assert_int_eq(tro_folder_open(&folder, at("out"), TRO_FOLDER_NEW, &messages), TRO_OK);
    ck_assert_int_eq(entries(at("out")), 1);
    tro_folder_close(&folder);
    ck_assert_int_ne(access(at("out"), F_OK), 0);
    ck_assert_int_eq(run(at("out"), TRO_FOLDER_NEW, "a.csv", "x"), TRO_OK);
    ck_assert_int_eq(tro_folder_open(&folder, at("out"), TRO_FOLDER_RESUME, &messages), TRO_OK);
    tro_folder_close(&folder);
    ck_assert_int_eq(entries(at("out")), 2);   /* still a finished run */
}
END_TEST

START_TEST(test_folder_resume)
{
    tro_folder folder;
    const char *path;
    tro_fact more[] = {TRO_FACT_WHOLE("seed", 8), TRO_FACT_TEXT("command", "report")};
    ck_assert_int_eq(run(at("out"), TRO_FOLDER_NEW, "a.csv", "abc"), TRO_OK);
    ck_assert_int_eq(tro_folder_open(&folder, at("out"), TRO_FOLDER_RESUME, &messages), TRO_OK);
    ck_assert_uint_eq(folder.count, 1);
    ck_assert_int_eq(tro_folder_add(&folder, "a.csv", &path, &messages), TRO_OK);
    ck_assert_int_eq(tro_folder_add(&folder, "b.csv", &path, &messages), TRO_OK);
    ck_assert_int_eq(tro_file_write(path, "x", 1, &messages), TRO_OK);
    ck_assert_int_eq(tro_folder_commit(&folder, more, 2, &messages), TRO_OK);
    tro_folder_close(&folder);
    char *manifest = slurp(at("out/manifest.json"));
    ck_assert_ptr_nonnull(strstr(manifest, "\"name\": \"a.csv\""));
    ck_assert_ptr_nonnull(strstr(manifest, "\"name\": \"b.csv\""));
    ck_assert_ptr_nonnull(strstr(manifest,
                                 "\"seed\": 8,\n  \"share\": 0.1,\n  \"trophic\": \"1.0\""));
    ck_assert_int_eq(entries(at("out")), 3);
}
END_TEST

/* A file that someone removed since is no longer the run's. */
START_TEST(test_folder_resume_after_removal)
{
    ck_assert_int_eq(run(at("out"), TRO_FOLDER_NEW, "a.csv", "abc"), TRO_OK);
    ck_assert_int_eq(unlink(at("out/a.csv")), 0);
    ck_assert_int_eq(run(at("out"), TRO_FOLDER_RESUME, "b.csv", "x"), TRO_OK);
    ck_assert_ptr_null(strstr(slurp(at("out/manifest.json")), "a.csv"));
}
END_TEST

START_TEST(test_folder_two_runs_errors)
{
    tro_folder one, two;
    ck_assert_int_eq(tro_folder_open(&one, at("out"), TRO_FOLDER_NEW, &messages), TRO_OK);
    for (int mode = TRO_FOLDER_NEW; mode <= TRO_FOLDER_RESUME; mode++) {
        ck_assert_int_eq(tro_folder_open(&two, at("out"), (tro_folder_mode)mode, &messages),
                         TRO_EEXIST);
        ck_says("another run is writing to the folder");
    }
    tro_folder_close(&one);
    ck_assert_int_eq(tro_folder_open(&two, at("out"), TRO_FOLDER_NEW, &messages), TRO_OK);
    tro_folder_close(&two);
}
END_TEST

START_TEST(test_folder_add_errors)
{
    tro_folder folder;
    static const char *const bad[] = {"", ".", "..", ".hidden", "a/b", "/x", "manifest.json",
                                      "unfinished.json"};
    ck_assert_int_eq(tro_folder_open(&folder, at("out"), TRO_FOLDER_NEW, &messages), TRO_OK);
    for (int k = 0; k < 8; k++)
        ck_assert_int_eq(tro_folder_add(&folder, bad[k], NULL, &messages), TRO_EINVAL);
    ck_assert_uint_eq(messages.errors, 8);
    tro_folder_close(&folder);
}
END_TEST

/* A named file that was not written, a key that is taken: no manifest. */
START_TEST(test_folder_commit_errors)
{
    tro_folder folder;
    tro_fact twice[] = {TRO_FACT_WHOLE("seed", 1), TRO_FACT_WHOLE("seed", 1)};
    tro_fact taken[] = {TRO_FACT_WHOLE("files", 1)};
    ck_assert_int_eq(tro_folder_open(&folder, at("out"), TRO_FOLDER_NEW, &messages), TRO_OK);
    ck_assert_int_eq(tro_folder_add(&folder, "a.csv", NULL, &messages), TRO_OK);
    ck_assert_int_eq(tro_folder_commit(&folder, facts, 3, &messages), TRO_EIO);
    ck_says("cannot read");
    ck_assert_int_eq(tro_folder_drop(&folder, "a.csv", &messages), TRO_OK);
    ck_assert_int_eq(tro_folder_drop(&folder, "never.csv", &messages), TRO_OK);
    ck_assert_int_eq(tro_folder_commit(&folder, twice, 2, &messages), TRO_EINVAL);
    ck_says("the key 'seed' twice");
    ck_assert_int_eq(tro_folder_commit(&folder, taken, 1, &messages), TRO_EINVAL);
    ck_assert_ptr_null(slurp(at("out/manifest.json")));
    ck_assert_int_eq(tro_folder_commit(&folder, facts, 3, &messages), TRO_OK);
    tro_folder_close(&folder);
    ck_assert_int_eq(entries(at("out")), 1);
}
END_TEST

/* More names than the first array holds; the manifest keeps their order. */
START_TEST(test_folder_many_files)
{
    tro_folder folder;
    const char *path;
    char name[32], before[64] = "";
    ck_assert_int_eq(tro_folder_open(&folder, at("out"), TRO_FOLDER_NEW, &messages), TRO_OK);
    for (int k = 0; k < 40; k++) {
        snprintf(name, sizeof name, "%02d.csv", 39 - k);
        ck_assert_int_eq(tro_folder_add(&folder, name, &path, &messages), TRO_OK);
        ck_assert_int_eq(tro_file_write(path, name, 6, &messages), TRO_OK);
    }
    ck_assert_int_eq(tro_folder_commit(&folder, NULL, 0, &messages), TRO_OK);
    tro_folder_close(&folder);
    char *found = slurp(at("out/manifest.json"));
    for (int k = 0; k < 40; k++) {
        snprintf(before, sizeof before, "\"name\": \"%02d.csv\"", 39 - k);
        found = strstr(found, before);
        ck_assert_ptr_nonnull(found);
    }
}
END_TEST

/* jansson allocates for itself: it goes through our counter here. Where it
 * takes a lack of memory for bad JSON, the run is refused and all stays. */
static void *count_malloc(size_t size)
{
    return tro_allocate(size, 1);
}

START_TEST(test_folder_out_of_memory)
{
    static const tro_folder_mode modes[] = {TRO_FOLDER_NEW, TRO_FOLDER_FORCE, TRO_FOLDER_RESUME};
    json_set_alloc_funcs(count_malloc, tro_release);
    for (int m = 0; m < 3; m++) {
        int status = TRO_ENOMEM, failures = 0;
        for (uint64_t n = 1; n < 2000 && status != TRO_OK; n++) {
            remove_all(at("out"));
            if (m > 0)
                ck_assert_int_eq(run(at("out"), TRO_FOLDER_NEW, "a.csv", "abc"), TRO_OK);
            tro_memory_fail_after(n);
            status = run(at("out"), modes[m], "b.csv", "x");
            tro_memory_fail_after(0);
            if (status == TRO_EEXIST && m > 0)
                ck_assert_str_eq(slurp(at("out/a.csv")), "abc");
            else
                ck_assert_msg(status == TRO_OK || status == TRO_ENOMEM,
                              "mode %d, allocation %d: %s", m, (int)n, tro_status_text(status));
            failures += status != TRO_OK;
        }
        ck_assert_int_eq(status, TRO_OK);
        ck_assert_int_gt(failures, 10);
        ck_assert_str_eq(slurp(at("out/b.csv")), "x");
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_folder_run, test_folder_run_without_files, test_folder_open_empty,
        test_folder_open_existing_errors, test_folder_open_place_errors,
        test_folder_force_keeps_foreign_files, test_folder_force_foreign_errors,
        test_folder_force_stays_inside, test_folder_unfinished, test_folder_untouched,
        test_folder_resume, test_folder_resume_after_removal, test_folder_two_runs_errors,
        test_folder_add_errors, test_folder_commit_errors, test_folder_many_files,
        test_folder_out_of_memory};
    return run_tests("folder", tests, sizeof tests / sizeof *tests);
}
