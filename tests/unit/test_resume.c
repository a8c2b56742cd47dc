/* A runner taken apart into bytes between two rounds, and put together again elsewhere: it
 * goes on to the same bits, after any round, whatever rounds remember. */
#include "support.h"

#include "base/packed.h"
#include "schedule/settling.h"
#include "schedule/trace.h"

enum { ROUNDS = 14 };

/* Two agents; the rest is the case's: keys of a, of b, of their edges, and below. */
static void open_case(tro_world *w, const char *const *given)
{
    tro_world_open(w,
        "trophic: 1\nseed: 7\noutcomes: {family: gaussian, dimension: 2, covariance: 0.36}\n"
        "agents:\n"
        "  - {name: a, reference: [0, 1], reward: {linear: [1, 0]}, public: {bradley-terry: "
        "{reward: {linear: [1, 0]}}},\n     shares: {real: 0.4, synthetic: 0.2, curated: 0.4}%s}\n"
        "  - {name: b, reference: [1, 0], reward: {linear: [-1, 0]}, public: {bradley-terry: "
        "{reward: {linear: [-1, 0]}}},\n     shares: {real: 0.3, synthetic: 0.3, curated: 0.4}%s}\n"
        "network:\n  edges: [{from: a, to: a}, {from: b, to: a%s}, {from: b, to: b}, "
        "{from: a, to: b%s}]\n%s\n", given[0], given[1], given[2], given[3], given[4]);
    if (w->scenario->sampled)
        ck_assert_int_eq(tro_cell_sampler(w->cell, &w->messages), TRO_OK);
}

typedef struct walk {
    tro_runner runner;
    tro_settling settling;
    tro_trace trace;
} walk;

static void open_walk(walk *k, const tro_world *w)
{
    *k = (walk){0};
    ck_assert_int_eq(tro_runner_init(&k->runner, w->eco, w->plan,
                                     w->scenario->sampled ? TRO_SAMPLED : TRO_EXACT), TRO_OK);
    k->runner.sampler = w->cell->sampler;
    ck_assert_int_eq(tro_settling_init(&k->settling, &k->runner, 1e-3), TRO_OK);
    ck_assert_int_eq(tro_trace_init(&k->trace, k->runner.ecosystem), TRO_OK);
}

static void close_walk(walk *k)
{
    tro_settling_release(&k->settling);
    tro_trace_release(&k->trace);
    tro_runner_release(&k->runner);
}

static void pack(const walk *k, tro_text *out)
{
    tro_runner_pack(&k->runner, out);
    tro_settling_pack(&k->settling, &k->runner, out);
    tro_trace_pack(&k->trace, out);
}

/* 1 when all of it fits and nothing is left over. */
static int unpack(walk *k, const char *bytes, size_t length)
{
    tro_packed from = {.data = bytes, .length = length};
    if (tro_runner_unpack(&k->runner, &from) < 0)
        return 0;
    tro_settling_unpack(&k->settling, &k->runner, &from);
    tro_trace_unpack(&k->trace, &from);
    return !from.failed && from.at == from.length;
}

static void go_on(walk *k)
{
    ck_assert_int_eq(tro_runner_round(&k->runner), TRO_OK);
    tro_trace_add(&k->trace, k->runner.z);
    (void)!tro_settling_check(&k->settling, &k->runner);
}

