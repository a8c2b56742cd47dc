#include "tests/unit/toy.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "tests/unit/support.h"

enum { W = TRO_TOY_WIDTH };

/* --- drawing --------------------------------------------------------------- */

static int chance(tro_stream *s, double p)
{
    return tro_stream_uniform(s) < p;
}

static double between(tro_stream *s, double low, double high)
{
    return low + (high - low) * tro_stream_uniform(s);
}

static void draw_vector(tro_stream *s, size_t d, double *v)
{
    for (size_t k = 0; k < d; k++)
        v[k] = between(s, -1, 1);
}

/* Isotropic, diagonal, full, or full of rank one. */
static void draw_spread(tro_stream *s, size_t d, double *m)
{
    uint64_t shape = tro_stream_below(s, 4);
    double root[W * W] = {0}, variance = between(s, 0.1, 2);
    memset(m, 0, W * W * sizeof *m);
    for (size_t k = 0; k < d; k++)
        m[k * d + k] = shape == 0 ? variance : between(s, 0, 2);
    if (shape < 2 || d == 1)
        return;
    for (size_t i = 0; i < d; i++)
        for (size_t j = 0; j < (shape == 3 ? 1 : d); j++)
            root[i * d + j] = between(s, -1, 1);
    for (size_t i = 0; i < d; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = 0;
            for (size_t t = 0; t < d; t++)
                sum += root[i * d + t] * root[j * d + t];
            m[i * d + j] = m[j * d + i] = sum;
        }
}

static void draw_channel(tro_stream *s, size_t d, double gain, tro_toy_edge *e)
{
    e->has_channel = 1;
    e->is_rotation = d % 2 == 0 && chance(s, 0.4);
    e->own_spread = chance(s, 0.4);
    if (e->own_spread)
        draw_spread(s, d, e->spread);
    memset(e->matrix, 0, sizeof e->matrix);
    if (!e->is_rotation) {
        /* Rows sum to less than the gain in modulus. */
        for (size_t i = 0; i < d; i++)
            for (size_t j = 0; j < d; j++)
                e->matrix[i * d + j] = between(s, -gain, gain) / (double)d;
        draw_vector(s, d, e->offset);
        return;
    }
    for (size_t b = 0; b < d / 2; b++) {
        e->degrees[b] = between(s, -180, 180);
        e->factors[b] = between(s, 0, gain) / sqrt(2);
        double c = e->factors[b] * cos(e->degrees[b] * (M_PI / 180));
        double n = e->factors[b] * sin(e->degrees[b] * (M_PI / 180));
        e->matrix[2 * b * d + 2 * b] = e->matrix[(2 * b + 1) * d + 2 * b + 1] = c;
        e->matrix[2 * b * d + 2 * b + 1] = -n;
        e->matrix[(2 * b + 1) * d + 2 * b] = n;
    }
}

static void draw_edge(tro_toy *toy, tro_stream *s, double gain)
{
    size_t d = toy->width, n = toy->agents;
    tro_toy_edge *e = tro_toy_join(toy, tro_stream_below(s, n), tro_stream_below(s, n));
    e->judge_kind = (int)tro_stream_below(s, 4);
    e->judge = e->judge_kind == 2 ? tro_stream_below(s, n) : SIZE_MAX;
    e->synthetic = e->curated = chance(s, 0.15) ? 0 : between(s, 0.1, 3);
    if (chance(s, 0.4))
        e->curated = chance(s, 0.3) ? 0 : between(s, 0.1, 3);
    if (chance(s, 0.5))
        draw_channel(s, d, gain, e);
}

