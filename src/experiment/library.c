/* The installed interface (include/trophic/scenario.h) over cells. */
#include <trophic/scenario.h>

#include <math.h>
#include <string.h>

#include "analysis/gradient.h"
#include "experiment/cell.h"
#include "measure/measure.h"

/* --- opening ----------------------------------------------------------------- */

/* The cell keeps the document it was made from, and in its arena the
 * overrides' texts. */
static int open_document(tro_document *document, const tro_catalog *catalog,
                         const char *const *arguments, size_t count, tro_cell **out,
                         tro_messages *messages)
{
    tro_override *overrides = TRO_NEW(&document->arena, tro_override, count + 1);
    int status = overrides ? TRO_OK : TRO_ENOMEM;
    for (size_t k = 0; k < count && status == TRO_OK; k++)
        status = tro_override_read(&document->arena, arguments[k], "override", &overrides[k],
                                   messages);
    if (status == TRO_OK)
        status = tro_cell_new(document, catalog, overrides, count, out, messages);
    if (status < 0)
        tro_document_free(document);
    else
        (*out)->owned = document;
    return status;
}

/* TRO_EINVAL for what a program forgot; `what` is the path or the text. */
static int check_given(const tro_catalog *catalog, const char *what, const char *const *overrides,
                       size_t count, tro_messages *messages)
{
    int fine = catalog && what && (overrides || count == 0);
    for (size_t k = 0; fine && k < count; k++)
        fine = overrides[k] != NULL;
    return fine ? TRO_OK
                : tro_error(messages, TRO_EINVAL, NULL, "a scenario needs a catalog, a path or a "
                            "text, and overrides: one of them is NULL");
}

int tro_cell_open_with(const tro_catalog *catalog, const char *path,
                       const char *const *overrides, size_t count, tro_cell **out,
                       tro_messages *messages)
{
    tro_document *document;
    *out = NULL;
    if (check_given(catalog, path, overrides, count, messages) < 0)
        return TRO_EINVAL;
    int status = tro_document_read_file(path, &document, messages);
    return status < 0 ? status
                      : open_document(document, catalog, overrides, count, out, messages);
}

int tro_cell_open(const char *path, const char *const *overrides, size_t count, tro_cell **out,
                  tro_messages *messages)
{
    return tro_cell_open_with(tro_catalog_builtin(), path, overrides, count, out, messages);
}

int tro_cell_open_text_with(const tro_catalog *catalog, const char *name, const char *text,
                            const char *const *overrides, size_t count, tro_cell **out,
                            tro_messages *messages)
{
    tro_document *document;
    *out = NULL;
    if (check_given(catalog, text, overrides, count, messages) < 0)
        return TRO_EINVAL;
    int status = tro_document_read_text(name ? name : "text", text, strlen(text), &document,
                                        messages);
    return status < 0 ? status
                      : open_document(document, catalog, overrides, count, out, messages);
}

int tro_cell_open_text(const char *name, const char *text, const char *const *overrides,
                       size_t count, tro_cell **out, tro_messages *messages)
{
    return tro_cell_open_text_with(tro_catalog_builtin(), name, text, overrides, count, out,
                                   messages);
}

void tro_cell_close(tro_cell *cell)
{
    tro_document *document = cell ? cell->owned : NULL;
    tro_cell_free(cell);
    tro_document_free(document);
}

/* --- what it is ---------------------------------------------------------------- */

uint64_t tro_seed(const tro_cell *cell)
{
    return cell->scenario->seed;
}

size_t tro_agent_count(const tro_cell *cell)
{
    return cell->ecosystem->agents;
}

size_t tro_width(const tro_cell *cell)
{
    return cell->ecosystem->width;
}

const char *tro_agent_name(const tro_cell *cell, size_t agent)
{
    return agent < cell->ecosystem->agents ? cell->scenario->agents[agent].name : NULL;
}

size_t tro_agent_index(const tro_cell *cell, const char *name)
{
    return name ? tro_scenario_agent(cell->scenario, name) : SIZE_MAX;
}

static int check_agent(const tro_cell *cell, size_t agent, tro_messages *messages)
{
    if (agent < cell->ecosystem->agents)
        return TRO_OK;
    return tro_error(messages, TRO_EINVAL, NULL, "there is no agent %zu: they are 0 to %zu",
                     agent, cell->ecosystem->agents - 1);
}

int tro_agent_shares(const tro_cell *cell, size_t agent, double shares[3])
{
    int status = check_agent(cell, agent, NULL);
    if (status < 0)
        return status;
    const tro_shares *given = &cell->ecosystem->shares[agent];
    shares[0] = given->real;
    shares[1] = given->synthetic;
    shares[2] = given->curated;
    return TRO_OK;
}

/* --- what follows from it ------------------------------------------------------ */

int tro_fixed_point_of(tro_cell *cell, const double **z, double *residual,
                       tro_messages *messages)
{
    int status = tro_cell_fixed_point(cell, messages);
    *z = status == TRO_OK ? cell->point.z : NULL;
    if (residual)
        *residual = status == TRO_OK ? cell->point.residual : NAN;
    return status;
}

int tro_alignment_of(tro_cell *cell, size_t agent, double *value, tro_messages *messages)
{
    int status;
    *value = NAN;
    TRO_TRY(check_agent(cell, agent, messages));
    TRO_TRY(tro_cell_fixed_point(cell, messages));
    *value = tro_alignment(cell->ecosystem, cell->point.z, agent);
out:
    return status;
}

