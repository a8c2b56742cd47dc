#include "cli/export_figure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "output/figure.h"

enum { MOST_AXES = 2, MOST_PANELS = 12, MOST_CURVES = 14 };
static const double HALF_WIDTH = 1.959963984540054; /* of a 95 % interval, in errors */

/* The places of an axis: its numbers, increasing, or its words as they come. */
typedef struct scale {
    const char *name;
    size_t column;              /* its place among the parameters */
    int words;
    double *numbers;
    const char **names;
    size_t count, room;
} scale;

/* One row of the store. */
typedef struct line {
    double at[MOST_AXES];       /* numbers; of words, which one */
    size_t component;
    double *values;             /* outputs and errors */
} line;

/* Replicates at one place. */
typedef struct pile {
    double count, mean, square, error;
} pile;

typedef struct drawing {
    const tro_store_layout *layout;
    scale axes[MOST_AXES];
    size_t axis_count, outputs;
    line *lines;
    size_t count, room;
    pile *piles;                /* output x component x second axis x first axis */
    tro_arena arena;
    tro_messages *messages;
} drawing;

/* --- reading ----------------------------------------------------------------- */

static int name_position(drawing *d, scale *s, const char *word, double *at)
{
    size_t k = 0;
    while (k < s->count && strcmp(s->names[k], word) != 0)
        k++;
    *at = (double)k;
    if (k < s->count)
        return TRO_OK;
    if (s->count == s->room) {
        size_t room = 2 * s->room + 16;
        const char **names = TRO_NEW(&d->arena, const char *, room);
        if (!names)
            return TRO_ENOMEM;
        if (s->count > 0)
            memcpy(names, s->names, s->count * sizeof *names);
        s->names = names;
        s->room = room;
    }
    s->names[s->count] = tro_arena_text(&d->arena, word);
    return s->names[s->count++] ? TRO_OK : TRO_ENOMEM;
}

static int see_line(void *context, const tro_store_line *row)
{
    drawing *d = context;
    if (d->count == d->room) {
        size_t room = 2 * d->room + 64;
        line *lines = tro_reallocate(d->lines, d->room, room, sizeof *lines);
        if (!lines)
            return TRO_ENOMEM;
        d->lines = lines;
        d->room = room;
    }
    line *at = &d->lines[d->count++];
    *at = (line){.component = row->component >= d->layout->first_component
                                  ? row->component - d->layout->first_component : 0};
    at->values = TRO_NEW(&d->arena, double, d->outputs + 1);
    if (!at->values)
        return TRO_ENOMEM;
    memcpy(at->values, row->values, d->outputs * sizeof *at->values);
    for (size_t a = 0; a < d->axis_count; a++) {
        const tro_store_value *value = &row->parameters[d->axes[a].column];
        at->at[a] = value->number;
        if (d->axes[a].words &&
            name_position(d, &d->axes[a], value->text ? value->text : "", &at->at[a]) < 0)
            return TRO_ENOMEM;
    }
    return TRO_OK;
}

