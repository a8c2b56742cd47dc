/* trophic influence: what curation does, to whom, and who backfires. */
#include "cli/influence.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "cli/command.h"
#include "cli/loading.h"
#include "cli/printing.h"
#include "cli/progress.h"
#include "schedule/watch.h"

/* A conditioning that is worth a warning. */
#define NEARLY 1e-6

static const tro_option options[] = {
    {0, "on", TRO_OPTION_TEXT, offsetof(tro_arguments, on), "AGENT", 0, 0,
     "only the effects on this agent's alignment"},
    {0, "of", TRO_OPTION_TEXT, offsetof(tro_arguments, of), "AGENT", 0, 0,
     "only the effects of this agent's curated share; of sampled scenarios also the "
     "estimates from paired runs"},
    {0, "block", TRO_OPTION_WHOLE, offsetof(tro_arguments, block), "SIZE", 1, 1e9,
     "with --on and --of: the effect by blocks of that many coordinates"},
    {0, "starts", TRO_OPTION_WHOLE, offsetof(tro_arguments, starts), "N", 1, 1e6,
     "look for fixed points from N starts, and say when there are several"},
    {0, "explain", TRO_OPTION_FLAG, offsetof(tro_arguments, explain), NULL, 0, 0,
     "with --on and --of: along which walks, loops and edges the effect comes about"},
    {0, "gradient", TRO_OPTION_FLAG, offsetof(tro_arguments, gradient), NULL, 0, 0,
     "what every share, weight, temperature, reward and number of candidates does to the mean "
     "alignment or, with --on, to that agent's"},
    {0, "rounds", TRO_OPTION_WHOLE, offsetof(tro_arguments, rounds), "N", 0, 1e6,
     "with --of: the effect after each of N rounds, too; of sampled scenarios also as estimates "
     "from paired runs"},
    {0, "phase", TRO_OPTION_WHOLE, offsetof(tro_arguments, phase), "N", 1, 1e9,
     "of a scenario with events: as if phase N were the last (default: the last)"},
    {0, "step", TRO_OPTION_REAL, offsetof(tro_arguments, step), "SHARE", 1e-9, 1,
     "how far paired runs move the curated share (default 0.02)"},
    TRO_OPTION_SET,
    TRO_OPTION_SEED,
    TRO_OPTION_OUT("where to write (default: FILE's name with -influence); - writes no files"),
    TRO_OPTION_LAYOUT,
    TRO_OPTION_FIGURES,
    TRO_OPTION_PLOT("sketch the signs and sizes of influences and, with --rounds, their course"),
    TRO_OPTION_FORCE,
    TRO_OPTION_GRAPHML,
    TRO_OPTION_THREADS,
    TRO_OPTION_JSON("print JSON, and write no files without --out"),
    TRO_OPTION_QUIET,
    TRO_OPTION_VERBOSE,
    TRO_OPTION_HELP,
};

static const tro_example examples[] = {
    {"trophic influence rivals.yaml", "who helps and who harms whom; writes rivals-influence/"},
    {"trophic influence rivals.yaml --on theta --of theta --block 2 --out -",
     "one effect, by planes of two coordinates, printed only"},
    {"trophic influence rivals.yaml --json | "
     "jq '.effects[] | select(.on == .of and .long_term < 0)'",
     "the agents whose own curation backfires"},
};

/* The agent that an option names. */
static int find_agent(const tro_influence_report *r, const char *option, const char *name,
                      size_t *out, tro_messages *messages)
{
    tro_source source = {.name = option, .text = name, .length = strlen(name), .argument = 1};
    tro_place place = {&source, 1, 1, (int)source.length};
    return tro_cell_agent(r->cell, name, &place, out, messages);
}

static int anyone_rewarded(const tro_scenario *scenario)
{
    int found = 0;
    for (size_t i = 0; i < scenario->agent_count; i++)
        found |= scenario->agents[i].reward != NULL;
    return found;
}

