/* Alternatives that say which of them is meant.
 *
 * `anyOf` makes poor messages: a value that fits none is told so, and not why. Where the type of
 * the value, a key it has or a word in it decide which alternative it can only be, if, then and
 * else say so instead, and the message is that of the alternative. The same values fit. */
#include <jansson.h>
#include <string.h>

#include "experiment/schema_parts.h"

enum {
    OBJECT = 1, ARRAY = 2, STRING = 4, NUMBER = 8, BOOLEAN = 16, NOTHING = 32,
    SCALARS = STRING | NUMBER | BOOLEAN | NOTHING, ALL = 63,
    MOST_ALTERNATIVES = 64, DEEPEST = 32
};

typedef struct decider {
    const json_t *definitions;
    int failed;            /* out of memory */
} decider;

typedef struct choices {
    json_t *items[MOST_ALTERNATIVES];
    size_t count;
} choices;

static json_t *keep(decider *d, json_t *made)
{
    if (!made)
        d->failed = 1;
    return made;
}

/* What the schema refers to, or itself. */
static const json_t *resolve(const decider *d, const json_t *schema)
{
    const char *path = json_string_value(json_object_get(schema, "$ref"));
    const char *name = path ? strrchr(path, '/') : NULL;
    const json_t *found = name ? json_object_get(d->definitions, name + 1) : NULL;
    return found ? found : schema;
}

/* --- types ------------------------------------------------------------------------- */

static int type_named(const char *name)
{
    static const struct {
        const char *name;
        int type;
    } types[] = {{"object", OBJECT},  {"array", ARRAY},     {"string", STRING}, {"number", NUMBER},
                 {"integer", NUMBER}, {"boolean", BOOLEAN}, {"null", NOTHING}};
    for (size_t k = 0; name && k < sizeof types / sizeof *types; k++)
        if (strcmp(types[k].name, name) == 0)
            return types[k].type;
    return ALL;
}

static int type_of_value(const json_t *value)
{
    return json_is_object(value)    ? OBJECT
           : json_is_array(value)   ? ARRAY
           : json_is_string(value)  ? STRING
           : json_is_number(value)  ? NUMBER
           : json_is_boolean(value) ? BOOLEAN
                                    : NOTHING;
}

static int types_of(const decider *d, const json_t *schema, int depth);

static int types_of_any(const decider *d, const json_t *list, int depth)
{
    int types = 0;
    for (size_t k = 0; k < json_array_size(list); k++)
        types |= types_of(d, json_array_get(list, k), depth);
    return types;
}

static int types_listed(const json_t *names)
{
    int types = 0;
    if (json_is_string(names))
        return type_named(json_string_value(names));
    for (size_t k = 0; k < json_array_size(names); k++)
        types |= type_named(json_string_value(json_array_get(names, k)));
    return names ? types : ALL;
}

/* The types that a value which fits may have. */
static int types_of(const decider *d, const json_t *schema, int depth)
{
    const json_t *words = json_object_get(schema, "enum"), *all, *other;
    int types = ALL, listed = 0;
    if (depth > DEEPEST)
        return ALL;
    if (json_object_get(schema, "$ref"))
        return resolve(d, schema) == schema ? ALL : types_of(d, resolve(d, schema), depth + 1);
    types &= types_listed(json_object_get(schema, "type"));
    if ((other = json_object_get(schema, "const")))
        types &= type_of_value(other);
    for (size_t k = 0; k < json_array_size(words); k++)
        listed |= type_of_value(json_array_get(words, k));
    types &= words ? listed : ALL;
    if ((other = json_object_get(schema, "anyOf")))
        types &= types_of_any(d, other, depth + 1);
    all = json_object_get(schema, "allOf");
    for (size_t k = 0; k < json_array_size(all); k++)
        types &= types_of(d, json_array_get(all, k), depth + 1);
    if ((other = json_object_get(schema, "not")) && json_object_size(other) == 1)
        types &= json_object_get(other, "type")
                     ? ~types_listed(json_object_get(other, "type")) & ALL : ALL;
    if (json_object_get(schema, "if"))
        types &= types_of(d, json_object_get(schema, "then"), depth + 1) |
                 types_of(d, json_object_get(schema, "else"), depth + 1);
    return types;
}

/* --- making ------------------------------------------------------------------------ */

/* Takes all three. */
static json_t *branch(decider *d, json_t *when, json_t *then, json_t *otherwise)
{
    return keep(d, json_pack("{s:o*,s:o*,s:o*}", "if", when, "then", then, "else", otherwise));
}

static json_t *any_of(decider *d, const choices *c)
{
    json_t *list = keep(d, json_array());
    if (c->count == 1) {
        json_decref(list);
        return json_incref(c->items[0]);
    }
    for (size_t k = 0; k < c->count; k++)
        if (json_array_append(list, c->items[k]) < 0)
            d->failed = 1;
    return keep(d, json_pack("{s:o*}", "anyOf", list));
}

