/* The round map and its derivatives against a second implementation. */
#include "support.h"
#include "toy.h"

enum { SIZE = TRO_TOY_AGENTS * TRO_TOY_WIDTH, TOYS = 400 };

static void open_toy(tro_world *w, tro_toy *toy)
{
    tro_toy_open(w, toy, NULL);
    ck_assert_uint_eq(w->eco->agents, toy->agents);
    ck_assert_uint_eq(w->eco->size, toy->agents * toy->width);
}

static double dot(size_t n, const double *a, const double *b)
{
    double sum = 0;
    for (size_t k = 0; k < n; k++)
        sum += a[k] * b[k];
    return sum;
}

static void draw(tro_stream *s, size_t n, double *x)
{
    tro_stream_normals(s, n, x);
}

/* F(z) and F'(z) dz as dense sums, <w, F' dz> = <F'' w, dz>. */
START_TEST(test_toys_map)
{
    double worst = 0, worst_product = 0;
    size_t curated = 0, channels = 0;
    for (uint64_t t = 0; t < TOYS; t++) {
        tro_stream s = tro_test_stream(0, t);
        tro_toy toy;
        tro_world w;
        tro_workspace work;
        double z[SIZE], dz[SIZE], dual[SIZE], out[SIZE], expected[SIZE], back[SIZE];
        double j[SIZE * SIZE], c[SIZE];
        tro_toy_draw(&toy, &s, TRO_TOY_AGENTS, 1.5);
        open_toy(&w, &toy);
        size_t n = w.eco->size;
        ck_assert_int_eq(tro_workspace_init(&work, w.eco), TRO_OK);
        draw(&s, n, z);
        draw(&s, n, dz);
        draw(&s, n, dual);
        tro_round_map(w.eco, &work, z, out);
        tro_toy_map(&toy, z, expected);
        worst = fmax(worst, tro_away(n, out, expected));
        tro_toy_dense(&toy, j, c);
        for (size_t i = 0; i < n; i++) {
            expected[i] = dot(n, j + i * n, dz);
            c[i] = 0;
            for (size_t k = 0; k < n; k++)
                c[i] += j[k * n + i] * dual[k];
        }
        tro_round_derivative(w.eco, &work, z, dz, out);
        tro_round_transposed(w.eco, &work, z, dual, back);
        worst = fmax(worst, tro_away(n, out, expected));
        worst = fmax(worst, tro_away(n, back, c));
        worst_product = fmax(worst_product, fabs(dot(n, dual, out) - dot(n, back, dz)) /
                                                sqrt(dot(n, dual, dual) * dot(n, dz, dz)));
        curated += w.eco->curated_count;
        for (size_t k = 0; k < toy.edges; k++)
            channels += (size_t)toy.edge[k].has_channel;
        tro_workspace_release(&work);
        tro_world_close(&w);
    }
    ck_assert_uint_gt(curated, TOYS);
    ck_assert_uint_gt(channels, TOYS);
    ck_assert_double_lt(worst, 2e-14);
    ck_assert_double_lt(worst_product, 1e-14);
}
END_TEST

/* One entry of each kind delivers what the formula says. */
START_TEST(test_toys_entries)
{
    for (uint64_t t = 0; t < TOYS; t++) {
        tro_stream s = tro_test_stream(0, 1000 + t);
        tro_toy toy;
        tro_world w;
        tro_toy_source sources[TRO_TOY_SOURCES];
        double row[TRO_TOY_WIDTH], change[TRO_TOY_WIDTH], out[TRO_TOY_WIDTH];
        double scratch[TRO_TOY_WIDTH], curation[1], expected[TRO_TOY_WIDTH], moved[TRO_TOY_WIDTH];
        tro_toy_draw(&toy, &s, TRO_TOY_AGENTS, 1.5);
        open_toy(&w, &toy);
        size_t d = toy.width;
        draw(&s, d, row);
        draw(&s, d, change);
        for (size_t i = 0; i < toy.agents; i++) {
            size_t count = tro_toy_sources(&toy, i, sources), found = 0;
            for (size_t k = w.eco->row_start[i]; k < w.eco->row_start[i + 1]; k++) {
                const tro_entry *entry = &w.eco->entries[k];
                double share = tro_entry_share(w.eco, i, entry);
                if (share == 0)
                    continue;
                found++;
                size_t at = 0;
                while (at < count && (sources[at].from == SIZE_MAX ||
                                      sources[at].edge != entry->edge ||
                                      sources[at].curated != (entry->layer == TRO_CURATED)))
                    at++;
                ck_assert_uint_lt(at, count);
                ck_assert_double_eq_tol(share, sources[at].share, 1e-15);
                ck_assert_uint_eq(entry->producer, sources[at].from);
                for (size_t r = 0; r < d; r++) {
                    expected[r] = sources[at].offset[r] + dot(d, sources[at].matrix + r * d, row);
                    moved[r] = dot(d, sources[at].matrix + r * d, change);
                }
                const double *law = tro_entry_law(w.eco, entry, row, NULL, out, scratch, curation);
                ck_assert_double_lt(tro_away(d, law, expected), 1e-14);
                law = tro_entry_derivative(w.eco, entry, row, NULL, change, NULL, out, scratch,
                                           curation);
                ck_assert_double_lt(tro_away(d, law, moved), 1e-14);
            }
            ck_assert_uint_eq(found + (count > 0 && sources[0].from == SIZE_MAX), count);
        }
        tro_world_close(&w);
    }
}
END_TEST

