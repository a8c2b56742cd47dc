/* A scratch directory per test, and what the tests of the output folder ask of
 * files. Included once per test program. */
#ifndef TRO_OUTPUT_SUPPORT_H
#define TRO_OUTPUT_SUPPORT_H

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <trophic/messages.h>

#include "base/memory.h"

static char place[256];        /* a fresh directory per test */
static tro_messages messages;

static char search_path[4096];   /* tests change PATH, and may share a process */

static inline void set_up(void)
{
    const char *path = getenv("PATH");
    snprintf(search_path, sizeof search_path, "%s", path ? path : "");
    const char *base = getenv("TMPDIR");
    snprintf(place, sizeof place, "%s/trophic-test-XXXXXX", base ? base : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(place));
}

static inline void remove_all(const char *path)
{
    DIR *listing = opendir(path);
    for (struct dirent *entry; listing && (entry = readdir(listing)) != NULL;) {
        char inner[1024];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        int length = snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        if (length < (int)sizeof inner && unlink(inner) < 0)
            remove_all(inner);
    }
    if (listing)
        closedir(listing);
    rmdir(path);
}

static inline void tear_down(void)
{
    tro_memory_fail_after(0);
    setenv("PATH", search_path, 1);
    tro_messages_clear(&messages);
    remove_all(place);
}

/* Static, one result at a time per slot. */
static inline const char *at(const char *name)
{
    static char paths[4][700];
    static int next;
    next = (next + 1) % 4;
    snprintf(paths[next], sizeof paths[next], "%s/%s", place, name);
    return paths[next];
}

static inline char *slurp(const char *path)
{
    static char content[400000];
    FILE *stream = fopen(path, "rb");
    if (!stream)
        return NULL;
    size_t got = fread(content, 1, sizeof content - 1, stream);
    fclose(stream);
    content[got] = '\0';
    return content;
}

static inline void put(const char *path, const char *content)
{
    FILE *stream = fopen(path, "wb");
    ck_assert_ptr_nonnull(stream);
    fputs(content, stream);
    fclose(stream);
}

static inline int entries(const char *path)
{
    int count = 0;
    DIR *listing = opendir(path);
    ck_assert_ptr_nonnull(listing);
    while (readdir(listing))
        count++;
    closedir(listing);
    return count - 2;
}

static inline const char *last_message(void)
{
    return messages.count ? messages.items[messages.count - 1].text : "";
}

#define ck_says(piece)                                                             \
    ck_assert_msg(strstr(last_message(), (piece)) != NULL, "'%s' does not say '%s'", \
                  last_message(), (piece))

static inline int run_tests(const char *name, const TTest *const *tests, size_t count)
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_set_timeout(tcase, 120);
    for (size_t k = 0; k < count; k++)
        tcase_add_test(tcase, tests[k]);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

#endif
