/* The tables of a comparison. */
#include <string.h>

#include "experiment/compare.h"
#include "output/csv.h"

/* Names as columns: with '_'. */
static const char *column_name(tro_arena *arena, const char *prefix, const char *name)
{
    size_t length = strlen(prefix);
    char *copy = TRO_NEW(arena, char, length + strlen(name) + 1);
    if (!copy)
        return NULL;
    strcpy(copy, prefix);
    strcpy(copy + length, name);
    for (char *at = copy; *at; at++)
        *at = *at == '-' ? '_' : *at;
    return copy;
}

static void add_head(tro_csv *csv, const tro_comparison *c, size_t t, size_t r)
{
    tro_csv_text(csv, c->topologies[t].name);
    tro_csv_whole(csv, (long long)r);
}

/* A row for every topology and replicate. */
static int write_cells(const tro_comparison *c, tro_folder *folder, tro_messages *messages)
{
    size_t count = 3 + c->metric_count + TRO_OUTCOMES, at = 0;
    tro_arena arena = {0};
    const char **names = TRO_NEW(&arena, const char *, count), *path;
    tro_csv csv = {0};
    int status = names ? TRO_OK : TRO_ENOMEM;
    TRO_TRY(status);
    names[at++] = "topology";
    names[at++] = "replicate";
    names[at++] = "status";
    for (size_t k = 0; k < c->metric_count; k++)
        names[at++] = column_name(&arena, "network_", c->metrics[k]->plugin.name);
    for (size_t k = 0; k < TRO_OUTCOMES; k++)
        names[at++] = column_name(&arena, "", tro_compared_outcomes[k].name);
    for (size_t k = 0; k < count; k++)
        TRO_TRY(names[k] ? TRO_OK : TRO_ENOMEM);
    TRO_TRY(tro_folder_add(folder, "compare.csv", &path, messages));
    TRO_TRY(tro_csv_open(&csv, path, names, count, messages));
    for (size_t t = 0; t < c->topology_count; t++)
        for (size_t r = 0; r < c->replicates; r++) {
            const tro_compared *cell = tro_compared_at(c, t, r);
            add_head(&csv, c, t, r);
            tro_csv_text(&csv, cell->status);
            tro_csv_reals(&csv, cell->metrics, c->metric_count);
            tro_csv_reals(&csv, cell->outcomes, TRO_OUTCOMES);
            TRO_TRY(tro_csv_end_row(&csv));
        }
    status = tro_csv_commit(&csv);
out:
    tro_csv_abort(&csv);
    tro_arena_clear(&arena);
    return status;
}

/* A row for every agent of those. */
static int write_nodes(const tro_comparison *c, tro_folder *folder, tro_messages *messages)
{
    size_t count = 3 + TRO_NODE_KNOWN + c->centrality_count, at = 0, n = c->agents;
    const tro_agent *agents = c->cell->scenario->agents;
    tro_arena arena = {0};
    const char **names = TRO_NEW(&arena, const char *, count), *path;
    tro_csv csv = {0};
    int status = names ? TRO_OK : TRO_ENOMEM;
    TRO_TRY(status);
    names[at++] = "topology";
    names[at++] = "replicate";
    names[at++] = "agent";
    for (size_t k = 0; k < TRO_NODE_KNOWN; k++)
        names[at++] = tro_node_names[k];
    for (size_t k = 0; k < c->centrality_count; k++)
        names[at++] = column_name(&arena, "", c->centralities[k]->plugin.name);
    for (size_t k = 0; k < count; k++)
        TRO_TRY(names[k] ? TRO_OK : TRO_ENOMEM);
    TRO_TRY(tro_folder_add(folder, "nodes.csv", &path, messages));
    TRO_TRY(tro_csv_open(&csv, path, names, count, messages));
    for (size_t row = 0; row < c->topology_count * c->replicates * n; row++) {
        const tro_compared *cell = &c->cells[row / n];
        add_head(&csv, c, row / n / c->replicates, row / n % c->replicates);
        tro_csv_text(&csv, agents[row % n].name);
        for (size_t k = 0; k < TRO_NODE_KNOWN; k++)
            tro_csv_real(&csv, cell->known[k * n + row % n]);
        for (size_t k = 0; k < c->centrality_count; k++)
            tro_csv_real(&csv, cell->centralities[k * n + row % n]);
        TRO_TRY(tro_csv_end_row(&csv));
    }
    status = tro_csv_commit(&csv);
out:
    tro_csv_abort(&csv);
    tro_arena_clear(&arena);
    return status;
}

