/* Reading documents from memory: places, refusals, limits. */
#include "document_support.h"

#define assert_place(node, l, c, w)                 \
    do {                                            \
        ck_assert_int_eq((node)->place.line, l);    \
        ck_assert_int_eq((node)->place.column, c);  \
        ck_assert_int_eq((node)->place.width, w);   \
    } while (0)

START_TEST(test_rivals_read)
{
    tro_document *d = read_text(rivals);
    ck_assert_int_eq(d->root->kind, TRO_MAP);
    ck_assert_uint_eq(d->root->count, 9);
    ck_assert_ptr_null(d->root->parent);
    ck_assert_ptr_null(d->root->key);
    ck_assert_str_eq(d->source.name, "test.yaml");
    const tro_node *name = tro_node_get(d->root, "name");
    ck_assert_str_eq(name->text, "two rivals");
    ck_assert_int_eq(name->quoted, 1);
    ck_assert_ptr_eq(name->parent, d->root);
    ck_assert_ptr_eq(name->place.source, &d->source);
    const tro_node *agents = tro_node_get(d->root, "agents");
    ck_assert_int_eq(agents->kind, TRO_LIST);
    ck_assert_uint_eq(agents->count, 2);
    ck_assert_ptr_null(agents->items[0]->key);
    ck_assert_str_eq(tro_node_get(agents->items[1], "public")->text, "cool");
    ck_assert_str_eq(tro_node_get(d->root, "note")->text, "of one\nand two\n");
    ck_assert_int_eq(tro_node_get(d->root, "note")->quoted, 1);
    ck_assert_ptr_null(tro_node_get(d->root, "agent"));
    ck_assert_ptr_null(tro_node_get(NULL, "agents"));
    ck_assert_ptr_null(tro_node_get(agents, "theta"));
    tro_document_free(d);
}
END_TEST

START_TEST(test_rivals_places)
{
    tro_document *d = read_text(rivals);
    assert_place(d->root, 1, 1, 1);
    assert_place(tro_node_at(d->root, "name"), 2, 7, 12);
    assert_place(tro_node_at(d->root, "outcomes"), 3, 11, 59);
    assert_place(tro_node_at(d->root, "outcomes.coordinates.linspace"), 3, 57, 11);
    assert_place(tro_node_at(d->root, "outcomes.coordinates.linspace.2"), 3, 65, 2);
    assert_place(tro_node_at(d->root, "agents"), 5, 3, 1);
    assert_place(tro_node_at(d->root, "agents.0"), 5, 5, 1);
    /* over two lines: underlined to the end of the first */
    assert_place(tro_node_at(d->root, "agents.0.shares"), 6, 13, 11);
    assert_place(tro_node_at(d->root, "agents.0.shares.curated"), 7, 23, 3);
    assert_place(tro_node_at(d->root, "agents.1"), 8, 5, 25);
    assert_place(tro_node_at(d->root, "note"), 9, 7, 1);
    assert_place(tro_node_at(d->root, "empty"), 12, 7, 0);
    const tro_node *curated = tro_node_at(d->root, "agents.0.shares.curated");
    ck_assert_int_eq(curated->key_place.line, 7);
    ck_assert_int_eq(curated->key_place.column, 14);
    ck_assert_int_eq(curated->key_place.width, 7);
    tro_document_free(d);
}
END_TEST

/* Columns are bytes: the two letters before take two each, the smiley four. */
START_TEST(test_unicode_places)
{
    tro_document *d = read_text("\xEF\xBB\xBF" "\xC3\xA9: [\xC3\xBC, \xF0\x9F\x98\x80, x]\r\n"
                                "b: \xC3\xA9 \r\n  f\r\nc: d\r\n");
    const tro_node *list = d->root->items[0];
    ck_assert_str_eq(list->key, "\xC3\xA9");
    assert_place(list, 1, 5, 13);
    assert_place(list->items[0], 1, 6, 2);
    assert_place(list->items[1], 1, 10, 4);
    assert_place(list->items[2], 1, 16, 1);
    ck_assert_str_eq(d->root->items[1]->text, "\xC3\xA9 f");
    assert_place(d->root->items[1], 2, 4, 3);
    assert_place(d->root->items[2], 4, 4, 1);
    tro_document_free(d);
}
END_TEST

