/* Reading the outcomes and prompts of tables, and what laws, rewards and
 * channels on them share. */
#include "family/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int tro_node_is_rows(const tro_node *node)
{
    return node->kind == TRO_LIST && node->count > 0 && node->items[0]->kind == TRO_LIST;
}

int tro_finite_need_points(const tro_reader *reader, const tro_space *space,
                           const tro_place *place, const char *what)
{
    if (space->points)
        return TRO_OK;
    return tro_error(reader->messages, TRO_ESCENARIO, place,
                     "'%s' needs outcomes with coordinates, found only %s: give 'coordinates' "
                     "under 'outcomes'", what,
                     tro_finite_of(space)->labels ? "labels" : "a number of them");
}

/* --- weights --------------------------------------------------------------- */

/* Sums to 1 within this: said nothing about. */
static const double SLACK = 1e-9;

/* Their sum when it is not 1, else 1; 0 when they are all 0. */
static double scale(size_t count, double *weights)
{
    double sum = 0, largest = 0;
    for (size_t k = 0; k < count; k++) {
        sum += weights[k];
        largest = fmax(largest, weights[k]);
    }
    double total = sum;
    if (isinf(sum)) {
        total = 0;
        for (size_t k = 0; k < count; k++)
            total += weights[k] /= largest;
    }
    for (size_t k = 0; k < count && total > 0; k++)
        weights[k] /= total;
    return fabs(sum - 1) <= SLACK ? 1 : sum;
}

int tro_weights_scale(const tro_reader *reader, const tro_place *place, const char *what,
                      size_t count, double *weights)
{
    double sum = scale(count, weights);
    if (sum == 0)
        return tro_error(reader->messages, TRO_ESCENARIO, place,
                         "the %s are all 0: at least one must be above", what);
    if (sum != 1)
        tro_note(reader->messages, place, "the %s sum to %.12g; they are scaled to sum to 1", what,
                 sum);
    return TRO_OK;
}

static int check_row(const tro_reader *reader, const tro_node *row, const char *what,
                     size_t count, const double *values)
{
    int status = TRO_OK;
    for (size_t k = 0; k < count; k++)
        if (!(values[k] >= 0))
            status = tro_error(reader->messages, TRO_ESCENARIO, &row->items[k]->place,
                               "%s must be at least 0, found '%g'", what, values[k]);
    return status;
}

int tro_stochastic_scale(const tro_reader *reader, const tro_node *node, const char *what,
                         size_t size, tro_matrix *matrix)
{
    int status = TRO_OK, scaled = 0;
    if (matrix->rows != size || matrix->columns != size)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "%s has %zu rows and %zu columns, a %zux%zu matrix would be right", what,
                         matrix->rows, matrix->columns, size, size);
    for (size_t i = 0; i < size; i++) {
        double *row = matrix->values + i * size;
        if (check_row(reader, node->items[i], what, size, row) < 0) {
            status = TRO_ESCENARIO;
            continue;
        }
        double sum = scale(size, row);
        scaled |= sum != 1;
        if (sum == 0)
            status = tro_error(reader->messages, TRO_ESCENARIO, &node->items[i]->place,
                               "row %zu of '%s' is all 0: at least one entry must be above", i + 1,
                               what);
    }
    if (status == TRO_OK && scaled)
        tro_note(reader->messages, &node->place, "the rows of '%s' are scaled to sum to 1", what);
    return status;
}

/* --- names ------------------------------------------------------------------- */

typedef struct numbered {
    const char *name;
    size_t index;
} numbered;

static int compare_names(const void *left, const void *right)
{
    const numbered *a = left, *b = right;
    int order = strcmp(a->name, b->name);
    return order ? order : (a->index > b->index) - (a->index < b->index);
}

static int check_names(const tro_reader *reader, const tro_texts *names, const char *what)
{
    int status = TRO_OK;
    numbered *sorted = tro_allocate(names->count, sizeof *sorted);
    if (!sorted)
        return TRO_ENOMEM;
    for (size_t k = 0; k < names->count; k++)
        sorted[k] = (numbered){names->items[k], k};
    qsort(sorted, names->count, sizeof *sorted, compare_names);
    for (size_t k = 1; k < names->count; k++)
        if (strcmp(sorted[k].name, sorted[k - 1].name) == 0)
            status = tro_error(reader->messages, TRO_ESCENARIO,
                               &names->nodes[sorted[k].index]->place, "two %s are called '%s'",
                               what, sorted[k].name);
    tro_release(sorted);
    return status;
}

