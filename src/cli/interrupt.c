#include "cli/interrupt.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

/* One wish may come as several signals: `timeout` signals the program and then
 * its group, a terminal and a wrapper may both pass Ctrl-C on. */
enum { ONE_WISH = 500000000 }; /* ns */

static atomic_llong asked;     /* when, in ns of a steady clock; 0: not yet */
static volatile sig_atomic_t on_terminal;
static atomic_int curious;     /* a SIGUSR1 has not been answered */

static const int caught[] = {SIGINT, SIGTERM};

/* Any thread may be in it, two at once, too. */
static void on_signal(int number)
{
    static const char words[] = "\r\033[Kstopping after this step; once more ends at once\n";
    int keep = errno;
    struct timespec time = {0};
    long long first = 0;
    clock_gettime(CLOCK_MONOTONIC, &time);
    long long now = 1000000000LL * time.tv_sec + time.tv_nsec + 1;
    if (atomic_compare_exchange_strong(&asked, &first, now)) {
        if (on_terminal && write(STDERR_FILENO, words, sizeof words - 1) < 0)
            on_terminal = 0;   /* a terminal that is gone need not be told */
    } else if (now - first >= ONE_WISH) {
        signal(number, SIG_DFL);
        raise(number);         /* when the handler is left */
    }
    errno = keep;
}

static void on_question(int number)
{
    (void)number;
    atomic_store(&curious, 1);
}

void tro_interrupt_catch(void)
{
    struct sigaction before, action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    struct sigaction question = {.sa_handler = on_question, .sa_flags = SA_RESTART};
    sigemptyset(&question.sa_mask);
    if (sigaction(SIGUSR1, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
        sigaction(SIGUSR1, &question, NULL);
    sigemptyset(&action.sa_mask);
    on_terminal = isatty(STDERR_FILENO);
    for (size_t k = 0; k < sizeof caught / sizeof *caught; k++)
        if (sigaction(caught[k], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(caught[k], &action, NULL);
}

int tro_interrupted(void)
{
    return atomic_load(&asked) != 0;
}

int tro_progress_asked(void)
{
    return atomic_load_explicit(&curious, memory_order_relaxed) && atomic_exchange(&curious, 0);
}
