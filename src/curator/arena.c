/* The arena: the slots of a pool are filled by different producers, and their
 * candidates compete for one choice. p~(x) = sum_k m_k p_k(x) w(x) times the
 * integral of exp(-s w) phi_k^(m_k - 1) prod_(j != k) phi_j^m_j; a producer's
 * share of the wins is its term summed over x.
 *
 * With several prompts, the prompt is drawn as the producers have it between
 * them, and each answers it; for one that has never seen it (mass 0) an answer
 * is drawn from the mixture of the others. */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "curator/choice.h"
#include "curator/finite.h"

typedef struct arena_config {
    double temperature;
    const tro_node *reward;
    long long slots;
} arena_config;

static const tro_param arena_params[] = {
    {.key = "temperature", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED | TRO_P_OPEN_MIN,
     .offset = offsetof(arena_config, temperature), .min = 0, .max = INFINITY, .fallback = "1",
     .unit = "reward", .doc = "Divides the reward; the smaller, the more decided the curator."},
    {.key = "reward", .type = TRO_P_NODE, .flags = TRO_P_REQUIRED,
     .offset = offsetof(arena_config, reward), .unit = "reward",
     .doc = "What the curator prefers."},
    {.key = "slots", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(arena_config, slots), .min = 1, .max = 1e6, .fallback = "1",
     .unit = "candidates", .doc = "Candidates of each producer in a pool."},
};

typedef struct contest {
    const double *reward;              /* blocks x outcomes, by temperature */
    double slots;
    size_t producers;                  /* 0: not seated yet */
    const tro_arena_choice **choice;   /* blocks, for that many producers */
    size_t choice_scratch;
} contest;

/* Scratch of one prompt's contest: rows of the producers as they compete, and
 * their changes or gradients. */
typedef struct bench {
    const double **rows, **changes;
    double **back;
    double *mixture, *mixture_change, *stand_in;
    double *rest;
} bench;

static size_t pointers(size_t count)
{
    return (3 * count * sizeof(double *) + sizeof(double) - 1) / sizeof(double);
}

static size_t scratch_size(const tro_curation *curation, size_t count)
{
    const contest *self = curation->self;
    return pointers(count) + (count + 3) * curation->space->outcomes + self->choice_scratch + 8;
}

static bench lay_out(const tro_curation *curation, size_t count, double *scratch)
{
    size_t n = curation->space->outcomes;
    bench b;
    b.rows = (const double **)(void *)scratch;
    b.changes = b.rows + count;
    b.back = (double **)(void *)(b.changes + count);
    b.mixture = scratch + pointers(count);
    b.mixture_change = b.mixture + n;
    b.stand_in = b.mixture_change + n;
    b.rest = b.stand_in + (count + 1) * n;
    return b;
}

static double mass(size_t n, const double *row)
{
    double sum = 0;
    for (size_t x = 0; x < n; x++)
        sum += row[x];
    return sum;
}

/* One prompt: who competes with which law. Returns the mass of the mixture. */
static double take_rows(const tro_curation *curation, const tro_pool *pool, size_t block,
                        bench *b)
{
    size_t n = curation->space->outcomes;
    memset(b->mixture, 0, n * sizeof *b->mixture);
    for (size_t k = 0; k < pool->count; k++)
        for (size_t x = 0; x < n; x++)
            b->mixture[x] += pool->weight[k] * pool->law[k][block * n + x];
    for (size_t k = 0; k < pool->count; k++) {
        const double *row = pool->law[k] + block * n;
        b->rows[k] = mass(n, row) > 0 ? row : b->mixture;
    }
    return mass(n, b->mixture);
}

static void pool_apply(const tro_curation *curation, const tro_pool *pool, double *out,
                       double *scratch)
{
    const contest *self = curation->self;
    size_t n = curation->space->outcomes;
    bench b = lay_out(curation, pool->count, scratch);
    for (size_t c = 0; c < curation->space->blocks; c++) {
        double whole = take_rows(curation, pool, c, &b), *row = out + c * n;
        memset(row, 0, n * sizeof *row);
        if (whole > 0)
            tro_arena_choice_apply(self->choice[c], 1, n, b.rows, row, NULL, b.rest);
        for (size_t x = 0; x < n; x++)
            row[x] *= whole;
    }
}

