#include "scenario/draws.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "document/members.h"
#include "scenario/parts.h"

typedef struct pair_config {
    const tro_node *self;
    double first, second;
} pair_config;

typedef struct choice_config {
    const tro_node *self, *values;
    tro_vector weights;
} choice_config;

typedef struct draw_config {
    const tro_node *self;
    pair_config normal, lognormal, beta, gamma;
    tro_vector uniform, within;
    double exponential;
    choice_config choice;
    const tro_node *dirichlet;
    int whole;
    const char *name;
} draw_config;

enum { TRIES = 100000 };   /* to fall within bounds */

#define PAIR(rule, a, b, a_flags, b_flags, low_a, low_b, a_doc, b_doc)                        \
    static const tro_param rule##_params[] = {                                              \
        {.key = "", .type = TRO_P_SELF, .offset = offsetof(pair_config, self)},             \
        {.key = a, .type = TRO_P_REAL, .flags = TRO_P_BOUNDED | (a_flags),                  \
         .offset = offsetof(pair_config, first), .min = low_a, .max = 1e100, .doc = a_doc}, \
        {.key = b, .type = TRO_P_REAL, .flags = TRO_P_BOUNDED | TRO_P_REQUIRED | (b_flags), \
         .offset = offsetof(pair_config, second), .min = low_b, .max = 1e100, .doc = b_doc}, \
    };                                                                                      \
    static const tro_table rule##_table = {#rule, rule##_params, 3, sizeof(pair_config)};

PAIR(normal, "mean", "sd", TRO_P_REQUIRED, 0, -1e100, 0, "Its mean.", "Its standard deviation.")
PAIR(lognormal, "median", "sigma", TRO_P_REQUIRED | TRO_P_OPEN_MIN, 0, 0, 0, "Its median.",
     "Standard deviation of its logarithm.")
PAIR(beta, "a", "b", TRO_P_REQUIRED, 0, 1e-6, 1e-6, "Its first shape: the mean is a / (a + b).",
     "Its second shape.")
PAIR(gamma, "shape", "scale", TRO_P_REQUIRED, 0, 1e-6, 0, "Its shape.",
     "Its scale: the mean is shape times scale.")

static const tro_param choice_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(choice_config, self)},
    {.key = "values", .type = TRO_P_NODE, .flags = TRO_P_MAIN | TRO_P_REQUIRED,
     .offset = offsetof(choice_config, values),
     .doc = "A list of what can be chosen: numbers, names, curators, whatever the key takes."},
    {.key = "weights", .type = TRO_P_VECTOR, .flags = TRO_P_BOUNDED,
     .offset = offsetof(choice_config, weights), .min = 0, .max = 1e100,
     .doc = "How likely each is, relative to the others. Default: all alike."},
};
static const tro_table choice_table = {"choice", choice_params, 3, sizeof(choice_config)};

#define RULE(rule, text) \
    {.key = #rule, .type = TRO_P_RECORD, .offset = offsetof(draw_config, rule), \
     .table = &rule##_table, .doc = text}

static const tro_param draw_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(draw_config, self)},
    RULE(normal, "A normal number."),
    {.key = "uniform", .type = TRO_P_VECTOR, .flags = TRO_P_BOUNDED,
     .offset = offsetof(draw_config, uniform), .min = -1e100, .max = 1e100,
     .doc = "A number between two, the smaller first."},
    RULE(lognormal, "A number whose logarithm is normal."),
    RULE(beta, "A number between 0 and 1."),
    RULE(gamma, "A positive number."),
    {.key = "exponential", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,
     .offset = offsetof(draw_config, exponential), .min = 0, .max = 1e100,
     .doc = "A positive number of this mean."},
    RULE(choice, "One of several values."),
    {.key = "dirichlet", .type = TRO_P_NODE, .offset = offsetof(draw_config, dirichlet),
     .doc = "Numbers that sum to 1: their parameters, as a list, or as a map by key, as in "
            "{real: 1, synthetic: 5, curated: 2} for shares."},
    {.key = "within", .type = TRO_P_VECTOR, .flags = TRO_P_BOUNDED | TRO_P_ALLOW_INF,
     .offset = offsetof(draw_config, within), .min = -INFINITY, .max = INFINITY,
     .doc = "Two bounds: the distribution is truncated there. Default: none, so that a number that "
            "the key does not take is an error."},
    {.key = "whole", .type = TRO_P_BOOL, .offset = offsetof(draw_config, whole),
     .fallback = "false", .doc = "Whether the number is rounded down to a whole one."},
    {.key = "name", .type = TRO_P_TEXT, .offset = offsetof(draw_config, name),
     .doc = "Draws of one name and rule use the same random numbers, but for members of a group, "
            "who have their own each. Default: no other draw has these."},
};

