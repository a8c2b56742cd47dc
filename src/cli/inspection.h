/* What can be told about a scenario without running it. */
#ifndef TRO_CLI_INSPECTION_H
#define TRO_CLI_INSPECTION_H

#include "analysis/certificate.h"
#include "cli/loading.h"
#include "cli/network_metrics.h"

typedef struct tro_inspection {
    const tro_loaded *loaded;      /* unowned */
    const char *path;              /* as people know it */
    int settles;                   /* the rounds come to rest, wherever they start */
    tro_text verdict;              /* a sentence about stability */
    tro_text *earlier;             /* and of each phase before the last; owned */
    tro_certificate certificate;   /* found before the fixed point */
    int *reached;                  /* agents: real data gets there; owned */
    size_t unreached;
    tro_network_metrics metrics;   /* count 0: not asked for */
} tro_inspection;                  /* zero-initialised is legal to release */

/* An unstable scenario is a finding, not an error. TRO_ENOMEM, TRO_EINTERRUPTED. */
TRO_MUST_USE int tro_inspect(const tro_loaded *loaded, tro_inspection *out,
                             tro_messages *messages);
void tro_inspection_release(tro_inspection *inspection);

/* For people, and as one line of JSON. */
void tro_inspection_show(const tro_inspection *inspection, tro_text *text);
void tro_inspection_json(const tro_inspection *inspection, tro_text *text);

/* The nearest instability as an object of kind, eigenvalue and turn; null where none
 * is known. s may be NULL. */
void tro_json_nearest(tro_text *text, const tro_stability *s);

/* The name of an agent's users: the curator's name in the file, or its rule. */
const char *tro_public_name(const tro_agent *agent);

/* The next edge into an agent that has weight, or NULL; *at begins with 0. */
const tro_edge *tro_next_producer(const tro_scenario *scenario, size_t agent, size_t *at);

#endif
