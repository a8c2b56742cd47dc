/* Columns of CSV files: what RFC 4180 allows, and every mistake at its place. */
#include <sys/stat.h>
#include <unistd.h>

#include "document/column.h"
#include "support.h"

static char folder[] = "/tmp/trophic-column-XXXXXX", beside[64];
static tro_arena arena;
static tro_messages messages;


static void teardown(void)
{
    char path[64];
    snprintf(path, sizeof path, "%s/x.csv", folder);
    unlink(path);
    rmdir(folder);
    tro_arena_clear(&arena);
    tro_messages_clear(&messages);
}

static void write_file(const char *bytes, size_t length)
{
    char path[64];
    snprintf(path, sizeof path, "%s/x.csv", folder);
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, length, file), length);
    ck_assert_int_eq(fclose(file), 0);
}

/* Reads {file: FILE, name: NAME} as it stands in a document. */
static int read_column(const char *file, const char *name, const tro_param *bounds,
                       tro_vector *out)
{
    char text[256];
    tro_document *document = NULL;
    tro_data_column column;
    tro_reader reader = {.arena = &arena, .messages = &messages, .beside = beside};
    snprintf(text, sizeof text, "a: {file: %s, name: %s}\n", file, name);
    ck_assert_int_eq(tro_document_read_text("test.yaml", text, strlen(text), &document,
                                            &messages), TRO_OK);
    ck_assert_int_eq(tro_read_record(&reader, tro_node_get(document->root, "a"),
                                     &tro_data_column_table, NULL, &column), TRO_OK);
    int status = tro_data_column_read(&reader, &column, bounds, out);
    tro_document_free(document);
    return status;
}

static void check_bytes(const char *bytes, size_t length, const char *name, size_t count,
                        const double *expected)
{
    tro_vector found;
    char buffer[1024];
    write_file(bytes, length);
    int status = read_column("x.csv", name, NULL, &found);
    ck_assert_msg(status == TRO_OK, "%s: %s", bytes,
                  tro_listed(&messages, buffer, sizeof buffer));
    ck_assert_msg(found.count == count, "%s: %zu numbers", bytes, found.count);
    for (size_t k = 0; k < count; k++)
        ck_assert_double_eq(found.values[k], expected[k]);
}

static void check(const char *text, const char *name, size_t count, const double *expected)
{
    check_bytes(text, strlen(text), name, count, expected);
}

START_TEST(test_column_plain)
{
    check("p,q\n1,2\n3,4\n", "p", 2, (double[]){1, 3});
    check("p,q\n1,2\n3,4\n", "q", 2, (double[]){2, 4});
    check("p,q\n1,2\n3,4", "q", 2, (double[]){2, 4}); /* no line end at the end */
    check("p,q\r\n1,2\r\n3,4\r\n", "q", 2, (double[]){2, 4});
    check("p,q\r\n1,2\r\n3,4", "q", 2, (double[]){2, 4});
    check("\xEF\xBB\xBFp,q\n1,2\n", "p", 1, (double[]){1});
    check("p\n-1.5e-3\n", "p", 1, (double[]){-1.5e-3});
    check("p\n", "p", 0, NULL);
    check("p", "p", 0, NULL);
    check("\n\np\n\n1\n\n\r\n2\n\n", "p", 2, (double[]){1, 2}); /* lines without a character */
    check("  p , q\t\n 1 ,\t2 \n", "q", 1, (double[]){2});
    check("name,p,\nx,1,\n", "p", 1, (double[]){1}); /* a column without a name */
}
END_TEST

START_TEST(test_column_quotes)
{
    check("\"p\",q\n\"1\",2\n", "p", 1, (double[]){1});
    check("\"a,b\",p\n\"x,y\",2\n", "p", 1, (double[]){2});
    check("\"a\"\"b\",p\n\"\"\"\",2\n", "p", 1, (double[]){2});
    check("text,p\n\"two\nlines\",2\n\"and\r\nCR\",3\n", "p", 2, (double[]){2, 3});
    check("\"two\nlines\",p\n,2\n", "p", 1, (double[]){2});
    check("\"\",p\n\"\",2\n", "p", 1, (double[]){2});
    check("\"p\"\r\n\"7\"\r\n", "p", 1, (double[]){7});
    check("\" p \",p\n1,2\n", "' p '", 1, (double[]){1}); /* blanks in quotes count */
}
END_TEST

