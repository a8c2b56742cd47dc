/* Rounds in which everyone retrains at once: threads, pieces and one agent at a
 * time all come to the same. */
#include "support.h"

#include <omp.h>

#include "schedule/runner.h"

enum { AGENTS = 700, OUTCOMES = 40, ROUNDS = 4 };

/* Agents with laws of their own, large enough for threads. */
static void open_crowd(tro_world *w, int outcomes, int agents, const char *users,
                       const char *rest)
{
    tro_world_open(w,
        "trophic: 1\nseed: 3\n"
        "outcomes: {family: categorical, coordinates: {linspace: [-1, 1, %d]}}\n"
        "network: {generator: {watts-strogatz: {k: 3, p: 0.5}}}\n"
        "agents:\n"
        "  - {group: a, count: %d, reference: {normal: {mean: 0, sd: 0.5}}, public: %s,\n"
        "     shares: {real: 0.4, synthetic: 0.3, curated: 0.3}}\n%s",
        outcomes, agents, users, rest);
}

static double *crowd_start(const tro_ecosystem *eco)
{
    double *z = tro_allocate(eco->size, sizeof *z);
    tro_stream stream = tro_test_stream(61, eco->width);
    for (size_t i = 0; i < eco->agents; i++) {
        double sum = 0, *row = z + i * eco->width;
        for (size_t x = 0; x < eco->width; x++)
            sum += row[x] = tro_stream_exponential(&stream);
        for (size_t x = 0; x < eco->width; x++)
            row[x] /= sum;
    }
    return z;
}

/* The state after some rounds on so many threads; the caller releases it. */
static double *after(const tro_world *w, tro_advance advance, int threads, const double *z)
{
    tro_runner runner = {0};
    double *out = tro_allocate(w->eco->size, sizeof *out);
    tro_sampler *sampler = NULL;
    tro_messages messages = {0};
    omp_set_num_threads(threads);
    if (advance == TRO_SAMPLED)
        ck_assert_int_eq(tro_sampler_new(w->eco, &sampler, &messages), TRO_OK);
    ck_assert_int_eq(tro_runner_init(&runner, w->eco, w->plan, advance), TRO_OK);
    runner.sampler = sampler;
    ck_assert_int_eq(tro_runner_start(&runner, 0, z), TRO_OK);
    for (int r = 0; r < ROUNDS; r++)
        ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
    ck_assert_uint_eq(runner.beside_count, (size_t)threads - 1);
    ck_assert_uint_eq(runner.retrainings, (uint64_t)ROUNDS * w->eco->agents);
    memcpy(out, runner.z, w->eco->size * sizeof *out);
    tro_runner_release(&runner);
    tro_sampler_free(sampler);
    return out;
}

static void check_threads(const tro_world *w, tro_advance advance)
{
    double *z = crowd_start(w->eco), *one = after(w, advance, 1, z);
    ck_assert_double_gt(tro_away(w->eco->size, one, z), 1e-3);
    for (int threads = 2; threads <= 5; threads++) {
        double *many = after(w, advance, threads, z);
        ck_assert_mem_eq(many, one, w->eco->size * sizeof *one);
        tro_release(many);
    }
    tro_release(one);
    tro_release(z);
}

enum { USERS = 3 };
static const char *const users[USERS] = {
    "{bradley-terry: {candidates: 4, reward: {linear: 2, curvature: 1}}}",
    "{bradley-terry: {candidates: 5, flip: 0.1, reward: {linear: 2}}}",
    "{best-of: {candidates: 3, reward: {linear: -1}}}"};

START_TEST(test_exact_rounds_by_threads)
{
    tro_world w;
    for (int k = 0; k < USERS; k++) {
        open_crowd(&w, OUTCOMES, AGENTS, users[k], "");
        check_threads(&w, TRO_EXACT);
        tro_world_close(&w);
    }
}
END_TEST

START_TEST(test_sampled_rounds_by_threads)
{
    tro_world w;
    for (int k = 0; k < USERS; k++) {
        open_crowd(&w, OUTCOMES, AGENTS, users[k], "advance: {sampled: {outputs: 300}}\n");
        check_threads(&w, TRO_SAMPLED);
        tro_world_close(&w);
    }
}
END_TEST

