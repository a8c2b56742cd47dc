/* Everything in the catalogue does what its kind promises. A plug-in without
 * an example here fails. */
#include <ctype.h>

#include "experiment/quantity.h"
#include "measure/measure.h"
#include "network/generators.h"
#include "tests/unit/support.h"

enum { LARGEST = 64 };

/* How a scenario asks for each plug-in; a family's is the outcomes of three agents. */
static const struct {
    tro_kind kind;
    const char *name, *text;
} examples[] = {
    {TRO_FAMILY, "gaussian", "{family: gaussian, dimension: 4, covariance: [1, 2, 0.5, 0.1]}"},
    {TRO_CHANNEL, "affine", "{affine: {matrix: [[0.5, 0.1, 0, 0], [0, 0.3, 0.2, 0], "
                            "[0, -0.4, 0.3, 0], [0.1, 0, 0, 0.2]], offset: [1, 2, 3, 4]}}"},
    {TRO_CHANNEL, "affine", "{affine: {scale: 0.5}}"},
    {TRO_CHANNEL, "rotations", "{rotations: {degrees: [30, 250], factors: [0.5, 0.8]}}"},
    {TRO_CURATOR, "none", "none"},
    {TRO_CURATOR, "shift", "{shift: [1, 0, -1, 0.5]}"},
    {TRO_CURATOR, "bradley-terry", "{bradley-terry: {temperature: 2, reward: [1, 0, -1, 3]}}"},
    {TRO_GENERATOR, "ring", "{ring: {reach: 2}}"},
    {TRO_GENERATOR, "complete", "complete"},
    {TRO_GENERATOR, "star", "star"},
    {TRO_GENERATOR, "erdos-renyi", "{erdos-renyi: {p: 0.5}}"},
    {TRO_GENERATOR, "barabasi-albert", "{barabasi-albert: 2}"},
    {TRO_GENERATOR, "watts-strogatz", "{watts-strogatz: {k: 4, p: 0.2}}"},
    {TRO_GENERATOR, "zachary", "zachary"},
    {TRO_SCHEDULE, "synchronous", "{synchronous: {rounds: 8}}"},
    {TRO_SCHEDULE, "sequential", "{sequential: {order: [c, a, b], rounds: 8}}"},
    {TRO_SCHEDULE, "random-order", "{random-order: {rounds: 8}}"},
    {TRO_SCHEDULE, "poisson", "{poisson: {rate: [0.7, 1.3, 2], rounds: 8}}"},
    {TRO_SCHEDULE, "periodic", "{periodic: {period: [0.5, 1, 1.5], offset: 0.1, rounds: 8}}"},
    {TRO_MEASURE, "alignment", ""},
    {TRO_MEASURE, "distance", ""},
    {TRO_MEASURE, "drift", ""},
    {TRO_QUANTITY, "alignment", "{alignment: a}"},
    {TRO_QUANTITY, "sampled-alignment", "{sampled-alignment: a}"},
    {TRO_QUANTITY, "expected-alignment", "{expected-alignment: {agent: a, stationary: true}}"},
    {TRO_QUANTITY, "influence", "{influence: {on: b, of: a, block: 2}}"},
    {TRO_QUANTITY, "influences", "{influences: {of: a}}"},
    {TRO_QUANTITY, "sampled-influence", "{sampled-influence: {on: b, of: a, step: 0.1}}"},
    {TRO_QUANTITY, "expected-influence", "{expected-influence: {on: b, of: a, step: 0.1}}"},
    {TRO_QUANTITY, "pairing-gain", "{pairing-gain: {on: a, of: a, step: 0.1}}"},
    {TRO_QUANTITY, "proxy", "{proxy: {on: b, of: a, hops: 1}}"},
    {TRO_QUANTITY, "closed-form-influence", "{closed-form-influence: {on: b, of: a}}"},
    {TRO_QUANTITY, "closed-form-error", "closed-form-error"},
    {TRO_QUANTITY, "negative-influences", "{negative-influences: self}"},
    {TRO_QUANTITY, "spectral-radius", "spectral-radius"},
    {TRO_QUANTITY, "observed-rate", "observed-rate"},
    {TRO_QUANTITY, "distance-to-fixed-point", "distance-to-fixed-point"},
    {TRO_QUANTITY, "root", "{root: {of: {alignment: a}, key: agents.a.reference, "
                           "between: [-50, 50]}}"},
};
enum { EXAMPLES = sizeof examples / sizeof *examples };

