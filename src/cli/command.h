/* A command: what it takes, what it says about itself, what it does. One file
 * per command; main.c lists them. */
#ifndef TRO_CLI_COMMAND_H
#define TRO_CLI_COMMAND_H

#include "cli/options.h"

/* Exit status. */
enum {
    TRO_EXIT_FINE = 0,
    TRO_EXIT_FAILED = 1,        /* while running: disk full, out of memory */
    TRO_EXIT_USAGE = 2,         /* or an invalid scenario; nothing was written */
    TRO_EXIT_UNSETTLED = 3,     /* did not converge, unstable, diverged */
    TRO_EXIT_CLAIM = 4,         /* a claim failed */
    TRO_EXIT_INTERRUPTED = 130
};

typedef struct tro_example {
    const char *line, *meaning;
} tro_example;

typedef struct tro_command {
    const char *name, *operands, *summary;
    const char *about;                   /* paragraphs, parted by empty lines */
    const tro_example *examples;
    size_t example_count;
    const tro_option *options;
    size_t option_count;
    size_t least, most;                  /* operands */
    /* Returns the exit status. Messages it leaves are printed by the caller. */
    int (*run)(const tro_arguments *arguments, tro_messages *messages);
} tro_command;

/* The exit status of a failure; while a scenario is read, a file that cannot be
 * read is a usage error too. Without an error among the messages one is added:
 * what failed, and the status in words (but for an interrupt, which the command
 * speaks of). */
int tro_exit_of(int status, const char *what, tro_messages *messages);
int tro_exit_of_loading(int status, const char *what, tro_messages *messages);

extern const tro_command tro_command_advise;
extern const tro_command tro_command_check;
extern const tro_command tro_command_compare;
extern const tro_command tro_command_export;
extern const tro_command tro_command_influence;
extern const tro_command tro_command_list;
extern const tro_command tro_command_map;
extern const tro_command tro_command_merge;
extern const tro_command tro_command_new;
extern const tro_command tro_command_report;
extern const tro_command tro_command_reproduce;
extern const tro_command tro_command_run;
extern const tro_command tro_command_sweep;

#endif
