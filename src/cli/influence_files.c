/* What `trophic influence` writes. */
#include <math.h>
#include <stdio.h>

#include "cli/influence.h"
#include "measure/measure.h"

enum { MOST_COORDINATES = 64 };

int tro_influence_files_begin(tro_influence_report *r, tro_results *results,
                              tro_messages *messages)
{
    static const char *const names[] = {"on", "of", "displaces", "local", "isolated",
                                        "long_term", "ratio", "class", "one_sided",
                                        "reason"};
    const char *path;
    int status;
    TRO_TRY(tro_results_scenario(results, r->cell, messages));
    TRO_TRY(tro_folder_add(&results->folder, "influence.csv", &path, messages));
    TRO_TRY(tro_csv_open(&r->csv, path, names, sizeof names / sizeof *names, messages));
out:
    return status;
}

static int write_point(const tro_influence_report *r, tro_results *results,
                       tro_messages *messages)
{
    const tro_ecosystem *eco = r->cell->ecosystem;
    size_t shown = eco->width < MOST_COORDINATES ? eco->width : MOST_COORDINATES;
    char text[MOST_COORDINATES][16];
    const char *path, *names[MOST_COORDINATES + 2] = {"agent", "alignment"};
    tro_csv csv = {0};
    int status;
    for (size_t k = 0; k < shown; k++) {
        snprintf(text[k], sizeof text[k], "z_%zu", k + 1);
        names[k + 2] = text[k];
    }
    TRO_TRY(tro_folder_add(&results->folder, "fixed_point.csv", &path, messages));
    TRO_TRY(tro_csv_open(&csv, path, names, shown + 2, messages));
    for (size_t i = 0; i < eco->agents; i++) {
        tro_csv_text(&csv, r->cell->scenario->agents[i].name);
        tro_csv_real(&csv, tro_alignment(eco, r->cell->point.z, i));
        tro_csv_reals(&csv, r->cell->point.z + i * eco->width, shown);
        TRO_TRY(tro_csv_end_row(&csv));
    }
    TRO_TRY(tro_csv_commit(&csv));
    if (shown < eco->width)
        tro_note(messages, NULL, "fixed_point.csv has the first %zu of %zu coordinates", shown,
                 eco->width);
out:
    tro_csv_abort(&csv);
    return status;
}

static int write_blocks(const tro_influence_report *r, tro_results *results,
                        tro_messages *messages)
{
    static const char *const names[] = {"on", "of", "block", "first", "last", "long_term"};
    const tro_agent *agents = r->cell->scenario->agents;
    long long size = r->arguments->block;
    const char *path;
    tro_csv csv = {0};
    int status;
    TRO_TRY(tro_folder_add(&results->folder, "influence_blocks.csv", &path, messages));
    TRO_TRY(tro_csv_open(&csv, path, names, sizeof names / sizeof *names, messages));
    for (size_t b = 0; b < r->block_count; b++) {
        tro_csv_text(&csv, agents[r->on].name);
        tro_csv_text(&csv, agents[r->of].name);
        tro_csv_whole(&csv, (long long)b + 1);
        tro_csv_whole(&csv, (long long)b * size + 1);
        tro_csv_whole(&csv, ((long long)b + 1) * size);
        tro_csv_real(&csv, r->blocks[b]);
        TRO_TRY(tro_csv_end_row(&csv));
    }
    status = tro_csv_commit(&csv);
out:
    tro_csv_abort(&csv);
    return status;
}

static int write_paired(const tro_influence_report *r, tro_results *results,
                        tro_messages *messages)
{
    static const char *const names[] = {"on", "of", "step", "replicates", "estimate",
                                        "standard_error", "unpaired_standard_error",
                                        "one_sided"};
    const tro_agent *agents = r->cell->scenario->agents;
    const tro_paired *p = r->paired;
    double count = (double)p->replicates;
    const char *path;
    tro_csv csv = {0};
    int status;
    TRO_TRY(tro_folder_add(&results->folder, "influence_sampled.csv", &path, messages));
    TRO_TRY(tro_csv_open(&csv, path, names, sizeof names / sizeof *names, messages));
    for (size_t i = 0; i < r->cell->ecosystem->agents; i++) {
        if (!agents[i].reward || (r->on != SIZE_MAX && r->on != i))
            continue;
        tro_csv_text(&csv, agents[i].name);
        tro_csv_text(&csv, agents[p->of].name);
        tro_csv_real(&csv, p->step);
        tro_csv_whole(&csv, (long long)p->replicates);
        tro_csv_real(&csv, p->mean[i]);
        tro_csv_real(&csv, sqrt(p->variance[i] / count));
        tro_csv_real(&csv, sqrt(p->independent[i] / count));
        tro_csv_whole(&csv, p->shares.one_sided);
        TRO_TRY(tro_csv_end_row(&csv));
    }
    status = tro_csv_commit(&csv);
out:
    tro_csv_abort(&csv);
    return status;
}

static int write_noise(const tro_influence_report *r, tro_results *results,
                       tro_messages *messages)
{
    static const char *const names[] = {"agent", "bias", "sd"};
    const char *path;
    tro_csv csv = {0};
    int status;
    TRO_TRY(tro_folder_add(&results->folder, "noise.csv", &path, messages));
    TRO_TRY(tro_csv_open(&csv, path, names, 3, messages));
    for (size_t i = 0; i < r->cell->ecosystem->agents; i++) {
        if (isnan(r->noise.alignment_sd[i]) || (r->on != SIZE_MAX && r->on != i))
            continue;
        tro_csv_text(&csv, r->cell->scenario->agents[i].name);
        tro_csv_real(&csv, r->noise.alignment_bias[i]);
        tro_csv_real(&csv, r->noise.alignment_sd[i]);
        TRO_TRY(tro_csv_end_row(&csv));
    }
    status = tro_csv_commit(&csv);
out:
    tro_csv_abort(&csv);
    return status;
}

int tro_influence_files_end(tro_influence_report *r, tro_results *results,
                            tro_messages *messages)
{
    const tro_agent *agents = r->cell->scenario->agents;
    const tro_fact facts[] = {
        TRO_FACT_REAL("fixed_point_residual", r->cell->point.residual),
        TRO_FACT_TEXT("on", r->on == SIZE_MAX ? NULL : agents[r->on].name),
        TRO_FACT_TEXT("of", r->of == SIZE_MAX ? NULL : agents[r->of].name),
        TRO_FACT_TEXT("stability", tro_text_string(&r->verdict)),
    };
    int status;
    TRO_TRY(tro_csv_commit(&r->csv));
    TRO_TRY(write_point(r, results, messages));
    if (r->blocks)
        TRO_TRY(write_blocks(r, results, messages));
    if (r->levers.count > 0)
        TRO_TRY(tro_levers_write(&r->levers, results, messages));
    if (r->course.agents > 0)
        TRO_TRY(tro_time_course_write(&r->course, results, messages));
    if (r->explained)
        TRO_TRY(tro_explanation_write(&r->explanation, results, messages));
    if (r->noise.size > 0)
        TRO_TRY(write_noise(r, results, messages));
    if (r->paired)
        TRO_TRY(write_paired(r, results, messages));
    TRO_TRY(tro_influence_heat_draw(r, results, messages));
    TRO_TRY(tro_influence_network(r, results, messages));
    status = tro_results_commit(results, r->cell, "influence",
                                r->stable ? "stable" : r->decided ? "unstable" : "undecided",
                                facts, sizeof facts / sizeof *facts, messages);
out:
    return status;
}
