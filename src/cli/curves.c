#include "cli/curves.h"

#include <math.h>
#include <string.h>

#include "measure/measure.h"

static size_t lines_of(const tro_curves *c)
{
    return c->parts.count;
}

int tro_curves_init(tro_curves *c, const tro_cell *cell, tro_messages *messages)
{
    long long rounds = cell->plan->common->rounds;
    *c = (tro_curves){.cell = cell, .stride = 1};
    c->room = rounds < TRO_CURVE_POINTS ? (size_t)rounds + 1 : TRO_CURVE_POINTS;
    int status = tro_parts_find(cell->scenario, NULL, 0, TRO_CURVES_MOST, TRO_CURVES_MOST,
                                &c->arena, &c->parts);
    if (status == TRO_OK) {
        c->mean = TRO_NEW(&c->arena, double, c->room * lines_of(c));
        c->square = TRO_NEW(&c->arena, double, c->room * lines_of(c));
        status = c->mean && c->square ? TRO_OK : TRO_ENOMEM;
    }
    if (status < 0) {
        tro_curves_release(c);
        tro_error(messages, status, NULL, "out of memory for the trajectories");
    }
    return status;
}

void tro_curves_release(tro_curves *c)
{
    tro_arena_clear(&c->arena);
    *c = (tro_curves){0};
}

size_t tro_curves_numbers(const tro_curves *c)
{
    return c ? c->room * lines_of(c) : 0;
}

void tro_curve_begin(tro_curve *curve)
{
    curve->points = 0;
    curve->stride = 1;
}

/* Keeps every second point. */
static void thin_out(tro_curve *curve, size_t lines)
{
    for (size_t k = 2; k < curve->points; k += 2)
        memcpy(curve->values + k / 2 * lines, curve->values + k * lines,
               lines * sizeof *curve->values);
    curve->points = (curve->points + 1) / 2;
    curve->stride *= 2;
}

/* Agents that are not there, or have no reward, count for nothing; a line of none of them
 * has a gap. */
static void add_means(const tro_curves *c, const tro_runner *runner, double *out)
{
    const tro_ecosystem *eco = runner->ecosystem;
    size_t counts[TRO_CURVES_MOST] = {0};
    memset(out, 0, lines_of(c) * sizeof *out);
    for (size_t i = 0; i < eco->agents; i++) {
        if (!c->cell->scenario->agents[i].reward || tro_is_absent(eco, i))
            continue;
        out[c->parts.of_agent[i]] += tro_alignment(eco, runner->z, i);
        counts[c->parts.of_agent[i]]++;
    }
    for (size_t k = 0; k < lines_of(c); k++)
        out[k] = counts[k] > 0 && isfinite(out[k]) ? out[k] / (double)counts[k] : NAN;
}

void tro_curve_add(const tro_curves *c, tro_curve *curve, const tro_runner *runner)
{
    if (!c || runner->round % curve->stride != 0)
        return;
    if (curve->points == c->room)
        thin_out(curve, lines_of(c));
    if (runner->round == curve->points * curve->stride)
        add_means(c, runner, curve->values + curve->points++ * lines_of(c));
}

/* All replicates that run to the end have the same rounds. */
void tro_curves_take(tro_curves *c, const tro_curve *curve)
{
    if (!c || (c->replicates > 0 && (c->points != curve->points || c->stride != curve->stride)))
        return;
    c->points = curve->points;
    c->stride = curve->stride;
    c->replicates++;
    for (size_t k = 0; k < c->points * lines_of(c); k++) {
        double away = curve->values[k] - c->mean[k];
        c->mean[k] += away / (double)c->replicates;
        c->square[k] += away * (curve->values[k] - c->mean[k]);
    }
}

void tro_curve_pack(const tro_curves *c, const tro_curve *curve, tro_text *out)
{
    if (!c)
        return;
    tro_pack_whole(out, curve->points);
    tro_pack_whole(out, curve->stride);
    tro_pack(out, curve->values, curve->points * lines_of(c) * sizeof *curve->values);
}

void tro_curve_unpack(const tro_curves *c, tro_curve *curve, tro_packed *from)
{
    if (!c)
        return;
    curve->points = (size_t)tro_unpack_count(from, c->room);
    curve->stride = (size_t)tro_unpack_whole(from);
    from->failed |= curve->stride == 0;
    tro_unpack(from, curve->values, curve->points * lines_of(c) * sizeof *curve->values);
}

void tro_curves_pack(const tro_curves *c, tro_text *out)
{
    if (!c)
        return;
    size_t bytes = c->points * lines_of(c) * sizeof *c->mean;
    tro_pack_whole(out, c->points);
    tro_pack_whole(out, c->stride);
    tro_pack_whole(out, c->replicates);
    tro_pack(out, c->mean, bytes);
    tro_pack(out, c->square, bytes);
}

void tro_curves_unpack(tro_curves *c, tro_packed *from)
{
    if (!c)
        return;
    c->points = (size_t)tro_unpack_count(from, c->room);
    c->stride = (size_t)tro_unpack_whole(from);
    c->replicates = tro_unpack_whole(from);
    from->failed |= c->stride == 0;
    tro_unpack(from, c->mean, c->points * lines_of(c) * sizeof *c->mean);
    tro_unpack(from, c->square, c->points * lines_of(c) * sizeof *c->square);
}
