#include "analysis/resolvent.h"

#include <math.h>
#include <omp.h>
#include <string.h>

#include "analysis/krylov.h"

/* Matrices of curated laws: at most 512 MiB. */
#define MATRIX_ROOM ((size_t)1 << 26)

typedef struct product {
    const tro_resolvent *resolvent;
    tro_workspace *work;
    int transposed;
    double *masked;              /* size: where states are held; else NULL */
} product;

static void multiply(const product *p, const double *x, double *y)
{
    (p->transposed ? tro_round_transposed : tro_round_derivative)(p->resolvent->ecosystem,
                                                                  p->work, p->resolvent->z, x, y);
}

static int apply_jacobian(void *self, const double *x, double *y)
{
    multiply(self, x, y);
    return TRO_OK;
}

/* Rows of held states as 0. */
static void mask(const tro_resolvent *resolvent, double *x)
{
    size_t width = resolvent->ecosystem->width;
    for (size_t i = 0; i < resolvent->ecosystem->agents; i++)
        if (resolvent->held[i])
            memset(x + i * width, 0, width * sizeof *x);
}

/* y = (I - J) x */
static int apply_system(void *self, const double *x, double *y)
{
    const product *p = self;
    size_t n = p->resolvent->ecosystem->size;
    const double *from = x;
    if (p->masked && p->transposed) {
        memcpy(p->masked, x, n * sizeof *x);
        mask(p->resolvent, p->masked);
        from = p->masked;
    }
    multiply(p, from, y);
    if (p->masked && !p->transposed)
        mask(p->resolvent, y);
    for (size_t k = 0; k < n; k++)
        y[k] = x[k] - y[k];
    return TRO_OK;
}

void tro_resolvent_product(tro_resolvent *resolvent, int transposed, const double *dz,
                           double *out)
{
    multiply(&(product){resolvent, &resolvent->work, transposed, NULL}, dz, out);
}

/* --- preparing ---------------------------------------------------------------------- */

static int is_held(const tro_resolvent *resolvent, size_t agent)
{
    return resolvent->held && resolvent->held[agent];
}

static int factor(tro_resolvent *resolvent)
{
    size_t n = resolvent->ecosystem->size, width = resolvent->ecosystem->width;
    product plain = {resolvent, &resolvent->work, TRO_PLAIN, NULL};
    tro_operator op = {.size = n, .apply = apply_jacobian, .self = &plain};
    double *system = tro_allocate(n, n * sizeof *system);
    int status = TRO_ENOMEM;
    resolvent->jacobian = tro_allocate(n, n * sizeof *system);
    if (!system || !resolvent->jacobian)
        goto out;
    TRO_TRY(tro_dense_assemble(&op, resolvent->jacobian));
    for (size_t k = 0; k < n * n; k++)
        system[k] = (k % (n + 1) == 0) - (is_held(resolvent, k / n / width)
                                              ? 0 : resolvent->jacobian[k]);
    TRO_TRY(tro_lu_init(&resolvent->lu, n, system));
out:
    tro_release(system);
    return status;
}

static int init(tro_resolvent *resolvent, const tro_ecosystem *eco, const double *z,
                const int *held, int dense, tro_messages *messages)
{
    *resolvent = (tro_resolvent){.ecosystem = eco, .z = z, .held = held, .condition = NAN};
    int status = tro_workspace_init(&resolvent->work, eco);
    if (status == TRO_OK && dense)
        status = factor(resolvent);
    if (status == TRO_ESINGULAR)
        return tro_error(messages, status, NULL,
                         "I - J is singular: %s, and influences are not defined",
                         eco->affine ? "there is no fixed point, or there are many"
                                     : "the fixed point is at a fold, or one of many");
    if (status < 0)
        return tro_error(messages, status == TRO_EINVAL ? TRO_EDIVERGED : status, NULL,
                         "cannot factor I - J: %s",
                         status == TRO_EINVAL ? "numbers overflow" : tro_status_text(status));
    return TRO_OK;
}

int tro_resolvent_init(tro_resolvent *resolvent, const tro_ecosystem *eco, const double *z,
                       tro_messages *messages)
{
    return tro_resolvent_init_held(resolvent, eco, z, NULL, messages);
}

int tro_resolvent_init_held(tro_resolvent *resolvent, const tro_ecosystem *eco, const double *z,
                            const int *held, tro_messages *messages)
{
    return init(resolvent, eco, z, held, eco->size <= TRO_DENSE_LIMIT, messages);
}

int tro_resolvent_init_krylov(tro_resolvent *resolvent, const tro_ecosystem *eco,
                              const double *z, tro_messages *messages)
{
    return init(resolvent, eco, z, NULL, 0, messages);
}

void tro_resolvent_release(tro_resolvent *resolvent)
{
    for (size_t k = 0; k < resolvent->other_count; k++)
        tro_workspace_release(&resolvent->others[k]);
    tro_release(resolvent->others);
    tro_workspace_release(&resolvent->work);
    tro_release(resolvent->jacobian);
    tro_lu_free(&resolvent->lu);
    *resolvent = (tro_resolvent){0};
}