/* The k-th example of a plug-in, or NULL. */
static const char *example_of(tro_kind kind, const char *name, size_t k)
{
    for (size_t e = 0; e < EXAMPLES; e++)
        if (examples[e].kind == kind && strcmp(examples[e].name, name) == 0 && k-- == 0)
            return examples[e].text;
    return NULL;
}

/* Three agents with all that is asked for. The linear reward of `a` and equal
 * layers let the closed form apply where there is no channel. */
static void write_world(char *text, size_t room, const char *family, const char *curator,
                        const char *network, const char *schedule)
{
    snprintf(text, room,
        "trophic: 1\nseed: 17\noutcomes: %s\n"
        "agents:\n"
        "  - {name: a, reference: 1, start: [3, 0, 1, 2], reward: [1, -2, 0.5, 0.1], public: %s,\n"
        "     displaces: synthetic, shares: {real: 0.3, synthetic: 0.3, curated: 0.4}}\n"
        "  - {name: b, reference: -1, reward: 1, public: %s, displaces: synthetic,\n"
        "     shares: {real: 0.2, synthetic: 0.4, curated: 0.4}}\n"
        "  - {name: c, reference: [0, 1, 0, 2], reward: 2, public: %s, displaces: synthetic,\n"
        "     shares: {real: 0.5, synthetic: 0.3, curated: 0.2}}\n"
        "network: %s\nschedule: %s\n"
        "advance: {sampled: {outputs: 3, replicates: 6}}\nrecord: {burn-in: 2}\n",
        family, curator, curator, curator, network, schedule);
}

#define EDGES "{edges: [{from: a, to: b}, {from: b, to: c}, {from: c, to: a, weight: 2}, " \
              "{from: a, to: a}]}"

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
            ck_assert_msg(example_of((tro_kind)kind, plugin->name, 0) != NULL,
                          "'%s' has no example in this suite", plugin->name);
        }
    }
}
END_TEST

/* --- maps ------------------------------------------------------------------------ */

/* A map with its derivative: what curations and channels have in common. */
typedef struct mapping {
    const tro_curation *curation;
    const tro_channel_map *channel;
    size_t width;
} mapping;

static void apply(const mapping *m, const double *z, double *out)
{
    if (m->curation)
        m->curation->ops->apply(m->curation, 1, z, out);
    else
        m->channel->channel->apply(m->channel, m->width, z, out);
}

static void derivative(const mapping *m, const double *z, const double *dz, double *out)
{
    if (m->curation)
        m->curation->ops->derivative(m->curation, 1, z, dz, out);
    else
        m->channel->channel->derivative(m->channel, m->width, dz, out);
}

static void transposed(const mapping *m, const double *z, const double *w, double *out)
{
    if (m->curation)
        m->curation->ops->transposed(m->curation, 1, z, w, out);
    else
        m->channel->channel->transposed(m->channel, m->width, w, out);
}

static double dot(size_t n, const double *a, const double *b)
{
    double sum = 0;
    for (size_t k = 0; k < n; k++)
        sum += a[k] * b[k];
    return sum;
}

/* The derivative is that of the map, the transposed is its transpose, and
 * nothing is allocated on the way. z: a state of the scenario. */
