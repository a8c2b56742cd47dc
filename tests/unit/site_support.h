/* Generators on a site of three groups, with a number of links to reach. */
#ifndef TRO_TESTS_SITE_SUPPORT_H
#define TRO_TESTS_SITE_SUPPORT_H

#include "network/aim.h"
#include "network_support.h"

static const tro_node_block blocks[] = {{"lab", 0, 4}, {"mid", 4, 10}, {"open", 14, 26}};
enum { NODES = 40 };

/* As outcome_make, with three groups and a number of links to reach. */
static inline void make(outcome *o, const tro_generator *generator, const char *yaml, double links,
                 uint64_t seed)
{
    tro_stream_key key = {.seed = seed, .purpose = TRO_FOR_NETWORK};
    tro_stream stream = tro_stream_of(&key);
    const void *config = outcome_configure(o, generator, yaml);

    if (!config)
        return;

    tro_site site = {.nodes = NODES, .blocks = blocks, .block_count = 3, .stream = &stream,
                     .place = &o->node->key_place};
    o->status = tro_network_generate(generator, config, &site, links, &o->arena, &o->graph,
                                     &o->messages);
}

static inline void good(outcome *o, const tro_generator *generator, const char *yaml, double links)
{
    make(o, generator, yaml, links, 1);
    ck_assert_msg(o->status == TRO_OK, "%s %s: %s", generator->plugin.name, yaml,
                  o->messages.count ? o->messages.items[0].text : "no message");
}

static inline void bad(const tro_generator *generator, const char *yaml, double links,
                       const char *text)
{
    outcome o;

    make(&o, generator, yaml, links, 1);
    ck_assert_int_eq(o.status, TRO_ESCENARIO);
    ck_assert_uint_eq(o.messages.count, 1);
    ck_assert_str_eq(o.messages.items[0].text, text);
    ck_assert_int_eq(o.messages.items[0].line, 2);
    outcome_clear(&o);
}

#endif
