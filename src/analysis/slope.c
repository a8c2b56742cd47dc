#include "analysis/slope.h"

#include <math.h>
#include <string.h>

#include "analysis/gradient.h"
#include "analysis/vector.h"

/* What a round's gradient has, and what the gradient of the state needs: one row of
 * doubles, so that differences are taken of all at once. */
typedef struct parts {
    double *real, *synthetic, *curated, *weight;   /* agents, agents, agents, entries */
    double *rhs;                                   /* size */
    double *all;
    size_t count;
} parts;

typedef struct task {
    tro_influences *influences;
    tro_ecosystem *eco;
    size_t on, of;
    tro_shares shares, move;      /* of `of`, and how they move with its curated share */
    double *mu, *nu, *response, *z, *share;
    int *one_sided;
    parts base, along, sum;
    tro_arena arena;
} task;

static int parts_init(parts *p, const tro_ecosystem *eco, tro_arena *arena)
{
    p->count = 3 * eco->agents + eco->entry_count + eco->size;
    p->all = TRO_NEW(arena, double, p->count);
    p->real = p->all;
    p->synthetic = p->real + eco->agents;
    p->curated = p->synthetic + eco->agents;
    p->weight = p->curated + eco->agents;
    p->rhs = p->weight + eco->entry_count;
    return p->all ? TRO_OK : TRO_ENOMEM;
}

static int task_init(task *t)
{
    const tro_ecosystem *eco = t->eco;
    double **const states[] = {&t->mu, &t->nu, &t->response, &t->z};
    int status = TRO_OK;
    for (size_t k = 0; k < sizeof states / sizeof *states; k++)
        if (!(*states[k] = TRO_NEW(&t->arena, double, eco->size)))
            return TRO_ENOMEM;
    t->share = TRO_NEW(&t->arena, double, eco->agents);
    t->one_sided = TRO_NEW(&t->arena, int, eco->agents);
    if (!t->share || !t->one_sided)
        return TRO_ENOMEM;
    TRO_TRY(parts_init(&t->base, eco, &t->arena));
    TRO_TRY(parts_init(&t->along, eco, &t->arena));
    TRO_TRY(parts_init(&t->sum, eco, &t->arena));
out:
    return status;
}

/* How the shares of `of` move with its curated share, as tro_shares_move does. */
static tro_shares motion(const tro_ecosystem *eco, size_t of)
{
    const tro_shares *s = &eco->shares[of];
    double rest = s->real + s->synthetic;
    switch (eco->scenario->agents[of].displaces) {
    case TRO_DISPLACES_REAL:
        return (tro_shares){-1, 0, 1};
    case TRO_DISPLACES_SYNTHETIC:
        return (tro_shares){0, -1, 1};
    default:
        return (tro_shares){-s->real / rest, -s->synthetic / rest, 1};
    }
}

/* mu . F_x for all x, at state z with the shares the ecosystem has. */
static int gradient_at(task *t, const double *z, const double *mu, parts *out)
{
    tro_round_gradient round = {
        .real = out->real, .synthetic = out->synthetic, .curated = out->curated,
        .share = t->share, .one_sided = t->one_sided, .weight = out->weight,
    };
    return tro_round_gradient_find(t->eco, &t->influences->resolvent.work, z, mu, &round);
}

/* The same and grad J_on + J' mu, at a point of the line. */
static int parts_at(task *t, double e, parts *out)
{
    tro_ecosystem *eco = t->eco;
    const tro_agent *agent = &eco->scenario->agents[t->on];
    const tro_space *space = &eco->scenario->space;
    tro_shares moved = {t->shares.real + e * t->move.real,
                        t->shares.synthetic + e * t->move.synthetic,
                        t->shares.curated + e * t->move.curated};
    double *line = t->nu;   /* not yet of use */
    for (size_t k = 0; k < eco->size; k++)
        t->z[k] = t->influences->z[k] + e * t->response[k];
    tro_ecosystem_set_shares(eco, t->of, &moved);
    int status = gradient_at(t, t->z, t->mu, out);
    tro_round_transposed(eco, &t->influences->resolvent.work, t->z, t->mu, out->rhs);
    space->family->alignment_gradient(space, agent->reward, agent->at,
                                      t->z + t->on * eco->width, line);
    tro_axpy(eco->width, 1, line, out->rhs + t->on * eco->width);
    tro_ecosystem_set_shares(eco, t->of, &t->shares);
    return status;
}

/* How far to go along the line: as far as is convenient where everything is a polynomial,
 * else a thousandth of what is there. */
