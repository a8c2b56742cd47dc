/* Scenarios of finite outcomes, owners, pools and arenas that are none: every
 * mistake at its place. */
#include <unistd.h>

#include "support.h"

/* Line 2 the outcomes, 4 and 5 two agents, 6 the network, 7 the rest. */
typedef struct parts {
    const char *outcomes, *one, *two, *network, *rest;
} parts;

static const parts right = {
    "{family: categorical, outcomes: 3}",
    "reference: [0.2, 0.3, 0.5], shares: {real: 0.5, curated: 0.5}",
    "reference: uniform, shares: {real: 0.5, curated: 0.5}",
    "{edges: [{from: a, to: a, weight: 0.5}, {from: b, to: a, weight: 0.5},  "
    "{from: b, to: b, weight: 0.5}, {from: a, to: b, weight: 0.5}]}",
    "schedule: synchronous"};

static void fill(char *text, size_t room, const parts *p)
{
    int length = snprintf(text, room,
                          "trophic: 1\noutcomes: %s\nagents:\n  - {name: a, %s}\n"
                          "  - {name: b, %s}\nnetwork: %s\n%s\n", p->outcomes, p->one, p->two,
                          p->network, p->rest);
    ck_assert_int_lt(length, (int)room);
}

static void refuse(const parts *p, const char *expected)
{
    char text[4096];
    fill(text, sizeof text, p);
    tro_assert_refused(text, NULL, 0, expected);
}

/* Agent a with these keys. */
static void refuse_agent(const char *keys, const char *expected)
{
    parts p = right;
    p.one = keys;
    refuse(&p, expected);
}

#define SCALED ""
#define SHARES "shares: {real: 0.5, curated: 0.5}, reference: uniform"

/* Agent a's users. */
static void refuse_users(const char *curator, const char *expected)
{
    char keys[1024];
    snprintf(keys, sizeof keys, SHARES ", public: %s", curator);
    refuse_agent(keys, expected);
}

START_TEST(test_right)
{
    char text[4096];
    tro_world w;
    fill(text, sizeof text, &right);
    tro_world_read(&w, text);
    tro_world_close(&w);
}
END_TEST

START_TEST(test_laws_errors)
{
    refuse_agent("reference: [0.2, 0.8], shares: {real: 1}",
                 "4:26: 2 probabilities, but there are 3 outcomes" SCALED);
    refuse_agent("reference: [0.2, -0.2, 1], shares: {real: 1}",
                 "4:32: probabilities must be at least 0, found '-0.2'" SCALED);
    refuse_agent("reference: [0, 0, 0], shares: {real: 1}",
                 "4:26: the probabilities are all 0: at least one must be above" SCALED);
    refuse_agent("reference: {point: 3}, shares: {real: 1}",
                 "4:34: there is no outcome '3': outcomes without labels are numbered from 0 to "
                 "2" SCALED);
    refuse_agent(SHARES ", reward: [1, 0]", "4:78: 2 rewards, but there are 3 outcomes" SCALED);
    refuse_agent(SHARES ", reward: [1, 0, -1], at: mean",
                 "4:94: alignment at the mean needs outcomes that are real vectors, found family "
                 "'categorical': 'outputs' would be right" SCALED);
    refuse_agent(SHARES ", at: median",
                 "4:74: at must be one of outputs, mean, found 'median' (did you mean "
                 "'mean'?)" SCALED);
    parts p = right;
    p.outcomes = "{family: categorical, labels: []}";
    refuse(&p,
           "2:11: finite outcomes need 'coordinates', 'labels' or how many 'outcomes' there "
           "are" SCALED);
}
END_TEST

START_TEST(test_columns_errors)
{
    FILE *file = fopen("test_finite_errors.csv", "w");
    ck_assert_ptr_nonnull(file);
    fputs("word,p,q\nred,0.2,much\ngreen,0.3,1\nblue,0.5,-1\n", file);
    fclose(file);
    refuse_agent("shares: {real: 1}, reference: {column: {file: test_finite_errors.csv, name: r}}",
                 "4:91: 'test_finite_errors.csv' has no column 'r', only word, p, q" SCALED);
    refuse_agent("shares: {real: 1}, reference: {column: {file: test_finite_errors.csv, name: q}}",
                 "test_finite_errors.csv:2:9: q must be a number, found 'much'\n"
                 "test_finite_errors.csv:4:10: q must be at least 0, found '-1'" SCALED);
    refuse_users("{best-of: {candidates: 2, reward: {column: {file: test_finite_errors.csv, "
                 "name: q}}}}",
                 "test_finite_errors.csv:2:9: q must be a number, found 'much'" SCALED);
    unlink("test_finite_errors.csv");
}
END_TEST