/* --- objects ------------------------------------------------------------------------ */

static json_t *properties_of(const decider *d, const json_t *schema)
{
    return json_object_get(resolve(d, schema), "properties");
}

static int is_closed(const decider *d, const json_t *schema)
{
    return json_is_false(json_object_get(resolve(d, schema), "additionalProperties"));
}

/* Do others than number `own` have the property? Maps from any key have none. */
static int elsewhere(const decider *d, const choices *c, size_t own, const char *key)
{
    for (size_t k = 0; k < c->count; k++)
        if (k != own && json_object_get(properties_of(d, c->items[k]), key))
            return 1;
    return 0;
}

/* The properties that number `own` alone has, each as {required: [key]}. */
static json_t *own_keys(decider *d, const choices *c, size_t own)
{
    json_t *keys = keep(d, json_array()), *value;
    json_t *properties = properties_of(d, c->items[own]);
    const char *key;
    json_object_foreach(properties, key, value)
        if (!elsewhere(d, c, own, key) &&
            json_array_append_new(keys, json_pack("{s:[s]}", "required", key)) < 0)
            d->failed = 1;
    return keys;
}

/* A word that each of them asks for under the same key. */
static const char *shared_word(const decider *d, const choices *c)
{
    const char *key;
    json_t *value, *properties = properties_of(d, c->items[0]);
    json_object_foreach(properties, key, value) {
        size_t k = 0;
        while (k < c->count &&
               json_object_get(json_object_get(properties_of(d, c->items[k]), key), "const"))
            k++;
        if (k == c->count)
            return key;
    }
    return NULL;
}

static json_t *by_word(decider *d, const choices *c, const char *key)
{
    json_t *words = keep(d, json_array());
    json_t *out = keep(d, json_pack("{s:s,s:[s],s:{s:{s:O}}}", "type", "object", "required", key,
                                    "properties", key, "enum", words));
    for (size_t k = c->count; k-- > 0;) {
        json_t *word = json_object_get(json_object_get(properties_of(d, c->items[k]), key),
                                       "const");
        if (json_array_insert(words, 0, word) < 0)
            d->failed = 1;
        out = branch(d, json_pack("{s:[s],s:{s:{s:O}}}", "required", key, "properties", key,
                                  "const", word), json_incref(c->items[k]), out);
    }
    json_decref(words);
    return out;
}

/* Whoever has a key that only one of them knows is meant to be that one. */
static json_t *by_keys(decider *d, const choices *c)
{
    json_t *out = any_of(d, c);
    for (size_t k = c->count; k-- > 0;) {
        json_t *keys = own_keys(d, c, k);
        if (json_array_size(keys) > 0)
            out = branch(d, json_array_size(keys) == 1
                                ? json_incref(json_array_get(keys, 0))
                                : json_pack("{s:O}", "anyOf", keys),
                         json_incref(c->items[k]), out);
        json_decref(keys);
    }
    return out;
}

/* A key that none of them knows is told as such. */
static json_t *with_names(decider *d, const choices *c, json_t *schema)
{
    json_t *names = keep(d, json_object()), *value;
    for (size_t k = 0; k < c->count; k++) {
        const char *key;
        if (!is_closed(d, c->items[k])) {
            json_decref(names);
            return schema;
        }
        json_object_foreach(properties_of(d, c->items[k]), key, value)
            if (json_object_set_new(names, key, json_true()) < 0)
                d->failed = 1;
    }
    json_t *words = keep(d, json_array());
    const char *name;
    json_object_foreach(names, name, value)
        if (json_array_append_new(words, json_string(name)) < 0)
            d->failed = 1;
    json_decref(names);
    if (json_object_set_new(schema, "propertyNames", json_pack("{s:o}", "enum", words)) < 0)
        d->failed = 1;
    return schema;
}

/* A key that number `own` must have and no other knows, or NULL. */
static const char *telling_key(const decider *d, const choices *c, size_t own)
{
    const json_t *required = json_object_get(resolve(d, c->items[own]), "required");
    for (size_t k = 0; k < json_array_size(required); k++) {
        const char *key = json_string_value(json_array_get(required, k));
        if (key && !elsewhere(d, c, own, key))
            return key;
    }
    return NULL;
}

/* Those that must have a key of their own first: without it they cannot be meant. */
static json_t *combine_objects(decider *d, const choices *c)
{
    choices rest = {.count = 0};
    const char *keys[MOST_ALTERNATIVES] = {NULL};
    const char *word = c->count > 1 ? shared_word(d, c) : NULL;
    if (word)
        return by_word(d, c, word);
    for (size_t k = c->count; k-- > 1;)
        keys[k] = telling_key(d, c, k);
    for (size_t k = 0; k < c->count; k++)
        if (!keys[k])
            rest.items[rest.count++] = c->items[k];
    json_t *out = rest.count == 1 ? json_incref(rest.items[0])
                                  : with_names(d, &rest, by_keys(d, &rest));
    for (size_t k = c->count; k-- > 1;)
        if (keys[k])
            out = branch(d, json_pack("{s:[s]}", "required", keys[k]), json_incref(c->items[k]),
                         out);
    return out;
}

