/* One curator after the other: each chooses among what the one before kept. On
 * finite outcomes their kernels compose; on gaussians their rules do, as far as
 * these have an exact composition. */
#include <stddef.h>
#include <string.h>

#include "curator/gaussian.h"
#include "curator/rewarded.h"

typedef struct stages_config {
    const tro_node *curators;
} stages_config;

static const tro_param stages_params[] = {
    {.key = "curators", .type = TRO_P_NODE, .flags = TRO_P_REQUIRED | TRO_P_MAIN,
     .offset = offsetof(stages_config, curators),
     .doc = "The curators in order: a list of expressions or names."},
};

/* --- finite outcomes ------------------------ */

typedef struct stages {
    size_t count;
    const tro_curation *const *part;
} stages;

static const stages *self_of(const tro_curation *curation)
{
    return curation->self;
}

/* Scratch: for one law, what each part is offered, a change, two arguments of a part (as long
 * as the whole's), and the parts' own. */
typedef struct room {
    double *laws, *change, *argument, *by, *rest;
} room;

static room lay_out(const tro_curation *curation, double *scratch)
{
    const stages *self = self_of(curation);
    size_t width = curation->space->width, in = tro_curation_input(curation);
    room at = {.laws = scratch, .change = scratch + self->count * width};
    at.argument = at.change + width;
    at.by = at.argument + in;
    at.rest = at.by + in;
    return at;
}

/* laws + k * width = what the first k parts leave of z, for k = 0 .. count - 1. heard: the states
 * of the audiences. Returns those of the last part. */
static const double *pass(const stages *self, size_t width, const double *z, const double *heard,
                          const room *at)
{
    memcpy(at->laws, z, width * sizeof *at->laws);
    for (size_t k = 0; k + 1 < self->count; k++) {
        const tro_curation *part = self->part[k];
        const double *law = at->laws + k * width;
        part->ops->apply(part, 1, tro_curation_argument(part, law, heard, at->argument),
                         at->laws + (k + 1) * width, at->rest);
        heard += part->audience_count * width;
    }
    return heard;
}

static void stages_apply(const tro_curation *curation, size_t rows, const double *z, double *out,
                         double *scratch)
{
    const stages *self = self_of(curation);
    size_t width = curation->space->width, in = tro_curation_input(curation);
    room at = lay_out(curation, scratch);
    const tro_curation *last = self->part[self->count - 1];
    for (size_t r = 0; r < rows; r++) {
        const double *heard = pass(self, width, z + r * in, z + r * in + width, &at);
        const double *law = at.laws + (self->count - 1) * width;
        last->ops->apply(last, 1, tro_curation_argument(last, law, heard, at.argument),
                         out + r * width, at.rest);
    }
}

/* The chain rule from part `first` on; change (width) is overwritten. heard and its change
 * dheard: the audiences of these parts. */
static void forward(const stages *self, size_t width, size_t first, const double *heard,
                    const double *dheard, const room *at, double *out)
{
    for (size_t k = first; k < self->count; k++) {
        const tro_curation *part = self->part[k];
        const double *law = at->laws + k * width;
        part->ops->derivative(part, 1, tro_curation_argument(part, law, heard, at->argument),
                              tro_curation_argument(part, at->change, dheard, at->by), out,
                              at->rest);
        memcpy(at->change, out, width * sizeof *out);
        heard += part->audience_count * width;
        dheard += part->audience_count * width;
    }
}

/* heard: where the audiences of the last part end; to_heard: the same for gradients by them,
 * which are set. */
static void backward(const stages *self, size_t width, size_t first, const double *heard,
                     const double *w, const room *at, double *out, double *to_heard)
{
    memcpy(out, w, width * sizeof *out);
    for (size_t k = self->count; k-- > first;) {
        const tro_curation *part = self->part[k];
        const double *law = at->laws + k * width;
        size_t own = part->audience_count * width;
        heard -= own;
        to_heard -= own;
        memcpy(at->change, out, width * sizeof *out);
        part->ops->transposed(part, 1, tro_curation_argument(part, law, heard, at->argument),
                              at->change, own ? at->by : out, at->rest);
        if (own) {
            memcpy(out, at->by, width * sizeof *out);
            memcpy(to_heard, at->by + width, own * sizeof *out);
        }
    }
}

