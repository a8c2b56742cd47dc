/* What `trophic list` says of a file: for people and for completion in a shell. */
#include <string.h>

#include <trophic/scenario.h>

#include "cli/list.h"
#include "cli/shelf.h"
#include "scenario/keys.h"

static int list_keys(const char *path, tro_text *text, tro_messages *messages)
{
    tro_document *document;
    int status = tro_document_read_file(path, &document, messages);
    if (status < 0)
        return status;
    tro_key_list(document, tro_catalog_builtin(), text);
    tro_document_free(document);
    return text->failed ? tro_error(messages, TRO_ENOMEM, NULL, "out of memory") : TRO_OK;
}

static int list_names(const char *path, tro_text *text, tro_messages *messages)
{
    tro_cell *cell;
    int status = tro_cell_open(path, NULL, 0, &cell, messages);
    if (status < 0)
        return status;
    for (size_t k = 0; k < tro_agent_count(cell); k++)
        tro_text_addf(text, "%s\n", tro_agent_name(cell, k));
    tro_cell_close(cell);
    return TRO_OK;
}

int tro_list_is_of_file(const char *word)
{
    return strcmp(word, "keys") == 0 || strcmp(word, "names") == 0;
}

int tro_list_file(const char *word, const char *file, tro_text *text, tro_messages *messages)
{
    int (*what)(const char *, tro_text *, tro_messages *) =
        strcmp(word, "keys") == 0 ? list_keys : list_names;
    tro_shelf studies;
    if (tro_shelf_is_path(file))
        return what(file, text, messages);
    int status = tro_shelf_find(&studies, "studies", messages);
    const char *path = tro_shelf_path(&studies, file);
    if (status == TRO_OK)
        status = path ? what(path, text, messages)
                      : tro_shelf_unknown(&studies, file, "study", "trophic reproduce --list",
                                          messages);
    tro_shelf_release(&studies);
    return status;
}