START_TEST(test_choices_errors)
{
    refuse_users("{bradley-terry: {reward: [1, 0]}}",
                 "4:103: 2 rewards, but there are 3 outcomes" SCALED);
    refuse_users("{bradley-terry: {reward: [1, 0, 1], candidates: 0}}",
                 "4:126: candidates must be at least 1, found '0'" SCALED);
    refuse_users("{bradley-terry: {reward: [1, 0, 1], candidates: 0.5}}",
                 "4:126: candidates must be a whole number or inf, found '0.5'" SCALED);
    refuse_users("{bradley-terry: {reward: [1, 0, 1], candidates: 2.5}}",
                 "4:126: candidates must be a whole number or inf, found '2.5'" SCALED);
    refuse_users("{bradley-terry: {reward: [1, 0, 1], candidates: many}}",
                 "4:126: candidates must be a whole number or inf, found 'many'" SCALED);
    refuse_users("{bradley-terry: {reward: [1, 0, 1], candidates: 1.0e+17}}",
                 "4:126: 1e+17 candidates are more than can be counted exactly: at most 2^53, or "
                 "inf" SCALED);
    refuse_users("{bradley-terry: {reward: [1, 0, 1], temperature: 0}}",
                 "4:127: temperature must be above 0 (unit: reward; for the limit 0 there is "
                 "'best-of'), found '0'" SCALED);
    refuse_users("{bradley-terry: {reward: [1, 0, 1], temperature: -1}}",
                 "4:127: temperature must be above 0 (unit: reward; for the limit 0 there is "
                 "'best-of'), found '-1'" SCALED);
    refuse_users("{bradley-terry: {reward: [1, 0, 1.0e+300], temperature: 1.0e-300}}",
                 "4:103: a reward of 1e+300 at a temperature of 1e-300 is more than a number "
                 "holds" SCALED);
    refuse_users("{bradley-terry: {reward: [1, 0, 1], flip: 1.5}}",
                 "4:120: flip must be between 0 and 1, found '1.5'" SCALED);
    refuse_users("{best-of: {reward: [1, 0, 1]}}",
                 "4:88: missing key 'candidates' in 'best-of'" SCALED);
    refuse_users("{best-of: {reward: [1, 0, 1], candidates: 0}}",
                 "4:120: candidates must be between 1 and 1e+15, found '0'" SCALED);
    refuse_users("{best-of: {reward: [1, 0, 1], candidates: 2.5}}",
                 "4:120: candidates must be a whole number, found '2.5'" SCALED);
    refuse_users("{best-of: {reward: [1, 0, 1], candidates: inf}}",
                 "4:120: candidates must be a whole number, found 'inf'" SCALED);
    refuse_users("{best-of: {reward: [1, 0, 1], candidates: 2, temperature: 1}}",
                 "4:123: unknown key 'temperature' in 'best-of', valid keys are candidates, "
                 "reward, flip" SCALED);
    refuse_users("{shift: 1}",
                 "4:86: a shift needs outcomes that are real vectors, found family "
                 "'categorical'" SCALED);
    refuse_users("{one-of: []}", "4:87: one-of needs at least one curator" SCALED);
    refuse_users("{one-of: [{weight: 0, curator: none}]}",
                 "4:97: weight must be above 0, found '0'" SCALED);
    refuse_users("{one-of: [{weight: 1}]}", "4:88: missing key 'curator' in 'one-of'" SCALED);
    refuse_users("{one-of: [{curator: nobody}, {curator: {shift: 1}}]}",
                 "4:98: unknown curator 'nobody': define it under 'curators' (before its first use "
                 "there), or write it out here\n"
                 "4:125: a shift needs outcomes that are real vectors, found family "
                 "'categorical'" SCALED);
    refuse_users("{stages: []}", "4:87: stages is a list of curators, at least one" SCALED);
    refuse_users("{stages: none}", "4:87: stages is a list of curators, at least one" SCALED);
    refuse_users("{stages: [{best-of: {candidates: 2, reward: [1, 0]}}, nobody]}",
                 "4:122: 2 rewards, but there are 3 outcomes\n"
                 "4:132: unknown curator 'nobody': define it under 'curators' (before its first "
                 "use there), or write it out here" SCALED);
}
END_TEST

