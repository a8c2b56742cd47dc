/* Files, digests, JSON and CSV. Run folders: test_folder.c; figures:
 * test_figure.c. */
#include <check.h>
#include <fcntl.h>
#include <jansson.h>
#include <locale.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/memory.h"
#include "output/csv.h"
#include "output/digest.h"
#include "output/file.h"
#include "output/json.h"
#include "output/utf8.h"
#include "output_support.h"

/* -- files ------------------------------------------------------------- */

START_TEST(test_file_write)
{
    ck_assert_int_eq(tro_file_write(at("a"), "hello", 5, &messages), TRO_OK);
    ck_assert_str_eq(slurp(at("a")), "hello");
    ck_assert_int_eq(tro_file_write(at("a"), "", 0, &messages), TRO_OK);
    ck_assert_str_eq(slurp(at("a")), "");
    ck_assert_int_eq(entries(place), 1);
    ck_assert_uint_eq(messages.count, 0);
}
END_TEST

START_TEST(test_file_mode_follows_umask)
{
    struct stat status;
    mode_t old = umask(027);
    ck_assert_int_eq(tro_file_write(at("a"), "x", 1, &messages), TRO_OK);
    umask(old);
    ck_assert_int_eq(stat(at("a"), &status), 0);
    ck_assert_int_eq(status.st_mode & 0777, 0640);
}
END_TEST

/* Around the size of the buffer, in pieces of odd length. */
START_TEST(test_file_stream_lengths)
{
    static char data[200001];
    static const size_t lengths[] = {1, 65535, 65536, 65537, 131072, 200000};
    for (size_t k = 0; k < sizeof data; k++)
        data[k] = (char)('a' + k % 23);
    for (int n = 0; n < 6; n++) {
        tro_file file;
        ck_assert_int_eq(tro_file_open(&file, at("s"), &messages), TRO_OK);
        for (size_t k = 0; k < lengths[n]; k += 977)
            tro_file_add(&file, data + k, lengths[n] - k < 977 ? lengths[n] - k : 977);
        ck_assert_ptr_null(n ? NULL : slurp(at("s")));   /* not there before the commit */
        ck_assert_uint_eq(file.bytes, lengths[n]);
        ck_assert_int_eq(tro_file_commit(&file), TRO_OK);
        char *content = slurp(at("s"));
        ck_assert_uint_eq(strlen(content), lengths[n]);
        ck_assert_int_eq(memcmp(content, data, lengths[n]), 0);
        ck_assert_int_eq(tro_file_write(at("s"), data, lengths[n], &messages), TRO_OK);
        ck_assert_int_eq(memcmp(slurp(at("s")), data, lengths[n]), 0);
    }
}
END_TEST

START_TEST(test_file_abort_keeps_the_old)
{
    tro_file file;
    put(at("a"), "old");
    ck_assert_int_eq(tro_file_open(&file, at("a"), &messages), TRO_OK);
    ck_assert_int_eq(tro_file_add(&file, "new", 3), TRO_OK);
    ck_assert_int_eq(entries(place), 2);
    tro_file_abort(&file);
    tro_file_abort(&file);
    ck_assert_str_eq(slurp(at("a")), "old");
    ck_assert_int_eq(entries(place), 1);
    ck_assert_int_eq(tro_file_add(&file, "x", 1), TRO_EINVAL);
    ck_assert_int_eq(tro_file_commit(&file), TRO_EINVAL);
}
END_TEST

START_TEST(test_file_link_is_followed)
{
    put(at("real"), "old");
    ck_assert_int_eq(symlink("real", at("link")), 0);
    ck_assert_int_eq(tro_file_write(at("link"), "new", 3, &messages), TRO_OK);
    ck_assert_str_eq(slurp(at("real")), "new");
    struct stat status;
    ck_assert_int_eq(lstat(at("link"), &status), 0);
    ck_assert(S_ISLNK(status.st_mode));
}
END_TEST

