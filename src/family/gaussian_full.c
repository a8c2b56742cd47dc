/* The full gaussian family: N(m, S) with both trained. z = (E x, E x x'), so
 * that fitting by maximum likelihood, which matches both moments, mixes z; the
 * variance of a fit to n outputs is the one with n in the denominator. */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "family/gaussian_law.h"
#include "family/normal.h"

typedef struct full_config {
    const char *family;
    long long dimension;
    const tro_node *covariance;
    int estimator;
} full_config;

enum estimator { MLE, UNBIASED };
static const char *const estimator_choices[] = {"mle", "unbiased", NULL};

static const tro_param full_params[] = {
    {.key = "family", .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED,
     .offset = offsetof(full_config, family), .doc = "Name of the family."},
    {.key = "dimension", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(full_config, dimension), .min = 1, .max = TRO_MOMENTS_LIMIT,
     .fallback = "1", .unit = "coordinates", .doc = "Number of coordinates of an output."},
    {.key = "covariance", .type = TRO_P_NODE, .offset = offsetof(full_config, covariance),
     .unit = "coordinate^2",
     .doc = "Covariance of laws that state none: a variance, a list of variances or a matrix. "
            "Default 1."},
    {.key = "estimator", .type = TRO_P_CHOICE, .offset = offsetof(full_config, estimator),
     .fallback = "mle", .choices = estimator_choices,
     .doc = "The covariance fitted to n outputs in sampled rounds has n (`mle`) or n - 1 "
            "(`unbiased`) in the denominator."},
};

/* What a prepared space keeps. */
typedef struct full_space {
    const tro_spread *covariance;
    enum estimator estimator;
} full_space;

static int full_prepare(const tro_reader *reader, const tro_node *node, tro_space *space)
{
    (void)node;
    const full_config *config = space->config;
    size_t d = (size_t)config->dimension;
    full_space *self = TRO_NEW(reader->arena, full_space, 1);
    if (!self)
        return TRO_ENOMEM;
    space->coordinates = d;
    space->width = tro_moments_width(d);
    space->spread = NULL;
    space->config = self;
    self->estimator = (enum estimator)config->estimator;
    if (config->covariance)
        return tro_spread_read(reader, config->covariance, d, &self->covariance);
    self->covariance = tro_spread_isotropic(reader->arena, d, 1);
    return self->covariance ? TRO_OK : TRO_ENOMEM;
}

static int full_read_law(const tro_reader *reader, const tro_space *space, const tro_node *node,
                         double *z, const tro_spread **spread)
{
    const full_space *self = space->config;
    size_t d = space->coordinates;
    tro_gaussian_law law;
    const tro_spread *covariance = self->covariance;
    int status = tro_gaussian_law_read(reader, space, node, &law, z);
    if (status == TRO_OK && law.covariance)
        status = tro_spread_read(reader, law.covariance, d, &covariance);
    if (status < 0)
        return status;
    double *matrix = tro_allocate(d * d, sizeof *matrix);
    if (!matrix)
        return TRO_ENOMEM;
    tro_spread_add(covariance, 1, matrix);
    tro_moments_of(d, z, matrix, z);
    tro_release(matrix);
    *spread = NULL; /* z says it */
    return TRO_OK;
}

static int full_read_reward(const tro_reader *reader, const tro_space *space,
                            const tro_node *node, const tro_reward **out)
{
    return tro_reward_read(reader, space->lottery, node, space->coordinates, out);
}

static double curvature_at(const tro_reward *reward, size_t i, size_t j)
{
    size_t d = reward->dimension;
    if (reward->full)
        return reward->curvature[i * d + j];
    return i == j ? reward->curvature[i] : 0;
}

