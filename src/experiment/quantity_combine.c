/* Quantities made of others by arithmetic: so that an inequality of a paper is a sign. */
#include <math.h>
#include <stddef.h>

#include "experiment/quantity.h"

typedef struct term {
    const tro_node *self;
    tro_chosen of;
    double times, power;
    int logarithm;
} term;

static const tro_param term_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(term, self)},
    {.key = "of", .type = TRO_P_PLUGIN, .offset = offsetof(term, of), .kind = TRO_QUANTITY,
     .doc = "The quantity x of the term times x^power, or times log x. Without one the term "
            "is the number `times`."},
    {.key = "times", .type = TRO_P_REAL, .offset = offsetof(term, times), .fallback = "1",
     .doc = "A factor."},
    {.key = "power", .type = TRO_P_REAL, .offset = offsetof(term, power), .fallback = "1",
     .doc = "An exponent: -1 divides, 0.5 is a square root."},
    {.key = "log", .type = TRO_P_BOOL, .offset = offsetof(term, logarithm), .fallback = "false",
     .doc = "The natural logarithm of x instead of x, before the exponent."},
};
static const tro_table term_table = {"term", term_params, sizeof term_params / sizeof *term_params,
                                     sizeof(term)};

enum { SUM, PRODUCT, LEAST, GREATEST, WAYS };

typedef struct combine_config {
    const tro_node *self;
    tro_records terms[WAYS];
} combine_config;

#define WAY(index, text) \
    {.key = #text, .type = TRO_P_RECORDS, .offset = offsetof(combine_config, terms[index]), \
     .table = &term_table

static const tro_param combine_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(combine_config, self)},
    WAY(SUM, sum), .doc = "The terms to be added. One value in a term stands for as many as the "
                          "others have."},
    WAY(PRODUCT, product), .doc = "The terms to be multiplied."},
    WAY(LEAST, least), .doc = "The terms of which the least is wanted."},
    WAY(GREATEST, greatest), .doc = "The terms of which the greatest is wanted."},
};

/* Which way, or WAYS unless it is exactly one with terms. */
static size_t way_of(const combine_config *config)
{
    size_t found = WAYS, count = 0;
    for (size_t k = 0; k < WAYS; k++)
        if (config->terms[k].count > 0) {
            found = k;
            count++;
        }
    return count == 1 ? found : WAYS;
}

static size_t term_count(const tro_cell *cell, const term *t)
{
    return t->of.plugin ? tro_quantity_count(cell, &t->of) : 1;
}

static int check_term(const tro_cell *cell, const term *t, size_t *count,
                      tro_messages *messages)
{
    if (!t->of.plugin)
        return TRO_OK;
    if (tro_quantity_of(&t->of)->sampled)
        return tro_error(messages, TRO_ESCENARIO, &t->of.node->place,
                         "a quantity that is exact would be right, found '%s'",
                         t->of.plugin->name);
    int status = tro_quantity_check(cell, &t->of, messages);
    size_t own = status == TRO_OK ? term_count(cell, t) : 1;
    if (own > 1 && *count > 1 && own != *count)
        return tro_error(messages, TRO_ESCENARIO, &t->of.node->place,
                         "this term has %zu values, but one before it has %zu", own, *count);
    *count = own > 1 ? own : *count;
    return status;
}

static int combine_check(const tro_cell *cell, const void *given, tro_messages *messages)
{
    const combine_config *config = given;
    size_t way = way_of(config), count = 1;
    int status = TRO_OK;
    if (way == WAYS)
        return tro_error(messages, TRO_ESCENARIO, &config->self->place,
                         "one of 'sum', 'product', 'least' and 'greatest' is a list of terms");
    const term *terms = config->terms[way].items;
    for (size_t k = 0; k < config->terms[way].count && status != TRO_ENOMEM; k++) {
        int checked = check_term(cell, &terms[k], &count, messages);
        status = checked < 0 ? checked : status;
    }
    return status;
}

static size_t combine_count(const tro_cell *cell, const void *given)
{
    const combine_config *config = given;
    size_t way = way_of(config), count = 1;
    const term *terms = way < WAYS ? config->terms[way].items : NULL;
    for (size_t k = 0; terms && count == 1 && k < config->terms[way].count; k++)
        count = term_count(cell, &terms[k]);
    return count;
}

/* Numbered as the values of the first term that can have several. */
static size_t combine_first(const void *given)
{
    const combine_config *config = given;
    size_t way = way_of(config);
    const term *terms = way < WAYS ? config->terms[way].items : NULL;
    for (size_t k = 0; terms && k < config->terms[way].count; k++)
        if (terms[k].of.plugin && tro_quantity_of(&terms[k].of)->count)
            return tro_quantity_first(&terms[k].of);
    return 1;
}

static double join(size_t way, double sum, double value)
{
    switch (way) {
    case SUM:
        return sum + value;
    case PRODUCT:
        return sum * value;
    case LEAST:
        return isnan(value) || value < sum ? value : sum;
    default:
        return isnan(value) || value > sum ? value : sum;
    }
}

static int combine_compute(tro_cell *cell, const void *given, tro_values *out,
                           tro_messages *messages)
{
    const combine_config *config = given;
    size_t way = way_of(config);
    const term *terms = config->terms[way].items;
    int status;
    TRO_TRY(tro_values_new(cell, combine_count(cell, given), out));
    for (size_t k = 0; k < config->terms[way].count; k++) {
        tro_values found = {0};
        if (terms[k].of.plugin)
            TRO_TRY(tro_quantity_find(cell, &terms[k].of, &found, messages));
        for (size_t i = 0; i < out->count; i++) {
            double x = found.count ? found.values[found.count > 1 ? i : 0] : 1;
            x = terms[k].logarithm && found.count ? log(x) : x;
            double value = terms[k].times * (terms[k].power == 1 ? x : pow(x, terms[k].power));
            out->values[i] = k == 0 ? value : join(way, out->values[i], value);
        }
        out->one_sided |= found.one_sided;
    }
out:
    return status;
}

const tro_quantity tro_quantity_combine = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "combine",
               .summary = "Other quantities added, multiplied or compared.", .reference = NULL,
               .table = {"combine", combine_params,
                         sizeof combine_params / sizeof *combine_params,
                         sizeof(combine_config)}},
    .check = combine_check, .count = combine_count, .first = combine_first,
    .compute = combine_compute,
};
