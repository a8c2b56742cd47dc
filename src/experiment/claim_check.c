/* Every mistake of a claim that can be seen before anything runs. */
#include <math.h>
#include <string.h>

#include "experiment/study_parts.h"

/* What is known of a claim before it is evaluated: how many values there will be
 * (0: not known), and whether they, or what they are compared with, are sampled
 * (-1: not known). */
typedef struct tro_subject {
    const tro_cell *cell;       /* of the study */
    const tro_study_table *table; /* of the column, of `for` or `set`; or NULL */
    size_t count;
    int sampled, other_sampled;
    int last_sampled;           /* the same of the column that was looked at last */
    int stated, other_computed; /* the column is given; not so all it is compared with */
} subject;

static int has(const tro_claim *claim, const char *key)
{
    return tro_node_get(claim->self, key) != NULL;
}

static int can_be_read(const tro_reader *reader, const tro_node *node)
{
    tro_reader quiet = *reader;
    tro_chosen chosen;
    quiet.messages = NULL;
    return node && tro_read_plugin(&quiet, node, TRO_QUANTITY, &chosen) == TRO_OK;
}

static int add_column(const tro_claim *claim, const char *key, const tro_chosen *quantity,
                      const tro_reader *reader, tro_study_table *grid)
{
    const tro_node *node = tro_node_get(claim->self, key);
    if (!quantity->plugin || !can_be_read(reader, node))
        return 0;
    grid->columns[grid->column_count++] =
        (tro_column){.name = key, .node = node, .quantity = *quantity,
                     .sampled = tro_quantity_of(quantity)->sampled, .known = 1};
    return 1;
}

/* `for` and `set`: the quantity and `same-as` are the columns of a grid of the claim's
 * own, without axes when there is no `for`. */
static int make_grid(tro_study *study, tro_claim *claim, const tro_reader *reader, subject *s)
{
    tro_study_table *grid = TRO_NEW(reader->arena, tro_study_table, 1);
    tro_column *columns = TRO_NEW(reader->arena, tro_column, 2);
    if (!grid || !columns)
        return TRO_ENOMEM;
    *grid = (tro_study_table){.name = "for", .node = claim->vary ? claim->vary : claim->self,
                              .set_node = claim->set, .columns = columns, .columns_known = 1};
    int set = tro_study_read_set(reader, claim->set, &grid->set, &grid->set_count);
    int status = tro_graver(set, tro_study_axes_read(reader, claim->vary, grid));
    if (status == TRO_ENOMEM)
        return status;
    grid->rows_known &= add_column(claim, "quantity", &claim->quantity, reader, grid) &&
                        set == TRO_OK;
    if (has(claim, "same-as"))
        grid->rows_known &= add_column(claim, "same-as", &claim->same_as, reader, grid);
    if (grid->column_count > 0)
        s->sampled = grid->columns[0].sampled;
    if (grid->column_count > 1)
        s->other_sampled = grid->columns[1].sampled;
    s->table = claim->grid = grid;
    if (set == TRO_OK)
        status = tro_graver(status, tro_study_table_check(study, grid, reader));
    s->count = grid->rows_known ? grid->cells * grid->components : 0;
    return status;
}

/* A quantity of the claim: *sampled and *count are set when it is right. */
static int check_quantity(const tro_claim *claim, const char *key, const tro_chosen *chosen,
                          const subject *s, const tro_reader *reader, int *sampled,
                          size_t *count)
{
    *sampled = -1;
    *count = 0;
    if (!chosen->plugin || !can_be_read(reader, tro_node_get(claim->self, key)))
        return TRO_OK; /* absent, or said already */
    *sampled = tro_quantity_of(chosen)->sampled;
    int status = tro_quantity_check(s->cell, chosen, reader->messages);
    if (status == TRO_OK)
        *count = tro_quantity_count(s->cell, chosen);
    return status;
}

