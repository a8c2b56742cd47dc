#include "output/checkpoint.h"

#include <inttypes.h>
#include <string.h>

#include "base/packed.h"
#include "output/file.h"

/* The last byte is the format's number. On a machine of the other byte order, or with
 * other numbers, the mark reads otherwise. */
static const char magic[8] = "trophic\1";
static const double mark = 0x1.23456789abcdep+7;

static int no_memory(tro_messages *messages)
{
    return tro_error(messages, TRO_ENOMEM, NULL, "out of memory for a checkpoint");
}

void tro_origin_release(tro_origin *origin)
{
    tro_arena_clear(&origin->arena);
    *origin = (tro_origin){0};
}

/* --- the file ------------------------------------------------------------------------ */

void tro_checkpoint_pack(const tro_checkpoint *c, const tro_origin *origin, tro_text *out)
{
    char digest[TRO_DIGEST_CHARS];
    size_t before = out->length;
    tro_pack(out, magic, sizeof magic);
    tro_pack_real(out, mark);
    tro_pack_whole(out, origin->seed);
    tro_pack_text(out, origin->program);
    tro_pack_text(out, origin->options);
    tro_pack_text(out, origin->scenario);
    tro_pack_text(out, origin->network);
    tro_pack_whole(out, c->replicates);
    tro_pack_whole(out, c->finished);
    tro_pack_whole(out, (uint64_t)c->all_rounds);
    tro_pack_whole(out, (uint64_t)c->rounds);
    tro_pack_whole(out, c->bytes);
    tro_pack_text(out, c->rows);
    tro_pack_whole(out, c->state.length);
    tro_pack(out, c->state.data, c->state.length);
    out->failed |= c->state.failed;
    if (out->failed)
        return;
    tro_digest_of(out->data + before, out->length - before, digest);
    tro_pack(out, digest, sizeof digest);
}

static int damaged(const char *path, const char *what, tro_messages *messages)
{
    return tro_error(messages, TRO_EEXIST, NULL,
                     "'%s/" TRO_CHECKPOINT "' %s: the interrupted run cannot be gone on with; "
                     "--force begins it anew, --out writes elsewhere", path, what);
}

/* Whole, and of a machine like this one? Then `from` stands behind the mark. */
static int check(tro_packed *from, const char *path, tro_messages *messages)
{
    char found[sizeof magic], digest[TRO_DIGEST_CHARS];
    tro_unpack(from, found, sizeof found);
    double there = tro_unpack_real(from);
    if (memcmp(found, magic, sizeof magic - 1) != 0)
        return damaged(path, "was not written by trophic", messages);
    if (found[sizeof magic - 1] != magic[sizeof magic - 1] || memcmp(&there, &mark, sizeof mark))
        return damaged(path, "is of another kind of machine or of another version of trophic",
                       messages);
    if (from->length < from->at + sizeof digest)
        return damaged(path, "is cut short", messages);
    from->length -= sizeof digest;
    tro_digest_of(from->data, from->length, digest);
    if (memcmp(digest, from->data + from->length, sizeof digest) != 0)
        return damaged(path, "is cut short or was changed", messages);
    return TRO_OK;
}

static int another(const char *path, const char *what, tro_messages *messages)
{
    return tro_error(messages, TRO_EEXIST, NULL,
                     "the folder '%s' holds an interrupted run %s: --force replaces it, --out "
                     "writes elsewhere", path, what);
}

static int differs(const char *one, const char *other)
{
    return !one || strcmp(one, other) != 0;
}

static int compare(tro_packed *from, const tro_origin *now, const char *path,
                   tro_messages *messages)
{
    uint64_t seed = tro_unpack_whole(from);
    const char *program = tro_unpack_text(from), *options = tro_unpack_text(from);
    const char *scenario = tro_unpack_text(from), *network = tro_unpack_text(from);
    tro_text what = {0};
    if (differs(program, now->program))
        tro_text_addf(&what, "of another program (%s; this is %s)", program ? program : "",
                      now->program);
    else if (seed != now->seed)
        tro_text_addf(&what, "of seed %" PRIu64 " and not %" PRIu64 "; with --seed %" PRIu64
                             " it goes on", seed, now->seed, seed);
    else if (differs(options, now->options))
        tro_text_addf(&what, "with %s%s and not with %s; with the former it goes on",
                      options && *options ? "the options " : "no options",
                      options ? options : "", *now->options ? now->options : "none");
    else if (differs(scenario, now->scenario))
        tro_text_add(&what, "of another scenario, or of this one before it was changed; with "
                            "that one it goes on");
    else if (differs(network, now->network))
        tro_text_add(&what, "of this scenario with another network or other data: a file that "
                            "it names was changed");
    int status = what.length > 0 ? another(path, tro_text_string(&what), messages) : TRO_OK;
    if (what.failed)
        status = no_memory(messages);
    tro_text_clear(&what);
    return status;
}

