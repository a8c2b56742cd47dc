/* The time course of influence against differences of runs, for every schedule. */
#include <omp.h>

#include "analysis/course.h"
#include "bazaar.h"
#include "schedule/runner.h"
#include "support.h"
#include "toy.h"

enum { ROUNDS = 7, CASES = 40 };

/* The alignment of `on` after ROUNDS rounds with the share of `of` at `curated`. */
static double alignment_at(tro_world *w, size_t on, size_t of, double curated)
{
    const tro_agent *agent = &w->scenario->agents[on];
    tro_ecosystem *moved = NULL;
    tro_runner runner = {0};
    tro_shares shares;
    ck_assert_int_eq(tro_ecosystem_new(w->scenario, &moved, NULL), TRO_OK);
    ck_assert_int_eq(tro_shares_move(&w->eco->shares[of], w->scenario->agents[of].displaces,
                                     curated, &shares), TRO_OK);
    tro_ecosystem_set_shares(moved, of, &shares);
    ck_assert_int_eq(tro_runner_init(&runner, moved, w->plan, TRO_EXACT), TRO_OK);
    ck_assert_int_eq(tro_runner_start(&runner, 0, NULL), TRO_OK);
    for (int r = 0; r < ROUNDS; r++)
        ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
    double value = w->scenario->space.family->alignment(&w->scenario->space, agent->reward,
                                                        agent->at,
                                                        runner.z + on * moved->width);
    tro_runner_release(&runner);
    tro_ecosystem_free(moved);
    return value;
}

static double largest_state(const tro_course *course)
{
    double largest = 1;
    for (size_t k = 0; k < course->ecosystem->size; k++)
        largest = fmax(largest, fmax(fabs(course->z[k]), fabs(course->sensitivity[k])));
    return largest;
}

/* How many pairs were compared. */
static size_t check_world(tro_world *w)
{
    size_t compared = 0;
    for (size_t of = 0; of < w->eco->agents; of++) {
        double share = w->eco->shares[of].curated, step = 1e-4, low, high;
        tro_course course = {0};
        int status = tro_course_init(&course, w->eco, w->plan, of);
        if (status == TRO_EUNSUPPORTED) {
            ck_assert(!tro_course_supported(w->eco, w->plan) || !tro_share_moves(w->eco, of));
            tro_course_release(&course);
            continue;
        }
        ck_assert_int_eq(status, TRO_OK);
        for (int r = 0; r < ROUNDS; r++)
            ck_assert_int_eq(tro_course_round(&course), TRO_OK);
        int both = tro_influence_between(w->eco, of, step, &low, &high) && low < share &&
                   high > share;
        for (size_t on = 0; both && on < w->eco->agents; on++) {
            if (!w->scenario->agents[on].reward)
                continue;
            double found = tro_course_influence(&course, on, on);
            double expected = (alignment_at(w, on, of, high) - alignment_at(w, on, of, low)) /
                              (high - low);
            double scale = largest_state(&course);
            ck_assert_msg(fabs(found - expected) < 1e-6 * scale * scale,
                          "%g and %g, of %zu on %zu", found, expected, of, on);
            compared++;
        }
        tro_course_release(&course);
    }
    return compared;
}

START_TEST(test_toys)
{
    static const char *const schedules[] = {
        "synchronous", "sequential", "random-order", "{poisson: {rate: 0.7}}",
        "{periodic: {period: 2, offset: 1}}"};
    size_t compared = 0;
    for (uint64_t t = 0; t < CASES; t++) {
        tro_stream s = tro_test_stream(93, t);
        tro_toy toy;
        tro_world w;
        tro_toy_draw(&toy, &s, 4, 0.9);
        tro_toy_open(&w, &toy, schedules[t % 5]);
        compared += check_world(&w);
        tro_world_close(&w);
    }
    ck_assert_uint_gt(compared, 40);
}
END_TEST

START_TEST(test_bazaars)
{
    size_t compared = 0;
    for (uint64_t t = 0; t < CASES; t++) {
        tro_stream s = tro_test_stream(94, t);
        tro_bazaar_wish wish = {.family = (int)(t % 3), .agents = 4, .most_tuples = 300};
        tro_bazaar b;
        tro_world w;
        tro_text text = {0};
        tro_bazaar_draw(&b, &s, &wish);
        b.schedule = t % 2 ? "sequential" : "synchronous";
        tro_bazaar_write(&b, &text);
        tro_world_read(&w, tro_text_string(&text));
        tro_text_clear(&text);
        compared += check_world(&w);
        tro_world_close(&w);
    }
    ck_assert_uint_gt(compared, 40);
}
END_TEST

