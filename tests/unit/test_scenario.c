/* Scenarios: what is read, and every way of getting one wrong. */
#include "support.h"

#define HEAD "trophic: 1\noutcomes: {family: gaussian}\n"

/* --- what is read ------------------------------------------------------------ */

START_TEST(test_rivals_read)
{
    tro_world w;
    tro_world_read(&w,
        "trophic: 1\n"
        "name: two rivals\n"
        "seed: 20260330\n"
        "outcomes: {family: gaussian, dimension: 2, covariance: [0.1, 0.2]}\n"
        "curators: {warm: {shift: [1, 0]}}\n"
        "agents:\n"
        "  - name: theta\n"
        "    reference: {mean: [1, 2], covariance: 0.5}\n"
        "    start: 3\n"
        "    reward: 1\n"
        "    at: mean\n"
        "    public: warm\n"
        "    shares: {real: 0.5, curated: 0.2}\n"
        "    displaces: real\n"
        "    outputs: 7\n"
        "  - {name: phi, reference: 4, shares: {synthetic: 1}}\n"
        "network:\n"
        "  edges:\n"
        "    - {from: theta, to: theta, weight: 1}\n"
        "    - {from: phi, to: theta, weight: 3, judge: consumer, delay: 0.5}\n"
        "    - {from: theta, to: phi, synthetic: 2, curated: 0, judge: theta}\n"
        "schedule: {sequential: {order: [phi, theta], rounds: 9}}\n"
        "advance: {sampled: {outputs: 12, replicates: 3}}\n"
        "record: {every: 2, burn-in: 1, measures: alignment, state: yes}\n");
    const tro_scenario *s = w.scenario;
    const tro_agent *theta = &s->agents[0], *phi = &s->agents[1];
    ck_assert_str_eq(s->name, "two rivals");
    ck_assert_uint_eq(s->seed, 20260330);
    ck_assert_uint_eq(s->agent_count, 2);
    ck_assert_double_eq(theta->reference[1], 2);
    ck_assert_int_eq(theta->reference_spread->shape, TRO_ISOTROPIC);
    ck_assert_double_eq(theta->reference_spread->variance, 0.5);
    ck_assert_double_eq(theta->start[0], 3);
    ck_assert_int_eq(theta->at, TRO_AT_MEAN);
    ck_assert_int_eq(theta->displaces, TRO_DISPLACES_REAL);
    ck_assert_double_eq_tol(theta->shares.synthetic, 0.3, 1e-15);
    ck_assert_uint_eq(theta->outputs, 7);
    ck_assert_uint_eq(phi->outputs, 12);
    ck_assert_int_eq(phi->at, TRO_AT_OUTPUTS);
    ck_assert_int_eq(phi->displaces, TRO_DISPLACES_PROPORTIONAL);
    ck_assert_ptr_null(phi->reward);
    ck_assert_double_eq(phi->start[1], 4);
    ck_assert_ptr_eq(phi->reference_spread, s->space.spread);
    ck_assert_uint_eq(s->edge_count, 3);
    ck_assert_double_eq(s->edges[0].synthetic, 0.25);
    ck_assert_double_eq(s->edges[1].curated, 0.75);
    ck_assert_double_eq(s->edges[1].delay, 0.5);
    ck_assert_ptr_eq(s->edges[0].curation, theta->public_curation);
    ck_assert_ptr_eq(s->edges[1].curation, theta->public_curation); /* the consumer's */
    ck_assert_ptr_eq(s->edges[2].curation, theta->public_curation);
    ck_assert_double_eq(s->edges[2].synthetic, 1);
    ck_assert_double_eq(s->edges[2].curated, 0);
    ck_assert_double_eq(s->graph.links[1].synthetic, 3);
    ck_assert_int_eq(s->normalised, 1);
    ck_assert_int_eq(s->sampled, 1);
    ck_assert_int_eq(s->replicates, 3);
    ck_assert_int_eq(s->record.every, 2);
    ck_assert_uint_eq(w.messages.count, 2);
    ck_assert_int_eq(w.messages.items[0].severity, TRO_NOTE);
    tro_world_close(&w);
}
END_TEST