static const char *const kinds[][5] = {
    {"", "", "", "", "schedule: synchronous"},
    {"", "", ", delay: 2.5", ", delay: 1", "schedule: {sequential: [b, a]}"},
    {", data: {window: 4}", ", data: accumulate", "", "", "schedule: random-order"},
    {", data: accumulate", "", ", delay: 3", "", "schedule: {periodic: {period: [0.5, 3]}}"},
    {", reference-sample: 20", ", data: {window: 3}", ", delay: 2", "",
     "schedule: poisson\nadvance: {sampled: 30}"},
    {", fade: 0.5, data: accumulate", ", reference-sample: 9", "", ", delay: 0.5",
     "schedule: synchronous\nadvance: {sampled: {outputs: 25, split: fixed}}\n"
     "events: [{round: 3, set: {agents.a.shares.curated: 0.1}}, {round: 8, freeze: b}]"},
    {"", ", data: {window: 2}", "", ", delay: 4",
     "schedule: synchronous\nevents: [{round: 2, leave: a}, {round: 6, set: "
     "{agents.b.data.window: 5}}, {round: 9, join: a}]"},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static void check_rest(const tro_world *w, const tro_text *at, const tro_text *end)
{
    walk k;
    tro_text found = {0};
    open_walk(&k, w);
    ck_assert(unpack(&k, at->data, at->length));
    while (k.runner.round < ROUNDS)
        go_on(&k);
    pack(&k, &found);
    ck_assert_uint_eq(found.length, end->length);
    ck_assert_mem_eq(found.data, end->data, end->length);
    tro_text_clear(&found);
    close_walk(&k);
}

START_TEST(test_every_round)
{
    for (size_t n = 0; n < KINDS; n++) {
        tro_world w;
        walk k;
        tro_text at[ROUNDS + 1] = {{0}};
        open_case(&w, kinds[n]);
        open_walk(&k, &w);
        ck_assert_int_eq(tro_runner_start(&k.runner, 5, NULL), TRO_OK);
        for (int r = 0; r <= ROUNDS; r++) {
            pack(&k, &at[r]);
            if (r < ROUNDS)
                go_on(&k);
        }
        close_walk(&k);
        for (int r = 0; r <= ROUNDS; r++) {
            check_rest(&w, &at[r], &at[ROUNDS]);
            tro_text_clear(&at[r]);
        }
        tro_world_close(&w);
    }
}
END_TEST

/* A piece of it is refused, and the runner is as good as before once it is started. */
START_TEST(test_cut_short)
{
    for (size_t n = 0; n < KINDS; n++) {
        tro_world w;
        walk k, other;
        tro_text whole = {0}, now = {0};
        open_case(&w, kinds[n]);
        open_walk(&k, &w);
        ck_assert_int_eq(tro_runner_start(&k.runner, 5, NULL), TRO_OK);
        for (int r = 0; r < 5; r++)
            go_on(&k);
        tro_runner_pack(&k.runner, &whole);
        open_walk(&other, &w);
        for (size_t length = 0; length < whole.length; length++) {
            tro_packed from = {.data = whole.data, .length = length};
            ck_assert_int_eq(tro_runner_unpack(&other.runner, &from), TRO_EINVAL);
        }
        ck_assert_int_eq(tro_runner_start(&other.runner, 5, NULL), TRO_OK);
        for (int r = 0; r < 5; r++)
            go_on(&other);
        tro_runner_pack(&other.runner, &now);
        ck_assert_uint_eq(now.length, whole.length);
        ck_assert_mem_eq(now.data, whole.data, now.length);
        tro_text_clear(&whole);
        tro_text_clear(&now);
        close_walk(&k);
        close_walk(&other);
        tro_world_close(&w);
    }
}
END_TEST

/* Of another scenario: refused, or bytes that mean nothing, but never beyond the end. */
START_TEST(test_of_another)
{
    for (size_t n = 0; n < KINDS; n++)
        for (size_t m = 0; m < KINDS; m++) {
            tro_world w, v;
            walk k, other;
            tro_text whole = {0};
            open_case(&w, kinds[n]);
            open_case(&v, kinds[m]);
            open_walk(&k, &w);
            open_walk(&other, &v);
            ck_assert_int_eq(tro_runner_start(&k.runner, 0, NULL), TRO_OK);
            go_on(&k);
            pack(&k, &whole);
            int fits = unpack(&other, whole.data, whole.length);
            ck_assert(n != m || fits);
            tro_text_clear(&whole);
            close_walk(&k);
            close_walk(&other);
            tro_world_close(&w);
            tro_world_close(&v);
        }
}
END_TEST

START_TEST(test_packed_values)
{
    tro_text text = {0};
    tro_pack_whole(&text, UINT64_MAX);
    tro_pack_real(&text, -0.0);
    tro_pack_text(&text, NULL);
    tro_pack_text(&text, "");
    tro_pack_text(&text, "two words");
    tro_pack_whole(&text, 3);
    tro_packed from = {.data = text.data, .length = text.length};
    ck_assert_uint_eq(tro_unpack_whole(&from), UINT64_MAX);
    ck_assert(signbit(tro_unpack_real(&from)));
    ck_assert_ptr_null(tro_unpack_text(&from));
    ck_assert_str_eq(tro_unpack_text(&from), "");
    ck_assert_str_eq(tro_unpack_text(&from), "two words");
    ck_assert(!from.failed);
    ck_assert_uint_eq(tro_unpack_length(&from, 1), 0);   /* three bytes, and none is left */
    ck_assert(from.failed);
    from = (tro_packed){.data = text.data, .length = text.length};
    ck_assert_ptr_null(tro_unpack_text(&from));          /* longer than everything */
    ck_assert(from.failed);
    ck_assert_uint_eq(tro_unpack_whole(&from), 0);
    tro_text_clear(&text);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_every_round, test_cut_short, test_of_another,
                                  test_packed_values};
    return TRO_RUN_TESTS("resume", tests);
}
