#include "curator/finite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "curator/choice_parts.h"

typedef struct judges {
    size_t groups;                /* 1 when every prompt has the same reward, else prompts */
    const tro_choice **choice;    /* groups */
    const tro_choice **reversed;  /* groups; NULL: the judge is never wrong */
    double flip;
    size_t scratch;               /* of one choice */
} judges;

typedef enum kernel { APPLY, DERIVATIVE, TRANSPOSED } kernel;

static void call(kernel which, const tro_choice *choice, size_t rows, size_t stride,
                 const double *p, const double *aux, double *out, double *scratch)
{
    if (which == APPLY)
        tro_choice_apply(choice, rows, stride, p, out, scratch);
    else if (which == DERIVATIVE)
        tro_choice_derivative(choice, rows, stride, p, aux, out, scratch);
    else
        tro_choice_transposed(choice, rows, stride, p, aux, out, scratch);
}

/* All prompts of some rows by one judge. */
static void judge(kernel which, const tro_space *space, const tro_choice *const *choice,
                  size_t groups, size_t rows, const double *p, const double *aux, double *out,
                  double *scratch)
{
    size_t n = space->outcomes;
    if (groups == 1) {
        call(which, choice[0], rows * space->blocks, n, p, aux, out, scratch);
        return;
    }
    for (size_t b = 0; b < groups; b++)
        call(which, choice[b], rows, space->width, p + b * n, aux ? aux + b * n : NULL,
             out + b * n, scratch);
}

size_t tro_finite_rows(const tro_space *space)
{
    return tro_choice_tile_rows(space->outcomes);
}

static void run(kernel which, const tro_curation *curation, size_t rows, const double *p,
                const double *aux, double *out, double *scratch)
{
    const judges *self = curation->self;
    const tro_space *space = curation->space;
    size_t width = space->width;
    judge(which, space, self->choice, self->groups, rows, p, aux, out, scratch);
    if (!self->reversed)
        return;
    double *other = scratch + self->scratch;
    size_t tile = tro_finite_rows(space);
    for (size_t first = 0; first < rows; first += tile) {
        size_t count = rows - first < tile ? rows - first : tile, at = first * width;
        judge(which, space, self->reversed, self->groups, count, p + at, aux ? aux + at : NULL,
              other, scratch);
        for (size_t k = 0; k < count * width; k++)
            out[at + k] = (1 - self->flip) * out[at + k] + self->flip * other[k];
    }
}

static void apply(const tro_curation *curation, size_t rows, const double *z, double *out,
                  double *scratch)
{
    run(APPLY, curation, rows, z, NULL, out, scratch);
}

static void derivative(const tro_curation *curation, size_t rows, const double *z,
                       const double *dz, double *out, double *scratch)
{
    run(DERIVATIVE, curation, rows, z, dz, out, scratch);
}

static void transposed(const tro_curation *curation, size_t rows, const double *z,
                       const double *w, double *out, double *scratch)
{
    run(TRANSPOSED, curation, rows, z, w, out, scratch);
}

/* Adds factor times the gradient of one judge's rows. */
static void add_by_reward(const tro_space *space, const tro_choice *const *choice, size_t groups,
                          double factor, size_t rows, const double *z, const double *w,
                          double *out, double *one, double *scratch)
{
    size_t n = space->outcomes;
    for (size_t b = 0; b < space->blocks; b++) {
        const tro_choice *of = choice[groups == 1 ? 0 : b];
        tro_choice_by_reward_transposed(of, rows, space->width, z + b * n, w + b * n, one,
                                        scratch);
        for (size_t x = 0; x < n; x++)
            out[b * n + x] += factor * one[x];
    }
}

/* Of a rule that looks at the order of rewards only, 0. Prompts that share a reward have their
 * part each: their sum is its gradient. */
static void turned(const tro_curation *curation, size_t rows, const double *z, const double *w,
                   double *out, double *scratch)
{
    const judges *self = curation->self;
    const tro_space *space = curation->space;
    const tro_tuned *tuned = curation->tuned;
    double right = self->reversed ? 1 - self->flip : 1, *by_reward = out + 1;
    double temperature = tuned->of->dial ? tuned->of->value : 1, sum = 0;
    double *one = scratch + self->scratch;
    memset(by_reward, 0, space->width * sizeof *out);
    add_by_reward(space, self->choice, self->groups, right, rows, z, w, by_reward, one, scratch);
    if (self->reversed)
        add_by_reward(space, self->reversed, self->groups, -self->flip, rows, z, w, by_reward,
                      one, scratch);
    for (size_t x = 0; x < space->width; x++) {
        by_reward[x] /= temperature;
        sum -= tuned->of->reward[x] * by_reward[x];
        if (tuned->no_reward)
            by_reward[x] = NAN;
    }
    out[0] = tuned->of->dial ? sum / temperature : NAN;
}

static const tro_curation_ops finite_ops = {
    .apply = apply, .derivative = derivative, .transposed = transposed, .turned = turned};

