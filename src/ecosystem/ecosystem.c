/* Compiling a scenario: entries by consumer, curated laws by rule. */
#include "ecosystem/ecosystem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "curator/finite.h"

/* 8 GiB for one copy of the state. */
#define LARGEST ((size_t)1 << 30)

/* Rules numbered in the order in which the scenario first uses them, so that
 * the order of sums does not depend on addresses; found by open addressing. */
typedef struct rule_numbers {
    const tro_curation **keys;
    size_t *numbers, slots, count;
} rule_numbers;

static int rules_init(rule_numbers *rules, tro_arena *arena, size_t most)
{
    rules->slots = 4;
    while (rules->slots < 2 * most)
        rules->slots *= 2;
    rules->keys = TRO_NEW(arena, const tro_curation *, rules->slots);
    rules->numbers = TRO_NEW(arena, size_t, rules->slots);
    return rules->keys && rules->numbers;
}

static size_t rule_number(rule_numbers *rules, const tro_curation *rule)
{
    size_t slot = (size_t)(((uintptr_t)rule >> 4) * 0x9e3779b97f4a7c15u) & (rules->slots - 1);
    while (rules->keys[slot] && rules->keys[slot] != rule)
        slot = (slot + 1) & (rules->slots - 1);
    if (!rules->keys[slot]) {
        rules->keys[slot] = rule;
        rules->numbers[slot] = rules->count++;
    }
    return rules->numbers[slot];
}

/* Finds the distinct pairs with a counting sort by rule, then a stamp per
 * producer. */
typedef struct pairing {
    rule_numbers rules;
    size_t *rule_of, *next, *order, *seen;
} pairing;

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static int pairing_allocate(pairing *p, tro_arena *arena, size_t edges, size_t agents)
{
    size_t rules = smaller(edges, agents);   /* a rule is some agent's public */
    p->rule_of = TRO_NEW(arena, size_t, edges);
    p->next = TRO_NEW(arena, size_t, rules + 2);
    p->order = TRO_NEW(arena, size_t, edges);
    p->seen = TRO_NEW(arena, size_t, agents);
    return rules_init(&p->rules, arena, rules) && p->rule_of && p->next && p->order && p->seen;
}

/* Does the edge deliver outputs that were curated by themselves, not in a shared
 * pool? */
static int curates(const tro_scenario *scenario, size_t edge)
{
    const tro_edge *given = &scenario->edges[edge];
    return given->curation && given->curated > 0 &&
           !scenario->agents[given->to].pool_curation;
}

static int find_pairs(tro_ecosystem *eco, tro_arena *scratch, uint32_t *row_of)
{
    const tro_scenario *scenario = eco->scenario;
    size_t edges = scenario->edge_count, n = 0;
    pairing p = {0};
    if (!pairing_allocate(&p, scratch, edges, eco->agents))
        return TRO_ENOMEM;
    for (size_t k = 0; k < edges; k++) {
        row_of[k] = TRO_AS_PRODUCED;
        if (!curates(scenario, k))
            continue;
        p.rule_of[k] = rule_number(&p.rules, scenario->edges[k].curation);
        p.next[p.rule_of[k] + 1]++;
        n++;
    }
    for (size_t r = 0; r < p.rules.count; r++)
        p.next[r + 1] += p.next[r];
    for (size_t k = 0; k < edges; k++)
        if (curates(scenario, k))
            p.order[p.next[p.rule_of[k]]++] = k;
    eco->curated_producer = TRO_NEW(&eco->arena, size_t, n);
    eco->batches = TRO_NEW(&eco->arena, tro_batch, p.rules.count);
    if (!eco->curated_producer || !eco->batches)
        return TRO_ENOMEM;
    for (size_t at = 0; at < n; at++) {
        size_t edge = p.order[at], producer = scenario->edges[edge].from;
        const tro_curation *rule = scenario->edges[edge].curation;
        if (at == 0 || eco->batches[eco->batch_count - 1].curation != rule)
            eco->batches[eco->batch_count++] = (tro_batch){rule, eco->curated_count, 0};
        tro_batch *batch = &eco->batches[eco->batch_count - 1];
        size_t *seen = &p.seen[producer]; /* row + 1 of its latest pair */
        if (*seen <= batch->first) {
            eco->curated_producer[eco->curated_count++] = producer;
            batch->count++;
            *seen = eco->curated_count;
        }
        row_of[edge] = (uint32_t)(*seen - 1);
    }
    return TRO_OK;
}

