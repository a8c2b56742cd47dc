#!/bin/sh
# Finite outcomes: columns of CSV files, found beside the scenario and kept in
# what a run stores; exact and sampled rounds.
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"

mkdir data elsewhere
cat >data/words.yaml <<'END'
trophic: 1
seed: 3
outcomes: {family: conditional, prompts: [ask, tell], labels: [warm, neutral, cool]}
agents:
  - name: a
    reference:
      given: [{column: {file: words.csv, name: p}}, {column: {file: words.csv, name: q}}]
    reward: {column: {file: words.csv, name: "the reward"}, prompts: [0.25, 0.75]}
    shares: {real: 0.3, synthetic: 0.7}
  - {name: b, reference: uniform, reward: [1, 0, -1], shares: {real: 0.1, synthetic: 0.9}}
network:
  edges:
    - {from: a, to: b, channel: {stochastic: {noise: 0.1, prompts: [[0.5, 0.5], [0, 1]]}}}
    - {from: b, to: a}
END
printf 'word,p,q,the reward\r\nwarm,0.25,0,1\r\n"so, so",0.25,0.1,0.30000000000000004\r\ncool,0.5,0.9,-1\r\n' \
    >data/words.csv

expect 0 check data/words.yaml
has out 'family     conditional, 2 prompts, 3 outcomes'
expect 0 check data/words.yaml --quiet --set 'outcomes={family: conditional, prompts: 1, outcomes: 3}' \
    --set 'agents.a.reference={given: {column: {file: words.csv, name: p}}}' \
    --set 'agents.a.reward=[1, 2, 3]' --set 'network.edges.a->b.channel={stochastic: {noise: 0.1}}'
has out 'family     conditional, 3 outcomes'

# What is stored needs no file, and gives the same.
for how in exact '{sampled: {outputs: 100, replicates: 3}}'; do
    rm -rf once again
    expect 0 run data/words.yaml --out once --quiet --set "advance=$how" \
        --set schedule.synchronous.rounds=30
    lacks once/scenario.yaml words.csv
    has once/scenario.yaml 'values: [1, 0.30000000000000004, -1]'
    cp once/scenario.yaml elsewhere/stored.yaml
    expect 0 run elsewhere/stored.yaml --out again --quiet
    for file in rounds.csv summary.csv scenario.yaml; do same "once/$file" "again/$file"; done
done

# Mistakes stand where they are: in the scenario or in the file.
printf 'word,p,q,the reward\nwarm,0.25,0,1\ncool,x,0.1,2\nneutral,0.5,-0.9,-1\n' >data/words.csv
expect 2 check data/words.yaml
has err 'data/words.csv:3:6: error: p must be a number'
has err 'cool,x,0.1,2'
has err 'data/words.csv:4:13: error: q must be at least 0'
expect 2 check data/words.yaml --set 'agents.a.reference={given: {column: {file: words.csv, name: word p}}}'
has err "'words.csv' has no column 'word p', only word, p, q, the reward"
# A wrong number of lines is said once, whoever reads the file.
printf 'word,p,q,the reward\nwarm,0.25,0,1\ncool,0.1,0.1,2\n' >data/words.csv
expect 2 check data/words.yaml
has err "'words.csv' has 2 rows below its first line, but there are 3 outcomes"
[ "$(grep -c 'but there are 3 outcomes' err)" -eq 1 ] || fail 'once expected'
mv data/words.csv data/word.csv
expect 2 check data/words.yaml
has err "cannot read 'words.csv': no such file (did you mean 'word.csv'?)"
rm data/word.csv
expect 2 check data/words.yaml
has err "data/words.yaml:7:31: error: cannot read 'words.csv': no such file"
finish
