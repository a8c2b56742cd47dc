/* What the files of the choice kernel share; see choice.h for what it computes
 * and choice_nodes.c for how.
 *
 * The quadrature is one loop over nodes with two forms: choice_stream.c takes
 * one law and keeps O(outcomes) numbers, choice_tiles.c takes many laws and makes
 * the loop two matrix products. What is summed, an operation, is the same. */
#ifndef TRO_CURATOR_CHOICE_PARTS_H
#define TRO_CURATOR_CHOICE_PARTS_H

#include <math.h>

#include "curator/choice.h"

/* --- nodes --------------------------------------------------------------------------- */

/* A run of nodes whose s is relative to one log weight, so that neither s nor w
 * leaves the range of doubles. */
typedef struct tro_choice_panel {
    double reference;   /* nodes are s exp(-reference) */
    double start;       /* s of the first node on the grid */
    size_t levels;      /* each of three nodes, s doubling from one to the next */
    size_t first;       /* sorted outcomes before this one have exp(-s w) = 0 */
    int tail;           /* also the nodes for all of the grid below start */
} tro_choice_panel;

/* Outcomes sorted from the largest reward, and the panels for them. */
typedef struct tro_choice_plan {
    size_t outcomes, panel_count, largest;   /* largest: most nodes of a panel */
    double candidates;
    const double *reward;      /* sorted */
    const size_t *order;       /* sorted place -> outcome */
    const double *weight;      /* exp(reward - panels[0].reference), sorted */
    const tro_choice_panel *panels;
} tro_choice_plan;

/* Sorts only; and panels, too, for 2 candidates or more. */
TRO_MUST_USE int tro_choice_plan_sort(tro_arena *arena, size_t outcomes, const double *reward,
                                      tro_choice_plan *out);
TRO_MUST_USE int tro_choice_plan_make(tro_arena *arena, size_t outcomes, const double *reward,
                                      double candidates, tro_choice_plan *out);

/* The same in memory that is there: room is tro_choice_plan_room doubles. */
size_t tro_choice_plan_room(size_t outcomes);
void tro_choice_plan_place(double *room, size_t outcomes, const double *reward,
                           double candidates, tro_choice_plan *out);

/* A walk over the nodes of a panel, three at a time. Sorted outcomes have
 * e[k][i] = exp(-s_k w_i) from `dead` to `crossed`, expm1(-s_k w_i) from there on,
 * and 0 is the exponential of those before. */
typedef struct tro_choice_walk {
    const tro_choice_plan *plan;
    const tro_choice_panel *panel;
    const double *weight;      /* of this panel, sorted; 0 where dead from its start */
    double *room;              /* `outcomes` doubles for them */
    double *e[3];
    double s[3], measure[3];   /* measure: what the integrand over s is summed with */
    size_t dead, crossed;
    long level;
} tro_choice_walk;

size_t tro_choice_walk_scratch(const tro_choice_plan *plan);
void tro_choice_walk_make(tro_choice_walk *walk, const tro_choice_plan *plan, double *scratch);
void tro_choice_walk_panel(tro_choice_walk *walk, size_t panel);
/* 0 at the end of the panel. */
int tro_choice_walk_next(tro_choice_walk *walk);

/* --- operations ---------------------------------------------------------------------- */

enum { TRO_CHOICE_INPUTS = 3, TRO_CHOICE_SUMS = 2, TRO_CHOICE_NODES = 72 };

typedef struct tro_choice_op tro_choice_op;

/* Some rows on their way through an operation. Every matrix is rows x outcomes;
 * the order of outcomes is the loop's own. */
typedef struct tro_choice_batch {
    const tro_choice_op *op;
    const void *self;
    double candidates;
    size_t first, rows, outcomes;     /* first: of the rows of the whole call */
    const double *p, *aux;            /* aux: dp, w or dr */
    size_t p_stride, aux_stride;      /* aux_stride 0: one for all rows */
    double *out;
    size_t out_stride;
    double *mass, *scalar;            /* one per row, the operation's own */
    const double *x[TRO_CHOICE_INPUTS];
    double *filled[TRO_CHOICE_INPUTS];   /* x[v] where the operation fills it, or NULL */
    size_t x_stride[TRO_CHOICE_INPUTS];
    double *sum[TRO_CHOICE_SUMS];     /* rows x outcomes, contiguous */
} tro_choice_batch;

