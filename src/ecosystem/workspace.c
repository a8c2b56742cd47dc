/* Scratch memory of a thread, and of the threads that share a round. */
#include <omp.h>

#include "ecosystem/steps.h"

/* Below this many numbers in a state threads take longer to start than to
 * finish. */
enum { WORTH_SHARING = 16384 };

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Scratch for any curation of the ecosystem. */
static size_t curation_scratch(const tro_ecosystem *eco)
{
    size_t most = 0, parts = eco->longest_row + 2;
    for (size_t b = 0; b < eco->batch_count; b++)
        most = larger(most, 2 * eco->longest_argument + eco->batches[b].curation->scratch +
                                (eco->longest_argument > 0
                                     ? tro_curation_turns(eco->batches[b].curation)
                                     : 0));
    for (size_t i = 0; i < eco->agents; i++) {
        const tro_agent *agent = &eco->scenario->agents[i];
        if (agent->owner_curation)
            most = larger(most, tro_curation_pool_scratch(agent->owner_curation, parts));
        if (agent->pool_curation)
            most = larger(most, tro_curation_pool_scratch(agent->pool_curation, parts));
    }
    return most;
}

/* --- who reads what ----------------------------------------------------------------- */

/* What an entry reads: the state of an agent, or a curated law after these. */
static size_t target_of(const tro_ecosystem *eco, const tro_entry *entry)
{
    return entry->curated_row == TRO_AS_PRODUCED ? entry->producer
                                                 : eco->agents + entry->curated_row;
}

/* The next of the returned rows that come back to an agent; first they are counted. */
static void add_return(tro_readers *r, size_t agent, size_t row, int counting)
{
    if (counting)
        r->law_start[agent + 1]++;
    else
        r->law[r->law_start[agent]++] = (uint32_t)row;
}

static void each_return(const tro_ecosystem *eco, tro_readers *r, int counting)
{
    size_t row = eco->curated_count;
    for (size_t k = 0; k < eco->curated_count; k++)
        add_return(r, eco->curated_producer[k], k, counting);
    for (size_t b = 0; b < eco->batch_count; b++) {
        const tro_batch *batch = &eco->batches[b];
        for (size_t k = batch->first; k < batch->first + batch->count; k++) {
            r->heard[k] = (uint32_t)row;
            for (size_t a = 0; a < batch->curation->audience_count; a++)
                add_return(r, batch->curation->audience[a]->agent, row++, counting);
        }
    }
}

/* Counting sort of the returned rows by the agents that they come back to. */
static void fill_returns(const tro_ecosystem *eco, tro_readers *r)
{
    each_return(eco, r, 1);
    for (size_t i = 0; i < eco->agents; i++)
        r->law_start[i + 1] += r->law_start[i];
    each_return(eco, r, 0);
    for (size_t i = eco->agents; i > 0; i--)
        r->law_start[i] = r->law_start[i - 1];
    r->law_start[0] = 0;
}

/* Counting sort of the entries by what they read. */
static void fill_readers(const tro_ecosystem *eco, tro_readers *r)
{
    size_t targets = eco->agents + eco->curated_count;
    for (size_t k = 0; k < eco->entry_count; k++)
        r->start[target_of(eco, &eco->entries[k]) + 1]++;
    for (size_t t = 0; t < targets; t++)
        r->start[t + 1] += r->start[t];
    for (size_t i = 0; i < eco->agents; i++)
        for (size_t k = eco->row_start[i]; k < eco->row_start[i + 1]; k++) {
            size_t at = r->start[target_of(eco, &eco->entries[k])]++;
            r->entry[at] = (uint32_t)k;
            r->consumer[at] = (uint32_t)i;
        }
    for (size_t t = targets; t > 0; t--)
        r->start[t] = r->start[t - 1];
    r->start[0] = 0;
    fill_returns(eco, r);
}

