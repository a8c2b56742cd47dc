#!/bin/sh
# trophic compare and check --metrics: tables, files, equal bytes, mistakes, interruption.
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"

cat >nets.yaml <<'END'
trophic: 1
name: nets
seed: 5
outcomes: {family: gaussian, dimension: 1, covariance: 1}
agents:
  - {group: up, count: 5, reference: 0, reward: [1], public: {shift: 1},
     shares: {real: 0.3, curated: 0.4}, displaces: real}
  - {group: down, count: 5, reference: 0, reward: [-1], public: {shift: -1},
     shares: {real: 0.3, curated: 0.4}, displaces: real}
network: {generator: {ring: {reach: 2, self: 1}}}
schedule: {synchronous: {rounds: 200}}
compare:
  replicates: 4
  topologies:
    ring: {ring: {reach: 2, self: 1}}
    web: {barabasi-albert: {m: 2, self: 1}}
    "a, b": {erdos-renyi: {p: 0.3, self: 1}}
END

# Any number of threads, the same bytes; a row for each topology and replicate, and agent.
for threads in 1 3; do
    expect 0 compare nets.yaml --threads "$threads" -o "t$threads"
    cp out "out$threads"
done
same_folders t1 t3
same out1 out3
wanted='compare.csv compare.dat compare.gp compare.svg correlations.csv manifest.json nodes.csv ranking.csv scenario.yaml '
command -v gnuplot >/dev/null 2>&1 || wanted=$(echo "$wanted" | sed 's/compare.svg //')
[ "$(names_in t1)" = "$wanted" ] || fail "files are $(names_in t1)"
[ "$(wc -l <t1/compare.csv)" -eq 13 ] || fail 'compare.csv'
[ "$(wc -l <t1/nodes.csv)" -eq 121 ] || fail 'nodes.csv'
[ "$(grep -c '^alignment,' t1/ranking.csv)" -eq 3 ] || fail 'ranking.csv'
has t1/compare.csv '"a, b",3,ok,'
has out1 'rank correlation of an agent'
[ "$(field t1/compare.csv 1 4)" = "$(awk 'BEGIN { print 20 / 90 }' | cut -c1-4)" ] ||
    near "$(field t1/compare.csv 1 4)" 0.2222222222222222

# A replicate is the scenario with that seed on that network.
run influence nets.yaml --seed 7 --set 'network.generator={barabasi-albert: {m: 2, self: 1}}' --json
sed -n 's/.*"on": "up-3", "of": "up-3".*"long_term": \([^,]*\),.*/\1/p' out >self
near "$(awk -F, '$1 == "web" && $2 == 2 && $3 == "up-3" { print $5 }' t1/nodes.csv)" "$(cat self)"

# The command line adds topologies and replaces some; names may hold anything.
expect 0 compare nets.yaml -q --out - -r 2 -t 'ring=complete' --topology 'x.y "z"={star: {self: 1}}'
missing nets-compare
has out 'x.y "z"'
has out '10 agents, 4 topologies, 2 replicates'
# Corrected for the pairs that have a test, as equal networks have none.
expect 0 compare nets.yaml -q --out - -t 'copy={ring: {reach: 2, self: 1}}'
has out 'corrected (Holm) for 5 pairs:'
expect 0 compare nets.yaml -q --out - -r 1
has out 'best first; no pair has a paired test:'
expect 0 compare nets.yaml --json
missing nets-compare
if command -v python3 >/dev/null 2>&1; then
    python3 -c 'import json; d = json.load(open("out"))
assert [t["topology"] for t in d["topologies"]] == ["ring", "web", "a, b"]
assert d["topologies"][0]["outcomes"]["stable"]["mean"] == 1 and len(d["ranking"]) == 30' ||
        fail 'the JSON is wrong'
fi

# Unstable ones are rows; when all are, so is the exit status.
bad='{edges: [{from: up-1, to: up-1, channel: {affine: {matrix: [[-3]]}}}, {from: up-1, to: up-2}]}'
fed='shares={real: 1}'
expect 0 compare nets.yaml --out u -t "bad=$bad" --set "agents.down.$fed" --set \
    'agents.up.shares={real: 0.5, curated: 0.5}' --set 'agents.up.count=2'
