/* Pages of HTML, figures made safe for them, and the reader of CSV tables. */
#include <check.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "output/csv_read.h"
#include "output/html.h"
#include "output_support.h"

#define ck_holds(text, piece)                                                       \
    ck_assert_msg(strstr((text), (piece)) != NULL, "no '%s' in: %s", (piece), (text))
#define ck_free(text, piece)                                                        \
    ck_assert_msg(strstr((text), (piece)) == NULL, "'%s' in: %s", (piece), (text))

static tro_text text;      /* cleared by each test */

static const char *escaped(const char *words)
{
    tro_text_clear(&text);
    tro_html_escape(&text, words);
    return tro_text_string(&text);
}

START_TEST(test_html_escape)
{
    ck_assert_str_eq(escaped("a <b> & \"c\" 'd'"),
                     "a &lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;");
    ck_assert_str_eq(escaped("θ ≥ ½\n\tx"), "θ ≥ ½\n\tx");
    ck_assert_str_eq(escaped("a\x01\x7f\xffz"), "a\uFFFD\uFFFD\uFFFDz");
    ck_assert_str_eq(escaped("a\u202Eb\u2066c\uFFFE"), "a\uFFFDb\uFFFDc\uFFFD");
    ck_assert_str_eq(escaped(NULL), "");
    tro_text_clear(&text);
}
END_TEST

static const char *numbered(double value, int digits)
{
    tro_text_clear(&text);
    tro_html_add_number(&text, value, digits);
    return tro_text_string(&text);
}

START_TEST(test_html_numbers)
{
    ck_assert_str_eq(numbered(-1.04, 6), "\u22121.04");
    ck_assert_str_eq(numbered(0, 6), "0");
    ck_assert_str_eq(numbered(1.0 / 3, 3), "0.333");
    ck_assert_str_eq(numbered(5.6e-17, 2), "5.6\u00a0×\u00a010⁻¹⁷");
    ck_assert_str_eq(numbered(-2e-7, 2), "\u22122\u00a0×\u00a010⁻⁷");
    ck_assert_str_eq(numbered(1e30, 3), "1\u00a0×\u00a010³⁰");
    ck_assert_str_eq(numbered(NAN, 3), "–");
    ck_assert_str_eq(numbered(-INFINITY, 3), "\u2212∞");
    tro_text_clear(&text);
}
END_TEST

START_TEST(test_html_names)
{
    char name[2001];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    name[0] = 'a';
    name[sizeof name - 2] = 'z';
    tro_text_clear(&text);
    tro_html_add_name(&text, "short");
    ck_assert_str_eq(tro_text_string(&text), "short");
    tro_text_clear(&text);
    tro_html_add_name(&text, name);
    ck_assert_uint_lt(text.length, 90);
    ck_assert_int_eq(text.data[0], 'a');
    ck_assert_int_eq(text.data[text.length - 1], 'z');
    ck_holds(text.data, "…");
    tro_text_clear(&text);
}
END_TEST

/* Every element that begins ends, in the right order. */
static void check_nesting(const char *page)
{
    const char *stack[64];
    size_t lengths[64], depth = 0;
    const char *at = strstr(page, "<html");
    ck_assert_ptr_nonnull(at);
    for (; (at = strchr(at, '<')) != NULL; at++) {
        int closing = at[1] == '/';
        const char *name = at + 1 + closing, *end = strchr(at, '>');
        size_t length = strcspn(name, " />\n");
        ck_assert_ptr_nonnull(end);
        if (closing) {
            ck_assert_uint_gt(depth, 0);
            depth--;
            ck_assert_msg(lengths[depth] == length && !memcmp(stack[depth], name, length),
                          "</%.*s> ends <%.*s>", (int)length, name, (int)lengths[depth],
                          stack[depth]);
        } else if (end[-1] != '/') {
            ck_assert_uint_lt(depth, 64);
            stack[depth] = name;
            lengths[depth++] = length;
        }
    }
    ck_assert_uint_eq(depth, 0);
}

static void fill(tro_html *page)
{
    static const char *const names[] = {"agent <x>", "n"};
    tro_html_title(page, "</title><script>", "lead & more");
    tro_html_mark(page, "<ok>", "good");
    tro_html_section(page, "one", "One & only");
    tro_html_paragraph(page, "<p>");
    tro_html_notice(page, "\"quoted\"");
    tro_html_list(page);
    tro_html_item(page, "item");
    tro_html_item_marked(page, "holds", "good", "claim", "details");
    tro_html_list_end(page);
    tro_html_facts(page);
    tro_html_fact(page, "name", "words");
    tro_html_fact_code(page, "name", "--set 'a=b'");
    tro_html_facts_end(page);
    tro_html_section(page, "two", "Two");
    tro_html_subheading(page, "sub");
    tro_html_table(page, "caption", names, "lr", 2);
    tro_html_cell(page, "it's <b>");
    tro_html_number(page, -0.4, 6);
    tro_html_cell_marked(page, "half a row", "bad");
    tro_html_table_end(page);
    tro_html_code(page, "a && b\n");
    tro_html_folded(page, "more", "]]> --> </pre>");
}

