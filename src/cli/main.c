/* trophic: ecosystems of generative models that retrain on each other. */
#include <malloc.h>
#include <cblas.h>
#include <omp.h>
#include <stdio.h>
#include <string.h>

#include "analysis/gsl_guard.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/key_meant.h"
#include "cli/printing.h"
#include "cli/progress.h"
#include "cli/version.h"

static const tro_command *const commands[] = {
    &tro_command_new,
    &tro_command_check,
    &tro_command_run,
    &tro_command_influence,
    &tro_command_map,
    &tro_command_advise,
    &tro_command_compare,
    &tro_command_reproduce,
    &tro_command_sweep,
    &tro_command_merge,
    &tro_command_export,
    &tro_command_report,
    &tro_command_list,
};
enum { COMMANDS = sizeof commands / sizeof *commands };

/* No command fails in silence. */
static void explain(int status, const char *what, tro_messages *messages)
{
    if (status < 0 && status != TRO_EINTERRUPTED && messages->errors == 0)
        tro_error(messages, status, NULL, "%s failed: %s", what, tro_status_text(status));
}

int tro_exit_of(int status, const char *what, tro_messages *messages)
{
    explain(status, what, messages);
    switch (status) {
    case TRO_EINVAL:
    case TRO_EPARSE:
    case TRO_ESCENARIO:
    case TRO_EUNSUPPORTED:
    case TRO_EEXIST:
        return TRO_EXIT_USAGE;
    case TRO_EDIVERGED:
    case TRO_ENOCONV:
    case TRO_ESINGULAR:
        return TRO_EXIT_UNSETTLED;
    case TRO_EINTERRUPTED:
        return TRO_EXIT_INTERRUPTED;
    default:
        return status < 0 ? TRO_EXIT_FAILED : TRO_EXIT_FINE;
    }
}

int tro_exit_of_loading(int status, const char *what, tro_messages *messages)
{
    explain(status, what, messages);
    return status == TRO_ENOMEM ? TRO_EXIT_FAILED : TRO_EXIT_USAGE;
}

static const tro_command *find_command(const char *name)
{
    for (size_t k = 0; k < COMMANDS; k++)
        if (strcmp(commands[k]->name, name) == 0)
            return commands[k];
    return NULL;
}

static void add_overview(tro_text *text)
{
    tro_text_add(text, "trophic simulates ecosystems of generative models that retrain on each "
                       "other's outputs.\n\n"
                       "  trophic new rivals               write rivals.yaml, to start from\n"
                       "  trophic check rivals.yaml        is the scenario right, and stable?\n"
                       "  trophic run rivals.yaml          advance the rounds; write rivals-run/\n"
                       "  trophic influence rivals.yaml    what curation does, and who backfires\n"
                       "\nCommands:\n");
    for (size_t k = 0; k < COMMANDS; k++)
        tro_text_addf(text, "  %-10s %s\n", commands[k]->name, commands[k]->summary);
    tro_text_add(text, "\n`trophic COMMAND --help` says more; `trophic --version` names the "
                       "libraries.\n"
                       "Exit status: 0 fine, 1 failed while running, 2 usage or invalid "
                       "scenario,\n3 did not converge or unstable, 4 a claim failed, 130 "
                       "interrupted.\n");
}

static void add_help(const tro_command *command, tro_text *text)
{
    for (size_t k = 0; k < command->example_count; k++)
        tro_text_addf(text, "  %s\n      %s\n", command->examples[k].line,
                      command->examples[k].meaning);
    tro_text_addf(text, "\nUsage: trophic %s [options] %s\n\n", command->name,
                  command->operands);
    for (const char *at = command->about; *at;) {
        const char *end = strstr(at, "\n\n");
        size_t length = end ? (size_t)(end - at) : strlen(at);
        tro_text paragraph = {0};
        tro_text_add_n(&paragraph, at, length);
        tro_add_wrapped(text, tro_text_string(&paragraph), 0, 79);
        tro_text_add(text, "\n");
        tro_text_clear(&paragraph);
        at += length + (end ? 2 : 0);
    }
    tro_text_add(text, "Options:\n");
    tro_options_help(command->options, command->option_count, text);
}

/* Prints to stdout and returns the exit status. */
static int show(tro_text *text, tro_messages *messages)
{
    int status = tro_put(text, messages);
    tro_text_clear(text);
    return tro_exit_of(status, "printing", messages);
}

