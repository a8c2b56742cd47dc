#include "tests/conformance/examples.h"

const tro_family_example tro_family_examples[] = {
    {"gaussian", "{family: gaussian, dimension: 4, covariance: [1, 2, 0.5, 0.1]}",
     "[3, 0, 1, 2]", {"1", "-1", "[0, 1, 0, 2]"}, {"[1, -2, 0.5, 0.1]", "1", "2"},
     "{shift: [1, 0, -1, 0.5]}", "synthetic"},
    {"categorical", "{family: categorical, coordinates: {linspace: [-1, 2, 4]}}",
     "{normal: {mean: 1, sd: 0.7}}", {"[0.4, 0.3, 0.2, 0.1]", "uniform", "{point: 3}"},
     {"[1, -2, 0.5, 0.1]", "{linear: 1, curvature: 0.5}", "{peak: {at: 1, width: 0.5}}"},
     "{best-of: {candidates: 3, reward: [1, 0, -1, 3]}}", "real"},
    {"conditional", "{family: conditional, prompts: 2, coordinates: {linspace: [-1, 2, 4]}}",
     "{given: [{normal: {mean: 1, sd: 0.7}}, uniform]}",
     {"[[0.1, 0.1, 0.2, 0.1], [0.05, 0.2, 0.15, 0.1]]",
      "{prompts: [0.25, 0.75], given: [0.4, 0.3, 0.2, 0.1]}",
      "{given: [uniform, [0.1, 0.2, 0.3, 0.4]]}"},
     {"[[1, -2, 0.5, 0.1], [0, 0, 1, 3]]", "{linear: 1, prompts: [0.5, 0.5]}",
      "{per-prompt: [{peak: {at: 1, width: 0.5}}, [0, 0, 0, 1]], prompts: [0.2, 0.8]}"},
     "{bradley-terry: {candidates: 4, flip: 0.2, reward: [[1, 0, -1, 3], [0, 2, 1, 0]]}}", "real"},
    {"conditional",
     "{family: conditional, prompts: [ask, tell], outcomes: 4, prompt-marginals: stay, spill: 0.2}",
     "{prompts: [0.75, 0.25], given: uniform}",
     {"[[0.1, 0.1, 0.2, 0.1], [0.05, 0.2, 0.15, 0.1]]",
      "{prompts: [0.25, 0.75], given: [0.4, 0.3, 0.2, 0.1]}",
      "{given: [uniform, [0.1, 0.2, 0.3, 0.4]]}"},
     {"[[1, -2, 0.5, 0.1], [0, 0, 1, 3]]", "{values: [1, 0, 0, 2], prompts: [0.5, 0.5]}",
      "{per-prompt: [[1, 0, 0, 0], [0, 0, 0, 1]], prompts: [0.2, 0.8]}"},
     "{bradley-terry: {candidates: 2, temperature: 0.5, reward: [1, 0, -1, 3]}}", "real"},
    {"gaussian-full", "{family: gaussian-full, dimension: 4, covariance: [1, 2, 0.5, 0.1]}",
     "{mean: [3, 0, 1, 2], covariance: 2}",
     {"1", "{mean: -1, covariance: [0.5, 1, 1, 3]}", "[0, 1, 0, 2]"},
     {"[1, -2, 0.5, 0.1]", "{linear: 1, curvature: 0.5}", "2"},
     "{bradley-terry: {temperature: 4, reward: {linear: [1, 0, -1, 0.5], curvature: 0.2}}}",
     "real"},
    {"gaussian-full", "{family: gaussian-full, dimension: 1, covariance: 0.5}",
     "{mean: 3, covariance: 2}", {"1", "{mean: -1, covariance: 3}", "2"},
     {"1", "{linear: 1, curvature: 0.5}", "2"},
     "{bradley-terry: {temperature: 4, reward: {linear: 1, curvature: 0.2}}}", "real"},
};
const size_t tro_family_example_count = sizeof tro_family_examples / sizeof *tro_family_examples;

