/* Scalars by their table row, and the sentences about them. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "document/compose.h"
#include "document/value.h"

enum { SENTENCE_BYTES = 1024, SHOWN_BYTES = 60, NAMES_BYTES = 600 };

int tro_mistake(const tro_reader *reader, const tro_place *where, const char *format, ...)
{
    char sentence[SENTENCE_BYTES];
    size_t errors = reader->messages ? reader->messages->errors : 0;
    va_list arguments;
    if (errors > TRO_MISTAKE_LIMIT)
        return TRO_ESCENARIO;
    if (errors == TRO_MISTAKE_LIMIT)
        return tro_error(reader->messages, TRO_ESCENARIO, where,
                         "more than %d mistakes, the rest is not shown", TRO_MISTAKE_LIMIT);
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    return tro_error(reader->messages, TRO_ESCENARIO, where, "%s", sentence);
}

int tro_no_memory(const tro_reader *reader)
{
    return tro_error(reader->messages, TRO_ENOMEM, NULL, "out of memory");
}

int tro_worse(int one, int other)
{
    if (one == TRO_ENOMEM || other == TRO_OK)
        return one;
    return other == TRO_ENOMEM || one == TRO_OK ? other : one;
}

const char *tro_found(const tro_node *node, char buffer[TRO_FOUND_BYTES])
{
    if (node->kind == TRO_LIST)
        return node->count ? "a list" : "an empty list";
    if (node->kind == TRO_MAP)
        return node->count ? "a map" : "an empty map";
    if (tro_node_is_nothing(node))
        return "nothing";
    int length = tro_shown(node->text, SHOWN_BYTES);
    snprintf(buffer, TRO_FOUND_BYTES, "%s'%.*s%s'", node->quoted ? "the text " : "", length,
             node->text, node->text[length] ? "..." : "");
    for (char *c = buffer; *c; c++)
        if (*c == '\n')
            *c = ' ';
    return buffer;
}

void tro_add_names(tro_text *text, const char *const *names, size_t count)
{
    size_t before = text->length;
    for (size_t k = 0; k < count; k++) {
        if (text->length - before > NAMES_BYTES) {
            tro_text_add(text, ", ...");
            return;
        }
        tro_text_addf(text, "%s%s", k ? ", " : "", names[k]);
    }
}

void tro_add_hint(tro_text *text, const char *word, const char *const *names, size_t count,
                  const char *otherwise)
{
    const char *near = tro_nearest_word(word, names, count);
    if (near) {
        tro_text_addf(text, " (did you mean '%s'?)", near);
    } else if (otherwise && count) {
        tro_text_add(text, otherwise);
        tro_add_names(text, names, count);
    }
}

static void add_bound(tro_text *text, const char *word, double bound)
{
    char number[32];
    tro_text_addf(text, "%s %s", word, tro_format_real(number, bound));
}

/* "a share" and "a probability" stand before a range, numbers of things behind it. */
tro_unit_sort tro_unit_sort_of(const tro_param *param)
{
    const char *unit = param->unit;
    size_t first = unit ? strcspn(unit, " ") : 0, length = unit ? strlen(unit) : 0;
    if (!unit || strcmp(unit, "1") == 0)
        return TRO_UNIT_NONE;
    if (strncmp(unit, "share", 5) == 0 || strcmp(unit, "probability") == 0)
        return TRO_UNIT_KIND;
    return unit[first - 1] == 's' || unit[length - 1] == 's' ? TRO_UNIT_THINGS
                                                             : TRO_UNIT_MEASURE;
}

/* `last` is the bound before it: 1 agent, 2 agents. */
static void add_unit(tro_text *text, const tro_param *param, double last)
{
    tro_unit_sort sort = tro_unit_sort_of(param);
    size_t length = param->unit ? strlen(param->unit) : 0;
    int named = sort == TRO_UNIT_NONE || strcmp(param->unit, param->key) == 0;
    if (sort == TRO_UNIT_THINGS && !named)
        tro_text_addf(text, " %.*s",
                      (int)(last == 1 && !strchr(param->unit, ' ') ? length - 1 : length),
                      param->unit);
    if (sort == TRO_UNIT_MEASURE && !named)
        tro_text_addf(text, " (unit: %s%s%s)", param->unit, param->hint ? "; " : "",
                      param->hint ? param->hint : "");
    else if (param->hint)
        tro_text_addf(text, " (%s)", param->hint);
}

void tro_add_range(tro_text *text, const tro_param *param)
{
    int open_min = (param->flags & TRO_P_OPEN_MIN) != 0;
    int open_max = (param->flags & TRO_P_OPEN_MAX) != 0;
    int low = param->min > -INFINITY, high = param->max < INFINITY;
    if (!(param->flags & TRO_P_BOUNDED) || (!low && !high))
        return;
    if (tro_unit_sort_of(param) == TRO_UNIT_KIND)
        tro_text_addf(text, "a %s ", param->unit);
    if (low && high && param->min == param->max) {
        tro_text_addf(text, "%.15g", param->min);
    } else if (low && high && !open_min && !open_max) {
        add_bound(text, "between", param->min);
        add_bound(text, " and", param->max);
    } else {
        if (low)
            add_bound(text, open_min ? "above" : "at least", param->min);
        if (low && high)
            tro_text_add(text, " and ");
        if (high)
            add_bound(text, open_max ? "below" : "at most", param->max);
    }
    add_unit(text, param, high ? param->max : param->min);
}

