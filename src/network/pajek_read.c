/* Pajek: *Vertices N, then lines `number "name" ...`; *Arcs are directed and
 * *Edges are not, lines `from to [weight]`; *Arcslist and *Edgeslist have lines
 * `from to to ...`; *Partition has a line for each vertex, its group. Read here
 * and not by igraph, so that every mistake has its place. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "network/file_graph.h"
#include "network/readers.h"

enum { MOST_VERTICES = 10000000 };

typedef enum section { NOWHERE, VERTICES, ARCS, EDGES, ARCS_LIST, EDGES_LIST, PARTITION, OTHER }
    section;

typedef struct pajek {
    tro_line_words w;
    section section;
    size_t vertices, row;      /* row: of a partition */
} pajek;

static int number_of(pajek *p, size_t *out)
{
    long long value;

    if (tro_parse_whole(p->w.word, &value) && value >= 1 && (size_t)value <= p->vertices) {
        *out = (size_t)value - 1;
        return 1;
    }
    tro_netfile_mistake(p->w.file, &p->w.place, "vertex '%.80s', a number from 1 to %zu is wanted",
                     p->w.word, p->vertices);
    return 0;
}

/* Vertices are called by their numbers until a line names them. */
static int add_vertices(pajek *p)
{
    tro_place place = p->w.place;
    long long count;
    int status = tro_line_words_next(&p->w);

    if (status < 0)
        return status;
    if (p->vertices > 0 || status == 0 || !tro_parse_whole(p->w.word, &count) || count < 1 ||
        count > MOST_VERTICES)
        return tro_error(p->w.file->messages, TRO_ESCENARIO, status ? &p->w.place : &place,
                         "*Vertices is followed, once, by their number, at most %d",
                         MOST_VERTICES);
    p->vertices = (size_t)count;
    for (size_t k = 0; k < p->vertices; k++) {
        char name[24];
        size_t node;
        snprintf(name, sizeof name, "%zu", k + 1);
        status = tro_netfile_node_of(p->w.file, name, &p->w.place, &node, NULL);
        if (status < 0)
            return status;
    }
    return TRO_OK;
}

static int begin_section(pajek *p)
{
    static const struct { const char *word; section section; } words[] = {
        {"*vertices", VERTICES}, {"*arcs", ARCS}, {"*edges", EDGES}, {"*arcslist", ARCS_LIST},
        {"*edgeslist", EDGES_LIST}, {"*partition", PARTITION}, {"*network", OTHER}};

    for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
        if (strcasecmp(p->w.word, words[k].word) != 0)
            continue;
        p->section = words[k].section;
        p->row = 0;
        if (p->section == VERTICES)
            return add_vertices(p);
        if (p->section != OTHER && p->vertices == 0)
            return tro_error(p->w.file->messages, TRO_ESCENARIO, &p->w.place,
                             "'%s' before *Vertices", p->w.word);
        return TRO_OK;
    }
    return tro_error(p->w.file->messages, TRO_ESCENARIO, &p->w.place,
                     "no section '%.80s': there are *Vertices, *Arcs, *Edges, *Arcslist, "
                     "*Edgeslist and *Partition", p->w.word);
}

static int read_vertex(pajek *p)
{
    size_t node;
    int status;

    if (!number_of(p, &node))
        return TRO_OK;
    status = tro_line_words_next(&p->w);
    return status == 1 ? tro_netfile_label(p->w.file, node, p->w.word, &p->w.place) : status;
}

static int read_edge(pajek *p)
{
    int list = p->section == ARCS_LIST || p->section == EDGES_LIST, status, count = 0;
    tro_place place = p->w.place;
    size_t from, to;

    if (!number_of(p, &from))
        return TRO_OK;
    while ((status = tro_line_words_next(&p->w)) == 1) {
        tro_file_edge *edge;
        if (!number_of(p, &to))
            return TRO_OK;
        count++;
        TRO_TRY(tro_netfile_edge_new(p->w.file, from, to, &place, &edge));
        edge->both = p->section == EDGES || p->section == EDGES_LIST;
        if (list)
            continue;
        status = tro_line_words_next(&p->w);
        if (status == 1)
            tro_netfile_number(p->w.file, p->w.word, "the weight", &p->w.place, &edge->weight);
        return status < 0 ? status : TRO_OK;   /* colours and the like may follow */
    }
    if (status == 0 && count == 0)
        tro_netfile_mistake(p->w.file, &place, "an edge without its other end");
out:
    return status;
}

static int read_line(pajek *p)
{
    int status = tro_line_words_next(&p->w);

    if (status != 1 || (!p->w.quoted && p->w.word[0] == '%'))
        return status < 0 ? status : TRO_OK;
    if (p->w.word[0] == '*' && !p->w.quoted)
        return begin_section(p);
    if (p->section == VERTICES)
        return read_vertex(p);
    if (p->section == PARTITION && p->row < p->vertices)
        return tro_netfile_group(p->w.file, p->row++, p->w.word, &p->w.place);
    if (p->section == OTHER)
        return TRO_OK;
    if (p->section == NOWHERE || p->section == PARTITION)
        return tro_error(p->w.file->messages, TRO_ESCENARIO, &p->w.place,
                         p->section == NOWHERE ? "a line before *Vertices"
                                               : "more lines than there are vertices");
    return read_edge(p);
}

int tro_graph_read_pajek(const char *path, const tro_place *place, tro_arena *arena,
                         tro_graph *out, tro_messages *messages)
{
    tro_file_graph f;
    pajek p = {0};
    int status, more = 1;

    TRO_TRY(tro_netfile_open(&f, path, place, arena, messages));
    for (p.w = tro_line_words_begin(&f); more && f.mistakes < TRO_FILE_MISTAKES;
         more = tro_line_words_line(&p.w))
        TRO_TRY(read_line(&p));
    if (p.vertices == 0) {
        status = tro_error(messages, TRO_ESCENARIO, place,
                           "'%s' has no line '*Vertices', as a Pajek file must", path);
        goto out;
    }
    return tro_netfile_finish(&f, out);
out:
    tro_netfile_release(&f);
    return status;
}
