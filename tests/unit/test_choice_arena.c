/* Choices among candidates of several producers. */
#include "choice_support.h"

#include "support.h"

enum { L = 3, N = 4 };

typedef struct example_arena {
    tro_arena arena;
    const tro_arena_choice *choice;
    double *scratch;
    size_t room;
} example_arena;

static void open_arena(example_arena *e, size_t n, const double *reward, size_t producers,
                       const double *slots)
{
    *e = (example_arena){.room = 0};
    int status = tro_arena_choice_new(&e->arena, n, reward, producers, slots, &e->choice);
    ck_assert_int_eq(status, TRO_OK);
    e->room = tro_arena_choice_scratch(e->choice);
    e->scratch = watched(e->room);
}

static void close_arena(example_arena *e)
{
    check_watched(e->scratch, e->room);
    free(e->scratch);
    tro_arena_clear(&e->arena);
}

/* The kept law, the shares, and their changes, of normalised laws. */
static void enumerate(const double *slots, double laws[L][N], double changes[L][N],
                      const double *reward, double *kept, double *share, double *change,
                      double *share_change)
{
    example_slots e = {.outcomes = N, .reward = reward};
    size_t owner[SLOTS_MOST];
    long double all[SLOTS_MOST * N], changed[SLOTS_MOST * N];
    for (size_t k = 0; k < L; k++)
        for (double m = 0; m < slots[k]; m++, e.slots++) {
            e.law[e.slots] = laws[k];
            e.change[e.slots] = changes[k];
            owner[e.slots] = k;
        }
    example_enumerate(&e, all, changed);
    memset(kept, 0, N * sizeof *kept);
    memset(change, 0, N * sizeof *change);
    memset(share, 0, L * sizeof *share);
    memset(share_change, 0, L * sizeof *share_change);
    for (size_t i = 0; i < e.slots; i++)
        for (size_t x = 0; x < N; x++) {
            kept[x] += (double)all[i * N + x];
            change[x] += (double)changed[i * N + x];
            share[owner[i]] += (double)all[i * N + x];
            share_change[owner[i]] += (double)changed[i * N + x];
        }
}

/* A random arena: laws of masses other than one, one outcome of one law without mass;
 * q and dq are the normalised law and its change. */
typedef struct example_laws {
    double p[L][N], dp[L][N], q[L][N], dq[L][N], reward[N], slots[L];
    const double *laws[L], *changes[L];
} example_laws;

static void draw(example_laws *a, uint64_t round)
{
    static const double scales[] = {0.5, 3, 20, 80};
    tro_stream s = example_stream(31000 + round);
    example_scaled_normals(&s, N, scales[round % 4], a->reward);
    for (size_t k = 0; k < L; k++) {
        double mass = 0, dm = 0;
        a->slots[k] = 1 + (double)tro_stream_below(&s, 2);
        example_law(&s, N, round % 3 * 5.0, 0.5 + (double)k, a->p[k]);
        if (k == round % 5)
            a->p[k][round % N] = 0;
        example_scaled_normals(&s, N, 1, a->dp[k]);
        for (size_t x = 0; x < N; x++) {
            mass += a->p[k][x];
            dm += a->dp[k][x];
        }
        for (size_t x = 0; x < N; x++) {
            a->q[k][x] = a->p[k][x] / mass;
            a->dq[k][x] = (a->dp[k][x] - a->q[k][x] * dm) / mass;
        }
        a->laws[k] = a->p[k];
        a->changes[k] = a->dp[k];
    }
}

/* The derivative is of the size of what it acts on, 1, or larger. */
static void check_changes(size_t n, const double *found, const double *expected)
{
    double largest = 1;
    for (size_t k = 0; k < n; k++)
        largest = fmax(largest, fabs(expected[k]));
    ck_assert_double_le(tro_away(n, found, expected), within(1e-14) * largest);
}

START_TEST(test_arenas_by_enumeration)
{
    for (uint64_t round = 0; round < 200; round++) {
        example_laws a;
        example_arena e;
        double kept[N], share[L], change[N], share_change[L], out[N], shares[L];
        draw(&a, round);
        enumerate(a.slots, a.q, a.dq, a.reward, kept, share, change, share_change);
        open_arena(&e, N, a.reward, L, a.slots);
        tro_arena_choice_apply(e.choice, 1, N, a.laws, out, shares, e.scratch);
        ck_assert_double_le(example_off(N, out, kept), within(1e-13));
        ck_assert_double_le(example_off(L, shares, share), within(1e-13));
        ck_assert_double_eq_tol(shares[0] + shares[1] + shares[2], 1, 1e-14);
        tro_arena_choice_derivative(e.choice, 1, N, a.laws, a.changes, out, shares, e.scratch);
        check_changes(N, out, change);
        check_changes(L, shares, share_change);
        tro_arena_choice_derivative(e.choice, 1, N, a.laws, a.changes, out, NULL, e.scratch);
        check_changes(N, out, change);
        close_arena(&e);
    }
}
END_TEST

