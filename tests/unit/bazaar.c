/* Drawing bazaars. */
#include "tests/unit/bazaar.h"

#include <math.h>
#include <string.h>

#include "tests/unit/support.h"

enum { C = TRO_BAZAAR_BLOCKS, N = TRO_BAZAAR_OUTCOMES };

static int chance(tro_stream *s, double p)
{
    return tro_stream_uniform(s) < p;
}

static double between(tro_stream *s, double low, double high)
{
    return low + (high - low) * tro_stream_uniform(s);
}

/* `count` numbers of sum 1, some of them 0 if asked for. */
static void draw_law(tro_stream *s, size_t count, int zeros, double *out)
{
    double sum = 0;
    size_t kept = tro_stream_below(s, count);
    for (size_t k = 0; k < count; k++) {
        int empty = zeros && k != kept && chance(s, 0.3);
        out[k] = empty ? 0 : 0.05 + tro_stream_exponential(s);
        sum += out[k];
    }
    for (size_t k = 0; k < count; k++)
        out[k] /= sum;
}

static void draw_joint(const tro_bazaar *b, tro_stream *s, int zeros, double *out)
{
    double prompts[C], row[N];
    draw_law(s, b->blocks, zeros, prompts);
    for (size_t c = 0; c < b->blocks; c++) {
        draw_law(s, b->outcomes, zeros, row);
        for (size_t x = 0; x < b->outcomes; x++)
            out[c * b->outcomes + x] = prompts[c] * row[x];
    }
}

static void draw_rows(tro_stream *s, size_t rows, size_t columns, int zeros, double *out)
{
    for (size_t r = 0; r < rows; r++)
        draw_law(s, columns, zeros, out + r * columns);
}

/* --- rules ------------------------------------------------------------------------ */

size_t tro_bazaar_rule(tro_bazaar *b, tro_rule_kind kind)
{
    ck_assert_uint_lt(b->rules, TRO_BAZAAR_RULES);
    b->rule[b->rules] = (tro_rule){.kind = kind, .candidates = 2, .temperature = 1};
    return b->rules++;
}

/* Whole numbers have ties. One row for all prompts, or one for each. */
static void draw_reward(const tro_bazaar *b, tro_stream *s, double *out)
{
    int whole = chance(s, 0.3), same = chance(s, 0.5);
    for (size_t k = 0; k < b->blocks * b->outcomes; k++) {
        double value = between(s, -2, 2);
        out[k] = whole ? floor(value + 0.5) : value;
        if (same && k >= b->outcomes)
            out[k] = out[k - b->outcomes];
    }
}

static size_t draw_rule(tro_bazaar *b, tro_stream *s, int depth);

static size_t draw_composed(tro_bazaar *b, tro_stream *s, tro_rule_kind kind, int depth,
                            size_t first)
{
    size_t count = 1 + tro_stream_below(s, TRO_BAZAAR_PARTS), at = tro_bazaar_rule(b, kind);
    for (size_t k = 0; k < count; k++) {
        size_t part = k == 0 && first != TRO_NO_RULE ? first : draw_rule(b, s, depth + 1);
        b->rule[at].part[k] = part;
        b->rule[at].weight[k] = between(s, 0.1, 3);
    }
    b->rule[at].count = count;
    return at;
}

static size_t draw_rule(tro_bazaar *b, tro_stream *s, int depth)
{
    double which = tro_stream_uniform(s);
    if (which < 0.1 || b->rules + 8 > TRO_BAZAAR_RULES)
        return TRO_NO_RULE;
    if (which < 0.3 && depth < 2)
        return draw_composed(b, s, which < 0.2 ? TRO_RULE_ONE_OF : TRO_RULE_STAGES, depth,
                             TRO_NO_RULE);
    size_t at = tro_bazaar_rule(b, which < 0.75 ? TRO_RULE_CHOICE : TRO_RULE_BEST);
    tro_rule *rule = &b->rule[at];
    rule->candidates = tro_stream_below(s, 5);
    if (rule->kind == TRO_RULE_BEST && rule->candidates == 0)
        rule->candidates = 2;
    rule->temperature = between(s, 0.3, 3);
    rule->flip = chance(s, 0.7) ? 0 : chance(s, 0.1) ? 1 : tro_stream_uniform(s);
    draw_reward(b, s, rule->reward);
    return at;
}

/* An arena, or one among or before other rules. */
static size_t draw_arena(tro_bazaar *b, tro_stream *s, size_t producers, double most_tuples)
{
    double which = tro_stream_uniform(s);
    size_t at = tro_bazaar_rule(b, TRO_RULE_ARENA);
    tro_rule *rule = &b->rule[at];
    rule->temperature = between(s, 0.3, 3);
    rule->candidates = 1 + tro_stream_below(s, 3);
    while (rule->candidates > 1 &&
           pow((double)b->outcomes, (double)(rule->candidates * producers)) > most_tuples)
        rule->candidates--;
    draw_reward(b, s, rule->reward);
    if (which < 0.6)
        return at;
    return draw_composed(b, s, which < 0.8 ? TRO_RULE_ONE_OF : TRO_RULE_STAGES, 1, at);
}

