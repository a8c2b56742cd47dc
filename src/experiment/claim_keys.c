/* Which keys of a claim go together. */
#include <math.h>
#include <string.h>

#include "experiment/study_parts.h"

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

static int misplaced(const tro_claim *claim, const char *key, const char *text,
                     tro_messages *messages)
{
    return tro_error(messages, TRO_ESCENARIO, tro_place_of(claim->self, key), "%s", text);
}

static int check_tolerances(const tro_claim *claim, int equal, int bound, int whole,
                            tro_messages *messages)
{
    static const char *const tolerances[] = {"relative", "absolute", "standard-errors", NULL};
    int status = TRO_OK, alone = equal == 0 && bound > 0;
    if (equal == 1 && count_keys(claim, tolerances) == 0 && whole)
        status = tro_error(messages, TRO_ESCENARIO, &claim->self->place,
                           "equality needs a tolerance: 'relative', 'absolute' or "
                           "'standard-errors'");
    if (alone && has(claim, "relative"))
        status = misplaced(claim, "relative", "'relative' is a tolerance of 'equals', "
                                              "'agrees-with' or 'same-as', and there is none",
                           messages);
    return status;
}

static int check_relations(const tro_claim *claim, int whole, tro_messages *messages)
{
    static const char *const equalities[] = {"equals", "agrees-with", "same-as", NULL};
    static const char *const bounds[] = {"below", "above", "between", "sign", "order",
                                         "less-than", "increases-with", "decreases-with",
                                         "nearest-to", NULL};
    int equal = count_keys(claim, equalities), bound = count_keys(claim, bounds);
    const tro_vector *between = &claim->between;
    int status = TRO_OK;
    if (equal > 1 || (equal + bound == 0 && whole))
        status = tro_error(messages, TRO_ESCENARIO, &claim->self->place,
                           "a claim needs one relation: equals, agrees-with, same-as, less-than, "
                           "below, above, between, sign, order, increases-with, decreases-with or "
                           "nearest-to");
    if (between->count > 0 && (between->count != 2 || between->values[0] > between->values[1]))
        status = misplaced(claim, "between", "between has two numbers, the smaller one first",
                           messages);
    if (claim->above >= claim->below) /* NaN where there is none */
        status = tro_error(messages, TRO_ESCENARIO, tro_place_of(claim->self, "below"),
                           "no number is above %.10g and below %.10g", claim->above,
                           claim->below);
    if (has(claim, "increases-with") && has(claim, "decreases-with"))
        status = misplaced(claim, "decreases-with", "values that go up along one axis and down "
                                                    "along another are two claims", messages);
    if (has(claim, "nearest-to") != has(claim, "among") && whole)
        status = tro_error(messages, TRO_ESCENARIO, &claim->self->place,
                           "'nearest-to' names one of 'among', found only '%s'",
                           has(claim, "among") ? "among" : "nearest-to");
    return tro_graver(status, check_tolerances(claim, equal, bound, whole, messages));
}

/* What goes with a column only, or with a quantity only. */
static int check_subject(const tro_claim *claim, int whole, tro_messages *messages)
{
    static const char *const equal[] = {"equals", "agrees-with", "same-as", NULL};
    int column = has(claim, "column"), quantity = has(claim, "quantity"), status = TRO_OK;
    int no_column = !column && (quantity || whole);
    if (column && has(claim, "set"))
        status = misplaced(claim, "set", "'set' goes with 'quantity'; a column's table has its "
                                         "own", messages);
    if (column && has(claim, "for"))
        status = misplaced(claim, "for", "'for' goes with 'quantity'; a column's table has axes of "
                                         "its own", messages);
    if (has(claim, "less-than") && (count_keys(claim, equal) > 0 || no_column))
        status = misplaced(claim, "less-than", "'less-than' compares a 'column' with another, "
                                               "and nothing else", messages);
    if (has(claim, "agrees-with") && no_column)
        status = misplaced(claim, "agrees-with", "'agrees-with' compares a 'column' with "
                                                 "another; 'same-as' goes with 'quantity'",
                           messages);
    if (has(claim, "where") && no_column)
        status = misplaced(claim, "where", "'where' chooses rows of a 'column'", messages);
    return status;
}

static int check_condition(const tro_condition *condition, tro_messages *messages)
{
    const tro_node *self = condition->self;
    int bounds = (tro_node_get(self, "above") != NULL) + (tro_node_get(self, "below") != NULL);
    int column = tro_node_get(self, "column") != NULL, where = tro_node_get(self, "where") != NULL;
    if (!self || self->kind != TRO_MAP || (column && bounds > 0 && !where) ||
        (where && !column && bounds == 0))
        return TRO_OK;
    return tro_error(messages, TRO_ESCENARIO, &self->place,
                     "a condition is a 'column' that is 'above' or 'below' a number, or it is a "
                     "'where'");
}

/* Words that say nothing are as good as none. */
static int check_words(const tro_node *record, const char *key, const char *words,
                       const char *right, tro_messages *messages)
{
    if (!words || words[strspn(words, " \t\r\n")] != '\0')
        return TRO_OK;
    return tro_error(messages, TRO_ESCENARIO, tro_place_of(record, key),
                     "'%s' is empty: %s would be right", key, right);
}

int tro_study_claim_keys(const tro_claim *claim, int whole, tro_messages *messages)
{
    int column = has(claim, "column"), quantity = has(claim, "quantity"), status = TRO_OK;
    if (column + quantity == 2 || (column + quantity == 0 && whole))
        status = tro_error(messages, TRO_ESCENARIO, &claim->self->place,
                           "a claim is about a 'column' or a 'quantity', found %s",
                           column ? "both" : "neither");
    status = tro_graver(status, check_words(claim->self, "claim", claim->claim,
                                            "what is claimed", messages));
    status = tro_graver(status, check_words(claim->self, "source", claim->source,
                                            "who says so, or how it was derived,", messages));
    status = tro_graver(status, check_relations(claim, whole, messages));
    status = tro_graver(status, check_subject(claim, whole, messages));
    if (claim->only_if.self)
        status = tro_graver(status, check_words(claim->only_if.self, "words",
                                                claim->only_if.words, "the condition", messages));
    return tro_graver(status, check_condition(&claim->only_if, messages));
}
