#include "cli/progress.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/interrupt.h"

enum { CELLS = 30 };

static tro_meter clock_meter;      /* of what has none */
static _Atomic(tro_meter *) running;   /* of what is under way; parts of it may not know it */
static pthread_t printer;          /* may write to the terminal while nothing is counted */

double tro_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void begin(tro_meter *meter, int quiet)
{
    const char *terminal = getenv("TERM");
    int dumb = terminal && strcmp(terminal, "dumb") == 0;
    meter->enabled = !quiet && !dumb && isatty(STDERR_FILENO);
    meter->shown = 0;
    atomic_init(&meter->what, NULL);
    atomic_init(&meter->done, 0);
    atomic_init(&meter->total, 0);
    meter->start = meter->last = tro_clock();
}

void tro_meter_start(tro_meter *meter, int quiet)
{
    tro_clock_wipe();
    begin(meter, quiet);
    printer = pthread_self();
    atomic_store(&running, meter);
}

void tro_clock_show(int quiet)
{
    begin(&clock_meter, quiet);
    printer = pthread_self();
}

void tro_clock_wipe(void)
{
    if (clock_meter.shown) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
    }
    clock_meter.shown = 0;
}

static void add_time(char *line, size_t size, double seconds)
{
    long whole = seconds < 1e7 ? lrint(seconds) : 9999999;
    size_t at = strlen(line);
    if (whole >= 3600)
        snprintf(line + at, size - at, "%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60,
                 whole % 60);
    else
        snprintf(line + at, size - at, "%ld:%02ld", whole / 60, whole % 60);
}

/* "[###...] 10 %  12 rounds/s  0:34 left"; without a total "120 trials  12 trials/s". */
static void write_line(char *line, size_t size, double spent, const char *what, size_t done,
                       size_t total)
{
    char bar[CELLS + 1];
    double part = (double)done / (double)total, rate = spent > 0 ? (double)done / spent : 0;
    if (total == 0) {
        snprintf(line, size, "%zu %s  %.3g %s/s  ", done, what, rate, what);
        add_time(line, size, spent);
        return;
    }
    int filled = (int)(part * CELLS);
    for (int k = 0; k < CELLS; k++)
        bar[k] = k < filled ? '#' : '.';
    bar[CELLS] = '\0';
    snprintf(line, size, "[%s] %3.0f %%  %.3g %s/s  ", bar, 100 * part, rate, what);
    if (rate > 0) {
        add_time(line, size, (double)(total - done) / rate);
        snprintf(line + strlen(line), size - strlen(line), " left");
    }
}

/* The line that SIGUSR1 asked for, as one write: any thread may be here. */
static void answer(tro_meter *meter)
{
    char line[200] = "in a step that counts nothing", whole[220];
    const char *what = atomic_load(&meter->what);
    if (!what && meter->start > 0) {
        snprintf(line + strlen(line), sizeof line - strlen(line), ", ");
        add_time(line, sizeof line, tro_clock() - meter->start);
        snprintf(line + strlen(line), sizeof line - strlen(line), " so far");
    } else if (what) {
        size_t done = atomic_load(&meter->done), total = atomic_load(&meter->total);
        write_line(line, sizeof line, tro_clock() - meter->start, what,
                   done < total || !total ? done : total, total);
    }
    snprintf(whole, sizeof whole, "%s%s\n", meter->enabled ? "\r\033[K" : "", line);
    fputs(whole, stderr);
    fflush(stderr);
}

/* "working, 0:12 so far", as long as nothing is counted. */
static void show_time(tro_meter *meter)
{
    char line[40] = "";
    double now = tro_clock();
    if (now - meter->start < 1 || now - meter->last < 0.5)
        return;
    meter->last = now;
    meter->shown = 1;
    add_time(line, sizeof line, now - meter->start);
    fprintf(stderr, "\rworking, %s so far\033[K", line);
    fflush(stderr);
}

int tro_meter_stop(void *given)
{
    tro_meter *meter = given ? given : atomic_load_explicit(&running, memory_order_relaxed);
    meter = meter ? meter : &clock_meter;
    int stops = tro_interrupted();
    if (tro_progress_asked())
        answer(meter);
    if (meter->enabled && !stops && !atomic_load_explicit(&meter->what, memory_order_relaxed) &&
        pthread_equal(pthread_self(), printer))
        show_time(meter);
    return stops;
}

void tro_meter_report(void *given, const char *what, size_t done, size_t total)
{
    tro_meter *meter = given;
    char line[200];
    if (total > 0 && done > total)
        return;
    atomic_store_explicit(&meter->total, total, memory_order_relaxed);
    atomic_store_explicit(&meter->done, done, memory_order_relaxed);
    atomic_store_explicit(&meter->what, what, memory_order_relaxed);
    if (tro_progress_asked())
        answer(meter);
    if (!meter->enabled)
        return;
    double now = tro_clock();
    if (now - meter->start < 1 || now - meter->last < 0.1)
        return;
    meter->last = now;
    meter->shown = 1;
    write_line(line, sizeof line, now - meter->start, what, done, total);
    fprintf(stderr, "\r%s\033[K", line);
    fflush(stderr);
}

void tro_meter_end(tro_meter *meter)
{
    atomic_store(&running, NULL);
    if (meter->shown) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
    }
    meter->shown = meter->enabled = 0;
}
