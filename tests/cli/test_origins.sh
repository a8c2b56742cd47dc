#!/bin/sh
# Where a wrong value came from: a mistake is shown where its maker wrote it, once, with the
# agent, axis, case or round that made it one.
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"

cat >base.yaml <<'END'
trophic: 1
seed: 1
outcomes: {family: gaussian}
agents:
  - {name: a, reference: 0, reward: 1, public: {shift: 1}, shares: {real: 0.5, curated: 0.5}}
  - {group: g, count: 3, reference: 0, learning-rate: 1, shares: {real: 0.5, synthetic: 0.5}}
network: {edges: [{from: a, to: a}, {from: a, to: g-1}, {from: a, to: g-2}, {from: a, to: g-3}]}
cases: {data: {none: {agents.a.shares.real: 0.7}}}
END

# shows ARGUMENT... -- LINE: exit status 2, that line, and no other error.
shows() {
    line=
    for word; do
        shift
        [ "$word" = -- ] && line=$1 && break
        set -- "$@" "$word"
    done
    shift
    expect 2 "$@"
    has err "$line"
    [ "$(grep -c 'error:' err)" -eq 1 ] || fail 'one error expected'
}

# --- overrides, of an agent, of a group and of one of it, and cases
shows check base.yaml --set agents.a.shares.real=0.7 -- \
    '--set agents.a.shares.real=0.7: error: shares sum to 1.2, at most 1 would be right'
shows check base.yaml --set agents.g.shares.real=0.7 -- \
    '--set agents.g.shares.real=0.7: error: shares sum to 1.2, at most 1'
shows check base.yaml --set agents.g-2.shares.real=0.7 -- \
    "--set agents.g-2.shares.real=0.7: error: agent 'g-2': shares sum to 1.2"
shows check base.yaml --set cases.data=none -- \
    '--set cases.data=none, so agents.a.shares.real=0.7: error: shares sum to 1.2'
has err '    agents.a.shares.real=0.7'
shows check base.yaml --set cases.data=nine -- \
    "--set cases.data=nine: error: there is no case 'nine' (did you mean 'none'?)"
has err '               ^~~~'
shows check base.yaml --set cases.date=none -- \
    "--set cases.date=none: error: there is no group of cases 'date' (did you mean 'data'?)"
shows check base.yaml --set trophic=2 -- 'error: trophic must be 1, found '

# --- draws: once, with the agent, however many it concerns
shows check base.yaml --set 'agents.g.learning-rate={draw: {uniform: [2, 3]}}' -- \
    "uniform: [2, 3]}}: error: agent 'g-1': learning-rate must be above 0 and at most 1, found '2."
shows check base.yaml --set 'agents.g.reference={draw: {normal: {mean: 0, sd: 1}}}' \
    --set agents.g.shares.real=0.7 -- \
    "--set agents.g.shares.real=0.7: error: agent 'g-1': shares sum to 1.2"

# --- groups are no agents
shows check base.yaml --set 'network.edges=[{from: a, to: a}, {from: a, to: g}]' -- \
    "no agent is called 'g', which is a group: one of its agents, as 'g-1', would be right"

# --- axes and events
cp base.yaml sweep.yaml
echo 'sweep: {vary: {agents.g.learning-rate: [0.5, 1.5]}, outputs: [{alignment: a}]}' >>sweep.yaml
for name in check sweep; do
    shows "$name" sweep.yaml -- \
        "sweep.yaml:9:46: error: axis 'agents.g.learning-rate' at 1.5: learning-rate must be above 0"
done
cp base.yaml event.yaml
echo 'events: [{round: 3, set: {agents.a.shares.real: 0.7}}]' >>event.yaml
shows check event.yaml -- 'event.yaml:9:10: error: from round 3 on: shares sum to 1.2'
has err '(event.yaml:5:68)'
missing sweep-sweep.sqlite

# --- options: mistakes are shown in what was typed
shows sweep base.yaml --vary agents.a.shares.curatd='[0.1, 0.2]' --find 'J={alignment: a}' -- \
    "--vary agents.a.shares.curatd=[0.1, 0.2]: error: no key 'curatd' in shares: did you mean 'curated'?"
