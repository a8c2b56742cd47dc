/* A curator of one's own, registered from outside: `sharpen: {power: 2}` keeps outcomes with
 * odds p^power, whatever anyone likes. (The built-in self-judge with strength power - 1 and
 * infinitely many candidates is the same rule, so the result can be compared.)
 *
 *   cc own_curator.c -o own_curator $(pkg-config --cflags --libs trophic) -lm
 *   ./own_curator scenario.yaml 'agents.theta.public={sharpen: 2}' */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <trophic/trophic.h>

/* What a scenario writes: keys, ranges, defaults and documentation of the parameters. */
typedef struct sharpen_config {
    double power;
} sharpen_config;

static const tro_param sharpen_params[] = {
    {.key = "power", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED | TRO_P_REQUIRED | TRO_P_MAIN,
     .offset = offsetof(sharpen_config, power), .min = 0, .max = 100,
     .doc = "The power to which probabilities are raised."},
};

/* C(p)_x = p_x^power / sum of p_y^power */
static void sharpen(const void *self, const tro_laws *laws, size_t prompt, const double *law,
                    double *kept)
{
    double power = ((const sharpen_config *)self)->power, sum = 0;
    (void)prompt;
    for (size_t x = 0; x < laws->length; x++)
        sum += kept[x] = law[x] > 0 ? pow(law[x], power) : 0;
    for (size_t x = 0; x < laws->length; x++)
        kept[x] /= sum;
}

/* dC_x = power C_x (dp_x / p_x - sum of C_y dp_y / p_y) */
static void sharpen_derivative(const void *self, const tro_laws *laws, size_t prompt,
                               const double *law, const double *change, double *out)
{
    double power = ((const sharpen_config *)self)->power, mean = 0;
    sharpen(self, laws, prompt, law, out);
    for (size_t x = 0; x < laws->length; x++)
        if (law[x] > 0)
            mean += out[x] * change[x] / law[x];
    for (size_t x = 0; x < laws->length; x++)
        out[x] = law[x] > 0 ? power * out[x] * (change[x] / law[x] - mean) : 0;
}

/* (C' w)_x = power C_x / p_x (w_x - sum of C_y w_y) */
static void sharpen_transposed(const void *self, const tro_laws *laws, size_t prompt,
                               const double *law, const double *weight, double *out)
{
    double power = ((const sharpen_config *)self)->power, mean = 0;
    sharpen(self, laws, prompt, law, out);
    for (size_t x = 0; x < laws->length; x++)
        mean += out[x] * weight[x];
    for (size_t x = 0; x < laws->length; x++)
        out[x] = law[x] > 0 ? power * out[x] / law[x] * (weight[x] - mean) : 0;
}

static int sharpen_prepare(tro_setup *setup, const tro_laws *laws, const void *config,
                           const void **self)
{
    *self = config;
    if (laws->kind != TRO_LAWS_OUTCOMES)
        return tro_setup_error(setup, NULL, "'sharpen' knows finite outcomes only");
    return TRO_OK;
}

static const tro_rule sharpen_rule = {
    .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_CURATOR, .name = "sharpen",
               .summary = "Keeps outcomes with odds p^power.",
               .table = {"sharpen", sharpen_params, 1, sizeof(sharpen_config)}},
    .prepare = sharpen_prepare,
    .apply = sharpen,
    .derivative = sharpen_derivative,
    .transposed = sharpen_transposed,
};

static int print_influences(tro_cell *cell, tro_messages *messages)
{
    int status = TRO_OK;
    for (size_t on = 0; on < tro_agent_count(cell) && status == TRO_OK; on++) {
        double alignment, influence;
        status = tro_alignment_of(cell, on, &alignment, messages);
        if (status == TRO_OK)
            status = tro_influence(cell, on, 0, &influence, messages);
        if (status == TRO_OK)
            printf("%s: alignment %.10f, influence of %s %.10f\n", tro_agent_name(cell, on),
                   alignment, tro_agent_name(cell, 0), influence);
    }
    return status;
}

int main(int argc, char **argv)
{
    const tro_rule *rules[] = {&sharpen_rule};
    tro_messages messages = {0};
    tro_catalog *catalog = NULL;
    tro_cell *cell = NULL;
    if (argc < 2) {
        fprintf(stderr, "usage: own_curator FILE [PATH=VALUE ...]\n");
        return 2;
    }
    int status = tro_catalog_extend(tro_catalog_builtin(), rules, 1, &catalog, &messages);
    if (status == TRO_OK)
        status = tro_cell_open_with(catalog, argv[1], (const char *const *)argv + 2,
                                    (size_t)argc - 2, &cell, &messages);
    if (status == TRO_OK)
        status = print_influences(cell, &messages);
    for (size_t k = 0; k < messages.count; k++) {
        char *text = tro_message_render(&messages.items[k]);
        fputs(text ? text : "no memory\n", stderr);
        free(text);
    }
    tro_messages_clear(&messages);
    tro_cell_close(cell);
    tro_catalog_free(catalog);
    return status != TRO_OK;
}
