/* What acts on laws, over all families: curators, channels and schedules. A
 * curator or channel refuses a family it has no map for, at a place. */
#include "tests/conformance/examples.h"

enum { LARGEST = TRO_EXAMPLE_WIDTH };

/* --- maps ------------------------------------------------------------------------ */

/* A map with its derivative: what curations and channels have in common. */
typedef struct mapping {
    const tro_curation *curation;
    const tro_channel_map *channel;
    size_t width;
    double *scratch;
} mapping;

static void apply(const mapping *m, const double *z, double *out)
{
    if (m->curation)
        m->curation->ops->apply(m->curation, 1, z, out, m->scratch);
    else
        m->channel->channel->apply(m->channel, m->width, z, out);
}

static void derivative(const mapping *m, const double *z, const double *dz, double *out)
{
    if (m->curation)
        m->curation->ops->derivative(m->curation, 1, z, dz, out, m->scratch);
    else
        m->channel->channel->derivative(m->channel, m->width, dz, out);
}

static void transposed(const mapping *m, const double *z, const double *w, double *out)
{
    if (m->curation)
        m->curation->ops->transposed(m->curation, 1, z, w, out, m->scratch);
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
static void check_mapping(const mapping *m, const tro_space *space, const double *z,
                          const char *name)
{
    tro_stream s = tro_stream_of(&(tro_stream_key){1, 2, 3, 4, TRO_FOR_TESTS});
    size_t n = m->width;
    for (int trial = 0; trial < 20; trial++) {
        double dz[LARGEST], w[LARGEST], up[LARGEST], down[LARGEST], at[LARGEST];
        double high[LARGEST], low[LARGEST], tangent[LARGEST], back[LARGEST], h = 1e-4;
        tro_stream_normals(&s, n, dz);
        tro_stream_normals(&s, n, w);
        for (size_t k = 0; k < n; k++) {
            if (space->family->law == TRO_TABLE)
                dz[k] *= z[k]; /* probabilities stay positive */
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

/* On tables a map keeps the mass, and is linear in it: a row of mass m is m
 * times what becomes of its law. */
static void check_mass(const mapping *m, const double *z, const char *name)
{
    double twice[LARGEST], once[LARGEST], out[LARGEST], sum = 0;
    apply(m, z, once);
    for (size_t k = 0; k < m->width; k++) {
        twice[k] = 2 * z[k];
        sum += once[k] - z[k];
        ck_assert_msg(once[k] >= 0, "%s: a probability of %g", name, once[k]);
    }
    apply(m, twice, out);
    for (size_t k = 0; k < m->width; k++)
        once[k] *= 2;
    ck_assert_msg(fabs(sum) < 1e-14, "%s: mass changes by %g", name, sum);
    ck_assert_msg(tro_away(m->width, out, once) < 1e-14, "%s: not linear in the mass", name);
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
        ck_assert_int_eq(status, TRO_ESCENARIO);
        for (size_t k = 0; k < messages.count; k++)
            ck_assert_msg(messages.items[k].line > 0, "%s is refused without a place", what);
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

#define THROUGH "{edges: [{from: a, to: b, channel: %s}, {from: b, to: c}, {from: c, to: a}]}"

static size_t check_maps(const tro_family_example *family, const tro_plugin *plugin)
{
    char text[4096], network[1024];
    size_t taken = 0;
    const char *example;
    for (size_t k = 0; (example = tro_example_of(plugin->kind, plugin->name, k)); k++) {
        tro_world w;
        int channel = plugin->kind == TRO_CHANNEL;
        snprintf(network, sizeof network, THROUGH, example);
        tro_example_write(text, sizeof text, family, channel ? "none" : example,
                          channel ? network : TRO_EXAMPLE_EDGES, "synchronous");
        if (!open_pair(&w, text, plugin->name))
            continue;
        mapping m = {.width = w.eco->width};
        m.curation = channel ? NULL : w.scenario->agents[0].public_curation;
        m.channel = channel ? w.scenario->edges[0].channel : NULL;
        ck_assert_uint_le(m.width, LARGEST);
        if (m.curation)
            m.scratch = calloc(m.curation->scratch + 1, sizeof *m.scratch);
        const double *start = w.scenario->agents[0].start;
        if (channel || m.curation->ops)
            check_mapping(&m, &w.scenario->space, start, plugin->name);
        if ((channel || m.curation->ops) && w.scenario->space.family->law == TRO_TABLE)
            check_mass(&m, start, plugin->name);
        free(m.scratch);
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
            for (size_t f = 0; f < tro_family_example_count; f++)
                taken += check_maps(&tro_family_examples[f], catalog->items[kinds[i]][k]);
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
            ck_assert_int_eq(tro_influence_difference(w->eco, on, of, 1e-5,
                                                      &differences[3 * on + of], NULL), TRO_OK);
            ck_assert_int_eq(tro_alignment_gradient(&w->cell->influences, on, gradient), TRO_OK);
            forward[3 * on + of] = dot(width, gradient, response + on * width);
        }
    }
    double scale = 1;
    for (int k = 0; k < 9; k++)
        scale = fmax(scale, fabs(all[k]));
    ck_assert_msg(tro_away(9, forward, all) < 1e-12 * scale, "%s: forward", name);
    ck_assert_msg(tro_away(9, differences, all) < 1e-8 * scale, "%s: differences", name);
}

/* One world for each schedule; 0 when the family refuses the others. */
static int check_world(const tro_family_example *family, const char *curator,
                       const char *network)
{
    const tro_catalog *catalog = tro_catalog_builtin();
    for (size_t k = 0; k < catalog->count[TRO_SCHEDULE]; k++) {
        const char *name = catalog->items[TRO_SCHEDULE][k]->name;
        char text[4096], what[4096];
        tro_world w;
        tro_example_write(text, sizeof text, family, curator, network,
                          tro_example_of(TRO_SCHEDULE, name, 0));
        if (!open_pair(&w, text, curator))
            return 0;
        snprintf(what, sizeof what, "%s with %s, %s, %.1000s", name, family->outcomes, curator,
                 network);
        check_events(w.plan, what);
        check_influences(&w, what);
        tro_world_close(&w);
    }
    return 1;
}

/* A curator on its own and before every example of every channel. */
static void check_curator(const tro_family_example *family, const char *curator)
{
    const tro_catalog *catalog = tro_catalog_builtin();
    char network[1024];
    const char *channel;
    if (!check_world(family, curator, TRO_EXAMPLE_EDGES)) {
        ck_assert_msg(strcmp(curator, family->curator) != 0, "%s refuses %s", family->family,
                      curator);
        return;
    }
    for (size_t c = 0; c < catalog->count[TRO_CHANNEL]; c++)
        for (size_t k = 0; (channel = tro_example_of(
                                TRO_CHANNEL, catalog->items[TRO_CHANNEL][c]->name, k)); k++) {
            snprintf(network, sizeof network, THROUGH, channel);
            check_world(family, curator, network);
        }
}

START_TEST(test_families_conform)
{
    const tro_catalog *catalog = tro_catalog_builtin();
    const char *curator;
    for (size_t f = 0; f < tro_family_example_count; f++) {
        check_curator(&tro_family_examples[f], tro_family_examples[f].curator);
        for (size_t c = 0; c < catalog->count[TRO_CURATOR]; c++)
            for (size_t k = 0; (curator = tro_example_of(
                                    TRO_CURATOR, catalog->items[TRO_CURATOR][c]->name, k)); k++)
                check_curator(&tro_family_examples[f], curator);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_maps_and_derivatives, test_families_conform};
    return TRO_RUN_TESTS("families", tests);
}
