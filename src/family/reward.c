#include "family/reward.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

typedef struct reward_config {
    tro_vector linear, centre;
    const tro_node *curvature;
    tro_draw_normal normal;
    tro_draw_uniform uniform;
} reward_config;

static const tro_param reward_params[] = {
    {.key = "linear", .type = TRO_P_VECTOR, .flags = TRO_P_MAIN,
     .offset = offsetof(reward_config, linear), .unit = "reward/coordinate",
     .doc = "Gradient g of the reward at the centre; one number stands for all coordinates."},
    {.key = "curvature", .type = TRO_P_NODE, .offset = offsetof(reward_config, curvature),
     .unit = "reward/coordinate^2",
     .doc = "Q in r(x) = g.x - (x-c)'Q(x-c)/2: a number, a list (diagonal) or a symmetric "
            "matrix."},
    {.key = "centre", .type = TRO_P_VECTOR, .offset = offsetof(reward_config, centre),
     .fallback = "0", .unit = "coordinate", .doc = "Where the curved part is largest."},
    {.key = "normal", .type = TRO_P_RECORD, .offset = offsetof(reward_config, normal),
     .table = &tro_draw_normal_table,
     .doc = "Instead of `linear`: every number of g is drawn, once, from the seed."},
    {.key = "uniform", .type = TRO_P_RECORD, .offset = offsetof(reward_config, uniform),
     .table = &tro_draw_uniform_table, .doc = "The same, evenly between two numbers."},
};

const tro_table tro_reward_table = {
    "reward", reward_params, sizeof reward_params / sizeof *reward_params,
    sizeof(reward_config)};

/* Spreads one number over all coordinates, or checks the length. */
static int fit(const tro_reader *reader, const tro_node *node, const char *key,
               const tro_vector *given, size_t dimension, const double **out)
{
    if (given->count != 0 && given->count != 1 && given->count != dimension)
        return tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(node, key),
                         "%s has %zu numbers, but the dimension is %zu", key, given->count,
                         dimension);
    double *values = TRO_NEW(reader->arena, double, dimension);
    if (!values)
        return TRO_ENOMEM;
    for (size_t k = 0; k < dimension && given->count > 0; k++)
        values[k] = given->values[given->count == 1 ? 0 : k];
    *out = values;
    return TRO_OK;
}

static int read_matrix(const tro_reader *reader, const tro_node *node, size_t dimension,
                       const double **out)
{
    if (dimension > TRO_FULL_LIMIT)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "a curvature matrix is for at most %d coordinates, found dimension %zu",
                         TRO_FULL_LIMIT, dimension);
    double *matrix = TRO_NEW(reader->arena, double, dimension * dimension);
    if (!matrix)
        return TRO_ENOMEM;
    if (node->count != dimension)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "curvature has %zu rows, but the dimension is %zu", node->count,
                         dimension);
    for (size_t i = 0; i < dimension; i++) {
        tro_vector row;
        int status = tro_read_vector(reader, node->items[i], "curvature", &row);
        if (status < 0)
            return status;
        if (row.count != dimension)
            return tro_error(reader->messages, TRO_ESCENARIO, &node->items[i]->place,
                             "row %zu of the curvature has %zu numbers, but the dimension is "
                             "%zu", i + 1, row.count, dimension);
        memcpy(matrix + i * dimension, row.values, dimension * sizeof *matrix);
    }
    for (size_t i = 0; i < dimension; i++)
        for (size_t j = 0; j < i; j++)
            if (matrix[i * dimension + j] != matrix[j * dimension + i])
                return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                                 "curvature is a symmetric matrix, found %g in row %zu, column "
                                 "%zu and %g across the diagonal", matrix[i * dimension + j],
                                 i + 1, j + 1, matrix[j * dimension + i]);
    *out = matrix;
    return TRO_OK;
}

