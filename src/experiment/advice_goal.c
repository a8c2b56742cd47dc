/* Goals of advice: an influence, or a welfare. */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "analysis/gradient.h"
#include "analysis/slope.h"
#include "experiment/advice_parts.h"
#include "experiment/study_parts.h"

static const char *const names[] = {"influence", "mean", "worst-off", "nash"};

const char *tro_goal_name(tro_goal_kind kind)
{
    return names[kind];
}

typedef struct influence_config {
    const char *of, *on;
    double at_least;
} influence_config;

static const tro_param influence_params[] = {
    {.key = "of", .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED | TRO_P_MAIN,
     .offset = offsetof(influence_config, of), .doc = "The agent whose curated share it is."},
    {.key = "on", .type = TRO_P_TEXT, .offset = offsetof(influence_config, on),
     .doc = "The agent whose alignment it is. Default: the same."},
    {.key = "at-least", .type = TRO_P_REAL, .offset = offsetof(influence_config, at_least),
     .fallback = "0", .doc = "How large it is to be."},
};
static const tro_table influence_table = {"influence", influence_params, 3,
                                          sizeof(influence_config)};

typedef struct welfare_config {
    const tro_node *weights, *floor;
} welfare_config;

static const tro_param welfare_params[] = {
    {.key = "weights", .type = TRO_P_NODE, .offset = offsetof(welfare_config, weights),
     .doc = "How much each agent counts, a map from names to numbers. Default: all with a reward, "
            "alike."},
    {.key = "floor", .type = TRO_P_NODE, .offset = offsetof(welfare_config, floor),
     .doc = "What alignments are held against: a number, or a map from names to numbers."},
};
static const tro_table mean_table = {"mean", welfare_params, 1, sizeof(welfare_config)};
static const tro_table nash_table = {"nash", welfare_params, 2, sizeof(welfare_config)};
static const tro_table worst_table = {"worst-off", NULL, 0, sizeof(welfare_config)};

const tro_table *tro_goal_table(tro_goal_kind kind)
{
    static const tro_table *const tables[] = {&influence_table, &mean_table, &worst_table,
                                              &nash_table};
    return tables[kind];
}

/* --- reading --------------------------------------------------------------------- */

static int need_reward(const tro_reader *reader, const tro_cell *cell, size_t agent,
                       const tro_place *place)
{
    if (cell->scenario->agents[agent].reward)
        return TRO_OK;
    return tro_error(reader->messages, TRO_ESCENARIO, place,
                     "agent '%s' has no reward, so no alignment that could change",
                     cell->scenario->agents[agent].name);
}

static int read_influence(const tro_reader *reader, const tro_cell *cell, const tro_node *node,
                          tro_goal *out)
{
    influence_config config;
    int status = tro_read_record(reader, node, &influence_table, NULL, &config);
    if (status < 0)
        return status;
    const tro_place *place = node->kind == TRO_MAP ? tro_place_of(node, "of") : &node->place;
    status = tro_cell_agent(cell, config.of, place, &out->of, reader->messages);
    out->on = out->of;
    if (status == TRO_OK && !tro_share_moves(cell->ecosystem, out->of))
        status = tro_error(reader->messages, TRO_ESCENARIO, place,
                           "the influence of '%s' is not defined: it has nothing to curate, or "
                           "nothing that its curated share could displace", config.of);
    if (config.on) {
        place = tro_place_of(node, "on");
        status = tro_graver(status, tro_cell_agent(cell, config.on, place, &out->on,
                                                   reader->messages));
    }
    out->at_least = config.at_least;
    return status < 0 ? status : need_reward(reader, cell, out->on, place);
}

/* A map from names to numbers into out (agents), set[i] saying which. */
static int read_by_agent(const tro_reader *reader, const tro_cell *cell, const tro_node *map,
                         double *out, int *set)
{
    int status = TRO_OK;
    for (size_t k = 0; k < map->count; k++) {
        const tro_node *item = map->items[k];
        size_t agent;
        double value;
        int found = tro_cell_agent(cell, item->key, &item->key_place, &agent, reader->messages);
        if (found == TRO_OK)
            found = need_reward(reader, cell, agent, &item->key_place);
        found = tro_graver(found, tro_read_real(reader, item, item->key, &value));
        if (found == TRO_OK) {
            out[agent] = value;
            set[agent] = 1;
        }
        status = tro_graver(status, found);
    }
    return status;
}

static int read_weights(const tro_reader *reader, const tro_cell *cell, const tro_node *node,
                        const tro_place *place, int *room, tro_goal *out)
{
    const tro_scenario *scenario = cell->scenario;
    double sum = 0;
    int status = TRO_OK;
    for (size_t i = 0; i < scenario->agent_count; i++)
        out->weights[i] = !node && scenario->agents[i].reward ? 1 : 0;
    if (node && node->kind != TRO_MAP)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "weights is a map from agents' names to numbers");
    if (node)
        status = read_by_agent(reader, cell, node, out->weights, room);
    if (status < 0)
        return status;
    for (size_t i = 0; i < scenario->agent_count; i++) {
        if (!(out->weights[i] >= 0))
            return tro_error(reader->messages, TRO_ESCENARIO,
                             tro_place_of(node, scenario->agents[i].name),
                             "the weight of '%s' is %g, at least 0 would be right",
                             scenario->agents[i].name, out->weights[i]);
        sum += out->weights[i];
    }
    if (!(sum > 0))
        return tro_error(reader->messages, TRO_ESCENARIO, node ? &node->place : place,
                         "a welfare needs agents that have a reward and a weight above 0");
    for (size_t i = 0; i < scenario->agent_count; i++)
        out->weights[i] /= sum;
    return TRO_OK;
}

