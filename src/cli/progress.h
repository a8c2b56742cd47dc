/* A progress bar with rate and time left: on stderr, only on a terminal, only
 * for what takes longer than a second, and gone when it is done. Of what counts nothing, the
 * time so far. SIGUSR1 asks for the same line once, wherever stderr goes.
 *
 *   tro_meter meter;
 *   tro_meter_start(&meter, quiet);
 *   tro_progress progress = {tro_meter_report, tro_meter_stop, &meter};
 *   ... tro_meter_report(&meter, "rounds", done, total) ...
 *   tro_meter_end(&meter); */
#ifndef TRO_CLI_PROGRESS_H
#define TRO_CLI_PROGRESS_H

#include <stdatomic.h>
#include <stddef.h>

typedef struct tro_meter {
    int enabled, shown;
    double start, last;   /* seconds of a steady clock */
    _Atomic(const char *) what;
    atomic_size_t done, total;    /* as reported last */
} tro_meter;

void tro_meter_start(tro_meter *meter, int quiet);
/* `meter` is a tro_meter; the types are those of tro_progress. Report from one thread at a
 * time. A total of 0: not known. */
void tro_meter_report(void *meter, const char *what, size_t done, size_t total);
/* From any thread: 1 after Ctrl-C. Prints the line that SIGUSR1 asked for; before the first
 * report that nothing is counted. NULL: of the meter that was started and has not ended, if any. */
int tro_meter_stop(void *meter);
void tro_meter_end(tro_meter *meter);

/* What is done without a meter, from now on, shows the time on a terminal; until something is
 * printed (wipe). From the thread that prints. */
void tro_clock_show(int quiet);
void tro_clock_wipe(void);

/* Seconds of a steady clock. */
double tro_clock(void);

#endif
