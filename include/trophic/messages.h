/* Messages: located sentences for a person, collected in a caller's list.
 *
 * The library never prints. A function that can fail takes a tro_messages
 * and appends to it; one call may append many (all mistakes of a file at
 * once). House rules for the text: lower case, no full stop, first what is
 * wrong, then what was found (quoted with '...'), then what would be right:
 *
 *   two.yaml:7:12: unknown key 'tempreture' (did you mean 'temperature'?)
 *
 * A message copies the offending line, so it outlives the file it is about.
 * Thread rule: one list per thread; two threads may use two lists. */
#ifndef TROPHIC_MESSAGES_H
#define TROPHIC_MESSAGES_H

#include <stddef.h>

#include <trophic/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A text that was read: a file, standard input, or the value of an override
 * (then name is "--set" and text the whole argument). Unowned views. */
typedef struct tro_source {
    const char *name;
    const char *text;
    size_t length;
    int argument;    /* 1: an override's text, which has no lines to name */
} tro_source;

/* Where something stands. source NULL: nowhere in particular. Lines and
 * columns count from 1, columns in bytes; width is the number of columns the
 * caret line underlines (0 counts as 1). */
typedef struct tro_place {
    const tro_source *source;
    int line, column, width;
} tro_place;

typedef enum tro_severity { TRO_NOTE, TRO_WARNING, TRO_ERROR } tro_severity;

typedef struct tro_message {
    tro_severity severity;
    int status;      /* TRO_OK for notes and warnings */
    char *file;      /* NULL when the message has no place */
    int line, column, width;
    char *excerpt;   /* the line in question, or the part around the column; or NULL */
    int cut;         /* bytes of the line that were left out before the excerpt */
    int argument;    /* the excerpt is a whole override and stands in for line and column */
    char *text;
} tro_message;

/* Zero-initialised is empty and valid: tro_messages m = {0}; */
typedef struct tro_messages {
    tro_message *items;   /* owned, in the order in which they were added */
    size_t count, capacity;
    size_t errors;        /* how many of them are errors */
    size_t lost;          /* messages that found no memory */
} tro_messages;

/* Frees the contents; the list is empty and usable again. */
void tro_messages_clear(tro_messages *messages);

/* Appends an error and returns `status`, so that callers can write
 * `return tro_error(...)`. where may be NULL. A NULL list is legal: the
 * sentence is lost, the status is not. */
int tro_error(tro_messages *messages, int status, const tro_place *where,
              const char *format, ...) TRO_PRINTF(4, 5);

/* Appends a warning or a note. */
void tro_warning(tro_messages *messages, const tro_place *where,
                 const char *format, ...) TRO_PRINTF(3, 4);
void tro_note(tro_messages *messages, const tro_place *where,
              const char *format, ...) TRO_PRINTF(3, 4);

/* Puts words before the messages from number `first` on. */
void tro_messages_prefix(tro_messages *messages, size_t first, const char *words);

/* Renders one message as `file:line:col: error: text` (about an override:
 * `--set path=value: error: text`), then, if it has an excerpt, the line and a
 * caret line below it; ends with a newline. Control
 * characters from the file are shown as '?'. Returns a malloc'd string that
 * the caller frees, or NULL when out of memory. */
char *tro_message_render(const tro_message *message);

#ifdef __cplusplus
}
#endif
#endif
