/* The covariance of what a sampled round draws. */
#ifndef TRO_ANALYSIS_NOISE_OUTPUTS_H
#define TRO_ANALYSIS_NOISE_OUTPUTS_H

#include "ecosystem/sampling.h"

/* matrix (width^2) = the covariance of the mean sufficient statistics of the agent's
 * outputs in one round, given its sources' laws: before its learning rate and its fit.
 * Exact for laws of the family. scratch: TRO_OUTPUTS_SCRATCH(width). */
void tro_outputs_covariance(const tro_sampler *sampler, tro_workspace *work, size_t agent,
                            tro_law_of *law, void *context, double *matrix, double *scratch);
#define TRO_OUTPUTS_SCRATCH(width) (2 * (width) + (width) * (width))

#endif
