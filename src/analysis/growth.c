#include "analysis/growth.h"

#include <math.h>

#include "analysis/vector.h"

enum { ROUNDS = 4000, BLOCKS = 20, BURN_IN = 200, DELAYS = 20 };

/* Entries read, at most, in the rounds that a long delay asks for. */
static const double MOST_WORK = 1e8;

/* A disturbance on its way. */
typedef struct walk {
    tro_runner runner;
    const tro_progress *progress;
    double scaled;           /* log of what it was divided by so far */
    int *seen;               /* agents */
} walk;

static void start_values(const tro_ecosystem *eco, const tro_plan *plan, double *start)
{
    tro_stream_key key = {.seed = plan->scenario->seed, .purpose = TRO_FOR_START};
    tro_stream stream = tro_stream_of(&key);
    tro_stream_normals(&stream, eco->size, start);
    for (size_t k = 0; plan->idle && k < eco->size; k++)
        if (plan->idle[k / eco->width])
            start[k] = 0;
}

/* Scales the disturbance, past rows included, back to length 1. */
static int rescale(walk *w)
{
    tro_runner *runner = &w->runner;
    size_t n = tro_runner_memory(runner);
    double *memory = tro_allocate(n, sizeof *memory);
    if (!memory)
        return TRO_ENOMEM;
    tro_runner_export(runner, memory);
    double norm = tro_norm(n, memory);
    for (size_t k = 0; norm > 0 && k < n; k++)
        memory[k] /= norm;
    w->scaled += log(norm);
    tro_runner_import(runner, runner->round, memory);
    tro_release(memory);
    return TRO_OK;
}

static int advance(walk *w, uint64_t rounds)
{
    tro_runner *runner = &w->runner;
    int status = TRO_OK;
    for (uint64_t r = 0; r < rounds; r++) {
        if (tro_progress_stops(w->progress))
            return TRO_EINTERRUPTED;
        TRO_TRY(tro_runner_round(runner));
        for (size_t k = 0; k < runner->events.count; k++)
            w->seen[runner->events.items[k].agent] = 1;
        double size = tro_largest(runner->ecosystem->size, runner->z);
        if (size > 1e60 || (size < 1e-60 && size > 0))
            TRO_TRY(rescale(w));
    }
    status = rescale(w);
out:
    return status;
}

/* Long enough for the longest delay to matter often, within reason. */
static uint64_t rounds_of(const tro_ecosystem *eco)
{
    double wanted = DELAYS * eco->longest_delay;
    double affordable = MOST_WORK / (double)(eco->entry_count * eco->width + eco->size + 1);
    return (uint64_t)fmax(ROUNDS, fmin(wanted, affordable));
}

static int measure(walk *w, tro_growth *out)
{
    const tro_ecosystem *eco = w->runner.ecosystem;
    uint64_t block = rounds_of(eco) / BLOCKS;
    /* Modes that crowd behind a long delay die out slowly. */
    uint64_t burn_in = eco->longest_delay > 0 ? block * BLOCKS : BURN_IN;
    double means[BLOCKS], sum = 0, squares = 0;
    int status;
    TRO_TRY(advance(w, burn_in));
    for (int k = 0; k < BLOCKS; k++) {
        w->scaled = 0;
        TRO_TRY(advance(w, block));
        means[k] = w->scaled / (double)block;
        sum += means[k];
    }
    double mean = sum / BLOCKS;
    for (int k = 0; k < BLOCKS && isfinite(mean); k++)
        squares += (means[k] - mean) * (means[k] - mean);
    out->rate = exp(mean);
    out->standard_error = sqrt(squares / BLOCKS / (BLOCKS - 1));
    out->rounds = block * BLOCKS;
    for (size_t i = 0; i < eco->agents; i++)
        out->unseen += !w->seen[i] && !(w->runner.plan->idle && w->runner.plan->idle[i]);
out:
    return status;
}

int tro_growth_find(const tro_ecosystem *eco, const double *z, const tro_plan *plan,
                    const tro_progress *progress, tro_growth *out)
{
    walk w = {.progress = progress};
    double *start = tro_allocate(eco->size, sizeof *start);
    int status = TRO_ENOMEM;
    *out = (tro_growth){0};
    w.seen = tro_allocate(eco->agents, sizeof *w.seen);
    if (!start || !w.seen)
        goto out;
    start_values(eco, plan, start);
    TRO_TRY(tro_runner_init(&w.runner, eco, plan, TRO_LINEAR));
    w.runner.base = z;
    TRO_TRY(tro_runner_start(&w.runner, 0, start));
    TRO_TRY(measure(&w, out));
out:
    tro_runner_release(&w.runner);
    tro_release(start);
    tro_release(w.seen);
    return status;
}
