#include "document/near_file.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"

/* Of a larger folder only so many files are looked at. */
enum { MOST_FILES = 2000 };

/* The files of a folder that could be meant: whole names, and what of them is compared. */
typedef struct candidates {
    tro_arena arena;
    const char *names[MOST_FILES], *stems[MOST_FILES];
    size_t count;
} candidates;

static const char *ending_of(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot && dot != name ? dot : name + strlen(name);
}

/* .yml is another spelling of .yaml. */
static int same_ending(const char *a, const char *b)
{
    const char *one = strcmp(a, ".yml") == 0 ? ".yaml" : a;
    return strcmp(one, strcmp(b, ".yml") == 0 ? ".yaml" : b) == 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* In the order of their names, so that the answer is always the same. */
static void list_folder(candidates *c, const char *folder, const char *ending)
{
    DIR *listing = opendir(*folder ? folder : ".");
    if (!listing)
        return;
    for (struct dirent *entry; c->count < MOST_FILES && (entry = readdir(listing)) != NULL;) {
        const char *name = entry->d_name;
        if (name[0] == '.' || (ending && !same_ending(ending_of(name), ending)))
            continue;
        if ((c->names[c->count] = tro_arena_text(&c->arena, name)) != NULL)
            c->count++;
    }
    closedir(listing);
    qsort(c->names, c->count, sizeof *c->names, by_name);
    for (size_t k = 0; k < c->count; k++)
        c->stems[k] = tro_arena_text_n(&c->arena, c->names[k],
                                       (size_t)(ending_of(c->names[k]) - c->names[k]));
}

static const char *choose(const candidates *c, const char *stem)
{
    for (size_t k = 0; k < c->count; k++)
        if (!c->stems[k])
            return NULL;
    for (size_t k = 0; k < c->count; k++)
        if (strcmp(c->stems[k], stem) == 0)
            return c->names[k];
    const char *near = tro_nearest_word(stem, c->stems, c->count);
    for (size_t k = 0; near && k < c->count; k++)
        if (c->stems[k] == near)
            return c->names[k];
    return NULL;
}

/* What the path leads to is not there: a file beside it. */
static void add_beside(tro_text *text, const char *path, const char *written,
                       const char *ending)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    const char *own = ending_of(name);
    candidates *c = tro_allocate(1, sizeof *c);
    if (!c)
        return;
    const char *folder = tro_arena_text_n(&c->arena, path, (size_t)(name - path));
    const char *stem = tro_arena_text_n(&c->arena, name, (size_t)(own - name));
    if (folder && stem && *stem) {
        list_folder(c, folder, *own ? own : ending);
        const char *found = choose(c, stem);
        if (found)
            tro_text_addf(text, " (did you mean '%.*s%s'?)",
                          (int)(strlen(written) - strlen(name)), written, found);
    }
    tro_arena_clear(&c->arena);
    tro_release(c);
}

void tro_add_near_file(tro_text *text, const char *path, const char *written, const char *ending)
{
    struct stat about;
    tro_text inside = {0};
    if (stat(path, &about) < 0) {
        add_beside(text, path, written, ending);
    } else if (S_ISDIR(about.st_mode) && ending && same_ending(ending, ".yaml")) {
        size_t length = strlen(written);
        tro_text_addf(&inside, "%s/scenario.yaml", path);
        if (!inside.failed && stat(tro_text_string(&inside), &about) == 0)
            tro_text_addf(text, " (did you mean '%s%sscenario.yaml'?)", written,
                          length && written[length - 1] == '/' ? "" : "/");
    }
    tro_text_clear(&inside);
}
