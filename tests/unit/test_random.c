/* Streams: the generator against published vectors, keys, uniforms, whole
 * numbers below a bound, orders. */
#include <stdlib.h>
#include <string.h>

#include "random_support.h"

#define KEY_WORDS 5

/* Outputs of the generator made by its author's code, as NumPy's tests hold
 * such; state and increment given, no seeding. */
static const tro_u128 reference_state = (tro_u128)0x0123456789abcdefu << 64 | 0x0fedcba987654321u;
static const tro_u128 reference_increment =
    (tro_u128)0x3c6ef372fe94f82bu << 64 | 0xe73980c0b9db906bu;

START_TEST(test_stream_next)
{
    static const uint64_t expected[8] = {
        0xe9518a0afe3e6ec2u, 0xd62b5b84403533dbu, 0x09209d5dc39ebf7eu, 0x2f91ca674d9010e8u,
        0x7e2655355d9d5404u, 0x9d810501f79ee0e2u, 0xe85b85755fee425du, 0xac6319564954cc11u
    };
    tro_stream s = tro_stream_from(reference_state, reference_increment);

    for (int i = 0; i < 8; i++)
        ck_assert_uint_eq(tro_stream_next(&s), expected[i]);
    s = tro_stream_from(reference_state, reference_increment - 1);   /* is made odd */
    ck_assert_uint_eq(tro_stream_next(&s), expected[0]);
    ck_assert_uint_eq(tro_stream_next(&s), expected[1]);
}
END_TEST

START_TEST(test_stream_advance)
{
    static const uint64_t expected[4] = {
        0xea2a05344be8432eu, 0xb29ced5fd981a025u, 0x267d63feba37c611u, 0x3b949703b7c0bacau
    };
    tro_stream s = tro_stream_from(reference_state, reference_increment), t = s, u;

    tro_stream_advance(&s, (tro_u128)1 << 70);
    for (int i = 0; i < 4; i++)
        ck_assert_uint_eq(tro_stream_next(&s), expected[i]);
    for (unsigned steps = 0; steps < 70; steps++) {
        s = tro_stream_from(reference_state, reference_increment);
        tro_stream_advance(&s, steps);
        ck_assert(s.state == t.state && s.increment == t.increment);
        u = s;
        tro_stream_advance(&u, -(tro_u128)steps);   /* once round is 2^128 steps */
        ck_assert(u.state == reference_state);
        tro_stream_next(&t);
    }
}
END_TEST

/* SipHash-c-d after the paper, slowly; leaves its state in v. */
static void sip_slowly(int c, int d, const uint64_t key[2], int words, const uint64_t *word,
                       uint64_t v[4])
{
    static const char *const start = "somepseudorandomlygeneratedbytes";

    for (int i = 0; i < 4; i++) {
        v[i] = key[i % 2];
        for (int j = 0; j < 8; j++)
            v[i] ^= (uint64_t)start[8 * i + j] << (56 - 8 * j);
    }
    for (int i = 0; i < words + 1; i++) {
        int rounds = i < words ? c : d;
        if (i < words)
            v[3] ^= word[i];
        else
            v[2] ^= 0xff;
        for (int j = 0; j < rounds; j++) {
            static const int turn[14][3] = {   /* add, or turn and xor */
                { 0, 1, 0 }, { 1, 0, 13 }, { 0, 0, 32 }, { 2, 3, 0 }, { 3, 2, 16 },
                { 0, 3, 0 }, { 3, 0, 21 }, { 2, 1, 0 }, { 1, 2, 17 }, { 2, 2, 32 }
            };
            for (int k = 0; k < 10; k++) {
                uint64_t *a = &v[turn[k][0]], b = v[turn[k][1]];
                int by = turn[k][2];
                *a = by == 0 ? *a + b : *a << by | *a >> (64 - by);
                if (by != 0 && by != 32)
                    *a ^= b;
            }
        }
        if (i < words)
            v[0] ^= word[i];
    }
}

