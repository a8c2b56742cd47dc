/* Maps: zeros on a known line, joined and complete, and the numbers of the points. */
#include <omp.h>

#include "support.h"

#include "experiment/map.h"

/* Two rivals in one dimension: with phi's curated share m, theta's part c' of phi's curated
 * data and phi's part c of theta's, theta's influence on itself is negative when
 * c > (1 - m (1 - c')) / (2 - m). Here c' = 0.3. */
static const char rivals[] =
    "trophic: 1\nseed: 1\noutcomes: {family: gaussian}\n"
    "agents:\n"
    "  - {name: theta, reference: 0, reward: {linear: 1}, public: {shift: 1},\n"
    "     shares: {real: 0.5, curated: 0.5}, displaces: real}\n"
    "  - {name: phi, reference: 0, reward: {linear: -1}, public: {shift: -1},\n"
    "     shares: {real: 0.5, curated: 0.5}, displaces: real}\n"
    "network:\n"
    "  judge: producer\n"
    "  edges:\n"
    "    - {from: theta, to: theta, weight: 0.3}\n"
    "    - {from: phi, to: theta, weight: 0.7}\n"
    "    - {from: phi, to: phi, weight: 0.7}\n"
    "    - {from: theta, to: phi, weight: 0.3}\n";
#define C_P "network.edges.phi->theta.weight={values: {linspace: [0.05, 0.95, 13]}, complement: " \
            "network.edges.theta->theta.weight}"
#define M "agents.phi.shares.curated={linspace: [0, 0.95, 11]}"

/* Two numbers x and y, each the mean of an agent of real data alone; any function of them. */
static const char plane[] =
    "trophic: 1\nseed: 1\noutcomes: {family: gaussian}\n"
    "agents:\n"
    "  - {name: x, reference: 1, reward: {linear: 1}, shares: {real: 1}}\n"
    "  - {name: y, reference: 1, reward: {linear: 1}, shares: {real: 1}}\n"
    "network: {edges: [{from: x, to: y}]}\n";
#define X(values) "agents.x.reference=" values
#define Y(values) "agents.y.reference=" values
#define TIMES "{of: {alignment: x}}, {of: {alignment: y}}"

typedef struct drawn {
    tro_world world;
    tro_map_request request;
    tro_map *map;
    int status;
} drawn;

static void try(drawn *d, const char *text, const char *agent, const char *quantity,
                const char *x, const char *y)
{
    const char *arguments[] = {x, y};
    *d = (drawn){.request = {.on = agent, .of = agent, .quantity = quantity, .within = 1e-12}};
    tro_world_read(&d->world, text);
    tro_messages_clear(&d->world.messages);
    for (int a = 0; a < 2 && d->status == TRO_OK; a++)
        d->status = tro_map_axis_read(arguments[a], "--vary", &d->request.axes[a],
                                      &d->world.messages);
    if (d->status == TRO_OK)
        d->status = tro_map_new(d->world.cell, &d->request, &d->map, &d->world.messages);
    if (d->status == TRO_OK)
        d->status = tro_map_find(d->map, NULL, &d->world.messages);
}

static void draw(drawn *d, const char *text, const char *agent, const char *quantity,
                 const char *x, const char *y)
{
    char buffer[2048];
    try(d, text, agent, quantity, x, y);
    ck_assert_msg(d->status == TRO_OK, "%s",
                  tro_listed(&d->world.messages, buffer, sizeof buffer));
}

static void discard(drawn *d)
{
    tro_map_free(d->map);
    for (int a = 0; a < 2; a++)
        tro_map_axis_release(&d->request.axes[a]);
    tro_world_close(&d->world);
}

/* Edges of the grid whose ends differ in sign. */
static size_t count_changes(const tro_map *map)
{
    size_t nx = map->request.axes[0].values.count, ny = map->request.axes[1].values.count;
    size_t count = 0;
    for (size_t j = 0; j < ny; j++)
        for (size_t i = 0; i < nx; i++) {
            int sign = tro_map_sign(tro_map_point_of(map, i, j));
            count += i + 1 < nx && sign * tro_map_sign(tro_map_point_of(map, i + 1, j)) < 0;
            count += j + 1 < ny && sign * tro_map_sign(tro_map_point_of(map, i, j + 1)) < 0;
        }
    return count;
}

static int is_end(double value, const tro_vector *values)
{
    return value == values->values[0] || value == values->values[values->count - 1];
}

