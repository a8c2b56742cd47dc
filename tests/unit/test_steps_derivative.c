/* Derivatives of rounds of finite outcomes: against central differences, against
 * each other, and by the curated share against shares that move. */
#include "steps_support.h"

enum { BAZAARS = 450 };

static void blame(const tro_bazaar *b, uint64_t t, const char *what, double away)
{
    ck_abort_msg("bazaar %llu: %s is off by %g\n%.3000s", (unsigned long long)t, what, away,
                 text_of(b));
}

/* Rows that no data reached stay as they were, and count as constants. */
static void forget_rows(const tro_bazaar *b, const double *z, double *differences)
{
    size_t length = piece_length(b), cells = b->blocks * b->outcomes;
    for (size_t i = 0; i < b->agents; i++) {
        double data[TRO_BAZAAR_CELLS], own[TRO_BAZAAR_CELLS];
        tro_bazaar_admit(b, i, z, data);
        tro_bazaar_release(b, i, own);
        for (size_t at = 0; at < cells; at += length) {
            double mass = b->agent[i].rate < 1 ? own[at / b->outcomes] : 0;
            for (size_t k = at; k < at + length; k++)
                mass += data[k];
            for (size_t k = at; k < at + length && mass == 0; k++)
                differences[i * cells + k] = 0;
        }
    }
}

/* F'(z) dz along tangent directions, and <w, F'(z) dz> = <F'(z)' w, dz> along any. */
START_TEST(test_bazaars_derivative)
{
    double steepest = 0;
    for (uint64_t t = 0; t < BAZAARS; t++) {
        tro_stream s = stream_of(t, 2);
        tro_bazaar b;
        tro_world w;
        tro_workspace work;
        double z[SIZE], dz[SIZE], dual[SIZE], up[SIZE], down[SIZE], high[SIZE], low[SIZE];
        double tangent[SIZE], back[SIZE], h = 1e-5;
        draw_bazaar(&b, &s, t, t % 2);
        open_bazaar(&w, &b);
        size_t n = w.eco->size;
        ck_assert_int_eq(tro_workspace_init(&work, w.eco), TRO_OK);
        for (int trial = 0; trial < 3; trial++) {
            draw_state(&b, &s, z);
            draw_tangent(&b, &s, z, dz);
            for (size_t k = 0; k < n; k++) {
                up[k] = z[k] + h * dz[k];
                down[k] = z[k] - h * dz[k];
            }
            tro_round_map(w.eco, &work, up, high);
            tro_round_map(w.eco, &work, down, low);
            tro_round_derivative(w.eco, &work, z, dz, tangent);
            for (size_t k = 0; k < n; k++)
                high[k] = (high[k] - low[k]) / (2 * h);
            forget_rows(&b, z, high);
            double away = tro_away(n, high, tangent);
            if (!(away < 1e-8))
                blame(&b, t, "the derivative", away);
            steepest = fmax(steepest, sqrt(dot(n, tangent, tangent) / dot(n, dz, dz)));
            tro_stream_normals(&s, n, dual);
            if (trial > 0) /* it is linear: also across the tangent space */
                tro_stream_normals(&s, n, dz);
            tro_round_derivative(w.eco, &work, z, dz, tangent);
            tro_round_transposed(w.eco, &work, z, dual, back);
            away = fabs(dot(n, dual, tangent) - dot(n, back, dz)) /
                   sqrt(dot(n, dual, dual) * (dot(n, tangent, tangent) + dot(n, dz, dz)));
            if (!(away < 1e-13))
                blame(&b, t, "the transposed derivative", away);
        }
        tro_workspace_release(&work);
        tro_world_close(&w);
    }
    ck_assert_double_gt(steepest, 0.5);
}
END_TEST

/* One workspace serves states, shares and directions in any order. */
START_TEST(test_bazaars_any_order)
{
    for (uint64_t t = 0; t < 60; t++) {
        tro_stream s = stream_of(t, 3);
        tro_bazaar b;
        tro_world w;
        tro_workspace one, fresh;
        double z[2][SIZE], x[SIZE], out[SIZE], expected[SIZE];
        draw_bazaar(&b, &s, t, 1);
        open_bazaar(&w, &b);
        size_t n = w.eco->size;
        ck_assert_int_eq(tro_workspace_init(&one, w.eco), TRO_OK);
        draw_state(&b, &s, z[0]);
        draw_state(&b, &s, z[1]);
        for (int step = 0; step < 30; step++) {
            const double *at = z[tro_stream_below(&s, 2)];
            uint64_t which = tro_stream_below(&s, 4);
            if (which == 3) {
                tro_shares shares = w.eco->shares[0], moved;
                if (tro_shares_move(&shares, TRO_DISPLACES_PROPORTIONAL,
                                    0.5 * shares.curated, &moved) == TRO_OK)
                    tro_ecosystem_set_shares(w.eco, 0, &moved);
                continue;
            }
            ck_assert_int_eq(tro_workspace_init(&fresh, w.eco), TRO_OK);
            tro_stream_normals(&s, n, x);
            for (int again = 0; again < 2; again++) {
                tro_workspace *work = again ? &one : &fresh;
                double *to = again ? out : expected;
                if (which == 0)
                    tro_round_map(w.eco, work, at, to);
                else if (which == 1)
                    tro_round_derivative(w.eco, work, at, x, to);
                else
                    tro_round_transposed(w.eco, work, at, x, to);
            }
            ck_assert_int_eq(memcmp(out, expected, n * sizeof *out), 0);
            tro_workspace_release(&fresh);
        }
        tro_workspace_release(&one);
        tro_world_close(&w);
    }
}
END_TEST

