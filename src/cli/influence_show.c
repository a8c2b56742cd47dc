/* Influences for people. */
#include <math.h>
#include <string.h>

#include "cli/influence.h"
#include "cli/phases.h"
#include "cli/printing.h"
#include "measure/measure.h"

enum { DIGITS = 6, COLUMN_NAME = 16, NAME = 40 };

static const char *name_of(const tro_influence_report *r, size_t agent)
{
    return r->cell->scenario->agents[agent].name;
}

static void head(tro_sheet *sheet, const char *const *names)
{
    for (; *names; names++)
        tro_sheet_cell(sheet, *names);
}

/* A derivative that holds in one direction only has a star. */
static void cell_effect(tro_sheet *sheet, const tro_effect *effect)
{
    tro_text text = {0};
    tro_add_number(&text, effect->long_term, DIGITS);
    tro_text_add(&text, effect->one_sided && !isnan(effect->long_term) ? "*" : "");
    tro_sheet_cell(sheet, tro_text_string(&text));
    tro_text_clear(&text);
}

static int any_one_sided(const tro_influence_report *r)
{
    for (size_t k = 0; k < r->shown_count; k++)
        if (r->shown[k].one_sided)
            return 1;
    return 0;
}

/* The diagonal: each agent on itself. */
static void show_self(const tro_influence_report *r, tro_text *text)
{
    static const char *const names[] = {"agent", "alignment", "displaces", "local", "isolated",
                                        "long-term", "ratio", "class", NULL};
    tro_sheet sheet = {.sides = "lrlrrrrl"};
    head(&sheet, names);
    for (size_t k = 0; k < r->shown_count; k++) {
        const tro_effect *effect = &r->shown[k];
        if (effect->on != effect->of)
            continue;
        tro_sheet_cell(&sheet, name_of(r, effect->on));
        tro_sheet_number(&sheet, tro_alignment(r->cell->ecosystem, r->cell->point.z, effect->on),
                         DIGITS);
        tro_sheet_cell(&sheet,
                       tro_displaces_name(r->cell->scenario->agents[effect->of].displaces));
        tro_sheet_number(&sheet, effect->local, DIGITS);
        tro_sheet_number(&sheet, effect->isolated, DIGITS);
        cell_effect(&sheet, effect);
        tro_sheet_number(&sheet, tro_effect_ratio(effect), DIGITS);
        tro_sheet_cell(&sheet, tro_effect_name(effect->effect_class));
    }
    tro_text_add(text, "what an agent's curated share does to its own alignment: before the "
                       "network reacts\n(local), if it trained on its own outputs alone "
                       "(isolated), and in the long term:\n");
    tro_sheet_render(&sheet, "  ", text);
}

static void show_matrix(const tro_influence_report *r, tro_text *text)
{
    char sides[TRO_MOST_SHOWN + 2];
    size_t agents = r->cell->ecosystem->agents;
    tro_sheet sheet = {.sides = sides};
    memset(sides, 'r', sizeof sides);
    sides[0] = 'l';
    sides[agents + 1] = '\0';
    tro_sheet_cell(&sheet, "");
    for (size_t k = 0; k < agents; k++) {
        tro_text name = {0};
        tro_add_cut(&name, name_of(r, k), COLUMN_NAME);
        tro_sheet_cell(&sheet, tro_text_string(&name));
        tro_text_clear(&name);
    }
    for (size_t k = 0; k < r->shown_count; k++) {
        if (k % agents == 0)
            tro_sheet_cell(&sheet, name_of(r, r->shown[k].on));
        cell_effect(&sheet, &r->shown[k]);
    }
    tro_text_add(text, "\nlong-term effect on the alignment of (row) of the curated share of "
                       "(column):\n");
    tro_sheet_render(&sheet, "  ", text);
}

static void show_list(const tro_influence_report *r, const tro_effect *effects, size_t count,
                      tro_text *text)
{
    static const char *const names[] = {"on", "of", "displaces", "local", "isolated", "long-term",
                                        "ratio", "class", NULL};
    tro_sheet sheet = {.sides = "lllrrrrl"};
    head(&sheet, names);
    for (size_t k = 0; k < count; k++) {
        tro_sheet_cell(&sheet, name_of(r, effects[k].on));
        tro_sheet_cell(&sheet, name_of(r, effects[k].of));
        tro_sheet_cell(&sheet,
                       tro_displaces_name(r->cell->scenario->agents[effects[k].of].displaces));
        tro_sheet_number(&sheet, effects[k].local, DIGITS);
        tro_sheet_number(&sheet, effects[k].isolated, DIGITS);
        cell_effect(&sheet, &effects[k]);
        tro_sheet_number(&sheet, tro_effect_ratio(&effects[k]), DIGITS);
        tro_sheet_cell(&sheet, tro_effect_name(effects[k].effect_class));
    }
    tro_sheet_render(&sheet, "  ", text);
}

