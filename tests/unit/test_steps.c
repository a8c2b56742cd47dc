/* Rounds of finite outcomes against the enumeration of all candidates: curators,
 * arenas, owners, shared pools, learning rates, prompts that travel or stay. */
#include "steps_support.h"

#include "schedule/runner.h"

/* What the drawn bazaars have between them, so that no feature goes missing. */
typedef struct census {
    size_t owners, pools, arenas, rates, channels, stages, one_of, spills;
} census;

static void count(const tro_bazaar *b, const tro_world *w, census *c)
{
    for (size_t i = 0; i < b->agents; i++) {
        const tro_agent *agent = &w->scenario->agents[i];
        c->owners += agent->owner_curation != NULL;
        c->pools += agent->pool_curation && !agent->public_curation->needs_pool;
        c->arenas += agent->pool_curation && agent->pool_curation->needs_pool;
        c->rates += agent->rate < 1;
    }
    for (size_t k = 0; k < b->edges; k++)
        c->channels += (size_t)b->edge[k].has_channel;
    for (size_t k = 0; k < b->rules; k++) {
        c->stages += b->rule[k].kind == TRO_RULE_STAGES;
        c->one_of += b->rule[k].kind == TRO_RULE_ONE_OF;
    }
    c->spills += (size_t)b->has_spill;
}

START_TEST(test_bazaars_map)
{
    census c = {0};
    for (uint64_t t = 0; t < 600; t++) {
        tro_stream s = stream_of(t, 1);
        tro_bazaar b;
        tro_world w;
        tro_workspace work;
        double z[SIZE], out[SIZE], expected[SIZE];
        draw_bazaar(&b, &s, t, t % 2);
        open_bazaar(&w, &b);
        count(&b, &w, &c);
        ck_assert_int_eq(tro_workspace_init(&work, w.eco), TRO_OK);
        tro_ecosystem_start(w.eco, z);
        tro_bazaar_start(&b, expected);
        ck_assert_double_lt(tro_away(w.eco->size, z, expected), 1e-15);
        for (int r = 0; r < 3; r++) {
            draw_state(&b, &s, z);
            tro_round_map(w.eco, &work, z, out);
            tro_bazaar_map(&b, z, expected);
            double away = tro_away(w.eco->size, out, expected);
            ck_assert_msg(away < 1e-13, "bazaar %llu is off by %g\n%.3000s", (unsigned long long)t,
                          away, text_of(&b));
        }
        tro_workspace_release(&work);
        tro_world_close(&w);
    }
    ck_assert(c.owners > 100 && c.pools > 100 && c.arenas > 100 && c.rates > 100);
    ck_assert(c.channels > 100 && c.stages > 100 && c.one_of > 100 && c.spills > 50);
}
END_TEST

/* --- without memory ---------------------------------------------------------------- */

/* Reads, finds the fixed point and draws; the n-th allocation fails when n > 0. */
static int run_all(const char *text, uint64_t n, double out[2])
{
    tro_document *document = NULL;
    tro_cell *cell = NULL;
    tro_messages messages = {0};
    tro_memory_fail_after(n);
    int status = tro_document_read_text("test.yaml", text, strlen(text), &document, &messages);
    if (status == TRO_OK)
        status = tro_cell_new(document, tro_catalog_builtin(), NULL, 0, &cell, &messages);
    if (status == TRO_OK)
        status = tro_cell_influences(cell, &messages);
    if (status == TRO_OK)
        status = tro_influence_adjoint(&cell->influences, 1, 0, &out[0], NULL, &messages);
    if (status == TRO_OK)
        status = tro_cell_sampled(cell, &messages);
    if (status == TRO_OK)
        out[1] = cell->sampled.mean[0];
    tro_memory_fail_after(0);
    tro_cell_free(cell);
    tro_document_free(document);
    tro_messages_clear(&messages);
    return status;
}

/* Every allocation fails once: an error each time, and nothing half right. */
START_TEST(test_bazaars_out_of_memory)
{
    for (uint64_t t = 0; t < 9; t++) {
        tro_stream s = stream_of(t, 6);
        tro_bazaar b;
        tro_text text = {0};
        double whole[2] = {0, 0}, out[2] = {0, 0};
        uint64_t n = 0;
        draw_bazaar(&b, &s, t, 0);
        for (size_t i = 0; i < b.agents; i++) { /* so that there is a fixed point */
            b.agent[i].has_reference = 1;
            b.agent[i].curated *= 0.7;
            b.agent[i].real = 1 - b.agent[i].curated;
            b.agent[i].synthetic = 0;
        }
        b.schedule = "{synchronous: {rounds: 3}}";
        b.advance = "{sampled: {outputs: 5, replicates: 2}}";
        tro_bazaar_write(&b, &text);
        int status = run_all(tro_text_string(&text), 0, whole);
        ck_assert_int_eq(status, TRO_OK);
        for (n = 1, status = TRO_ENOMEM; status != TRO_OK && n < 5000; n++) {
            status = run_all(tro_text_string(&text), n, out);
            ck_assert(status == TRO_OK || status == TRO_ENOMEM);
        }
        ck_assert_msg(n > 30 && n < 5000, "%llu allocations", (unsigned long long)n);
        ck_assert(memcmp(out, whole, sizeof out) == 0 || isnan(whole[0]));
        tro_text_clear(&text);
    }
}
END_TEST

/* An alignment at one prompt is refused exactly where the agent's data never have it. */
START_TEST(test_bazaars_prompts)
{
    size_t refused = 0, taken = 0;
    for (uint64_t t = 0; t < 1000; t++) {
        tro_stream s = stream_of(t, 9);
        tro_bazaar b;
        tro_bazaar_draw(&b, &s, &(tro_bazaar_wish){.family = 1, .agents = 3, .zeros = 1,
                                                   .most_tuples = 1e9});
        size_t agent = tro_stream_below(&s, b.agents), prompt = tro_stream_below(&s, b.blocks);
        int known = tro_bazaar_reaches(&b, agent, prompt);
        b.agent[agent].has_asked = 1;
        for (size_t c = 0; c < b.blocks; c++)
            b.agent[agent].asked[c] = c == prompt;
        tro_text text = {0};
        tro_document *document = NULL;
        tro_scenario *scenario = NULL;
        tro_messages messages = {0};
        tro_bazaar_write(&b, &text);
        ck_assert_int_eq(tro_document_read_text("test.yaml", tro_text_string(&text), text.length,
                                                &document, &messages), TRO_OK);
        int status = tro_scenario_new(document, tro_catalog_builtin(), &scenario, &messages);
        ck_assert_msg(status == (known ? TRO_OK : TRO_ESCENARIO), "bazaar %llu, m%zu at %zu\n%s",
                      (unsigned long long)t, agent, prompt, tro_text_string(&text));
        refused += !known;
        taken += (size_t)known;
        tro_scenario_free(scenario);
        tro_messages_clear(&messages);
        tro_text_clear(&text);
    }
    ck_assert_msg(refused > 20 && taken > 500, "%zu refused, %zu taken", refused, taken);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_bazaars_map, test_bazaars_out_of_memory,
                                  test_bazaars_prompts};
    return TRO_RUN_TESTS("steps", tests);
}
