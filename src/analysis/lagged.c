/* Making the recursion, and taking it apart into blocks. */
#include "analysis/lagged.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/blocks.h"

enum { MOST_TERMS = 20000000 };

/* The retrainings of one period: of every agent in order of time, and of all. */
typedef struct calendar {
    size_t events;
    double period;           /* rounds */
    size_t *agent;           /* events: who, in order of time */
    double *time;            /* events */
    size_t *first;           /* agents + 1, into own */
    size_t *own;             /* events: those of agent 0, then of agent 1, ... */
    tro_arena arena;
} calendar;

static int count_events(const tro_plan *plan, tro_events *events, size_t *count)
{
    *count = 0;
    for (uint64_t r = 0; r < plan->period; r++) {
        int status = tro_plan_list(plan, 0, r, events);
        if (status < 0)
            return status;
        *count += events->count;
    }
    return TRO_OK;
}

/* Events by agent; each agent must have one. */
static int sort_by_agent(calendar *c, size_t agents)
{
    for (size_t e = 0; e < c->events; e++)
        c->first[c->agent[e] + 1]++;
    for (size_t i = 0; i < agents; i++) {
        if (c->first[i + 1] == 0)
            return TRO_EUNSUPPORTED;
        c->first[i + 1] += c->first[i];
    }
    for (size_t e = c->events; e-- > 0;)   /* from behind, so that times stay in order */
        c->own[--c->first[c->agent[e] + 1]] = e;
    for (size_t i = 0; i < agents; i++)
        c->first[i] = c->first[i + 1];
    c->first[agents] = c->events;
    return TRO_OK;
}

static int calendar_init(calendar *c, const tro_plan *plan, size_t agents)
{
    tro_events events = {0};
    size_t at = 0;
    int status;
    *c = (calendar){.period = (double)plan->period};
    TRO_TRY(count_events(plan, &events, &c->events));
    c->agent = TRO_NEW(&c->arena, size_t, c->events);
    c->time = TRO_NEW(&c->arena, double, c->events);
    c->own = TRO_NEW(&c->arena, size_t, c->events);
    c->first = TRO_NEW(&c->arena, size_t, agents + 2);
    status = TRO_ENOMEM;
    if (!c->agent || !c->time || !c->own || !c->first)
        goto out;
    for (uint64_t r = 0; r < plan->period; r++) {
        TRO_TRY(tro_plan_list(plan, 0, r, &events));
        for (size_t k = 0; k < events.count; k++) {
            c->agent[at] = events.items[k].agent;
            c->time[at++] = (double)r + events.items[k].phase;
        }
    }
    status = sort_by_agent(c, agents);
out:
    tro_events_release(&events);
    return status;
}

/* The last retraining of an agent before `time`, and how many periods back. */
static size_t last_before(const calendar *c, size_t agent, double time, uint64_t *lag)
{
    const size_t *own = c->own + c->first[agent];
    size_t count = c->first[agent + 1] - c->first[agent], k = count - 1;
    double back = fmax(floor((c->time[own[0]] - time) / c->period), 0);
    while (!(c->time[own[0]] - back * c->period < time))
        back++;
    while (!(c->time[own[k]] - back * c->period < time))
        k--;
    *lag = (uint64_t)back;
    return own[k];
}

/* --- terms ------------------------------------------------------------------- */

typedef struct builder {
    tro_lagged *out;
    const tro_ecosystem *eco;
    const double *z;
    size_t width;            /* unknowns of an event: 1 when nothing mixes coordinates */
    size_t count, room;
    double *line;            /* 4 x the ecosystem's width */
    tro_workspace work;
} builder;

/* Does what arrives through the entry change as what was made? */
static int is_plain(const tro_entry *entry)
{
    return !entry->channel && (!entry->curation || entry->curation->shift);
}

static int add_term(builder *b, size_t from, uint64_t lag, double value)
{
    if (value == 0)
        return TRO_OK;
    if (b->count == MOST_TERMS)
        return TRO_EUNSUPPORTED;
    if (b->count == b->room) {
        size_t room = b->room ? 2 * b->room : 64;
        tro_term *terms = tro_reallocate(b->out->terms, b->room, room, sizeof *terms);
        if (!terms)
            return TRO_ENOMEM;
        b->out->terms = terms;
        b->room = room;
    }
    b->out->terms[b->count++] = (tro_term){from, lag, value};
    return TRO_OK;
}

