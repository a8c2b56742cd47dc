/* Fixed points from several starts, for people and as JSON. */
#include <string.h>

#include "cli/influence.h"
#include "cli/progress.h"
#include "cli/printing.h"

enum { DIGITS = 6 };

int tro_influence_starts_find(tro_influence_report *r, tro_messages *messages)
{
    tro_progress progress = {NULL, tro_meter_stop, NULL};
    if (r->arguments->starts == TRO_NO_WHOLE)
        return TRO_OK;
    int status = tro_cell_corpora(r->cell, messages);
    if (status == TRO_OK)
        status = tro_fixed_points_find(r->cell->ecosystem, (size_t)r->arguments->starts, 1e-9,
                                       &progress, &r->points, messages);
    if (status == TRO_OK && r->points.count > 1)
        tro_say(0, "warning: there are several fixed points (%zu found); the influences are those "
                   "of the one that the scenario's start leads to", r->points.count);
    return status;
}

static void start_name(const tro_influence_report *r, size_t k, tro_text *text)
{
    double *z = tro_allocate(r->cell->ecosystem->size, sizeof *z);
    if (z)
        tro_fixed_points_start(r->cell->ecosystem, k, z, text);
    tro_release(z);
}

static double alignment_at(const tro_influence_report *r, size_t point, size_t i)
{
    const tro_ecosystem *eco = r->cell->ecosystem;
    const tro_agent *agent = &eco->scenario->agents[i];
    return eco->scenario->space.family->alignment(&eco->scenario->space, agent->reward, agent->at,
                                                  r->points.items[point].z + i * eco->width);
}

/* A row for each point, with the alignments of the first agents who have one. */
static void show_table(const tro_influence_report *r, tro_text *text)
{
    const tro_scenario *scenario = r->cell->scenario;
    char sides[TRO_MOST_SHOWN + 3] = "lr";
    size_t agents[TRO_MOST_SHOWN], count = 0;
    for (size_t i = 0; i < scenario->agent_count && count < TRO_MOST_SHOWN - 2; i++)
        if (scenario->agents[i].reward)
            agents[count++] = i;
    memset(sides + 2, 'r', count);
    sides[count + 2] = '\0';
    tro_sheet sheet = {.sides = sides};
    tro_sheet_cell(&sheet, "from");
    tro_sheet_cell(&sheet, "starts");
    for (size_t k = 0; k < count; k++)
        tro_sheet_cell(&sheet, scenario->agents[agents[k]].name);
    for (size_t p = 0; p < r->points.count; p++) {
        tro_text name = {0};
        start_name(r, r->points.first[p], &name);
        tro_sheet_cell(&sheet, tro_text_string(&name));
        tro_text_clear(&name);
        tro_sheet_number(&sheet, (double)r->points.leading[p], 15);
        for (size_t k = 0; k < count; k++)
            tro_sheet_number(&sheet, alignment_at(r, p, agents[k]), DIGITS);
    }
    tro_sheet_render(&sheet, "  ", text);
}

void tro_influence_starts_show(const tro_influence_report *r, tro_text *text)
{
    const tro_fixed_points *points = &r->points;
    if (points->starts == 0)
        return;
    if (points->alone) {
        tro_text_add(text, "fixed points: this is the only one\n");
        return;
    }
    tro_text_addf(text, "fixed points: %zu start%s lead%s to %zu", points->starts,
                  points->starts == 1 ? "" : "s", points->starts == 1 ? "s" : "", points->count);
    if (points->lost > 0)
        tro_text_addf(text, ", %zu of them to none", points->lost);
    tro_text_add(text, points->count > 1 ? ", with these alignments:\n" : "\n");
    if (points->count > 1)
        show_table(r, text);
}

void tro_influence_starts_json(const tro_influence_report *r, tro_text *text)
{
    const tro_fixed_points *points = &r->points;
    const tro_scenario *scenario = r->cell->scenario;
    if (points->starts == 0)
        return;
    tro_text_addf(text, ", \"starts\": %zu, \"lost_starts\": %zu, \"fixed_points\": [",
                  points->starts, points->lost);
    for (size_t p = 0; p < points->count; p++) {
        tro_text name = {0};
        const char *between = "";
        start_name(r, points->first[p], &name);
        tro_text_addf(text, "%s\n  {\"from\": ", p ? "," : "");
        tro_json_text(text, tro_text_string(&name));
        tro_text_addf(text, ", \"starts\": %zu, \"alignment\": {", points->leading[p]);
        for (size_t i = 0; i < scenario->agent_count; i++) {
            if (!scenario->agents[i].reward)
                continue;
            tro_text_add(text, between);
            tro_json_text(text, scenario->agents[i].name);
            tro_text_add(text, ": ");
            tro_json_real(text, alignment_at(r, p, i));
            between = ", ";
        }
        tro_text_add(text, "}}");
        tro_text_clear(&name);
    }
    tro_text_add(text, "\n]");
}
