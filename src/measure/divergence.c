/* How far an agent's law is from another one: its real data's, its start, another
 * agent's now. */
#include <stddef.h>
#include <string.h>

#include "family/normal.h"
#include "measure/law.h"

typedef struct distance_config {
    const tro_node *self;
    const char *from;
    int reversed;
} distance_config;

#define FROM_PARAM                                                                            \
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(distance_config, self)},               \
    {.key = "from", .type = TRO_P_TEXT, .flags = TRO_P_MAIN, .fallback = "reference",         \
     .offset = offsetof(distance_config, from),                                               \
     .doc = "The other law, q: `reference` (the agent's real data), `start`, or the name of " \
            "an agent, whose present law it is then."}

static const tro_param divergence_params[] = {
    FROM_PARAM,
    {.key = "reversed", .type = TRO_P_BOOL, .offset = offsetof(distance_config, reversed),
     .fallback = "false", .doc = "KL(p|q) of the agent's own law p, instead of KL(q|p)."},
};
static const tro_param variation_params[] = {FROM_PARAM};

/* What `from` says. */
typedef struct origin {
    enum {FROM_REFERENCE, FROM_START, FROM_AGENT} kind;
    size_t agent;
} origin;

static int no_origin(const tro_reader *reader, const tro_measuring *m)
{
    const distance_config *config = m->config;
    const tro_scenario *scenario = m->ecosystem->scenario;
    const char *near = tro_scenario_nearest_agent(scenario, config->from);
    const tro_place *place = config->self ? tro_place_of(config->self, "from") : &m->node->place;
    return tro_error(reader->messages, TRO_ESCENARIO, place,
                     "from is 'reference', 'start' or an agent, found '%s'%s%s%s", config->from,
                     near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
}

static int prepare(const tro_reader *reader, tro_measuring *m)
{
    const distance_config *config = m->config;
    const tro_space *space = tro_space_of(m);
    size_t d = space->coordinates;
    origin *from = TRO_NEW(reader->arena, origin, 1);
    if (!from)
        return TRO_ENOMEM;
    from->agent = tro_scenario_agent(m->ecosystem->scenario, config->from);
    from->kind = strcmp(config->from, "reference") == 0 ? FROM_REFERENCE
                 : strcmp(config->from, "start") == 0   ? FROM_START
                                                        : FROM_AGENT;
    m->self = from;
    if (from->kind == FROM_AGENT && from->agent == SIZE_MAX)
        return no_origin(reader, m);
    if (tro_is_table(m))
        m->scratch = m->ecosystem->releases ? 2 * space->width : 0;
    else
        m->scratch = d <= TRO_FULL_LIMIT ? 2 * d * d + d + tro_moments_width(d) : d;
    return TRO_OK;
}

static const char *no_reference(const tro_measuring *m, size_t agent)
{
    const origin *from = m->self;
    int missing = from->kind == FROM_REFERENCE &&
                  !m->ecosystem->scenario->agents[agent].real_law;
    return missing ? "reference" : NULL;
}

/* The mean parameters of the other law; on tables, its probabilities (scratch: width). */
static const double *other_row(const tro_measuring *m, const double *z, size_t agent,
                               double *scratch)
{
    const origin *from = m->self;
    const tro_agent *own = &m->ecosystem->scenario->agents[agent];
    size_t whose = from->kind == FROM_AGENT ? from->agent : agent;
    if (from->kind == FROM_REFERENCE)
        return own->real_law;
    const double *row = from->kind == FROM_START ? own->start : z + whose * m->ecosystem->width;
    return tro_is_table(m) ? tro_table_law(m, row, whose, scratch) : row;
}

/* --- tables -------------------------------------------------------------------------- */

/* sum q log(q/p), each term made no smaller than 0: q log(q/p) - q + p. */
static double table_divergence(size_t count, const double *q, const double *p)
{
    double sum = 0;
    for (size_t k = 0; k < count; k++) {
        double x = (p[k] - q[k]) / q[k];
        if (q[k] > 0 && !(p[k] > 0))
            return INFINITY;
        if (q[k] > 0)
            sum += fabs(x) < 0.5 ? q[k] * (x - log1p(x))
                                 : q[k] * log(q[k] / p[k]) - q[k] + p[k];
        else
            sum += p[k];
    }
    return sum;
}

static double table_variation(size_t count, const double *q, const double *p)
{
    double sum = 0;
    for (size_t k = 0; k < count; k++)
        sum += fabs(q[k] - p[k]);
    return sum / 2;
}

/* --- normal laws --------------------------------------------------------------------- */

/* A pivot of a variance of 0 in both is no difference; in p alone it is infinite. */
static double diagonal_divergence(const tro_normal_law *q, const tro_normal_law *p, size_t d)
{
    double sum = 0;
    for (size_t k = 0; k < d; k++) {
        double wide = tro_normal_variance(q, d, k), own = tro_normal_variance(p, d, k);
        double away = q->mean[k] - p->mean[k];
        if (own == 0 && wide == 0 && away == 0)
            continue;
        if (own == 0 || wide == 0)
            return INFINITY;
        double x = (wide - own) / own;
        sum += 0.5 * (x - log1p(x) + away * away / own);
    }
    return sum;
}

/* x = L^-1 x for a lower-triangular L without zeros on its diagonal. */
static void solve(size_t d, const double *root, size_t stride, double *x)
{
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j < i; j++)
            x[i * stride] -= root[i * d + j] * x[j * stride];
        x[i * stride] /= root[i * d + i];
    }
}

