/* GML (Himsolt 1997): graph [ directed 1 node [ id 1 label "a" ] edge [ source 1
 * target 2 weight 0.5 ] ]. Read here and not by igraph, so that every mistake
 * has its place. Of other keys and lists nothing is kept. */
#include <stdio.h>
#include <string.h>

#include "network/file_graph.h"
#include "network/readers.h"

enum { DEEPEST = 32 };

typedef enum kind { END, KEY, NUMBER, TEXT, OPEN, CLOSE } kind;

typedef struct gml {
    tro_file_graph *file;
    size_t at, line_start;
    int line;
    kind kind;             /* of the latest token */
    const char *text;
    tro_place place;
    int directed;
} gml;

static int fail(gml *g, const char *wanted)
{
    if (g->kind == END)
        return tro_error(g->file->messages, TRO_ESCENARIO, &g->place,
                         "the file ends where %s is wanted", wanted);
    return tro_error(g->file->messages, TRO_ESCENARIO, &g->place, "found '%.*s' where %s is wanted",
                     tro_shown(g->text, 80), g->text, wanted);
}

static void skip_blanks(gml *g)
{
    const char *s = g->file->source.text;

    for (;; g->at++) {
        if (s[g->at] == '#' && g->at == g->line_start)
            while (s[g->at] && s[g->at] != '\n')
                g->at++;
        if (!s[g->at] || !strchr(" \t\r\n", s[g->at]))
            return;
        if (s[g->at] == '\n') {
            g->line++;
            g->line_start = g->at + 1;
        }
    }
}

static int keep(gml *g, size_t start, size_t length)
{
    g->text = tro_arena_text_n(g->file->arena, g->file->source.text + start, length);
    g->place.width = (int)length;
    return g->text ? TRO_OK : TRO_ENOMEM;
}

/* To the closing quote; lines may end inside. */
static int read_text(gml *g)
{
    const char *s = g->file->source.text;
    size_t start = ++g->at;

    for (; s[g->at] && s[g->at] != '"'; g->at++)
        if (s[g->at] == '\n') {
            g->line++;
            g->line_start = g->at + 1;
        }
    if (!s[g->at])
        return tro_error(g->file->messages, TRO_ESCENARIO, &g->place,
                         "a text without its closing quote");
    g->at++;
    return keep(g, start, g->at - 1 - start);
}

static int next(gml *g)
{
    const char *s = g->file->source.text;
    size_t start;

    skip_blanks(g);
    start = g->at;
    g->place = (tro_place){.source = &g->file->source, .line = g->line,
                           .column = (int)(start - g->line_start) + 1, .width = 1};
    g->text = "";
    if (!s[start]) {
        g->kind = END;
        return TRO_OK;
    }
    if (s[start] == '[' || s[start] == ']') {
        g->kind = s[start] == '[' ? OPEN : CLOSE;
        g->at++;
        return keep(g, start, 1);
    }
    if (s[start] == '"') {
        g->kind = TEXT;
        return read_text(g);
    }
    while (s[g->at] && !strchr(" \t\r\n[]\"", s[g->at]))
        g->at++;
    g->kind = strchr("+-.0123456789", s[start]) ? NUMBER : KEY;
    return keep(g, start, g->at - start);
}

/* A list of keys: take is given each key, and reads its value. */
typedef int taker(gml *g, const char *key, const tro_place *place, void *into);

/* Behind its '['. */
static int read_rest(gml *g, taker *take, void *into)
{
    int status;

    for (;;) {
        TRO_TRY(next(g));
        if (g->kind == CLOSE)
            return TRO_OK;
        if (g->kind != KEY)
            return fail(g, "a key or ']'");
        tro_place place = g->place;
        TRO_TRY(take(g, g->text, &place, into));
    }
out:
    return status;
}

static int read_list(gml *g, taker *take, void *into)
{
    int status = next(g);

    if (status < 0)
        return status;
    return g->kind == OPEN ? read_rest(g, take, into) : fail(g, "a list in [ ]");
}

/* The value of a key of which nothing is kept; `depth` lists are open. */
static int take_nothing(gml *g, const char *key, const tro_place *place, void *into)
{
    int *depth = into, status = next(g);

    (void)key;
    (void)place;
    if (status < 0 || g->kind == NUMBER || g->kind == TEXT)
        return status;
    if (g->kind != OPEN)
        return fail(g, "a value");
    if (++*depth > DEEPEST)
        return tro_error(g->file->messages, TRO_ESCENARIO, &g->place,
                         "lists in more than %d lists", DEEPEST);
    status = read_rest(g, take_nothing, into);
    --*depth;
    return status;
}

static int skip_value(gml *g)
{
    int depth = 0;

    return take_nothing(g, NULL, NULL, &depth);
}

static int read_scalar(gml *g, const char **out, tro_place *place)
{
    int status = next(g);

    if (status < 0)
        return status;
    if (g->kind != NUMBER && g->kind != TEXT)
        return fail(g, "a number or a text");
    *out = g->text;
    *place = g->place;
    return TRO_OK;
}

typedef struct fields {
    const char *id, *label, *group, *weight, *synthetic, *curated, *delay, *source, *target,
        *judge;
    tro_place at[10];
} fields;

