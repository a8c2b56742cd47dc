#!/bin/sh
# trophic influence against a system solved by hand. In sampled.yaml both agents
# rest at z = -0.4 s with the shift s = 0.36, their curated mixture less their real
# data is G = -0.288, and (I - J)^-1 = [[1.3, 0.7], [0.3, 1.7]]; phi's reward is -z.
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"

# effect FILE ON OF COLUMN
effect() {
    awk -F, -v on="$2" -v of="$3" -v column="$4" '$1 == on && $2 == of { print $column }' "$1"
}

expect 0 influence "$data/sampled.yaml"
table=sampled-influence/influence.csv
near "$(effect $table theta theta 4)" -0.288
near "$(effect $table theta theta 6)" -0.3744
near "$(effect $table theta theta 5)" 1.44
near "$(effect $table theta theta 7)" -0.26
near "$(effect $table theta phi 6)" -0.2016
near "$(effect $table phi theta 6)" 0.0864
near "$(effect $table phi phi 4)" 0.288
near "$(effect $table phi phi 6)" 0.4896
near "$(effect $table theta phi 4)" 0
[ "$(effect $table theta theta 8)" = inverted ] || fail 'class'
[ "$(effect $table theta phi 8)" = harms ] || fail 'class'
[ "$(effect $table phi theta 8)" = helps ] || fail 'class'
has $table 'theta,theta,real,'
near "$(field sampled-influence/fixed_point.csv 1 2)" -0.144
near "$(field sampled-influence/fixed_point.csv 1 3)" -0.144
near "$(field sampled-influence/fixed_point.csv 1 4)" 0
has sampled-influence/network.graphml 'attr.name="self_influence"'
has sampled-influence/network.graphml 'attr.name="influence"'
has sampled-influence/manifest.json '"command": "influence"'
has sampled-influence/manifest.json '"status": "stable"'
has out inverted
has out 'stable under the synchronous schedule'
missing sampled-influence/influence_sampled.csv
expect 2 influence "$data/sampled.yaml"
has err 'holds an earlier run'

# Inverted: what the agent's own users raise comes back lower than before.
expect 3 influence "$data/unstable.yaml" -o -
has out inverted

# A pair, by blocks, printed only.
expect 0 influence "$data/sampled.yaml" --on theta --of phi --block 1 -o pair
near "$(field pair/influence.csv 1 6)" -0.2016
[ "$(wc -l <pair/influence.csv)" -eq 2 ] || fail 'more than the pair'
near "$(field pair/influence_blocks.csv 1 6)" -0.2016
near "$(field pair/influence_blocks.csv 2 6)" 0
has pair/manifest.json '"on": "theta"'
mkdir clean && cd clean || exit 1
expect 0 influence "$data/sampled.yaml" --on theta --out -
expect 0 influence "$data/sampled.yaml" --json
has out '"class": "inverted"'
[ "$(names_in .)" = 'err out ' ] || fail "files were written: $(names_in .)"
cd ..
expect 0 influence "$data/sampled.yaml" --json --out json -q
empty err
has json/influence.csv 'theta,theta,real'

# Paired runs of the sampled scenario agree with the derivative.
has pair/influence_sampled.csv 'theta,phi,0.02,23,'
expect 0 influence "$data/sampled.yaml" --of theta --step 0.05 -o paired \
    --set advance.sampled.replicates=200
near "$(field paired/influence_sampled.csv 1 3)" 0.05
awk -F, 'NR == 2 { d = $5 + 0.3744; d = d < 0 ? -d : d; exit !($6 > 0 && d < 5 * $6) }' \
    paired/influence_sampled.csv || fail 'the paired estimate is off'
awk -F, 'NR == 2 { exit !($6 < $7) }' paired/influence_sampled.csv || fail 'pairing gains nothing'

# The time course: nothing at the start, the long term in the end.
expect 2 influence "$data/sampled.yaml" --rounds 5 -o -
has err '--rounds goes with --of'
expect 0 influence "$data/sampled.yaml" --of theta --rounds 60 -o course
has out 'long term'
has course/course.csv '0,theta,theta,0'
near "$(awk -F, '$1 == 60 && $2 == "phi" { print $4 }' course/course.csv)" 0.0864
has course/course.gp 'by round'
expect 0 influence "$data/sampled.yaml" --of theta --on phi --rounds 2 --json
has out '"course": {"of": "theta"'
# Where rounds have a memory, by differences; a delay changes the course and not its end.
expect 0 influence "$data/sampled.yaml" --of theta --rounds 150 -o late --set advance=exact \
    --set network.edges.0.delay=1
