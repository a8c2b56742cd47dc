#include "family/draw.h"

#include <math.h>
#include <stddef.h>

#define NAME_PARAM(config) \
    {.key = "name", .type = TRO_P_TEXT, .offset = offsetof(config, name), \
     .doc = "Draws of one name are the same numbers, but for members of a group, who have their " \
            "own each. Default: no other draw has these."}

static const tro_param normal_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(tro_draw_normal, self)},
    {.key = "sd", .type = TRO_P_REAL, .flags = TRO_P_MAIN | TRO_P_REQUIRED | TRO_P_BOUNDED,
     .offset = offsetof(tro_draw_normal, sd), .min = 0, .max = 1e100,
     .doc = "Standard deviation of each number."},
    {.key = "mean", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,
     .offset = offsetof(tro_draw_normal, mean), .min = -1e100, .max = 1e100, .fallback = "0",
     .doc = "Mean of each number."},
    NAME_PARAM(tro_draw_normal),
};
const tro_table tro_draw_normal_table = {"normal", normal_params,
                                         sizeof normal_params / sizeof *normal_params,
                                         sizeof(tro_draw_normal)};

static const tro_param uniform_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(tro_draw_uniform, self)},
    {.key = "between", .type = TRO_P_VECTOR, .flags = TRO_P_MAIN | TRO_P_REQUIRED | TRO_P_BOUNDED,
     .offset = offsetof(tro_draw_uniform, between), .min = -1e100, .max = 1e100,
     .doc = "Between which two numbers, the smaller first."},
    NAME_PARAM(tro_draw_uniform),
};
const tro_table tro_draw_uniform_table = {"uniform", uniform_params,
                                          sizeof uniform_params / sizeof *uniform_params,
                                          sizeof(tro_draw_uniform)};

static const tro_param dirichlet_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(tro_draw_dirichlet, self)},
    {.key = "concentration", .type = TRO_P_VECTOR,
     .flags = TRO_P_MAIN | TRO_P_REQUIRED | TRO_P_BOUNDED,
     .offset = offsetof(tro_draw_dirichlet, concentration), .min = 1e-9, .max = 1e15,
     .doc = "Its parameters, one for each outcome, or one number for all: at 1 all laws are "
            "equally likely, below 1 few outcomes have most of the probability."},
    NAME_PARAM(tro_draw_dirichlet),
};
const tro_table tro_draw_dirichlet_table = {"dirichlet", dirichlet_params,
                                            sizeof dirichlet_params / sizeof *dirichlet_params,
                                            sizeof(tro_draw_dirichlet)};

void tro_lottery_enter(tro_lottery *lottery, const char *part, const char *owner, const char *key)
{
    if (!lottery)
        return;
    lottery->part = part;
    lottery->owner = owner;
    lottery->key = key;
    lottery->count = 0;
}

/* FNV-1a of several texts, one after the other. */
static uint64_t hash_texts(size_t count, const char *const *texts)
{
    uint64_t hash = 14695981039346656037u;
    for (size_t k = 0; k < count; k++)
        for (const char *c = texts[k]; *c; c++)
            hash = (hash ^ (unsigned char)*c) * 1099511628211u;
    return hash;
}

int tro_lottery_stream(const tro_reader *reader, tro_lottery *lottery, const char *rule,
                       const tro_node *node, const char *name, tro_stream *out)
{
    tro_stream_key key = {.purpose = TRO_FOR_GROUP};
    if (!lottery || (!name && !lottery->part))
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "numbers drawn outside 'agents' and 'curators' need the 'name' of a draw "
                         "there");
    lottery->used = 1;
    key.seed = lottery->seed;
    if (name) {
        key.agent = hash_texts(3, (const char *[]){rule, " ", name});
        key.replicate = lottery->member;
    } else {
        const char *texts[] = {lottery->part, ".", lottery->owner, *lottery->key ? "." : "",
                               lottery->key};
        key.agent = hash_texts(5, texts);
        key.round = lottery->count++;
    }
    *out = tro_stream_of(&key);
    return TRO_OK;
}

int tro_draw_normals(const tro_reader *reader, tro_lottery *lottery, const tro_draw_normal *rule,
                     size_t count, double *out)
{
    tro_stream stream;
    int status = tro_lottery_stream(reader, lottery, "normal", rule->self, rule->name, &stream);
    if (status < 0)
        return status;
    tro_stream_normals(&stream, count, out);
    for (size_t k = 0; k < count; k++)
        out[k] = rule->mean + rule->sd * out[k];
    return TRO_OK;
}

int tro_draw_uniforms(const tro_reader *reader, tro_lottery *lottery, const tro_draw_uniform *rule,
                      size_t count, double *out)
{
    tro_stream stream;
    const double *ends = rule->between.values;
    if (rule->between.count != 2 || !(ends[0] <= ends[1]))
        return tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(rule->self, "between"),
                         "uniform is between two numbers, the smaller first");
    int status = tro_lottery_stream(reader, lottery, "uniform", rule->self, rule->name, &stream);
    for (size_t k = 0; status == TRO_OK && k < count; k++)
        out[k] = ends[0] + (ends[1] - ends[0]) * tro_stream_uniform(&stream);
    return status;
}

/* Gamma numbers over their sum (Devroye 1986, XI.4); by logarithms, as with a small
 * concentration all may be too small for a double. */
int tro_draw_law(const tro_reader *reader, tro_lottery *lottery, const tro_draw_dirichlet *rule,
                 size_t count, double *out)
{
    tro_stream stream;
    const tro_vector *shape = &rule->concentration;
    double largest = -INFINITY, sum = 0;
    if (shape->count != 1 && shape->count != count)
        return tro_error(reader->messages, TRO_ESCENARIO,
                         tro_place_of(rule->self, "concentration"),
                         "%zu concentrations, but there are %zu outcomes", shape->count, count);
    int status = tro_lottery_stream(reader, lottery, "dirichlet", rule->self, rule->name, &stream);
    if (status < 0)
        return status;
    for (size_t k = 0; k < count; k++) {
        out[k] = tro_stream_log_gamma(&stream, shape->values[shape->count == 1 ? 0 : k]);
        largest = fmax(largest, out[k]);
    }
    for (size_t k = 0; k < count; k++)
        sum += out[k] = exp(out[k] - largest);
    for (size_t k = 0; k < count; k++)
        out[k] /= sum;
    return TRO_OK;
}
