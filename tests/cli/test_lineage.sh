#!/bin/sh
# scenarios/real: the network of language models is that of its table, a table that breaks a rule
# is refused, and the scenarios are right.
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"
top=$(cd "$tests/.." && pwd) || exit 1
real=$top/scenarios/real
tool=$top/tools/update-lineage
command=tools/update-lineage

"$tool" --check >out 2>err || fail 'llm-lineage.graphml is out of date: tools/update-lineage'
count() { grep -c "$1" "$real/llm-lineage.csv"; }
words="$(count ',https*://') edges among"
has "$real/llm-lineage.graphml" "$words"
has "$real/llm-lineage.yaml" "$words"
has "$real/llm-lineage.yaml" "$(count ',raw,') edges are"
has "$real/llm-lineage.yaml" "$(count ',filtered,') filtered"
has "$real/llm-lineage.yaml" "$(count ',preference-selected,') preference-selected"

# Every rule, by a table that breaks it.
refused() {
    printf 'from,to,kind,address,says,read\n%s\n' "$2" >table.csv
    "$tool" - table.csv >out 2>err
    [ $? -eq 2 ] || fail "not refused: $2"
    empty out
    has err "table.csv:$1"
}
good='a,b,raw,https://x.org/y,so it is,2026-11-21'
refused '2: field 4 is empty' 'a,b,raw,,so it is,2026-11-21'
refused '2: field 5 is empty' 'a,b,raw,https://x.org/y,,2026-11-21'
refused '2: "memory" is no address' 'a,b,raw,https://x.org/y memory,so it is,2026-11-21'
refused '2: kind "cooked"' 'a,b,cooked,https://x.org/y,so it is,2026-11-21'
refused '2: "today" is no date' 'a,b,raw,https://x.org/y,so it is,today'
refused '2: not six fields' 'a,b,raw,https://x.org/y,so, it is,2026-11-21'
refused '2: not six fields' 'a,b,raw,https://x.org/y,"so it is,2026-11-21'
refused '3: the same edge as line 2' "$good
$good"
printf 'to,from\n' >table.csv
"$tool" - table.csv >out 2>err && fail 'other columns are taken'
has err 'table.csv:1: the first line'

# Quotes, and what XML has its own words for.
printf 'from,to,kind,address,says,read\n%s\n%s\n' \
    'R&D,<b>,raw,https://x.org/y?a=1&b=2,"a ""word"", and more",2026-11-21' \
    'R&D,<b>,filtered,https://x.org/y,again,2026-11-21' >table.csv
"$tool" - table.csv >odd.graphml 2>err || fail 'an odd table is refused'
has odd.graphml '<data key="v0">R&amp;D</data>'
has odd.graphml 'a "word", and more'
cat >odd.yaml <<'END'
trophic: 1
name: odd
seed: 1
outcomes: {family: gaussian}
agents:
  - {name: R&D, reference: 0, public: {shift: 1}, shares: {real: 1}}
  - {name: <b>, reference: 0, shares: {real: 0.2, synthetic: 0.4, curated: 0.4}}
network: {graphml: odd.graphml}
END
expect 0 check odd.yaml --quiet
has out 'R&D 1/0, R&D 0/1'

for file in "$real"/*.yaml; do
    expect 0 check "$file" --quiet
done
expect 0 check "$real/llm-lineage.yaml" --quiet
has out 'edges      86 '
expect 0 run "$real/llm-lineage.yaml" --out lineage --quiet
fixed() { awk -F, -v name="$1" '$1 == name { print $6 }' lineage/summary.csv; }
near "$(fixed DeepSeek-V3)" 1.09478672985782
near "$(fixed Zephyr-7B-beta)" 0.775384615384615
expect 0 check "$real/zachary.yaml" --quiet
has out 'edges      156 '

# The study has the same agents and the same network.
part() { sed -n '/^outcomes:/,/^schedule:/p' "$1" | sed 's/graphml: .*llm/graphml: llm/; /^schedule/d'; }
part "$real/llm-lineage.yaml" >here
part "$top/scenarios/studies/llm-lineage.yaml" >there
diff here there >difference || fail "the study has another network: $(head -n 3 difference)"
finish
