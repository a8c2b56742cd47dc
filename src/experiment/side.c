#include "experiment/side.h"

int tro_cell_moved(const tro_cell *cell, size_t of, double curated, tro_moved *out,
                   tro_messages *messages)
{
    const tro_agent *agent = &cell->scenario->agents[of];
    double by = curated - cell->ecosystem->shares[of].curated;
    int status = tro_moved_init(out, cell->ecosystem, cell->plan, of, by, 1, messages);
    if (status == TRO_EINVAL)
        return tro_error(messages, TRO_ESCENARIO, &agent->node->place,
                         "the curated share of '%s' cannot be moved to %g: it displaces '%s'",
                         agent->name, curated, tro_displaces_name(agent->displaces));
    return status;
}