static void pool_derivative(const tro_curation *curation, const tro_pool *pool,
                            const double *dweight, const double *const *dlaw, double *out,
                            double *scratch)
{
    const contest *self = curation->self;
    size_t n = curation->space->outcomes;
    bench b = lay_out(curation, pool->count, scratch);
    double *zero = b.stand_in;
    for (size_t c = 0; c < curation->space->blocks; c++) {
        double whole = take_rows(curation, pool, c, &b), *row = out + c * n;
        memset(row, 0, n * sizeof *row);
        if (!(whole > 0))
            continue;
        memset(zero, 0, n * sizeof *zero);
        memset(b.mixture_change, 0, n * sizeof *zero);
        for (size_t k = 0; k < pool->count; k++)
            for (size_t x = 0; x < n; x++) {
                if (dlaw[k])
                    b.mixture_change[x] += pool->weight[k] * dlaw[k][c * n + x];
                if (dweight)
                    b.mixture_change[x] += dweight[k] * pool->law[k][c * n + x];
            }
        for (size_t k = 0; k < pool->count; k++)
            b.changes[k] = b.rows[k] == b.mixture ? b.mixture_change
                           : dlaw[k]              ? dlaw[k] + c * n
                                                  : zero;
        double *kept = b.stand_in + n, grows = mass(n, b.mixture_change);
        tro_arena_choice_derivative(self->choice[c], 1, n, b.rows, b.changes, row, NULL, b.rest);
        tro_arena_choice_apply(self->choice[c], 1, n, b.rows, kept, NULL, b.rest);
        for (size_t x = 0; x < n; x++)
            row[x] = whole * row[x] + grows * kept[x];
    }
}

static void pool_transposed(const tro_curation *curation, const tro_pool *pool, const double *w,
                            double *const *out, double *scratch)
{
    const contest *self = curation->self;
    size_t n = curation->space->outcomes;
    bench b = lay_out(curation, pool->count, scratch);
    for (size_t c = 0; c < curation->space->blocks; c++) {
        double whole = take_rows(curation, pool, c, &b), by_mass = 0;
        double *to_mixture = b.mixture_change;
        memset(to_mixture, 0, n * sizeof *to_mixture);
        for (size_t k = 0; k < pool->count; k++) {
            b.back[k] = b.stand_in + k * n;
            memset(b.back[k], 0, n * sizeof **b.back);
        }
        if (whole > 0) {
            double *kept = b.stand_in + pool->count * n;
            tro_arena_choice_transposed(self->choice[c], 1, n, b.rows, w + c * n, NULL, b.back,
                                        b.rest);
            tro_arena_choice_apply(self->choice[c], 1, n, b.rows, kept, NULL, b.rest);
            for (size_t x = 0; x < n; x++)
                by_mass += w[c * n + x] * kept[x];
        }
        for (size_t k = 0; k < pool->count; k++)
            for (size_t x = 0; b.rows[k] == b.mixture && x < n; x++)
                to_mixture[x] += whole * b.back[k][x];
        for (size_t k = 0; k < pool->count; k++)
            for (size_t x = 0; x < n; x++)
                out[k][c * n + x] = (b.rows[k] == b.mixture ? 0 : whole * b.back[k][x]) +
                                    pool->weight[k] * (to_mixture[x] + by_mass);
    }
}

static void wins(const tro_curation *curation, const tro_pool *pool, double *share,
                 double *scratch)
{
    const contest *self = curation->self;
    size_t n = curation->space->outcomes;
    bench b = lay_out(curation, pool->count, scratch);
    double *kept = b.mixture_change, *part = b.stand_in, all = 0;
    memset(share, 0, pool->count * sizeof *share);
    for (size_t c = 0; c < curation->space->blocks; c++) {
        double whole = take_rows(curation, pool, c, &b);
        if (!(whole > 0))
            continue;
        tro_arena_choice_apply(self->choice[c], 1, n, b.rows, kept, part, b.rest);
        for (size_t k = 0; k < pool->count; k++)
            share[k] += whole * part[k];
        all += whole;
    }
    for (size_t k = 0; k < pool->count && all > 0; k++)
        share[k] /= all;
}