static void draw_shares(tro_toy *toy, tro_stream *s, size_t i)
{
    tro_toy_agent *a = &toy->agent[i];
    double raw = 0, curated = 0, part[3];
    for (size_t k = 0; k < toy->edges; k++)
        if (toy->edge[k].to == i) {
            raw += toy->edge[k].synthetic;
            curated += toy->edge[k].curated;
        }
    a->has_reference = (raw == 0 && curated == 0) || chance(s, 0.7);
    for (int k = 0; k < 3; k++)
        part[k] = chance(s, 0.25) ? 0 : between(s, 0.05, 1);
    part[0] *= a->has_reference;
    part[1] *= raw > 0;
    part[2] *= curated > 0;
    double sum = part[0] + part[1] + part[2];
    if (sum == 0) {
        part[0] = a->has_reference;
        part[1] = !a->has_reference && raw > 0;
        part[2] = !a->has_reference && raw == 0;
        sum = 1;
    }
    a->real = part[0] / sum;
    a->synthetic = part[1] / sum;
    a->curated = part[2] / sum;
    if (part[1] == 0 && part[2] == 0)
        a->real = 1;
    else if (part[1] == 0)
        a->curated = 1 - a->real;
    else
        a->synthetic = 1 - a->real - a->curated;
}

static void draw_agent(tro_toy *toy, tro_stream *s, size_t i)
{
    size_t d = toy->width;
    tro_toy_agent *a = &toy->agent[i];
    a->own_spread = a->has_reference && chance(s, 0.5);
    if (a->own_spread)
        draw_spread(s, d, a->spread);
    draw_vector(s, d, a->reference);
    draw_vector(s, d, a->start);
    a->rule = (tro_toy_rule)tro_stream_below(s, 3);
    draw_vector(s, d, a->push);
    a->temperature = between(s, 0.5, 3);
    a->at_mean = chance(s, 0.5);
    a->displaces = (int)tro_stream_below(s, 3);
    a->outputs = 1 + tro_stream_below(s, 20);
    draw_vector(s, d, a->linear);
    draw_vector(s, d, a->centre);
    draw_spread(s, d, a->curvature);
}

void tro_toy_draw(tro_toy *toy, tro_stream *s, size_t agents, double gain)
{
    *toy = (tro_toy){.width = 1 + tro_stream_below(s, W), .seed = tro_stream_next(s) >> 12,
                     .agents = 1 + tro_stream_below(s, agents)};
    toy->judge_kind = (int)tro_stream_below(s, 2);
    draw_spread(s, toy->width, toy->spread);
    size_t edges = tro_stream_below(s, 4 * toy->agents + 1);
    for (size_t k = 0; k < edges; k++)
        draw_edge(toy, s, gain);
    for (size_t i = 0; i < toy->agents; i++) {
        draw_shares(toy, s, i);
        draw_agent(toy, s, i);
    }
}

void tro_toy_plain(tro_toy *toy, size_t agents, size_t width)
{
    *toy = (tro_toy){.width = width, .agents = agents, .seed = 1};
    for (size_t k = 0; k < width; k++)
        toy->spread[k * width + k] = 1;
    for (size_t i = 0; i < agents; i++) {
        toy->agent[i] = (tro_toy_agent){.has_reference = 1, .real = 1, .temperature = 1,
                                        .outputs = 1, .at_mean = 1};
        for (size_t k = 0; k < width; k++)
            toy->agent[i].linear[k] = 1;
    }
}

tro_toy_edge *tro_toy_join(tro_toy *toy, size_t from, size_t to)
{
    ck_assert_uint_lt(toy->edges, TRO_TOY_EDGES);
    toy->edge[toy->edges] = (tro_toy_edge){.from = from, .to = to, .judge = SIZE_MAX,
                                           .judge_kind = 3, .synthetic = 1, .curated = 1};
    return &toy->edge[toy->edges++];
}

/* --- writing --------------------------------------------------------------- */

static void add_number(tro_text *text, double value)
{
    char number[32];
    tro_text_add(text, tro_format_real(number, value));
}

static void add_list(tro_text *text, size_t n, const double *v)
{
    tro_text_add(text, "[");
    for (size_t k = 0; k < n; k++) {
        tro_text_add(text, k ? ", " : "");
        add_number(text, v[k]);
    }
    tro_text_add(text, "]");
}

static void add_matrix(tro_text *text, size_t n, const double *m)
{
    tro_text_add(text, "[");
    for (size_t k = 0; k < n; k++) {
        tro_text_add(text, k ? ", " : "");
        add_list(text, n, m + k * n);
    }
    tro_text_add(text, "]");
}

