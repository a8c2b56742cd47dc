/* A scenario as people and programs read it. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "cli/inspection.h"
#include "cli/phases.h"
#include "cli/printing.h"
#include "output/json.h"

enum { MOST_AGENTS = 30, MOST_PRODUCERS = 8, MOST_NAMES = 10, NAME = 40 };

/* Where a curation is not the producer's own, its judge is named. */
static void add_producer(const tro_scenario *scenario, const tro_edge *edge, tro_text *text)
{
    tro_add_cut(text, scenario->agents[edge->from].name, NAME);
    tro_text_add(text, " ");
    tro_add_number(text, edge->synthetic, 4);
    if (fabs(edge->synthetic - edge->curated) > 1e-12) {
        tro_text_add(text, "/");
        tro_add_number(text, edge->curated, 4);
    }
    if (edge->judge_agent != edge->from) {
        tro_text_add(text, " (judge ");
        tro_add_cut(text, scenario->agents[edge->judge_agent].name, NAME);
        tro_text_add(text, ")");
    }
    if (edge->delay > 0) {
        tro_text_add(text, " (delay ");
        tro_add_number(text, edge->delay, 4);
        tro_text_add(text, ")");
    }
}

static void add_producers(const tro_scenario *scenario, size_t agent, tro_text *text)
{
    const tro_edge *edge;
    size_t k = 0, at = 0;
    if (scenario->agents[agent].presence != TRO_PRESENT)
        tro_text_add(text, scenario->agents[agent].presence == TRO_ABSENT ? "(absent)"
                                                                          : "(frozen)");
    for (; (edge = tro_next_producer(scenario, agent, &at)) != NULL; k++) {
        if (k >= MOST_PRODUCERS)
            continue;
        tro_text_add(text, k ? ", " : "");
        add_producer(scenario, edge, text);
    }
    if (k > MOST_PRODUCERS)
        tro_text_addf(text, ", %zu more", k - MOST_PRODUCERS);
}

/* What the agent keeps of its data, and of real data. */
static void add_kept(const tro_agent *agent, tro_text *text)
{
    if (agent->window == TRO_KEEPS_ALL)
        tro_text_add(text, "all");
    else if (agent->window > 1)
        tro_text_addf(text, "last %" PRIu64, agent->window);
    else
        tro_text_add(text, "newest");
    if (agent->reference_sample > 0)
        tro_text_addf(text, ", %" PRIu64 " real", agent->reference_sample);
    if (agent->fade.power > 0)
        tro_text_add(text, ", real fades");
}

static void add_agents(const tro_cell *cell, tro_text *text)
{
    static const char *const heads[] = {"agent", "real", "synthetic", "curated", "displaces",
                                        "public", "keeps", "trains on"};
    const tro_scenario *scenario = cell->scenario;
    const tro_ecosystem *eco = cell->ecosystem;
    int keeps = eco->remembers || eco->fades || eco->fixed_sets;
    tro_sheet sheet = {.sides = keeps ? "lrrrllll" : "lrrrlll"};
    for (size_t k = 0; k < sizeof heads / sizeof *heads; k++)
        if (keeps || strcmp(heads[k], "keeps") != 0)
            tro_sheet_cell(&sheet, heads[k]);
    for (size_t i = 0; i < scenario->agent_count; i++) {
        const tro_agent *agent = &scenario->agents[i];
        tro_text producers = {0}, kept = {0};
        add_producers(scenario, i, &producers);
        add_kept(agent, &kept);
        tro_sheet_cell(&sheet, agent->name);
        tro_sheet_number(&sheet, agent->shares.real, 4);
        tro_sheet_number(&sheet, agent->shares.synthetic, 4);
        tro_sheet_number(&sheet, agent->shares.curated, 4);
        tro_sheet_cell(&sheet, tro_displaces_name(agent->displaces));
        tro_sheet_cell(&sheet, tro_public_name(agent));
        if (keeps)
            tro_sheet_cell(&sheet, tro_text_string(&kept));
        tro_sheet_cell(&sheet, tro_text_string(&producers));
        tro_text_clear(&producers);
        tro_text_clear(&kept);
    }
    tro_sheet_render(&sheet, "  ", text);
}

/* The end of the agents of one group, or of one on its own, that begin at i. */
static size_t group_end(const tro_scenario *scenario, size_t i)
{
    const char *group = scenario->agents[i].group;
    size_t last = i + 1;
    while (group && last < scenario->agent_count && scenario->agents[last].group == group)
        last++;
    return last;
}

