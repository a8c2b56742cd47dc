/* Other roads to the same number: the theorem's two-part form, central
 * differences of fixed points, and the closed form of location families. */
#include <math.h>
#include <string.h>

#include "analysis/fixed_point.h"
#include "analysis/influence.h"

/* J at the fixed point with the share moved to `curated`. */
static int moved_alignment(const tro_ecosystem *eco, size_t on, size_t of, double curated,
                           double *value, tro_messages *messages)
{
    const tro_scenario *scenario = eco->scenario;
    const tro_agent *agent = &scenario->agents[on];
    tro_ecosystem *moved = NULL;
    tro_fixed_point point = {0};
    tro_shares shares;
    int status;
    TRO_TRY(tro_ecosystem_new(scenario, &moved, messages));
    memcpy(moved->shares, eco->shares, eco->agents * sizeof *eco->shares);
    TRO_TRY(tro_shares_move(&eco->shares[of], scenario->agents[of].displaces, curated,
                            &shares));
    tro_ecosystem_set_shares(moved, of, &shares);
    TRO_TRY(tro_fixed_point_find(moved, NULL, 1e-9, &point, messages));
    *value = scenario->space.family->alignment(&scenario->space, agent->reward, agent->at,
                                               point.z + on * eco->width);
out:
    tro_fixed_point_release(&point);
    tro_ecosystem_free(moved);
    return status;
}

static int can_move(const tro_ecosystem *eco, size_t of, double curated)
{
    tro_shares shares;
    return tro_shares_move(&eco->shares[of], eco->scenario->agents[of].displaces, curated,
                           &shares) == TRO_OK;
}

int tro_influence_between(const tro_ecosystem *eco, size_t of, double step, double *low,
                          double *high)
{
    double share = eco->shares[of].curated;
    *low = share - step;
    *high = share + step;
    /* What rounding leaves of an end is the end. */
    if (fabs(*low) < 1e-15)
        *low = 0;
    if (fabs(*high - 1) < 1e-15)
        *high = 1;
    if (!can_move(eco, of, *low))
        *low = share;
    if (!can_move(eco, of, *high))
        *high = share;
    return *low < *high && tro_share_moves(eco, of);
}

int tro_influence_difference(const tro_ecosystem *eco, size_t on, size_t of, double step,
                             double *value, tro_messages *messages)
{
    double low, high, below, above;
    int status;
    *value = NAN;
    if (!eco->scenario->agents[on].reward || !tro_influence_between(eco, of, step, &low, &high))
        return TRO_OK;
    TRO_TRY(moved_alignment(eco, on, of, low, &below, messages));
    TRO_TRY(moved_alignment(eco, on, of, high, &above, messages));
    *value = (above - below) / (high - low);
out:
    return status;
}

/* The rows and columns `rows` x `columns` of I - J (or of -J off the
 * diagonal), as one block. */
static void gather(const double *jacobian, size_t n, const size_t *rows, size_t row_count,
                   const size_t *columns, size_t column_count, double *block)
{
    for (size_t i = 0; i < row_count; i++)
        for (size_t j = 0; j < column_count; j++)
            block[i * column_count + j] = jacobian[rows[i] * n + columns[j]];
}

static void identity_minus(size_t n, double *block)
{
    for (size_t k = 0; k < n * n; k++)
        block[k] = (k % (n + 1) == 0) - block[k];
}

typedef struct split {
    size_t *p, *q;              /* coordinates of `of`, and of everyone else */
    size_t np, nq;
    double *pp, *pq, *qp, *qq;  /* blocks of J */
    double *c, *column, *answer;
    tro_arena arena;
} split;

