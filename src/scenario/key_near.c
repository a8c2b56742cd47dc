/* Paths that are too short: "rounds" for "schedule.synchronous.rounds". */
#include <string.h>

#include "document/path.h"
#include "scenario/keys.h"

/* Of more agents the paths are not looked through for a message. */
enum { MOST_AGENTS = 1000 };

/* Has the longer path all steps of the other, in this order, and the same last one? Counts its
 * steps. */
static int has_steps(const char *longer, size_t length, const char *path, size_t path_length,
                     size_t *steps)
{
    size_t at = 0, own = 0;
    tro_step one, wanted;
    int more = tro_path_next(path, path_length, &own, &wanted), found = 0;
    for (*steps = 0; tro_path_next(longer, length, &at, &one) == 1; ++*steps) {
        found = more == 1 && one.length == wanted.length &&
                memcmp(one.text, wanted.text, one.length) == 0;
        if (found && own < path_length)
            more = tro_path_next(path, path_length, &own, &wanted);
        else if (found && at < length)
            found = 0;                 /* the last step stands for the last one only */
        else if (found)
            more = 0;
    }
    return found && more == 0;
}

size_t tro_key_like(const tro_document *document, const tro_catalog *catalog, const char *path,
                    size_t length, tro_text *out)
{
    const tro_node *agents = tro_node_get(document->root, "agents");
    const char *best = NULL;
    size_t fewest = SIZE_MAX, count = 0, best_length = 0, steps;
    tro_text keys = {0};
    if (agents && agents->count > MOST_AGENTS)
        return 0;
    tro_key_list(document, catalog, &keys);
    for (const char *line = tro_text_string(&keys), *end; !keys.failed && *line; line = end + 1) {
        end = strchr(line, '\n');
        if (!has_steps(line, (size_t)(end - line), path, length, &steps) || steps > fewest)
            continue;
        count = steps < fewest ? 1 : count + 1;
        if (steps < fewest) {
            best = line;
            best_length = (size_t)(end - line);
        }
        fewest = steps;
    }
    if (best)
        tro_text_add_n(out, best, best_length);
    tro_text_clear(&keys);
    return count;
}
