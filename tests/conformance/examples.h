/* How scenarios ask for everything in the catalogue; a plug-in without an
 * example fails its suite. */
#ifndef TRO_TESTS_EXAMPLES_H
#define TRO_TESTS_EXAMPLES_H

#include "tests/unit/support.h"

/* Mean parameters of the largest example. */
enum { TRO_EXAMPLE_WIDTH = 64 };

/* The k-th example of a plug-in, or NULL; a family's is its `outcomes`. */
const char *tro_example_of(tro_kind kind, const char *name, size_t k);

/* A family, and laws, rewards and a curator in its terms, for three agents. */
typedef struct tro_family_example {
    const char *family, *outcomes;
    const char *start;                       /* of the first */
    const char *reference[3], *reward[3];
    const char *curator;                     /* one that the family takes */
    const char *displaces;                   /* so that curation moves something with it */
} tro_family_example;

extern const tro_family_example tro_family_examples[];
extern const size_t tro_family_example_count;

/* Three agents a, b, c of a family with all that is asked for. In the first
 * family the linear reward of `a` and equal layers let the closed form apply
 * where there is no channel. */
void tro_example_write(char *text, size_t room, const tro_family_example *family,
                       const char *curator, const char *network, const char *schedule);

/* The k-th example of an agent's key, "key: value", curator being one that the family takes;
 * 0: there is none. A key that nobody has thought of fails. */
int tro_agent_example(const tro_param *param, size_t k, const char *curator, char *out,
                      size_t room);

#define TRO_EXAMPLE_EDGES \
    "{edges: [{from: a, to: b}, {from: b, to: c}, {from: c, to: a, weight: 2}, " \
    "{from: a, to: a}]}"
/* Where every consumer has several producers, and chooses itself. */
#define TRO_EXAMPLE_POOLS \
    "{judge: consumer, edges: [{from: a, to: b}, {from: b, to: b, weight: 3}, " \
    "{from: b, to: c}, {from: a, to: c}, {from: c, to: a, weight: 2}, {from: a, to: a}]}"

#endif
