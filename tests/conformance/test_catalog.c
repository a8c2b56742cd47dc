/* Everything in the catalogue does what its kind promises: tables, generators,
 * measures and quantities. test_families.c has what acts on laws. */
#include <ctype.h>

#include "experiment/quantity.h"
#include "measure/measure.h"
#include "network/generators.h"
#include "network/metrics.h"
#include "tests/conformance/examples.h"

/* --- tables --------------------------------------------------------------------- */

static int is_sentence(const char *text)
{
    size_t length = text ? strlen(text) : 0;
    return length > 3 && (isupper((unsigned char)text[0]) || text[0] == '`' ||
                          islower((unsigned char)text[0])) &&
           text[length - 1] == '.';
}

static void check_param(const tro_table *table, const tro_param *param)
{
    tro_text text = {0};
    if (param->type == TRO_P_SELF) {
        ck_assert_str_eq(param->key, "");
        return;
    }
    const char *key = param->key;
    ck_assert_msg(is_sentence(param->doc), "%s.%s: '%s'", table->name, key, param->doc);
    for (const char *c = key; *c; c++)
        ck_assert_msg(islower((unsigned char)*c) || isdigit((unsigned char)*c) || *c == '-',
                      "%s.%s", table->name, key);
    ck_assert_uint_lt(param->offset, table->size);
    if (param->flags & TRO_P_BOUNDED)
        ck_assert_double_lt(param->min, param->max);
    if (param->type == TRO_P_CHOICE)
        ck_assert(param->choices && param->choices[0]);
    ck_assert_msg(!(param->flags & TRO_P_REQUIRED) || !param->fallback, "%s.%s", table->name,
                  key);
    for (size_t k = 0; k < table->count; k++)
        ck_assert(&table->params[k] == param || strcmp(table->params[k].key, key) != 0);
    tro_param_describe(param, &text);
    ck_assert_int_eq(text.failed, 0);
    tro_text_clear(&text);
}

/* Every default is legal. */
static void check_defaults(const tro_table *table)
{
    tro_arena arena = {0};
    tro_messages messages = {0};
    tro_reader reader = {.arena = &arena, .catalog = tro_catalog_builtin(),
                         .messages = &messages};
    size_t required = 0;
    void *config = calloc(1, table->size + 1);
    for (size_t k = 0; k < table->count; k++)
        required += (table->params[k].flags & TRO_P_REQUIRED) != 0;
    (void)!tro_read_record(&reader, NULL, table, NULL, config);
    ck_assert_msg(messages.count == required, "%s: %s", table->name,
                  messages.count ? messages.items[messages.count - 1].text : "");
    free(config);
    tro_messages_clear(&messages);
    tro_arena_clear(&arena);
}

START_TEST(test_plugins_documented)
{
    const tro_catalog *catalog = tro_catalog_builtin();
    for (int kind = 0; kind < TRO_KIND_COUNT; kind++) {
        ck_assert_uint_gt(catalog->count[kind], 0);
        for (size_t k = 0; k < catalog->count[kind]; k++) {
            const tro_plugin *plugin = catalog->items[kind][k];
            tro_text text = {0};
            ck_assert_uint_eq(plugin->abi, TRO_PLUGIN_ABI);
            ck_assert_int_eq((int)plugin->kind, kind);
            ck_assert_str_eq(plugin->table.name, plugin->name);
            ck_assert_msg(is_sentence(plugin->summary), "%s: '%s'", plugin->name,
                          plugin->summary);
            ck_assert_ptr_eq(tro_catalog_find(catalog, (tro_kind)kind, plugin->name), plugin);
            for (const char *c = plugin->name; *c; c++)
                ck_assert_msg(islower((unsigned char)*c) || *c == '-', "%s", plugin->name);
            for (size_t p = 0; p < plugin->table.count; p++)
                check_param(&plugin->table, &plugin->table.params[p]);
            check_defaults(&plugin->table);
            tro_table_document(&plugin->table, &text);
            ck_assert(!text.failed && text.length > 0);
            tro_text_clear(&text);
            ck_assert_msg(kind == TRO_METRIC ||   /* a name is all there is of one */
                              tro_example_of((tro_kind)kind, plugin->name, 0) != NULL,
                          "'%s' has no example in this suite", plugin->name);
        }
    }
}
END_TEST

