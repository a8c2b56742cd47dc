/* All agents retrain together at the end of each round (Jacobi). */
#include <math.h>

#include "schedule/schedule.h"

typedef struct synchronous_config {
    tro_schedule_common common;
} synchronous_config;

static const tro_param synchronous_params[] = {TRO_SCHEDULE_PARAMS(synchronous_config)};

static int synchronous_list(const tro_plan *plan, uint64_t replicate, uint64_t round,
                            tro_events *events)
{
    int status = TRO_OK;
    (void)replicate;
    (void)round;
    for (size_t i = 0; i < plan->scenario->agent_count && status == TRO_OK; i++)
        status = tro_events_add(events, 1, i);
    return status;
}

const tro_schedule tro_schedule_synchronous = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_SCHEDULE, .name = "synchronous",
               .summary = "All agents retrain together; each reads the round before.",
               .reference = "Jacobi iteration",
               .table = {"synchronous", synchronous_params,
                         sizeof synchronous_params / sizeof *synchronous_params,
                         sizeof(synchronous_config)}},
    .list = synchronous_list,
};
