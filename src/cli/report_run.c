/* What a run came to: the last round, the way there, who won. */
#include <math.h>
#include <string.h>

#include "cli/report.h"
#include "output/csv_read.h"
#include "output/folder.h"

#define SAME 1e-9        /* relative; what is nearer reads as equal */

/* --- in words ---------------------------------------------------------------------- */

static void say_status(tro_report *report)
{
    static const char *const meanings[][2] = {
        {"converged", "The rounds came to rest."},
        {"completed", "All rounds of the schedule were run."},
        {"cycle", "The rounds do not come to rest: in the end they go round in a cycle."},
        {"not converged", "The rounds had not come to rest within the tolerance of the "
                          "schedule when they were over."},
        {"unstable", "The ecosystem is not stable: a disturbance does not fade."},
        {"diverged", "The rounds diverged: a number was no longer finite. The rounds before that "
                     "are there."},
        {"interrupted", "The run was interrupted. What there is up to then is shown."},
    };
    const char *status = tro_report_text(report, "status");
    double rounds = tro_report_real(report, "rounds");
    double period = tro_report_real(report, "cycle_period");
    double replicates = tro_report_real(report, "replicates");
    double finished = tro_report_real(report, "replicates_finished");
    tro_text words = {0};
    for (size_t k = 0; status && k < sizeof meanings / sizeof *meanings; k++)
        if (strcmp(meanings[k][0], status) == 0)
            tro_text_addf(&words, "%s ", meanings[k][1]);
    if (rounds >= 0) {
        tro_text_add(&words, "It took ");
        tro_report_add_count(&words, (size_t)rounds, "round");
    }
    if (replicates > 1)
        tro_text_addf(&words, ", in each of %.0f replicates", replicates);
    tro_text_add(&words, rounds >= 0 ? "." : "");
    if (tro_report_has(report, TRO_CHECKPOINT))
        tro_text_add(&words, " The same command goes on from there.");
    if (finished < replicates && replicates > 1)
        tro_text_addf(&words, " Only %.0f of the replicates were finished.", finished);
    if (period > 0)
        tro_text_addf(&words, " The cycle has %.0f rounds.", period);
    tro_report_say(report, &words);
}

typedef struct extreme {
    const char *agent;
    double value;
} extreme;

static void take(extreme *best, const char *agent, double value, double sign, tro_arena *arena)
{
    if (isnan(value) || (best->agent && !(sign * value > sign * best->value)))
        return;
    best->agent = tro_arena_text(arena, agent);
    best->value = value;
}

static double number_in(const tro_csv_reader *reader, size_t column)
{
    double value;
    return column != SIZE_MAX && tro_parse_real(reader->cells[column], &value) ? value : NAN;
}

typedef struct ending {
    size_t agents;
    extreme most, least;
    double distance;           /* of the farthest from the fixed point; -1: not known */
} ending;

static int read_ending(tro_report *report, ending *e)
{
    tro_csv_reader reader = {0};
    int status;
    *e = (ending){.distance = -1};
    TRO_TRY(tro_csv_reader_open(&reader, tro_report_file(report, "summary.csv"), NULL));
    size_t agent = tro_csv_reader_column(&reader, "agent");
    size_t alignment = tro_csv_reader_column(&reader, "alignment");
    size_t distance = tro_csv_reader_column(&reader, "distance");
    while (agent != SIZE_MAX && (status = tro_csv_reader_next(&reader)) > 0) {
        double value = number_in(&reader, alignment), far = number_in(&reader, distance);
        e->agents++;
        take(&e->most, reader.cells[agent], value, 1, &report->arena);
        take(&e->least, reader.cells[agent], value, -1, &report->arena);
        e->distance = fmax(e->distance, far);
    }
out:
    tro_csv_reader_close(&reader);
    return status;
}

static void say_ending(tro_report *report, const ending *e)
{
    tro_text words = {0};
    if (!e->most.agent || !e->least.agent)
        return;
    if (e->most.value - e->least.value <= SAME * fmax(fabs(e->most.value), fabs(e->least.value))) {
        tro_text_add(&words, e->agents == 1 ? "In the last round the alignment is "
                                            : "In the last round every alignment is ");
        tro_report_add(&words, e->most.value);
    } else {
        tro_text_add(&words, "In the last round ");
        tro_html_add_name(&words, e->most.agent);
        tro_text_add(&words, " has the highest alignment, ");
        tro_report_add(&words, e->most.value);
        tro_text_add(&words, ", and ");
        tro_html_add_name(&words, e->least.agent);
        tro_text_add(&words, " the lowest, ");
        tro_report_add(&words, e->least.value);
    }
    tro_text_add(&words, ". ");
    if (e->distance == 0) {
        tro_text_add(&words, "That is the fixed point. ");
    } else if (e->distance > 0) {
        tro_text_add(&words, "The state is within ");
        tro_html_add_number(&words, e->distance, 2);
        tro_text_add(&words, " of the fixed point. ");
    }
    tro_report_say(report, &words);
}

/* --- all of it ------------------------------------------------------------------------ */

int tro_report_run(tro_report *report)
{
    ending e = {0};
    int status = TRO_OK;
    say_status(report);
    if (tro_report_has(report, "summary.csv") && read_ending(report, &e) == TRO_OK)
        say_ending(report, &e);
    TRO_TRY(tro_report_table(report, "summary.csv",
                             "Alignment in the last round, on average, and at the fixed point",
                             "agent alignment alignment_error average average_error fixed_point "
                             "distance"));
    TRO_TRY(tro_report_table(report, "wins.csv", "Whose outputs are kept, and by whom", NULL));
    tro_html_section(&report->page, "figures", "Figures");
    TRO_TRY(tro_report_course(report, e.agents));
    TRO_TRY(tro_report_figure(report, "network", "The network of agents"));
    tro_html_section(&report->page, "tables", "Tables");
    TRO_TRY(tro_report_table(report, "rounds.csv", "Every recorded round", NULL));
out:
    return status;
}

int tro_report_check(tro_report *report)
{
    tro_html_paragraph(&report->page, "The scenario is right. Nothing was run.");
    return tro_report_figure(report, "network", "The network of agents");
}

/* A folder of a command that this program knows nothing more about. */
int tro_report_other(tro_report *report)
{
    int status = TRO_OK;
    for (size_t k = 0; k < report->manifest.name_count && status == TRO_OK; k++) {
        const char *name = report->manifest.names[k], *dot = strrchr(name, '.');
        tro_text stem = {0};
        if (dot && strcmp(dot, ".csv") == 0) {
            status = tro_report_table(report, name, name, NULL);
        } else if (dot && strcmp(dot, ".svg") == 0) {
            tro_text_add_n(&stem, name, (size_t)(dot - name));
            status = tro_report_figure(report, tro_text_string(&stem), name);
        }
        tro_text_clear(&stem);
    }
    return status;
}
