/* Where another quantity crosses zero, or a level, as one key varies: by Brent's
 * method, or by bisection where it may jump. */
#include <gsl/gsl_errno.h>
#include <gsl/gsl_roots.h>
#include <math.h>
#include <stdio.h>

#include "analysis/gsl_guard.h"
#include "experiment/quantity.h"
#include "scenario/keys.h"

enum { MOST_STEPS = 200 };

typedef struct root_config {
    const tro_node *self;
    tro_chosen of;
    const char *key, *complement;
    tro_vector between;
    double level, within;
    int jump;
} root_config;

static const tro_param root_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(root_config, self)},
    {.key = "of", .type = TRO_P_PLUGIN, .flags = TRO_P_REQUIRED,
     .offset = offsetof(root_config, of), .kind = TRO_QUANTITY,
     .doc = "The quantity that crosses the level."},
    {.key = "key", .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED,
     .offset = offsetof(root_config, key), .doc = "The scenario's key that varies, as a path."},
    {.key = "complement", .type = TRO_P_TEXT, .offset = offsetof(root_config, complement),
     .doc = "Another key, which becomes 1 minus that one: two weights that sum to one."},
    {.key = "between", .type = TRO_P_VECTOR, .flags = TRO_P_REQUIRED,
     .offset = offsetof(root_config, between),
     .doc = "Two values of the key; at one the quantity is below the level, at the other above."},
    {.key = "level", .type = TRO_P_REAL, .offset = offsetof(root_config, level), .fallback = "0",
     .doc = "The level."},
    {.key = "jump", .type = TRO_P_BOOL, .offset = offsetof(root_config, jump),
     .fallback = "false",
     .doc = "The quantity may jump past the level without being it, as a limit does at the edge "
            "of a basin. Else that is an error."},
    {.key = "within", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,
     .offset = offsetof(root_config, within), .min = 0, .max = INFINITY, .fallback = "0",
     .doc = "How narrow the search may leave the interval. Default: as narrow as rounding "
            "allows."},
};

/* The scenario must be possible at both ends. */
static int check_end(const tro_cell *cell, const root_config *config, int end,
                     tro_messages *messages)
{
    const tro_node *between = tro_node_get(config->self, "between");
    tro_override override = {
        .path = config->key, .number = config->between.values[end], .origin = "root",
        .complement = config->complement};
    tro_cell *made = NULL;
    tro_messages own = {0};
    char number[32];
    int status = tro_cell_vary(cell, &override, &made, &own);
    for (size_t k = 0; k < own.count; k++)
        if (own.items[k].severity == TRO_ERROR)
            status = tro_error(messages, status,
                               between->kind == TRO_LIST ? &between->items[end]->place
                                                         : &between->place,
                               "'%s' at %s: %s", config->key,
                               tro_format_real(number, override.number), own.items[k].text);
    tro_messages_clear(&own);
    tro_cell_free(made);
    return status;
}

static int check_of(const tro_cell *cell, const root_config *config, tro_messages *messages)
{
    const tro_quantity *of = tro_quantity_of(&config->of);
    const tro_place *place = &config->of.node->place;
    if (of->sampled)
        return tro_error(messages, TRO_ESCENARIO, place,
                         "a root needs a quantity that is exact, found '%s'", of->plugin.name);
    int status = tro_quantity_check(cell, &config->of, messages);
    size_t count = status == TRO_OK ? tro_quantity_count(cell, &config->of) : 1;
    if (count > 1)
        return tro_error(messages, TRO_ESCENARIO, place,
                         "a root needs a quantity of one value, found '%s' with %zu",
                         of->plugin.name, count);
    return status;
}

static int root_check(const tro_cell *cell, const void *given, tro_messages *messages)
{
    const root_config *config = given;
    int between = TRO_OK, key = TRO_OK, of = check_of(cell, config, messages);
    if (config->between.count != 2 || !(config->between.values[0] < config->between.values[1]))
        between = tro_error(messages, TRO_ESCENARIO, tro_place_of(config->self, "between"),
                            "between is two values, the smaller first");
    key = tro_key_check(cell->whole, cell->catalog, config->key,
                        tro_place_of(config->self, "key"), messages);
    for (int end = 0; end < 2 && between == TRO_OK && key == TRO_OK; end++)
        between = check_end(cell, config, end, messages);
    return of < 0 ? of : key < 0 ? key : between;
}

typedef struct crossing {
    const tro_cell *cell;
    const root_config *config;
    tro_messages *messages;
    double low, high;           /* the quantity at the ends */
    double x, value;            /* where it was asked for last, and what it was */
    int status;
} crossing;

static double value_at(double x, void *given)
{
    crossing *at = given;
    tro_override override = {.path = at->config->key, .number = x, .origin = "root",
                             .complement = at->config->complement,
                             .node = tro_node_get(at->config->self, "between"),
                             .path_place = tro_place_of(at->config->self, "key")};
    tro_cell *cell = NULL;
    tro_values values = {0};
    at->x = x;
    at->value = NAN;
    if (at->status < 0)
        return NAN;
    at->status = tro_cell_vary(at->cell, &override, &cell, at->messages);
    if (at->status == TRO_OK)
        at->status = tro_quantity_find(cell, &at->config->of, &values, at->messages);
    if (at->status == TRO_OK)
        at->value = values.values[0] - at->config->level;
    tro_cell_free(cell);
    return at->value;
}

