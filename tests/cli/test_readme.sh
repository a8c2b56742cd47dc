#!/bin/sh
# What README.md and the pages in doc/ show is what the program prints: every
# `console` block is run, in order, and compared with what stands below it. A
# `yaml` block that begins with a comment that is a file's name is that file. A block of
# `sh` is what cannot run here: an installation, a compiler.
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"
top=$(cd "$tests/.." && pwd) || exit 1
program=$TROPHIC
mkdir bin
printf '#!/bin/sh\nexec "%s" "$@"\n' "$program" >bin/trophic
chmod +x bin/trophic
PATH=$work/bin:$PATH
export PATH

# Only what rounding leaves of a residual may differ.
settle() { sed 's/residual [^ ]*/residual .../'; }

pages=0

# A line "..." stands for any number of lines.
compare() {
    awk 'NR == FNR { want[++n] = $0; next }
         { got[++m] = $0 }
         END {
             at = 1
             for (k = 1; k <= n; k++) {
                 if (want[k] == "...") { skip = 1; continue }
                 while (skip && at <= m && got[at] != want[k]) at++
                 skip = 0
                 if (got[at++] != want[k] || at > m + 1) {
                     print "shown:   " want[k]
                     print "printed: " got[at - 1]
                     exit 1
                 }
             }
             if (!skip && at <= m) { print "printed and not shown: " got[at]; exit 1 }
         }' "$1" "$2"
}

# A picture doc/figures/PAGE/FOLDER/NAME.svg on doc/PAGE.md is that which its commands have
# just drawn. Another gnuplot than that of the stored ones may draw them otherwise.
drawn_by='gnuplot 5.4 patchlevel 4'
compare_pictures() {
    stored=$(basename "$1" .md)
    grep -o "](figures/$stored/[^)]*)" "$1" | sed 's/^](//; s/)$//' >"$work/pictures"
    while read -r picture; do
        command="the picture $picture"
        [ -e "$(dirname "$1")/$picture" ] || fail 'is not there'
        [ "$(gnuplot --version 2>/dev/null)" = "$drawn_by" ] || continue
        cmp -s "$(dirname "$1")/$picture" "${picture#"figures/$stored/"}" ||
            fail 'is not what the commands draw: copy theirs'
    done <"$work/pictures"
}

# doc/reference.md and doc/studies.md are made by the program, as other tests say.
for page in README.md $(cd "$top" && grep -l '^```console' doc/*.md); do
    rm -rf "$work/page"
    mkdir "$work/page"
    cd "$work/page" || exit 1
    for file in "$top"/scenarios/*.yaml; do cat "$file" >"${file##*/}"; done
    mkdir -p real
    for file in "$top"/scenarios/real/*; do cat "$file" >"real/${file##*/}"; done
    split_page "$top/$page"
    count=$(cat count)
    [ "$count" -gt 0 ] || { echo "$page shows no command"; failed=1; }
    pages=$((pages + 1))
    k=0
    while [ $((k += 1)) -le "$count" ]; do
        command="$page: $(cat "$k.cmd")"
        sh "$k.cmd" >"$k.got" 2>&1 </dev/null
        settle <"$k.want" >want
        settle <"$k.got" >err
        compare want err >difference || fail "$(cat difference)"
    done
    echo "$page: $count commands"
    compare_pictures "$top/$page"
done

[ "$pages" -ge 8 ] || { echo "only $pages pages show commands"; failed=1; }

# The index of the manual has every page.
command='doc/README.md'
: >err
for page in "$top"/doc/*.md; do
    page=${page##*/}
    [ "$page" = README.md ] || has "$top/doc/README.md" "($page)"
done

# Links lead somewhere, to headings, too; and the tests that doc/theory.md names are there.
command='the pages themselves'
: >err
cd "$top" || exit 1
for page in README.md CONTRIBUTING.md CHANGELOG.md doc/*.md; do
    grep -o '](\([^)#]*\)' "$page" | sed 's/^](//' | grep -v '^http' | sort -u |
        while read -r link; do
            [ -z "$link" ] || [ -e "$(dirname "$page")/$link" ] || echo "$page: $link"
        done
done >"$work/dangling"
# The name of a heading: small letters, digits, - and _; spaces become -.
anchors() {
    awk '/^```/ { fence = !fence } !fence && /^#+ / { sub(/^#+ /, ""); print }' "$1" |
        sed 's/\[\([^]]*\)\]([^)]*)/\1/g' | tr '[:upper:]' '[:lower:]' | tr ' ' - |
        tr -cd 'a-z0-9_\n-'
}
# Links to headings of which there are none.
lost_headings() {
    for page in README.md CONTRIBUTING.md CHANGELOG.md doc/*.md; do
        tr '\n' ' ' <"$page" | grep -o ']([^)# ]*#[^) ]*)' | sed 's/^](//; s/)$//' | sort -u >"$work/links"
        while IFS='#' read -r file anchor; do
            target=$page
            [ -z "$file" ] || target=$(dirname "$page")/$file
            [ -e "$target" ] || continue
            case $target in *.md) ;; *) continue ;; esac
            anchors "$target" | grep -qx -e "$anchor" || echo "$page: $file#$anchor"
        done <"$work/links"
    done
}
# Tests that the theory names.
lost_tests() {
    grep -o '`[a-z]*/test_[a-z_]*\.[a-z]*' doc/theory.md | tr -d '`' | sort -u |
        while read -r file; do
            [ -e "tests/$file" ] || echo "doc/theory.md: $file"
        done
    grep -o ' test_[a-z_]*' doc/theory.md | sort -u |
        while read -r name; do
            grep -qF "START_TEST($name)" tests/*/test_*.c || echo "doc/theory.md: $name"
        done
}
{ lost_headings && lost_tests; } >>"$work/dangling"
cd "$work" || exit 1
: >err
[ ! -s dangling ] || fail "nothing there: $(cat dangling)"

# Commands in the text are commands, with options that they have.
command='commands in the text'
for name in $("$TROPHIC" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\)  .*/\1/p'); do
    "$TROPHIC" "$name" --help >"$name.help"
done
for page in README.md $(cd "$top" && echo doc/*.md); do
    awk '/^```/ { sh = /^```sh/ } sh && /^trophic / { print FILENAME ": to be shown as console: " $0 }' \
        "$top/$page"
done >strange
for page in README.md CONTRIBUTING.md $(cd "$top" && echo doc/*.md); do
    grep -o '`trophic [a-z][^`]*`' "$top/$page" | tr -d '`' | grep -v '^trophic found$' | sort -u |
        while read -r _ name words; do
            [ -e "$name.help" ] || { echo "$page: no command '$name'"; continue; }
            for word in $words; do
                case $word in --[a-z]*) grep -q -e "$word" "$name.help" ||
                    echo "$page: '$name' has no $word" ;; esac
            done
        done
done >>strange
: >err
[ ! -s strange ] || fail "$(cat strange)"

# The first scenario of the README is scenarios/two-rivals.yaml without comments.
cd "$work" || exit 1
mkdir both
cd both || exit 1
split_page "$top/README.md"
expect 0 run two-rivals.yaml --out short --quiet
expect 0 run "$top/scenarios/two-rivals.yaml" --out long --quiet
for file in rounds.csv summary.csv network.graphml; do same "short/$file" "long/$file"; done
finish
