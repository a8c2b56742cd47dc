/* Sampled rounds of finite outcomes against a sampler that draws every output and
 * every candidate, and against exact chains. Quick with fixed seeds; long with
 * seeds of the day when TRO_LONG=1. */
#include <stdlib.h>

#include "tests/theory/brute_bazaar.h"
#include "tests/unit/support.h"

#include "schedule/runner.h"

enum { CELLS = TRO_BAZAAR_CELLS };

static const char *const schedules[] = {
    "synchronous", "sequential", "random-order", "{poisson: 1.2}",
    "{periodic: {period: 0.5, offset: 0.2}}"};

static tro_stream stream_of(uint64_t round, uint64_t agent)
{
    return tro_stream_of(&(tro_stream_key){tro_test_seed(), 0, agent, round, TRO_FOR_TESTS});
}

static const char *text_of(const tro_bazaar *b)
{
    static char kept[3000];
    tro_text text = {0};
    tro_bazaar_write(b, &text);
    snprintf(kept, sizeof kept, "%s", tro_text_string(&text));
    tro_text_clear(&text);
    return kept;
}

static void open_bazaar(tro_world *w, const tro_bazaar *b)
{
    tro_text text = {0};
    tro_bazaar_write(b, &text);
    tro_world_read(w, tro_text_string(&text));
    tro_text_clear(&text);
}

/* States after `rounds` sampled rounds, one per replicate: the library's. */
static void by_library(tro_world *w, uint64_t first, size_t size, int rounds, double *rows)
{
    tro_runner runner = {0};
    tro_sampler *sampler = NULL;
    int status = TRO_OK; /* Check writes to a file at every assertion */
    ck_assert_int_eq(tro_sampler_new(w->eco, &sampler, NULL), TRO_OK);
    ck_assert_int_eq(tro_runner_init(&runner, w->eco, w->plan, TRO_SAMPLED), TRO_OK);
    runner.sampler = sampler;
    for (size_t k = 0; k < size; k++) {
        status |= tro_runner_start(&runner, first + k, NULL);
        for (int r = 0; r < rounds; r++)
            status |= tro_runner_round(&runner);
        memcpy(rows + k * w->eco->size, runner.z, w->eco->size * sizeof *rows);
    }
    ck_assert_int_eq(status, TRO_OK);
    tro_runner_release(&runner);
    tro_sampler_free(sampler);
}

/* The same, every output drawn. */
static void by_brute_force(const tro_world *w, const tro_bazaar *b, uint64_t first, size_t size,
                           int rounds, double *rows)
{
    tro_stream stream = stream_of(first, 77);
    tro_events events = {0};
    int status = TRO_OK, fixed = w->scenario->split == TRO_SPLIT_FIXED;
    for (size_t k = 0; k < size; k++) {
        double *z = rows + k * w->eco->size;
        tro_bazaar_start(b, z);
        for (int r = 0; r < rounds; r++) {
            status |= tro_plan_list(w->plan, first + k, (uint64_t)r, &events);
            tro_barter_round(b, &events, fixed, &stream, z);
        }
    }
    ck_assert_int_eq(status, TRO_OK);
    tro_events_release(&events);
}

/* The rows of one agent. */
static void take_agent(size_t size, size_t whole, size_t at, size_t width, const double *rows,
                       double *out)
{
    for (size_t k = 0; k < size; k++)
        memcpy(out + k * width, rows + k * whole + at, width * sizeof *out);
}

/* The bazaar of the library against `other` by hand: the worst of all agents by
 * themselves and of all of them together. */
static double score(const tro_bazaar *b, const tro_bazaar *other, int rounds, size_t size,
                    uint64_t first)
{
    tro_world w;
    open_bazaar(&w, b);
    size_t whole = w.eco->size, width = w.eco->width;
    double *rows = calloc(4 * size * whole, sizeof *rows), *mine = rows + size * whole;
    double *one = mine + size * whole, *two = one + size * whole;
    ck_assert_ptr_nonnull(rows);
    by_library(&w, first, size, rounds, rows);
    by_brute_force(&w, other, first, size, rounds, mine);
    double worst = tro_barter_score(size, whole, rows, mine);
    for (size_t i = 0; i < b->agents; i++) {
        take_agent(size, whole, i * width, width, rows, one);
        take_agent(size, whole, i * width, width, mine, two);
        worst = fmax(worst, tro_barter_score(size, width, one, two));
    }
    free(rows);
    tro_world_close(&w);
    return worst;
}

