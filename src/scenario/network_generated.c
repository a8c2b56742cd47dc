/* A generated network: on which agents, with how many links. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "network/aim.h"
#include "scenario/network.h"

/* Who sits at which node: node k is agent order[k]. */
typedef struct seating {
    size_t *order, count, room;
    tro_node_block *blocks;
    size_t block_count;
    int *taken;               /* by agent */
} seating;

static int seating_make(const tro_reader *reader, const tro_scenario *scenario, seating *s)
{
    s->room = scenario->agent_count;
    s->order = TRO_NEW(reader->arena, size_t, s->room);
    s->blocks = TRO_NEW(reader->arena, tro_node_block, s->room);
    s->taken = TRO_NEW(reader->arena, int, s->room);
    return s->order && s->blocks && s->taken ? TRO_OK : TRO_ENOMEM;
}

/* Agents first .. first + count - 1, as a block. */
static void seat(seating *s, const char *name, size_t first, size_t count)
{
    s->blocks[s->block_count++] = (tro_node_block){name, s->count, count};
    for (size_t k = 0; k < count; k++) {
        s->order[s->count++] = first + k;
        s->taken[first + k] = 1;
    }
}

/* The agents from `first` on that belong together: a group, or one alone. */
static size_t together(const tro_scenario *scenario, size_t first)
{
    size_t end = first + 1;
    while (scenario->agents[first].group && end < scenario->agent_count &&
           scenario->agents[end].group == scenario->agents[first].group)
        end++;
    return end - first;
}

static void seat_all(const tro_scenario *scenario, seating *s)
{
    for (size_t k = 0, count; k < scenario->agent_count; k += count) {
        const tro_agent *agent = &scenario->agents[k];
        count = together(scenario, k);
        seat(s, agent->group ? agent->group : agent->name, k, count);
    }
}

/* The agents of a group, or one agent; *count 0: there is no such name. */
static size_t find_name(const tro_scenario *scenario, const char *name, size_t *count)
{
    for (size_t k = 0; k < scenario->agent_count; k += *count) {
        *count = together(scenario, k);
        if (scenario->agents[k].group && strcmp(scenario->agents[k].group, name) == 0)
            return k;
    }
    size_t found = tro_scenario_agent(scenario, name);
    *count = found != SIZE_MAX;
    return found;
}

static int seat_names(const tro_reader *reader, const tro_scenario *scenario,
                      const tro_texts *names, int groups, seating *s)
{
    int status = TRO_OK;
    for (size_t k = 0; k < names->count; k++) {
        const tro_place *place = &names->nodes[k]->place;
        const char *name = names->items[k];
        size_t count = 0, first = groups ? find_name(scenario, name, &count) : 0, twice = 0;
        if (count == 0) { /* an agent; or the message that there is none */
            int found = tro_scenario_find(reader, scenario, name, place, &first);
            status = tro_worse(status, found);
            count = found == TRO_OK;
        }
        for (size_t i = 0; i < count; i++)
            twice += s->taken[first + i] != 0;
        if (twice > 0)
            status = tro_error(reader->messages, TRO_ESCENARIO, place,
                               groups ? "'%s' has agents that are listed before"
                                      : "'%s' sits at two vertices", name);
        else if (count > 0)
            seat(s, name, first, count);
    }
    return status;
}

static int take_seats(const tro_reader *reader, const tro_scenario *scenario,
                      const tro_part_config *config, seating *s)
{
    int status = seating_make(reader, scenario, s);
    if (status < 0)
        return status;
    if (config->vertices.count > 0 && config->vertices.count != scenario->agent_count)
        return tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(config->self, "vertices"),
                         "vertices names %zu agents, but there are %zu", config->vertices.count,
                         scenario->agent_count);
    if (config->vertices.count > 0)
        return seat_names(reader, scenario, &config->vertices, 0, s);
    if (config->among.count > 0)
        return seat_names(reader, scenario, &config->among, 1, s);
    seat_all(scenario, s);
    return TRO_OK;
}

/* Where a generator's mistakes stand: at the parameter that an override set,
 * else at its name. */
static const tro_place *generator_place(const tro_chosen *chosen)
{
    const tro_table *table = &chosen->plugin->table;
    const tro_place *place = &chosen->node->place;
    for (size_t k = 0; k < table->count; k++)
        place = tro_place_of_change(chosen->parameters, &table->params[k].key, 1, place);
    return place;
}

/* How many links are asked for, NaN: as many as the generator says. */
static double links_asked(const tro_part_config *config, size_t nodes)
{
    double n = (double)nodes;
    return isnan(config->density) ? floor(config->mean_degree * n + 0.5)
                                  : floor(config->density * n * (n - 1) + 0.5);
}

int tro_scenario_generated(const tro_reader *reader, const tro_scenario *scenario,
                           const tro_part_config *config, uint64_t number, tro_graph *out)
{
    const tro_generator *generator = (const tro_generator *)config->generator.plugin;
    tro_stream_key key = {.seed = scenario->seed, .agent = number, .purpose = TRO_FOR_NETWORK};
    tro_stream stream = tro_stream_of(&key);
    seating s = {0};
    int status;
    if (scenario->nameless)
        return TRO_ESCENARIO;   /* that was said; who is in the network is not known */
    TRO_TRY(take_seats(reader, scenario, config, &s));
    tro_site site = {.nodes = s.count, .blocks = s.blocks, .block_count = s.block_count,
                     .stream = &stream, .place = generator_place(&config->generator)};
    TRO_TRY(tro_network_generate(generator, config->generator.config, &site,
                                 links_asked(config, s.count), reader->arena, out,
                                 reader->messages));
    for (size_t k = 0; k < out->count; k++) {
        out->links[k].from = s.order[out->links[k].from];
        out->links[k].to = s.order[out->links[k].to];
    }
    out->nodes = scenario->agent_count;
out:
    return status;
}
