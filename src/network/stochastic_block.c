/* The stochastic block model, directed. Every pair of groups gets a binomial
 * number of links, which is as if each link were drawn. */
#include "document/param.h"
#include "network/aim.h"
#include "network/block_links.h"
#include "network/generators.h"

typedef struct stochastic_block {
    const tro_node *p;
    int aimed;                /* numbers of links, not probabilities */
    double factor, self;      /* factor: of the probabilities, when it was aimed */
} stochastic_block;

/* A row of probabilities for every block; out has block_count^2 of them. */
static int read_row(const tro_reader *reader, const tro_site *site, const tro_node *row,
                    double *out)
{
    int status = TRO_OK;

    if (row->kind == TRO_LIST && row->count != site->block_count)
        return tro_error(reader->messages, TRO_ESCENARIO, &row->place,
                         "a row of %zu probabilities, but there are %zu groups or agents",
                         row->count, site->block_count);
    for (size_t k = 0; k < row->count; k++) {
        const tro_node *item = row->items[k];
        size_t to = k;
        int found = TRO_OK;
        double p = 0;
        if (row->kind == TRO_MAP)
            found = tro_block_find(site, item->key, &item->key_place, &to, reader->messages);
        if (found == TRO_OK)
            found = tro_read_real(reader, item, "a probability", &p);
        if (found == TRO_OK && !(p >= 0 && p <= 1))
            found = tro_error(reader->messages, TRO_ESCENARIO, &item->place,
                              "a probability must be in [0, 1], found %g", p);
        if (found == TRO_OK)
            out[to] = p;
        else
            status = found;
    }
    return status;
}

/* {from: {to: p}}, or a list of rows in the order of the agents. */
static int read_p(const stochastic_block *c, const tro_site *site, tro_arena *arena, double *out,
                  tro_messages *messages)
{
    tro_reader reader = {.arena = arena, .messages = messages};
    size_t blocks = site->block_count;
    int status = TRO_OK;

    if (c->p->kind == TRO_SCALAR || (c->p->kind == TRO_LIST && c->p->count != blocks))
        return tro_error(messages, TRO_ESCENARIO, &c->p->place,
                         "p is a map {from: {to: probability}} by groups, or a list of %zu rows, "
                         "one for each group or agent", blocks);
    for (size_t k = 0; k < c->p->count; k++) {
        const tro_node *row = c->p->items[k];
        size_t from = k;
        int found = TRO_OK;
        if (c->p->kind == TRO_MAP)
            found = tro_block_find(site, row->key, &row->key_place, &from, messages);
        if (found == TRO_OK && row->kind == TRO_SCALAR)
            found = tro_error(messages, TRO_ESCENARIO, &row->place,
                              "the probabilities from a group are a map {to: probability}, or a "
                              "list of %zu numbers", blocks);
        if (found == TRO_OK)
            found = read_row(&reader, site, row, out + from * blocks);
        status = found < 0 ? found : status;
    }
    return status;
}

/* Links expected between two blocks. */
static double expected(const tro_site *site, const double *p, size_t cell)
{
    size_t n = site->block_count;

    return p[cell] * tro_block_room(&site->blocks[cell / n], &site->blocks[cell % n]);
}

/* How many links a pair of blocks gets: a binomial number, or when a number was
 * asked for in all its part of that, rounded so that the sum is right. */
static size_t count_of(const stochastic_block *c, const tro_site *site, const double *p,
                       size_t cell, double *before, tro_stream *stream)
{
    size_t n = site->block_count;
    double room = tro_block_room(&site->blocks[cell / n], &site->blocks[cell % n]), count;

    if (!c->aimed)
        return (size_t)tro_stream_binomial(stream, (uint64_t)room, p[cell]);
    count = floor(*before + c->factor * expected(site, p, cell) + 0.5) - floor(*before + 0.5);
    *before += c->factor * expected(site, p, cell);
    return (size_t)fmin(fmax(count, 0), room);
}

static int add_blocks(const stochastic_block *c, const tro_site *site, const double *p,
                      tro_pairs *pairs, tro_messages *messages)
{
    size_t n = site->block_count;
    tro_stream stream = *site->stream;
    double before = 0, sum = 0;
    int status = TRO_OK;

    for (size_t cell = 0; cell < n * n; cell++)
        sum += c->aimed ? c->factor * expected(site, p, cell) : expected(site, p, cell);
    status = tro_links_check("stochastic-block", sum, site->place, messages);
    for (size_t cell = 0; status == TRO_OK && cell < n * n; cell++) {
        size_t count = count_of(c, site, p, cell, &before, &stream);
        status = tro_block_links(pairs, &site->blocks[cell / n], &site->blocks[cell % n], count,
                                 &stream, messages);
    }
    return status;
}

static int stochastic_block_generate(const void *config, const tro_site *site, tro_arena *arena,
                                     tro_graph *out, tro_messages *messages)
{
    const stochastic_block *c = config;
    double *p = TRO_NEW(arena, double, site->block_count * site->block_count);
    tro_pairs pairs = {0};
    int status = TRO_ENOMEM;

    if (!p)
        return status;
    TRO_TRY(read_p(c, site, arena, p, messages));
    TRO_TRY(add_blocks(c, site, p, &pairs, messages));
    TRO_TRY(tro_pairs_finish(&pairs, site->nodes, c->self, arena, out, messages));
out:
    tro_pairs_clear(&pairs);
    return status;
}

/* All probabilities times one factor. */
static int stochastic_block_aim(void *config, const tro_site *site, double links,
                                tro_messages *messages)
{
    stochastic_block *c = config;
    size_t cells = site->block_count * site->block_count;
    tro_arena arena = {0};
    double *p = TRO_NEW(&arena, double, cells), sum = 0, largest = 0;
    int status = TRO_ENOMEM;

    if (!p)
        goto out;
    TRO_TRY(read_p(c, site, &arena, p, messages));
    for (size_t cell = 0; cell < cells; cell++) {
        sum += expected(site, p, cell);
        largest = fmax(largest, expected(site, p, cell) > 0 ? p[cell] : 0);
    }
    TRO_TRY(tro_aim_range(site, "stochastic-block", links, 0,
                          largest > 0 ? floor(sum / largest) : 0, messages));
    c->aimed = 1;
    c->factor = links > 0 ? links / sum : 0;
out:
    tro_arena_clear(&arena);
    return status;
}

static const tro_param stochastic_block_params[] = {
    {.key = "p", .type = TRO_P_NODE, .flags = TRO_P_REQUIRED | TRO_P_MAIN,
     .offset = offsetof(stochastic_block, p),
     .doc = "Probability of each link by the groups of its ends, {from: {to: p}}, where what is "
            "left out is 0; or a list of rows, one for each group or agent in the order of the "
            "list. With a mean degree or density of the network the probabilities are relative."},
    TRO_PARAM_SELF(stochastic_block)
};

const tro_generator tro_generator_stochastic_block = {
    .plugin = {
        .abi = TRO_PLUGIN_ABI,
        .kind = TRO_GENERATOR,
        .name = "stochastic-block",
        .summary = "Links at random with a probability for each pair of groups: data flows "
                   "from producers in the one to consumers in the other.",
        .reference = "Holland, Laskey, Leinhardt 1983",
        .table = {.name = "stochastic-block", .params = stochastic_block_params,
                  .count = sizeof stochastic_block_params / sizeof *stochastic_block_params,
                  .size = sizeof(stochastic_block)}
    },
    .generate = stochastic_block_generate,
    .aim = stochastic_block_aim
};
