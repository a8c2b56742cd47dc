/* Advice as a figure: what changes, within its bounds; and what becomes of the agents. */
#include <math.h>
#include <stdlib.h>

#include "cli/advise.h"
#include "cli/draw.h"
#include "output/figure.h"

enum { CHANGES_MOST = 8, AGENTS_MOST = 24, DIGITS = 3, ROW = 36, FOOT = 20, LOWEST = 150 };
enum { BEFORE = 7, AFTER = 1 };   /* colours: grey, blue */

/* What is drawn of the agents, and of the changes; in the arena. */
typedef struct picture {
    const tro_advice *advice;
    size_t agents[AGENTS_MOST], agent_count;
    const char **names;
    double *before[2], *after[2];         /* alignments, own influences */
    tro_series bars[2][2];
    size_t changes[CHANGES_MOST], change_count, moved;   /* moved: numbers among them */
    double ranges[CHANGES_MOST][2], moves[CHANGES_MOST][2], rows[CHANGES_MOST][2];
    double from[CHANGES_MOST], to[CHANGES_MOST], at[CHANGES_MOST];
    tro_series lines[2 * CHANGES_MOST + 2];
    tro_words words[CHANGES_MOST];
    tro_text title, titles[3];
    tro_arena arena;
} picture;

static int by_number(const void *one, const void *other)
{
    size_t a = *(const size_t *)one, b = *(const size_t *)other;
    return (a > b) - (a < b);
}

/* --- agents -------------------------------------------------------------------------- */

static double change_of(double before, double after)
{
    double change = fabs(after - before);
    return isnan(change) ? -1 : change;
}

/* Of many those whose alignments change most. */
static int find_agents(picture *p)
{
    const tro_advice *a = p->advice;
    size_t n = a->cell->scenario->agent_count;
    double *change = TRO_NEW(&p->arena, double, n);
    p->names = TRO_NEW(&p->arena, const char *, AGENTS_MOST);
    for (int k = 0; k < 2; k++) {
        p->before[k] = TRO_NEW(&p->arena, double, AGENTS_MOST);
        p->after[k] = TRO_NEW(&p->arena, double, AGENTS_MOST);
        if (!p->before[k] || !p->after[k])
            return TRO_ENOMEM;
    }
    if (!change || !p->names)
        return TRO_ENOMEM;
    for (size_t i = 0; i < n; i++)
        change[i] = change_of(a->is.alignment[i], a->becomes.alignment[i]);
    p->agent_count = tro_take_largest(change, -2, n, AGENTS_MOST, p->agents, 0);
    qsort(p->agents, p->agent_count, sizeof *p->agents, by_number);
    for (size_t k = 0; k < p->agent_count; k++) {
        size_t i = p->agents[k];
        p->names[k] = a->cell->scenario->agents[i].name;
        p->before[0][k] = a->is.alignment[i];
        p->after[0][k] = a->becomes.alignment[i];
        p->before[1][k] = a->is.own[i];
        p->after[1][k] = a->becomes.own[i];
    }
    return TRO_OK;
}

/* --- changes --------------------------------------------------------------------------- */

static int is_alternative(const tro_advised *c)
{
    return c->allowed->options != NULL;
}

static void add_real(picture *p, tro_text *text, double value)
{
    char number[32];
    const char *shown = tro_figure_number(&p->arena, tro_format_short(number, value, DIGITS));
    tro_text_add(text, shown ? shown : "");
    text->failed |= !shown;
}

static void add_value(picture *p, tro_text *text, const char *word)
{
    double value;
    if (word && tro_parse_real(word, &value))
        add_real(p, text, value);
    else
        tro_text_add(text, word ? word : "(default)");
}

