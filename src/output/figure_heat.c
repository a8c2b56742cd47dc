/* Numbers over a plane: tiles, and the bar that tells their colours. */
#include "output/figure_parts.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_STEPS = 6, BAR_GAP = 12, BAR_WIDTH = 12, NUMBER_GAP = 5, LABEL_ROOM = 20,
       RIGHT_GAP = 8 };

/* Tiles reach so far, in pixels, under the next ones: where two only touch, renderers
 * that smooth edges let the white between them through. */
#define OVERLAP 0.6

/* --- steps ------------------------------------------------------------------------------- */

static int kind_of(const tro_heat *heat, size_t k)
{
    return heat->kinds ? heat->kinds[k] : 0;
}

static int is_number(const tro_heat *heat, size_t k)
{
    return kind_of(heat, k) == 0 && tro_figure_is_drawable(heat->values[k], 0);
}

static int by_size(const void *one, const void *other)
{
    double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

/* The size that all but a fiftieth of the numbers stay below: beside a pole a few are
 * so large that in their scale all others would look alike. */
static int find_usual_size(const tro_heat *heat, double *usual)
{
    size_t all = heat->x_count * heat->y_count, count = 0;
    double *sizes = tro_allocate(all, sizeof *sizes);
    *usual = 0;
    if (!sizes)
        return TRO_ENOMEM;
    for (size_t k = 0; k < all; k++)
        if (is_number(heat, k))
            sizes[count++] = fabs(heat->values[k]);
    if (count > 0) {
        qsort(sizes, count, sizeof *sizes, by_size);
        *usual = sizes[(count - 1) * 49 / 50];
        *usual = *usual > 0 ? *usual : sizes[count - 1];
    }
    tro_release(sizes);
    return TRO_OK;
}

/* The least of 1, 2, 5, 10, ... that needs no more than MOST_STEPS. */
static double choose_step(double size)
{
    if (!(size > 0))
        return 1;
    double power = pow(10, floor(log10(size / MOST_STEPS)));
    static const double parts[] = {1, 2, 5, 10, 20};
    for (int k = 0; k < 4; k++)
        if (parts[k] * power * MOST_STEPS >= size * (1 - 1e-9))
            return parts[k] * power;
    return parts[4] * power;
}

/* Which step a number is in: 1, 2, ... from the origin up, -1, -2, ... from it down. */
static int class_of(const tro_heat_plan *plan, double value)
{
    double size = fabs(value) - plan->origin;
    double steps = fmin(fmax(ceil(size / plan->step - 1e-9), 1), MOST_STEPS);
    return value < 0 ? (int)-fmin(steps, plan->below) : (int)fmin(steps, plan->above);
}

/* Where all numbers are of one sign and far from zero, steps from zero up would leave them one or
 * two colours: the origin is then the step below the smallest. */
static void choose_origin(const tro_heat *heat, double usual, tro_heat_plan *plan)
{
    double least = INFINITY;
    int signs = 0;
    plan->origin = 0;
    plan->step = choose_step(usual);
    for (size_t k = 0; k < heat->x_count * heat->y_count; k++)
        if (is_number(heat, k)) {
            least = fmin(least, fabs(heat->values[k]));
            signs |= heat->values[k] < 0 ? 2 : 1;
        }
    if (signs == 3 || !(least > usual / 2) || !(usual - least > 1e-9 * usual))
        return;
    double span = usual - least;
    for (int tries = 0; tries < 2; tries++) {
        plan->step = choose_step(span);
        plan->origin = plan->step * floor(least / plan->step + 1e-9);
        span = usual - plan->origin;
    }
}

/* The numbers beside the bar, at both ends of every step. */
static int name_steps(tro_arena *arena, tro_heat_plan *plan)
{
    char number[32];
    double origin = plan->above > 0 ? plan->origin : -plan->origin;
    plan->numbers = TRO_NEW(arena, const char *, (size_t)(plan->below + plan->above) + 1);
    for (int k = -plan->below; plan->numbers && k <= plan->above; k++) {
        const char **name = &plan->numbers[k + plan->below];
        *name = tro_figure_number(arena, tro_format_short(number, origin + k * plan->step,
                                                         plan->origin > 0 ? 12 : 6));
        if (!*name)
            return TRO_ENOMEM;
        plan->number_width = fmax(plan->number_width,
                                  tro_figure_text_width(*name, TRO_FONT_SMALL));
    }
    return plan->numbers ? TRO_OK : TRO_ENOMEM;
}

int tro_figure_plan_heat(tro_arena *arena, const tro_heat *heat, tro_heat_plan *plan)
{
    int below = 0, above = 0;
    double usual;
    if (find_usual_size(heat, &usual) < 0)
        return TRO_ENOMEM;
    choose_origin(heat, usual, plan);
    plan->below = plan->above = MOST_STEPS;
    for (size_t k = 0; k < heat->x_count * heat->y_count; k++) {
        double value = is_number(heat, k) ? heat->values[k] : 0;
        double size = copysign(fmin(fabs(value), fmax(usual, plan->origin + plan->step)), value);
        int step = is_number(heat, k) ? class_of(plan, size) : 0;
        above = step > above ? step : above;
        below = -step > below ? -step : below;
    }
    plan->above = above;
    plan->below = below;
    return name_steps(arena, plan);
}

int tro_figure_heat_room(const tro_heat_plan *plan)
{
    return BAR_GAP + BAR_WIDTH + NUMBER_GAP + (int)ceil(plan->number_width) + LABEL_ROOM +
           RIGHT_GAP;
}

/* --- colours ----------------------------------------------------------------------------- */

/* Blue and orange differ for every kind of eye, and in the lightest step, too. */
static unsigned colour_of(const tro_heat_plan *plan, int step)
{
    static const double light[2][3] = {{253, 222, 194}, {206, 227, 243}};
    static const double deep[2][3] = {{176, 66, 0}, {0, 88, 148}};
    int side = step > 0, most = side ? plan->above : plan->below;
    most = most > 3 ? most : 3;
    double part = (abs(step) - 1) / (double)(most - 1);
    unsigned colour = 0;
    for (int c = 0; c < 3; c++)
        colour = colour << 8 |
                 (unsigned)lround(light[side][c] + part * (deep[side][c] - light[side][c]));
    return colour;
}

const char *tro_figure_tile(int kind)
{
    static const char *const fills[TRO_HEAT_KINDS] = {
        "fs pattern 4 noborder fc rgb '#8c8c8c'", "fs solid 1 noborder fc rgb '#bdbdbd'",
        "fs pattern 5 noborder fc rgb '#b0b0b0'", "fs pattern 2 noborder fc rgb '#8c8c8c'"};
    return fills[kind - 1];
}

int tro_figure_has_kind(const tro_heat *heat, int kind)
{
    for (size_t k = 0; k < heat->x_count * heat->y_count; k++)
        if (kind_of(heat, k) == kind)
            return 1;
    return 0;
}

/* --- tiles ------------------------------------------------------------------------------- */

size_t tro_figure_heat_blocks(const tro_heat *heat)
{
    return heat ? 1 + TRO_HEAT_KINDS : 0;
}

double tro_figure_heat_edge(const tro_heat *heat, const double *at, size_t count, int last)
{
    if (!heat->whole)
        return last ? at[count - 1] : at[0];
    return last ? at[count - 1] + (at[count - 1] - at[count - 2]) / 2
                : at[0] - (at[1] - at[0]) / 2;
}

/* Where a tile begins: half-way from the one before. */
static double begin_of(const tro_heat *heat, const double *at, size_t k, size_t count)
{
    if (k == 0 || k == count)
        return tro_figure_heat_edge(heat, at, count, k == count);
    return at[k - 1] + (at[k] - at[k - 1]) / 2;
}

static double end_of(const tro_heat *heat, const double *at, size_t k, size_t count, int pixels)
{
    double more = OVERLAP / pixels * (at[count - 1] - at[0]);
    return fmin(begin_of(heat, at, k, count) + more, tro_figure_heat_edge(heat, at, count, 1));
}

static void add_real(tro_text *out, double value)
{
    char buffer[32];
    tro_text_add(out, tro_format_short(buffer, value, 12));
    tro_text_add(out, " ");
}

/* What a tile shows: its step, or 0 where it is not of this kind. */
static int shown(const tro_panel_plan *p, size_t i, size_t j, int kind)
{
    const tro_heat *heat = p->panel->heat;
    size_t k = j * heat->x_count + i;
    if (kind > 0)
        return kind_of(heat, k) == kind;
    return is_number(heat, k) ? class_of(&p->heat, heat->values[k]) : 0;
}

static size_t nearest_tile(const double *at, size_t count, double value)
{
    size_t best = 0;
    for (size_t k = 1; k < count; k++)
        if (fabs(at[k] - value) < fabs(at[best] - value))
            best = k;
    return best;
}

/* Where white has more contrast than black: relative luminance as of WCAG 2. */
int tro_figure_is_deep(const tro_panel_plan *p, double x, double y)
{
    static const double parts[] = {0.2126, 0.7152, 0.0722};
    const tro_heat *heat = p->panel->heat;
    double luminance = 0;
    if (!heat || !heat->whole)
        return 0;
    int look = shown(p, nearest_tile(heat->x, heat->x_count, x),
                     nearest_tile(heat->y, heat->y_count, y), 0);
    if (!look)
        return 0;
    for (int k = 0; k < 3; k++) {
        double part = (double)(colour_of(&p->heat, look) >> (16 - 8 * k) & 255) / 255;
        luminance += parts[k] * (part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4));
    }
    return luminance < 0.18;
}

