#include "output/html.h"

#include <math.h>
#include <string.h>

#include "output/utf8.h"

enum { NAME_HEAD = 48, NAME_TAIL = 24 };

/* --- texts ---------------------------------------------------------------------- */

/* Code points that XML forbids, and those that turn the direction of the text behind them. */
static int forbidden(uint32_t code)
{
    return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) ||
           (code < 0x20 && code != '\t' && code != '\n') || (code >= 0x7f && code < 0xa0) ||
           (code & 0xfffe) == 0xfffe || (code >= 0xfdd0 && code <= 0xfdef);
}

void tro_html_escape(tro_text *out, const char *words)
{
    const char *at = words ? words : "";
    while (*at) {
        uint32_t code;
        size_t bytes = tro_utf8_next(at, &code);
        if (code == '&')
            tro_text_add(out, "&amp;");
        else if (code == '<')
            tro_text_add(out, "&lt;");
        else if (code == '>')
            tro_text_add(out, "&gt;");
        else if (code == '"')
            tro_text_add(out, "&quot;");
        else if (code == '\'')
            tro_text_add(out, "&#39;");
        else if (code == 0xfffd || forbidden(code))
            tro_text_add(out, "\xEF\xBF\xBD");
        else
            tro_text_add_n(out, at, bytes);
        at += bytes;
    }
}

static void add_power(tro_text *text, const char *exponent)
{
    static const char *const raised[] = {"\u2070", "\u00b9", "\u00b2", "\u00b3", "\u2074",
                                         "\u2075", "\u2076", "\u2077", "\u2078", "\u2079"};
    tro_text_add(text, "\u00a0\u00d7\u00a010");
    for (const char *c = exponent; *c; c++) {
        if (*c == '-')
            tro_text_add(text, "\u207b");
        else if (*c >= '0' && *c <= '9' && !(*c == '0' && (c[-1] < '0' || c[-1] > '9') && c[1]))
            tro_text_add(text, raised[*c - '0']);
    }
}

void tro_html_add_number(tro_text *text, double value, int digits)
{
    char number[32];
    if (isnan(value)) {
        tro_text_add(text, "\u2013");
        return;
    }
    if (isinf(value)) {
        tro_text_add(text, value < 0 ? "\u2212\u221e" : "\u221e");
        return;
    }
    tro_format_short(number, value, digits);
    for (const char *c = number; *c; c++) {
        if (*c == 'e') {
            add_power(text, c + 1);
            return;
        }
        if (*c == '-')
            tro_text_add(text, "\u2212");
        else
            tro_text_add_n(text, c, 1);
    }
}

static size_t characters(const char *name)
{
    size_t count = 0;
    uint32_t code;
    for (; *name; count++)
        name += tro_utf8_next(name, &code);
    return count;
}

static const char *skip(const char *name, size_t count)
{
    uint32_t code;
    while (count-- > 0 && *name)
        name += tro_utf8_next(name, &code);
    return name;
}

void tro_html_add_name(tro_text *text, const char *name)
{
    size_t count = characters(name);
    if (count <= NAME_HEAD + NAME_TAIL + 1) {
        tro_text_add(text, name);
        return;
    }
    tro_text_add_n(text, name, (size_t)(skip(name, NAME_HEAD) - name));
    tro_text_add(text, "\u2026");
    tro_text_add(text, skip(name, count - NAME_TAIL));
}

/* --- structure -------------------------------------------------------------------- */

/* <tag class="tone">words</tag> */
static void add_element(tro_text *out, const char *tag, const char *class_name,
                        const char *words)
{
    tro_text_addf(out, class_name ? "<%s class=\"%s\">" : "<%s>", tag, class_name);
    tro_html_escape(out, words);
    tro_text_addf(out, "</%s>", tag);
}

void tro_html_title(tro_html *page, const char *title, const char *lead)
{
    tro_html_escape(&page->title, title);
    add_element(&page->head, "h1", NULL, title);
    tro_text_add(&page->head, "\n");
    add_element(&page->head, "p", "lead", lead);
    tro_text_add(&page->head, "\n");
}

void tro_html_mark(tro_html *page, const char *words, const char *tone)
{
    tro_text_add(&page->head, "<p>");
    tro_text_addf(&page->head, "<span class=\"mark %s\">", tone);
    tro_html_escape(&page->head, words);
    tro_text_add(&page->head, "</span></p>\n");
}