/* The least reward that an output can have, on finite outcomes. */
static double least_reward(const tro_scenario *scenario, size_t agent)
{
    const tro_reward *reward = scenario->agents[agent].reward;
    double least = INFINITY;
    for (size_t x = 0; x < scenario->space.width; x++)
        least = fmin(least, reward->values[x]);
    return least;
}

static int read_floors(const tro_reader *reader, const tro_cell *cell, const tro_node *node,
                       const tro_place *place, int *set, tro_goal *out)
{
    const tro_scenario *scenario = cell->scenario;
    double all = NAN;
    int status = TRO_OK;
    memset(set, 0, scenario->agent_count * sizeof *set);
    if (node && node->kind == TRO_MAP)
        status = read_by_agent(reader, cell, node, out->floors, set);
    else if (node)
        status = tro_read_real(reader, node, "floor", &all);
    for (size_t i = 0; status == TRO_OK && i < scenario->agent_count; i++) {
        if (set[i] || out->weights[i] == 0)
            continue;
        if (!isnan(all))
            out->floors[i] = all;
        else if (scenario->agents[i].reward->values)
            out->floors[i] = least_reward(scenario, i);
        else
            status = tro_error(reader->messages, TRO_ESCENARIO, node ? &node->place : place,
                               "nash needs a floor for '%s', above which its alignment counts: "
                               "rewards of real vectors have no least one, 'floor: -1' would be "
                               "right", scenario->agents[i].name);
    }
    return status;
}

static int read_welfare(const tro_reader *reader, const tro_cell *cell, const tro_node *node,
                        const tro_place *place, tro_goal *out)
{
    size_t n = cell->scenario->agent_count;
    welfare_config config = {0};
    int status = TRO_OK;
    int *room = TRO_NEW(reader->arena, int, n);
    out->weights = TRO_NEW(reader->arena, double, n);
    out->floors = TRO_NEW(reader->arena, double, n);
    if (!room || !out->weights || !out->floors)
        return TRO_ENOMEM;
    if (node)
        TRO_TRY(tro_read_record(reader, node, tro_goal_table(out->kind), NULL, &config));
    TRO_TRY(read_weights(reader, cell, config.weights, place, room, out));
    if (out->kind == TRO_GOAL_NASH)
        TRO_TRY(read_floors(reader, cell, config.floor, place, room, out));
out:
    return status;
}

