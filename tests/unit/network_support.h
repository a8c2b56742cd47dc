/* What the tests of the network share: a generator run from YAML text, and
 * slow ways to look at a graph. */
#ifndef TRO_TESTS_NETWORK_SUPPORT_H
#define TRO_TESTS_NETWORK_SUPPORT_H

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document/param.h"
#include "network/generators.h"

/* What one call gave, and all it lives in. */
typedef struct outcome {
    tro_document *document;
    const tro_node *node;   /* of the parameters */
    tro_arena arena;
    tro_messages messages;
    tro_graph graph;
    int status;
} outcome;

static inline void outcome_clear(outcome *o)
{
    tro_document_free(o->document);
    tro_arena_clear(&o->arena);
    tro_messages_clear(&o->messages);
    memset(o, 0, sizeof *o);
}

/* Reads parameters as a scenario writes them, e.g. "{m: 3}"; "" for none.
 * They stand on line 2 of net.yaml. NULL: o->status says why. */
static inline void *outcome_configure(outcome *o, const tro_generator *generator,
                                      const char *yaml)
{
    const char *name = generator->plugin.name;
    tro_reader reader = {.arena = &o->arena, .messages = &o->messages};
    char text[256];
    void *config;

    memset(o, 0, sizeof *o);
    snprintf(text, sizeof text, "network:\n  %s: %s\n", name, yaml[0] ? yaml : "{}");
    ck_assert_int_eq(tro_document_read_text("net.yaml", text, strlen(text), &o->document,
                                            &o->messages), TRO_OK);
    o->node = tro_node_get(tro_node_get(o->document->root, "network"), name);
    ck_assert_ptr_nonnull(o->node);
    config = tro_arena_allocate(&o->arena, 1, generator->plugin.table.size);
    ck_assert_ptr_nonnull(config);
    o->status = tro_read_record(&reader, o->node, &generator->plugin.table, NULL, config);
    return o->status < 0 ? NULL : config;
}

/* Runs the generator with them, if they are legal. */
static inline void outcome_make(outcome *o, const tro_generator *generator, const char *yaml,
                                size_t nodes, uint64_t seed)
{
    tro_stream_key key = {.seed = seed, .purpose = TRO_FOR_NETWORK};
    tro_stream stream = tro_stream_of(&key), before = stream;
    const void *config = outcome_configure(o, generator, yaml);

    if (!config)
        return;

    tro_site site = {.nodes = nodes, .stream = &stream, .place = &o->node->key_place};
    o->status = generator->generate(config, &site, &o->arena, &o->graph, &o->messages);
    ck_assert_mem_eq(&stream, &before, sizeof stream);
}

/* The same when it must succeed, without a word. */
static inline void outcome_good(outcome *o, const tro_generator *generator, const char *yaml,
                                size_t nodes, uint64_t seed)
{
    outcome_make(o, generator, yaml, nodes, seed);
    ck_assert_msg(o->status == TRO_OK, "%s %s: %s", generator->plugin.name, yaml,
                  o->messages.count ? o->messages.items[0].text : "no message");
    ck_assert_uint_eq(o->messages.count, 0);
    ck_assert_uint_eq(o->graph.nodes, nodes);
}

/* The same when it must fail with one message, at the generator's name. */
static inline void outcome_bad(const tro_generator *generator, const char *yaml, size_t nodes,
                               const char *text)
{
    outcome o;

    outcome_make(&o, generator, yaml, nodes, 1);
    ck_assert_int_eq(o.status, TRO_ESCENARIO);
    ck_assert_uint_eq(o.messages.count, 1);
    ck_assert_str_eq(o.messages.items[0].text, text);
    ck_assert_str_eq(o.messages.items[0].file, "net.yaml");
    ck_assert_int_eq(o.messages.items[0].line, 2);
    ck_assert_int_eq(o.messages.items[0].column, 3);
    outcome_clear(&o);
}

/* The weight of the link, 0 when there is none. */
static inline double weight_of(const tro_graph *graph, size_t from, size_t to)
{
    double sum = 0;

    for (size_t e = 0; e < graph->count; e++) {
        if (graph->links[e].from == from && graph->links[e].to == to)
            sum += graph->links[e].synthetic;
    }
    return sum;
}

static inline int same_real(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static inline int same_links(const tro_graph *a, const tro_graph *b)
{
    if (a->nodes != b->nodes || a->count != b->count)
        return 0;
    for (size_t e = 0; e < a->count; e++) {
        const tro_link *l = &a->links[e], *m = &b->links[e];
        if (l->from != m->from || l->to != m->to || l->synthetic != m->synthetic
            || l->curated != m->curated || !same_real(l->delay, m->delay))
            return 0;
    }
    return 1;
}

/* Sorted, nothing twice, weight 1, no loop but of weight `self`. */
static inline void verify(const tro_graph *graph, double self)
{
    size_t loops = 0;

    ck_assert_ptr_null(graph->names);
    for (size_t e = 0; e < graph->count; e++) {
        const tro_link *l = &graph->links[e], *last = l - 1;
        int loop = l->from == l->to;
        loops += (size_t)loop;
        ck_assert(l->from < graph->nodes && l->to < graph->nodes);
        ck_assert(l->synthetic == (loop ? self : 1.0) && l->curated == l->synthetic);
        ck_assert(isnan(l->delay));
        if (e > 0)
            ck_assert(last->to < l->to || (last->to == l->to && last->from < l->from));
    }
    ck_assert_uint_eq(loops, self > 0 ? graph->nodes : 0);
}

/* Number of links into (or out of) each node, loops left out. */
static inline size_t *degrees(const tro_graph *graph, int in)
{
    size_t *degree = calloc(graph->nodes + 1, sizeof *degree);

    for (size_t e = 0; e < graph->count; e++) {
        if (graph->links[e].from != graph->links[e].to)
            degree[in ? graph->links[e].to : graph->links[e].from]++;
    }
    return degree;
}

static inline int find_link(const void *left, const void *right)
{
    const tro_link *a = left, *b = right;

    if (a->to != b->to)
        return a->to < b->to ? -1 : 1;
    return a->from < b->from ? -1 : a->from > b->from;
}

static inline size_t mutual_links(const tro_graph *graph)
{
    size_t mutual = 0;

    for (size_t e = 0; e < graph->count; e++) {
        tro_link back = {.from = graph->links[e].to, .to = graph->links[e].from};
        mutual += bsearch(&back, graph->links, graph->count, sizeof back, find_link) != NULL;
    }
    return mutual;
}

/* Binomial counts, 5 sigma; twice the sample before it counts as a failure. */
static inline int near_binomial(double count, double trials, double p)
{
    return fabs(count - trials * p) <= 5 * sqrt(trials * p * (1 - p));
}

/* Runs them all; the exit status of main. */
static inline int run_tests(const char *name, const TTest *const *tests, size_t count)
{
    Suite *suite = suite_create(name);
    TCase *all = tcase_create(name);
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, all);
    for (size_t i = 0; i < count; i++)
        tcase_add_test(all, tests[i]);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed > 0;
}

#endif