START_TEST(test_stream_of)
{
    /* The slow one is SipHash: the first and last vectors of its authors. */
    static const uint64_t sip_key[2] = { 0x0706050403020100u, 0x0f0e0d0c0b0a0908u };
    static const uint64_t none[1] = { 0 };
    static const uint64_t fifteen[2] = { 0x0706050403020100u, 0x0f0e0d0c0b0a0908u };
    uint64_t v[4];

    sip_slowly(2, 4, sip_key, 1, none, v);
    ck_assert_uint_eq(v[0] ^ v[1] ^ v[2] ^ v[3], 0x726fdb47dd0e0e31u);
    sip_slowly(2, 4, sip_key, 2, fifteen, v);
    ck_assert_uint_eq(v[0] ^ v[1] ^ v[2] ^ v[3], 0xa129ca6149be45e5u);
    for (uint64_t i = 0; i < 1000; i++) {
        tro_stream any = test_stream(0, i);
        tro_stream_key key = { tro_stream_next(&any) >> i % 64, tro_stream_next(&any), i, i / 7,
                               1 + i % 7 };
        const uint64_t seeds[2] = { key.seed, key.replicate };
        const uint64_t word[3] = { key.agent, key.round, key.purpose };
        tro_stream s = tro_stream_of(&key);
        sip_slowly(1, 4, seeds, 3, word, v);
        ck_assert_uint_eq((uint64_t)(s.state >> 64), v[0]);
        ck_assert_uint_eq((uint64_t)s.state, v[1]);
        ck_assert_uint_eq((uint64_t)(s.increment >> 64), v[2]);
        ck_assert_uint_eq((uint64_t)s.increment, v[3] | 1);
    }
}
END_TEST

static tro_stream stream_of_words(const uint64_t word[KEY_WORDS])
{
    tro_stream_key key = { word[0], word[1], word[2], word[3], word[4] };

    return tro_stream_of(&key);
}

/* Keys like those in use: small numbers in every word. */
static void small_words(uint64_t word[KEY_WORDS], size_t i)
{
    word[0] = 1 + i % 3;
    word[1] = i % 5;
    word[2] = i;
    word[3] = i / 11;
    word[4] = 1 + i % 7;
}

/* Each of the 320 bits of a key turns each of the 255 bits of a stream, and
 * each of the 64 of its first output, with probability one half. */
static double avalanche(const void *what, size_t size, uint64_t round)
{
    static uint32_t turned[320];
    double worst = 0, sigma = sqrt((double)size) / 2;

    (void)what;
    for (int bit = 0; bit < 320; bit++) {
        memset(turned, 0, sizeof turned);
        for (size_t i = 0; i < size; i++) {
            uint64_t word[KEY_WORDS], change[KEY_WORDS];
            small_words(word, i + round * 1000);
            tro_stream a = stream_of_words(word), b;
            word[bit / 64] ^= (uint64_t)1 << bit % 64;
            b = stream_of_words(word);
            change[0] = (uint64_t)(a.state ^ b.state);
            change[1] = (uint64_t)((a.state ^ b.state) >> 64);
            change[2] = (uint64_t)(a.increment ^ b.increment);
            change[3] = (uint64_t)((a.increment ^ b.increment) >> 64);
            change[4] = tro_stream_next(&a) ^ tro_stream_next(&b);
            for (int j = 0; j < 320; j++)
                turned[j] += change[j / 64] >> j % 64 & 1;
        }
        for (int j = 0; j < 320; j++)
            if (j != 128)   /* the increment is odd */
                worst = fmax(worst, fabs(turned[j] - (double)size / 2) / sigma);
    }
    return worst - 1;   /* 102080 scores at once: the limit is 6 sigma */
}

START_TEST(test_stream_of_avalanche)
{
    ck_five_sigma(avalanche, NULL, 512, "avalanche");
}
END_TEST

/* The first three uniforms of streams whose keys follow each other in one
 * word: mean, variance, and correlations of all pairs up to 3 places and
 * 1 to 4, 16 or 256 keys apart. */
enum { FIRST = 3 };

static double correlation_score(const double *x, const double *y, size_t count)
{
    double sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += (x[FIRST * i] - 0.5) * (y[FIRST * i] - 0.5);
    return 12 * fabs(sum) / sqrt((double)count);
}

static double neighbours(const void *what, size_t size, uint64_t round)
{
    static const size_t lags[] = { 0, 1, 2, 3, 4, 16, 256 };
    int varied = *(const int *)what;
    double *x = calloc(size, FIRST * sizeof *x), worst = 0, mean = 0;
    uint64_t word[KEY_WORDS] = { 1, round, 5, 9, TRO_FOR_TESTS };

    ck_assert_ptr_nonnull(x);
    for (size_t i = 0; i < size; i++) {
        word[varied] = i;
        tro_stream s = stream_of_words(word);
        for (int j = 0; j < FIRST; j++)
            x[FIRST * i + (size_t)j] = tro_stream_uniform(&s);
        mean += x[FIRST * i] - 0.5;
    }
    worst = fabs(mean) * sqrt(12 / (double)size);
    for (size_t l = 0; l < sizeof lags / sizeof *lags; l++)
        for (int a = 0; a < FIRST; a++)
            for (int b = 0; b < FIRST; b++)
                if (lags[l] > 0 || a < b)
                    worst = fmax(worst, correlation_score(x + a, x + FIRST * lags[l] + b,
                                                          size - lags[l] - 1));
    free(x);
    return worst;
}

