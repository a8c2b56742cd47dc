/* The points of a map. */
#include "experiment/map.h"

#include <math.h>
#include <omp.h>
#include <string.h>

const char *tro_map_status_name(tro_map_status status)
{
    static const char *const names[TRO_MAP_STATUSES] = {
        "ok", "unstable", "unsettled", "undecided", "undefined", "impossible", "failed"};
    return names[status];
}

void tro_map_title(const tro_map *map, tro_text *text)
{
    const tro_map_request *r = &map->request;
    if (r->quantity)
        tro_text_add(text, r->quantity);
    else
        tro_text_addf(text, "influence of %s's curated share on %s", r->of,
                      strcmp(r->on, r->of) == 0 ? "itself" : r->on);
}

/* --- one point ------------------------------------------------------------------------- */

int tro_map_cell(const tro_map *map, double x, double y, tro_cell **out, tro_messages *messages)
{
    tro_override at[2];
    for (int a = 0; a < 2; a++) {
        const tro_map_axis *axis = &map->request.axes[a];
        at[a] = (tro_override){.path = axis->key, .number = a ? y : x, .origin = "map",
                               .complement = axis->complement, .node = axis->node,
                               .path_place = &axis->key_place};
    }
    int status = tro_cell_beyond(map->cell, map->bare, at, 2, out, messages);
    if (status == TRO_OK)
        (*out)->progress = map->progress;
    return status;
}

static uint64_t digest(const double *values, size_t count)
{
    const unsigned char *bytes = (const unsigned char *)values;
    uint64_t sum = 14695981039346656037u;   /* FNV-1a */
    for (size_t k = 0; k < count * sizeof *values; k++)
        sum = (sum ^ bytes[k]) * 1099511628211u;
    return sum ? sum : 1;
}

static int take_effect(void *context, const tro_effect *row, size_t count)
{
    *(tro_effect *)context = row[0];
    return count == 1 ? TRO_OK : TRO_EINVAL;
}

static int find_influence(const tro_map *map, tro_cell *cell, int asked, tro_map_point *out,
                          tro_messages *messages)
{
    const tro_map_request *r = &map->request;
    tro_effect effect = {.long_term = NAN, .isolated = NAN};
    size_t on, of;
    int status;
    TRO_TRY(tro_cell_agent(cell, r->on, NULL, &on, messages));
    TRO_TRY(tro_cell_agent(cell, r->of, NULL, &of, messages));
    TRO_TRY(tro_cell_influences(cell, messages));
    if (!(asked & TRO_MAP_CLASSED))
        return tro_influence_adjoint(&cell->influences, on, of, &out->value, NULL, messages);
    TRO_TRY(tro_effects_each(cell, on, of, take_effect, &effect, NULL, messages));
    out->value = effect.long_term;
    out->isolated = effect.isolated;
    out->effect_class = effect.effect_class;
    out->one_sided = effect.one_sided;
out:
    return status;
}

static int find_quantity(const tro_map *map, tro_cell *cell, tro_map_point *out,
                         tro_messages *messages)
{
    tro_values values = {0};
    int status = tro_quantity_find(cell, &map->quantity, &values, messages);
    if (status < 0)
        return status;
    out->value = values.count == 1 ? values.values[0] : NAN;
    out->one_sided = values.one_sided;
    return TRO_OK;
}

static int is_fatal(int status)
{
    return status == TRO_ENOMEM || status == TRO_EINTERRUPTED;
}

static tro_map_status status_of(int status)
{
    return status == TRO_ENOCONV || status == TRO_EDIVERGED || status == TRO_ESINGULAR
               ? TRO_MAP_UNSETTLED
           : status == TRO_EUNSUPPORTED ? TRO_MAP_UNDEFINED
                                        : TRO_MAP_FAILED;
}

/* A number about a fixed point at which the rounds do not settle means nothing, unless it
 * is about stability itself. */
static int judge(tro_cell *cell, tro_map_point *out, tro_messages *messages)
{
    tro_text words = {0};
    if (!cell->have_point || cell->have_stability)
        return TRO_OK;
    int status = tro_cell_stability(cell, messages);
    if (is_fatal(status))
        return status;
    if (status == TRO_OK && cell->stability.stable)
        return TRO_OK;
    if (status < 0) {
        out->status = TRO_MAP_UNDECIDED;
        out->remark = tro_cell_failure(status, messages);
    } else {
        tro_stability_describe(&cell->stability, &words);
        out->status = TRO_MAP_UNSTABLE;
        out->remark = words.failed ? NULL : tro_copy_text(tro_text_string(&words));
    }
    tro_text_clear(&words);
    return out->remark ? TRO_OK : TRO_ENOMEM;
}

/* A point without a value has nothing else to say, either. */
static void blank(tro_map_point *out)
{
    if (out->status == TRO_MAP_OK && !isfinite(out->value))
        out->status = TRO_MAP_UNDEFINED;
    if (out->status == TRO_MAP_OK)
        return;
    out->value = out->isolated = NAN;
    out->effect_class = TRO_UNDEFINED;
    out->one_sided = 0;
}

