#include "analysis/resolvent.h"

#include <math.h>
#include <string.h>

#include "analysis/krylov.h"

typedef struct product {
    tro_resolvent *resolvent;
    int transposed;
} product;

static int apply_jacobian(void *self, const double *x, double *y)
{
    const product *p = self;
    tro_resolvent_product(p->resolvent, p->transposed, x, y);
    return TRO_OK;
}

/* y = (I - J) x */
static int apply_system(void *self, const double *x, double *y)
{
    const product *p = self;
    size_t n = p->resolvent->ecosystem->size;
    tro_resolvent_product(p->resolvent, p->transposed, x, y);
    for (size_t k = 0; k < n; k++)
        y[k] = x[k] - y[k];
    return TRO_OK;
}

void tro_resolvent_product(tro_resolvent *resolvent, int transposed, const double *dz,
                           double *out)
{
    if (transposed)
        tro_round_transposed(resolvent->ecosystem, &resolvent->work, resolvent->z, dz, out);
    else
        tro_round_derivative(resolvent->ecosystem, &resolvent->work, resolvent->z, dz, out);
}

static int factor(tro_resolvent *resolvent)
{
    size_t n = resolvent->ecosystem->size;
    product plain = {resolvent, TRO_PLAIN};
    tro_operator op = {.size = n, .apply = apply_jacobian, .self = &plain};
    double *system = tro_allocate(n, n * sizeof *system);
    int status = TRO_ENOMEM;
    resolvent->jacobian = tro_allocate(n, n * sizeof *system);
    if (!system || !resolvent->jacobian)
        goto out;
    TRO_TRY(tro_dense_assemble(&op, resolvent->jacobian));
    for (size_t k = 0; k < n * n; k++)
        system[k] = (k % (n + 1) == 0) - resolvent->jacobian[k];
    TRO_TRY(tro_lu_init(&resolvent->lu, n, system));
    resolvent->condition = 1 / resolvent->lu.inverse_norm;
out:
    tro_release(system);
    return status;
}

int tro_resolvent_init(tro_resolvent *resolvent, const tro_ecosystem *eco, const double *z,
                       tro_messages *messages)
{
    *resolvent = (tro_resolvent){.ecosystem = eco, .z = z, .condition = NAN};
    int status = tro_workspace_init(&resolvent->work, eco);
    if (status == TRO_OK && eco->size <= TRO_DENSE_LIMIT)
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
    return status;
}

void tro_resolvent_release(tro_resolvent *resolvent)
{
    tro_workspace_release(&resolvent->work);
    tro_release(resolvent->jacobian);
    tro_lu_free(&resolvent->lu);
    *resolvent = (tro_resolvent){0};
}

int tro_resolvent_solve(tro_resolvent *resolvent, int transposed, const double *b, double *x,
                        tro_messages *messages)
{
    if (resolvent->jacobian) {
        int status = tro_lu_solve(&resolvent->lu, transposed, 1, b, x);
        if (status == TRO_EINVAL)
            return tro_error(messages, TRO_EDIVERGED, NULL,
                             "numbers of the fixed point or of a reward overflow");
        return status;
    }
    product p = {resolvent, transposed};
    tro_operator op = {.size = resolvent->ecosystem->size, .apply = apply_system, .self = &p};
    return tro_krylov_solve(&op, b, x, messages);
}
