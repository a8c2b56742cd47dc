/* JSON, written: texts, numbers, and lists of facts.
 *
 * Numbers are the shortest decimals that read back the same, whole numbers
 * keep all 64 bits; JSON has no infinities, so they become the texts "inf"
 * and "-inf", and NaN becomes null. Everything appends to a tro_text, which
 * remembers when memory ran out.
 *
 *   tro_fact facts[] = {TRO_FACT_TEXT("command", "run"), TRO_FACT_WHOLE("seed", 7)};
 *   tro_json_facts(&text, facts, 2);      // {"command": "run", "seed": 7}
 */
#ifndef TRO_OUTPUT_JSON_H
#define TRO_OUTPUT_JSON_H

#include <stddef.h>

#include "base/text.h"

typedef enum tro_fact_type { TRO_FACT_IS_TEXT, TRO_FACT_IS_REAL, TRO_FACT_IS_WHOLE } tro_fact_type;

/* A key and its value. Unowned views; a text of NULL is null. */
typedef struct tro_fact {
    const char *key;
    tro_fact_type type;
    const char *text;
    double real;
    long long whole;
} tro_fact;

#define TRO_FACT_TEXT(k, v) ((tro_fact){.key = (k), .type = TRO_FACT_IS_TEXT, .text = (v)})
#define TRO_FACT_REAL(k, v) ((tro_fact){.key = (k), .type = TRO_FACT_IS_REAL, .real = (v)})
#define TRO_FACT_WHOLE(k, v) ((tro_fact){.key = (k), .type = TRO_FACT_IS_WHOLE, .whole = (v)})

/* A quoted text (null for NULL). Bytes that are not UTF-8 become U+FFFD. */
void tro_json_text(tro_text *out, const char *text);
void tro_json_real(tro_text *out, double value);
void tro_json_whole(tro_text *out, long long value);
void tro_json_value(tro_text *out, const tro_fact *fact);   /* without its key */
/* One object on one line, in the order given. */
void tro_json_facts(tro_text *out, const tro_fact *facts, size_t count);

#endif
