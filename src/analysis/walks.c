#include "analysis/walks.h"

#include <math.h>
#include <string.h>

#include "analysis/vector.h"

/* Relative to the largest term, what is left below this is rounding. */
#define NOTHING 1e-13
enum { MOST_PRODUCTS = 200000 };

/* --- blocks of the Jacobian ------------------------ */

/* A change of one producer's state, as it arrives along one edge or along all. */
typedef struct arrival {
    tro_influences *influences;
    size_t producer, edge;          /* edge SIZE_MAX: every edge */
    const double *change;           /* width */
    const double *nothing;          /* size zeros */
    const double *heard;            /* size: changes of those whom users listen to */
    double *scratch;                /* width */
} arrival;

static const double *base_law(void *context, const tro_entry *entry, double *out)
{
    const arrival *a = context;
    const tro_ecosystem *eco = a->influences->ecosystem;
    const double *z = a->influences->z;
    return tro_entry_law(eco, entry, z + entry->producer * eco->width, z, out, a->scratch,
                         a->influences->resolvent.work.curation);
}

static const double *arriving(void *context, const tro_entry *entry, double *out)
{
    const arrival *a = context;
    const tro_ecosystem *eco = a->influences->ecosystem;
    const double *z = a->influences->z;
    int made = entry->producer == a->producer &&
               (a->edge == SIZE_MAX || entry->edge == a->edge);
    int listens = entry->curation && entry->curation->audience_count > 0;
    if (!made && !listens)
        return a->nothing;
    return tro_entry_derivative(eco, entry, z + entry->producer * eco->width, z,
                                made ? a->change : a->nothing, a->heard, out, a->scratch,
                                a->influences->resolvent.work.curation);
}

typedef struct explorer {
    tro_influences *influences;
    tro_walks *walks;
    double *response, *adjoint;     /* size each */
    double *nothing, *heard;        /* size zeros each, heard between uses */
    double *scratch, *line;
    double *path;                   /* (TRO_ROUTE_EDGES + 1) x width: the change along a route */
    size_t *out_start, *out_agent;  /* consumers of each agent */
    int *seen;                      /* agents that are on the route */
    size_t products;
    tro_arena arena;
} explorer;

/* out = J_ij change, along one edge of j's; with SIZE_MAX along all, and by way of users who
 * listen to j. */
static void block(explorer *e, size_t consumer, size_t producer, size_t edge,
                  const double *change, double *out)
{
    size_t width = e->influences->ecosystem->width;
    arrival a = {e->influences, producer, edge, change, e->nothing, e->heard, e->scratch};
    double *heard = e->heard + producer * width;
    if (edge == SIZE_MAX)
        memcpy(heard, change, width * sizeof *heard);
    tro_agent_derivative(e->influences->ecosystem, &e->influences->resolvent.work, consumer,
                         base_law, arriving, &a, e->nothing, out);
    memset(heard, 0, width * sizeof *heard);
    e->products++;
}

/* What comes to an agent without an edge: from its own state, and by its data's users from
 * those they listen to. */
static void without_edge(explorer *e, size_t agent, double *out)
{
    size_t width = e->influences->ecosystem->width;
    arrival a = {e->influences, SIZE_MAX, SIZE_MAX, e->nothing, e->nothing, e->response,
                 e->scratch};
    tro_agent_derivative(e->influences->ecosystem, &e->influences->resolvent.work, agent,
                         base_law, arriving, &a, e->response + agent * width, out);
}

/* --- terms and flows ------------------------ */

static int find_terms(explorer *e, const double *gradient, const double *push, size_t most,
                      tro_messages *messages)
{
    const tro_ecosystem *eco = e->influences->ecosystem;
    tro_walks *w = e->walks;
    double *term = TRO_NEW(&e->arena, double, eco->size), sum = 0, largest = 0;
    double *next = TRO_NEW(&e->arena, double, eco->size);
    w->terms = TRO_NEW(&w->arena, double, most + 1);
    if (!term || !next || !w->terms)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory for walks");
    memcpy(term + w->of * eco->width, push, eco->width * sizeof *push);
    double whole = tro_norm(eco->size, e->response) * tro_norm(eco->width, gradient);
    for (size_t k = 0; k <= most; k++) {
        w->terms[k] = tro_dot(eco->width, gradient, term + w->on * eco->width);
        sum += w->terms[k];
        largest = fmax(largest, fabs(w->terms[k]));
        w->term_count = k + 1;
        if (tro_norm(eco->size, term) * tro_norm(eco->width, gradient) <= NOTHING * whole)
            break;
        tro_resolvent_product(&e->influences->resolvent, TRO_PLAIN, term, next);
        memcpy(term, next, eco->size * sizeof *term);
    }
    w->rest = w->total - sum;
    if (fabs(w->rest) <= NOTHING * largest)
        w->rest = 0;
    return TRO_OK;
}

