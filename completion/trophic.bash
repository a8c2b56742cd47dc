# Completion of trophic for bash. It asks the program: commands are those of
# `trophic --help`, options those of `trophic COMMAND --help`, whose values are
# completed by the word that stands for them there; templates, studies, kinds
# and names are what `trophic new`, `reproduce --list` and `list` print.
# shellcheck shell=bash

# The first words of lines "  word  what it is" between a heading and an empty line.
_trophic_commands() {
    "$1" --help 2>/dev/null | sed -n '/^Commands:/,/^$/s/^  \([a-z-]*\)  *[^ ].*/\1/p'
    printf '%s\n' help --help --version
}

# The options of a command, a line each: name or letter, and what it takes.
_trophic_options() {
    "$1" "$2" --help 2>/dev/null | sed -n '/^Options:$/,$ {
        s/^  \(-.\), \(--[a-z-]*\) \([A-Z][^ ]*\).*/\1 \3\n\2 \3/p; t
        s/^  \(-.\), \(--[a-z-]*\)  .*/\1\n\2/p; t
        s/^      \(--[a-z-]*\) \([A-Z][^ ]*\).*/\1 \2/p; t
        s/^      \(--[a-z-]*\)  .*/\1/p
    }'
}

# The words an option takes where its help ends in a list: "...: a, b or c".
_trophic_choices() {
    "$1" "$2" --help 2>/dev/null |
        sed -n "s/^ .*$3 [A-Z]*  .*: \([a-z, -]*\)\$/\1/p" | sed 's/ or / /; s/,/ /g'
}

_trophic_templates() {
    "$1" new 2>/dev/null | sed -n 's/^\([a-z][a-z0-9-]*\)  .*/\1/p'
}

_trophic_studies() {
    "$1" reproduce --list 2>/dev/null | sed -n 's/^\([a-z][a-z0-9-]*\), .*/\1/p'
}

# Everything that `trophic list` has an entry for.
_trophic_entries() {
    "$1" list 2>/dev/null | sed '/:$/d; s/,/ /g'
    echo all
}

# Names of the agents of the first scenario on the line, where it is right.
_trophic_agents() {
    local word
    for word in "${COMP_WORDS[@]:2}"; do
        [[ $word == *.yaml && -f $word ]] || continue
        "$1" check --quiet "$word" 2>/dev/null |
            sed -n '/^  agent .*trains on$/,/^$/ { /^  agent /d; s/^  \([^ ]*\)  .*/\1/p; }'
        return
    done
}

_trophic_offer() {
    local line
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -W "$1" -- "$2")
}

# Files with one of some endings, and folders.
_trophic_files() {
    local now=$1 ending line
    shift
    compopt -o filenames 2>/dev/null
    for ending; do
        while IFS= read -r line; do COMPREPLY+=("$line"); done \
            < <(compgen -f -X "!*$ending" -- "$now")
    done
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -d -- "$now")
}

# The value of an option, by the word that stands for it in the help.
_trophic_value() {
    local program=$1 command=$2 option=$3 takes=$4 now=$5
    case $takes in
    DIR) _trophic_files "$now" ;;
    FILE) _trophic_files "$now" '' ;;
    AGENT) _trophic_offer "$(_trophic_agents "$program")" "$now" ;;
    *)
        case $command$option in
        new-t | new--template) _trophic_offer "$(_trophic_templates "$program")" "$now" ;;
        *) _trophic_offer "$(_trophic_choices "$program" "$command" "$option")" "$now" ;;
        esac
        ;;
    esac
}

# What a command is about.
_trophic_operand() {
    local program=$1 command=$2 now=$3
    case $command in
    new) ;;
    reproduce)
        _trophic_offer "$(_trophic_studies "$program")" "$now"
        _trophic_files "$now" .yaml
        ;;
    list) _trophic_offer "$(_trophic_entries "$program")" "$now" ;;
    help) _trophic_offer "$(_trophic_commands "$program")" "$now" ;;
    merge | export) _trophic_files "$now" .sqlite ;;
    check | run | influence | compare | map | advise | sweep) _trophic_files "$now" .yaml ;;
    *) _trophic_files "$now" '' ;;
    esac
}

_trophic() {
    local program=${COMP_WORDS[0]} now=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local command=${COMP_WORDS[1]-} option takes
    COMPREPLY=()
    program=${program/#\~/$HOME}
    if [ "$COMP_CWORD" -eq 1 ]; then
        _trophic_offer "$(_trophic_commands "$program")" "$now"
        return
    fi
    # --out=DIR comes as three words.
    if [ "$now" = = ]; then
        now=
    elif [ "$before" = = ]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    if [[ $before == -* ]]; then
        while read -r option takes; do
            [[ $option == "$before" && $takes ]] || continue
            _trophic_value "$program" "$command" "$option" "$takes" "$now"
            return
        done < <(_trophic_options "$program" "$command")
    fi
    if [[ $now == -* ]]; then
        _trophic_offer "$(_trophic_options "$program" "$command" | sed -n 's/^\(--[a-z-]*\).*/\1/p')" "$now"
    else
        _trophic_operand "$program" "$command" "$now"
    fi
}

complete -F _trophic trophic
