/* Which characters no installed font has: gnuplot's cairo terminals draw boxes as large as the
 * picture in their place. */
#ifndef TRO_OUTPUT_FONTS_H
#define TRO_OUTPUT_FONTS_H

#include <trophic/messages.h>

#include "base/text.h"

/* Appends to `out` the text with '?' for such characters, and to `lacking` each of them once, at
 * most twelve. Asks fontconfig's fc-list; where there is none, all are taken to be there.
 * Returns how many different ones there are, or a status. */
TRO_MUST_USE int tro_fonts_replace(const char *text, tro_text *out, tro_text *lacking,
                                   tro_messages *messages);

#endif
