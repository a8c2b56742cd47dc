/* What the tests of parameter tables share: an agent with a parameter of
 * every type, and a reader. */
#ifndef TRO_PARAM_SUPPORT_H
#define TRO_PARAM_SUPPORT_H

#include <math.h>
#include <stddef.h>

#include "document/param.h"
#include "document_support.h"

typedef struct shares {
    double real, curated;
    const tro_node *self;
} shares;

typedef struct edge {
    const char *from, *to;
    double weight;
} edge;

typedef struct shift {
    tro_vector by;
    const tro_node *self;
} shift;

typedef struct agent {
    const char *name;
    double temperature, candidates, tolerance;
    long long rounds;
    int filter, displaces;
    tro_vector mean;
    tro_matrix covariance;
    tro_texts order;
    shares shares;
    tro_records edges;
    tro_chosen public, owner;
    const tro_node *extra;
} agent;

static const tro_param shares_params[] = {
    {.key = "real", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED | TRO_P_REQUIRED, .min = 0,
     .max = 1, .offset = offsetof(shares, real), .doc = "Share of real data."},
    {.key = "curated", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED, .min = 0, .max = 1,
     .offset = offsetof(shares, curated), .fallback = "0", .doc = "Share of curated data."},
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(shares, self)},
};
static const tro_table shares_table = {"shares", shares_params, 3, sizeof(shares)};

static const tro_param edge_params[] = {
    {.key = "from", .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED, .offset = offsetof(edge, from)},
    {.key = "to", .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED, .offset = offsetof(edge, to)},
    {.key = "weight", .type = TRO_P_REAL, .offset = offsetof(edge, weight), .fallback = "1"},
};
static const tro_table edge_table = {"edge", edge_params, 3, sizeof(edge)};

static const tro_param shift_params[] = {
    {.key = "by", .type = TRO_P_VECTOR, .flags = TRO_P_MAIN | TRO_P_REQUIRED,
     .offset = offsetof(shift, by), .doc = "The displacement."},
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(shift, self)},
};
static const tro_plugin shift_plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_CURATOR,
                                        .name = "shift",
                                        .table = {"shift", shift_params, 2, sizeof(shift)}};
static const tro_plugin none_plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_CURATOR,
                                       .name = "none", .table = {"none", NULL, 0, 0}};
static const tro_plugin *const curators[] = {&shift_plugin, &none_plugin};
static const tro_catalog catalog = {.items[TRO_CURATOR] = curators, .count[TRO_CURATOR] = 2};

static const char *const conventions[] = {"proportional", "real", "synthetic", NULL};

static const tro_param agent_params[] = {
    {.key = "name", .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED | TRO_P_MAIN,
     .offset = offsetof(agent, name), .doc = "The agent's name."},
    {.key = "temperature", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED | TRO_P_OPEN_MIN, .min = 0,
     .max = INFINITY, .offset = offsetof(agent, temperature), .fallback = "1",
     .unit = "reward", .doc = "Noise of the choice | its scale."},
    {.key = "candidates", .type = TRO_P_REAL,
     .flags = TRO_P_BOUNDED | TRO_P_INTEGRAL | TRO_P_ALLOW_INF, .min = 1, .max = INFINITY,
     .offset = offsetof(agent, candidates)},
    {.key = "tolerance", .type = TRO_P_REAL,
     .flags = TRO_P_BOUNDED | TRO_P_OPEN_MIN | TRO_P_OPEN_MAX, .min = 0, .max = 1,
     .offset = offsetof(agent, tolerance), .fallback = "1e-12"},
    {.key = "rounds", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED, .min = 0, .max = 1e9,
     .offset = offsetof(agent, rounds), .unit = "rounds"},
    {.key = "filter", .type = TRO_P_BOOL, .offset = offsetof(agent, filter), .fallback = "yes"},
    {.key = "displaces", .type = TRO_P_CHOICE, .choices = conventions,
     .offset = offsetof(agent, displaces), .fallback = "proportional"},
    {.key = "mean", .type = TRO_P_VECTOR, .flags = TRO_P_BOUNDED, .min = -100, .max = 100,
     .offset = offsetof(agent, mean), .fallback = "[0, 1]"},
    {.key = "covariance", .type = TRO_P_MATRIX, .offset = offsetof(agent, covariance)},
    {.key = "order", .type = TRO_P_TEXTS, .offset = offsetof(agent, order)},
    {.key = "shares", .type = TRO_P_RECORD, .table = &shares_table,
     .offset = offsetof(agent, shares)},
    {.key = "edges", .type = TRO_P_RECORDS, .table = &edge_table,
     .offset = offsetof(agent, edges)},
    {.key = "public", .type = TRO_P_PLUGIN, .kind = TRO_CURATOR, .offset = offsetof(agent, public),
     .fallback = "none"},
    {.key = "owner", .type = TRO_P_PLUGIN, .kind = TRO_CURATOR, .offset = offsetof(agent, owner)},
    {.key = "extra", .type = TRO_P_NODE, .offset = offsetof(agent, extra)},
};
static const tro_table agent_table = {"agent", agent_params,
                                      sizeof agent_params / sizeof *agent_params, sizeof(agent)};

static tro_document *document;
static tro_arena arena;
static tro_messages messages;
static tro_reader reader;

static inline void open_reader(void)
{
    reader = (tro_reader){.arena = &arena, .catalog = &catalog, .messages = &messages};
}

static inline void close_reader(void)
{
    tro_document_free(document);
    document = NULL;
    tro_arena_clear(&arena);
    tro_messages_clear(&messages);
}

/* The agent under key `a` of a text. */
static inline int read_agent(const char *text, agent *out)
{
    tro_document_free(document);
    document = read_text(text);
    memset(out, 0xAA, sizeof *out);
    return tro_read_record(&reader, tro_node_get(document->root, "a"), &agent_table, NULL, out);
}

#endif
