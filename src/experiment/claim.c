/* Evaluating claims: what was found against what is expected. */
#include <math.h>
#include <string.h>

#include "experiment/claim_parts.h"

/* Does the claim have to hold in row k? */
static int counts(const tro_evidence *e, size_t k)
{
    return !e->met || e->met[k];
}

/* Of the rows that count the one that is farthest from the claim or, where all keep
 * their bounds, nearest to breaking it. */
static size_t worst_row(const tro_claim *claim, const tro_evidence *e, double *worst)
{
    size_t at = SIZE_MAX;
    double near = -INFINITY;
    *worst = -1;
    for (size_t k = 0; k < e->count; k++) {
        if (!counts(e, k))
            continue;
        double here = tro_claim_excess(claim, e, k);
        if (isnan(here)) {
            *worst = here;
            return k;
        }
        double tie = tro_claim_has_value(claim) ? 0 : tro_claim_nearness(claim, e, k);
        if (at == SIZE_MAX || here > *worst || (here == *worst && tie > near)) {
            *worst = here;
            near = tie;
            at = k;
        }
    }
    return at;
}

/* --- verdicts ----------------------------------------------------------------- */

/* How many rows the condition is met in, and in how many of the others the claim does
 * not hold: those without a value, too. */
typedef struct outside {
    size_t met, broken, first;
} outside;

static outside look_outside(const tro_claim *claim, const tro_evidence *e)
{
    outside o = {0};
    for (size_t k = 0; k < e->count; k++) {
        if (counts(e, k)) {
            o.met++;
        } else if (!(tro_claim_excess(claim, e, k) <= 1)) {
            o.first = o.broken++ == 0 ? k : o.first;
        }
    }
    return o;
}

static void describe_outside(const tro_claim *claim, const tro_evidence *e, const outside *o,
                             tro_text *text)
{
    size_t others = e->count - o->met;
    tro_text_addf(text, "the condition is met in %zu of %zu rows", o->met, e->count);
    if (others == 0)
        return;
    tro_text_addf(text, "; the claim fails in %zu of the other %zu", o->broken, others);
    if (o->broken > 0) {
        tro_text_addf(text, ", first in row %zu: ", o->first + 1);
        tro_claim_found(claim, e, o->first, text);
    }
}

/* The row that says most: the worst, with how many there are. */
static void describe_row(const tro_claim *claim, const tro_evidence *e, size_t row, double worst,
                         tro_text *text)
{
    char number[32];
    const char *comma = "";
    if (e->count > 1) {
        tro_text_addf(text, "%zu rows; the least good is row %zu", e->count, row + 1);
        comma = ", ";
    }
    if (tro_claim_has_value(claim) && isfinite(worst) && worst > 0)
        tro_text_addf(text, "%soff by %s of the tolerance", comma,
                      tro_format_short(number, worst, 2));
    if (e->replicates > 0)
        tro_text_addf(text, "%s%zu replicates after the sample was doubled",
                      text->length > 0 ? "; " : "", (size_t)e->replicates);
}

static const char *keep(tro_text *text, tro_arena *arena)
{
    const char *kept = text->failed ? NULL : tro_arena_text(arena, tro_text_string(text));
    tro_text_clear(text);
    return kept;
}

static int decide(tro_study *study, tro_claim *claim, const tro_evidence *e, size_t row,
                  double worst)
{
    tro_arena *arena = &study->arena;
    tro_text verdict = {0}, expected = {0}, found = {0}, remark = {0};
    claim->verdict = isnan(worst) ? TRO_UNDECIDED : worst <= 1 ? TRO_HOLDS : TRO_FAILS;
    describe_row(claim, e, row, worst, &remark);
    if (e->met) {
        outside o = look_outside(claim, e);
        if (claim->verdict == TRO_HOLDS && o.broken > 0)
            claim->verdict = TRO_HOLDS_IF;
        tro_text_add(&remark, "; ");
        describe_outside(claim, e, &o, &remark);
    }
    tro_text_add(&verdict, tro_verdict_name(claim->verdict));
    if (claim->verdict == TRO_HOLDS_IF)
        tro_text_addf(&verdict, " %s", claim->only_if.words);
    tro_claim_expected(claim, e, row, &expected);
    tro_claim_found(claim, e, row, &found);
    claim->verdict_text = keep(&verdict, arena);
    claim->expected = keep(&expected, arena);
    claim->found = keep(&found, arena);
    claim->remark = keep(&remark, arena);
    return claim->verdict_text && claim->expected && claim->found && claim->remark
               ? TRO_OK
               : TRO_ENOMEM;
}

static int undecided(tro_study *study, tro_claim *claim, const char *reason)
{
    claim->verdict = TRO_UNDECIDED;
    claim->verdict_text = tro_verdict_name(TRO_UNDECIDED);
    claim->expected = claim->found = "";
    claim->remark = tro_arena_text(&study->arena, reason);
    return claim->remark ? TRO_OK : TRO_ENOMEM;
}

/* Why a row that counts has no value; NULL where all have. */
static const char *reason_of(const tro_evidence *e)
{
    const tro_side *sides[] = {&e->found, &e->expected};
    for (size_t k = 0; k < e->count; k++)
        for (int s = 0; s < 2; s++)
            if (counts(e, k) && sides[s]->reasons[k])
                return sides[s]->reasons[k];
    for (size_t r = 0; r < e->rivals; r++)
        for (size_t k = 0; k < e->count; k++)
            if (counts(e, k) && e->rival[r].reasons[k])
                return e->rival[r].reasons[k];
    return NULL;
}

/* --- doubling ------------------------------------------------------------------ */

/* A claim that fails on sampled values has their sample doubled before it does. */
static int double_sample(tro_study *study, const tro_claim *claim, tro_evidence *e,
                         size_t *row, double *worst, tro_messages *messages)
{
    int doubled = 0;
    unsigned char *wanted = TRO_NEW(&study->arena, unsigned char, e->count);
    if (!wanted)
        return TRO_ENOMEM;
    for (size_t k = 0; k < e->count; k++)
        wanted[k] = counts(e, k) && !(tro_claim_excess(claim, e, k) <= 1);
    int status = tro_evidence_double(study, claim, wanted, e, &doubled, messages);
    if (status == TRO_OK && doubled)
        *row = worst_row(claim, e, worst);
    return status;
}

static int judge(tro_study *study, tro_claim *claim, tro_evidence *e, tro_messages *own)
{
    double worst;
    int status = tro_evidence_gather(study, claim, e, own);
    if (status < 0)
        return status;
    const char *reason = reason_of(e);
    if (reason)
        return undecided(study, claim, reason);
    size_t row = worst_row(claim, e, &worst);
    if (row == SIZE_MAX)
        return undecided(study, claim, "the condition is met in no row");
    if (worst > 1)
        status = double_sample(study, claim, e, &row, &worst, own);
    return status < 0 ? status : decide(study, claim, e, row, worst);
}

int tro_study_claim_evaluate(tro_study *study, tro_claim *claim, tro_messages *messages)
{
    tro_messages own = {0};
    tro_evidence e = {0};
    int status = judge(study, claim, &e, &own);
    if (status == TRO_ENOMEM || status == TRO_EINTERRUPTED) {
        (void)tro_error(messages, status, NULL, "%s", tro_status_text(status));
    } else if (status < 0) {
        const char *reason = tro_status_text(status);
        for (size_t k = own.count; k-- > 0;)
            if (own.items[k].severity == TRO_ERROR)
                reason = own.items[k].text; /* the first one */
        status = undecided(study, claim, reason);
    }
    tro_messages_clear(&own);
    return status;
}
