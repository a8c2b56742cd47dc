#!/bin/sh
# trophic sweep, merge and export: the same rows however they are run, and what becomes of
# cells, workers and disks that fail.
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"

# export_to FILE STORE OPTION...: the table of a store.
export_to() {
    file=$1
    shift
    expect 0 export "$@" --out "$file" --quiet
}

# --- the rows -------------------------------------------------------------------------------

expect 0 sweep "$data/sweep.yaml" --dry-run
has out '12 cells: 6 points of a grid over share (3), agents.a.displaces (2), 2 times each'
has out 'and less than 0.1 MB'
missing sweep-sweep.sqlite

expect 0 sweep "$data/sweep.yaml"
has err '12 of 12 cells: 10 ok, 2 failed'
export_to cells.csv sweep-sweep.sqlite
export_to rounds.csv sweep-sweep.sqlite --rounds
[ "$(head -n 1 cells.csv)" = \
    'cell,replicate,seed,share,agents.a.displaces,J,J_sampled,J_sampled_se,status,message' ] ||
    fail 'columns of cells'
[ "$(head -n 1 rounds.csv)" = 'cell,replicate,round,time,agent,alignment,distance,drift' ] ||
    fail 'columns of rounds'
[ "$(wc -l <cells.csv)" -eq 13 ] || fail 'rows of cells'
[ "$(wc -l <rounds.csv)" -eq $((1 + 10 * 3 * 11 * 2)) ] || fail 'rows of rounds'

# The cell of the scenario's own keys is the scenario: 0.5, real, its own seed.
expect 0 run "$data/sweep.yaml" --out run --quiet
awk -F, '$1 == 4' rounds.csv | cut -d, -f2- >own.csv
tail -n +2 run/rounds.csv | cmp -s - own.csv || fail 'a cell is not the run of its scenario'
[ "$(field cells.csv 5 3)" = 1 ] || fail 'the first replicate has the seed of the scenario'
[ "$(field cells.csv 2 3)" = "$(field cells.csv 6 3)" ] || fail 'replicates share seeds'
# Of what an agent lacks nothing can give way: labelled, not fatal.
has cells.csv '0.9,synthetic,,,,failed,'

# What is printed goes to where standard output stands, and replaces nothing.
{ echo before; "$TROPHIC" export sweep-sweep.sqlite; echo after; } >among 2>err </dev/null
{ echo before; cat cells.csv; echo after; } >wanted
same wanted among
"$TROPHIC" export sweep-sweep.sqlite >>among 2>err </dev/null
cat cells.csv >>wanted
same wanted among

# It goes on with nothing to do, and with other workers the rows are the same.
expect 0 sweep "$data/sweep.yaml"
has err '12 of 12 cells'
expect 0 sweep "$data/sweep.yaml" --workers 1 --threads 1 --out one.sqlite
export_to one.csv one.sqlite
same cells.csv one.csv
for shard in 1 2 3; do
    expect 0 sweep "$data/sweep.yaml" --shard "$shard/3" --quiet
done
expect 0 merge sweep-sweep-1-of-3.sqlite --out merged.sqlite
has err '4 of 12 cells'
has err '8 cells are missing'
expect 0 merge sweep-sweep-*-of-3.sqlite --out merged.sqlite
has err '12 of 12 cells'
export_to merged.csv merged.sqlite
export_to merged-rounds.csv merged.sqlite --rounds
same cells.csv merged.csv
same rounds.csv merged-rounds.csv

# Ranks of MPI, where there is one.
if command -v mpirun >/dev/null 2>&1 && "$TROPHIC" --version | grep -q '^MPI'; then
    OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 \
        OMPI_MCA_rmaps_base_oversubscribe=1 LSAN_OPTIONS=detect_leaks=0 \
        mpirun -n 4 "$TROPHIC" sweep "$data/sweep.yaml" --out ranks.sqlite >out 2>err </dev/null
    code=$? command='mpirun -n 4 trophic sweep'
    [ "$code" -eq 0 ] || fail "exit status $code"
    export_to ranks.csv ranks.sqlite
    same cells.csv ranks.csv
fi

# --- the design ------------------------------------------------------------------------------

expect 0 sweep "$data/rivals.yaml" --out box.sqlite --set 'sweep.sample={latin-hypercube: 5}' \
    --vary 'agents.theta.shares.curated={range: [0, 0.5]}' --vary 's={key: seed, values: [3, 4]}' \
    --find 'r=spectral-radius'
export_to box.csv box.sqlite
# One value in each fifth of the range, and the seed that was varied.
awk -F, 'NR > 1 && ($3 != $5 || ($5 != 3 && $5 != 4))' box.csv >wrong.csv
empty wrong.csv
[ "$(tail -n +2 box.csv | cut -d, -f4 | awk '{ print int($1 * 10) }' | sort | tr '\n' ' ')" = \
    '0 1 2 3 4 ' ] || fail 'no Latin hypercube'
