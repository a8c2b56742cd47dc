#include "schedule/together.h"

#include <math.h>
#include <omp.h>
#include <string.h>

/* Agents that a thread takes at a time. Below this many numbers in a state
 * threads take longer to start than to finish. */
enum { BLOCK = 32, WORTH_SHARING = 16384 };

/* --- one agent ---------------------------------------------------------------- */

void tro_retrain(const tro_runner *runner, tro_workspace *work, const tro_event *event,
                 const tro_sources *sources, double *out)
{
    const tro_ecosystem *eco = runner->ecosystem;
    const tro_space *space = &eco->scenario->space;
    size_t agent = event->agent;
    if (runner->advance == TRO_SAMPLED) {
        tro_stream_key key = {.seed = eco->scenario->seed, .replicate = runner->replicate,
                              .round = runner->round};
        tro_sampler_draw(runner->sampler, work, agent, key, event->occurrence, sources, out);
    } else {
        int owner = eco->scenario->agents[agent].owner_curation != NULL;
        double *mixture = owner ? work->data + 3 * eco->width : out;
        tro_agent_mixture(eco, work, agent, sources->law, sources->context, mixture);
        if (owner)
            tro_agent_admit(eco, work, agent, sources->law, sources->context, mixture, out);
    }
    tro_archive_add(&runner->archive, agent, out);
    if (runner->advance == TRO_SAMPLED && space->family->estimate)
        space->family->estimate(space, eco->scenario->agents[agent].outputs *
                                           tro_archive_sets(&runner->archive, agent), out);
    if (!eco->plain)
        tro_agent_fit(eco, agent, runner->z + agent * eco->width, out, NULL);
}

/* --- laws of a state whose curated laws are known ------------------------------- */

typedef struct ready {
    const tro_runner *runner;
    const tro_workspace *work;
} ready;

static const double *law_of(void *context, const tro_entry *entry, double *out)
{
    const ready *at = context;
    return tro_entry_ready(at->runner->ecosystem, at->work, entry, at->runner->z, out);
}

static const double *row_of(void *context, const tro_entry *entry)
{
    const ready *at = context;
    return at->runner->z + entry->producer * at->runner->ecosystem->width;
}

/* --- some agents ------------------------------------------------------------------ */

int tro_rows_are_finite(size_t size, const double *rows)
{
    double check = 0;   /* 0, or NaN when not finite */
#pragma omp simd reduction(+ : check)
    for (size_t k = 0; k < size; k++)
        check += rows[k] - rows[k];
    return check == 0;
}

double tro_row_move(size_t width, const double *fresh, const double *row)
{
    double largest = 0;
    for (size_t k = 0; k < width; k++) {
        double move = fabs(fresh[k] - row[k]);
        largest = move > largest ? move : largest;
    }
    return largest;
}

/* Returns the largest move of a mean parameter; sampled rounds do not ask. */
static double retrain_block(const tro_runner *runner, tro_workspace *work,
                            const tro_event *first, const tro_event *last, int *failed)
{
    size_t width = runner->ecosystem->width;
    ready at = {runner, work};
    tro_sources sources = {law_of, row_of, &at, runner->real_sets};
    double largest = 0;
    for (const tro_event *event = first; event < last; event++) {
        double *fresh = runner->fresh + event->agent * width;
        tro_retrain(runner, work, event, &sources, fresh);
        *failed |= !tro_rows_are_finite(width, fresh);
        if (runner->advance != TRO_SAMPLED)
            largest = fmax(fmax(largest, tro_row_move(width, fresh,
                                                      runner->z + event->agent * width)),
                           tro_archive_move(&runner->archive, event->agent));
    }
    return largest;
}

static double alone(tro_runner *runner, const tro_event *first, const tro_event *last,
                    int *failed)
{
    for (size_t k = 0; k < runner->ecosystem->piece_count; k++)
        tro_workspace_curate_piece(&runner->work, runner->ecosystem, k, runner->z);
    return retrain_block(runner, &runner->work, first, last, failed);
}