START_TEST(test_scalars_nothing)
{
    tro_document *d = read_text("a:\nb: ~\nc: null\nd: Null\ne: NULL\nf: \"\"\ng: '~'\nh: nil\n"
                                "i: 0\nj: 'null'\nk: []\n");
    static const int expected[] = {1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0};
    for (size_t k = 0; k < d->root->count; k++)
        ck_assert_int_eq(tro_node_is_nothing(d->root->items[k]), expected[k]);
    tro_document_free(d);
}
END_TEST

START_TEST(test_markers_read)
{
    static const char *const texts[] = {
        "---\na: 1\n", "a: 1\n...\n", "%YAML 1.2\n--- # c\na: 1\n... # c\n\n# end\n", "{a: 1}",
        "a: 1", "\n\n# c\na: 1\n", "'a': 1", "? a\n: 1", "\"\\x61\": 1"};
    tro_document *one = read_text("a: 1\n");
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        tro_document *d = read_text(texts[k]);
        ck_assert_msg(equal_trees(d->root, one->root), "%s", texts[k]);
        tro_document_free(d);
    }
    tro_document_free(one);
}
END_TEST

typedef struct refusal {
    const char *text;
    const char *messages;
} refusal;

static const refusal refusals[] = {
    {"", "0:0: the file is empty"},
    {"# c\n\n", "0:0: nothing but comments in it; expected a map"},
    {"a", "1:1: expected a map ('key: value'), found a text"},
    {"~", "1:1: expected a map ('key: value'), found nothing"},
    {"# c\n- a\n", "2:1: expected a map ('key: value'), found a list"},
    /* what YAML has and a scenario has not */
    {"a: &x 1\nb: *x\n", "1:4: anchors ('&') are not used here; write the value out\n"
                         "2:4: aliases ('*') are not used here; write the value out"},
    {"a: *\n", "1:4: aliases ('*') are not used here; put text that begins so in quotes"},
    {"a: &\n", "1:4: anchors ('&') are not used here; put text that begins so in quotes"},
    {"*a : 1\n&b c: [&d 2]\n", "1:1: aliases ('*') are not used here; write the value out\n"
                               "2:1: anchors ('&') are not used here; write the value out\n"
                               "2:8: anchors ('&') are not used here; write the value out"},
    {"a: !!int 3\nb: !c {d: e}\n", "1:4: tags ('!') are not used here\n"
                                   "2:4: tags ('!') are not used here"},
    {"a: ! 3\n", "1:4: tags ('!') are not used here"},
    {"a: !<b 3\n", "1:4: tags ('!') are not used here; put text that begins so in quotes"},
    {"a: !b!c 3\n", "1:4: tags ('!') are not used here; put text that begins so in quotes"},
    {"# c\n%TAG ! x\n---\na: 1\n", "2:1: tags are not used here"},
    {"%YAML 1.1\n%TAG ! x\n---\na: 1\n", "2:1: tags are not used here"},
    {"%YAML 3.0\n---\na: 1\n", "1:1: expected %YAML 1.1 or 1.2"},
    {"%FOO\n---\na: 1\n", "1:1: directives ('%') are not used here"},
    {"a: 1\n---\nb: 2\n", "2:1: a second document begins here; a scenario is one document"},
    {"a: 1\n...\n%YAML 1.1\n---\nb: 2\n",
     "3:1: a second document begins here; a scenario is one document"},
    {"a: 1\n...\n  b\n", "3:3: expected the end of the text behind its last value"},
    {"{a: 1} b\n", "1:8: expected the end of the text behind its last value"},
    {"[a]: 1\n", "1:1: a key must be a text, not a list or a map"},
    {"? {a: b}\n: 1\n? - c\n: 2\nd: 3\nd: 4\n",
     "1:3: a key must be a text, not a list or a map\n"
     "3:3: a key must be a text, not a list or a map"},
    /* syntax: one message each */
    {"a: [1, 2\n", "1:9: expected ',' or ']' in the list that begins on line 1, found the end of "
                   "the text"},
    {"a:\n  [1\n  2}\n", "3:4: expected ',' or ']' in the list that begins on line 2, found '}'"},
    {"a: {b: 1\nc: 2\n", "2:2: expected ',' or '}' in the map that begins on line 1, found ':'"},
    {"a: [", "1:5: expected a value, found the end of the text"},
    {"a: [1,, 2]\n", "1:7: expected a value, found ','"},
    {"a: [\xC3\xA9, }\n", "1:9: expected a value, found '}'"},
    {"a: \"x\" \xC3\xA9\n", "1:8: expected a key of the map that begins on line 1, found "
                             "'\xC3\xA9'"},
    {"a:\n  - b\n c: 2\n", "3:2: expected a key of the map that begins on line 1, found 'c'"},
    {"a:\n  - b\n  c: 2\n", "3:3: expected '-' in the list that begins on line 2, found 'c'"},
    {"a: \"b\nc: 1\n", "1:4: the text in quotes that begins here has no closing quote"},
    {"a: 'b\n---\n", "1:4: the text in quotes that begins here has no closing quote in its "
                     "document"},
    {"a: b: c\n", "1:5: ':' is not allowed here (check the indentation, or put text that holds "
                  "': ' in quotes)"},
    {"a: b\n  c: d\n", "2:4: ':' is not allowed here (check the indentation, or put text that "
                       "holds ': ' in quotes)"},
    {"a: ? b\n", "1:4: '?' is not allowed here; put text that begins so in quotes"},
    {"a: - b\n", "1:4: a list item ('-') is not allowed here; begin the list on a line of its "
                 "own"},
    {"a: 1\nb\nc: 2\n", "2:1: expected ':' after this key"},
    {"a: @b\n", "1:4: '@' cannot begin a value; put the text in quotes"},
    {"a: %b\n", "1:4: '%' cannot begin a value; put the text in quotes"},
    {"\ta: 1\n", "1:1: a tab cannot indent; use spaces"},
    {"a:\n\t- b\n", "2:1: a tab cannot indent; use spaces"},
    {"a: |\n\tb\n", "2:1: a tab cannot indent; use spaces"},
    {"a: [b:, c]\n", "1:6: ':' needs a space behind it, or quotes around the text"},
    {"a: |x\n", "1:5: expected the end of the line after '|' or '>', found 'x'"},
    {"a: \"\\q\"\n", "1:5: unknown escape sequence in double quotes (write \\\\ for a backslash, "
                     "or use single quotes)"},
    {"a: \"\\xg0\"\n", "1:7: this escape sequence needs hexadecimal digits"},
    {"a: \"\\ud800\"\n", "1:7: this escape sequence is no character"},
    {"a: \"b\\0c\"\n", "1:4: a NUL character in a text"},
    {"a: [0, -, 1]\n", "1:8: '-' alone is no value; put it in quotes"},
    /* bytes */
    {"a: caf\xE9\n", "1:7: byte 0xE9 is not UTF-8 text"},
    {"a: b\nc: \xC3", "2:4: byte 0xC3 is not UTF-8 text"},
    {"a: \xC3(\n", "1:4: byte 0xC3 is not UTF-8 text"},
    {"a: \xC0\xAF\n", "1:4: byte 0xC0 is not UTF-8 text"},
    {"a: \xE0\x80\xAF\n", "1:4: byte 0xE0 is not UTF-8 text"},
    {"a: \xED\xA0\x80\n", "1:4: byte 0xED is not UTF-8 text"},
    {"a: \xF4\x90\x80\x80\n", "1:4: byte 0xF4 is not UTF-8 text"},
    {"a: \xF5\x80\x80\x80\n", "1:4: byte 0xF5 is not UTF-8 text"},
    {"\xC3\xA9: \xC3\xA9\x01\n", "1:7: control character U+0001"},
    {"a: \x7F\n", "1:4: control character U+007F"},
    {"a: \xC2\x80\n", "1:4: control character U+0080"},
    {"a: b\rc: d\n", "1:5: a carriage return (U+000D) alone; lines end in LF or CR LF"},
    {"a: b\r", "1:5: a carriage return (U+000D) alone; lines end in LF or CR LF"},
    {"a: b\xC2\x85", "1:5: line separator U+0085; lines end in LF or CR LF"},
    {"a: \"b\xE2\x80\xA8\"", "1:6: line separator U+2028; lines end in LF or CR LF"},
    {"a: \xEF\xBB\xBF" "b\n", "1:4: a byte order mark (U+FEFF) inside the text"},
    {"a: \xEF\xBF\xBF\n", "1:4: U+FFFF is not a character"},
    {"\xFF\xFE" "a", "1:1: the text is UTF-16; save it as UTF-8"},
};

