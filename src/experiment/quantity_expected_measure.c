/* The exact mean or variance of a measure over all sampled rounds there could be, where
 * it is a polynomial of the mean parameters and these have exact moments. */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "experiment/quantity.h"

typedef enum statistic { MEAN, VARIANCE } statistic;
static const char *const statistic_choices[] = {"mean", "variance", NULL};

typedef struct expected_config {
    const tro_node *self;
    tro_chosen of;
    const char *agent;
    long long round;
    int stationary, statistic;
} expected_config;

static const tro_param expected_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(expected_config, self)},
    {.key = "of", .type = TRO_P_PLUGIN, .flags = TRO_P_REQUIRED,
     .offset = offsetof(expected_config, of), .kind = TRO_MEASURE, .doc = "The measure."},
    {.key = "agent", .type = TRO_P_TEXT, .offset = offsetof(expected_config, agent),
     .doc = "Whose. Default: the only agent's."},
    {.key = "statistic", .type = TRO_P_CHOICE, .offset = offsetof(expected_config, statistic),
     .fallback = "mean", .choices = statistic_choices,
     .doc = "The mean; or the variance, of measures that are linear in the mean parameters."},
    {.key = "round", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(expected_config, round), .min = 0, .max = 1e15, .unit = "rounds",
     .doc = "After this round. Default: the schedule's last."},
    {.key = "stationary", .type = TRO_P_BOOL, .offset = offsetof(expected_config, stationary),
     .fallback = "false", .doc = "In the long run, instead."},
};

/* --- what is a polynomial -------------------------------------------------------------------- */

/* Alignment is one of degree 2 where the mean is all there is to know, and of degree 1
 * in the probabilities of outcomes. */
static int degree_of(const tro_measuring *m)
{
    int table = m->ecosystem->scenario->space.family->law == TRO_TABLE;
    return m->measure == &tro_measure_alignment && table ? 1 : m->measure->degree;
}

static int check_degree(const expected_config *config, const tro_measuring *m,
                        tro_messages *messages)
{
    int degree = degree_of(m);
    const char *name = m->measure->plugin.name;
    if (degree == 0)
        return tro_error(messages, TRO_ESCENARIO, &config->of.node->place,
                         "'%s' is no polynomial of the mean parameters, so there is no exact "
                         "expectation: 'sampled-measure' would be right", name);
    if (degree == 2 && config->statistic == VARIANCE)
        return tro_error(messages, TRO_ESCENARIO, tro_place_of(config->self, "statistic"),
                         "'%s' is quadratic in the mean parameters, so there is no exact variance: "
                         "'sampled-measure' would be right", name);
    return TRO_OK;
}

static int expected_check(const tro_cell *cell, const void *given, tro_messages *messages)
{
    const expected_config *config = given;
    tro_arena arena = {0};
    tro_measuring m = {0};
    size_t agent;
    int status = tro_quantity_agent(cell, config->agent, config->self, &agent, messages);
    int made = status == TRO_OK
                   ? tro_quantity_measuring(cell, &arena, &config->of, agent, &m, messages)
                   : tro_cell_measure(cell, &arena, &config->of, &m, messages);
    int sampled = tro_cell_need_sampled(cell, &config->self->place, messages);
    if (made == TRO_OK)
        made = check_degree(config, &m, messages);
    if (config->stationary && config->round != TRO_NO_WHOLE)
        made = tro_error(messages, TRO_ESCENARIO, tro_place_of(config->self, "round"),
                         "'round' and 'stationary' both say when: give one of them");
    tro_arena_clear(&arena);
    return status < 0 ? status : made < 0 ? made : sampled;
}

/* --- from moments ---------------------------------------------------------------------------- */

/* Everything that a value is made of; vectors are the agent's. */
typedef struct expectation {
    const tro_measuring *measuring;
    const tro_moments *moments;
    size_t agent, width;
    double *z;            /* size: a state to take gradients at */
    double *slope, *here, *scratch;
} expectation;

static double covariance(const expectation *e, size_t r, size_t c)
{
    size_t n = e->moments->ecosystem->size, at = e->agent * e->width;
    return e->moments->covariance[(at + r) * n + at + c];
}

