/* What the tests of GraphML files share: reading bytes as a file. */
#ifndef TRO_TESTS_GRAPHML_SUPPORT_H
#define TRO_TESTS_GRAPHML_SUPPORT_H

#include <sys/stat.h>
#include <unistd.h>

#include "network_support.h"

static const tro_source scenario = {
    .name = "s.yaml", .text = "network: {file: x}\n", .length = 19};
static const tro_place place = {&scenario, 1, 11, 4};

static inline void read_path(outcome *o, const char *path)
{
    memset(o, 0, sizeof *o);
    o->status = tro_graph_read_graphml(path, &place, &o->arena, &o->graph, &o->messages);
    if (o->status < 0) {
        const tro_message *first = &o->messages.items[0];
        ck_assert_uint_gt(o->messages.errors, 0);
        /* in the file, at a tag; or where the scenario names it */
        if (strcmp(first->file, "s.yaml") == 0)
            ck_assert_int_eq(first->column, 11);
        else
            ck_assert(strcmp(first->file, path) == 0 && first->line > 0 &&
                      first->excerpt[first->column - 1 - first->cut] == '<');
        ck_assert_ptr_null(o->graph.links);
        ck_assert_uint_eq(o->graph.nodes + o->graph.count, 0);
    }
}

static inline void read_data(outcome *o, const char *name)
{
    const char *tests = getenv("TROPHIC_TESTS");
    char path[4096];

    snprintf(path, sizeof path, "%s/data/%s", tests ? tests : "tests", name);
    read_path(o, path);
    ck_assert_msg(o->status == TRO_OK, "%s: %s", path, o->messages.items[0].text);
}

/* A new folder to work in, and the way back. */
typedef struct elsewhere {
    char folder[32], here[4096];
} elsewhere;

/* Goes where these bytes are a file called net.graphml. */
static inline void write_bytes(elsewhere *there, const char *bytes, size_t length)
{
    FILE *file;

    strcpy(there->folder, "/tmp/trophic-graphml-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(there->folder));
    ck_assert_ptr_nonnull(getcwd(there->here, sizeof there->here));
    ck_assert_int_eq(chdir(there->folder), 0);
    file = fopen("net.graphml", "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, length, file), length);
    ck_assert_int_eq(fclose(file), 0);
}

static inline void remove_bytes(const elsewhere *there)
{
    ck_assert_int_eq(unlink("net.graphml"), 0);
    ck_assert_int_eq(chdir(there->here), 0);
    ck_assert_int_eq(rmdir(there->folder), 0);
}

static inline void read_bytes(outcome *o, const char *bytes, size_t length)
{
    elsewhere there;

    write_bytes(&there, bytes, length);
    read_path(o, "net.graphml");
    remove_bytes(&there);
}

/* A file with these keys and this inside of the graph. */
static inline void read_parts(outcome *o, const char *keys, const char *body)
{
    char text[4096];

    snprintf(text, sizeof text, "<graphml>%s<graph edgedefault=\"directed\">%s</graph></graphml>",
             keys, body);
    read_bytes(o, text, strlen(text));
}

static inline void refuse_parts(const char *keys, const char *body, const char *message)
{
    outcome o;

    read_parts(&o, keys, body);
    ck_assert_int_eq(o.status, TRO_ESCENARIO);
    ck_assert_str_eq(o.messages.items[0].text, message);
    outcome_clear(&o);
}

static inline void check_link(const tro_link *l, size_t from, size_t to, double synthetic,
                              double curated, double delay)
{
    ck_assert_uint_eq(l->from, from);
    ck_assert_uint_eq(l->to, to);
    ck_assert_double_eq(l->synthetic, synthetic);
    ck_assert_double_eq(l->curated, curated);
    ck_assert(same_real(l->delay, delay));
}

#endif
