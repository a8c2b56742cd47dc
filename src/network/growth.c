#include "network/growth.h"

#include <math.h>

#include "network/aim.h"

typedef enum flow { HUBS_TO_NEWCOMERS, NEWCOMERS_TO_HUBS, BOTH } flow;
const char *const tro_growth_flows[] = {"hubs-to-newcomers", "newcomers-to-hubs", "both", NULL};

/* All ties when each newcomer has up to m: node i has min(i, m). */
static double total(double nodes, double m)
{
    return m * (m - 1) / 2 + m * (nodes - m);
}

/* The most m with which there are no more than `ties`. */
static double steady(double nodes, double ties)
{
    double low = 1, high = nodes - 1;

    while (low < high) {
        double middle = ceil((low + high) / 2);
        if (total(nodes, middle) <= ties)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/* Ties of every node: m, and one more for those, evenly spread over the ones
 * that have room, that make the sum right. */
static igraph_error_t spread_ties(double ties, igraph_integer_t nodes, igraph_vector_int_t *out)
{
    igraph_integer_t m = (igraph_integer_t)steady((double)nodes, ties);
    double more = ties - total((double)nodes, (double)m), room = (double)(nodes - m - 1);
    igraph_error_t code = igraph_vector_int_init(out, nodes);

    if (code != IGRAPH_SUCCESS)
        return code;
    for (igraph_integer_t i = 0; i < nodes; i++) {
        double k = (double)(i - m);
        VECTOR(*out)[i] = i < m ? i : m;
        if (k > 0 && floor(k * more / room) > floor((k - 1) * more / room))
            VECTOR(*out)[i]++;
    }
    return IGRAPH_SUCCESS;
}

static igraph_error_t make(const void *config, igraph_integer_t nodes, igraph_t *graph)
{
    const tro_grower *grower = config;
    igraph_vector_int_t ties;
    igraph_error_t code;

    if (grower->growth->ties == 0)
        return grower->make(grower->config, nodes, NULL, graph);
    code = spread_ties(grower->growth->ties, nodes, &ties);
    if (code != IGRAPH_SUCCESS)
        return code;
    code = grower->make(grower->config, nodes, &ties, graph);
    igraph_vector_int_destroy(&ties);
    return code;
}

static double count_ties(const tro_graph *graph, int direction)
{
    double count = 0;

    for (size_t e = 0; e < graph->count; e++)
        count += graph->links[e].from != graph->links[e].to;
    return direction == BOTH ? count / 2 : count;
}

/* Ties that come twice are missing: asks for so many more, keeping the network
 * that came nearest. Where none comes twice the first is it. */
static int approach(const tro_grower *grower, tro_igraph_request *request, const tro_site *site,
                    tro_arena *arena, tro_graph *out, tro_messages *messages)
{
    enum { TRIES = 12 };
    tro_growth growth = *grower->growth;
    tro_grower asking = *grower;
    double wanted = growth.ties, best = INFINITY, n = (double)site->nodes;
    int status = TRO_OK;

    asking.growth = &growth;
    request->config = &asking;
    for (int k = 0; k < TRIES && best != 0 && status == TRO_OK; k++) {
        tro_graph graph;
        double missing;
        status = tro_igraph_generate(request, site, arena, &graph, messages);
        if (status < 0)
            break;
        missing = wanted - count_ties(&graph, growth.direction);
        if (fabs(missing) < best) {
            best = fabs(missing);
            *out = graph;
        }
        growth.ties = tro_nearest_whole(growth.ties + missing, n - 1, n * (n - 1) / 2);
    }
    return status;
}

int tro_growth_generate(const tro_grower *grower, const tro_site *site, tro_arena *arena,
                        tro_graph *out, tro_messages *messages)
{
    static const tro_direction directions[] = {TRO_BACKWARD, TRO_FORWARD, TRO_BOTH_WAYS};
    const tro_growth *g = grower->growth;
    tro_igraph_request request = {.name = grower->name, .make = make, .config = grower,
                                  .nodes = site->nodes, .direction = directions[g->direction],
                                  .self = grower->self};
    double ties = g->ties > 0 ? g->ties : (double)site->nodes * (double)g->m;
    int status;

    if (g->m == TRO_NO_WHOLE && g->ties == 0)
        return tro_aim_missing(site, grower->name, "m", messages);
    if (site->nodes > 1 && g->ties == 0 && (unsigned long long)g->m >= site->nodes)
        return tro_error(messages, TRO_ESCENARIO, site->place,
                         "'%s' has %s = %lld and only %zu nodes, %s must be below their number",
                         grower->name, grower->key, g->m, site->nodes, grower->key);
    status = tro_links_check(grower->name, g->direction == BOTH ? 2 * ties : ties, site->place,
                             messages);
    if (status < 0)
        return status;
    if (g->ties > 0)
        return approach(grower, &request, site, arena, out, messages);
    return tro_igraph_generate(&request, site, arena, out, messages);
}

int tro_growth_aim(tro_growth *growth, const char *name, const tro_site *site, double links,
                   tro_messages *messages)
{
    double nodes = (double)site->nodes, each = growth->direction == BOTH ? 2 : 1;
    double most = nodes * (nodes - 1) / 2;

    if (growth->m != TRO_NO_WHOLE)
        return tro_aim_both(site, name, "m", messages);
    growth->ties = tro_nearest_whole(links / each, nodes - 1, most);
    growth->m = 1;
    return tro_aim_range(site, name, links, each * (nodes - 1), each * most, messages);
}
