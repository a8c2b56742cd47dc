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
#include "analysis/influence.h"

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
    for (size_t k = 0; status < 0 && k < messages.count; k++)
        fprintf(stderr, "bench_influence: %s\n", messages.items[k].text);
    tro_messages_clear(&messages);
    tro_influences_release(&influences);
    tro_fixed_point_release(&point);
    tro_release(values);
    close_bench(&b);
    tro_text_clear(&text);
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
    if (wanted(count, names, "matrix"))
        TRO_TRY(matrix_row());
out:
    return status < 0;
}
