/* The synchronous round map, and its derivative by a curated share. */
#include <string.h>

#include "ecosystem/steps.h"

/* --- what an entry delivers ------------------------ */

const double *tro_entry_release(const tro_ecosystem *eco, const tro_entry *entry,
                                const double *law, double *out)
{
    if (!eco->releases || !eco->scenario->agents[entry->producer].release)
        return law;
    if (law != out)
        memcpy(out, law, eco->width * sizeof *out);
    tro_agent_release(eco, entry->producer, out);
    return out;
}

const double *tro_entry_deliver(const tro_ecosystem *eco, const tro_entry *entry,
                                int derivative, const double *row, double *out, double *scratch)
{
    const tro_channel_map *channel = entry->channel;
    row = tro_entry_release(eco, entry, row, channel ? scratch : out);
    if (!channel)
        return row;
    (derivative ? channel->channel->derivative : channel->channel->apply)(channel, eco->width,
                                                                          row, out);
    return out;
}

/* The workspace's scratch for curations: two arguments, then the rule's own. */
void tro_entry_curate(const tro_ecosystem *eco, const tro_curation *rule, const double *row,
                      const double *z, double *out, double *curation)
{
    rule->ops->apply(rule, 1, tro_curation_hearing(rule, row, z, curation), out,
                     curation + 2 * eco->longest_argument);
}

void tro_entry_curate_change(const tro_ecosystem *eco, const tro_curation *rule, const double *row,
                          const double *z, const double *change, const double *dz, double *out,
                          double *curation)
{
    size_t longest = eco->longest_argument;
    const double *at = tro_curation_hearing(rule, row, z, curation);
    rule->ops->derivative(rule, 1, at,
                          tro_curation_hearing(rule, change, dz, curation + longest), out,
                          curation + 2 * longest);
}

const double *tro_entry_law(const tro_ecosystem *eco, const tro_entry *entry, const double *row,
                            const double *z, double *out, double *scratch, double *curation)
{
    const double *law = row;
    if (entry->curation) {
        double *kept = entry->channel ? scratch : out;
        tro_entry_curate(eco, entry->curation, row, z, kept, curation);
        law = kept;
    }
    return tro_entry_deliver(eco, entry, 0, law, out, scratch);
}

const double *tro_entry_derivative(const tro_ecosystem *eco, const tro_entry *entry,
                                   const double *row, const double *z, const double *change,
                                   const double *dz, double *out, double *scratch,
                                   double *curation)
{
    const double *moved = change;
    if (entry->curation) {
        double *kept = entry->channel ? scratch : out;
        tro_entry_curate_change(eco, entry->curation, row, z, change, dz, kept, curation);
        moved = kept;
    }
    return tro_entry_deliver(eco, entry, 1, moved, out, scratch);
}

/* --- the state as a source of laws ------------------------ */

void tro_gather_producers(const tro_ecosystem *eco, const tro_batch *pairs, const double *z,
                          double *gathered)
{
    const size_t *producer = eco->curated_producer + pairs->first;
    size_t width = eco->width;
    for (size_t k = 0; k < pairs->count; k++)
        memcpy(gathered + k * width, z + producer[k] * width, width * sizeof *gathered);
}

void tro_workspace_curate_piece(tro_workspace *work, const tro_ecosystem *eco, size_t k,
                                const double *z)
{
    const tro_batch *piece = &eco->pieces[k];
    if (piece->curation->audience_count > 0) {
        for (size_t r = piece->first; r < piece->first + piece->count; r++)
            tro_entry_curate(eco, piece->curation, z + eco->curated_producer[r] * eco->width, z,
                             work->curated + r * eco->width, work->curation);
        return;
    }
    tro_gather_producers(eco, piece, z, work->gathered);
    piece->curation->ops->apply(piece->curation, piece->count, work->gathered,
                                work->curated + piece->first * eco->width, work->curation);
}

