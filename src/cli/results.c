#include "cli/results.h"

#include <string.h>

#include "cli/normalise.h"
#include "cli/version.h"
#include "output/figure.h"
#include "output/file.h"
#include "output/picture.h"

static int no_memory(tro_messages *messages)
{
    return tro_error(messages, TRO_ENOMEM, NULL, "out of memory writing the results");
}

int tro_results_wanted(const tro_arguments *arguments)
{
    return arguments->out ? strcmp(arguments->out, "-") != 0 : !arguments->json;
}

int tro_results_open(tro_results *results, const char *out, const tro_arguments *arguments,
                     const char *stem, const char *suffix, tro_messages *messages)
{
    tro_folder_mode mode = arguments->force   ? TRO_FOLDER_FORCE
                           : results->goes_on ? TRO_FOLDER_CONTINUE
                                              : TRO_FOLDER_NEW;
    unsigned figures;
    tro_text path = {0};
    if (out && strcmp(out, "-") == 0)
        return tro_error(messages, TRO_EINVAL, NULL,
                         "'-' cannot be the folder of results ('./-' would name a folder)");
    int status = tro_figures_read(arguments->figures, &figures, messages);
    if (status < 0)
        return status;
    if (out)
        tro_text_add(&path, out);
    else
        tro_text_addf(&path, "%s-%s", stem, suffix);
    status = path.failed ? no_memory(messages)
                         : tro_folder_open(&results->folder, tro_text_string(&path), mode,
                                           messages);
    results->folder.figures = figures;
    results->large_network = arguments->graphml;
    results->options = arguments->given;
    tro_text_clear(&path);
    return status;
}

void tro_results_close(tro_results *results)
{
    tro_folder_close(&results->folder);
}

int tro_results_figure(tro_results *results, const tro_figure *figure, const char *name,
                       tro_messages *messages)
{
    tro_messages aside = {0};
    int status = tro_figure_save(figure, &results->folder, name, &aside);
    return tro_results_unless_gnuplot(status, &aside, messages);
}

int tro_results_unless_gnuplot(int status, tro_messages *aside, tro_messages *messages)
{
    for (size_t k = 0; k < aside->count; k++)
        if (status == TRO_OK || status == TRO_ELIBRARY)
            tro_warning(messages, NULL, "%s", aside->items[k].text);
        else
            tro_error(messages, status, NULL, "%s", aside->items[k].text);
    tro_messages_clear(aside);
    return status == TRO_ELIBRARY ? TRO_OK : status;
}

int tro_results_text(tro_results *results, const char *name, const tro_text *text,
                     tro_messages *messages)
{
    const char *path;
    if (text->failed)
        return no_memory(messages);
    int status = tro_folder_add(&results->folder, name, &path, messages);
    return status < 0 ? status
                      : tro_file_write(path, tro_text_string(text), text->length, messages);
}

int tro_results_know_scenario(tro_results *results, const tro_cell *cell, tro_messages *messages)
{
    tro_text text = {0};
    int status = tro_scenario_normalised(cell, &text, messages);
    if (status == TRO_OK)
        tro_digest_of(tro_text_string(&text), text.length, results->digest);
    tro_text_clear(&text);
    return status;
}

int tro_results_scenario(tro_results *results, const tro_cell *cell, tro_messages *messages)
{
    tro_text text = {0};
    int status = tro_scenario_normalised(cell, &text, messages);
    if (status == TRO_OK) {
        tro_digest_of(tro_text_string(&text), text.length, results->digest);
        status = tro_results_text(results, "scenario.yaml", &text, messages);
    }
    tro_text_clear(&text);
    return status;
}

/* Columns of the network that every run has. */
typedef struct columns {
    double *real, *synthetic, *curated;            /* agents */
    const char **names, **groups;
    double *edge_synthetic, *edge_curated;         /* links */
    const char **judges;
    int grouped;
} columns;

static int fill_columns(columns *c, const tro_scenario *scenario, tro_arena *arena)
{
    size_t agents = scenario->agent_count, links = scenario->edge_count;
    double *numbers = TRO_NEW(arena, double, 3 * agents);
    double *weights = TRO_NEW(arena, double, 2 * links);
    c->names = TRO_NEW(arena, const char *, agents);
    c->groups = TRO_NEW(arena, const char *, agents);
    c->judges = TRO_NEW(arena, const char *, links);
    if (!numbers || !weights || !c->names || !c->groups || !c->judges)
        return TRO_ENOMEM;
    c->real = numbers;
    c->synthetic = numbers + agents;
    c->curated = numbers + 2 * agents;
    c->edge_synthetic = weights;
    c->edge_curated = weights + links;
    for (size_t i = 0; i < agents; i++) {
        const tro_agent *agent = &scenario->agents[i];
        c->names[i] = agent->name;
        c->groups[i] = agent->group;
        c->grouped |= agent->group != NULL;
        c->real[i] = agent->shares.real;
        c->synthetic[i] = agent->shares.synthetic;
        c->curated[i] = agent->shares.curated;
    }
    for (size_t k = 0; k < links; k++) {
        const tro_edge *edge = &scenario->edges[k];
        c->edge_synthetic[k] = edge->synthetic;
        c->edge_curated[k] = edge->curated;
        c->judges[k] = edge->curation ? scenario->agents[edge->judge_agent].name : NULL;
    }
    return TRO_OK;
}

static tro_attribute *join(const tro_attribute *own, size_t own_count,
                           const tro_attribute *given, size_t count, tro_arena *arena)
{
    tro_attribute *all = TRO_NEW(arena, tro_attribute, own_count + count);
    if (!all)
        return NULL;
    memcpy(all, own, own_count * sizeof *all);
    if (count > 0)
        memcpy(all + own_count, given, count * sizeof *all);
    return all;
}

