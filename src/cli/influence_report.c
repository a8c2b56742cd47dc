/* Gathering: rows of influences as they come. */
#include <math.h>
#include <string.h>

#include "cli/influence.h"

static int allocate(tro_influence_report *r)
{
    const tro_scenario *scenario = r->cell->scenario;
    size_t agents = scenario->agent_count;
    size_t rows = r->on == SIZE_MAX ? agents : 1, columns = r->of == SIZE_MAX ? agents : 1;
    int small = rows <= TRO_MOST_SHOWN && columns <= TRO_MOST_SHOWN;
    r->shown_room = small ? rows * columns : 0;
    r->self = TRO_NEW(&r->arena, double, agents);
    r->of_links = TRO_NEW(&r->arena, double, scenario->edge_count);
    r->shown = TRO_NEW(&r->arena, tro_effect, r->shown_room);
    r->given = TRO_NEW(&r->arena, double, agents);
    r->received = TRO_NEW(&r->arena, double, agents);
    r->single = TRO_NEW(&r->arena, double, agents);
    r->moved = TRO_NEW(&r->arena, double, agents);
    r->helps = TRO_NEW(&r->arena, double, agents);
    r->harms = TRO_NEW(&r->arena, double, agents);
    r->harmed = TRO_NEW(&r->arena, double, agents);
    r->classes = TRO_NEW(&r->arena, const char *, agents);
    r->signs = TRO_NEW(&r->arena, const char *, scenario->edge_count);
    if (agents <= TRO_HEAT_AGENTS)
        r->heat.all = TRO_NEW(&r->arena, double, agents * agents);
    if (agents <= TRO_HEAT_AGENTS && !r->heat.all)
        return TRO_ENOMEM;
    if (!r->self || !r->of_links || !r->shown || !r->given || !r->received || !r->single ||
        !r->moved || !r->helps || !r->harms || !r->harmed || !r->classes || !r->signs)
        return TRO_ENOMEM;
    for (size_t i = 0; i < agents; i++) {
        r->self[i] = r->single[i] = NAN;
        r->given[i] = r->helps[i] = r->harms[i] = r->on == SIZE_MAX ? 0 : NAN;
        r->received[i] = r->harmed[i] =
            scenario->agents[i].reward && r->of == SIZE_MAX ? 0 : NAN;
    }
    for (size_t k = 0; k < scenario->edge_count; k++)
        r->of_links[k] = NAN;
    return TRO_OK;
}

/* Influences need only the fixed point; that no verdict can be had is worth a
 * warning. */
static int find_verdict(tro_influence_report *r, tro_messages *messages)
{
    tro_messages aside = {0};
    int status = tro_cell_stability(r->cell, &aside);
    r->decided = status == TRO_OK;
    r->stable = r->decided && r->cell->stability.stable;
    if (r->decided)
        tro_stability_describe(&r->cell->stability, &r->verdict);
    else
        tro_text_add(&r->verdict, aside.count ? aside.items[0].text : tro_status_text(status));
    tro_messages_clear(&aside);
    if (status == TRO_EINTERRUPTED)
        return status;
    return status == TRO_ENOMEM
               ? tro_error(messages, status, NULL, "out of memory looking for stability")
               : TRO_OK;
}

int tro_influence_report_init(tro_influence_report *r, tro_messages *messages)
{
    int status;
    r->messages = messages;
    if (allocate(r) < 0)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory for influences");
    TRO_TRY(tro_cell_influences(r->cell, messages));
    TRO_TRY(find_verdict(r, messages));
out:
    return status;
}

void tro_influence_report_release(tro_influence_report *r)
{
    tro_csv_abort(&r->csv);
    tro_fixed_points_release(&r->points);
    tro_text_clear(&r->verdict);
    tro_text_clear(&r->json);
    tro_explanation_release(&r->explanation);
    tro_time_course_release(&r->course);
    tro_levers_release(&r->levers);
    tro_noise_release(&r->noise);
    tro_text_clear(&r->no_noise);
    tro_arena_clear(&r->arena);
    *r = (tro_influence_report){0};
}

