/* A comparison as tables for a terminal. */
#include <math.h>

#include "cli/compare.h"
#include "cli/printing.h"

/* "0.412 ± 0.03": half the interval, where there is one. */
static void add_estimate(tro_sheet *sheet, const tro_estimate *e)
{
    tro_text text = {0};
    double half = (e->upper - e->lower) / 2;
    tro_add_number(&text, e->mean, 4);
    if (half > 1e-12 * fabs(e->mean)) {
        tro_text_add(&text, " ± ");
        tro_add_number(&text, half, 2);
    }
    tro_sheet_cell(sheet, tro_text_string(&text));
    tro_text_clear(&text);
}

static void add_clean_cell(tro_sheet *sheet, const char *name)
{
    tro_text text = {0};
    tro_add_clean(&text, name);
    tro_sheet_cell(sheet, tro_text_string(&text));
    tro_text_clear(&text);
}

/* A letter for the first column, and `rest` for each topology. */
static void begin(tro_sheet *sheet, tro_text *sides, const tro_comparison *c, const char *corner)
{
    tro_text_add(sides, "l");
    tro_sheet_cell(sheet, corner);
    for (size_t t = 0; t < c->topology_count; t++) {
        tro_text_add(sides, "r");
        add_clean_cell(sheet, c->topologies[t].name);
    }
}

static void end(tro_sheet *sheet, tro_text *sides, tro_text *text)
{
    sheet->sides = tro_text_string(sides);
    tro_sheet_render(sheet, "  ", text);
    tro_text_clear(sides);
    tro_text_add(text, "\n");
}

/* Topologies side by side, a line for each number; `wide` many in a table. */
static void show_metrics(const tro_comparison *c, tro_text *text)
{
    tro_sheet sheet = {0};
    tro_text sides = {0};
    begin(&sheet, &sides, c, "network");
    for (size_t k = 0; k < c->metric_count; k++) {
        tro_sheet_cell(&sheet, c->metrics[k]->plugin.name);
        for (size_t t = 0; t < c->topology_count; t++)
            add_estimate(&sheet, &c->of_metrics[t * c->metric_count + k]);
    }
    end(&sheet, &sides, text);
}

static void show_outcomes(const tro_comparison *c, tro_text *text)
{
    tro_sheet sheet = {0};
    tro_text sides = {0};
    begin(&sheet, &sides, c, "outcome");
    for (size_t k = 0; k < c->outcome_count; k++) {
        tro_sheet_cell(&sheet, tro_compared_outcomes[c->outcomes[k]].name);
        for (size_t t = 0; t < c->topology_count; t++)
            add_estimate(&sheet, &c->of_outcomes[t * TRO_OUTCOMES + c->outcomes[k]]);
    }
    end(&sheet, &sides, text);
}

/* What failed, each topology's first reason. */
static void show_failures(const tro_comparison *c, tro_text *text)
{
    int any = 0;
    for (size_t t = 0; t < c->topology_count; t++) {
        size_t settled = tro_comparison_settled(c, t);
        for (size_t r = 0; settled < c->replicates && r < c->replicates; r++) {
            const tro_compared *cell = tro_compared_at(c, t, r);
            if (cell->settled)
                continue;
            tro_text_add(text, "  ");
            tro_add_clean(text, c->topologies[t].name);
            tro_text_addf(text, ": %zu of %zu replicates came to rest; replicate %zu: ", settled,
                          c->replicates, r);
            tro_add_clean(text, cell->status);
            tro_text_add(text, "\n");
            any = 1;
            break;
        }
    }
    if (any)
        tro_text_add(text, "\n");
}

/* --- ranking ------------------------------------------------------------------------- */

static const tro_rivalry *find_rivalry(const tro_comparison *c, size_t outcome, size_t better,
                                       size_t worse)
{
    for (size_t k = 0; k < c->rivalry_count; k++)
        if (c->rivalries[k].outcome == outcome && c->rivalries[k].better == better &&
            c->rivalries[k].worse == worse)
            return &c->rivalries[k];
    return NULL;
}

static void add_p(tro_sheet *sheet, double p)
{
    if (p < 1e-4)
        tro_sheet_cell(sheet, "< 1e-4");
    else
        tro_sheet_number(sheet, p, 2);
}

/* How many pairs have a p, which is what is corrected for. */
static size_t count_tests(const tro_comparison *c, size_t outcome)
{
    size_t count = 0;
    for (size_t k = 0; k < c->rivalry_count; k++)
        count += c->rivalries[k].outcome == outcome && !isnan(c->rivalries[k].p_t_holm);
    return count;
}