int tro_rule_has_arena(const tro_bazaar *b, size_t at)
{
    if (at == TRO_NO_RULE)
        return 0;
    const tro_rule *rule = &b->rule[at];
    int found = rule->kind == TRO_RULE_ARENA;
    for (size_t k = 0; k < rule->count; k++)
        found |= tro_rule_has_arena(b, rule->part[k]);
    return found;
}

int tro_rule_chooses(const tro_bazaar *b, size_t at)
{
    if (at == TRO_NO_RULE)
        return 0;
    const tro_rule *rule = &b->rule[at];
    int found = rule->kind == TRO_RULE_ARENA || (rule->count == 0 && rule->candidates != 1);
    for (size_t k = 0; k < rule->count; k++)
        found |= tro_rule_chooses(b, rule->part[k]);
    return found;
}

/* --- edges ------------------------------------------------------------------------ */

tro_lane *tro_bazaar_join(tro_bazaar *b, size_t from, size_t to)
{
    ck_assert_uint_lt(b->edges, TRO_BAZAAR_EDGES);
    b->edge[b->edges] = (tro_lane){.from = from, .to = to, .judge = from, .synthetic = 1,
                                   .curated = 1};
    return &b->edge[b->edges++];
}

static void draw_lane(tro_bazaar *b, tro_stream *s, size_t to)
{
    tro_lane *lane = tro_bazaar_join(b, tro_stream_below(s, b->agents), to);
    lane->synthetic = chance(s, 0.2) ? 0 : between(s, 0.1, 3);
    lane->curated = chance(s, 0.2) ? 0 : between(s, 0.1, 3);
    lane->has_channel = chance(s, 0.4);
    lane->has_moves = b->blocks > 1 && chance(s, 0.5);
    lane->noise = chance(s, 0.5) ? 0 : tro_stream_uniform(s);
    draw_rows(s, b->outcomes, b->outcomes, 1, lane->kernel);
    draw_rows(s, b->blocks, b->blocks, 1, lane->moves);
}

static size_t curated_lanes(const tro_bazaar *b, size_t to)
{
    size_t count = 0;
    for (size_t k = 0; k < b->edges; k++)
        count += b->edge[k].to == to && b->edge[k].curated > 0;
    return count;
}

static void judge_lane(tro_lane *lane, int kind, size_t judge)
{
    lane->judge_kind = kind;
    lane->judge = kind == 0 ? lane->from : kind == 1 ? lane->to : judge;
}

/* Who chooses: one for all lanes into an agent whose producers share a pool. */
static void draw_judges(tro_bazaar *b, tro_stream *s, size_t to)
{
    int contest = tro_rule_has_arena(b, b->agent[to].users);
    int kind = contest ? 1 : 1 + (int)tro_stream_below(s, 2);
    size_t judge = tro_stream_below(s, b->agents);
    for (size_t k = 0; k < b->edges; k++) {
        tro_lane *lane = &b->edge[k];
        if (lane->to != to)
            continue;
        if (!contest && !b->agent[to].mixture) {
            kind = (int)tro_stream_below(s, 3);
            judge = tro_stream_below(s, b->agents);
        }
        judge_lane(lane, kind, judge);
        /* An arena is for its own agent's data only, where there is something to choose. */
        if (lane->curated > 0 && lane->judge != to &&
            tro_rule_has_arena(b, b->agent[lane->judge].users))
            judge_lane(lane, 1, to);
    }
}

/* --- agents ------------------------------------------------------------------------- */

static void draw_shares(tro_bazaar *b, tro_stream *s, size_t i)
{
    tro_stall *a = &b->agent[i];
    double raw = 0, curated = 0, part[3];
    for (size_t k = 0; k < b->edges; k++)
        if (b->edge[k].to == i) {
            raw += b->edge[k].synthetic;
            curated += b->edge[k].curated;
        }
    a->has_reference = (raw == 0 && curated == 0) || chance(s, 0.8);
    for (int k = 0; k < 3; k++)
        part[k] = chance(s, 0.2) ? 0 : between(s, 0.05, 1);
    part[0] *= a->has_reference;
    part[1] *= raw > 0;
    part[2] *= curated > 0;
    if (part[0] + part[1] + part[2] == 0)
        part[a->has_reference ? 0 : raw > 0 ? 1 : 2] = 1;
    double sum = part[0] + part[1] + part[2];
    a->real = part[0] / sum;
    a->curated = part[1] + part[0] == 0 ? 1 : part[2] / sum;
    a->synthetic = part[1] == 0 ? 0 : 1 - a->real - a->curated;
    if (part[1] == 0 && part[2] > 0)
        a->curated = 1 - a->real;
    else if (part[1] == 0)
        a->real = 1;
}

