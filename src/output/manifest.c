#include "output/manifest.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int foreign(const char *path, tro_messages *messages)
{
    return tro_error(messages, TRO_EEXIST, NULL,
                     "'%s' was not written by trophic: move it away, or write elsewhere "
                     "with --out", path);
}

static int no_memory(const char *path, tro_messages *messages)
{
    return tro_error(messages, TRO_ENOMEM, NULL, "out of memory while reading '%s'", path);
}

/* 0 when the value is no scalar or its text finds no memory. */
static int read_fact(tro_manifest *manifest, const char *key, const json_t *value, tro_fact *fact)
{
    *fact = (tro_fact){.key = tro_arena_text(&manifest->arena, key)};
    switch (json_typeof(value)) {
    case JSON_STRING:
        fact->text = tro_arena_text(&manifest->arena, json_string_value(value));
        return fact->key && fact->text;
    case JSON_REAL:
        fact->type = TRO_FACT_IS_REAL;
        fact->real = json_real_value(value);
        return fact->key != NULL;
    case JSON_INTEGER:
        fact->type = TRO_FACT_IS_WHOLE;
        fact->whole = json_integer_value(value);
        return fact->key != NULL;
    default:
        return 0;
    }
}

static int is_scalar(const json_t *value)
{
    return json_is_string(value) || json_is_number(value);
}

static int read_facts(tro_manifest *manifest, json_t *root)
{
    const char *key;
    json_t *value;
    manifest->facts = TRO_NEW(&manifest->arena, tro_fact, json_object_size(root) + 1);
    if (!manifest->facts)
        return TRO_ENOMEM;
    json_object_foreach(root, key, value) {
        if (!is_scalar(value))
            continue;
        if (!read_fact(manifest, key, value, &manifest->facts[manifest->fact_count]))
            return TRO_ENOMEM;
        manifest->fact_count++;
    }
    return TRO_OK;
}

/* What is said of a file, as far as it is said. */
static void read_file(const json_t *item, tro_manifest_file *file)
{
    static const char scheme[] = "sha256:";
    const char *digest = json_string_value(json_object_get(item, "digest"));
    json_int_t bytes = json_integer_value(json_object_get(item, "bytes"));
    size_t length = strlen(scheme);
    if (digest && strncmp(digest, scheme, length) == 0 &&
        strlen(digest + length) == TRO_DIGEST_CHARS - 1)
        memcpy(file->digest, digest + length, TRO_DIGEST_CHARS);
    file->bytes = bytes > 0 ? (uint64_t)bytes : 0;
}

static int read_names(tro_manifest *manifest, const json_t *files)
{
    if (!json_is_array(files))
        return TRO_EEXIST;
    manifest->names = TRO_NEW(&manifest->arena, const char *, json_array_size(files) + 1);
    manifest->files = TRO_NEW(&manifest->arena, tro_manifest_file, json_array_size(files) + 1);
    if (!manifest->names || !manifest->files)
        return TRO_ENOMEM;
    for (size_t k = 0; k < json_array_size(files); k++) {
        const char *name = json_string_value(json_object_get(json_array_get(files, k), "name"));
        if (!name)
            return TRO_EEXIST;
        manifest->names[k] = tro_arena_text(&manifest->arena, name);
        if (!manifest->names[k])
            return TRO_ENOMEM;
        manifest->files[k].name = manifest->names[k];
        read_file(json_array_get(files, k), &manifest->files[k]);
        manifest->name_count++;
    }
    return TRO_OK;
}

/* jansson leaves the error empty where it found no memory. */
static int failure_of(const json_error_t *error)
{
    enum json_error_code code = json_error_code(error);
    if (code == json_error_out_of_memory || error->text[0] == '\0')
        return TRO_ENOMEM;
    return code == json_error_cannot_open_file ? TRO_EIO : TRO_EEXIST;
}

int tro_manifest_read(tro_manifest *manifest, const char *path, int *found,
                      tro_messages *messages)
{
    json_error_t error = {.line = 0};
    *manifest = (tro_manifest){0};
    *found = access(path, F_OK) == 0;
    if (!*found)
        return TRO_OK;
    json_t *root = json_load_file(path, 0, &error);
    int status = TRO_OK;
    if (!root)
        status = failure_of(&error);
    if (status == TRO_OK)
        status = read_names(manifest, json_object_get(root, "files"));
    if (status == TRO_OK)
        status = read_facts(manifest, root);
    json_decref(root);
    if (status < 0)
        tro_manifest_clear(manifest);
    if (status == TRO_ENOMEM)
        return no_memory(path, messages);
    if (status == TRO_EIO)
        return tro_error(messages, TRO_EIO, NULL, "cannot read '%s': %s", path, error.text);
    return status < 0 ? foreign(path, messages) : TRO_OK;
}

void tro_manifest_clear(tro_manifest *manifest)
{
    tro_arena_clear(&manifest->arena);
    *manifest = (tro_manifest){0};
}

static int by_key(const void *a, const void *b)
{
    return strcmp(((const tro_fact *)a)->key, ((const tro_fact *)b)->key);
}

static void add_file(tro_text *out, const tro_manifest_file *file)
{
    tro_text_add(out, "    {");
    if (file->digest[0])
        tro_text_addf(out, "\"bytes\": %llu, \"digest\": \"sha256:%s\", ",
                      (unsigned long long)file->bytes, file->digest);
    tro_text_add(out, "\"name\": ");
    tro_json_text(out, file->name);
    tro_text_add(out, "}");
}

static void add_files(tro_text *out, const tro_manifest_file *files, size_t count)
{
    tro_text_add(out, "[");
    for (size_t k = 0; k < count; k++) {
        tro_text_add(out, k ? ",\n" : "\n");
        add_file(out, &files[k]);
    }
    tro_text_add(out, count ? "\n  ]" : "]");
}

int tro_manifest_render(tro_text *out, const tro_fact *facts, size_t fact_count,
                        const tro_manifest_file *files, size_t file_count,
                        tro_messages *messages)
{
    tro_fact *sorted = tro_allocate(fact_count + 1, sizeof *sorted);
    int status = TRO_OK;
    if (!sorted)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory while writing the manifest");
    if (fact_count)
        memcpy(sorted, facts, fact_count * sizeof *sorted);
    sorted[fact_count] = (tro_fact){.key = "files"};
    qsort(sorted, fact_count + 1, sizeof *sorted, by_key);
    tro_text_add(out, "{");
    for (size_t k = 0; k <= fact_count; k++) {
        if (k && strcmp(sorted[k].key, sorted[k - 1].key) == 0)
            status = tro_error(messages, TRO_EINVAL, NULL,
                               "the manifest has the key '%s' twice", sorted[k].key);
        tro_text_add(out, k ? ",\n  " : "\n  ");
        tro_json_text(out, sorted[k].key);
        tro_text_add(out, ": ");
        if (strcmp(sorted[k].key, "files") == 0)
            add_files(out, files, file_count);
        else
            tro_json_value(out, &sorted[k]);
    }
    tro_text_add(out, "\n}\n");
    tro_release(sorted);
    if (status == TRO_OK && out->failed)
        status = tro_error(messages, TRO_ENOMEM, NULL, "out of memory while writing the manifest");
    return status;
}
