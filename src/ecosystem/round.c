/* The synchronous round map and its two derivatives. */
#include <string.h>

#include "ecosystem/steps.h"

/* --- what an entry delivers ------------------------ */

static const double *release(const tro_ecosystem *eco, const tro_entry *entry,
                             const double *law, double *out)
{
    if (!eco->scenario->agents[entry->producer].release)
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
    row = release(eco, entry, row, channel ? scratch : out);
    if (!channel)
        return row;
    (derivative ? channel->channel->derivative : channel->channel->apply)(channel, eco->width,
                                                                          row, out);
    return out;
}

/* What a rule takes when it is offered the law `row`, or a change of that: row itself, or `room`
 * where its users listen to agents of the state z. */
static const double *argument(const tro_ecosystem *eco, const tro_curation *rule,
                              const double *row, const double *z, double *room)
{
    size_t width = eco->width;
    if (rule->audience_count == 0)
        return row;
    memcpy(room, row, width * sizeof *room);
    for (size_t k = 0; k < rule->audience_count; k++)
        memcpy(room + (k + 1) * width, z + rule->audience[k]->agent * width,
               width * sizeof *room);
    return room;
}

/* The workspace's scratch for curations: two arguments, then the rule's own. */
void tro_entry_curate(const tro_ecosystem *eco, const tro_curation *rule, const double *row,
                      const double *z, double *out, double *curation)
{
    rule->ops->apply(rule, 1, argument(eco, rule, row, z, curation), out,
                     curation + 2 * eco->longest_argument);
}

static void curate_change(const tro_ecosystem *eco, const tro_curation *rule, const double *row,
                          const double *z, const double *change, const double *dz, double *out,
                          double *curation)
{
    size_t longest = eco->longest_argument;
    const double *at = argument(eco, rule, row, z, curation);
    rule->ops->derivative(rule, 1, at, argument(eco, rule, change, dz, curation + longest), out,
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
        curate_change(eco, entry->curation, row, z, change, dz, kept, curation);
        moved = kept;
    }
    return tro_entry_deliver(eco, entry, 1, moved, out, scratch);
}

/* --- the state as a source of laws ------------------------ */

/* Copies the producers' rows of some pairs into `gathered`. */
static void gather(const tro_ecosystem *eco, const tro_batch *pairs, const double *z,
                   double *gathered)
{
    const size_t *producer = eco->curated_producer + pairs->first;
    size_t width = eco->width;
    for (size_t k = 0; k < pairs->count; k++)
        memcpy(gathered + k * width, z + producer[k] * width, width * sizeof *gathered);
}

static void gather_all(const tro_ecosystem *eco, const double *z, double *gathered)
{
    gather(eco, &(tro_batch){.count = eco->curated_count}, z, gathered);
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
    gather(eco, piece, z, work->gathered);
    piece->curation->ops->apply(piece->curation, piece->count, work->gathered,
                                work->curated + piece->first * eco->width, work->curation);
}

void tro_workspace_curate(tro_workspace *work, const tro_ecosystem *eco, const double *z)
{
    for (size_t k = 0; k < eco->piece_count; k++)
        tro_workspace_curate_piece(work, eco, k, z);
    memset(work->curated_stamp, 0, eco->curated_count * sizeof *work->curated_stamp);
}

/* Laws of a state whose curated laws are known, and changes of it. */
typedef struct state_laws {
    const tro_ecosystem *ecosystem;
    tro_workspace *work;
    const double *z, *dz, *dcurated;
    double *out, *back;             /* for gradients: by states, by curated laws */
} state_laws;

static const double *law_of(void *context, const tro_entry *entry, double *out)
{
    const state_laws *s = context;
    return tro_entry_ready(s->ecosystem, s->work, entry, s->z, out);
}

static const double *change_of(void *context, const tro_entry *entry, double *out)
{
    const state_laws *s = context;
    return tro_entry_deliver(s->ecosystem, entry, 1,
                             tro_entry_source(s->ecosystem, entry, s->dz, s->dcurated), out,
                             s->work->line + s->ecosystem->width);
}

/* --- the map ------------------------ */

/* Fills out with F(z); mixture and fitted (size, may be NULL) with what came
 * on the way. */
static void map(const tro_ecosystem *eco, tro_workspace *work, const double *z, double *mixture,
                double *fitted, double *out)
{
    size_t width = eco->width;
    tro_workspace_curate(work, eco, z);
    state_laws laws = {.ecosystem = eco, .work = work, .z = z};
    for (size_t i = 0; i < eco->agents; i++) {
        double *row = out + i * width;
        double *data = eco->plain ? row : mixture ? mixture + i * width : work->data + 3 * width;
        tro_agent_mixture(eco, work, i, law_of, &laws, data);
        if (eco->plain)
            continue;
        tro_agent_admit(eco, work, i, law_of, &laws, data, row);
        tro_agent_fit(eco, i, z + i * width, row, fitted ? fitted + i * width : NULL);
    }
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
    /* The new state itself is not wanted: it goes where a change will. */
    map(eco, work, z, work->mixture, work->fitted, work->next);
}

