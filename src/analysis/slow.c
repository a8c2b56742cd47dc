#include "analysis/slow.h"

#include <math.h>

#include "analysis/dense.h"

static int accumulates(const tro_ecosystem *eco, const int *idle, size_t agent)
{
    return eco->scenario->agents[agent].window == TRO_KEEPS_ALL && !(idle && idle[agent]);
}

int tro_slow_any(const tro_ecosystem *eco, const int *idle)
{
    for (size_t i = 0; eco->remembers && i < eco->agents; i++)
        if (accumulates(eco, idle, i))
            return 1;
    return 0;
}

int tro_slow_follows(const tro_ecosystem *eco, const int *idle, size_t agent)
{
    return eco->scenario->agents[agent].window != TRO_KEEPS_ALL && !(idle && idle[agent]);
}

/* The coordinates of both kinds, and their matrices. */
typedef struct scales {
    const double *jacobian;
    size_t size, slow_count, fast_count;
    size_t *slow, *fast;
    double *matrix;          /* slow_count^2 */
    double *response;        /* slow_count x fast_count: of the others, to each of the slow */
} scales;

static int scales_init(scales *s, const tro_ecosystem *eco, const int *idle)
{
    s->size = eco->size;
    s->slow = tro_allocate(eco->size, sizeof *s->slow);
    s->fast = tro_allocate(eco->size, sizeof *s->fast);
    if (!s->slow || !s->fast)
        return TRO_ENOMEM;
    for (size_t k = 0; k < eco->size; k++) {
        size_t agent = k / eco->width;
        if (accumulates(eco, idle, agent))
            s->slow[s->slow_count++] = k;
        else if (tro_slow_follows(eco, idle, agent))
            s->fast[s->fast_count++] = k;
    }
    s->matrix = tro_allocate(s->slow_count, s->slow_count * sizeof *s->matrix);
    s->response = tro_allocate(s->slow_count, (s->fast_count + 1) * sizeof *s->response);
    return s->matrix && s->response ? TRO_OK : TRO_ENOMEM;
}

static void scales_release(scales *s)
{
    tro_release(s->slow);
    tro_release(s->fast);
    tro_release(s->matrix);
    tro_release(s->response);
}

/* response = (I - J_FF)^-1 J_FS */
static int respond(scales *s)
{
    size_t n = s->fast_count;
    tro_lu lu = {0};
    double *system = tro_allocate(n + 1, n * sizeof *system);
    int status = TRO_ENOMEM;
    if (!system)
        return status;
    for (size_t r = 0; r < n; r++)
        for (size_t c = 0; c < n; c++)
            system[r * n + c] = (r == c) - s->jacobian[s->fast[r] * s->size + s->fast[c]];
    for (size_t c = 0; c < s->slow_count; c++)
        for (size_t r = 0; r < n; r++)
            s->response[c * n + r] = s->jacobian[s->fast[r] * s->size + s->slow[c]];
    TRO_TRY(tro_lu_init(&lu, n, system));
    TRO_TRY(tro_lu_solve(&lu, TRO_PLAIN, s->slow_count, s->response, s->response));
out:
    tro_lu_free(&lu);
    tro_release(system);
    return status;
}

/* J_SS + J_SF response */
static void reduce(scales *s)
{
    size_t n = s->slow_count, m = s->fast_count;
    for (size_t r = 0; r < n; r++)
        for (size_t c = 0; c < n; c++) {
            const double *row = s->jacobian + s->slow[r] * s->size;
            double sum = row[s->slow[c]];
            for (size_t k = 0; k < m; k++)
                sum += row[s->fast[k]] * s->response[c * m + k];
            s->matrix[r * n + c] = sum;
        }
}

int tro_slow_power(const tro_ecosystem *eco, const int *idle, const double *jacobian,
                   double *power, double *turn)
{
    scales s = {.jacobian = jacobian};
    tro_complex *values = NULL;
    int status;
    TRO_TRY(scales_init(&s, eco, idle));
    if (s.fast_count > 0)
        TRO_TRY(respond(&s));
    reduce(&s);
    values = tro_allocate(s.slow_count, sizeof *values);
    TRO_TRY(values ? tro_dense_eigenvalues(s.slow_count, s.matrix, values) : TRO_ENOMEM);
    *power = -INFINITY;
    *turn = 0;
    for (size_t k = 0; k < s.slow_count; k++)
        if (values[k].re - 1 > *power) {
            *power = values[k].re - 1;
            *turn = fabs(values[k].im);
        }
out:
    tro_release(values);
    scales_release(&s);
    return status;
}
