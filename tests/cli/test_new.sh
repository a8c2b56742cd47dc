#!/bin/sh
# trophic new: every template runs as written; names; what is there stays.
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"

expect 0 new
has err '`trophic new my-idea --template hub` writes my-idea.yaml from one of them'
expect 0 new --quiet
empty err
awk '{ print $1 }' out >templates
[ "$(wc -l <templates)" -ge 5 ] || fail 'a template is missing'
awk 'NF < 4' out >bare
empty bare

while read -r template; do
    expect 0 new "my-$template" --template "$template"
    empty out
    has err "wrote my-$template.yaml"
    has err "trophic run my-$template.yaml"
    has "my-$template.yaml" 'To change first:'
    ! grep -q NAME "my-$template".* || fail "a mark is left in my-$template"
    expect 0 check "my-$template.yaml" --quiet
    has out "my-$template.yaml: my-$template"
    # What it says to try, it can be told; runs settle; influences are there.
    sed -n 's/^# Try one without editing: \(.*\)/\1/p' "my-$template.yaml" >try
    [ -s try ] || fail "my-$template says nothing to try"
    expect 0 run "my-$template.yaml" --quiet
    expect 0 influence "my-$template.yaml" --quiet
    eval "set -- $(cat try)"
    expect 0 run "my-$template.yaml" --quiet --out other "$@"
    ! cmp -s "my-$template-run/rounds.csv" other/rounds.csv || fail 'nothing changed'
    rm -rf other
done <templates

# A name that a template has asks for that template.
expect 0 new hub --quiet
expect 0 new named --template hub --quiet
sed 's/named/hub/g' named.yaml >as-hub
same hub.yaml as-hub
expect 0 new hub.yaml --template alone --force --quiet
grep -q '^# hub: one model' hub.yaml || fail '--template was not heard'

# The comments of the rivals are true.
expect 0 influence my-two-rivals.yaml --of theta --on theta --out - --quiet
has out inverted
expect 0 influence my-two-rivals.yaml --of theta --on theta --out - --quiet \
    --set network.edges.0.weight=2
has out dampened

# Those of the web name generators that fit its agents.
sed -n 's/^#.*`generator`: \(.*\), \.\.\.$/\1/p' my-web.yaml | sed 's/, {/\n{/g' >generators
[ "$(wc -l <generators)" -eq 3 ] || fail 'the comment is another'
while read -r generator; do
    expect 0 check my-web.yaml --quiet --set "network.generator=$generator"
done <generators

cp my-two-rivals.yaml before
echo mine >my-two-rivals.yaml
expect 2 new my-two-rivals
has err 'my-two-rivals.yaml is there already'
[ "$(cat my-two-rivals.yaml)" = mine ] || fail 'a file was replaced'
expect 0 new my-two-rivals.yaml --force --quiet
same my-two-rivals.yaml before
empty err

# Nothing is written when one of two files is there.
echo mine >half.csv
expect 2 new half --template own-data
missing half.yaml
expect 0 new true
expect 0 check true.yaml --quiet
has out 'true.yaml: true'
mkdir folder
expect 0 new folder/42
expect 0 check folder/42.yaml --quiet
has out '42.yaml: 42'

for name in 'a b' '' .yaml .hidden -- 'ü' 'a"b' "$(printf '%0101d' 0)"; do
    expect 2 new "$name" --template hub
done
expect 2 new x --template hbu
has err "there is no template 'hbu' (did you mean 'hub'?)"
expect 2 new x --template rivals
has err "there is no template 'rivals' (did you mean 'two-rivals'?)"
expect 0 new spelt.yml
has err 'wrote spelt.yaml'
has err 'it is made of the template two-rivals'
expect 0 new alone
lacks err 'it is made of'
expect 2 new --template hub
has err 'a name is missing'
expect 1 new nowhere/x
expect 2 new one two
export TROPHIC_SCENARIOS="$work/nowhere"
[ -d /usr/local/share/trophic ] || expect 1 new x
finish