static void keep_worst(tro_worst *worst, const tro_effect *effect)
{
    size_t at = worst->count;
    if (!(effect->long_term < 0) || effect->effect_class == TRO_NO_EFFECT)
        return;
    while (at > 0 && worst->items[at - 1].long_term > effect->long_term)
        at--;
    if (at == TRO_WORST)
        return;
    size_t after = worst->count < TRO_WORST ? worst->count - at : worst->count - at - 1;
    memmove(worst->items + at + 1, worst->items + at, after * sizeof *worst->items);
    worst->items[at] = *effect;
    worst->count += worst->count < TRO_WORST;
}

static int write_effect(tro_influence_report *r, const tro_effect *effect)
{
    const tro_agent *agents = r->cell->scenario->agents;
    tro_csv *csv = &r->csv;
    if (!csv->file.open)
        return TRO_OK;
    tro_csv_text(csv, agents[effect->on].name);
    tro_csv_text(csv, agents[effect->of].name);
    tro_csv_text(csv, tro_displaces_name(agents[effect->of].displaces));
    tro_csv_real(csv, effect->local);
    tro_csv_real(csv, effect->isolated);
    tro_csv_real(csv, effect->long_term);
    tro_csv_real(csv, tro_effect_ratio(effect));
    tro_csv_text(csv, tro_effect_name(effect->effect_class));
    tro_csv_whole(csv, effect->one_sided);
    tro_csv_text(csv, effect->reason);
    return tro_csv_end_row(csv);
}

/* An effect that is not known leaves the sums unknown. */
static void take_other(tro_influence_report *r, const tro_effect *effect)
{
    double value = effect->long_term, harm = value < 0 ? -value : isnan(value) ? NAN : 0;
    r->given[effect->of] += value;
    r->moved[effect->of] += fabs(value);
    r->helps[effect->of] += value + harm;
    r->harms[effect->of] += harm;
    r->received[effect->on] += value;
    r->harmed[effect->on] += harm;
}

static void take_effect(tro_influence_report *r, const tro_effect *effect)
{
    int self = effect->on == effect->of;
    (self ? r->self_counts : r->cross_counts)[effect->effect_class]++;
    keep_worst(self ? &r->worst_self : &r->worst_cross, effect);
    r->pair = *effect;
    if (self) {
        r->self[effect->on] = effect->long_term;
        r->classes[effect->on] = tro_effect_name(effect->effect_class);
    } else {
        take_other(r, effect);
    }
    if (r->heat.all)
        r->heat.all[effect->on * r->cell->scenario->agent_count + effect->of] = effect->long_term;
    if (r->of != SIZE_MAX || r->on != SIZE_MAX)
        r->single[r->of != SIZE_MAX ? effect->on : effect->of] = effect->long_term;
    if (r->shown_count < r->shown_room)
        r->shown[r->shown_count++] = *effect;
}

static void take_link(tro_influence_report *r, size_t link, const tro_effect *effect)
{
    double value = effect->long_term;
    r->of_links[link] = value;
    r->signs[link] = tro_effect_name(isnan(value) ? TRO_UNDEFINED : value > 0 ? TRO_HELPS
                                     : value < 0 ? TRO_HARMS : TRO_NO_EFFECT);
}

/* The row's edges: what a producer does to this consumer. */
static void take_links(tro_influence_report *r, const tro_effect *row, size_t count)
{
    const tro_scenario *scenario = r->cell->scenario;
    const tro_csr *rows = &scenario->rows;
    size_t on = row[0].on, first = row[0].of;
    for (size_t k = rows->row_start[on]; k < rows->row_start[on + 1]; k++) {
        size_t from = scenario->edges[rows->link[k]].from;
        if (from >= first && from - first < count)
            take_link(r, rows->link[k], &row[from - first]);
    }
}

int tro_influence_take(void *given, const tro_effect *row, size_t count)
{
    tro_influence_report *r = given;
    int status = TRO_OK;
    for (size_t k = 0; k < count; k++) {
        take_effect(r, &row[k]);
        TRO_TRY(write_effect(r, &row[k]));
        if (r->arguments->json)
            TRO_TRY(tro_influence_json_row(r, &row[k]));
    }
    take_links(r, row, count);
out:
    return status;
}
