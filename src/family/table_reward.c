/* Reading rewards on finitely many outcomes. */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "family/table.h"

typedef struct peak_config {
    const tro_node *self;
    tro_vector at;
    double width, height;
} peak_config;

static const tro_param peak_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(peak_config, self)},
    {.key = "at", .type = TRO_P_VECTOR, .flags = TRO_P_REQUIRED,
     .offset = offsetof(peak_config, at), .unit = "coordinate",
     .doc = "Where it is, c; one number stands for all coordinates."},
    {.key = "width", .type = TRO_P_REAL, .flags = TRO_P_REQUIRED | TRO_P_BOUNDED | TRO_P_OPEN_MIN,
     .offset = offsetof(peak_config, width), .min = 0, .max = INFINITY, .unit = "coordinate",
     .doc = "How wide it is, s."},
    {.key = "height", .type = TRO_P_REAL, .offset = offsetof(peak_config, height),
     .fallback = "1", .unit = "reward", .doc = "How high it is, h; below 0 it is a pit."},
};

typedef struct disc_config {
    const tro_node *self;
    tro_vector at;
    double radius, height, outside, slope;
} disc_config;

static const tro_param disc_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(disc_config, self)},
    {.key = "at", .type = TRO_P_VECTOR, .flags = TRO_P_REQUIRED,
     .offset = offsetof(disc_config, at), .unit = "coordinate",
     .doc = "Its centre, c; one number stands for all coordinates."},
    {.key = "radius", .type = TRO_P_REAL, .flags = TRO_P_REQUIRED | TRO_P_BOUNDED,
     .offset = offsetof(disc_config, radius), .min = 0, .max = INFINITY, .unit = "coordinate",
     .doc = "Its radius, R; what is on the edge but for rounding belongs to it."},
    {.key = "height", .type = TRO_P_REAL, .offset = offsetof(disc_config, height),
     .fallback = "1", .unit = "reward", .doc = "The reward in it, h."},
    {.key = "outside", .type = TRO_P_REAL, .offset = offsetof(disc_config, outside),
     .fallback = "0", .unit = "reward", .doc = "The reward just outside, b."},
    {.key = "slope", .type = TRO_P_REAL, .offset = offsetof(disc_config, slope),
     .fallback = "0", .unit = "reward/coordinate", .doc = "How fast it falls from there, a."},
};

static const tro_table disc_table = {
    "disc", disc_params, sizeof disc_params / sizeof *disc_params, sizeof(disc_config)};

static const tro_table peak_table = {
    "peak", peak_params, sizeof peak_params / sizeof *peak_params, sizeof(peak_config)};

typedef struct reward_config {
    tro_vector values;
    const tro_node *table;     /* `values` of all rows */
    tro_vector linear, centre;
    const tro_node *curvature;
    peak_config peak;
    disc_config disc;
    tro_draw_normal normal;
    tro_draw_uniform uniform;
    tro_data_column column;
    const tro_node *per_prompt;
    tro_vector prompts;
} reward_config;

#define SHAPES \
    {.key = "linear", .type = TRO_P_VECTOR, .offset = offsetof(reward_config, linear), \
     .unit = "reward/coordinate", \
     .doc = "g in r(x) = g.x - (x-c)'Q(x-c)/2 at the coordinates x; one number stands for all " \
            "coordinates."}, \
    {.key = "curvature", .type = TRO_P_NODE, .offset = offsetof(reward_config, curvature), \
     .unit = "reward/coordinate^2", \
     .doc = "Q in the same: a number, a list (diagonal) or a symmetric matrix."}, \
    {.key = "centre", .type = TRO_P_VECTOR, .offset = offsetof(reward_config, centre), \
     .fallback = "0", .unit = "coordinate", .doc = "c in the same."}, \
    {.key = "peak", .type = TRO_P_RECORD, .offset = offsetof(reward_config, peak), \
     .table = &peak_table, .doc = "r(x) = h exp(-|x-c|^2 / (2 s^2)) at the coordinates x."}, \
    {.key = "disc", .type = TRO_P_RECORD, .offset = offsetof(reward_config, disc), \
     .table = &disc_table, \
     .doc = "r(x) = h where |x-c| <= R, else b - a (|x-c| - R), at the coordinates x."}, \
    {.key = "normal", .type = TRO_P_RECORD, .offset = offsetof(reward_config, normal), \
     .table = &tro_draw_normal_table, \
     .doc = "The reward of every outcome is drawn, once, from the seed."}, \
    {.key = "uniform", .type = TRO_P_RECORD, .offset = offsetof(reward_config, uniform), \
     .table = &tro_draw_uniform_table, .doc = "The same, evenly between two numbers."}, \
    {.key = "column", .type = TRO_P_RECORD, .offset = offsetof(reward_config, column), \
     .table = &tro_data_column_table, .doc = "Rewards from a file, a row for each outcome."}