static double spacing(const tro_vector *values)
{
    return values->values[1] - values->values[0];
}

/* Every change of sign is on a line; a line goes from edge to edge of one cell after the
 * other, and ends at the border or in itself. */
static void check_lines(const tro_map *map)
{
    const tro_vector *x = &map->request.axes[0].values, *y = &map->request.axes[1].values;
    size_t closed = 0;
    for (size_t n = 0; n < map->line_count; n++) {
        const tro_map_line *line = &map->lines[n];
        const tro_map_zero *z = &map->zeros[line->first], *last = &z[line->count - 1];
        for (size_t k = 1; k < line->count; k++) {
            ck_assert_double_le(fabs(z[k].x - z[k - 1].x), spacing(x) * (1 + 1e-9));
            ck_assert_double_le(fabs(z[k].y - z[k - 1].y), spacing(y) * (1 + 1e-9));
        }
        closed += (size_t)line->closed;
        if (line->closed)
            ck_assert(z->x == last->x && z->y == last->y && line->count > 3);
        else
            ck_assert((is_end(z->x, x) || is_end(z->y, y)) &&
                      (is_end(last->x, x) || is_end(last->y, y)));
    }
    ck_assert_uint_eq(map->zero_count - closed, count_changes(map));
}

static double own_influence(const tro_cell *base, double c, double m)
{
    const tro_override all[] = {
        {.path = "network.edges.phi->theta.weight", .number = c, .origin = "test",
         .complement = "network.edges.theta->theta.weight"},
        {.path = "agents.phi.shares.curated", .number = m, .origin = "test"}};
    tro_cell *cell;
    double value;
    ck_assert_int_eq(tro_cell_new(base->base, base->catalog, all, 2, &cell, NULL), TRO_OK);
    ck_assert_int_eq(tro_influence(cell, 0, 0, &value, NULL), TRO_OK);
    tro_cell_free(cell);
    return value;
}

START_TEST(test_rivals_line)
{
    drawn d;
    draw(&d, rivals, "theta", NULL, C_P, M);
    const tro_vector *x = &d.request.axes[0].values, *y = &d.request.axes[1].values;
    ck_assert_uint_eq(d.map->line_count, 1);
    ck_assert_uint_gt(d.map->zero_count, 11);
    check_lines(d.map);
    for (size_t k = 0; k < d.map->zero_count; k++) {
        const tro_map_zero *z = &d.map->zeros[k];
        ck_assert_double_eq_tol(z->x, (1 - z->y * 0.7) / (2 - z->y), 1e-11);
        ck_assert_double_le(fabs(z->residual), 1e-10);
    }
    for (size_t k = 0; k < d.map->count; k++) {
        double c = x->values[k % x->count], m = y->values[k / x->count];
        const tro_map_point *p = &d.map->points[k];
        ck_assert_int_eq(p->status, TRO_MAP_OK);
        ck_assert_double_eq_tol(p->value, own_influence(d.world.cell, c, m), 1e-12);
        ck_assert_double_eq_tol(p->isolated, 4, 1e-12);
        ck_assert_int_eq(p->effect_class, p->value < 0 ? TRO_INVERTED : TRO_DAMPENED);
    }
    discard(&d);
}
END_TEST

START_TEST(test_circle_closed)
{
    drawn d;
    draw(&d, plane, NULL,
         "{combine: {sum: [{of: {alignment: x}, power: 2}, {of: {alignment: y}, power: 2}, "
         "{times: -0.5}]}}",
         X("{linspace: [-1, 1.1, 22]}"), Y("[-1, -0.8, -0.6, -0.4, -0.2, 0, 0.2, 0.4, 0.6, 0.8]"));
    ck_assert_uint_eq(d.map->line_count, 1);
    ck_assert_int_eq(d.map->lines[0].closed, 1);
    check_lines(d.map);
    for (size_t k = 0; k < d.map->zero_count; k++)
        ck_assert_double_eq_tol(hypot(d.map->zeros[k].x, d.map->zeros[k].y), sqrt(0.5), 1e-11);
    discard(&d);
}
END_TEST

/* x y = c: where the branches pass between the four corners around 0, the number in the
 * middle says which two of them are joined. Neither branch crosses an axis. */
