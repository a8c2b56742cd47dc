/* The schema, from the tables everything is read by: schema_names.c says what raw nodes are,
 * this file what a row of a table is, and schema_decide.c which of several alternatives is meant.
 *
 * Whatever is named becomes a definition, made when it is first referred to. Below an agent a
 * draw may stand for any value, elsewhere not, so what both use has two definitions; the names
 * of those with draws begin with DRAWN. */
#include "experiment/schema.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiment/schema_parts.h"
#include "experiment/advice.h"
#include "scenario/scenario.h"

#define DRAWN "drawn-"

typedef struct maker {
    const tro_catalog *catalog;
    json_t *definitions;   /* by name; null until made */
    json_t *queue;         /* of their names */
    int drawn;             /* where draws may stand */
    int failed;            /* out of memory */
} maker;

static json_t *node_schema(maker *m, const char *alternatives);
static json_t *table_schema(maker *m, const tro_table *table, int partial);

/* --- JSON, remembering when memory ran out ----------------------------------- */

static json_t *keep(maker *m, json_t *made)
{
    if (!made)
        m->failed = 1;
    return made;
}

static void put(maker *m, json_t *object, const char *key, json_t *value)
{
    if (!value || json_object_set_new(object, key, value) < 0)
        m->failed = 1;
}

static void add(maker *m, json_t *array, json_t *value)
{
    if (!value || json_array_append_new(array, value) < 0)
        m->failed = 1;
}

static json_t *number_json(double value)
{
    return fabs(value) <= 0x1p53 && value == floor(value) ? json_integer((json_int_t)value)
                                                         : json_real(value);
}

/* {"anyOf": [...]}, or what is alone in it. Takes the list. */
static json_t *any_of(maker *m, json_t *list)
{
    json_t *made = json_array_size(list) == 1 ? json_incref(json_array_get(list, 0))
                                              : json_pack("{s:O}", "anyOf", list);
    json_decref(list);
    return keep(m, made);
}

static json_t *reference(maker *m, const char *name)
{
    char whole[128], path[160];
    snprintf(whole, sizeof whole, "%s%s", m->drawn ? DRAWN : "", name);
    snprintf(path, sizeof path, "#/definitions/%s", whole);
    if (!json_object_get(m->definitions, whole)) {
        put(m, m->definitions, whole, json_null());
        add(m, m->queue, json_string(whole));
    }
    return keep(m, json_pack("{s:s}", "$ref", path));
}

/* The schema, or a draw in place of the value. Takes it. */
static json_t *or_draw(maker *m, json_t *schema)
{
    if (!m->drawn)
        return schema;
    json_t *list = json_object_size(schema) == 1 ? json_object_get(schema, "anyOf") : NULL;
    list = list ? json_incref(list) : json_pack("[O]", schema);
    json_decref(schema);
    m->drawn = 0;
    add(m, list, reference(m, "drawn"));
    m->drawn = 1;
    return any_of(m, list);
}

/* --- values ------------------------------------------------------------------ */

static void put_bounds(maker *m, json_t *out, const tro_param *param)
{
    if (!(param->flags & TRO_P_BOUNDED))
        return;
    if (isfinite(param->min))
        put(m, out, param->flags & TRO_P_OPEN_MIN ? "exclusiveMinimum" : "minimum",
            number_json(param->min));
    if (isfinite(param->max))
        put(m, out, param->flags & TRO_P_OPEN_MAX ? "exclusiveMaximum" : "maximum",
            number_json(param->max));
}

/* `inf` is a text to JSON, `.inf` a number beyond all others. */
static json_t *infinities(maker *m, const tro_param *param)
{
    int negative = !(param->flags & TRO_P_BOUNDED) || param->min == -INFINITY;
    return keep(m, negative ? json_pack("{s:[s,s,s]}", "enum", "inf", "+inf", "-inf")
                            : json_pack("{s:[s,s]}", "enum", "inf", "+inf"));
}