/* <w, dout> + <u, dshare> = sum over producers of <gradient, dp>. */
START_TEST(test_arena_gradients)
{
    for (uint64_t round = 0; round < 60; round++) {
        enum { ROWS = 150, OUTCOMES = 11, STRIDE = 12, PRODUCERS = 4 };
        static double p[PRODUCERS][ROWS * STRIDE], dp[PRODUCERS][ROWS * STRIDE];
        static double gradient[PRODUCERS][ROWS * STRIDE], out[ROWS * STRIDE], w[ROWS * STRIDE];
        double share[ROWS * PRODUCERS], u[ROWS * PRODUCERS], reward[OUTCOMES];
        double slots[PRODUCERS] = {1, 3, 1, round % 2 ? 1 : 1e5};
        const double *laws[PRODUCERS], *changes[PRODUCERS];
        double *gradients[PRODUCERS];
        size_t rows = round % 10 == 0 ? ROWS : 1 + round % 3;
        tro_stream s = example_stream(32000 + round);
        example_arena e;
        for (size_t k = 0; k < PRODUCERS; k++) {
            for (size_t r = 0; r < rows; r++)
                example_law(&s, OUTCOMES, 3, 1 + (double)k, p[k] + r * STRIDE);
            example_scaled_normals(&s, rows * STRIDE, 1, dp[k]);
            laws[k] = p[k];
            changes[k] = dp[k];
            gradients[k] = gradient[k];
        }
        example_scaled_normals(&s, rows * STRIDE, 1, w);
        example_scaled_normals(&s, rows * PRODUCERS, 1, u);
        example_scaled_normals(&s, OUTCOMES, 3, reward);
        open_arena(&e, OUTCOMES, reward, PRODUCERS, slots);
        tro_arena_choice_derivative(e.choice, rows, STRIDE, laws, changes, out, share, e.scratch);
        int without = round % 3 == 0;
        tro_arena_choice_transposed(e.choice, rows, STRIDE, laws, w, without ? NULL : u, gradients,
                                    e.scratch);
        for (size_t r = 0; r < rows; r++) {
            double forth = example_dot(OUTCOMES, w + r * STRIDE, out + r * STRIDE), back = 0;
            if (!without)
                forth += example_dot(PRODUCERS, u + r * PRODUCERS, share + r * PRODUCERS);
            for (size_t k = 0; k < PRODUCERS; k++)
                back += example_dot(OUTCOMES, gradient[k] + r * STRIDE, dp[k] + r * STRIDE);
            ck_assert_msg(fabs(forth - back) < 1e-12 * fmax(1, fabs(forth)), "%g, %g", forth, back);
        }
        close_arena(&e);
    }
}
END_TEST

/* Producers with one law between them are one producer with all places. */
START_TEST(test_arena_of_one_law)
{
    double reward[5] = {0, 1, -2, 0.5, 30}, slots[2] = {3, 9}, share[2], out[5], kept[5];
    double p[5] = {0.1, 0.2, 0.3, 0.3, 0.1};
    const double *laws[2] = {p, p};
    example_arena e;
    example_choice one;
    open_arena(&e, 5, reward, 2, slots);
    example_open(&one, 5, reward, 12, 0);
    tro_arena_choice_apply(e.choice, 1, 5, laws, out, share, e.scratch);
    tro_choice_apply(one.choice, 1, 5, p, kept, one.scratch);
    ck_assert_double_le(example_off(5, out, kept), 2e-14);
    ck_assert_double_eq_tol(share[0], 0.25, 1e-15);
    close_arena(&e);
    example_close(&one);

    double alone = 1;   /* one producer, one place: its law */
    open_arena(&e, 5, reward, 1, &alone);
    tro_arena_choice_apply(e.choice, 1, 5, laws, out, share, e.scratch);
    ck_assert_double_le(example_off(5, out, p), 2e-15);
    close_arena(&e);
}
END_TEST

/* Each producer has one outcome: its share is m w / sum m w, for any number of places
 * and any rewards; and so changes its chance when it takes up another's outcome. */
