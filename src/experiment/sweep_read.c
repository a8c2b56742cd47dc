/* Reading the sweep of a file. */
#include <stdio.h>
#include <string.h>

#include "experiment/study_parts.h"
#include "experiment/sweep_parts.h"
#include "document/path.h"

typedef enum sweep_design { DESIGN_GRID, DESIGN_LIST } sweep_design;
static const char *const designs[] = {"grid", "list", NULL};
static const char *const seedings[] = {"common", "independent", NULL};

typedef struct sample_config {
    const tro_node *self;
    int design, shift;
    long long sobol, latin;
} sample_config;

static const tro_param sample_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(sample_config, self)},
    {.key = "points", .type = TRO_P_CHOICE, .flags = TRO_P_MAIN,
     .offset = offsetof(sample_config, design), .choices = designs,
     .doc = "All combinations of the axes' values (the default), or a list: the first values of "
            "all axes, the second ones, and so on. `sample: list` is short for it."},
    {.key = "sobol", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(sample_config, sobol), .min = 1, .max = TRO_MOST_CELLS,
     .unit = "points", .doc = "Instead: so many points of a Sobol sequence."},
    {.key = "latin-hypercube", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(sample_config, latin), .min = 1, .max = TRO_MOST_CELLS,
     .unit = "points", .doc = "Instead: a Latin hypercube of so many points."},
    {.key = "shift", .type = TRO_P_BOOL, .offset = offsetof(sample_config, shift),
     .fallback = "no", .doc = "Whether a Sobol sequence is moved as a whole, by the seed."},
};

static const tro_table sample_table = {
    "sample", sample_params, sizeof sample_params / sizeof *sample_params,
    sizeof(sample_config)};

typedef struct sweep_config {
    const tro_node *vary, *set, *outputs;
    sample_config sample;
    long long replicates;
    int seeds, rounds;
} sweep_config;

static const tro_param sweep_params[] = {
    {.key = "vary", .type = TRO_P_NODE, .offset = offsetof(sweep_config, vary),
     .doc = "What varies: a map from an axis's name to {key, values}, or from a key to its "
            "values. The first axis of a grid is the slowest."},
    {.key = "sample", .type = TRO_P_RECORD, .offset = offsetof(sweep_config, sample),
     .table = &sample_table, .doc = "Which points of it."},
    {.key = "set", .type = TRO_P_NODE, .offset = offsetof(sweep_config, set),
     .doc = "Other keys for all cells: a map from paths to values."},
    {.key = "outputs", .type = TRO_P_NODE, .offset = offsetof(sweep_config, outputs),
     .doc = "The columns: a map from a name to a quantity, or a list of quantities."},
    {.key = "replicates", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(sweep_config, replicates), .min = 1, .max = 1e6, .fallback = "1",
     .doc = "How many times every point is run, each time with another seed; the first with "
            "the scenario's."},
    {.key = "seeds", .type = TRO_P_CHOICE, .offset = offsetof(sweep_config, seeds),
     .choices = seedings, .fallback = "common",
     .doc = "Whether a replicate has the same random numbers at all points, so that they can be "
            "compared, or independent ones."},
    {.key = "rounds", .type = TRO_P_BOOL, .offset = offsetof(sweep_config, rounds),
     .fallback = "no",
     .doc = "Whether the rounds of every cell are kept, as `record` says."},
};

const tro_table tro_sweep_table = {"sweep", sweep_params,
                                   sizeof sweep_params / sizeof *sweep_params,
                                   sizeof(sweep_config)};

/* --- outputs --------------------------------------------------------------- */

/* What a quantity without a name is called: its own name, and its main parameter. */
static int name_output(const tro_reader *reader, const tro_node *item, const char **name)
{
    const tro_node *inner = item->kind == TRO_MAP && item->count == 1 ? item->items[0] : NULL;
    tro_text text = {0};
    if (item->kind == TRO_SCALAR)
        tro_text_add(&text, item->text);
    else if (inner)
        tro_text_addf(&text, inner->kind == TRO_SCALAR ? "%s %s" : "%s", inner->key,
                      inner->text);
    *name = tro_arena_text(reader->arena, tro_text_string(&text));
    int failed = text.failed || !*name;
    tro_text_clear(&text);
    return failed ? TRO_ENOMEM : TRO_OK;
}

