/* Events: rounds that go through phases, against linear systems advanced by hand. */
#include "support.h"

#include "analysis/course.h"
#include "analysis/noise.h"
#include "schedule/timeline.h"

enum { A = 3, ROUNDS = 24, MOST_DELAY = 4 };

/* --- a second implementation ---------------------------------------------------------- */

/* One phase of three agents with one mean parameter each. */
typedef struct plain_phase {
    int from;
    tro_presence who[A];
    double real[A], synthetic[A], curated[A], reference[A], shift[A];
    double weight[A][A];            /* of the consumer's row, any sum */
    int delay[A][A];
} plain_phase;

/* z[t + MOST_DELAY] is the state after t rounds; before round 0 it is the start. */
typedef double plain_states[MOST_DELAY + ROUNDS + 1][A];

static double data_of(const plain_phase *p, plain_states z, int t, const double *now, int i)
{
    double sum = 0, synthetic = 0, curated = 0;
    for (int j = 0; j < A; j++)
        if (p->who[j] != TRO_ABSENT)
            sum += p->weight[i][j];
    for (int j = 0; j < A; j++) {
        double part = p->who[j] == TRO_ABSENT ? 0 : p->weight[i][j] / sum;
        double law = p->delay[i][j] ? z[MOST_DELAY + t - p->delay[i][j]][j] : now[j];
        synthetic += part * law;
        curated += part * (law + p->shift[j]);
    }
    return p->real[i] * p->reference[i] + p->synthetic[i] * synthetic + p->curated[i] * curated;
}

/* All rounds; in turn, each agent reads the newest. */
static void advance_plain(const plain_phase *phases, int count, int in_turn, plain_states z)
{
    for (int t = 0, k = 0; t < ROUNDS; t++) {
        double *old = z[MOST_DELAY + t], *next = z[MOST_DELAY + t + 1];
        while (k + 1 < count && phases[k + 1].from <= t)
            k++;
        memcpy(next, old, sizeof *z);
        for (int i = 0; i < A; i++)
            if (phases[k].who[i] == TRO_PRESENT)
                next[i] = data_of(&phases[k], z, t, in_turn ? next : old, i);
    }
}

static const char drama[] =
    "trophic: 1\nseed: 1\noutcomes: {family: gaussian}\n"
    "agents:\n"
    "  - {name: a, reference: 0, start: 2, reward: 1, public: {shift: 1},\n"
    "     shares: {real: 0.5, curated: 0.5}}\n"
    "  - {name: b, reference: 1, reward: 1, public: {shift: -2},\n"
    "     shares: {real: 0.2, synthetic: 0.3, curated: 0.5}}\n"
    "  - {name: c, reference: 3, reward: 1, public: {shift: 0.5},\n"
    "     shares: {real: 0.1, curated: 0.9}}\n"
    "network:\n"
    "  edges:\n"
    "    - {from: a, to: a, weight: 0.3}\n"
    "    - {from: b, to: a, weight: 0.7}\n"
    "    - {from: c, to: a}\n"
    "    - {from: a, to: b, delay: %d}\n"
    "    - {from: b, to: b}\n"
    "    - {from: c, to: c}\n"
    "    - {from: b, to: c, weight: 2}\n"
    "schedule: {%s: {rounds: 24}}\n"
    "events:\n"
    "  - {round: 4, join: c}\n"
    "  - round: 7\n"
    "    set: {agents.a.shares.curated: 0.2, agents.c.reference: 5}\n"
    "    edges: [{from: b, to: a, delay: %d}, {from: c, to: b, weight: 2}]\n"
    "  - {round: 11, freeze: a}\n"
    "  - {round: 11, set: {agents.b.public: {shift: 3}}}\n"
    "  - {round: 15, leave: b, join: a}\n"
    "  - {round: 20, edges: [{from: c, to: a, weight: 0}]}\n";