START_TEST(test_stream_of_neighbours)
{
    ck_five_sigma(neighbours, &_i, 100000, "neighbouring keys");
}
END_TEST

/* Bytes of the first outputs of neighbouring keys, top and bottom, and pairs
 * of top bits of neighbours. */
static double neighbour_bytes(const void *what, size_t size, uint64_t round)
{
    int varied = *(const int *)what;
    uint64_t word[KEY_WORDS] = { 1, round, 5, 9, TRO_FOR_TESTS }, before = 0;
    double seen[3][256] = { { 0 } }, expected[256];

    for (size_t i = 0; i < size; i++) {
        word[varied] = i;
        tro_stream s = stream_of_words(word);
        uint64_t bits = tro_stream_next(&s);
        seen[0][bits >> 56]++;
        seen[1][bits & 255]++;
        seen[2][bits >> 60 | before >> 60 << 4]++;
        before = bits;
    }
    for (int i = 0; i < 256; i++)
        expected[i] = (double)size / 256;
    return fmax(chi_square_score(256, seen[0], expected),
                fmax(chi_square_score(256, seen[1], expected),
                     chi_square_score(256, seen[2], expected)));
}

START_TEST(test_stream_of_neighbour_bytes)
{
    ck_five_sigma(neighbour_bytes, &_i, 200000, "bytes of neighbouring keys");
}
END_TEST

START_TEST(test_stream_uniform_edges)
{
    static const uint64_t outputs[] = { 0, 1, 4095, 4096, UINT64_MAX, (uint64_t)1 << 63 };

    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++) {
        tro_stream s = stream_that_gives(outputs[i], 77), t = s, u = s;
        ck_assert_uint_eq(tro_stream_next(&s), outputs[i]);
        ck_assert_double_eq(tro_stream_uniform(&t), (double)(outputs[i] >> 11) * 0x1p-53);
        double open = tro_stream_uniform_open(&u);
        ck_assert(open > 0 && open < 1 && 1 - (1 - open) == open);
        ck_assert(s.state == t.state && s.state == u.state);
    }
    tro_stream last = stream_that_gives(UINT64_MAX, 77), first = stream_that_gives(0, 77);
    ck_assert_double_eq(tro_stream_uniform(&last), 1 - 0x1p-53);
    ck_assert_double_eq(tro_stream_uniform_open(&first), 0x1p-53);
}
END_TEST

/* 0: uniform, 1: open uniform, 2: exponential through its distribution. */
static double continuous(const void *what, size_t size, uint64_t round)
{
    int which = *(const int *)what;
    tro_stream s = test_stream(round, 1);
    double seen[1000] = { 0 }, expected[1000];

    for (size_t i = 0; i < size; i++) {
        double u = which == 0 ? tro_stream_uniform(&s)
                 : which == 1 ? tro_stream_uniform_open(&s)
                 : -expm1(-tro_stream_exponential(&s));
        seen[(size_t)(1000 * u)]++;
    }
    for (int i = 0; i < 1000; i++)
        expected[i] = (double)size / 1000;
    return chi_square_score(1000, seen, expected);
}

START_TEST(test_stream_uniform_law)
{
    ck_five_sigma(continuous, &_i, 1000000, "uniform or exponential");
}
END_TEST

START_TEST(test_stream_exponential_edges)
{
    tro_stream low = stream_that_gives(0, 1), high = stream_that_gives(UINT64_MAX, 1);

    ck_assert_double_eq_tol(tro_stream_exponential(&low), 53 * M_LN2, 1e-13);
    ck_assert_double_eq_tol(tro_stream_exponential(&high), 0x1p-53, 1e-30);
}
END_TEST