int tro_influence_sides(const tro_cell *cell, size_t of, int *falls, int *rises,
                        tro_messages *messages)
{
    int status = check_agent(cell, of, messages);
    *falls = *rises = 0;
    if (status == TRO_OK)
        tro_share_sides(cell->ecosystem, of, falls, rises);
    return status;
}

int tro_influence(tro_cell *cell, size_t on, size_t of, double *value, tro_messages *messages)
{
    int status;
    *value = NAN;
    TRO_TRY(check_agent(cell, on, messages));
    TRO_TRY(check_agent(cell, of, messages));
    TRO_TRY(tro_cell_influences(cell, messages));
    status = tro_influence_adjoint(&cell->influences, on, of, value, NULL, messages);
out:
    return status;
}

int tro_influence_within(tro_cell *cell, size_t on, size_t of, size_t hops, double *value,
                         tro_messages *messages)
{
    size_t width = tro_width(cell);
    double *response = NULL, *gradient = NULL;
    int status;
    *value = NAN;
    TRO_TRY(check_agent(cell, on, messages));
    TRO_TRY(check_agent(cell, of, messages));
    if (hops > TRO_MOST_HOPS && hops != TRO_ALL_WALKS)
        return tro_error(messages, TRO_EINVAL, NULL,
                         "walks of %zu edges are too long: at most %d, or SIZE_MAX for all, "
                         "would be right", hops, TRO_MOST_HOPS);
    TRO_TRY(tro_cell_influences(cell, messages));
    response = tro_allocate(cell->ecosystem->size, sizeof *response);
    gradient = tro_allocate(width, sizeof *gradient);
    if (!response || !gradient) {
        status = tro_error(messages, TRO_ENOMEM, NULL, "out of memory for an influence");
        goto out;
    }
    status = tro_alignment_gradient(&cell->influences, on, gradient);
    if (status == TRO_OK)
        status = tro_influence_response(&cell->influences, of, hops, response, messages);
    if (status == TRO_OK)
        for (size_t k = *value = 0; k < width; k++)
            *value += gradient[k] * response[on * width + k];
    if (isinf(*value))
        *value = NAN;
    if (status == TRO_EUNSUPPORTED)
        status = TRO_OK;
out:
    tro_release(response);
    tro_release(gradient);
    return status;
}

int tro_influences_of(tro_cell *cell, double *values, tro_messages *messages)
{
    int status;
    TRO_TRY(tro_cell_influences(cell, messages));
    status = tro_influence_matrix(&cell->influences, values, messages);
out:
    return status;
}

int tro_welfare_by_shares(tro_cell *cell, const double *weights, double *welfare,
                          double *by_curated, tro_messages *messages)
{
    tro_welfare_gradient gradient = {0};
    int status;
    TRO_TRY(tro_cell_influences(cell, messages));
    TRO_TRY(tro_influence_gradient(&cell->influences, weights, &gradient, messages));
    if (welfare)
        *welfare = gradient.welfare;
    for (size_t i = 0; i < cell->ecosystem->agents; i++)
        by_curated[i] = isfinite(gradient.share[i]) ? gradient.share[i] : NAN;
out:
    tro_welfare_gradient_release(&gradient);
    return status;
}

int tro_stability_of(tro_cell *cell, double *rate, int *stable, const char **sentence,
                     tro_messages *messages)
{
    tro_text text = {0};
    int status = tro_cell_stability(cell, messages);
    *rate = NAN;
    *stable = 0;
    if (status < 0)
        return status;
    *rate = cell->stability.rate;
    *stable = cell->stability.stable;
    if (!sentence)
        return TRO_OK;
    tro_stability_describe(&cell->stability, &text);
    *sentence = text.failed ? NULL : tro_arena_text(&cell->arena, tro_text_string(&text));
    tro_text_clear(&text);
    return *sentence ? TRO_OK : tro_error(messages, TRO_ENOMEM, NULL, "out of memory");
}

/* --- rounds ------------------------------------------------------------------------ */

struct tro_run {
    tro_runner runner;
};

int tro_run_new(tro_cell *cell, uint64_t replicate, tro_run **out, tro_messages *messages)
{
    tro_run *run = tro_allocate(1, sizeof *run);
    int status = TRO_ENOMEM, sampled = cell->scenario->sampled;
    *out = NULL;
    if (!run)
        goto out;
    TRO_TRY(tro_runner_init(&run->runner, cell->ecosystem, cell->plan,
                            sampled ? TRO_SAMPLED : TRO_EXACT));
    if (sampled)
        TRO_TRY(tro_cell_sampler(cell, messages));
    run->runner.sampler = cell->sampler;
    TRO_TRY(tro_runner_start(&run->runner, replicate, NULL));
    *out = run;
out:
    if (status < 0) {
        tro_run_free(run);
        tro_error(messages, status, NULL, "cannot start a run: %s", tro_status_text(status));
    }
    return status;
}

void tro_run_free(tro_run *run)
{
    if (!run)
        return;
    tro_runner_release(&run->runner);
    tro_release(run);
}

int tro_run_round(tro_run *run, tro_messages *messages)
{
    int status = tro_runner_round(&run->runner);
    if (status < 0)
        return tro_error(messages, status, NULL, "round %llu failed: %s",
                         (unsigned long long)run->runner.round + 1, tro_status_text(status));
    return status;
}

double tro_run_time(const tro_run *run)
{
    return run->runner.time;
}

const double *tro_run_state(const tro_run *run)
{
    return run->runner.z;
}

double tro_run_alignment(const tro_run *run, size_t agent)
{
    const tro_ecosystem *eco = run->runner.ecosystem;
    return agent < eco->agents ? tro_alignment(eco, run->runner.z, agent) : NAN;
}