START_TEST(test_defaults_read)
{
    tro_world w;
    tro_world_read(&w, HEAD "agents: [{name: a, reference: 0, shares: {real: 1}}]\n");
    ck_assert_str_eq(w.scenario->name, "unnamed");
    ck_assert_int_eq(w.scenario->seed_given, 0);
    ck_assert_uint_eq(w.scenario->space.width, 1);
    ck_assert_double_eq(w.scenario->space.spread->variance, 1);
    ck_assert_ptr_eq(w.plan->schedule, &tro_schedule_synchronous);
    ck_assert_int_eq(w.plan->common->rounds, 200);
    ck_assert_int_eq(w.scenario->sampled, 0);
    ck_assert_uint_eq(w.scenario->edge_count, 0);
    ck_assert_uint_eq(w.messages.count, 0);
    ck_assert_uint_eq(tro_scenario_agent(w.scenario, "a"), 0);
    ck_assert_uint_eq(tro_scenario_agent(w.scenario, "b"), SIZE_MAX);
    tro_world_close(&w);
}
END_TEST

START_TEST(test_groups_read)
{
    tro_world w;
    tro_world_read(&w, HEAD
        "agents:\n"
        "  - {group: open, count: 3, reference: 1, shares: {real: 1}}\n"
        "  - {name: lone, reference: 2, shares: {real: 1}}\n"
        "  - {group: named, names: [x, '2'], reference: 3, shares: {real: 0.5}}\n"
        "network: {edges: [{from: open-2, to: x}, {from: lone, to: '2'}]}\n");
    const char *const names[] = {"open-1", "open-2", "open-3", "lone", "x", "2"};
    ck_assert_uint_eq(w.scenario->agent_count, 6);
    for (size_t k = 0; k < 6; k++) {
        ck_assert_str_eq(w.scenario->agents[k].name, names[k]);
        ck_assert_uint_eq(tro_scenario_agent(w.scenario, names[k]), k);
    }
    ck_assert_str_eq(w.scenario->agents[2].group, "open");
    ck_assert_ptr_null(w.scenario->agents[3].group);
    ck_assert_uint_eq(w.scenario->edges[1].to, 5);
    tro_world_close(&w);
}
END_TEST

START_TEST(test_vertices_read)
{
    tro_world w;
    tro_world_read(&w, HEAD
        "agents:\n"
        "  - {name: a, reference: 0, shares: {real: 1}}\n"
        "  - {name: b, reference: 0, shares: {real: 1}}\n"
        "  - {name: c, reference: 0, shares: {real: 1}}\n"
        "network: {generator: star, vertices: [c, a, b]}\n");
    ck_assert_uint_gt(w.scenario->edge_count, 1);
    for (size_t k = 0; k < w.scenario->edge_count; k++) /* the centre is c */
        ck_assert(w.scenario->edges[k].from == 2 || w.scenario->edges[k].to == 2);
    tro_world_close(&w);
}
END_TEST

/* --- refused ----------------------------------------------------------------- */

static void refuse(const char *text, const char *expected)
{
    tro_assert_refused(text, NULL, 0, expected);
}

START_TEST(test_keys_errors)
{
    tro_document *document = NULL;
    tro_messages messages = {0};
    char buffer[512];
    const char *twice = HEAD "agents: [{name: a, reference: 0, shares: {real: 1}}]\nagents: []\n";
    refuse(HEAD "agents: [{name: a, reference: 0, shares: {real: 1}}]\nnetwrk: {}\n",
           "4:1: unknown key 'netwrk' in 'scenario' (did you mean 'network'?)");
    refuse(HEAD "agents: [{name: a, reference: 0, share: {real: 1}}]\n",
           "3:34: unknown key 'share' in 'agent' (did you mean 'shares'?)");
    refuse(HEAD "agents: [{name: a, reference: 0, shares: {reel: 1}}]\n",
           "3:43: unknown key 'reel' in 'shares' (did you mean 'real'?)");
    refuse("trophic: 2\noutcomes: {family: gaussian}\n"
           "agents: [{name: a, reference: 0, shares: {real: 1}}]\n",
           "1:10: trophic must be 1, found '2'");
    refuse("outcomes: {family: gaussian}\n",
           "1:1: missing key 'trophic' in 'scenario'\n1:1: missing key 'agents' in 'scenario'");
    /* a duplicate key is refused in the end, with all that is wrong besides */
    tro_cell *cell;
    ck_assert_int_eq(tro_document_read_text("test.yaml", twice, strlen(twice), &document,
                                            &messages), TRO_OK);
    ck_assert_int_eq(tro_cell_new(document, tro_catalog_builtin(), NULL, 0, &cell, &messages),
                     TRO_ESCENARIO);
    ck_assert_str_eq(tro_listed(&messages, buffer, sizeof buffer),
                     "4:1: duplicate key 'agents' (the first is on line 3)");
    tro_document_free(document);
    tro_messages_clear(&messages);
    twice = HEAD "agents: [{name: a, name: b, reference: 0, shares: {real: 2}}]\nseed: 1\nseed: 2\n"
                 "recrd: {}\n";
    ck_assert_int_eq(tro_document_read_text("test.yaml", twice, strlen(twice), &document,
                                            &messages), TRO_OK);
    ck_assert_int_eq(tro_cell_new(document, tro_catalog_builtin(), NULL, 0, &cell, &messages),
                     TRO_ESCENARIO);
    ck_assert_str_eq(tro_listed(&messages, buffer, sizeof buffer),
                     "3:20: duplicate key 'name' (the first is on line 3)\n"
                     "5:1: duplicate key 'seed' (the first is on line 4)\n"
                     "6:1: unknown key 'recrd' in 'scenario' (did you mean 'record'?)\n"
                     "3:58: real must be a share between 0 and 1, found '2'");
    tro_document_free(document);
    tro_messages_clear(&messages);
}
END_TEST