START_TEST(test_texts_read_errors)
{
    const refusal *r = &refusals[_i];
    tro_document *d = (tro_document *)&d;
    tro_messages messages = {0};
    int status = tro_document_read_text("test.yaml", r->text, strlen(r->text), &d, &messages);
    ck_assert_int_eq(status, TRO_EPARSE);
    ck_assert_ptr_null(d);
    ck_assert_str_eq(messages.items[0].file, "test.yaml");
    assert_messages(&messages, r->messages);
}
END_TEST

START_TEST(test_nul_read_errors)
{
    tro_document *d;
    tro_messages messages = {0};
    ck_assert_int_eq(tro_document_read_text("t", "a: 1\nb: \0c\n", 11, &d, &messages), TRO_EPARSE);
    assert_messages(&messages, "2:4: a NUL character (U+0000) in what should be plain text");
    ck_assert_int_eq(tro_document_read_text("t", NULL, 0, &d, &messages), TRO_EPARSE);
    assert_messages(&messages, "0:0: the file is empty");
    /* without a list the sentence is lost, the status is not */
    ck_assert_int_eq(tro_document_read_text("t", "[", 1, &d, NULL), TRO_EPARSE);
}
END_TEST

START_TEST(test_message_render)
{
    tro_document *d;
    tro_messages messages = {0};
    ck_assert_int_eq(tro_document_read_text("two.yaml", "a: 1\nb: [\xC3\xA9, *x]\n", 17, &d,
                                            &messages), TRO_EPARSE);
    char *text = tro_message_render(&messages.items[0]);
    ck_assert_str_eq(text, "two.yaml:2:9: error: aliases ('*') are not used here; write the value "
                           "out\n    b: [\xC3\xA9, *x]\n           ^~\n");
    free(text);
    tro_messages_clear(&messages);
}
END_TEST

