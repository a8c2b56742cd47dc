/* Documents from files and pipes, and when memory runs out. */
#include <sys/stat.h>
#include <unistd.h>

#include "document_support.h"

static char path[64];

static void make_directory(void)
{
    strcpy(path, "/tmp/trophic-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(path));
    strcat(path, "/s.yaml");
}

static void remove_directory(void)
{
    unlink(path);
    *strrchr(path, '/') = '\0';
    rmdir(path);
}

static void write_file(const char *text)
{
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

START_TEST(test_file_read)
{
    tro_document *d, *same = read_text(rivals);
    write_file(rivals);
    ck_assert_int_eq(tro_document_read_file(path, &d, NULL), TRO_OK);
    ck_assert_str_eq(d->source.name, path);
    ck_assert_str_eq(d->source.text, rivals);
    ck_assert(equal_trees(d->root, same->root));
    tro_document_free(d);
    tro_document_free(same);
}
END_TEST

/* Longer than one read of a pipe returns. */
START_TEST(test_stdin_read)
{
    tro_document *d;
    int ends[2], saved = dup(STDIN_FILENO);
    char *text = repeated("a:\n", "- 0.25\n", 200000, "");
    ck_assert_int_eq(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        size_t length = strlen(text), done = 0;
        close(ends[0]);
        while (done < length)
            done += (size_t)write(ends[1], text + done, length - done);
        _exit(0);
    }
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    int status = tro_document_read_file("-", &d, NULL);
    dup2(saved, STDIN_FILENO);
    close(saved);
    free(text);
    ck_assert_int_eq(status, TRO_OK);
    ck_assert_str_eq(d->source.name, "<stdin>");
    ck_assert_uint_eq(d->root->items[0]->count, 200000);
    tro_document_free(d);
}
END_TEST

static void assert_unreadable(const char *name, const char *expected)
{
    tro_document *d;
    tro_messages messages = {0};
    ck_assert_int_eq(tro_document_read_file(name, &d, &messages), TRO_EIO);
    ck_assert_ptr_null(d);
    ck_assert_uint_eq(messages.count, 1);
    ck_assert_str_eq(messages.items[0].file, name);
    assert_messages(&messages, expected);
}

START_TEST(test_file_read_errors)
{
    char longer[80];
    assert_unreadable(path, "0:0: cannot be read: no such file");
    assert_unreadable("", "0:0: cannot be read: no such file");
    assert_unreadable("/tmp", "0:0: cannot be read: it is a directory");
    write_file("a: [\n");
    snprintf(longer, sizeof longer, "%s/x", path);
    assert_unreadable(longer, "0:0: cannot be read: a part of the path is no directory");
    if (access("/proc/self/mem", R_OK) == 0)
        assert_unreadable("/proc/self/mem", "0:0: cannot be read: Input/output error");
    if (geteuid() != 0) {
        chmod(path, 0);
        assert_unreadable(path, "0:0: cannot be read: permission denied");
        chmod(path, 0600);
    }
    tro_document *d;
    tro_messages messages = {0};
    ck_assert_int_eq(tro_document_read_file(path, &d, &messages), TRO_EPARSE);
    assert_messages(&messages, "1:5: expected a value, found the end of the text");
    if (access("/dev/zero", R_OK) == 0) {
        ck_assert_int_eq(tro_document_read_file("/dev/zero", &d, &messages), TRO_EPARSE);
        assert_messages(&messages, "0:0: larger than 64 MiB; keep data in a file of its own");
    }
}
END_TEST

/* Out of memory at every point in turn: no crash, no leak, one status. */
START_TEST(test_rivals_read_out_of_memory)
{
    int status = TRO_ENOMEM;
    for (uint64_t n = 1; status != TRO_OK; n++) {
        tro_document *d;
        tro_messages messages = {0};
        tro_memory_fail_after(n);
        status = tro_document_read_text("t", rivals, sizeof rivals - 1, &d, &messages);
        tro_memory_fail_after(0);
        ck_assert(status == TRO_OK || status == TRO_ENOMEM);
        ck_assert((status == TRO_OK) == (d != NULL));
        ck_assert((status == TRO_OK) == (messages.errors == 0));
        ck_assert_uint_lt(n, 1000);
        tro_messages_clear(&messages);
        tro_document_free(d);
    }
    write_file("a: [1\n");
    for (uint64_t n = 1; status != TRO_EPARSE; n++) {
        tro_document *d;
        tro_memory_fail_after(n);
        status = tro_document_read_file(path, &d, NULL);
        tro_memory_fail_after(0);
        ck_assert(status == TRO_EPARSE || status == TRO_ENOMEM);
        ck_assert_uint_lt(n, 1000);
    }
}
END_TEST

/* With an override of 100 bytes, so that its source, too, may not fit. */
static void assert_clones(const char *text)
{
    tro_document *d = read_text(text), *clone;
    char *value = repeated("", "x", 100, "");
    ck_assert_int_eq(tro_document_set(d, "list.0.a", value, "--set", NULL), TRO_OK);
    free(value);
    for (uint64_t n = 1; n < 8; n++) {
        tro_memory_fail_after(n);
        int status = tro_document_clone(d, &clone, NULL);
        tro_memory_fail_after(0);
        ck_assert(status == TRO_OK ? equal_trees(d->root, clone->root) : !clone);
        tro_document_free(clone);
    }
    tro_document_free(d);
}

/* The arena asks for memory once in 16 kB: a comment of growing length moves
 * that moment through all the nodes of the text. */
START_TEST(test_long_text_out_of_memory)
{
    char *items = repeated("\nlist:\n", "- {a: b, c: [d, e]}\n", 22, "");
    for (size_t length = 0; length < 3000; length += 16) {
        char *text = repeated("", "#", length, items);
        for (uint64_t n = 1; n < 8; n++) {
            tro_document *d;
            tro_memory_fail_after(n);
            int status = tro_document_read_text("t", text, strlen(text), &d, NULL);
            tro_memory_fail_after(0);
            ck_assert(status == TRO_OK || status == TRO_ENOMEM);
            ck_assert((status == TRO_OK) == (d != NULL));
            tro_document_free(d);
        }
        assert_clones(text);
        free(text);
    }
    free(items);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("document_file");
    tcase_add_checked_fixture(tests, make_directory, remove_directory);
    tcase_add_test(tests, test_file_read);
    tcase_add_test(tests, test_stdin_read);
    tcase_add_test(tests, test_file_read_errors);
    tcase_add_test(tests, test_rivals_read_out_of_memory);
    tcase_add_test(tests, test_long_text_out_of_memory);
    return run_suite(suite_create("document_file"), tests);
}
