#include "cli/workers.h"

#include <errno.h>
#include <omp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "base/memory.h"
#include "cli/progress.h"

/* One item to work on and, when they are short, one to go on with, so that no worker waits
 * for the parent; long ones are better left to who is idle first. */
enum { AHEAD = 2, PIECE = 1 << 16, PATIENCE = 200 /* ms */ };
static const double SHORT = 0.1; /* s */

typedef struct frame {
    uint64_t item, length;
} frame;

typedef struct worker {
    pid_t process;              /* 0: none */
    int socket;
    size_t items[AHEAD], count; /* the first is the one it is at */
    tro_text heard;             /* of the result that is coming */
} worker;

typedef struct gang {
    const tro_crew *crew;
    worker *workers;
    size_t *again, again_count; /* items that were given to a worker which died before */
    int exhausted;
    double begun;               /* on the steady clock */
    size_t taken;               /* results */
    tro_messages *messages;
} gang;

/* --- the worker's side ----------------------------------------------------- */

static int send_all(int socket, const void *data, size_t length)
{
    const char *at = data;
    while (length > 0) {
        ssize_t sent = send(socket, at, length, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return -1;
        at += sent;
        length -= (size_t)sent;
    }
    return 0;
}

static int receive_item(int socket, uint64_t *item)
{
    ssize_t got;
    do
        got = recv(socket, item, sizeof *item, MSG_WAITALL);
    while (got < 0 && errno == EINTR);
    return got == (ssize_t)sizeof *item;
}

static void work(const tro_crew *crew, int socket)
{
    tro_text result = {0};
    uint64_t item;
    while (receive_item(socket, &item)) {
        result.length = 0;
        if (crew->work(crew->context, (size_t)item, &result) < 0 || result.failed)
            _exit(1);
        const frame head = {item, result.length};
        if (send_all(socket, &head, sizeof head) < 0 ||
            send_all(socket, tro_text_string(&result), result.length) < 0)
            _exit(1);
    }
    _exit(0);
}

/* Only the parent listens to Ctrl-C; without it, there is nothing to do. */
static void become_worker(const gang *g, const worker *own, int socket, pid_t parent)
{
    signal(SIGINT, SIG_IGN);
    signal(SIGUSR1, SIG_IGN);   /* the parent answers */
    tro_clock_show(1);
    signal(SIGTERM, SIG_DFL);
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    if (getppid() != parent)
        _exit(1);
    for (size_t k = 0; k < g->crew->workers; k++)
        if (&g->workers[k] != own && g->workers[k].process > 0)
            close(g->workers[k].socket);
    omp_set_num_threads(g->crew->threads);
    work(g->crew, socket);
}

/* --- the parent's ---------------------------------------------------------- */

static int start(gang *g, worker *w)
{
    int pair[2];
    char text[128];
    pid_t parent = getpid();
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0) {
        w->process = fork();
        if (w->process == 0) {
            close(pair[0]);
            become_worker(g, w, pair[1], parent);
        }
        int reason = errno;
        close(pair[1]);
        w->socket = pair[0];
        if (w->process > 0)
            return TRO_OK;
        w->process = 0;
        close(pair[0]);
        errno = reason;
    }
    return tro_error(g->messages, TRO_EIO, NULL, "cannot start a worker process: %s",
                     strerror_r(errno, text, sizeof text));
}

