#include <float.h>
#include <math.h>
#include <string.h>

#include "analysis/arnoldi.h"
#include "analysis/dense.h"
#include "analysis/krylov.h"
#include "analysis/schur.h"
#include "analysis/vector.h"
#include "base/memory.h"

enum { ASSEMBLE_UP_TO = 1024, RESTARTS_BEFORE_GROWTH = 6, LARGEST_DIMENSION = 240,
       SMALLEST_DIMENSION = 8 };
/* What the space may take: 2 GiB, and at least its smallest dimension. */
#define ROOM ((size_t)1 << 31)

/* The Krylov-Schur method (Stewart 2002, SIAM J. Matrix Anal. Appl. 23, 601).
 * With V the first `dimension` vectors of the basis and v the next one,
 * A V = V H + v last'. A restart keeps the dominant half of the Schur form of
 * H, which filters the rest out of the space. */
typedef struct search {
    tro_arnoldi arnoldi;
    size_t dimension, kept;
    double *h;        /* dimension x dimension */
    double *last;     /* dimension */
    double *column;   /* dimension + 1 */
    tro_stream stream;
    tro_leading leading;
    double ritz_residual;
} search;

static void search_free(search *s)
{
    tro_arnoldi_free(&s->arnoldi);
    tro_release(s->h);
    tro_release(s->last);
    tro_release(s->column);
}

static int search_init(search *s, const tro_operator *op, size_t dimension,
                       const tro_stream *stream)
{
    *s = (search){
        .dimension = dimension,
        .h = tro_allocate(dimension * dimension, sizeof(double)),
        .last = tro_allocate(dimension, sizeof(double)),
        .column = tro_allocate(dimension + 1, sizeof(double)),
        .stream = *stream,
    };
    int status = tro_arnoldi_init(&s->arnoldi, op, dimension);
    return s->h && s->last && s->column ? status : TRO_ENOMEM;
}

/* At most so many vectors of n numbers are kept. */
static size_t most_vectors(size_t n)
{
    size_t most = ROOM / (n * sizeof(double));
    return most < SMALLEST_DIMENSION ? SMALLEST_DIMENSION : most;
}

/* A search that goes on from the state of `s` in a larger space. */
static int search_grow(search *s, size_t dimension)
{
    search larger;
    const tro_operator *op = s->arnoldi.op;
    int status = search_init(&larger, op, dimension, &s->stream);
    if (status < 0) {
        search_free(&larger);
        return status;
    }
    memcpy(larger.arnoldi.basis, s->arnoldi.basis,
           (s->kept + 1) * op->size * sizeof(double));
    for (size_t i = 0; i < s->kept; i++) {
        memcpy(larger.h + i * dimension, s->h + i * s->dimension, s->kept * sizeof(double));
        larger.last[i] = s->last[i];
    }
    larger.arnoldi.applies = s->arnoldi.applies;
    larger.arnoldi.norm = s->arnoldi.norm;
    larger.kept = s->kept;
    search_free(s);
    *s = larger;
    return TRO_OK;
}

/* Extends the space from `kept` to `dimension`. An invariant space is gone on
 * from with a fresh vector. */
static int expand(search *s)
{
    size_t m = s->dimension;
    memcpy(s->h + s->kept * m, s->last, s->kept * sizeof(double));
    memset(s->last, 0, m * sizeof(double));
    for (size_t j = s->kept; j < m; j++) {
        int status = tro_arnoldi_step(&s->arnoldi, j, s->column);
        if (status == TRO_OK && s->column[j + 1] == 0)
            status = tro_arnoldi_fresh(&s->arnoldi, j + 1, &s->stream);
        if (status < 0)
            return status;
        for (size_t i = 0; i <= j; i++)
            s->h[i * m + j] = s->column[i];
        if (j + 1 < m)
            s->h[(j + 1) * m + j] = s->column[j + 1];
        else
            s->last[j] = s->column[j + 1];
    }
    return TRO_OK;
}

/* The first `count` vectors of the basis become V Z(:, :count), in strips
 * that stay in the cache. */
static int turn_basis(search *s, const double *z, size_t count)
{
    enum { STRIP = 32 };
    size_t n = s->arnoldi.op->size, m = s->dimension;
    double *strip = tro_allocate(count * STRIP, sizeof *strip);
    if (!strip)
        return TRO_ENOMEM;
    for (size_t from = 0; from < n; from += STRIP) {
        size_t wide = n - from < STRIP ? n - from : STRIP;
        memset(strip, 0, count * STRIP * sizeof *strip);
        for (size_t j = 0; j < m; j++)
            for (size_t c = 0; c < count; c++)
                tro_axpy(wide, z[j * m + c], tro_arnoldi_vector(&s->arnoldi, j) + from,
                         strip + c * STRIP);
        for (size_t c = 0; c < count; c++)
            memcpy(tro_arnoldi_vector(&s->arnoldi, c) + from, strip + c * STRIP,
                   wide * sizeof *strip);
    }
    tro_release(strip);
    return TRO_OK;
}

