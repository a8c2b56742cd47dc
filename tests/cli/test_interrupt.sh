#!/bin/sh
# Ctrl-C: the round is finished, what there is is written, exit status 130.
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"
command -v timeout >/dev/null 2>&1 || { echo 'no timeout here'; exit 77; }

# stop SIGNAL ARGUMENT...: runs, and sends the signal when a busy machine, too,
# has begun. Without --foreground it goes to the program and then to its group:
# two signals for one wish.
foreground=
stop() {
    signal=$1
    shift
    # shellcheck disable=SC2086
    timeout $foreground --preserve-status -s "$signal" 4 "$TROPHIC" "$@" >out 2>err </dev/null
    code=$?
    command="trophic $* with $foreground $signal"
    [ "$code" -eq 130 ] || fail "exit status $code, 130 expected"
}

long='--set schedule.synchronous.rounds=1000000000000 --set record.every=1000000'
for signal in INT TERM; do
    for foreground in '' --foreground; do
        # shellcheck disable=SC2086
        stop "$signal" run "$data/rivals.yaml" --set schedule.synchronous.tolerance=0 $long \
            --out "exact$signal$foreground"
        has err 'interrupted after round'
        has err '--force'
        has "exact$signal$foreground/manifest.json" '"status": "interrupted"'
        near "$(field "exact$signal$foreground/summary.csv" 1 2)" -0.473
        missing "exact$signal$foreground/unfinished.json"
    done
done
foreground=

# What became of the replicates: one on each thread was stopped somewhere.
for threads in 1 2; do
    # shellcheck disable=SC2086
    stop INT run "$data/sampled.yaml" $long --set record.every=1000000000000 \
        --threads "$threads" --out "sampled$threads"
    has err 'interrupted: 0 of 23 replicates were finished'
    has err ", $threads stopped after round"
    has err ", $((23 - threads)) not begun: what was done so far is kept"
    lacks err 'after round 0 '
    has "sampled$threads/manifest.json" '"replicates_finished": 0'
    [ -n "$(field "sampled$threads/summary.csv" 1 2)" ] || fail 'nothing of the part that was run'
done
stop TERM run "$data/sampled.yaml" --set advance.sampled.replicates=100000000 \
    --set record.every=60 --threads 2 --out many
lacks err 'interrupted: 0 of'
has err 'of 100000000 replicates were finished'
has err ' not begun: what was done so far is kept'
lacks many/manifest.json '"replicates_finished": 0,'
expect 0 run "$data/rivals.yaml" --out exactINT --force

# The search for a verdict, too, that would take minutes.
cat >crowd.yaml <<'END'
trophic: 1
seed: 1
outcomes: {family: gaussian}
agents: [{group: g, count: 100000, reference: 1, shares: {real: 0.3, synthetic: 0.7}}]
network: {generator: ring}
schedule: {poisson: {rounds: 1}}
END
stop INT check crowd.yaml
has err "interrupted: 'crowd.yaml' was not checked to the end; run it again"
empty out
stop INT run crowd.yaml --set record.measures=drift
has err 'interrupted while looking for the stability'
has crowd-run/manifest.json '"status": "interrupted"'
stop INT influence crowd.yaml
has err 'no influences were written'

# Pairs of sampled runs, within one of them, too.
# shellcheck disable=SC2086
stop INT influence "$data/sampled.yaml" --of theta --out - $long
has err 'no influences were written'

# There is nothing to replace then.
has err 'no influences were written; run it again'
lacks err '--force'

# A report of what is very long.
expect 0 run "$data/rivals.yaml" --out huge --figures none
truncate -s 100G huge/rounds.csv
stop INT report huge
has err 'interrupted: no report was written; run it again'
missing huge.html

# A study leaves nothing behind that could be taken for a result.
stop INT reproduce "$data/study.yaml" --set 'claims=[]' \
    --set 'vary.shares.over.lambda.values={linspace: [0, 0.9, 2000000]}'
has err "interrupted: no results of 'study' were written; run it again"
lacks err '--force'
missing study-reproduce

# Two, one right after the other, are one wish, and the run writes what there is:
# a good deal, which takes a moment. A machine may stop for half a second in
# between once.
cat >ring.yaml <<'END'
trophic: 1
seed: 1
outcomes: {family: gaussian}
agents: [{group: a, count: 20000, reference: 0, reward: {linear: 1}, public: {shift: 1},
          shares: {real: 0.2, curated: 0.4}}]
network: {generator: {ring: {reach: 1, mutual: true, self: 1}}}
schedule: {synchronous: {rounds: 1000000000000, tolerance: 0}}
record: {every: 1000000000}
END
command='a run with two signals'
wholes=0
for try in 1 2 3; do
    "$TROPHIC" run ring.yaml --out "two$try" >out 2>err </dev/null &
    process=$!
    sleep 2
    kill -TERM "$process"
    env kill -TERM "$process" 2>/dev/null   # a little later, not a great deal
    wait "$process"
    [ $? -eq 130 ] || continue
    has "two$try/manifest.json" '"status": "interrupted"'
    wholes=$((wholes + 1))
done
[ "$wholes" -ge 2 ] || fail "$wholes of 3 runs wrote what there was"

