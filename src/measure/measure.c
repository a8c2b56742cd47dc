/* Making measures ready, and naming them. */
#include "measure/measure.h"

#include <string.h>

int tro_measuring_make(const tro_reader *reader, const tro_ecosystem *ecosystem,
                       const tro_chosen *chosen, tro_measuring *out)
{
    *out = (tro_measuring){.measure = tro_measure_of(chosen), .ecosystem = ecosystem,
                           .config = chosen->config, .node = chosen->node};
    return out->measure->prepare ? out->measure->prepare(reader, out) : TRO_OK;
}

int tro_measuring_default(const tro_reader *reader, const tro_ecosystem *ecosystem,
                          const tro_measure *measure, tro_measuring *out)
{
    const tro_node *root = ecosystem->scenario->document->root;
    tro_chosen chosen = {.plugin = &measure->plugin, .node = root, .parameters = root};
    chosen.config = tro_arena_allocate(reader->arena, 1, measure->plugin.table.size);
    if (!chosen.config)
        return TRO_ENOMEM;
    int status = tro_read_record(reader, NULL, &measure->plugin.table, NULL, chosen.config);
    return status < 0 ? status : tro_measuring_make(reader, ecosystem, &chosen, out);
}

const char *tro_measure_lacks(const tro_measuring *measuring, size_t agent)
{
    const tro_measure *measure = measuring->measure;
    return measure->lacks ? measure->lacks(measuring, agent) : NULL;
}

double tro_measure_value(const tro_measuring *m, const double *z, size_t agent, double *scratch)
{
    return tro_is_absent(m->ecosystem, agent) ? NAN : m->measure->value(m, z, agent, scratch);
}

int tro_measure_is_lost(const tro_measuring *measuring, size_t agent, double value)
{
    int good = isfinite(value) || (isinf(value) && measuring->measure->may_be_infinite);
    return !good && !tro_is_absent(measuring->ecosystem, agent) &&
           !tro_measure_lacks(measuring, agent);
}

/* --- names --------------------------------------------------------------------------- */

static void add_scalar(const char *word, tro_text *text)
{
    int bare = *word && !word[strcspn(word, " ,;()'\"")];
    tro_text_add(text, bare ? "" : "'");
    tro_text_add(text, word);
    tro_text_add(text, bare ? "" : "'");
}

/* Lists as words side by side, maps as "key value; key value". */
static void add_node(const tro_node *node, int inner, tro_text *text)
{
    if (node->kind == TRO_SCALAR) {
        add_scalar(node->text, text);
        return;
    }
    tro_text_add(text, inner ? "(" : "");
    for (size_t k = 0; k < node->count; k++) {
        const tro_node *item = node->items[k];
        if (k > 0)
            tro_text_add(text, node->kind == TRO_MAP ? "; " : " ");
        if (node->kind == TRO_MAP)
            tro_text_addf(text, "%s ", item->key);
        add_node(item, 1, text);
    }
    tro_text_add(text, inner ? ")" : "");
}

/* The value alone where the main parameter is the only one. */
static const tro_node *shortest(const tro_chosen *chosen)
{
    const tro_node *node = chosen->parameters;
    const tro_table *table = &chosen->plugin->table;
    if (node->kind == TRO_MAP && node->count == 1)
        for (size_t k = 0; k < table->count; k++)
            if (table->params[k].flags & TRO_P_MAIN &&
                strcmp(table->params[k].key, node->items[0]->key) == 0)
                return node->items[0];
    return node;
}

void tro_measure_label(const tro_chosen *chosen, tro_text *text)
{
    const tro_node *node = chosen->parameters;
    tro_text_add(text, chosen->plugin->name);
    if (node == chosen->node || tro_node_is_nothing(node) ||
        (node->kind != TRO_SCALAR && node->count == 0))
        return;
    tro_text_add(text, "(");
    add_node(shortest(chosen), 0, text);
    tro_text_add(text, ")");
}
