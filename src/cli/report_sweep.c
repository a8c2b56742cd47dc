/* The page about a sweep, from its store. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "cli/report.h"

int tro_report_sweep(tro_report *report, const char *path, tro_messages *messages)
{
    tro_store *store = NULL;
    int status = tro_store_read(path, &store, messages);
    (void)report;
    tro_store_close(store);
    return status;
}