static void show_counts(const char *what, const size_t *counts, tro_text *text)
{
    const char *between = "";
    tro_text_addf(text, "%s: ", what);
    for (int k = 0; k < TRO_EFFECT_CLASSES; k++) {
        if (counts[k] == 0)
            continue;
        tro_text_addf(text, "%s%zu %s", between, counts[k],
                      tro_effect_name((tro_effect_class)k));
        between = ", ";
    }
    tro_text_add(text, *between ? "\n" : "none\n");
}

static void show_worst(const tro_influence_report *r, const char *what, const tro_worst *worst,
                       tro_text *text)
{
    if (worst->count == 0)
        return;
    tro_text_addf(text, "\nthe most negative %s:\n", what);
    show_list(r, worst->items, worst->count, text);
}

static void show_large(const tro_influence_report *r, tro_text *text)
{
    show_counts("on themselves", r->self_counts, text);
    show_counts("on others", r->cross_counts, text);
    show_worst(r, "on themselves", &r->worst_self, text);
    show_worst(r, "on others", &r->worst_cross, text);
}

static void show_blocks(const tro_influence_report *r, tro_text *text)
{
    static const char *const names[] = {"block", "coordinates", "long-term", NULL};
    tro_sheet sheet = {.sides = "rrr"};
    size_t size = (size_t)r->arguments->block;
    head(&sheet, names);
    for (size_t b = 0; b < r->block_count; b++) {
        tro_text range = {0};
        tro_text_addf(&range, "%zu-%zu", b * size + 1, (b + 1) * size);
        tro_sheet_number(&sheet, (double)b + 1, 15);
        tro_sheet_cell(&sheet, tro_text_string(&range));
        tro_sheet_number(&sheet, r->blocks[b], DIGITS);
        tro_text_clear(&range);
    }
    tro_text_add(text, "\nby blocks of coordinates:\n");
    tro_sheet_render(&sheet, "  ", text);
}

static void show_paired(const tro_influence_report *r, tro_text *text)
{
    static const char *const names[] = {"on", "of", "estimate", "+-", "unpaired +-", NULL};
    const tro_paired *p = r->paired;
    double count = (double)p->replicates;
    size_t shown = 0;
    tro_sheet sheet = {.sides = "llrrr"};
    head(&sheet, names);
    for (size_t i = 0; i < r->cell->ecosystem->agents && shown < TRO_MOST_SHOWN; i++) {
        if (!r->cell->scenario->agents[i].reward || (r->on != SIZE_MAX && r->on != i))
            continue;
        tro_sheet_cell(&sheet, name_of(r, i));
        tro_sheet_cell(&sheet, name_of(r, p->of));
        tro_sheet_number(&sheet, p->mean[i], DIGITS);
        tro_sheet_number(&sheet, sqrt(p->variance[i] / count), 2);
        tro_sheet_number(&sheet, sqrt(p->independent[i] / count), 2);
        shown++;
    }
    tro_text_addf(text, "\nin sampled rounds, from %llu pairs of runs with the share ",
                  (unsigned long long)p->replicates);
    if (p->shares.one_sided)
        tro_text_addf(text, "at %g and at %g (one-sided):\n", p->shares.low, p->shares.high);
    else
        tro_text_addf(text, "moved by +-%g:\n", p->step);
    tro_sheet_render(&sheet, "  ", text);
}

/* "after 23 rounds and 1 Newton step" */
static void show_point(const tro_fixed_point *point, tro_text *text)
{
    tro_text_addf(text, "fixed point: residual %.2g after ", point->residual);
    if (point->rounds > 0)
        tro_text_addf(text, "%d round%s%s", point->rounds, point->rounds == 1 ? "" : "s",
                      point->steps > 0 ? " and " : "");
    if (point->steps > 0 || point->rounds == 0)
        tro_text_addf(text, "%d Newton step%s", point->steps, point->steps == 1 ? "" : "s");
    tro_text_add(text, "\n");
}

static void show_nearest(const tro_influence_report *r, tro_text *text)
{
    const tro_stability *s = &r->cell->stability;
    if (!r->decided || s->neutral || !tro_stability_nearest(s))
        return;
    tro_text_add(text, s->settles ? "nearest instability: " : "instability crossed: ");
    tro_stability_describe_nearest(s, text);
    tro_text_add(text, "\n");
}