static void end_section(tro_html *page)
{
    if (page->in_section)
        tro_text_add(&page->body, "</section>\n");
    page->in_section = 0;
}

void tro_html_section(tro_html *page, const char *id, const char *heading)
{
    end_section(page);
    tro_text_addf(&page->contents, "<li><a href=\"#%s\">", id);
    tro_html_escape(&page->contents, heading);
    tro_text_add(&page->contents, "</a></li>\n");
    tro_text_addf(&page->body, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">", id, id);
    tro_html_escape(&page->body, heading);
    tro_text_add(&page->body, "</h2>\n");
    page->in_section = 1;
}

static void add_line(tro_html *page, const char *tag, const char *class_name, const char *words)
{
    add_element(&page->body, tag, class_name, words);
    tro_text_add(&page->body, "\n");
}

void tro_html_subheading(tro_html *page, const char *heading)
{
    add_line(page, "h3", NULL, heading);
}

void tro_html_paragraph(tro_html *page, const char *words)
{
    add_line(page, "p", NULL, words);
}

void tro_html_notice(tro_html *page, const char *words)
{
    add_line(page, "p", "notice", words);
}

void tro_html_list(tro_html *page)
{
    tro_text_add(&page->body, "<ul>\n");
}

void tro_html_item(tro_html *page, const char *words)
{
    add_line(page, "li", NULL, words);
}

void tro_html_item_marked(tro_html *page, const char *mark, const char *tone, const char *words,
                          const char *details)
{
    tro_text_addf(&page->body, "<li><span class=\"mark %s\">", tone);
    tro_html_escape(&page->body, mark);
    tro_text_add(&page->body, "</span> ");
    tro_html_escape(&page->body, words);
    if (details && *details) {
        tro_text_add(&page->body, "<br/>");
        add_element(&page->body, "small", NULL, details);
    }
    tro_text_add(&page->body, "</li>\n");
}

void tro_html_list_end(tro_html *page)
{
    tro_text_add(&page->body, "</ul>\n");
}

/* What may be wider than the page is moved inside a box, by keyboard, too. */
static void begin_box(tro_html *page, const char *what)
{
    tro_text_add(&page->body, "<div class=\"box\" tabindex=\"0\" role=\"region\" aria-label=\"");
    tro_html_escape(&page->body, what);
    tro_text_add(&page->body, "\">");
}

void tro_html_code(tro_html *page, const char *lines)
{
    begin_box(page, "lines of text");
    tro_text_add(&page->body, "<pre><code>");
    tro_html_escape(&page->body, lines);
    tro_text_add(&page->body, "</code></pre></div>\n");
}

void tro_html_folded(tro_html *page, const char *summary, const char *lines)
{
    tro_text_add(&page->body, "<details>");
    add_element(&page->body, "summary", NULL, summary);
    tro_html_code(page, lines);
    tro_text_add(&page->body, "</details>\n");
}

void tro_html_facts(tro_html *page)
{
    tro_text_add(&page->body, "<dl>\n");
}

void tro_html_fact(tro_html *page, const char *name, const char *words)
{
    tro_text_add(&page->body, "<div>");
    add_element(&page->body, "dt", NULL, name);
    add_element(&page->body, "dd", NULL, words);
    tro_text_add(&page->body, "</div>\n");
}

void tro_html_fact_code(tro_html *page, const char *name, const char *words)
{
    tro_text_add(&page->body, "<div>");
    add_element(&page->body, "dt", NULL, name);
    tro_text_add(&page->body, "<dd>");
    add_element(&page->body, "code", NULL, words);
    tro_text_add(&page->body, "</dd></div>\n");
}

void tro_html_facts_end(tro_html *page)
{
    tro_text_add(&page->body, "</dl>\n");
}

/* --- tables ------------------------------------------------------------------------ */

static const char *class_of(const tro_html *page, size_t column)
{
    return page->sides[column] == 'r' ? " class=\"r\"" : "";
}

