/* Everything that an agent may be told about its rounds (owners, pools, learning rates, data
 * sets), over all families and schedules: the roads to influence agree. */
#include "tests/conformance/roads.h"

START_TEST(test_agents_conform)
{
    size_t number = 0;
    for (size_t p = 0; p < tro_agent_table.count; p++) {
        char example[512], curator[1024];
        size_t taken = 0, asked = 0;
        for (size_t f = 0; f < tro_family_example_count; f++) {
            const tro_family_example *family = &tro_family_examples[f];
            for (size_t k = 0; tro_agent_example(&tro_agent_table.params[p], k, family->curator,
                                                 example, sizeof example); k++) {
                snprintf(curator, sizeof curator, "%.500s, %.500s", family->curator, example);
                asked++;
                taken += (size_t)tro_check_world(family, curator, TRO_EXAMPLE_POOLS, number++, 1);
            }
        }
        ck_assert_msg(taken > 0 || asked == 0, "no family takes an agent's '%s'",
                      tro_agent_table.params[p].key);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_agents_conform};
    return TRO_RUN_TESTS("agents", tests);
}
