/* Diversity within models and between them.
 *
 * Rao's (1982) quadratic entropy of a law: the expected difference of two outputs, which is
 * half the squared distance of two vectors, and 1 for two outcomes that are not the same. That of
 * what all models put out together is the mean of theirs plus the mean squared distance of
 * their means, or of their probabilities, from the mean of all. */
#include "measure/law.h"

static void add_scaled(const tro_measuring *m, size_t count, const double *z, size_t agent,
                       double factor, double *mean, double *scratch)
{
    const double *row = z + agent * m->ecosystem->width;
    if (tro_is_table(m))
        row = tro_table_law(m, row, agent, scratch);
    tro_add_scaled(count, factor, row, mean);
}

int tro_diversity_parts(const tro_ecosystem *ecosystem, const double *z, double *within,
                        double *between)
{
    tro_arena arena = {0};
    tro_reader reader = {.arena = &arena};
    tro_measuring m = {.ecosystem = ecosystem};
    size_t agents = ecosystem->agents, width = ecosystem->width;
    int table = tro_is_table(&m), status;
    size_t count = table ? width : tro_space_of(&m)->coordinates;
    *within = *between = 0;
    TRO_TRY(tro_measuring_default(&reader, ecosystem,
                                  table ? &tro_measure_diversity : &tro_measure_variance, &m));
    double *mean = TRO_NEW(&arena, double, count), *away = TRO_NEW(&arena, double, count);
    double *scratch = TRO_NEW(&arena, double, m.scratch + width);
    if (!mean || !away || !scratch) {
        status = TRO_ENOMEM;
        goto out;
    }
    for (size_t i = 0; i < agents; i++) {
        *within += m.measure->value(&m, z, i, scratch) / (double)agents;
        add_scaled(&m, count, z, i, 1 / (double)agents, mean, scratch);
    }
    for (size_t i = 0; i < agents; i++) {
        for (size_t k = 0; k < count; k++)
            away[k] = -mean[k];
        add_scaled(&m, count, z, i, 1, away, scratch);
        for (size_t k = 0; k < count; k++)   /* less is what rounding left */
            if (fabs(away[k]) > 1e-14 * fabs(mean[k]))
                *between += away[k] * away[k] / (double)agents;
    }
out:
    tro_arena_clear(&arena);
    return status;
}
