/* Binomial counts that stay paired when p or n change.
 *
 * A count takes exactly one output of its stream, whatever n and p, so the
 * draws after it stay paired too: bits 12 to 63 make the uniform u, bits 0 to
 * 11 begin the uniform v of an acceptance test. For p > 1/2 the count is n
 * minus the count for 1 - p at 1 - u. The count is, but for rejections, a
 * rising function of u, and near the same one in both regimes:
 *
 * n p (1 - p) <= 30: u is inverted, k = the least with u < F(k). F comes from
 * sums of weights, from below up to n p and from above beyond it: both tails
 * keep all their digits, so counts never fall when p rises by 1e-12 or n by 1.
 *
 * Else transformed rejection (Wallace 1976, Hoermann 1993) of x, with count
 * floor(x). Hoermann's own transformation keeps 0.8 to 0.87 of the proposals
 * and a rejected one loses the pairing, so ours is closer to the quantile. The
 * middle 63/64 of u give x = n p + 1/2 + sigma (y + s (y^2 - 1)), Cornish and
 * Fisher's first terms with 6 s the skewness and y(u) a rational function
 * within 0.011 of the normal quantile in log density; the ends are
 * exponential. The target is linear in a cell, not constant, with the mass of
 * the count and nearly the slope of the law. Then at least 0.964 of the
 * proposals are kept, and most without a look at the probabilities. It is
 * exact: y need not be the quantile, the derivative of x corrects for it. What
 * is rejected goes on in a side stream.
 *
 * Measured correlation of counts at p and p + 0.01 on one stream, the least
 * over p = 0.02, 0.07 .. 0.97, 0.495 and 0.5: n = 10 0.83 (the most any pairing
 * gives), 34 0.88, 100 0.967, 120 0.971, 1000 0.996, 10^6 and 10^9 over 0.9999;
 * where the regime changes between the two at least 0.94. */
#include <math.h>

#include "base/memory.h"
#include "base/random_internal.h"

#define INVERT_UP_TO 30.0   /* variance; the counts before it stay below LIMIT */
#define LIMIT 128
#define FLIP (((int64_t)1 << 53) - 2)   /* turns odd m into 2^53 - m */

typedef struct law {
    uint64_t n;
    int64_t flip;            /* flip: 0, or FLIP when p was over one half */
    double p, q, variance;   /* p <= 1/2 */
    /* For rejection only. The mean is centre + fraction. */
    uint64_t centre, quick;  /* quick: v * 2^12 below this is kept unseen */
    double fraction, sigma, skew, bound;
} law;

typedef struct weights {
    double weight[LIMIT], total, below;   /* below: the sum before `middle` */
    int middle, last;
} weights;

struct tro_binomial {
    law law;
    int shift;               /* m >> shift is the place in the guide */
    const uint8_t *guide;    /* the count from which to search; NULL: rejection */
    int64_t threshold[];     /* counts up to k are those with m < threshold[k] */
};

#define RECIPROCAL_4(k) 1.0 / (k), 1.0 / ((k) + 1), 1.0 / ((k) + 2), 1.0 / ((k) + 3)
#define RECIPROCAL_16(k) \
    RECIPROCAL_4(k), RECIPROCAL_4((k) + 4), RECIPROCAL_4((k) + 8), RECIPROCAL_4((k) + 12)
#define RECIPROCAL_64(k) \
    RECIPROCAL_16(k), RECIPROCAL_16((k) + 16), RECIPROCAL_16((k) + 32), RECIPROCAL_16((k) + 48)

/* 1 / (k + 1): divisions would take half the time of an inversion. */
static const double reciprocal[LIMIT] = { RECIPROCAL_64(1), RECIPROCAL_64(65) };

/* The acceptance of proposals, times `bound`, lies in 0.98 - 2 / variance ..
 * 1.016 + 0.5 / variance in the middle and below 0.94 at the ends; found by
 * scans over n, p and u, part of which the unit test repeats. */
static void prepare_rejection(law *b)
{
    double mean = (double)b->n * b->p, centre = floor(mean);

    b->centre = (uint64_t)centre;
    b->fraction = mean - centre;
    b->sigma = sqrt(b->variance);
    b->skew = (b->q - b->p) / (6 * b->sigma);
    b->bound = 1.02 + 0.5 / b->variance;
    b->quick = (uint64_t)(4096 * (0.98 - 2 / b->variance) / b->bound);
}

static inline void fold(law *b, uint64_t n, double p)
{
    p = p > 0 ? (p < 1 ? p : 1) : 0;
    b->n = n;
    b->flip = p > 0.5 ? FLIP : 0;
    b->p = p > 0.5 ? 1 - p : p;
    b->q = 1 - b->p;
    b->variance = (double)n * b->p * b->q;
    if (b->variance > INVERT_UP_TO)
        prepare_rejection(b);
}

