/* Curators: who chooses among candidates, and what that does to a law.
 *
 * A curator is an expression in a scenario. Prepared for a space it becomes
 * a curation: the map C from the law of a producer's outputs to the law of
 * those that were kept, with its Jacobian and the Jacobian's transpose times
 * a vector. Kernels work on batches of rows. */
#ifndef TRO_CURATOR_CURATOR_H
#define TRO_CURATOR_CURATOR_H

#include "family/family.h"

typedef struct tro_curation tro_curation;

/* The kernels of one curation map. rows x width doubles, row-major and
 * contiguous; out must not overlap the inputs. All three are required. */
typedef struct tro_curation_ops {
    void (*apply)(const tro_curation *curation, size_t rows, const double *z, double *out);
    /* out = C'(z) dz */
    void (*derivative)(const tro_curation *curation, size_t rows, const double *z,
                       const double *dz, double *out);
    /* out = C'(z)' w */
    void (*transposed)(const tro_curation *curation, size_t rows, const double *z,
                       const double *w, double *out);
} tro_curation_ops;

/* A prepared curator. Immutable, in the scenario's arena. */
struct tro_curation {
    const tro_curation_ops *ops;   /* NULL: the identity, everything is kept */
    const tro_space *space;
    const void *self;
    /* When not NULL, C(z) = z + shift (width): the map is a translation. */
    const double *shift;
    const char *name;              /* of the rule, for people */
};

typedef struct tro_curator {
    tro_plugin plugin;
    /* Required. Fills `out` (zeroed, with space and name set). `node` is the
     * curator's parameters in the scenario. Errors are located: a law or a reward
     * that this rule has no exact map for is TRO_ESCENARIO with what would be
     * right. */
    TRO_MUST_USE int (*prepare)(const tro_reader *reader, const tro_space *space,
                                const void *config, const tro_node *node, tro_curation *out);
} tro_curator;

extern const tro_curator tro_curator_none;
extern const tro_curator tro_curator_shift;
extern const tro_curator tro_curator_bradley_terry;

/* Reads and prepares a curator expression. */
TRO_MUST_USE int tro_curation_read(const tro_reader *reader, const tro_space *space,
                                   const tro_node *node, const tro_curation **out);

/* The kernels of a translation; for curators whose map is one. Sets ops and
 * shift (width doubles, which must live as long as the curation). */
void tro_curation_translate(tro_curation *curation, const double *shift);

#endif
