#!/bin/sh
# scenarios/scenario.schema.json is what `trophic list schema` prints, and it goes with the
# parser: it takes what the parser takes, and refuses what is broken in tests/data/broken, but for
# what the parser alone can know (parser-*.yaml). When the first fails:
#   build/trophic list schema >scenarios/scenario.schema.json
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"
top=$(cd "$tests/.." && pwd) || exit 1
schema=$top/scenarios/scenario.schema.json

expect 0 list schema
diff "$schema" out >difference || {
    fail 'scenarios/scenario.schema.json is out of date: regenerate it'
    head -n 20 difference
}
expect 2 list scheme
has err "did you mean 'schema'?"

python=
for candidate in /usr/bin/python3 python3; do
    "$candidate" -c 'import jsonschema, yaml' 2>import && python=$candidate && break
done
if [ -z "$python" ]; then
    [ "$failed" -eq 0 ] || finish
    echo 'skipped: Python has no jsonschema or no yaml (Debian: python3-jsonschema, python3-yaml)'
    exit 77
fi

# judge FILE...: what the schema says of each, to `judged`.
judge() {
    command="the schema on $# files"
    : >err
    "$python" "$top/tests/cli/schema.py" "$schema" "$@" >judged 2>err || fail 'no judgement'
    [ "$(wc -l <judged)" -eq $# ] || fail "$(wc -l <judged) judgements"
}

# Editors show what every key is for, and validators which mistake it is.
command='the descriptions of the schema'
"$python" - "$schema" >undescribed <<'END'
import json, sys

def walk(at, path):
    if isinstance(at, list):
        for item in at:
            walk(item, path)
    elif isinstance(at, dict):
        conditions = ("if", "required")
        for key, value in at.items():
            if key == "properties" and isinstance(value, dict):
                for name, item in value.items():
                    if not item.get("description") and not set(item) <= {"const", "enum"}:
                        print(path + "/" + name)
            if key not in conditions:
                walk(value, path + "/" + key)

walk(json.load(open(sys.argv[1], encoding="utf-8")), "")
END
[ ! -s undescribed ] || { fail 'properties without a description'; head undescribed; }

# What is shipped.
# shellcheck disable=SC2046
judge $(find "$top/scenarios" "$top/examples" -name '*.yaml')
lacks judged ' differs'
[ "$(grep -c ' fits$' judged)" -ge 30 ] || fail 'thirty scenarios expected'

# What pages show, and what tests use: the schema takes it if the parser does.
mkdir pages
for page in "$top"/README.md "$top"/doc/*.md; do
    mkdir -p "pages/${page##*/}"
    cp "$top"/scenarios/templates/*.csv "pages/${page##*/}"
    (cd "pages/${page##*/}" && split_page "$page")
done
set -- pages/*/*.yaml "$data"/*.yaml
[ $# -ge 18 ] || fail 'eighteen files expected'
judge "$@"
cp judged all
for file; do
    run check "$file" --quiet
    grep -F "$file " all >one
    case $code in
    0 | 3) has one ' fits' ;;
    esac
done

# What is broken.
set -- "$top"/tests/data/broken/*.yaml
judge "$@"
cp judged all
for file; do
    expect 2 check "$file"
    grep -F "$file " all >one
    case ${file##*/} in
    parser-*) has one ' fits' ;;
    *) has one ' differs at ' ;;
    esac
    lacks one 'not valid under any of the given schemas'
done
has all "goal.yaml differs at advice.goal 'means' is not one of ['mean', 'worst-off', 'nash']"
has all "plugin-curator.yaml differs at agents.0.public Additional properties are not allowed ('shfit'"
has all "nameless.yaml differs at agents.0 'name' is a required property"
has all 'range-share.yaml differs at agents.1.shares.real 1.5 is greater than the maximum of 1'
has all "key-place.yaml differs at network.generator.ring Additional properties are not allowed ('mean-degree'"
finish
