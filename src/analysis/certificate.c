#include "analysis/certificate.h"

#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

#include "analysis/gsl_guard.h"
#include "analysis/perron.h"

enum { PRODUCTS = 500 };

/* L, with learning rates on its diagonal. */
typedef struct matrix {
    const tro_ecosystem *eco;
    size_t *row_start, *column;
    double *cells;
    tro_arena arena;
} matrix;

static int matrix_init(matrix *m, const tro_ecosystem *eco)
{
    *m = (matrix){.eco = eco};
    m->row_start = TRO_NEW(&m->arena, size_t, eco->agents + 1);
    m->column = TRO_NEW(&m->arena, size_t, eco->entry_count + eco->agents);
    m->cells = TRO_NEW(&m->arena, double, eco->entry_count + eco->agents);
    return m->cells && m->row_start && m->column ? TRO_OK : TRO_ENOMEM;
}

/* --- constants ---------------------------------------------------------------------- */

static tro_spreading spreading_of(const tro_curation *curation, int steep)
{
    return steep ? tro_curation_steep(curation) : tro_curation_coupled(curation);
}

static int is_known(tro_spreading s)
{
    return s.law > 0 || s.slot > 0;
}

/* The 2-norm of a channel's matrix, or a bound on it. */
static double channel_norm(const tro_channel_map *map, size_t width, double *room)
{
    enum { EXACT = 64 };
    double rows = 0, columns = 0, *cells = room, *unit = room + width * width;
    double *sums = unit + width;
    memset(sums, 0, width * sizeof *sums);
    for (size_t c = 0; c < width; c++) {
        double sum = 0;
        memset(unit, 0, width * sizeof *unit);
        unit[c] = 1;
        map->channel->derivative(map, width, unit, cells + c * width);
        for (size_t r = 0; r < width; r++) {
            sum += fabs(cells[c * width + r]);
            sums[r] += fabs(cells[c * width + r]);
        }
        columns = fmax(columns, sum);
    }
    for (size_t r = 0; r < width; r++)
        rows = fmax(rows, sums[r]);
    if (width > EXACT)
        return sqrt(rows * columns);
    tro_gsl_guard();
    gsl_matrix_view a = gsl_matrix_view_array(cells, width, width);
    gsl_vector_view s = gsl_vector_view_array(unit, width);
    double v[EXACT * EXACT];
    gsl_matrix_view right = gsl_matrix_view_array(v, width, width);
    return gsl_linalg_SV_decomp_jacobi(&a.matrix, &right.matrix, &s.vector) == 0
               ? unit[0] * (1 + 1e-12)
               : sqrt(rows * columns);
}

/* How far a move of the entry's producer moves what it delivers; tables: at most as far. */
static int channel_constants(const matrix *m, double *constants)
{
    const tro_ecosystem *eco = m->eco;
    size_t width = eco->width, room_size = eco->affine ? width * width + 2 * width : 0;
    double *room = tro_allocate(room_size, sizeof *room);
    if (!room)
        return TRO_ENOMEM;
    for (size_t k = 0; k < eco->entry_count; k++) {
        const tro_channel_map *map = eco->entries[k].channel;
        constants[k] = map && eco->affine ? channel_norm(map, width, room) : 1;
    }
    tro_release(room);
    return TRO_OK;
}

/* --- L ------------------------------------------------------------------------------ */

static double cell_of(const matrix *m, size_t i, size_t k, int steep)
{
    const tro_ecosystem *eco = m->eco;
    const tro_agent *agent = &eco->scenario->agents[i];
    const tro_entry *entry = &eco->entries[k];
    double share = tro_entry_share(eco, i, entry);
    if (eco->affine)
        return share;
    if (agent->pool_curation && entry->layer == TRO_CURATED) {
        tro_spreading s = spreading_of(agent->pool_curation, steep);
        return (s.law > 0 ? share * s.law : 0) + eco->shares[i].curated * s.slot;
    }
    return share > 0 ? share * spreading_of(entry->curation, steep).law : 0;
}

