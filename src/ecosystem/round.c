/* The synchronous round map and its two derivatives. */
#include <string.h>

#include "ecosystem/ecosystem.h"

const double *tro_entry_law(const tro_ecosystem *eco, const tro_entry *entry, const double *row,
                            double *out, double *scratch)
{
    const double *law = row;
    if (entry->curation) {
        double *kept = entry->channel ? scratch : out;
        entry->curation->ops->apply(entry->curation, 1, row, kept);
        law = kept;
    }
    if (!entry->channel)
        return law;
    entry->channel->channel->apply(entry->channel, eco->width, law, out);
    return out;
}

const double *tro_entry_derivative(const tro_ecosystem *eco, const tro_entry *entry,
                                   const double *row, const double *change, double *out,
                                   double *scratch)
{
    const double *moved = change;
    if (entry->curation) {
        double *kept = entry->channel ? scratch : out;
        entry->curation->ops->derivative(entry->curation, 1, row, change, kept);
        moved = kept;
    }
    if (!entry->channel)
        return moved;
    entry->channel->channel->derivative(entry->channel, eco->width, moved, out);
    return out;
}

/* Copies the producers' rows of all pairs into `gathered`. */
static void gather(const tro_ecosystem *eco, const double *z, double *gathered)
{
    size_t width = eco->width;
    for (size_t k = 0; k < eco->curated_count; k++)
        memcpy(gathered + k * width, z + eco->curated_producer[k] * width,
               width * sizeof *gathered);
}

/* The curated laws of state z, batch by batch, into work->curated. */
static void curate(const tro_ecosystem *eco, tro_workspace *work, const double *z)
{
    gather(eco, z, work->gathered);
    for (size_t b = 0; b < eco->batch_count; b++) {
        const tro_batch *batch = &eco->batches[b];
        size_t first = batch->first * eco->width;
        batch->curation->ops->apply(batch->curation, batch->count, work->gathered + first,
                                    work->curated + first);
    }
    memset(work->curated_stamp, 0, eco->curated_count * sizeof *work->curated_stamp);
}

static const double *source_row(const tro_ecosystem *eco, const double *z, const double *curated,
                                const tro_entry *entry)
{
    return entry->curated_row == SIZE_MAX ? z + entry->producer * eco->width
                                          : curated + entry->curated_row * eco->width;
}

/* y += factor * (the entry's channel applied to row); line: width. */
static void add_entry(const tro_ecosystem *eco, const tro_entry *entry, double factor,
                      const double *row, double *line, double *y)
{
    if (entry->channel) {
        entry->channel->channel->apply(entry->channel, eco->width, row, line);
        row = line;
    }
    tro_add_scaled(eco->width, factor, row, y);
}

void tro_round_map(const tro_ecosystem *eco, tro_workspace *work, const double *z, double *out)
{
    size_t width = eco->width;
    curate(eco, work, z);
    memset(out, 0, eco->size * sizeof *out);
    for (size_t i = 0; i < eco->agents; i++) {
        const tro_agent *agent = &eco->scenario->agents[i];
        double *y = out + i * width;
        if (agent->reference)
            tro_add_scaled(width, eco->shares[i].real, agent->reference, y);
        for (size_t k = eco->row_start[i]; k < eco->row_start[i + 1]; k++) {
            const tro_entry *entry = &eco->entries[k];
            double share = tro_entry_share(eco, i, entry);
            if (share != 0)
                add_entry(eco, entry, share, source_row(eco, z, work->curated, entry),
                          work->line, y);
        }
    }
}

void tro_round_derivative(const tro_ecosystem *eco, tro_workspace *work, const double *z,
                          const double *dz, double *out)
{
    size_t width = eco->width;
    gather(eco, z, work->gathered);
    gather(eco, dz, work->returned);
    for (size_t b = 0; b < eco->batch_count; b++) {
        const tro_batch *batch = &eco->batches[b];
        size_t first = batch->first * width;
        batch->curation->ops->derivative(batch->curation, batch->count, work->gathered + first,
                                         work->returned + first, work->curated + first);
    }
    memset(out, 0, eco->size * sizeof *out);
    for (size_t i = 0; i < eco->agents; i++)
        for (size_t k = eco->row_start[i]; k < eco->row_start[i + 1]; k++) {
            const tro_entry *entry = &eco->entries[k];
            double share = tro_entry_share(eco, i, entry);
            const double *row = source_row(eco, dz, work->curated, entry);
            if (share == 0)
                continue;
            if (entry->channel) {
                entry->channel->channel->derivative(entry->channel, width, row, work->line);
                row = work->line;
            }
            tro_add_scaled(width, share, row, out + i * width);
        }
}

