/* A run folder: a directory whose files are all of one run, or none.
 *
 * tro_folder_open is called before anything is computed: it refuses a folder
 * that holds something, creates what is missing, proves that it can write
 * there and keeps other runs out (a lock that ends with the process). Every
 * file is named with tro_folder_add before it is written. unfinished.json
 * lists the names meanwhile; tro_folder_commit writes manifest.json (see
 * manifest.h) as the last file and removes unfinished.json. So a folder with
 * a manifest and nothing unfinished is whole.
 *
 *   tro_folder folder = {0};
 *   const char *path;
 *   TRO_TRY(tro_folder_open(&folder, "runs/a", TRO_FOLDER_NEW, messages));
 *   TRO_TRY(tro_folder_add(&folder, "rounds.csv", &path, messages));
 *   ... write path ...
 *   TRO_TRY(tro_folder_commit(&folder, facts, fact_count, messages));
 * out:
 *   tro_folder_close(&folder);
 *
 * A file that no manifest lists is never touched, not even with force. One
 * thread per folder. */
#ifndef TRO_OUTPUT_FOLDER_H
#define TRO_OUTPUT_FOLDER_H

#include <stddef.h>

#include <trophic/messages.h>

#include "base/memory.h"
#include "output/json.h"

typedef enum tro_folder_mode {
    TRO_FOLDER_NEW = 0,    /* what holds anything is refused: TRO_EEXIST */
    TRO_FOLDER_FORCE = 1,  /* files of an earlier run go, at once; others stay */
    TRO_FOLDER_RESUME = 2, /* files and facts of an earlier run stay and count */
    TRO_FOLDER_CONTINUE = 3 /* as NEW; but files of a run that left TRO_CHECKPOINT stay until the
                              commit, and those that are not named again go then */
} tro_folder_mode;

/* The file of a run that can be gone on with. */
#define TRO_CHECKPOINT "checkpoint.bin"

/* In which formats figures are drawn there (picture.h). */
enum tro_figures {
    TRO_FIGURES_DEFAULT = 0, TRO_FIGURES_SVG = 1, TRO_FIGURES_PDF = 2, TRO_FIGURES_PNG = 4,
    TRO_FIGURES_NONE = 8   /* no figures, neither scripts nor data */
};

typedef struct tro_folder {
    char *path;                   /* owned */
    int descriptor, open, created;
    int touched;                  /* since it was opened or committed */
    tro_folder_mode mode;
    unsigned figures;             /* of enum tro_figures; set by the owner after opening */
    tro_arena arena;              /* owns names, paths and facts */
    const char **names, **paths;  /* owned arrays of `capacity` */
    size_t count, capacity;
    size_t stale;                 /* of them, the first: of the run that is gone on with, and
                                     not named again yet */
    int continues;                /* there is such a run */
    const tro_fact *facts;        /* of the run that is resumed */
    size_t fact_count;
} tro_folder;                     /* zero-initialised is closed and valid */

/* Opens or creates the folder. `folder` needs no initialisation; after a
 * failure there is nothing to close and the folder is as before, unless files
 * of an earlier run were being replaced. TRO_EEXIST: it holds something, or
 * another run writes to it; TRO_EIO: no such place, or no right to write. */
TRO_MUST_USE int tro_folder_open(tro_folder *folder, const char *path, tro_folder_mode mode,
                                 tro_messages *messages);

/* Names a file (no '/', not beginning with '.'); *path, which may be NULL, is
 * where to write it, owned by the folder. A name may come again. TRO_EEXIST
 * when a file of that name is there and is not ours. */
TRO_MUST_USE int tro_folder_add(tro_folder *folder, const char *name, const char **path,
                                tro_messages *messages);

/* Takes a name back (its file was not made, or is gone). */
TRO_MUST_USE int tro_folder_drop(tro_folder *folder, const char *name, tro_messages *messages);

/* Digests the files, in the order in which they were named, and writes the
 * manifest. Facts of a resumed run stay unless a new one has their key.
 * TRO_EIO when a named file is not there. The folder stays open. */
TRO_MUST_USE int tro_folder_commit(tro_folder *folder, const tro_fact *facts, size_t count,
                                   tro_messages *messages);

/* Lets go; legal at any time. Without a commit, files that were written stay
 * with unfinished.json; a folder without any is removed if open made it. */
void tro_folder_close(tro_folder *folder);

#endif