static int split_init(split *s, const tro_influences *influences, size_t of)
{
    const tro_ecosystem *eco = influences->ecosystem;
    size_t n = eco->size, np = eco->width, nq = n - np;
    const double *jacobian = influences->resolvent.jacobian;
    *s = (split){.np = np, .nq = nq};
    s->p = TRO_NEW(&s->arena, size_t, np);
    s->q = TRO_NEW(&s->arena, size_t, nq);
    s->pp = TRO_NEW(&s->arena, double, np * np);
    s->pq = TRO_NEW(&s->arena, double, np * nq);
    s->qp = TRO_NEW(&s->arena, double, nq * np);
    s->qq = TRO_NEW(&s->arena, double, nq * nq);
    s->c = TRO_NEW(&s->arena, double, nq * np);
    s->column = TRO_NEW(&s->arena, double, n);
    s->answer = TRO_NEW(&s->arena, double, n);
    if (!s->p || !s->q || !s->pp || !s->pq || !s->qp || !s->qq || !s->c || !s->column ||
        !s->answer)
        return TRO_ENOMEM;
    for (size_t k = 0, at = 0; k < n; k++) {
        if (k / eco->width == of)
            s->p[k % eco->width] = k;
        else
            s->q[at++] = k;
    }
    gather(jacobian, n, s->p, np, s->p, np, s->pp);
    gather(jacobian, n, s->p, np, s->q, nq, s->pq);
    gather(jacobian, n, s->q, nq, s->p, np, s->qp);
    gather(jacobian, n, s->q, nq, s->q, nq, s->qq);
    identity_minus(nq, s->qq);
    return TRO_OK;
}

/* C_q, column by column. */
static int solve_others(split *s)
{
    tro_lu lu = {0};
    int status = TRO_OK;
    if (s->nq == 0)
        return TRO_OK;
    TRO_TRY(tro_lu_init(&lu, s->nq, s->qq));
    for (size_t j = 0; j < s->np; j++) {
        for (size_t i = 0; i < s->nq; i++)
            s->column[i] = s->qp[i * s->np + j];
        TRO_TRY(tro_lu_solve(&lu, TRO_PLAIN, 1, s->column, s->answer));
        for (size_t i = 0; i < s->nq; i++)
            s->c[i * s->np + j] = s->answer[i];
    }
out:
    tro_lu_free(&lu);
    return status;
}

/* dz_p = (I - J_pp - J_pq C_q)^-1 G */
static int solve_self(split *s, const double *g, double *dz)
{
    tro_lu lu = {0};
    int status;
    for (size_t i = 0; i < s->np; i++)
        for (size_t j = 0; j < s->np; j++)
            for (size_t k = 0; k < s->nq; k++)
                s->pp[i * s->np + j] += s->pq[i * s->nq + k] * s->c[k * s->np + j];
    identity_minus(s->np, s->pp);
    TRO_TRY(tro_lu_init(&lu, s->np, s->pp));
    TRO_TRY(tro_lu_solve(&lu, TRO_PLAIN, 1, g, dz));
out:
    tro_lu_free(&lu);
    return status;
}

int tro_influence_theorem(tro_influences *influences, size_t on, size_t of, double *value,
                          tro_messages *messages)
{
    const tro_ecosystem *eco = influences->ecosystem;
    split s = {0};
    int side, status;
    *value = NAN;
    if (!influences->resolvent.jacobian)
        return tro_error(messages, TRO_EUNSUPPORTED, NULL,
                         "the theorem's form is for at most %d mean parameters, found %zu",
                         TRO_DENSE_LIMIT, eco->size);
    status = tro_round_by_share(eco, &influences->resolvent.work, influences->z, of,
                                influences->line, &side);
    if (status == TRO_OK)
        status = tro_alignment_gradient(influences, on, influences->line + eco->width);
    if (status < 0)
        return status == TRO_EUNSUPPORTED ? TRO_OK : status;
    TRO_TRY(split_init(&s, influences, of));
    TRO_TRY(solve_others(&s));
    double *dz = s.column; /* width of it */
    TRO_TRY(solve_self(&s, influences->line, dz));
    const double *gradient = influences->line + eco->width;
    double sum = 0;
    for (size_t i = 0; on == of && i < s.np; i++)
        sum += gradient[i] * dz[i];
    for (size_t i = 0; on != of && i < s.nq; i++)
        for (size_t j = 0; s.q[i] / eco->width == on && j < s.np; j++)
            sum += gradient[s.q[i] % eco->width] * s.c[i * s.np + j] * dz[j];
    *value = sum;
out:
    tro_arena_clear(&s.arena);
    return status;
}