int tro_map_at(const tro_map *map, double x, double y, int asked, tro_map_point *out)
{
    tro_messages own = {0};
    tro_cell *cell = NULL;
    *out = (tro_map_point){.value = NAN, .isolated = NAN};
    int status = tro_map_cell(map, x, y, &cell, &own);
    if (status < 0)
        out->status = TRO_MAP_IMPOSSIBLE;
    if (status == TRO_OK) {
        status = map->request.quantity ? find_quantity(map, cell, out, &own)
                                       : find_influence(map, cell, asked, out, &own);
        out->status = status < 0 ? status_of(status) : TRO_MAP_OK;
    }
    if (status < 0 && !is_fatal(status)) {
        out->remark = tro_cell_failure(status, &own);
        status = out->remark ? TRO_OK : TRO_ENOMEM;
    } else if (status == TRO_OK && (asked & TRO_MAP_JUDGED)) {
        status = judge(cell, out, &own);
    }
    if (cell && cell->have_point)
        out->state = digest(cell->point.z, cell->ecosystem->size);
    blank(out);
    tro_cell_free(cell);
    tro_messages_clear(&own);
    return status;
}

/* --- all of them ------------------------------------------------------------------------ */

int tro_map_each(tro_map *map, const char *what, size_t count, tro_map_work *work, void *context)
{
    const tro_progress *progress = map->progress;
    size_t done = 0;
    int failed = TRO_OK;
#pragma omp parallel for schedule(dynamic, 1)
    for (size_t k = 0; k < count; k++) {
        int before;
#pragma omp atomic read
        before = failed;
        if (before < 0)
            continue;
        int status = work(map, context, k);
#pragma omp critical(tro_map_progress)
        {
            done++;
            if (progress && progress->report)
                progress->report(progress->context, what, done, count);
            if (tro_progress_stops(progress))
                status = TRO_EINTERRUPTED;
            if (status < 0) {
#pragma omp atomic write
                failed = status;
            }
        }
    }
    return failed;
}

static int find_point(tro_map *map, void *context, size_t k)
{
    const tro_vector *x = &map->request.axes[0].values, *y = &map->request.axes[1].values;
    (void)context;
    return tro_map_at(map, x->values[k % x->count], y->values[k / x->count],
                      TRO_MAP_JUDGED | TRO_MAP_CLASSED, &map->points[k]);
}

/* Why there is not one scenario: the mistakes of the first, where they stand. */
static int refuse_all(tro_map *map, tro_messages *messages)
{
    const tro_map_axis *axes = map->request.axes;
    tro_cell *cell = NULL;
    int status = tro_map_cell(map, axes[0].values.values[0], axes[1].values.values[0], &cell,
                              messages);
    tro_cell_free(cell);
    return status < 0 ? status : TRO_ESCENARIO;
}

static int equal(const tro_map_point *one, const tro_map_point *other)
{
    return one->status == other->status && one->state == other->state &&
           memcmp(&one->value, &other->value, sizeof one->value) == 0;
}

/* Does nothing at all change along that axis, to the last bit? */
static int is_constant(const tro_map *map, int axis)
{
    size_t width = map->request.axes[0].values.count, count = map->count;
    for (size_t k = 0; k < count; k++) {
        size_t first = axis == 0 ? k - k % width : k % width;
        if (!equal(&map->points[k], &map->points[first]))
            return 0;
    }
    return 1;
}

/* A key that changes neither the number nor the fixed point is hardly what was meant. Of a
 * quantity that asks for no fixed point it may be a finding. */
static int check_varied(tro_map *map, tro_messages *messages)
{
    int status = TRO_OK, known = 1;
    for (size_t k = 0; k < map->count; k++)
        known &= map->points[k].status != TRO_MAP_OK || map->points[k].state != 0;
    for (int a = 0; a < 2; a++) {
        const tro_map_axis *axis = &map->request.axes[a];
        if (!is_constant(map, a))
            continue;
        if (known)
            status = tro_error(messages, TRO_ESCENARIO, &axis->key_place,
                               "'%s' varies nothing: the fixed point and the number are the same "
                               "at all its %zu values", axis->key, axis->values.count);
        else
            tro_warning(messages, &axis->key_place,
                        "the number is the same at all %zu values of '%s'", axis->values.count,
                        axis->key);
    }
    return status;
}

int tro_map_find(tro_map *map, const tro_progress *progress, tro_messages *messages)
{
    int status;
    map->progress = progress;
    TRO_TRY(tro_map_each(map, "points", map->count, find_point, NULL));
    for (size_t k = 0; k < map->count; k++) {
        map->statuses[map->points[k].status]++;
        map->classes[map->points[k].effect_class] += map->points[k].status == TRO_MAP_OK;
    }
    if (map->statuses[TRO_MAP_IMPOSSIBLE] == map->count)
        TRO_TRY(refuse_all(map, messages));
    if (map->statuses[TRO_MAP_OK] > 0)
        TRO_TRY(check_varied(map, messages));
    status = tro_map_find_zeros(map);
out:
    if (status == TRO_ENOMEM)
        tro_error(messages, status, NULL, "out of memory making a map");
    map->progress = NULL;
    return status;
}