/* --- outcomes ------------------------------------------------------------------ */

/* The coordinates: count rows of `dimension`. */
typedef struct points {
    const double *values;
    size_t count, dimension;
} points;

typedef struct grid_config {
    const tro_node *axes;
} grid_config;

static const tro_param grid_params[] = {
    {.key = "grid", .type = TRO_P_NODE, .flags = TRO_P_REQUIRED,
     .offset = offsetof(grid_config, axes)},
};
static const tro_table grid_table = {"coordinates", grid_params, 1, sizeof(grid_config)};

/* Every combination of the axes' values, the last axis fastest. */
static int combine(const tro_reader *reader, const tro_vector *axis, size_t axes, points *out)
{
    double *values = TRO_NEW(reader->arena, double, out->count * axes);
    if (!values)
        return TRO_ENOMEM;
    for (size_t x = 0; x < out->count; x++)
        for (size_t k = axes, rest = x; k-- > 0; rest /= axis[k].count)
            values[x * axes + k] = axis[k].values[rest % axis[k].count];
    out->values = values;
    out->dimension = axes;
    return TRO_OK;
}

static int read_grid(const tro_reader *reader, const tro_node *node, points *out)
{
    grid_config config;
    int status = tro_read_record(reader, node, &grid_table, NULL, &config);
    if (status < 0)
        return status;
    const tro_node *axes = config.axes;
    if (axes->kind != TRO_LIST || axes->count == 0)
        return tro_error(reader->messages, TRO_ESCENARIO, &axes->place,
                         "grid is a list of axes, each a list of numbers or {linspace: [first, "
                         "last, count]}");
    tro_vector *axis = TRO_NEW(reader->arena, tro_vector, axes->count);
    if (!axis)
        return TRO_ENOMEM;
    out->count = 1;
    for (size_t k = 0; k < axes->count && status != TRO_ENOMEM; k++) {
        int read = tro_read_vector(reader, axes->items[k], "grid", &axis[k]);
        status = read < 0 ? read : status;
        if (status < 0)
            continue;
        if (axis[k].count > TRO_CELL_LIMIT / out->count)
            return tro_error(reader->messages, TRO_ESCENARIO, &axes->place,
                             "the grid has too many points: at most %d outcomes",
                             TRO_CELL_LIMIT);
        out->count *= axis[k].count;
    }
    return status < 0 ? status : combine(reader, axis, axes->count, out);
}

static int read_points(const tro_reader *reader, const tro_node *node, points *out)
{
    tro_matrix matrix;
    tro_vector line;
    int status;
    *out = (points){0};
    if (!node)
        return TRO_OK;
    if (tro_node_get(node, "grid")) {
        status = read_grid(reader, node, out);
    } else if (tro_node_is_rows(node)) {
        status = tro_read_matrix(reader, node, "coordinates", &matrix);
        *out = (points){matrix.values, matrix.rows, matrix.columns};
    } else {
        status = tro_read_vector(reader, node, "coordinates", &line);
        *out = (points){line.values, line.count, 1};
    }
    return status;
}

static int disagree(const tro_reader *reader, const tro_node *node, const char *key,
                    size_t found, const char *what, size_t wanted)
{
    return tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(node, key),
                     "%zu %s, but there are %zu %s", found, key, wanted, what);
}

/* The number of outcomes, on which all that say it must agree. */
static int count_outcomes(const tro_reader *reader, const tro_node *node,
                          const tro_finite_config *config, const points *at, size_t *count)
{
    size_t given = config->outcomes == TRO_NO_WHOLE ? 0 : (size_t)config->outcomes;
    size_t labels = config->labels.count;
    *count = given ? given : at->count ? at->count : labels;
    if (*count == 0)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "finite outcomes need 'coordinates', 'labels' or how many 'outcomes' "
                         "there are");
    if (at->count && at->count != *count)
        return disagree(reader, node, "coordinates", at->count, "outcomes", *count);
    if (labels && labels != *count)
        return disagree(reader, node, "labels", labels, given ? "outcomes" : "coordinates",
                        *count);
    return TRO_OK;
}

