/* Curators from outside (include/trophic/curator.h): a rule on single laws becomes a
 * curation on rows. */
#include <trophic/curator.h>

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "curator/curator.h"

/* What stands in a catalog for a rule. */
typedef struct stand_in {
    tro_curator curator;         /* first: catalogs hold its plugin */
    const tro_rule *rule;
} stand_in;

typedef struct prepared {
    const tro_rule *rule;
    tro_laws laws;
    const void *self;
} prepared;

struct tro_setup {
    const tro_reader *reader;
    const tro_space *space;
    const tro_laws *laws;
    const tro_node *node;
    const char *name;
};

/* --- rows ------------------------ */

static double total(size_t n, const double *x)
{
    double sum = 0;
    for (size_t k = 0; k < n; k++)
        sum += x[k];
    return sum;
}

/* A row of mass m holds m times a law, and what is kept of it is m times what is kept of
 * that law. Means have no mass. Returns 0 for a row of nothing. */
static int law_of(const tro_laws *laws, const double *row, double *mass, double *law)
{
    *mass = laws->kind == TRO_LAWS_OUTCOMES ? total(laws->length, row) : 1;
    if (*mass == 0)
        return 0;
    for (size_t k = 0; k < laws->length; k++)
        law[k] = row[k] / *mass;
    return 1;
}

static void apply(const tro_curation *curation, size_t rows, const double *z, double *out,
                  double *scratch)
{
    const prepared *by = curation->self;
    size_t n = by->laws.length;
    for (size_t k = 0; k < rows * by->laws.prompts; k++) {
        double mass, *kept = out + k * n;
        memset(kept, 0, n * sizeof *kept);
        if (!law_of(&by->laws, z + k * n, &mass, scratch))
            continue;
        by->rule->apply(by->self, &by->laws, k % by->laws.prompts, scratch, kept);
        for (size_t x = 0; x < n; x++)
            kept[x] *= mass;
    }
}

/* With z = m p: d(m C(p)) = dm C(p) + C'(p) (dz - p dm). */
static void derivative(const tro_curation *curation, size_t rows, const double *z,
                       const double *dz, double *out, double *scratch)
{
    const prepared *by = curation->self;
    size_t n = by->laws.length;
    double *law = scratch, *change = law + n, *kept = change + n;
    for (size_t k = 0; k < rows * by->laws.prompts; k++) {
        double mass, *to = out + k * n;
        size_t prompt = k % by->laws.prompts;
        memset(to, 0, n * sizeof *to);
        if (!law_of(&by->laws, z + k * n, &mass, law))
            continue;
        int outcomes = by->laws.kind == TRO_LAWS_OUTCOMES;
        double grown = outcomes ? total(n, dz + k * n) : 0;
        for (size_t x = 0; x < n; x++)
            change[x] = dz[k * n + x] - law[x] * grown;
        by->rule->derivative(by->self, &by->laws, prompt, law, change, to);
        if (grown == 0)
            continue;
        memset(kept, 0, n * sizeof *kept);
        by->rule->apply(by->self, &by->laws, prompt, law, kept);
        for (size_t x = 0; x < n; x++)
            to[x] += grown * kept[x];
    }
}

static void transposed(const tro_curation *curation, size_t rows, const double *z,
                       const double *w, double *out, double *scratch)
{
    const prepared *by = curation->self;
    size_t n = by->laws.length;
    double *law = scratch, *kept = law + n;
    for (size_t k = 0; k < rows * by->laws.prompts; k++) {
        double mass, *to = out + k * n, constant = 0;
        size_t prompt = k % by->laws.prompts;
        memset(to, 0, n * sizeof *to);
        if (!law_of(&by->laws, z + k * n, &mass, law))
            continue;
        by->rule->transposed(by->self, &by->laws, prompt, law, w + k * n, to);
        if (by->laws.kind != TRO_LAWS_OUTCOMES)
            continue;
        memset(kept, 0, n * sizeof *kept);
        by->rule->apply(by->self, &by->laws, prompt, law, kept);
        for (size_t x = 0; x < n; x++)
            constant += kept[x] * w[k * n + x] - law[x] * to[x];
        for (size_t x = 0; x < n; x++)
            to[x] += constant;
    }
}

static const tro_curation_ops rule_ops = {
    .apply = apply, .derivative = derivative, .transposed = transposed};

/* --- what a rule may ask for ------------------------ */

