/* Trials: cells made only to see whether they can be, and their mistakes told at
 * the places in the study that ask for them. */
#include <stdio.h>
#include <string.h>

#include "document/path.h"
#include "experiment/study_parts.h"
#include "scenario/keys.h"

static int no_memory(const tro_trial *trial)
{
    return tro_error(trial->messages, TRO_ENOMEM, NULL, "out of memory checking the study");
}

int tro_trial_init(tro_trial *trial, const tro_node *set_node, const tro_override *set,
                   size_t set_count, const tro_axis *axes, size_t axis_count)
{
    trial->changes = TRO_NEW(trial->arena, tro_change, set_count + axis_count);
    if (!trial->changes)
        return no_memory(trial);
    for (size_t k = 0; k < set_count; k++)
        trial->changes[trial->count++] = (tro_change){
            .path = set[k].path, .value = set[k].value, .item = set_node->items[k]};
    for (size_t a = 0; a < axis_count; a++)
        if (axes[a].known)
            trial->changes[trial->count++] = (tro_change){.path = axes[a].key,
                                                          .axis = &axes[a]};
    for (size_t k = 0; k < trial->count; k++)
        snprintf(trial->changes[k].origin, sizeof trial->changes[k].origin, "change %zu", k);
    return TRO_OK;
}

/* --- telling --------------------------------------------------------------- */

static const tro_place *value_place(const tro_change *change)
{
    const tro_axis *axis = change->axis;
    const tro_node *from = axis->from;
    return from->kind == TRO_LIST && !axis->drawn ? &from->items[change->position]->place
                                                  : &from->place;
}

static const tro_place *key_place(const tro_change *change)
{
    if (change->item)
        return &change->item->key_place;
    const tro_node *key = tro_node_get(change->axis->node, "key");
    return key ? &key->place : &change->axis->node->key_place;
}

static void describe_value(const tro_change *change, tro_text *text)
{
    const tro_axis *axis = change->axis;
    char number[32];
    tro_text_addf(text, "axis '%s' at %s: ", axis->name,
                  axis->options.count
                      ? axis->options.items[change->position]
                      : tro_format_real(number, axis->values.values[change->position]));
}

static const tro_change *change_of(const tro_trial *trial, const tro_message *message)
{
    for (size_t k = 0; message->file && k < trial->count; k++)
        if (strcmp(message->file, trial->changes[k].origin) == 0)
            return &trial->changes[k];
    return NULL;
}

/* Of the values of a grid, which stand at one place, the first that is wrong is told. */
static int is_told(const tro_trial *trial, const tro_change *varied)
{
    tro_change *change = &trial->changes[varied - trial->changes];
    const tro_axis *axis = change->axis;
    if (axis->from->kind == TRO_LIST && !axis->drawn)
        return 0;
    if (change->told == 0)
        change->told = change->position + 1;
    return change->told != change->position + 1;
}

/* A mistake that many trials make is told once; of very many, the first. */
static int tell_once(tro_messages *messages, const tro_place *place, const char *text)
{
    if (!messages || messages->errors > TRO_MISTAKE_LIMIT)
        return TRO_ESCENARIO;
    for (size_t k = 0; k < messages->count; k++) {
        const tro_message *item = &messages->items[k];
        if (item->line == place->line && item->column == place->column &&
            strcmp(item->text, text) == 0)
            return TRO_ESCENARIO;
    }
    if (messages->errors == TRO_MISTAKE_LIMIT)
        return tro_error(messages, TRO_ESCENARIO, place,
                         "more than %d mistakes, the rest is not shown", TRO_MISTAKE_LIMIT);
    return tro_error(messages, TRO_ESCENARIO, place, "%s", text);
}

/* Where the mistake was found, when that is not where it is told. */
static void add_origin(const tro_message *message, const tro_change *blamed, tro_text *text)
{
    if (blamed)
        tro_text_addf(text, " ('%s')", blamed->path);
    else if (message->file && message->line > 0)
        tro_text_addf(text, " (%s:%d:%d)", message->file, message->line, message->column);
}

static void tell_message(const tro_trial *trial, const tro_message *message,
                         const tro_change *varied)
{
    const tro_change *blamed = change_of(trial, message);
    const tro_place *place = trial->place;
    tro_text text = {0};
    if (!varied && blamed && blamed->axis)
        varied = blamed;
    if (varied && is_told(trial, varied))
        return;
    if (varied) {
        place = value_place(varied);
        describe_value(varied, &text);
    } else if (blamed) {
        int in_path = message->line == 1 && (size_t)message->column <= strlen(blamed->path);
        place = in_path ? &blamed->item->key_place : &blamed->item->place;
        varied = blamed;
    } else {
        tro_text_addf(&text, "%s: ", trial->what);
    }
    tro_text_add(&text, message->text);
    if (!blamed || blamed != varied)
        add_origin(message, blamed, &text);
    tell_once(trial->messages, place, tro_text_string(&text));
    tro_text_clear(&text);
}

int tro_trial_tell(const tro_trial *trial, const tro_messages *own, const tro_change *varied)
{
    for (size_t k = 0; k < own->count; k++)
        if (own->items[k].severity == TRO_ERROR)
            tell_message(trial, &own->items[k], varied);
    return TRO_ESCENARIO;
}

