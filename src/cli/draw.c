#include "cli/draw.h"

#include <math.h>
#include <stdlib.h>

#include "output/diagram.h"

enum { GROUPS_MAX = 40, ALONE_MAX = 12, NAMED_MAX = 8, MARKED_MAX = 3 };

int tro_layout_asked(const tro_arguments *arguments, tro_layout *out, tro_messages *messages)
{
    *out = TRO_LAYOUT_AUTOMATIC;
    return arguments->layout ? tro_layout_of_name(arguments->layout, out, messages) : TRO_OK;
}

/* Everything that is worked out for a drawing; in the arena. */
typedef struct sketch {
    const tro_scenario *scenario;
    const tro_network_view *view;
    double *outflow;              /* agents: what it makes up of others' data, summed */
    const double *size;
    double negligible;
    tro_parts parts;
    tro_diagram_node *nodes;
    tro_diagram_edge *edges;
    size_t edge_count;
    tro_text title, note;
    tro_arena arena;
} sketch;

/* How much of the consumer's data comes along an edge, and how much of it curated. */
static double flow(const tro_scenario *scenario, const tro_edge *edge, double *curated)
{
    const tro_shares *shares = &scenario->agents[edge->to].shares;
    *curated = shares->curated * edge->curated;
    return shares->synthetic * edge->synthetic + *curated;
}

static int find_outflow(sketch *s)
{
    double curated;
    s->outflow = TRO_NEW(&s->arena, double, s->scenario->agent_count);
    if (!s->outflow)
        return TRO_ENOMEM;
    for (size_t k = 0; k < s->scenario->edge_count; k++) {
        const tro_edge *e = &s->scenario->edges[k];
        if (e->from != e->to)
            s->outflow[e->from] += flow(s->scenario, e, &curated);
    }
    s->size = s->view->size ? s->view->size : s->outflow;
    return TRO_OK;
}

size_t tro_take_largest(const double *values, double least, size_t agents, size_t most,
                        size_t *out, size_t count)
{
    for (size_t n = 0; n < most; n++) {
        size_t best = SIZE_MAX;
        for (size_t i = 0; i < agents; i++) {
            int taken = !(values[i] > least);
            for (size_t k = 0; k < count && !taken; k++)
                taken = out[k] == i;
            if (!taken && (best == SIZE_MAX || values[i] > values[best]))
                best = i;
        }
        if (best == SIZE_MAX)
            break;
        out[count++] = best;
    }
    return count;
}

/* Below a hundredth of the largest help or harm nobody is marked. */
static double negligible(const tro_network_view *v, size_t agents)
{
    double most = 0;
    for (size_t i = 0; v->helps && v->harms && i < agents; i++) {
        most = isfinite(v->helps[i]) ? fmax(most, v->helps[i]) : most;
        most = isfinite(v->harms[i]) ? fmax(most, v->harms[i]) : most;
    }
    return 0.01 * most;
}

/* Those that stand for themselves in a summary: the marked ones, then the largest. */
static int find_parts(sketch *s)
{
    const tro_network_view *v = s->view;
    size_t agents = s->scenario->agent_count, first[3 * MARKED_MAX + ALONE_MAX], count = 0;
    if (agents > TRO_DRAWN_MAX) {
        const double *marked[] = {v->helps, v->harms, v->harmed};
        for (int k = 0; k < 3; k++)
            if (marked[k])
                count = tro_take_largest(marked[k], s->negligible, agents, MARKED_MAX, first,
                                         count);
        if (count < ALONE_MAX)
            count = tro_take_largest(s->size, 0, agents, ALONE_MAX - count, first, count);
    }
    return tro_parts_find(s->scenario, first, count, TRO_DRAWN_MAX, GROUPS_MAX, &s->arena,
                          &s->parts);
}

/* Parts are as their agents are on average; a size is that of all together. */
static int make_nodes(sketch *s)
{
    const tro_parts *p = &s->parts;
    double *known = TRO_NEW(&s->arena, double, p->count);
    s->nodes = TRO_NEW(&s->arena, tro_diagram_node, p->count);
    if (!known || !s->nodes)
        return TRO_ENOMEM;
    for (size_t i = 0; i < s->scenario->agent_count; i++) {
        const tro_shares *shares = &s->scenario->agents[i].shares;
        tro_diagram_node *node = &s->nodes[p->of_agent[i]];
        double agents = (double)p->agents[p->of_agent[i]];
        node->real += shares->real / agents;
        node->synthetic += shares->synthetic / agents;
        node->curated += shares->curated / agents;
        node->size += p->summary ? 1 : isfinite(s->size[i]) ? s->size[i] : 0;
        if (s->view->colour && isfinite(s->view->colour[i])) {
            node->colour += s->view->colour[i];
            known[p->of_agent[i]]++;
        }
    }
    for (size_t k = 0; k < p->count; k++) {
        s->nodes[k].name = p->names[k];
        s->nodes[k].colour = known[k] > 0 ? s->nodes[k].colour / known[k] : NAN;
    }
    return TRO_OK;
}

/* What flows from part to part, and its colour: sums, row by row of consumers. */
typedef struct sums {
    double flow, curated, effect, effects;
} sums;

