#include "cli/nearby.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"

enum { MOST_LISTED = 1000, MOST_SHOWN = 8 };

typedef struct listing {
    tro_arena arena;
    const char *names[MOST_LISTED];
    size_t count;
} listing;

typedef int wanted_function(const char *folder, const char *name, const char *text);

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int ends_with(const char *name, const char *ending)
{
    size_t length = strlen(name), tail = strlen(ending);
    return length > tail && strcmp(name + length - tail, ending) == 0;
}

static int has_ending(const char *folder, const char *name, const char *ending)
{
    (void)folder;
    return ends_with(name, ending);
}

/* "STEM-anything", a folder with a manifest or a store. */
static int is_result(const char *folder, const char *name, const char *stem)
{
    struct stat about;
    tro_text path = {0};
    size_t length = strlen(stem);
    if (strncmp(name, stem, length) != 0 || name[length] != '-')
        return 0;
    tro_text_addf(&path, "%s%s/manifest.json", folder, name);
    int found = ends_with(name, ".sqlite") ||
                (!path.failed && stat(tro_text_string(&path), &about) == 0);
    tro_text_clear(&path);
    return found;
}

/* `folder` is "" or ends in a slash. */
static size_t add(tro_text *text, const char *folder, wanted_function *wanted, const char *word)
{
    DIR *directory = opendir(*folder ? folder : ".");
    listing *l = directory ? tro_allocate(1, sizeof *l) : NULL;
    size_t count = 0;
    while (l && count < MOST_LISTED) {
        struct dirent *entry = readdir(directory);
        if (!entry)
            break;
        if (entry->d_name[0] != '.' && wanted(folder, entry->d_name, word) &&
            (l->names[count] = tro_arena_text(&l->arena, entry->d_name)) != NULL)
            count++;
    }
    if (directory)
        closedir(directory);
    if (!l)
        return 0;
    qsort(l->names, count, sizeof *l->names, by_name);
    for (size_t k = 0; k < count && k < MOST_SHOWN; k++)
        tro_text_addf(text, "%s'%s%s'", k ? ", " : "", folder, l->names[k]);
    if (count > MOST_SHOWN)
        tro_text_add(text, ", ...");
    tro_arena_clear(&l->arena);
    tro_release(l);
    return count;
}

size_t tro_add_files_in(tro_text *text, const char *folder, const char *ending)
{
    tro_text path = {0};
    tro_text_addf(&path, "%s%s", folder, ends_with(folder, "/") ? "" : "/");
    size_t count = path.failed ? 0 : add(text, tro_text_string(&path), has_ending, ending);
    tro_text_clear(&path);
    return count;
}

size_t tro_add_results_of(tro_text *text, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    tro_text folder = {0}, stem = {0};
    size_t length = strlen(name), count = 0;
    if (ends_with(name, ".yaml") || ends_with(name, ".yml"))
        length = (size_t)(strrchr(name, '.') - name);
    tro_text_add_n(&folder, path, (size_t)(name - path));
    tro_text_add_n(&stem, name, length);
    if (length > 0 && !folder.failed && !stem.failed)
        count = add(text, tro_text_string(&folder), is_result, tro_text_string(&stem));
    tro_text_clear(&folder);
    tro_text_clear(&stem);
    return count;
}
