/* Every allocation of a cell, its analyses and a study fails once: an error
 * each time, no crash, nothing lost, and nothing half right. */
#include <omp.h>

#include "support.h"

#include "experiment/study.h"

enum { MOST = 20000 };

static const char text[] =
    "trophic: 1\n"
    "seed: 3\n"
    "outcomes: {family: gaussian, dimension: 2, covariance: [[1, 0.5], [0.5, 1]]}\n"
    "curators: {warm: {bradley-terry: {reward: [1, 2]}}}\n"
    "agents:\n"
    "  - {name: a, reference: {mean: 1, covariance: 2}, reward: {linear: 1, curvature: 1},\n"
    "     public: warm, displaces: synthetic, shares: {real: 0.3, synthetic: 0.3, curated: 0.4}}\n"
    "  - {group: g, count: 2, reference: 0, reward: 1, public: {shift: 1},\n"
    "     shares: {real: 0.5, curated: 0.3}}\n"
    "network:\n"
    "  judge: consumer\n"
    "  edges:\n"
    "    - {from: a, to: g-1%s}\n"
    "    - {from: g-1, to: a, channel: {affine: {matrix: [[0.5, 0.1], [0, 0.3]]}}}\n"
    "    - {from: g-1, to: g-2}\n"
    "    - {from: g-2, to: a, channel: {rotations: 40}}\n"
    "schedule: %s\n"
    "advance: {sampled: {outputs: 3, replicates: 3}}\n"
    "record: {burn-in: 1, measures: [alignment, drift]}\n";

/* All the numbers that are asked of a cell. */
typedef struct numbers {
    double values[16];
    size_t count;
} numbers;

static int analyse(tro_cell *cell, int moments, numbers *out)
{
    double response[6];
    const double *expected;
    const tro_paired *paired;
    int status;
    double *v = out->values;
    out->count = 0;
    TRO_TRY(tro_cell_stability(cell, NULL));
    v[out->count++] = cell->stability.rate;
    TRO_TRY(tro_cell_influences(cell, NULL));
    TRO_TRY(tro_influence_adjoint(&cell->influences, 1, 0, &v[out->count++], NULL, NULL));
    TRO_TRY(tro_influence_theorem(&cell->influences, 1, 0, &v[out->count++], NULL));
    TRO_TRY(tro_influence_difference(cell->ecosystem, 1, 0, 1e-4, &v[out->count++], NULL));
    TRO_TRY(tro_influence_response(&cell->influences, 0, TRO_ALL_WALKS, response, NULL));
    v[out->count++] = response[3];
    TRO_TRY(tro_cell_sampled(cell, NULL));
    v[out->count++] = cell->sampled.mean[0];
    TRO_TRY(tro_cell_paired(cell, 0, 0.1, &paired, NULL));
    v[out->count++] = paired->mean[0];
    if (moments) {
        TRO_TRY(tro_cell_expected(cell, 1, &expected, NULL));
        v[out->count++] = expected[0];
        TRO_TRY(tro_cell_expected_at(cell, 0, 0.3, response, NULL));
        v[out->count++] = response[0];
    }
out:
    return status;
}

/* Reads and analyses; the n-th allocation fails when n > 0. */
static int run_cell(const char *scenario, uint64_t n, int moments, numbers *out)
{
    tro_document *document = NULL;
    tro_cell *cell = NULL;
    tro_messages messages = {0};
    tro_override set = {.path = "agents.a.shares.curated", .number = 0.5, .origin = "test"};
    tro_memory_fail_after(n);
    int status = tro_document_read_text("test.yaml", scenario, strlen(scenario), &document,
                                        &messages);
    if (status == TRO_OK)
        status = tro_cell_new(document, tro_catalog_builtin(), &set, 1, &cell, &messages);
    if (status == TRO_OK)
        status = analyse(cell, moments, out);
    tro_memory_fail_after(0);
    tro_cell_free(cell);
    tro_document_free(document);
    tro_messages_clear(&messages);
    return status;
}

