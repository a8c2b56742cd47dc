#!/bin/sh
# Equal runs are equal bytes: twice, for any number of threads, for rows that
# wait in memory and rows that go to the file at once.
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"
for threads in 1 1 2 5; do
    expect 0 run "$data/sampled.yaml" --threads "$threads" --out "t$threads" --force
    expect 0 influence "$data/sampled.yaml" --of theta --threads "$threads" \
        --out "i$threads" --force
done
same_folders t1 t2
same_folders t1 t5
same_folders i1 i2
same_folders i1 i5
[ "$(cut -d, -f1 t2/rounds.csv | tail -n +2 | uniq | tr '\n' ' ')" = "$(seq -s ' ' 0 22) " ] ||
    fail 'replicates are out of order'

# Thousands of small replicates, and more of them than are kept at a time.
for threads in 1 2 3; do
    expect 0 run "$data/sampled.yaml" --threads "$threads" --out "s$threads" \
        --set schedule.synchronous.rounds=3 --set record.burn-in=0 \
        --set advance.sampled.replicates=3000
    expect 0 run "$data/sampled.yaml" --threads "$threads" --out "m$threads" \
        --set schedule.synchronous.rounds=2000 --set record.every=1 --set record.measures=drift \
        --set advance.sampled.replicates=200
done
same_folders s1 s2
same_folders s1 s3
same_folders m1 m2
same_folders m1 m3

# Another family of schedules, with random orders.
for schedule in random-order poisson sequential; do
    for threads in 1 2; do
        expect 0 run "$data/sampled.yaml" --threads "$threads" -o "$schedule$threads" \
            --set "schedule={$schedule: {rounds: 60}}"
    done
    same_folders "${schedule}1" "${schedule}2"
done

# Owners and shared pools of real vectors.
cat >chosen.yaml <<END
trophic: 1
seed: 5
outcomes: {family: gaussian-full, dimension: 2}
agents:
  - {group: a, count: 3, reference: 0, reward: [1, 0], shares: {real: 0.4, synthetic: 0.3, curated: 0.3},
     pool: mixture, public: {bradley-terry: {reward: {linear: [1, 0], curvature: 0.5}}}}
  - {group: b, count: 3, reference: 1, reward: [1, 0], shares: {real: 0.4, synthetic: 0.6},
     owner: {bradley-terry: {reward: [0.3, -0.2]}}}
network: {judge: consumer, generator: {ring: {reach: 2}}}
schedule: {synchronous: {rounds: 20}}
advance: {sampled: {outputs: 50, replicates: 30}}
END
for threads in 1 2 3; do
    expect 0 run chosen.yaml --threads "$threads" -o "c$threads"
done
same_folders c1 c2
same_folders c1 c3

# Shares of wins are means over replicates, not those of who came last.
for threads in 1 2 3 2; do
    expect 0 run "$tests/../scenarios/arena.yaml" --threads "$threads" -o "w$threads" --force \
        --set schedule.synchronous.rounds=5 --set 'advance={sampled: {outputs: 20, replicates: 400}}'
done
same_folders w1 w2
same_folders w1 w3
awk -F, 'NR == 1 && $0 != "consumer,producer,win_share,win_share_error" { exit 1 }
    NR > 1 { all[$1] += $3; if (!($4 > 0 && $4 < 0.01)) exit 1 }
    END { for (k in all) if (all[k] < 0.999999999 || all[k] > 1.000000001) exit 1 }' w1/wins.csv ||
    fail 'shares of wins are wrong'

# Paired runs share their numbers: what a measure adds or leaves out, the rest
# is the same.
expect 0 run "$data/sampled.yaml" --set record.measures=alignment -o few
cut -d, -f1-5 t1/rounds.csv >from-all
cut -d, -f1-5 few/rounds.csv >from-few
same from-all from-few
same t1/summary.csv few/summary.csv
finish