/* A name of what is open already, here a regular file, is that file from where it stands. */
START_TEST(test_file_open_already)
{
    char name[32];
    int descriptor = open(at("open"), O_WRONLY | O_CREAT, 0666);
    ck_assert_int_ge(descriptor, 0);
    ck_assert_int_eq((int)write(descriptor, "one ", 4), 4);
    snprintf(name, sizeof name, "/dev/fd/%d", descriptor);
    ck_assert_int_eq(tro_file_write(name, "two ", 4, &messages), TRO_OK);
    ck_assert_int_eq((int)write(descriptor, "three", 5), 5);
    ck_assert_int_eq(unlink(at("open")), 0);
    ck_assert_int_eq(tro_file_write(name, "four", 4, &messages), TRO_OK);
    ck_assert_int_eq((int)lseek(descriptor, 0, SEEK_CUR), 17);
    close(descriptor);
    ck_assert_int_eq(tro_file_write(name, "five", 4, &messages), TRO_EIO);
    ck_says("Bad file descriptor");
}
END_TEST

START_TEST(test_file_longest_name)
{
    char name[256];
    memset(name, 'n', 255);
    name[255] = '\0';
    ck_assert_int_eq(tro_file_write(at(name), "x", 1, &messages), TRO_OK);
    ck_assert_str_eq(slurp(at(name)), "x");
}
END_TEST

START_TEST(test_file_errors)
{
    ck_assert_int_eq(tro_file_write(at("no/such"), "x", 1, &messages), TRO_EIO);
    ck_says("cannot write");
    ck_says("no/such': No such file or directory");
    ck_assert_int_eq(tro_file_write(place, "x", 1, &messages), TRO_EIO);
    ck_says("Is a directory");
    ck_assert_int_eq(tro_file_write("", "x", 1, &messages), TRO_EIO);
    put(at("f"), "");
    ck_assert_int_eq(tro_file_write(at("f/g"), "x", 1, &messages), TRO_EIO);
    ck_says("Not a directory");
    ck_assert_uint_eq(messages.errors, 4);
}
END_TEST

/* What is no regular file is written through, never replaced. Only things in
 * the scratch directory are used: a wrong tro_file_open, run by root, would
 * replace the devices of the machine. */
START_TEST(test_file_pipe)
{
    struct stat status;
    char got[8] = "";
    ck_assert_int_eq(mkfifo(at("pipe"), 0600), 0);
    int end = open(at("pipe"), O_RDWR | O_NONBLOCK);
    ck_assert_int_ge(end, 0);
    ck_assert_int_eq(tro_file_write(at("pipe"), "hello", 5, &messages), TRO_OK);
    ck_assert_int_eq(lstat(at("pipe"), &status), 0);
    ck_assert(S_ISFIFO(status.st_mode));
    ck_assert_int_eq(read(end, got, 5), 5);
    ck_assert_str_eq(got, "hello");
    close(end);
    ck_assert_int_eq(entries(place), 1);
}
END_TEST

/* A device of our own that is always full; only root can make one. */
START_TEST(test_file_device_errors)
{
    struct stat status;
    if (mknod(at("full"), S_IFCHR | 0600, makedev(1, 7)) < 0 || access(at("full"), W_OK) < 0)
        return;
    int probe = open(at("full"), O_WRONLY);
    if (probe < 0)
        return;   /* a file system without devices */
    close(probe);
    ck_assert_int_eq(tro_file_write(at("full"), "x", 1, &messages), TRO_EIO);
    ck_says("No space left on device");
    ck_assert_uint_eq(messages.errors, 1);
    ck_assert_int_eq(lstat(at("full"), &status), 0);
    ck_assert(S_ISCHR(status.st_mode));
}
END_TEST

/* The disk "fills up" after 100000 bytes: said once, nothing left behind. */
START_TEST(test_file_no_room_errors)
{
    struct rlimit old, limit;
    tro_file file;
    put(at("a"), "old");
    getrlimit(RLIMIT_FSIZE, &old);
    limit = (struct rlimit){100000, old.rlim_max};
    void (*before)(int) = signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    ck_assert_int_eq(tro_file_open(&file, at("a"), &messages), TRO_OK);
    int status = TRO_OK;
    for (int k = 0; k < 30000 && status == TRO_OK; k++)
        status = tro_file_add(&file, "0123456789", 10);
    int again = tro_file_add(&file, "x", 1), committed = tro_file_commit(&file);
    setrlimit(RLIMIT_FSIZE, &old);
    signal(SIGXFSZ, before);
    ck_assert_int_eq(status, TRO_EIO);
    ck_assert_int_eq(again, TRO_EIO);
    ck_assert_int_eq(committed, TRO_EIO);
    ck_assert_uint_eq(messages.errors, 1);
    ck_says("File too large");
    ck_assert_str_eq(slurp(at("a")), "old");
    ck_assert_int_eq(entries(place), 1);
}
END_TEST

