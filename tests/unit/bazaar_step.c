/* The round of a bazaar straight from the definitions: every tuple of candidates
 * is enumerated. */
#include <math.h>
#include <string.h>

#include "tests/unit/bazaar.h"
#include "tests/unit/support.h"

enum { C = TRO_BAZAAR_BLOCKS, N = TRO_BAZAAR_OUTCOMES, CELLS = TRO_BAZAAR_CELLS };

static size_t cells_of(const tro_bazaar *b)
{
    return b->blocks * b->outcomes;
}

static double sum_of(size_t n, const double *x)
{
    double sum = 0;
    for (size_t k = 0; k < n; k++)
        sum += x[k];
    return sum;
}

static void add(size_t n, double factor, const double *x, double *y)
{
    for (size_t k = 0; k < n; k++)
        y[k] += factor * x[k];
}

/* --- one choice among candidates ---------------------------------------------------- */

typedef struct contest {
    size_t outcomes, places;
    const double *law[TRO_BAZAAR_PLACES];   /* of the candidate in each place */
    const double *reward;
    double temperature, flip;
    int hard;
} contest;

/* chance[k] += factor * P(the candidate in place k is kept). */
static void add_odds(const contest *c, const size_t *tuple, double sign, double factor,
                     double *chance)
{
    double best = -INFINITY, sum = 0, odds[TRO_BAZAAR_PLACES];
    for (size_t k = 0; k < c->places; k++)
        best = fmax(best, sign * c->reward[tuple[k]]);
    for (size_t k = 0; k < c->places; k++) {
        double r = sign * c->reward[tuple[k]];
        odds[k] = c->hard ? r == best : exp((r - best) / c->temperature);
        sum += odds[k];
    }
    for (size_t k = 0; k < c->places; k++)
        chance[k] += factor * odds[k] / sum;
}

/* The law of the kept candidate and the place it came from. */
static void enumerate(const contest *c, double *kept, double *from)
{
    size_t tuple[TRO_BAZAAR_PLACES] = {0}, k = 0;
    memset(kept, 0, c->outcomes * sizeof *kept);
    memset(from, 0, c->places * sizeof *from);
    ck_assert_uint_le(c->places, TRO_BAZAAR_PLACES);
    while (k < c->places) {
        double p = 1, chance[TRO_BAZAAR_PLACES] = {0};
        for (size_t j = 0; j < c->places; j++)
            p *= c->law[j][tuple[j]];
        if (p > 0) {
            if (c->flip < 1)
                add_odds(c, tuple, 1, 1 - c->flip, chance);
            if (c->flip > 0)
                add_odds(c, tuple, -1, c->flip, chance);
            for (size_t j = 0; j < c->places; j++) {
                kept[tuple[j]] += p * chance[j];
                from[j] += p * chance[j];
            }
        }
        for (k = 0; k < c->places && ++tuple[k] == c->outcomes; k++)
            tuple[k] = 0;
    }
}

/* Infinitely many candidates: p exp(r/T) / Z. */
static void tilt(size_t n, const double *p, const double *reward, double scale, double factor,
                 double *out)
{
    double w[N], sum = 0;
    for (size_t x = 0; x < n; x++)
        sum += w[x] = p[x] * exp(scale * reward[x]);
    add(n, factor / sum, w, out);
}

/* --- rules ---------------------------------------------------------------------------- */

static void mix(const tro_bazaar *b, const tro_offer *offer, double *out)
{
    memset(out, 0, cells_of(b) * sizeof *out);
    for (size_t k = 0; k < offer->count; k++)
        add(cells_of(b), offer->weight[k], offer->law[k], out);
}

/* One law, prompt by prompt. */
static void choose_by_prompt(const tro_bazaar *b, const tro_rule *rule, const double *law,
                             double *out)
{
    size_t n = b->outcomes;
    for (size_t c = 0; c < b->blocks; c++) {
        const double *row = law + c * n, *reward = rule->reward + c * n;
        double mass = sum_of(n, row), given[N], kept[N] = {0}, from[TRO_BAZAAR_PLACES];
        memset(out + c * n, 0, n * sizeof *out);
        if (!(mass > 0))
            continue;
        for (size_t x = 0; x < n; x++)
            given[x] = row[x] / mass;
        contest fight = {.outcomes = n, .places = rule->candidates, .reward = reward,
                         .temperature = rule->temperature, .flip = rule->flip,
                         .hard = rule->kind == TRO_RULE_BEST};
        for (size_t k = 0; k < rule->candidates; k++)
            fight.law[k] = given;
        if (rule->candidates == 0) {
            tilt(n, given, reward, 1 / rule->temperature, 1 - rule->flip, kept);
            tilt(n, given, reward, -1 / rule->temperature, rule->flip, kept);
        } else {
            enumerate(&fight, kept, from);
        }
        add(n, mass, kept, out + c * n);
    }
}

/* The prompt as the producers have it between them; everyone answers it, who never
 * saw it as the others together would. */
