#include "tests/theory/brute_bazaar.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/support.h"

enum { N = TRO_BAZAAR_OUTCOMES, CELLS = TRO_BAZAAR_CELLS, ANY = -1 };

/* A place where outputs come from. */
typedef enum origin_kind { MADE, SENT, KEPT, POOLED, DATA, CHOSEN } origin_kind;

typedef struct origin {
    origin_kind kind;
    size_t at;                     /* agent, edge, or rule */
    const struct origin *from;     /* CHOSEN: where candidates come from */
} origin;

typedef struct market {
    const tro_bazaar *bazaar;
    const double *z;
    tro_stream *stream;
} market;

/* One output of the origin that answers `prompt` (ANY: whatever is asked): the cell
 * of prompt and outcome. */
static size_t draw(const market *m, const origin *o, int prompt);

static size_t pick(const market *m, size_t n, const double *weight)
{
    double sum = 0, u;
    for (size_t k = 0; k < n; k++)
        sum += weight[k];
    u = sum * tro_stream_uniform(m->stream);
    for (size_t k = 0; k < n; k++) {
        if (u < weight[k])
            return k;
        u -= weight[k];
    }
    while (weight[--n] == 0) {} /* what rounding leaves */
    return n;
}

/* --- as they are made and sent -------------------------------------------------------- */

static size_t draw_made(const market *m, size_t agent)
{
    const tro_bazaar *b = m->bazaar;
    size_t cells = b->blocks * b->outcomes;
    double law[CELLS], release[TRO_BAZAAR_BLOCKS];
    tro_bazaar_release(b, agent, release);
    for (size_t k = 0; k < cells; k++)
        law[k] = release[k / b->outcomes] * m->z[agent * cells + k];
    return pick(m, cells, law);
}

static size_t through_channel(const market *m, const tro_lane *lane, size_t cell)
{
    const tro_bazaar *b = m->bazaar;
    size_t n = b->outcomes, c = cell / n, x = cell % n;
    if (!lane->has_channel)
        return cell;
    if (lane->has_moves)
        c = pick(m, b->blocks, lane->moves + c * b->blocks);
    x = tro_stream_uniform(m->stream) < lane->noise ? tro_stream_below(m->stream, n)
                                                    : pick(m, n, lane->kernel + x * n);
    return c * n + x;
}

/* --- choices ------------------------------------------------------------------------------ */

static size_t judge(const market *m, const tro_rule *rule, size_t count, const size_t *cell)
{
    double sign = tro_stream_uniform(m->stream) < rule->flip ? -1 : 1, best = -INFINITY;
    double weight[TRO_BAZAAR_PLACES];
    for (size_t k = 0; k < count; k++)
        best = fmax(best, sign * rule->reward[cell[k]]);
    for (size_t k = 0; k < count; k++) {
        double r = sign * rule->reward[cell[k]];
        weight[k] = rule->kind == TRO_RULE_BEST ? r == best : exp((r - best) / rule->temperature);
    }
    return cell[pick(m, count, weight)];
}

/* Of infinitely many candidates: one that is accepted. */
static size_t accept(const market *m, const tro_rule *rule, const origin *from, int prompt)
{
    const double *reward = rule->reward + (size_t)prompt * m->bazaar->outcomes;
    double sign = tro_stream_uniform(m->stream) < rule->flip ? -1 : 1, best = -INFINITY;
    for (size_t x = 0; x < m->bazaar->outcomes; x++)
        best = fmax(best, sign * reward[x]);
    for (;;) {
        size_t cell = draw(m, from, prompt);
        double r = sign * rule->reward[cell];
        if (tro_stream_uniform(m->stream) < exp((r - best) / rule->temperature))
            return cell;
    }
}

/* Every producer fills its slots with answers to the prompt; who never has it with
 * answers of the others. */
static size_t fight(const market *m, const tro_rule *rule, const origin *pool, int prompt)
{
    const tro_bazaar *b = m->bazaar;
    size_t cell[TRO_BAZAAR_PLACES], count = 0, n = b->outcomes;
    for (size_t k = 0; k < b->edges; k++) {
        const tro_lane *lane = &b->edge[k];
        double law[CELLS], mass = 0;
        if (lane->to != pool->at || !(lane->curated > 0))
            continue;
        tro_bazaar_deliver(b, lane, 0, m->z, law);
        for (size_t x = 0; x < n; x++)
            mass += law[(size_t)prompt * n + x];
        origin sent = {SENT, k, NULL};
        for (size_t j = 0; j < rule->candidates; j++)
            cell[count++] = draw(m, mass > 0 ? &sent : pool, prompt);
    }
    return judge(m, rule, count, cell);
}

