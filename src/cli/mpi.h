/* Sweeps across machines: the same crew, its workers the ranks of an MPI program.
 *
 * Without MPI at build time, or where no `mpirun` started the program, there is one rank. */
#ifndef TRO_CLI_MPI_H
#define TRO_CLI_MPI_H

#include <stdint.h>

#include "cli/workers.h"

/* Starts MPI if a launcher of its programs started this one. */
void tro_mpi_start(void);
/* Ends it; legal without a start. */
void tro_mpi_end(void);
int tro_mpi_rank(void);
int tro_mpi_size(void);
/* 1 when all ranks are fine. */
int tro_mpi_all(int fine);
/* Rank 0's number, to all. */
uint64_t tro_mpi_share(uint64_t number);
/* Like tro_crew_run, on every rank: rank 0 hands out and takes, the others work. After a
 * failure on rank 0 the others still wait: tro_mpi_abort ends them. */
TRO_MUST_USE int tro_mpi_run(const tro_crew *crew, tro_messages *messages);
/* The library and its version, or NULL where trophic was built without; the text is static. */
const char *tro_mpi_version(void);
/* Ends all ranks at once, with this exit status. Returns where there is no MPI. */
void tro_mpi_abort(int code);
#endif
