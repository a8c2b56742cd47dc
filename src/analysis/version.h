/* Which GSL this is. */
#ifndef TRO_ANALYSIS_VERSION_H
#define TRO_ANALYSIS_VERSION_H

/* "2.7.1"; static. */
const char *tro_gsl_version(void);

#endif
