#include "curator/changing.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "curator/choice.h"
#include "curator/finite.h"

typedef struct judge {
    double candidates, own, taste;
    const double *fixed;         /* blocks x outcomes; NULL: 0 */
    const double *features;      /* outcomes x feature_count; NULL: the identity */
    size_t feature_count;
    int listens;                 /* there is a q */
} judge;

/* One row on its way, and its room. */
typedef struct row {
    const judge *self;
    size_t n;
    const double *p, *q;         /* q NULL: nothing was seen */
    double mass, seen;           /* of p, of q */
    double *reward, *change, *back, *features, *room, *scratch;
} row;

static size_t row_scratch(const judge *self, size_t n)
{
    return 3 * n + self->feature_count + tro_choice_room(n) + tro_choice_row_scratch(n);
}

static double total(size_t n, const double *x)
{
    double sum = 0;
    for (size_t k = 0; k < n; k++)
        sum += x[k];
    return sum;
}

/* y += taste phi phi' x / seen */
static void add_taste(const row *at, double taste, const double *x, double *y)
{
    const judge *self = at->self;
    size_t d = self->feature_count;
    double factor = taste / at->seen;
    if (!self->features) {
        for (size_t k = 0; k < at->n; k++)
            y[k] += factor * x[k];
        return;
    }
    memset(at->features, 0, d * sizeof *at->features);
    for (size_t k = 0; k < at->n; k++)
        for (size_t c = 0; c < d; c++)
            at->features[c] += x[k] * self->features[k * d + c];
    for (size_t k = 0; k < at->n; k++)
        for (size_t c = 0; c < d; c++)
            y[k] += factor * at->features[c] * self->features[k * d + c];
}

/* Below this no derivative is taken of a logarithm: what it would add is as small. */
static const double LEAST = 1e-150;

/* The choice among the outcomes of one prompt; NULL: there are none, or they are
 * no numbers. */
static const tro_choice *choose(row *at, const double *fixed)
{
    const judge *self = at->self;
    int finite = 1;
    at->mass = total(at->n, at->p);
    if (!(at->mass > 0))
        return NULL;
    memset(at->reward, 0, at->n * sizeof *at->reward);
    if (at->q) {
        at->seen = total(at->n, at->q);
        if (at->seen > 0)
            add_taste(at, self->taste, at->q, at->reward);
        else
            at->q = NULL;
    }
    for (size_t x = 0; x < at->n; x++) {
        at->reward[x] += fixed ? fixed[x] : 0;
        if (self->own != 0)
            at->reward[x] += self->own * log(fmax(at->p[x] / at->mass, DBL_MIN));
        finite &= isfinite(at->reward[x]) != 0;
    }
    return finite ? tro_choice_place(at->room, at->n, at->reward, self->candidates) : NULL;
}

/* What there is to say of a row without a choice. */
static void nothing(const row *at, double *out)
{
    for (size_t x = 0; x < at->n; x++)
        out[x] = at->mass == 0 ? 0 : NAN;
}

/* The change of the reward when p and q change. */
static void change_reward(const row *at, const double *dp, const double *dq)
{
    const judge *self = at->self;
    memset(at->change, 0, at->n * sizeof *at->change);
    if (at->q) {
        double grown = total(at->n, dq) / at->seen;
        for (size_t x = 0; x < at->n; x++)
            at->back[x] = dq[x] - grown * at->q[x];
        add_taste(at, self->taste, at->back, at->change);
    }
    for (size_t x = 0; self->own != 0 && x < at->n; x++)
        if (at->p[x] > LEAST * at->mass)
            at->change[x] += self->own * dp[x] / at->p[x];
}

static void derive(const row *at, const tro_choice *choice, const double *dp, const double *dq,
                   double *out)
{
    change_reward(at, dp, dq);
    tro_choice_derivative(choice, 1, at->n, at->p, dp, out, at->scratch);
    tro_choice_by_reward(choice, 1, at->n, at->p, at->change, at->back, at->scratch);
    for (size_t x = 0; x < at->n; x++)
        out[x] += at->back[x];
}