/* (tr(S_p^-1 S_q) - d - log det(S_p^-1 S_q) + |L_p^-1 (m_q - m_p)|^2) / 2 */
static double full_divergence(const tro_normal_law *q, const tro_normal_law *p, size_t d,
                              double *scratch)
{
    double *of_q = scratch, *of_p = of_q + d * d, *away = of_p + d * d, *room = away + d;
    double sum = 0;
    tro_normal_root(q, d, of_q, room);
    tro_normal_root(p, d, of_p, room);
    for (size_t k = 0; k < d; k++) {
        if (of_p[k * d + k] == 0 || of_q[k * d + k] == 0)
            return INFINITY;
        away[k] = q->mean[k] - p->mean[k];
    }
    for (size_t j = 0; j < d; j++)
        solve(d, of_p, d, of_q + j);
    solve(d, of_p, 1, away);
    for (size_t i = 0; i < d; i++) {
        double own = of_q[i * d + i], x = own * own - 1;
        sum += x - log1p(x) + away[i] * away[i];
        for (size_t j = 0; j < i; j++)
            sum += of_q[i * d + j] * of_q[i * d + j];
    }
    return 0.5 * sum;
}

static double normal_divergence(const tro_normal_law *q, const tro_normal_law *p, size_t d,
                                double *scratch)
{
    if (tro_normal_is_diagonal(q) && tro_normal_is_diagonal(p))
        return diagonal_divergence(q, p, d);
    if (q->spread == p->spread && memcmp(q->mean, p->mean, d * sizeof *q->mean) == 0 &&
        q->spread)
        return 0;
    return full_divergence(q, p, d, scratch);
}

/* --- both ---------------------------------------------------------------------------- */

static double divergence(const tro_measuring *m, const double *z, size_t agent, double *scratch)
{
    const distance_config *config = m->config;
    const origin *from = m->self;
    const tro_space *space = tro_space_of(m);
    const double *own = z + agent * space->width;
    const double *other = other_row(m, z, agent, scratch);
    if (!other)
        return NAN;
    if (tro_is_table(m)) {
        const double *p = tro_table_law(m, own, agent, scratch + space->width);
        return config->reversed ? table_divergence(space->width, p, other)
                                : table_divergence(space->width, other, p);
    }
    tro_normal_law p = tro_normal_law_of(m, own, agent, 0);
    tro_normal_law q = tro_normal_law_of(m, other, agent, from->kind == FROM_REFERENCE);
    return config->reversed ? normal_divergence(&p, &q, space->coordinates, scratch)
                            : normal_divergence(&q, &p, space->coordinates, scratch);
}

