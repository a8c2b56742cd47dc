/* What parameters do, for people, as JSON and as a table. */
#include <math.h>
#include <string.h>

#include "cli/gradient.h"
#include "cli/printing.h"
#include "output/csv.h"

enum { MOST_SHOWN = 15, MOST_REASONS = 6, DIGITS = 6 };

static const char *const layers[] = {"synthetic", "curated"};

static const char *kind_of(const tro_lever *lever)
{
    static const char *const kinds[] = {"real share", "curated share", "weight", NULL, "reward"};
    if (lever->kind == TRO_LEVER_DIAL)
        return lever->turned->of->dial;
    if (lever->kind == TRO_LEVER_COUNT)
        return strcmp(lever->turned->of->rule, "arena") == 0 ? "slots" : "candidates";
    return kinds[lever->kind];
}

static const char *name_of(const tro_levers *l, size_t agent)
{
    return l->cell->scenario->agents[agent].name;
}

/* "public bradley-terry", "owner stages 2: best-of" */
static void add_rule(const tro_levers *l, const tro_lever *lever, tro_text *text)
{
    const tro_turned *t = lever->turned;
    const tro_agent *agent = &l->cell->scenario->agents[t->agent];
    const tro_curation *whole = t->by == TRO_OF_OWNER ? agent->owner_curation
                                                      : agent->public_curation;
    tro_text_add(text, t->by == TRO_OF_OWNER ? "owner " : "public ");
    if (whole->tuned_count > 1)
        tro_text_addf(text, "%s %zu: ", whole->name, t->number + 1);
    tro_text_add(text, t->of->rule);
}

/* "theta", "phi -> theta (curated)", "theta (public bradley-terry)" */
static void add_place(const tro_levers *l, const tro_lever *lever, tro_text *text)
{
    if (lever->kind == TRO_LEVER_WEIGHT) {
        const tro_edge *edge = &l->cell->scenario->edges[lever->edge];
        tro_add_clean(text, name_of(l, edge->from));
        tro_text_add(text, " -> ");
        tro_add_clean(text, name_of(l, edge->to));
        tro_text_addf(text, " (%s)", layers[lever->layer]);
        return;
    }
    tro_add_clean(text, name_of(l, lever->agent));
    if (!lever->turned)
        return;
    tro_text_add(text, " (");
    add_rule(l, lever, text);
    if (lever->kind == TRO_LEVER_REWARD)
        tro_text_addf(text, ", %s %zu",
                      l->cell->scenario->space.family->law == TRO_TABLE ? "outcome" : "coordinate",
                      lever->at);
    tro_text_add(text, ")");
}

static void show_reasons(const tro_levers *l, tro_text *text)
{
    const char *head = "\nwithout a derivative:\n";
    size_t said = 0, more = 0;
    for (size_t k = 0; k < l->count; k++) {
        const tro_lever *lever = &l->items[k];
        if (!lever->reason)
            continue;
        if (said == MOST_REASONS) {
            more++;
            continue;
        }
        tro_text_addf(text, "%s  %s, ", head, kind_of(lever));
        add_place(l, lever, text);
        tro_text_addf(text, ": %s\n", lever->reason);
        head = "";
        said++;
    }
    if (more > 0)
        tro_text_addf(text, "  (and %zu more)\n", more);
}

static size_t count_defined(const tro_levers *l)
{
    size_t count = 0;
    while (count < l->count && !l->items[count].reason)
        count++;
    return count;
}

void tro_levers_show(const tro_levers *l, tro_text *text)
{
    tro_sheet sheet = {.sides = "llrrr"};
    size_t defined = count_defined(l);
    int starred = 0;
    tro_sheet_cell(&sheet, "parameter");
    tro_sheet_cell(&sheet, "of");
    tro_sheet_cell(&sheet, "now");
    tro_sheet_cell(&sheet, "to");
    tro_sheet_cell(&sheet, "effect");
    for (size_t k = 0; k < defined && k < MOST_SHOWN; k++) {
        const tro_lever *lever = &l->items[k];
        tro_text place = {0}, effect = {0};
        add_place(l, lever, &place);
        tro_add_number(&effect, lever->effect, DIGITS);
        tro_text_add(&effect, lever->one_sided ? "*" : "");
        starred |= lever->one_sided;
        tro_sheet_cell(&sheet, kind_of(lever));
        tro_sheet_cell(&sheet, tro_text_string(&place));
        tro_sheet_number(&sheet, lever->value, DIGITS);
        if (isnan(lever->to))
            tro_sheet_cell(&sheet, "");
        else
            tro_sheet_number(&sheet, lever->to, 15);
        tro_sheet_cell(&sheet, tro_text_string(&effect));
        tro_text_clear(&place);
        tro_text_clear(&effect);
    }
    tro_text_add(text, "\nwhat a unit of each parameter would do to ");
    if (l->on == SIZE_MAX) {
        tro_text_add(text, "the mean alignment");
    } else {
        tro_text_add(text, "the alignment of ");
        tro_add_clean(text, name_of(l, l->on));
    }
    tro_text_add(text, " (");
    tro_add_number(text, l->welfare, DIGITS);
    tro_text_add(text, "),\nthe largest effects first; weights as they are written, their row "
                       "scaled again:\n");
    tro_sheet_render(&sheet, "  ", text);
    if (defined > MOST_SHOWN)
        tro_text_addf(text, "  (and %zu more)\n", defined - MOST_SHOWN);
    tro_text_add(text, starred ? "  * in one direction only\n" : "");
    show_reasons(l, text);
}

