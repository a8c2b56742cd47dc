#!/bin/sh
# trophic run: what it writes, what it refuses, what it repeats.
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"
files='manifest.json network.dat network.gp network.graphml rounds.csv rounds.dat rounds.gp'
command -v gnuplot >gnuplot.path &&
    files="${files%% rounds*} network.svg rounds${files#* rounds} rounds.svg"
rm -f gnuplot.path
files="$files scenario.yaml summary.csv"

# The default folder; exact rounds that converge to the closed form: theta is
# at -0.473 and phi at 0.583 (a 2 x 2 linear system, solved by hand).
expect 0 run "$data/rivals.yaml"
head -n 1 err >first
has first 'seed 20260330'
has err 'converged after 60 rounds'
has err 'wrote rivals-run'
[ "$(names_in rivals-run)" = "$files " ] || fail "other files: $(names_in rivals-run)"
near "$(field rivals-run/summary.csv 1 2)" -0.473
near "$(field rivals-run/summary.csv 2 2)" 0.583
near "$(field rivals-run/summary.csv 1 6)" -0.473
[ "$(field rivals-run/summary.csv 2 9)" = converged ] || fail 'no status'
has rivals-run/manifest.json '"seed": 20260330'
has rivals-run/manifest.json '"status": "converged"'
has rivals-run/manifest.json '"command": "run"'
has rivals-run/manifest.json '"version": "'
has rivals-run/network.graphml 'attr.name="alignment"'
has rivals-run/network.graphml 'attr.name="normalised_curated"'
has rivals-run/network.graphml 'attr.name="judge"'
head -n 1 rivals-run/rounds.csv >first
has first 'replicate,round,time,agent,alignment,distance,drift'
[ "$(wc -l <rivals-run/rounds.csv)" -eq 123 ] || fail 'not 61 rounds of two agents'

# An earlier result is refused before anything is computed, then replaced.
cp -R rivals-run kept
expect 2 run "$data/rivals.yaml"
empty out
has err 'holds an earlier run: --force replaces it'
same_folders rivals-run kept
echo mine >rivals-run/notes.txt
expect 0 run "$data/rivals.yaml" --force
has rivals-run/notes.txt mine
rm rivals-run/notes.txt
same_folders rivals-run kept
# The refusal does not wait for ten billion rounds.
expect 2 run "$data/rivals.yaml" --set schedule.synchronous.rounds=10000000000 \
    --set schedule.synchronous.tolerance=0
mkdir other
echo mine >other/summary.csv
expect 2 run "$data/rivals.yaml" --out other
expect 2 run "$data/rivals.yaml" --out other --force
has other/summary.csv mine

# Where nothing can be written.
echo text >file
expect 1 run "$data/rivals.yaml" --out file
has err 'a file is in its place'
expect 1 run "$data/rivals.yaml" --out file/below
expect 1 run "$data/rivals.yaml" --out /dev/null/below
expect 1 run "$data/rivals.yaml" --out ''
expect 2 run "$data/rivals.yaml" --out -
has err "'-' cannot be the folder"

# A limit on the size of files: an error, and no half table.
command='run with ulimit -f 8'
(
    ulimit -f 8
    "$TROPHIC" run "$data/sampled.yaml" --set record.every=1 --out limited >out 2>err
)
code=$?
[ "$code" -eq 1 ] || fail "exit status $code"
has err "cannot write 'limited/rounds.csv': File too large"
missing limited/rounds.csv
missing limited/manifest.json
[ -z "$(find limited -name '.trophic*')" ] || fail 'a part of a file is left'
expect 2 run "$data/sampled.yaml" --out limited
has err 'holds an unfinished run'
expect 0 run "$data/sampled.yaml" --out limited --force
expect 0 run "$data/rivals.yaml" --out deep/down/here
has deep/down/here/manifest.json converged

# The stored scenario gives the same run, and itself again.
expect 0 run rivals-run/scenario.yaml --out again
same_folders rivals-run again
expect 0 run "$data/sampled.yaml" --set agents.theta.shares.curated=0.3 --out first-run
expect 0 run first-run/scenario.yaml --out second-run
for file in network.graphml rounds.csv scenario.yaml summary.csv; do
    same "first-run/$file" "second-run/$file"
done
has first-run/manifest.json '"overrides": "agents.theta.shares.curated=0.3"'
has first-run/scenario.yaml 'real: 0.7'

# A network that comes from a file goes into the folder, which then stands alone.
sed '/^network/,/^schedule/{/^schedule/!d;}' "$data/rivals.yaml" >from-file.yaml
echo 'network: {graphml: rivals-run/network.graphml}' >>from-file.yaml
expect 0 run from-file.yaml --out filed
same rivals-run/rounds.csv filed/rounds.csv
has filed/scenario.yaml 'graphml: network.graphml'
mkdir moved
mv filed moved/
expect 0 run moved/filed/scenario.yaml --out filed
same_folders moved/filed filed