#define ARENA "{arena: {reward: [1, 0, -1]}}"

START_TEST(test_arenas_errors)
{
    parts p = right;
    refuse_users("{arena: {reward: [1, 0]}}", "4:95: 2 rewards, but there are 3 outcomes" SCALED);
    refuse_users("{arena: {reward: [1, 0, -1], slots: 0}}",
                 "4:114: slots must be between 1 and 1000000 candidates, found '0'" SCALED);
    refuse_users("{arena: {reward: [1, 0, -1], slots: 1.5}}",
                 "4:114: slots must be a whole number, found '1.5'" SCALED);
    refuse_users("{arena: {reward: [1, 0, -1], temperature: 0}}",
                 "4:120: temperature must be above 0 (unit: reward), found '0'" SCALED);
    /* The producers' users judge: b's keep everything, a's are an arena. */
    refuse_users(ARENA,
                 "4:5: the producers of 'a' compete in an arena, so one curator must choose among "
                 "them: 'judge: consumer' or an agent's name would be right\n"
                 "5:5: the producers of 'b' compete in an arena, so one curator must choose among "
                 "them: 'judge: consumer' or an agent's name would be right");
    refuse_users("{stages: [{best-of: {candidates: 2, reward: [1, 0, -1]}}, " ARENA "]}",
                 "4:136: 'arena' chooses among several producers, so it can be the first stage "
                 "only" SCALED);
    p.one = SHARES ", public: " ARENA;
    p.network = "{judge: consumer, edges: [{from: b, to: a}, {from: a, to: b}]}";
    refuse(&p,
           "4:5: an arena needs at least two producers, but only one edge with curated data leads "
           "to 'a'");
    p.network = "{judge: consumer, edges: [{from: b, to: a, weight: 0.5},  "
        "{from: a, to: a, weight: 0.5, judge: b}]}";
    p.two = "reference: uniform, shares: {real: 1}";
    refuse(&p,
           "4:5: the producers of 'a' compete in an arena, so one curator must choose among them: "
           "'judge: consumer' or an agent's name would be right");
    p.two = right.two;
    p.network = "{judge: a, edges: [{from: b, to: a, weight: 0.5},  "
        "{from: a, to: a, weight: 0.5}, {from: a, to: b}]}";
    refuse(&p,
           "5:5: an arena needs at least two producers, but only one edge with curated data leads "
           "to 'b'");
    p = right;
    p.one = SHARES ", owner: " ARENA;
    refuse(&p,
           "4:77: an owner chooses from all its data together, found 'arena', in which producers "
           "compete for slots" SCALED);
    p.one = SHARES ", owner: {one-of: [{curator: none}, {curator: " ARENA "}]}";
    refuse(&p,
           "4:77: an owner chooses from all its data together, found 'one-of', in which producers "
           "compete for slots" SCALED);
    p.outcomes = "{family: gaussian}";
    p.one = "reference: 0, shares: {real: 1}, public: {arena: {reward: 1}}";
    p.two = "reference: 0, shares: {real: 1}";
    refuse(&p, "4:64: an arena is exact on finite outcomes, found family 'gaussian'" SCALED);
}
END_TEST

