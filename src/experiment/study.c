#include <string.h>

#include "experiment/study_parts.h"
#include "output/csv.h"

const char *tro_verdict_name(tro_verdict verdict)
{
    static const char *const names[TRO_VERDICTS] = {"holds", "holds only if", "FAILS",
                                                    "undecided"};
    return names[verdict];
}

int tro_study_holds(const tro_study *study)
{
    return study->counts[TRO_HOLDS] + study->counts[TRO_HOLDS_IF] == study->claim_count;
}

/* Cells have no study in them, so nothing changes it there. */
static int keep_overrides(tro_study *study)
{
    const tro_cell *cell = study->cell;
    study->overrides = TRO_NEW(&study->arena, tro_override, cell->override_count + 1);
    for (size_t k = 0; study->overrides && k < cell->override_count; k++)
        if (!tro_study_is_own_key(cell->overrides[k].path))
            study->overrides[study->override_count++] = cell->overrides[k];
    return study->overrides ? TRO_OK : TRO_ENOMEM;
}

int tro_study_new(const tro_document *document, const tro_catalog *catalog,
                  const tro_override *overrides, size_t count, tro_study **out,
                  tro_messages *messages)
{
    tro_study *study = tro_allocate(1, sizeof *study);
    int status;
    *out = NULL;
    if (!study)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory");
    TRO_TRY(tro_cell_new(document, catalog, overrides, count, &study->cell, messages));
    TRO_TRY(tro_cell_bare_document(document, &study->bare, messages));
    if (keep_overrides(study) < 0)
        TRO_TRY(tro_error(messages, TRO_ENOMEM, NULL, "out of memory"));
    tro_reader reader = {.arena = &study->arena, .catalog = catalog, .messages = messages};
    status = tro_study_tables_read(study, &reader);
    if (status != TRO_ENOMEM)
        status = tro_graver(status, tro_study_claims_read(study, &reader));
    if (status != TRO_ENOMEM)
        status = tro_graver(status, tro_study_figure_check(study, &reader));
    if (status != TRO_ENOMEM)
        status = tro_graver(status, tro_sweep_read(study, &reader));
out:
    if (status < 0)
        tro_study_free(study);
    else
        *out = study;
    return status;
}

void tro_study_free(tro_study *study)
{
    if (!study)
        return;
    for (size_t t = 0; t < study->table_count; t++)
        tro_study_slots_free(&study->tables[t], study->tables[t].cells);
    for (size_t k = 0; k < study->claim_count; k++)
        if (study->claims[k].grid)
            tro_study_slots_free(study->claims[k].grid, study->claims[k].grid->cells);
    tro_sweep_free(study->sweep);
    tro_cell_free(study->cell);
    tro_document_free(study->bare);
    tro_arena_clear(&study->arena);
    tro_release(study);
}

int tro_study_run(tro_study *study, const tro_progress *progress, tro_messages *messages)
{
    int status = TRO_OK;
    study->cell->progress = progress;
    TRO_TRY(tro_study_sweep(study, progress));
    memset(study->counts, 0, sizeof study->counts);
    for (size_t k = 0; k < study->claim_count; k++) {
        TRO_TRY(tro_progress_stops(progress) ? TRO_EINTERRUPTED : TRO_OK);
        TRO_TRY(tro_study_claim_evaluate(study, &study->claims[k], messages));
        study->counts[study->claims[k].verdict]++;
    }
    status = tro_progress_stops(progress) ? TRO_EINTERRUPTED : TRO_OK;
out:
    study->cell->progress = NULL;
    return status;
}

/* --- finding ---------------------------------------------------------------- */

static int no_column(const tro_study_table *table, const char *column, const tro_place *place,
                     tro_messages *messages)
{
    const char *words[64];
    size_t count = 0;
    for (size_t c = 0; c < table->column_count && count < 64; c++)
        words[count++] = table->columns[c].name;
    const char *near = tro_nearest_word(column, words, count);
    return tro_error(messages, TRO_ESCENARIO, place, "table '%s' has no column '%s'%s%s%s",
                     table->name, column, near ? " (did you mean '" : "", near ? near : "",
                     near ? "'?)" : "");
}