static inline uint64_t unfold(const law *b, uint64_t count)
{
    return b->flip ? b->n - count : count;
}

/* The probabilities up to a factor. They end where the rest, some 2^-60 of
 * the whole, is out of reach of u <= 1 - 2^-53. */
static void make_weights(const law *b, weights *w)
{
    double odds = b->p / b->q, left = (double)b->n, weight = 1, total = 0;
    int middle = (int)(left * b->p), k = 0;

    for (;; k++) {
        if (k == middle)
            w->below = total;
        w->weight[k] = weight;
        total += weight;
        weight *= (left - k) * odds * reciprocal[k];
        if (weight < total * 0x1p-60 || k + 1 == LIMIT)
            break;
    }
    w->total = total;
    w->middle = middle;
    w->last = k;
}

static int invert(const weights *w, double u)
{
    double scale = 1 / w->total, sum = 0;
    int k;

    if (u < w->below * scale) {
        for (k = 0; k < w->middle; k++) {
            sum += w->weight[k];
            if (u < sum * scale)
                break;
        }
    } else {
        for (k = w->last; k > w->middle; k--) {
            sum += w->weight[k];
            if (1 - u <= sum * scale)   /* 1 - u is exact */
                break;
        }
    }
    return k;
}

/* The same sums in the same order as invert, so the same bits. */
static void make_thresholds(const weights *w, int64_t *threshold)
{
    double scale = 1 / w->total, sum = 0;

    for (int k = 0; k < w->middle; k++) {
        sum += w->weight[k];
        threshold[k] = (int64_t)ceil(sum * scale * 0x1p53);
    }
    sum = 0;
    for (int k = w->last; k >= w->middle; k--) {
        threshold[k] = ((int64_t)1 << 53) - (int64_t)floor(sum * scale * 0x1p53);
        sum += w->weight[k];
    }
}

/* q (a0 + a1 t + a2 t^2) / (1 + b1 t + b2 t^2) with t = q^2: the quantile of
 * the normal cut at 2.5, minimax in the logarithm of its derivative. */
#define A0 2.5404
#define A1 -14.7448
#define A2 18.9616
#define B1 -6.6943
#define B2 10.86614
#define END (1.0 / 128)       /* the probability of each end */
#define EDGE 2.5              /* close to y at the edge of the middle */

static inline double near_quantile(double q)
{
    double t = q * q;

    return q * (A0 + t * (A1 + t * A2)) / (1 + t * (B1 + t * B2));
}

static double near_quantile_slope(double q, double y)
{
    double t = q * q, below = 1 + t * (B1 + t * B2);

    return (A0 + t * (3 * A1 + 5 * t * A2) - 2 * q * y * (B1 + 2 * t * B2)) / below;
}

/* x less the centre, in the middle. */
static inline double place(const law *b, double y)
{
    return b->fraction + 0.5 + b->sigma * (y + b->skew * (y * y - 1));
}

/* x less the centre at u = q + 1/2, and dx/du. */
static double propose(const law *b, double q, double *slope)
{
    double side = q < 0 ? -1 : 1, t = 0.5 - fabs(q), y, rate;

    if (t > END) {
        y = near_quantile(q);
        *slope = b->sigma * (1 + 2 * b->skew * y) * near_quantile_slope(q, y);
        return place(b, y);
    }
    y = near_quantile(side * (0.5 - END));
    rate = b->sigma * (1 + 2 * b->skew * y) / EDGE;
    *slope = rate / t;
    return place(b, y) - side * rate * log(t / END);
}

/* log k! less Stirling's k log k - k + log(2 pi k) / 2. */
static double stirling_rest(double k)
{
    double factorial = 1, kk = k * k;

    if (k >= 16)
        return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / kk) / kk) / kk)
                / kk) / k;
    for (int i = 2; i <= (int)k; i++)
        factorial *= i;
    return log(factorial) - k * log(k) + k - 0.5 * log(2 * M_PI * k);
}

/* k log(k / mean) - k + mean, with k - mean given as `off` for its digits;
 * Loader (2000), Fast and accurate computation of binomial probabilities. */
static double deviance(double k, double mean, double off)
{
    double v = off / (k + mean), sum = off * v, term = 2 * k * v, before;

    if (fabs(v) > 0.1)
        return k * log(k / mean) - off;
    for (int i = 3;; i += 2) {
        term *= v * v;
        before = sum;
        sum += term / i;
        if (sum == before)
            return sum;
    }
}

/* The probability of centre + d. */
static double probability(const law *b, double d)
{
    double n = (double)b->n, k = (double)b->centre + d;
    double rest = (double)(b->n - b->centre) - d, off = d - b->fraction;

    if (k < 0 || rest < 0)
        return 0;
    if (!(k > 0) || !(rest > 0))
        return exp(k > 0 ? n * log(b->p) : n * log1p(-b->p));
    return sqrt(n / (2 * M_PI * k * rest))
        * exp(stirling_rest(n) - stirling_rest(k) - stirling_rest(rest)
              - deviance(k, n * b->p, off) - deviance(rest, n * b->q, -off));
}

