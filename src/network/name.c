/* What an agent can be called. */
#include <string.h>

#include "network/graph.h"

/* The first control character of UTF-8 text, or 0: those below a blank, and
 * U+007F to U+009F. */
static unsigned control_in(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    for (; *at; at++) {
        if (*at < 0x20 || *at == 0x7f)
            return *at;
        if (at[0] == 0xC2 && at[1] >= 0x80 && at[1] < 0xA0)
            return at[1];
    }
    return 0;
}

/* `role` is "an agent" or "a group". */
static int check_letters(const char *name, const char *role, const char *whose,
                         const tro_place *place, tro_messages *messages)
{
    unsigned control = control_in(name);
    if (control)
        return tro_error(messages, TRO_ESCENARIO, place,
                         "%sthe name of %s holds the control character U+%04X: letters, digits "
                         "and blanks would be right", whose, role, control);
    if (name[0] == '\0')
        return tro_error(messages, TRO_ESCENARIO, place,
                         "%sthe name of %s is empty: at least one character would be right",
                         whose, role);
    return TRO_OK;
}

int tro_name_check(const char *name, const char *whose, const tro_place *place,
                   tro_messages *messages)
{
    if (strcmp(name, "producer") == 0 || strcmp(name, "consumer") == 0)
        return tro_error(messages, TRO_ESCENARIO, place,
                         "%san agent cannot be called '%s': in 'judge' that word means the %s of "
                         "the edge", whose, name, name);
    return check_letters(name, "an agent", whose, place, messages);
}

int tro_group_name_check(const char *name, const tro_place *place, tro_messages *messages)
{
    return check_letters(name, "a group", "", place, messages);
}
