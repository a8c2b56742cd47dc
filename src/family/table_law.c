/* Reading laws on finitely many outcomes. */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "family/table.h"

/* --- a law of one row -------------------------------------------------------- */

typedef struct normal_config {
    const tro_node *self;
    tro_vector mean, sd;
} normal_config;

static const tro_param normal_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(normal_config, self)},
    {.key = "mean", .type = TRO_P_VECTOR, .flags = TRO_P_REQUIRED,
     .offset = offsetof(normal_config, mean), .unit = "coordinate",
     .doc = "Its mean; one number stands for all coordinates."},
    {.key = "sd", .type = TRO_P_VECTOR, .flags = TRO_P_REQUIRED | TRO_P_BOUNDED | TRO_P_OPEN_MIN,
     .offset = offsetof(normal_config, sd), .min = 0, .max = INFINITY, .unit = "coordinate",
     .doc = "Its standard deviations; one number stands for all coordinates."},
};

static const tro_table normal_table = {"normal", normal_params,
                                       sizeof normal_params / sizeof *normal_params,
                                       sizeof(normal_config)};

typedef struct row_config {
    tro_vector probabilities;
    normal_config normal;
    tro_data_column column;
    const char *point;
    tro_draw_dirichlet dirichlet;
    double zipf;
} row_config;

static const tro_param row_params[] = {
    {.key = "probabilities", .type = TRO_P_VECTOR, .flags = TRO_P_MAIN | TRO_P_BOUNDED,
     .offset = offsetof(row_config, probabilities), .min = 0, .max = INFINITY,
     .doc = "The probability of each outcome, scaled to sum to 1. The word `uniform` alone makes "
            "them equal."},
    {.key = "normal", .type = TRO_P_RECORD, .offset = offsetof(row_config, normal),
     .table = &normal_table,
     .doc = "The normal density at the coordinates, scaled to sum to 1."},
    {.key = "column", .type = TRO_P_RECORD, .offset = offsetof(row_config, column),
     .table = &tro_data_column_table,
     .doc = "Probabilities from a file, a row for each outcome."},
    {.key = "point", .type = TRO_P_TEXT, .offset = offsetof(row_config, point),
     .doc = "All on one outcome: its label or, without labels, its number from 0."},
    {.key = "dirichlet", .type = TRO_P_RECORD, .offset = offsetof(row_config, dirichlet),
     .table = &tro_draw_dirichlet_table, .doc = "Drawn, once, from the seed."},
    {.key = "zipf", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,
     .offset = offsetof(row_config, zipf), .min = 0, .max = 1000,
     .doc = "The first outcome, the second, ... in proportion to 1, 1/2, 1/3, ... to this power."},
};

const tro_table tro_outcome_law_table = {
    "law", row_params, sizeof row_params / sizeof *row_params, sizeof(row_config)};

/* At most one of the table's keys; at least, too, if it must have one. */
static int check_form(const tro_reader *reader, const tro_node *node, int least)
{
    int count = 0;
    if (node->kind != TRO_MAP)
        return TRO_OK;
    for (size_t k = 0; k < tro_outcome_law_table.count; k++)
        count += tro_node_get(node, tro_outcome_law_table.params[k].key) != NULL;
    if (count >= least && count <= 1)
        return TRO_OK;
    return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                     "a law is one of 'probabilities', 'normal', 'column', 'point', "
                     "'dirichlet' and 'zipf', found %s",
                     count ? "several" : "none");
}

/* 1 for the word `uniform`; an error for any other that is no number. */
static int read_word(const tro_reader *reader, const tro_node *node)
{
    static const char *const uniform = "uniform";
    double number;
    if (node->kind != TRO_SCALAR || tro_node_is_nothing(node) ||
        tro_parse_real(node->text, &number))
        return 0;
    if (strcmp(node->text, uniform) == 0)
        return 1;
    return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                     "a law must be 'uniform', a list of probabilities or a map, found '%s'%s",
                     node->text,
                     tro_nearest_word(node->text, &uniform, 1) ? " (did you mean 'uniform'?)"
                                                               : "");
}

