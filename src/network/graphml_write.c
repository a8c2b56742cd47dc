/* Writing GraphML, by our own code so that equal graphs are equal bytes.
 * Format: Brandes et al. 2002, http://graphml.graphdrawing.org. */
#include <math.h>
#include <string.h>

#include "network/graph.h"

/* ---- text that XML can hold ---- */

/* Length in bytes of the UTF-8 sequence at `s` when it encodes a character
 * XML 1.0 allows, else 0. */
static size_t legal_character(const unsigned char *s)
{
    unsigned long code;
    size_t length;

    if (s[0] < 0x80)
        return s[0] >= 0x20 || s[0] == '\t' || s[0] == '\n' || s[0] == '\r';
    if (s[0] >= 0xc2 && s[0] <= 0xdf)
        length = 2;
    else if ((s[0] & 0xf0) == 0xe0)
        length = 3;
    else if (s[0] >= 0xf0 && s[0] <= 0xf4)
        length = 4;
    else
        return 0;
    code = s[0] & (0xffu >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (s[i] & 0x3f);
    }
    if (length == 3 && (code < 0x800 || (code >= 0xd800 && code < 0xe000) || code >= 0xfffe))
        return 0;
    if (length == 4 && (code < 0x10000 || code > 0x10ffff))
        return 0;
    return length;
}

static const char *escape_of(unsigned char c)
{
    switch (c) {
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '&': return "&amp;";
    case '"': return "&quot;";
    case '\'': return "&apos;";
    case '\t': return "&#9;";    /* written plainly these three would be normalised */
    case '\n': return "&#10;";
    case '\r': return "&#13;";
    default: return NULL;
    }
}

/* What XML cannot hold at all becomes U+FFFD, the replacement character. */
static void add_escaped(tro_text *text, const char *piece)
{
    const unsigned char *s = (const unsigned char *)piece;
    size_t plain = 0;   /* bytes in front of s that need no change */

    while (*s) {
        size_t length = legal_character(s);
        const char *escape = length == 0 ? "\xef\xbf\xbd" : escape_of(*s);
        if (!escape) {
            plain += length;
            s += length;
            continue;
        }
        tro_text_add_n(text, (const char *)s - plain, plain);
        tro_text_add(text, escape);
        plain = 0;
        s++;
    }
    tro_text_add_n(text, (const char *)s - plain, plain);
}

/* ---- keys and data ---- */

static void add_key(tro_text *text, char kind, size_t number, const char *element,
                    const char *name, int is_text)
{
    tro_text_addf(text, "  <key id=\"%c%zu\" for=\"%s\" attr.name=\"", kind, number, element);
    add_escaped(text, name);
    tro_text_addf(text, "\" attr.type=\"%s\"/>\n", is_text ? "string" : "double");
}

static void add_number(tro_text *text, char kind, size_t key, double value)
{
    char number[32];

    if (isnan(value))
        return;
    /* Infinity is what Java (Gephi) reads, and C and Python read it, too. */
    tro_text_addf(text, "<data key=\"%c%zu\">%s</data>", kind, key,
                  isfinite(value) ? tro_format_real(number, value)
                  : value > 0 ? "Infinity" : "-Infinity");
}

static void add_string(tro_text *text, char kind, size_t key, const char *value)
{
    if (!value)
        return;
    tro_text_addf(text, "<data key=\"%c%zu\">", kind, key);
    add_escaped(text, value);
    tro_text_add(text, "</data>");
}

static void add_attributes(tro_text *text, char kind, size_t first_key,
                           const tro_attribute *attributes, size_t count, size_t item)
{
    for (size_t a = 0; a < count; a++) {
        if (attributes[a].texts)
            add_string(text, kind, first_key + a, attributes[a].texts[item]);
        else
            add_number(text, kind, first_key + a, attributes[a].numbers[item]);
    }
}

/* Which of a link's own columns the file has: weight always (the mean of the
 * layers, which is what viewers draw), the layers only when they differ
 * somewhere, delay only when one is stated. */
typedef struct columns {
    int layers, delay;
    size_t first_extra;
} columns;

