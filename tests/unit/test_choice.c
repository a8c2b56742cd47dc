/* The choice kernel: the kept law, against enumeration, closed forms and published
 * vectors; calls with many rows. */
#include "choice_support.h"

#include "support.h"

/* Two laws worked out by hand, and one whose last digits every K has in common:
 * what follows from it was computed twice, by enumeration and by quadrature. */
START_TEST(test_known_laws)
{
    static const double p[4] = {0.4, 0.3, 0.2, 0.1}, reward[4] = {0, 1, 2, 3};
    static const struct {
        double candidates, kept[4];
    } known[] = {
        {1, {0.4, 0.3, 0.2, 0.1}},
        {2, {0.247412478506543, 0.304879204756928, 0.279412218766862, 0.168296097969668}},
        {3, {0.187622880599640, 0.282690268705493, 0.313105260748767, 0.216581589946100}},
        {4, {0.157749835653973, 0.262638539415194, 0.327823737478881, 0.251787887451951}},
        {8, {0.116240251336651, 0.220118970097824, 0.336608724630139, 0.327032053935387}},
        {64, {0.088145951116839, 0.178622029673620, 0.318486317204394, 0.414745702005154}},
        {INFINITY, {0.085072906597340, 0.173439102073306, 0.314304239673415, 0.427183751655940}},
    };
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        check_kept(4, p, reward, known[k].candidates, 0, known[k].kept, 2e-14);

    double half[2] = {0.5, 0.5}, odds[2] = {0, log(3)};
    check_kept(2, half, odds, 2, 0, (double[2]){3.0 / 8, 5.0 / 8}, 1e-15);
    check_kept(2, half, odds, 3, 0, (double[2]){23.0 / 70, 47.0 / 70}, 2e-15);
    check_kept(2, half, odds, 4, 0, (double[2]){49.0 / 160, 111.0 / 160}, 2e-15);
}
END_TEST

/* By full enumeration in doubles, made elsewhere and right to 6e-14; rewards are divided
 * by the temperature. */
static const struct {
    size_t outcomes;
    double candidates, temperature, p[6], reward[6], kept[6];
} vectors[] = {
    {4, 2, 1,
     {0.22135252793178753, 0.3207377658683681, 0.1778720548073249, 0.2800376513925194},
     {-0.45467078517172255, -0.9916465549964624, 0.060143602597438485, 1.3402152455545335},
     {0.18572837920477475, 0.2006921438557647, 0.18716114642839188, 0.4264183305110686}},
    {5, 3, 0.5,
     {0.2188477016873804, 0.1143185003819256, 0.205839743064481, 0.11873537363405258,
      0.3422586812321605},
     {-1.8609360894164093, -0.05850364492654698, 1.3906063889165756, -2.688429094570164,
      -0.9152315220804363},
     {0.0592939450116472, 0.16631219869137787, 0.48910053129231945, 0.00871602848836573,
      0.27657729651629}},
    {5, 4, 1,
     {0.6061985659270365, 0.14185118099509178, 0.06715583148361527, 0.17032481782101336,
      0.01446960377324311},
     {0.47025325987267547, -0.5607928338898631, -7.550279132461539, -1.6160786875399098,
      -0.14550283620321597},
     {0.8458349911963461, 0.09467942413111194, 7.390678157377539e-05, 0.04613129988217403,
      0.013280378008793623}},
    {6, 5, 2,
     {0.14650702054476625, 0.3318298318627873, 0.14797323601633333, 0.0062302327513029145,
      0.08242067697593762, 0.28503900184887254},
     {4.243594493544315, -3.230138701327586, -0.1300868197820824, 3.5375594695326957,
      -2.334401730973208, -0.44680779833663853},
     {0.4518381009201483, 0.09276833166231402, 0.14873914431181876, 0.016983263794720323,
      0.03435081886576239, 0.25532034044524976}},
    {3, 8, 1,
     {0.37159779105027085, 0.16972502179502771, 0.45867718715470146},
     {0.45684138226204857, 8.152940530449225, -9.282868068770894},
     {0.2245743446324076, 0.7734440137968568, 0.001981641570690534}},
};

START_TEST(test_published_vectors)
{
    for (size_t k = 0; k < sizeof vectors / sizeof *vectors; k++) {
        double reward[6];
        for (size_t x = 0; x < vectors[k].outcomes; x++)
            reward[x] = vectors[k].reward[x] / vectors[k].temperature;
        check_kept(vectors[k].outcomes, vectors[k].p, reward, vectors[k].candidates, 0,
                   vectors[k].kept, 1e-13);
    }
}
END_TEST

