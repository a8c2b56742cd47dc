/* Which keys overrides, axes and roots may name, and where their mistakes are
 * shown. */
#include "support.h"

#include "experiment/study.h"
#include "scenario/keys.h"

/* Little is written out; the tables know the rest. */
static const char plain[] =
    "trophic: 1\n"
    "outcomes: {family: gaussian}\n"
    "curators: {warm: {shift: 1}}\n"
    "agents:\n"
    "  - {name: a, reference: 0, reward: 1, public: warm, shares: {real: 0.5}}\n"
    "  - {name: b, reference: 3, reward: 1, public: {shift: 1}, shares: {real: 1}}\n"
    "network: {edges: [{from: b, to: a}]}\n"
    "schedule: synchronous\n";

typedef struct trial {
    tro_document *document;
    tro_cell *cell;
    tro_messages messages;
    int status;
} trial;

static void try(trial *t, const tro_override *overrides, size_t count)
{
    *t = (trial){0};
    ck_assert_int_eq(tro_document_read_text("test.yaml", plain, strlen(plain), &t->document,
                                            &t->messages), TRO_OK);
    t->status = tro_cell_new(t->document, tro_catalog_builtin(), overrides, count, &t->cell,
                             &t->messages);
}

static void forget(trial *t)
{
    tro_cell_free(t->cell);
    tro_document_free(t->document);
    tro_messages_clear(&t->messages);
}

/* "path=value" as an override; the texts live in the arena. */
static tro_override set(tro_arena *arena, const char *argument)
{
    tro_override override;
    ck_assert_int_eq(tro_override_read(arena, argument, "--set", &override, NULL), TRO_OK);
    return override;
}

static void check_path(const char *path, const char *expected)
{
    trial t;
    char buffer[2048];
    tro_source source = {.name = "axis", .text = path, .length = strlen(path)};
    tro_place place = {&source, 3, 4, 5};
    try(&t, NULL, 0);
    ck_assert_int_eq(t.status, TRO_OK);
    tro_messages_clear(&t.messages);
    int status = tro_key_check(t.cell->scenario, tro_catalog_builtin(), path, &place,
                               &t.messages);
    ck_assert_str_eq(tro_listed(&t.messages, buffer, sizeof buffer), expected ? expected : "");
    ck_assert_int_eq(status, expected ? TRO_ESCENARIO : TRO_OK);
    forget(&t);
}

/* --- what there is room for ---------------------------------------------------- */

static const char *const known[] = {
    "network.judge=consumer", "network.normalise=true", "network.edges.b->a.delay=1",
    "network.\"edges\".0.channel.affine.scale=2", "agents.a.displaces=real",
    "agents.a.shares.synthetic=0.5", "agents.b.outputs=5", "record.every=2",
    "advance.sampled.outputs=20", "seed=3", "name=x", "outcomes.covariance=2",
    "outcomes.dimension=1", "curators.warm.shift.by=2", "curators.cool.shift=2",
    "curators.cool.bradley-terry.reward.linear=2", "agents.a.start.mean=1",
    /* values that stand for maps */
    "agents.b.public.shift.by=2", "agents.a.reference.covariance=2", "agents.a.reference.mean=2",
    "agents.a.reward.curvature=1", "schedule.synchronous.rounds=7", "schedule.synchronous=5",
};

START_TEST(test_known_keys)
{
    trial t;
    char buffer[1024];
    tro_arena arena = {0};
    const tro_override override = set(&arena, known[_i]);
    try(&t, &override, 1);
    /* 'schedule: {synchronous: 5}' has a place, but its value is wrong */
    int wrong = strcmp(known[_i], "schedule.synchronous=5") == 0;
    ck_assert_str_eq(tro_listed(&t.messages, buffer, sizeof buffer),
                     wrong ? "--set:1:22: 'synchronous' must be a map, found '5'" : "");
    ck_assert_int_eq(t.status, wrong ? TRO_ESCENARIO : TRO_OK);
    forget(&t);
    /* axes and roots know the same */
    check_path(override.path, NULL);
    tro_arena_clear(&arena);
}
END_TEST

