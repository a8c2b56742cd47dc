/* Gradients by temperatures, strengths and rewards of every curator, as users, as owners and
 * of shared pools, against differences of fixed points of scenarios that say something else. */
#include "tests/conformance/roads.h"

#include "analysis/gradient.h"

static const double weights[3] = {0.7, -0.4, 0.2};

/* The weighed alignments where `path` has the value; NaN where there are none. */
static double welfare(const tro_world *w, const char *path, const char *text)
{
    const tro_override change = {.path = path, .value = text, .origin = "test"};
    tro_fixed_point point = {0};
    tro_cell *cell = NULL;
    double sum = 0;
    ck_assert_msg(tro_cell_vary(w->cell, &change, &cell, NULL) == TRO_OK, "%s=%s", path, text);
    const tro_space *space = &cell->scenario->space;
    if (tro_fixed_point_find(cell->ecosystem, w->cell->point.z, 1e-12, &point, NULL) < 0)
        sum = NAN;
    for (size_t i = 0; i < 3 && !isnan(sum); i++) {
        const tro_agent *agent = &cell->scenario->agents[i];
        sum += weights[i] * space->family->alignment(space, agent->reward, agent->at,
                                                     point.z + i * space->width);
    }
    tro_fixed_point_release(&point);
    tro_cell_free(cell);
    return sum;
}

/* The text of one tuning with its dial, or reward x, moved by h. */
static void change_text(const tro_space *space, const tro_tuning *of, size_t x, double h,
                        char *out)
{
    size_t n = of->rewards / (space->outcomes ? space->blocks : 1);
    if (x == SIZE_MAX) {
        sprintf(out, "%.17g", of->value + h);
        return;
    }
    out += sprintf(out, "[");
    for (size_t k = 0; k < of->rewards; k++) {
        if (k > 0 && k % n == 0)
            out += sprintf(out, "], [");
        else if (k > 0)
            out += sprintf(out, ", ");
        out += sprintf(out, "%.17g", of->reward[k] + (k == x ? h : 0));
    }
    sprintf(out, "]");
}

/* Fourth order, by the path of the dial or of the reward. */
static double slope(const tro_world *w, const tro_tuning *of, size_t x, double h)
{
    static const double factor[4] = {1, -8, 8, -1};
    static const int step[4] = {-2, -1, 1, 2};
    const tro_space *space = &w->scenario->space;
    tro_text path = {0}, text = {0};
    double sum = 0;
    tro_node_path(of->node, &path);
    int main_key = of->node->kind != TRO_MAP;   /* self-judge: 0.7 */
    if (!main_key)
        tro_text_addf(&path, ".%s%s", x == SIZE_MAX ? of->dial : "reward",
                      x != SIZE_MAX && !space->outcomes ? ".linear" : "");
    for (int k = 0; k < 4; k++) {
        char list[4096];
        change_text(space, of, x, step[k] * h, list);
        tro_text_clear(&text);
        tro_text_addf(&text, x != SIZE_MAX && space->blocks > 1 ? "[%s]" : "%s", list);
        sum += factor[k] * welfare(w, tro_text_string(&path), tro_text_string(&text));
    }
    tro_text_clear(&path);
    tro_text_clear(&text);
    return sum / (12 * h);
}

static void compare(const tro_world *w, const tro_turned *t, size_t x, double found,
                    double scale, const char *name)
{
    double value = 0;
    for (double h = 2e-3; h > 1e-5; h /= 4) {
        value = slope(w, t->of, x, h);
        if (isnan(value) || fabs(value - found) < 1e-8 * scale + 2e-14 / h)
            return;
    }
    ck_assert_msg(0, "%s: %s of %s by reward %zd: %.12g, but %.12g", name,
                  t->of->dial ? t->of->dial : "no dial", t->of->rule, (ssize_t)x, found, value);
}

/* Two of the rewards of every tuning, and its dial. */
static size_t check_gradient(tro_world *w, const char *name)
{
    tro_welfare_gradient g;
    size_t checked = 0, width = w->eco->width;
    if (tro_cell_influences(w->cell, NULL) < 0 || tro_cell_stability(w->cell, NULL) < 0 ||
        !w->cell->stability.stable)
        return 0;
    ck_assert_int_eq(tro_influence_gradient(&w->cell->influences, weights, &g, &w->messages),
                     TRO_OK);
    /* means that owners have driven to 1e14 say nothing */
    for (size_t t = 0; t < g.turned_count && fabs(g.welfare) < 1e3; t++) {
        const tro_turned *turned = &g.turned[t];
        double scale = fabs(g.dial[t]) > 0 ? fabs(g.dial[t]) : 1;
        ck_assert_int_eq(turned->of->dial == NULL, isnan(g.dial[t]));
        if (turned->of->dial)
            compare(w, turned, SIZE_MAX, g.dial[t], fmax(scale, 0.1), name);
        for (size_t x = 0; x < turned->of->rewards; x += turned->of->rewards / 2 + 1) {
            double found = g.reward[t * width + x];
            ck_assert_msg(isnan(found) == (turned->no_reward != NULL), "%s: reward of %s", name,
                          turned->of->rule);
            if (!isnan(found) && (w->scenario->space.outcomes || tro_node_get(
                                      tro_node_get(turned->of->node, "reward"), "linear")))
                compare(w, turned, x, found, fmax(fabs(found), 0.1), name);
        }
        checked++;
    }
    tro_welfare_gradient_release(&g);
    return checked;
}