START_TEST(test_types_errors)
{
    const char *agents = "agents: [{name: a, reference: 0, shares: {real: 1}}]\n";
    char text[512];
    static const struct {
        const char *line, *message;
    } all[] = {
        {"outcomes: {family: gausian}",
         "2:20: unknown family 'gausian' (did you mean 'gaussian'?)"},
        {"outcomes: gaussian", "2:11: outcomes needs the key 'family', as in {family: gaussian, "
                               "dimension: 2}"},
        {"outcomes: {family: gaussian, dimension: two}",
         "2:41: dimension must be a whole number, found 'two'"},
        {"outcomes: {family: gaussian, dimension: 0}",
         "2:41: dimension must be between 1 and 100000 coordinates, found '0'"},
        {"outcomes: {family: gaussian, covariance: [[1, 2], [2, 1]]}",
         "2:42: covariance has 2 rows, but the dimension is 1"},
    };
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        snprintf(text, sizeof text, "trophic: 1\n%s\n%s", all[k].line, agents);
        refuse(text, all[k].message);
    }
    refuse(HEAD "agents: {name: a}\n", "3:9: agents is a list of at least one agent");
    refuse(HEAD "agents: []\n", "3:9: agents is a list of at least one agent");
    refuse(HEAD "agents: [a]\n", "3:10: 'agent' must be a map, found 'a'");
    refuse("trophic: 1\noutcomes: {family: gaussian, dimension: 2}\n"
           "agents: [{name: a, reference: [1, 2, 3], reward: [1, 2, 3], at: means,\n"
           "          displaces: all, shares: {real: 1}, outputs: 0}]\n",
           "3:65: at must be one of outputs, mean, found 'means' (did you mean 'mean'?)\n"
           "4:22: displaces must be one of proportional, real, synthetic, found 'all'\n"
           "4:55: outputs must be between 1 and 1e+15, found '0'\n"
           "3:31: mean has 3 numbers, but the dimension is 2\n"
           "3:50: linear has 3 numbers, but the dimension is 2");
}
END_TEST

START_TEST(test_shares_errors)
{
    refuse(HEAD
           "agents:\n"
           "  - {name: a, reference: 0, shares: {real: 1.5}}\n"
           "  - {name: b, reference: 0, shares: {real: -0.5}}\n"
           "  - {name: c, reference: 0, shares: {real: 0.5, synthetic: 0.2, curated: 0.2}}\n"
           "  - {name: d, reference: 0, shares: 0.5}\n"
           "  - {name: e, reference: 0, shares: {real: half}}\n"
           "  - {name: f, reference: 0, shares: {real: 0.6, curated: 0.5}}\n"
           "  - {name: g, start: 0, shares: {real: 0.5, synthetic: 0.5}}\n"
           "  - {name: h, shares: {synthetic: 1}}\n"
           "  - {name: i, reference: 0}\n"
           "network: {edges: [{from: a, to: i}]}\n",
           "12:5: missing key 'shares' in 'agent'\n"
           "4:44: real must be a share between 0 and 1, found '1.5'\n"
           "5:44: real must be a share between 0 and 1, found '-0.5'\n"
           "6:37: real, synthetic and curated shares sum to 0.9, 1 would be right (leave "
           "'synthetic' out and it is the rest)\n"
           "7:37: 'shares' must be a map, found '0.5'\n"
           "8:44: real must be a number, found 'half'\n"
           "9:37: shares sum to 1.1, at most 1 would be right\n"
           "10:40: a real share of 0.5 needs a 'reference', which this agent does not have\n"
           "11:5: an agent needs a 'reference' (its real data) or a 'start', found neither");
}
END_TEST