static const char *describe(picture *p, const tro_advised *c)
{
    tro_text text = {0};
    tro_text_addf(&text, "%s: ", c->allowed->key);
    add_value(p, &text, c->before);
    tro_text_add(&text, " \u2192 ");
    add_value(p, &text, c->after);
    if (!is_alternative(c)) {
        tro_text_add(&text, " (allowed: ");
        add_real(p, &text, c->least);
        tro_text_add(&text, " to ");
        add_real(p, &text, c->most);
        tro_text_add(&text, ")");
    }
    tro_text_add(&text, ", cost ");
    add_real(p, &text, c->cost);
    const char *copy = text.failed ? NULL : tro_arena_text(&p->arena, tro_text_string(&text));
    tro_text_clear(&text);
    return copy;
}

static double part_of(const tro_advised *c, const char *word)
{
    double value;
    if (is_alternative(c) || !word || !tro_parse_real(word, &value))
        return NAN;
    return c->most > c->least ? (value - c->least) / (c->most - c->least) : 0.5;
}

/* An alternative has no place between bounds: its row is words alone. */
static void add_change(picture *p, size_t k, const tro_advised *c)
{
    double row = (double)(p->change_count - 1 - k);
    p->from[k] = p->moves[k][0] = part_of(c, c->before);
    p->to[k] = p->moves[k][1] = part_of(c, c->after);
    p->at[k] = p->rows[k][0] = p->rows[k][1] = row;
    p->ranges[k][1] = is_alternative(c) ? NAN : 1;
    p->ranges[k][0] = is_alternative(c) ? NAN : 0;
    p->moved += !is_alternative(c);
    p->words[k] = (tro_words){.y = row + 0.15, .text = describe(p, c), .beside = 1};
    p->lines[k] = (tro_series){.label = "allowed", .style = TRO_LINE, .colour = BEFORE, .dash = 2,
                               .x = p->ranges[k], .y = p->rows[k], .count = 2};
    p->lines[p->change_count + k] = (tro_series){.style = TRO_LINE, .colour = AFTER,
                                                 .x = p->moves[k], .y = p->rows[k], .count = 2};
}

/* Of many those that cost most. */
static int find_changes(picture *p)
{
    const tro_advice *a = p->advice;
    double *cost = TRO_NEW(&p->arena, double, a->change_count);
    if (!cost)
        return TRO_ENOMEM;
    for (size_t k = 0; k < a->change_count; k++)
        cost[k] = a->changes[k].cost;
    p->change_count = tro_take_largest(cost, -1, a->change_count, CHANGES_MOST, p->changes, 0);
    qsort(p->changes, p->change_count, sizeof *p->changes, by_number);
    size_t n = p->change_count;
    for (size_t k = 0; k < n; k++) {
        add_change(p, k, &a->changes[p->changes[k]]);
        if (!p->words[k].text)
            return TRO_ENOMEM;
    }
    p->lines[2 * n] = (tro_series){.label = "before", .style = TRO_POINTS, .colour = BEFORE,
                                   .x = p->from, .y = p->at, .count = n};
    p->lines[2 * n + 1] = (tro_series){.label = "after", .style = TRO_POINTS, .colour = AFTER,
                                       .x = p->to, .y = p->at, .count = n};
    return TRO_OK;
}

/* --- the figure --------------------------------------------------------------------------- */

/* "theta's ...: -1.04 -> 0, at a cost of 0.4". What is nothing beside what it was is 0; words
 * that have no panel of their own follow. */
static void add_title(picture *p)
{
    const tro_advice *a = p->advice;
    double after = fabs(a->becomes.value) < 1e-6 * fabs(a->is.value) ? 0 : a->becomes.value;
    tro_text_addf(&p->title, "%s: ", a->cell->scenario->name);
    tro_advise_subject(a, &p->title);
    tro_text_add(&p->title, " ");
    add_real(p, &p->title, a->is.value);
    tro_text_add(&p->title, " \u2192 ");
    add_real(p, &p->title, after);
    if (p->moved) {
        tro_text_add(&p->title, ", cost ");
        add_real(p, &p->title, a->cost);
        tro_text_add(&p->title, a->squares ? " (of squares)" : "");
    }
    if (a->outcome == TRO_ADVICE_NONE)
        tro_text_add(&p->title, " (the goal is not reached)");
    for (size_t k = 0; !p->moved && k < p->change_count; k++)
        tro_text_addf(&p->title, "; %s", p->words[k].text);
}

