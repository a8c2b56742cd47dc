/* The kernels of mixtures of curations. */
#include <math.h>
#include <string.h>

#include "curator/rewarded.h"
#include "family/normal.h"

static const tro_mixture *self_of(const tro_curation *curation)
{
    return curation->self;
}

/* What a part's kernel gives, into out; NULL operations are the identity. */
static void apply_part(const tro_curation *part, size_t width, const double *z, double *out,
                       double *scratch)
{
    if (part->ops)
        part->ops->apply(part, 1, z, out, scratch);
    else
        memcpy(out, z, width * sizeof *out);
}

static void add_scaled(size_t width, double factor, const double *x, double *y)
{
    for (size_t i = 0; i < width; i++)
        y[i] += factor * x[i];
}

/* --- one law ------------------------ */

/* Scratch of all these: what a part gives, its argument and a change of that (as long as
 * the whole's), and the parts' own. */
static void mixture_apply(const tro_curation *curation, size_t rows, const double *z,
                          double *out, double *scratch)
{
    const tro_mixture *self = self_of(curation);
    size_t width = curation->space->width, in = tro_curation_input(curation);
    double *room = scratch + in, *rest = scratch + 3 * in;
    memset(out, 0, rows * width * sizeof *out);
    for (size_t r = 0; r < rows; r++) {
        const double *law = z + r * in, *heard = law + width;
        for (size_t k = 0; k < self->count; k++) {
            const tro_curation *part = self->part[k];
            apply_part(part, width, tro_curation_argument(part, law, heard, room), scratch, rest);
            add_scaled(width, self->weight[k], scratch, out + r * width);
            heard += part->audience_count * width;
        }
    }
}

static void mixture_derivative(const tro_curation *curation, size_t rows, const double *z,
                               const double *dz, double *out, double *scratch)
{
    const tro_mixture *self = self_of(curation);
    size_t width = curation->space->width, in = tro_curation_input(curation);
    double *room = scratch + in, *rest = scratch + 3 * in;
    memset(out, 0, rows * width * sizeof *out);
    for (size_t r = 0; r < rows; r++) {
        const double *law = z + r * in, *change = dz + r * in;
        size_t heard = width;
        for (size_t k = 0; k < self->count; k++) {
            const tro_curation *part = self->part[k];
            const double *at = tro_curation_argument(part, law, law + heard, room);
            const double *by = tro_curation_argument(part, change, change + heard, room + in);
            heard += part->audience_count * width;
            if (part->ops)
                part->ops->derivative(part, 1, at, by, scratch, rest);
            add_scaled(width, self->weight[k], part->ops ? scratch : change, out + r * width);
        }
    }
}

static void mixture_transposed(const tro_curation *curation, size_t rows, const double *z,
                               const double *w, double *out, double *scratch)
{
    const tro_mixture *self = self_of(curation);
    size_t width = curation->space->width, in = tro_curation_input(curation);
    double *room = scratch + in, *rest = scratch + 3 * in;
    memset(out, 0, rows * in * sizeof *out);
    for (size_t r = 0; r < rows; r++) {
        const double *law = z + r * in, *gradient = w + r * width;
        size_t heard = width;
        for (size_t k = 0; k < self->count; k++) {
            const tro_curation *part = self->part[k];
            const double *at = tro_curation_argument(part, law, law + heard, room);
            size_t own = part->audience_count * width;
            if (part->ops)
                part->ops->transposed(part, 1, at, gradient, scratch, rest);
            add_scaled(width, self->weight[k], part->ops ? scratch : gradient, out + r * in);
            add_scaled(own, self->weight[k], scratch + width, out + r * in + heard);
            heard += own;
        }
    }
}

static void scale(size_t count, double factor, double *x)
{
    for (size_t k = 0; k < count; k++)
        x[k] *= factor;
}

static void mixture_turned(const tro_curation *curation, size_t rows, const double *z,
                           const double *w, double *out, double *scratch)
{
    const tro_mixture *self = self_of(curation);
    size_t width = curation->space->width, in = tro_curation_input(curation);
    size_t turns = tro_curation_turns(curation);
    double *room = scratch + in, *one = scratch + 3 * in, *rest = one + turns;
    memset(out, 0, turns * sizeof *out);
    for (size_t r = 0; r < rows; r++) {
        const double *law = z + r * in, *heard = law + width;
        double *to = out;
        for (size_t k = 0; k < self->count; k++) {
            const tro_curation *part = self->part[k];
            size_t own = tro_curation_turns(part);
            const double *at = tro_curation_argument(part, law, heard, room);
            if (own > 0)
                part->ops->turned(part, 1, at, w + r * width, one, rest);
            add_scaled(own, self->weight[k], one, to);
            heard += part->audience_count * width;
            to += own;
        }
    }
}

