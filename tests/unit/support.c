#include "tests/unit/support.h"

#include <stdarg.h>
#include <time.h>

void tro_world_read(tro_world *world, const char *text)
{
    char buffer[4096];
    *world = (tro_world){0};
    int status = tro_document_read_text("test.yaml", text, strlen(text), &world->document,
                                        &world->messages);
    if (status == TRO_OK)
        status = tro_cell_new(world->document, tro_catalog_builtin(), NULL, 0, &world->cell,
                              &world->messages);
    ck_assert_msg(status == TRO_OK, "status %d: %.2000s\n%.2000s", status,
                  tro_listed(&world->messages, buffer, sizeof buffer), text);
    world->scenario = world->cell->scenario;
    world->eco = world->cell->ecosystem;
    world->plan = world->cell->plan;
}

void tro_world_open(tro_world *world, const char *format, ...)
{
    char text[16384];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    ck_assert_int_lt(length, (int)sizeof text);
    tro_world_read(world, text);
}

void tro_world_close(tro_world *world)
{
    tro_cell_free(world->cell);
    tro_document_free(world->document);
    tro_messages_clear(&world->messages);
    *world = (tro_world){0};
}

const char *tro_listed(const tro_messages *messages, char *buffer, size_t room)
{
    static const char *const severities[] = {"note: ", "warning: ", ""};
    size_t length = 0;
    buffer[0] = '\0';
    for (size_t k = 0; k < messages->count && length < room; k++) {
        const tro_message *m = &messages->items[k];
        char place[128] = "";
        if (m->line > 0 && m->file && strcmp(m->file, "test.yaml") != 0)
            snprintf(place, sizeof place, "%s:%d:%d: ", m->file, m->line, m->column);
        else if (m->line > 0)
            snprintf(place, sizeof place, "%d:%d: ", m->line, m->column);
        length += (size_t)snprintf(buffer + length, room - length, "%s%s%s%s", k ? "\n" : "",
                                   place, severities[m->severity], m->text);
    }
    return buffer;
}

void tro_assert_refused(const char *text, const tro_override *overrides, size_t count,
                 const char *expected)
{
    char buffer[16384];
    tro_document *document = NULL;
    tro_cell *cell = NULL;
    tro_messages messages = {0};
    int status = tro_document_read_text("test.yaml", text, strlen(text), &document, &messages);
    ck_assert_int_eq(status, TRO_OK);
    status = tro_cell_new(document, tro_catalog_builtin(), overrides, count, &cell, &messages);
    ck_assert_str_eq(tro_listed(&messages, buffer, sizeof buffer), expected);
    ck_assert_int_eq(status, TRO_ESCENARIO);
    ck_assert_ptr_null(cell);
    tro_document_free(document);
    tro_messages_clear(&messages);
}

tro_stream tro_test_stream(uint64_t program, uint64_t number)
{
    return tro_stream_of(&(tro_stream_key){20260330, 0, program, number, TRO_FOR_TESTS});
}

double tro_away(size_t n, const double *a, const double *b)
{
    double largest = 0;
    for (size_t k = 0; k < n; k++) {
        if (!isfinite(a[k]) || !isfinite(b[k]))
            return INFINITY;
        largest = fmax(largest, fabs(a[k] - b[k]));
    }
    return largest;
}

void tro_assert_near(size_t n, const double *found, const double *expected, double tolerance,
               const char *what)
{
    double scale = 0, away = tro_away(n, found, expected);
    for (size_t k = 0; k < n; k++)
        scale = fmax(scale, fabs(expected[k]));
    ck_assert_msg(away <= tolerance * scale, "%s: off by %.3g, relative %.3g", what, away,
                  away / scale);
}

/* Brings the largest entry of column k to row k. */
static void pivot(size_t n, size_t k, long double *m)
{
    size_t best = k, width = n + 1;
    for (size_t i = k + 1; i < n; i++)
        if (fabsl(m[i * width + k]) > fabsl(m[best * width + k]))
            best = i;
    ck_assert_msg(m[best * width + k] != 0, "the reference system is singular");
    for (size_t j = 0; j < width; j++) {
        long double swap = m[k * width + j];
        m[k * width + j] = m[best * width + j];
        m[best * width + j] = swap;
    }
}

void tro_plain_solve(size_t n, const double *a, const double *b, double *x)
{
    size_t width = n + 1;
    long double *m = calloc(n * width + 1, sizeof *m);
    ck_assert_ptr_nonnull(m);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++)
            m[i * width + j] = a[i * n + j];
        m[i * width + n] = b[i];
    }
    for (size_t k = 0; k < n; k++) {
        pivot(n, k, m);
        for (size_t i = k + 1; i < n; i++) {
            long double factor = m[i * width + k] / m[k * width + k];
            for (size_t j = k; factor != 0 && j < width; j++)
                m[i * width + j] -= factor * m[k * width + j];
        }
    }
    for (size_t k = n; k-- > 0;) {
        long double sum = m[k * width + n];
        for (size_t j = k + 1; j < n; j++)
            sum -= m[k * width + j] * (long double)x[j];
        x[k] = (double)(sum / m[k * width + k]);
    }
    free(m);
}

int tro_run_tests(const char *name, const TTest *const *tests, size_t count, double seconds)
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);
    tcase_set_timeout(tcase, seconds);
    for (size_t k = 0; k < count; k++)
        tcase_add_test(tcase, tests[k]);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int is_one(const char *name)
{
    const char *wish = getenv(name);
    return wish && strcmp(wish, "1") == 0;
}

int tro_long_tests(void)
{
    return is_one("TRO_LONG");
}

int tro_brief_tests(void)
{
    return is_one("TRO_BRIEF");
}

static uint64_t chosen_seed;

void tro_choose_seed(uint64_t usual)
{
    const char *wish = getenv("TRO_SEED");
    int tell = wish || tro_long_tests();
    chosen_seed = wish ? strtoull(wish, NULL, 10) : tell ? (uint64_t)time(NULL) : usual;
    if (tell)
        printf("TRO_SEED=%llu\n", (unsigned long long)chosen_seed);
    fflush(stdout);
}

uint64_t tro_test_seed(void)
{
    return chosen_seed;
}
