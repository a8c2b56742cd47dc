/* What the names of the schema stand for, and the raw nodes of the tables. */
#include <string.h>

#include "experiment/schema_parts.h"
#include "experiment/advice.h"
#include "experiment/compare.h"
#include "experiment/study.h"
#include "experiment/sweep.h"
#include "family/gaussian_law.h"
#include "family/table.h"
#include "scenario/draws.h"
#include "scenario/scenario.h"

/* Maps that are read by hand, as tables. */
static const tro_param advance_params[] = {
    {.key = "sampled", .type = TRO_P_RECORD, .flags = TRO_P_REQUIRED,
     .table = &tro_sampled_table, .doc = "So many outputs per agent and round."},
};
static const tro_table advance_table = {.name = "advance", .params = advance_params, .count = 1};

static const tro_param grid_params[] = {
    {.key = "grid", .type = TRO_P_NODE, .flags = TRO_P_REQUIRED,
     .doc = "Axes, each a list of numbers or {linspace: [first, last, count]}: every combination, "
            "the last axis fastest."},
};
static const tro_table grid_table = {.name = "grid", .params = grid_params, .count = 1};

static const tro_param given_params[] = {
    {.key = "values", .type = TRO_P_VECTOR, .flags = TRO_P_REQUIRED | TRO_P_MAIN,
     .doc = "One number for each cell of the grid, or one for all."},
};
static const tro_table given_table = {.name = "given", .params = given_params, .count = 1};

const tro_schema_table *tro_schema_table_of(const char *name)
{
    static const tro_schema_table tables[] = {
        {"agent", &tro_agent_table, 0},
        {"member", &tro_agent_table, 1},
        {"shares", &tro_shares_table, 0},
        {"draw", &tro_draw_table, 0},
        {"gaussian-reward", &tro_reward_table, 0},
        {"gaussian-law", &tro_gaussian_law_table, 0},
        {"categorical-law", &tro_outcome_law_table, 0},
        {"categorical-reward", &tro_outcome_reward_table, 0},
        {"conditional-law", &tro_prompt_law_table, 0},
        {"conditional-reward", &tro_prompt_reward_table, 0},
        {"network", &tro_network_table, 0},
        {"sampled", &tro_sampled_table, 0},
        {"advice", &tro_advice_table, 0},
        {"allow", &tro_allowed_table, 0},
        {"table", &tro_study_table_table, 0},
        {"axis", &tro_axis_table, 0},
        {"claim", &tro_claim_table, 0},
        {"figure", &tro_figure_table, 0},
        {"sweep", &tro_sweep_table, 0},
        {"compare", &tro_compare_table, 0},
        {"sampled-advance", &advance_table, 0},
        {"grid", &grid_table, 0},
        {"given", &given_table, 0},
    };
    for (size_t k = 0; k < sizeof tables / sizeof *tables; k++)
        if (strcmp(tables[k].name, name) == 0)
            return &tables[k];
    return NULL;
}

const char *tro_schema_union_of(const char *name)
{
    static const char *const unions[][2] = {
        {"law", "=uniform gaussian-law categorical-law conditional-law"},
        {"reward", "gaussian-reward categorical-reward conditional-reward"},
        {"advance", "=exact sampled-advance"},
        {"blocks", "numbers {number"},
        {"among", "numbers text"},
        {"case", "{map"},
        {"network-or-generator", "network generator"},
        {"source", "axis numbers [text"},
        {"prompt-count", "whole [text"},
    };
    for (size_t k = 0; k < sizeof unions / sizeof *unions; k++)
        if (strcmp(unions[k][0], name) == 0)
            return unions[k][1];
    return NULL;
}

