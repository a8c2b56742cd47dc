/* Files that appear whole or not at all.
 *
 * A tro_file is written beside its target, under a name of its own in the
 * same directory (".trophic-PID-N.part"), and takes the target's name when it
 * is committed: buffer out, fsync, rename. Whatever goes wrong before that
 * (disk full, a limit, an abort) leaves no trace, and an older file of that
 * name stays as it was.
 *
 *   tro_file file = {0};
 *   TRO_TRY(tro_file_open(&file, "out/table.txt", messages));
 *   TRO_TRY(tro_file_add(&file, text, strlen(text)));
 *   TRO_TRY(tro_file_commit(&file));
 * out:
 *   tro_file_abort(&file);      // does nothing after a commit
 *
 * A symbolic link is followed. What is no regular file (a device, a pipe) has
 * no beside: it is written straight through, and so is what is open already
 * (/dev/stdout, /dev/stderr, /dev/fd/N), whatever it leads to. Errors are
 * TRO_EIO (or TRO_ENOMEM) with a sentence that names the path and the
 * system's reason; a file reports its first one, and every later call
 * returns its status again. One thread per file. */
#ifndef TRO_OUTPUT_FILE_H
#define TRO_OUTPUT_FILE_H

#include <stddef.h>
#include <stdint.h>

#include <trophic/messages.h>

#include "base/text.h"

typedef struct tro_file {
    char *path;             /* owned: as the caller named it */
    char *target, *beside;  /* owned: links resolved; beside NULL: straight through */
    char *buffer;           /* owned */
    size_t filled;
    uint64_t bytes;         /* added so far */
    int descriptor, open, status;
    tro_messages *messages; /* unowned: must outlive the file */
} tro_file;                 /* zero-initialised is closed and valid */

/* Opens for writing; the directory must be there. `file` needs no
 * initialisation. After a failure there is nothing to abort. */
TRO_MUST_USE int tro_file_open(tro_file *file, const char *path, tro_messages *messages);

/* Appends bytes; buffered. Returns TRO_OK or the status of the first error. */
int tro_file_add(tro_file *file, const char *data, size_t length);

/* Appends what `path` holds from byte `at` to before byte `end`; TRO_EIO when it is shorter. */
TRO_MUST_USE int tro_file_copy(tro_file *file, const char *path, uint64_t at, uint64_t end);

/* Makes the file appear. In every case `file` is closed afterwards; on an
 * error nothing has appeared. */
TRO_MUST_USE int tro_file_commit(tro_file *file);

/* Gives the file up; legal at any time, also after a commit. */
void tro_file_abort(tro_file *file);

/* All of it at once. */
TRO_MUST_USE int tro_file_write(const char *path, const char *data, size_t length,
                                tro_messages *messages);

/* Appends all that the file holds, however long it is. TRO_EIO, TRO_ENOMEM. */
TRO_MUST_USE int tro_file_read(const char *path, tro_text *out, tro_messages *messages);

/* Creates the directory `path` and those above it that are missing. *created
 * (which may be NULL) says whether the last one is new. */
TRO_MUST_USE int tro_file_make_folder(const char *path, int *created, tro_messages *messages);

/* 1 when `name` (without a folder) is one that a tro_file writes under before
 * it commits; and 1 when, besides, the process that wrote it is gone. */
int tro_file_is_part(const char *name);
int tro_file_is_abandoned(const char *name);

#endif
