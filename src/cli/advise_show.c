/* Advice as words, as JSON, and as files. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "cli/advise.h"
#include "cli/printing.h"
#include "output/csv.h"

enum { DIGITS = 6, MOST_AGENTS_SHOWN = 30 };

const char *tro_advise_outcome(const tro_advice *a)
{
    if (a->outcome == TRO_ADVICE_NONE)
        return "not reached";
    if (!a->verified.done)
        return "not confirmed";
    return a->outcome == TRO_ADVICE_NOTHING ? "nothing to change" : "found";
}

static const char *name_of(const tro_advice *a, size_t agent)
{
    return a->cell->scenario->agents[agent].name;
}

/* --- words ----------------------------------------------------------------------- */

void tro_advise_subject(const tro_advice *a, tro_text *text)
{
    static const char *const names[] = {"", "mean alignment", "worst-off alignment",
                                        "Nash welfare"};
    if (a->goal.kind != TRO_GOAL_INFLUENCE) {
        tro_text_add(text, names[a->goal.kind]);
        return;
    }
    tro_text_add(text, "influence of ");
    tro_add_clean(text, name_of(a, a->goal.of));
    tro_text_add(text, "'s curation on ");
    if (a->goal.of == a->goal.on)
        tro_text_add(text, "itself");
    else
        tro_add_clean(text, name_of(a, a->goal.on));
}

static void add_goal(const tro_advice *a, tro_text *text)
{
    char number[32];
    if (a->goal.kind == TRO_GOAL_INFLUENCE) {
        tro_advise_subject(a, text);
        tro_text_addf(text, " at least %s, at the least cost",
                      tro_format_short(number, a->goal.at_least, DIGITS));
    } else {
        tro_text_add(text, "the largest ");
        tro_advise_subject(a, text);
        if (!isnan(a->budget))
            tro_text_addf(text, " at a cost of at most %s",
                          tro_format_short(number, a->budget, DIGITS));
    }
}

static void add_found(const tro_advice *a, tro_text *text)
{
    char number[32];
    if (a->outcome == TRO_ADVICE_NONE)
        tro_text_add(text, "nothing allowed reaches it; the best that was found:\n");
    else if (a->outcome == TRO_ADVICE_NOTHING)
        tro_text_add(text, a->goal.kind == TRO_GOAL_INFLUENCE
                               ? "it is reached as things are\n"
                               : "nothing allowed raises it\n");
    else
        tro_text_addf(text, "advice: %zu change%s, at a cost of %s%s\n", a->change_count,
                      a->change_count == 1 ? "" : "s",
                      tro_format_short(number, a->cost, DIGITS),
                      a->squares ? " (of squares)" : "");
}

static void add_changes(const tro_advice *a, tro_text *text)
{
    tro_sheet sheet = {.sides = "lrrrl"};
    static const char *const heads[] = {"change", "before", "after", "cost", "derivative"};
    if (a->change_count == 0)
        return;
    for (size_t k = 0; k < 5; k++)
        tro_sheet_cell(&sheet, heads[k]);
    for (size_t k = 0; k < a->change_count; k++) {
        const tro_advised *c = &a->changes[k];
        const char *const words[] = {c->allowed->key, c->before ? c->before : "-", c->after};
        for (size_t i = 0; i < 3; i++) {
            tro_text cell = {0};
            double value;
            char number[32];
            if (i > 0 && tro_parse_real(words[i], &value))
                tro_text_add(&cell, tro_format_short(number, value, DIGITS));
            else
                tro_add_clean(&cell, words[i]);
            tro_sheet_cell(&sheet, tro_text_string(&cell));
            tro_text_clear(&cell);
        }
        tro_sheet_number(&sheet, c->cost, DIGITS);
        tro_sheet_cell(&sheet, c->allowed->options ? "-" : c->exact ? "exact" : "difference");
    }
    tro_sheet_render(&sheet, "  ", text);
}