static int find_flows(explorer *e, tro_messages *messages)
{
    const tro_ecosystem *eco = e->influences->ecosystem;
    const tro_scenario *scenario = eco->scenario;
    tro_walks *w = e->walks;
    w->flow = TRO_NEW(&w->arena, double, scenario->edge_count);
    if (!w->flow)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory for walks");
    tro_workspace_linearise(&e->influences->resolvent.work, eco, e->influences->z);
    for (size_t k = 0; k < scenario->edge_count; k++) {
        const tro_edge *edge = &scenario->edges[k];
        block(e, edge->to, edge->from, k, e->response + edge->from * eco->width, e->line);
        w->flow[k] = tro_dot(eco->width, e->adjoint + edge->to * eco->width, e->line);
    }
    for (size_t i = 0; !eco->plain && i < eco->agents; i++) {
        without_edge(e, i, e->line);
        w->own += tro_dot(eco->width, e->adjoint + i * eco->width, e->line);
    }
    return TRO_OK;
}

/* --- routes ------------------------ */

static void keep(tro_walks *w, const tro_route *route)
{
    size_t at = w->route_count;
    while (at > 0 && fabs(w->routes[at - 1].carried) < fabs(route->carried))
        at--;
    if (at == TRO_ROUTES)
        return;
    size_t after = (w->route_count < TRO_ROUTES ? w->route_count : TRO_ROUTES - 1) - at;
    memmove(w->routes + at + 1, w->routes + at, after * sizeof *w->routes);
    w->routes[at] = *route;
    w->route_count += w->route_count < TRO_ROUTES;
}

/* Depth first; routes of equal weight stand in file order. */
static void follow(explorer *e, tro_route *route)
{
    const tro_ecosystem *eco = e->influences->ecosystem;
    size_t width = eco->width, here = route->agents[route->edges];
    const double *change = e->path + route->edges * width;
    double *next = e->path + (route->edges + 1) * width;
    for (size_t k = e->out_start[here]; k < e->out_start[here + 1]; k++) {
        size_t to = e->out_agent[k];
        int arrived = to == e->walks->on;
        if (e->seen[to] && !arrived)
            continue;
        if (e->products >= MOST_PRODUCTS) {
            e->walks->routes_cut_short = 1;
            return;
        }
        block(e, to, here, SIZE_MAX, change, next);
        route->agents[++route->edges] = to;
        if (arrived) {
            route->carried = tro_dot(width, e->adjoint + to * width, next);
            if (route->carried != 0)
                keep(e->walks, route);
        } else if (route->edges < TRO_ROUTE_EDGES) {
            e->seen[to] = 1;
            follow(e, route);
            e->seen[to] = 0;
        }
        route->edges--;
    }
}

/* The k-th agent that what the entry delivers depends on; SIZE_MAX: there are no more. */
static size_t depends_on(const tro_entry *entry, size_t k)
{
    if (k == 0)
        return entry->producer;
    return entry->curation && k <= entry->curation->audience_count
               ? entry->curation->audience[k - 1]->agent
               : SIZE_MAX;
}

/* Counts, or lists, those that agent i depends on by an entry. */
static void list_entry(explorer *e, const tro_entry *entry, size_t i, size_t *last, size_t *next)
{
    size_t from;
    for (size_t k = 0; (from = depends_on(entry, k)) != SIZE_MAX; k++) {
        if (last[from] == i + 1)
            continue;
        last[from] = i + 1;
        if (next)
            e->out_agent[next[from]++] = i;
        else
            e->out_start[from + 1]++;
    }
}