int tro_goal_read(const tro_reader *reader, tro_cell *cell, const tro_node *node, tro_goal *out)
{
    const char *name = node->kind == TRO_SCALAR                     ? node->text
                       : node->kind == TRO_MAP && node->count == 1 ? node->items[0]->key
                                                                    : NULL;
    const tro_node *rest = node->kind == TRO_MAP && name ? node->items[0] : NULL;
    const tro_place *place = rest ? &rest->key_place : &node->place;
    size_t kind = 0;
    *out = (tro_goal){.on = SIZE_MAX, .of = SIZE_MAX, .place = place};
    while (name && kind < sizeof names / sizeof *names && strcmp(names[kind], name) != 0)
        kind++;
    if (!name || kind == sizeof names / sizeof *names) {
        const char *near = name ? tro_nearest_word(name, names, 4) : NULL;
        return tro_error(reader->messages, TRO_ESCENARIO, place,
                         "a goal is {influence: AGENT}, mean, worst-off or nash, found "
                         "%s%s%s%s%s%s",
                         name ? "'" : "something else", name ? name : "", name ? "'" : "",
                         near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
    }
    out->kind = (tro_goal_kind)kind;
    if (out->kind != TRO_GOAL_INFLUENCE)
        return read_welfare(reader, cell, rest, place, out);
    if (!rest)
        return tro_error(reader->messages, TRO_ESCENARIO, place,
                         "the goal 'influence' needs an agent: {influence: AGENT} is its "
                         "curation's on itself");
    return read_influence(reader, cell, rest, out);
}

/* --- values ---------------------------------------------------------------------- */

/* -log(sum of exp(-s J)) / s, safe from overflow: at most log(n) / s below the least. */
static double soft_least(const tro_goal *goal, size_t n, const double *alignments, double s)
{
    double least = INFINITY, sum = 0;
    for (size_t i = 0; i < n; i++)
        if (goal->weights[i] > 0)
            least = fmin(least, alignments[i]);
    if (isinf(s))
        return least;
    for (size_t i = 0; i < n; i++)
        if (goal->weights[i] > 0)
            sum += exp(-s * (alignments[i] - least));
    return least - log(sum) / s;
}

static int nash(const tro_goal *goal, const tro_cell *cell, const double *alignments,
                double *value, tro_messages *messages)
{
    *value = 0;
    for (size_t i = 0; i < cell->ecosystem->agents; i++) {
        double above = alignments[i] - goal->floors[i];
        if (goal->weights[i] == 0)
            continue;
        if (!(above > 0))
            return tro_error(messages, TRO_EUNSUPPORTED, goal->place,
                             "nash welfare is not defined: the alignment of '%s' is %.9g, its "
                             "floor %.9g; a lower floor would be right",
                             cell->scenario->agents[i].name, alignments[i], goal->floors[i]);
        *value += goal->weights[i] * log(above);
    }
    return TRO_OK;
}

int tro_goal_value(const tro_goal *goal, tro_cell *cell, double sharpness, double *alignments,
                   double *value, tro_messages *messages)
{
    const tro_ecosystem *eco = cell->ecosystem;
    for (size_t i = 0; i < eco->agents; i++)
        alignments[i] = cell->scenario->agents[i].reward ? tro_alignment(eco, cell->point.z, i)
                                                         : NAN;
    *value = 0;
    switch (goal->kind) {
    case TRO_GOAL_INFLUENCE:
        return tro_influence_adjoint(&cell->influences, goal->on, goal->of, value, NULL,
                                     messages);
    case TRO_GOAL_MEAN:
        for (size_t i = 0; i < eco->agents; i++)
            *value += goal->weights[i] > 0 ? goal->weights[i] * alignments[i] : 0;
        return TRO_OK;
    case TRO_GOAL_WORST_OFF:
        *value = soft_least(goal, eco->agents, alignments, sharpness);
        return TRO_OK;
    default:
        return nash(goal, cell, alignments, value, messages);
    }
}

double tro_goal_told(const tro_goal *goal, double value)
{
    return goal->kind == TRO_GOAL_NASH ? exp(value) : value;
}

/* --- gradients ------------------------------------------------------------------- */

/* The derivatives of a welfare by the alignments. */
static void by_alignment(const tro_goal *goal, size_t n, double sharpness,
                         const double *alignments, double *out)
{
    double least = soft_least(goal, n, alignments, INFINITY), sum = 0;
    for (size_t i = 0; i < n; i++) {
        out[i] = goal->weights[i];
        if (out[i] > 0 && goal->kind == TRO_GOAL_NASH)
            out[i] /= alignments[i] - goal->floors[i];
        if (out[i] > 0 && goal->kind == TRO_GOAL_WORST_OFF)
            sum += out[i] = exp(-sharpness * (alignments[i] - least));
    }
    for (size_t i = 0; goal->kind == TRO_GOAL_WORST_OFF && i < n; i++)
        out[i] /= sum;
}

static const double *kept(tro_arena *arena, const double *from, size_t count)
{
    double *to = TRO_NEW(arena, double, count);
    if (to && count > 0)
        memcpy(to, from, count * sizeof *to);
    return to;
}

static int keep(tro_arena *arena, const tro_cell *cell, const double *real,
                const double *synthetic, const double *curated, const double *relative,
                tro_goal_gradient *out)
{
    size_t n = cell->ecosystem->agents;
    *out = (tro_goal_gradient){
        .real = kept(arena, real, n), .synthetic = kept(arena, synthetic, n),
        .curated = kept(arena, curated, n),
        .relative = kept(arena, relative, 2 * cell->scenario->edge_count)};
    return out->real && out->synthetic && out->curated && out->relative ? TRO_OK : TRO_ENOMEM;
}

static int of_influence(const tro_goal *goal, tro_cell *cell, tro_arena *arena,
                        tro_goal_gradient *out, tro_messages *messages)
{
    tro_influence_slope slope;
    if (cell->ecosystem->owners_pool)
        return TRO_OK;
    int status = tro_influence_slope_find(&cell->influences, cell->ecosystem, goal->on, goal->of,
                                          &slope, messages);
    if (status == TRO_OK)
        status = keep(arena, cell, slope.real, slope.synthetic, slope.curated, slope.relative,
                      out);
    tro_influence_slope_release(&slope);
    return status;
}

int tro_goal_gradient_find(const tro_goal *goal, tro_cell *cell, double sharpness,
                           const double *alignments, tro_arena *arena, tro_goal_gradient *out,
                           tro_messages *messages)
{
    tro_welfare_gradient g;
    *out = (tro_goal_gradient){0};
    if (goal->kind == TRO_GOAL_INFLUENCE)
        return of_influence(goal, cell, arena, out, messages);
    double *weights = TRO_NEW(arena, double, cell->ecosystem->agents);
    if (!weights)
        return TRO_ENOMEM;
    by_alignment(goal, cell->ecosystem->agents, sharpness, alignments, weights);
    int status = tro_influence_gradient(&cell->influences, weights, &g, messages);
    if (status == TRO_OK)
        status = keep(arena, cell, g.real, g.synthetic, g.curated, g.relative, out);
    tro_welfare_gradient_release(&g);
    return status;
}
