/* Claims: a quantity or a column, a relation, a tolerance, a source. */
#include <math.h>
#include <string.h>

#include "experiment/study.h"

static const char *const sign_choices[] = {"negative", "positive", NULL};

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
     .choices = sign_choices, .doc = "Every value has this sign."},
    {.key = "relative", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,
     .offset = offsetof(tro_claim, relative), .min = 0, .max = 1,
     .doc = "Tolerance as a fraction of the expected value."},
    {.key = "absolute", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,
     .offset = offsetof(tro_claim, absolute), .min = 0, .max = INFINITY,
     .doc = "Tolerance as a difference."},
    {.key = "standard-errors", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED | TRO_P_OPEN_MIN,
     .offset = offsetof(tro_claim, standard_errors), .min = 0, .max = 100,
     .doc = "Tolerance in standard errors of the values found."},
};

const tro_table tro_claim_table = {"claim", claim_params,
                                   sizeof claim_params / sizeof *claim_params,
                                   sizeof(tro_claim)};

/* Finds the table and column that "table.column" names. */
static int find_column(const tro_study *study, const tro_claim *claim, const char *name,
                       const char *key, const tro_study_table **table,
                       const tro_column **column, tro_messages *messages)
{
    const tro_place *place = tro_place_of(claim->self, key);
    const char *dot = strchr(name, '.');
    if (!dot)
        return tro_error(messages, TRO_ESCENARIO, place,
                         "'%s' is not TABLE.COLUMN, as in 'coupling.dJp'", name);
    return tro_study_find(study, name, (size_t)(dot - name), dot + 1, place, table, column,
                          messages);
}

static int check_relation(const tro_claim *claim, tro_messages *messages)
{
    int expected = (claim->equals.count > 0) + (claim->agrees_with != NULL) +
                   (claim->same_as.plugin != NULL);
    int bounds = !isnan(claim->below) + !isnan(claim->above) + (claim->sign >= 0) +
                 (claim->less_than != NULL);
    int tolerance = !isnan(claim->relative) + !isnan(claim->absolute) +
                    !isnan(claim->standard_errors);
    const tro_place *place = &claim->self->place;
    if (!claim->column == !claim->quantity.plugin)
        return tro_error(messages, TRO_ESCENARIO, place,
                         "a claim is about a 'column' or a 'quantity', found %s",
                         claim->column ? "both" : "neither");
    if (expected > 1 || expected + bounds == 0)
        return tro_error(messages, TRO_ESCENARIO, place,
                         "a claim needs one relation: equals, agrees-with, same-as, less-than, "
                         "below, above or sign");
    if (expected == 1 && tolerance == 0)
        return tro_error(messages, TRO_ESCENARIO, place,
                         "equality needs a tolerance: 'relative', 'absolute' or "
                         "'standard-errors'");
    if (claim->set && claim->column)
        return tro_error(messages, TRO_ESCENARIO, tro_place_of(claim->self, "set"),
                         "'set' goes with 'quantity'; a column's table has its own");
    if (claim->less_than && (expected > 0 || !claim->column))
        return tro_error(messages, TRO_ESCENARIO, tro_place_of(claim->self, "less-than"),
                         "'less-than' compares a 'column' with another, and nothing else");
    if (claim->where && !claim->column)
        return tro_error(messages, TRO_ESCENARIO, tro_place_of(claim->self, "where"),
                         "'where' chooses rows of a 'column'");
    return TRO_OK;
}

static int check_chosen(const tro_study *study, const tro_chosen *chosen,
                        tro_messages *messages)
{
    const tro_quantity *quantity = tro_quantity_of(chosen);
    if (!quantity || !quantity->check)
        return TRO_OK;
    return quantity->check(study->cell, chosen->config, messages);
}

