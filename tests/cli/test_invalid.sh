#!/bin/sh
# Scenarios that are none: every mistake with its place, exit status 2, and
# nothing written.
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"

: >empty.yaml
printf '# only this\n' >comment.yaml
printf '\177ELF\002\001\001\000\000rubbish\376\377' >binary.yaml
head -c 5000 /dev/zero >zeros.yaml
mkdir folder.yaml
touch before
for name in check run influence reproduce; do
    expect 2 "$name" missing.yaml
    has err 'missing.yaml: error: cannot be read: no such file'
    expect 2 "$name" ./folder.yaml
    has err 'it is a directory'
    expect 2 "$name" empty.yaml
    has err 'empty.yaml: error: the file is empty'
    expect 2 "$name" comment.yaml
    expect 2 "$name" binary.yaml
    has err 'binary.yaml:1:1: error:'
    expect 2 "$name" zeros.yaml
    expect 2 "$name" "$data/mistakes.yaml"
    empty out
    has err "mistakes.yaml:5:1: error: unknown key 'colour'"
    has err 'mistakes.yaml:7:65: error: real must be between 0 and 1'
    has err "mistakes.yaml:8:29: error: unknown key 'rewrad' in 'agent' (did you mean 'reward'?)"
    has err "mistakes.yaml:9:33: error: no agent is called 'c'"
    has err 'mistakes.yaml:10:34: error: rounds must be between'
    has err '^~~~~~'
    # so are those of a study: tables, claims and figure, whatever the command
    expect 2 "$name" "$data/study-mistakes.yaml"
    empty out
    has err "study-mistakes.yaml:12:65: error: axis 'lambda' at 1.7: a curated share of 1.7 leaves"
    has err "study-mistakes.yaml:14:3: error: a table cannot be called '.hidden'"
    has err "study-mistakes.yaml:15:37: error: axis 'J' at one: seed must be a whole number"
    has err "study-mistakes.yaml:16:12: error: 'J' is an axis of this table already"
    has err "study-mistakes.yaml:16:27: error: no agent is called 'b'"
    has err "study-mistakes.yaml:21:13: error: table 'shares' has no axis 'lamda'"
    has err "study-mistakes.yaml:22:22: error: column 'shares.J' is exact"
    has err "study-mistakes.yaml:24:69: error: column 'J' is exact: it has no standard errors"
    [ "$(grep -c error: err)" -eq 8 ] || fail 'eight mistakes expected'
    expect 2 "$name" "$data/rivals.yaml" --set agents.theta.shares.curatd=0.5
    has err "did you mean 'curated'?"
    has err 'agents.theta.shares.curatd=0.5'
    expect 2 "$name" "$data/rivals.yaml" --set agents.thet.shares.real=0.5
    has err "no 'thet' in 'agents' (did you mean 'theta'?)"
    expect 2 "$name" "$data/rivals.yaml" --set 'seed=[1'
    expect 2 "$name" "$data/rivals.yaml" --set agents.theta.shares.curated=1.5
    has err 'leaves nothing to displace'
done
# Nothing but the files of this test is here.

for file in *; do
    case $file in
    before | out | err | *.yaml) ;;
    *) fail "'$file' was written" ;;
    esac
done

# What --set makes impossible in a study concerns who would reproduce it, no one else.
expect 0 check "$data/study.yaml" --set agents.a.displaces=synthetic
has err "warning: the study in '$data/study.yaml' does not go with --set"
has out 'a small study'
expect 0 influence "$data/study.yaml" --set agents.a.displaces=synthetic --out -
expect 2 reproduce "$data/study.yaml" --set agents.a.displaces=synthetic
has err "axis 'lambda' at 0.6: a curated share of 0.6 leaves nothing to displace"
expect 2 check "$data/study.yaml" --set agents.a.displaces=synthetic \
    --set vary.shares.find.J.alignment=b
has err "no agent is called 'b'"
expect 0 check "$data/study.yaml" --set agents.a.displaces=proportional
lacks err warning

# Several files: each is checked; quiet hides notes, never errors.
expect 2 check "$data/rivals.yaml" "$data/mistakes.yaml" missing.yaml --quiet
has out 'two rivals'
has err 'mistakes.yaml:5:1: error'
has err 'missing.yaml: error'
lacks err 'note:'
lacks err 'seed 2'
expect 0 check "$data/rivals.yaml" "$data/alone.yaml"
has err 'note: weights were scaled'
finish