START_TEST(test_data_errors)
{
    refuse(HEAD
           "agents:\n"
           "  - {name: a, reference: 0, shares: {synthetic: 1}}\n"
           "  - {name: b, reference: 0, shares: {real: 0.5, curated: 0.5}}\n"
           "  - {group: c, count: 2, start: 0, shares: {curated: 1}}\n"
           "  - {name: d, start: 0, shares: {synthetic: 1}}\n"
           "network: {edges: [{from: a, to: b, curated: 0}]}\n",
           "4:5: agent 'a' has a synthetic share of 1 but no edge brings it such data: add an edge "
           "to it, or give that share to 'real'\n"
           "5:5: agent 'b' has a curated share of 0.5 but no edge brings it such data: add an edge "
           "to it, or give that share to 'real'\n"
           "6:5: agent 'c-1' has a curated share of 1 but no edge brings it such data: add an edge "
           "to it, or give that share to 'real', with a 'reference'\n"
           "6:5: agent 'c-2' has a curated share of 1 but no edge brings it such data: add an edge "
           "to it, or give that share to 'real', with a 'reference'\n"
           "7:5: agent 'd' has a synthetic share of 1 but no edge brings it such data: add an edge "
           "to it, or give that share to 'real', with a 'reference'");
    /* more than five are one message, where the network comes from */
    refuse(HEAD
           "agents:\n"
           "  - {name: a, reference: 0, shares: {synthetic: 1}}\n"
           "  - {name: b, reference: 0, shares: {real: 0.5, curated: 0.5}}\n"
           "  - {group: c, count: 4, start: 0, shares: {curated: 1}}\n"
           "network: {edges: [{from: a, to: b, curated: 0}]}\n",
           "7:11: agents 'a', 'b', 'c-1' and 3 more have synthetic or curated shares but no edge "
           "brings them such data: add edges to them, or give those shares to 'real', with a "
           "'reference'");
    refuse(HEAD "agents: [{group: c, count: 15, reference: 0, shares: {curated: 1}}]\n",
           "3:10: agents 'c-1', 'c-2', 'c-3' and 12 more have synthetic or curated shares but no "
           "edge brings them such data: add edges to them, or give those shares to 'real'");
    refuse(HEAD
           "agents: [{group: c, count: 15, reference: 0, shares: {curated: 1}}]\n"
           "network:\n  generator: {erdos-renyi: {p: 0}}\n",
           "5:15: agents 'c-1', 'c-2', 'c-3' and 12 more have synthetic or curated shares but no "
           "edge brings them such data: give the generator 'self: 1', an edge from every agent to "
           "itself, or give those shares to 'real'");
    refuse(HEAD
           "agents: [{group: c, count: 2, start: 0, shares: {synthetic: 1}}]\n"
           "network:\n  generator: {star: {}}\n",
           "3:10: agent 'c-1' has a synthetic share of 1 but no edge brings it such data: give the "
           "generator 'self: 1', an edge from every agent to itself, or give that share to 'real', "
           "with a 'reference'");
}
END_TEST