/* --- metrics ---------------------------------------------------------------------------- */

/* A ring of seven with two more edges and a loop: in one piece, not all alike. */
static void make_network(tro_graph *graph, tro_link links[10])
{
    static const size_t more[3][2] = {{0, 3}, {3, 1}, {2, 2}};
    for (size_t e = 0; e < 10; e++)
        links[e] = (tro_link){e < 7 ? e : more[e - 7][0], e < 7 ? (e + 1) % 7 : more[e - 7][1], 1,
                              1, NAN};
    *graph = (tro_graph){.nodes = 7, .count = 10, .links = links};
}

/* Alone or after all others, a metric gives the same bytes; numbers where there are some. */
START_TEST(test_metrics_conform)
{
    const tro_catalog *catalog = tro_catalog_builtin();
    const double real[7] = {0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5};
    double share[10];
    tro_link links[10];
    tro_graph graph;
    make_network(&graph, links);
    for (size_t e = 0; e < 10; e++)
        share[e] = links[e].to == 3 || links[e].to == 1 || links[e].to == 2 ? 0.25 : 0.5;
    tro_metric_network network = {&graph, share, real};
    tro_metrics *all, *one;
    ck_assert_int_eq(tro_metrics_new(&network, &all, NULL), TRO_OK);
    for (size_t k = catalog->count[TRO_METRIC]; k-- > 0;) {
        const tro_metric *metric = (const tro_metric *)catalog->items[TRO_METRIC][k];
        const double *last, *alone;
        size_t count = metric->per_node ? 7 : 1;
        ck_assert_uint_eq(metric->plugin.table.count, 0);
        ck_assert(metric->title && metric->unit);
        ck_assert_int_eq(tro_metrics_new(&network, &one, NULL), TRO_OK);
        ck_assert_int_eq(tro_metrics_find(all, metric, &last, NULL), TRO_OK);
        ck_assert_int_eq(tro_metrics_find(one, metric, &alone, NULL), TRO_OK);
        ck_assert_msg(memcmp(last, alone, count * sizeof *last) == 0, "%s", metric->plugin.name);
        for (size_t i = 0; i < count; i++)
            ck_assert_msg(isfinite(last[i]) && last[i] >= 0, "%s", metric->plugin.name);
        tro_metrics_free(one);
    }
    tro_metrics_free(all);
}
END_TEST

/* --- generators, measures, quantities ------------------------------------------------ */

START_TEST(test_generators_conform)
{
    const tro_catalog *catalog = tro_catalog_builtin();
    for (size_t k = 0; k < catalog->count[TRO_GENERATOR]; k++) {
        const char *name = catalog->items[TRO_GENERATOR][k]->name;
        tro_world w[2];
        for (int again = 0; again < 2; again++) {
            tro_world_open(&w[again], "trophic: 1\nseed: 4\noutcomes: {family: gaussian}\n"
                           "agents: [{group: g, count: %d, reference: 0, shares: {real: 1}},\n"
                           "  {group: h, count: 5, reference: 0, shares: {real: 1}}]\n"
                           "network: {generator: %s}\n", strcmp(name, "zachary") ? 7 : 29,
                           tro_example_of(TRO_GENERATOR, name, 0));
            ck_assert_uint_gt(w[again].scenario->edge_count, 0);
        }
        ck_assert_uint_eq(w[0].scenario->edge_count, w[1].scenario->edge_count);
        for (size_t e = 0; e < w[0].scenario->edge_count; e++) {
            const tro_edge *one = &w[0].scenario->edges[e], *two = &w[1].scenario->edges[e];
            ck_assert(one->from == two->from && one->to == two->to);
            ck_assert(one->synthetic == two->synthetic && one->curated == two->curated);
            ck_assert(one->synthetic >= 0 && one->synthetic <= 1);
        }
        tro_world_close(&w[0]);
        tro_world_close(&w[1]);
    }
}
END_TEST

