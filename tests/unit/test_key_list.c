/* The list of all that can be set in a document. */
#include "support.h"

#include "scenario/keys.h"

/* A file with groups, names that need quotes, and words for what tables read. */
static const char many[] =
    "trophic: 1\n"
    "outcomes: {family: gaussian}\n"
    "curators: {warm: {shift: 1}}\n"
    "agents:\n"
    "  - {name: a b.c, reference: 0, reward: 1, public: warm, shares: {real: 0.5}}\n"
    "  - {name: b, reference: 3, public: {stages: [{shift: 1}, warm]}, shares: {real: 1}}\n"
    "  - {group: lab, count: 3, reference: 1, shares: {real: {draw: {uniform: [0.8, 1]}}},\n"
    "     members: {lab-2: {reward: 1}}}\n"
    "network: {edges: [{from: b, to: a b.c}]}\n"
    "schedule: synchronous\n"
    "advance: {sampled: {outputs: 100}}\n"
    "cases: {who: {one: {agents.b.reference: 2}, two: {}}}\n"
    "vary: {}\n";

/* Everything that is listed can be set, and what one looks for is listed. */
START_TEST(test_keys_list)
{
    static const char *const wanted[] = {
        "seed", "outcomes.covariance", "curators.warm", "curators.warm.shift.by",
        "agents.\"a b.c\".shares.curated", "agents.\"a b.c\".reference.mean", "agents.b.public",
        "agents.lab.shares.real.draw.uniform", "agents.lab-2.learning-rate",
        "network.edges.\"b->a b.c\".weight", "network.judge", "schedule",
        "schedule.synchronous.rounds", "advance.sampled.outputs", "cases.who"};
    static const char *const unwanted[] = {"agents", "vary", "cases.who.one", "agents.b.members",
                                           "agents.b.count", "agents.b.shares"};
    tro_document *document;
    tro_messages messages = {0};
    tro_text text = {0}, line = {0};
    ck_assert_int_eq(tro_document_read_text("many", many, strlen(many), &document, &messages), 0);
    tro_text_add(&text, "\n");
    tro_key_list(document, tro_catalog_builtin(), &text);
    const size_t here = sizeof wanted / sizeof *wanted, not = sizeof unwanted / sizeof *unwanted;
    for (size_t k = 0; k < here + not; k++) {
        const char *path = k < here ? wanted[k] : unwanted[k - here];
        tro_text_clear(&line);
        tro_text_addf(&line, "\n%s\n", path);
        ck_assert_msg((strstr(text.data, line.data) != NULL) == (k < here), "'%s'", path);
    }
    for (char *at = text.data + 1, *end; (end = strchr(at, '\n')) != NULL; at = end + 1) {
        *end = '\0';
        tro_source source = {.name = "--set", .text = at, .length = strlen(at), .argument = 1};
        ck_assert_msg(tro_key_open(document, tro_catalog_builtin(), &source, source.length, NULL,
                                   &messages) == TRO_OK, "'%s' cannot be set", at);
    }
    tro_document_free(document);
    tro_text_clear(&text);
    tro_text_clear(&line);
    tro_messages_clear(&messages);
}
END_TEST

/* Paths that leave out steps; the last step must be the last one of the whole path. */
START_TEST(test_key_like)
{
    static const struct {
        const char *path, *whole;
        size_t count;
    } cases[] = {
        {"rounds", "schedule.synchronous.rounds", 1},
        {"schedule.rounds", "schedule.synchronous.rounds", 1},
        {"lab.real.uniform", "agents.lab.shares.real.draw.uniform", 1},
        {"b.curated", "agents.b.shares.curated", 1},
        {"\"a b.c\".curated", "agents.\"a b.c\".shares.curated", 1},
        {"synchronous", "", 0},
        {"rounds.synchronous", "", 0},
        {"rounds.rounds", "", 0},
        {"colour", "", 0},
        {"", "", 0},
        {"family", "outcomes.family", 1},
    };
    tro_document *document;
    tro_messages messages = {0};
    ck_assert_int_eq(tro_document_read_text("many", many, strlen(many), &document, &messages), 0);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        tro_text text = {0};
        size_t count = tro_key_like(document, tro_catalog_builtin(), cases[k].path,
                                    strlen(cases[k].path), &text);
        ck_assert_msg(count == cases[k].count, "'%s': %zu", cases[k].path, count);
        ck_assert_str_eq(tro_text_string(&text), cases[k].whole);
        tro_text_clear(&text);
    }
    tro_text several = {0};
    ck_assert_uint_gt(tro_key_like(document, tro_catalog_builtin(), "real", 4, &several), 1);
    tro_text_clear(&several);
    tro_document_free(document);
    tro_messages_clear(&messages);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("key_list");
    TCase *tests = tcase_create("key_list");
    suite_add_tcase(suite, tests);
    tcase_add_test(tests, test_keys_list);
    tcase_add_test(tests, test_key_like);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
