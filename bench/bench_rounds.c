/* The sampled part of scenarios/studies/backfire-gaussian.yaml: 19,120 runs of
 * 100 rounds of two agents in 24 dimensions, 848 cells.
 *
 * Rows: the same work as bare loops over GSL's generators (the yardstick),
 * through trophic's cells on one thread and on two, and as two independent
 * one-thread copies side by side. Ratios are within this run. */
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <malloc.h>
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "experiment/cell.h"

enum { D = 24, ROUNDS = 100, BURN_IN = 80, SHARES = 185, SCALES = 18 };

static const char SCALE[] = "network.edges.theta->phi.channel.rotations.scale";
static const char SHARE[] = "agents.theta.shares.curated";
static const char OUTPUTS[] = "advance.sampled.outputs";
static const char REPLICATES[] = "advance.sampled.replicates";

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* One cell: the influence at a scale, or the alignment at a share. */
typedef struct work {
    double scale, outputs, share;   /* share NaN: a pair around the file's own */
} work;

static size_t list_work(work *out)
{
    static const double pair_outputs[] = {4, 12, 64}, scales[] = {0.2, 0.9}, single[] = {4, 32};
    size_t count = 0;
    for (int n = 0; n < 3; n++)
        for (int s = 0; s < SCALES; s++)
            out[count++] = (work){0.05 + 0.95 * s / (SCALES - 1), pair_outputs[n], NAN};
    for (int t = 0; t < 2; t++)
        for (int n = 0; n < 2; n++)
            for (int l = 0; l < SHARES; l++)
                out[count++] = (work){scales[t], single[n], 0.95 * l / 219};
    return count;
}

/* --- through trophic ------------------------------------------------------ */

static double do_cell(const tro_document *document, const work *w)
{
    int pair = isnan(w->share);
    tro_override overrides[] = {
        {.path = SCALE, .number = w->scale, .origin = "bench"},
        {.path = OUTPUTS, .number = w->outputs, .origin = "bench"},
        {.path = REPLICATES, .number = pair ? 40 : 20, .origin = "bench"},
        {.path = SHARE, .number = pair ? 0.4 : w->share, .origin = "bench"}};
    tro_messages messages = {0};
    tro_cell *cell = NULL;
    const tro_paired *paired;
    double value = NAN;
    if (tro_cell_new(document, tro_catalog_builtin(), overrides, 4, &cell, &messages) == 0) {
        if (pair && tro_cell_paired(cell, 0, 0.02, &paired, &messages) == 0)
            value = paired->mean[0];
        else if (!pair && tro_cell_sampled(cell, &messages) == 0)
            value = cell->sampled.mean[0];
    }
    tro_cell_free(cell);
    tro_messages_clear(&messages);
    return value;
}

static double through_trophic(const tro_document *document, const work *list, size_t count,
                              int threads, double *checksum)
{
    static double values[1024];
    double start = now();
    omp_set_num_threads(threads); /* not num_threads: replicates inside must see it too */
#pragma omp parallel for schedule(dynamic, 1)
    for (size_t k = 0; k < count; k++)
        values[k] = do_cell(document, &list[k]);
    double time = now() - start;
    *checksum = 0;
    for (size_t k = 0; k < count; k++)
        *checksum += values[k];
    return time;
}

/* Both copies start when the pipe says so, and each says when it is done. */
static double two_copies(const tro_document *document, const work *list, size_t count)
{
    int go[2], done[2];
    char byte = 0;
    double checksum;
    if (pipe(go) != 0 || pipe(done) != 0)
        return NAN;
    for (int k = 0; k < 2; k++)
        if (fork() == 0) {
            if (read(go[0], &byte, 1) == 1)
                through_trophic(document, list, count, 1, &checksum);
            _exit(write(done[1], &byte, 1) != 1);
        }
    double start = now();
    if (write(go[1], "ab", 2) != 2 || read(done[0], &byte, 1) != 1 ||
        read(done[0], &byte, 1) != 1)
        return NAN;
    double time = now() - start;
    while (wait(NULL) > 0)
        ;
    for (int k = 0; k < 2; k++) {
        close(go[k]);
        close(done[k]);
    }
    return time;
}

/* --- bare loops -------------------------------------------------------------- */

typedef struct model {
    double a[D], cosine[D / 2], sine[D / 2], gp[D], gq[D];
} model;

