/* Options: one table per command parses, prints the help and names the
 * nearest word for a slip (after git's parse-options).
 *
 *   --name VALUE, --name=VALUE, -x VALUE, -xVALUE, -xy for flags; `--` ends the
 *   options; options and operands may come in any order; of an option that
 *   comes twice the last counts, unless it makes a list. */
#ifndef TRO_CLI_OPTIONS_H
#define TRO_CLI_OPTIONS_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include <trophic/messages.h>
#include <trophic/plugin.h>

#include "base/memory.h"
#include "base/text.h"

typedef struct tro_word_list {
    const char **items;   /* views of argv */
    size_t count;
} tro_word_list;

/* What any command may be told. */
typedef struct tro_arguments {
    tro_word_list operands, sets, vary, allow, finds, topologies;
    const char *out, *on, *of, *layout, *template;
    const char *quantity, *goal, *shard, *error, *figure, *figures;
    int explain, gradient, draw, dry_run, retry, all_rounds, metrics, graphml;
    long long seed, threads;                  /* TRO_NO_WHOLE: not given, like all whole ones */
    long long rounds, block, starts, phase, workers, replicates;
    double step, within, budget;              /* NaN: not given */
    int force, quiet, verbose, json, markdown, all, list, help, plot;
    /* Set by a command that goes on with what is there: the seed of that, where none is given;
     * 1 if there is one. */
    int (*earlier_seed)(const struct tro_arguments *arguments, const char *stem, uint64_t *seed);
    const char *unknown, *unknown_value;      /* the first unknown option, and its value or NULL */
    const char *given;                        /* all that say what is to be found, for a shell */
    tro_arena arena;
} tro_arguments;   /* zero-initialised is legal to release */

typedef enum tro_option_type {
    TRO_OPTION_FLAG,    /* int */
    TRO_OPTION_TEXT,    /* const char * */
    TRO_OPTION_LIST,    /* tro_word_list, one more each time */
    TRO_OPTION_WHOLE,   /* long long */
    TRO_OPTION_REAL     /* double */
} tro_option_type;

typedef struct tro_option {
    char letter;              /* or 0 */
    const char *name;
    tro_option_type type;
    size_t offset;            /* in tro_arguments */
    const char *argument;     /* as the help calls it; NULL for a flag */
    double min, max;          /* of a number */
    const char *help;
} tro_option;

/* Rows that several commands have. */
#define TRO_OPTION_SET \
    {0, "set", TRO_OPTION_LIST, offsetof(tro_arguments, sets), "PATH=VALUE", 0, 0, \
     "set any key of the scenario, as in agents.theta.shares.curated=0.6"}
#define TRO_OPTION_SEED \
    {0, "seed", TRO_OPTION_WHOLE, offsetof(tro_arguments, seed), "N", 0, 9007199254740992.0, \
     "the seed of all random numbers; without one a seed is drawn and said"}
#define TRO_OPTION_OUT(meaning) \
    {'o', "out", TRO_OPTION_TEXT, offsetof(tro_arguments, out), "DIR", 0, 0, meaning}
#define TRO_OPTION_OUT_FILE(meaning) \
    {'o', "out", TRO_OPTION_TEXT, offsetof(tro_arguments, out), "FILE", 0, 0, meaning}
#define TRO_OPTION_FORCE \
    {'f', "force", TRO_OPTION_FLAG, offsetof(tro_arguments, force), NULL, 0, 0, \
     "replace the results of an earlier run in that folder"}
#define TRO_OPTION_LAYOUT \
    {0, "layout", TRO_OPTION_TEXT, offsetof(tro_arguments, layout), "NAME", 0, 0, \
     "how network.svg is laid out: auto, circle, kamada-kawai, fruchterman-reingold, tree or " \
     "grid"}
#define TRO_OPTION_FIGURES \
    {0, "figures", TRO_OPTION_TEXT, offsetof(tro_arguments, figures), "FORMATS", 0, 0, \
     "formats of figures: svg, pdf, png or several, as in svg,pdf; or none (default: svg)"}
#define TRO_OPTION_PLOT(meaning) \
    {0, "plot", TRO_OPTION_FLAG, offsetof(tro_arguments, plot), NULL, 0, 0, meaning}
#define TRO_OPTION_QUIET \
    {'q', "quiet", TRO_OPTION_FLAG, offsetof(tro_arguments, quiet), NULL, 0, 0, \
     "nothing but data and errors"}
#define TRO_OPTION_VERBOSE \
    {'v', "verbose", TRO_OPTION_FLAG, offsetof(tro_arguments, verbose), NULL, 0, 0, \
     "say how long it took, and with how many threads"}
#define TRO_OPTION_JSON(meaning) \
    {0, "json", TRO_OPTION_FLAG, offsetof(tro_arguments, json), NULL, 0, 0, meaning}
#define TRO_OPTION_GRAPHML \
    {0, "graphml", TRO_OPTION_FLAG, offsetof(tro_arguments, graphml), NULL, 0, 0, \
     "write network.graphml of more than 100000 agents, too"}
#define TRO_OPTION_THREADS \
    {0, "threads", TRO_OPTION_WHOLE, offsetof(tro_arguments, threads), "N", 1, 1024, \
     "threads to use (default: all cores); results do not depend on it"}
#define TRO_OPTION_HELP \
    {'h', "help", TRO_OPTION_FLAG, offsetof(tro_arguments, help), NULL, 0, 0, "show this help"}

/* Reads argv[0 .. argc-1] (without the program's and the command's name).
 * Every mistake is a message; TRO_EINVAL then, or TRO_ENOMEM. */
TRO_MUST_USE int tro_options_parse(const tro_option *options, size_t count, int argc,
                                   char *const *argv, tro_arguments *out,
                                   tro_messages *messages);
/* Appends a word that a shell reads back as this one. */
void tro_add_shell_word(tro_text *text, const char *word);
void tro_arguments_release(tro_arguments *arguments);

/* Appends a line or two for each option. */
void tro_options_help(const tro_option *options, size_t count, tro_text *text);

#endif
