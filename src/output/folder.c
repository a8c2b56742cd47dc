#include "output/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/file.h"
#include "output/manifest.h"

#define MANIFEST "manifest.json"
#define UNFINISHED "unfinished.json"

static int cannot(tro_messages *messages, const char *what, const char *path, int reason)
{
    char text[128];
    return tro_error(messages, TRO_EIO, NULL, "cannot %s '%s': %s", what, path,
                     strerror_r(reason, text, sizeof text));
}

static int no_memory(tro_folder *folder, tro_messages *messages)
{
    return tro_error(messages, TRO_ENOMEM, NULL, "out of memory while writing '%s'",
                     folder->path ? folder->path : "");
}

static const char *path_of(tro_folder *folder, const char *name)
{
    tro_text text = {0};
    tro_text_addf(&text, "%s/%s", folder->path, name);
    const char *path = text.failed ? NULL : tro_arena_text(&folder->arena, text.data);
    tro_text_clear(&text);
    return path;
}

static int exists(const tro_folder *folder, const char *name)
{
    struct stat status;
    return fstatat(folder->descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Whether the folder holds anything; the leavings of a run that was killed
 * are swept up. */
static int look(tro_folder *folder, int *occupied, tro_messages *messages)
{
    *occupied = 0;
    DIR *listing = opendir(folder->path);
    if (!listing)
        return cannot(messages, "list the folder", folder->path, errno);
    for (struct dirent *entry; (entry = readdir(listing)) != NULL;) {
        const char *name = entry->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
            continue;
        if (tro_file_is_abandoned(name))
            unlinkat(folder->descriptor, name, 0);
        else if (!tro_file_is_part(name))
            *occupied = 1;
    }
    closedir(listing);
    return TRO_OK;
}

static int refuse(const tro_folder *folder, tro_messages *messages)
{
    const char *path = folder->path;
    if (exists(folder, UNFINISHED))
        return tro_error(messages, TRO_EEXIST, NULL,
                         "the folder '%s' holds an unfinished run: --force replaces it, "
                         "--out writes elsewhere", path);
    if (exists(folder, MANIFEST))
        return tro_error(messages, TRO_EEXIST, NULL,
                         "the folder '%s' holds an earlier run: --force replaces it, "
                         "--out writes elsewhere", path);
    return tro_error(messages, TRO_EEXIST, NULL,
                     "the folder '%s' is not empty: --out writes elsewhere, --force writes "
                     "beside the files that are there", path);
}

/* A manifest is data like any other: it may name nothing outside. */
static int is_plain(const char *name)
{
    return *name && *name != '.' && !strchr(name, '/') && strcmp(name, MANIFEST) != 0 &&
           strcmp(name, UNFINISHED) != 0;
}

static size_t find(const tro_folder *folder, const char *name)
{
    size_t k = 0;
    while (k < folder->count && strcmp(folder->names[k], name) != 0)
        k++;
    return k;
}

static int remember(tro_folder *folder, const char *name)
{
    if (folder->count == folder->capacity) {
        size_t old = folder->capacity, capacity = old ? 2 * old : 16;
        const char **names = tro_reallocate(folder->names, old, capacity, sizeof *names);
        if (!names)
            return TRO_ENOMEM;
        folder->names = names;
        const char **paths = tro_reallocate(folder->paths, old, capacity, sizeof *paths);
        if (!paths)
            return TRO_ENOMEM;
        folder->paths = paths;
        folder->capacity = capacity;
    }
    const char *copy = tro_arena_text(&folder->arena, name), *path = path_of(folder, name);
    if (!copy || !path)
        return TRO_ENOMEM;
    folder->names[folder->count] = copy;
    folder->paths[folder->count++] = path;
    return TRO_OK;
}

static int replace(tro_folder *folder, const char *name, tro_messages *messages)
{
    if (unlinkat(folder->descriptor, name, 0) == 0 || errno == ENOENT)
        return TRO_OK;
    int reason = errno;
    const char *path = path_of(folder, name);
    return cannot(messages, "replace", path ? path : name, reason);
}

/* The files of one earlier list: replaced, or taken over. */
static int inherit_names(tro_folder *folder, const tro_manifest *list, tro_messages *messages)
{
    int status = TRO_OK;
    for (size_t k = 0; k < list->name_count && status == TRO_OK; k++) {
        const char *name = list->names[k];
        if (!is_plain(name))
            continue;
        if (folder->mode == TRO_FOLDER_FORCE)
            status = replace(folder, name, messages);
        else if (exists(folder, name) && find(folder, name) == folder->count)
            status = remember(folder, name);
        if (status == TRO_ENOMEM)
            no_memory(folder, messages);
    }
    return status;
}

static int inherit_facts(tro_folder *folder, const tro_manifest *list, tro_messages *messages)
{
    tro_fact *facts = TRO_NEW(&folder->arena, tro_fact, list->fact_count);
    if (!facts)
        return no_memory(folder, messages);
    for (size_t k = 0; k < list->fact_count; k++) {
        const tro_fact *old = &list->facts[k];
        facts[k] = *old;
        facts[k].key = tro_arena_text(&folder->arena, old->key);
        if (old->text)
            facts[k].text = tro_arena_text(&folder->arena, old->text);
        if (!facts[k].key || (old->text && !facts[k].text))
            return no_memory(folder, messages);
    }
    folder->facts = facts;
    folder->fact_count = list->fact_count;
    return TRO_OK;
}

/* One that no list names is somebody else's. */
static int lists_checkpoint(const tro_folder *folder, const tro_manifest *lists)
{
    int listed = 0;
    for (int l = 0; l < 2; l++)
        for (size_t k = 0; k < lists[l].name_count; k++)
            listed |= strcmp(lists[l].names[k], TRO_CHECKPOINT) == 0;
    return listed && exists(folder, TRO_CHECKPOINT);
}

/* Nothing is replaced before both lists are known to be ours. */
static int inherit(tro_folder *folder, tro_messages *messages)
{
    static const char *const where[2] = {MANIFEST, UNFINISHED};
    tro_manifest lists[2] = {{.name_count = 0}};
    int found[2] = {0}, status = TRO_OK;
    for (int k = 0; k < 2; k++) {
        const char *path = path_of(folder, where[k]);
        if (!path)
            TRO_TRY(no_memory(folder, messages));
        TRO_TRY(tro_manifest_read(&lists[k], path, &found[k], messages));
    }
    if (folder->mode == TRO_FOLDER_CONTINUE && !lists_checkpoint(folder, lists))
        TRO_TRY(refuse(folder, messages));
    for (int k = 0; k < 2; k++) {
        TRO_TRY(inherit_names(folder, &lists[k], messages));
        if (folder->mode == TRO_FOLDER_FORCE)
            TRO_TRY(replace(folder, where[k], messages));
    }
    if (folder->mode == TRO_FOLDER_RESUME) {
        folder->touched = found[1];
        TRO_TRY(inherit_facts(folder, &lists[0], messages));
    }
    if (folder->mode == TRO_FOLDER_CONTINUE) {
        folder->touched = found[1];
        folder->stale = folder->count;
        folder->continues = 1;
    }
out:
    tro_manifest_clear(&lists[0]);
    tro_manifest_clear(&lists[1]);
    return status;
}

static int write_list(tro_folder *folder, const char *name, const tro_fact *facts,
                      size_t fact_count, const tro_manifest_file *files, size_t count,
                      tro_messages *messages)
{
    tro_text text = {0};
    int status = TRO_OK;
    const char *path = path_of(folder, name);
    if (!path)
        return no_memory(folder, messages);
    TRO_TRY(tro_manifest_render(&text, facts, fact_count, files, count, messages));
    TRO_TRY(tro_file_write(path, text.data, text.length, messages));
out:
    tro_text_clear(&text);
    return status;
}

static int note_names(tro_folder *folder, tro_messages *messages)
{
    tro_manifest_file *files = tro_allocate(folder->count, sizeof *files);
    if (!files)
        return no_memory(folder, messages);
    for (size_t k = 0; k < folder->count; k++)
        files[k].name = folder->names[k];
    int status = write_list(folder, UNFINISHED, NULL, 0, files, folder->count, messages);
    tro_release(files);
    return status;
}

static int lock(tro_folder *folder, tro_messages *messages)
{
    folder->descriptor = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder->descriptor < 0)
        return cannot(messages, "open the folder", folder->path, errno);
    folder->open = 1;
    /* Some network file systems cannot lock a directory; then nobody can. */
    if (flock(folder->descriptor, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK)
        return tro_error(messages, TRO_EEXIST, NULL,
                         "another run is writing to the folder '%s': wait for it, or write "
                         "elsewhere with --out", folder->path);
    return TRO_OK;
}

static void let_go(tro_folder *folder)
{
    if (folder->open)
        close(folder->descriptor);
    tro_arena_clear(&folder->arena);
    tro_release(folder->names);
    tro_release(folder->paths);
    tro_release(folder->path);
    *folder = (tro_folder){0};
}

int tro_folder_open(tro_folder *folder, const char *path, tro_folder_mode mode,
                    tro_messages *messages)
{
    int occupied, status = TRO_OK;
    *folder = (tro_folder){.mode = mode, .path = tro_copy_text(path)};
    if (!folder->path)
        return no_memory(folder, messages);
    TRO_TRY(tro_file_make_folder(path, &folder->created, messages));
    TRO_TRY(lock(folder, messages));
    TRO_TRY(look(folder, &occupied, messages));
    if (occupied && mode == TRO_FOLDER_NEW)
        TRO_TRY(refuse(folder, messages));
    if (occupied)
        TRO_TRY(inherit(folder, messages));
    TRO_TRY(note_names(folder, messages));
    return TRO_OK;
out:
    if (folder->created)
        rmdir(folder->path);
    let_go(folder);
    return status;
}

static void forget(tro_folder *folder, size_t k)
{
    size_t after = --folder->count - k;
    folder->stale -= k < folder->stale;
    memmove(folder->names + k, folder->names + k + 1, after * sizeof *folder->names);
    memmove(folder->paths + k, folder->paths + k + 1, after * sizeof *folder->paths);
}

/* A stale name takes its place behind the others. */
static size_t renew(tro_folder *folder, size_t k)
{
    const char *name = folder->names[k], *path = folder->paths[k];
    forget(folder, k);
    folder->names[folder->count] = name;
    folder->paths[folder->count] = path;
    return folder->count++;
}

int tro_folder_add(tro_folder *folder, const char *name, const char **path,
                   tro_messages *messages)
{
    if (!is_plain(name))
        return tro_error(messages, TRO_EINVAL, NULL, "'%s' cannot name a file of a run folder",
                         name);
    size_t k = find(folder, name);
    if (k == folder->count) {
        if (exists(folder, name))
            return tro_error(messages, TRO_EEXIST, NULL,
                             "'%s/%s' is there and is not of an earlier run: move it away, or "
                             "write elsewhere with --out", folder->path, name);
        if (remember(folder, name) < 0)
            return no_memory(folder, messages);
        int status = note_names(folder, messages);
        if (status < 0) {
            folder->count--;
            return status;
        }
    }
    folder->touched = 1;
    if (k < folder->stale)
        k = renew(folder, k);
    if (path)
        *path = folder->paths[k];
    return TRO_OK;
}

int tro_folder_drop(tro_folder *folder, const char *name, tro_messages *messages)
{
    size_t k = find(folder, name);
    if (k == folder->count)
        return TRO_OK;
    folder->touched = 1;
    forget(folder, k);
    return note_names(folder, messages);
}

/* The new facts, then the old ones whose keys they do not have. */
static size_t join_facts(const tro_folder *folder, const tro_fact *facts, size_t count,
                         tro_fact *all)
{
    for (size_t k = 0; k < count; k++)
        all[k] = facts[k];
    size_t total = count;
    for (size_t k = 0; k < folder->fact_count; k++) {
        size_t n = 0;
        while (n < count && strcmp(facts[n].key, folder->facts[k].key) != 0)
            n++;
        if (n == count)
            all[total++] = folder->facts[k];
    }
    return total;
}

int tro_folder_commit(tro_folder *folder, const tro_fact *facts, size_t count,
                      tro_messages *messages)
{
    int status = TRO_OK;
    tro_manifest_file *files = tro_allocate(folder->count, sizeof *files);
    tro_fact *all = tro_allocate(count + folder->fact_count, sizeof *all);
    if (!files || !all)
        TRO_TRY(no_memory(folder, messages));
    for (size_t k = folder->stale; k < folder->count; k++) {
        tro_manifest_file *file = &files[k - folder->stale];
        file->name = folder->names[k];
        TRO_TRY(tro_digest_file(folder->paths[k], file->digest, &file->bytes, messages));
    }
    TRO_TRY(write_list(folder, MANIFEST, all, join_facts(folder, facts, count, all), files,
                       folder->count - folder->stale, messages));
    while (folder->stale > 0) {
        const char *gone = folder->names[0];
        TRO_TRY(replace(folder, gone, messages));
        forget(folder, 0);
    }
    TRO_TRY(replace(folder, UNFINISHED, messages));
    folder->touched = 0;
out:
    tro_release(files);
    tro_release(all);
    return status;
}

void tro_folder_close(tro_folder *folder)
{
    if (folder->open && !folder->touched)
        unlinkat(folder->descriptor, UNFINISHED, 0);
    if (folder->open && folder->created)
        rmdir(folder->path);   /* if it is empty */
    let_go(folder);
}
