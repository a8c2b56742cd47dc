/* The choice among K is that of the largest u_k = b t_k + G_k with G_k standard
 * Gumbel (Luce and Suppes 1965; Yellott 1977), so that all follows from the
 * law of u, its density f and distribution F:
 *
 *   alpha = K (K-1) int F^(K-2) f^2 du
 *   q     = K (K-1) (K-2) / 2 int F^(K-3) f^3 du
 *
 * (Stein's identity turns E t and E t^2 of the kept candidate into sums of
 * products of choice probabilities). f changes with b^2 as heat flows, df/db^2 =
 * f''/2, which gives the derivatives. All integrands are analytic, and the
 * trapezoid rule converges beyond any power of its step (Trefethen and
 * Weideman 2014). */
#include "curator/projection.h"

#include <math.h>

/* Relative size of what is left out. */
static const double SMALL = 1e-19;
/* Of the trapezoid rule, relative to the scale; half of it changes no digit. */
static const double STEP = 0.2;
static const double SQRT2PI = 2.50662827463100050242, SQRT1_2 = 0.70710678118654752440;

/* The law of u at one point: tail 1 - F, density f, its slope. */
typedef struct noisy {
    double tail, density, slope;
} noisy;

/* For b <= 2: a sum over t, in which the Gumbel part is wide. */
static noisy narrow(double b, double reach, double u)
{
    double h = fmin(0.6, b > 0 ? 0.25 / b : 1), tail = 0, density = 0, slope = 0;
    int last = (int)ceil(reach / h);
    for (int j = -last; j <= last; j++) {
        double t = j * h, y = exp(b * t - u), n = exp(-0.5 * t * t);
        if (y < 1e-18) { /* no digits of 1 - y are lost */
            tail += n * y;
            density += n * y;
            slope -= n * y;
            continue;
        }
        double kept = n * y * exp(-y);
        tail -= n * expm1(-y);
        density += kept;
        slope += kept * (y - 1);
    }
    h /= SQRT2PI;
    return (noisy){h * tail, h * density, h * slope};
}

/* For larger b: a sum over the Gumbel part v, with t = (u - v) / b. */
static noisy wide(double b, double u)
{
    static const double h = 0.25;
    double tail = 0, density = 0, slope = 0;
    for (double v = -4;; v += h) {
        double t = (u - v) / b, g = exp(-v - exp(-v)), beyond = g * erfc(t * SQRT1_2);
        tail += beyond;
        if (v > 0 && !(beyond > SMALL * tail)) /* log-concave in v: what follows is less */
            break;
        double n = g * exp(-0.5 * t * t);
        density += n;
        slope -= t * n;
    }
    return (noisy){0.5 * h * tail, h / (b * SQRT2PI) * density, h / (b * b * SQRT2PI) * slope};
}

static noisy law_at(double b, double reach, double u)
{
    return b > 2 ? wide(b, u) : narrow(b, reach, u);
}

/* Where one of the K is expected above: the bulk of the largest u. */
static double centre(double candidates, double b, double reach)
{
    double low = -9 * b - 4, high = log(candidates) + 0.5 * b * b + 1;
    if (b > 2)
        high = fmin(high, b * reach + log(candidates) + 5);
    for (int k = 0; k < 60 && high - low > 0.1 * (1 + b / reach); k++) {
        double middle = 0.5 * (low + high);
        if (candidates * law_at(b, reach, middle).tail > 1)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Adds the integrands at u without the powers of K before them; returns the
 * largest of them relative to the sums. */
static double add(double candidates, const noisy *at, tro_projection *sums)
{
    double k = candidates, f = at->density, s = at->slope;
    if (!(at->tail < 1))
        return 0;
    double log_f = log1p(-at->tail), once = exp((k - 2) * log_f);
    double alpha = once * f * f, dalpha = once * s * s, q = 0, dq = 0;
    if (k > 2) {
        double twice = exp((k - 3) * log_f) * f;
        q = twice * f * f;
        dalpha += 0.5 * (k - 2) * twice * f * s;
        dq = 3 * twice * s * s;
        if (k > 3)
            dq += (k - 3) * exp((k - 4) * log_f) * f * f * f * s;
    }
    sums->alpha += alpha;
    sums->q += q;
    sums->dalpha -= dalpha;
    sums->dq -= dq;
    return alpha / sums->alpha;
}

/* A fraction of the scale of the largest u: that of the Gumbel part, or of the
 * largest of K normals where that is wider. */
static double step_of(double candidates, double b)
{
    return STEP * fmax(1, b / sqrt(2 * log(candidates)));
}

tro_projection tro_projection_choice(double candidates, double beta)
{
    if (isinf(candidates))
        return (tro_projection){1, 1, 0, 0};
    double k = candidates, b = sqrt(beta), reach = sqrt(2 * (log(k) + 42));
    if (!isfinite(b))
        return (tro_projection){NAN, NAN, NAN, NAN};
    tro_projection sums = {0};
    double start = centre(k, b, fmin(reach, b + 9.2)), h = step_of(k, b);
    reach = fmin(reach, b + 9.2);
    for (int side = -1; side <= 1; side += 2)
        for (long i = side < 0 ? 1 : 0;; i++) {
            noisy at = law_at(b, reach, start + (double)(side * i) * h);
            double part = add(k, &at, &sums);
            if (i > 4 && !(part > SMALL))
                break;
        }
    double pairs = k * (k - 1) * h, triples = 0.5 * pairs * (k - 2);
    return (tro_projection){pairs * sums.alpha, triples * sums.q, pairs * sums.dalpha,
                            triples * sums.dq};
}

/* The same identities with f the normal density. */
void tro_projection_largest(double candidates, double *mean, double *variance)
{
    double k = candidates, h = 0.5 * STEP / sqrt(2 * log(k)), reach = sqrt(2 * (log(k) + 45));
    tro_projection sums = {0};
    for (double t = -10; t < reach; t += h) {
        double n = exp(-0.5 * t * t) / SQRT2PI;
        add(k, &(noisy){0.5 * erfc(t * SQRT1_2), n, 0}, &sums);
    }
    double e = k * (k - 1) * h * sums.alpha, q = 0.5 * k * (k - 1) * (k - 2) * h * sums.q;
    *mean = e;
    *variance = 1 + q - e * e;
}
