/* The derivative of the round map times a vector, and its transpose. Threads
 * share both in blocks that do not depend on their number; the transpose does
 * not hand out what an agent's gradient gives to its sources, which threads
 * would do at once, but each source gathers it from its readers, in their
 * order. */
#include <string.h>

#include "ecosystem/steps.h"

static const double *change_of(void *context, const tro_entry *entry, double *out)
{
    const tro_state_laws *s = context;
    return tro_entry_deliver(s->ecosystem, entry, 1,
                             tro_entry_source(s->ecosystem, entry, s->dz, s->dcurated), out,
                             s->work->line + s->ecosystem->width);
}

/* --- curations at a state ----------------------------------------------------------- */

/* Does what users keep depend on more than what they are offered? */
static int listens(const tro_batch *batch)
{
    return batch->curation->audience_count > 0;
}

/* Are the matrices at hand those of z? */
static int has_matrices(const tro_workspace *work, const tro_ecosystem *eco, const double *z)
{
    return work->matrices && memcmp(work->matrices_at, z, eco->size * sizeof *z) == 0;
}

/* The matrix of one curated law: row y is what comes of a unit of outcome y. */
static void find_matrix(const tro_ecosystem *eco, tro_workspace *work,
                        const tro_curation *curation, size_t law, const double *z,
                        double *scratch, double *matrix)
{
    size_t width = eco->width;
    const double *row = z + eco->curated_producer[law] * width;
    double *laws = scratch, *units = scratch + width * width;
    for (size_t y = 0; y < width; y++) {
        memcpy(laws + y * width, row, width * sizeof *laws);
        memset(units + y * width, 0, width * sizeof *units);
        units[y * width + y] = 1;
    }
    curation->ops->derivative(curation, width, laws, units, matrix, work->curation);
}

int tro_workspace_matrices(tro_workspace *work, const tro_ecosystem *eco, const double *z,
                           size_t most)
{
    size_t cells = eco->width * eco->width;
    if (has_matrices(work, eco, z))
        return TRO_OK;
    if (eco->curated_count == 0 || eco->curated_count > most / cells)
        return TRO_EUNSUPPORTED;
    if (!work->matrices) {
        work->matrices = TRO_NEW(&work->arena, double, eco->curated_count * cells);
        work->matrices_at = TRO_NEW(&work->arena, double, eco->size);
    }
    double *scratch = tro_allocate(2 * cells, sizeof *scratch);
    if (!work->matrices || !work->matrices_at || !scratch) {
        work->matrices = NULL;
        tro_release(scratch);
        return TRO_ENOMEM;
    }
    for (size_t b = 0; b < eco->batch_count; b++)
        for (size_t k = 0; k < eco->batches[b].count && !listens(&eco->batches[b]); k++) {
            size_t law = eco->batches[b].first + k;
            find_matrix(eco, work, eco->batches[b].curation, law, z, scratch,
                        work->matrices + law * cells);
        }
    memcpy(work->matrices_at, z, eco->size * sizeof *z);
    tro_release(scratch);
    return TRO_OK;
}

/* out = x' M, or M x: the derivative, or its transpose, of one curated law. */
static void by_matrix(size_t width, const double *matrix, int transposed, const double *x,
                      double *out)
{
    if (!transposed)
        memset(out, 0, width * sizeof *out);
    for (size_t y = 0; y < width; y++) {
        const double *row = matrix + y * width;
        double sum = 0;
        if (!transposed) {
            tro_add_scaled(width, x[y], row, out);
            continue;
        }
        for (size_t k = 0; k < width; k++)
            sum += row[k] * x[k];
        out[y] = sum;
    }
}

/* Through the curations of one piece without audiences. */
static void curate_piece(const tro_ecosystem *eco, tro_workspace *work, const tro_batch *piece,
                         const double *matrices, int transposed, const double *z,
                         const double *x, double *out)
{
    size_t width = eco->width;
    if (matrices) {
        for (size_t r = 0; r < piece->count; r++)
            by_matrix(width, matrices + (piece->first + r) * width * width, transposed,
                      x + r * width, out + r * width);
        return;
    }
    tro_gather_producers(eco, piece, z, work->gathered);
    (transposed ? piece->curation->ops->transposed : piece->curation->ops->derivative)(
        piece->curation, piece->count, work->gathered, x, out, work->curation);
}

