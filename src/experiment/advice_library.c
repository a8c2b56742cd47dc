/* The installed interface of advice (include/trophic/advice.h). */
#include "experiment/advice.h"

int tro_advice_of(tro_cell *cell, tro_advice **out, tro_messages *messages)
{
    tro_advice *advice = tro_allocate(1, sizeof *advice);
    *out = NULL;
    if (!advice)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory for advice");
    int status = tro_advice_read(cell, NULL, 0, advice, messages);
    if (status == TRO_OK)
        status = tro_advice_find(advice, messages);
    if (status < 0)
        tro_advice_free(advice);
    else
        *out = advice;
    return status;
}

void tro_advice_free(tro_advice *advice)
{
    if (!advice)
        return;
    tro_advice_release(advice);
    tro_release(advice);
}

tro_advice_outcome tro_advice_outcome_of(const tro_advice *advice)
{
    return advice->outcome;
}

int tro_advice_confirmed(const tro_advice *advice, const char **why)
{
    if (why)
        *why = tro_text_string(&advice->verified.why);
    return advice->verified.done;
}

double tro_advice_cost(const tro_advice *advice)
{
    return advice->cost;
}

double tro_advice_before(const tro_advice *advice)
{
    return advice->is.value;
}

double tro_advice_after(const tro_advice *advice)
{
    return advice->becomes.value;
}

size_t tro_advice_change_count(const tro_advice *advice)
{
    return advice->flag_count;
}

const char *tro_advice_change(const tro_advice *advice, size_t change)
{
    return change < advice->flag_count ? advice->flags[change] : NULL;
}

tro_cell *tro_advice_cell(tro_advice *advice)
{
    return advice->after;
}
