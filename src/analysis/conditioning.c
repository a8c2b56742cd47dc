/* How near I - J is to a singular matrix: the 1-norm of its inverse, by the
 * method of Hager (1984, SIAM J. Sci. Stat. Comput. 5, 311) as Higham has it
 * (1988, ACM TOMS 14, 381), on the tangent space of the laws. Rows of tables have
 * a fixed sum, so the extreme points of the unit ball there are pairs (+1/2,
 * -1/2) of cells of one row. */
#include <math.h>
#include <string.h>

#include "analysis/krylov.h"
#include "analysis/resolvent.h"
#include "analysis/vector.h"
#include "family/table.h"

/* Of the method; where each takes long, the first two, which nearly always do. */
enum { STEPS = 5, FEW_STEPS = 2 };

/* Numbers that sum to 0 in a tangent vector: this many, again and again; 1: any
 * vector is one. */
static size_t piece_of(const tro_ecosystem *eco)
{
    const tro_space *space = &eco->scenario->space;
    if (space->family->law != TRO_TABLE)
        return 1;
    return tro_finite_of(space)->stay ? space->outcomes : space->width;
}

static void project(size_t n, size_t piece, double *x)
{
    for (size_t at = 0; piece > 1 && at < n; at += piece) {
        double sum = 0;
        for (size_t k = 0; k < piece; k++)
            sum += x[at + k];
        for (size_t k = 0; k < piece; k++)
            x[at + k] -= sum / (double)piece;
    }
}

static double norm1(size_t n, const double *x)
{
    double sum = 0;
    for (size_t k = 0; k < n; k++)
        sum += fabs(x[k]);
    return sum;
}

/* The extreme point x at which w . x is largest; returns w . x. */
static double extreme(size_t n, size_t piece, const double *w, double *x)
{
    size_t high = 0, low = 0;
    double best = -1;
    for (size_t at = 0; at < n; at += piece) {
        size_t up = at, down = at;
        for (size_t k = at; k < at + piece; k++) {
            up = w[k] > w[up] ? k : up;
            down = w[k] < w[down] ? k : down;
        }
        double value = piece > 1 ? (w[up] - w[down]) / 2 : fabs(w[at]);
        if (value > best) {
            best = value;
            high = up;
            low = down;
        }
    }
    memset(x, 0, n * sizeof *x);
    if (piece == 1)
        x[high] = w[high] < 0 ? -1 : 1;
    else if (high != low) {
        x[high] = 0.5;
        x[low] = -0.5;
    }
    return best;
}

typedef struct search {
    tro_resolvent *resolvent;
    size_t n, piece;
    double *x, *y, *w;
} search;

/* y = (I - J)^-1 x, w = the gradient of |y| by x. */
static int go(search *s, double *length, tro_messages *messages)
{
    int status;
    TRO_TRY(tro_resolvent_solve_roughly(s->resolvent, TRO_PLAIN, s->x, s->y, messages));
    project(s->n, s->piece, s->y);
    *length = norm1(s->n, s->y);
    for (size_t k = 0; k < s->n; k++)
        s->w[k] = s->y[k] < 0 ? -1 : 1;
    project(s->n, s->piece, s->w);
    TRO_TRY(tro_resolvent_solve_roughly(s->resolvent, TRO_TRANSPOSED, s->w, s->y, messages));
    memcpy(s->w, s->y, s->n * sizeof *s->w);
out:
    return status;
}

/* A start that has a part along every direction. */
static void begin(search *s)
{
    tro_stream stream = tro_stream_of(&(tro_stream_key){.seed = 1, .purpose = TRO_FOR_START});
    tro_stream_normals(&stream, s->n, s->x);
    project(s->n, s->piece, s->x);
    double length = norm1(s->n, s->x);
    tro_scale(s->n, length > 0 ? 1 / length : 0, s->x);
}

static int estimate(search *s, double *inverse, tro_messages *messages)
{
    double length = 0;
    int status = TRO_OK, steps = s->resolvent->jacobian ? STEPS : FEW_STEPS;
    begin(s);
    *inverse = 0;
    for (int step = 0; step < steps; step++) {
        TRO_TRY(go(s, &length, messages));
        if (!(length > *inverse) && step > 1)
            break;
        *inverse = fmax(*inverse, length);
        double here = tro_dot(s->n, s->w, s->x);
        if (extreme(s->n, s->piece, s->w, s->y) <= here * (1 + 1e-3))
            break;
        memcpy(s->x, s->y, s->n * sizeof *s->x);
    }
out:
    return status;
}

int tro_resolvent_condition(tro_resolvent *resolvent, tro_messages *messages)
{
    const tro_ecosystem *eco = resolvent->ecosystem;
    tro_messages aside = {0};
    search s = {.resolvent = resolvent, .n = eco->size, .piece = piece_of(eco)};
    double inverse, *room;
    if (!isnan(resolvent->condition))
        return TRO_OK;
    room = tro_allocate(3 * s.n, sizeof *room);
    if (!room)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory for the conditioning");
    s.x = room;
    s.y = room + s.n;
    s.w = room + 2 * s.n;
    int status = estimate(&s, &inverse, &aside);
    tro_release(room);
    tro_messages_clear(&aside);
    if (status == TRO_OK)
        resolvent->condition = inverse > 0 ? 1 / inverse : 1;
    if (status == TRO_ESINGULAR ||
        (status == TRO_OK && resolvent->condition < TRO_SINGULAR_BELOW))
        return tro_error(messages, TRO_ESINGULAR, NULL,
                         "I - J is singular%s: %s, and influences are not defined",
                         status == TRO_OK ? " but for rounding" : "",
                         eco->affine ? "there is no fixed point, or there are many"
                                     : "the fixed point is at a fold, or one of many");
    if (status == TRO_ENOCONV)
        return tro_error(messages, status, NULL,
                         "systems with I - J cannot be solved: it is nearly singular, or "
                         "disturbances grow for long before they die");
    return status < 0 ? tro_error(messages, status, NULL, "cannot find the conditioning of I - J: "
                                  "%s", tro_status_text(status)) : TRO_OK;
}
