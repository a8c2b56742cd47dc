#include "cli/key_meant.h"

#include <string.h>

#include <trophic/scenario.h>

#include "cli/printing.h"
#include "scenario/keys.h"

/* 1 when the file has the key. */
static int say_for(const tro_arguments *arguments, const char *file)
{
    tro_document *document;
    tro_messages aside = {0};
    tro_text path = {0}, word = {0}, shown = {0};
    const char *key = arguments->unknown, *value = arguments->unknown_value;
    size_t count = 0;
    if (tro_document_read_file(file, &document, &aside) == TRO_OK) {
        count = tro_key_like(document, tro_catalog_builtin(), key, strlen(key), &path);
        tro_document_free(document);
    }
    if (count > 0) {
        tro_text_addf(&word, "%s=%s", tro_text_string(&path), value ? value : "VALUE");
        tro_add_shell_word(&shown, tro_text_string(&word));
        tro_say(0, "'%s' is a key of %s, not an option: --set %s%s", key, file,
                tro_text_string(&shown), count > 1 ? " (there are others of that name)" : "");
    }
    tro_text_clear(&path);
    tro_text_clear(&word);
    tro_text_clear(&shown);
    tro_messages_clear(&aside);
    return count > 0;
}

void tro_say_key_meant(const tro_arguments *arguments)
{
    for (size_t k = 0; arguments->unknown && k < arguments->operands.count; k++) {
        const char *file = arguments->operands.items[k];
        if (strcmp(file, "-") != 0 && file != arguments->unknown_value &&
            say_for(arguments, file))
            return;
    }
}