static void add_before_after(const tro_advice *a, tro_text *text)
{
    tro_sheet sheet = {.sides = "lrr"};
    tro_text subject = {0};
    tro_advise_subject(a, &subject);
    tro_sheet_cell(&sheet, "");
    tro_sheet_cell(&sheet, "before");
    tro_sheet_cell(&sheet, "after");
    tro_sheet_cell(&sheet, tro_text_string(&subject));
    tro_sheet_number(&sheet, a->is.value, DIGITS);
    tro_sheet_number(&sheet, a->becomes.value, DIGITS);
    tro_sheet_cell(&sheet, "factor of a disturbance per round");
    tro_sheet_number(&sheet, a->is.rate, DIGITS);
    tro_sheet_number(&sheet, a->becomes.rate, DIGITS);
    tro_text_add(text, "\n");
    tro_sheet_render(&sheet, "  ", text);
    tro_text_clear(&subject);
}

static void add_agents(const tro_advice *a, tro_text *text)
{
    static const char *const heads[] = {"agent", "alignment", "after", "own influence", "after"};
    tro_sheet sheet = {.sides = "lrrrr"};
    size_t n = a->cell->scenario->agent_count;
    for (size_t k = 0; k < 5; k++)
        tro_sheet_cell(&sheet, heads[k]);
    for (size_t i = 0; i < n && i < MOST_AGENTS_SHOWN; i++) {
        tro_text name = {0};
        tro_add_clean(&name, name_of(a, i));
        tro_sheet_cell(&sheet, tro_text_string(&name));
        tro_text_clear(&name);
        tro_sheet_number(&sheet, a->is.alignment[i], DIGITS);
        tro_sheet_number(&sheet, a->becomes.alignment[i], DIGITS);
        tro_sheet_number(&sheet, a->is.own[i], DIGITS);
        tro_sheet_number(&sheet, a->becomes.own[i], DIGITS);
    }
    tro_text_add(text, "\n");
    tro_sheet_render(&sheet, "  ", text);
    if (n > MOST_AGENTS_SHOWN)
        tro_text_addf(text, "  (and %zu more)\n", n - MOST_AGENTS_SHOWN);
}

static void add_verified(const tro_advice *a, tro_text *text)
{
    const tro_verified *v = &a->verified;
    char gap[32], step[32], difference[32];
    if (!v->done) {
        tro_text_add(text, "\nnot confirmed by runs: ");
        tro_add_clean(text, tro_text_string(&v->why));
        tro_text_add(text, "\n");
        return;
    }
    tro_text_addf(text, "\nconfirmed: the rounds come to rest after %" PRIu64 ", where alignments "
                  "differ from these by\nat most %s", v->rounds, tro_format_short(gap, v->gap, 2));
    if (!isnan(v->difference))
        tro_text_addf(text, "; from runs with the share moved by %s the influence is %s",
                      tro_format_short(step, v->step, DIGITS),
                      tro_format_short(difference, v->difference, DIGITS));
    tro_text_add(text, "\n");
}

/* For a shell. */
static void add_quoted(tro_text *text, const char *word)
{
    tro_text_add(text, "'");
    for (; *word; word++)
        if (*word == '\'')
            tro_text_add(text, "'\\''");
        else
            tro_text_add_n(text, word, 1);
    tro_text_add(text, "'");
}

static void add_command(const tro_advise_report *r, tro_text *text)
{
    const tro_advice *a = r->advice;
    const tro_word_list *sets = &r->arguments->sets;
    if (a->flag_count == 0)
        return;
    tro_text flags = {0};
    for (size_t k = 0; k < sets->count + a->flag_count; k++) {
        tro_text_add(&flags, " \\\n    --set ");
        add_quoted(&flags, k < sets->count ? sets->items[k] : a->flags[k - sets->count]);
    }
    tro_text_addf(text, "\nto try it: trophic influence %s%s\n", r->path,
                  tro_text_string(&flags));
    tro_text_clear(&flags);
}

void tro_advise_show(const tro_advise_report *r, tro_text *text)
{
    const tro_advice *a = r->advice;
    tro_text_add(text, "goal: ");
    add_goal(a, text);
    tro_text_add(text, "\n");
    add_found(a, text);
    add_changes(a, text);
    add_before_after(a, text);
    add_agents(a, text);
    add_verified(a, text);
    add_command(r, text);
}

