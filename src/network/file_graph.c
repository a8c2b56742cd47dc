#include "network/file_graph.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document/compose.h"
#include "document/near_file.h"

static int no_memory(const tro_file_graph *f)
{
    return tro_error(f->messages, TRO_ENOMEM, f->place, "no memory for the network");
}

int tro_netfile_missing(const char *path, const char *why, const tro_place *place,
                        tro_messages *messages)
{
    tro_text hint = {0};
    tro_add_near_file(&hint, path, path, NULL);
    int status = tro_error(messages, TRO_EIO, place, "cannot read network file '%s': %s%s", path,
                           why, tro_text_string(&hint));
    tro_text_clear(&hint);
    return status;
}

int tro_netfile_open(tro_file_graph *f, const char *path, const tro_place *place, tro_arena *arena,
                  tro_messages *messages)
{
    char why[128];
    int status;

    *f = (tro_file_graph){.place = place, .arena = arena, .messages = messages};
    status = tro_read_whole(path, &f->text, why, sizeof why);
    if (status == TRO_EIO)
        return tro_netfile_missing(path, why, place, messages);
    if (status < 0)
        return no_memory(f);
    if (f->text.length > TRO_TEXT_LIMIT)
        return tro_error(messages, TRO_ESCENARIO, place,
                         "network file '%s' is larger than 64 MiB; a GraphML file may be", path);
    size_t mark = strncmp(tro_text_string(&f->text), "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    f->source = (tro_source){.name = tro_arena_text(arena, path),
                             .text = tro_text_string(&f->text) + mark,
                             .length = f->text.length - mark};
    if (!f->source.name)
        return no_memory(f);
    return tro_source_check(&f->source, messages);
}

