/* Paths, overrides and clones. */
#include <math.h>

#include "document_support.h"

static const char ecosystem[] =
    "seed: 7\n"
    "agents:\n"
    "  - name: theta\n"
    "    shares: {real: 0.5, curated: 0.5}\n"
    "    public: warm\n"
    "  - {name: gpt-4.1, shares: {real: 1}}\n"
    "  - {group: club, count: 20}\n"
    "  - {name: 7, shares: {real: 0}}\n"
    "network:\n"
    "  edges:\n"
    "    - {from: theta, to: theta, weight: 0.3}\n"
    "    - {from: gpt-4.1, to: theta, channel: {rotations: {scale: 1}}}\n"
    "    - {from: theta, to: theta, weight: 9}\n"
    "events:\n"
    "\"a.b=c\": {\"\": [x, y], '\"': z, '\\': w}\n";

#define assert_at(document, path, expected) \
    ck_assert_str_eq(tro_node_at((document)->root, path)->text, expected)

START_TEST(test_ecosystem_at)
{
    tro_document *d = read_text(ecosystem);
    assert_at(d, "seed", "7");
    assert_at(d, "agents.theta.shares.curated", "0.5");
    assert_at(d, "agents.0.shares.curated", "0.5");
    assert_at(d, "agents.\"gpt-4.1\".shares.real", "1");
    assert_at(d, "agents.club.count", "20");
    /* an index unless it stands in quotes; beyond the list, a name */
    assert_at(d, "agents.1.shares.real", "1");
    assert_at(d, "agents.\"7\".shares.real", "0");
    assert_at(d, "agents.7.shares.real", "0");
    assert_at(d, "network.edges.theta->theta.weight", "0.3");
    assert_at(d, "network.edges.\"gpt-4.1->theta\".channel.rotations.scale", "1");
    assert_at(d, "\"a.b=c\".\"\".1", "y");
    assert_at(d, "\"a.b=c\".\"\\\"\"", "z");
    assert_at(d, "\"a.b=c\".\\", "w");
    assert_at(d, "\"a.b=c\".\"\\\\\"", "w");
    assert_at(d, "\"seed\"", "7");
    ck_assert_ptr_eq(tro_node_at(d->root, ""), d->root);
    tro_document_free(d);
}
END_TEST

START_TEST(test_ecosystem_at_errors)
{
    static const char *const nowhere[] = {
        ".", "seed.", ".seed", "seed..x", "seed.x", "agents.4", "agents.phi", "agents.-1",
        "agents.00000000000000000000", "agents.gpt-4.1", "network.edges.theta->phi",
        "network.edges.theta", "network.edges.theta->", "\"seed", "\"seed\"x", "se\"ed\"",
        "agents.theta->theta", "events.x", "agents.\"0\"", "agents.theta.", "see", "seeds"};
    tro_document *d = read_text(ecosystem);
    for (size_t k = 0; k < sizeof nowhere / sizeof *nowhere; k++)
        ck_assert_msg(!tro_node_at(d->root, nowhere[k]), "%s", nowhere[k]);
    ck_assert_ptr_null(tro_node_at(NULL, "a"));
    tro_document_free(d);
}
END_TEST

static void assert_paths_back(const tro_node *root, const tro_node *node)
{
    tro_text path = {0};
    tro_node_path(node, &path);
    ck_assert_msg(tro_node_at(root, tro_text_string(&path)) == node, "%s", path.data);
    tro_text_clear(&path);
    for (size_t k = 0; k < node->count; k++)
        assert_paths_back(root, node->items[k]);
}

START_TEST(test_ecosystem_path)
{
    static const char *const paths[] = {
        "agents.theta.shares.curated", "agents.\"gpt-4.1\".shares.real", "agents.club.count",
        "agents.\"7\".shares.real", "network.edges.theta->theta.weight",
        "network.edges.\"gpt-4.1->theta\".channel.rotations.scale", "network.edges.2.weight",
        "\"a.b=c\".\"\".1", "\"a.b=c\".\"\\\"\"", "\"a.b=c\".\\"};
    tro_document *d = read_text(ecosystem);
    assert_paths_back(d->root, d->root);
    for (size_t k = 0; k < sizeof paths / sizeof *paths; k++) {
        tro_text path = {0};
        tro_node_path(tro_node_at(d->root, paths[k]), &path);
        ck_assert_str_eq(tro_text_string(&path), paths[k]);
        tro_text_clear(&path);
    }
    tro_document_free(d);
}
END_TEST

