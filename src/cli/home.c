#include "cli/home.h"

#include <string.h>
#include <unistd.h>

#include "base/text.h"

#ifndef TRO_DATADIR
#define TRO_DATADIR "/usr/local/share/trophic"
#endif
#ifndef TRO_BINDIR
#define TRO_BINDIR "/usr/local/bin"
#endif

enum { PATH_BYTES = 4096 };

/* The length of what two absolute paths begin with, up to and with a '/'. */
static size_t common_length(const char *one, const char *other)
{
    size_t common = 0;
    for (size_t k = 0; one[k] && one[k] == other[k]; k++)
        if (one[k] == '/')
            common = k + 1;
    return common;
}

/* Where `data` stands seen from `bin`, for a program in such a folder elsewhere; NULL when it is
 * in none, or without memory. */
static char *data_of(const char *program, const char *bin, const char *data, tro_arena *arena)
{
    size_t common = common_length(bin, data);
    const char *tail = bin + common, *file = strrchr(program, '/');
    size_t length = file ? (size_t)(file - program) : 0, rest = strlen(tail);
    if (common == 0 || length <= rest || program[length - rest - 1] != '/' ||
        strncmp(program + length - rest, tail, rest) != 0)
        return NULL;
    tro_text text = {0};
    tro_text_add_n(&text, program, length - rest);
    tro_text_add(&text, data + common);
    char *path = text.failed ? NULL : tro_arena_text(arena, text.data);
    tro_text_clear(&text);
    return path;
}

const char *tro_home(tro_arena *arena)
{
    char program[PATH_BYTES];
    /* Elsewhere than on Linux the folder of configure has to do. */
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    const char *path = NULL;
    if (length > 0) {
        program[length] = '\0';
        path = data_of(program, TRO_BINDIR, TRO_DATADIR, arena);
    }
    return path && access(path, X_OK) == 0 ? path : TRO_DATADIR;
}