/* --- pools ------------------------ */

static void mixture_pool_turned(const tro_curation *curation, const tro_pool *pool,
                                const double *w, double *out, double *scratch)
{
    const tro_mixture *self = self_of(curation);
    for (size_t k = 0; k < self->count; k++) {
        size_t own = tro_curation_turns(self->part[k]);
        tro_curation_pool_turned(self->part[k], pool, w, out, scratch);
        scale(own, self->weight[k], out);
        out += own;
    }
}

static size_t mixture_pool_scratch(const tro_curation *curation, size_t count)
{
    const tro_mixture *self = self_of(curation);
    size_t most = 0;
    for (size_t k = 0; k < self->count; k++) {
        size_t own = tro_curation_pool_scratch(self->part[k], count);
        most = own > most ? own : most;
    }
    /* Results of one part for every law, and where they are. */
    return count * curation->space->width + count + 1 + most;
}

static void mixture_pool(const tro_curation *curation, const tro_pool *pool, double *out,
                         double *scratch)
{
    const tro_mixture *self = self_of(curation);
    size_t width = curation->space->width;
    memset(out, 0, width * sizeof *out);
    for (size_t k = 0; k < self->count; k++) {
        tro_curation_pool(self->part[k], pool, scratch, scratch + width);
        add_scaled(width, self->weight[k], scratch, out);
    }
}

static void mixture_pool_derivative(const tro_curation *curation, const tro_pool *pool,
                                    const double *dweight, const double *const *dlaw,
                                    double *out, double *scratch)
{
    const tro_mixture *self = self_of(curation);
    size_t width = curation->space->width;
    memset(out, 0, width * sizeof *out);
    for (size_t k = 0; k < self->count; k++) {
        tro_curation_pool_derivative(self->part[k], pool, dweight, dlaw, scratch,
                                     scratch + width);
        add_scaled(width, self->weight[k], scratch, out);
    }
}

static void mixture_pool_transposed(const tro_curation *curation, const tro_pool *pool,
                                    const double *w, double *const *out, double *scratch)
{
    const tro_mixture *self = self_of(curation);
    size_t width = curation->space->width;
    double **rows = (double **)(void *)scratch, *back = scratch + pool->count + 1;
    for (size_t j = 0; j < pool->count; j++) {
        rows[j] = back + j * width;
        memset(out[j], 0, width * sizeof **out);
    }
    for (size_t k = 0; k < self->count; k++) {
        tro_curation_pool_transposed(self->part[k], pool, w, rows, back + pool->count * width);
        for (size_t j = 0; j < pool->count; j++)
            add_scaled(width, self->weight[k], rows[j], out[j]);
    }
}

/* --- draws ------------------------ */

/* A part whose kept outputs are distributed as the family's law. */
static void draw_plain(const tro_curation *part, const double *z, uint64_t count,
                       tro_stream *stream, double *sum, double *scratch)
{
    const tro_space *space = part->space;
    size_t d = space->coordinates;
    double n = (double)count, *kept = scratch, *rest = scratch + space->width;
    apply_part(part, space->width, z, kept, rest);
    if (space->family->law == TRO_MOMENTS) {
        tro_moments_root(d, kept, rest);
        tro_normal_add(d, kept, rest, count, stream, sum, rest + d * d);
        return;
    }
    tro_stream_normals(stream, d, rest + d);
    memset(rest, 0, d * sizeof *rest);
    tro_spread_colour(space->spread, 1, rest + d, rest);
    for (size_t i = 0; i < d; i++)
        sum[i] += n * kept[i] + sqrt(n) * rest[i];
}

/* How many outputs each part kept, then their sums, each from a stream of its
 * own. */
static void mixture_draw(const tro_curation *curation, const double *z, uint64_t count,
                         tro_stream *stream, double *sum, double *scratch)
{
    const tro_mixture *self = self_of(curation);
    tro_stream_key key = {.purpose = TRO_FOR_OUTPUTS};
    double rest = 1;
    key.seed = tro_stream_next(stream);
    for (size_t k = 0; k < self->count && count > 0; k++) {
        const tro_curation *part = self->part[k];
        key.agent = k;
        tro_stream own = tro_stream_of(&key);
        uint64_t n = k + 1 == self->count
                         ? count
                         : tro_stream_binomial(&own, count, self->weight[k] / rest);
        rest -= self->weight[k];
        count -= n;
        if (n > 0 && part->ops && part->ops->draw)
            part->ops->draw(part, z, n, &own, sum, scratch);
        else if (n > 0)
            draw_plain(part, z, n, &own, sum, scratch);
    }
}