/* The retraining of the same agent that is k before `event`, and how many periods
 * back. */
static size_t earlier(const calendar *c, size_t event, uint64_t k, uint64_t *lag)
{
    size_t agent = c->agent[event], at = 0;
    const size_t *own = c->own + c->first[agent];
    uint64_t count = c->first[agent + 1] - c->first[agent];
    while (own[at] != event)
        at++;
    uint64_t back = k > at ? (k - at + count - 1) / count : 0;
    *lag = back;
    return own[at + back * count - k];
}

/* The terms of coordinate `row` of one entry of an agent's mixture. Users with an
 * audience are those of finite outcomes, which are never plain. */
static int add_entry(builder *b, const tro_entry *entry, double share, size_t row, size_t event,
                     uint64_t lag)
{
    size_t width = b->eco->width, at = event * b->width;
    double *unit = b->line, *out = b->line + width, *scratch = b->line + 2 * width;
    int status = TRO_OK;
    if (is_plain(entry))
        return add_term(b, at + row, lag, share);
    memset(unit, 0, width * sizeof *unit);
    for (size_t c = 0; c < width && status == TRO_OK; c++) {
        unit[c] = 1;
        const double *column = tro_entry_derivative(b->eco, entry,
                                                    b->z + entry->producer * width, b->z, unit,
                                                    b->z, out, scratch, b->work.curation);
        status = add_term(b, at + c, lag, share * column[row]);
        unit[c] = 0;
    }
    return status;
}

/* Of a data set of `agent` that was made at the retraining `made`, `since` periods
 * ago, and has this weight in what it trains on. */
static int add_data(builder *b, const calendar *c, size_t made, uint64_t since, double weight,
                    size_t row)
{
    const tro_ecosystem *eco = b->eco;
    size_t agent = c->agent[made];
    for (size_t k = eco->row_start[agent]; k < eco->row_start[agent + 1]; k++) {
        const tro_entry *entry = &eco->entries[k];
        double share = weight * tro_entry_share(eco, agent, entry), time = c->time[made];
        uint64_t lag;
        if (share == 0)
            continue;
        if (entry->delay > 0)
            time -= entry->delay + TRO_SAME_TIME;
        size_t from = last_before(c, entry->producer, time, &lag);
        int status = add_entry(b, entry, share, row, from, since + lag);
        if (status < 0)
            return status;
    }
    return TRO_OK;
}

/* An agent that accumulates does not move (runner.h). */
static int add_row(builder *b, const calendar *c, size_t event, size_t row)
{
    uint64_t window = b->eco->scenario->agents[c->agent[event]].window;
    int status = TRO_OK;
    if (window == TRO_KEEPS_ALL)
        return status;
    window = window > 1 ? window : 1;
    for (uint64_t k = 0; k < window && status == TRO_OK; k++) {
        uint64_t since;
        size_t made = earlier(c, event, k, &since);
        status = add_data(b, c, made, since, 1 / (double)window, row);
    }
    return status;
}

/* Room for the rows of so many events. Scratch is in the arena. */
static int builder_init(builder *b, size_t events, tro_arena *arena)
{
    const tro_ecosystem *eco = b->eco;
    size_t mixing = 0;
    for (size_t k = 0; k < eco->entry_count; k++)
        mixing += !is_plain(&eco->entries[k]);
    b->width = mixing > 0 ? eco->width : 1;
    if (events > MOST_TERMS / b->width || mixing > MOST_TERMS / (b->width * b->width))
        return TRO_EUNSUPPORTED;
    b->out->size = events * b->width;
    b->out->row_start = TRO_NEW(&b->out->arena, size_t, b->out->size + 1);
    b->line = TRO_NEW(arena, double, 4 * eco->width);
    if (!b->out->row_start || !b->line)
        return TRO_ENOMEM;
    return tro_workspace_init_alone(&b->work, eco);
}

