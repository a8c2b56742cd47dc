/* Curators from outside, against the built-in ones that do the same. */
#include <trophic/curator.h>

#include "support.h"

/* --- two rules ------------------------ */

typedef struct power_config {
    double power;
    const struct tro_node *reward;
    int wrong;                   /* what is to be wrong about it */
} power_config;

typedef struct power_rule {
    double power;
    const double *reward;        /* prompts x length, or NULL */
    int wrong;
} power_rule;

enum { RIGHT, NO_LAW, NOT_FINITE, DERIVATIVE, TRANSPOSED, REFUSED };

static const char *const faults[] = {"none", "law", "finite", "derivative", "transposed",
                                     "refused", NULL};

static const tro_param power_params[] = {
    {.key = "power", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED | TRO_P_MAIN, .fallback = "1",
     .offset = offsetof(power_config, power), .min = 0, .max = 50, .doc = "A power."},
    {.key = "reward", .type = TRO_P_NODE, .offset = offsetof(power_config, reward),
     .doc = "A reward."},
    {.key = "wrong", .type = TRO_P_CHOICE, .offset = offsetof(power_config, wrong),
     .choices = faults, .fallback = "none", .doc = "What is wrong with it."},
};

static int power_prepare(tro_setup *setup, const tro_laws *laws, const void *given,
                         const void **self)
{
    const power_config *config = given;
    power_rule *rule = tro_setup_memory(setup, 1, sizeof *rule);
    if (!rule)
        return TRO_ENOMEM;
    *rule = (power_rule){.power = config->power, .wrong = config->wrong};
    *self = rule;
    if (config->wrong == REFUSED)
        return tro_setup_error(setup, "wrong", "%zu numbers are refused", laws->length);
    return config->reward ? tro_setup_reward(setup, config->reward, &rule->reward) : TRO_OK;
}

/* C_x = p_x^power exp r_x / sum */
static void power_apply(const void *self, const tro_laws *laws, size_t prompt, const double *law,
                        double *kept)
{
    const power_rule *rule = self;
    double sum = 0;
    for (size_t x = 0; x < laws->length; x++) {
        double tilt = rule->reward ? exp(rule->reward[prompt * laws->length + x]) : 1;
        kept[x] = law[x] > 0 ? pow(law[x], rule->power) * tilt : 0;
        sum += kept[x];
    }
    for (size_t x = 0; x < laws->length; x++)
        kept[x] /= rule->wrong == NO_LAW ? 2 * sum : rule->wrong == NOT_FINITE ? 0 : sum;
}

static void power_derivative(const void *self, const tro_laws *laws, size_t prompt,
                             const double *law, const double *change, double *out)
{
    const power_rule *rule = self;
    double mean = 0;
    power_apply(self, laws, prompt, law, out);
    for (size_t x = 0; x < laws->length; x++)
        mean += law[x] > 0 ? out[x] * change[x] / law[x] : 0;
    for (size_t x = 0; x < laws->length; x++)
        out[x] = law[x] > 0 ? rule->power * out[x] * (change[x] / law[x] - mean) : 0;
    for (size_t x = 0; rule->wrong == DERIVATIVE && x < laws->length; x++)
        out[x] *= 1.01;
}

static void power_transposed(const void *self, const tro_laws *laws, size_t prompt,
                             const double *law, const double *weight, double *out)
{
    const power_rule *rule = self;
    double mean = 0;
    power_apply(self, laws, prompt, law, out);
    for (size_t x = 0; x < laws->length; x++)
        mean += out[x] * weight[x];
    for (size_t x = 0; x < laws->length; x++)
        out[x] = law[x] > 0 ? rule->power * out[x] / law[x] * (weight[x] - mean) : 0;
    for (size_t x = 0; rule->wrong == TRANSPOSED && x < laws->length; x++)
        out[x] *= 1.01;
}

static const tro_rule power = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_CURATOR, .name = "power", .summary = "A power.",
               .table = {"power", power_params, 3, sizeof(power_config)}},
    .prepare = power_prepare, .apply = power_apply, .derivative = power_derivative,
    .transposed = power_transposed};

/* The second coordinate of a mean moves by its reward; nothing to prepare. */
typedef struct push_config { double by; } push_config;

