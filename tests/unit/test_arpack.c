/* The Arnoldi iteration against ARPACK, as igraph brings it, from the same start vector:
 * Jacobians that are not symmetric, dense and sparse, and those of ecosystems. */
#include "support.h"

#include <complex.h>

#include "analysis/arnoldi.h"
#include "analysis/krylov.h"
#include "analysis/resolvent.h"
#include "analysis/vector.h"
#include "network/igraph_guard.h"

enum { MOST = 900, WANTED = 3 };

typedef struct matrix {
    size_t n;
    const double *cells;       /* row-major; NULL: the Jacobian below */
    tro_resolvent *jacobian;
} matrix;

static int apply(void *self, const double *x, double *y)
{
    const matrix *m = self;
    if (!m->cells) {
        tro_resolvent_product(m->jacobian, TRO_PLAIN, x, y);
        return TRO_OK;
    }
    for (size_t i = 0; i < m->n; i++)
        y[i] = tro_dot(m->n, m->cells + i * m->n, x);
    return TRO_OK;
}

static igraph_error_t apply_igraph(igraph_real_t *to, const igraph_real_t *from, int n,
                                   void *extra)
{
    (void)n;
    return apply(extra, from, to) == TRO_OK ? IGRAPH_SUCCESS : IGRAPH_FAILURE;
}

/* Eigenvalues of largest modulus by ARPACK, begun at `start`; returns how many. */
static int arpack(matrix *m, const double *start, _Complex double *values)
{
    igraph_arpack_options_t options;
    igraph_matrix_t found, vectors;
    tro_igraph use;
    int count = 0;
    tro_igraph_enter(&use, NULL);
    igraph_arpack_options_init(&options);
    options.n = (int)m->n;
    options.nev = WANTED;
    options.ncv = 40;
    options.which[0] = 'L';
    options.which[1] = 'M';
    options.start = 1;
    options.mxiter = 3000;
    options.tol = 1e-14;
    ck_assert_int_eq(igraph_matrix_init(&found, 0, 0), IGRAPH_SUCCESS);
    ck_assert_int_eq(igraph_matrix_init(&vectors, (igraph_integer_t)m->n, 1), IGRAPH_SUCCESS);
    for (size_t i = 0; i < m->n; i++)
        MATRIX(vectors, (igraph_integer_t)i, 0) = start[i];
    ck_assert_int_eq(igraph_arpack_rnsolve(apply_igraph, m, &options, NULL, &found, &vectors),
                     IGRAPH_SUCCESS);
    for (igraph_integer_t k = 0; k < igraph_matrix_nrow(&found); k++)
        values[count++] = MATRIX(found, k, 0) + MATRIX(found, k, 1) * _Complex_I;
    igraph_matrix_destroy(&found);
    igraph_matrix_destroy(&vectors);
    tro_igraph_leave(&use);
    return count;
}

static double nearest(const _Complex double *values, int count, double re, double im)
{
    double away = INFINITY;
    for (int k = 0; k < count; k++)
        away = fmin(away, cabs(values[k] - (re + fabs(im) * _Complex_I)));
    return away;
}

/* A full Arnoldi process begun at `start`, without restarts: A V = V H and V orthonormal, and
 * the eigenvalues of H that are largest are ARPACK's. */
static void check_arnoldi(const tro_operator *op, const double *start, size_t steps,
                          const _Complex double *values, int count)
{
    tro_arnoldi arnoldi;
    double *h = calloc(steps * steps, sizeof *h), column[MOST + 1], *image = calloc(op->size, 8);
    tro_complex ritz[MOST];
    ck_assert_int_eq(tro_arnoldi_init(&arnoldi, op, steps), TRO_OK);
    double length = tro_norm(op->size, start);
    for (size_t i = 0; i < op->size; i++)
        tro_arnoldi_vector(&arnoldi, 0)[i] = start[i] / length;
    for (size_t j = 0; j < steps; j++) {
        ck_assert_int_eq(tro_arnoldi_step(&arnoldi, j, column), TRO_OK);
        for (size_t i = 0; i <= j + 1 && i < steps; i++)
            h[i * steps + j] = column[i];
        ck_assert_int_eq(op->apply(op->self, tro_arnoldi_vector(&arnoldi, j), image), TRO_OK);
        double scale = tro_norm(op->size, image);
        for (size_t i = 0; i <= j + 1; i++)
            tro_axpy(op->size, -column[i], tro_arnoldi_vector(&arnoldi, i), image);
        ck_assert_double_lt(tro_norm(op->size, image), 1e-14 * (scale + arnoldi.norm));
        for (size_t i = 0; i <= j; i++)
            ck_assert_double_lt(fabs(tro_dot(op->size, tro_arnoldi_vector(&arnoldi, i),
                                             tro_arnoldi_vector(&arnoldi, j + 1))), 1e-13);
    }
    ck_assert_int_eq(tro_dense_eigenvalues(steps, h, ritz), TRO_OK);
    for (int k = 0; k < WANTED; k++)
        ck_assert_double_lt(nearest(values, count, ritz[k].re, ritz[k].im),
                            1e-9 * hypot(ritz[0].re, ritz[0].im));
    tro_arnoldi_free(&arnoldi);
    free(h);
    free(image);
}