void tro_workspace_curate(tro_workspace *work, const tro_ecosystem *eco, const double *z)
{
    int threads = tro_workspace_threads(work);
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1) if (threads > 1)
    for (size_t k = 0; k < eco->piece_count; k++)
        tro_workspace_curate_piece(tro_workspace_mine(work), eco, k, z);
    memset(work->curated_stamp, 0, eco->curated_count * sizeof *work->curated_stamp);
}

const double *tro_state_law(void *context, const tro_entry *entry, double *out)
{
    const tro_state_laws *s = context;
    return tro_entry_ready(s->ecosystem, s->work, entry, s->z, out);
}

/* --- the map ------------------------ */

/* Agents first .. last-1 of a round; out NULL: only what comes on the way. */
static void map_agents(const tro_ecosystem *eco, tro_workspace *work, size_t first, size_t last,
                       const double *z, double *mixture, double *fitted, double *out)
{
    size_t width = eco->width;
    tro_state_laws laws = {.ecosystem = eco, .work = work, .z = z};
    for (size_t i = first; i < last; i++) {
        double *row = out ? out + i * width : work->data + 2 * width;
        double *data = eco->plain ? row : mixture ? mixture + i * width : work->data + 3 * width;
        tro_agent_mixture(eco, work, i, tro_state_law, &laws, data);
        if (eco->plain)
            continue;
        tro_agent_admit(eco, work, i, tro_state_law, &laws, data, row);
        tro_agent_fit(eco, i, z + i * width, row, fitted ? fitted + i * width : NULL);
    }
}

/* Fills out with F(z); mixture and fitted (size, may be NULL) with what came
 * on the way. Pieces and blocks do not depend on the number of threads. */
static void map(const tro_ecosystem *eco, tro_workspace *work, const double *z, double *mixture,
                double *fitted, double *out)
{
    int threads = tro_workspace_threads(work);
#pragma omp parallel num_threads(threads) if (threads > 1)
    {
        tro_workspace *mine = tro_workspace_mine(work);
#pragma omp for schedule(dynamic, 1)
        for (size_t k = 0; k < eco->piece_count; k++)
            tro_workspace_curate_piece(mine, eco, k, z);
#pragma omp for schedule(dynamic, 1)
        for (size_t i = 0; i < eco->agents; i += TRO_AGENTS_AT_A_TIME)
            map_agents(eco, mine, i, tro_block_end(eco->agents, i), z, mixture, fitted, out);
    }
    memset(work->curated_stamp, 0, eco->curated_count * sizeof *work->curated_stamp);
}

void tro_round_map(const tro_ecosystem *eco, tro_workspace *work, const double *z, double *out)
{
    map(eco, work, z, NULL, NULL, out);
}

void tro_workspace_linearise(tro_workspace *work, const tro_ecosystem *eco, const double *z)
{
    if (eco->plain || (work->has_base && work->base_version == eco->version &&
                       memcmp(work->base, z, eco->size * sizeof *z) == 0))
        return;
    memcpy(work->base, z, eco->size * sizeof *z);
    work->has_base = 1;
    work->base_version = eco->version;
    map(eco, work, z, work->mixture, work->fitted, NULL);
}

/* --- by the curated share ------------------------ */

static int has_layer(const tro_ecosystem *eco, size_t agent, int layer)
{
    for (size_t k = eco->row_start[agent]; k < eco->row_start[agent + 1]; k++)
        if (eco->entries[k].layer == layer)
            return 1;
    return 0;
}

tro_displaced tro_displaced_by(const tro_ecosystem *eco, size_t agent)
{
    const tro_shares *shares = &eco->shares[agent];
    double rest = shares->real + shares->synthetic;
    switch (eco->scenario->agents[agent].displaces) {
    case TRO_DISPLACES_REAL:
        return (tro_displaced){1, 0, shares->real};
    case TRO_DISPLACES_SYNTHETIC:
        return (tro_displaced){0, 1, shares->synthetic};
    case TRO_DISPLACES_PROPORTIONAL:
        break;
    }
    if (!(rest > 0))
        return (tro_displaced){0, 0, 0};
    return (tro_displaced){shares->real / rest, shares->synthetic / rest, rest};
}

