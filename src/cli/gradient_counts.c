/* One candidate more or less: whole numbers have no derivative, so the fixed point is found
 * again, from the present one on. */
#include <math.h>
#include <string.h>

#include "cli/gradient.h"

#define RESIDUAL 1e-12
/* Rules that are looked at, at most. */
enum { MOST = 64 };

/* The key and number of what a rule's choices are among; 0: it has no such number. */
static int counted(const tro_tuning *of, const char **key, double *value)
{
    int arena = strcmp(of->rule, "arena") == 0;
    *key = arena ? "slots" : "candidates";
    if (of->node->kind != TRO_MAP)
        return 0;
    const tro_node *node = tro_node_get(of->node, *key);
    if (!node)
        *value = arena ? 1 : INFINITY;
    else if (node->kind != TRO_SCALAR || !tro_parse_real(node->text, value))
        return 0;
    return isfinite(*value);
}

/* The welfare at the fixed point of another cell, found from this one's. */
static int welfare_of(const tro_levers *l, const tro_cell *other, double *out,
                      tro_messages *aside)
{
    const tro_ecosystem *eco = other->ecosystem;
    const tro_space *space = &eco->scenario->space;
    tro_fixed_point point = {0};
    size_t rewarded = 0;
    *out = NAN;
    int status = tro_fixed_point_find(eco, l->cell->point.z, RESIDUAL, &point, aside);
    for (size_t i = 0; i < eco->agents; i++)
        rewarded += eco->scenario->agents[i].reward != NULL;
    if (status == TRO_OK)
        *out = 0;
    for (size_t i = 0; status == TRO_OK && i < eco->agents; i++) {
        const tro_agent *agent = &eco->scenario->agents[i];
        double weight = tro_levers_weight(l, i, rewarded);
        if (weight != 0)
            *out += weight * space->family->alignment(space, agent->reward, agent->at,
                                                      point.z + i * eco->width);
    }
    tro_fixed_point_release(&point);
    return status;
}

static int add_one(tro_levers *l, const tro_turned *turned, const char *path, double value,
                   double to, tro_messages *messages)
{
    tro_messages aside = {0};
    tro_cell *other = NULL;
    tro_lever lever = {.kind = TRO_LEVER_COUNT, .agent = turned->agent, .turned = turned,
                       .value = value, .to = to, .effect = NAN};
    const tro_override change = {.path = path, .number = to, .origin = "--gradient"};
    double welfare;
    int status = tro_cell_vary(l->cell, &change, &other, &aside);
    if (status == TRO_OK)
        status = welfare_of(l, other, &welfare, &aside);
    if (status == TRO_OK)
        lever.effect = welfare - l->welfare;
    else if (status != TRO_ENOMEM && status != TRO_EINTERRUPTED)
        lever.reason = tro_arena_text(&l->arena, aside.count ? aside.items[0].text
                                                             : tro_status_text(status));
    tro_cell_free(other);
    tro_messages_clear(&aside);
    if (status == TRO_ENOMEM || (isnan(lever.effect) && !lever.reason))
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory for another scenario");
    l->items[l->count++] = lever;
    return TRO_OK;
}

int tro_levers_count(tro_levers *l, const tro_progress *progress, tro_messages *messages)
{
    const tro_welfare_gradient *g = &l->gradient;
    size_t done = 0;
    int status = TRO_OK;
    for (size_t t = 0; status == TRO_OK && t < g->turned_count; t++) {
        const tro_tuning *of = g->turned[t].of;
        const char *key;
        double value;
        tro_text path = {0};
        if (progress->stop(progress->context))
            return TRO_EINTERRUPTED;
        if (!counted(of, &key, &value))
            continue;
        if (done++ == MOST) {
            tro_note(messages, NULL, "the first %d rules are told with one candidate more or "
                     "less", MOST);
            break;
        }
        tro_node_path(of->node, &path);
        tro_text_addf(&path, ".%s", key);
        status = add_one(l, &g->turned[t], tro_text_string(&path), value, value + 1, messages);
        if (status == TRO_OK && value > 1)
            status = add_one(l, &g->turned[t], tro_text_string(&path), value, value - 1,
                             messages);
        tro_text_clear(&path);
    }
    return status;
}
