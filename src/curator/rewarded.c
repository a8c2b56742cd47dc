#include "curator/rewarded.h"

#include <math.h>

#include "curator/gaussian.h"

/* --- from a reward to a rule -------------------------------------------------------- */

/* exp(sign r / T) = exp(a.x - x'Px/2) and a constant. */
static int tilt_rule(tro_arena *arena, const tro_reward *reward, double scale,
                     tro_gaussian_rule *rule)
{
    size_t d = reward->dimension, cells = reward->curvature ? d * d : 0;
    double *linear = TRO_NEW(arena, double, d), *curvature = TRO_NEW(arena, double, cells);
    int finite = 1;
    if (!linear || !curvature)
        return TRO_ENOMEM;
    for (size_t i = 0; i < d; i++) {
        linear[i] = scale * reward->linear[i];
        for (size_t j = 0; reward->curvature && j < d; j++) {
            double q = reward->full ? reward->curvature[i * d + j]
                       : i == j     ? reward->curvature[i]
                                    : 0;
            curvature[i * d + j] = scale * q;
            linear[i] += scale * q * reward->centre[j];
            finite &= isfinite(curvature[i * d + j]);
        }
        finite &= isfinite(linear[i]);
    }
    *rule = (tro_gaussian_rule){.linear = linear,
                                .curvature = reward->curvature ? curvature : NULL};
    return finite ? TRO_OK : TRO_EUNSUPPORTED;
}

/* The direction scaled to entries of at most 1: only the slope is large. */
static int line_rule(tro_arena *arena, const tro_reward *reward, const tro_judge_rule *judge,
                     double scale, tro_gaussian_rule *rule)
{
    size_t d = reward->dimension;
    tro_line_step *step = TRO_NEW(arena, tro_line_step, 1);
    double *direction = TRO_NEW(arena, double, d), largest = 0;
    if (!step || !direction)
        return TRO_ENOMEM;
    for (size_t i = 0; i < d; i++)
        largest = fmax(largest, fabs(reward->linear[i]));
    for (size_t i = 0; largest > 0 && i < d; i++)
        direction[i] = reward->linear[i] / largest;
    *step = (tro_line_step){judge->candidates, judge->largest ? scale : scale * largest,
                            judge->largest};
    *rule = (tro_gaussian_rule){0};
    if (largest > 0) { /* else all are equally good */
        rule->direction = direction;
        rule->steps = step;
        rule->step_count = 1;
    }
    return isfinite(step->slope) ? TRO_OK : TRO_EUNSUPPORTED;
}

static int refuse(const tro_reader *reader, const tro_judge_rule *judge, int status)
{
    const tro_place *place = tro_place_of(judge->reward, "curvature");
    if (status == TRO_EINVAL)
        return tro_error(reader->messages, TRO_ESCENARIO, place,
                         "%s%s leaves no normal law: the outputs' precision (the inverse of "
                         "their covariance) plus curvature / temperature must be positive "
                         "definite", judge->rule,
                         judge->flip > 0 ? " with this reward or, after a flip, its reverse"
                                         : "");
    if (status == TRO_EUNSUPPORTED)
        return tro_error(reader->messages, TRO_ESCENARIO, &judge->reward->place,
                         "%s: the reward over the temperature is out of range", judge->rule);
    return status;
}

static int check_reward(const tro_reader *reader, const tro_judge_rule *judge,
                        const tro_reward *reward)
{
    const tro_place *place = tro_place_of(judge->reward, "curvature");
    if (!reward->curvature)
        return TRO_OK;
    if (judge->largest)
        return tro_error(reader->messages, TRO_ESCENARIO, place,
                         "best-of on real vectors needs a linear reward, found one with "
                         "curvature");
    if (isfinite(judge->candidates))
        return tro_error(reader->messages, TRO_ESCENARIO, place,
                         "%s among %g candidates that are real vectors needs a linear reward, "
                         "found one with curvature: 'candidates: inf' would be right",
                         judge->rule, judge->candidates);
    if (reward->dimension > TRO_FULL_LIMIT)
        return tro_error(reader->messages, TRO_ESCENARIO, place,
                         "%s by a reward with curvature is for at most %d coordinates, found "
                         "dimension %zu", judge->rule, TRO_FULL_LIMIT, reward->dimension);
    return TRO_OK;
}