/* Neighbours in a row that look alike are one tile. Returns how many tiles there are. */
static size_t add_tiles(tro_text *out, const tro_panel_plan *p, int kind)
{
    const tro_heat *heat = p->panel->heat;
    size_t nx = heat->x_count, ny = heat->y_count, count = 0;
    for (size_t j = 0; j < ny; j++)
        for (size_t i = 0, end; i < nx; i = end) {
            int look = shown(p, i, j, kind);
            for (end = i + 1; end < nx && shown(p, end, j, kind) == look;)
                end++;
            if (!look)
                continue;
            add_real(out, begin_of(heat, heat->x, i, nx));
            add_real(out, end_of(heat, heat->x, end, nx, p->right - p->left));
            add_real(out, begin_of(heat, heat->y, j, ny));
            add_real(out, end_of(heat, heat->y, j + 1, ny, p->bottom - p->top));
            tro_text_addf(out, "%u\n", kind ? 0 : colour_of(&p->heat, look));
            count++;
        }
    return count;
}

void tro_figure_add_heat_data(tro_text *out, const tro_panel_plan *p)
{
    for (int kind = 0; kind <= TRO_HEAT_KINDS; kind++) {
        const char *name = kind ? p->panel->heat->kind_names[kind - 1] : p->panel->heat->label;
        tro_text_addf(out, "# index %zu%s%s: tiles", p->heat.first_block + (size_t)kind,
                      p->letter[0] ? ", panel " : "", p->letter);
        tro_text_add(out, name ? " of " : "");
        tro_figure_add_plain(out, name ? name : "");
        tro_text_add(out, "\n# left right bottom top colour\n");
        if (add_tiles(out, p, kind) == 0)
            tro_text_add(out, "NaN NaN NaN NaN NaN\n");
        tro_text_add(out, "\n\n");
    }
}

