/* Each agent retrains at all times t > 0 with t = offset modulo period: with
 * period 1 and offset 0 that is synchronous, with period 1 and offsets 1/N,
 * 2/N, ... sequential. */
#include <math.h>

#include "schedule/names.h"
#include "schedule/schedule.h"

typedef struct periodic_config {
    tro_schedule_common common;
    tro_vector period, offset;
    const tro_node *self;
} periodic_config;

static const tro_param periodic_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(periodic_config, self)},
    {.key = "period", .type = TRO_P_VECTOR, .flags = TRO_P_BOUNDED,
     .offset = offsetof(periodic_config, period), .min = 1e-3, .max = 1e6, .fallback = "1",
     .unit = "rounds", .doc = "Time from one retraining to the next; one number, or one for "
                              "each agent."},
    {.key = "offset", .type = TRO_P_VECTOR, .flags = TRO_P_BOUNDED,
     .offset = offsetof(periodic_config, offset), .min = 0, .max = 1e6, .fallback = "0",
     .unit = "rounds", .doc = "Retrainings are at offset, offset + period, ...; time 0 is left "
                              "out. One number, or one for each agent."},
    TRO_SCHEDULE_PARAMS(periodic_config)};

typedef struct periodic {
    double *period, *offset;
} periodic;

/* The least whole number of rounds that every period divides, or 0. */
static uint64_t common_period(const double *period, size_t n)
{
    for (uint64_t rounds = 1; rounds <= TRO_LONGEST_PERIOD; rounds++) {
        size_t i = 0;
        for (; i < n; i++) {
            double times = (double)rounds / period[i];
            if (fabs(times - round(times)) > TRO_SAME_TIME * times || times < 0.5)
                break;
        }
        if (i == n)
            return rounds;
    }
    return 0;
}

static int periodic_prepare(tro_plan *plan, tro_messages *messages)
{
    const periodic_config *config = plan->config;
    size_t n = plan->scenario->agent_count;
    periodic *self = TRO_NEW(&plan->arena, periodic, 1);
    int status;
    if (!self)
        return TRO_ENOMEM;
    plan->self = self;
    TRO_TRY(tro_schedule_per_agent(plan, config->self, "period", &config->period,
                                   &self->period, messages));
    TRO_TRY(tro_schedule_per_agent(plan, config->self, "offset", &config->offset,
                                   &self->offset, messages));
    plan->period = common_period(self->period, n);
out:
    return status;
}

static int periodic_list(const tro_plan *plan, uint64_t replicate, uint64_t round,
                         tro_events *events)
{
    const periodic *self = plan->self;
    double start = (double)round;
    (void)replicate;
    for (size_t i = 0; i < plan->scenario->agent_count; i++) {
        double period = self->period[i], offset = fmod(self->offset[i], period);
        /* From the first candidate at or before the round's start. */
        double k = floor((start - offset) / period);
        for (;; k++) {
            double phase = offset + k * period - start;
            if (phase > 1 + TRO_SAME_TIME)
                break;
            if (phase <= TRO_SAME_TIME)
                continue;
            int status = tro_events_add(events, fmin(phase, 1), i);
            if (status < 0)
                return status;
        }
    }
    return TRO_OK;
}

const tro_schedule tro_schedule_periodic = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_SCHEDULE, .name = "periodic",
               .summary = "Each agent retrains at its own period and offset.",
               .reference = NULL,
               .table = {"periodic", periodic_params,
                         sizeof periodic_params / sizeof *periodic_params,
                         sizeof(periodic_config)}},
    .prepare = periodic_prepare,
    .list = periodic_list,
};