START_TEST(test_file_part_names)
{
    ck_assert(tro_file_is_part(".trophic-12-3.part"));
    ck_assert(!tro_file_is_part("trophic.part"));
    ck_assert(!tro_file_is_part(".trophic-.part") && !tro_file_is_part(".trophic-1"));
    char mine[64];
    snprintf(mine, sizeof mine, ".trophic-%ld-0.part", (long)getpid());
    ck_assert(!tro_file_is_abandoned(mine));
    ck_assert(!tro_file_is_abandoned(".trophic-x.part"));
}
END_TEST

START_TEST(test_file_make_folder)
{
    int created;
    struct stat status;
    ck_assert_int_eq(tro_file_make_folder(at("a/b//c/"), &created, &messages), TRO_OK);
    ck_assert_int_eq(created, 1);
    ck_assert_int_eq(stat(at("a/b/c"), &status), 0);
    ck_assert_int_eq(tro_file_make_folder(at("a/b/c"), &created, &messages), TRO_OK);
    ck_assert_int_eq(created, 0);
    ck_assert_int_eq(tro_file_make_folder("/", NULL, &messages), TRO_OK);
}
END_TEST

START_TEST(test_file_make_folder_errors)
{
    put(at("f"), "");
    ck_assert_int_eq(tro_file_make_folder(at("f"), NULL, &messages), TRO_EIO);
    ck_says("a file is in its place");
    ck_assert_int_eq(tro_file_make_folder(at("f/g"), NULL, &messages), TRO_EIO);
    ck_assert_int_eq(tro_file_make_folder("", NULL, &messages), TRO_EIO);
    ck_assert_int_eq(tro_file_make_folder("/proc/no-such/x", NULL, &messages), TRO_EIO);
    ck_says("/proc/no-such/x");
}
END_TEST

/* -- digest, text ------------------------------------------------------ */

