#!/bin/sh
# Scenarios that are none: every mistake with its place, exit status 2, and
# nothing written.
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"

: >empty.yaml
printf '# only this\n' >comment.yaml
printf '\177ELF\002\001\001\000\000rubbish\376\377' >binary.yaml
head -c 5000 /dev/zero >zeros.yaml
mkdir folder.yaml
touch before
for name in check run influence reproduce; do
    expect 2 "$name" missing.yaml
    has err 'missing.yaml: error: cannot be read: no such file'
    expect 2 "$name" ./folder.yaml
    has err 'it is a directory'
    expect 2 "$name" empty.yaml
    has err 'empty.yaml: error: the file is empty'
    expect 2 "$name" comment.yaml
    expect 2 "$name" binary.yaml
    has err 'binary.yaml:1:1: error:'
    expect 2 "$name" zeros.yaml
    expect 2 "$name" "$data/mistakes.yaml"
    empty out
    has err "mistakes.yaml:5:1: error: unknown key 'colour'"
    has err 'mistakes.yaml:7:65: error: real must be a share between 0 and 1'
    has err "mistakes.yaml:8:29: error: unknown key 'rewrad' in 'agent' (did you mean 'reward'?)"
    has err "mistakes.yaml:9:33: error: no agent is called 'c'"
    has err 'mistakes.yaml:10:34: error: rounds must be between'
    has err '^~~~~~'
    # so are those of a study: tables, claims and figure, whatever the command
    expect 2 "$name" "$data/study-mistakes.yaml"
    empty out
    has err "study-mistakes.yaml:12:65: error: axis 'lambda' at 1.7: curated must be a share"
    has err "study-mistakes.yaml:14:3: error: a table cannot be called '.hidden'"
    has err "study-mistakes.yaml:15:37: error: axis 'J' at one: seed must be a whole number"
    has err "study-mistakes.yaml:16:12: error: 'J' is an axis of this table already"
    has err "study-mistakes.yaml:16:27: error: no agent is called 'b'"
    has err "study-mistakes.yaml:21:13: error: table 'shares' has no axis 'lamda'"
    has err "study-mistakes.yaml:22:22: error: column 'shares.J' is exact"
    has err "study-mistakes.yaml:24:69: error: column 'J' is exact: it has no standard errors"
    [ "$(grep -c error: err)" -eq 8 ] || fail 'eight mistakes expected'
    expect 2 "$name" "$data/rivals.yaml" --set agents.theta.shares.curatd=0.5
    has err "did you mean 'curated'?"
    has err 'agents.theta.shares.curatd=0.5'
    expect 2 "$name" "$data/rivals.yaml" --set agents.thet.shares.real=0.5
    has err "no 'thet' in 'agents' (did you mean 'theta'?)"
    expect 2 "$name" "$data/rivals.yaml" --set 'seed=[1'
    expect 2 "$name" "$data/rivals.yaml" --set agents.theta.shares.curated=1.5
    has err 'curated must be a share between 0 and 1'
    lacks err 'leaves nothing to displace'
    # An override's mistakes are shown in the override, whatever finds them.
    expect 2 "$name" "$data/rivals.yaml" --set network.jugde=producer
    has err "--set network.jugde=producer: error: no key 'jugde' in network: did you mean 'judge'?"
    expect 2 "$name" "$data/rivals.yaml" --set agents.theta.shares.real=2
    has err '--set agents.theta.shares.real=2: error: real must be a share between 0 and 1'
    has err '                             ^'
    expect 2 "$name" "$data/rivals.yaml" --set agents.theta.shares.real=0.8
    has err '--set agents.theta.shares.real=0.8: error: shares sum to 1.3'
    lacks err 'rivals.yaml:14'
done
# Nothing but the files of this test is here.

for file in *; do
    case $file in
    before | out | err | *.yaml) ;;
    *) fail "'$file' was written" ;;
    esac
done

# What --set makes impossible in a study concerns who would reproduce it, no one else.
expect 0 check "$data/study.yaml" --set agents.a.displaces=synthetic
has err "warning: the study in '$data/study.yaml' does not go with --set"
has out 'a small study'
expect 0 influence "$data/study.yaml" --set agents.a.displaces=synthetic --out -
expect 2 reproduce "$data/study.yaml" --set agents.a.displaces=synthetic
has err "axis 'lambda' at 0.6: a curated share of 0.6 leaves nothing to displace"
expect 2 check "$data/study.yaml" --set agents.a.displaces=synthetic \
    --set vary.shares.find.J.alignment=b