int tro_resolvent_expect(tro_resolvent *resolvent, size_t solves, tro_messages *messages)
{
    const tro_ecosystem *eco = resolvent->ecosystem;
    enum { PRODUCTS = 20 };   /* of a solve, or more */
    if (resolvent->jacobian || solves < eco->width / PRODUCTS + 1)
        return TRO_OK;
    int status = tro_workspace_matrices(&resolvent->work, eco, resolvent->z, MATRIX_ROOM);
    return status == TRO_ENOMEM ? tro_error(messages, status, NULL,
                                            "out of memory for derivatives of curated laws")
                                : TRO_OK;
}

/* --- solving ------------------------------------------------------------------------ */

/* One right-hand side on one thread's workspace; x may be b. tolerance 0: as
 * exactly as can be. */
static int solve_one(const tro_resolvent *resolvent, tro_workspace *work, int transposed,
                     double tolerance, const double *b, double *x, tro_gmres_result *result)
{
    size_t n = resolvent->ecosystem->size;
    *result = (tro_gmres_result){0};
    if (resolvent->jacobian)
        return tro_lu_solve(&resolvent->lu, transposed, 1, b, x);
    double *right = tro_allocate(resolvent->held ? 2 * n : n, sizeof *right);
    if (!right)
        return TRO_ENOMEM;
    product p = {resolvent, work, transposed, resolvent->held ? right + n : NULL};
    tro_operator op = {.size = n, .apply = apply_system, .self = &p};
    memcpy(right, b, n * sizeof *right);
    memset(x, 0, n * sizeof *x);
    int status = tro_gmres(&op, right, x, &(tro_gmres_options){.tolerance = tolerance}, result);
    tro_release(right);
    return status;
}

static int say(const tro_resolvent *resolvent, int status, const tro_gmres_result *result,
               tro_messages *messages)
{
    if (status == TRO_EINVAL)
        return tro_error(messages, TRO_EDIVERGED, NULL,
                         "numbers of the fixed point or of a reward overflow");
    return tro_gmres_say(resolvent->ecosystem->size, status, result, messages);
}

static int solve(tro_resolvent *resolvent, int transposed, double tolerance, const double *b,
                 double *x, tro_messages *messages)
{
    tro_gmres_result result;
    int status = solve_one(resolvent, &resolvent->work, transposed, tolerance, b, x, &result);
    resolvent->solves++;
    resolvent->products += result.applies;
    return say(resolvent, status, &result, messages);
}

int tro_resolvent_solve(tro_resolvent *resolvent, int transposed, const double *b, double *x,
                        tro_messages *messages)
{
    return solve(resolvent, transposed, 0, b, x, messages);
}

int tro_resolvent_solve_roughly(tro_resolvent *resolvent, int transposed, const double *b,
                                double *x, tro_messages *messages)
{
    return solve(resolvent, transposed, 1e-5, b, x, messages);
}

/* Workspaces for so many threads, if there is more than one. */
static int gather_threads(tro_resolvent *resolvent, size_t wanted)
{
    if (wanted < 2 || resolvent->jacobian || resolvent->other_count + 1 >= wanted)
        return TRO_OK;
    size_t more = wanted - 1;
    tro_workspace *others = tro_reallocate(resolvent->others, resolvent->other_count, more,
                                           sizeof *others);
    if (!others)
        return TRO_ENOMEM;
    resolvent->others = others;
    while (resolvent->other_count < more) {
        int status = tro_workspace_init_alone(&others[resolvent->other_count],
                                              resolvent->ecosystem);
        if (status < 0)
            return status;
        resolvent->other_count++;
    }
    return TRO_OK;
}

int tro_resolvent_solve_many(tro_resolvent *resolvent, int transposed, size_t count,
                             const double *b, double *x, tro_messages *messages)
{
    size_t n = resolvent->ecosystem->size, most = (size_t)omp_get_max_threads(), products = 0;
    size_t threads = omp_in_parallel() ? 1 : count < most ? count : most, failed = SIZE_MAX;
    tro_gmres_result why = {0};
    int status = gather_threads(resolvent, threads), worst = TRO_OK;
    if (status < 0)
        return tro_error(messages, status, NULL, "out of memory for systems side by side");
    for (size_t k = 0; k < resolvent->other_count; k++)
        tro_workspace_borrow(&resolvent->others[k], &resolvent->work);
#pragma omp parallel for num_threads((int)threads) schedule(dynamic, 1) if (threads > 1) \
    reduction(+ : products)
    for (size_t k = 0; k < count; k++) {
        int thread = omp_get_thread_num();
        tro_gmres_result result;
        int mine = solve_one(resolvent, thread ? &resolvent->others[thread - 1]
                                               : &resolvent->work,
                             transposed, 0, b + k * n, x + k * n, &result);
        products += result.applies;
#pragma omp critical(tro_resolvent_failed)
        if (mine < 0 && k < failed) {
            failed = k;
            worst = mine;
            why = result;
        }
    }
    resolvent->solves += count;
    resolvent->products += products;
    return say(resolvent, worst, &why, messages);
}
