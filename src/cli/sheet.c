/* Tables with aligned columns. */
#include <limits.h>
#include <string.h>

#include "base/memory.h"
#include "cli/printing.h"
#include "output/utf8.h"

void tro_sheet_cell(tro_sheet *sheet, const char *text)
{
    tro_add_clean(&sheet->cells, text);
    tro_text_add_n(&sheet->cells, "", 1);
    sheet->count++;
}

void tro_sheet_number(tro_sheet *sheet, double value, int digits)
{
    tro_text cell = {0};
    tro_add_number(&cell, value, digits);
    tro_sheet_cell(sheet, tro_text_string(&cell));
    tro_text_clear(&cell);
}

enum { WORDS = 16 };   /* columns that make a beginning of a sentence */

static void add_blanks(tro_text *text, size_t count)
{
    tro_text_addf(text, "%*s", (int)count, "");
}

/* Columns `first` to `end` - 1, behind column 0. */
typedef struct stretch {
    size_t first, end;
} stretch;

static void render(const tro_sheet *sheet, const size_t *widths, const char *margin,
                   const stretch *of, tro_text *text)
{
    size_t columns = strlen(sheet->sides), pending = 0;
    const char *cell = sheet->cells.data;
    for (size_t k = 0; k < sheet->count; k++, cell += strlen(cell) + 1) {
        size_t column = k % columns, width = tro_utf8_width(cell), gap = widths[column] - width;
        int right = sheet->sides[column] == 'r';
        if (column > 0 && (column < of->first || column >= of->end))
            continue;
        if (column == 0) {
            tro_text_add(text, margin);
            pending = 0;
        }
        if (width > 0) {   /* no blanks at the end of a line */
            add_blanks(text, pending + (right ? gap : 0));
            tro_text_add(text, cell);
            pending = 2 + (right ? 0 : gap);
        } else {
            pending += 2 + gap;
        }
        if (column + 1 == of->end)
            tro_text_add(text, "\n");
    }
}

/* As many columns from `first` on as stand side by side, one at least. Words at the end of a line
 * may go on in the next. */
static size_t find_end(const tro_sheet *sheet, const size_t *widths, size_t margin, size_t first)
{
    size_t columns = strlen(sheet->sides), at = margin + widths[0], k = first;
    size_t room = (size_t)tro_output_width(INT_MAX);
    for (; k < columns; k++) {
        int words = k + 1 == columns && sheet->sides[k] == 'l' && widths[k] > WORDS;
        at += 2 + (words ? WORDS : widths[k]);
        if (at > room && k > first)
            break;
    }
    return k;
}

/* The last column may be a list or a sentence: nothing stands behind it. */
static void cut_cells(tro_sheet *sheet, size_t columns)
{
    tro_text cut = {0};
    const char *cell = sheet->cells.data;
    for (size_t k = 0; k < sheet->count; k++) {
        if (k % columns + 1 < columns)
            tro_add_cut(&cut, cell, TRO_SHEET_CELL);
        else
            tro_text_add(&cut, cell);
        tro_text_add_n(&cut, "", 1);
        cell += strlen(cell) + 1;
    }
    tro_text_clear(&sheet->cells);
    sheet->cells = cut;
}

void tro_sheet_render(tro_sheet *sheet, const char *margin, tro_text *text)
{
    size_t columns = strlen(sheet->sides);
    size_t *widths = tro_allocate(columns, sizeof *widths);
    if (!sheet->cells.failed)
        cut_cells(sheet, columns);
    const char *cell = sheet->cells.data;
    if (!widths || sheet->cells.failed) {
        text->failed = 1;
        goto out;
    }
    for (size_t k = 0; k < sheet->count; k++) {
        size_t width = tro_utf8_width(cell);
        if (width > widths[k % columns])
            widths[k % columns] = width;
        cell += strlen(cell) + 1;
    }
    for (stretch of = {.end = 1}; of.end < columns || of.first == 0;) {
        of.first = of.end;
        of.end = find_end(sheet, widths, strlen(margin), of.first);
        tro_text_add(text, of.first > 1 ? "\n" : "");
        render(sheet, widths, margin, &of, text);
    }
out:
    tro_release(widths);
    tro_text_clear(&sheet->cells);
    sheet->count = 0;
}

