/* Laws per second of the choice kernel on one thread: 64 outcomes, standard normal
 * rewards, 10,000 laws.
 *
 * The yardstick is a plain quadrature of four candidates in the same run: a
 * trapezoid sum of step 1/4 in log s from s K w_max = 1e-8 to s K w_min = 45, with
 * a table of exponentials where all laws share a reward, and with a call of exp for
 * each where they do not. Ratios over one: we are faster. Nothing is asserted. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <trophic/random.h>

#include "curator/choice.h"

/* OpenBLAS has no header of its own that is sure to be installed. */
void openblas_set_num_threads(int threads);

enum { ROWS = 10000, N = 64, ROUNDS = 5, NODES = 512 };

static double p[ROWS * N], dp[ROWS * N], out[ROWS * N], rewards[ROWS * N], law[4][ROWS * N];
static double share[ROWS * 4];
static const tro_choice *shared, *own[ROWS];
static const tro_arena_choice *contest;
static double *scratch;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);   /* machines are shared */
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* --- plain loops ---------------------------------------------------------------------- */

static int plain_nodes(const double *reward, double *s)
{
    double least = reward[0], most = reward[0];
    int count = 0;
    for (int x = 1; x < N; x++) {
        least = fmin(least, reward[x]);
        most = fmax(most, reward[x]);
    }
    for (double u = log(1e-8 / 4) - most; u < log(45.0 / 4) - least && count < NODES; u += 0.25)
        s[count++] = exp(u);
    return count;
}

static void plain_law(int nodes, const double *s, const double *w, const double *table,
                      const double *q, double *kept)
{
    double h[N];
    for (int x = 0; x < N; x++)
        h[x] = s[0] / (exp(0.25) - 1);
    for (int j = 0; j < nodes; j++) {
        const double *e = table + j * N;
        double phi = 0;
        for (int x = 0; x < N; x++)
            phi += q[x] * e[x];
        for (int x = 0; x < N; x++)
            h[x] += s[j] * phi * phi * phi * e[x];
    }
    for (int x = 0; x < N; x++)
        kept[x] = 4 * 0.25 * q[x] * w[x] * h[x];
}

static void plain(int own_rewards)
{
    static double table[NODES * N], s[NODES], w[N];
    int nodes = 0;
    for (int r = 0; r < ROWS; r++) {
        const double *reward = rewards + r * N;
        if (r == 0 || own_rewards) {
            nodes = plain_nodes(reward, s);
            for (int x = 0; x < N; x++)
                w[x] = exp(reward[x]);
            for (int j = 0; j < nodes; j++)
                for (int x = 0; x < N; x++)
                    table[j * N + x] = exp(-s[j] * w[x]);
        }
        plain_law(nodes, s, w, table, p + r * N, out + r * N);
    }
}

static void plain_shared(void)
{
    plain(0);
}

static void plain_own(void)
{
    plain(1);
}

/* --- through the kernel ---------------------------------------------------------------- */

static void apply(void)
{
    tro_choice_apply(shared, ROWS, N, p, out, scratch);
}

static void derivative(void)
{
    tro_choice_derivative(shared, ROWS, N, p, dp, out, scratch);
}

static void transposed(void)
{
    tro_choice_transposed(shared, ROWS, N, p, dp, out, scratch);
}

static void by_reward(void)
{
    tro_choice_by_reward(shared, ROWS, N, p, dp, out, scratch);
}

static void apply_own(void)
{
    for (int r = 0; r < ROWS; r++)
        tro_choice_apply(own[r], 1, N, p + r * N, out + r * N, scratch);
}

static void derivative_own(void)
{
    for (int r = 0; r < ROWS; r++)
        tro_choice_derivative(own[r], 1, N, p + r * N, dp + r * N, out + r * N, scratch);
}

static void transposed_own(void)
{
    for (int r = 0; r < ROWS; r++)
        tro_choice_transposed(own[r], 1, N, p + r * N, dp + r * N, out + r * N, scratch);
}

