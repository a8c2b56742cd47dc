/* Many tiny replicates: `trophic run` of 20,000 replicates of 20 rounds of two
 * agents, every round recorded, with one thread and with two.
 *
 * TROPHIC names the program; by default it is the one of this build folder.
 * Ratios are within this run. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char scenario[] =
    "trophic: 1\n"
    "seed: 1\n"
    "outcomes: {family: gaussian, dimension: 1, covariance: 1}\n"
    "agents:\n"
    "  - {name: theta, reference: 0, reward: {linear: 1}, public: {shift: 1},\n"
    "     shares: {real: 0.5, curated: 0.5}, displaces: real}\n"
    "  - {name: phi, reference: 0, reward: {linear: -1}, public: {shift: -1},\n"
    "     shares: {real: 0.5, curated: 0.5}, displaces: real}\n"
    "network:\n"
    "  edges:\n"
    "    - {from: theta, to: theta, weight: 0.3}\n"
    "    - {from: phi, to: theta, weight: 0.7}\n"
    "    - {from: phi, to: phi, weight: 0.7}\n"
    "    - {from: theta, to: phi, weight: 0.3}\n"
    "schedule: {synchronous: {rounds: 20}}\n"
    "advance: {sampled: {outputs: 20, replicates: 20000}}\n";

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Runs the program in the present folder; NaN when it fails. */
static double time_run(const char *program, const char *threads)
{
    double start = now();
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        if (freopen("/dev/null", "w", stdout))
            execl(program, program, "run", "tiny.yaml", "--quiet", "--force", "--threads",
                  threads, "--out", threads, (char *)NULL);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
        return NAN;
    return now() - start;
}

static int write_scenario(void)
{
    FILE *file = fopen("tiny.yaml", "w");
    if (!file)
        return -1;
    int fine = fputs(scenario, file) >= 0;
    return fclose(file) == 0 && fine ? 0 : -1;
}

int main(void)
{
    const char *given = getenv("TROPHIC");
    char folder[] = "bench_run.XXXXXX";
    double one = INFINITY, two = INFINITY;
    char *program = realpath(given ? given : "trophic", NULL);
    if (!program || !mkdtemp(folder) || chdir(folder) != 0 || write_scenario() != 0) {
        fprintf(stderr, "bench_run: no program, or no folder to run it in\n");
        return 1;
    }
    for (int k = 0; k < 3; k++) { /* in turn: machines are shared */
        double first = time_run(program, "1"), second = time_run(program, "2");
        one = first < one ? first : one;
        two = second < two ? second : two;
    }
    int same = system("cmp -s 1/rounds.csv 2/rounds.csv") == 0;
    printf("run, rows and all: 20,000 replicates of 20 rounds of two agents\n");
    printf("  %-46s %8.3f s\n", "one thread", one);
    printf("  %-46s %8.3f s   %5.2f times as fast as one\n", "two threads", two, one / two);
    printf("  same bytes with one and two threads: %s\n", same ? "yes" : "NO");
    free(program);
    return system("rm -r 1 2 tiny.yaml") != 0 || chdir("..") != 0 || rmdir(folder) != 0 || !same;
}