void tro_html_table(tro_html *page, const char *caption, const char *const *names,
                    const char *sides, size_t columns)
{
    page->sides = sides;
    page->columns = columns;
    page->cells = 0;
    begin_box(page, caption);
    tro_text_add(&page->body, "<table><caption>");
    add_element(&page->body, "span", NULL, caption);
    tro_text_add(&page->body, "</caption>\n<thead><tr>");
    for (size_t k = 0; k < columns; k++) {
        tro_text_addf(&page->body, "<th scope=\"col\"%s>", class_of(page, k));
        tro_html_escape(&page->body, names[k]);
        tro_text_add(&page->body, "</th>");
    }
    tro_text_add(&page->body, "</tr></thead>\n<tbody>\n");
}

/* The cell's beginning; returns the name of its element. */
static const char *begin_cell(tro_html *page)
{
    size_t column = page->cells++ % page->columns;
    const char *tag = column == 0 ? "th" : "td";
    if (column == 0)
        tro_text_add(&page->body, "<tr>");
    tro_text_addf(&page->body, "<%s%s%s>", tag, column == 0 ? " scope=\"row\"" : "",
                  class_of(page, column));
    return tag;
}

static void end_cell(tro_html *page, const char *tag)
{
    tro_text_addf(&page->body, "</%s>", tag);
    if (page->cells % page->columns == 0)
        tro_text_add(&page->body, "</tr>\n");
}

void tro_html_cell(tro_html *page, const char *words)
{
    const char *tag = begin_cell(page);
    tro_html_escape(&page->body, words);
    end_cell(page, tag);
}

void tro_html_cell_code(tro_html *page, const char *words)
{
    const char *tag = begin_cell(page);
    add_element(&page->body, "code", NULL, words);
    end_cell(page, tag);
}

void tro_html_cell_marked(tro_html *page, const char *words, const char *tone)
{
    const char *tag = begin_cell(page);
    tro_text_addf(&page->body, "<span class=\"mark %s\">", tone);
    tro_html_escape(&page->body, words);
    tro_text_add(&page->body, "</span>");
    end_cell(page, tag);
}

void tro_html_number(tro_html *page, double value, int digits)
{
    tro_text number = {0};
    tro_html_add_number(&number, value, digits);
    tro_html_cell(page, tro_text_string(&number));
    page->failed |= number.failed;
    tro_text_clear(&number);
}

void tro_html_table_end(tro_html *page)
{
    while (page->cells % page->columns != 0)
        tro_html_cell(page, "");
    tro_text_add(&page->body, "</tbody></table></div>\n");
    page->sides = NULL;
}

/* --- the whole ------------------------------------------------------------------------ */

int tro_html_finish(tro_html *page, const char *generator, tro_text *out)
{
    end_section(page);
    tro_text_add(out, "<!DOCTYPE html>\n"
                      "<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n"
                      "<meta charset=\"utf-8\"/>\n<meta name=\"generator\" content=\"");
    tro_html_escape(out, generator);
    tro_text_add(out, "\"/>\n<meta name=\"viewport\" content=\"width=device-width, "
                      "initial-scale=1\"/>\n"
                      "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
                      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
                      "'none'; style-src 'unsafe-inline'\"/>\n<title>");
    tro_text_add(out, tro_text_string(&page->title));
    tro_text_add(out, "</title>\n<style>\n");
    tro_text_add(out, tro_html_style);
    tro_text_add(out, "</style>\n</head>\n<body>\n<header>\n");
    tro_text_add(out, tro_text_string(&page->head));
    tro_text_add(out, "</header>\n<nav aria-label=\"Contents\"><ul>\n");
    tro_text_add(out, tro_text_string(&page->contents));
    tro_text_add(out, "</ul></nav>\n<main>\n");
    tro_text_add(out, tro_text_string(&page->body));
    tro_text_add(out, "</main>\n<footer><p>Made by ");
    tro_html_escape(out, generator);
    tro_text_add(out, ". This page needs no network.</p></footer>\n</body>\n</html>\n");
    int failed = page->failed || page->title.failed || page->head.failed ||
                 page->contents.failed || page->body.failed || out->failed;
    tro_html_release(page);
    return failed ? TRO_ENOMEM : TRO_OK;
}

void tro_html_release(tro_html *page)
{
    tro_text_clear(&page->title);
    tro_text_clear(&page->head);
    tro_text_clear(&page->contents);
    tro_text_clear(&page->body);
    *page = (tro_html){0};
}
