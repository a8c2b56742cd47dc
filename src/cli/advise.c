/* trophic advise: the smallest allowed change that reaches a goal. */
#include "cli/advise.h"

#include <math.h>
#include <string.h>

#include "cli/command.h"
#include "cli/loading.h"
#include "cli/printing.h"
#include "cli/progress.h"
#include "document/path.h"

static const tro_option options[] = {
    {0, "goal", TRO_OPTION_TEXT, offsetof(tro_arguments, goal), "GOAL", 0, 0,
     "instead of the scenario's advice.goal: '{influence: AGENT}', mean, worst-off or "
     "'{nash: {floor: -1}}'"},
    {0, "allow", TRO_OPTION_LIST, offsetof(tro_arguments, allow), "PATH[=CHANGE]", 0, 0,
     "one more change that is allowed, as in 'agents.theta.shares.real={to: 0.8, cost: 2}'"},
    {0, "budget", TRO_OPTION_REAL, offsetof(tro_arguments, budget), "COST", 0, 1e300,
     "what all changes together may cost"},
    TRO_OPTION_SET,
    TRO_OPTION_SEED,
    TRO_OPTION_OUT("where to write (default: FILE's name with -advise); - writes no files"),
    TRO_OPTION_FIGURES,
    TRO_OPTION_FORCE,
    TRO_OPTION_THREADS,
    TRO_OPTION_JSON("print JSON, and write no files without --out"),
    TRO_OPTION_QUIET,
    TRO_OPTION_VERBOSE,
    TRO_OPTION_HELP,
};

static const tro_example examples[] = {
    {"trophic advise advice.yaml", "reach the goal that stands in the file; writes advice-advise/"},
    {"trophic advise rivals.yaml --goal '{influence: theta}' --allow agents.theta.shares.real",
     "the least change of theta's real share at which its curation no longer backfires"},
    {"trophic advise rivals.yaml --goal worst-off --allow 'network.judge={options: [consumer]}'",
     "does another judge help whoever is worst off?"},
};

/* One argument of --allow as a map under its path; mistakes are shown in it. */
static int read_allowed(tro_document *document, const char *argument, const tro_node **out,
                        tro_messages *messages)
{
    size_t length = tro_path_end(argument);
    tro_node *node;
    int status;
    TRO_TRY(tro_document_read_option(document, "--allow", argument,
                                     length + (argument[length] != '\0'), &node, messages));
    node->key = tro_arena_text_n(&document->arena, argument, length);
    node->key_place = (tro_place){node->place.source, 1, 1, (int)length};
    if (!argument[length]) {
        node->kind = TRO_MAP;
        node->place = node->key_place;
    }
    *out = node;
    status = node->key ? TRO_OK : tro_error(messages, TRO_ENOMEM, NULL, "out of memory");
out:
    return status;
}

/* What --allow has, in one document. */
static int read_allow(const tro_arguments *arguments, tro_document **document,
                      const tro_node ***nodes, tro_arena *arena, tro_messages *messages)
{
    size_t count = arguments->allow.count;
    int status;
    TRO_TRY(tro_document_read_text("--allow", "{}", 2, document, messages));
    *nodes = TRO_NEW(arena, const tro_node *, count);
    if (!*nodes)
        return TRO_ENOMEM;
    for (size_t k = 0; k < count; k++) {
        int read = read_allowed(*document, arguments->allow.items[k], &(*nodes)[k], messages);
        for (size_t j = 0; j < k && read == TRO_OK && status == TRO_OK; j++)
            if (strcmp((*nodes)[j]->key, (*nodes)[k]->key) == 0)
                read = tro_error(messages, TRO_EINVAL, &(*nodes)[k]->key_place,
                                 "--allow has '%s' twice", (*nodes)[k]->key);
        status = read < 0 ? read : status;
    }
out:
    return status;
}

