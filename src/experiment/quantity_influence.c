/* Influence at the fixed point, by several roads, by walks and by block; and
 * the alignment proxy. */
#include <math.h>
#include <string.h>

#include "experiment/pair.h"

int tro_pair_check(const tro_cell *cell, const void *given, tro_messages *messages)
{
    const tro_pair_config *config = given;
    size_t on, of;
    int status = tro_cell_agent(cell, config->on, tro_place_of(config->self, "on"), &on,
                                messages);
    int other = tro_cell_agent(cell, config->of, tro_place_of(config->self, "of"), &of,
                               messages);
    if (status == TRO_OK && !cell->scenario->agents[on].reward)
        status = tro_error(messages, TRO_ESCENARIO, tro_place_of(config->self, "on"),
                           "agent '%s' has no 'reward', so no alignment", config->on);
    return status < 0 ? status : other;
}

size_t tro_pair_on(const tro_cell *cell, const tro_pair_config *config)
{
    return tro_scenario_agent(cell->scenario, config->on);
}

size_t tro_pair_of(const tro_cell *cell, const tro_pair_config *config)
{
    return tro_scenario_agent(cell->scenario, config->of);
}

int tro_pair_one_sided(const tro_cell *cell, size_t of)
{
    int falls, rises;
    tro_share_sides(cell->ecosystem, of, &falls, &rises);
    return falls != rises;
}

enum { BY_ADJOINT, BY_FORWARD, BY_THEOREM, BY_DIFFERENCE };
static const char *const methods[] = {"adjoint", "forward", "theorem", "difference", NULL};

#define WALK_PARAMS                                                                        \
    {.key = "hops", .type = TRO_P_REAL,                                                    \
     .flags = TRO_P_BOUNDED | TRO_P_INTEGRAL | TRO_P_ALLOW_INF,                            \
     .offset = offsetof(tro_pair_config, hops), .min = 0, .max = TRO_MOST_HOPS,            \
     .fallback = "inf", .unit = "edges",                                                   \
     .doc = "Walks of at most so many edges; 0 is the local effect, inf the whole."},      \
    {.key = "shortest", .type = TRO_P_BOOL,                                                \
     .offset = offsetof(tro_pair_config, shortest), .fallback = "false",                   \
     .doc = "Only the shortest walk from `of` to `on`."}

static const tro_param influence_params[] = {
    TRO_PAIR_PARAMS,
    {.key = "method", .type = TRO_P_CHOICE, .offset = offsetof(tro_pair_config, method),
     .fallback = "adjoint", .choices = methods,
     .doc = "adjoint, forward (explicit solve), theorem (two-part form), or difference "
            "(of fixed points, central where the share can move both ways)."},
    WALK_PARAMS,
    {.key = "block", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(tro_pair_config, block), .min = 1, .max = 1e6,
     .unit = "coordinates",
     .doc = "One value for each block of so many coordinates, instead of their sum."},
    {.key = "step", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED | TRO_P_OPEN_MIN,
     .offset = offsetof(tro_pair_config, step), .min = 0, .max = 1, .fallback = "1e-4",
     .unit = "share", .doc = "Step of method `difference`."},
};

static const tro_param proxy_params[] = {TRO_PAIR_PARAMS, WALK_PARAMS};

static int influence_check(const tro_cell *cell, const void *given, tro_messages *messages)
{
    const tro_pair_config *config = given;
    size_t width = cell->ecosystem->width;
    int status = tro_pair_check(cell, given, messages);
    if (status == TRO_OK && config->block > 0 &&
        width % (size_t)config->block != 0)
        return tro_error(messages, TRO_ESCENARIO, tro_place_of(config->self, "block"),
                         "blocks of %lld coordinates do not divide a dimension of %zu",
                         config->block, width);
    if (status == TRO_OK && config->shortest && isfinite(config->hops))
        return tro_error(messages, TRO_ESCENARIO, tro_place_of(config->self, "hops"),
                         "'hops' and 'shortest' are two lengths of a walk: one of them would be "
                         "right");
    if (status == TRO_OK && config->method != BY_ADJOINT && config->method != BY_FORWARD &&
        (config->shortest || isfinite(config->hops) || config->block > 0))
        return tro_error(messages, TRO_ESCENARIO, tro_place_of(config->self, "method"),
                         "'hops', 'shortest' and 'block' go with method 'adjoint' or 'forward'");
    return status;
}

static size_t influence_count(const tro_cell *cell, const void *given)
{
    const tro_pair_config *config = given;
    return config->block > 0 ? cell->ecosystem->width / (size_t)config->block : 1;
}

static size_t hops_of(const tro_cell *cell, const tro_pair_config *config)
{
    if (config->shortest)
        return tro_influence_shortest(cell->ecosystem, tro_pair_on(cell, config),
                                      tro_pair_of(cell, config));
    return isfinite(config->hops) ? (size_t)config->hops : TRO_ALL_WALKS;
}

