/* What the tests of the document layer share: reading a text that must be
 * right, and comparing every message of one that is not. */
#ifndef TRO_DOCUMENT_TESTING_H
#define TRO_DOCUMENT_TESTING_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document/tree.h"

/* All messages as "line:column: text", one a line. */
static inline char *all_messages(const tro_messages *messages, char *buffer, size_t room)
{
    size_t length = 0;
    buffer[0] = '\0';
    for (size_t k = 0; k < messages->count && length < room; k++)
        length += (size_t)snprintf(buffer + length, room - length, "%s%d:%d: %s", k ? "\n" : "",
                                   messages->items[k].line, messages->items[k].column,
                                   messages->items[k].text);
    return buffer;
}

static inline tro_document *read_text(const char *text)
{
    char buffer[4096];
    tro_document *document = NULL;
    tro_messages messages = {0};
    int status = tro_document_read_text("test.yaml", text, strlen(text), &document, &messages);
    ck_assert_msg(status == TRO_OK, "status %d: %s", status,
                  all_messages(&messages, buffer, sizeof buffer));
    ck_assert_uint_eq(messages.count, 0);
    ck_assert_ptr_nonnull(document);
    return document;
}

/* Compares the messages with `expected` and empties the list. */
#define assert_messages(messages, expected)                                      \
    do {                                                                         \
        char buffer_[16384];                                                     \
        ck_assert_str_eq(all_messages((messages), buffer_, sizeof buffer_), expected); \
        tro_messages_clear(messages);                                            \
    } while (0)

/* The scenario of the manual, with what YAML offers: comments, flow style
 * over two lines, quotes, a block text. */
static const char rivals[] __attribute__((unused)) =
    "trophic: 1\n"                                                       /* 1 */
    "name: \"two rivals\"   # a title\n"                                 /* 2 */
    "outcomes: {family: categorical, coordinates: {linspace: [-2, 2, 81]}}\n"
    "agents:\n"                                                          /* 4 */
    "  - name: theta\n"
    "    shares: {real: 0.5,\n"                                          /* 6 */
    "             curated: 0.5}\n"
    "  - {name: phi, public: cool}\n"                                    /* 8 */
    "note: |\n"
    "  of one\n"
    "  and two\n"
    "empty:\n"                                                           /* 12 */
    "tilde: ~\n"
    "quoted null: 'null'\n"
    "network:\n"
    "  edges:\n"                                                         /* 16 */
    "  - {from: theta, to: phi}\n";

/* n times `open`, as text; caller frees. */
static inline char *repeated(const char *before, const char *open, size_t n, const char *after)
{
    size_t size = strlen(before) + n * strlen(open) + strlen(after) + 1;
    char *text = malloc(size), *end = text;
    ck_assert_ptr_nonnull(text);
    end = stpcpy(end, before);
    for (size_t k = 0; k < n; k++)
        end = stpcpy(end, open);
    stpcpy(end, after);
    return text;
}

/* The two trees say the same, wherever it stands. */
static inline int equal_trees(const tro_node *a, const tro_node *b)
{
    if (a->kind != b->kind || a->count != b->count || !a->key != !b->key ||
        (a->key && strcmp(a->key, b->key) != 0))
        return 0;
    if (a->kind == TRO_SCALAR && (strcmp(a->text, b->text) != 0 || a->quoted != b->quoted))
        return 0;
    for (size_t k = 0; k < a->count; k++)
        if (!equal_trees(a->items[k], b->items[k]))
            return 0;
    return 1;
}

/* Leaves about `room` bytes in the arena's first block of 16 kB, so that tests
 * meet the end of a block, and of the memory, at any place they like. */
static inline void fill_arena(tro_arena *arena, size_t used, size_t room)
{
    for (size_t left = 16384 - used - room; left >= 16;) {
        size_t piece = left > 240 ? 240 : left / 16 * 16;
        ck_assert_ptr_nonnull(tro_arena_allocate(arena, 1, piece));
        left -= piece;
    }
}

/* Runs a suite of one case; what main returns. */
static inline int run_suite(Suite *suite, TCase *tests)
{
    tcase_set_timeout(tests, 300);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