/* --- prompts --------------------------------------------------------------------- */

typedef struct prompts_config {
    tro_texts names;
    long long count;
} prompts_config;

static const tro_param names_param = {
    .key = "prompts", .type = TRO_P_TEXTS, .flags = TRO_P_MAIN,
    .offset = offsetof(prompts_config, names)};
static const tro_param count_param = {
    .key = "prompts", .type = TRO_P_WHOLE, .flags = TRO_P_MAIN | TRO_P_BOUNDED,
    .offset = offsetof(prompts_config, count), .min = 1, .max = TRO_CELL_LIMIT};
static const tro_table names_table = {"prompts", &names_param, 1, sizeof(prompts_config)};
static const tro_table count_table = {"prompts", &count_param, 1, sizeof(prompts_config)};

static int read_prompts(const tro_reader *reader, const tro_node *node, tro_finite *finite,
                        size_t *count)
{
    prompts_config config;
    double number;
    *count = 1;
    if (!node)
        return TRO_OK;
    if (node->kind == TRO_MAP || (node->kind == TRO_LIST && node->count == 0) ||
        (node->kind == TRO_SCALAR && !tro_parse_real(node->text, &number)))
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "prompts must be a list of names, or how many there are");
    int named = node->kind == TRO_LIST;
    int status = tro_read_record(reader, node, named ? &names_table : &count_table, NULL,
                                 &config);
    if (status < 0)
        return status;
    *count = named ? config.names.count : (size_t)config.count;
    finite->prompts = named ? config.names.items : NULL;
    return named ? check_names(reader, &config.names, "prompts") : TRO_OK;
}

static int read_even_spill(const tro_reader *reader, const tro_node *node, size_t size,
                           double *share)
{
    int status = tro_read_real(reader, node, "spill", share);
    if (status < 0)
        return status;
    if (!(*share >= 0 && *share <= 1))
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "spill must be between 0 and 1, or a matrix, found '%s'", node->text);
    if (*share > 0 && size == 1)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "one prompt has no other to spill to");
    return TRO_OK;
}

static int read_spill(const tro_reader *reader, const tro_node *node, size_t size,
                      tro_finite *finite)
{
    tro_matrix matrix = {0};
    int status;
    if (!node)
        return TRO_OK;
    if (node->kind == TRO_LIST) {
        status = tro_read_matrix(reader, node, "spill", &matrix);
        if (status == TRO_OK)
            status = tro_stochastic_scale(reader, node, "spill", size, &matrix);
    } else {
        status = read_even_spill(reader, node, size, &finite->even_spill);
    }
    finite->spill = matrix.values;
    if (status == TRO_OK && (matrix.values || finite->even_spill > 0) && !finite->stay)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "'spill' goes with 'prompt-marginals: stay': where prompts travel, "
                         "outputs keep theirs");
    return status;
}

/* --- the space --------------------------------------------------------------------- */

static int worse(int one, int other)
{
    return one == TRO_ENOMEM || other == TRO_OK ? one : other;
}

int tro_finite_prepare(const tro_reader *reader, const tro_node *node, tro_space *space)
{
    const tro_finite_config *config = space->config;
    tro_finite *finite = TRO_NEW(reader->arena, tro_finite, 1);
    points at;
    size_t outcomes = 0, prompts = 1;
    if (!finite)
        return TRO_ENOMEM;
    finite->stay = config->marginals;
    int status = read_points(reader, config->coordinates, &at);
    if (status == TRO_OK)
        status = count_outcomes(reader, node, config, &at, &outcomes);
    if (config->labels.count > 0) {
        finite->labels = config->labels.items;
        status = worse(status, check_names(reader, &config->labels, "outcomes"));
    }
    int read = read_prompts(reader, config->prompts, finite, &prompts);
    if (read == TRO_OK)
        read = read_spill(reader, config->spill, prompts, finite);
    status = worse(status, read);
    if (status < 0)
        return status;
    if (outcomes > TRO_CELL_LIMIT / prompts)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "%zu prompts times %zu outcomes are too many: at most %d probabilities",
                         prompts, outcomes, TRO_CELL_LIMIT);
    space->config = finite;
    space->width = prompts * outcomes;
    space->coordinates = at.dimension;
    space->blocks = prompts;
    space->outcomes = outcomes;
    space->points = at.values;
    return TRO_OK;
}
