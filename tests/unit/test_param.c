/* Parameter tables: reading, defaults, grids, plug-ins, the manual. */
#include "param_support.h"

static const char full[] =
    "a:\n"
    "  name: theta\n"
    "  temperature: 0.5\n"
    "  candidates: 4\n"
    "  rounds: 2e3\n"
    "  filter: No\n"
    "  displaces: 'real'\n"
    "  mean: {linspace: [-2, 2, 81], at-least: -1, at-most: 1.5}\n"
    "  covariance: [[2, 0.5], [0.5, 1]]\n"
    "  order: [phi, '2', 3]\n"
    "  shares: {real: 0.25}\n"
    "  edges:\n"
    "    - {from: theta, to: phi, weight: 3}\n"
    "    - {from: phi, to: 7}\n"
    "  public: {shift: [1, 2]}\n"
    "  owner: {shift: {by: 3}}\n"
    "  extra: {x: y}\n";

START_TEST(test_agent_read)
{
    agent a;
    ck_assert_int_eq(read_agent(full, &a), TRO_OK);
    ck_assert_uint_eq(messages.count, 0);
    ck_assert_str_eq(a.name, "theta");
    ck_assert_double_eq(a.temperature, 0.5);
    ck_assert_double_eq(a.candidates, 4);
    ck_assert_double_eq(a.tolerance, 1e-12);
    ck_assert_int_eq(a.rounds, 2000);
    ck_assert_int_eq(a.filter, 0);
    ck_assert_int_eq(a.displaces, 1);
    ck_assert_uint_eq(a.covariance.rows, 2);
    ck_assert_uint_eq(a.covariance.columns, 2);
    ck_assert_double_eq(a.covariance.values[1], 0.5);
    ck_assert_double_eq(a.covariance.values[3], 1);
    ck_assert_uint_eq(a.order.count, 3);
    ck_assert_str_eq(a.order.items[2], "3");
    ck_assert_int_eq(a.order.nodes[1]->place.column, 16);
    ck_assert_double_eq(a.shares.real, 0.25);
    ck_assert_double_eq(a.shares.curated, 0);
    ck_assert_ptr_eq(a.shares.self, tro_node_at(document->root, "a.shares"));
    ck_assert_uint_eq(a.edges.count, 2);
    const edge *edges = a.edges.items;
    ck_assert_double_eq(edges[0].weight, 3);
    ck_assert_str_eq(edges[1].to, "7");
    ck_assert_double_eq(edges[1].weight, 1);
    ck_assert_ptr_eq(a.extra, tro_node_at(document->root, "a.extra"));
}
END_TEST

/* The grid -2, -1.95, ..., 2 between its cuts, every value as computed here. */
START_TEST(test_agent_grid)
{
    agent a;
    ck_assert_int_eq(read_agent(full, &a), TRO_OK);
    ck_assert_uint_eq(a.mean.count, 51);
    for (size_t k = 0; k < a.mean.count; k++)
        ck_assert_double_eq(a.mean.values[k], -2 + (double)(k + 20) * 4 / 80);
    ck_assert_int_eq(read_agent("a: {name: x, mean: {linspace: [0.1, 0.7, 4]}}", &a), TRO_OK);
    ck_assert_double_eq(a.mean.values[0], 0.1);
    ck_assert_double_eq(a.mean.values[3], 0.7);
    ck_assert_int_eq(read_agent("a: {name: x, mean: {linspace: [5, 6, 1]}}", &a), TRO_OK);
    ck_assert_uint_eq(a.mean.count, 1);
    ck_assert_double_eq(a.mean.values[0], 5);
    ck_assert_int_eq(read_agent("a: {name: x, mean: {linspace: [1, -1, 3]}}", &a), TRO_OK);
    ck_assert_double_eq(a.mean.values[1], 0);
    ck_assert_double_eq(a.mean.values[2], -1);
    /* the cuts keep their own values */
    ck_assert_int_eq(read_agent("a: {name: x, mean: {linspace: [0, 4, 5], at-least: 1, at-most: "
                                "3}}", &a), TRO_OK);
    ck_assert_uint_eq(a.mean.count, 3);
    ck_assert_int_eq(read_agent("a: {name: x, mean: 7}", &a), TRO_OK);
    ck_assert_uint_eq(a.mean.count, 1);
    ck_assert_double_eq(a.mean.values[0], 7);
}
END_TEST

