#!/bin/sh
# trophic advise against the closed form of two rivals: theta's curation backfires where the part
# c of its curated data that is phi's exceeds (1 - m (1 - d)) / (2 - m), m = 0.5, d = 0.3; so the
# weight of phi's outputs beside 0.3 of its own is at most 0.3 * 13 / 17.
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"

scenarios=$(cd "$data/../../../scenarios" && pwd) || exit 1
cp "$scenarios/two-rivals.yaml" "$scenarios/turned.yaml" "$scenarios/advice.yaml" .
weight='network.edges.phi->theta.weight={to: 1}'

expect 0 advise two-rivals.yaml --goal '{influence: theta}' --allow "$weight"
near "$(field two-rivals-advise/advice.csv 1 3)" 0.22941176470
near "$(field two-rivals-advise/advice.csv 1 4)" 0.47058823529
[ "$(field two-rivals-advise/advice.csv 1 5)" = exact ] || fail 'derivative'
near "$(field two-rivals-advise/agents.csv 1 2)" -0.4
near "$(field two-rivals-advise/agents.csv 1 4)" -1.04
svg=
command -v gnuplot >gnuplot.path && svg='advice.svg '
[ "$(names_in two-rivals-advise)" = \
    "advice.csv advice.dat advice.gp ${svg}advice.txt agents.csv manifest.json scenario.yaml " ] ||
    fail "files: $(names_in two-rivals-advise)"
has two-rivals-advise/manifest.json '"command": "advise"'
has two-rivals-advise/manifest.json '"status": "found"'
same out two-rivals-advise/advice.txt
has out 'confirmed: the rounds come to rest'

# The figure: the weight within its bounds, and both agents before and after.
near "$(field two-rivals-advise/advice.csv 1 6)" 0
near "$(field two-rivals-advise/advice.csv 1 7)" 1
has two-rivals-advise/advice.gp 'network.edges.phi->theta.weight: 0.7 → 0.229 (allowed: 0 to 1), cost 0.471'
has two-rivals-advise/advice.gp "itself −1.04 → 0, cost 0.471'"
[ "$(sed -n '/^# index 1/,/^$/p' two-rivals-advise/advice.dat | grep -c '^0[.0-9]* 0$')" -eq 2 ] ||
    fail 'no line from before to after'
sed -n '/^# index 6/,/^$/p' two-rivals-advise/advice.dat >before
has before '# series: before'
grep -q '^0 -1.0[34]' before || fail 'no influence before'
[ -z "$svg" ] || has two-rivals-advise/advice.svg '<desc>'

# What it says can be done: by the flags it prints, and by the scenario it writes.
set_flag=$(sed -n "s/^    --set '\(.*\)'\$/\1/p" out)
expect 0 influence two-rivals.yaml --set "$set_flag" --on theta --of theta --json
# shellcheck disable=SC2016
awk 'match($0, /"long_term": [-+0-9.e]+/) { v = substr($0, RSTART + 13, RLENGTH - 13)
     exit !(v >= 0 && v < 1e-8) }' out || fail 'the flags do not reach the goal'
mv out by-flags
expect 0 influence two-rivals-advise/scenario.yaml --on theta --of theta --json
sed -n '/long_term/p' by-flags >one
sed -n '/long_term/p' out >two
same one two

# Again: refused, and the same bytes with another number of threads.
expect 2 advise two-rivals.yaml --goal '{influence: theta}' --allow "$weight"
has err 'holds an earlier run'
expect 0 advise two-rivals.yaml --goal '{influence: theta}' --allow "$weight" --threads 1 --out again
same_folders two-rivals-advise again

# The scenario's own advice, and JSON.
expect 0 advise advice.yaml --json
has out '"outcome": "found"'
has out '"confirmed": "yes"'
missing advice-advise
expect 0 advise advice.yaml --out - --goal '{influence: phi}'
has out 'it is reached as things are'

# Nothing reaches it: the best, and exit status 3.
expect 3 advise two-rivals.yaml --goal '{influence: theta}' --allow agents.theta.shares.real --out none
has out 'nothing allowed reaches it'
has err 'nothing allowed reaches the goal'
has none/manifest.json '"status": "not reached"'
expect 3 advise two-rivals.yaml --goal '{influence: theta}' --allow "$weight" --budget 0.3 --out -
has out '0.4   0.3  exact'

# An alternative has no bounds: the title has it. Nothing to change, nothing to draw.
expect 0 advise two-rivals.yaml --goal '{influence: theta}' --out judged \
    --allow 'network.judge={options: [consumer], cost: 0.5}'
[ "$(field judged/advice.csv 1 6)" = '' ] || fail 'an alternative has no bounds'
has judged/advice.gp 'itself −1.04 → 0.78; network.judge: (default) → consumer, cost'
lacks judged/advice.gp 'least allowed'
expect 0 advise two-rivals.yaml --goal '{influence: phi}' --allow "$weight" --out nothing
missing nothing/advice.gp
expect 0 advise two-rivals.yaml --goal '{influence: theta}' --allow "$weight" --figures none --out plain
missing plain/advice.gp

# No fixed point to begin with.
expect 3 advise advice.yaml --out - --set 'agents.theta.shares={synthetic: 0.5, curated: 0.5}' \
    --set 'agents.phi.shares={synthetic: 0.5, curated: 0.5}'
has err 'agents that nothing holds drift without end'
empty out

# Mistakes, where they stand; nothing is written.
expect 2 advise two-rivals.yaml
has err 'no goal'
expect 2 advise two-rivals.yaml --goal mean
has err 'nothing is allowed to change'
expect 2 advise two-rivals.yaml --goal men --allow "$weight"
has err "--goal men: error: a goal is"
expect 2 advise two-rivals.yaml --goal mean --allow agents.thta.shares.real
has err "no 'thta' in 'agents' (did you mean 'theta'?)"
expect 2 advise two-rivals.yaml --goal mean --allow agents.theta.shares.real=0.3
has err "found '0.3'"
expect 2 advise two-rivals.yaml --goal mean --allow 'network.judge=[consumer, psi]'
has err "with 'network.judge' at 'psi': no agent is called 'psi'"
expect 2 advise two-rivals.yaml --goal '{influence: psi}' --allow "$weight"
has err "no agent is called 'psi'"
expect 2 advise two-rivals.yaml --goal '{nash: {floor: 0}}' --allow "$weight" --out -
has err 'nash welfare is not defined'
expect 2 advise turned.yaml --goal mean --allow agents.author.shares.real
has err "a share of data that there are not: a 'reference' would be right"
expect 2 check advice.yaml --set advice.allow.0.to=0.5
has err "is 0.7 now, which is not from 0 to 0.5"
expect 2 advise two-rivals.yaml --goal mean --allow "$weight" --budget x
missing turned-advise

finish