static const tro_param row_params[] = {
    {.key = "values", .type = TRO_P_VECTOR, .flags = TRO_P_MAIN,
     .offset = offsetof(reward_config, values), .unit = "reward",
     .doc = "The reward of each outcome."},
    SHAPES,
};

const tro_table tro_outcome_reward_table = {
    "reward", row_params, sizeof row_params / sizeof *row_params, sizeof(reward_config)};

static const tro_param rows_params[] = {
    {.key = "values", .type = TRO_P_NODE, .flags = TRO_P_MAIN,
     .offset = offsetof(reward_config, table), .unit = "reward",
     .doc = "The reward of each outcome: a list for all prompts, or a row for each prompt."},
    SHAPES,
    {.key = "per-prompt", .type = TRO_P_NODE, .offset = offsetof(reward_config, per_prompt),
     .doc = "A list of rewards, one for each prompt."},
    {.key = "prompts", .type = TRO_P_VECTOR, .flags = TRO_P_BOUNDED,
     .offset = offsetof(reward_config, prompts), .min = 0, .max = INFINITY,
     .doc = "At which prompts alignment is taken: the weight of each, scaled to sum to 1. "
            "Default: as often as the agent's outputs have them."},
};

const tro_table tro_prompt_reward_table = {
    "reward", rows_params, sizeof rows_params / sizeof *rows_params, sizeof(reward_config)};

/* Which of the ways to give a reward a map takes; the keys of one way stand
 * together. */
static int check_form(const tro_reader *reader, const tro_node *node, int rows)
{
    static const char *const ways[][3] = {
        {"values"}, {"linear", "curvature", "centre"}, {"peak"}, {"disc"}, {"normal"}, {"uniform"},
        {"column"}, {"per-prompt"}};
    size_t count = 0;
    if (node->kind != TRO_MAP)
        return TRO_OK;
    for (size_t k = 0; k < sizeof ways / sizeof *ways; k++) {
        int taken = 0;
        for (size_t i = 0; i < 3 && ways[k][i]; i++)
            taken |= tro_node_get(node, ways[k][i]) != NULL;
        count += taken != 0;
    }
    if (count == 1)
        return TRO_OK;
    return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                     "a reward is one of 'values', 'linear' with 'curvature' and 'centre', "
                     "'peak', 'disc', 'normal', 'uniform'%s found %s",
                     rows ? ", 'column' and 'per-prompt'," : " and 'column',",
                     count ? "several" : "none");
}

static int copy_values(const tro_reader *reader, const tro_space *space, const tro_place *place,
                       const tro_vector *given, double *values)
{
    if (given->count != space->outcomes)
        return tro_error(reader->messages, TRO_ESCENARIO, place,
                         "%zu reward%s, but there are %zu outcomes", given->count,
                         given->count == 1 ? "" : "s", space->outcomes);
    memcpy(values, given->values, given->count * sizeof *values);
    return TRO_OK;
}

