#!/bin/sh
# completion/trophic.bash offers what the program has: commands, options, their
# values, files, templates, studies and entries.
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"
command -v bash >/dev/null || exit 77
top=$(cd "$tests/.." && pwd) || exit 1
mkdir "a folder" bin
cp "$data/rivals.yaml" rivals.yaml
cp "$data/rivals.yaml" 'a b.yaml'
: >notes.txt
: >cells.sqlite
ln -s "$TROPHIC" bin/trophic
PATH=$work/bin:$PATH

# offers WORD...: what is offered for the last word, a line each, in `out`.
offers() {
    command="completion of: $*"
    : >err
    # shellcheck disable=SC2016
    bash -c '. "$1"; shift
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _trophic
        printf "%s\n" "${COMPREPLY[@]}"' bash "$top/completion/trophic.bash" "$@" \
        2>err | sort >out
    empty err
}

# is WORD...: exactly these are offered.
is() {
    printf '%s\n' "$@" | sort >want
    cmp -s want out || fail "offered: $(tr '\n' ' ' <out)"
}

# Every command, and every option of every command.
expect 0 --help
sed -n '/^Commands:/,/^$/s/^  \([a-z-]*\)  .*/\1/p' out >commands
offers trophic ''
{ cat commands; printf '%s\n' help --help --version; } | sort >want
same want out
offers trophic re
has out reproduce
lacks out run
while read -r name; do
    "$TROPHIC" "$name" --help | sed -n '/^Options:/,$s/^ *\(-[a-zA-Z], \)*\(--[a-z-]*\).*/\2/p' |
        sort >want
    [ "$(wc -l <want)" -ge 3 ] || fail "$name has no options"
    offers trophic "$name" --
    same want out
done <commands
offers trophic nothing --
is ''

# Operands.
offers trophic run ''
is 'a folder' 'a b.yaml' bin rivals.yaml
offers trophic run --quiet riv
is rivals.yaml
offers trophic export ''
is 'a folder' bin cells.sqlite
offers trophic list cur
is curators
offers trophic list bra
is bradley-terry
offers trophic help inf
is influence
offers trophic reproduce back
is backfire-gaussian backfire-images
offers trophic reproduce riv
is rivals.yaml

# Values, apart and attached, of long options and letters.
offers trophic new mine --template ow
is own-data owner-and-public
offers trophic new mine -t two
is two-rivals
offers trophic new mine --template = hu
is hub
offers trophic check --layout tr
is tree
offers trophic run rivals.yaml --layout = cir
is circle
offers trophic compare -t tw
is ''
offers trophic compare riv
is rivals.yaml
offers trophic run -o a
is 'a folder'
offers trophic run --out ''
is 'a folder' bin
offers trophic run --out =
is 'a folder' bin
offers trophic sweep --out no
is notes.txt
offers trophic influence rivals.yaml --of ''
is theta phi
offers trophic influence rivals.yaml --of th
is theta
offers trophic run --seed ''
is ''
finish
