#include "output/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

enum { BUFFER_BYTES = 65536, ATTEMPTS = 1000 };

#define PART_PREFIX ".trophic-"
#define PART_SUFFIX ".part"

static atomic_uint part_number;

static int cannot(tro_messages *messages, const char *what, const char *path, int reason)
{
    char text[128];
    if (reason == ENOMEM)
        return tro_error(messages, TRO_ENOMEM, NULL, "cannot %s '%s': out of memory", what, path);
    return tro_error(messages, TRO_EIO, NULL, "cannot %s '%s': %s", what, path,
                     strerror_r(reason, text, sizeof text));
}

static int fail(tro_file *file, int reason)
{
    if (file->status == TRO_OK)
        file->status = cannot(file->messages, "write", file->path, reason);
    return file->status;
}

static void close_all(tro_file *file)
{
    if (file->open)
        close(file->descriptor);
    if (file->open && file->beside)
        unlink(file->beside);
    tro_release(file->path);
    tro_release(file->target);
    tro_release(file->beside);
    tro_release(file->buffer);
    *file = (tro_file){.status = file->status};
}

/* A name in the target's directory. It does not contain the target's name,
 * which may be as long as a name can be. */
static char *part_name(const char *target)
{
    const char *slash = strrchr(target, '/');
    int folder = slash ? (int)(slash - target) + 1 : 0;
    size_t bytes = (size_t)folder + 64;
    char *name = tro_allocate(bytes, 1);
    if (name)
        snprintf(name, bytes, "%.*s" PART_PREFIX "%ld-%u" PART_SUFFIX, folder, target,
                 (long)getpid(), atomic_fetch_add(&part_number, 1u));
    return name;
}

int tro_file_is_part(const char *name)
{
    size_t length = strlen(name), prefix = strlen(PART_PREFIX), suffix = strlen(PART_SUFFIX);
    return length > prefix + suffix && strncmp(name, PART_PREFIX, prefix) == 0 &&
           strcmp(name + length - suffix, PART_SUFFIX) == 0;
}

int tro_file_is_abandoned(const char *name)
{
    if (!tro_file_is_part(name))
        return 0;
    long owner = strtol(name + strlen(PART_PREFIX), NULL, 10);
    return owner > 0 && owner <= INT_MAX && kill((pid_t)owner, 0) < 0 && errno == ESRCH;
}

