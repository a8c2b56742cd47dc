#include "schedule/schedule.h"

#include <stdlib.h>

int tro_events_add(tro_events *events, double phase, size_t agent)
{
    if (events->count == events->capacity) {
        size_t capacity = events->capacity ? 2 * events->capacity : 16;
        tro_event *items = tro_reallocate(events->items, events->capacity, capacity,
                                          sizeof *items);
        if (!items)
            return TRO_ENOMEM;
        events->items = items;
        events->capacity = capacity;
    }
    events->items[events->count++] = (tro_event){.phase = phase, .agent = agent};
    return TRO_OK;
}

static int earlier(const void *a, const void *b)
{
    const tro_event *x = a, *y = b;
    if (x->phase != y->phase)
        return x->phase < y->phase ? -1 : 1;
    return (x->agent > y->agent) - (x->agent < y->agent);
}

static int same_agent(const void *a, const void *b)
{
    const tro_event *x = a, *y = b;
    if (x->agent != y->agent)
        return x->agent < y->agent ? -1 : 1;
    return (x->phase > y->phase) - (x->phase < y->phase);
}

static int is_sorted(const tro_events *events)
{
    for (size_t k = 1; k < events->count; k++)
        if (earlier(&events->items[k - 1], &events->items[k]) > 0)
            return 0;
    return 1;
}

/* Rounds in which everyone retrains once need no second sort. */
static int repeats(const tro_events *events)
{
    for (size_t k = 1; k < events->count; k++)
        if (events->items[k].phase != events->items[0].phase)
            return 1;
    return 0;
}

/* An agent that retrains twice at the same time retrains once. Events are in
 * the order of same_agent. */
static void count_occurrences(tro_events *events)
{
    size_t kept = 0;
    for (size_t k = 0; k < events->count; k++) {
        tro_event event = events->items[k];
        const tro_event *last = kept > 0 ? &events->items[kept - 1] : NULL;
        if (last && last->agent == event.agent) {
            if (event.phase - last->phase < TRO_SAME_TIME)
                continue;
            event.occurrence = last->occurrence + 1;
        }
        events->items[kept++] = event;
    }
    events->count = kept;
}

void tro_events_sort(tro_events *events)
{
    if (repeats(events)) {
        qsort(events->items, events->count, sizeof *events->items, same_agent);
        count_occurrences(events);
    }
    if (!is_sorted(events))
        qsort(events->items, events->count, sizeof *events->items, earlier);
    /* Times that are equal but for rounding become equal. */
    for (size_t k = 1; k < events->count; k++)
        if (events->items[k].phase - events->items[k - 1].phase < TRO_SAME_TIME)
            events->items[k].phase = events->items[k - 1].phase;
}

void tro_events_release(tro_events *events)
{
    tro_release(events->items);
    *events = (tro_events){0};
}

int tro_plan_new_as(const tro_scenario *scenario, const tro_schedule *schedule,
                    const void *config, tro_plan **out, tro_messages *messages)
{
    *out = NULL;
    tro_plan *plan = tro_allocate(1, sizeof *plan);
    if (!plan)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory");
    *plan = (tro_plan){.schedule = schedule, .scenario = scenario, .config = config,
                       .common = config, .period = 1};
    int status = schedule->prepare ? schedule->prepare(plan, messages) : TRO_OK;
    if (status < 0)
        tro_plan_free(plan);
    else
        *out = plan;
    return status;
}

int tro_plan_new(const tro_scenario *scenario, tro_plan **out, tro_messages *messages)
{
    return tro_plan_new_as(scenario, (const tro_schedule *)scenario->schedule.plugin,
                           scenario->schedule.config, out, messages);
}

void tro_plan_free(tro_plan *plan)
{
    if (!plan)
        return;
    tro_arena_clear(&plan->arena);
    tro_release(plan);
}

int tro_plan_list(const tro_plan *plan, uint64_t replicate, uint64_t round, tro_events *events)
{
    events->count = 0;
    int status = plan->schedule->list(plan, replicate, round, events);
    if (status == TRO_OK)
        tro_events_sort(events);
    return status;
}

int tro_plan_list_present(const tro_plan *plan, uint64_t replicate, uint64_t round,
                          tro_events *events)
{
    const tro_scenario *scenario = plan->scenario;
    size_t kept = 0;
    int status = tro_plan_list(plan, replicate, round, events);
    for (size_t k = 0; status == TRO_OK && scenario->resting > 0 && k < events->count; k++)
        if (scenario->agents[events->items[k].agent].presence == TRO_PRESENT)
            events->items[kept++] = events->items[k];
    if (status == TRO_OK && scenario->resting > 0)
        events->count = kept;
    return status;
}
