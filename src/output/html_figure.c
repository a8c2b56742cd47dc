/* An SVG becomes part of a page. It comes from a file, so it is read with suspicion: it is
 * written anew from the elements and attributes of two lists, and everything else is left
 * out. What is not well-formed is not shown at all. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output/html.h"

enum { DEEPEST = 40, NAME_MAX_LENGTH = 32 };

static const char *const elements[] = {
    "svg", "g", "defs", "symbol", "use", "rect", "circle", "ellipse", "line", "polyline",
    "polygon", "path", "text", "tspan", "title", "desc", "clipPath", "pattern",
    "linearGradient", "radialGradient", "stop", "filter", "feFlood", "feComposite", NULL};

static const char *const attributes[] = {
    "clip-path", "clip-rule", "color", "cx", "cy", "d", "dominant-baseline", "dx", "dy", "fill",
    "fill-opacity", "fill-rule", "filter", "filterUnits", "flood-color", "flood-opacity",
    "font-family", "font-size", "font-style", "font-weight", "fx", "fy", "gradientTransform",
    "gradientUnits", "height", "href", "id", "in", "in2", "offset", "opacity", "operator",
    "patternTransform", "patternUnits", "points", "r", "result", "rx", "ry", "shape-rendering",
    "stop-color", "stop-opacity", "stroke", "stroke-dasharray", "stroke-linecap",
    "stroke-linejoin", "stroke-miterlimit", "stroke-opacity", "stroke-width", "text-anchor",
    "transform", "viewBox", "visibility", "width", "x", "x1", "x2", "xlink:href", "y", "y1",
    "y2", NULL};

typedef struct level {
    const char *name;
    size_t name_length;
    size_t start, bare;     /* of its tag in the output, and behind it */
    int kept;
} level;

typedef struct reader {
    const char *at, *end;
    tro_text *out;
    size_t number;          /* of the figure on its page */
    level levels[DEEPEST];
    size_t depth;
    double width, height;   /* of the drawing; 0: not said */
    tro_text box, title, about;
    size_t titles, abouts;  /* how many levels deep in one of them, or done */
} reader;

typedef struct piece {
    const char *text;
    size_t length;
} piece;

static int is_one_of(const char *const *list, piece name)
{
    for (; *list; list++)
        if (strlen(*list) == name.length && memcmp(*list, name.text, name.length) == 0)
            return 1;
    return 0;
}

static int is(piece name, const char *word)
{
    return strlen(word) == name.length && memcmp(word, name.text, name.length) == 0;
}

static int is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static int is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '-' || c == '_' || c == ':' || c == '.';
}

static void skip_space(reader *r)
{
    while (r->at < r->end && is_space(*r->at))
        r->at++;
}

static piece read_name(reader *r)
{
    piece name = {r->at, 0};
    while (r->at < r->end && is_name(*r->at))
        r->at++;
    name.length = (size_t)(r->at - name.text);
    return name;
}

/* --- texts -------------------------------------------------------------------------- */

