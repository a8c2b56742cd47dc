/* One topology in one replicate: what is measured of its network, where its rounds lead, and what
 * curation does there. */
#include "experiment/compare.h"

#include <math.h>
#include <string.h>

#include "schedule/settling.h"

const tro_compared_outcome tro_compared_outcomes[TRO_OUTCOMES] = {
    [TRO_OUT_ALIGNMENT] = {"alignment", "Mean alignment", "reward",
                           "Mean of the agents' alignments.", 1},
    [TRO_OUT_WORST] = {"worst-alignment", "Worst alignment", "reward",
                       "Least of the agents' alignments.", 1},
    [TRO_OUT_WITHIN] = {"diversity-within", "Diversity within", "variance",
                        "Diversity of one model's outputs, on average.", 1},
    [TRO_OUT_BETWEEN] = {"diversity-between", "Diversity between", "variance",
                         "What all outputs together have beyond that.", 1},
    [TRO_OUT_ROUNDS] = {"rounds", "Time to converge", "rounds",
                        "Rounds from the start after which nothing changes.", -1},
    [TRO_OUT_RATE] = {"rate", "Factor of a disturbance", "per round",
                      "Factor by which a disturbance shrinks in a round.", -1},
    [TRO_OUT_STABLE] = {"stable", "Stable", "share",
                        "1 where the rounds come to rest, else 0.", 1},
    [TRO_OUT_NEGATIVE_SELF] = {"negative-self", "Agents that backfire", "share",
                               "Share of agents whose own curation lowers their alignment.", -1},
    [TRO_OUT_NEGATIVE_CROSS] = {"negative-cross", "Harm to others", "share",
                                "Share of pairs where one's curation lowers the other's alignment.",
                                -1},
    [TRO_OUT_BACKFIRE] = {"worst-backfire", "Worst backfire", "reward per share",
                          "Least influence of an agent on itself.", 1},
};

const char *tro_compared_unit(const tro_comparison *comparison, size_t outcome)
{
    int table = comparison->cell->scenario->space.family->law == TRO_TABLE;
    if (table && (outcome == TRO_OUT_WITHIN || outcome == TRO_OUT_BETWEEN))
        return "probability";
    return tro_compared_outcomes[outcome].unit;
}

const char *const tro_node_names[TRO_NODE_KNOWN] = {"alignment", "self_influence",
                                                    "given_influence", "received_influence"};

/* More rounds than this are not waited for. */
enum { MOST_ROUNDS = 100000 };

/* Beside the largest influence, less than this is rounding. */
#define NOISE 1e-12

/* --- rounds -------------------------------------------------------------------------- */

/* After how many rounds nothing changes; NaN: not yet. TRO_EDIVERGED, TRO_EINTERRUPTED. */
static int count_rounds(const tro_cell *cell, double tolerance, double *rounds)
{
    tro_runner runner = {0};
    tro_settling settling = {0};
    int status;
    *rounds = NAN;
    TRO_TRY(tro_runner_init(&runner, cell->ecosystem, cell->plan, TRO_EXACT));
    TRO_TRY(tro_settling_init(&settling, &runner, tolerance));
    TRO_TRY(tro_runner_start(&runner, 0, NULL));
    while (runner.round < MOST_ROUNDS) {
        if (tro_progress_stops(cell->progress))
            TRO_TRY(TRO_EINTERRUPTED);
        TRO_TRY(tro_runner_round(&runner));
        if (tro_settling_check(&settling, &runner)) {
            *rounds = (double)(runner.round - settling.quiet);
            break;
        }
    }
out:
    tro_settling_release(&settling);
    tro_runner_release(&runner);
    return status;
}

/* --- influences ---------------------------------------------------------------------- */

static double largest_of(size_t count, const double *values)
{
    double largest = 0;
    for (size_t k = 0; k < count; k++)
        largest = isnan(values[k]) ? largest : fmax(largest, fabs(values[k]));
    return largest;
}

/* Means over the others, of what is defined. */
static void find_means(size_t n, const double *matrix, tro_compared *out)
{
    double *self = out->known + TRO_NODE_SELF * n, *given = out->known + TRO_NODE_GIVEN * n,
           *received = out->known + TRO_NODE_RECEIVED * n;
    for (size_t i = 0; i < n; i++) {
        double to = 0, from = 0, took = 0, gave = 0;
        for (size_t j = 0; j < n; j++) {
            double of_j = matrix[i * n + j], on_j = matrix[j * n + i];
            took += i != j && !isnan(of_j) ? of_j : 0;
            from += i != j && !isnan(of_j);
            gave += i != j && !isnan(on_j) ? on_j : 0;
            to += i != j && !isnan(on_j);
        }
        self[i] = matrix[i * n + i];
        given[i] = to > 0 ? gave / to : NAN;
        received[i] = from > 0 ? took / from : NAN;
    }
}

