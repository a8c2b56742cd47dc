/* Reading GraphML through igraph. Everything the file says is checked here:
 * igraph only knows its syntax. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "network/file_graph.h"
#include "network/graphml_places.h"
#include "network/igraph_guard.h"

/* Each mistake is reported; a file with a million of them is not. */
#define MISTAKES 20

/* What the steps share. Inside the guard from start to end. */
typedef struct reading {
    const char *path;
    const tro_place *place;
    tro_messages *messages;
    tro_igraph *use;
    const igraph_t *graph;
    tro_arena *arena;
    tro_graph *out;
    tro_graphml_places places;
    int ids;               /* the nodes have those of the file */
} reading;

static int library(const reading *r, igraph_error_t code)
{
    char what[160];

    snprintf(what, sizeof what, "igraph cannot use '%.100s'", r->path);
    return tro_igraph_status(r->use, code, what, r->place, r->messages);
}

static int no_memory(const reading *r)
{
    return tro_error(r->messages, TRO_ENOMEM, r->place, "no memory for the network of '%s'",
                     r->path);
}

/* ---- where things stand ---- */

/* With r->ids alone; NULL when out of memory. In attributes of XML libxml
 * leaves an ampersand escaped. */
static const char *id_of(const reading *r, size_t node)
{
    static const char escaped[] = "&#38;";
    char *id = tro_arena_text(r->arena, igraph_cattribute_VAS(r->graph, "id",
                                                              (igraph_integer_t)node));

    for (char *at = id ? strstr(id, escaped) : NULL; at; at = strstr(at + 1, escaped))
        memmove(at + 1, at + sizeof escaped - 1, strlen(at + sizeof escaped - 1) + 1);
    return id;
}

/* In the file when it can be told, else where the file is named. */
static tro_place node_place(const reading *r, const char *id)
{
    const tro_graphml_element *node = id ? tro_graphml_node(&r->places, id) : NULL;

    return node ? tro_graphml_place(&r->places, node) : *r->place;
}

static tro_place edge_place(const reading *r, size_t edge)
{
    if (r->places.edge_count != (size_t)igraph_ecount(r->graph))
        return *r->place;
    return tro_graphml_place(&r->places, &r->places.edges[edge]);
}

/* The type of an attribute, UNSPECIFIED when the file has none of that name. */
static int find_type(const reading *r, igraph_attribute_elemtype_t element, const char *name,
                     igraph_attribute_type_t *type)
{
    igraph_strvector_t names[3];
    igraph_vector_int_t types[3];
    igraph_error_t code;
    int made = 0, status;

    *type = IGRAPH_ATTRIBUTE_UNSPECIFIED;
    for (; made < 3; made++) {
        TRO_TRY(library(r, igraph_strvector_init(&names[made], 0)));
        code = igraph_vector_int_init(&types[made], 0);
        if (code != IGRAPH_SUCCESS)
            igraph_strvector_destroy(&names[made]);
        TRO_TRY(library(r, code));
    }
    TRO_TRY(library(r, igraph_cattribute_list(r->graph, &names[0], &types[0], &names[1],
                                              &types[1], &names[2], &types[2])));
    for (igraph_integer_t i = igraph_strvector_size(&names[element]); i-- > 0;) {
        if (strcmp(igraph_strvector_get(&names[element], i), name) == 0)
            *type = (igraph_attribute_type_t)VECTOR(types[element])[i];
    }
out:
    while (made-- > 0) {
        igraph_strvector_destroy(&names[made]);
        igraph_vector_int_destroy(&types[made]);
    }
    return status;
}

static const char *type_word(igraph_attribute_type_t type)
{
    return type == IGRAPH_ATTRIBUTE_STRING ? "string"
         : type == IGRAPH_ATTRIBUTE_BOOLEAN ? "boolean"
         : "unknown";
}

/* ---- names ---- */

static const char *name_of(const reading *r, igraph_attribute_type_t type, const char *attribute,
                           size_t node)
{
    char number[32];
    double value;

    if (type == IGRAPH_ATTRIBUTE_STRING)
        return tro_arena_text(r->arena, igraph_cattribute_VAS(r->graph, attribute,
                                                              (igraph_integer_t)node));
    value = igraph_cattribute_VAN(r->graph, attribute, (igraph_integer_t)node);
    if (fabs(value) < 1e15 && value == floor(value))
        snprintf(number, sizeof number, "%.0f", value);   /* 20 is called 20, not 2e+01 */
    else
        tro_format_real(number, value);
    return tro_arena_text(r->arena, isnan(value) ? "" : number);
}

typedef struct numbered {
    const char *name;
    size_t node;
} numbered;