/* to_q is set, NULL without a q. */
static void transpose(const row *at, const tro_choice *choice, const double *w, double *to_p,
                      double *to_q)
{
    const judge *self = at->self;
    tro_choice_transposed(choice, 1, at->n, at->p, w, to_p, at->scratch);
    tro_choice_by_reward(choice, 1, at->n, at->p, w, at->back, at->scratch);
    for (size_t x = 0; self->own != 0 && x < at->n; x++)
        if (at->p[x] > LEAST * at->mass)
            to_p[x] += self->own * at->back[x] / at->p[x];
    if (!at->q)
        return;
    add_taste(at, self->taste, at->back, to_q);
    double mean = 0;
    for (size_t x = 0; x < at->n; x++)
        mean += at->q[x] / at->seen * to_q[x];
    for (size_t x = 0; x < at->n; x++)
        to_q[x] -= mean;
}

/* The gradient by the strength, which is returned, and by the reward, which is added to it. */
static double turn(const row *at, const tro_choice *choice, const double *w, double *by_reward)
{
    const judge *self = at->self;
    double sum = 0;
    tro_choice_by_reward(choice, 1, at->n, at->p, w, at->back, at->scratch);
    memset(at->change, 0, at->n * sizeof *at->change);
    if (self->listens && at->q)
        add_taste(at, 1, at->q, at->change);
    for (size_t x = 0; x < at->n; x++) {
        if (!self->listens)
            at->change[x] = log(fmax(at->p[x] / at->mass, DBL_MIN));
        sum += at->change[x] * at->back[x];
        by_reward[x] += at->back[x];
    }
    return sum;
}

/* --- all rows ------------------------ */

static row lay_out(const tro_curation *curation, double *scratch)
{
    const judge *self = curation->self;
    size_t n = curation->space->outcomes;
    row at = {.self = self, .n = n, .reward = scratch, .change = scratch + n,
              .back = scratch + 2 * n, .features = scratch + 3 * n,
              .room = scratch + 3 * n + self->feature_count};
    at.scratch = at.room + tro_choice_room(n);
    return at;
}

static void turned(const tro_curation *curation, size_t rows, const double *z, const double *w,
                   double *out, double *scratch)
{
    const judge *self = curation->self;
    size_t width = curation->space->width, whole = tro_curation_input(curation);
    row at = lay_out(curation, scratch);
    memset(out, 0, (1 + width) * sizeof *out);
    for (size_t r = 0; r < rows; r++)
        for (size_t b = 0; b < width; b += at.n) {
            at.p = z + r * whole + b;
            at.q = self->listens ? at.p + width : NULL;
            const tro_choice *choice = choose(&at, self->fixed ? self->fixed + b : NULL);
            if (choice)
                out[0] += turn(&at, choice, w + r * width + b, out + 1 + b);
        }
    for (size_t x = 0; !self->fixed && x < width; x++)
        out[1 + x] = NAN; /* there is no reward to turn */
}

typedef enum kernel { APPLY, DERIVATIVE, TRANSPOSED } kernel;

/* aux: a change of z, or a gradient (width for each row). */
static void run(kernel which, const tro_curation *curation, size_t rows, const double *z,
                const double *aux, double *out, double *scratch)
{
    const judge *self = curation->self;
    size_t n = curation->space->outcomes, width = curation->space->width;
    size_t whole = tro_curation_input(curation);
    row at = lay_out(curation, scratch);
    if (which == TRANSPOSED)
        memset(out, 0, rows * whole * sizeof *out);
    for (size_t k = 0; k < rows * curation->space->blocks; k++) {
        size_t r = k / curation->space->blocks, b = k % curation->space->blocks * n;
        size_t in = r * whole + b, narrow = r * width + b;
        at.p = z + in;
        at.q = self->listens ? z + in + width : NULL;
        const tro_choice *choice = choose(&at, self->fixed ? self->fixed + b : NULL);
        if (!choice)
            nothing(&at, out + (which == TRANSPOSED ? in : narrow));
        else if (which == APPLY)
            tro_choice_apply(choice, 1, n, at.p, out + narrow, at.scratch);
        else if (which == DERIVATIVE)
            derive(&at, choice, aux + in, self->listens ? aux + in + width : NULL, out + narrow);
        else
            transpose(&at, choice, aux + narrow, out + in,
                      self->listens ? out + in + width : NULL);
    }
}

