/* What a claim asks of a row: how far a value is from it, and the words for it. */
#include <math.h>
#include <string.h>

#include "experiment/claim_parts.h"

int tro_claim_has_value(const tro_claim *claim)
{
    return claim->equals.count > 0 || claim->agrees_with || claim->same_as.plugin;
}

/* --- how far ---------------------------------------------------------------- */

/* The room a value has to its bounds: the least counts. */
typedef struct room {
    double least;
    int broken, unknown;
} room;

/* `more` must be more than `less`; `closed`: or equal. */
static void add_room(room *r, double more, double less, int closed)
{
    double here = more == less ? 0 : more - less;
    r->unknown |= isnan(here);
    r->broken |= closed ? here < 0 : !(here > 0);
    r->least = fmin(r->least, here);
}

size_t tro_claim_rival(const tro_claim *claim, const tro_evidence *e, size_t k)
{
    const tro_texts *names = &claim->nearest_to;
    const char *name = names->items[names->count == 1 ? 0 : k];
    size_t at = 0;
    while (at + 1 < e->rivals && strcmp(e->rival_names[at], name) != 0)
        at++;
    return at;
}

size_t tro_claim_nearest(const tro_evidence *e, size_t k)
{
    size_t nearest = 0;
    for (size_t r = 1; r < e->rivals; r++)
        if (fabs(e->found.values[k] - e->rival[r].values[k]) <
            fabs(e->found.values[k] - e->rival[nearest].values[k]))
            nearest = r;
    return nearest;
}

/* Nearer to its own than to any other. */
static void add_rivals(room *r, const tro_claim *claim, const tro_evidence *e, size_t k)
{
    size_t own = tro_claim_rival(claim, e, k);
    double found = e->found.values[k], away = fabs(found - e->rival[own].values[k]);
    for (size_t other = 0; other < e->rivals; other++)
        if (other != own)
            add_room(r, fabs(found - e->rival[other].values[k]), away, 0);
}

static int goes_down(const tro_claim *claim)
{
    return claim->order == 1 || claim->decreases_with;
}

static room room_of(const tro_claim *claim, const tro_evidence *e, size_t k)
{
    room r = {.least = INFINITY};
    double found = e->found.values[k];
    if (!isnan(claim->below))
        add_room(&r, claim->below, found, 0);
    if (!isnan(claim->above))
        add_room(&r, found, claim->above, 0);
    if (claim->between.count > 0) {
        add_room(&r, found, claim->between.values[0], 1);
        add_room(&r, claim->between.values[1], found, 1);
    }
    if (claim->sign >= 0)
        add_room(&r, claim->sign == 1 ? found : -found, 0, 0);
    if (claim->less_than)
        add_room(&r, e->expected.values[k], found, 0);
    if (e->before && e->before[k] != SIZE_MAX) {
        double before = e->found.values[e->before[k]];
        add_room(&r, goes_down(claim) ? before : found, goes_down(claim) ? found : before, 0);
    }
    if (e->rivals > 0)
        add_rivals(&r, claim, e, k);
    return r;
}

static double in_quadrature(double one, double other)
{
    return isnan(one) ? other : isnan(other) ? one : hypot(one, other);
}

/* The standard error of the difference of all that is compared: in quadrature; NaN
 * when none of it has one. */
static double error_of(const tro_evidence *e, size_t k)
{
    double error = in_quadrature(e->found.errors[k], e->expected.errors[k]);
    return e->before && e->before[k] != SIZE_MAX
               ? in_quadrature(error, e->found.errors[e->before[k]])
               : error;
}

/* `away` in units of the widest tolerance; NaN where that is not known. */
static double in_tolerances(const tro_claim *claim, const tro_evidence *e, size_t k, double away)
{
    double tolerance = 0, error = error_of(e, k);
    if (!isnan(claim->relative))
        tolerance = fmax(tolerance, claim->relative * fabs(e->expected.values[k]));
    if (!isnan(claim->absolute))
        tolerance = fmax(tolerance, claim->absolute);
    if (!isnan(claim->standard_errors))
        tolerance = fmax(tolerance, claim->standard_errors * error);
    int unknown = !isnan(claim->standard_errors) && isnan(claim->relative) &&
                  isnan(claim->absolute) && isnan(error);
    return unknown || isnan(away) ? NAN : tolerance > 0 ? away / tolerance : INFINITY;
}