/* In the shortest of the shapes a scenario allows. */
static void add_spread(tro_text *text, size_t n, const double *m)
{
    int diagonal = 1, isotropic = 1;
    double values[W] = {0};
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            diagonal &= i == j || m[i * n + j] == 0;
    for (size_t i = 0; i < n; i++) {
        values[i] = m[i * n + i];
        isotropic &= values[i] == values[0];
    }
    if (!diagonal)
        add_matrix(text, n, m);
    else if (isotropic)
        add_number(text, values[0]);
    else
        add_list(text, n, values);
}

static void write_public(const tro_toy *toy, const tro_toy_agent *a, tro_text *text)
{
    if (a->rule == TRO_TOY_SHIFT) {
        tro_text_add(text, "    public: {shift: ");
        add_list(text, toy->width, a->push);
        tro_text_add(text, "}\n");
    } else if (a->rule == TRO_TOY_TILT) {
        tro_text_add(text, "    public: {bradley-terry: {temperature: ");
        add_number(text, a->temperature);
        tro_text_add(text, ", reward: {linear: ");
        add_list(text, toy->width, a->push);
        tro_text_add(text, "}}}\n");
    }
}

static void write_agent(const tro_toy *toy, size_t i, tro_text *text)
{
    static const char *const displaces[] = {"proportional", "real", "synthetic"};
    const tro_toy_agent *a = &toy->agent[i];
    size_t d = toy->width;
    tro_text_addf(text, "  - name: a%zu\n", i);
    if (a->has_reference) {
        tro_text_add(text, "    reference: {mean: ");
        add_list(text, d, a->reference);
        if (a->own_spread) {
            tro_text_add(text, ", covariance: ");
            add_spread(text, d, a->spread);
        }
        tro_text_add(text, "}\n");
    }
    tro_text_add(text, "    start: ");
    add_list(text, d, a->start);
    tro_text_add(text, "\n    reward: {linear: ");
    add_list(text, d, a->linear);
    tro_text_add(text, ", curvature: ");
    add_spread(text, d, a->curvature);
    tro_text_add(text, ", centre: ");
    add_list(text, d, a->centre);
    tro_text_addf(text, "}\n    at: %s\n    displaces: %s\n    outputs: %llu\n",
                  a->at_mean ? "mean" : "outputs", displaces[a->displaces],
                  (unsigned long long)a->outputs);
    write_public(toy, a, text);
    tro_text_add(text, "    shares: {real: ");
    add_number(text, a->real);
    tro_text_add(text, ", curated: ");
    add_number(text, a->curated);
    tro_text_add(text, ", synthetic: ");
    add_number(text, a->synthetic);
    tro_text_add(text, "}\n");
}

static void write_channel(const tro_toy *toy, const tro_toy_edge *e, tro_text *text)
{
    size_t d = toy->width;
    if (e->is_rotation) {
        tro_text_add(text, ", channel: {rotations: {degrees: ");
        add_list(text, d / 2, e->degrees);
        tro_text_add(text, ", factors: ");
        add_list(text, d / 2, e->factors);
    } else {
        tro_text_add(text, ", channel: {affine: {matrix: ");
        add_matrix(text, d, e->matrix);
        tro_text_add(text, ", offset: ");
        add_list(text, d, e->offset);
    }
    if (e->own_spread) {
        tro_text_add(text, ", covariance: ");
        add_spread(text, d, e->spread);
    }
    tro_text_add(text, "}}");
}

static void write_edge(const tro_toy *toy, const tro_toy_edge *e, tro_text *text)
{
    tro_text_addf(text, "    - {from: a%zu, to: a%zu", e->from, e->to);
    tro_text_add(text, e->synthetic == e->curated ? ", weight: " : ", synthetic: ");
    add_number(text, e->synthetic);
    if (e->synthetic != e->curated) {
        tro_text_add(text, ", curated: ");
        add_number(text, e->curated);
    }
    if (e->delay > 0) {
        tro_text_add(text, ", delay: ");
        add_number(text, e->delay);
    }
    if (e->judge_kind < 2)
        tro_text_addf(text, ", judge: %s", e->judge_kind ? "consumer" : "producer");
    else if (e->judge_kind == 2)
        tro_text_addf(text, ", judge: a%zu", e->judge);
    if (e->has_channel)
        write_channel(toy, e, text);
    tro_text_add(text, "}\n");
}

