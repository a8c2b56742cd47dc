#include "output/json.h"

#include <math.h>
#include <stdint.h>

#include "output/utf8.h"

static void add_code(tro_text *out, const char *at, size_t length, uint32_t code)
{
    if (code == '"' || code == '\\')
        tro_text_add(out, "\\");
    if (code == '\n')
        tro_text_add(out, "\\n");
    else if (code == '\t')
        tro_text_add(out, "\\t");
    else if (code < 0x20 || code == 0x7f)
        tro_text_addf(out, "\\u%04x", (unsigned)code);
    else if (code == 0xfffd)
        tro_text_add(out, "\xef\xbf\xbd");
    else
        tro_text_add_n(out, at, length);
}

void tro_json_text(tro_text *out, const char *text)
{
    if (!text) {
        tro_text_add(out, "null");
        return;
    }
    tro_text_add(out, "\"");
    while (*text) {
        uint32_t code;
        size_t length = tro_utf8_next(text, &code);
        add_code(out, text, length, code);
        text += length;
    }
    tro_text_add(out, "\"");
}

void tro_json_real(tro_text *out, double value)
{
    char buffer[32];
    if (isnan(value))
        tro_text_add(out, "null");
    else if (isinf(value))
        tro_text_add(out, value > 0 ? "\"inf\"" : "\"-inf\"");
    else
        tro_text_add(out, tro_format_real(buffer, value));
}

void tro_json_whole(tro_text *out, long long value)
{
    tro_text_addf(out, "%lld", value);
}

void tro_json_value(tro_text *out, const tro_fact *fact)
{
    switch (fact->type) {
    case TRO_FACT_IS_TEXT:
        tro_json_text(out, fact->text);
        break;
    case TRO_FACT_IS_REAL:
        tro_json_real(out, fact->real);
        break;
    case TRO_FACT_IS_WHOLE:
        tro_json_whole(out, fact->whole);
        break;
    }
}

void tro_json_facts(tro_text *out, const tro_fact *facts, size_t count)
{
    tro_text_add(out, "{");
    for (size_t k = 0; k < count; k++) {
        tro_text_add(out, k ? ", " : "");
        tro_json_text(out, facts[k].key);
        tro_text_add(out, ": ");
        tro_json_value(out, &facts[k]);
    }
    tro_text_add(out, "}");
}