/* --- forward ------------------------------------------------------------------------ */

static void change_piece(const tro_ecosystem *eco, tro_workspace *work, size_t k,
                         const double *matrices, const double *z, const double *dz)
{
    const tro_batch *piece = &eco->pieces[k];
    size_t width = eco->width;
    double *changes = work->gathered + eco->longest_piece * width;
    double *out = work->returned + piece->first * width;
    for (size_t r = 0; listens(piece) && r < piece->count; r++) {
        size_t producer = eco->curated_producer[piece->first + r] * width;
        tro_entry_curate_change(eco, piece->curation, z + producer, z, dz + producer, dz,
                                out + r * width, work->curation);
    }
    if (listens(piece))
        return;
    tro_gather_producers(eco, piece, dz, changes);
    curate_piece(eco, work, piece, matrices, 0, z, changes, out);
}

static void change_agents(const tro_ecosystem *eco, tro_workspace *work, size_t first,
                          size_t last, const double *z, const double *dz, double *out)
{
    size_t width = eco->width;
    tro_state_laws laws = {.ecosystem = eco, .work = work, .z = z, .dz = dz,
                           .dcurated = work->returned};
    for (size_t i = first; i < last; i++)
        tro_agent_derivative(eco, work, i, tro_state_law, change_of, &laws, dz + i * width,
                             out + i * width);
}

void tro_round_derivative(const tro_ecosystem *eco, tro_workspace *work, const double *z,
                          const double *dz, double *out)
{
    int threads = tro_workspace_threads(work);
    const double *matrices = has_matrices(work, eco, z) ? work->matrices : NULL;
    tro_workspace_linearise(work, eco, z);
    if (eco->owners_pool)   /* they ask for the curated laws beside their changes */
        tro_workspace_curate(work, eco, z);
#pragma omp parallel num_threads(threads) if (threads > 1)
    {
        tro_workspace *mine = tro_workspace_mine(work);
#pragma omp for schedule(dynamic, 1)
        for (size_t k = 0; k < eco->piece_count; k++)
            change_piece(eco, mine, k, matrices, z, dz);
#pragma omp for schedule(dynamic, 1)
        for (size_t i = 0; i < eco->agents; i += TRO_AGENTS_AT_A_TIME)
            change_agents(eco, mine, i, tro_block_end(eco->agents, i), z, dz, out);
    }
}

/* --- transposed --------------------------------------------------------------------- */

void tro_lines_of_agents(const tro_ecosystem *eco, tro_workspace *work, size_t first,
                         size_t last, const double *z, const double *w, double *out)
{
    size_t width = eco->width;
    tro_state_laws laws = {.ecosystem = eco, .work = work, .z = z};
    for (size_t i = first; i < last; i++) {
        double *line = work->lines + i * width;
        double *state = out ? out + i * width : work->data + 3 * width;
        memcpy(line, w + i * width, width * sizeof *line);
        memset(state, 0, width * sizeof *state);
        if (!eco->plain)
            tro_agent_fit_back(eco, work, i, line, state);
        tro_agent_back(eco, work, i, tro_state_law, &laws, line,
                       work->pooled + work->readers->pooled_row[i] * width);
    }
}

/* What one reader gives back: returns how much of *row. */
static double given_back(const tro_ecosystem *eco, tro_workspace *work, size_t at,
                         const double **row)
{
    const tro_readers *readers = work->readers;
    size_t k = readers->entry[at], consumer = readers->consumer[at];
    const tro_entry *entry = &eco->entries[k];
    int pools = tro_entry_pools(eco, consumer, entry);
    if (!pools) {
        *row = work->lines + consumer * eco->width;
        return tro_share_of(&work->shares[consumer], entry);
    }
    *row = work->pooled +
           (readers->pooled_row[consumer] + k - eco->row_start[consumer]) * eco->width;
    return pools == TRO_POOLS_OWNER || work->shares[consumer].curated > 0;
}

