/* Making a scenario from a document: the top-level keys, and the order of
 * the steps. */
#include "scenario/scenario.h"

#include <stddef.h>
#include <string.h>

#include "scenario/parts.h"
#include "scenario/spots.h"

static const tro_param top_params[] = {
    {.key = "trophic", .type = TRO_P_WHOLE, .flags = TRO_P_REQUIRED | TRO_P_BOUNDED,
     .offset = offsetof(tro_top_config, trophic), .min = 1, .max = 1,
     .doc = "Version of the scenario format."},
    {.key = "name", .type = TRO_P_TEXT, .offset = offsetof(tro_top_config, name),
     .fallback = "unnamed", .doc = "Name of the scenario, for titles."},
    {.key = "description", .type = TRO_P_TEXT,
     .offset = offsetof(tro_top_config, description),
     .doc = "What the scenario is about, in one sentence."},
    {.key = "paper", .type = TRO_P_TEXT, .offset = offsetof(tro_top_config, paper),
     .doc = "Whose results a study is about: authors, year, title or number, as in "
            "\"Zhang, Wei, Zhang 2026, arXiv 2605.29267\"."},
    {.key = "seed", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(tro_top_config, seed), .min = 0, .max = 9007199254740992.0,
     .doc = "Seed of all random streams. Without one a seed is drawn, said and stored."},
    {.key = "outcomes", .type = TRO_P_NODE, .flags = TRO_P_REQUIRED,
     .offset = offsetof(tro_top_config, outcomes),
     .doc = "What the models generate: `family` and the family's own keys."},
    {.key = "curators", .type = TRO_P_NODE, .offset = offsetof(tro_top_config, curators),
     .doc = "Curators by name, for use in several places."},
    {.key = "agents", .type = TRO_P_NODE, .flags = TRO_P_REQUIRED,
     .offset = offsetof(tro_top_config, agents), .doc = "The models, a list."},
    {.key = "network", .type = TRO_P_NODE, .offset = offsetof(tro_top_config, network),
     .doc = "Who trains on whose outputs."},
    {.key = "schedule", .type = TRO_P_NODE, .offset = offsetof(tro_top_config, schedule),
     .fallback = "synchronous", .doc = "Who retrains when."},
    {.key = "advance", .type = TRO_P_NODE, .offset = offsetof(tro_top_config, advance),
     .fallback = "exact",
     .doc = "`exact` (the laws themselves) or `sampled` (n outputs per agent and round)."},
    {.key = "absent", .type = TRO_P_TEXTS, .offset = offsetof(tro_top_config, absent),
     .doc = "Agents or groups that are not there: nobody trains on them, and they do not "
            "retrain."},
    {.key = "frozen", .type = TRO_P_TEXTS, .offset = offsetof(tro_top_config, frozen),
     .doc = "Agents or groups that do not retrain; others train on what they made."},
    {.key = "events", .type = TRO_P_RECORDS, .offset = offsetof(tro_top_config, events),
     .table = &tro_incident_table,
     .doc = "What changes during the rounds, in order: who joins or leaves, edges, keys."},
    {.key = "record", .type = TRO_P_RECORD, .offset = offsetof(tro_top_config, record),
     .table = &tro_record_table, .doc = "What is kept of the rounds."},
    {.key = "cases", .type = TRO_P_NODE, .offset = offsetof(tro_top_config, cases),
     .doc = "Sets of other keys by group and name; `cases.GROUP` is set to the name of one."},
    {.key = "advice", .type = TRO_P_NODE, .offset = offsetof(tro_top_config, advice),
     .doc = "What `trophic advise` is to reach, and what it may change for that."},
    {.key = "vary", .type = TRO_P_NODE, .offset = offsetof(tro_top_config, vary),
     .doc = "Tables of a study: grids over keys, and the quantities to find."},
    {.key = "claims", .type = TRO_P_NODE, .offset = offsetof(tro_top_config, claims),
     .doc = "What the file asserts about its own results, each with its source."},
    {.key = "figure", .type = TRO_P_NODE, .offset = offsetof(tro_top_config, figure),
     .doc = "The study's figure, panel by panel."},
    {.key = "sweep", .type = TRO_P_NODE, .offset = offsetof(tro_top_config, sweep),
     .doc = "What `trophic sweep` runs: keys that vary, and what is to be found."},
    {.key = "compare", .type = TRO_P_NODE, .offset = offsetof(tro_top_config, compare),
     .doc = "Networks on which `trophic compare` puts the same agents."},
};

const tro_table tro_scenario_table = {
    "scenario", top_params, sizeof top_params / sizeof *top_params, sizeof(tro_top_config)};

