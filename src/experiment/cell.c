#include "experiment/cell.h"

#include <math.h>
#include <string.h>

int tro_cell_bare_document(const tro_document *document, tro_document **out,
                           tro_messages *messages)
{
    int status = tro_document_clone(document, out, messages);
    if (status < 0)
        return status;
    tro_node *root = (*out)->root;
    size_t kept = 0;
    for (size_t k = 0; k < root->count; k++) {
        const char *key = root->items[k]->key;
        if (strcmp(key, "vary") != 0 && strcmp(key, "claims") != 0 && strcmp(key, "figure") != 0 &&
            strcmp(key, "compare") != 0)
            root->items[kept++] = root->items[k];
    }
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
    TRO_TRY(tro_scenario_new(document, catalog, &cell->scenario, messages));
    TRO_TRY(tro_ecosystem_new(cell->scenario, &cell->ecosystem, messages));
    TRO_TRY(tro_plan_new(cell->scenario, &cell->plan, messages));
    TRO_TRY(tro_cell_recorded(cell, messages));
out:
    if (status < 0)
        tro_cell_free(cell);
    else
        *out = cell;
    return status;
}

int tro_cell_vary(const tro_cell *cell, const tro_override *override, tro_cell **out,
                  tro_messages *messages)
{
    size_t count = cell->override_count;
    tro_override *all = tro_allocate(count + 1, sizeof *all);
    *out = NULL;
    if (!all)
        return TRO_ENOMEM;
    if (count > 0)
        memcpy(all, cell->overrides, count * sizeof *all);
    all[count] = *override;
    int status = tro_cell_new(cell->base, cell->catalog, all, count + 1, out, messages);
    if (status == TRO_OK)
        (*out)->progress = cell->progress;
    tro_release(all);
    return status;
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
    tro_scenario_free(cell->scenario);
    tro_arena_clear(&cell->arena);
    tro_release(cell);
}

int tro_cell_fixed_point(tro_cell *cell, tro_messages *messages)
{
    if (cell->have_point)
        return TRO_OK;
    int status = tro_fixed_point_find(cell->ecosystem, NULL, 1e-9, &cell->point, messages);
    cell->have_point = status == TRO_OK;
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
    if (*out != SIZE_MAX)
        return TRO_OK;
    const char *near = tro_scenario_nearest_agent(cell->scenario, name);
    return tro_error(messages, TRO_ESCENARIO, place, "no agent is called '%s'%s%s%s", name,
                     near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
}
