/* Reading claims, and every mistake in them that can be seen before anything
 * runs. */
#include <math.h>
#include <string.h>

#include "experiment/study_parts.h"

const char *const tro_claim_signs[] = {"negative", "positive", NULL};
const char *const tro_claim_orders[] = {"increasing", "decreasing", NULL};

static const tro_param claim_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(tro_claim, self)},
    {.key = "claim", .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED,
     .offset = offsetof(tro_claim, claim), .doc = "What is claimed, in words."},
    {.key = "source", .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED,
     .offset = offsetof(tro_claim, source),
     .doc = "Who says so: a paper's figure, a theorem, a derivation."},
    {.key = "column", .type = TRO_P_TEXT, .offset = offsetof(tro_claim, column),
     .doc = "TABLE.COLUMN: the claim is about every row."},
    {.key = "where", .type = TRO_P_NODE, .offset = offsetof(tro_claim, where),
     .doc = "Only rows with these values of the table's axes."},
    {.key = "quantity", .type = TRO_P_PLUGIN, .offset = offsetof(tro_claim, quantity),
     .kind = TRO_QUANTITY, .doc = "Instead of a column: a quantity of the scenario."},
    {.key = "set", .type = TRO_P_NODE, .offset = offsetof(tro_claim, set),
     .doc = "Keys changed for this quantity: a map from paths to values."},
    {.key = "equals", .type = TRO_P_VECTOR, .flags = TRO_P_ALLOW_INF,
     .offset = offsetof(tro_claim, equals),
     .doc = "The value, or one for each row."},
    {.key = "agrees-with", .type = TRO_P_TEXT, .offset = offsetof(tro_claim, agrees_with),
     .doc = "TABLE.COLUMN with as many rows, taken as the expected values."},
    {.key = "less-than", .type = TRO_P_TEXT, .offset = offsetof(tro_claim, less_than),
     .doc = "TABLE.COLUMN with as many rows: every value is less than that one's."},
    {.key = "same-as", .type = TRO_P_PLUGIN, .offset = offsetof(tro_claim, same_as),
     .kind = TRO_QUANTITY, .doc = "A quantity taken as the expected value."},
    {.key = "below", .type = TRO_P_REAL, .offset = offsetof(tro_claim, below),
     .doc = "Every value is less than this."},
    {.key = "above", .type = TRO_P_REAL, .offset = offsetof(tro_claim, above),
     .doc = "Every value is more than this."},
    {.key = "sign", .type = TRO_P_CHOICE, .offset = offsetof(tro_claim, sign),
     .choices = tro_claim_signs, .doc = "Every value has this sign."},
    {.key = "order", .type = TRO_P_CHOICE, .offset = offsetof(tro_claim, order),
     .choices = tro_claim_orders, .doc = "Values go up, or down, from each row to the next."},
    {.key = "relative", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,
     .offset = offsetof(tro_claim, relative), .min = 0, .max = 1,
     .doc = "Tolerance as a fraction of the expected value."},
    {.key = "absolute", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,
     .offset = offsetof(tro_claim, absolute), .min = 0, .max = INFINITY,
     .doc = "Tolerance as a difference."},
    {.key = "standard-errors", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED | TRO_P_OPEN_MIN,
     .offset = offsetof(tro_claim, standard_errors), .min = 0, .max = 100,
     .doc = "Tolerance in standard errors, of both sides in quadrature where both have them."},
};

const tro_table tro_claim_table = {"claim", claim_params,
                                   sizeof claim_params / sizeof *claim_params,
                                   sizeof(tro_claim)};

/* --- relations ------------------------------------------------------------- */

static int has(const tro_claim *claim, const char *key)
{
    return tro_node_get(claim->self, key) != NULL;
}

static int count_keys(const tro_claim *claim, const char *const *keys)
{
    int count = 0;
    for (; *keys; keys++)
        count += has(claim, *keys);
    return count;
}

/* A key that no claim has may be meant to be the one that is missing. */
static int has_unknown_key(const tro_claim *claim)
{
    for (size_t k = 0; k < claim->self->count; k++) {
        size_t p = 0;
        while (p < tro_claim_table.count &&
               strcmp(claim_params[p].key, claim->self->items[k]->key) != 0)
            p++;
        if (p == tro_claim_table.count)
            return 1;
    }
    return 0;
}

static int misplaced(const tro_claim *claim, const char *key, const char *text,
                     tro_messages *messages)
{
    return tro_error(messages, TRO_ESCENARIO, tro_place_of(claim->self, key), "%s", text);
}

/* Which keys go together; `whole` 0: some key may be missing only because it is
 * misspelt. */