static int compare_names(const void *left, const void *right)
{
    const numbered *a = left, *b = right;
    int order = strcmp(a->name, b->name);

    return order != 0 ? order : (a->node > b->node) - (a->node < b->node);
}

static int refuse_repeated(const reading *r, const numbered *first, const numbered *again)
{
    tro_place place = node_place(r, r->ids ? id_of(r, again->node) : NULL);

    return tro_error(r->messages, TRO_ESCENARIO, &place,
                     "nodes %zu and %zu of '%s' are both called '%s', names must differ",
                     first->node + 1, again->node + 1, r->path, again->name);
}

static int check_repeated(const reading *r)
{
    size_t nodes = r->out->nodes;
    numbered *sorted = tro_allocate(nodes, sizeof *sorted);
    int mistakes = 0;

    if (!sorted)
        return no_memory(r);
    for (size_t i = 0; i < nodes; i++)
        sorted[i] = (numbered){r->out->names[i], i};
    qsort(sorted, nodes, sizeof *sorted, compare_names);
    for (size_t i = 1; i < nodes && mistakes < MISTAKES; i++) {
        if (strcmp(sorted[i - 1].name, sorted[i].name) != 0)
            continue;
        mistakes++;
        (void)refuse_repeated(r, &sorted[i - 1], &sorted[i]);
    }
    tro_release(sorted);
    return mistakes > 0 ? TRO_ESCENARIO : TRO_OK;
}

/* The node's own name, or else its id; igraph does not tell an empty name from
 * none. */
static int copy_name(const reading *r, igraph_attribute_type_t type, const char *attribute,
                     size_t node)
{
    int is_id = r->ids && strcmp(attribute, "id") == 0;
    const char *name = is_id ? id_of(r, node) : name_of(r, type, attribute, node);
    char whose[160];

    if (name && name[0] == '\0' && r->ids)
        name = id_of(r, node);
    if (!name)
        return no_memory(r);
    r->out->names[node] = name;
    if (tro_name_check(name, "", NULL, NULL) == TRO_OK)
        return TRO_OK;     /* the place of every node would take too long */
    tro_place place = node_place(r, r->ids ? id_of(r, node) : NULL);
    snprintf(whose, sizeof whose, "node %zu of '%.100s': ", node + 1, r->path);
    return tro_name_check(name, whose, &place, r->messages);
}

static int copy_names(const reading *r, igraph_attribute_type_t type, const char *attribute)
{
    int mistakes = 0;

    r->out->names = TRO_NEW(r->arena, const char *, r->out->nodes);
    if (!r->out->names)
        return no_memory(r);
    for (size_t i = 0; i < r->out->nodes && mistakes < MISTAKES; i++) {
        int status = copy_name(r, type, attribute, i);
        if (status == TRO_ENOMEM)
            return status;
        mistakes += status < 0;
    }
    return mistakes > 0 ? TRO_ESCENARIO : check_repeated(r);
}

static int read_names(reading *r)
{
    const char *attribute = "name";
    igraph_attribute_type_t type;
    int status;

    TRO_TRY(find_type(r, IGRAPH_ATTRIBUTE_VERTEX, "id", &type));
    r->ids = type == IGRAPH_ATTRIBUTE_STRING;
    TRO_TRY(find_type(r, IGRAPH_ATTRIBUTE_VERTEX, attribute, &type));
    if (type == IGRAPH_ATTRIBUTE_UNSPECIFIED) {
        attribute = "id";   /* where igraph keeps the ids of the file */
        TRO_TRY(find_type(r, IGRAPH_ATTRIBUTE_VERTEX, attribute, &type));
    }
    if (type != IGRAPH_ATTRIBUTE_STRING && type != IGRAPH_ATTRIBUTE_NUMERIC)
        return tro_error(r->messages, TRO_ESCENARIO, r->place,
                         "node attribute '%s' of '%s' has type %s, names are texts or numbers",
                         attribute, r->path, type_word(type));
    status = copy_names(r, type, attribute);
out:
    return status;
}

/* The group a node states; igraph does not tell an empty one from none. */
static int read_groups(const reading *r)
{
    igraph_attribute_type_t type;
    int status = find_type(r, IGRAPH_ATTRIBUTE_VERTEX, "group", &type);

    if (status < 0 || type != IGRAPH_ATTRIBUTE_STRING)
        return status;
    r->out->groups = TRO_NEW(r->arena, const char *, r->out->nodes);
    for (size_t i = 0; r->out->groups && i < r->out->nodes; i++)
        if (!(r->out->groups[i] = name_of(r, type, "group", i)))
            return no_memory(r);
    return r->out->groups ? TRO_OK : no_memory(r);
}

/* ---- links ---- */

