/* trophic list: what there is, from the tables everything is read by. */
#include "cli/list.h"

#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/printing.h"
#include "document/param.h"
#include "experiment/advice.h"
#include "experiment/compare.h"
#include "experiment/schema.h"
#include "experiment/study.h"
#include "experiment/sweep.h"
#include "family/gaussian_law.h"
#include "family/table.h"
#include "scenario/draws.h"
#include "scenario/scenario.h"

const tro_section tro_sections[] = {
    {"scenario", &tro_scenario_table, "The keys of a scenario file."},
    {"agents", &tro_agent_table, "An element of `agents`: an agent, or a group of them."},
    {"shares", &tro_shares_table, "The `shares` of an agent."},
    {"draw", &tro_draw_table, "Below an agent, `{draw: ...}` in place of a value."},
    {"reward", &tro_reward_table,
     "A reward on real vectors: of an agent, or what a curator prefers."},
    {"gaussian-law", &tro_gaussian_law_table,
     "A law (`reference`, `start`) in the families `gaussian` and `gaussian-full`."},
    {"categorical-law", &tro_outcome_law_table,
     "A law of the family `categorical`: a `reference`, a `start`."},
    {"categorical-reward", &tro_outcome_reward_table, "A reward in the family `categorical`."},
    {"conditional-law", &tro_prompt_law_table,
     "A law of the family `conditional`: a `reference`, a `start`."},
    {"conditional-reward", &tro_prompt_reward_table, "A reward in the family `conditional`."},
    {"network", &tro_network_table, "The `network`: edges, a generator, a file, or parts."},
    {"sampled", &tro_sampled_table, "What stands under `advance: {sampled: ...}`."},
    {"advice", &tro_advice_table, "The section `advice`: what `trophic advise` is to reach."},
    {"allow", &tro_allowed_table, "An element of `allow` in `advice`, and what --allow takes."},
    {"vary", &tro_study_table_table, "A table of a study, under `vary`."},
    {"axis", &tro_axis_table, "An axis of a table, under `over`."},
    {"claims", &tro_claim_table, "An element of `claims`."},
    {"figure", &tro_figure_table, "The `figure` of a study."},
    {"sweep", &tro_sweep_table, "What `trophic sweep` runs; its axes are those of a table."},
    {"compare", &tro_compare_table, "What stands under `compare`, for `trophic compare`."},
};
const size_t tro_section_count = sizeof tro_sections / sizeof *tro_sections;

static const tro_option options[] = {
    {0, "markdown", TRO_OPTION_FLAG, offsetof(tro_arguments, markdown), NULL, 0, 0,
     "with `all`: the reference manual as Markdown"},
    TRO_OPTION_QUIET,
    TRO_OPTION_VERBOSE,
    TRO_OPTION_HELP,
};

static const tro_example examples[] = {
    {"trophic list", "the kinds of things there are"},
    {"trophic list curators", "every curator, in a line"},
    {"trophic list bradley-terry", "one of them, with its parameters"},
    {"trophic list scenario", "the keys of a scenario file"},
    {"trophic list keys FILE", "all that --set can set there"},
    {"trophic list all --markdown", "the whole reference manual"},
    {"trophic list schema", "the JSON Schema of scenario files, for editors"},
};

static void add_rows(const tro_table *table, const char *prefix, tro_text *text);

static void add_row(const tro_param *param, const char *prefix, tro_text *text)
{
    tro_text nested = {0}, doc = {0};
    tro_text_addf(text, "  %s%s  ", prefix, param->key);
    tro_param_describe(param, text);
    if (param->unit)
        tro_text_addf(text, ", in %s", param->unit);
    if (param->fallback)
        tro_text_addf(text, "; default %s", param->fallback);
    else if (param->flags & TRO_P_REQUIRED)
        tro_text_add(text, "; required");
    tro_text_add(text, "\n");
    tro_text_add(&doc, param->doc ? param->doc : "");
    if (param->flags & TRO_P_MAIN)
        tro_text_add(&doc, " May stand without its key.");
    if (doc.length)
        tro_add_wrapped(text, doc.data, 6, 79);
    if (param->table) {
        tro_text_addf(&nested, "%s%s%s", prefix, param->key,
                      param->type == TRO_P_RECORDS ? "[]." : ".");
        add_rows(param->table, tro_text_string(&nested), text);
    }
    tro_text_clear(&nested);
    tro_text_clear(&doc);
}

static void add_rows(const tro_table *table, const char *prefix, tro_text *text)
{
    for (size_t k = 0; k < table->count; k++)
        if (table->params[k].type != TRO_P_SELF)
            add_row(&table->params[k], prefix, text);
}

void tro_list_table(const tro_table *table, tro_text *text)
{
    if (table->count == 0)
        tro_text_add(text, "  no parameters\n");
    add_rows(table, "", text);
}