static int check_column(const tro_study *study, const tro_claim *claim,
                        const tro_reader *reader, subject *s)
{
    const tro_column *column;
    int status = tro_study_find_column(study, claim->column, tro_place_of(claim->self, "column"),
                                       &s->table, &column, reader->messages);
    if (column && (column->quantity.plugin || column->given.count > 0))
        s->sampled = column->sampled;
    s->stated = column && column->given.count > 0;
    if (s->table)
        status = tro_graver(status, tro_study_select(s->table, claim->where, reader->arena, NULL,
                                                     &s->count, reader->messages));
    return status;
}

static int wrong_count(const tro_node *node, const char *what, size_t count, size_t rows,
                       tro_messages *messages)
{
    return tro_error(messages, TRO_ESCENARIO, &node->place,
                     "%s has %zu values, but there %s %zu row%s: one for each, or one for all, "
                     "would be right", what, count, rows == 1 ? "is" : "are", rows,
                     rows == 1 ? "" : "s");
}

/* Another column, named at `node`, that has as many rows. */
static int check_other(const tro_study *study, const tro_claim *claim, const tro_node *node,
                       const char *name, const tro_reader *reader, subject *s)
{
    const tro_study_table *table;
    const tro_column *column;
    size_t count;
    int status = tro_study_find_column(study, name, &node->place, &table, &column,
                                       reader->messages);
    s->last_sampled = -1;
    if (column && (column->quantity.plugin || column->given.count > 0))
        s->last_sampled = column->sampled;
    s->other_computed |= !column || column->given.count == 0;
    if (!table || table == s->table)
        return status; /* as many rows, and the same mistakes in `where` */
    status = tro_graver(status, tro_study_select(table, claim->where, reader->arena, NULL, &count,
                                                 reader->messages));
    if (status == TRO_OK && count > 0 && s->count > 0 && count != s->count)
        status = tro_error(reader->messages, TRO_ESCENARIO, &node->place,
                           "'%s' has %zu rows, '%s' %zu", name, count,
                           claim->column ? claim->column : "quantity", s->count);
    return status;
}

static int check_same(const tro_claim *claim, const tro_reader *reader, subject *s)
{
    size_t count;
    int sampled, status = check_quantity(claim, "same-as", &claim->same_as, s, reader, &sampled,
                                         &count);
    if (has(claim, "same-as"))
        s->other_sampled = sampled;
    if (count > 1 && s->count > 0 && count != s->count)
        status = wrong_count(tro_node_get(claim->self, "same-as"), "same-as", count, s->count,
                             reader->messages);
    return status;
}

static int check_errors(const tro_claim *claim, const subject *s, tro_messages *messages)
{
    const tro_place *place = tro_place_of(claim->self, "standard-errors");
    if (isnan(claim->standard_errors) || s->sampled != 0 || s->other_sampled != 0)
        return TRO_OK;
    if (claim->column)
        return tro_error(messages, TRO_ESCENARIO, place,
                         "column '%s' is exact: it has no standard errors", claim->column);
    return tro_error(messages, TRO_ESCENARIO, place,
                     "'%s' is exact: it has no standard errors", claim->quantity.plugin->name);
}

/* --- relations ------------------------------------------------------------- */

static int check_order(const tro_claim *claim, const subject *s, tro_messages *messages)
{
    if (claim->order < 0 || s->count != 1)
        return TRO_OK;
    return tro_error(messages, TRO_ESCENARIO, tro_place_of(claim->self, "order"),
                     "an order needs several values, found one");
}

/* How many positions of an axis are among the claim's rows. */
static size_t count_along(const tro_study_table *table, const tro_node *where, size_t axis)
{
    const tro_node *item = tro_node_get(where, table->axes[axis].name);
    size_t length = tro_axis_length(&table->axes[axis]);
    return !item ? length : item->kind == TRO_LIST ? item->count : 1;
}

static int no_axis(const tro_study_table *table, const char *name, const tro_place *place,
                   tro_messages *messages)
{
    const char *words[64];
    size_t count = 0;
    for (size_t a = 0; a < table->axis_count && count < 64; a++)
        words[count++] = table->axes[a].name;
    const char *near = tro_nearest_word(name, words, count);
    return tro_error(messages, TRO_ESCENARIO, place, "table '%s' has no axis '%s'%s%s%s",
                     table->name, name, near ? " (did you mean '" : "", near ? near : "",
                     near ? "'?)" : "");
}