START_TEST(test_html_page)
{
    tro_html page = {.failed = 0};
    tro_text out = {0};
    fill(&page);
    ck_assert_int_eq(tro_html_finish(&page, "trophic \"1\"", &out), TRO_OK);
    check_nesting(out.data);
    ck_holds(out.data, "<!DOCTYPE html>\n<html lang=\"en\"");
    ck_holds(out.data, "<title>&lt;/title&gt;&lt;script&gt;</title>");
    ck_holds(out.data, "content=\"trophic &quot;1&quot;\"");
    ck_holds(out.data, "name=\"viewport\"");
    ck_holds(out.data, "prefers-color-scheme: dark");
    ck_holds(out.data, "@media print");
    ck_holds(out.data, "<a href=\"#two\">Two</a>");
    ck_holds(out.data, "<h2 id=\"two\">Two</h2>");
    ck_holds(out.data, "<th scope=\"col\" class=\"r\">n</th>");
    ck_holds(out.data, "<th scope=\"row\">it&#39;s &lt;b&gt;</th>");
    ck_holds(out.data, "<td class=\"r\">\u22120.4</td></tr>");
    ck_free(out.data, "<script");
    ck_free(out.data, "src=");
    ck_free(out.data, "@import");
    ck_assert_ptr_null(page.body.data);
    tro_text_clear(&out);
}
END_TEST

START_TEST(test_html_out_of_memory)
{
    for (uint64_t n = 1; n < 400; n++) {
        tro_html page = {.failed = 0};
        tro_text out = {0};
        tro_memory_fail_after(n);
        fill(&page);
        int status = tro_html_finish(&page, "trophic", &out);
        tro_memory_fail_after(0);
        tro_text_clear(&out);
        if (status == TRO_OK)
            return;
        ck_assert_int_eq(status, TRO_ENOMEM);
    }
    ck_abort_msg("it never works");
}
END_TEST

/* --- figures ------------------------------------------------------------------------ */

/* The body of a page with this figure, or "" when it is none. */
static const char *figure(const char *svg)
{
    static char body[20000];
    tro_html page = {.failed = 0};
    int fine = tro_html_figure(&page, svg, strlen(svg), "the <caption>");
    ck_assert_int_eq(fine, page.figures == 1);
    ck_assert_int_eq(fine, page.body.length > 0);
    snprintf(body, sizeof body, "%s", tro_text_string(&page.body));
    tro_html_release(&page);
    return body;
}

#define SVG "<svg width='200' height=\"100\" viewBox='0 0 200 100'>"

START_TEST(test_figure_is_kept)
{
    const char *body = figure(
        "<?xml version=\"1.0\"?>\n<!-- by hand -->\n" SVG "<title>a &lt; b</title>"
        "<desc>in words</desc><g fill='none'>\n</g><g id='p'><title>index 0</title>"
        "<path d='M0,0 L1,1'/><use xlink:href='#p'/></g>"
        "<text x='1'>A<tspan> B</tspan></text><rect filter='url(#p)'/></svg>\n");
    ck_holds(body, "role=\"img\" aria-labelledby=\"f1-title f1-desc\" viewBox=\"0 0 200 100\"");
    ck_holds(body, "max-width:200px");
    ck_holds(body, "<title id=\"f1-title\">a &lt; b</title>");
    ck_holds(body, "<desc id=\"f1-desc\">in words</desc>");
    ck_holds(body, "<g id=\"f1-p\"><path d=\"M0,0 L1,1\"/><use href=\"#f1-p\"/></g>");
    ck_holds(body, "<text x=\"1\">A<tspan> B</tspan></text>");
    ck_holds(body, "filter=\"url(#f1-p)\"");
    ck_holds(body, "the &lt;caption&gt;");
    ck_free(body, "index 0");
    ck_free(body, "by hand");
    ck_free(body, "<g fill");
}
END_TEST

START_TEST(test_figure_is_made_safe)
{
    const char *body = figure(
        SVG "<script>alert(1)</script><g onload='alert(2)' style='x' class='y'>"
        "<a href='http://x.invalid/'><text>lost</text></a><image href='x.png'/>"
        "<use href='http://x.invalid/#p'/><use xlink:href='data:,'/>"
        "<rect fill='url(http://x.invalid/)'/><foreignObject><b>c</b></foreignObject>"
        "<style>@import 'x'</style><svg onload='z'><circle r='1'/></svg>"
        "<text fill='&quot; onload=&quot;alert(3)'>&lt;b&gt;&#60;&#x3c;&amp;</text></g></svg>");
    static const char *const bad[] = {"script", "alert(1)", "alert(2)", "invalid", "data:",
                                      "image", "foreign", "import", "style='", "class='y",
                                      "\" onload", "lost", "circle"};
    ck_holds(body, "&lt;b&gt;&lt;&lt;&amp;</text>");
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
        ck_free(body, bad[k]);
}
END_TEST