/* E r = r(m) - tr(Q S)/2 with S = E x x' - m m', which is linear in z. */
static double full_alignment(const tro_space *space, const tro_reward *reward,
                             tro_alignment_at at, const double *z)
{
    size_t d = space->coordinates;
    double value = tro_reward_at(reward, z);
    const double *second = z + d;
    if (at == TRO_AT_MEAN || !reward->curvature)
        return value;
    for (size_t i = 0; i < d; i++)
        for (size_t j = i; j < d; j++, second++)
            value -= (i == j ? 0.5 : 1) * curvature_at(reward, i, j) * (*second - z[i] * z[j]);
    return value;
}

static void full_alignment_gradient(const tro_space *space, const tro_reward *reward,
                                    tro_alignment_at at, const double *z, double *gradient)
{
    size_t d = space->coordinates;
    double *second = gradient + d;
    tro_reward_gradient(reward, z, gradient);
    memset(second, 0, (space->width - d) * sizeof *second);
    if (at == TRO_AT_MEAN || !reward->curvature)
        return;
    for (size_t i = 0; i < d; i++)
        for (size_t j = i; j < d; j++, second++) {
            double q = curvature_at(reward, i, j);
            *second = -(i == j ? 0.5 : 1) * q;
            gradient[i] += q * z[j];
            if (i != j)
                gradient[j] += q * z[i];
        }
}

/* Every part draws from a stream of its own, so that a change in the number of
 * outputs of one leaves the others paired. */
static void full_sample(const tro_space *space, uint64_t n, size_t parts, const tro_part *part,
                        const uint64_t *counts, tro_stream *stream, double *z, double *scratch)
{
    size_t d = space->coordinates;
    double *root = scratch, *rest = scratch + d * d, inverse = 1.0 / (double)n;
    tro_stream_key key = {.purpose = TRO_FOR_OUTPUTS};
    key.seed = tro_stream_next(stream);
    key.replicate = tro_stream_next(stream);
    memset(z, 0, space->width * sizeof *z);
    for (size_t k = 0; k < parts; k++) {
        if (counts[k] == 0)
            continue;
        key.agent = k;
        tro_stream own = tro_stream_of(&key);
        if (part[k].draw) {
            part[k].draw(part[k].context, counts[k], &own, z, scratch);
            continue;
        }
        tro_moments_root(d, part[k].law, root);
        tro_normal_add(d, part[k].law, root, counts[k], &own, z, rest);
    }
    for (size_t k = 0; k < space->width; k++)
        z[k] *= inverse;
}

/* S n / (n - 1), the mean as it is. */
static void full_estimate(const tro_space *space, uint64_t n, double *z)
{
    const full_space *self = space->config;
    size_t d = space->coordinates;
    double *second = z + d, more = 1 / ((double)n - 1);
    if (self->estimator == MLE)
        return;
    for (size_t i = 0; i < d; i++)
        for (size_t j = i; j < d; j++, second++)
            *second += more * (*second - z[i] * z[j]);
}

static uint64_t full_least_outputs(const tro_space *space)
{
    const full_space *self = space->config;
    return self->estimator == UNBIASED ? 2 : 1;
}

static size_t full_scratch_size(const tro_space *space)
{
    return TRO_DRAW_SCRATCH(space->coordinates);
}

const tro_family tro_family_gaussian_full = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_FAMILY, .name = "gaussian-full",
               .summary = "Real vectors, normal; training moves the mean and the covariance.",
               .reference = "maximum likelihood matches both moments; sampled rounds: "
                            "Bartlett 1933",
               .table = {"gaussian-full", full_params, sizeof full_params / sizeof *full_params,
                         sizeof(full_config)}},
    .law = TRO_MOMENTS,
    .law_table = &tro_gaussian_law_table,
    .reward_table = &tro_reward_table,
    .prepare = full_prepare,
    .read_law = full_read_law,
    .read_reward = full_read_reward,
    .alignment = full_alignment,
    .alignment_gradient = full_alignment_gradient,
    .sample = full_sample,
    .estimate = full_estimate,
    .least_outputs = full_least_outputs,
    .scratch_size = full_scratch_size,
};