#define ROWS "[[0.9, 0.1, 0, 0], [0, 0.7, 0.3, 0], [0.25, 0.25, 0.25, 0.25], [0, 0, 0, 1]]"

#define LINE "[1, 0, -1, 3]"
#define PAIR "{bradley-terry: {candidates: 2, temperature: 3, reward: " LINE "}}"
#define ARENA "{arena: {slots: 2, temperature: 2, reward: [1, 0, -1, 3]}}"
#define AUDIENCE "{audience: {of: a, strength: 0.7, candidates: 2, " \
                 "features: [[1, 0], [0.6, 0.8], [0, 1], [-1, 0.5]]}}"

static const struct {
    tro_kind kind;
    const char *name, *text;
} examples[] = {
    {TRO_CHANNEL, "affine", "{affine: {matrix: [[0.5, 0.1, 0, 0], [0, 0.3, 0.2, 0], "
                            "[0, -0.4, 0.3, 0], [0.1, 0, 0, 0.2]], offset: [1, 2, 3, 4]}}"},
    {TRO_CHANNEL, "affine", "{affine: {scale: 0.5}}"},
    {TRO_CHANNEL, "rotations", "{rotations: {degrees: [30, 250], factors: [0.5, 0.8]}}"},
    {TRO_CHANNEL, "stochastic", "{stochastic: " ROWS "}"},
    {TRO_CHANNEL, "stochastic", "{stochastic: {noise: 0.3}}"},
    {TRO_CHANNEL, "stochastic", "{stochastic: {outcomes: " ROWS ", noise: 0.1, "
                                "prompts: [[0.9, 0.1], [0.4, 0.6]]}}"},
    {TRO_CURATOR, "none", "none"},
    {TRO_CURATOR, "shift", "{shift: [1, 0, -1, 0.5]}"},
    {TRO_CURATOR, "bradley-terry", "{bradley-terry: {temperature: 2, reward: [1, 0, -1, 3]}}"},
    {TRO_CURATOR, "bradley-terry",
     "{bradley-terry: {candidates: 3, temperature: 2, flip: 0.1, reward: [1, 0, -1, 3]}}"},
    {TRO_CURATOR, "best-of", "{best-of: {candidates: 3, reward: [1, 0, -1, 3]}}"},
    {TRO_CURATOR, "best-of", "{best-of: {candidates: 6, flip: 0.3, reward: [1, 0, 0, 3]}}"},
    {TRO_CURATOR, "stages", "{stages: [" PAIR ", {best-of: {candidates: 2, reward: " LINE "}}]}"},
    {TRO_CURATOR, "stages", "{stages: [{bradley-terry: {reward: " LINE "}}, {shift: 1}]}"},
    {TRO_CURATOR, "stages", "{stages: [" ARENA ", " PAIR "]}"},
    {TRO_CURATOR, "one-of", "{one-of: [{weight: 2, curator: " PAIR "}, {curator: none}]}"},
    {TRO_CURATOR, "one-of", "{one-of: [{weight: 2, curator: " ARENA "}, {curator: " PAIR "}]}"},
    {TRO_CURATOR, "arena", ARENA},
    {TRO_CURATOR, "arena", "{arena: {slots: 1, reward: {linear: 1}}}"},
    {TRO_CURATOR, "self-judge", "{self-judge: 0.7}"},
    {TRO_CURATOR, "self-judge",
     "{self-judge: {strength: 1.5, candidates: 3, reward: [1, 0, -1, 3]}}"},
    {TRO_CURATOR, "audience", "{audience: {of: b, strength: 2}}"},
    {TRO_CURATOR, "audience",
     "{audience: {of: c, strength: 0.5, candidates: 4, features: coordinates, reward: " LINE "}}"},
    {TRO_CURATOR, "audience", AUDIENCE},
    {TRO_CURATOR, "audience", "{stages: [" PAIR ", " AUDIENCE ", {self-judge: 0.5}]}"},
    {TRO_CURATOR, "audience", "{one-of: [{curator: " AUDIENCE "}, {curator: {stages: [none, "
                              "{audience: {of: b, strength: -1}}, {self-judge: 1}]}}]}"},
    {TRO_GENERATOR, "ring", "{ring: {reach: 2}}"},
    {TRO_GENERATOR, "complete", "complete"},
    {TRO_GENERATOR, "star", "star"},
    {TRO_GENERATOR, "erdos-renyi", "{erdos-renyi: {p: 0.5}}"},
    {TRO_GENERATOR, "barabasi-albert", "{barabasi-albert: 2}"},
    {TRO_GENERATOR, "watts-strogatz", "{watts-strogatz: {k: 4, p: 0.2}}"},
    {TRO_GENERATOR, "zachary", "zachary"},
    {TRO_GENERATOR, "tree", "{tree: 3}"},
    {TRO_GENERATOR, "random-tree", "random-tree"},
    {TRO_GENERATOR, "citation", "citation"},
    {TRO_GENERATOR, "lattice", "{lattice: {sides: [3, 4], circular: true}}"},
    {TRO_GENERATOR, "k-regular", "{k-regular: 3}"},
    {TRO_GENERATOR, "configuration", "{configuration: {in: [3, 2, 1, 1, 2, 2, 2, 1, 1, 4, 1, 0]}}"},
    {TRO_GENERATOR, "stochastic-block", "{stochastic-block: {p: {g: {h: 0.6}, h: {h: 0.5}}}}"},
    {TRO_GENERATOR, "bipartite", "{bipartite: {producers: h, p: 0.5}}"},
    {TRO_GENERATOR, "core-periphery", "{core-periphery: {hubs: h, out: 0.5}}"},
    {TRO_GENERATOR, "geometric", "{geometric: 0.5}"},
    {TRO_GENERATOR, "power-law", "{power-law: {out: 2.5, m: 20}}"},
    {TRO_GENERATOR, "fitness", "{fitness: {out: {linspace: [1, 2, 12]}, m: 20}}"},
    {TRO_GENERATOR, "aging", "{aging: 2}"},
    {TRO_GENERATOR, "recent", "{recent: {m: 2, window: 3}}"},
    {TRO_GENERATOR, "forest-fire", "{forest-fire: 0.3}"},
    {TRO_GENERATOR, "famous", "{famous: icosahedral}"},
    {TRO_SCHEDULE, "synchronous", "{synchronous: {rounds: 8}}"},
    {TRO_SCHEDULE, "sequential", "{sequential: {order: [c, a, b], rounds: 8}}"},
    {TRO_SCHEDULE, "random-order", "{random-order: {rounds: 8}}"},
    {TRO_SCHEDULE, "poisson", "{poisson: {rate: [0.7, 1.3, 2], rounds: 8}}"},
    {TRO_SCHEDULE, "periodic", "{periodic: {period: [0.5, 1, 1.5], offset: 0.1, rounds: 8}}"},
    {TRO_MEASURE, "alignment", "alignment"},
    {TRO_MEASURE, "distance", "distance"},
    {TRO_MEASURE, "drift", "drift"},
    {TRO_MEASURE, "mass", "{mass: 0}"},
    {TRO_MEASURE, "entropy", "entropy"},
    {TRO_MEASURE, "diversity", "diversity"},
    {TRO_MEASURE, "support", "support"},
    {TRO_MEASURE, "mean", "{mean: 1}"},
    {TRO_MEASURE, "variance", "variance"},
    {TRO_MEASURE, "expectation", "{expectation: {exponential: true}}"},
    {TRO_MEASURE, "reward-variance", "reward-variance"},
    {TRO_MEASURE, "divergence", "{divergence: {reversed: true}}"},
    {TRO_MEASURE, "total-variation", "{total-variation: start}"},
    {TRO_MEASURE, "selection", "selection"},
    {TRO_MEASURE, "log-variance", "{log-variance: 1}"},
    {TRO_MEASURE, "missing-mass", "missing-mass"},
    {TRO_MEASURE, "fixation", "{fixation: 1}"},
    {TRO_MEASURE, "wasserstein", "{wasserstein: start}"},
    {TRO_QUANTITY, "alignment", "{alignment: a}"},
    {TRO_QUANTITY, "sampled-alignment", "{sampled-alignment: a}"},
    {TRO_QUANTITY, "expected-alignment", "{expected-alignment: {agent: a, stationary: true}}"},
    {TRO_QUANTITY, "influence", "{influence: {on: b, of: a, block: 2}}"},
    {TRO_QUANTITY, "influences", "{influences: {of: a}}"},
    {TRO_QUANTITY, "sampled-influence", "{sampled-influence: {on: b, of: a, step: 0.1}}"},
    {TRO_QUANTITY, "expected-influence", "{expected-influence: {on: b, of: a, step: 0.1}}"},
    {TRO_QUANTITY, "pairing-gain", "{pairing-gain: {on: a, of: a, step: 0.1}}"},
    {TRO_QUANTITY, "proxy", "{proxy: {on: b, of: a, hops: 1}}"},
    {TRO_QUANTITY, "closed-form-influence", "{closed-form-influence: {on: b, of: a}}"},
    {TRO_QUANTITY, "closed-form-error", "closed-form-error"},
    {TRO_QUANTITY, "negative-influences", "{negative-influences: self}"},
    {TRO_QUANTITY, "spectral-radius", "spectral-radius"},
    {TRO_QUANTITY, "eigenvalue", "{eigenvalue: modulus}"},
    {TRO_QUANTITY, "period", "period"},
    {TRO_QUANTITY, "observed-rate", "observed-rate"},
    {TRO_QUANTITY, "distance-to-fixed-point", "distance-to-fixed-point"},
    {TRO_QUANTITY, "alignment-by-round", "{alignment-by-round: {agent: a, by: b, rounds: 5}}"},
    {TRO_QUANTITY, "influence-by-round", "{influence-by-round: {on: b, of: a, rounds: 5}}"},
    {TRO_QUANTITY, "combine",
     "{combine: {sum: [{of: {alignment: a}}, {of: {alignment: b}, times: 2}]}}"},
    {TRO_QUANTITY, "steps", "{steps: {of: {alignment-by-round: {agent: a, rounds: 5}}}}"},
    {TRO_QUANTITY, "part", "{part: {of: {alignment-by-round: {agent: a, rounds: 5}}, from: 2}}"},
    {TRO_QUANTITY, "win-share", "{win-share: {of: b, in: c}}"},
    {TRO_QUANTITY, "noise", "{noise: {agent: a, of: sd}}"},
    {TRO_QUANTITY, "measure", "{measure: {of: drift, agent: a, round: 5}}"},
    {TRO_QUANTITY, "measure-by-round",
     "{measure-by-round: {of: {divergence: start}, agent: a, rounds: 5}}"},
    {TRO_QUANTITY, "decay-rate", "{decay-rate: {of: distance, agent: a}}"},
    {TRO_QUANTITY, "limit-distance", "{limit-distance: {set: {agents.b.displaces: real}}}"},
    {TRO_QUANTITY, "sampled-measure",
     "{sampled-measure: {of: drift, agent: a, round: 3, statistic: variance}}"},
    {TRO_QUANTITY, "sampled-measure-by-round",
     "{sampled-measure-by-round: {of: drift, agent: a, rounds: 5}}"},
    {TRO_QUANTITY, "expected-measure", "{expected-measure: {of: alignment, agent: a, round: 4}}"},
    {TRO_QUANTITY, "accumulation-power",
     "{with: {set: {agents.a.data: accumulate}, of: {accumulation-power: {}}}}"},
    {TRO_QUANTITY, "with", "{with: {set: {agents.b.learning-rate: 0.5}, of: {alignment: a}}}"},
    {TRO_QUANTITY, "change", "{change: {set: {agents.b.displaces: real}, of: {alignment: a}}}"},
    {TRO_QUANTITY, "root", "{root: {of: {alignment: a}, key: agents.a.reference, "
                           "between: [-50, 50]}}"},
};
enum { EXAMPLES = sizeof examples / sizeof *examples };

