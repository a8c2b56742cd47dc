/* Documents: from a file, standard input or memory; copies; the end. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "document/compose.h"
#include "document/near_file.h"

enum { CHUNK_BYTES = 65536 };

static int no_memory(tro_messages *messages)
{
    return tro_error(messages, TRO_ENOMEM, NULL, "out of memory");
}

/* A mistake of the file as a whole: it has a name and no line. */
static int refuse_file(const char *name, int status, const char *sentence, tro_messages *messages)
{
    tro_source source = {.name = name};
    tro_place place = {.source = &source};
    return tro_error(messages, status, &place, "%s", sentence);
}

static const char *reason(int number, char *buffer, size_t room)
{
    switch (number) {
    case ENOENT:
        return "no such file";
    case EACCES:
        return "permission denied";
    case EISDIR:
        return "it is a directory";
    case ENOTDIR:
        return "a part of the path is no directory";
    default:
        return strerror_r(number, buffer, room);
    }
}

/* Whole, whatever it is: a pipe has no size to ask for. 0 or an errno. */
static int read_all(int descriptor, tro_text *text)
{
    int number = 0;
    char *chunk = tro_allocate(CHUNK_BYTES, 1);
    while (chunk && !text->failed && text->length <= TRO_TEXT_LIMIT) {
        ssize_t got = read(descriptor, chunk, CHUNK_BYTES);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            number = errno;
        if (got <= 0)
            break;
        tro_text_add_n(text, chunk, (size_t)got);
    }
    text->failed |= !chunk;
    tro_release(chunk);
    return number;
}

int tro_read_whole(const char *path, tro_text *text, char *why, size_t room)
{
    char buffer[128];
    int descriptor = path ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY) : STDIN_FILENO;
    int number = descriptor < 0 ? errno : read_all(descriptor, text);
    if (path && descriptor >= 0)
        close(descriptor);
    if (text->failed)
        return TRO_ENOMEM;
    if (!number)
        return TRO_OK;
    snprintf(why, room, "%s", reason(number, buffer, sizeof buffer));
    return TRO_EIO;
}

int tro_document_read_file(const char *path, tro_document **out, tro_messages *messages)
{
    int standard = strcmp(path, "-") == 0;
    const char *name = standard ? "<stdin>" : path;
    char why[128];
    tro_text text = {0}, sentence = {0};
    *out = NULL;
    int status = tro_read_whole(standard ? NULL : path, &text, why, sizeof why);
    if (status == TRO_EIO) {
        tro_text_addf(&sentence, "cannot be read: %s", why);
        if (!standard)
            tro_add_near_file(&sentence, path, path, ".yaml");
        refuse_file(name, TRO_EIO, tro_text_string(&sentence), messages);
    } else if (status == TRO_ENOMEM) {
        no_memory(messages);
    } else {
        status = tro_document_read_text(name, tro_text_string(&text), text.length, out, messages);
    }
    tro_text_clear(&text);
    tro_text_clear(&sentence);
    return status;
}

static int copy_source(tro_arena *arena, const tro_source *from, tro_source *to)
{
    to->name = tro_arena_text(arena, from->name);
    to->text = tro_arena_text_n(arena, from->text, from->length);
    to->length = from->length;
    to->argument = from->argument;
    return to->name && to->text ? TRO_OK : TRO_ENOMEM;
}

static int check_root(const tro_document *document, tro_messages *messages)
{
    const tro_node *root = document->root;
    if (!root)
        return refuse_file(document->source.name, TRO_EPARSE,
                           document->source.length ? "nothing but comments in it; expected a map"
                                                   : "the file is empty", messages);
    if (root->kind == TRO_MAP)
        return TRO_OK;
    return tro_error(messages, TRO_EPARSE, &root->place, "expected a map ('key: value'), found %s",
                     tro_node_is_nothing(root)  ? "nothing"
                     : root->kind == TRO_SCALAR ? "a text"
                                                : "a list");
}