/* increases-with and decreases-with. */
static int check_along(const tro_claim *claim, const char *key, const char *name,
                       const subject *s, tro_messages *messages)
{
    const tro_place *place = tro_place_of(claim->self, key);
    const tro_study_table *table = s->table;
    if (!name || (claim->column && !table))
        return TRO_OK;
    if (!table)
        return has(claim, "quantity")
                   ? tro_error(messages, TRO_ESCENARIO, place,
                               "'%s' names an axis of a column's table or of 'for', and there is "
                               "none; of the values of one quantity, 'order' would be right", key)
                   : TRO_OK;
    size_t axis = tro_study_axis(table, name);
    if (axis == SIZE_MAX)
        return table->axes_known ? no_axis(table, name, place, messages) : TRO_ESCENARIO;
    if (!table->rows_known || (axis == table->axis_count
                                   ? table->components
                                   : count_along(table, claim->where, axis)) > 1)
        return TRO_OK;
    return tro_error(messages, TRO_ESCENARIO, place,
                     "'%s' needs several values along '%s', found one", key, name);
}

static int check_among(const tro_study *study, const tro_claim *claim, const tro_reader *reader,
                       subject *s)
{
    tro_messages *messages = reader->messages;
    const tro_node *among = claim->among;
    int status = TRO_OK;
    if (!among)
        return TRO_OK;
    if (among->kind != TRO_MAP || among->count < 2)
        return tro_error(messages, TRO_ESCENARIO, &among->place,
                         "among is a map from at least two names to a number, one for each row, or "
                         "TABLE.COLUMN");
    for (size_t k = 0; k < among->count; k++) {
        const tro_node *item = among->items[k];
        double number;
        tro_vector numbers;
        if (item->kind == TRO_SCALAR && !tro_parse_real(item->text, &number)) {
            status = tro_graver(status, check_other(study, claim, item, item->text, reader, s));
            continue;
        }
        int read = tro_read_vector(reader, item, item->key, &numbers);
        if (read == TRO_OK && numbers.count > 1 && s->count > 0 && numbers.count != s->count)
            read = wrong_count(item, item->key, numbers.count, s->count, messages);
        status = tro_graver(status, read);
    }
    return status;
}

