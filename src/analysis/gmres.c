#include <float.h>
#include <math.h>
#include <string.h>

#include "analysis/arnoldi.h"
#include "analysis/krylov.h"
#include "analysis/vector.h"
#include "base/memory.h"

enum { FIRST_RESTART = 60, LARGEST_RESTART = 480, LEAST_RESTART = 10 };
#define BASIS_ROOM ((size_t)1 << 27)   /* doubles */
#define SINGULAR 1e-10                 /* of the norm of A */

/* Restarted GMRES (Saad and Schultz 1986, SIAM J. Sci. Stat. Comput. 7, 856).
 * A restart minimises |b - A x| over the first guess plus a Krylov space; the
 * least squares problem is kept triangular by rotations. */
typedef struct solver {
    const tro_operator *op;
    tro_arnoldi arnoldi;
    size_t restart, limit, iterations;
    double tolerance;
    double *triangle;       /* column j at j * (restart + 2) */
    double *cosine, *sine;  /* restart each */
    double *right, *steps;  /* restart + 1 each: the rotated right-hand side; y */
    double *residual, *trial;   /* op->size each */
    double smallest;        /* |A d| / |d| of the steps d so far */
    int exhausted;          /* the Krylov space is invariant */
    int may_grow;
} solver;

static double *column(const solver *s, size_t j)
{
    return s->triangle + j * (s->restart + 2);
}

static int allocate(solver *s, size_t restart)
{
    size_t n = s->op->size;
    s->restart = restart < n ? restart : n;
    int status = tro_arnoldi_init(&s->arnoldi, s->op, s->restart);
    s->triangle = tro_allocate(s->restart * (s->restart + 2), sizeof(double));
    s->cosine = tro_allocate(s->restart, sizeof(double));
    s->sine = tro_allocate(s->restart, sizeof(double));
    s->right = tro_allocate(s->restart + 1, sizeof(double));
    s->steps = tro_allocate(s->restart + 1, sizeof(double));
    s->residual = tro_allocate(n, sizeof(double));
    s->trial = tro_allocate(n, sizeof(double));
    if (!s->triangle || !s->cosine || !s->sine || !s->right || !s->steps ||
        !s->residual || !s->trial)
        status = TRO_ENOMEM;
    return status;
}

static void finish(solver *s)
{
    tro_arnoldi_free(&s->arnoldi);
    tro_release(s->triangle);
    tro_release(s->cosine);
    tro_release(s->sine);
    tro_release(s->right);
    tro_release(s->steps);
    tro_release(s->residual);
    tro_release(s->trial);
}

/* Vectors that a system of n unknowns may have. */
static size_t most_restart(size_t n)
{
    size_t room = n > 0 ? BASIS_ROOM / n : LARGEST_RESTART;
    size_t most = room < LEAST_RESTART ? LEAST_RESTART : room;
    most = most < LARGEST_RESTART ? most : LARGEST_RESTART;
    return most < n ? most : n;
}

static int prepare(solver *s, const tro_operator *op, const tro_gmres_options *options)
{
    tro_gmres_options chosen = options ? *options : (tro_gmres_options){0};
    *s = (solver){
        .op = op,
        .limit = chosen.limit ? chosen.limit : 5000,
        .tolerance = chosen.tolerance > 0 ? chosen.tolerance : 1e-13,
        .smallest = INFINITY,
        .may_grow = chosen.restart == 0,
    };
    size_t most = most_restart(op->size);
    return allocate(s, chosen.restart ? chosen.restart : most < FIRST_RESTART ? most
                                                                              : FIRST_RESTART);
}

/* Goes on with twice the vectors, if that is allowed and any use. */
static int grow(solver *s, int *grown)
{
    solver larger = *s;
    *grown = s->may_grow && s->restart < most_restart(s->op->size);
    if (!*grown)
        return TRO_OK;
    size_t most = most_restart(s->op->size);
    int status = allocate(&larger, 2 * s->restart < most ? 2 * s->restart : most);
    if (status < 0) {
        finish(&larger);
        return status;
    }
    larger.arnoldi.applies = s->arnoldi.applies;
    larger.arnoldi.norm = s->arnoldi.norm;
    memcpy(larger.residual, s->residual, s->op->size * sizeof(double));
    finish(s);
    *s = larger;
    return TRO_OK;
}