/* O_EXCL finds a free name; mkstemp would too, but leaves mode 0600. */
static int open_beside(tro_file *file)
{
    for (int k = 0; k < ATTEMPTS; k++) {
        tro_release(file->beside);
        file->beside = part_name(file->target);
        if (!file->beside)
            return ENOMEM;
        file->descriptor = open(file->beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (file->descriptor >= 0)
            return 0;
        if (errno != EEXIST)
            return errno;
    }
    return EEXIST;
}

static int open_through(tro_file *file)
{
    file->descriptor = open(file->target, O_WRONLY | O_CLOEXEC);
    return file->descriptor < 0 ? errno : 0;
}

/* The number of the open descriptor that `path` stands for, -1 when it is another path. Such a name
 * may lead to a regular file, but a file beside that would lose what others wrote to it. */
static int descriptor_of(const char *path)
{
    static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/"};
    if (strcmp(path, "/dev/stdout") == 0)
        return STDOUT_FILENO;
    if (strcmp(path, "/dev/stderr") == 0)
        return STDERR_FILENO;
    for (size_t k = 0; k < sizeof folders / sizeof *folders; k++) {
        const char *number = path + strlen(folders[k]);
        if (strncmp(path, folders[k], strlen(folders[k])) == 0 && *number &&
            strlen(number) < 9 && strspn(number, "0123456789") == strlen(number))
            return atoi(number);
    }
    return -1;
}

static int open_again(tro_file *file, int descriptor)
{
    file->descriptor = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    return file->descriptor < 0 ? errno : 0;
}

static int open_target(tro_file *file, const char *path)
{
    char resolved[PATH_MAX];
    struct stat status;
    if (descriptor_of(path) >= 0)
        return open_again(file, descriptor_of(path));
    int there = stat(path, &status) == 0;
    if (there && S_ISDIR(status.st_mode))
        return EISDIR;
    int regular = !there || S_ISREG(status.st_mode);
    file->target = tro_copy_text(regular && realpath(path, resolved) ? resolved : path);
    if (!file->target)
        return ENOMEM;
    return regular ? open_beside(file) : open_through(file);
}

int tro_file_open(tro_file *file, const char *path, tro_messages *messages)
{
    *file = (tro_file){.messages = messages};
    file->path = tro_copy_text(path);
    file->buffer = tro_allocate(BUFFER_BYTES, 1);
    int reason = file->path && file->buffer ? open_target(file, path) : ENOMEM;
    if (reason) {
        file->status = cannot(messages, "write", path, reason);
        close_all(file);
        return file->status;
    }
    file->open = 1;
    return TRO_OK;
}

static int write_out(tro_file *file, const char *data, size_t length)
{
    while (length) {
        ssize_t written = write(file->descriptor, data, length);
        if (written < 0 && errno != EINTR)
            return fail(file, errno);
        if (written > 0) {
            data += written;
            length -= (size_t)written;
        }
    }
    return TRO_OK;
}

static int flush(tro_file *file)
{
    size_t length = file->filled;
    file->filled = 0;
    return write_out(file, file->buffer, length);
}

int tro_file_add(tro_file *file, const char *data, size_t length)
{
    if (!file->open && file->status == TRO_OK)
        return TRO_EINVAL;
    if (file->status < 0 || length == 0)
        return file->status;
    file->bytes += length;
    if (length > BUFFER_BYTES - file->filled && flush(file) < 0)
        return file->status;
    if (length > BUFFER_BYTES)
        return write_out(file, data, length);
    memcpy(file->buffer + file->filled, data, length);
    file->filled += length;
    return TRO_OK;
}

int tro_file_copy(tro_file *file, const char *path, uint64_t at, uint64_t end)
{
    char buffer[16384];
    int descriptor = open(path, O_RDONLY | O_CLOEXEC), reason = descriptor < 0 ? errno : 0;
    while (!reason && at < end && file->status == TRO_OK) {
        size_t wanted = end - at < sizeof buffer ? (size_t)(end - at) : sizeof buffer;
        ssize_t got = pread(descriptor, buffer, wanted, (off_t)at);
        if (got <= 0 && !(got < 0 && errno == EINTR))
            reason = got < 0 ? errno : ENODATA;
        if (got > 0)
            at += (uint64_t)got;
        if (got > 0 && tro_file_add(file, buffer, (size_t)got) < 0)
            break;
    }
    if (descriptor >= 0)
        close(descriptor);
    if (reason && file->status == TRO_OK)
        file->status = cannot(file->messages, "read", path, reason);
    return file->status;
}

/* Not every thing can be synchronised: pipes and some file systems cannot. */
static int settle(tro_file *file)
{
    if (fsync(file->descriptor) < 0 && errno != EINVAL && errno != EROFS && errno != ENOTSUP)
        return fail(file, errno);
    file->open = 0;
    if (close(file->descriptor) < 0 && errno != EINTR)
        fail(file, errno);
    else if (file->beside && rename(file->beside, file->target) < 0)
        fail(file, errno);
    if (file->status < 0 && file->beside)
        unlink(file->beside);
    return file->status;
}

int tro_file_commit(tro_file *file)
{
    if (!file->open)
        return file->status < 0 ? file->status : TRO_EINVAL;
    if (file->status == TRO_OK && flush(file) == TRO_OK)
        settle(file);
    close_all(file);
    return file->status;
}

void tro_file_abort(tro_file *file)
{
    close_all(file);
}

int tro_file_write(const char *path, const char *data, size_t length, tro_messages *messages)
{
    tro_file file;
    int status = TRO_OK;
    TRO_TRY(tro_file_open(&file, path, messages));
    TRO_TRY(tro_file_add(&file, data, length));
    TRO_TRY(tro_file_commit(&file));
out:
    tro_file_abort(&file);
    return status;
}

int tro_file_read(const char *path, tro_text *out, tro_messages *messages)
{
    char buffer[16384];
    int descriptor = open(path, O_RDONLY | O_CLOEXEC), reason = descriptor < 0 ? errno : 0;
    ssize_t got = 1;
    while (!reason && got != 0 && !out->failed) {
        got = read(descriptor, buffer, sizeof buffer);
        if (got > 0)
            tro_text_add_n(out, buffer, (size_t)got);
        else if (got < 0 && errno != EINTR)
            reason = errno;
    }
    if (descriptor >= 0)
        close(descriptor);
    reason = out->failed ? ENOMEM : reason;
    return reason ? cannot(messages, "read", path, reason) : TRO_OK;
}

/* A directory that another process makes at the same moment is as good. */
static int make_one(const char *path, int *created)
{
    struct stat status;
    *created = mkdir(path, 0777) == 0;
    if (*created)
        return 0;
    int reason = errno;
    if (stat(path, &status) < 0)
        return reason;
    return S_ISDIR(status.st_mode) ? 0 : ENOTDIR;
}

int tro_file_make_folder(const char *path, int *created, tro_messages *messages)
{
    int reason = *path ? 0 : ENOENT, made = 0;
    char *part = tro_copy_text(path);
    if (!part)
        return cannot(messages, "create the folder", path, ENOMEM);
    for (char *at = part + strspn(part, "/"); !reason && *at; at += strspn(at, "/")) {
        at += strcspn(at, "/");
        char keep = *at;
        *at = '\0';
        reason = make_one(part, &made);
        *at = keep;
    }
    tro_release(part);
    if (created)
        *created = made;
    if (reason == ENOTDIR)
        return tro_error(messages, TRO_EIO, NULL,
                         "cannot create the folder '%s': a file is in its place", path);
    return reason ? cannot(messages, "create the folder", path, reason) : TRO_OK;
}