/* The probability of keeping the proposal at q; *d gets count less centre.
 * In its cell the target has slope -(d - fraction) / variance times its
 * mean, kept where it cannot become negative. */
static double acceptance(const law *b, double q, double *d)
{
    double slope, x = propose(b, q, &slope), tilt;

    *d = floor(x);
    tilt = fmax(-1.9, fmin(1.9, (b->fraction - *d) / b->variance));
    return probability(b, *d) * (1 + tilt * (x - *d - 0.5)) * slope / b->bound;
}

static inline double abscissa(const law *b, uint64_t bits)
{
    return (double)(odd_53(bits) ^ b->flip) * 0x1p-53 - 0.5;
}

static uint64_t __attribute__((noinline)) reject(const law *b, const tro_stream *before,
                                                 uint64_t bits)
{
    tro_stream_key key = {
        (uint64_t)(before->state >> 64), (uint64_t)before->state,
        (uint64_t)(before->increment >> 64), (uint64_t)before->increment, TRO_FOR_COUNTS
    };
    tro_stream side = tro_stream_of(&key);

    for (;; bits = stream_next(&side)) {
        double v = ((double)(bits & 4095) + stream_uniform_open(&side)) / 4096, d;

        if (v < acceptance(b, abscissa(b, bits), &d))
            return b->centre + (uint64_t)(int64_t)d;
    }
}

static inline uint64_t draw_by_rejection(const law *b, tro_stream *stream)
{
    tro_stream before = *stream;
    uint64_t bits = stream_next(stream);
    double q = abscissa(b, bits);

    if (fabs(q) < 0.5 - END && (bits & 4095) < b->quick)
        return b->centre + (uint64_t)(int64_t)floor(place(b, near_quantile(q)));
    return reject(b, &before, bits);
}

uint64_t tro_stream_binomial(tro_stream *stream, uint64_t n, double p)
{
    law b;

    fold(&b, n, p);
    if (b.variance > INVERT_UP_TO)
        return unfold(&b, draw_by_rejection(&b, stream));
    weights w;
    make_weights(&b, &w);
    int64_t m = odd_53(stream_next(stream)) ^ b.flip;
    return unfold(&b, (uint64_t)invert(&w, (double)m * 0x1p-53));
}

double tro_binomial_acceptance(uint64_t n, double p, double u, double *quick)
{
    law b;
    double d;

    fold(&b, n, p);
    *quick = fabs(u - 0.5) < 0.5 - END ? (double)b.quick / 4096 : 0;
    return acceptance(&b, b.flip ? 0.5 - u : u - 0.5, &d);
}

double tro_binomial_probability(uint64_t n, double p, uint64_t count)
{
    law b = {0};

    fold(&b, n, p);
    return probability(&b, (double)(int64_t)(unfold(&b, count) - b.centre));
}

/* A guide of at least eight places a count: most hold no threshold and then
 * need one comparison (Chen and Asau 1974, indexed search). */
static tro_binomial *new_table(const law *b)
{
    weights w;
    tro_binomial *binomial;
    int bits = 6;

    make_weights(b, &w);
    while (1 << bits < 8 * (w.last + 1))
        bits++;
    size_t counts = (size_t)w.last + 1, places = (size_t)1 << bits;
    binomial = tro_allocate(1, sizeof *binomial + counts * sizeof(int64_t) + places);
    if (binomial == NULL)
        return NULL;
    make_thresholds(&w, binomial->threshold);
    uint8_t *guide = (uint8_t *)(binomial->threshold + counts), k = 0;
    binomial->law = *b;
    binomial->shift = 53 - bits;
    binomial->guide = guide;
    for (size_t i = 0; i < places; i++) {
        while (binomial->threshold[k] <= (int64_t)i << binomial->shift)
            k++;
        guide[i] = k;
    }
    return binomial;
}

tro_binomial *tro_binomial_new(uint64_t n, double p)
{
    law b;
    tro_binomial *binomial;

    fold(&b, n, p);
    if (b.variance <= INVERT_UP_TO)
        return new_table(&b);
    binomial = tro_allocate(1, sizeof *binomial);
    if (binomial != NULL)
        binomial->law = b;
    return binomial;
}

void tro_binomial_free(tro_binomial *binomial)
{
    tro_release(binomial);
}

uint64_t tro_binomial_draw(const tro_binomial *binomial, tro_stream *stream)
{
    const law *b = &binomial->law;

    if (binomial->guide == NULL)
        return unfold(b, draw_by_rejection(b, stream));
    int64_t m = odd_53(stream_next(stream)) ^ b->flip;
    size_t k = binomial->guide[m >> binomial->shift];
    while (m >= binomial->threshold[k])
        k++;
    return unfold(b, k);
}
