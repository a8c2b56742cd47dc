#include "base/packed.h"

#include <string.h>

void tro_pack(tro_text *out, const void *data, size_t bytes)
{
    if (bytes > 0)
        tro_text_add_n(out, data, bytes);
}

void tro_pack_whole(tro_text *out, uint64_t value)
{
    tro_pack(out, &value, sizeof value);
}

void tro_pack_real(tro_text *out, double value)
{
    tro_pack(out, &value, sizeof value);
}

void tro_pack_text(tro_text *out, const char *text)
{
    size_t length = text ? strlen(text) + 1 : 0;
    tro_pack_whole(out, length);
    tro_pack(out, text, length);
}

const char *tro_unpack_view(tro_packed *from, size_t bytes)
{
    if (from->failed || bytes > from->length - from->at) {
        from->failed = 1;
        return NULL;
    }
    from->at += bytes;
    return from->data + from->at - bytes;
}

void tro_unpack(tro_packed *from, void *data, size_t bytes)
{
    if (bytes == 0)
        return;
    const char *found = tro_unpack_view(from, bytes);
    if (found)
        memcpy(data, found, bytes);
    else
        memset(data, 0, bytes);
}

uint64_t tro_unpack_whole(tro_packed *from)
{
    uint64_t value;
    tro_unpack(from, &value, sizeof value);
    return value;
}

double tro_unpack_real(tro_packed *from)
{
    double value;
    tro_unpack(from, &value, sizeof value);
    return value;
}

uint64_t tro_unpack_count(tro_packed *from, uint64_t most)
{
    uint64_t value = tro_unpack_whole(from);
    if (value <= most)
        return value;
    from->failed = 1;
    return 0;
}

size_t tro_unpack_length(tro_packed *from, size_t size)
{
    uint64_t value = tro_unpack_whole(from);
    if (value <= (from->length - from->at) / size)
        return (size_t)value;
    from->failed = 1;
    return 0;
}

const char *tro_unpack_text(tro_packed *from)
{
    uint64_t length = tro_unpack_whole(from);
    const char *found = length > 0 ? tro_unpack_view(from, length) : NULL;
    if (found && memchr(found, '\0', length) == found + length - 1)
        return found;
    from->failed |= length > 0;
    return NULL;
}