static int drama_phases(int delay, plain_phase *p)
{
    const plain_phase first = {
        .who = {TRO_PRESENT, TRO_PRESENT, TRO_ABSENT}, .real = {0.5, 0.2, 0.1},
        .synthetic = {0, 0.3, 0}, .curated = {0.5, 0.5, 0.9}, .reference = {0, 1, 3},
        .shift = {1, -2, 0.5}, .weight = {{0.3, 0.7, 1}, {1, 1, 0}, {0, 2, 1}},
        .delay = {{0, 0, 0}, {delay, 0, 0}, {0, 0, 0}}};
    for (int k = 0; k < 6; k++)
        p[k] = k ? p[k - 1] : first;
    p[1].who[2] = TRO_PRESENT;
    p[1].from = 4;
    p[2] = p[1];
    p[2].from = 7;
    p[2].real[0] = 0.8;
    p[2].curated[0] = 0.2;
    p[2].reference[2] = 5;
    p[2].delay[0][1] = delay ? delay + 1 : 0;
    p[2].weight[1][2] = 2;
    p[3] = p[2];
    p[3].from = 11;
    p[3].who[0] = TRO_FROZEN;
    p[3].shift[1] = 3;
    p[4] = p[3];
    p[4].from = 15;
    p[4].who[0] = TRO_PRESENT;
    p[4].who[1] = TRO_ABSENT;
    p[5] = p[4];
    p[5].from = 20;
    p[5].weight[0][2] = 0;
    return 6;
}

static void check_drama(const char *schedule, int in_turn, int delay)
{
    tro_world w;
    tro_runner runner = {0};
    plain_phase phases[6];
    plain_states z;
    int count = drama_phases(delay, phases);
    for (int t = 0; t <= MOST_DELAY; t++)
        memcpy(z[t], (double[]){2, 1, 3}, sizeof *z);
    advance_plain(phases, count, in_turn, z);
    tro_world_open(&w, drama, delay, schedule, delay ? delay + 1 : 0);
    ck_assert_uint_eq(w.cell->stage_count, 6);
    ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_EXACT), TRO_OK);
    for (int again = 0; again < 2; again++) {
        ck_assert_int_eq(tro_runner_start(&runner, 0, NULL), TRO_OK);
        for (int t = 1; t <= ROUNDS; t++) {
            ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
            tro_assert_near(A, runner.z, z[MOST_DELAY + t], 1e-14, "state");
            int shown = !isnan(tro_alignment(runner.ecosystem, runner.z, 2));
            ck_assert_int_eq(shown, t > 4);
            ck_assert_int_eq(isnan(tro_alignment(runner.ecosystem, runner.z, 1)), t > 15);
        }
    }
    tro_runner_release(&runner);
    tro_world_close(&w);
}

START_TEST(test_linear_phases)
{
    check_drama("synchronous", 0, 0);
    check_drama("sequential", 1, 0);
    check_drama("synchronous", 0, 2);   /* an edge that is late from round 7 on */
}
END_TEST

/* --- what is defined in the long run ---------------------------------------------------- */

/* The last phase, alone: a trains on itself, c on itself, b is gone. */
START_TEST(test_last_phase)
{
    tro_world w;
    const double *z;
    double value;
    tro_world_open(&w, drama, 0, "synchronous", 0);
    ck_assert_int_eq(tro_fixed_point_of(w.cell, &z, NULL, NULL), TRO_OK);
    /* a = 0.8 * 0 + 0.2 (a + 1); c = 0.1 * 5 + 0.9 (c + 0.5) */
    ck_assert_double_eq_tol(z[0], 0.25, 1e-14);
    ck_assert_double_eq_tol(z[2], 9.5, 1e-12);
    /* l' = d a / d l of a = l (a + 1), as real data (at 0) give way */
    ck_assert_int_eq(tro_influence(w.cell, 0, 0, &value, NULL), TRO_OK);
    ck_assert_double_eq_tol(value, 1.25 / 0.8, 1e-13);
    ck_assert_int_eq(tro_influence(w.cell, 2, 1, &value, NULL), TRO_OK);
    ck_assert(isnan(value));
    tro_world_close(&w);
}
END_TEST

