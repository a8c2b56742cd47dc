#!/bin/sh
# The studies in scenarios/studies that take seconds: every claim holds. And the
# scenarios beside them, which are right as they stand.
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"
top=$(cd "$tests/.." && pwd) || exit 1
studies=$top/scenarios/studies

for study in accumulate adversarial-users backfire-images co-evolving-users collapse diversity \
    domain-mismatch karate-club opinion-dynamics pluralistic-curation self-rewarding; do
    expect 0 reproduce "$studies/$study.yaml" --out "$study" --quiet
    has out '0 fail, 0 undecided'
    [ -s "$study/claims.csv" ] || fail "$study has no claims"
done

# What is not decided is shown and not claimed.
has backfire-images/published.csv 'A6,0.7,0.8,0.1551,0.1636,0.0085,0.0058,-0.0046,-0.0104,-0.030584'
lacks backfire-images/claims.csv 'A6: more'
[ "$(grep -c 'more curation of theta' backfire-images/claims.csv)" -eq 10 ] || fail 'not ten signs'

# Where a claim as printed fails, and what it holds under.
[ "$(grep -c 'holds only if' pluralistic-curation/claims.csv)" -eq 5 ] || fail 'not five conditions'
has pluralistic-curation/cycles.csv '0,,200.805556'
has pluralistic-curation/cycles.csv 'no cycle: the rounds slow down where a disturbance grows'

# What is stored is the same study.
expect 0 reproduce domain-mismatch/scenario.yaml --out again --quiet
same_folders domain-mismatch again

# A case from the command line; models that swap at a learning rate of 1 never settle.
expect 0 influence "$studies/backfire-images.yaml" --set cases.setting=A1 --out - --quiet
has out '  theta   0.608528  real'
expect 0 run "$studies/domain-mismatch.yaml" --set cases.curation=none --out damped --quiet
expect 3 run "$studies/domain-mismatch.yaml" --set cases.curation=none --set cases.rate=1 \
    --out cycle --quiet

for file in "$top"/scenarios/*.yaml; do
    expect 0 check "$file" --quiet
done
expect 0 run "$top/scenarios/owner-and-public.yaml" --out stages --quiet
near "$(field stages/summary.csv 1 6)" 1.8
expect 0 run "$top/scenarios/owner-and-public.yaml" --set cases.together=by-turns --out turns \
    --quiet
near "$(field turns/summary.csv 1 6)" 1.5
expect 0 reproduce "$top/scenarios/arena.yaml" --out arena --quiet
finish