static int no_number(const crossing *at)
{
    return tro_error(at->messages, TRO_ENOCONV, tro_place_of(at->config->self, "between"),
                     "no root found: the quantity is %s at %.12g",
                     isnan(at->value) ? "no number" : "infinite", at->x);
}

/* Both ends are on one side. */
static int no_crossing(const crossing *at)
{
    const double *ends = at->config->between.values, level = at->config->level;
    char what[48] = "no change of sign", number[32];
    if (level != 0)
        snprintf(what, sizeof what, "no crossing of %s", tro_format_real(number, level));
    return tro_error(at->messages, TRO_ENOCONV, tro_place_of(at->config->self, "between"),
                     "%s: the quantity is %.6g at %g and %.6g at %g", what, at->low + level,
                     ends[0], at->high + level, ends[1]);
}

static int bracket(crossing *at)
{
    const double *ends = at->config->between.values;
    const tro_place *place = tro_place_of(at->config->self, "between");
    double *values[] = {&at->low, &at->high};
    for (int k = 0; k < 2; k++) {
        *values[k] = value_at(ends[k], at);
        if (at->status < 0)
            return at->status;
        if (!isfinite(*values[k]))
            return no_number(at);
    }
    if (at->low == 0 && at->high == 0)
        return tro_error(at->messages, TRO_ENOCONV, place,
                         "no single root: the quantity is %g at %g and at %g",
                         at->config->level, ends[0], ends[1]);
    if (at->low != 0 && at->high != 0 && (at->low < 0) == (at->high < 0))
        return no_crossing(at);
    return TRO_OK;
}

/* Iterations until the interval is a few roundings wide, or as narrow as asked for. */
static int narrow(crossing *at, gsl_root_fsolver *solver)
{
    const double *ends = at->config->between.values;
    gsl_function function = {value_at, at};
    int state = gsl_root_fsolver_set(solver, &function, ends[0], ends[1]), near = GSL_CONTINUE;
    for (int k = 0; k < MOST_STEPS && state == GSL_SUCCESS && near != GSL_SUCCESS; k++) {
        state = gsl_root_fsolver_iterate(solver);
        near = gsl_root_test_interval(gsl_root_fsolver_x_lower(solver),
                                      gsl_root_fsolver_x_upper(solver), at->config->within,
                                      4e-16);
    }
    if (at->status < 0)
        return at->status;
    return state == GSL_SUCCESS ? TRO_OK : no_number(at);
}

/* A sign can change without a zero: at a pole, or at a jump. There the quantity is
 * no smaller at the end of the search than at its beginning; where it is continuous,
 * it has shrunk with the interval. Allowed are a millionth of its size, or a slope a
 * million times that of the chord. */
static int check_crossing(crossing *at, double lower, double upper)
{
    const double *ends = at->config->between.values;
    const tro_place *place = tro_place_of(at->config->self, "between");
    double width = upper - lower, whole = ends[1] - ends[0], level = at->config->level;
    if (width > 1e-14 * fmax(fabs(lower), fabs(upper)) && width > 1e-15 * whole &&
        width > at->config->within)
        return tro_error(at->messages, TRO_ENOCONV, place,
                         "no root found: after %d steps it is only known to lie between %.12g "
                         "and %.12g", MOST_STEPS, lower, upper);
    if (at->config->jump)
        return TRO_OK;
    double left = value_at(lower, at), right = value_at(upper, at);
    if (at->status < 0)
        return at->status;
    double rest = fmin(fabs(left), fabs(right)), size = fmax(fabs(at->low), fabs(at->high));
    if (rest <= 1e-6 * size || rest <= 1e6 * fabs(at->high - at->low) * width / whole)
        return TRO_OK;
    return tro_error(at->messages, TRO_ENOCONV, place,
                     "no root: the quantity passes %g at %.12g without being it: it is %.6g on one "
                     "side and %.6g on the other ('jump: true' would allow that)", level, lower,
                     left + level, right + level);
}

static int root_compute(tro_cell *cell, const void *given, tro_values *out,
                        tro_messages *messages)
{
    const root_config *config = given;
    crossing at = {.cell = cell, .config = config, .messages = messages};
    gsl_root_fsolver *solver = NULL;
    int status;
    TRO_TRY(bracket(&at));
    double root = at.low == 0 ? config->between.values[0] : config->between.values[1];
    if (at.low != 0 && at.high != 0) {
        tro_gsl_guard();
        solver = gsl_root_fsolver_alloc(config->jump ? gsl_root_fsolver_bisection
                                                     : gsl_root_fsolver_brent);
        if (!solver)
            TRO_TRY(TRO_ENOMEM);
        TRO_TRY(narrow(&at, solver));
        root = gsl_root_fsolver_root(solver);
        TRO_TRY(check_crossing(&at, gsl_root_fsolver_x_lower(solver),
                               gsl_root_fsolver_x_upper(solver)));
    }
    status = tro_values_one(cell, root, NAN, out);
out:
    if (solver)
        gsl_root_fsolver_free(solver);
    return status;
}

const tro_quantity tro_quantity_root = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "root",
               .summary = "The value of a key at which another quantity crosses zero, or a level.",
               .reference = "Brent 1973",
               .table = {"root", root_params, sizeof root_params / sizeof *root_params,
                         sizeof(root_config)}},
    .check = root_check, .compute = root_compute,
};