static const tro_readers *make_readers(tro_arena *arena, const tro_ecosystem *eco)
{
    size_t pooled = 0, heard = 0;
    for (size_t b = 0; b < eco->batch_count; b++)
        heard += eco->batches[b].count * eco->batches[b].curation->audience_count;
    tro_readers *r = TRO_NEW(arena, tro_readers, 1);
    if (!r)
        return NULL;
    *r = (tro_readers){
        .start = TRO_NEW(arena, size_t, eco->agents + eco->curated_count + 1),
        .entry = TRO_NEW(arena, uint32_t, eco->entry_count),
        .consumer = TRO_NEW(arena, uint32_t, eco->entry_count),
        .law_start = TRO_NEW(arena, size_t, eco->agents + 1),
        .law = TRO_NEW(arena, uint32_t, eco->curated_count + heard),
        .heard = TRO_NEW(arena, uint32_t, eco->curated_count),
        .heard_count = heard,
        .pooled_row = TRO_NEW(arena, size_t, eco->agents),
    };
    if (!r->start || !r->entry || !r->consumer || !r->law_start || !r->law || !r->heard ||
        !r->pooled_row)
        return NULL;
    fill_readers(eco, r);
    for (size_t i = 0; i < eco->agents; i++) {
        const tro_agent *agent = &eco->scenario->agents[i];
        r->pooled_row[i] = pooled;
        if (agent->pool_curation || (agent->owner_curation && eco->owners_pool))
            pooled += eco->row_start[i + 1] - eco->row_start[i];
    }
    r->pooled_count = pooled;
    return r;
}

/* --- workspaces --------------------------------------------------------------------- */


/* The most parts that what is kept of several laws has in sampled rounds (real vectors). */
static size_t longest_chosen(const tro_ecosystem *eco)
{
    size_t most = 0;
    for (size_t i = 0; i < eco->agents; i++) {
        const tro_curation *chooser = tro_agent_chooser(eco, i);
        size_t laws = eco->row_start[i + 1] - eco->row_start[i] + 1;
        if (chooser)
            most = larger(most, laws * tro_curation_parts_of_one(chooser));
    }
    return most;
}

/* What one thread needs for itself. */
static int init_own(tro_workspace *work, const tro_ecosystem *eco, int derivatives)
{
    const tro_space *space = &eco->scenario->space;
    tro_arena *arena = &work->arena;
    size_t parts = eco->longest_row + 2, changes = derivatives ? parts : 0;
    size_t chosen = longest_chosen(eco), drawn = parts + chosen;
    size_t gathered = (derivatives ? 2 : 1) * eco->longest_piece;
    work->gathered = TRO_NEW(arena, double, gathered * eco->width);
    work->line = TRO_NEW(arena, double, 8 * eco->width);
    work->data = work->line ? work->line + 4 * eco->width : NULL;
    work->laws = TRO_NEW(arena, double, parts * eco->width);
    work->changes = TRO_NEW(arena, double, changes * eco->width);
    work->law_rows = TRO_NEW(arena, const double *, parts);
    work->change_rows = TRO_NEW(arena, const double *, changes);
    work->back_rows = TRO_NEW(arena, double *, changes);
    work->spreads = TRO_NEW(arena, const tro_spread *, parts);
    work->weights = TRO_NEW(arena, double, 2 * parts);
    work->chances = TRO_NEW(arena, double, chosen ? drawn : 0);
    work->tilted = TRO_NEW(arena, double, chosen * eco->width);
    work->parts = TRO_NEW(arena, tro_part, drawn);
    work->kept = TRO_NEW(arena, tro_kept, parts);
    work->leftovers = TRO_NEW(arena, tro_leftover, parts);
    work->counts = TRO_NEW(arena, uint64_t, drawn);
    work->curation = TRO_NEW(arena, double, curation_scratch(eco));
    work->draw = TRO_NEW(arena, double, space->family->scratch_size(space));
    return work->gathered && work->line && work->laws && work->changes && work->law_rows &&
                   work->change_rows && work->back_rows && work->spreads && work->weights &&
                   work->chances && work->tilted && work->parts && work->kept &&
                   work->leftovers && work->counts && work->draw && work->curation
               ? TRO_OK
               : TRO_ENOMEM;
}