has err "no agent is called 'b'"
expect 0 check "$data/study.yaml" --set agents.a.displaces=proportional
lacks err warning

# Several files: each is checked; quiet hides notes, never errors.
expect 2 check "$data/rivals.yaml" "$data/mistakes.yaml" missing.yaml --quiet
has out 'two rivals'
has err 'mistakes.yaml:5:1: error'
has err 'missing.yaml: error'
lacks err 'note:'
lacks err 'seed 2'
expect 0 check "$data/rivals.yaml" "$data/alone.yaml"
has err "rivals.yaml:25:7: note: weights were scaled to sum to 1: those into 'phi' summed to 10"
lacks err "into 'theta'"

# A duplicate key hides nothing.
sed 's/^seed: .*/seed: 1\nseed: 2/; s/real: 0.5/real: 1.5/' "$data/rivals.yaml" >twice.yaml
expect 2 check twice.yaml
has err "twice.yaml:5:1: error: duplicate key 'seed' (the first is on line 4)"
has err 'twice.yaml:15:20: error: real must be a share between 0 and 1'
expect 2 run twice.yaml --set agents.theta.shares.real=0.5
has err "duplicate key 'seed'"
lacks err 'real must be'
missing twice-run

# A key in the wrong place: where it belongs. A key that is misspelt is not missing besides, and
# names that could not be read are not unknown.
cat >astray.yaml <<'END'
trophic: 1
seed: 1
rounds: 20
outcomes: {family: gaussian}
agents:
  - {name: a, reference: 0, reward: 1, curated: 0.4, shares: {real: 1, displaces: real}}
network: {generator: {ring: {mean-degree: 4}}}
schedule: {tolerance: 1.0e-9, synchronous: {seed: 2}}
END
expect 2 check astray.yaml
has err "3:1: error: unknown key 'rounds' in 'scenario'"
has err "6:40: error: unknown key 'curated' in 'agent' (it belongs inside 'shares')"
has err "'displaces' in 'shares' (it is a key of 'agent': it belongs beside 'shares')"
has err "'mean-degree' in 'ring' (it is a key of 'network': it belongs beside 'generator')"
has err "found a second name 'tolerance' (it belongs inside 'synchronous')"
[ "$(grep -c error: err)" -eq 5 ] || fail 'five mistakes expected'
expect 2 check "$data/rivals.yaml" --set agents.theta.curated=0.5
has err "no key 'curated' in agent: did you mean 'agents.theta.shares.curated'?"

# A path that leaves out steps, an option that is a key: the whole path, with the file's schedule.
cp "$data/rivals.yaml" three.yaml
sed 's/synchronous:/sequential:/' three.yaml >turns.yaml
for path in rounds schedule.rounds; do
    expect 2 run three.yaml --set "$path=50"
    has err "did you mean 'schedule.synchronous.rounds'?"
done
expect 2 run turns.yaml --set rounds=50
has err "did you mean 'schedule.sequential.rounds'?"
expect 2 run three.yaml --set theta.shares.curated=0.1
has err "did you mean 'agents.theta.shares.curated'?"
expect 2 run three.yaml --rounds 50
has err "'rounds' is a key of three.yaml, not an option: --set schedule.synchronous.rounds=50"
expect 2 run --rounds=50 turns.yaml
has err '--set schedule.sequential.rounds=50'
expect 2 run three.yaml --colour red
lacks err 'is a key of'
expect 2 report --rounds 5 three.yaml
lacks err 'is a key of'

# A file that is not there: the one that is nearest, the one in a folder of results.
for name in three three.yml threee.yaml THREE.yaml thre; do
    expect 2 check "$name"
    has err "$name: error: cannot be read: no such file (did you mean 'three.yaml'?)"
done
mkdir results
cp three.yaml results/scenario.yaml
expect 2 run results/
has err "(did you mean 'results/scenario.yaml'?)"
expect 2 run results/scenaro.yaml
has err "(did you mean 'results/scenario.yaml'?)"
expect 2 check three.yaml --set network=null --set network.file=thre.csv
lacks err 'did you mean'
printf 'from,to\ntheta,phi\n' >links.csv
expect 2 check three.yaml --set network=null --set network.file=linkz.csv
has err "did you mean 'links.csv'?"
for word in producer consumer; do
    expect 2 check three.yaml --set "network.judge=${word%er}r"
    has err "(did you mean '$word'?)"