/* --- by the curated share ---------------------------------------------------------- */

static int moved_map(const tro_world *w, size_t of, double by, const double *z, double *out)
{
    tro_workspace work;
    tro_shares kept = w->eco->shares[of], moved;
    if (tro_shares_move(&kept, w->scenario->agents[of].displaces, kept.curated + by, &moved) < 0)
        return 0;
    tro_ecosystem_set_shares(w->eco, of, &moved);
    ck_assert_int_eq(tro_workspace_init(&work, w->eco), TRO_OK);
    tro_round_map(w->eco, &work, z, out);
    tro_workspace_release(&work);
    tro_ecosystem_set_shares(w->eco, of, &kept);
    return 1;
}

/* The derivative of all of F: central, or to one side over three points. */
static int difference(const tro_world *w, size_t of, const double *z, double *out)
{
    double at[SIZE], one[SIZE], two[SIZE], h = 1e-5;
    size_t n = w->eco->size;
    if (moved_map(w, of, h, z, one) && moved_map(w, of, -h, z, two)) {
        for (size_t k = 0; k < n; k++)
            out[k] = (one[k] - two[k]) / (2 * h);
        return 0;
    }
    h = moved_map(w, of, h, z, one) ? h : -h;
    ck_assert(moved_map(w, of, 0, z, at));
    ck_assert(moved_map(w, of, h, z, one));
    ck_assert(moved_map(w, of, 2 * h, z, two));
    for (size_t k = 0; k < n; k++)
        out[k] = (4 * one[k] - 3 * at[k] - two[k]) / (2 * h);
    return 1;
}

START_TEST(test_bazaars_by_share)
{
    size_t moves = 0, ends = 0, fixed = 0;
    for (uint64_t t = 0; t < BAZAARS; t++) {
        tro_stream s = stream_of(t, 4);
        tro_bazaar b;
        tro_world w;
        tro_workspace work;
        double z[SIZE], out[TRO_BAZAAR_CELLS], expected[SIZE], zero[SIZE] = {0};
        draw_bazaar(&b, &s, t, t % 2);
        open_bazaar(&w, &b);
        size_t width = w.eco->width;
        ck_assert_int_eq(tro_workspace_init(&work, w.eco), TRO_OK);
        draw_state(&b, &s, z);
        for (size_t of = 0; of < b.agents; of++) {
            int one_sided;
            int status = tro_round_by_share(w.eco, &work, z, of, out, &one_sided);
            ck_assert_int_eq(status == TRO_OK, tro_share_moves(w.eco, of));
            if (status < 0) {
                ck_assert_int_eq(status, TRO_EUNSUPPORTED);
                fixed++;
                continue;
            }
            ck_assert_int_eq(difference(&w, of, z, expected), one_sided);
            forget_rows(&b, z, expected); /* the first data of a row move it at once */
            moves++;
            ends += (size_t)one_sided;
            double away = tro_away(width, out, expected + of * width);
            if (!(away < 1e-7))
                blame(&b, t, "the derivative by the share", away);
            memset(expected + of * width, 0, width * sizeof *expected);
            ck_assert_double_lt(tro_away(w.eco->size, expected, zero), 1e-10);
        }
        tro_workspace_release(&work);
        tro_world_close(&w);
    }
    ck_assert(moves > 500 && ends > 20 && fixed > 50);
}
END_TEST

/* --- who wins ------------------------------------------------------------------------ */

START_TEST(test_arenas_wins)
{
    size_t arenas = 0;
    for (uint64_t t = 0; t < 300; t++) {
        tro_stream s = stream_of(t, 5);
        tro_bazaar b;
        tro_world w;
        tro_workspace work;
        double z[SIZE], share[TRO_BAZAAR_EDGES], expected[TRO_BAZAAR_EDGES];
        double kept[TRO_BAZAAR_CELLS];
        tro_offer offer;
        draw_bazaar(&b, &s, t, t % 2);
        open_bazaar(&w, &b);
        ck_assert_int_eq(tro_workspace_init(&work, w.eco), TRO_OK);
        draw_state(&b, &s, z);
        for (size_t i = 0; i < b.agents; i++) {
            size_t rule = tro_bazaar_pool(&b, i, &offer, z), n = 0;
            size_t first = w.eco->row_start[i], last = w.eco->row_start[i + 1];
            int arena = rule != TRO_NO_RULE && b.rule[rule].kind == TRO_RULE_ARENA;
            for (size_t k = 0; k < TRO_BAZAAR_EDGES; k++)
                share[k] = -1;
            int asked = tro_round_wins(w.eco, &work, z, i, share);
            ck_assert(asked || !arena);
            if (!asked)
                continue;
            arenas++;
            if (!arena) { /* what comes after it keeps everything */
                rule = b.rule[rule].part[0];
                ck_assert_int_eq((int)b.rule[rule].kind, (int)TRO_RULE_ARENA);
            }
            tro_bazaar_choose(&b, rule, &offer, kept, expected);
            for (size_t k = first; k < last; k++)
                if (w.eco->entries[k].layer == TRO_CURATED)
                    ck_assert_double_eq_tol(share[k - first], expected[n++], 1e-13);
                else
                    ck_assert_double_eq(share[k - first], -1);
            ck_assert_uint_eq(n, offer.count);
        }
        tro_workspace_release(&work);
        tro_world_close(&w);
    }
    ck_assert_uint_gt(arenas, 50);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_bazaars_derivative, test_bazaars_any_order,
                                  test_bazaars_by_share, test_arenas_wins};
    return TRO_RUN_TESTS("steps' derivatives", tests);
}
