#!/bin/sh
# How the program is called: commands, options, help, mistakes.
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"

expect 2
empty out
has err 'Commands:'
has err 'a command is missing'

expect 0 --help
has out 'trophic check rivals.yaml'
empty err
cp out overview
for ask in -h help; do
    expect 0 "$ask"
    same out overview
done

expect 0 --version
has out 'trophic '
has out 'commit'
has out 'igraph'
has out 'GSL'
has out 'threads'

expect 2 rnu
empty out
has err "unknown command 'rnu' (did you mean 'run'?)"
expect 2 --nothing
has err "unknown option '--nothing'"
expect 2 help rnu
has err "did you mean 'run'?"

# Help of every command: examples first, then every option.
for name in check run influence map reproduce sweep merge export list; do
    has overview "  $name "
    expect 0 "$name" --help
    empty err
    head -n 1 out >first
    has first "  trophic $name"
    has out "Usage: trophic $name [options]"
    has out '--help'
    cp out help.txt
    expect 0 help "$name"
    same out help.txt
    expect 0 "$name" -h
    same out help.txt
done

# Unknown options, wherever they stand, with the nearest.
for name in check run influence map reproduce sweep; do
    expect 2 "$name" --thread 2
    empty out
    has err "unknown option '--thread' (did you mean '--threads'?)"
    expect 2 "$name" --wrong "$data/rivals.yaml"
    expect 2 "$name" "$data/rivals.yaml" --wrong
    has err "unknown option '--wrong'"
    expect 2 "$name" -Z "$data/rivals.yaml"
    has err "unknown option '-Z'"
done

# Values of options.
expect 2 run --seed
has err "option '--seed' needs a value"
for seed in x -1 1.5 9007199254740993 ''; do
    expect 2 run --seed "$seed" "$data/alone.yaml"
    has err "option '--seed' takes a whole number from 0 to 9007199254740992, found '$seed'"
done
expect 2 run --threads=0 "$data/alone.yaml"
has err "'--threads' takes a whole number from 1 to 1024, found '0'"
expect 2 run --force=yes "$data/alone.yaml"
has err "option '--force' takes no value"
expect 2 run "$data/alone.yaml" another.yaml
has err "unexpected operand 'another.yaml'"
expect 2 list a b c
expect 2 run --set novalue "$data/alone.yaml"
has err "'novalue' is no override: PATH=VALUE would be right"
expect 2 run --set =5 "$data/alone.yaml"

# All of them at once.
expect 2 run --bad --worse --seed x
has err "'--bad'"
has err "'--worse'"
has err "'--seed'"

# Forms: attached and apart, bundled letters, order, --.
expect 0 run "$data/alone.yaml" -qf -o a --seed 7
expect 0 run -q -ob --seed=7 "$data/alone.yaml"
expect 0 run --quiet --out=c --seed 3 --seed 7 -- "$data/alone.yaml"
same_folders a b
same_folders a c
cp "$data/alone.yaml" ./--odd.yaml
expect 0 run -q -o d -- --odd.yaml
expect 2 run --odd.yaml
finish
