/* Writing documents: what is written reads back as the same tree. */
#include "document_support.h"

START_TEST(test_rivals_write)
{
    tro_text text = {0};
    tro_document *d = read_text(rivals);
    tro_node_write(d->root, &text);
    ck_assert_str_eq(text.data,
                     "trophic: 1\n"
                     "name: \"two rivals\"\n"
                     "outcomes:\n"
                     "  family: categorical\n"
                     "  coordinates:\n"
                     "    linspace: [-2, 2, 81]\n"
                     "agents:\n"
                     "  - name: theta\n"
                     "    shares: {real: 0.5, curated: 0.5}\n"
                     "  - {name: phi, public: cool}\n"
                     "note: \"of one\\nand two\\n\"\n"
                     "empty:\n"
                     "tilde: ~\n"
                     "quoted null: \"null\"\n"
                     "network:\n"
                     "  edges:\n"
                     "    - {from: theta, to: phi}\n");
    tro_text_clear(&text);
    tro_node_write(tro_node_at(d->root, "outcomes.coordinates.linspace.0"), &text);
    ck_assert_str_eq(text.data, "-2\n");
    tro_text_clear(&text);
    tro_document_free(d);
}
END_TEST

/* Whatever is hard to write, once: indicators, escapes, keys that need quotes
 * or '?', nothing in a list, lists that wrap. */
static const char *const hard[] = {
    "{}", "a: {}\nb: []\n", "a:\n  -\n  - ~\n  - [[], {}]\n",
    "a: 'x: y'\nb: 'x #y'\nc: '#x'\nd: ' x '\ne: '- x'\nf: '[x'\ng: \"\"\n",
    "a: x:y\nb: x#y\nc: -x\nd: ?x\ne: :x\nf: a,b\ng: a]b\nh: a 'b' \"c\"\n",
    "a: [x:y, 'p, q', -x, \"\", 'null', null, ~]\n",
    "a: \"\\x01\\x7f\\e\\t\\n\\r\\\\\\\"\\N\\L\\P\\_\\uFEFF\\U0001F600\"\n",
    "\"a: b\": 1\n\"\": 2\n'#c': 3\n---x: 4\n'--- x': 5\n\"\\n\": 6\n\xC3\xA9: 7\n? |\n  x\n: 8\n",
    "a:\n- - - b\n    - c: d\n      e:\n        - f\n- g: {h: {i: [j, {k: l}]}}\n",
    "a: [[1, 0], [0, 1]]\nb: [{x: 1}, {x: 2, y: [1, 2]}]\n",
    "a: ['p, q', \"x\\n\", -1]\n",
    "a:\n- {one: a text that alone is short, two: another text, three: a third one, four: 4}\n",
    "a: b\tc\n", "a: \"\\u2028\\u0085\"\n",
};

static void assert_writes_back(const char *text)
{
    tro_text written = {0};
    tro_document *d = read_text(text);
    tro_node_write(d->root, &written);
    tro_document *back = read_text(tro_text_string(&written));
    ck_assert_msg(equal_trees(d->root, back->root), "%s\nwritten as\n%s", text, written.data);
    tro_text_clear(&written);
    tro_document_free(d);
    tro_document_free(back);
}

START_TEST(test_hard_texts_write)
{
    assert_writes_back(rivals);
    for (size_t k = 0; k < sizeof hard / sizeof *hard; k++)
        assert_writes_back(hard[k]);
    char *key = repeated("? ", "k", 2000, "\n: - 1\n  - [2]\nb: 1\n");
    assert_writes_back(key);
    free(key);
    char *blanks = repeated("a: \"", "\\x20", 5000, "\"\n");
    assert_writes_back(blanks);
    free(blanks);
}
END_TEST

START_TEST(test_long_lists_write)
{
    tro_text text = {0};
    char *numbers = repeated("a: [", "0.125, ", 20, "1]\nb: {c: [x]}\n");
    tro_document *d = read_text(numbers);
    tro_node_write(d->root, &text);
    ck_assert_str_eq(text.data, "a: [0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, "
                                "0.125, 0.125, 0.125, 0.125, 0.125,\n"
                                "  0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 1]\n"
                                "b:\n  c: [x]\n");
    assert_writes_back(numbers);
    tro_text_clear(&text);
    tro_document_free(d);
    free(numbers);
}
END_TEST

/* A plain text of several lines can only be written in quotes. */
START_TEST(test_plain_lines_write)
{
    tro_text text = {0};
    tro_document *d = read_text("a: b\n\n  c\n");
    ck_assert_str_eq(d->root->items[0]->text, "b\nc");
    ck_assert_int_eq(d->root->items[0]->quoted, 0);
    tro_node_write(d->root, &text);
    ck_assert_str_eq(text.data, "a: \"b\\nc\"\n");
    tro_text_clear(&text);
    tro_document_free(d);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("document_write");
    tcase_add_test(tests, test_rivals_write);
    tcase_add_test(tests, test_hard_texts_write);
    tcase_add_test(tests, test_long_lists_write);
    tcase_add_test(tests, test_plain_lines_write);
    return run_suite(suite_create("document_write"), tests);
}
