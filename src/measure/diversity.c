/* How many different outputs there are: entropy, Gini-Simpson diversity, support. */
#include <stddef.h>

#include "family/normal.h"
#include "measure/law.h"

/* --- entropy ------------------------------------------------------------------------- */

static int prepare_entropy(const tro_reader *reader, tro_measuring *m)
{
    size_t d = tro_space_of(m)->coordinates;
    if (tro_is_table(m))
        return tro_need_table(reader, m, "");
    m->scratch = d <= TRO_FULL_LIMIT ? d * d + tro_moments_width(d) : 0;
    return TRO_OK;
}

/* -p log p, also where p is 1 but for a small rest. */
static double term(double p, double rest)
{
    return p > 0.5 ? -p * log1p(-rest) : p > 0 ? -p * log(p) : 0;
}

static double table_entropy(size_t count, const double *p)
{
    size_t largest;
    double rest = tro_table_rest(count, p, &largest), sum = 0;
    for (size_t k = 0; k < count; k++)
        sum += k == largest ? 0 : term(p[k], 1 - p[k]);
    return sum + term(p[largest], rest);
}

/* log det(2 pi e S) / 2; -inf where a variance is 0. */
static double normal_entropy(const tro_normal_law *law, size_t d, double *scratch)
{
    const double unit = log(2 * M_PI) + 1;
    double sum = 0, *root = scratch;
    int diagonal = tro_normal_is_diagonal(law);
    if (!diagonal)
        tro_normal_root(law, d, root, scratch + d * d);
    for (size_t k = 0; k < d; k++) {
        double variance = diagonal ? tro_normal_variance(law, d, k)
                                   : root[k * d + k] * root[k * d + k];
        sum += unit + log(variance);
    }
    return 0.5 * sum;
}

static double entropy(const tro_measuring *m, const double *z, size_t agent, double *scratch)
{
    const tro_space *space = tro_space_of(m);
    const double *row = z + agent * space->width;
    if (tro_is_table(m))
        return table_entropy(space->width, tro_table_law(m, row, agent, scratch));
    tro_normal_law law = tro_normal_law_of(m, row, agent, 0);
    return normal_entropy(&law, space->coordinates, scratch);
}

const tro_measure tro_measure_entropy = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_MEASURE, .name = "entropy",
               .summary = "Entropy of the outputs; of real vectors the differential one.",
               .reference = "Shannon 1948", .table = {"entropy", NULL, 0, 1}},
    .unit = "nats",
    .may_be_infinite = 1,
    .prepare = prepare_entropy,
    .value = entropy,
};

/* --- diversity ----------------------------------------------------------------------- */

static int prepare_diversity(const tro_reader *reader, tro_measuring *m)
{
    return tro_need_table(reader, m, ": 'entropy' or 'variance' would be right");
}

/* sum p (1 - p), exact also where almost all is on one outcome. */
static double diversity(const tro_measuring *m, const double *z, size_t agent, double *scratch)
{
    const tro_space *space = tro_space_of(m);
    const double *p = tro_table_law(m, z + agent * space->width, agent, scratch);
    size_t largest;
    double rest = tro_table_rest(space->width, p, &largest), sum = 0;
    for (size_t k = 0; k < space->width; k++)
        sum += p[k] * (k == largest ? rest : 1 - p[k]);
    return sum;
}

static int diversity_gradient(const tro_measuring *m, const double *z, size_t agent, double *out,
                              double *scratch)
{
    const tro_space *space = tro_space_of(m);
    const double *p = tro_table_law(m, z + agent * space->width, agent, scratch);
    for (size_t k = 0; k < space->width; k++)
        out[k] = -2 * p[k];
    tro_table_law_back(m, agent, out);
    return 1;
}

const tro_measure tro_measure_diversity = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_MEASURE, .name = "diversity",
               .summary = "Probability that two outputs differ: 1 minus the sum of squared "
                          "probabilities.",
               .reference = "Gini 1912; Simpson 1949", .table = {"diversity", NULL, 0, 1}},
    .unit = "probability",
    .degree = 2,
    .prepare = prepare_diversity,
    .value = diversity,
    .gradient = diversity_gradient,
};

/* --- support ------------------------------------------------------------------------- */

static double support(const tro_measuring *m, const double *z, size_t agent, double *scratch)
{
    const tro_space *space = tro_space_of(m);
    const double *p = tro_table_law(m, z + agent * space->width, agent, scratch);
    size_t count = 0;
    for (size_t k = 0; k < space->width; k++)
        count += p[k] > 0;
    return (double)count;
}

const tro_measure tro_measure_support = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_MEASURE, .name = "support",
               .summary = "How many outcomes have a probability above 0.",
               .reference = NULL, .table = {"support", NULL, 0, 1}},
    .unit = "outcomes",
    .prepare = prepare_diversity,
    .value = support,
};
