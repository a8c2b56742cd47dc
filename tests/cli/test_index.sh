#!/bin/sh
# doc/studies.md names every study with its paper, its claims and their sources. When this
# fails: make studies
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"
top=$(cd "$tests/.." && pwd) || exit 1

# What is known without running anything: of a table's rows, the first two cells.
fixed() { sed 's/^\(|[^|]*|[^|]*|\).*/\1/' "$1"; }

expect 0 reproduce --list --markdown "$top"/scenarios/studies/*.yaml
empty err
fixed out >files
fixed "$top/doc/studies.md" >index
diff index files >difference || {
    fail 'doc/studies.md is out of date: make studies'
    head -n 20 difference
}
grep '^| \[' out >studies
while IFS='|' read -r _ study paper _; do
    [ "$paper" != '  ' ] || fail "no paper:$study"
done <studies

# Its figures are there, and no others.
sed -n 's/^!\[.*(figures\/\(.*\))$/\1/p' "$top/doc/studies.md" >named
(cd "$top/doc/figures" && ls -- *.svg) >there
diff named there >difference || fail "figures: $(head -n 3 difference)"

# What should hold does.
lacks "$top/doc/studies.md" '| FAILS |'
lacks "$top/doc/studies.md" '| undecided |'
finish