void tro_round_derivative(const tro_ecosystem *eco, tro_workspace *work, const double *z,
                          const double *dz, double *out)
{
    size_t width = eco->width;
    tro_workspace_linearise(work, eco, z);
    gather_all(eco, z, work->gathered);
    gather_all(eco, dz, work->returned);
    for (size_t b = 0; b < eco->batch_count; b++) {
        const tro_batch *batch = &eco->batches[b];
        size_t first = batch->first * width;
        if (batch->curation->audience_count == 0)
            batch->curation->ops->derivative(batch->curation, batch->count,
                                             work->gathered + first, work->returned + first,
                                             work->curated + first, work->curation);
        for (size_t r = 0; batch->curation->audience_count > 0 && r < batch->count; r++) {
            size_t at = first + r * width;
            curate_change(eco, batch->curation, work->gathered + at, z, work->returned + at, dz,
                          work->curated + at, work->curation);
        }
    }
    memset(work->curated_stamp, 0, eco->curated_count * sizeof *work->curated_stamp);
    state_laws laws = {.ecosystem = eco, .work = work, .z = z, .dz = dz,
                       .dcurated = work->curated};
    if (eco->owners_pool) {
        /* These ask for the curated laws beside their changes. */
        memcpy(work->returned, work->curated,
               eco->curated_count * width * sizeof *work->returned);
        laws.dcurated = work->returned;
        tro_workspace_curate(work, eco, z);
    }
    for (size_t i = 0; i < eco->agents; i++)
        tro_agent_derivative(eco, work, i, law_of, change_of, &laws, dz + i * width,
                             out + i * width);
}

/* --- the transposed derivative ------------------------ */

static void back_to(void *context, const tro_entry *entry, double share, const double *gradient)
{
    const state_laws *s = context;
    const tro_ecosystem *eco = s->ecosystem;
    size_t width = eco->width;
    if (entry->channel) {
        entry->channel->channel->transposed(entry->channel, width, gradient, s->work->line);
        gradient = s->work->line;
    }
    gradient = release(eco, entry, gradient, s->work->line);
    double *into = entry->curated_row == TRO_AS_PRODUCED ? s->out + entry->producer * width
                                                         : s->back + entry->curated_row * width;
    tro_add_scaled(width, share, gradient, into);
}

/* Gradients by what a rule was offered, into work->curated, from those by what it kept; what goes
 * to its audiences is added to out. */
static void batch_back(const tro_ecosystem *eco, tro_workspace *work, const tro_batch *batch,
                       const double *z, const double *back, double *out)
{
    const tro_curation *rule = batch->curation;
    size_t width = eco->width, longest = eco->longest_argument, first = batch->first * width;
    double *to = work->curation + longest;
    if (rule->audience_count == 0)
        rule->ops->transposed(rule, batch->count, work->gathered + first, back + first,
                              work->curated + first, work->curation);
    for (size_t r = 0; rule->audience_count > 0 && r < batch->count; r++) {
        size_t at = first + r * width;
        rule->ops->transposed(rule, 1,
                              argument(eco, rule, work->gathered + at, z, work->curation),
                              back + at, to, work->curation + 2 * longest);
        memcpy(work->curated + at, to, width * sizeof *to);
        for (size_t k = 0; k < rule->audience_count; k++)
            tro_add_scaled(width, 1, to + (k + 1) * width,
                           out + rule->audience[k]->agent * width);
    }
}

void tro_round_transposed(const tro_ecosystem *eco, tro_workspace *work, const double *z,
                          const double *w, double *out)
{
    size_t width = eco->width;
    double *back = work->returned, *line = work->data + 2 * width;
    tro_workspace_linearise(work, eco, z);
    if (eco->owners_pool)
        tro_workspace_curate(work, eco, z);
    gather_all(eco, z, work->gathered);
    state_laws laws = {.ecosystem = eco, .work = work, .z = z, .out = out,
                       .back = back};
    memset(back, 0, eco->curated_count * width * sizeof *back);
    memset(out, 0, eco->size * sizeof *out);
    for (size_t i = 0; i < eco->agents; i++) {
        memcpy(line, w + i * width, width * sizeof *line);
        if (!eco->plain)
            tro_agent_fit_back(eco, work, i, line, out + i * width);
        tro_agent_back(eco, work, i, law_of, &laws, line, back_to);
    }
    for (size_t b = 0; b < eco->batch_count; b++)
        batch_back(eco, work, &eco->batches[b], z, back, out);
    memset(work->curated_stamp, 0, eco->curated_count * sizeof *work->curated_stamp);
    for (size_t k = 0; k < eco->curated_count; k++)
        tro_add_scaled(width, 1, work->curated + k * width,
                       out + eco->curated_producer[k] * width);
}

/* --- by the curated share ------------------------ */

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

/* One law at a time, for a single agent. */
static const double *single_law(void *context, const tro_entry *entry, double *out)
{
    const state_laws *s = context;
    size_t width = s->ecosystem->width;
    return tro_entry_law(s->ecosystem, entry, s->z + entry->producer * width, s->z, out,
                         s->work->line + width, s->work->curation);
}

int tro_round_by_share(const tro_ecosystem *eco, tro_workspace *work, const double *z,
                       size_t agent, double *out, int *one_sided)
{
    displaced d = displaced_by(eco, agent);
    state_laws laws = {.ecosystem = eco, .work = work, .z = z};
    int falls, rises;
    *one_sided = 0;
    if (!tro_share_moves(eco, agent)) {
        memset(out, 0, eco->width * sizeof *out);
        return TRO_EUNSUPPORTED;
    }
    tro_share_sides(eco, agent, &falls, &rises);
    *one_sided = !falls || !rises;
    tro_workspace_linearise(work, eco, z);
    tro_agent_by_share(eco, work, agent, single_law, &laws, d.real, d.synthetic, out);
    return TRO_OK;
}

int tro_round_wins(const tro_ecosystem *eco, tro_workspace *work, const double *z, size_t agent,
                   double *share)
{
    state_laws laws = {.ecosystem = eco, .work = work, .z = z};
    return tro_agent_wins(eco, work, agent, single_law, &laws, share);
}