static void list_plugin(const tro_plugin *plugin, tro_text *text)
{
    tro_text_addf(text, "%s, a %s\n", plugin->name, tro_kind_singular(plugin->kind));
    tro_add_wrapped(text, plugin->summary, 2, 79);
    if (plugin->reference) {
        tro_text words = {0};
        tro_text_addf(&words, "Reference: %s", plugin->reference);
        tro_add_wrapped(text, tro_text_string(&words), 2, 79);
        tro_text_clear(&words);
    }
    tro_text_add(text, "\n");
    tro_list_table(&plugin->table, text);
}

static void list_kind(const tro_catalog *catalog, tro_kind kind, tro_text *text)
{
    tro_sheet sheet = {.sides = "ll"};
    tro_text_addf(text, "%s\n", tro_kind_plural(kind));
    for (size_t k = 0; k < catalog->count[kind]; k++) {
        tro_sheet_cell(&sheet, catalog->items[kind][k]->name);
        tro_sheet_cell(&sheet, catalog->items[kind][k]->summary);
    }
    tro_sheet_render(&sheet, "  ", text);
}

static void list_section(const tro_section *section, tro_text *text)
{
    tro_text_addf(text, "%s\n  %s\n\n", section->name, section->doc);
    tro_list_table(section->table, text);
}

static void list_overview(const tro_catalog *catalog, tro_text *text)
{
    tro_text names = {0};
    for (int kind = 0; kind < TRO_KIND_COUNT; kind++) {
        for (size_t k = 0; k < catalog->count[kind]; k++)
            tro_text_addf(&names, "%s%s", k ? ", " : "", catalog->items[kind][k]->name);
        tro_add_entry(text, tro_kind_plural((tro_kind)kind), tro_text_string(&names), 12);
        tro_text_clear(&names);
    }
    for (size_t k = 0; k < tro_section_count; k++)
        tro_text_addf(&names, "%s%s", k ? ", " : "", tro_sections[k].name);
    tro_text_add(text, "\nparts of a scenario file:\n");
    tro_add_entry(text, "", tro_text_string(&names), 12);
    tro_text_clear(&names);
}

static void list_all(const tro_catalog *catalog, tro_text *text)
{
    for (size_t k = 0; k < tro_section_count; k++) {
        list_section(&tro_sections[k], text);
        tro_text_add(text, "\n");
    }
    for (int kind = 0; kind < TRO_KIND_COUNT; kind++)
        for (size_t k = 0; k < catalog->count[kind]; k++) {
            list_plugin(catalog->items[kind][k], text);
            tro_text_add(text, "\n");
        }
}

/* SIZE_MAX: no kind of that name. */
static size_t find_kind(const char *name)
{
    for (int kind = 0; kind < TRO_KIND_COUNT; kind++)
        if (strcmp(name, tro_kind_plural((tro_kind)kind)) == 0 ||
            strcmp(name, tro_kind_singular((tro_kind)kind)) == 0)
            return (size_t)kind;
    return SIZE_MAX;
}

/* Appends what has that name: plug-ins of `kind` (SIZE_MAX: of any), else a
 * section. Returns how many there were. */
static size_t list_name(const tro_catalog *catalog, size_t kind, const char *name,
                        tro_text *text)
{
    size_t found = 0;
    for (size_t k = 0; k < TRO_KIND_COUNT; k++) {
        const tro_plugin *plugin = tro_catalog_find(catalog, (tro_kind)k, name);
        if (!plugin || (kind != SIZE_MAX && kind != k))
            continue;
        tro_text_add(text, found++ ? "\n" : "");
        list_plugin(plugin, text);
    }
    for (size_t k = 0; kind == SIZE_MAX && found == 0 && k < tro_section_count; k++)
        if (strcmp(tro_sections[k].name, name) == 0) {
            list_section(&tro_sections[k], text);
            found++;
        }
    return found;
}

/* What can be asked for by one name, with what each is. */
typedef struct name_list {
    const char **names;
    const char **whats;    /* "curator", ...; "" for kinds and sections */
    size_t count;
} name_list;

static void add_name(name_list *list, const char *name, const char *what)
{
    list->names[list->count] = name;
    list->whats[list->count++] = what;
}

static const char *const others[] = {"all", "schema", "keys", "names"};

static size_t count_names(const tro_catalog *catalog)
{
    size_t count = TRO_KIND_COUNT + tro_section_count + sizeof others / sizeof *others;
    for (size_t k = 0; k < TRO_KIND_COUNT; k++)
        count += catalog->count[k];
    return count;
}

/* All names; of one kind only, or kinds only, where `scope` says so. */
enum { EVERYTHING = TRO_KIND_COUNT, KINDS };
static int make_names(const tro_catalog *catalog, size_t scope, tro_arena *arena, name_list *out)
{
    size_t room = count_names(catalog);
    *out = (name_list){.names = TRO_NEW(arena, const char *, room),
                       .whats = TRO_NEW(arena, const char *, room)};
    if (!out->names || !out->whats)
        return TRO_ENOMEM;
    for (size_t k = 0; k < TRO_KIND_COUNT; k++) {
        if (scope >= EVERYTHING)
            add_name(out, tro_kind_plural((tro_kind)k), "");
        for (size_t n = 0; n < catalog->count[k]; n++)
            if (scope == EVERYTHING || scope == k)
                add_name(out, catalog->items[k][n]->name, tro_kind_singular((tro_kind)k));
    }
    for (size_t k = 0; scope == EVERYTHING && k < tro_section_count; k++)
        add_name(out, tro_sections[k].name, "");
    for (size_t k = 0; scope == EVERYTHING && k < sizeof others / sizeof *others; k++)
        add_name(out, others[k], "");
    return TRO_OK;
}

