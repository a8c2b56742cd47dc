#include "cli/sweep_cells.h"

#include <math.h>
#include <string.h>

#include "cli/normalise.h"
#include "cli/progress.h"
#include "cli/rounds.h"
#include "cli/version.h"
#include "experiment/study_parts.h"
#include "network/graph.h"
#include "output/digest.h"

/* --- the layout ------------------------------------------------------------ */

static int lay_columns(const tro_study_table *table, tro_arena *arena, tro_store_layout *out)
{
    size_t at = 0;
    tro_store_column *columns = TRO_NEW(arena, tro_store_column,
                                        table->axis_count + 2 * table->column_count + 1);
    if (!columns)
        return TRO_ENOMEM;
    for (size_t a = 0; a < table->axis_count; a++)
        columns[at++] = (tro_store_column){table->axes[a].name,
                                           table->axes[a].options.count ? TRO_STORE_WORD
                                                                        : TRO_STORE_NUMBER};
    out->parameters = at;
    for (size_t c = 0; c < table->column_count; c++) {
        tro_text name = {0};
        columns[at++] = (tro_store_column){table->columns[c].name, TRO_STORE_OUTPUT};
        if (!table->columns[c].sampled)
            continue;
        tro_text_addf(&name, "%s_se", table->columns[c].name);
        columns[at] = (tro_store_column){tro_arena_text(arena, tro_text_string(&name)),
                                         TRO_STORE_ERROR};
        tro_text_clear(&name);
        if (!columns[at++].name)
            return TRO_ENOMEM;
    }
    out->columns = columns;
    out->column_count = at;
    return TRO_OK;
}

/* Number by number: a large network has no text that one would like to hold. */
static void digest_network(const tro_graph *graph, char digest[TRO_DIGEST_CHARS])
{
    tro_digest sum;
    tro_digest_start(&sum);
    for (size_t k = 0; k < graph->count; k++) {
        const tro_link *link = &graph->links[k];
        const uint64_t ends[2] = {link->from, link->to};
        double numbers[3] = {link->synthetic, link->curated, isnan(link->delay) ? -1 : link->delay};
        tro_digest_add(&sum, ends, sizeof ends);
        tro_digest_add(&sum, numbers, sizeof numbers);
    }
    tro_digest_finish(&sum, digest);
}

/* The scenario without the sweep, its defaults written out, and a digest of its network,
 * which may stand in another file. */
static int describe_scenario(const tro_study *study, tro_arena *arena, tro_store_layout *out,
                             tro_messages *messages)
{
    char digest[TRO_DIGEST_CHARS];
    tro_cell *cell = NULL;
    tro_text text = {0};
    int status;
    TRO_TRY(tro_cell_new(study->bare, study->cell->catalog, study->overrides,
                         study->override_count, &cell, NULL));  /* it was made before */
    TRO_TRY(tro_scenario_normalised(cell, &text, messages));
    digest_network(&cell->scenario->graph, digest);
    out->scenario = tro_arena_text(arena, tro_text_string(&text));
    out->network = tro_arena_text(arena, digest);
    status = text.failed || !out->scenario || !out->network ? TRO_ENOMEM : TRO_OK;
out:
    tro_text_clear(&text);
    tro_cell_free(cell);
    return status;
}

static const char *join_names(const tro_recorder *recorder, tro_arena *arena)
{
    tro_text text = {0};
    for (size_t k = 0; k < recorder->columns; k++)
        tro_text_addf(&text, "%s%s", k ? "," : "", recorder->column_names[k]);
    const char *names = text.failed ? NULL : tro_arena_text(arena, tro_text_string(&text));
    tro_text_clear(&text);
    return names;
}

/* The columns of the rounds of the first cell, or of the scenario where there is none. */
static int describe_rounds(const tro_study *study, tro_arena *arena, tro_store_layout *out)
{
    tro_cell *first = NULL;
    tro_recorder recorder = {0};
    int status = tro_study_cell_new(study, &study->sweep->table, 0, NULL, &first, NULL);
    if (status != TRO_ENOMEM)
        status = tro_recorder_init(&recorder, first ? first : study->cell);
    if (status == TRO_OK) {
        out->round_names = join_names(&recorder, arena);
        status = out->round_names ? TRO_OK : TRO_ENOMEM;
    }
    tro_recorder_release(&recorder);
    tro_cell_free(first);
    return status;
}

