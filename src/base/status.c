#include <trophic/status.h>

const char *tro_status_text(int status)
{
    switch (status) {
#define TRO_STATUS_CASE(name, value, text) \
    case value:                            \
        return text;
        TRO_STATUS_LIST(TRO_STATUS_CASE)
#undef TRO_STATUS_CASE
    }
    return "unknown status";
}