static const tro_param push_params[] = {
    {.key = "by", .type = TRO_P_REAL, .flags = TRO_P_REQUIRED | TRO_P_MAIN,
     .offset = offsetof(push_config, by), .doc = "How far."},
};

static void push_apply(const void *self, const tro_laws *laws, size_t prompt, const double *law,
                       double *kept)
{
    (void)prompt;
    for (size_t k = 0; k < laws->length; k++)
        kept[k] = law[k] + ((const push_config *)self)->by;
}

static void push_change(const void *self, const tro_laws *laws, size_t prompt, const double *law,
                        const double *change, double *out)
{
    (void)self, (void)prompt, (void)law;
    memcpy(out, change, laws->length * sizeof *out);
}

static const tro_rule push = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_CURATOR, .name = "push", .summary = "Pushes.",
               .table = {"push", push_params, 1, sizeof(push_config)}},
    .apply = push_apply, .derivative = push_change, .transposed = push_change};

static tro_catalog *both(void)
{
    const tro_rule *rules[] = {&power, &push};
    tro_catalog *catalog;
    ck_assert_int_eq(tro_catalog_extend(tro_catalog_builtin(), rules, 2, &catalog, NULL), TRO_OK);
    return catalog;
}

/* --- comparisons ------------------------ */

/* The cell of a scenario with one override. */
static tro_cell *opened(const tro_catalog *catalog, const char *text, const char *override)
{
    tro_messages messages = {0};
    tro_cell *cell;
    int status = tro_cell_open_text_with(catalog, "rule", text, &override, 1, &cell, &messages);
    char buffer[2000];
    ck_assert_msg(status == TRO_OK, "%s", tro_listed(&messages, buffer, sizeof buffer));
    tro_messages_clear(&messages);
    return cell;
}

/* Fixed points, influences and ten rounds of both cells agree. */
static void assert_alike(tro_cell *one, tro_cell *other, double tolerance)
{
    size_t agents = tro_agent_count(one), size = agents * tro_width(one);
    const double *z, *expected;
    tro_run *run, *wanted;
    ck_assert_int_eq(tro_fixed_point_of(one, &z, NULL, NULL), TRO_OK);
    ck_assert_int_eq(tro_fixed_point_of(other, &expected, NULL, NULL), TRO_OK);
    tro_assert_near(size, z, expected, tolerance, "fixed point");
    for (size_t pair = 0; pair < agents * agents; pair++) {
        double value, should;
        ck_assert_int_eq(tro_influence(one, pair / agents, pair % agents, &value, NULL), TRO_OK);
        ck_assert_int_eq(tro_influence(other, pair / agents, pair % agents, &should, NULL),
                         TRO_OK);
        ck_assert_double_eq_tol(value, should, tolerance * 10);
    }
    ck_assert_int_eq(tro_run_new(one, 3, &run, NULL), TRO_OK);
    ck_assert_int_eq(tro_run_new(other, 3, &wanted, NULL), TRO_OK);
    for (int round = 0; round < 10; round++) {
        ck_assert_int_eq(tro_run_round(run, NULL), TRO_OK);
        ck_assert_int_eq(tro_run_round(wanted, NULL), TRO_OK);
    }
    tro_assert_near(size, tro_run_state(run), tro_run_state(wanted), tolerance, "rounds");
    tro_run_free(run);
    tro_run_free(wanted);
    tro_cell_close(one);
    tro_cell_close(other);
}

#define RIVALS \
    "agents:\n" \
    "  - {name: a, reference: [0.2, 0.5, 0.3, 0], reward: [1, 0, 2, 0], public: none,\n" \
    "     shares: {real: 0.5, curated: 0.4}}\n" \
    "  - {name: b, reference: [0.4, 0.1, 0.3, 0.2], reward: [0, 1, 0, 1],\n" \
    "     public: {bradley-terry: {candidates: 3, reward: [0, 1, 0, 1]}},\n" \
    "     shares: {real: 0.5, curated: 0.5}}\n" \
    "network: {edges: [{from: a, to: a}, {from: a, to: b}, {from: b, to: a}, " \
    "{from: b, to: b}]}\n"

static const char rivals[] =
    "trophic: 1\nseed: 4\noutcomes: {family: categorical, outcomes: 4}\n" RIVALS
    "schedule: {synchronous: {rounds: 60}}\n";