static void show_ranking(const tro_comparison *c, tro_text *text)
{
    static const char *const heads[] = {"", "topology", "mean", "before the next by", "p",
                                        "signed ranks"};
    size_t outcome = c->outcomes[c->rank_by], n = c->topology_count;
    const size_t *order = c->order + c->rank_by * n;
    tro_sheet sheet = {.sides = "rlrrrr"};
    size_t tests = count_tests(c, outcome);
    tro_text_addf(text, "by %s%s, best first; ", tro_compared_outcomes[outcome].name,
                  tro_compared_outcomes[outcome].better < 0 ? " (less is better)" : "");
    if (tests > 0)
        tro_text_addf(text, "p of paired tests over replicates, corrected (Holm) for %zu pair%s:\n",
                      tests, tests == 1 ? "" : "s");
    else
        tro_text_add(text, "no pair has a paired test:\n");
    for (size_t k = 0; k < sizeof heads / sizeof *heads; k++)
        tro_sheet_cell(&sheet, heads[k]);
    for (size_t k = 0; k < n; k++) {
        const tro_rivalry *v = k + 1 < n ? find_rivalry(c, outcome, order[k], order[k + 1]) : NULL;
        tro_sheet_number(&sheet, (double)k + 1, 6);
        add_clean_cell(&sheet, c->topologies[order[k]].name);
        add_estimate(&sheet, &c->of_outcomes[order[k] * TRO_OUTCOMES + outcome]);
        if (v)
            add_estimate(&sheet, &v->difference.estimate);
        else
            tro_sheet_cell(&sheet, "");
        if (v) {
            add_p(&sheet, v->p_t_holm);
            add_p(&sheet, v->p_wilcoxon_holm);
        } else {
            tro_sheet_cell(&sheet, "");
            tro_sheet_cell(&sheet, "");
        }
    }
    tro_sheet_render(&sheet, "  ", text);
    tro_text_add(text, "\n");
}

/* --- correlations -------------------------------------------------------------------- */

static int is_sure(const tro_estimate *e)
{
    return e->lower > 0 || e->upper < 0;
}

/* An interval that leaves out 0 has a star. */
static void add_correlation(tro_sheet *sheet, const tro_estimate *e)
{
    tro_text text = {0};
    tro_add_number(&text, e->mean, 2);
    tro_text_add(&text, is_sure(e) ? "*" : " ");
    tro_sheet_cell(sheet, tro_text_string(&text));
    tro_text_clear(&text);
}

static const tro_estimate *correlation(const tro_comparison *c, size_t t, size_t k)
{
    return &c->correlations[(t * c->centrality_count + k) * TRO_TARGETS];
}

static void show_correlations(const tro_comparison *c, tro_text *text)
{
    tro_sheet sheet = {0};
    tro_text sides = {0};
    tro_text_addf(text, "rank correlation of an agent's centrality with its influence on itself (* "
                        "its %.3g %% interval leaves out 0):\n", 100 * c->confidence);
    begin(&sheet, &sides, c, "centrality");
    for (size_t k = 0; k < c->centrality_count; k++) {
        tro_sheet_cell(&sheet, c->centralities[k]->plugin.name);
        for (size_t t = 0; t < c->topology_count; t++)
            add_correlation(&sheet, correlation(c, t, k));
    }
    end(&sheet, &sides, text);
}

/* Has no correlation of the topology an interval, though it has some? */
static int is_alike(const tro_comparison *c, size_t t)
{
    size_t known = 0;
    for (size_t k = 0; k < c->centrality_count; k++) {
        const tro_estimate *e = correlation(c, t, k);
        if (!isnan(e->lower))
            return 0;
        known += !isnan(e->mean);
    }
    return known > 0;
}

/* Of each topology the one that goes best with influence, of those whose interval leaves out 0. */
static void show_best(const tro_comparison *c, tro_text *text)
{
    for (size_t t = 0; t < c->topology_count; t++) {
        const tro_estimate *best = NULL;
        size_t which = 0;
        for (size_t k = 0; k < c->centrality_count; k++) {
            const tro_estimate *e = correlation(c, t, k);
            if (is_sure(e) && (!best || fabs(e->mean) > fabs(best->mean))) {
                best = e;
                which = k;
            }
        }
        tro_text_add(text, "  ");
        tro_add_clean(text, c->topologies[t].name);
        if (!best) {
            tro_text_add(text, is_alike(c, t) ? ": one network, not several: nothing says whether "
                                                "a correlation is more than chance\n"
                                              : ": no centrality predicts who backfires\n");
            continue;
        }
        tro_text_addf(text, ": best predicted by %s: agents with more of it have the %s influence "
                            "on themselves (", c->centralities[which]->plugin.name,
                      best->mean < 0 ? "lower" : "higher");
        tro_add_number(text, best->mean, 2);
        tro_text_add(text, ")\n");
    }
}

void tro_compare_show(const tro_comparison *comparison, tro_text *text)
{
    tro_text_addf(text, "%zu agents, %zu topolog%s, %zu replicate%s; ± is half a %.3g %% "
                        "interval\n\n",
                  comparison->agents, comparison->topology_count,
                  comparison->topology_count == 1 ? "y" : "ies", comparison->replicates,
                  comparison->replicates == 1 ? "" : "s", 100 * comparison->confidence);
    show_metrics(comparison, text);
    show_outcomes(comparison, text);
    show_failures(comparison, text);
    if (comparison->topology_count > 1)
        show_ranking(comparison, text);
    show_correlations(comparison, text);
    show_best(comparison, text);
}