void *tro_setup_memory(tro_setup *setup, size_t count, size_t size)
{
    return tro_arena_allocate(setup->reader->arena, count, size);
}

int tro_setup_error(tro_setup *setup, const char *key, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return tro_error(setup->reader->messages, TRO_ESCENARIO,
                     key ? tro_place_of(setup->node, key) : &setup->node->place, "%s", text);
}

int tro_setup_reward(tro_setup *setup, const tro_node *node, const double **out)
{
    const tro_reward *reward;
    int status = setup->space->family->read_reward(setup->reader, setup->space, node, &reward);
    if (status < 0)
        return status;
    if (reward->curvature)
        return tro_error(setup->reader->messages, TRO_ESCENARIO, &node->place,
                         "'%s' needs a linear reward, found one with a curvature", setup->name);
    *out = reward->values ? reward->values : reward->linear;
    return TRO_OK;
}

/* --- trying it ------------------------ */

/* A law that favours nothing, and not one where rules have their corners. */
static void example_law(const tro_laws *laws, double *law)
{
    for (size_t k = 0; k < laws->length; k++)
        law[k] = 1 + 0.5 * sin(1.7 * (double)(k + 1));
    double sum = laws->kind == TRO_LAWS_OUTCOMES ? total(laws->length, law) : 1;
    for (size_t k = 0; k < laws->length; k++)
        law[k] /= sum;
}

static double largest(size_t n, const double *x)
{
    double most = 0;
    for (size_t k = 0; k < n; k++)
        most = isfinite(x[k]) ? fmax(most, fabs(x[k])) : INFINITY;
    return most;
}

/* Room for five laws, all of them 0. */
static int try_apply(tro_setup *setup, const prepared *by, size_t prompt, double *room)
{
    size_t n = by->laws.length;
    double *law = room, *kept = room + n, least = 0;
    example_law(&by->laws, law);
    by->rule->apply(by->self, &by->laws, prompt, law, kept);
    if (!isfinite(largest(n, kept)))
        return tro_setup_error(setup, NULL, "what '%s' keeps is not finite", setup->name);
    for (size_t k = 0; k < n; k++)
        least = fmin(least, kept[k]);
    if (by->laws.kind == TRO_LAWS_OUTCOMES && (least < 0 || fabs(total(n, kept) - 1) > 1e-9))
        return tro_setup_error(setup, NULL,
                               "what '%s' keeps is not a law: its probabilities sum to %.12g, "
                               "and the least is %g", setup->name, total(n, kept), least);
    return TRO_OK;
}

static int try_derivatives(tro_setup *setup, const prepared *by, size_t prompt, double *room)
{
    const double step = 1e-5, tolerance = 1e-4;
    const tro_rule *rule = by->rule;
    size_t n = by->laws.length;
    double *law = room, *to = room + n, *change = to + n, *low = change + n, *high = low + n;
    double forward = 0, back = 0, mean;
    example_law(&by->laws, law);
    for (size_t k = 0; k < n; k++)
        change[k] = cos(2.3 * (double)(k + 1)) * (by->laws.kind == TRO_LAWS_OUTCOMES ? law[k] : 1);
    mean = by->laws.kind == TRO_LAWS_OUTCOMES ? total(n, change) : 0;
    for (size_t k = 0; k < n; k++)
        change[k] -= mean * law[k];
    memset(to, 0, n * sizeof *to);
    rule->derivative(by->self, &by->laws, prompt, law, change, to);
    for (int side = -1; side <= 1; side += 2) {
        for (size_t k = 0; k < n; k++)
            law[k] += side * step * change[k];
        memset(side < 0 ? low : high, 0, n * sizeof *low);
        rule->apply(by->self, &by->laws, prompt, law, side < 0 ? low : high);
        example_law(&by->laws, law);
    }
    double scale = fmax(largest(n, to), largest(n, change)), worst = 0;
    for (size_t k = 0; k < n; k++)
        worst = fmax(worst, fabs((high[k] - low[k]) / (2 * step) - to[k]));
    if (!(worst <= tolerance * scale))
        return tro_setup_error(setup, NULL,
                               "the derivative of '%s' is not that of what it keeps: it differs "
                               "from central differences by %.3g of %.3g", setup->name, worst,
                               scale);
    for (size_t k = 0; k < n; k++)
        high[k] = sin(3.1 * (double)(k + 1));
    memset(low, 0, n * sizeof *low);
    rule->transposed(by->self, &by->laws, prompt, law, high, low);
    for (size_t k = 0; k < n; k++) {
        forward += high[k] * to[k];
        back += low[k] * change[k];
    }
    if (!(fabs(forward - back) <= 1e-8 * (double)n * fmax(scale, fabs(forward))))
        return tro_setup_error(setup, NULL,
                               "the transposed derivative of '%s' is not that of its derivative: "
                               "%.12g and %.12g should be equal", setup->name, back, forward);
    return TRO_OK;
}

