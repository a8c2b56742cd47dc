#include "analysis/influence.h"

#include <math.h>
#include <string.h>

#include "analysis/vector.h"

int tro_influences_init(tro_influences *influences, const tro_ecosystem *eco, const double *z,
                        tro_messages *messages)
{
    *influences = (tro_influences){.ecosystem = eco, .z = z};
    influences->adjoint = tro_allocate(eco->agents, sizeof *influences->adjoint);
    influences->line = tro_allocate(2 * eco->size, sizeof *influences->line);
    if (!influences->adjoint || !influences->line)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory for influences");
    influences->line2 = influences->line + eco->size;
    int status = tro_resolvent_init(&influences->resolvent, eco, z, messages);
    return status < 0 ? status : tro_resolvent_condition(&influences->resolvent, messages);
}

void tro_influences_release(tro_influences *influences)
{
    for (size_t i = 0; influences->adjoint && i < influences->ecosystem->agents; i++)
        tro_release(influences->adjoint[i]);
    tro_release(influences->adjoint);
    tro_release(influences->line);
    tro_resolvent_release(&influences->resolvent);
    *influences = (tro_influences){0};
}

int tro_alignment_gradient(const tro_influences *influences, size_t on, double *gradient)
{
    const tro_ecosystem *eco = influences->ecosystem;
    const tro_agent *agent = &eco->scenario->agents[on];
    const tro_space *space = &eco->scenario->space;
    if (!agent->reward)
        return TRO_EUNSUPPORTED;
    space->family->alignment_gradient(space, agent->reward, agent->at,
                                      influences->z + on * eco->width, gradient);
    return TRO_OK;
}

/* mu_on, solved once and kept. */
static int adjoint_of(tro_influences *influences, size_t on, const double **mu,
                      tro_messages *messages)
{
    const tro_ecosystem *eco = influences->ecosystem;
    if (!influences->adjoint[on]) {
        double *gradient = tro_allocate(eco->size, sizeof *gradient);
        if (!gradient)
            return tro_error(messages, TRO_ENOMEM, NULL, "out of memory for an adjoint");
        int status = tro_alignment_gradient(influences, on, gradient + on * eco->width);
        if (status == TRO_OK)
            status = tro_resolvent_solve(&influences->resolvent, TRO_TRANSPOSED, gradient,
                                         gradient, messages);
        if (status < 0) {
            tro_release(gradient);
            return status;
        }
        influences->adjoint[on] = gradient;
    }
    *mu = influences->adjoint[on];
    return TRO_OK;
}

int tro_influence_adjoint(tro_influences *influences, size_t on, size_t of, double *value,
                          int *one_sided, tro_messages *messages)
{
    const tro_ecosystem *eco = influences->ecosystem;
    const double *mu = NULL;
    int side = 0, status;
    *value = NAN;
    status = tro_round_by_share(eco, &influences->resolvent.work, influences->z, of,
                                influences->line, &side);
    if (one_sided)
        *one_sided = side;
    if (status == TRO_OK)
        status = adjoint_of(influences, on, &mu, messages);
    if (status == TRO_OK)
        *value = tro_dot(eco->width, mu + of * eco->width, influences->line);
    return status == TRO_EUNSUPPORTED ? TRO_OK : status;
}

/* direction (size) = G: row `of` from the share, zeros elsewhere. */
static int direction(tro_influences *influences, size_t of, double *out)
{
    const tro_ecosystem *eco = influences->ecosystem;
    int side;
    memset(out, 0, eco->size * sizeof *out);
    return tro_round_by_share(eco, &influences->resolvent.work, influences->z, of,
                              out + of * eco->width, &side);
}

int tro_influence_response(tro_influences *influences, size_t of, size_t hops, double *response,
                           tro_messages *messages)
{
    size_t n = influences->ecosystem->size;
    double *term = influences->line, *next = influences->line2;
    int status = direction(influences, of, response);
    if (status < 0)
        return status;
    if (hops == TRO_ALL_WALKS)
        return tro_resolvent_solve(&influences->resolvent, TRO_PLAIN, response, response,
                                   messages);
    memcpy(term, response, n * sizeof *term);
    for (size_t hop = 0; hop < hops; hop++) {
        tro_resolvent_product(&influences->resolvent, TRO_PLAIN, term, next);
        double *swap = term;
        term = next;
        next = swap;
        for (size_t k = 0; k < n; k++)
            response[k] += term[k];
    }
    return TRO_OK;
}

/* Does what the entry delivers depend on an agent that is `hop` steps away? */
static int depends(const tro_entry *entry, const size_t *steps, size_t hop)
{
    int found = steps[entry->producer] == hop;
    for (size_t k = 0; entry->curation && k < entry->curation->audience_count; k++)
        found |= steps[entry->curation->audience[k]->agent] == hop;
    return found;
}

size_t tro_influence_shortest(const tro_ecosystem *eco, size_t on, size_t of)
{
    size_t found = TRO_ALL_WALKS;
    size_t *steps = tro_allocate(eco->agents, sizeof *steps);
    int changed = 1;
    if (!steps)
        return found;
    for (size_t i = 0; i < eco->agents; i++)
        steps[i] = i == of ? 0 : TRO_ALL_WALKS;
    for (size_t hop = 1; changed; hop++) {
        changed = 0;
        for (size_t i = 0; i < eco->agents; i++)
            for (size_t k = eco->row_start[i]; k < eco->row_start[i + 1]; k++)
                if (steps[i] == TRO_ALL_WALKS &&
                    tro_entry_share(eco, i, &eco->entries[k]) > 0 &&
                    depends(&eco->entries[k], steps, hop - 1)) {
                    steps[i] = hop;
                    changed = 1;
                }
    }
    found = steps[on];
    tro_release(steps);
    return found;
}
