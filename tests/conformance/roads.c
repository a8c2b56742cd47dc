#include "tests/conformance/roads.h"

#include "tests/conformance/examples.h"

void tro_check_row(const tro_world *w, size_t on, const double *all, const double *forward,
                   const double *differences, const char *name)
{
    const tro_agent *agent = &w->scenario->agents[on];
    double scale = 0, wide, noise;
    for (int k = 0; k < 3; k++)
        scale = fmax(scale, fabs(all[k]));
    /* what rounding of the alignments leaves of a difference */
    noise = 1e-15 / 1e-5 * (1 + fabs(w->scenario->space.family->alignment(
                                    &w->scenario->space, agent->reward, agent->at,
                                    w->cell->point.z + on * w->eco->width)));
    ck_assert_msg(tro_away(3, forward, all) <= 1e-12 * scale, "%s: forward", name);
    for (size_t of = 0; of < 3; of++) {
        double away = fabs(differences[of] - all[of]);
        if (away <= 1e-8 * scale + noise)
            continue;
        ck_assert_int_eq(tro_influence_difference(w->eco, on, of, 3e-5, &wide, NULL), TRO_OK);
        ck_assert_msg(away < 1e-8 * scale + noise + fabs(wide - differences[of]),
                      "%s: differences: %.12g, but %.12g", name, differences[of], all[of]);
    }
}

void tro_check_krylov(const tro_world *w, tro_resolvent *krylov, size_t of,
                      const double *response, const char *name)
{
    double g[3 * TRO_EXAMPLE_WIDTH] = {0}, x[3 * TRO_EXAMPLE_WIDTH], largest = 0;
    int side;
    ck_assert_int_eq(tro_round_by_share(w->eco, &krylov->work, w->cell->point.z, of,
                                        g + of * w->eco->width, &side), TRO_OK);
    ck_assert_int_eq(tro_resolvent_solve(krylov, TRO_PLAIN, g, x, NULL), TRO_OK);
    for (size_t k = 0; k < w->eco->size; k++)
        largest = fmax(largest, fabs(response[k]));
    ck_assert_msg(tro_away(w->eco->size, x, response) <= 1e-10 * largest, "%s: krylov", name);
}