static void add_count(tro_text *text, const char *title, size_t shown, size_t all,
                      const char *which)
{
    tro_text_add(text, title);
    if (shown < all)
        tro_text_addf(text, " (the %zu of %zu that %s most)", shown, all, which);
}

static size_t add_changes(picture *p, tro_panel *out)
{
    static const char *const ends[] = {"least allowed", "most allowed"};
    static const char *const rows[CHANGES_MOST] = {"", "", "", "", "", "", "", ""};
    size_t n = p->change_count;
    add_count(&p->titles[2], "What changes", n, p->advice->change_count, "cost");
    *out = (tro_panel){.title = tro_text_string(&p->titles[2]), .series = p->lines,
                       .series_count = 2 * n + 2, .wide = 1, .x_names = ends, .x_name_count = 2,
                       .x_min = -0.03, .x_max = 1.03, .y_min = -0.5, .y_max = (double)n - 0.3,
                       .y_names = rows, .y_name_count = n, .words = p->words, .word_count = n};
    return p->moved > 0;
}

static int any_known(const picture *p, int which)
{
    for (size_t k = 0; k < p->agent_count; k++)
        if (isfinite(p->before[which][k]) || isfinite(p->after[which][k]))
            return 1;
    return 0;
}

static size_t add_agents(picture *p, int which, tro_panel *out)
{
    static const char *const names[] = {"Alignment", "Influence of its own curation on it"};
    static const char *const labels[] = {"alignment J", "dJ/d\u03bb"};
    size_t n = p->agent_count;
    p->bars[which][0] = (tro_series){.label = "before", .style = TRO_BARS, .colour = BEFORE,
                                     .y = p->before[which], .count = n};
    p->bars[which][1] = (tro_series){.label = "after", .style = TRO_BARS, .colour = AFTER,
                                     .y = p->after[which], .count = n};
    add_count(&p->titles[which], names[which], n, p->advice->cell->scenario->agent_count,
              "change");
    *out = (tro_panel){.title = tro_text_string(&p->titles[which]), .y_label = labels[which],
                       .zero_line = 1, .x_names = p->names, .x_name_count = n,
                       .series = p->bars[which], .series_count = 2};
    return (size_t)any_known(p, which);
}

static int draw(picture *p, tro_results *results, tro_messages *messages)
{
    tro_panel panels[3];
    size_t count = add_changes(p, &panels[0]), agents = 0;
    for (int which = 0; which < 2; which++)
        agents += add_agents(p, which, &panels[count + agents]);
    add_title(p);
    if (count + agents == 0)
        return TRO_OK;
    int height = p->moved ? ROW * (int)p->change_count + FOOT : LOWEST;
    const tro_figure figure = {.title = tro_text_string(&p->title), .panels = panels,
                               .panel_count = count + agents,
                               .columns = agents ? (int)agents : 1,
                               .plot_height = height < LOWEST ? LOWEST : height};
    if (p->title.failed || p->titles[0].failed || p->titles[1].failed || p->titles[2].failed)
        return TRO_ENOMEM;
    return tro_results_figure(results, &figure, "advice", messages);
}

int tro_advise_draw(const tro_advice *advice, tro_results *results, tro_messages *messages)
{
    picture *p;
    tro_arena arena = {0};
    int status;
    if (advice->change_count == 0)
        return TRO_OK;
    p = TRO_NEW(&arena, picture, 1);
    if (!p)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory for a figure");
    p->advice = advice;
    TRO_TRY(find_agents(p));
    TRO_TRY(find_changes(p));
    TRO_TRY(draw(p, results, messages));
out:
    for (int k = 0; k < 3; k++)
        tro_text_clear(&p->titles[k]);
    tro_text_clear(&p->title);
    tro_arena_clear(&p->arena);
    tro_arena_clear(&arena);
    return status == TRO_ENOMEM
               ? tro_error(messages, status, NULL, "out of memory for a figure") : status;
}
