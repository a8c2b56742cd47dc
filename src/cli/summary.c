#include "cli/summary.h"

#include <math.h>

#include "cli/draw.h"
#include "cli/printing.h"
#include "cli/wins.h"
#include "measure/measure.h"
#include "output/csv.h"

enum { MOST_ROWS = 30 };

static double point_alignment(const tro_run_summary *s, size_t agent)
{
    return s->has_point ? tro_alignment(s->cell->ecosystem, s->cell->point.z, agent) : NAN;
}

/* Euclidean distance of the last state from the fixed point; of exact rounds
 * that went somewhere. */
static double point_distance(const tro_run_summary *s, size_t agent)
{
    size_t width = s->cell->ecosystem->width, at = agent * width;
    if (!s->has_point || s->cell->scenario->sampled || s->outcome->ending == TRO_DIVERGED ||
        tro_is_absent(s->cell->ecosystem, agent))
        return NAN;
    return tro_euclidean(width, s->outcome->z + at, s->cell->point.z + at);
}

/* Of the cycle that the rounds ended in; null in JSON when there is none. */
static double cycle_period(const tro_outcome *o)
{
    return o->cycle.period > 0 ? o->cycle.period : NAN;
}

static int write_table(const tro_run_summary *s, tro_results *results, tro_messages *messages)
{
    static const char *const names[] = {"agent", "alignment", "alignment_error", "average",
                                        "average_error", "fixed_point", "distance", "rounds",
                                        "status"};
    const tro_outcome *o = s->outcome;
    tro_csv csv = {0};
    const char *path;
    int status;
    TRO_TRY(tro_folder_add(&results->folder, "summary.csv", &path, messages));
    TRO_TRY(tro_csv_open(&csv, path, names, sizeof names / sizeof *names, messages));
    for (size_t i = 0; i < s->cell->ecosystem->agents; i++) {
        tro_csv_text(&csv, s->cell->scenario->agents[i].name);
        tro_csv_real(&csv, o->final[i]);
        tro_csv_real(&csv, o->final_error[i]);
        tro_csv_real(&csv, o->average[i]);
        tro_csv_real(&csv, o->average_error[i]);
        tro_csv_real(&csv, point_alignment(s, i));
        tro_csv_real(&csv, point_distance(s, i));
        tro_csv_whole(&csv, o->rounds);
        tro_csv_text(&csv, s->status);
        TRO_TRY(tro_csv_end_row(&csv));
    }
    status = tro_csv_commit(&csv);
out:
    tro_csv_abort(&csv);
    return status;
}

static int write_network(const tro_run_summary *s, tro_results *results, tro_messages *messages)
{
    size_t agents = s->cell->ecosystem->agents;
    double *point = tro_allocate(agents, sizeof *point);
    if (!point)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory writing the results");
    for (size_t i = 0; i < agents; i++)
        point[i] = point_alignment(s, i);
    const tro_attribute attributes[] = {{"alignment", s->outcome->final, NULL},
                                        {"average", s->outcome->average, NULL},
                                        {"fixed_point", point, NULL}};
    int status = tro_results_network(results, s->cell, attributes, s->has_point ? 3 : 2, NULL,
                                     0, messages);
    tro_release(point);
    const tro_network_view view = {.layout = s->layout, .colour = s->outcome->final,
                                   .disc_label = "alignment in the last round"};
    return status < 0 ? status : tro_network_draw(s->cell, &view, results, messages);
}

int tro_run_summary_write(const tro_run_summary *s, tro_results *results,
                          tro_messages *messages)
{
    const tro_outcome *o = s->outcome;
    const tro_fact facts[] = {
        TRO_FACT_WHOLE("rounds", o->rounds),
        TRO_FACT_WHOLE("replicates", s->cell->scenario->replicates),
        TRO_FACT_WHOLE("replicates_finished", (long long)o->finished),
        TRO_FACT_WHOLE("replicates_diverged", (long long)o->diverged),
        TRO_FACT_REAL("cycle_period", cycle_period(o)),
    };
    int status;
    TRO_TRY(write_table(s, results, messages));
    TRO_TRY(tro_curves_draw(s->curves, s->has_point ? s->cell : NULL, results, messages));
    TRO_TRY(write_network(s, results, messages));
    TRO_TRY(tro_wins_write(s->cell->ecosystem, o->wins, o->wins_error, results, messages));
    status = tro_results_commit(results, s->cell, "run", s->status, facts,
                                sizeof facts / sizeof *facts, messages);
out:
    return status;
}

