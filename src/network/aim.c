#include "network/aim.h"

#include <math.h>
#include <string.h>

int tro_aim_both(const tro_site *site, const char *generator, const char *key,
                 tro_messages *messages)
{
    return tro_error(messages, TRO_ESCENARIO, site->place,
                     "'%s' has %s, and the network has a 'mean-degree' or 'density' besides: "
                     "exactly one can say how many links there are", generator, key);
}

int tro_aim_missing(const tro_site *site, const char *generator, const char *key,
                    tro_messages *messages)
{
    return tro_error(messages, TRO_ESCENARIO, site->place,
                     "'%s' needs %s, or the network's 'mean-degree' or 'density'", generator, key);
}

static double mean_degree(const tro_site *site, double links)
{
    return site->nodes > 0 ? links / (double)site->nodes : 0;
}

int tro_aim_range(const tro_site *site, const char *generator, double links, double least,
                  double most, tro_messages *messages)
{
    char low[32], high[32], asked[32];

    if (links >= least && links <= most)
        return TRO_OK;
    tro_format_short(low, mean_degree(site, least), 6);
    tro_format_short(high, mean_degree(site, most), 6);
    tro_format_short(asked, mean_degree(site, links), 6);
    if (least == most)
        return tro_error(messages, TRO_ESCENARIO, site->place,
                         "'%s' has %.0f links on %zu agents, a mean degree of %s, found %.0f "
                         "asked for, %s", generator, least, site->nodes, low, links, asked);
    return tro_error(messages, TRO_ESCENARIO, site->place,
                     "'%s' can have %.0f to %.0f links on %zu agents, a mean degree of %s to %s, "
                     "found %.0f asked for, %s", generator, least, most, site->nodes, low, high,
                     links, asked);
}

double tro_nearest_whole(double a, double least, double most)
{
    return fmin(fmax(floor(a + 0.5), least), most);
}

static double count_links(const tro_graph *graph)
{
    size_t count = 0;

    for (size_t e = 0; e < graph->count; e++)
        count += graph->links[e].from != graph->links[e].to;
    return (double)count;
}

int tro_network_generate(const tro_generator *generator, const void *config,
                         const tro_site *site, double links, tro_arena *arena, tro_graph *out,
                         tro_messages *messages)
{
    const char *name = generator->plugin.name;
    void *aimed;
    double made;
    int status;

    if (isnan(links))
        return generator->generate(config, site, arena, out, messages);
    aimed = tro_arena_allocate(arena, 1, generator->plugin.table.size);
    if (!aimed)
        return TRO_ENOMEM;
    memcpy(aimed, config, generator->plugin.table.size);
    if (generator->aim)
        TRO_TRY(generator->aim(aimed, site, links, messages));
    TRO_TRY(generator->generate(aimed, site, arena, out, messages));
    made = count_links(out);
    if (!generator->aim)
        TRO_TRY(tro_aim_range(site, name, links, made, made, messages));
    if (made != links)
        tro_note(messages, site->place, "'%s' makes %.0f links, the nearest to %.0f it comes",
                 name, made, links);
out:
    return status;
}
