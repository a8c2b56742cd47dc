#include "cli/phases.h"

#include <inttypes.h>

#include "cli/printing.h"

void tro_phase_describe(const tro_cell *cell, size_t phase, tro_text *text)
{
    const char *name = cell->phase[phase].name;
    uint64_t from = cell->line[phase].from + 1;
    if (phase + 1 == cell->stage_count)
        tro_text_addf(text, "from round %" PRIu64 " on", from);
    else
        tro_text_addf(text, "rounds %" PRIu64 " to %" PRIu64, from, cell->line[phase + 1].from);
    if (name) {
        tro_text_add(text, " (");
        tro_add_clean(text, name);
        tro_text_add(text, ")");
    }
}
