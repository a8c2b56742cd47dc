/* Influences of everyone on everyone. */
#include <math.h>
#include <string.h>

#include "analysis/influence.h"
#include "analysis/vector.h"

int tro_influence_adjoints(tro_influences *influences, size_t count, const size_t *on,
                           double *adjoints, tro_messages *messages)
{
    const tro_ecosystem *eco = influences->ecosystem;
    memset(adjoints, 0, count * eco->size * sizeof *adjoints);
    for (size_t k = 0; k < count; k++) {
        double *row = adjoints + k * eco->size + on[k] * eco->width;
        int status = tro_alignment_gradient(influences, on[k], row);
        if (status < 0 && status != TRO_EUNSUPPORTED)
            return status;
    }
    return tro_resolvent_solve_many(&influences->resolvent, TRO_TRANSPOSED, count, adjoints,
                                    adjoints, messages);
}

/* Adjoints at a time: 32 MiB of them, but enough for threads. */
static size_t at_a_time(const tro_ecosystem *eco)
{
    enum { DOUBLES = 1 << 22, LEAST = 8 };
    size_t room = DOUBLES / eco->size;
    room = room < LEAST ? LEAST : room;
    return room < eco->agents ? room : eco->agents;
}

typedef struct table {
    double *pushes, *adjoints;   /* agents x width; at a time x size */
    int *defined, *one_sided;
    size_t *on;
    tro_arena arena;
} table;

static int table_init(table *t, const tro_ecosystem *eco)
{
    t->pushes = TRO_NEW(&t->arena, double, eco->size);
    t->adjoints = TRO_NEW(&t->arena, double, at_a_time(eco) * eco->size);
    t->defined = TRO_NEW(&t->arena, int, eco->agents);
    t->one_sided = TRO_NEW(&t->arena, int, eco->agents);
    t->on = TRO_NEW(&t->arena, size_t, at_a_time(eco));
    return t->pushes && t->adjoints && t->defined && t->one_sided && t->on ? TRO_OK
                                                                          : TRO_ENOMEM;
}

static void fill_row(const table *t, const tro_influences *influences, size_t on,
                     const double *adjoint, double *row)
{
    const tro_ecosystem *eco = influences->ecosystem;
    int rewarded = eco->scenario->agents[on].reward != NULL;
    for (size_t of = 0; of < eco->agents; of++)
        row[of] = rewarded && t->defined[of] &&
                          !tro_influence_lost(influences, on, of, t->pushes + of * eco->width)
                      ? tro_dot(eco->width, adjoint + of * eco->width,
                                t->pushes + of * eco->width)
                      : NAN;
    for (size_t of = 0; of < eco->agents; of++)
        row[of] = isfinite(row[of]) ? row[of] : NAN;
}

int tro_influence_matrix(tro_influences *influences, double *values, tro_messages *messages)
{
    const tro_ecosystem *eco = influences->ecosystem;
    table t = {0};
    size_t n = eco->agents, step = at_a_time(eco);
    int status;
    TRO_TRY(table_init(&t, eco));
    TRO_TRY(tro_resolvent_expect(&influences->resolvent, n, messages));
    tro_round_by_shares(eco, &influences->resolvent.work, influences->z, 0, n, t.pushes,
                        t.defined, t.one_sided);
    for (size_t first = 0; first < n; first += step) {
        size_t count = n - first < step ? n - first : step;
        for (size_t k = 0; k < count; k++)
            t.on[k] = first + k;
        TRO_TRY(tro_influence_adjoints(influences, count, t.on, t.adjoints, messages));
        for (size_t k = 0; k < count; k++)
            fill_row(&t, influences, first + k, t.adjoints + k * eco->size,
                     values + (first + k) * n);
    }
out:
    tro_arena_clear(&t.arena);
    return status == TRO_ENOMEM ? tro_error(messages, status, NULL,
                                            "out of memory for the matrix of influences")
                                : status;
}