/* The gradient, where there is one, along a change dz of the agent's own state: what
 * differences of fourth order say. */
static void check_gradient(const tro_measuring *m, double *z, const double *dz, double *scratch)
{
    static const double at[] = {-2, -1, 1, 2}, weight[] = {1, -8, 8, -1};
    double gradient[TRO_EXAMPLE_WIDTH], exact = 0, found = 0, h = 1e-3;
    size_t width = m->ecosystem->width;
    if (!m->measure->gradient || !m->measure->gradient(m, z, 0, gradient, scratch))
        return;
    for (size_t k = 0; k < width; k++)
        exact += gradient[k] * dz[k];
    for (size_t s = 0; s < 4; s++) {
        for (size_t k = 0; k < width; k++)
            z[k] += at[s] * h * dz[k];
        found += weight[s] * m->measure->value(m, z, 0, scratch) / (12 * h);
        for (size_t k = 0; k < width; k++)
            z[k] -= at[s] * h * dz[k];
    }
    ck_assert_msg(fabs(found - exact) <= 1e-8 * (1 + fabs(exact)), "%s: %.12g, not %.12g",
                  m->measure->plugin.name, exact, found);
}

/* One measure of an example's world; 0 when it has no meaning for the family, which it
 * says. */
static int conforms(tro_world *w, const char *name, double *z)
{
    char text[256];
    double scratch[1000], dz[TRO_EXAMPLE_WIDTH] = {0}, kept = z[w->eco->width];
    tro_document *document = NULL;
    tro_chosen chosen;
    tro_measuring m;
    tro_reader reader = {.arena = &w->cell->arena, .catalog = tro_catalog_builtin(),
                         .messages = &w->messages};
    tro_messages_clear(&w->messages);
    snprintf(text, sizeof text, "m: %s\n", tro_example_of(TRO_MEASURE, name, 0));
    ck_assert_int_eq(tro_document_read_text("m", text, strlen(text), &document, NULL), TRO_OK);
    ck_assert_int_eq(tro_read_plugin(&reader, tro_node_get(document->root, "m"), TRO_MEASURE,
                                     &chosen), TRO_OK);
    ck_assert_ptr_nonnull(tro_measure_of(&chosen)->unit);
    int status = tro_cell_measure(w->cell, &w->cell->arena, &chosen, &m, &w->messages);
    ck_assert_msg((status < 0) == (w->messages.errors > 0), "%s", name);
    if (status == TRO_OK) {
        ck_assert_uint_le(m.scratch, 1000);
        double value = m.measure->value(&m, z, 0, scratch);
        ck_assert_msg(isfinite(value), "%s: %g", name, value);
        z[w->eco->width] += 10; /* another agent */
        ck_assert_double_eq(m.measure->value(&m, z, 0, scratch), value);
        z[w->eco->width] = kept;
        for (size_t k = 0; k < w->eco->width; k++)
            dz[k] = w->scenario->agents[0].start[k] - w->scenario->agents[1].start[k];
        check_gradient(&m, z, dz, scratch);
    }
    tro_document_free(document);
    return status == TRO_OK;
}

START_TEST(test_measures_conform)
{
    const tro_catalog *catalog = tro_catalog_builtin();
    char text[4096];
    tro_world w;
    double z[3 * TRO_EXAMPLE_WIDTH];
    size_t measures = catalog->count[TRO_MEASURE], anywhere[64] = {0};
    for (size_t f = 0; f < tro_family_example_count; f++) {
        const tro_family_example *family = &tro_family_examples[f];
        tro_example_write(text, sizeof text, family, "none", TRO_EXAMPLE_EDGES, "synchronous");
        tro_world_read(&w, text);
        tro_ecosystem_start(w.eco, z);
        for (size_t k = 0; k < measures; k++)
            anywhere[k] += (size_t)conforms(&w, catalog->items[TRO_MEASURE][k]->name, z);
        tro_world_close(&w);
    }
    for (size_t k = 0; k < measures; k++)
        ck_assert_msg(anywhere[k] > 0, "%s", catalog->items[TRO_MEASURE][k]->name);
}
END_TEST

