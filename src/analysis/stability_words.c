/* A verdict on stability as a sentence. */
#include <math.h>

#include "analysis/stability.h"

/* "a", "a and b", "a, b and c", "a, b, c and 4 more" */
static void add_names(const tro_named *named, tro_text *text)
{
    size_t most = sizeof named->names / sizeof *named->names;
    for (size_t k = 0; k < named->count && k < most; k++) {
        tro_text_add(text, k == 0 ? "" : k + 1 == named->count ? " and " : ", ");
        tro_text_add(text, named->names[k]);
    }
    if (named->count > most)
        tro_text_addf(text, " and %zu more", named->count - most);
}

/* Why nothing calms down, if it is for want of real data. */
static void add_unreached(const tro_stability *s, tro_text *text)
{
    if (s->unreached.count == 0)
        return;
    tro_text_add(text, ", no real data reaches ");
    add_names(&s->unreached, text);
}

static void describe_neutral(const tro_stability *s, tro_text *text)
{
    const char *then = "";
    if (s->method == TRO_BY_POWER) {
        tro_text_add(text, "as data accumulate, a disturbance neither dies nor grows");
        add_unreached(s, text);
        return;
    }
    if (s->method == TRO_BY_GROWTH) {
        tro_text_addf(text, "a disturbance neither shrinks nor grows in %llu rounds",
                      (unsigned long long)s->rounds);
        if (s->unseen > 0)
            tro_text_addf(text, ", in which %zu agent%s did not retrain", s->unseen,
                          s->unseen > 1 ? "s" : "");
        add_unreached(s, text);
        return;
    }
    if (s->neutral & TRO_DRIFTS) {
        tro_text_add(text, "the means are free to drift, as nothing takes a disturbance back");
        then = "; ";
    }
    if (s->neutral & TRO_FLIPS) {
        tro_text_addf(text, "%sa cycle of period %llu never dies", then,
                      (unsigned long long)(2 * s->period));
        then = "; ";
    }
    if (s->neutral & TRO_TURNS)
        tro_text_addf(text, "%sa rotation, once in %.4g rounds, never dies", then, s->turn);
    tro_text_add(text, " (spectral radius 1");
    add_unreached(s, text);
    tro_text_add(text, ")");
}

/* Is an estimate so near to 1 that chance, or what the disturbance was at
 * first, may have decided? */
static int is_close(const tro_stability *s)
{
    double logarithm = fabs(log(s->rate));
    return logarithm < 3 * s->standard_error || logarithm * (double)s->rounds < 5;
}

static void describe_rate(const tro_stability *s, tro_text *text)
{
    switch (s->method) {
    case TRO_BY_EIGENVALUE:
        tro_text_addf(text, "a disturbance %s by a factor of %.9g per round",
                      s->rate < 1 ? "shrinks" : "grows", s->rate);
        if (s->im != 0 && isfinite(s->im))
            tro_text_addf(text, ", turning once in %.4g rounds",
                          tro_stability_turn(s, s->re, s->im));
        break;
    case TRO_BY_CERTIFICATE:
        tro_text_addf(text, "the spectral radius of |J| is %s%.6g, so every order converges (here "
                            "by about %.6g per round)", s->bounded ? "at most " : "", s->absolute,
                      s->rate);
        break;
    case TRO_BY_GROWTH:
        tro_text_addf(text, "a disturbance %s by about %.6g per round (",
                      s->rate < 1 ? "shrinks" : "grows", s->rate);
        if (s->period == 0)
            tro_text_addf(text, "standard error of the logarithm %.2g, ", s->standard_error);
        tro_text_addf(text, "from %llu rounds)%s", (unsigned long long)s->rounds,
                      is_close(s) ? ", too near to 1 to be sure" : "");
        break;
    case TRO_BY_POWER:
        tro_text_addf(text, "as data accumulate, a disturbance %s like the number of rounds",
                      s->power > 0 ? "grows" : "shrinks");
        if (isfinite(s->power))
            tro_text_addf(text, " to the power %.6g", s->power);
        else
            tro_text_add(text, " to some power");
        break;
    }
}

void tro_stability_describe(const tro_stability *s, tro_text *text)
{
    const char *verdict = s->stable ? "stable" : s->settles ? "comes to rest"
                          : s->neutral ? "not stable" : "unstable";
    tro_text_addf(text, "%s under the %s schedule", verdict, s->schedule);
    if (s->idle.count > 0) {
        tro_text_add(text, s->settles ? ", but not at the fixed point, as " : ", in which ");
        add_names(&s->idle, text);
        tro_text_add(text, s->idle.count > 1 ? " never retrain" : " never retrains");
    }
    tro_text_add(text, ": ");
    if (s->neutral)
        describe_neutral(s, text);
    else
        describe_rate(s, text);
}

void tro_stability_describe_nearest(const tro_stability *s, tro_text *text)
{
    int kind = tro_stability_nearest(s);
    if (kind == TRO_TURNS)
        tro_text_addf(text, "rotation once in %.4g rounds (eigenvalue %.6g + %.6gi",
                      tro_stability_turn(s, s->re, s->im), s->re, fabs(s->im));
    else if (kind)
        tro_text_addf(text, "%s (eigenvalue %.6g", kind == TRO_FLIPS ? "flip" : "fold", s->re);
    if (kind && s->period > 1)
        tro_text_addf(text, " of %llu rounds", (unsigned long long)s->period);
    tro_text_add(text, kind ? ")" : "");
}