/* --- JSON ------------------------------------------------------------------------ */

static void json_goal(const tro_advice *a, tro_text *text)
{
    int influence = a->goal.kind == TRO_GOAL_INFLUENCE;
    const tro_fact facts[] = {
        TRO_FACT_TEXT("goal", tro_goal_name(a->goal.kind)),
        TRO_FACT_TEXT("of", influence ? name_of(a, a->goal.of) : NULL),
        TRO_FACT_TEXT("on", influence ? name_of(a, a->goal.on) : NULL),
        TRO_FACT_REAL("at_least", influence ? a->goal.at_least : NAN),
        TRO_FACT_REAL("budget", a->budget),
        TRO_FACT_TEXT("cost_of", a->squares ? "squares" : "absolute"),
    };
    tro_text_add(text, ", \"goal\": ");
    tro_json_facts(text, facts, sizeof facts / sizeof *facts);
}

static const char *derivative(const tro_advised *c)
{
    return c->allowed->options ? NULL : c->exact ? "exact" : "difference";
}

static void json_changes(const tro_advice *a, tro_text *text)
{
    tro_text_add(text, ", \"changes\": [");
    for (size_t k = 0; k < a->change_count; k++) {
        const tro_advised *c = &a->changes[k];
        const tro_fact facts[] = {
            TRO_FACT_TEXT("key", c->allowed->key), TRO_FACT_TEXT("before", c->before),
            TRO_FACT_TEXT("after", c->after), TRO_FACT_REAL("cost", c->cost),
            TRO_FACT_REAL("least", c->least), TRO_FACT_REAL("most", c->most),
            TRO_FACT_TEXT("derivative", derivative(c))};
        tro_text_add(text, k ? ",\n  " : "\n  ");
        tro_json_facts(text, facts, sizeof facts / sizeof *facts);
    }
    tro_text_add(text, "\n], \"set\": [");
    for (size_t k = 0; k < a->flag_count; k++) {
        tro_text_add(text, k ? ", " : "");
        tro_json_text(text, a->flags[k]);
    }
    tro_text_add(text, "], \"agents\": [");
    for (size_t i = 0; i < a->cell->scenario->agent_count; i++) {
        const tro_fact facts[] = {
            TRO_FACT_TEXT("agent", name_of(a, i)),
            TRO_FACT_REAL("alignment_before", a->is.alignment[i]),
            TRO_FACT_REAL("alignment_after", a->becomes.alignment[i]),
            TRO_FACT_REAL("own_influence_before", a->is.own[i]),
            TRO_FACT_REAL("own_influence_after", a->becomes.own[i])};
        tro_text_add(text, i ? ",\n  " : "\n  ");
        tro_json_facts(text, facts, sizeof facts / sizeof *facts);
    }
    tro_text_add(text, "\n]");
}

void tro_advise_json(const tro_advise_report *r, tro_text *text)
{
    const tro_advice *a = r->advice;
    const tro_verified *v = &a->verified;
    const tro_fact facts[] = {
        TRO_FACT_TEXT("outcome", tro_advise_outcome(a)),
        TRO_FACT_REAL("before", a->is.value),
        TRO_FACT_REAL("after", a->becomes.value),
        TRO_FACT_REAL("cost", a->cost),
        TRO_FACT_REAL("stationarity", a->stationarity),
        TRO_FACT_WHOLE("combinations", (long long)a->combinations),
        TRO_FACT_WHOLE("trials", (long long)a->trials),
        TRO_FACT_REAL("rate_before", a->is.rate),
        TRO_FACT_REAL("rate_after", a->becomes.rate),
    };
    const tro_fact runs[] = {
        TRO_FACT_TEXT("confirmed", v->done ? "yes" : "no"),
        TRO_FACT_WHOLE("rounds", (long long)v->rounds),
        TRO_FACT_REAL("gap", v->gap),
        TRO_FACT_REAL("influence", v->difference),
        TRO_FACT_TEXT("why_not", v->done ? NULL : tro_text_string(&v->why)),
    };
    tro_text_add(text, "{\"scenario\": ");
    tro_json_text(text, a->cell->scenario->name);
    tro_text_addf(text, ", \"seed\": %" PRIu64, a->cell->scenario->seed);
    json_goal(a, text);
    tro_text_add(text, ", \"result\": ");
    tro_json_facts(text, facts, sizeof facts / sizeof *facts);
    tro_text_add(text, ", \"runs\": ");
    tro_json_facts(text, runs, sizeof runs / sizeof *runs);
    json_changes(a, text);
    tro_text_add(text, "}\n");
}

