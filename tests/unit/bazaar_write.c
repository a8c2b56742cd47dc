/* Bazaars as scenarios. */
#include <math.h>
#include <stdio.h>

#include "document/param.h"
#include "tests/unit/bazaar.h"

static void add_number(tro_text *text, double value)
{
    char number[32];
    tro_text_add(text, tro_format_real(number, value));
}

static void add_list(tro_text *text, size_t n, const double *v)
{
    tro_text_add(text, "[");
    for (size_t k = 0; k < n; k++) {
        tro_text_add(text, k ? ", " : "");
        add_number(text, v[k]);
    }
    tro_text_add(text, "]");
}

static void add_rows(tro_text *text, size_t rows, size_t columns, const double *v)
{
    tro_text_add(text, "[");
    for (size_t r = 0; r < rows; r++) {
        tro_text_add(text, r ? ", " : "");
        add_list(text, columns, v + r * columns);
    }
    tro_text_add(text, "]");
}

/* A table of all cells. */
static void add_cells(const tro_bazaar *b, tro_text *text, const double *v)
{
    if (b->conditional)
        add_rows(text, b->blocks, b->outcomes, v);
    else
        add_list(text, b->outcomes, v);
}

static void add_key(tro_text *text, const char *key, double value)
{
    tro_text_add(text, key);
    add_number(text, value);
}

static void add_rule(const tro_bazaar *b, tro_text *text, size_t at);

static void add_parts(const tro_bazaar *b, tro_text *text, const tro_rule *rule)
{
    int weighted = rule->kind == TRO_RULE_ONE_OF;
    tro_text_add(text, weighted ? "{one-of: [" : "{stages: [");
    for (size_t k = 0; k < rule->count; k++) {
        tro_text_add(text, k ? ", " : "");
        if (weighted) {
            add_key(text, "{weight: ", rule->weight[k]);
            tro_text_add(text, ", curator: ");
        }
        add_rule(b, text, rule->part[k]);
        tro_text_add(text, weighted ? "}" : "");
    }
    tro_text_add(text, "]}");
}

static void add_rule(const tro_bazaar *b, tro_text *text, size_t at)
{
    if (at == TRO_NO_RULE) {
        tro_text_add(text, "none");
        return;
    }
    const tro_rule *rule = &b->rule[at];
    if (rule->kind == TRO_RULE_ONE_OF || rule->kind == TRO_RULE_STAGES) {
        add_parts(b, text, rule);
        return;
    }
    tro_text_add(text, rule->kind == TRO_RULE_ARENA  ? "{arena: {reward: "
                       : rule->kind == TRO_RULE_BEST ? "{best-of: {reward: "
                                                     : "{bradley-terry: {reward: ");
    add_cells(b, text, rule->reward);
    if (rule->kind != TRO_RULE_BEST)
        add_key(text, ", temperature: ", rule->temperature);
    if (rule->kind == TRO_RULE_ARENA) {
        add_key(text, ", slots: ", (double)rule->candidates);
    } else {
        add_key(text, ", flip: ", rule->flip);
        add_key(text, ", candidates: ", rule->candidates ? (double)rule->candidates : INFINITY);
    }
    tro_text_add(text, "}}");
}

static void add_start(const tro_bazaar *b, tro_text *text, const tro_stall *a)
{
    tro_text_add(text, ", start: ");
    if (!b->stay) {
        add_cells(b, text, a->start);
        return;
    }
    tro_text_add(text, "{prompts: ");
    add_list(text, b->blocks, a->prompts);
    tro_text_add(text, ", given: ");
    add_rows(text, b->blocks, b->outcomes, a->start);
    tro_text_add(text, "}");
}

static void add_reward(const tro_bazaar *b, tro_text *text, const tro_stall *a)
{
    tro_text_add(text, a->has_asked ? ", reward: {values: " : ", reward: ");
    add_cells(b, text, a->reward);
    if (a->has_asked) {
        tro_text_add(text, ", prompts: ");
        add_list(text, b->blocks, a->asked);
        tro_text_add(text, "}");
    }
}

static void add_agent(const tro_bazaar *b, tro_text *text, size_t i)
{
    static const char *const displaces[] = {"proportional", "real", "synthetic"};
    const tro_stall *a = &b->agent[i];
    char line[160];
    snprintf(line, sizeof line, "  - {name: m%zu, pool: %s, displaces: %s, outputs: %llu", i,
             a->mixture ? "mixture" : "producer", displaces[a->displaces],
             (unsigned long long)a->outputs);
    tro_text_add(text, line);
    if (a->has_reference) {
        tro_text_add(text, ", reference: ");
        add_cells(b, text, a->reference);
    }
    add_start(b, text, a);
    add_reward(b, text, a);
    add_key(text, ", learning-rate: ", a->rate);
    tro_text_add(text, ", public: ");
    add_rule(b, text, a->users);
    tro_text_add(text, ", owner: ");
    add_rule(b, text, a->owner);
    add_key(text, ", shares: {real: ", a->real);
    add_key(text, ", synthetic: ", a->synthetic);
    add_key(text, ", curated: ", a->curated);
    tro_text_add(text, "}}\n");
}

static void add_lane(const tro_bazaar *b, tro_text *text, const tro_lane *lane)
{
    char line[160];
    snprintf(line, sizeof line, "    - {from: m%zu, to: m%zu, judge: ", lane->from, lane->to);
    tro_text_add(text, line);
    snprintf(line, sizeof line, "m%zu", lane->judge);
    tro_text_add(text, lane->judge_kind == 0   ? "producer"
                       : lane->judge_kind == 1 ? "consumer"
                                               : line);
    add_key(text, ", synthetic: ", lane->synthetic);
    add_key(text, ", curated: ", lane->curated);
    if (lane->has_channel) {
        tro_text_add(text, ", channel: {stochastic: {outcomes: ");
        add_rows(text, b->outcomes, b->outcomes, lane->kernel);
        if (lane->has_moves) {
            tro_text_add(text, ", prompts: ");
            add_rows(text, b->blocks, b->blocks, lane->moves);
        }
        add_key(text, ", noise: ", lane->noise);
        tro_text_add(text, "}}");
    }
    tro_text_add(text, "}\n");
}

void tro_bazaar_write(const tro_bazaar *b, tro_text *text)
{
    char line[160];
    snprintf(line, sizeof line, "trophic: 1\nseed: %llu\noutcomes: {family: %s, outcomes: %zu",
             (unsigned long long)b->seed, b->conditional ? "conditional" : "categorical",
             b->outcomes);
    tro_text_add(text, line);
    if (b->conditional) {
        snprintf(line, sizeof line, ", prompts: %zu, prompt-marginals: %s", b->blocks,
                 b->stay ? "stay" : "travel");
        tro_text_add(text, line);
    }
    if (b->has_spill) {
        tro_text_add(text, ", spill: ");
        add_rows(text, b->blocks, b->blocks, b->spill);
    }
    tro_text_add(text, "}\nagents:\n");
    for (size_t i = 0; i < b->agents; i++)
        add_agent(b, text, i);
    if (b->edges > 0)
        tro_text_add(text, "network:\n  edges:\n");
    for (size_t k = 0; k < b->edges; k++)
        add_lane(b, text, &b->edge[k]);
    if (b->schedule) {
        tro_text_add(text, "schedule: ");
        tro_text_add(text, b->schedule);
        tro_text_add(text, "\n");
    }
    if (b->advance) {
        tro_text_add(text, "advance: ");
        tro_text_add(text, b->advance);
        tro_text_add(text, "\n");
    }
}