has out 'these rounds have a memory'
near "$(awk -F, '$1 == 150 && $2 == "phi" { print $4 }' late/course.csv)" 0.0864
near "$(awk -F, '$1 == 1 && $2 == "theta" { print $4 }' late/course.csv)" -0.144
near "$(awk -F, '$1 == 2 && $2 == "theta" { print $4 }' course/course.csv)" -0.2376
near "$(awk -F, '$1 == 2 && $2 == "theta" { print $4 }' late/course.csv)" -0.1944

# Of sampled rounds estimates from pairs of runs, beside the exact course.
expect 0 influence "$data/sampled.yaml" --of theta --rounds 6 -o estimates
has out 'the same in sampled rounds, from 23 pairs of runs with the share moved by +-0.02:'
has estimates/course.csv 'round,on,of,influence,estimate,standard_error,replicates,step,one_sided'
awk -F, 'NR > 1 { d = $4 - $5; d = d < 0 ? -d : d; if (d > 5 * $6 + 1e-12) exit 1; n += $6 > 0 }
         END { exit !(n >= 10) }' estimates/course.csv || fail 'the estimates are off'
has estimates/course.svg 'bands: 95 % of sampled rounds'
expect 0 influence "$data/sampled.yaml" --of theta --rounds 4 -o delayed --set network.edges.0.delay=1
awk -F, 'NR > 1 { d = $4 - $5; d = d < 0 ? -d : d; if (d > 5 * $6 + 1e-12) exit 1; n += $6 > 0 }
         END { exit !(n >= 4) }' delayed/course.csv || fail 'the estimates with a delay are off'
expect 0 influence "$data/sampled.yaml" --of theta --rounds 2 --json
has out '"standard_errors": [0, '

# Every parameter at once: the share as above; a weight against its difference.
expect 0 influence "$data/sampled.yaml" --gradient --on theta -o gradient
near "$(awk -F, '$1 == "curated share" && $2 == "theta" { print $6 }' gradient/gradient.csv)" -0.3744
for by in -0.001 0.001; do
    weight=$(awk -F, '$1 == "weight" && $2 == "theta" && $3 == "phi" && $4 == "curated" {
        printf "%.6f", $5 + ('$by') }' gradient/gradient.csv)
    expect 0 run "$data/sampled.yaml" -o "by$by" --set advance=exact --set schedule.synchronous.rounds=400 \
        --set "network.edges.phi->theta.curated=$weight"
done
awk -F, 'FNR == 2 { j[++n] = $2 }
         FILENAME ~ /gradient/ && $1 == "weight" && $2 == "theta" && $3 == "phi" && $4 == "curated" { g = $6 }
         END { d = (j[2] - j[1]) / 0.002; e = d - g; e = e < 0 ? -e : e; exit !(e < 1e-5) }' \
    by-0.001/summary.csv by0.001/summary.csv gradient/gradient.csv || fail 'the gradient is off'
expect 0 influence "$data/sampled.yaml" --gradient --json
has out '"gradient": {"on": null'

# Every parameter of many agents: two shares each, two weights of each edge; of one rule its
# temperature, its rewards, and one candidate more or less.
cat >many.yaml <<'END'
trophic: 1
seed: 1
outcomes: {family: categorical, coordinates: {linspace: [-1, 1, 4]}}
curators: {warm: {bradley-terry: {candidates: 3, reward: {linear: 1}}}}
agents:
  - {group: m, count: 60, reference: {normal: {mean: 0, sd: 0.5}}, reward: {linear: 1}, public: warm,
     shares: {real: 0.4, synthetic: 0.3, curated: 0.3}}
network: {generator: ring}
END
expect 0 influence many.yaml --gradient --on m-1 -o many
[ "$(wc -l <many/gradient.csv)" -eq \
    $((1 + 2 * 60 + 2 * $(grep -c '<edge ' many/network.graphml) + 1 + 4 + 2)) ] ||
    fail 'not every parameter is there'
has many/gradient.csv 'temperature,m-1,,,1,'
# One candidate more is a difference: the alignments of two scenarios.
expect 0 influence many.yaml -o more --set curators.warm.bradley-terry.candidates=4
awk -F, '$1 == "m-1" { j[FILENAME] = $2 }
         $1 == "candidates" && $9 == 4 { d = $6 }
         END { e = j["more/fixed_point.csv"] - j["many/fixed_point.csv"] - d
               exit !(d != 0 && e * e < 1e-24) }' \
    many/fixed_point.csv more/fixed_point.csv many/gradient.csv || fail 'the difference is off'

# Noise: one of two equal agents, n = 50 outputs of variance 1 a round.
has pair/noise.csv 'theta,'
expect 0 influence "$data/sampled.yaml" --json --on theta
has out '"noise": ['
expect 0 influence "$data/sampled.yaml" -o - --set schedule=sequential
has out 'in sampled rounds: the linear noise approximation needs synchronous rounds'

