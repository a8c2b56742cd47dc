/* Expectation and variance, over an agent's outputs, of a reward or of its
 * exponential. On normal laws these are closed forms: with x = m + L t, t standard
 * normal, r = r(m) + b.t - t'At/2, where b = L' grad r(m) and A = L'QL. */
#include <stddef.h>
#include <string.h>

#include "family/normal.h"
#include "measure/law.h"

typedef struct reward_config {
    const tro_node *reward;
    int exponential;
} reward_config;

static const tro_param reward_params[] = {
    {.key = "reward", .type = TRO_P_NODE, .offset = offsetof(reward_config, reward),
     .doc = "The reward r on outcomes. Default: the agent's own."},
    {.key = "exponential", .type = TRO_P_BOOL, .offset = offsetof(reward_config, exponential),
     .fallback = "false", .doc = "Of exp(r), instead of r."},
};

static int prepare(const tro_reader *reader, tro_measuring *m)
{
    const reward_config *config = m->config;
    const tro_space *space = tro_space_of(m);
    size_t d = space->coordinates;
    const tro_reward *reward = NULL;
    int status = TRO_OK;
    if (config->reward)
        status = space->family->read_reward(reader, space, config->reward, &reward);
    m->self = reward;
    if (tro_is_table(m))
        m->scratch = m->ecosystem->releases ? space->width : 0;
    else
        m->scratch = 2 * d + (d <= TRO_FULL_LIMIT ? 2 * d * d + tro_moments_width(d) : 0);
    return status;
}

static const tro_reward *reward_of(const tro_measuring *m, size_t agent)
{
    return m->self ? m->self : m->ecosystem->scenario->agents[agent].reward;
}

static const char *no_reward(const tro_measuring *m, size_t agent)
{
    return reward_of(m, agent) ? NULL : "reward";
}

/* --- tables -------------------------------------------------------------------------- */

static double at(const reward_config *config, double r)
{
    return config->exponential ? exp(r) : r;
}

/* Mean of (f(r) - centre)^power in some rows, by their own law; uniform where they have
 * no mass, as alignment is. */
static double rows_mean(const reward_config *config, size_t count, const double *p,
                        const double *r, double centre, int power)
{
    double sum = 0, mass = 0, flat = 0;
    for (size_t k = 0; k < count; k++) {
        double away = at(config, r[k]) - centre, term = power == 2 ? away * away : away;
        mass += p[k];
        sum += p[k] > 0 ? p[k] * term : 0;
        flat += term;
    }
    return mass > 0 ? sum / mass : flat / (double)count;
}

static double table_mean(const tro_measuring *m, const tro_reward *reward, const double *p,
                         double centre, int power)
{
    const reward_config *config = m->config;
    const tro_space *space = tro_space_of(m);
    size_t n = space->outcomes;
    double sum = 0;
    if (!reward->prompts)
        return rows_mean(config, space->width, p, reward->values, centre, power);
    for (size_t c = 0; c < space->blocks; c++)
        if (reward->prompts[c] > 0)
            sum += reward->prompts[c] * rows_mean(config, n, p + c * n, reward->values + c * n,
                                                  centre, power);
    return sum;
}

/* --- normal laws --------------------------------------------------------------------- */

/* The reward seen from the mean of a law, in standard coordinates: r(m), b, and A
 * (d x d), or its diagonal where that is all there is. */
typedef struct standard {
    size_t d;
    int diagonal;
    double top;
    double *b, *a;
} standard;

/* a = L' Q L from root in place of L; both d x d. */
static void congruence(const tro_reward *reward, size_t d, const double *root, double *a,
                       double *line)
{
    for (size_t j = 0; j < d; j++) {
        for (size_t i = 0; i < d; i++) {
            double sum = 0;
            for (size_t k = j; k < d && reward->full; k++)
                sum += reward->curvature[i * d + k] * root[k * d + j];
            line[i] = reward->full ? sum : reward->curvature[i] * root[i * d + j];
        }
        for (size_t i = 0; i < d; i++) {
            double sum = 0;
            for (size_t k = i; k < d; k++)
                sum += root[k * d + i] * line[k];
            a[i * d + j] = sum;
        }
    }
}

static standard seen_from(const tro_normal_law *law, const tro_reward *reward, size_t d,
                          double *scratch)
{
    standard s = {.d = d, .top = tro_reward_at(reward, law->mean), .b = scratch};
    double *line = scratch + d, *root = scratch + 2 * d;
    s.diagonal = tro_normal_is_diagonal(law) && !(reward->curvature && reward->full);
    tro_reward_gradient(reward, law->mean, line);
    if (s.diagonal) {
        s.a = line;
        for (size_t k = 0; k < d; k++) {
            double variance = tro_normal_variance(law, d, k);
            s.b[k] = sqrt(variance) * line[k];
            s.a[k] = reward->curvature ? variance * reward->curvature[k] : 0;
        }
        return s;
    }
    s.a = root + d * d;
    tro_normal_root(law, d, root, s.a);
    for (size_t k = 0; k < d; k++) {
        s.b[k] = 0;
        for (size_t i = k; i < d; i++)
            s.b[k] += root[i * d + k] * line[i];
    }
    if (reward->curvature)
        congruence(reward, d, root, s.a, line);
    else
        memset(s.a, 0, d * d * sizeof *s.a);
    return s;
}

