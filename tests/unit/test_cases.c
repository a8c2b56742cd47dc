/* Cases: sets of keys that an override chooses by name. */
#include "support.h"

/* a's alignment: 2 (r l + c (b + 1)) / (r + c), the rest of its data its own. */
static const char scenario[] =
    "trophic: 1\n"
    "seed: 1\n"
    "outcomes: {family: gaussian, dimension: 2}\n"
    "agents:\n"
    "  - {name: a, reference: 2, reward: 1, displaces: synthetic,\n"
    "     shares: {real: 0.25, curated: 0.25}}\n"
    "  - {name: b, reference: 3, reward: 1, public: {shift: 1}, shares: {real: 1}}\n"
    "network:\n"
    "  edges:\n"
    "    - {from: a, to: a, synthetic: 1, curated: 0}\n"
    "    - {from: b, to: a, synthetic: 0, curated: 1}\n"
    "cases:\n"
    "  size:\n"
    "    as-it-is: {}\n"
    "    much: {agents.a.shares.curated: 0.75, agents.b.reference: 5}\n"
    "    literal: {agents.a.shares.curated: 0.25, agents.a.shares.real: 0.75}\n"
    "    2: {agents.b.reference: [7, 7]}\n"
    "    another: {cases.space: line}\n"
    "  space:\n"
    "    line: {outcomes: {family: gaussian}}\n";

static void check(const tro_override *overrides, size_t count, double expected)
{
    tro_document *document;
    tro_cell *cell;
    tro_messages messages = {0};
    char buffer[2048];
    ck_assert_int_eq(tro_document_read_text("test.yaml", scenario, strlen(scenario), &document,
                                            &messages), TRO_OK);
    int status = tro_cell_new(document, tro_catalog_builtin(), overrides, count, &cell,
                              &messages);
    ck_assert_msg(status == TRO_OK, "%s", tro_listed(&messages, buffer, sizeof buffer));
    ck_assert_int_eq(tro_cell_fixed_point(cell, &messages), TRO_OK);
    double sum = 0;
    for (size_t k = 0; k < cell->scenario->space.width; k++)
        sum += cell->point.z[k];
    ck_assert_double_eq_tol(sum, expected, 1e-13);
    tro_cell_free(cell);
    tro_document_free(document);
    tro_messages_clear(&messages);
}

#define SIZE(name) {.path = "cases.size", .value = name, .origin = "--set"}

START_TEST(test_cases_chosen)
{
    static const struct {
        tro_override overrides[3];
        size_t count;
        double expected;
    } all[] = {
        {{{0}}, 0, 6},
        {{SIZE("as-it-is")}, 1, 6},
        /* a curated share that a case sets alone moves what it displaces */
        {{SIZE("much")}, 1, 2 * (0.25 * 2 + 0.75 * 6)},
        {{SIZE("literal")}, 1, 2 * (0.75 * 2 + 0.25 * 4)},
        /* a number is a name, too */
        {{SIZE("2")}, 1, 2 * (0.25 * 2 + 0.25 * 8) / 0.5},
        {{{.path = "cases.size", .number = 2, .origin = "vary"}}, 1,
         2 * (0.25 * 2 + 0.25 * 8) / 0.5},
        /* groups add up; what stands later goes before */
        {{SIZE("much"), {.path = "cases.space", .value = "line", .origin = "--set"}}, 2, 5},
        {{SIZE("much"), SIZE("2")}, 2, 2 * (0.25 * 2 + 0.75 * 8)},
        {{SIZE("2"), SIZE("much")}, 2, 2 * (0.25 * 2 + 0.75 * 6)},
        {{SIZE("much"), {.path = "agents.b.reference", .number = 1, .origin = "vary"}}, 2,
         2 * (0.25 * 2 + 0.75 * 2)},
        {{{.path = "agents.b.reference", .number = 1, .origin = "vary"}, SIZE("much")}, 2,
         2 * (0.25 * 2 + 0.75 * 6)},
        /* a case, or a group of them, can be written anew */
        {{{.path = "cases.size", .value = "{x: {agents.a.reference: 0}}", .origin = "--set"},
          SIZE("x")}, 2, 2 * (0.25 * 4) / 0.5},
        {{{.path = "cases.size.much", .value = "{agents.a.reference: 0}", .origin = "--set"},
          SIZE("much")}, 2, 2 * (0.25 * 4) / 0.5},
    };
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        check(all[k].overrides, all[k].count, all[k].expected);
}
END_TEST

static void refuse(const tro_override *override, const char *expected)
{
    tro_assert_refused(scenario, override, 1, expected);
}

START_TEST(test_cases_errors)
{
    tro_override size = SIZE("mach");
    refuse(&size, "--set:1:12: there is no case 'mach' (did you mean 'much'?)");
    size.value = "nothing";
    refuse(&size, "--set:1:12: there is no case 'nothing'");
    size.path = "cases.sise";
    refuse(&size, "--set:1:1: there is no group of cases 'sise' (did you mean 'size'?)");
    /* a case does not choose another: that would be a group without a map */
    size = (tro_override)SIZE("another");
    refuse(&size, "--set cases.size=another, so:1:13: a group of cases is a map from their names "
                  "to the keys they set");
    size = (tro_override){.path = "cases", .value = "{g: {c: 1, d: {}}, h: {}, i: 2}",
                          .origin = "--set"};
    refuse(&size, "--set:1:15: a case is a map from paths to values; {} sets none\n"
                  "--set:1:29: a group of cases is a map from their names to the keys they set\n"
                  "--set:1:36: a group of cases is a map from their names to the keys they set");
    size.value = "3";
    refuse(&size, "--set:1:7: cases is a map from groups to their cases");
    /* what a case sets is checked where it is chosen */
    size = (tro_override){.path = "cases.size.much", .value = "{agents.c.reference: 1}",
                          .origin = "--set"};
    check(&size, 1, 6);
    tro_override both[] = {size, SIZE("much")};
    tro_assert_refused(scenario, both, 2,
                       "--set cases.size=much, so:1:8: no 'c' in 'agents', a list of 2 elements");
}
END_TEST

START_TEST(test_cases_memory_fails)
{
    tro_document *document;
    tro_cell *cell = NULL;
    tro_override override = SIZE("much");
    int status = TRO_ENOMEM;
    ck_assert_int_eq(tro_document_read_text("test.yaml", scenario, strlen(scenario), &document,
                                            NULL), TRO_OK);
    for (uint64_t n = 1; status != TRO_OK; n++) {
        tro_memory_fail_after(n);
        status = tro_cell_new(document, tro_catalog_builtin(), &override, 1, &cell, NULL);
        tro_memory_fail_after(0);
        ck_assert_msg(status == TRO_ENOMEM || status == TRO_OK, "status %d at %llu", status,
                      (unsigned long long)n);
    }
    tro_cell_free(cell);
    tro_document_free(document);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_cases_chosen, test_cases_errors, test_cases_memory_fails};
    return TRO_RUN_TESTS("cases", tests);
}
