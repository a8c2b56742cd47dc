/* Running another program: no shell, its words captured. */
#ifndef TRO_OUTPUT_PROGRAM_H
#define TRO_OUTPUT_PROGRAM_H

#include <stddef.h>

#include <trophic/messages.h>

#include "base/text.h"

typedef struct tro_program_words {
    tro_text output, complaint;   /* its stdout and stderr; the caller clears them */
    int code;                     /* exit status, or 128 + the signal that ended it */
} tro_program_words;

/* Looks `name` up in the absolute directories of PATH: 1 and the whole path,
 * or 0. */
int tro_program_find(const char *name, char *path, size_t size);

/* Runs it in `folder` and waits. `words` arrives zero-initialised; the locale
 * is C.UTF-8, its input empty. TRO_EIO when it cannot be started; what it
 * then does is in words->code. Any thread. */
TRO_MUST_USE int tro_program_run(const char *path, char *const arguments[], const char *folder,
                                 tro_program_words *words, tro_messages *messages);

#endif
