/* A progress bar with rate and time left: on stderr, only on a terminal, only
 * for what takes longer than a second, and gone when it is done.
 *
 *   tro_meter meter;
 *   tro_meter_start(&meter, quiet);
 *   ... tro_meter_report(&meter, "rounds", done, total) ...
 *   tro_meter_end(&meter);
 *
 * One thread at a time. */
#ifndef TRO_CLI_PROGRESS_H
#define TRO_CLI_PROGRESS_H

#include <stddef.h>

typedef struct tro_meter {
    int enabled, shown;
    double start, last;   /* seconds of a steady clock */
} tro_meter;

void tro_meter_start(tro_meter *meter, int quiet);
/* `meter` is a tro_meter; the type is that of tro_progress.report. */
void tro_meter_report(void *meter, const char *what, size_t done, size_t total);
void tro_meter_end(tro_meter *meter);

/* Seconds of a steady clock. */
double tro_clock(void);

#endif