static void check_law(const tro_bazaar *b, int rounds, size_t size, const char *name, uint64_t t)
{
    double first = score(b, b, rounds, size, 1000), second = 0;
    if (!(first < 5))
        second = score(b, b, rounds, 2 * size, 1000 + size);
    ck_assert_msg(first < 5 || second < 5, "%s %llu: %.2f, then %.2f sigma\n%.3000s", name,
                  (unsigned long long)t, first, second, text_of(b));
}

/* Bazaars of any kind after two rounds, under every schedule. */
START_TEST(test_bazaars_law)
{
    uint64_t bazaars = tro_long_tests() ? 450 : 45;
    size_t size = tro_long_tests() ? 20000 : 2000;
    for (uint64_t t = 0; t < bazaars; t++) {
        tro_stream s = stream_of(t, 1);
        tro_bazaar b;
        tro_bazaar_draw(&b, &s, &(tro_bazaar_wish){.family = (int)(t % 3), .agents = 3,
                                                   .zeros = t % 2, .most_tuples = 1e9});
        b.schedule = schedules[t / 3 % 5];
        b.advance = "{sampled: 1}";
        for (size_t i = 0; i < b.agents; i++)
            b.agent[i].outputs = 1 + tro_stream_below(&s, 4);
        check_law(&b, t % 4 == 0 ? 1 : 2, size, "bazaar", t);
    }
}
END_TEST

/* Without owners, where the split may be fixed. */
START_TEST(test_fixed_split_law)
{
    uint64_t bazaars = tro_long_tests() ? 150 : 15;
    size_t size = tro_long_tests() ? 20000 : 2000, pooled = 0;
    for (uint64_t t = 0; t < bazaars; t++) {
        tro_stream s = stream_of(t, 2);
        tro_bazaar b;
        tro_bazaar_draw(&b, &s, &(tro_bazaar_wish){.family = (int)(t % 3), .agents = 3,
                                                   .zeros = t % 2, .most_tuples = 1e9});
        for (size_t i = 0; i < b.agents; i++) {
            b.agent[i].owner = TRO_NO_RULE;
            b.agent[i].outputs = 1 + tro_stream_below(&s, 6);
        }
        for (size_t k = 0; k < b.edges; k++)
            pooled += b.agent[b.edge[k].to].mixture ||
                      tro_rule_has_arena(&b, b.agent[b.edge[k].judge].users);
        b.schedule = schedules[t / 3 % 5];
        b.advance = "{sampled: {outputs: 1, split: fixed}}";
        check_law(&b, 2, size, "fixed split", t);
    }
    ck_assert_uint_gt(pooled, bazaars / 3);
}
END_TEST

/* One candidate is no choice, however it is written: nobody owns the data or shares a pool. */
START_TEST(test_one_candidate)
{
    static const char *const rules[] = {
        "{best-of: {candidates: 1, reward: [1, 0]}}",
        "{one-of: [{weight: 1, curator: {best-of: {candidates: 1, reward: [1, 0]}}}, "
        "{weight: 2, curator: {bradley-terry: {candidates: 1, reward: [0, 1]}}}]}"};
    for (size_t k = 0; k < sizeof rules / sizeof *rules; k++) {
        tro_world w;
        tro_sampler *sampler = NULL;
        tro_world_open(&w, "trophic: 1\nseed: 1\noutcomes: {family: categorical, outcomes: 2}\n"
                           "agents:\n  - {name: a, start: [0.5, 0.5], pool: mixture, "
                           "shares: {curated: 1}, public: %s, owner: %s}\n"
                           "  - {name: b, reference: [1, 0], shares: {real: 1}}\n"
                           "network: {edges: [{from: a, to: a, judge: consumer}, "
                           "{from: b, to: a, judge: consumer, curated: 2}]}\n"
                           "advance: {sampled: {outputs: 3, split: fixed}}\n", rules[k], rules[k]);
        ck_assert_int_eq(tro_sampler_new(w.eco, &sampler, NULL), TRO_OK);
        ck_assert_ptr_null(w.scenario->agents[0].pool_curation);
        tro_sampler_free(sampler);
        tro_world_close(&w);
    }
}
END_TEST

/* --- every curator by itself ----------------------------------------------------------- */

