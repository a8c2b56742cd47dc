/* What curators on real vectors have no exact map for, and other mistakes. */
#include "support.h"

#define TILT(judge) "{bradley-terry: {" judge "}}"
#define PAIR(judge) "{bradley-terry: {candidates: 2, " judge "}}"

static void refuse(const char *family, const char *curator, const char *expected)
{
    char text[2048];
    snprintf(text, sizeof text,
             "trophic: 1\noutcomes: {family: %s, dimension: 2}\nagents:\n"
             "  - name: a\n    start: 0\n    shares: {curated: 1}\n    public: %s\n"
             "network: {edges: [{from: a, to: a}]}\n", family, curator);
    tro_assert_refused(text, NULL, 0, expected);
}

static void refuse_both(const char *curator, const char *expected)
{
    refuse("gaussian", curator, expected);
    refuse("gaussian-full", curator, expected);
}

START_TEST(test_rules_errors)
{
    refuse_both("{bradley-terry: {candidates: 4, reward: {curvature: 1}}}",
                "7:65: bradley-terry among 4 candidates that are real vectors needs a linear "
                "reward, found one with curvature: 'candidates: inf' would be right");
    refuse_both("{best-of: {candidates: 4, reward: {curvature: 1}}}",
                "7:59: best-of on real vectors needs a linear reward, found one with curvature");
    refuse_both("{best-of: {candidates: inf, reward: 1}}",
                "7:36: candidates must be a whole number, found 'inf'");
    refuse_both("{best-of: {reward: 1}}", "7:23: missing key 'candidates' in 'best-of'");
    refuse("gaussian", "{bradley-terry: {reward: {curvature: [1, -1]}}}",
           "7:50: bradley-terry leaves no normal law: the outputs' precision (the inverse of "
           "their covariance) plus curvature / temperature must be positive definite");
    refuse("gaussian", "{bradley-terry: {reward: {curvature: 1}, flip: 0.5}}",
           "7:50: bradley-terry with this reward or, after a flip, its reverse leaves no normal "
           "law: the outputs' precision (the inverse of their covariance) plus curvature / "
           "temperature must be positive definite");
    refuse_both("{bradley-terry: {candidates: 3, temperature: 1e-300, reward: 1e308}}",
                "7:74: bradley-terry: the reward over the temperature is out of range");
    refuse_both("{bradley-terry: {temperature: 1e-300, reward: 1e308}}",
                "7:59: bradley-terry: the reward over the temperature is out of range");
    refuse_both("{bradley-terry: {reward: 1, flip: 1.5}}",
                "7:47: flip must be between 0 and 1, found '1.5'");
    refuse_both("{shift: [1, 2, 3]}", "7:21: shift has 3 numbers, but the dimension is 2");
}
END_TEST

START_TEST(test_combinators_errors)
{
    refuse_both("{stages: []}", "7:22: stages is a list of curators, at least one");
    refuse_both("{stages: {curators: none}}", "7:33: stages is a list of curators, at least one");
#define ONE_DIRECTION \
    "stages on real vectors, one of them with a finite number of candidates, are exact when all " \
    "rewards are linear and along one direction: others need 'candidates: inf'"
#define LAST_ONLY \
    " leaves a mixture of normal laws, so on real vectors it can be the last stage only"
    refuse_both("{stages: [" PAIR("reward: [1, 0]") ", " PAIR("reward: [1, 1]") "]}",
                "7:73: " ONE_DIRECTION);
    refuse_both("{stages: [" PAIR("reward: 1") ", " TILT("reward: {curvature: 1}") "]}",
                "7:68: " ONE_DIRECTION);
    refuse_both("{stages: [" TILT("reward: 1, flip: 0.5") ", none]}",
                "7:23: 'bradley-terry'" LAST_ONLY);
    refuse_both("{stages: [{one-of: [{curator: none}, {curator: {shift: 1}}]}, none]}",
                "7:23: 'one-of'" LAST_ONLY);
    refuse("gaussian", "{stages: [" TILT("reward: {curvature: -0.6}") ", "
           TILT("reward: {curvature: -0.6}") "]}",
           "7:69: the stages up to here leave no normal law: the outputs' precision (the inverse "
           "of their covariance) plus all curvatures / temperatures must be positive definite");
    refuse("gaussian", "{stages: [" PAIR("reward: 1e6") ", " PAIR("reward: 1") "]}",
           "7:70: the rewards over the temperatures of these stages are out of range: their "
           "standard deviations may be some 400 at most, and 'best-of' would be right for a "
           "curator so decided");
    refuse_both("{stages: [warm, {shift: [1, 2, 3]}]}",
                "7:23: unknown curator 'warm': define it under 'curators' (before its first use "
                "there), or write it out here\n"
                "7:37: shift has 3 numbers, but the dimension is 2");
    refuse_both("{one-of: []}", "7:22: one-of needs at least one curator");
    refuse_both("{one-of: [{weight: 0, curator: none}, {wait: 1}]}",
                "7:32: weight must be above 0, found '0'\n"
                "7:52: unknown key 'wait' in 'one-of', valid keys are weight, curator\n"
                "7:51: missing key 'curator' in 'one-of'");
}
END_TEST