static int check_claim(const tro_study *study, const tro_claim *claim, const tro_reader *reader)
{
    tro_messages *messages = reader->messages;
    const tro_study_table *table = NULL, *other = NULL;
    const tro_column *column = NULL;
    size_t *rows, count, others;
    int status = check_relation(claim, messages);
    if (status < 0)
        return status;
    TRO_TRY(check_chosen(study, &claim->quantity, messages));
    TRO_TRY(check_chosen(study, &claim->same_as, messages));
    if (!claim->column && !isnan(claim->standard_errors) &&
        !tro_quantity_of(&claim->quantity)->sampled)
        return tro_error(messages, TRO_ESCENARIO, tro_place_of(claim->self, "standard-errors"),
                         "'%s' is exact: it has no standard errors",
                         claim->quantity.plugin->name);
    if (!claim->column)
        return TRO_OK;
    TRO_TRY(find_column(study, claim, claim->column, "column", &table, &column, messages));
    TRO_TRY(tro_study_select(table, claim->where, reader->arena, &rows, &count, messages));
    if (!isnan(claim->standard_errors) && !column->sampled)
        return tro_error(messages, TRO_ESCENARIO, tro_place_of(claim->self, "standard-errors"),
                         "column '%s' is exact: it has no standard errors", claim->column);
    const char *against = claim->agrees_with ? claim->agrees_with : claim->less_than;
    const char *key = claim->agrees_with ? "agrees-with" : "less-than";
    if (against) {
        TRO_TRY(find_column(study, claim, against, key, &other, &column, messages));
        TRO_TRY(tro_study_select(other, claim->where, reader->arena, &rows, &others, messages));
        if (others != count)
            return tro_error(messages, TRO_ESCENARIO, tro_place_of(claim->self, key),
                             "'%s' has %zu rows, '%s' %zu", against, others, claim->column,
                             count);
    }
out:
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
    for (size_t k = 0; k < claims->count; k++) {
        tro_claim *claim = &study->claims[study->claim_count++];
        int read = tro_read_record(reader, claims->items[k], &tro_claim_table, NULL, claim);
        if (read == TRO_OK)
            read = check_claim(study, claim, reader);
        if (read < 0)
            status = read;
    }
    return status;
}

/* --- evaluating ------------------------------------------------------------ */

/* What was found, what is expected (NULL: bounds only), row by row. */
typedef struct evidence {
    size_t count;
    double *found, *errors, *expected;
    const char *reason;    /* why it cannot be decided, or NULL */
} evidence;

static int evidence_new(evidence *e, size_t count, tro_arena *arena)
{
    e->count = count;
    e->found = TRO_NEW(arena, double, count);
    e->errors = TRO_NEW(arena, double, count);
    e->expected = TRO_NEW(arena, double, count);
    return e->found && e->errors && e->expected ? TRO_OK : TRO_ENOMEM;
}

static int copy_rows(const tro_study *study, const tro_claim *claim, const char *name,
                     const char *key, tro_arena *arena, evidence *e, double *into,
                     tro_messages *messages)
{
    const tro_study_table *table;
    const tro_column *column;
    size_t *rows, count;
    int status;
    TRO_TRY(find_column(study, claim, name, key, &table, &column, messages));
    TRO_TRY(tro_study_select(table, claim->where, arena, &rows, &count, messages));
    if (!into) {
        TRO_TRY(evidence_new(e, count, arena));
        into = e->found;
    }
    if (count != e->count) { /* lists are as long as they turn out to be */
        status = tro_error(messages, TRO_ESCENARIO, tro_place_of(claim->self, key),
                           "'%s' has %zu rows, '%s' %zu", name, count, claim->column, e->count);
        goto out;
    }
    for (size_t k = 0; k < count; k++) {
        into[k] = column->values[rows[k]];
        if (into == e->found)
            e->errors[k] = column->errors[rows[k]];
        if (table->failures[rows[k] / table->components])
            e->reason = table->failures[rows[k] / table->components];
    }
out:
    return status;
}

/* The claim's own cell when it has a `set`, else the study's. */
static int claim_cell(tro_study *study, const tro_claim *claim, tro_cell **cell,
                      tro_messages *messages)
{
    tro_override *set;
    size_t count, base = study->cell->override_count;
    tro_reader reader = {
        .arena = &study->arena, .catalog = study->cell->catalog, .messages = messages};
    *cell = study->cell;
    if (!claim->set)
        return TRO_OK;
    int status = tro_study_read_set(&reader, claim->set, &set, &count);
    if (status < 0)
        return status;
    tro_override *all = TRO_NEW(&study->arena, tro_override, base + count + 1);
    if (!all)
        return TRO_ENOMEM;
    for (size_t k = 0; k < base + count; k++)
        all[k] = k < base ? study->cell->overrides[k] : set[k - base];
    status = tro_cell_new(study->bare, study->cell->catalog, all, base + count, cell, messages);
    if (status == TRO_OK)
        (*cell)->progress = study->cell->progress;
    return status;
}

static int compute(tro_cell *cell, const tro_chosen *chosen, tro_values *values,
                   tro_messages *messages)
{
    return tro_quantity_of(chosen)->compute(cell, chosen->config, values, messages);
}