static int read_list(const tro_reader *reader, const tro_space *space, const tro_place *place,
                     const tro_vector *given, double *law)
{
    if (given->count != space->outcomes)
        return tro_error(reader->messages, TRO_ESCENARIO, place,
                         "%zu probabilities, but there are %zu outcomes", given->count,
                         space->outcomes);
    memcpy(law, given->values, given->count * sizeof *law);
    return tro_weights_scale(reader, place, "probabilities", given->count, law);
}

static int read_column(const tro_reader *reader, const tro_space *space,
                       const tro_data_column *column, double *law)
{
    static const tro_param bounds = {.flags = TRO_P_BOUNDED, .min = 0, .max = INFINITY};
    tro_vector given;
    int status = tro_outcomes_column(reader, space, column, &bounds, &given);
    return status < 0 ? status
                      : read_list(reader, space, &column->self->place, &given, law);
}

static int check_length(const tro_reader *reader, const tro_node *record, const char *key,
                        size_t found, size_t wanted)
{
    if (found == 1 || found == wanted)
        return TRO_OK;
    return tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(record, key),
                     "%s has %zu numbers, but outcomes have %zu coordinate%s", key, found, wanted,
                     wanted == 1 ? "" : "s");
}

/* Scaled by its largest value before it is summed, so that a law far from all
 * outcomes is right as well. */
static int read_normal(const tro_reader *reader, const tro_space *space,
                       const normal_config *config, double *law)
{
    size_t d = space->coordinates;
    double largest = -INFINITY, sum = 0;
    int status = tro_finite_need_points(reader, space, &config->self->place, "normal");
    if (status == TRO_OK)
        status = check_length(reader, config->self, "mean", config->mean.count, d);
    if (status == TRO_OK)
        status = check_length(reader, config->self, "sd", config->sd.count, d);
    if (status < 0)
        return status;
    for (size_t x = 0; x < space->outcomes; x++) {
        law[x] = 0;
        for (size_t k = 0; k < d; k++) {
            double mean = config->mean.values[config->mean.count == 1 ? 0 : k];
            double sd = config->sd.values[config->sd.count == 1 ? 0 : k];
            double away = (space->points[x * d + k] - mean) / sd;
            law[x] -= 0.5 * away * away;
        }
        largest = fmax(largest, law[x]);
    }
    if (isinf(largest))
        return tro_error(reader->messages, TRO_ESCENARIO, &config->self->place,
                         "every outcome is too far from this normal law to have a probability");
    for (size_t x = 0; x < space->outcomes; x++)
        sum += law[x] = exp(law[x] - largest);
    for (size_t x = 0; x < space->outcomes; x++)
        law[x] /= sum;
    return TRO_OK;
}

