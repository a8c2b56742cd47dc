/* From the command line to a scenario: file, --set, --seed. */
#ifndef TRO_CLI_LOADING_H
#define TRO_CLI_LOADING_H

#include "cli/options.h"
#include "experiment/compare.h"

typedef struct tro_loaded {
    const char *path;           /* the operand; "-" is standard input */
    const char *stem;           /* its name without folder and .yaml */
    tro_document *document;     /* as it stands in the file */
    tro_document *typed;        /* what other options than --set hold, as it was typed */
    tro_override *overrides;    /* --set, other options, then --seed or a drawn seed */
    size_t override_count;
    int seed_drawn;
    tro_cell *cell;
    tro_comparison *comparison; /* where the scenario has 'compare', else NULL */
    tro_arena arena;
} tro_loaded;                   /* zero-initialised is legal to release */

/* Reads the document and the overrides; draws a seed when there is none.
 * Located errors. */
TRO_MUST_USE int tro_load_document(const char *path, const tro_arguments *arguments,
                                   tro_loaded *out, tro_messages *messages);
/* The same, and makes the cell. */
TRO_MUST_USE int tro_load(const char *path, const tro_arguments *arguments, tro_loaded *out,
                          tro_messages *messages);
void tro_loaded_release(tro_loaded *loaded);

/* The arguments NAME=VALUE of an option as overrides of section."NAME", after those that are
 * there. `form` is what the option takes, as "PATH=VALUES". Mistakes are shown in the
 * arguments. */
TRO_MUST_USE int tro_load_section(tro_loaded *loaded, const char *section, const char *option,
                                  const char *form, const tro_word_list *words,
                                  tro_messages *messages);

/* The frame of a command on one scenario: loads the operand (or standard
 * input), says the seed and the messages, does the work, lets go. `command` is
 * the command's name; returns its exit status. */
typedef int tro_scenario_work(const tro_arguments *arguments, tro_loaded *loaded,
                              tro_messages *messages);
int tro_with_scenario(const tro_arguments *arguments, const char *command,
                      tro_scenario_work *work, tro_messages *messages);

/* Says the seed of the cell (which may be a study's own) on stderr. */
void tro_say_seed(const tro_loaded *loaded, const tro_cell *cell, int quiet);

/* The only operand, or "-" when there is none and stdin is no terminal, or
 * NULL. */
const char *tro_operand_or_stdin(const tro_arguments *arguments);

#endif