static json_t *real_schema(maker *m, const tro_param *param)
{
    int whole = param->type == TRO_P_WHOLE || param->flags & TRO_P_INTEGRAL;
    json_t *number = keep(m, json_pack("{s:s}", "type", whole ? "integer" : "number"));
    put_bounds(m, number, param);
    if (param->type == TRO_P_WHOLE || !(param->flags & TRO_P_ALLOW_INF))
        return number;
    json_t *list = keep(m, json_array());
    add(m, list, json_pack("{s:{s:f},s:{s:s},s:o}", "if", "minimum", 1e308, "then", "type",
                           "number", "else", number));
    add(m, list, infinities(m, param));
    return any_of(m, list);
}

/* true, false, yes and no, in capitals or not. JSON Schema has no such flag. */
static json_t *bool_schema(maker *m)
{
    return keep(m, json_pack("{s:[s,s],s:s}", "type", "boolean", "string", "pattern",
                             "^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|[Yy][Ee][Ss]|[Nn][Oo])$"));
}

static json_t *text_schema(maker *m)
{
    return keep(m, json_pack("{s:[s,s,s]}", "type", "string", "number", "boolean"));
}

static json_t *choice_schema(maker *m, const tro_param *param)
{
    json_t *words = keep(m, json_array());
    for (size_t k = 0; param->choices[k]; k++)
        add(m, words, json_string(param->choices[k]));
    return keep(m, json_pack("{s:o}", "enum", words));
}

/* Takes the elements' schema. */
static json_t *list_schema(maker *m, json_t *element, int least)
{
    json_t *out = keep(m, json_pack("{s:s,s:o}", "type", "array", "items", element));
    if (least > 0)
        put(m, out, "minItems", json_integer(least));
    return out;
}

static json_t *element_schema(maker *m, const tro_param *param)
{
    tro_param element = *param;
    element.type = TRO_P_REAL;
    return or_draw(m, real_schema(m, &element));
}

static json_t *vector_schema(maker *m, const tro_param *param)
{
    tro_param element = *param;
    json_t *list = keep(m, json_array());
    element.type = TRO_P_REAL;
    add(m, list, real_schema(m, &element));
    add(m, list, list_schema(m, element_schema(m, param), 1));
    add(m, list, reference(m, "linspace"));
    return any_of(m, list);
}

static json_t *raw_schema(maker *m, const tro_table *table, const tro_param *param)
{
    const char *meaning = table ? tro_schema_meaning_of(table, param->key) : NULL;
    return node_schema(m, meaning ? meaning : "value");
}

/* Without draws in place of the whole. */
static json_t *param_schema(maker *m, const tro_table *table, const tro_param *param)
{
    switch (param->type) {
    case TRO_P_BOOL:
        return bool_schema(m);
    case TRO_P_REAL:
    case TRO_P_WHOLE:
        return real_schema(m, param);
    case TRO_P_TEXT:
        return text_schema(m);
    case TRO_P_CHOICE:
        return choice_schema(m, param);
    case TRO_P_VECTOR:
        return vector_schema(m, param);
    case TRO_P_MATRIX:
        return list_schema(m, or_draw(m, list_schema(m, element_schema(m, param), 1)), 1);
    case TRO_P_TEXTS:
        return node_schema(m, "text [text");
    case TRO_P_RECORD:
        return table_schema(m, param->table, 0);
    case TRO_P_RECORDS:
        return list_schema(m, or_draw(m, table_schema(m, param->table, 0)), 0);
    case TRO_P_PLUGIN:
        return reference(m, tro_kind_singular(param->kind));
    default:
        return raw_schema(m, table, param);
    }
}

/* --- tables ------------------------------------------------------------------ */

static json_t *default_json(const tro_param *param)
{
    double number;
    if (param->type == TRO_P_BOOL)
        return json_boolean(!strcmp(param->fallback, "true") || !strcmp(param->fallback, "yes"));
    if (tro_parse_real(param->fallback, &number) && isfinite(number))
        return number_json(number);
    return json_string(param->fallback);
}