/* The value of `same-as`, or one for each row. */
static int same_as(tro_cell *cell, const tro_claim *claim, evidence *e, tro_messages *messages)
{
    tro_values values = {0};
    if (!claim->same_as.plugin)
        return TRO_OK;
    int status = compute(cell, &claim->same_as, &values, messages);
    if (status < 0)
        return status;
    if (values.count != 1 && values.count != e->count)
        return tro_error(messages, TRO_ESCENARIO, tro_place_of(claim->self, "same-as"),
                         "same-as has %zu values, but there are %zu rows", values.count,
                         e->count);
    for (size_t k = 0; k < e->count; k++)
        e->expected[k] = values.values[values.count == 1 ? 0 : k];
    return TRO_OK;
}

static int from_quantity(tro_study *study, tro_claim *claim, evidence *e,
                         tro_messages *messages)
{
    tro_cell *cell = NULL;
    tro_values found = {0};
    int status;
    TRO_TRY(claim_cell(study, claim, &cell, messages));
    TRO_TRY(compute(cell, &claim->quantity, &found, messages));
    TRO_TRY(evidence_new(e, found.count, &study->arena));
    for (size_t k = 0; k < found.count; k++) {
        e->found[k] = found.values[k];
        e->errors[k] = found.errors[k];
    }
    status = same_as(cell, claim, e, messages);
out:
    if (cell != study->cell)
        tro_cell_free(cell);
    return status;
}

static int gather(tro_study *study, tro_claim *claim, evidence *e, tro_messages *messages)
{
    int status;
    if (!claim->column) {
        TRO_TRY(from_quantity(study, claim, e, messages));
    } else {
        TRO_TRY(copy_rows(study, claim, claim->column, "column", &study->arena, e, NULL,
                          messages));
        if (claim->agrees_with)
            TRO_TRY(copy_rows(study, claim, claim->agrees_with, "agrees-with", &study->arena, e,
                              e->expected, messages));
        if (claim->less_than)
            TRO_TRY(copy_rows(study, claim, claim->less_than, "less-than", &study->arena, e,
                              e->expected, messages));
        TRO_TRY(same_as(study->cell, claim, e, messages));
    }
    size_t given = claim->equals.count;
    if (given > 1 && given != e->count) {
        status = tro_error(messages, TRO_ESCENARIO, tro_place_of(claim->self, "equals"),
                           "equals has %zu values, but there are %zu rows", given, e->count);
        goto out;
    }
    for (size_t k = 0; given > 0 && k < e->count; k++)
        e->expected[k] = claim->equals.values[given == 1 ? 0 : k];
out:
    return status;
}

static int has_expected(const tro_claim *claim)
{
    return claim->equals.count > 0 || claim->agrees_with || claim->same_as.plugin;
}

/* How far row k is from the claim, in units of the tolerance: at most 1 holds;
 * NaN when a number it needs is none. */
static double excess(const tro_claim *claim, const evidence *e, size_t k)
{
    double found = e->found[k];
    if (isnan(found))
        return NAN;
    if ((!isnan(claim->below) && !(found < claim->below)) ||
        (!isnan(claim->above) && !(found > claim->above)) ||
        (claim->sign == 0 && !(found < 0)) || (claim->sign == 1 && !(found > 0)))
        return INFINITY;
    if (claim->less_than)
        return isnan(e->expected[k]) ? NAN : found < e->expected[k] ? 0 : INFINITY;
    if (!has_expected(claim) || found == e->expected[k])
        return 0;
    double away = fabs(found - e->expected[k]), tolerance = 0;
    if (!isnan(claim->relative))
        tolerance = fmax(tolerance, claim->relative * fabs(e->expected[k]));
    if (!isnan(claim->absolute))
        tolerance = fmax(tolerance, claim->absolute);
    if (!isnan(claim->standard_errors))
        tolerance = fmax(tolerance, claim->standard_errors * e->errors[k]);
    int unknown = isnan(claim->relative) && isnan(claim->absolute) && isnan(e->errors[k]);
    return unknown ? NAN : away / tolerance;
}

/* How near a value that keeps its bounds is to breaking them; the larger the
 * nearer. */
static double nearness(const tro_claim *claim, double found, double other)
{
    double room = claim->less_than ? other - found : INFINITY;
    if (!isnan(claim->below))
        room = fmin(room, claim->below - found);
    if (!isnan(claim->above))
        room = fmin(room, found - claim->above);
    if (claim->sign >= 0)
        room = fmin(room, fabs(found));
    return -room;
}

/* The row that is farthest from the claim or, where all keep their bounds,
 * nearest to breaking it. */