const tro_measure tro_measure_divergence = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_MEASURE, .name = "divergence",
               .summary = "Kullback-Leibler divergence KL(q|p) of the agent's law p from "
                          "another one, q.",
               .reference = "Kullback, Leibler 1951",
               .table = {"divergence", divergence_params,
                         sizeof divergence_params / sizeof *divergence_params,
                         sizeof(distance_config)}},
    .unit = "nats",
    .may_be_infinite = 1,
    .prepare = prepare,
    .lacks = no_reference,
    .value = divergence,
};

static int prepare_variation(const tro_reader *reader, tro_measuring *m)
{
    int status = tro_need_table(reader, m, ": 'divergence' would be right");
    return status < 0 ? status : prepare(reader, m);
}

static double variation(const tro_measuring *m, const double *z, size_t agent, double *scratch)
{
    size_t width = m->ecosystem->width;
    const double *other = other_row(m, z, agent, scratch);
    if (!other)
        return NAN;
    return table_variation(width, other,
                           tro_table_law(m, z + agent * width, agent, scratch + width));
}

const tro_measure tro_measure_total_variation = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_MEASURE, .name = "total-variation",
               .summary = "Total variation distance of the agent's law from another one.",
               .reference = NULL,
               .table = {"total-variation", variation_params,
                         sizeof variation_params / sizeof *variation_params,
                         sizeof(distance_config)}},
    .unit = "probability",
    .prepare = prepare_variation,
    .lacks = no_reference,
    .value = variation,
};

/* --- Wasserstein --------------------------------------------------------------------- */

/* A covariance that is not diagonal would need its square root. */
static int prepare_wasserstein(const tro_reader *reader, tro_measuring *m)
{
    const tro_space *space = tro_space_of(m);
    int diagonal = space->coordinates == 1 ||
                   (space->spread && space->spread->shape != TRO_FULL);
    if (!tro_is_table(m) && diagonal)
        return prepare(reader, m);
    return tro_error(reader->messages, TRO_ESCENARIO, &m->node->place,
                     "'wasserstein' is of real outputs with one coordinate, or with independent "
                     "ones that stay so: %s would be right",
                     tro_is_table(m) ? "'total-variation'" : "'divergence'");
}

static double wasserstein(const tro_measuring *m, const double *z, size_t agent, double *scratch)
{
    const origin *from = m->self;
    size_t d = tro_space_of(m)->coordinates;
    const double *other = other_row(m, z, agent, scratch);
    double sum = 0;
    if (!other)
        return NAN;
    tro_normal_law p = tro_normal_law_of(m, z + agent * m->ecosystem->width, agent, 0);
    tro_normal_law q = tro_normal_law_of(m, other, agent, from->kind == FROM_REFERENCE);
    for (size_t k = 0; k < d; k++) {
        double away = q.mean[k] - p.mean[k];
        double wider = sqrt(tro_normal_variance(&q, d, k)) - sqrt(tro_normal_variance(&p, d, k));
        sum += away * away + wider * wider;
    }
    return sum;
}

const tro_measure tro_measure_wasserstein = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_MEASURE, .name = "wasserstein",
               .summary = "Squared Wasserstein distance W2^2 of the agent's law from another one.",
               .reference = "Dowson, Landau 1982",
               .table = {"wasserstein", variation_params,
                         sizeof variation_params / sizeof *variation_params,
                         sizeof(distance_config)}},
    .unit = "coordinate^2",
    .prepare = prepare_wasserstein,
    .lacks = no_reference,
    .value = wasserstein,
};
