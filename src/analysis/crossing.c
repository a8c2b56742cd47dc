#include "analysis/crossing.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_roots.h>
#include <math.h>

#include "analysis/gsl_guard.h"

typedef struct search {
    const tro_crossing *given;
    double ends[2];
} search;

/* What is known of the ends is not asked for again. */
static double value_at(double x, void *context)
{
    const search *s = context;
    if (x == s->ends[0] || x == s->ends[1])
        return x == s->ends[0] ? s->given->low : s->given->high;
    return s->given->function(x, s->given->context);
}

/* Iterations until the interval is a few roundings wide, or as narrow as asked for;
 * 0: some value was no number. */
static int narrow(tro_crossing *c, search *s, gsl_root_fsolver *solver)
{
    gsl_function function = {value_at, s};
    int state = gsl_root_fsolver_set(solver, &function, c->lower, c->upper);
    int near = GSL_CONTINUE;
    for (int k = 0; k < TRO_CROSSING_STEPS && state == GSL_SUCCESS && near != GSL_SUCCESS; k++) {
        state = gsl_root_fsolver_iterate(solver);
        near = gsl_root_test_interval(gsl_root_fsolver_x_lower(solver),
                                      gsl_root_fsolver_x_upper(solver), c->within, 4e-16);
    }
    c->root = gsl_root_fsolver_root(solver);
    c->lower = gsl_root_fsolver_x_lower(solver);
    c->upper = gsl_root_fsolver_x_upper(solver);
    return state == GSL_SUCCESS;
}

/* A sign can change without a zero: at a pole, or at a jump. There the function is
 * no smaller at the end of the search than at its beginning; where it is continuous,
 * it has shrunk with the interval. Allowed are a millionth of its size, or a slope a
 * million times that of the chord. */
static tro_crossing_end judge(tro_crossing *c, search *s)
{
    double width = c->upper - c->lower, whole = s->ends[1] - s->ends[0];
    if (width > 1e-14 * fmax(fabs(c->lower), fabs(c->upper)) && width > 1e-15 * whole &&
        width > c->within)
        return TRO_NOT_NARROWED;
    if (c->jump)
        return TRO_CROSSED;
    c->left = value_at(c->lower, s);
    c->right = value_at(c->upper, s);
    if (isnan(c->left) || isnan(c->right))
        return TRO_NO_NUMBER;
    double rest = fmin(fabs(c->left), fabs(c->right)), size = fmax(fabs(c->low), fabs(c->high));
    return rest <= 1e-6 * size || rest <= 1e6 * fabs(c->high - c->low) * width / whole
               ? TRO_CROSSED
               : TRO_PASSED;
}

int tro_crossing_find(tro_crossing *c)
{
    search s = {.given = c, .ends = {c->lower, c->upper}};
    tro_gsl_guard();
    gsl_root_fsolver *solver =
        gsl_root_fsolver_alloc(c->jump ? gsl_root_fsolver_bisection : gsl_root_fsolver_brent);
    if (!solver)
        return TRO_ENOMEM;
    c->left = c->right = NAN;
    c->end = narrow(c, &s, solver) ? judge(c, &s) : TRO_NO_NUMBER;
    gsl_root_fsolver_free(solver);
    return TRO_OK;
}
