/* Shares of training data, and what gives way when one of them moves. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "scenario/parts.h"

const char *tro_displaces_name(tro_displaces displaces)
{
    static const char *const names[] = {"proportional", "real", "synthetic"};
    return names[displaces];
}

int tro_shares_move(const tro_shares *shares, tro_displaces displaces, double curated,
                    tro_shares *out)
{
    double change = curated - shares->curated;
    *out = *shares;
    out->curated = curated;
    switch (displaces) {
    case TRO_DISPLACES_REAL:
        out->real -= change;
        break;
    case TRO_DISPLACES_SYNTHETIC:
        out->synthetic -= change;
        break;
    case TRO_DISPLACES_PROPORTIONAL: {
        double rest = shares->real + shares->synthetic;
        if (!(rest > 0))
            return change == 0 ? TRO_OK : TRO_EINVAL;
        out->real *= (1 - curated) / rest;
        out->synthetic *= (1 - curated) / rest;
        break;
    }
    }
    /* What rounding leaves of an exhausted share is 0. */
    if (fabs(out->real) < 1e-15)
        out->real = 0;
    if (fabs(out->synthetic) < 1e-15)
        out->synthetic = 0;
    int legal = out->real >= 0 && out->synthetic >= 0 && curated >= 0 && curated <= 1;
    return legal ? TRO_OK : TRO_EINVAL;
}

static double number_of(const tro_node *map, const char *key, double fallback)
{
    const tro_node *node = tro_node_get(map, key);
    double value;
    return node && node->kind == TRO_SCALAR && tro_parse_real(node->text, &value) ? value
                                                                                  : fallback;
}

static tro_displaces displaces_named(const char *text, tro_displaces fallback)
{
    for (int k = 0; text && k < 3; k++)
        if (strcmp(text, tro_displaces_name((tro_displaces)k)) == 0)
            return (tro_displaces)k;
    return fallback;
}

/* What the agent displaces once all overrides are applied. `stem` is the length
 * of its path. */
static tro_displaces displaces_of(const tro_node *agent, const char *path, size_t stem,
                                  const tro_override *overrides, size_t count)
{
    const tro_node *node = tro_node_get(agent, "displaces");
    tro_displaces displaces = displaces_named(node ? node->text : NULL,
                                              TRO_DISPLACES_PROPORTIONAL);
    for (size_t k = 0; k < count; k++)
        if (strncmp(overrides[k].path, path, stem) == 0 &&
            strcmp(overrides[k].path + stem, ".displaces") == 0)
            displaces = displaces_named(overrides[k].value, displaces);
    return displaces;
}

static const char CURATED[] = ".shares.curated";

/* The length of the agent's path when `path` ends in .shares.curated, else 0. */
static size_t agent_length(const char *path)
{
    size_t length = strlen(path), tail = sizeof CURATED - 1;
    if (length <= tail || strcmp(path + length - tail, CURATED) != 0)
        return 0;
    return length - tail;
}

/* Is another override about the same agent's shares? Then all are literal. */
static int others_touch(const tro_override *overrides, size_t count, size_t self)
{
    size_t stem = agent_length(overrides[self].path) + strlen(".shares");
    for (size_t k = 0; k < count; k++)
        if (k != self && strncmp(overrides[k].path, overrides[self].path, stem) == 0 &&
            (overrides[k].path[stem] == '.' || overrides[k].path[stem] == '\0') &&
            strcmp(overrides[k].path, overrides[self].path) != 0)
            return 1;
    return 0;
}

static int set_number(tro_document *document, const tro_override *override, const char *path,
                      double value, tro_messages *messages)
{
    return tro_document_set_real(document, path, value, override->origin, messages);
}

/* Writes all three shares, so that what is displaced moves. Returns 1 when it
 * did, 0 when the override must be set literally, negative on failure. */