has u/compare.csv 'bad,0,unstable,'
has u/compare.csv 'ring,0,ok,'
has out 'bad: 0 of 4 replicates came to rest; replicate 0: unstable'
cp nets.yaml only.yaml
sed -i '/^compare:/,$d' only.yaml
expect 3 compare only.yaml --out - -t "bad=$bad" --set "agents.down.$fed" --set \
    'agents.up.shares={real: 0.5, curated: 0.5}' --set 'agents.up.count=2'

# Mistakes are found before anything is written, by every command.
expect 2 compare only.yaml
has err 'compare needs topologies'
expect 2 compare nets.yaml -t 'a=ring' -t 'a=star'
has err "--topology has 'a' twice"
expect 2 compare nets.yaml -t ring
has err "expected NAME=NETWORK, found 'ring'"
expect 2 compare nets.yaml -t 'a={barabasi-albert: {m: 10}}'
has err "m must be below their number"
has err "topology 'a' is not possible with these agents"
expect 2 compare nets.yaml -t 'a=zachary'
expect 2 compare nets.yaml -t 'a=rng'
has err "(did you mean 'ring'?)"
expect 2 check nets.yaml --set compare.replicats=3
has err "unknown key 'replicats' in 'compare'"
expect 2 compare nets.yaml --set compare.rank-by=alignement
has err "(did you mean 'alignment'?)"
missing nets-compare
expect 0 compare nets.yaml -q --out - -t 'again={ring: {reach: 2, self: 1}}'
expect 2 compare nets.yaml -o t1
has err 't1'

# Metrics of one network; of a large one the linear ones unless all are asked for.
expect 0 check nets.yaml --metrics
has out 'spectral-radius'
has out 'own-share'
expect 0 check nets.yaml --metrics --json
has out '"density": '
lacks out 'NaN'
expect 2 check nets.yaml --all
expect 0 check only.yaml --metrics --set agents.up.count=5001
has out "left out for more than 5000 agents"
lacks out "modularity  "

# network.graphml of many agents is written when it is asked for.
cat >many.yaml <<'END'
trophic: 1
seed: 1
outcomes: {family: gaussian, dimension: 1}
agents: [{group: g, count: 100001, reference: 1, shares: {real: 1}}]
schedule: {synchronous: {rounds: 1}}
END
expect 0 run many.yaml -o many
has err 'network.graphml is left out for more than 100000 agents; --graphml writes it'
missing many/network.graphml
expect 0 run many.yaml --graphml -o whole
grep -q 'g-100001' whole/network.graphml || fail 'no network'
expect 0 run many.yaml --set agents.g.count=100000 -o fewer
[ -e fewer/network.graphml ] || fail 'no network'

# Ctrl-C leaves nothing half-done.
if command -v timeout >/dev/null 2>&1; then
    command="trophic compare, interrupted"
    timeout -s INT 1 "$TROPHIC" compare nets.yaml -r 100000 -o stopped >out 2>err
    has err "interrupted: no comparison was written; run it again"
    lacks err "--force"
    missing stopped/manifest.json
fi
# A topology takes the whole place of the network, however that is made; equally many links.
cat >drawn.yaml <<'END'
trophic: 1
seed: 3
outcomes: {family: gaussian, dimension: 1}
agents:
  - {group: a, count: 12, reference: {draw: {normal: {mean: 0, sd: 1}}}, reward: {linear: 1},
     public: {shift: 1}, shares: {real: {draw: {uniform: [0.3, 0.6]}}, curated: 0.3}}
network: {generator: {erdos-renyi: {self: 1}}, mean-degree: 4, rewire: {degree-preserving: 2}}
compare:
  replicates: 2
  topologies:
    random: {generator: {erdos-renyi: {self: 1}}, mean-degree: 3}
    growing: {generator: {barabasi-albert: {self: 1}}, mean-degree: 3}
    parts: {parts: [{generator: {ring: {self: 1}}, among: [a]}]}
    file: {file: links.txt}
END
for agent in 1 2 3 4 5 6 7 8 9 10 11 12; do echo "a-1 a-$agent"; done >links.txt
expect 0 compare drawn.yaml --out drawn --quiet
awk -F, 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next }
    { print $at["topology"], $at["network_density"] }' drawn/compare.csv | sort -u >densities
[ "$(grep -c . densities)" -eq 4 ] || fail "densities: $(cat densities)"
[ "$(sed -n 's/^random //p' densities)" = "$(sed -n 's/^growing //p' densities)" ] ||
    fail "not as many links: $(cat densities)"

finish
