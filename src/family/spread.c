#include "family/spread.h"

#include <math.h>
#include <string.h>

/* Pivots below this, relative to the coordinate's own variance (so that units
 * do not matter), count as zero: what is left of a singular covariance after
 * rounding. */
static const double PIVOT = 1e-13;

int tro_cholesky(size_t n, double *matrix)
{
    for (size_t k = 0; k < n; k++) {
        double *row = matrix + k * n, own = row[k];
        for (size_t j = 0; j <= k; j++) {
            const double *other = matrix + j * n;
            double sum = row[j];
            for (size_t t = 0; t < j; t++)
                sum -= row[t] * other[t];
            if (j < k)
                row[j] = other[j] > 0 ? sum / other[j] : 0;
            else if (own < 0 || sum < -PIVOT * own || isnan(sum))
                return TRO_EINVAL;
            else
                row[k] = sum > PIVOT * own ? sqrt(sum) : 0;
        }
        for (size_t j = k + 1; j < n; j++)
            row[j] = 0;
    }
    return TRO_OK;
}

/* A zero pivot must have a zero column below, else L L' is not the matrix. */
static int factor_matches(size_t n, const double *matrix, const double *root)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = 0, scale = sqrt(matrix[i * n + i] * matrix[j * n + j]);
            for (size_t t = 0; t <= j; t++)
                sum += root[i * n + t] * root[j * n + t];
            if (!(fabs(sum - matrix[i * n + j]) <= 1e-9 * scale))
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
    size_t cells = dimension * dimension;
    tro_spread *spread = TRO_NEW(arena, tro_spread, 1);
    double *full = TRO_NEW(arena, double, cells);
    double *root = TRO_NEW(arena, double, cells);
    if (!spread || !full || !root)
        return TRO_ENOMEM;
    memcpy(full, matrix, cells * sizeof *full);
    memcpy(root, matrix, cells * sizeof *root);
    int status = tro_cholesky(dimension, root);
    if (status == TRO_OK && !factor_matches(dimension, full, root))
        status = TRO_EINVAL;
    *spread = (tro_spread){
        .shape = TRO_FULL, .dimension = dimension, .full = full, .root = root};
    *out = spread;
    return status;
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

void tro_spread_colour(const tro_spread *spread, double *x)
{
    size_t d = spread->dimension;
    double scale = spread->shape == TRO_ISOTROPIC ? sqrt(spread->variance) : 0;
    switch (spread->shape) {
    case TRO_ISOTROPIC:
        for (size_t i = 0; i < d; i++)
            x[i] *= scale;
        break;
    case TRO_DIAGONAL:
        for (size_t i = 0; i < d; i++)
            x[i] *= sqrt(spread->diagonal[i]);
        break;
    case TRO_FULL: /* from the last row up: row i needs only x[0..i] */
        for (size_t i = d; i-- > 0;) {
            double sum = 0;
            for (size_t j = 0; j <= i; j++)
                sum += spread->root[i * d + j] * x[j];
            x[i] = sum;
        }
        break;
    }
}
