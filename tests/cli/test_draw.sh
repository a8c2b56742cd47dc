#!/bin/sh
# Drawings of networks: check --draw, run and influence; names, sizes, no gnuplot.
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"
have_gnuplot=yes
command -v gnuplot >gnuplot.path || have_gnuplot=

# drawn DIR: a picture is there with its script and data, or can be made of them.
drawn() {
    for name in network.gp network.dat; do
        [ -s "$1/$name" ] || fail "no $1/$name"
        has "$1/manifest.json" "\"$name\""
    done
    if [ "$have_gnuplot" ]; then
        has "$1/network.svg" '</svg>'
        has "$1/manifest.json" '"network.svg"'
    fi
}

# scenario FILE AGENTS NETWORK
scenario() {
    cat >"$1" <<END
trophic: 1
seed: 4
outcomes: {family: gaussian, dimension: 1}
agents:
$2
network: {judge: producer, $3}
schedule: {synchronous: {rounds: 60}}
END
}
rest='shares: {real: 0.4, curated: 0.6}'

# A folder of its own, refused when it is there; nothing without --draw.
expect 0 check "$data/sampled.yaml"
[ "$(names_in .)" = 'err gnuplot.path out ' ] || fail "files were written: $(names_in .)"
expect 0 check "$data/sampled.yaml" --draw
drawn sampled-check
has err 'wrote sampled-check'
has sampled-check/network.graphml 'attr.name="fixed_point"'
has sampled-check/manifest.json '"command": "check"'
expect 2 check "$data/sampled.yaml" --draw
has err 'holds an earlier run'
expect 0 check "$data/sampled.yaml" --draw --out again --layout circle -q
same sampled-check/network.dat again/network.dat
expect 2 check "$data/sampled.yaml" --draw --layout cirle --out never
has err "did you mean 'circle'?"
expect 2 run "$data/sampled.yaml" --layout cirle --out never
expect 2 influence "$data/sampled.yaml" --layout cirle --out never
expect 2 check "$data/sampled.yaml" --out never
has err 'go with --draw'
expect 2 check "$data/sampled.yaml" "$data/sampled.yaml" --draw --out never
has err 'one folder'
missing never
expect 0 run "$data/sampled.yaml"
drawn sampled-run
has sampled-run/network.gp 'alignment in the last round'

# Who helps, who harms, who is harmed: phi harms theta, theta helps phi (test_influence.sh
# has the numbers).
expect 0 influence "$data/sampled.yaml"
drawn sampled-influence
has sampled-influence/network.gp 'harmed most by others'
if [ "$have_gnuplot" ]; then
    has sampled-influence/network.svg 'helps others most: theta. harms others most: phi.'
    has sampled-influence/network.svg 'harmed most by others: theta.'
fi
# Attributes for those who draw it elsewhere; the file is read back.
graphml=sampled-influence/network.graphml
for name in class sign influence_given influence_received help_given harm_given harm_received self_influence influence; do
    has $graphml "attr.name=\"$name\""
done
has $graphml 'inverted'
has $graphml 'harms'
given=$(sed -n 's/.*"influence_given".*id="\([^"]*\)".*/\1/p; s/.*id="\([^"]*\)".*"influence_given".*/\1/p' $graphml)
near "$(sed -n "s/.*>theta<.*key=\"$given\">\([^<]*\)<.*/\1/p" $graphml)" 0.0864
given=$(sed -n 's/.*id="\([^"]*\)".*"harm_received".*/\1/p' $graphml)
near "$(sed -n "s/.*>theta<.*key=\"$given\">\([^<]*\)<.*/\1/p" $graphml)" 0.2016
scenario back.yaml "  - {name: theta, reference: 0, reward: 1, $rest, public: {shift: 1}}
  - {name: phi, reference: 0, reward: 1, $rest, public: {shift: -1}}" "graphml: $graphml"