static size_t draw_chosen(const market *m, const origin *o, int prompt)
{
    const tro_bazaar *b = m->bazaar;
    if (o->at == TRO_NO_RULE)
        return draw(m, o->from, prompt);
    const tro_rule *rule = &b->rule[o->at];
    size_t cell[TRO_BAZAAR_PLACES];
    if (rule->kind == TRO_RULE_ONE_OF) {
        origin part = {CHOSEN, rule->part[pick(m, rule->count, rule->weight)], o->from};
        return draw(m, &part, prompt);
    }
    if (rule->kind == TRO_RULE_STAGES) {
        origin stage[TRO_BAZAAR_PARTS];
        for (size_t k = 0; k < rule->count; k++)
            stage[k] = (origin){CHOSEN, rule->part[k], k ? &stage[k - 1] : o->from};
        return draw(m, &stage[rule->count - 1], prompt);
    }
    /* What is asked, whoever answers; then the candidates. */
    int asked = prompt != ANY ? prompt : (int)(draw(m, o->from, ANY) / b->outcomes);
    if (rule->kind == TRO_RULE_ARENA)
        return fight(m, rule, o->from, asked);
    if (rule->candidates == 0)
        return accept(m, rule, o->from, asked);
    for (size_t k = 0; k < rule->candidates; k++)
        cell[k] = draw(m, o->from, asked);
    return judge(m, rule, rule->candidates, cell);
}

/* --- data --------------------------------------------------------------------------------- */

enum { SOURCES = 2 * TRO_BAZAAR_EDGES + 2 };

/* The sources of an agent's data and their shares; real data have `at` SIZE_MAX. */
static size_t list_sources(const market *m, size_t agent, origin *source, double *share)
{
    const tro_bazaar *b = m->bazaar;
    const tro_stall *a = &b->agent[agent];
    size_t count = 0;
    tro_offer offer;
    size_t pool = tro_bazaar_pool(b, agent, &offer, m->z);
    source[count] = (origin){DATA, SIZE_MAX, NULL};
    share[count++] = a->has_reference ? a->real : 0;
    for (int curated = 0; curated < 2; curated++)
        for (size_t k = 0; k < b->edges; k++) {
            const tro_lane *lane = &b->edge[k];
            if (lane->to != agent || (curated && pool != TRO_NO_RULE))
                continue;
            source[count] = (origin){curated ? KEPT : SENT, k, NULL};
            share[count++] = (curated ? a->curated : a->synthetic) *
                             tro_bazaar_weight(b, lane, curated);
        }
    if (pool != TRO_NO_RULE) {
        source[count] = (origin){POOLED, agent, NULL};
        share[count++] = a->curated;
    }
    return count;
}

/* One output of a source, any prompt. */
static size_t draw_source(const market *m, size_t agent, const origin *source)
{
    const tro_bazaar *b = m->bazaar;
    tro_offer offer;
    if (source->kind == DATA)
        return pick(m, b->blocks * b->outcomes, b->agent[agent].reference);
    if (source->kind != POOLED)
        return draw(m, source, ANY);
    origin chosen = {CHOSEN, tro_bazaar_pool(b, agent, &offer, m->z), source};
    return draw(m, &chosen, ANY);
}

static size_t draw_data(const market *m, size_t agent)
{
    origin source[SOURCES];
    double share[SOURCES];
    size_t count = list_sources(m, agent, source, share);
    return draw_source(m, agent, &source[pick(m, count, share)]);
}

static size_t draw_pooled(const market *m, size_t agent)
{
    const tro_bazaar *b = m->bazaar;
    double weight[TRO_BAZAAR_EDGES] = {0};
    for (size_t k = 0; k < b->edges; k++)
        weight[k] = b->edge[k].to == agent ? tro_bazaar_weight(b, &b->edge[k], 1) : 0;
    origin sent = {SENT, pick(m, b->edges, weight), NULL};
    return draw(m, &sent, ANY);
}

static size_t draw_any(const market *m, const origin *o)
{
    const tro_lane *lane = o->kind == SENT || o->kind == KEPT ? &m->bazaar->edge[o->at] : NULL;
    origin made = {MADE, lane ? lane->from : 0, NULL};
    origin chosen = {CHOSEN, lane ? m->bazaar->agent[lane->judge].users : 0, &made};
    switch (o->kind) {
    case MADE:
        return draw_made(m, o->at);
    case SENT:
        return through_channel(m, lane, draw_made(m, lane->from));
    case KEPT:
        return through_channel(m, lane, draw(m, &chosen, ANY));
    case POOLED:
        return draw_pooled(m, o->at);
    case DATA:
        return draw_data(m, o->at);
    case CHOSEN:
        break;
    }
    return draw_chosen(m, o, ANY);
}

static size_t draw(const market *m, const origin *o, int prompt)
{
    if (o->kind == CHOSEN)
        return draw_chosen(m, o, prompt);
    for (;;) {
        size_t cell = draw_any(m, o);
        if (prompt == ANY || cell / m->bazaar->outcomes == (size_t)prompt)
            return cell;
    }
}

/* --- rounds -------------------------------------------------------------------------------- */