/* Shares of a group on average; "varies" where its agents differ. */
static void add_group(const tro_agent *agents, size_t count, tro_sheet *sheet)
{
    tro_shares sum = {0};
    int displaces = 0, users = 0;
    for (size_t k = 0; k < count; k++) {
        sum.real += agents[k].shares.real / (double)count;
        sum.synthetic += agents[k].shares.synthetic / (double)count;
        sum.curated += agents[k].shares.curated / (double)count;
        displaces |= agents[k].displaces != agents[0].displaces;
        users |= strcmp(tro_public_name(&agents[k]), tro_public_name(&agents[0])) != 0;
    }
    tro_sheet_number(sheet, sum.real, 4);
    tro_sheet_number(sheet, sum.synthetic, 4);
    tro_sheet_number(sheet, sum.curated, 4);
    tro_sheet_cell(sheet, displaces ? "varies" : tro_displaces_name(agents[0].displaces));
    tro_sheet_cell(sheet, users ? "varies" : tro_public_name(&agents[0]));
}

/* Agents of one group, or on their own, that stand together in the file. */
static void add_groups(const tro_scenario *scenario, tro_text *text)
{
    static const char *const heads[] = {"group", "agents", "real", "synthetic", "curated",
                                        "displaces", "public", "producers each"};
    tro_sheet sheet = {.sides = "lrrrrllr"};
    for (size_t k = 0; k < sizeof heads / sizeof *heads; k++)
        tro_sheet_cell(&sheet, heads[k]);
    for (size_t i = 0, last; i < scenario->agent_count; i = last) {
        const tro_agent *agent = &scenario->agents[i];
        last = group_end(scenario, i);
        size_t links = scenario->rows.row_start[last] - scenario->rows.row_start[i];
        tro_sheet_cell(&sheet, agent->group ? agent->group : agent->name);
        tro_sheet_number(&sheet, (double)(last - i), 15);
        add_group(agent, last - i, &sheet);
        tro_sheet_number(&sheet, (double)links / (double)(last - i), 4);
    }
    tro_sheet_render(&sheet, "  ", text);
}

static void add_unreached(const tro_inspection *inspection, tro_text *text)
{
    const tro_scenario *scenario = inspection->loaded->cell->scenario;
    size_t shown = 0;
    if (inspection->unreached == 0)
        return;
    tro_text_add(text, "  no real data reaches: ");
    for (size_t i = 0; i < scenario->agent_count && shown < MOST_NAMES; i++) {
        if (inspection->reached[i])
            continue;
        tro_text_add(text, shown++ ? ", " : "");
        tro_add_cut(text, scenario->agents[i].name, NAME);
    }
    if (inspection->unreached > shown)
        tro_text_addf(text, " and %zu more", inspection->unreached - shown);
    tro_text_add(text, "\n");
}

static void add_rounds(const tro_cell *cell, tro_text *text)
{
    const tro_scenario *scenario = cell->scenario;
    const tro_schedule_common *common = cell->plan->common;
    char number[32];
    tro_text_addf(text, "  schedule   %s, at most %lld rounds", cell->plan->schedule->plugin.name,
                  common->rounds);
    if (common->tolerance > 0)
        tro_text_addf(text, ", tolerance %s", tro_format_real(number, common->tolerance));
    tro_text_add(text, "\n  advance    ");
    if (scenario->sampled)
        tro_text_addf(text, "sampled: %" PRIu64 " outputs per agent and round, %lld "
                            "replicate%s\n", scenario->default_outputs, scenario->replicates,
                      scenario->replicates == 1 ? "" : "s");
    else
        tro_text_add(text, "exact\n");
    tro_text_addf(text, "  seed       %" PRIu64 "\n", scenario->seed);
}

static void add_family(const tro_space *space, tro_text *text)
{
    tro_text_addf(text, "  family     %s, ", space->family->plugin.name);
    if (space->blocks > 1)
        tro_text_addf(text, "%zu prompts, ", space->blocks);
    if (space->outcomes > 0)
        tro_text_addf(text, "%zu outcome%s\n", space->outcomes, space->outcomes == 1 ? "" : "s");
    else
        tro_text_addf(text, "dimension %zu\n", space->width);
}

static void add_nearest(const tro_cell *cell, tro_text *text)
{
    const tro_stability *s = &cell->stability;
    if (!cell->have_stability || s->neutral || !tro_stability_nearest(s))
        return;
    tro_text_add(text, s->settles ? "  nearest    " : "  crossed    ");
    tro_stability_describe_nearest(s, text);
    tro_text_add(text, "\n");
}

