#include "cli/wins.h"

#include "output/csv.h"

static int has_arena(const tro_ecosystem *eco, size_t agent)
{
    const tro_curation *judge = eco->scenario->agents[agent].pool_curation;
    return judge && judge->ops->wins;
}

static size_t length(const tro_ecosystem *eco, size_t agent)
{
    return has_arena(eco, agent) ? eco->row_start[agent + 1] - eco->row_start[agent] : 0;
}

/* Uncurated entries count with a share that nobody reads. */
size_t tro_wins_count(const tro_ecosystem *eco)
{
    size_t count = 0;
    for (size_t i = 0; i < eco->agents; i++)
        count += length(eco, i);
    return count;
}

void tro_wins_find(const tro_ecosystem *eco, tro_workspace *work, const double *z, double *share)
{
    for (size_t i = 0; i < eco->agents; i++) {
        for (size_t k = 0; k < length(eco, i); k++)
            share[k] = 0;
        if (has_arena(eco, i))
            tro_round_wins(eco, work, z, i, share);
        share += length(eco, i);
    }
}

static int write_agent(const tro_ecosystem *eco, size_t agent, const double *share,
                       const double *error, tro_csv *csv)
{
    const tro_agent *agents = eco->scenario->agents;
    const tro_entry *entries = eco->entries + eco->row_start[agent];
    for (size_t k = 0; k < length(eco, agent); k++) {
        if (entries[k].layer != TRO_CURATED)
            continue;
        tro_csv_text(csv, agents[agent].name);
        tro_csv_text(csv, agents[entries[k].producer].name);
        tro_csv_real(csv, share[k]);
        tro_csv_real(csv, error[k]);
        int status = tro_csv_end_row(csv);
        if (status < 0)
            return status;
    }
    return TRO_OK;
}

int tro_wins_write(const tro_ecosystem *eco, const double *share, const double *error,
                   tro_results *results, tro_messages *messages)
{
    static const char *const names[] = {"consumer", "producer", "win_share", "win_share_error"};
    tro_csv csv = {0};
    const char *path;
    int status;
    if (tro_wins_count(eco) == 0)
        return TRO_OK;
    TRO_TRY(tro_folder_add(&results->folder, "wins.csv", &path, messages));
    TRO_TRY(tro_csv_open(&csv, path, names, sizeof names / sizeof *names, messages));
    for (size_t i = 0, at = 0; i < eco->agents; at += length(eco, i), i++)
        TRO_TRY(write_agent(eco, i, share + at, error + at, &csv));
    status = tro_csv_commit(&csv);
out:
    tro_csv_abort(&csv);
    return status;
}
