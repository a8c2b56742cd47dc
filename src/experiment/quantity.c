/* What all quantities share. */
#include <math.h>

#include "experiment/quantity.h"

int tro_values_new(tro_cell *cell, size_t count, tro_values *out)
{
    out->values = TRO_NEW(&cell->arena, double, count);
    out->errors = TRO_NEW(&cell->arena, double, count);
    out->count = count;
    if (!out->values || !out->errors)
        return TRO_ENOMEM;
    for (size_t k = 0; k < count; k++)
        out->errors[k] = NAN;
    return TRO_OK;
}

int tro_values_one(tro_cell *cell, double value, double error, tro_values *out)
{
    int status = tro_values_new(cell, 1, out);
    if (status == TRO_OK) {
        out->values[0] = value;
        out->errors[0] = error;
    }
    return status;
}

int tro_quantity_check(const tro_cell *cell, const tro_chosen *chosen, tro_messages *messages)
{
    const tro_quantity *quantity = tro_quantity_of(chosen);
    return quantity->check ? quantity->check(cell, chosen->config, messages) : TRO_OK;
}

size_t tro_quantity_count(const tro_cell *cell, const tro_chosen *chosen)
{
    const tro_quantity *quantity = tro_quantity_of(chosen);
    return quantity->count ? quantity->count(cell, chosen->config) : 1;
}

size_t tro_quantity_first(const tro_chosen *chosen)
{
    const tro_quantity *quantity = tro_quantity_of(chosen);
    return quantity->first ? quantity->first(chosen->config) : 1;
}

int tro_quantity_find(tro_cell *cell, const tro_chosen *chosen, tro_values *out,
                      tro_messages *messages)
{
    int status = tro_quantity_check(cell, chosen, messages);
    return status < 0 ? status
                      : tro_quantity_of(chosen)->compute(cell, chosen->config, out, messages);
}
