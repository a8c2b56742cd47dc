/* Derivatives of large ecosystems: threads share them without showing in the
 * bits, and matrices of the curated laws stand in for their kernels. */
#include "support.h"

#include <omp.h>

enum { AGENTS = 700, OUTCOMES = 40 };

#define USERS "{bradley-terry: {candidates: 5, flip: 0.1, reward: {linear: 2}}}"

/* How agents take their data: plainly; as a pool; an owner's choice among that,
 * and a part of the way; from users who listen to two of the agents. */
static const struct {
    const char *way, *users;
} ways[] = {
    {"", USERS},
    {"pool: mixture, ", USERS},
    {"owner: {best-of: {candidates: 2, reward: {linear: 1}}}, learning-rate: 0.6, ", USERS},
    {"data: accumulate, ",
     "{stages: [{audience: {of: a-3, strength: 4, candidates: 3, features: coordinates}}, "
     "{self-judge: 0.4}, {audience: {of: a-30, strength: -9, candidates: 2}}]}"},
};
enum { WAYS = sizeof ways / sizeof *ways, LISTENS = WAYS - 1 };

static void open_crowd(tro_world *w, int k, int agents)
{
    int pool = strncmp(ways[k].way, "pool", 4) == 0;
    tro_world_open(w,
        "trophic: 1\nseed: 3\n"
        "outcomes: {family: categorical, coordinates: {linspace: [-1, 1, %d]}}\n"
        "network: {%sgenerator: {watts-strogatz: {k: 3, p: 0.5}}}\n"
        "agents:\n"
        "  - {group: a, count: %d, reference: {normal: {mean: 0, sd: 0.5}}, %s\n"
        "     public: %s,\n"
        "     shares: {real: 0.4, synthetic: 0.3, curated: 0.3}}\n",
        OUTCOMES, pool ? "judge: consumer, " : "", agents, ways[k].way, ways[k].users);
}

/* A state of laws; and a vector of any kind. */
static double *state_of(const tro_ecosystem *eco, uint64_t number, int law)
{
    double *z = tro_allocate(eco->size, sizeof *z);
    tro_stream stream = tro_test_stream(62, number);
    for (size_t i = 0; i < eco->agents; i++) {
        double sum = 0, *row = z + i * eco->width;
        for (size_t x = 0; x < eco->width; x++)
            sum += row[x] = law ? tro_stream_exponential(&stream) : tro_stream_normal(&stream);
        for (size_t x = 0; law && x < eco->width; x++)
            row[x] /= sum;
    }
    return z;
}

/* The map, its derivative and the transpose, one after the other (3 size). */
static double *products(const tro_ecosystem *eco, int threads, int matrices, const double *z,
                        const double *dz, const double *w)
{
    tro_workspace work;
    double *out = tro_allocate(3 * eco->size, sizeof *out);
    omp_set_num_threads(threads);
    ck_assert_int_eq(tro_workspace_init(&work, eco), TRO_OK);
    if (eco->agents == AGENTS)
        ck_assert_uint_eq(work.beside_count, (size_t)threads - 1);
    if (matrices)
        ck_assert_int_eq(tro_workspace_matrices(&work, eco, z, 1 << 24), TRO_OK);
    tro_round_map(eco, &work, z, out);
    tro_round_derivative(eco, &work, z, dz, out + eco->size);
    tro_round_transposed(eco, &work, z, w, out + 2 * eco->size);
    tro_workspace_release(&work);
    return out;
}

static double dot(size_t n, const double *a, const double *b)
{
    double sum = 0;
    for (size_t k = 0; k < n; k++)
        sum += a[k] * b[k];
    return sum;
}

START_TEST(test_products_by_threads)
{
    for (int k = 0; k < WAYS; k++) {
        tro_world w;
        open_crowd(&w, k, AGENTS);
        size_t n = w.eco->size;
        double *z = state_of(w.eco, 1, 1), *dz = state_of(w.eco, 2, 0);
        double *v = state_of(w.eco, 3, 0), *one = products(w.eco, 1, 0, z, dz, v);
        double there = dot(n, v, one + n), back = dot(n, dz, one + 2 * n);
        double scale = sqrt(dot(n, one + n, one + n) * (double)n);
        ck_assert_double_lt(fabs(there - back), 1e-13 * scale);
        for (int threads = 2; threads <= 4; threads++) {
            double *many = products(w.eco, threads, 0, z, dz, v);
            ck_assert_mem_eq(many, one, 3 * n * sizeof *one);
            tro_release(many);
        }
        tro_release(one);
        tro_release(z);
        tro_release(dz);
        tro_release(v);
        tro_world_close(&w);
    }
}
END_TEST

static void check_matrices(int way)
{
    tro_world w;
    open_crowd(&w, way, 40);
    size_t n = w.eco->size;
    double *z = state_of(w.eco, 4, 1), *dz = state_of(w.eco, 5, 0), *v = state_of(w.eco, 6, 0);
    double *kernels = products(w.eco, 1, 0, z, dz, v), *matrices = products(w.eco, 2, 1, z, dz, v);
    ck_assert_double_gt(tro_away(n, kernels + n, dz), 0.1);
    ck_assert_double_lt(tro_away(3 * n, kernels, matrices), 1e-13);
    /* At another state the matrices are of no use, and not used. */
    tro_workspace work;
    double *other = state_of(w.eco, 7, 1), *out = tro_allocate(n, sizeof *out);
    double *expected = products(w.eco, 1, 0, other, dz, v);
    ck_assert_int_eq(tro_workspace_init(&work, w.eco), TRO_OK);
    ck_assert_int_eq(tro_workspace_matrices(&work, w.eco, z, 1), TRO_EUNSUPPORTED);
    ck_assert_int_eq(tro_workspace_matrices(&work, w.eco, z, 1 << 24), TRO_OK);
    tro_round_derivative(w.eco, &work, other, dz, out);
    ck_assert_mem_eq(out, expected + n, n * sizeof *out);
    tro_workspace_release(&work);
    tro_release(other);
    tro_release(out);
    tro_release(expected);
    tro_release(z);
    tro_release(dz);
    tro_release(v);
    tro_release(kernels);
    tro_release(matrices);
    tro_world_close(&w);
}

START_TEST(test_products_by_matrices)
{
    check_matrices(0);
    check_matrices(LISTENS);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_products_by_threads, test_products_by_matrices};
    return TRO_RUN_TESTS("products", tests);
}
