/* Groups whose agents have drawn values and values of their own; networks in
 * parts. */
#include "support.h"

#define HEAD "trophic: 1\nseed: 7\noutcomes: {family: gaussian}\n"
#define ALONE "network: {generator: {complete: {loops: true}}}\n"

static const tro_agent *agent_of(const tro_world *w, const char *name)
{
    size_t k = tro_scenario_agent(w->scenario, name);
    ck_assert_uint_ne(k, SIZE_MAX);
    return &w->scenario->agents[k];
}

static void open_group(tro_world *w, const char *lines)
{
    tro_world_open(w, HEAD "agents:\n  - {group: lab, reference: 0, reward: 1, %s}\n" ALONE,
                   lines);
}

/* Mean and variance of the learning rates. */
static void moments(const tro_scenario *s, double *mean, double *variance)
{
    double sum = 0, squares = 0, n = (double)s->agent_count;
    for (size_t k = 0; k < s->agent_count; k++) {
        sum += s->agents[k].rate;
        squares += s->agents[k].rate * s->agents[k].rate;
    }
    *mean = sum / n;
    *variance = squares / n - *mean * *mean;
}

/* 5 standard errors of mean and variance; none of these has a kurtosis over 9. */
START_TEST(test_draws_moments)
{
    static const struct { const char *rule; double mean, variance; } rows[] = {
        {"normal: {mean: 0.5, sd: 0.05}", 0.5, 0.0025},
        {"uniform: [0.2, 0.8]", 0.5, 0.03},
        {"beta: {a: 2, b: 3}", 0.4, 0.04},
        {"exponential: 0.05", 0.05, 0.0025},
        {"gamma: {shape: 4, scale: 0.05}", 0.2, 0.01},
        {"lognormal: {median: 0.2, sigma: 0.2}", 0.204040268, 0.00169903},
        {"choice: [0.1, 0.3]", 0.2, 0.01},
        {"choice: {values: [0.1, 0.5, 0.3], weights: [3, 1, 0]}", 0.2, 0.03},
        {"normal: {mean: 0, sd: 1}, within: [0.1, 0.12]", 0.11, 3.34e-5},
        {"uniform: [0.5, 4], within: [0.5, 1]", 0.75, 1.0 / 48}};
    enum { AGENTS = 400 };
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        tro_world w;
        double mean, variance;
        char lines[256];
        snprintf(lines, sizeof lines, "count: %d, shares: {real: 1}, learning-rate: {draw: {%s}}",
                 (int)AGENTS, rows[k].rule);
        open_group(&w, lines);
        moments(w.scenario, &mean, &variance);
        ck_assert_double_le(fabs(mean - rows[k].mean), 5 * sqrt(rows[k].variance / AGENTS));
        ck_assert_double_le(fabs(variance - rows[k].variance),
                            5 * rows[k].variance * sqrt(8.0 / AGENTS));
        tro_world_close(&w);
    }
}
END_TEST

/* An agent's draw knows neither the size of the group, nor who else there is,
 * nor what else is drawn; the seed does. */
START_TEST(test_draws_independent)
{
    static const char *const others[] = {
        HEAD "agents:\n  - {group: lab, count: 9, reference: 0, shares: {real: 1}, "
             "learning-rate: {draw: {uniform: [0, 1]}}}\n",
        HEAD "agents:\n  - {name: first, reference: {draw: {uniform: [0, 1]}}, shares: {real: 1}}\n"
             "  - {group: lab, count: 4, learning-rate: {draw: {uniform: [0, 1]}}, "
             "reference: {draw: {normal: {mean: 0, sd: 1}}}, shares: {real: 1}}\n"};
    tro_world w, other;
    tro_world_read(&w, HEAD "agents:\n  - {group: lab, names: [lab-3, lab-1], reference: 0, "
                            "shares: {real: 1}, learning-rate: {draw: {uniform: [0, 1]}}}");
    ck_assert_double_ne(agent_of(&w, "lab-1")->rate, agent_of(&w, "lab-3")->rate);
    for (size_t k = 0; k < 2; k++) {
        tro_world_read(&other, others[k]);
        ck_assert_double_eq(agent_of(&w, "lab-1")->rate, agent_of(&other, "lab-1")->rate);
        ck_assert_double_eq(agent_of(&w, "lab-3")->rate, agent_of(&other, "lab-3")->rate);
        tro_world_close(&other);
    }
    tro_world_read(&other, "trophic: 1\nseed: 8\noutcomes: {family: gaussian}\n"
                           "agents:\n  - {group: lab, count: 3, reference: 0, shares: {real: 1}, "
                           "learning-rate: {draw: {uniform: [0, 1]}}}");
    ck_assert_double_ne(agent_of(&w, "lab-1")->rate, agent_of(&other, "lab-1")->rate);
    tro_world_close(&other);
    tro_world_close(&w);
}
END_TEST