/* The list of outputs as a map, so that what reads columns reads these. */
static int name_outputs(const tro_reader *reader, const tro_node *list, const tro_node **out)
{
    tro_node *map = TRO_NEW(reader->arena, tro_node, 1);
    tro_node *items = TRO_NEW(reader->arena, tro_node, list->count);
    tro_node **pointers = TRO_NEW(reader->arena, tro_node *, list->count);
    if (!map || !items || !pointers)
        return TRO_ENOMEM;
    *map = *list;
    map->kind = TRO_MAP;
    map->items = pointers;
    for (size_t k = 0; k < list->count; k++) {
        items[k] = *list->items[k];
        items[k].key_place = items[k].place;
        if (name_output(reader, list->items[k], &items[k].key) < 0)
            return TRO_ENOMEM;
        for (size_t j = 0; j < k; j++)
            if (strcmp(items[j].key, items[k].key) == 0)
                return tro_error(reader->messages, TRO_ESCENARIO, &items[k].place,
                                 "two outputs are called '%s': a map from names to quantities "
                                 "would be right", items[k].key);
        pointers[k] = &items[k];
    }
    *out = map;
    return TRO_OK;
}

static int read_outputs(const tro_reader *reader, const tro_node *outputs, tro_sweep *sweep)
{
    int status = TRO_OK;
    if (!outputs && !sweep->rounds)
        return tro_error(reader->messages, TRO_ESCENARIO, &sweep->self->place,
                         "the sweep asks for nothing: 'outputs', as in {J: {alignment: theta}}, "
                         "or 'rounds: yes' would be right");
    if (!outputs)
        return TRO_OK;
    if (outputs->kind == TRO_LIST && outputs->count > 0)
        status = name_outputs(reader, outputs, &outputs);
    return status < 0 ? status : tro_study_columns_read(reader, outputs, &sweep->table);
}

/* --- names ----------------------------------------------------------------- */

static int lower(int c)
{
    return c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c;
}

static int same_word(const char *a, const char *b)
{
    while (*a && lower((unsigned char)*a) == lower((unsigned char)*b))
        a++, b++;
    return lower((unsigned char)*a) == lower((unsigned char)*b);
}

static int differ_in_case(const tro_reader *reader, const tro_node *node, const char *name,
                          const char *other, const char *end)
{
    return tro_error(reader->messages, TRO_ESCENARIO, &node->key_place,
                     "'%s' and '%s%s' differ in upper and lower case alone: another name would be "
                     "right", name, other, end);
}

/* Is it the column with "_se" behind it, but for case? */
static int is_error_of(const char *column, const char *name)
{
    size_t k = 0;
    while (column[k] && lower((unsigned char)column[k]) == lower((unsigned char)name[k]))
        k++;
    return !column[k] && same_word(name + k, "_se");
}

/* A name that is that of standard errors letter by letter is refused in all tables. */
static int check_errors(const tro_reader *reader, const tro_study_table *table, const char *name,
                        const tro_node *node)
{
    for (size_t c = 0; c < table->column_count; c++) {
        const char *column = table->columns[c].name;
        size_t length = strlen(column);
        if (table->columns[c].sampled && is_error_of(column, name) &&
            (strncmp(name, column, length) != 0 || strcmp(name + length, "_se") != 0))
            return differ_in_case(reader, node, name, column, "_se");
    }
    return TRO_OK;
}

/* Columns of a database: upper and lower case are one. */
static int check_column(const tro_reader *reader, const tro_study_table *table, size_t number,
                        const char *name, const tro_node *node)
{
    static const char *const own[] = {"cell", "replicate", "seed", "message"};
    for (size_t k = 0; k < sizeof own / sizeof *own; k++)
        if (same_word(own[k], name))
            return tro_error(reader->messages, TRO_ESCENARIO, &node->key_place,
                             "'%s' is a column that sweeps have anyway: another name would be "
                             "right", name);
    for (size_t k = 0; k < number; k++) {
        const char *other = k < table->axis_count ? table->axes[k].name
                                                  : table->columns[k - table->axis_count].name;
        if (strcmp(other, name) != 0 && same_word(other, name))
            return differ_in_case(reader, node, name, other, "");
    }
    return check_errors(reader, table, name, node);
}

static int check_names(const tro_reader *reader, const tro_node *vary,
                       const tro_study_table *table)
{
    int status = tro_study_names_check(reader, vary, table);
    for (size_t a = 0; a < table->axis_count; a++)
        status = tro_graver(status, check_column(reader, table, a, table->axes[a].name,
                                                 table->axes[a].node));
    for (size_t c = 0; c < table->column_count; c++)
        status = tro_graver(status, check_column(reader, table, table->axis_count + c,
                                                 table->columns[c].name,
                                                 table->columns[c].node));
    return status;
}

/* --- points ---------------------------------------------------------------- */

static int check_sample(const tro_reader *reader, const sample_config *sample)
{
    int sobol = sample->sobol != TRO_NO_WHOLE, latin = sample->latin != TRO_NO_WHOLE;
    if ((sample->design >= 0) + sobol + latin > 1)
        return tro_error(reader->messages, TRO_ESCENARIO, &sample->self->place,
                         "a sweep has one kind of points: grid, list, {sobol: N} or "
                         "{latin-hypercube: N}");
    if (sample->shift && !sobol)
        return tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(sample->self, "shift"),
                         "'shift' goes with 'sobol'");
    return TRO_OK;
}