/* It tends to the influence, and the rounds are those of a runner. */
START_TEST(test_long_term)
{
    tro_world w;
    tro_course course = {0};
    tro_runner runner = {0};
    double value;
    tro_world_open(&w, "trophic: 1\noutcomes: {family: categorical, outcomes: 3}\nagents:\n"
                       "  - {name: a, reference: uniform, reward: [1, 0, -1],\n"
                       "     public: {bradley-terry: {candidates: 3, reward: [1, 0, -1]}},\n"
                       "     shares: {real: 0.5, curated: 0.5}, displaces: real}\n"
                       "  - {name: b, reference: uniform, reward: [-1, 0, 1],\n"
                       "     public: {bradley-terry: {candidates: 2, reward: [-1, 0, 1]}},\n"
                       "     shares: {real: 0.5, curated: 0.5}, displaces: real}\n"
                       "network:\n  edges:\n"
                       "    - {from: a, to: a, weight: 3}\n    - {from: b, to: a, weight: 7}\n"
                       "    - {from: b, to: b, weight: 6}\n    - {from: a, to: b, weight: 4}\n");
    ck_assert_int_eq(tro_cell_influences(w.cell, NULL), TRO_OK);
    ck_assert_int_eq(tro_course_init(&course, w.eco, w.plan, 0), TRO_OK);
    ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_EXACT), TRO_OK);
    ck_assert_int_eq(tro_runner_start(&runner, 0, NULL), TRO_OK);
    ck_assert_double_eq(tro_course_influence(&course, 0, 0), 0);
    for (int r = 0; r < 400; r++) {
        ck_assert_int_eq(tro_course_round(&course), TRO_OK);
        ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
        ck_assert_double_lt(tro_away(w.eco->size, course.z, runner.z), 1e-14);
    }
    for (size_t on = 0; on < 2; on++) {
        ck_assert_int_eq(tro_influence_adjoint(&w.cell->influences, on, 0, &value, NULL, NULL),
                         TRO_OK);
        ck_assert_double_eq_tol(tro_course_influence(&course, on, on), value, 1e-12);
    }
    tro_runner_release(&runner);
    tro_course_release(&course);
    tro_world_close(&w);
}
END_TEST

/* Of means that mix linearly sampled rounds have the exact course for their expectation: each
 * estimate is within five of its standard errors, and pairs share their numbers whatever the
 * threads. */
START_TEST(test_sampled)
{
    enum { LENGTH = 12 };
    static const size_t agents[2] = {0, 1};
    tro_world w;
    tro_paired_course course, again;
    tro_course exact;
    size_t far = 0;
    tro_world_open(&w, "trophic: 1\nseed: 8\noutcomes: {family: gaussian}\nagents:\n"
        "  - {name: a, reference: 0, reward: 1, public: {bradley-terry: {reward: 1}}, shares: "
        "{real: 0.5, curated: 0.5}, displaces: real}\n"
        "  - {name: b, reference: 1, reward: -1, public: {shift: -1}, shares: {real: 0.3, "
        "synthetic: 0.3, curated: 0.4}}\n"
        "network: {edges: [{from: b, to: a}, {from: a, to: b}, {from: a, to: a, weight: 0.5}]}\n"
        "advance: {sampled: {outputs: 20, replicates: 400}}\n");
    ck_assert_int_eq(tro_cell_paired_course(w.cell, 0, 0.02, LENGTH, agents, 2, &course,
                                            &w.messages), TRO_OK);
    omp_set_num_threads(3);
    ck_assert_int_eq(tro_cell_paired_course(w.cell, 0, 0.02, LENGTH, agents, 2, &again,
                                            &w.messages), TRO_OK);
    ck_assert_mem_eq(course.mean, again.mean, 2 * (LENGTH + 1) * sizeof(double));
    ck_assert_uint_eq(course.replicates, 400);
    ck_assert_int_eq(tro_course_init(&exact, w.eco, w.plan, 0), TRO_OK);
    for (size_t r = 0; r <= LENGTH; r++) {
        if (r > 0)
            ck_assert_int_eq(tro_course_round(&exact), TRO_OK);
        for (size_t a = 0; a < 2; a++) {
            double error = sqrt(course.variance[2 * r + a] / 400);
            double away = course.mean[2 * r + a] - tro_course_influence(&exact, a, a);
            ck_assert_double_le(fabs(away), 5 * error);
            far += fabs(away) > 1e-3 * error && error > 0;
        }
    }
    ck_assert_double_eq(course.variance[0], 0);   /* the start is the start */
    ck_assert_double_gt(course.variance[2 * LENGTH], 0);
    ck_assert_uint_gt(far, LENGTH);
    tro_course_release(&exact);
    tro_paired_course_release(&course);
    tro_paired_course_release(&again);
    tro_world_close(&w);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_toys, test_bazaars, test_long_term, test_sampled};
    return TRO_RUN_TESTS("time course", tests);
}
