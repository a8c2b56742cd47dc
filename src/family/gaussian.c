/* The gaussian location family: N(z, S) with S fixed. Fitting by maximum
 * likelihood matches the mean, so z = E x, and curation and channels act on
 * means (theory: an exponential family matches moments). */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "family/gaussian_law.h"

typedef struct gaussian_config {
    const char *family;
    long long dimension;
    const tro_node *covariance;
} gaussian_config;

static const tro_param gaussian_params[] = {
    {.key = "family", .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED,
     .offset = offsetof(gaussian_config, family), .doc = "Name of the family."},
    {.key = "dimension", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(gaussian_config, dimension), .min = 1, .max = 100000, .fallback = "1",
     .unit = "coordinates", .doc = "Number of coordinates of an output."},
    {.key = "covariance", .type = TRO_P_NODE, .offset = offsetof(gaussian_config, covariance),
     .unit = "coordinate^2",
     .doc = "Covariance of every agent's outputs: a variance, a list of variances or a "
            "matrix. Default 1."},
};

static int gaussian_prepare(const tro_reader *reader, const tro_node *node, tro_space *space)
{
    (void)node;
    const gaussian_config *config = space->config;
    space->width = space->coordinates = (size_t)config->dimension;
    if (config->covariance)
        return tro_spread_read(reader, config->covariance, space->width, &space->spread);
    space->spread = tro_spread_isotropic(reader->arena, space->width, 1);
    return space->spread ? TRO_OK : TRO_ENOMEM;
}

static int gaussian_read_law(const tro_reader *reader, const tro_space *space,
                             const tro_node *node, double *z, const tro_spread **spread)
{
    tro_gaussian_law law;
    int status = tro_gaussian_law_read(reader, space, node, &law, z);
    if (status < 0)
        return status;
    *spread = space->spread;
    if (law.covariance)
        status = tro_spread_read(reader, law.covariance, space->width, spread);
    return status;
}

static int gaussian_read_reward(const tro_reader *reader, const tro_space *space,
                                const tro_node *node, const tro_reward **out)
{
    return tro_reward_read(reader, space->lottery, node, space->width, out);
}

static double gaussian_alignment(const tro_space *space, const tro_reward *reward,
                                 tro_alignment_at at, const double *z)
{
    double bias = at == TRO_AT_OUTPUTS ? tro_reward_bias(reward, space->spread) : 0;
    return tro_reward_at(reward, z) + bias;
}

static void gaussian_alignment_gradient(const tro_space *space, const tro_reward *reward,
                                        tro_alignment_at at, const double *z, double *gradient)
{
    (void)space;
    (void)at; /* the two differ by a constant */
    tro_reward_gradient(reward, z, gradient);
}

/* Did the part give outputs, and are these normal? */
static int is_normal(const tro_part *part, uint64_t count)
{
    return count > 0 && !part->draw;
}

/* Have all normal parts that gave outputs one variance for all coordinates? */
static const tro_spread *one_variance(size_t parts, const tro_part *part, const uint64_t *counts)
{
    const tro_spread *spread = NULL;
    for (size_t k = 0; k < parts; k++) {
        if (!is_normal(&part[k], counts[k]))
            continue;
        if (part[k].spread->shape != TRO_ISOTROPIC ||
            (spread && !tro_spread_equal(spread, part[k].spread)))
            return NULL;
        spread = part[k].spread;
    }
    return spread;
}

/* Noise of the parts whose covariance has no more than a diagonal: their
 * variances add up, and one draw is enough. */
static void add_diagonal_noise(size_t d, double inverse, size_t parts, const tro_part *part,
                               const uint64_t *counts, tro_stream *stream, double *z,
                               double *scratch)
{
    double *noise = scratch, *variances = scratch + d;
    int any = 0;
    memset(variances, 0, d * sizeof *variances);
    for (size_t k = 0; k < parts; k++)
        if (is_normal(&part[k], counts[k]) && part[k].spread->shape != TRO_FULL) {
            tro_spread_add_diagonal(part[k].spread, (double)counts[k] * inverse * inverse,
                                    variances);
            any = 1;
        }
    if (!any)
        return;
    tro_stream_normals(stream, d, noise);
    for (size_t i = 0; i < d; i++)
        z[i] += sqrt(variances[i]) * noise[i];
}

