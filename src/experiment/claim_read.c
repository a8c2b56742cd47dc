/* Reading claims. */
#include <math.h>
#include <string.h>

#include "experiment/study_parts.h"

const char *const tro_claim_signs[] = {"negative", "positive", NULL};
const char *const tro_claim_orders[] = {"increasing", "decreasing", NULL};

static const tro_param condition_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(tro_condition, self)},
    {.key = "words", .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED,
     .offset = offsetof(tro_condition, words),
     .doc = "The condition in words: the verdict is `holds only if WORDS`."},
    {.key = "column", .type = TRO_P_TEXT, .offset = offsetof(tro_condition, column),
     .doc = "TABLE.COLUMN with as many rows, which is `above` or `below` a number where the "
            "condition is met."},
    {.key = "above", .type = TRO_P_REAL, .offset = offsetof(tro_condition, above),
     .doc = "Met where the column is more than this."},
    {.key = "below", .type = TRO_P_REAL, .offset = offsetof(tro_condition, below),
     .doc = "Met where the column is less than this."},
    {.key = "where", .type = TRO_P_NODE, .offset = offsetof(tro_condition, where),
     .doc = "Instead: met where axes have these values."},
};

static const tro_table condition_table = {
    "only-if", condition_params, sizeof condition_params / sizeof *condition_params,
    sizeof(tro_condition)};

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
     .doc = "Only rows with these values of the table's axes: a map from an axis to a value, or "
            "a list of some."},
    {.key = "quantity", .type = TRO_P_PLUGIN, .offset = offsetof(tro_claim, quantity),
     .kind = TRO_QUANTITY, .doc = "Instead of a column: a quantity of the scenario."},
    {.key = "set", .type = TRO_P_NODE, .offset = offsetof(tro_claim, set),
     .doc = "Keys changed for this quantity: a map from paths to values."},
    {.key = "for", .type = TRO_P_NODE, .offset = offsetof(tro_claim, vary),
     .doc = "The quantity at every value of some keys: a map from a path to a list of values, or "
            "from a name to {key, values} as in `over`."},
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
    {.key = "between", .type = TRO_P_VECTOR, .offset = offsetof(tro_claim, between),
     .doc = "Every value is one of these two, or between them."},
    {.key = "increases-with", .type = TRO_P_TEXT, .offset = offsetof(tro_claim, increases_with),
     .doc = "An axis (or `component`): values go up along it, whatever the other axes are at."},
    {.key = "decreases-with", .type = TRO_P_TEXT, .offset = offsetof(tro_claim, decreases_with),
     .doc = "The same, down."},
    {.key = "nearest-to", .type = TRO_P_TEXTS, .offset = offsetof(tro_claim, nearest_to),
     .doc = "A name in `among`, or one for each row: every value is nearer to that one than to "
            "any other."},
    {.key = "among", .type = TRO_P_NODE, .offset = offsetof(tro_claim, among),
     .doc = "What `nearest-to` chooses from: a map from a name to a number, to one for each row, "
            "or to TABLE.COLUMN."},
    {.key = "only-if", .type = TRO_P_RECORD, .offset = offsetof(tro_claim, only_if),
     .table = &condition_table,
     .doc = "The claim is made for the rows on which a condition is met."},
    {.key = "relative", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,
     .offset = offsetof(tro_claim, relative), .min = 0, .max = 1,
     .doc = "Tolerance as a fraction of the expected value."},
    {.key = "absolute", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,
     .offset = offsetof(tro_claim, absolute), .min = 0, .max = INFINITY,
     .doc = "Tolerance as a difference; of a bound or an order, how far it may be missed."},
    {.key = "standard-errors", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED | TRO_P_OPEN_MIN,
     .offset = offsetof(tro_claim, standard_errors), .min = 0, .max = 100,
     .doc = "The same in standard errors, of both sides in quadrature where both have them."},
};

const tro_table tro_claim_table = {"claim", claim_params,
                                   sizeof claim_params / sizeof *claim_params,
                                   sizeof(tro_claim)};

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
            status = tro_graver(status, tro_study_claim_check(study, claim,
                                                              !has_unknown_key(claim), reader));
    }
    return status;
}