static void stages_derivative(const tro_curation *curation, size_t rows, const double *z,
                              const double *dz, double *out, double *scratch)
{
    const stages *self = self_of(curation);
    size_t width = curation->space->width, in = tro_curation_input(curation);
    room at = lay_out(curation, scratch);
    for (size_t r = 0; r < rows; r++) {
        const double *law = z + r * in, *change = dz + r * in;
        pass(self, width, law, law + width, &at);
        memcpy(at.change, change, width * sizeof *at.change);
        forward(self, width, 0, law + width, change + width, &at, out + r * width);
    }
}

static void stages_transposed(const tro_curation *curation, size_t rows, const double *z,
                              const double *w, double *out, double *scratch)
{
    const stages *self = self_of(curation);
    size_t width = curation->space->width, in = tro_curation_input(curation);
    room at = lay_out(curation, scratch);
    for (size_t r = 0; r < rows; r++) {
        const double *law = z + r * in;
        pass(self, width, law, law + width, &at);
        backward(self, width, 0, law + in, w + r * width, &at, out + r * in, out + (r + 1) * in);
    }
}

/* Gradients by the tunings of the parts from `first` on, which end at `out`, by what goes back
 * through them: w, then that of what each is offered, the last of which is left in at->by.
 * heard: where the audiences of the last part end. */
static void turn_parts(const stages *self, size_t width, size_t first, const double *heard,
                       const double *w, const room *at, double *out)
{
    double *back = at->change;
    memcpy(back, w, width * sizeof *back);
    for (size_t k = self->count; k-- > first;) {
        const tro_curation *part = self->part[k];
        heard -= part->audience_count * width;
        const double *argument = tro_curation_argument(part, at->laws + k * width, heard,
                                                       at->argument);
        out -= tro_curation_turns(part);
        if (part->tuned_count > 0)
            part->ops->turned(part, 1, argument, back, out, at->rest);
        if (k == 0)
            break;
        part->ops->transposed(part, 1, argument, back, at->by, at->rest);
        memcpy(back, at->by, width * sizeof *back);
    }
}

static void stages_turned(const tro_curation *curation, size_t rows, const double *z,
                          const double *w, double *out, double *scratch)
{
    const stages *self = self_of(curation);
    size_t width = curation->space->width, in = tro_curation_input(curation);
    size_t turns = tro_curation_turns(curation);
    double *one = scratch;
    room at = lay_out(curation, scratch + turns);
    memset(out, 0, turns * sizeof *out);
    for (size_t r = 0; r < rows; r++) {
        const double *law = z + r * in;
        memset(one, 0, turns * sizeof *one);
        pass(self, width, law, law + width, &at);
        turn_parts(self, width, 0, law + in, w + r * width, &at, one + turns);
        for (size_t k = 0; k < turns; k++)
            out[k] += one[k];
    }
}

/* The first part takes the pool; what it leaves is one law. No part has an audience then. */
static void pass_pool(const stages *self, size_t width, const tro_pool *pool, double *laws,
                      double *scratch)
{
    tro_curation_pool(self->part[0], pool, laws + width, scratch);
    for (size_t k = 1; k + 1 < self->count; k++)
        self->part[k]->ops->apply(self->part[k], 1, laws + k * width, laws + (k + 1) * width,
                                  scratch);
}

static void stages_pool(const tro_curation *curation, const tro_pool *pool, double *out,
                        double *scratch)
{
    const stages *self = self_of(curation);
    size_t width = curation->space->width, last = self->count - 1;
    double *rest = scratch + self->count * width;
    pass_pool(self, width, pool, scratch, rest);
    self->part[last]->ops->apply(self->part[last], 1, scratch + last * width, out, rest);
}

static void stages_pool_derivative(const tro_curation *curation, const tro_pool *pool,
                                   const double *dweight, const double *const *dlaw,
                                   double *out, double *scratch)
{
    const stages *self = self_of(curation);
    size_t width = curation->space->width;
    room at = lay_out(curation, scratch);
    pass_pool(self, width, pool, at.laws, at.rest);
    tro_curation_pool_derivative(self->part[0], pool, dweight, dlaw, at.change, at.rest);
    forward(self, width, 1, at.laws, at.laws, &at, out);
}

static void stages_pool_transposed(const tro_curation *curation, const tro_pool *pool,
                                   const double *w, double *const *out, double *scratch)
{
    const stages *self = self_of(curation);
    size_t width = curation->space->width;
    room at = lay_out(curation, scratch);
    pass_pool(self, width, pool, at.laws, at.rest);
    backward(self, width, 1, at.laws, w, &at, at.by, at.by);
    tro_curation_pool_transposed(self->part[0], pool, at.by, out, at.rest);
}

