/* Mistakes in the section `advice`: where they stand, and all of them. */
#include "advice_support.h"

static void refused(const char *advice, const char *expected)
{
    char text[4096], buffer[4096];
    tro_world w;
    tro_advice a;
    snprintf(text, sizeof text, RIVALS("%s"), advice);
    tro_world_read(&w, text);
    ck_assert_int_eq(tro_advice_read(w.cell, NULL, 0, &a, &w.messages), TRO_ESCENARIO);
    ck_assert_str_eq(tro_listed(&w.messages, buffer, sizeof buffer), expected);
    tro_advice_release(&a);
    tro_world_close(&w);
}

START_TEST(test_advice_errors)
{
    refused("  goal: meen\n  allow: [agents.theta.shares.reel, agents.psi.shares.real]\n",
            "15:9: a goal is {influence: AGENT}, mean, worst-off or nash, found 'meen' (did you "
            "mean 'mean'?)\n"
            "16:11: no key 'reel' in shares: did you mean 'real'?\n"
            "16:37: no 'psi' in 'agents' (did you mean 'phi'?)");
    refused("  goal: {influence: {of: theta, on: phy}}\n"
            "  allow: [agents.phi.shares.real, agents.1.shares.real]\n",
            "15:37: no agent is called 'phy' (did you mean 'phi'?)\n"
            "16:35: 'agents.1.shares.real' meets 'agents.phi.shares.real', which is allowed "
            "before");
    refused("  goal: influence\n  allow:\n"
            "    - {key: network.judge, options: [producer, consumr]}\n"
            "    - {key: agents.phi.public.shift, from: 1, values: [2]}\n"
            "    - {key: seed, values: [1, 2], costs: [1]}\n",
            "15:9: the goal 'influence' needs an agent: {influence: AGENT} is its curation's on "
            "itself\n"
            "17:37: with 'network.judge' at 'consumr': judge is 'producer', 'consumer' or an "
            "agent, found 'consumr' (did you mean 'consumer'?)\n"
            "18:7: a change has 'from' and 'to', or 'values', or 'options': found bounds and "
            "alternatives\n"
            "19:42: 1 costs for 2 alternatives");
    refused("  goal: mean\n  allow:\n"
            "    - {key: agents.theta.shares.real, from: 0.6}\n"
            "    - {key: agents.phi.shares.real, to: 2}\n"
            "    - network.edges.phi->theta.weight\n"
            "    - agents.phi.public.shift\n"
            "    - agents.phi.learning-rate\n",
            "17:45: 'agents.theta.shares.real' is 0.5 now, which is not from 0.6 to 1\n"
            "18:41: 'agents.phi.shares.real' is a share: bounds from 0 to 1 would be right\n"
            "19:7: 'network.edges.phi->theta.weight' needs 'to', the largest weight to be "
            "considered\n"
            "20:7: 'agents.phi.public.shift' needs 'from' and 'to': only shares have bounds of "
            "their own\n"
            "21:7: 'agents.phi.learning-rate' has no number to begin with: writing it out in the "
            "scenario, or 'options', would be right");
    refused("  goal: {nash: {floor: {theta: -1}}}\n  allow: [agents.phi.shares.real]\n",
            "15:24: nash needs a floor for 'phi', above which its alignment counts: rewards of "
            "real vectors have no least one, 'floor: -1' would be right");
    refused("  goal: {mean: {weights: {theta: -1}}}\n  allow: [agents.phi.shares.real]\n",
            "15:34: the weight of 'theta' is -1, at least 0 would be right");
    refused("  goal: {mean: {weights: {theta: 0}}}\n  allow: [agents.phi.shares.real]\n",
            "15:26: a welfare needs agents that have a reward and a weight above 0");
    refused("  goal: mean\n  allow:\n    - {key: agents.phi.shares.curated, values: [0.3]}\n"
            "    - agents.1.shares.real\n",
            "17:13: 'agents.phi.shares.curated' has alternatives, while another share of the agent "
            "moves: bounds for both would be right");
    refused("  budget: 1\n", "15:3: no goal: 'goal' in the scenario's 'advice', or --goal, would "
                             "be right");
    refused("  goal: mean\n", "15:3: nothing is allowed to change: 'allow' in the scenario's "
                              "'advice', or --allow, would be right");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_advice_errors};
    return TRO_RUN_TESTS("advice errors", tests);
}