# Why: walks of 0 edges are the local effect, and all of them the whole.
expect 2 influence "$data/sampled.yaml" --on theta --explain -o -
has err '--explain goes with --on and --of'
expect 0 influence "$data/sampled.yaml" --on theta --of theta --explain -o why
has out 'its curation backfires'
near "$(field why/walks.csv 1 2)" -0.288
near "$(awk -F, 'END { print $3 }' why/walks.csv)" -0.3744
near "$(awk -F, '$1 == "phi" && $2 == "theta" { print $4 }' why/edges.csv)" 1.44
has why/routes.csv 'theta->phi->theta,2,'
has why/explanation.gp 'With one edge cut'
expect 0 influence "$data/sampled.yaml" --on theta --of theta --explain --json
has out '"explanation": {"words": "Raising theta'
has out '"agents": ["theta", "phi", "theta"]'

# Several fixed points: found from several starts, and said; the influences are those of
# the one that the scenario leads to.
cat >corners.yaml <<'END'
trophic: 1
name: corners
seed: 3
outcomes: {family: categorical, outcomes: 2}
agents:
  - name: a
    start: [0.9, 0.1]
    reference: uniform
    reward: [1, 0]
    shares: {real: 0.01, curated: 0.99}
    public: {stages: [{bradley-terry: {candidates: 4, reward: [1, 0]}},
                      {bradley-terry: {candidates: 4, reward: [0, 1]}}]}
network: {edges: [{from: a, to: a}]}
END
expect 0 influence corners.yaml --starts 10 -o -
has out 'fixed points: 10 starts lead to 2, with these alignments:'
has out 'outcome 2'
has out 'conditioning: 0.158'
has err 'warning: there are several fixed points (2 found)'
expect 0 influence corners.yaml --starts 10 --json
has out '"starts": 10, "lost_starts": 0, "fixed_points": ['
has out '{"from": "outcome 2", "starts": 5, "alignment": {"a": 0.0309'
expect 0 influence "$data/rivals.yaml" --starts 10 -o -
has out 'fixed points: this is the only one'
lacks err 'several fixed points'
expect 2 influence corners.yaml --starts 0 -o -
expect 0 check corners.yaml --json
has out '"certificate": {"holds": false, "radius": 3.579'

# Mistakes.
expect 2 influence "$data/sampled.yaml" --on thet -o x
has err "no agent is called 'thet' (did you mean 'theta'?)"
expect 2 influence "$data/sampled.yaml" --of nobody -o x
expect 2 influence "$data/sampled.yaml" --block 1 -o x
expect 2 influence "$data/sampled.yaml" --on theta --of phi --block 3 -o x
has err 'do not divide a dimension of 2'
expect 2 influence "$data/rivals.yaml" --of theta --step 0.1 -o x
expect 2 influence "$data/sampled.yaml" --of theta --step 0.6 -o x
has err 'cannot be moved'
missing x/manifest.json

# What is not right is said, and where there is no number there is none.
cat >held.yaml <<'END'
trophic: 1
seed: 1
outcomes: {family: gaussian}
agents:
  - {name: a, reference: 0, reward: 1, public: {shift: 1}, shares: {real: 0.5, curated: 0.5},
     displaces: real}
  - {name: x, start: 1, reward: 1, public: {shift: 1}, shares: {synthetic: 1}}
  - {name: y, start: 3, public: {shift: 1}, shares: {synthetic: 1}}
network: {edges: [{from: a, to: a, weight: 0.5}, {from: x, to: a, weight: 0.5}, {from: y, to: x},
                  {from: x, to: y}]}
schedule: sequential
END
expect 3 influence held.yaml -o held
has out 'not defined, of the curated share of'
has out 'x (on a, x): its walks pass agents that nothing holds, which rest wherever they are moved'
has held/influence.csv 'a,a,real,'
has held/influence.csv 'undefined,1,"its walks pass agents'
has err 'influences that would pass what drifts are not defined'
cat >drift.yaml <<'END'
trophic: 1
seed: 1
outcomes: {family: gaussian}
agents: [{name: a, start: 0, reward: 1, public: {shift: 1}, shares: {synthetic: 0.5, curated: 0.5}}]
network: {edges: [{from: a, to: a}]}
END
expect 3 influence drift.yaml -o -
empty out
has err 'no fixed point found'
has err 'always as much: they drift'
cat >flip.yaml <<'END'
trophic: 1
seed: 1
outcomes: {family: categorical, outcomes: 2}
agents:
  - {name: a, start: [0.7, 0.3], reference: [0.6, 0.4], reward: [1, 0], displaces: real,
     public: {audience: {of: a, strength: -9}}, shares: {real: 0.1, curated: 0.9}}