/* The schema of a key: what it is, then what it takes. */
static json_t *property(maker *m, const tro_table *table, const tro_param *param)
{
    int drawn = m->drawn;
    tro_text doc = {0};
    json_t *out = keep(m, json_object());
    m->drawn = drawn && !tro_schema_is_fixed(table, param->key);
    tro_text_add(&doc, param->doc ? param->doc : "");
    tro_unit_describe(param, &doc);
    if (doc.length > 0)
        put(m, out, "description", json_string(tro_text_string(&doc)));
    if (param->fallback && !strpbrk(param->fallback, "[{"))
        put(m, out, "default", default_json(param));
    m->failed |= doc.failed;
    tro_text_clear(&doc);
    json_t *schema = param_schema(m, table, param);
    schema = tro_schema_is_fixed(table, param->key) ? schema : or_draw(m, schema);
    m->drawn = drawn;
    if (json_object_get(schema, "$ref"))      /* beside which nothing counts */
        put(m, out, "allOf", json_pack("[O]", schema));
    else if (json_object_update(out, schema) < 0)
        m->failed = 1;
    json_decref(schema);
    return out;
}

/* An agent has one of two names. */
static void put_names(maker *m, json_t *agent)
{
    json_t *name = keep(m, json_pack("{s:[s]}", "required", "name"));
    put(m, agent, "if", json_pack("{s:[s]}", "required", "group"));
    put(m, agent, "then", json_object());
    put(m, agent, "else", name);
}

static json_t *object_schema(maker *m, const tro_table *table, int partial)
{
    json_t *properties = keep(m, json_object()), *required = keep(m, json_array());
    for (size_t k = 0; k < table->count; k++) {
        const tro_param *param = &table->params[k];
        if (param->type == TRO_P_SELF || (partial && tro_schema_is_fixed(table, param->key)))
            continue;
        put(m, properties, param->key, property(m, table, param));
        if ((param->flags & TRO_P_REQUIRED) && !param->fallback && !partial)
            add(m, required, json_string(param->key));
    }
    json_t *out = keep(m, json_pack("{s:s,s:b,s:o}", "type", "object", "additionalProperties",
                                    0, "properties", properties));
    if (json_array_size(required) > 0)
        put(m, out, "required", json_incref(required));
    json_decref(required);
    if (table == &tro_agent_table && !partial)
        put_names(m, out);
    return out;
}

/* A map of its keys, or a value of the main one that is no map. */
static json_t *table_schema(maker *m, const tro_table *table, int partial)
{
    const tro_param *whole = tro_schema_main_of(table);
    json_t *object = object_schema(m, table, partial);
    if (!whole)
        return object;
    json_t *list = keep(m, json_array());
    add(m, list, object);
    json_t *value = param_schema(m, table, whole);
    add(m, list, json_pack("{s:{s:s},s:[o]}", "not", "type", "object", "allOf", value));
    return any_of(m, list);
}

/* --- plug-ins ---------------------------------------------------------------- */

/* A map with one of the keys. Takes them. */
static json_t *one_of_these(maker *m, json_t *properties)
{
    return keep(m, json_pack("{s:s,s:b,s:i,s:i,s:o}", "type", "object", "additionalProperties", 0,
                             "minProperties", 1, "maxProperties", 1, "properties", properties));
}

/* `name`, where nothing below it is required, or {name: parameters}. */
static json_t *kind_schema(maker *m, tro_kind kind)
{
    json_t *list = keep(m, json_array()), *properties = keep(m, json_object());
    for (size_t k = 0; k < m->catalog->count[kind]; k++) {
        const tro_plugin *plugin = m->catalog->items[kind][k];
        char name[128];
        snprintf(name, sizeof name, "%s.%s", tro_kind_singular(kind), plugin->name);
        if (!tro_schema_requires(&plugin->table))
            add(m, list, json_pack("{s:s,s:s}", "description", plugin->summary, "const",
                                   plugin->name));
        put(m, properties, plugin->name,
            keep(m, json_pack("{s:s,s:[o]}", "description", plugin->summary, "allOf",
                              or_draw(m, reference(m, name)))));
    }
    add(m, list, one_of_these(m, properties));
    if (kind == TRO_CURATOR)
        add(m, list, json_pack("{s:s,s:[s,s,s]}", "description", "A name under `curators`.",
                               "type", "string", "number", "boolean"));
    return any_of(m, list);
}