START_TEST(test_groups_errors)
{
    refuse(HEAD
           "agents:\n"
           "  - {name: a, group: b, reference: 0, shares: {real: 1}}\n"
           "  - {reference: 0, shares: {real: 1}}\n"
           "  - {name: c, count: 2, reference: 0, shares: {real: 1}}\n"
           "  - {name: d, names: [x], reference: 0, shares: {real: 1}}\n"
           "  - {group: e, reference: 0, shares: {real: 1}}\n"
           "  - {group: f, count: 2, names: [x, y], reference: 0, shares: {real: 1}}\n"
           "  - {group: g, count: 0, reference: 0, shares: {real: 1}}\n"
           "  - {group: h, names: [], reference: 0, shares: {real: 1}}\n"
           "  - {group: i, count: many, reference: 0, shares: {real: 1}}\n",
           "4:5: an agent needs a 'name', or a 'group' of agents its name, found both\n"
           "5:5: an agent needs a 'name', or a 'group' of agents its name, found neither\n"
           "6:22: 'count' belongs to a group, found it beside 'name'\n"
           "7:22: 'names' belongs to a group, found it beside 'name'\n"
           "8:5: a group needs 'count' or 'names' or 'nodes', found none\n"
           "9:5: a group needs 'count' or 'names' or 'nodes', found several\n"
           "10:23: count must be between 1 and 10000000 agents, found '0'\n"
           "11:5: a group needs 'count' or 'names' or 'nodes', found none\n"
           "12:23: count must be a whole number, found 'many'");
    refuse(HEAD
           "agents:\n"
           "  - {name: a, reference: 0, shares: {real: 1}}\n"
           "  - {name: b-1, reference: 0, shares: {real: 1}}\n"
           "  - {group: b, count: 2, reference: 0, shares: {real: 1}}\n"
           "  - {name: a, reference: 0, shares: {real: 1}}\n"
           "  - {group: c, names: [x, y, x], reference: 0, shares: {real: 1}}\n",
           "6:5: two agents are called 'b-1': the first stands in line 5\n"
           "7:5: two agents are called 'a': the first stands in line 4\n"
           "8:5: two agents are called 'x': the first stands in line 8");
}
END_TEST

#define TWO "agents:\n"                                          \
            "  - {name: theta, reference: 0, shares: {real: 1}}\n" \
            "  - {name: phi, reference: 0, shares: {real: 1}}\n"

START_TEST(test_edges_errors)
{
    refuse(HEAD TWO
           "network:\n  judge: teta\n  edges: []\n",
           "7:10: no agent is called 'teta' (did you mean 'theta'?)");
    refuse(HEAD TWO
           "network:\n  judge: [teta]\n  edges:\n"
           "    - {from: teta, to: phi}\n"
           "    - {from: theta, to: ph}\n"
           "    - {from: theta, to: phi, judge: nobody}\n"
           "    - {from: omega, to: phi, weight: -1, delay: -1}\n"
           "    - {to: ph}\n"
           "    - {from: theta, to: phi, channel: {affine: {matrix: 1}}}\n",
           "12:38: weight must be at least 0, found '-1'\n"
           "12:49: delay must be between 0 and 1000 rounds, found '-1'\n"
           "13:7: missing key 'from' in 'edge'\n"
           "14:57: matrix must be a list of rows, each a list of numbers, found '1'\n"
           "7:10: judge must be a text, found a list\n"
           "9:14: no agent is called 'teta' (did you mean 'theta'?)\n"
           "10:25: no agent is called 'ph' (did you mean 'phi'?)\n"
           "11:37: no agent is called 'nobody'\n"
           "12:14: no agent is called 'omega'\n"
           "13:12: no agent is called 'ph' (did you mean 'phi'?)");
}
END_TEST

START_TEST(test_network_errors)
{
    refuse(HEAD TWO "network: {}\n",
           "6:10: a network is one of 'edges', 'generator', 'graphml' and 'file', found none");
    refuse(HEAD TWO "network: {generator: complete, edges: []}\n",
           "6:10: a network is one of 'edges', 'generator', 'graphml' and 'file', found several");
    refuse(HEAD TWO "network: {edges: [], vertices: [theta, phi]}\n",
           "6:32: 'vertices' goes with 'generator'");
    refuse(HEAD TWO "network: {generator: complete, vertices: [phi]}\n",
           "6:42: vertices names 1 agents, but there are 2");
    refuse(HEAD TWO "network: {generator: complete, vertices: [phi, phi]}\n",
           "6:48: 'phi' sits at two vertices");
    refuse(HEAD TWO "network: {generator: complete, vertices: [phi, teta]}\n",
           "6:48: no agent is called 'teta' (did you mean 'theta'?)");
    refuse(HEAD
           "agents:\n"
           "  - {name: a, reference: 0, shares: {synthetic: 1}}\n"
           "  - {name: b, reference: 0, shares: {synthetic: 1}}\n"
           "network:\n"
           "  normalise: false\n"
           "  edges:\n"
           "    - {from: a, to: b, weight: 0.5}\n"
           "    - {from: b, to: b, weight: 0.4}\n"
           "    - {from: a, to: a, synthetic: 1, curated: 2}\n",
           "7:14: the weights into 'a' sum to 1 (synthetic) and 2 (curated); 1 would be right with "
           "'normalise: false'\n"
           "7:14: the weights into 'b' sum to 0.9 (synthetic) and 0.9 (curated); 1 would be right "
           "with 'normalise: false'");
}
END_TEST

