#include <trophic/messages.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

/* A line longer than this is cut around the column that matters; an override
 * longer than this is named by line and column, as a file is. */
enum { EXCERPT_BYTES = 160, EXCERPT_BEFORE = 60, ARGUMENT_BYTES = 80 };

static void forget(tro_message *message)
{
    tro_release(message->file);
    tro_release(message->excerpt);
    tro_release(message->text);
}

void tro_messages_clear(tro_messages *messages)
{
    for (size_t k = 0; k < messages->count; k++)
        forget(&messages->items[k]);
    tro_release(messages->items);
    *messages = (tro_messages){0};
}

void tro_messages_prefix(tro_messages *messages, size_t first, const char *words)
{
    for (size_t k = first; messages && k < messages->count; k++) {
        char *old = messages->items[k].text;
        size_t before = strlen(words), length = old ? strlen(old) : 0;
        char *text = tro_allocate(before + length + 1, 1);
        if (!text)
            continue;      /* the sentence is true without them */
        memcpy(text, words, before);
        memcpy(text + before, old ? old : "", length);
        messages->items[k].text = text;
        tro_release(old);
    }
}

static const char *line_start(const tro_source *source, int line)
{
    const char *at = source->text, *end = source->text + source->length;
    for (int k = 1; k < line; k++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        if (!newline)
            return NULL;
        at = newline + 1;
    }
    return at;
}

static char *copy_excerpt(const tro_place *where, int *left_out)
{
    *left_out = 0;
    const tro_source *source = where->source;
    const char *start = source->text ? line_start(source, where->line) : NULL;
    if (!start)
        return NULL;
    size_t left = (size_t)(source->text + source->length - start);
    const char *newline = memchr(start, '\n', left);
    size_t length = newline ? (size_t)(newline - start) : left;
    if (length && start[length - 1] == '\r')
        length--;
    if (length > EXCERPT_BYTES) {
        size_t column = where->column > 0 ? (size_t)where->column - 1 : 0;
        size_t cut = column > EXCERPT_BEFORE ? column - EXCERPT_BEFORE : 0;
        if (cut > length)
            cut = 0;
        while (cut < length && ((unsigned char)start[cut] & 0xC0) == 0x80)
            cut++;
        *left_out = (int)cut;
        start += cut;
        length -= cut;
        if (length > EXCERPT_BYTES)
            length = EXCERPT_BYTES;
        while (length && ((unsigned char)start[length] & 0xC0) == 0x80)
            length--;
    }
    char *copy = tro_allocate(length + 1, 1);
    if (copy)
        memcpy(copy, start, length);
    return copy;
}

static tro_message *next_message(tro_messages *messages)
{
    if (messages->count == messages->capacity) {
        size_t capacity = messages->capacity ? 2 * messages->capacity : 8;
        tro_message *items = tro_reallocate(messages->items, messages->capacity, capacity,
                                            sizeof *items);
        if (!items)
            return NULL;
        messages->items = items;
        messages->capacity = capacity;
    }
    return &messages->items[messages->count];
}

static char *format_text(const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    char *text = length < 0 ? NULL : tro_allocate((size_t)length + 1, 1);
    if (text)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

static void locate(tro_message *message, const tro_place *where)
{
    if (!where || !where->source)
        return;
    message->file = tro_copy_text(where->source->name);
    message->line = where->line;
    message->column = where->column;
    message->width = where->width;
    if (where->line > 0)
        message->excerpt = copy_excerpt(where, &message->cut);
    message->argument = where->source->argument && message->excerpt &&
                        where->source->length <= ARGUMENT_BYTES &&
                        strlen(message->excerpt) == where->source->length;
}

static int same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* What is said of one place twice is said once. */
static int is_said(const tro_messages *messages, const tro_message *message)
{
    for (size_t k = 0; k < messages->count; k++) {
        const tro_message *item = &messages->items[k];
        if (item->line == message->line && item->column == message->column &&
            item->severity == message->severity && same_text(item->text, message->text) &&
            same_text(item->file, message->file) && same_text(item->excerpt, message->excerpt))
            return 1;
    }
    return 0;
}

static void add(tro_messages *messages, tro_severity severity, int status,
                const tro_place *where, const char *format, va_list arguments)
{
    if (!messages)
        return;
    tro_message *message = next_message(messages);
    char *text = message ? format_text(format, arguments) : NULL;
    if (severity == TRO_ERROR)
        messages->errors++;
    if (!text) {
        messages->lost++;
        return;
    }
    *message = (tro_message){.severity = severity, .status = status, .text = text};
    locate(message, where);
    if (where && where->source && is_said(messages, message)) {
        messages->errors -= severity == TRO_ERROR;
        forget(message);
        return;
    }
    messages->count++;
}

int tro_error(tro_messages *messages, int status, const tro_place *where,
              const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(messages, TRO_ERROR, status, where, format, arguments);
    va_end(arguments);
    return status;
}

void tro_warning(tro_messages *messages, const tro_place *where, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(messages, TRO_WARNING, TRO_OK, where, format, arguments);
    va_end(arguments);
}

void tro_note(tro_messages *messages, const tro_place *where, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(messages, TRO_NOTE, TRO_OK, where, format, arguments);
    va_end(arguments);
}

static const char *severity_text(tro_severity severity)
{
    switch (severity) {
    case TRO_NOTE:
        return "note";
    case TRO_WARNING:
        return "warning";
    case TRO_ERROR:
        break;
    }
    return "error";
}

/* Bytes of a file must not steer a terminal; UTF-8 passes. */
static void add_clean(tro_text *text, const char *piece)
{
    size_t start = text->length;
    tro_text_add(text, piece);
    for (size_t k = start; k < text->length && !text->failed; k++) {
        unsigned char c = (unsigned char)text->data[k];
        if ((c < 0x20 && c != '\t' && c != '\n') || c == 0x7f)
            text->data[k] = '?';
    }
}

static void add_caret(tro_text *text, const tro_message *message)
{
    const unsigned char *line = (const unsigned char *)message->excerpt;
    int column = message->column - message->cut, length = (int)strlen(message->excerpt);
    if (column < 1 || column > length + 1)
        return;
    tro_text_add(text, "    ");
    for (int k = 0; k < column - 1; k++)
        if ((line[k] & 0xC0) != 0x80)
            tro_text_add(text, line[k] == '\t' ? "\t" : " ");
    tro_text_add(text, "^");
    for (int k = column; k < column - 1 + message->width && k < length; k++)
        if ((line[k] & 0xC0) != 0x80)
            tro_text_add(text, "~");
    tro_text_add(text, "\n");
}

char *tro_message_render(const tro_message *message)
{
    tro_text text = {0};
    if (message->file) {
        add_clean(&text, message->file);
        if (message->argument) {
            tro_text_add(&text, " ");
            add_clean(&text, message->excerpt);
        } else if (message->line > 0) {
            tro_text_addf(&text, ":%d:%d", message->line, message->column);
        }
        tro_text_add(&text, ": ");
    }
    tro_text_addf(&text, "%s: ", severity_text(message->severity));
    add_clean(&text, message->text);
    tro_text_add(&text, "\n");
    if (message->excerpt) {
        tro_text_add(&text, "    ");
        add_clean(&text, message->excerpt);
        tro_text_add(&text, "\n");
        add_caret(&text, message);
    }
    if (text.failed)
        tro_text_clear(&text);
    return text.data;
}