static void add_table(const tro_run_summary *s, tro_text *text)
{
    const tro_outcome *o = s->outcome;
    size_t agents = s->cell->ecosystem->agents, shown = agents > MOST_ROWS ? MOST_ROWS : agents;
    int errors = o->replicates > 1;
    tro_sheet sheet = {.sides = errors ? "lrrrrr" : "lrrr"};
    tro_sheet_cell(&sheet, "agent");
    tro_sheet_cell(&sheet, "alignment");
    if (errors)
        tro_sheet_cell(&sheet, "+-");
    tro_sheet_cell(&sheet, "average");
    if (errors)
        tro_sheet_cell(&sheet, "+-");
    tro_sheet_cell(&sheet, "fixed point");
    for (size_t i = 0; i < shown; i++) {
        tro_sheet_cell(&sheet, s->cell->scenario->agents[i].name);
        tro_sheet_number(&sheet, o->final[i], 8);
        if (errors)
            tro_sheet_number(&sheet, o->final_error[i], 2);
        tro_sheet_number(&sheet, o->average[i], 8);
        if (errors)
            tro_sheet_number(&sheet, o->average_error[i], 2);
        tro_sheet_number(&sheet, point_alignment(s, i), 8);
    }
    tro_sheet_render(&sheet, "", text);
    if (shown < agents)
        tro_text_addf(text, "(%zu more in summary.csv)\n", agents - shown);
}

static void add_json(const tro_run_summary *s, const char *folder, tro_text *text)
{
    const tro_outcome *o = s->outcome;
    tro_text_add(text, "{\"folder\": ");
    tro_json_text(text, folder);
    tro_text_add(text, ", \"status\": ");
    tro_json_text(text, s->status);
    tro_text_addf(text, ", \"seed\": %llu, \"rounds\": %lld, \"replicates\": %llu, "
                        "\"cycle_period\": ", (unsigned long long)s->cell->scenario->seed,
                  o->rounds, (unsigned long long)o->replicates);
    tro_json_real(text, cycle_period(o));
    tro_text_add(text, ", \"agents\": [");
    for (size_t i = 0; i < s->cell->ecosystem->agents; i++) {
        const tro_fact facts[] = {
            TRO_FACT_TEXT("agent", s->cell->scenario->agents[i].name),
            TRO_FACT_REAL("alignment", o->final[i]),
            TRO_FACT_REAL("alignment_error", o->final_error[i]),
            TRO_FACT_REAL("average", o->average[i]),
            TRO_FACT_REAL("average_error", o->average_error[i]),
            TRO_FACT_REAL("fixed_point", point_alignment(s, i)),
            TRO_FACT_REAL("distance", point_distance(s, i)),
        };
        tro_text_add(text, i ? ",\n  " : "\n  ");
        tro_json_facts(text, facts, sizeof facts / sizeof *facts);
    }
    tro_text_add(text, "\n]}\n");
}

int tro_run_summary_print(const tro_run_summary *s, const char *folder,
                          const tro_arguments *arguments, tro_messages *messages)
{
    tro_text text = {0};
    int status = TRO_OK;
    if (arguments->json)
        add_json(s, folder, &text);
    else
        add_table(s, &text);
    if (arguments->plot)
        status = tro_curves_sketch(s->curves, s->has_point ? s->cell : NULL, &text);
    text.failed |= status == TRO_ENOMEM;
    status = tro_put(&text, messages);
    tro_text_clear(&text);
    return status;
}