/* What threads share. */
static int init_shared(tro_workspace *work, const tro_ecosystem *eco, int derivatives)
{
    tro_arena *arena = &work->arena;
    size_t base = derivatives && !eco->plain ? eco->size : 0;
    work->curated = TRO_NEW(arena, double, eco->curated_count * eco->width);
    work->curated_stamp = TRO_NEW(arena, uint64_t, eco->curated_count);
    work->base = TRO_NEW(arena, double, base);
    work->mixture = TRO_NEW(arena, double, base);
    work->fitted = TRO_NEW(arena, double, base);
    work->lines = TRO_NEW(arena, double, derivatives ? eco->size : 0);
    if (!work->curated || !work->curated_stamp || !work->base || !work->mixture ||
        !work->fitted || !work->lines)
        return TRO_ENOMEM;
    if (!derivatives)
        return TRO_OK;
    work->readers = make_readers(arena, eco);
    if (!work->readers)
        return TRO_ENOMEM;
    size_t returned = eco->curated_count + work->readers->heard_count;
    work->pooled = TRO_NEW(arena, double, work->readers->pooled_count * eco->width);
    work->returned = TRO_NEW(arena, double, returned * eco->width);
    return work->pooled && work->returned ? TRO_OK : TRO_ENOMEM;
}

static void share(tro_workspace *work, const tro_workspace *of)
{
    work->shares = of->shares;
    work->curated = of->curated;
    work->curated_stamp = of->curated_stamp;
    work->returned = of->returned;
    work->base = of->base;
    work->mixture = of->mixture;
    work->fitted = of->fitted;
    work->lines = of->lines;
    work->readers = of->readers;
    work->pooled = of->pooled;
}

static int init(tro_workspace *work, const tro_workspace *of, const tro_ecosystem *eco,
                int derivatives)
{
    *work = (tro_workspace){.shares = eco->shares};
    int status = init_own(work, eco, derivatives);
    if (of)
        share(work, of);
    else if (status == TRO_OK)
        status = init_shared(work, eco, derivatives);
    if (status < 0)
        tro_workspace_release(work);
    return status;
}

int tro_workspace_init_rounds(tro_workspace *work, const tro_ecosystem *eco)
{
    return init(work, NULL, eco, 0);
}

int tro_workspace_init_beside(tro_workspace *work, const tro_workspace *of,
                              const tro_ecosystem *eco)
{
    return init(work, of, eco, 0);
}

int tro_workspace_init_alone(tro_workspace *work, const tro_ecosystem *eco)
{
    return init(work, NULL, eco, 1);
}

void tro_workspace_borrow(tro_workspace *work, const tro_workspace *of)
{
    work->matrices = of->matrices;
    work->matrices_at = of->matrices_at;
}

int tro_workspace_init(tro_workspace *work, const tro_ecosystem *eco)
{
    size_t wanted = (size_t)omp_get_max_threads();
    int status = init(work, NULL, eco, 1);
    if (status < 0 || eco->size < WORTH_SHARING || wanted < 2 || omp_in_parallel())
        return status;
    work->beside = TRO_NEW(&work->arena, tro_workspace, wanted - 1);
    status = work->beside ? TRO_OK : TRO_ENOMEM;
    for (; status == TRO_OK && work->beside_count < wanted - 1; work->beside_count++)
        status = init(&work->beside[work->beside_count], work, eco, 1);
    if (status < 0)
        tro_workspace_release(work);
    return status;
}

int tro_workspace_threads(tro_workspace *work)
{
    for (size_t k = 0; k < work->beside_count; k++)
        work->beside[k].shares = work->shares;
    size_t most = (size_t)omp_get_max_threads(), have = work->beside_count + 1;
    return omp_in_parallel() ? 1 : (int)(have < most ? have : most);
}

tro_workspace *tro_workspace_mine(tro_workspace *work)
{
    int thread = omp_get_thread_num();
    return thread == 0 || !work->beside ? work : &work->beside[thread - 1];
}

void tro_workspace_release(tro_workspace *work)
{
    for (size_t k = 0; k < work->beside_count; k++)
        tro_workspace_release(&work->beside[k]);
    tro_arena_clear(&work->arena);
    *work = (tro_workspace){0};
}