/* residual = b - A x and its length */
static int true_residual(solver *s, const double *b, const double *x, double *length)
{
    size_t n = s->op->size;
    int status = s->op->apply(s->op->self, x, s->residual);
    if (status < 0)
        return status;
    s->arnoldi.applies++;
    for (size_t i = 0; i < n; i++)
        s->residual[i] = b[i] - s->residual[i];
    *length = tro_norm(n, s->residual);
    return isfinite(*length) ? TRO_OK : TRO_EINVAL;
}

/* Turns column j of the Hessenberg matrix into one of the triangle. */
static void rotate(solver *s, size_t j)
{
    double *h = column(s, j);
    for (size_t i = 0; i < j; i++) {
        double upper = h[i];
        h[i] = s->cosine[i] * upper + s->sine[i] * h[i + 1];
        h[i + 1] = s->cosine[i] * h[i + 1] - s->sine[i] * upper;
    }
    double length = hypot(h[j], h[j + 1]);
    s->cosine[j] = length > 0 ? h[j] / length : 1;
    s->sine[j] = length > 0 ? h[j + 1] / length : 0;
    h[j] = length;
    s->right[j + 1] = -s->sine[j] * s->right[j];
    s->right[j] *= s->cosine[j];
}

/* Builds the space from s->residual until the least squares residual is at
 * `target`; `used` is the number of columns that can be solved for. Leaves two
 * products for residuals. */
static int build(solver *s, double length, double target, size_t *used)
{
    size_t n = s->op->size;
    double *first = tro_arnoldi_vector(&s->arnoldi, 0);
    for (size_t i = 0; i < n; i++)
        first[i] = s->residual[i] / length;
    s->right[0] = length;
    *used = 0;
    while (*used < s->restart && s->arnoldi.applies + 2 < s->limit) {
        double *h = column(s, *used);
        int status = tro_arnoldi_step(&s->arnoldi, *used, h);
        if (status < 0)
            return status;
        s->iterations++;
        s->exhausted = h[*used + 1] == 0;
        rotate(s, *used);
        /* a pivot of rounding errors: A is singular on the space */
        if (h[*used] <= (double)n * DBL_EPSILON * s->arnoldi.norm && s->exhausted)
            return TRO_OK;
        ++*used;
        if (s->exhausted || fabs(s->right[*used]) <= target)
            return TRO_OK;
    }
    return TRO_OK;
}

/* trial = x + V y with y from the triangle */
static void step_from(solver *s, size_t used, const double *x)
{
    size_t n = s->op->size;
    double *y = s->steps;
    memcpy(y, s->right, used * sizeof *y);
    for (size_t k = used; k-- > 0;) {
        const double *h = column(s, k);
        y[k] = h[k] > 0 ? y[k] / h[k] : 0;
        for (size_t i = 0; i < k; i++)
            y[i] -= y[k] * h[i];
    }
    memcpy(s->trial, x, n * sizeof *x);
    for (size_t k = 0; k < used; k++)
        tro_axpy(n, y[k], tro_arnoldi_vector(&s->arnoldi, k), s->trial);
}

/* What rounding leaves of A x. */
static double rounding(const solver *s, const double *x)
{
    return 32 * DBL_EPSILON * s->arnoldi.norm * tro_norm(s->op->size, x);
}

/* The residual to reach: the tolerance, or rounding where that is more, but
 * not so much more that x means nothing. */
static double goal(const solver *s, const double *x, double size)
{
    double least = rounding(s, x), target = s->tolerance * size;
    return least > target && least < 1e-6 * size ? least : target;
}

/* A step that goes far and moves the residual by `moved` at most is a direction in
 * which A is small. */