done
cat >misspelt.yaml <<'END'
trophic: 1
seed: 1
outcoms: {family: gaussian}
agents:
  - {naem: a, reference: 0, reward: 1, shares: {real: 1}}
  - {group: g, count: many, reference: 0, reward: 1, shares: {real: 1}}
  - {group: h, coutn: 3, reference: 0, reward: 1, shares: {real: 1}}
network: {edges: [{from: a, to: g-1}, {from a, to: a}, {from: h-1, to: h-2}]}
END
expect 2 check misspelt.yaml
has err "unknown key 'outcoms' in 'scenario' (did you mean 'outcomes'?)"
has err "unknown key 'naem' in 'agent' (did you mean 'name'?)"
has err "count must be a whole number, found 'many'"
has err "unknown key 'coutn' in 'agent' (did you mean 'count'?)"
has err "unknown key 'from a' in 'edge' (did you mean 'from: a'?)"
[ "$(grep -c error: err)" -eq 5 ] || fail 'five mistakes expected'

# Spoilt bytes, line ends and indentation: one mistake, located.
printf '\357\273\277' | cat - "$data/rivals.yaml" >bom.yaml
expect 0 check bom.yaml
sed 's/$/\r/' "$data/rivals.yaml" >crlf.yaml
expect 0 check crlf.yaml
sed 's/real: 0.5/real: 1.5/' crlf.yaml >crlf-wrong.yaml
expect 2 check crlf-wrong.yaml
has err "real must be a share between 0 and 1, found '1.5'"
sed '4s/$/ # \xE9/' "$data/rivals.yaml" >latin.yaml
expect 2 check latin.yaml
has err 'latin.yaml:4:'
[ "$(grep -c error: err)" -eq 1 ] || fail 'one mistake expected'
{ cat "$data/rivals.yaml"; printf 'paper: '; head -c 300000 /dev/zero | tr '\0' x; echo; } >long.yaml
expect 0 check long.yaml
{ cat "$data/rivals.yaml"; head -c 300000 /dev/zero | tr '\0' x; echo ': 1'; } >long-key.yaml
expect 2 check long-key.yaml
[ "$(wc -c <err)" -lt 2000 ] || fail 'a long excerpt'

# A seed is a seed, however its path is spelled.
sed '/^seed/d' "$data/rivals.yaml" >seedless.yaml
expect 0 check seedless.yaml --set '"seed"=7'
has err 'seed 7'
lacks err drawn

# Networks in files: a mistake of an element is shown at the element.
cat >net.yaml <<'END'
trophic: 1
seed: 1
outcomes: {family: gaussian}
agents: [{group: x, names: [a, b], reference: 0, shares: {real: 0.5, synthetic: 0.5}}]
network: {graphml: net.graphml}
END
cat >net.graphml <<'END'
<graphml>
  <key id="n" for="node" attr.name="name" attr.type="string"/>
  <graph edgedefault="directed">
    <node id="a"/>
    <node id="n1"><data key="n">b</data></node>
    <edge source="a" target="n1"/>
    <edge source="n1" target="b"/>
  </graph>
</graphml>
END
expect 2 check net.yaml
has err "net.graphml:7:5: error: edge 2 has the target 'b', but no node has that id"
has err '    <edge source="n1" target="b"/>'
sed -i 's/target="b"/target="a"/' net.graphml
expect 0 check net.yaml
has out 'edges      2'
sed -i 's/>b</>producer</' net.graphml
expect 2 check net.yaml
has err "net.graphml:5:5: error: node 2 of 'net.graphml': an agent cannot be called 'producer'"

# Judges of a file are agents; which edge has another says a note.
printf 'from,to,judge\na,b,b\nb,a,zz\n' >net.csv
sed 's/graphml: net.graphml/file: net.csv/' net.yaml >net-csv.yaml
expect 2 check net-csv.yaml
has err "error: no agent is called 'zz'"
has err "note: the file has 'zz' as the judge of the edge from 'b' to 'a'"
finish
