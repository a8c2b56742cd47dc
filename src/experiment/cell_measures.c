/* The measures of a cell: those it records, and those that are asked for. */
#include <string.h>

#include "experiment/cell.h"

int tro_cell_measure(const tro_cell *cell, tro_arena *arena, const tro_chosen *chosen,
                     tro_measuring *out, tro_messages *messages)
{
    tro_reader reader = {.arena = arena, .catalog = cell->catalog, .messages = messages,
                         .beside = cell->scenario->document->source.name};
    return tro_measuring_make(&reader, cell->ecosystem, chosen, out);
}

/* Those that a scenario gets which names none. */
static int add_usual(tro_cell *cell, const tro_reader *reader)
{
    const tro_catalog *catalog = cell->catalog;
    int status = TRO_OK;
    for (size_t k = 0; k < catalog->count[TRO_MEASURE] && status == TRO_OK; k++) {
        const tro_plugin *plugin = catalog->items[TRO_MEASURE][k];
        const tro_measure *measure = (const tro_measure *)plugin;
        if (!measure->usual)
            continue;
        size_t at = cell->measure_count++;
        cell->measure_names[at] = plugin->name;
        status = tro_measuring_default(reader, cell->ecosystem, measure, &cell->measures[at]);
    }
    return status;
}

/* Columns must be told apart. */
static int add_name(tro_cell *cell, const tro_chosen *chosen, tro_messages *messages)
{
    tro_text text = {0};
    size_t at = cell->measure_count++;
    int status = TRO_OK;
    tro_measure_label(chosen, &text);
    const char *name = text.failed ? NULL
                                   : tro_arena_text(&cell->arena, tro_text_string(&text));
    tro_text_clear(&text);
    if (!name)
        return TRO_ENOMEM;
    for (size_t k = 0; k < at && status == TRO_OK; k++)
        if (strcmp(cell->measure_names[k], name) == 0)
            status = tro_error(messages, TRO_ESCENARIO, &chosen->node->place,
                               "the measure '%s' comes twice", name);
    cell->measure_names[at] = name;
    return status;
}

int tro_cell_recorded(tro_cell *cell, tro_messages *messages)
{
    const tro_scenario *scenario = cell->scenario;
    size_t most = scenario->measure_count + cell->catalog->count[TRO_MEASURE];
    tro_reader reader = {.arena = &cell->arena, .catalog = cell->catalog, .messages = messages,
                         .beside = scenario->document->source.name};
    int status = TRO_OK;
    cell->measures = TRO_NEW(&cell->arena, tro_measuring, most);
    cell->measure_names = TRO_NEW(&cell->arena, const char *, most);
    if (!cell->measures || !cell->measure_names)
        return TRO_ENOMEM;
    if (scenario->measure_count == 0)
        return add_usual(cell, &reader);
    for (size_t k = 0; k < scenario->measure_count && status != TRO_ENOMEM; k++) {
        const tro_chosen *chosen = &scenario->measures[k];
        int named = add_name(cell, chosen, messages);
        int made = tro_measuring_make(&reader, cell->ecosystem, chosen, &cell->measures[k]);
        status = named == TRO_ENOMEM || made == TRO_ENOMEM ? TRO_ENOMEM
                 : status < 0                              ? status
                 : named < 0                               ? named
                                                           : made;
    }
    return status;
}
