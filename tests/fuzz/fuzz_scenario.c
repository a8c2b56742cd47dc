/* Fuzzing of scenario reading: whatever bytes come in, making a study of them
 * ends in a study or in located messages; a small one that was made can be
 * analysed and run a few rounds without harm.
 *
 *   clang -fsanitize=fuzzer,address,undefined ...   to search
 *   cc -DTRO_FUZZ_MAIN ...                          to run over given files */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "experiment/study.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LARGEST = 400, ROUNDS = 5 };   /* larger ones are only read */

static void run_rounds(const tro_cell *cell, tro_advance advance, tro_messages *messages)
{
    tro_runner runner = {0};
    tro_sampler *sampler = NULL;
    int status = tro_runner_init(&runner, cell->ecosystem, cell->plan, advance);
    if (status == TRO_OK && advance == TRO_SAMPLED)
        status = tro_sampler_new(cell->ecosystem, &sampler, messages);
    runner.sampler = sampler;
    if (status == TRO_OK)
        status = tro_runner_start(&runner, 0, NULL);
    for (int t = 0; t < ROUNDS && status == TRO_OK; t++)
        status = tro_runner_round(&runner);
    tro_runner_release(&runner);
    tro_sampler_free(sampler);
}

/* Schedules may ask for a thousand retrainings a round and agent. */
static int is_small(const tro_cell *cell)
{
    tro_events events = {0};
    int small = cell->ecosystem->size <= LARGEST && cell->ecosystem->entry_count <= LARGEST &&
                tro_plan_list(cell->plan, 0, 0, &events) == TRO_OK && events.count <= LARGEST;
    tro_events_release(&events);
    return small;
}

static void analyse(tro_cell *cell, tro_messages *messages)
{
    double value;
    if (tro_cell_influences(cell, messages) == TRO_OK)
        for (size_t i = 0; i < cell->ecosystem->agents && i < 3; i++)
            if (tro_influence_adjoint(&cell->influences, i, 0, &value, NULL, messages) < 0)
                break;
    run_rounds(cell, TRO_EXACT, messages);
    if (cell->scenario->sampled)
        run_rounds(cell, TRO_SAMPLED, messages);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tro_messages messages = {0};
    tro_document *document = NULL;
    tro_study *study = NULL;
    int status = tro_document_read_text("fuzz", (const char *)data, size, &document, &messages);
    if (status == TRO_OK)
        status = tro_study_new(document, tro_catalog_builtin(), NULL, 0, &study, &messages);
    if (status < 0 && messages.errors == 0) {
        fprintf(stderr, "failed with status %d and no message\n", status);
        abort();
    }
    if (study && is_small(study->cell))
        analyse(study->cell, &messages);
    for (size_t k = 0; k < messages.count; k++)
        free(tro_message_render(&messages.items[k]));
    tro_study_free(study);
    tro_document_free(document);
    tro_messages_clear(&messages);
    return 0;
}

#ifdef TRO_FUZZ_MAIN
int main(int argc, char **argv)
{
    for (int k = 1; k < argc; k++) {
        FILE *file = fopen(argv[k], "rb");
        static uint8_t bytes[1 << 20];
        size_t size = file ? fread(bytes, 1, sizeof bytes, file) : 0;
        if (file)
            fclose(file);
        LLVMFuzzerTestOneInput(bytes, size);
    }
    return 0;
}
#endif
