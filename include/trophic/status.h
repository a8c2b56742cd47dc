/* Status codes: what every fallible function of trophic returns.
 *
 * One list makes the codes and their texts, so a code without a text cannot
 * exist. TRO_OK is 0 and every failure is negative; the facts of a failure
 * (where, what was found, what would be right) travel in a tro_messages,
 * see messages.h. */
#ifndef TROPHIC_STATUS_H
#define TROPHIC_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

#define TRO_STATUS_LIST(X)                                                  \
    X(TRO_OK, 0, "success")                                                 \
    X(TRO_ENOMEM, -1, "out of memory")                                      \
    X(TRO_EINVAL, -2, "invalid argument")                                   \
    X(TRO_EIO, -3, "input or output failed")                                \
    X(TRO_EPARSE, -4, "not valid YAML")                                     \
    X(TRO_ESCENARIO, -5, "invalid scenario")                                \
    X(TRO_EUNSUPPORTED, -6, "not supported by this family or rule")         \
    X(TRO_EDIVERGED, -7, "the ecosystem diverges")                          \
    X(TRO_ENOCONV, -8, "the iteration did not converge")                    \
    X(TRO_ESINGULAR, -9, "the linear system is singular")                   \
    X(TRO_EEXIST, -10, "the result exists already")                         \
    X(TRO_EINTERRUPTED, -11, "interrupted")                                 \
    X(TRO_ELIBRARY, -12, "a library trophic stands on reported an error")

typedef enum tro_status {
#define TRO_STATUS_ENUM(name, value, text) name = value,
    TRO_STATUS_LIST(TRO_STATUS_ENUM)
#undef TRO_STATUS_ENUM
} tro_status;

/* The text of a status, without a full stop; never NULL. The string is
 * static. Any thread. */
const char *tro_status_text(int status);

#if defined __GNUC__
#define TRO_MUST_USE __attribute__((warn_unused_result))
#define TRO_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define TRO_MUST_USE
#define TRO_PRINTF(text, first)
#endif

#ifdef __cplusplus
}
#endif
#endif
