#include "cli/printing.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/memory.h"
#include "cli/progress.h"
#include "output/utf8.h"

void tro_streams_secure(void)
{
    static const int mode[3] = {O_WRONLY, O_RDONLY, O_RDWR};
    for (int k = 0; k < 3; k++)
        if (fcntl(k, F_GETFD) < 0 && errno == EBADF && open("/dev/null", mode[k]) != k)
            exit(1);
    /* A file that meets a limit is an error to report, not a reason to die. */
    signal(SIGXFSZ, SIG_IGN);
}

int tro_put(const tro_text *text, tro_messages *messages)
{
    const char *at = text->data;
    size_t left = text->length;
    char reason[128];
    if (text->failed)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory");
    tro_clock_wipe();
    while (left > 0) {
        ssize_t written = write(STDOUT_FILENO, at, left);
        if (written < 0 && errno != EINTR)
            return tro_error(messages, TRO_EIO, NULL, "cannot write to standard output: %s",
                             strerror_r(errno, reason, sizeof reason));
        if (written > 0) {
            at += written;
            left -= (size_t)written;
        }
    }
    return TRO_OK;
}

int tro_output_width(int most)
{
    const char *given = getenv("COLUMNS");
    struct winsize size;
    long long width = most;
    if (!given || !tro_parse_whole(given, &width) || width <= 0) {
        int terminal = isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
        width = terminal && size.ws_col > 0 ? size.ws_col : most;
    }
    return width > most ? most : width < 40 ? 40 : (int)width;
}

void tro_say(int quiet, const char *format, ...)
{
    va_list arguments;
    if (quiet)
        return;
    tro_clock_wipe();
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

static int wants_colour(void)
{
    const char *off = getenv("NO_COLOR"), *terminal = getenv("TERM");
    return isatty(STDERR_FILENO) && !(off && *off) &&
           !(terminal && strcmp(terminal, "dumb") == 0);
}

/* The text as rendered is FILE:LINE:COLUMN: WORD: SENTENCE, the line in
 * question, and the carets. */
static void print_coloured(const char *text, const tro_message *message)
{
    static const char *const words[] = {"note: ", "warning: ", "error: "};
    static const char *const colours[] = {"\033[36m", "\033[35m", "\033[1;31m"};
    const char *word = strstr(text, words[message->severity]);
    const char *caret = message->excerpt ? strrchr(text, '^') : NULL;
    if (!word) {
        fputs(text, stderr);
        return;
    }
    size_t length = strlen(words[message->severity]) - 1;
    fprintf(stderr, "%.*s%s%.*s\033[0m", (int)(word - text), text,
            colours[message->severity], (int)length, word);
    text = word + length;
    if (caret && caret > text)
        fprintf(stderr, "%.*s\033[32m%s\033[0m", (int)(caret - text), text, caret);
    else
        fputs(text, stderr);
}

static int comes_later(const tro_message *a, const tro_message *b)
{
    if (!a->file || !b->file || strcmp(a->file, b->file) != 0)
        return 0;
    return a->line > b->line || (a->line == b->line && a->column > b->column);
}

/* Mistakes were found in the order of the steps of reading; a person reads
 * from top to bottom. Messages of other files, or of none, stay in place. */
static void sort_by_line(tro_messages *messages)
{
    for (size_t k = 1; k < messages->count; k++) {
        tro_message moved = messages->items[k];
        size_t at = k;
        for (; at > 0 && comes_later(&messages->items[at - 1], &moved); at--)
            messages->items[at] = messages->items[at - 1];
        messages->items[at] = moved;
    }
}

void tro_say_messages(tro_messages *messages, int quiet)
{
    int colour = wants_colour();
    tro_clock_wipe();
    sort_by_line(messages);
    for (size_t k = 0; k < messages->count; k++) {
        const tro_message *message = &messages->items[k];
        if (quiet && message->severity != TRO_ERROR)
            continue;
        char *text = tro_message_render(message);
        if (!message->file)
            fputs("trophic: ", stderr);
        if (!text)
            fputs(message->text, stderr);
        else if (colour)
            print_coloured(text, message);
        else
            fputs(text, stderr);
        tro_release(text);
    }
    if (messages->lost > 0)
        fprintf(stderr, "trophic: %zu messages found no memory\n", messages->lost);
    tro_messages_clear(messages);
}

/* Controls, and marks that turn the direction of what follows. */
static int is_harmful(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x200e && code <= 0x200f) ||
           (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

void tro_add_clean(tro_text *text, const char *name)
{
    while (*name) {
        uint32_t code;
        size_t length = tro_utf8_next(name, &code);
        int broken = code == 0xfffd && length == 1;
        if (broken || is_harmful(code))
            tro_text_add(text, "?");
        else
            tro_text_add_n(text, name, length);
        name += length;
    }
}

void tro_add_cut(tro_text *text, const char *name, size_t most)
{
    static const char ellipsis[] = "\u2026";
    tro_text clean = {0};
    tro_add_clean(&clean, name);
    const char *at = tro_text_string(&clean);
    size_t whole = tro_utf8_width(at), passed = 0, end = most / 3, start = most - end - 1;
    int cut = 0;
    text->failed |= clean.failed;
    while (*at) {
        uint32_t code;
        size_t length = tro_utf8_next(at, &code);
        passed += (size_t)tro_utf8_columns(code);
        if (whole <= most || (!cut && passed <= start) ||
            (cut && whole - passed + (size_t)tro_utf8_columns(code) <= end)) {
            tro_text_add_n(text, at, length);
        } else if (!cut) {
            tro_text_add(text, ellipsis);
            cut = 1;
        }
        at += length;
    }
    tro_text_clear(&clean);
}

void tro_add_number(tro_text *text, double value, int digits)
{
    char buffer[32];
    tro_text_add(text, isnan(value) ? "-" : tro_format_short(buffer, value, digits));
}

static void add_blanks(tro_text *text, size_t count)
{
    tro_text_addf(text, "%*s", (int)count, "");
}

void tro_add_wrapped(tro_text *text, const char *words, size_t margin, size_t width)
{
    size_t column = 0;
    words += strspn(words, " \n");
    while (*words) {
        size_t length = strcspn(words, " \n");
        char *word = tro_allocate(length + 1, 1);
        if (!word) {
            text->failed = 1;
            return;
        }
        memcpy(word, words, length);
        size_t shown = tro_utf8_width(word);
        if (column > 0 && margin + column + 1 + shown > width) {
            tro_text_add(text, "\n");
            column = 0;
        }
        if (column == 0)
            add_blanks(text, margin);
        else
            tro_text_add(text, " ");
        column += shown + (column > 0);
        tro_add_clean(text, word);
        tro_release(word);
        words += length;
        words += strspn(words, " \n");
    }
    tro_text_add(text, "\n");
}

void tro_add_entry(tro_text *text, const char *term, const char *words, size_t margin)
{
    enum { WIDTH = 99 };
    tro_text paragraph = {0};
    tro_add_wrapped(&paragraph, words, margin, WIDTH);
    tro_text_addf(text, "%-*s", (int)margin, term);
    if (paragraph.length > margin)
        tro_text_add(text, paragraph.data + margin);
    else
        tro_text_add(text, "\n");
    tro_text_clear(&paragraph);
}