/* While a is frozen, its corpus is what exact rounds left of it. */
START_TEST(test_frozen_phase)
{
    tro_world w;
    plain_phase p[6];
    plain_states z;
    const double *found;
    drama_phases(0, p);
    for (int t = 0; t <= MOST_DELAY; t++)
        memcpy(z[t], (double[]){2, 1, 3}, sizeof *z);
    advance_plain(p, 6, 0, z);
    double a = z[MOST_DELAY + 11][0];
    tro_world_open(&w, drama, 0, "synchronous", 0);
    tro_cell *cell = tro_cell_phase(w.cell, 3);
    ck_assert_int_eq(tro_fixed_point_of(cell, &found, NULL, NULL), TRO_OK);
    ck_assert_double_eq_tol(found[0], a, 1e-14);
    /* b = 0.2 + 0.8 (a + b + 2 c)/4 + 0.5 (1 + 3 + 1)/4; c = 0.5 + 0.9 (2 (b + 3) + c + 0.5)/3 */
    double m[4] = {1 - 0.2, -0.4, -0.6, 1 - 0.3}, bc[2];
    double right[2] = {0.2 + 0.2 * a + 0.5 * 5 / 4, 0.5 + 0.9 * 6.5 / 3};
    tro_plain_solve(2, m, right, bc);
    ck_assert_double_eq_tol(found[1], bc[0], 1e-13);
    ck_assert_double_eq_tol(found[2], bc[1], 1e-13);
    ck_assert_int_eq(tro_cell_stability(cell, NULL), TRO_OK);
    ck_assert(cell->stability.stable);
    tro_world_close(&w);
}
END_TEST

/* Of several fixed points the one that the phase leads to from where it begins: users
 * who like what there is more of, after outputs were pushed to the other side. */
START_TEST(test_fixed_point_of_the_course)
{
    tro_world w;
    tro_world_open(&w,
        "trophic: 1\nseed: 1\noutcomes: {family: categorical, outcomes: 2}\n"
        "agents:\n"
        "  - {name: m, start: [0.7, 0.3], reward: [1, 0],\n"
        "     public: {self-judge: {strength: 1, candidates: 4}}, shares: {curated: 1}}\n"
        "network: {edges: [{from: m, to: m}]}\n"
        "schedule: {synchronous: {rounds: 400}}\n"
        "events:\n"
        "  - {round: 1, set: {agents.m.public: {bradley-terry: {candidates: 4, reward: [0, 3]}}}}\n"
        "  - {round: 9, set: {agents.m.public: {self-judge: {strength: 1, candidates: 4}}}}\n");
    double value;
    ck_assert_int_eq(tro_alignment_of(tro_cell_phase(w.cell, 0), 0, &value, NULL), TRO_OK);
    ck_assert_double_eq_tol(value, 1, 1e-9);
    ck_assert_int_eq(tro_alignment_of(w.cell, 0, &value, NULL), TRO_OK);
    ck_assert_double_eq_tol(value, 0, 1e-9);
    ck_assert_int_eq(tro_cell_limit(w.cell, NULL), TRO_OK);
    ck_assert_double_eq_tol(w.cell->limit.z[0], 0, 1e-9);
    tro_world_close(&w);
}
END_TEST

/* --- events that change nothing ----------------------------------------------------------- */

static const char rivals[] =
    "trophic: 1\nseed: 5\noutcomes: {family: gaussian}\n"
    "agents:\n"
    "  - {name: a, reference: 0, reward: 1, public: {shift: 1}, data: {window: 3},\n"
    "     shares: {real: 0.4, synthetic: 0.2, curated: 0.4}, reference-sample: 20}\n"
    "  - {name: b, reference: 1, reward: 1, public: {shift: -2}, data: accumulate,\n"
    "     shares: {real: 0.5, curated: 0.5}, fade: {power: 0.5}}\n"
    "network:\n"
    "  edges: [{from: a, to: a}, {from: b, to: a, delay: 2.5}, {from: b, to: b},\n"
    "          {from: a, to: b, delay: 1}]\n"
    "schedule: {%s: {rounds: 30}}\n"
    "advance: %s\n"
    "events: [%s]\n";

