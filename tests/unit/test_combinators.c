/* Stages and mixtures of curators on finite outcomes, made of small rules whose
 * composition is written out here. */
#include "support.h"

#include "curator/curator.h"

enum { N = 4 };

static tro_arena arena;
static tro_messages messages;
static tro_document *document;

static double sum_of(const double *p)
{
    return p[0] + p[1] + p[2] + p[3];
}

/* --- rules ------------------------------------------------------------------------- */

/* p m w / (p.w) with m the mass, w = p itself (squares) or fixed. */
static void weigh(const double *p, const double *w, double *out)
{
    double sum = 0;
    for (int x = 0; x < N; x++)
        sum += p[x] * w[x];
    for (int x = 0; x < N; x++)
        out[x] = p[x] * w[x] * sum_of(p) / sum;
}

/* d out_x / d p_y; squares: w moves, too. */
static void jacobian(const double *p, const double *w, int squares, double *j)
{
    double sum = 0, m = sum_of(p), factor = squares ? 2 : 1;
    for (int x = 0; x < N; x++)
        sum += p[x] * w[x];
    for (int x = 0; x < N; x++)
        for (int y = 0; y < N; y++)
            j[x * N + y] = (x == y ? factor * w[x] * m / sum : 0) + p[x] * w[x] / sum -
                           p[x] * w[x] * m * factor * w[y] / (sum * sum);
}

static void apply(const tro_curation *c, size_t rows, const double *z, double *out,
                  double *scratch)
{
    scratch[0] = 0; /* one double of scratch is there */
    for (size_t r = 0; r < rows; r++)
        weigh(z + r * N, c->self ? c->self : z + r * N, out + r * N);
}

static void derivative(const tro_curation *c, size_t rows, const double *z, const double *dz,
                       double *out, double *scratch)
{
    double j[N * N];
    scratch[0] = 0;
    for (size_t r = 0; r < rows; r++, z += N, dz += N, out += N) {
        jacobian(z, c->self ? c->self : z, !c->self, j);
        for (int x = 0; x < N; x++) {
            out[x] = 0;
            for (int y = 0; y < N; y++)
                out[x] += j[x * N + y] * dz[y];
        }
    }
}

static void transposed(const tro_curation *c, size_t rows, const double *z, const double *w,
                       double *out, double *scratch)
{
    double j[N * N];
    scratch[0] = 0;
    for (size_t r = 0; r < rows; r++, z += N, w += N, out += N) {
        jacobian(z, c->self ? c->self : z, !c->self, j);
        for (int y = 0; y < N; y++) {
            out[y] = 0;
            for (int x = 0; x < N; x++)
                out[y] += j[x * N + y] * w[x];
        }
    }
}

static const tro_curation_ops rule_ops = {
    .apply = apply, .derivative = derivative, .transposed = transposed};

/* A rule that needs a pool: the k-th law has weight (k + 1), whatever the pool says. */
static void duel(const tro_curation *c, const tro_pool *pool, double *out, double *scratch)
{
    (void)c;
    scratch[0] = 0;
    memset(out, 0, N * sizeof *out);
    for (size_t k = 0; k < pool->count; k++)
        for (int x = 0; x < N; x++)
            out[x] += (double)(k + 1) * pool->law[k][x] / 3;
}

static void duel_derivative(const tro_curation *c, const tro_pool *pool, const double *dweight,
                            const double *const *dlaw, double *out, double *scratch)
{
    (void)c, (void)dweight;
    scratch[0] = 0;
    memset(out, 0, N * sizeof *out);
    for (size_t k = 0; k < pool->count; k++)
        for (int x = 0; dlaw[k] && x < N; x++)
            out[x] += (double)(k + 1) * dlaw[k][x] / 3;
}

static void duel_transposed(const tro_curation *c, const tro_pool *pool, const double *w,
                            double *const *out, double *scratch)
{
    (void)c;
    scratch[0] = 0;
    for (size_t k = 0; k < pool->count; k++)
        for (int x = 0; x < N; x++)
            out[k][x] = (double)(k + 1) * w[x] / 3;
}

static const tro_curation_ops duel_ops = {
    .pool = duel, .pool_derivative = duel_derivative, .pool_transposed = duel_transposed};

static const double fixed[N] = {1, 3, 0.5, 2};

static int prepare_squares(const tro_reader *reader, const tro_space *space, const void *config,
                           const tro_node *node, tro_curation *out)
{
    (void)reader, (void)space, (void)config, (void)node;
    out->ops = &rule_ops;
    out->scratch = 1;
    return TRO_OK;
}

