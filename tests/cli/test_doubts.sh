#!/bin/sh
# What `trophic check` warns of: right, and seldom meant. Each warning has a neighbour without it.
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"

cat >base.yaml <<'END'
trophic: 1
name: doubts
seed: 1
outcomes: {family: categorical, labels: [x, y, z]}
agents:
  - name: a
    reference: [0.2, 0.3, 0.5]
    public: {bradley-terry: {candidates: 2, reward: [1, 0, 0]}}
    owner: {bradley-terry: {reward: [0, 0, 1]}}
    shares: {real: 0.5, curated: 0.5}
  - {name: b, reference: uniform, shares: {real: 0.5, synthetic: 0.5}}
network: {edges: [{from: a, to: a}, {from: a, to: b}]}
schedule: {synchronous: {rounds: 100, tolerance: 1.0e-10}}
END

# doubts WORDS KEY=VALUE...: warns in these words, and of nothing else; `nothing`: not at all.
doubts() {
    words=$1
    shift
    count=$#
    while [ "$count" -gt 0 ]; do
        set -- "$@" --set "$1"
        shift
        count=$((count - 1))
    done
    run check base.yaml "$@"
    case $code in
    0 | 3) ;;
    *) fail "exit status $code" ;;
    esac
    if [ "$words" = nothing ]; then
        lacks err warning
        return
    fi
    has err "$words"
    [ "$(grep -c warning: err)" -eq 1 ] || fail 'one warning expected'
}

doubts nothing

# --- agents that no real data reaches
doubts nothing agents.b.shares.real=0 agents.b.shares.synthetic=1
doubts "base.yaml:6:5: warning: no real data reaches 'a', 'b': where the rounds lead" \
    'agents.a.shares={synthetic: 0.5, curated: 0.5}' 'agents.b.shares={synthetic: 1}'
has err 'a real share, of their own or of a producer, would hold them'
doubts "base.yaml:6:5: warning: no real data reaches 'a': where" \
    'agents.a.shares={synthetic: 0.5, curated: 0.5}'
doubts nothing 'agents.a.shares={synthetic: 0.5, curated: 0.5}' 'absent=[a]' \
    'agents.b.shares={real: 1}'

# --- users and owners
keeps="warning: the users of 'a' cannot matter: 'bradley-terry' keeps everything here"
doubts "--set agents.a.public.bradley-terry.candidates=1: $keeps" \
    agents.a.public.bradley-terry.candidates=1
doubts "$keeps" 'agents.a.public.bradley-terry.reward=[2, 2, 2]'
doubts nothing 'agents.a.public.bradley-terry.reward=[2, 2, 2.001]'
doubts "the users of 'a' cannot matter: 'best-of' keeps" \
    'agents.a.public={best-of: {candidates: 1, reward: [1, 0, 0]}}'
doubts "the users of 'a' cannot matter: 'stages' keeps" \
    'agents.a.public={stages: [none, {bradley-terry: {candidates: 1, reward: [1, 0, 0]}}]}'
doubts nothing \
    'agents.a.public={stages: [none, {bradley-terry: {candidates: 2, reward: [1, 0, 0]}}]}'
doubts "the users of 'a' cannot matter: 'self-judge' keeps" \
    'agents.a.public={self-judge: {strength: 0}}'
doubts nothing 'agents.a.public={self-judge: {strength: 0.1}}'
doubts nothing 'agents.a.public={audience: {of: b}}'
doubts nothing agents.a.public=none agents.a.owner=none
doubts "the owner of 'a' cannot matter: 'bradley-terry' keeps everything" \
    'agents.a.owner.bradley-terry.reward=[1, 1, 1]'
doubts nothing 'agents.a.public={arena: {slots: 2, reward: [1, 0, 0]}}' agents.a.pool=mixture network.judge=consumer \
    'network.edges=[{from: a, to: a}, {from: b, to: a}, {from: a, to: b}]'
doubts "base.yaml:8:13: warning: the users of 'a' cannot matter: nobody has a curated share of" \
    agents.a.shares.curated=0
doubts nothing agents.a.shares.curated=0 'agents.b.shares={real: 0.5, curated: 0.5}'
doubts "the users of 'a' cannot matter: nobody has" network.judge=b
doubts nothing agents.a.shares.curated=0 \
    'events=[{round: 5, set: {agents.a.shares.curated: 0.5}}]'
doubts nothing agents.a.shares.curated=0 \
    'advice={allow: [{key: agents.a.shares.curated}], goal: mean}' 'agents.a.reward=[1, 0, 0]'

# on real vectors: a curved reward keeps the mean that is at its top, and no other
cat >line.yaml <<'END'
trophic: 1
seed: 1
outcomes: {family: gaussian}
agents:
  - name: a
    reference: 0
    public: {bradley-terry: {reward: {curvature: 1}}}
    shares: {real: 0.5, curated: 0.5}
  - {group: g, count: 500, reference: 0, public: {shift: 0}, shares: {real: 0.5, curated: 0.5}}
network: {generator: ring}
END
expect 0 check line.yaml
has err "line.yaml:9:50: warning: the users of 'g-1' cannot matter: 'shift' keeps everything"
[ "$(grep -c warning: err)" -eq 1 ] || fail 'one warning expected'
expect 0 check line.yaml --set agents.g.public.shift=0.1
lacks err warning
expect 0 check line.yaml --quiet
empty err

# --- rounds that come to rest slowly
slow='agents.a.shares={real: 0.01, synthetic: 0.99}'
doubts 'base.yaml:13:12: warning: rounds come to rest slowly: the factor 0.99 per round' "$slow" \
    agents.a.public=none agents.a.owner=none
has err 'a tenth of a disturbance is left after 230 rounds; the 100 of the schedule leave 0.37'
has err 'about 2292 rounds would bring it to the tolerance'
doubts 'warning: rounds come to rest slowly: the factor 0.99' "$slow" \
    agents.a.public=none agents.a.owner=none schedule.synchronous.rounds=2292
lacks err 'of the schedule'
doubts nothing 'agents.a.shares={real: 0.03, synthetic: 0.97}' \
    agents.a.public=none agents.a.owner=none
finish