enum { CURATORS = 9, ROLES = 3 };

/* A curator of each kind, with parameters of its own. */
static size_t make_rule(tro_bazaar *b, tro_stream *s, int which)
{
    tro_rule_kind kind = which < 4   ? TRO_RULE_CHOICE
                         : which < 6 ? TRO_RULE_BEST
                         : which < 7 ? TRO_RULE_ONE_OF
                         : which < 8 ? TRO_RULE_STAGES
                                     : TRO_RULE_ARENA;
    static const size_t candidates[CURATORS] = {0, 2, 3, 0, 3, 2, 0, 0, 2};
    size_t at = tro_bazaar_rule(b, kind);
    tro_rule *rule = &b->rule[at];
    rule->candidates = candidates[which];
    rule->temperature = 0.4 + tro_stream_uniform(s);
    rule->flip = which == 3 || which == 5 ? 0.3 : 0;
    for (size_t k = 0; k < CELLS; k++) /* with ties */
        rule->reward[k] = (double)tro_stream_below(s, 3) - 1;
    if (kind == TRO_RULE_ONE_OF || kind == TRO_RULE_STAGES) {
        rule->count = 2;
        rule->weight[0] = 1;
        rule->weight[1] = 2;
        size_t one = make_rule(b, s, 1), two = make_rule(b, s, 4);
        b->rule[at].part[0] = one;
        b->rule[at].part[1] = two;
    }
    return at;
}

/* Two agents that train on each other; the rule is for the first one's curated data
 * from each producer, from their pool, or its owner's. */
static void curated_pair(tro_bazaar *b, tro_stream *s, int family, int which, int role)
{
    tro_bazaar_draw(b, s, &(tro_bazaar_wish){.family = family, .agents = 2});
    b->edges = b->rules = 0;
    for (size_t i = 0; i < 2; i++) {
        tro_stall *a = &b->agent[i];
        a->owner = a->users = TRO_NO_RULE;
        a->mixture = 0;
        a->has_reference = 1;
        a->real = 0.3;
        a->synthetic = 0.2;
        a->curated = 0.5;
        a->rate = 1;
        a->outputs = 3;
        for (size_t from = 0; from < 2; from++) {
            tro_lane *lane = tro_bazaar_join(b, from, i);
            lane->judge_kind = 1;
            lane->judge = i;
        }
    }
    size_t rule = make_rule(b, s, which);
    b->agent[0].mixture = role == 1;
    *(role == 2 ? &b->agent[0].owner : &b->agent[0].users) = rule;
    b->schedule = "synchronous";
    b->advance = "{sampled: 1}";
}

START_TEST(test_curators_law)
{
    size_t size = tro_long_tests() ? 40000 : 2500;
    for (int family = 0; family < 3; family++)
        for (int which = 0; which < CURATORS; which++)
            for (int role = 0; role < ROLES; role++) {
                uint64_t t = (uint64_t)((family * CURATORS + which) * ROLES + role);
                tro_stream s = stream_of(t, 3);
                tro_bazaar b;
                if (which == 8 && role != 1)
                    continue; /* an arena is a pool */
                curated_pair(&b, &s, family, which, role);
                check_law(&b, 1, size, "curator", t);
            }
}
END_TEST

/* A wrong temperature, flip, share, learning rate or number of candidates is seen, so
 * that the silence above means something. */
START_TEST(test_comparison_notices)
{
    for (int wrong = 0; wrong < 8; wrong++) {
        tro_stream s = stream_of(7, 4);
        tro_bazaar b, other;
        curated_pair(&b, &s, 0, 2, wrong >= 6 ? 2 : 0);
        b.outcomes = 3;
        b.agent[0].rate = 0.5;
        for (size_t k = 0; k < 3; k++) {
            b.rule[0].reward[k] = (double)k;
            for (size_t i = 0; i < 2; i++)
                b.agent[i].start[k] = b.agent[i].reference[k] = 1 / 3.0;
        }
        other = b;
        other.rule[0].temperature *= wrong == 1 ? 2 : 1;
        other.rule[0].flip += wrong == 2 ? 0.2 : 0;
        other.agent[0].curated -= wrong == 3 ? 0.1 : 0;
        other.agent[0].real += wrong == 3 ? 0.1 : 0;
        other.agent[0].rate += wrong == 4 ? 0.1 : 0;
        other.rule[0].candidates += wrong == 5;
        if (wrong == 7) {
            other.agent[0].users = other.agent[0].owner;
            other.agent[0].owner = TRO_NO_RULE;
        }
        double found = score(&b, &other, 1, 20000, 0);
        if (wrong % 6 > 0 && found <= 5) /* a hard one: more of it */
            found = score(&b, &other, 1, 200000, 20000);
        ck_assert_msg((found > 5) == (wrong % 6 > 0), "case %d: %.2f sigma", wrong, found);
    }
}
END_TEST

