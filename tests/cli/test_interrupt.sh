#!/bin/sh
# Ctrl-C: the round is finished, what there is is written, exit status 130.
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"
command -v timeout >/dev/null 2>&1 || { echo 'no timeout here'; exit 77; }

# stop SIGNAL ARGUMENT...: runs, and sends the signal when a busy machine, too,
# has begun.
stop() {
    signal=$1
    shift
    # In the background `timeout` would signal twice, and the second ends a run.
    timeout --foreground --preserve-status -s "$signal" 4 "$TROPHIC" "$@" >out 2>err </dev/null
    code=$?
    command="trophic $* with $signal"
    [ "$code" -eq 130 ] || fail "exit status $code, 130 expected"
}

long='--set schedule.synchronous.rounds=1000000000000 --set record.every=1000000'
for signal in INT TERM; do
    # shellcheck disable=SC2086
    stop "$signal" run "$data/rivals.yaml" --set schedule.synchronous.tolerance=0 $long \
        --out "exact$signal"
    has err 'interrupted after round'
    has err '--force'
    has "exact$signal/manifest.json" '"status": "interrupted"'
    near "$(field "exact$signal/summary.csv" 1 2)" -0.473
    missing "exact$signal/unfinished.json"
done
for threads in 1 2; do
    # shellcheck disable=SC2086
    stop INT run "$data/sampled.yaml" $long --threads "$threads" --out "sampled$threads"
    has err '0 of 23 replicates were finished'
    has "sampled$threads/manifest.json" '"replicates_finished": 0'
    [ -n "$(field "sampled$threads/summary.csv" 1 2)" ] || fail 'nothing of the part that was run'
done
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
has err 'interrupted'
empty out
stop INT run crowd.yaml --set record.measures=drift
has err 'interrupted while looking for the stability'
has crowd-run/manifest.json '"status": "interrupted"'
stop INT influence crowd.yaml
has err 'no influences were written'

# A study leaves nothing behind that could be taken for a result.
stop INT reproduce "$data/study.yaml" --set 'claims=[]' \
    --set 'vary.shares.over.lambda.values={linspace: [0, 0.9, 2000000]}'
has err 'interrupted'
missing study-reproduce
finish