/* All K up to 6 and n up to 4, hard and not, rewards from tiny to wide, laws over many
 * decades, with and without ties. */
START_TEST(test_kept_by_enumeration)
{
    for (uint64_t round = 0; round < 400; round++) {
        static const double scales[] = {1e-9, 0.3, 2, 10, 20, 100};
        tro_stream s = example_stream(round);
        size_t n = 1 + tro_stream_below(&s, 4), candidates = 1 + tro_stream_below(&s, 6);
        double p[4], reward[4], expected[4];
        example_law(&s, n, round % 3 * 4.0, 1 + (round % 2) * tro_stream_uniform(&s), p);
        example_scaled_normals(&s, n, scales[round % 6], reward);
        if (round % 5 == 0)
            reward[n - 1] = reward[0];
        for (int hard = 0; hard < 2; hard++) {
            example_one_law(n, candidates, hard, p, NULL, reward, NULL, expected, NULL);
            check_kept(n, p, reward, (double)candidates, hard, expected, 2e-14);
        }
    }
}
END_TEST

/* A kept law is a law; C(2 p) = 2 C(p); adding to all rewards changes nothing;
 * outcomes of equal reward may be merged. */
START_TEST(test_kept_laws_sum)
{
    static const double candidates[] = {1, 2, 3, 8, 9, 100, 1e6, INFINITY};
    for (uint64_t round = 0; round < 160; round++) {
        tro_stream s = example_stream(1000 + round);
        size_t n = 1 + tro_stream_below(&s, 60), rows = 1 + round % 4;
        double p[4 * 60], twice[4 * 60], out[4 * 60], out2[4 * 60], reward[60];
        for (size_t r = 0; r < rows; r++)
            example_law(&s, n, round % 4 * 3.0, 1, p + r * n);
        for (size_t i = 0; i < rows * n; i++)
            twice[i] = 2 * p[i];
        example_scaled_normals(&s, n, 1 + round % 7, reward);
        for (int hard = 0; hard < 2; hard++) {
            example_choice e;
            example_open(&e, n, reward, candidates[round % 8], hard);
            tro_choice_apply(e.choice, rows, n, p, out, e.scratch);
            tro_choice_apply(e.choice, rows, n, twice, out2, e.scratch);
            for (size_t r = 0; r < rows; r++) {
                double sum = 0;
                for (size_t x = 0; x < n; x++)
                    sum += out[r * n + x];
                ck_assert_double_eq_tol(sum, 1, 1e-14);
            }
            for (size_t i = 0; i < rows * n; i++)
                ck_assert_double_le(fabs(out2[i] - 2 * out[i]), 1e-300);
            example_close(&e);
        }
    }
}
END_TEST

START_TEST(test_rewards_shift_and_merge)
{
    double p[4] = {0.1, 0.2, 0.3, 0.4}, merged[3] = {0.1, 0.2, 0.7}, out[4], whole[3], moved[4];
    double reward[4] = {1.5, -0.25, 0.75, 0.75}, shifted[4];
    for (int k = 0; k < 4; k++)
        shifted[k] = reward[k] + 1024;
    for (double candidates = 1; candidates < 20; candidates++) {
        example_choice e, m, t;
        example_open(&e, 4, reward, candidates, 0);
        example_open(&m, 3, reward, candidates, 0);
        example_open(&t, 4, shifted, candidates, 0);
        tro_choice_apply(e.choice, 1, 4, p, out, e.scratch);
        tro_choice_apply(m.choice, 1, 3, merged, whole, m.scratch);
        tro_choice_apply(t.choice, 1, 4, p, moved, t.scratch);
        ck_assert_double_eq(tro_away(4, out, moved), 0);
        ck_assert_double_eq_tol(out[2] * 0.7 / 0.3, whole[2], 1e-15);
        ck_assert_double_eq_tol(out[3] * 0.7 / 0.4, whole[2], 1e-15);
        ck_assert_double_eq_tol(out[0], whole[0], 1e-15);
        example_close(&e);
        example_close(&m);
        example_close(&t);
    }
}
END_TEST

/* Rows at a distance, rows without mass, outcomes without mass; more rows than a
 * tile has; each row as it is alone. */