const tro_table tro_draw_table = {
    "draw", draw_params, sizeof draw_params / sizeof *draw_params, sizeof(draw_config)};

int tro_is_draw(const tro_node *node)
{
    return node->kind == TRO_MAP && node->count == 1 && strcmp(node->items[0]->key, "draw") == 0;
}

int tro_has_draws(const tro_node *node)
{
    if (tro_is_draw(node))
        return 1;
    for (size_t k = 0; k < node->count; k++)
        if (tro_has_draws(node->items[k]))
            return 1;
    return 0;
}

/* What the walk down an agent knows. */
typedef struct walk {
    const tro_reader *reader;
    tro_lottery *lottery;
    tro_text path;            /* of the key it is at */
} walk;

/* --- one value -------------------------------------------------------------- */

/* The name of the rule, of which there must be one. */
static int find_rule(const walk *w, const tro_node *node, const draw_config *config,
                     const char **rule)
{
    static const char *const rules[] = {"normal", "uniform", "lognormal", "beta", "gamma",
                                        "exponential", "choice", "dirichlet"};
    size_t count = 0;
    for (size_t k = 0; k < sizeof rules / sizeof *rules; k++)
        if (tro_node_get(node, rules[k])) {
            *rule = rules[k];
            count++;
        }
    if (count != 1)
        return tro_error(w->reader->messages, TRO_ESCENARIO, &node->place,
                         "a draw has one of normal, uniform, lognormal, beta, gamma, exponential, "
                         "choice and dirichlet, found %s", count ? "several" : "none");
    if (config->uniform.count > 0 &&
        (config->uniform.count != 2 || !(config->uniform.values[0] <= config->uniform.values[1])))
        return tro_error(w->reader->messages, TRO_ESCENARIO, tro_place_of(node, "uniform"),
                         "uniform is between two numbers, the smaller first");
    if (config->within.count > 0 &&
        (config->within.count != 2 || !(config->within.values[0] <= config->within.values[1])))
        return tro_error(w->reader->messages, TRO_ESCENARIO, tro_place_of(node, "within"),
                         "within is two bounds, the smaller first");
    return TRO_OK;
}

static double draw_number(const draw_config *c, tro_stream *stream)
{
    if (c->normal.self)
        return c->normal.first + c->normal.second * tro_stream_normal(stream);
    if (c->uniform.count == 2)
        return c->uniform.values[0] + (c->uniform.values[1] - c->uniform.values[0]) *
                                          tro_stream_uniform(stream);
    if (c->lognormal.self)
        return c->lognormal.first * exp(c->lognormal.second * tro_stream_normal(stream));
    if (c->gamma.self)
        return c->gamma.second * exp(tro_stream_log_gamma(stream, c->gamma.first));
    if (c->beta.self) {
        double one = tro_stream_log_gamma(stream, c->beta.first);
        double two = tro_stream_log_gamma(stream, c->beta.second);
        return 1 / (1 + exp(two - one));
    }
    return c->exponential * tro_stream_exponential(stream);
}

/* Rejection: exact whatever the distribution. */
static int draw_within(const walk *w, const draw_config *c, tro_stream *stream, double *out)
{
    char low[32], high[32];
    for (int k = 0; k < TRIES; k++) {
        *out = draw_number(c, stream);
        if (c->whole)
            *out = floor(*out);
        if (c->within.count == 0 ||
            (*out >= c->within.values[0] && *out <= c->within.values[1]))
            return TRO_OK;
    }
    return tro_error(w->reader->messages, TRO_ESCENARIO, &c->self->place,
                     "%d draws fell outside %s .. %s: bounds that the distribution reaches would "
                     "be right", TRIES, tro_format_short(low, c->within.values[0], 6),
                     tro_format_short(high, c->within.values[1], 6));
}