START_TEST(test_pools_errors)
{
    parts p = right;
    p.one = SHARES ", pool: mixture, public: {best-of: {candidates: 2, reward: [1, 0, 1]}}";
    refuse(&p,
           "4:76: the producers of 'a' share a pool, so one curator must choose among them: "
           "'judge: consumer' or an agent's name would be right");
    p.one = SHARES ", pool: all";
    refuse(&p, "4:76: pool must be one of producer, mixture, found 'all'" SCALED);
    p.outcomes = "{family: gaussian}";
    p.one = "reference: 0, shares: {real: 0.5, curated: 0.5}, pool: mixture, "
            "public: {best-of: {candidates: 2, reward: 1}}";
    p.two = "reference: 0, shares: {real: 1}";
    p.network = "{judge: consumer, edges: [{from: a, to: a, weight: 0.5},  "
        "{from: b, to: a, weight: 0.5}]}";
    refuse(&p,
           "4:70: the producers of 'a' share a pool, which on real vectors is exact for an "
           "infinite number of candidates, found 'best-of'");
    p.one = "reference: 0, shares: {real: 0.5, curated: 0.5}, pool: mixture, "
            "public: {bradley-terry: {reward: 1}}, owner: {bradley-terry: {reward: 1}}";
    refuse(&p,
           "4:70: the owner of 'a' would choose from what 'bradley-terry' kept of a pool, which is "
           "not normal any more: 'pool: producer' would be right");
    p.one = "reference: 0, shares: {real: 0.5, curated: 0.5}, "
            "public: {best-of: {candidates: 2, reward: 1}}, owner: {bradley-terry: {reward: 1}}";
    refuse(&p,
           "4:5: the owner of 'a' would choose from outputs that 'best-of' kept, which are not "
           "normal any more: infinite candidates and a linear reward would be right");
    p.one = "reference: 0, shares: {real: 0.5, curated: 0.5}, "
            "owner: {bradley-terry: {candidates: 2, reward: 1}}";
    refuse(&p,
           "4:71: an owner chooses from several laws at once, which is exact for an infinite "
           "number of candidates, found 'bradley-terry'" SCALED);
}
END_TEST

START_TEST(test_rates_errors)
{
    refuse_agent(SHARES ", learning-rate: 0",
                 "4:85: learning-rate must be above 0 and at most 1, found '0'" SCALED);
    refuse_agent(SHARES ", learning-rate: -0.5",
                 "4:85: learning-rate must be above 0 and at most 1, found '-0.5'" SCALED);
    refuse_agent(SHARES ", learning-rate: 1.5",
                 "4:85: learning-rate must be above 0 and at most 1, found '1.5'" SCALED);
    refuse_agent(SHARES ", learning-rate: fast",
                 "4:85: learning-rate must be a number, found 'fast'" SCALED);
    parts p = right;
    p.rest = "advance: {sampled: {outputs: 10, split: even}}";
    refuse(&p, "7:41: split must be one of drawn, fixed, found 'even'" SCALED);
    p.rest = "advance: {sampled: {outputs: 0}}";
    refuse(&p, "7:30: outputs must be between 1 and 1e+15, found '0'" SCALED);
}
END_TEST

START_TEST(test_sampled_errors)
{
    parts p = right;
    p.rest = "advance: {sampled: {outputs: 10, split: fixed}}";
    p.one = SHARES ", owner: {best-of: {candidates: 2, reward: [1, 0, 1]}}";
    refuse(&p,
           "4:77: sampled rounds of 'a', which has an owner, are exact with 'split: drawn'; here "
           "the split is fixed");
    p.outcomes = "{family: gaussian}";
    p.rest = "advance: {sampled: {outputs: 10, split: fixed}}";
    p.one = "reference: 0, shares: {real: 0.5, curated: 0.5}, owner: {bradley-terry: {reward: 1}}";
    p.two = "reference: 0, shares: {real: 0.5, curated: 0.5}, pool: mixture, "
            "public: {bradley-terry: {reward: 1}}";
    p.network = "{judge: consumer, edges: [{from: a, to: a},  "
        "{from: a, to: b, weight: 0.5}, {from: b, to: b, weight: 0.5}]}";
    refuse(&p,
           "4:71: sampled rounds of 'a', which has an owner, are exact with 'split: drawn'; here "
           "the split is fixed\n"
           "5:70: sampled rounds of 'b', which has producers that share a pool, are exact with "
           "'split: drawn' or for finite outcomes; here the split is fixed");
    p.rest = "advance: {sampled: 10}";
    p.one = "reference: 0, shares: {real: 0.5, curated: 0.5}, "
            "public: {best-of: {candidates: 2, reward: 1}}";
    p.two = "reference: 0, shares: {real: 1}";
    p.network = "{judge: consumer, edges: [{from: b, to: a, channel: "
                "{affine: {scale: 0.5, covariance: 1}}}]}";
    refuse(&p,
           "6:62: sampled rounds of 'a' would send outputs that 'best-of' kept through a channel "
           "that states their covariance: these outputs are not normal, and 'advance: exact' or a "
           "channel without 'covariance' would be right");
    /* Beside other mistakes. */
    p = right;
    p.one = "reference: uniform, shares: {real: 0.1, curated: 0.9}";
    p.rest = "advance: {sampled: {outputs: 10, split: fixed}}";
    p.two = SHARES ", owner: {best-of: {candidates: 2, reward: [1, 0, 1]}}";
    p.network = "{edges: [{from: b, to: b}]}";
    refuse(&p,
           "4:5: agent 'a' has a curated share of 0.9 but no edge brings it such data: add an edge "
           "to it, or give that share to 'real'\n"
           "5:77: sampled rounds of 'b', which has an owner, are exact with 'split: drawn'; here "
           "the split is fixed");
}
END_TEST