void tro_trial_tell_own(const tro_trial *trial, const tro_messages *own,
                        const tro_change *change)
{
    for (size_t k = 0; k < own->count; k++)
        if (own->items[k].severity == TRO_ERROR && change_of(trial, &own->items[k]) == change)
            tell_message(trial, &own->items[k], change);
}

/* --- keys ------------------------------------------------------------------ */

static tro_override override_of(const tro_change *change)
{
    if (change->axis)
        return tro_axis_override(change->axis, change->position, change->origin);
    return (tro_override){
        .path = change->path, .value = change->value, .origin = change->origin};
}

/* The overrides of the study and those of the changes; `axes` 0: without those of
 * axes. */
static int collect(const tro_trial *trial, int axes, tro_override **out, size_t *count)
{
    const tro_study *study = trial->study;
    *count = 0;
    *out = tro_allocate(study->override_count + trial->count, sizeof **out);
    if (!*out)
        return no_memory(trial);
    for (size_t k = 0; k < study->override_count; k++)
        (*out)[(*count)++] = study->overrides[k];
    for (size_t k = 0; k < trial->count; k++)
        if (!trial->changes[k].left_out && (axes || !trial->changes[k].axis))
            (*out)[(*count)++] = override_of(&trial->changes[k]);
    return TRO_OK;
}

/* Applies `set` to a copy, so that paths can be looked up in it. */
static int apply_set(tro_trial *trial, tro_document *document)
{
    tro_override *all;
    size_t count;
    tro_messages own = {0};
    int status = collect(trial, 0, &all, &count);
    if (status < 0)
        return status;
    status = tro_overrides_apply(document, trial->study->cell->catalog, all, count, &own);
    for (size_t k = 0; k < own.count; k++) {
        const tro_change *blamed = change_of(trial, &own.items[k]);
        if (blamed)
            trial->changes[blamed - trial->changes].left_out = 1;
    }
    if (status < 0 && status != TRO_ENOMEM)
        status = tro_trial_tell(trial, &own, NULL);
    tro_messages_clear(&own);
    tro_release(all);
    return status;
}

static int lies_in(const tro_node *node, const tro_node *outer)
{
    while (node && node != outer)
        node = node->parent;
    return node != NULL;
}

/* The places of the tree, not the spellings of the paths, are compared. */
static int check_undone(const tro_trial *trial, const tro_node *const *nodes)
{
    int status = TRO_OK;
    for (size_t later = 1; later < trial->count; later++)
        for (size_t k = 0; k < later; k++) {
            const tro_change *first = &trial->changes[k], *second = &trial->changes[later];
            if (!nodes[k] || !nodes[later] || !lies_in(nodes[k], nodes[later]))
                continue;
            if (first->item && second->axis && nodes[k] == nodes[later])
                continue; /* `set` writes a default out, so that it can vary */
            status = tro_error(trial->messages, TRO_ESCENARIO, key_place(second),
                               "'%s' undoes '%s' of %s%s%s: one of them would be right",
                               second->path, first->path, first->axis ? "axis '" : "'set'",
                               first->axis ? first->axis->name : "", first->axis ? "'" : "");
        }
    return status;
}

/* Below what `set` writes, what there is is known only once a cell is made. */
static int known_key(const tro_trial *trial, const tro_change *change)
{
    const tro_cell *base = trial->study->cell;
    for (size_t k = 0; k < trial->count; k++)
        if (trial->changes[k].item &&
            tro_path_within(base->whole->document->root, change->path,
                            trial->changes[k].path))
            return TRO_OK;
    return tro_key_check(base->whole, base->catalog, change->path, key_place(change),
                         trial->messages);
}

int tro_trial_keys(tro_trial *trial)
{
    tro_document *document = NULL;
    const tro_node **nodes = TRO_NEW(trial->arena, const tro_node *, trial->count);
    int status = TRO_OK;
    if (!nodes)
        return no_memory(trial);
    TRO_TRY(tro_document_clone(trial->study->bare, &document, trial->messages));
    int applied = apply_set(trial, document);
    if (applied == TRO_ENOMEM)
        TRO_TRY(applied);
    for (size_t k = 0; k < trial->count; k++) {
        tro_change *change = &trial->changes[k];
        if (change->left_out)
            continue;
        nodes[k] = tro_node_at(document->root, change->path);
        if (nodes[k] || !change->axis)
            continue;
        /* Not written out: does a table know it? */
        int known = known_key(trial, change);
        change->left_out = known < 0;
        applied = tro_graver(applied, known);
    }
    status = tro_graver(applied, check_undone(trial, nodes));
out:
    tro_document_free(document);
    return status;
}

int tro_trial_cell(const tro_trial *trial, tro_cell **out, tro_messages *own)
{
    tro_override *all;
    size_t count;
    *out = NULL;
    int status = collect(trial, 1, &all, &count);
    if (status < 0)
        return status;
    status = tro_cell_new(trial->study->bare, trial->study->cell->catalog, all, count, out, own);
    if (status == TRO_ENOMEM)
        status = no_memory(trial);
    tro_release(all);
    return status;
}
