/* What sampled rounds of a cell give: means over replicates, and paired derivatives. */
#include <math.h>
#include <string.h>

#include "experiment/cell.h"
#include "experiment/replicates.h"
#include "experiment/side.h"
#include "measure/measure.h"

/* Runs one sampled ecosystem and averages alignments over rounds. */
typedef struct one_run {
    tro_runner runner;
    const tro_progress *progress;
} one_run;

static int advance(one_run *run)
{
    return tro_progress_stops(run->progress) ? TRO_EINTERRUPTED : tro_runner_round(&run->runner);
}

static int run_average(one_run *run, uint64_t replicate, double *average)
{
    tro_runner *runner = &run->runner;
    const tro_ecosystem *eco = runner->ecosystem;
    const tro_scenario *scenario = eco->scenario;
    long long rounds = runner->plan->common->rounds, burn_in = scenario->record.burn_in;
    int status = tro_runner_start(runner, replicate, NULL);
    memset(average, 0, eco->agents * sizeof *average);
    for (long long t = 1; t <= rounds && status == TRO_OK; t++) {
        status = advance(run);
        for (size_t i = 0; t > burn_in && i < eco->agents; i++)
            if (!tro_is_absent(runner->ecosystem, i))
                average[i] += tro_alignment(runner->ecosystem, runner->z, i);
    }
    for (size_t i = 0; i < eco->agents; i++) {
        uint64_t there = tro_rounds_there(runner->whole, i, (uint64_t)burn_in, (uint64_t)rounds);
        average[i] /= (double)there;
        /* A reward with curvature overflows before its argument does. */
        if (status == TRO_OK && scenario->agents[i].reward && there > 0 && !isfinite(average[i]))
            status = TRO_EDIVERGED;
    }
    return status;
}

int tro_cell_need_sampled(const tro_cell *cell, const tro_place *place,
                          tro_messages *messages)
{
    if (cell->scenario->sampled)
        return TRO_OK;
    return tro_error(messages, TRO_ESCENARIO, place,
                     "a sampled quantity needs 'advance: {sampled: {outputs: n}}', found exact "
                     "rounds");
}

int tro_cell_check_sampled(const tro_cell *cell, const tro_place *place,
                           tro_messages *messages)
{
    const tro_scenario *scenario = cell->scenario;
    int status = tro_cell_need_sampled(cell, place, messages);
    if (status < 0)
        return status;
    if (scenario->record.burn_in >= cell->plan->common->rounds)
        return tro_error(messages, TRO_ESCENARIO,
                         place ? place
                               : tro_place_of(tro_node_get(scenario->document->root, "record"),
                                              "burn-in"),
                         "a burn-in of %lld leaves none of %lld rounds",
                         scenario->record.burn_in, cell->plan->common->rounds);
    return TRO_OK;
}

typedef struct run_context {
    const tro_ecosystem *ecosystem;
    const tro_plan *plan;
    const tro_sampler *sampler;
    const tro_progress *progress;
} run_context;

static void *make_run(void *given)
{
    const run_context *context = given;
    one_run *run = tro_allocate(1, sizeof *run);
    if (run && tro_runner_init(&run->runner, context->ecosystem, context->plan,
                               TRO_SAMPLED) < 0) {
        tro_runner_release(&run->runner);
        tro_release(run);
        return NULL;
    }
    if (run) {
        run->runner.sampler = context->sampler;
        run->progress = context->progress;
    }
    return run;
}

static void free_run(void *given)
{
    one_run *run = given;
    tro_runner_release(&run->runner);
    tro_release(run);
}

static int run_replicate(void *worker, uint64_t replicate, double *row)
{
    return run_average(worker, replicate, row);
}

int tro_cell_sampler(tro_cell *cell, tro_messages *messages)
{
    for (size_t k = 0; k <= cell->stage; k++) {
        tro_cell *stage = cell->stages[k];
        int status = stage->sampler ? TRO_OK : tro_sampler_new(stage->ecosystem, &stage->sampler,
                                                               messages);
        if (status < 0)
            return status;
        cell->line[k].sampler = stage->sampler;
    }
    return TRO_OK;
}

static int report(int status, tro_messages *messages)
{
    if (status == TRO_EDIVERGED)
        return tro_error(messages, status, NULL,
                         "the sampled rounds diverge: mean parameters are no longer finite");
    if (status < 0 && status != TRO_EINTERRUPTED)
        return tro_error(messages, status, NULL, "sampled rounds failed: %s",
                         tro_status_text(status));
    return status;
}