static void apply_contest(void)
{
    const double *laws[4] = {law[0], law[1], law[2], law[3]};
    tro_arena_choice_apply(contest, ROWS, N, laws, out, share, scratch);
}

/* --- rows -------------------------------------------------------------------------------- */

static double best_of(void (*work)(void))
{
    double best = INFINITY;
    for (int k = 0; k < ROUNDS; k++) {
        double start = now();
        work();
        best = fmin(best, now() - start);
    }
    return best;
}

static void row(const char *name, void (*work)(void), double yardstick)
{
    double time = best_of(work);
    printf("  %-52s %12.0f laws/s", name, ROWS / time);
    printf(yardstick > 0 ? "   %6.2f times as fast as plain\n" : "\n", yardstick / time);
}

static void fill(void)
{
    tro_stream_key key = {.seed = 1, .purpose = TRO_FOR_TESTS};
    tro_stream stream = tro_stream_of(&key);
    tro_stream_normals(&stream, ROWS * N, rewards);
    tro_stream_normals(&stream, ROWS * N, dp);
    for (int k = 0; k < 5; k++)
        for (int r = 0; r < ROWS; r++) {
            double *to = (k < 4 ? law[k] : p) + r * N, sum = 0;
            for (int x = 0; x < N; x++)
                sum += to[x] = tro_stream_exponential(&stream);
            for (int x = 0; x < N; x++)
                to[x] /= sum;
        }
}

/* Room for any of the calls. */
static int more_scratch(size_t room)
{
    static size_t most;
    if (room <= most)
        return 1;
    free(scratch);
    scratch = malloc(room * sizeof *scratch);
    most = room;
    return scratch != NULL;
}

static int use(tro_arena *arena, double candidates, int hard)
{
    return tro_choice_new(arena, N, rewards, candidates, hard, &shared) == TRO_OK &&
           more_scratch(tro_choice_scratch(shared));
}

static int many_candidates(tro_arena *arena)
{
    static const double candidates[] = {2, 8, 64, 1e6, INFINITY};
    char name[64];
    for (size_t k = 0; k < sizeof candidates / sizeof *candidates; k++) {
        if (!use(arena, candidates[k], 0))
            return 0;
        snprintf(name, sizeof name, "one reward, %g candidates", candidates[k]);
        row(name, apply, 0);
    }
    if (!use(arena, 4, 1))
        return 0;
    row("one reward, best of 4", apply, 0);
    double slots[4] = {1, 1, 1, 1};
    if (tro_arena_choice_new(arena, N, rewards, 4, slots, &contest) != TRO_OK ||
        !more_scratch(tro_arena_choice_scratch(contest)))
        return 0;
    row("one reward, 4 producers with one candidate each", apply_contest, 0);
    return 1;
}

int main(void)
{
    tro_arena arena = {0};
    openblas_set_num_threads(1);
    fill();
    int status = use(&arena, 4, 0);
    for (int r = 0; r < ROWS && status; r++)
        status = tro_choice_new(&arena, N, rewards + r * N, 4, 0, &own[r]) == TRO_OK &&
                 more_scratch(tro_choice_scratch(own[r]));
    if (!status)
        return 1;
    double one = best_of(plain_shared), each = best_of(plain_own);
    printf("choice among 4 candidates, %d laws of %d outcomes, one thread\n", ROWS, N);
    printf("  %-52s %12.0f laws/s\n", "plain loops, one reward", ROWS / one);
    row("one reward", apply, one);
    row("one reward, derivative", derivative, one);
    row("one reward, transposed", transposed, one);
    row("one reward, derivative by the reward", by_reward, one);
    printf("  %-52s %12.0f laws/s\n", "plain loops, every law its own reward", ROWS / each);
    row("every law its own reward", apply_own, each);
    row("every law its own reward, derivative", derivative_own, each);
    row("every law its own reward, transposed", transposed_own, each);
    status = many_candidates(&arena);
    free(scratch);
    tro_arena_clear(&arena);
    return !status;
}