/* Said, and left out, so that what is left can be looked at, too. */
START_TEST(test_duplicates_read)
{
    static const char text[] = "a: {x: 1, y: 2,\n    x: 3}\nb: 1\na: 1\n'b': 2\nb: 3\nc: 4\n";
    tro_document *d, *clone, *without = read_text("a: {x: 1, y: 2}\nb: 1\nc: 4\n");
    tro_messages messages = {0};
    ck_assert_int_eq(tro_document_read_text("t", text, strlen(text), &d, &messages), TRO_OK);
    ck_assert_uint_eq(d->duplicates, 4);
    ck_assert(equal_trees(d->root, without->root));
    ck_assert_int_eq(messages.items[0].status, TRO_EPARSE);
    assert_messages(&messages, "2:5: duplicate key 'x' (the first is on line 1)\n"
                               "4:1: duplicate key 'a' (the first is on line 1)\n"
                               "5:1: duplicate key 'b' (the first is on line 3)\n"
                               "6:1: duplicate key 'b' (the first is on line 3)");
    ck_assert_int_eq(tro_document_clone(d, &clone, NULL), TRO_OK);
    ck_assert_uint_eq(clone->duplicates, 4);
    tro_document_free(d);
    tro_document_free(clone);
    tro_document_free(without);
}
END_TEST

/* With another mistake of the text itself there is nothing to look at. */
START_TEST(test_duplicates_read_errors)
{
    static const char text[] = "a: 1\na: 2\nb: *x\n";
    tro_document *d;
    tro_messages messages = {0};
    ck_assert_int_eq(tro_document_read_text("t", text, strlen(text), &d, &messages), TRO_EPARSE);
    ck_assert_ptr_null(d);
    assert_messages(&messages, "3:4: aliases ('*') are not used here; write the value out\n"
                               "2:1: duplicate key 'a' (the first is on line 1)");
}
END_TEST

static void assert_refused(char *text, const char *expected)
{
    tro_document *d;
    tro_messages messages = {0};
    ck_assert_int_eq(tro_document_read_text("t", text, strlen(text), &d, &messages), TRO_EPARSE);
    free(text);
    assert_messages(&messages, expected);
}

START_TEST(test_depth_limit)
{
    char closing[TRO_DEPTH_LIMIT];
    memset(closing, ']', sizeof closing);
    closing[TRO_DEPTH_LIMIT - 1] = '\0';
    char *deepest = repeated("a: ", "[", TRO_DEPTH_LIMIT - 1, closing);
    tro_document *d = read_text(deepest);
    free(deepest);
    tro_document_free(d);
    assert_refused(repeated("a: ", "[", TRO_DEPTH_LIMIT, ""),
                   "1:67: nested deeper than 64 levels");
    /* 100 kB of openings must end at once, not in libyaml's quadratic scan */
    assert_refused(repeated("", "[", 100000, ""), "1:65: nested deeper than 64 levels");
    assert_refused(repeated("a: ", "{a: ", 100000, ""), "1:256: nested deeper than 64 levels");
    assert_refused(repeated("", "- ", 50000, ""), "1:129: nested deeper than 64 levels");
}
END_TEST

