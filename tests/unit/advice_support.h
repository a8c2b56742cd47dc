/* What the tests of advice share. */
#ifndef TRO_TESTS_ADVICE_SUPPORT_H
#define TRO_TESTS_ADVICE_SUPPORT_H

#include "support.h"

#include "experiment/advice_parts.h"

/* Two gaussian models that train on each other. theta's own curation backfires exactly
 * where the part c of its curated data that is phi's exceeds (1 - m (1 - d)) / (2 - m), m
 * being phi's curated share and d the part of phi's that is theta's. */
#define RIVALS(advice)                                                                       \
    "trophic: 1\n"                                                                           \
    "outcomes: {family: gaussian, dimension: 1}\n"                                           \
    "agents:\n"                                                                              \
    "  - {name: theta, reference: 0, reward: 1, public: {shift: 1}, displaces: real,\n"      \
    "     shares: {real: 0.5, curated: 0.5}}\n"                                              \
    "  - {name: phi, reference: 0, reward: -1, public: {shift: -1}, displaces: real,\n"      \
    "     shares: {real: 0.5, curated: 0.5}}\n"                                              \
    "network:\n"                                                                             \
    "  edges:\n"                                                                             \
    "    - {from: theta, to: theta, weight: 0.3}\n"                                          \
    "    - {from: phi, to: theta, weight: 0.7}\n"                                            \
    "    - {from: phi, to: phi, weight: 0.7}\n"                                              \
    "    - {from: theta, to: phi, weight: 0.3}\n"                                            \
    "advice:\n" advice

#endif
