#include "tests/conformance/roads.h"

#include "analysis/course.h"

int tro_open_pair(tro_world *w, const char *text, const char *what)
{
    tro_document *document = NULL;
    tro_cell *cell = NULL;
    tro_messages messages = {0};
    ck_assert_int_eq(tro_document_read_text("test.yaml", text, strlen(text), &document,
                                            &messages), TRO_OK);
    int status = tro_cell_new(document, tro_catalog_builtin(), NULL, 0, &cell, &messages);
    if (status < 0) {
        ck_assert_int_eq(status, TRO_ESCENARIO);
        for (size_t k = 0; k < messages.count; k++)
            ck_assert_msg(messages.items[k].line > 0, "%s is refused without a place", what);
        tro_document_free(document);
        tro_messages_clear(&messages);
        return 0;
    }
    tro_cell_free(cell);
    tro_document_free(document);
    tro_messages_clear(&messages);
    tro_world_read(w, text);
    return 1;
}

/* Central differences of fourth order (Richardson 1911). */
static double difference(const tro_world *w, size_t on, size_t of, double step)
{
    double near, wide;
    ck_assert_int_eq(tro_influence_difference(w->eco, on, of, step, &near, NULL), TRO_OK);
    ck_assert_int_eq(tro_influence_difference(w->eco, on, of, 2 * step, &wide, NULL), TRO_OK);
    return (4 * near - wide) / 3;
}

/* Relative to the row's largest entry, and to what rounding of the alignments leaves of
 * differences. Where the map bends much these need a smaller step. */
static void check_row(const tro_world *w, size_t on, const double *all, const double *forward,
                      const char *name)
{
    const tro_agent *agent = &w->scenario->agents[on];
    double scale = 0, value = 0;
    double noise = 1e-11 * (1 + fabs(w->scenario->space.family->alignment(
                                    &w->scenario->space, agent->reward, agent->at,
                                    w->cell->point.z + on * w->eco->width)));
    for (int k = 0; k < 3; k++)
        scale = fmax(scale, fabs(all[k]));
    ck_assert_msg(tro_away(3, forward, all) <= 1e-12 * scale, "%s: forward", name);
    for (size_t of = 0; of < 3; of++) {
        ck_assert_int_eq(tro_influence_difference(w->eco, on, of, 1e-5, &value, NULL), TRO_OK);
        int good = fabs(value - all[of]) <= 1e-8 * scale;
        for (double step = 5e-4; !good && step > 1e-5; step /= 4) {
            value = difference(w, on, of, step);
            good = fabs(value - all[of]) <= 1e-8 * scale + noise;
        }
        ck_assert_msg(good, "%s: differences: %.12g, but %.12g", name, value, all[of]);
    }
}

/* What shares that are moved from the start on do in the end: the influence, whatever the
 * schedule. */
static void check_course(const tro_world *w, const double *all, const char *name)
{
    enum { ROUNDS = 2000 };
    for (size_t of = 0; of < 3 && tro_course_supported(w->eco, w->plan); of++) {
        tro_course course;
        double before[3] = {0}, now[3] = {0}, moves = 1;
        ck_assert_int_eq(tro_course_init(&course, w->eco, w->plan, of), TRO_OK);
        for (int r = 0; r < ROUNDS && (r < 20 || moves > 1e-14); r++) {
            ck_assert_int_eq(tro_course_round(&course), TRO_OK);
            for (size_t on = 0; on < 3; on++)
                now[on] = tro_course_influence(&course, on, on);
            moves = 0.7 * moves + tro_away(3, now, before); /* several quiet rounds */
            memcpy(before, now, sizeof before);
        }
        for (size_t on = 0; on < 3; on++) {
            double scale = fabs(all[3 * on]) + fabs(all[3 * on + 1]) + fabs(all[3 * on + 2]);
            ck_assert_msg(fabs(now[on] - all[3 * on + of]) <= 1e-10 * scale + 1e-11,
                          "%s: by rounds %.12g, but %.12g", name, now[on], all[3 * on + of]);
        }
        tro_course_release(&course);
    }
}

static void check_krylov(const tro_world *w, tro_resolvent *krylov, size_t of,
                      const double *response, const char *name)
{
    double g[3 * TRO_EXAMPLE_WIDTH] = {0}, x[3 * TRO_EXAMPLE_WIDTH], largest = 0;
    int side;
    ck_assert_int_eq(tro_round_by_share(w->eco, &krylov->work, w->cell->point.z, of,
                                        g + of * w->eco->width, &side), TRO_OK);
    ck_assert_int_eq(tro_resolvent_solve(krylov, TRO_PLAIN, g, x, NULL), TRO_OK);
    for (size_t k = 0; k < w->eco->size; k++)
        largest = fmax(largest, fabs(response[k]));
    ck_assert_msg(tro_away(w->eco->size, x, response) <= 1e-10 * largest, "%s: krylov", name);
}

