/* Laws in the plane as clouds of points with weights: normal laws on a grid fine
 * enough for the trapezoid rule to be exact, curated point by point as the
 * rules are defined. A slow second implementation of curation of gaussians. */
#ifndef TRO_TESTS_CLOUD_H
#define TRO_TESTS_CLOUD_H

#include <stddef.h>

typedef struct tro_cloud {
    size_t count;
    double (*x)[2];
    double *p;
} tro_cloud;

/* r(x) = linear.x - (x-centre)'curvature(x-centre)/2, over the temperature. */
typedef struct tro_judge_of_points {
    double linear[2], curvature[4], centre[2], temperature;
} tro_judge_of_points;

/* N(mean, covariance); covariance 2 x 2, positive definite or of rank 1. */
tro_cloud tro_cloud_normal(const double *mean, const double *covariance);
void tro_cloud_free(tro_cloud *cloud);
/* Adds the points of another with its weights times `weight`. */
void tro_cloud_add(tro_cloud *cloud, double weight, const tro_cloud *other);

/* In place: infinitely many candidates; two; a displacement. */
void tro_cloud_tilt(tro_cloud *cloud, const tro_judge_of_points *judge, double sign);
void tro_cloud_pair(tro_cloud *cloud, const tro_judge_of_points *judge, double sign);
void tro_cloud_move(tro_cloud *cloud, const double *by);

/* E x1, E x2, E x1^2, E x1 x2, E x2^2. */
void tro_cloud_moments(const tro_cloud *cloud, double *z);

#endif