static size_t check_world(const tro_family_example *family, const char *curator,
                          const char *network)
{
    char text[4096];
    tro_world w;
    tro_example_write(text, sizeof text, family, curator, network, "synchronous");
    if (!tro_open_pair(&w, text, curator))
        return 0;
    size_t checked = check_gradient(&w, text);
    tro_world_close(&w);
    return checked;
}

START_TEST(test_turned_conform)
{
    const tro_catalog *catalog = tro_catalog_builtin();
    for (size_t c = 0; c < catalog->count[TRO_CURATOR]; c++) {
        const char *name = catalog->items[TRO_CURATOR][c]->name, *curator;
        size_t checked = 0, rewards = 0;
        for (size_t k = 0; (curator = tro_example_of(TRO_CURATOR, name, k)); k++) {
            char owned[2048], mixture[1024];
            snprintf(mixture, sizeof mixture, "%.900s, pool: mixture", curator);
            snprintf(owned, sizeof owned, "none, owner: %.900s", curator);
            rewards += strstr(curator, "reward") || strstr(curator, "strength");
            for (size_t f = 0; f < tro_family_example_count; f++) {
                const tro_family_example *family = &tro_family_examples[f];
                if (strcmp(family->family, "gaussian-full") == 0)
                    continue;   /* below */
                checked += check_world(family, curator, TRO_EXAMPLE_EDGES);
                checked += check_world(family, mixture, TRO_EXAMPLE_POOLS);
                checked += check_world(family, owned, TRO_EXAMPLE_EDGES);
            }
        }
        ck_assert_msg(checked > 0 || rewards == 0, "no gradient of '%s'", name);
    }
}
END_TEST

#define TWO "{bradley-terry: {candidates: 3, temperature: 2, reward: {linear: 0.4}}}"

/* Real vectors whose covariance moves, in one dimension and two. */
START_TEST(test_full_conform)
{
    static const struct {
        int family;   /* of the examples: 4, or 5 of one dimension */
        const char *curator;
    } all[] = {
        {5, "{bradley-terry: {temperature: 4, reward: {linear: 1, curvature: 0.2}}}"},
        {5, "{bradley-terry: {temperature: 4, flip: 0.3, reward: {linear: 1}}}"},
        {5, "{bradley-terry: {candidates: 3, temperature: 2, reward: {linear: 1}}}"},
        {5, "{best-of: {candidates: 3, reward: {linear: 0.5}}}"},
        {5, "{stages: [{bradley-terry: {temperature: 4, reward: {linear: 1, curvature: 0.2}}}, "
            "{bradley-terry: {temperature: 2, reward: {linear: -0.5}}}]}"},
        {5, "{stages: [{bradley-terry: {temperature: 3, reward: {linear: 0.4}}}, " TWO "]}"},
        {4, "{bradley-terry: {temperature: 4, reward: {linear: [1, 0, -1, 0.5], curvature: 0.2}}}"},
        {4, "{bradley-terry: {candidates: 2, temperature: 4, reward: {linear: [1, 0, -1, 0.5]}}}"},
        {4, "{best-of: {candidates: 2, reward: {linear: [0.1, 0, -0.1, 0.05]}}}"},
    };
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        const tro_family_example *family = &tro_family_examples[all[k].family];
        char mixture[1024], owned[1024];
        snprintf(mixture, sizeof mixture, "%s, pool: mixture", all[k].curator);
        snprintf(owned, sizeof owned, "none, owner: %s", all[k].curator);
        ck_assert_msg(check_world(family, all[k].curator, TRO_EXAMPLE_EDGES) > 0, "%s",
                      all[k].curator);
        check_world(family, mixture, TRO_EXAMPLE_POOLS);
        check_world(family, owned, TRO_EXAMPLE_EDGES);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_turned_conform, test_full_conform};
    return TRO_RUN_TESTS("gradients of curators", tests);
}
