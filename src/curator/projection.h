/* One of K candidates, chosen by a linear reward, along the reward's direction.
 *
 * With t the standardised projection of an output, N(0, 1), and b the
 * reward's standard deviation over the temperature, the kept projection has
 * mean b alpha and second moment 1 + b^2 q. Everything across the direction
 * stays as it was. */
#ifndef TRO_CURATOR_PROJECTION_H
#define TRO_CURATOR_PROJECTION_H

/* As functions of beta = b^2, with derivatives by it. alpha is in (0, 1]. */
typedef struct tro_projection {
    double alpha, q, dalpha, dq;
} tro_projection;

/* Odds exp(b t): candidates a whole number >= 2 (inf is exact, too), beta >= 0. */
tro_projection tro_projection_choice(double candidates, double beta);

/* The largest of K: mean and variance of the maximum of K standard normals. */
void tro_projection_largest(double candidates, double *mean, double *variance);

#endif
