/* One agent after the other, each reading the newest: in a given order
 * (Gauss-Seidel), or in an order drawn anew for every round. */
#include <math.h>

#include "schedule/names.h"
#include "schedule/schedule.h"

typedef struct order_config {
    tro_schedule_common common;
    tro_texts order;
} order_config;

static const tro_param sequential_params[] = {
    {.key = "order", .type = TRO_P_TEXTS, .flags = TRO_P_MAIN,
     .offset = offsetof(order_config, order),
     .doc = "The agents by name, first to last. Default: file order."},
    TRO_SCHEDULE_PARAMS(order_config)};

static const tro_param random_params[] = {TRO_SCHEDULE_PARAMS(order_config)};

static int sequential_prepare(tro_plan *plan, tro_messages *messages)
{
    const order_config *config = plan->config;
    size_t n = plan->scenario->agent_count, *order = TRO_NEW(&plan->arena, size_t, n);
    if (!order)
        return TRO_ENOMEM;
    plan->self = order;
    if (config->order.count == 0) {
        for (size_t k = 0; k < n; k++)
            order[k] = k;
        return TRO_OK;
    }
    return tro_schedule_every_agent(plan, &config->order, order, messages);
}

static int add_in_order(const tro_plan *plan, const size_t *order, tro_events *events)
{
    size_t n = plan->scenario->agent_count;
    int status = TRO_OK;
    for (size_t k = 0; k < n && status == TRO_OK; k++)
        status = tro_events_add(events, (double)(k + 1) / (double)n, order[k]);
    return status;
}

static int sequential_list(const tro_plan *plan, uint64_t replicate, uint64_t round,
                           tro_events *events)
{
    (void)replicate;
    (void)round;
    return add_in_order(plan, plan->self, events);
}

static int random_prepare(tro_plan *plan, tro_messages *messages)
{
    (void)messages;
    plan->period = plan->scenario->agent_count == 1;
    return TRO_OK;
}

static int random_list(const tro_plan *plan, uint64_t replicate, uint64_t round,
                       tro_events *events)
{
    size_t n = plan->scenario->agent_count, *order = tro_allocate(n, sizeof *order);
    if (!order)
        return TRO_ENOMEM;
    tro_stream_key key = {.seed = plan->scenario->seed, .replicate = replicate, .round = round,
                          .purpose = TRO_FOR_ORDER};
    tro_stream stream = tro_stream_of(&key);
    tro_stream_order(&stream, n, order);
    int status = add_in_order(plan, order, events);
    tro_release(order);
    return status;
}

const tro_schedule tro_schedule_sequential = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_SCHEDULE, .name = "sequential",
               .summary = "One agent after the other in a fixed order; each reads the newest.",
               .reference = "Gauss-Seidel iteration; the order of Zhang, Wei, Zhang 2026, "
                            "Figure 3",
               .table = {"sequential", sequential_params,
                         sizeof sequential_params / sizeof *sequential_params,
                         sizeof(order_config)}},
    .prepare = sequential_prepare,
    .list = sequential_list,
};

const tro_schedule tro_schedule_random_order = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_SCHEDULE, .name = "random-order",
               .summary = "One agent after the other in an order drawn anew for every round.",
               .reference = "Chazan and Miranker 1969, chaotic relaxation",
               .table = {"random-order", random_params,
                         sizeof random_params / sizeof *random_params, sizeof(order_config)}},
    .prepare = random_prepare,
    .list = random_list,
};
