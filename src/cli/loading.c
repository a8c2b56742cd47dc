#include "cli/loading.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/progress.h"
#include "cli/printing.h"
#include "document/path.h"
#include "experiment/advice.h"
#include "experiment/study.h"

const char *tro_operand_or_stdin(const tro_arguments *arguments)
{
    if (arguments->operands.count > 0)
        return arguments->operands.items[0];
    return isatty(STDIN_FILENO) ? NULL : "-";
}

static const char *stem_of(const char *path, tro_arena *arena)
{
    static const char *const endings[] = {".yaml", ".yml"};
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t length = strlen(name);
    if (strcmp(path, "-") == 0 || length == 0)
        return "stdin";
    for (size_t k = 0; k < 2; k++) {
        size_t tail = strlen(endings[k]);
        if (length > tail && strcmp(name + length - tail, endings[k]) == 0)
            length -= tail;
    }
    return tro_arena_text_n(arena, name, length);
}

static int add_set(tro_loaded *loaded, const char *argument, tro_messages *messages)
{
    int status = tro_override_read(&loaded->arena, argument, "--set",
                                   &loaded->overrides[loaded->override_count], messages);
    if (status == TRO_OK)
        loaded->override_count++;
    return status;
}

static int add_seed(tro_loaded *loaded, uint64_t seed, const char *origin,
                    tro_messages *messages)
{
    char number[24];
    snprintf(number, sizeof number, "%" PRIu64, seed);
    const char *text = tro_arena_text(&loaded->arena, number);
    if (!text)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory");
    loaded->overrides[loaded->override_count++] =
        (tro_override){.path = "seed", .value = text, .origin = origin};
    return TRO_OK;
}

/* One more override, of what stands in the argument from byte `start` on: its mistakes are
 * shown there. The path is shown at `path_place`, or (NULL) at the value. */
static int add_typed(tro_loaded *loaded, const char *path, const char *option,
                     const char *argument, size_t start, tro_place *path_place,
                     tro_messages *messages)
{
    tro_node *value;
    int status;
    if (!loaded->typed)
        TRO_TRY(tro_document_read_text("options", "{}", 2, &loaded->typed, messages));
    TRO_TRY(tro_document_read_option(loaded->typed, option, argument, start, &value, messages));
    if (path_place)
        path_place->source = value->place.source;
    loaded->overrides[loaded->override_count++] =
        (tro_override){.path = path, .value = argument + start, .origin = option, .node = value,
                       .path_place = path_place ? path_place : &value->place};
out:
    return status;
}

/* section."NAME": quoted, for any name. */
static const char *section_path(tro_loaded *loaded, const char *section, const char *name,
                                size_t length)
{
    tro_text path = {0};
    tro_text_addf(&path, "%s.\"", section);
    for (const char *c = name; c < name + length; c++)
        tro_text_addf(&path, "%s%c", *c == '"' || *c == '\\' ? "\\" : "", *c);
    tro_text_add(&path, "\"");
    const char *copy = path.failed ? NULL
                                   : tro_arena_text(&loaded->arena, tro_text_string(&path));
    tro_text_clear(&path);
    return copy;
}

static int check_argument(const tro_word_list *words, size_t k, const char *option,
                          const char *form, tro_messages *messages)
{
    const char *argument = words->items[k];
    size_t length = tro_path_end(argument);
    tro_source source = {option, argument, strlen(argument), 1};
    tro_place place = {&source, 1, 1, (int)source.length};
    if (argument[length] == '\0' || length == 0)
        return tro_error(messages, TRO_EINVAL, &place, "expected %s, found '%s'", form, argument);
    place.width = (int)length;
    for (size_t j = 0; j < k; j++)
        if (strncmp(words->items[j], argument, length + 1) == 0)
            return tro_error(messages, TRO_EINVAL, &place, "%s has '%.*s' twice", option,
                             (int)length, argument);
    return TRO_OK;
}