/* --- preparing ------------------------ */

static int mixture_seat(const tro_reader *reader, const tro_curation *curation,
                        size_t producers, const tro_curation **out)
{
    const tro_mixture *self = self_of(curation);
    const tro_curation **parts = TRO_NEW(reader->arena, const tro_curation *, self->count);
    tro_curation *seated = TRO_NEW(reader->arena, tro_curation, 1);
    int status = TRO_OK;
    if (!parts || !seated)
        return TRO_ENOMEM;
    for (size_t k = 0; status == TRO_OK && k < self->count; k++) {
        parts[k] = self->part[k];
        if (parts[k]->needs_pool)
            status = parts[k]->ops->seat(reader, self->part[k], producers, &parts[k]);
    }
    if (status < 0)
        return status;
    *out = seated;
    *seated = (tro_curation){.space = curation->space, .name = curation->name};
    return tro_mixture_prepare(reader->arena,
                               &(tro_mixture){self->count, self->weight, parts}, seated);
}

#define LAW                                                             \
    .apply = mixture_apply, .derivative = mixture_derivative,           \
    .transposed = mixture_transposed, .turned = mixture_turned
#define POOL                                                            \
    .pool = mixture_pool, .pool_derivative = mixture_pool_derivative,   \
    .pool_transposed = mixture_pool_transposed, .pool_turned = mixture_pool_turned,     \
    .pool_scratch = mixture_pool_scratch, .seat = mixture_seat

/* By pool and draw. */
static const tro_curation_ops mixture_ops[2][2] = {
    {{LAW}, {LAW, .draw = mixture_draw}}, {{LAW, POOL}, {LAW, POOL, .draw = mixture_draw}}};

const tro_mixture *tro_mixture_of(const tro_curation *curation)
{
    for (int k = 0; k < 4; k++)
        if (curation->ops == &mixture_ops[k / 2][k % 2])
            return curation->self;
    return NULL;
}

/* The shift when every part has one. */
static int find_shift(tro_arena *arena, const tro_mixture *mixture, tro_curation *out)
{
    for (size_t k = 0; k < mixture->count; k++)
        if (mixture->part[k]->ops && !mixture->part[k]->shift)
            return TRO_OK;
    double *shift = TRO_NEW(arena, double, out->space->width);
    if (!shift)
        return TRO_ENOMEM;
    for (size_t k = 0; k < mixture->count; k++)
        if (mixture->part[k]->shift)
            add_scaled(out->space->width, mixture->weight[k], mixture->part[k]->shift, shift);
    out->shift = shift;
    return TRO_OK;
}

/* Adds what one part does in its share of the pools. */
static void add_spreading(double weight, tro_spreading part, tro_spreading *sum, int *known)
{
    *known &= part.law > 0 || part.slot > 0;
    sum->law += weight * part.law;
    sum->slot += weight * part.slot;
}

static void find_spreading(const tro_mixture *mixture, tro_curation *out)
{
    int coupled = 1, steep = 1;
    for (size_t k = 0; k < mixture->count; k++) {
        add_spreading(mixture->weight[k], tro_curation_coupled(mixture->part[k]), &out->coupled,
                      &coupled);
        add_spreading(mixture->weight[k], tro_curation_steep(mixture->part[k]), &out->steep,
                      &steep);
    }
    if (!coupled)
        out->coupled = (tro_spreading){0};
    if (!steep)
        out->steep = (tro_spreading){0};
}

int tro_mixture_prepare(tro_arena *arena, const tro_mixture *mixture, tro_curation *out)
{
    int table = out->space->family->law == TRO_TABLE, pools = 1, draws = !table;
    tro_mixture *self = TRO_NEW(arena, tro_mixture, 1);
    if (!self)
        return TRO_ENOMEM;
    *self = *mixture;
    out->self = self;
    out->bends = !table;
    for (size_t k = 0; k < mixture->count; k++) {
        const tro_curation *part = mixture->part[k];
        pools &= tro_curation_takes_pool(part);
        draws &= !part->bends || (part->ops && part->ops->draw);
        out->needs_pool |= part->needs_pool;
        out->scratch = part->scratch > out->scratch ? part->scratch : out->scratch;
    }
    int status = tro_curation_gather(arena, mixture->part, mixture->count, out);
    if (status == TRO_OK)
        status = tro_curation_gather_tunings(arena, mixture->part, mixture->count, out);
    if (status < 0)
        return status;
    out->scratch += 3 * tro_curation_input(out) + tro_curation_turns(out);
    out->ops = &mixture_ops[pools][draws];
    if (!table)
        return find_shift(arena, mixture, out);
    find_spreading(mixture, out);
    return TRO_OK;
}