/* States of three replicates, 14 rounds each. */
static void follow(const char *schedule, const char *advance, const char *events, double *out)
{
    tro_world w;
    tro_world_open(&w, rivals, schedule, advance, events);
    for (uint64_t r = 0; r < 3; r++) {
        tro_run *run;
        ck_assert_int_eq(tro_run_new(w.cell, r, &run, NULL), TRO_OK);
        for (int t = 0; t < 14; t++, out += 2) {
            ck_assert_int_eq(tro_run_round(run, NULL), TRO_OK);
            memcpy(out, tro_run_state(run), 2 * sizeof *out);
        }
        tro_run_free(run);
    }
    tro_world_close(&w);
}

START_TEST(test_idle_events)
{
    static const char *const schedules[] = {"synchronous", "sequential", "random-order",
                                            "poisson", "periodic"};
    static const char *const advances[] = {"exact", "{sampled: 30}",
                                           "{sampled: {outputs: 30, split: fixed}}"};
    static const char *const idle[] = {
        "{round: 5, set: {network.judge: producer}}",
        "{round: 1, set: {network.judge: producer}}, {round: 2, edges: [{from: a, to: b, "
        "delay: 1}]}, {round: 9, set: {agents.a.shares: {real: 0.4, synthetic: 0.2, "
        "curated: 0.4}}}"};
    double plain[84], divided[84];
    for (size_t s = 0; s < 5; s++)
        for (size_t a = 0; a < 3; a++) {
            follow(schedules[s], advances[a], "", plain);
            for (size_t k = 0; k < 2; k++) {
                follow(schedules[s], advances[a], idle[k], divided);
                ck_assert_mem_eq(plain, divided, sizeof plain);
            }
        }
}
END_TEST

/* Until an event nothing differs; a joiner leaves the random numbers of the others alone. */
START_TEST(test_paired_policies)
{
    double none[84], policy[84];
    follow("random-order", "{sampled: 30}", "", none);
    follow("random-order", "{sampled: 30}", "{round: 6, set: {agents.b.shares.curated: 0.1}}",
           policy);
    for (size_t r = 0; r < 3; r++) {
        ck_assert_mem_eq(none + 28 * r, policy + 28 * r, 12 * sizeof *none);
        ck_assert_double_ne(none[28 * r + 13], policy[28 * r + 13]);
    }
}
END_TEST

/* --- what agents keep ----------------------------------------------------------------------- */

/* x trains on y, which doubles in every round: data sets are 1, 2, 4, .... */
START_TEST(test_kept_data)
{
    tro_world w;
    tro_runner runner = {0};
    tro_world_open(&w,
        "trophic: 1\nseed: 1\noutcomes: {family: gaussian}\n"
        "agents:\n"
        "  - {name: x, start: 0, data: {window: 3}, shares: {synthetic: 1}}\n"
        "  - {name: y, start: 1, shares: {synthetic: 1}}\n"
        "network:\n  edges: [{from: y, to: x}, {from: y, to: y, channel: {affine: {scale: 2}}}]\n"
        "schedule: {synchronous: {rounds: 20}}\n"
        "events:\n"
        "  - {round: 4, set: {agents.x.data: {window: 2}}}\n"
        "  - {round: 6, set: {agents.x.data: accumulate}}\n"
        "  - {round: 8, set: {agents.x.data: {window: 3}}}\n"
        "  - {round: 10, set: {agents.x.data: replace}}\n"
        "  - {round: 11, set: {agents.x.data: {window: 2}}}\n");
    /* Of an average of all there is no newest one: a window begins anew. */
    const double expected[] = {1, 1.5, 7 / 3.0, 14 / 3.0, 12, 24, 112 / 3.0, 60, 256, 384, 1024,
                               2048, 3072};
    ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_EXACT), TRO_OK);
    ck_assert_int_eq(tro_runner_start(&runner, 0, NULL), TRO_OK);
    for (int t = 0; t < 13; t++) {
        ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
        ck_assert_double_eq_tol(runner.z[0], expected[t], 1e-12 * expected[t]);
    }
    tro_runner_release(&runner);
    tro_world_close(&w);
}
END_TEST