/* --- the drift of one agent ---------------------------------------------------------------- */

typedef struct estimate {
    double mean, error;
} estimate;

/* E sum p^2 after `rounds` rounds. */
static estimate homozygosity(const char *split, double real, uint64_t outputs, int rounds,
                             size_t size, uint64_t first)
{
    tro_world w;
    double sum = 0, squares = 0;
    tro_world_open(&w, "trophic: 1\nseed: %llu\noutcomes: {family: categorical, outcomes: 3}\n"
                       "agents: [{name: a, reference: [0.5, 0.3, 0.2], shares: {real: %.17g}}]\n"
                       "network: {edges: [{from: a, to: a}]}\n"
                       "advance: {sampled: {outputs: %llu, split: %s}}\n",
                   (unsigned long long)(tro_test_seed() % 1000000), real,
                   (unsigned long long)outputs, split);
    double *rows = calloc(3 * size, sizeof *rows);
    by_library(&w, first, size, rounds, rows);
    for (size_t k = 0; k < size; k++) {
        double f = 0;
        for (size_t x = 0; x < 3; x++)
            f += rows[3 * k + x] * rows[3 * k + x];
        sum += f;
        squares += f * f;
    }
    free(rows);
    tro_world_close(&w);
    double n = (double)size, mean = sum / n;
    return (estimate){mean, sqrt((squares / n - mean * mean) / n)};
}

/* In the long run, with every output's source drawn: n outputs of which a share is
 * real; and with fixed counts of both. S = sum of squares of the real law. */
static double drawn_limit(double alpha, double n, double s)
{
    double kept = (1 - alpha) * (1 - alpha);
    return (1 / n + (1 - 1 / n) * (1 - kept) * s) / (1 - (1 - 1 / n) * kept);
}

static double fixed_limit(double real, double synthetic, double s)
{
    double rho = synthetic / (real + synthetic), own = (1 - rho) * (1 - rho);
    double above = own * (1 / real + (1 - 1 / real) * s) + 2 * rho * (1 - rho) * s +
                   rho * rho / synthetic;
    return above / (1 - rho * rho * (1 - 1 / synthetic));
}

static void check_limit(const char *split, double real, uint64_t outputs, double limit)
{
    size_t size = tro_long_tests() ? 200000 : 10000;
    estimate one = homozygosity(split, real, outputs, 60, size, 0), two = one;
    if (!(fabs(one.mean - limit) < 5 * one.error))
        two = homozygosity(split, real, outputs, 60, 2 * size, size);
    ck_assert_msg(fabs(two.mean - limit) < 5 * two.error, "%s, %llu outputs: %.6g +- %.2g, "
                  "not %.6g",
                  split, (unsigned long long)outputs, two.mean, two.error, limit);
}

START_TEST(test_drift_law)
{
    static const struct {
        double real;
        uint64_t outputs;
    } rows[] = {{0.5, 2}, {0.5, 10}, {0.2, 5}, {0.2, 20}, {0.75, 4}};
    double s = 0.25 + 0.09 + 0.04;
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        double n = (double)rows[k].outputs, real = rows[k].real;
        double drawn = drawn_limit(real, n, s), fixed = fixed_limit(real * n, (1 - real) * n, s);
        check_limit("drawn", real, rows[k].outputs, drawn);
        check_limit("fixed", real, rows[k].outputs, fixed);
        /* The two are not the same, and the samples tell. */
        ck_assert_double_gt(drawn - fixed, 1e-3);
    }
}
END_TEST

/* --- fixation ------------------------------------------------------------------------------- */

enum { POPULATION = 100 };

/* P(the better outcome is all there is in the end), from k of 100 on: the chain
 * p' = binomial(N, p + p (1 - p) tanh(D/2)) / N has two absorbing ends. */