int tro_checkpoint_unpack(tro_checkpoint *c, const tro_origin *origin, const char *bytes,
                          size_t length, const char *path, tro_messages *messages)
{
    tro_packed from = {.data = bytes, .length = length};
    int status;
    *c = (tro_checkpoint){0};
    TRO_TRY(check(&from, path, messages));
    TRO_TRY(compare(&from, origin, path, messages));
    c->replicates = tro_unpack_whole(&from);
    c->finished = tro_unpack_count(&from, c->replicates);
    c->all_rounds = (long long)tro_unpack_count(&from, INT64_MAX);
    c->rounds = (long long)tro_unpack_count(&from, (uint64_t)c->all_rounds);
    c->bytes = tro_unpack_whole(&from);
    const char *rows = tro_unpack_text(&from);
    size_t state = tro_unpack_length(&from, 1);
    const char *data = tro_unpack_view(&from, state);
    if (from.failed || from.at != from.length || strlen(rows) != TRO_DIGEST_CHARS - 1)
        TRO_TRY(damaged(path, "does not hold what it should", messages));
    memcpy(c->rows, rows, TRO_DIGEST_CHARS);
    tro_text_add_n(&c->state, data, state);
    if (c->state.failed)
        TRO_TRY(no_memory(messages));
out:
    if (status < 0)
        tro_checkpoint_release(c);
    return status;
}

void tro_checkpoint_release(tro_checkpoint *c)
{
    tro_text_clear(&c->state);
    *c = (tro_checkpoint){0};
}

/* --- in a folder ----------------------------------------------------------------------- */

/* PATH/NAME; empty without memory, which no file is called. */
static void join(tro_text *out, const char *path, const char *name)
{
    tro_text_addf(out, "%s/%s", path, name);
    if (out->failed)
        tro_text_clear(out);
}

int tro_checkpoint_write(tro_checkpoint *c, const tro_origin *origin, tro_folder *folder,
                         tro_messages *messages)
{
    tro_text table = {0}, text = {0};
    const char *path;
    uint64_t bytes = 0;
    int status;
    join(&table, folder->path, "rounds.csv");
    TRO_TRY(tro_digest_beginning(tro_text_string(&table), c->bytes, c->rows, &bytes,
                                 messages));
    tro_checkpoint_pack(c, origin, &text);
    if (text.failed)
        TRO_TRY(no_memory(messages));
    TRO_TRY(tro_folder_add(folder, TRO_CHECKPOINT, &path, messages));
    status = tro_file_write(path, text.data, text.length, messages);
out:
    tro_text_clear(&table);
    tro_text_clear(&text);
    return status;
}

static int check_rows(const tro_checkpoint *c, const char *path, tro_messages *messages)
{
    char digest[TRO_DIGEST_CHARS];
    tro_text table = {0};
    tro_messages aside = {0};
    uint64_t bytes = 0;
    join(&table, path, "rounds.csv");
    int status = tro_digest_beginning(tro_text_string(&table), c->bytes, digest, &bytes, &aside);
    tro_text_clear(&table);
    if (status == TRO_ENOMEM)
        status = no_memory(messages);
    else if (status < 0)
        status = damaged(path, "goes with a rounds.csv that cannot be read", messages);
    tro_messages_clear(&aside);
    if (status == TRO_OK && (bytes != c->bytes || strcmp(digest, c->rows) != 0))
        status = damaged(path, "goes with another rounds.csv than the one beside it", messages);
    return status;
}

int tro_checkpoint_read(tro_checkpoint *c, const tro_origin *origin, const tro_folder *folder,
                        tro_messages *messages)
{
    const char *path = folder->path;
    tro_text file = {0}, text = {0};
    int status;
    *c = (tro_checkpoint){0};
    join(&file, path, TRO_CHECKPOINT);
    TRO_TRY(tro_file_read(tro_text_string(&file), &text, messages));
    TRO_TRY(tro_checkpoint_unpack(c, origin, tro_text_string(&text), text.length, path,
                                  messages));
    TRO_TRY(check_rows(c, path, messages));
out:
    if (status < 0)
        tro_checkpoint_release(c);
    tro_text_clear(&file);
    tro_text_clear(&text);
    return status;
}

int tro_checkpoint_seed(const char *path, uint64_t *seed)
{
    tro_text file = {0}, text = {0};
    tro_messages aside = {0};
    int found = 0;
    join(&file, path, TRO_CHECKPOINT);
    if (tro_file_read(tro_text_string(&file), &text, &aside) == TRO_OK) {
        tro_packed from = {.data = tro_text_string(&text), .length = text.length};
        found = check(&from, path, &aside) == TRO_OK;
        if (found)
            *seed = tro_unpack_whole(&from);
    }
    tro_messages_clear(&aside);
    tro_text_clear(&file);
    tro_text_clear(&text);
    return found;
}