START_TEST(test_rounds_errors)
{
    refuse(HEAD TWO "advance: sampled\n",
           "6:10: advance is 'exact' or '{sampled: {outputs: n}}', found 'sampled'");
    refuse(HEAD TWO "advance: [1]\n",
           "6:10: advance is 'exact' or '{sampled: {outputs: n}}', found something else");
    refuse(HEAD TWO "advance: {sampled: {outputs: 0, replicates: 0.5}}\n",
           "6:30: outputs must be between 1 and 1e+15, found '0'\n"
           "6:45: replicates must be a whole number, found '0.5'");
    refuse(HEAD TWO "schedule: asynchronous\nrecord: {every: 0, measures: [alignement]}\n",
           "7:17: every must be between 1 and 1e+15 rounds, found '0'\n"
           "6:11: unknown schedule 'asynchronous' (did you mean 'synchronous'?)\n"
           "7:31: unknown measure 'alignement' (did you mean 'alignment'?)");
}
END_TEST

/* One reading finds what is wrong everywhere. */
START_TEST(test_everywhere_errors)
{
    refuse("trophic: 1\n"
           "seed: -1\n"
           "outcomes: {family: gaussian, dimension: 2}\n"
           "curators: {warm: {shft: 1}, cool: {shift: [1, 2, 3]}}\n"
           "agents:\n"
           "  - {name: a, reference: 0, shares: {real: 0.7, curated: 0.7}, public: wram}\n"
           "  - {name: b, shares: {real: 1}}\n"
           "network: {edges: [{from: a, to: c}, {form: a, to: b}]}\n"
           "advance: {sampled: {outputs: 0}}\n",
           "2:7: seed must be between 0 and 9007199254740992, found '-1'\n"
           "9:30: outputs must be between 1 and 1e+15, found '0'\n"
           "4:19: unknown curator 'shft' (did you mean 'shift'?)\n"
           "4:43: shift has 3 numbers, but the dimension is 2\n"
           "6:37: shares sum to 1.4, at most 1 would be right\n"
           "6:72: unknown curator 'wram' (did you mean 'warm'?)\n"
           "7:5: an agent needs a 'reference' (its real data) or a 'start', found neither\n"
           "7:30: a real share of 1 needs a 'reference', which this agent does not have\n"
           "8:38: unknown key 'form' in 'edge' (did you mean 'from'?)\n"
           "8:33: no agent is called 'c'");
}
END_TEST

/* Without outcomes no law can be read, but names and keys can. */
START_TEST(test_without_outcomes_errors)
{
    refuse("trophic: 1\n"
           "outcomes: {family: gausian, dimension: 2}\n"
           "curators: {cool: {shift: [1, 2, 3]}}\n"
           "agents:\n"
           "  - {name: a, reference: 0, reward: 1, shares: {real: 0.7, curated: 0.7}, "
           "public: w}\n"
           "  - {name: b, shares: {real: 1}, public: {bradley-terry: {reward: 1}}}\n"
           "  - {name: b, reference: 0, shares: {real: 1}, public: cool}\n"
           "network: {edges: [{from: a, to: c, channel: {affine: {scale: 2}}}]}\n",
           "2:20: unknown family 'gausian' (did you mean 'gaussian'?)\n"
           "5:48: shares sum to 1.4, at most 1 would be right\n"
           "7:5: two agents are called 'b': the first stands in line 6\n"
           "8:33: no agent is called 'c'");
    refuse(HEAD TWO
           "network: {edges: [{from: phi, to: phi, weight: 1e308}, {from: phi, to: phi, "
           "weight: 1e308}]}\n",
           "6:56: the sum of the weights into 'phi' overflows: only their ratios count, so "
           "smaller weights would be right");
    /* in one layer only */
    refuse(HEAD TWO
           "network: {edges: [{from: phi, to: phi, curated: 1e308}, {from: phi, to: theta}, "
           "{from: phi, to: phi, curated: 1e308}]}\n",
           "6:81: the sum of the weights into 'phi' overflows: only their ratios count, so "
           "smaller weights would be right");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_rivals_read, test_defaults_read, test_groups_read, test_vertices_read,
        test_keys_errors, test_types_errors, test_shares_errors, test_data_errors,
        test_groups_errors, test_edges_errors, test_network_errors, test_rounds_errors,
        test_everywhere_errors, test_without_outcomes_errors};
    return TRO_RUN_TESTS("scenario", tests);
}
