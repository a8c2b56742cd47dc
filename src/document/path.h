/* Paths: how overrides and sweeps name one value of a tree.
 *
 * The syntax is that of tro_node_at (tree.h). One value has many paths
 * (agents.theta.reward, agents.0.reward, "agents".theta.reward), so paths are
 * never compared as texts, but by tro_paths_meet and tro_path_within. */
#ifndef TRO_DOCUMENT_PATH_H
#define TRO_DOCUMENT_PATH_H

#include "document/tree.h"

/* One step of a path: a view, still escaped when it stood in quotes. */
typedef struct tro_step {
    const char *text;      /* without the quotes */
    size_t length;
    int quoted;
    size_t at, width;      /* where it stands in the path, with its quotes */
} tro_step;

/* The step that begins at byte *at of path[0 .. length-1]; moves *at behind
 * it and its '.'. Returns 1, 0 at the end, or -1 when what stands there is
 * no step; then step->at and step->width tell where. */
int tro_path_next(const char *path, size_t length, size_t *at, tro_step *step);
/* 1 when the step, without its escapes, is this text. */
int tro_step_is(const tro_step *step, const char *text);
/* The step's text without escapes, in the arena; NULL when out of memory. */
char *tro_step_text(const tro_step *step, tro_arena *arena);
/* The child of a map or a list that a step leads to, or NULL. */
tro_node *tro_step_find(const tro_node *node, const tro_step *step);

/* Appends a map's key or an agent's name as a step, in quotes where it needs them. */
void tro_path_add_step(tro_text *text, const char *name);

/* The length of the path in "path=value": up to the first '=' outside a quoted
 * step, or, when quotes are left open, up to the first one of all; the length
 * of the text when it has none. */
size_t tro_path_end(const char *argument);

/* The length of what stands before the last step of path[0 .. length-1],
 * without the '.' between them, when that step is `key`; else SIZE_MAX. */
size_t tro_path_stem(const char *path, size_t length, const char *key);

/* 1 when two paths lead to one place below `root`, however they are spelled:
 * agents.theta.reward and agents.0."reward" when theta is the first agent.
 * Steps to what is not there (yet) are compared by their texts. What is no
 * path meets nothing. */
int tro_paths_meet(const tro_node *root, const char *path, const char *other);
/* 1 when `path` leads to the place of `outer` or to something inside it. */
int tro_path_within(const tro_node *root, const char *path, const char *outer);

/* Say, at `place`, that a step leads nowhere: to no element of a list (the
 * message names the nearest there is), or below a scalar. TRO_ESCENARIO. */
int tro_step_refuse_element(const tro_node *list, const tro_step *step, const tro_place *place,
                            tro_messages *messages);
int tro_step_refuse_scalar(const tro_node *scalar, const tro_place *place,
                           tro_messages *messages);

#endif
