#include "schedule/settling.h"

#include <math.h>
#include <string.h>

/* In the last phase. */
static double longest_delay(const tro_runner *runner)
{
    const tro_timeline *timeline = runner->whole->timeline;
    return timeline ? timeline->stages[timeline->count - 1].ecosystem->longest_delay
                    : runner->ecosystem->longest_delay;
}

int tro_settling_init(tro_settling *settling, const tro_runner *runner, double tolerance)
{
    *settling = (tro_settling){.tolerance = tolerance,
                               .delay = (uint64_t)ceil(longest_delay(runner)),
                               .least = runner->whole->period};
    settling->since = TRO_NEW(&settling->arena, uint64_t, runner->ecosystem->agents);
    return settling->since ? TRO_OK : TRO_ENOMEM;
}

void tro_settling_release(tro_settling *settling)
{
    tro_arena_clear(&settling->arena);
    *settling = (tro_settling){0};
}

int tro_settling_check(tro_settling *settling, const tro_runner *runner)
{
    return tro_settling_note(settling, runner, runner->change);
}

int tro_settling_note(tro_settling *settling, const tro_runner *runner, double change)
{
    size_t agents = runner->ecosystem->agents;
    const int *idle = runner->plan->idle;
    if (!(settling->tolerance > 0))
        return 0;
    settling->quiet =
        change <= settling->tolerance && !tro_runner_awaits(runner) ? settling->quiet + 1 : 0;
    if (settling->quiet <= settling->delay) {
        memcpy(settling->since, runner->version, agents * sizeof *settling->since);
        return 0;
    }
    for (size_t i = 0; i < agents; i++)
        if (runner->version[i] == settling->since[i] && !(idle && idle[i]) &&
            runner->ecosystem->scenario->agents[i].presence == TRO_PRESENT)
            return 0;
    return settling->quiet >= settling->least;
}

void tro_settling_pack(const tro_settling *settling, const tro_runner *runner, tro_text *out)
{
    tro_pack_whole(out, settling->quiet);
    tro_pack(out, settling->since, runner->ecosystem->agents * sizeof *settling->since);
}

void tro_settling_unpack(tro_settling *settling, const tro_runner *runner, tro_packed *from)
{
    settling->quiet = tro_unpack_whole(from);
    tro_unpack(from, settling->since, runner->ecosystem->agents * sizeof *settling->since);
}