has err '    ^~~~~~~~~~~~~~~~~~~~~~'
shows sweep base.yaml --vary 'agents.a.shares.curated={linspace: [0, 9, 10]}' \
    --find 'J={alignment: a}' -- \
    "at 2: curated must be a share between 0 and 1, found '2'"
shows sweep base.yaml --vary 'agents.a.learning-rate={linspace: [1, 9, 9]}' \
    --find 'J={alignment: a}' -- "at 2: learning-rate must be above 0 and at most 1, found '2'"
has err '    agents.a.learning-rate={linspace: [1, 9, 9]}'
shows sweep base.yaml --vary 'agents.a.learning-rate=[0.5]' --find 'J={alignmnt: a}' -- \
    "--find J={alignmnt: a}: error: unknown quantity 'alignmnt' (did you mean 'alignment'?)"
has err '       ^~~~~~~~'
shows sweep base.yaml --vary 'seed=[1, 2' --find 'J={alignment: a}' -- \
    "--vary seed=[1, 2: error: expected ',' or ']' in the list"
shows sweep base.yaml --vary 'seed=[1]' --vary 'seed=[2]' --find 'J={alignment: a}' -- \
    "--vary seed=[2]: error: --vary has 'seed' twice"
shows sweep base.yaml --find J -- "--find J: error: expected NAME=QUANTITY, found 'J'"
shows map base.yaml --quantity '{alignmnt: a}' --vary 'agents.a.learning-rate=[0.1, 0.2]' \
    --vary 'agents.g.learning-rate=[0.1, 0.2]' -- \
    "--quantity {alignmnt: a}: error: unknown quantity 'alignmnt'"
shows advise base.yaml --goal '{influence: b}' -- \
    "--goal {influence: b}: error: no agent is called 'b'"
shows advise base.yaml --goal '{influence: a}' --allow 'agents.a.shares.curatd={to: 1}' -- \
    "--allow agents.a.shares.curatd={to: 1}: error: no key 'curatd' in shares"
shows compare base.yaml --topology 'x={complet: 3}' -- \
    "--topology x={complet: 3}: error: topology 'x' is 'complet'"
shows compare base.yaml --topology x -- "--topology x: error: expected NAME=NETWORK, found 'x'"

# --- members, studies, files, generated networks
shows check base.yaml --set 'agents.g.members={g-2: {learning-rate: 7}}' -- \
    "agent 'g-2': learning-rate must be above 0 and at most 1, found '7'"
shows check base.yaml --set 'network={generator: {ring: {k: -1}}}' -- \
    "--set network={generator: {ring: {k: -1}}}: error: "
cp base.yaml study.yaml
echo 'vary: {t: {over: {agents.a.learning-rate: [1, 2]}, find: {J: {alignment: a}}}}' >>study.yaml
shows check study.yaml -- "study.yaml:9:47: error: axis 'agents.a.learning-rate' at 2: learning-rate"
printf 'from,to,weight\na,a,much\n' >x.csv
shows check base.yaml --set 'network={file: x.csv}' -- 'x.csv:2:5: error: '

# --- events: the mistakes of all of them, without what follows from them
cp base.yaml event.yaml
cat >>event.yaml <<'END'
events:
  - {round: 3, join: aa}
  - {round: 4, set: {agents.a.shares.real: 7, agents.g.learning-rat: 0.5}}
  - {round: 5, leave: a}
  - {round: 6, leave: a}
  - {round: 7, set: {agents.g.learning-rate: 7}, edges: [{from: a, to: h}]}
END
expect 2 check event.yaml
has err "event.yaml:10:22: error: no agent or group is called 'aa'"
has err "event.yaml:11:44: error: real must be a share between 0 and 1, found '7'"
has err "event.yaml:11:47: error: no key 'learning-rat' in agent: did you mean 'learning-rate'?"
has err "event.yaml:13:23: error: 'a' cannot leave: it is not there"
has err "event.yaml:14:46: error: learning-rate must be above 0 and at most 1, found '7'"
has err "event.yaml:14:72: error: no agent is called 'h'"
[ "$(grep -c 'error:' err)" -eq 6 ] || fail 'six errors expected'
finish
