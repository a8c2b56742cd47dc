/* Each agent retrains at the events of its own Poisson process. A process has
 * no memory, so each round draws its events anew from (seed, replicate,
 * agent, round): the law is the same and any round stands by itself. */
#include <math.h>

#include "schedule/names.h"
#include "schedule/schedule.h"

typedef struct poisson_config {
    tro_schedule_common common;
    tro_vector rate;
    const tro_node *self;
} poisson_config;

static const tro_param poisson_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(poisson_config, self)},
    {.key = "rate", .type = TRO_P_VECTOR, .flags = TRO_P_MAIN | TRO_P_BOUNDED,
     .offset = offsetof(poisson_config, rate), .min = 0, .max = 1000, .fallback = "1",
     .unit = "retrainings per round",
     .doc = "Mean retrainings per round; one number, or one for each agent. An agent of rate 0 "
            "never retrains."},
    TRO_SCHEDULE_PARAMS(poisson_config)};

/* Agents of rate 0. */
static int find_idle(tro_plan *plan, const double *rate)
{
    size_t n = plan->scenario->agent_count;
    int *idle = NULL;
    for (size_t i = 0; i < n; i++) {
        if (rate[i] > 0)
            continue;
        if (!idle && !(idle = TRO_NEW(&plan->arena, int, n)))
            return TRO_ENOMEM;
        idle[i] = 1;
    }
    plan->idle = idle;
    return TRO_OK;
}

static int poisson_prepare(tro_plan *plan, tro_messages *messages)
{
    const poisson_config *config = plan->config;
    double *rate = NULL;
    int status = tro_schedule_per_agent(plan, config->self, "rate", &config->rate, &rate,
                                        messages);
    plan->self = rate;
    plan->period = 0;
    return status < 0 ? status : find_idle(plan, rate);
}

static int poisson_list(const tro_plan *plan, uint64_t replicate, uint64_t round,
                        tro_events *events)
{
    const double *rate = plan->self;
    for (size_t i = 0; i < plan->scenario->agent_count; i++) {
        tro_stream_key key = {.seed = plan->scenario->seed, .replicate = replicate,
                              .agent = i + 1, .round = round, .purpose = TRO_FOR_ORDER};
        tro_stream stream = tro_stream_of(&key);
        double time = 0;
        while (rate[i] > 0 && (time += tro_stream_exponential(&stream) / rate[i]) <= 1) {
            int status = tro_events_add(events, time, i);
            if (status < 0)
                return status;
        }
    }
    return TRO_OK;
}

const tro_schedule tro_schedule_poisson = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_SCHEDULE, .name = "poisson",
               .summary = "Each agent retrains at random times, at its own rate.",
               .reference = "asynchronous iteration with Poisson clocks (Boyd et al. 2006)",
               .table = {"poisson", poisson_params,
                         sizeof poisson_params / sizeof *poisson_params,
                         sizeof(poisson_config)}},
    .prepare = poisson_prepare,
    .list = poisson_list,
};
