#include "experiment/side.h"

int tro_side_init(tro_side *side, const tro_cell *cell, size_t of, double curated,
                  tro_messages *messages)
{
    const tro_scenario *scenario = cell->scenario;
    tro_shares shares;
    int status = tro_ecosystem_new(scenario, &side->ecosystem, messages);
    if (status < 0)
        return status;
    if (!tro_share_moves(side->ecosystem, of) ||
        tro_shares_move(&scenario->agents[of].shares, scenario->agents[of].displaces, curated,
                        &shares) < 0)
        return tro_error(messages, TRO_ESCENARIO, &scenario->agents[of].node->place,
                         "the curated share of '%s' cannot be moved to %g: it displaces '%s'",
                         scenario->agents[of].name, curated,
                         tro_displaces_name(scenario->agents[of].displaces));
    tro_ecosystem_set_shares(side->ecosystem, of, &shares);
    return tro_sampler_new(side->ecosystem, &side->sampler, messages);
}

void tro_side_release(tro_side *side)
{
    tro_sampler_free(side->sampler);
    tro_ecosystem_free(side->ecosystem);
}
