#include "measure/law.h"

#include <string.h>

#include "family/normal.h"
#include "family/table.h"

int tro_need_table(const tro_reader *reader, tro_measuring *m, const char *instead)
{
    const tro_space *space = tro_space_of(m);
    if (!tro_is_table(m))
        return tro_error(reader->messages, TRO_ESCENARIO, &m->node->place,
                         "'%s' counts outcomes, of which the family '%s' has no finite number%s",
                         m->measure->plugin.name, space->family->plugin.name, instead);
    m->scratch = m->ecosystem->releases ? space->width : 0;
    return TRO_OK;
}

int tro_read_outcomes(const tro_reader *reader, tro_measuring *m, const tro_texts *names)
{
    const tro_space *space = tro_space_of(m);
    char *counts = TRO_NEW(reader->arena, char, space->outcomes);
    int status = TRO_OK;
    if (!counts)
        return TRO_ENOMEM;
    for (size_t k = 0; k < names->count; k++) {
        const tro_place *place = &names->nodes[k]->place;
        size_t x;
        int found = tro_finite_outcome(reader, space, place, names->items[k], &x);
        if (found == TRO_OK && counts[x])
            found = tro_error(reader->messages, TRO_ESCENARIO, place,
                              "outcome '%s' comes twice", names->items[k]);
        if (found == TRO_OK)
            counts[x] = 1;
        status = status < 0 ? status : found;
    }
    if (names->count == 0)
        memset(counts, 1, space->outcomes);
    m->self = counts;
    return status;
}

const double *tro_table_law(const tro_measuring *m, const double *row, size_t agent,
                            double *scratch)
{
    const tro_space *space = tro_space_of(m);
    const double *release = m->ecosystem->scenario->agents[agent].release;
    if (!release)
        return row;
    for (size_t k = 0; k < space->width; k++)
        scratch[k] = release[k / space->outcomes] * row[k];
    return scratch;
}

void tro_table_law_back(const tro_measuring *m, size_t agent, double *gradient)
{
    const tro_space *space = tro_space_of(m);
    const double *release = m->ecosystem->scenario->agents[agent].release;
    for (size_t k = 0; release && k < space->width; k++)
        gradient[k] *= release[k / space->outcomes];
}

double tro_table_rest(size_t count, const double *p, size_t *largest)
{
    double rest = 0;
    *largest = 0;
    for (size_t k = 1; k < count; k++)
        if (p[k] > p[*largest])
            *largest = k;
    for (size_t k = 0; k < count; k++)
        rest += k == *largest ? 0 : p[k];
    return rest;
}

tro_normal_law tro_normal_law_of(const tro_measuring *m, const double *row, size_t agent,
                                 int data)
{
    const tro_spread *own = m->ecosystem->scenario->agents[agent].reference_spread;
    return (tro_normal_law){.mean = row, .spread = data ? own : tro_space_of(m)->spread};
}

static double spread_variance(const tro_spread *spread, size_t k)
{
    switch (spread->shape) {
    case TRO_ISOTROPIC:
        return spread->variance;
    case TRO_DIAGONAL:
        return spread->diagonal[k];
    default:
        return spread->full[k * spread->dimension + k];
    }
}

/* Where E x_k x_k stands among the moments. */
static size_t square_at(size_t d, size_t k)
{
    return d + k * d - (k * k - k) / 2;
}

double tro_normal_variance(const tro_normal_law *law, size_t d, size_t k)
{
    if (law->spread)
        return spread_variance(law->spread, k);
    return fmax(0, law->mean[square_at(d, k)] - law->mean[k] * law->mean[k]);
}

int tro_normal_is_diagonal(const tro_normal_law *law)
{
    return law->spread && law->spread->shape != TRO_FULL;
}

void tro_normal_root(const tro_normal_law *law, size_t d, double *root, double *scratch)
{
    if (law->spread) {
        memset(root, 0, d * d * sizeof *root);
        tro_spread_add(law->spread, 1, root);
        memset(scratch, 0, d * sizeof *scratch);
        tro_moments_of(d, scratch, root, scratch);
        tro_moments_root(d, scratch, root);
        return;
    }
    tro_moments_root(d, law->mean, root);
}