/* Path, and what is wrong with it at what column. */
static const struct {
    const char *path;
    int column;
    const char *message;
} unknown[] = {
    {"network.jugde", 9, "no key 'jugde' in network: did you mean 'judge'?"},
    {"network.colour", 9, "no key 'colour' in network: there are edges, generator, graphml, file, "
     "format, among, vertices, mean-degree, density, weight, direction, rewire, judge, "
     "normalise, parts, changes"},
    {"netwrk.judge", 1, "no key 'netwrk' in scenario: did you mean 'network'?"},
    {"agents.a.rewrad.linear", 10, "no key 'rewrad' in agent: did you mean 'reward'?"},
    {"agents.a.\"rewrad\"", 10, "no key 'rewrad' in agent: did you mean 'reward'?"},
    {"agents.a.shares.curatd", 17, "no key 'curatd' in shares: did you mean 'curated'?"},
    {"agents.b.reward.curvatur", 17, "no key 'curvatur' in reward: did you mean 'curvature'?"},
    {"agents.a.reference.covarance", 20, "no key 'covarance' in law: did you mean 'covariance'?"},
    {"agents.a.start.mena", 16, "no key 'mena' in law: did you mean 'mean'?"},
    {"agents.c.reward", 8, "no 'c' in 'agents', a list of 2 elements"},
    {"agents.2.reward", 8, "no '2' in 'agents', a list of 2 elements"},
    {"network.edges.b->b.weight", 15, "no 'b->b' in 'network.edges' (did you mean 'b->a'?)"},
    {"network.edges.0.wieght", 17, "no key 'wieght' in edge: did you mean 'weight'?"},
    {"network.edges.0.channel.afine.scale", 25, "no channel 'afine': did you mean 'affine'?"},
    {"network.edges.0.channel.affine.scal", 32, "no key 'scal' in affine: did you mean 'scale'?"},
    {"schedule.synchronos.rounds", 10, "no schedule 'synchronos': did you mean 'synchronous'?"},
    {"schedule.synchronous.tolerence", 22,
     "no key 'tolerence' in synchronous: did you mean 'tolerance'?"},
    {"schedule.poisson.rate", 10,
     "the schedule is 'synchronous', so there is no 'poisson' to set a key of"},
    {"curators.warm.bradley-terry.reward", 15,
     "the curator is 'shift', so there is no 'bradley-terry' to set a key of"},
    {"agents.a.public.shift.by", 17,
     "the curator is 'warm', so there is no 'shift' to set a key of"},
    {"outcomes.dimensions", 10, "no key 'dimensions' in gaussian: did you mean 'dimension'?"},
    {"advance.exact", 9, "no key 'exact' in advance: there is sampled"},
    {"record.every.x", 14, "no 'x' there: before it in the path stands nothing that has keys or "
                           "elements"},
    {"trophic.x", 9, "'trophic' is the value '1', there is nothing below it"},
    {"network.vertices.0", 18, "no '0' there: before it in the path stands nothing that has keys "
                               "or elements"},
    {"agents..reward", 8, "an empty step in the path"},
    {"agents.\"a.reward", 8, "a step in double quotes must end in a quote and '.' or '='"},
    {"", 1, "an empty step in the path"},
};

START_TEST(test_unknown_keys)
{
    trial t;
    char buffer[2048], expected[2048];
    snprintf(expected, sizeof expected, "axis:3:4: %s", unknown[_i].message);
    check_path(unknown[_i].path, expected);
    const tro_override override = {.path = unknown[_i].path, .value = "1", .origin = "--set"};
    try(&t, &override, 1);
    snprintf(expected, sizeof expected, "--set:1:%d: %s", unknown[_i].column,
             unknown[_i].message);
    ck_assert_str_eq(tro_listed(&t.messages, buffer, sizeof buffer), expected);
    ck_assert_int_eq(t.status, TRO_ESCENARIO);
    forget(&t);
}
END_TEST

/* Finite outcomes: the keys of laws, rewards and owners are known as well. */
START_TEST(test_finite_keys)
{
    static const char *const families[] = {"categorical, outcomes: 3",
                                           "conditional, prompts: 2, outcomes: 3",
                                           "gaussian-full"};
    static const struct {
        const char *path, *message;
        int families;   /* bits */
    } paths[] = {
        {"agents.a.start.nromal", "10: no key 'nromal' in law: did you mean 'normal'?", 5},
        {"agents.a.start.gvien", "10: no key 'gvien' in law: did you mean 'given'?", 2},
        {"agents.a.start.normal.sdd", "17: no key 'sdd' in normal: did you mean 'sd'?", 5},
        {"agents.a.reward.lniear", "11: no key 'lniear' in reward: did you mean 'linear'?", 7},
        {"agents.a.reward.disc.raduis", "16: no key 'raduis' in disc: did you mean 'radius'?", 3},
        {"agents.a.owner.best-off", "10: no curator 'best-off': did you mean 'best-of'?", 7},
    };
    char text[512], expected[256];
    for (int f = 0; f < 3; f++)
        for (size_t k = 0; k < sizeof paths / sizeof *paths; k++) {
            if (!(paths[k].families & 1 << f))
                continue;
            snprintf(text, sizeof text, "trophic: 1\noutcomes: {family: %s}\n"
                     "agents: [{name: a, reference: %s, shares: {real: 1}}]\n", families[f],
                     f == 2 ? "0" : "uniform");
            const tro_override override = {.path = paths[k].path, .value = "1",
                                           .origin = "--set"};
            int column = atoi(paths[k].message) + 6;
            snprintf(expected, sizeof expected, "--set:1:%d:%s", column,
                     strchr(paths[k].message, ' '));
            tro_assert_refused(text, &override, 1, expected);
        }
}
END_TEST