START_TEST(test_blank_limit)
{
    char *text = repeated("a: b", " ", TRO_BLANK_LIMIT, "c\n");
    tro_document *d = read_text(text);
    free(text);
    ck_assert_uint_eq(strlen(d->root->items[0]->text), TRO_BLANK_LIMIT + 2);
    tro_document_free(d);
    assert_refused(repeated("a: b", " ", TRO_BLANK_LIMIT + 1, "c\n"),
                   "1:1029: more than 1024 blanks in a row");
    assert_refused(repeated("a: b", "\r\n", TRO_BLANK_LIMIT / 2 + 1, "c\n"),
                   "513:1: more than 1024 blanks in a row");
}
END_TEST

START_TEST(test_size_limits)
{
    size_t size = (size_t)TRO_TEXT_LIMIT + 1;
    tro_document *d;
    tro_messages messages = {0};
    char *text = calloc(size, 1);
    ck_assert_ptr_nonnull(text);
    ck_assert_int_eq(tro_document_read_text("t", text, size, &d, &messages), TRO_EPARSE);
    free(text);
    assert_messages(&messages, "0:0: larger than 64 MiB; keep data in a file of its own");
    /* the root, the list and two below the limit: the next one is too many */
    assert_refused(repeated("a: [", "0,", TRO_NODE_LIMIT - 1, "]"),
                   "1:8388609: more than 4194304 values; keep data in a file of its own");
}
END_TEST

START_TEST(test_many_keys)
{
    enum { KEYS = 100000 };
    char *text = malloc(KEYS * 16), *end = text;
    ck_assert_ptr_nonnull(text);
    for (int k = 0; k < KEYS; k++)
        end += sprintf(end, "key%d: %d\n", k, k);
    tro_document *d = read_text(text);
    ck_assert_uint_eq(d->root->count, KEYS);
    ck_assert_str_eq(tro_node_get(d->root, "key99999")->text, "99999");
    tro_document_free(d);
    stpcpy(end, "key7: x\nkey70000: x\n");
    tro_messages messages = {0};
    ck_assert_int_eq(tro_document_read_text("t", text, strlen(text), &d, &messages), TRO_OK);
    assert_messages(&messages, "100001:1: duplicate key 'key7' (the first is on line 8)\n"
                               "100002:1: duplicate key 'key70000' (the first is on line 70001)");
    ck_assert_uint_eq(d->root->count, KEYS);
    ck_assert_str_eq(tro_node_get(d->root, "key70000")->text, "70000");
    ck_assert_str_eq(d->root->items[KEYS - 1]->key, "key99999");
    tro_document_free(d);
    free(text);
}
END_TEST

/* A text with a mistake in every line is not read to its end. */
START_TEST(test_many_mistakes)
{
    tro_document *d;
    tro_messages messages = {0};
    char *text = repeated("", "- &x 1\n", 1000, "");
    ck_assert_int_eq(tro_document_read_text("t", text, strlen(text), &d, &messages), TRO_EPARSE);
    ck_assert_uint_eq(messages.count, 20);
    free(text);
    tro_messages_clear(&messages);
    text = repeated("", "a: 1\n", 1000, "");
    ck_assert_int_eq(tro_document_read_text("t", text, strlen(text), &d, &messages), TRO_EPARSE);
    ck_assert_uint_eq(messages.count, 20);
    free(text);
    tro_messages_clear(&messages);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("document");
    tcase_add_test(tests, test_rivals_read);
    tcase_add_test(tests, test_rivals_places);
    tcase_add_test(tests, test_unicode_places);
    tcase_add_test(tests, test_scalars_nothing);
    tcase_add_test(tests, test_markers_read);
    tcase_add_loop_test(tests, test_texts_read_errors, 0,
                        (int)(sizeof refusals / sizeof *refusals));
    tcase_add_test(tests, test_nul_read_errors);
    tcase_add_test(tests, test_duplicates_read);
    tcase_add_test(tests, test_duplicates_read_errors);
    tcase_add_test(tests, test_message_render);
    tcase_add_test(tests, test_depth_limit);
    tcase_add_test(tests, test_blank_limit);
    tcase_add_test(tests, test_size_limits);
    tcase_add_test(tests, test_many_keys);
    tcase_add_test(tests, test_many_mistakes);
    return run_suite(suite_create("document"), tests);
}
