/* Accounts of studies: what each is about, what it claims and, when it was run, what
 * was found. As text, as JSON, and as the index in Markdown. */
#ifndef TRO_CLI_ACCOUNT_H
#define TRO_CLI_ACCOUNT_H

#include "experiment/study.h"

typedef struct tro_told {
    const char *claim, *source;
    const char *verdict, *expected, *found, *remark;  /* "" before it was run */
    int as_claimed;                 /* it holds, if only under its condition */
} tro_told;

typedef struct tro_account {
    const char *name;               /* of its file, without .yaml */
    const char *title, *words, *paper; /* "" where the file has none */
    const char *place;              /* its file; after a run the folder with the results */
    int figure;                     /* it draws one */
    int conditional;                /* a claim has a condition */
    int run;
    unsigned long long seed;
    tro_told *claims;
    size_t claim_count;
    size_t counts[TRO_VERDICTS];
} tro_account;                      /* in an arena */

/* Of a file, as it stands; of a study that was run. TRO_ENOMEM. */
TRO_MUST_USE int tro_account_read(const tro_document *document, const char *name,
                                  const char *path, tro_arena *arena, tro_account *out);
TRO_MUST_USE int tro_account_of(const tro_study *study, const char *name, const char *folder,
                                tro_arena *arena, tro_account *out);

/* The same of several: all counts together. */
tro_account tro_accounts_sum(const tro_account *accounts, size_t count);

/* "9 claims: 8 hold, 1 holds only if, 0 fail, 0 undecided" */
void tro_account_counts(const tro_account *account, tro_text *text);

/* Text: the names with what they are about. */
void tro_accounts_list(const tro_account *accounts, size_t count, tro_text *text);

/* JSON: an object; of several, one with a list and the sums, `missing` of which could
 * not be run. */
void tro_account_json(const tro_account *account, tro_text *text);
void tro_accounts_json(const tro_account *accounts, size_t count, size_t missing,
                       tro_text *text);

/* Markdown: the index of the studies in scenarios/studies, for doc/. What was found
 * stands in columns of its own, empty where nothing was run. */
void tro_accounts_markdown(const tro_account *accounts, size_t count, tro_text *text);

#endif
