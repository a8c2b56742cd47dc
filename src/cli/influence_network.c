/* The network with its influences: as attributes, and drawn. */
#include "cli/influence.h"
#include "measure/measure.h"

static const char *name_of(const tro_influence_report *r, size_t agent)
{
    return r->cell->scenario->agents[agent].name;
}

/* What the discs show: where one agent's effects were asked for, those. */
static void set_discs(const tro_influence_report *r, tro_network_view *view, tro_text *label)
{
    view->colour = r->self;
    if (r->of != SIZE_MAX) {
        tro_text_addf(label, "effect of the curation of %s on it", name_of(r, r->of));
        view->colour = r->single;
    } else if (r->on != SIZE_MAX) {
        tro_text_addf(label, "effect of its curation on %s", name_of(r, r->on));
        view->colour = r->single;
    } else {
        tro_text_add(label, "effect of its curation on itself");
    }
    view->disc_label = tro_text_string(label);
}

static int draw(const tro_influence_report *r, tro_results *results, tro_messages *messages)
{
    int all = r->on == SIZE_MAX && r->of == SIZE_MAX;
    tro_text label = {0};
    tro_network_view view = {.what = "influence", .effects = r->of_links,
                             .arrow_label = "effect of the producer's curation on the consumer",
                             .layout = r->layout};
    set_discs(r, &view, &label);
    if (all) {
        view.helps = r->helps;
        view.harms = r->harms;
        view.harmed = r->harmed;
        view.size = r->moved;
        view.size_label = "larger: its curation moves others more";
    }
    int status = !label.failed
                     ? tro_network_draw(r->cell, &view, results, messages)
                     : tro_error(messages, TRO_ENOMEM, NULL, "out of memory for a drawing");
    tro_text_clear(&label);
    return status;
}

int tro_influence_network(const tro_influence_report *r, tro_results *results,
                          tro_messages *messages)
{
    const tro_ecosystem *eco = r->cell->ecosystem;
    double *alignment = tro_allocate(eco->agents, sizeof *alignment);
    if (!alignment)
        return tro_error(messages, TRO_ENOMEM, NULL, "out of memory writing the results");
    for (size_t i = 0; i < eco->agents; i++)
        alignment[i] = tro_alignment(eco, r->cell->point.z, i);
    const tro_attribute of_nodes[] = {{"alignment", alignment, NULL},
                                      {"self_influence", r->self, NULL},
                                      {"class", NULL, r->classes},
                                      {"influence_given", r->given, NULL},
                                      {"influence_received", r->received, NULL},
                                      {"help_given", r->helps, NULL},
                                      {"harm_given", r->harms, NULL},
                                      {"harm_received", r->harmed, NULL}};
    const tro_attribute of_links[] = {{"influence", r->of_links, NULL},
                                      {"sign", NULL, r->signs}};
    int status = tro_results_network(results, r->cell, of_nodes, 8, of_links, 2, messages);
    tro_release(alignment);
    return status < 0 ? status : draw(r, results, messages);
}
