/* Overrides of a scenario: any key, and shares that move together. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "document/members.h"
#include "scenario/keys.h"
#include "scenario/parts.h"

/* What applying one of several overrides needs. */
typedef struct change {
    tro_document *document;
    const tro_catalog *catalog;
    const tro_override *all, *item;
    size_t count;
    tro_messages *messages;
} change;

static int no_memory(tro_messages *messages)
{
    return tro_error(messages, TRO_ENOMEM, NULL, "out of memory");
}

int tro_override_read(tro_arena *arena, const char *argument, const char *origin,
                      tro_override *out, tro_messages *messages)
{
    size_t length = tro_path_end(argument);
    if (argument[length] == '\0' || length == 0) {
        tro_source source = {.name = origin, .text = argument, .length = strlen(argument),
                             .argument = 1};
        tro_place place = {&source, 1, 1, (int)source.length};
        return tro_error(messages, TRO_ESCENARIO, &place,
                         "'%s' is no override: PATH=VALUE would be right", argument);
    }
    *out = (tro_override){.path = tro_arena_text_n(arena, argument, length),
                          .value = tro_arena_text(arena, argument + length + 1),
                          .origin = origin};
    return out->path && out->value ? TRO_OK : no_memory(messages);
}

/* --- shares --------------------------------------------------------------- */

/* path[0 .. length-1] and ".rest", as an override's path. */
static int add_path(tro_text *text, const char *path, size_t length, const char *rest)
{
    tro_text_clear(text);
    tro_text_add_n(text, path, length);
    tro_text_add(text, rest);
    return text->failed ? TRO_ENOMEM : TRO_OK;
}

/* The length of the agent's path when `path` ends in shares.curated, else
 * SIZE_MAX. */
static size_t agent_length(const char *path)
{
    size_t shares = tro_path_stem(path, strlen(path), "curated");
    return shares == SIZE_MAX || shares == 0 ? SIZE_MAX : tro_path_stem(path, shares, "shares");
}

static double number_of(const tro_node *map, const char *key, double fallback)
{
    const tro_node *node = tro_node_get(map, key);
    double value;
    return node && node->kind == TRO_SCALAR && tro_parse_real(node->text, &value) ? value
                                                                                  : fallback;
}

static tro_shares shares_of(const tro_node *node)
{
    tro_shares shares = {.real = number_of(node, "real", 0),
                         .curated = number_of(node, "curated", 0)};
    shares.synthetic = number_of(node, "synthetic", 1 - shares.real - shares.curated);
    if (fabs(shares.synthetic) < 1e-15)
        shares.synthetic = 0;
    return shares;
}

static tro_displaces displaces_named(const char *text, tro_displaces fallback)
{
    for (int k = 0; text && k < 3; k++)
        if (strcmp(text, tro_displaces_name((tro_displaces)k)) == 0)
            return (tro_displaces)k;
    return fallback;
}

/* What the agent displaces once all overrides are applied; `path` is that of
 * its `displaces`. */
static tro_displaces displaces_of(const change *c, const tro_node *agent, const char *path)
{
    const tro_node *node = tro_node_get(agent, "displaces");
    if (!node)
        node = tro_node_get(tro_member_group(agent), "displaces");
    tro_displaces displaces = displaces_named(node ? node->text : NULL,
                                              TRO_DISPLACES_PROPORTIONAL);
    for (size_t k = 0; k < c->count; k++)
        if (tro_paths_meet(c->document->root, c->all[k].path, path))
            displaces = displaces_named(c->all[k].value, displaces);
    return displaces;
}

/* Is another override about the same agent's shares? Then all are literal.
 * `path` is that of its `shares`. */
static int others_touch(const change *c, const char *path)
{
    const tro_node *root = c->document->root;
    for (size_t k = 0; k < c->count; k++)
        if (&c->all[k] != c->item && tro_path_within(root, c->all[k].path, path) &&
            !tro_paths_meet(root, c->all[k].path, c->item->path))
            return 1;
    return 0;
}

/* Messages show a share that moved where the one that moved it was set. */
static int set_share(const change *c, const char *path, double value, const tro_node *curated)
{
    int status = tro_document_set_real(c->document, path, value, c->item->origin, c->messages);
    if (status == TRO_OK)
        tro_node_adopt_places(tro_node_at(c->document->root, path), curated);
    return status;
}

/* The curated share was set: moves what it displaces. `before` are the shares
 * as they were, `stem` the length of the agent's path. */
static int displace(const change *c, size_t stem, const tro_shares *before)
{
    int status;
    tro_text path = {0};
    tro_shares moved;
    double share;
    const char *own = c->item->path;
    const tro_node *curated = tro_node_at(c->document->root, own);
    if (!curated || curated->kind != TRO_SCALAR || curated->quoted ||
        !tro_parse_real(curated->text, &share) || !(share >= 0 && share <= 1))
        return TRO_OK;     /* reading it will say why that is no share */
    TRO_TRY(add_path(&path, own, stem, ""));
    const tro_node *agent = tro_node_at(c->document->root, tro_text_string(&path));
    TRO_TRY(add_path(&path, own, stem, ".displaces"));
    tro_displaces displaces = displaces_of(c, agent, tro_text_string(&path));
    if (tro_shares_move(before, displaces, share, &moved) < 0) {
        status = tro_error(c->messages, TRO_ESCENARIO, &curated->place,
                           "a curated share of %s leaves nothing to displace: the shares are "
                           "real %g, synthetic %g, curated %g and it displaces '%s'",
                           curated->text, before->real, before->synthetic, before->curated,
                           tro_displaces_name(displaces));
        goto out;
    }
    TRO_TRY(add_path(&path, own, stem, ".shares.real"));
    TRO_TRY(set_share(c, tro_text_string(&path), moved.real, curated));
    TRO_TRY(add_path(&path, own, stem, ".shares.synthetic"));
    TRO_TRY(set_share(c, tro_text_string(&path), moved.synthetic, curated));
out:
    tro_text_clear(&path);
    return status;
}