/* Noise of the others: a draw for every run of parts of one covariance. Their
 * sum would need a factor of its own at every draw, and near a singular one
 * that is the hard part. */
static void add_full_noise(size_t d, double inverse, size_t parts, const tro_part *part,
                           const uint64_t *counts, tro_stream *stream, double *z, double *noise)
{
    for (size_t k = 0, next; k < parts; k = next) {
        const tro_spread *spread = part[k].spread;
        double outputs = 0;
        for (next = k; next < parts && (!is_normal(&part[next], counts[next]) ||
                                        tro_spread_equal(spread, part[next].spread)); next++)
            outputs += is_normal(&part[next], counts[next]) ? (double)counts[next] : 0;
        if (spread->shape != TRO_FULL || outputs == 0)
            continue;
        tro_stream_normals(stream, d, noise);
        tro_spread_colour(spread, sqrt(outputs) * inverse, noise, z);
    }
}

/* Adds the share in the mean of what parts draw themselves, each from a stream
 * of its own. scratch: the family's. */
static void add_drawn(size_t d, uint64_t n, size_t parts, const tro_part *part,
                      const uint64_t *counts, tro_stream *stream, double *z, double *scratch)
{
    double *sum = scratch, inverse = 1.0 / (double)n;
    tro_stream_key key = {.purpose = TRO_FOR_OUTPUTS};
    key.seed = tro_stream_next(stream);
    key.replicate = tro_stream_next(stream);
    for (size_t k = 0; k < parts; k++) {
        if (counts[k] == 0 || !part[k].draw)
            continue;
        key.agent = k;
        tro_stream own = tro_stream_of(&key);
        memset(sum, 0, d * sizeof *sum);
        part[k].draw(part[k].context, counts[k], &own, sum, scratch + d);
        for (size_t i = 0; i < d; i++)
            z[i] += inverse * sum[i];
    }
}

/* The mean of n outputs: normal noise plus the counts' mixture of means, plus
 * what is not normal. */
static void gaussian_sample(const tro_space *space, uint64_t n, size_t parts,
                            const tro_part *part, const uint64_t *counts, tro_stream *stream,
                            double *z, double *scratch)
{
    size_t d = space->width;
    double inverse = 1.0 / (double)n;
    const tro_spread *one = one_variance(parts, part, counts);
    if (one) {
        double scale = sqrt(one->variance * inverse);
        tro_stream_normals(stream, d, z);
        for (size_t i = 0; i < d; i++)
            z[i] *= scale;
    } else {
        memset(z, 0, d * sizeof *z);
        add_diagonal_noise(d, inverse, parts, part, counts, stream, z, scratch);
        add_full_noise(d, inverse, parts, part, counts, stream, z, scratch);
    }
    int drawn = 0;
    for (size_t k = 0; k < parts; k++) {
        double weight = (double)counts[k] * inverse;
        const double *law = part[k].law;
        drawn |= counts[k] > 0 && part[k].draw;
        if (is_normal(&part[k], counts[k]))
            for (size_t i = 0; i < d; i++)
                z[i] += weight * law[i];
    }
    if (drawn)
        add_drawn(d, n, parts, part, counts, stream, z, scratch);
}

static size_t gaussian_scratch_size(const tro_space *space)
{
    size_t d = space->width;
    return (d <= TRO_FULL_LIMIT ? d * d : d) + 4 * d;   /* the draws of curators need most */
}

const tro_family tro_family_gaussian = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_FAMILY, .name = "gaussian",
               .summary = "Real vectors, normal with a fixed covariance; training moves the "
                          "mean.",
               .reference = "location family: maximum likelihood matches the mean",
               .table = {"gaussian", gaussian_params,
                         sizeof gaussian_params / sizeof *gaussian_params,
                         sizeof(gaussian_config)}},
    .law = TRO_LOCATION,
    .law_table = &tro_gaussian_law_table,
    .reward_table = &tro_reward_table,
    .prepare = gaussian_prepare,
    .read_law = gaussian_read_law,
    .read_reward = gaussian_read_reward,
    .alignment = gaussian_alignment,
    .alignment_gradient = gaussian_alignment_gradient,
    .sample = gaussian_sample,
    .scratch_size = gaussian_scratch_size,
};