typedef struct column {
    const char *name;
    int present;
    igraph_vector_t values;   /* by edge, NaN where the file says nothing */
} column;

enum { WEIGHT, SYNTHETIC, CURATED, DELAY, COLUMNS };

static int read_column(const reading *r, column *c)
{
    igraph_attribute_type_t type;
    int status;

    TRO_TRY(find_type(r, IGRAPH_ATTRIBUTE_EDGE, c->name, &type));
    if (type == IGRAPH_ATTRIBUTE_UNSPECIFIED)
        return TRO_OK;
    if (type != IGRAPH_ATTRIBUTE_NUMERIC)
        return tro_error(r->messages, TRO_ESCENARIO, r->place,
                         "edge attribute '%s' of '%s' has type %s, a number is wanted (attr.type "
                         "double, float, long or int)", c->name, r->path, type_word(type));
    c->present = 1;
    TRO_TRY(library(r, igraph_cattribute_EANV(r->graph, c->name,
                                              igraph_ess_all(IGRAPH_EDGEORDER_ID), &c->values)));
out:
    return status;
}

static int check_column(const reading *r, const column *c)
{
    int mistakes = 0;

    for (size_t e = 0; c->present && e < r->out->count && mistakes < MISTAKES; e++) {
        double value = VECTOR(c->values)[e];
        char number[32];
        if (isnan(value) || (value >= 0 && isfinite(value)))
            continue;
        mistakes++;
        tro_place place = edge_place(r, e);
        (void)tro_error(r->messages, TRO_ESCENARIO, &place,
                        "edge %zu ('%s' to '%s') of '%s' has %s %s, a finite number >= 0 is wanted",
                        e + 1, r->out->names[r->out->links[e].from],
                        r->out->names[r->out->links[e].to], r->path, c->name,
                        tro_format_real(number, value));
    }
    return mistakes > 0 ? TRO_ESCENARIO : TRO_OK;
}

static double stated(const column *c, size_t e)
{
    return c->present ? VECTOR(c->values)[e] : NAN;
}

/* A layer's own weight, else the common one, else 1. */
static double layer_weight(const column *columns, int layer, size_t e, size_t *missing)
{
    double value = stated(&columns[layer], e);

    if (isnan(value))
        value = stated(&columns[WEIGHT], e);
    if (!isnan(value))
        return value;
    ++*missing;
    return 1;
}

static void fill_weights(const reading *r, const column *columns)
{
    size_t missing[2] = {0, 0}, count = r->out->count;

    for (size_t e = 0; e < count; e++) {
        tro_link *link = &r->out->links[e];
        link->synthetic = layer_weight(columns, SYNTHETIC, e, &missing[0]);
        link->curated = layer_weight(columns, CURATED, e, &missing[1]);
        link->delay = stated(&columns[DELAY], e);
    }
    for (int layer = 0; layer < 2; layer++) {
        if (missing[layer] > 0 && (columns[WEIGHT].present || columns[SYNTHETIC + layer].present))
            tro_warning(r->messages, r->place,
                        "%zu of the %zu edges of '%s' state no %s weight and count as 1",
                        missing[layer], count, r->path, columns[SYNTHETIC + layer].name);
    }
}

/* An undirected tie carries data both ways, first from the lower node number
 * to the higher (igraph does not keep the file's order), then back; a loop is
 * one link. In place, so from the end. */
static void both_directions(tro_graph *graph, size_t loops)
{
    size_t end = 2 * graph->count - loops;

    for (size_t e = graph->count; e-- > 0;) {
        tro_link up = graph->links[e], down = up;
        if (up.from > up.to) {
            up.from = down.to;
            up.to = down.from;
        } else {
            down.from = up.to;
            down.to = up.from;
        }
        if (up.from != up.to)
            graph->links[--end] = down;
        graph->links[--end] = up;
    }
    graph->count = 2 * graph->count - loops;
}

static int read_links(const reading *r)
{
    column columns[COLUMNS] = {{.name = "weight"}, {.name = "synthetic"}, {.name = "curated"},
                               {.name = "delay"}};
    size_t count = (size_t)igraph_ecount(r->graph), loops = 0;
    int made = 0, status = TRO_OK, checked = TRO_OK;

    r->out->links = TRO_NEW(r->arena, tro_link, igraph_is_directed(r->graph) ? count : 2 * count);
    if (!r->out->links)
        return no_memory(r);
    r->out->count = count;
    for (size_t e = 0; e < count; e++) {
        r->out->links[e].from = (size_t)IGRAPH_FROM(r->graph, e);
        r->out->links[e].to = (size_t)IGRAPH_TO(r->graph, e);
        loops += r->out->links[e].from == r->out->links[e].to;
    }
    for (; made < COLUMNS; made++)
        TRO_TRY(library(r, igraph_vector_init(&columns[made].values, 0)));
    for (int i = 0; i < COLUMNS; i++) {
        TRO_TRY(read_column(r, &columns[i]));
        if (check_column(r, &columns[i]) < 0)
            checked = TRO_ESCENARIO;
    }
    TRO_TRY(checked);
    fill_weights(r, columns);
    if (!igraph_is_directed(r->graph))
        both_directions(r->out, loops);
out:
    while (made-- > 0)
        igraph_vector_destroy(&columns[made].values);
    return status;
}

