/* A sweep of 200 cells of 50 agents, 50 rounds and 10 replicates, every round of every
 * replicate kept: two workers beside two independent halves side by side, what a kill in the
 * middle costs, and the memory of 200 cells beside that of 20.
 *
 * TROPHIC names the program; by default it is the one of this build folder. Ratios are
 * within this run. */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { TIMES = 2 };

static const char scenario[] =
    "trophic: 1\n"
    "seed: 1\n"
    "outcomes: {family: gaussian, dimension: 1, covariance: 1}\n"
    "agents: [{group: g, count: 50, reference: 0, reward: {linear: 1}, public: {shift: 1},\n"
    "          shares: {real: 0.5, curated: 0.5}, displaces: real}]\n"
    "network: {generator: {ring: {reach: 2, mutual: true, self: 1}}}\n"
    "schedule: {synchronous: {rounds: 50}}\n"
    "advance: {sampled: {outputs: 100, replicates: 10}}\n"
    "sweep:\n"
    "  vary:\n"
    "    agents.g.shares.curated: {linspace: [0.1, 0.5, 20]}\n"
    "    agents.g.learning-rate: {linspace: [0.1, 1, 10]}\n"
    "  rounds: yes\n";

static const char *program;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Starts a sweep into the store; `extra` is one more option, or two, or NULL. */
static pid_t start(const char *store, const char *workers, const char *extra, const char *value)
{
    pid_t child = fork();
    if (child == 0) {
        if (freopen("/dev/null", "w", stdout))
            execl(program, program, "sweep", "bench.yaml", "--quiet", "--workers", workers,
                  "--threads", "2", "--out", store, extra, value, (char *)NULL);
        _exit(127);
    }
    return child;
}

/* CPU seconds of what was waited for last, workers and all: says more than the clock on a
 * machine that others use, too. */
static double cpu_seconds;

/* Waits; NaN when it failed. *memory (or NULL): the largest process of it, in MB. */
static double finish(pid_t child, double begun, double *memory)
{
    struct rusage use;
    int status = 0;
    if (child < 0 || wait4(child, &status, 0, &use) != child || status != 0)
        return NAN;
    cpu_seconds = (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
                  1e-6 * (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
    if (memory)
        *memory = (double)use.ru_maxrss / 1024;
    return now() - begun;
}

static double time_workers(const char *store, double *memory)
{
    unlink(store);
    double begun = now();
    return finish(start(store, "2", NULL, NULL), begun, memory);
}

static double time_copies(void)
{
    unlink("one.sqlite");
    unlink("two.sqlite");
    double begun = now();
    pid_t one = start("one.sqlite", "1", "--shard", "1/2");
    pid_t two = start("two.sqlite", "1", "--shard", "2/2");
    double first = finish(one, begun, NULL), second = finish(two, begun, NULL);
    return first > second ? first : isnan(first) ? first : second;
}

/* How many cells are in the store that is being written, as a dry run says it. */
static int count_cells(void)
{
    char command[1024];
    int count = 0;
    snprintf(command, sizeof command,
             "%s sweep bench.yaml --quiet --dry-run --out killed.sqlite 2>/dev/null | "
             "sed -n 's/^\\([0-9]*\\) of them.*/\\1/p'", program);
    FILE *pipe = popen(command, "r");
    if (pipe && fscanf(pipe, "%d", &count) != 1)
        count = 0;
    if (pipe)
        pclose(pipe);
    return count;
}

/* Kills the sweep when half of its cells are there, and times how long the same command
 * then takes. */
static double time_resumption(void)
{
    int status;
    unlink("killed.sqlite");
    pid_t child = start("killed.sqlite", "2", NULL, NULL);
    while (count_cells() < 100 && waitpid(child, &status, WNOHANG) == 0)
        usleep(100000);
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    double begun = now();
    return finish(start("killed.sqlite", "2", NULL, NULL), begun, NULL);
}

static int write_scenario(void)
{
    FILE *file = fopen("bench.yaml", "w");
    if (!file)
        return -1;
    int fine = fputs(scenario, file) >= 0;
    return fclose(file) == 0 && fine ? 0 : -1;
}

/* Are the rows of both halves together, and those of the killed sweep, the same? */
static int same_rows(void)
{
    char command[1024];
    snprintf(command, sizeof command,
             "%s merge one.sqlite two.sqlite --out merged.sqlite --quiet && "
             "%s export whole.sqlite --rounds --out a.csv && "
             "%s export merged.sqlite --rounds --out b.csv && "
             "%s export killed.sqlite --rounds --out c.csv && cmp -s a.csv b.csv && "
             "cmp -s a.csv c.csv", program, program, program, program);
    return system(command) == 0;
}

int main(void)
{
    const char *given = getenv("TROPHIC");
    char folder[] = "bench_sweep.XXXXXX";
    double whole_cpu = INFINITY, resumed_cpu = INFINITY;
    double workers = INFINITY, copies = INFINITY, resumed = INFINITY, memory = NAN, few = NAN;
    struct stat size = {0};
    program = realpath(given ? given : "trophic", NULL);
    if (!program || !mkdtemp(folder) || chdir(folder) != 0 || write_scenario() != 0) {
        fprintf(stderr, "bench_sweep: no program, or no folder to run it in\n");
        return 1;
    }
    for (int k = 0; k < TIMES; k++) { /* in turn: machines are shared */
        workers = fmin(workers, time_workers("whole.sqlite", &memory));
        whole_cpu = fmin(whole_cpu, cpu_seconds);
        copies = fmin(copies, time_copies());
        resumed = fmin(resumed, time_resumption());
        resumed_cpu = fmin(resumed_cpu, cpu_seconds);
    }
    finish(start("few.sqlite", "2", "--set",
                 "sweep.vary.\"agents.g.shares.curated\"={linspace: [0.1, 0.5, 2]}"), now(), &few);
    int same = same_rows();
    stat("whole.sqlite", &size);
    printf("sweep: 200 cells of 50 agents, 50 rounds, 10 replicates; all 5,100,000 rows kept\n");
    printf("  %-46s %8.3f s   %5.1f MB on disk\n", "two workers", workers,
           (double)size.st_size / 1e6);
    printf("  %-46s %8.3f s   two workers are %.2f times as fast\n",
           "two halves side by side, one worker each", copies, copies / workers);
    printf("  %-46s %8.3f s   %5.0f %% of the whole, %.0f %% of its CPU time\n",
           "resumed after kill -9 at half", resumed, 100 * resumed / workers,
           100 * resumed_cpu / whole_cpu);
    printf("  %-46s %8.1f MB  of 20 cells %.1f MB\n", "largest process", memory, few);
    printf("  same rows, whole, merged and resumed: %s\n", same ? "yes" : "NO");
    return system("rm -f *.sqlite *.csv bench.yaml") != 0 || chdir("..") != 0 ||
           rmdir(folder) != 0 || !same;
}
