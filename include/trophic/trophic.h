/* trophic: ecosystems of generative models that retrain on each other's
 * outputs. This header is all of the installed interface. */
#ifndef TROPHIC_TROPHIC_H
#define TROPHIC_TROPHIC_H

#include <trophic/advice.h>
#include <trophic/compare.h>
#include <trophic/curator.h>
#include <trophic/map.h>
#include <trophic/messages.h>
#include <trophic/plugin.h>
#include <trophic/random.h>
#include <trophic/scenario.h>
#include <trophic/status.h>
#include <trophic/sweep.h>

#endif