expect 0 sweep "$data/rivals.yaml" --out sobol.sqlite --set 'sweep.sample={sobol: 4}' \
    --vary 'agents.theta.shares.curated={range: [0, 0.4]}' --find 'r=spectral-radius'
export_to sobol.csv sobol.sqlite
[ "$(tail -n +2 sobol.csv | cut -d, -f4 | tr '\n' ' ')" = '0.2 0.30000000000000004 0.1 0.15000000000000002 ' ] ||
    fail 'no Sobol sequence'
expect 0 sweep "$data/rivals.yaml" --out list.sqlite --set sweep.sample=list \
    --vary 'agents.theta.shares.curated=[0.1, 0.2]' --vary 'agents.phi.shares.curated=[0.3, 0.4]' \
    --find 'r=spectral-radius'
export_to list.csv list.sqlite
has list.csv ',0.1,0.3,'
has list.csv ',0.2,0.4,'
[ "$(wc -l <list.csv)" -eq 3 ] || fail 'a list is no grid'

# --- refused ---------------------------------------------------------------------------------

expect 2 sweep "$data/sweep.yaml" --set agents.a.reference=1
has err "'sweep-sweep.sqlite' holds another scenario"
has err '--force'
expect 2 sweep "$data/sweep.yaml" --set sweep.replicates=3
has err "'sweep-sweep.sqlite' holds another sweep of this scenario: it has 'replicates: 2' where"
export_to still.csv sweep-sweep.sqlite
same cells.csv still.csv
# A network that stands in another file is part of the scenario.
graph() {
    printf '<graphml><key id="w" for="edge" attr.name="weight" attr.type="double"/><graph edgedefault="directed"><node id="a"/><edge source="a" target="a"><data key="w">1</data></edge>%s</graph></graphml>\n' "$1"
}
graph '' >net.graphml
cat >net.yaml <<'END'
trophic: 1
seed: 1
outcomes: {family: gaussian}
agents: [{name: a, reference: 0, reward: 1, public: {shift: 1}, shares: {real: 0.5, curated: 0.5}}]
network: {graphml: net.graphml}
sweep: {vary: {agents.a.reference: [0, 1]}, outputs: [{alignment: a}]}
END
expect 0 sweep net.yaml
graph '<edge source="a" target="a"><data key="w">2</data></edge>' >net.graphml
expect 2 sweep net.yaml
has err 'the network is a different one'
expect 2 merge sweep-sweep.sqlite list.sqlite --out mixed.sqlite
has err "'list.sqlite' holds another scenario"
echo 'not a database, and longer than nothing' >text.sqlite
for command in "sweep $data/sweep.yaml --out" export 'merge --out new.sqlite'; do
    # shellcheck disable=SC2086
    expect 2 $command text.sqlite
    has err "'text.sqlite' is no store of a sweep"
done
missing new.sqlite
expect 2 export nothing.sqlite
has err "cannot read 'nothing.sqlite': No such file"
mkfifo pipe
expect 2 export pipe
has err "'pipe' is no file"
mkdir tables
expect 2 export tables
has err "'tables' is a folder, not the store of a sweep"
lacks err 'need no export'
: >tables/b.csv
: >tables/a.csv
expect 2 export tables/
has err "it has tables that need no export: 'tables/a.csv', 'tables/b.csv'"
: >tables/s.sqlite
expect 2 export tables
has err "not the store of a sweep; in it: 'tables/s.sqlite'"
expect 2 sweep "$data/rivals.yaml"
has err "has no section 'sweep'"
expect 2 sweep "$data/sweep.yaml" --out x --set sweep.vary.share.values=[]
expect 2 sweep "$data/sweep.yaml" --out x --vary 'agents.a.rtae=[1]'
has err "no key 'rtae' in agent"
expect 2 sweep "$data/sweep.yaml" --out x --set sweep.vray=1
has err "unknown key 'vray' in 'sweep'"
expect 2 sweep "$data/sweep.yaml" --out x --vary 'agents.a.learning-rate={range: [0, 1]}'
has err "a 'range' is for the sample of a sweep"
for range in '1, 0.5] is backwards' '1, 1] is empty'; do
    expect 2 sweep "$data/rivals.yaml" --out x --set 'sweep.sample={sobol: 4}' --find 'r=spectral-radius' \
        --vary "agents.theta.learning-rate={range: [${range%]*}]}"
    has err "${range#*] }"
