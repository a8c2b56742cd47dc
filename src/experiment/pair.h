/* Parameters shared by the quantities about two agents: whose alignment, and
 * whose curated share. */
#ifndef TRO_EXPERIMENT_PAIR_H
#define TRO_EXPERIMENT_PAIR_H

#include <stddef.h>

#include "experiment/quantity.h"

typedef struct tro_pair_config {
    const tro_node *self;
    const char *on, *of;
    int method, independent;
    double hops, step;
    long long block;
    int shortest;
} tro_pair_config;

#define TRO_PAIR_PARAMS                                                                  \
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(tro_pair_config, self)},          \
    {.key = "on", .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED,                           \
     .offset = offsetof(tro_pair_config, on), .doc = "Whose alignment changes."},        \
    {.key = "of", .type = TRO_P_TEXT, .flags = TRO_P_REQUIRED,                           \
     .offset = offsetof(tro_pair_config, of), .doc = "Whose curated share is raised."}

#define TRO_STEP_PARAM                                                                   \
    {.key = "step", .type = TRO_P_REAL,                                                  \
     .flags = TRO_P_BOUNDED | TRO_P_OPEN_MIN, .offset = offsetof(tro_pair_config, step), \
     .min = 0, .max = 1, .fallback = "0.02", .unit = "share",                            \
     .doc = "The curated share is moved by plus and minus this much; where it cannot "    \
            "be, to one side only."}

/* Both agents exist, and `on` has a reward. */
TRO_MUST_USE int tro_pair_check(const tro_cell *cell, const void *config,
                                tro_messages *messages);
size_t tro_pair_on(const tro_cell *cell, const tro_pair_config *config);
size_t tro_pair_of(const tro_cell *cell, const tro_pair_config *config);
/* Can the curated share of `of` move in one direction only? */
int tro_pair_one_sided(const tro_cell *cell, size_t of);

#endif