static void draw_agent(tro_bazaar *b, tro_stream *s, size_t i, int zeros)
{
    tro_stall *a = &b->agent[i];
    draw_joint(b, s, zeros, a->reference);
    draw_joint(b, s, zeros, a->start);
    if (b->stay)
        draw_rows(s, b->blocks, b->outcomes, zeros, a->start);
    draw_law(s, b->blocks, zeros, a->prompts);
    draw_reward(b, s, a->reward);
    a->has_asked = b->conditional && chance(s, 0.4);
    draw_law(s, b->blocks, zeros, a->asked);
    a->displaces = (int)tro_stream_below(s, 3);
    a->rate = chance(s, 0.5) ? 1 : between(s, 0.1, 1);
    a->owner = chance(s, 0.4) ? draw_rule(b, s, 0) : TRO_NO_RULE;
    a->outputs = 1 + tro_stream_below(s, 20);
}

int tro_bazaar_reaches(const tro_bazaar *b, size_t agent, size_t prompt)
{
    int had[TRO_BAZAAR_AGENTS][C] = {{0}};
    for (size_t i = 0; i < b->agents; i++)
        for (size_t c = 0; c < b->blocks; c++)
            for (size_t x = 0; x < b->outcomes; x++)
                had[i][c] |= b->agent[i].real > 0 &&
                             b->agent[i].reference[c * b->outcomes + x] > 0;
    for (size_t round = 0; round <= b->agents * b->blocks; round++)
        for (size_t k = 0; k < b->edges; k++) {
            const tro_lane *lane = &b->edge[k];
            const tro_stall *from = &b->agent[lane->from], *to = &b->agent[lane->to];
            if (lane->synthetic * to->synthetic + lane->curated * to->curated == 0)
                continue;
            for (size_t c = 0; c < b->blocks; c++) {
                int sent = had[lane->from][c];
                for (size_t x = 0; x < b->outcomes; x++)
                    sent |= from->start[c * b->outcomes + x] > 0;
                for (size_t d = 0; d < b->blocks; d++)
                    had[lane->to][d] |= sent && (lane->has_channel && lane->has_moves
                                                     ? lane->moves[c * b->blocks + d] > 0
                                                     : c == d);
            }
        }
    return had[agent][prompt];
}

/* Alignments where there is something to go by. */
static void ask_what_is_known(tro_bazaar *b)
{
    for (size_t i = 0; i < b->agents && !b->stay; i++)
        for (size_t c = 0; c < b->blocks; c++)
            b->agent[i].has_asked &= b->agent[i].asked[c] == 0 || tro_bazaar_reaches(b, i, c);
}

void tro_bazaar_plain(tro_bazaar *b, size_t agents, size_t blocks, size_t outcomes)
{
    *b = (tro_bazaar){.blocks = blocks, .outcomes = outcomes, .agents = agents, .seed = 1,
                      .conditional = blocks > 1};
    for (size_t i = 0; i < agents; i++) {
        b->agent[i] = (tro_stall){.has_reference = 1, .real = 1, .rate = 1, .outputs = 1,
                                  .users = TRO_NO_RULE, .owner = TRO_NO_RULE};
        for (size_t k = 0; k < blocks * outcomes; k++)
            b->agent[i].reference[k] = b->agent[i].start[k] = 1 / (double)(blocks * outcomes);
        for (size_t c = 0; c < blocks; c++)
            b->agent[i].prompts[c] = b->agent[i].asked[c] = 1 / (double)blocks;
    }
}

void tro_bazaar_draw(tro_bazaar *b, tro_stream *s, const tro_bazaar_wish *wish)
{
    size_t blocks = wish->family == 0 ? 1 : 1 + tro_stream_below(s, C);
    tro_bazaar_plain(b, wish->agents < 3 ? wish->agents : 3 + tro_stream_below(s, wish->agents - 2),
                     blocks, 2 + tro_stream_below(s, N - 1));
    b->conditional = wish->family > 0;
    b->stay = wish->family == 2;
    b->seed = tro_stream_next(s) >> 12;
    b->has_spill = b->stay && blocks > 1 && chance(s, 0.6);
    draw_rows(s, blocks, blocks, 1, b->spill);
    for (size_t i = 0; i < b->agents; i++)
        for (size_t k = tro_stream_below(s, TRO_BAZAAR_PRODUCERS + 1); k > 0; k--)
            draw_lane(b, s, i);
    for (size_t i = 0; i < b->agents; i++) {
        size_t producers = curated_lanes(b, i);
        draw_agent(b, s, i, wish->zeros);
        b->agent[i].mixture = chance(s, 0.3);
        b->agent[i].users = producers >= 2 && chance(s, 0.4)
                                ? draw_arena(b, s, producers, wish->most_tuples)
                                : draw_rule(b, s, 0);
    }
    for (size_t i = 0; i < b->agents; i++) {
        draw_judges(b, s, i);
        draw_shares(b, s, i);
    }
    ask_what_is_known(b);
}