/* Alignments at a prompt that no data of the agent ever have, where prompts travel. */
START_TEST(test_prompts_errors)
{
#define AT "start: {prompts: [1, 0], given: uniform}, reward: {values: [1, 0], prompts: [1, 0]}, "
#define NONE(place) \
    place ": the alignment of 'a' is taken at prompt 'sum', which none of its data have: data " \
    "that do, or 'prompt-marginals: stay', would be right"
    parts p = {"{family: conditional, prompts: [sum, par], outcomes: 2}", AT
               "shares: {synthetic: 1}", "start: {prompts: [0, 1], given: uniform}, "
               "shares: {synthetic: 1}", "{edges: [{from: b, to: a}, {from: b, to: b}]}", ""};
    refuse(&p, NONE("4:91"));
    p.one = AT "shares: {synthetic: 1}, learning-rate: 0.5"; /* what it began with fades */
    refuse(&p, NONE("4:91"));
    p.one = AT "reference: [[0, 0], [0.5, 0.5]], shares: {real: 0.5, synthetic: 0.5}";
    refuse(&p, NONE("4:91"));
    p.one = AT "shares: {curated: 1}"; /* an edge that is not in use */
    p.network = "{edges: [{from: b, to: a, synthetic: 0.5}, "
                "{from: a, to: a, synthetic: 0.5, curated: 0}, {from: b, to: b}]}";
    refuse(&p, NONE("4:91"));
    p.network = "{edges: [{from: b, to: a, channel: {stochastic: {prompts: [[1, 0], [0, 1]]}}}, "
                "{from: b, to: b}]}";
    refuse(&p, NONE("4:91"));
    p.outcomes = "{family: conditional, prompts: 2, outcomes: 2}";
    refuse(&p, "4:91: the alignment of 'a' is taken at prompt 0 (counted from 0), which none of "
               "its data have: data that do, or 'prompt-marginals: stay', would be right");
}
END_TEST

static void accept(const parts *p)
{
    char text[4096];
    tro_world w;
    fill(text, sizeof text, p);
    tro_world_read(&w, text);
    tro_world_close(&w);
}

START_TEST(test_prompts_right)
{
    parts p = {"{family: conditional, prompts: [sum, par], outcomes: 2}", AT
               "shares: {synthetic: 1}", "start: {prompts: [0, 1], given: uniform}, "
               "shares: {synthetic: 1}", "{edges: [{from: b, to: a}, {from: a, to: b}]}", ""};
    accept(&p); /* by way of b */
    p.network = "{edges: [{from: b, to: a, weight: 0.5}, {from: b, to: b}, "
                "{from: a, to: a, weight: 0.5}]}";
    accept(&p);
    p.network = "{edges: [{from: b, to: a, channel: {stochastic: {prompts: [[1, 0], [1, 9]]}}}, "
                "{from: b, to: b}]}";
    accept(&p);
    p.network = "{edges: [{from: b, to: a}, {from: b, to: b}]}";
    p.one = AT "reference: [[0.5, 0], [0, 0.5]], shares: {real: 0.5, synthetic: 0.5}";
    accept(&p);
    p.one = AT "shares: {synthetic: 1}";
    p.outcomes = "{family: conditional, prompts: 2, outcomes: 2, prompt-marginals: stay}";
    accept(&p);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_right, test_laws_errors, test_columns_errors,
                                  test_choices_errors, test_arenas_errors, test_pools_errors,
                                  test_rates_errors, test_sampled_errors, test_prompts_errors,
                                  test_prompts_right};
    return TRO_RUN_TESTS("finite errors", tests);
}