int tro_document_read_text(const char *name, const char *text, size_t length, tro_document **out,
                           tro_messages *messages)
{
    int status;
    tro_document *document = NULL;
    *out = NULL;
    if (length > TRO_TEXT_LIMIT)
        return refuse_file(name, TRO_EPARSE, "larger than 64 MiB; keep data in a file of its own",
                           messages);
    document = tro_allocate(1, sizeof *document);
    if (!document)
        return no_memory(messages);
    if (!text)
        text = "";
    /* A byte order mark is no part of the text: columns are as editors show. */
    size_t mark = length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    tro_source source = {.name = name, .text = text + mark, .length = length - mark};
    if (copy_source(&document->arena, &source, &document->source) < 0)
        TRO_TRY(no_memory(messages));
    TRO_TRY(tro_source_check(&document->source, messages));
    TRO_TRY(tro_compose(&document->arena, &document->source, 0, messages, &document->root,
                        &document->duplicates));
    TRO_TRY(check_root(document, messages));
    *out = document;
    document = NULL;
out:
    tro_document_free(document);
    return status;
}

/* An override of the original, and its copy, made when first met. */
typedef struct copied {
    const tro_override_source *from;
    tro_override_source *to;
} copied;

/* Overrides stand by number. */
typedef struct copier {
    tro_document *copy;
    const tro_document *original;
    copied *overrides;
} copier;

/* The override of the original that this is, or NULL: values that were taken
 * from another file, or from an override of another document, stay there. */
static copied *own_override(copier *c, const tro_source *source)
{
    const tro_override_source *from = (const tro_override_source *)source;
    if (!source->argument || from->number >= c->original->overrides)
        return NULL;
    return c->overrides[from->number].from == from ? &c->overrides[from->number] : NULL;
}

static const tro_source *copied_override(copier *c, copied *own)
{
    if (own->to)
        return &own->to->source;
    tro_override_source *to = TRO_NEW(&c->copy->arena, tro_override_source, 1);
    if (!to || copy_source(&c->copy->arena, &own->from->source, &to->source) < 0)
        return NULL;
    to->number = own->from->number;
    to->before = c->copy->newest;
    c->copy->newest = to;
    own->to = to;
    return &to->source;
}

static int copy_place(copier *c, const tro_place *from, tro_place *to)
{
    *to = *from;
    if (!from->source)
        return TRO_OK;
    copied *own = own_override(c, from->source);
    if (from->source == &c->original->source)
        to->source = &c->copy->source;
    else if (own)
        to->source = copied_override(c, own);
    return to->source ? TRO_OK : TRO_ENOMEM;
}

static int copy_string(copier *c, const char *from, const char **to)
{
    *to = from ? tro_arena_text(&c->copy->arena, from) : NULL;
    return from && !*to ? TRO_ENOMEM : TRO_OK;
}

/* Recursion is bounded by TRO_DEPTH_LIMIT. */
static int copy_node(copier *c, const tro_node *from, tro_node *parent, tro_node **out)
{
    int status;
    tro_node *to = TRO_NEW(&c->copy->arena, tro_node, 1);
    if (!to)
        return TRO_ENOMEM;
    *to = *from;
    to->parent = parent;
    *out = to;
    TRO_TRY(copy_place(c, &from->place, &to->place));
    TRO_TRY(copy_place(c, &from->key_place, &to->key_place));
    TRO_TRY(copy_string(c, from->key, &to->key));
    TRO_TRY(copy_string(c, from->text, &to->text));
    if (from->count) {
        to->items = TRO_NEW(&c->copy->arena, tro_node *, tro_node_room(from->count));
        if (!to->items)
            return TRO_ENOMEM;
    }
    for (size_t k = 0; k < from->count; k++)
        TRO_TRY(copy_node(c, from->items[k], to, &to->items[k]));
out:
    return status;
}

int tro_document_clone(const tro_document *document, tro_document **out, tro_messages *messages)
{
    int status;
    copier c = {.original = document};
    *out = NULL;
    c.copy = tro_allocate(1, sizeof *c.copy);
    c.overrides = tro_allocate(document->overrides, sizeof *c.overrides);
    if (!c.copy || !c.overrides)
        TRO_TRY(TRO_ENOMEM);
    c.copy->overrides = document->overrides;
    c.copy->duplicates = document->duplicates;
    for (const tro_override_source *o = document->newest; o; o = o->before)
        c.overrides[o->number].from = o;
    TRO_TRY(copy_source(&c.copy->arena, &document->source, &c.copy->source));
    TRO_TRY(copy_node(&c, document->root, NULL, &c.copy->root));
    *out = c.copy;
    c.copy = NULL;
out:
    tro_document_free(c.copy);
    tro_release(c.overrides);
    return status < 0 ? no_memory(messages) : status;
}

void tro_document_free(tro_document *document)
{
    if (!document)
        return;
    tro_arena_clear(&document->arena);
    tro_release(document);
}