static void check_mapping(const mapping *m, const double *z, const char *name)
{
    tro_stream s = tro_stream_of(&(tro_stream_key){1, 2, 3, 4, TRO_FOR_TESTS});
    size_t n = m->width;
    for (int trial = 0; trial < 20; trial++) {
        double dz[LARGEST], w[LARGEST], up[LARGEST], down[LARGEST], at[LARGEST];
        double high[LARGEST], low[LARGEST], tangent[LARGEST], back[LARGEST], h = 1e-4;
        tro_stream_normals(&s, n, dz);
        tro_stream_normals(&s, n, w);
        for (size_t k = 0; k < n; k++) {
            up[k] = z[k] + h * dz[k];
            down[k] = z[k] - h * dz[k];
        }
        tro_memory_fail_after(1);
        apply(m, up, high);
        apply(m, down, low);
        derivative(m, z, dz, tangent);
        transposed(m, z, w, back);
        tro_memory_fail_after(0);
        for (size_t k = 0; k < n; k++)
            at[k] = (high[k] - low[k]) / (2 * h);
        double scale = sqrt(dot(n, tangent, tangent)) + 1;
        ck_assert_msg(tro_away(n, at, tangent) < 1e-7 * scale, "%s: the derivative is off by %g",
                      name, tro_away(n, at, tangent));
        double away = fabs(dot(n, w, tangent) - dot(n, back, dz));
        ck_assert_msg(away < 1e-13 * scale * sqrt(dot(n, w, w)), "%s: <w, J dz> is off by %g",
                      name, away);
    }
}

/* Opens a scenario; 0 when this family does not go with the plug-in, which it
 * says at a place. */
static int open_pair(tro_world *w, const char *text, const char *what)
{
    tro_document *document = NULL;
    tro_cell *cell = NULL;
    tro_messages messages = {0};
    ck_assert_int_eq(tro_document_read_text("test.yaml", text, strlen(text), &document,
                                            &messages), TRO_OK);
    int status = tro_cell_new(document, tro_catalog_builtin(), NULL, 0, &cell, &messages);
    if (status < 0) {
        ck_assert_msg(messages.count > 0 && messages.items[0].line > 0, "%s is refused without "
                      "a place", what);
        tro_document_free(document);
        tro_messages_clear(&messages);
        return 0;
    }
    tro_cell_free(cell);
    tro_document_free(document);
    tro_messages_clear(&messages);
    tro_world_read(w, text);
    return 1;
}

static size_t check_maps(const tro_plugin *family, const tro_plugin *plugin)
{
    char text[4096], network[1024];
    size_t taken = 0;
    const char *example;
    for (size_t k = 0; (example = example_of(plugin->kind, plugin->name, k)); k++) {
        tro_world w;
        int channel = plugin->kind == TRO_CHANNEL;
        snprintf(network, sizeof network, "{edges: [{from: a, to: b, channel: %s}, "
                 "{from: b, to: c}, {from: c, to: a}]}", example);
        write_world(text, sizeof text, example_of(TRO_FAMILY, family->name, 0),
                    channel ? "none" : example, channel ? network : EDGES, "synchronous");
        if (!open_pair(&w, text, plugin->name))
            continue;
        mapping m = {.width = w.eco->width};
        m.curation = channel ? NULL : w.scenario->agents[0].public_curation;
        m.channel = channel ? w.scenario->edges[0].channel : NULL;
        ck_assert_uint_le(m.width, LARGEST);
        if (channel || m.curation->ops)
            check_mapping(&m, w.scenario->agents[0].start, plugin->name);
        taken++;
        tro_world_close(&w);
    }
    return taken;
}

START_TEST(test_maps_and_derivatives)
{
    const tro_catalog *catalog = tro_catalog_builtin();
    static const tro_kind kinds[] = {TRO_CURATOR, TRO_CHANNEL};
    for (int i = 0; i < 2; i++)
        for (size_t k = 0; k < catalog->count[kinds[i]]; k++) {
            size_t taken = 0;
            for (size_t f = 0; f < catalog->count[TRO_FAMILY]; f++)
                taken += check_maps(catalog->items[TRO_FAMILY][f], catalog->items[kinds[i]][k]);
            ck_assert_msg(taken > 0, "no family takes '%s'", catalog->items[kinds[i]][k]->name);
        }
}
END_TEST

/* --- schedules ---------------------------------------------------------------------- */

