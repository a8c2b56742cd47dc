/* Toys: small random ecosystems as plain numbers, written out as scenarios,
 * with a slow second implementation of everything that is linear in them. */
#ifndef TRO_TESTS_TOY_H
#define TRO_TESTS_TOY_H

#include <trophic/random.h>

#include "base/text.h"
#include "tests/unit/support.h"

enum { TRO_TOY_WIDTH = 4, TRO_TOY_AGENTS = 8, TRO_TOY_EDGES = 32 };

typedef enum tro_toy_rule { TRO_TOY_NONE, TRO_TOY_SHIFT, TRO_TOY_TILT } tro_toy_rule;

typedef struct tro_toy_agent {
    int has_reference, own_spread, at_mean, displaces;
    double reference[TRO_TOY_WIDTH], start[TRO_TOY_WIDTH];
    double spread[TRO_TOY_WIDTH * TRO_TOY_WIDTH];   /* of the reference */
    double real, synthetic, curated;
    tro_toy_rule rule;                              /* of its public */
    double push[TRO_TOY_WIDTH], temperature;        /* the shift, or the reward's gradient */
    double linear[TRO_TOY_WIDTH], centre[TRO_TOY_WIDTH];
    double curvature[TRO_TOY_WIDTH * TRO_TOY_WIDTH];
    uint64_t outputs;
} tro_toy_agent;

typedef struct tro_toy_edge {
    size_t from, to, judge;
    int judge_kind;                                 /* 0 producer, 1 consumer, 2 agent, 3 default */
    double synthetic, curated, delay;               /* raw weights */
    int has_channel, is_rotation, own_spread;
    double matrix[TRO_TOY_WIDTH * TRO_TOY_WIDTH], offset[TRO_TOY_WIDTH];
    double degrees[TRO_TOY_WIDTH / 2], factors[TRO_TOY_WIDTH / 2];
    double spread[TRO_TOY_WIDTH * TRO_TOY_WIDTH];   /* stated, if own_spread */
} tro_toy_edge;

typedef struct tro_toy {
    size_t width, agents, edges;
    uint64_t seed;
    double spread[TRO_TOY_WIDTH * TRO_TOY_WIDTH];
    int judge_kind;                                 /* the network's: 0 or 1 */
    tro_toy_agent agent[TRO_TOY_AGENTS];
    tro_toy_edge edge[TRO_TOY_EDGES];
    const char *schedule, *advance;                 /* NULL: left out */
} tro_toy;

/* Draws a toy of at most so many agents, every feature with some chance: all
 * shapes of covariance, channels, judges, self-loops, edges side by side,
 * weights of zero, shares of zero and one, isolated agents. `gain` bounds the
 * channels; below 1 every order of retraining converges. */
void tro_toy_draw(tro_toy *toy, tro_stream *stream, size_t agents, double gain);
/* A toy with these agents and no edges: references 0, all shares real. */
void tro_toy_plain(tro_toy *toy, size_t agents, size_t width);
/* Adds an edge with both weights 1. */
tro_toy_edge *tro_toy_join(tro_toy *toy, size_t from, size_t to);

/* The scenario, appended. */
void tro_toy_write(const tro_toy *toy, tro_text *text);
/* Makes a world of the toy under this schedule; NULL: under its own. */
void tro_toy_open(tro_world *world, tro_toy *toy, const char *schedule);

/* One source of an agent's data: mean M z_from + b and covariance. from is
 * SIZE_MAX for real data. */
typedef struct tro_toy_source {
    size_t from;
    double share, delay;
    int curated;                                    /* passed the judge's choice */
    size_t edge, judge;
    double matrix[TRO_TOY_WIDTH * TRO_TOY_WIDTH], offset[TRO_TOY_WIDTH];
    double spread[TRO_TOY_WIDTH * TRO_TOY_WIDTH];
} tro_toy_source;
enum { TRO_TOY_SOURCES = 2 * TRO_TOY_EDGES + 1 };

/* All sources of an agent with a positive share; returns how many. */
size_t tro_toy_sources(const tro_toy *toy, size_t agent, tro_toy_source *sources);

/* The synchronous map F(z) = J z + c as a dense matrix (size^2) and vector. */
void tro_toy_dense(const tro_toy *toy, double *jacobian, double *constant);
/* F(z), straight from the formula. */
void tro_toy_map(const tro_toy *toy, const double *z, double *out);
/* The fixed point, by elimination. */
void tro_toy_fixed_point(const tro_toy *toy, double *z);
/* Agent's alignment and its gradient at its mean m (width). */
double tro_toy_alignment(const tro_toy *toy, size_t agent, const double *m);
void tro_toy_gradient(const tro_toy *toy, size_t agent, const double *m, double *gradient);

#endif