START_TEST(test_stream_below)
{
    /* 2^64 modulo 2^63 + 1 is 2^63 - 1: products whose low half is less are
     * drawn again. With x = 2 it is (2^64 + 2): low half 2, so again. */
    uint64_t bound = ((uint64_t)1 << 63) + 1;
    tro_stream s = stream_that_gives(2, 5), t = s;
    uint64_t value = tro_stream_below(&s, bound);

    tro_stream_next(&t);
    ck_assert(s.state != t.state);
    ck_assert_uint_lt(value, bound);
    s = stream_that_gives(UINT64_MAX, 5);
    ck_assert_uint_eq(tro_stream_below(&s, 10), 9);
    s = stream_that_gives(UINT64_MAX / 2, 5);
    ck_assert_uint_eq(tro_stream_below(&s, UINT64_MAX), UINT64_MAX / 2 - 1);
    for (int i = 0; i < 100; i++) {
        t = s;
        ck_assert_uint_eq(tro_stream_below(&s, 1), 0);
        ck_assert_uint_eq(tro_stream_below(&t, (uint64_t)1 << 63),
                          (tro_stream_advance(&s, -(tro_u128)1), tro_stream_next(&s) >> 1));
    }
}
END_TEST

/* In 32 equal parts of the range; 3 * 2^62 would show the bias of a plain
 * product (a third of the values twice as likely). */
static double below(const void *what, size_t size, uint64_t round)
{
    uint64_t bound = *(const uint64_t *)what;
    size_t parts = bound < 32 ? (size_t)bound : 32;
    tro_stream s = test_stream(round, bound);
    double seen[32] = { 0 }, expected[32];
    double odd = 0;

    for (size_t i = 0; i < size; i++) {
        uint64_t value = tro_stream_below(&s, bound);
        seen[(size_t)((tro_u128)value * parts / bound)]++;
        odd += value % 4 == 0;
    }
    for (size_t i = 0; i < parts; i++)
        expected[i] = (double)size / (double)parts;
    if (bound < 32)
        return chi_square_score(parts, seen, expected);
    return fmax(chi_square_score(parts, seen, expected),
                fabs(odd - (double)size / 4) / sqrt((double)size * 3 / 16));
}

START_TEST(test_stream_below_law)
{
    static const uint64_t bounds[] = { 2, 3, 7, 10, (uint64_t)3 << 62, ((uint64_t)1 << 63) + 1024 };

    ck_five_sigma(below, &bounds[_i], 300000, "below");
}
END_TEST

START_TEST(test_stream_order)
{
    size_t order[100];
    tro_stream s = test_stream(0, 0), t = s;

    tro_stream_order(&s, 0, NULL);
    ck_assert(s.state == t.state);
    for (size_t count = 1; count <= 100; count++) {
        unsigned char met[100] = { 0 };
        tro_stream_order(&s, count, order);
        for (size_t i = 0; i < count; i++) {
            ck_assert_uint_lt(order[i], count);
            ck_assert_int_eq(met[order[i]]++, 0);
        }
    }
}
END_TEST

static double orders_of_four(const void *what, size_t size, uint64_t round)
{
    tro_stream s = test_stream(round, 4);
    double seen[256] = { 0 }, expected[256] = { 0 };

    (void)what;
    for (size_t i = 0; i < size; i++) {
        size_t order[4];
        tro_stream_order(&s, 4, order);
        seen[order[0] * 64 + order[1] * 16 + order[2] * 4 + order[3]]++;
    }
    for (size_t i = 0; i < 256; i++)
        if ((1 << i / 64 | 1 << i / 16 % 4 | 1 << i / 4 % 4 | 1 << i % 4) == 15)
            expected[i] = (double)size / 24;
    return chi_square_score(256, seen, expected);
}

START_TEST(test_stream_order_law)
{
    ck_five_sigma(orders_of_four, NULL, 240000, "orders of four");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("random");
    TCase *tests = tcase_create("streams");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(tests, 300);
    tcase_add_test(tests, test_stream_next);
    tcase_add_test(tests, test_stream_advance);
    tcase_add_test(tests, test_stream_of);
    tcase_add_test(tests, test_stream_of_avalanche);
    tcase_add_loop_test(tests, test_stream_of_neighbours, 0, KEY_WORDS);
    tcase_add_loop_test(tests, test_stream_of_neighbour_bytes, 0, KEY_WORDS);
    tcase_add_test(tests, test_stream_uniform_edges);
    tcase_add_loop_test(tests, test_stream_uniform_law, 0, 3);
    tcase_add_test(tests, test_stream_exponential_edges);
    tcase_add_test(tests, test_stream_below);
    tcase_add_loop_test(tests, test_stream_below_law, 0, 6);
    tcase_add_test(tests, test_stream_order);
    tcase_add_test(tests, test_stream_order_law);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed > 0;
}
