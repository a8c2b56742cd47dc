/* Laws of real vectors as scenarios give them: what the families `gaussian` and
 * `gaussian-full` share. */
#ifndef TRO_FAMILY_GAUSSIAN_LAW_H
#define TRO_FAMILY_GAUSSIAN_LAW_H

#include "family/family.h"

typedef struct tro_gaussian_law {
    tro_vector mean;
    tro_draw_normal normal;
    const tro_node *covariance;     /* or NULL */
} tro_gaussian_law;

extern const tro_table tro_gaussian_law_table;

/* Reads the keys, and the mean (space->coordinates numbers) they give. */
TRO_MUST_USE int tro_gaussian_law_read(const tro_reader *reader, const tro_space *space,
                                       const tro_node *node, tro_gaussian_law *law,
                                       double *mean);

#endif