static json_t *plugin_schema(maker *m, const tro_plugin *plugin)
{
    json_t *out = table_schema(m, &plugin->table, 0);
    json_t *properties = json_object_get(out, "properties");
    if (plugin->kind == TRO_FAMILY && json_object_get(properties, "family"))
        put(m, properties, "family",
            json_pack("{s:s,s:s}", "description", plugin->summary, "const", plugin->name));
    return out;
}

/* What `outcomes` may be: by the family it names. */
static json_t *outcomes_schema(maker *m)
{
    json_t *list = keep(m, json_array());
    for (size_t k = 0; k < m->catalog->count[TRO_FAMILY]; k++) {
        char name[128];
        snprintf(name, sizeof name, "family.%s", m->catalog->items[TRO_FAMILY][k]->name);
        add(m, list, reference(m, name));
    }
    return any_of(m, list);
}

static json_t *goal_schema(maker *m)
{
    json_t *list = keep(m, json_array()), *properties = keep(m, json_object());
    for (int kind = TRO_GOAL_INFLUENCE; kind <= TRO_GOAL_NASH; kind++) {
        const tro_table *table = tro_goal_table((tro_goal_kind)kind);
        if (!tro_schema_requires(table))
            add(m, list, json_pack("{s:s,s:s}", "description", tro_schema_goal_doc(kind), "const", table->name));
        put(m, properties, table->name,
            json_pack("{s:s,s:[o]}", "description", tro_schema_goal_doc(kind), "allOf",
                      table_schema(m, table, 0)));
    }
    add(m, list, one_of_these(m, properties));
    return any_of(m, list);
}

/* --- names ------------------------------------------------------------------- */

static json_t *drawn_schema(maker *m)
{
    json_t *draw = reference(m, "draw");
    return keep(m, json_pack("{s:s,s:b,s:[s],s:{s:o}}", "type", "object", "additionalProperties",
                             0, "required", "draw", "properties", "draw", draw));
}

static json_t *linspace_schema(maker *m)
{
    return keep(m, json_pack(
        "{s:s,s:b,s:[s],s:{s:{s:s,s:s,s:[{s:s},{s:s},{s:s,s:i}],s:i,s:i},s:{s:s,s:s},s:{s:s,s:s}}}",
        "type", "object", "additionalProperties", 0, "required", "linspace", "properties",
        "linspace", "description", "First value, last value, number of values.", "type", "array",
        "items", "type", "number", "type", "number", "type", "integer", "minimum", 1,
        "minItems", 3, "maxItems", 3,
        "at-most", "description", "Leaves out larger values.", "type", "number",
        "at-least", "description", "Leaves out smaller values.", "type", "number"));
}

/* A value of the tables by name; NULL: none has that one. */
static json_t *basic_schema(maker *m, const char *name)
{
    static const struct {
        const char *name;
        tro_param_type type;
    } basic[] = {
        {"number", TRO_P_REAL}, {"numbers", TRO_P_VECTOR}, {"rows", TRO_P_MATRIX},
        {"text", TRO_P_TEXT},   {"texts", TRO_P_TEXTS},    {"whole", TRO_P_WHOLE},
    };
    for (size_t k = 0; k < sizeof basic / sizeof *basic; k++)
        if (strcmp(basic[k].name, name) == 0)
            return param_schema(m, NULL, &(tro_param){.key = name, .type = basic[k].type});
    if (strcmp(name, "map") == 0)
        return keep(m, json_pack("{s:s}", "type", "object"));
    if (strcmp(name, "value") == 0)
        return keep(m, json_pack("{s:{s:s}}", "not", "type", "null"));
    return NULL;
}