/* Two keys have numbers of their own, unless they share a name. */
START_TEST(test_draws_named)
{
    tro_world w;
    open_group(&w, "count: 3, shares: {real: 1}, learning-rate: {draw: {uniform: [0, 1], name: x}},"
                   " start: {draw: {uniform: [0, 2], name: x}}");
    for (size_t k = 0; k < 3; k++)
        ck_assert_double_eq(w.scenario->agents[k].start[0], 2 * w.scenario->agents[k].rate);
    ck_assert_double_ne(w.scenario->agents[0].rate, w.scenario->agents[1].rate);
    tro_world_close(&w);
    open_group(&w, "count: 2, shares: {real: 1}, learning-rate: {draw: {uniform: [0, 1]}},"
                   " start: {draw: {uniform: [0, 1]}}");
    ck_assert_double_ne(w.scenario->agents[0].start[0], w.scenario->agents[0].rate);
    tro_world_close(&w);
}
END_TEST

START_TEST(test_draws_of_any_key)
{
    tro_world w;
    size_t shifted = 0;
    tro_world_read(&w, "trophic: 1\nseed: 7\noutcomes: {family: gaussian, dimension: 2}\n"
                       "agents:\n  - group: lab\n    count: 60\n    reference: [1, {draw: "
                       "{normal: {mean: 0, sd: 1}}}]\n    reward: 1\n"
                       "    shares: {draw: {dirichlet: {real: 2, curated: 1, synthetic: 5}}}\n"
                       "    public: {draw: {choice: [none, {shift: {draw: {uniform: [2, 3]}}}]}}\n"
                       "    outputs: {draw: {uniform: [5, 8], whole: true}}\n"
                       "    displaces: {draw: {choice: [real, synthetic]}}\n" ALONE);
    for (size_t k = 0; k < 60; k++) {
        const tro_agent *a = &w.scenario->agents[k];
        ck_assert_double_eq(a->reference[0], 1);
        ck_assert(k == 0 || a->reference[1] != a[-1].reference[1]);
        ck_assert_double_eq_tol(a->shares.real + a->shares.synthetic + a->shares.curated, 1, 1e-12);
        ck_assert(a->outputs >= 5 && a->outputs <= 7);
        ck_assert_int_ne(a->displaces, TRO_DISPLACES_PROPORTIONAL);
        shifted += a->public_curation && strcmp(a->public_curation->name, "shift") == 0;
    }
    ck_assert(shifted > 10 && shifted < 50);
    tro_world_close(&w);
}
END_TEST

static void refuse(const char *lines, const char *expected)
{
    char text[1024];
    snprintf(text, sizeof text, HEAD "agents:\n  - {group: lab, reference: 0, %s}\n"
             "network: {generator: ring}\n", lines);
    tro_assert_refused(text, NULL, 0, expected);
}

START_TEST(test_draws_errors)
{
    refuse("count: 20, shares: {real: 1}, learning-rate: {draw: {normal: {mean: 0.9, sd: 0.1}}}",
           "5:77: agent 'lab-1': learning-rate must be above 0 and at most 1, found "
           "'1.043224333635848'");
    refuse("count: 2, shares: {real: 1}, learning-rate: {draw: {uniform: [0, 1], within: [3, 4]}}",
           "5:83: agent 'lab-1': 100000 draws fell outside 3 .. 4: bounds that the distribution "
           "reaches would be right");
    refuse("count: 2, shares: {real: {draw: {beta: {a: 2}}}}",
           "5:71: agent 'lab-1': missing key 'b' in 'beta'");
    refuse("count: 2, shares: {real: {draw: {}}}",
           "5:64: agent 'lab-1': a draw has one of normal, uniform, lognormal, beta, gamma, "
           "exponential, choice and dirichlet, found none");
    refuse("count: 2, shares: {real: {draw: {uniform: [1, 0]}}}",
           "5:74: agent 'lab-1': uniform is between two numbers, the smaller first");
    refuse("count: 2, shares: {real: {draw: {choice: {values: [1, 0], weights: [0, 0]}}}}",
           "5:99: agent 'lab-1': weights that are all 0 choose nothing");
}
END_TEST

/* --- members ---------------------------------------------------------------- */

START_TEST(test_members_read)
{
    tro_world w;
    open_group(&w, "count: 4, shares: {real: 0.5, curated: 0.2}, learning-rate: 0.7, "
                   "members: {lab-3: {learning-rate: 0.1}, lab-1: {shares: {real: 1}}}");
    ck_assert_double_eq(agent_of(&w, "lab-1")->shares.real, 1);
    ck_assert_double_eq(agent_of(&w, "lab-1")->rate, 0.7);
    ck_assert_double_eq(agent_of(&w, "lab-2")->shares.real, 0.5);
    ck_assert_double_eq(agent_of(&w, "lab-3")->rate, 0.1);
    ck_assert_double_eq(agent_of(&w, "lab-3")->shares.curated, 0.2);
    ck_assert_double_eq(agent_of(&w, "lab-4")->rate, 0.7);
    ck_assert_uint_eq(w.scenario->agent_count, 4);
    tro_world_close(&w);
}
END_TEST

