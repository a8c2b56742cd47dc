/* Rounds on finite outcomes: retrainings per second of one core, exact and
 * sampled, two threads beside one, and the memory of a million agents.
 *
 * The agents train on real data, and on uncurated and curated data of some
 * eight producers each (watts-strogatz with all ties rewired); curators see four
 * candidates. The yardstick is rounds_numpy.py, which does the same exact rounds
 * with NumPy: its numbers are compared, and the ratio is of this run. Rates of
 * one core are by processor time, so that a busy machine counts less; arguments
 * are names of rows to measure alone: shared, own, sampled, threads, memory. */
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cblas.h>

#include "ecosystem/sampling.h"
#include "output/program.h"
#include "schedule/runner.h"

#include <trophic/trophic.h>

enum { AGENTS = 10000, OUTCOMES = 64, COMPARED = 3, LARGE = 1000000, LARGE_OUTCOMES = 32 };
static const char PYTHON[] = "/usr/bin/python3";

static void print_rate(const char *name, double rate, const char *more)
{
    printf("  %-46s %10.0f /s%s\n", name, rate, more);
}

static double clock_of(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* --- scenarios ---------------------------------------------------------------- */

typedef struct bench {
    tro_scenario *scenario;
    tro_ecosystem *ecosystem;
    tro_plan *plan;
} bench;

static void close_bench(bench *b)
{
    tro_plan_free(b->plan);
    tro_ecosystem_free(b->ecosystem);
    tro_scenario_free(b->scenario);
    *b = (bench){0};
}

static int open_bench(const tro_text *text, bench *out)
{
    tro_messages messages = {0};
    tro_document *document = NULL;
    int status;
    *out = (bench){0};
    TRO_TRY(tro_document_read_text("bench", text->data, text->length, &document, &messages));
    TRO_TRY(tro_scenario_new(document, tro_catalog_builtin(), &out->scenario, &messages));
    TRO_TRY(tro_ecosystem_new(out->scenario, &out->ecosystem, &messages));
    TRO_TRY(tro_plan_new(out->scenario, &out->plan, &messages));
out:
    for (size_t k = 0; status < 0 && k < messages.count; k++)
        fprintf(stderr, "bench_finite: %s\n", messages.items[k].text);
    tro_messages_clear(&messages);
    return status;
}

static const char SHARES[] = "shares: {real: 0.4, synthetic: 0.3, curated: 0.3}}\n";

static void begin_text(tro_text *text, int outcomes)
{
    tro_text_addf(text, "trophic: 1\nseed: 1\n"
                    "outcomes: {family: categorical, coordinates: {linspace: [-1, 1, %d]}}\n"
                    "network: {generator: {watts-strogatz: {k: 4, p: 1}}}\nagents:\n", outcomes);
}

/* All agents share a curator. */
static void shared_text(tro_text *text, int outcomes, int agents)
{
    begin_text(text, outcomes);
    tro_text_addf(text, "  - {group: a, count: %d, reference: {normal: {mean: 0, sd: 0.5}}, "
                    "public: {bradley-terry: {candidates: 4, reward: {linear: 1.5, curvature: 2, "
                    "centre: 0.1}}}, %s", agents, SHARES);
}

/* Every agent has a reward of its own. */
static void own_text(tro_text *text)
{
    begin_text(text, OUTCOMES);
    for (int i = 0; i < AGENTS; i++)
        tro_text_addf(text, "  - {name: a%d, reference: {normal: {mean: 0, sd: 0.5}}, public: "
                        "{bradley-terry: {candidates: 4, reward: {linear: %.17g, curvature: %.17g, "
                        "centre: 0.1}}}, %s", i, 3 * sin(i), 2 + 2 * cos(2 * i), SHARES);
}

/* A different law for every agent, so that a mistake shows. */
static double *start_of(const tro_ecosystem *eco)
{
    double *z = tro_allocate(eco->size, sizeof *z);
    for (size_t i = 0; z && i < eco->agents; i++) {
        double sum = 0;
        for (size_t x = 0; x < eco->width; x++) {
            double at = (double)x / (double)eco->width;
            z[i * eco->width + x] = 1.1 + sin((double)(i % 97) + 7 * at + (double)(i % 11) * at);
            sum += z[i * eco->width + x];
        }
        for (size_t x = 0; x < eco->width; x++)
            z[i * eco->width + x] /= sum;
    }
    return z;
}

/* --- rounds ------------------------------------------------------------------- */

static int rounds(tro_runner *runner, uint64_t replicate, const double *z, int count)
{
    int status = tro_runner_start(runner, replicate, z);
    for (int r = 0; r < count && status == TRO_OK; r++)
        status = tro_runner_round(runner);
    return status;
}

/* Seconds of a round, the best of `tries` runs of `count`; the last state of the
 * runner is that of `count` rounds from z. */
static double time_rounds(tro_runner *runner, const double *z, clockid_t clock, int tries,
                          int count)
{
    double best = INFINITY;
    for (int k = 0; k < tries; k++) {
        double from = clock_of(clock);
        if (rounds(runner, 0, z, count) < 0)
            return NAN;
        best = fmin(best, (clock_of(clock) - from) / count);
    }
    return best;
}

/* --- beside NumPy ------------------------------------------------------------- */

static int write_numbers(const char *folder, const char *name, const void *data, size_t size,
                         size_t count)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    if (!file)
        return 0;
    size_t written = fwrite(data, size, count, file);
    return (fclose(file) == 0) & (written == count);
}