double tro_claim_excess(const tro_claim *claim, const tro_evidence *e, size_t k)
{
    double found = e->found.values[k], expected = e->expected.values[k];
    room r = room_of(claim, e, k);
    if (isnan(found) || r.unknown)
        return NAN;
    if (r.broken)
        return tro_claim_has_value(claim) ? INFINITY : in_tolerances(claim, e, k, -r.least);
    if (!tro_claim_has_value(claim) || found == expected)
        return 0;
    return in_tolerances(claim, e, k, fabs(found - expected));
}

double tro_claim_nearness(const tro_claim *claim, const tro_evidence *e, size_t k)
{
    return -room_of(claim, e, k).least;
}

/* --- words ------------------------------------------------------------------ */

static const char *join(tro_text *text, size_t before)
{
    return text->length > before ? " and " : "";
}

/* Joined to what stands in `text` from `start` on. */
static void describe_bounds(const tro_claim *claim, const tro_evidence *e, size_t k,
                            size_t start, tro_text *text)
{
    char number[32], other[32];
    if (claim->less_than)
        tro_text_addf(text, "< %s", tro_format_short(number, e->expected.values[k], 12));
    if (!isnan(claim->above))
        tro_text_addf(text, "%s> %s", join(text, start),
                      tro_format_short(number, claim->above, 10));
    if (!isnan(claim->below))
        tro_text_addf(text, "%s< %s", join(text, start),
                      tro_format_short(number, claim->below, 10));
    if (claim->between.count > 0)
        tro_text_addf(text, "%sbetween %s and %s", join(text, start),
                      tro_format_short(number, claim->between.values[0], 10),
                      tro_format_short(other, claim->between.values[1], 10));
    if (claim->sign >= 0)
        tro_text_addf(text, "%s%s", join(text, start), tro_claim_signs[claim->sign]);
    if (claim->order >= 0)
        tro_text_addf(text, "%s%s", join(text, start), tro_claim_orders[claim->order]);
    if (claim->increases_with || claim->decreases_with)
        tro_text_addf(text, "%s%s with %s", join(text, start),
                      claim->increases_with ? "increases" : "decreases",
                      claim->increases_with ? claim->increases_with : claim->decreases_with);
    if (e->rivals > 0) {
        size_t own = tro_claim_rival(claim, e, k);
        tro_text_addf(text, "%snearest to %s, %s", join(text, start), e->rival_names[own],
                      tro_format_short(number, e->rival[own].values[k], 10));
    }
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

void tro_claim_expected(const tro_claim *claim, const tro_evidence *e, size_t k, tro_text *text)
{
    size_t start = text->length;
    int value = tro_claim_has_value(claim); /* the tolerance is its own, not that of bounds */
    if (value)
        add_value(text, e->expected.values[k], e->expected.errors[k]);
    else
        describe_bounds(claim, e, k, start, text);
    describe_tolerance(claim, text);
    if (value)
        describe_bounds(claim, e, k, start, text);
}

void tro_claim_found(const tro_claim *claim, const tro_evidence *e, size_t k, tro_text *text)
{
    char number[32];
    add_value(text, e->found.values[k], e->found.errors[k]);
    if ((claim->increases_with || claim->decreases_with) && e->before[k] != SIZE_MAX)
        tro_text_addf(text, " after %s",
                      tro_format_short(number, e->found.values[e->before[k]], 12));
    if (e->rivals > 0 && tro_claim_nearest(e, k) != tro_claim_rival(claim, e, k))
        tro_text_addf(text, ", nearest to %s", e->rival_names[tro_claim_nearest(e, k)]);
}