expect 0 check back.yaml --quiet
# Effects of one agent alone: on whom.
expect 0 influence "$data/sampled.yaml" --of phi --out of
has of/network.gp 'effect of the curation of phi on it'
lacks of/network.graphml 'key="influence_given"'
expect 0 influence "$data/sampled.yaml" --on phi --out on
has on/network.gp 'effect of its curation on phi'

# Names that mean something to somebody, and a very long one: whole in every file.
long=$(printf 'long%.0s' $(seq 300))
scenario odd.yaml "  - {name: \"it's <b> & \\\"q\\\" \$x %d\", reference: 0, reward: 1, $rest, public: {shift: 1}}
  - {name: 'a b, \`ls\`', reference: 0, reward: -1, $rest, public: {shift: -1}}
  - {name: $long, reference: 0, reward: 1, $rest, public: {shift: 1}}" 'generator: complete'
expect 0 influence odd.yaml -q
drawn odd-influence
empty err
has odd-influence/network.gp "'it''s <b> & \"q\" \$x %d'"
has odd-influence/network.graphml 'it&apos;s &lt;b&gt; &amp; &quot;q&quot; $x %d'
has odd-influence/influence.csv '"it'"'"'s <b> & ""q"" $x %d"'
for file in influence.csv network.dat network.graphml; do
    has odd-influence/$file "$long"
done
if [ "$have_gnuplot" ]; then
    has odd-influence/network.svg "it's &lt;b&gt; &amp; \"q\" \$x %d"
    has odd-influence/network.svg "$long"
    lacks odd-influence/network.svg '<b>'
fi

# Hundreds: all drawn; thousands: a summary; either the same each time, on any threads.
scenario many.yaml "  - {group: a, count: 150, reference: 0, reward: 1, $rest, public: {shift: 1}}
  - {group: b, count: 50, reference: 0, reward: -1, $rest, public: {shift: -1}}" \
    'generator: {barabasi-albert: {m: 2, self: 1}}'
expect 0 influence many.yaml --threads 1 --out m1
expect 0 influence many.yaml --threads 2 --out m2
drawn m1
same_folders m1 m2
lacks m1/network.gp 'a summary'
sed 's/count: 150/count: 9000/; s/count: 50/count: 1000/' many.yaml >all.yaml
expect 0 check all.yaml --draw --out s1 --quiet
expect 0 check all.yaml --draw --out s2 --quiet --threads 1
drawn s1
same_folders s1 s2
has s1/network.gp 'a summary: of more than 300 agents'
has s1/network.gp 'of a'"'"
has s1/network.gp "1000 of b'"
[ "$(wc -c <s1/network.dat)" -lt 200000 ] || fail 'a summary as large as that'
scenario loners.yaml "$(for k in $(seq 400); do
    echo "  - {name: n$k, reference: 0, reward: 1, shares: {real: 1}}"
done)" 'edges: []'
expect 0 check loners.yaml --draw --quiet
has loners-check/network.gp "400 agents'"

# Without gnuplot all else is there; with one that fails, too.
mkdir empty broken
printf '#!/bin/sh\necho no >&2\nexit 1\n' >broken/gnuplot
chmod +x broken/gnuplot
path=$PATH
for folder in empty broken; do
    # shellcheck disable=SC2123
    PATH=$work/$folder
    "$TROPHIC" run "$data/sampled.yaml" --out "$folder-run" >out 2>err </dev/null
    code=$?
    PATH=$path
    [ "$code" -eq 0 ] || fail "exit status $code with $folder"
    has "$folder-run/manifest.json" '"network.gp"'
    has "$folder-run/manifest.json" '"summary.csv"'
    lacks "$folder-run/manifest.json" '"network.svg"'
    missing "$folder-run/network.svg"
    [ "$folder" = broken ] || has err 'there is no gnuplot on the PATH'
    [ "$folder" = empty ] || has err 'warning: gnuplot failed'
done
finish
