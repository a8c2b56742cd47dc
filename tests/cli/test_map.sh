#!/bin/sh
# trophic map: where curation backfires on one of two rivals.
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"

cat >two.yaml <<'END'
trophic: 1
seed: 1
outcomes: {family: gaussian}
agents:
  - {name: theta, reference: 0, reward: {linear: 1}, public: {shift: 1},
     shares: {real: 0.5, curated: 0.5}, displaces: real}
  - {name: phi, reference: 0, reward: {linear: -1}, public: {shift: -1},
     shares: {real: 0.5, curated: 0.5}, displaces: real}
network:
  judge: producer
  edges:
    - {from: theta, to: theta, weight: 0.3}
    - {from: phi, to: theta, weight: 0.7}
    - {from: phi, to: phi, weight: 0.7}
    - {from: theta, to: phi, weight: 0.3}
END
c='network.edges.phi->theta.weight={values: {linspace: [0.1, 0.9, 9]}, complement: network.edges.theta->theta.weight}'
m='agents.phi.shares.curated={linspace: [0.1, 0.9, 5]}'

# The zero line is c = (1 - 0.7 m) / (2 - m).
expect 0 map two.yaml --of theta --vary "$c" --vary "$m"
[ "$(names_in two-map)" = 'manifest.json map.csv map.dat map.gp map.svg scenario.yaml zero.csv ' ] ||
    { command -v gnuplot >/dev/null && fail "files: $(names_in two-map)"; }
[ "$(head -n 1 two-map/map.csv)" = "network.edges.phi->theta.weight,agents.phi.shares.curated,\
value,isolated,class,one_sided,status,remark" ] || fail 'names of columns'
[ "$(wc -l <two-map/map.csv)" -eq 46 ] || fail 'not 45 points'
awk -F, 'NR > 1 { d = $2 - (1 - 0.7 * $3) / (2 - $3); if (d < 0) d = -d; if (d > 1e-10) bad = 1
                  n++; if ($1 != 1) bad = 1; if ($4 > 1e-10 || $4 < -1e-10) bad = 1 }
         END { exit !(!bad && n >= 5) }' two-map/zero.csv || fail 'zero.csv'
has out '- - -'
has out 'inverted at'
has out 'zero: 1 line of'
has two-map/manifest.json '"zero_lines": 1'
has two-map/map.gp "'zero'"

# Every number is that of `trophic influence`, to the last bit.
for row in 1 14 23 45; do
    x=$(field two-map/map.csv $row 1) y=$(field two-map/map.csv $row 2)
    rest=$(awk -v x="$x" 'BEGIN { printf "%.17g", 1 - x }')
    expect 0 influence two.yaml --of theta --on theta -o one --force \
        --set "network.edges.phi->theta.weight=$x" --set "network.edges.theta->theta.weight=$rest" \
        --set "agents.phi.shares.curated=$y"
    [ "$(field one/influence.csv 1 6)" = "$(field two-map/map.csv $row 3)" ] || fail "row $row"
    [ "$(field one/influence.csv 1 8)" = "$(field two-map/map.csv $row 5)" ] || fail "class $row"
done

# Equal bytes, whatever the threads; a folder is not replaced unasked.
expect 0 map two.yaml --of theta --vary "$c" --vary "$m" --threads 1 -o one-thread -q
expect 0 map two.yaml --of theta --vary "$c" --vary "$m" --threads 3 -o three-threads -q
empty err
same_folders one-thread three-threads
same_folders one-thread two-map
expect 2 map two.yaml --of theta --vary "$c" --vary "$m"
has err 'holds an earlier run'

# JSON, without files; another quantity; the other agent.
mkdir clean && cd clean || exit 1
expect 0 map ../two.yaml --of theta --vary "$c" --vary "$m" --json
has out '"of": "theta"'
has out '"zero": [{"closed": false, "points": [['
expect 0 map ../two.yaml --of theta --on phi --vary "$c" --vary "$m" --out -
has out "influence of theta's curated share on phi"
expect 0 map ../two.yaml --quantity '{alignment: theta}' --vary "$c" --vary "$m" --out -
has out '{alignment: theta}'
[ "$(names_in .)" = 'err out ' ] || fail "files were written: $(names_in .)"
cd ..

# No point of an unstable scenario has a value: the files say why, and so does the status.
expect 3 map "$data/unstable.yaml" --of a -o unstable --vary 'agents.a.shares.curated=[0.35, 0.4]' \
    --vary 'curators.up.shift=[1, 2]' --set network.edges.0.channel.affine.scale=3
has err 'not one of 4 points has a value; the first is unstable'
has unstable/map.csv ',,,,0,unstable,'
[ "$(wc -l <unstable/zero.csv)" -eq 1 ] || fail 'a zero among points without a value'

# Refused, located, and nothing written.
refuse() {
    text=$1
    shift
    expect 2 map two.yaml -o refused "$@"
    has err "$text"
    missing refused
}
refuse '--vary twice would be right, found it once' --of theta --vary "$c"
refuse "or --quantity says what to map" --vary "$c" --vary "$m"
refuse 'found both' --of theta --quantity '{alignment: theta}' --vary "$c" --vary "$m"
refuse "did you mean 'curated'?" --of theta --vary "$c" --vary 'agents.phi.shares.curatd=[0, 1]'
refuse 'varies already' --of theta --vary "$m" --vary "$m"
refuse 'found 0.1 after 0.2' --of theta --vary "$c" --vary 'agents.phi.shares.curated=[0.2, 0.1]'
refuse 'has no values left' --of theta --vary "$c" \
    --vary 'agents.phi.shares.curated={linspace: [0, 1, 3], at-most: -1}'
refuse "'seed' varies nothing" --of theta --vary "$c" --vary 'seed=[1, 2]'
refuse "--set sets 'agents.1.shares.curated'" --of theta --vary "$c" --vary "$m" \
    --set agents.1.shares.curated=0.2
refuse "unknown quantity 'alinment'" --quantity alinment --vary "$c" --vary "$m"

# Ctrl-C: nothing is written.
if command -v timeout >/dev/null 2>&1; then
    timeout --preserve-status -s INT 2 "$TROPHIC" map two.yaml --of theta -o stopped >out 2>err \
        --vary "$c" --vary 'agents.phi.shares.curated={linspace: [0.1, 0.9, 100000]}' </dev/null
    [ $? -eq 130 ] || fail 'exit status of an interrupt'
    has err 'interrupted: no map was written'
    missing stopped/map.csv
    missing stopped/manifest.json
fi
finish
