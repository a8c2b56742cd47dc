#include "family/gaussian_law.h"

#include <stddef.h>

static const tro_param law_params[] = {
    {.key = "mean", .type = TRO_P_VECTOR, .flags = TRO_P_MAIN,
     .offset = offsetof(tro_gaussian_law, mean), .unit = "coordinate",
     .doc = "Mean of the outputs; one number stands for all coordinates."},
    {.key = "normal", .type = TRO_P_RECORD, .offset = offsetof(tro_gaussian_law, normal),
     .table = &tro_draw_normal_table,
     .doc = "Instead: every coordinate of the mean is drawn, once, from the seed."},
    {.key = "covariance", .type = TRO_P_NODE, .offset = offsetof(tro_gaussian_law, covariance),
     .unit = "coordinate^2",
     .doc = "Covariance of the outputs: a variance, a list of variances or a matrix. Default: that "
            "of the family. A `start` in the family `gaussian` has none."},
};

const tro_table tro_gaussian_law_table = {
    "law", law_params, sizeof law_params / sizeof *law_params, sizeof(tro_gaussian_law)};

int tro_gaussian_law_read(const tro_reader *reader, const tro_space *space,
                          const tro_node *node, tro_gaussian_law *law, double *mean)
{
    size_t d = space->coordinates;
    int status = tro_read_record(reader, node, &tro_gaussian_law_table, NULL, law);
    if (status < 0)
        return status;
    if (!law->mean.values && !law->normal.self)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "missing key 'mean' in 'law'");
    if (law->mean.values && law->normal.self)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "a law has a 'mean', or 'normal' to draw it from, found both");
    if (law->normal.self)
        return tro_draw_normals(reader, space->lottery, &law->normal, d, mean);
    if (law->mean.count != 1 && law->mean.count != d)
        return tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(node, "mean"),
                         "mean has %zu numbers, but the dimension is %zu", law->mean.count, d);
    for (size_t k = 0; k < d; k++)
        mean[k] = law->mean.values[law->mean.count == 1 ? 0 : k];
    return TRO_OK;
}
