/* Drawings of networks: nothing outside, over each other or unescaped, the same bytes
 * every time. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "output/diagram.h"
#include "output/diagram_parts.h"
#include "output/program.h"
#include "output_support.h"

enum { MOST = 300 };

static const char *const odd =
    "it's \"q\" $x \\n %d @m {b}_1^2 <b>&amp; `ls` \xce\xbb\xce\xb8\xcf\x81 \x01\xff";

typedef struct example {
    tro_diagram_node nodes[MOST];
    tro_diagram_edge edges[MOST * 40];
    char names[MOST][16];
    tro_diagram diagram;
} example;

/* A ring with chords and some loops. */
static const tro_diagram *make_example(size_t count)
{
    static example e;
    const tro_stream_key key = {.seed = 7, .purpose = TRO_FOR_TESTS};
    size_t edges = 0;
    memset(&e, 0, sizeof e);
    for (size_t k = 0; k < count; k++) {
        snprintf(e.names[k], sizeof e.names[k], "agent %zu", k);
        e.nodes[k] = (tro_diagram_node){.name = e.names[k], .real = 0.5, .synthetic = 0.2,
                                        .curated = 0.3, .colour = (double)k - 3,
                                        .size = (double)(k % 5),
                                        .marks = k < 4 ? (unsigned)k : 0, .named = k < 3};
        e.edges[edges++] = (tro_diagram_edge){k, (k + 1) % count, 0.1 + 0.01 * (double)(k % 7),
                                              0.5};
        if (k % 3 == 0 && count > 4)
            e.edges[edges++] = (tro_diagram_edge){k, (k * k + 2) % count, 0.3, -0.5};
        if (k % 4 == 0 && count > 1)
            e.edges[edges++] = (tro_diagram_edge){k, k, 0.2, NAN};
    }
    e.diagram = (tro_diagram){.title = "ring", .disc_label = "what", .arrow_label = "does",
                              .width_label = "share", .size_label = "larger: more",
                              .mark_labels = {"helps", "harms", "harmed"}, .effects = 1,
                              .nodes = e.nodes, .node_count = count, .edges = e.edges,
                              .edge_count = edges, .stream = tro_stream_of(&key)};
    return &e.diagram;
}

static void plan_of(tro_diagram_plan *plan, const tro_diagram *diagram)
{
    memset(plan, 0, sizeof *plan);
    ck_assert_int_eq(tro_diagram_make_plan(plan, diagram, &messages), TRO_OK);
}

static double gap(const tro_box *box, const tro_spot *s)
{
    double dx = fmax(fmax(box->left - s->x, s->x - box->right), 0);
    double dy = fmax(fmax(box->top - s->y, s->y - box->bottom), 0);
    return hypot(dx, dy) - s->radius;
}

static int overlap(const tro_box *a, const tro_box *b)
{
    return a->left < b->right && b->left < a->right && a->top < b->bottom && b->top < a->bottom;
}

static void verify(const tro_diagram_plan *plan)
{
    const tro_box *box = &plan->box;
    for (size_t i = 0; i < plan->diagram->node_count; i++) {
        const tro_spot *a = &plan->spots[i];
        ck_assert(a->radius > 1 && a->x - a->radius >= box->left &&
                  a->x + a->radius <= box->right && a->y - a->radius >= box->top &&
                  a->y + a->radius <= box->bottom);
        for (size_t j = 0; j < plan->diagram->node_count; j++) {
            const tro_spot *b = &plan->spots[j];
            if (i != j)
                ck_assert(hypot(a->x - b->x, a->y - b->y) > a->radius + b->radius);
            if (a->label)
                ck_assert(gap(&a->words, b) >= 0);
            if (i != j && a->label && b->label)
                ck_assert(!overlap(&a->words, &b->words));
        }
        if (a->label)
            ck_assert(a->words.left >= box->left && a->words.right <= box->right);
    }
    ck_assert(box->bottom < plan->height && plan->height < 1000);
}

