/* A comparison as JSON: one object, a line for each topology, pair and correlation. */
#include "cli/compare.h"
#include "output/json.h"

static void add_estimate(tro_text *text, const tro_estimate *e)
{
    const tro_fact facts[] = {
        TRO_FACT_WHOLE("count", (long long)e->count), TRO_FACT_REAL("mean", e->mean),
        TRO_FACT_REAL("lower", e->lower), TRO_FACT_REAL("upper", e->upper)};
    tro_json_facts(text, facts, 4);
}

static void add_named(tro_text *text, const char *before, const char *name,
                      const tro_estimate *e)
{
    tro_text_add(text, before);
    tro_json_text(text, name);
    tro_text_add(text, ": ");
    add_estimate(text, e);
}

static void add_topology(const tro_comparison *c, size_t t, tro_text *text)
{
    tro_text_add(text, t ? ",\n  {\"topology\": " : "\n  {\"topology\": ");
    tro_json_text(text, c->topologies[t].name);
    tro_text_addf(text, ", \"settled\": %zu, \"network\": {", tro_comparison_settled(c, t));
    for (size_t k = 0; k < c->metric_count; k++)
        add_named(text, k ? ", " : "", c->metrics[k]->plugin.name,
                  &c->of_metrics[t * c->metric_count + k]);
    tro_text_add(text, "}, \"outcomes\": {");
    for (size_t k = 0; k < TRO_OUTCOMES; k++)
        add_named(text, k ? ", " : "", tro_compared_outcomes[k].name,
                  &c->of_outcomes[t * TRO_OUTCOMES + k]);
    tro_text_add(text, "}, \"statuses\": [");
    for (size_t r = 0; r < c->replicates; r++) {
        tro_text_add(text, r ? ", " : "");
        tro_json_text(text, tro_compared_at(c, t, r)->status);
    }
    tro_text_add(text, "]}");
}

static void add_ranking(const tro_comparison *c, tro_text *text)
{
    for (size_t k = 0; k < c->rivalry_count; k++) {
        const tro_rivalry *v = &c->rivalries[k];
        const tro_difference *d = &v->difference;
        const tro_fact facts[] = {
            TRO_FACT_TEXT("outcome", tro_compared_outcomes[v->outcome].name),
            TRO_FACT_TEXT("better", c->topologies[v->better].name),
            TRO_FACT_TEXT("worse", c->topologies[v->worse].name),
            TRO_FACT_WHOLE("pairs", (long long)d->estimate.count),
            TRO_FACT_REAL("difference", d->estimate.mean),
            TRO_FACT_REAL("lower", d->estimate.lower),
            TRO_FACT_REAL("upper", d->estimate.upper),
            TRO_FACT_REAL("p_t", d->p_t),
            TRO_FACT_REAL("p_t_holm", v->p_t_holm),
            TRO_FACT_REAL("p_wilcoxon", d->p_wilcoxon),
            TRO_FACT_REAL("p_wilcoxon_holm", v->p_wilcoxon_holm),
            TRO_FACT_REAL("p_sign", d->p_sign),
        };
        tro_text_add(text, k ? ",\n  " : "\n  ");
        tro_json_facts(text, facts, sizeof facts / sizeof *facts);
    }
}

static void add_correlations(const tro_comparison *c, tro_text *text)
{
    size_t count = c->topology_count * c->centrality_count * TRO_TARGETS;
    for (size_t k = 0; k < count; k++) {
        const tro_estimate *e = &c->correlations[k];
        const tro_metric *metric = c->centralities[k / TRO_TARGETS % c->centrality_count];
        const tro_fact facts[] = {
            TRO_FACT_TEXT("topology",
                          c->topologies[k / TRO_TARGETS / c->centrality_count].name),
            TRO_FACT_TEXT("centrality", metric->plugin.name),
            TRO_FACT_TEXT("with", tro_node_names[TRO_NODE_SELF + k % TRO_TARGETS]),
            TRO_FACT_WHOLE("count", (long long)e->count),
            TRO_FACT_REAL("spearman", e->mean),
            TRO_FACT_REAL("lower", e->lower),
            TRO_FACT_REAL("upper", e->upper),
        };
        tro_text_add(text, k ? ",\n  " : "\n  ");
        tro_json_facts(text, facts, sizeof facts / sizeof *facts);
    }
}

void tro_compare_json(const tro_comparison *comparison, tro_text *text)
{
    const tro_fact facts[] = {
        TRO_FACT_TEXT("scenario", comparison->cell->scenario->name),
        TRO_FACT_WHOLE("seed", (long long)comparison->cell->scenario->seed),
        TRO_FACT_WHOLE("agents", (long long)comparison->agents),
        TRO_FACT_WHOLE("replicates", (long long)comparison->replicates),
        TRO_FACT_REAL("confidence", comparison->confidence),
    };
    for (size_t k = 0; k < sizeof facts / sizeof *facts; k++) {
        tro_text_add(text, k ? ", " : "{");
        tro_json_text(text, facts[k].key);
        tro_text_add(text, ": ");
        tro_json_value(text, &facts[k]);
    }
    tro_text_add(text, ", \"topologies\": [");
    for (size_t t = 0; t < comparison->topology_count; t++)
        add_topology(comparison, t, text);
    tro_text_add(text, "\n], \"ranking\": [");
    add_ranking(comparison, text);
    tro_text_add(text, "\n], \"correlations\": [");
    add_correlations(comparison, text);
    tro_text_add(text, "\n]}\n");
}