static void show_noise(const tro_influence_report *r, tro_text *text)
{
    static const char *const names[] = {"agent", "alignment", "bias", "sd", NULL};
    const tro_ecosystem *eco = r->cell->ecosystem;
    size_t shown = 0;
    tro_sheet sheet = {.sides = "lrrr"};
    if (r->noise.size == 0) {
        tro_text_add(text, "\nin sampled rounds: ");
        tro_add_clean(text, tro_text_string(&r->no_noise));
        tro_text_add(text, "\n");
        return;
    }
    head(&sheet, names);
    for (size_t i = 0; i < eco->agents && shown < TRO_MOST_SHOWN; i++) {
        if (isnan(r->noise.alignment_sd[i]) || (r->on != SIZE_MAX && r->on != i))
            continue;
        tro_sheet_cell(&sheet, name_of(r, i));
        tro_sheet_number(&sheet, tro_alignment(eco, r->cell->point.z, i), DIGITS);
        tro_sheet_number(&sheet, r->noise.alignment_bias[i], DIGITS);
        tro_sheet_number(&sheet, r->noise.alignment_sd[i], DIGITS);
        shown++;
    }
    tro_text_add(text, "\nin sampled rounds, once they have settled: how far the mean of the "
                       "alignment is from\nthat of the fixed point (bias), and how much a round "
                       "differs from it (sd):\n");
    tro_sheet_render(&sheet, "  ", text);
}

static void show_phase(const tro_influence_report *r, tro_text *text)
{
    const tro_cell *cell = r->cell;
    if (cell->whole->incident_count == 0)
        return;
    tro_text_addf(text, "phase: %zu, ", cell->stage + 1);
    tro_phase_describe(cell, cell->stage, text);
    tro_text_add(text, cell->have_corpora
                           ? "; frozen agents as exact rounds left them\n" : "\n");
}

/* Was the same said of this column in a row before? */
static int was_said(const tro_influence_report *r, size_t k)
{
    for (size_t before = 0; before < k; before++)
        if (r->shown[before].of == r->shown[k].of &&
            r->shown[before].reason == r->shown[k].reason)
            return 1;
    return 0;
}

/* Why entries that have no value have none, column by column. */
static void show_undefined(const tro_influence_report *r, tro_text *text)
{
    const char *head = "\nnot defined, of the curated share of\n";
    for (size_t k = 0; k < r->shown_count; k++) {
        const tro_effect *effect = &r->shown[k];
        const char *between = " (on ";
        if (!effect->reason || was_said(r, k))
            continue;
        tro_text_addf(text, "%s  ", head);
        tro_add_cut(text, name_of(r, effect->of), NAME);
        for (size_t other = k; other < r->shown_count; other++) {
            if (r->shown[other].of != effect->of || r->shown[other].reason != effect->reason)
                continue;
            tro_text_add(text, between);
            tro_add_cut(text, name_of(r, r->shown[other].on), NAME);
            between = ", ";
        }
        tro_text_addf(text, "): %s\n", effect->reason);
        head = "";
    }
}

void tro_influence_show(const tro_influence_report *r, tro_text *text)
{
    int all = r->on == SIZE_MAX && r->of == SIZE_MAX;
    show_phase(r, text);
    show_point(&r->cell->point, text);
    tro_influence_starts_show(r, text);
    tro_text_addf(text, "conditioning: %.3g\n", r->cell->influences.resolvent.condition);
    tro_text_add(text, "stability: ");
    tro_add_clean(text, tro_text_string(&r->verdict));
    tro_text_add(text, "\n");
    show_nearest(r, text);
    tro_text_add(text, "\n");
    if (r->shown_room == 0) {
        show_large(r, text);
    } else if (all) {
        show_self(r, text);
        show_matrix(r, text);
    } else {
        show_list(r, r->shown, r->shown_count, text);
    }
    if (any_one_sided(r))
        tro_text_add(text, "\n* a one-sided derivative: the share can move in one direction "
                           "only\n");
    show_undefined(r, text);
    if (r->arguments->plot && r->heat.values)
        tro_influence_heat_sketch(r, text);
    if (r->levers.count > 0)
        tro_levers_show(&r->levers, text);
    if (r->course.agents > 0)
        tro_time_course_show(&r->course, text);
    if (r->course.agents > 0 && r->arguments->plot)
        tro_time_course_sketch(&r->course, text);
    if (r->explained)
        tro_explanation_show(&r->explanation, text);
    if (r->blocks)
        show_blocks(r, text);
    if (r->cell->scenario->sampled)
        show_noise(r, text);
    if (r->paired)
        show_paired(r, text);
}