static int read_curvature(const tro_reader *reader, const tro_node *record,
                          const tro_node *node, size_t dimension, tro_reward *reward)
{
    tro_vector given;
    if (!node)
        return TRO_OK;
    if (node->kind == TRO_LIST && node->count > 0 && node->items[0]->kind == TRO_LIST) {
        reward->full = 1;
        return read_matrix(reader, node, dimension, &reward->curvature);
    }
    int status = tro_read_vector(reader, node, "curvature", &given);
    if (status < 0)
        return status;
    return fit(reader, record, "curvature", &given, dimension, &reward->curvature);
}

int tro_reward_make(const tro_reader *reader, const tro_node *node, const tro_vector *linear,
                    const tro_node *curvature, const tro_vector *centre, size_t dimension,
                    const tro_reward **out)
{
    tro_reward *reward = TRO_NEW(reader->arena, tro_reward, 1);
    if (!reward)
        return TRO_ENOMEM;
    reward->dimension = dimension;
    if (linear->count == 0 && !curvature)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "a reward needs 'linear' or 'curvature'");
    int status = fit(reader, node, "linear", linear, dimension, &reward->linear);
    if (status == TRO_OK)
        status = fit(reader, node, "centre", centre, dimension, &reward->centre);
    if (status == TRO_OK)
        status = read_curvature(reader, node, curvature, dimension, reward);
    *out = reward;
    return status;
}

/* The linear part, when it is drawn. */
static int draw_linear(const tro_reader *reader, tro_lottery *lottery, const tro_node *node,
                       size_t dimension, reward_config *config)
{
    if (!config->normal.self && !config->uniform.self)
        return TRO_OK;
    if ((config->linear.count > 0) + !!config->normal.self + !!config->uniform.self != 1)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "a reward has one of 'linear', 'normal' and 'uniform', found several");
    config->linear = (tro_vector){TRO_NEW(reader->arena, double, dimension), dimension};
    if (!config->linear.values)
        return TRO_ENOMEM;
    if (config->normal.self)
        return tro_draw_normals(reader, lottery, &config->normal, dimension,
                                config->linear.values);
    return tro_draw_uniforms(reader, lottery, &config->uniform, dimension, config->linear.values);
}

int tro_reward_read(const tro_reader *reader, tro_lottery *lottery, const tro_node *node,
                    size_t dimension, const tro_reward **out)
{
    reward_config config;
    int status = tro_read_record(reader, node, &tro_reward_table, NULL, &config);
    if (status == TRO_OK)
        status = draw_linear(reader, lottery, node, dimension, &config);
    return status < 0 ? status
                      : tro_reward_make(reader, node, &config.linear, config.curvature,
                                        &config.centre, dimension, out);
}

double tro_reward_at(const tro_reward *reward, const double *x)
{
    size_t d = reward->dimension;
    double sum = 0;
    for (size_t i = 0; i < d; i++)
        sum += reward->linear[i] * x[i];
    if (!reward->curvature)
        return sum;
    for (size_t i = 0; i < d; i++) {
        double away = x[i] - reward->centre[i], bent = 0;
        if (!reward->full)
            bent = reward->curvature[i] * away;
        else
            for (size_t j = 0; j < d; j++)
                bent += reward->curvature[i * d + j] * (x[j] - reward->centre[j]);
        sum -= 0.5 * away * bent;
    }
    return sum;
}

void tro_reward_gradient(const tro_reward *reward, const double *x, double *gradient)
{
    size_t d = reward->dimension;
    for (size_t i = 0; i < d; i++) {
        double slope = reward->linear[i];
        if (reward->curvature && !reward->full)
            slope -= reward->curvature[i] * (x[i] - reward->centre[i]);
        for (size_t j = 0; reward->full && j < d; j++)
            slope -= reward->curvature[i * d + j] * (x[j] - reward->centre[j]);
        gradient[i] = slope;
    }
}

double tro_reward_bias(const tro_reward *reward, const tro_spread *spread)
{
    if (!reward->curvature)
        return 0;
    return -0.5 * tro_spread_trace(spread, reward->curvature, reward->full);
}