/* The direction of a share, against the map with the shares moved: F is linear
 * in shares, so a difference of any size is exact. */
static void check_share(const tro_toy *toy, tro_world *w, tro_workspace *work, size_t i,
                        const double *z)
{
    tro_toy other = *toy;
    const tro_toy_agent *a = &toy->agent[i];
    tro_toy_agent *moved = &other.agent[i];
    double g[TRO_TOY_WIDTH], low[SIZE], high[SIZE], step;
    int one_sided = -1, status = tro_round_by_share(w->eco, work, z, i, g, &one_sided);
    double raw = 0, curated = 0, rest = a->real + a->synthetic;
    for (size_t k = 0; k < toy->edges; k++)
        if (toy->edge[k].to == i) {
            raw += toy->edge[k].synthetic;
            curated += toy->edge[k].curated;
        }
    double real = a->displaces == 0 ? (rest > 0 ? a->real / rest : 0) : a->displaces == 1;
    double displaced = a->displaces == 0 ? rest : a->displaces == 1 ? a->real : a->synthetic;
    int possible = curated > 0 && (a->displaces != 0 || rest > 0) &&
                   (real == 0 || a->has_reference) && (real == 1 || raw > 0) &&
                   (a->curated > 0 || displaced > 0);
    ck_assert_int_eq(status, possible ? TRO_OK : TRO_EUNSUPPORTED);
    if (!possible)
        return;
    int down = a->curated > 0, up = displaced > 0;
    ck_assert_int_eq(one_sided, !(up && down));
    step = (up ? 0.5 * displaced : -0.5 * a->curated);
    moved->curated += step;
    moved->real -= step * real;
    moved->synthetic -= step * (1 - real);
    tro_toy_map(toy, z, low);
    tro_toy_map(&other, z, high);
    for (size_t k = 0; k < SIZE && k < w->eco->size; k++) {
        double expected = (high[k] - low[k]) / step;
        double found = k / toy->width == i ? g[k % toy->width] : 0;
        ck_assert_double_eq_tol(found, expected, 1e-12 / fabs(step));
    }
}

START_TEST(test_toys_by_share)
{
    for (uint64_t t = 0; t < TOYS; t++) {
        tro_stream s = tro_test_stream(0, 2000 + t);
        tro_toy toy;
        tro_world w;
        tro_workspace work;
        double z[SIZE];
        tro_toy_draw(&toy, &s, TRO_TOY_AGENTS, 1.5);
        open_toy(&w, &toy);
        ck_assert_int_eq(tro_workspace_init(&work, w.eco), TRO_OK);
        draw(&s, w.eco->size, z);
        for (size_t i = 0; i < toy.agents; i++)
            check_share(&toy, &w, &work, i, z);
        tro_workspace_release(&work);
        tro_world_close(&w);
    }
}
END_TEST