int tro_cell_sampled(tro_cell *cell, tro_messages *messages)
{
    size_t n = cell->ecosystem->agents;
    tro_sampled *out = &cell->sampled;
    int status;
    if (out->replicates > 0)
        return TRO_OK;
    TRO_TRY(tro_cell_check_sampled(cell, NULL, messages));
    TRO_TRY(tro_cell_sampler(cell, messages));
    out->mean = TRO_NEW(&cell->arena, double, n);
    out->variance = TRO_NEW(&cell->arena, double, n);
    if (!out->mean || !out->variance)
        return TRO_ENOMEM;
    tro_tally tally = {.columns = n, .mean = out->mean, .square = out->variance};
    run_context context = {cell->ecosystem, cell->plan, cell->sampler, cell->progress};
    TRO_TRY(report(tro_replicates_run((uint64_t)cell->scenario->replicates, &tally, make_run,
                                      free_run, run_replicate, &context), messages));
    for (size_t i = 0; i < n; i++)
        out->variance[i] = tro_tally_variance(&tally, i);
    out->replicates = tally.count;
out:
    return status;
}

/* --- pairs ---------------------------------------------------------------- */

typedef struct pair_context {
    tro_moved low, high;
    double width;   /* high share minus low share */
    const tro_progress *progress;
    /* Of a course: */
    size_t rounds, count;
    const size_t *agents;
} pair_context;

typedef struct pair_worker {
    const pair_context *context;
    one_run *low, *high;
    double width;
} pair_worker;

static void free_pair(void *given)
{
    pair_worker *pair = given;
    if (pair->low)
        free_run(pair->low);
    if (pair->high)
        free_run(pair->high);
    tro_release(pair);
}

static void *make_pair(void *given)
{
    const pair_context *context = given;
    const tro_moved *one = &context->low, *other = &context->high;
    run_context low = {one->ecosystem, &one->plan, one->sampler, context->progress};
    run_context high = {other->ecosystem, &other->plan, other->sampler, context->progress};
    pair_worker *pair = tro_allocate(1, sizeof *pair);
    if (!pair)
        return NULL;
    pair->context = context;
    pair->width = context->width;
    pair->low = make_run(&low);
    pair->high = make_run(&high);
    if (pair->low && pair->high)
        return pair;
    free_pair(pair);
    return NULL;
}

/* Row: the differences, then the two alignments themselves. */
static int run_pair(void *worker, uint64_t replicate, double *row)
{
    pair_worker *pair = worker;
    size_t n = pair->low->runner.ecosystem->agents;
    int status = run_average(pair->low, replicate, row + n);
    if (status == TRO_OK)
        status = run_average(pair->high, replicate, row + 2 * n);
    for (size_t i = 0; i < n; i++)
        row[i] = (row[2 * n + i] - row[n + i]) / pair->width;
    return status;
}

/* Row: the differences after each round, the alignments of the asked for in turn. */
static int run_course(void *worker, uint64_t replicate, double *row)
{
    const pair_worker *pair = worker;
    const pair_context *context = pair->context;
    one_run *sides[2] = {pair->low, pair->high};
    int status = TRO_OK;
    for (int s = 0; s < 2 && status == TRO_OK; s++) {
        const tro_runner *runner = &sides[s]->runner;
        status = tro_runner_start(&sides[s]->runner, replicate, NULL);
        for (size_t r = 0; r <= context->rounds && status == TRO_OK; r++) {
            double *values = row + r * context->count;
            if (r > 0)
                status = advance(sides[s]);
            for (size_t a = 0; status == TRO_OK && a < context->count; a++) {
                const tro_ecosystem *eco = runner->ecosystem;
                int there = !tro_is_absent(eco, context->agents[a]);
                double value = there ? tro_alignment(eco, runner->z, context->agents[a]) : NAN;
                values[a] = s == 0 ? value : (value - values[a]) / pair->width;
                if (there && !isfinite(values[a]))
                    status = TRO_EDIVERGED;
            }
        }
    }
    return status;
}

static int run_pairs(tro_cell *cell, pair_context *context, tro_paired *paired)
{
    size_t n = cell->ecosystem->agents;
    double *memory = tro_allocate(6 * n, sizeof *memory);
    if (!memory)
        return TRO_ENOMEM;
    tro_tally tally = {.columns = 3 * n, .mean = memory, .square = memory + 3 * n};
    int status = tro_replicates_run((uint64_t)cell->scenario->replicates, &tally, make_pair,
                                    free_pair, run_pair, context);
    paired->replicates = tally.count;
    for (size_t i = 0; i < n; i++) {
        paired->mean[i] = tally.mean[i];
        paired->variance[i] = tro_tally_variance(&tally, i);
        paired->independent[i] =
            (tro_tally_variance(&tally, n + i) + tro_tally_variance(&tally, 2 * n + i)) /
            (context->width * context->width);
    }
    tro_release(memory);
    return status;
}