/* log E exp(f r), f = 1 or 2, which spoils s: f r(m) - log det(I + f A) / 2 +
 * f^2 b' (I + f A)^-1 b / 2; infinite where I + f A is not positive. */
static double log_exponential(standard *s, double f)
{
    size_t d = s->d;
    double sum = f * s->top;
    if (s->diagonal) {
        for (size_t k = 0; k < d; k++) {
            double pivot = 1 + f * s->a[k];
            if (!(pivot > 0))
                return INFINITY;
            sum += 0.5 * (f * f * s->b[k] * s->b[k] / pivot - log1p(f * s->a[k]));
        }
        return sum;
    }
    for (size_t k = 0; k < d; k++) {   /* Cholesky's factor, and b through it */
        double *row = s->a + k * d, through = f * s->b[k];
        for (size_t j = 0; j <= k; j++) {
            const double *other = s->a + j * d;
            double entry = f * row[j] + (j == k);
            for (size_t t = 0; t < j; t++)
                entry -= row[t] * other[t];
            row[j] = j < k ? entry / other[j] : sqrt(entry);
        }
        if (!(row[k] > 0))
            return INFINITY;
        for (size_t t = 0; t < k; t++)
            through -= row[t] * s->b[t];
        s->b[k] = through / row[k];
        sum += 0.5 * s->b[k] * s->b[k] - log(row[k]);
    }
    return sum;
}

/* |b|^2 + tr(A^2) / 2 */
static double plain_variance(const standard *s)
{
    size_t count = s->diagonal ? s->d : s->d * s->d;
    double sum = 0;
    for (size_t k = 0; k < s->d; k++)
        sum += s->b[k] * s->b[k];
    for (size_t k = 0; k < count; k++)
        sum += 0.5 * s->a[k] * s->a[k];
    return sum;
}

static double normal_exponential(const tro_normal_law *law, const tro_reward *reward, size_t d,
                                 double f, double *scratch)
{
    standard s = seen_from(law, reward, d, scratch);
    return log_exponential(&s, f);
}

/* --- both ---------------------------------------------------------------------------- */

static double expectation(const tro_measuring *m, const double *z, size_t agent, double *scratch)
{
    const reward_config *config = m->config;
    const tro_space *space = tro_space_of(m);
    const tro_reward *reward = reward_of(m, agent);
    const double *row = z + agent * space->width;
    if (!reward)
        return NAN;
    if (!config->exponential)
        return space->family->alignment(space, reward, TRO_AT_OUTPUTS, row);
    if (tro_is_table(m))
        return table_mean(m, reward, row, 0, 1);
    tro_normal_law law = tro_normal_law_of(m, row, agent, 0);
    return exp(normal_exponential(&law, reward, space->coordinates, 1, scratch));
}

static int expectation_gradient(const tro_measuring *m, const double *z, size_t agent, double *out,
                                double *scratch)
{
    const reward_config *config = m->config;
    const tro_space *space = tro_space_of(m);
    const tro_reward *reward = reward_of(m, agent);
    (void)scratch;
    if (config->exponential)
        return 0;
    space->family->alignment_gradient(space, reward, TRO_AT_OUTPUTS, z + agent * space->width,
                                      out);
    return 1;
}

static double reward_variance(const tro_measuring *m, const double *z, size_t agent,
                              double *scratch)
{
    const reward_config *config = m->config;
    const tro_space *space = tro_space_of(m);
    const tro_reward *reward = reward_of(m, agent);
    const double *row = z + agent * space->width;
    size_t d = space->coordinates;
    if (!reward)
        return NAN;
    if (tro_is_table(m))
        return table_mean(m, reward, row, table_mean(m, reward, row, 0, 1), 2);
    tro_normal_law law = tro_normal_law_of(m, row, agent, 0);
    standard s = seen_from(&law, reward, d, scratch);
    if (!config->exponential)
        return plain_variance(&s);
    /* (E e^r)^2 (E e^2r / (E e^r)^2 - 1) */
    double two = normal_exponential(&law, reward, d, 2, scratch);
    double one = normal_exponential(&law, reward, d, 1, scratch);
    return isinf(two) ? two : exp(2 * one) * expm1(two - 2 * one);
}

#define TABLE(name) {name, reward_params, sizeof reward_params / sizeof *reward_params, \
                     sizeof(reward_config)}

const tro_measure tro_measure_expectation = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_MEASURE, .name = "expectation",
               .summary = "Expectation of a reward, or of its exponential, over the agent's "
                          "outputs.", .reference = NULL, .table = TABLE("expectation")},
    .unit = "reward",
    .may_be_infinite = 1,
    .prepare = prepare,
    .lacks = no_reward,
    .value = expectation,
    .gradient = expectation_gradient,
};

const tro_measure tro_measure_reward_variance = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_MEASURE, .name = "reward-variance",
               .summary = "Variance of a reward, or of its exponential, over the agent's "
                          "outputs.",
               .reference = "Ferbach, Bertrand, Bose, Gidel 2024 (arXiv 2407.09499)",
               .table = TABLE("reward-variance")},
    .unit = "reward^2",
    .may_be_infinite = 1,
    .prepare = prepare,
    .lacks = no_reward,
    .value = reward_variance,
};
