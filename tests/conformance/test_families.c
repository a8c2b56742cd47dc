/* What acts on laws, over all families: curators, channels and schedules. A
 * curator or channel refuses a family it has no map for, at a place. */
#include "tests/conformance/examples.h"
#include "tests/conformance/roads.h"

enum { LARGEST = TRO_EXAMPLE_WIDTH };

/* --- maps ------------------------------------------------------------------------ */

/* A map with its derivative: what curations and channels have in common. */
typedef struct mapping {
    const tro_curation *curation;
    const tro_channel_map *channel;
    size_t width, input;   /* input: longer where users listen to an audience */
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
    size_t n = m->width, in = m->input;
    for (int trial = 0; trial < 20; trial++) {
        double dz[LARGEST], w[LARGEST], up[LARGEST], down[LARGEST], at[LARGEST];
        double high[LARGEST], low[LARGEST], tangent[LARGEST], back[LARGEST], h = 1e-4;
        tro_stream_normals(&s, in, dz);
        tro_stream_normals(&s, n, w);
        for (size_t k = 0; k < in; k++) {
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
        double away = fabs(dot(n, w, tangent) - dot(in, back, dz));
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
    for (size_t k = 0; k < m->input; k++)
        twice[k] = 2 * z[k];
    for (size_t k = 0; k < m->width; k++) {
        sum += once[k] - z[k];
        ck_assert_msg(once[k] >= 0, "%s: a probability of %g", name, once[k]);
    }
    apply(m, twice, out);
    for (size_t k = 0; k < m->width; k++)
        once[k] *= 2;
    ck_assert_msg(fabs(sum) < 1e-14, "%s: mass changes by %g", name, sum);
    ck_assert_msg(tro_away(m->width, out, once) < 1e-14, "%s: not linear in the mass", name);
}

/* --- pools ------------------------------------------------------------------------- */

enum { PRODUCERS = 2 };

/* A pool, or a change of one: weights, then the producers' laws. */
typedef struct pool_point {
    double weight[PRODUCERS], law[PRODUCERS][LARGEST];
} pool_point;

static void apply_pool(const tro_curation *curation, const pool_point *at, double *out,
                       double *scratch)
{
    const tro_spread *spread[PRODUCERS] = {curation->space->spread, curation->space->spread};
    const double *rows[PRODUCERS] = {at->law[0], at->law[1]};
    tro_curation_pool(curation, &(tro_pool){PRODUCERS, at->weight, rows, spread}, out, scratch);
}

static pool_point moved(const pool_point *at, double by, const pool_point *change)
{
    pool_point out;
    for (int k = 0; k < PRODUCERS; k++) {
        out.weight[k] = at->weight[k] + by * change->weight[k];
        for (int x = 0; x < LARGEST; x++)
            out.law[k][x] = at->law[k][x] + by * change->law[k][x];
    }
    return out;
}

/* The same promises of a curation that acts on several laws at once. */
static void check_pool(const tro_curation *curation, const pool_point *at, const char *name)
{
    tro_stream s = tro_stream_of(&(tro_stream_key){5, 6, 7, 8, TRO_FOR_TESTS});
    size_t n = curation->space->width;
    int table = curation->space->family->law == TRO_TABLE;
    double *scratch = calloc(tro_curation_pool_scratch(curation, PRODUCERS) + 1, sizeof *scratch);
    const tro_spread *spread[PRODUCERS] = {curation->space->spread, curation->space->spread};
    const double *rows[PRODUCERS] = {at->law[0], at->law[1]};
    tro_pool pool = {PRODUCERS, at->weight, rows, spread};
    for (int trial = 0; trial < 20; trial++) {
        pool_point change = {0};
        double w[LARGEST], high[LARGEST], low[LARGEST], tangent[LARGEST], h = 1e-4, inner = 0;
        double back[PRODUCERS][LARGEST];
        const double *changes[PRODUCERS] = {change.law[0], trial % 4 ? change.law[1] : NULL};
        int weights = trial % 3 == 0;
        tro_stream_normals(&s, n, w);
        change.weight[0] = weights ? 0.3 : 0;
        change.weight[1] = -change.weight[0];
        for (int k = 0; k < PRODUCERS; k++)
            for (size_t x = 0; changes[k] && x < n; x++)
                change.law[k][x] = tro_stream_normal(&s) * (table ? at->law[k][x] : 1);
        pool_point up = moved(at, h, &change), down = moved(at, -h, &change);
        tro_memory_fail_after(1);
        apply_pool(curation, &up, high, scratch);
        apply_pool(curation, &down, low, scratch);
        tro_curation_pool_derivative(curation, &pool, weights ? change.weight : NULL, changes,
                                     tangent, scratch);
        tro_curation_pool_transposed(curation, &pool, w, (double *[]){back[0], back[1]}, scratch);
        tro_memory_fail_after(0);
        double scale = sqrt(dot(n, tangent, tangent)) + 1;
        for (size_t x = 0; x < n; x++)
            high[x] = (high[x] - low[x]) / (2 * h);
        ck_assert_msg(tro_away(n, high, tangent) < 1e-7 * scale,
                      "%s: the pool's derivative is off by %g", name, tro_away(n, high, tangent));
        if (weights)
            continue;
        for (int k = 0; k < PRODUCERS; k++)
            inner += dot(n, back[k], change.law[k]);
        ck_assert_msg(fabs(dot(n, w, tangent) - inner) < 1e-13 * scale * sqrt(dot(n, w, w)),
                      "%s: <w, J dz> of a pool is off by %g", name, dot(n, w, tangent) - inner);
    }
    free(scratch);
}

/* On tables a pool keeps the mass of its mixture, and shares of wins sum to 1. */
static void check_pool_mass(const tro_curation *curation, const pool_point *at, const char *name)
{
    size_t n = curation->space->width;
    double *scratch = calloc(tro_curation_pool_scratch(curation, PRODUCERS) + 1, sizeof *scratch);
    double out[LARGEST], twice[LARGEST], share[PRODUCERS], sum = 0;
    const double *rows[PRODUCERS] = {at->law[0], at->law[1]};
    pool_point doubled = moved(at, 1, at);
    memcpy(doubled.weight, at->weight, sizeof doubled.weight);
    apply_pool(curation, at, out, scratch);
    apply_pool(curation, &doubled, twice, scratch);
    for (size_t x = 0; x < n; x++) {
        ck_assert_msg(out[x] >= 0, "%s: a probability of %g", name, out[x]);
        sum += out[x];
        for (int k = 0; k < PRODUCERS; k++)
            sum -= at->weight[k] * at->law[k][x];
        out[x] *= 2;
    }
    ck_assert_msg(fabs(sum) < 1e-14, "%s: mass changes by %g", name, sum);
    ck_assert_msg(tro_away(n, out, twice) < 1e-14, "%s: not linear in the mass", name);
    if (curation->ops->wins) {
        curation->ops->wins(curation, &(tro_pool){PRODUCERS, at->weight, rows, NULL}, share,
                            scratch);
        ck_assert_msg(fabs(share[0] + share[1] - 1) < 1e-14 && share[0] > 0 && share[1] > 0,
                      "%s: wins %g and %g", name, share[0], share[1]);
    }
    free(scratch);
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

/* A judge of every kind: the producer, the consumer, somebody else. */
#define JUDGES \
    "{edges: [{from: a, to: b, judge: consumer}, {from: b, to: c, judge: a}, {from: c, to: a}, " \
    "{from: a, to: a, judge: b}]}"
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
        m.input = channel ? m.width : tro_curation_input(m.curation);
        ck_assert_uint_le(m.input, LARGEST);
        if (m.curation)
            m.scratch = calloc(m.curation->scratch + 1, sizeof *m.scratch);
        double start[LARGEST];
        memcpy(start, w.scenario->agents[0].start, m.width * sizeof *start);
        for (size_t a = 0; a * m.width < m.input - m.width; a++)
            memcpy(start + (a + 1) * m.width,
                   w.scenario->agents[m.curation->audience[a]->agent].start,
                   m.width * sizeof *start);
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

/* The curation of a pool that two producers share, where the family has it. */
static size_t check_pools(const tro_family_example *family, const tro_plugin *plugin)
{
    char text[4096], mixture[1024];
    size_t taken = 0;
    const char *example;
    for (size_t k = 0; (example = tro_example_of(plugin->kind, plugin->name, k)); k++) {
        tro_world w;
        snprintf(mixture, sizeof mixture, "%s, pool: mixture", example);
        tro_example_write(text, sizeof text, family, mixture, TRO_EXAMPLE_POOLS, "synchronous");
        if (!open_pair(&w, text, plugin->name))
            continue;
        const tro_curation *curation = w.scenario->agents[1].pool_curation;
        pool_point at = {.weight = {0.75, 0.25}};
        for (int p = 0; p < PRODUCERS; p++)
            memcpy(at.law[p], w.scenario->agents[p].start, w.eco->width * sizeof(double));
        if (curation) { /* else everything is kept */
            check_pool(curation, &at, example);
            if (w.scenario->space.family->law == TRO_TABLE)
                check_pool_mass(curation, &at, example);
        }
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
            for (size_t f = 0; kinds[i] == TRO_CURATOR && f < tro_family_example_count; f++)
                taken += check_pools(&tro_family_examples[f], catalog->items[kinds[i]][k]);
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

/* Do the rounds run away? Then there need be no fixed point. */
static int grows(tro_runner *runner)
{
    static const double zero[3 * LARGEST];
    size_t size = runner->ecosystem->size;
    double early = 0;
    int status = tro_runner_start(runner, 0, NULL);
    for (int r = 0; r < 600 && status == TRO_OK; r++) {
        early = r == 300 ? tro_away(size, runner->z, zero) : early;
        status = tro_runner_round(runner);
    }
    return status == TRO_EDIVERGED || tro_away(size, runner->z, zero) > 2 * early;
}

/* The fixed point stays; influences by adjoint, forward and differences agree,
 * whatever the order. */
static void check_influences(tro_world *w, const char *name)
{
    tro_runner runner = {0};
    double all[9], forward[9], differences[9], gradient[LARGEST], response[3 * LARGEST];
    size_t width = w->eco->width;
    int status = tro_cell_influences(w->cell, &w->messages);
    if (status == TRO_OK)
        status = tro_cell_stability(w->cell, &w->messages);
    char buffer[1024];
    ck_assert_int_eq(tro_runner_init(&runner, w->eco, w->plan, TRO_EXACT), TRO_OK);
    ck_assert_msg(status == TRO_OK || (status == TRO_ENOCONV && grows(&runner)), "%s: %s", name,
                  tro_listed(&w->messages, buffer, sizeof buffer));
    if (status < 0) {
        tro_runner_release(&runner);
        return;
    }
    ck_assert_int_eq(tro_runner_start(&runner, 0, w->cell->point.z), TRO_OK);
    for (int r = 0; r < 20; r++)
        ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
    ck_assert_double_lt(tro_away(w->eco->size, runner.z, w->cell->point.z), 1e-12);
    tro_runner_release(&runner);
    tro_resolvent krylov = {0};
    ck_assert_int_eq(tro_resolvent_init_krylov(&krylov, w->eco, w->cell->point.z, NULL), TRO_OK);
    for (size_t of = 0; of < 3; of++) {
        ck_assert_int_eq(tro_influence_response(&w->cell->influences, of, TRO_ALL_WALKS,
                                                response, NULL), TRO_OK);
        tro_check_krylov(w, &krylov, of, response, name);
        for (size_t on = 0; on < 3; on++) {
            ck_assert_int_eq(tro_influence_adjoint(&w->cell->influences, on, of,
                                                   &all[3 * on + of], NULL, NULL), TRO_OK);
            ck_assert_int_eq(tro_influence_difference(w->eco, on, of, 1e-5,
                                                      &differences[3 * on + of], NULL), TRO_OK);
            ck_assert_int_eq(tro_alignment_gradient(&w->cell->influences, on, gradient), TRO_OK);
            forward[3 * on + of] = dot(width, gradient, response + on * width);
        }
    }
    for (size_t on = 0; on < 3; on++)
        tro_check_row(w, on, all + 3 * on, forward + 3 * on, differences + 3 * on, name);
    tro_resolvent_release(&krylov);
}

/* One world for each schedule, or for one of them; 0 when the family refuses. */
static int check_world(const tro_family_example *family, const char *curator,
                       const char *network, size_t only)
{
    const tro_catalog *catalog = tro_catalog_builtin();
    size_t count = catalog->count[TRO_SCHEDULE];
    for (size_t k = only == SIZE_MAX ? 0 : only % count; k < count; k++) {
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
        if (only != SIZE_MAX)
            break;
    }
    return 1;
}

/* Every channel after a curator. */
static void check_channels(const tro_family_example *family, const char *curator)
{
    const tro_catalog *catalog = tro_catalog_builtin();
    char network[1024];
    const char *channel;
    size_t count = 0;
    for (size_t c = 0; c < catalog->count[TRO_CHANNEL]; c++)
        for (size_t k = 0; (channel = tro_example_of(
                                TRO_CHANNEL, catalog->items[TRO_CHANNEL][c]->name, k)); k++) {
            snprintf(network, sizeof network, THROUGH, channel);
            check_world(family, curator, network, count++);
        }
}

/* The family's own curator under every schedule and before every channel; the
 * others each under one. */
static void check_curator(const tro_family_example *family, const char *curator, size_t number)
{
    int own = strcmp(curator, family->curator) == 0;
    char mixture[1024];
    /* Jacobians take a quadrature for each column there: seconds for a world. */
    if (!own && strcmp(family->family, "gaussian-full") == 0)
        return;
    snprintf(mixture, sizeof mixture, "%s, pool: mixture", curator);
    check_world(family, mixture, TRO_EXAMPLE_POOLS, number);
    int taken = check_world(family, curator, TRO_EXAMPLE_EDGES, own ? SIZE_MAX : number);
    check_world(family, curator, JUDGES, number);
    ck_assert_msg(taken || !own, "%s refuses %s", family->family, curator);
    if (own)
        check_channels(family, curator);
}

START_TEST(test_families_conform)
{
    const tro_catalog *catalog = tro_catalog_builtin();
    const char *curator;
    size_t number = 0;
    for (size_t f = 0; f < tro_family_example_count; f++) {
        check_curator(&tro_family_examples[f], tro_family_examples[f].curator, number++);
        for (size_t c = 0; c < catalog->count[TRO_CURATOR]; c++)
            for (size_t k = 0; (curator = tro_example_of(
                                    TRO_CURATOR, catalog->items[TRO_CURATOR][c]->name, k)); k++)
                check_curator(&tro_family_examples[f], curator, number++);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_maps_and_derivatives, test_families_conform};
    return TRO_RUN_TESTS("families", tests);
}
