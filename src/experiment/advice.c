#include "experiment/advice.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "document/path.h"
#include "experiment/advice_parts.h"
#include "experiment/study_parts.h"
#include "scenario/keys.h"

typedef struct allowed_config {
    const tro_node *self;
    const char *key;
    double from, to, cost;
    tro_vector values, costs;
    tro_texts options;
} allowed_config;

static const tro_param allowed_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(allowed_config, self)},
    {.key = "key", .type = TRO_P_TEXT, .flags = TRO_P_MAIN,
     .offset = offsetof(allowed_config, key), .doc = "What may change, a path as for --set."},
    {.key = "from", .type = TRO_P_REAL, .offset = offsetof(allowed_config, from),
     .doc = "The least value of a number. Default: 0 for shares and weights."},
    {.key = "to", .type = TRO_P_REAL, .offset = offsetof(allowed_config, to),
     .doc = "The largest value of a number. Default: 1 for shares."},
    {.key = "cost", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,
     .offset = offsetof(allowed_config, cost), .min = 0, .max = INFINITY, .fallback = "1",
     .doc = "What moving a number by 1 costs, or choosing another alternative."},
    {.key = "values", .type = TRO_P_VECTOR, .offset = offsetof(allowed_config, values),
     .doc = "Alternatives that are numbers, as of candidates."},
    {.key = "options", .type = TRO_P_TEXTS, .offset = offsetof(allowed_config, options),
     .doc = "Alternatives that are words, as of judges."},
    {.key = "costs", .type = TRO_P_VECTOR, .flags = TRO_P_BOUNDED,
     .offset = offsetof(allowed_config, costs), .min = 0, .max = INFINITY,
     .doc = "What each alternative costs, instead of 'cost'."},
};
const tro_table tro_allowed_table = {
    "allow", allowed_params, sizeof allowed_params / sizeof *allowed_params,
    sizeof(allowed_config)};

typedef struct advice_config {
    const tro_node *goal, *allow;
    double budget, slowest;
    int cost;
    long long starts;
} advice_config;

static const char *const costs[] = {"absolute", "squares", NULL};

static const tro_param advice_params[] = {
    {.key = "goal", .type = TRO_P_NODE, .offset = offsetof(advice_config, goal),
     .doc = "{influence: {of, on, at-least}}, or a welfare to be made largest: mean, worst-off or "
            "{nash: {weights, floor}}."},
    {.key = "allow", .type = TRO_P_NODE, .offset = offsetof(advice_config, allow),
     .doc = "What may change: a list of {key, from, to, cost} or {key, values, cost}."},
    {.key = "budget", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,
     .offset = offsetof(advice_config, budget), .min = 0, .max = INFINITY,
     .doc = "What all changes together may cost. Default: no limit."},
    {.key = "cost", .type = TRO_P_CHOICE, .offset = offsetof(advice_config, cost),
     .choices = costs, .fallback = "absolute",
     .doc = "Whether a number costs by how far it moves or by the square of that."},
    {.key = "starts", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(advice_config, starts), .min = 1, .max = 10000, .fallback = "5",
     .doc = "From how many points each search begins; the first is the scenario as it is."},
    {.key = "slowest", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED | TRO_P_OPEN_MAX,
     .offset = offsetof(advice_config, slowest), .min = 0, .max = 1, .fallback = "0.999",
     .doc = "The largest factor per round by which disturbances may shrink after the changes; "
            "where they shrink by a larger one as it is, that."},
};
const tro_table tro_advice_table = {
    "advice", advice_params, sizeof advice_params / sizeof *advice_params,
    sizeof(advice_config)};

/* --- alternatives ---------------------------------------------------------------- */

/* Is the option what the scenario says already? */
static int is_present(const tro_cell *cell, const char *key, const char *option)
{
    const tro_node *node = tro_node_at(cell->scenario->document->root, key);
    double now, then;
    if (!node || node->kind != TRO_SCALAR)
        return 0;
    if (strcmp(node->text, option) == 0)
        return 1;
    return tro_parse_real(node->text, &now) && tro_parse_real(option, &then) && now == then;
}