size_t tro_figure_add_heat(tro_text *out, const tro_panel_plan *p)
{
    size_t count = 0;
    for (int kind = 0; kind <= TRO_HEAT_KINDS; kind++) {
        if (kind > 0 && !tro_figure_has_kind(p->panel->heat, kind))
            continue;
        tro_text_addf(out, "%sdata index %zu using 1:3:1:2:3:4", count++ ? ", \\\n    " : "",
                      p->heat.first_block + (size_t)kind);
        if (kind > 0)
            tro_text_addf(out, " with boxxyerror %s", tro_figure_tile(kind));
        else
            tro_text_add(out, ":5 with boxxyerror fs solid 1 noborder fc rgb variable");
    }
    return count;
}

/* --- the bar ----------------------------------------------------------------------------- */

static void add_number(tro_text *out, const char *number, int x, double y)
{
    tro_text_addf(out, "set label '%s' at screen px(%d), py(%.1f) left font ',%d'\n", number, x, y,
                  TRO_FONT_SMALL);
}

void tro_figure_add_heat_bar(tro_text *out, const tro_panel_plan *p)
{
    const tro_heat_plan *plan = &p->heat;
    int steps = plan->below + plan->above, left = p->right + BAR_GAP, right = left + BAR_WIDTH;
    double height = steps ? (p->bottom - p->top) / (double)steps : 0;
    for (int k = 0; k < steps; k++) {
        int step = k < plan->below ? k - plan->below : k - plan->below + 1;
        double low = p->bottom - k * height;
        tro_text_addf(out, "set object rectangle from screen px(%d), py(%.2f) to screen px(%d), "
                           "py(%.2f) fs solid 1 noborder fc rgb '#%06x'\n",
                      left, low, right, low - height, colour_of(plan, step));
        if (k > 0)
            add_number(out, plan->numbers[k], right + NUMBER_GAP, low);
    }
    if (plan->below == 0 || plan->above == 0)
        add_number(out, plan->numbers[plan->below], right + NUMBER_GAP,
                   plan->below ? p->top : p->bottom);
    if (!plan->label)
        return;
    tro_text_add(out, "set label ");
    tro_figure_add_quoted(out, plan->label);
    tro_text_addf(out, " at screen px(%d), py(%d) center rotate by 90 font ',%d'\n",
                  right + NUMBER_GAP + (int)ceil(plan->number_width) + LABEL_ROOM / 2 + 2,
                  (p->top + p->bottom) / 2, TRO_FONT_LABEL);
}