static int read_quadratic(const tro_reader *reader, const tro_space *space, const tro_node *node,
                          const reward_config *config, double *values)
{
    const tro_reward *reward;
    const char *key = config->linear.count ? "linear" : config->curvature ? "curvature" : "centre";
    int status = tro_finite_need_points(reader, space, tro_place_of(node, key), key);
    if (status == TRO_OK)
        status = tro_reward_make(reader, node, &config->linear, config->curvature,
                                 &config->centre, space->coordinates, &reward);
    for (size_t x = 0; status == TRO_OK && x < space->outcomes; x++)
        values[x] = tro_reward_at(reward, space->points + x * space->coordinates);
    return status;
}

/* |x - c| / scale of every outcome, into values. `record` is what c is the `at` of. */
static int read_distances(const tro_reader *reader, const tro_space *space,
                          const tro_node *record, const char *what, const tro_vector *at,
                          double scale, double *values)
{
    size_t d = space->coordinates;
    int status = tro_finite_need_points(reader, space, &record->place, what);
    if (status < 0)
        return status;
    if (at->count != 1 && at->count != d)
        return tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(record, "at"),
                         "at has %zu numbers, but outcomes have %zu coordinate%s", at->count, d,
                         d == 1 ? "" : "s");
    for (size_t x = 0; x < space->outcomes; x++) {
        double length = 0;
        for (size_t k = 0; k < d; k++)
            length = hypot(length, (space->points[x * d + k] -
                                    at->values[at->count == 1 ? 0 : k]) / scale);
        values[x] = length;
    }
    return TRO_OK;
}

static int read_peak(const tro_reader *reader, const tro_space *space, const peak_config *config,
                     double *values)
{
    int status = read_distances(reader, space, config->self, "peak", &config->at, config->width,
                                values);
    for (size_t x = 0; status == TRO_OK && x < space->outcomes; x++)
        values[x] = config->height * exp(-0.5 * values[x] * values[x]);
    return status;
}

/* An edge through points of a grid is no accident: those belong to the disc. */
static int read_disc(const tro_reader *reader, const tro_space *space, const disc_config *config,
                     double *values)
{
    double edge = config->radius * (1 + 1e-12);
    int status = read_distances(reader, space, config->self, "disc", &config->at, 1, values);
    for (size_t x = 0; status == TRO_OK && x < space->outcomes; x++)
        values[x] = values[x] <= edge
                        ? config->height
                        : config->outside - config->slope * (values[x] - config->radius);
    return status;
}

/* The rewards of one row. `place` is that of `values`. */
static int fill_row(const tro_reader *reader, const tro_space *space, const tro_node *node,
                    const reward_config *config, double *values)
{
    tro_vector given = config->values;
    const tro_place *place = tro_place_of(node, "values");
    if (config->peak.self)
        return read_peak(reader, space, &config->peak, values);
    if (config->disc.self)
        return read_disc(reader, space, &config->disc, values);
    if (config->normal.self)
        return tro_draw_normals(reader, space->lottery, &config->normal, space->outcomes, values);
    if (config->uniform.self)
        return tro_draw_uniforms(reader, space->lottery, &config->uniform, space->outcomes, values);
    if (config->column.self) {
        int status = tro_outcomes_column(reader, space, &config->column, NULL, &given);
        if (status < 0)
            return status;
        place = &config->column.self->place;
    } else if (given.count == 0) {
        return read_quadratic(reader, space, node, config, values);
    }
    return copy_values(reader, space, place, &given, values);
}

static int check_finite(const tro_reader *reader, const tro_space *space, const tro_node *node,
                        size_t count, const double *values)
{
    for (size_t k = 0; k < count; k++)
        if (!isfinite(values[k]))
            return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                             "the reward of outcome %zu (counted from 0) overflows",
                             k % space->outcomes);
    return TRO_OK;
}

static int read_row(const tro_reader *reader, const tro_space *space, const tro_node *node,
                    double *values)
{
    reward_config config;
    int status = tro_read_record(reader, node, &tro_outcome_reward_table, NULL, &config);
    if (status == TRO_OK)
        status = check_form(reader, node, 0);
    if (status == TRO_OK)
        status = fill_row(reader, space, node, &config, values);
    return status < 0 ? status : check_finite(reader, space, node, space->outcomes, values);
}

