/* Columns of files that have a number for each outcome. */
#include <string.h>

#include "document/value.h"
#include "family/table.h"

/* Is it said already? Many agents may read one file. */
static int was_said(const tro_messages *messages, const char *sentence)
{
    for (size_t k = 0; messages && k < messages->count; k++)
        if (strstr(messages->items[k].text, sentence))
            return 1;
    return 0;
}

static int refuse_count(const tro_reader *reader, const tro_space *space,
                        const tro_data_column *column, size_t rows)
{
    tro_text text = {0};
    int status = TRO_ESCENARIO;
    tro_text_addf(&text, "'%s' has %zu row%s below its first line, but there are %zu outcomes",
                  column->file, rows, rows == 1 ? "" : "s", space->outcomes);
    if (!was_said(reader->messages, tro_text_string(&text)))
        status = tro_mistake(reader, tro_place_of(column->self, "file"), "%s",
                             tro_text_string(&text));
    tro_text_clear(&text);
    return status;
}

int tro_outcomes_column(const tro_reader *reader, const tro_space *space,
                        const tro_data_column *column, const tro_param *bounds, tro_vector *out)
{
    int status = tro_data_column_read(reader, column, bounds, out);
    return status < 0 || out->count == space->outcomes
               ? status
               : refuse_count(reader, space, column, out->count);
}
