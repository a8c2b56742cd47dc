/* What the tests of studies share: a small scenario to build on, a study that was
 * opened, and the messages of one that is refused. */
#ifndef TRO_STUDY_SUPPORT_H
#define TRO_STUDY_SUPPORT_H

#include "support.h"

#include "experiment/study.h"

/* a <- (1 - l - c) a + l 2 + c (b + 1), b = 3, for given rounds, replicates and
 * burn-in. 14 lines. */
#define TRO_STUDY_SYSTEM(rounds, replicates, burn_in)                                     \
    "trophic: 1\n"                                                                        \
    "seed: 9\n"                                                                           \
    "outcomes: {family: gaussian, dimension: 2}\n"                                        \
    "agents:\n"                                                                           \
    "  - {name: a, reference: 2, reward: 1, at: mean, displaces: synthetic,\n"            \
    "     shares: {real: 0.25, curated: 0.25}}\n"                                         \
    "  - {name: b, reference: 3, reward: 1, at: mean, public: {shift: 1}, shares: {real: 1}}\n" \
    "network:\n"                                                                          \
    "  edges:\n"                                                                          \
    "    - {from: a, to: a, synthetic: 1, curated: 0}\n"                                  \
    "    - {from: b, to: a, synthetic: 0, curated: 1}\n"                                  \
    "schedule: {synchronous: {rounds: " #rounds "}}\n"                                    \
    "advance: {sampled: {outputs: 4, replicates: " #replicates "}}\n"                     \
    "record: {burn-in: " #burn_in "}\n"

typedef struct tro_opened {
    tro_document *document;
    tro_study *study;
    tro_messages messages;
} tro_opened;

/* Reads the study; *status is what became of it. */
static inline void tro_study_try(tro_opened *o, const char *text, int *status)
{
    *o = (tro_opened){0};
    ck_assert_int_eq(tro_document_read_text("test.yaml", text, strlen(text), &o->document,
                                            &o->messages), TRO_OK);
    *status = tro_study_new(o->document, tro_catalog_builtin(), NULL, 0, &o->study,
                            &o->messages);
}

static inline void tro_study_close(tro_opened *o)
{
    tro_study_free(o->study);
    tro_document_free(o->document);
    tro_messages_clear(&o->messages);
}

/* Reads a study that must be right. */
static inline void tro_study_open(tro_opened *o, const char *text)
{
    char buffer[4096];
    int status;
    tro_study_try(o, text, &status);
    ck_assert_msg(status == TRO_OK, "%s", tro_listed(&o->messages, buffer, sizeof buffer));
}

/* Reads a study that must be refused, and compares its messages, in the order in which
 * they were found. */
static inline void tro_study_refused(const char *text, const char *expected)
{
    char buffer[16384];
    tro_opened o;
    int status;
    tro_study_try(&o, text, &status);
    ck_assert_str_eq(tro_listed(&o.messages, buffer, sizeof buffer), expected);
    ck_assert_int_eq(status, TRO_ESCENARIO);
    ck_assert_ptr_null(o.study);
    tro_study_close(&o);
}

#endif
