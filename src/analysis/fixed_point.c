#include "analysis/fixed_point.h"

#include <math.h>
#include <string.h>

enum { STEPS = 50, ROUNDS = 300 };
#define NEAR 1e-6

/* residual = F(z) - z; returns its largest modulus relative to 1 + |z|. */
static double residual_of(const tro_ecosystem *eco, tro_workspace *work, const double *z,
                          double *residual)
{
    double largest = 0, scale = 1;
    tro_round_map(eco, work, z, residual);
    for (size_t k = 0; k < eco->size; k++) {
        residual[k] -= z[k];
        largest = fmax(largest, fabs(residual[k]));
        scale = fmax(scale, fabs(z[k]));
        if (!isfinite(residual[k]))
            return INFINITY;
    }
    return largest / scale;
}

/* Rounds towards the fixed point, each as far as `step` of the way. */
static double relax(const tro_ecosystem *eco, tro_workspace *work, double *z, double *residual,
                    int rounds, double step)
{
    double size = residual_of(eco, work, z, residual);
    for (int r = 0; r < rounds && size > NEAR && isfinite(size); r++) {
        for (size_t k = 0; k < eco->size; k++)
            z[k] += step * residual[k];
        size = residual_of(eco, work, z, residual);
    }
    return size;
}

/* A map that is not affine may have several fixed points: that one counts
 * which the rounds lead to from the start. Where they circle instead, half
 * rounds come to rest. */
static void approach(const tro_ecosystem *eco, tro_workspace *work, double *z, double *residual)
{
    double before = residual_of(eco, work, z, residual);
    double after = relax(eco, work, z, residual, ROUNDS, 1);
    if (after > NEAR && !(after < 0.01 * before))
        relax(eco, work, z, residual, ROUNDS, 0.5);
}

/* Newton may leave the laws of the family; the fit brings it back. */
static void back_to_laws(const tro_ecosystem *eco, double *z)
{
    const tro_space *space = &eco->scenario->space;
    if (space->family->law == TRO_TABLE)
        for (size_t k = 0; k < eco->size; k++)
            z[k] = fmax(z[k], 0);
    for (size_t i = 0; space->family->fit && i < eco->agents; i++)
        space->family->fit(space, eco->scenario->agents[i].start, z + i * eco->width);
}

/* One step; the resolvent of an affine map is the same everywhere. */
static int step(tro_resolvent *resolvent, double *z, double *residual, tro_messages *messages)
{
    size_t n = resolvent->ecosystem->size;
    int status = tro_resolvent_solve(resolvent, TRO_PLAIN, residual, residual, messages);
    for (size_t k = 0; status == TRO_OK && k < n; k++)
        z[k] += residual[k];
    if (status == TRO_OK)
        back_to_laws(resolvent->ecosystem, z);
    return status;
}

/* Newton until the residual is at rounding level, or no longer falls once it
 * is below the tolerance. */
static int newton(const tro_ecosystem *eco, tro_workspace *work, double tolerance,
                  tro_fixed_point *out, double *residual, tro_messages *messages)
{
    tro_resolvent resolvent = {0};
    int status = TRO_OK;
    double before = INFINITY;
    if (!eco->affine)
        approach(eco, work, out->z, residual);
    for (;; out->steps++) {
        out->residual = residual_of(eco, work, out->z, residual);
        int settled = out->residual <= 4e-16 ||
                      (out->residual <= tolerance && out->residual >= 0.5 * before);
        if (settled || out->steps == STEPS || !isfinite(out->residual))
            break;
        if (out->residual > before && !eco->affine) {
            /* Too far from it for Newton. */
            relax(eco, work, out->z, residual, ROUNDS, 0.5);
            out->residual = residual_of(eco, work, out->z, residual);
        }
        before = out->residual;
        if (out->steps == 0 || !eco->affine) {
            tro_resolvent_release(&resolvent);
            TRO_TRY(tro_resolvent_init(&resolvent, eco, out->z, messages));
        }
        TRO_TRY(step(&resolvent, out->z, residual, messages));
    }
    if (!(out->residual <= tolerance))
        status = tro_error(messages, TRO_ENOCONV, NULL,
                           "no fixed point found: after %d Newton steps a round still changes "
                           "the mean parameters by %g", out->steps, out->residual);
out:
    tro_resolvent_release(&resolvent);
    return status;
}

int tro_fixed_point_find(const tro_ecosystem *eco, const double *z, double tolerance,
                         tro_fixed_point *out, tro_messages *messages)
{
    tro_workspace work = {0};
    double *residual = tro_allocate(eco->size, sizeof *residual);
    int status = TRO_ENOMEM;
    *out = (tro_fixed_point){0};
    if (tro_ecosystem_check_steady(eco, messages) < 0) {
        status = TRO_EUNSUPPORTED;
        goto out;
    }
    *out = (tro_fixed_point){.z = tro_allocate(eco->size, sizeof *out->z)};
    if (!out->z || !residual || tro_workspace_init(&work, eco) < 0) {
        tro_error(messages, TRO_ENOMEM, NULL, "out of memory looking for the fixed point");
        goto out;
    }
    if (z)
        memcpy(out->z, z, eco->size * sizeof *z);
    else
        tro_ecosystem_start(eco, out->z);
    status = newton(eco, &work, tolerance, out, residual, messages);
out:
    tro_workspace_release(&work);
    tro_release(residual);
    if (status < 0)
        tro_fixed_point_release(out);
    return status;
}

void tro_fixed_point_release(tro_fixed_point *point)
{
    tro_release(point->z);
    *point = (tro_fixed_point){0};
}