static void check_events(const tro_plan *plan, const char *name)
{
    tro_events events = {0}, again = {0};
    for (uint64_t r = 0; r < 40; r++) {
        unsigned seen[3] = {0};
        ck_assert_int_eq(tro_plan_list(plan, 2, 39 - r, &events), TRO_OK);
        for (size_t k = 0; k < events.count; k++) {
            const tro_event *event = &events.items[k];
            ck_assert_msg(event->phase > 0 && event->phase <= 1, "%s: phase %g", name,
                          event->phase);
            ck_assert(k == 0 || event[-1].phase <= event->phase);
            ck_assert_uint_lt(event->agent, 3);
            ck_assert_uint_eq(event->occurrence, seen[event->agent]);
            seen[event->agent]++;
        }
        /* by itself, and after any other */
        ck_assert_int_eq(tro_plan_list(plan, 1, r, &again), TRO_OK);
        ck_assert_int_eq(tro_plan_list(plan, 2, 39 - r, &again), TRO_OK);
        ck_assert_uint_eq(events.count, again.count);
        for (size_t k = 0; k < events.count; k++)
            ck_assert(events.items[k].phase == again.items[k].phase &&
                      events.items[k].agent == again.items[k].agent);
        if (plan->period > 0) {
            ck_assert_int_eq(tro_plan_list(plan, 0, 39 - r + plan->period, &again), TRO_OK);
            ck_assert_uint_eq(events.count, again.count);
        }
    }
    tro_events_release(&events);
    tro_events_release(&again);
}

/* The fixed point stays; influences by adjoint, forward and differences agree,
 * whatever the order. */
static void check_influences(tro_world *w, const char *name)
{
    tro_runner runner = {0};
    double all[9], forward[9], differences[9], gradient[LARGEST], response[3 * LARGEST];
    size_t width = w->eco->width;
    ck_assert(!tro_cell_influences(w->cell, NULL) && !tro_cell_stability(w->cell, NULL));
    ck_assert_int_eq(tro_runner_init(&runner, w->eco, w->plan, TRO_EXACT), TRO_OK);
    ck_assert_int_eq(tro_runner_start(&runner, 0, w->cell->point.z), TRO_OK);
    for (int r = 0; r < 20; r++)
        ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
    ck_assert_double_lt(tro_away(w->eco->size, runner.z, w->cell->point.z), 1e-12);
    tro_runner_release(&runner);
    for (size_t of = 0; of < 3; of++) {
        ck_assert_int_eq(tro_influence_response(&w->cell->influences, of, TRO_ALL_WALKS,
                                                response, NULL), TRO_OK);
        for (size_t on = 0; on < 3; on++) {
            ck_assert_int_eq(tro_influence_adjoint(&w->cell->influences, on, of,
                                                   &all[3 * on + of], NULL, NULL), TRO_OK);
            ck_assert_int_eq(tro_influence_difference(w->eco, on, of, 1e-4,
                                                      &differences[3 * on + of], NULL), TRO_OK);
            ck_assert_int_eq(tro_alignment_gradient(&w->cell->influences, on, gradient), TRO_OK);
            forward[3 * on + of] = dot(width, gradient, response + on * width);
        }
    }
    tro_assert_near(9, forward, all, 1e-12, name);
    tro_assert_near(9, differences, all, 1e-8, name);
}

START_TEST(test_schedules_conform)
{
    const tro_catalog *catalog = tro_catalog_builtin();
    for (size_t k = 0; k < catalog->count[TRO_SCHEDULE]; k++)
        for (size_t f = 0; f < catalog->count[TRO_FAMILY]; f++) {
            const char *name = catalog->items[TRO_SCHEDULE][k]->name;
            char text[4096];
            tro_world w;
            write_world(text, sizeof text,
                        example_of(TRO_FAMILY, catalog->items[TRO_FAMILY][f]->name, 0),
                        "{shift: [1, 0, -1, 0.5]}", EDGES, example_of(TRO_SCHEDULE, name, 0));
            tro_world_read(&w, text);
            check_events(w.plan, name);
            check_influences(&w, name);
            tro_world_close(&w);
        }
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
                           "agents: [{group: g, count: %d, reference: 0, shares: {real: 1}}]\n"
                           "network: {generator: %s}\n", strcmp(name, "zachary") ? 12 : 34,
                           example_of(TRO_GENERATOR, name, 0));
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