int tro_load_section(tro_loaded *loaded, const char *section, const char *option,
                     const char *form, const tro_word_list *words, tro_messages *messages)
{
    int status = TRO_OK;
    for (size_t k = 0; k < words->count; k++) {
        const char *argument = words->items[k];
        size_t length = tro_path_end(argument);
        int read = check_argument(words, k, option, form, messages);
        if (read == TRO_OK) {
            const char *path = section_path(loaded, section, argument, length);
            tro_place *place = TRO_NEW(&loaded->arena, tro_place, 1);
            if (!path || !place)
                return tro_error(messages, TRO_ENOMEM, NULL, "out of memory");
            *place = (tro_place){NULL, 1, 1, (int)length};
            read = add_typed(loaded, path, option, argument, length + 1, place, messages);
        }
        status = read < 0 ? read : status;
    }
    return status;
}

static int add_number(tro_loaded *loaded, const char *path, const char *option, double value,
                      tro_messages *messages)
{
    char number[32];
    const char *text = tro_arena_text(&loaded->arena, tro_format_real(number, value));
    return text ? add_typed(loaded, path, option, text, 0, NULL, messages)
                : tro_error(messages, TRO_ENOMEM, NULL, "out of memory");
}

/* Keys of `advice` and `compare` that have options of their own. */
static int add_keys(tro_loaded *loaded, const tro_arguments *arguments, tro_messages *messages)
{
    int status = TRO_OK;
    if (arguments->goal)
        TRO_TRY(add_typed(loaded, "advice.goal", "--goal", arguments->goal, 0, NULL, messages));
    if (!isnan(arguments->budget))
        TRO_TRY(add_number(loaded, "advice.budget", "--budget", arguments->budget, messages));
    TRO_TRY(tro_load_section(loaded, "compare.topologies", "--topology", "NAME=NETWORK",
                             &arguments->topologies, messages));
out:
    return status;
}

static int has_seed(const tro_loaded *loaded)
{
    const tro_node *root = loaded->document->root;
    for (size_t k = 0; k < loaded->override_count; k++)
        if (tro_paths_meet(root, loaded->overrides[k].path, "seed"))
            return 1;
    return tro_node_get(root, "seed") != NULL;
}

/* 32 bits: enough to differ, short enough to type. */
static int draw_seed(tro_loaded *loaded, const tro_arguments *arguments, tro_messages *messages)
{
    uint32_t seed;
    uint64_t earlier;
    loaded->seed_drawn = 1;
    if (arguments->earlier_seed && arguments->earlier_seed(arguments, loaded->stem, &earlier))
        return add_seed(loaded, earlier, "drawn seed", messages);
    if (getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed)
        return tro_error(messages, TRO_EIO, NULL,
                         "no seed could be drawn from the system: give one with --seed");
    return add_seed(loaded, seed, "drawn seed", messages);
}

int tro_load_document(const char *path, const tro_arguments *arguments, tro_loaded *out,
                      tro_messages *messages)
{
    int status;
    *out = (tro_loaded){.path = path};
    out->stem = stem_of(path, &out->arena);
    out->overrides = TRO_NEW(&out->arena, tro_override,
                             arguments->sets.count + arguments->topologies.count +
                                 arguments->vary.count + arguments->finds.count + 5);
    if (!out->stem || !out->overrides)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory");
    for (size_t k = 0; k < arguments->sets.count; k++)
        TRO_TRY(add_set(out, arguments->sets.items[k], messages));
    TRO_TRY(add_keys(out, arguments, messages));
    if (arguments->seed != TRO_NO_WHOLE)
        TRO_TRY(add_seed(out, (uint64_t)arguments->seed, "--seed", messages));
    TRO_TRY(tro_document_read_file(path, &out->document, messages));
    if (!has_seed(out))
        TRO_TRY(draw_seed(out, arguments, messages));
out:
    return status;
}

/* Is the study right as the file has it? Then it is --set that it does not go with,
 * which matters only to who would reproduce it. */