/* One of XML's own entities, or a number: its code point, else 0. */
static unsigned long entity(const char *at, const char *end, size_t *length)
{
    static const struct { const char *name; unsigned long code; } known[] = {
        {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        *length = strlen(known[k].name);
        if ((size_t)(end - at) >= *length && memcmp(at, known[k].name, *length) == 0)
            return known[k].code;
    }
    const char *semicolon = memchr(at, ';', end - at < 12 ? (size_t)(end - at) : 12);
    if (!semicolon || end - at < 4 || at[1] != '#')
        return 0;
    char *stop;
    int hex = at[2] == 'x';
    unsigned long code = strtoul(at + 2 + hex, &stop, hex ? 16 : 10);
    *length = (size_t)(semicolon + 1 - at);
    return stop == semicolon && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? code : 0;
}

static void add_code(tro_text *out, unsigned long code)
{
    char bytes[5] = {0};
    if (code < 0x80) {
        bytes[0] = (char)code;
    } else if (code < 0x800) {
        bytes[0] = (char)(0xc0 | code >> 6);
        bytes[1] = (char)(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        bytes[0] = (char)(0xe0 | code >> 12);
        bytes[1] = (char)(0x80 | (code >> 6 & 0x3f));
        bytes[2] = (char)(0x80 | (code & 0x3f));
    } else {
        bytes[0] = (char)(0xf0 | code >> 18);
        bytes[1] = (char)(0x80 | (code >> 12 & 0x3f));
        bytes[2] = (char)(0x80 | (code >> 6 & 0x3f));
        bytes[3] = (char)(0x80 | (code & 0x3f));
    }
    tro_text_add(out, bytes);
}

/* What an XML text says; 0 when it is none. */
static int unescape(piece raw, tro_text *out)
{
    const char *end = raw.text + raw.length;
    for (const char *at = raw.text; at < end;) {
        size_t length = 1;
        if (*at == '<')
            return 0;
        if (*at == '&') {
            unsigned long code = entity(at, end, &length);
            if (code == 0)
                return 0;
            add_code(out, code);
        } else {
            tro_text_add_n(out, at, 1);
        }
        at += length;
    }
    return 1;
}

/* --- attributes --------------------------------------------------------------------- */

static void add_attribute(reader *r, piece name, const char *before, const char *value)
{
    tro_text_add(r->out, " ");
    tro_text_add_n(r->out, name.text, name.length);
    tro_text_add(r->out, "=\"");
    if (before)
        tro_text_addf(r->out, before, r->number);
    tro_html_escape(r->out, value);
    tro_text_add(r->out, "\"");
}

/* Identifiers get the number of the figure in front, and so do references to them; other
 * references are left out. */
static void keep_attribute(reader *r, piece name, const char *value)
{
    static const piece href = {"href", 4};
    if (is(name, "href") || is(name, "xlink:href")) {
        if (value[0] == '#')
            add_attribute(r, href, "#f%zu-", value + 1);
    } else if (is(name, "id") || is(name, "result") || is(name, "in") || is(name, "in2")) {
        add_attribute(r, name, is(name, "id") ? "f%zu-" : NULL, value);
    } else if (strstr(value, "url(")) {
        if (strncmp(value, "url(#", 5) == 0 && !strstr(value + 5, "url("))
            add_attribute(r, name, "url(#f%zu-", value + 5);
    } else {
        add_attribute(r, name, NULL, value);
    }
}

/* Sizes of the drawing are taken, not kept: the page decides how large it is. */
static int take_root(reader *r, piece name, const char *value)
{
    double number;
    char *stop;
    if (is(name, "viewBox")) {
        r->box.length = 0;
        tro_text_add(&r->box, value);
        return 1;
    }
    if (!is(name, "width") && !is(name, "height"))
        return 0;
    number = strtod(value, &stop);
    if (stop == value || !(number > 0 && number < 1e5))
        number = 0;
    *(is(name, "width") ? &r->width : &r->height) = number;
    return 1;
}

/* name = "value"; 0 when it is not that. */
static int read_attribute(reader *r, int kept)
{
    piece name = read_name(r), raw;
    tro_text value = {0};
    skip_space(r);
    if (name.length == 0 || r->at >= r->end || *r->at++ != '=')
        return 0;
    skip_space(r);
    if (r->at >= r->end || (*r->at != '"' && *r->at != '\''))
        return 0;
    raw.text = r->at + 1;
    const char *close = memchr(raw.text, *r->at, (size_t)(r->end - raw.text));
    if (!close)
        return 0;
    raw.length = (size_t)(close - raw.text);
    r->at = close + 1;
    int fine = unescape(raw, &value);
    if (fine && kept && !(r->depth == 1 && take_root(r, name, tro_text_string(&value))) &&
        is_one_of(attributes, name))
        keep_attribute(r, name, tro_text_string(&value));
    tro_text_clear(&value);
    return fine;
}

/* --- elements ------------------------------------------------------------------------ */

static int below_kept(const reader *r)
{
    return r->depth == 0 || r->levels[r->depth - 1].kept;
}

/* The title and the description of the whole are taken apart; those of its parts say how
 * it was drawn. */
static tro_text *aside(reader *r)
{
    const level *top = &r->levels[r->depth - 1];
    piece name = {top->name, top->name_length};
    if (r->depth != 2)
        return NULL;
    return is(name, "title") ? &r->title : is(name, "desc") ? &r->about : NULL;
}

static int close_element(reader *r)
{
    const level *top = &r->levels[--r->depth];
    piece name = {top->name, top->name_length};
    if (!top->kept)
        return 1;
    if (r->out->length == top->bare && is(name, "g")) {
        r->out->length = top->start;
        if (r->out->data)
            r->out->data[top->start] = '\0';
        return 1;
    }
    tro_text_addf(r->out, "</%.*s>", (int)name.length, name.text);
    return 1;
}

static int open_element(reader *r)
{
    piece name = read_name(r);
    if (name.length == 0 || name.length > NAME_MAX_LENGTH || r->depth == DEEPEST ||
        (r->depth == 0 && (!is(name, "svg") || r->out->length > 0)))
        return 0;
    level *top = &r->levels[r->depth];
    *top = (level){.name = name.text, .name_length = name.length, .start = r->out->length};
    top->kept = below_kept(r) && is_one_of(elements, name) && !is(name, "title") &&
                !is(name, "desc") && (r->depth == 0 || !is(name, "svg"));
    r->depth++;
    if (top->kept)
        tro_text_addf(r->out, "<%.*s", (int)name.length, name.text);
    for (skip_space(r); r->at < r->end && *r->at != '>' && *r->at != '/'; skip_space(r))
        if (!read_attribute(r, top->kept))
            return 0;
    int ends = r->at < r->end && *r->at == '/';
    r->at += ends;
    if (r->at >= r->end || *r->at++ != '>')
        return 0;
    if (top->kept)
        tro_text_add(r->out, ends ? "/>" : ">");
    top->bare = r->out->length;
    r->depth -= (size_t)ends;
    return 1;
}

/* Behind "</". */
static int end_element(reader *r)
{
    piece name = read_name(r);
    skip_space(r);
    if (r->depth == 0 || r->at >= r->end || *r->at++ != '>')
        return 0;
    const level *top = &r->levels[r->depth - 1];
    if (top->name_length != name.length || memcmp(top->name, name.text, name.length) != 0)
        return 0;
    return close_element(r);
}

/* Comments, declarations and instructions go. */
static int skip_to(reader *r, const char *mark)
{
    size_t length = strlen(mark);
    for (; (size_t)(r->end - r->at) >= length; r->at++)
        if (memcmp(r->at, mark, length) == 0) {
            r->at += length;
            return 1;
        }
    return 0;
}

static int starts(const reader *r, const char *mark)
{
    size_t length = strlen(mark);
    return (size_t)(r->end - r->at) >= length && memcmp(r->at, mark, length) == 0;
}

static int read_text(reader *r)
{
    piece raw = {r->at, 0};
    int blank = 1;
    tro_text text = {0};
    for (; r->at < r->end && *r->at != '<'; r->at++)
        blank = blank && is_space(*r->at);
    raw.length = (size_t)(r->at - raw.text);
    if (blank && (r->depth == 0 || r->levels[r->depth - 1].name[0] != 't'))
        return 1;
    if (r->depth == 0)
        return 0;
    int fine = unescape(raw, &text);
    tro_text *to = aside(r);
    if (fine && to)
        tro_text_add(to, tro_text_string(&text));
    else if (fine && below_kept(r))
        tro_html_escape(r->out, tro_text_string(&text));
    tro_text_clear(&text);
    return fine;
}

static int read_markup(reader *r)
{
    if (starts(r, "<!--"))
        return skip_to(r, "-->");
    if (starts(r, "<?"))
        return skip_to(r, "?>");
    if (starts(r, "<!"))
        return 0;                  /* a document type can define entities */
    r->at++;
    if (r->at < r->end && *r->at == '/') {
        r->at++;
        return end_element(r);
    }
    return open_element(r);
}

static int read_all(reader *r)
{
    while (r->at < r->end)
        if (!(*r->at == '<' ? read_markup(r) : read_text(r)))
            return 0;
    return r->depth == 0 && r->out->length > 0 && r->width > 0 && r->height > 0;
}

/* --- the figure ---------------------------------------------------------------------- */

/* A figure of one panel is whole on a phone, with words of 6 to 7 pixels; a wider one never so
 * small that its words cannot be read: then it moves inside its box. */
static void add_frame(tro_text *out, const reader *r, const char *drawing)
{
    const char *title = tro_text_string(&r->title), *about = tro_text_string(&r->about);
    tro_text_addf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" "
                       "aria-labelledby=\"f%zu-title f%zu-desc\" viewBox=\"", r->number,
                  r->number);
    if (r->box.length > 0)
        tro_html_escape(out, tro_text_string(&r->box));
    else
        tro_text_addf(out, "0 0 %.0f %.0f", r->width, r->height);
    tro_text_addf(out, "\" style=\"width:100%%;max-width:%.0fpx;min-width:%.0fpx\">\n", r->width,
                  r->width * 0.58);
    tro_text_addf(out, "<title id=\"f%zu-title\">", r->number);
    tro_html_escape(out, title);
    tro_text_addf(out, "</title>\n<desc id=\"f%zu-desc\">", r->number);
    tro_html_escape(out, about);
    tro_text_add(out, "</desc>\n");
    tro_text_add(out, strchr(drawing, '>') + 1);
    tro_text_add(out, "\n");
}

static void add_caption(tro_text *out, const reader *r, const char *caption)
{
    tro_text_add(out, "<figcaption>");
    tro_html_escape(out, caption);
    if (r->about.length > 0) {
        tro_text_add(out, "<details><summary>What it shows, in words</summary><p>");
        tro_html_escape(out, tro_text_string(&r->about));
        tro_text_add(out, "</p></details>");
    }
    tro_text_add(out, "</figcaption></figure>\n");
}

int tro_html_figure(tro_html *page, const char *svg, size_t length, const char *caption)
{
    tro_text drawing = {0};
    reader r = {.at = svg, .end = svg + length, .out = &drawing, .number = page->figures + 1};
    int fine = read_all(&r);
    page->failed |= drawing.failed || r.title.failed || r.about.failed || r.box.failed;
    if (fine && !page->failed) {
        if (r.title.length == 0)
            tro_text_add(&r.title, caption);
        page->figures++;
        tro_text_addf(&page->body, "<figure><div class=\"box\" tabindex=\"0\" role=\"region\" "
                                   "aria-labelledby=\"f%zu-title\">\n", r.number);
        add_frame(&page->body, &r, tro_text_string(&drawing));
        tro_text_add(&page->body, "</div>");
        add_caption(&page->body, &r, caption);
    }
    tro_text_clear(&drawing);
    tro_text_clear(&r.box);
    tro_text_clear(&r.title);
    tro_text_clear(&r.about);
    return fine;
}
