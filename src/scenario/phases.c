#include "scenario/phases.h"

#include <string.h>

#include "document/path.h"
#include "scenario/parts.h"

/* One phase on its way. */
typedef struct maker {
    const tro_catalog *catalog;
    const tro_scenario *first;           /* the first phase */
    const tro_incident *incidents;       /* up to this phase */
    size_t since, count;                 /* those from `since` on are its own */
    tro_document *document;
    tro_presence *presence;              /* agents */
    tro_messages *messages;
    int again;                           /* an event before was wrong, which was said */
    int partial;                         /* some of this one could not be put in */
} maker;

static int no_memory(tro_messages *messages)
{
    return tro_error(messages, TRO_ENOMEM, NULL, "out of memory for the events");
}

/* --- who is there ------------------------------------------------------------------ */

typedef enum move { JOIN, LEAVE, FREEZE } move;

static const tro_presence becomes[] = {[JOIN] = TRO_PRESENT, [LEAVE] = TRO_ABSENT,
                                       [FREEZE] = TRO_FROZEN};

static int refuse_move(const maker *m, move what, tro_presence now, const char *name,
                       const tro_place *place)
{
    static const char *const state[] = {[TRO_PRESENT] = "is there already",
                                        [TRO_FROZEN] = "is frozen already",
                                        [TRO_ABSENT] = "is not there"};
    static const char *const verb[] = {[JOIN] = "join", [LEAVE] = "leave", [FREEZE] = "freeze"};
    return tro_error(m->messages, TRO_ESCENARIO, place, "'%s' cannot %s: it %s", name,
                     verb[what], state[now]);
}

