/* Inside the schema: what names stand for. */
#ifndef TRO_EXPERIMENT_SCHEMA_PARTS_H
#define TRO_EXPERIMENT_SCHEMA_PARTS_H

#include <jansson.h>

#include <trophic/plugin.h>

/* What may stand somewhere: alternatives with blanks between them, each a name; `[name`, a
 * list of it; `{name`, a map from any key to it; or `=word`, that word. A name is
 *   number, numbers, rows, text, texts, whole  a value of the tables,
 *   map, value          any map; anything at all,
 *   curator, ...        a plug-in of that kind; `curator.best-of` what stands below its name,
 *   agent, law, ...     a name that the two functions below know. */
typedef struct tro_schema_table {
    const char *name;
    const tro_table *table;
    int partial;     /* no key is required */
} tro_schema_table;

/* The table that a name stands for, or NULL. */
const tro_schema_table *tro_schema_table_of(const char *name);
/* The alternatives that a name stands for, or NULL. */
const char *tro_schema_union_of(const char *name);
/* The alternatives of a raw node (TRO_P_NODE) with that key in the table, or NULL when nothing
 * is known of it. */
const char *tro_schema_meaning_of(const tro_table *table, const char *key);
/* Is nothing of the key drawn? Of agents, those that say which agents there are. */
int tro_schema_is_fixed(const tro_table *table, const char *key);

/* Of the names, agents: below them draws may stand for values. */
int tro_schema_begins_draws(const char *name);

/* The parameter that may stand without its key, or NULL; is there one that must be there? */
const tro_param *tro_schema_main_of(const tro_table *table);
int tro_schema_requires(const tro_table *table);

/* What a goal of advice is (tro_goal_kind). */
const char *tro_schema_goal_doc(int kind);

/* Puts if, then and else in the place of every anyOf of which a value's type, keys or words say
 * which alternative is meant. Returns 0, or -1 when memory ran out. */
int tro_schema_decide(json_t *schema, const json_t *definitions);

#endif
