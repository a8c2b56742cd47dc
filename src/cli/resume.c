#include "cli/resume.h"

#include <inttypes.h>
#include <string.h>

#include "analysis/version.h"
#include "cli/printing.h"
#include "cli/version.h"
#include "network/version.h"

/* --- what the run was made with ---------------------------------------------------- */

static void add_numbers(tro_digest *digest, const double *numbers, size_t count)
{
    uint64_t there = numbers ? count : 0;
    tro_digest_add(digest, &there, sizeof there);
    if (numbers)
        tro_digest_add(digest, numbers, count * sizeof *numbers);
}

static void add_ecosystem(tro_digest *digest, const tro_ecosystem *eco)
{
    const uint64_t sizes[] = {eco->agents, eco->width, eco->entry_count};
    tro_digest_add(digest, sizes, sizeof sizes);
    for (size_t i = 0; i < eco->agents; i++) {
        tro_digest_add(digest, &eco->shares[i], sizeof eco->shares[i]);
        /* Of one that is frozen not its corpus, which is found on the way. */
        add_numbers(digest, eco->scenario->agents[i].real_law, eco->width);
    }
    for (size_t k = 0; k < eco->entry_count; k++) {
        const tro_entry *entry = &eco->entries[k];
        const uint64_t whole[] = {entry->edge, entry->producer, entry->curated_row,
                                  (uint64_t)entry->layer};
        const double real[] = {entry->weight, entry->delay};
        tro_digest_add(digest, whole, sizeof whole);
        add_numbers(digest, real, 2);
    }
    for (size_t i = 0; i <= eco->agents; i++) {
        uint64_t start = eco->row_start[i];
        tro_digest_add(digest, &start, sizeof start);
    }
}

static int find_network(tro_origin *origin, const tro_cell *cell)
{
    const tro_ecosystem *eco = cell->stages[0]->ecosystem;
    double *start = tro_allocate(eco->size, sizeof *start);
    tro_digest digest;
    if (!start)
        return TRO_ENOMEM;
    tro_digest_start(&digest);
    for (size_t s = 0; s <= cell->stage; s++)
        add_ecosystem(&digest, cell->stages[s]->ecosystem);
    tro_ecosystem_start(eco, start);
    add_numbers(&digest, start, eco->size);
    tro_digest_finish(&digest, origin->network);
    tro_release(start);
    return TRO_OK;
}

static int find_origin(tro_origin *origin, const tro_cell *cell, const tro_results *results,
                       tro_messages *messages)
{
    tro_text text = {0};
    *origin = (tro_origin){.seed = cell->scenario->seed};
    tro_text_addf(&text, "trophic %s, commit %s, igraph %s, GSL %s", tro_version(), tro_commit(),
                  tro_igraph_version(), tro_gsl_version());
    memcpy(origin->scenario, results->digest, sizeof origin->scenario);
    origin->program = text.failed ? NULL : tro_arena_text(&origin->arena, tro_text_string(&text));
    origin->options = tro_arena_text(&origin->arena, results->options ? results->options : "");
    tro_text_clear(&text);
    if (!origin->program || !origin->options || find_network(origin, cell) < 0)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory for a checkpoint");
    return TRO_OK;
}

/* --- the folder ------------------------------------------------------------------------ */

int tro_resume_open(tro_resume *resume, const tro_cell *cell, tro_results *results,
                    tro_messages *messages)
{
    tro_origin origin = {0};
    int status = TRO_OK;
    resume->parts = (tro_rounds_parts){.to = &resume->to};
    if (!results->folder.continues)
        return status;
    TRO_TRY(tro_results_know_scenario(results, cell, messages));
    TRO_TRY(find_origin(&origin, cell, results, messages));
    TRO_TRY(tro_checkpoint_read(&resume->from, &origin, &results->folder, messages));
    resume->parts.from = &resume->from;
out:
    tro_origin_release(&origin);
    return status;
}