int tro_sweep_layout(tro_study *study, tro_arena *arena, tro_store_layout *out,
                     tro_messages *messages)
{
    static const char *const shapes[] = {"grid", "list", "sample"};
    const tro_sweep *sweep = study->sweep;
    tro_text text = {0};
    int status;
    *out = (tro_store_layout){.program = tro_version(), .name = study->cell->scenario->name,
                              .seed = study->cell->scenario->seed, .cells = sweep->cells,
                              .components = sweep->table.components,
                              .first_component = sweep->table.first_component,
                              .shape = shapes[sweep->table.shape]};
    TRO_TRY(lay_columns(&sweep->table, arena, out));
    TRO_TRY(describe_scenario(study, arena, out, messages));
    tro_node_write(sweep->self, &text);
    out->definition = text.failed ? NULL : tro_arena_text(arena, tro_text_string(&text));
    if (!out->definition)
        TRO_TRY(TRO_ENOMEM);
    if (sweep->rounds)
        TRO_TRY(describe_rounds(study, arena, out));
out:
    tro_text_clear(&text);
    return status;
}

/* --- computing ------------------------------------------------------------- */

/* A result: this, the label, the message, the numbers, the rounds. */
typedef struct head {
    size_t label, message, values, rounds;
    double seconds;
    int status;
} head;

static int add_rows(void *text, const char *rows, size_t length)
{
    tro_text_add_n(text, rows, length);
    return ((tro_text *)text)->failed ? TRO_ENOMEM : TRO_OK;
}

/* Appends the rows of a cell's rounds; what went wrong goes to `message`. */
static int keep_rounds(tro_cell *cell, const tro_store_layout *layout, tro_text *rows,
                       tro_text *message)
{
    tro_recorder recorder = {0};
    tro_outcome outcome = {0};
    tro_messages own = {0};
    tro_arena arena = {0};
    tro_row_sink sink = {add_rows, rows, 0};
    int status;
    TRO_TRY(tro_recorder_init(&recorder, cell));
    const char *names = join_names(&recorder, &arena);
    if (!names)
        TRO_TRY(TRO_ENOMEM);
    if (strcmp(names, layout->round_names) != 0)
        TRO_TRY(tro_error(&own, TRO_ESCENARIO, NULL, "they have the columns %s, and those of the "
                          "first cell %s", names, layout->round_names));
    TRO_TRY(tro_rounds_into(cell, &recorder, &sink, NULL, NULL, &outcome, &own));
    if (outcome.ending == TRO_DIVERGED)
        status = tro_error(&own, TRO_EDIVERGED, NULL, "diverged in round %lld",
                           outcome.lost_in);
out:
    if (status < 0)
        tro_text_addf(message, "%srounds: %s", message->length ? "; " : "",
                      own.errors ? own.items[own.count - 1].text : tro_status_text(status));
    if (status < 0 && status != TRO_EDIVERGED)
        rows->length = 0;
    tro_outcome_release(&outcome);
    tro_recorder_release(&recorder);
    tro_messages_clear(&own);
    tro_arena_clear(&arena);
    return status;
}

/* Outputs and standard errors of all components, as the store has them. */
static size_t add_values(const tro_study_table *table, tro_text *result)
{
    static const double none = NAN;
    size_t count = 0;
    for (size_t k = 0; k < table->components; k++)
        for (size_t c = 0; c < table->column_count; c++) {
            const tro_column *column = &table->columns[c];
            tro_text_add_n(result, (const char *)(column->values ? &column->values[k] : &none),
                           sizeof none);
            count++;
            if (!column->sampled)
                continue;
            tro_text_add_n(result, (const char *)(column->errors ? &column->errors[k] : &none),
                           sizeof none);
            count++;
        }
    return count;
}

