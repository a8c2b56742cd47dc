#include "experiment/cell.h"

#include <math.h>
#include <string.h>

int tro_study_is_own_key(const char *path)
{
    static const char *const keys[] = {"advice", "compare", "vary", "claims", "figure", "sweep"};
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        size_t length = strlen(keys[k]);
        if (strncmp(path, keys[k], length) == 0 && (!path[length] || path[length] == '.'))
            return 1;
    }
    return 0;
}

int tro_cell_bare_document(const tro_document *document, tro_document **out,
                           tro_messages *messages)
{
    int status = tro_document_clone(document, out, messages);
    if (status < 0)
        return status;
    tro_node *root = (*out)->root;
    size_t kept = 0;
    for (size_t k = 0; k < root->count; k++)
        if (!tro_study_is_own_key(root->items[k]->key))
            root->items[kept++] = root->items[k];
    root->count = kept;
    return TRO_OK;
}

int tro_cell_new(const tro_document *base, const tro_catalog *catalog,
                 const tro_override *overrides, size_t count, tro_cell **out,
                 tro_messages *messages)
{
    tro_document *document = NULL;
    tro_cell *cell = tro_allocate(1, sizeof *cell);
    int status = TRO_ENOMEM;
    *out = NULL;
    if (!cell)
        return TRO_ENOMEM;
    cell->catalog = catalog;
    cell->base = base;
    cell->override_count = count;
    cell->overrides = TRO_NEW(&cell->arena, tro_override, count + 1);
    if (!cell->overrides)
        goto out;
    if (count > 0)
        memcpy(cell->overrides, overrides, count * sizeof *overrides);
    TRO_TRY(tro_document_clone(base, &document, messages));
    status = tro_overrides_apply(document, catalog, overrides, count, messages);
    if (status < 0) {
        tro_document_free(document);
        goto out;
    }
    TRO_TRY(tro_cell_compile(cell, document, messages));
out:
    if (status < 0)
        tro_cell_free(cell);
    else
        *out = cell;
    return status;
}

int tro_cell_beyond(const tro_cell *cell, const tro_document *document,
                    const tro_override *more, size_t count, tro_cell **out,
                    tro_messages *messages)
{
    size_t base = cell->override_count;
    tro_override *all = tro_allocate(base + count + 1, sizeof *all);
    *out = NULL;
    if (!all)
        return TRO_ENOMEM;
    for (size_t k = 0; k < base + count; k++)
        all[k] = k < base ? cell->overrides[k] : more[k - base];
    int status = tro_cell_new(document ? document : cell->base, cell->catalog, all, base + count,
                              out, messages);
    if (status == TRO_OK)
        (*out)->progress = cell->progress;
    tro_release(all);
    return status;
}

int tro_cell_vary(const tro_cell *cell, const tro_override *override, tro_cell **out,
                  tro_messages *messages)
{
    return tro_cell_beyond(cell, NULL, override, 1, out, messages);
}

void tro_cell_free(tro_cell *cell)
{
    if (!cell)
        return;
    tro_influences_release(&cell->influences);
    tro_limit_release(&cell->limit);
    tro_fixed_point_release(&cell->point);
    tro_sampler_free(cell->sampler);
    tro_plan_free(cell->plan);
    tro_ecosystem_free(cell->ecosystem);
    tro_cell_release_phases(cell);
    tro_arena_clear(&cell->arena);
    tro_release(cell);
}

char *tro_cell_failure(int status, const tro_messages *messages)
{
    for (size_t k = 0; k < messages->count; k++)
        if (messages->items[k].severity == TRO_ERROR)
            return tro_copy_text(messages->items[k].text);
    return tro_copy_text(tro_status_text(status));
}

/* Two solutions that are the same but for rounding. */
static int agree(const tro_cell *cell, const double *a, const double *b)
{
    for (size_t k = 0; k < cell->ecosystem->size; k++)
        if (!(fabs(a[k] - b[k]) <= 1e-7 * (1 + fabs(a[k]))))
            return 0;
    return 1;
}

/* Of several fixed points the one that the phase leads to from where it begins; where that
 * is also the start's, the start's to the last digit. */
static int prefer_begin(tro_cell *cell)
{
    tro_fixed_point other = {0};
    int status = tro_fixed_point_find(cell->ecosystem, cell->begin, 1e-9, &other, NULL);
    if (status == TRO_OK && !(cell->have_point && agree(cell, cell->point.z, other.z))) {
        tro_fixed_point_release(&cell->point);
        cell->point = other;
        cell->have_point = 1;
        return TRO_OK;
    }
    tro_fixed_point_release(&other);
    return status;
}

int tro_cell_fixed_point(tro_cell *cell, tro_messages *messages)
{
    tro_messages aside = {0};
    if (cell->have_point)
        return TRO_OK;
    int status = tro_cell_corpora(cell, messages);
    if (status < 0)
        return status;
    status = tro_fixed_point_find(cell->ecosystem, NULL, 1e-9, &cell->point,
                                  cell->begin ? &aside : messages);
    cell->have_point = status == TRO_OK;
    if (cell->begin && prefer_begin(cell) == TRO_OK)
        status = TRO_OK;
    for (size_t k = 0; status < 0 && k < aside.count; k++)
        if (aside.items[k].severity == TRO_ERROR)
            tro_error(messages, status, NULL, "%s", aside.items[k].text);
    tro_messages_clear(&aside);
    return status;
}

int tro_cell_influences(tro_cell *cell, tro_messages *messages)
{
    int status = tro_cell_fixed_point(cell, messages);
    if (status < 0 || cell->have_influences)
        return status;
    status = tro_influences_init(&cell->influences, cell->ecosystem, cell->point.z, messages);
    if (status < 0)
        tro_influences_release(&cell->influences);
    cell->have_influences = status == TRO_OK;
    return status;
}

/* Where J is to be taken; *owned is memory that goes afterwards. */
static int linearise_at(tro_cell *cell, const double *otherwise, const double **z,
                        double **owned, tro_messages *messages)
{
    tro_messages aside = {0};
    *owned = NULL;
    if (cell->ecosystem->affine && !cell->have_point) {
        *owned = tro_allocate(cell->ecosystem->size, sizeof **owned);
        *z = *owned;
        return *owned ? TRO_OK : TRO_ENOMEM;
    }
    int status = tro_cell_fixed_point(cell, otherwise ? &aside : messages);
    tro_messages_clear(&aside);
    *z = status == TRO_OK ? cell->point.z : otherwise;
    return *z ? TRO_OK : status;
}

int tro_cell_stability_or_at(tro_cell *cell, const double *z, tro_messages *messages)
{
    double *owned;
    int status;
    if (cell->have_stability)
        return TRO_OK;
    status = linearise_at(cell, z, &z, &owned, messages);
    if (status == TRO_OK)
        status = tro_stability_find(cell->ecosystem, z, cell->plan, cell->progress,
                                    &cell->stability, messages);
    tro_release(owned);
    cell->have_stability = status == TRO_OK;
    return status;
}

int tro_cell_stability(tro_cell *cell, tro_messages *messages)
{
    return tro_cell_stability_or_at(cell, NULL, messages);
}

int tro_cell_agent(const tro_cell *cell, const char *name, const tro_place *place, size_t *out,
                   tro_messages *messages)
{
    *out = tro_scenario_agent(cell->scenario, name);
    return *out != SIZE_MAX ? TRO_OK
                            : tro_scenario_refuse_agent(cell->scenario, name, place, messages);
}
