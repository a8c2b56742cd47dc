/* What may move once alternatives are chosen: numbers with bounds, and the shares of an
 * agent, which sum to 1. */
#include <math.h>
#include <string.h>

#include "document/path.h"
#include "experiment/advice_parts.h"

static const char *const parts[TRO_SHARE_PARTS] = {"real", "synthetic", "curated"};

static int wrong(const tro_allowed *allowed, const char *key, tro_messages *messages,
                 const char *text)
{
    return tro_error(messages, TRO_ESCENARIO,
                     key ? tro_place_of(allowed->node, key) : allowed->key_place, "'%s' %s",
                     allowed->key, text);
}

/* --- shares ---------------------------------------------------------------------- */

/* The length of the agent's path when the key is one of its shares, else SIZE_MAX. */
static size_t stem_of_share(const char *key, int *part)
{
    for (*part = 0; *part < TRO_SHARE_PARTS; ++*part) {
        size_t shares = tro_path_stem(key, strlen(key), parts[*part]);
        size_t agent = shares == SIZE_MAX || shares == 0 ? SIZE_MAX
                                                         : tro_path_stem(key, shares, "shares");
        if (agent != SIZE_MAX && agent > 0)
            return agent;
    }
    return SIZE_MAX;
}

static tro_block *block_of(tro_frame *f, const tro_node *node)
{
    for (size_t b = 0; b < f->block_count; b++)
        if (f->blocks[b].node == node)
            return &f->blocks[b];
    return NULL;
}

/* Which data there are for all agents of the block. */
static void find_data(const tro_scenario *scenario, tro_block *b)
{
    for (int p = 0; p < TRO_SHARE_PARTS; p++)
        b->has[p] = 1;
    for (size_t k = 0; k < b->agent_count; k++) {
        size_t i = b->agents[k];
        int raw = 0, curated = 0;
        for (size_t e = scenario->rows.row_start[i]; e < scenario->rows.row_start[i + 1]; e++) {
            raw |= scenario->edges[scenario->rows.link[e]].synthetic > 0;
            curated |= scenario->edges[scenario->rows.link[e]].curated > 0;
        }
        b->has[0] &= scenario->agents[i].reference != NULL;
        b->has[1] &= raw;
        b->has[2] &= curated;
    }
}

static int new_block(tro_frame *f, const char *stem, const tro_node *node, tro_block **out)
{
    const tro_scenario *scenario = f->base->scenario;
    tro_block *b = &f->blocks[f->block_count++];
    *out = b;
    b->stem = stem;
    b->node = node;
    b->agents = TRO_NEW(&f->arena, size_t, scenario->agent_count);
    if (!b->agents)
        return TRO_ENOMEM;
    for (size_t i = 0; i < scenario->agent_count; i++)
        if (scenario->agents[i].node == node)
            b->agents[b->agent_count++] = i;
    if (b->agent_count == 0)
        return TRO_OK;
    const tro_shares *s = &scenario->agents[b->agents[0]].shares;
    const double now[] = {s->real, s->synthetic, s->curated};
    memcpy(b->now, now, sizeof now);
    find_data(scenario, b);
    return TRO_OK;
}

/* What gives way to the only share of a block that moves: to the curated one what
 * `displaces` names, to another the others in proportion. */
static int displace(const tro_frame *f, tro_block *b, tro_messages *messages)
{
    tro_variable *v = &f->variables[b->at[0]];
    tro_displaces displaces = f->base->scenario->agents[b->agents[0]].displaces;
    int first = (v->part + 1) % 3, second = (v->part + 2) % 3;
    double rest = b->now[first] + b->now[second], high = 1;
    double *by = b->by[0];
    by[v->part] = 1;
    if (v->part == 2 && displaces != TRO_DISPLACES_PROPORTIONAL) {
        int gives = displaces == TRO_DISPLACES_REAL ? 0 : 1;
        by[gives] = -1;
        high = b->now[2] + b->now[gives];
        if (!b->has[gives])
            return wrong(v->allowed, NULL, messages,
                         "cannot move: what its agent 'displaces' is data that it has not");
    } else if (rest > 0) {
        by[first] = -b->now[first] / rest;
        by[second] = -b->now[second] / rest;
    } else {
        return wrong(v->allowed, NULL, messages,
                     "is all the data there is, so that nothing is known to take its place: "
                     "allowing another share of the agent, too, would be right");
    }
    v->high = fmin(v->high, high);
    return TRO_OK;
}