/* `count` nodes for all rows. full[v], rows x count: sum over y of x_v(y)
 * exp(-s w(y)); low[v]: the same of expm1, NULL when it was not asked for. The
 * coefficients c[a] are those of exp(-s w) in sum[a]; c_low are those of expm1 in the
 * last sum, NULL with low. */
typedef struct tro_choice_nodes {
    size_t count;
    const double *s, *measure;
    const double *full[TRO_CHOICE_INPUTS], *low[TRO_CHOICE_INPUTS];
    double *c[TRO_CHOICE_SUMS], *c_low;
} tro_choice_nodes;

struct tro_choice_op {
    int inputs, sums;
    int low_inputs;      /* the first so many inputs are also summed with expm1 */
    int low_sum;         /* sets c_low */
    void (*begin)(const tro_choice_batch *batch);
    /* The inputs that depend on the weights; NULL if none do. */
    void (*fill)(const tro_choice_batch *batch, const double *weight);
    void (*coefficients)(const tro_choice_batch *batch, const tro_choice_nodes *nodes);
    /* What a panel's sums add to out; the first panel sets out. */
    void (*flush)(const tro_choice_batch *batch, const double *weight, int first);
    void (*finish)(const tro_choice_batch *batch);
};

size_t tro_choice_stream_scratch(const tro_choice_plan *plan);
/* One row after the other. */
void tro_choice_stream(const tro_choice_plan *plan, const tro_choice_batch *batch,
                       double *scratch);

/* At most this many rows make a tile. */
size_t tro_choice_tile_rows(size_t outcomes);
size_t tro_choice_tiles_scratch(const tro_choice_plan *plan, size_t tile_rows);
void tro_choice_tiles(const tro_choice_plan *plan, const tro_choice_batch *batch,
                      size_t tile_rows, int low, double *scratch);

/* --- rules --------------------------------------------------------------------------- */

/* The arguments of a call; what aux is depends on the function. */
typedef struct tro_choice_call {
    size_t rows, stride, aux_stride, out_stride;
    const double *p, *aux;
    double *out, *scratch;
} tro_choice_call;

typedef void tro_choice_function(const tro_choice *choice, const tro_choice_call *call);

typedef struct tro_choice_rule {
    size_t (*scratch)(const tro_choice *choice);
    tro_choice_function *apply, *derivative, *transposed, *by_reward;
    enum {TRO_CHOICE_AS_IS, TRO_CHOICE_SORTED, TRO_CHOICE_PLANNED} needs;
} tro_choice_rule;

struct tro_choice {
    const tro_choice_rule *rule;
    size_t outcomes;
    double candidates;
    const double *reward;     /* in the order of the outcomes */
    const double *weight;     /* exp(reward - the largest) */
    tro_choice_plan plan;     /* where the rule asks for it */
};

extern const tro_choice_rule tro_choice_identity;     /* K = 1 */
extern const tro_choice_rule tro_choice_pairs;        /* K = 2, few outcomes */
extern const tro_choice_rule tro_choice_tilt;         /* K infinite */
extern const tro_choice_rule tro_choice_best;         /* hard */
extern const tro_choice_rule tro_choice_best_of_all;  /* hard, K infinite */
extern const tro_choice_rule tro_choice_quadrature;   /* all others */

/* out = 0: what by_reward is where the reward does not matter. */
tro_choice_function tro_choice_no_reward;

/* exp(a - b), also with the digits that the difference drops. */
static inline double tro_choice_exp(double a, double b)
{
    double d = a - b, moved = d - a, dropped = (a - (d - moved)) - (b + moved);
    return exp(d) * (isfinite(dropped) ? 1 + dropped : 1);
}

static inline double tro_choice_total(size_t n, const double *p)
{
    double a = 0, b = 0, c = 0, d = 0;
    size_t fours = n - n % 4;
    for (size_t i = 0; i < fours; i += 4) {
        a += p[i];
        b += p[i + 1];
        c += p[i + 2];
        d += p[i + 3];
    }
    for (size_t i = fours; i < n; i++)
        a += p[i];
    return (a + b) + (c + d);
}

#endif
