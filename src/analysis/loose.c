#include "analysis/loose.h"

#include <string.h>

#include "analysis/blocks.h"
#include "analysis/resolvent.h"

/* On whom each agent depends: as tro_strong_parts takes it. */
typedef struct dependence {
    size_t *row_start, *producer, *members, *starts;
    size_t parts;
} dependence;

static size_t count_audiences(const tro_entry *entry)
{
    return entry->curation ? entry->curation->audience_count : 0;
}

static int dependence_find(const tro_ecosystem *eco, tro_arena *arena, dependence *d)
{
    size_t n = eco->agents, most = n, at = 0;
    for (size_t k = 0; k < eco->entry_count; k++)
        most += 1 + count_audiences(&eco->entries[k]);
    d->row_start = TRO_NEW(arena, size_t, n + 1);
    d->producer = TRO_NEW(arena, size_t, most);
    d->members = TRO_NEW(arena, size_t, n);
    d->starts = TRO_NEW(arena, size_t, n + 1);
    if (!d->row_start || !d->producer || !d->members || !d->starts)
        return TRO_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        d->row_start[i] = at;
        if (eco->scenario->agents[i].rate < 1)
            d->producer[at++] = i;
        for (size_t k = eco->row_start[i]; k < eco->row_start[i + 1]; k++) {
            const tro_entry *entry = &eco->entries[k];
            if (!(tro_entry_share(eco, i, entry) > 0))
                continue;
            d->producer[at++] = entry->producer;
            for (size_t a = 0; a < count_audiences(entry); a++)
                d->producer[at++] = entry->curation->audience[a]->agent;
        }
    }
    d->row_start[n] = at;
    return tro_strong_parts(n, d->row_start, d->producer, d->members, d->starts, &d->parts);
}

/* Does an agent of the part depend on one of it? */
static int turns(const dependence *d, size_t part)
{
    size_t only = d->members[d->starts[part]];
    if (d->starts[part + 1] - d->starts[part] > 1)
        return 1;
    for (size_t k = d->row_start[only]; k < d->row_start[only + 1]; k++)
        if (d->producer[k] == only)
            return 1;
    return 0;
}

/* A part too large for a matrix of its own: by solves that hold all others. */
static int is_singular_large(const tro_ecosystem *eco, const double *z, const size_t *members,
                             size_t count)
{
    tro_resolvent resolvent = {0};
    int *others = tro_allocate(eco->agents, sizeof *others);
    if (!others)
        return TRO_ENOMEM;
    for (size_t i = 0; i < eco->agents; i++)
        others[i] = 1;
    for (size_t k = 0; k < count; k++)
        others[members[k]] = 0;
    int status = tro_resolvent_init_held(&resolvent, eco, z, others, NULL);
    if (status == TRO_OK)
        status = tro_resolvent_condition(&resolvent, NULL);
    tro_resolvent_release(&resolvent);
    tro_release(others);
    return status == TRO_ESINGULAR || status == TRO_ENOCONV ? 1 : status;
}

/* 1 when the part's own block of I - J is singular, 0 when not; or an error. */
static int is_singular(const tro_ecosystem *eco, tro_workspace *work, const double *z,
                       const size_t *members, size_t count)
{
    size_t width = eco->width, m = count * width;
    tro_lu lu = {0};
    int status = TRO_ENOMEM;
    if (m > TRO_DENSE_LIMIT)
        return is_singular_large(eco, z, members, count);
    double *block = tro_allocate(m, m * sizeof *block);
    double *unit = tro_allocate(2 * eco->size, sizeof *unit), *image = unit + eco->size;
    if (!block || !unit)
        goto out;
    for (size_t j = 0; j < m; j++) {
        size_t at = members[j / width] * width + j % width;
        unit[at] = 1;
        tro_round_derivative(eco, work, z, unit, image);
        unit[at] = 0;
        for (size_t i = 0; i < m; i++)
            block[i * m + j] = (i == j) - image[members[i / width] * width + i % width];
    }
    status = tro_lu_init(&lu, m, block);
    if (status == TRO_ESINGULAR ||
        (status == TRO_OK && lu.inverse_norm * TRO_SINGULAR_BELOW > 1))
        status = 1;
out:
    tro_lu_free(&lu);
    tro_release(block);
    tro_release(unit);
    return status;
}

/* Marks whom one part depends on, and who depends on it. */
static void follow(const dependence *d, tro_loose *loose, size_t row)
{
    unsigned char *feeds = loose->feeds + row * loose->agents;
    unsigned char *feels = loose->feels + row * loose->agents;
    for (int changed = 1; changed;) {
        changed = 0;
        for (size_t i = 0; i < loose->agents; i++)
            for (size_t k = d->row_start[i]; k < d->row_start[i + 1]; k++) {
                size_t j = d->producer[k];
                changed |= (feeds[i] && !feeds[j]) || (feels[j] && !feels[i]);
                feeds[j] |= feeds[i];
                feels[i] |= feels[j];
            }
    }
}

static int mark(const dependence *d, const size_t *parts, tro_loose *loose)
{
    loose->held = TRO_NEW(&loose->arena, int, loose->agents);
    loose->feeds = TRO_NEW(&loose->arena, unsigned char, loose->count * loose->agents);
    loose->feels = TRO_NEW(&loose->arena, unsigned char, loose->count * loose->agents);
    if (!loose->held || !loose->feeds || !loose->feels)
        return TRO_ENOMEM;
    for (size_t p = 0; p < loose->count; p++) {
        for (size_t k = d->starts[parts[p]]; k < d->starts[parts[p] + 1]; k++) {
            size_t agent = d->members[k];
            loose->held[agent] = 1;
            loose->feeds[p * loose->agents + agent] = 1;
            loose->feels[p * loose->agents + agent] = 1;
        }
        follow(d, loose, p);
    }
    return TRO_OK;
}

int tro_loose_find(const tro_ecosystem *eco, tro_workspace *work, const double *z,
                   tro_loose *out)
{
    tro_arena arena = {0};
    dependence d = {0};
    int status;
    *out = (tro_loose){.agents = eco->agents};
    size_t *parts = TRO_NEW(&arena, size_t, eco->agents);
    TRO_TRY(parts ? dependence_find(eco, &arena, &d) : TRO_ENOMEM);
    for (size_t p = 0; p < d.parts; p++) {
        if (!turns(&d, p))
            continue;
        TRO_TRY(is_singular(eco, work, z, d.members + d.starts[p], d.starts[p + 1] - d.starts[p]));
        if (status == 1)
            parts[out->count++] = p;
    }
    status = out->count > 0 ? mark(&d, parts, out) : TRO_OK;
out:
    tro_arena_clear(&arena);
    if (status < 0)
        tro_loose_release(out);
    return status;
}

void tro_loose_release(tro_loose *loose)
{
    tro_arena_clear(&loose->arena);
    *loose = (tro_loose){0};
}

int tro_loose_between(const tro_loose *loose, size_t on, size_t of)
{
    for (size_t p = 0; p < loose->count; p++)
        if (loose->feeds[p * loose->agents + of] && loose->feels[p * loose->agents + on])
            return 1;
    return 0;
}
