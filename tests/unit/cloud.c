#include "tests/unit/cloud.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { HALF = 19 };
static const double STEP = 0.45;

static tro_cloud cloud_of(size_t count)
{
    return (tro_cloud){count, calloc(count, sizeof(double[2])), calloc(count, sizeof(double))};
}

tro_cloud tro_cloud_normal(const double *mean, const double *covariance)
{
    tro_cloud cloud = cloud_of((2 * HALF + 1) * (2 * HALF + 1));
    double a = sqrt(covariance[0]), b = a > 0 ? covariance[1] / a : 0;
    double c = sqrt(fmax(covariance[3] - b * b, 0)), sum = 0;
    size_t n = 0;
    for (int i = -HALF; i <= HALF; i++)
        for (int j = -HALF; j <= HALF; j++, n++) {
            double s = i * STEP, t = j * STEP;
            cloud.x[n][0] = mean[0] + a * s;
            cloud.x[n][1] = mean[1] + b * s + c * t;
            cloud.p[n] = exp(-0.5 * (s * s + t * t));
            sum += cloud.p[n];
        }
    for (size_t k = 0; k < n; k++)
        cloud.p[k] /= sum;
    return cloud;
}

void tro_cloud_free(tro_cloud *cloud)
{
    free(cloud->x);
    free(cloud->p);
    *cloud = (tro_cloud){0};
}

void tro_cloud_add(tro_cloud *cloud, double weight, const tro_cloud *other)
{
    tro_cloud both = cloud_of(cloud->count + other->count);
    if (cloud->count > 0) {
        memcpy(both.x, cloud->x, cloud->count * sizeof *both.x);
        memcpy(both.p, cloud->p, cloud->count * sizeof *both.p);
    }
    memcpy(both.x + cloud->count, other->x, other->count * sizeof *both.x);
    for (size_t k = 0; k < other->count; k++)
        both.p[cloud->count + k] = weight * other->p[k];
    tro_cloud_free(cloud);
    *cloud = both;
}

static double reward(const tro_judge_of_points *judge, const double *x)
{
    const double *q = judge->curvature, a = x[0] - judge->centre[0], b = x[1] - judge->centre[1];
    double r = judge->linear[0] * x[0] + judge->linear[1] * x[1];
    return (r - 0.5 * (q[0] * a * a + (q[1] + q[2]) * a * b + q[3] * b * b)) /
           judge->temperature;
}

void tro_cloud_tilt(tro_cloud *cloud, const tro_judge_of_points *judge, double sign)
{
    double sum = 0, largest = -INFINITY;
    for (size_t k = 0; k < cloud->count; k++)
        largest = fmax(largest, sign * reward(judge, cloud->x[k]) + log(cloud->p[k]));
    for (size_t k = 0; k < cloud->count; k++) {
        cloud->p[k] = exp(sign * reward(judge, cloud->x[k]) + log(cloud->p[k]) - largest);
        sum += cloud->p[k];
    }
    for (size_t k = 0; k < cloud->count; k++)
        cloud->p[k] /= sum;
}

void tro_cloud_pair(tro_cloud *cloud, const tro_judge_of_points *judge, double sign)
{
    double *kept = calloc(cloud->count, sizeof *kept), *r = calloc(cloud->count, sizeof *r);
    for (size_t k = 0; k < cloud->count; k++)
        r[k] = exp(sign * reward(judge, cloud->x[k]));
    for (size_t i = 0; i < cloud->count; i++) {
        double wins = 0;
        for (size_t j = 0; j < cloud->count; j++)
            wins += cloud->p[j] * r[i] / (r[i] + r[j]);
        kept[i] = 2 * cloud->p[i] * wins;
    }
    free(cloud->p);
    free(r);
    cloud->p = kept;
}

void tro_cloud_move(tro_cloud *cloud, const double *by)
{
    for (size_t k = 0; k < cloud->count; k++) {
        cloud->x[k][0] += by[0];
        cloud->x[k][1] += by[1];
    }
}

void tro_cloud_moments(const tro_cloud *cloud, double *z)
{
    memset(z, 0, 5 * sizeof *z);
    for (size_t k = 0; k < cloud->count; k++) {
        const double *x = cloud->x[k], p = cloud->p[k];
        const double term[5] = {x[0], x[1], x[0] * x[0], x[0] * x[1], x[1] * x[1]};
        for (int i = 0; i < 5; i++)
            z[i] += p * term[i];
    }
}
