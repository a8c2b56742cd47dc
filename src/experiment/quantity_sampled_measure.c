/* A measure in sampled rounds: its mean or its variance over replicates, with standard
 * errors. */
#include <math.h>
#include <stddef.h>

#include "experiment/quantity.h"
#include "experiment/replicates.h"

enum { POWERS = 4 };

typedef enum statistic { MEAN, VARIANCE } statistic;
static const char *const statistic_choices[] = {"mean", "variance", NULL};

typedef struct sampled_config {
    const tro_node *self;
    tro_chosen of;
    const char *agent;
    long long round, rounds;   /* one of them is no key, and TRO_NO_WHOLE or 0 */
    int statistic;
} sampled_config;

#define COMMON_PARAMS                                                                      \
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(sampled_config, self)},             \
    {.key = "of", .type = TRO_P_PLUGIN, .flags = TRO_P_REQUIRED,                           \
     .offset = offsetof(sampled_config, of), .kind = TRO_MEASURE, .doc = "The measure."},  \
    {.key = "agent", .type = TRO_P_TEXT, .offset = offsetof(sampled_config, agent),        \
     .doc = "Whose. Default: the only agent's."},                                          \
    {.key = "statistic", .type = TRO_P_CHOICE, .offset = offsetof(sampled_config, statistic), \
     .fallback = "mean", .choices = statistic_choices,                                     \
     .doc = "Over replicates: the mean, or the variance (with n - 1 in the denominator)."}

static const tro_param one_params[] = {
    COMMON_PARAMS,
    {.key = "round", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(sampled_config, round), .min = 0, .max = 1e15, .unit = "rounds",
     .doc = "After this round. Default: the schedule's last."},
};

static const tro_param all_params[] = {
    COMMON_PARAMS,
    {.key = "rounds", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(sampled_config, rounds), .min = 0, .max = TRO_MOST_ROUNDS,
     .unit = "rounds",
     .doc = "How many. Default: those of the schedule."},
};

/* --- the tables tell which of the two it is ----------------------------------------------- */

static int check_common(const tro_cell *cell, const sampled_config *config,
                        tro_messages *messages)
{
    tro_arena arena = {0};
    tro_measuring m;
    size_t agent;
    int status = tro_quantity_agent(cell, config->agent, config->self, &agent, messages);
    int made = status == TRO_OK
                   ? tro_quantity_measuring(cell, &arena, &config->of, agent, &m, messages)
                   : tro_cell_measure(cell, &arena, &config->of, &m, messages);
    int sampled = tro_cell_need_sampled(cell, &config->self->place, messages);
    tro_arena_clear(&arena);
    status = status < 0 ? status : made;
    if (status == TRO_OK && sampled == TRO_OK && cell->scenario->replicates < 2)
        return tro_error(messages, TRO_ESCENARIO, &config->self->place,
                         "a standard error needs at least 2 replicates, found %lld",
                         cell->scenario->replicates);
    return status < 0 ? status : sampled;
}

static int one_check(const tro_cell *cell, const void *given, tro_messages *messages)
{
    return check_common(cell, given, messages);
}

static int all_check(const tro_cell *cell, const void *given, tro_messages *messages)
{
    const sampled_config *config = given;
    int status = check_common(cell, config, messages);
    int length = tro_rounds_check(cell, config->self, config->rounds, 0, messages);
    return status < 0 ? status : length;
}

static size_t all_count(const tro_cell *cell, const void *given)
{
    const sampled_config *config = given;
    return tro_rounds_count(cell, config->rounds, 0);
}

/* --- replicates ---------------------------------------------------------------------------- */

/* Rounds first .. first + count - 1 of one agent. */
typedef struct follow {
    const tro_cell *cell;
    const tro_measured *measured;
    size_t agent, count;
    uint64_t first;
    double start;              /* of the measure: powers are taken around it */
} follow;

typedef struct worker {
    const follow *what;
    tro_runner runner;
    double *scratch;
} worker;

static void free_worker(void *given)
{
    worker *w = given;
    tro_runner_release(&w->runner);
    tro_release(w->scratch);
    tro_release(w);
}

static void *make_worker(void *given)
{
    const follow *what = given;
    worker *w = tro_allocate(1, sizeof *w);
    if (!w)
        return NULL;
    w->what = what;
    w->scratch = tro_allocate(what->measured->scratch, sizeof *w->scratch);
    if (w->scratch && tro_runner_init(&w->runner, what->cell->ecosystem, what->cell->plan,
                                      TRO_SAMPLED) == TRO_OK) {
        w->runner.sampler = what->cell->sampler;
        return w;
    }
    free_worker(w);
    return NULL;
}