static const char sampled[] =
    "trophic: 1\nseed: 4\noutcomes: {family: categorical, outcomes: 4}\n" RIVALS
    "schedule: {synchronous: {rounds: 60}}\nadvance: {sampled: {outputs: 30}}\n";

static const struct pair {
    const char *text, *own, *ours;
} pairs[] = {
    {rivals, "agents.a.public={power: 1.5}", "agents.a.public={self-judge: 0.5}"},
    {rivals, "agents.a.public={power: {power: 1.5, reward: [1, 0, 2, 0]}}",
     "agents.a.public={self-judge: {strength: 0.5, reward: [1, 0, 2, 0]}}"},
    {sampled, "agents.a.public={power: 1.5}", "agents.a.public={self-judge: 0.5}"},
    {rivals, "agents.a.public={stages: [{power: 2}, {best-of: {candidates: 2, reward: [1, 0, 2, "
             "0]}}]}",
     "agents.a.public={stages: [{self-judge: 1}, {best-of: {candidates: 2, reward: [1, 0, 2, "
     "0]}}]}"},
    {rivals, "agents.a.owner={power: 1.25}", "agents.a.owner={self-judge: 0.25}"},
    {rivals, "agents.b.public={one-of: [{weight: 1, curator: {power: 2}}, {weight: 2, curator: "
             "none}]}",
     "agents.b.public={one-of: [{weight: 1, curator: {self-judge: 1}}, {weight: 2, curator: "
     "none}]}"},
};

START_TEST(test_rules_do_what_built_in_ones_do)
{
    tro_catalog *catalog = both();
    const struct pair *pair = &pairs[_i];
    assert_alike(opened(catalog, pair->text, pair->own), opened(catalog, pair->text, pair->ours),
                 1e-11);
    tro_catalog_free(catalog);
}
END_TEST

/* Each prompt has a law, and a reward, of its own. */
static const char prompted[] =
    "trophic: 1\nseed: 4\n"
    "outcomes: {family: conditional, outcomes: 3, prompts: 2}\n"
    "agents:\n"
    "  - {name: a, reference: [[0.1, 0.2, 0.1], [0.3, 0.2, 0.1]], reward: [[1, 0, 2], [0, 1, 0]],\n"
    "     public: none, shares: {real: 0.5, curated: 0.5}}\n"
    "network: {edges: [{from: a, to: a}]}\n"
    "schedule: {synchronous: {rounds: 60}}\n";

START_TEST(test_prompts_are_curated_one_by_one)
{
    tro_catalog *catalog = both();
    assert_alike(
        opened(catalog, prompted,
               "agents.a.public={power: {power: 1.5, reward: [[1, 0, 2], [0, 1, 0]]}}"),
        opened(catalog, prompted,
               "agents.a.public={self-judge: {strength: 0.5, reward: [[1, 0, 2], [0, 1, 0]]}}"),
        1e-11);
    tro_catalog_free(catalog);
}
END_TEST

static const char means[] =
    "trophic: 1\nseed: 4\noutcomes: {family: gaussian, dimension: 2}\n"
    "agents: [{name: a, reference: [1, 2], reward: {linear: 1}, public: none,\n"
    "          shares: {real: 0.5, curated: 0.5}}]\n"
    "network: {edges: [{from: a, to: a}]}\n"
    "schedule: {synchronous: {rounds: 60}}\nadvance: {sampled: {outputs: 5}}\n";

START_TEST(test_means_move)
{
    tro_catalog *catalog = both();
    assert_alike(opened(catalog, means, "agents.a.public={push: 0.25}"),
                 opened(catalog, means, "agents.a.public={shift: 0.25}"), 1e-12);
    tro_catalog_free(catalog);
}
END_TEST

/* --- errors ------------------------ */

static const struct fault {
    const char *text, *override, *said;
} wrongs[] = {
    {rivals, "agents.a.public={power: {wrong: law}}",
     "what 'power' keeps is not a law: its probabilities sum to 0.5, and the least is 0"},
    {rivals, "agents.a.public={power: {wrong: finite}}", "what 'power' keeps is not finite"},
    {rivals, "agents.a.public={power: {wrong: derivative}}",
     "the derivative of 'power' is not that of what it keeps"},
    {rivals, "agents.a.public={power: {wrong: transposed}}",
     "the transposed derivative of 'power' is not that of its derivative"},
    {rivals, "agents.a.public={power: {wrong: refused}}", "4 numbers are refused"},
    {rivals, "agents.a.public={power: 51}", "power must be between 0 and 50, found '51'"},
    {rivals, "agents.a.public={powr: 1}", "(did you mean 'power'?)"},
    {rivals, "agents.a.public={power: {reward: [1, 2]}}", "4"},
};

