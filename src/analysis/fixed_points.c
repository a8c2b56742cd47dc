#include "analysis/fixed_points.h"

#include <math.h>
#include <string.h>

/* --- starts ------------------------------------------------------------------------- */

/* What is not on the one outcome of a corner: nothing comes back from nothing. */
#define ELSEWHERE 0.02

static size_t corners_of(const tro_space *space)
{
    if (space->family->law != TRO_TABLE)
        return 0;
    return space->outcomes < TRO_MOST_CORNERS ? space->outcomes : TRO_MOST_CORNERS;
}

static void corner(const tro_ecosystem *eco, size_t outcome, double *z)
{
    size_t n = eco->scenario->space.outcomes;
    for (size_t k = 0; k < eco->size; k++)
        z[k] = ELSEWHERE / (double)n + (k % n == outcome ? 1 - ELSEWHERE : 0);
    for (size_t k = 0; k < eco->size; k++)
        z[k] /= (double)eco->scenario->space.blocks;
}

static void random_laws(const tro_ecosystem *eco, size_t number, double *z)
{
    const tro_space *space = &eco->scenario->space;
    size_t n = space->outcomes;
    for (size_t i = 0; i < eco->agents; i++) {
        tro_stream stream = tro_stream_of(&(tro_stream_key){
            .seed = eco->scenario->seed, .replicate = number, .agent = i,
            .purpose = TRO_FOR_START});
        for (double *row = z + i * eco->width; row < z + (i + 1) * eco->width; row += n) {
            double sum = 0;
            for (size_t x = 0; x < n; x++) {   /* half a square of a normal: gamma of 1/2 */
                double normal = tro_stream_normal(&stream);
                sum += row[x] = normal * normal;
            }
            for (size_t x = 0; x < n; x++)
                row[x] /= sum * (double)space->blocks;
        }
    }
}

/* Real vectors with a covariance of their own: someone else's start is a law, too. */
static void random_vectors(const tro_ecosystem *eco, size_t number, double *z)
{
    const tro_space *space = &eco->scenario->space;
    size_t width = eco->width;
    for (size_t i = 0; i < eco->agents; i++) {
        tro_stream stream = tro_stream_of(&(tro_stream_key){
            .seed = eco->scenario->seed, .replicate = number, .agent = i,
            .purpose = TRO_FOR_START});
        if (space->family->law == TRO_MOMENTS) {
            size_t other = (size_t)tro_stream_below(&stream, eco->agents);
            memcpy(z + i * width, eco->scenario->agents[other].start, width * sizeof *z);
            continue;
        }
        for (size_t k = 0; k < width; k++)
            z[i * width + k] += 3 * (1 + fabs(z[i * width + k])) * tro_stream_normal(&stream);
    }
}

void tro_fixed_points_start(const tro_ecosystem *eco, size_t k, double *z, tro_text *text)
{
    const tro_space *space = &eco->scenario->space;
    size_t corners = corners_of(space), known = corners ? corners + 2 : 1;
    tro_text ignored = {0};
    tro_text *words = text ? text : &ignored;
    tro_ecosystem_start(eco, z);
    if (k == 0) {
        tro_text_add(words, "the scenario's start");
    } else if (k >= known) {
        tro_text_addf(words, "random start %zu", k - known + 1);
        (corners ? random_laws : random_vectors)(eco, k - known + 1, z);
    } else if (k == 1) {
        tro_text_add(words, "uniform");
        for (size_t j = 0; j < eco->size; j++)
            z[j] = 1 / (double)eco->width;
    } else {
        tro_text_addf(words, "outcome %zu", k - 1);
        corner(eco, k - 2, z);
    }
    tro_text_clear(&ignored);
}

/* --- points ------------------------------------------------------------------------- */

static int is_same(size_t n, const double *a, const double *b)
{
    double away = 0, scale = 1;
    for (size_t k = 0; k < n; k++) {
        away = fmax(away, fabs(a[k] - b[k]));
        scale = fmax(scale, fabs(a[k]));
    }
    return away <= TRO_SAME_POINT * scale;
}

/* Counts a point that start k led to; takes it when it is a new one. */
static void take(tro_fixed_points *out, size_t n, size_t k, tro_fixed_point *point)
{
    for (size_t p = 0; p < out->count; p++)
        if (is_same(n, out->items[p].z, point->z)) {
            out->leading[p]++;
            return;
        }
    if (out->count == TRO_MOST_POINTS)
        return;
    out->items[out->count] = *point;
    out->leading[out->count] = 1;
    out->first[out->count++] = k;
    *point = (tro_fixed_point){0};
}

int tro_fixed_points_find(const tro_ecosystem *eco, size_t starts, double tolerance,
                          const tro_progress *progress, tro_fixed_points *out,
                          tro_messages *messages)
{
    tro_messages aside = {0};
    tro_certificate certificate;
    double *z = tro_allocate(eco->size, sizeof *z);
    int status = z ? tro_certificate_find(eco, progress, &certificate) : TRO_ENOMEM, last = TRO_OK;
    *out = (tro_fixed_points){0};
    if (status < 0) {
        tro_error(messages, status, NULL, "out of memory looking for fixed points");
        goto out;
    }
    out->alone = eco->affine || certificate.holds;
    for (size_t k = 0; k < (out->alone ? 1 : starts); k++) {
        tro_fixed_point point = {0};
        if (tro_progress_stops(progress)) {
            status = TRO_EINTERRUPTED;
            goto out;
        }
        tro_messages_clear(&aside);
        tro_fixed_points_start(eco, k, z, NULL);
        last = tro_fixed_point_find(eco, z, tolerance, &point, &aside);
        if (last == TRO_ENOMEM) {
            status = tro_error(messages, last, NULL, "out of memory looking for fixed points");
            goto out;
        }
        out->starts++;
        if (last < 0)
            out->lost++;
        else {
            out->alone &= !point.of_many;
            take(out, eco->size, k, &point);
        }
        tro_fixed_point_release(&point);
    }
    if (out->count == 0)
        status = tro_error(messages, last, NULL, "none of %zu start%s leads to a fixed point: %s",
                           out->starts, out->starts == 1 ? "" : "s",
                           aside.count ? aside.items[0].text : tro_status_text(last));
out:
    tro_messages_clear(&aside);
    tro_release(z);
    if (status < 0)
        tro_fixed_points_release(out);
    return status;
}

void tro_fixed_points_release(tro_fixed_points *points)
{
    for (size_t p = 0; p < points->count; p++)
        tro_fixed_point_release(&points->items[p]);
    *points = (tro_fixed_points){0};
}