/* Row: the value and its powers around that at the start, round by round. */
static int run_replicate(void *given, uint64_t replicate, double *row)
{
    worker *w = given;
    const follow *what = w->what;
    int status = tro_runner_start(&w->runner, replicate, NULL);
    for (size_t k = 0; status == TRO_OK && k < what->count;) {
        if (w->runner.round >= what->first) {
            double value = tro_measured_value(what->measured, &w->runner, w->scratch);
            double away = value - what->start, power = away;
            if (!isfinite(value) && !tro_is_absent(w->runner.ecosystem, what->agent))
                return TRO_EDIVERGED;
            for (int p = 0; p < POWERS; p++, power *= away)
                row[k * POWERS + (size_t)p] = p == 0 ? value : power;
            k++;
        }
        if (tro_progress_stops(what->cell->progress))
            return TRO_EINTERRUPTED;
        if (k < what->count)
            status = tro_runner_round(&w->runner);
    }
    return status;
}

/* The standard error of a variance needs the fourth central moment:
 * Var s^2 = (m4 - (n - 3)/(n - 1) s^4) / n. */
static double error_of_variance(const tro_tally *tally, size_t column, double start)
{
    double n = (double)tally->count, s = tro_tally_variance(tally, column);
    const double *raw = tally->mean + column;
    double d = raw[0] - start, m2 = raw[1], m3 = raw[2], m4 = raw[3];
    double fourth = m4 - 4 * d * m3 + 6 * d * d * m2 - 3 * d * d * d * d;
    return sqrt(fmax(0, fourth - (n - 3) / (n - 1) * s * s) / n);
}

static void put(const tro_tally *tally, const sampled_config *config, double start,
                tro_values *out)
{
    for (size_t k = 0; k < out->count; k++) {
        double variance = tro_tally_variance(tally, k * POWERS);
        int mean = config->statistic == MEAN;
        out->values[k] = mean ? tally->mean[k * POWERS] : variance;
        out->errors[k] = mean ? sqrt(variance / (double)tally->count)
                              : error_of_variance(tally, k * POWERS, start);
    }
}

static int report(int status, const follow *what, tro_messages *messages)
{
    if (status == TRO_EDIVERGED)
        tro_error(messages, status, NULL,
                  "the sampled rounds diverge: '%s' of agent '%s' is no longer a finite number",
                  what->measured->stages[0].measure->plugin.name,
                  what->cell->scenario->agents[what->agent].name);
    return status;
}

static int compute(tro_cell *cell, const sampled_config *config, uint64_t first, size_t count,
                   tro_values *out, tro_messages *messages)
{
    tro_arena arena = {0};
    tro_measured m;
    follow what = {.cell = cell, .measured = &m, .first = first, .count = count};
    double *memory = TRO_NEW(&arena, double, 2 * POWERS * count);
    double *z = TRO_NEW(&arena, double, cell->ecosystem->size), *scratch;
    int status = memory && z ? tro_values_new(cell, count, out) : TRO_ENOMEM;
    TRO_TRY(status);
    TRO_TRY(tro_quantity_agent(cell, config->agent, config->self, &what.agent, messages));
    TRO_TRY(tro_measured_make(cell, &arena, &config->of, what.agent, &m, messages));
    TRO_TRY(tro_cell_sampler(cell, messages));
    scratch = TRO_NEW(&arena, double, m.scratch);
    TRO_TRY(scratch ? TRO_OK : TRO_ENOMEM);
    tro_ecosystem_start(cell->stages[0]->ecosystem, z);
    what.start = tro_measure_value(&m.stages[0], z, what.agent, scratch);
    if (!isfinite(what.start))
        what.start = 0;
    tro_tally tally = {.columns = POWERS * count, .mean = memory,
                       .square = memory + POWERS * count};
    TRO_TRY(report(tro_replicates_run((uint64_t)cell->scenario->replicates, &tally, make_worker,
                                      free_worker, run_replicate, &what), &what, messages));
    put(&tally, config, what.start, out);
out:
    tro_arena_clear(&arena);
    return status;
}

static int one_compute(tro_cell *cell, const void *given, tro_values *out,
                       tro_messages *messages)
{
    const sampled_config *config = given;
    return compute(cell, config, (uint64_t)tro_rounds_asked(cell, config->round), 1, out, messages);
}

static int all_compute(tro_cell *cell, const void *given, tro_values *out,
                       tro_messages *messages)
{
    return compute(cell, given, 0, all_count(cell, given), out, messages);
}

#define TABLE(name, params) \
    {name, params, sizeof params / sizeof *params, sizeof(sampled_config)}

const tro_quantity tro_quantity_sampled_measure = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "sampled-measure",
               .summary = "Mean or variance of a measure over replicates of sampled rounds, with "
                          "its standard error.",
               .reference = NULL, .table = TABLE("sampled-measure", one_params)},
    .check = one_check, .compute = one_compute, .sampled = 1,
};

const tro_quantity tro_quantity_sampled_measure_by_round = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "sampled-measure-by-round",
               .summary = "The same at the start and after each round.",
               .reference = NULL, .table = TABLE("sampled-measure-by-round", all_params)},
    .check = all_check, .count = all_count, .first = tro_rounds_first, .compute = all_compute,
    .sampled = 1,
};
