/* What the tests of finite outcomes share: a space from its `outcomes`, laws
 * and rewards from texts, and the messages of those that are refused. */
#ifndef TRO_TABLE_SUPPORT_H
#define TRO_TABLE_SUPPORT_H

#include <unistd.h>

#include "family/table.h"
#include "support.h"

enum { CELLS = 64 };

static tro_arena arena;
static tro_messages messages;
static tro_document *documents[2];   /* of the space, and of the latest text */
static tro_space space;
static tro_lottery lottery;         /* of the space */
static tro_reader reader = {.arena = &arena, .messages = &messages};

static inline void close_all(void)
{
    tro_document_free(documents[0]);
    tro_document_free(documents[1]);
    documents[0] = documents[1] = NULL;
    tro_arena_clear(&arena);
    tro_messages_clear(&messages);
}

static inline const tro_node *node_of(const char *text, int slot)
{
    char whole[2048];
    snprintf(whole, sizeof whole, "a: %s", text);
    tro_document_free(documents[slot]);
    documents[slot] = NULL;
    ck_assert_int_eq(tro_document_read_text("test.yaml", whole, strlen(whole), &documents[slot],
                                            &messages), TRO_OK);
    return tro_node_get(documents[slot]->root, "a");
}

static inline int read_space(const char *text)
{
    tro_finite_config *config = TRO_NEW(&arena, tro_finite_config, 1);
    const tro_node *node = node_of(text, 0);
    const tro_plugin *plugin = tro_catalog_find(tro_catalog_builtin(), TRO_FAMILY,
                                                tro_node_get(node, "family")->text);
    lottery = (tro_lottery){.seed = 7, .part = "agents", .owner = "a", .key = "key"};
    space = (tro_space){.family = (const tro_family *)plugin, .config = config,
                        .lottery = &lottery};
    int status = tro_read_record(&reader, node, &plugin->table, NULL, config);
    return status < 0 ? status : space.family->prepare(&reader, node, &space);
}

/* Compares the messages and forgets them. */
static inline void assert_said(const char *expected)
{
    char buffer[4096];
    ck_assert_str_eq(tro_listed(&messages, buffer, sizeof buffer), expected);
    tro_messages_clear(&messages);
}

static inline void open_space(const char *text)
{
    close_all();
    int status = read_space(text);
    assert_said("");
    ck_assert_int_eq(status, TRO_OK);
}

static inline int read_law(const char *text, double *z)
{
    static const tro_spread some;
    const tro_spread *spread = &some;
    int status = space.family->read_law(&reader, &space, node_of(text, 1), z, &spread);
    ck_assert(status < 0 || spread == NULL);
    return status;
}

static inline const tro_reward *reward_of(const char *text)
{
    const tro_reward *reward = NULL;
    int status = space.family->read_reward(&reader, &space, node_of(text, 1), &reward);
    assert_said("");
    ck_assert_int_eq(status, TRO_OK);
    return reward;
}

/* The file x.csv beside the documents, in a folder of its own. */
static char folder[] = "/tmp/trophic-table-XXXXXX", beside[64];

static inline void write_file(const char *text)
{
    char path[64];
    snprintf(path, sizeof path, "%s/x.csv", folder);
    FILE *file = fopen(path, "w");
    ck_assert(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

/* For main: runs the tests while the folder is there. */
static inline int run_in_folder(const char *name, const TTest *const *tests, size_t count)
{
    char path[64];
    if (!mkdtemp(folder))
        return EXIT_FAILURE;
    snprintf(beside, sizeof beside, "%s/scenario.yaml", folder);
    snprintf(path, sizeof path, "%s/x.csv", folder);
    reader.beside = beside;
    int code = tro_run_tests(name, tests, count, 120);
    close_all();
    unlink(path);
    rmdir(folder);
    return code;
}

#endif