static int check_nearest(const tro_claim *claim, const subject *s, tro_messages *messages)
{
    const tro_texts *names = &claim->nearest_to;
    const tro_node *among = claim->among;
    int status = TRO_OK;
    if (!among || among->kind != TRO_MAP)
        return TRO_OK;
    for (size_t n = 0; n < names->count; n++) {
        const char *words[64];
        size_t count = 0;
        for (size_t k = 0; k < among->count && count < 64; k++)
            words[count++] = among->items[k]->key;
        if (tro_node_get(among, names->items[n]))
            continue;
        const char *near = tro_nearest_word(names->items[n], words, count);
        status = tro_error(messages, TRO_ESCENARIO, &names->nodes[n]->place,
                           "among has no '%s'%s%s%s", names->items[n],
                           near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
    }
    if (names->count > 1 && s->count > 0 && names->count != s->count)
        status = wrong_count(tro_node_get(claim->self, "nearest-to"), "nearest-to", names->count,
                             s->count, messages);
    return status;
}

/* --- conditions ------------------------------------------------------------ */

/* Is there a row in which the condition's `where` is met? */
static int has_row(const tro_claim *claim, const tro_study_table *table)
{
    for (size_t cell = 0; cell < table->cells; cell++)
        if (tro_study_agrees(table, claim->where, cell) &&
            tro_study_agrees(table, claim->only_if.where, cell))
            return 1;
    return 0;
}

static int check_condition(const tro_study *study, const tro_claim *claim,
                           const tro_reader *reader, subject *s)
{
    const tro_condition *condition = &claim->only_if;
    const tro_study_table *table = s->table;
    tro_messages *messages = reader->messages;
    size_t count;
    if (!condition->self || condition->self->kind != TRO_MAP)
        return TRO_OK;
    if (s->count == 1)
        return tro_error(messages, TRO_ESCENARIO, &condition->self->place,
                         "a condition needs several rows, found one");
    if (condition->column)
        return check_other(study, claim, tro_node_get(condition->self, "column"),
                           condition->column, reader, s);
    if (!condition->where || (claim->column && !table))
        return TRO_OK;
    if (!table)
        return tro_error(messages, TRO_ESCENARIO, &condition->where->place,
                         "'where' needs the axes of a column's table or of 'for', and there are "
                         "none");
    int status = tro_study_select(table, condition->where, reader->arena, NULL, &count, messages);
    if (status == TRO_OK && table->rows_known && !has_row(claim, table))
        status = tro_error(messages, TRO_ESCENARIO, &condition->where->place,
                           "the condition is met in none of the claim's rows");
    return status;
}

/* --- claims that nothing can break, or keep -------------------------------- */

static int itself(const tro_claim *claim, const char *key, const char *other,
                  tro_messages *messages)
{
    if (!claim->column || !other || strcmp(claim->column, other) != 0)
        return TRO_OK;
    return tro_error(messages, TRO_ESCENARIO, tro_place_of(claim->self, key),
                     "'%s' names the claim's own column: another would be right", key);
}

/* Before the condition is looked at, which may be about anything. */
static int check_sense(const tro_claim *claim, const subject *s, tro_messages *messages)
{
    int status = tro_graver(itself(claim, "agrees-with", claim->agrees_with, messages),
                            itself(claim, "less-than", claim->less_than, messages));
    if (s->stated && !s->other_computed && !has(claim, "same-as"))
        status = tro_error(messages, TRO_ESCENARIO, tro_place_of(claim->self, "column"),
                           "column '%s' is given, and nothing that it is compared with is "
                           "computed: a claim about a column of 'find' would be right",
                           claim->column);
    return status;
}

/* --- all ------------------------------------------------------------------- */

static int check_others(const tro_study *study, const tro_claim *claim,
                        const tro_reader *reader, subject *s)
{
    int status = TRO_OK;
    if (claim->column && claim->agrees_with) {
        status = check_other(study, claim, tro_node_get(claim->self, "agrees-with"),
                             claim->agrees_with, reader, s);
        s->other_sampled = s->last_sampled;
    }
    if (claim->column && claim->less_than) {
        status = tro_graver(status, check_other(study, claim,
                                                tro_node_get(claim->self, "less-than"),
                                                claim->less_than, reader, s));
        s->other_sampled = s->last_sampled;
    }
    if (!claim->grid)
        status = tro_graver(status, check_same(claim, reader, s));
    status = tro_graver(status, check_along(claim, "increases-with", claim->increases_with, s,
                                            reader->messages));
    status = tro_graver(status, check_along(claim, "decreases-with", claim->decreases_with, s,
                                            reader->messages));
    status = tro_graver(status, check_among(study, claim, reader, s));
    status = tro_graver(status, check_nearest(claim, s, reader->messages));
    status = tro_graver(status, check_sense(claim, s, reader->messages));
    return tro_graver(status, check_condition(study, claim, reader, s));
}

int tro_study_claim_check(tro_study *study, tro_claim *claim, int whole,
                          const tro_reader *reader)
{
    subject s = {.cell = study->cell, .sampled = -1};
    tro_messages *messages = reader->messages;
    int status = tro_study_claim_keys(claim, whole, messages);
    if (claim->column && !has(claim, "quantity"))
        status = tro_graver(status, check_column(study, claim, reader, &s));
    else if (!claim->column && (claim->vary || claim->set))
        status = tro_graver(status, make_grid(study, claim, reader, &s));
    else if (!claim->column)
        status = tro_graver(status, check_quantity(claim, "quantity", &claim->quantity, &s,
                                                   reader, &s.sampled, &s.count));
    status = tro_graver(status, check_others(study, claim, reader, &s));
    status = tro_graver(status, check_errors(claim, &s, messages));
    status = tro_graver(status, check_order(claim, &s, messages));
    if (claim->equals.count > 1 && s.count > 0 && claim->equals.count != s.count)
        status = wrong_count(tro_node_get(claim->self, "equals"), "equals", claim->equals.count,
                             s.count, messages);
    return status;
}
