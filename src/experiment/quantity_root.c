/* Where another quantity crosses zero, or a level, as one key varies: by Brent's
 * method, or by bisection where it may jump. */
#include <math.h>
#include <stdio.h>

#include "analysis/crossing.h"
#include "experiment/quantity.h"
#include "scenario/keys.h"

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

/* What the search ended with, when it is no root. */
static int no_root(const crossing *at, const tro_crossing *c)
{
    const tro_place *place = tro_place_of(at->config->self, "between");
    double level = at->config->level;
    if (c->end == TRO_NO_NUMBER)
        return no_number(at);
    if (c->end == TRO_NOT_NARROWED)
        return tro_error(at->messages, TRO_ENOCONV, place,
                         "no root found: after %d steps it is only known to lie between %.12g "
                         "and %.12g", TRO_CROSSING_STEPS, c->lower, c->upper);
    return tro_error(at->messages, TRO_ENOCONV, place,
                     "no root: the quantity passes %g at %.12g without being it: it is %.6g on one "
                     "side and %.6g on the other ('jump: true' would allow that)", level, c->lower,
                     level + c->left, level + c->right);
}

static int root_compute(tro_cell *cell, const void *given, tro_values *out,
                        tro_messages *messages)
{
    const root_config *config = given;
    const double *ends = config->between.values;
    crossing at = {.cell = cell, .config = config, .messages = messages};
    int status;
    TRO_TRY(bracket(&at));
    double root = at.low == 0 ? ends[0] : ends[1];
    if (at.low != 0 && at.high != 0) {
        tro_crossing c = {.function = value_at, .context = &at, .lower = ends[0],
                          .upper = ends[1], .low = at.low, .high = at.high,
                          .within = config->within, .jump = config->jump};
        TRO_TRY(tro_crossing_find(&c));
        TRO_TRY(at.status);
        if (c.end != TRO_CROSSED)
            TRO_TRY(no_root(&at, &c));
        root = c.root;
    }
    status = tro_values_one(cell, root, NAN, out);
out:
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
