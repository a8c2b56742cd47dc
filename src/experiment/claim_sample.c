/* Doubling the sample of a claim that fails.
 *
 * Replicate r of a run is a function of the seed and of r alone, so twice the
 * replicates are those there were and as many again. */
#include "experiment/claim_parts.h"

/* The cell with twice its replicates; NULL where its rounds are not sampled. */
static int twice(const tro_cell *cell, tro_cell **out, tro_messages *messages)
{
    tro_override more = {.path = "advance.sampled.replicates", .origin = "doubling",
                         .number = 2 * (double)cell->scenario->replicates};
    *out = NULL;
    return cell->scenario->sampled ? tro_cell_vary(cell, &more, out, messages) : TRO_OK;
}

/* Fills the rows of `side` that are in the cell `index` of its table. */
static void put_values(const tro_side *side, size_t count, size_t index,
                       const tro_values *values)
{
    size_t components = side->table->components;
    for (size_t k = 0; k < count; k++) {
        size_t from = values->count == 1 ? 0 : side->rows[k] % components;
        if (side->rows[k] / components != index || from >= values->count)
            continue;
        side->values[k] = values->values[from];
        side->errors[k] = values->errors[from];
    }
}

static int double_cell(tro_study *study, const tro_side *side, size_t index, tro_evidence *e,
                       tro_messages *messages)
{
    tro_cell *cell = NULL, *more = NULL;
    tro_values values = {0};
    int status;
    TRO_TRY(tro_study_cell_new(study, side->table, index, NULL, &cell, messages));
    TRO_TRY(twice(cell, &more, messages));
    if (!more)
        goto out;
    TRO_TRY(tro_quantity_find(more, &side->column->quantity, &values, messages));
    put_values(side, e->count, index, &values);
    e->replicates = (uint64_t)more->scenario->replicates;
out:
    tro_cell_free(more);
    tro_cell_free(cell);
    return status;
}

static int is_wanted(const tro_evidence *e, const unsigned char *wanted, size_t row)
{
    if (wanted[row])
        return 1;
    for (size_t k = 0; e->before && k < e->count; k++)
        if (wanted[k] && e->before[k] == row)
            return 1;
    return 0;
}

/* Every cell once, though several of its rows may be wanted: they follow each other. */
static int double_side(tro_study *study, const tro_side *side, const unsigned char *wanted,
                       tro_evidence *e, tro_messages *messages)
{
    size_t last = SIZE_MAX;
    int status = TRO_OK;
    if (!side->column || !side->column->sampled)
        return TRO_OK;
    for (size_t k = 0; k < e->count && status == TRO_OK; k++) {
        size_t index = side->rows[k] / side->table->components;
        if (index == last || !is_wanted(e, wanted, k))
            continue;
        last = index;
        status = double_cell(study, side, index, e, messages);
    }
    return status;
}

/* The claim's own quantities. */
static int double_quantities(tro_study *study, const tro_claim *claim, tro_evidence *e,
                             tro_messages *messages)
{
    tro_cell *more = NULL;
    const tro_chosen *other = &claim->same_as;
    int sampled = !claim->column && tro_quantity_of(&claim->quantity)->sampled, status = TRO_OK;
    sampled |= other->plugin && tro_quantity_of(other)->sampled;
    if (!sampled || claim->grid)
        return TRO_OK;
    TRO_TRY(twice(study->cell, &more, messages));
    if (!more)
        goto out;
    TRO_TRY(claim->column
                ? tro_evidence_same(more, claim, e, &study->arena, messages)
                : tro_evidence_quantities(more, claim, e, &study->arena, messages));
    e->replicates = (uint64_t)more->scenario->replicates;
out:
    tro_cell_free(more);
    return status;
}

int tro_evidence_double(tro_study *study, const tro_claim *claim, const unsigned char *wanted,
                        tro_evidence *e, int *doubled, tro_messages *messages)
{
    int status;
    TRO_TRY(double_side(study, &e->found, wanted, e, messages));
    TRO_TRY(double_side(study, &e->expected, wanted, e, messages));
    for (size_t r = 0; r < e->rivals; r++)
        TRO_TRY(double_side(study, &e->rival[r], wanted, e, messages));
    TRO_TRY(double_quantities(study, claim, e, messages));
    *doubled = e->replicates > 0;
out:
    return status;
}