/* --- files ----------------------------------------------------------------------- */

static int write_changes(const tro_advice *a, tro_results *results, tro_messages *messages)
{
    static const char *const names[] = {"key", "before", "after", "cost", "derivative", "least",
                                        "most"};
    const char *path;
    tro_csv csv = {0};
    int status;
    TRO_TRY(tro_folder_add(&results->folder, "advice.csv", &path, messages));
    TRO_TRY(tro_csv_open(&csv, path, names, sizeof names / sizeof *names, messages));
    for (size_t k = 0; k < a->change_count; k++) {
        const tro_advised *c = &a->changes[k];
        tro_csv_text(&csv, c->allowed->key);
        tro_csv_text(&csv, c->before);
        tro_csv_text(&csv, c->after);
        tro_csv_real(&csv, c->cost);
        tro_csv_text(&csv, derivative(c));
        tro_csv_real(&csv, c->least);
        tro_csv_real(&csv, c->most);
        TRO_TRY(tro_csv_end_row(&csv));
    }
    status = tro_csv_commit(&csv);
out:
    tro_csv_abort(&csv);
    return status;
}

static int write_agents(const tro_advice *a, tro_results *results, tro_messages *messages)
{
    static const char *const names[] = {"agent", "alignment_before", "alignment_after",
                                        "own_influence_before", "own_influence_after"};
    const char *path;
    tro_csv csv = {0};
    int status;
    TRO_TRY(tro_folder_add(&results->folder, "agents.csv", &path, messages));
    TRO_TRY(tro_csv_open(&csv, path, names, sizeof names / sizeof *names, messages));
    for (size_t i = 0; i < a->cell->scenario->agent_count; i++) {
        tro_csv_text(&csv, name_of(a, i));
        tro_csv_real(&csv, a->is.alignment[i]);
        tro_csv_real(&csv, a->becomes.alignment[i]);
        tro_csv_real(&csv, a->is.own[i]);
        tro_csv_real(&csv, a->becomes.own[i]);
        TRO_TRY(tro_csv_end_row(&csv));
    }
    status = tro_csv_commit(&csv);
out:
    tro_csv_abort(&csv);
    return status;
}

int tro_advise_write(const tro_advise_report *r, tro_results *results, tro_messages *messages)
{
    const tro_advice *a = r->advice;
    tro_text wanted = {0}, subject = {0}, text = {0};
    add_goal(a, &wanted);
    tro_advise_subject(a, &subject);
    const tro_fact facts[] = {
        TRO_FACT_TEXT("goal", tro_goal_name(a->goal.kind)),
        TRO_FACT_TEXT("wanted", tro_text_string(&wanted)),
        TRO_FACT_TEXT("subject", tro_text_string(&subject)),
        TRO_FACT_REAL("before", a->is.value), TRO_FACT_REAL("after", a->becomes.value),
        TRO_FACT_REAL("cost", a->cost),
    };
    int status = wanted.failed || subject.failed
                     ? tro_error(messages, TRO_ENOMEM, NULL, "out of memory") : TRO_OK;
    TRO_TRY(status);
    TRO_TRY(tro_results_scenario(results, a->after, messages));
    TRO_TRY(write_changes(a, results, messages));
    TRO_TRY(write_agents(a, results, messages));
    tro_advise_show(r, &text);
    TRO_TRY(tro_results_text(results, "advice.txt", &text, messages));
    TRO_TRY(tro_advise_draw(a, results, messages));
    status = tro_results_commit(results, a->after, "advise", tro_advise_outcome(a), facts,
                                sizeof facts / sizeof *facts, messages);
out:
    tro_text_clear(&wanted);
    tro_text_clear(&subject);
    tro_text_clear(&text);
    return status;
}