static void exhaust_cell(const char *delay, const char *schedule, int moments)
{
    char scenario[4096];
    numbers expected, found = {.count = 0};
    snprintf(scenario, sizeof scenario, text, delay, schedule);
    ck_assert_int_eq(run_cell(scenario, 0, moments, &expected), TRO_OK);
    int status = TRO_ENOMEM;
    uint64_t n = 0;
    /* Thousands are the same one, round after round. */
    while (status != TRO_OK && (n += n < 700 ? 1 : 211) < MOST) {
        status = run_cell(scenario, n, moments, &found);
        ck_assert_msg(status == TRO_OK || status == TRO_ENOMEM, "allocation %llu: status %d",
                      (unsigned long long)n, status);
    }
    ck_assert_msg(n > 50 && n < MOST, "%llu allocations", (unsigned long long)n);
    ck_assert_uint_eq(found.count, expected.count);
    ck_assert_mem_eq(found.values, expected.values, found.count * sizeof *found.values);
}

START_TEST(test_cell_errors)
{
    omp_set_num_threads(1);
    exhaust_cell("", "{sequential: {order: [g-2, a, g-1], rounds: 4}}", 1);
    exhaust_cell(", delay: 1.5", "{periodic: {period: [0.5, 1, 2], rounds: 4}}", 0);
    exhaust_cell("", "{poisson: {rounds: 4}}", 0);
    exhaust_cell("", "{random-order: {rounds: 4}}", 0);
    exhaust_cell("", "{sequential: {rounds: 5}}\nevents:\n"
                     "  - {round: 2, freeze: g-2, edges: [{from: a, to: a}]}\n"
                     "  - {round: 3, set: {agents.g.reference: [1, 2]}}", 1);
}
END_TEST

/* --- studies ------------------------------------------------------------------------- */

static const char study_text[] =
    "trophic: 1\n"
    "seed: 3\n"
    "outcomes: {family: gaussian}\n"
    "agents:\n"
    "  - {name: a, reference: 2, reward: 1, public: {shift: 1}, displaces: synthetic,\n"
    "     shares: {real: 0.25, curated: 0.25}}\n"
    "network: {edges: [{from: a, to: a}]}\n"
    "advance: {sampled: {outputs: 4, replicates: 2}}\n"
    "schedule: {synchronous: {rounds: 2}}\n"
    "vary:\n"
    "  t:\n"
    "    over: {share: {key: agents.a.shares.curated, values: [0.25, 0.5]}}\n"
    "    find: {J: {alignment: a}, S: {sampled-alignment: a}}\n"
    "claims:\n"
    "  - {claim: x, source: y, column: t.J, equals: [3, 4], absolute: 1e-9}\n"
    "  - {claim: x, source: y, quantity: {root: {of: {influence: {on: a, of: a}},\n"
    "     key: agents.a.public.shift, between: [-1, 2]}}, equals: 0, absolute: 1e-9}\n"
    "  - {claim: x, source: y, quantity: {alignment: a}, set: {agents.a.reference: 3}, equals: 4,\n"
    "     absolute: 1e-9}\n"
    "figure: {panels: [{x: share, series: [{table: t, y: J}]}]}\n";

/* 1 when everything came out as it should. */
static int run_study(uint64_t n, int *status)
{
    tro_document *document = NULL;
    tro_study *study = NULL;
    tro_messages messages = {0};
    int whole = 0;
    tro_memory_fail_after(n);
    *status = tro_document_read_text("test.yaml", study_text, strlen(study_text), &document,
                                     &messages);
    if (*status == TRO_OK)
        *status = tro_study_new(document, tro_catalog_builtin(), NULL, 0, &study, &messages);
    if (*status == TRO_OK)
        *status = tro_study_run(study, NULL, &messages);
    tro_memory_fail_after(0);
    if (*status == TRO_OK) {
        whole = study->counts[TRO_HOLDS] == 3 && study->tables[0].failed == 0;
        /* Short of memory, a claim is undecided and never false. */
        ck_assert_uint_eq(study->counts[TRO_FAILS], 0);
    }
    tro_study_free(study);
    tro_document_free(document);
    tro_messages_clear(&messages);
    return whole;
}

START_TEST(test_study_errors)
{
    int status = TRO_OK;
    uint64_t n = 0;
    omp_set_num_threads(1);
    ck_assert_int_eq(run_study(0, &status), 1);
    while (++n < MOST && !run_study(n, &status))
        ck_assert_msg(status == TRO_OK || status == TRO_ENOMEM, "allocation %llu: status %d",
                      (unsigned long long)n, status);
    ck_assert_msg(n > 50 && n < MOST, "%llu allocations", (unsigned long long)n);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_cell_errors, test_study_errors};
    return tro_run_tests("out of memory", tests, sizeof tests / sizeof *tests, 600);
}
