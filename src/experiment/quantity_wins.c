/* Who wins in an arena: the share of what a consumer's curator keeps there
 * that is a given producer's, at the fixed point. */
#include <math.h>
#include <stddef.h>

#include "experiment/quantity.h"

typedef struct wins_config {
    const tro_node *self;
    const char *of, *in;
} wins_config;

static const tro_param wins_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(wins_config, self)},
    {.key = "of", .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED, .offset = offsetof(wins_config, of),
     .doc = "The producer."},
    {.key = "in", .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED, .offset = offsetof(wins_config, in),
     .doc = "The consumer for whose data producers compete."},
};

static int wins_check(const tro_cell *cell, const void *given, tro_messages *messages)
{
    const wins_config *config = given;
    const tro_place *place = tro_place_of(config->self, "in");
    size_t of, in = 0;
    int status = tro_cell_agent(cell, config->of, tro_place_of(config->self, "of"), &of, messages);
    int consumer = tro_cell_agent(cell, config->in, place, &in, messages);
    if (consumer == TRO_OK) {
        const tro_curation *judge = cell->scenario->agents[in].pool_curation;
        if (!judge || !judge->ops->wins)
            consumer = tro_error(messages, TRO_ESCENARIO, place,
                                 "no arena supplies '%s' with curated data", config->in);
    }
    return status < 0 ? status : consumer;
}

static int wins_compute(tro_cell *cell, const void *given, tro_values *out,
                        tro_messages *messages)
{
    const wins_config *config = given;
    const tro_ecosystem *eco = cell->ecosystem;
    size_t of = tro_scenario_agent(cell->scenario, config->of);
    size_t in = tro_scenario_agent(cell->scenario, config->in);
    size_t first = eco->row_start[in], count = eco->row_start[in + 1] - first;
    tro_workspace work = {0};
    double value = 0, *share = tro_allocate(count, sizeof *share);
    int status = share ? TRO_OK : TRO_ENOMEM;
    if (status == TRO_OK)
        TRO_TRY(tro_cell_fixed_point(cell, messages));
    if (status == TRO_OK)
        TRO_TRY(tro_workspace_init(&work, eco));
    if (status == TRO_OK && tro_round_wins(eco, &work, cell->point.z, in, share))
        for (size_t k = 0; k < count; k++)
            if (eco->entries[first + k].layer == TRO_CURATED &&
                eco->entries[first + k].producer == of)
                value += share[k];
    if (status == TRO_OK)
        status = tro_values_one(cell, value, NAN, out);
out:
    tro_workspace_release(&work);
    tro_release(share);
    return status;
}

const tro_quantity tro_quantity_win_share = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "win-share",
               .summary = "Share of a producer in what is kept in a consumer's arena, at the "
                          "fixed point.",
               .reference = NULL,
               .table = {"win-share", wins_params, sizeof wins_params / sizeof *wins_params,
                         sizeof(wins_config)}},
    .check = wins_check, .compute = wins_compute,
};
