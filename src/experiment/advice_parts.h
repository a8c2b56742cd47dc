/* The steps of giving advice, a file each; for this folder only. */
#ifndef TRO_EXPERIMENT_ADVICE_PARTS_H
#define TRO_EXPERIMENT_ADVICE_PARTS_H

#include "experiment/advice.h"

enum { TRO_SHARE_PARTS = 3 };   /* real, synthetic, curated */

/* --- goals (advice_goal.c) ------------------------------------------------------- */

TRO_MUST_USE int tro_goal_read(const tro_reader *reader, tro_cell *cell, const tro_node *node,
                               tro_goal *out);

/* The goal at a cell whose influences are known: *value is what the search makes large,
 * alignments (agents) what it is made of. Worst-off: a soft minimum of that sharpness,
 * -log sum exp(-sharpness J) / sharpness; at INFINITY the minimum. Nash welfare: the
 * weighted sum of logarithms. TRO_EUNSUPPORTED where it is not defined. */
TRO_MUST_USE int tro_goal_value(const tro_goal *goal, tro_cell *cell, double sharpness,
                                double *alignments, double *value, tro_messages *messages);
/* As people read it: Nash welfare as a mean above the floors. */
double tro_goal_told(const tro_goal *goal, double value);

/* Its exact gradient by shares and relative weights; NULL where there is none. */
typedef struct tro_goal_gradient {
    const double *real, *synthetic, *curated;   /* agents */
    const double *relative;                     /* 2 x edges */
} tro_goal_gradient;
TRO_MUST_USE int tro_goal_gradient_find(const tro_goal *goal, tro_cell *cell, double sharpness,
                                        const double *alignments, tro_arena *arena,
                                        tro_goal_gradient *out, tro_messages *messages);

/* --- what may move, once alternatives are chosen (advice_frame.c) ---------------- */

typedef enum tro_variable_kind { TRO_BY_SHARE, TRO_BY_WEIGHT, TRO_BY_NUMBER } tro_variable_kind;

/* A number that may move. The search has coordinates value / unit. */
typedef struct tro_variable {
    const tro_allowed *allowed;
    tro_variable_kind kind;
    double now, low, high, unit;   /* now, low and high as written */
    size_t block;                  /* of a share: SIZE_MAX otherwise */
    int part;                      /* of a share: 0 real, 1 synthetic, 2 curated */
    size_t *links, link_count;     /* of a weight: whose it is */
    int layer[2];                  /* which it moves */
    int differenced;               /* where the search last was, no exact derivative */
} tro_variable;

/* The shares of an agent, or of the agents of a group, some of which may move. */
typedef struct tro_block {
    const char *stem;              /* their path, without .shares */
    const tro_node *node;
    size_t *agents, agent_count;
    double now[TRO_SHARE_PARTS];
    int has[TRO_SHARE_PARTS];      /* such data at all; else the part stays 0 */
    size_t at[TRO_SHARE_PARTS], count;           /* its variables */
    double by[TRO_SHARE_PARTS][TRO_SHARE_PARTS]; /* by[v][part]: how shares move with each */
} tro_block;

typedef struct tro_frame {
    tro_advice *advice;
    tro_cell *base;                /* with the alternatives chosen */
    size_t *choice;                /* allowed_count: an option, or SIZE_MAX: as it is */
    double price;                  /* of the alternatives */
    tro_variable *variables;
    size_t count;
    tro_block *blocks;
    size_t block_count;
    tro_arena arena;
} tro_frame;

/* base is unowned. Located errors. */
TRO_MUST_USE int tro_frame_init(tro_frame *frame, tro_advice *advice, tro_cell *base,
                                const size_t *choice, tro_messages *messages);
void tro_frame_release(tro_frame *frame);

/* The overrides of the frame's base that make the point x (count, in the search's
 * coordinates), alternatives not among them; texts in the arena. */