static int check_keys(const tro_claim *claim, int whole, tro_messages *messages)
{
    static const char *const equalities[] = {"equals", "agrees-with", "same-as", NULL};
    static const char *const bounds[] = {"below", "above", "sign", "order", "less-than",
                                         NULL};
    static const char *const tolerances[] = {"relative", "absolute", "standard-errors", NULL};
    int equal = count_keys(claim, equalities), bound = count_keys(claim, bounds);
    int tolerance = count_keys(claim, tolerances);
    int column = has(claim, "column"), quantity = has(claim, "quantity");
    const tro_place *place = &claim->self->place;
    int status = TRO_OK;
    if (column + quantity == 2 || (column + quantity == 0 && whole))
        status = tro_error(messages, TRO_ESCENARIO, place,
                           "a claim is about a 'column' or a 'quantity', found %s",
                           column ? "both" : "neither");
    if (equal > 1 || (equal + bound == 0 && whole))
        status = tro_error(messages, TRO_ESCENARIO, place,
                           "a claim needs one relation: equals, agrees-with, same-as, "
                           "less-than, below, above, sign or order");
    if (equal == 1 && tolerance == 0 && whole)
        status = tro_error(messages, TRO_ESCENARIO, place,
                           "equality needs a tolerance: 'relative', 'absolute' or "
                           "'standard-errors'");
    for (size_t k = 0; equal == 0 && bound > 0 && tolerances[k]; k++)
        if (has(claim, tolerances[k]))
            status = tro_error(messages, TRO_ESCENARIO,
                               tro_place_of(claim->self, tolerances[k]),
                               "'%s' is a tolerance of 'equals', 'agrees-with' or 'same-as', and "
                               "there is none", tolerances[k]);
    if (column && has(claim, "set"))
        status = misplaced(claim, "set", "'set' goes with 'quantity'; a column's table has its "
                                         "own", messages);
    if (has(claim, "less-than") && (equal > 0 || (!column && (quantity || whole))))
        status = misplaced(claim, "less-than", "'less-than' compares a 'column' with another, "
                                               "and nothing else", messages);
    if (has(claim, "agrees-with") && !column && (quantity || whole))
        status = misplaced(claim, "agrees-with", "'agrees-with' compares a 'column' with "
                                                 "another; 'same-as' goes with 'quantity'",
                           messages);
    if (has(claim, "where") && !column && (quantity || whole))
        status = misplaced(claim, "where", "'where' chooses rows of a 'column'", messages);
    return status;
}

/* --- what a claim is about ------------------------------------------------- */

/* What is known of a claim before it is evaluated: how many values there will be
 * (0: not known), and whether they, or what they are compared with, are sampled
 * (-1: not known). */
typedef struct tro_subject {
    const tro_cell *cell;       /* NULL: it cannot be made */
    tro_cell *own;              /* the same, when the claim has a `set` */
    const tro_study_table *table;
    size_t count;
    int sampled, other_sampled;
} subject;

static int can_be_read(const tro_reader *reader, const tro_node *node)
{
    tro_reader quiet = *reader;
    tro_chosen chosen;
    quiet.messages = NULL;
    return node && tro_read_plugin(&quiet, node, TRO_QUANTITY, &chosen) == TRO_OK;
}

/* Makes the cell with the claim's `set`. */
static int make_cell(tro_study *study, const tro_claim *claim, const tro_reader *reader,
                     subject *s)
{
    tro_override *set;
    size_t count;
    tro_messages own = {0};
    int status;
    s->cell = study->cell;
    if (!claim->set || claim->column)
        return TRO_OK;
    s->cell = NULL;
    tro_trial trial = {.study = study, .arena = reader->arena, .messages = reader->messages,
                       .place = &claim->set->place, .what = "with these keys set"};
    TRO_TRY(tro_study_read_set(reader, claim->set, &set, &count));
    TRO_TRY(tro_trial_init(&trial, claim->set, set, count, NULL, 0));
    int keys = tro_trial_keys(&trial), made = TRO_OK;
    if (keys != TRO_ENOMEM)
        made = tro_trial_cell(&trial, &s->own, &own);
    if (made < 0 && made != TRO_ENOMEM)
        made = tro_trial_tell(&trial, &own, NULL);
    s->cell = s->own;
    status = tro_graver(keys, made);
out:
    tro_messages_clear(&own);
    return status;
}

/* A quantity of the claim: *sampled and *count are set when it is right. */
static int check_quantity(const tro_claim *claim, const char *key, const tro_chosen *chosen,
                          const subject *s, const tro_reader *reader, int *sampled,
                          size_t *count)
{
    *sampled = -1;
    *count = 0;
    if (!chosen->plugin || !s->cell || !can_be_read(reader, tro_node_get(claim->self, key)))
        return TRO_OK; /* absent, or said already */
    *sampled = tro_quantity_of(chosen)->sampled;
    int status = tro_quantity_check(s->cell, chosen, reader->messages);
    if (status == TRO_OK)
        *count = tro_quantity_count(s->cell, chosen);
    return status;
}

static int check_column(const tro_study *study, const tro_claim *claim,
                        const tro_reader *reader, subject *s)
{
    const tro_column *column;
    int status = tro_study_find_column(study, claim, claim->column, "column", &s->table, &column,
                                       reader->messages);
    if (column && (column->quantity.plugin || column->given.count > 0))
        s->sampled = column->sampled;
    if (s->table)
        status = tro_graver(status, tro_study_select(s->table, claim->where, reader->arena, NULL,
                                                     &s->count, reader->messages));
    return status;
}

