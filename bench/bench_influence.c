/* Influences on finite outcomes: the whole matrix beside finite differences, the
 * gradient of a welfare beside its fixed point, and Anderson's acceleration beside
 * plain rounds.
 *
 * Agents train on real data, and on uncurated and curated data of some eight producers
 * each (watts-strogatz with all ties rewired); curators see four candidates, and every
 * agent's users have a reward of their own. Times are by the wall clock; arguments are
 * names of rows to measure alone: gradient, matrix, anderson. */
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cblas.h>

#include "analysis/fixed_point.h"
#include "analysis/gradient.h"

#include <trophic/trophic.h>

enum { AGENTS = 200, OUTCOMES = 16, LARGE = 100000 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* --- scenarios ---------------------------------------------------------------- */

typedef struct bench {
    tro_scenario *scenario;
    tro_ecosystem *ecosystem;
} bench;

static void close_bench(bench *b)
{
    tro_ecosystem_free(b->ecosystem);
    tro_scenario_free(b->scenario);
    *b = (bench){0};
}

static int open_bench(const tro_text *text, bench *out, tro_messages *messages)
{
    tro_document *document = NULL;
    int status;
    *out = (bench){0};
    TRO_TRY(tro_document_read_text("bench", text->data, text->length, &document, messages));
    TRO_TRY(tro_scenario_new(document, tro_catalog_builtin(), &out->scenario, messages));
    TRO_TRY(tro_ecosystem_new(out->scenario, &out->ecosystem, messages));
out:
    return status;
}

static void begin_text(tro_text *text)
{
    tro_text_addf(text, "trophic: 1\nseed: 1\n"
                  "outcomes: {family: categorical, coordinates: {linspace: [-1, 1, %d]}}\n"
                  "network: {generator: {watts-strogatz: {k: 4, p: 1}}}\nagents:\n", OUTCOMES);
}

#define LAW "reference: {normal: {mean: 0, sd: 0.5}}, reward: {linear: 1}"

/* Every agent's users have a reward of their own. */
static void own_text(tro_text *text, int agents, const char *shares)
{
    begin_text(text);
    for (int i = 0; i < agents; i++)
        tro_text_addf(text, "  - {name: a%d, " LAW ", public: {bradley-terry: {candidates: 4, "
                      "reward: {linear: %.17g, curvature: %.17g, centre: 0.1}}}, shares: %s}\n",
                      i, 3 * sin(i), 2 + 2 * cos(2 * i), shares);
}

static const char SHARES[] = "{real: 0.4, synthetic: 0.3, curated: 0.3}";

static void complain(int status, const tro_messages *messages)
{
    for (size_t k = 0; status < 0 && k < messages->count; k++)
        fprintf(stderr, "bench_influence: %s\n", messages->items[k].text);
}

/* --- the matrix ----------------------------------------------------------------- */

/* A column by central differences of fixed points from the one that is known. */
static double difference_seconds(const tro_ecosystem *eco, const double *values)
{
    enum { COLUMNS = 2 };
    double from = now(), worst = 0;
    for (size_t of = 0; of < COLUMNS; of++)
        for (size_t on = 0; on < 2; on++) {
            double value;
            if (tro_influence_difference(eco, on, of, 1e-5, &value, NULL) < 0)
                return NAN;
            worst = fmax(worst, fabs(value - values[on * eco->agents + of]));
        }
    /* One pair of fixed points gives a column, whoever it is about. */
    double column = (now() - from) / (2 * COLUMNS);
    printf("  largest difference from finite differences      %10.1e\n", worst);
    return column * (double)eco->agents;
}

static int matrix_row(void)
{
    tro_text text = {0};
    tro_messages messages = {0};
    bench b;
    tro_fixed_point point = {0};
    tro_influences influences = {0};
    double *values = NULL;
    int status;
    own_text(&text, AGENTS, SHARES);
    TRO_TRY(open_bench(&text, &b, &messages));
    size_t n = b.ecosystem->agents;
    values = tro_allocate(n, n * sizeof *values);
    double from = now();
    TRO_TRY(tro_fixed_point_find(b.ecosystem, NULL, 1e-12, &point, &messages));
    double found = now();
    TRO_TRY(tro_influences_init(&influences, b.ecosystem, point.z, &messages));
    TRO_TRY(tro_influence_matrix(&influences, values, &messages));
    double done = now();
    printf("the whole matrix, %d agents, %d outcomes, %d threads\n", AGENTS, OUTCOMES,
           omp_get_max_threads());
    printf("  fixed point %37.3f s\n  matrix, conditioning included %19.3f s   %zu solves of "
           "%.0f products; conditioning %.3f\n", found - from, done - found,
           influences.resolvent.solves,
           (double)influences.resolvent.products / (double)influences.resolvent.solves,
           influences.resolvent.condition);
    double yardstick = difference_seconds(b.ecosystem, values);
    printf("  the same by differences of fixed points %9.1f s   (estimated from two columns)\n",
           yardstick);
out:
    complain(status, &messages);
    tro_messages_clear(&messages);
    tro_influences_release(&influences);
    tro_fixed_point_release(&point);
    tro_release(values);
    close_bench(&b);
    tro_text_clear(&text);
    return status;
}

/* --- the gradient of a welfare ------------------------------------------------------ */

static int large_gradient(int own)
{
    tro_text text = {0};
    tro_messages messages = {0};
    bench b;
    tro_fixed_point point = {0};
    tro_influences influences = {0};
    tro_welfare_gradient gradient = {0};
    int status;
    if (own) {
        own_text(&text, LARGE, SHARES);
    } else {
        begin_text(&text);
        tro_text_addf(&text, "  - {group: a, count: %d, " LAW ", public: {bradley-terry: "
                      "{candidates: 4, reward: {linear: 1.5, curvature: 2, centre: 0.1}}}, "
                      "shares: %s}\n", LARGE, SHARES);
    }
    TRO_TRY(open_bench(&text, &b, &messages));
    tro_text_clear(&text);
    double from = now();
    TRO_TRY(tro_fixed_point_find(b.ecosystem, NULL, 1e-12, &point, &messages));
    double found = now();
    TRO_TRY(tro_influences_init(&influences, b.ecosystem, point.z, &messages));
    double begun = now();
    size_t before = influences.resolvent.products;
    TRO_TRY(tro_influence_gradient(&influences, NULL, &gradient, &messages));
    double done = now();
    printf("the gradient of a welfare by %d curated shares and %zu edge weights, %s\n", LARGE,
           2 * b.scenario->edge_count, own ? "a curator for each" : "a shared curator");
    printf("  fixed point %37.2f s   %d rounds, residual %.1e\n", found - from, point.rounds,
           point.residual);
    printf("  gradient %40.2f s   %.1f times that; %zu products\n", done - begun,
           (done - begun) / (found - from), influences.resolvent.products - before);
    printf("  conditioning %36.2f s   %.1f times that; %.3f\n", begun - found,
           (begun - found) / (found - from), influences.resolvent.condition);
out:
    complain(status, &messages);
    fflush(stdout);
    return status;
}

/* In a process of its own, whose memory is its own. */
static int gradient_row(int own)
{
    struct rusage usage;
    int code = 1;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0)
        _exit(large_gradient(own) < 0);
    if (child < 0 || wait4(child, &code, 0, &usage) != child || code != 0)
        return TRO_ENOMEM;
    printf("  most memory, reading included %19.2f GiB\n",
           (double)usage.ru_maxrss / (1 << 20));
    return TRO_OK;
}