START_TEST(test_existing_set)
{
    tro_document *d = read_text(ecosystem);
    ck_assert_int_eq(tro_document_set(d, "agents.theta.shares.curated", "0.75", "--set", NULL),
                     TRO_OK);
    const tro_node *node = tro_node_at(d->root, "agents.0.shares.curated");
    ck_assert_str_eq(node->text, "0.75");
    ck_assert_str_eq(node->key, "curated");
    ck_assert_int_eq(node->key_place.line, 4);
    ck_assert_str_eq(node->place.source->name, "--set");
    ck_assert_str_eq(node->place.source->text, "agents.theta.shares.curated=0.75");
    ck_assert_int_eq(node->place.line, 1);
    ck_assert_int_eq(node->place.column, 29);
    ck_assert_int_eq(node->place.width, 4);
    /* the whole value goes, also one kind for another */
    ck_assert_int_eq(tro_document_set(d, "agents.theta.shares", "{real: 1}", "x", NULL), TRO_OK);
    ck_assert_ptr_null(tro_node_at(d->root, "agents.theta.shares.curated"));
    node = tro_node_at(d->root, "agents.theta.shares.real");
    ck_assert_int_eq(node->place.column, 28);
    ck_assert_ptr_eq(node->parent->parent, tro_node_at(d->root, "agents.theta"));
    ck_assert_int_eq(tro_document_set(d, "seed", "[1, '2', [3]]", "x", NULL), TRO_OK);
    assert_at(d, "seed.2.0", "3");
    ck_assert_int_eq(tro_node_at(d->root, "seed.1")->quoted, 1);
    ck_assert_int_eq(tro_document_set(d, "seed", "8 # c", "x", NULL), TRO_OK);
    assert_at(d, "seed", "8");
    ck_assert_int_eq(tro_document_set(d, "agents.1", "{name: phi}", "x", NULL), TRO_OK);
    ck_assert_ptr_nonnull(tro_node_at(d->root, "agents.phi"));
    assert_paths_back(d->root, d->root);
    tro_document_free(d);
}
END_TEST

START_TEST(test_missing_set)
{
    tro_document *d = read_text(ecosystem);
    ck_assert_int_eq(tro_document_set_argument(d, "schedule.synchronous.rounds=20", "--set", NULL),
                     TRO_OK);
    const tro_node *rounds = tro_node_at(d->root, "schedule.synchronous.rounds");
    ck_assert_str_eq(rounds->text, "20");
    ck_assert_int_eq(rounds->key_place.column, 22);
    ck_assert_int_eq(rounds->key_place.width, 6);
    ck_assert_int_eq(rounds->parent->place.column, 10);
    ck_assert_int_eq(rounds->parent->key_place.column, 10);
    ck_assert_int_eq(tro_document_set_argument(d, "agents.theta.at=mean", "--set", NULL), TRO_OK);
    assert_at(d, "agents.theta.at", "mean");
    /* a key without a value is room for a map; a value may be empty or text with '=' */
    ck_assert_int_eq(tro_document_set_argument(d, "events.x.y=a=b", "--set", NULL), TRO_OK);
    assert_at(d, "events.x.y", "a=b");
    ck_assert_int_eq(tro_document_set_argument(d, "\"p=q\".\"r.\\\"s\"=1", "--set", NULL), TRO_OK);
    ck_assert_str_eq(tro_node_get(d->root, "p=q")->items[0]->key, "r.\"s");
    ck_assert_int_eq(tro_document_set_argument(d, "seed=", "--set", NULL), TRO_OK);
    ck_assert_int_eq(tro_node_is_nothing(tro_node_at(d->root, "seed")), 1);
    ck_assert_int_eq(tro_node_at(d->root, "seed")->place.column, 6);
    assert_paths_back(d->root, d->root);
    tro_document_free(d);
}
END_TEST

/* Maps grow past the room they were read with. */
START_TEST(test_many_keys_set)
{
    char path[32];
    tro_document *d = read_text("a: {b: 0}\n");
    for (int k = 0; k < 1000; k++) {
        snprintf(path, sizeof path, "a.key%d", k);
        ck_assert_int_eq(tro_document_set_real(d, path, k, "vary", NULL), TRO_OK);
    }
    ck_assert_uint_eq(d->root->items[0]->count, 1001);
    assert_at(d, "a.b", "0");
    assert_at(d, "a.key0", "0");
    assert_at(d, "a.key999", "999");
    ck_assert_uint_eq(d->root->count, 1);
    tro_document_free(d);
}
END_TEST

