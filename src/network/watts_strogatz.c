/* The small world of Watts and Strogatz (1998): a ring lattice some of whose
 * ties are rewired to partners drawn at random.
 *
 * Their procedure as it is printed: in `k` rounds, one per distance, every
 * node in turn keeps its tie to the node at that distance ahead, or with
 * probability p moves the far end to a node drawn uniformly from those it has
 * no tie with. So every node keeps at least k ties, and nobody is left without
 * a producer. (igraph 0.10 gives both ends of a tie the probability p, which
 * moves 2p - p^2 of them and can isolate a node, so this is not igraph's.) */
#include "network/aim.h"
#include "network/generators.h"
#include "network/links.h"
#include "network/number_set.h"

typedef struct watts_strogatz {
    long long k;
    double p;
    double self;
} watts_strogatz;

/* Tie number i k + d - 1 began as the one from i to i + d and is now the one
 * from i to far[...]. The moved ties also stand in a set, so that "is there a
 * tie" takes constant time. */
typedef struct world {
    size_t nodes, k;
    size_t *far, *degree;
    tro_number_set moved;
} world;

static int world_make(world *w, size_t nodes, size_t k)
{
    *w = (world){.nodes = nodes, .k = k};
    w->far = tro_allocate(nodes * k, sizeof *w->far);
    w->degree = tro_allocate(nodes, sizeof *w->degree);
    if (!w->far || !w->degree || tro_number_set_make(&w->moved, nodes * k) < 0)
        return TRO_ENOMEM;
    for (size_t i = 0; i < nodes; i++) {
        w->degree[i] = 2 * k;
        for (size_t d = 1; d <= k; d++)
            w->far[i * k + d - 1] = (i + d) % nodes;
    }
    return TRO_OK;
}

static void world_clear(world *w)
{
    tro_release(w->far);
    tro_release(w->degree);
    tro_number_set_clear(&w->moved);
}

static uint64_t key_of(const world *w, size_t a, size_t b)
{
    return a < b ? a * w->nodes + b : b * w->nodes + a;
}

/* The tie from a to the node `ahead` further on is still in its place. */
static int in_place(const world *w, size_t a, size_t ahead)
{
    return ahead <= w->k && w->far[a * w->k + ahead - 1] == (a + ahead) % w->nodes;
}

static int tied(const world *w, size_t a, size_t b)
{
    size_t ahead = b > a ? b - a : b + w->nodes - a;

    return in_place(w, a, ahead) || in_place(w, b, w->nodes - ahead)
           || tro_number_set_has(&w->moved, key_of(w, a, b));
}

static void rewire(world *w, double p, tro_stream *stream)
{
    for (size_t d = 1; d <= w->k; d++) {
        for (size_t i = 0; i < w->nodes; i++) {
            size_t *far = &w->far[i * w->k + d - 1], partner;
            if (tro_stream_uniform(stream) >= p || w->degree[i] == w->nodes - 1)
                continue;
            do
                partner = (size_t)tro_stream_below(stream, w->nodes);
            while (partner == i || tied(w, i, partner));
            w->degree[*far]--;
            w->degree[partner]++;
            *far = partner;
            (void)tro_number_set_add(&w->moved, key_of(w, i, partner));
        }
    }
}

static int make_pairs(const watts_strogatz *c, size_t nodes, const tro_stream *stream,
                      tro_pairs *pairs, tro_messages *messages)
{
    tro_stream own = *stream;
    size_t k = (size_t)c->k;
    world w;
    int status;

    TRO_TRY(world_make(&w, nodes, k));
    TRO_TRY(tro_pairs_reserve(pairs, 2 * nodes * k, messages));
    rewire(&w, c->p, &own);
    for (size_t tie = 0; tie < nodes * k; tie++) {
        tro_pairs_add(pairs, tie / k, w.far[tie]);
        tro_pairs_add(pairs, w.far[tie], tie / k);
    }
out:
    world_clear(&w);
    return status;
}

static int watts_strogatz_generate(const void *config, const tro_site *site, tro_arena *arena,
                                   tro_graph *out, tro_messages *messages)
{
    const watts_strogatz *c = config;
    size_t nodes = site->nodes;
    tro_pairs pairs = {0};
    int status;

    if (c->k == TRO_NO_WHOLE)
        return tro_aim_missing(site, "watts-strogatz", "k", messages);
    if (nodes > 1 && 2 * (double)c->k >= (double)nodes)
        return tro_error(messages, TRO_ESCENARIO, site->place,
                         "'watts-strogatz' has k = %lld neighbours on each side among %zu nodes, "
                         "2 k must be below their number", c->k, nodes);
    if (nodes > 1) {
        TRO_TRY(tro_links_check("watts-strogatz", 2 * (double)nodes * (double)c->k, site->place,
                                messages));
        TRO_TRY(make_pairs(c, nodes, site->stream, &pairs, messages));
    }
    TRO_TRY(tro_pairs_finish(&pairs, nodes, c->self, arena, out, messages));
out:
    tro_pairs_clear(&pairs);
    return status;
}

static int watts_strogatz_aim(void *config, const tro_site *site, double links,
                              tro_messages *messages)
{
    watts_strogatz *c = config;
    double ties = 2 * (double)site->nodes, most = floor(((double)site->nodes - 1) / 2);

    if (c->k != TRO_NO_WHOLE)
        return tro_aim_both(site, "watts-strogatz", "k", messages);
    c->k = (long long)tro_nearest_whole(links / ties, 1, most);
    return tro_aim_range(site, "watts-strogatz", links, ties, most * ties, messages);
}

static const tro_param watts_strogatz_params[] = {
    {.key = "k", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(watts_strogatz, k), .min = 1, .max = INFINITY, .unit = "agents",
     .doc = "Neighbours on each side of the ring, so that an agent has 2 k ties before the "
            "rewiring and at least k after it; below half the number of agents."},
    {.key = "p", .type = TRO_P_REAL, .flags = TRO_P_REQUIRED | TRO_P_BOUNDED,
     .offset = offsetof(watts_strogatz, p), .min = 0, .max = 1,
     .doc = "Probability that the far end of a tie is rewired."},
    TRO_PARAM_SELF(watts_strogatz)
};

const tro_generator tro_generator_watts_strogatz = {
    .plugin = {
        .abi = TRO_PLUGIN_ABI,
        .kind = TRO_GENERATOR,
        .name = "watts-strogatz",
        .summary = "A ring lattice with some ties rewired at random; data flows both ways along "
                   "each tie.",
        .reference = "Watts and Strogatz 1998",
        .table = {.name = "watts-strogatz", .params = watts_strogatz_params,
                  .count = sizeof watts_strogatz_params / sizeof *watts_strogatz_params,
                  .size = sizeof(watts_strogatz)}
    },
    .generate = watts_strogatz_generate,
    .aim = watts_strogatz_aim
};
