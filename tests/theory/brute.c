#include "tests/theory/brute.h"

#include <gsl/gsl_eigen.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/support.h"

enum { W = TRO_TOY_WIDTH, TABLE = 16001 };

/* A normal coordinate weighted by exp(steepness u): its distribution function
 * on a grid, and its mean, by the trapezoidal rule. */
typedef struct tilt {
    double low, step, mean, cdf[TABLE];
} tilt;

struct tro_brute {
    const tro_toy *toy;
    size_t counts[TRO_TOY_AGENTS];
    tro_toy_source sources[TRO_TOY_AGENTS][TRO_TOY_SOURCES];
    double roots[TRO_TOY_AGENTS][TRO_TOY_SOURCES][W * W];
    double root[W * W];                            /* of the producers' outputs */
    double toward[TRO_TOY_AGENTS][W];              /* root' g / T, length 1 */
    tilt tilts[TRO_TOY_AGENTS];
};

/* V sqrt(D) of a symmetric V D V'; what rounding leaves of an eigenvalue of 0
 * is 0. */
static void symmetric_root(size_t d, const double *m, double *root)
{
    gsl_matrix *a = gsl_matrix_alloc(d, d), *v = gsl_matrix_alloc(d, d);
    gsl_vector *values = gsl_vector_alloc(d);
    gsl_eigen_symmv_workspace *work = gsl_eigen_symmv_alloc(d);
    for (size_t i = 0; i < d; i++)
        for (size_t j = 0; j < d; j++)
            gsl_matrix_set(a, i, j, m[i * d + j]);
    ck_assert_int_eq(gsl_eigen_symmv(a, values, v, work), 0);
    double least = 1e-13 * gsl_vector_max(values);
    for (size_t j = 0; j < d; j++) {
        double value = gsl_vector_get(values, j);
        for (size_t i = 0; i < d; i++)
            root[i * d + j] = value > least ? gsl_matrix_get(v, i, j) * sqrt(value) : 0;
    }
    gsl_eigen_symmv_free(work);
    gsl_vector_free(values);
    gsl_matrix_free(a);
    gsl_matrix_free(v);
}

static void make_tilt(double steepness, tilt *t)
{
    double sum = 0, first = 0, before = 0;
    t->low = steepness - 10; /* its bulk is somewhere from 0 to the steepness */
    t->low = fmin(t->low, -10);
    t->step = (steepness + 10 - t->low) / (TABLE - 1);
    for (size_t k = 0; k < TABLE; k++) {
        double u = t->low + (double)k * t->step;
        double weight = exp(-0.5 * u * u + steepness * u - 0.5 * steepness * steepness);
        sum += 0.5 * (before + weight);
        first += u * weight;
        t->cdf[k] = sum;
        before = weight;
    }
    t->mean = first / sum;
    for (size_t k = 0; k < TABLE; k++)
        t->cdf[k] /= sum;
}

/* Inverts the table at a uniform number. */
static double draw_tilt(const tilt *t, double uniform)
{
    size_t low = 0, high = TABLE - 1;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        *(t->cdf[middle] <= uniform ? &low : &high) = middle;
    }
    double rise = t->cdf[high] - t->cdf[low];
    double part = rise > 0 ? (uniform - t->cdf[low]) / rise : 0.5;
    return t->low + ((double)low + part) * t->step;
}

static void prepare_judge(tro_brute *b, size_t agent)
{
    const tro_toy_agent *judge = &b->toy->agent[agent];
    size_t d = b->toy->width;
    double length = 0;
    for (size_t c = 0; c < d; c++) {
        b->toward[agent][c] = 0;
        for (size_t r = 0; r < d; r++)
            b->toward[agent][c] += b->root[r * d + c] * judge->push[r] / judge->temperature;
        length += b->toward[agent][c] * b->toward[agent][c];
    }
    length = sqrt(length);
    for (size_t c = 0; length > 0 && c < d; c++)
        b->toward[agent][c] /= length;
    make_tilt(length, &b->tilts[agent]);
}