void tro_resume_release(tro_resume *resume)
{
    tro_checkpoint_release(&resume->from);
    tro_checkpoint_release(&resume->to);
    *resume = (tro_resume){0};
}

void tro_resume_keep(tro_resume *resume, const tro_cell *cell, const tro_outcome *outcome,
                     tro_results *results, tro_messages *messages)
{
    tro_checkpoint *to = &resume->to;
    tro_origin origin = {0};
    tro_messages aside = {0};
    int status = find_origin(&origin, cell, results, &aside);
    to->replicates = cell->scenario->sampled ? (uint64_t)cell->scenario->replicates : 1;
    to->finished = outcome->finished + outcome->diverged;
    to->rounds = outcome->rounds;
    to->all_rounds = cell->plan->common->rounds;
    if (status == TRO_OK)
        status = tro_checkpoint_write(to, &origin, &results->folder, &aside);
    resume->kept = status == TRO_OK;
    if (status < 0)
        tro_warning(messages, NULL, "the run cannot be gone on with: %s",
                    aside.count > 0 ? aside.items[0].text : tro_status_text(status));
    tro_messages_clear(&aside);
    tro_origin_release(&origin);
}

void tro_resume_say_from(const tro_resume *resume, int quiet)
{
    const tro_checkpoint *from = &resume->from;
    if (!resume->parts.from)
        return;
    if (from->finished == from->replicates)
        tro_say(quiet, "going on after the last round of an interrupted run");
    else if (from->replicates > 1)
        tro_say(quiet, "going on with an interrupted run: %" PRIu64 " of %" PRIu64 " replicates "
                       "were finished", from->finished, from->replicates);
    else
        tro_say(quiet, "going on with an interrupted run, after round %lld of %lld", from->rounds,
                from->all_rounds);
}

/* The command line once more, without --force. */
static void add_command(const tro_arguments *arguments, const tro_loaded *loaded, tro_text *text)
{
    tro_text_add(text, "trophic run ");
    tro_add_shell_word(text, loaded->path);
    if (arguments->given && *arguments->given)
        tro_text_addf(text, " %s", arguments->given);
    for (size_t k = 0; k < loaded->override_count && !loaded->seed_drawn; k++)
        if (strcmp(loaded->overrides[k].path, "seed") == 0 && loaded->overrides[k].value)
            tro_text_addf(text, " --seed %s", loaded->overrides[k].value);
    if (arguments->out) {
        tro_text_add(text, arguments->out[0] == '-' ? " --out=" : " --out ");
        tro_add_shell_word(text, arguments->out);
    }
    if (arguments->threads != TRO_NO_WHOLE)
        tro_text_addf(text, " --threads %lld", arguments->threads);
    tro_text_add(text, arguments->json ? " --json" : "");
    tro_text_add(text, arguments->quiet ? " --quiet" : "");
    tro_text_add(text, arguments->verbose ? " --verbose" : "");
}

void tro_resume_say_how(const tro_resume *resume, const tro_arguments *arguments,
                        const tro_loaded *loaded)
{
    tro_text command = {0}, clean = {0};
    add_command(arguments, loaded, &command);
    tro_add_clean(&clean, tro_text_string(&command));
    if (resume->kept)
        tro_say(0, "to go on%s: %s\n(with --force: from the beginning)",
                strcmp(loaded->path, "-") == 0 ? ", with the same scenario on standard input" : "",
                tro_text_string(&clean));
    else
        tro_say(0, "to begin anew: %s --force", tro_text_string(&clean));
    tro_text_clear(&command);
    tro_text_clear(&clean);
}

int tro_resume_seed(const tro_arguments *arguments, const char *stem, uint64_t *seed)
{
    tro_text path = {0};
    if (arguments->out)
        tro_text_add(&path, arguments->out);
    else
        tro_text_addf(&path, "%s-run", stem);
    int found = !arguments->force && !path.failed &&
                tro_checkpoint_seed(tro_text_string(&path), seed);
    tro_text_clear(&path);
    return found;
}