/* One run as a person would write it, with the averages of both J. */
static void bare_run(const model *m, gsl_rng *rng, double lambda, unsigned n, double *j)
{
    double theta[D] = {0}, phi[D] = {0}, sigma = 0.2 / sqrt((double)n);
    j[0] = j[1] = 0;
    for (int t = 0; t < ROUNDS; t++) {
        double part = (double)gsl_ran_binomial(rng, lambda, n) / (double)n;
        for (int i = 0; i < D; i++)
            theta[i] = phi[i] + part * m->a[i] + gsl_ran_gaussian_ziggurat(rng, sigma);
        for (int k = 0; k < D / 2; k++) {
            double x = theta[2 * k], y = theta[2 * k + 1];
            phi[2 * k] = m->cosine[k] * x - m->sine[k] * y;
            phi[2 * k + 1] = m->sine[k] * x + m->cosine[k] * y;
        }
        for (int i = 0; i < D; i++)
            phi[i] += gsl_ran_gaussian_ziggurat(rng, sigma);
        for (int i = 0; t >= BURN_IN && i < D; i++) {
            j[0] += (m->gp[i] - 0.09 * theta[i]) * theta[i];
            j[1] += (m->gq[i] - 0.11 * phi[i]) * phi[i];
        }
    }
}

static double bare_loops(const work *list, size_t count, double *checksum)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    double start = now(), j[2];
    *checksum = 0;
    for (size_t k = 0; k < count; k++) {
        model m;
        for (int i = 0; i < D; i++) {
            m.a[i] = 0.1 * (i + 1);
            m.gp[i] = m.gq[i] = 1;
            m.cosine[i / 2] = list[k].scale * 0.5;
            m.sine[i / 2] = list[k].scale * 0.3;
        }
        int pair = isnan(list[k].share), runs = pair ? 80 : 20;
        for (int r = 0; r < runs; r++) {
            bare_run(&m, rng, pair ? 0.4 : list[k].share, (unsigned)list[k].outputs, j);
            *checksum += j[0] + j[1];
        }
    }
    gsl_rng_free(rng);
    return now() - start;
}

int main(void)
{
    static work list[1024];
    size_t count = list_work(list);
    const char *folder = getenv("TROPHIC_SCENARIOS");
    char path[4096];
    tro_messages messages = {0};
    tro_document *file, *document;
    double one = 1e9, two = 1e9, copies = 1e9, bare = 1e9, sum1 = 0, sum2 = 1, sum = 0;
    mallopt(M_TRIM_THRESHOLD, 128 << 20); /* as the program does */
    mallopt(M_TOP_PAD, 16 << 20);
    snprintf(path, sizeof path, "%s/studies/backfire-gaussian.yaml",
             folder ? folder : "scenarios");
    if (tro_document_read_file(path, &file, &messages) < 0 ||
        tro_cell_bare_document(file, &document, &messages) < 0) {
        fprintf(stderr, "bench_rounds: cannot read %s\n", path);
        return 1;
    }
    /* The best of three of each, taken in turn: machines are shared. Copies
     * first: they fork, and a fork after OpenMP would hang. */
    for (int k = 0; k < 3; k++)
        copies = fmin(copies, two_copies(document, list, count));
    for (int k = 0; k < 3; k++) {
        bare = fmin(bare, bare_loops(list, count, &sum));
        one = fmin(one, through_trophic(document, list, count, 1, &sum1));
        two = fmin(two, through_trophic(document, list, count, 2, &sum2));
    }
    printf("sampled rounds of backfire-gaussian: 19,120 runs of 100 rounds, %zu cells\n", count);
    printf("  %-46s %8.3f s\n", "bare loops over GSL, one thread", bare);
    printf("  %-46s %8.3f s   %5.2f times as fast as bare\n", "trophic, one thread", one,
           bare / one);
    printf("  %-46s %8.3f s   %5.2f times as fast as one\n", "trophic, two threads", two,
           one / two);
    printf("  %-46s %8.3f s   two threads at %.2f of their rate\n",
           "two one-thread copies side by side", copies, copies / (2 * two));
    printf("  same numbers on one and two threads: %s\n", sum1 == sum2 ? "yes" : "NO");
    tro_document_free(document);
    tro_document_free(file);
    return sum1 != sum2 || isnan(sum);
}