/* The response (size) and the gradient of `on` (width), in the cell's arena. */
static int response_and_gradient(tro_cell *cell, const tro_pair_config *config,
                                 double **response, double **gradient, tro_messages *messages)
{
    const tro_ecosystem *eco = cell->ecosystem;
    size_t of = tro_pair_of(cell, config), on = tro_pair_on(cell, config);
    int status;
    *response = TRO_NEW(&cell->arena, double, eco->size);
    *gradient = TRO_NEW(&cell->arena, double, eco->width);
    if (!*response || !*gradient)
        return TRO_ENOMEM;
    TRO_TRY(tro_alignment_gradient(&cell->influences, on, *gradient));
    status = tro_influence_response(&cell->influences, of, hops_of(cell, config), *response,
                                    messages);
    if (status == TRO_EUNSUPPORTED) {
        for (size_t k = 0; k < eco->size; k++)
            (*response)[k] = NAN;
        status = TRO_OK;
    }
out:
    return status;
}

static int by_walks(tro_cell *cell, const tro_pair_config *config, tro_values *out,
                    tro_messages *messages)
{
    const tro_ecosystem *eco = cell->ecosystem;
    double *response, *gradient;
    size_t blocks = influence_count(cell, config);
    int status = response_and_gradient(cell, config, &response, &gradient, messages);
    if (status == TRO_OK)
        status = tro_values_new(cell, blocks, out);
    if (status < 0)
        return status;
    const double *row = response + tro_pair_on(cell, config) * eco->width;
    for (size_t k = 0; k < eco->width; k++)
        out->values[k * blocks / eco->width] += gradient[k] * row[k];
    return TRO_OK;
}

static int by_difference(tro_cell *cell, const tro_pair_config *config, double *value,
                         int *one_sided, tro_messages *messages)
{
    size_t on = tro_pair_on(cell, config), of = tro_pair_of(cell, config);
    tro_interval shares = {.one_sided = 0};
    int status = tro_cell_interval(cell, of, config->step, &shares, NULL);
    *one_sided = status == TRO_OK && shares.one_sided;
    return tro_influence_difference(cell->ecosystem, on, of, config->step, value, messages);
}

static int influence_compute(tro_cell *cell, const void *given, tro_values *out,
                             tro_messages *messages)
{
    const tro_pair_config *config = given;
    size_t on = tro_pair_on(cell, config), of = tro_pair_of(cell, config);
    double value = NAN;
    int status = tro_cell_influences(cell, messages);
    if (status < 0)
        return status;
    out->one_sided = tro_pair_one_sided(cell, of);
    if (config->shortest || isfinite(config->hops) || config->block > 0 ||
        config->method == BY_FORWARD)
        return by_walks(cell, config, out, messages);
    if (config->method == BY_THEOREM)
        status = tro_influence_theorem(&cell->influences, on, of, &value, messages);
    else if (config->method == BY_DIFFERENCE)
        status = by_difference(cell, config, &value, &out->one_sided, messages);
    else
        status = tro_influence_adjoint(&cell->influences, on, of, &value, NULL, messages);
    return status < 0 ? status : tro_values_one(cell, value, NAN, out);
}

/* cos(grad J_on, response of `on`): how well the response points where the
 * reward rises. */
static int proxy_compute(tro_cell *cell, const void *given, tro_values *out,
                         tro_messages *messages)
{
    const tro_pair_config *config = given;
    const tro_ecosystem *eco = cell->ecosystem;
    double *response, *gradient, along = 0, length = 0, steep = 0;
    int status = tro_cell_influences(cell, messages);
    if (status == TRO_OK)
        status = response_and_gradient(cell, config, &response, &gradient, messages);
    if (status < 0)
        return status;
    const double *row = response + tro_pair_on(cell, config) * eco->width;
    for (size_t k = 0; k < eco->width; k++) {
        along += gradient[k] * row[k];
        length += row[k] * row[k];
        steep += gradient[k] * gradient[k];
    }
    out->one_sided = tro_pair_one_sided(cell, tro_pair_of(cell, config));
    return tro_values_one(cell, along / sqrt(length * steep), NAN, out);
}

#define TABLE(name, params) \
    {name, params, sizeof params / sizeof *params, sizeof(tro_pair_config)}

const tro_quantity tro_quantity_influence = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "influence",
               .summary = "dJ_on / d(curated share of `of`) at the fixed point.",
               .reference = "Zhang, Wei, Zhang 2026 (arXiv 2605.29267)",
               .table = TABLE("influence", influence_params)},
    .check = influence_check, .count = influence_count, .compute = influence_compute,
};

const tro_quantity tro_quantity_proxy = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "proxy",
               .summary = "Cosine between the gradient of J_on and the response of `on` to the "
                          "curated share of `of`.",
               .reference = "Zhang, Wei, Zhang 2026 (arXiv 2605.29267), Figure 3",
               .table = TABLE("proxy", proxy_params)},
    .check = influence_check, .compute = proxy_compute,
};