START_TEST(test_agent_plugins)
{
    agent a;
    ck_assert_int_eq(read_agent(full, &a), TRO_OK);
    ck_assert_ptr_eq(a.public.plugin, &shift_plugin);
    const shift *by = a.public.config;
    ck_assert_uint_eq(by->by.count, 2);
    ck_assert_double_eq(by->by.values[1], 2);
    ck_assert_ptr_eq(by->self, tro_node_at(document->root, "a.public.shift"));
    ck_assert_str_eq(a.public.node->text, "shift");
    ck_assert_int_eq(a.public.node->place.line, 15);
    ck_assert_int_eq(a.public.node->place.column, 12);
    by = a.owner.config;
    ck_assert_double_eq(by->by.values[0], 3);
    ck_assert_int_eq(read_agent("a: {name: x, owner: \"none\"}", &a), TRO_OK);
    ck_assert_ptr_eq(a.owner.plugin, &none_plugin);
    ck_assert_ptr_nonnull(a.owner.config);
    ck_assert_str_eq(a.owner.node->text, "none");
    ck_assert_int_eq(a.owner.node->place.column, 21);
    ck_assert_ptr_eq(a.public.plugin, &none_plugin);
}
END_TEST

static void assert_defaults(const agent *a)
{
    ck_assert_double_eq(a->temperature, 1);
    ck_assert_double_nan(a->candidates);
    ck_assert(a->rounds == TRO_NO_WHOLE);
    ck_assert_int_eq(a->filter, 1);
    ck_assert_int_eq(a->displaces, 0);
    ck_assert_uint_eq(a->mean.count, 2);
    ck_assert_double_eq(a->mean.values[1], 1);
    ck_assert_ptr_null(a->covariance.values);
    ck_assert_uint_eq(a->order.count, 0);
    ck_assert_uint_eq(a->edges.count, 0);
    ck_assert_ptr_eq(a->public.plugin, &none_plugin);
    ck_assert_ptr_null(a->owner.plugin);
    ck_assert_ptr_null(a->extra);
    /* an absent record: its defaults, no demands, and no self */
    ck_assert_double_nan(a->shares.real);
    ck_assert_double_eq(a->shares.curated, 0);
    ck_assert_ptr_null(a->shares.self);
}

START_TEST(test_agent_defaults)
{
    agent a;
    ck_assert_int_eq(read_agent("a: {name: theta}", &a), TRO_OK);
    ck_assert_str_eq(a.name, "theta");
    assert_defaults(&a);
    /* the main parameter alone */
    ck_assert_int_eq(read_agent("a: phi", &a), TRO_OK);
    ck_assert_str_eq(a.name, "phi");
    assert_defaults(&a);
    ck_assert_uint_eq(messages.count, 0);
    /* nothing at all: the place is the caller's */
    tro_place place = document->root->items[0]->key_place;
    ck_assert_int_eq(tro_read_record(&reader, NULL, &agent_table, &place, &a), TRO_ESCENARIO);
    assert_defaults(&a);
    assert_messages(&messages, "1:1: missing key 'name' in 'agent'");
    ck_assert_int_eq(tro_read_record(&reader, NULL, &agent_table, NULL, &a), TRO_ESCENARIO);
    assert_messages(&messages, "0:0: missing key 'name' in 'agent'");
}
END_TEST

/* What must pass although it is close to a mistake. */
START_TEST(test_agent_edges_of_ranges)
{
    agent a;
    ck_assert_int_eq(read_agent("a: {name: 5, temperature: 5e-324, candidates: inf, rounds: 1e9, "
                                "filter: TRUE, mean: [-100, 1.0e+2], shares: {real: 0, curated: "
                                "1}, order: x, edges: [], public: none}", &a), TRO_OK);
    ck_assert_str_eq(a.name, "5");
    ck_assert_double_eq(a.temperature, 5e-324);
    ck_assert_double_eq(a.candidates, INFINITY);
    ck_assert_int_eq(a.rounds, 1000000000);
    ck_assert_int_eq(a.filter, 1);
    ck_assert_double_eq(a.mean.values[1], 100);
    ck_assert_uint_eq(a.order.count, 1);
    ck_assert_uint_eq(a.edges.count, 0);
    ck_assert_int_eq(read_agent("a: {name: \"\", candidates: .inf, rounds: 0, order: []}", &a),
                     TRO_OK);
    ck_assert_str_eq(a.name, "");
    ck_assert_double_eq(a.candidates, INFINITY);
    ck_assert_int_eq(a.rounds, 0);
    ck_assert_uint_eq(messages.count, 0);
}
END_TEST