void tro_levers_json(const tro_levers *l, tro_text *text)
{
    const tro_scenario *scenario = l->cell->scenario;
    tro_text_add(text, ", \"gradient\": {\"on\": ");
    tro_json_text(text, l->on == SIZE_MAX ? NULL : name_of(l, l->on));
    tro_text_add(text, ", \"welfare\": ");
    tro_json_real(text, l->welfare);
    tro_text_add(text, ", \"parameters\": [");
    for (size_t k = 0; k < l->count; k++) {
        const tro_lever *lever = &l->items[k];
        int weight = lever->kind == TRO_LEVER_WEIGHT;
        tro_text rule = {0};
        if (lever->turned)
            add_rule(l, lever, &rule);
        const tro_fact facts[] = {
            TRO_FACT_TEXT("parameter", kind_of(lever)),
            TRO_FACT_TEXT("agent", name_of(l, lever->agent)),
            TRO_FACT_TEXT("from",
                          weight ? name_of(l, scenario->edges[lever->edge].from) : NULL),
            TRO_FACT_TEXT("layer", weight ? layers[lever->layer] : NULL),
            TRO_FACT_REAL("value", lever->value),
            TRO_FACT_REAL("effect", lever->effect),
            TRO_FACT_TEXT("rule", lever->turned ? tro_text_string(&rule) : NULL),
            TRO_FACT_REAL("at", lever->kind == TRO_LEVER_REWARD ? (double)lever->at : NAN),
            TRO_FACT_REAL("to", lever->to),
            TRO_FACT_WHOLE("one_sided", lever->one_sided),
            TRO_FACT_TEXT("reason", lever->reason)};
        tro_text_add(text, k ? ",\n  " : "\n  ");
        tro_json_facts(text, facts, sizeof facts / sizeof *facts);
        tro_text_clear(&rule);
    }
    tro_text_add(text, "\n]}");
}

static int write_row(const tro_levers *l, const tro_lever *lever, tro_csv *csv)
{
    const tro_edge *edges = l->cell->scenario->edges;
    int weight = lever->kind == TRO_LEVER_WEIGHT;
    tro_text rule = {0};
    if (lever->turned)
        add_rule(l, lever, &rule);
    tro_csv_text(csv, kind_of(lever));
    tro_csv_text(csv, name_of(l, lever->agent));
    tro_csv_text(csv, weight ? name_of(l, edges[lever->edge].from) : NULL);
    tro_csv_text(csv, weight ? layers[lever->layer] : NULL);
    tro_csv_real(csv, lever->value);
    tro_csv_real(csv, lever->effect);
    tro_csv_text(csv, lever->turned ? tro_text_string(&rule) : NULL);
    tro_csv_real(csv, lever->kind == TRO_LEVER_REWARD ? (double)lever->at : NAN);
    tro_csv_real(csv, lever->to);
    tro_csv_whole(csv, lever->one_sided);
    tro_csv_text(csv, lever->reason);
    tro_text_clear(&rule);
    return tro_csv_end_row(csv);
}

int tro_levers_write(const tro_levers *l, tro_results *results, tro_messages *messages)
{
    static const char *const names[] = {"parameter", "agent", "from", "layer", "value", "effect",
                                        "rule", "at", "to", "one_sided", "reason"};
    const char *path;
    tro_csv csv = {0};
    int status;
    TRO_TRY(tro_folder_add(&results->folder, "gradient.csv", &path, messages));
    TRO_TRY(tro_csv_open(&csv, path, names, sizeof names / sizeof *names, messages));
    for (size_t k = 0; k < l->count; k++)
        TRO_TRY(write_row(l, &l->items[k], &csv));
    status = tro_csv_commit(&csv);
out:
    tro_csv_abort(&csv);
    return status;
}
