/* What `trophic influence` found, and the ways it is told. */
#ifndef TRO_CLI_INFLUENCE_H
#define TRO_CLI_INFLUENCE_H

#include "analysis/fixed_points.h"
#include "cli/course.h"
#include "cli/draw.h"
#include "cli/explain.h"
#include "cli/gradient.h"
#include "cli/options.h"
#include "cli/results.h"
#include "experiment/effects.h"
#include "analysis/noise.h"
#include "output/csv.h"

enum { TRO_MOST_SHOWN = 12, TRO_WORST = 10 };

/* The most negative effects, the most negative first. */
typedef struct tro_worst {
    tro_effect items[TRO_WORST];
    size_t count;
} tro_worst;

/* The part of the matrix that is drawn: all of it up to a number of agents. */
enum { TRO_HEAT_AGENTS = 60 };
typedef struct tro_influence_heat {
    size_t *rows, *columns;           /* agents, in file order */
    size_t row_count, column_count;
    double *values;                   /* row by row; NaN: not defined */
    double *all;                      /* every pair, as rows come; NULL: too many agents */
    int part;                         /* there are more agents */
} tro_influence_heat;

typedef struct tro_influence_report {
    tro_cell *cell;
    const tro_arguments *arguments;
    size_t on, of;                    /* asked for; SIZE_MAX: all */
    int stable, decided;              /* decided 0: no verdict */
    tro_text verdict;
    /* Gathered as rows come. */
    double *self;                     /* agents: on themselves; NaN: not found */
    double *of_links;                 /* links: of the producer on the consumer */
    double *given, *received;         /* agents: summed over others; NaN: not all are known */
    const char **classes, **signs;    /* agents: of self; links; NULL: not found */
    double *helps, *harms, *harmed;   /* agents: sums of what is good, and of what is bad, for
                                         others, and of what of others is bad; >= 0 */
    double *moved;                    /* agents: helps and harms together */
    double *single;                   /* agents: their effect on `on`, or of `of` on them */
    tro_layout layout;                /* of network.svg */
    tro_effect *shown;                /* what tables show: of all pairs of a small
                                         ecosystem, else of those asked for */
    size_t shown_count, shown_room;
    tro_worst worst_self, worst_cross;
    size_t self_counts[TRO_EFFECT_CLASSES], cross_counts[TRO_EFFECT_CLASSES];
    tro_csv csv;                      /* influence.csv, when files are written */
    int json_rows;                    /* written to stdout so far */
    tro_text json;
    tro_messages *messages;
    /* Of the pair asked for. */
    double *blocks;
    size_t block_count;
    const tro_paired *paired;
    tro_fixed_points points;          /* from several starts, where asked for */
    tro_noise noise;                  /* of sampled scenarios; size 0: there is none */
    tro_text no_noise;                /* why not */
    tro_effect pair;                  /* the effect that was asked for last */
    tro_explanation explanation;
    int explained;
    tro_influence_heat heat;          /* values NULL: not asked for */
    tro_levers levers;                /* count 0: not asked for */
    tro_time_course course;           /* agents 0: not asked for */
    tro_arena arena;
} tro_influence_report;               /* zero-initialised is legal to release */

/* Makes room for what is gathered; finds the fixed point, what influences
 * need, and the verdict. The errors are those of the cell's functions. */
TRO_MUST_USE int tro_influence_report_init(tro_influence_report *report,
                                           tro_messages *messages);
void tro_influence_report_release(tro_influence_report *report);

/* Takes one row: a tro_effects_row. */
int tro_influence_take(void *report, const tro_effect *row, size_t count);

/* network.graphml and network.svg. */
TRO_MUST_USE int tro_influence_network(const tro_influence_report *report, tro_results *results,
                                       tro_messages *messages);

/* influence_heat.c. After the rows were taken: what is drawn of them. */
TRO_MUST_USE int tro_influence_heat_find(tro_influence_report *report,
                                         const tro_progress *progress, tro_messages *messages);
/* influence.svg, of two rows and columns or more. */
TRO_MUST_USE int tro_influence_heat_draw(const tro_influence_report *report,
                                         tro_results *results, tro_messages *messages);
/* --plot: signs and sizes in text. */
void tro_influence_heat_sketch(const tro_influence_report *report, tro_text *text);

/* Fixed points from several starts, when --starts asks for them; a warning when they
 * differ. */
TRO_MUST_USE int tro_influence_starts_find(tro_influence_report *report,
                                           tro_messages *messages);
void tro_influence_starts_show(const tro_influence_report *report, tro_text *text);
void tro_influence_starts_json(const tro_influence_report *report, tro_text *text);

/* influence.csv is opened before the rows come and committed after. */
TRO_MUST_USE int tro_influence_files_begin(tro_influence_report *report, tro_results *results,
                                           tro_messages *messages);
TRO_MUST_USE int tro_influence_files_end(tro_influence_report *report, tro_results *results,
                                         tro_messages *messages);

/* stdout. The rows of JSON are written as they come. */
TRO_MUST_USE int tro_influence_json_begin(tro_influence_report *report);
TRO_MUST_USE int tro_influence_json_row(tro_influence_report *report, const tro_effect *effect);
TRO_MUST_USE int tro_influence_json_end(tro_influence_report *report);
void tro_influence_show(const tro_influence_report *report, tro_text *text);

#endif
