#include "cli/version.h"

#include <omp.h>

#include "analysis/version.h"
#include "commit.h"
#include "network/version.h"

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
    tro_text_addf(text, "trophic %s\ncommit  %s\nigraph  %s\nGSL     %s\nthreads %d\n",
                  tro_version(), tro_commit(), tro_igraph_version(), tro_gsl_version(),
                  omp_get_max_threads());
}
