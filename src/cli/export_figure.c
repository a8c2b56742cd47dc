#include "cli/export_figure.h"

#include "output/figure.h"

int tro_export_figure(tro_store *store, const char *name, tro_messages *messages)
{
    (void)store;
    (void)name;
    return tro_error(messages, TRO_EINVAL, NULL, "no figure");
}
