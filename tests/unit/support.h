/* What the tests of scenarios and above share: a scenario text compiled and
 * ready, the messages of one that is refused, and comparisons. */
#ifndef TRO_TESTS_SUPPORT_H
#define TRO_TESTS_SUPPORT_H

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiment/cell.h"

/* A scenario that was read; everything belongs to the world. */
typedef struct tro_world {
    tro_document *document;
    tro_cell *cell;
    const tro_scenario *scenario;
    tro_ecosystem *eco;
    const tro_plan *plan;
    tro_messages messages;
} tro_world;

/* Reads a scenario that must be right; the text is a format. */
void tro_world_open(tro_world *world, const char *format, ...) TRO_PRINTF(2, 3);
/* The same of a text as it stands. */
void tro_world_read(tro_world *world, const char *text);
void tro_world_close(tro_world *world);

/* The messages of a list as "line:column: text" lines (a message without a
 * place is its text); notes and warnings begin with their severity. */
const char *tro_listed(const tro_messages *messages, char *buffer, size_t room);
/* Reads a scenario that must be refused, all overrides applied, and compares
 * its messages. */
void tro_assert_refused(const char *text, const tro_override *overrides, size_t count,
                 const char *expected);

/* The random numbers of one case of a test program; every program has a number
 * of its own. */
tro_stream tro_test_stream(uint64_t program, uint64_t number);

/* max |a - b| */
double tro_away(size_t n, const double *a, const double *b);
/* Fails unless every entry is within `tolerance` of the largest entry. */
void tro_assert_near(size_t n, const double *found, const double *expected, double tolerance,
               const char *what);

/* Solves A x = b by Gaussian elimination with row exchanges, in long double: a
 * second implementation. */
void tro_plain_solve(size_t n, const double *a, const double *b, double *x);

/* Runs the tests as one suite, each with `seconds`; what main returns. */
int tro_run_tests(const char *name, const TTest *const *tests, size_t count, double seconds);

/* 1 in the long version (TRO_LONG=1), when statistical checks may take minutes
 * and seeds differ from run to run. */
int tro_long_tests(void);
/* 1 under valgrind (TRO_BRIEF=1), which looks at memory: some of many like cases will do. */
int tro_brief_tests(void);
/* The seed of random cases: TRO_SEED, the time in the long version, else `usual`. One of a
 * program: main chooses it, before Check forks, and prints what was used. */
void tro_choose_seed(uint64_t usual);
uint64_t tro_test_seed(void);

#define TRO_RUN_TESTS(name, tests) tro_run_tests(name, tests, sizeof tests / sizeof *tests, 120)

#endif
