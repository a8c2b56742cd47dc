/* The influence matrix as a whole: against its closed form, and its signs. */
#include <math.h>

#include "experiment/pair.h"

static const tro_param closed_params[] = {TRO_PAIR_PARAMS};

static int closed_compute(tro_cell *cell, const void *given, tro_values *out,
                          tro_messages *messages)
{
    const tro_pair_config *config = given;
    double value = NAN;
    int status = tro_influence_closed_form(cell->ecosystem, tro_pair_on(cell, config),
                                           tro_pair_of(cell, config), &value, messages);
    return status < 0 ? status : tro_values_one(cell, value, NAN, out);
}

/* Calls visit for every entry that is defined. */
typedef void tro_visit(double value, double closed, size_t on, size_t of, double *result);

static int over_matrix(tro_cell *cell, int closed, tro_visit *visit, double *result,
                       tro_messages *messages)
{
    size_t n = cell->ecosystem->agents;
    int status = tro_cell_influences(cell, messages);
    for (size_t on = 0; on < n && status == TRO_OK; on++)
        for (size_t of = 0; of < n && status == TRO_OK; of++) {
            double value = NAN, other = NAN;
            status = tro_influence_adjoint(&cell->influences, on, of, &value, NULL, messages);
            if (status == TRO_OK && closed)
                status = tro_influence_closed_form(cell->ecosystem, on, of, &other, messages);
            if (status == TRO_OK && !isnan(value))
                visit(value, other, on, of, result);
        }
    return status;
}

static void compare(double value, double closed, size_t on, size_t of, double *result)
{
    (void)on;
    (void)of;
    result[0] = fmax(result[0], fabs(value - closed));
    result[1] = fmax(result[1], fabs(closed));
}

static int error_compute(tro_cell *cell, const void *given, tro_values *out,
                         tro_messages *messages)
{
    double result[2] = {0, 0};
    (void)given;
    int status = over_matrix(cell, 1, compare, result, messages);
    return status < 0 ? status : tro_values_one(cell, result[0] / result[1], NAN, out);
}

static void count_negative(double value, double closed, size_t on, size_t of, double *result)
{
    (void)closed;
    result[on == of] += value < 0;
}

typedef struct negative_config {
    int which;
} negative_config;

static const char *const which_choices[] = {"cross", "self", NULL};

static const tro_param negative_params[] = {
    {.key = "which", .type = TRO_P_CHOICE, .flags = TRO_P_MAIN,
     .offset = offsetof(negative_config, which), .fallback = "cross",
     .choices = which_choices, .doc = "cross: of one agent on another; self: on itself."},
};

static int negative_compute(tro_cell *cell, const void *given, tro_values *out,
                            tro_messages *messages)
{
    const negative_config *config = given;
    double result[2] = {0, 0};
    int status = over_matrix(cell, 0, count_negative, result, messages);
    return status < 0 ? status : tro_values_one(cell, result[config->which], NAN, out);
}

/* --- a row or a column of the matrix --------------------------------------- */

typedef struct line_config {
    const tro_node *self;
    const char *on, *of;
    int closed;
} line_config;

static const tro_param line_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(line_config, self)},
    {.key = "of", .type = TRO_P_TEXT, .offset = offsetof(line_config, of),
     .doc = "Whose curated share is raised: one value for every agent it acts on."},
    {.key = "on", .type = TRO_P_TEXT, .offset = offsetof(line_config, on),
     .doc = "Whose alignment changes: one value for every agent that acts on it."},
    {.key = "closed-form", .type = TRO_P_BOOL, .offset = offsetof(line_config, closed),
     .fallback = "false", .doc = "By the closed form of location families."},
};

static int line_check(const tro_cell *cell, const void *given, tro_messages *messages)
{
    const line_config *config = given;
    size_t agent;
    if (!config->on == !config->of)
        return tro_error(messages, TRO_ESCENARIO, &config->self->place,
                         "influences needs 'of' or 'on', found %s",
                         config->on ? "both" : "neither");
    return tro_cell_agent(cell, config->on ? config->on : config->of,
                          tro_place_of(config->self, config->on ? "on" : "of"), &agent,
                          messages);
}

static size_t line_count(const tro_cell *cell, const void *config)
{
    (void)config;
    return cell->ecosystem->agents;
}

static int line_compute(tro_cell *cell, const void *given, tro_values *out,
                        tro_messages *messages)
{
    const line_config *config = given;
    size_t n = cell->ecosystem->agents;
    size_t fixed = tro_scenario_agent(cell->scenario, config->on ? config->on : config->of);
    int status;
    TRO_TRY(tro_cell_influences(cell, messages));
    TRO_TRY(tro_values_new(cell, n, out));
    for (size_t k = 0; k < n; k++) {
        size_t on = config->on ? fixed : k, of = config->on ? k : fixed;
        out->one_sided |= tro_pair_one_sided(cell, of);
        if (config->closed)
            TRO_TRY(tro_influence_closed_form(cell->ecosystem, on, of, &out->values[k],
                                              messages));
        else
            TRO_TRY(tro_influence_adjoint(&cell->influences, on, of, &out->values[k], NULL,
                                          messages));
    }
out:
    return status;
}

const tro_quantity tro_quantity_influences = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "influences",
               .summary = "A column (`of`) or a row (`on`) of the influence matrix, one value "
                          "for each agent in file order.",
               .reference = "Zhang, Wei, Zhang 2026 (arXiv 2605.29267)",
               .table = {"influences", line_params, sizeof line_params / sizeof *line_params,
                         sizeof(line_config)}},
    .check = line_check, .count = line_count, .compute = line_compute,
};

const tro_quantity tro_quantity_closed_form = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "closed-form-influence",
               .summary = "Influence in a location family from shares and weights alone: an "
                          "entry of (I - A W)^-1 times the shift.",
               .reference = "Friedkin and Johnsen 1990; doc/theory.md",
               .table = {"closed-form-influence", closed_params,
                         sizeof closed_params / sizeof *closed_params,
                         sizeof(tro_pair_config)}},
    .check = tro_pair_check, .compute = closed_compute,
};

const tro_quantity tro_quantity_closed_form_error = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "closed-form-error",
               .summary = "Largest difference of the influence matrix from its closed form, "
                          "relative to its largest entry.",
               .reference = "Friedkin and Johnsen 1990; doc/theory.md",
               .table = {"closed-form-error", NULL, 0, 1}},
    .compute = error_compute,
};

const tro_quantity tro_quantity_negative_influences = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "negative-influences",
               .summary = "How many entries of the influence matrix are negative.",
               .reference = NULL,
               .table = {"negative-influences", negative_params,
                         sizeof negative_params / sizeof *negative_params,
                         sizeof(negative_config)}},
    .compute = negative_compute,
};