const char *tro_share_stays(const tro_ecosystem *eco, size_t agent)
{
    tro_displaced d = tro_displaced_by(eco, agent);
    if (!has_layer(eco, agent, TRO_CURATED))
        return "no edge brings it curated data";
    if (d.real == 0 && d.synthetic == 0)
        return "all its data is curated already, and nothing is named that would take its place";
    if (d.real > 0 && !eco->scenario->agents[agent].reference)
        return "it displaces real data, and has no reference";
    if (d.synthetic > 0 && !has_layer(eco, agent, TRO_RAW))
        return "it displaces uncurated data, and no edge brings any";
    return d.share > 0 || eco->shares[agent].curated > 0 ? NULL
                                                         : "it has no data that would give way";
}

int tro_share_moves(const tro_ecosystem *eco, size_t agent)
{
    return tro_share_stays(eco, agent) == NULL;
}

void tro_share_sides(const tro_ecosystem *eco, size_t agent, int *falls, int *rises)
{
    int moves = tro_share_moves(eco, agent);
    *falls = moves && eco->shares[agent].curated > 0;
    *rises = moves && tro_displaced_by(eco, agent).share > 0;
}

/* One law at a time, for a single agent. */
static const double *single_law(void *context, const tro_entry *entry, double *out)
{
    const tro_state_laws *s = context;
    size_t width = s->ecosystem->width;
    return tro_entry_law(s->ecosystem, entry, s->z + entry->producer * width, s->z, out,
                         s->work->line + width, s->work->curation);
}

int tro_agent_share(const tro_ecosystem *eco, tro_workspace *work, size_t agent, tro_law_of *law,
                    void *laws, double *out, int *one_sided)
{
    tro_displaced d = tro_displaced_by(eco, agent);
    int falls, rises;
    *one_sided = 0;
    if (!tro_share_moves(eco, agent)) {
        memset(out, 0, eco->width * sizeof *out);
        return TRO_EUNSUPPORTED;
    }
    tro_share_sides(eco, agent, &falls, &rises);
    *one_sided = !falls || !rises;
    tro_agent_by_share(eco, work, agent, law, laws, d.real, d.synthetic, out);
    return TRO_OK;
}

int tro_round_by_share(const tro_ecosystem *eco, tro_workspace *work, const double *z,
                       size_t agent, double *out, int *one_sided)
{
    tro_state_laws laws = {.ecosystem = eco, .work = work, .z = z};
    tro_workspace_linearise(work, eco, z);
    return tro_agent_share(eco, work, agent, single_law, &laws, out, one_sided);
}

void tro_round_by_shares(const tro_ecosystem *eco, tro_workspace *work, const double *z,
                         size_t first, size_t count, double *out, int *defined, int *one_sided)
{
    int threads = tro_workspace_threads(work);
    tro_workspace_linearise(work, eco, z);
    tro_workspace_curate(work, eco, z);
#pragma omp parallel for num_threads(threads) schedule(dynamic, TRO_AGENTS_AT_A_TIME) \
    if (threads > 1)
    for (size_t k = 0; k < count; k++) {
        tro_workspace *mine = tro_workspace_mine(work);
        tro_state_laws laws = {.ecosystem = eco, .work = mine, .z = z};
        defined[k] = tro_agent_share(eco, mine, first + k, tro_state_law, &laws,
                                     out + k * eco->width, &one_sided[k]) == TRO_OK;
    }
}

int tro_round_wins(const tro_ecosystem *eco, tro_workspace *work, const double *z, size_t agent,
                   double *share)
{
    tro_state_laws laws = {.ecosystem = eco, .work = work, .z = z};
    return tro_agent_wins(eco, work, agent, single_law, &laws, share);
}