/* --- the Friedkin-Johnsen form ----------------------------------------- */

static int check_closed(const tro_ecosystem *eco, size_t of, tro_messages *messages)
{
    for (size_t k = 0; k < eco->entry_count; k++)
        if (eco->entries[k].channel ||
            (eco->entries[k].curation && !eco->entries[k].curation->shift))
            return tro_error(messages, TRO_EUNSUPPORTED, NULL,
                             "the closed form needs curations that are translations and edges "
                             "without channels");
    const tro_scenario *scenario = eco->scenario;
    for (size_t k = scenario->rows.row_start[of]; k < scenario->rows.row_start[of + 1]; k++) {
        const tro_edge *edge = &scenario->edges[scenario->rows.link[k]];
        if (fabs(edge->synthetic - edge->curated) > 1e-15)
            return tro_error(messages, TRO_EUNSUPPORTED, NULL,
                             "the closed form needs the same weights in both layers");
    }
    if (scenario->agents[of].displaces != TRO_DISPLACES_SYNTHETIC)
        return tro_error(messages, TRO_EUNSUPPORTED, NULL,
                         "the closed form is for 'displaces: synthetic', found '%s'",
                         tro_displaces_name(scenario->agents[of].displaces));
    return TRO_OK;
}

/* e_on' (I - A W)^-1 e_of with A W the agents' mixing weights. */
static int green(const tro_ecosystem *eco, size_t on, size_t of, double *value)
{
    size_t n = eco->agents;
    double *matrix = tro_allocate(n, n * sizeof *matrix);
    double *unit = tro_allocate(n, sizeof *unit);
    tro_lu lu = {0};
    int status = TRO_ENOMEM;
    if (!matrix || !unit)
        goto out;
    for (size_t i = 0; i < n; i++) {
        matrix[i * n + i] += 1;
        for (size_t k = eco->row_start[i]; k < eco->row_start[i + 1]; k++)
            matrix[i * n + eco->entries[k].producer] -=
                tro_entry_share(eco, i, &eco->entries[k]);
    }
    unit[of] = 1;
    TRO_TRY(tro_lu_init(&lu, n, matrix));
    TRO_TRY(tro_lu_solve(&lu, TRO_PLAIN, 1, unit, unit));
    *value = unit[on];
out:
    tro_lu_free(&lu);
    tro_release(matrix);
    tro_release(unit);
    return status;
}

int tro_influence_closed_form(const tro_ecosystem *eco, size_t on, size_t of, double *value,
                              tro_messages *messages)
{
    const tro_agent *agent = &eco->scenario->agents[on];
    double reach, sum = 0;
    int status;
    *value = NAN;
    if (!agent->reward)
        return TRO_OK;
    if (!eco->plain || !agent->reward->linear)
        return tro_error(messages, TRO_EUNSUPPORTED, NULL,
                         "the closed form is for real vectors, without owners, shared pools and "
                         "learning rates");
    if (agent->reward->curvature)
        return tro_error(messages, TRO_EUNSUPPORTED, NULL,
                         "the closed form is for linear rewards, and '%s' has one with "
                         "curvature", agent->name);
    TRO_TRY(check_closed(eco, of, messages));
    TRO_TRY(green(eco, on, of, &reach));
    /* The curated mixture minus the uncurated one is the mean shift. */
    for (size_t k = eco->row_start[of]; k < eco->row_start[of + 1]; k++) {
        const tro_entry *entry = &eco->entries[k];
        if (entry->layer == TRO_CURATED && entry->curation)
            for (size_t c = 0; c < eco->width; c++)
                sum += entry->weight * entry->curation->shift[c] * agent->reward->linear[c];
    }
    *value = reach * sum;
out:
    return status;
}