static void apply(const tro_curation *curation, size_t rows, const double *z, double *out,
                  double *scratch)
{
    run(APPLY, curation, rows, z, NULL, out, scratch);
}

static void derivative(const tro_curation *curation, size_t rows, const double *z,
                       const double *dz, double *out, double *scratch)
{
    run(DERIVATIVE, curation, rows, z, dz, out, scratch);
}

static void transposed(const tro_curation *curation, size_t rows, const double *z,
                       const double *w, double *out, double *scratch)
{
    run(TRANSPOSED, curation, rows, z, w, out, scratch);
}

static const tro_curation_ops changing_ops = {
    .apply = apply, .derivative = derivative, .transposed = transposed, .turned = turned};

/* --- preparing ------------------------ */

static int check_range(const tro_reader *reader, const tro_space *space,
                       const tro_changing_choice *given)
{
    double largest = fabs(given->own) * 750;
    if (given->candidates > 0x1p53 && !isinf(given->candidates))
        return tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(given->node, "candidates"),
                         "%g candidates are more than can be counted exactly: at most 2^53, or "
                         "inf", given->candidates);
    for (size_t x = 0; given->features && x < space->outcomes; x++) {
        const double *phi = given->features->values + x * given->features->columns;
        double square = 0;
        for (size_t c = 0; c < given->features->columns; c++)
            square += phi[c] * phi[c];
        largest = fmax(largest, isfinite(square) ? square * fabs(given->taste) : INFINITY);
    }
    if (isfinite(largest))
        return TRO_OK;
    return tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(given->node, "strength"),
                     "the strength times the features is more than a number holds");
}

static int add_audience(const tro_reader *reader, const tro_changing_choice *given,
                        tro_curation *out)
{
    tro_audience *audience = TRO_NEW(reader->arena, tro_audience, 1);
    tro_audience **list = TRO_NEW(reader->arena, tro_audience *, 1);
    if (!audience || !list)
        return TRO_ENOMEM;
    *audience = (tro_audience){.name = given->audience,
                               .place = tro_place_of(given->node, "of")};
    list[0] = audience;
    out->audience = list;
    out->audience_count = 1;
    return TRO_OK;
}

int tro_changing_curation(const tro_reader *reader, const tro_space *space,
                          const tro_changing_choice *given, tro_curation *out)
{
    int status = TRO_OK;
    if (space->family->law != TRO_TABLE)
        return tro_error(reader->messages, TRO_ESCENARIO, &given->node->place,
                         "'%s' is exact on finite outcomes, found family '%s'", out->name,
                         space->family->plugin.name);
    judge *self = TRO_NEW(reader->arena, judge, 1);
    if (!self)
        return TRO_ENOMEM;
    *self = (judge){.candidates = given->candidates, .own = given->own, .taste = given->taste};
    TRO_TRY(check_range(reader, space, given));
    if (given->reward)
        TRO_TRY(tro_finite_rewards(reader, space, given->reward, 1, &self->fixed));
    if (given->candidates > 1)
        TRO_TRY(tro_curation_tune(reader->arena, &(tro_tuning){
                    .rule = out->name, .node = given->node, .dial = "strength",
                    .value = given->audience ? given->taste : given->own,
                    .reward = self->fixed, .rewards = self->fixed ? space->width : 0},
                    NULL, out));
    if (given->audience) {
        self->listens = 1;
        TRO_TRY(add_audience(reader, given, out));
    }
    if (given->features) {
        self->features = given->features->values;
        self->feature_count = given->features->columns;
    }
    out->self = self;
    out->scratch = row_scratch(self, space->outcomes);
    if (given->candidates > 1)
        out->ops = &changing_ops;   /* one candidate leaves no choice */
    else
        out->audience_count = 0;
out:
    return status;
}
