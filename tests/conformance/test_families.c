/* What acts on laws, over all families: curators, channels and schedules. A
 * curator or channel refuses a family it has no map for, at a place. */
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
        if (!tro_open_pair(&w, text, plugin->name))
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
        if (!tro_open_pair(&w, text, plugin->name))
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

/* --- worlds ------------------------------------------------------------------------- */

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
            tro_check_world(family, curator, network, count++, 0);
        }
}

/* Numbers of the four coordinates of examples as that of the only one. */
static void narrow(const char *curator, char *out)
{
    static const char list[] = "[1, 0, -1, ";
    while (*curator)
        if (strncmp(curator, list, sizeof list - 1) == 0) {
            out += sprintf(out, "[1]");
            curator = strchr(curator, ']') + 1;
        } else {
            *out++ = *curator++;
        }
    *out = '\0';
}

/* The family's own curator under every schedule and before every channel; the
 * others each under one. */
static void check_curator(const tro_family_example *family, const char *given, size_t number)
{
    int own = strcmp(given, family->curator) == 0, one = strstr(family->outcomes, "n: 1,") != NULL;
    char mixture[1100], curator[1024];
    if (!own && tro_brief_tests() && number % 4)
        return;
    /* Jacobians take a quadrature for each column there, stages many: seconds for a world. */
    if (!own && strcmp(family->family, "gaussian-full") == 0 &&
        (!one || (strstr(given, "stages") && !tro_long_tests())))
        return;
    snprintf(curator, sizeof curator, "%s", given);
    if (one)
        narrow(given, curator);
    snprintf(mixture, sizeof mixture, "%s, pool: mixture", curator);
    tro_check_world(family, mixture, TRO_EXAMPLE_POOLS, number, 0);
    int taken = tro_check_world(family, curator, TRO_EXAMPLE_EDGES, own ? SIZE_MAX : number, own);
    tro_check_world(family, curator, JUDGES, number, 0);
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