/* All names of a few, those that matter of many; in every layout. */
START_TEST(test_diagram_places)
{
    static const size_t counts[] = {1, 2, 3, 5, 12, 34, 120};
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++)
        for (int layout = 0; layout < (counts[k] == 12 ? TRO_LAYOUTS : 1); layout++) {
            tro_diagram_plan plan;
            tro_diagram diagram = *make_example(counts[k]);
            size_t named = 0;
            diagram.layout = (tro_layout)layout;
            plan_of(&plan, &diagram);
            verify(&plan);
            for (size_t i = 0; i < counts[k]; i++)
                named += plan.spots[i].label != NULL;
            if (counts[k] <= 5)
                ck_assert_uint_eq(plan.unnamed, 0);
            ck_assert_uint_eq(named + plan.unnamed, counts[k] <= 40 ? counts[k] : 4);
            tro_diagram_plan_release(&plan);
        }
}
END_TEST

static size_t count_of(const char *text, const char *piece)
{
    size_t count = 0;
    while ((text = strstr(text, piece)) != NULL) {
        text += strlen(piece);
        count++;
    }
    return count;
}

/* Every number of the shapes lies inside the picture, loops and signs included. */
START_TEST(test_diagram_shapes_inside)
{
    static const size_t counts[] = {2, 12, 34, 120};
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
        tro_diagram_plan plan;
        plan_of(&plan, make_example(counts[k]));
        for (int s = 0; s < TRO_SHAPES; s++) {
            const char *row = tro_text_string(&plan.shapes[s]);
            for (; row && *row; row = strchr(row, '\n') ? strchr(row, '\n') + 1 : NULL) {
                double x, y;
                if (*row == '\n')
                    continue;
                ck_assert_int_eq(sscanf(row, "%lf %lf", &x, &y), 2);
                ck_assert(x >= 0 && x <= plan.width && y >= 0 && y <= plan.height);
            }
        }
        const char *discs = tro_text_string(&plan.shapes[TRO_DISCS]);
        ck_assert_uint_ge(count_of(discs, "\n\n"), counts[k]);
        tro_diagram_plan_release(&plan);
    }
}
END_TEST

/* Two nodes, both ways: the arrows part, and lead from rim to rim. */
START_TEST(test_diagram_paths)
{
    static tro_diagram_node nodes[] = {{.name = "a", .real = 1}, {.name = "b", .real = 1}};
    static const tro_diagram_edge edges[] = {{0, 1, 1, 0}, {1, 0, 1, 0}, {1, 1, 1, 0}};
    const tro_diagram diagram = {.nodes = nodes, .node_count = 2, .edges = edges, .edge_count = 3};
    tro_point there[TRO_PATH_MAX], back[TRO_PATH_MAX], loop[TRO_PATH_MAX];
    tro_diagram_plan plan;
    plan_of(&plan, &diagram);
    const tro_spot *a = &plan.spots[0], *b = &plan.spots[1];
    size_t count = tro_diagram_path(&plan, &edges[0], there);
    ck_assert_uint_eq(tro_diagram_path(&plan, &edges[1], back), count);
    ck_assert(fabs(hypot(there[0].x - a->x, there[0].y - a->y) - a->radius - 1.5) < 0.01);
    ck_assert(fabs(hypot(there[count - 1].x - b->x, there[count - 1].y - b->y) - b->radius - 1.5) <
              0.01);
    ck_assert(fabs(there[count / 2].y - back[count / 2].y) > 10);
    count = tro_diagram_path(&plan, &edges[2], loop);
    ck_assert(loop[count / 2].x > b->x + b->radius);   /* away from the other */
    ck_assert(tro_diagram_arrow_width(&plan, 1) > 4);
    ck_assert(tro_diagram_arrow_width(&plan, 1e-9) > 0.4);
    tro_diagram_plan_release(&plan);
}
END_TEST

/* Arrows end outside the frame of a node, its signs are off their ends, and its name is beside
 * it. */