static int goes_without_set(const tro_loaded *loaded)
{
    tro_override *kept = tro_allocate(loaded->override_count, sizeof *kept);
    tro_study *study = NULL;
    size_t count = 0;
    int status = TRO_ENOMEM;
    for (size_t k = 0; kept && k < loaded->override_count; k++)
        if (tro_study_is_own_key(loaded->overrides[k].path) ||
            strcmp(loaded->overrides[k].path, "seed") == 0)
            kept[count++] = loaded->overrides[k];
    if (kept && count < loaded->override_count)
        status = tro_study_new(loaded->document, tro_catalog_builtin(), kept, count, &study,
                               NULL);
    tro_study_free(study);
    tro_release(kept);
    return status == TRO_OK;
}

/* Mistakes of vary, claims, figure and sweep count too, whatever the command. */
static int check_study(const tro_loaded *loaded, tro_messages *messages)
{
    const tro_scenario *scenario = loaded->cell->scenario;
    tro_messages own = {0};
    tro_study *study = NULL;
    if (!scenario->vary && !scenario->claims && !scenario->figure && !scenario->sweep)
        return TRO_OK;
    int status = tro_study_new(loaded->document, tro_catalog_builtin(), loaded->overrides,
                               loaded->override_count, &study, &own);
    tro_study_free(study);
    if (status < 0 && status != TRO_ENOMEM && goes_without_set(loaded)) {
        tro_warning(messages, NULL, "the study in '%s' does not go with --set: `trophic "
                                    "reproduce` would refuse it", loaded->path);
        status = TRO_OK;
    } else if (status < 0) {
        tro_messages_clear(messages); /* its notes stand in `own` again */
        *messages = own;
        return status;
    }
    tro_messages_clear(&own);
    return status;
}

/* The same of `compare`. */
static int check_comparison(tro_loaded *loaded, tro_messages *messages)
{
    if (!loaded->cell->scenario->compare)
        return TRO_OK;
    return tro_comparison_new(loaded->cell, &loaded->comparison, messages);
}

/* What a cell computes stops at Ctrl-C. */
static const tro_progress interruptible = {.stop = tro_meter_stop};

int tro_load(const char *path, const tro_arguments *arguments, tro_loaded *out,
             tro_messages *messages)
{
    int status = tro_load_document(path, arguments, out, messages);
    if (status < 0)
        return status;
    status = tro_cell_new(out->document, tro_catalog_builtin(), out->overrides,
                          out->override_count, &out->cell, messages);
    if (status == TRO_OK)
        status = check_study(out, messages);
    if (status == TRO_OK)
        status = tro_advice_check(out->cell, messages);
    if (status == TRO_OK)
        status = check_comparison(out, messages);
    if (out->cell)
        out->cell->progress = &interruptible;
    return status;
}

void tro_loaded_release(tro_loaded *loaded)
{
    tro_comparison_free(loaded->comparison);
    tro_cell_free(loaded->cell);
    tro_document_free(loaded->document);
    tro_document_free(loaded->typed);
    tro_arena_clear(&loaded->arena);
    *loaded = (tro_loaded){0};
}

void tro_say_seed(const tro_loaded *loaded, const tro_cell *cell, int quiet)
{
    tro_say(quiet, "seed %" PRIu64 "%s", cell->scenario->seed,
            loaded->seed_drawn ? " (drawn; --seed makes the run repeatable)" : "");
}

int tro_with_scenario(const tro_arguments *arguments, const char *command,
                      tro_scenario_work *work, tro_messages *messages)
{
    tro_loaded loaded = {0};
    const char *path = tro_operand_or_stdin(arguments);
    int code;
    if (!path) {
        tro_error(messages, TRO_EINVAL, NULL, "%s needs a scenario FILE", command);
        return TRO_EXIT_USAGE;
    }
    int status = tro_load(path, arguments, &loaded, messages);
    if (status < 0) {
        code = tro_exit_of_loading(status, command, messages);
    } else {
        tro_say_seed(&loaded, loaded.cell, arguments->quiet);
        tro_say_messages(messages, arguments->quiet);
        code = work(arguments, &loaded, messages);
    }
    tro_loaded_release(&loaded);
    return code;
}