/* --- scalars ------------------------------------------------------------------------ */

static int all_words(const choices *c)
{
    for (size_t k = 0; k < c->count; k++)
        if (!json_object_get(c->items[k], "const"))
            return 0;
    return c->count > 0;
}

/* {const: a}, {const: b} as {enum: [a, b]}, with what is said of each. */
static json_t *words_of(decider *d, const choices *c)
{
    json_t *words = keep(d, json_array()), *said = keep(d, json_array());
    int any = 0;
    for (size_t k = 0; k < c->count; k++) {
        json_t *text = json_object_get(c->items[k], "description");
        any |= text != NULL;
        if (json_array_append(words, json_object_get(c->items[k], "const")) < 0 ||
            json_array_append_new(said, text ? json_incref(text) : json_string("")) < 0)
            d->failed = 1;
    }
    json_t *out = keep(d, json_pack("{s:o}", "enum", words));
    if (any && json_object_set(out, "enumDescriptions", said) < 0)
        d->failed = 1;
    json_decref(said);
    return out;
}

static json_t *combine_scalars(decider *d, const choices *c)
{
    choices texts = {.count = 0}, others = {.count = 0};
    if (all_words(c))
        return words_of(d, c);
    for (size_t k = 0; k < c->count; k++) {
        int types = types_of(d, c->items[k], 0) & SCALARS;
        if ((types & STRING) && (types & ~STRING))
            return any_of(d, c);
        choices *to = types & STRING ? &texts : &others;
        to->items[to->count++] = c->items[k];
    }
    if (texts.count == 0 || others.count == 0)
        return any_of(d, c);
    return branch(d, json_pack("{s:s}", "type", "string"),
                  all_words(&texts) ? words_of(d, &texts) : any_of(d, &texts), any_of(d, &others));
}

/* --- deciding ------------------------------------------------------------------------ */

/* The alternatives that have a value of these types. One that is said to be no object is told
 * without that, for where it stands that is known. */
static choices those_of(const decider *d, const json_t *list, int types)
{
    choices out = {.count = 0};
    for (size_t k = 0; k < json_array_size(list); k++) {
        json_t *item = json_array_get(list, k), *all = json_object_get(item, "allOf");
        if (!(types_of(d, item, 0) & types))
            continue;
        if (json_object_get(item, "not") && json_object_size(item) == 2 &&
            json_array_size(all) == 1)
            item = json_array_get(all, 0);
        out.items[out.count++] = item;
    }
    return out;
}

static int same(const choices *a, const choices *b)
{
    return a->count == b->count &&
           memcmp(a->items, b->items, a->count * sizeof *a->items) == 0;
}

/* By the type of the value; NULL: types do not tell. */
static json_t *decide(decider *d, const json_t *list)
{
    if (json_array_size(list) > MOST_ALTERNATIVES || types_of_any(d, list, 0) == ALL)
        return NULL;
    const choices objects = those_of(d, list, OBJECT), lists = those_of(d, list, ARRAY),
                  scalars = those_of(d, list, SCALARS);
    json_t *out = NULL;
    if (scalars.count > 0)
        out = combine_scalars(d, &scalars);
    else if (lists.count > 0 && objects.count > 0)
        out = json_pack("{s:[s,s]}", "type", "object", "array");
    if (lists.count > 0 && !(scalars.count > 0 && same(&lists, &scalars)))
        out = out ? branch(d, json_pack("{s:s}", "type", "array"), any_of(d, &lists), out)
                  : any_of(d, &lists);
    if (objects.count > 0)
        out = out ? branch(d, json_pack("{s:s}", "type", "object"),
                           combine_objects(d, &objects), out)
                  : combine_objects(d, &objects);
    return out;
}

/* Everything below, then the schema itself. */
static void walk(decider *d, json_t *at)
{
    const char *key;
    json_t *value;
    for (size_t k = 0; json_is_array(at) && k < json_array_size(at); k++)
        walk(d, json_array_get(at, k));
    if (!json_is_object(at))
        return;
    json_object_foreach(at, key, value)
        walk(d, value);
    json_t *list = json_object_get(at, "anyOf");
    json_t *made = json_is_array(list) ? decide(d, list) : NULL;
    if (!made)
        return;
    if (json_object_get(made, "$ref") || json_object_get(at, "allOf") || json_object_get(at, "if")) {
        json_decref(made);
        return;
    }
    if (json_object_del(at, "anyOf") < 0 || json_object_update(at, made) < 0)
        d->failed = 1;
    json_decref(made);
}

int tro_schema_decide(json_t *schema, const json_t *definitions)
{
    decider d = {.definitions = definitions};
    walk(&d, schema);
    return d.failed ? -1 : 0;
}