START_TEST(test_diagram_marks)
{
    static tro_diagram_node nodes[] = {{.name = "a", .real = 1, .size = 1, .marks = 7},
                                       {.name = "b", .real = 1, .size = 1, .marks = 3}};
    static const tro_diagram_edge edges[] = {{0, 1, 1, 0}, {1, 0, 1, 0}, {0, 0, 1, 0},
                                             {1, 1, 1, 0}};
    const tro_diagram diagram = {.nodes = nodes, .node_count = 2, .edges = edges, .edge_count = 4};
    tro_point path[TRO_PATH_MAX];
    tro_diagram_plan plan;
    plan_of(&plan, &diagram);
    for (size_t k = 0; k < 4; k++) {
        size_t last = tro_diagram_path(&plan, &edges[k], path) - 1;
        for (int end = 0; end < 2; end++) {
            size_t node = end ? edges[k].to : edges[k].from;
            const tro_spot *s = &plan.spots[node];
            const tro_point *p = &path[end ? last : 0];
            double aside = fmax(fabs(p->x - s->x), fabs(p->y - s->y));
            ck_assert(node == 1 || aside > s->radius + TRO_FRAME_GAP);
            for (int sign = 0; sign < 2; sign++)
                ck_assert(hypot(p->x - s->signs[sign].x, p->y - s->signs[sign].y) > s->sign);
        }
    }
    for (size_t n = 0; n < 2; n++) {
        const tro_spot *s = &plan.spots[n];
        ck_assert(hypot(s->signs[0].x - s->signs[1].x, s->signs[0].y - s->signs[1].y) > s->sign);
        ck_assert_ptr_nonnull(s->label);
        ck_assert(gap(&s->words, s) < 12);
    }
    tro_diagram_plan_release(&plan);
}
END_TEST

START_TEST(test_diagram_thinnest_left_out)
{
    static tro_diagram_edge edges[60 * 60];
    tro_diagram diagram = *make_example(60);
    tro_diagram_plan plan;
    for (size_t k = 0; k < 60 * 60; k++)
        edges[k] = (tro_diagram_edge){k % 60, k / 60, 1 + (double)(k * 7 % 3600), 0};
    diagram.edges = edges;
    diagram.edge_count = 60 * 60;
    plan_of(&plan, &diagram);
    ck_assert_uint_eq(plan.arrow_count, TRO_ARROWS_MAX);
    ck_assert(edges[plan.arrows[0]].width == 3601 - TRO_ARROWS_MAX);
    ck_assert(edges[plan.arrows[TRO_ARROWS_MAX - 1]].width == 3600);
    ck_assert_ptr_nonnull(strstr(tro_text_string(&plan.words),
                                 "'the 1500 widest of 3600 arrows are drawn'"));
    tro_diagram_plan_release(&plan);
}
END_TEST

static int have_gnuplot(void)
{
    char path[4096];
    return tro_program_find("gnuplot", path, sizeof path);
}

/* Draws into a folder of its own. */
static int draw(const tro_diagram *diagram, const char *path, const char *name)
{
    tro_folder folder = {0};
    int status = tro_folder_open(&folder, path, TRO_FOLDER_NEW, &messages);
    if (status == TRO_OK)
        status = tro_diagram_save(diagram, &folder, name, &messages);
    tro_folder_close(&folder);
    return status;
}

START_TEST(test_diagram_same_bytes)
{
    static char first[400000];
    static const char *const suffixes[] = {".dat", ".gp", ".svg"};
    int pictures = have_gnuplot();
    ck_assert_int_eq(draw(make_example(34), at("one"), "network"), TRO_OK);
    ck_assert_int_eq(draw(make_example(34), at("two"), "network"), TRO_OK);
    ck_assert_uint_eq(messages.count, pictures ? 0 : 2);
    for (int k = 0; k < 2 + pictures; k++) {
        char name[32];
        snprintf(name, sizeof name, "one/network%s", suffixes[k]);
        char *text = slurp(at(name));
        ck_assert_ptr_nonnull(text);
        strcpy(first, text);
        snprintf(name, sizeof name, "two/network%s", suffixes[k]);
        ck_assert_str_eq(slurp(at(name)), first);
    }
}
END_TEST

