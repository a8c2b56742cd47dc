/* One value by its table row: what the readers of param.h share.
 *
 * Inside the document folder only. Every reader writes the absent value to
 * `slot` first, so a config is whole even after a mistake. */
#ifndef TRO_DOCUMENT_VALUE_H
#define TRO_DOCUMENT_VALUE_H

#include "document/param.h"

/* Appends a mistake, up to TRO_MISTAKE_LIMIT. Returns TRO_ESCENARIO. */
int tro_mistake(const tro_reader *reader, const tro_place *where, const char *format, ...)
    TRO_PRINTF(3, 4);
int tro_no_memory(const tro_reader *reader);

/* A value of the wrong type: "key must be wanted, found 'abc'". */
int tro_wrong(const tro_reader *reader, const tro_node *node, const tro_param *param,
              const char *wanted);
/* A key without a value. */
int tro_no_value(const tro_reader *reader, const tro_node *node, const char *what);

/* The graver of two: TRO_ENOMEM, then any other failure, then TRO_OK. */
int tro_worse(int one, int other);

/* "'abc'", "a list", "nothing", ...; long texts are cut. Returns buffer. */
enum { TRO_FOUND_BYTES = 96 };
const char *tro_found(const tro_node *node, char buffer[TRO_FOUND_BYTES]);

/* "a, b, c" of count names, cut when very long. */
void tro_add_names(tro_text *text, const char *const *names, size_t count);

/* " (did you mean 'x'?)", or `otherwise` and the names, or "" without any. */
void tro_add_hint(tro_text *text, const char *word, const char *const *names, size_t count,
                  const char *otherwise);

/* "above 0 and at most 10 rounds", "a share between 0 and 1", "above 0 (unit: reward)"; empty
 * without TRO_P_BOUNDED. */
void tro_add_range(tro_text *text, const tro_param *param);
int tro_in_range(const tro_param *param, double value);

/* What the slot holds when the key is absent and has no default. */
void tro_set_absent(const tro_param *param, void *slot);

/* Reads any type; node is never NULL. */
TRO_MUST_USE int tro_read_value(const tro_reader *reader, const tro_node *node,
                                const tro_param *param, void *slot);

/* By type. */
typedef int tro_read_function(const tro_reader *reader, const tro_node *node,
                              const tro_param *param, void *slot);
tro_read_function tro_read_p_bool, tro_read_p_real, tro_read_p_whole, tro_read_p_text,
    tro_read_p_choice, tro_read_p_vector, tro_read_p_matrix, tro_read_p_texts;

#endif