/* Shares that were replaced count at once. */
START_TEST(test_shares_replace)
{
    tro_stream s = tro_test_stream(0, 7);
    for (uint64_t t = 0; t < 50; t++) {
        tro_toy toy;
        tro_world w;
        tro_workspace work;
        double z[SIZE], out[SIZE], expected[SIZE];
        tro_toy_draw(&toy, &s, TRO_TOY_AGENTS, 1);
        open_toy(&w, &toy);
        ck_assert_int_eq(tro_workspace_init(&work, w.eco), TRO_OK);
        draw(&s, w.eco->size, z);
        for (size_t i = 0; i < toy.agents; i++) {
            tro_toy_agent *a = &toy.agent[i];
            if (a->synthetic > 0 && a->curated > 0) {
                a->curated += a->synthetic / 2;
                a->synthetic /= 2;
            }
            tro_ecosystem_set_shares(w.eco, i,
                                     &(tro_shares){a->real, a->synthetic, a->curated});
        }
        tro_round_map(w.eco, &work, z, out);
        tro_toy_map(&toy, z, expected);
        ck_assert_double_lt(tro_away(w.eco->size, out, expected), 1e-14);
        tro_workspace_release(&work);
        tro_world_close(&w);
    }
}
END_TEST

/* Every producer is curated once for each rule, however many edges it has. */
START_TEST(test_curated_laws_are_shared)
{
    tro_world w;
    tro_world_open(&w,
        "trophic: 1\n"
        "outcomes: {family: gaussian}\n"
        "curators: {warm: {shift: 1}, cool: {shift: -1}}\n"
        "agents:\n"
        "  - {name: a, start: 0, public: warm, shares: {curated: 1}}\n"
        "  - {name: b, start: 0, public: warm, shares: {curated: 1}}\n"
        "  - {name: c, start: 0, public: cool, shares: {curated: 1}}\n"
        "  - {name: d, start: 0, shares: {curated: 1}}\n"
        "network:\n"
        "  edges:\n"
        "    - {from: a, to: b}\n"                    /* warm a */
        "    - {from: a, to: c}\n"                    /* warm a */
        "    - {from: a, to: d, judge: b}\n"          /* warm a */
        "    - {from: a, to: c, judge: consumer}\n"   /* cool a */
        "    - {from: b, to: a}\n"                    /* warm b */
        "    - {from: d, to: a}\n");                  /* as produced */
    ck_assert_uint_eq(w.eco->curated_count, 3);
    ck_assert_uint_eq(w.eco->batch_count, 2);
    ck_assert_uint_eq(w.eco->batches[0].count, 2);
    ck_assert_uint_eq(w.eco->curated_producer[0], 0);
    ck_assert_uint_eq(w.eco->curated_producer[1], 1);
    ck_assert_uint_eq(w.eco->curated_producer[2], 0);
    ck_assert_int_eq(w.eco->affine, 1);
    tro_world_close(&w);
}
END_TEST

/* Divergence is a result: the unstable fixed point is found, rounds go on until
 * numbers overflow, and the last finite state stays. */
START_TEST(test_unstable_runs)
{
    tro_world w;
    tro_runner runner = {0};
    tro_world_open(&w,
        "trophic: 1\n"
        "outcomes: {family: gaussian}\n"
        "agents: [{name: a, reference: 1, start: 2, shares: {real: 0.5, synthetic: 0.5}}]\n"
        "network: {edges: [{from: a, to: a, channel: {affine: {scale: 6}}}]}\n");
    ck_assert_int_eq(tro_cell_fixed_point(w.cell, &w.messages), TRO_OK);
    ck_assert_double_eq_tol(w.cell->point.z[0], -0.25, 1e-15);
    ck_assert_int_eq(tro_cell_stability(w.cell, &w.messages), TRO_OK);
    ck_assert_int_eq(w.cell->stability.stable, 0);
    ck_assert_double_eq_tol(w.cell->stability.rate, 3, 1e-14);
    ck_assert_int_eq(tro_runner_init(&runner, w.eco, w.plan, TRO_EXACT), TRO_OK);
    ck_assert_int_eq(tro_runner_start(&runner, 0, NULL), TRO_OK);
    int status = TRO_OK;
    double before = 0;
    while (status == TRO_OK) {
        before = runner.z[0];
        status = tro_runner_round(&runner);
        ck_assert_uint_lt(runner.round, 1000);
    }
    ck_assert_int_eq(status, TRO_EDIVERGED);
    ck_assert_double_eq(runner.z[0], before);
    ck_assert(isfinite(before));
    ck_assert_uint_eq(runner.round, 644); /* 6 z passes 1.8e308 next: z = 2.25 * 3^644 */
    tro_runner_release(&runner);
    tro_world_close(&w);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_toys_map, test_toys_entries, test_toys_by_share,
                                  test_shares_replace, test_curated_laws_are_shared,
                                  test_unstable_runs};
    return TRO_RUN_TESTS("ecosystem", tests);
}