/* Waits for its end, and says what that was. */
static void reap(worker *w, char *why, size_t room)
{
    int status = 0;
    close(w->socket);
    while (waitpid(w->process, &status, 0) < 0 && errno == EINTR)
        ;
    w->process = 0;
    w->heard.length = 0;
    if (WIFSIGNALED(status))
        snprintf(why, room, "its worker process was ended by signal %d (%s)", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else
        snprintf(why, room, "its worker process ended with status %d", WEXITSTATUS(status));
}

/* The next item, first of those that have to be done again. 1, 0 or a failure. */
static int next_item(gang *g, size_t *item)
{
    if (g->again_count > 0) {
        *item = g->again[--g->again_count];
        return 1;
    }
    if (g->exhausted)
        return 0;
    int more = g->crew->next(g->crew->context, item);
    g->exhausted = more == 0;
    return more;
}

/* Keeps the worker busy; one that is needed and not there is started. */
static int feed(gang *g, worker *w, size_t ahead)
{
    while (w->count < ahead) {
        size_t item;
        int status = next_item(g, &item);
        if (status <= 0)
            return status;
        if (w->process == 0)
            status = start(g, w);
        if (status < 0)
            return status;
        uint64_t number = item;
        w->items[w->count++] = item;
        if (send_all(w->socket, &number, sizeof number) < 0)
            return TRO_OK;      /* it is dead: poll will say so */
    }
    return TRO_OK;
}

static int bury(gang *g, worker *w)
{
    char why[160];
    int status = TRO_OK;
    reap(w, why, sizeof why);
    for (size_t k = 1; k < w->count; k++)
        g->again[g->again_count++] = w->items[k];
    if (w->count > 0)
        status = g->crew->lost(g->crew->context, w->items[0], why);
    w->count = 0;
    return status;
}

/* Takes the results that are whole. */
static int take(gang *g, worker *w)
{
    int status = TRO_OK;
    frame head;
    if (w->heard.failed)
        return tro_error(g->messages, TRO_ENOMEM, NULL, "out of memory for a cell's results");
    while (w->heard.length >= sizeof head && status == TRO_OK) {
        memcpy(&head, w->heard.data, sizeof head);
        if (w->heard.length - sizeof head < head.length)
            break;
        status = g->crew->take(g->crew->context, (size_t)head.item,
                               w->heard.data + sizeof head, (size_t)head.length);
        g->taken++;
        w->count--;
        memmove(w->items, w->items + 1, w->count * sizeof *w->items);
        size_t used = sizeof head + (size_t)head.length;
        memmove(w->heard.data, w->heard.data + used, w->heard.length - used);
        w->heard.length -= used;
    }
    return status;
}

static int hear(gang *g, worker *w)
{
    char piece[PIECE];
    ssize_t got;
    do
        got = recv(w->socket, piece, sizeof piece, MSG_DONTWAIT);
    while (got < 0 && errno == EINTR);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return TRO_OK;
    if (got <= 0)
        return bury(g, w);
    tro_text_add_n(&w->heard, piece, (size_t)got);
    return take(g, w);
}

/* Waits for something to be heard. Returns 1 while anything is under way. */
static int listen_to_all(gang *g, struct pollfd *ears, int *status)
{
    size_t count = 0, busy = 0;
    for (size_t k = 0; k < g->crew->workers; k++) {
        worker *w = &g->workers[k];
        ears[k] = (struct pollfd){.fd = w->process ? w->socket : -1, .events = POLLIN};
        count++;
        busy += w->count > 0;
    }
    *status = TRO_OK;
    if (busy == 0)
        return 0;
    if (poll(ears, (nfds_t)count, PATIENCE) > 0)
        for (size_t k = 0; k < count && *status == TRO_OK; k++)
            if (ears[k].revents)
                *status = hear(g, &g->workers[k]);
    return 1;
}

static size_t how_far_ahead(const gang *g)
{
    double each = (tro_clock() - g->begun) * (double)g->crew->workers;
    return g->taken > 0 && each < SHORT * (double)g->taken ? AHEAD : 1;
}

static int run_all(gang *g, struct pollfd *ears)
{
    g->begun = tro_clock();
    for (;;) {
        int status = TRO_OK;
        if (g->crew->stop(g->crew->context))
            return TRO_EINTERRUPTED;
        /* One item for everybody before the second for anybody. */
        for (size_t ahead = 1; ahead <= how_far_ahead(g); ahead++)
            for (size_t k = 0; k < g->crew->workers && status == TRO_OK; k++)
                status = feed(g, &g->workers[k], ahead);
        if (status < 0 || !listen_to_all(g, ears, &status) || status < 0)
            return status;
    }
}

static void dismiss(gang *g, int status)
{
    char why[160];
    for (size_t k = 0; k < g->crew->workers; k++)
        if (g->workers[k].process > 0 && status < 0)
            kill(g->workers[k].process, SIGKILL);
    for (size_t k = 0; k < g->crew->workers; k++) {
        if (g->workers[k].process > 0)
            reap(&g->workers[k], why, sizeof why);
        tro_text_clear(&g->workers[k].heard);
    }
}

int tro_crew_run(const tro_crew *crew, tro_messages *messages)
{
    tro_arena arena = {0};
    gang g = {.crew = crew, .messages = messages};
    g.workers = TRO_NEW(&arena, worker, crew->workers);
    g.again = TRO_NEW(&arena, size_t, crew->workers * AHEAD);
    struct pollfd *ears = TRO_NEW(&arena, struct pollfd, crew->workers);
    int status = TRO_ENOMEM;
    if (g.workers && g.again && ears) {
        status = run_all(&g, ears);
        dismiss(&g, status);
    } else {
        tro_error(messages, status, NULL, "out of memory starting worker processes");
    }
    tro_arena_clear(&arena);
    return status;
}
