#include "analysis/certificate.h"

#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

#include "analysis/blocks.h"
#include "analysis/gsl_guard.h"

enum { ITERATIONS = 500 };
#define CLOSE 1e-12

/* L, rows as those of the ecosystem's entries, and the diagonal of learning rates. */
typedef struct matrix {
    const tro_ecosystem *eco;
    double *cells;             /* entry_count */
    double *diagonal;          /* agents */
    size_t *part;              /* agents: the strongly connected part it is in */
    size_t *row_start, *column, *members, *starts;
    double *x, *y;
    tro_arena arena;
} matrix;

static int matrix_init(matrix *m, const tro_ecosystem *eco)
{
    *m = (matrix){.eco = eco};
    m->cells = TRO_NEW(&m->arena, double, eco->entry_count);
    m->diagonal = TRO_NEW(&m->arena, double, eco->agents);
    m->part = TRO_NEW(&m->arena, size_t, eco->agents);
    m->row_start = TRO_NEW(&m->arena, size_t, eco->agents + 1);
    m->column = TRO_NEW(&m->arena, size_t, eco->entry_count);
    m->members = TRO_NEW(&m->arena, size_t, eco->agents);
    m->starts = TRO_NEW(&m->arena, size_t, eco->agents + 1);
    m->x = TRO_NEW(&m->arena, double, eco->agents);
    m->y = TRO_NEW(&m->arena, double, eco->agents);
    return m->cells && m->diagonal && m->part && m->row_start && m->column && m->members &&
                   m->starts && m->x && m->y
               ? TRO_OK
               : TRO_ENOMEM;
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

static void fill(matrix *m, int steep, const double *channels)
{
    const tro_ecosystem *eco = m->eco;
    for (size_t i = 0; i < eco->agents; i++) {
        const tro_agent *agent = &eco->scenario->agents[i];
        double factor = agent->rate;
        if (!eco->affine)
            factor *= spreading_of(agent->owner_curation, steep).law;
        m->diagonal[i] = 1 - agent->rate;
        for (size_t k = eco->row_start[i]; k < eco->row_start[i + 1]; k++) {
            const tro_entry *entry = &eco->entries[k];
            int pooled = agent->pool_curation && entry->layer == TRO_CURATED;
            double share = tro_entry_share(eco, i, entry), cell = share;
            if (eco->affine) {
                cell = share;
            } else if (pooled) {
                tro_spreading s = spreading_of(agent->pool_curation, steep);
                cell = (s.law > 0 ? share * s.law : 0) + eco->shares[i].curated * s.slot;
            } else if (share > 0) {
                cell = share * spreading_of(entry->curation, steep).law;
            }
            m->cells[k] = cell > 0 ? factor * channels[k] * cell : 0;
        }
    }
}

/* The parts of which each is fed by itself. */
static int find_parts(matrix *m)
{
    const tro_ecosystem *eco = m->eco;
    size_t at = 0, count;
    for (size_t i = 0; i < eco->agents; i++) {
        m->row_start[i] = at;
        for (size_t k = eco->row_start[i]; k < eco->row_start[i + 1]; k++)
            if (m->cells[k] > 0)
                m->column[at++] = eco->entries[k].producer;
    }
    m->row_start[eco->agents] = at;
    int status = tro_strong_parts(eco->agents, m->row_start, m->column, m->members, m->starts,
                                  &count);
    for (size_t p = 0; status == TRO_OK && p < count; p++)
        for (size_t k = m->starts[p]; k < m->starts[p + 1]; k++)
            m->part[m->members[k]] = p;
    return status;
}

/* y = (1 + L) x within parts. */
static void multiply(matrix *m)
{
    const tro_ecosystem *eco = m->eco;
    for (size_t i = 0; i < eco->agents; i++) {
        double sum = (1 + m->diagonal[i]) * m->x[i];
        for (size_t k = eco->row_start[i]; k < eco->row_start[i + 1]; k++) {
            size_t j = eco->entries[k].producer;
            if (m->part[j] == m->part[i] && m->cells[k] > 0)
                sum += m->cells[k] * m->x[j];
        }
        m->y[i] = sum;
    }
}

/* Every positive x bounds the radius of 1 + L from above by the largest (x + L x)_i / x_i
 * (Collatz 1942, Wielandt 1950), and from below by the smallest; powers bring both together,
 * in each part by itself. */
static double radius_of(matrix *m)
{
    const tro_ecosystem *eco = m->eco;
    double best = INFINITY, least = 0;
    for (size_t k = 0; k < eco->entry_count; k++)
        if (isinf(m->cells[k]))
            return INFINITY;
    for (size_t i = 0; i < eco->agents; i++)
        m->x[i] = 1;
    for (int step = 0; step < ITERATIONS && !(best - least <= CLOSE * least); step++) {
        double most = 0;
        multiply(m);
        for (size_t p = 0, at = 0; at < eco->agents; p++) {
            double high = 0, low = INFINITY, largest = 0;
            for (at = m->starts[p]; at < m->starts[p + 1]; at++) {
                double ratio = m->y[m->members[at]] / m->x[m->members[at]];
                high = fmax(high, ratio);
                low = fmin(low, ratio);
                largest = fmax(largest, m->y[m->members[at]]);
            }
            most = fmax(most, high);
            least = fmax(least, low);
            for (at = m->starts[p]; at < m->starts[p + 1]; at++)
                m->x[m->members[at]] = fmax(m->y[m->members[at]] / largest, 1e-290);
        }
        best = fmin(best, most);
    }
    return fmax(best - 1, 0);
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

int tro_certificate_find(const tro_ecosystem *eco, tro_certificate *out)
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
    for (int steep = 0; steep < 2; steep++) {
        fill(&m, steep, channels);
        TRO_TRY(find_parts(&m));
        *(steep ? &out->radius : &out->coupled) = radius_of(&m);
    }
    out->radius = fmin(out->radius, out->coupled);
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