static void stages_pool_turned(const tro_curation *curation, const tro_pool *pool,
                               const double *w, double *out, double *scratch)
{
    const stages *self = self_of(curation);
    size_t width = curation->space->width;
    room at = lay_out(curation, scratch);
    pass_pool(self, width, pool, at.laws, at.rest);
    turn_parts(self, width, 1, at.laws, w, &at, out + tro_curation_turns(curation));
    memcpy(at.by, at.change, width * sizeof *at.by);
    tro_curation_pool_turned(self->part[0], pool, at.by, out, at.rest);
}

static size_t stages_pool_scratch(const tro_curation *curation, size_t count)
{
    const stages *self = self_of(curation);
    size_t first = tro_curation_pool_scratch(self->part[0], count), own = curation->scratch;
    return own + first;
}

static int stages_seat(const tro_reader *reader, const tro_curation *curation, size_t producers,
                       const tro_curation **out);

static const tro_curation_ops stages_ops = {
    .apply = stages_apply, .derivative = stages_derivative, .transposed = stages_transposed,
    .pool = stages_pool, .pool_derivative = stages_pool_derivative,
    .pool_transposed = stages_pool_transposed, .turned = stages_turned,
    .pool_turned = stages_pool_turned, .pool_scratch = stages_pool_scratch,
    .seat = stages_seat};

static int stages_seat(const tro_reader *reader, const tro_curation *curation, size_t producers,
                       const tro_curation **out)
{
    const stages *self = self_of(curation);
    const tro_curation **parts = TRO_NEW(reader->arena, const tro_curation *, self->count);
    tro_curation *seated = TRO_NEW(reader->arena, tro_curation, 1);
    stages *own = TRO_NEW(reader->arena, stages, 1);
    if (!parts || !seated || !own)
        return TRO_ENOMEM;
    memcpy(parts, self->part, self->count * sizeof *parts);
    *own = (stages){self->count, parts};
    *seated = *curation;
    seated->self = own;
    *out = seated;
    return parts[0]->ops->seat(reader, self->part[0], producers, &parts[0]);
}

/* Each stage drives apart what the ones before left. */
static tro_spreading product(size_t count, const tro_curation *const *parts, int steep)
{
    tro_spreading whole = steep ? parts[0]->steep : parts[0]->coupled;
    for (size_t k = 1; k < count; k++) {
        double next = steep ? parts[k]->steep.law : parts[k]->coupled.law;
        whole.law *= next;
        whole.slot *= next;
    }
    return whole;
}

static int compose_tables(const tro_reader *reader, const tro_node *list,
                          const tro_curation **parts, size_t count, tro_curation *out)
{
    stages *self = TRO_NEW(reader->arena, stages, 1);
    size_t used = 0, most = 0;
    if (!self)
        return TRO_ENOMEM;
    for (size_t k = 0; k < count; k++) {
        if (k > 0 && parts[k]->needs_pool)
            return tro_error(reader->messages, TRO_ESCENARIO, &list->items[k]->place,
                             "'%s' chooses among several producers, so it can be the first "
                             "stage only", parts[k]->name);
        most = parts[k]->scratch > most ? parts[k]->scratch : most;
        if (parts[k]->ops)
            parts[used++] = parts[k];
    }
    const char *name = out->name;
    if (used == 1) {
        *out = *parts[0];
        out->name = name;
    }
    if (used < 2)
        return TRO_OK;
    int status = tro_curation_gather(reader->arena, parts, used, out);
    if (status < 0)
        return status;
    *self = (stages){used, parts};
    out->ops = &stages_ops;
    out->self = self;
    status = tro_curation_gather_tunings(reader->arena, parts, used, out);
    if (status < 0)
        return status;
    out->scratch = tro_curation_turns(out) + (used + 1) * out->space->width +
                   2 * tro_curation_input(out) + most;
    out->needs_pool = parts[0]->needs_pool;
    out->coupled = product(used, parts, 0);
    out->steep = product(used, parts, 1);
    return TRO_OK;
}

/* --- gaussians ------------------------ */

/* The curation `last` after a rule. */
static int prepare_after(const tro_reader *reader, const tro_gaussian_rule *before,
                         const tro_curation *last, const tro_node *node, tro_curation *out);