int tro_lagged_init(tro_lagged *lagged, const tro_ecosystem *eco, const double *z,
                    const tro_plan *plan)
{
    calendar c = {0};
    builder b = {.out = lagged, .eco = eco, .z = z};
    int status;
    *lagged = (tro_lagged){0};
    if (plan->period == 0 || !eco->plain)
        return TRO_EUNSUPPORTED;
    TRO_TRY(calendar_init(&c, plan, eco->agents));
    TRO_TRY(builder_init(&b, c.events, &c.arena));
    for (size_t i = 0; i < lagged->size; i++) {
        TRO_TRY(add_row(&b, &c, i / b.width, i % b.width));
        lagged->row_start[i + 1] = b.count;
    }
    status = TRO_OK;
out:
    tro_workspace_release(&b.work);
    tro_arena_clear(&c.arena);
    return status;
}

/* An unknown of the round map itself: event i is agent i's. */
static int add_round_row(builder *b, size_t agent, size_t row)
{
    const tro_ecosystem *eco = b->eco;
    double rate = eco->scenario->agents[agent].rate;
    int status = add_term(b, agent * b->width + row, 1, 1 - rate);
    for (size_t k = eco->row_start[agent]; k < eco->row_start[agent + 1] && status == TRO_OK; k++) {
        const tro_entry *entry = &eco->entries[k];
        double share = rate * tro_entry_share(eco, agent, entry);
        if (share > 0)
            status = add_entry(b, entry, share, row, entry->producer, 1);
    }
    return status;
}

int tro_lagged_of_round(tro_lagged *lagged, const tro_ecosystem *eco, const double *z,
                        const int *still)
{
    builder b = {.out = lagged, .eco = eco, .z = z};
    tro_arena arena = {0};
    int status;
    *lagged = (tro_lagged){0};
    if (!eco->affine || eco->releases)
        return TRO_EUNSUPPORTED;
    TRO_TRY(builder_init(&b, eco->agents, &arena));
    for (size_t i = 0; i < lagged->size; i++) {
        if (!still || !still[i / b.width])
            TRO_TRY(add_round_row(&b, i / b.width, i % b.width));
        lagged->row_start[i + 1] = b.count;
    }
out:
    tro_workspace_release(&b.work);
    tro_arena_clear(&arena);
    return status;
}

void tro_lagged_release(tro_lagged *lagged)
{
    tro_release(lagged->terms);
    tro_arena_clear(&lagged->arena);
    *lagged = (tro_lagged){0};
}

/* --- blocks -------------------------------------------------------------------- */

typedef struct parts {
    size_t *members, *starts, count;
    size_t *part, *number;   /* of every unknown: its part, its number there */
    tro_arena arena;
} parts;

