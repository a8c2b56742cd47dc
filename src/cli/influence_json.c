/* Influences as JSON: one object, a line per pair, written as they come. */
#include <math.h>

#include "cli/influence.h"
#include "cli/inspection.h"
#include "cli/printing.h"

enum { FLUSH_BYTES = 1 << 16 };

static int flush(tro_influence_report *r)
{
    int status = tro_put(&r->json, r->messages);
    r->json.length = 0;
    return status;
}

int tro_influence_json_begin(tro_influence_report *r)
{
    tro_text *text = &r->json;
    tro_text_add(text, "{\"scenario\": ");
    tro_json_text(text, r->cell->scenario->name);
    tro_text_addf(text, ", \"seed\": %llu, \"residual\": ",
                  (unsigned long long)r->cell->scenario->seed);
    tro_json_real(text, r->cell->point.residual);
    if (r->cell->whole->incident_count > 0)
        tro_text_addf(text, ", \"phase\": %zu", r->cell->stage + 1);
    tro_text_add(text, ", \"conditioning\": ");
    tro_json_real(text, r->cell->influences.resolvent.condition);
    tro_influence_starts_json(r, text);
    tro_text_addf(text, ", \"stable\": %s, \"verdict\": ",
                  r->stable ? "true" : r->decided ? "false" : "null");
    tro_json_text(text, tro_text_string(&r->verdict));
    tro_text_add(text, ", \"nearest\": ");
    tro_json_nearest(text, r->decided ? &r->cell->stability : NULL);
    tro_text_add(text, ", \"effects\": [");
    return TRO_OK;
}

int tro_influence_json_row(tro_influence_report *r, const tro_effect *effect)
{
    const tro_agent *agents = r->cell->scenario->agents;
    const tro_fact facts[] = {
        TRO_FACT_TEXT("on", agents[effect->on].name),
        TRO_FACT_TEXT("of", agents[effect->of].name),
        TRO_FACT_TEXT("displaces", tro_displaces_name(agents[effect->of].displaces)),
        TRO_FACT_REAL("local", effect->local),
        TRO_FACT_REAL("isolated", effect->isolated),
        TRO_FACT_REAL("long_term", effect->long_term),
        TRO_FACT_REAL("ratio", tro_effect_ratio(effect)),
        TRO_FACT_TEXT("class", tro_effect_name(effect->effect_class)),
        TRO_FACT_WHOLE("one_sided", effect->one_sided),
        TRO_FACT_TEXT("reason", effect->reason),
    };
    tro_text_add(&r->json, r->json_rows++ ? ",\n  " : "\n  ");
    tro_json_facts(&r->json, facts, sizeof facts / sizeof *facts);
    return r->json.length > FLUSH_BYTES ? flush(r) : TRO_OK;
}

static void add_paired(const tro_influence_report *r, tro_text *text)
{
    const tro_paired *p = r->paired;
    const tro_agent *agents = r->cell->scenario->agents;
    const char *between = "\n  ";
    tro_text_add(text, ", \"sampled\": [");
    for (size_t i = 0; i < r->cell->ecosystem->agents; i++) {
        if (!agents[i].reward || (r->on != SIZE_MAX && r->on != i))
            continue;
        const tro_fact facts[] = {
            TRO_FACT_TEXT("on", agents[i].name),
            TRO_FACT_TEXT("of", agents[p->of].name),
            TRO_FACT_REAL("step", p->step),
            TRO_FACT_WHOLE("replicates", (long long)p->replicates),
            TRO_FACT_REAL("estimate", p->mean[i]),
            TRO_FACT_REAL("standard_error", sqrt(p->variance[i] / (double)p->replicates)),
            TRO_FACT_WHOLE("one_sided", p->shares.one_sided),
        };
        tro_text_add(text, between);
        tro_json_facts(text, facts, sizeof facts / sizeof *facts);
        between = ",\n  ";
    }
    tro_text_add(text, "\n]");
}

static void add_noise(const tro_influence_report *r, tro_text *text)
{
    const tro_agent *agents = r->cell->scenario->agents;
    const char *between = "\n  ";
    tro_text_add(text, ", \"noise\": [");
    for (size_t i = 0; i < r->cell->ecosystem->agents; i++) {
        if (isnan(r->noise.alignment_sd[i]) || (r->on != SIZE_MAX && r->on != i))
            continue;
        const tro_fact facts[] = {TRO_FACT_TEXT("agent", agents[i].name),
                                  TRO_FACT_REAL("bias", r->noise.alignment_bias[i]),
                                  TRO_FACT_REAL("sd", r->noise.alignment_sd[i])};
        tro_text_add(text, between);
        tro_json_facts(text, facts, sizeof facts / sizeof *facts);
        between = ",\n  ";
    }
    tro_text_add(text, "\n]");
}

int tro_influence_json_end(tro_influence_report *r)
{
    tro_text *text = &r->json;
    tro_text_add(text, r->json_rows ? "\n]" : "]");
    if (r->blocks) {
        tro_text_add(text, ", \"blocks\": [");
        for (size_t b = 0; b < r->block_count; b++) {
            tro_text_add(text, b ? ", " : "");
            tro_json_real(text, r->blocks[b]);
        }
        tro_text_add(text, "]");
    }
    if (r->levers.count > 0)
        tro_levers_json(&r->levers, text);
    if (r->course.agents > 0)
        tro_time_course_json(&r->course, text);
    if (r->explained)
        tro_explanation_json(&r->explanation, text);
    if (r->noise.size > 0)
        add_noise(r, text);
    if (r->paired)
        add_paired(r, text);
    tro_text_add(text, "}\n");
    return flush(r);
}