void tro_collect(const tro_ecosystem *eco, tro_workspace *work, size_t target, double *out)
{
    enum { ROWS = 16 };
    const double *row[ROWS];
    double factor[ROWS];
    const tro_readers *readers = work->readers;
    size_t width = eco->width, n = 0, room = eco->longest_row + 2;
    for (size_t at = readers->start[target]; at < readers->start[target + 1]; at++) {
        const tro_entry *entry = &eco->entries[readers->entry[at]];
        if (n == ROWS || n == room) {
            tro_add_rows(width, n, factor, row, out);
            n = 0;
        }
        factor[n] = given_back(eco, work, at, &row[n]);
        if (factor[n] == 0)
            continue;
        double *passed = work->laws + n * width;
        if (entry->channel) {
            entry->channel->channel->transposed(entry->channel, width, row[n], passed);
            row[n] = passed;
        }
        row[n] = tro_entry_release(eco, entry, row[n], passed);
        n++;
    }
    tro_add_rows(width, n, factor, row, out);
}

/* One curated law whose users listen to agents: what goes to these has rows of its own. */
static void back_to_audience(const tro_ecosystem *eco, tro_workspace *work,
                             const tro_curation *rule, size_t law, const double *z,
                             const double *back)
{
    size_t width = eco->width, longest = eco->longest_argument;
    double *to = work->curation + longest, *rest = work->curation + 2 * longest;
    const double *row = z + eco->curated_producer[law] * width;
    rule->ops->transposed(rule, 1, tro_curation_of_state(eco, rule, row, z, work->curation), back,
                          to, rest);
    memcpy(work->returned + law * width, to, width * sizeof *to);
    memcpy(work->returned + work->readers->heard[law] * width, to + width,
           rule->audience_count * width * sizeof *to);
}

static void collect_piece(const tro_ecosystem *eco, tro_workspace *work, size_t k,
                          const double *matrices, const double *z)
{
    const tro_batch *piece = &eco->pieces[k];
    size_t width = eco->width;
    double *back = work->gathered + eco->longest_piece * width;
    memset(back, 0, piece->count * width * sizeof *back);
    for (size_t r = 0; r < piece->count; r++)
        tro_collect(eco, work, eco->agents + piece->first + r, back + r * width);
    for (size_t r = 0; listens(piece) && r < piece->count; r++)
        back_to_audience(eco, work, piece->curation, piece->first + r, z, back + r * width);
    if (!listens(piece))
        curate_piece(eco, work, piece, matrices, 1, z, back,
                     work->returned + piece->first * width);
}

static void collect_agents(const tro_ecosystem *eco, tro_workspace *work, size_t first,
                           size_t last, double *out)
{
    const tro_readers *readers = work->readers;
    size_t width = eco->width;
    for (size_t i = first; i < last; i++) {
        tro_collect(eco, work, i, out + i * width);
        for (size_t at = readers->law_start[i]; at < readers->law_start[i + 1]; at++)
            tro_add_scaled(width, 1, work->returned + readers->law[at] * width,
                           out + i * width);
    }
}

void tro_round_transposed(const tro_ecosystem *eco, tro_workspace *work, const double *z,
                          const double *w, double *out)
{
    int threads = tro_workspace_threads(work);
    const double *matrices = has_matrices(work, eco, z) ? work->matrices : NULL;
    tro_workspace_linearise(work, eco, z);
    if (eco->owners_pool)
        tro_workspace_curate(work, eco, z);
#pragma omp parallel num_threads(threads) if (threads > 1)
    {
        tro_workspace *mine = tro_workspace_mine(work);
#pragma omp for schedule(dynamic, 1)
        for (size_t i = 0; i < eco->agents; i += TRO_AGENTS_AT_A_TIME)
            tro_lines_of_agents(eco, mine, i, tro_block_end(eco->agents, i), z, w, out);
#pragma omp for schedule(dynamic, 1)
        for (size_t k = 0; k < eco->piece_count; k++)
            collect_piece(eco, mine, k, matrices, z);
#pragma omp for schedule(dynamic, 1)
        for (size_t i = 0; i < eco->agents; i += TRO_AGENTS_AT_A_TIME)
            collect_agents(eco, mine, i, tro_block_end(eco->agents, i), out);
    }
}
