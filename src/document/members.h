/* Members of a group of agents that have keys of their own.
 *
 * A group is an element of a list with the keys `group` and `count` or `names`;
 * its map `members` has such keys by the names of members. A path leads to a
 * member as it does to an agent: agents.lab-7.shares. What a member does not
 * say is the group's. */
#ifndef TRO_DOCUMENT_MEMBERS_H
#define TRO_DOCUMENT_MEMBERS_H

#include "document/path.h"

/* The group in this list of which the step names a member, or NULL. */
tro_node *tro_members_group(const tro_node *list, const tro_step *step);
/* The group whose member has these keys, or NULL when they are no member's. */
tro_node *tro_member_group(const tro_node *keys);
/* The place of the member that the step names among these, from 0; SIZE_MAX
 * when the group has none of that name. */
size_t tro_member_index(const tro_node *group, const tro_step *step);

/* Makes room: the keys of that member, empty if it had none. */
TRO_MUST_USE int tro_member_open(tro_document *document, tro_node *group, const tro_step *step,
                                 tro_node **out);
/* Gives a map a copy of another's child. */
TRO_MUST_USE int tro_node_graft(tro_document *document, tro_node *map, const tro_node *child,
                                tro_node **out);

#endif