/* What no table describes may be anything; what the file holds is a place. */
START_TEST(test_open_keys)
{
    check_path("vary.t.over.x.values", NULL);
    check_path("claims.0.equals", NULL);
    check_path("agents.a.reference", NULL);
    check_path("agents.1.public.shift", NULL);
    check_path("agents", NULL);
}
END_TEST

/* Writing a value out as a map changes nothing else. */
START_TEST(test_values_written_out)
{
    trial t;
    tro_arena arena = {0};
    const tro_override several[] = {set(&arena, "agents.b.reference.covariance=4"),
                                    set(&arena, "agents.b.public.shift.by=2"),
                                    set(&arena, "schedule.synchronous.rounds=7"),
                                    set(&arena, "advance={sampled: 9}"),
                                    set(&arena, "advance.sampled.replicates=3"),
                                    set(&arena, "agents.b.reward.centre=5")};
    try(&t, several, sizeof several / sizeof *several);
    ck_assert_int_eq(t.status, TRO_OK);
    const tro_scenario *s = t.cell->scenario;
    ck_assert_double_eq(s->agents[1].reference[0], 3);
    ck_assert_double_eq(s->agents[1].reference_spread->variance, 4);
    ck_assert_double_eq(s->agents[1].reward->linear[0], 1);
    ck_assert_double_eq(s->agents[1].reward->centre[0], 5);
    ck_assert_int_eq(s->replicates, 3);
    ck_assert_uint_eq(s->default_outputs, 9);
    ck_assert_int_eq(t.cell->plan->common->rounds, 7);
    forget(&t);
    tro_arena_clear(&arena);
}
END_TEST

/* Out of memory at every point: said, and nothing else happens. */
START_TEST(test_keys_out_of_memory)
{
    tro_arena arena = {0};
    tro_document *document, *copy;
    const tro_override several[] = {set(&arena, "agents.b.public.shift.by=2"),
                                    set(&arena, "schedule.synchronous.rounds=7"),
                                    set(&arena, "agents.0.shares.curated=0.25"),
                                    set(&arena, "network.jugde=7")};
    ck_assert_int_eq(tro_document_read_text("test.yaml", plain, strlen(plain), &document, NULL),
                     TRO_OK);
    for (int wrong = 0; wrong < 2; wrong++) {
        int wanted = wrong ? TRO_ESCENARIO : TRO_OK, status = TRO_ENOMEM;
        for (uint64_t n = 1; status != wanted; n++) {
            tro_messages messages = {0};
            ck_assert_int_eq(tro_document_clone(document, &copy, NULL), TRO_OK);
            tro_memory_fail_after(n);
            status = tro_overrides_apply(copy, tro_catalog_builtin(), several, 3 + (size_t)wrong,
                                         &messages);
            tro_memory_fail_after(0);
            ck_assert(status == wanted || status == TRO_ENOMEM);
            if (status == wanted)
                ck_assert_str_eq(tro_node_at(copy->root, "agents.a.shares.real")->text, "0.375");
            tro_messages_clear(&messages);
            tro_document_free(copy);
            ck_assert_uint_lt(n, 1000);
        }
    }
    tro_document_free(document);
    tro_arena_clear(&arena);
}
END_TEST

/* --- roots ---------------------------------------------------------------------- */

static const char root[] =
    "claims:\n"
    "  - claim: it is so\n"
    "    source: derived\n"
    "    quantity:\n"
    "      root:\n"
    "        of: {alignment: a}\n"
    "        key: %s\n"
    "        between: %s\n"
    "    equals: -1\n"
    "    absolute: 1e-12\n";