static int read_points(const tro_study *study, const tro_reader *reader,
                       const sweep_config *config, tro_sweep *sweep)
{
    const sample_config *sample = &config->sample;
    int sobol = sample->sobol != TRO_NO_WHOLE, latin = sample->latin != TRO_NO_WHOLE;
    tro_study_table *table = &sweep->table;
    table->shape = sobol || latin                ? TRO_SHAPE_SAMPLE
                   : sample->design == DESIGN_LIST ? TRO_SHAPE_LIST
                                                   : TRO_SHAPE_GRID;
    int status = tro_study_axes_read(reader, config->vary, table);
    if (status == TRO_ENOMEM || !table->axes_known || table->shape != TRO_SHAPE_SAMPLE)
        return status;
    return tro_graver(status, tro_sweep_draw(
                                  table, sobol ? TRO_SAMPLING_SOBOL : TRO_SAMPLING_LATIN,
                                  sample->shift, (size_t)(sobol ? sample->sobol : sample->latin),
                                  study->cell->scenario->seed, &sample->self->place,
                                  reader->arena, reader->messages));
}

/* A seed that varies is not replaced by those of replicates. */
static int check_seeds(const tro_study *study, const tro_reader *reader, tro_sweep *sweep)
{
    const tro_study_table *table = &sweep->table;
    const tro_node *root = study->bare->root;
    sweep->seed_axis = SIZE_MAX;
    for (size_t a = 0; a < table->axis_count; a++)
        if (table->axes[a].known && tro_paths_meet(root, table->axes[a].key, "seed"))
            sweep->seed_axis = a;
    if (sweep->seed_axis == SIZE_MAX || (sweep->replicates == 1 && !sweep->independent))
        return TRO_OK;
    return tro_error(reader->messages, TRO_ESCENARIO,
                     &table->axes[sweep->seed_axis].node->key_place,
                     "the seed varies, and replicates have seeds of their own: one of them would "
                     "be right");
}

/* The number of cells, and how far apart those are that run one after the other. */
static int count_cells(const tro_reader *reader, tro_sweep *sweep)
{
    size_t a, b;
    if (sweep->table.cells > TRO_MOST_CELLS / sweep->replicates)
        return tro_error(reader->messages, TRO_ESCENARIO, &sweep->self->place,
                         "%zu points, %llu times each, are more than %d cells",
                         sweep->table.cells, (unsigned long long)sweep->replicates,
                         TRO_MOST_CELLS);
    sweep->cells = sweep->table.cells * (size_t)sweep->replicates;
    sweep->step = (size_t)((double)sweep->cells * 0.6180339887498949);
    do {    /* coprime, so that all cells have their turn */
        sweep->step++;
        for (a = sweep->cells, b = sweep->step; b > 0;) {
            size_t rest = a % b;
            a = b;
            b = rest;
        }
    } while (a != 1);
    return TRO_OK;
}

int tro_sweep_read(tro_study *study, const tro_reader *reader)
{
    const tro_node *self = study->cell->scenario->sweep;
    sweep_config config;
    if (!self)
        return TRO_OK;
    tro_sweep *sweep = TRO_NEW(reader->arena, tro_sweep, 1);
    if (!sweep)
        return TRO_ENOMEM;
    int status = tro_read_record(reader, self, &tro_sweep_table, NULL, &config);
    if (status == TRO_ENOMEM || self->kind != TRO_MAP)
        return status;
    tro_study_table *table = &sweep->table;
    *sweep = (tro_sweep){.self = self, .independent = config.seeds == 1,
                         .rounds = config.rounds};
    sweep->replicates = config.replicates < 1 ? 1 : (uint64_t)config.replicates;
    table->name = "sweep";
    table->node = self;
    table->set_node = config.set;
    status = tro_graver(status, check_sample(reader, &config.sample));
    int set = tro_study_read_set(reader, config.set, &table->set, &table->set_count);
    status = tro_graver(status, set);
    int points = read_points(study, reader, &config, sweep);
    status = tro_graver(status, points);
    status = tro_graver(status, read_outputs(reader, config.outputs, sweep));
    if (status == TRO_ENOMEM)
        return status;
    status = tro_graver(status, check_names(reader, config.vary, table));
    status = tro_graver(status, check_seeds(study, reader, sweep));
    if (points == TRO_OK)
        status = tro_graver(status, count_cells(reader, sweep));
    if (set == TRO_OK && points == TRO_OK)
        status = tro_graver(status, tro_study_table_check(study, table, reader));
    if (status == TRO_OK)
        study->sweep = sweep;
    return status;
}
