/* Events that cannot be: every mistake is shown in the event, before anything runs. */
#include "support.h"

static void refuse(const char *events, const char *expected)
{
    char text[2048];
    snprintf(text, sizeof text,
             "trophic: 1\nseed: 1\noutcomes: {family: gaussian}\nagents:\n"
             "  - {name: a, reference: 0, reward: 1, public: {shift: 1}, shares: {real: 0.5, "
             "curated: 0.5}}\n"
             "  - {name: b, reference: 0, shares: {synthetic: 1}}\n"
             "network: {edges: [{from: a, to: a}, {from: a, to: b}]}\n"
             "schedule: {synchronous: {rounds: 20}}\nevents:\n%s", events);
    tro_assert_refused(text, NULL, 0, expected);
}

START_TEST(test_events_errors)
{
    refuse("  - {round: 3, leave: c}\n", "10:23: no agent or group is called 'c'");
    refuse("  - {round: 3, leave: [b, b]}\n", "10:27: 'b' cannot leave: it is not there");
    refuse("  - {round: 2, freeze: b}\n  - {round: 3, join: [b, b]}\n",
           "11:26: 'b' cannot join: it is there already");
    refuse("  - {round: 2, freeze: b}\n  - {round: 3, freeze: b}\n",
           "11:24: 'b' cannot freeze: it is frozen already");
    refuse("  - {round: 5, leave: b}\n  - {round: 4, join: b}\n",
           "11:13: events stand in the order of their rounds: after one at round 5 comes one at "
           "round 4");
    refuse("  - {round: 20, leave: b}\n",
           "10:13: the schedule has 20 rounds, so that nothing comes after round 20");
    refuse("  - {round: 2}\n",
           "10:5: an event needs one of 'join', 'leave', 'freeze', 'edges' and 'set'");
    refuse("  - {round: 3, leave: a}\n",
           "10:5: from round 3 on: agent 'b' has a synthetic share of 1 but no edge brings it such "
           "data: add an edge to it, or give that share to 'real' (test.yaml:6:5)");
    refuse("  - {round: 2, set: {agents.a.sharez: 0.2}}\n",
           "10:22: no key 'sharez' in agent: did you mean 'shares'?");
    refuse("  - {round: 2, set: {agents.a.public: nonsense}}\n",
           "10:39: unknown curator 'nonsense': define it under 'curators' (before its first use "
           "there), or write it out here");
    refuse("  - {round: 2, set: {seed: 3}}\n",
           "10:22: an event cannot set 'seed': it belongs to the whole run");
    refuse("  - {round: 2, set: {outcomes.dimension: 2}}\n",
           "10:5: the outcomes' family, their number and their dimension cannot change during the "
           "run");
    refuse("  - {round: 2, set: {schedule: {synchronous: {rounds: 30}}}}\n",
           "10:55: the schedule's 'rounds' belongs to the whole run: it cannot change");
    refuse("  - {round: 2, set: {schedule: {sequential: [a, c]}}}\n",
           "10:49: no agent is called 'c'");
    refuse("  - {round: 2, edges: [{from: a, to: b}]}\n",
           "10:24: there is an edge from 'a' to 'b' already: give the keys of it that change, as "
           "in 'weight: 0'");
    refuse("  - {round: 2, edges: [{from: a, to: b, weight: -1}]}\n",
           "10:49: weight must be at least 0, found '-1'");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_events_errors};
    return TRO_RUN_TESTS("phases errors", tests);
}
