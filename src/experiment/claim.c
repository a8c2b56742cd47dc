/* Evaluating claims: what was found against what is expected. */
#include <math.h>
#include <string.h>

#include "experiment/study_parts.h"

/* What was found and what is expected, row by row, with their standard errors
 * (NaN: exact). */
typedef struct evidence {
    size_t count;
    double *found, *errors, *expected, *expected_errors;
    const char *reason;    /* why it cannot be decided, or NULL */
} evidence;

static int evidence_new(evidence *e, size_t count, tro_arena *arena)
{
    double *numbers = TRO_NEW(arena, double, 4 * count);
    e->count = count;
    e->found = numbers;
    e->errors = numbers + count;
    e->expected = numbers + 2 * count;
    e->expected_errors = numbers + 3 * count;
    for (size_t k = 0; numbers && k < count; k++)
        e->errors[k] = e->expected_errors[k] = NAN;
    return numbers ? TRO_OK : TRO_ENOMEM;
}

/* What is said of `key` having `count` values; lists are as long as they turn out
 * to be. */
static int wrong_count(const tro_claim *claim, const char *key, size_t count, const evidence *e,
                       tro_messages *messages)
{
    return tro_error(messages, TRO_ESCENARIO, tro_place_of(claim->self, key),
                     "%s has %zu values, but there %s %zu row%s", key, count,
                     e->count == 1 ? "is" : "are", e->count, e->count == 1 ? "" : "s");
}

