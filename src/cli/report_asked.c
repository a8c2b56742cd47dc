/* What was asked: the scenario in a few lines, and what the command line changed. */
#include <stdlib.h>
#include <string.h>

#include "cli/report.h"

enum { SCENARIO_SHOWN = 64 << 10, OVERRIDES_SHOWN = 4000 };

static const char *scalar(const tro_node *node, const char *path)
{
    const tro_node *at = node ? tro_node_at(node, path) : NULL;
    return at && at->kind == TRO_SCALAR && *at->text ? at->text : NULL;
}

/* The name of a plug-in: a word, or the first key of a map. */
static const char *choice(const tro_node *node)
{
    if (!node)
        return NULL;
    if (node->kind == TRO_MAP && node->count > 0)
        return node->items[0]->key;
    return node->kind == TRO_SCALAR ? node->text : NULL;
}

/* 0: not known, as some group has as many as something else says. */
static size_t count_agents(const tro_node *agents)
{
    size_t sum = 0;
    for (size_t k = 0; agents && k < agents->count; k++) {
        const char *count = scalar(agents->items[k], "count");
        long long number = 1;
        if (count ? !tro_parse_whole(count, &number) || number < 0
                  : !scalar(agents->items[k], "name"))
            return 0;
        sum += (size_t)number;
    }
    return sum;
}

/* "2: theta, phi". */
static void add_agents(tro_report *report, const tro_node *agents)
{
    tro_text words = {0};
    size_t count = count_agents(agents);
    if (!agents || agents->count == 0)
        return;
    if (count > 0)
        tro_text_addf(&words, "%zu", count);
    else
        tro_text_add(&words, "groups");
    if (agents->count <= TRO_REPORT_AGENTS)
        for (size_t k = 0; k < agents->count; k++) {
            const char *name = scalar(agents->items[k], "name");
            const char *group = scalar(agents->items[k], "group");
            const char *of_group = scalar(agents->items[k], "count");
            tro_text_add(&words, k ? ", " : ": ");
            if (of_group && !name)
                tro_text_addf(&words, "%s of ", of_group);
            tro_html_add_name(&words, name ? name : group ? group : "without a name");
        }
    tro_html_fact(&report->page, "Agents", tro_text_string(&words));
    tro_text_clear(&words);
}

/* "5: ring, star, ...", of a comparison. */
static void add_networks(tro_report *report, const tro_node *networks)
{
    tro_text words = {0};
    tro_text_addf(&words, "%zu", networks->count);
    for (size_t k = 0; k < networks->count && k < TRO_REPORT_AGENTS; k++) {
        tro_text_add(&words, k ? ", " : ": ");
        tro_html_add_name(&words, networks->items[k]->key ? networks->items[k]->key : "");
    }
    tro_text_add(&words, networks->count > TRO_REPORT_AGENTS ? ", \u2026" : "");
    tro_html_fact(&report->page, "Networks", tro_text_string(&words));
    tro_text_clear(&words);
}

static void add_network(tro_report *report, const tro_node *network)
{
    tro_text words = {0};
    const tro_node *edges = tro_node_get(network, "edges");
    const tro_node *generator = tro_node_get(network, "generator");
    const char *file = scalar(network, "file");
    if (edges)
        tro_report_add_count(&words, edges->count, "edge");
    else if (generator)
        tro_text_addf(&words, "generated: %s", choice(generator) ? choice(generator) : "");
    else if (scalar(network, "graphml"))
        tro_text_add(&words, "read from a GraphML file");
    else if (file)
        tro_text_addf(&words, "read from %s", file);
    else if (tro_node_get(network, "parts"))
        tro_report_add_count(&words, tro_node_get(network, "parts")->count, "part");
    if (scalar(network, "judge"))
        tro_text_addf(&words, "%swho judges: the %s", words.length ? "; " : "",
                      scalar(network, "judge"));
    if (words.length)
        tro_html_fact(&report->page, "Network", tro_text_string(&words));
    tro_text_clear(&words);
}

static void add_outcomes(tro_report *report, const tro_node *root)
{
    tro_text words = {0};
    const char *family = scalar(root, "outcomes.family");
    const char *dimension = scalar(root, "outcomes.dimension");
    if (family)
        tro_text_addf(&words, "%s", family);
    if (family && dimension)
        tro_text_addf(&words, ", dimension %s", dimension);
    if (family)
        tro_html_fact(&report->page, "Outcomes", tro_text_string(&words));
    tro_text_clear(&words);
}

static void add_fact(tro_report *report, const char *name, const char *key)
{
    const char *text = tro_report_text(report, key);
    tro_text cut = {0};
    if (!text || !*text)
        return;
    int shown = tro_shown(text, OVERRIDES_SHOWN);
    tro_text_add_n(&cut, text, (size_t)shown);
    tro_text_add(&cut, text[shown] ? "\u2026" : "");
    if (strcmp(key, "overrides") == 0 || strcmp(key, "options") == 0)
        tro_html_fact_code(&report->page, name, tro_text_string(&cut));
    else
        tro_html_fact(&report->page, name, tro_text_string(&cut));
    tro_text_clear(&cut);
}

static void add_scenario(tro_report *report)
{
    tro_text text = {0};
    if (tro_report_read(report, "scenario.yaml", SCENARIO_SHOWN, &text))
        tro_html_folded(&report->page, "The scenario with everything written out (scenario.yaml)",
                        tro_text_string(&text));
    else if (tro_report_has(report, "scenario.yaml"))
        tro_html_paragraph(&report->page, "The scenario, with everything written out, is too "
                                          "long for this page: it is scenario.yaml in the "
                                          "folder.");
    tro_text_clear(&text);
}

void tro_report_asked(tro_report *report)
{
    const tro_node *root = report->scenario ? report->scenario->root : NULL;
    char seed[32];
    if (scalar(root, "description"))
        tro_html_paragraph(&report->page, scalar(root, "description"));
    tro_html_facts(&report->page);
    add_fact(report, "Scenario", "scenario");
    if (scalar(root, "paper"))
        tro_html_fact(&report->page, "Paper", scalar(root, "paper"));
    if (root) {
        add_agents(report, tro_node_get(root, "agents"));
        const tro_node *compare = tro_node_get(root, "compare");
        const tro_node *networks = compare ? tro_node_get(compare, "topologies") : NULL;
        if (strcmp(report->command, "compare") == 0 && networks && networks->kind == TRO_MAP)
            add_networks(report, networks);
        else
            add_network(report, tro_node_get(root, "network"));
        add_outcomes(report, root);
    }
    add_fact(report, "Schedule", "schedule");
    add_fact(report, "Rounds", "advance");
    add_fact(report, "Events", "events");
    tro_html_fact(&report->page, "Seed",
                  tro_format_real(seed, tro_report_real(report, "seed")));
    add_fact(report, "Goal", "wanted");
    add_fact(report, strcmp(report->command, "advise") == 0
                         ? "Set by the advice, and on the command line"
                         : "Set on the command line", "overrides");
    tro_html_facts_end(&report->page);
    add_scenario(report);
}