/* Rows of a piece: as many as stay in a cache. On finite outcomes they are a
 * multiple of what choices take at a time, so that pieces give the bits of a
 * whole batch. */
static size_t piece_rows(const tro_space *space)
{
    enum { CACHED = 32768 };   /* doubles */
    size_t rows = larger(CACHED / space->width, 1);
    size_t tile = space->family->law == TRO_TABLE ? tro_finite_rows(space) : 1;
    return rows < tile ? tile : rows - rows % tile;
}

static int cut_batches(tro_ecosystem *eco)
{
    size_t rows = piece_rows(&eco->scenario->space);
    size_t most = eco->batch_count + eco->curated_count / rows;
    eco->pieces = TRO_NEW(&eco->arena, tro_batch, most);
    if (!eco->pieces)
        return TRO_ENOMEM;
    for (size_t b = 0; b < eco->batch_count; b++) {
        tro_batch rest = eco->batches[b];
        while (rest.count > 0) {
            tro_batch piece = rest;
            if (rest.count >= 2 * rows)
                piece.count = rows; /* else one piece: few rows would take another kernel */
            eco->longest_piece = larger(eco->longest_piece, piece.count);
            eco->pieces[eco->piece_count++] = piece;
            rest.first += piece.count;
            rest.count -= piece.count;
        }
    }
    return TRO_OK;
}

tro_entry tro_entry_of(const tro_scenario *scenario, size_t edge, int layer)
{
    const tro_edge *given = &scenario->edges[edge];
    tro_entry entry = {.edge = (uint32_t)edge, .producer = (uint32_t)given->from,
                       .curated_row = TRO_AS_PRODUCED, .layer = layer,
                       .channel = given->channel, .delay = given->delay,
                       .weight = layer == TRO_CURATED ? given->curated : given->synthetic};
    if (layer == TRO_CURATED && !scenario->agents[given->to].pool_curation)
        entry.curation = given->curation;
    return entry;
}

static int make_entries(tro_ecosystem *eco, const uint32_t *row_of)
{
    const tro_scenario *scenario = eco->scenario;
    eco->row_start = TRO_NEW(&eco->arena, size_t, eco->agents + 1);
    eco->entries = TRO_NEW(&eco->arena, tro_entry, 2 * scenario->edge_count);
    if (!eco->row_start || !eco->entries)
        return TRO_ENOMEM;
    for (size_t i = 0; i < eco->agents; i++) {
        eco->row_start[i] = eco->entry_count;
        for (int layer = TRO_RAW; layer <= TRO_CURATED; layer++)
            for (size_t k = scenario->rows.row_start[i]; k < scenario->rows.row_start[i + 1];
                 k++) {
                size_t edge = scenario->rows.link[k];
                tro_entry entry = tro_entry_of(scenario, edge, layer);
                if (entry.curation)
                    entry.curated_row = row_of[edge];
                if (entry.weight > 0)
                    eco->entries[eco->entry_count++] = entry;
                eco->longest_delay = fmax(eco->longest_delay, entry.delay);
            }
        size_t length = eco->entry_count - eco->row_start[i];
        if (length > eco->longest_row)
            eco->longest_row = length;
    }
    eco->row_start[eco->agents] = eco->entry_count;
    return TRO_OK;
}

/* What kind of map it is. */
static void describe(tro_ecosystem *eco)
{
    const tro_family *family = eco->scenario->space.family;
    eco->plain = !family->fit;
    eco->affine = !family->fit;
    for (size_t k = 0; k < eco->batch_count; k++) {
        const tro_curation *rule = eco->batches[k].curation;
        eco->affine &= rule->shift != NULL;
        if (rule->audience_count > 0)
            eco->longest_argument = larger(eco->longest_argument, tro_curation_input(rule));
    }
    for (size_t i = 0; i < eco->agents; i++) {
        const tro_agent *agent = &eco->scenario->agents[i];
        int choice = agent->owner_curation || agent->pool_curation;
        eco->plain &= !choice && !agent->release && agent->rate == 1;
        eco->affine &= !choice;
        eco->releases |= agent->release != NULL;
        eco->owners_pool |= agent->owner_curation && family->law != TRO_TABLE;
        eco->remembers |= agent->window > 1;
        eco->fades |= agent->fade.power > 0;
        eco->fixed_sets |= agent->reference_sample > 0;
    }
}

