/* A linear map of outputs, x' = A x + b, on first and second moments:
 *
 *   m' = A m + b,   U' = A U A' + (A m) b' + b (A m)' + b b'  with U = E x x'
 *
 * which is affine in the moments. A is block-diagonal, with square blocks of one
 * size: 1 for a multiple of the identity, 2 for rotations, d for a matrix. */
#include "channel/moments.h"

#include "family/normal.h"

typedef struct moments_map {
    size_t d, block;
    const double *rows, *columns;   /* d x block: the blocks, and each of them transposed */
    const double *offset;           /* d */
} moments_map;

/* What an entry off the diagonal of the triangle counts for. */
typedef struct weighing {
    double in, out;
} weighing;

/* y = A x (or A' x, with the columns for rows). */
static void times(const moments_map *self, const double *rows, const double *x, double *y)
{
    for (size_t i = 0; i < self->d; i++) {
        const double *at = x + i - i % self->block;
        double sum = 0;
        for (size_t l = 0; l < self->block; l++)
            sum += rows[i * self->block + l] * at[l];
        y[i] = sum;
    }
}

/* Where the symmetric entry (i, j) stands in the triangle, i <= j. */
static size_t place(size_t d, size_t i, size_t j)
{
    return i * d - i * (i + 1) / 2 + j;
}

/* Row k of A U A', from its diagonal on, into out; line: d. */
static void sandwich_row(const moments_map *self, const double *rows, weighing off,
                         const double *u, size_t k, double *line, double *out)
{
    size_t d = self->d, block = self->block, from = k - k % block;
    const double *own = rows + k * block;
    for (size_t c = from; c < d; c++) { /* columns before are not asked for */
        double sum = 0;
        for (size_t l = 0; l < block; l++) {
            size_t r = from + l;
            sum += own[l] * (r == c ? 1 : off.in) * u[r < c ? place(d, r, c) : place(d, c, r)];
        }
        line[c] = sum;
    }
    for (size_t j = k; j < d; j++) {
        const double *at = line + j - j % block;
        double sum = 0;
        for (size_t l = 0; l < block; l++)
            sum += rows[j * block + l] * at[l];
        out[j - k] = (j == k ? 1 : off.out) * sum;
    }
}

static void sandwich(const moments_map *self, const double *rows, weighing off, const double *u,
                     double *out)
{
    double line[TRO_MOMENTS_LIMIT];
    for (size_t k = 0; k < self->d; k++)
        sandwich_row(self, rows, off, u, k, line, out + place(self->d, k, k));
}

static void derivative(const tro_channel_map *map, size_t width, const double *dz, double *out)
{
    const moments_map *self = map->self;
    const double *b = self->offset;
    size_t d = self->d;
    double *second = out + d;
    (void)width;
    times(self, self->rows, dz, out);
    sandwich(self, self->rows, (weighing){1, 1}, dz + d, second);
    for (size_t i = 0; i < d; i++)
        for (size_t j = i; j < d; j++)
            *second++ += out[i] * b[j] + b[i] * out[j];
}

static void apply(const tro_channel_map *map, size_t width, const double *z, double *out)
{
    const moments_map *self = map->self;
    const double *b = self->offset;
    size_t d = self->d;
    double *second = out + d;
    derivative(map, width, z, out);
    for (size_t i = 0; i < d; i++) {
        out[i] += b[i];
        for (size_t j = i; j < d; j++)
            *second++ += b[i] * b[j];
    }
}

static void transposed(const tro_channel_map *map, size_t width, const double *w, double *out)
{
    const moments_map *self = map->self;
    const double *b = self->offset, *second = w + self->d;
    size_t d = self->d;
    double by_mean[TRO_MOMENTS_LIMIT];
    (void)width;
    for (size_t i = 0; i < d; i++)
        by_mean[i] = w[i];
    for (size_t i = 0; i < d; i++)
        for (size_t j = i; j < d; j++, second++) {
            by_mean[i] += *second * b[j];
            by_mean[j] += *second * b[i]; /* both on the diagonal: b_i twice */
        }
    times(self, self->columns, by_mean, out);
    sandwich(self, self->columns, (weighing){0.5, 2}, w + d, out + d);
}

static const tro_channel on_moments = {
    .apply = apply, .derivative = derivative, .transposed = transposed};

int tro_channel_on_moments(const tro_reader *reader, const tro_space *space,
                           const tro_node *covariance, const tro_channel_linear *given,
                           tro_channel_map *map)
{
    size_t d = space->coordinates, block = given->block;
    if (covariance)
        return tro_error(reader->messages, TRO_ESCENARIO, &covariance->place,
                         "a channel states a 'covariance' in the family 'gaussian' only: here, in "
                         "'%s', that of what comes out is M S M', with S of the law that goes in",
                         space->family->plugin.name);
    moments_map *self = TRO_NEW(reader->arena, moments_map, 1);
    double *columns = TRO_NEW(reader->arena, double, d * block);
    if (!self || !columns)
        return TRO_ENOMEM;
    for (size_t i = 0; i < d; i++)
        for (size_t l = 0; l < block; l++)
            columns[i * block + l] = given->rows[(i - i % block + l) * block + i % block];
    *self = (moments_map){d, block, given->rows, columns, given->offset};
    map->channel = &on_moments;
    map->self = self;
    return TRO_OK;
}