START_TEST(test_rules_errors)
{
    tro_catalog *catalog = both();
    tro_messages messages = {0};
    tro_cell *cell;
    char buffer[2000];
    ck_assert_int_eq(tro_cell_open_text_with(catalog, "rule", wrongs[_i].text,
                                             &wrongs[_i].override, 1, &cell, &messages),
                     TRO_ESCENARIO);
    ck_assert_ptr_null(cell);
    ck_assert_uint_eq(messages.errors, 1);
    const char *said = tro_listed(&messages, buffer, sizeof buffer);
    ck_assert_msg(strstr(said, wrongs[_i].said), "%s", said);
    ck_assert_int_gt(messages.items[0].column, 0);
    tro_messages_clear(&messages);
    tro_catalog_free(catalog);
}
END_TEST

static void assert_not_added(tro_rule rule, const char *said)
{
    const tro_rule *rules[] = {&push, &rule};
    tro_messages messages = {0};
    tro_catalog *catalog;
    ck_assert_int_eq(tro_catalog_extend(tro_catalog_builtin(), rules, 2, &catalog, &messages),
                     TRO_EINVAL);
    ck_assert_ptr_null(catalog);
    ck_assert_msg(strstr(messages.items[0].text, said), "%s", messages.items[0].text);
    tro_messages_clear(&messages);
}

START_TEST(test_catalog_extend_errors)
{
    tro_rule rule = power;
    rule.plugin.abi = 99;
    assert_not_added(rule, "a rule has the plug-in ABI 99, this is 1");
    rule = power;
    rule.plugin.name = "Two words";
    assert_not_added(rule, "a rule is named 'Two words'");
    rule.plugin.name = NULL;
    assert_not_added(rule, "a rule is named ''");
    rule.plugin.name = "shift";
    assert_not_added(rule, "there is a curator 'shift' already");
    assert_not_added(push, "there is a curator 'push' already");
    rule = power;
    rule.transposed = NULL;
    assert_not_added(rule, "the rule 'power' must be");
    rule = power;
    rule.plugin.table.size = 4;
    assert_not_added(rule, "parameter 0 ('power') of the rule 'power' does not fit into the size");
    rule = power;
    rule.plugin.table.params = NULL;
    assert_not_added(rule, "the table of the rule 'power' has 3 parameters, and params is NULL");
    tro_param params[] = {power_params[0], power_params[2]};
    params[1].choices = NULL;
    rule.plugin.table.params = params;
    rule.plugin.table.count = 2;
    assert_not_added(rule, "parameter 1 ('wrong') of the rule 'power' has no choices");
    params[1].type = (tro_param_type)77;
    assert_not_added(rule, "parameter 1 ('wrong') of the rule 'power' is of no type");
    tro_catalog_free(NULL);
}
END_TEST

START_TEST(test_catalog_extend_nulls)
{
    const tro_rule *rules[] = {NULL};
    tro_catalog *catalog;
    ck_assert_int_eq(tro_catalog_extend(tro_catalog_builtin(), rules, 1, &catalog, NULL),
                     TRO_EINVAL);
    ck_assert_int_eq(tro_catalog_extend(tro_catalog_builtin(), NULL, 1, &catalog, NULL),
                     TRO_EINVAL);
    ck_assert_int_eq(tro_catalog_extend(NULL, rules, 0, &catalog, NULL), TRO_EINVAL);
    ck_assert_ptr_null(catalog);
    ck_assert_int_eq(tro_catalog_extend(tro_catalog_builtin(), NULL, 0, &catalog, NULL), TRO_OK);
    tro_catalog_free(catalog);
}
END_TEST

/* --- rules that go wrong later ------------------------ */