static double stride(const task *t)
{
    const tro_ecosystem *eco = t->eco;
    int table = eco->scenario->space.family->law == TRO_TABLE;
    double largest = 1;
    for (size_t k = 0; k < eco->size; k++) {
        double here = fabs(t->influences->z[k]), room = table ? here : 1 + here;
        if (room > 0)
            largest = fmax(largest, fabs(t->response[k]) / room);
    }
    return (eco->affine && eco->plain ? 0.25 : 1e-3) / largest;
}

/* d/de of parts_at at 0, into t->sum: (8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12h. */
static int differentiate(task *t)
{
    static const struct { double at, factor; } nodes[] = {{1, 8}, {-1, -8}, {2, -1}, {-2, 1}};
    double h = stride(t);
    int status = TRO_OK;
    memset(t->sum.all, 0, t->sum.count * sizeof *t->sum.all);
    for (size_t k = 0; k < 4; k++) {
        TRO_TRY(parts_at(t, nodes[k].at * h, &t->along));
        tro_axpy(t->sum.count, nodes[k].factor / (12 * h), t->along.all, t->sum.all);
    }
out:
    return status;
}

/* Of proportional displacement the direction itself turns when the other two move. */
static void add_turning(const task *t, parts *sum)
{
    const tro_shares *s = &t->shares;
    double rest = s->real + s->synthetic;
    if (t->eco->scenario->agents[t->of].displaces != TRO_DISPLACES_PROPORTIONAL)
        return;
    double by = (t->base.synthetic[t->of] - t->base.real[t->of]) / (rest * rest);
    sum->real[t->of] += by * s->synthetic;
    sum->synthetic[t->of] -= by * s->real;
}

static int hand_over(const task *t, tro_influence_slope *out)
{
    const tro_ecosystem *eco = t->eco;
    double **const shares[] = {&out->real, &out->synthetic, &out->curated};
    const double *from[] = {t->sum.real, t->sum.synthetic, t->sum.curated};
    for (size_t k = 0; k < 3; k++) {
        if (!(*shares[k] = TRO_NEW(&out->arena, double, eco->agents)))
            return TRO_ENOMEM;
        memcpy(*shares[k], from[k], eco->agents * sizeof **shares[k]);
    }
    size_t weights = 2 * eco->scenario->edge_count;
    double *weight = TRO_NEW(&out->arena, double, weights);
    out->relative = TRO_NEW(&out->arena, double, weights);
    if (!out->relative || !weight)
        return TRO_ENOMEM;
    tro_gradient_relative(eco, t->sum.weight, NULL, weight, out->relative);
    return TRO_OK;
}

static int check(const tro_ecosystem *eco, size_t on, size_t of, tro_messages *messages)
{
    if (!eco->scenario->agents[on].reward || !tro_share_moves(eco, of))
        return tro_error(messages, TRO_EUNSUPPORTED, NULL,
                         "the influence of '%s' on '%s' is not defined: one needs a curated share "
                         "that can move, the other a reward", eco->scenario->agents[of].name,
                         eco->scenario->agents[on].name);
    if (eco->owners_pool)
        return tro_error(messages, TRO_EUNSUPPORTED, NULL,
                         "no exact gradient of an influence where owners choose among laws");
    return TRO_OK;
}

int tro_influence_slope_find(tro_influences *influences, tro_ecosystem *eco, size_t on,
                             size_t of, tro_influence_slope *out, tro_messages *messages)
{
    task t = {.influences = influences, .eco = eco, .on = on, .of = of,
              .shares = eco->shares[of]};
    int status;
    *out = (tro_influence_slope){0};
    TRO_TRY(check(eco, on, of, messages));
    TRO_TRY(task_init(&t));
    t.move = motion(eco, of);
    TRO_TRY(tro_influence_response(influences, of, TRO_ALL_WALKS, t.response, messages));
    TRO_TRY(tro_influence_adjoints(influences, 1, &on, t.mu, messages));
    TRO_TRY(tro_influence_adjoint(influences, on, of, &out->influence, NULL, messages));
    TRO_TRY(differentiate(&t));
    TRO_TRY(tro_resolvent_solve(&influences->resolvent, TRO_TRANSPOSED, t.sum.rhs, t.nu,
                                messages));
    TRO_TRY(gradient_at(&t, influences->z, t.mu, &t.base));
    add_turning(&t, &t.sum);
    TRO_TRY(gradient_at(&t, influences->z, t.nu, &t.along));
    tro_axpy(3 * eco->agents + eco->entry_count, 1, t.along.all, t.sum.all);
    status = hand_over(&t, out);
out:
    tro_arena_clear(&t.arena);
    if (status < 0)
        tro_influence_slope_release(out);
    return status == TRO_ENOMEM ? tro_error(messages, status, NULL,
                                            "out of memory for the gradient of an influence")
                                : status;
}

void tro_influence_slope_release(tro_influence_slope *slope)
{
    tro_arena_clear(&slope->arena);
    *slope = (tro_influence_slope){0};
}
