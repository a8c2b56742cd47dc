/* Where another quantity crosses zero as one key varies, by Brent's method. */
#include <gsl/gsl_errno.h>
#include <gsl/gsl_roots.h>
#include <math.h>

#include "analysis/gsl_guard.h"
#include "experiment/quantity.h"
#include "scenario/keys.h"

typedef struct root_config {
    const tro_node *self;
    tro_chosen of;
    const char *key;
    tro_vector between;
} root_config;

static const tro_param root_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(root_config, self)},
    {.key = "of", .type = TRO_P_PLUGIN, .flags = TRO_P_REQUIRED,
     .offset = offsetof(root_config, of), .kind = TRO_QUANTITY,
     .doc = "The quantity that crosses zero."},
    {.key = "key", .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED,
     .offset = offsetof(root_config, key), .doc = "The scenario's key that varies, as a path."},
    {.key = "between", .type = TRO_P_VECTOR, .flags = TRO_P_REQUIRED,
     .offset = offsetof(root_config, between),
     .doc = "Two values of the key with opposite signs of the quantity."},
};

static int root_check(const tro_cell *cell, const void *given, tro_messages *messages)
{
    const root_config *config = given;
    const tro_quantity *of = tro_quantity_of(&config->of);
    if (config->between.count != 2 || !(config->between.values[0] < config->between.values[1]))
        return tro_error(messages, TRO_ESCENARIO, tro_place_of(config->self, "between"),
                         "between is two values, the smaller first");
    if (of->sampled)
        return tro_error(messages, TRO_ESCENARIO, &config->of.node->place,
                         "a root needs a quantity that is exact, found '%s'",
                         of->plugin.name);
    int known = tro_key_check(cell->scenario, cell->catalog, config->key,
                              tro_place_of(config->self, "key"), messages);
    if (known < 0)
        return known;
    return of->check ? of->check(cell, config->of.config, messages) : TRO_OK;
}

typedef struct crossing {
    const tro_cell *cell;
    const root_config *config;
    tro_messages *messages;
    int status;
} crossing;

static double value_at(double x, void *given)
{
    crossing *at = given;
    tro_override override = {.path = at->config->key, .number = x, .origin = "root",
                             .node = tro_node_get(at->config->self, "between"),
                             .path_place = tro_place_of(at->config->self, "key")};
    tro_cell *cell = NULL;
    tro_values values = {0};
    double value = NAN;
    if (at->status < 0)
        return NAN;
    at->status = tro_cell_vary(at->cell, &override, &cell, at->messages);
    if (at->status == TRO_OK)
        at->status = tro_quantity_of(&at->config->of)
                         ->compute(cell, at->config->of.config, &values, at->messages);
    if (at->status == TRO_OK)
        value = values.values[0];
    tro_cell_free(cell);
    return value;
}

static int bracket(crossing *at, tro_messages *messages)
{
    const double *ends = at->config->between.values;
    double low = value_at(ends[0], at), high = value_at(ends[1], at);
    if (at->status < 0)
        return at->status;
    if (!(low * high <= 0))
        return tro_error(messages, TRO_ENOCONV, tro_place_of(at->config->self, "between"),
                         "no change of sign: the quantity is %.6g at %g and %.6g at %g", low,
                         ends[0], high, ends[1]);
    return TRO_OK;
}

static int root_compute(tro_cell *cell, const void *given, tro_values *out,
                        tro_messages *messages)
{
    const root_config *config = given;
    crossing at = {cell, config, messages, TRO_OK};
    gsl_function function = {value_at, &at};
    gsl_root_fsolver *solver = NULL;
    double root = NAN;
    int status = bracket(&at, messages), state = GSL_CONTINUE;
    if (status < 0)
        return status;
    tro_gsl_guard();
    solver = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
    if (!solver)
        return TRO_ENOMEM;
    state = gsl_root_fsolver_set(solver, &function, config->between.values[0],
                                 config->between.values[1]);
    for (int k = 0; k < 200 && state != GSL_EBADFUNC && at.status == TRO_OK; k++) {
        state = gsl_root_fsolver_iterate(solver);
        root = gsl_root_fsolver_root(solver);
        if (gsl_root_test_interval(gsl_root_fsolver_x_lower(solver),
                                   gsl_root_fsolver_x_upper(solver), 0,
                                   4e-16) == GSL_SUCCESS)
            break;
    }
    gsl_root_fsolver_free(solver);
    return at.status < 0 ? at.status : tro_values_one(cell, root, NAN, out);
}

const tro_quantity tro_quantity_root = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "root",
               .summary = "The value of a key at which another quantity crosses zero.",
               .reference = "Brent 1973",
               .table = {"root", root_params, sizeof root_params / sizeof *root_params,
                         sizeof(root_config)}},
    .check = root_check, .compute = root_compute,
};