/* A scalar where `at` stood, shown where the distribution does. */
static tro_node *make_scalar(const walk *w, const tro_node *at, double value)
{
    tro_node *node = TRO_NEW(w->reader->arena, tro_node, 1);
    char number[32];
    if (!node)
        return NULL;
    *node = (tro_node){.kind = TRO_SCALAR, .place = at->place, .key = at->key,
                       .key_place = at->key_place,
                       .text = tro_arena_text(w->reader->arena, tro_format_real(number, value))};
    return node->text ? node : NULL;
}

static int draw_choice(const walk *w, const choice_config *c, const tro_node *at,
                       tro_stream *stream, const tro_node **out)
{
    size_t count = c->values->count, k = 0;
    double sum = 0, share;
    if (c->values->kind != TRO_LIST || count == 0)
        return tro_error(w->reader->messages, TRO_ESCENARIO, &c->values->place,
                         "choice is a list of at least one value");
    if (c->weights.count > 0 && c->weights.count != count)
        return tro_error(w->reader->messages, TRO_ESCENARIO, tro_place_of(c->self, "weights"),
                         "%zu weights, but there are %zu values", c->weights.count, count);
    for (size_t i = 0; i < count; i++)
        sum += c->weights.count ? c->weights.values[i] : 1;
    if (!(sum > 0))
        return tro_error(w->reader->messages, TRO_ESCENARIO, tro_place_of(c->self, "weights"),
                         "weights that are all 0 choose nothing");
    share = tro_stream_uniform(stream) * sum;
    for (double before = 0; k + 1 < count; k++) {
        before += c->weights.count ? c->weights.values[k] : 1;
        if (share < before)
            break;
    }
    while (k > 0 && c->weights.count && c->weights.values[k] == 0)
        k--;          /* rounding */
    tro_node *node = TRO_NEW(w->reader->arena, tro_node, 1);
    if (!node)
        return TRO_ENOMEM;
    *node = *c->values->items[k];
    node->key = at->key;
    node->key_place = at->key_place;
    *out = node;
    return TRO_OK;
}

/* Gamma numbers over their sum, by logarithms. */
static int draw_dirichlet(const walk *w, const tro_node *parameters, const tro_node *at,
                          tro_stream *stream, const tro_node **out)
{
    size_t count = parameters->count;
    double *value = TRO_NEW(w->reader->arena, double, count), largest = -INFINITY, sum = 0;
    tro_node *node = TRO_NEW(w->reader->arena, tro_node, 1);
    if (!value || !node)
        return TRO_ENOMEM;
    if (parameters->kind == TRO_SCALAR || count < 2)
        return tro_error(w->reader->messages, TRO_ESCENARIO, &parameters->place,
                         "dirichlet is a list or a map of at least two parameters");
    *node = (tro_node){.kind = parameters->kind, .place = at->place, .key = at->key,
                       .key_place = at->key_place, .count = count,
                       .items = TRO_NEW(w->reader->arena, tro_node *, count)};
    if (!node->items)
        return TRO_ENOMEM;
    for (size_t k = 0; k < count; k++) {
        double shape;
        int status = tro_read_real(w->reader, parameters->items[k], "a parameter", &shape);
        if (status < 0)
            return status;
        if (!(shape >= 1e-9 && shape <= 1e15))
            return tro_error(w->reader->messages, TRO_ESCENARIO, &parameters->items[k]->place,
                             "a parameter of a dirichlet draw must be in [1e-9, 1e15], found %g",
                             shape);
        value[k] = tro_stream_log_gamma(stream, shape);
        largest = fmax(largest, value[k]);
    }
    for (size_t k = 0; k < count; k++)
        sum += value[k] = exp(value[k] - largest);
    for (size_t k = 0; k < count; k++) {
        node->items[k] = make_scalar(w, parameters->items[k], value[k] / sum);
        if (!node->items[k])
            return TRO_ENOMEM;
        node->items[k]->parent = node;
    }
    *out = node;
    return TRO_OK;
}

static int draw_value(walk *w, const tro_node *at, const tro_node **out)
{
    const tro_node *node = at->items[0];
    draw_config config;
    const char *rule = NULL;
    tro_stream stream;
    double value;
    int status;
    TRO_TRY(tro_read_record(w->reader, node, &tro_draw_table, NULL, &config));
    TRO_TRY(find_rule(w, node, &config, &rule));
    w->lottery->key = tro_text_string(&w->path);
    TRO_TRY(tro_lottery_stream(w->reader, w->lottery, rule, node, config.name, &stream));
    if (config.choice.self)
        return draw_choice(w, &config.choice, at, &stream, out);
    if (config.dirichlet)
        return draw_dirichlet(w, config.dirichlet, at, &stream, out);
    TRO_TRY(draw_within(w, &config, &stream, &value));
    *out = make_scalar(w, at, value);
    status = *out ? TRO_OK : TRO_ENOMEM;
out:
    return status;
}