/* --- sensitivities, moments, averages --------------------------------------------------------- */

/* dJ/dlambda along the phases against differences of runs in which the share is moved in
 * every phase. */
START_TEST(test_course)
{
    const double step = 1e-4;
    tro_world w;
    tro_course course = {0};
    tro_runner runner[2] = {{0}};
    tro_moved moved[2];
    tro_world_open(&w, drama, 0, "sequential", 0);
    ck_assert_int_eq(tro_course_init(&course, w.eco, w.plan, 0), TRO_OK);
    for (int k = 0; k < 2; k++) {
        ck_assert_int_eq(tro_moved_init(&moved[k], w.eco, w.plan, 0, k ? step : -step, 0, NULL),
                         TRO_OK);
        ck_assert_int_eq(tro_runner_init(&runner[k], moved[k].ecosystem, &moved[k].plan,
                                         TRO_EXACT), TRO_OK);
        ck_assert_int_eq(tro_runner_start(&runner[k], 0, NULL), TRO_OK);
    }
    for (int t = 1; t <= ROUNDS; t++) {
        ck_assert_int_eq(tro_course_round(&course), TRO_OK);
        for (int k = 0; k < 2; k++)
            ck_assert_int_eq(tro_runner_round(&runner[k]), TRO_OK);
        for (size_t i = 0; i < A; i++) {
            double slope = (runner[1].z[i] - runner[0].z[i]) / (2 * step);
            double found = tro_course_influence(&course, i, i);
            if (tro_is_absent(course.ecosystem, i))
                ck_assert(isnan(found));
            else
                ck_assert_double_eq_tol(found, slope, 1e-6);
        }
    }
    for (int k = 0; k < 2; k++) {
        tro_runner_release(&runner[k]);
        tro_moved_release(&moved[k]);
    }
    tro_course_release(&course);
    tro_world_close(&w);
}
END_TEST

/* The exact expectation of sampled rounds is that of exact ones where all is linear;
 * averages of agents that come and go are over the rounds in which they are there. */
START_TEST(test_expected)
{
    tro_world w;
    plain_phase phases[6];
    plain_states z;
    const double *expected;
    double average[A] = {0}, rounds[A] = {0};
    drama_phases(0, phases);
    for (int t = 0; t <= MOST_DELAY; t++)
        memcpy(z[t], (double[]){2, 1, 3}, sizeof *z);
    advance_plain(phases, 6, 0, z);
    for (int t = 3; t <= ROUNDS; t++)
        for (int i = 0; i < A; i++)
            if (i == 0 || (i == 1 && t <= 15) || (i == 2 && t > 4)) {
                average[i] += z[MOST_DELAY + t][i];
                rounds[i]++;
            }
    char text[4096];
    int length = snprintf(text, sizeof text, drama, 0, "synchronous", 0);
    snprintf(text + length, sizeof text - (size_t)length,
             "advance: {sampled: {outputs: 20, replicates: 400}}\nrecord: {burn-in: 2}\n");
    tro_world_read(&w, text);
    ck_assert_int_eq(tro_cell_expected(w.cell, 0, &expected, NULL), TRO_OK);
    ck_assert_int_eq(tro_cell_sampled(w.cell, NULL), TRO_OK);
    for (size_t i = 0; i < A; i++) {
        double error = sqrt(w.cell->sampled.variance[i] / 400);
        ck_assert_double_eq_tol(expected[i], average[i] / rounds[i], 1e-12);
        ck_assert_double_eq_tol(w.cell->sampled.mean[i], expected[i], 5 * error);
        ck_assert_double_lt(error, 0.05);
    }
    tro_world_close(&w);
}
END_TEST

/* --- who is not there ------------------------------------------------------------------- */