static int compile(tro_ecosystem *eco)
{
    const tro_scenario *scenario = eco->scenario;
    tro_arena scratch = {0};
    int status = TRO_ENOMEM;
    uint32_t *row_of = TRO_NEW(&scratch, uint32_t, scenario->edge_count);
    eco->agents = scenario->agent_count;
    eco->width = scenario->space.width;
    eco->size = eco->agents * eco->width;
    eco->shares = TRO_NEW(&eco->arena, tro_shares, eco->agents);
    if (!row_of || !eco->shares)
        goto out;
    for (size_t i = 0; i < eco->agents; i++)
        eco->shares[i] = scenario->agents[i].presence == TRO_PRESENT ? scenario->agents[i].shares
                                                                     : (tro_shares){.real = 1};
    TRO_TRY(find_pairs(eco, &scratch, row_of));
    TRO_TRY(cut_batches(eco));
    TRO_TRY(make_entries(eco, row_of));
    describe(eco);
out:
    tro_arena_clear(&scratch);
    return status;
}

int tro_ecosystem_new(const tro_scenario *scenario, tro_ecosystem **out, tro_messages *messages)
{
    *out = NULL;
    if (scenario->agent_count > LARGEST / scenario->space.width)
        return tro_error(messages, TRO_ESCENARIO, &scenario->agents[0].node->place,
                         "%zu agents of %zu mean parameters are too many: at most %zu numbers in "
                         "all", scenario->agent_count, scenario->space.width, (size_t)LARGEST);
    if (scenario->edge_count > UINT32_MAX)
        return tro_error(messages, TRO_ESCENARIO, &scenario->agents[0].node->place,
                         "%zu edges are too many: at most %zu", scenario->edge_count,
                         (size_t)UINT32_MAX);
    tro_ecosystem *eco = tro_allocate(1, sizeof *eco);
    if (eco) {
        eco->scenario = scenario;
        if (compile(eco) == TRO_OK) {
            *out = eco;
            return TRO_OK;
        }
    }
    tro_ecosystem_free(eco);
    return tro_error(messages, TRO_ENOMEM, NULL, "out of memory making an ecosystem of %zu agents",
                     scenario->agent_count);
}

void tro_ecosystem_free(tro_ecosystem *eco)
{
    if (!eco)
        return;
    tro_arena_clear(&eco->arena);
    tro_release(eco);
}

void tro_ecosystem_set_shares(tro_ecosystem *eco, size_t agent, const tro_shares *shares)
{
    eco->shares[agent] = *shares;
    eco->version++;
}

void tro_ecosystem_shares_at(const tro_ecosystem *eco, uint64_t round, tro_shares *out)
{
    for (size_t i = 0; i < eco->agents; i++) {
        const tro_fade *fade = &eco->scenario->agents[i].fade;
        out[i] = eco->shares[i];
        if (fade->power > 0)
            tro_shares_fade(&eco->shares[i], fade, tro_fade_factor(fade, round), &out[i]);
    }
}

int tro_ecosystem_check_steady(const tro_ecosystem *eco, tro_messages *messages)
{
    size_t i = 0;
    if (!eco->fades)
        return TRO_OK;
    while (!(eco->scenario->agents[i].fade.power > 0))
        i++;
    const tro_agent *agent = &eco->scenario->agents[i];
    return tro_error(messages, TRO_EUNSUPPORTED, tro_place_of(agent->node, "fade"),
                     "the real share of '%s' fades, so that no two rounds are the same: there is "
                     "no fixed point, nor what is defined at one", agent->name);
}

void tro_ecosystem_start(const tro_ecosystem *eco, double *z)
{
    for (size_t i = 0; i < eco->agents; i++)
        memcpy(z + i * eco->width, eco->scenario->agents[i].start, eco->width * sizeof *z);
}

int tro_ecosystem_reach(const tro_ecosystem *eco, int *reached)
{
    tro_graph graph = {.nodes = eco->agents};
    int status = TRO_ENOMEM;
    graph.links = tro_allocate(eco->entry_count, sizeof *graph.links);
    if (!graph.links)
        return status;
    for (size_t i = 0; i < eco->agents; i++) {
        const tro_agent *agent = &eco->scenario->agents[i];
        int corpus = agent->presence == TRO_FROZEN;
        reached[i] = corpus ? agent->shares.real > 0 : eco->shares[i].real > 0;
        for (size_t k = eco->row_start[i]; k < eco->row_start[i + 1]; k++)
            graph.links[graph.count++] = (tro_link){
                .from = eco->entries[k].producer, .to = i,
                .synthetic = tro_entry_share(eco, i, &eco->entries[k])};
    }
    status = tro_graph_reach(&graph, reached, reached);
    tro_release(graph.links);
    return status;
}
