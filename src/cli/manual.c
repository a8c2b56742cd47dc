/* The reference manual as Markdown. */
#include <ctype.h>

#include "cli/list.h"
#include "document/param.h"

/* "families" as a heading. */
static void add_heading(tro_text *text, const char *level, const char *words)
{
    char first[2] = {(char)toupper((unsigned char)words[0]), '\0'};
    tro_text_addf(text, "%s %s%s\n\n", level, first, words + 1);
}

static void add_plugin(const tro_plugin *plugin, tro_text *text)
{
    tro_text_addf(text, "### `%s`\n\n%s", plugin->name, plugin->summary);
    if (plugin->reference)
        tro_text_addf(text, " Reference: %s.", plugin->reference);
    tro_text_add(text, "\n\n");
    tro_table_document(&plugin->table, text);
    tro_text_add(text, "\n");
}

void tro_list_manual(const tro_catalog *catalog, tro_text *text)
{
    tro_text_add(text, "# Reference\n\n"
                       "<!-- Made by `trophic list all --markdown`; do not edit. -->\n\n"
                       "Every key of a scenario file and everything that it can name. A key "
                       "whose default is *required*\nmust be there; *none* means that nothing "
                       "stands in for it.\n\n"
                       "## Scenario files\n\n");
    for (size_t k = 0; k < tro_section_count; k++) {
        tro_text_addf(text, "### `%s`\n\n%s\n\n", tro_sections[k].name, tro_sections[k].doc);
        tro_table_document(tro_sections[k].table, text);
        tro_text_add(text, "\n");
    }
    for (int kind = 0; kind < TRO_KIND_COUNT; kind++) {
        add_heading(text, "##", tro_kind_plural((tro_kind)kind));
        for (size_t k = 0; k < catalog->count[kind]; k++)
            add_plugin(catalog->items[kind][k], text);
    }
}
