/* Rounds of real vectors with owners, shared pools and learning rates, of fixed
 * covariance and of a trained one, against densities summed on a grid. */
#include "steps_support.h"

enum { D = 2, WIDTH = 5, AGENTS = 3, PARTS = 12 };

/* A weight exp(a.x - x'Qx/2) of outcomes, or a displacement of them. */
typedef struct judge {
    int is_shift;
    double linear[D], curvature;     /* Q = curvature times the identity */
    double none;                     /* probability that everything is kept instead */
} judge;

typedef struct peer {
    double mean[D], covariance, real, synthetic, curated, rate;   /* of the reference */
    int mixture, has_owner, has_channel;
    double gain, noise;              /* of the channel from the next agent */
    judge users, owner;
} peer;

typedef struct crowd {
    size_t d, width;
    int full;                        /* the covariance is trained */
    double covariance;
    peer agent[AGENTS];
} crowd;

/* --- drawing and writing ------------------------------------------------------------- */

static double between(tro_stream *s, double low, double high)
{
    return low + (high - low) * tro_stream_uniform(s);
}

static void draw_judge(tro_stream *s, int curved, int mixed, judge *j)
{
    *j = (judge){.is_shift = tro_stream_below(s, 4) == 0};
    for (size_t k = 0; k < D; k++)
        j->linear[k] = between(s, -0.8, 0.8);
    if (curved && !j->is_shift && tro_stream_below(s, 2))
        j->curvature = between(s, 0, 0.5);
    if (mixed && !j->is_shift && tro_stream_below(s, 2))
        j->none = between(s, 0.1, 0.9);
}

static void draw_crowd(tro_stream *s, crowd *c)
{
    *c = (crowd){.d = 1 + tro_stream_below(s, D), .full = (int)tro_stream_below(s, 2),
                 .covariance = between(s, 0.3, 1)};
    c->width = c->full ? c->d + c->d * (c->d + 1) / 2 : c->d;
    for (size_t i = 0; i < AGENTS; i++) {
        peer *p = &c->agent[i];
        p->has_owner = tro_stream_below(s, 2) == 0;
        p->mixture = !p->has_owner && tro_stream_below(s, 2);
        p->covariance = between(s, 0.2, 1.2);
        p->rate = tro_stream_below(s, 2) ? 1 : between(s, 0.2, 1);
        p->real = between(s, 0.2, 0.6);
        p->curated = tro_stream_below(s, 5) == 0 ? 0 : between(s, 0.1, 0.4);
        p->synthetic = 1 - p->real - p->curated;
        p->has_channel = (int)tro_stream_below(s, 2);
        p->gain = between(s, -0.8, 0.8);
        p->noise = between(s, 0.1, 1);
        for (size_t k = 0; k < D; k++)
            p->mean[k] = between(s, -1, 1);
        draw_judge(s, p->mixture, p->mixture, &p->users);
        draw_judge(s, 1, 1, &p->owner);
        /* A shift is no choice among several laws. */
        p->owner.is_shift = 0;
        p->users.is_shift &= !p->mixture;
    }
}

static void add_vector(tro_text *text, const crowd *c, const double *v, double factor)
{
    char line[128];
    snprintf(line, sizeof line, c->d == 1 ? "[%.17g]" : "[%.17g, %.17g]", factor * v[0],
             factor * v[1]);
    tro_text_add(text, line);
}

static void add_judge(tro_text *text, const crowd *c, const judge *j)
{
    char line[256];
    if (j->is_shift) {
        tro_text_add(text, "{shift: ");
        add_vector(text, c, j->linear, 1);
        tro_text_add(text, "}");
        return;
    }
    /* The reward is halved, as the temperature is. */
    tro_text_add(text, "{one-of: [{curator: {bradley-terry: {temperature: 0.5, reward: {linear: ");
    add_vector(text, c, j->linear, 0.5);
    snprintf(line, sizeof line, ", curvature: %.17g", j->curvature / 2);
    tro_text_add(text, j->curvature != 0 ? line : "");
    snprintf(line, sizeof line, "}}}, weight: %.17g}", 1 - j->none);
    tro_text_add(text, line);
    snprintf(line, sizeof line, ", {curator: none, weight: %.17g}", j->none);
    tro_text_add(text, j->none > 0 ? line : "");
    tro_text_add(text, "]}");
}