static void check_saddle(const char *quantity, double c)
{
    drawn d;
    draw(&d, plane, NULL, quantity, X("[-0.9, -0.5, -0.1, 0.3, 0.7]"),
         Y("[-0.9, -0.5, -0.1, 0.3, 0.7]"));
    ck_assert_uint_eq(d.map->line_count, 2);
    check_lines(d.map);
    for (size_t n = 0; n < 2; n++)
        for (size_t k = 0; k < d.map->lines[n].count; k++) {
            const tro_map_zero *z = &d.map->zeros[d.map->lines[n].first + k];
            ck_assert_double_eq_tol(z->x * z->y, c, 1e-11);
            ck_assert((z->x > 0) == (d.map->zeros[d.map->lines[n].first].x > 0));
        }
    discard(&d);
}

START_TEST(test_saddle_middle)
{
    check_saddle("{combine: {sum: [{of: {combine: {product: [" TIMES "]}}}, {times: -0.02}]}}",
                 0.02);
    check_saddle("{combine: {sum: [{of: {combine: {product: [" TIMES "]}}}, {times: 0.02}]}}",
                 -0.02);
}
END_TEST

/* A zero at a point of the grid is one point of the line, and lines that cross stay two. */
START_TEST(test_zero_on_grid)
{
    drawn d;
    draw(&d, plane, NULL,
         "{combine: {sum: [{of: {alignment: x}}, {of: {alignment: y}, times: -1}]}}",
         X("[-1, 0, 1, 2]"), Y("[-1, 0, 1, 2]"));
    ck_assert_uint_eq(d.map->line_count, 1);
    ck_assert_uint_ge(d.map->zero_count, 3);
    for (size_t k = 0; k < d.map->zero_count; k++)
        ck_assert_double_eq(d.map->zeros[k].x, d.map->zeros[k].y);
    for (size_t k = 1; k < d.map->zero_count; k++)
        ck_assert_double_ne(d.map->zeros[k].x, d.map->zeros[k - 1].x);
    discard(&d);
}
END_TEST

/* 1/x changes its sign without a zero; x sqrt(x^2 - 0.01) has none that can be found. */
START_TEST(test_no_zero)
{
    drawn d;
    draw(&d, plane, NULL, "{combine: {product: [{of: {alignment: x}, power: -1}, "
                          "{of: {alignment: y}, power: 2}]}}",
         X("[-1.1, 0.9, 2]"), Y("[1, 2]"));
    ck_assert_uint_eq(d.map->line_count, 0);
    ck_assert_uint_eq(d.map->passed, 2);
    discard(&d);
    draw(&d, plane, NULL,
         "{combine: {product: [" TIMES ", {of: {combine: {sum: [{of: {alignment: x}, power: 2}, "
         "{times: -0.01}]}}, power: 0.5}]}}",
         X("[-1, 0, 1]"), Y("[1, 2]"));
    ck_assert_uint_eq(d.map->statuses[TRO_MAP_UNDEFINED], 2);
    ck_assert_uint_eq(d.map->passed + d.map->hidden + d.map->line_count, 0);
    discard(&d);
    draw(&d, plane, NULL,
         "{combine: {product: [" TIMES ", {of: {combine: {sum: [{of: {alignment: x}, power: 2}, "
         "{times: -0.01}]}}, power: 0.5}]}}",
         X("[-1, 1]"), Y("[1, 2]"));
    ck_assert_uint_eq(d.map->hidden, 2);
    ck_assert_uint_eq(d.map->line_count, 0);
    discard(&d);
}
END_TEST

/* Half of what a trains on is its own outputs, s times as large: the rounds settle for
 * |s| < 2. Of synthetic data 0.3 can be displaced. */
static const char growing[] =
    "trophic: 1\nseed: 1\noutcomes: {family: gaussian}\n"
    "agents:\n"
    "  - {name: a, reference: 0, reward: {linear: 1}, public: {shift: 1}, displaces: synthetic,\n"
    "     shares: {real: 0.5, synthetic: 0.3, curated: 0.2}}\n"
    "network: {edges: [{from: a, to: a, channel: {affine: {matrix: [[1]], scale: 1}}}]}\n";