static int open_root(const char *key, const char *between, tro_study **study,
                     tro_document **document, tro_messages *messages)
{
    char claim[1024], text[2048];
    snprintf(claim, sizeof claim, root, key, between);
    snprintf(text, sizeof text, "%s%s", plain, claim);
    *messages = (tro_messages){0};
    ck_assert_int_eq(tro_document_read_text("test.yaml", text, strlen(text), document, messages),
                     TRO_OK);
    return tro_study_new(*document, tro_catalog_builtin(), NULL, 0, study, messages);
}

/* a's mean is half its reference and half b's, which is its reference: 1 / 2. */
START_TEST(test_root_of_a_default)
{
    tro_study *study;
    tro_document *document;
    tro_messages messages;
    ck_assert_int_eq(open_root("agents.b.reference.mean", "[-4, 4]", &study, &document,
                               &messages), TRO_OK);
    ck_assert_int_eq(tro_study_run(study, NULL, &messages), TRO_OK);
    ck_assert_str_eq(study->claims[0].found, "0");
    tro_study_free(study);
    tro_document_free(document);
    tro_messages_clear(&messages);
}
END_TEST

START_TEST(test_root_errors)
{
    tro_study *study;
    tro_document *document;
    tro_messages messages;
    char buffer[1024];
    ck_assert_int_eq(open_root("agents.b.referense", "[-4, 4]", &study, &document, &messages),
                     TRO_ESCENARIO);
    ck_assert_str_eq(tro_listed(&messages, buffer, sizeof buffer),
                     "15:14: no key 'referense' in agent: did you mean 'reference'?");
    tro_document_free(document);
    tro_messages_clear(&messages);
    /* a value that cannot be is shown where it stands in the file */
    ck_assert_int_eq(open_root("agents.a.shares.real", "[0.5, 4]", &study, &document, &messages),
                     TRO_ESCENARIO);
    ck_assert_str_eq(tro_listed(&messages, buffer, sizeof buffer),
                     "16:24: 'agents.a.shares.real' at 4: real must be between 0 and 1 (in share), "
                     "found '4'");
    tro_document_free(document);
    tro_messages_clear(&messages);
}
END_TEST

/* --- where mistakes are shown ----------------------------------------------------- */

START_TEST(test_override_places)
{
    static const struct {
        const char *first, *second, *message;
    } mistakes[] = {
        {"agents.a.shares.real=2", NULL,
         "--set:1:22: real must be between 0 and 1 (in share), found '2'"},
        {"agents.a.shares.synthetic=0.75", NULL,
         "--set:1:27: shares sum to 1.25, at most 1 would be right"},
        {"agents.a.shares.synthetic=0.25", NULL,
         "--set:1:27: real, synthetic and curated shares sum to 0.75, 1 would be right (leave "
         "'synthetic' out and it is the rest)"},
        {"agents.a.group=x", NULL,
         "--set:1:16: an agent needs a 'name', or a 'group' of agents its name, found both"},
        {"agents.b.name=a", NULL, "--set:1:15: two agents are called 'a': the first stands in "
                                  "line 5\n7:26: no agent is called 'b'"},
        {"agents.a.name=b", NULL, "--set:1:15: two agents are called 'b': the other stands in "
                                  "line 6\n7:33: no agent is called 'a'"},
        {"agents.a.name=consumer", NULL,
         "--set:1:15: an agent cannot be called 'consumer': in 'judge' that word means the "
         "consumer of the edge\n7:33: no agent is called 'a'"},
        {"network.generator=ring", NULL,
         "--set:1:19: a network is one of 'edges', 'generator', 'graphml' and 'file', found "
         "several"},
        {"network={generator: {erdos-renyi: {p: 1}}}", "network.generator.erdos-renyi.m=1",
         "--set:1:33: 'erdos-renyi' has both p = 1 and m = 1, exactly one is wanted"},
        {"network.normalise=false", "network.edges.0.weight=3",
         "--set:1:24: the weights into 'a' sum to 3 (synthetic) and 3 (curated); 1 would be right "
         "with 'normalise: false'"},
        {"agents.b.shares.real=0.5", NULL,
         "--set:1:22: agent 'b' has a synthetic share of 0.5 but no edge brings it such data: add "
         "an edge to it, or give that share to 'real'"},
        {"agents.b.shares={real: 0.5}", NULL,
         "--set:1:17: agent 'b' has a synthetic share of 0.5 but no edge brings it such data: add "
         "an edge to it, or give that share to 'real'"},
        {"agents.b.shares.curated=0.5", NULL,
         "--set:1:25: agent 'b' has a curated share of 0.5 but no edge brings it such data: add "
         "an edge to it, or give that share to 'real'"},
        {"agents.a.start.covariance=2", "agents.a.start.mean=2",
         "--set:1:16: a start has no 'covariance': in a location family training moves the mean "
         "alone; that of all outputs stands in 'outcomes', that of real data in 'reference'"},
    };
    tro_arena arena = {0};
    for (size_t k = 0; k < sizeof mistakes / sizeof *mistakes; k++) {
        tro_override both[2] = {set(&arena, mistakes[k].first)};
        if (mistakes[k].second)
            both[1] = set(&arena, mistakes[k].second);
        tro_assert_refused(plain, both, mistakes[k].second ? 2 : 1, mistakes[k].message);
    }
    tro_arena_clear(&arena);
}
END_TEST