int tro_sweep_compute(tro_study *study, const tro_store_layout *layout, size_t cell,
                      tro_text *result)
{
    tro_sweep_result found;
    tro_text message = {0}, rows = {0};
    double start = tro_clock();
    head h = {0};
    tro_sweep_run(study, cell, &found);
    tro_sweep_message(study, &message);
    if (found.cell && layout->round_names) {
        int kept = keep_rounds(found.cell, layout, &rows, &message);
        found.status = found.status < 0 ? found.status : kept;
    }
    const char *label = tro_sweep_label(study, found.status);
    h.label = strlen(label);
    h.message = message.length;
    h.rounds = rows.length;
    h.status = found.status;
    size_t at = result->length;
    tro_text_add_n(result, (const char *)&h, sizeof h);
    tro_text_add_n(result, label, h.label);
    tro_text_add_n(result, tro_text_string(&message), h.message);
    h.values = add_values(&study->sweep->table, result);
    tro_text_add_n(result, tro_text_string(&rows), h.rounds);
    tro_cell_free(found.cell);
    h.seconds = tro_clock() - start;
    int failed = result->failed || message.failed || rows.failed;
    if (!failed)
        memcpy(result->data + at, &h, sizeof h);
    tro_text_clear(&message);
    tro_text_clear(&rows);
    return failed ? TRO_ENOMEM : TRO_OK;
}

/* --- storing --------------------------------------------------------------- */

static int add_row(const tro_study *study, tro_store *store, tro_store_row *row,
                   tro_messages *messages)
{
    const tro_sweep *sweep = study->sweep;
    const tro_study_table *table = &sweep->table;
    size_t point = row->cell / sweep->replicates;
    tro_store_value *values = tro_allocate(table->axis_count + 1, sizeof *values);
    if (!values)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory for a cell's results");
    for (size_t a = 0; a < table->axis_count; a++) {
        size_t position = tro_axis_index(table, point, a);
        if (table->axes[a].options.count)
            values[a].text = table->axes[a].options.items[position];
        else
            values[a].number = table->axes[a].values.values[position];
    }
    row->parameters = values;
    row->replicate = row->cell % sweep->replicates;
    row->seed = tro_sweep_seed(sweep, study->cell->scenario->seed, row->cell);
    int status = tro_store_add(store, row, messages);
    tro_release(values);
    return status;
}

/* A copy, as a C string. */
static char *piece(tro_arena *arena, const char **at, size_t length)
{
    char *text = tro_arena_text_n(arena, *at, length);
    *at += length;
    return text;
}

int tro_sweep_store(const tro_study *study, tro_store *store, size_t cell, const char *result,
                    size_t length, int *status, tro_messages *messages)
{
    tro_arena arena = {0};
    const char *at = result;
    head h;
    memcpy(&h, at, sizeof h);
    at += sizeof h;
    *status = h.status;
    tro_store_row row = {.cell = cell, .seconds = h.seconds};
    row.status = piece(&arena, &at, h.label);
    row.message = piece(&arena, &at, h.message);
    double *values = TRO_NEW(&arena, double, h.values + 1);
    int fine = row.status && row.message && values;
    if (fine && h.values > 0)
        memcpy(values, at, h.values * sizeof *values);
    row.values = values;
    row.rounds = at + h.values * sizeof *values;
    row.rounds_length = length - (size_t)(row.rounds - result);
    int stored = fine ? add_row(study, store, &row, messages)
                      : tro_error(messages, TRO_ENOMEM, NULL,
                                  "out of memory for a cell's results");
    tro_arena_clear(&arena);
    return stored;
}

int tro_sweep_store_lost(const tro_study *study, tro_store *store, size_t cell, const char *why,
                         tro_messages *messages)
{
    const tro_store_layout *layout = tro_store_layout_of(store);
    size_t count = (layout->column_count - layout->parameters) * layout->components;
    double *none = tro_allocate(count + 1, sizeof *none);
    if (!none)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory for a cell's results");
    for (size_t k = 0; k < count; k++)
        none[k] = NAN;
    tro_store_row row = {.cell = cell, .status = "crashed", .message = why, .values = none,
                         .seconds = NAN};
    int status = add_row(study, store, &row, messages);
    tro_release(none);
    return status;
}