typedef struct refusal {
    const char *argument;
    int status;
    const char *messages;
} refusal;

static const refusal refusals[] = {
    {"seed", TRO_EINVAL, "1:1: expected path=value, found 'seed'"},
    {"", TRO_EINVAL, "1:1: expected path=value, found ''"},
    {"=1", TRO_EINVAL, "1:1: expected a path before '='"},
    {"a..b=1", TRO_EINVAL, "1:3: an empty step in the path"},
    {".a=1", TRO_EINVAL, "1:1: an empty step in the path"},
    {"a.=1", TRO_EINVAL, "1:3: an empty step in the path"},
    {"a.\"b=1", TRO_EINVAL, "1:3: a step in double quotes must end in a quote and '.' or '='"},
    {"\"a\"b=1", TRO_EINVAL, "1:1: a step in double quotes must end in a quote and '.' or '='"},
    {"agents.thet.at=mean", TRO_ESCENARIO, "1:8: no 'thet' in 'agents' (did you mean 'theta'?)"},
    {"agents.gpt4.1.at=mean", TRO_ESCENARIO,
     "1:8: no 'gpt4' in 'agents', a list of 4 elements"},
    {"agents.\"gpt-41\".at=1", TRO_ESCENARIO,
     "1:8: no 'gpt-41' in 'agents' (did you mean '\"gpt-4.1\"'?)"},
    {"agents.9=1", TRO_ESCENARIO, "1:8: no '9' in 'agents', a list of 4 elements"},
    {"network.edges.theta->phi.weight=1", TRO_ESCENARIO,
     "1:15: no 'theta->phi' in 'network.edges' (did you mean 'theta->theta'?)"},
    {"agents.theta.public.K=4", TRO_ESCENARIO,
     "1:21: 'agents.theta.public' is the value 'warm', there is nothing below it"},
    {"seed=[1, 2", TRO_EPARSE, "1:11: expected ',' or ']' in the list that begins on line 1, "
                               "found the end of the text"},
    {"seed=a: b: c", TRO_EPARSE, "1:10: ':' is not allowed here (check the indentation, or put "
                                 "text that holds ': ' in quotes)"},
    {"seed=*x", TRO_EPARSE, "1:6: aliases ('*') are not used here; write the value out"},
    {"seed={a: 1, a: 2}", TRO_EPARSE, "1:13: duplicate key 'a' (the first is on line 1)"},
    {"seed=1\n---\n2", TRO_EPARSE,
     "2:1: a second document begins here; a scenario is one document"},
    {"seed=\x01", TRO_EPARSE, "1:6: control character U+0001"},
    {"\xC3\xA9.x=[\xC3\xBC, }", TRO_EPARSE, "1:11: expected a value, found '}'"},
};

START_TEST(test_ecosystem_set_errors)
{
    const refusal *r = &refusals[_i];
    tro_messages messages = {0};
    tro_document *d = read_text(ecosystem), *before = read_text(ecosystem);
    ck_assert_int_eq(tro_document_set_argument(d, r->argument, "--set", &messages), r->status);
    ck_assert_str_eq(messages.items[0].file, "--set");
    assert_messages(&messages, r->messages);
    ck_assert(equal_trees(d->root, before->root));
    tro_document_free(d);
    tro_document_free(before);
}
END_TEST

START_TEST(test_override_render)
{
    tro_messages messages = {0};
    tro_document *d = read_text(ecosystem);
    tro_document_set(d, "agents.thet.at", "mean", "--set", &messages) < 0 ? (void)0 : abort();
    char *text = tro_message_render(&messages.items[0]);
    ck_assert_str_eq(text, "--set agents.thet.at=mean: error: no 'thet' in 'agents' (did you mean "
                           "'theta'?)\n"
                           "    agents.thet.at=mean\n"
                           "           ^~~~\n");
    free(text);
    tro_messages_clear(&messages);
    /* one of several lines, or a long one, is named as a file is */
    ck_assert_int_eq(tro_document_set_argument(d, "seed=[1,\n *x]", "--set", &messages),
                     TRO_EPARSE);
    text = tro_message_render(&messages.items[0]);
    ck_assert_ptr_nonnull(strstr(text, "--set:2:2: error: "));
    free(text);
    tro_messages_clear(&messages);
    char *longer = repeated("seed=[", "1, ", 30, "*x]");
    ck_assert_int_eq(tro_document_set_argument(d, longer, "--set", &messages), TRO_EPARSE);
    text = tro_message_render(&messages.items[0]);
    ck_assert_ptr_nonnull(strstr(text, "--set:1:97: error: "));
    free(text);
    free(longer);
    tro_messages_clear(&messages);
    tro_document_free(d);
}
END_TEST

