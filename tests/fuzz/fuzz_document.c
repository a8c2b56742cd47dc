/* Fuzzing of the document layer: whatever bytes come in, reading ends in a
 * tree or in located messages; a tree writes to a text that reads back equal,
 * every path leads back to its node, a clone is equal; the same bytes as an
 * override and as parameters of every type do no harm.
 *
 *   clang -fsanitize=fuzzer,address,undefined ...   to search
 *   cc -DTRO_FUZZ_MAIN ...                          to run over given files */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document/param.h"
#include "document/tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(condition)                                                        \
    do {                                                                          \
        if (!(condition)) {                                                       \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
            abort();                                                              \
        }                                                                         \
    } while (0)

enum { PATHS_UP_TO = 300 };

typedef struct config {
    int bit, choice;
    double real, count;
    long long whole;
    const char *text;
    tro_vector vector;
    tro_matrix matrix;
    tro_texts texts;
    struct inner {
        double x;
        const tro_node *self;
    } record;
    tro_records records;
    tro_chosen plugin;
    const tro_node *node;
} config;

static const tro_param inner_params[] = {
    {.key = "x", .type = TRO_P_REAL, .flags = TRO_P_REQUIRED | TRO_P_MAIN | TRO_P_BOUNDED,
     .min = 0, .max = 1, .offset = offsetof(struct inner, x)},
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(struct inner, self)},
};
static const tro_table inner_table = {"inner", inner_params, 2, sizeof(struct inner)};
static const char *const choices[] = {"one", "two", NULL};

static const tro_param params[] = {
    {.key = "b", .type = TRO_P_BOOL, .offset = offsetof(config, bit), .fallback = "yes"},
    {.key = "c", .type = TRO_P_CHOICE, .offset = offsetof(config, choice), .choices = choices},
    {.key = "r", .type = TRO_P_REAL, .offset = offsetof(config, real), .fallback = "1e3"},
    {.key = "k", .type = TRO_P_REAL, .flags = TRO_P_INTEGRAL | TRO_P_ALLOW_INF,
     .offset = offsetof(config, count)},
    {.key = "w", .type = TRO_P_WHOLE, .offset = offsetof(config, whole)},
    {.key = "t", .type = TRO_P_TEXT, .offset = offsetof(config, text)},
    {.key = "v", .type = TRO_P_VECTOR, .offset = offsetof(config, vector)},
    {.key = "m", .type = TRO_P_MATRIX, .offset = offsetof(config, matrix)},
    {.key = "s", .type = TRO_P_TEXTS, .offset = offsetof(config, texts), .fallback = "[a, b]"},
    {.key = "i", .type = TRO_P_RECORD, .offset = offsetof(config, record), .table = &inner_table},
    {.key = "j", .type = TRO_P_RECORDS, .offset = offsetof(config, records),
     .table = &inner_table},
    {.key = "p", .type = TRO_P_PLUGIN, .offset = offsetof(config, plugin), .kind = TRO_CURATOR},
    {.key = "n", .type = TRO_P_NODE, .offset = offsetof(config, node)},
};
static const tro_table table = {"config", params, sizeof params / sizeof *params, sizeof(config)};
static const tro_plugin plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_CURATOR, .name = "in",
                                  .table = {"in", inner_params, 2, sizeof(struct inner)}};
static const tro_plugin *const plugins[] = {&plugin};
static const tro_catalog catalog = {.items[TRO_CURATOR] = plugins, .count[TRO_CURATOR] = 1};

/* A message names a place that exists, and renders. */
static void check_messages(tro_messages *messages)
{
    for (size_t k = 0; k < messages->count; k++) {
        const tro_message *m = &messages->items[k];
        REQUIRE(m->line >= 0 && m->column >= 0 && (m->line == 0 || m->excerpt));
        /* An excerpt is cut between characters, which stray bytes are not. */
        if (m->line > 0 && !strstr(m->text, "is not UTF-8"))
            REQUIRE((size_t)m->column <= strlen(m->excerpt) + 2 + (size_t)m->cut);
        char *rendered = tro_message_render(m);
        REQUIRE(rendered);
        free(rendered);
    }
    tro_messages_clear(messages);
}