START_TEST(test_members_errors)
{
    refuse("count: 2, shares: {real: 1}, members: {lab-3: {}, lab-1: {count: 3}, lab-2: 4}",
           "5:71: no agent 'lab-3' in the group 'lab'\n"
           "5:90: 'count' belongs to the group, not to one of its agents\n"
           "5:108: the keys of one agent are a map");
    refuse("count: 2, shares: {real: 1}, members: {lab-2: {learning-rate: 3}}",
           "5:94: agent 'lab-2': learning-rate must be above 0 and at most 1, found '3'");
    tro_assert_refused(HEAD "agents:\n  - {name: a, reference: 0, shares: {real: 1}, members: {}}",
                       NULL, 0,
                       "5:57: members is a map from names of a group's agents to their own keys");
}
END_TEST

/* One agent of a group by its path: what is not said there stays the group's,
 * in whichever order it was set, and shares move together. */
START_TEST(test_members_overridden)
{
    static const tro_override overrides[] = {
        {.path = "agents.lab-3.shares.curated", .value = "0.4", .origin = "--set"},
        {.path = "agents.lab.learning-rate", .value = "0.2", .origin = "--set"},
        {.path = "agents.lab-2.reward.linear", .value = "5", .origin = "--set"}};
    static const char text[] =
        HEAD "agents:\n  - {group: lab, count: 3, reference: 0, reward: {linear: 1}, "
             "shares: {real: 0.5, curated: 0.2}, displaces: real}\n" ALONE;
    tro_document *document = NULL;
    tro_cell *cell = NULL;
    tro_messages messages = {0};
    ck_assert_int_eq(tro_document_read_text("t.yaml", text, sizeof text - 1, &document, &messages),
                     TRO_OK);
    ck_assert_int_eq(tro_cell_new(document, tro_catalog_builtin(), overrides, 3, &cell, &messages),
                     TRO_OK);
    const tro_agent *agents = cell->scenario->agents;
    ck_assert_double_eq_tol(agents[2].shares.real, 0.3, 1e-15);
    ck_assert_double_eq_tol(agents[2].shares.synthetic, 0.3, 1e-15);
    ck_assert_double_eq(agents[1].shares.curated, 0.2);
    ck_assert_ptr_ne(agents[1].reward, agents[0].reward);
    for (int k = 0; k < 3; k++)
        ck_assert_double_eq(agents[k].rate, 0.2);
    tro_cell_free(cell);
    tro_document_free(document);
    tro_messages_clear(&messages);
}
END_TEST

START_TEST(test_members_override_errors)
{
    static const char text[] =
        HEAD "agents:\n  - {group: lab, count: 12, reference: 0, shares: {real: 1}}\n" ALONE;
    static const struct { const char *path, *expected; } rows[] = {
        {"agents.lab-13.reward", "--set:1:8: no 'lab-13' in 'agents', a list of 1 elements"},
        {"agents.lab-01.reward", "--set:1:8: no 'lab-01' in 'agents', a list of 1 elements"},
        {"agents.lab-0.reward", "--set:1:8: no 'lab-0' in 'agents' (did you mean 'lab'?)"},
        {"agents.lab-12.rewad",
         "--set:1:15: no key 'rewad' in agent: did you mean 'reward'?"}};
    for (size_t k = 0; k < 4; k++) {
        tro_override item = {.path = rows[k].path, .value = "1", .origin = "--set"};
        tro_assert_refused(text, &item, 1, rows[k].expected);
    }
}
END_TEST

/* --- networks --------------------------------------------------------------- */

#define THREE HEAD "agents:\n" \
    "  - {group: hubs, count: 3, reference: 0, shares: {real: 1}}\n" \
    "  - {name: solo, reference: 0, shares: {real: 1}}\n" \
    "  - {group: leaves, count: 8, reference: 0, shares: {real: 1}}\n"