static void open_crowd(const crowd *c, tro_world *w)
{
    tro_text text = {0};
    char line[512];
    snprintf(line, sizeof line,
             "trophic: 1\noutcomes: {family: gaussian%s, dimension: %zu, covariance: %.17g}\n"
             "agents:\n", c->full ? "-full" : "", c->d, c->covariance);
    tro_text_add(&text, line);
    for (size_t i = 0; i < AGENTS; i++) {
        const peer *p = &c->agent[i];
        snprintf(line, sizeof line, "  - {name: m%zu, learning-rate: %.17g, pool: %s, "
                 "displaces: %s, shares: {real: %.17g, synthetic: %.17g, curated: %.17g}, "
                 "reference: {covariance: %.17g, mean: ", i, p->rate,
                 p->mixture ? "mixture" : "producer",
                 i == 0 ? "real" : i == 1 ? "synthetic" : "proportional", p->real, p->synthetic,
                 p->curated, p->covariance);
        tro_text_add(&text, line);
        add_vector(&text, c, p->mean, 1);
        snprintf(line, sizeof line, "}, public: ");
        tro_text_add(&text, line);
        add_judge(&text, c, &p->users);
        tro_text_add(&text, p->has_owner ? ", owner: " : "");
        if (p->has_owner)
            add_judge(&text, c, &p->owner);
        tro_text_add(&text, "}\n");
    }
    tro_text_add(&text, "network:\n  judge: consumer\n  edges:\n");
    for (size_t i = 0; i < AGENTS; i++) {
        const peer *p = &c->agent[i];
        snprintf(line, sizeof line, "    - {from: m%zu, to: m%zu, weight: 3}\n"
                 "    - {from: m%zu, to: m%zu, weight: 1", i, i, (i + 1) % AGENTS, i);
        tro_text_add(&text, line);
        if (c->full)
            snprintf(line, sizeof line, ", channel: {affine: {scale: %.17g, offset: 0.3%s}}",
                     p->gain, c->d > 1 ? ", matrix: [[1, 0.5], [-0.25, 1]]" : "");
        else
            snprintf(line, sizeof line, ", channel: {affine: {scale: %.17g, offset: 0.3, "
                     "covariance: %.17g}}", p->gain, p->noise);
        tro_text_add(&text, p->has_channel ? line : "");
        tro_text_add(&text, "}\n");
    }
    tro_world_read(w, tro_text_string(&text));
    tro_text_clear(&text);
}

/* --- by definition ---------------------------------------------------------------------- */

/* Normal laws N(mean, covariance) with weights. */
typedef struct mixture {
    size_t count;
    double weight[PARTS], mean[PARTS][D], covariance[PARTS][D * D];
} mixture;

static void add_part(const crowd *c, mixture *m, double weight, const double *mean,
                     const double *covariance, double variance)
{
    m->weight[m->count] = weight;
    for (size_t r = 0; r < c->d; r++) {
        m->mean[m->count][r] = mean[r];
        for (size_t k = 0; k < c->d; k++)
            m->covariance[m->count][r * c->d + k] =
                covariance ? covariance[r * c->d + k] : r == k ? variance : 0;
    }
    m->count++;
}

/* Adds the mean parameters of the outcomes under weights `density`, not normalised;
 * returns the sum of weights. */
static double add_outcome(const crowd *c, const double *x, double density, double *z)
{
    size_t at = c->d;
    for (size_t r = 0; r < c->d; r++) {
        z[r] += density * x[r];
        for (size_t k = r; c->full && k < c->d; k++)
            z[at++] += density * x[r] * x[k];
    }
    return density;
}

/* What the judge keeps of a mixture: sums over a grid in each law's own frame. */
static void choose(const crowd *c, const mixture *m, const judge *j, double *out)
{
    double kept[WIDTH] = {0}, all[WIDTH] = {0}, sum = 0, whole = 0, h = 0.15;
    int reach = 70;
    for (size_t k = 0; k < m->count; k++) {
        const double *s = m->covariance[k];
        double a = sqrt(s[0]), b = c->d > 1 ? s[1] / a : 0;
        double e = c->d > 1 ? sqrt(s[3] - b * b) : 0;
        for (int u = -reach; u <= reach; u++)
            for (int v = c->d > 1 ? -reach : 0; v <= (c->d > 1 ? reach : 0); v++) {
                double x[D] = {m->mean[k][0] + a * u * h,
                               c->d > 1 ? m->mean[k][1] + b * u * h + e * v * h : 0};
                double p = m->weight[k] * exp(-0.5 * h * h * (u * u + v * v));
                double r = 0;
                whole += add_outcome(c, x, p, all);
                for (size_t t = 0; t < c->d; t++)
                    r += j->linear[t] * x[t] - 0.5 * j->curvature * x[t] * x[t];
                sum += add_outcome(c, x, p * exp(r), kept);
            }
    }
    for (size_t t = 0; t < c->width; t++)
        out[t] = (1 - j->none) * kept[t] / sum + j->none * all[t] / whole;
}

static void moments(const crowd *c, const double *mean, const double *covariance, double *out)
{
    size_t at = c->d;
    for (size_t r = 0; r < c->d; r++) {
        out[r] = mean[r];
        for (size_t k = r; c->full && k < c->d; k++)
            out[at++] = covariance[r * c->d + k] + mean[r] * mean[k];
    }
}