/* An alternative for a share would be undone by the others that move. */
static int check_alternatives(const tro_frame *f, const tro_block *b, tro_messages *messages)
{
    const tro_node *root = f->base->scenario->document->root;
    tro_text shares = {0};
    int status = TRO_OK;
    tro_text_addf(&shares, "%s.shares", b->stem);
    for (size_t k = 0; k < f->advice->allowed_count && status == TRO_OK; k++) {
        const tro_allowed *a = &f->advice->allowed[k];
        if (a->options && tro_path_within(root, a->key, tro_text_string(&shares)))
            status = wrong(a, NULL, messages, "has alternatives, while another share of the agent "
                                              "moves: bounds for both would be right");
    }
    tro_text_clear(&shares);
    return status;
}

static int finish_blocks(tro_frame *f, tro_messages *messages)
{
    for (size_t k = 0; k < f->block_count; k++) {
        tro_block *b = &f->blocks[k];
        int moves[TRO_SHARE_PARTS] = {0};
        int checked = check_alternatives(f, b, messages);
        if (checked < 0)
            return checked;
        if (b->count == 1) {
            int status = displace(f, b, messages);
            if (status < 0)
                return status;
            continue;
        }
        for (size_t v = 0; v < b->count; v++)
            moves[f->variables[b->at[v]].part] = 1;
        for (size_t v = 0; v < b->count; v++)
            for (int p = 0; p < TRO_SHARE_PARTS; p++)
                b->by[v][p] = p == f->variables[b->at[v]].part ? 1 : moves[p] ? 0 : -1;
    }
    return TRO_OK;
}

static int add_share(tro_frame *f, tro_variable *v, size_t stem, tro_messages *messages)
{
    const char *path = tro_arena_text_n(&f->arena, v->allowed->key, stem);
    tro_block *b;
    if (!path)
        return TRO_ENOMEM;
    const tro_node *node = tro_node_at(f->base->scenario->document->root, path);
    b = block_of(f, node);
    int status = b ? TRO_OK : new_block(f, path, node, &b);
    if (status < 0)
        return status;
    if (b->agent_count == 0)
        return wrong(v->allowed, NULL, messages, "is no share of an agent");
    v->kind = TRO_BY_SHARE;
    v->block = (size_t)(b - f->blocks);
    if (!b->has[v->part])
        return wrong(v->allowed, NULL, messages,
                     v->part == 0 ? "is a share of data that there are not: a 'reference' would "
                                    "be right"
                                  : "is a share of data that there are not: an edge that brings "
                                    "them would be right");
    v->now = b->now[v->part];
    v->low = isnan(v->allowed->from) ? 0 : v->allowed->from;
    v->high = isnan(v->allowed->to) ? 1 : v->allowed->to;
    v->unit = 1;
    if (v->low < 0 || v->high > 1)
        return wrong(v->allowed, v->low < 0 ? "from" : "to", messages,
                     "is a share: bounds from 0 to 1 would be right");
    b->at[b->count++] = f->count;
    return TRO_OK;
}

/* --- weights and other numbers --------------------------------------------------- */

static int number_at(const tro_node *node, double *out)
{
    return node && node->kind == TRO_SCALAR && !node->quoted && tro_parse_real(node->text, out);
}