static int mix_after(const tro_reader *reader, const tro_gaussian_rule *before,
                     const tro_mixture *mixture, const tro_node *node, tro_curation *out)
{
    tro_curation *items = TRO_NEW(reader->arena, tro_curation, mixture->count);
    const tro_curation **parts = TRO_NEW(reader->arena, const tro_curation *, mixture->count);
    int status = TRO_OK;
    if (!items || !parts)
        return TRO_ENOMEM;
    for (size_t k = 0; k < mixture->count && status == TRO_OK; k++) {
        items[k] = (tro_curation){.space = out->space, .name = out->name};
        parts[k] = &items[k];
        status = prepare_after(reader, before, mixture->part[k], node, &items[k]);
    }
    if (status < 0)
        return status;
    return tro_mixture_prepare(
        reader->arena, &(tro_mixture){mixture->count, mixture->weight, parts}, out);
}

static int compose(const tro_reader *reader, const tro_gaussian_rule *before,
                   const tro_gaussian_rule *next, const tro_node *node, size_t d,
                   tro_gaussian_rule *out)
{
    int status = tro_gaussian_compose(reader->arena, d, before, next, out);
    if (status == TRO_EUNSUPPORTED)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "stages on real vectors, one of them with a finite number of "
                         "candidates, are exact when all rewards are linear and along one "
                         "direction: others need 'candidates: inf'");
    return status;
}

static int prepare_after(const tro_reader *reader, const tro_gaussian_rule *before,
                         const tro_curation *last, const tro_node *node, tro_curation *out)
{
    tro_gaussian_rule own, rule;
    const tro_mixture *mixture = tro_mixture_of(last);
    if (mixture)
        return mix_after(reader, before, mixture, node, out);
    if (!tro_gaussian_rule_of(last, &own))
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "'%s' cannot be a stage on real vectors", last->name);
    int status = compose(reader, before, &own, node, out->space->coordinates, &rule);
    if (status == TRO_OK)
        status = tro_gaussian_prepare(reader->arena, &rule, out);
    if (status == TRO_EINVAL)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "the stages up to here leave no normal law: the outputs' precision "
                         "(the inverse of their covariance) plus all curvatures / temperatures "
                         "must be positive definite");
    if (status == TRO_EUNSUPPORTED)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "the rewards over the temperatures of these stages are out of range: "
                         "their standard deviations may be some 400 at most, and 'best-of' "
                         "would be right for a curator so decided");
    return status;
}

static int compose_gaussians(const tro_reader *reader, const tro_node *list,
                             const tro_curation **parts, size_t count, tro_curation *out)
{
    tro_gaussian_rule before = {0}, own, rule;
    for (size_t k = 0; k + 1 < count; k++) {
        if (tro_mixture_of(parts[k]))
            return tro_error(reader->messages, TRO_ESCENARIO, &list->items[k]->place,
                             "'%s' leaves a mixture of normal laws, so on real vectors it can "
                             "be the last stage only", parts[k]->name);
        if (!tro_gaussian_rule_of(parts[k], &own))
            return tro_error(reader->messages, TRO_ESCENARIO, &list->items[k]->place,
                             "'%s' cannot be a stage on real vectors", parts[k]->name);
        int status = compose(reader, &before, &own, list->items[k], out->space->coordinates,
                             &rule);
        if (status < 0)
            return status;
        before = rule;
    }
    return prepare_after(reader, &before, parts[count - 1], list->items[count - 1], out);
}

static int stages_prepare(const tro_reader *reader, const tro_space *space, const void *given,
                          const tro_node *node, tro_curation *out)
{
    const tro_node *list = ((const stages_config *)given)->curators;
    int status = TRO_OK;
    (void)node;
    if (list->kind != TRO_LIST || list->count == 0)
        return tro_error(reader->messages, TRO_ESCENARIO, &list->place,
                         "stages is a list of curators, at least one");
    const tro_curation **parts = TRO_NEW(reader->arena, const tro_curation *, list->count);
    if (!parts)
        return TRO_ENOMEM;
    for (size_t k = 0; k < list->count; k++) {
        int read = tro_curation_read(reader, space, list->items[k], &parts[k]);
        status = read < 0 ? read : status;
    }
    if (status < 0)
        return status;
    if (space->family->law == TRO_TABLE)
        return compose_tables(reader, list, parts, list->count, out);
    return compose_gaussians(reader, list, parts, list->count, out);
}

const tro_curator tro_curator_stages = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_CURATOR, .name = "stages",
               .summary = "One curator after the other, each among what the one before kept.",
               .reference = "Falahati et al. 2026 (arXiv 2511.12804), eq. 38-39",
               .table = {"stages", stages_params, sizeof stages_params / sizeof *stages_params,
                         sizeof(stages_config)}},
    .prepare = stages_prepare,
};