void tro_round_transposed(const tro_ecosystem *eco, tro_workspace *work, const double *z,
                          const double *w, double *out)
{
    size_t width = eco->width;
    double *back = work->curated; /* what flows back into the curated laws */
    memset(back, 0, eco->curated_count * width * sizeof *back);
    memset(out, 0, eco->size * sizeof *out);
    for (size_t i = 0; i < eco->agents; i++)
        for (size_t k = eco->row_start[i]; k < eco->row_start[i + 1]; k++) {
            const tro_entry *entry = &eco->entries[k];
            double share = tro_entry_share(eco, i, entry);
            const double *row = w + i * width;
            if (share == 0)
                continue;
            if (entry->channel) {
                entry->channel->channel->transposed(entry->channel, width, row, work->line);
                row = work->line;
            }
            double *into = entry->curated_row == SIZE_MAX ? out + entry->producer * width
                                                          : back + entry->curated_row * width;
            tro_add_scaled(width, share, row, into);
        }
    gather(eco, z, work->gathered);
    for (size_t b = 0; b < eco->batch_count; b++) {
        const tro_batch *batch = &eco->batches[b];
        size_t first = batch->first * width;
        batch->curation->ops->transposed(batch->curation, batch->count, work->gathered + first,
                                         back + first, work->returned + first);
    }
    for (size_t k = 0; k < eco->curated_count; k++)
        tro_add_scaled(width, 1, work->returned + k * width,
                       out + eco->curated_producer[k] * width);
}

/* Adds factor times the mixture of one layer's data. */
static void add_layer(const tro_ecosystem *eco, tro_workspace *work, const double *z,
                      size_t agent, int layer, double factor, double *out)
{
    for (size_t k = eco->row_start[agent]; k < eco->row_start[agent + 1]; k++) {
        const tro_entry *entry = &eco->entries[k];
        if (entry->layer != layer)
            continue;
        const double *law = tro_entry_law(eco, entry, z + entry->producer * eco->width,
                                          work->line, work->line + eco->width);
        tro_add_scaled(eco->width, factor * entry->weight, law, out);
    }
}

static int has_layer(const tro_ecosystem *eco, size_t agent, int layer)
{
    for (size_t k = eco->row_start[agent]; k < eco->row_start[agent + 1]; k++)
        if (eco->entries[k].layer == layer)
            return 1;
    return 0;
}

/* What a rise of the curated share takes from: fractions of real and of
 * synthetic data, and how much of that there is. */
typedef struct displaced {
    double real, synthetic, share;
} displaced;

static displaced displaced_by(const tro_ecosystem *eco, size_t agent)
{
    const tro_shares *shares = &eco->shares[agent];
    double rest = shares->real + shares->synthetic;
    switch (eco->scenario->agents[agent].displaces) {
    case TRO_DISPLACES_REAL:
        return (displaced){1, 0, shares->real};
    case TRO_DISPLACES_SYNTHETIC:
        return (displaced){0, 1, shares->synthetic};
    case TRO_DISPLACES_PROPORTIONAL:
        break;
    }
    if (!(rest > 0))
        return (displaced){0, 0, 0};
    return (displaced){shares->real / rest, shares->synthetic / rest, rest};
}

int tro_share_moves(const tro_ecosystem *eco, size_t agent)
{
    displaced d = displaced_by(eco, agent);
    return (d.real > 0 || d.synthetic > 0) &&
           (d.real == 0 || eco->scenario->agents[agent].reference) &&
           (d.synthetic == 0 || has_layer(eco, agent, TRO_RAW)) &&
           has_layer(eco, agent, TRO_CURATED) &&
           (d.share > 0 || eco->shares[agent].curated > 0);
}

void tro_share_sides(const tro_ecosystem *eco, size_t agent, int *falls, int *rises)
{
    int moves = tro_share_moves(eco, agent);
    *falls = moves && eco->shares[agent].curated > 0;
    *rises = moves && displaced_by(eco, agent).share > 0;
}

int tro_round_by_share(const tro_ecosystem *eco, tro_workspace *work, const double *z,
                       size_t agent, double *out, int *one_sided)
{
    displaced d = displaced_by(eco, agent);
    int falls, rises;
    memset(out, 0, eco->width * sizeof *out);
    *one_sided = 0;
    if (!tro_share_moves(eco, agent))
        return TRO_EUNSUPPORTED;
    tro_share_sides(eco, agent, &falls, &rises);
    *one_sided = !falls || !rises;
    add_layer(eco, work, z, agent, TRO_CURATED, 1, out);
    if (d.real > 0)
        tro_add_scaled(eco->width, -d.real, eco->scenario->agents[agent].reference, out);
    if (d.synthetic > 0)
        add_layer(eco, work, z, agent, TRO_RAW, -d.synthetic, out);
    return TRO_OK;
}