/* Is the key the weight of an edge that is written out? */
static int take_weight(tro_frame *f, tro_variable *v)
{
    static const char *const keys[] = {"weight", "synthetic", "curated"};
    const tro_scenario *scenario = f->base->scenario;
    const char *key = v->allowed->key;
    size_t stem = SIZE_MAX, which = 0;
    for (; which < 3 && stem == SIZE_MAX; which++)
        stem = tro_path_stem(key, strlen(key), keys[which]);
    if (stem == SIZE_MAX)
        return 0;
    const char *path = tro_arena_text_n(&f->arena, key, stem);
    v->links = TRO_NEW(&f->arena, size_t, scenario->edge_count);
    if (!path || !v->links)
        return TRO_ENOMEM;
    const tro_node *node = tro_node_at(scenario->document->root, path);
    for (size_t k = 0; node && k < scenario->edge_count; k++)
        if (scenario->edges[k].node == node)
            v->links[v->link_count++] = k;
    if (v->link_count == 0)
        return 0;
    const tro_link *link = &scenario->graph.links[v->links[0]];
    v->kind = TRO_BY_WEIGHT;
    v->layer[TRO_RAW] = which == 2 || (which == 1 && !tro_node_get(node, "synthetic"));
    v->layer[TRO_CURATED] = which == 3 || (which == 1 && !tro_node_get(node, "curated"));
    v->now = which == 2 ? link->synthetic : link->curated;
    if (which == 1 && !number_at(tro_node_get(node, "weight"), &v->now))
        v->now = 1;
    return 1;
}

static int add_number(tro_frame *f, tro_variable *v, tro_messages *messages)
{
    const tro_allowed *a = v->allowed;
    int weight = take_weight(f, v);
    if (weight < 0)
        return weight;
    if (!weight) {
        v->kind = TRO_BY_NUMBER;
        if (!number_at(tro_node_at(f->base->scenario->document->root, a->key), &v->now))
            return wrong(a, NULL, messages, "has no number to begin with: writing it out in the "
                                            "scenario, or 'options', would be right");
    }
    v->low = weight && isnan(a->from) ? 0 : a->from;
    v->high = a->to;
    if (isnan(v->low) || isnan(v->high))
        return wrong(a, NULL, messages, weight ? "needs 'to', the largest weight to be considered"
                                               : "needs 'from' and 'to': only shares have bounds "
                                                 "of their own");
    if (weight && v->low < 0)
        return wrong(a, "from", messages, "is a weight: at least 0 would be right");
    v->unit = v->high > v->low ? v->high - v->low : 1;
    return TRO_OK;
}

static int check_bounds(const tro_variable *v, tro_messages *messages)
{
    char now[32], low[32], high[32];
    if (v->now >= v->low && v->now <= v->high)
        return TRO_OK;
    return tro_error(messages, TRO_ESCENARIO,
                     tro_place_of(v->allowed->node, v->now < v->low ? "from" : "to"),
                     "'%s' is %s now, which is not from %s to %s", v->allowed->key,
                     tro_format_real(now, v->now), tro_format_real(low, v->low),
                     tro_format_real(high, v->high));
}

int tro_frame_init(tro_frame *f, tro_advice *advice, tro_cell *base, const size_t *choice,
                   tro_messages *messages)
{
    size_t n = advice->allowed_count;
    int status = TRO_OK;
    *f = (tro_frame){.advice = advice, .base = base};
    f->choice = TRO_NEW(&f->arena, size_t, n);
    f->variables = TRO_NEW(&f->arena, tro_variable, n);
    f->blocks = TRO_NEW(&f->arena, tro_block, n);
    if (!f->choice || !f->variables || !f->blocks)
        return TRO_ENOMEM;
    for (size_t k = 0; k < n; k++) {
        const tro_allowed *a = &advice->allowed[k];
        tro_variable *v = &f->variables[f->count];
        f->choice[k] = choice[k];
        if (a->options) {
            f->price += choice[k] == SIZE_MAX ? 0 : a->prices[choice[k]];
            continue;
        }
        *v = (tro_variable){.allowed = a, .block = SIZE_MAX};
        size_t stem = stem_of_share(a->key, &v->part);
        int added = stem != SIZE_MAX ? add_share(f, v, stem, messages)
                                     : add_number(f, v, messages);
        if (added == TRO_OK)
            added = check_bounds(v, messages);
        if (added == TRO_ENOMEM)
            return added;
        status = added < 0 ? added : status;
        f->count++;
    }
    return status < 0 ? status : finish_blocks(f, messages);
}

