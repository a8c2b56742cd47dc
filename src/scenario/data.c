/* What an agent keeps of its data: the data sets it trains on together, a set of
 * real data that stays the same, and a real share that fades. */
#include <math.h>
#include <stddef.h>

#include "scenario/data.h"
#include "scenario/parts.h"

static const char *const regime_choices[] = {"replace", "accumulate", NULL};
static const char *const heir_choices[] = {"proportional", "synthetic", "curated", NULL};

static const tro_param data_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(tro_data_config, self)},
    {.key = "regime", .type = TRO_P_CHOICE, .flags = TRO_P_MAIN,
     .offset = offsetof(tro_data_config, regime), .choices = regime_choices,
     .doc = "An agent trains on its newest data set alone (`replace`, default) or on all it ever "
            "had (`accumulate`)."},
    {.key = "window", .type = TRO_P_WHOLE, .flags = TRO_P_BOUNDED,
     .offset = offsetof(tro_data_config, window), .min = 1, .max = 100000, .unit = "data sets",
     .doc = "It trains on its last so many data sets."},
};

const tro_table tro_data_table = {"data", data_params, sizeof data_params / sizeof *data_params,
                                  sizeof(tro_data_config)};

static const tro_param fade_params[] = {
    {.key = "", .type = TRO_P_SELF, .offset = offsetof(tro_fade_config, self)},
    {.key = "power", .type = TRO_P_REAL, .flags = TRO_P_MAIN | TRO_P_REQUIRED | TRO_P_BOUNDED,
     .offset = offsetof(tro_fade_config, power), .min = 0, .max = 1e6,
     .doc = "In round t = 1, 2, ... the real share is that of `shares` times "
            "((1 + offset) / (t + offset)) to this power."},
    {.key = "offset", .type = TRO_P_REAL, .flags = TRO_P_BOUNDED,
     .offset = offsetof(tro_fade_config, offset), .min = 0, .max = 1e15, .fallback = "0",
     .unit = "rounds", .doc = "The larger, the later it begins to fall."},
    {.key = "to", .type = TRO_P_CHOICE, .offset = offsetof(tro_fade_config, to),
     .fallback = "proportional", .choices = heir_choices,
     .doc = "What takes the place of real data: `synthetic`, `curated`, or both in proportion."},
};

const tro_table tro_fade_table = {"fade", fade_params, sizeof fade_params / sizeof *fade_params,
                                  sizeof(tro_fade_config)};

static int read_regime(const tro_reader *reader, const tro_data_config *config,
                       tro_agent *agent)
{
    int sized = config->window != TRO_NO_WHOLE, named = config->regime >= 0;
    if (sized && named)
        return tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(config->self, "window"),
                         "data has 'regime' or 'window', found both");
    agent->window = sized ? (uint64_t)config->window : 1;
    if (config->regime == 1)
        agent->window = TRO_KEEPS_ALL;
    if (agent->window == 1 || !(agent->rate < 1))
        return TRO_OK;
    return tro_error(reader->messages, TRO_ESCENARIO, tro_place_of(agent->node, "learning-rate"),
                     "an agent that trains on several data sets takes their average, found a "
                     "learning rate of %g: 1 would be right", agent->rate);
}

static int read_fade(const tro_reader *reader, const tro_fade_config *config, tro_agent *agent)
{
    const tro_shares *shares = &agent->shares;
    if (!config->self)
        return TRO_OK;
    agent->fade = (tro_fade){config->power, config->offset, (tro_heir)config->to};
    if (config->to != TRO_HEIR_BOTH || shares->synthetic > 0 || shares->curated > 0)
        return TRO_OK;
    return tro_error(reader->messages, TRO_ESCENARIO, &config->self->place,
                     "the real share fades in favour of synthetic and curated data in "
                     "proportion, but both shares are 0: 'to: synthetic' or 'to: curated' would "
                     "be right");
}

int tro_agent_data_read(const tro_reader *reader, const tro_data_config *data,
                        const tro_fade_config *fade, long long sample, tro_agent *agent)
{
    int status = tro_worse(read_regime(reader, data, agent), read_fade(reader, fade, agent));
    agent->reference_sample = sample == TRO_NO_WHOLE ? 0 : (uint64_t)sample;
    if (agent->reference_sample > 0 && !agent->reference)
        status = tro_error(reader->messages, TRO_ESCENARIO,
                           tro_place_of(agent->node, "reference-sample"),
                           "a fixed set of real data is drawn from the 'reference', which this "
                           "agent does not have");
    return status;
}

void tro_shares_fade(const tro_shares *shares, const tro_fade *fade, double factor,
                     tro_shares *out)
{
    double gone = (1 - factor) * shares->real, rest = shares->synthetic + shares->curated;
    *out = *shares;
    out->real -= gone;
    switch (fade->to) {
    case TRO_HEIR_SYNTHETIC:
        out->synthetic += gone;
        break;
    case TRO_HEIR_CURATED:
        out->curated += gone;
        break;
    case TRO_HEIR_BOTH:
        if (!(rest > 0))
            return;
        out->synthetic += gone * (shares->synthetic / rest);
        out->curated += gone * (shares->curated / rest);
        break;
    }
}

double tro_fade_factor(const tro_fade *fade, uint64_t round)
{
    return pow((1 + fade->offset) / ((double)round + fade->offset), fade->power);
}
