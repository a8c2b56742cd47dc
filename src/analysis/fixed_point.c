#include "analysis/fixed_point.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "analysis/anderson.h"
#include "analysis/loose.h"
#include "analysis/vector.h"
#include "base/text.h"

enum { STEPS = 50, ROUNDS = 300, LONGER = 3000, ACCELERATED = 300, CALM = 3 };
/* Residuals: where acceleration begins; where what it found is looked at; where
 * Newton's method does; what rounding leaves. */
#define BEGIN 1e-3
#define LOOK 1e-7
#define NEAR 1e-6
#define ROUNDED 4e-16
/* Accelerated rounds that go this many residuals far have left the neighbourhood. */
#define FAR 300
/* Parts that nothing holds and that drift: acceleration takes them so far that a round is lost
 * in rounding. What comes to rest does so within this many times where it began. */
#define AFAR 1e8

typedef struct search {
    const tro_ecosystem *eco;
    tro_workspace work;
    tro_anderson anderson;
    tro_loose loose;        /* where rounds lead depends on the start there: Newton's method
                               leaves it to them */
    tro_fixed_point *point;
    double *z;              /* point->z */
    double *image;          /* F(z) */
    double *residual;       /* F(z) - z */
    double *kept;           /* the best so far; where acceleration began, after it */
    double size;            /* of the residual at z */
    double tolerance;
    double begun;           /* the largest number of the start and of its image */
} search;

/* image and residual at z; the size is the largest modulus relative to 1 + |z|. */
static void look(search *s)
{
    double largest = 0, scale = 1;
    tro_round_map(s->eco, &s->work, s->z, s->image);
    s->size = INFINITY;
    for (size_t k = 0; k < s->eco->size; k++) {
        s->residual[k] = s->image[k] - s->z[k];
        if (!isfinite(s->residual[k]))
            return;
        largest = fmax(largest, fabs(s->residual[k]));
        scale = fmax(scale, fabs(s->z[k]));
    }
    s->size = largest / scale;
}

static void round_of(search *s, double step)
{
    tro_axpy(s->eco->size, step, s->residual, s->z);
    s->point->rounds++;
    look(s);
}

/* Rounds towards the fixed point, each as far as `step` of the way, until the
 * residual is at `near` and has been falling. */
static void relax(search *s, int rounds, double step, double near)
{
    int calm = 0;
    for (int r = 0; r < rounds && isfinite(s->size) && s->size > ROUNDED; r++) {
        double before = s->size;
        round_of(s, step);
        calm = s->size < before ? calm + 1 : 0;
        if (s->size <= near && calm >= CALM)
            return;
    }
}

/* What is not a law of the family is brought back by the fit. */
static void back_to_laws(search *s)
{
    const tro_space *space = &s->eco->scenario->space;
    if (space->family->law == TRO_TABLE)
        for (size_t k = 0; k < s->eco->size; k++)
            s->z[k] = fmax(s->z[k], 0);
    for (size_t i = 0; space->family->fit && i < s->eco->agents; i++)
        space->family->fit(space, s->eco->scenario->agents[i].start, s->z + i * s->eco->width);
}

/* --- acceleration ------------------------------------------------------------------- */

enum outcome { SETTLED, DOUBTFUL, LOST };

/* Do disturbances leave what the differences lead to? */
static int leaves(const search *s)
{
    double radius;
    return tro_anderson_radius(&s->anderson, &radius) == TRO_OK && radius > 1 + 1e-6;
}

static double moved(const search *s, const double *from)
{
    double largest = 0;
    for (size_t k = 0; k < s->eco->size; k++)
        largest = fmax(largest, fabs(s->z[k] - from[k]));
    return largest;
}

/* Accelerated rounds from z, the best of which stays there. A round that makes the
 * residual twice as large as the best is given up for a plain one from the best. With
 * `from` what they lead to is looked at. */