/* A network from a file is read from this one again: with the weights it had there, so that
 * events find what they change. */
static int as_read(const tro_cell *cell, tro_arena *arena, tro_graph *graph)
{
    const tro_graph *first = &cell->whole->graph;
    const tro_node *network = tro_node_get(cell->whole->document->root, "network");
    if (cell->whole == cell->scenario || !tro_node_get(network, "graphml"))
        return TRO_OK;
    tro_link *links = TRO_NEW(arena, tro_link, graph->count);
    if (!links)
        return TRO_ENOMEM;
    for (size_t k = 0; k < graph->count; k++) {
        links[k] = k < first->count ? first->links[k] : graph->links[k];
        if (k >= first->count)
            links[k].synthetic = links[k].curated = 0;
    }
    graph->links = links;
    return TRO_OK;
}

/* "50: filter; 80: hub leaves", what happened in the rounds. */
static void add_events(const tro_scenario *whole, tro_text *text)
{
    for (size_t k = 0; k < whole->incident_count; k++)
        tro_text_addf(text, "%s%lld%s%s", k ? "; " : "", whole->incidents[k].round,
                      whole->incidents[k].name ? ": " : "",
                      whole->incidents[k].name ? whole->incidents[k].name : "");
}

int tro_results_network(tro_results *results, const tro_cell *cell,
                        const tro_attribute *of_nodes, size_t node_count,
                        const tro_attribute *of_links, size_t link_count,
                        tro_messages *messages)
{
    tro_graph graph = cell->scenario->graph;
    tro_arena arena = {0};
    tro_text text = {0};
    columns c = {0};
    int status = TRO_OK;
    if (graph.nodes > TRO_GRAPHML_LIMIT && !results->large_network) {
        tro_note(messages, NULL, "network.graphml is left out for more than %d agents; --graphml "
                                 "writes it", TRO_GRAPHML_LIMIT);
        return TRO_OK;
    }
    if (fill_columns(&c, cell->scenario, &arena) < 0 || as_read(cell, &arena, &graph) < 0)
        TRO_TRY(no_memory(messages));
    const tro_attribute nodes[] = {{"real_share", c.real, NULL},
                                   {"synthetic_share", c.synthetic, NULL},
                                   {"curated_share", c.curated, NULL},
                                   {"group", NULL, c.groups}};
    const tro_attribute links[] = {{"normalised_synthetic", c.edge_synthetic, NULL},
                                   {"normalised_curated", c.edge_curated, NULL},
                                   {"judge", NULL, c.judges}};
    size_t own = c.grouped ? 4 : 3;
    tro_attribute *all_nodes = join(nodes, own, of_nodes, node_count, &arena);
    tro_attribute *all_links = join(links, 3, of_links, link_count, &arena);
    if (!all_nodes || !all_links)
        TRO_TRY(no_memory(messages));
    graph.names = c.names;
    TRO_TRY(tro_graph_write_graphml(&graph, all_nodes, own + node_count, all_links,
                                    3 + link_count, &text, messages));
    status = tro_results_text(results, "network.graphml", &text, messages);
out:
    tro_text_clear(&text);
    tro_arena_clear(&arena);
    return status;
}

/* "path=value; path=value", what the command line set. */
static void add_overrides(const tro_cell *cell, tro_text *text)
{
    char number[32];
    for (size_t k = 0; k < cell->override_count; k++) {
        const tro_override *item = &cell->overrides[k];
        tro_text_addf(text, "%s%s=%s", text->length ? "; " : "", item->path,
                      item->value ? item->value : tro_format_real(number, item->number));
    }
}

int tro_results_commit(tro_results *results, const tro_cell *cell, const char *command,
                       const char *outcome, const tro_fact *facts, size_t count,
                       tro_messages *messages)
{
    const tro_scenario *scenario = cell->scenario;
    tro_text overrides = {0}, events = {0};
    add_overrides(cell, &overrides);
    add_events(cell->whole, &events);
    const tro_fact own[] = {
        TRO_FACT_TEXT("program", "trophic"),
        TRO_FACT_TEXT("version", tro_version()),
        TRO_FACT_TEXT("commit", tro_commit()),
        TRO_FACT_TEXT("command", command),
        TRO_FACT_TEXT("scenario", scenario->name),
        TRO_FACT_TEXT("scenario_digest", results->digest),
        TRO_FACT_TEXT("overrides", tro_text_string(&overrides)),
        TRO_FACT_TEXT("options", results->options ? results->options : ""),
        TRO_FACT_WHOLE("seed", (long long)scenario->seed),
        TRO_FACT_TEXT("advance", scenario->sampled ? "sampled" : "exact"),
        TRO_FACT_TEXT("schedule", cell->plan->schedule->plugin.name),
        TRO_FACT_TEXT("status", outcome),
        TRO_FACT_TEXT("events", tro_text_string(&events)),
        TRO_FACT_WHOLE("phase", (long long)cell->stage + 1),
    };
    size_t has = sizeof own / sizeof *own - (events.length == 0 ? 2 : 0);
    tro_fact *all = tro_allocate(has + count, sizeof *all);
    int status = TRO_OK;
    if (!all || overrides.failed || events.failed)
        TRO_TRY(no_memory(messages));
    memcpy(all, own, has * sizeof *own);
    if (count > 0)
        memcpy(all + has, facts, count * sizeof *facts);
    status = tro_folder_commit(&results->folder, all, has + count, messages);
out:
    tro_release(all);
    tro_text_clear(&overrides);
    tro_text_clear(&events);
    return status;
}
