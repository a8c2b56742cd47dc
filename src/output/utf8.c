#include "output/utf8.h"

size_t tro_utf8_next(const char *text, uint32_t *code)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *at = (const unsigned char *)text;
    size_t length = at[0] < 0x80 ? 1 : at[0] >> 5 == 6 ? 2 : at[0] >> 4 == 14 ? 3
                    : at[0] >> 3 == 30 ? 4 : 0;
    uint32_t value = length == 1 ? at[0] : at[0] & (0xffu >> (length + 1));
    for (size_t k = 1; k < length; k++) {
        if (at[k] >> 6 != 2)   /* stops at the NUL too */
            length = 0;
        else
            value = value << 6 | (at[k] & 0x3f);
    }
    int surrogate = value >= 0xd800 && value <= 0xdfff;
    if (length == 0 || value < least[length] || value > 0x10ffff || surrogate) {
        *code = 0xfffd;
        return 1;
    }
    *code = value;
    return length;
}