tro_brute *tro_brute_new(const tro_toy *toy)
{
    tro_brute *b = calloc(1, sizeof *b);
    ck_assert_ptr_nonnull(b);
    b->toy = toy;
    symmetric_root(toy->width, toy->spread, b->root);
    for (size_t i = 0; i < toy->agents; i++) {
        b->counts[i] = tro_toy_sources(toy, i, b->sources[i]);
        for (size_t k = 0; k < b->counts[i]; k++)
            symmetric_root(toy->width, b->sources[i][k].spread, b->roots[i][k]);
        if (toy->agent[i].rule == TRO_TOY_TILT)
            prepare_judge(b, i);
    }
    return b;
}

void tro_brute_free(tro_brute *brute)
{
    free(brute);
}

/* x += root xi */
static void add_noise(size_t d, const double *root, const double *xi, double *x)
{
    for (size_t r = 0; r < d; r++)
        for (size_t c = 0; c < d; c++)
            x[r] += root[r * d + c] * xi[c];
}

/* One output of a producer at z: as produced, or one that the judge kept. With
 * `centre`, the mean of that law instead. */
static void draw_output(const tro_brute *b, const tro_toy_source *s, const double *z, int centre,
                        tro_stream *stream, double *x)
{
    size_t d = b->toy->width;
    const tro_toy_agent *judge = &b->toy->agent[s->judge];
    double xi[W] = {0}, along = 0;
    if (!centre)
        tro_stream_normals(stream, d, xi);
    memcpy(x, z, d * sizeof *x);
    if (s->curated && judge->rule == TRO_TOY_TILT) {
        const double *toward = b->toward[s->judge];
        double u = centre ? b->tilts[s->judge].mean
                          : draw_tilt(&b->tilts[s->judge], tro_stream_uniform_open(stream));
        for (size_t c = 0; c < d; c++)
            along += toward[c] * xi[c];
        for (size_t c = 0; c < d; c++)
            xi[c] += (u - along) * toward[c];
    }
    add_noise(d, b->root, xi, x);
    for (size_t c = 0; s->curated && judge->rule == TRO_TOY_SHIFT && c < d; c++)
        x[c] += judge->push[c];
}

/* One output as it arrives. */
static void draw_arrival(const tro_brute *b, size_t agent, size_t source, const double *z,
                         tro_stream *stream, double *y)
{
    size_t d = b->toy->width;
    const tro_toy_source *s = &b->sources[agent][source];
    double x[W], xi[W];
    if (s->from == SIZE_MAX) {
        tro_stream_normals(stream, d, xi);
        memcpy(y, s->offset, d * sizeof *y);
        add_noise(d, b->roots[agent][source], xi, y);
        return;
    }
    const tro_toy_edge *e = &b->toy->edge[s->edge];
    draw_output(b, s, z + s->from * d, e->own_spread, stream, x);
    memcpy(y, x, d * sizeof *y);
    if (!e->has_channel)
        return;
    for (size_t r = 0; r < d; r++) {
        y[r] = e->offset[r];
        for (size_t c = 0; c < d; c++)
            y[r] += e->matrix[r * d + c] * x[c];
    }
    if (e->own_spread) { /* stated: whatever came in, it comes out with this */
        tro_stream_normals(stream, d, xi);
        add_noise(d, b->roots[agent][source], xi, y);
    }
}

void tro_brute_retrain(const tro_brute *b, size_t agent, const double *z, tro_stream *stream,
                       double *out)
{
    size_t d = b->toy->width;
    uint64_t n = b->toy->agent[agent].outputs;
    double y[W];
    memset(out, 0, d * sizeof *out);
    for (uint64_t k = 0; k < n; k++) {
        double u = tro_stream_uniform(stream);
        size_t source = 0;
        while (source + 1 < b->counts[agent] && u >= b->sources[agent][source].share)
            u -= b->sources[agent][source++].share;
        draw_arrival(b, agent, source, z, stream, y);
        for (size_t c = 0; c < d; c++)
            out[c] += y[c] / (double)n;
    }
}

void tro_brute_round(const tro_brute *b, const tro_events *events, tro_stream *stream, double *z)
{
    size_t d = b->toy->width;
    double fresh[TRO_TOY_AGENTS][W];
    for (size_t at = 0, last; at < events->count; at = last) {
        for (last = at; last < events->count && events->items[last].phase ==
                                                    events->items[at].phase; last++)
            tro_brute_retrain(b, events->items[last].agent, z, stream, fresh[last - at]);
        for (size_t e = at; e < last; e++)
            memcpy(z + events->items[e].agent * d, fresh[e - at], d * sizeof *z);
    }
}
