/* Plug-ins and their parameter tables.
 *
 * Families, channels, curators, network generators, schedules and quantities
 * are plug-ins: static const tables that say what they are called, what they
 * do, where that comes from, and which parameters they take. One parameter
 * table parses, checks, defaults and documents; no plug-in reads YAML.
 *
 * A table for a kind begins with a tro_plugin (family.h, curator.h, ...), so
 * that a const tro_plugin * names any of them. A catalog lists them; the
 * built-in one is tro_catalog_builtin(), and a program may add curators of its own
 * (curator.h). All tables are read-only and may be used by any thread. */
#ifndef TROPHIC_PLUGIN_H
#define TROPHIC_PLUGIN_H

#include <stddef.h>

#include <trophic/messages.h>
#include <trophic/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bumped when the layout of a table changes. */
#define TRO_PLUGIN_ABI 1u

struct tro_node;

/* What a parameter is, and what the config struct holds at its offset. */
typedef enum tro_param_type {
    TRO_P_BOOL,    /* int: 0 or 1 (true, false, yes, no) */
    TRO_P_REAL,    /* double; NaN when absent without default */
    TRO_P_WHOLE,   /* long long; TRO_NO_WHOLE when absent without default */
    TRO_P_TEXT,    /* const char *; NULL when absent */
    TRO_P_CHOICE,  /* int: index into choices; -1 when absent without default */
    TRO_P_VECTOR,  /* tro_vector: a list of numbers, one number (count 1), or
                      {linspace: [first, last, count], at-most: x} */
    TRO_P_MATRIX,  /* tro_matrix: a list of rows of equal length */
    TRO_P_TEXTS,   /* tro_texts: a list of scalars, or one */
    TRO_P_RECORD,  /* a nested struct described by `table`, in place */
    TRO_P_RECORDS, /* tro_records: a list of maps described by `table` */
    TRO_P_PLUGIN,  /* tro_chosen: `name` or {name: parameters} of `kind` */
    TRO_P_NODE,    /* const struct tro_node *: the raw tree, read elsewhere */
    TRO_P_SELF     /* const struct tro_node *: the node this record was read
                      from (never a key of the file; key is "") */
} tro_param_type;

#define TRO_NO_WHOLE (-0x7fffffffffffffffLL - 1)

enum {
    TRO_P_REQUIRED = 1u << 0,
    TRO_P_OPEN_MIN = 1u << 1,  /* the bound itself is not allowed */
    TRO_P_OPEN_MAX = 1u << 2,
    TRO_P_INTEGRAL = 1u << 3,  /* a TRO_P_REAL that must be whole or inf */
    TRO_P_ALLOW_INF = 1u << 4, /* numbers are finite otherwise */
    TRO_P_MAIN = 1u << 5,      /* a value that is no map is this parameter's:
                                  {shift: [1, 2]} */
    TRO_P_BOUNDED = 1u << 6    /* min and max are meant (they apply to every
                                  element of a vector or a matrix) */
};

typedef enum tro_kind {
    TRO_FAMILY,    /* of outcomes: gaussian, ... */
    TRO_CHANNEL,   /* what an edge does to outputs on their way */
    TRO_CURATOR,
    TRO_GENERATOR, /* of networks */
    TRO_SCHEDULE,
    TRO_MEASURE,   /* a column of every recorded round */
    TRO_QUANTITY,  /* what a study asks of a scenario */
    TRO_METRIC,    /* a measure of the network */
    TRO_KIND_COUNT
} tro_kind;

typedef struct tro_vector { double *values; size_t count; } tro_vector;
typedef struct tro_matrix { double *values; size_t rows, columns; } tro_matrix; /* row-major */
typedef struct tro_texts {
    const char **items;
    const struct tro_node **nodes;
    size_t count;
} tro_texts;
typedef struct tro_records { /* count structs of table->size */
    void *items;
    size_t count;
} tro_records;

struct tro_plugin;
typedef struct tro_chosen {
    const struct tro_plugin *plugin;  /* NULL when absent */
    void *config;                     /* plugin->table.size bytes, in the reader's arena */
    const struct tro_node *node;      /* of the name, for messages */
    const struct tro_node *parameters; /* what follows the name, or `node` */
} tro_chosen;

struct tro_table;
typedef struct tro_param {
    const char *key;
    tro_param_type type;
    unsigned flags;
    size_t offset;              /* offsetof in the config struct */
    double min, max;            /* with TRO_P_BOUNDED */
    const char *fallback;       /* the default as a scenario would write it, or NULL */
    const char *const *choices; /* NULL-terminated, for TRO_P_CHOICE */
    const struct tro_table *table; /* for TRO_P_RECORD and TRO_P_RECORDS */
    tro_kind kind;              /* for TRO_P_PLUGIN */
    const char *unit;           /* "rounds", "1/reward", ... or NULL */
    const char *doc;            /* one sentence, capital first, full stop last */
    const char *hint;           /* said of a value out of range beside the range, or NULL */
} tro_param;

typedef struct tro_table {
    const char *name;           /* "agent", "shift", ... as messages name it */
    const tro_param *params;
    size_t count;
    size_t size;                /* of the config struct, zeroed before reading */
} tro_table;

typedef struct tro_plugin {
    unsigned abi;               /* TRO_PLUGIN_ABI */
    tro_kind kind;
    const char *name;           /* as scenarios write it: lower case, hyphens */
    const char *summary;        /* one sentence */
    const char *reference;      /* author, year, equation; or NULL */
    tro_table table;            /* its parameters; table.name is the plug-in's name */
} tro_plugin;

/* All plug-ins by kind. Zero-initialised is empty. */
typedef struct tro_catalog {
    const tro_plugin *const *items[TRO_KIND_COUNT];
    size_t count[TRO_KIND_COUNT];
} tro_catalog;

/* "families", "curators", ... ; never NULL. */
const char *tro_kind_plural(tro_kind kind);
const char *tro_kind_singular(tro_kind kind);

/* The plug-in of that kind and name, or NULL. */
const tro_plugin *tro_catalog_find(const tro_catalog *catalog, tro_kind kind, const char *name);

/* Everything trophic ships. Static. */
const tro_catalog *tro_catalog_builtin(void);

#ifdef __cplusplus
}
#endif
#endif
