/* How fast a measure approaches its limit, as seen in exact rounds. */
#include <float.h>
#include <math.h>
#include <stddef.h>

#include "analysis/decay.h"
#include "experiment/quantity.h"

enum { MOST_VALUES = 4000000, MOST_IDLE = 100 };

/* Distances below this are about to leave the range of numbers. */
static const double SMALLEST = 1e-290;

typedef struct decay_config {
    const tro_node *self;
    tro_chosen of;
    const char *agent;
    double to;
} decay_config;

static const tro_param decay_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(decay_config, self)},
    {.key = "of", .type = TRO_P_PLUGIN, .flags = TRO_P_REQUIRED,
     .offset = offsetof(decay_config, of), .kind = TRO_MEASURE, .doc = "The measure."},
    {.key = "agent", .type = TRO_P_TEXT, .offset = offsetof(decay_config, agent),
     .doc = "Whose. Default: the only agent's."},
    {.key = "to", .type = TRO_P_REAL, .offset = offsetof(decay_config, to),
     .doc = "The value it approaches. Default: what it is in the limit of the exact rounds."},
};

static int decay_check(const tro_cell *cell, const void *given, tro_messages *messages)
{
    const decay_config *config = given;
    int status = tro_quantity_check_measure(cell, config->agent, config->self, &config->of,
                                            messages);
    if (cell->plan->period == 0)
        status = tro_error(messages, TRO_ESCENARIO, &config->self->place,
                           "a rate per round needs a schedule whose rounds repeat, found '%s'",
                           cell->plan->schedule->plugin.name);
    return status;
}

/* Distances at the end of every period. */
typedef struct trail {
    double to, size;          /* and the largest value so far: what rounding is relative to */
    double *distance;
    size_t count, capacity, idle;
    uint64_t period;
    int no_memory;
} trail;

static int grow(trail *t)
{
    size_t capacity = t->capacity ? 2 * t->capacity : 256;
    double *distance = tro_allocate(capacity, sizeof *distance);
    if (!distance)
        return 0;
    for (size_t k = 0; k < t->count; k++)
        distance[k] = t->distance[k];
    tro_release(t->distance);
    t->distance = distance;
    t->capacity = capacity;
    return 1;
}

static int add_value(void *context, const tro_runner *runner, double value)
{
    trail *t = context;
    if (tro_runner_awaits(runner))
        return 1;
    t->idle = runner->round > 0 && runner->change == 0 ? t->idle + 1 : 0;
    if (runner->round % t->period != 0)
        return 1;
    if (t->count == t->capacity && !grow(t)) {
        t->no_memory = 1;
        return 0;
    }
    t->distance[t->count++] = value - t->to;
    t->size = fmax(fabs(value), fabs(t->to));
    return fabs(value - t->to) > SMALLEST && isfinite(value) && t->count < MOST_VALUES &&
           t->idle < MOST_IDLE * t->period;
}

/* The value in the limit; its rounds are enough, and as many again. */
static int find_limit(tro_cell *cell, const decay_config *config, double *to, long long *rounds,
                      tro_messages *messages)
{
    tro_arena arena = {0};
    tro_measuring m;
    size_t agent;
    int status;
    TRO_TRY(tro_cell_limit(cell, messages));
    TRO_TRY(tro_quantity_agent(cell, config->agent, config->self, &agent, messages));
    TRO_TRY(tro_quantity_measuring(cell, &arena, &config->of, agent, &m, messages));
    double *scratch = TRO_NEW(&arena, double, m.scratch + 1);
    if (!scratch)
        TRO_TRY(TRO_ENOMEM);
    *to = tro_measure_value(&m, cell->limit.z, agent, scratch);
    if ((uint64_t)*rounds > 2 * cell->limit.rounds)
        *rounds = (long long)(2 * cell->limit.rounds);
out:
    tro_arena_clear(&arena);
    return status;
}

/* A limit that is not 0 is known, and reached, up to rounding. */
static int settle(const trail *t, const decay_config *config, double *rate,
                  tro_messages *messages)
{
    double *scratch = tro_allocate(3 * t->count, sizeof *scratch);
    if (!scratch)
        return TRO_ENOMEM;
    tro_decay found = tro_decay_find(t->count, t->distance,
                                     t->to == 0 ? SMALLEST : 16 * DBL_EPSILON * t->size, scratch);
    tro_release(scratch);
    *rate = pow(found.factor, 1.0 / (double)t->period);
    if (!isnan(found.factor))
        return TRO_OK;
    return tro_error(messages, TRO_ENOCONV, &config->self->place,
                     "no rate: over %zu steps the distance of the %s from %.12g goes from %.3g to "
                     "%.3g, without a steady factor", t->count - 1, config->of.plugin->name,
                     t->to, t->distance[0], t->distance[t->count - 1]);
}

static int decay_compute(tro_cell *cell, const void *given, tro_values *out,
                         tro_messages *messages)
{
    const decay_config *config = given;
    trail t = {.to = config->to, .period = cell->plan->period};
    long long rounds = cell->plan->common->rounds;
    double rate;
    int status;
    if (isnan(config->to))
        TRO_TRY(find_limit(cell, config, &t.to, &rounds, messages));
    TRO_TRY(tro_quantity_follow(cell, config->agent, config->self, &config->of, rounds, add_value,
                                &t, messages));
    if (t.no_memory)
        TRO_TRY(TRO_ENOMEM);
    TRO_TRY(settle(&t, config, &rate, messages));
    status = tro_values_one(cell, rate, NAN, out);
out:
    tro_release(t.distance);
    return status;
}

const tro_quantity tro_quantity_decay_rate = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "decay-rate",
               .summary = "Factor per round by which a measure of an agent approaches its limit, "
                          "from late exact rounds.",
               .reference = "ratios of distances; Aitken 1926, Prony 1795",
               .table = {"decay-rate", decay_params, sizeof decay_params / sizeof *decay_params,
                         sizeof(decay_config)}},
    .check = decay_check, .compute = decay_compute,
};
