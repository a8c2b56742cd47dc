/* Which igraph this is. */
#ifndef TRO_NETWORK_VERSION_H
#define TRO_NETWORK_VERSION_H

/* "0.10.2"; static. */
const char *tro_igraph_version(void);

#endif
