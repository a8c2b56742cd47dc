#include "family/spread.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* What rounding leaves of a pivot that is zero, relative to the coordinate's
 * own variance (so that units do not matter). */
static double rounding(size_t n)
{
    return fmax(1e-13, 4 * DBL_EPSILON * (double)n);
}

/* Brings the coordinate with the most variance left to place k. */
static void exchange(size_t n, size_t k, const double *left, size_t *order, double *root)
{
    size_t best = k;
    for (size_t i = k + 1; i < n; i++)
        if (left[order[i]] > left[order[best]])
            best = i;
    size_t swap = order[k];
    order[k] = order[best];
    order[best] = swap;
    for (size_t j = 0; best != k && j < k; j++) {
        double keep = root[k * n + j];
        root[k * n + j] = root[best * n + j];
        root[best * n + j] = keep;
    }
}

/* Cholesky's factor of the correlations, the largest pivot first: in the order
 * given, a small pivot would divide what rounding left of the rows below it
 * (Higham 1990). Stops where only rounding is left; returns how many columns
 * there are. left: parts of each variance not explained so far. */
static size_t cholesky(size_t n, const double *matrix, const double *deviation, double *left,
                       size_t *order, double *root)
{
    for (size_t k = 0; k < n; k++) {
        exchange(n, k, left, order, root);
        size_t at = order[k];
        if (!(left[at] > rounding(n)))
            return k;
        double *row = root + k * n, pivot = sqrt(left[at]);
        row[k] = pivot;
        for (size_t i = k + 1; i < n; i++) {
            double *other = root + i * n, scale = deviation[at] * deviation[order[i]];
            double sum = scale > 0 ? matrix[at * n + order[i]] / scale : 0;
            for (size_t t = 0; t < k; t++)
                sum -= row[t] * other[t];
            other[k] = sum / pivot;
            left[order[i]] -= other[k] * other[k];
        }
    }
    return n;
}

/* Whether L L' is the matrix: what was left out must be nothing. */
static int factor_matches(const tro_spread *s)
{
    size_t n = s->dimension;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            size_t r = s->order[i], c = s->order[j];
            double sum = 0, scale = sqrt(s->full[r * n + r] * s->full[c * n + c]);
            for (size_t t = 0; t <= j && t < s->rank; t++)
                sum += s->root[i * n + t] * s->root[j * n + t];
            if (!(fabs(sum - s->full[r * n + c]) <= 1e-9 * scale))
                return 0;
        }
    return 1;
}

const tro_spread *tro_spread_isotropic(tro_arena *arena, size_t dimension, double variance)
{
    tro_spread *spread = TRO_NEW(arena, tro_spread, 1);
    if (spread)
        *spread = (tro_spread){
            .shape = TRO_ISOTROPIC, .dimension = dimension, .variance = variance};
    return spread;
}

int tro_spread_full(tro_arena *arena, size_t dimension, const double *matrix,
                    const tro_spread **out)
{
    size_t n = dimension;
    tro_spread *spread = TRO_NEW(arena, tro_spread, 1);
    double *full = TRO_NEW(arena, double, n * n), *root = TRO_NEW(arena, double, n * n);
    double *deviation = TRO_NEW(arena, double, n), *left = TRO_NEW(arena, double, n);
    size_t *order = TRO_NEW(arena, size_t, n);
    if (!spread || !full || !root || !deviation || !left || !order)
        return TRO_ENOMEM;
    memcpy(full, matrix, n * n * sizeof *full);
    *spread = (tro_spread){.shape = TRO_FULL, .dimension = n, .full = full, .root = root,
                           .order = order};
    *out = spread;
    for (size_t i = 0; i < n; i++) {
        if (!(full[i * n + i] >= 0))
            return TRO_EINVAL;
        deviation[i] = sqrt(full[i * n + i]);
        left[i] = deviation[i] > 0;
        order[i] = i;
    }
    spread->rank = cholesky(n, full, deviation, left, order, root);
    for (size_t i = 0; i < n; i++) {
        if (left[i] < -rounding(n))
            return TRO_EINVAL;
        for (size_t j = 0; j <= i; j++)
            root[i * n + j] *= deviation[order[i]];
    }
    return factor_matches(spread) ? TRO_OK : TRO_EINVAL;
}

static int read_diagonal(const tro_reader *reader, const tro_node *node, size_t dimension,
                         const tro_spread **out)
{
    tro_vector variances;
    int status = tro_read_vector(reader, node, "covariance", &variances);
    if (status < 0)
        return status;
    for (size_t k = 0; k < variances.count; k++)
        if (!(variances.values[k] >= 0) || isinf(variances.values[k]))
            return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                             "a variance must be at least 0 and finite, found '%g'",
                             variances.values[k]);
    if (variances.count == 1) {
        *out = tro_spread_isotropic(reader->arena, dimension, variances.values[0]);
        return *out ? TRO_OK : TRO_ENOMEM;
    }
    if (variances.count != dimension)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "covariance has %zu variances, found dimension %zu: one number, "
                         "%zu variances or a %zux%zu matrix would be right",
                         variances.count, dimension, dimension, dimension, dimension);
    tro_spread *spread = TRO_NEW(reader->arena, tro_spread, 1);
    if (!spread)
        return TRO_ENOMEM;
    *spread = (tro_spread){
        .shape = TRO_DIAGONAL, .dimension = dimension, .diagonal = variances.values};
    *out = spread;
    return TRO_OK;
}