/* --- memory ----------------------------------------------------------------------------- */

/* Every allocation of a scenario fails once. */
static int read_scenario(const char *text, uint64_t fail_at)
{
    tro_document *document = NULL;
    tro_cell *cell = NULL;
    tro_messages messages = {0};
    tro_memory_fail_after(fail_at);
    int status = tro_document_read_text("test.yaml", text, strlen(text), &document, &messages);
    if (status == TRO_OK)
        status = tro_cell_new(document, tro_catalog_builtin(), NULL, 0, &cell, &messages);
    tro_memory_fail_after(0);
    tro_cell_free(cell);
    tro_document_free(document);
    tro_messages_clear(&messages);
    return status;
}

START_TEST(test_memory_errors)
{
    static const char *const curators[] = {
        TILT("reward: {linear: 1, curvature: [0.5, -0.5], centre: 2}, flip: 0.5"),
        "{stages: [" PAIR("reward: 1") ", {best-of: {candidates: 3, reward: 2}}]}",
        "{stages: [" TILT("reward: {curvature: 1}") ", {shift: 1}, " TILT("reward: {curvature: 2}")
        ", {one-of: [{curator: none}, {curator: {shift: 1}}]}]}"};
    for (int k = 0; k < 6; k++) {
        char text[2048];
        int status = TRO_ENOMEM;
        uint64_t n = 0;
        snprintf(text, sizeof text,
                 "trophic: 1\nseed: 1\noutcomes: {family: gaussian%s, dimension: 2}\n"
                 "agents: [{name: a, start: {mean: 0%s}, shares: {curated: 1}, "
                 "public: %s}]\nnetwork: {edges: [{from: a, to: a}]}\n", k % 2 ? "-full" : "",
                 k % 2 ? ", covariance: 1.5" : "", curators[k / 2]);
        while (status == TRO_ENOMEM && n < 5000)
            status = read_scenario(text, ++n);
        ck_assert_int_eq(status, TRO_OK);
        ck_assert_uint_gt(n, 10);
    }
}
END_TEST

/* Where the covariance is trained, what agents begin with is tried. */
START_TEST(test_starts_errors)
{
#define LEAVES "leaves no normal law of the "
#define WHY \
    ": their precision (the inverse of their covariance) plus curvature / temperature must be " \
    "positive definite, and the reward over the temperature not out of range"
    refuse("gaussian-full", "{bradley-terry: {reward: {curvature: [1, -2]}}}",
           "7:13: 'bradley-terry' " LEAVES "outputs at the start of 'a'" WHY);
    refuse("gaussian-full", "{bradley-terry: {reward: {curvature: [1, 2]}, flip: 0.5}}",
           "7:13: 'bradley-terry' " LEAVES "outputs at the start of 'a'" WHY);
    refuse("gaussian-full", "{stages: [{bradley-terry: {candidates: 2, reward: 600}}, "
           "{best-of: {candidates: 2, reward: 1}}]}",
           "7:13: 'stages' " LEAVES "outputs at the start of 'a'" WHY);
    tro_assert_refused("trophic: 1\noutcomes: {family: gaussian-full}\nagents:\n"
        "  - {name: a, start: {mean: 0, covariance: 0.5}, shares: {synthetic: 1}}\n"
        "  - {name: b, start: 0, pool: mixture, shares: {curated: 1}, "
        "public: {bradley-terry: {reward: {curvature: -1.5}}}}\n"
        "  - {name: c, reference: 0, owner: {bradley-terry: {reward: {curvature: -1.5}}}, "
        "shares: {real: 1}}\n"
        "  - {name: d, start: 0, public: {bradley-terry: {reward: {curvature: -1.5}}}, "
        "shares: {synthetic: 1}}\n"
        "network: {judge: consumer, edges: [{from: a, to: a}, {from: a, to: d}, "
        "{from: a, to: b, weight: 0.5}, "
        "{from: a, to: b, weight: 0.5, channel: {affine: {scale: 1.2}}}]}\n", NULL, 0,
        "5:70: 'bradley-terry' " LEAVES "outputs at the start of 'a'" WHY "\n"
        "6:36: 'bradley-terry' " LEAVES "real data of 'c'" WHY);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_rules_errors, test_combinators_errors, test_memory_errors,
                                  test_starts_errors};
    return TRO_RUN_TESTS("gaussian curator errors", tests);
}