/* Keeps the dominant half. */
static int compress(search *s)
{
    size_t m = s->dimension;
    tro_schur schur;
    int status = TRO_OK;
    TRO_TRY(tro_schur_init(&schur, m, s->h));
    s->kept = tro_schur_sort(&schur, m / 2);
    TRO_TRY(tro_schur_leading(&schur, &s->leading));
    TRO_TRY(turn_basis(s, schur.z, s->kept));
    memcpy(tro_arnoldi_vector(&s->arnoldi, s->kept), tro_arnoldi_vector(&s->arnoldi, m),
           s->arnoldi.op->size * sizeof(double));
    double rest = s->last[m - 1];
    memset(s->h, 0, m * m * sizeof *s->h);
    memset(s->last, 0, m * sizeof *s->last);
    for (size_t i = 0; i < s->kept; i++) {
        memcpy(s->h + i * m, schur.t + i * m, s->kept * sizeof *s->h);
        s->last[i] = rest * schur.z[(m - 1) * m + i];
    }
    s->ritz_residual = 0;
    for (size_t k = 0; k < 2; k++) {
        double part = 0;
        for (size_t i = 0; i < s->leading.width; i++)
            part += s->last[i] * s->leading.right[i][k];
        s->ritz_residual = hypot(s->ritz_residual, part);
    }
out:
    tro_schur_free(&schur);
    return status;
}

/* What counts as converged: the tolerance, or all that rounding allows. */
static double goal(const search *s, double tolerance)
{
    double modulus = hypot(s->leading.re, s->leading.im);
    return fmax(tolerance * modulus, 16 * DBL_EPSILON * s->arnoldi.norm);
}

static int iterate(search *s, size_t limit, double tolerance)
{
    size_t n = s->arnoldi.op->size;
    int status = TRO_OK;
    TRO_TRY(tro_arnoldi_fresh(&s->arnoldi, 0, &s->stream));
    for (size_t restart = 1;; restart++) {
        TRO_TRY(expand(s));
        TRO_TRY(compress(s));
        if (s->ritz_residual <= goal(s, tolerance) / 2)
            return TRO_OK;
        if (restart % RESTARTS_BEFORE_GROWTH == 0 && s->dimension < LARGEST_DIMENSION) {
            size_t larger = s->dimension + s->dimension / 2;
            /* the old space beside the new one */
            if (larger < n && larger + s->dimension <= most_vectors(n))
                TRO_TRY(search_grow(s, larger));
        }
        if (s->arnoldi.applies + s->dimension - s->kept + 2 > limit)
            return TRO_OK;
    }
out:
    return status;
}

/* |A v - value v| with v from the leading vectors of the basis. */
static int true_residual(search *s, double *residual)
{
    const tro_operator *op = s->arnoldi.op;
    const tro_leading *lead = &s->leading;
    size_t n = op->size;
    int status = TRO_ENOMEM;
    double *v = tro_allocate(2 * n, sizeof *v), *image = tro_allocate(2 * n, sizeof *image);
    if (!v || !image)
        goto out;
    for (size_t k = 0; k < lead->width; k++) {
        tro_axpy(n, lead->right[k][0], tro_arnoldi_vector(&s->arnoldi, k), v);
        tro_axpy(n, lead->right[k][1], tro_arnoldi_vector(&s->arnoldi, k), v + n);
    }
    TRO_TRY(op->apply(op->self, v, image));
    if (lead->width == 2)
        TRO_TRY(op->apply(op->self, v + n, image + n));
    s->arnoldi.applies += lead->width;
    tro_axpy(2 * n, -lead->re, v, image);
    tro_axpy(n, lead->im, v + n, image);
    tro_axpy(n, -lead->im, v, image + n);
    *residual = tro_norm(2 * n, image) / tro_norm(2 * n, v);
    status = TRO_OK;
out:
    tro_release(v);
    tro_release(image);
    return status;
}

static int by_krylov(const tro_operator *op, const tro_stream *stream,
                     const tro_spectrum_options *options, tro_eigenvalue *eigenvalue)
{
    search s;
    int status = TRO_OK;
    double residual = 0;
    TRO_TRY(search_init(&s, op, options->dimension, stream));
    TRO_TRY(iterate(&s, options->limit, options->tolerance));
    TRO_TRY(true_residual(&s, &residual));
    *eigenvalue = (tro_eigenvalue){
        .re = s.leading.re,
        .im = s.leading.im,
        .modulus = hypot(s.leading.re, s.leading.im),
        .residual = residual,
        .condition = s.leading.condition,
        .error = s.leading.condition * fmax(residual, DBL_EPSILON * s.arnoldi.norm),
        .applies = s.arnoldi.applies,
    };
    eigenvalue->converged = residual <= goal(&s, options->tolerance) &&
        eigenvalue->error <= 1e-6 * eigenvalue->modulus;
out:
    search_free(&s);
    return status;
}

