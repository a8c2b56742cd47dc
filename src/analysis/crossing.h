/* Where a function of one number changes its sign: Brent's method, or bisection where
 * it may jump. */
#ifndef TRO_ANALYSIS_CROSSING_H
#define TRO_ANALYSIS_CROSSING_H

#include <trophic/status.h>

typedef double tro_crossing_function(double x, void *context);

typedef enum tro_crossing_end {
    TRO_CROSSED,        /* it is zero there, as nearly as rounding allows */
    TRO_NO_NUMBER,      /* at some place it was not finite; also how it says that it failed */
    TRO_NOT_NARROWED,   /* after TRO_CROSSING_STEPS the interval is still wide */
    TRO_PASSED          /* its sign changes without a zero: a pole, or a jump */
} tro_crossing_end;

enum { TRO_CROSSING_STEPS = 200 };

typedef struct tro_crossing {
    tro_crossing_function *function;
    void *context;
    double lower, upper;    /* lower < upper; in the end how far they were narrowed */
    double low, high;       /* the values there at the beginning: finite, of unlike sign, not 0 */
    double within;          /* how wide the interval may stay; 0: as rounding allows */
    int jump;               /* the function may jump past zero */
    double root;            /* found; with TRO_CROSSED */
    double left, right;     /* the values at lower and upper, unless it may jump */
    tro_crossing_end end;
} tro_crossing;

/* Fills root, left, right and end. TRO_ENOMEM. */
TRO_MUST_USE int tro_crossing_find(tro_crossing *crossing);

#endif