/* Moves means by 1, and where they are beyond 2.9, as no example is, to nowhere. */
static void late_apply(const void *self, const tro_laws *laws, size_t prompt, const double *law,
                       double *kept)
{
    (void)self, (void)prompt;
    for (size_t k = 0; k < laws->length; k++)
        kept[k] = law[k] > 2.9 ? NAN : law[k] + 1;
}

static void late_derivative(const void *self, const tro_laws *laws, size_t prompt,
                            const double *law, const double *change, double *out)
{
    (void)self, (void)prompt, (void)law;
    memcpy(out, change, laws->length * sizeof *out);
}

static int mute_prepare(tro_setup *setup, const tro_laws *laws, const void *config,
                        const void **self)
{
    (void)setup, (void)laws, (void)self;
    return *(const int *)config ? TRO_EUNSUPPORTED : 7;
}

static const tro_param mute_params[] = {
    {.key = "known", .type = TRO_P_BOOL, .flags = TRO_P_MAIN, .doc = "Is the status known?"}};
static const tro_rule late = {
    .plugin = {TRO_PLUGIN_ABI, TRO_CURATOR, "late", "Fails late.", NULL, {NULL, NULL, 0, 0}},
    .apply = late_apply, .derivative = late_derivative, .transposed = late_derivative};
static const tro_rule mute = {
    .plugin = {TRO_PLUGIN_ABI, TRO_CURATOR, "mute", "Says nothing.", NULL,
               {NULL, mute_params, 1, sizeof(int)}},
    .prepare = mute_prepare, .apply = late_apply, .derivative = late_derivative,
    .transposed = late_derivative};

static const char towards[] =
    "trophic: 1\n"
    "outcomes: {family: gaussian}\n"
    "agents:\n"
    "  - {name: a, reference: 0, start: 0, reward: {linear: 1}, public: late,\n"
    "     shares: {real: 0.2, curated: 0.8}}\n"
    "network: {edges: [{from: a, to: a}]}\n";

/* What is no number is an error of the one who asks, and does not spread. */
START_TEST(test_rules_that_fail_later)
{
    const tro_rule *rules[] = {&late, &mute};
    tro_messages messages = {0};
    tro_catalog *catalog;
    tro_cell *cell;
    tro_run *run;
    double value;
    int status = TRO_OK;
    ck_assert_int_eq(tro_catalog_extend(tro_catalog_builtin(), rules, 2, &catalog, &messages), 0);
    ck_assert_int_eq(tro_cell_open_text_with(catalog, "late", towards, NULL, 0, &cell, &messages),
                     TRO_OK);
    ck_assert_int_lt(tro_alignment_of(cell, 0, &value, &messages), 0);
    ck_assert_uint_ge(messages.errors, 1);
    ck_assert_int_lt(tro_influence(cell, 0, 0, &value, &messages), 0);
    ck_assert_int_eq(tro_run_new(cell, 0, &run, &messages), TRO_OK);
    for (int k = 0; k < 40 && status == TRO_OK; k++)
        status = tro_run_round(run, &messages);
    ck_assert_int_eq(status, TRO_EDIVERGED);
    ck_assert_double_le(tro_run_state(run)[0], 4);
    tro_run_free(run);
    tro_cell_close(cell);
    tro_messages_clear(&messages);
    for (int known = 0; known < 2; known++) {
        const char *override = known ? "agents.a.public={mute: yes}" : "agents.a.public={mute: no}";
        ck_assert_int_lt(tro_cell_open_text_with(catalog, "mute", towards, &override, 1, &cell,
                                                 &messages), 0);
        ck_assert_uint_eq(messages.errors, 1);
        ck_assert_ptr_nonnull(strstr(messages.items[0].text, "'mute' cannot be prepared"));
        tro_messages_clear(&messages);
    }
    tro_catalog_free(catalog);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rule");
    TCase *tests = tcase_create("rule");
    tcase_add_loop_test(tests, test_rules_do_what_built_in_ones_do, 0,
                        sizeof pairs / sizeof *pairs);
    tcase_add_test(tests, test_prompts_are_curated_one_by_one);
    tcase_add_test(tests, test_means_move);
    tcase_add_loop_test(tests, test_rules_errors, 0, sizeof wrongs / sizeof *wrongs);
    tcase_add_test(tests, test_catalog_extend_errors);
    tcase_add_test(tests, test_catalog_extend_nulls);
    tcase_add_test(tests, test_rules_that_fail_later);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
