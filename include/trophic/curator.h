/* Curators of your own, registered from a program: rules that scenarios then
 * name like any other, in stages, pools and owners, in exact and sampled rounds, in
 * fixed points and influences.
 *
 *   static const tro_rule rule = {
 *       .plugin = {.abi = TRO_PLUGIN_ABI, .kind = TRO_CURATOR, .name = "sharpen", ...},
 *       .prepare = ..., .apply = ..., .derivative = ..., .transposed = ...};
 *   const tro_rule *rules[] = {&rule};
 *   tro_catalog *catalog;
 *   tro_catalog_extend(tro_catalog_builtin(), rules, 1, &catalog, &messages);
 *   tro_cell_open_with(catalog, "scenario.yaml", NULL, 0, &cell, &messages);
 *   ...
 *   tro_cell_close(cell);
 *   tro_catalog_free(catalog);
 *
 * Thread rule: the functions of a rule are called by several threads at once, with the
 * same `self`; they must only read it. */
#ifndef TROPHIC_CURATOR_H
#define TROPHIC_CURATOR_H

#include <stddef.h>

#include <trophic/messages.h>
#include <trophic/plugin.h>
#include <trophic/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a law is to a rule. */
typedef enum tro_laws_kind {
    TRO_LAWS_OUTCOMES,   /* probabilities of outcomes, which sum to 1 */
    TRO_LAWS_MEANS       /* the mean of a gaussian whose covariance curation leaves as it is */
} tro_laws_kind;

/* The laws of one scenario. Read-only; lives as long as the scenario. */
typedef struct tro_laws {
    tro_laws_kind kind;
    size_t length;         /* numbers in a law: outcomes, or coordinates of the mean */
    size_t prompts;        /* at least 1; a rule sees the answers to one of them at a time */
    size_t coordinates;    /* of one outcome; 0: outcomes are names only */
    const double *points;  /* length x coordinates, row-major, of outcomes; or NULL */
} tro_laws;

/* What a rule is prepared with. Opaque; valid during the call. */
typedef struct tro_setup tro_setup;

/* count * size bytes, zeroed, which live as long as the scenario; NULL when there is no memory. */
void *tro_setup_memory(tro_setup *setup, size_t count, size_t size);
/* Reads a reward, the value of a TRO_P_NODE parameter: *out is prompts x length numbers (of
 * means length: its gradient; it must be linear), which live as long as the scenario. A
 * located error, or TRO_ENOMEM. */
TRO_MUST_USE int tro_setup_reward(tro_setup *setup, const struct tro_node *reward,
                                  const double **out);
/* Says what is wrong with the parameters, at the value of `key` (NULL: at the rule's name).
 * Returns TRO_ESCENARIO, for prepare to return. */
TRO_MUST_USE int tro_setup_error(tro_setup *setup, const char *key, const char *format, ...)
    TRO_PRINTF(3, 4);

/* A rule that turns the law of what is offered into the law of what is kept, C(p). Laws are
 * laws->length numbers each; outputs never overlap inputs; `prompt` counts from 0. */
typedef struct tro_rule {
    tro_plugin plugin;   /* kind TRO_CURATOR; its table says what a scenario writes */
    /* Optional. `config` was filled by the plug-in's table and lives as long as the scenario;
     * *self, config by default, is what the other functions get. Returns TRO_OK, or a
     * negative status after tro_setup_error. */
    int (*prepare)(tro_setup *setup, const tro_laws *laws, const void *config,
                   const void **self);
    /* Required. kept = C(law). Of outcomes it sums to 1 and nothing is below 0. */
    void (*apply)(const void *self, const tro_laws *laws, size_t prompt, const double *law,
                  double *kept);
    /* Required. out = C'(law) change; of outcomes the change sums to 0. */
    void (*derivative)(const void *self, const tro_laws *laws, size_t prompt, const double *law,
                       const double *change, double *out);
    /* Required. out = C'(law)' weight. */
    void (*transposed)(const void *self, const tro_laws *laws, size_t prompt, const double *law,
                       const double *weight, double *out);
} tro_rule;

/* A catalog with all of `base` and `count` rules, which must outlive it; the caller frees
 * it after everything that was opened with it. TRO_EINVAL for a rule that lacks a function,
 * is of another ABI, has a name that is taken or is none, or a table that cannot be;
 * TRO_ENOMEM. *out is NULL then.
 *
 * When a scenario names a rule, that is tried at one law: what it keeps must be a law, and its
 * derivatives those of what it does (central differences, 1e-4); located errors. */
TRO_MUST_USE int tro_catalog_extend(const tro_catalog *base, const tro_rule *const *rules,
                                    size_t count, tro_catalog **out, tro_messages *messages);
void tro_catalog_free(tro_catalog *catalog);   /* NULL is legal */

#ifdef __cplusplus
}
#endif
#endif
