#include "experiment/differences.h"

#include <string.h>

#include "schedule/timeline.h"

static int follow(const tro_cell *cell, const tro_ecosystem *eco, const tro_plan *plan,
                  const tro_following *f, double *out, tro_messages *messages)
{
    tro_runner runner = {0};
    int status;
    TRO_TRY(tro_runner_init(&runner, eco, plan, TRO_EXACT));
    TRO_TRY(tro_runner_start(&runner, 0, NULL));
    f->judge(&runner, f->context, out);
    for (size_t r = 1; r <= f->rounds; r++) {
        if (tro_progress_stops(cell->progress)) {
            status = TRO_EINTERRUPTED;
            goto out;
        }
        TRO_TRY(tro_runner_round(&runner));
        f->judge(&runner, f->context, out + r * f->count);
    }
out:
    tro_runner_release(&runner);
    if (status == TRO_EDIVERGED)
        tro_error(messages, status, NULL, "the rounds diverge: mean parameters are no longer "
                                          "finite");
    return status;
}

int tro_follow(const tro_cell *cell, const tro_following *f, double *out, tro_messages *messages)
{
    return follow(cell, cell->ecosystem, cell->plan, f, out, messages);
}

static int follow_moved(const tro_cell *cell, size_t of, double by, const tro_following *f,
                        double *out, tro_messages *messages)
{
    tro_moved moved;
    int status;
    TRO_TRY(tro_moved_init(&moved, cell->ecosystem, cell->plan, of, by, 0, messages));
    TRO_TRY(follow(cell, moved.ecosystem, &moved.plan, f, out, messages));
out:
    tro_moved_release(&moved);
    return status;
}

/* In every phase in which it moves at all. */
static int can_move(const tro_cell *cell, size_t of, double by)
{
    for (size_t k = 0; k <= cell->stage; k++) {
        const tro_ecosystem *eco = cell->stages[k]->ecosystem;
        const tro_shares *shares = &eco->shares[of];
        tro_shares moved;
        if (tro_share_moves(eco, of) &&
            tro_shares_move(shares, eco->scenario->agents[of].displaces, shares->curated + by,
                            &moved) < 0)
            return 0;
    }
    return 1;
}

/* Five points, to both sides where the share can move, else to one. */
typedef struct stencil {
    double at[5], weight[5];
} stencil;

static const stencil to_both = {{-1, -0.5, 0, 0.5, 1}, {1 / 6.0, -8 / 6.0, 0, 8 / 6.0, -1 / 6.0}};
static const stencil to_one = {{0, 0.25, 0.5, 0.75, 1},
                               {-25 / 3.0, 16, -12, 16 / 3.0, -1}};

int tro_follow_differences(const tro_cell *cell, size_t of, double step, const tro_place *place,
                           const tro_following *f, double *out, int *one_sided,
                           tro_messages *messages)
{
    size_t size = (f->rounds + 1) * f->count;
    int up = can_move(cell, of, step), down = can_move(cell, of, -step), status = TRO_OK;
    const stencil *s = up && down ? &to_both : &to_one;
    double *line = tro_allocate(size, sizeof *line), *base = tro_allocate(size, sizeof *base);
    if (!line || !base) {
        status = TRO_ENOMEM;
        goto out;
    }
    if ((!up && !down) || !tro_share_moves(cell->ecosystem, of)) {
        status = tro_error(messages, TRO_EUNSUPPORTED, place,
                           "the curated share of '%s' cannot move by %g",
                           cell->scenario->agents[of].name, step);
        goto out;
    }
    step = up ? step : -step;
    *one_sided = !(up && down);
    memset(out, 0, size * sizeof *out);
    /* As differences from the run as it is, so that no effect is exactly 0. */
    TRO_TRY(tro_follow(cell, f, base, messages));
    for (size_t p = 0; p < 5; p++) {
        if (s->at[p] == 0)
            continue;
        TRO_TRY(follow_moved(cell, of, s->at[p] * step, f, line, messages));
        for (size_t k = 0; k < size; k++)
            out[k] += s->weight[p] * (line[k] - base[k]) / step;
    }
out:
    tro_release(line);
    tro_release(base);
    return status;
}