static int find_pair(tro_influence_report *r, tro_messages *messages)
{
    const tro_arguments *a = r->arguments;
    long long width = (long long)r->cell->ecosystem->width;
    int status = TRO_OK;
    r->on = r->of = SIZE_MAX;
    if (a->on)
        TRO_TRY(find_agent(r, "--on", a->on, &r->on, messages));
    if (a->of)
        TRO_TRY(find_agent(r, "--of", a->of, &r->of, messages));
    if (a->on && !r->cell->scenario->agents[r->on].reward)
        return tro_error(messages, TRO_ESCENARIO, NULL,
                         "agent '%s' has no reward, so no alignment that could change", a->on);
    if (a->gradient && !a->on && !anyone_rewarded(r->cell->scenario))
        return tro_error(messages, TRO_ESCENARIO, NULL,
                         "no agent has a reward, so there is no mean alignment");
    if (a->block != TRO_NO_WHOLE && (!a->on || !a->of))
        return tro_error(messages, TRO_EINVAL, NULL, "--block goes with --on and --of");
    if (a->rounds != TRO_NO_WHOLE && !a->of)
        return tro_error(messages, TRO_EINVAL, NULL, "--rounds goes with --of");
    if (a->explain && (!a->on || !a->of))
        return tro_error(messages, TRO_EINVAL, NULL, "--explain goes with --on and --of");
    if (a->block != TRO_NO_WHOLE && width % a->block != 0)
        return tro_error(messages, TRO_EINVAL, NULL,
                         "blocks of %lld coordinates do not divide a dimension of %lld",
                         a->block, width);
    if (!isnan(a->step) && (!a->of || !r->cell->scenario->sampled))
        return tro_error(messages, TRO_EINVAL, NULL,
                         "--step goes with --of and a sampled scenario");
out:
    return status;
}

/* gradient . response, block by block. */
static int find_blocks(tro_influence_report *r, tro_messages *messages)
{
    const tro_ecosystem *eco = r->cell->ecosystem;
    size_t size = (size_t)r->arguments->block;
    double *response = TRO_NEW(&r->arena, double, eco->size);
    double *gradient = TRO_NEW(&r->arena, double, eco->width);
    int status;
    r->block_count = eco->width / size;
    double *blocks = TRO_NEW(&r->arena, double, r->block_count);
    if (!response || !gradient || !blocks)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory for blocks");
    TRO_TRY(tro_alignment_gradient(&r->cell->influences, r->on, gradient));
    status = tro_influence_response(&r->cell->influences, r->of, TRO_ALL_WALKS, response,
                                    messages);
    if (status == TRO_EUNSUPPORTED)
        return TRO_OK;   /* the effect itself is not defined, and says so */
    for (size_t k = 0; status == TRO_OK && k < eco->width; k++)
        blocks[k / size] += gradient[k] * response[r->on * eco->width + k];
    r->blocks = status == TRO_OK ? blocks : NULL;
out:
    return status;
}

/* What sampling does around the fixed point; that it is not known is no failure. */
static int find_noise(tro_influence_report *r)
{
    tro_messages aside = {0};
    if (!r->cell->scenario->sampled)
        return TRO_OK;
    int status = tro_noise_find(r->cell->ecosystem, r->cell->plan, r->cell->point.z, &r->noise,
                                &aside);
    if (status < 0)
        tro_text_add(&r->no_noise, aside.count ? aside.items[0].text : tro_status_text(status));
    tro_messages_clear(&aside);
    return status == TRO_ENOMEM ? status : TRO_OK;
}

static double step_of(const tro_influence_report *r)
{
    return isnan(r->arguments->step) ? 0.02 : r->arguments->step;
}

/* Paired runs of a sampled scenario. */
static int find_paired(tro_influence_report *r, tro_messages *messages)
{
    if (!r->cell->scenario->sampled || r->of == SIZE_MAX)
        return TRO_OK;
    return tro_cell_paired(r->cell, r->of, step_of(r), &r->paired, messages);
}

/* An effect that is not defined has no explanation. */
static int explain(tro_influence_report *r, const tro_progress *progress, tro_messages *messages)
{
    if (isnan(r->pair.long_term))
        return TRO_OK;
    int status = tro_explanation_find(&r->explanation, r->cell, &r->pair, progress, messages);
    r->explained = status == TRO_OK;
    return status;
}