/* Nothing in a name is markup, for gnuplot or for XML, and none of it is lost. */
START_TEST(test_diagram_odd_names)
{
    char longest[2000];
    tro_diagram_node nodes[3] = {{.name = odd, .real = 1, .marks = TRO_MARK_HELPS},
                                 {.name = longest, .curated = 1, .colour = NAN},
                                 {.name = "", .synthetic = 1, .size = NAN}};
    const tro_diagram diagram = {.title = odd, .note = odd, .disc_label = odd, .size_label = odd,
                                 .mark_labels = {odd, odd, odd}, .nodes = nodes, .node_count = 3};
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    ck_assert_int_eq(draw(&diagram, at("odd"), "network"), TRO_OK);
    ck_assert_ptr_nonnull(strstr(slurp(at("odd/network.gp")), "set label 'it''s \"q\" $x \\n %d"));
    ck_assert_ptr_nonnull(strstr(slurp(at("odd/network.dat")), longest));
    const char *picture = slurp(at("odd/network.svg"));
    if (!picture)
        return;
    ck_assert_ptr_nonnull(strstr(picture, longest));
    ck_assert_ptr_nonnull(strstr(picture, "it's \"q\" $x \\n %d @m {b}_1^2 "
                                          "&lt;b&gt;&amp;amp; `ls` "));
    ck_assert_ptr_null(strstr(picture, "<b>"));
    ck_assert_uint_eq(messages.count, 0);
}
END_TEST

START_TEST(test_diagram_nothing_to_tell)
{
    tro_diagram_node node = {.name = "a", .colour = NAN, .size = NAN};
    const tro_diagram diagram = {.nodes = &node, .node_count = 1, .effects = 1,
                                 .disc_label = "none"};
    tro_diagram_node same[2] = {{.name = "a", .colour = 2}, {.name = "b", .colour = 2}};
    const tro_diagram flat = {.nodes = same, .node_count = 2, .disc_label = "all alike"};
    ck_assert_int_eq(draw(&diagram, at("one"), "network"), TRO_OK);
    ck_assert_int_eq(draw(&flat, at("flat"), "network"), TRO_OK);
    ck_assert_uint_eq(messages.count, have_gnuplot() ? 0 : 2);
}
END_TEST

START_TEST(test_diagram_errors)
{
    static const tro_diagram_edge wrong[][1] = {{{0, 1, 1, 0}}, {{0, 0, 0, 0}}, {{0, 0, NAN, 0}}};
    tro_diagram_node node = {.name = "a"};
    tro_diagram diagram = {.nodes = &node, .node_count = 1, .edge_count = 1};
    for (int k = 0; k < 3; k++) {
        diagram.edges = wrong[k];
        ck_assert_int_eq(draw(&diagram, at("wrong"), "n"), TRO_EINVAL);
        ck_says("edge 0 of the diagram 'n'");
    }
    diagram = (tro_diagram){.nodes = &node};
    ck_assert_int_eq(draw(&diagram, at("wrong"), "n"), TRO_EINVAL);
    ck_says("has no nodes");
    ck_assert_int_eq(draw(make_example(2), at("wrong"), "n n"), TRO_EINVAL);
    ck_assert_int_eq(entries(place), 0);
}
END_TEST

START_TEST(test_diagram_out_of_memory)
{
    int status = TRO_ENOMEM, failures = 0;
    tro_picture whole = {0};
    tro_diagram_plan good;
    plan_of(&good, make_example(6));
    tro_diagram_fill_picture(&good, "n", &whole);
    tro_diagram_plan_release(&good);
    for (uint64_t n = 1; n < 3000 && status != TRO_OK; n++) {
        tro_picture picture = {0};
        tro_diagram_plan plan = {0};
        const tro_diagram *diagram = make_example(6);
        tro_memory_fail_after(n);
        status = tro_diagram_make_plan(&plan, diagram, &messages);
        if (status == TRO_OK)
            tro_diagram_fill_picture(&plan, "n", &picture);
        tro_memory_fail_after(0);
        if (picture.data.failed || picture.script.failed || picture.about.failed)
            status = TRO_ENOMEM;
        else if (status == TRO_OK && whole.script.length > 0)
            ck_assert_str_eq(picture.script.data, whole.script.data);
        failures += status != TRO_OK;
        ck_assert(status == TRO_OK || status == TRO_ENOMEM);
        tro_picture_release(&picture);
        tro_diagram_plan_release(&plan);
        tro_messages_clear(&messages);
    }
    ck_assert_int_eq(status, TRO_OK);
    ck_assert_int_gt(failures, 50);
    tro_picture_release(&whole);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_diagram_places, test_diagram_shapes_inside, test_diagram_paths, test_diagram_marks,
        test_diagram_thinnest_left_out, test_diagram_same_bytes, test_diagram_odd_names,
        test_diagram_nothing_to_tell, test_diagram_errors, test_diagram_out_of_memory};
    return run_tests("diagram", tests, sizeof tests / sizeof *tests);
}