network: {edges: [{from: a, to: a}]}
END
expect 3 influence flip.yaml -o -
has err 'they go round in a cycle of period 2'
expect 2 influence flip.yaml --of A -o -
has err "--of A: error: no agent is called 'A' (did you mean 'a'?)"
cat >fold.yaml <<'END'
trophic: 1
seed: 1
outcomes: {family: gaussian}
agents: [{name: a, reference: 1, reward: 1, public: {shift: 1},
          shares: {real: 0.2, synthetic: 0.4, curated: 0.4}}]
network: {edges: [{from: a, to: a, channel: {affine: {scale: 1.2499999}}}]}
END
expect 0 influence fold.yaml -o -
has err 'I - J is nearly singular (conditioning 8e-08)'
expect 3 influence fold.yaml -o - --set 'network.edges.0.channel.affine.scale=1.25'
empty out
# An arena that nobody asks for data needs no second producer.
cat >arena.yaml <<'END'
trophic: 1
seed: 1
outcomes: {family: categorical, outcomes: 3}
agents:
  - {name: a, reference: uniform, reward: [1, 0, 3], shares: {real: 0.5, synthetic: 0.5},
     displaces: real, public: {arena: {slots: 2, reward: [1, 0, 2]}}}
  - {name: b, reference: uniform, shares: {real: 1}}
network: {judge: consumer, edges: [{from: b, to: a}]}
END
expect 0 influence arena.yaml -o one
expect 0 influence arena.yaml -o two --set 'agents.a.public={bradley-terry: {candidates: 2, reward: [1, 0, 2]}}'
near "$(field one/influence.csv 1 6)" "$(field two/influence.csv 1 6)"
expect 2 influence arena.yaml -o - --set agents.a.shares.curated=0.1
has err 'an arena needs at least two producers'

# Rivals with users and a reward so strong that an influence of 1e400 is left of them: it is
# not defined, and not 0 or infinite; nor does an infinite derivative take the others with it.
cat >rivals.yaml <<'END'
trophic: 1
seed: 1
outcomes: {family: gaussian}
agents:
  - {name: a, reference: 0, reward: 1, public: {shift: 1}, shares: {real: 0.5, curated: 0.5}}
  - {name: b, reference: 0, reward: -1, public: {shift: -1}, shares: {real: 0.5, curated: 0.5}}
network: {edges: [{from: a, to: a, weight: 3}, {from: b, to: a, weight: 7}, {from: b, to: b}]}
END
expect 0 influence rivals.yaml -o huge --on a --of a --explain --rounds 2 --gradient --block 1 \
    --set agents.a.public.shift=1e200 --set agents.a.reward=1e200
[ "$(field huge/influence.csv 1 8)" = undefined ] || fail 'an influence of 1e400'
has huge/influence.csv 'larger than any number'
has huge/gradient.csv 'real share,a,,,0.5,,,,,0,it is larger'
lacks out inf
tiny='--set network.edges.0.weight=1e-320 --set network.edges.1.weight=1e-320'
# shellcheck disable=SC2086
expect 0 influence rivals.yaml -o tiny --on a --gradient $tiny
near "$(awk -F, '$1 == "curated share" && $2 == "a" { print $6 }' tiny/gradient.csv)" \
    "$(field tiny/influence.csv 1 6)"
has tiny/gradient.csv ',,,,,0,it is larger'
# Without any reward nothing can be influenced, and that is said.
sed 's/, reward: [^,]*,/,/' "$data/rivals.yaml" >unrewarded.yaml
sed -i '/^ *reward:/d' unrewarded.yaml
expect 0 influence unrewarded.yaml --out -
has err 'no agent has a reward'

# What the first real data of all would do; and no reward, no welfare.
none='agents.a.shares={real: 0, synthetic: 0.2, curated: 0.8}'
some='agents.a.shares={real: 1e-6, synthetic: 0.1999998, curated: 0.7999992}'
expect 0 influence rivals.yaml -o none --on a --gradient --set "$none"
expect 0 influence rivals.yaml -o some --on a --gradient --set "$some"
near "$(awk -F, '$1 == "real share" && $2 == "a" { print $6 + $10 }' none/gradient.csv)" \
    "$(awk -F, '$1 == "real share" && $2 == "a" { print $6 + 1 }' some/gradient.csv)" 1e-4
sed 's/reward: -*1, //' rivals.yaml >plain.yaml
expect 2 influence plain.yaml -o - --gradient
has err 'no agent has a reward'

finish