static int show_help(const tro_command *command, tro_messages *messages)
{
    tro_text text = {0};
    if (command)
        add_help(command, &text);
    else
        add_overview(&text);
    return show(&text, messages);
}

static int unknown_command(const char *name, tro_messages *messages)
{
    const char *names[COMMANDS];
    for (size_t k = 0; k < COMMANDS; k++)
        names[k] = commands[k]->name;
    const char *near = tro_nearest_word(name, names, COMMANDS);
    tro_error(messages, TRO_EINVAL, NULL, "unknown %s '%s'%s%s%s",
              name[0] == '-' ? "option" : "command", name, near ? " (did you mean '" : "",
              near ? near : ": `trophic --help` lists the commands", near ? "'?)" : "");
    return TRO_EXIT_USAGE;
}

static int check_operands(const tro_command *command, const tro_arguments *arguments,
                          tro_messages *messages)
{
    size_t count = arguments->operands.count;
    if (count >= command->least && count <= command->most)
        return TRO_OK;
    if (count > command->most)
        return tro_error(messages, TRO_EINVAL, NULL, "unexpected operand '%s'",
                         arguments->operands.items[command->most]);
    return tro_error(messages, TRO_EINVAL, NULL, "%s needs %s", command->name,
                     command->operands);
}

static int run_command(const tro_command *command, int argc, char *const *argv,
                       tro_messages *messages)
{
    tro_arguments arguments = {0};
    int code, status = tro_options_parse(command->options, command->option_count, argc, argv,
                                         &arguments, messages);
    if (status == TRO_OK && arguments.help) {
        code = show_help(command, messages);
        goto out;
    }
    if (status == TRO_OK)
        status = check_operands(command, &arguments, messages);
    if (status < 0) {
        code = tro_exit_of(status, command->name, messages);
        tro_say_messages(messages, 0);
        tro_say_key_meant(&arguments);
        tro_say(0, "`trophic %s --help` shows how it is used", command->name);
        goto out;
    }
    if (arguments.threads != TRO_NO_WHOLE)
        omp_set_num_threads((int)arguments.threads);
    double start = tro_clock();
    tro_interrupt_catch();
    tro_clock_show(arguments.quiet);
    code = command->run(&arguments, messages);
    tro_clock_wipe();
    tro_say_messages(messages, arguments.quiet);
    tro_say(!arguments.verbose || arguments.quiet, "%.2f s, %d threads", tro_clock() - start,
            omp_get_max_threads());
out:
    tro_arguments_release(&arguments);
    return code;
}

static int dispatch(int argc, char *const *argv, tro_messages *messages)
{
    const char *word = argc > 1 ? argv[1] : "";
    if (argc < 2) {
        tro_text text = {0};
        add_overview(&text);
        tro_say(0, "%s", tro_text_string(&text));
        tro_text_clear(&text);
        tro_error(messages, TRO_EINVAL, NULL, "a command is missing");
        return TRO_EXIT_USAGE;
    }
    if (strcmp(word, "--version") == 0 || strcmp(word, "-v") == 0) {
        tro_text text = {0};
        tro_version_describe(&text);
        return show(&text, messages);
    }
    int help = strcmp(word, "help") == 0;
    if (help && argc > 2)
        return find_command(argv[2]) ? show_help(find_command(argv[2]), messages)
                                     : unknown_command(argv[2], messages);
    if (help || strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        return show_help(NULL, messages);
    const tro_command *command = find_command(word);
    return command ? run_command(command, argc - 2, argv + 2, messages)
                   : unknown_command(word, messages);
}

/* Cells of a sweep come and go by the thousand. Memory that is given back to
 * the kernel after each must be mapped again for the next, and threads wait
 * for each other at that: two ran at 0.87 of the rate of two programs. */
static void keep_memory(void)
{
#ifdef M_TRIM_THRESHOLD
    mallopt(M_TRIM_THRESHOLD, 128 << 20);
    mallopt(M_TOP_PAD, 16 << 20);
#endif
}

int main(int argc, char **argv)
{
    tro_messages messages = {0};
    keep_memory();
    tro_streams_secure();
    tro_gsl_guard();
    openblas_set_num_threads(1);   /* the bits of a product depend on its threads */
    int code = dispatch(argc, argv, &messages);
    tro_say_messages(&messages, 0);
    return code;
}