/* Position of a topology by an outcome, from 1. */
static long long rank_of(const tro_comparison *c, size_t outcome, size_t topology)
{
    for (size_t k = 0; k < c->outcome_count; k++)
        for (size_t at = 0; c->outcomes[k] == outcome && at < c->topology_count; at++)
            if (c->order[k * c->topology_count + at] == topology)
                return (long long)at + 1;
    return 0;
}

static int write_ranking(const tro_comparison *c, tro_folder *folder, tro_messages *messages)
{
    static const char *const names[] = {
        "outcome", "rank_a", "topology_a", "mean_a", "rank_b", "topology_b", "mean_b", "pairs",
        "difference", "lower", "upper", "t", "p_t", "p_t_holm", "p_wilcoxon", "p_wilcoxon_holm",
        "p_sign"};
    const char *path;
    tro_csv csv = {0};
    int status;
    TRO_TRY(tro_folder_add(folder, "ranking.csv", &path, messages));
    TRO_TRY(tro_csv_open(&csv, path, names, sizeof names / sizeof *names, messages));
    for (size_t k = 0; k < c->rivalry_count; k++) {
        const tro_rivalry *v = &c->rivalries[k];
        const tro_difference *d = &v->difference;
        const double numbers[] = {d->estimate.mean, d->estimate.lower, d->estimate.upper, d->t,
                                  d->p_t, v->p_t_holm, d->p_wilcoxon, v->p_wilcoxon_holm,
                                  d->p_sign};
        tro_csv_text(&csv, tro_compared_outcomes[v->outcome].name);
        for (int side = 0; side < 2; side++) {
            size_t t = side ? v->worse : v->better;
            tro_csv_whole(&csv, rank_of(c, v->outcome, t));
            tro_csv_text(&csv, c->topologies[t].name);
            tro_csv_real(&csv, c->of_outcomes[t * TRO_OUTCOMES + v->outcome].mean);
        }
        tro_csv_whole(&csv, (long long)d->estimate.count);
        tro_csv_reals(&csv, numbers, sizeof numbers / sizeof *numbers);
        TRO_TRY(tro_csv_end_row(&csv));
    }
    status = tro_csv_commit(&csv);
out:
    tro_csv_abort(&csv);
    return status;
}

static int write_correlations(const tro_comparison *c, tro_folder *folder,
                              tro_messages *messages)
{
    static const char *const names[] = {"topology", "centrality", "with", "replicates",
                                        "spearman", "sd", "lower", "upper"};
    const char *path;
    size_t count = c->topology_count * c->centrality_count * TRO_TARGETS;
    tro_csv csv = {0};
    int status;
    TRO_TRY(tro_folder_add(folder, "correlations.csv", &path, messages));
    TRO_TRY(tro_csv_open(&csv, path, names, sizeof names / sizeof *names, messages));
    for (size_t k = 0; k < count; k++) {
        const tro_estimate *e = &c->correlations[k];
        const double numbers[] = {e->mean, e->sd, e->lower, e->upper};
        tro_csv_text(&csv, c->topologies[k / TRO_TARGETS / c->centrality_count].name);
        tro_csv_text(&csv,
                     c->centralities[k / TRO_TARGETS % c->centrality_count]->plugin.name);
        tro_csv_text(&csv, tro_node_names[TRO_NODE_SELF + k % TRO_TARGETS]);
        tro_csv_whole(&csv, (long long)e->count);
        tro_csv_reals(&csv, numbers, 4);
        TRO_TRY(tro_csv_end_row(&csv));
    }
    status = tro_csv_commit(&csv);
out:
    tro_csv_abort(&csv);
    return status;
}

int tro_comparison_write(const tro_comparison *comparison, tro_folder *folder,
                         tro_messages *messages)
{
    int status;
    TRO_TRY(write_cells(comparison, folder, messages));
    TRO_TRY(write_nodes(comparison, folder, messages));
    TRO_TRY(write_ranking(comparison, folder, messages));
    TRO_TRY(write_correlations(comparison, folder, messages));
out:
    return status == TRO_ENOMEM ? tro_error(messages, status, NULL, "out of memory writing tables")
                                : status;
}