static void choose_in_arena(const tro_bazaar *b, const tro_rule *rule, const tro_offer *offer,
                            double *out, double *wins)
{
    size_t n = b->outcomes, slots = rule->candidates;
    double all[CELLS], given[TRO_BAZAAR_EDGES][N], total = 0;
    mix(b, offer, all);
    memset(out, 0, cells_of(b) * sizeof *out);
    for (size_t k = 0; wins && k < offer->count; k++)
        wins[k] = 0;
    for (size_t c = 0; c < b->blocks; c++) {
        double mass = sum_of(n, all + c * n), kept[N], from[TRO_BAZAAR_PLACES];
        contest fight = {.outcomes = n, .places = slots * offer->count,
                         .reward = rule->reward + c * n, .temperature = rule->temperature};
        if (!(mass > 0))
            continue;
        for (size_t k = 0; k < offer->count; k++) {
            const double *own = offer->law[k] + c * n;
            const double *row = sum_of(n, own) > 0 ? own : all + c * n;
            for (size_t x = 0; x < n; x++)
                given[k][x] = row[x] / sum_of(n, row);
            for (size_t j = 0; j < slots; j++)
                fight.law[k * slots + j] = given[k];
        }
        enumerate(&fight, kept, from);
        add(n, mass, kept, out + c * n);
        for (size_t j = 0; wins && j < fight.places; j++)
            wins[j / slots] += mass * from[j];
        total += mass;
    }
    for (size_t k = 0; wins && k < offer->count; k++)
        wins[k] /= total;
}

static void choose_composed(const tro_bazaar *b, const tro_rule *rule, const tro_offer *offer,
                            double *out)
{
    size_t cells = cells_of(b);
    double sum = sum_of(rule->count, rule->weight), part[CELLS];
    tro_offer next = *offer;
    memset(out, 0, cells * sizeof *out);
    for (size_t k = 0; k < rule->count; k++) {
        tro_bazaar_choose(b, rule->part[k], &next, part, NULL);
        if (rule->kind == TRO_RULE_ONE_OF) {
            add(cells, rule->weight[k] / sum, part, out);
            continue;
        }
        next.count = 1;
        next.weight[0] = 1;
        memcpy(next.law[0], part, sizeof part);
        memcpy(out, part, cells * sizeof *out);
    }
}

void tro_bazaar_choose(const tro_bazaar *b, size_t at, const tro_offer *offer, double *out,
                       double *wins)
{
    double law[CELLS];
    if (at == TRO_NO_RULE) {
        mix(b, offer, out);
        return;
    }
    const tro_rule *rule = &b->rule[at];
    if (rule->kind == TRO_RULE_ARENA) {
        choose_in_arena(b, rule, offer, out, wins);
    } else if (rule->kind == TRO_RULE_ONE_OF || rule->kind == TRO_RULE_STAGES) {
        choose_composed(b, rule, offer, out);
    } else {
        mix(b, offer, law);
        choose_by_prompt(b, rule, law, out);
    }
}

/* --- the way of the data ---------------------------------------------------------------- */

void tro_bazaar_start(const tro_bazaar *b, double *z)
{
    size_t n = b->outcomes;
    for (size_t i = 0; i < b->agents; i++)
        for (size_t k = 0; k < cells_of(b); k++)
            z[i * b->blocks * n + k] = b->agent[i].start[k] /
                                       (b->stay ? (double)b->blocks : 1);
}

void tro_bazaar_release(const tro_bazaar *b, size_t agent, double *release)
{
    for (size_t c = 0; c < b->blocks; c++) {
        release[c] = b->stay ? 0 : 1;
        for (size_t from = 0; b->stay && from < b->blocks; from++)
            release[c] += (double)b->blocks * b->agent[agent].prompts[from] *
                          (b->has_spill ? b->spill[from * b->blocks + c] : from == c);
    }
}

/* What an agent makes. */
static void produce(const tro_bazaar *b, size_t agent, const double *z, double *out)
{
    double release[C];
    tro_bazaar_release(b, agent, release);
    for (size_t k = 0; k < cells_of(b); k++)
        out[k] = release[k / b->outcomes] * z[agent * cells_of(b) + k];
}

void tro_bazaar_channel(const tro_bazaar *b, const tro_lane *lane, const double *law, double *out)
{
    size_t n = b->outcomes;
    memcpy(out, law, cells_of(b) * sizeof *out);
    if (!lane->has_channel)
        return;
    memset(out, 0, cells_of(b) * sizeof *out);
    for (size_t from = 0; from < b->blocks; from++)
        for (size_t to = 0; to < b->blocks; to++)
            for (size_t x = 0; x < n; x++)
                for (size_t y = 0; y < n; y++) {
                    double move = lane->has_moves ? lane->moves[from * b->blocks + to]
                                                  : from == to;
                    double kernel = (1 - lane->noise) * lane->kernel[x * n + y] +
                                    lane->noise / (double)n;
                    out[to * n + y] += law[from * n + x] * move * kernel;
                }
}