/* The rule's reward at every outcome, as the scenarios above write it. */
static void reward_of(int own, int agent, double *reward)
{
    double linear = own ? 3 * sin(agent) : 1.5, curvature = own ? 2 + 2 * cos(2 * agent) : 2;
    for (int x = 0; x < OUTCOMES; x++) {
        double at = -1 + 2.0 * x / (OUTCOMES - 1), off = at - 0.1;
        reward[x] = linear * at - curvature * off * off / 2;
    }
}

static int write_rewards(const char *folder, int own)
{
    size_t rows = own ? AGENTS : 1;
    double *rewards = tro_allocate(rows * OUTCOMES, sizeof *rewards);
    for (size_t i = 0; rewards && i < rows; i++)
        reward_of(own, (int)i, rewards + i * OUTCOMES);
    int good = rewards && write_numbers(folder, "rewards", rewards, sizeof *rewards,
                                        rows * OUTCOMES);
    tro_release(rewards);
    return good;
}

/* Producer, consumer of every link. */
static int write_links(const char *folder, const tro_scenario *scenario)
{
    size_t count = scenario->edge_count;
    int64_t *ends = tro_allocate(2 * count, sizeof *ends);
    for (size_t k = 0; ends && k < count; k++) {
        ends[2 * k] = (int64_t)scenario->edges[k].from;
        ends[2 * k + 1] = (int64_t)scenario->edges[k].to;
    }
    int good = ends && write_numbers(folder, "links", ends, sizeof *ends, 2 * count);
    tro_release(ends);
    return good;
}

static void remove_folder(const char *folder)
{
    static const char *const names[] = {"rewards", "links", "reference", "start", "result"};
    char path[4128];
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[k]);
        unlink(path);
    }
    rmdir(folder);
}

