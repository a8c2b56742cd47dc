#include "cli/progress.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { CELLS = 30 };

double tro_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void tro_meter_start(tro_meter *meter, int quiet)
{
    const char *terminal = getenv("TERM");
    int dumb = terminal && strcmp(terminal, "dumb") == 0;
    *meter = (tro_meter){.enabled = !quiet && !dumb && isatty(STDERR_FILENO)};
    meter->start = meter->last = tro_clock();
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

static void draw(const tro_meter *meter, double now, const char *what, size_t done,
                 size_t total)
{
    char bar[CELLS + 1], line[200];
    double part = (double)done / (double)total, spent = now - meter->start;
    double rate = (double)done / spent;
    int filled = (int)(part * CELLS);
    for (int k = 0; k < CELLS; k++)
        bar[k] = k < filled ? '#' : '.';
    bar[CELLS] = '\0';
    snprintf(line, sizeof line, "[%s] %3.0f %%  %.3g %s/s  ", bar, 100 * part, rate, what);
    if (done > 0) {
        add_time(line, sizeof line, (double)(total - done) / rate);
        strcat(line, " left");
    }
    fprintf(stderr, "\r%s\033[K", line);
    fflush(stderr);
}

void tro_meter_report(void *given, const char *what, size_t done, size_t total)
{
    tro_meter *meter = given;
    if (!meter->enabled || total == 0 || done > total)
        return;
    double now = tro_clock();
    if (now - meter->start < 1 || now - meter->last < 0.1)
        return;
    meter->last = now;
    meter->shown = 1;
    draw(meter, now, what, done, total);
}

void tro_meter_end(tro_meter *meter)
{
    if (meter->shown) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
    }
    meter->shown = meter->enabled = 0;
}
