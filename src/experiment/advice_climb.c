/* Uphill by projected gradients with steps after Barzilai and Borwein (Birgin, Martinez,
 * Raydan 2000, SIAM J. Optim. 10, 1196), monotone. */
#include <math.h>
#include <string.h>

#include "experiment/advice_parts.h"

enum { MOST_STEPS = 300, MOST_HALVINGS = 40, GLANCE = 10 };
#define STILL 1e-10

/* direction = nearest(x + step gradient) - x; its largest entry. */
static double project(tro_search *s, double step)
{
    const tro_frame *f = s->frame;
    double largest = 0;
    for (size_t j = 0; j < f->count; j++)
        s->room[j] = s->here.x[j] + step * s->here.gradient[j];
    tro_near_within(f, s->room, s->budget, s->direction);
    for (size_t j = 0; j < f->count; j++) {
        s->direction[j] -= s->here.x[j];
        largest = fmax(largest, fabs(s->direction[j]));
    }
    return largest;
}

/* Halves the step until the value rises enough; 1, 0 when it never does, or a status. */
static int advance(tro_search *s)
{
    const tro_frame *f = s->frame;
    double rise = 0, part = 1;
    for (size_t j = 0; j < f->count; j++)
        rise += s->here.gradient[j] * s->direction[j];
    for (int k = 0; k < MOST_HALVINGS; k++, part /= 2) {
        for (size_t j = 0; j < f->count; j++)
            s->point[j] = s->here.x[j] + part * s->direction[j];
        int status = tro_point_at(s, s->point, 0, &s->there);
        if (status < 0)
            return status;
        if (status == 1 && s->there.value >= s->here.value + 1e-4 * part * rise)
            return tro_point_slopes(s, &s->there);
    }
    return 0;
}

/* The length of the next step from how the gradient changed over the last. */
static double next_step(const tro_search *s, double step)
{
    double square = 0, bend = 0;
    for (size_t j = 0; j < s->frame->count; j++) {
        double dx = s->here.x[j] - s->old_x[j];
        square += dx * dx;
        bend -= dx * (s->here.gradient[j] - s->old_gradient[j]);
    }
    step = bend > 0 ? square / bend : 10 * step;
    return fmin(fmax(step, 1e-10), 1e10);
}

int tro_climb(tro_search *s, int until)
{
    const tro_frame *f = s->frame;
    double largest = 0, glanced = s->here.value;
    for (size_t j = 0; j < f->count; j++)
        largest = fmax(largest, fabs(s->here.gradient[j]));
    double step = largest > 0 ? 0.25 / largest : 1;
    s->stationarity = f->count > 0 ? 0 : NAN;
    for (int k = 0; k < MOST_STEPS && f->count > 0; k++) {
        if (until && s->here.value >= s->target)
            break;
        if (k > 0 && k % GLANCE == 0) {
            if (s->here.value - glanced < s->enough)
                break;
            glanced = s->here.value;
        }
        s->stationarity = project(s, 1);
        if (s->stationarity <= STILL || project(s, step) <= STILL * fmin(step, 1))
            break;
        memcpy(s->old_x, s->here.x, f->count * sizeof *s->old_x);
        memcpy(s->old_gradient, s->here.gradient, f->count * sizeof *s->old_x);
        int status = advance(s);
        if (status < 0)
            return status;
        if (status == 0)
            break;
        tro_point swap = s->here;
        s->here = s->there;
        s->there = swap;
        step = next_step(s, step);
    }
    return TRO_OK;
}