static void refuse_bytes(const char *bytes, size_t length, const char *name,
                         const tro_param *bounds, const char *expected)
{
    tro_vector found;
    char text[4096], *at;
    write_file(bytes, length);
    ck_assert_int_eq(read_column("x.csv", name, bounds, &found), TRO_ESCENARIO);
    tro_listed(&messages, text, sizeof text);
    /* The folder's name is another every time. */
    while ((at = strstr(text, folder)) != NULL)
        memmove(at, at + strlen(folder) + 1, strlen(at + strlen(folder) + 1) + 1);
    ck_assert_str_eq(text, expected);
    tro_messages_clear(&messages);
}

static void refuse(const char *text, const char *name, const char *expected)
{
    refuse_bytes(text, strlen(text), name, NULL, expected);
}

START_TEST(test_column_name_errors)
{
    refuse("weight,prob\n1,2\n", "prb", "1:24: 'x.csv' has no column 'prb', only weight, prob (did "
                                        "you mean 'prob'?)");
    refuse("a,b\n1,2\n", "height", "1:24: 'x.csv' has no column 'height', only a, b");
    refuse("a;b\n1;2\n", "a", "1:24: 'x.csv' has no column 'a', only a;b: commas between columns "
                              "would be right, found ';'");
    refuse("a\tb\n1\t2\n", "height", "1:24: 'x.csv' has no column 'height', only a\tb: commas "
                                     "between columns would be right, found tabs");
    refuse("p,q,p\n1,2,3\n", "p", "1:24: 'x.csv' has 2 columns 'p'");
    refuse("", "p", "1:11: 'x.csv' is empty: its first line must name its columns");
    refuse("\xEF\xBB\xBF", "p", "1:11: 'x.csv' is empty: its first line must name its columns");
    refuse("\n\r\n\n", "p", "1:11: 'x.csv' is empty: its first line must name its columns");
}
END_TEST

START_TEST(test_column_cell_errors)
{
    static const tro_param bounds = {.flags = TRO_P_BOUNDED, .min = 0, .max = INFINITY};
    static const char negative[] = "p\n1\n-2\n";
    refuse("p,q\n1,x\n2,3\n", "q", "x.csv:2:3: q must be a number, found 'x'");
    refuse("p,q\n1,2\n1,\n", "q", "x.csv:3:3: 'q' has no value");
    refuse("p,q\n1,inf\n", "q", "x.csv:2:3: q must be a finite number, found 'inf'");
    refuse("p,q\n1,1e999\n", "q", "x.csv:2:3: q must be a number, found '1e999'");
    refuse("p,q\n1,nan\n", "q", "x.csv:2:3: q must be a number, found 'nan'");
    refuse("p,q\n1,\"1,5\"\n", "q", "x.csv:2:3: q must be a number, found '1,5'");
    refuse("p;q\n1;5\n", "p;q", "x.csv:2:1: p;q must be a number, found '1;5'");
    refuse_bytes(negative, sizeof negative - 1, "p", &bounds,
                 "x.csv:3:1: p must be at least 0, found '-2'");
    /* all of them, each in its line */
    refuse("\"a\nb\",q\n1,x\n\"2\n3\",y\n", "q",
           "x.csv:3:3: q must be a number, found 'x'\nx.csv:5:4: q must be a number, found 'y'");
}
END_TEST

START_TEST(test_column_shape_errors)
{
    refuse("p,q\n1\n2,3,4\n\"5\",6\n", "p",
           "x.csv:2:1: a row of 1 cell where the first line names 2 columns\n"
           "x.csv:3:1: a row of 3 cells where the first line names 2 columns");
    refuse("p\n1,2\n", "p", "x.csv:2:1: a row of 2 cells where the first line names 1 column");
    refuse("p,q\n1,\"2\n3,4\n", "p", "x.csv:2:3: a quoted cell without its closing quote");
    refuse("p,q\n1,\"2\"3\n", "p", "x.csv:2:6: text behind the closing quote of a cell (in a "
                                   "quoted cell \"\" stands for a quote)");
    refuse("p,q\n1,2\"3\n", "p", "x.csv:2:4: a quote inside a cell that does not begin with one");
    refuse("p,q\"\n1,2\n", "p", "x.csv:1:4: a quote inside a cell that does not begin with one");
    refuse_bytes("p\n1\0\n", 5, "p", NULL,
                 "x.csv:2:2: a NUL character (U+0000) in what should be plain text");
    refuse("p\r1\r2\r", "p",
           "x.csv:1:2: a carriage return (U+000D) alone; lines end in LF or CR LF");
    refuse("p\n\xFF\n", "p", "x.csv:2:1: byte 0xFF is not UTF-8 text");
}
END_TEST

