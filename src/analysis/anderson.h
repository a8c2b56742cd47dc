/* Anderson's acceleration of z <- F(z) (1965, J. ACM 12, 547; Walker and Ni 2011, SIAM
 * J. Numer. Anal. 49, 1715): the next iterate is the combination, of weights that sum
 * to 1, of the latest F(z) that leaves the smallest residual F(z) - z. Combinations of
 * laws sum to 1 as laws do. The weights come from normal equations of scaled
 * differences; what is nearly dependent, the oldest first, is left out. */
#ifndef TRO_ANALYSIS_ANDERSON_H
#define TRO_ANALYSIS_ANDERSON_H

#include <stddef.h>

#include <trophic/status.h>

enum { TRO_ANDERSON_MOST = 15 };

typedef struct tro_anderson {
    size_t size, window;
    size_t count, newest;      /* differences at hand; where the newest is */
    int begun;                 /* there is a latest pair */
    double *changes_f, *changes_g;   /* window x size: of residuals, of F(z) */
    double *last_f, *last_g;
    double gram[TRO_ANDERSON_MOST * TRO_ANDERSON_MOST];   /* of changes_f */
} tro_anderson;

/* A window of at most TRO_ANDERSON_MOST differences, fewer where they would take more
 * than 1 GiB. TRO_ENOMEM; tro_anderson_free is legal after that, too. */
int tro_anderson_init(tro_anderson *anderson, size_t size) TRO_MUST_USE;
void tro_anderson_free(tro_anderson *anderson);

/* Forgets what came before. */
void tro_anderson_restart(tro_anderson *anderson);

/* Takes residual = F(z) - z and g = F(z) of the latest iterate (size each) and makes the
 * next one, into z. */
void tro_anderson_step(tro_anderson *anderson, const double *residual, const double *g,
                       double *z);

/* The largest modulus of an eigenvalue of F' as the differences show it (Ritz values
 * on their span); 0 when there are none. TRO_ENOMEM, TRO_ENOCONV. */
int tro_anderson_radius(const tro_anderson *anderson, double *radius) TRO_MUST_USE;

#endif