/* One alternative: `[name`, `{name`, `=word` or a name. */
static json_t *alternative(maker *m, const char *what)
{
    json_t *basic;
    if (what[0] == '=')
        return keep(m, json_pack("{s:s}", "const", what + 1));
    if (what[0] == '[')
        return list_schema(m, or_draw(m, alternative(m, what + 1)), 0);
    if (what[0] == '{')
        return keep(m, json_pack("{s:s,s:o}", "type", "object", "additionalProperties",
                                 or_draw(m, alternative(m, what + 1))));
    basic = basic_schema(m, what);
    return basic ? basic : reference(m, what);
}

static json_t *node_schema(maker *m, const char *alternatives)
{
    json_t *list = keep(m, json_array());
    char word[64];
    while (*alternatives) {
        size_t length = strcspn(alternatives, " ");
        snprintf(word, sizeof word, "%.*s", (int)length, alternatives);
        add(m, list, alternative(m, word));
        alternatives += length + (alternatives[length] == ' ');
    }
    return any_of(m, list);
}

static json_t *definition_of_kind(maker *m, const char *name)
{
    for (int kind = 0; kind < TRO_KIND_COUNT; kind++) {
        const char *singular = tro_kind_singular((tro_kind)kind);
        size_t length = strlen(singular);
        if (strcmp(name, singular) == 0)
            return kind_schema(m, (tro_kind)kind);
        if (strncmp(name, singular, length) == 0 && name[length] == '.')
            return plugin_schema(m, tro_catalog_find(m->catalog, (tro_kind)kind,
                                                     name + length + 1));
    }
    return NULL;
}

static json_t *definition(maker *m, const char *name)
{
    const tro_schema_table *table = tro_schema_table_of(name);
    const char *alternatives = tro_schema_union_of(name);
    if (table)
        return table_schema(m, table->table, table->partial);
    if (alternatives)
        return node_schema(m, alternatives);
    if (strcmp(name, "drawn") == 0)
        return drawn_schema(m);
    if (strcmp(name, "linspace") == 0)
        return linspace_schema(m);
    if (strcmp(name, "outcomes") == 0)
        return outcomes_schema(m);
    if (strcmp(name, "goal") == 0)
        return goal_schema(m);
    return definition_of_kind(m, name);
}

static void define_all(maker *m)
{
    for (size_t k = 0; k < json_array_size(m->queue) && !m->failed; k++) {
        const char *whole = json_string_value(json_array_get(m->queue, k));
        int drawn = strncmp(whole, DRAWN, strlen(DRAWN)) == 0;
        const char *name = whole + (drawn ? strlen(DRAWN) : 0);
        m->drawn = drawn || tro_schema_begins_draws(name);
        put(m, m->definitions, whole, definition(m, name));
    }
    m->drawn = 0;
}

int tro_schema_make(const tro_catalog *catalog, tro_text *out)
{
    maker m = {.catalog = catalog, .definitions = json_object(), .queue = json_array()};
    json_t *root = json_pack("{s:s,s:s,s:s}", "$schema", "http://json-schema.org/draft-07/schema#",
                             "$comment", "Made by `trophic list schema`; do not edit.", "title",
                             "A scenario of trophic");
    char *text = NULL;
    m.failed = !root || !m.definitions || !m.queue;
    json_t *scenario = table_schema(&m, &tro_scenario_table, 0);
    define_all(&m);
    if (!m.failed && json_object_update(root, scenario) == 0 &&
        json_object_set(root, "definitions", m.definitions) == 0 &&
        tro_schema_decide(root, m.definitions) == 0)
        text = json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(15));
    if (text)
        tro_text_addf(out, "%s\n", text);
    int status = text && !out->failed ? TRO_OK : TRO_ENOMEM;
    free(text);
    json_decref(scenario);
    json_decref(root);
    json_decref(m.definitions);
    json_decref(m.queue);
    return status;
}
