#include "network/version.h"

#include "network/igraph_guard.h"

const char *tro_igraph_version(void)
{
    const char *version = "unknown";
    igraph_version(&version, NULL, NULL, NULL);
    return version;
}