/* Has the quantity no meaning without an arena? */
static int needs_arena(const char *name)
{
    return strcmp(name, "win-share") == 0;
}

/* Computes the quantity of an example in a cell of its own; 0 when it has no
 * meaning for the family, which it says. The first family has all but contests. */
static int compute(const tro_family_example *family, const char *name, const char *example,
                   double *values, size_t *count)
{
    char text[4096], buffer[1024];
    tro_world w;
    tro_document *document = NULL;
    tro_chosen chosen;
    tro_values found = {0};
    int contest = needs_arena(name);
    *count = 0;
    if (contest && strstr(family->family, "gaussian"))
        return 0;
    tro_example_write(text, sizeof text, family,
                      contest ? tro_example_of(TRO_CURATOR, "arena", 0) : family->curator,
                      contest ? TRO_EXAMPLE_POOLS : TRO_EXAMPLE_EDGES,
                      "{synchronous: {rounds: 300}}");
    tro_world_read(&w, text);
    tro_messages_clear(&w.messages); /* the note that weights were scaled */
    tro_reader reader = {.arena = &w.cell->arena, .catalog = tro_catalog_builtin(),
                         .messages = &w.messages};
    snprintf(text, sizeof text, "q: %s\n", example);
    ck_assert_int_eq(tro_document_read_text("q", text, strlen(text), &document, NULL), TRO_OK);
    ck_assert_int_eq(tro_read_plugin(&reader, tro_node_get(document->root, "q"), TRO_QUANTITY,
                                     &chosen), TRO_OK);
    const tro_quantity *quantity = tro_quantity_of(&chosen);
    int status = quantity->check ? quantity->check(w.cell, chosen.config, &w.messages) : TRO_OK;
    if (status == TRO_OK)
        status = quantity->compute(w.cell, chosen.config, &found, &w.messages);
    ck_assert_msg((status < 0) == (w.messages.errors > 0), "%s: %s", name,
                  tro_listed(&w.messages, buffer, sizeof buffer));
    ck_assert_msg(status == TRO_OK || (family != tro_family_examples && !contest), "%s: %s", name,
                  tro_listed(&w.messages, buffer, sizeof buffer));
    for (size_t k = 0; status == TRO_OK && k < found.count; k++) {
        ck_assert_uint_lt(k, TRO_EXAMPLE_WIDTH);
        ck_assert_msg(isfinite(found.values[k]), "%s of %s: %g", name, family->family,
                      found.values[k]);
        ck_assert(quantity->sampled || isnan(found.errors[k]));
        values[k] = found.values[k];
    }
    *count = found.count;
    ck_assert(status < 0 || found.count >= 1);
    tro_document_free(document);
    tro_world_close(&w);
    return status == TRO_OK;
}

START_TEST(test_quantities_conform)
{
    const tro_catalog *catalog = tro_catalog_builtin();
    size_t quantities = catalog->count[TRO_QUANTITY];
    for (size_t k = 0; k < tro_family_example_count * quantities; k++) {
        const tro_family_example *family = &tro_family_examples[k / quantities];
        const char *name = catalog->items[TRO_QUANTITY][k % quantities]->name;
        const char *example = tro_example_of(TRO_QUANTITY, name, 0);
        double one[TRO_EXAMPLE_WIDTH], two[TRO_EXAMPLE_WIDTH];
        size_t first, second;
        if (!compute(family, name, example, one, &first))
            continue;
        compute(family, name, example, two, &second);
        ck_assert_uint_eq(first, second);
        ck_assert_msg(memcmp(one, two, first * sizeof *one) == 0, "%s does not repeat", name);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_plugins_documented, test_metrics_conform,
                                  test_generators_conform,
                                  test_measures_conform, test_quantities_conform};
    return TRO_RUN_TESTS("catalog", tests);
}
