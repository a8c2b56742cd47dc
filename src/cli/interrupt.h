/* Ctrl-C: the first SIGINT or SIGTERM asks the command to stop after the step
 * it is in and to write what there is; one that comes half a second later or
 * more kills. SIGUSR1 asks for a line about the progress. */
#ifndef TRO_CLI_INTERRUPT_H
#define TRO_CLI_INTERRUPT_H

/* From now on. A signal that the caller's shell ignores stays ignored. */
void tro_interrupt_catch(void);

/* 1 after the first signal. Any thread. */
int tro_interrupted(void);

/* 1 once after each SIGUSR1. Any thread. */
int tro_progress_asked(void);

#endif