void tro_bazaar_deliver(const tro_bazaar *b, const tro_lane *lane, int curated, const double *z,
                        double *out)
{
    tro_offer offer = {.count = 1, .weight = {1}};
    double kept[CELLS];
    produce(b, lane->from, z, offer.law[0]);
    tro_bazaar_choose(b, curated ? b->agent[lane->judge].users : TRO_NO_RULE, &offer, kept, NULL);
    tro_bazaar_channel(b, lane, kept, out);
}

double tro_bazaar_weight(const tro_bazaar *b, const tro_lane *lane, int curated)
{
    double sum = 0;
    for (size_t k = 0; k < b->edges; k++)
        if (b->edge[k].to == lane->to)
            sum += curated ? b->edge[k].curated : b->edge[k].synthetic;
    return sum > 0 ? (curated ? lane->curated : lane->synthetic) / sum : 0;
}

size_t tro_bazaar_pool(const tro_bazaar *b, size_t agent, tro_offer *offer, const double *z)
{
    const tro_stall *a = &b->agent[agent];
    size_t rule = TRO_NO_RULE;
    offer->count = 0;
    for (size_t k = 0; k < b->edges; k++) {
        const tro_lane *lane = &b->edge[k];
        if (lane->to != agent || !(lane->curated > 0))
            continue;
        rule = b->agent[lane->judge].users;
        offer->weight[offer->count] = tro_bazaar_weight(b, lane, 1);
        tro_bazaar_deliver(b, lane, 0, z, offer->law[offer->count++]);
    }
    int shared = tro_rule_has_arena(b, rule) || (a->mixture && tro_rule_chooses(b, rule));
    return shared ? rule : TRO_NO_RULE;
}

void tro_bazaar_data(const tro_bazaar *b, size_t agent, const double *z, double *out)
{
    const tro_stall *a = &b->agent[agent];
    size_t cells = cells_of(b);
    double part[CELLS];
    tro_offer offer;
    memset(out, 0, cells * sizeof *out);
    if (a->has_reference)
        add(cells, a->real, a->reference, out);
    size_t pool = a->curated > 0 ? tro_bazaar_pool(b, agent, &offer, z) : TRO_NO_RULE;
    if (pool != TRO_NO_RULE) {
        tro_bazaar_choose(b, pool, &offer, part, NULL);
        add(cells, a->curated, part, out);
    }
    for (size_t k = 0; k < b->edges; k++) {
        const tro_lane *lane = &b->edge[k];
        if (lane->to != agent)
            continue;
        tro_bazaar_deliver(b, lane, 0, z, part);
        add(cells, a->synthetic * tro_bazaar_weight(b, lane, 0), part, out);
        if (pool != TRO_NO_RULE || !(a->curated > 0) || !(lane->curated > 0))
            continue;
        tro_bazaar_deliver(b, lane, 1, z, part);
        add(cells, a->curated * tro_bazaar_weight(b, lane, 1), part, out);
    }
}

void tro_bazaar_admit(const tro_bazaar *b, size_t agent, const double *z, double *out)
{
    tro_offer offer = {.count = 1, .weight = {1}};
    tro_bazaar_data(b, agent, z, offer.law[0]);
    tro_bazaar_choose(b, b->agent[agent].owner, &offer, out, NULL);
}

void tro_bazaar_fit(const tro_bazaar *b, size_t agent, const double *z, const double *admitted,
                    double *out)
{
    size_t cells = cells_of(b), pieces = b->stay ? b->blocks : 1, length = cells / pieces;
    double rate = b->agent[agent].rate, own[CELLS], mixed[CELLS];
    produce(b, agent, z, own);
    for (size_t k = 0; k < cells; k++)
        mixed[k] = (1 - rate) * own[k] + rate * admitted[k];
    for (size_t c = 0; c < pieces; c++) {
        double mass = sum_of(length, mixed + c * length);
        for (size_t k = c * length; k < (c + 1) * length; k++)
            out[k] = mass > 0 ? mixed[k] / (mass * (double)pieces) : z[agent * cells + k];
    }
}

void tro_bazaar_retrain(const tro_bazaar *b, size_t agent, const double *z, double *out)
{
    double admitted[CELLS];
    tro_bazaar_admit(b, agent, z, admitted);
    tro_bazaar_fit(b, agent, z, admitted, out);
}

void tro_bazaar_map(const tro_bazaar *b, const double *z, double *out)
{
    for (size_t i = 0; i < b->agents; i++)
        tro_bazaar_retrain(b, i, z, out + i * cells_of(b));
}

double tro_bazaar_alignment(const tro_bazaar *b, size_t agent, const double *z)
{
    const tro_stall *a = &b->agent[agent];
    const double *law = z + agent * cells_of(b);
    size_t n = b->outcomes;
    double sum = 0;
    for (size_t c = 0; c < b->blocks; c++) {
        double mass = sum_of(n, law + c * n), mean = 0;
        for (size_t x = 0; x < n; x++)
            mean += a->reward[c * n + x] * (mass > 0 ? law[c * n + x] / mass : 1 / (double)n);
        sum += (a->has_asked ? a->asked[c] : mass) * mean;
    }
    return sum;
}