START_TEST(test_arena_of_vertices)
{
    static const double many[] = {1, 2, 1e3, 1e6, 1e12};
    static const double wide[] = {0, 1, 40, 200, 1e4};
    for (size_t m = 0; m < 5; m++)
        for (size_t d = 0; d < 5; d++) {
            double reward[2] = {wide[d], 0}, slots[2] = {1, many[m]}, out[2], share[2];
            double p[2][2] = {{1, 0}, {0, 3}}, still[2] = {0, 0}, dp[2] = {-1, 1};
            const double *laws[2] = {p[0], p[1]}, *changes[2] = {dp, still};
            double w = exp(-wide[d]) * many[m], second = w / (1 + w);
            example_arena e;
            open_arena(&e, 2, reward, 2, slots);
            tro_arena_choice_apply(e.choice, 1, 2, laws, out, share, e.scratch);
            ck_assert_double_le(example_off(2, out, (double[2]){1 / (1 + w), second}), 1e-13);
            ck_assert_double_le(example_off(2, share, out), 1e-15);
            tro_arena_choice_derivative(e.choice, 1, 2, laws, changes, out, share, e.scratch);
            ck_assert_double_le(fabs(share[0] - (1 / (1 + many[m]) - 1 / (1 + w))), 1e-13);
            ck_assert_double_le(fabs(out[0] + 1 / (1 + w)), 1e-13);
            close_arena(&e);
        }
}
END_TEST

/* A law without mass in one row: that row is 0, the others are as they are. */
START_TEST(test_arena_without_mass)
{
    double p[3 * 2] = {0.5, 0.5, 0, 0, 1, 3}, q[3 * 2] = {1, 1, 1, 1, 2, 0}, reward[2] = {0, 1};
    double slots[2] = {1, 2}, out[6], share[6], w[6] = {1, 2, 1, 2, 1, 2}, g[2][6];
    const double *laws[2] = {p, q};
    double *gradients[2] = {g[0], g[1]};
    example_arena e;
    open_arena(&e, 2, reward, 2, slots);
    tro_arena_choice_apply(e.choice, 3, 2, laws, out, share, e.scratch);
    ck_assert(out[2] == 0 && out[3] == 0 && share[2] == 0 && share[3] == 0);
    ck_assert_double_eq_tol(out[4] + out[5], 1, 1e-15);
    ck_assert_double_eq_tol(share[0] + share[1], 1, 1e-15);
    tro_arena_choice_transposed(e.choice, 3, 2, laws, w, NULL, gradients, e.scratch);
    ck_assert(g[0][2] == 0 && g[0][3] == 0 && g[1][2] == 0 && g[1][3] == 0);
    ck_assert(g[0][1] > 0 && fabs(g[1][4]) < 1e-15 && g[1][5] > 0);
    tro_arena_choice_derivative(e.choice, 3, 2, laws, laws, out, share, e.scratch);
    ck_assert_double_le(tro_away(6, out, (double[6]){0}), 1e-15);
    close_arena(&e);
}
END_TEST

START_TEST(test_arena_errors)
{
    tro_arena arena = {0};
    const tro_arena_choice *choice = NULL;
    double reward[2] = {1, 2}, bad[2] = {NAN, 1}, slots[2] = {1, 2};
    double wrong[][2] = {{0, 1}, {1.5, 1}, {NAN, 1}, {INFINITY, 1}, {-1, 5}};
    ck_assert_int_eq(tro_arena_choice_new(&arena, 0, reward, 2, slots, &choice), TRO_EINVAL);
    ck_assert_int_eq(tro_arena_choice_new(&arena, 2, reward, 0, slots, &choice), TRO_EINVAL);
    ck_assert_int_eq(tro_arena_choice_new(&arena, 2, bad, 2, slots, &choice), TRO_EINVAL);
    for (size_t k = 0; k < 5; k++)
        ck_assert_int_eq(tro_arena_choice_new(&arena, 2, reward, 2, wrong[k], &choice),
                         TRO_EINVAL);
    ck_assert_ptr_null(choice);
    int status = TRO_ENOMEM;
    for (uint64_t n = 1; status != TRO_OK && n < 100; n++) {
        tro_arena_clear(&arena);
        choice = NULL;
        tro_memory_fail_after(n);
        status = tro_arena_choice_new(&arena, 2, reward, 2, slots, &choice);
        tro_memory_fail_after(0);
        ck_assert(n > 1 || status == TRO_ENOMEM);
        ck_assert_int_eq(choice != NULL, status == TRO_OK);
    }
    ck_assert_int_eq(status, TRO_OK);
    tro_arena_clear(&arena);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_arenas_by_enumeration, test_arena_gradients,
                                  test_arena_of_one_law, test_arena_of_vertices,
                                  test_arena_without_mass, test_arena_errors};
    return TRO_RUN_TESTS("choice arena", tests);
}
