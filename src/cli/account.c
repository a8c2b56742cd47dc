#include "cli/account.h"

#include <string.h>

#include "cli/printing.h"
#include "output/json.h"

/* --- making ------------------------------------------------------------------ */

/* A copy on one line: control characters of a file must not reach a terminal. */
static const char *keep(const char *words, tro_arena *arena, int *failed)
{
    char *copy = tro_arena_text(arena, words ? words : "");
    *failed |= !copy;
    for (char *c = copy; c && *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = ' ';
    return copy;
}

static const char *text_at(const tro_node *map, const char *key)
{
    const tro_node *node = tro_node_get(map, key);
    return node && node->kind == TRO_SCALAR ? node->text : "";
}

int tro_account_read(const tro_document *document, const char *name, const char *path,
                     tro_arena *arena, tro_account *out)
{
    const tro_node *root = document->root, *claims = tro_node_get(root, "claims");
    int failed = 0;
    *out = (tro_account){.figure = tro_node_get(root, "figure") != NULL};
    out->name = keep(name, arena, &failed);
    out->title = keep(text_at(root, "name"), arena, &failed);
    out->words = keep(text_at(root, "description"), arena, &failed);
    out->paper = keep(text_at(root, "paper"), arena, &failed);
    out->place = keep(path, arena, &failed);
    out->claim_count = claims && claims->kind == TRO_LIST ? claims->count : 0;
    out->claims = TRO_NEW(arena, tro_told, out->claim_count);
    for (size_t k = 0; out->claims && k < out->claim_count; k++)
        out->claims[k] = (tro_told){
            .claim = keep(text_at(claims->items[k], "claim"), arena, &failed),
            .source = keep(text_at(claims->items[k], "source"), arena, &failed),
            .verdict = "", .expected = "", .found = "", .remark = ""};
    return failed || !out->claims ? TRO_ENOMEM : TRO_OK;
}

int tro_account_of(const tro_study *study, const char *name, const char *folder,
                   tro_arena *arena, tro_account *out)
{
    const tro_scenario *scenario = study->cell->scenario;
    int failed = 0;
    *out = (tro_account){.figure = scenario->figure != NULL, .run = 1,
                         .seed = scenario->seed, .claim_count = study->claim_count};
    out->name = keep(name, arena, &failed);
    out->title = keep(scenario->name, arena, &failed);
    out->words = keep(scenario->description, arena, &failed);
    out->paper = keep(scenario->paper, arena, &failed);
    out->place = keep(folder, arena, &failed);
    memcpy(out->counts, study->counts, sizeof out->counts);
    out->claims = TRO_NEW(arena, tro_told, study->claim_count);
    for (size_t k = 0; out->claims && k < study->claim_count; k++) {
        const tro_claim *claim = &study->claims[k];
        out->conditional |= claim->only_if.self != NULL;
        out->claims[k] = (tro_told){.claim = keep(claim->claim, arena, &failed),
                                    .source = keep(claim->source, arena, &failed),
                                    .verdict = keep(claim->verdict_text, arena, &failed),
                                    .expected = keep(claim->expected, arena, &failed),
                                    .found = keep(claim->found, arena, &failed),
                                    .remark = keep(claim->remark, arena, &failed),
                                    .as_claimed = claim->verdict == TRO_HOLDS ||
                                                  claim->verdict == TRO_HOLDS_IF};
    }
    return failed || !out->claims ? TRO_ENOMEM : TRO_OK;
}

tro_account tro_accounts_sum(const tro_account *accounts, size_t count)
{
    tro_account sum = {0};
    for (size_t k = 0; k < count; k++) {
        sum.claim_count += accounts[k].claim_count;
        sum.conditional |= accounts[k].conditional;
        sum.run |= accounts[k].run;
        for (int v = 0; v < TRO_VERDICTS; v++)
            sum.counts[v] += accounts[k].counts[v];
    }
    return sum;
}

/* --- text ---------------------------------------------------------------------- */

void tro_account_counts(const tro_account *account, tro_text *text)
{
    tro_text_addf(text, "%zu claim%s: %zu hold, ", account->claim_count,
                  account->claim_count == 1 ? "" : "s", account->counts[TRO_HOLDS]);
    if (account->counts[TRO_HOLDS_IF] > 0)
        tro_text_addf(text, "%zu hold only if, ", account->counts[TRO_HOLDS_IF]);
    tro_text_addf(text, "%zu fail, %zu undecided", account->counts[TRO_FAILS],
                  account->counts[TRO_UNDECIDED]);
}

void tro_accounts_list(const tro_account *accounts, size_t count, tro_text *text)
{
    for (size_t k = 0; k < count; k++) {
        const tro_account *a = &accounts[k];
        tro_text_addf(text, "%s, %zu claim%s\n", a->name, a->claim_count,
                      a->claim_count == 1 ? "" : "s");
        tro_add_wrapped(text, *a->words ? a->words : a->title, 4, 99);
        if (*a->paper)
            tro_add_wrapped(text, a->paper, 4, 99);
    }
}

/* --- JSON ------------------------------------------------------------------------ */

static void add_claims(const tro_account *account, tro_text *text)
{
    for (size_t k = 0; k < account->claim_count; k++) {
        const tro_told *told = &account->claims[k];
        const tro_fact facts[] = {
            TRO_FACT_TEXT("claim", told->claim),       TRO_FACT_TEXT("source", told->source),
            TRO_FACT_TEXT("expected", told->expected), TRO_FACT_TEXT("found", told->found),
            TRO_FACT_TEXT("verdict", told->verdict),   TRO_FACT_TEXT("remark", told->remark)};
        tro_text_add(text, k ? ",\n  " : "\n  ");
        tro_json_facts(text, facts, account->run ? 6 : 2);
    }
}

static void add_member(const char *key, const char *value, tro_text *text)
{
    tro_text_addf(text, "\"%s\": ", key);
    tro_json_text(text, value);
    tro_text_add(text, ", ");
}

void tro_account_json(const tro_account *account, tro_text *text)
{
    tro_text_add(text, "{");
    add_member("study", account->name, text);
    add_member("title", account->words, text);
    add_member("paper", account->paper, text);
    add_member(account->run ? "folder" : "file", account->place, text);
    if (account->run)
        tro_text_addf(text, "\"seed\": %llu, ", account->seed);
    tro_text_add(text, "\"claims\": [");
    add_claims(account, text);
    tro_text_add(text, "\n]}");
}

void tro_accounts_json(const tro_account *accounts, size_t count, size_t missing,
                       tro_text *text)
{
    tro_account sum = tro_accounts_sum(accounts, count);
    const tro_fact facts[] = {
        TRO_FACT_WHOLE("studies", (long long)count),
        TRO_FACT_WHOLE("claims", (long long)sum.claim_count),
        TRO_FACT_WHOLE("not_run", (long long)missing),
        TRO_FACT_WHOLE("hold", (long long)sum.counts[TRO_HOLDS]),
        TRO_FACT_WHOLE("hold_only_if", (long long)sum.counts[TRO_HOLDS_IF]),
        TRO_FACT_WHOLE("fail", (long long)sum.counts[TRO_FAILS]),
        TRO_FACT_WHOLE("undecided", (long long)sum.counts[TRO_UNDECIDED])};
    tro_text_add(text, "{\"studies\": [\n");
    for (size_t k = 0; k < count; k++) {
        tro_text_add(text, k ? ",\n" : "");
        tro_account_json(&accounts[k], text);
    }
    tro_text_add(text, "\n], \"summary\": ");
    tro_json_facts(text, facts, sum.run ? sizeof facts / sizeof *facts : 2);
    tro_text_add(text, "}");
}

/* --- Markdown ---------------------------------------------------------------------- */

/* What a cell of a table, or HTML, would misread. */
static void add_cell(tro_text *text, const char *words)
{
    tro_text_add(text, " ");
    for (; *words; words++) {
        static const char special[] = "|<>&*\\";
        static const char *const written[] = {"&#124;", "&lt;", "&gt;", "&amp;", "\\*", "\\\\"};
        const char *found = strchr(special, *words);
        if (found)
            tro_text_add(text, written[found - special]);
        else
            tro_text_add_n(text, words, 1);
    }
    tro_text_add(text, " |");
}

static void add_overview(const tro_account *accounts, size_t count, tro_text *text)
{
    tro_account sum = tro_accounts_sum(accounts, count);
    tro_text found = {0};
    tro_text_add(text, "| Study | Paper | Claims |\n|---|---|---|\n");
    for (size_t k = 0; k < count; k++) {
        found.length = 0;
        if (accounts[k].run)
            tro_account_counts(&accounts[k], &found);
        tro_text_addf(text, "| [%s](#%s) |", accounts[k].name, accounts[k].name);
        add_cell(text, accounts[k].paper);
        add_cell(text, accounts[k].run ? tro_text_string(&found) : "");
        tro_text_add(text, "\n");
    }
    found.length = 0;
    tro_account_counts(&sum, &found);
    tro_text_addf(text, "| all | %zu studies |", count);
    add_cell(text, sum.run ? tro_text_string(&found) : "");
    tro_text_add(text, "\n");
    text->failed |= found.failed;
    tro_text_clear(&found);
}

static void add_study(const tro_account *account, tro_text *text)
{
    tro_text_addf(text, "\n## %s\n\n", account->name);
    tro_add_wrapped(text, *account->words ? account->words : account->title, 0, 100);
    if (*account->paper)
        tro_text_addf(text, "\n%s.\n", account->paper);
    tro_text_addf(text, "\nFile: [%s.yaml](../scenarios/studies/%s.yaml)\n", account->name,
                  account->name);
    if (account->figure)
        tro_text_addf(text, "\n![%s](figures/%s.svg)\n", account->name, account->name);
    if (account->claim_count > 0)
        tro_text_add(text, "\n| Claim | Source | Verdict | Expected | Found |\n"
                           "|---|---|---|---|---|\n");
    for (size_t k = 0; k < account->claim_count; k++) {
        const tro_told *told = &account->claims[k];
        const char *cells[] = {told->claim, told->source, told->verdict, told->expected,
                               *told->found ? told->found : told->remark};
        tro_text_add(text, "|");
        for (size_t c = 0; c < sizeof cells / sizeof *cells; c++)
            add_cell(text, cells[c]);
        tro_text_add(text, "\n");
    }
}

void tro_accounts_markdown(const tro_account *accounts, size_t count, tro_text *text)
{
    tro_text_add(text,
                 "# Studies\n\n"
                 "Published results as scenarios with claims, each run and checked by\n"
                 "`trophic reproduce`. This page is written by `make studies`: every number on\n"
                 "it comes from a run. Of a claim about many rows, what is shown is the row that\n"
                 "is nearest to breaking it. [scenarios.md](scenarios.md#studies) says what a\n"
                 "study is.\n\n");
    add_overview(accounts, count, text);
    for (size_t k = 0; k < count; k++)
        add_study(&accounts[k], text);
}
