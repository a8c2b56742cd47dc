/* Laws and rewards drawn at random: what they depend on, and what not. */
#include "support.h"

#define HEAD \
    "trophic: 1\nseed: %d\noutcomes: {family: categorical, outcomes: 3}\n"

static const char one[] =
    HEAD
    "curators: {users: {bradley-terry: {reward: {normal: {sd: 2, name: taste}}}}}\n"
    "agents:\n"
    "  - name: a\n"
    "    reference: {dirichlet: 1}\n"
    "    reward: {normal: {sd: 2, name: taste}}\n"
    "    public: users\n"
    "    shares: {real: 0.5, curated: 0.5}\n"
    "network: {edges: [{from: a, to: a}]}\n";

static tro_agent *agent(const tro_world *w, const char *name)
{
    return &w->scenario->agents[tro_scenario_agent(w->scenario, name)];
}

static double sum(const double *z, size_t count)
{
    double all = 0;
    for (size_t k = 0; k < count; k++)
        all += z[k];
    return all;
}

/* The same seed, the same numbers; another seed, others. */
START_TEST(test_seed)
{
    tro_world w, again, other;
    tro_world_open(&w, one, 1);
    tro_world_open(&again, one, 1);
    tro_world_open(&other, one, 2);
    const double *p = agent(&w, "a")->reference, *r = agent(&w, "a")->reward->values;
    ck_assert_double_eq_tol(sum(p, 3), 1, 1e-15);
    for (int k = 0; k < 3; k++)
        ck_assert_double_gt(p[k], 0);
    ck_assert_double_eq(tro_away(3, p, agent(&again, "a")->reference), 0);
    ck_assert_double_eq(tro_away(3, r, agent(&again, "a")->reward->values), 0);
    ck_assert_double_gt(tro_away(3, p, agent(&other, "a")->reference), 1e-3);
    ck_assert_double_gt(tro_away(3, r, agent(&other, "a")->reward->values), 1e-3);
    tro_world_close(&w);
    tro_world_close(&again);
    tro_world_close(&other);
}
END_TEST

/* The very numbers: the streams are documented (family/draw.h), and scenarios that
 * were published must stay what they were. */