/* The matrix of each contest by the reward is symmetric. */
static void pool_turned(const tro_curation *curation, const tro_pool *pool, const double *w,
                        double *out, double *scratch)
{
    const contest *self = curation->self;
    const tro_tuning *tuning = curation->tuned->of;
    size_t n = curation->space->outcomes;
    double sum = 0, *by_reward = out + 1;
    bench b = lay_out(curation, pool->count, scratch);
    for (size_t c = 0; c < curation->space->blocks; c++) {
        double whole = take_rows(curation, pool, c, &b), *row = by_reward + c * n;
        memset(row, 0, n * sizeof *row);
        if (whole > 0)
            tro_arena_choice_by_reward(self->choice[c], 1, n, b.rows, w + c * n, row, b.rest);
        for (size_t x = 0; x < n; x++) {
            row[x] *= whole / tuning->value;
            sum -= row[x] * tuning->reward[c * n + x];
        }
    }
    out[0] = sum / tuning->value;
}

static int seat(const tro_reader *reader, const tro_curation *curation, size_t producers,
                const tro_curation **out);

static const tro_curation_ops arena_ops = {
    .pool = pool_apply, .pool_derivative = pool_derivative, .pool_transposed = pool_transposed,
    .wins = wins, .pool_turned = pool_turned, .pool_scratch = scratch_size, .seat = seat};

/* The same rule for a given number of producers. */
static int seat(const tro_reader *reader, const tro_curation *curation, size_t producers,
                const tro_curation **out)
{
    const contest *rule = curation->self;
    const tro_space *space = curation->space;
    tro_curation *seated = TRO_NEW(reader->arena, tro_curation, 1);
    contest *self = TRO_NEW(reader->arena, contest, 1);
    double *slots = TRO_NEW(reader->arena, double, producers);
    int status = TRO_OK;
    if (!seated || !self || !slots)
        return TRO_ENOMEM;
    *self = *rule;
    *seated = *curation;
    seated->self = self;
    self->producers = producers;
    self->choice = TRO_NEW(reader->arena, const tro_arena_choice *, space->blocks);
    if (!self->choice)
        return TRO_ENOMEM;
    for (size_t k = 0; k < producers; k++)
        slots[k] = rule->slots;
    for (size_t c = 0; status == TRO_OK && c < space->blocks; c++) {
        status = tro_arena_choice_new(reader->arena, space->outcomes,
                                      rule->reward + c * space->outcomes, producers, slots,
                                      &self->choice[c]);
        size_t need = status == TRO_OK ? tro_arena_choice_scratch(self->choice[c]) : 0;
        self->choice_scratch = need > self->choice_scratch ? need : self->choice_scratch;
    }
    *out = seated;
    return status;
}

static int arena_prepare(const tro_reader *reader, const tro_space *space, const void *given,
                         const tro_node *node, tro_curation *out)
{
    const arena_config *config = given;
    contest *self = TRO_NEW(reader->arena, contest, 1);
    if (!self)
        return TRO_ENOMEM;
    if (space->family->law != TRO_TABLE)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "an arena is exact on finite outcomes, found family '%s'",
                         space->family->plugin.name);
    self->slots = (double)config->slots;
    out->ops = &arena_ops;
    out->self = self;
    out->needs_pool = 1;
    out->coupled.slot = out->steep.slot = self->slots;
    double *reward = TRO_NEW(reader->arena, double, space->width);
    tro_tuning tuning = {.rule = out->name, .node = node, .dial = "temperature",
                         .value = config->temperature, .reward = reward,
                         .rewards = space->width};
    if (!reward)
        return TRO_ENOMEM;
    int status = tro_finite_rewards(reader, space, config->reward, config->temperature,
                                    &self->reward);
    for (size_t k = 0; status == TRO_OK && k < space->width; k++)
        reward[k] = self->reward[k] * config->temperature;
    return status < 0 ? status : tro_curation_tune(reader->arena, &tuning, NULL, out);
}

const tro_curator tro_curator_arena = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_CURATOR, .name = "arena",
               .summary = "Producers fill the slots of one pool and compete for the choice.",
               .reference = "Luce 1959; win shares as in pairwise model comparisons",
               .table = {"arena", arena_params, sizeof arena_params / sizeof *arena_params,
                         sizeof(arena_config)}},
    .prepare = arena_prepare,
};