/* What n outputs do to a, half of whose data are real (mean 0) and half a corpus (mean 4):
 * a variance of (1 + 4)/n; the corpus itself stays. */
START_TEST(test_noise_of_the_last_phase)
{
    tro_world w;
    tro_noise noise = {0};
    const double *expected;
    tro_world_open(&w,
        "trophic: 1\nseed: 1\noutcomes: {family: gaussian}\n"
        "agents:\n"
        "  - {name: a, reference: 0, reward: 1, shares: {real: 0.5, synthetic: 0.5}}\n"
        "  - {name: f, reference: 4, reward: 1, shares: {real: 1}}\n"
        "network: {edges: [{from: f, to: a}]}\n"
        "advance: {sampled: {outputs: 10, replicates: 2}}\n"
        "schedule: {synchronous: {rounds: 20}}\n"
        "events: [{round: 3, freeze: f}]\n");
    ck_assert_int_eq(tro_cell_fixed_point(w.cell, NULL), TRO_OK);
    ck_assert_int_eq(tro_noise_find(w.eco, w.plan, w.cell->point.z, &noise, NULL), TRO_OK);
    ck_assert_double_eq_tol(noise.alignment_sd[0], sqrt(0.5), 1e-14);
    ck_assert_double_eq(noise.alignment_sd[1], 0);
    ck_assert_int_eq(tro_cell_expected(w.cell, 1, &expected, NULL), TRO_OK);
    ck_assert_double_eq_tol(expected[0], 2, 1e-13);
    tro_noise_release(&noise);
    tro_world_close(&w);
}
END_TEST

/* The last agent is absent: the others do what they do without it, to the last bit, alone
 * and shared among threads. */
static void check_without(int count, int dimension, const char *schedule, const char *advance)
{
    static const char group[] =
        "trophic: 1\nseed: 3\noutcomes: {family: gaussian, dimension: %d}\n"
        "agents:\n"
        "  - {group: g, count: %d, reference: {normal: {mean: 0, sd: 1}}, public: {shift: 1},\n"
        "     shares: {real: 0.3, synthetic: 0.2, curated: 0.5}}\n"
        "%s"
        "network:\n  generator: {complete: {loops: true}}\n"
        "  changes: [{from: g-1, to: g-2, weight: 3}]\n"
        "schedule: {%s: {rounds: 9}}\nadvance: %s\n";
    tro_world with, without;
    tro_run *one, *other;
    tro_world_open(&with, group, dimension, count,
                   "  - {name: x, reference: 9, shares: {real: 1}}\nabsent: x\n", schedule,
                   advance);
    tro_world_open(&without, group, dimension, count, "", schedule, advance);
    ck_assert_int_eq(tro_run_new(with.cell, 1, &one, NULL), TRO_OK);
    ck_assert_int_eq(tro_run_new(without.cell, 1, &other, NULL), TRO_OK);
    for (int t = 0; t < 4; t++) {
        ck_assert_int_eq(tro_run_round(one, NULL), TRO_OK);
        ck_assert_int_eq(tro_run_round(other, NULL), TRO_OK);
        tro_assert_near(without.eco->size, tro_run_state(one), tro_run_state(other), 1e-14,
                        "without");
        ck_assert_double_eq(tro_run_state(one)[without.eco->size], 9);
    }
    tro_run_free(one);
    tro_run_free(other);
    tro_world_close(&with);
    tro_world_close(&without);
}

START_TEST(test_absent)
{
    check_without(3, 1, "synchronous", "exact");
    check_without(3, 2, "synchronous", "{sampled: 20}");
    check_without(3, 1, "sequential", "exact");
    check_without(3, 1, "poisson", "{sampled: 20}");
    check_without(40, 500, "synchronous", "exact");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_linear_phases, test_last_phase, test_frozen_phase,
                                  test_fixed_point_of_the_course, test_idle_events,
                                  test_paired_policies, test_kept_data, test_course,
                                  test_expected, test_noise_of_the_last_phase, test_absent};
    return TRO_RUN_TESTS("phases", tests);
}
