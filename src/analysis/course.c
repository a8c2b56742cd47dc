#include "analysis/course.h"

#include <math.h>
#include <string.h>

#include "analysis/vector.h"

static int is_supported(const tro_ecosystem *eco)
{
    return eco->longest_delay == 0 && !eco->remembers && !eco->fades;
}

int tro_course_supported(const tro_ecosystem *eco, const tro_plan *plan)
{
    for (size_t k = 0; plan->timeline && k < plan->timeline->count; k++)
        if (!is_supported(plan->timeline->stages[k].ecosystem))
            return 0;
    return is_supported(eco);
}

static int enter_stage(tro_course *course, size_t stage)
{
    const tro_stage *to = &course->whole->timeline->stages[stage];
    tro_workspace_release(&course->work);
    course->stage = stage;
    course->ecosystem = to->ecosystem;
    course->plan = to->plan;
    return tro_workspace_init(&course->work, to->ecosystem);
}

int tro_course_init(tro_course *course, const tro_ecosystem *eco, const tro_plan *plan, size_t of)
{
    int status;
    *course = (tro_course){.ecosystem = eco, .plan = plan, .whole = plan, .of = of};
    if (!tro_course_supported(eco, plan) || !tro_share_moves(eco, of))
        return TRO_EUNSUPPORTED;
    course->z = TRO_NEW(&course->arena, double, eco->size);
    course->sensitivity = TRO_NEW(&course->arena, double, eco->size);
    course->next = TRO_NEW(&course->arena, double, eco->size);
    course->change = TRO_NEW(&course->arena, double, eco->size);
    course->push = TRO_NEW(&course->arena, double, eco->width);
    course->gradient = TRO_NEW(&course->arena, double, eco->width);
    if (!course->z || !course->sensitivity || !course->next || !course->change ||
        !course->push || !course->gradient)
        return TRO_ENOMEM;
    TRO_TRY(plan->timeline ? enter_stage(course, 0) : tro_workspace_init(&course->work, eco));
    tro_ecosystem_start(course->ecosystem, course->z);
out:
    return status;
}

void tro_course_release(tro_course *course)
{
    tro_workspace_release(&course->work);
    tro_events_release(&course->events);
    tro_arena_clear(&course->arena);
    *course = (tro_course){0};
}

/* Those who retrain at one time, each from what was there before. */
static int group(tro_course *course, const tro_event *first, const tro_event *last)
{
    const tro_ecosystem *eco = course->ecosystem;
    size_t width = eco->width;
    int status = TRO_OK, curates = 0;
    for (const tro_event *event = first; event < last; event++)
        curates |= event->agent == course->of;
    curates = curates && tro_share_moves(eco, course->of);
    if (curates)
        status = tro_round_by_share(eco, &course->work, course->z, course->of, course->push,
                                    &course->one_sided);
    if (status < 0)
        return status;
    tro_round_derivative(eco, &course->work, course->z, course->sensitivity, course->change);
    tro_round_map(eco, &course->work, course->z, course->next);
    for (const tro_event *event = first; event < last; event++) {
        size_t at = event->agent * width;
        memcpy(course->z + at, course->next + at, width * sizeof *course->z);
        memcpy(course->sensitivity + at, course->change + at, width * sizeof *course->z);
    }
    if (curates)
        tro_add_scaled(width, 1, course->push, course->sensitivity + course->of * width);
    return TRO_OK;
}

int tro_course_round(tro_course *course)
{
    size_t stage = tro_stage_at(course->whole, course->round);
    int status = stage > course->stage ? enter_stage(course, stage) : TRO_OK;
    if (status == TRO_OK)
        status = tro_plan_list_present(course->plan, 0, course->round, &course->events);
    const tro_event *at = course->events.items, *end = at + course->events.count;
    while (status == TRO_OK && at < end) {
        const tro_event *last = at + 1;
        while (last < end && last->phase == at->phase)
            last++;
        status = group(course, at, last);
        at = last;
    }
    for (size_t k = 0; status == TRO_OK && k < course->ecosystem->size; k++)
        if (!isfinite(course->z[k]) || !isfinite(course->sensitivity[k]))
            status = TRO_EDIVERGED;
    course->round++;
    return status;
}

double tro_course_influence(tro_course *course, size_t on, size_t judge)
{
    const tro_ecosystem *eco = course->ecosystem;
    const tro_space *space = &eco->scenario->space;
    const tro_agent *agent = &eco->scenario->agents[judge];
    if (tro_is_absent(eco, on) || !agent->reward)
        return NAN;
    space->family->alignment_gradient(space, agent->reward, agent->at,
                                      course->z + on * eco->width, course->gradient);
    double value = tro_dot(eco->width, course->gradient, course->sensitivity + on * eco->width);
    return isfinite(value) ? value : NAN;
}