int tro_cell_interval(const tro_cell *cell, size_t of, double step, tro_interval *out,
                      tro_messages *messages)
{
    const tro_agent *agent = &cell->scenario->agents[of];
    double share = cell->ecosystem->shares[of].curated;
    if (!tro_influence_between(cell->ecosystem, of, step, &out->low, &out->high))
        return tro_error(messages, TRO_ESCENARIO, &agent->node->place,
                         "the curated share of '%s' cannot be moved by %g: it is %g and "
                         "displaces '%s'", agent->name, step, share,
                         tro_displaces_name(agent->displaces));
    out->one_sided = out->low == share || out->high == share;
    out->width = out->one_sided ? step : 2 * step;
    return TRO_OK;
}

static tro_paired *new_paired(tro_cell *cell, size_t of, double step)
{
    size_t n = cell->ecosystem->agents;
    tro_paired *all = TRO_NEW(&cell->arena, tro_paired, cell->paired_count + 1);
    double *numbers = TRO_NEW(&cell->arena, double, 3 * n);
    if (!all || !numbers)
        return NULL;
    if (cell->paired_count > 0)
        memcpy(all, cell->paired, cell->paired_count * sizeof *all);
    cell->paired = all;
    all += cell->paired_count;
    *all = (tro_paired){.of = of, .step = step, .mean = numbers, .variance = numbers + n,
                        .independent = numbers + 2 * n};
    return all;
}

int tro_cell_paired(tro_cell *cell, size_t of, double step, const tro_paired **out,
                    tro_messages *messages)
{
    pair_context context = {.progress = cell->progress};
    tro_interval shares;
    int status;
    for (size_t k = 0; k < cell->paired_count; k++)
        if (cell->paired[k].of == of && cell->paired[k].step == step) {
            *out = &cell->paired[k];
            return TRO_OK;
        }
    TRO_TRY(tro_cell_check_sampled(cell, NULL, messages));
    TRO_TRY(tro_cell_interval(cell, of, step, &shares, messages));
    TRO_TRY(tro_cell_moved(cell, of, shares.low, &context.low, messages));
    TRO_TRY(tro_cell_moved(cell, of, shares.high, &context.high, messages));
    tro_paired *paired = new_paired(cell, of, step);
    if (!paired) {
        status = TRO_ENOMEM;
        goto out;
    }
    paired->shares = shares;
    context.width = shares.width;
    TRO_TRY(report(run_pairs(cell, &context, paired), messages));
    cell->paired_count++;
    *out = paired;
out:
    tro_moved_release(&context.low);
    tro_moved_release(&context.high);
    return status;
}

int tro_cell_paired_course(tro_cell *cell, size_t of, double step, size_t rounds,
                           const size_t *agents, size_t count, tro_paired_course *out,
                           tro_messages *messages)
{
    pair_context context = {.progress = cell->progress, .rounds = rounds, .agents = agents,
                            .count = count};
    size_t columns = (rounds + 1) * count;
    int status;
    *out = (tro_paired_course){0};
    TRO_TRY(tro_cell_need_sampled(cell, NULL, messages));
    TRO_TRY(tro_cell_interval(cell, of, step, &out->shares, messages));
    TRO_TRY(tro_cell_moved(cell, of, out->shares.low, &context.low, messages));
    TRO_TRY(tro_cell_moved(cell, of, out->shares.high, &context.high, messages));
    out->mean = tro_allocate(columns + 1, sizeof *out->mean);
    out->variance = tro_allocate(columns + 1, sizeof *out->variance);
    if (!out->mean || !out->variance) {
        status = tro_error(messages, TRO_ENOMEM, NULL, "out of memory for paired runs");
        goto out;
    }
    context.width = out->shares.high - out->shares.low;
    tro_tally tally = {.columns = columns, .mean = out->mean, .square = out->variance};
    TRO_TRY(report(tro_replicates_run((uint64_t)cell->scenario->replicates, &tally, make_pair,
                                      free_pair, run_course, &context), messages));
    out->replicates = tally.count;
    for (size_t k = 0; k < columns; k++)
        out->variance[k] = tro_tally_variance(&tally, k);
out:
    tro_moved_release(&context.low);
    tro_moved_release(&context.high);
    if (status < 0)
        tro_paired_course_release(out);
    return status;
}

void tro_paired_course_release(tro_paired_course *course)
{
    tro_release(course->mean);
    tro_release(course->variance);
    *course = (tro_paired_course){0};
}