static void split_evenly(size_t count, const double *share, uint64_t n, uint64_t *out)
{
    uint64_t given = 0;
    double rest[SOURCES];
    for (size_t k = 0; k < count; k++) {
        out[k] = (uint64_t)floor(share[k] * (double)n + 1e-9);
        rest[k] = share[k] * (double)n - (double)out[k];
        given += out[k];
    }
    for (; given < n; given++) {
        size_t most = 0;
        for (size_t k = 1; k < count; k++)
            most = rest[k] > rest[most] + 1e-9 ? k : most;
        out[most]++;
        rest[most] -= 1;
    }
}

void tro_barter_retrain(const tro_bazaar *b, size_t agent, int fixed, const double *z,
                        tro_stream *stream, double *out)
{
    market m = {b, z, stream};
    const tro_stall *a = &b->agent[agent];
    origin data = {DATA, agent, NULL}, admitted = {CHOSEN, a->owner, &data}, source[SOURCES];
    double counts[CELLS] = {0}, share[SOURCES];
    uint64_t part[SOURCES], first = 0;
    size_t sources = list_sources(&m, agent, source, share), at = 0;
    if (fixed)
        split_evenly(sources, share, a->outputs, part);
    for (uint64_t k = 0; k < a->outputs; k++) {
        while (fixed && k - first == part[at]) {
            first = k;
            at++;
        }
        counts[fixed ? draw_source(&m, agent, &source[at]) : draw(&m, &admitted, ANY)] += 1;
    }
    for (size_t k = 0; k < b->blocks * b->outcomes; k++)
        counts[k] /= (double)a->outputs;
    tro_bazaar_fit(b, agent, z, counts, out);
}

void tro_barter_round(const tro_bazaar *b, const tro_events *events, int fixed,
                      tro_stream *stream, double *z)
{
    size_t width = b->blocks * b->outcomes;
    for (size_t k = 0, end; k < events->count; k = end) {
        double fresh[TRO_BAZAAR_AGENTS * CELLS];
        for (end = k; end < events->count && events->items[end].phase == events->items[k].phase;
             end++)
            tro_barter_retrain(b, events->items[end].agent, fixed, z, stream,
                               fresh + (end - k) * width);
        for (size_t e = k; e < end; e++)
            memcpy(z + events->items[e].agent * width, fresh + (e - k) * width,
                   width * sizeof *z);
    }
}

/* --- laws ----------------------------------------------------------------------------------- */

typedef struct tally {
    uint64_t key;
    double count[2];
} tally;

static int by_key(const void *left, const void *right)
{
    const tally *a = left, *b = right;
    return (a->key > b->key) - (a->key < b->key);
}

/* Of two samples of one size: sum (a - b)^2 / (a + b); rare values together. */
static double chi_score(size_t cells, const tally *cell)
{
    double chi = 0, freedom = -1, rare[2] = {0, 0};
    for (size_t k = 0; k <= cells; k++) {
        double a = k < cells ? cell[k].count[0] : rare[0];
        double b = k < cells ? cell[k].count[1] : rare[1];
        if (a + b < 20) {
            rare[0] += k < cells ? a : 0;
            rare[1] += k < cells ? b : 0;
            continue;
        }
        chi += (a - b) * (a - b) / (a + b);
        freedom++;
    }
    double tail = freedom < 1 ? 1 : gsl_cdf_chisq_Q(chi, freedom);
    return tail < 1e-300 ? 40 : tail >= 1 ? 0 : gsl_cdf_ugaussian_Qinv(0.5 * tail);
}

static uint64_t hash_row(size_t width, const double *row)
{
    uint64_t hash = 1469598103934665603u; /* FNV-1a, of numbers rounded */
    for (size_t k = 0; k < width; k++) {
        uint64_t value = (uint64_t)floor(row[k] * 1e9 + 0.5);
        hash = (hash ^ value) * 1099511628211u;
        hash ^= hash >> 29;
    }
    return hash;
}

double tro_barter_score(size_t size, size_t width, const double *a, const double *b)
{
    enum { BUCKETS = 64 };
    tally *all = calloc(2 * size, sizeof *all), bucket[BUCKETS] = {{0}};
    size_t cells = 0;
    ck_assert_ptr_nonnull(all);
    for (size_t k = 0; k < 2 * size; k++) {
        const double *row = k < size ? a + k * width : b + (k - size) * width;
        all[k].key = hash_row(width, row);
        all[k].count[k >= size] = 1;
        bucket[all[k].key % BUCKETS].count[k >= size]++;
    }
    qsort(all, 2 * size, sizeof *all, by_key);
    for (size_t k = 1; k < 2 * size; k++)
        if (all[k].key == all[cells].key) {
            all[cells].count[0] += all[k].count[0];
            all[cells].count[1] += all[k].count[1];
        } else {
            all[++cells] = all[k];
        }
    double worst = fmax(chi_score(cells + 1, all), chi_score(BUCKETS, bucket));
    free(all);
    return worst;
}