static void fixation(double gap, double *out)
{
    enum { INNER = POPULATION - 1 };
    double *matrix = calloc(INNER * INNER, sizeof *matrix), into[INNER];
    ck_assert_ptr_nonnull(matrix);
    for (int i = 1; i <= INNER; i++) {
        double p = i / (double)POPULATION, q = p + p * (1 - p) * tanh(gap / 2);
        for (int j = 1; j <= POPULATION; j++) {
            double term = exp(lgamma(POPULATION + 1) - lgamma(j + 1) - lgamma(POPULATION - j + 1) +
                              j * log(q) + (POPULATION - j) * log1p(-q));
            if (j == POPULATION)
                into[i - 1] = term;
            else
                matrix[(i - 1) * INNER + j - 1] = (i == j) - term;
        }
    }
    tro_plain_solve(INNER, matrix, into, out);
    free(matrix);
}

static void open_chain(tro_world *w, double gap)
{
    tro_world_open(w, "trophic: 1\nseed: %llu\noutcomes: {family: categorical, outcomes: 2}\n"
                      "agents: [{name: a, start: [0.1, 0.9], shares: {curated: 1}, public: "
                      "{bradley-terry: {candidates: 2, reward: [%.17g, 0]}}}]\n"
                      "network: {edges: [{from: a, to: a}]}\nadvance: {sampled: %d}\n",
                   (unsigned long long)(tro_test_seed() % 1000000), gap, POPULATION);
}

/* How often the better outcome takes over, of `size` runs. */
static double taken_over(tro_world *w, uint64_t first, size_t size)
{
    tro_runner runner = {0};
    tro_sampler *sampler = NULL;
    size_t won = 0;
    int status = TRO_OK;
    ck_assert_int_eq(tro_sampler_new(w->eco, &sampler, NULL), TRO_OK);
    ck_assert_int_eq(tro_runner_init(&runner, w->eco, w->plan, TRO_SAMPLED), TRO_OK);
    runner.sampler = sampler;
    for (size_t k = 0; k < size; k++) {
        status |= tro_runner_start(&runner, first + k, NULL);
        while (runner.z[0] > 0 && runner.z[1] > 0 && status == TRO_OK)
            status |= tro_runner_round(&runner);
        won += runner.z[0] == 1;
    }
    ck_assert_int_eq(status, TRO_OK);
    tro_runner_release(&runner);
    tro_sampler_free(sampler);
    return (double)won / (double)size;
}

START_TEST(test_fixation_law)
{
    static const struct {
        double gap, expected;
    } rows[] = {{0.02, 0.209482604506}, {0.1, 0.627687542362}};
    for (size_t k = 0; k < 2; k++) {
        double chain[POPULATION - 1], z[2], out[2], gap = rows[k].gap;
        size_t size = tro_long_tests() ? 100000 : 4000;
        tro_world w;
        tro_workspace work;
        fixation(gap, chain);
        ck_assert_double_eq_tol(chain[9], rows[k].expected, 1e-11);
        open_chain(&w, gap);
        /* The law of every next output, */
        ck_assert_int_eq(tro_workspace_init(&work, w.eco), TRO_OK);
        for (int i = 0; i <= POPULATION; i++) {
            z[0] = i / (double)POPULATION;
            z[1] = 1 - z[0];
            tro_round_map(w.eco, &work, z, out);
            ck_assert_double_eq_tol(out[0], z[0] + z[0] * z[1] * tanh(gap / 2), 1e-15);
        }
        tro_workspace_release(&work);
        /* and where they lead. */
        double p = rows[k].expected, first = taken_over(&w, 0, size), second = first;
        double error = sqrt(p * (1 - p) / (double)size);
        if (!(fabs(first - p) < 5 * error)) {
            second = taken_over(&w, size, 2 * size);
            error /= sqrt(2);
        }
        ck_assert_msg(fabs(second - p) < 5 * error, "gap %g: %g, not %g", gap, second, p);
        tro_world_close(&w);
    }
}
END_TEST

int main(void)
{
    tro_choose_seed(20260507);
    const TTest *const tests[] = {test_bazaars_law, test_fixed_split_law, test_one_candidate,
                                  test_curators_law, test_comparison_notices, test_drift_law,
                                  test_fixation_law};
    return tro_run_tests("finite sampling", tests, sizeof tests / sizeof *tests, 3600);
}