int tro_in_range(const tro_param *param, double value)
{
    if (!(param->flags & TRO_P_BOUNDED) ||
        (value == INFINITY && (param->flags & TRO_P_ALLOW_INF)))
        return 1;
    if (param->flags & TRO_P_OPEN_MIN ? value <= param->min : value < param->min)
        return 0;
    return param->flags & TRO_P_OPEN_MAX ? value < param->max : value <= param->max;
}

static int out_of_range(const tro_reader *reader, const tro_node *node, const tro_param *param)
{
    char buffer[TRO_FOUND_BYTES];
    tro_text range = {0};
    tro_add_range(&range, param);
    if (param->flags & TRO_P_ALLOW_INF && param->max < INFINITY)
        tro_text_add(&range, " or inf");
    int status = tro_mistake(reader, &node->place, "%s must be %s, found %s", param->key,
                             tro_text_string(&range), tro_found(node, buffer));
    tro_text_clear(&range);
    return status;
}

int tro_no_value(const tro_reader *reader, const tro_node *node, const char *what)
{
    /* Nothing has no text to point at; its key has. */
    int at_key = *node->text == '\0' && node->key && node->key_place.source == node->place.source;
    return tro_mistake(reader, at_key ? &node->key_place : &node->place, "'%s' has no value", what);
}

int tro_wrong(const tro_reader *reader, const tro_node *node, const tro_param *param,
              const char *wanted)
{
    char buffer[TRO_FOUND_BYTES];
    if (tro_node_is_nothing(node))
        return tro_no_value(reader, node, param->key);
    return tro_mistake(reader, &node->place, "%s must be %s, found %s", param->key, wanted,
                       tro_found(node, buffer));
}

/* The text of an unquoted scalar that is a value, else NULL. */
static const char *bare(const tro_node *node)
{
    if (node->kind != TRO_SCALAR || node->quoted || tro_node_is_nothing(node))
        return NULL;
    return node->text;
}

int tro_read_p_bool(const tro_reader *reader, const tro_node *node, const tro_param *param,
                    void *slot)
{
    const char *text = bare(node);
    int *out = slot;
    if (text && (strcasecmp(text, "true") == 0 || strcasecmp(text, "yes") == 0))
        *out = 1;
    else if (text && (strcasecmp(text, "false") == 0 || strcasecmp(text, "no") == 0))
        *out = 0;
    else
        return tro_wrong(reader, node, param, "true or false");
    return TRO_OK;
}

static const char *real_wanted(const tro_param *param)
{
    int infinite = (param->flags & TRO_P_ALLOW_INF) != 0;
    if (param->flags & TRO_P_INTEGRAL)
        return infinite ? "a whole number or inf" : "a whole number";
    return infinite ? "a number or inf" : "a number";
}

int tro_read_p_real(const tro_reader *reader, const tro_node *node, const tro_param *param,
                    void *slot)
{
    double value, *out = slot;
    const char *text = bare(node);
    if (!text || !tro_parse_real(text, &value))
        return tro_wrong(reader, node, param, real_wanted(param));
    if (isinf(value) && !(param->flags & TRO_P_ALLOW_INF))
        return tro_wrong(reader, node, param,
                         param->flags & TRO_P_INTEGRAL ? "a whole number" : "a finite number");
    if ((param->flags & TRO_P_INTEGRAL) && isfinite(value) && value != floor(value))
        return tro_wrong(reader, node, param, real_wanted(param));
    if (!tro_in_range(param, value))
        return out_of_range(reader, node, param);
    *out = value;
    return TRO_OK;
}

int tro_read_p_whole(const tro_reader *reader, const tro_node *node, const tro_param *param,
                     void *slot)
{
    double real;
    long long value, *out = slot;
    const char *text = bare(node);
    if (text && tro_parse_whole(text, &value) && value != TRO_NO_WHOLE) {
        if (!tro_in_range(param, (double)value))
            return out_of_range(reader, node, param);
        *out = value;
        return TRO_OK;
    }
    if (text && tro_parse_real(text, &real) && isfinite(real) && real == floor(real))
        return tro_wrong(reader, node, param, "a whole number of at most 18 digits");
    return tro_wrong(reader, node, param, "a whole number");
}

int tro_read_p_text(const tro_reader *reader, const tro_node *node, const tro_param *param,
                    void *slot)
{
    const char **out = slot;
    if (node->kind != TRO_SCALAR || tro_node_is_nothing(node))
        return tro_wrong(reader, node, param, "a text");
    *out = node->text;
    return TRO_OK;
}

static int unknown_choice(const tro_reader *reader, const tro_node *node, const tro_param *param,
                          size_t count)
{
    tro_text wanted = {0}, hint = {0};
    char buffer[TRO_FOUND_BYTES];
    tro_text_add(&wanted, "one of ");
    tro_add_names(&wanted, param->choices, count);
    if (node->kind == TRO_SCALAR)
        tro_add_hint(&hint, node->text, param->choices, count, NULL);
    int status = tro_mistake(reader, &node->place, "%s must be %s, found %s%s", param->key,
                             tro_text_string(&wanted), tro_found(node, buffer),
                             tro_text_string(&hint));
    tro_text_clear(&wanted);
    tro_text_clear(&hint);
    return status;
}

int tro_read_p_choice(const tro_reader *reader, const tro_node *node, const tro_param *param,
                      void *slot)
{
    int *out = slot;
    size_t count = 0;
    if (tro_node_is_nothing(node))
        return tro_no_value(reader, node, param->key);
    for (; param->choices[count]; count++) {
        if (node->kind == TRO_SCALAR && strcmp(node->text, param->choices[count]) == 0) {
            *out = (int)count;
            return TRO_OK;
        }
    }
    return unknown_choice(reader, node, param, count);
}