static void add_link(const sketch *s, size_t link, sums *all)
{
    const tro_edge *e = &s->scenario->edges[link];
    double curated, amount = flow(s->scenario, e, &curated);
    sums *sum = &all[s->parts.of_agent[e->to] * s->parts.count + s->parts.of_agent[e->from]];
    sum->flow += amount;
    sum->curated += curated;
    if (s->view->effects && isfinite(s->view->effects[link])) {
        sum->effect += s->view->effects[link];
        sum->effects++;
    }
}

static int make_edges(sketch *s)
{
    size_t count = s->parts.count;
    sums *all = TRO_NEW(&s->arena, sums, count * count);
    if (!all)
        return TRO_ENOMEM;
    for (size_t k = 0; k < s->scenario->edge_count; k++)
        add_link(s, k, all);
    for (size_t k = 0; k < count * count; k++)
        s->edge_count += all[k].flow > 0;
    s->edges = TRO_NEW(&s->arena, tro_diagram_edge, s->edge_count);
    if (!s->edges)
        return TRO_ENOMEM;
    for (size_t k = 0, n = 0; k < count * count; k++) {
        const sums *sum = &all[k];
        if (!(sum->flow > 0))
            continue;
        double effect = sum->effects > 0 ? sum->effect / sum->effects : NAN;
        s->edges[n++] = (tro_diagram_edge){
            .from = k % count, .to = k / count,
            .width = sum->flow / (double)s->parts.agents[k / count],
            .colour = s->view->effects ? effect : sum->curated / sum->flow};
    }
    return TRO_OK;
}

static void mark(sketch *s, const double *values, unsigned which)
{
    size_t found[MARKED_MAX], agents = s->scenario->agent_count;
    size_t most = agents / 4 < 1 ? 1 : agents / 4 > MARKED_MAX ? MARKED_MAX : agents / 4;
    if (!values)
        return;
    size_t count = tro_take_largest(values, s->negligible, agents, most, found, 0);
    for (size_t k = 0; k < count; k++)
        if (s->parts.agents[s->parts.of_agent[found[k]]] == 1)
            s->nodes[s->parts.of_agent[found[k]]].marks |= which;
}

static void name_largest(sketch *s)
{
    size_t found[NAMED_MAX];
    if (s->parts.summary) {
        for (size_t k = 0; k < s->parts.count; k++)
            s->nodes[k].named = 1;
        return;
    }
    size_t count = tro_take_largest(s->size, 0, s->scenario->agent_count, NAMED_MAX, found, 0);
    for (size_t k = 0; k < count; k++)
        s->nodes[found[k]].named = 1;
}

static void add_texts(sketch *s)
{
    const tro_scenario *scenario = s->scenario;
    tro_text_addf(&s->title, "%s%s%s: %zu agent%s, %zu edge%s", scenario->name,
                  s->view->what ? ", " : "", s->view->what ? s->view->what : "",
                  scenario->agent_count, scenario->agent_count == 1 ? "" : "s",
                  scenario->edge_count, scenario->edge_count == 1 ? "" : "s");
    if (s->parts.summary)
        tro_text_addf(&s->note, "a summary: of more than %d agents, those that matter most stand "
                                "for themselves, the others by group, as they are on average",
                      TRO_DRAWN_MAX);
}

static int make(sketch *s)
{
    int status;
    TRO_TRY(find_outflow(s));
    s->negligible = negligible(s->view, s->scenario->agent_count);
    TRO_TRY(find_parts(s));
    TRO_TRY(make_nodes(s));
    TRO_TRY(make_edges(s));
    mark(s, s->view->helps, TRO_MARK_HELPS);
    mark(s, s->view->harms, TRO_MARK_HARMS);
    mark(s, s->view->harmed, TRO_MARK_HARMED);
    name_largest(s);
    add_texts(s);
    status = s->title.failed || s->note.failed ? TRO_ENOMEM : TRO_OK;
out:
    return status;
}

static int save(const tro_diagram *diagram, tro_results *results, tro_messages *messages)
{
    tro_messages aside = {0};
    int status = tro_diagram_save(diagram, &results->folder, "network", &aside);
    return tro_results_unless_gnuplot(status, &aside, messages);
}

int tro_network_draw(const tro_cell *cell, const tro_network_view *view, tro_results *results,
                     tro_messages *messages)
{
    sketch s = {.scenario = cell->scenario, .view = view};
    /* A stream of its own: no replicate of a run has this number. */
    const tro_stream_key key = {.seed = cell->scenario->seed, .purpose = TRO_FOR_NETWORK,
                                .replicate = UINT64_MAX};
    int status = make(&s);
    if (status == TRO_OK) {
        const tro_diagram diagram = {
            .title = tro_text_string(&s.title), .note = tro_text_string(&s.note),
            .disc_label = view->disc_label,
            .arrow_label = view->effects ? view->arrow_label : "what of it is curated",
            .width_label = "share of the consumer's data",
            .size_label = s.parts.summary ? "larger: more agents"
                          : view->size ? view->size_label : "larger: others train on more of it",
            .mark_labels = {"helps others most", "harms others most", "harmed most by others"},
            .effects = view->effects != NULL, .nodes = s.nodes, .node_count = s.parts.count,
            .edges = s.edges, .edge_count = s.edge_count, .layout = view->layout,
            .stream = tro_stream_of(&key)};
        status = save(&diagram, results, messages);
    } else {
        tro_error(messages, status, NULL, "out of memory for a drawing of the network");
    }
    tro_text_clear(&s.title);
    tro_text_clear(&s.note);
    tro_arena_clear(&s.arena);
    return status;
}
