#!/bin/sh
# doc/reference.md is what `trophic list all --markdown` prints. When this fails:
#   build/trophic list all --markdown >doc/reference.md
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"

expect 0 list all --markdown
diff "$data/../../../doc/reference.md" out >difference || {
    fail 'doc/reference.md is out of date: regenerate it'
    head -n 20 difference
}

# doc/trophic.1 is what every command says of itself. When this fails:
#   tools/update-man build/trophic >doc/trophic.1
command='tools/update-man'
: >err
"$data/../../../tools/update-man" "$TROPHIC" >page 2>err || fail 'the manual page cannot be made'
diff "$data/../../../doc/trophic.1" page >difference || {
    fail 'doc/trophic.1 is out of date: make it again'
    head -n 20 difference
}

# Every option of every command is an entry of the page, below its command.
for name in $("$TROPHIC" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z-]*\)  .*/\1/p'); do
    sed -n "/^\.SS $name\$/,/^\.S[SH] /p" page | sed 's/\\//g' >entry
    "$TROPHIC" "$name" --help | sed -n '/^Options:/,$s/^  [ ]*\(-., \)*\(--[a-z-]*\).*/\2/p' >options
    [ -s options ] || fail "$name has no options"
    while read -r option; do
        grep -qE "^fB(-[a-zA-Z], )?${option}fR" entry || fail "$name $option is not on the page"
    done <options
done
finish
