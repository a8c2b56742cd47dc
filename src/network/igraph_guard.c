#include "network/igraph_guard.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static tro_igraph *current;   /* who is inside; guarded by the lock */

static igraph_error_t random_init(void **state)
{
    *state = NULL;
    return IGRAPH_SUCCESS;
}

static void random_destroy(void *state)
{
    (void)state;
}

/* The stream decides, whoever asks. */
static igraph_error_t random_seed(void *state, igraph_uint_t seed)
{
    (void)state;
    (void)seed;
    return IGRAPH_SUCCESS;
}

static igraph_uint_t random_get(void *state)
{
    return (igraph_uint_t)tro_stream_next(state);
}

/* igraph derives its distributions from get(); its own derivations use all
 * the bits they should. */
static const igraph_rng_type_t stream_type = {
    .name = "trophic stream",
    .bits = 64,
    .init = random_init,
    .destroy = random_destroy,
    .seed = random_seed,
    .get = random_get
};

/* igraph's sentences end in a full stop, libxml's in a newline. */
static void keep_text(char *kept, size_t size, const char *text)
{
    size_t length;

    if (kept[0] || !text || !text[0])
        return;
    length = strlen(text);
    while (length > 0 && strchr(".\n ", text[length - 1]))
        length--;
    if (length >= size)
        length = size - 1;
    memcpy(kept, text, length);
    kept[length] = '\0';
}

/* Called once per level on the way out; the deepest, first one has the facts. */
static void on_error(const char *reason, const char *file, int line, igraph_error_t code)
{
    (void)file;
    (void)line;
    (void)code;
    if (current)
        keep_text(current->reason, sizeof current->reason, reason);
    IGRAPH_FINALLY_FREE();
}

static void on_warning(const char *reason, const char *file, int line)
{
    (void)file;
    (void)line;
    if (!current)
        return;
    keep_text(current->warning, sizeof current->warning, reason);
    current->warnings++;
}

void tro_igraph_enter(tro_igraph *use, const tro_stream *stream)
{
    memset(use, 0, sizeof *use);
    pthread_mutex_lock(&lock);
    current = use;
    use->locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    use->old_locale = uselocale(use->locale);   /* of this thread only */
    use->old_error = igraph_set_error_handler(on_error);
    use->old_warning = igraph_set_warning_handler(on_warning);
    use->old_table = igraph_set_attribute_table(&igraph_cattribute_table);
    use->old_random = *igraph_rng_default();
    if (stream)
        use->stream = *stream;
    use->random = (igraph_rng_t){.type = &stream_type, .state = &use->stream, .is_seeded = true};
    igraph_rng_set_default(&use->random);       /* 0.10 copies the struct */
}

void tro_igraph_leave(tro_igraph *use)
{
    igraph_rng_set_default(&use->old_random);
    igraph_set_attribute_table(use->old_table);
    igraph_set_warning_handler(use->old_warning);
    igraph_set_error_handler(use->old_error);
    uselocale(use->old_locale);
    if (use->locale)
        freelocale(use->locale);
    current = NULL;
    pthread_mutex_unlock(&lock);
}

int tro_igraph_status(const tro_igraph *use, igraph_error_t code, const char *what,
                      const tro_place *place, tro_messages *messages)
{
    const char *reason = use->reason[0] ? use->reason : igraph_strerror(code);

    if (code == IGRAPH_SUCCESS)
        return TRO_OK;
    return tro_error(messages, code == IGRAPH_ENOMEM ? TRO_ENOMEM : TRO_ELIBRARY, place,
                     "%s: %s", what, reason);
}

static int copy_edges(const igraph_t *graph, tro_direction direction, tro_pairs *pairs,
                      tro_messages *messages)
{
    size_t count = (size_t)igraph_ecount(graph);
    int status = tro_pairs_reserve(pairs, direction == TRO_BOTH_WAYS ? 2 * count : count, messages);

    if (status < 0)
        return status;
    for (size_t e = 0; e < count; e++) {
        size_t from = (size_t)IGRAPH_FROM(graph, e), to = (size_t)IGRAPH_TO(graph, e);
        if (direction != TRO_BACKWARD)
            tro_pairs_add(pairs, from, to);
        if (direction != TRO_FORWARD)
            tro_pairs_add(pairs, to, from);
    }
    return TRO_OK;
}

static int make_pairs(const tro_igraph_request *request, const tro_stream *stream,
                      const tro_place *place, tro_pairs *pairs, tro_messages *messages)
{
    tro_igraph use;
    igraph_t graph;
    char what[96];
    int status;

    snprintf(what, sizeof what, "igraph cannot make '%s'", request->name);
    tro_igraph_enter(&use, stream);
    status = tro_igraph_status(&use, request->make(request->config,
                                                   (igraph_integer_t)request->nodes, &graph),
                               what, place, messages);
    if (status == TRO_OK) {
        status = copy_edges(&graph, request->direction, pairs, messages);
        igraph_destroy(&graph);
    }
    tro_igraph_leave(&use);
    if (use.warnings > 0)
        tro_warning(messages, place, "igraph on '%s': %s", request->name, use.warning);
    return status;
}

int tro_igraph_generate(const tro_igraph_request *request, const tro_site *site,
                        tro_arena *arena, tro_graph *out, tro_messages *messages)
{
    tro_pairs pairs = {0};
    int status;

    if (request->nodes > 1)
        TRO_TRY(make_pairs(request, site->stream, site->place, &pairs, messages));
    TRO_TRY(tro_pairs_finish(&pairs, request->nodes, request->self, arena, out, messages));
out:
    tro_pairs_clear(&pairs);
    return status;
}