static int wrong_count(const tro_claim *claim, const char *key, size_t count, size_t rows,
                       tro_messages *messages)
{
    return tro_error(messages, TRO_ESCENARIO, tro_place_of(claim->self, key),
                     "%s has %zu values, but there %s %zu row%s: one for each, or one for all, "
                     "would be right", key, count, rows == 1 ? "is" : "are", rows,
                     rows == 1 ? "" : "s");
}

/* The column of agrees-with or less-than. */
static int check_other(const tro_study *study, const tro_claim *claim, const char *key,
                       const char *name, const tro_reader *reader, subject *s)
{
    const tro_study_table *table;
    const tro_column *column;
    size_t count;
    int status;
    if (!name || !claim->column)
        return TRO_OK;
    s->other_sampled = -1;
    status = tro_study_find_column(study, claim, name, key, &table, &column, reader->messages);
    if (column && (column->quantity.plugin || column->given.count > 0))
        s->other_sampled = column->sampled;
    if (!table || table == s->table)
        return status; /* as many rows, and the same mistakes in `where` */
    status = tro_graver(status, tro_study_select(table, claim->where, reader->arena, NULL, &count,
                                                 reader->messages));
    if (status == TRO_OK && count > 0 && s->count > 0 && count != s->count)
        status = tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(claim->self, key),
                           "'%s' has %zu rows, '%s' %zu", name, count, claim->column, s->count);
    return status;
}

static int check_same(const tro_claim *claim, const tro_reader *reader, subject *s)
{
    size_t count;
    int sampled, status = check_quantity(claim, "same-as", &claim->same_as, s, reader, &sampled,
                                         &count);
    if (has(claim, "same-as"))
        s->other_sampled = sampled;
    if (count > 1 && s->count > 0 && count != s->count)
        status = wrong_count(claim, "same-as", count, s->count, reader->messages);
    return status;
}

static int check_errors(const tro_claim *claim, const subject *s, tro_messages *messages)
{
    const tro_place *place = tro_place_of(claim->self, "standard-errors");
    if (isnan(claim->standard_errors) || s->sampled != 0 || s->other_sampled != 0)
        return TRO_OK;
    if (claim->column)
        return tro_error(messages, TRO_ESCENARIO, place,
                         "column '%s' is exact: it has no standard errors", claim->column);
    return tro_error(messages, TRO_ESCENARIO, place,
                     "'%s' is exact: it has no standard errors", claim->quantity.plugin->name);
}

static int check_order(const tro_claim *claim, const subject *s, tro_messages *messages)
{
    if (claim->order < 0 || s->count != 1)
        return TRO_OK;
    return tro_error(messages, TRO_ESCENARIO, tro_place_of(claim->self, "order"),
                     "an order needs several values, found one");
}

static int check_claim(tro_study *study, const tro_claim *claim, int whole,
                       const tro_reader *reader)
{
    subject s = {.sampled = -1};
    tro_messages *messages = reader->messages;
    int status = check_keys(claim, whole, messages);
    status = tro_graver(status, make_cell(study, claim, reader, &s));
    if (claim->column && !has(claim, "quantity"))
        status = tro_graver(status, check_column(study, claim, reader, &s));
    else if (!claim->column)
        status = tro_graver(status, check_quantity(claim, "quantity", &claim->quantity, &s,
                                                   reader, &s.sampled, &s.count));
    status = tro_graver(status, check_other(study, claim, "agrees-with", claim->agrees_with,
                                            reader, &s));
    status = tro_graver(status, check_other(study, claim, "less-than", claim->less_than, reader,
                                            &s));
    status = tro_graver(status, check_same(claim, reader, &s));
    status = tro_graver(status, check_errors(claim, &s, messages));
    status = tro_graver(status, check_order(claim, &s, messages));
    if (claim->equals.count > 1 && s.count > 0 && claim->equals.count != s.count)
        status = wrong_count(claim, "equals", claim->equals.count, s.count, messages);
    tro_cell_free(s.own);
    return status;
}

int tro_study_claims_read(tro_study *study, const tro_reader *reader)
{
    const tro_node *claims = study->cell->scenario->claims;
    int status = TRO_OK;
    if (!claims)
        return TRO_OK;
    if (claims->kind != TRO_LIST)
        return tro_error(reader->messages, TRO_ESCENARIO, &claims->place,
                         "claims is a list");
    study->claims = TRO_NEW(reader->arena, tro_claim, claims->count);
    if (!study->claims)
        return TRO_ENOMEM;
    for (size_t k = 0; k < claims->count && status != TRO_ENOMEM; k++) {
        tro_claim *claim = &study->claims[study->claim_count++];
        int read = tro_read_record(reader, claims->items[k], &tro_claim_table, NULL, claim);
        status = tro_graver(status, read);
        if (read != TRO_ENOMEM && claim->self && claim->self->kind == TRO_MAP)
            status = tro_graver(status, check_claim(study, claim, !has_unknown_key(claim),
                                                    reader));
    }
    return status;
}