/* The shares that gave way were set by nobody: they stand where the curated
 * one does. */
START_TEST(test_displaced_places)
{
    tro_arena arena = {0};
    const tro_override both[] = {set(&arena, "agents.b={name: b, start: 0, displaces: synthetic, "
                                             "shares: {real: 0.5, synthetic: 0.5}}"),
                                 set(&arena, "agents.b.shares.curated=0.25")};
    tro_assert_refused(plain, both, 2,
                       "--set:1:25: a real share of 0.5 needs a 'reference', which this agent "
                       "does not have");
    tro_arena_clear(&arena);
}
END_TEST

/* Overrides that are made of a file's values: their mistakes stand there. */
START_TEST(test_study_places)
{
    static const char study[] =
        "set:\n"
        "  agents.a.shares: {real: 0.5,\n"
        "    synthetic: 3}\n"
        "  network.judge: nobody\n"
        "  agents.b.shares.curated: 2\n"
        "  network.jugde: a\n"
        "axis:\n"
        "  values: [0.25, 0.5, 7]\n"
        "  key: agents.a.shares.real\n";
    static const char *const messages[] = {
        "study.yaml:3:16: synthetic must be between 0 and 1 (in share), found '3'",
        "study.yaml:4:18: no agent is called 'nobody'",
        ("study.yaml:5:28: a curated share of 2 leaves nothing to displace: the shares are real 1, "
         "synthetic 0, curated 0 and it displaces 'proportional'"),
        "study.yaml:6:3: no key 'jugde' in network: did you mean 'judge'?"};
    tro_document *document;
    ck_assert_int_eq(tro_document_read_text("study.yaml", study, strlen(study), &document, NULL),
                     TRO_OK);
    const tro_node *given = tro_node_get(document->root, "set");
    for (size_t k = 0; k < given->count; k++) {
        tro_text value = {0};
        tro_node_write(given->items[k], &value);
        const tro_override override = {.path = given->items[k]->key, .value = value.data,
                                       .origin = "set", .node = given->items[k],
                                       .path_place = &given->items[k]->key_place};
        tro_assert_refused(plain, &override, 1, messages[k]);
        tro_text_clear(&value);
    }
    const tro_node *key = tro_node_at(document->root, "axis.key");
    const tro_override axis = {.path = key->text, .number = 7, .origin = "vary",
                               .node = tro_node_at(document->root, "axis.values.2"),
                               .path_place = &key->place};
    tro_assert_refused(plain, &axis, 1,
                       "study.yaml:8:23: real must be between 0 and 1 (in share), found '7'");
    /* a key that the override made stands where its path does */
    const tro_override made = {.path = "agents.a.start.covariance", .number = 7, .origin = "vary",
                               .node = tro_node_at(document->root, "axis.values.2"),
                               .path_place = &key->place};
    tro_assert_refused(plain, &made, 1,
                       "study.yaml:9:8: missing key 'mean' in 'law'\n"
                       "study.yaml:9:8: a start has no 'covariance': in a location family training "
                       "moves the mean alone; that of all outputs stands in 'outcomes', that of "
                       "real data in 'reference'");
    tro_document_free(document);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("keys");
    TCase *tests = tcase_create("keys");
    suite_add_tcase(suite, tests);
    tcase_add_loop_test(tests, test_known_keys, 0, (int)(sizeof known / sizeof *known));
    tcase_add_loop_test(tests, test_unknown_keys, 0, (int)(sizeof unknown / sizeof *unknown));
    tcase_add_test(tests, test_finite_keys);
    tcase_add_test(tests, test_open_keys);
    tcase_add_test(tests, test_values_written_out);
    tcase_add_test(tests, test_keys_out_of_memory);
    tcase_add_test(tests, test_root_of_a_default);
    tcase_add_test(tests, test_root_errors);
    tcase_add_test(tests, test_override_places);
    tcase_add_test(tests, test_displaced_places);
    tcase_add_test(tests, test_study_places);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