static int move_shares(tro_document *document, const tro_override *override,
                       const tro_override *overrides, size_t count, tro_messages *messages)
{
    size_t stem = agent_length(override->path);
    tro_text path = {0};
    int status = 0;
    double curated = override->number;
    tro_shares shares, moved;
    if (override->value && !tro_parse_real(override->value, &curated))
        return 0;
    tro_text_add_n(&path, override->path, stem);
    const tro_node *agent = path.failed ? NULL : tro_node_at(document->root, path.data);
    const tro_node *node = tro_node_get(agent, "shares");
    if (!node || node->kind != TRO_MAP)
        goto out;
    shares.curated = number_of(node, "curated", 0);
    shares.real = number_of(node, "real", 0);
    shares.synthetic = number_of(node, "synthetic", 1 - shares.real - shares.curated);
    if (fabs(shares.synthetic) < 1e-15)
        shares.synthetic = 0;
    tro_displaces displaces = displaces_of(agent, override->path, stem, overrides, count);
    if (tro_shares_move(&shares, displaces, curated, &moved) < 0) {
        tro_source source = {override->origin, override->path, strlen(override->path)};
        tro_place place = {&source, 1, 1, (int)source.length};
        char number[32];
        status = tro_error(messages, TRO_ESCENARIO, &place,
                           "a curated share of %s leaves nothing to displace: the shares are "
                           "real %g, synthetic %g, curated %g and it displaces '%s'",
                           tro_format_real(number, curated), shares.real, shares.synthetic,
                           shares.curated, tro_displaces_name(displaces));
        goto out;
    }
    size_t length = path.length;
    tro_text_add(&path, ".shares.real");
    TRO_TRY(set_number(document, override, tro_text_string(&path), moved.real, messages));
    path.length = length;
    tro_text_add(&path, ".shares.synthetic");
    TRO_TRY(set_number(document, override, tro_text_string(&path), moved.synthetic, messages));
    TRO_TRY(set_number(document, override, override->path, moved.curated, messages));
    status = 1;
out:
    if (path.failed)
        status = TRO_ENOMEM;
    tro_text_clear(&path);
    return status;
}

/* Where the path of "path=value" ends: at the first '=' that stands in no
 * quoted step; SIZE_MAX without one. */
static size_t path_length(const char *argument)
{
    int quoted = 0, step_begins = 1;
    for (size_t at = 0; argument[at]; at++) {
        char c = argument[at];
        if (c == '=' && !quoted)
            return at;
        if (quoted && c == '\\' && argument[at + 1])
            at++;
        else if (c == '"' && (quoted || step_begins))
            quoted = !quoted;
        step_begins = c == '.' && !quoted;
    }
    return SIZE_MAX;
}

int tro_override_read(tro_arena *arena, const char *argument, const char *origin,
                      tro_override *out, tro_messages *messages)
{
    size_t length = path_length(argument);
    if (length == SIZE_MAX || length == 0) {
        tro_source source = {origin, argument, strlen(argument)};
        tro_place place = {&source, 1, 1, (int)source.length};
        return tro_error(messages, TRO_ESCENARIO, &place,
                         "'%s' is no override: PATH=VALUE would be right", argument);
    }
    *out = (tro_override){.path = tro_arena_text_n(arena, argument, length),
                          .value = tro_arena_text(arena, argument + length + 1),
                          .origin = origin};
    return out->path && out->value ? TRO_OK
                                   : tro_error(messages, TRO_ENOMEM, NULL, "out of memory");
}

/* `cases` 0: a case chooses no other. */
static int apply(tro_document *document, const tro_override *overrides, size_t count, int cases,
                 tro_messages *messages);

/* The keys of a case, together. Returns 1 when the override chose one, else 0,
 * negative on failure. */
static int apply_case(tro_document *document, const tro_override *item, tro_messages *messages)
{
    tro_arena arena = {0};
    tro_override *chosen;
    size_t count;
    int status = tro_case_choose(document, item, &arena, &chosen, &count, messages);
    if (status == TRO_OK && chosen) {
        status = apply(document, chosen, count, 0, messages);
        status = status < 0 ? status : 1;
    }
    tro_arena_clear(&arena);
    return status;
}

static int apply(tro_document *document, const tro_override *overrides, size_t count, int cases,
                 tro_messages *messages)
{
    int status = TRO_OK;
    for (size_t k = 0; k < count; k++) {
        const tro_override *item = &overrides[k];
        int done = cases ? apply_case(document, item, messages) : 0;
        if (done == 0 && agent_length(item->path) > 0 && !others_touch(overrides, count, k))
            done = move_shares(document, item, overrides, count, messages);
        if (done == 0)
            done = item->value ? tro_document_set(document, item->path, item->value,
                                                  item->origin, messages)
                               : tro_document_set_real(document, item->path, item->number,
                                                       item->origin, messages);
        if (done >= 0 && item->complement)
            done = tro_document_set_real(document, item->complement, 1 - item->number,
                                         item->origin, messages);
        if (done < 0)
            status = done;
    }
    return status;
}

int tro_overrides_apply(tro_document *document, const tro_override *overrides, size_t count,
                        tro_messages *messages)
{
    return apply(document, overrides, count, 1, messages);
}