START_TEST(test_parts_joined)
{
    tro_world w;
    size_t kinds[4] = {0};
    tro_world_read(&w, THREE "network:\n  judge: consumer\n  normalise: true\n  parts:\n"
                             "    - {generator: ring, among: [leaves], judge: producer}\n"
                             "    - {generator: {bipartite: {p: 1}}, among: [hubs, leaves], "
                             "weight: 3}\n"
                             "    - {edges: [{from: solo, to: leaves-8, judge: hubs-2}]}\n"
                             "    - {generator: complete, among: [solo, hubs-1]}");
    const tro_scenario *s = w.scenario;
    ck_assert_uint_eq(s->edge_count, 8 + 24 + 1 + 2);
    for (size_t e = 0; e < s->edge_count; e++) {
        const tro_link *l = &s->graph.links[e];
        kinds[e < 8 ? 0 : e < 32 ? 1 : e < 33 ? 2 : 3]++;
        ck_assert_int_eq(s->edges[e].judge, e < 8 ? TRO_JUDGE_PRODUCER : e == 32 ? TRO_JUDGE_AGENT
                                                                       : TRO_JUDGE_CONSUMER);
        ck_assert_double_eq(l->synthetic, e >= 8 && e < 32 ? 3 : 1);
        if (e < 8)
            ck_assert(l->from >= 4 && l->to >= 4);
        else if (e < 32)
            ck_assert(l->from < 3 && l->to >= 4);
        else if (e > 32)
            ck_assert((l->from == 0 && l->to == 3) || (l->from == 3 && l->to == 0));
    }
    ck_assert_double_eq_tol(s->edges[8].synthetic, 0.3, 1e-15);   /* 3 of 1 + 3 * 3 */
    tro_world_close(&w);
}
END_TEST

/* One part is the network; parts draw from streams of their own. */
START_TEST(test_parts_streams)
{
    tro_world whole, part;
    tro_world_read(&whole, THREE "network: {generator: erdos-renyi, mean-degree: 3}");
    tro_world_read(&part, THREE "network: {parts: [{generator: erdos-renyi, mean-degree: 3}, "
                                "{generator: erdos-renyi, mean-degree: 3}]}");
    const tro_link *a = whole.scenario->graph.links, *b = part.scenario->graph.links;
    size_t differ = 0;
    ck_assert_uint_eq(whole.scenario->edge_count, 36);
    ck_assert_uint_eq(part.scenario->edge_count, 72);
    for (size_t e = 0; e < 36; e++) {
        ck_assert(a[e].from == b[e].from && a[e].to == b[e].to);
        differ += a[e].from != b[e + 36].from || a[e].to != b[e + 36].to;
    }
    ck_assert_uint_gt(differ, 0);
    tro_world_close(&whole);
    tro_world_close(&part);
}
END_TEST

START_TEST(test_rewired_edges)
{
    tro_world w;
    size_t in[12] = {0}, out[12] = {0}, ring = 0;
    tro_world_read(&w, THREE "network: {generator: {ring: 2}, rewire: {degree-preserving: 20}}");
    for (size_t e = 0; e < w.scenario->edge_count; e++) {
        const tro_link *l = &w.scenario->graph.links[e];
        in[l->to]++;
        out[l->from]++;
        ring += (l->to + 12 - l->from) % 12 <= 2;
    }
    for (size_t k = 0; k < 12; k++)
        ck_assert(in[k] == 2 && out[k] == 2);
    ck_assert_uint_lt(ring, 16);
    tro_world_close(&w);
}
END_TEST

START_TEST(test_parts_errors)
{
    static const struct { const char *network, *expected; } rows[] = {
        {"{generator: ring, parts: []}",
         "8:22: 'generator' goes with a network without 'parts', or stands in one of them"},
        {"{parts: []}", "8:18: parts is a list of at least one network"},
        {"{parts: [{}, {generator: ring, graphml: x}]}",
         "8:19: a network is one of 'edges', 'generator', 'graphml' and 'file', found none\n"
         "8:23: a network is one of 'edges', 'generator', 'graphml' and 'file', found several"},
        {"{edges: [], density: 0.5}", "8:31: 'density' goes with 'generator'"},
        {"{generator: ring, density: 0.5, mean-degree: 2}",
         "8:37: 'density' goes with no 'mean-degree': one of them is enough"},
        {"{generator: ring, direction: both}",
         "8:39: 'direction' goes with a file; generators have their own"},
        {"{generator: ring, among: [hubs, leavs]}",
         "8:42: no agent is called 'leavs'"},
        {"{generator: ring, among: [hubs, hubs-2]}",
         "8:42: 'hubs-2' has agents that are listed before"},
        {"{generator: star, density: 0.5}",
         "8:22: 'star' has 11 links on 12 agents, a mean degree of 0.916667, found 66 asked for, "
         "5.5"}};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        char text[1024];
        snprintf(text, sizeof text, THREE "network: %s\n", rows[k].network);
        tro_assert_refused(text, NULL, 0, rows[k].expected);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_draws_moments, test_draws_independent, test_draws_named, test_draws_of_any_key,
        test_draws_errors, test_members_read, test_members_errors, test_members_overridden,
        test_members_override_errors, test_parts_joined, test_parts_streams, test_rewired_edges,
        test_parts_errors};
    return TRO_RUN_TESTS("population", tests);
}
