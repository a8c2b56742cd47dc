/* Parameter tables for people: types, ranges, Markdown. */
#include <math.h>
#include <string.h>

#include "document/param.h"
#include "document/value.h"

static const char *type_name(const tro_param *param)
{
    switch (param->type) {
    case TRO_P_BOOL:
        return "true or false";
    case TRO_P_REAL:
        return param->flags & TRO_P_INTEGRAL ? "whole number" : "number";
    case TRO_P_WHOLE:
        return "whole number";
    case TRO_P_TEXT:
        return "text";
    case TRO_P_CHOICE:
        return "one of ";
    case TRO_P_VECTOR:
        return "list of numbers";
    case TRO_P_MATRIX:
        return "list of rows of numbers";
    case TRO_P_TEXTS:
        return "list of texts";
    case TRO_P_RECORD:
        return "map";
    case TRO_P_RECORDS:
        return "list of maps";
    case TRO_P_PLUGIN:
        return tro_kind_singular(param->kind);
    case TRO_P_NODE:
        return "value";
    case TRO_P_SELF:
        break;
    }
    return "";
}

static void describe_range(const tro_param *param, tro_text *text)
{
    char low[32], high[32];
    int open_min = (param->flags & TRO_P_OPEN_MIN) != 0;
    int open_max = (param->flags & TRO_P_OPEN_MAX) != 0;
    int has_low = param->min > -INFINITY, has_high = param->max < INFINITY;
    if (!(param->flags & TRO_P_BOUNDED))
        return;
    tro_format_real(low, param->min);
    tro_format_real(high, param->max);
    if (has_low && has_high)
        tro_text_addf(text, " in %c%s, %s%c", open_min ? '(' : '[', low, high,
                      open_max ? ')' : ']');
    else if (has_low)
        tro_text_addf(text, " %s %s", open_min ? ">" : ">=", low);
    else if (has_high)
        tro_text_addf(text, " %s %s", open_max ? "<" : "<=", high);
}

void tro_param_describe(const tro_param *param, tro_text *text)
{
    size_t count = 0;
    tro_text_add(text, type_name(param));
    if (param->type == TRO_P_CHOICE) {
        while (param->choices[count])
            count++;
        tro_add_names(text, param->choices, count);
    }
    describe_range(param, text);
    if (param->flags & TRO_P_ALLOW_INF)
        tro_text_add(text, " or inf");
}

/* A '|' would end the cell. */
static void add_escaped(tro_text *text, const char *cell)
{
    for (; *cell; cell++) {
        if (*cell == '|')
            tro_text_add(text, "\\");
        tro_text_add_n(text, *cell == '\n' ? " " : cell, 1);
    }
}

static void add_default(const tro_param *param, tro_text *text)
{
    if (!param->fallback) {
        tro_text_add(text, param->flags & TRO_P_REQUIRED ? "required" : "none");
        return;
    }
    tro_text_add(text, "`");
    add_escaped(text, param->fallback);
    tro_text_add(text, "`");
}

static void add_rows(const tro_table *table, const char *prefix, tro_text *text);

static void add_row(const tro_param *param, const char *prefix, tro_text *text)
{
    tro_text kind = {0}, nested = {0};
    tro_param_describe(param, &kind);
    tro_text_addf(text, "| `%s%s` | ", prefix, param->key);
    add_escaped(text, tro_text_string(&kind));
    tro_text_add(text, " | ");
    add_default(param, text);
    tro_text_addf(text, " | %s | ", param->unit ? param->unit : "");
    add_escaped(text, param->doc ? param->doc : "");
    tro_text_add(text, param->flags & TRO_P_MAIN ? " May stand without its key. |\n" : " |\n");
    if (param->table) {
        tro_text_addf(&nested, "%s%s%s", prefix, param->key,
                      param->type == TRO_P_RECORDS ? "[]." : ".");
        add_rows(param->table, tro_text_string(&nested), text);
    }
    text->failed |= kind.failed | nested.failed;
    tro_text_clear(&kind);
    tro_text_clear(&nested);
}

static void add_rows(const tro_table *table, const char *prefix, tro_text *text)
{
    for (size_t k = 0; k < table->count; k++)
        if (table->params[k].type != TRO_P_SELF)
            add_row(&table->params[k], prefix, text);
}

void tro_table_document(const tro_table *table, tro_text *text)
{
    tro_text rows = {0};
    add_rows(table, "", &rows);
    if (rows.length)
        tro_text_addf(text, "| Key | Value | Default | Unit | Meaning |\n"
                            "|-----|-------|---------|------|---------|\n%s", rows.data);
    else
        tro_text_add(text, "No parameters.\n");
    text->failed |= rows.failed;
    tro_text_clear(&rows);
}

void tro_unit_describe(const tro_param *param, tro_text *text)
{
    static const char *const words[] = {[TRO_UNIT_KIND] = "A", [TRO_UNIT_THINGS] = "In",
                                        [TRO_UNIT_MEASURE] = "Unit:"};
    tro_unit_sort sort = tro_unit_sort_of(param);
    if (sort != TRO_UNIT_NONE)
        tro_text_addf(text, " %s %s.", words[sort], param->unit);
}