/* Would a scenario with it be right? */
static int check_option(const tro_cell *cell, const tro_allowed *allowed, size_t k,
                        tro_messages *messages)
{
    static const char *const keys[] = {"values", "options"};
    tro_messages own = {0};
    tro_cell *made = NULL;
    tro_override item = tro_allowed_override(allowed, k);
    int status = tro_cell_vary(cell, &item, &made, &own);
    const tro_place *place = &allowed->node->place;
    for (size_t i = 0; i < 2; i++)
        if (tro_node_get(allowed->node, keys[i]))
            place = tro_place_of(allowed->node, keys[i]);
    for (size_t i = 0; status < 0 && i < own.count; i++)
        if (own.items[i].severity == TRO_ERROR)
            tro_error(messages, TRO_ESCENARIO, place, "with '%s' at '%s': %s", allowed->key,
                      allowed->options[k], own.items[i].text);
    tro_messages_clear(&own);
    tro_cell_free(made);
    return status;
}

static int take_options(const tro_reader *reader, const tro_cell *cell,
                        const allowed_config *config, tro_allowed *out)
{
    size_t given = config->values.count + config->options.count;
    char number[32];
    int status = TRO_OK;
    if (given == 0 && config->costs.count > 0)
        return tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(config->self, "costs"),
                         "'costs' go with 'values' or 'options'");
    if (given == 0)
        return TRO_OK;
    if (config->costs.count > 0 && config->costs.count != given)
        return tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(config->self, "costs"),
                         "%zu costs for %zu alternatives", config->costs.count, given);
    out->options = TRO_NEW(reader->arena, const char *, given);
    out->prices = TRO_NEW(reader->arena, double, given);
    if (!out->options || !out->prices)
        return TRO_ENOMEM;
    for (size_t k = 0; k < given; k++) {
        const char *text = config->options.count
                               ? config->options.items[k]
                               : tro_arena_text(reader->arena,
                                                tro_format_real(number, config->values.values[k]));
        if (!text)
            return TRO_ENOMEM;
        if (is_present(cell, out->key, text))
            continue;
        out->options[out->option_count] = text;
        out->prices[out->option_count] = config->costs.count ? config->costs.values[k]
                                                             : config->cost;
        status = tro_graver(status, check_option(cell, out, out->option_count++,
                                                 reader->messages));
    }
    return status;
}

/* --- what is allowed ------------------------------------------------------------- */

static int check_kind(const tro_reader *reader, const allowed_config *config,
                      const tro_node *node)
{
    int bounds = !isnan(config->from) || !isnan(config->to);
    int lists = (config->values.count > 0) + (config->options.count > 0);
    if (lists + bounds > 1)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "a change has 'from' and 'to', or 'values', or 'options': found %s",
                         lists == 2 ? "values and options" : "bounds and alternatives");
    if (config->from > config->to)
        return tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(node, "from"),
                         "'from' is %g, above 'to', which is %g", config->from, config->to);
    return TRO_OK;
}

static int check_key(const tro_reader *reader, const tro_cell *cell, const tro_advice *advice,
                     const tro_allowed *allowed)
{
    const tro_node *root = cell->scenario->document->root;
    int status = tro_key_check(cell->whole, cell->catalog, allowed->key, allowed->key_place,
                               reader->messages);
    for (size_t k = 0; status == TRO_OK && k < advice->allowed_count; k++)
        if (tro_path_within(root, allowed->key, advice->allowed[k].key) ||
            tro_path_within(root, advice->allowed[k].key, allowed->key))
            status = tro_error(reader->messages, TRO_ESCENARIO, allowed->key_place,
                               "'%s' meets '%s', which is allowed before", allowed->key,
                               advice->allowed[k].key);
    return status;
}