int tro_netfile_mistake(tro_file_graph *f, const tro_place *place, const char *format, ...)
{
    char text[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (f->mistakes < TRO_FILE_MISTAKES)
        (void)tro_error(f->messages, TRO_ESCENARIO, place, "%s", text);
    return ++f->mistakes < TRO_FILE_MISTAKES;
}

/* --- nodes ------------------------------------------------------------------ */

static size_t *slot_of(const tro_file_graph *f, const char *name)
{
    uint64_t hash = 1469598103934665603u;   /* FNV-1a */
    size_t mask = f->slot_count - 1, at;

    for (const char *c = name; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 1099511628211u;
    for (at = (size_t)hash & mask; f->slots[at]; at = (at + 1) & mask)
        if (strcmp(f->nodes[f->slots[at] - 1].name, name) == 0)
            break;
    return &f->slots[at];
}

static int grow(tro_file_graph *f)
{
    size_t room = f->node_room ? 2 * f->node_room : 64;
    tro_file_node *nodes = tro_reallocate(f->nodes, f->node_room, room, sizeof *nodes);

    if (!nodes)
        return no_memory(f);
    f->nodes = nodes;
    f->node_room = room;
    tro_release(f->slots);
    f->slot_count = 2 * room;
    f->slots = tro_allocate(f->slot_count, sizeof *f->slots);
    if (!f->slots)
        return no_memory(f);
    for (size_t k = 0; k < f->node_count; k++)
        *slot_of(f, f->nodes[k].name) = k + 1;
    return TRO_OK;
}

int tro_netfile_node_of(tro_file_graph *f, const char *name, const tro_place *place, size_t *out,
                     int *isnew)
{
    size_t *slot;
    int status;

    if (f->node_count == f->node_room && (status = grow(f)) < 0)
        return status;
    slot = slot_of(f, name);
    if (isnew)
        *isnew = !*slot;
    if (!*slot) {
        name = tro_arena_text(f->arena, name);
        if (!name)
            return no_memory(f);
        f->mistakes += f->mistakes < TRO_FILE_MISTAKES
                       && tro_name_check(name, "", place, f->messages) < 0;
        f->nodes[f->node_count++] = (tro_file_node){.name = name};
        *slot = f->node_count;
    }
    *out = *slot - 1;
    return TRO_OK;
}

int tro_netfile_label(tro_file_graph *f, size_t node, const char *label, const tro_place *place)
{
    tro_file_node *n = &f->nodes[node];

    if (n->label)
        tro_netfile_mistake(f, place, "a second name of the node '%.80s'", n->label);
    f->labelled = 1;
    f->mistakes += f->mistakes < TRO_FILE_MISTAKES
                   && tro_name_check(label, "", place, f->messages) < 0;
    n->label = tro_arena_text(f->arena, label);
    n->labelled = *place;
    return n->label ? TRO_OK : no_memory(f);
}

int tro_netfile_group(tro_file_graph *f, size_t node, const char *group, const tro_place *place)
{
    tro_file_node *n = &f->nodes[node];

    f->grouped = 1;
    if (n->group && strcmp(n->group, group) != 0)
        tro_netfile_mistake(f, place, "node '%.80s' is in the groups '%.80s' and '%.80s', one "
                            "would be right", n->name, n->group, group);
    if (n->group)
        return TRO_OK;
    n->group = tro_arena_text(f->arena, group);
    return n->group ? TRO_OK : no_memory(f);
}

/* --- edges ------------------------------------------------------------------ */

int tro_netfile_edge_new(tro_file_graph *f, size_t from, size_t to, const tro_place *place,
                      tro_file_edge **out)
{
    if (f->edge_count == f->edge_room) {
        size_t room = f->edge_room ? 2 * f->edge_room : 64;
        tro_file_edge *edges = tro_reallocate(f->edges, f->edge_room, room, sizeof *edges);
        if (!edges)
            return no_memory(f);
        f->edges = edges;
        f->edge_room = room;
    }
    *out = &f->edges[f->edge_count++];
    **out = (tro_file_edge){.from = from, .to = to, .weight = NAN, .synthetic = NAN,
                            .curated = NAN, .delay = NAN, .place = *place};
    return TRO_OK;
}

void tro_netfile_number(tro_file_graph *f, const char *text, const char *what,
                     const tro_place *place, double *out)
{
    double value;

    if (!tro_parse_real(text, &value))
        tro_netfile_mistake(f, place, "%s is '%.80s', a number is wanted", what, text);
    else if (!(value >= 0 && isfinite(value)))
        tro_netfile_mistake(f, place, "%s is %.80s, a finite number >= 0 is wanted", what, text);
    else
        *out = value;
}

typedef struct called {
    const char *name;
    size_t node;
} called;

static const char *final_name(const tro_file_node *node)
{
    return node->label ? node->label : node->name;
}

static int compare(const void *left, const void *right)
{
    const called *a = left, *b = right;
    int order = strcmp(a->name, b->name);

    return order != 0 ? order : (a->node > b->node) - (a->node < b->node);
}

/* Of labels two can be alike; names by which the file knows nodes never are. */
static int check_labels(tro_file_graph *f)
{
    called *sorted = tro_allocate(f->node_count, sizeof *sorted);

    if (!sorted)
        return no_memory(f);
    for (size_t k = 0; k < f->node_count; k++)
        sorted[k] = (called){final_name(&f->nodes[k]), k};
    qsort(sorted, f->node_count, sizeof *sorted, compare);
    for (size_t k = 1; k < f->node_count; k++) {
        const tro_file_node *again = &f->nodes[sorted[k].node];
        if (strcmp(sorted[k - 1].name, sorted[k].name) == 0)
            tro_netfile_mistake(f, again->label ? &again->labelled : f->place,
                             "nodes %.80s and %.80s are both called '%.80s', names must differ",
                             f->nodes[sorted[k - 1].node].name, again->name, sorted[k].name);
    }
    tro_release(sorted);
    return TRO_OK;
}

/* --- the graph -------------------------------------------------------------- */

static double first_stated(double layer, double weight)
{
    return !isnan(layer) ? layer : !isnan(weight) ? weight : 1;
}

/* Said once, at the first, when others do state one. */
static void warn_missing(const tro_file_graph *f)
{
    const tro_file_edge *first = NULL;
    size_t missing = 0;

    for (size_t k = 0; k < f->edge_count; k++) {
        const tro_file_edge *e = &f->edges[k];
        if (!isnan(e->weight) || (!isnan(e->synthetic) && !isnan(e->curated)))
            continue;
        first = first ? first : e;
        missing++;
    }
    if (missing > 0 && missing < f->edge_count)
        tro_warning(f->messages, &first->place,
                    "%zu of the %zu edges state no weight and count as 1, this one first", missing,
                    f->edge_count);
}

static int make_nodes(const tro_file_graph *f, tro_graph *out)
{
    out->nodes = f->node_count;
    out->names = TRO_NEW(f->arena, const char *, f->node_count);
    if (f->grouped)
        out->groups = TRO_NEW(f->arena, const char *, f->node_count);
    if (!out->names || (f->grouped && !out->groups))
        return no_memory(f);
    for (size_t k = 0; k < f->node_count; k++) {
        out->names[k] = final_name(&f->nodes[k]);
        if (f->grouped)
            out->groups[k] = f->nodes[k].group;
    }
    return TRO_OK;
}

static int make_links(const tro_file_graph *f, tro_graph *out)
{
    size_t room = 2 * f->edge_count;

    out->links = TRO_NEW(f->arena, tro_link, room);
    if (f->judged)
        out->judges = TRO_NEW(f->arena, const char *, room);
    if (!out->links || (f->judged && !out->judges))
        return no_memory(f);
    for (size_t k = 0; k < f->edge_count; k++) {
        const tro_file_edge *e = &f->edges[k];
        tro_link link = {e->from, e->to, first_stated(e->synthetic, e->weight),
                         first_stated(e->curated, e->weight), e->delay};
        for (int back = 0; back <= (e->both && e->from != e->to); back++) {
            if (f->judged)
                out->judges[out->count] = e->judge;
            if (back)
                link = (tro_link){e->to, e->from, link.synthetic, link.curated, link.delay};
            out->links[out->count++] = link;
        }
    }
    return TRO_OK;
}

int tro_netfile_finish(tro_file_graph *f, tro_graph *out)
{
    int status = f->labelled ? check_labels(f) : TRO_OK;

    if (status == TRO_OK && f->mistakes > 0)
        status = TRO_ESCENARIO;
    memset(out, 0, sizeof *out);
    if (status == TRO_OK) {
        warn_missing(f);
        status = make_nodes(f, out);
    }
    if (status == TRO_OK)
        status = make_links(f, out);
    if (status < 0)
        memset(out, 0, sizeof *out);
    tro_netfile_release(f);
    return status;
}

void tro_netfile_release(tro_file_graph *f)
{
    tro_text_clear(&f->text);
    tro_release(f->nodes);
    tro_release(f->slots);
    tro_release(f->edges);
    f->nodes = NULL;
    f->slots = NULL;
    f->edges = NULL;
}

/* --- words ------------------------------------------------------------------ */

tro_line_words tro_line_words_begin(tro_file_graph *f)
{
    return (tro_line_words){.file = f, .line = 1};
}

static int ends(char c)
{
    return c == '\0' || c == '\n' || c == '\r';
}

int tro_line_words_next(tro_line_words *w)
{
    const char *text = w->file->source.text;
    size_t start;

    while (text[w->at] == ' ' || text[w->at] == '\t')
        w->at++;
    start = w->at;
    if (ends(text[start]))
        return 0;
    w->quoted = text[start] == '"';
    if (w->quoted) {
        for (w->at++; !ends(text[w->at]) && text[w->at] != '"'; w->at++)
            ;
    } else {
        while (!ends(text[w->at]) && text[w->at] != ' ' && text[w->at] != '\t')
            w->at++;
    }
    w->word = tro_arena_text_n(w->file->arena, text + start + (size_t)w->quoted,
                               w->at - start - (size_t)w->quoted);
    w->place = (tro_place){.source = &w->file->source, .line = w->line,
                           .column = (int)(start - w->line_start) + 1,
                           .width = (int)(w->at - start) + w->quoted};
    if (w->quoted && text[w->at] != '"')
        tro_netfile_mistake(w->file, &w->place, "a word in quotes without its closing quote");
    else if (w->quoted)
        w->at++;
    return w->word ? 1 : no_memory(w->file);
}

int tro_line_words_line(tro_line_words *w)
{
    const char *text = w->file->source.text;

    while (text[w->at] && text[w->at] != '\n')
        w->at++;
    if (!text[w->at])
        return 0;
    w->line++;
    w->line_start = ++w->at;
    return text[w->at] != '\0';
}