/* Blocks do not depend on the number of threads; only a maximum goes across. */
static double shared(tro_runner *runner, int threads, const tro_event *first,
                     const tro_event *last, int *failed)
{
    const tro_ecosystem *eco = runner->ecosystem;
    size_t count = (size_t)(last - first);
    int bad = 0;
    double largest = 0;
#pragma omp parallel num_threads(threads) reduction(max : largest) reduction(| : bad)
    {
        int thread = omp_get_thread_num();
        tro_workspace *work = thread ? &runner->beside[thread - 1] : &runner->work;
#pragma omp for schedule(dynamic, 1)
        for (size_t k = 0; k < eco->piece_count; k++)
            tro_workspace_curate_piece(work, eco, k, runner->z);
#pragma omp for schedule(dynamic, 1)
        for (size_t k = 0; k < count; k += BLOCK) {
            size_t end = count - k < BLOCK ? count : k + BLOCK;
            double move = retrain_block(runner, work, first + k, first + end, &bad);
            largest = move > largest ? move : largest;
        }
    }
    *failed |= bad;
    return largest;
}

/* --- everyone --------------------------------------------------------------------- */

static int is_everyone(const tro_runner *runner, const tro_event *first, const tro_event *last)
{
    const tro_ecosystem *eco = runner->ecosystem;
    const tro_agent *agents = eco->scenario->agents;
    if (runner->advance == TRO_LINEAR || eco->longest_delay > 0 ||
        (size_t)(last - first) != eco->agents - eco->scenario->resting)
        return 0;
    for (const tro_event *event = first; event < last; event++)
        if (agents[event->agent].presence != TRO_PRESENT ||
            (event > first && event->agent <= event[-1].agent))
            return 0;
    return 1;
}

/* How many threads to use, with a workspace for each; negative: no memory. */
static int gather_threads(tro_runner *runner)
{
    const tro_ecosystem *eco = runner->ecosystem;
    if (eco->size < WORTH_SHARING || eco->agents <= BLOCK || omp_in_parallel())
        return 1;
    size_t wanted = (size_t)omp_get_max_threads();
    if (!runner->beside && wanted > 1) {
        runner->beside = TRO_NEW(&runner->arena, tro_workspace, wanted - 1);
        if (!runner->beside)
            return TRO_ENOMEM;
        for (; runner->beside_count < wanted - 1; runner->beside_count++)
            if (tro_workspace_init_beside(&runner->beside[runner->beside_count], &runner->work,
                                          eco) < 0)
                return TRO_ENOMEM;
    }
    return (int)(wanted < runner->beside_count + 1 ? wanted : runner->beside_count + 1);
}

/* The rows of those who do not retrain. */
static void keep_resting(const tro_ecosystem *eco, const double *before, double *z)
{
    for (size_t i = 0; eco->scenario->resting > 0 && i < eco->agents; i++)
        if (eco->scenario->agents[i].presence != TRO_PRESENT)
            memcpy(z + i * eco->width, before + i * eco->width, eco->width * sizeof *z);
}

int tro_retrain_together(tro_runner *runner, const tro_event *first, const tro_event *last)
{
    const tro_ecosystem *eco = runner->ecosystem;
    int failed = 0;
    if (!is_everyone(runner, first, last))
        return 0;
    int threads = gather_threads(runner);
    if (threads < 0)
        return threads;
    double largest = threads > 1 ? shared(runner, threads, first, last, &failed)
                                 : alone(runner, first, last, &failed);
    if (failed)
        return TRO_EDIVERGED;
    double *before = runner->z;
    runner->z = runner->fresh;
    runner->fresh = before;
    keep_resting(eco, before, runner->z);
    for (const tro_event *event = first; event < last; event++)
        runner->version[event->agent]++;
    runner->retrainings += (uint64_t)(last - first);
    runner->change = fmax(runner->change, largest);
    return 1;
}