static enum outcome accelerate(search *s, const double *from)
{
    size_t n = s->eco->size;
    double best = s->size, begun = s->size, reach = FAR * begun;
    double aim = fmin(s->tolerance, 1e-12), marked = s->size;
    int looked = from == NULL, since = 0;
    memcpy(s->kept, s->z, n * sizeof *s->z);
    tro_anderson_restart(&s->anderson);
    for (int r = 0; r < ACCELERATED && best > ROUNDED; r++) {
        tro_anderson_step(&s->anderson, s->residual, s->image, s->z);
        back_to_laws(s);
        s->point->rounds++;
        look(s);
        if (!(s->size <= 2 * best)) {
            memcpy(s->z, s->kept, n * sizeof *s->z);
            tro_anderson_restart(&s->anderson);
            look(s);
            round_of(s, 1);
        }
        if (s->size < best) {
            best = s->size;
            memcpy(s->kept, s->z, n * sizeof *s->z);
        }
        if (!looked && best <= LOOK) {
            looked = 1;
            if (leaves(s) || moved(s, from) > reach)
                return DOUBTFUL;
        }
        since = best < 0.5 * marked ? 0 : since + 1;
        marked = best < 0.5 * marked ? best : marked;
        if (!isfinite(s->size) || (since >= 5 && best <= aim) || since >= ACCELERATED / 3)
            break;
    }
    memcpy(s->z, s->kept, n * sizeof *s->z);
    look(s);
    return s->size <= aim ? SETTLED : LOST;
}

/* Where the map is not affine. */
static int by_rounds(search *s)
{
    size_t n = s->eco->size;
    double *from = tro_allocate(n, sizeof *from);
    if (!from || tro_anderson_init(&s->anderson, n) < 0) {
        tro_release(from);
        return TRO_ENOMEM;
    }
    double before = s->size;
    relax(s, ROUNDS, 1, BEGIN);
    memcpy(from, s->z, n * sizeof *from);
    enum outcome found = isfinite(s->size) ? accelerate(s, from) : LOST;
    if (found != SETTLED) {
        /* Rounds alone decide; where they circle, half rounds come to rest. */
        memcpy(s->z, from, n * sizeof *from);
        look(s);
        relax(s, found == DOUBTFUL ? LONGER : ROUNDS, 1, NEAR);
        if (s->size > NEAR && !(s->size < 0.01 * before))
            relax(s, ROUNDS, 0.5, NEAR);
        if (isfinite(s->size) && s->size <= BEGIN)
            accelerate(s, NULL);
    }
    tro_release(from);
    return TRO_OK;
}

/* --- Newton ------------------------------------------------------------------------- */

/* One step; the resolvent of an affine map is the same everywhere. */
static int step(search *s, tro_resolvent *resolvent, tro_messages *messages)
{
    int status = tro_resolvent_solve(resolvent, TRO_PLAIN, s->residual, s->residual, messages);
    if (status < 0)
        return status;
    tro_axpy(s->eco->size, 1, s->residual, s->z);
    back_to_laws(s);
    return TRO_OK;
}

/* The resolvent at z. Parts that nothing holds are found first where it does not exist. */
static int resolve(search *s, tro_resolvent *resolvent, tro_messages *messages)
{
    tro_messages aside = {0};
    tro_resolvent_release(resolvent);
    int status = tro_resolvent_init_held(resolvent, s->eco, s->z, s->loose.held, &aside);
    if (status == TRO_ESINGULAR && s->loose.count == 0) {
        int found = tro_loose_find(s->eco, &s->work, s->z, &s->loose);
        if (found < 0 || s->loose.count > 0) {
            tro_messages_clear(&aside);
            status = found;
        }
        if (status == TRO_OK && s->eco->affine)
            status = by_rounds(s);
        if (status == TRO_OK) {
            tro_resolvent_release(resolvent);
            status = tro_resolvent_init_held(resolvent, s->eco, s->z, s->loose.held, &aside);
        }
    }
    if (status < 0)
        tro_error(messages, status, NULL, "%s",
                  aside.count ? aside.items[0].text : tro_status_text(status));
    tro_messages_clear(&aside);
    return status;
}

/* Newton until the residual is at rounding level, or no longer falls once it
 * is below the tolerance. */
static int newton(search *s, tro_messages *messages)
{
    tro_resolvent resolvent = {0};
    tro_fixed_point *out = s->point;
    int status = TRO_OK, least = !s->eco->affine && out->rounds > 0;
    double before = INFINITY;
    for (;; out->steps++) {
        int settled = s->size <= ROUNDED || (s->size <= s->tolerance && s->size >= 0.5 * before);
        if ((settled && out->steps >= least) || out->steps == STEPS || !isfinite(s->size))
            break;
        if (s->size > before && !s->eco->affine && s->size > s->tolerance)
            relax(s, ROUNDS, 0.5, NEAR); /* too far from it for Newton */
        before = s->size;
        if (out->steps == 0 || !s->eco->affine)
            TRO_TRY(resolve(s, &resolvent, messages));
        memcpy(s->kept, s->z, s->eco->size * sizeof *s->z);
        TRO_TRY(step(s, &resolvent, messages));
        look(s);
    }
    if (s->size > before && before <= s->tolerance) {   /* rounding made it no better */
        memcpy(s->z, s->kept, s->eco->size * sizeof *s->z);
        look(s);
    }
out:
    tro_resolvent_release(&resolvent);
    return status;
}

