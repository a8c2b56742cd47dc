#include "cli/interrupt.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

static atomic_int asked;
static volatile sig_atomic_t on_terminal;

static const int caught[] = {SIGINT, SIGTERM};

static void on_signal(int number)
{
    static const char words[] = "\r\033[Kstopping after this step; once more ends at once\n";
    (void)number;
    atomic_store(&asked, 1);
    if (on_terminal && write(STDERR_FILENO, words, sizeof words - 1) < 0)
        on_terminal = 0;   /* a terminal that is gone need not be told */
    for (size_t k = 0; k < sizeof caught / sizeof *caught; k++)
        signal(caught[k], SIG_DFL);
}

void tro_interrupt_catch(void)
{
    struct sigaction before, action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    on_terminal = isatty(STDERR_FILENO);
    for (size_t k = 0; k < sizeof caught / sizeof *caught; k++)
        if (sigaction(caught[k], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(caught[k], &action, NULL);
}

int tro_interrupted(void)
{
    return atomic_load(&asked);
}

int tro_interrupt_stop(void *unused)
{
    (void)unused;
    return tro_interrupted();
}
