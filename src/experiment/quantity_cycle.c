/* Cycles: the period of the rounds themselves, and the dominant eigenvalue, whose
 * argument says how fast a disturbance turns. */
#include <math.h>
#include <stddef.h>

#include "experiment/quantity.h"
#include "schedule/watch.h"

/* --- of the rounds -------------------------------------------------------------------- */

static int has_zero(size_t n, const double *z)
{
    for (size_t k = 0; k < n; k++)
        if (z[k] == 0)
            return 1;
    return 0;
}

/* Rounds that pass by a saddle, as along a heteroclinic cycle, look like rounds at
 * rest for a while; but a disturbance grows there. What is exactly 0 may stay. */
static int check_rest(tro_cell *cell, const double *z, tro_messages *messages)
{
    tro_stability stability;
    tro_messages aside = {0};
    if (has_zero(cell->ecosystem->size, z))
        return TRO_OK;
    int status = tro_stability_find(cell->ecosystem, z, cell->plan, cell->progress, &stability,
                                    &aside);
    tro_messages_clear(&aside);
    if (status < 0)
        return status == TRO_EINTERRUPTED || status == TRO_ENOMEM ? status : TRO_OK;
    if (stability.method == TRO_BY_EIGENVALUE && stability.rate > 1 + TRO_NEUTRAL)
        return tro_error(messages, TRO_ENOCONV, NULL,
                         "no cycle: the rounds slow down where a disturbance grows, by a "
                         "factor of %.6g per round", stability.rate);
    return TRO_OK;
}

static int period_compute(tro_cell *cell, const void *config, tro_values *out,
                          tro_messages *messages)
{
    long long rounds = cell->plan->common->rounds;
    tro_watch watch;
    int status = tro_watch_find(cell->ecosystem, cell->plan, rounds, cell->progress, &watch);
    (void)config;
    if (status < 0)
        return status;
    double period = watch.rests ? 1 : watch.cycle.period;
    if (watch.diverged)
        status = tro_error(messages, TRO_EDIVERGED, NULL,
                           "the rounds diverge: mean parameters are no longer finite");
    else if (watch.rests)
        status = check_rest(cell, watch.z, messages);
    else if (!(period > 0))
        status = tro_error(messages, TRO_ENOCONV, NULL, "no cycle: %s%lld round%s",
                           cell->plan->period > 0
                               ? "the rounds neither rest nor come round again in "
                               : "the order of the schedule never repeats, and nothing rests in ",
                           rounds, rounds == 1 ? "" : "s");
    if (status == TRO_OK)
        status = tro_values_one(cell, period, NAN, out);
    tro_watch_release(&watch);
    return status;
}

/* --- of the linear map ------------------------------------------------------------------ */

enum { MODULUS, REAL, IMAGINARY, ARGUMENT, TURN };
static const char *const parts[] = {"modulus", "real", "imaginary", "argument", "period", NULL};
enum { DOMINANT, PAIR };
static const char *const which[] = {"dominant", "pair", NULL};

typedef struct eigenvalue_config {
    const tro_node *self;
    int part, of;
} eigenvalue_config;

static const tro_param eigenvalue_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(eigenvalue_config, self)},
    {.key = "part", .type = TRO_P_CHOICE, .flags = TRO_P_MAIN,
     .offset = offsetof(eigenvalue_config, part), .fallback = "modulus", .choices = parts,
     .doc = "modulus, real, imaginary (not negative), argument (radians, from 0 to pi), or "
            "period: rounds of one turn, 2 pi / argument."},
    {.key = "of", .type = TRO_P_CHOICE, .offset = offsetof(eigenvalue_config, of),
     .fallback = "dominant", .choices = which,
     .doc = "dominant: the eigenvalue of largest modulus. pair: the same among those that are "
            "not real."},
};

/* The eigenvalue asked for. */
static int choose(const tro_stability *s, const eigenvalue_config *config, double *re,
                  double *im, tro_messages *messages)
{
    const tro_place *place = &config->self->place;
    *re = config->of == PAIR ? s->pair_re : s->re;
    *im = config->of == PAIR ? s->pair_im : fabs(s->im);
    if (s->method != TRO_BY_EIGENVALUE)
        return tro_error(messages, TRO_EUNSUPPORTED, place,
                         "no eigenvalue: the %s schedule never repeats, or the ecosystem is too "
                         "large", s->schedule);
    if (isnan(*re))
        return tro_error(messages, s->all_seen ? TRO_ENOCONV : TRO_EUNSUPPORTED, place,
                         s->all_seen ? "no complex pair: all eigenvalues are real"
                                     : "no complex pair: the dominant eigenvalue is real, and of "
                                       "large or delayed ecosystems the others are not known");
    return TRO_OK;
}

static int eigenvalue_compute(tro_cell *cell, const void *given, tro_values *out,
                              tro_messages *messages)
{
    const eigenvalue_config *config = given;
    const tro_stability *s = &cell->stability;
    double re, im;
    int status;
    TRO_TRY(tro_cell_stability(cell, messages));
    TRO_TRY(choose(s, config, &re, &im, messages));
    double angle = atan2(im, re);
    if (config->part == TURN && angle < 1e-6)
        return tro_error(messages, TRO_ENOCONV, &config->self->place,
                         "no period: the dominant eigenvalue is %.6g, and what it moves does not "
                         "turn", re);
    const double values[] = {hypot(re, im), re, im, angle, tro_stability_turn(s, re, im)};
    status = tro_values_one(cell, values[config->part], NAN, out);
out:
    return status;
}

const tro_quantity tro_quantity_period = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "period",
               .summary = "Rounds in which the exact rounds come round again at the end of the "
                          "schedule's; 1 when they rest. An error when they do neither.",
               .reference = "rotation numbers by weighted averages (Das, Saiki, Sander, Yorke "
                            "2017, Nonlinearity 30, 4111)",
               .table = {"period", NULL, 0, 1}},
    .compute = period_compute,
};

const tro_quantity tro_quantity_eigenvalue = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_QUANTITY, .name = "eigenvalue",
               .summary = "Dominant eigenvalue of the linear map of one period of the schedule at "
                          "the fixed point, or a part of it.",
               .reference = NULL,
               .table = {"eigenvalue", eigenvalue_params,
                         sizeof eigenvalue_params / sizeof *eigenvalue_params,
                         sizeof(eigenvalue_config)}},
    .compute = eigenvalue_compute,
};
