#include "network/fitness_links.h"

#include "network/links.h"
#include "network/number_set.h"

/* Links are drawn until there are enough different ones. When that takes more
 * draws than this for each, the fittest pairs are all taken. */
enum { DRAWS = 200 };

typedef struct urn {
    size_t nodes;
    double *sum;       /* of the fitness of nodes 0 .. i */
} urn;

static int fill(urn *u, const double *fitness, size_t nodes)
{
    double sum = 0;

    u->nodes = nodes;
    u->sum = tro_allocate(nodes, sizeof *u->sum);
    for (size_t i = 0; u->sum && i < nodes; i++)
        u->sum[i] = sum += fitness[i];
    return u->sum ? TRO_OK : TRO_ENOMEM;
}

/* The first node whose sum exceeds a uniform share of the whole: never one
 * without fitness. */
static size_t draw(const urn *u, tro_stream *stream)
{
    double at = tro_stream_uniform(stream) * u->sum[u->nodes - 1];
    size_t low = 0, high = u->nodes - 1;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (u->sum[middle] > at)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* How many different links there can be. */
static double room_of(const tro_fitness_request *request, size_t nodes)
{
    double producers = 0, consumers = 0, both = 0;

    for (size_t i = 0; i < nodes; i++) {
        producers += request->out[i] > 0;
        consumers += request->in[i] > 0;
        both += request->out[i] > 0 && request->in[i] > 0;
    }
    return producers * consumers - both;
}

static int add_links(const tro_fitness_request *request, const tro_site *site, const urn *out,
                     const urn *in, tro_pairs *pairs, tro_number_set *taken,
                     tro_messages *messages)
{
    size_t wanted = (size_t)request->links, tries = DRAWS * wanted + 1000;
    tro_stream stream = *site->stream;

    while (pairs->count < wanted && tries-- > 0) {
        size_t from = draw(out, &stream), to = draw(in, &stream);
        if (from != to && tro_number_set_add(taken, (uint64_t)from * site->nodes + to))
            tro_pairs_add(pairs, from, to);
    }
    if (pairs->count == wanted)
        return TRO_OK;
    return tro_error(messages, TRO_ESCENARIO, site->place,
                     "'%s' finds only %zu different links of %lld: the pairs of agents that are "
                     "likely are all taken, fewer links or more equal agents would be right",
                     request->name, pairs->count, request->links);
}

int tro_fitness_generate(const tro_fitness_request *request, const tro_site *site,
                         tro_arena *arena, tro_graph *out, tro_messages *messages)
{
    double room = room_of(request, site->nodes);
    tro_pairs pairs = {0};
    tro_number_set taken = {0};
    urn producers = {0}, consumers = {0};
    int status;

    if ((double)request->links > room)
        return tro_error(messages, TRO_ESCENARIO, site->place,
                         "'%s' has %lld links, but there is room for only %.0f between agents with "
                         "a fitness", request->name, request->links, room);
    if (request->links > 0) {
        TRO_TRY(tro_pairs_reserve(&pairs, (size_t)request->links, messages));
        TRO_TRY(tro_number_set_make(&taken, (size_t)request->links));
        TRO_TRY(fill(&producers, request->out, site->nodes));
        TRO_TRY(fill(&consumers, request->in, site->nodes));
        TRO_TRY(add_links(request, site, &producers, &consumers, &pairs, &taken, messages));
    }
    TRO_TRY(tro_pairs_finish(&pairs, site->nodes, request->self, arena, out, messages));
out:
    tro_release(producers.sum);
    tro_release(consumers.sum);
    tro_number_set_clear(&taken);
    tro_pairs_clear(&pairs);
    return status;
}