const char *tro_example_of(tro_kind kind, const char *name, size_t k)
{
    for (size_t f = 0; kind == TRO_FAMILY && f < tro_family_example_count; f++)
        if (strcmp(tro_family_examples[f].family, name) == 0 && k-- == 0)
            return tro_family_examples[f].outcomes;
    for (size_t e = 0; e < EXAMPLES; e++)
        if (examples[e].kind == kind && strcmp(examples[e].name, name) == 0 && k-- == 0)
            return examples[e].text;
    return NULL;
}

/* Keys of agents that say how a round goes; OWN stands for the family's curator. NULL: it is
 * part of every example, or plays no part in exact rounds. */
static const struct {
    const char *key, *text;
} of_agents[] = {
    {"name", NULL}, {"group", NULL}, {"count", NULL}, {"names", NULL}, {"nodes", NULL},
    {"members", NULL}, {"reference", NULL},
    {"start", NULL}, {"reward", NULL}, {"public", NULL}, {"shares", NULL}, {"displaces", NULL},
    {"fade", NULL}, /* no fixed point */
    {"outputs", "5"},
    {"reference-sample", "7"},
    {"learning-rate", "0.6"},
    {"data", "accumulate"},
    {"data", "{window: 3}"},
    {"owner", "OWN"},
    {"owner", "{one-of: [{weight: 2, curator: none}, {curator: OWN}]}"},
};

