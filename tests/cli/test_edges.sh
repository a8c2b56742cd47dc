#!/bin/sh
# Ecosystems at the edge of what is possible.
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"

# One agent, alone with its data.
expect 0 check "$data/alone.yaml"
has out 'agents     1'
expect 0 run "$data/alone.yaml"
[ "$(field alone-run/summary.csv 1 2)" = 2 ] || fail 'alignment'
expect 0 influence "$data/alone.yaml"
has alone-influence/influence.csv 'only,only,proportional,,,,,undefined,0'

# Curated shares of 0 and 1; one output a round.
expect 0 influence "$data/rivals.yaml" --set agents.theta.shares.curated=0 -o zero
has zero/influence.csv 'theta,theta,real,'
[ "$(field zero/influence.csv 1 9)" = 1 ] || fail 'a share of 0 moves in one direction only'
has out 'a one-sided derivative'
expect 0 run "$data/rivals.yaml" --set agents.theta.shares.curated=1 -o whole
expect 0 influence "$data/rivals.yaml" --set agents.theta.shares.curated=1 -o wholei
[ "$(field wholei/influence.csv 1 9)" = 1 ] || fail 'a share of 1 moves in one direction only'
# So do pairs of sampled runs, and say it.
expect 0 influence "$data/sampled.yaml" --of theta --set agents.theta.shares.curated=0 -o zeros
has out 'pairs of runs with the share at 0 and at 0.02 (one-sided):'
[ "$(field zeros/influence_sampled.csv 1 8)" = 1 ] || fail 'not marked as one-sided'
expect 0 influence "$data/sampled.yaml" --of theta --set agents.theta.shares.curated=1 --json
has out '"one_sided": 1}'
expect 0 influence "$data/sampled.yaml" --of theta -o twos
has out 'pairs of runs with the share moved by +-0.02:'
[ "$(field twos/influence_sampled.csv 1 8)" = 0 ] || fail 'marked as one-sided'
cat "$data/sampled.yaml" - >ends.yaml <<'END'
vary:
  ends:
    over: {share: {key: agents.theta.shares.curated, values: [0, 0.5, 1]}}
    find:
      sampled: {sampled-influence: {on: theta, of: theta}}
      expected: {expected-influence: {on: theta, of: theta}}
      gain: {pairing-gain: {on: theta, of: theta}}
  exact:
    over: {share: {key: agents.theta.shares.curated, values: [0, 0.5, 1]}}
    find: {dJ: {influence: {on: theta, of: theta}}}
  none:
    over: {share: {key: agents.theta.shares.curated, values: [0]}}
    find: {J: {alignment: theta}}
END
expect 0 reproduce ends.yaml -o ends
for table in ends exact; do
    [ "$(awk -F, 'NR > 1 { printf "%s ", $NF }' "ends/$table.csv")" = 'one-sided ok one-sided ' ] ||
        fail "status in $table.csv"
done
[ "$(field ends/none.csv 1 3)" = ok ] || fail 'one-sided without a derivative'
expect 0 run "$data/sampled.yaml" --set advance.sampled.outputs=1 -o single
expect 0 run "$data/sampled.yaml" --set advance.sampled.outputs=1000000000000000 -o many
near "$(awk -F, 'NR == 2 { print int(1e4 * $2 + (($2 < 0) ? -0.5 : 0.5)) }' many/summary.csv)" \
    "$(awk -F, 'NR == 2 { print int(1e4 * $6 + (($6 < 0) ? -0.5 : 0.5)) }' many/summary.csv)"

# Unstable: said by all, exit status 3, files whole.
expect 3 check "$data/unstable.yaml"
has out 'unstable under the synchronous schedule'
expect 3 run "$data/unstable.yaml" -q
has err 'unstable under the synchronous schedule'
[ "$(field unstable-run/summary.csv 1 9)" = unstable ] || fail 'status'
expect 3 influence "$data/unstable.yaml" -q
has err 'do not settle'
has unstable-influence/manifest.json '"status": "unstable"'

# Diverged: labelled, no NaN, the rounds before are there.
expect 3 run "$data/unstable.yaml" --set schedule.synchronous.rounds=5000 -o gone
has err 'diverged in round 2362'
[ "$(field gone/summary.csv 1 9)" = diverged ] || fail 'status'
has gone/manifest.json '"replicates_diverged": 1'
has gone/rounds.csv '0,2361,2361,b,'
lacks gone/rounds.csv nan
expect 3 run "$data/unstable.yaml" --set schedule.synchronous.rounds=5000 \
    --set 'advance={sampled: {outputs: 3, replicates: 6}}' -o gones
has err 'of 6 replicates diverged'

# Nothing real comes in: no fixed point to speak of.
cat >closed.yaml <<'END'
trophic: 1
name: closed
seed: 1
outcomes: {family: gaussian}
curators: {up: {shift: 1}}
agents:
  - {name: a, start: 0, reward: {linear: 1}, public: up, shares: {synthetic: 0.5, curated: 0.5}}
  - {name: b, start: 0, reward: {linear: 1}, public: up, shares: {synthetic: 1}}
  - {name: c, reference: 0, reward: {linear: 1}, shares: {real: 1}}
network: {edges: [{from: a, to: b}, {from: b, to: a}]}
schedule: {synchronous: {rounds: 4}}
END
expect 3 check closed.yaml
has out 'no real data reaches: a, b'
expect 3 influence closed.yaml -o closedi
has err 'error:'
expect 3 run closed.yaml
has err 'warning: no fixed point'
has err 'not stable under the synchronous schedule: the means are free to drift'
has err 'no real data reaches a and b)'
[ "$(field closed-run/summary.csv 1 9)" = unstable ] || fail 'status'