static void refuse_file(const char *file, const char *expected)
{
    tro_vector found;
    char buffer[1024];
    ck_assert_int_eq(read_column(file, "p", NULL, &found), TRO_ESCENARIO);
    ck_assert_str_eq(tro_listed(&messages, buffer, sizeof buffer), expected);
    tro_messages_clear(&messages);
}

START_TEST(test_column_file_errors)
{
    refuse_file("y.csv", "1:11: cannot read 'y.csv': no such file");
    refuse_file(".", "1:11: cannot read '.': it is a directory");
    refuse_file("/dev/null/x.csv", "1:11: cannot read '/dev/null/x.csv': a part of the path is no "
                                   "directory");
    refuse_file("/dev/null", "1:11: '/dev/null' is empty: its first line must name its columns");
}
END_TEST

/* Beside the document, whatever folder the program is in. */
START_TEST(test_column_beside)
{
    static const struct {
        const char *document, *path, *expected;
    } all[] = {
        {"a/b.yaml", "x.csv", "a/x.csv"},   {"/a/b.yaml", "../x.csv", "/a/../x.csv"},
        {"b.yaml", "x.csv", "x.csv"},       {"a/b.yaml", "/x.csv", "/x.csv"},
        {"<stdin>", "c/x.csv", "c/x.csv"},  {NULL, "x.csv", "x.csv"},
    };
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        tro_reader reader = {.arena = &arena, .beside = all[k].document};
        ck_assert_str_eq(tro_path_beside(&reader, all[k].path), all[k].expected);
    }
}
END_TEST

START_TEST(test_column_large)
{
    tro_text text = {0};
    tro_vector found;
    tro_text_add(&text, "x,p\n");
    for (int k = 0; k < 100000; k++)
        tro_text_addf(&text, "\"a\"\"b\",%d\n", k);
    write_file(text.data, text.length);
    ck_assert_int_eq(read_column("x.csv", "p", NULL, &found), TRO_OK);
    ck_assert_uint_eq(found.count, 100000);
    for (size_t k = 0; k < found.count; k++)
        ck_assert_double_eq(found.values[k], (double)k);
    tro_text_clear(&text);
}
END_TEST

START_TEST(test_column_out_of_memory)
{
    static const char bytes[] = "\"a\nb\",p,q\n1,2,3\n4,5,6\n";
    int status = TRO_ENOMEM;
    write_file(bytes, sizeof bytes - 1);
    for (uint64_t n = 1; status == TRO_ENOMEM; n++) {
        tro_reader reader = {.arena = &arena, .messages = &messages, .beside = beside};
        tro_data_column column = {.file = "x.csv", .name = "p"};
        tro_vector found;
        ck_assert_uint_lt(n, 100);
        tro_arena_clear(&arena);
        tro_messages_clear(&messages);
        tro_memory_fail_after(n);
        status = tro_data_column_read(&reader, &column, NULL, &found);
        tro_memory_fail_after(0);
        ck_assert(status == TRO_ENOMEM || found.count == 2);
    }
    ck_assert_int_eq(status, TRO_OK);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_column_plain, test_column_quotes, test_column_name_errors, test_column_cell_errors,
        test_column_shape_errors, test_column_file_errors, test_column_beside, test_column_large,
        test_column_out_of_memory};
    if (!mkdtemp(folder))
        return EXIT_FAILURE;
    snprintf(beside, sizeof beside, "%s/scenario.yaml", folder);
    int code = TRO_RUN_TESTS("column", tests);
    teardown();
    return code;
}