/* Runs the script on what the folder holds; prints its line. */
static void run_numpy(const char *folder, double ours)
{
    const char *place = getenv("TROPHIC_BENCH");
    char here[4096], script[4128], rounds_text[16];
    char *arguments[] = {(char *)(uintptr_t)PYTHON, script, (char *)(uintptr_t)folder,
                         rounds_text, NULL};
    tro_program_words words = {0};
    tro_messages messages = {0};
    double seconds, difference;
    if (!realpath(place ? place : "bench", here))
        return;
    snprintf(script, sizeof script, "%s/rounds_numpy.py", here);
    snprintf(rounds_text, sizeof rounds_text, "%d", COMPARED);
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
    if (access(PYTHON, X_OK) != 0 ||
        tro_program_run(PYTHON, arguments, folder, &words, &messages) < 0 || words.code == 3)
        printf("  NumPy: skipped, %s has no NumPy\n", PYTHON);
    else if (words.code != 0 || sscanf(tro_text_string(&words.output), "%lf %lf", &seconds,
                                       &difference) != 2)
        printf("  NumPy: failed\n%s", tro_text_string(&words.complaint));
    else {
        char more[80];
        snprintf(more, sizeof more, "   trophic %.1f times as fast; largest difference %.1e",
                 seconds / ours, difference);
        print_rate("the same in NumPy", AGENTS / seconds, more);
    }
    tro_text_clear(&words.output);
    tro_text_clear(&words.complaint);
    tro_messages_clear(&messages);
}

/* z: where the runner started COMPARED rounds ago. */
static void beside_numpy(const bench *b, const tro_runner *runner, const double *z, int own,
                         double ours)
{
    const tro_ecosystem *eco = b->ecosystem;
    const char *temporary = getenv("TMPDIR");
    char folder[4096];
    snprintf(folder, sizeof folder, "%s/bench_finite.XXXXXX", temporary ? temporary : "/tmp");
    if (!mkdtemp(folder)) {
        printf("  NumPy: skipped, no temporary folder\n");
        return;
    }
    if (write_rewards(folder, own) && write_links(folder, b->scenario) &&
        write_numbers(folder, "reference", b->scenario->agents[0].reference, sizeof(double),
                      eco->width) &&
        write_numbers(folder, "start", z, sizeof *z, eco->size) &&
        write_numbers(folder, "result", runner->z, sizeof *z, eco->size))
        run_numpy(folder, ours);
    remove_folder(folder);
}

/* --- rows --------------------------------------------------------------------- */

static int exact_row(int own)
{
    tro_text text = {0};
    bench b;
    tro_runner runner = {0};
    double *z = NULL;
    int status;
    if (own)
        own_text(&text);
    else
        shared_text(&text, OUTCOMES, AGENTS);
    TRO_TRY(open_bench(&text, &b));
    TRO_TRY(tro_runner_init(&runner, b.ecosystem, b.plan, TRO_EXACT));
    z = start_of(b.ecosystem);
    double seconds = time_rounds(&runner, z, CLOCK_THREAD_CPUTIME_ID, own ? 5 : 15, COMPARED);
    print_rate(own ? "exact, every agent its own reward" : "exact, all agents share a curator",
               AGENTS / seconds, "");
    beside_numpy(&b, &runner, z, own, seconds);
out:
    tro_runner_release(&runner);
    tro_release(z);
    close_bench(&b);
    tro_text_clear(&text);
    return status;
}

static int sampled_row(uint64_t outputs)
{
    tro_text text = {0};
    tro_messages messages = {0};
    bench b;
    tro_runner runner = {0};
    tro_sampler *sampler = NULL;
    char name[64];
    int status;
    shared_text(&text, OUTCOMES, AGENTS);
    tro_text_addf(&text, "advance: {sampled: {outputs: %llu}}\n", (unsigned long long)outputs);
    TRO_TRY(open_bench(&text, &b));
    TRO_TRY(tro_sampler_new(b.ecosystem, &sampler, &messages));
    TRO_TRY(tro_runner_init(&runner, b.ecosystem, b.plan, TRO_SAMPLED));
    runner.sampler = sampler;
    double seconds = time_rounds(&runner, NULL, CLOCK_THREAD_CPUTIME_ID, 5, 5);
    snprintf(name, sizeof name, "sampled, %g outputs, a shared curator", (double)outputs);
    print_rate(name, AGENTS / seconds, "");
out:
    tro_runner_release(&runner);
    tro_sampler_free(sampler);
    tro_messages_clear(&messages);
    close_bench(&b);
    tro_text_clear(&text);
    return status;
}