/* What of the rule may be turned. */
static int add_leaf(tro_arena *arena, const tro_tuning *tuning, double scale,
                    tro_gaussian_rule *rule)
{
    tro_gaussian_leaf *leaf = TRO_NEW(arena, tro_gaussian_leaf, 1);
    if (!leaf)
        return TRO_ENOMEM;
    *leaf = (tro_gaussian_leaf){.of = tuning, .unit = scale, .linear = rule->linear,
                                .curvature = rule->curvature, .step = TRO_NO_STEP};
    for (size_t i = 0; rule->step_count > 0 && i < tuning->rewards; i++)
        leaf->steepest = fmax(leaf->steepest, fabs(tuning->reward[i]));
    if (rule->step_count > 0) {
        leaf->step = 0;
        leaf->slope = rule->steps->slope;
    }
    rule->leaves = leaf;
    rule->leaf_count = 1;
    return TRO_OK;
}

static int prepare_one(const tro_reader *reader, const tro_judge_rule *judge,
                       const tro_reward *reward, const tro_tuning *tuning, double sign,
                       tro_curation *out)
{
    tro_gaussian_rule rule;
    double scale = sign / judge->temperature;
    int status = isinf(judge->candidates)
                     ? tilt_rule(reader->arena, reward, scale, &rule)
                     : line_rule(reader->arena, reward, judge, scale, &rule);
    if (status == TRO_OK)
        status = add_leaf(reader->arena, tuning, scale, &rule);
    if (status == TRO_OK)
        status = tro_gaussian_prepare(reader->arena, &rule, out);
    return refuse(reader, judge, status);
}

int tro_judge_gaussian(const tro_reader *reader, const tro_space *space,
                       const tro_judge_rule *judge, tro_curation *out)
{
    const tro_reward *reward = NULL;
    int status = space->family->read_reward(reader, space, judge->reward, &reward);
    if (status == TRO_OK && judge->candidates > 1)
        status = check_reward(reader, judge, reward);
    if (status < 0 || judge->candidates == 1) {
        out->ops = NULL; /* one candidate leaves no choice */
        return status;
    }
    tro_tuning *tuning = TRO_NEW(reader->arena, tro_tuning, 1);
    if (!tuning)
        return TRO_ENOMEM;
    *tuning = (tro_tuning){.rule = judge->rule, .node = judge->node,
                           .dial = judge->largest ? NULL : "temperature",
                           .value = judge->temperature, .reward = reward->linear,
                           .rewards = reward->dimension};
    if (judge->flip == 0 || judge->flip == 1)
        return prepare_one(reader, judge, reward, tuning, judge->flip == 0 ? 1 : -1, out);
    tro_curation *both = TRO_NEW(reader->arena, tro_curation, 2);
    const tro_curation **parts = TRO_NEW(reader->arena, const tro_curation *, 2);
    double *weight = TRO_NEW(reader->arena, double, 2);
    if (!both || !parts || !weight)
        return TRO_ENOMEM;
    for (int k = 0; k < 2 && status == TRO_OK; k++) {
        both[k] = (tro_curation){.space = space, .name = out->name};
        parts[k] = &both[k];
        weight[k] = k == 0 ? 1 - judge->flip : judge->flip;
        status = prepare_one(reader, judge, reward, tuning, k == 0 ? 1 : -1, &both[k]);
    }
    if (status < 0)
        return status;
    return tro_mixture_prepare(reader->arena, &(tro_mixture){2, weight, parts}, out);
}