int tro_agent_example(const tro_param *param, size_t k, const char *curator, char *out,
                      size_t room)
{
    size_t choices = 0, known = 0;
    if (param->type == TRO_P_CHOICE && strcmp(param->key, "displaces") != 0) {
        while (param->choices[choices])
            choices++;
        if (k < choices)
            snprintf(out, room, "%s: %s", param->key, param->choices[k]);
        return k < choices;
    }
    for (size_t e = 0; e < sizeof of_agents / sizeof *of_agents; e++) {
        const char *text = of_agents[e].text;
        if (strcmp(of_agents[e].key, param->key) != 0)
            continue;
        known = 1;
        if (!text || k-- > 0)
            continue;
        const char *own = strstr(text, "OWN");
        snprintf(out, room, "%s: %.*s%s%s", param->key, own ? (int)(own - text) : (int)room, text,
                 own ? curator : "", own ? own + 3 : "");
        return 1;
    }
    ck_assert_msg(known || !*param->key, "no example of an agent's '%s'", param->key);
    return 0;
}

void tro_example_write(char *text, size_t room, const tro_family_example *family,
                       const char *curator, const char *network, const char *schedule)
{
    static const char *const shares[] = {"{real: 0.3, synthetic: 0.3, curated: 0.4}",
                                         "{real: 0.2, synthetic: 0.4, curated: 0.4}",
                                         "{real: 0.5, synthetic: 0.3, curated: 0.2}"};
    int at = snprintf(text, room, "trophic: 1\nseed: 17\noutcomes: %s\nagents:\n",
                      family->outcomes);
    for (int i = 0; i < 3; i++)
        at += snprintf(text + at, room - (size_t)at,
                       "  - {name: %c, reference: %s, reward: %s, public: %s, shares: %s,\n"
                       "     displaces: %s%s%s}\n", 'a' + i, family->reference[i],
                       family->reward[i], curator, shares[i], family->displaces,
                       i == 0 ? ", start: " : "", i == 0 ? family->start : "");
    at += snprintf(text + at, room - (size_t)at,
                   "network: %s\nschedule: %s\n"
                   "advance: {sampled: {outputs: 3, replicates: 6}}\nrecord: {burn-in: 2}\n",
                   network, schedule);
    ck_assert_int_lt(at, (int)room);
}
