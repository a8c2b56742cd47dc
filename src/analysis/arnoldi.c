#include "analysis/arnoldi.h"

#include <float.h>
#include <math.h>

#include "analysis/vector.h"
#include "base/memory.h"

int tro_arnoldi_init(tro_arnoldi *arnoldi, const tro_operator *op, size_t capacity)
{
    *arnoldi = (tro_arnoldi){.op = op, .capacity = capacity};
    if (op->size > 0 && capacity + 1 > SIZE_MAX / sizeof(double) / op->size)
        return TRO_ENOMEM;
    arnoldi->basis = tro_allocate((capacity + 1) * op->size, sizeof(double));
    return arnoldi->basis ? TRO_OK : TRO_ENOMEM;
}

void tro_arnoldi_free(tro_arnoldi *arnoldi)
{
    tro_release(arnoldi->basis);
    arnoldi->basis = NULL;
}

double *tro_arnoldi_vector(const tro_arnoldi *arnoldi, size_t j)
{
    return arnoldi->basis + j * arnoldi->op->size;
}

/* Takes v_0 .. v_{count-1} out of w, adding what it took to h (may be NULL),
 * and returns the length left. Modified Gram-Schmidt, again until a pass
 * takes less than half of what was left: then w is orthogonal to rounding
 * (Daniel, Gragg, Kaufman and Stewart 1976, Math. Comp. 30, 772). */
static double orthogonalise(const tro_arnoldi *arnoldi, size_t count, double *w, double *h)
{
    size_t n = arnoldi->op->size;
    double before = tro_norm(n, w), after = before;
    for (int pass = 0; pass < 4; pass++) {
        for (size_t i = 0; i < count; i++) {
            const double *v = tro_arnoldi_vector(arnoldi, i);
            double part = tro_dot(n, v, w);
            tro_axpy(n, -part, v, w);
            if (h)
                h[i] += part;
        }
        after = tro_norm(n, w);
        if (!(after < 0.7 * before))
            break;
        before = after;
    }
    return after;
}

/* Divides w by its length, which may be so small that 1 / length overflows. */
static void normalise(size_t n, double length, double *w)
{
    for (size_t i = 0; i < n; i++)
        w[i] /= length;
}

int tro_arnoldi_step(tro_arnoldi *arnoldi, size_t j, double *h)
{
    const tro_operator *op = arnoldi->op;
    double *w = tro_arnoldi_vector(arnoldi, j + 1);
    int status = op->apply(op->self, tro_arnoldi_vector(arnoldi, j), w);
    if (status < 0)
        return status;
    arnoldi->applies++;
    for (size_t i = 0; i <= j + 1; i++)
        h[i] = 0;
    double length = tro_norm(op->size, w);
    if (!isfinite(length))
        return TRO_EINVAL;
    arnoldi->norm = fmax(arnoldi->norm, length);
    double left = orthogonalise(arnoldi, j + 1, w, h);
    if (left > 16 * DBL_EPSILON * length && j + 1 < op->size) {
        h[j + 1] = left;
        normalise(op->size, left, w);
    }
    return TRO_OK;
}

int tro_arnoldi_fresh(tro_arnoldi *arnoldi, size_t j, tro_stream *stream)
{
    size_t n = arnoldi->op->size;
    double *v = tro_arnoldi_vector(arnoldi, j);
    for (int attempt = 0; attempt < 10; attempt++) {
        tro_stream_normals(stream, n, v);
        normalise(n, tro_norm(n, v), v);
        double left = orthogonalise(arnoldi, j, v, NULL);
        if (left > 1e-6) {
            normalise(n, left, v);
            return TRO_OK;
        }
    }
    return TRO_ENOCONV;
}