int tro_finite_rewards(const tro_reader *reader, const tro_space *space, const tro_node *node,
                      double temperature, const double **out)
{
    const tro_reward *reward = NULL;
    double *values = TRO_NEW(reader->arena, double, space->width);
    int status = values ? space->family->read_reward(reader, space, node, &reward) : TRO_ENOMEM;
    if (status < 0)
        return status;
    for (size_t k = 0; k < space->width; k++) {
        values[k] = reward->values[k] / temperature;
        if (!isfinite(values[k]))
            return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                             "a reward of %g at a temperature of %g is more than a number holds",
                             reward->values[k], temperature);
    }
    *out = values;
    return TRO_OK;
}

/* Do all prompts have the same reward? */
static int one_reward(const tro_space *space, const double *values)
{
    for (size_t b = 1; b < space->blocks; b++)
        if (memcmp(values, values + b * space->outcomes, space->outcomes * sizeof *values) != 0)
            return 0;
    return 1;
}

static int make_judges(const tro_reader *reader, const tro_space *space,
                       const tro_finite_choice *given, const double *values, judges *self,
                       const tro_choice ***out)
{
    const tro_choice **made = TRO_NEW(reader->arena, const tro_choice *, self->groups);
    int status = made ? TRO_OK : TRO_ENOMEM;
    for (size_t g = 0; status == TRO_OK && g < self->groups; g++) {
        status = tro_choice_new(reader->arena, space->outcomes, values + g * space->outcomes,
                                given->candidates, given->hard, &made[g]);
        size_t need = status == TRO_OK ? tro_choice_scratch(made[g]) : 0;
        self->scratch = need > self->scratch ? need : self->scratch;
    }
    *out = made;
    return status;
}

static int compare(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Do two outcomes of a prompt have the same reward, so that the least change decides which
 * of them is better? Sorts them, prompt by prompt. */
static int has_ties(const tro_space *space, double *values)
{
    size_t n = space->outcomes;
    int found = 0;
    for (size_t at = 0; at < space->width; at += n) {
        qsort(values + at, n, sizeof *values, compare);
        for (size_t x = at + 1; x < at + n; x++)
            found |= values[x] == values[x - 1];
    }
    return found;
}

static int tune(const tro_reader *reader, const tro_space *space, const tro_finite_choice *given,
                const double *values, tro_curation *out)
{
    static const char tie[] = "two outcomes are equally good, and the least change would decide "
                              "which of them is the best";
    double *reward = TRO_NEW(reader->arena, double, space->width);
    double *sorted = given->hard ? tro_allocate(space->width, sizeof *sorted) : NULL;
    tro_tuning tuning = {.rule = out->name, .node = given->node, .reward = reward,
                         .rewards = space->width, .value = given->temperature,
                         .dial = given->hard ? NULL : "temperature"};
    int ties = 0, status = TRO_ENOMEM;
    if (reward && (sorted || !given->hard)) {
        for (size_t k = 0; k < space->width; k++)
            reward[k] = values[k] * (given->hard ? 1 : given->temperature);
        if (given->hard) {
            memcpy(sorted, values, space->width * sizeof *sorted);
            ties = has_ties(space, sorted);
        }
        status = tro_curation_tune(reader->arena, &tuning, ties ? tie : NULL, out);
    }
    tro_release(sorted);
    return status;
}

/* The most that H can be: K / (1 + (K - 1) exp(-R)), R the range of rewards. */
static double steepest(const tro_space *space, const tro_finite_choice *given,
                       const double *values)
{
    double range = 0, k = given->candidates;
    for (size_t b = 0; b < space->blocks; b++) {
        const double *row = values + b * space->outcomes;
        double low = row[0], high = row[0];
        for (size_t x = 1; x < space->outcomes; x++) {
            low = fmin(low, row[x]);
            high = fmax(high, row[x]);
        }
        range = fmax(range, high - low);
    }
    if (given->hard && range > 0)
        return k;
    return isinf(k) ? exp(range) : k / (1 + (k - 1) * exp(-range));
}

int tro_finite_curation(const tro_reader *reader, const tro_space *space,
                       const tro_finite_choice *given, tro_curation *out)
{
    judges *self = TRO_NEW(reader->arena, judges, 1);
    double *opposite = TRO_NEW(reader->arena, double, space->width);
    const double *values = NULL;
    if (!self || !opposite)
        return TRO_ENOMEM;
    int status = tro_finite_rewards(reader, space, given->reward,
                                   given->hard ? 1 : given->temperature, &values);
    if (status < 0)
        return status;
    if (given->candidates == 1)
        return TRO_OK; /* one candidate leaves no choice */
    self->groups = one_reward(space, values) ? 1 : space->blocks;
    self->flip = given->flip;
    status = make_judges(reader, space, given, values, self, &self->choice);
    if (status == TRO_OK && given->flip > 0) {
        for (size_t k = 0; k < space->width; k++)
            opposite[k] = -values[k];
        status = make_judges(reader, space, given, opposite, self, &self->reversed);
    }
    if (status == TRO_EINVAL)
        return tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(given->node, "candidates"),
                         "%g candidates are more than can be counted exactly: at most 2^53, or "
                         "inf", given->candidates);
    out->ops = &finite_ops;
    out->self = self;
    out->coupled.law = given->candidates;
    out->steep.law = steepest(space, given, values);
    if (status == TRO_OK)
        status = tune(reader, space, given, values, out);
    out->scratch = self->scratch +
                   (self->reversed ? tro_finite_rows(space) * space->width : space->outcomes);
    return status;
}