done
expect 2 sweep "$data/sweep.yaml" --out x --set sweep.sample=list
has err 'in a list every axis has one for each row'
expect 2 sweep "$data/sweep.yaml" --out x --find 'status=spectral-radius'
expect 2 sweep "$data/sweep.yaml" --out x --find 'SEED=spectral-radius'
has err "'SEED' is a column that sweeps have anyway"
expect 2 sweep "$data/sweep.yaml" --out x --find 'J_SAMPLED_SE=spectral-radius'
has err "'J_SAMPLED_SE' and 'J_sampled_se' differ in upper and lower case alone"
expect 2 sweep "$data/sweep.yaml" --out x --set 'sweep.vary.share.values=[low, high]'
has err "words stand under 'options', found 'low' among 'values'"
expect 2 sweep "$data/sweep.yaml" --out x --shard 4/3
expect 2 sweep "$data/sweep.yaml" --out x --error often
missing x
expect 0 sweep --help
has out 'begin anew, and replace a store that is there'

# --- what fails -------------------------------------------------------------------------------

expect 1 sweep "$data/sweep.yaml" --out stopped.sqlite --error stop --workers 1

has err 'cells are in'
expect 0 sweep "$data/sweep.yaml" --out stopped.sqlite
expect 1 sweep "$data/sweep.yaml" --out stopped.sqlite --error stop
has err 'all cells are there, but cell 10 failed: --retry would run it again'
export_to stopped.csv stopped.sqlite
same cells.csv stopped.csv

# A disk that is full: whole cells or none, and the same command goes on.
(
    trap '' XFSZ
    ulimit -f 150   # blocks of 512 bytes, or of 1024
    "$TROPHIC" sweep "$data/sweep.yaml" --out full.sqlite >out 2>err </dev/null
)
code=$? command='sweep on a full disk'
[ "$code" -eq 1 ] || fail "exit status $code, 1 expected"
has err "cannot write 'full.sqlite'"
has err "of 12 cells are in 'full.sqlite'"
expect 0 sweep "$data/sweep.yaml" --out full.sqlite
export_to full.csv full.sqlite
same cells.csv full.csv
expect 1 sweep "$data/sweep.yaml" --out no/folder/here.sqlite
has err "cannot write 'no/folder/here.sqlite'"

# --- killed ------------------------------------------------------------------------------------

cat >slow.yaml <<'END'
trophic: 1
seed: 1
outcomes: {family: gaussian}
agents: [{name: a, reference: 0, reward: 1, public: {shift: 1}, shares: {real: 0.5, curated: 0.5}}]
network: {edges: [{from: a, to: a, weight: 1}]}
schedule: {synchronous: {rounds: 300000}}
advance: {sampled: {outputs: 20, replicates: 2}}
sweep:
  vary: {agents.a.shares.curated: {linspace: [0.1, 0.5, 12]}}
  outputs: [{sampled-alignment: a}]
END
expect 0 sweep slow.yaml --out whole.sqlite
export_to whole.csv whole.sqlite

# start ARGUMENT...: a sweep in the background, until a cell of it is there.
start() {
    command="sweep $*"
    "$TROPHIC" sweep "$@" >started 2>said </dev/null &
    process=$!
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
        "$TROPHIC" export slow-sweep.sqlite 2>/dev/null </dev/null | grep -q '^[0-9]' && break
        sleep 0.1
    done
}

# The process itself, at once and for good.
start slow.yaml
kill -9 "$process"
wait "$process"
export_to part.csv slow-sweep.sqlite
[ "$(wc -l <part.csv)" -lt 13 ] || echo 'note: the sweep was over before it could be killed'
expect 0 sweep slow.yaml
export_to resumed.csv slow-sweep.sqlite
same whole.csv resumed.csv

# One of its workers: its cell is a row that says so.
rm slow-sweep.sqlite
start slow.yaml --workers 2
worker=$(ps -o pid= --ppid "$process" 2>/dev/null | head -n 1)
if [ -n "$worker" ] && kill -9 "$worker" 2>/dev/null; then
    wait "$process"
    code=$?
    [ "$code" -eq 0 ] || fail "exit status $code, 0 expected"
    has said '1 crashed'
    export_to crashed.csv slow-sweep.sqlite
    has crashed.csv 'crashed,its worker process was ended by signal 9 (Killed)'
    [ "$(wc -l <crashed.csv)" -eq 13 ] || fail 'rows beside the crashed one'
    expect 0 sweep slow.yaml --retry
    export_to again.csv slow-sweep.sqlite
    same whole.csv again.csv
else
    wait "$process"
fi

# Ctrl-C; and two at a time.
rm slow-sweep.sqlite
start slow.yaml
run sweep slow.yaml
cp err second   # before the other one writes to it
if kill -TERM "$process" 2>/dev/null; then
    [ "$code" -eq 2 ] || fail "exit status $code, 2 expected"
    has second 'another process writes to'
fi
wait "$process"
code=$?
[ "$code" -eq 130 ] || [ "$code" -eq 0 ] || fail "exit status $code, 130 expected"
expect 0 sweep slow.yaml
export_to last.csv slow-sweep.sqlite
same whole.csv last.csv
finish