static int no_outcome(const tro_reader *reader, const tro_space *space, const tro_place *place,
                      const char *point)
{
    const char *const *labels = tro_finite_of(space)->labels;
    const char *near = labels ? tro_nearest_word(point, labels, space->outcomes) : NULL;
    if (!labels)
        return tro_error(reader->messages, TRO_ESCENARIO, place,
                         "there is no outcome '%s': outcomes without labels are numbered from 0 "
                         "to %zu", point, space->outcomes - 1);
    return tro_error(reader->messages, TRO_ESCENARIO, place, "no outcome is called '%s'%s%s%s",
                     point, near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
}

int tro_finite_outcome(const tro_reader *reader, const tro_space *space, const tro_place *place,
                       const char *name, size_t *out)
{
    const char *const *labels = tro_finite_of(space)->labels;
    size_t x = 0, n = space->outcomes;
    long long number;
    if (labels)
        while (x < n && strcmp(labels[x], name) != 0)
            x++;
    else if (!tro_parse_whole(name, &number) || number < 0 || (size_t)number >= n)
        x = n;
    else
        x = (size_t)number;
    *out = x;
    return x == n ? no_outcome(reader, space, place, name) : TRO_OK;
}

static int read_point(const tro_reader *reader, const tro_space *space, const tro_place *place,
                      const char *point, double *law)
{
    size_t x;
    int status = tro_finite_outcome(reader, space, place, point, &x);
    if (status < 0)
        return status;
    memset(law, 0, space->outcomes * sizeof *law);
    law[x] = 1;
    return TRO_OK;
}

static void make_uniform(size_t count, double *law)
{
    for (size_t k = 0; k < count; k++)
        law[k] = 1 / (double)count;
}

/* Summed from the smallest on. */
static void make_zipf(size_t count, double power, double *law)
{
    double sum = 0;
    for (size_t k = count; k-- > 0;)
        sum += law[k] = pow((double)k + 1, -power);
    for (size_t k = 0; k < count; k++)
        law[k] /= sum;
}

int tro_finite_read_row(const tro_reader *reader, const tro_space *space, const tro_node *node,
                        double *law)
{
    row_config config;
    const tro_node *value = node->count == 1 ? tro_node_get(node, "probabilities") : NULL;
    if (check_form(reader, node, 0) < 0)
        return TRO_ESCENARIO;
    int word = read_word(reader, value ? value : node);
    if (word == 1)
        make_uniform(space->outcomes, law);
    if (word != 0)
        return word < 0 ? word : TRO_OK;
    int status = tro_read_record(reader, node, &tro_outcome_law_table, NULL, &config);
    if (status == TRO_OK)
        status = check_form(reader, node, 1);
    if (status < 0)
        return status;
    if (config.normal.self)
        return read_normal(reader, space, &config.normal, law);
    if (config.column.self)
        return read_column(reader, space, &config.column, law);
    if (config.dirichlet.self)
        return tro_draw_law(reader, space->lottery, &config.dirichlet, space->outcomes, law);
    if (!isnan(config.zipf))
        make_zipf(space->outcomes, config.zipf, law);
    if (!isnan(config.zipf))
        return TRO_OK;
    if (config.point)
        return read_point(reader, space, tro_place_of(node, "point"), config.point, law);
    return read_list(reader, space, tro_place_of(node, "probabilities"), &config.probabilities,
                     law);
}

/* --- a law of all rows --------------------------------------------------------- */

typedef struct rows_config {
    tro_matrix joint;
    tro_vector prompts;
    const tro_node *given;
} rows_config;

static const tro_param rows_params[] = {
    {.key = "joint", .type = TRO_P_MATRIX, .flags = TRO_P_MAIN | TRO_P_BOUNDED,
     .offset = offsetof(rows_config, joint), .min = 0, .max = INFINITY,
     .doc = "The probability of each prompt (row) with each outcome, scaled to sum to 1. The word "
            "`uniform` alone makes them equal."},
    {.key = "prompts", .type = TRO_P_VECTOR, .flags = TRO_P_BOUNDED,
     .offset = offsetof(rows_config, prompts), .min = 0, .max = INFINITY,
     .doc = "With `given`: the probability of each prompt, scaled to sum to 1. Default: equal."},
    {.key = "given", .type = TRO_P_NODE, .offset = offsetof(rows_config, given),
     .doc = "The law of outcomes given the prompt: one for all prompts, or a list of one for "
            "each."},
};

const tro_table tro_prompt_law_table = {
    "law", rows_params, sizeof rows_params / sizeof *rows_params, sizeof(rows_config)};

/* What a law of all rows is made of; rows may be NULL. */
typedef struct table_law {
    double *joint, *weights, *rows;
} table_law;

static const char *prompt_name(const tro_space *space, size_t c, char buffer[32])
{
    const char *const *names = tro_finite_of(space)->prompts;
    return names ? names[c] : tro_format_real(buffer, (double)c);
}

/* The rows by themselves. */
static int split_rows(const tro_reader *reader, const tro_space *space, const tro_node *node,
                      const table_law *out)
{
    size_t n = space->outcomes;
    int status = TRO_OK;
    char buffer[32];
    for (size_t c = 0; c < space->blocks; c++) {
        for (size_t x = 0; x < n && out->weights[c] > 0; x++)
            out->rows[c * n + x] = out->joint[c * n + x] / out->weights[c];
        if (!(out->weights[c] > 0))
            status = tro_error(reader->messages, TRO_ESCENARIO, &node->items[c]->place,
                               "how prompt '%s' is answered is not known, as it has no weight "
                               "here: give the law by 'prompts' and 'given'",
                               prompt_name(space, c, buffer));
    }
    return status;
}

static int read_joint(const tro_reader *reader, const tro_space *space, const tro_node *record,
                      const tro_matrix *given, const table_law *out)
{
    size_t n = space->outcomes;
    const tro_node *node = tro_node_get(record, "joint");
    if (!node)
        node = record;
    if (given->rows != space->blocks || given->columns != n)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "the law has %zu rows of %zu probabilities, but there are %zu prompts "
                         "and %zu outcomes", given->rows, given->columns, space->blocks, n);
    memcpy(out->joint, given->values, space->width * sizeof *out->joint);
    int status = tro_weights_scale(reader, &node->place, "probabilities", space->width,
                                   out->joint);
    for (size_t c = 0; c < space->blocks; c++) {
        out->weights[c] = 0;
        for (size_t x = 0; x < n; x++)
            out->weights[c] += out->joint[c * n + x];
    }
    return status == TRO_OK && out->rows ? split_rows(reader, space, node, out) : status;
}

