#include "base/text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

int tro_shown(const char *text, int limit)
{
    size_t length = strnlen(text, (size_t)limit + 1);
    if (length <= (size_t)limit)
        return (int)length;
    length = (size_t)limit;
    while (length && ((unsigned char)text[length] & 0xC0) == 0x80)
        length--;
    return (int)length;
}

static int reserve(tro_text *text, size_t more)
{
    if (text->failed || more > (size_t)-1 / 4 - text->length) {
        text->failed = 1;
        return 0;
    }
    size_t need = text->length + more + 1;
    if (need <= text->capacity)
        return 1;
    size_t capacity = text->capacity ? text->capacity : 64;
    while (capacity < need)
        capacity *= 2;
    char *data = tro_reallocate(text->data, text->capacity, capacity, 1);
    if (!data) {
        text->failed = 1;
        return 0;
    }
    text->data = data;
    text->capacity = capacity;
    return 1;
}

void tro_text_add_n(tro_text *text, const char *piece, size_t length)
{
    if (!reserve(text, length))
        return;
    if (length)
        memcpy(text->data + text->length, piece, length);
    text->length += length;
    text->data[text->length] = '\0';
}

void tro_text_add(tro_text *text, const char *piece)
{
    tro_text_add_n(text, piece, strlen(piece));
}

void tro_text_addf(tro_text *text, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    if (length < 0)
        text->failed = 1;
    else if (reserve(text, (size_t)length)) {
        vsnprintf(text->data + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
    va_end(arguments);
}

void tro_text_clear(tro_text *text)
{
    tro_release(text->data);
    *text = (tro_text){0};
}

const char *tro_text_string(const tro_text *text)
{
    return text->data ? text->data : "";
}

/* Edit distance with transpositions, rows of at most LONGEST letters; the
 * limit is one slip, and one more for every three letters of a longer word. */
enum { LONGEST = 63 };

static size_t minimum(size_t a, size_t b)
{
    return a < b ? a : b;
}

static int same(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

static size_t distance(const char *a, const char *b)
{
    size_t rows[3][LONGEST + 1], n = strlen(a), m = strlen(b);
    if (n > LONGEST || m > LONGEST)
        return LONGEST;
    for (size_t j = 0; j <= m; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *now = rows[i % 3], *before = rows[(i - 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t change = before[j - 1] + !same(a[i - 1], b[j - 1]);
            now[j] = minimum(change, minimum(before[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
                now[j] = minimum(now[j], rows[(i - 2) % 3][j - 2] + 1);
        }
    }
    return rows[n % 3][m];
}

const char *tro_nearest_word(const char *word, const char *const *words, size_t count)
{
    const char *best = NULL;
    size_t length = strlen(word), best_distance = length < 4 ? 1 : length / 3 + 1;
    for (size_t k = 0; k < count; k++) {
        size_t d = length > 1 && strncmp(word, words[k], length) == 0
                       ? minimum(strlen(words[k]) - length, 1)     /* it begins so */
                       : distance(word, words[k]);
        if (d < best_distance || (!best && d == best_distance && d < strlen(words[k]))) {
            best = words[k];
            best_distance = d;
        }
    }
    return best;
}
