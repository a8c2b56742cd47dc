/* A page of HTML that needs nothing but itself: its style is inside, figures are inside, and
 * there are no scripts. It is well-formed XML, too.
 *
 * Texts are UTF-8 and stand as they are written: nothing in them is markup. What no page
 * may hold (control characters, those that turn the direction of writing, bytes that are not
 * UTF-8) becomes U+FFFD. Everything is
 * added to the body; a section opens with its heading, and a list of the sections stands
 * at the top. Like tro_text, a page remembers that memory ran out, and
 * tro_html_finish says so.
 *
 *   tro_html page = {0};
 *   tro_html_title(&page, "two rivals", "A run of 39 rounds.");
 *   tro_html_section(&page, "found", "What came out");
 *   tro_html_paragraph(&page, "Both come to rest.");
 *   const char *const names[] = {"agent", "alignment"};
 *   tro_html_table(&page, "alignments", names, "lr", 2);
 *   tro_html_cell(&page, "theta"); tro_html_number(&page, -0.4, 6);
 *   tro_html_table_end(&page);
 *   status = tro_html_finish(&page, &text);      // and the page is empty again */
#ifndef TRO_OUTPUT_HTML_H
#define TRO_OUTPUT_HTML_H

#include <stddef.h>

#include <trophic/messages.h>

#include "base/text.h"

typedef struct tro_html {
    tro_text title, head, contents, body;
    int in_section;
    const char *sides;                  /* of the table that is open */
    size_t columns, cells;
    size_t figures;
    int failed;
} tro_html;                             /* zero-initialised is empty and legal to release */

/* The name of the page, and a sentence below it. */
void tro_html_title(tro_html *page, const char *title, const char *lead);
/* A short mark beside the sentence; `tone` is "good", "bad" or "plain". */
void tro_html_mark(tro_html *page, const char *words, const char *tone);

/* `id` is a plain word, once per page. */
void tro_html_section(tro_html *page, const char *id, const char *heading);
void tro_html_subheading(tro_html *page, const char *heading);
void tro_html_paragraph(tro_html *page, const char *words);
/* A paragraph that should not be overlooked. */
void tro_html_notice(tro_html *page, const char *words);
/* Items of a list stand between begin and end. */
void tro_html_list(tro_html *page);
void tro_html_item(tro_html *page, const char *words);
/* One with a mark in front, and details on a line of their own (or NULL). */
void tro_html_item_marked(tro_html *page, const char *mark, const char *tone, const char *words,
                          const char *details);
void tro_html_list_end(tro_html *page);
/* Lines as they are, in one width. */
void tro_html_code(tro_html *page, const char *lines);
/* The same, folded away under a summary until somebody asks. */
void tro_html_folded(tro_html *page, const char *summary, const char *lines);

/* A list of names and what they are. */
void tro_html_facts(tro_html *page);
void tro_html_fact(tro_html *page, const char *name, const char *words);
void tro_html_fact_code(tro_html *page, const char *name, const char *words);
void tro_html_facts_end(tro_html *page);

/* `sides` has an 'l' or 'r' for each column, kept until the end; the first column names
 * its row. Cells come row by row. */
void tro_html_table(tro_html *page, const char *caption, const char *const *names,
                    const char *sides, size_t columns);
void tro_html_cell(tro_html *page, const char *words);
void tro_html_cell_code(tro_html *page, const char *words);
void tro_html_cell_marked(tro_html *page, const char *words, const char *tone);
void tro_html_number(tro_html *page, double value, int digits);   /* NaN: a dash */
void tro_html_table_end(tro_html *page);

/* An SVG, made safe: only elements and attributes that draw are kept, identifiers are made
 * unique on the page, and nothing refers to anything outside. It keeps its own <title> and
 * <desc>; `caption` stands below, and the description once more for all to read. Returns 0 and adds
 * nothing when the text is no SVG that could be shown. */
int tro_html_figure(tro_html *page, const char *svg, size_t length, const char *caption);

/* Appends the whole page; `generator` is the program that made it. TRO_ENOMEM. The page is
 * released. */
TRO_MUST_USE int tro_html_finish(tro_html *page, const char *generator, tro_text *out);
void tro_html_release(tro_html *page);

/* For the texts of a page, of which none is markup: a number as people write it, with a true
 * minus sign and powers of ten; a name, its middle left out when it is very long. */
void tro_html_add_number(tro_text *text, double value, int digits);
void tro_html_add_name(tro_text *text, const char *name);

/* Appends `words` as text of HTML and XML. */
void tro_html_escape(tro_text *out, const char *words);

/* The style of every page; see html_style.c. */
extern const char *const tro_html_style;

#endif