static int take_field(gml *g, const char *key, const tro_place *place, void *into)
{
    static const char *const keys[] = {"id", "label", "group", "weight", "synthetic", "curated",
                                       "delay", "source", "target", "judge"};
    fields *f = into;
    const char **const slots[] = {&f->id, &f->label, &f->group, &f->weight, &f->synthetic,
                                  &f->curated, &f->delay, &f->source, &f->target, &f->judge};

    for (size_t k = 0; k < 10; k++) {
        if (strcmp(key, keys[k]) != 0)
            continue;
        if (*slots[k])
            tro_netfile_mistake(g->file, place, "a second '%s'", key);
        return read_scalar(g, slots[k], &f->at[k]);
    }
    return skip_value(g);
}

/* Nodes are known by their id until all are read, then by their label. */
static int take_node(gml *g, const tro_place *place)
{
    fields f = {0};
    size_t node;
    int status, isnew;

    TRO_TRY(read_list(g, take_field, &f));
    if (!f.id) {
        tro_netfile_mistake(g->file, place, "a node without an id");
        return TRO_OK;
    }
    TRO_TRY(tro_netfile_node_of(g->file, f.id, &f.at[0], &node, &isnew));
    if (!isnew)
        tro_netfile_mistake(g->file, &f.at[0], "a second node with the id %.80s", f.id);
    if (f.group)
        TRO_TRY(tro_netfile_group(g->file, node, f.group, &f.at[2]));
    if (f.label && isnew)
        status = tro_netfile_label(g->file, node, f.label, &f.at[1]);
out:
    return status;
}

static int take_edge(gml *g, const tro_place *place)
{
    fields f = {0};
    tro_file_edge *edge;
    size_t ends[2];
    int status, isnew[2];

    TRO_TRY(read_list(g, take_field, &f));
    if (!f.source || !f.target) {
        tro_netfile_mistake(g->file, place, "an edge without a %s", f.source ? "target" : "source");
        return TRO_OK;
    }
    TRO_TRY(tro_netfile_node_of(g->file, f.source, &f.at[7], &ends[0], &isnew[0]));
    TRO_TRY(tro_netfile_node_of(g->file, f.target, &f.at[8], &ends[1], &isnew[1]));
    if (isnew[0] || isnew[1])
        tro_netfile_mistake(g->file, &f.at[isnew[0] ? 7 : 8],
                            "no node has the id %.80s; nodes stand before edges",
                            isnew[0] ? f.source : f.target);
    TRO_TRY(tro_netfile_edge_new(g->file, ends[0], ends[1], place, &edge));
    edge->judge = f.judge;
    g->file->judged |= f.judge != NULL;
    if (f.weight)
        tro_netfile_number(g->file, f.weight, "weight", &f.at[3], &edge->weight);
    if (f.synthetic)
        tro_netfile_number(g->file, f.synthetic, "synthetic", &f.at[4], &edge->synthetic);
    if (f.curated)
        tro_netfile_number(g->file, f.curated, "curated", &f.at[5], &edge->curated);
    if (f.delay)
        tro_netfile_number(g->file, f.delay, "delay", &f.at[6], &edge->delay);
out:
    return status;
}

static int take_graph(gml *g, const char *key, const tro_place *place, void *into)
{
    const char *text = "";
    tro_place at;
    int status;

    (void)into;
    if (g->file->mistakes >= TRO_FILE_MISTAKES)
        return TRO_ESCENARIO;
    if (strcmp(key, "node") == 0)
        return take_node(g, place);
    if (strcmp(key, "edge") == 0)
        return take_edge(g, place);
    if (strcmp(key, "directed") != 0)
        return skip_value(g);
    status = read_scalar(g, &text, &at);
    if (status == TRO_OK && strcmp(text, "0") != 0 && strcmp(text, "1") != 0)
        tro_netfile_mistake(g->file, &at, "directed is '%.80s', 0 or 1 is wanted", text);
    else if (status == TRO_OK)
        g->directed = text[0] == '1';
    return status;
}

static int read_file(gml *g)
{
    int status, graphs = 0;

    for (;;) {
        TRO_TRY(next(g));
        if (g->kind == END)
            break;
        if (g->kind != KEY)
            return fail(g, "a key");
        if (strcmp(g->text, "graph") != 0)
            TRO_TRY(skip_value(g));
        else if (graphs++)
            return tro_error(g->file->messages, TRO_ESCENARIO, &g->place, "a second graph");
        else
            TRO_TRY(read_list(g, take_graph, NULL));
    }
    if (graphs == 0)
        return fail(g, "'graph [ ... ]'");
    for (size_t k = 0; k < g->file->edge_count; k++)
        g->file->edges[k].both = !g->directed;
out:
    return status;
}

int tro_graph_read_gml(const char *path, const tro_place *place, tro_arena *arena, tro_graph *out,
                       tro_messages *messages)
{
    tro_file_graph f;
    gml g = {.file = &f, .line = 1};
    int status;

    TRO_TRY(tro_netfile_open(&f, path, place, arena, messages));
    TRO_TRY(read_file(&g));
    return tro_netfile_finish(&f, out);
out:
    tro_netfile_release(&f);
    return status;
}
