#include "cli/wins.h"

#include "output/csv.h"

static int has_arena(const tro_ecosystem *eco)
{
    for (size_t i = 0; i < eco->agents; i++) {
        const tro_curation *judge = eco->scenario->agents[i].pool_curation;
        if (judge && judge->ops->wins)
            return 1;
    }
    return 0;
}

static int write_agent(const tro_ecosystem *eco, tro_workspace *work, const double *z,
                       size_t agent, double *share, tro_csv *csv)
{
    const tro_agent *agents = eco->scenario->agents;
    if (!tro_round_wins(eco, work, z, agent, share))
        return TRO_OK;
    for (size_t k = eco->row_start[agent]; k < eco->row_start[agent + 1]; k++) {
        const tro_entry *entry = &eco->entries[k];
        if (entry->layer != TRO_CURATED)
            continue;
        tro_csv_text(csv, agents[agent].name);
        tro_csv_text(csv, agents[entry->producer].name);
        tro_csv_real(csv, share[k - eco->row_start[agent]]);
        int status = tro_csv_end_row(csv);
        if (status < 0)
            return status;
    }
    return TRO_OK;
}

int tro_wins_write(const tro_cell *cell, const double *z, tro_results *results,
                   tro_messages *messages)
{
    static const char *const names[] = {"consumer", "producer", "win_share"};
    const tro_ecosystem *eco = cell->ecosystem;
    tro_workspace work = {0};
    tro_csv csv = {0};
    const char *path;
    int status;
    if (!has_arena(eco))
        return TRO_OK;
    double *share = tro_allocate(eco->longest_row, sizeof *share);
    if (!share)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory writing the results");
    TRO_TRY(tro_workspace_init_rounds(&work, eco));
    TRO_TRY(tro_folder_add(&results->folder, "wins.csv", &path, messages));
    TRO_TRY(tro_csv_open(&csv, path, names, sizeof names / sizeof *names, messages));
    for (size_t i = 0; i < eco->agents; i++)
        TRO_TRY(write_agent(eco, &work, z, i, share, &csv));
    status = tro_csv_commit(&csv);
out:
    tro_csv_abort(&csv);
    tro_workspace_release(&work);
    tro_release(share);
    return status;
}