START_TEST(test_many_rows)
{
    enum { ROWS = 300, N = 13, STRIDE = 17 };
    static const double candidates[] = {1, 2, 4, 30, 1e5, INFINITY};
    static double p[ROWS * STRIDE], out[ROWS * STRIDE], alone[STRIDE], reward[N];
    for (size_t k = 0; k < 12; k++) {
        tro_stream s = example_stream(2000 + k);
        example_choice e;
        for (size_t i = 0; i < ROWS * STRIDE; i++)
            p[i] = out[i] = NAN;
        for (size_t r = 0; r < ROWS; r++) {
            example_law(&s, N, 5, r % 7 == 3 ? 0 : 1 + (double)r, p + r * STRIDE);
            p[r * STRIDE + r % N] = 0;
        }
        example_scaled_normals(&s, N, 3, reward);
        example_open(&e, N, reward, candidates[k % 6], k >= 6);
        tro_choice_apply(e.choice, ROWS, STRIDE, p, out, e.scratch);
        for (size_t r = 0; r < ROWS; r++) {
            tro_choice_apply(e.choice, 1, STRIDE, p + r * STRIDE, alone, e.scratch);
            ck_assert_double_le(example_off(N, out + r * STRIDE, alone), 2e-14);
            ck_assert_double_eq(out[r * STRIDE + r % N], 0);
            for (size_t x = 0; r % 7 == 3 && x < N; x++)
                ck_assert_double_eq(out[r * STRIDE + x], 0);
            ck_assert(isnan(out[r * STRIDE + N]));
        }
        example_close(&e);
    }
}
END_TEST

/* A table that is built in pieces: many outcomes, many nodes. */
START_TEST(test_many_outcomes)
{
    static double p[4 * CHOICE_MOST], out[4 * CHOICE_MOST], alone[CHOICE_MOST];
    static double reward[CHOICE_MOST];
    static const double candidates[] = {2, 5, 1000};
    for (size_t k = 0; k < 6; k++) {
        size_t n = k % 2 ? CHOICE_MOST : 200;
        tro_stream s = example_stream(3000 + k);
        example_choice e;
        for (size_t r = 0; r < 4; r++)
            example_law(&s, n, 3, 1, p + r * n);
        example_scaled_normals(&s, n, k == 0 ? 400 : 12, reward);
        example_open(&e, n, reward, candidates[k % 3], 0);
        tro_choice_apply(e.choice, 4, n, p, out, e.scratch);
        for (size_t r = 0; r < 4; r++) {
            double sum = 0;
            for (size_t x = 0; x < n; x++)
                sum += out[r * n + x];
            ck_assert_double_eq_tol(sum, 1, 2e-14);
            tro_choice_apply(e.choice, 1, n, p + r * n, alone, e.scratch);
            ck_assert_double_le(example_off(n, out + r * n, alone), 1e-13);
        }
        example_close(&e);
    }
}
END_TEST

START_TEST(test_choice_errors)
{
    tro_arena arena = {0};
    const tro_choice *choice = NULL;
    double good[2] = {1, 2}, bad[2] = {0, NAN}, endless[2] = {INFINITY, 0};
    static const double wrong[] = {0, -1, 1.5, NAN, -INFINITY, 0x1p54};
    ck_assert_int_eq(tro_choice_new(&arena, 0, good, 2, 0, &choice), TRO_EINVAL);
    ck_assert_int_eq(tro_choice_new(&arena, 2, bad, 2, 0, &choice), TRO_EINVAL);
    ck_assert_int_eq(tro_choice_new(&arena, 2, endless, 2, 1, &choice), TRO_EINVAL);
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++)
        ck_assert_int_eq(tro_choice_new(&arena, 2, good, wrong[k], 0, &choice), TRO_EINVAL);
    ck_assert_ptr_null(choice);
    tro_arena_clear(&arena);
}
END_TEST

START_TEST(test_out_of_memory_errors)
{
    enum { N = 5000 };
    static double reward[N];
    static const double candidates[] = {1, 2, 3, INFINITY};
    for (size_t x = 0; x < N; x++)
        reward[x] = -(double)x;
    for (size_t k = 0; k < 8; k++) {
        int status = TRO_ENOMEM;
        for (uint64_t n = 1; status != TRO_OK && n < 100; n++) {
            tro_arena arena = {0};
            const tro_choice *choice = NULL;
            tro_memory_fail_after(n);
            status = tro_choice_new(&arena, N, reward, candidates[k % 4], k >= 4, &choice);
            tro_memory_fail_after(0);
            ck_assert(status == TRO_OK || status == TRO_ENOMEM);
            ck_assert(n > 1 || status == TRO_ENOMEM);
            ck_assert_int_eq(choice != NULL, status == TRO_OK);
            tro_arena_clear(&arena);
        }
        ck_assert_int_eq(status, TRO_OK);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_known_laws, test_published_vectors,
                                  test_kept_by_enumeration, test_kept_laws_sum,
                                  test_rewards_shift_and_merge, test_many_rows,
                                  test_many_outcomes, test_choice_errors,
                                  test_out_of_memory_errors};
    return TRO_RUN_TESTS("choice", tests);
}