static int build(tro_reader *reader, tro_scenario *scenario)
{
    tro_top_config top;
    tro_curator_list named = {0};
    const tro_node *root = scenario->document->root;
    int status = tro_read_record(reader, root, &tro_scenario_table, NULL, &top);
    if (status == TRO_ENOMEM || !top.outcomes || !top.agents)
        return status;
    scenario->name = top.name;
    scenario->description = top.description;
    scenario->paper = top.paper;
    scenario->seed_given = top.seed != TRO_NO_WHOLE;
    scenario->seed = scenario->seed_given ? (uint64_t)top.seed : 0;
    scenario->lottery.seed = scenario->seed;
    scenario->space.lottery = &scenario->lottery;
    scenario->record = top.record;
    scenario->advice = top.advice;
    scenario->vary = top.vary;
    scenario->claims = top.claims;
    scenario->figure = top.figure;
    scenario->sweep = top.sweep;
    scenario->compare = top.compare;
    status = tro_worse(status, tro_scenario_cases(reader, &top));
    int outcomes = tro_scenario_outcomes(reader, &top, scenario);
    status = tro_worse(status, outcomes);
    status = tro_worse(status, tro_scenario_rounds(reader, &top, scenario));
    if (outcomes < 0)
        scenario->space.width = 0; /* laws cannot be read; keys and names can */
    reader->scope = &named;
    int curators = tro_scenario_curators(reader, &top, scenario, &named);
    status = tro_worse(status, curators);
    if (curators == TRO_ENOMEM)
        return status;
    int agents = tro_scenario_agents(reader, &top, scenario);
    status = tro_worse(status, agents);
    tro_lottery_enter(&scenario->lottery, NULL, NULL, NULL);
    if (agents == TRO_ENOMEM || scenario->agent_count == 0)
        return status;
    status = tro_worse(status, tro_scenario_incidents(reader, &top, scenario));
    status = tro_worse(status, tro_scenario_presence(reader, &top, scenario));
    status = tro_worse(status, tro_scenario_audiences(reader, &named, scenario));
    status = tro_worse(status, tro_scenario_network(reader, &top, scenario));
    if (status < 0)
        return status;
    status = tro_scenario_check_data(reader, &top, scenario);
    if (status == TRO_OK) /* else data are missing, and that was said */
        status = tro_scenario_check_prompts(reader, scenario);
    status = tro_worse(status, tro_scenario_check_tilts(reader, scenario));
    if (scenario->sampled)
        status = tro_worse(status, tro_scenario_check_sampled(scenario, reader->messages));
    return tro_worse(status, tro_scenario_rest(reader, scenario));
}

int tro_scenario_new(tro_document *document, const tro_catalog *catalog, tro_scenario **out,
                     tro_messages *messages)
{
    *out = NULL;
    tro_scenario *scenario = tro_allocate(1, sizeof *scenario);
    if (!scenario) {
        tro_document_free(document);
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory");
    }
    scenario->document = document;
    tro_reader reader = {.arena = &scenario->arena, .catalog = catalog, .messages = messages,
                         .beside = document->source.name, .where = tro_spot_hint};
    int status = build(&reader, scenario);
    if (status == TRO_ENOMEM)
        tro_error(messages, TRO_ENOMEM, NULL, "out of memory reading the scenario");
    else if (status == TRO_OK && document->duplicates > 0)
        status = TRO_ESCENARIO; /* said when the text was read */
    if (status < 0)
        tro_scenario_free(scenario);
    else
        *out = scenario;
    return status;
}

void tro_scenario_free(tro_scenario *scenario)
{
    if (!scenario)
        return;
    tro_arena_clear(&scenario->arena);
    tro_document_free(scenario->document);
    tro_release(scenario);
}

const char *tro_scenario_nearest_agent(const tro_scenario *scenario, const char *name)
{
    const char *best = NULL;
    for (size_t k = 0; k < scenario->agent_count; k++) {
        const char *pair[2] = {scenario->agents[k].name, best};
        best = tro_nearest_word(name, pair, best ? 2 : 1);
        if (!best)
            best = pair[1];
    }
    return best;
}

int tro_scenario_outcomes(const tro_reader *reader, const tro_top_config *top,
                          tro_scenario *scenario)
{
    const tro_node *node = top->outcomes, *name = tro_node_get(node, "family");
    tro_chosen chosen;
    if (node->kind != TRO_MAP || !name || name->kind != TRO_SCALAR)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "outcomes needs the key 'family', as in {family: gaussian, dimension: "
                         "2}");
    /* The name alone first: the family's keys stand beside it, not below. */
    const tro_plugin *plugin = tro_catalog_find(reader->catalog, TRO_FAMILY, name->text);
    if (!plugin)
        return tro_read_plugin(reader, name, TRO_FAMILY, &chosen) < 0 ? TRO_ESCENARIO
                                                                      : TRO_EINVAL;
    void *config = tro_arena_allocate(reader->arena, 1, plugin->table.size);
    if (!config)
        return TRO_ENOMEM;
    int status = tro_read_record(reader, node, &plugin->table, NULL, config);
    if (status < 0)
        return status;
    scenario->space.family = (const tro_family *)plugin;
    scenario->space.config = config;
    return scenario->space.family->prepare(reader, node, &scenario->space);
}

int tro_scenario_curators(const tro_reader *reader, const tro_top_config *top,
                          const tro_scenario *scenario, tro_curator_list *out)
{
    int status = TRO_OK;
    const tro_node *node = top->curators;
    if (!node || scenario->space.width == 0)
        return TRO_OK;
    if (node->kind != TRO_MAP)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "curators is a map from names to curators");
    out->items = TRO_NEW(reader->arena, tro_named_curator, node->count);
    if (!out->items)
        return TRO_ENOMEM;
    for (size_t k = 0; k < node->count; k++) {
        const char *name = node->items[k]->key;
        const tro_curation *curation = NULL;
        if (tro_catalog_find(reader->catalog, TRO_CURATOR, name))
            status = tro_error(reader->messages, TRO_ESCENARIO, &node->items[k]->key_place,
                               "'%s' is the name of a kind of curator: choose another for this "
                               "one", name);
        tro_lottery_enter(scenario->space.lottery, "curators", name, "");
        status = tro_worse(status, tro_curation_read(reader, &scenario->space, node->items[k],
                                                     &curation));
        /* Those after it may use it by its name. */
        out->items[out->count++] = (tro_named_curator){name, curation};
    }
    return status;
}