static int ascending(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

static int parts_init(parts *p, const tro_lagged *lagged)
{
    size_t n = lagged->size, terms = lagged->row_start[n];
    size_t *column = tro_allocate(terms, sizeof *column);
    int status = TRO_ENOMEM;
    *p = (parts){0};
    p->members = TRO_NEW(&p->arena, size_t, n);
    p->starts = TRO_NEW(&p->arena, size_t, n + 1);
    p->part = TRO_NEW(&p->arena, size_t, n);
    p->number = TRO_NEW(&p->arena, size_t, n);
    if (!column || !p->members || !p->starts || !p->part || !p->number)
        goto out;
    for (size_t k = 0; k < terms; k++)
        column[k] = lagged->terms[k].from;
    TRO_TRY(tro_strong_parts(n, lagged->row_start, column, p->members, p->starts, &p->count));
    for (size_t k = 0; k < p->count; k++) {
        size_t *first = p->members + p->starts[k], size = p->starts[k + 1] - p->starts[k];
        qsort(first, size, sizeof *first, ascending);
        for (size_t i = 0; i < size; i++) {
            p->part[first[i]] = k;
            p->number[first[i]] = i;
        }
    }
out:
    tro_release(column);
    return status;
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
    while (b > 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* The lags of all cycles have the divisor that the differences between two ways
 * to the same unknown have. Follows terms backwards, from unknown 0. */
static int find_cycle(tro_block *block)
{
    size_t n = block->size, head = 0, tail = 1;
    size_t *queue = tro_allocate(n, sizeof *queue);
    int64_t *way = tro_allocate(n, sizeof *way);   /* 1 + the lags on the way; 0: not seen */
    if (queue && way) {
        way[0] = 1;
        while (head < tail) {
            size_t i = queue[head++];
            for (size_t k = block->row_start[i]; k < block->row_start[i + 1]; k++) {
                const tro_term *term = &block->terms[k];
                int64_t here = way[i] + (int64_t)term->lag;
                if (way[term->from] == 0) {
                    way[term->from] = here;
                    queue[tail++] = term->from;
                }
                block->cycle = common_divisor(block->cycle,
                                              (uint64_t)llabs(here - way[term->from]));
            }
        }
    }
    int status = queue && way ? TRO_OK : TRO_ENOMEM;
    tro_release(queue);
    tro_release(way);
    return status;
}

/* A term of a row that has this one already, but for its value, of the same sign: as of an edge
 * in both layers. Long rows are not searched. */
static tro_term *same_term(tro_block *block, size_t row, size_t end, const tro_term *term)
{
    enum { SHORT = 16 };
    for (size_t k = block->row_start[row]; k < end && end - block->row_start[row] < SHORT; k++) {
        tro_term *other = &block->terms[k];
        if (other->from == term->from && other->lag == term->lag &&
            (other->value > 0) == (term->value > 0))
            return other;
    }
    return NULL;
}

static int block_init(tro_block *block, const tro_lagged *lagged, const parts *p, size_t which)
{
    const size_t *members = p->members + p->starts[which];
    size_t at = 0;
    *block = (tro_block){.size = p->starts[which + 1] - p->starts[which], .nonnegative = 1,
                         .shortest = UINT64_MAX};
    for (size_t i = 0; i < block->size; i++)
        for (size_t k = lagged->row_start[members[i]]; k < lagged->row_start[members[i] + 1]; k++)
            block->count += p->part[lagged->terms[k].from] == which;
    block->row_start = TRO_NEW(&block->arena, size_t, block->size + 1);
    block->terms = TRO_NEW(&block->arena, tro_term, block->count);
    block->column = TRO_NEW(&block->arena, size_t, block->count);
    block->weights = TRO_NEW(&block->arena, double, block->count);
    block->x = TRO_NEW(&block->arena, double, block->size);
    if (!block->row_start || !block->terms || !block->column || !block->weights || !block->x)
        return TRO_ENOMEM;
    for (size_t i = 0; i < block->size; i++) {
        for (size_t k = lagged->row_start[members[i]]; k < lagged->row_start[members[i] + 1];
             k++) {
            tro_term term = lagged->terms[k];
            if (p->part[term.from] != which)
                continue;
            term.from = p->number[term.from];
            tro_term *same = same_term(block, i, at, &term);
            if (same) {
                same->value += term.value;
                continue;
            }
            block->nonnegative &= term.value > 0;
            block->longest = term.lag > block->longest ? term.lag : block->longest;
            block->shortest = term.lag < block->shortest ? term.lag : block->shortest;
            block->column[at] = term.from;
            block->terms[at++] = term;
        }
        block->row_start[i + 1] = at;
        block->x[i] = 1;
    }
    block->count = at;
    return find_cycle(block);
}

/* Most parts of a network that grows are one unknown, which nothing of its own comes back to. */
static int feeds_itself(const tro_lagged *lagged, const parts *p, size_t which)
{
    size_t only = p->members[p->starts[which]];
    if (p->starts[which + 1] - p->starts[which] > 1)
        return 1;
    for (size_t k = lagged->row_start[only]; k < lagged->row_start[only + 1]; k++)
        if (lagged->terms[k].from == only)
            return 1;
    return 0;
}

int tro_lagged_dominant(const tro_lagged *lagged, const tro_progress *progress, tro_root *root)
{
    parts p = {0};
    tro_block block = {0};
    int status;
    *root = (tro_root){.logarithm = -INFINITY, .cycle = 1};
    TRO_TRY(parts_init(&p, lagged));
    for (size_t k = 0; k < p.count; k++) {
        tro_root one;
        if (!feeds_itself(lagged, &p, k))
            continue;
        if (tro_progress_stops(progress)) {
            status = TRO_EINTERRUPTED;
            goto out;
        }
        TRO_TRY(block_init(&block, lagged, &p, k));
        block.progress = progress;
        TRO_TRY(tro_block_dominant(&block, root->logarithm, &one));
        if (one.logarithm > root->logarithm)
            *root = one;
        tro_arena_clear(&block.arena);
    }
    status = TRO_OK;
out:
    tro_arena_clear(&block.arena);
    tro_arena_clear(&p.arena);
    return status;
}
