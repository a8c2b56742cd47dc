#include "analysis/influence.h"

#include <math.h>
#include <string.h>

#include "analysis/vector.h"

/* The resolvent, and how near it is to none; only the last words count. */
static int resolve(tro_influences *influences, tro_messages *messages)
{
    tro_resolvent *resolvent = &influences->resolvent;
    tro_resolvent_release(resolvent);
    int status = tro_resolvent_init_held(resolvent, influences->ecosystem, influences->z,
                                         influences->loose.held, messages);
    return status < 0 ? status : tro_resolvent_condition(resolvent, messages);
}

/* Is there a loose part, and something beside it? */
static int find_loose(tro_influences *influences)
{
    tro_loose *loose = &influences->loose;
    size_t held = 0;
    int status = tro_loose_find(influences->ecosystem, &influences->resolvent.work,
                                influences->z, loose);
    for (size_t i = 0; loose->held && i < loose->agents; i++)
        held += loose->held[i] != 0;
    return status < 0 ? status : held > 0 && held < loose->agents;
}

int tro_influences_init(tro_influences *influences, const tro_ecosystem *eco, const double *z,
                        tro_messages *messages)
{
    *influences = (tro_influences){.ecosystem = eco, .z = z};
    influences->adjoint = tro_allocate(eco->agents, sizeof *influences->adjoint);
    influences->line = tro_allocate(2 * eco->size, sizeof *influences->line);
    if (!influences->adjoint || !influences->line)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory for influences");
    influences->line2 = influences->line + eco->size;
    tro_messages aside = {0};
    int status = resolve(influences, &aside), loose = 0;
    if (status == TRO_ESINGULAR || status == TRO_ENOCONV)
        loose = find_loose(influences);
    if (loose > 0)
        status = resolve(influences, messages);
    else if (loose < 0)
        status = tro_error(messages, loose, NULL, "out of memory for influences");
    else if (status < 0)
        tro_error(messages, status, NULL, "%s",
                  aside.count ? aside.items[0].text : tro_status_text(status));
    tro_messages_clear(&aside);
    return status;
}

void tro_influences_release(tro_influences *influences)
{
    for (size_t i = 0; influences->adjoint && i < influences->ecosystem->agents; i++)
        tro_release(influences->adjoint[i]);
    tro_release(influences->adjoint);
    tro_release(influences->line);
    tro_resolvent_release(&influences->resolvent);
    tro_loose_release(&influences->loose);
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
    if (status == TRO_OK && !tro_influence_lost(influences, on, of, influences->line))
        *value = tro_dot(eco->width, mu + of * eco->width, influences->line);
    if (isinf(*value))
        *value = NAN;
    return status == TRO_EUNSUPPORTED ? TRO_OK : status;
}

int tro_influence_lost(const tro_influences *influences, size_t on, size_t of,
                       const double *push)
{
    int pushes = 0;
    if (!tro_loose_between(&influences->loose, on, of))
        return 0;
    for (size_t k = 0; k < influences->ecosystem->width; k++)
        pushes |= push[k] != 0;
    return pushes;
}

const char *tro_influence_undefined(const tro_influences *influences, size_t on, size_t of)
{
    const tro_ecosystem *eco = influences->ecosystem;
    if (!eco->scenario->agents[on].reward)
        return "no reward says what alignment is";
    const char *why = tro_share_stays(eco, of);
    if (!why && tro_loose_between(&influences->loose, on, of))
        why = "its walks pass agents that nothing holds, which rest wherever they are moved";
    return why;
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

/* Along all walks, from the push in `response`. */
static int respond(tro_influences *influences, size_t of, double *response,
                   tro_messages *messages)
{
    size_t agents = influences->ecosystem->agents, width = influences->ecosystem->width;
    int pushes = tro_norm(width, response + of * width) > 0;
    int status = tro_resolvent_solve(&influences->resolvent, TRO_PLAIN, response, response,
                                     messages);
    for (size_t i = 0; pushes && i < agents; i++)
        for (size_t k = 0; k < width && tro_loose_between(&influences->loose, i, of); k++)
            response[i * width + k] = NAN;
    return status;
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
        return respond(influences, of, response, messages);
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
