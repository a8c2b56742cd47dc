/* The only door to igraph.
 *
 * igraph 0.10 keeps its handlers, its default generator and its list of
 * things to free in globals, and Debian builds it without thread-local
 * storage. So every use stands between tro_igraph_enter and tro_igraph_leave,
 * which hold one lock of the process. In between, errors and warnings are
 * collected instead of printed (the default error handler aborts), random
 * numbers come from a trophic stream alone, attributes are kept, and numbers
 * are read in the C locale. What was installed before is put back, so a
 * program that uses igraph itself keeps its own settings; it must not call
 * igraph while another thread is in here. */
#ifndef TRO_NETWORK_IGRAPH_GUARD_H
#define TRO_NETWORK_IGRAPH_GUARD_H

#include <locale.h>

#ifndef IGRAPH_VERIFY_FINALLY_STACK
#define IGRAPH_VERIFY_FINALLY_STACK 0   /* igraph's header reads it undefined */
#endif
#include <igraph.h>

#include "network/links.h"

/* One use of igraph, on the stack of the function that makes it. */
typedef struct tro_igraph {
    tro_stream stream;
    igraph_rng_t random, old_random;
    igraph_error_handler_t *old_error;
    igraph_warning_handler_t *old_warning;
    const igraph_attribute_table_t *old_table;
    locale_t locale, old_locale;
    char reason[256];       /* of the first error, "" before it */
    char warning[256];      /* the first warning */
    size_t warnings;
} tro_igraph;

/* stream may be NULL for work that draws nothing. */
void tro_igraph_enter(tro_igraph *use, const tro_stream *stream);
void tro_igraph_leave(tro_igraph *use);

/* Turns igraph's code into a status: TRO_OK, TRO_ENOMEM or TRO_ELIBRARY, the
 * last two with a message at `place` that begins with `what` ("igraph cannot
 * make 'star'") and gives igraph's reason. */
TRO_MUST_USE int tro_igraph_status(const tro_igraph *use, igraph_error_t code, const char *what,
                                   const tro_place *place, tro_messages *messages);

/* How the edges igraph made become links. */
typedef enum tro_direction { TRO_FORWARD, TRO_BACKWARD, TRO_BOTH_WAYS } tro_direction;

/* What a generator asks igraph for. make is called inside the guard, with at
 * least two nodes, and leaves no graph behind when it fails. */
typedef struct tro_igraph_request {
    const char *name;       /* of the generator */
    igraph_error_t (*make)(const void *config, igraph_integer_t nodes, igraph_t *graph);
    const void *config;
    size_t nodes;
    tro_direction direction;
    double self;            /* weight of every node's loop, 0: none */
} tro_igraph_request;

/* Runs the request and sorts what comes back; fewer than two nodes have no
 * links but loops. */
TRO_MUST_USE int tro_igraph_generate(const tro_igraph_request *request, const tro_site *site,
                                     tro_arena *arena, tro_graph *out, tro_messages *messages);

#endif