void tro_frame_release(tro_frame *f)
{
    tro_arena_clear(&f->arena);
    *f = (tro_frame){0};
}

/* --- points ---------------------------------------------------------------------- */

double tro_frame_cost(const tro_frame *f, const double *x)
{
    double sum = 0;
    for (size_t j = 0; j < f->count; j++) {
        const tro_variable *v = &f->variables[j];
        double change = fabs(x[j] * v->unit - v->now);
        sum += v->allowed->cost * (f->advice->squares ? change * change : change);
    }
    return sum;
}

/* They sum to 1 to the last bit that can be had: the largest is what the others leave. */
void tro_block_shares(const tro_frame *f, const tro_block *b, const double *x,
                      double shares[TRO_SHARE_PARTS])
{
    int largest = 0;
    for (int p = 0; p < TRO_SHARE_PARTS; p++) {
        shares[p] = b->now[p];
        for (size_t v = 0; v < b->count; v++)
            shares[p] += b->by[v][p] * (x[b->at[v]] - f->variables[b->at[v]].now);
        shares[p] = shares[p] < 1e-15 ? 0 : shares[p];
        largest = shares[p] > shares[largest] ? p : largest;
    }
    shares[largest] = 1 - shares[(largest + 1) % 3] - shares[(largest + 2) % 3];
}

tro_override tro_allowed_override(const tro_allowed *allowed, size_t option)
{
    return (tro_override){.path = allowed->key, .value = allowed->options[option],
                          .origin = allowed->key};
}

static int add_override(tro_override *out, const char *path, const char *tail,
                        const tro_text *value, tro_arena *arena)
{
    tro_text whole = {0};
    tro_text_addf(&whole, "%s%s", path, tail);
    *out = (tro_override){.path = tro_arena_text(arena, tro_text_string(&whole)),
                          .value = tro_arena_text(arena, tro_text_string(value)),
                          .origin = "advice"};
    int failed = whole.failed || value->failed || !out->path || !out->value;
    tro_text_clear(&whole);
    return failed ? TRO_ENOMEM : TRO_OK;
}

static int moved(const tro_frame *f, size_t j, const double *x)
{
    return x[j] != f->variables[j].now / f->variables[j].unit;
}

static int override_block(const tro_frame *f, const tro_block *b, const double *x,
                          tro_arena *arena, tro_override *out)
{
    double shares[TRO_SHARE_PARTS];
    char number[32];
    tro_text value = {0};
    tro_block_shares(f, b, x, shares);
    for (int p = 0; p < TRO_SHARE_PARTS; p++)
        tro_text_addf(&value, "%s%s: %s", p ? ", " : "{", parts[p],
                      tro_format_real(number, shares[p]));
    tro_text_add(&value, "}");
    int status = add_override(out, b->stem, ".shares", &value, arena);
    tro_text_clear(&value);
    return status;
}

static int override_number(const tro_frame *f, size_t j, const double *x, tro_arena *arena,
                           tro_override *out)
{
    char number[32];
    tro_text value = {0};
    tro_text_add(&value, tro_format_real(number, x[j] * f->variables[j].unit));
    int status = add_override(out, f->variables[j].allowed->key, "", &value, arena);
    tro_text_clear(&value);
    return status;
}

int tro_frame_overrides(const tro_frame *f, const double *x, tro_arena *arena,
                        tro_override **out, size_t *count)
{
    int status = TRO_OK;
    *count = 0;
    *out = TRO_NEW(arena, tro_override, f->count + f->block_count);
    if (!*out)
        return TRO_ENOMEM;
    for (size_t b = 0; b < f->block_count; b++) {
        int any = 0;
        for (size_t v = 0; v < f->blocks[b].count; v++)
            any |= moved(f, f->blocks[b].at[v], x);
        if (any)
            TRO_TRY(override_block(f, &f->blocks[b], x, arena, &(*out)[(*count)++]));
    }
    for (size_t j = 0; j < f->count; j++)
        if (f->variables[j].block == SIZE_MAX && moved(f, j, x))
            TRO_TRY(override_number(f, j, x, arena, &(*out)[(*count)++]));
out:
    return status;
}