START_TEST(test_regions)
{
    drawn d;
    draw(&d, growing, "a", NULL, "agents.a.shares.curated=[0, 0.2, 0.5, 0.6]",
         "network.edges.a->a.channel.affine.scale=[-3, -1.9, 0.5, 1.9, 2.1]");
    for (size_t j = 0; j < 5; j++)
        for (size_t i = 0; i < 4; i++) {
            const tro_map_point *p = tro_map_point_of(d.map, i, j);
            double s = d.request.axes[1].values.values[j];
            tro_map_status expected = i == 3          ? TRO_MAP_IMPOSSIBLE
                                      : fabs(s) > 1.95 ? TRO_MAP_UNSTABLE
                                                       : TRO_MAP_OK;
            ck_assert_msg(p->status == expected, "%zu %zu: %s, %s", i, j,
                          tro_map_status_name(p->status), p->remark ? p->remark : "");
            ck_assert_int_eq(isnan(p->value), expected != TRO_MAP_OK);
            ck_assert_int_eq(p->remark != NULL, expected != TRO_MAP_OK);
            ck_assert_int_eq(p->effect_class == TRO_UNDEFINED, expected != TRO_MAP_OK);
        }
    discard(&d);
}
END_TEST

static void refused(const char *agent, const char *quantity, const char *x, const char *y,
                    const char *expected)
{
    char buffer[2048];
    drawn d;
    try(&d, rivals, agent, quantity, x, y);
    tro_listed(&d.world.messages, buffer, sizeof buffer);
    ck_assert_msg(d.status == TRO_ESCENARIO && strstr(buffer, expected), "%d: %s", d.status,
                  buffer);
    discard(&d);
}

START_TEST(test_request_errors)
{
    refused("theta", NULL, "agents.theta.shares.curatd=[0, 1]", M, "did you mean 'curated'?");
    refused("theta", NULL, C_P, C_P, "varies already");
    refused("theta", NULL, M, "agents.1.shares.curated=[0, 1]", "varies already");
    refused("theta", NULL, C_P, "network.edges.theta->theta.weight=[0, 1]", "varies already");
    refused("theta", NULL, C_P, "agents.phi.shares.curated=[0.2, 0.1]",
            "1:33: the values of a map increase, found 0.1 after 0.2");
    refused("theta", NULL, C_P, "agents.phi.shares.curated={linspace: [0.3, 0.3, 4]}",
            "found 0.3 after 0.3");
    refused("theta", NULL, C_P, "agents.phi.shares.curated=0.5", "one value varies nothing");
    refused("theta", NULL, C_P, "agents.phi.shares.curated=[2, 3]",
            "curated must be a share between 0 and 1, found '2'");
    refused("theta", NULL, C_P, "seed=[2, 3]", "'seed' varies nothing");
    refused("nobody", NULL, C_P, M, "no agent is called 'nobody'");
    refused(NULL, "{sampled-alignment: theta}", C_P, M, "exact");
    refused(NULL, "{influences: {of: theta}}", C_P, M, "one value");
    refused(NULL, "alinment", C_P, M, "did you mean 'alignment'?");
}
END_TEST

/* Every allocation fails once. */
START_TEST(test_map_out_of_memory)
{
    const char *arguments[] = {"agents.x.reference=[-1, 1]", "agents.y.reference=[-1, 1.5]"};
    tro_world world;
    int status = TRO_ENOMEM;
    uint64_t n = 0;
    omp_set_num_threads(1);
    tro_world_read(&world, plane);
    while (status != TRO_OK && (n += n < 300 ? 1 : 37) < 20000) {
        tro_map_request request = {
            .quantity = "{combine: {product: [" TIMES "]}}", .within = 1e-12};
        tro_map *map = NULL;
        tro_memory_fail_after(n);
        status = tro_map_axis_read(arguments[0], "--vary", &request.axes[0], NULL);
        if (status == TRO_OK)
            status = tro_map_axis_read(arguments[1], "--vary", &request.axes[1], NULL);
        if (status == TRO_OK)
            status = tro_map_new(world.cell, &request, &map, NULL);
        if (status == TRO_OK)
            status = tro_map_find(map, NULL, NULL);
        tro_memory_fail_after(0);
        ck_assert_msg(status == TRO_OK || status == TRO_ENOMEM, "allocation %llu: %d",
                      (unsigned long long)n, status);
        if (status == TRO_OK)
            ck_assert_uint_eq(map->line_count, 2);
        tro_map_free(map);
        for (int a = 0; a < 2; a++)
            tro_map_axis_release(&request.axes[a]);
    }
    ck_assert_msg(n > 50 && status == TRO_OK, "%llu allocations", (unsigned long long)n);
    tro_world_close(&world);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_rivals_line, test_circle_closed, test_saddle_middle,
                                  test_zero_on_grid, test_no_zero, test_regions,
                                  test_request_errors, test_map_out_of_memory};
    return TRO_RUN_TESTS("maps", tests);
}
