/* A tree as YAML that reads back as the same tree.
 *
 * Block style, except for what fits on one line or is a list of scalars. A
 * scalar that stood in quotes gets them again ("5" is a text, 5 may be a
 * number); a plain one gets them only when its text would mean something else
 * (a text of several lines). */
#include <string.h>

#include "document/compose.h"

enum { FLOW_WIDTH = 76, WRAP_WIDTH = 92, IMPLICIT_KEY = 1000, BLANK_RUN = 256 };

static int is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* May this character begin a plain scalar when `next` follows? */
static int may_begin(char c, char next)
{
    if (c == '-' || c == '?' || c == ':')
        return next != '\0' && !is_blank(next);
    return c != '\0' && !is_blank(c) && !strchr(",[]{}#&*!|>'\"%@`", c);
}

/* Length of a run of UTF-8 that a YAML text must not hold as it is: control
 * characters, odd line ends, byte order marks; 0 when there is none at `at`. */
static size_t forbidden(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    if ((at[0] < 0x20 && at[0] != '\t') || at[0] == 0x7F)
        return at[0] != 0;
    if (at[0] == 0xC2 && at[1] < 0xA0)
        return 2;
    if (at[0] == 0xE2 && at[1] == 0x80 && (at[2] == 0xA8 || at[2] == 0xA9))
        return 3;
    if (at[0] == 0xEF && ((at[1] == 0xBB && at[2] == 0xBF) || (at[1] == 0xBF && at[2] >= 0xBE)))
        return 3;
    return 0;
}

static int plain_in_block(const char *text)
{
    if (!may_begin(text[0], text[1]))
        return 0;
    for (const char *c = text; *c; c++) {
        int end = c[1] == '\0';
        if (forbidden(c) || (is_blank(*c) && (end || c[1] == '#')) ||
            (*c == ':' && (end || is_blank(c[1]))))
            return 0;
    }
    return 1;
}

/* In flow style more characters end a scalar; only harmless ones pass. */
static int plain_in_flow(const char *text)
{
    return plain_in_block(text) && !strpbrk(text, ",[]{}:?#&*!|\"'%@`\\<\t") && text[0] != '=' &&
           !(text[0] == '-' && text[1] == '-');
}

static unsigned code_of(const char *text, size_t length)
{
    const unsigned char *at = (const unsigned char *)text;
    if (length == 1)
        return at[0];
    if (length == 2)
        return (at[0] & 0x1Fu) << 6 | (at[1] & 0x3Fu);
    return (at[0] & 0x0Fu) << 12 | (at[1] & 0x3Fu) << 6 | (at[2] & 0x3Fu);
}

static void add_quoted(tro_text *text, const char *value)
{
    size_t run = 0;
    tro_text_add(text, "\"");
    for (const char *c = value; *c; c++) {
        size_t odd = forbidden(c);
        run = is_blank(*c) ? run + 1 : 0;
        if (*c == '"' || *c == '\\')
            tro_text_addf(text, "\\%c", *c);
        else if (*c == '\n')
            tro_text_add(text, "\\n");
        else if (*c == '\t')
            tro_text_add(text, "\\t");
        else if (odd)
            tro_text_addf(text, "\\u%04X", code_of(c, odd));
        else if (run && run % BLANK_RUN == 0)
            tro_text_add(text, "\\x20");
        else
            tro_text_add_n(text, c, 1);
        c += odd > 1 ? odd - 1 : 0;
    }
    tro_text_add(text, "\"");
}

/* An empty plain scalar is written as nothing at all. */
static void add_scalar(tro_text *text, const tro_node *node)
{
    if (!node->quoted && (*node->text == '\0' || plain_in_block(node->text)))
        tro_text_add(text, node->text);
    else
        add_quoted(text, node->text);
}

/* At the start of a line, "---" and "..." part documents. */
static void add_key(tro_text *text, const char *key, int flow)
{
    int parts = strncmp(key, "---", 3) == 0 || strncmp(key, "...", 3) == 0;
    if (!parts && (flow ? plain_in_flow(key) : plain_in_block(key)))
        tro_text_add(text, key);
    else
        add_quoted(text, key);
}

