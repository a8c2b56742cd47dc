/* The folder a command writes: the scenario as it was run, the network with
 * results as attributes, and a manifest at the end.
 *
 *   tro_results results = {0};
 *   TRO_TRY(tro_results_open(&results, out, arguments, stem, "run", messages));
 *   TRO_TRY(tro_results_scenario(&results, cell, messages));
 *   ... tables ...
 *   TRO_TRY(tro_results_commit(&results, cell, "run", "completed", NULL, 0, messages));
 * out:
 *   tro_results_close(&results); */
#ifndef TRO_CLI_RESULTS_H
#define TRO_CLI_RESULTS_H

#include "cli/options.h"
#include "experiment/cell.h"
#include "output/digest.h"
#include "output/folder.h"

/* Of more agents network.graphml is left out, unless it is asked for. */
#define TRO_GRAPHML_LIMIT 100000

typedef struct tro_results {
    tro_folder folder;
    const char *options;             /* of the command, as the manifest says them; or NULL */
    char digest[TRO_DIGEST_CHARS];   /* of scenario.yaml */
    int goes_on;                     /* set before opening: with a run that left a checkpoint */
    int large_network;               /* network.graphml however many agents there are */
} tro_results;                       /* zero-initialised is legal to close */

/* Does a command that may do without write files? Not with `--out -`, nor with `--json` alone. */
int tro_results_wanted(const tro_arguments *arguments);

/* Opens `out`, or STEM-SUFFIX in the present directory when it is NULL, for figures in
 * the formats asked for. Refused, before anything is computed, when it holds results and
 * nothing forces it, or they can be gone on with (folder.continues). */
TRO_MUST_USE int tro_results_open(tro_results *results, const char *out,
                                  const tro_arguments *arguments, const char *stem,
                                  const char *suffix, tro_messages *messages);
void tro_results_close(tro_results *results);

/* Finds `digest` without writing anything. */
TRO_MUST_USE int tro_results_know_scenario(tro_results *results, const tro_cell *cell,
                                           tro_messages *messages);
/* scenario.yaml. */
TRO_MUST_USE int tro_results_scenario(tro_results *results, const tro_cell *cell,
                                      tro_messages *messages);

/* network.graphml: names, shares and edges of the scenario, weights both raw
 * and normalised, judges; and the attributes given. Above TRO_GRAPHML_LIMIT agents
 * a note instead, unless large_network is set. */
TRO_MUST_USE int tro_results_network(tro_results *results, const tro_cell *cell,
                                     const tro_attribute *of_nodes, size_t node_count,
                                     const tro_attribute *of_links, size_t link_count,
                                     tro_messages *messages);

/* A figure. A failure of gnuplot's is a warning: no reason to lose what was computed. */
struct tro_figure;
TRO_MUST_USE int tro_results_figure(tro_results *results, const struct tro_figure *figure,
                                    const char *name, tro_messages *messages);

/* The same for who has drawn: moves the messages; the status without gnuplot's failure. */
int tro_results_unless_gnuplot(int status, tro_messages *aside, tro_messages *messages);

/* A file with this text. */
TRO_MUST_USE int tro_results_text(tro_results *results, const char *name, const tro_text *text,
                                  tro_messages *messages);

/* manifest.json, last: what everything was made with, and `facts`. */
TRO_MUST_USE int tro_results_commit(tro_results *results, const tro_cell *cell,
                                    const char *command, const char *outcome,
                                    const tro_fact *facts, size_t count,
                                    tro_messages *messages);

#endif
