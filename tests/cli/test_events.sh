#!/bin/sh
# Events: phases of a run, as people use them.
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"
scenarios=$(cd "$tests/../scenarios" && pwd) || exit 1

# Equal bytes: whatever the threads, and when what was stored is run again.
for file in watermark new-hub; do
    expect 0 run "$scenarios/$file.yaml" --out "$file" --threads 1
    expect 0 run "$file/scenario.yaml" --out "$file-again" --threads 2
    same_folders "$file" "$file-again"
    for threads in 1 2; do
        expect 0 run "$scenarios/$file.yaml" --out "$file-s$threads" --threads $threads \
            --set 'advance={sampled: {outputs: 30, replicates: 20}}' \
            --set 'schedule={random-order: {rounds: 130}}'
    done
    same_folders "$file-s1" "$file-s2"
done
has watermark/manifest.json '"events": "50: watermark filter"'

# Until the event a policy is the run without it, random numbers and all.
expect 0 run "$scenarios/watermark.yaml" --out without --set cases.policy=none \
    --set 'advance={sampled: {outputs: 30, replicates: 20}}' \
    --set 'schedule={random-order: {rounds: 130}}'
for folder in without watermark-s1; do
    awk -F, 'NR > 1 && $2 <= 50' "$folder/rounds.csv" >"$folder.early"
done
[ "$(wc -l <without.early)" -eq 2040 ] || fail 'not 51 states of two agents in 20 replicates'
cmp without.early watermark-s1.early || fail 'the policy shows before its event'
cmp -s without/rounds.csv watermark-s1/rounds.csv && fail 'the policy never shows'

# Who is not there has empty cells; averages are over the rounds with it.
grep -q '^0,30,30,hub,,,$' new-hub/rounds.csv || fail 'the hub shows before it joins'
grep -q '^0,31,31,hub,-[0-9]' new-hub/rounds.csv || fail 'the hub does not show'
[ "$(grep -c '^0,[0-9]*,[0-9]*,hub,-' new-hub/rounds.csv)" -eq 90 ] || fail 'not 90 rounds of hub'
[ "$(grep '^0,\(8[1-9]\|9.\|1[01].\|120\),.*,hub,' new-hub/rounds.csv | cut -d, -f5- | sort -u |
    wc -l)" -eq 1 ] || fail 'a frozen agent moves'
grep -q '^hub,,,-2\.[0-9]*,,,,' new-hub/summary.csv || fail 'the average of the hub'

# The tolerance stops no run before the last event: phase 1 rests long before.
expect 0 run "$scenarios/watermark.yaml" --out early --set schedule.synchronous.tolerance=1e-3
has err 'converged after 6'

# A network from a file, from a stored folder: the edges are as they were.
expect 0 run "$scenarios/watermark.yaml" --out plain --set 'events=[]'
sed 's/network.graphml/plain\/network.graphml/' >file.yaml <<'END'
trophic: 1
seed: 1
outcomes: {family: gaussian}
agents:
  - {name: alpha, reference: 0, reward: 1, public: {shift: 1}, shares: {real: 0.4, curated: 0.6}}
  - {name: beta, reference: 0, reward: -1, public: {shift: -1}, shares: {real: 0.4, curated: 0.6}}
  - {name: new, reference: 4, public: {shift: -1}, shares: {real: 1}}
network: {graphml: network.graphml}
events:
  - {round: 9, edges: [{from: alpha, to: beta, weight: 0}, {from: new, to: beta}], join: new}
END
expect 0 run file.yaml --out first
expect 0 run first/scenario.yaml --out second
cmp first/rounds.csv second/rounds.csv || fail 'a stored network is not read as it was'

# check, influence, reproduce.
expect 0 check "$scenarios/new-hub.yaml"
has out '2: rounds 31 to 80 (a hub): stable'
has out '4: from round 121 on (forgotten), as follows'
expect 0 check "$scenarios/new-hub.yaml" --json
has out '"phases": [{"after": 0, "name": null,'
expect 0 influence "$scenarios/new-hub.yaml" --phase 3 --out -
has out 'phase: 3, from round 81 on (retired); frozen agents as exact rounds left them'
expect 2 influence "$scenarios/new-hub.yaml" --phase 5 --out -
has err 'there is no phase 5: the events of the scenario make 4'
expect 0 influence "$scenarios/watermark.yaml" --of alpha --rounds 90 --out course
near "$(sed -n 's/^50,alpha,alpha,//p' course/course.csv)" -0.3029336734677037 ||
    fail 'the influence before the filter'
# a' = 0.6 a + 0.6, so that dD = 0.6 D + (a + 1).
near "$(sed -n 's/^51,alpha,alpha,//p' course/course.csv)" 0.7110969387765206 ||
    fail 'the influence after a round of the filter'
expect 0 reproduce "$scenarios/watermark.yaml" --out study
has out '4 claims: 4 hold'
has study/figure.svg 'watermark filter'

# The time of an event, and what it sets, are keys.
expect 0 run "$scenarios/watermark.yaml" --out late --set events.0.round=80
has late/manifest.json '"events": "80: watermark filter"'
expect 2 run "$scenarios/watermark.yaml" --out never --set events.0.round=120
has err 'the schedule has 120 rounds, so that nothing comes after round 120'
expect 2 check "$scenarios/new-hub.yaml" --set 'absent=[nobody]'
has err "no agent is called 'nobody'"
expect 0 check "$scenarios/new-hub.yaml" --set 'events=[]' --set 'absent=[hub]'
has out '(absent)'

# --- groups at the ends of edges: an edge for every pair, none of an agent to itself
cat >groups.yaml <<'END'
trophic: 1
seed: 1
outcomes: {family: gaussian}
agents:
  - {group: g, count: 3, reference: 0, shares: {real: 0.5, synthetic: 0.5}}
  - {name: h, reference: 0, shares: {real: 0.5, synthetic: 0.5}}
network:
  edges: [{from: g-1, to: g-2}, {from: g-2, to: g-3}, {from: g-3, to: g-1}, {from: h, to: h}]
events:
  - {round: 3, edges: [{from: h, to: g, weight: 2}]}
  - {round: 5, edges: [{from: g, to: g, weight: 0}]}
END
expect 0 check groups.yaml --quiet
has out 'g-1     0.5        0.5        0  proportional  none    h 1'
has out 'g-3     0.5        0.5        0  proportional  none    h 1'
expect 0 check groups.yaml --quiet --set 'events=[]' \
    --set 'network.changes=[{from: h, to: g}, {from: g, to: g}]'
has out 'edges      10 '
expect 0 check groups.yaml --quiet --set 'events=[]' \
    --set 'network.changes=[{from: g-1, to: g, weight: 3}, {from: h, to: g}]'
has out 'g-1 0.75, h 0.25'
expect 2 check groups.yaml --set 'network.changes=[{from: gg, to: g}]'
has err "no agent is called 'gg'"
finish
