#include "analysis/operator.h"

#include "base/memory.h"

static int apply_restriction(void *self, const double *x, double *y)
{
    tro_restriction *restriction = self;
    const tro_operator *whole = restriction->whole;
    for (size_t k = 0; k < restriction->count; k++)
        restriction->x[restriction->kept[k]] = x[k];
    int status = whole->apply(whole->self, restriction->x, restriction->y);
    for (size_t k = 0; k < restriction->count; k++)
        y[k] = restriction->y[restriction->kept[k]];
    return status;
}

int tro_restriction_init(tro_restriction *restriction, const tro_operator *whole,
                         const size_t *kept, size_t count, tro_operator *part)
{
    *restriction = (tro_restriction){
        .whole = whole,
        .kept = kept,
        .count = count,
        .x = tro_allocate(whole->size, sizeof(double)),
        .y = tro_allocate(whole->size, sizeof(double)),
    };
    *part = (tro_operator){.size = count, .apply = apply_restriction, .self = restriction};
    return restriction->x && restriction->y ? TRO_OK : TRO_ENOMEM;
}

void tro_restriction_free(tro_restriction *restriction)
{
    tro_release(restriction->x);
    tro_release(restriction->y);
    restriction->x = restriction->y = NULL;
}