/* The nearest name, or one that begins with the word; SIZE_MAX. */
static size_t nearest(const name_list *list, const char *word)
{
    const char *near = tro_nearest_word(word, list->names, list->count);
    size_t length = strlen(word);
    for (size_t k = 0; near && k < list->count; k++)
        if (list->names[k] == near)
            return k;
    for (size_t k = 0; length > 1 && k < list->count; k++)
        if (strncmp(list->names[k], word, length) == 0)
            return k;
    return SIZE_MAX;
}

static int unknown(const tro_catalog *catalog, size_t scope, const char *name,
                   tro_messages *messages)
{
    tro_arena arena = {0};
    name_list list;
    const char *what = scope == KINDS        ? "kind"
                       : scope == EVERYTHING ? "entry"
                                             : tro_kind_singular((tro_kind)scope);
    int status, elsewhere = 0;
    TRO_TRY(make_names(catalog, scope, &arena, &list));
    size_t near = nearest(&list, name);
    if (near == SIZE_MAX && scope < EVERYTHING) {
        elsewhere = 1;
        TRO_TRY(make_names(catalog, EVERYTHING, &arena, &list));
        near = nearest(&list, name);
    }
    elsewhere &= near != SIZE_MAX && list.whats[near][0] != '\0';
    if (near == SIZE_MAX)
        status = tro_error(messages, TRO_EINVAL, NULL,
                           "there is no %s '%s': `trophic list` shows what there is", what, name);
    else
        status = tro_error(messages, TRO_EINVAL, NULL,
                           "there is no %s '%s' (did you mean %s%s%s'%s'?)", what, name,
                           elsewhere ? "the " : "", elsewhere ? list.whats[near] : "",
                           elsewhere ? " " : "", list.names[near]);
out:
    tro_arena_clear(&arena);
    return status;
}

static int list(const tro_arguments *arguments, tro_text *text, tro_messages *messages)
{
    const tro_catalog *catalog = tro_catalog_builtin();
    const char *const *words = arguments->operands.items;
    size_t count = arguments->operands.count;
    size_t kind = count > 0 ? find_kind(words[0]) : SIZE_MAX;
    int all = count == 1 && strcmp(words[0], "all") == 0;
    if (arguments->markdown && !all)
        return tro_error(messages, TRO_EINVAL, NULL, "--markdown goes with `trophic list all`");
    if (count == 1 && strcmp(words[0], "schema") == 0)
        return tro_schema_make(catalog, text) < 0
                   ? tro_error(messages, TRO_ENOMEM, NULL, "out of memory") : TRO_OK;
    if (count > 0 && tro_list_is_of_file(words[0]))
        return count == 2 ? tro_list_file(words[0], words[1], text, messages)
                          : tro_error(messages, TRO_EINVAL, NULL, "`trophic list %s FILE`: which "
                                      "scenario or study?", words[0]);
    if (count == 0)
        list_overview(catalog, text);
    else if (all && arguments->markdown)
        tro_list_manual(catalog, text);
    else if (all)
        list_all(catalog, text);
    else if (count == 2 && kind == SIZE_MAX)
        return unknown(catalog, KINDS, words[0], messages);
    else if (count == 2)
        return list_name(catalog, kind, words[1], text)
                   ? TRO_OK : unknown(catalog, kind, words[1], messages);
    else if (kind != SIZE_MAX)
        list_kind(catalog, (tro_kind)kind, text);
    else if (list_name(catalog, SIZE_MAX, words[0], text) == 0)
        return unknown(catalog, EVERYTHING, words[0], messages);
    return TRO_OK;
}

static int run(const tro_arguments *arguments, tro_messages *messages)
{
    tro_text text = {0};
    int status = list(arguments, &text, messages);
    if (status == TRO_OK)
        status = tro_put(&text, messages);
    tro_text_clear(&text);
    return tro_exit_of(status, "list", messages);
}

const tro_command tro_command_list = {
    .name = "list",
    .operands = "[KIND] [NAME]",
    .summary = "what there is, with every parameter, unit, default and reference",
    .about = "KIND is families, channels, curators, generators, schedules, measures, quantities, "
             "metrics, a part of the scenario file (`trophic list` names them), or all. A NAME "
             "alone is looked for everywhere.\n\n"
             "`schema` is the JSON Schema of scenario files, with which editors complete and check "
             "them: `trophic list schema >scenario.schema.json` beside a scenario whose first line "
             "is `# yaml-language-server: $schema=scenario.schema.json`.\n\n"
             "`keys FILE` and `names FILE` list the paths that --set can set in a scenario or "
             "study, and its agents, a line each.",
    .examples = examples,
    .example_count = sizeof examples / sizeof *examples,
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .least = 0,
    .most = 2,
    .run = run,
};