static void gradient(const expectation *e, double *out)
{
    const tro_measuring *m = e->measuring;
    m->measure->gradient(m, e->z, e->agent, out, e->scratch);
}

/* f(m) + tr(H C)/2. Columns of the Hessian are differences of gradients, exact for a
 * polynomial of degree 2; the step is of the size of the state. */
static double mean_of(const expectation *e)
{
    const tro_measuring *m = e->measuring;
    double value = m->measure->value(m, e->z, e->agent, e->scratch), bend = 0;
    if (degree_of(m) < 2)
        return value;
    gradient(e, e->here);
    for (size_t c = 0; c < e->width; c++) {
        double *x = &e->z[e->agent * e->width + c], kept = *x, step = fmax(1, fabs(kept));
        *x = kept + step;
        step = *x - kept;
        gradient(e, e->slope);
        *x = kept;
        for (size_t r = 0; r < e->width; r++)
            bend += (e->slope[r] - e->here[r]) / step * covariance(e, r, c);
    }
    return value + 0.5 * bend;
}

static double variance_of(const expectation *e)
{
    double sum = 0;
    gradient(e, e->slope);
    for (size_t r = 0; r < e->width; r++)
        for (size_t c = 0; c < e->width; c++)
            sum += e->slope[r] * covariance(e, r, c) * e->slope[c];
    return sum;
}

static int advance(tro_cell *cell, const expected_config *config, tro_moments *moments,
                   tro_messages *messages)
{
    long long rounds = config->round == TRO_NO_WHOLE ? cell->plan->common->rounds
                                                     : config->round;
    int status;
    if (config->stationary)
        return tro_cell_settle_moments(cell, moments, messages);
    for (long long r = 0; r < rounds; r++) {
        if (tro_progress_stops(cell->progress))
            return TRO_EINTERRUPTED;
        status = tro_moments_round(moments);
        if (status == TRO_EDIVERGED)
            tro_error(messages, status, NULL,
                      "the sampled rounds diverge: their moments are no longer finite");
        if (status < 0)
            return status;
    }
    return TRO_OK;
}

static int expected_compute(tro_cell *cell, const void *given, tro_values *out,
                            tro_messages *messages)
{
    const expected_config *config = given;
    size_t width = cell->ecosystem->width, size = cell->ecosystem->size;
    tro_arena arena = {0};
    tro_measuring m;
    tro_moments moments = {0};
    expectation e = {.measuring = &m, .moments = &moments, .width = width};
    int status;
    TRO_TRY(tro_quantity_agent(cell, config->agent, config->self, &e.agent, messages));
    TRO_TRY(tro_quantity_measuring(cell, &arena, &config->of, e.agent, &m, messages));
    TRO_TRY(tro_cell_sampler(cell, messages));
    TRO_TRY(tro_moments_init(&moments, cell->ecosystem, cell->plan, cell->sampler, messages));
    TRO_TRY(advance(cell, config, &moments, messages));
    e.z = TRO_NEW(&arena, double, size);
    e.slope = TRO_NEW(&arena, double, width);
    e.here = TRO_NEW(&arena, double, width);
    e.scratch = TRO_NEW(&arena, double, m.scratch + 1);
    TRO_TRY(e.z && e.slope && e.here && e.scratch ? TRO_OK : TRO_ENOMEM);
    memcpy(e.z, moments.mean, size * sizeof *e.z);
    status = tro_values_one(cell, config->statistic == MEAN ? mean_of(&e) : variance_of(&e), NAN,
                            out);
out:
    tro_moments_release(&moments);
    tro_arena_clear(&arena);
    return status;
}

const tro_quantity tro_quantity_expected_measure = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "expected-measure",
               .summary = "The exact mean or variance that sampled-measure estimates, of measures "
                          "that are polynomials of the mean parameters.",
               .reference = "law of total covariance; doc/theory.md",
               .table = {"expected-measure", expected_params,
                         sizeof expected_params / sizeof *expected_params,
                         sizeof(expected_config)}},
    .check = expected_check, .compute = expected_compute,
};