# The rounds may come to rest all the same, at one of many fixed points: that is
# converged, and said.
even='agents.a.shares={synthetic: 1}'
mixed='network.edges=[{from: a, to: b}, {from: a, to: a}, {from: b, to: a}, {from: b, to: b}]'
rest='schedule={synchronous: {rounds: 500, tolerance: 1.0e-9}}'
expect 0 run closed.yaml --set "$even" --set "$mixed" --set "$rest" --set agents.a.start=3 -o mean
has err 'converged after'
has err 'is one of many fixed points'
[ "$(field mean/summary.csv 1 9)" = converged ] || fail 'status'
near "$(field mean/summary.csv 2 2)" 1.5
expect 3 check closed.yaml --set "$even" --set "$mixed" --set "$rest"
has out 'the means are free to drift'
# at rest from the beginning
expect 0 run closed.yaml --set "$even" --set "$rest" -o still
has err 'is one of many fixed points'
# and they may go round for ever
expect 3 run closed.yaml --set "$even" --set "$rest" --set agents.a.start=3 -o round
has err 'a cycle of period 2 never dies'
[ "$(field round/summary.csv 1 9)" = cycle ] || fail 'status'

# Whoever never retrained did not converge, unless by the author's own wish.
for never in 'poisson: {rate: [1, 1.0e-9]' 'periodic: {period: [1, 1000]'; do
    expect 3 run "$data/rivals.yaml" -f -o never \
        --set "schedule={$never, rounds: 300, tolerance: 1.0e-9}}"
    has err 'not converged: agent phi never retrained in 300 rounds'
    [ "$(field never/summary.csv 1 9)" = 'not converged' ] || fail 'status'
done
expect 0 run "$data/rivals.yaml" -f -o never --set 'schedule={poisson: {rate: [1, 1.0e-9]}}'
has err 'note: agent phi never retrained in 200 rounds'
expect 0 run "$data/rivals.yaml" -f -o never \
    --set 'schedule={poisson: {rate: [1, 0], rounds: 300, tolerance: 1.0e-9}}'
has err 'converged after'
has err 'note: agent phi never retrains under this schedule'
has err 'comes to rest under the poisson schedule, but not at the fixed point, as phi never retrains'
expect 0 check "$data/rivals.yaml" --set 'schedule={poisson: [1, 0]}'
expect 3 influence "$data/rivals.yaml" -o - --set 'schedule={poisson: [1, 0]}'
has err 'a fixed point that the rounds do not settle at'

# Numbers near the largest there is: sums and squares of them stay finite, and
# what does not is diverged, not undefined.
cat >vast.yaml <<'END'
trophic: 1
seed: 1
outcomes: {family: gaussian, dimension: 2}
agents:
  - {name: a, reference: 1.0e+308, start: -2.0e+307, reward: {linear: [1, 0]}, shares: {real: 1}}
schedule: {synchronous: {rounds: 50}}
END
expect 0 run vast.yaml
near "$(field vast-run/summary.csv 1 4)" 1e308
near "$(field vast-run/rounds.csv 1 6)" 1.6970562748477141e308
lacks vast-run/rounds.csv inf
expect 3 run vast.yaml --json -o over --set agents.a.reward.linear=1
has out '"status": "diverged"'
has err 'diverged in round 1: the alignment of a is no longer a finite number'
lacks over/rounds.csv inf
[ "$(wc -l <over/rounds.csv)" -eq 2 ] || fail 'not the start alone'
expect 3 run vast.yaml -o start --set agents.a.start=-1.0e+308
has err 'diverged in round 0: the distance of a is no longer a finite number'
expect 3 run vast.yaml --json -o wide --set agents.a.reference=0 --set agents.a.start=0 \
    --set 'advance={sampled: {outputs: 1, replicates: 4}}' --set outcomes.covariance=1.0e+306 \
    --set agents.a.reward.linear=1.0e+10
lacks out inf
has out '"status": "diverged"'
has err 'the spread of the alignment over replicates of a is no longer a finite number'

# Agents that no edge reaches: all of them, and what would help.
cat >thin.yaml <<'END'
trophic: 1
seed: 1
outcomes: {family: gaussian}
agents: [{group: x, count: 40, start: 0, shares: {synthetic: 1}}]
network: {generator: {erdos-renyi: {m: 3}}}
END
expect 2 check thin.yaml
has err 'thin.yaml:5:23: error: agents '
has err "more have synthetic or curated shares but no edge brings them such data: give the generator \
'self: 1', an edge from every agent to itself, or give those shares to 'real', with a 'reference'"
expect 0 check thin.yaml --set network.generator.erdos-renyi.self=1 \
    --set 'agents.x={group: x, count: 40, reference: 0, shares: {real: 0.1}}'

# Where not everyone retrains in a round, one quiet round proves nothing.
expect 0 run "$data/rivals.yaml" -o poisson \
    --set 'schedule={poisson: {rate: 0.05, rounds: 20000, tolerance: 1.0e-12}}'
near "$(field poisson/summary.csv 1 2)" -0.473
expect 0 run "$data/rivals.yaml" -o late --set 'network.edges.phi->theta.delay=7.5'
near "$(field late/summary.csv 1 2)" -0.473
finish