static void check(matrix *m, uint64_t seed, size_t steps)
{
    tro_operator op = {.size = m->n, .apply = apply, .self = m};
    tro_stream stream = tro_test_stream(71, seed);
    double start[MOST];
    _Complex double values[2 * WANTED + 2];
    tro_eigenvalue dominant;
    tro_stream_normals(&stream, m->n, start);
    int count = arpack(m, start, values);
    ck_assert_int_ge(count, WANTED);
    ck_assert_int_eq(tro_dominant_eigenvalue(&op, &stream, NULL, &dominant), TRO_OK);
    ck_assert(dominant.converged);
    ck_assert_double_lt(nearest(values, count, dominant.re, dominant.im), 1e-10 * dominant.modulus);
    for (int k = 0; k < count; k++)
        ck_assert_double_le(cabs(values[k]), dominant.modulus * (1 + 1e-10));
    if (steps > 0)
        check_arnoldi(&op, start, steps, values, count);
}

/* Dense, with a few eigenvalues that stand out; and sparse. */
START_TEST(test_random_matrices)
{
    enum { N = 150 };
    static double a[N * N];
    for (uint64_t t = 0; t < 8; t++) {
        tro_stream s = tro_test_stream(71, 100 + t);
        int sparse = t % 2 == 1;
        for (size_t k = 0; k < N * N; k++)
            a[k] = sparse ? (tro_stream_uniform(&s) < 0.03) * tro_stream_uniform(&s)
                          : tro_stream_normal(&s) / (4 * sqrt(N));
        for (size_t i = 0; i < 6; i++)
            a[i * N + i] += 2.5 - 0.3 * (double)i;
        a[1] += 1.5; /* a pair that turns */
        a[N] -= 1.5;
        check(&(matrix){.n = N, .cells = a}, t, 90);
    }
}
END_TEST

/* Jacobians of the rounds of 300 agents on a network. */
START_TEST(test_jacobians)
{
    static const char *const outcomes[] = {
        "outcomes: {family: categorical, coordinates: {linspace: [-1, 1, 3]}}",
        "outcomes: {family: gaussian, dimension: 2}"};
    for (int k = 0; k < 2; k++) {
        tro_world w;
        tro_resolvent resolvent;
        tro_world_open(&w, "trophic: 1\nseed: 4\n%s\n"
            "network: {generator: {erdos-renyi: {p: 0.02, self: 1}}}\n"
            "agents:\n  - {group: a, count: 300, reference: %s, public: {bradley-terry: {reward: "
            "{linear: 1}}},\n     reward: {linear: 1}, shares: {real: 0.2, synthetic: 0.4, "
            "curated: 0.4}}\n", outcomes[k], k ? "1" : "{normal: {mean: 0.2, sd: 0.5}}");
        ck_assert_int_eq(tro_cell_fixed_point(w.cell, &w.messages), TRO_OK);
        ck_assert_int_eq(tro_resolvent_init_krylov(&resolvent, w.eco, w.cell->point.z, NULL),
                         TRO_OK);
        check(&(matrix){.n = w.eco->size, .jacobian = &resolvent}, 50 + (uint64_t)k, 0);
        tro_resolvent_release(&resolvent);
        tro_world_close(&w);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_random_matrices, test_jacobians};
    return TRO_RUN_TESTS("ARPACK", tests);
}