static int try_rule(tro_setup *setup, const prepared *by)
{
    int status = TRO_OK;
    double *room = tro_allocate(5 * by->laws.length, sizeof *room);
    if (!room)
        return TRO_ENOMEM;
    for (size_t prompt = 0; prompt < by->laws.prompts && status == TRO_OK; prompt++) {
        status = try_apply(setup, by, prompt, room);
        if (status == TRO_OK)
            status = try_derivatives(setup, by, prompt, room);
    }
    tro_release(room);
    return status;
}

/* --- preparing ------------------------ */

static tro_laws laws_of(const tro_space *space)
{
    if (space->family->law == TRO_TABLE)
        return (tro_laws){.kind = TRO_LAWS_OUTCOMES, .length = space->outcomes,
                          .prompts = space->blocks, .coordinates = space->coordinates,
                          .points = space->points};
    return (tro_laws){.kind = TRO_LAWS_MEANS, .length = space->width, .prompts = 1};
}

static int rule_prepare(const tro_reader *reader, const tro_space *space, const void *config,
                        const tro_node *node, tro_curation *out)
{
    const stand_in *found =
        (const stand_in *)tro_catalog_find(reader->catalog, TRO_CURATOR, out->name);
    prepared *by = TRO_NEW(reader->arena, prepared, 1);
    if (!by)
        return TRO_ENOMEM;
    tro_setup setup = {.reader = reader, .space = space, .laws = &by->laws, .node = node,
                       .name = out->name};
    if (space->family->law == TRO_MOMENTS)
        return tro_setup_error(&setup, NULL,
                               "'%s' knows finite outcomes and means, found family '%s'",
                               out->name, space->family->plugin.name);
    *by = (prepared){.rule = found->rule, .laws = laws_of(space), .self = config};
    if (by->rule->prepare) {
        size_t errors = reader->messages ? reader->messages->errors : 0;
        int status = by->rule->prepare(&setup, &by->laws, config, &by->self);
        if (status != TRO_OK && (!reader->messages || reader->messages->errors == errors))
            return tro_setup_error(&setup, NULL, "'%s' cannot be prepared: %s", out->name,
                                   tro_status_text(status));
        if (status != TRO_OK)
            return status < 0 ? status : TRO_ESCENARIO;
    }
    out->self = by;
    out->ops = &rule_ops;
    out->scratch = 3 * by->laws.length;
    return try_rule(&setup, by);
}

/* --- catalogs ------------------------ */

/* Bytes of a parameter in its config; 0: there is no such type. */
static size_t size_of(const tro_param *param)
{
    static const size_t sizes[] = {
        [TRO_P_BOOL] = sizeof(int), [TRO_P_REAL] = sizeof(double),
        [TRO_P_WHOLE] = sizeof(long long), [TRO_P_TEXT] = sizeof(char *),
        [TRO_P_CHOICE] = sizeof(int), [TRO_P_VECTOR] = sizeof(tro_vector),
        [TRO_P_MATRIX] = sizeof(tro_matrix), [TRO_P_TEXTS] = sizeof(tro_texts),
        [TRO_P_RECORDS] = sizeof(tro_records), [TRO_P_PLUGIN] = sizeof(tro_chosen),
        [TRO_P_NODE] = sizeof(tro_node *), [TRO_P_SELF] = sizeof(tro_node *)};
    if (param->type == TRO_P_RECORD)
        return param->table ? param->table->size : 0;
    return (size_t)param->type < sizeof sizes / sizeof *sizes ? sizes[param->type] : 0;
}

/* What is wrong with a parameter of a table; or NULL. */
static const char *fault_of(const tro_param *param, const tro_table *table)
{
    size_t size = size_of(param);
    int nested = param->type == TRO_P_RECORD || param->type == TRO_P_RECORDS;
    if (!param->key || !param->doc)
        return "has no key or no doc";
    if (nested && !param->table)
        return "has no table";
    if (param->type == TRO_P_CHOICE && !param->choices)
        return "has no choices";
    if (size == 0)
        return "is of no type that there is";
    return param->offset > table->size || size > table->size - param->offset
               ? "does not fit into the size of the table" : NULL;
}