/* Advice is data, JSON or words; why it is none is an exit status, and a sentence. */
static int conclude(const tro_advise_report *r, tro_messages *messages)
{
    const tro_advice *a = r->advice;
    tro_text text = {0};
    if (r->arguments->json)
        tro_advise_json(r, &text);
    else
        tro_advise_show(r, &text);
    int status = tro_put(&text, messages);
    tro_text_clear(&text);
    if (status < 0)
        return tro_exit_of(status, "advise", messages);
    if (a->outcome == TRO_ADVICE_NONE)
        tro_say(0, "warning: nothing allowed reaches the goal: what is told is the best found");
    if (!a->verified.done) {
        tro_text why = {0};
        tro_add_clean(&why, tro_text_string(&a->verified.why));
        tro_say(0, "warning: runs do not confirm the advice: %s", tro_text_string(&why));
        tro_text_clear(&why);
    }
    return a->outcome == TRO_ADVICE_NONE || !a->verified.done ? TRO_EXIT_UNSETTLED
                                                              : TRO_EXIT_FINE;
}

static int find(tro_advice *advice, int quiet, tro_messages *messages)
{
    tro_meter meter;
    tro_meter_start(&meter, quiet);
    const tro_progress progress = {tro_meter_report, tro_meter_stop, &meter};
    const tro_progress *before = advice->cell->progress;
    advice->cell->progress = &progress;
    int status = tro_advice_find(advice, messages);
    advice->cell->progress = before;
    if (advice->after)
        advice->after->progress = before;
    tro_meter_end(&meter);
    return status;
}

static int advise_loaded(const tro_arguments *arguments, tro_loaded *loaded,
                         tro_messages *messages)
{
    tro_results results = {0};
    tro_advice advice = {0};
    tro_document *document = NULL;
    tro_arena arena = {0};
    const tro_node **more;
    tro_advise_report r = {&advice, arguments, loaded->path};
    int files = tro_results_wanted(arguments);
    int status, code;
    TRO_TRY(read_allow(arguments, &document, &more, &arena, messages));
    TRO_TRY(tro_advice_read(loaded->cell, more, arguments->allow.count, &advice, messages));
    if (files)
        TRO_TRY(tro_results_open(&results, arguments->out, arguments, loaded->stem,
                                 "advise", messages));
    TRO_TRY(find(&advice, arguments->quiet, messages));
    if (files)
        TRO_TRY(tro_advise_write(&r, &results, messages));
    tro_say_messages(messages, arguments->quiet);
    if (files)
        tro_say(arguments->quiet, "wrote %s", results.folder.path);
out:
    if (status == TRO_EINTERRUPTED)
        tro_say(0, "interrupted: no advice was written; run it again");
    code = status < 0 ? tro_exit_of(status, "advise", messages) : conclude(&r, messages);
    tro_advice_release(&advice);
    tro_results_close(&results);
    tro_document_free(document);
    tro_arena_clear(&arena);
    return code;
}

static int run(const tro_arguments *arguments, tro_messages *messages)
{
    return tro_with_scenario(arguments, "advise", advise_loaded, messages);
}

const tro_command tro_command_advise = {
    .name = "advise",
    .operands = "[FILE]",
    .summary = "the smallest allowed change that removes a backfire or raises a welfare",
    .about =
        "The section `advice` of the scenario, or --goal and --allow, say what is to be reached "
        "and what may change at which cost. Goals: an influence of at least so much (0: its "
        "curation does not backfire), at the least cost; or the largest mean, worst-off or Nash "
        "welfare of alignments, within a budget if there is one. Shares, weights and other "
        "numbers move between bounds; judges, numbers of candidates and other words are "
        "alternatives. The changed scenario is run before it is advised.\n\n"
        "Writes advice.csv, agents.csv, advice.txt, the figure advice.svg with its script and data, "
        "scenario.yaml (the changed one) and manifest.json. Exit status 3 when there is no stable fixed point, when nothing allowed "
        "reaches the goal, or when runs do not confirm what was found.",
    .examples = examples,
    .example_count = sizeof examples / sizeof *examples,
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .least = 0,
    .most = 1,
    .run = run,
};
