#!/bin/sh
# trophic list: everything is in it, from whatever side one asks.
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"

expect 0 list
cp out overview
expect 0 list all --markdown
cp out manual
head -n 1 manual >first
has first '# Reference'
expect 0 list all
cp out plain
for kind in families channels curators generators schedules measures quantities metrics; do
    has overview "$kind"
    expect 0 list "$kind"
    cp out kind
    sed -n 's/^  \([a-z-]*\)  .*/\1/p' kind >names
    while read -r name; do
        has manual "### \`$name\`"
        has overview "$name"
        has plain "$name, a "
        expect 0 list "$kind" "$name"
        head -n 1 out >first
        has first "$name, a "
        expect 0 list "$name"
        [ -s out ] || fail 'nothing about it'
    done <names
    [ -s names ] || fail 'no names'
    [ "$(wc -l <kind)" -gt 1 ] || fail 'an empty kind'
done
for part in scenario agents shares reward categorical-law categorical-reward conditional-law \
    conditional-reward network sampled vary axis claims figure compare; do
    expect 0 list "$part"
    has manual "### \`$part\`"
    [ "$(wc -l <out)" -gt 3 ] || fail 'an empty part'
done
lacks manual '(null)'
lacks plain '(null)'
lacks overview '(null)'
expect 0 list network
has out 'edges[].channel'

expect 2 list curatrs
empty out
has err "there is no entry 'curatrs' (did you mean 'curators'?)"
expect 2 list curators bradly-terry
has err "there is no curator 'bradly-terry' (did you mean 'bradley-terry'?)"
expect 2 list curators gausian
has err "there is no curator 'gausian' (did you mean the family 'gaussian'?)"
expect 2 list spectral
has err "there is no entry 'spectral' (did you mean 'spectral-radius'?)"
expect 2 list generators erdos
has err "there is no generator 'erdos' (did you mean 'erdos-renyi'?)"
expect 2 list curatrs shift
has err "there is no kind 'curatrs' (did you mean 'curators'?)"
expect 2 list shift curators
has err "there is no kind 'shift': \`trophic list\` shows what there is"
expect 2 list temperature
has err "there is no entry 'temperature': \`trophic list\` shows what there is"
expect 2 list nothing at-all
expect 2 list --markdown
expect 2 list curators --markdown
finish
