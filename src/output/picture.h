/* Pictures that gnuplot draws, as files in a folder:
 *   NAME.dat   the numbers
 *   NAME.gp    the gnuplot script; `gnuplot NAME.gp` there draws it again
 *   NAME.svg   the picture, with title and description for screen readers
 *   NAME.pdf, NAME.png   the same from gnuplot's cairo terminals, if they are asked for
 * Equal texts give equal bytes (of one gnuplot). What makes the texts: figure.h and
 * diagram.h. */
#ifndef TRO_OUTPUT_PICTURE_H
#define TRO_OUTPUT_PICTURE_H

#include <trophic/messages.h>

#include "base/text.h"
#include "output/folder.h"

/* The script draws `format` ('svg', 'pdf' or 'png') into `target`, which is '-' for standard
 * output. `about` is XML: a <title> and a <desc>. One that failed for want of memory is
 * TRO_ENOMEM. */
typedef struct tro_picture {
    tro_text data, script, about;
    unsigned formats;             /* of enum tro_figures; none of them: those of the folder */
} tro_picture;                    /* zero-initialised is legal to release */
void tro_picture_release(tro_picture *picture);

/* TRO_EINVAL when this cannot be NAME: it stands in scripts and in ids. */
TRO_MUST_USE int tro_picture_check_name(const char *name, tro_messages *messages);

/* Appends gnuplot's terminal and a figure's background for a picture of that size in
 * pixels: the beginning of every script. */
void tro_picture_add_head(tro_text *script, const char *name, int width, int height);

/* Reads "svg,pdf,png", "none" or any of it; NULL: the default. TRO_EINVAL. */
TRO_MUST_USE int tro_figures_read(const char *names, unsigned *out, tro_messages *messages);

/* Writes the files into the folder, which must be there. Without gnuplot on the PATH, or
 * one without the terminal: TRO_OK, a warning, and no picture. TRO_EIO; TRO_ENOMEM;
 * TRO_ELIBRARY: gnuplot
 * failed, with its words. */
TRO_MUST_USE int tro_picture_write(const tro_picture *picture, const char *folder,
                                   const char *name, tro_messages *messages);

/* The same into a run folder; names the files that are made. Of a folder that has
 * TRO_FIGURES_NONE: nothing. */
TRO_MUST_USE int tro_picture_save(const tro_picture *picture, tro_folder *folder,
                                  const char *name, tro_messages *messages);

#endif