/* A message about anything but an override names line and column. */
START_TEST(test_file_render)
{
    tro_source source = {.name = "a.yaml", .text = "seed: x", .length = 7};
    tro_place place = {&source, 1, 7, 1};
    tro_messages messages = {0};
    ck_assert_int_eq(tro_error(&messages, TRO_ESCENARIO, &place, "wrong"), TRO_ESCENARIO);
    char *text = tro_message_render(&messages.items[0]);
    ck_assert_str_eq(text, "a.yaml:1:7: error: wrong\n    seed: x\n          ^\n");
    free(text);
    tro_messages_clear(&messages);
}
END_TEST

/* Paths and values together stay within the depth of a file. */
START_TEST(test_depth_set_errors)
{
    tro_messages messages = {0};
    tro_document *d = read_text("a: 1\n");
    char *most = repeated("b", ".b", TRO_DEPTH_LIMIT - 1, "=1");
    char *path = repeated("b", ".b", TRO_DEPTH_LIMIT, "=1");
    char *value = repeated("c", ".c", TRO_DEPTH_LIMIT - 2, "=[[1]]");
    ck_assert_int_eq(tro_document_set_argument(d, most, "--set", &messages), TRO_OK);
    ck_assert_int_eq(tro_document_set_argument(d, path, "--set", &messages), TRO_EINVAL);
    assert_messages(&messages, "1:129: a path of more than 64 steps");
    ck_assert_int_eq(tro_document_set_argument(d, value, "--set", &messages), TRO_EPARSE);
    assert_messages(&messages, "1:127: nested deeper than 64 levels");
    ck_assert_uint_eq(d->root->count, 2);
    tro_text text = {0};
    tro_node_write(d->root, &text);
    tro_document *back = read_text(text.data);
    ck_assert(equal_trees(d->root, back->root));
    tro_text_clear(&text);
    free(most);
    free(path);
    free(value);
    tro_document_free(d);
    tro_document_free(back);
}
END_TEST

START_TEST(test_numbers_set_real)
{
    static const double values[] = {0, -0.0, 0.1, 1.0 / 3, 1e-300, -12345678.9, 5e-324, 1e22};
    tro_document *d = read_text(ecosystem);
    for (size_t k = 0; k < sizeof values / sizeof *values; k++) {
        double back;
        ck_assert_int_eq(tro_document_set_real(d, "agents.theta.shares.real", values[k], "vary",
                                               NULL), TRO_OK);
        const tro_node *node = tro_node_at(d->root, "agents.theta.shares.real");
        ck_assert_int_eq(tro_parse_real(node->text, &back), 1);
        ck_assert(memcmp(&back, &values[k], sizeof back) == 0);
        ck_assert_int_eq(node->place.column, 26);
        ck_assert_int_eq(node->place.width, (int)strlen(node->text));
        ck_assert_str_eq(node->place.source->name, "vary");
    }
    tro_messages messages = {0};
    ck_assert_int_eq(tro_document_set_real(d, "agents.phi.x", 1, "vary", &messages),
                     TRO_ESCENARIO);
    assert_messages(&messages, "1:8: no 'phi' in 'agents', a list of 4 elements");
    ck_assert_int_eq(tro_document_set_real(d, "", 1, "vary", &messages), TRO_EINVAL);
    assert_messages(&messages, "1:1: expected a path before '='");
    tro_document_free(d);
}
END_TEST

static void assert_owned(const tro_node *node, const tro_document *other)
{
    ck_assert_ptr_ne(node->place.source, &other->source);
    for (size_t k = 0; k < node->count; k++) {
        ck_assert_ptr_eq(node->items[k]->parent, node);
        assert_owned(node->items[k], other);
    }
}