static size_t check_node(const tro_node *node, const tro_node *root, size_t seen)
{
    REQUIRE(node->place.source && node->place.line >= 1 && node->place.column >= 1);
    REQUIRE((node->kind == TRO_SCALAR) == (node->text != NULL));
    if (++seen < PATHS_UP_TO) {
        tro_text path = {0};
        tro_node_path(node, &path);
        REQUIRE(tro_node_at(root, tro_text_string(&path)) == node);
        tro_text_clear(&path);
    }
    for (size_t k = 0; k < node->count; k++) {
        REQUIRE(node->items[k]->parent == node);
        REQUIRE((node->items[k]->key != NULL) == (node->kind == TRO_MAP));
        seen = check_node(node->items[k], root, seen);
    }
    return seen;
}

/* A plain scalar of several lines has to be written in quotes. */
static void check_equal(const tro_node *a, const tro_node *b)
{
    REQUIRE(a->kind == b->kind && a->count == b->count);
    REQUIRE(!a->key || strcmp(a->key, b->key) == 0);
    if (a->kind == TRO_SCALAR) {
        REQUIRE(strcmp(a->text, b->text) == 0);
        REQUIRE(a->quoted == b->quoted || (b->quoted && strchr(a->text, '\n')));
    }
    for (size_t k = 0; k < a->count; k++)
        check_equal(a->items[k], b->items[k]);
}

static void check_writing(const tro_document *document)
{
    tro_text text = {0}, again = {0};
    tro_document *back = NULL;
    tro_messages messages = {0};
    tro_node_write(document->root, &text);
    REQUIRE(tro_document_read_text("back", text.data, text.length, &back, &messages) == TRO_OK);
    check_equal(document->root, back->root);
    tro_node_write(back->root, &again);
    REQUIRE(strcmp(text.data, again.data) == 0);
    tro_text_clear(&text);
    tro_text_clear(&again);
    tro_document_free(back);
}

static void check_params(const tro_document *document)
{
    tro_arena arena = {0};
    tro_messages messages = {0};
    tro_reader reader = {.arena = &arena, .catalog = &catalog, .messages = &messages};
    config out;
    int status = tro_read_record(&reader, document->root, &table, NULL, &out);
    REQUIRE((status == TRO_OK) == (messages.errors == 0));
    check_messages(&messages);
    tro_arena_clear(&arena);
}

static void check_document(tro_document *document)
{
    tro_document *clone = NULL;
    check_node(document->root, document->root, 0);
    check_writing(document);
    check_params(document);
    REQUIRE(tro_document_clone(document, &clone, NULL) == TRO_OK);
    check_equal(document->root, clone->root);
    tro_document_free(clone);
}

static void try_override(const uint8_t *data, size_t size)
{
    static const char base[] = "a: {b: [1, {name: x, y: 2}]}\ne: [{from: p, to: q}]\nn:\n";
    tro_document *document = NULL;
    tro_messages messages = {0};
    char *argument = calloc(size + 1, 1);
    REQUIRE(argument);
    if (size)
        memcpy(argument, data, size);
    REQUIRE(tro_document_read_text("base", base, sizeof base - 1, &document, NULL) == TRO_OK);
    int status = tro_document_set_argument(document, argument, "--set", &messages);
    REQUIRE((status == TRO_OK) == (messages.errors == 0));
    check_messages(&messages);
    check_document(document);
    tro_document_free(document);
    free(argument);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tro_document *document = NULL;
    tro_messages messages = {0};
    int status = tro_document_read_text("fuzz", (const char *)data, size, &document, &messages);
    REQUIRE((status == TRO_OK) == (document != NULL));
    REQUIRE((status == TRO_OK) == (messages.errors == (document ? document->duplicates : 0)));
    check_messages(&messages);
    if (document)
        check_document(document);
    tro_document_free(document);
    try_override(data, size);
    return 0;
}

#ifdef TRO_FUZZ_MAIN
int main(int argc, char **argv)
{
    for (int k = 1; k < argc; k++) {
        FILE *file = fopen(argv[k], "rb");
        tro_text text = {0};
        char chunk[4096];
        size_t got;
        if (!file) {
            perror(argv[k]);
            return 1;
        }
        while ((got = fread(chunk, 1, sizeof chunk, file)) > 0)
            tro_text_add_n(&text, chunk, got);
        fclose(file);
        LLVMFuzzerTestOneInput((const uint8_t *)tro_text_string(&text), text.length);
        tro_text_clear(&text);
    }
    return 0;
}
#endif