/* key NULL: the node has it. */
static int read_allowed(const tro_reader *reader, const tro_cell *cell, const tro_node *node,
                        const char *key, tro_advice *out)
{
    allowed_config config = {.self = node, .from = NAN, .to = NAN, .cost = 1};
    int status;
    if (key && node->kind == TRO_SCALAR)
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "a path alone, {from, to, cost} or a list of alternatives would be right "
                         "for '%s', found '%s'", key, node->text);
    if (key && node->kind == TRO_LIST)
        status = tro_read_texts(reader, node, "options", &config.options);
    else
        status = tro_read_record(reader, node, &tro_allowed_table, NULL, &config);
    if (status < 0)
        return status;
    tro_allowed *a = &out->allowed[out->allowed_count];
    *a = (tro_allowed){.node = node, .key = key ? key : config.key, .from = config.from,
                       .to = config.to, .cost = config.cost};
    if (!a->key || (key && config.key))
        return tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                         "a change needs one 'key': what may change, as in --set");
    a->key_place = key                      ? &node->key_place
                   : node->kind == TRO_MAP ? tro_place_of(node, "key")
                                            : &node->place;
    TRO_TRY(check_kind(reader, &config, node));
    TRO_TRY(check_key(reader, cell, out, a));
    TRO_TRY(take_options(reader, cell, &config, a));
    out->allowed_count++;
out:
    return status;
}

static int read_all(const tro_reader *reader, const tro_cell *cell, const tro_node *allow,
                    const tro_node *const *more, size_t count, tro_advice *out)
{
    size_t listed = allow && allow->kind == TRO_LIST ? allow->count : 0;
    int status = TRO_OK;
    if (allow && allow->kind != TRO_LIST)
        return tro_error(reader->messages, TRO_ESCENARIO, &allow->place,
                         "allow is a list of {key, from, to, cost} or {key, values, cost}");
    out->allowed = TRO_NEW(reader->arena, tro_allowed, listed + count);
    if (!out->allowed)
        return TRO_ENOMEM;
    for (size_t k = 0; k < listed + count; k++) {
        const tro_node *node = k < listed ? allow->items[k] : more[k - listed];
        status = tro_graver(status, read_allowed(reader, cell, node,
                                                 k < listed ? NULL : node->key, out));
    }
    return status;
}

/* Is there a goal, and something to change? */
static int check_whole(const tro_cell *cell, const advice_config *config, size_t more,
                       tro_messages *messages)
{
    const tro_place *place = cell->scenario->advice ? &cell->scenario->advice->place : NULL;
    if (!config->goal)
        return tro_error(messages, TRO_ESCENARIO, place,
                         "no goal: 'goal' in the scenario's 'advice', or --goal, would be right");
    if (more == 0 && (!config->allow || (config->allow->kind == TRO_LIST &&
                                         config->allow->count == 0)))
        return tro_error(messages, TRO_ESCENARIO, config->allow ? &config->allow->place : place,
                         "nothing is allowed to change: 'allow' in the scenario's 'advice', or "
                         "--allow, would be right");
    return TRO_OK;
}

static int read_section(tro_cell *cell, const tro_node *const *more, size_t count, int whole,
                        tro_advice *out, tro_messages *messages)
{
    tro_reader reader = {.arena = &out->arena, .catalog = cell->catalog, .messages = messages};
    const tro_node *section = cell->scenario->advice;
    advice_config config = {0};
    tro_frame frame = {0};
    int status;
    *out = (tro_advice){.cell = cell};
    if (section || !whole)
        TRO_TRY(tro_read_record(&reader, section, &tro_advice_table, NULL, &config));
    if (whole)
        TRO_TRY(check_whole(cell, &config, count, messages));
    out->budget = config.budget;
    out->squares = config.cost == 1;
    out->starts = (size_t)config.starts;
    out->slowest = config.slowest;
    if (config.goal)
        status = tro_goal_read(&reader, cell, config.goal, &out->goal);
    status = tro_graver(status, read_all(&reader, cell, config.allow, more, count, out));
    if (status < 0)
        goto out;
    size_t *choice = TRO_NEW(&out->arena, size_t, out->allowed_count);
    if (!choice)
        TRO_TRY(TRO_ENOMEM);
    for (size_t k = 0; k < out->allowed_count; k++)
        choice[k] = SIZE_MAX;
    status = tro_frame_init(&frame, out, cell, choice, messages);
out:
    tro_frame_release(&frame);
    return status == TRO_ENOMEM ? tro_error(messages, status, NULL, "out of memory for advice")
                                : status;
}