START_TEST(test_measures_conform)
{
    const tro_catalog *catalog = tro_catalog_builtin();
    char text[4096];
    tro_world w;
    double z[3 * LARGEST];
    write_world(text, sizeof text, examples[0].text, "none", EDGES, "synchronous");
    tro_world_read(&w, text);
    tro_ecosystem_start(w.eco, z);
    for (size_t k = 0; k < catalog->count[TRO_MEASURE]; k++) {
        const tro_measure *measure = (const tro_measure *)catalog->items[TRO_MEASURE][k];
        double value = measure->value(w.eco, z, 0);
        ck_assert_msg(isfinite(value), "%s: %g", measure->plugin.name, value);
        ck_assert(measure->unit && tro_measure_is_lost(measure, w.eco, 0, NAN));
        z[w.eco->width] += 10; /* another agent */
        ck_assert_double_eq(measure->value(w.eco, z, 0), value);
    }
    tro_world_close(&w);
}
END_TEST

/* Computes the quantity of an example in a cell of its own. */
static void compute(const char *name, const char *example, double *values, size_t *count)
{
    char text[4096], buffer[1024];
    tro_world w;
    tro_document *document = NULL;
    tro_chosen chosen;
    tro_values found = {0};
    write_world(text, sizeof text, examples[0].text, "{shift: [1, 0, -1, 0.5]}", EDGES,
                "{synchronous: {rounds: 30}}");
    tro_world_read(&w, text);
    tro_messages_clear(&w.messages); /* the note that weights were scaled */
    tro_reader reader = {.arena = &w.cell->arena, .catalog = tro_catalog_builtin(),
                         .messages = &w.messages};
    snprintf(text, sizeof text, "q: %s\n", example);
    ck_assert_int_eq(tro_document_read_text("q", text, strlen(text), &document, NULL), TRO_OK);
    ck_assert_int_eq(tro_read_plugin(&reader, tro_node_get(document->root, "q"), TRO_QUANTITY,
                                     &chosen), TRO_OK);
    const tro_quantity *quantity = tro_quantity_of(&chosen);
    if (quantity->check)
        ck_assert_int_eq(quantity->check(w.cell, chosen.config, &w.messages), TRO_OK);
    int status = quantity->compute(w.cell, chosen.config, &found, &w.messages);
    ck_assert_msg(status == TRO_OK && w.messages.errors == 0, "%s: %s", name,
                  tro_listed(&w.messages, buffer, sizeof buffer));
    ck_assert(found.count >= 1 && found.count <= LARGEST);
    for (size_t k = 0; k < found.count; k++) {
        ck_assert_msg(isfinite(found.values[k]), "%s: %g", name, found.values[k]);
        ck_assert(quantity->sampled || isnan(found.errors[k]));
        values[k] = found.values[k];
    }
    *count = found.count;
    tro_document_free(document);
    tro_world_close(&w);
}

START_TEST(test_quantities_conform)
{
    const tro_catalog *catalog = tro_catalog_builtin();
    for (size_t k = 0; k < catalog->count[TRO_QUANTITY]; k++) {
        const char *name = catalog->items[TRO_QUANTITY][k]->name;
        const char *example = example_of(TRO_QUANTITY, name, 0);
        double one[LARGEST], two[LARGEST];
        size_t first, second;
        compute(name, example, one, &first);
        compute(name, example, two, &second);
        ck_assert_uint_eq(first, second);
        ck_assert_msg(memcmp(one, two, first * sizeof *one) == 0, "%s does not repeat", name);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_plugins_documented, test_maps_and_derivatives, test_schedules_conform,
        test_generators_conform, test_measures_conform, test_quantities_conform};
    return TRO_RUN_TESTS("catalog", tests);
}