/* drawn: the matrix will be. */
static int find_all(tro_influence_report *r, int drawn, tro_messages *messages)
{
    tro_meter meter;
    int status;
    if (r->arguments->json)
        TRO_TRY(tro_influence_json_begin(r));
    tro_meter_start(&meter, r->arguments->quiet);
    tro_progress progress = {tro_meter_report, tro_meter_stop, &meter};
    status = tro_effects_each(r->cell, r->on, r->of, tro_influence_take, r, &progress, messages);
    if (status == TRO_OK && r->arguments->explain)
        status = explain(r, &progress, messages);
    if (status == TRO_OK && r->arguments->rounds != TRO_NO_WHOLE)
        status = tro_time_course_find(&r->course, r->cell, r->on, r->of,
                                      (size_t)r->arguments->rounds, step_of(r), &progress,
                                      messages);
    if (status == TRO_OK && r->arguments->gradient)
        status = tro_levers_find(&r->levers, r->cell, r->on, &progress, messages);
    if (status == TRO_OK && drawn)
        status = tro_influence_heat_find(r, &progress, messages);
    tro_meter_end(&meter);
    if (status == TRO_OK && r->arguments->block != TRO_NO_WHOLE && !isnan(r->pair.long_term))
        status = find_blocks(r, messages);
    if (status == TRO_OK)
        status = find_noise(r);
    if (status == TRO_OK)
        status = find_paired(r, messages);
out:
    return status;
}

static int tell(tro_influence_report *r, tro_messages *messages)
{
    tro_text text = {0};
    if (r->arguments->json)
        return tro_influence_json_end(r);
    tro_influence_show(r, &text);
    int status = tro_put(&text, messages);
    tro_text_clear(&text);
    return status;
}

/* Loud: numbers of a state that nobody will see are easily misread. */
static void warn(const tro_influence_report *r)
{
    tro_text verdict = {0};
    tro_add_clean(&verdict, tro_text_string(&r->verdict));
    if (!r->decided)
        tro_say(0, "warning: stability is not known (%s)", tro_text_string(&verdict));
    else if (r->cell->stability.neutral && r->cell->influences.loose.count > 0)
        tro_say(0, "warning: %s; influences that would pass what drifts are not defined",
                tro_text_string(&verdict));
    else if (!r->stable)
        tro_say(0, "warning: %s; the influences are those of a fixed point that the rounds do "
                   "not settle at", tro_text_string(&verdict));
    tro_text_clear(&verdict);
}

/* The phase that is asked for, in place of the last. */
static int choose_phase(tro_influence_report *r, tro_messages *messages)
{
    long long phase = r->arguments->phase;
    size_t count = r->cell->stage_count;
    if (phase == TRO_NO_WHOLE)
        return TRO_OK;
    if ((size_t)phase > count)
        return tro_error(messages, TRO_EINVAL, NULL,
                         "there is no phase %lld: the events of the scenario make %zu", phase,
                         count);
    r->cell = tro_cell_phase(r->cell, (size_t)phase - 1);
    return TRO_OK;
}

/* There is no fixed point, or disturbances leave it: what the rounds do instead. */
static void say_instead(tro_cell *cell, tro_messages *messages)
{
    enum { MOST = 2000, LEAST = 100, NUMBERS = 1 << 24 };
    tro_progress progress = {NULL, tro_meter_stop, NULL};
    long long rounds = cell->plan->common->rounds;
    long long most = NUMBERS / (long long)cell->ecosystem->size;
    tro_text text = {0};
    tro_watch watch;
    most = most < LEAST ? LEAST : most > MOST ? MOST : most;
    if (tro_watch_find(cell->ecosystem, cell->plan, rounds < most ? rounds : most, &progress,
                       &watch) < 0)
        return;
    tro_watch_describe(&watch, &text);
    tro_note(messages, NULL, "the exact rounds from the scenario's start: %s",
             tro_text_string(&text));
    tro_text_clear(&text);
    tro_watch_release(&watch);
}