static void count_negative(size_t n, const double *matrix, double *outcomes)
{
    double noise = NOISE * largest_of(n * n, matrix);
    double negative[2] = {0, 0}, all[2] = {0, 0}, least = INFINITY;
    for (size_t k = 0; k < n * n; k++) {
        int self = k / n == k % n;
        if (isnan(matrix[k]))
            continue;
        all[self]++;
        negative[self] += matrix[k] < -noise;
        least = self ? fmin(least, matrix[k]) : least;
    }
    outcomes[TRO_OUT_NEGATIVE_SELF] = all[1] > 0 ? negative[1] / all[1] : NAN;
    outcomes[TRO_OUT_NEGATIVE_CROSS] = all[0] > 0 ? negative[0] / all[0] : NAN;
    outcomes[TRO_OUT_BACKFIRE] = all[1] > 0 ? least : NAN;
}

static int find_influences(const tro_comparison *c, tro_cell *cell, tro_compared *out,
                           tro_messages *messages)
{
    size_t n = c->agents;
    if (n > TRO_METRICS_LIMIT && !c->all_metrics)
        return TRO_OK;
    double *matrix = tro_allocate(n * n, sizeof *matrix);
    int status = matrix ? tro_cell_influences(cell, messages) : TRO_ENOMEM;
    if (status == TRO_OK)
        status = tro_influence_matrix(&cell->influences, matrix, messages);
    if (status == TRO_OK) {
        find_means(n, matrix, out);
        count_negative(n, matrix, out->outcomes);
    }
    tro_release(matrix);
    return status;
}

/* --- where the rounds lead ----------------------------------------------------------- */

static void find_alignments(const tro_cell *cell, tro_compared *out)
{
    size_t n = cell->ecosystem->agents;
    double sum = 0, least = INFINITY, count = 0;
    for (size_t i = 0; i < n; i++) {
        double value = tro_alignment(cell->ecosystem, cell->point.z, i);
        out->known[TRO_NODE_ALIGNMENT * n + i] = value;
        if (isnan(value))
            continue;
        sum += value;
        least = fmin(least, value);
        count++;
    }
    out->outcomes[TRO_OUT_ALIGNMENT] = count > 0 ? sum / count : NAN;
    out->outcomes[TRO_OUT_WORST] = count > 0 ? least : NAN;
}

/* The rate is known also of what does not come to rest. */
static int find_stability(tro_cell *cell, tro_compared *out, tro_messages *messages)
{
    int status = tro_cell_stability(cell, messages);
    if (status < 0)
        return status;
    out->settled = cell->stability.settles;
    out->outcomes[TRO_OUT_RATE] = cell->stability.rate;
    out->outcomes[TRO_OUT_STABLE] = cell->stability.settles;
    return TRO_OK;
}

static int find_outcomes(const tro_comparison *c, tro_cell *cell, tro_compared *out,
                         tro_messages *messages)
{
    double *values = out->outcomes;
    int status;
    TRO_TRY(find_stability(cell, out, messages));
    if (!out->settled)
        return TRO_OK;
    TRO_TRY(tro_cell_fixed_point(cell, messages));
    status = count_rounds(cell, c->tolerance, &values[TRO_OUT_ROUNDS]);
    if (status == TRO_EDIVERGED)
        tro_error(messages, status, NULL, "the rounds diverge from the start");
    TRO_TRY(status);
    find_alignments(cell, out);
    TRO_TRY(tro_diversity_parts(cell->ecosystem, cell->point.z, &values[TRO_OUT_WITHIN],
                                &values[TRO_OUT_BETWEEN]));
    TRO_TRY(find_influences(c, cell, out, messages));
out:
    return status;
}

static int find_metrics(const tro_comparison *c, tro_cell *cell, tro_compared *out,
                        tro_messages *messages)
{
    tro_metrics *metrics = NULL;
    const double *values;
    int status;
    TRO_TRY(tro_cell_metrics(cell, &metrics, messages));
    for (size_t k = 0; k < c->metric_count; k++) {
        TRO_TRY(tro_metrics_find(metrics, c->metrics[k], &values, messages));
        out->metrics[k] = values[0];
    }
    for (size_t k = 0; k < c->centrality_count; k++) {
        TRO_TRY(tro_metrics_find(metrics, c->centralities[k], &values, messages));
        memcpy(out->centralities + k * c->agents, values, c->agents * sizeof *values);
    }
out:
    tro_metrics_free(metrics);
    return status;
}

static void add_reason(tro_text *text, int status, const tro_messages *messages)
{
    for (size_t k = 0; k < messages->count; k++)
        if (messages->items[k].severity == TRO_ERROR) {
            tro_text_add(text, messages->items[k].text);
            return;
        }
    tro_text_add(text, tro_status_text(status));
}

int tro_compared_find(const tro_comparison *comparison, tro_cell *cell, tro_compared *out,
                      tro_text *text)
{
    tro_messages own = {0};
    int status;
    TRO_TRY(find_metrics(comparison, cell, out, &own));
    TRO_TRY(find_outcomes(comparison, cell, out, &own));
    tro_text_add(text, out->settled ? "ok" : "unstable");
out:
    if (status < 0) {
        out->settled = 0;
        add_reason(text, status, &own);
    }
    tro_messages_clear(&own);
    return status == TRO_ENOMEM || status == TRO_EINTERRUPTED ? status : TRO_OK;
}