TRO_MUST_USE int tro_frame_overrides(const tro_frame *frame, const double *x, tro_arena *arena,
                                     tro_override **out, size_t *count);
/* One alternative as an override. */
tro_override tro_allowed_override(const tro_allowed *allowed, size_t option);
/* Tells the cell's progress how many searches are done. */
void tro_advice_report(const tro_advice *advice, const tro_cell *cell);

/* What the changes of numbers cost; without the alternatives. */
double tro_frame_cost(const tro_frame *frame, const double *x);
/* The shares of a block at x. */
void tro_block_shares(const tro_frame *frame, const tro_block *block, const double *x,
                      double shares[TRO_SHARE_PARTS]);

/* --- nearest points (advice_near.c) ---------------------------------------------- */

/* x = argmin |x - y|^2 / 2 + factor * cost(x) among the legal points: bounds, shares of an
 * agent that sum to 1. Exact but for rounding. */
void tro_near(const tro_frame *frame, const double *y, double factor, double *x);
/* The nearest legal point that costs at most `budget` (INFINITY: no limit). */
void tro_near_within(const tro_frame *frame, const double *y, double budget, double *x);
/* x = argmin cost(x) + |x - y|^2 / (2 t) among the legal points with a . (x - y) >= slack;
 * returns the multiplier of that, INFINITY where no legal point satisfies it (then x has a
 * largest a . x). room: count. */
double tro_near_beyond(const tro_frame *frame, const double *y, double t, const double *a,
                       double slack, double *room, double *x);

/* --- the search (advice_point.c, advice_climb.c, advice_least.c) ----------------- */

typedef struct tro_point {
    double *x, *gradient;          /* count */
    double *alignments;            /* agents */
    double value, cost;
    tro_cell *cell;                /* solved there; owned, with the texts in the arena */
    tro_arena arena;
} tro_point;

typedef struct tro_search {
    tro_frame *frame;
    double sharpness;              /* of tro_goal_value */
    double budget;                 /* for numbers; INFINITY */
    double target, tolerance;      /* of an influence; what may be missing of it */
    tro_point here, there;
    double *direction, *room, *point, *old_x, *old_gradient;
    double enough;                 /* a climb ends when ten steps gain less */
    double stationarity;
    tro_arena arena;
} tro_search;

TRO_MUST_USE int tro_search_init(tro_search *search, tro_frame *frame);
void tro_search_release(tro_search *search);

/* Solves the point; with `slopes` its gradient, too. Returns 1, 0 where there is no stable
 * fixed point or the goal is not defined, or a status that ends everything. */
TRO_MUST_USE int tro_point_at(tro_search *search, const double *x, int slopes, tro_point *out);
/* The gradient of a point that was solved without; 1 or a status. */
TRO_MUST_USE int tro_point_slopes(tro_search *search, tro_point *point);

/* From search->here (solved, with slopes) uphill to a largest value within the budget, or
 * only to search->target where `until` says so; search->here is where it ended. */
TRO_MUST_USE int tro_climb(tro_search *search, int until);
/* From search->here, where the target is reached, downhill in cost while it stays
 * reached. */
TRO_MUST_USE int tro_least(tro_search *search);

/* --- the answer (advice_explore.c, advice_answer.c, advice_verify.c) ------------- */

/* Searches all combinations of alternatives, from several starts each. */
TRO_MUST_USE int tro_advice_explore(tro_advice *advice, const tro_cell *plain,
                                    tro_messages *messages);
/* What there is to tell of the cell, whose influences this finds. */
TRO_MUST_USE int tro_state_tell(const tro_goal *goal, tro_cell *cell, tro_arena *arena,
                                tro_state_told *out, tro_messages *messages);
/* The point becomes the advice, in place of what was advised before. */
TRO_MUST_USE int tro_advice_take(tro_advice *advice, const tro_frame *frame, const double *x);
/* Runs advice->after. */
TRO_MUST_USE int tro_advice_verify(tro_advice *advice);

#endif