/* What comes before the last phase, of which everything else speaks. */
static void add_phases(const tro_inspection *inspection, tro_text *text)
{
    const tro_cell *cell = inspection->loaded->cell;
    for (size_t k = 0; k + 1 < cell->stage_count; k++) {
        tro_text_addf(text, "  %-10s %zu: ", k ? "" : "phases", k + 1);
        tro_phase_describe(cell, k, text);
        tro_text_add(text, ": ");
        tro_add_clean(text, tro_text_string(&inspection->earlier[k]));
        tro_text_add(text, "\n");
    }
    if (cell->stage_count == 1)
        return;
    tro_text_addf(text, "             %zu: ", cell->stage_count);
    tro_phase_describe(cell, cell->stage_count - 1, text);
    tro_text_add(text, ", as follows\n");
}

void tro_inspection_show(const tro_inspection *inspection, tro_text *text)
{
    const tro_cell *cell = inspection->loaded->cell;
    const tro_scenario *scenario = cell->scenario;
    tro_add_clean(text, inspection->path);
    tro_text_add(text, ": ");
    tro_add_clean(text, scenario->name);
    tro_text_addf(text, "\n  agents     %zu\n  edges      %zu%s\n", scenario->agent_count,
                  scenario->edge_count,
                  scenario->normalised ? " (weights scaled so that each consumer's sum to 1)"
                                       : "");
    add_family(&scenario->space, text);
    add_rounds(cell, text);
    add_phases(inspection, text);
    tro_text_add(text, "  stability  ");
    tro_add_clean(text, tro_text_string(&inspection->verdict));
    tro_text_add(text, "\n  certified  ");
    tro_certificate_describe(&inspection->certificate, text);
    tro_text_add(text, "\n");
    add_nearest(cell, text);
    add_unreached(inspection, text);
    tro_text_add(text, "\n");
    if (scenario->agent_count <= MOST_AGENTS)
        add_agents(cell, text);
    else
        add_groups(scenario, text);
    tro_text_add(text, "\n");
    if (inspection->metrics.count > 0)
        tro_network_metrics_show(&inspection->metrics, text);
}

/* --- JSON ------------------------------------------------------------------ */

static void add_key(tro_text *text, const char *key)
{
    tro_text_add(text, ", ");
    tro_json_text(text, key);
    tro_text_add(text, ": ");
}

static void add_json_producers(const tro_scenario *scenario, size_t agent, tro_text *text)
{
    const tro_edge *edge;
    size_t at = 0;
    for (size_t k = 0; (edge = tro_next_producer(scenario, agent, &at)) != NULL; k++) {
        const tro_fact facts[] = {
            TRO_FACT_TEXT("producer", scenario->agents[edge->from].name),
            TRO_FACT_REAL("synthetic", edge->synthetic),
            TRO_FACT_REAL("curated", edge->curated),
            TRO_FACT_TEXT("judge", scenario->agents[edge->judge_agent].name),
            TRO_FACT_REAL("delay", edge->delay),
        };
        tro_text_add(text, k ? ", " : "");
        tro_json_facts(text, facts, sizeof facts / sizeof *facts);
    }
}

static void add_json_agent(const tro_inspection *inspection, size_t i, tro_text *text)
{
    const tro_scenario *scenario = inspection->loaded->cell->scenario;
    const tro_agent *agent = &scenario->agents[i];
    tro_text_add(text, i ? ", {\"name\": " : "{\"name\": ");
    tro_json_text(text, agent->name);
    add_key(text, "group");
    tro_json_text(text, agent->group);
    add_key(text, "real");
    tro_json_real(text, agent->shares.real);
    add_key(text, "synthetic");
    tro_json_real(text, agent->shares.synthetic);
    add_key(text, "curated");
    tro_json_real(text, agent->shares.curated);
    add_key(text, "displaces");
    tro_json_text(text, tro_displaces_name(agent->displaces));
    add_key(text, "public");
    tro_json_text(text, tro_public_name(agent));
    add_key(text, "real_data_reaches");
    tro_text_add(text, inspection->reached[i] ? "true" : "false");
    if (agent->presence != TRO_PRESENT) {
        add_key(text, "presence");
        tro_json_text(text, agent->presence == TRO_ABSENT ? "absent" : "frozen");
    }
    add_key(text, "producers");
    tro_text_add(text, "[");
    add_json_producers(scenario, i, text);
    tro_text_add(text, "]}");
}

static void add_json_certificate(const tro_certificate *c, tro_text *text)
{
    add_key(text, "certificate");
    tro_text_addf(text, "{\"holds\": %s", c->holds ? "true" : "false");
    add_key(text, "radius");
    tro_json_real(text, c->radius);
    add_key(text, "coupled");
    tro_json_real(text, c->coupled);
    add_key(text, "reason");
    tro_json_text(text, c->reason);
    tro_text_add(text, "}");
}

