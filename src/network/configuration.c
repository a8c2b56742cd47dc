/* Given degrees: one network that has them, whose links then exchange ends
 * at random. Unlike rejection it comes to an end whatever the degrees. */
#include "network/generators.h"
#include "network/igraph_guard.h"
#include "network/links.h"
#include "network/rewire.h"

typedef struct configuration {
    tro_vector in, out;
    double self;
} configuration;

enum { SWAPS = 10 };   /* of each link */

static igraph_error_t copy(const tro_vector *from, igraph_vector_int_t *to)
{
    igraph_error_t code = igraph_vector_int_init(to, (igraph_integer_t)from->count);

    for (size_t i = 0; code == IGRAPH_SUCCESS && i < from->count; i++)
        VECTOR(*to)[i] = (igraph_integer_t)from->values[i];
    return code;
}

static igraph_error_t make(const void *config, igraph_integer_t nodes, igraph_t *graph)
{
    const configuration *c = config;
    igraph_vector_int_t out, in;
    igraph_error_t code = copy(c->out.count ? &c->out : &c->in, &out);

    (void)nodes;
    if (code != IGRAPH_SUCCESS)
        return code;
    code = copy(&c->in, &in);
    if (code == IGRAPH_SUCCESS) {
        code = igraph_realize_degree_sequence(graph, &out, &in, IGRAPH_SIMPLE_SW,
                                              IGRAPH_REALIZE_DEGSEQ_LARGEST);
        igraph_vector_int_destroy(&in);
    }
    igraph_vector_int_destroy(&out);
    return code;
}

/* The sum of the degrees; each a whole number. */
static int check_degrees(const tro_vector *degrees, const char *key, const tro_site *site,
                         double *sum, tro_messages *messages)
{
    *sum = 0;
    if (degrees->count != site->nodes)
        return tro_error(messages, TRO_ESCENARIO, site->place,
                         "'configuration' has %zu numbers in '%s', found %zu agents",
                         degrees->count, key, site->nodes);
    for (size_t i = 0; i < degrees->count; i++) {
        double value = degrees->values[i];
        if (value != floor(value) || value >= (double)site->nodes)
            return tro_error(messages, TRO_ESCENARIO, site->place,
                             "number %zu of '%s' of 'configuration' is %g, a whole number below "
                             "that of the agents, %zu, is wanted", i + 1, key, value, site->nodes);
        *sum += value;
    }
    return TRO_OK;
}

static int check(const configuration *c, const tro_site *site, tro_messages *messages)
{
    double in, out;
    int status = check_degrees(&c->in, "in", site, &in, messages);

    if (status < 0 || c->out.count == 0)
        return status;
    status = check_degrees(&c->out, "out", site, &out, messages);
    if (status == TRO_OK && in != out)
        return tro_error(messages, TRO_ESCENARIO, site->place,
                         "'configuration' has %.0f links by 'out' and %.0f by 'in', the same "
                         "number is wanted", out, in);
    return status < 0 ? status : tro_links_check("configuration", in, site->place, messages);
}

static int configuration_generate(const void *config, const tro_site *site, tro_arena *arena,
                                  tro_graph *out, tro_messages *messages)
{
    const configuration *c = config;
    tro_igraph_request request = {.name = "configuration", .make = make, .config = config,
                                  .nodes = site->nodes, .direction = TRO_FORWARD};
    tro_pairs pairs = {0};
    int status;

    TRO_TRY(check(c, site, messages));
    status = tro_igraph_generate(&request, site, arena, out, messages);
    if (status == TRO_ELIBRARY)   /* said: there is no such network */
        status = TRO_ESCENARIO;
    TRO_TRY(status);
    TRO_TRY(tro_graph_rewire(out, SWAPS, site->stream, messages));
    TRO_TRY(tro_links_again(out, &pairs, c->self, arena, messages));
out:
    tro_pairs_clear(&pairs);
    return status;
}

static const tro_param configuration_params[] = {
    {.key = "in", .type = TRO_P_VECTOR, .flags = TRO_P_REQUIRED | TRO_P_BOUNDED,
     .offset = offsetof(configuration, in), .min = 0, .max = 1e9, .unit = "links",
     .doc = "Number of producers of every agent, in the order of the list."},
    {.key = "out", .type = TRO_P_VECTOR, .flags = TRO_P_BOUNDED,
     .offset = offsetof(configuration, out), .min = 0, .max = 1e9, .unit = "links",
     .doc = "Number of consumers of every agent, with the same sum. Default: as `in`."},
    TRO_PARAM_SELF(configuration)
};

const tro_generator tro_generator_configuration = {
    .plugin = {
        .abi = TRO_PLUGIN_ABI,
        .kind = TRO_GENERATOR,
        .name = "configuration",
        .summary = "A random network with given numbers of producers and consumers; data "
                   "flows from j to i independently of whether it flows from i to j.",
        .reference = "Kleitman and Wang 1973; Rao, Jana, Bandyopadhyay 1996 (swaps)",
        .table = {.name = "configuration", .params = configuration_params,
                  .count = sizeof configuration_params / sizeof *configuration_params,
                  .size = sizeof(configuration)}
    },
    .generate = configuration_generate
};