/* --- acceleration ---------------------------------------------------------------------- */

/* Rounds to 1e-12 at a spectral radius of 0.90, 0.95 and 0.99. */
static int anderson_row(void)
{
    static const char *const shares[] = {"{real: 0.11, synthetic: 0.65, curated: 0.24}",
                                         "{real: 0.055, synthetic: 0.7, curated: 0.245}",
                                         "{real: 0.0155, synthetic: 0.85, curated: 0.1345}"};
    tro_messages messages = {0};
    int status = TRO_OK;
    printf("rounds to a residual of 1e-12, %d agents, %d outcomes\n", AGENTS, OUTCOMES);
    for (size_t k = 0; k < sizeof shares / sizeof *shares; k++) {
        tro_text text = {0};
        bench b;
        tro_fixed_point fast = {0}, plain = {0}, less = {0};
        own_text(&text, AGENTS, shares[k]);
        TRO_TRY(open_bench(&text, &b, &messages));
        double from = now();
        TRO_TRY(tro_fixed_point_find(b.ecosystem, NULL, 1e-12, &fast, &messages));
        double between = now();
        TRO_TRY(tro_fixed_point_by_rounds(b.ecosystem, NULL, 1e-12, 100000, &plain, &messages));
        double end = now();
        TRO_TRY(tro_fixed_point_by_rounds(b.ecosystem, NULL, 1e-10, 100000, &less, &messages));
        printf("  factor per round %.4f: %4d accelerated, %5d plain, a ratio of %.2f; %.3f and "
               "%.3f s\n", pow(plain.residual / less.residual,
                                1.0 / (plain.rounds - less.rounds)),
               fast.rounds, plain.rounds, (double)fast.rounds / plain.rounds, between - from,
               end - between);
        tro_fixed_point_release(&fast);
        tro_fixed_point_release(&plain);
        tro_fixed_point_release(&less);
        tro_text_clear(&text);
        close_bench(&b);
    }
out:
    complain(status, &messages);
    tro_messages_clear(&messages);
    return status;
}

static int wanted(int count, char **names, const char *row)
{
    for (int k = 1; k < count; k++)
        if (strcmp(names[k], row) == 0)
            return 1;
    return count < 2;
}

int main(int count, char **names)
{
    int status = TRO_OK;
    openblas_set_num_threads(1);   /* as the program does */
    /* First what forks: a fork after OpenMP would hang. */
    if (wanted(count, names, "gradient")) {
        TRO_TRY(gradient_row(0));
        TRO_TRY(gradient_row(1));
    }
    if (wanted(count, names, "anderson"))
        TRO_TRY(anderson_row());
    if (wanted(count, names, "matrix"))
        TRO_TRY(matrix_row());
out:
    return status < 0;
}