/* FIPS 180-4 examples (NIST, SHA256.pdf and SHA2_Additional.pdf). */
START_TEST(test_digest_vectors)
{
    static const char *const vectors[][2] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
         "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
         "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"}};
    char hex[TRO_DIGEST_CHARS];
    for (int k = 0; k < 4; k++)
        ck_assert_str_eq(tro_digest_of(vectors[k][0], strlen(vectors[k][0]), hex), vectors[k][1]);
    tro_digest digest;
    tro_digest_start(&digest);
    for (int k = 0; k < 1000000; k++)
        tro_digest_add(&digest, "a", 1);
    ck_assert_str_eq(tro_digest_finish(&digest, hex),
                     "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}
END_TEST

/* The digest of the digests of 0 to 200 letters a, from Python's hashlib:
 * every way a last block can be padded. */
START_TEST(test_digest_lengths)
{
    char letters[200], hex[TRO_DIGEST_CHARS];
    tro_digest all;
    memset(letters, 'a', sizeof letters);
    tro_digest_start(&all);
    for (size_t n = 0; n <= 200; n++)
        tro_digest_add(&all, tro_digest_of(letters, n, hex), 64);
    ck_assert_str_eq(tro_digest_finish(&all, hex),
                     "eb555248bd20c7831e511d4461b42c9b084e3a64b44d57b00051172f8afe03ff");
}
END_TEST

START_TEST(test_digest_file)
{
    char hex[TRO_DIGEST_CHARS];
    uint64_t bytes;
    put(at("a"), "abc");
    ck_assert_int_eq(tro_digest_file(at("a"), hex, &bytes, &messages), TRO_OK);
    ck_assert_uint_eq(bytes, 3);
    ck_assert_int_eq(strncmp(hex, "ba7816bf", 8), 0);
    ck_assert_int_eq(tro_digest_file(at("none"), hex, &bytes, &messages), TRO_EIO);
    ck_says("cannot read");
}
END_TEST

/* Sequence, its length, its code point; malformed ones after Unicode 15,
 * table 3-7. */
START_TEST(test_utf8_next)
{
    static const struct { const char *text; size_t length; uint32_t code; } cases[] = {
        {"a", 1, 'a'}, {"\xce\xbb", 2, 0x3bb}, {"\xe2\x88\x92", 3, 0x2212},
        {"\xf0\x9f\x90\x9f", 4, 0x1f41f}, {"\xc0\x80", 1, 0xfffd}, {"\xed\xa0\x80", 1, 0xfffd},
        {"\xe2\x88", 1, 0xfffd}, {"\xf4\x90\x80\x80", 1, 0xfffd}, {"\xff", 1, 0xfffd},
        {"\x80", 1, 0xfffd}, {"\xe0\x9f\xbf", 1, 0xfffd}, {"\xf8\x88\x80\x80\x80", 1, 0xfffd}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        uint32_t code;
        ck_assert_uint_eq(tro_utf8_next(cases[k].text, &code), cases[k].length);
        ck_assert_uint_eq(code, cases[k].code);
    }
}
END_TEST

START_TEST(test_json_facts)
{
    tro_fact facts[] = {TRO_FACT_TEXT("a\"\\\n\x01", "\xce\xbb \xff/"), TRO_FACT_REAL("r", 0.1),
                        TRO_FACT_REAL("n", NAN), TRO_FACT_REAL("i", -INFINITY),
                        TRO_FACT_WHOLE("w", -9223372036854775807LL - 1), TRO_FACT_TEXT("z", NULL)};
    tro_text text = {0};
    tro_json_facts(&text, facts, 6);
    ck_assert_str_eq(text.data, "{\"a\\\"\\\\\\n\\u0001\": \"\xce\xbb \xef\xbf\xbd/\", \"r\": 0.1, "
                     "\"n\": null, \"i\": \"-inf\", \"w\": -9223372036854775808, \"z\": null}");
    json_t *read = json_loads(text.data, 0, NULL);   /* and another program can read it */
    ck_assert_ptr_nonnull(read);
    ck_assert_uint_eq(json_object_size(read), 6);
    json_decref(read);
    tro_text_clear(&text);
    tro_json_facts(&text, NULL, 0);
    ck_assert_str_eq(text.data, "{}");
    tro_text_clear(&text);
}
END_TEST

/* -- CSV --------------------------------------------------------------- */

static const char *const three[] = {"round", "agent", "share, \"real\""};

START_TEST(test_csv_rows)
{
    tro_csv csv;
    double pair[2] = {1e-300, -0.1};
    setlocale(LC_NUMERIC, "de_DE.UTF-8");   /* where it exists, commas would appear */
    ck_assert_int_eq(tro_csv_open(&csv, at("t.csv"), three, 3, &messages), TRO_OK);
    tro_csv_whole(&csv, -3);
    tro_csv_text(&csv, "a,b");
    tro_csv_real(&csv, 0.1);
    ck_assert_int_eq(tro_csv_end_row(&csv), TRO_OK);
    tro_csv_text(&csv, "say \"hi\"\nthere");
    tro_csv_text(&csv, NULL);
    tro_csv_real(&csv, NAN);
    ck_assert_int_eq(tro_csv_end_row(&csv), TRO_OK);
    tro_csv_text(&csv, " x");
    tro_csv_reals(&csv, pair, 2);
    ck_assert_int_eq(tro_csv_end_row(&csv), TRO_OK);
    tro_csv_real(&csv, INFINITY);
    tro_csv_real(&csv, -INFINITY);
    tro_csv_text(&csv, "\"");
    ck_assert_int_eq(tro_csv_end_row(&csv), TRO_OK);
    ck_assert_ptr_null(slurp(at("t.csv")));
    ck_assert_int_eq(tro_csv_commit(&csv), TRO_OK);
    setlocale(LC_NUMERIC, "C");
    ck_assert_str_eq(slurp(at("t.csv")),
                     "round,agent,\"share, \"\"real\"\"\"\n"
                     "-3,\"a,b\",0.1\n"
                     "\"say \"\"hi\"\"\nthere\",,\n"
                     "\" x\",1e-300,-0.1\n"
                     "inf,-inf,\"\"\"\"\n");
}
END_TEST

/* Numbers come back as the same bits, whatever they are. */
START_TEST(test_csv_round_trip)
{
    tro_csv csv;
    static const char *const name[] = {"x"};
    double values[300];
    uint64_t bits = 88172645463325252ULL;
    for (int k = 0; k < 300; k++) {
        do {
            bits ^= bits << 13;
            bits ^= bits >> 7;
            bits ^= bits << 17;
            memcpy(&values[k], &bits, sizeof bits);
        } while (!isfinite(values[k]));
    }
    ck_assert_int_eq(tro_csv_open(&csv, at("x.csv"), name, 1, &messages), TRO_OK);
    for (int k = 0; k < 300; k++) {
        tro_csv_real(&csv, values[k]);
        tro_csv_end_row(&csv);
    }
    tro_csv_real(&csv, NAN);   /* ends with the commit; one column: no empty line */
    ck_assert_int_eq(tro_csv_commit(&csv), TRO_OK);
    char *line = strchr(slurp(at("x.csv")), '\n') + 1;
    for (int k = 0; k < 300; k++, line = strchr(line, '\n') + 1)
        ck_assert(strtod(line, NULL) == values[k]);
    ck_assert_str_eq(line, "\"\"\n");
}
END_TEST

START_TEST(test_csv_errors)
{
    tro_csv csv;
    ck_assert_int_eq(tro_csv_open(&csv, at("t.csv"), three, 0, &messages), TRO_EINVAL);
    ck_assert_int_eq(tro_csv_open(&csv, at("no/t.csv"), three, 3, &messages), TRO_EIO);
    for (int cells = 2; cells <= 4; cells += 2) {
        ck_assert_int_eq(tro_csv_open(&csv, at("t.csv"), three, 3, &messages), TRO_OK);
        for (int k = 0; k < cells; k++)
            tro_csv_whole(&csv, k);
        ck_assert_int_eq(tro_csv_end_row(&csv), TRO_EINVAL);
        ck_says("cells where 3 columns are named");
        tro_csv_reals(&csv, (double[]){1, 2, 3}, 3);
        ck_assert_int_eq(tro_csv_end_row(&csv), TRO_EINVAL);
        ck_assert_int_eq(tro_csv_commit(&csv), TRO_EINVAL);
    }
    ck_assert_int_eq(tro_csv_open(&csv, at("t.csv"), three, 3, &messages), TRO_OK);
    tro_csv_whole(&csv, 1);
    ck_assert_int_eq(tro_csv_commit(&csv), TRO_EINVAL);   /* an unfinished row */
    ck_assert_int_eq(entries(place), 0);
    ck_assert_uint_eq(messages.errors, 5);
    tro_csv none = {.columns = 0};
    tro_csv_abort(&none);
}
END_TEST

/* -- memory ------------------------------------------------------------ */

static int write_table(void)
{
    tro_csv csv = {.columns = 0};
    int status = TRO_OK;
    TRO_TRY(tro_csv_open(&csv, at("t.csv"), three, 3, &messages));
    tro_csv_whole(&csv, 1);
    tro_csv_text(&csv, "a");
    tro_csv_real(&csv, 0.5);
    TRO_TRY(tro_csv_end_row(&csv));
    TRO_TRY(tro_csv_commit(&csv));
    TRO_TRY(tro_file_make_folder(at("a/b"), NULL, &messages));
out:
    tro_csv_abort(&csv);
    return status;
}

/* Whichever allocation fails: the status says so, and nothing is left. */
START_TEST(test_output_out_of_memory)
{
    int status = TRO_ENOMEM;
    for (uint64_t n = 1; n < 100 && status != TRO_OK; n++) {
        unlink(at("t.csv"));
        tro_memory_fail_after(n);
        status = write_table();
        tro_memory_fail_after(0);
        ck_assert(status == TRO_OK || status == TRO_ENOMEM);
        ck_assert_int_le(entries(place), status == TRO_OK ? 2 : 1);
    }
    ck_assert_int_eq(status, TRO_OK);
    ck_assert_str_eq(slurp(at("t.csv")), "round,agent,\"share, \"\"real\"\"\"\n1,a,0.5\n");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_file_write, test_file_mode_follows_umask, test_file_stream_lengths,
        test_file_abort_keeps_the_old, test_file_link_is_followed, test_file_open_already,
        test_file_longest_name,
        test_file_errors, test_file_pipe, test_file_device_errors, test_file_no_room_errors,
        test_file_part_names,
        test_file_make_folder, test_file_make_folder_errors, test_digest_vectors,
        test_digest_lengths, test_digest_file, test_utf8_next, test_json_facts, test_csv_rows,
        test_csv_round_trip, test_csv_errors, test_output_out_of_memory};
    return run_tests("output", tests, sizeof tests / sizeof *tests);
}