/* The covariance of a state. */
static void covariance_of(const crowd *c, const double *z, double *out)
{
    size_t at = c->d;
    for (size_t r = 0; r < c->d; r++)
        for (size_t k = r; k < c->d; k++) {
            double value = c->full ? z[at++] - z[r] * z[k] : r == k ? c->covariance : 0;
            out[r * c->d + k] = out[k * c->d + r] = value;
        }
}

/* One law after the users of i chose, linear rewards only: it stays normal. */
static void users_keep(const crowd *c, const judge *j, const double *covariance, double *mean)
{
    double before[D] = {mean[0], mean[1]};
    for (size_t r = 0; r < c->d; r++) {
        mean[r] = before[r] + (j->is_shift ? j->linear[r] : 0);
        for (size_t k = 0; !j->is_shift && k < c->d; k++)
            mean[r] += covariance[r * c->d + k] * j->linear[k];
    }
}

/* One law through the channel to p: the matrix of open_crowd; without moments the channel states
 * what comes out. */
static void pass(const crowd *c, const peer *p, double *mean, double *covariance)
{
    const double turn[2][D] = {{p->gain, 0.5 * p->gain}, {-0.25 * p->gain, p->gain}};
    double m[D] = {0}, s[D * D] = {0};
    size_t d = c->d;
    for (size_t r = 0; r < d; r++)
        for (size_t k = 0; k < d; k++) {
            m[r] += (c->full || r == k ? turn[r][k] : 0) * mean[k];
            for (size_t a = 0; a < d; a++)
                for (size_t b = 0; c->full && b < d; b++)
                    s[r * d + k] += turn[r][a] * covariance[a * d + b] * turn[k][b];
            if (!c->full && r == k)
                s[r * d + k] = p->noise;
        }
    for (size_t r = 0; r < d; r++)
        mean[r] = m[r] + 0.3;
    memcpy(covariance, s, d * d * sizeof *s);
}

static void deliver(const crowd *c, size_t to, int which, int curated, const double *z,
                    double *mean, double *covariance)
{
    const peer *p = &c->agent[to];
    const double *from = z + (which ? (to + 1) % AGENTS : to) * c->width;
    mean[0] = from[0];
    mean[1] = c->d > 1 ? from[1] : 0;
    covariance_of(c, from, covariance);
    if (curated)
        users_keep(c, &p->users, covariance, mean);
    if (which && p->has_channel)
        pass(c, p, mean, covariance);
}

static void slow_map(const crowd *c, const double *z, double *out)
{
    static const double weight[2] = {0.75, 0.25};
    for (size_t i = 0; i < AGENTS; i++) {
        const peer *p = &c->agent[i];
        double mean[D], covariance[D * D], data[WIDTH] = {0}, part[WIDTH];
        mixture all = {0}, pool = {0};
        add_part(c, &all, p->real, p->mean, NULL, p->covariance);
        for (int layer = 0; layer < 2; layer++)
            for (int which = 0; which < 2; which++) {
                double share = weight[which] * (layer ? p->curated : p->synthetic);
                deliver(c, i, which, layer && !p->mixture, z, mean, covariance);
                add_part(c, layer && p->mixture ? &pool : &all,
                         layer && p->mixture ? weight[which] : share, mean, covariance, 0);
            }
        for (size_t k = 0; k < all.count; k++) {
            moments(c, all.mean[k], all.covariance[k], part);
            for (size_t t = 0; t < c->width; t++)
                data[t] += all.weight[k] * part[t];
        }
        if (p->mixture) {
            choose(c, &pool, &p->users, part);
            for (size_t t = 0; t < c->width; t++)
                data[t] += p->curated * part[t];
        }
        if (p->has_owner)
            choose(c, &all, &p->owner, data);
        for (size_t t = 0; t < c->width; t++)
            out[i * c->width + t] = (1 - p->rate) * z[i * c->width + t] + p->rate * data[t];
    }
}

static void draw_crowd_state(const crowd *c, tro_stream *s, double *z)
{
    for (size_t i = 0; i < AGENTS; i++) {
        double mean[D] = {between(s, -1, 1), between(s, -1, 1)}, x = between(s, -0.2, 0.2);
        double covariance[D * D] = {between(s, 0.3, 1), x, x, between(s, 0.3, 1)};
        moments(c, mean, covariance, z + i * c->width);
    }
}

/* --- the tests ----------------------------------------------------------------------------- */