static int is_flow_scalar(const tro_node *node)
{
    if (node->kind != TRO_SCALAR)
        return 0;
    if (node->quoted)
        return 1;
    return *node->text && (plain_in_flow(node->text) || !plain_in_block(node->text));
}

/* Lists of scalars may wrap; a map must fit on its line. */
static int fits_flow(const tro_node *node)
{
    size_t width = 2;
    for (size_t k = 0; k < node->count; k++) {
        const tro_node *child = node->items[k];
        if (!is_flow_scalar(child))
            return 0;
        width += strlen(child->text) + (child->key ? strlen(child->key) + 2 : 0) + 2;
        if (node->kind == TRO_MAP && width > FLOW_WIDTH)
            return 0;
    }
    return 1;
}

static void indent(tro_text *text, size_t columns)
{
    for (size_t k = 0; k < columns; k++)
        tro_text_add(text, " ");
}

static void add_flow(tro_text *text, const tro_node *node, size_t columns)
{
    const char *brackets = node->kind == TRO_MAP ? "{}" : "[]";
    size_t line = text->length;
    tro_text_add_n(text, brackets, 1);
    for (size_t k = 0; k < node->count; k++) {
        const tro_node *child = node->items[k];
        if (k && text->length - line + columns + strlen(child->text) > WRAP_WIDTH) {
            tro_text_add(text, ",\n");
            line = text->length;
            indent(text, columns + 2);
        } else if (k) {
            tro_text_add(text, ", ");
        }
        if (child->key) {
            add_key(text, child->key, 1);
            tro_text_add(text, ": ");
        }
        add_scalar(text, child);
    }
    tro_text_add_n(text, brackets + 1, 1);
}

static void add_block(tro_text *text, const tro_node *node, size_t columns);

/* What follows "key:" or "-" on its line, and the lines below. */
static void add_value(tro_text *text, const tro_node *node, size_t columns)
{
    int in_list = node->parent && node->parent->kind == TRO_LIST;
    if (node->kind == TRO_SCALAR) {
        if (node->quoted || *node->text)
            tro_text_add(text, " ");
        add_scalar(text, node);
        tro_text_add(text, "\n");
    } else if (fits_flow(node)) {
        tro_text_add(text, " ");
        add_flow(text, node, columns);
        tro_text_add(text, "\n");
    } else if (in_list) {
        tro_text_add(text, " ");
        add_block(text, node, columns + 2);
    } else {
        tro_text_add(text, "\n");
        indent(text, columns + 2);
        add_block(text, node, columns + 2);
    }
}

/* libyaml wants the ':' of a plain "key: value" within 1024 characters. */
static void add_block_key(tro_text *text, const char *key, size_t columns)
{
    size_t before = text->length;
    add_key(text, key, 0);
    if (text->length - before > IMPLICIT_KEY && !text->failed) {
        text->length = before;
        tro_text_add(text, "? ");
        add_key(text, key, 0);
        tro_text_add(text, "\n");
        indent(text, columns);
    }
    tro_text_add(text, ":");
}

/* The cursor stands at column `columns` already; recursion is bounded by
 * TRO_DEPTH_LIMIT. */
static void add_block(tro_text *text, const tro_node *node, size_t columns)
{
    for (size_t k = 0; k < node->count; k++) {
        if (k)
            indent(text, columns);
        if (node->kind == TRO_MAP)
            add_block_key(text, node->items[k]->key, columns);
        else
            tro_text_add(text, "-");
        add_value(text, node->items[k], columns);
    }
}

void tro_node_write(const tro_node *node, tro_text *text)
{
    if (node->kind == TRO_SCALAR) {
        add_scalar(text, node);
        tro_text_add(text, "\n");
    } else if (node->count == 0) {
        tro_text_add(text, node->kind == TRO_MAP ? "{}\n" : "[]\n");
    } else {
        add_block(text, node, 0);
    }
}
