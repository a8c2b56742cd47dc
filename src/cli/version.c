#include "cli/version.h"

#include <omp.h>

#include "analysis/version.h"
#include "cli/mpi.h"
#include "commit.h"
#include "network/version.h"
#include "output/store.h"

const char *tro_version(void)
{
    return PACKAGE_VERSION;
}

const char *tro_commit(void)
{
    return TRO_COMMIT;
}

void tro_version_describe(tro_text *text)
{
    const char *mpi = tro_mpi_version();
    tro_text_addf(text, "trophic %s\ncommit  %s\nigraph  %s\nGSL     %s\nSQLite  %s\n",
                  tro_version(), tro_commit(), tro_igraph_version(), tro_gsl_version(),
                  tro_store_library());
    if (mpi)
        tro_text_addf(text, "MPI     %s\n", mpi);
    tro_text_addf(text, "threads %d\n", omp_get_max_threads());
}