START_TEST(test_streams)
{
    tro_world w;
    tro_world_open(&w, one, 1);
    uint64_t hash = 14695981039346656037u;
    for (const char *c = "normal taste"; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 1099511628211u;
    tro_stream_key key = {.seed = 1, .agent = hash, .purpose = TRO_FOR_GROUP};
    tro_stream stream = tro_stream_of(&key);
    for (int k = 0; k < 3; k++)
        ck_assert_double_eq(agent(&w, "a")->reward->values[k], 2 * tro_stream_normal(&stream));
    hash = 14695981039346656037u;
    for (const char *c = "agents.a.reference"; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 1099511628211u;
    key.agent = hash;
    stream = tro_stream_of(&key);
    double g[3], all = 0;
    for (int k = 0; k < 3; k++)
        all += g[k] = exp(tro_stream_log_gamma(&stream, 1));
    for (int k = 0; k < 3; k++)
        ck_assert_double_eq_tol(agent(&w, "a")->reference[k], g[k] / all, 1e-15);
    tro_world_close(&w);
}
END_TEST

/* A draw with the reward's name makes the users want what the agent wants: their
 * choice raises the reward as the same numbers written out do. */
START_TEST(test_names)
{
    tro_world w, plain;
    double out[3], expected[3];
    tro_world_open(&w, one, 3);
    const tro_agent *a = agent(&w, "a");
    const double *r = a->reward->values, *p = a->reference;
    tro_world_open(&plain, HEAD
                   "agents: [{name: a, reference: [%.17g, %.17g, %.17g], public: {bradley-terry: "
                   "{reward: [%.17g, %.17g, %.17g]}}, shares: {real: 0.5, curated: 0.5}}]\n"
                   "network: {edges: [{from: a, to: a}]}\n", 3, p[0], p[1], p[2], r[0], r[1],
                   r[2]);
    const tro_curation *drawn = a->public_curation;
    const tro_curation *written = agent(&plain, "a")->public_curation;
    double *scratch = tro_allocate(drawn->scratch + written->scratch, sizeof *scratch);
    drawn->ops->apply(drawn, 1, p, out, scratch);
    written->ops->apply(written, 1, p, expected, scratch);
    ck_assert_double_lt(tro_away(3, out, expected), 1e-15);
    tro_release(scratch);
    tro_world_close(&w);
    tro_world_close(&plain);
}
END_TEST

/* Without names: agents, keys and places within a key have numbers of their own,
 * which other agents do not change. */
START_TEST(test_places)
{
    static const char *const more =
        HEAD
        "agents:\n"
        "%s"
        "  - {name: b, reference: {dirichlet: 1}, start: {dirichlet: 1},\n"
        "     reward: {uniform: [-1, 1]}, shares: {real: 1}}\n"
        "  - {name: c, reference: {dirichlet: 1}, reward: {uniform: [-1, 1]}, shares: {real: 1}}\n";
    tro_world w, alone;
    tro_world_open(&alone, more, 4, "");
    tro_world_open(&w, more, 4, "  - {name: a, reference: {dirichlet: [1, 2, 3]}, "
                                "shares: {real: 1}}\n");
    const tro_agent *b = agent(&w, "b"), *c = agent(&w, "c");
    ck_assert_double_eq(tro_away(3, b->reference, agent(&alone, "b")->reference), 0);
    ck_assert_double_eq(tro_away(3, b->reward->values, agent(&alone, "b")->reward->values), 0);
    ck_assert_double_gt(tro_away(3, b->reference, b->start), 1e-3);
    ck_assert_double_gt(tro_away(3, b->reference, c->reference), 1e-3);
    ck_assert_double_gt(tro_away(3, b->reward->values, c->reward->values), 1e-3);
    for (int k = 0; k < 3; k++)
        ck_assert(b->reward->values[k] >= -1 && b->reward->values[k] < 1);
    tro_world_close(&w);
    tro_world_close(&alone);
}
END_TEST

/* Two draws in one key differ; written out in long they are the same. */
START_TEST(test_stages)
{
    static const char *const forms[] = {
        "{bradley-terry: {reward: {normal: 1}}}",
        "{stages: [{bradley-terry: {reward: {normal: 1}}}, {bradley-terry: {reward: "
        "{normal: 1}}}]}",
        "{stages: {curators: [{bradley-terry: {reward: {normal: {sd: 1}}}}, {bradley-terry: "
        "{reward: {normal: {sd: 1, mean: 0}}}}]}}",
    };
    double out[3][3], p[3] = {0.25, 0.5, 0.25};
    for (int k = 0; k < 3; k++) {
        tro_world w;
        tro_world_open(&w, HEAD "agents: [{name: a, reference: uniform, public: %s, "
                                "shares: {real: 0.5, curated: 0.5}}]\n"
                                "network: {edges: [{from: a, to: a}]}\n", 5, forms[k]);
        const tro_curation *c = agent(&w, "a")->public_curation;
        double *scratch = tro_allocate(c->scratch, sizeof *scratch);
        c->ops->apply(c, 1, p, out[k], scratch);
        if (k == 0) { /* the same users twice */
            c->ops->apply(c, 1, out[0], p, scratch);
            memcpy(out[0], p, sizeof p);
            memcpy(p, (double[]){0.25, 0.5, 0.25}, sizeof p);
        }
        tro_release(scratch);
        tro_world_close(&w);
    }
    ck_assert_double_gt(tro_away(3, out[0], out[1]), 1e-3);
    ck_assert_double_eq(tro_away(3, out[1], out[2]), 0);
}
END_TEST

/* Members of a group have their own numbers, named or not. */
START_TEST(test_groups)
{
    tro_world w;
    tro_world_open(&w, HEAD
                   "agents:\n"
                   "  - {group: g, count: 3, reference: {dirichlet: 1}, shares: {real: 1},\n"
                   "     reward: {normal: {sd: 1, name: n}}, start: {dirichlet: {concentration: "
                   "1, name: n}}}\n"
                   "  - {name: x, reference: uniform, reward: {normal: {sd: 1, name: n}}, shares: "
                   "{real: 1}}\n"
                   "  - {group: h, names: [y, z], reference: [1, 2, 3], shares: {real: 1}}\n",
                   6);
    const tro_agent *a = w.scenario->agents;
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < i; j++) {
            ck_assert_double_gt(tro_away(3, a[i].reference, a[j].reference), 1e-3);
            ck_assert_double_gt(tro_away(3, a[i].start, a[j].start), 1e-3);
            ck_assert_double_gt(tro_away(3, a[i].reward->values, a[j].reward->values), 1e-3);
        }
    ck_assert_str_eq(a[2].name, "g-3");
    ck_assert_double_eq(tro_away(3, a[0].reward->values, a[3].reward->values), 0);
    ck_assert_ptr_eq(a[4].reference, a[5].reference);
    ck_assert_uint_eq(w.messages.count, 1); /* of h, once */
    tro_world_close(&w);
}
END_TEST

/* Real vectors: the mean of a law, and the linear part of a reward. */
START_TEST(test_vectors)
{
    static const char *const families[] = {"gaussian", "gaussian-full"};
    for (int k = 0; k < 2; k++) {
        tro_world w;
        tro_world_open(&w, "trophic: 1\nseed: 8\noutcomes: {family: %s, dimension: 2}\n"
                           "agents:\n"
                           "  - {name: a, reference: {normal: {mean: 100, sd: 1}, covariance: 2}, "
                           "reward: {normal: {sd: 3}, curvature: 1, centre: 2}, shares: "
                           "{real: 1}}\n"
                           "  - {name: b, reference: {normal: {sd: 0, mean: 5}}, reward: "
                           "{uniform: [2, 2]}, shares: {real: 1}}\n", families[k]);
        const tro_agent *a = agent(&w, "a"), *b = agent(&w, "b");
        ck_assert_double_lt(fabs(a->reference[0] - 100), 6);
        ck_assert_double_ne(a->reference[0], a->reference[1]);
        ck_assert_double_ne(a->reward->linear[0], a->reward->linear[1]);
        ck_assert_double_eq(a->reward->curvature[1], 1);
        ck_assert_double_eq(b->reference[1], 5);
        ck_assert_double_eq(b->reward->linear[1], 2);
        tro_world_close(&w);
    }
}
END_TEST

START_TEST(test_vectors_errors)
{
    tro_assert_refused("trophic: 1\noutcomes: {family: gaussian}\nagents:\n"
                       "  - {name: a, reference: {normal: {sd: 1}, mean: 2}, reward: "
                       "{normal: 1, linear: 1}, shares: {real: 1}}\n"
                       "  - {name: b, reference: {covariance: 2}, reward: {normal: 1, uniform: "
                       "[0, 1]}, shares: {real: 1}}\n", NULL, 0,
                       "4:26: a law has a 'mean', or 'normal' to draw it from, found both\n"
                       "4:62: a reward has one of 'linear', 'normal' and 'uniform', found several\n"
                       "5:26: missing key 'mean' in 'law'\n"
                       "5:51: a reward has one of 'linear', 'normal' and 'uniform', found several");
}
END_TEST

/* Outside agents and curators only a name has numbers. */
START_TEST(test_outside)
{
    tro_world w;
    tro_document *document;
    tro_messages messages = {0};
    tro_arena arena = {0};
    char buffer[256];
    const tro_reward *reward;
    static const char text[] = "a: {normal: {sd: 2, name: taste}}\nb: {normal: 2}\n";
    tro_world_open(&w, one, 1);
    const tro_space *space = &w.scenario->space;
    tro_reader reader = {.arena = &arena, .messages = &messages};
    ck_assert_int_eq(tro_document_read_text("x", text, strlen(text), &document, NULL), TRO_OK);
    ck_assert_int_eq(space->family->read_reward(&reader, space,
                                                tro_node_get(document->root, "a"), &reward),
                     TRO_OK);
    ck_assert_double_eq(tro_away(3, reward->values, agent(&w, "a")->reward->values), 0);
    ck_assert_int_eq(space->family->read_reward(&reader, space,
                                                tro_node_get(document->root, "b"), &reward),
                     TRO_ESCENARIO);
    ck_assert_str_eq(tro_listed(&messages, buffer, sizeof buffer),
                     "x:2:13: numbers drawn outside 'agents' and 'curators' need the 'name' of a "
                     "draw there");
    tro_messages_clear(&messages);
    tro_arena_clear(&arena);
    tro_document_free(document);
    tro_world_close(&w);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_seed, test_streams, test_names, test_places, test_stages,
                                  test_groups, test_vectors, test_vectors_errors, test_outside};
    return TRO_RUN_TESTS("draws", tests);
}
