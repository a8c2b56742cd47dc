/* Shares of training data, and what gives way when one of them moves. */
#include <math.h>

#include "scenario/scenario.h"

const char *tro_displaces_name(tro_displaces displaces)
{
    static const char *const names[] = {"proportional", "real", "synthetic"};
    return names[displaces];
}

int tro_shares_move(const tro_shares *shares, tro_displaces displaces, double curated,
                    tro_shares *out)
{
    double change = curated - shares->curated;
    *out = *shares;
    out->curated = curated;
    switch (displaces) {
    case TRO_DISPLACES_REAL:
        out->real -= change;
        break;
    case TRO_DISPLACES_SYNTHETIC:
        out->synthetic -= change;
        break;
    case TRO_DISPLACES_PROPORTIONAL: {
        double rest = shares->real + shares->synthetic;
        if (!(rest > 0))
            return change == 0 ? TRO_OK : TRO_EINVAL;
        out->real *= (1 - curated) / rest;
        out->synthetic *= (1 - curated) / rest;
        break;
    }
    }
    /* What rounding leaves of an exhausted share is 0. */
    if (fabs(out->real) < 1e-15)
        out->real = 0;
    if (fabs(out->synthetic) < 1e-15)
        out->synthetic = 0;
    int legal = out->real >= 0 && out->synthetic >= 0 && curated >= 0 && curated <= 1;
    return legal ? TRO_OK : TRO_EINVAL;
}