static columns find_columns(const tro_graph *graph)
{
    columns c = {0, 0, 1};

    for (size_t e = 0; e < graph->count; e++) {
        c.layers |= graph->links[e].synthetic != graph->links[e].curated;
        c.delay |= !isnan(graph->links[e].delay);
    }
    c.first_extra += (c.layers ? 2 : 0) + (c.delay ? 1 : 0);
    return c;
}

static void add_link(tro_text *text, const tro_link *link, const columns *c,
                     const tro_attribute *attributes, size_t count, size_t item)
{
    tro_text_addf(text, "    <edge source=\"n%zu\" target=\"n%zu\">", link->from, link->to);
    add_number(text, 'e', 0, c->layers ? 0.5 * link->synthetic + 0.5 * link->curated
                                       : link->synthetic);
    if (c->layers) {
        add_number(text, 'e', 1, link->synthetic);
        add_number(text, 'e', 2, link->curated);
    }
    if (c->delay)
        add_number(text, 'e', c->first_extra - 1, link->delay);
    add_attributes(text, 'e', c->first_extra, attributes, count, item);
    tro_text_add(text, "</edge>\n");
}

/* A second key of one name would silently win over the first when read. */
static int check_names(const tro_attribute *attributes, size_t count,
                       const char *const *reserved, tro_messages *messages)
{
    for (size_t a = 0; a < count; a++) {
        int taken = 0;
        for (size_t i = 0; reserved[i]; i++)
            taken |= strcmp(attributes[a].name, reserved[i]) == 0;
        for (size_t b = 0; b < a; b++)
            taken |= strcmp(attributes[a].name, attributes[b].name) == 0;
        if (taken)
            return tro_error(messages, TRO_EINVAL, NULL,
                             "attribute '%s' would appear twice in the network file",
                             attributes[a].name);
    }
    return TRO_OK;
}

int tro_graph_write_graphml(const tro_graph *graph, const tro_attribute *node_attributes,
                            size_t node_count, const tro_attribute *link_attributes,
                            size_t link_count, tro_text *text, tro_messages *messages)
{
    static const char *const of_nodes[] = {"name", "id", NULL};
    static const char *const of_links[] = {"weight", "synthetic", "curated", "delay", "id", NULL};
    columns c = find_columns(graph);
    size_t first = graph->names ? 1 : 0;
    int status;

    TRO_TRY(check_names(node_attributes, node_count, of_nodes, messages));
    TRO_TRY(check_names(link_attributes, link_count, of_links, messages));
    tro_text_add(text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                       "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n");
    if (graph->names)
        add_key(text, 'v', 0, "node", "name", 1);
    for (size_t a = 0; a < node_count; a++)
        add_key(text, 'v', first + a, "node", node_attributes[a].name,
                node_attributes[a].texts != NULL);
    add_key(text, 'e', 0, "edge", "weight", 0);
    for (size_t i = 1; c.layers && i < 3; i++)
        add_key(text, 'e', i, "edge", of_links[i], 0);
    if (c.delay)
        add_key(text, 'e', c.first_extra - 1, "edge", "delay", 0);
    for (size_t a = 0; a < link_count; a++)
        add_key(text, 'e', c.first_extra + a, "edge", link_attributes[a].name,
                link_attributes[a].texts != NULL);
    tro_text_add(text, "  <graph id=\"G\" edgedefault=\"directed\">\n");
    for (size_t i = 0; i < graph->nodes; i++) {
        tro_text_addf(text, "    <node id=\"n%zu\">", i);
        add_string(text, 'v', 0, graph->names ? graph->names[i] : NULL);
        add_attributes(text, 'v', first, node_attributes, node_count, i);
        tro_text_add(text, "</node>\n");
    }
    for (size_t e = 0; e < graph->count; e++)
        add_link(text, &graph->links[e], &c, link_attributes, link_count, e);
    tro_text_add(text, "  </graph>\n</graphml>\n");
    if (text->failed)
        status = tro_error(messages, TRO_ENOMEM, NULL, "no memory for the network file");
out:
    return status;
}
