#include "output/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"

extern char **environ;

static int is_program(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

/* Relative directories are passed over: the run folder is no place to take
 * programs from. */
int tro_program_find(const char *name, char *path, size_t size)
{
    const char *at = getenv("PATH");
    while (at && *at) {
        int length = (int)strcspn(at, ":");
        int needed = snprintf(path, size, "%.*s/%s", length, at, name);
        if (*at == '/' && needed > 0 && (size_t)needed < size && is_program(path))
            return 1;
        at += length;
        at += *at == ':';
    }
    return 0;
}

/* The caller's environment without what would change words or numbers. */
static char **make_environment(void)
{
    static char locale[] = "LC_ALL=C.UTF-8", zone[] = "TZ=UTC0";
    size_t count = 0, kept = 0;
    while (environ && environ[count])
        count++;
    char **made = tro_allocate(count + 3, sizeof *made);
    if (!made)
        return NULL;
    for (size_t k = 0; k < count; k++) {
        const char *entry = environ[k];
        if (strncmp(entry, "LC_", 3) != 0 && strncmp(entry, "LANG", 4) != 0 &&
            strncmp(entry, "TZ=", 3) != 0 && strncmp(entry, "GNUPLOT", 7) != 0 &&
            strncmp(entry, "GNUTERM=", 8) != 0)
            made[kept++] = environ[k];
    }
    made[kept++] = locale;
    made[kept] = zone;
    return made;
}

/* 0 at the end of the stream. */
static int take(int descriptor, tro_text *text)
{
    char buffer[16384];
    ssize_t got = read(descriptor, buffer, sizeof buffer);
    if (got > 0)
        tro_text_add_n(text, buffer, (size_t)got);
    return got > 0 || (got < 0 && errno == EINTR);
}

/* Both at once, so that neither pipe can fill up and stop the program. */
static void listen_to(int output, int complaint, tro_program_words *words)
{
    struct pollfd ends[2] = {{.fd = output, .events = POLLIN}, {.fd = complaint, .events = POLLIN}};
    tro_text *texts[2] = {&words->output, &words->complaint};
    int open = 2;
    while (open) {
        if (poll(ends, 2, -1) < 0 && errno != EINTR)
            return;
        for (int k = 0; k < 2; k++) {
            if (ends[k].fd >= 0 && ends[k].revents && !take(ends[k].fd, texts[k])) {
                ends[k].fd = -1;
                open--;
            }
        }
    }
}

/* A caller that ignores SIGCHLD has no status to collect: taken for 0. */
static int collect(pid_t child)
{
    int status;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* In a process group of its own: Ctrl-C in a terminal asks the caller, who ends in good order,
 * and must not take a half-drawn figure from it. */
static int spawn(pid_t *child, const char *path, char *const arguments[],
                 char *const environment[], const posix_spawn_file_actions_t *actions)
{
    posix_spawnattr_t how;
    int reason = posix_spawnattr_init(&how);
    if (reason)
        return reason;
    reason = posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP);
    if (!reason)
        reason = posix_spawnattr_setpgroup(&how, 0);
    if (!reason)
        reason = posix_spawn(child, path, actions, &how, arguments, environment);
    posix_spawnattr_destroy(&how);
    return reason;
}

static int start(pid_t *child, const char *path, char *const arguments[], const char *folder,
                 const int output[2], const int complaint[2])
{
    posix_spawn_file_actions_t actions;
    char **environment = make_environment();
    if (!environment)
        return ENOMEM;
    int reason = posix_spawn_file_actions_init(&actions);
    if (reason == 0) {
        reason = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
        if (!reason)
            reason = posix_spawn_file_actions_adddup2(&actions, output[1], 1);
        if (!reason)
            reason = posix_spawn_file_actions_adddup2(&actions, complaint[1], 2);
        if (!reason)
            reason = posix_spawn_file_actions_addchdir_np(&actions, folder);
        if (!reason)
            reason = spawn(child, path, arguments, environment, &actions);
        posix_spawn_file_actions_destroy(&actions);
    }
    tro_release(environment);
    return reason;
}

static void close_both(const int ends[2])
{
    if (ends[0] >= 0)
        close(ends[0]);
    if (ends[1] >= 0)
        close(ends[1]);
}

int tro_program_run(const char *path, char *const arguments[], const char *folder,
                    tro_program_words *words, tro_messages *messages)
{
    int output[2] = {-1, -1}, complaint[2] = {-1, -1}, reason = 0;
    pid_t child;
    char text[128];
    if (pipe2(output, O_CLOEXEC) < 0 || pipe2(complaint, O_CLOEXEC) < 0)
        reason = errno;
    if (!reason)
        reason = start(&child, path, arguments, folder, output, complaint);
    if (!reason) {
        close(output[1]);
        close(complaint[1]);
        output[1] = complaint[1] = -1;
        listen_to(output[0], complaint[0], words);
        close_both(output);
        close_both(complaint);
        words->code = collect(child);
    } else {
        close_both(output);
        close_both(complaint);
    }
    if (reason == ENOMEM || words->output.failed || words->complaint.failed)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory while running '%s'", path);
    if (reason)
        return tro_error(messages, TRO_EIO, NULL, "cannot run '%s': %s", path,
                         strerror_r(reason, text, sizeof text));
    return TRO_OK;
}