/* One round is the round map. */
static void check_map(const tro_world *w)
{
    tro_runner runner = {0};
    tro_workspace work;
    size_t size = w->eco->size;
    double *z = crowd_start(w->eco), *map = tro_allocate(size, sizeof *map);
    ck_assert_int_eq(tro_workspace_init(&work, w->eco), TRO_OK);
    ck_assert_int_eq(tro_runner_init(&runner, w->eco, w->plan, TRO_EXACT), TRO_OK);
    ck_assert_int_eq(tro_runner_start(&runner, 0, z), TRO_OK);
    ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
    tro_round_map(w->eco, &work, z, map);
    ck_assert_mem_eq(runner.z, map, size * sizeof *map);
    ck_assert_double_eq(runner.change, tro_away(size, map, z));
    tro_runner_release(&runner);
    tro_workspace_release(&work);
    tro_release(z);
    tro_release(map);
}

START_TEST(test_round_of_everyone_is_the_map)
{
    tro_world w;
    for (int k = 0; k < USERS; k++) {
        omp_set_num_threads(1 + k);
        open_crowd(&w, OUTCOMES, AGENTS, users[k], "");
        check_map(&w);
        tro_world_close(&w);
    }
}
END_TEST

/* The pieces that a batch is cut into give the bits of the batch as a whole. */
static void check_pieces(const tro_ecosystem *eco)
{
    tro_workspace work;
    size_t width = eco->width, rows = eco->curated_count;
    double *z = crowd_start(eco), *gathered = tro_allocate(rows * width, sizeof *gathered);
    double *whole = tro_allocate(rows * width, sizeof *whole);
    const tro_curation *rule = eco->batches[0].curation;
    ck_assert_uint_eq(eco->batch_count, 1);
    ck_assert_uint_gt(eco->piece_count, 1);
    ck_assert_int_eq(tro_workspace_init(&work, eco), TRO_OK);
    for (size_t r = 0; r < rows; r++)
        memcpy(gathered + r * width, z + eco->curated_producer[r] * width, width * sizeof *z);
    rule->ops->apply(rule, rows, gathered, whole, work.curation);
    tro_workspace_curate(&work, eco, z);
    ck_assert_mem_eq(work.curated, whole, rows * width * sizeof *whole);
    tro_release(z);
    tro_release(gathered);
    tro_release(whole);
    tro_workspace_release(&work);
}

START_TEST(test_pieces_of_a_batch)
{
    static const struct {
        int outcomes, agents;
    } sizes[] = {{40, 1537}, {300, 385}, {600, 219}, {1000, 131}, {2100, 97}}; /* a row left over */
    tro_world w;
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
        for (int u = 0; u < USERS; u++) {
            open_crowd(&w, sizes[k].outcomes, sizes[k].agents, users[u], "");
            check_pieces(w.eco);
            tro_world_close(&w);
        }
}
END_TEST

/* A large round that overflows leaves the state before it, on any number of
 * threads. */
static void check_divergence(const tro_world *w)
{
    tro_runner runner = {0};
    int status = TRO_OK;
    double last = 0;
    ck_assert_int_eq(tro_runner_init(&runner, w->eco, w->plan, TRO_EXACT), TRO_OK);
    ck_assert_int_eq(tro_runner_start(&runner, 0, NULL), TRO_OK);
    for (int r = 0; r < 10 && status == TRO_OK; r++) {
        last = runner.z[0];
        status = tro_runner_round(&runner);
    }
    ck_assert_int_eq(status, TRO_EDIVERGED);
    ck_assert_uint_eq(runner.round, 5);
    ck_assert_double_eq(runner.time, 5);
    ck_assert_uint_eq(runner.retrainings, 5 * w->eco->agents);
    for (size_t k = 0; k < w->eco->size; k++)
        ck_assert_double_eq(runner.z[k], last);
    tro_runner_release(&runner);
}

START_TEST(test_round_of_everyone_that_diverges)
{
    tro_world w;
    for (int threads = 1; threads <= 3; threads++) {
        omp_set_num_threads(threads);
        tro_world_open(&w,
            "trophic: 1\nseed: 3\noutcomes: {family: gaussian, dimension: 30}\n"
            "network: {generator: {ring: 1}}\n"
            "agents:\n"
            "  - {group: a, count: 600, start: 1.0e+307, public: {shift: 3.0e+307},\n"
            "     shares: {curated: 1}}\n");
        check_divergence(&w);
        tro_world_close(&w);
    }
}
END_TEST

int main(void)
{
    const TTest *tests[] = {test_exact_rounds_by_threads, test_sampled_rounds_by_threads,
                            test_round_of_everyone_is_the_map, test_pieces_of_a_batch,
                            test_round_of_everyone_that_diverges};
    return TRO_RUN_TESTS("together", tests);
}