void tro_toy_write(const tro_toy *toy, tro_text *text)
{
    tro_text_addf(text, "trophic: 1\nseed: %llu\n", (unsigned long long)toy->seed);
    tro_text_addf(text, "outcomes: {family: gaussian, dimension: %zu, covariance: ", toy->width);
    add_spread(text, toy->width, toy->spread);
    tro_text_add(text, "}\nagents:\n");
    for (size_t i = 0; i < toy->agents; i++)
        write_agent(toy, i, text);
    tro_text_addf(text, "network:\n  judge: %s\n  edges:%s\n",
                  toy->judge_kind ? "consumer" : "producer", toy->edges ? "" : " []");
    for (size_t k = 0; k < toy->edges; k++)
        write_edge(toy, &toy->edge[k], text);
    if (toy->schedule)
        tro_text_addf(text, "schedule: %s\n", toy->schedule);
    if (toy->advance)
        tro_text_addf(text, "advance: %s\n", toy->advance);
    ck_assert_int_eq(text->failed, 0);
}

void tro_toy_open(tro_world *world, tro_toy *toy, const char *schedule)
{
    tro_text text = {0};
    toy->schedule = schedule ? schedule : toy->schedule;
    tro_toy_write(toy, &text);
    tro_world_read(world, tro_text_string(&text));
    tro_text_clear(&text);
}

/* --- the second implementation ----------------------------------------------- */

static size_t judge_of(const tro_toy *toy, const tro_toy_edge *e)
{
    int kind = e->judge_kind == 3 ? toy->judge_kind : e->judge_kind;
    return kind == 0 ? e->from : kind == 1 ? e->to : e->judge;
}

/* How far a judge's choice moves the mean: its shift, or S g / T. */
static void displacement(const tro_toy *toy, const tro_toy_agent *judge, double *out)
{
    size_t d = toy->width;
    for (size_t r = 0; r < d; r++) {
        out[r] = judge->rule == TRO_TOY_SHIFT ? judge->push[r] : 0;
        for (size_t c = 0; judge->rule == TRO_TOY_TILT && c < d; c++)
            out[r] += toy->spread[r * d + c] * judge->push[c] / judge->temperature;
    }
}

/* out = M S M' */
static void pushed(size_t d, const double *m, const double *s, double *out)
{
    for (size_t i = 0; i < d; i++)
        for (size_t j = 0; j < d; j++) {
            double sum = 0;
            for (size_t r = 0; r < d; r++)
                for (size_t c = 0; c < d; c++)
                    sum += m[i * d + r] * s[r * d + c] * m[j * d + c];
            out[i * d + j] = sum;
        }
}

static void source_of(const tro_toy *toy, const tro_toy_edge *e, int curated,
                      tro_toy_source *out)
{
    size_t d = toy->width;
    double moved[W] = {0};
    *out = (tro_toy_source){.from = e->from, .curated = curated, .delay = e->delay,
                            .edge = (size_t)(e - toy->edge), .judge = judge_of(toy, e)};
    if (curated)
        displacement(toy, &toy->agent[out->judge], moved);
    for (size_t k = 0; k < d; k++)
        out->matrix[k * d + k] = 1;
    if (e->has_channel)
        memcpy(out->matrix, e->matrix, sizeof out->matrix);
    for (size_t r = 0; r < d; r++) {
        out->offset[r] = e->has_channel ? e->offset[r] : 0;
        for (size_t c = 0; c < d; c++)
            out->offset[r] += out->matrix[r * d + c] * moved[c];
    }
    pushed(d, out->matrix, toy->spread, out->spread);
    if (e->own_spread)
        memcpy(out->spread, e->spread, sizeof out->spread);
}