START_TEST(test_values_read)
{
    double real = 1;
    tro_vector vector;
    tro_chosen chosen;
    document = read_text("a: 1.5\nb: [1, 2]\nc: x\nd: {e: 1}\nf:\n");
    const tro_node *root = document->root;
    ck_assert_int_eq(tro_read_real(&reader, tro_node_get(root, "a"), "weight", &real), TRO_OK);
    ck_assert_double_eq(real, 1.5);
    ck_assert_int_eq(tro_read_vector(&reader, tro_node_get(root, "b"), "b", &vector), TRO_OK);
    ck_assert_uint_eq(vector.count, 2);
    ck_assert_int_eq(tro_read_real(&reader, tro_node_get(root, "c"), "weight", &real),
                     TRO_ESCENARIO);
    ck_assert_double_nan(real);
    ck_assert_int_eq(tro_read_real(&reader, NULL, "weight", &real), TRO_ESCENARIO);
    ck_assert_int_eq(tro_read_vector(&reader, tro_node_get(root, "d"), "x", &vector),
                     TRO_ESCENARIO);
    ck_assert_ptr_null(vector.values);
    assert_messages(&messages, "3:4: weight must be a number, found 'x'\n"
                               "0:0: missing value for 'weight'\n"
                               "4:5: unknown key 'e' in 'linspace', valid keys are linspace, "
                               "at-most, at-least\n"
                               "4:4: missing key 'linspace' in 'linspace'");
    ck_assert_int_eq(tro_read_plugin(&reader, tro_node_get(root, "f"), TRO_CURATOR, &chosen),
                     TRO_ESCENARIO);
    assert_messages(&messages, "5:1: 'f' has no value");
    reader.catalog = NULL;
    ck_assert_int_eq(tro_read_plugin(&reader, tro_node_get(root, "c"), TRO_CURATOR, &chosen),
                     TRO_EINVAL);
    ck_assert_ptr_null(chosen.plugin);
    ck_assert_ptr_eq(tro_place_of(root, "a"), &root->items[0]->place);
    ck_assert_ptr_eq(tro_place_of(root, "z"), &root->place);
    ck_assert_ptr_null(tro_place_of(NULL, "a"));
}
END_TEST

START_TEST(test_kinds_find)
{
    ck_assert_str_eq(tro_kind_singular(TRO_FAMILY), "family");
    ck_assert_str_eq(tro_kind_plural(TRO_FAMILY), "families");
    ck_assert_str_eq(tro_kind_plural(TRO_QUANTITY), "quantities");
    for (int k = 0; k < TRO_KIND_COUNT; k++) {
        ck_assert_str_ne(tro_kind_singular((tro_kind)k), "plug-in");
        ck_assert_str_ne(tro_kind_plural((tro_kind)k), "plug-ins");
    }
    ck_assert_str_eq(tro_kind_singular(TRO_KIND_COUNT), "plug-in");
    ck_assert_str_eq(tro_kind_plural(TRO_KIND_COUNT), "plug-ins");
    ck_assert_ptr_eq(tro_catalog_find(&catalog, TRO_CURATOR, "none"), &none_plugin);
    ck_assert_ptr_null(tro_catalog_find(&catalog, TRO_CURATOR, "non"));
    ck_assert_ptr_null(tro_catalog_find(&catalog, TRO_FAMILY, "none"));
    ck_assert_ptr_null(tro_catalog_find(&catalog, (tro_kind)99, "none"));
}
END_TEST