static int by_matrix(const tro_operator *op, tro_eigenvalue *eigenvalue)
{
    size_t n = op->size;
    int status = TRO_ENOMEM;
    double *matrix = tro_allocate(n * n, sizeof *matrix);
    if (!matrix)
        goto out;
    TRO_TRY(tro_dense_assemble(op, matrix));
    TRO_TRY(tro_dense_dominant(n, matrix, eigenvalue));
    eigenvalue->applies = n;
out:
    tro_release(matrix);
    return status;
}

/* Drops the coordinates that no cycle feeds, whose rows contribute only the
 * eigenvalue 0: those that products reach less and less, as along a food
 * chain. Random values on the coordinates still reached keep anything from
 * fading out by its size. kept holds all at first. */
static int drop_unfed(const tro_operator *op, tro_stream stream, size_t limit, size_t *kept,
                      size_t *count, size_t *applies)
{
    size_t n = op->size, before;
    int status = TRO_ENOMEM;
    double *x = tro_allocate(n, sizeof *x), *y = tro_allocate(n, sizeof *y);
    if (!x || !y)
        goto out;
    do {
        before = *count;
        memset(x, 0, n * sizeof *x);
        for (size_t k = 0; k < before; k++)
            x[kept[k]] = 0.5 + tro_stream_uniform(&stream);
        TRO_TRY(op->apply(op->self, x, y));
        ++*applies;
        *count = 0;
        for (size_t k = 0; k < before; k++)
            if (y[kept[k]] != 0)
                kept[(*count)++] = kept[k];
    } while (*count < before && *count > 0 && *applies < limit);
    status = TRO_OK;
out:
    tro_release(x);
    tro_release(y);
    return status;
}

static int dominant_of(const tro_operator *op, const tro_stream *stream,
                       const tro_spectrum_options *options, tro_eigenvalue *eigenvalue)
{
    size_t n = op->size;
    if (n <= options->dimension)
        return by_matrix(op, eigenvalue);
    tro_spectrum_options krylov = *options;
    if (krylov.dimension > most_vectors(n))
        krylov.dimension = most_vectors(n);
    int affordable = n <= ASSEMBLE_UP_TO;
    if (affordable && krylov.limit > 2 * n + 400)
        krylov.limit = 2 * n + 400;
    int status = by_krylov(op, stream, &krylov, eigenvalue);
    size_t spent = eigenvalue->applies;
    int good = eigenvalue->converged && eigenvalue->error <= 1e-10 * eigenvalue->modulus;
    if (status < 0 || good || !affordable || spent + n > options->limit)
        return status;
    status = by_matrix(op, eigenvalue);
    eigenvalue->applies += spent;
    return status;
}

int tro_dominant_eigenvalue(const tro_operator *op, const tro_stream *stream,
                            const tro_spectrum_options *options, tro_eigenvalue *eigenvalue)
{
    tro_spectrum_options chosen = options ? *options : (tro_spectrum_options){0};
    tro_restriction restriction = {0};
    tro_operator part = *op;
    size_t n = op->size, count = n, applies = 0;
    int status = TRO_ENOMEM;
    if (chosen.dimension < 4)
        chosen.dimension = chosen.dimension ? 4 : 60;
    chosen.limit = chosen.limit ? chosen.limit : 10000;
    chosen.tolerance = chosen.tolerance > 0 ? chosen.tolerance : 1e-12;
    *eigenvalue = (tro_eigenvalue){.condition = 1, .converged = 1};
    size_t *kept = tro_allocate(n, sizeof *kept);
    if (!kept)
        goto out;
    for (size_t k = 0; k < n; k++)
        kept[k] = k;
    if (n > 0)
        TRO_TRY(drop_unfed(op, *stream, chosen.limit, kept, &count, &applies));
    status = TRO_OK;
    if (count > 0 && count < n)
        TRO_TRY(tro_restriction_init(&restriction, op, kept, count, &part));
    if (count > 0)
        TRO_TRY(dominant_of(&part, stream, &chosen, eigenvalue));
    eigenvalue->applies += applies;
out:
    tro_restriction_free(&restriction);
    tro_release(kept);
    return status;
}

int tro_krylov_dominant(const tro_operator *op, tro_complex *value)
{
    tro_stream_key key = {.purpose = TRO_FOR_START};
    tro_stream stream = tro_stream_of(&key);
    tro_eigenvalue found;
    int status = tro_dominant_eigenvalue(op, &stream, NULL, &found);
    *value = (tro_complex){found.re, found.im};
    return status == TRO_OK && !found.converged ? TRO_ENOCONV : status;
}
