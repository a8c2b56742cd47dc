/* Where nodes stand: finite, the same each time, and what each layout promises. */
#include "network_support.h"

#include "network/layout.h"

static tro_messages messages;

static void make(const tro_graph *graph, tro_layout layout, uint64_t seed, tro_point *out)
{
    const tro_stream_key key = {.seed = seed, .purpose = TRO_FOR_TESTS};
    tro_stream stream = tro_stream_of(&key), before = stream;

    ck_assert_int_eq(tro_layout_place(graph, layout, &stream, out, &messages), TRO_OK);
    ck_assert_mem_eq(&stream, &before, sizeof stream);
    ck_assert_uint_eq(messages.count, 0);
}

static double apart(const tro_point *p, size_t i, size_t j)
{
    return hypot(p[i].x - p[j].x, p[i].y - p[j].y);
}

static double nearest(const tro_point *p, size_t count)
{
    double least = INFINITY;

    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            least = fmin(least, apart(p, i, j));
    return least;
}

/* Every layout of connected, parted, doubled and looped graphs. */
START_TEST(test_layouts_finite_and_equal)
{
    static const char *const p[] = {"{p: 0}", "{p: 0.02}", "{p: 0.3, self: 1}"};
    tro_point first[60], again[60];

    for (int k = 0; k < 3; k++)
        for (int layout = 0; layout < TRO_LAYOUTS; layout++) {
            outcome o;
            outcome_good(&o, &tro_generator_erdos_renyi, p[k], 60, 3);
            make(&o.graph, (tro_layout)layout, 5, first);
            make(&o.graph, (tro_layout)layout, 5, again);
            ck_assert_mem_eq(first, again, sizeof first);
            for (int i = 0; i < 60; i++)
                ck_assert(isfinite(first[i].x) && isfinite(first[i].y));
            ck_assert_double_gt(nearest(first, 60), 0);
            outcome_clear(&o);
        }
}
END_TEST

START_TEST(test_circle_order)
{
    static const tro_point four[] = {{0, -1}, {1, 0}, {0, 1}, {-1, 0}};   /* from the top */
    tro_graph graph = {.nodes = 4};
    tro_point p[4];

    make(&graph, TRO_LAYOUT_CIRCLE, 1, p);
    for (int k = 0; k < 4; k++)
        ck_assert(fabs(p[k].x - four[k].x) < 1e-12 && fabs(p[k].y - four[k].y) < 1e-12);
    make(&graph, TRO_LAYOUT_AUTOMATIC, 1, p);
    ck_assert(fabs(p[1].x - 1) < 1e-12);
    graph.nodes = 2;
    make(&graph, TRO_LAYOUT_AUTOMATIC, 1, p);
    ck_assert(p[0].x < p[1].x && fabs(p[0].y - p[1].y) < 1e-12);
    graph.nodes = 1;
    make(&graph, TRO_LAYOUT_AUTOMATIC, 1, p);
    graph.nodes = 0;
    make(&graph, TRO_LAYOUT_AUTOMATIC, 1, p);
}
END_TEST

/* Springs as long as paths: a chain of nodes is a straight line, lying across. */
START_TEST(test_springs_chain)
{
    tro_link links[9];
    tro_graph graph = {.nodes = 10, .count = 9, .links = links};
    tro_point p[10];

    for (size_t k = 0; k < 9; k++)
        links[k] = (tro_link){k, k + 1, 1, 1, NAN};
    make(&graph, TRO_LAYOUT_KAMADA_KAWAI, 1, p);
    double step = (p[9].x - p[0].x) / 9;
    for (int k = 0; k < 10; k++) {
        ck_assert(fabs(p[k].x - p[0].x - k * step) < 0.05 * fabs(step));
        ck_assert(fabs(p[k].y) < 0.05 * fabs(step));
    }
}
END_TEST

/* The hub of a star is in the middle of the others, of the automatic layout too. */
START_TEST(test_tree_star)
{
    tro_point p[12], same[12];
    outcome o;

    outcome_good(&o, &tro_generator_star, "{self: 1}", 12, 1);
    make(&o.graph, TRO_LAYOUT_TREE, 1, p);
    make(&o.graph, TRO_LAYOUT_AUTOMATIC, 1, same);
    ck_assert_mem_eq(p, same, sizeof p);
    for (size_t k = 2; k < 12; k++)
        ck_assert(fabs(apart(p, 0, k) - apart(p, 0, 1)) < 1e-9);
    outcome_clear(&o);
}
END_TEST

START_TEST(test_layout_names)
{
    static const char *const names[TRO_LAYOUTS] = {
        "auto", "circle", "kamada-kawai", "fruchterman-reingold", "tree", "grid"};
    tro_layout layout;

    for (int k = 0; k < TRO_LAYOUTS; k++) {
        ck_assert_int_eq(tro_layout_of_name(names[k], &layout, &messages), TRO_OK);
        ck_assert_int_eq(layout, k);
    }
}
END_TEST

START_TEST(test_layout_names_errors)
{
    tro_layout layout;

    ck_assert_int_eq(tro_layout_of_name("cirle", &layout, &messages), TRO_EINVAL);
    ck_assert_str_eq(messages.items[0].text,
                     "unknown layout 'cirle' (did you mean 'circle'?); there are auto, circle, "
                     "kamada-kawai, fruchterman-reingold, tree and grid");
    ck_assert_int_eq(tro_layout_of_name("", &layout, &messages), TRO_EINVAL);
    ck_assert_ptr_null(strstr(messages.items[1].text, "did you"));
    tro_messages_clear(&messages);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_layouts_finite_and_equal, test_circle_order,
                                  test_springs_chain, test_tree_star, test_layout_names,
                                  test_layout_names_errors};
    return run_tests("layout", tests, sizeof tests / sizeof *tests);
}
