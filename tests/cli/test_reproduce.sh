#!/bin/sh
# trophic reproduce: finding studies, checking claims, writing results.
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"
TROPHIC_SCENARIOS=$work/scenarios
export TROPHIC_SCENARIOS
mkdir -p scenarios/studies elsewhere
cp "$data/study.yaml" scenarios/studies/small.yaml
sed 's/0.25, /0.26, /; s/a small study/a wrong study/' "$data/study.yaml" \
    >scenarios/studies/wrong.yaml
echo 'no study' >scenarios/studies/notes.txt

expect 0 reproduce
has out small
has out wrong
has out 'What one shift does'
lacks out notes
(cd elsewhere && "$TROPHIC" reproduce) >elsewhere.out 2>err || fail 'elsewhere'
has elsewhere.out small

has out 'small, 1 claim'
has out '    nobody 2026'
expect 0 reproduce --list elsewhere/../scenarios/studies/small.yaml
has out small
lacks out wrong
expect 0 reproduce --list --json
has out '"study": "small", "title": "What one shift does to an agent that feeds on itself.", "paper": "nobody 2026",'
has out '"claim": "The fixed point is lambda / (1 - lambda).", "source": "a geometric series"}'
lacks out verdict
has out '"summary": {"studies": 2, "claims": 2}}'
expect 0 reproduce --list --markdown small
has out '| [small](#small) | nobody 2026 |  |'
has out '| The fixed point is lambda / (1 - lambda). | a geometric series |  |  |  |'
missing small-reproduce

expect 0 reproduce small
head -n 1 err >first
has first 'seed 11'
has out 'holds'
has out 'a geometric series'
has out '1 claim: 1 hold, 0 fail, 0 undecided'
has small-reproduce/claims.csv 'The fixed point is lambda / (1 - lambda).,a geometric series,'
has small-reproduce/shares.csv '0.2,0.25,ok'
has small-reproduce/manifest.json '"claims_hold": 1'
has small-reproduce/manifest.json '"status": "all claims hold"'
[ -s small-reproduce/scenario.yaml ] || fail 'no scenario'

expect 2 reproduce small
has err 'holds an earlier run'
expect 0 reproduce small --force --threads 1
cp -R small-reproduce kept
expect 0 reproduce "$data/study.yaml" --out small-reproduce --force --threads 2
same_folders small-reproduce kept
expect 0 reproduce small-reproduce/scenario.yaml --out again
same_folders small-reproduce again

expect 4 reproduce wrong --out w
has out 'FAILS'
has w/manifest.json '"status": "not all claims hold"'
has w/claims.csv FAILS
expect 4 reproduce small wrong --out both
has both/small/claims.csv holds
has both/wrong/claims.csv FAILS
expect 4 reproduce --all --out every --json --quiet
empty err
has out '"verdict": "holds"'
has out '"verdict": "FAILS"'
has out '"summary": {"studies": 2, "claims": 2, "not_run": 0, "hold": 1, "hold_only_if": 0, "fail": 1'
[ -s every/small/manifest.json ] || fail 'not the first'
[ -s every/wrong/manifest.json ] || fail 'not the second'
expect 0 reproduce wrong --set 'claims=[]' --out unclaimed

# Several studies are one table: heads once, each study with its paper, what failed once
# more, the sums.
expect 4 reproduce --all --out table --verbose
[ "$(grep -c '^verdict ' out)" -eq 1 ] || fail 'not one table'
has out '== small: nobody 2026'
has out '== wrong: nobody 2026'
has out '-- a geometric series'
has out 'FAILS in wrong: The fixed point is lambda / (1 - lambda).'
has out '2 studies, 2 claims: 1 hold, 1 fail, 0 undecided'
grep -q '^small: [0-9.]* s$' err || fail 'no time for small'
[ "$(awk '{ if (length($0) > n) n = length($0) } END { print n }' out)" -le 110 ] || fail 'too wide'
COLUMNS=50 "$TROPHIC" reproduce --all --out narrow --quiet >out 2>err
[ "$(awk '{ if (length($0) > n) n = length($0) } END { print n }' out)" -le 50 ] || fail 'too wide'
has out 'holds: The fixed point is lambda / (1 - lambda).'
has out '    expected: '
expect 4 reproduce --all --out marked --quiet --markdown
has out '| [small](#small) | nobody 2026 | 1 claim: 1 hold, 0 fail, 0 undecided |'
has out '| all | 2 studies | 2 claims: 1 hold, 1 fail, 0 undecided |'
has out '| The fixed point is lambda / (1 - lambda). | a geometric series | FAILS |'
expect 2 reproduce --all --markdown --json
has err 'found both'

# A study that cannot be read does not keep the others from being run; one that diverges
# says why its claims are undecided.
mkdir broken
sed 's/shares.J/shares.K/' "$data/study.yaml" >broken/slip.yaml
expect 2 reproduce broken/slip.yaml small --out most --quiet
has out '1 study, 1 claim: 1 hold, 0 fail, 0 undecided; 1 study could not be run'
expect 2 reproduce broken/slip.yaml small --out most --quiet --json --force
has out '"not_run": 1'
cat >broken/grows.yaml <<'END'
trophic: 1
name: growing
seed: 1
outcomes: {family: gaussian}
agents: [{name: a, start: 1, reward: 1, shares: {synthetic: 1}}]
network: {edges: [{from: a, to: a, channel: {affine: {scale: 2, offset: 1}}}]}
schedule: {synchronous: {rounds: 2000}}
claims:
  - {claim: it ends somewhere, source: nobody, above: 0,
     quantity: {alignment-by-round: {agent: a, rounds: 2000, last: true}}}
END
expect 4 reproduce broken/grows.yaml --out grows --quiet
has out 'undecided'
has grows/claims.csv 'it ends somewhere,nobody,,,undecided,'
expect 4 reproduce broken/grows.yaml --out grows --quiet --json --force
grep -q '"verdict": "undecided", "remark": "[^"]*finite' out || fail 'no reason'

# A table without one good cell: exit status 3, though there are no claims; cells and
# columns that fail are labelled, and the others stand.
roots='find: {J: {alignment: a}, R: {root: {of: {alignment: a}, key: agents.a.reference,'
sed "s/^    find: .*/    $roots between: [0, 1]}}}/; /^claims:/,\$d" "$data/study.yaml" >none.yaml
expect 3 reproduce none.yaml
has out '0 claims: 0 hold, 0 fail, 0 undecided'
has err "error: table 'shares': not one of 3 cells is good; in the first: R: no change of sign"
has none-reproduce/shares.csv '0.2,0.25,,R: no change of sign: the quantity is 0.25 at 0 and 1.25'
has none-reproduce/manifest.json '"status": "a table has no good cell"'
expect 3 reproduce none.yaml wrong --out graver
sed "s/^    find: .*/    $roots between: [-1, 1]}}}/; /^claims:/,\$d" "$data/study.yaml" >some.yaml
expect 0 reproduce some.yaml
has err "warning: table 'shares': 1 of 3 cells failed; the table says why"
has some-reproduce/shares.csv '0.2,0.25,-0.25,ok'
has some-reproduce/shares.csv ',,R: no change of sign: the quantity is 0.5 at -1 and 2.5 at 1'

expect 2 reproduce smal
empty out
has err "there is no study 'smal' (did you mean 'small'?)"
expect 2 reproduce small nothing --out none
missing none
expect 2 reproduce --all small
sed 's/shares.J/shares.K/' "$data/study.yaml" >slip.yaml
expect 2 reproduce slip.yaml
has err 'slip.yaml:'
has err "has no column 'K'"
missing slip-reproduce
finish