static int no_table(const tro_study *study, const char *name, size_t length,
                    const tro_place *place, tro_messages *messages)
{
    const char *words[64];
    size_t count = 0;
    for (size_t t = 0; t < study->table_count && count < 64; t++)
        words[count++] = study->tables[t].name;
    char *text = tro_allocate(length + 1, 1);
    if (!text)
        return TRO_ENOMEM;
    memcpy(text, name, length);
    const char *near = tro_nearest_word(text, words, count);
    int status = tro_error(messages, TRO_ESCENARIO, place,
                           "'vary' has no table '%s'%s%s%s", text,
                           near ? " (did you mean '" : "", near ? near : "",
                           near ? "'?)" : "");
    tro_release(text);
    return status;
}

int tro_study_find(const tro_study *study, const char *name, size_t length, const char *column,
                   const tro_place *place, const tro_study_table **found_table,
                   const tro_column **found_column, tro_messages *messages)
{
    *found_table = NULL;
    *found_column = NULL;
    for (size_t t = 0; t < study->table_count && !*found_table; t++)
        if (strlen(study->tables[t].name) == length &&
            strncmp(study->tables[t].name, name, length) == 0)
            *found_table = &study->tables[t];
    if (!*found_table)
        return study->tables_known ? no_table(study, name, length, place, messages)
                                   : TRO_ESCENARIO;
    for (size_t c = 0; c < (*found_table)->column_count; c++)
        if (strcmp((*found_table)->columns[c].name, column) == 0) {
            *found_column = &(*found_table)->columns[c];
            return TRO_OK;
        }
    return (*found_table)->columns_known ? no_column(*found_table, column, place, messages)
                                         : TRO_ESCENARIO;
}

int tro_study_find_column(const tro_study *study, const char *name, const tro_place *place,
                          const tro_study_table **table, const tro_column **column,
                          tro_messages *messages)
{
    const char *dot = strchr(name, '.'), *split = NULL;
    *table = NULL;
    *column = NULL;
    if (!dot)
        return tro_error(messages, TRO_ESCENARIO, place,
                         "'%s' is not TABLE.COLUMN, as in 'coupling.dJp'", name);
    for (const char *end = dot; end; end = strchr(end + 1, '.')) {
        if (tro_study_find(study, name, (size_t)(end - name), end + 1, NULL, table, column,
                           NULL) == TRO_OK)
            return TRO_OK;
        split = !split && *table ? end : split;
    }
    split = split ? split : dot;
    return tro_study_find(study, name, (size_t)(split - name), split + 1, place, table, column,
                          messages);
}

/* --- writing --------------------------------------------------------------- */

static int write_claims(const tro_study *study, tro_folder *folder, tro_messages *messages)
{
    static const char *const names[] = {"claim", "source", "expected", "found", "verdict",
                                        "remark"};
    tro_csv csv = {0};
    const char *path;
    int status;
    TRO_TRY(tro_folder_add(folder, "claims.csv", &path, messages));
    TRO_TRY(tro_csv_open(&csv, path, names, sizeof names / sizeof *names, messages));
    for (size_t k = 0; k < study->claim_count; k++) {
        const tro_claim *claim = &study->claims[k];
        tro_csv_text(&csv, claim->claim);
        tro_csv_text(&csv, claim->source);
        tro_csv_text(&csv, claim->expected);
        tro_csv_text(&csv, claim->found);
        tro_csv_text(&csv, claim->verdict_text);
        tro_csv_text(&csv, claim->remark);
        TRO_TRY(tro_csv_end_row(&csv));
    }
    status = tro_csv_commit(&csv);
out:
    tro_csv_abort(&csv);
    return status;
}

int tro_study_write(const tro_study *study, tro_folder *folder, tro_messages *messages)
{
    int status = TRO_OK;
    for (size_t t = 0; t < study->table_count; t++)
        TRO_TRY(tro_study_table_write(&study->tables[t], folder, messages));
    if (study->claim_count > 0)
        TRO_TRY(write_claims(study, folder, messages));
    TRO_TRY(tro_study_figure_write(study, folder, messages));
out:
    return status;
}