static int make(const tro_reader *reader, const tro_space *space, double **values,
                tro_reward **reward, const tro_reward **out)
{
    *values = TRO_NEW(reader->arena, double, space->width);
    *out = *reward = TRO_NEW(reader->arena, tro_reward, 1);
    if (!*values || !*reward)
        return TRO_ENOMEM;
    (*reward)->values = *values;
    return TRO_OK;
}

int tro_finite_read_reward(const tro_reader *reader, const tro_space *space,
                           const tro_node *node, const tro_reward **out)
{
    tro_reward *reward;
    double *values;
    int status = make(reader, space, &values, &reward, out);
    return status < 0 ? status : read_row(reader, space, node, values);
}

/* --- all rows --------------------------------------------------------------- */

static int read_table(const tro_reader *reader, const tro_space *space, const tro_node *node,
                      double *values)
{
    tro_matrix given;
    int status = tro_read_matrix(reader, node, "values", &given);
    if (status < 0)
        return status;
    if (given.rows != space->blocks || given.columns != space->outcomes)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "%zu rows of %zu rewards, but there are %zu prompts and %zu outcomes",
                         given.rows, given.columns, space->blocks, space->outcomes);
    memcpy(values, given.values, space->width * sizeof *values);
    return TRO_OK;
}

static int read_each(const tro_reader *reader, const tro_space *space, const tro_node *node,
                     double *values)
{
    int status = TRO_OK;
    if (node->kind != TRO_LIST || node->count != space->blocks)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "per-prompt must be a list of %zu rewards, one for each prompt, found "
                         "%zu", space->blocks, node->kind == TRO_LIST ? node->count : 1);
    for (size_t c = 0; c < node->count && status != TRO_ENOMEM; c++) {
        int read = read_row(reader, space, node->items[c], values + c * space->outcomes);
        status = read < 0 ? read : status;
    }
    return status;
}

static int fill_rows(const tro_reader *reader, const tro_space *space, const tro_node *node,
                     reward_config *config, double *values)
{
    size_t n = space->outcomes;
    int status = TRO_OK;
    if (config->per_prompt)
        return read_each(reader, space, config->per_prompt, values);
    if (config->table && tro_node_is_rows(config->table))
        return read_table(reader, space, config->table, values);
    if (config->table)
        status = tro_read_vector(reader, config->table, "values", &config->values);
    if (status == TRO_OK)
        status = fill_row(reader, space, node, config, values);
    for (size_t c = 1; status == TRO_OK && c < space->blocks; c++)
        memcpy(values + c * n, values, n * sizeof *values);
    return status;
}

static int read_weights(const tro_reader *reader, const tro_space *space, const tro_node *node,
                        const tro_vector *given, tro_reward *reward)
{
    const tro_place *place = tro_place_of(node, "prompts");
    if (given->count == 0)
        return TRO_OK;
    if (given->count != space->blocks)
        return tro_error(reader->messages, TRO_ESCENARIO, place,
                         "%zu weights of prompts, but there are %zu prompts", given->count,
                         space->blocks);
    reward->prompts = given->values;
    return tro_weights_scale(reader, place, "weights of the prompts", given->count,
                             given->values);
}

int tro_finite_read_rewards(const tro_reader *reader, const tro_space *space,
                            const tro_node *node, const tro_reward **out)
{
    reward_config config;
    tro_reward *reward;
    double *values;
    int status = make(reader, space, &values, &reward, out);
    if (status == TRO_OK)
        status = tro_read_record(reader, node, &tro_prompt_reward_table, NULL, &config);
    if (status == TRO_OK)
        status = check_form(reader, node, 1);
    if (status < 0)
        return status;
    status = fill_rows(reader, space, node, &config, values);
    int weights = read_weights(reader, space, node, &config.prompts, reward);
    if (status == TRO_OK)
        status = check_finite(reader, space, node, space->width, values);
    return status < 0 ? status : weights;
}