static int move_one(const maker *m, move what, const char *name, const tro_place *place)
{
    size_t found = 0;
    for (size_t i = 0; i < m->first->agent_count; i++) {
        tro_presence now = m->presence[i];
        if (!tro_agent_answers(&m->first->agents[i], name))
            continue;
        if (now == becomes[what] || (what == FREEZE && now == TRO_ABSENT))
            return refuse_move(m, what, now, m->first->agents[i].name, place);
        m->presence[i] = becomes[what];
        found++;
    }
    if (found > 0)
        return TRO_OK;
    const char *near = tro_scenario_nearest_agent(m->first, name);
    return tro_error(m->messages, TRO_ESCENARIO, place, "no agent or group is called '%s'%s%s%s",
                     name, near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
}

static int move_all(const maker *m, move what, const tro_texts *names)
{
    int status = TRO_OK;
    for (size_t k = 0; k < names->count; k++)
        status = tro_worse(status,
                           move_one(m, what, names->items[k], &names->nodes[k]->place));
    return status;
}

/* A child of the root with this key, made or emptied. */
static tro_node *fresh_child(tro_document *document, tro_node *map, const char *key,
                             tro_node_kind kind, size_t room)
{
    tro_node *child = tro_node_get(map, key);
    if (!child) {
        tro_node **items = TRO_NEW(&document->arena, tro_node *, 2 * (map->count + 1));
        child = TRO_NEW(&document->arena, tro_node, 1);
        if (!items || !child)
            return NULL;
        if (map->count > 0)
            memcpy(items, map->items, map->count * sizeof *items);
        map->items = items;
        map->items[map->count++] = child;
        *child = (tro_node){.key = key, .key_place = map->place, .place = map->place,
                            .parent = map};
    }
    child->kind = kind;
    child->text = NULL;
    child->count = 0;
    child->items = TRO_NEW(&document->arena, tro_node *, 2 * (room + 1));
    return child->items ? child : NULL;
}

/* A list of the names of those who are in this state, where there are any. */
static int write_presence(const maker *m, const char *key, tro_presence presence,
                          const tro_place *place)
{
    size_t count = 0;
    for (size_t i = 0; i < m->first->agent_count; i++)
        count += m->presence[i] == presence;
    if (count == 0 && !tro_node_get(m->document->root, key))
        return TRO_OK;
    tro_node *list = fresh_child(m->document, m->document->root, key, TRO_LIST, count);
    tro_node *items = TRO_NEW(&m->document->arena, tro_node, count);
    if (!list || !items)
        return no_memory(m->messages);
    list->place = *place;
    for (size_t i = 0; i < m->first->agent_count; i++) {
        if (m->presence[i] != presence)
            continue;
        tro_node *item = &items[list->count];
        *item = (tro_node){.kind = TRO_SCALAR, .place = *place, .parent = list, .quoted = 1};
        item->text = tro_arena_text(&m->document->arena, m->first->agents[i].name);
        if (!item->text)
            return no_memory(m->messages);
        list->items[list->count++] = item;
    }
    return TRO_OK;
}

/* --- edges -------------------------------------------------------------------------- */

/* Adds the edges to `network.changes`; they are nodes of this document's own `events`. */
static int add_edges(const maker *m, tro_node *edges)
{
    tro_node *network = tro_node_get(m->document->root, "network");
    if (!network) {
        network = fresh_child(m->document, m->document->root, "network", TRO_MAP, 2);
        if (!network || !fresh_child(m->document, network, "edges", TRO_LIST, 1))
            return no_memory(m->messages);
    }
    tro_node *changes = tro_node_get(network, "changes");
    size_t had = changes ? changes->count : 0;
    tro_node **old = changes ? changes->items : NULL;
    changes = fresh_child(m->document, network, "changes", TRO_LIST, had + edges->count);
    if (!changes)
        return no_memory(m->messages);
    for (size_t k = 0; k < had + edges->count; k++) {
        changes->items[k] = k < had ? old[k] : edges->items[k - had];
        changes->items[k]->parent = changes;
    }
    changes->count = had + edges->count;
    changes->place = edges->place;
    return TRO_OK;
}

/* --- keys --------------------------------------------------------------------------- */

/* What stays as it was for the whole run: why, or NULL. */
static const char *why_fixed(const tro_step *step, size_t count)
{
    static const char *const whole[] = {"trophic", "name", "description", "paper", "seed",
                                        "record", "vary", "claims", "figure"};
    for (size_t k = 0; k < sizeof whole / sizeof *whole; k++)
        if (tro_step_is(&step[0], whole[k]))
            return "it belongs to the whole run";
    if (tro_step_is(&step[0], "events"))
        return "events do not change events";
    if (tro_step_is(&step[0], "absent") || tro_step_is(&step[0], "frozen"))
        return "'join', 'leave' and 'freeze' say who is there";
    if (count > 1 && tro_step_is(&step[0], "network") &&
        (tro_step_is(&step[1], "graphml") || tro_step_is(&step[1], "changes")))
        return "'edges' says what changes of the network";
    if (count > 2 && tro_step_is(&step[0], "agents") && tro_step_is(&step[2], "start"))
        return "an agent starts once, when the run does";
    return NULL;
}

static int check_path(const maker *m, const tro_node *item)
{
    tro_step steps[3];
    size_t at = 0, count = 0, length = strlen(item->key);
    while (count < 3 && tro_path_next(item->key, length, &at, &steps[count]) == 1)
        count++;
    const char *why = count > 0 ? why_fixed(steps, count) : NULL;
    return !why ? TRO_OK
                : tro_error(m->messages, TRO_ESCENARIO, &item->key_place,
                            "an event cannot set '%s': %s", item->key, why);
}

static int set_keys(const maker *m, const tro_node *set)
{
    tro_arena arena = {0};
    tro_override *all;
    size_t count;
    int status = TRO_OK;
    for (size_t k = 0; k < set->count; k++)
        status = tro_worse(status, check_path(m, set->items[k]));
    TRO_TRY(status);
    TRO_TRY(tro_overrides_of(&arena, set, "event", &all, &count));
    for (size_t k = 0; k < count; k++) {
        all[k].node = set->items[k];
        all[k].path_place = &set->items[k]->key_place;
    }
    status = tro_overrides_apply(m->document, m->catalog, all, count, m->messages);
out:
    tro_arena_clear(&arena);
    return status;
}

/* --- one phase ------------------------------------------------------------------------ */

static const char *what_differs(const tro_scenario *a, const tro_scenario *b)
{
    const tro_space *x = &a->space, *y = &b->space;
    if (x->family != y->family || x->width != y->width || x->blocks != y->blocks ||
        x->outcomes != y->outcomes)
        return "the outcomes' family, their number and their dimension";
    if (a->agent_count != b->agent_count)
        return "the number of agents";
    for (size_t i = 0; i < a->agent_count; i++)
        if (strcmp(a->agents[i].name, b->agents[i].name) != 0)
            return "the agents' names and their order";
    if (a->seed != b->seed)
        return "the seed";
    if (a->sampled != b->sampled || a->replicates != b->replicates)
        return "whether rounds are sampled, and how often";
    return NULL;
}

/* The place below the node that the message names, or NULL. */
static const tro_place *find_place(const tro_node *node, const tro_message *message)
{
    const tro_place *places[] = {&node->place, node->key ? &node->key_place : &node->place};
    for (size_t k = 0; k < 2; k++)
        if (places[k]->line == message->line && places[k]->column == message->column &&
            places[k]->source && strcmp(places[k]->source->name, message->file) == 0)
            return places[k];
    for (size_t k = 0; k < node->count; k++) {
        const tro_place *found = find_place(node->items[k], message);
        if (found)
            return found;
    }
    return NULL;
}

/* For incident k: what earlier ones do wrong was said. */
static maker of_incident(const maker *m, size_t k)
{
    maker own = *m;
    if (m->again && k < m->since)
        own.messages = NULL;
    return own;
}

/* The status of what incident k did. */
static int counted(const maker *m, size_t k, int status)
{
    return m->again && k < m->since && status != TRO_ENOMEM ? TRO_OK : status;
}

static int move_everybody(const maker *m)
{
    int status = TRO_OK;
    for (size_t i = 0; i < m->first->agent_count; i++)
        m->presence[i] = m->first->agents[i].presence;
    for (size_t k = 0; k < m->count; k++) {
        const tro_incident *incident = &m->incidents[k];
        const maker own = of_incident(m, k);
        int moved = move_all(&own, LEAVE, &incident->leave);
        moved = tro_worse(moved, move_all(&own, FREEZE, &incident->freeze));
        moved = tro_worse(moved, move_all(&own, JOIN, &incident->join));
        status = tro_worse(status, counted(m, k, moved));
    }
    return status;
}

static tro_node *event_of(const maker *m, size_t number)
{
    return tro_node_get(m->document->root, "events")->items[number];
}

/* The first phase's document with all events up to this phase put in. */
static int change_document(const maker *m)
{
    const tro_place *place = &m->incidents[m->since].self->place;
    int status;
    int moved = move_everybody(m);
    TRO_TRY(write_presence(m, "absent", TRO_ABSENT, place));
    TRO_TRY(write_presence(m, "frozen", TRO_FROZEN, place));
    for (size_t k = 0; k < m->count; k++) {
        const maker own = of_incident(m, k);
        int changed = TRO_OK;
        if (m->incidents[k].set)
            changed = set_keys(&own, tro_node_get(event_of(m, k), "set"));
        if (m->incidents[k].edges.count > 0)
            changed = tro_worse(changed, add_edges(&own, tro_node_get(event_of(m, k), "edges")));
        status = tro_worse(status, counted(m, k, changed));
    }
    status = tro_worse(status, moved);
out:
    return status;
}

/* The nodes stay where they are: edges are among them. */
static void drop_events(tro_node *root)
{
    size_t kept = 0;
    for (size_t k = 0; k < root->count; k++)
        if (strcmp(root->items[k]->key, "events") != 0)
            root->items[kept++] = root->items[k];
    root->count = kept;
}

static int make_scenario(maker *m, tro_scenario **out)
{
    const char *differs;
    int status;
    *out = NULL;
    TRO_TRY(tro_document_clone(m->first->document, &m->document, m->messages));
    int changed = change_document(m);
    if (changed == TRO_ENOMEM) {
        tro_document_free(m->document);
        return changed;
    }
    m->partial = changed < 0;   /* the rest may be wrong, too */
    drop_events(m->document->root);
    TRO_TRY(tro_scenario_new(m->document, m->catalog, out, m->messages));
    TRO_TRY(changed);
    differs = what_differs(m->first, *out);
    if (differs)
        status = tro_error(m->messages, TRO_ESCENARIO, &m->incidents[m->since].self->place,
                           "%s cannot change during the run", differs);
out:
    return status;
}

/* --- telling ------------------------------------------------------------------------ */

static const tro_place *place_in_events(const tro_scenario *first, const tro_phase *phase,
                                        const tro_message *message)
{
    const tro_place *found = NULL;
    for (size_t k = 0; message->file && !found && k < phase->count; k++)
        found = find_place(first->incidents[phase->first + k].self, message);
    return found;
}

static int is_known(const tro_messages *messages, const char *text)
{
    for (size_t k = 0; messages && k < messages->count; k++)
        if (strcmp(messages->items[k].text, text) == 0)
            return 1;
    return 0;
}

/* What a phase has to say is shown in the event that made it. */
static void tell(const tro_scenario *first, const tro_phase *phase, const tro_message *item,
                 tro_messages *messages)
{
    const tro_place *place = place_in_events(first, phase, item);
    tro_text text = {0};
    if (!place)
        tro_text_addf(&text, "from round %llu on: ", (unsigned long long)phase->from);
    tro_text_add(&text, item->text);
    if (!place && item->file && item->line > 0 && !item->argument)
        tro_text_addf(&text, " (%s:%d:%d)", item->file, item->line, item->column);
    place = place ? place : &phase->event->place;
    if (item->severity == TRO_WARNING)
        tro_warning(messages, place, "%s", tro_text_string(&text));
    else
        tro_error(messages, item->status, place, "%s", tro_text_string(&text));
    tro_text_clear(&text);
}

/* Notes, and warnings that hold before, were said of the first phase; `again`: mistakes of
 * events before were said, too, and those are told that stand in this one. */
static void tell_all(const tro_scenario *first, const tro_phase *phase, const tro_messages *own,
                     int again, tro_messages *messages)
{
    for (size_t k = 0; k < own->count; k++) {
        const tro_message *item = &own->items[k];
        if (again && !place_in_events(first, phase, item))
            continue;
        if (item->severity == TRO_ERROR ||
            (item->severity == TRO_WARNING && !is_known(messages, item->text)))
            tell(first, phase, item, messages);
    }
}

void tro_phases_tell(const tro_phases *phases, size_t k, const tro_messages *own,
                     tro_messages *messages)
{
    tell_all(phases->items[0].scenario, &phases->items[k], own, 0, messages);
}

/* --- all ------------------------------------------------------------------------------ */

/* The phase that begins with incident `since` and has all of its round; `again`: one before
 * could not be made. */
static int make_phase(const tro_catalog *catalog, const tro_scenario *first, size_t since,
                      int again, tro_phase *out, size_t *next, tro_messages *messages)
{
    tro_messages own = {0};
    const tro_incident *all = first->incidents;
    maker m = {.catalog = catalog, .first = first, .incidents = all, .since = since,
               .count = since, .messages = &own, .again = again};
    m.presence = tro_allocate(first->agent_count, sizeof *m.presence);
    *out = (tro_phase){.from = (uint64_t)all[since].round, .event = all[since].self,
                       .first = since};
    while (m.count < first->incident_count && all[m.count].round == all[since].round) {
        out->name = out->name ? out->name : all[m.count].name;
        m.count++;
    }
    *next = m.count;
    out->count = m.count - since;
    int status = m.presence ? make_scenario(&m, &out->scenario) : TRO_ENOMEM;
    if (status == TRO_ENOMEM)
        no_memory(messages);
    else
        tell_all(first, out, &own, again || m.partial, messages);
    tro_messages_clear(&own);
    tro_release(m.presence);
    return status;
}

int tro_phases_new(tro_document *document, const tro_catalog *catalog, tro_phases *out,
                   tro_messages *messages)
{
    tro_scenario *first = NULL;
    int status;
    *out = (tro_phases){0};
    TRO_TRY(tro_scenario_new(document, catalog, &first, messages));
    out->items = TRO_NEW(&out->arena, tro_phase, first->incident_count + 1);
    if (!out->items) {
        tro_scenario_free(first);
        TRO_TRY(no_memory(messages));
    }
    out->items[out->count++].scenario = first;
    for (size_t k = 0; k < first->incident_count && status != TRO_ENOMEM;) {
        int made = make_phase(catalog, first, k, status < 0, &out->items[out->count++], &k,
                              messages);
        status = tro_worse(status, made);
    }
out:
    if (status < 0)
        tro_phases_release(out);
    return status;
}

void tro_phases_release(tro_phases *phases)
{
    for (size_t k = 0; k < phases->count; k++)
        tro_scenario_free(phases->items[k].scenario);
    tro_arena_clear(&phases->arena);
    *phases = (tro_phases){0};
}
