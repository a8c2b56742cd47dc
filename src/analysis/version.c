#include "analysis/version.h"

#include <gsl/gsl_version.h>

const char *tro_gsl_version(void)
{
    return gsl_version;
}
