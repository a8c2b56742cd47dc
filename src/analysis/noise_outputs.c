/* Q: the covariance of the sufficient statistics of an agent's outputs. */
#include <string.h>

#include "analysis/noise_outputs.h"
#include "family/normal.h"

/* matrix += factor (diag p - p p') */
static void add_table(size_t n, const double *p, double factor, double *matrix)
{
    for (size_t r = 0; r < n; r++) {
        matrix[r * n + r] += factor * p[r];
        for (size_t c = 0; c < n; c++)
            matrix[r * n + c] -= factor * p[r] * p[c];
    }
}

static size_t triangle_place(size_t d, size_t a, size_t b)
{
    size_t low = a < b ? a : b, high = a < b ? b : a;
    return d + low * d - low * (low + 1) / 2 + high;
}

/* matrix += factor times the covariance of (x, x x') under N(m, S), by Isserlis. */
static void add_normal(size_t d, const double *m, const double *s, double factor,
                       double *matrix)
{
    size_t width = tro_moments_width(d);
#define S(i, j) s[(i) * d + (j)]
    for (size_t i = 0; i < d; i++)
        for (size_t j = 0; j < d; j++)
            matrix[i * width + j] += factor * S(i, j);
    for (size_t a = 0; a < d; a++)
        for (size_t b = a; b < d; b++) {
            size_t row = triangle_place(d, a, b);
            for (size_t i = 0; i < d; i++) {
                double value = factor * (m[a] * S(i, b) + m[b] * S(i, a));
                matrix[row * width + i] += value;
                matrix[i * width + row] += value;
            }
            for (size_t p = 0; p < d; p++)
                for (size_t q = p; q < d; q++)
                    matrix[row * width + triangle_place(d, p, q)] +=
                        factor * (S(a, p) * S(b, q) + S(a, q) * S(b, p) +
                                  m[a] * m[p] * S(b, q) + m[a] * m[q] * S(b, p) +
                                  m[b] * m[p] * S(a, q) + m[b] * m[q] * S(a, p));
        }
#undef S
}

/* matrix += factor times the covariance of the statistics of one output. */
static void add_law(const tro_space *space, const double *law, const tro_spread *spread,
                    double factor, double *matrix, double *scratch)
{
    if (space->family->law == TRO_TABLE) {
        add_table(space->width, law, factor, matrix);
    } else if (space->family->law == TRO_LOCATION) {
        tro_spread_add(spread, factor, matrix);
    } else {
        tro_moments_covariance(space->coordinates, law, scratch);
        add_normal(space->coordinates, law, scratch, factor, matrix);
    }
}

/* matrix += factor x x' */
static void add_square(size_t n, const double *x, double factor, double *matrix)
{
    for (size_t r = 0; r < n; r++)
        for (size_t c = 0; c < n; c++)
            matrix[r * n + c] += factor * x[r] * x[c];
}

/* Every output comes from one of the laws that an owner, or the judge of a shared pool, leaves:
 * scratch: width, and what add_law needs. */
static void add_chosen(const tro_sampler *sampler, tro_workspace *work, size_t agent,
                       tro_law_of *law, void *context, double *matrix, double *scratch)
{
    const tro_ecosystem *eco = sampler->ecosystem;
    size_t width = eco->width, parts = tro_sampler_chosen(sampler, work, agent, law, context);
    double n = (double)sampler->draws[agent].outputs, *mean = scratch;
    memset(mean, 0, width * sizeof *mean);
    for (size_t k = 0; k < parts; k++) {
        const tro_part *part = &work->parts[k];
        double chance = work->chances[k];
        if (chance == 0)
            continue;
        add_law(&eco->scenario->space, part->law, part->spread, chance / n, matrix,
                scratch + width);
        add_square(width, part->law, chance / n, matrix);
        tro_add_scaled(width, chance, part->law, mean);
    }
    add_square(width, mean, -1 / n, matrix);
}

void tro_outputs_covariance(const tro_sampler *sampler, tro_workspace *work, size_t agent,
                            tro_law_of *law, void *context, double *matrix, double *scratch)
{
    const tro_ecosystem *eco = sampler->ecosystem;
    const tro_space *space = &eco->scenario->space;
    const tro_draw *draw = &sampler->draws[agent];
    size_t width = eco->width;
    double n = (double)draw->outputs, *mixture = scratch, *room = scratch + width;
    memset(matrix, 0, width * width * sizeof *matrix);
    if (draw->chosen) {
        add_chosen(sampler, work, agent, law, context, matrix, scratch);
        return;
    }
    tro_agent_mixture(eco, work, agent, law, context, mixture);
    if (sampler->from_mixture) {
        double *admitted = room;
        tro_agent_admit(eco, work, agent, law, context, mixture, admitted);
        add_table(width, admitted, 1 / n, matrix);
        return;
    }
    for (size_t k = draw->first; k < draw->first + draw->count; k++) {
        const tro_draw_part *part = &sampler->parts[k];
        const double *of_part = part->entry    ? law(context, part->entry, room)
                                : part->pooled ? room
                                               : eco->scenario->agents[agent].reference;
        double weight = sampler->fixed ? (double)sampler->fixed[k] / n : part->share;
        if (weight == 0)
            continue;
        if (part->pooled)
            tro_agent_pooled(eco, work, agent, law, context, room);
        add_law(space, of_part, part->spread, weight / n, matrix, room + width);
        if (!sampler->fixed)
            add_square(width, of_part, weight / n, matrix);
    }
    if (!sampler->fixed)
        add_square(width, mixture, -1 / n, matrix);
}