static void note_step(solver *s, const double *x, double moved)
{
    double far = 0;
    for (size_t i = 0; i < s->op->size; i++)
        far += (s->trial[i] - x[i]) * (s->trial[i] - x[i]);
    if (far > 0)
        s->smallest = fmin(s->smallest, moved / sqrt(far));
}

static int is_singular(const solver *s, double length, const double *x)
{
    return s->smallest <= SINGULAR * s->arnoldi.norm ||
           (s->exhausted && length > rounding(s, x));
}

/* One restart; *shrunk is by what factor the residual came down. */
static int restart_once(solver *s, const double *b, double *x, double size, double *length,
                        double *shrunk)
{
    size_t n = s->op->size, used;
    double next;
    int status = TRO_OK;
    TRO_TRY(build(s, *length, s->tolerance * size / 2, &used));
    step_from(s, used, x);
    TRO_TRY(true_residual(s, b, s->trial, &next));
    note_step(s, x, *length + next);
    *shrunk = next / *length;
    if (next < *length) {
        memcpy(x, s->trial, n * sizeof *x);
        *length = next;
    } else {
        TRO_TRY(true_residual(s, b, x, length));
    }
out:
    return status;
}

/* Restarts until the residual, computed from x, is at the goal. A restart
 * that made no progress would only be repeated. */
static int iterate(solver *s, const double *b, double *x, double size, double *length)
{
    double shrunk;
    int status = TRO_OK, grown = 0;
    TRO_TRY(true_residual(s, b, x, length));
    while (*length > goal(s, x, size)) {
        if (s->arnoldi.applies + 3 > s->limit)
            return TRO_ENOCONV;
        TRO_TRY(restart_once(s, b, x, size, length, &shrunk));
        if (*length <= goal(s, x, size) || shrunk < 0.1)
            continue;
        int stuck = !(shrunk < 1 - 1e-6);
        if (stuck && (s->exhausted || is_singular(s, *length, x)))
            return is_singular(s, *length, x) ? TRO_ESINGULAR : TRO_ENOCONV;
        TRO_TRY(grow(s, &grown));
        if (stuck && !grown)
            return TRO_ENOCONV;
    }
out:
    return status;
}

int tro_gmres(const tro_operator *op, const double *b, double *x,
              const tro_gmres_options *options, tro_gmres_result *result)
{
    solver s;
    size_t n = op->size;
    int status = TRO_OK;
    double size = tro_norm(n, b), length = size;
    *result = (tro_gmres_result){0};
    if (size == 0) {
        memset(x, 0, n * sizeof *x);
        return TRO_OK;
    }
    if (!isfinite(size) || !tro_all_finite(n, x))
        return TRO_EINVAL;
    TRO_TRY(prepare(&s, op, options));
    status = iterate(&s, b, x, size, &length);
    *result = (tro_gmres_result){
        .iterations = s.iterations,
        .applies = s.arnoldi.applies,
        .residual = length / size,
    };
out:
    finish(&s);
    return status;
}

int tro_gmres_say(size_t n, int status, const tro_gmres_result *result, tro_messages *messages)
{
    if (status == TRO_ENOCONV || status == TRO_ESINGULAR)
        tro_error(messages, status, NULL,
                  "the linear system of %zu unknowns is %s: a relative residual of %.1e is "
                  "left after %zu products",
                  n, status == TRO_ENOCONV ? "solved too slowly" : "singular", result->residual,
                  result->applies);
    else if (status == TRO_ENOMEM)
        tro_error(messages, status, NULL, "no memory to solve a system of %zu unknowns", n);
    return status;
}

int tro_krylov_solve(const tro_operator *op, const double *b, double *x, tro_messages *messages)
{
    size_t n = op->size;
    tro_gmres_result result;
    double *right = tro_allocate(n, sizeof *right);
    if (!right)
        return tro_error(messages, TRO_ENOMEM, NULL, "no memory for a system of %zu unknowns", n);
    memcpy(right, b, n * sizeof *right);
    memset(x, 0, n * sizeof *x);
    int status = tro_gmres(op, right, x, NULL, &result);
    tro_release(right);
    return tro_gmres_say(n, status, &result, messages);
}
