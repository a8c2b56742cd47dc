/* Processor time of the verdict on the stability of large networks: by their strongly connected
 * parts, as it is found, beside Krylov's method on the whole Jacobian, in one run. Then the
 * verdicts of a one-way ring of 100,001 agents, for which Krylov's method takes many minutes,
 * and of a Barabasi-Albert network of a million. */
#include <math.h>
#include <stdio.h>
#include <time.h>

#include "analysis/krylov.h"
#include "experiment/cell.h"

#include <trophic/trophic.h>

static const char scenario[] =
    "trophic: 1\nseed: 1\noutcomes: {family: gaussian}\n"
    "agents:\n"
    "  - {group: lab, count: %zu, reference: 0, public: {shift: 1},\n"
    "     shares: {real: {draw: {beta: {a: 2, b: 6}, within: [0.05, 0.7]}}}}\n"
    "network: {generator: {%s}}\n";

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

typedef struct jacobian {
    const tro_ecosystem *eco;
    tro_workspace work;
    double *state;
} jacobian;

static int apply(void *self, const double *x, double *y)
{
    jacobian *j = self;
    tro_round_derivative(j->eco, &j->work, j->state, x, y);
    return TRO_OK;
}

/* The modulus; NaN when it does not settle. */
static double by_krylov(const tro_ecosystem *eco)
{
    jacobian j = {.eco = eco, .state = tro_allocate(eco->size, sizeof(double))};
    tro_operator op = {.size = eco->size, .apply = apply, .self = &j};
    tro_complex value = {NAN, NAN};
    int status = j.state ? tro_workspace_init(&j.work, eco) : TRO_ENOMEM;
    if (status == TRO_OK)
        status = tro_krylov_dominant(&op, &value);
    tro_workspace_release(&j.work);
    tro_release(j.state);
    return status == TRO_OK ? hypot(value.re, value.im) : NAN;
}

static int one(size_t agents, const char *generator, int krylov)
{
    char text[512];
    tro_document *document = NULL;
    tro_cell *cell = NULL;
    tro_messages messages = {0};
    int written = snprintf(text, sizeof text, scenario, agents, generator);
    int status = tro_document_read_text("bench", text, (size_t)written, &document, &messages);
    if (status == TRO_OK)
        status = tro_cell_new(document, tro_catalog_builtin(), NULL, 0, &cell, &messages);
    double start = now(), parts = NAN;
    if (status == TRO_OK)
        status = tro_cell_stability(cell, &messages);
    parts = now() - start;
    if (status < 0)
        fprintf(stderr, "bench_stability: %s\n",
                messages.count ? messages.items[0].text : "no memory");
    else
        printf("%9zu  %-42s %12.9f %9.3f s", agents, generator, cell->stability.rate, parts);
    if (status == TRO_OK && krylov) {
        start = now();
        double radius = by_krylov(cell->ecosystem), whole = now() - start;
        printf("  Krylov's method %12.9f %9.3f s, %.0f times as long", radius, whole,
               whole / parts);
        status = fabs(radius - cell->stability.rate) > 1e-8 ? TRO_ENOCONV : TRO_OK;
    }
    printf("\n");
    tro_cell_free(cell);
    tro_document_free(document);
    tro_messages_clear(&messages);
    return status < 0;
}

int main(void)
{
    static const char growing[] = "barabasi-albert: {m: 3, self: 1}";
    int failed = one(20000, growing, 1);
    failed |= one(20000, "k-regular: {k: 3}", 1);
    failed |= one(601, "ring: {reach: 1}", 1);
    failed |= one(100001, "ring: {reach: 1}", 0);
    failed |= one(1000000, growing, 0);
    return failed;
}
