#include "output/figure_parts.h"

#include <string.h>

#include "output/utf8.h"

/* Advance widths of Helvetica in thousandths of its size, from the font
 * metrics Adobe published (1997), for ' ' to '~'. Arial and Liberation Sans
 * have the same; others are wider, hence SLACK. */
static const unsigned short widths[95] = {
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
};

static const double SLACK = 1.1;
static const char ELLIPSIS[] = "\xe2\x80\xa6";

static double code_width(uint32_t code)
{
    if (code >= ' ' && code <= '~')
        return widths[code - ' '] / 1000.0;
    int columns = tro_utf8_columns(code);
    return columns == 0 ? 0 : columns == 2 || code >= 0x2e80 ? 1 : 0.6;
}

double tro_figure_text_width(const char *text, int size)
{
    double width = 0;
    while (*text) {
        uint32_t code;
        text += tro_utf8_next(text, &code);
        width += code_width(code);
    }
    return width * size * SLACK;
}

/* Bytes of the longest beginning that is no wider than `width`. */
static size_t fitting(const char *text, int size, double width)
{
    size_t length = 0;
    while (text[length]) {
        uint32_t code;
        size_t bytes = tro_utf8_next(text + length, &code);
        width -= code_width(code) * size * SLACK;
        if (width < 0)
            break;
        length += bytes;
    }
    return length;
}

const char *tro_figure_cut_text(tro_arena *arena, const char *text, int size, double width)
{
    if (tro_figure_text_width(text, size) <= width)
        return tro_arena_text(arena, text);
    size_t length = fitting(text, size, width - tro_figure_text_width(ELLIPSIS, size));
    char *copy = tro_arena_allocate(arena, length + sizeof ELLIPSIS, 1);
    if (!copy)
        return NULL;
    memcpy(copy, text, length);
    memcpy(copy + length, ELLIPSIS, sizeof ELLIPSIS);
    return copy;
}

const char *tro_figure_cut_name(tro_arena *arena, const char *name, int size, double width)
{
    double whole = tro_figure_text_width(name, size), gone = 0;
    if (whole <= width)
        return tro_arena_text(arena, name);
    double room = width - tro_figure_text_width(ELLIPSIS, size);
    size_t start = fitting(name, size, room * 2 / 3), end = start;
    const char *first = tro_arena_text_n(arena, name, start);
    while (name[end] && whole - gone > room) {
        uint32_t code;
        end += tro_utf8_next(name + end, &code);
        gone += code_width(code) * size * SLACK;
    }
    tro_text text = {0};
    tro_text_addf(&text, "%s%s%s", first ? first : "", ELLIPSIS, name + end);
    const char *copy = text.failed || !first ? NULL : tro_arena_text(arena, tro_text_string(&text));
    tro_text_clear(&text);
    return copy;
}

/* Where the first line ends: after the last word that fits, or as the last
 * letter that fits when the first word alone is too wide. */
static size_t line_end(const char *text, size_t fits)
{
    size_t end = fits;
    if (text[end] == '\0')
        return end;
    while (end && text[end] != ' ')
        end--;
    return end ? end : fits;
}

int tro_figure_wrap_text(tro_arena *arena, const char *text, int size, double width,
                         const char *lines[TRO_LINES_MAX])
{
    int count = 0;
    while (text && *text) {
        size_t end = line_end(text, fitting(text, size, width));
        int last = count == TRO_LINES_MAX - 1;
        lines[count] = last || end == 0 ? tro_figure_cut_text(arena, text, size, width)
                                        : tro_arena_text_n(arena, text, end);
        if (!lines[count++])
            return -1;
        if (last || end == 0)
            break;
        text += end + strspn(text + end, " ");
    }
    return count;
}

static int is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

static int is_illegal(uint32_t code)
{
    return code == 0xfffd || code == 0xfffe || code == 0xffff;
}

typedef const char *(*replacement)(uint32_t code);

/* Copies with some code points replaced, control characters by spaces. */
static void add_replaced(tro_text *out, const char *text, replacement replace)
{
    while (*text) {
        uint32_t code;
        size_t length = tro_utf8_next(text, &code);
        const char *other = replace ? replace(code) : NULL;
        if (other)
            tro_text_add(out, other);
        else if (is_control(code))
            tro_text_add(out, " ");
        else if (is_illegal(code))
            tro_text_add(out, "\xef\xbf\xbd");
        else
            tro_text_add_n(out, text, length);
        text += length;
    }
}

static const char *for_gnuplot(uint32_t code)
{
    return code == '\'' ? "''" : NULL;
}

static const char *for_format(uint32_t code)
{
    return code == '%' ? "%%" : for_gnuplot(code);
}

static const char *for_xml(uint32_t code)
{
    switch (code) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    default:
        return NULL;
    }
}

void tro_figure_add_quoted(tro_text *out, const char *text)
{
    tro_text_add(out, "'");
    add_replaced(out, text, for_gnuplot);
    tro_text_add(out, "'");
}

void tro_figure_add_format(tro_text *out, const char *text)
{
    tro_text_add(out, "'");
    add_replaced(out, text, for_format);
    tro_text_add(out, "'");
}

void tro_figure_add_xml(tro_text *out, const char *text)
{
    add_replaced(out, text, for_xml);
}

void tro_figure_add_plain(tro_text *out, const char *text)
{
    add_replaced(out, text, NULL);
}