/* A table's name NULL: wherever a raw node has that key. */
static const struct {
    const char *table, *key, *is;
} meanings[] = {
    {"scenario", "outcomes", "outcomes"},
    {"scenario", "curators", "{curator"},
    {"scenario", "agents", "[agent"},
    {"scenario", "network", "network"},
    {"scenario", "schedule", "schedule"},
    {"scenario", "advance", "advance"},
    {"scenario", "cases", "{case"},
    {"scenario", "advice", "advice"},
    {"scenario", "vary", "{table"},
    {"scenario", "claims", "[claim"},
    {"scenario", "figure", "figure"},
    {"scenario", "sweep", "sweep"},
    {"scenario", "compare", "compare"},
    {"compare", "topologies", "{network-or-generator"},
    {"agent", "members", "{member"},
    {"agent", "reference", "law"},
    {"agent", "start", "law"},
    {"agent", "public", "curator"},
    {"agent", "owner", "curator"},
    {"agent", "shares", "shares"},
    {"stages", "curators", "[curator"},
    {"one-of", "curator", "curator"},
    {"audience", "features", "=identity =coordinates rows"},
    {"reward", "values", "numbers rows"},
    {"reward", "per-prompt", "[reward"},
    {"law", "given", "law [law"},
    {"grid", "grid", "[numbers"},
    {NULL, "reward", "reward"},
    {NULL, "covariance", "numbers rows"},
    {NULL, "curvature", "numbers rows"},
    {NULL, "coordinates", "numbers rows grid"},
    {NULL, "prompts", "prompt-count"},
    {NULL, "spill", "number rows"},
    {"stochastic-block", "p", "[blocks {blocks"},
    {"choice", "values", "[value"},
    {"draw", "dirichlet", "[number {number"},
    {"record", "measures", "measure [measure"},
    {"advice", "goal", "goal"},
    {"advice", "allow", "[allow"},
    {NULL, "weights", "{number"},
    {NULL, "floor", "number {number"},
    {"sweep", "vary", "{source"},
    {"sweep", "outputs", "{quantity [quantity"},
    {"table", "over", "{source"},
    {"table", "find", "{quantity"},
    {"table", "given", "{given"},
    {"claim", "for", "{source"},
    {"claim", "among", "{among"},
    {NULL, "where", "map"},
    {NULL, "set", "map"},
};

const char *tro_schema_meaning_of(const tro_table *table, const char *key)
{
    for (size_t k = 0; k < sizeof meanings / sizeof *meanings; k++)
        if (strcmp(meanings[k].key, key) == 0 &&
            (!meanings[k].table || strcmp(meanings[k].table, table->name) == 0))
            return meanings[k].is;
    return NULL;
}

int tro_schema_is_fixed(const tro_table *table, const char *key)
{
    static const char *const keys[] = {"name", "group", "count", "names", "members"};
    for (size_t k = 0; table == &tro_agent_table && k < sizeof keys / sizeof *keys; k++)
        if (strcmp(keys[k], key) == 0)
            return 1;
    return 0;
}

const char *tro_schema_goal_doc(int kind)
{
    static const char *const docs[] = {
        [TRO_GOAL_INFLUENCE] = "An influence of at least so much, at the least cost.",
        [TRO_GOAL_MEAN] = "The mean of alignments, as large as can be.",
        [TRO_GOAL_WORST_OFF] = "The alignment of the agent that has the least, as large as can be.",
        [TRO_GOAL_NASH] = "The product of gains in alignment, as large as can be.",
    };
    return docs[kind];
}

const tro_param *tro_schema_main_of(const tro_table *table)
{
    for (size_t k = 0; k < table->count; k++)
        if (table->params[k].flags & TRO_P_MAIN)
            return &table->params[k];
    return NULL;
}

int tro_schema_requires(const tro_table *table)
{
    for (size_t k = 0; k < table->count; k++)
        if ((table->params[k].flags & TRO_P_REQUIRED) && !table->params[k].fallback)
            return 1;
    return 0;
}

int tro_schema_begins_draws(const char *name)
{
    return strcmp(name, "agent") == 0 || strcmp(name, "member") == 0;
}