# One that comes later ends it, here in a step that takes long and does not look: paths between
# all agents. How soon that begins hangs on the machine.
cat >web.yaml <<'END'
trophic: 1
seed: 1
outcomes: {family: gaussian}
agents: [{group: a, count: 40000, reference: 0, reward: {linear: 1}, public: {shift: 1},
          shares: {real: 0.9, curated: 0.1}}]
network: {generator: {erdos-renyi: {self: 1}}, mean-degree: 4}
END
command='check --metrics --all with two signals'
code=0
for wait in 3 8 20 40; do
    "$TROPHIC" check web.yaml --metrics --all >out 2>err </dev/null &
    process=$!
    sleep "$wait"
    kill -TERM "$process" 2>/dev/null
    sleep 1
    kill -TERM "$process" 2>/dev/null
    wait "$process"
    code=$?
    [ "$code" -ne 143 ] || break
done
[ "$code" -eq 143 ] || fail "exit status $code, 143 expected"
empty out

# SIGUSR1 is answered on stderr, terminal or not, --quiet or not, and changes nothing else.
# ask FILE SECONDS ARGUMENT...: a line until it comes, at most so long; then the run is ended.
ask() {
    wanted=$1
    seconds=$2
    shift 2
    "$TROPHIC" "$@" >out 2>err </dev/null &
    process=$!
    command="trophic $*, asked"
    sleep 1
    waited=0
    while [ "$waited" -lt "$seconds" ] && kill -USR1 "$process" 2>/dev/null; do
        sleep 1
        grep -q "$wanted" err && break
        waited=$((waited + 1))
    done
    kill -TERM "$process" || fail 'it had ended'
    wait "$process"
    code=$?
    [ "$code" -eq 130 ] || fail "exit status $code, 130 expected"
    grep -q "$wanted" err || fail "no line like: $wanted"
}
line='^\[[#.]*\] *[0-9]* %  [0-9.e+-]* '
# shellcheck disable=SC2086
ask "${line}rounds/s  .* left" 20 run "$data/rivals.yaml" --quiet $long \
    --set schedule.synchronous.tolerance=0 --out asked
ask "${line}cells/s" 20 reproduce "$data/study.yaml" --set 'claims=[]' --out asked-study \
    --set 'vary.shares.over.lambda.values={linspace: [0, 0.9, 2000000]}'
# What is counted is told from within its parts, too.
cat >several.yaml <<'END'
trophic: 1
seed: 1
outcomes: {family: gaussian}
agents: [{group: g, count: 150, reference: 1, reward: {linear: 1}, public: {shift: 1},
          shares: {real: 0.3, synthetic: 0.3, curated: 0.4}}]
network: {generator: {ring: {self: 1}}}
schedule: {synchronous: {rounds: 1}}
compare: {replicates: 2000, topologies: {ring: {ring: {self: 1}}, web: {barabasi-albert: {m: 2, self: 1}}}}
END
: >err
"$TROPHIC" compare several.yaml --out asked-compare >out 2>err </dev/null &
process=$!
command='trophic compare, asked'
until grep -q '^seed' err || ! kill -0 "$process" 2>/dev/null; do sleep 0.02; done
until grep -q 'networks/s' err || ! kill -USR1 "$process" 2>/dev/null; do sleep 0.2; done
for _ in 1 2 3 4 5 6 7 8; do
    kill -USR1 "$process" 2>/dev/null
    sleep 0.2
done
kill -TERM "$process" || fail 'it had ended'
wait "$process"
sed '1,/networks\/s/d' err | grep -q 'counts nothing' && fail 'it does not know what it counts'
# Where nothing is counted it says so.
ask 'in a step that counts nothing' 20 check crowd.yaml
# An answer costs the run nothing.
"$TROPHIC" run "$data/sampled.yaml" --set advance.sampled.replicates=20000 --out calm >out 2>err
: >err
"$TROPHIC" run "$data/sampled.yaml" --set advance.sampled.replicates=20000 --out stirred \
    >out 2>err </dev/null &
process=$!
until grep -q '^seed' err || ! kill -0 "$process" 2>/dev/null; do sleep 0.02; done
kill -USR1 "$process" 2>/dev/null
wait "$process" || fail 'SIGUSR1 ended it'
same_folders calm stirred

# The bar is for terminals only, and gone at the end.
if command -v script >script.path; then
    script -qec "timeout -s INT 4 $TROPHIC run $data/rivals.yaml --out shown \
        --set schedule.synchronous.tolerance=0 $long" typescript >out 2>err </dev/null
    command='a run in a terminal'
    tr '\r' '\n' <typescript | grep -q '\[[#.]*\] *[0-9]* %  .* rounds/s  .* left' ||
        fail 'no bar'
    has typescript 'stopping after this step'
    has typescript 'interrupted after round'
    # What counts nothing shows the time.
    script -qec "timeout -s INT 4 $TROPHIC check crowd.yaml" typescript >out 2>err </dev/null
    command='a check in a terminal'
    tr '\r' '\n' <typescript | grep -q 'working, [0-9]:[0-9]* so far' || fail 'no time'
fi
finish
