# Completion of trophic for bash. It asks the program: commands are those of
# `trophic --help`, options those of `trophic COMMAND --help`, whose values are
# completed by the word that stands for them there; templates, studies, kinds
# and names are what `trophic new`, `reproduce --list` and `list` print, keys and
# agents of the scenario on the line what `list keys` and `list names` do.
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
    printf '%s\n' all schema keys names
}

# A word of the line without its quotes; one that is still being written may lack the last.
_trophic_plain() {
    local word=$1 plain='' quote='' c
    word=${word/#\~/$HOME}
    while [[ $word ]]; do
        c=${word:0:1} word=${word:1}
        case $quote$c in
        \\ | \"\\) plain+=${word:0:1} word=${word:1} ;;
        \' | \") quote=$c ;;
        "''" | '""') quote='' ;;
        *) plain+=$c ;;
        esac
    done
    printf '%s\n' "$plain"
}

# The scenario on the line: its first file, or after `reproduce` a study.
_trophic_scenario() {
    local word
    for word in "${COMP_WORDS[@]:2}"; do
        word=$(_trophic_plain "$word")
        if [[ $word == *.y*ml && -f $word ]]; then
            printf '%s\n' "$word"
            return
        fi
    done
    [[ ${COMP_WORDS[1]-} == reproduce ]] && grep -Fx -m 1 -f <(_trophic_studies "$1") \
        <(printf '%s\n' "${COMP_WORDS[@]:2}")
}

# Offers what begins with the word, as the shell has to read it: lines from standard input, as
# they are. Names may have blanks and other signs.
_trophic_offer_lines() {
    local now=$1 line plain quote=
    plain=$(_trophic_plain "$now")
    [[ $now == \'* && $now != \'*\'* || $now == \"* && $now != \"*\"* ]] && quote=${now:0:1}
    while IFS= read -r line; do
        [[ $line == "$plain"* ]] || continue
        case $quote in
        \') ;;
        \") line=${line//\\/\\\\} line=${line//\"/\\\"} ;;
        *)
            # Readline ends words at '=' and ':', but for the '=' before a value.
            line=$(printf '%q' "$line")
            line=${line//\\,/,} line=${line//:/\\:}
            [[ $line == *=?* ]] && line=${line//=/\\=}
            ;;
        esac
        COMPREPLY+=("$line")
    done
}

# Keys of the scenario, level by level as folders are: "agents.", then "agents.theta.", ...;
# what can be set ends in $3.
_trophic_keys() {
    local program=$1 now=$2 ending=$3 scenario plain
    scenario=$(_trophic_scenario "$program")
    [[ $scenario ]] || return
    plain=$(_trophic_plain "$now")
    compopt -o nospace 2>/dev/null
    _trophic_offer_lines "$now" < <("$program" list keys "$scenario" 2>/dev/null |
        PLAIN=$plain ENDING=$ending awk '
            index($0, ENVIRON["PLAIN"]) != 1 { next }
            {   # to the end of the step in which the word ends; a step may stand in quotes
                at = 1; rest = length(ENVIRON["PLAIN"])
                while (match(substr($0, at), /^("([^"\\]|\\.)*"|[^.]*)\./)) {
                    if (at + RLENGTH - 1 > rest) {
                        print substr($0, 1, at + RLENGTH - 1)
                        next
                    }
                    at += RLENGTH
                }
                print $0 ENVIRON["ENDING"]
            }' | sort -u)
}

# Names of the agents of the scenario on the line.
_trophic_agents() {
    local scenario
    scenario=$(_trophic_scenario "$1")
    [[ $scenario ]] && "$1" list names "$scenario" 2>/dev/null
}

# The names in `trophic list KIND`.
_trophic_kind() {
    "$1" list "$2" 2>/dev/null | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p'
}

# Formats of figures, several with commas between.
_trophic_formats() {
    local before=''
    [[ $1 == *,* ]] && before=${1%,*},
    local format
    for format in svg pdf png; do
        [[ ,$before == *,$format,* ]] || printf '%s\n' "$before$format"
    done
    [[ $before ]] || echo none
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
    AGENT) _trophic_offer_lines "$now" < <(_trophic_agents "$program") ;;
    PATH=*) _trophic_keys "$program" "$now" = ;;
    "PATH[="*) _trophic_keys "$program" "$now" '' ;;
    QUANTITY) _trophic_offer_lines "$now" < <(_trophic_kind "$program" quantities) ;;
    FORMATS) _trophic_offer_lines "$now" < <(_trophic_formats "$now") ;;
    *)
        case $command$option in
        new-t | new--template) _trophic_offer "$(_trophic_templates "$program")" "$now" ;;
        *) _trophic_offer "$(_trophic_choices "$program" "$command" "$option")" "$now" ;;
        esac
        ;;
    esac
}

# What stands behind NAME= or PATH=: quantities to find, networks; other values are free.
_trophic_named_value() {
    local program=$1 command=$2 now=$3 k option=
    for ((k = COMP_CWORD - 1; k > 1; k--)); do
        option=${COMP_WORDS[k]}
        [[ $option == -* ]] && break
    done
    case $option in
    --find) _trophic_offer_lines "$now" < <(_trophic_kind "$program" quantities) ;;
    --topology | -t) _trophic_offer_lines "$now" < <(_trophic_kind "$program" generators) ;;
    esac
}

# What a command is about.
_trophic_operand() {
    local program=$1 command=$2 now=$3
    case $command in
    new) _trophic_offer "$(_trophic_templates "$program")" "$now" ;;
    reproduce)
        _trophic_offer "$(_trophic_studies "$program")" "$now"
        _trophic_files "$now" .yaml
        ;;
    list)
        case ${COMP_WORDS[COMP_CWORD - 1]} in
        list) _trophic_offer "$(_trophic_entries "$program")" "$now" ;;
        keys | names)
            _trophic_offer "$(_trophic_studies "$program")" "$now"
            _trophic_files "$now" .yaml
            ;;
        *s) _trophic_offer "$(_trophic_kind "$program" "${COMP_WORDS[COMP_CWORD - 1]}")" "$now" ;;
        esac
        ;;
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
    # --out=DIR comes as three words, and so does PATH=VALUE.
    if [ "$now" = = ]; then
        now=
    elif [ "$before" = = ]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    if [[ ${COMP_WORDS[COMP_CWORD]} == = || ${COMP_WORDS[COMP_CWORD - 1]} == = ]] &&
        [[ $before != -* ]]; then
        _trophic_named_value "$program" "$command" "$now"
        return
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