/* Some share is drawn: what there is to move is not known yet. */
static int any_drawn(const tro_node *shares)
{
    for (size_t k = 0; k < shares->count; k++)
        if (shares->items[k]->kind != TRO_SCALAR)
            return 1;
    return 0;
}

/* The shares that the override moves together, or NULL when it is literal. */
static int shares_to_move(const change *c, size_t stem, const tro_node **out)
{
    int status;
    tro_text path = {0};
    *out = NULL;
    if (stem == SIZE_MAX || stem == 0)
        return TRO_OK;
    TRO_TRY(add_path(&path, c->item->path, stem, ".shares"));
    if (!others_touch(c, tro_text_string(&path)))
        *out = tro_node_at(c->document->root, tro_text_string(&path));
    if (*out && ((*out)->kind != TRO_MAP || any_drawn(*out)))
        *out = NULL;
out:
    tro_text_clear(&path);
    return status;
}

/* --- applying ------------------------------------------------------------- */

/* Refuses a path that leads nowhere; what is missing on the way is made. */
static int open_path(const change *c)
{
    const tro_override *item = c->item;
    tro_text text = {0};
    char number[32];
    tro_text_addf(&text, "%s=%s", item->path,
                  item->value ? item->value : tro_format_real(number, item->number));
    tro_source source = {.name = item->origin, .text = tro_text_string(&text),
                         .length = text.length, .argument = 1};
    int status = text.failed ? no_memory(c->messages)
                             : tro_key_open(c->document, c->catalog, &source,
                                            strlen(item->path), item->path_place, c->messages);
    tro_text_clear(&text);
    return status;
}

/* Maps that were made on the way to a value stand where the value does. */
static void adopt_path(tro_node *node, const tro_override *item)
{
    const tro_source *made = node->place.source;
    const tro_place *place = item->path_place ? item->path_place : &item->node->place;
    for (tro_node *at = node; at && at->key && at->key_place.source == made; at = at->parent) {
        at->key_place = *place;
        if (at != node)
            at->place = *place;
    }
    tro_node_adopt_places(node, item->node);
}

static int set_value(const change *c)
{
    const tro_override *item = c->item;
    int status = item->value ? tro_document_set(c->document, item->path, item->value,
                                                item->origin, c->messages)
                             : tro_document_set_real(c->document, item->path, item->number,
                                                     item->origin, c->messages);
    tro_node *node = status == TRO_OK ? tro_node_at(c->document->root, item->path) : NULL;
    if (node && item->node)
        adopt_path(node, item);
    return status;
}

static int apply(const change *c)
{
    int status;
    size_t stem = agent_length(c->item->path);
    const tro_node *shares;
    TRO_TRY(open_path(c));
    TRO_TRY(shares_to_move(c, stem, &shares));
    tro_shares before = shares ? shares_of(shares) : (tro_shares){0};
    TRO_TRY(set_value(c));
    if (shares)
        TRO_TRY(displace(c, stem, &before));
out:
    return status;
}

static int apply_all(tro_document *document, const tro_catalog *catalog,
                     const tro_override *overrides, size_t count, int cases,
                     tro_messages *messages);

/* The keys of a case, together. Returns 1 when the override chose one, else 0,
 * negative on failure. A case chooses no other. */
static int apply_case(const change *c)
{
    tro_arena arena = {0};
    tro_override *chosen;
    size_t count;
    int status = tro_case_choose(c->document, c->item, &arena, &chosen, &count, c->messages);
    if (status == TRO_OK && chosen) {
        status = apply_all(c->document, c->catalog, chosen, count, 0, c->messages);
        status = status < 0 ? status : 1;
    }
    tro_arena_clear(&arena);
    return status;
}

/* One override, and its complement. */
static int apply_both(change *c, const tro_override *item, int cases)
{
    tro_override other = *item;
    c->item = item;
    int done = cases ? apply_case(c) : 0;
    if (done != 0)
        return done;
    done = apply(c);
    if (done < 0 || !item->complement)
        return done;
    other.path = item->complement;
    other.number = 1 - item->number;
    c->item = &other;
    return apply(c);
}

static int apply_all(tro_document *document, const tro_catalog *catalog,
                     const tro_override *overrides, size_t count, int cases,
                     tro_messages *messages)
{
    int status = TRO_OK;
    change c = {.document = document, .catalog = catalog, .all = overrides, .count = count,
                .messages = messages};
    for (size_t k = 0; k < count; k++) {
        int done = apply_both(&c, &overrides[k], cases);
        if (done < 0)
            status = done;
    }
    return status;
}

int tro_overrides_apply(tro_document *document, const tro_catalog *catalog,
                        const tro_override *overrides, size_t count, tro_messages *messages)
{
    return apply_all(document, catalog, overrides, count, 1, messages);
}
