/* Bytes, characters, lines: checks a text before libyaml sees it (so that
 * every offending byte has a line and a column) and locates marks in it. */
#include <stdint.h>
#include <string.h>

#include "document/compose.h"

static int is_continuation(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

tro_cursor tro_cursor_begin(const tro_source *source, size_t start)
{
    tro_place place = tro_place_at(source, start, 1);
    return (tro_cursor){.source = source, .offset = start, .line = place.line,
                        .line_start = start + 1 - (size_t)place.column};
}

static void step_forward(tro_cursor *cursor)
{
    const char *text = cursor->source->text;
    if (text[cursor->offset] == '\n') {
        cursor->line++;
        cursor->line_start = cursor->offset + 1;
    }
    do
        cursor->offset++;
    while (cursor->offset < cursor->source->length && is_continuation(text[cursor->offset]));
    cursor->index++;
}

static void step_back(tro_cursor *cursor)
{
    const char *text = cursor->source->text;
    do
        cursor->offset--;
    while (is_continuation(text[cursor->offset]));
    cursor->index--;
    if (text[cursor->offset] == '\n') {
        const char *newline = memrchr(text, '\n', cursor->offset);
        cursor->line--;
        cursor->line_start = newline ? (size_t)(newline + 1 - text) : 0;
    }
}

static void move(tro_cursor *cursor, size_t index)
{
    while (cursor->index < index && cursor->offset < cursor->source->length)
        step_forward(cursor);
    while (cursor->index > index)
        step_back(cursor);
}

static int underline(const tro_source *source, size_t first, size_t last)
{
    const char *newline = last > first ? memchr(source->text + first, '\n', last - first) : NULL;
    if (newline)
        last = (size_t)(newline - source->text);
    if (newline && last > first && source->text[last - 1] == '\r')
        last--;
    return (int)(last - first);
}

tro_place tro_cursor_place(tro_cursor *cursor, size_t first, size_t last)
{
    move(cursor, first);
    size_t offset = cursor->offset;
    tro_place place = {.source = cursor->source, .line = cursor->line,
                       .column = (int)(offset - cursor->line_start) + 1};
    move(cursor, last);
    if (cursor->offset > offset)
        place.width = underline(cursor->source, offset, cursor->offset);
    return place;
}

tro_place tro_place_at(const tro_source *source, size_t offset, int width)
{
    int line = 1;
    size_t line_start = 0;
    for (size_t k = 0; k < offset; k++) {
        if (source->text[k] == '\n') {
            line++;
            line_start = k + 1;
        }
    }
    return (tro_place){.source = source, .line = line, .column = (int)(offset - line_start) + 1,
                       .width = width};
}

/* Length of the UTF-8 sequence at `at`, 0 when it is none (overlong forms and
 * surrogates included). */
static size_t decode(const unsigned char *at, size_t left, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = at[0] < 0x80   ? 1
                    : at[0] < 0xC2 ? 0
                    : at[0] < 0xE0 ? 2
                    : at[0] < 0xF0 ? 3
                    : at[0] < 0xF5 ? 4
                                   : 0;
    if (length == 0 || length > left)
        return 0;
    *code = length == 1 ? at[0] : at[0] & (0x7Fu >> length);
    for (size_t k = 1; k < length; k++) {
        if ((at[k] & 0xC0) != 0x80)
            return 0;
        *code = *code << 6 | (at[k] & 0x3F);
    }
    int surrogate = *code >= 0xD800 && *code <= 0xDFFF;
    return *code < least[length] || surrogate || *code > 0x10FFFF ? 0 : length;
}

static int refuse(const tro_source *source, size_t offset, int width, tro_messages *messages,
                  const char *format, unsigned value)
{
    tro_place place = tro_place_at(source, offset, width);
    char sentence[128];
    snprintf(sentence, sizeof sentence, format, value);
    return tro_error(messages, TRO_EPARSE, &place, "%s", sentence);
}

/* NULL, or what is wrong with a character that is no blank; the sentence may
 * hold one %X. */
static const char *objection(uint32_t code, int before_newline)
{
    if (code == 0)
        return "a NUL character (U+%04X) in what should be plain text";
    if (code == '\r')
        return before_newline ? NULL
                              : "a carriage return (U+%04X) alone; lines end in LF or CR LF";
    if (code == 0x85 || code == 0x2028 || code == 0x2029)
        return "line separator U+%04X; lines end in LF or CR LF";
    if (code == 0xFEFF)
        return "a byte order mark (U+%04X) inside the text";
    if (code < 0x20 || (code >= 0x7F && code < 0xA0))
        return "control character U+%04X";
    if (code == 0xFFFE || code == 0xFFFF)
        return "U+%04X is not a character";
    return NULL;
}

static int is_utf16(const tro_source *source)
{
    return source->length >= 2 && (memcmp(source->text, "\xFF\xFE", 2) == 0 ||
                                   memcmp(source->text, "\xFE\xFF", 2) == 0);
}

int tro_source_check(const tro_source *source, tro_messages *messages)
{
    const unsigned char *text = (const unsigned char *)source->text;
    size_t blanks = 0, step = 1;
    if (is_utf16(source))
        return refuse(source, 0, 2, messages, "the text is UTF-%u; save it as UTF-8", 16);
    for (size_t offset = 0; offset < source->length; offset += step) {
        uint32_t code;
        step = decode(text + offset, source->length - offset, &code);
        if (step == 0)
            return refuse(source, offset, 1, messages, "byte 0x%02X is not UTF-8 text",
                          text[offset]);
        int before_newline = offset + 1 < source->length && text[offset + 1] == '\n';
        int blank = code == ' ' || code == '\t' || code == '\n' || code == '\r';
        const char *why = code == '\t' || code == '\n' ? NULL : objection(code, before_newline);
        if (why)
            return refuse(source, offset, (int)step, messages, why, code);
        blanks = blank ? blanks + 1 : 0;
        if (blanks > TRO_BLANK_LIMIT)
            return refuse(source, offset, 1, messages, "more than %u blanks in a row",
                          TRO_BLANK_LIMIT);
    }
    return TRO_OK;
}
