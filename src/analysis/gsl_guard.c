#include "analysis/gsl_guard.h"

#include <gsl/gsl_errno.h>
#include <pthread.h>

#include <trophic/status.h>

static void handler_off(void)
{
    gsl_set_error_handler_off();
}

void tro_gsl_guard(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, handler_off);
}

int tro_gsl_status(int code)
{
    switch (code) {
    case GSL_SUCCESS:
        return TRO_OK;
    case GSL_ENOMEM:
        return TRO_ENOMEM;
    case GSL_ESING:
    case GSL_EDOM:
        return TRO_ESINGULAR;
    case GSL_EMAXITER:
        return TRO_ENOCONV;
    default:
        return TRO_ELIBRARY;
    }
}