static int by_value(const void *one, const void *other)
{
    double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

/* The different numbers of an axis, in order. */
static int find_numbers(drawing *d, size_t a)
{
    scale *s = &d->axes[a];
    s->numbers = TRO_NEW(&d->arena, double, d->count + s->count + 1);
    if (!s->numbers)
        return TRO_ENOMEM;
    if (s->words) {
        for (size_t k = 0; k < s->count; k++)
            s->numbers[k] = (double)k;
        return TRO_OK;
    }
    for (size_t k = 0; k < d->count; k++)
        s->numbers[k] = d->lines[k].at[a];
    qsort(s->numbers, d->count, sizeof *s->numbers, by_value);
    for (size_t k = 0; k < d->count; k++)
        if (s->count == 0 || s->numbers[k] != s->numbers[s->count - 1])
            s->numbers[s->count++] = s->numbers[k];
    return TRO_OK;
}

static size_t position(const scale *s, double value)
{
    const double *found = bsearch(&value, s->numbers, s->count, sizeof value, by_value);
    return found ? (size_t)(found - s->numbers) : 0;
}

/* --- piling ------------------------------------------------------------------- */

static size_t across(const drawing *d)
{
    return d->axes[0].count;
}

static size_t up(const drawing *d)
{
    return d->axis_count > 1 ? d->axes[1].count : 1;
}

static pile *pile_of(const drawing *d, size_t output, size_t component, size_t y, size_t x)
{
    return &d->piles[((output * d->layout->components + component) * up(d) + y) * across(d) + x];
}

static void add_value(pile *p, double value, double error)
{
    if (isnan(value))
        return;
    double delta = value - p->mean;
    p->count++;
    p->mean += delta / p->count;
    p->square += delta * (value - p->mean);
    p->error = error;
}

/* Of a single replicate, the error that it has itself. */
static double error_of(const pile *p)
{
    return p->count > 1 ? sqrt(p->square / (p->count - 1) / p->count) : p->error;
}

static int is_output(const drawing *d, size_t k)
{
    return d->layout->columns[d->layout->parameters + k].role == TRO_STORE_OUTPUT;
}

static int make_piles(drawing *d)
{
    size_t places = d->outputs * d->layout->components * up(d) * across(d);
    d->piles = tro_allocate(places, sizeof *d->piles);
    if (!d->piles)
        return TRO_ENOMEM;
    for (size_t n = 0; n < d->count; n++) {
        const line *at = &d->lines[n];
        size_t x = position(&d->axes[0], at->at[0]);
        size_t y = d->axis_count > 1 ? position(&d->axes[1], at->at[1]) : 0;
        for (size_t k = 0; k < d->outputs; k++) {
            int sampled = k + 1 < d->outputs && !is_output(d, k + 1);
            if (is_output(d, k) && at->component < d->layout->components)
                add_value(pile_of(d, k, at->component, y, x), at->values[k],
                          sampled ? at->values[k + 1] : NAN);
        }
    }
    return TRO_OK;
}

/* --- panels -------------------------------------------------------------------- */

/* What the curve of a component, or of a word of the second axis, is called. */
static const char *label_of(drawing *d, size_t component, size_t y)
{
    tro_text text = {0};
    if (d->axis_count > 1)
        tro_text_add(&text, d->axes[1].names[y]);
    if (d->layout->components > 1)
        tro_text_addf(&text, "%scomponent %zu", d->axis_count > 1 ? ", " : "",
                      component + d->layout->first_component);
    const char *label = tro_arena_text(&d->arena, tro_text_string(&text));
    tro_text_clear(&text);
    return label;
}

static int make_curve(drawing *d, size_t output, size_t component, size_t y, tro_series *out)
{
    size_t count = across(d);
    int errors = 0;
    double *numbers = TRO_NEW(&d->arena, double, 3 * count);
    if (!numbers)
        return TRO_ENOMEM;
    for (size_t x = 0; x < count; x++) {
        const pile *p = pile_of(d, output, component, y, x);
        double half = HALF_WIDTH * error_of(p), mean = p->count > 0 ? p->mean : NAN;
        numbers[x] = mean;
        numbers[count + x] = mean - half;
        numbers[2 * count + x] = mean + half;
        errors |= p->count > 0 && half > 0;
    }
    *out = (tro_series){.label = label_of(d, component, y), .colour = TRO_COLOUR_AUTOMATIC,
                        .style = d->axes[0].words ? TRO_POINTS : TRO_LINE,
                        .x = d->axes[0].numbers, .y = numbers, .count = count};
    if (errors) {
        out->style = d->axes[0].words ? TRO_ERROR_BARS : TRO_BAND;
        out->lo = numbers + count;
        out->hi = numbers + 2 * count;
    }
    return out->label ? TRO_OK : TRO_ENOMEM;
}

static int make_curves(drawing *d, size_t output, tro_panel *panel)
{
    size_t components = d->layout->components, count = components * up(d);
    int status = TRO_OK;
    if (count > MOST_CURVES)
        return tro_error(d->messages, TRO_EINVAL, NULL,
                         "'%s' would be %zu curves: %d at most can be told apart",
                         d->layout->columns[d->layout->parameters + output].name, count,
                         MOST_CURVES);
    tro_series *series = TRO_NEW(&d->arena, tro_series, count);
    if (!series)
        return TRO_ENOMEM;
    for (size_t y = 0; y < up(d); y++)
        for (size_t c = 0; c < components; c++)
            TRO_TRY(make_curve(d, output, c, y, &series[y * components + c]));
    panel->series = series;
    panel->series_count = count;
    panel->zero_line = 1;
    if (d->axes[0].words) {
        panel->x_names = d->axes[0].names;
        panel->x_name_count = d->axes[0].count;
    }
out:
    return status;
}

static int make_plane(drawing *d, size_t output, tro_panel *panel)
{
    size_t count = across(d) * up(d);
    double *values = TRO_NEW(&d->arena, double, count);
    unsigned char *kinds = TRO_NEW(&d->arena, unsigned char, count);
    tro_heat *heat = TRO_NEW(&d->arena, tro_heat, 1);
    if (!values || !kinds || !heat)
        return TRO_ENOMEM;
    for (size_t k = 0; k < count; k++) {
        const pile *p = pile_of(d, output, 0, k / across(d), k % across(d));
        values[k] = p->count > 0 ? p->mean : NAN;
        kinds[k] = p->count == 0;
    }
    *heat = (tro_heat){.x = d->axes[0].numbers, .y = d->axes[1].numbers, .x_count = across(d),
                       .y_count = up(d), .values = values, .kinds = kinds,
                       .kind_names = {"no number"}};
    panel->heat = heat;
    panel->y_label = d->axes[1].name;
    return TRO_OK;
}

static int make_panels(drawing *d, tro_panel *panels, size_t *count)
{
    int plane = d->axis_count > 1 && !d->axes[1].words, status = TRO_OK;
    for (size_t k = 0; k < d->outputs; k++) {
        const char *name = d->layout->columns[d->layout->parameters + k].name;
        if (!is_output(d, k))
            continue;
        if (*count == MOST_PANELS) {
            tro_warning(d->messages, NULL, "the figure has the first %d outputs", MOST_PANELS);
            break;
        }
        tro_panel *panel = &panels[(*count)++];
        *panel = (tro_panel){.title = name, .x_label = d->axes[0].name};
        TRO_TRY(plane ? make_plane(d, k, panel) : make_curves(d, k, panel));
    }
out:
    return status;
}

/* --- choosing what to draw ------------------------------------------------------ */

static int refuse(const drawing *d, const char *what)
{
    return tro_error(d->messages, TRO_EINVAL, NULL,
                     "nothing to draw: %s; a figure is of outputs over one axis, or of a grid "
                     "over two", what);
}

static int choose_axes(drawing *d)
{
    const tro_store_layout *layout = d->layout;
    if (layout->parameters == 0)
        return refuse(d, "nothing varies");
    if (layout->parameters > MOST_AXES)
        return refuse(d, "more than two axes vary");
    if (d->outputs == 0)
        return refuse(d, "the sweep has no outputs");
    if (layout->parameters == 2 && strcmp(layout->shape, "grid") != 0)
        return refuse(d, "the two axes are no grid");
    d->axis_count = layout->parameters;
    for (size_t a = 0; a < d->axis_count; a++)
        d->axes[a] = (scale){.name = layout->columns[a].name, .column = a,
                             .words = layout->columns[a].role == TRO_STORE_WORD};
    if (d->axis_count == 2 && d->axes[0].words) {   /* curves over the numbers */
        scale first = d->axes[0];
        d->axes[0] = d->axes[1];
        d->axes[1] = first;
    }
    return d->axis_count == 2 && d->axes[0].words ? refuse(d, "both axes are words") : TRO_OK;
}

/* A plane has width and height; an axis that stands still is none. */
static int check_axes(drawing *d)
{
    if (d->count == 0)
        return refuse(d, "there are no cells yet");
    if (d->axis_count == 2 && !d->axes[1].words && across(d) < 2) {
        d->axes[0] = d->axes[1];
        for (size_t n = 0; n < d->count; n++)
            d->lines[n].at[0] = d->lines[n].at[1];
    }
    if (d->axis_count == 2 && !d->axes[1].words && (up(d) < 2 || d->axes[0].column == 1))
        d->axis_count = 1;
    return d->axis_count == 2 && !d->axes[1].words && d->layout->components > 1
               ? refuse(d, "outputs are lists")
               : TRO_OK;
}

static int write_figure(drawing *d, const char *name, unsigned formats)
{
    tro_panel panels[MOST_PANELS];
    const char *slash = strrchr(name, '/');
    size_t count = 0;
    int status = make_panels(d, panels, &count);
    const char *folder = !slash ? "." : slash == name ? "/"
                                                      : tro_arena_text_n(&d->arena, name,
                                                                         (size_t)(slash - name));
    const tro_figure figure = {.title = d->layout->name, .panels = panels, .panel_count = count,
                               .formats = formats};
    if (status < 0 || !folder)
        return status < 0 ? status : TRO_ENOMEM;
    return tro_figure_write(&figure, folder, slash ? slash + 1 : name, d->messages);
}

int tro_export_figure(tro_store *store, const char *name, unsigned formats,
                      tro_messages *messages)
{
    drawing d = {.layout = tro_store_layout_of(store), .messages = messages};
    d.outputs = d.layout->column_count - d.layout->parameters;
    int status = choose_axes(&d);
    TRO_TRY(status);
    TRO_TRY(tro_store_each(store, see_line, &d, messages));
    for (size_t a = 0; a < d.axis_count; a++)
        TRO_TRY(find_numbers(&d, a));
    TRO_TRY(check_axes(&d));
    TRO_TRY(make_piles(&d));
    status = write_figure(&d, name, formats);
out:
    tro_release(d.lines);
    tro_release(d.piles);
    tro_arena_clear(&d.arena);
    return status;
}
