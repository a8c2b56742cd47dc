/* A study's figure as the scenario describes it: read in drawing.c, made in
 * drawing_make.c, planes in drawing_plane.c; for these only. */
#ifndef TRO_EXPERIMENT_DRAWING_H
#define TRO_EXPERIMENT_DRAWING_H

#include "experiment/study_parts.h"
#include "output/figure.h"

typedef struct tro_figure_config {
    const char *title;
    long long columns;
    tro_records panels;
} tro_figure_config;

typedef struct tro_marker_config {
    double x;
    const char *label;
} tro_marker_config;

typedef struct tro_label_config {
    double x, y;
    const char *text;
} tro_label_config;

typedef struct tro_plane_config {
    const tro_node *self;       /* NULL: there is none */
    const char *table, *value, *x, *y, *label;
    const tro_node *where;
} tro_plane_config;

typedef struct tro_panel_config {
    const tro_node *self;
    tro_plane_config plane;
    const char *title, *x, *x_label, *y_label;
    int zero, events;
    tro_records series, markers, labels;
    tro_vector x_range, y_range;
} tro_panel_config;

typedef struct tro_series_config {
    const tro_node *self;
    const char *table, *x, *y, *label, *names;
    const tro_node *where;
    int style;
    long long colour, dash;
    double errors, to;
} tro_series_config;

/* Of `style`, in the order of tro_series_style; an area is a band from its curve to a
 * level. */
enum { TRO_AREA = TRO_STEPS + 1 };

/* What a series runs along. */
typedef enum tro_along {
    TRO_NOWHERE, TRO_ALONG_AXIS, TRO_ALONG_COMPONENT, TRO_ALONG_COLUMN
} tro_along;

tro_along tro_figure_along(const tro_study_table *table, const char *name, size_t *index);
const char *tro_figure_x_of(const tro_panel_config *panel, const tro_series_config *series);

/* Every mistake of a panel's plane; and the plane, when it was swept. */
extern const tro_table tro_plane_table;
TRO_MUST_USE int tro_plane_check(const tro_study *study, const tro_plane_config *plane,
                                 const tro_reader *reader);
TRO_MUST_USE int tro_plane_make(const tro_study *study, const tro_plane_config *plane,
                                const tro_reader *reader, tro_heat *out);

TRO_MUST_USE int tro_study_figure_read(const tro_study *study, const tro_reader *reader,
                                       tro_figure_config *config);

#endif
