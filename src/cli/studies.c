#include "cli/studies.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

#ifndef TRO_DATADIR
#define TRO_DATADIR "/usr/local/share/trophic"
#endif

static const char ENDING[] = ".yaml";

static int no_memory(tro_messages *messages)
{
    return tro_error(messages, TRO_ENOMEM, NULL, "out of memory looking for studies");
}

/* "folder/studies/name.yaml"; the parts may be "". */
static const char *join(tro_arena *arena, const char *folder, const char *file)
{
    tro_text text = {0};
    tro_text_addf(&text, "%s/studies/%s", folder, file);
    const char *path = text.failed ? NULL : tro_arena_text(arena, text.data);
    tro_text_clear(&text);
    return path;
}

static int is_study(const char *file)
{
    size_t length = strlen(file), tail = strlen(ENDING);
    return file[0] != '.' && length > tail && strcmp(file + length - tail, ENDING) == 0;
}

static int is_known(const tro_study_files *files, const char *name)
{
    for (size_t k = 0; k < files->count; k++)
        if (strcmp(files->items[k].name, name) == 0)
            return 1;
    return 0;
}

static int add(tro_study_files *files, const char *folder, const char *file)
{
    const char *name = tro_arena_text_n(&files->arena, file, strlen(file) - strlen(ENDING));
    if (name && is_known(files, name))
        return TRO_OK;
    tro_study_file *items = TRO_NEW(&files->arena, tro_study_file, files->count + 1);
    const char *path = join(&files->arena, folder, file);
    if (!items || !name || !path)
        return TRO_ENOMEM;
    if (files->count > 0)
        memcpy(items, files->items, files->count * sizeof *items);
    items[files->count++] = (tro_study_file){name, path};
    files->items = items;
    return TRO_OK;
}

static int add_folder(tro_study_files *files, const char *folder)
{
    int status = TRO_OK;
    const char *path = folder ? join(&files->arena, folder, "") : "";
    if (!path)
        return TRO_ENOMEM;
    DIR *listing = folder && *folder ? opendir(path) : NULL;
    if (!listing)
        return TRO_OK;
    for (struct dirent *entry; status == TRO_OK && (entry = readdir(listing)) != NULL;)
        if (is_study(entry->d_name))
            status = add(files, folder, entry->d_name);
    closedir(listing);
    return status;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const tro_study_file *)a)->name, ((const tro_study_file *)b)->name);
}

int tro_studies_find(tro_study_files *files, tro_messages *messages)
{
    int status;
    *files = (tro_study_files){0};
    TRO_TRY(add_folder(files, getenv("TROPHIC_SCENARIOS")));
    TRO_TRY(add_folder(files, "scenarios"));
    TRO_TRY(add_folder(files, TRO_DATADIR "/scenarios"));
    if (files->count > 0)
        qsort(files->items, files->count, sizeof *files->items, by_name);
out:
    return status < 0 ? no_memory(messages) : status;
}

void tro_studies_release(tro_study_files *files)
{
    tro_arena_clear(&files->arena);
    *files = (tro_study_files){0};
}

int tro_studies_look_up(tro_study_files *files, const char *name, const char **path,
                        tro_messages *messages)
{
    *path = name;
    if (strcmp(name, "-") == 0 || strchr(name, '/') || is_study(name))
        return TRO_OK;   /* reading it says what is wrong with it */
    for (size_t k = 0; k < files->count; k++)
        if (strcmp(files->items[k].name, name) == 0) {
            *path = files->items[k].path;
            return TRO_OK;
        }
    if (access(name, F_OK) == 0)
        return TRO_OK;
    const char **names = TRO_NEW(&files->arena, const char *, files->count + 1);
    if (!names)
        return no_memory(messages);
    for (size_t k = 0; k < files->count; k++)
        names[k] = files->items[k].name;
    const char *near = tro_nearest_word(name, names, files->count);
    return tro_error(messages, TRO_EINVAL, NULL, "there is no study '%s'%s%s%s", name,
                     near ? " (did you mean '" : "",
                     near ? near : ": `trophic reproduce` lists them", near ? "'?)" : "");
}
