/* Numbers as text and back, whatever the locale of the program that uses the
 * library: strtod and printf follow LC_NUMERIC, so both run in a "C" locale
 * of their own. */
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static locale_t c_locale;
static pthread_once_t c_locale_once = PTHREAD_ONCE_INIT;

static void make_c_locale(void)
{
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

static locale_t enter_c(void)
{
    pthread_once(&c_locale_once, make_c_locale);
    return c_locale ? uselocale(c_locale) : (locale_t)0;
}

static void leave_c(locale_t old)
{
    if (old)
        uselocale(old);
}

static char *special(char buffer[32], double value)
{
    strcpy(buffer, isnan(value) ? "nan" : value > 0 ? "inf" : "-inf");
    return buffer;
}

static void write_real(char buffer[32], double value)
{
    locale_t old = enter_c();
    if (fabs(value) < 1e15 && value == floor(value) && (value != 0 || !signbit(value))) {
        snprintf(buffer, 32, "%.0f", value); /* 20, not 2e+01 */
        leave_c(old);
        return;
    }
    /* %g drops trailing zeros, so 15 digits give the shortest form whenever 15
     * suffice; few numbers need 16 or 17. */
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(buffer, 32, "%.*g", digits, value);
        if (strtod(buffer, NULL) == value)
            break;
    }
    leave_c(old);
}

/* Large tables say many numbers again and again, in a row or from row to row, and a few of the last
 * are at hand. */
char *tro_format_real(char buffer[32], double value)
{
    enum { BITS = 6 };
    static _Thread_local struct {
        uint64_t bits;
        char text[32];
    } written[1 << BITS];
    uint64_t bits;
    if (!isfinite(value))
        return special(buffer, value);
    memcpy(&bits, &value, sizeof bits);
    size_t at = (bits * UINT64_C(0x9e3779b97f4a7c15)) >> (64 - BITS);
    if (written[at].bits != bits || !*written[at].text) {
        written[at].bits = bits;
        write_real(written[at].text, value);
    }
    return strcpy(buffer, written[at].text);
}

char *tro_format_short(char buffer[32], double value, int digits)
{
    if (!isfinite(value))
        return special(buffer, value);
    if (digits < 1 || digits > 17)
        digits = 17;
    locale_t old = enter_c();
    snprintf(buffer, 32, "%.*g", digits, value);
    leave_c(old);
    return buffer;
}

static int infinite(const char *text, double *value)
{
    double sign = 1;
    if (*text == '-' || *text == '+')
        sign = *text++ == '-' ? -1 : 1;
    if (*text == '.')
        text++;
    if (strcmp(text, "inf") != 0)
        return 0;
    *value = sign * INFINITY;
    return 1;
}

int tro_parse_real(const char *text, double *value)
{
    if (infinite(text, value))
        return 1;
    /* No hexadecimal, no "nan", no leading blanks: strtod takes them all. */
    if (*text == '\0' || strspn(text, "+-.0123456789eE") != strlen(text))
        return 0;
    char *end;
    locale_t old = enter_c();
    double read = strtod(text, &end);
    leave_c(old);
    if (*end != '\0' || end == text || !isfinite(read))
        return 0;
    *value = read;
    return 1;
}

int tro_parse_whole(const char *text, long long *value)
{
    double real;
    char *end;
    if (*text && strspn(text, "+-0123456789") == strlen(text)) {
        errno = 0;
        long long whole = strtoll(text, &end, 10);
        if (*end != '\0' || errno == ERANGE || end == text)
            return 0;
        *value = whole;
        return 1;
    }
    if (!tro_parse_real(text, &real) || fabs(real) > 0x1p53 || real != floor(real))
        return 0;
    *value = (long long)real;
    return 1;
}
