#include "analysis/anderson.h"

#include <math.h>
#include <string.h>

#include "analysis/dense.h"
#include "analysis/vector.h"
#include "base/memory.h"

enum { WINDOW = 10, LEAST_WINDOW = 3 };
#define ROOM ((size_t)1 << 27)   /* doubles */
/* Squares of what is left of a scaled difference beside newer ones: less is dependent. */
#define DEPENDENT 1e-11

int tro_anderson_init(tro_anderson *a, size_t size)
{
    size_t fits = size > 0 ? ROOM / size / 2 : WINDOW;
    size_t window = fits < LEAST_WINDOW ? LEAST_WINDOW : fits < WINDOW ? fits : WINDOW;
    *a = (tro_anderson){
        .size = size,
        .window = window,
        .changes_f = tro_allocate(window, size * sizeof(double)),
        .changes_g = tro_allocate(window, size * sizeof(double)),
        .last_f = tro_allocate(size, sizeof(double)),
        .last_g = tro_allocate(size, sizeof(double)),
    };
    return a->changes_f && a->changes_g && a->last_f && a->last_g ? TRO_OK : TRO_ENOMEM;
}

void tro_anderson_free(tro_anderson *a)
{
    tro_release(a->changes_f);
    tro_release(a->changes_g);
    tro_release(a->last_f);
    tro_release(a->last_g);
    *a = (tro_anderson){0};
}

void tro_anderson_restart(tro_anderson *a)
{
    a->count = 0;
    a->begun = 0;
}

/* Where the k-th newest difference is. */
static size_t place(const tro_anderson *a, size_t k)
{
    return (a->newest + a->window - k) % a->window;
}

/* The latest pair minus the one before becomes the newest difference. */
static void push(tro_anderson *a, const double *f, const double *g)
{
    size_t n = a->size;
    a->newest = (a->newest + 1) % a->window;
    if (a->count < a->window)
        a->count++;
    double *df = a->changes_f + a->newest * n, *dg = a->changes_g + a->newest * n;
    for (size_t i = 0; i < n; i++) {
        df[i] = f[i] - a->last_f[i];
        dg[i] = g[i] - a->last_g[i];
    }
    for (size_t k = 0; k < a->count; k++) {
        size_t p = place(a, k);
        double product = tro_dot(n, df, a->changes_f + p * n);
        a->gram[a->newest * TRO_ANDERSON_MOST + p] = product;
        a->gram[p * TRO_ANDERSON_MOST + a->newest] = product;
    }
}

/* Cholesky's method on the scaled normal equations, the newest first; used[k] = 0 leaves
 * a difference out. weight solves them for the right-hand side in it. */
static void solve(const tro_anderson *a, double *weight)
{
    enum { M = TRO_ANDERSON_MOST };
    double l[M][M] = {{0}}, scale[M], y[M];
    int used[M];
    for (size_t k = 0; k < a->count; k++) {
        double square = a->gram[place(a, k) * M + place(a, k)];
        scale[k] = square > 0 ? 1 / sqrt(square) : 0;
        double left = scale[k] > 0;
        for (size_t j = 0; j < k && left > 0; j++) {
            double sum = a->gram[place(a, k) * M + place(a, j)] * scale[k] * scale[j];
            for (size_t i = 0; i < j; i++)
                sum -= l[k][i] * l[j][i];
            l[k][j] = used[j] ? sum / l[j][j] : 0;
            left -= l[k][j] * l[k][j];
        }
        used[k] = left > DEPENDENT;
        l[k][k] = used[k] ? sqrt(left) : 1;
        y[k] = used[k] ? weight[k] * scale[k] : 0;
        for (size_t j = 0; j < k; j++)
            y[k] -= used[k] ? l[k][j] * y[j] : 0;
        y[k] /= l[k][k];
    }
    for (size_t k = a->count; k-- > 0;) {
        for (size_t j = k + 1; j < a->count; j++)
            y[k] -= used[j] ? l[j][k] * y[j] : 0;
        y[k] = used[k] ? y[k] / l[k][k] : 0;
    }
    for (size_t k = 0; k < a->count; k++)
        weight[k] = y[k] * scale[k];
}

void tro_anderson_step(tro_anderson *a, const double *residual, const double *g, double *z)
{
    size_t n = a->size;
    double weight[TRO_ANDERSON_MOST] = {0};
    if (a->begun)
        push(a, residual, g);
    a->begun = 1;
    memcpy(a->last_f, residual, n * sizeof *residual);
    memcpy(a->last_g, g, n * sizeof *g);
    for (size_t k = 0; k < a->count; k++)
        weight[k] = tro_dot(n, a->changes_f + place(a, k) * n, residual);
    solve(a, weight);
    memcpy(z, g, n * sizeof *z);
    for (size_t k = 0; k < a->count; k++)
        if (weight[k] != 0)
            tro_axpy(n, -weight[k], a->changes_g + place(a, k) * n, z);
}

/* --- Ritz values -------------------------------------------------------------------- */

/* An orthonormal basis of the differences of z, scaled, the newest first, with what F'
 * makes of it: of dz = dg - df it makes dg. Returns how many. */
static size_t orthonormal(const tro_anderson *a, double *basis, double *images)
{
    size_t n = a->size, found = 0;
    for (size_t k = 0; k < a->count; k++) {
        const double *df = a->changes_f + place(a, k) * n, *dg = a->changes_g + place(a, k) * n;
        double *v = basis + found * n, *w = images + found * n;
        for (size_t i = 0; i < n; i++)
            v[i] = dg[i] - df[i];
        memcpy(w, dg, n * sizeof *w);
        double before = tro_norm(n, v);
        for (int pass = 0; pass < 2; pass++)
            for (size_t j = 0; j < found; j++) {
                double part = tro_dot(n, basis + j * n, v);
                tro_axpy(n, -part, basis + j * n, v);
                tro_axpy(n, -part, images + j * n, w);
            }
        double left = tro_norm(n, v);
        if (!(left > 1e-3 * before))
            continue;
        tro_scale(n, 1 / left, v);
        tro_scale(n, 1 / left, w);
        found++;
    }
    return found;
}

int tro_anderson_radius(const tro_anderson *a, double *radius)
{
    size_t n = a->size;
    double matrix[TRO_ANDERSON_MOST * TRO_ANDERSON_MOST];
    double *room = tro_allocate(2 * a->window, n * sizeof *room);
    int status = TRO_OK;
    *radius = 0;
    if (!room)
        return TRO_ENOMEM;
    double *basis = room, *images = room + a->window * n;
    size_t count = orthonormal(a, basis, images);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++)
            matrix[i * count + j] = tro_dot(n, basis + i * n, images + j * n);
    if (count > 0)
        status = tro_dense_spectral_radius(count, matrix, radius);
    tro_release(room);
    return status;
}