/* The rows of `column`, or of what it is compared with. */
static int copy_rows(const tro_study *study, const tro_claim *claim, const char *name,
                     const char *key, tro_arena *arena, evidence *e, tro_messages *messages)
{
    const tro_study_table *table;
    const tro_column *column;
    size_t *rows, count;
    int status;
    TRO_TRY(tro_study_find_column(study, claim, name, key, &table, &column, messages));
    TRO_TRY(tro_study_select(table, claim->where, arena, &rows, &count, messages));
    int first = !e->found;
    if (first)
        TRO_TRY(evidence_new(e, count, arena));
    if (count != e->count)
        TRO_TRY(wrong_count(claim, key, count, e, messages));
    double *values = first ? e->found : e->expected;
    double *errors = first ? e->errors : e->expected_errors;
    for (size_t k = 0; k < count; k++) {
        size_t cell = rows[k] / table->components;
        values[k] = column->values[rows[k]];
        errors[k] = column->errors[rows[k]];
        if (!e->reason)
            e->reason = table->failures[cell] ? table->failures[cell] : column->failures[cell];
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

/* The value of `same-as`, or one for each row. */
static int same_as(tro_cell *cell, const tro_claim *claim, evidence *e, tro_messages *messages)
{
    tro_values values = {0};
    if (!claim->same_as.plugin)
        return TRO_OK;
    int status = tro_quantity_find(cell, &claim->same_as, &values, messages);
    if (status < 0)
        return status;
    if (values.count != 1 && values.count != e->count)
        return wrong_count(claim, "same-as", values.count, e, messages);
    for (size_t k = 0; k < e->count; k++) {
        size_t from = values.count == 1 ? 0 : k;
        e->expected[k] = values.values[from];
        e->expected_errors[k] = values.errors[from];
    }
    return TRO_OK;
}

static int from_quantity(tro_study *study, tro_claim *claim, evidence *e,
                         tro_messages *messages)
{
    tro_cell *cell = NULL;
    tro_values found = {0};
    int status;
    TRO_TRY(claim_cell(study, claim, &cell, messages));
    TRO_TRY(tro_quantity_find(cell, &claim->quantity, &found, messages));
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

static int from_columns(tro_study *study, tro_claim *claim, evidence *e,
                        tro_messages *messages)
{
    tro_arena *arena = &study->arena;
    int status;
    TRO_TRY(copy_rows(study, claim, claim->column, "column", arena, e, messages));
    if (claim->agrees_with)
        TRO_TRY(copy_rows(study, claim, claim->agrees_with, "agrees-with", arena, e, messages));
    if (claim->less_than)
        TRO_TRY(copy_rows(study, claim, claim->less_than, "less-than", arena, e, messages));
    status = same_as(study->cell, claim, e, messages);
out:
    return status;
}

static int gather(tro_study *study, tro_claim *claim, evidence *e, tro_messages *messages)
{
    size_t given = claim->equals.count;
    int status = claim->column ? from_columns(study, claim, e, messages)
                               : from_quantity(study, claim, e, messages);
    if (status < 0)
        return status;
    if (given > 1 && given != e->count)
        return wrong_count(claim, "equals", given, e, messages);
    for (size_t k = 0; given > 0 && k < e->count; k++)
        e->expected[k] = claim->equals.values[given == 1 ? 0 : k];
    return TRO_OK;
}

static int has_expected(const tro_claim *claim)
{
    return claim->equals.count > 0 || claim->agrees_with || claim->same_as.plugin;
}

/* The standard error of the difference of both sides: in quadrature when both have
 * one, NaN when neither has. */
static double error_of(const evidence *e, size_t k)
{
    double one = e->errors[k], other = e->expected_errors[k];
    return isnan(one) ? other : isnan(other) ? one : hypot(one, other);
}

/* How far row k is beyond the one before, in the direction that is claimed. */
static double step_of(const tro_claim *claim, const evidence *e, size_t k)
{
    if (claim->order < 0 || k == 0)
        return INFINITY;
    return claim->order == 0 ? e->found[k] - e->found[k - 1] : e->found[k - 1] - e->found[k];
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
    if (!(step_of(claim, e, k) > 0))
        return isnan(step_of(claim, e, k)) ? NAN : INFINITY;
    if (claim->less_than)
        return isnan(e->expected[k]) ? NAN : found < e->expected[k] ? 0 : INFINITY;
    if (!has_expected(claim) || found == e->expected[k])
        return 0;
    double away = fabs(found - e->expected[k]), tolerance = 0, error = error_of(e, k);
    if (!isnan(claim->relative))
        tolerance = fmax(tolerance, claim->relative * fabs(e->expected[k]));
    if (!isnan(claim->absolute))
        tolerance = fmax(tolerance, claim->absolute);
    if (!isnan(claim->standard_errors))
        tolerance = fmax(tolerance, claim->standard_errors * error);
    int unknown = isnan(claim->relative) && isnan(claim->absolute) && isnan(error);
    return unknown ? NAN : away / tolerance;
}

/* How near a value that keeps its bounds is to breaking them; the larger the
 * nearer. */
static double nearness(const tro_claim *claim, const evidence *e, size_t k)
{
    double found = e->found[k];
    double room = step_of(claim, e, k);
    if (claim->less_than)
        room = fmin(room, e->expected[k] - found);
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
        double tie = has_expected(claim) ? 0 : nearness(claim, e, k);
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
        tro_text_addf(text, "%s%s", and, tro_claim_signs[claim->sign]);
    if (claim->order >= 0)
        tro_text_addf(text, "%s%s", claim->sign >= 0 ? " and " : and,
                      tro_claim_orders[claim->order]);
}

static void describe_tolerance(const tro_claim *claim, tro_text *text)
{
    char number[32];
    const char *before = " within ";
    if (!isnan(claim->relative)) {
        tro_text_addf(text, "%s%s relative", before,
                      tro_format_short(number, claim->relative, 3));
        before = " or ";
    }
    if (!isnan(claim->absolute)) {
        /* alone, a number needs no name */
        int alone = isnan(claim->relative) && isnan(claim->standard_errors);
        tro_text_addf(text, "%s%s%s", before, tro_format_short(number, claim->absolute, 3),
                      alone ? "" : " absolute");
        before = " or ";
    }
    if (!isnan(claim->standard_errors))
        tro_text_addf(text, "%s%s standard errors", before,
                      tro_format_short(number, claim->standard_errors, 3));
}

static void add_value(tro_text *text, double value, double error)
{
    char number[32];
    tro_text_add(text, tro_format_short(number, value, 12));
    if (!isnan(error))
        tro_text_addf(text, " +- %s", tro_format_short(number, error, 2));
}

/* The row that says most: the worst, with how many there are. */
static int describe(tro_claim *claim, const evidence *e, tro_arena *arena, size_t row,
                    double worst)
{
    tro_text expected = {0}, found = {0}, remark = {0};
    char number[32];
    int status = TRO_OK;
    if (has_expected(claim)) {
        add_value(&expected, e->expected[row], e->expected_errors[row]);
        describe_tolerance(claim, &expected);
    } else {
        describe_bounds(claim, e->expected[row], &expected);
    }
    add_value(&found, e->found[row], e->errors[row]);
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