/* ---- the file ---- */

static int open_file(const char *path, const tro_place *place, FILE **file,
                     tro_messages *messages)
{
    struct stat about;
    char reason[128];

    /* Before opening: a pipe would wait for its writer, a device never end. */
    if (stat(path, &about) == 0 && !S_ISREG(about.st_mode))
        return tro_error(messages, TRO_EIO, place, "cannot read network file '%s': %s", path,
                         S_ISDIR(about.st_mode) ? "it is a directory" : "it is not a file");
    *file = fopen(path, "rb");
    if (!*file)
        return tro_netfile_missing(path, strerror_r(errno, reason, sizeof reason), place, messages);
    return TRO_OK;
}

/* Without places messages are less exact, and no mistake is lost but one. */
static int find_places(reading *r, FILE *file)
{
    int status = tro_graphml_places_read(file, r->path, &r->places);

    if (status == TRO_ENOMEM)
        return no_memory(r);
    if (status < 0)
        tro_graphml_places_release(&r->places);
    return TRO_OK;
}

/* igraph makes nodes of the ends that edges name and nobody declared. */
static int check_ends(reading *r, FILE *file)
{
    int status = find_places(r, file);

    if (status < 0 || r->places.edge_count != (size_t)igraph_ecount(r->graph))
        return status;
    status = tro_graphml_check(&r->places, MISTAKES, r->messages);
    return status == TRO_ENOMEM ? no_memory(r) : status;
}

/* Of a file that igraph refuses: a mistake in an element has a place. */
static int explain(reading *r, igraph_error_t code, FILE *file)
{
    int status = find_places(r, file);

    if (status == TRO_OK)
        status = tro_graphml_check(&r->places, MISTAKES, r->messages);
    if (status == TRO_ENOMEM)
        return no_memory(r);
    if (status < 0)
        return status;
    return tro_error(r->messages, TRO_ESCENARIO, r->place, "'%s' is not valid GraphML: %s",
                     r->path, r->use->reason[0] ? r->use->reason : igraph_strerror(code));
}

static int parse(reading *r, igraph_t *graph, FILE *file)
{
    igraph_error_t code = igraph_read_graph_graphml(graph, file, 0);

    if (code == IGRAPH_SUCCESS)
        return TRO_OK;
    if (ferror(file))
        return tro_error(r->messages, TRO_EIO, r->place, "cannot read network file '%s'", r->path);
    if (code == IGRAPH_ENOMEM)
        return no_memory(r);
    if (code == IGRAPH_EINVAL)   /* what 0.10 says when it met no graph */
        return tro_error(r->messages, TRO_ESCENARIO, r->place,
                         "'%s' holds no graph, a GraphML file is wanted", r->path);
    return explain(r, code, file);
}

int tro_graph_read_graphml(const char *path, const tro_place *place, tro_arena *arena,
                           tro_graph *out, tro_messages *messages)
{
    tro_igraph use;
    igraph_t graph;
    FILE *file = NULL;
    reading r = {.path = path, .place = place, .messages = messages, .use = &use,
                 .graph = &graph, .arena = arena, .out = out};
    int status;

    memset(out, 0, sizeof *out);
    status = open_file(path, place, &file, messages);
    if (status < 0)
        return status;
    tro_igraph_enter(&use, NULL);
    status = parse(&r, &graph, file);
    if (status == TRO_OK) {
        out->nodes = (size_t)igraph_vcount(&graph);
        status = check_ends(&r, file);
        if (status == TRO_OK)
            status = read_names(&r);
        if (status == TRO_OK)
            status = read_groups(&r);
        if (status == TRO_OK)
            status = read_links(&r);
        igraph_destroy(&graph);
    }
    tro_igraph_leave(&use);
    tro_graphml_places_release(&r.places);
    fclose(file);
    if (use.warnings > 1)
        tro_warning(messages, place, "igraph on '%s': %s (and %zu more)", path, use.warning,
                    use.warnings - 1);
    else if (use.warnings == 1)
        tro_warning(messages, place, "igraph on '%s': %s", path, use.warning);
    if (status < 0)
        memset(out, 0, sizeof *out);
    return status;
}