static void check_events(const tro_plan *plan, const char *name)
{
    tro_events events = {0}, again = {0};
    for (uint64_t r = 0; r < 40; r++) {
        unsigned seen[3] = {0};
        ck_assert_int_eq(tro_plan_list(plan, 2, 39 - r, &events), TRO_OK);
        for (size_t k = 0; k < events.count; k++) {
            const tro_event *event = &events.items[k];
            ck_assert_msg(event->phase > 0 && event->phase <= 1, "%s: phase %g", name,
                          event->phase);
            ck_assert(k == 0 || event[-1].phase <= event->phase);
            ck_assert_uint_lt(event->agent, 3);
            ck_assert_uint_eq(event->occurrence, seen[event->agent]);
            seen[event->agent]++;
        }
        /* by itself, and after any other */
        ck_assert_int_eq(tro_plan_list(plan, 1, r, &again), TRO_OK);
        ck_assert_int_eq(tro_plan_list(plan, 2, 39 - r, &again), TRO_OK);
        ck_assert_uint_eq(events.count, again.count);
        for (size_t k = 0; k < events.count; k++)
            ck_assert(events.items[k].phase == again.items[k].phase &&
                      events.items[k].agent == again.items[k].agent);
        if (plan->period > 0) {
            ck_assert_int_eq(tro_plan_list(plan, 0, 39 - r + plan->period, &again), TRO_OK);
            ck_assert_uint_eq(events.count, again.count);
        }
    }
    tro_events_release(&events);
    tro_events_release(&again);
}

/* Do the rounds run away? Then there need be no fixed point. */
static int grows(tro_runner *runner)
{
    static const double zero[3 * TRO_EXAMPLE_WIDTH];
    size_t size = runner->ecosystem->size;
    double early = 0;
    int status = tro_runner_start(runner, 0, NULL);
    for (int r = 0; r < 600 && status == TRO_OK; r++) {
        early = r == 300 ? tro_away(size, runner->z, zero) : early;
        status = tro_runner_round(runner);
    }
    return status == TRO_EDIVERGED || tro_away(size, runner->z, zero) > 2 * early;
}

/* The fixed point stays; influences by adjoint, forward and differences agree,
 * whatever the order. */
static void check_influences(tro_world *w, int course, const char *name)
{
    tro_runner runner = {0};
    double all[9], forward[9], gradient[TRO_EXAMPLE_WIDTH], response[3 * TRO_EXAMPLE_WIDTH];
    size_t width = w->eco->width;
    int status = tro_cell_influences(w->cell, &w->messages);
    if (status == TRO_OK)
        status = tro_cell_stability(w->cell, &w->messages);
    char buffer[1024];
    ck_assert_int_eq(tro_runner_init(&runner, w->eco, w->plan, TRO_EXACT), TRO_OK);
    ck_assert_msg(status == TRO_OK || (status == TRO_ENOCONV && grows(&runner)), "%s: %s", name,
                  tro_listed(&w->messages, buffer, sizeof buffer));
    if (status < 0) {
        tro_runner_release(&runner);
        return;
    }
    ck_assert_int_eq(tro_runner_start(&runner, 0, w->cell->point.z), TRO_OK);
    for (int r = 0; r < 20; r++)
        ck_assert_int_eq(tro_runner_round(&runner), TRO_OK);
    ck_assert_double_lt(tro_away(w->eco->size, runner.z, w->cell->point.z), 1e-12);
    tro_runner_release(&runner);
    tro_resolvent krylov = {0};
    ck_assert_int_eq(tro_resolvent_init_krylov(&krylov, w->eco, w->cell->point.z, NULL), TRO_OK);
    for (size_t of = 0; of < 3; of++) {
        ck_assert_int_eq(tro_influence_response(&w->cell->influences, of, TRO_ALL_WALKS,
                                                response, NULL), TRO_OK);
        check_krylov(w, &krylov, of, response, name);
        for (size_t on = 0; on < 3; on++) {
            ck_assert_int_eq(tro_influence_adjoint(&w->cell->influences, on, of,
                                                   &all[3 * on + of], NULL, NULL), TRO_OK);
            ck_assert_int_eq(tro_alignment_gradient(&w->cell->influences, on, gradient), TRO_OK);
            forward[3 * on + of] = 0;
            for (size_t k = 0; k < width; k++)
                forward[3 * on + of] += gradient[k] * response[on * width + k];
        }
    }
    if (course && w->cell->stability.settles)
        check_course(w, all, name);
    for (size_t on = 0; on < 3; on++)
        check_row(w, on, all + 3 * on, forward + 3 * on, name);
    tro_resolvent_release(&krylov);
}

int tro_check_world(const tro_family_example *family, const char *curator, const char *network,
                    size_t only, int course)
{
    const tro_catalog *catalog = tro_catalog_builtin();
    size_t count = catalog->count[TRO_SCHEDULE];
    for (size_t k = only == SIZE_MAX ? 0 : only % count; k < count; k++) {
        const char *name = catalog->items[TRO_SCHEDULE][k]->name;
        char text[4096], what[4096];
        tro_world w;
        tro_example_write(text, sizeof text, family, curator, network,
                          tro_example_of(TRO_SCHEDULE, name, 0));
        if (!tro_open_pair(&w, text, curator))
            return 0;
        snprintf(what, sizeof what, "%s with %s, %s, %.1000s", name, family->outcomes, curator,
                 network);
        check_events(w.plan, what);
        check_influences(&w, course, what);
        tro_world_close(&w);
        if (only != SIZE_MAX)
            break;
    }
    return 1;
}