static int read_rows(const tro_reader *reader, const tro_node *node, size_t dimension,
                     double *matrix)
{
    int status = TRO_OK;
    if (node->count != dimension)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "covariance has %zu rows, but the dimension is %zu", node->count,
                         dimension);
    for (size_t i = 0; i < dimension; i++) {
        tro_vector row;
        int read = tro_read_vector(reader, node->items[i], "covariance", &row);
        if (read == TRO_OK && row.count != dimension)
            read = tro_error(reader->messages, TRO_ESCENARIO, &node->items[i]->place,
                             "row %zu of the covariance has %zu numbers, but the dimension "
                             "is %zu", i + 1, row.count, dimension);
        if (read == TRO_OK)
            memcpy(matrix + i * dimension, row.values, dimension * sizeof *matrix);
        else
            status = read;
    }
    return status;
}

static int read_full(const tro_reader *reader, const tro_node *node, size_t dimension,
                     const tro_spread **out)
{
    if (dimension > TRO_FULL_LIMIT)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "a covariance matrix is for at most %d coordinates, found dimension "
                         "%zu: give a list of variances", TRO_FULL_LIMIT, dimension);
    double *matrix = TRO_NEW(reader->arena, double, dimension * dimension);
    if (!matrix)
        return TRO_ENOMEM;
    int status = read_rows(reader, node, dimension, matrix);
    if (status < 0)
        return status;
    for (size_t i = 0; i < dimension; i++)
        for (size_t j = 0; j < i; j++)
            if (matrix[i * dimension + j] != matrix[j * dimension + i])
                return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                                 "a covariance is symmetric, found %g in row %zu, column %zu "
                                 "and %g across the diagonal", matrix[i * dimension + j],
                                 i + 1, j + 1, matrix[j * dimension + i]);
    status = tro_spread_full(reader->arena, dimension, matrix, out);
    if (status == TRO_EINVAL)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "the covariance is not positive semi-definite");
    return status;
}

int tro_spread_read(const tro_reader *reader, const tro_node *node, size_t dimension,
                    const tro_spread **out)
{
    int rows = node->kind == TRO_LIST && node->count > 0 && node->items[0]->kind == TRO_LIST;
    return rows ? read_full(reader, node, dimension, out)
                : read_diagonal(reader, node, dimension, out);
}

int tro_spread_equal(const tro_spread *a, const tro_spread *b)
{
    size_t d = a->dimension;
    if (a == b)
        return 1;
    if (a->shape != b->shape || d != b->dimension)
        return 0;
    switch (a->shape) {
    case TRO_ISOTROPIC:
        return a->variance == b->variance;
    case TRO_DIAGONAL:
        return memcmp(a->diagonal, b->diagonal, d * sizeof(double)) == 0;
    case TRO_FULL:
        break;
    }
    return memcmp(a->full, b->full, d * d * sizeof(double)) == 0;
}

void tro_spread_times(const tro_spread *spread, const double *x, double *out)
{
    size_t d = spread->dimension;
    for (size_t i = 0; i < d; i++) {
        double sum = 0;
        switch (spread->shape) {
        case TRO_ISOTROPIC:
            sum = spread->variance * x[i];
            break;
        case TRO_DIAGONAL:
            sum = spread->diagonal[i] * x[i];
            break;
        case TRO_FULL:
            for (size_t j = 0; j < d; j++)
                sum += spread->full[i * d + j] * x[j];
            break;
        }
        out[i] = sum;
    }
}

static double variance_of(const tro_spread *spread, size_t i)
{
    switch (spread->shape) {
    case TRO_ISOTROPIC:
        return spread->variance;
    case TRO_DIAGONAL:
        return spread->diagonal[i];
    case TRO_FULL:
        break;
    }
    return spread->full[i * spread->dimension + i];
}

void tro_spread_add(const tro_spread *spread, double factor, double *matrix)
{
    size_t d = spread->dimension;
    if (spread->shape == TRO_FULL) {
        for (size_t k = 0; k < d * d; k++)
            matrix[k] += factor * spread->full[k];
        return;
    }
    for (size_t i = 0; i < d; i++)
        matrix[i * d + i] += factor * variance_of(spread, i);
}

void tro_spread_add_diagonal(const tro_spread *spread, double factor, double *diagonal)
{
    for (size_t i = 0; i < spread->dimension; i++)
        diagonal[i] += factor * variance_of(spread, i);
}

double tro_spread_trace(const tro_spread *spread, const double *curvature, int full)
{
    size_t d = spread->dimension;
    double sum = 0;
    for (size_t i = 0; i < d; i++) {
        if (spread->shape == TRO_FULL && full) {
            for (size_t j = 0; j < d; j++)
                sum += curvature[i * d + j] * spread->full[j * d + i];
            continue;
        }
        double q = full ? curvature[i * d + i] : curvature[i];
        sum += q * variance_of(spread, i);
    }
    return sum;
}

void tro_spread_colour(const tro_spread *spread, double factor, const double *noise, double *out)
{
    size_t d = spread->dimension;
    switch (spread->shape) {
    case TRO_ISOTROPIC:
        for (size_t i = 0; i < d; i++)
            out[i] += factor * sqrt(spread->variance) * noise[i];
        break;
    case TRO_DIAGONAL:
        for (size_t i = 0; i < d; i++)
            out[i] += factor * sqrt(spread->diagonal[i]) * noise[i];
        break;
    case TRO_FULL:
        for (size_t i = 0; i < d; i++) {
            double sum = 0;
            for (size_t j = 0; j <= i && j < spread->rank; j++)
                sum += spread->root[i * d + j] * noise[j];
            out[spread->order[i]] += factor * sum;
        }
        break;
    }
}
