/* Edges that are written out: ends, weights, judges, channels. */
#include "scenario/edges.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "scenario/parts.h"

static const tro_param edge_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(tro_edge_config, self)},
    {.key = "from", .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED,
     .offset = offsetof(tro_edge_config, from), .doc = "The producer."},
    {.key = "to", .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED,
     .offset = offsetof(tro_edge_config, to), .doc = "The consumer, who trains on the outputs."},
    {.key = "weight", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,
     .offset = offsetof(tro_edge_config, weight), .min = 0, .max = INFINITY, .fallback = "1",
     .doc = "Weight in both layers, relative to the consumer's other edges."},
    {.key = "synthetic", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,
     .offset = offsetof(tro_edge_config, synthetic), .min = 0, .max = INFINITY,
     .doc = "Weight among uncurated outputs, if different."},
    {.key = "curated", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,
     .offset = offsetof(tro_edge_config, curated), .min = 0, .max = INFINITY,
     .doc = "Weight among curated outputs, if different."},
    {.key = "judge", .type = TRO_P_TEXT, .offset = offsetof(tro_edge_config, judge),
     .doc = "Whose users curate what passes: `producer`, `consumer` or an agent's name. "
            "Default: the network's."},
    {.key = "delay", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,
     .offset = offsetof(tro_edge_config, delay), .min = 0, .max = TRO_LONGEST_DELAY,
     .fallback = "0",
     .unit = "rounds", .doc = "How old the producer is whose outputs arrive."},
    {.key = "channel", .type = TRO_P_PLUGIN, .offset = offsetof(tro_edge_config, channel),
     .kind = TRO_CHANNEL, .doc = "What happens to outputs on their way. Default: nothing."},
};

const tro_table tro_edge_table = {
    "edge", edge_params, sizeof edge_params / sizeof *edge_params, sizeof(tro_edge_config)};

/* An agent by name; a slip may be meant for one of the two words. */
static int find_judge(const tro_reader *reader, const tro_scenario *scenario, const char *text,
                      const tro_place *place, tro_edge *edge)
{
    static const char *const words[] = {"producer", "consumer"};
    const char *near = tro_nearest_word(text, words, 2);
    edge->judge = TRO_JUDGE_AGENT;
    if (near && tro_scenario_agent(scenario, text) == SIZE_MAX)
        return tro_error(reader->messages, TRO_ESCENARIO, place,
                         "judge is 'producer', 'consumer' or an agent, found '%s' (did you mean "
                         "'%s'?)", text, near);
    return tro_scenario_find(reader, scenario, text, place, &edge->judge_agent);
}

int tro_edge_judge(const tro_reader *reader, const tro_scenario *scenario, const char *text,
                   const tro_place *place, tro_edge *edge)
{
    if (strcmp(text, "producer") == 0)
        edge->judge = TRO_JUDGE_PRODUCER;
    else if (strcmp(text, "consumer") == 0)
        edge->judge = TRO_JUDGE_CONSUMER;
    else
        return find_judge(reader, scenario, text, place, edge);
    return TRO_OK;
}

int tro_edge_channel(const tro_reader *reader, const tro_scenario *scenario,
                     const tro_chosen *chosen, tro_edge *edge)
{
    tro_channel_map *map = TRO_NEW(reader->arena, tro_channel_map, 1);
    if (scenario->space.width == 0)
        return TRO_OK; /* the outcomes are wrong: its shape cannot be checked */
    if (!map)
        return TRO_ENOMEM;
    map->channel = (const tro_channel *)chosen->plugin;
    edge->channel = map;
    return map->channel->prepare(reader, &scenario->space, chosen->config, chosen->parameters,
                                 map);
}

int tro_edge_read(const tro_reader *reader, const tro_scenario *scenario,
                  const tro_edge_config *config, tro_link *link, tro_edge *edge)
{
    const tro_node *node = config->self;
    int status = TRO_OK;
    /* What is missing was said when the record was read. */
    if (config->from)
        status = tro_scenario_find(reader, scenario, config->from, tro_place_of(node, "from"),
                            &link->from);
    if (config->to)
        status = tro_worse(status, tro_scenario_find(reader, scenario, config->to,
                                          tro_place_of(node, "to"), &link->to));
    link->synthetic = isnan(config->synthetic) ? config->weight : config->synthetic;
    link->curated = isnan(config->curated) ? config->weight : config->curated;
    link->delay = config->delay;
    if (config->judge)
        status = tro_worse(status, tro_edge_judge(reader, scenario, config->judge,
                                                  tro_place_of(node, "judge"), edge));
    if (config->channel.plugin)
        status = tro_worse(status,
                           tro_edge_channel(reader, scenario, &config->channel, edge));
    return status;
}