static int any_reward(const tro_scenario *scenario)
{
    for (size_t k = 0; k < scenario->agent_count; k++)
        if (scenario->agents[k].reward)
            return 1;
    return 0;
}

static int begin(tro_influence_report *r, tro_messages *messages)
{
    int status = tro_influence_report_init(r, messages);
    if (!any_reward(r->cell->scenario))
        tro_warning(messages, NULL, "no agent has a reward, so none has an alignment that anything "
                                    "could influence");
    if (status == TRO_ENOCONV || status == TRO_ESINGULAR || status == TRO_EDIVERGED ||
        (status == TRO_OK && r->decided && !r->cell->stability.settles))
        say_instead(r->cell, messages);
    double condition = r->cell->influences.resolvent.condition;
    if (status == TRO_OK && condition < NEARLY)
        tro_warning(messages, NULL, "I - J is nearly singular (conditioning %.2g): influences may "
                    "be wrong by %.1g of their size", condition, DBL_EPSILON / condition);
    return status;
}

static int influence_loaded(const tro_arguments *arguments, tro_loaded *loaded,
                            tro_messages *messages)
{
    tro_results results = {0};
    tro_influence_report r = {.cell = loaded->cell, .arguments = arguments};
    int files = tro_results_wanted(arguments);
    int status;
    if (arguments->plot && arguments->json)
        TRO_TRY(tro_error(messages, TRO_EINVAL, NULL, "--plot goes with words, not with --json"));
    TRO_TRY(choose_phase(&r, messages));
    TRO_TRY(find_pair(&r, messages));
    TRO_TRY(tro_layout_asked(arguments, &r.layout, messages));
    if (files)
        TRO_TRY(tro_results_open(&results, arguments->out, arguments, loaded->stem,
                                 "influence", messages));
    TRO_TRY(begin(&r, messages));
    TRO_TRY(tro_influence_starts_find(&r, messages));
    if (files)
        TRO_TRY(tro_influence_files_begin(&r, &results, messages));
    int drawn = files && results.folder.figures != TRO_FIGURES_NONE;
    TRO_TRY(find_all(&r, arguments->plot || drawn, messages));
    if (files)
        TRO_TRY(tro_influence_files_end(&r, &results, messages));
    tro_say_messages(messages, arguments->quiet);
    warn(&r);
    if (files)
        tro_say(arguments->quiet, "wrote %s", results.folder.path);
    TRO_TRY(tell(&r, messages));
    status = TRO_OK;
out:
    if (status == TRO_EINTERRUPTED)
        tro_say(0, "interrupted: no influences were written; run again with --force");
    int code = status < 0 ? tro_exit_of(status, "influence", messages)
               : r.stable ? TRO_EXIT_FINE
                          : TRO_EXIT_UNSETTLED;
    tro_influence_report_release(&r);
    tro_results_close(&results);
    return code;
}

static int run(const tro_arguments *arguments, tro_messages *messages)
{
    return tro_with_scenario(arguments, "influence", influence_loaded, messages);
}

const tro_command tro_command_influence = {
    .name = "influence",
    .operands = "[FILE]",
    .summary = "fixed point, stability, the influence matrix, who backfires",
    .about =
        "The influence of agent j on agent i is the derivative of i's alignment at the fixed "
        "point with respect to j's curated share, while what j's `displaces` names gives way. "
        "The local effect is what curating j's data does to j before the network reacts; the "
        "isolated one is that of an agent which trains on its own outputs alone; the long-term "
        "effect includes every loop through the network. An agent's curation backfires where the "
        "long-term effect on itself is negative; its class is inverted where the sign is not that "
        "in isolation.\n\n"
        "Writes influence.csv, fixed_point.csv, network.graphml (self-influence on nodes, "
        "influence of the producer on the consumer on edges) and the same drawn, network.svg "
        "(who helps, who harms and who is harmed at a glance), influence.svg (the matrix in "
        "colours), scenario.yaml and manifest.json. "
        "Exit status 3 when there is no fixed point, or an unstable one.",
    .examples = examples,
    .example_count = sizeof examples / sizeof *examples,
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .least = 0,
    .most = 1,
    .run = run,
};
