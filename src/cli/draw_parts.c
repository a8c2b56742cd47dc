/* Which agents of a drawing stand together: none up to a number, else by group. */
#include <stdlib.h>
#include <string.h>

#include "cli/draw.h"

/* Agents of one group, or of none (NULL). */
typedef struct members {
    const char *group;
    size_t first, count;          /* in the sorted agents */
} members;

static int by_group(const void *left, const void *right, void *context)
{
    const tro_agent *agents = context;
    size_t a = *(const size_t *)left, b = *(const size_t *)right;
    const char *x = agents[a].group, *y = agents[b].group;
    int order = x == y ? 0 : !x ? 1 : !y ? -1 : strcmp(x, y);
    return order ? order : a < b ? -1 : a > b;
}

static int same_group(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static int larger(const void *left, const void *right)
{
    const members *a = left, *b = right;
    if (a->count != b->count)
        return a->count < b->count ? 1 : -1;
    return a->first < b->first ? -1 : a->first > b->first;
}

static int stand_alone(const tro_scenario *scenario, tro_arena *arena, tro_parts *out)
{
    out->count = scenario->agent_count;
    out->names = TRO_NEW(arena, const char *, out->count);
    if (!out->names)
        return TRO_ENOMEM;
    for (size_t i = 0; i < out->count; i++) {
        out->of_agent[i] = i;
        out->agents[i] = 1;
        out->names[i] = scenario->agents[i].name;
    }
    return TRO_OK;
}

/* "1234 of GROUP", "1234 agents", "56 other agents". */
static const char *name_of(const members *m, size_t alone, tro_arena *arena)
{
    tro_text text = {0};
    if (m->group)
        tro_text_addf(&text, "%zu of %s", m->count, m->group);
    else
        tro_text_addf(&text, "%zu %sagent%s", m->count, alone ? "other " : "",
                      m->count == 1 ? "" : "s");
    char *name = text.failed ? NULL : tro_arena_text(arena, tro_text_string(&text));
    tro_text_clear(&text);
    return name;
}

/* The groups of the `count` sorted agents, the largest first; those beyond the most are
 * one without a name. */
static size_t find_groups(const tro_scenario *scenario, const size_t *sorted, size_t count,
                          members *groups)
{
    size_t found = 0;
    for (size_t k = 0; k < count; k++) {
        const char *group = scenario->agents[sorted[k]].group;
        if (found == 0 || !same_group(groups[found - 1].group, group))
            groups[found++] = (members){group, k, 0};
        groups[found - 1].count++;
    }
    qsort(groups, found, sizeof *groups, larger);
    return found;
}

static int join_groups(const tro_scenario *scenario, const size_t *sorted, members *groups,
                       size_t found, size_t alone, size_t most, tro_arena *arena, tro_parts *out)
{
    size_t kept = found <= most ? found : most - 1;
    members others = {NULL, 0, 0};
    for (size_t g = 0; g < found; g++) {
        size_t part = out->count + (g < kept ? g : kept);
        for (size_t k = 0; k < groups[g].count; k++)
            out->of_agent[sorted[groups[g].first + k]] = part;
        out->agents[part] += groups[g].count;
        others.count += g < kept ? 0 : groups[g].count;
        const char *one = scenario->agents[sorted[groups[g].first]].name;
        if (g < kept)
            out->names[part] = groups[g].count == 1 ? one : name_of(&groups[g], alone, arena);
        if (g < kept && !out->names[part])
            return TRO_ENOMEM;
    }
    out->count += kept;
    if (others.count > 0) {
        out->names[out->count] = name_of(&others, 1, arena);
        if (!out->names[out->count++])
            return TRO_ENOMEM;
    }
    return TRO_OK;
}

int tro_parts_find(const tro_scenario *scenario, const size_t *first, size_t count,
                   size_t most_agents, size_t most_groups, tro_arena *arena, tro_parts *out)
{
    size_t agents = scenario->agent_count, left = 0;
    size_t *sorted = TRO_NEW(arena, size_t, agents);
    members *groups = TRO_NEW(arena, members, agents);
    *out = (tro_parts){.of_agent = TRO_NEW(arena, size_t, agents),
                       .agents = TRO_NEW(arena, size_t, agents + count + most_groups),
                       .names = TRO_NEW(arena, const char *, count + most_groups),
                       .summary = agents > most_agents};
    if (!sorted || !groups || !out->of_agent || !out->agents || !out->names)
        return TRO_ENOMEM;
    if (!out->summary)
        return stand_alone(scenario, arena, out);
    for (size_t i = 0; i < agents; i++)
        out->of_agent[i] = SIZE_MAX;
    for (size_t k = 0; k < count; k++) {
        out->of_agent[first[k]] = out->count;
        out->agents[out->count] = 1;
        out->names[out->count++] = scenario->agents[first[k]].name;
    }
    for (size_t i = 0; i < agents; i++)
        if (out->of_agent[i] == SIZE_MAX)
            sorted[left++] = i;
    qsort_r(sorted, left, sizeof *sorted, by_group, scenario->agents);
    size_t found = find_groups(scenario, sorted, left, groups);
    return join_groups(scenario, sorted, groups, found, count, most_groups, arena, out);
}