# Two that swap go round for ever; a learning rate, an order, or one at a time ends it.
cat >swap.yaml <<'END'
trophic: 1
name: swap
seed: 1
outcomes: {family: gaussian}
agents:
  - {name: a, start: 1, reward: {linear: 1}, learning-rate: 1, shares: {synthetic: 1}}
  - {name: b, start: 2, reward: {linear: 1}, shares: {synthetic: 1}}
network: {edges: [{from: a, to: b}, {from: b, to: a}]}
schedule: {synchronous: {rounds: 60, tolerance: 1.0e-12}}
END
expect 3 run swap.yaml
has err 'a cycle of period 2 after 60 rounds: the rounds do not come to rest'
has swap-run/manifest.json '"cycle_period": 2'
has swap-run/manifest.json '"status": "cycle"'
[ "$(field swap-run/summary.csv 1 9)" = cycle ] || fail 'no status'
expect 3 run swap.yaml --force --json --quiet
has err 'a cycle of period 2'
has out '"status": "cycle"'
has out '"cycle_period": 2,'
expect 0 run swap.yaml --force --json --set agents.a.learning-rate=0.5
has out '"cycle_period": null'
has swap-run/manifest.json '"cycle_period": null'
expect 3 run swap.yaml --force --set 'schedule={random-order: {rounds: 3}}'
has swap-run/manifest.json '"cycle_period": null'
expect 0 check swap.yaml --json --set 'agents.a.shares={real: 0.5, synthetic: 0.5}' \
    --set agents.a.reference=1
has out '"nearest": {"kind": "fold", "real": 0.7071067811865'
expect 3 check swap.yaml --json
has out '"nearest": {"kind": "fold", "real": 1'

# Without a seed one is drawn, said, and gives the same again.
sed '/^seed/d' "$data/sampled.yaml" >seedless.yaml
expect 0 run seedless.yaml --out one
seed=$(sed -n 's/^seed \([0-9]*\) (drawn.*/\1/p' err)
[ -n "$seed" ] || fail 'no seed was said'
has one/scenario.yaml "seed: $seed"
expect 0 run seedless.yaml --out two --seed "$seed"
has err "seed $seed"
same_folders one two
expect 0 run seedless.yaml --out three --set "seed=$seed"
# but for how it was asked for
sed -i 's/"options": ".*"/"options": ""/' one/manifest.json three/manifest.json
same_folders one three
expect 0 run seedless.yaml --out four
! cmp -s one/rounds.csv four/rounds.csv || fail 'two drawn seeds gave the same run'

# From a pipe, with `-` and without an operand.
for dash in '' -; do
    rm -rf stdin-run
    command="run $dash in a pipe"
    # shellcheck disable=SC2086
    "$TROPHIC" run $dash <"$data/alone.yaml" >out 2>err || fail "exit status $?"
    has stdin-run/manifest.json converged
done

# Quiet: data and nothing else; JSON instead of a table.
expect 0 run "$data/rivals.yaml" --quiet --force
empty err
has out 'theta'
expect 0 run "$data/rivals.yaml" --json -q -f
empty err
has out '"status": "converged"'
has out '{"agent": "theta", "alignment": -0.47299999999899'

# No rounds at all: the start and nothing more.
expect 0 run "$data/rivals.yaml" --set schedule.synchronous.rounds=0 --out none
[ "$(wc -l <none/rounds.csv)" -eq 3 ] || fail 'not the start alone'
[ "$(field none/summary.csv 1 9)" = completed ] || fail 'not completed'
[ "$(field none/summary.csv 1 2)" = 0 ] || fail 'alignment of the start'

# Too few rounds for the tolerance.
expect 3 run "$data/rivals.yaml" --set schedule.synchronous.rounds=5 --out short
has err 'not converged: after 5 rounds'
[ "$(field short/summary.csv 1 9)" = 'not converged' ] || fail 'status'
has short/manifest.json 'not converged'

# What is recorded.
expect 0 run "$data/rivals.yaml" --set record.every=25 --set record.measures=drift \
    --set record.state=true --out record
head -n 1 record/rounds.csv >first
[ "$(cat first)" = 'replicate,round,time,agent,drift,z_1,z_2' ] || fail "columns: $(cat first)"
[ "$(cut -d, -f2 record/rounds.csv | sort -un | tr '\n' ' ')" = '0 25 50 60 ' ] ||
    [ "$(cut -d, -f2 record/rounds.csv | tail -n +2 | sort -un | tr '\n' ' ')" = '0 25 50 60 ' ] ||
    fail 'recorded rounds'
expect 0 run "$data/rivals.yaml" --out named --set \
    'record.measures=[entropy, {mean: 1}, {divergence: {from: start, reversed: true}}, {divergence: phi}]'
head -n 1 named/rounds.csv >first
[ "$(cut -d, -f5- first)" = \
    'entropy,mean(1),divergence(from start; reversed true),divergence(phi)' ] ||
    fail "columns: $(cat first)"
expect 2 run "$data/rivals.yaml" --set 'record.measures={mass: a}' --out massless
has err "'mass' counts outcomes, of which the family 'gaussian' has no finite number"
missing massless
expect 2 run "$data/rivals.yaml" --set record.burn-in=2000 --out burnt
has err 'leaves none of 2000 rounds'
missing burnt
finish