START_TEST(test_agent_document)
{
    tro_text text = {0};
    tro_table_document(&agent_table, &text);
    /* too long for the messages of ck_assert_str_eq */
    ck_assert(!strcmp(
        text.data,
        "| Key | Value | Default | Unit | Meaning |\n"
        "|-----|-------|---------|------|---------|\n"
        "| `name` | text | required |  | The agent's name. May stand without its key. |\n"
        "| `temperature` | number > 0 | `1` | reward | Noise of the choice \\| its scale. |\n"
        "| `candidates` | whole number >= 1 or inf | none |  |  |\n"
        "| `tolerance` | number in (0, 1) | `1e-12` |  |  |\n"
        "| `rounds` | whole number in [0, 1000000000] | none | rounds |  |\n"
        "| `filter` | true or false | `yes` |  |  |\n"
        "| `displaces` | one of proportional, real, synthetic | `proportional` |  |  |\n"
        "| `mean` | list of numbers in [-100, 100] | `[0, 1]` |  |  |\n"
        "| `covariance` | list of rows of numbers | none |  |  |\n"
        "| `order` | list of texts | none |  |  |\n"
        "| `shares` | map | none |  |  |\n"
        "| `shares.real` | number in [0, 1] | required |  | Share of real data. |\n"
        "| `shares.curated` | number in [0, 1] | `0` |  | Share of curated data. |\n"
        "| `edges` | list of maps | none |  |  |\n"
        "| `edges[].from` | text | required |  |  |\n"
        "| `edges[].to` | text | required |  |  |\n"
        "| `edges[].weight` | number | `1` |  |  |\n"
        "| `public` | curator | `none` |  |  |\n"
        "| `owner` | curator | none |  |  |\n"
        "| `extra` | value | none |  |  |\n"));
    tro_text_clear(&text);
    tro_table_document(&none_plugin.table, &text);
    ck_assert_str_eq(text.data, "No parameters.\n");
    tro_text_clear(&text);
    tro_param_describe(&(tro_param){.type = TRO_P_REAL, .flags = TRO_P_BOUNDED | TRO_P_OPEN_MAX,
                                    .min = -INFINITY, .max = 2.5}, &text);
    ck_assert_str_eq(text.data, "number < 2.5");
    tro_text_clear(&text);
}
END_TEST

START_TEST(test_agent_read_out_of_memory)
{
    int status = TRO_ENOMEM;
    document = read_text(full);
    for (uint64_t n = 1; status != TRO_OK; n++) {
        agent a;
        tro_memory_fail_after(n);
        status = tro_read_record(&reader, document->root->items[0], &agent_table, NULL, &a);
        tro_memory_fail_after(0);
        ck_assert(status == TRO_OK || status == TRO_ENOMEM);
        ck_assert((status == TRO_OK) == (messages.errors == 0));
        ck_assert_uint_lt(n, 1000);
        tro_messages_clear(&messages);
        tro_arena_clear(&arena);
    }
}
END_TEST

/* The same with the arena's block ending at every place on the way. */
START_TEST(test_full_arena_read_out_of_memory)
{
    document = read_text(full);
    for (size_t room = 0; room < 1600; room += 16) {
        for (uint64_t n = 1; n < 6; n++) {
            agent a;
            fill_arena(&arena, 0, room);
            tro_memory_fail_after(n);
            int status = tro_read_record(&reader, document->root->items[0], &agent_table, NULL,
                                         &a);
            tro_memory_fail_after(0);
            ck_assert(status == TRO_OK || status == TRO_ENOMEM);
            ck_assert((status == TRO_OK) == (messages.errors == 0));
            tro_messages_clear(&messages);
            tro_arena_clear(&arena);
        }
    }
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("param");
    tcase_add_checked_fixture(tests, open_reader, close_reader);
    tcase_add_test(tests, test_agent_read);
    tcase_add_test(tests, test_agent_grid);
    tcase_add_test(tests, test_agent_plugins);
    tcase_add_test(tests, test_agent_defaults);
    tcase_add_test(tests, test_agent_edges_of_ranges);
    tcase_add_test(tests, test_values_read);
    tcase_add_test(tests, test_kinds_find);
    tcase_add_test(tests, test_agent_document);
    tcase_add_test(tests, test_agent_read_out_of_memory);
    tcase_add_test(tests, test_full_arena_read_out_of_memory);
    return run_suite(suite_create("param"), tests);
}