/* --- the tree --------------------------------------------------------------- */

static int resolve(walk *w, const tro_node *node, const tro_node **out);

/* The copy of a map or list in which child k is another. */
static int replace(walk *w, const tro_node *node, size_t k, const tro_node *child,
                   tro_node **copy)
{
    if (!*copy) {
        tro_node *made = TRO_NEW(w->reader->arena, tro_node, 1);
        tro_node **items = TRO_NEW(w->reader->arena, tro_node *, node->count);
        if (!made || !items)
            return TRO_ENOMEM;
        *made = *node;
        made->items = memcpy(items, node->items, node->count * sizeof *items);
        *copy = made;
    }
    tro_node *own = TRO_NEW(w->reader->arena, tro_node, 1);
    if (!own)
        return TRO_ENOMEM;
    *own = *child;
    own->parent = *copy;
    (*copy)->items[k] = own;
    return TRO_OK;
}

/* What says which agents there are is not drawn; reading it will say so. */
static int names_agents(const char *key)
{
    return strcmp(key, "name") == 0 || strcmp(key, "group") == 0 ||
           strcmp(key, "count") == 0 || strcmp(key, "names") == 0;
}

static int resolve_child(walk *w, const tro_node *node, size_t k, tro_node **copy)
{
    const tro_node *child = node->items[k], *value;
    size_t length = w->path.length;
    int status;
    if (!tro_has_draws(child) || (length == 0 && child->key && names_agents(child->key)))
        return TRO_OK;
    w->lottery->count = 0;
    if (child->key)
        tro_text_addf(&w->path, "%s%s", length ? "." : "", child->key);
    else
        tro_text_addf(&w->path, "%s%zu", length ? "." : "", k);
    status = w->path.failed ? TRO_ENOMEM : resolve(w, child, &value);
    if (status == TRO_OK && value != child)
        status = replace(w, node, k, value, copy);
    if (w->path.data) {
        w->path.length = length;
        w->path.data[length] = '\0';
    }
    return status;
}

static int resolve(walk *w, const tro_node *node, const tro_node **out)
{
    tro_node *copy = NULL;
    int status = TRO_OK;
    *out = node;
    if (tro_is_draw(node)) {
        status = draw_value(w, node, out);
        return status == TRO_OK && tro_has_draws(*out) ? resolve(w, *out, out) : status;
    }
    for (size_t k = 0; k < node->count; k++)
        status = tro_worse(status, resolve_child(w, node, k, &copy));
    if (copy)
        *out = copy;
    return status;
}

/* The agent's keys: its own, and those of the group that it does not have. */
static int merge(const tro_reader *reader, const tro_node *agent, const tro_node *own,
                 const tro_node **out)
{
    tro_node *made = TRO_NEW(reader->arena, tro_node, 1);
    size_t more = own ? own->count : 0;
    tro_node **items = TRO_NEW(reader->arena, tro_node *, agent->count + more);
    if (!made || !items)
        return TRO_ENOMEM;
    *made = *agent;
    made->items = items;
    made->count = 0;
    for (size_t k = 0; k < agent->count; k++)
        if (strcmp(agent->items[k]->key, "members") != 0 &&
            !tro_node_get(own, agent->items[k]->key))
            items[made->count++] = agent->items[k];
    for (size_t k = 0; k < more; k++)
        items[made->count++] = own->items[k];
    *out = made;
    return TRO_OK;
}

int tro_agent_node(const tro_reader *reader, tro_lottery *lottery, const tro_node *agent,
                   const tro_node *own, const char *name, const tro_node **out)
{
    walk w = {.reader = reader, .lottery = lottery};
    int status = TRO_OK;
    *out = agent;
    if (agent->kind != TRO_MAP)
        return TRO_OK;
    if (own || tro_node_get(agent, "members"))
        status = merge(reader, agent, own, out);
    if (status == TRO_OK && tro_has_draws(*out)) {
        tro_lottery_enter(lottery, "agents", name, "");
        status = resolve(&w, *out, out);
    }
    tro_text_clear(&w.path);
    tro_lottery_enter(lottery, NULL, NULL, NULL);
    return status;
}
