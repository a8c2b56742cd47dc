#include "experiment/sweep.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "experiment/study_parts.h"
#include "experiment/sweep_parts.h"

/* Steps of the golden ratio of all, round and round: any stretch is spread evenly over the
 * slowest axis, and since the step has no factor in common with the number of cells, over
 * every faster one, too. */
size_t tro_sweep_at(const tro_sweep *sweep, size_t k)
{
    __extension__ typedef unsigned __int128 wide;
    return (size_t)((wide)k * sweep->step % sweep->cells);
}

uint64_t tro_sweep_seed(const tro_sweep *sweep, uint64_t seed, size_t cell)
{
    uint64_t replicate = cell % sweep->replicates;
    if (sweep->seed_axis != SIZE_MAX)
        return (uint64_t)fabs(tro_axis_value(&sweep->table, cell / sweep->replicates,
                                             sweep->seed_axis));
    tro_stream_key key = {.seed = seed, .replicate = replicate, .round = TRO_SWEEP_SEEDS,
                          .purpose = TRO_FOR_SWEEP};
    if (sweep->independent)
        key.agent = 1 + cell / sweep->replicates;
    else if (replicate == 0)
        return seed;
    tro_stream stream = tro_stream_of(&key);
    return tro_stream_next(&stream) >> 11;  /* what `seed` may be: below 2^53 */
}

void tro_sweep_free(tro_sweep *sweep)
{
    if (sweep)
        tro_study_slots_free(&sweep->table, 1);
}

void tro_sweep_run(tro_study *study, size_t cell, tro_sweep_result *out)
{
    tro_sweep *sweep = study->sweep;
    tro_study_table *table = &sweep->table;
    tro_messages own = {0};
    char seed[24];
    int reseeded = sweep->independent || cell % sweep->replicates > 0;
    snprintf(seed, sizeof seed, "%" PRIu64,
             tro_sweep_seed(sweep, study->cell->scenario->seed, cell));
    const tro_override override = {.path = "seed", .value = seed, .origin = "replicates"};
    *out = (tro_sweep_result){0};
    tro_study_slots_free(table, 1);
    out->status = tro_study_slots_new(table, 1);
    if (out->status == TRO_OK)
        out->status = tro_study_cell_new(study, table, cell / sweep->replicates,
                                         reseeded ? &override : NULL, &out->cell, &own);
    if (out->cell) {
        out->status = tro_study_slot_fill(table, 0, out->cell);
        out->cell->override_count = 0;  /* their texts go with this function */
    } else if (table->failures) {
        tro_study_slot_fail(table, 0, out->status, &own);
    }
    tro_messages_clear(&own);
}

const char *tro_sweep_label(const tro_study *study, int status)
{
    switch (status) {
    case TRO_OK:
        return study->sweep->table.one_sided[0] ? "one-sided" : "ok";
    case TRO_EDIVERGED:
        return "diverged";
    case TRO_ENOCONV:
    case TRO_ESINGULAR:
        return "not converged";
    default:
        return "failed";
    }
}

void tro_sweep_message(const tro_study *study, tro_text *text)
{
    const tro_study_table *table = &study->sweep->table;
    int failed = table->failures && table->failures[0];
    for (size_t c = 0; table->failures && c < table->column_count; c++)
        failed |= table->columns[c].failures && table->columns[c].failures[0];
    if (failed)
        tro_study_cell_status(table, 0, text);
}
