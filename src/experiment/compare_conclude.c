/* What follows from the cells: intervals, ranks with paired tests, and which centrality goes with
 * influence. */
#include <math.h>
#include <stdlib.h>

#include "experiment/compare.h"

/* Means that differ by less, relative to their size, are one. */
#define ROUNDING 1e-12
/* Influences of one network, solved for several times, are as near as this. */
#define SAMENESS 1e-9

/* --- intervals ----------------------------------------------------------------------- */

/* The column of a number over the replicates of a topology. */
static void outcome_column(const tro_comparison *c, size_t topology, size_t outcome, double *out)
{
    for (size_t r = 0; r < c->replicates; r++)
        out[r] = tro_compared_at(c, topology, r)->outcomes[outcome];
}

static int find_estimates(tro_comparison *c, double *column)
{
    size_t topologies = c->topology_count;
    c->of_metrics = TRO_NEW(&c->arena, tro_estimate, topologies * c->metric_count + 1);
    c->of_outcomes = TRO_NEW(&c->arena, tro_estimate, topologies * TRO_OUTCOMES);
    if (!c->of_metrics || !c->of_outcomes)
        return TRO_ENOMEM;
    for (size_t t = 0; t < topologies; t++) {
        for (size_t k = 0; k < c->metric_count; k++) {
            for (size_t r = 0; r < c->replicates; r++)
                column[r] = tro_compared_at(c, t, r)->metrics[k];
            tro_estimate_find(c->replicates, column, c->confidence,
                              &c->of_metrics[t * c->metric_count + k]);
        }
        for (size_t k = 0; k < TRO_OUTCOMES; k++) {
            outcome_column(c, t, k, column);
            tro_estimate_find(c->replicates, column, c->confidence,
                              &c->of_outcomes[t * TRO_OUTCOMES + k]);
        }
    }
    return TRO_OK;
}

/* --- correlations -------------------------------------------------------------------- */

/* Numbers of agents that are the same in every replicate that has them, but for rounding. */
static int are_same(const double *first, const double *other, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (isnan(first[i]) != isnan(other[i]) ||
            fabs(first[i] - other[i]) > SAMENESS * fmax(fabs(first[i]), fabs(other[i])))
            return 0;
    return 1;
}

/* Replicates of a network that is not random are one replicate several times: their correlations
 * do not vary, and that says nothing about chance. */
static int is_repeated(const tro_comparison *c, size_t topology, size_t centrality, size_t target,
                       const double *column)
{
    const tro_compared *first = NULL;
    size_t n = c->agents, at = (TRO_NODE_SELF + target) * n;
    for (size_t r = 0; r < c->replicates; r++) {
        const tro_compared *cell = tro_compared_at(c, topology, r);
        if (isnan(column[r]))
            continue;
        if (!first)
            first = cell;
        if (!are_same(first->centralities + centrality * n, cell->centralities + centrality * n,
                      n) || !are_same(first->known + at, cell->known + at, n))
            return 0;
    }
    return 1;
}

static int find_correlations(tro_comparison *c, double *column)
{
    size_t at = 0, n = c->agents;
    int status = TRO_OK;
    c->correlations = TRO_NEW(&c->arena, tro_estimate,
                              c->topology_count * c->centrality_count * TRO_TARGETS + 1);
    if (!c->correlations)
        return TRO_ENOMEM;
    for (size_t t = 0; t < c->topology_count; t++)
        for (size_t k = 0; k < c->centrality_count; k++)
            for (size_t target = 0; target < TRO_TARGETS; target++) {
                for (size_t r = 0; r < c->replicates && status == TRO_OK; r++) {
                    const tro_compared *cell = tro_compared_at(c, t, r);
                    status = tro_spearman(n, cell->centralities + k * n,
                                          cell->known + (TRO_NODE_SELF + target) * n, &column[r]);
                }
                tro_estimate *out = &c->correlations[at++];
                tro_estimate_find(c->replicates, column, c->confidence, out);
                if (status == TRO_OK && is_repeated(c, t, k, target, column))
                    out->sd = out->lower = out->upper = NAN;
            }
    return status;
}

/* --- ranking ------------------------------------------------------------------------- */

/* Better first; those without a value last; else in the order of the file. */
static void order_topologies(const tro_comparison *c, size_t outcome, size_t *order)
{
    double sign = tro_compared_outcomes[outcome].better < 0 ? 1 : -1;
    for (size_t t = 0; t < c->topology_count; t++) {
        double value = sign * c->of_outcomes[t * TRO_OUTCOMES + outcome].mean;
        size_t at = t;
        for (; at > 0; at--) {
            double other = sign * c->of_outcomes[order[at - 1] * TRO_OUTCOMES + outcome].mean;
            int ahead = value < other - ROUNDING * fmax(fabs(value), fabs(other));
            if (!(ahead || (isnan(other) && !isnan(value))))
                break;
            order[at] = order[at - 1];
        }
        order[at] = t;
    }
}

/* All pairs of an outcome, and Holm's correction over them. */
static int test_pairs(tro_comparison *c, size_t outcome, const size_t *order, double *a, double *b,
                      double *p)
{
    tro_rivalry *first = &c->rivalries[c->rivalry_count];
    size_t count = 0;
    int status;
    for (size_t i = 0; i < c->topology_count; i++)
        for (size_t j = i + 1; j < c->topology_count; j++, count++) {
            first[count] = (tro_rivalry){.outcome = outcome, .better = order[i],
                                         .worse = order[j]};
            outcome_column(c, order[i], outcome, a);
            outcome_column(c, order[j], outcome, b);
            TRO_TRY(tro_difference_find(c->replicates, a, b, c->confidence,
                                        &first[count].difference));
            p[count] = first[count].difference.p_t;
        }
    TRO_TRY(tro_holm(count, p));
    for (size_t k = 0; k < count; k++) {
        first[k].p_t_holm = p[k];
        p[k] = first[k].difference.p_wilcoxon;
    }
    TRO_TRY(tro_holm(count, p));
    for (size_t k = 0; k < count; k++)
        first[k].p_wilcoxon_holm = p[k];
    c->rivalry_count += count;
out:
    return status;
}

static int rank_all(tro_comparison *c)
{
    size_t n = c->topology_count, pairs = n * (n - 1) / 2;
    tro_arena arena = {0};
    double *a = TRO_NEW(&arena, double, c->replicates);
    double *b = TRO_NEW(&arena, double, c->replicates), *p = TRO_NEW(&arena, double, pairs + 1);
    int status = TRO_OK;
    c->order = TRO_NEW(&c->arena, size_t, c->outcome_count * n);
    c->rivalries = TRO_NEW(&c->arena, tro_rivalry, c->outcome_count * pairs + 1);
    if (!a || !b || !p || !c->order || !c->rivalries)
        status = TRO_ENOMEM;
    for (size_t k = 0; k < c->outcome_count && status == TRO_OK; k++) {
        order_topologies(c, c->outcomes[k], c->order + k * n);
        status = test_pairs(c, c->outcomes[k], c->order + k * n, a, b, p);
    }
    tro_arena_clear(&arena);
    return status;
}

int tro_comparison_conclude(tro_comparison *comparison)
{
    double *column = tro_allocate(comparison->replicates, sizeof *column);
    int status = column ? TRO_OK : TRO_ENOMEM;
    TRO_TRY(status);
    TRO_TRY(find_estimates(comparison, column));
    TRO_TRY(find_correlations(comparison, column));
    TRO_TRY(rank_all(comparison));
out:
    tro_release(column);
    return status;
}
