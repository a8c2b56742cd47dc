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
offers trophic new ow
is own-data owner-and-public
offers trophic list keys riv
is rivals.yaml
offers trophic list schedules ran
is random-order
offers trophic run --figures p
is pdf png
offers trophic run --figures svg,p
is svg,pdf svg,png

# Keys of the scenario on the line, level by level.
offers trophic run rivals.yaml --set ag
is agents.
offers trophic run rivals.yaml --set agents.
is agents.theta. agents.phi.
offers trophic sweep rivals.yaml --vary agents.theta.shares.
is agents.theta.shares.real= agents.theta.shares.synthetic= agents.theta.shares.curated=
offers trophic run rivals.yaml --set = agents.theta.public
is agents.theta.public=
offers trophic advise rivals.yaml --allow agents.theta.learning
is agents.theta.learning-rate
offers trophic run rivals.yaml --set network.edges.phi
is 'network.edges.phi-\>theta.' 'network.edges.phi-\>phi.'
offers trophic run rivals.yaml --set "'network.edges.phi->t"
is 'network.edges.phi->theta.'
offers trophic run rivals.yaml --set seed = ''
is ''
offers trophic run --set ag
is ''
offers trophic reproduce karate-club --set agents.ins
is agents.instructor.
offers trophic sweep rivals.yaml --find x = alignm
is alignment alignment-by-round
offers trophic compare rivals.yaml -t web = barab
is barabasi-albert
offers trophic run --seed ''
is ''

# A shell that somebody types into: what stands on the line after a tab, as words.
odd='no.1 "the" first: a=b'
sed 's/theta/x/g; s/: phi/: '"'$odd'"'/g' rivals.yaml >'a b.yaml'
expect 0 list names 'a b.yaml'
has out "$odd"
if ! command -v script >/dev/null; then finish; fi
tab=$(printf '\t') start=$(printf '\001')
cat >rc <<EOF
PS1=
PATH=$PATH
HISTFILE=
show() { printf '<%s>' "\$@" >>"$work/shown"; echo >>"$work/shown"; }
. "$top/completion/trophic.bash"
cd "$work"
EOF
: >shown
type_line() { printf '%s%s%sshow \n' "$1" "$tab" "$start"; }
{
    type_line 'trophic run a\ b'
    type_line 'trophic run a\ b.yaml --set agents.\"n'
    type_line 'trophic run "a b.yaml" --set agents.x.sh'
    type_line 'trophic run '"'a b.yaml'"' --set '"'agents.x.shares.c"
    type_line 'trophic influence a\ b.yaml --of n'
    type_line 'trophic influence a\ b.yaml --of '"'n"
    type_line 'trophic run rivals.yaml --set network.edges.phi-\>t'
    type_line 'trophic run rivals.yaml --set=network.edges.phi-\>theta.w'
    type_line 'trophic run --figures svg,pd'
    echo exit
} >typed
command='a shell that is typed into'
INPUTRC=$work/none TERM=dumb timeout 60 script -qec "bash --noprofile --rcfile '$work/rc' -i" typescript \
    <typed >out 2>err
cat >want <<'EOF'
<trophic><run><a b.yaml>
<trophic><run><a b.yaml><--set><agents."no.1 \"the\" first: a=b".>
<trophic><run><a b.yaml><--set><agents.x.shares.>
<trophic><run><a b.yaml><--set><agents.x.shares.curated=>
<trophic><influence><a b.yaml><--of><no.1 "the" first: a=b>
<trophic><influence><a b.yaml><--of><no.1 "the" first: a=b>
<trophic><run><rivals.yaml><--set><network.edges.phi->theta.>
<trophic><run><rivals.yaml><--set=network.edges.phi->theta.weight=>
<trophic><run><--figures><svg,pdf>
EOF
cmp -s shown want || fail "$(diff shown want)"
finish