size_t tro_toy_sources(const tro_toy *toy, size_t agent, tro_toy_source *sources)
{
    const tro_toy_agent *a = &toy->agent[agent];
    size_t count = 0;
    double sum[2] = {0, 0};
    for (size_t k = 0; k < toy->edges; k++)
        if (toy->edge[k].to == agent) {
            sum[0] += toy->edge[k].synthetic;
            sum[1] += toy->edge[k].curated;
        }
    if (a->has_reference && a->real > 0) {
        tro_toy_source *out = &sources[count++];
        *out = (tro_toy_source){.from = SIZE_MAX, .share = a->real};
        memcpy(out->offset, a->reference, sizeof out->offset);
        memcpy(out->spread, a->own_spread ? a->spread : toy->spread, sizeof out->spread);
    }
    for (size_t k = 0; k < toy->edges; k++)
        for (int curated = 0; curated < 2 && toy->edge[k].to == agent; curated++) {
            const tro_toy_edge *e = &toy->edge[k];
            double share = curated ? a->curated * e->curated / sum[1]
                                   : a->synthetic * e->synthetic / sum[0];
            if (!(share > 0))
                continue;
            source_of(toy, e, curated, &sources[count]);
            sources[count++].share = share;
        }
    return count;
}

void tro_toy_dense(const tro_toy *toy, double *jacobian, double *constant)
{
    tro_toy_source sources[TRO_TOY_SOURCES];
    size_t d = toy->width, n = d * toy->agents;
    memset(jacobian, 0, n * n * sizeof *jacobian);
    memset(constant, 0, n * sizeof *constant);
    for (size_t i = 0; i < toy->agents; i++) {
        size_t count = tro_toy_sources(toy, i, sources);
        for (size_t k = 0; k < count; k++)
            for (size_t r = 0; r < d; r++) {
                constant[i * d + r] += sources[k].share * sources[k].offset[r];
                for (size_t c = 0; sources[k].from != SIZE_MAX && c < d; c++)
                    jacobian[(i * d + r) * n + sources[k].from * d + c] +=
                        sources[k].share * sources[k].matrix[r * d + c];
            }
    }
}

void tro_toy_map(const tro_toy *toy, const double *z, double *out)
{
    size_t n = toy->width * toy->agents;
    double j[TRO_TOY_AGENTS * W * TRO_TOY_AGENTS * W], c[TRO_TOY_AGENTS * W];
    tro_toy_dense(toy, j, c);
    for (size_t i = 0; i < n; i++) {
        out[i] = c[i];
        for (size_t k = 0; k < n; k++)
            out[i] += j[i * n + k] * z[k];
    }
}

void tro_toy_fixed_point(const tro_toy *toy, double *z)
{
    size_t n = toy->width * toy->agents;
    double j[TRO_TOY_AGENTS * W * TRO_TOY_AGENTS * W], c[TRO_TOY_AGENTS * W];
    tro_toy_dense(toy, j, c);
    for (size_t k = 0; k < n * n; k++)
        j[k] = (k % (n + 1) == 0) - j[k];
    tro_plain_solve(n, j, c, z);
}

double tro_toy_alignment(const tro_toy *toy, size_t agent, const double *m)
{
    const tro_toy_agent *a = &toy->agent[agent];
    size_t d = toy->width;
    double value = 0;
    for (size_t r = 0; r < d; r++) {
        value += a->linear[r] * m[r];
        for (size_t c = 0; c < d; c++) {
            double spread = a->at_mean ? 0 : toy->spread[r * d + c];
            value -= 0.5 * a->curvature[r * d + c] *
                     ((m[r] - a->centre[r]) * (m[c] - a->centre[c]) + spread);
        }
    }
    return value;
}

void tro_toy_gradient(const tro_toy *toy, size_t agent, const double *m, double *gradient)
{
    const tro_toy_agent *a = &toy->agent[agent];
    size_t d = toy->width;
    for (size_t r = 0; r < d; r++) {
        gradient[r] = a->linear[r];
        for (size_t c = 0; c < d; c++)
            gradient[r] -= a->curvature[r * d + c] * (m[c] - a->centre[c]);
    }
}