static size_t worst_row(const tro_claim *claim, const evidence *e, double *worst)
{
    size_t at = 0;
    double near = -INFINITY;
    *worst = -1;
    for (size_t k = 0; k < e->count; k++) {
        double here = excess(claim, e, k);
        if (isnan(here)) {
            *worst = here;
            return k;
        }
        double tie = has_expected(claim) ? 0 : nearness(claim, e->found[k], e->expected[k]);
        if (here > *worst || (here == *worst && tie > near)) {
            *worst = here;
            near = tie;
            at = k;
        }
    }
    return at;
}

static void describe_bounds(const tro_claim *claim, double other, tro_text *text)
{
    char number[32];
    const char *and = "";
    if (claim->less_than) {
        tro_text_addf(text, "< %s", tro_format_short(number, other, 12));
        and = " and ";
    }
    if (!isnan(claim->above)) {
        tro_text_addf(text, "%s> %s", and, tro_format_short(number, claim->above, 10));
        and = " and ";
    }
    if (!isnan(claim->below)) {
        tro_text_addf(text, "%s< %s", and, tro_format_short(number, claim->below, 10));
        and = " and ";
    }
    if (claim->sign >= 0)
        tro_text_addf(text, "%s%s", and, sign_choices[claim->sign]);
}

static void describe_tolerance(const tro_claim *claim, tro_text *text)
{
    char number[32];
    if (!isnan(claim->relative))
        tro_text_addf(text, " within %s relative", tro_format_short(number, claim->relative, 3));
    if (!isnan(claim->absolute))
        tro_text_addf(text, " within %s", tro_format_short(number, claim->absolute, 3));
    if (!isnan(claim->standard_errors))
        tro_text_addf(text, " within %s standard errors",
                      tro_format_short(number, claim->standard_errors, 3));
}

/* The row that says most: the worst, with how many there are. */
static int describe(tro_claim *claim, const evidence *e, tro_arena *arena, size_t row,
                    double worst)
{
    tro_text expected = {0}, found = {0}, remark = {0};
    char number[32];
    int status = TRO_OK;
    if (has_expected(claim)) {
        tro_text_add(&expected, tro_format_short(number, e->expected[row], 12));
        describe_tolerance(claim, &expected);
    } else {
        describe_bounds(claim, e->expected[row], &expected);
    }
    tro_text_add(&found, tro_format_short(number, e->found[row], 12));
    if (!isnan(e->errors[row]))
        tro_text_addf(&found, " +- %s", tro_format_short(number, e->errors[row], 2));
    if (e->count > 1)
        tro_text_addf(&remark, "%zu rows; the least good is row %zu", e->count, row + 1);
    if (has_expected(claim) && isfinite(worst) && worst > 0)
        tro_text_addf(&remark, "%soff by %s of the tolerance", e->count > 1 ? ", " : "",
                      tro_format_short(number, worst, 2));
    claim->expected = tro_arena_text(arena, tro_text_string(&expected));
    claim->found = tro_arena_text(arena, tro_text_string(&found));
    claim->remark = tro_arena_text(arena, tro_text_string(&remark));
    if (expected.failed || found.failed || remark.failed || !claim->expected || !claim->found ||
        !claim->remark)
        status = TRO_ENOMEM;
    tro_text_clear(&expected);
    tro_text_clear(&found);
    tro_text_clear(&remark);
    return status;
}

static int undecided(tro_study *study, tro_claim *claim, const char *reason)
{
    claim->verdict = TRO_UNDECIDED;
    claim->expected = claim->found = "";
    claim->remark = tro_arena_text(&study->arena, reason);
    return claim->remark ? TRO_OK : TRO_ENOMEM;
}

int tro_study_claim_evaluate(tro_study *study, tro_claim *claim, tro_messages *messages)
{
    tro_messages own = {0};
    evidence e = {0};
    double worst;
    int status = gather(study, claim, &e, &own);
    if (status == TRO_ENOMEM || status == TRO_EINTERRUPTED) {
        (void)tro_error(messages, status, NULL, "%s", tro_status_text(status));
    } else if (status < 0 || e.reason) {
        const char *reason = e.reason ? e.reason : tro_status_text(status);
        for (size_t k = own.count; !e.reason && k-- > 0;)
            if (own.items[k].severity == TRO_ERROR)
                reason = own.items[k].text; /* the first one */
        status = undecided(study, claim, reason);
    } else {
        size_t row = worst_row(claim, &e, &worst);
        claim->verdict = isnan(worst) ? TRO_UNDECIDED : worst <= 1 ? TRO_HOLDS : TRO_FAILS;
        status = describe(claim, &e, &study->arena, row, worst);
    }
    tro_messages_clear(&own);
    return status;
}
