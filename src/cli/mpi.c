#include "cli/mpi.h"

#include <limits.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "cli/interrupt.h"

#if TRO_HAVE_MPI
#include <mpi.h>

enum { TAG_ITEM = 1, TAG_RESULT = 2, AHEAD = 2 };
#define NO_MORE UINT64_MAX

static int started, rank, size = 1;

/* Set by Open MPI, MPICH, Slurm and whoever speaks PMI. */
static int was_launched(void)
{
    static const char *const names[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMI_RANK",
                                        "PMIX_RANK", "MPI_LOCALNRANKS"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        if (getenv(names[k]))
            return 1;
    return 0;
}

void tro_mpi_start(void)
{
    if (started || !was_launched() || MPI_Init(NULL, NULL) != MPI_SUCCESS)
        return;
    started = 1;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
}

void tro_mpi_end(void)
{
    if (started)
        MPI_Finalize();
    started = 0;
}

int tro_mpi_rank(void)
{
    return rank;
}

int tro_mpi_size(void)
{
    return size;
}

uint64_t tro_mpi_share(uint64_t number)
{
    if (started)
        MPI_Bcast(&number, 1, MPI_UINT64_T, 0, MPI_COMM_WORLD);
    return number;
}

int tro_mpi_all(int fine)
{
    int all = fine;
    if (started)
        MPI_Allreduce(&fine, &all, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
    return all;
}

void tro_mpi_abort(int code)
{
    if (started && size > 1)
        MPI_Abort(MPI_COMM_WORLD, code);
}

const char *tro_mpi_version(void)
{
    static char name[MPI_MAX_LIBRARY_VERSION_STRING];
    int length;
    MPI_Get_library_version(name, &length);
    name[strcspn(name, ",\n")] = '\0';
    return name;
}

/* Waits without using up a core, as MPI's own waiting does. Returns 0 on Ctrl-C. */
static int wait_for(int source, int tag, MPI_Status *status)
{
    const struct timespec pause = {0, 500000};
    int there = 0;
    for (;;) {
        MPI_Iprobe(source, tag, MPI_COMM_WORLD, &there, status);
        if (there)
            return 1;
        if (rank == 0 && tro_interrupted())
            return 0;
        nanosleep(&pause, NULL);
    }
}

/* A result begins with its item. One that is too long for a message is no result. */
static int work(const tro_crew *crew)
{
    tro_text result = {0};
    MPI_Status from;
    uint64_t item;
    int status = TRO_OK;
    omp_set_num_threads(crew->threads);
    while (status == TRO_OK) {
        wait_for(0, TAG_ITEM, &from);
        MPI_Recv(&item, 1, MPI_UINT64_T, 0, TAG_ITEM, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        if (item == NO_MORE)
            break;
        result.length = 0;
        tro_text_add_n(&result, (const char *)&item, sizeof item);
        if (crew->work(crew->context, (size_t)item, &result) < 0 || result.failed ||
            result.length > INT_MAX)
            result.length = sizeof item;
        MPI_Send(result.data, (int)result.length, MPI_BYTE, 0, TAG_RESULT, MPI_COMM_WORLD);
    }
    tro_text_clear(&result);
    return status;
}

/* Hands an item to a rank. 1, 0 when there is none, or a failure. */
static int hand_out(const tro_crew *crew, int to)
{
    size_t item;
    int more = crew->next(crew->context, &item);
    uint64_t number = item;
    if (more > 0)
        MPI_Send(&number, 1, MPI_UINT64_T, to, TAG_ITEM, MPI_COMM_WORLD);
    return more;
}

/* One result. Returns the rank it is from, or a failure. */
static int take(const tro_crew *crew, tro_messages *messages)
{
    MPI_Status from;
    uint64_t item;
    int length, status;
    if (!wait_for(MPI_ANY_SOURCE, TAG_RESULT, &from))
        return TRO_EINTERRUPTED;
    MPI_Get_count(&from, MPI_BYTE, &length);
    char *bytes = tro_allocate((size_t)length + 1, 1);
    if (!bytes)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory for a cell's results");
    MPI_Recv(bytes, length, MPI_BYTE, from.MPI_SOURCE, TAG_RESULT, MPI_COMM_WORLD,
             MPI_STATUS_IGNORE);
    memcpy(&item, bytes, sizeof item);
    status = (size_t)length == sizeof item
                 ? crew->lost(crew->context, (size_t)item, "its results found no memory, or are "
                                                           "too long for a message")
                 : crew->take(crew->context, (size_t)item, bytes + sizeof item,
                              (size_t)length - sizeof item);
    tro_release(bytes);
    return status < 0 ? status : from.MPI_SOURCE;
}

static int lead(const tro_crew *crew, tro_messages *messages)
{
    uint64_t no_more = NO_MORE;
    size_t under_way = 0;
    int status = TRO_OK;
    for (int ahead = 0; ahead < AHEAD; ahead++)
        for (int to = 1; to < size && status >= 0; to++) {
            status = hand_out(crew, to);
            under_way += status > 0;
        }
    while (status >= 0 && under_way > 0) {
        status = take(crew, messages);
        under_way--;
        if (status >= 0)
            status = hand_out(crew, status);
        under_way += status > 0;
    }
    for (int to = 1; to < size && status >= 0; to++)
        MPI_Send(&no_more, 1, MPI_UINT64_T, to, TAG_ITEM, MPI_COMM_WORLD);
    return status < 0 ? status : TRO_OK;
}

int tro_mpi_run(const tro_crew *crew, tro_messages *messages)
{
    return rank == 0 ? lead(crew, messages) : work(crew);
}

#else

void tro_mpi_start(void)
{
}

void tro_mpi_end(void)
{
}

int tro_mpi_rank(void)
{
    return 0;
}

int tro_mpi_size(void)
{
    return 1;
}

uint64_t tro_mpi_share(uint64_t number)
{
    return number;
}

int tro_mpi_all(int fine)
{
    return fine;
}

int tro_mpi_run(const tro_crew *crew, tro_messages *messages)
{
    return tro_crew_run(crew, messages);
}

const char *tro_mpi_version(void)
{
    return NULL;
}

void tro_mpi_abort(int code)
{
    (void)code;
}

#endif