static int check_table(const char *rule, const tro_table *table, tro_messages *messages)
{
    int status = TRO_OK;
    if (table->count > 0 && !table->params)
        return tro_error(messages, TRO_EINVAL, NULL,
                         "the table of the rule '%s' has %zu parameters, and params is NULL", rule,
                         table->count);
    for (size_t k = 0; k < table->count && status == TRO_OK; k++) {
        const tro_param *param = &table->params[k];
        const char *fault = fault_of(param, table);
        if (fault)
            status = tro_error(messages, TRO_EINVAL, NULL,
                               "parameter %zu ('%s') of the rule '%s' %s", k,
                               param->key ? param->key : "", rule, fault);
        else if (param->table)
            status = check_table(rule, param->table, messages);
    }
    return status;
}

static int check_rule(const tro_catalog *catalog, const tro_rule *rule, tro_messages *messages)
{
    if (!rule)
        return tro_error(messages, TRO_EINVAL, NULL, "a rule is NULL");
    const char *name = rule->plugin.name;
    if (rule->plugin.abi != TRO_PLUGIN_ABI)
        return tro_error(messages, TRO_EINVAL, NULL, "a rule has the plug-in ABI %u, this is %u",
                         rule->plugin.abi, TRO_PLUGIN_ABI);
    if (!name || !*name || name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")])
        return tro_error(messages, TRO_EINVAL, NULL,
                         "a rule is named '%s': a name has lower-case letters, digits and "
                         "hyphens", name ? name : "");
    if (rule->plugin.kind != TRO_CURATOR || !rule->plugin.summary || !rule->apply ||
        !rule->derivative || !rule->transposed)
        return tro_error(messages, TRO_EINVAL, NULL,
                         "the rule '%s' must be of the kind TRO_CURATOR and have a summary, "
                         "apply, derivative and transposed", name);
    if (tro_catalog_find(catalog, TRO_CURATOR, name))
        return tro_error(messages, TRO_EINVAL, NULL, "there is a curator '%s' already", name);
    return check_table(name, &rule->plugin.table, messages);
}

/* A catalog and all it points to that is its own, in one piece. */
typedef struct extended {
    tro_catalog catalog;
    tro_arena arena;
} extended;

int tro_catalog_extend(const tro_catalog *base, const tro_rule *const *rules, size_t count,
                       tro_catalog **out, tro_messages *messages)
{
    int status = TRO_OK;
    *out = NULL;
    if (!base || (count > 0 && !rules))
        return tro_error(messages, TRO_EINVAL, NULL, "a catalog cannot be made of NULL");
    size_t before = base->count[TRO_CURATOR];
    extended *all = tro_allocate(1, sizeof *all);
    if (!all)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory for a catalog");
    all->catalog = *base;
    const tro_plugin **list = TRO_NEW(&all->arena, const tro_plugin *, before + count + 1);
    stand_in *stands = TRO_NEW(&all->arena, stand_in, count + 1);
    if (!list || !stands)
        status = TRO_ENOMEM;
    if (status == TRO_OK) {
        memcpy(list, base->items[TRO_CURATOR], before * sizeof *list);
        all->catalog.items[TRO_CURATOR] = list;
    }
    for (size_t k = 0; k < count && status == TRO_OK; k++) {
        TRO_TRY(check_rule(&all->catalog, rules[k], messages));
        stands[k] = (stand_in){.curator = {.plugin = rules[k]->plugin, .prepare = rule_prepare},
                               .rule = rules[k]};
        if (!stands[k].curator.plugin.table.name)
            stands[k].curator.plugin.table.name = rules[k]->plugin.name;
        list[before + k] = &stands[k].curator.plugin;
        all->catalog.count[TRO_CURATOR] = before + k + 1;
    }
out:
    if (status < 0)
        tro_catalog_free(&all->catalog);
    else
        *out = &all->catalog;
    return status;
}

void tro_catalog_free(tro_catalog *catalog)
{
    extended *all = (extended *)catalog;
    if (!all)
        return;
    tro_arena arena = all->arena;
    tro_release(all);
    tro_arena_clear(&arena);
}