/* A clone stands alone: the original changes and goes, the clone stays. */
START_TEST(test_ecosystem_clone)
{
    tro_document *d = read_text(ecosystem), *same = read_text(ecosystem), *clone, *again;
    ck_assert_int_eq(tro_document_set(d, "agents.theta.shares", "{real: 0.5, curated: 0.5}", "x",
                                      NULL), TRO_OK);
    ck_assert_int_eq(tro_document_clone(d, &clone, NULL), TRO_OK);
    assert_owned(clone->root, d);
    ck_assert_int_eq(tro_document_set_real(d, "seed", 8, "vary", NULL), TRO_OK);
    tro_document_free(d);
    ck_assert(equal_trees(clone->root, same->root));
    ck_assert_str_eq(clone->source.text, ecosystem);
    const tro_node *shares = tro_node_at(clone->root, "agents.theta.shares");
    ck_assert_str_eq(shares->place.source->text, "agents.theta.shares={real: 0.5, curated: 0.5}");
    ck_assert_ptr_eq(shares->place.source, shares->items[1]->place.source);
    ck_assert_int_eq(shares->items[1]->place.column, 42);
    ck_assert_int_eq(tro_document_set_real(clone, "seed", 9, "vary", NULL), TRO_OK);
    ck_assert_int_eq(tro_document_clone(clone, &again, NULL), TRO_OK);
    tro_document_free(clone);
    assert_at(again, "seed", "9");
    ck_assert_str_eq(tro_node_at(again->root, "seed")->place.source->text, "seed=9");
    tro_document_free(again);
    tro_document_free(same);
    tro_document_free(NULL);
}
END_TEST

/* Out of memory at every point: the status, and a tree as it was. */
START_TEST(test_ecosystem_set_out_of_memory)
{
    tro_document *d = read_text(ecosystem), *before = read_text(ecosystem);
    int status = TRO_ENOMEM;
    for (uint64_t n = 1; status != TRO_OK; n++) {
        tro_memory_fail_after(n);
        status = tro_document_set_argument(d, "events.a.b={c: [1, {d: e}]}", "--set", NULL);
        tro_memory_fail_after(0);
        ck_assert(status == TRO_OK || status == TRO_ENOMEM);
        ck_assert(status == TRO_OK || equal_trees(d->root, before->root));
        ck_assert_uint_lt(n, 1000);
    }
    assert_at(d, "events.a.b.c.1.d", "e");
    status = TRO_ENOMEM;
    for (uint64_t n = 1; status != TRO_OK; n++) {
        tro_document *clone;
        tro_memory_fail_after(n);
        status = tro_document_clone(d, &clone, NULL);
        tro_memory_fail_after(0);
        ck_assert(status == TRO_OK ? equal_trees(d->root, clone->root) : !clone);
        tro_document_free(clone);
        ck_assert_uint_lt(n, 1000);
    }
    tro_document_free(d);
    tro_document_free(before);
}
END_TEST

/* The same with the arena's block ending at every place on the way. */
START_TEST(test_full_arena_set_out_of_memory)
{
    static const char *const arguments[] = {
        "a.x.y={c: [1]}", "b=", "d.\"e\".f=1", "list.nme=2"};
    for (size_t room = 0; room < 1600; room += 16) {
        for (size_t k = 0; k < 16; k++) {
            tro_document *d = read_text("{a: , b: 2, c: 3, d: {p: 1, q: 2, r: 3, s: 4}, list: "
                                        "[{name: name}]}"), *clone = NULL;
            fill_arena(&d->arena, 1700, room);
            tro_memory_fail_after(k / 4 + 1);
            int status = tro_document_set_argument(d, arguments[k % 4], "--set", NULL);
            if (status == TRO_OK)
                status = tro_document_set_real(d, "d.t", 0.5, "vary", NULL);
            if (status == TRO_OK)
                status = tro_document_clone(d, &clone, NULL);
            tro_memory_fail_after(0);
            ck_assert(status == TRO_OK || status == TRO_ENOMEM || status == TRO_ESCENARIO);
            assert_paths_back(d->root, d->root);
            tro_document_free(d);
            tro_document_free(clone);
        }
    }
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("override");
    tcase_add_test(tests, test_ecosystem_at);
    tcase_add_test(tests, test_ecosystem_at_errors);
    tcase_add_test(tests, test_ecosystem_path);
    tcase_add_test(tests, test_existing_set);
    tcase_add_test(tests, test_missing_set);
    tcase_add_test(tests, test_many_keys_set);
    tcase_add_loop_test(tests, test_ecosystem_set_errors, 0,
                        (int)(sizeof refusals / sizeof *refusals));
    tcase_add_test(tests, test_override_render);
    tcase_add_test(tests, test_file_render);
    tcase_add_test(tests, test_depth_set_errors);
    tcase_add_test(tests, test_numbers_set_real);
    tcase_add_test(tests, test_ecosystem_clone);
    tcase_add_test(tests, test_ecosystem_set_out_of_memory);
    tcase_add_test(tests, test_full_arena_set_out_of_memory);
    return run_suite(suite_create("override"), tests);
}