static int read_weights(const tro_reader *reader, const tro_space *space,
                        const tro_node *record, const tro_vector *given, double *weights)
{
    const tro_place *place = tro_place_of(record, "prompts");
    make_uniform(space->blocks, weights);
    if (given->count == 0)
        return TRO_OK;
    if (given->count != space->blocks)
        return tro_error(reader->messages, TRO_ESCENARIO, place,
                         "%zu weights of prompts, but there are %zu prompts", given->count,
                         space->blocks);
    memcpy(weights, given->values, given->count * sizeof *weights);
    return tro_weights_scale(reader, place, "weights of the prompts", given->count, weights);
}

/* A list of numbers is one law; any other list holds a law for each prompt. */
static int is_one_law(const tro_node *node)
{
    double number;
    return node->kind != TRO_LIST || node->count == 0 ||
           (node->items[0]->kind == TRO_SCALAR && tro_parse_real(node->items[0]->text, &number));
}

static int read_given(const tro_reader *reader, const tro_space *space, const tro_node *node,
                      double *rows)
{
    size_t n = space->outcomes;
    int status = TRO_OK;
    if (is_one_law(node)) {
        status = tro_finite_read_row(reader, space, node, rows);
        for (size_t c = 1; c < space->blocks; c++)
            memcpy(rows + c * n, rows, n * sizeof *rows);
        return status;
    }
    if (node->count != space->blocks)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "%zu laws given the prompt, but there are %zu prompts", node->count,
                         space->blocks);
    for (size_t c = 0; c < space->blocks && status != TRO_ENOMEM; c++) {
        int read = tro_finite_read_row(reader, space, node->items[c], rows + c * n);
        status = read < 0 ? read : status;
    }
    return status;
}

static int check_forms(const tro_reader *reader, const tro_node *node, const rows_config *config)
{
    if (!config->joint.values == !config->given)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "a law is 'joint', or 'given' with or without 'prompts', found %s",
                         config->given ? "both" : "neither");
    if (config->joint.values && config->prompts.count > 0)
        return tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(node, "prompts"),
                         "'prompts' goes with 'given': a joint law says how likely prompts are");
    return TRO_OK;
}

static int read_rows(const tro_reader *reader, const tro_space *space, const tro_node *node,
                     const table_law *out)
{
    rows_config config;
    size_t n = space->outcomes;
    int status = tro_read_record(reader, node, &tro_prompt_law_table, NULL, &config);
    if (status == TRO_OK)
        status = check_forms(reader, node, &config);
    if (status < 0)
        return status;
    if (config.joint.values)
        return read_joint(reader, space, node, &config.joint, out);
    double *rows = out->rows ? out->rows : out->joint;
    status = read_weights(reader, space, node, &config.prompts, out->weights);
    int given = read_given(reader, space, config.given, rows);
    for (size_t k = 0; k < space->width; k++)
        out->joint[k] = out->weights[k / n] * rows[k];
    return status == TRO_ENOMEM || given == TRO_OK ? status : given;
}

int tro_finite_read_rows(const tro_reader *reader, const tro_space *space, const tro_node *node,
                         double *joint, double *weights, double *rows)
{
    table_law out = {joint, weights, rows};
    int word = read_word(reader, node);
    if (!weights)
        out.weights = TRO_NEW(reader->arena, double, space->blocks);
    if (!out.weights)
        return TRO_ENOMEM;
    if (word < 0)
        return word;
    if (word == 0)
        return read_rows(reader, space, node, &out);
    make_uniform(space->width, joint);
    make_uniform(space->blocks, out.weights);
    for (size_t c = 0; rows && c < space->blocks; c++)
        make_uniform(space->outcomes, rows + c * space->outcomes);
    return TRO_OK;
}
