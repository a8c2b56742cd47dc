/* GSL without its habit of aborting. */
#ifndef TRO_ANALYSIS_GSL_GUARD_H
#define TRO_ANALYSIS_GSL_GUARD_H

/* Switches GSL's aborting error handler off, once in the life of the process.
 * Call before any GSL function that can fail. Any thread. */
void tro_gsl_guard(void);

/* The tro_status of a GSL error code. */
int tro_gsl_status(int code);

#endif
