/* The figure of a sweep: curves over one axis, maps over two. */
#ifndef TRO_CLI_EXPORT_FIGURE_H
#define TRO_CLI_EXPORT_FIGURE_H

#include "output/store.h"

/* Writes NAME.svg, NAME.gp and NAME.dat; `name` may have folders in front. TRO_EINVAL: the
 * sweep has nothing that could be drawn so. */
TRO_MUST_USE int tro_export_figure(tro_store *store, const char *name, unsigned formats,
                                   tro_messages *messages);

#endif
