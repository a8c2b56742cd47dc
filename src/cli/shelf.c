#include "cli/shelf.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/home.h"

static const char ENDING[] = ".yaml";

static int no_memory(const tro_shelf *files, tro_messages *messages)
{
    return tro_error(messages, TRO_ENOMEM, NULL, "out of memory looking for %s", files->folder);
}

/* "folder/studies/name.yaml"; the parts may be "". */
static const char *join(tro_shelf *files, const char *folder, const char *file)
{
    tro_text text = {0};
    tro_text_addf(&text, "%s/%s/%s", folder, files->folder, file);
    const char *path = text.failed ? NULL : tro_arena_text(&files->arena, text.data);
    tro_text_clear(&text);
    return path;
}

static int is_scenario(const char *file)
{
    size_t length = strlen(file), tail = strlen(ENDING);
    return file[0] != '.' && length > tail && strcmp(file + length - tail, ENDING) == 0;
}

static int is_known(const tro_shelf *files, const char *name)
{
    for (size_t k = 0; k < files->count; k++)
        if (strcmp(files->items[k].name, name) == 0)
            return 1;
    return 0;
}

static int add(tro_shelf *files, const char *folder, const char *file)
{
    const char *name = tro_arena_text_n(&files->arena, file, strlen(file) - strlen(ENDING));
    if (name && is_known(files, name))
        return TRO_OK;
    tro_shelf_file *items = TRO_NEW(&files->arena, tro_shelf_file, files->count + 1);
    const char *path = join(files, folder, file);
    if (!items || !name || !path)
        return TRO_ENOMEM;
    if (files->count > 0)
        memcpy(items, files->items, files->count * sizeof *items);
    items[files->count++] = (tro_shelf_file){name, path};
    files->items = items;
    return TRO_OK;
}

static int add_folder(tro_shelf *files, const char *folder)
{
    int status = TRO_OK;
    const char *path = folder ? join(files, folder, "") : "";
    if (!path)
        return TRO_ENOMEM;
    DIR *listing = folder && *folder ? opendir(path) : NULL;
    if (!listing)
        return TRO_OK;
    for (struct dirent *entry; status == TRO_OK && (entry = readdir(listing)) != NULL;)
        if (is_scenario(entry->d_name))
            status = add(files, folder, entry->d_name);
    closedir(listing);
    return status;
}

static int add_installed(tro_shelf *files)
{
    tro_text text = {0};
    tro_text_addf(&text, "%s/scenarios", tro_home(&files->arena));
    int status = text.failed ? TRO_ENOMEM : add_folder(files, text.data);
    tro_text_clear(&text);
    return status;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const tro_shelf_file *)a)->name, ((const tro_shelf_file *)b)->name);
}

int tro_shelf_find(tro_shelf *files, const char *folder, tro_messages *messages)
{
    int status;
    *files = (tro_shelf){.folder = folder};
    TRO_TRY(add_folder(files, getenv("TROPHIC_SCENARIOS")));
    TRO_TRY(add_folder(files, "scenarios"));
    TRO_TRY(add_installed(files));
    if (files->count > 0)
        qsort(files->items, files->count, sizeof *files->items, by_name);
out:
    return status < 0 ? no_memory(files, messages) : status;
}

void tro_shelf_release(tro_shelf *files)
{
    tro_arena_clear(&files->arena);
    *files = (tro_shelf){0};
}

const char *tro_shelf_path(const tro_shelf *files, const char *name)
{
    for (size_t k = 0; k < files->count; k++)
        if (strcmp(files->items[k].name, name) == 0)
            return files->items[k].path;
    return NULL;
}

/* The one name that has this text in it: "two-rivals" for "rivals". */
static const char *only_containing(const char *part, const char *const *names, size_t count)
{
    const char *found = NULL;
    size_t matches = 0;
    for (size_t k = 0; strlen(part) > 2 && k < count; k++)
        if (strstr(names[k], part)) {
            found = names[k];
            matches++;
        }
    return matches == 1 ? found : NULL;
}

int tro_shelf_unknown(tro_shelf *files, const char *name, const char *what, const char *lists,
                      tro_messages *messages)
{
    const char **names = TRO_NEW(&files->arena, const char *, files->count + 1);
    if (!names)
        return no_memory(files, messages);
    for (size_t k = 0; k < files->count; k++)
        names[k] = files->items[k].name;
    const char *near = tro_nearest_word(name, names, files->count);
    if (!near)
        near = only_containing(name, names, files->count);
    return tro_error(messages, TRO_EINVAL, NULL, "there is no %s '%s'%s%s%s", what, name,
                     near ? " (did you mean '" : ": `", near ? near : lists,
                     near ? "'?)" : "` lists them");
}

int tro_shelf_is_path(const char *name)
{
    return strcmp(name, "-") == 0 || strchr(name, '/') || is_scenario(name);
}
