/* One of several curators, drawn for every pool: users who differ. */
#include <math.h>
#include <stddef.h>

#include "curator/rewarded.h"

typedef struct branch {
    double weight;
    const tro_node *curator;
} branch;

typedef struct one_of_config {
    tro_records branches;
} one_of_config;

static const tro_param branch_params[] = {
    {.key = "weight", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED | TRO_P_OPEN_MIN,
     .offset = offsetof(branch, weight), .min = 0, .max = INFINITY, .fallback = "1",
     .doc = "How often this curator chooses, relative to the others."},
    {.key = "curator", .type = TRO_P_NODE, .flags = TRO_P_REQUIRED,
     .offset = offsetof(branch, curator), .doc = "The curator: an expression or a name."},
};
static const tro_table branch_table = {
    "one-of", branch_params, sizeof branch_params / sizeof *branch_params, sizeof(branch)};

static const tro_param one_of_params[] = {
    {.key = "curators", .type = TRO_P_RECORDS, .flags = TRO_P_REQUIRED | TRO_P_MAIN,
     .table = &branch_table, .offset = offsetof(one_of_config, branches),
     .doc = "The curators and how often each chooses: a list of {weight, curator}."},
};

static int one_of_prepare(const tro_reader *reader, const tro_space *space, const void *given,
                          const tro_node *node, tro_curation *out)
{
    const tro_records *branches = &((const one_of_config *)given)->branches;
    const branch *items = branches->items;
    int status = TRO_OK;
    size_t choosing = 0;
    double sum = 0;
    if (branches->count == 0)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "one-of needs at least one curator");
    const tro_curation **parts = TRO_NEW(reader->arena, const tro_curation *, branches->count);
    double *weight = TRO_NEW(reader->arena, double, branches->count);
    if (!parts || !weight)
        return TRO_ENOMEM;
    for (size_t k = 0; k < branches->count; k++) {
        int read = tro_curation_read(reader, space, items[k].curator, &parts[k]);
        status = read < 0 ? read : status;
        choosing += read == TRO_OK && parts[k]->ops;
        sum += items[k].weight;
    }
    for (size_t k = 0; k < branches->count; k++)
        weight[k] = items[k].weight / sum;
    if (status < 0)
        return status;
    if (branches->count == 1 || choosing == 0) { /* nothing to draw; the name stays */
        const char *name = out->name;
        *out = *parts[0];
        out->name = name;
        return TRO_OK;
    }
    return tro_mixture_prepare(reader->arena, &(tro_mixture){branches->count, weight, parts},
                               out);
}

const tro_curator tro_curator_one_of = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_CURATOR, .name = "one-of",
               .summary = "For every pool one of several curators is drawn, who chooses.",
               .reference = "Falahati, Amiri, Larson, Golab 2026 (arXiv 2605.07724), eq. 5",
               .table = {"one-of", one_of_params, sizeof one_of_params / sizeof *one_of_params,
                         sizeof(one_of_config)}},
    .prepare = one_of_prepare,
};