static int threads_row(void)
{
    tro_text text = {0};
    bench b;
    tro_runner runner = {0};
    double *z = NULL, *first = NULL, one = INFINITY, two = INFINITY;
    int status, same = 1;
    shared_text(&text, OUTCOMES, AGENTS);
    TRO_TRY(open_bench(&text, &b));
    TRO_TRY(tro_runner_init(&runner, b.ecosystem, b.plan, TRO_EXACT));
    z = start_of(b.ecosystem);
    first = tro_allocate(b.ecosystem->size, sizeof *first);
    for (int k = 0; k < 20 && first; k++) {   /* in turn: machines are shared */
        omp_set_num_threads(1);
        one = fmin(one, time_rounds(&runner, z, CLOCK_MONOTONIC, 2, 5));
        memcpy(first, runner.z, b.ecosystem->size * sizeof *first);
        omp_set_num_threads(2);
        two = fmin(two, time_rounds(&runner, z, CLOCK_MONOTONIC, 2, 5));
        same &= memcmp(first, runner.z, b.ecosystem->size * sizeof *first) == 0;
    }
    char more[64];
    snprintf(more, sizeof more, "   %5.2f times as fast; same bytes: %s", one / two,
             same ? "yes" : "NO");
    print_rate("exact, shared curator, one thread", AGENTS / one, "   by the wall clock");
    print_rate("the same, two threads", AGENTS / two, more);
    status = same ? TRO_OK : TRO_EINVAL;
out:
    tro_runner_release(&runner);
    tro_release(z);
    tro_release(first);
    close_bench(&b);
    tro_text_clear(&text);
    return status;
}

static int large_rounds(void)
{
    tro_text text = {0};
    bench b;
    tro_runner runner = {0};
    clockid_t clock = CLOCK_THREAD_CPUTIME_ID;
    int status;
    shared_text(&text, LARGE_OUTCOMES, LARGE);
    double from = clock_of(clock);
    TRO_TRY(open_bench(&text, &b));
    TRO_TRY(tro_runner_init(&runner, b.ecosystem, b.plan, TRO_EXACT));
    double begun = clock_of(clock);
    TRO_TRY(rounds(&runner, 0, NULL, 3));
    printf("  1,000,000 agents, 32 outcomes: read and compiled in %.1f s, a round in %.2f s\n",
           begun - from, (clock_of(clock) - begun) / 3);
out:
    fflush(stdout);
    tro_runner_release(&runner);
    close_bench(&b);
    tro_text_clear(&text);
    return status;
}

/* In a process of its own, whose memory is its own. */
static int memory_row(void)
{
    struct rusage usage;
    int code = 1;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        omp_set_num_threads(1);
        _exit(large_rounds() < 0);
    }
    if (child < 0 || waitpid(child, &code, 0) != child || code != 0 ||
        getrusage(RUSAGE_CHILDREN, &usage) != 0)
        return TRO_ENOMEM;
    printf("  %-46s %10.2f GiB\n", "its most memory, reading included",
           (double)usage.ru_maxrss / (1 << 20));
    return TRO_OK;
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
    printf("rounds on finite outcomes: 10,000 agents, 64 outcomes, 8 producers each, 4 "
           "candidates\n");
    /* Memory first: it forks, and a fork after OpenMP would hang. */
    if (wanted(count, names, "memory"))
        TRO_TRY(memory_row());
    omp_set_num_threads(1);
    if (wanted(count, names, "shared"))
        TRO_TRY(exact_row(0));
    if (wanted(count, names, "own"))
        TRO_TRY(exact_row(1));
    if (wanted(count, names, "sampled")) {
        TRO_TRY(sampled_row(10));
        TRO_TRY(sampled_row(1000000000));
    }
    if (wanted(count, names, "threads"))
        TRO_TRY(threads_row());
out:
    return status < 0;
}
