/* Where the exact rounds of a cell come to rest, or what they do instead. */
#include <inttypes.h>

#include "experiment/cell.h"
#include "family/table.h"

static int unsettled(const tro_cell *cell, tro_messages *messages)
{
    const tro_limit *limit = &cell->limit;
    const tro_space *space = &cell->scenario->space;
    const char *name = cell->scenario->agents[limit->agent].name;
    if (limit->regrowth > 1)
        return tro_error(messages, TRO_ENOCONV, NULL,
                         "no limit: by round %" PRIu64 " a probability of '%s' has fallen out of "
                         "the range of numbers, where it would grow again by a factor of %.6g per "
                         "round", limit->rounds, name, limit->regrowth);
    if (limit->rounds == 0 || limit->move <= TRO_LIMIT_ROUNDING)
        return tro_error(messages, TRO_ENOCONV, NULL,
                         "no limit: %" PRIu64 " exact rounds are too few to tell; give the "
                         "schedule more 'rounds'", limit->rounds);
    if (space->family->law == TRO_TABLE)
        return tro_error(messages, TRO_ENOCONV, NULL,
                         "no limit: the last of %" PRIu64 " exact rounds still takes a "
                         "probability of '%s' from %.6g to %.6g", limit->rounds, name,
                         limit->before, limit->after);
    return tro_error(messages, TRO_ENOCONV, NULL,
                     "no limit: the last of %" PRIu64 " exact rounds still moves mean parameter "
                     "%zu of '%s' by %.3g, from %.6g to %.6g", limit->rounds, limit->place + 1,
                     name, limit->after - limit->before, limit->before, limit->after);
}

int tro_cell_limit(tro_cell *cell, tro_messages *messages)
{
    tro_limit *limit = &cell->limit;
    int status = TRO_OK;
    if (!cell->have_limit)
        status = tro_limit_find(cell->ecosystem, cell->plan, cell->progress, limit);
    if (status == TRO_EDIVERGED)
        tro_error(messages, status, NULL, "no limit: after round %" PRIu64 " the exact rounds "
                  "diverge: mean parameters are no longer finite", limit->rounds);
    if (status < 0) {
        tro_limit_release(limit);
        return status;
    }
    cell->have_limit = 1;
    return limit->settled ? TRO_OK : unsettled(cell, messages);
}