START_TEST(test_crowds_map)
{
    size_t owners = 0, pools = 0;
    for (uint64_t t = 0; t < 60; t++) {
        tro_stream s = stream_of(t, 11);
        crowd c;
        tro_world w;
        tro_workspace work;
        double z[AGENTS * WIDTH], out[AGENTS * WIDTH], expected[AGENTS * WIDTH];
        draw_crowd(&s, &c);
        open_crowd(&c, &w);
        for (size_t i = 0; i < AGENTS; i++) {
            owners += w.scenario->agents[i].owner_curation != NULL;
            pools += w.scenario->agents[i].pool_curation != NULL;
        }
        ck_assert_int_eq(tro_workspace_init(&work, w.eco), TRO_OK);
        draw_crowd_state(&c, &s, z);
        tro_round_map(w.eco, &work, z, out);
        slow_map(&c, z, expected);
        ck_assert_msg(tro_away(w.eco->size, out, expected) < 1e-12, "crowd %llu is off by %g",
                      (unsigned long long)t, tro_away(w.eco->size, out, expected));
        tro_workspace_release(&work);
        tro_world_close(&w);
    }
    ck_assert(owners > 40 && pools > 20);
}
END_TEST

START_TEST(test_crowds_derivative)
{
    for (uint64_t t = 0; t < 200; t++) {
        tro_stream s = stream_of(t, 12);
        crowd c;
        tro_world w;
        tro_workspace work;
        double z[AGENTS * WIDTH], dz[AGENTS * WIDTH], dual[AGENTS * WIDTH], back[AGENTS * WIDTH];
        double up[AGENTS * WIDTH], down[AGENTS * WIDTH], high[AGENTS * WIDTH];
        double low[AGENTS * WIDTH], tangent[AGENTS * WIDTH], h = 1e-5;
        draw_crowd(&s, &c);
        open_crowd(&c, &w);
        size_t n = w.eco->size;
        ck_assert_int_eq(tro_workspace_init(&work, w.eco), TRO_OK);
        draw_crowd_state(&c, &s, z);
        tro_stream_normals(&s, n, dz);
        tro_stream_normals(&s, n, dual);
        for (size_t k = 0; k < n; k++) {
            up[k] = z[k] + h * dz[k];
            down[k] = z[k] - h * dz[k];
        }
        tro_round_map(w.eco, &work, up, high);
        tro_round_map(w.eco, &work, down, low);
        tro_round_derivative(w.eco, &work, z, dz, tangent);
        tro_round_transposed(w.eco, &work, z, dual, back);
        for (size_t k = 0; k < n; k++)
            high[k] = (high[k] - low[k]) / (2 * h);
        ck_assert_msg(tro_away(n, high, tangent) < 2e-8, "crowd %llu: %g", (unsigned long long)t,
                      tro_away(n, high, tangent));
        ck_assert_double_lt(fabs(dot(n, dual, tangent) - dot(n, back, dz)),
                            1e-13 * sqrt(dot(n, dual, dual) * (dot(n, dz, dz) +
                                                               dot(n, tangent, tangent))));
        tro_workspace_release(&work);
        tro_world_close(&w);
    }
}
END_TEST

START_TEST(test_crowds_by_share)
{
    for (uint64_t t = 0; t < 200; t++) {
        tro_stream s = stream_of(t, 13);
        crowd c;
        tro_world w;
        tro_workspace work;
        double z[AGENTS * WIDTH], out[WIDTH], at[3][AGENTS * WIDTH], h = 1e-5;
        draw_crowd(&s, &c);
        open_crowd(&c, &w);
        size_t width = w.eco->width;
        ck_assert_int_eq(tro_workspace_init(&work, w.eco), TRO_OK);
        draw_crowd_state(&c, &s, z);
        for (size_t of = 0; of < AGENTS; of++) {
            int one_sided;
            tro_shares shares = w.eco->shares[of], moved;
            ck_assert_int_eq(tro_round_by_share(w.eco, &work, z, of, out, &one_sided), TRO_OK);
            ck_assert_int_eq(one_sided, shares.curated == 0);
            for (int k = 0; k < 3; k++) {
                double by = one_sided ? k * h : (k - 1) * h;
                ck_assert_int_eq(tro_shares_move(&shares, w.scenario->agents[of].displaces,
                                                 shares.curated + by, &moved), TRO_OK);
                tro_ecosystem_set_shares(w.eco, of, &moved);
                tro_round_map(w.eco, &work, z, at[k]);
            }
            tro_ecosystem_set_shares(w.eco, of, &shares);
            for (size_t k = of * width; k < (of + 1) * width; k++) {
                double slope = one_sided ? 4 * at[1][k] - 3 * at[0][k] - at[2][k]
                                         : at[2][k] - at[0][k];
                ck_assert_double_eq_tol(out[k - of * width], slope / (2 * h), 1e-8);
            }
        }
        tro_workspace_release(&work);
        tro_world_close(&w);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_crowds_map, test_crowds_derivative, test_crowds_by_share};
    return TRO_RUN_TESTS("gaussian steps", tests);
}