/* --- calls -------------------------------------------------------------------------- */

static double largest(size_t n, const double *x)
{
    double most = 0;
    for (size_t k = 0; k < n; k++)
        most = fmax(most, fabs(x[k]));
    return most;
}

static int search_init(search *s, const tro_ecosystem *eco, const double *z, double tolerance,
                       tro_fixed_point *out, tro_messages *messages)
{
    *s = (search){.eco = eco, .point = out};
    *out = (tro_fixed_point){0};
    if (tro_ecosystem_check_steady(eco, messages) < 0)
        return TRO_EUNSUPPORTED;
    *out = (tro_fixed_point){.z = tro_allocate(eco->size, sizeof *out->z)};
    *s = (search){
        .eco = eco,
        .point = out,
        .z = out->z,
        .tolerance = tolerance,
        .image = tro_allocate(eco->size, sizeof(double)),
        .residual = tro_allocate(eco->size, sizeof(double)),
        .kept = tro_allocate(eco->size, sizeof(double)),
    };
    if (!out->z || !s->image || !s->residual || !s->kept ||
        tro_workspace_init(&s->work, eco) < 0)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory looking for the fixed point");
    if (z)
        memcpy(out->z, z, eco->size * sizeof *z);
    else
        tro_ecosystem_start(eco, out->z);
    look(s);
    s->begun = fmax(largest(eco->size, s->z), largest(eco->size, s->image));
    return TRO_OK;
}

static int search_end(search *s, int status, tro_messages *messages)
{
    tro_fixed_point *out = s->point;
    out->residual = s->size;
    out->of_many = s->loose.count > 0;
    if (status == TRO_OK && out->of_many && isfinite(s->size) &&
        largest(s->eco->size, s->z) > AFAR * s->begun)
        status = tro_error(messages, TRO_ENOCONV, NULL,
                           "no fixed point found: agents that nothing holds drift without end");
    if (status == TRO_OK && !(s->size <= s->tolerance)) {
        tro_text tried = {0};
        tro_text_addf(&tried, "no fixed point found: after %d round%s and %d Newton step%s",
                      out->rounds, out->rounds == 1 ? "" : "s", out->steps,
                      out->steps == 1 ? "" : "s");
        if (isfinite(s->size))
            tro_text_addf(&tried, " a round still changes the mean parameters by %g, relative to "
                                  "1 and to the largest of them", s->size);
        else
            tro_text_add(&tried, " mean parameters overflow");
        status = tro_error(messages, TRO_ENOCONV, NULL, "%s", tro_text_string(&tried));
        tro_text_clear(&tried);
    }
    tro_workspace_release(&s->work);
    tro_anderson_free(&s->anderson);
    tro_loose_release(&s->loose);
    tro_release(s->image);
    tro_release(s->residual);
    tro_release(s->kept);
    if (status < 0)
        tro_fixed_point_release(out);
    return status;
}

int tro_fixed_point_find(const tro_ecosystem *eco, const double *z, double tolerance,
                         tro_fixed_point *out, tro_messages *messages)
{
    search s;
    int status;
    TRO_TRY(search_init(&s, eco, z, tolerance, out, messages));
    if (!eco->affine && s.size > ROUNDED) {
        status = by_rounds(&s);
        if (status < 0)
            tro_error(messages, status, NULL, "out of memory looking for the fixed point");
    }
    if (status == TRO_OK && isfinite(s.size) &&
        (eco->affine || eco->size <= TRO_DENSE_LIMIT || s.size > tolerance))
        status = newton(&s, messages);
out:
    return search_end(&s, status, messages);
}

int tro_fixed_point_by_rounds(const tro_ecosystem *eco, const double *z, double tolerance,
                              int most, tro_fixed_point *out, tro_messages *messages)
{
    search s;
    int status;
    TRO_TRY(search_init(&s, eco, z, tolerance, out, messages));
    while (s.size > tolerance && isfinite(s.size) && out->rounds < most)
        round_of(&s, 1);
out:
    return search_end(&s, status, messages);
}

void tro_fixed_point_release(tro_fixed_point *point)
{
    tro_release(point->z);
    *point = (tro_fixed_point){0};
}