static void fill(matrix *m, int steep, const double *channels)
{
    const tro_ecosystem *eco = m->eco;
    size_t at = 0;
    for (size_t i = 0; i < eco->agents; i++) {
        const tro_agent *agent = &eco->scenario->agents[i];
        double factor = agent->rate;
        if (!eco->affine)
            factor *= spreading_of(agent->owner_curation, steep).law;
        m->row_start[i] = at;
        if (agent->rate < 1) {
            m->column[at] = i;
            m->cells[at++] = 1 - agent->rate;
        }
        for (size_t k = eco->row_start[i]; k < eco->row_start[i + 1]; k++) {
            double cell = cell_of(m, i, k, steep);
            cell = cell > 0 ? factor * channels[k] * cell : 0;
            if (!(cell > 0))
                continue;
            m->column[at] = eco->entries[k].producer;
            m->cells[at++] = cell;
        }
    }
    m->row_start[eco->agents] = at;
}

/* --- when there is none ------------------------------------------------------------- */

static int none(tro_certificate *out, const char *reason, const tro_agent *agent)
{
    out->reason = reason;
    out->agent = agent ? agent->name : NULL;
    return 0;
}

static int applies(const tro_ecosystem *eco, tro_certificate *out)
{
    const tro_space *space = &eco->scenario->space;
    static const char unknown[] = "no bound is known for a curation";
    if (eco->fades)
        return none(out, "shares change from round to round", NULL);
    if (eco->affine)
        return eco->releases ? none(out, unknown, NULL) : 1;
    if (space->family->law != TRO_TABLE)
        return none(out, "curations of real vectors that are no translations have no bound", NULL);
    if (space->blocks > 1)
        return none(out, "it is for outcomes without prompts", NULL);
    for (size_t i = 0; i < eco->agents; i++) {
        const tro_agent *agent = &eco->scenario->agents[i];
        tro_spreading owner = spreading_of(agent->owner_curation, 0);
        if (!(owner.law > 0) || owner.slot > 0 ||
            !is_known(spreading_of(agent->pool_curation, 0)))
            return none(out, unknown, agent);
        for (size_t k = eco->row_start[i]; k < eco->row_start[i + 1]; k++)
            if (!is_known(spreading_of(eco->entries[k].curation, 0)))
                return none(out, unknown, agent);
    }
    return 1;
}

int tro_certificate_find(const tro_ecosystem *eco, const tro_progress *progress,
                         tro_certificate *out)
{
    matrix m = {0};
    double *channels = NULL;
    int status = TRO_OK;
    *out = (tro_certificate){.coupled = NAN, .radius = NAN};
    if (!applies(eco, out))
        return TRO_OK;
    TRO_TRY(matrix_init(&m, eco));
    channels = TRO_NEW(&m.arena, double, eco->entry_count);
    TRO_TRY(channels ? channel_constants(&m, channels) : TRO_ENOMEM);
    for (int steep = 0; steep < 2 && (steep == 0 || !eco->affine); steep++) {
        tro_between found;
        fill(&m, steep, channels);
        TRO_TRY(tro_perron(&(tro_sparse){eco->agents, m.row_start, m.column, m.cells}, PRODUCTS,
                           progress, &found));
        *(steep ? &out->radius : &out->coupled) = found.high;
    }
    out->radius = fmin(out->radius, out->coupled);   /* of NaN and a number, the number */
    out->holds = out->radius < 1;
out:
    tro_arena_clear(&m.arena);
    return status;
}

void tro_certificate_describe(const tro_certificate *c, tro_text *text)
{
    if (c->reason) {
        tro_text_addf(text, "nothing: %s", c->reason);
        if (c->agent)
            tro_text_addf(text, " ('%s')", c->agent);
        return;
    }
    if (c->holds)
        tro_text_addf(text, "one fixed point, to which every start leads in every order (spectral "
                            "radius of the bounds %.6g", c->radius);
    else
        tro_text_addf(text, "nothing: the bounds allow distances to grow (their spectral radius is "
                            "%.6g", c->radius);
    if (c->coupled > c->radius && isfinite(c->coupled))
        tro_text_addf(text, "; %.6g by candidates alone", c->coupled);
    tro_text_add(text, ")");
}