int tro_advice_read(tro_cell *cell, const tro_node *const *more, size_t count, tro_advice *out,
                    tro_messages *messages)
{
    return read_section(cell, more, count, 1, out, messages);
}

int tro_advice_check(tro_cell *cell, tro_messages *messages)
{
    tro_advice advice;
    if (!cell->scenario->advice)
        return TRO_OK;
    int status = read_section(cell, NULL, 0, 0, &advice, messages);
    tro_advice_release(&advice);
    return status;
}

/* --- finding --------------------------------------------------------------------- */

/* Advice is about a fixed point that rounds settle at. */
static int check_start(tro_cell *cell, tro_messages *messages)
{
    tro_text verdict = {0};
    int status;
    TRO_TRY(tro_cell_influences(cell, messages));
    TRO_TRY(tro_cell_stability(cell, messages));
    if (cell->stability.stable)
        return TRO_OK;
    tro_stability_describe(&cell->stability, &verdict);
    status = tro_error(messages, TRO_ENOCONV, NULL,
                       "no advice: the scenario as it is, is %s", tro_text_string(&verdict));
out:
    tro_text_clear(&verdict);
    return status;
}

/* The changed scenario, as --set would make it. Its notes were said of the one that is
 * changed. */
static int make_after(tro_advice *a, const tro_cell *plain, tro_messages *messages)
{
    tro_messages own = {0};
    tro_override *items = TRO_NEW(&a->arena, tro_override, a->flag_count + 1);
    int status = items ? TRO_OK : TRO_ENOMEM;
    for (size_t k = 0; status == TRO_OK && k < a->flag_count; k++)
        status = tro_override_read(&a->arena, a->flags[k], "--set", &items[k], messages);
    if (status == TRO_OK)
        status = tro_cell_beyond(plain, NULL, items, a->flag_count, &a->after, &own);
    for (size_t k = 0; status < 0 && k < own.count; k++)
        if (own.items[k].severity == TRO_ERROR)
            tro_error(messages, status, NULL, "%s", own.items[k].text);
    tro_messages_clear(&own);
    return status;
}

int tro_advice_find(tro_advice *a, tro_messages *messages)
{
    tro_cell *plain = NULL;
    int status;
    TRO_TRY(check_start(a->cell, messages));
    TRO_TRY(tro_state_tell(&a->goal, a->cell, &a->arena, &a->is, messages));
    a->slowest = fmax(a->slowest, a->cell->stability.rate);
    TRO_TRY(tro_cell_bare_document(a->cell->base, &a->document, messages));
    TRO_TRY(tro_cell_new(a->document, a->cell->catalog, a->cell->overrides,
                         a->cell->override_count, &plain, messages));
    plain->progress = a->cell->progress;
    TRO_TRY(tro_advice_explore(a, plain, messages));
    TRO_TRY(make_after(a, plain, messages));
    TRO_TRY(tro_state_tell(&a->goal, a->after, &a->arena, &a->becomes, messages));
    TRO_TRY(tro_cell_stability(a->after, messages));
    a->becomes.rate = a->after->stability.rate;
    a->is.rate = a->cell->stability.rate;
    status = tro_advice_verify(a);
out:
    tro_cell_free(plain);
    return status == TRO_ENOMEM ? tro_error(messages, status, NULL, "out of memory for advice")
                                : status;
}

void tro_advice_release(tro_advice *a)
{
    tro_cell_free(a->after);
    tro_document_free(a->document);
    tro_text_clear(&a->verified.why);
    tro_arena_clear(&a->arena);
    *a = (tro_advice){0};
}