void tro_json_nearest(tro_text *text, const tro_stability *s)
{
    int kind = s ? tro_stability_nearest(s) : 0;
    const tro_fact facts[] = {
        TRO_FACT_TEXT("kind", kind == TRO_DRIFTS ? "fold" : kind == TRO_FLIPS ? "flip"
                                                                             : "rotation"),
        TRO_FACT_REAL("real", s ? s->re : NAN),
        TRO_FACT_REAL("imaginary", s ? s->im : NAN),
        TRO_FACT_REAL("turn", kind == TRO_TURNS ? tro_stability_turn(s, s->re, s->im) : NAN),
    };
    if (kind)
        tro_json_facts(text, facts, sizeof facts / sizeof *facts);
    else
        tro_text_add(text, "null");
}

static void add_json_stability(const tro_inspection *inspection, tro_text *text)
{
    const tro_cell *cell = inspection->loaded->cell;
    const tro_stability *s = &cell->stability;
    add_key(text, "stability");
    tro_text_addf(text, "{\"settles\": %s", inspection->settles ? "true" : "false");
    add_key(text, "schedule");
    tro_json_text(text, cell->plan->schedule->plugin.name);
    add_key(text, "rate");
    tro_json_real(text, cell->have_stability ? s->rate : NAN);
    add_key(text, "spectral_radius");
    tro_json_real(text, cell->have_stability ? s->synchronous : NAN);
    add_key(text, "nearest");
    tro_json_nearest(text, cell->have_stability ? s : NULL);
    add_key(text, "verdict");
    tro_json_text(text, tro_text_string(&inspection->verdict));
    tro_text_add(text, "}");
}

/* Of scenarios with events. */
static void add_json_phases(const tro_inspection *inspection, tro_text *text)
{
    const tro_cell *cell = inspection->loaded->cell;
    if (cell->stage_count == 1)
        return;
    add_key(text, "phases");
    for (size_t k = 0; k < cell->stage_count; k++) {
        const tro_stability *s = &cell->stages[k]->stability;
        int known = cell->stages[k]->have_stability, last = k + 1 == cell->stage_count;
        const tro_fact facts[] = {
            TRO_FACT_WHOLE("after", (long long)cell->line[k].from),
            TRO_FACT_TEXT("name", cell->phase[k].name),
            TRO_FACT_REAL("rate", known ? s->rate : NAN),
            TRO_FACT_TEXT("verdict", tro_text_string(last ? &inspection->verdict
                                                          : &inspection->earlier[k])),
        };
        tro_text_add(text, k ? ", " : "[");
        tro_json_facts(text, facts, sizeof facts / sizeof *facts);
    }
    tro_text_add(text, "]");
}

void tro_inspection_json(const tro_inspection *inspection, tro_text *text)
{
    const tro_cell *cell = inspection->loaded->cell;
    const tro_scenario *scenario = cell->scenario;
    const tro_fact facts[] = {
        TRO_FACT_TEXT("name", scenario->name),
        TRO_FACT_WHOLE("seed", (long long)scenario->seed),
        TRO_FACT_TEXT("family", scenario->space.family->plugin.name),
        TRO_FACT_WHOLE("dimension", (long long)scenario->space.width),
        TRO_FACT_WHOLE("edges", (long long)scenario->edge_count),
        TRO_FACT_WHOLE("rounds", cell->plan->common->rounds),
        TRO_FACT_REAL("tolerance", cell->plan->common->tolerance),
        TRO_FACT_TEXT("advance", scenario->sampled ? "sampled" : "exact"),
        TRO_FACT_WHOLE("replicates", scenario->replicates),
    };
    tro_text_add(text, "{\"file\": ");
    tro_json_text(text, inspection->path);
    for (size_t k = 0; k < sizeof facts / sizeof *facts; k++) {
        add_key(text, facts[k].key);
        tro_json_value(text, &facts[k]);
    }
    add_key(text, "normalised");
    tro_text_add(text, scenario->normalised ? "true" : "false");
    add_json_phases(inspection, text);
    add_json_stability(inspection, text);
    add_json_certificate(&inspection->certificate, text);
    if (inspection->metrics.count > 0) {
        add_key(text, "metrics");
        tro_network_metrics_json(&inspection->metrics, text);
    }
    add_key(text, "agents");
    tro_text_add(text, "[");
    for (size_t i = 0; i < scenario->agent_count; i++)
        add_json_agent(inspection, i, text);
    tro_text_add(text, "]}\n");
}
