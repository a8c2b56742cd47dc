#!/bin/sh
# A run that was interrupted, wherever that was, goes on by the same command, and leaves the folder
# of one that was not.
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"

# stop ARGUMENT...: begins a run, and sends it SIGTERM as soon as it tells, when asked, where it is.
awaited='rounds/s'
stop() {
    command="trophic run $*, stopped"
    : >err
    "$TROPHIC" run "$@" >out 2>err </dev/null &
    process=$!
    until grep -q '^seed' err || ! kill -0 "$process" 2>/dev/null; do sleep 0.02; done
    while ! grep -q "$awaited" err && kill -USR1 "$process" 2>/dev/null; do sleep 0.02; done
    kill -TERM "$process" 2>/dev/null
    wait "$process"
    code=$?
}

# kind NAME ARGUMENT...: the whole of a run, and the same in pieces, on 1 thread and on 2. A
# machine that was busy may have let one pass to its end: so many were stopped.
stops=0
kind() {
    name=$1
    shift
    expect 0 run "$@" --out "$name-whole"
    cp out whole.out
    for threads in 1 2; do
        stop "$@" --threads "$threads" --out "$name-part"
        [ "$code" -eq 130 ] || break
        stops=$((stops + 1))
        grep -q 'what was done so far is kept\|rounds themselves are complete' err ||
            fail 'it does not say what is kept'
        has err "to go on: trophic run $1"
        has "$name-part/manifest.json" '"name": "checkpoint.bin"'
        has "$name-part/manifest.json" '"status": "interrupted"'
    done
    if [ "$code" -eq 130 ]; then
        # What it said is what is typed.
        sed -n 's/^to go on: trophic //p' err >again
        eval "expect 0 $(cat again)"
        has err 'going on'
    fi
    command="$name in pieces"
    same out whole.out
    same_folders "$name-whole" "$name-part"
}

cat >mixed.yaml <<'END'
trophic: 1
outcomes: {family: categorical, coordinates: {linspace: [-2, 2, 11]}}
agents:
  - {name: theta, reference: {normal: {mean: 0, sd: 0.6}}, reward: {linear: 1},
     public: {bradley-terry: {reward: {linear: 1}}}, shares: {real: 0.6, curated: 0.4},
     data: {window: 5}, reference-sample: 50}
  - {name: phi, reference: {normal: {mean: 0, sd: 0.6}}, reward: {linear: -1},
     public: {bradley-terry: {reward: {linear: -1}}},
     shares: {real: 0.6, synthetic: 0.1, curated: 0.3}, data: accumulate, fade: 0.2}
network:
  edges:
    - {from: theta, to: theta, delay: 3}
    - {from: phi, to: theta}
    - {from: phi, to: phi, delay: 1.5}
    - {from: theta, to: phi}
schedule: {poisson: {rounds: 1200}}
record: {every: 13}
advance: {sampled: {outputs: 20, replicates: 16}}
events:
  - {round: 100, name: less, set: {agents.theta.shares.curated: 0.3}}
  - {round: 600, freeze: phi}
END
none='--figures none'
# shellcheck disable=SC2086
{
    kind exact "$data/rivals.yaml" --set 'schedule={synchronous: {rounds: 200000}}' \
        --set record.every=17
    kind late "$data/rivals.yaml" $none --set network.edges.phi-\>theta.delay=2.5 \
        --set agents.theta.data=accumulate --set agents.phi.data.window=30 \
        --set 'schedule={random-order: {rounds: 60000}}' --set record.every=50
    kind sampled "$data/sampled.yaml" --set schedule.synchronous.rounds=12000 --seed 5
    kind mixed mixed.yaml $none --set seed=9
}
# In the search for a verdict, after the rounds.
cat >doubt.yaml <<'END'
trophic: 1
seed: 1
outcomes: {family: gaussian}
agents: [{group: g, count: 70, reference: 1, reward: {linear: 1}, public: {shift: 1},
          shares: {real: 0.3, synthetic: 0.3, curated: 0.4}}]
network: {generator: {ring: {reach: 1}}}
schedule: {poisson: {rounds: 1}}
END
awaited='counts nothing'
kind doubt doubt.yaml
# What a frozen agent leaves behind is found on the way there.
kind frozen doubt.yaml --set schedule.poisson.rounds=2 --set 'events=[{round: 1, freeze: g-1}]'
awaited='rounds/s'
[ "$stops" -ge 4 ] || fail "only $stops runs were stopped before they were over"

# A seed that was drawn is that of the run; what is there stays until the run is over.
stop mixed.yaml --figures none --set 'schedule={poisson: {rounds: 10000000}}' --out long
seed=$(sed -n 's/^seed \([0-9]*\).*/\1/p' err)
cp -r long before
stop mixed.yaml --figures none --set 'schedule={poisson: {rounds: 10000000}}' --out long
has err "seed $seed "
has err 'going on with an interrupted run: 0 of 16 replicates were finished'
rm -r long
cp -r before long

# refused WORDS ARGUMENT...: not gone on with, in these words, and nothing is lost.
refused() {
    words=$1
    shift
    expect 2 run mixed.yaml --figures none --set 'schedule={poisson: {rounds: 10000000}}' \
        --out long "$@"
    has err "$words"
    has err '--force'
    same_folders before long
}
refused "holds an interrupted run of seed $seed and not 1; with --seed $seed it goes on" --seed 1
refused 'with the options' --seed "$seed" --plot
rm before/rounds.csv
mv long/rounds.csv .
refused "'long/checkpoint.bin' goes with a rounds.csv that cannot be read" --seed "$seed"
cp rounds.csv before
mv rounds.csv long
printf 'x' | dd of=long/checkpoint.bin bs=1 seek=300 conv=notrunc 2>/dev/null
cp long/checkpoint.bin before
refused "'long/checkpoint.bin' is cut short or was changed" --seed "$seed"
head -c 99 long/checkpoint.bin >short
cp short before/checkpoint.bin
cp short long/checkpoint.bin
refused "'long/checkpoint.bin' is cut short" --seed "$seed"
echo 'mine, and of nobody else' >long/checkpoint.bin
cp long/checkpoint.bin before
refused "'long/checkpoint.bin' was not written by trophic" --seed "$seed"
cp long/checkpoint.bin mine
rm before/manifest.json long/manifest.json
refused "the folder 'long' is not empty" --seed "$seed"

# A report says that it can go on; --force begins anew, and leaves nothing of the old one.
stop "$data/rivals.yaml" --set 'schedule={synchronous: {rounds: 100000000}}' --out gone \
    --set record.every=100000
expect 0 report gone
has gone.html 'goes on from there'
expect 0 run "$data/rivals.yaml" --force --out gone
missing gone/checkpoint.bin
# Other commands see an earlier run.
stop "$data/rivals.yaml" --set 'schedule={synchronous: {rounds: 100000000}}' --out gone --force \
    --set record.every=100000
grep '^to go on' err >again
has again 'trophic run'
lacks again '--force'
expect 2 influence "$data/rivals.yaml" --out gone
has err 'holds an earlier run'
finish