/* Who depends on whom, each pair once. */
static int list_consumers(explorer *e)
{
    const tro_ecosystem *eco = e->influences->ecosystem;
    size_t most = 1;
    for (size_t k = 0, at; k < eco->entry_count; k++)
        for (at = 0; depends_on(&eco->entries[k], at) != SIZE_MAX; at++)
            most++;
    size_t *last = TRO_NEW(&e->arena, size_t, eco->agents), *next = NULL;
    e->out_start = TRO_NEW(&e->arena, size_t, eco->agents + 2);
    e->out_agent = TRO_NEW(&e->arena, size_t, most);
    next = TRO_NEW(&e->arena, size_t, eco->agents + 1);
    if (!last || !e->out_start || !e->out_agent || !next)
        return TRO_ENOMEM;
    for (int fill = 0; fill <= 1; fill++) {
        memset(last, 0, eco->agents * sizeof *last);
        for (size_t i = 0; i < eco->agents; i++)
            for (size_t k = eco->row_start[i]; k < eco->row_start[i + 1]; k++)
                if (tro_entry_share(eco, i, &eco->entries[k]) > 0)
                    list_entry(e, &eco->entries[k], i, last, fill ? next : NULL);
        for (size_t i = 0; !fill && i < eco->agents; i++)
            e->out_start[i + 1] += e->out_start[i];
        memcpy(next, e->out_start, (eco->agents + 1) * sizeof *next);
    }
    return TRO_OK;
}

static int find_routes(explorer *e, tro_messages *messages)
{
    const tro_ecosystem *eco = e->influences->ecosystem;
    size_t width = eco->width;
    tro_route route = {.agents = {e->walks->of}};
    e->path = TRO_NEW(&e->arena, double, (TRO_ROUTE_EDGES + 1) * width);
    e->seen = TRO_NEW(&e->arena, int, eco->agents);
    if (!e->path || !e->seen || list_consumers(e) < 0)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory for walks");
    memcpy(e->path, e->response + e->walks->of * width, width * sizeof *e->path);
    e->seen[e->walks->of] = 1;
    e->products = 0;
    follow(e, &route);
    return TRO_OK;
}

int tro_walks_find(tro_influences *influences, size_t on, size_t of, size_t most, tro_walks *out,
                   tro_messages *messages)
{
    const tro_ecosystem *eco = influences->ecosystem;
    explorer e = {.influences = influences, .walks = out};
    int status, side;
    *out = (tro_walks){.on = on, .of = of};
    e.response = TRO_NEW(&e.arena, double, eco->size);
    e.adjoint = TRO_NEW(&e.arena, double, eco->size);
    e.nothing = TRO_NEW(&e.arena, double, eco->size);
    e.heard = TRO_NEW(&e.arena, double, eco->size);
    e.scratch = TRO_NEW(&e.arena, double, 2 * eco->width);
    e.line = TRO_NEW(&e.arena, double, eco->width);
    double *gradient = TRO_NEW(&e.arena, double, eco->width);
    double *push = TRO_NEW(&e.arena, double, eco->width);
    if (!e.response || !e.adjoint || !e.nothing || !e.heard || !e.scratch || !e.line || !gradient ||
        !push) {
        status = tro_error(messages, TRO_ENOMEM, NULL, "out of memory for walks");
        goto out;
    }
    TRO_TRY(tro_alignment_gradient(influences, on, gradient));
    TRO_TRY(tro_round_by_share(eco, &influences->resolvent.work, influences->z, of, push, &side));
    if (tro_influence_lost(influences, on, of, push))
        TRO_TRY(TRO_EUNSUPPORTED);
    TRO_TRY(tro_influence_response(influences, of, TRO_ALL_WALKS, e.response, messages));
    for (size_t k = 0; k < eco->size; k++) /* not defined, and on no walk from here to there */
        e.response[k] = isnan(e.response[k]) ? 0 : e.response[k];
    memcpy(e.adjoint + on * eco->width, gradient, eco->width * sizeof *gradient);
    TRO_TRY(tro_resolvent_solve(&influences->resolvent, TRO_TRANSPOSED, e.adjoint, e.adjoint,
                                messages));
    out->total = tro_dot(eco->width, gradient, e.response + on * eco->width);
    TRO_TRY(find_terms(&e, gradient, push, most, messages));
    TRO_TRY(find_flows(&e, messages));
    TRO_TRY(find_routes(&e, messages));
out:
    tro_arena_clear(&e.arena);
    if (status < 0)
        tro_walks_release(out);
    return status;
}

void tro_walks_release(tro_walks *walks)
{
    tro_arena_clear(&walks->arena);
    *walks = (tro_walks){0};
}
