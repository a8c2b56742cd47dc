/* Laws and rewards that are drawn at random, from the seed of the scenario.
 *
 * The numbers of one draw come from the stream (include/trophic/random.h) of
 *   purpose TRO_FOR_GROUP, the scenario's seed, and
 *   without a name: agent = hash of "agents.NAME.KEY" or "curators.NAME" (FNV-1a), round = how
 *     many nameless draws were made there before, in the order of the file, replicate 0;
 *   with one: agent = hash of "RULE NAME" as in "normal taste", round 0, replicate = position
 *     in its group of the agent that is read, from 0.
 * So they change neither with other agents nor with the form in which a value is
 * written, and draws of one rule and name are the same numbers, which `sd`,
 * `mean` and `between` only scale and shift.
 *
 * tro_lottery belongs to the scenario that is being read, and says what of it is.
 * Thread rule: one thread reads a scenario. */
#ifndef TRO_FAMILY_DRAW_H
#define TRO_FAMILY_DRAW_H

#include <stdint.h>

#include <trophic/random.h>

#include "document/param.h"

typedef struct tro_lottery {
    uint64_t seed;
    const char *part, *owner, *key;   /* "agents", "theta", "reward"; part NULL: the scenario is
                                         read, and only named draws have numbers */
    uint64_t member;                  /* position in its group */
    uint64_t count;                   /* nameless draws made there */
    int used;                         /* was anything drawn? */
} tro_lottery;

/* From here on `part`.`owner`.`key` is read. lottery may be NULL. */
void tro_lottery_enter(tro_lottery *lottery, const char *part, const char *owner, const char *key);

/* The stream of a draw by `rule` at `node`, with a name or NULL. */
TRO_MUST_USE int tro_lottery_stream(const tro_reader *reader, tro_lottery *lottery,
                                    const char *rule, const tro_node *node, const char *name,
                                    tro_stream *out);

/* Rules, each the value of a key of a law or a reward; `self` NULL: not there. */
typedef struct tro_draw_normal {
    const tro_node *self;
    double mean, sd;
    const char *name;
} tro_draw_normal;

typedef struct tro_draw_uniform {
    const tro_node *self;
    tro_vector between;
    const char *name;
} tro_draw_uniform;

typedef struct tro_draw_dirichlet {
    const tro_node *self;
    tro_vector concentration;
    const char *name;
} tro_draw_dirichlet;

extern const tro_table tro_draw_normal_table, tro_draw_uniform_table, tro_draw_dirichlet_table;

/* `count` independent numbers; the numbers of a law, which sum to 1. lottery NULL is
 * an error: there is no seed. */
TRO_MUST_USE int tro_draw_normals(const tro_reader *reader, tro_lottery *lottery,
                                  const tro_draw_normal *rule, size_t count, double *out);
TRO_MUST_USE int tro_draw_uniforms(const tro_reader *reader, tro_lottery *lottery,
                                   const tro_draw_uniform *rule, size_t count, double *out);
TRO_MUST_USE int tro_draw_law(const tro_reader *reader, tro_lottery *lottery,
                              const tro_draw_dirichlet *rule, size_t count, double *out);

#endif