static int prepare_fixed(const tro_reader *reader, const tro_space *space, const void *config,
                         const tro_node *node, tro_curation *out)
{
    int status = prepare_squares(reader, space, config, node, out);
    out->self = fixed;
    return status;
}

static int prepare_duel(const tro_reader *reader, const tro_space *space, const void *config,
                        const tro_node *node, tro_curation *out)
{
    (void)reader, (void)space, (void)config, (void)node;
    out->ops = &duel_ops;
    out->scratch = 1;
    out->needs_pool = 1;
    return TRO_OK;
}

#define RULE(rule)                                                                          \
    {.plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_CURATOR, .name = #rule, .summary = "A.", \
                .table = {#rule, NULL, 0, 1}},                                              \
     .prepare = prepare_##rule}
static const tro_curator squares_rule = RULE(squares), fixed_rule = RULE(fixed),
                         duel_rule = RULE(duel);

static const tro_plugin *const rules[] = {
    &squares_rule.plugin, &fixed_rule.plugin, &duel_rule.plugin, &tro_curator_none.plugin,
    &tro_curator_stages.plugin, &tro_curator_one_of.plugin};
static const tro_catalog catalog = {.items = {[TRO_CURATOR] = rules}, .count = {[TRO_CURATOR] = 6}};
static const tro_family family = {.law = TRO_TABLE};
static const tro_space space = {.family = &family, .width = N, .blocks = 1, .outcomes = N};

static int read_curator(const char *text, const tro_curation **out)
{
    tro_reader reader = {.arena = &arena, .catalog = &catalog, .messages = &messages};
    char line[256];
    snprintf(line, sizeof line, "c: %s\n", text);
    tro_document_free(document);
    document = NULL;
    ck_assert_int_eq(tro_document_read_text("test.yaml", line, strlen(line), &document, NULL),
                     TRO_OK);
    return tro_curation_read(&reader, &space, tro_node_get(document->root, "c"), out);
}

static const tro_curation *curator_of(const char *text)
{
    const tro_curation *out = NULL;
    ck_assert_int_eq(read_curator(text, &out), TRO_OK);
    return out;
}

static void teardown(void)
{
    tro_document_free(document);
    document = NULL;
    tro_arena_clear(&arena);
    tro_messages_clear(&messages);
}

/* --- one law -------------------------------------------------------------------------- */

/* The same by hand; two rows, one of mass 2. */
static void squares_then_fixed(const double *p, double *out)
{
    double kept[N];
    weigh(p, p, kept);
    weigh(kept, fixed, out);
}

static void three_stages(const double *p, double *out)
{
    double kept[N];
    squares_then_fixed(p, kept);
    weigh(kept, kept, out);
}

static void mixture(const double *p, double *out)
{
    double kept[N];
    three_stages(p, kept);
    for (int x = 0; x < N; x++)
        out[x] = 0.75 * kept[x] + 0.25 * p[x];
}

static const struct {
    const char *text;
    void (*map)(const double *, double *);
} cases[] = {
    {"{stages: [squares, none, fixed]}", squares_then_fixed},
    {"{stages: [{stages: [squares, fixed]}, squares]}", three_stages},
    {"{one-of: [{weight: 3, curator: {stages: [squares, fixed, squares]}}, {curator: none}]}",
     mixture},
};

static const double laws[2 * N] = {0.1, 0.2, 0.3, 0.4, 0.8, 0.2, 0.6, 0.4};

START_TEST(test_combinators_apply)
{
    for (int k = 0; k < 3; k++) {
        const tro_curation *c = curator_of(cases[k].text);
        double out[2 * N], expected[2 * N], *scratch = calloc(c->scratch, sizeof *scratch);
        c->ops->apply(c, 2, laws, out, scratch);
        cases[k].map(laws, expected);
        cases[k].map(laws + N, expected + N);
        tro_assert_near(2 * N, out, expected, 1e-15, cases[k].text);
        ck_assert_double_eq_tol(sum_of(out + N), 2, 1e-15);
        ck_assert_int_eq(c->bends, 0);
        ck_assert_ptr_null(c->ops->draw);
        free(scratch);
    }
    ck_assert_ptr_null(curator_of("{stages: [none, none]}")->ops);
    const tro_curation *one = curator_of("{stages: [none, fixed]}");
    ck_assert_ptr_eq(one->ops, &rule_ops);
    ck_assert_str_eq(one->name, "stages");
}
END_TEST

START_TEST(test_combinators_derivative)
{
    const double dz[2 * N] = {0.3, -0.2, 0.5, 0.1, -0.4, 0.2, 0.3, 0.6};
    const double w[2 * N] = {1, -2, 0.5, 3, 0.7, 0.1, -1, 2};
    for (int k = 0; k < 3; k++) {
        const tro_curation *c = curator_of(cases[k].text);
        double out[2 * N], back[2 * N], *scratch = calloc(c->scratch, sizeof *scratch);
        c->ops->derivative(c, 2, laws, dz, out, scratch);
        c->ops->transposed(c, 2, laws, w, back, scratch);
        for (int r = 0; r < 2; r++) {
            double h = 1e-5, up[N], down[N], high[N], low[N], ahead = 0, behind = 0;
            for (int x = 0; x < N; x++) {
                up[x] = laws[r * N + x] + h * dz[r * N + x];
                down[x] = laws[r * N + x] - h * dz[r * N + x];
            }
            cases[k].map(up, high);
            cases[k].map(down, low);
            for (int x = 0; x < N; x++) {
                ck_assert_double_eq_tol((high[x] - low[x]) / (2 * h), out[r * N + x], 1e-8);
                ahead += w[r * N + x] * out[r * N + x];
                behind += dz[r * N + x] * back[r * N + x];
            }
            ck_assert_double_eq_tol(ahead, behind, 1e-13);
        }
        free(scratch);
    }
}
END_TEST

/* --- pools ----------------------------------------------------------------------------- */

static const double half[2] = {0.5, 0.5};

/* What a curator makes of a pool of two laws, by its own functions. */
static void check_pool(const char *text, int by_duel, void (*map)(const double *, double *))
{
    const tro_curation *c = curator_of(text);
    const double *law[2] = {laws, laws + N}, dz[N] = {0.2, -0.1, 0.4, 0.3}, w[N] = {1, 2, -1, 3};
    const double *dlaw[2] = {NULL, dz};
    double second = by_duel ? 2.0 / 3 : 0.5, mixed[N], expected[N], out[N], back[2][N];
    double *rows[2] = {back[0], back[1]}, high[N], low[N], ahead = 0, behind = 0, h = 1e-5;
    tro_pool pool = {2, half, law, NULL};
    double *scratch = calloc(tro_curation_pool_scratch(c, 2), sizeof *scratch);
    ck_assert_int_eq(tro_curation_takes_pool(c), 1);
    ck_assert_int_eq(c->needs_pool, by_duel);
    for (int x = 0; x < N; x++)
        mixed[x] = (1 - second) * laws[x] + second * laws[N + x];
    map(mixed, expected);
    tro_curation_pool(c, &pool, out, scratch);
    tro_assert_near(N, out, expected, 1e-15, text);
    for (int side = 0; side < 2; side++) {
        double moved[N];
        for (int x = 0; x < N; x++)
            moved[x] = mixed[x] + (side ? h : -h) * second * dz[x];
        map(moved, side ? high : low);
    }
    tro_curation_pool_derivative(c, &pool, NULL, dlaw, out, scratch);
    tro_curation_pool_transposed(c, &pool, w, rows, scratch);
    for (int x = 0; x < N; x++) {
        ck_assert_double_eq_tol((high[x] - low[x]) / (2 * h), out[x], 1e-8);
        ahead += w[x] * out[x];
        behind += dz[x] * back[1][x];
        ck_assert_double_eq_tol(back[0][x], (1 - second) / second * back[1][x], 1e-14);
    }
    ck_assert_double_eq_tol(ahead, behind, 1e-13);
    free(scratch);
}

static void duel_mixture(const double *p, double *out)
{
    double kept[N];
    squares_then_fixed(p, kept);
    for (int x = 0; x < N; x++)
        out[x] = 0.25 * kept[x] + 0.75 * p[x];
}

START_TEST(test_combinators_pool)
{
    for (int k = 0; k < 3; k++)
        check_pool(cases[k].text, 0, cases[k].map);
    check_pool("{stages: [duel, squares, fixed]}", 1, squares_then_fixed);
    check_pool("{one-of: [{curator: {stages: [duel, squares, fixed]}}, "
               "{weight: 3, curator: duel}]}", 1, duel_mixture);
}
END_TEST

START_TEST(test_combinators_errors)
{
    const tro_curation *out;
    char buffer[512];
    tro_messages_clear(&messages);
    ck_assert_int_eq(read_curator("{stages: [squares, duel]}", &out), TRO_ESCENARIO);
    ck_assert_str_eq(tro_listed(&messages, buffer, sizeof buffer),
                     "1:23: 'duel' chooses among several producers, so it can be the first stage "
                     "only");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_combinators_apply, test_combinators_derivative,
                                  test_combinators_pool, test_combinators_errors};
    atexit(teardown);
    return TRO_RUN_TESTS("combinators", tests);
}
