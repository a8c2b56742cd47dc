#!/bin/sh
# Where output goes, and names that make trouble.
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"

# A closed or full stdout is said, and no file of ours gets its number.
for name in check run influence list --version; do
    file=$data/alone.yaml
    case $name in list | --version) file= ;; esac
    command="$name >&-"
    # shellcheck disable=SC2086
    "$TROPHIC" $name $file >&- 2>err
    code=$?
    [ "$code" -eq 1 ] || fail "exit status $code"
    has err 'cannot write to standard output'
    rm -rf alone-run alone-influence
    if [ -e /dev/full ]; then
        command="$name >/dev/full"
        # shellcheck disable=SC2086
        "$TROPHIC" $name $file >/dev/full 2>err
        code=$?
        [ "$code" -eq 1 ] || fail "exit status $code"
        has err 'cannot write to standard output: No space left on device'
    fi
    case $name in
    run | influence) has "alone-$name/manifest.json" '"files"' ;;
    esac
done
rm -rf alone-run alone-influence
command='run with everything closed'
"$TROPHIC" run "$data/alone.yaml" <&- >&- 2>&-
[ $? -eq 1 ] || fail 'exit status'
head -n 1 alone-run/rounds.csv >first
has first 'replicate,round'

# No colours and no bar in a pipe.
expect 0 run "$data/rivals.yaml"
lacks err "$(printf '\033')"

# Odd names.
expect 0 run "$data/odd-names.yaml" --out odd
lacks out "$(printf '\033')"
has odd/summary.csv '"a, b",'
has odd/summary.csv '"say ""hi""",'
has odd/summary.csv "<c> & 'd',"
has odd/summary.csv '" blank ",'
has odd/rounds.csv '0,0,0,"a, b",0,0,0'
has odd/rounds.csv '0,0,0,"say ""hi""",0,0,0'
has odd/rounds.csv '0,0,0," blank ",0,0,0'
cut -d, -f4- odd/rounds.csv | sed -n '2,8p' >names
has odd/network.graphml '>a, b<'
has odd/network.graphml '>say &quot;hi&quot;<'
has odd/network.graphml '>&lt;c&gt; &amp; &apos;d&apos;<'
lacks odd/network.graphml "$(printf '\033')"
has odd/manifest.json '"scenario": "names, \"odd\" & <others>"'
expect 0 run "$data/odd-names.yaml" --json -q -f --out odd
has out '{"agent": "say \"hi\"",'
has out '{"agent": "# %s \\n {x: \"\\u001b\"}",'
expect 0 influence "$data/odd-names.yaml" --out oddi
has oddi/influence.csv '"a, b","say ""hi""",proportional'
expect 0 run odd/scenario.yaml -o odd-again
same_folders odd odd-again
# Python, where there is one, reads them all back.
if command -v python3 >/dev/null 2>&1; then
    command='python3 reads the odd names'
    python3 - >names.out 2>err <<'END' || fail "$(cat err)"
import csv, json, xml.etree.ElementTree as tree
wanted = ['a, b', 'say "hi"', "<c> & 'd'", ' blank ', 'gr\u00f6\u00dfe \u03b8',
          '# %s \\n {x: "\\u001b"}']
rows = list(csv.DictReader(open('odd/summary.csv', newline='', encoding='utf-8')))
assert [row['agent'] for row in rows] == wanted, rows
rows = list(csv.DictReader(open('odd/rounds.csv', newline='', encoding='utf-8')))
assert [row['agent'] for row in rows] == 4 * wanted, rows
files = json.load(open('odd/manifest.json'))['files']
assert len([file for file in files if not file['name'].endswith('.svg')]) == 8, files
space = '{http://graphml.graphdrawing.org/xmlns}'
nodes = tree.parse('odd/network.graphml').getroot().iter(space + 'node')
names = [node.find(space + 'data').text for node in nodes]
assert names == wanted, names
END
fi

# No command fails in silence: a table that needs 800 MB where there are 600.
# (With less, OpenBLAS waits for memory for ever; sanitizers want terabytes.)
OMP_NUM_THREADS=1
OPENBLAS_NUM_THREADS=1
export OMP_NUM_THREADS OPENBLAS_NUM_THREADS
# shellcheck disable=SC3045
if (ulimit -v 600000 && "$TROPHIC" check "$data/study.yaml") >out 2>err; then
    command='reproduce with ulimit -v 600000'
    (
        # shellcheck disable=SC3045
        ulimit -v 600000
        "$TROPHIC" reproduce "$data/study.yaml" --set 'claims=[]' --out large \
            --set 'vary.shares.over.lambda.values={linspace: [0, 0.9, 9000000]}' \
            --set 'vary.shares.find={a: {alignment: a}, b: {alignment: a}, c: {alignment: a},
                                     d: {alignment: a}, e: {alignment: a}}' >out 2>err
    )
    code=$?
    [ "$code" -eq 1 ] || fail "exit status $code"
    has err 'error: reproduce failed: out of memory'
    missing large/manifest.json
fi
finish