START_TEST(test_figure_is_refused)
{
    static const char *const bad[] = {
        "", "no figure", "<html></html>", SVG, SVG "</svg", SVG "<g></svg>", SVG "</g></svg>",
        SVG "<g x></g></svg>", SVG "<g x=1></g></svg>", SVG "<g x='1></g></svg>",
        SVG "<text>&nbsp;</text></svg>", SVG "<text>a & b</text></svg>",
        SVG "<text>&#0;</text></svg>", SVG "<text>&#xd800;</text></svg>",
        SVG "<!-- open</svg>", SVG "</svg><svg/>", SVG "</svg> more", "text" SVG "</svg>",
        "<!DOCTYPE svg [<!ENTITY a 'b'>]>" SVG "</svg>", "<svg></svg>",
        "<svg width='0' height='9'></svg>", "<svg width='a' height='9'></svg>", "<", "<svg/"};
    char deep[4000] = SVG;
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
        ck_assert_msg(!*figure(bad[k]), "taken: %s", bad[k]);
    for (int k = 0; k < 100; k++)
        strcat(deep, "<g>");
    for (int k = 0; k < 100; k++)
        strcat(deep, "</g>");
    strcat(deep, "</svg>");
    ck_assert_str_eq(figure(deep), "");
}
END_TEST

START_TEST(test_figures_keep_their_identifiers)
{
    static const char svg[] = SVG "<g id='a'><path d='M0,0'/></g></svg>";
    tro_html page = {.failed = 0};
    ck_assert_int_eq(tro_html_figure(&page, svg, strlen(svg), "one"), 1);
    ck_assert_int_eq(tro_html_figure(&page, "x", 1, "none"), 0);
    ck_assert_int_eq(tro_html_figure(&page, svg, strlen(svg), "two"), 1);
    ck_holds(page.body.data, "id=\"f1-a\"");
    ck_holds(page.body.data, "id=\"f2-a\"");
    ck_holds(page.body.data, "<title id=\"f2-title\">two</title>");
    tro_html_release(&page);
}
END_TEST

/* --- tables that are read --------------------------------------------------------------- */

START_TEST(test_csv_read)
{
    tro_csv_reader reader;
    put(at("t.csv"), "a,\"b, c\",d\r\n1,\"x \"\"y\"\"\nz\",\n\"\",2,three");
    ck_assert_int_eq(tro_csv_reader_open(&reader, at("t.csv"), &messages), TRO_OK);
    ck_assert_uint_eq(reader.columns, 3);
    ck_assert_str_eq(reader.names[1], "b, c");
    ck_assert_str_eq(reader.names[2], "d");
    ck_assert_uint_eq(tro_csv_reader_column(&reader, "d"), 2);
    ck_assert_uint_eq(tro_csv_reader_column(&reader, "e"), SIZE_MAX);
    ck_assert_int_eq(tro_csv_reader_next(&reader), 1);
    ck_assert_str_eq(reader.cells[1], "x \"y\"\nz");
    ck_assert_str_eq(reader.cells[2], "");
    ck_assert_int_eq(tro_csv_reader_next(&reader), 1);
    ck_assert_uint_eq(reader.line, 4);
    ck_assert_str_eq(reader.cells[0], "");
    ck_assert_str_eq(reader.cells[2], "three");
    ck_assert_int_eq(tro_csv_reader_next(&reader), 0);
    tro_csv_reader_close(&reader);
    tro_csv_reader_close(&reader);
}
END_TEST

START_TEST(test_csv_read_errors)
{
    static const struct { const char *content, *says; } bad[] = {
        {"a,b\n1\n", "line 2: a row that has not as many cells"},
        {"a,b\n\n1,2\n", "line 2: a row"},
        {"a\n\"x\n", "no closing quote"},
        {"a\n\"x\"y\n", "behind the closing quote"},
    };
    tro_csv_reader reader;
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        int status;
        put(at("t.csv"), bad[k].content);
        ck_assert_int_eq(tro_csv_reader_open(&reader, at("t.csv"), &messages), TRO_OK);
        while ((status = tro_csv_reader_next(&reader)) > 0)
            continue;
        ck_assert_int_eq(status, TRO_EINVAL);
        ck_says(bad[k].says);
        tro_csv_reader_close(&reader);
    }
    put(at("empty.csv"), "");
    ck_assert_int_eq(tro_csv_reader_open(&reader, at("empty.csv"), &messages), TRO_EINVAL);
    ck_says("empty");
    ck_assert_int_eq(tro_csv_reader_open(&reader, at("none.csv"), &messages), TRO_EIO);
    ck_assert_int_eq(tro_csv_reader_open(&reader, place, &messages), TRO_EIO);
    ck_assert_int_eq(mkfifo(at("pipe"), 0600), 0);
    ck_assert_int_eq(tro_csv_reader_open(&reader, at("pipe"), &messages), TRO_EIO);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_html_escape, test_html_numbers, test_html_names, test_html_page,
        test_html_out_of_memory, test_figure_is_kept, test_figure_is_made_safe,
        test_figure_is_refused, test_figures_keep_their_identifiers, test_csv_read,
        test_csv_read_errors};
    return run_tests("html", tests, sizeof tests / sizeof *tests);
}
