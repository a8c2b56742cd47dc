#!/bin/sh
# Figures: trajectories, the influence matrix, formats, sketches, and all without gnuplot.
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"

# --- sketches need nothing ------------------------------------------------------------------
expect 0 run "$data/rivals.yaml" --out sketched --plot --figures none
has out 'alignment by round'
has out '    0.583 |'
has out '   -0.473 |'
has out '  o theta   x phi'
has out '           0                                                                 60'
[ "$(grep -c '^.\{0,80\}$' out)" -eq "$(grep -c '' out)" ] || fail 'a line is too long'
[ "$(names_in sketched)" = 'manifest.json network.graphml rounds.csv scenario.yaml summary.csv ' ] ||
    fail "other files: $(names_in sketched)"
LC_ALL=C.UTF-8 COLUMNS=60 "$TROPHIC" run "$data/rivals.yaml" --out wide --plot --figures none \
    >out 2>err
if locale -a 2>/dev/null | grep -q '^C.utf'; then
    has out '● theta   ○ phi'
    has out '└───'
fi
expect 0 influence "$data/rivals.yaml" --out - --plot
has out '  1 theta           -- --'
has out '  2 phi             ++ ++'
expect 0 influence "$data/rivals.yaml" --out - --of phi --rounds 30 --plot
has out '    theta           --'
has out 'the same by round'
has out '. . . in the long term'
for wrong in 'run --out wrong' 'influence --out -'; do
    # shellcheck disable=SC2086
    expect 2 ${wrong%% *} "$data/rivals.yaml" ${wrong#* } --plot --json
    has err '--plot goes with words'
    missing wrong
done

# --- formats --------------------------------------------------------------------------------
for wrong in tiff svg,none 'svg,' ''; do
    expect 2 run "$data/rivals.yaml" --out wrong "--figures=$wrong"
    missing wrong
done
has err "there are no figures ''"
expect 2 check "$data/rivals.yaml" --figures pdf
has err 'go with --draw'

# --- without gnuplot ------------------------------------------------------------------------
mkdir bare
for tool in sh cat; do
    ln -s "$(command -v "$tool")" "bare/$tool"
done
path=$PATH
for what in 'run rivals rounds' 'influence rivals influence' 'reproduce study figure' \
            'check rivals network'; do
    verb=${what%% *}
    figure=${what##* }
    file=${what#* }
    draw=
    [ "$verb" = check ] && draw=--draw
    # shellcheck disable=SC2123
    PATH=$work/bare
    # shellcheck disable=SC2086
    "$TROPHIC" $verb "$data/${file% *}.yaml" $draw --figures svg,pdf --out "bare-$verb" >out 2>err
    code=$?
    PATH=$path
    command="trophic $verb without gnuplot"
    case $verb in
    reproduce) [ "$code" -eq 0 ] || [ "$code" -eq 4 ] || fail "exit status $code" ;;
    *) [ "$code" -eq 0 ] || fail "exit status $code" ;;
    esac
    [ "$verb" = reproduce ] && [ ! -e "bare-$verb/$figure.gp" ] && continue
    has err "'bare-$verb/$figure.svg' and 'bare-$verb/$figure.pdf' are not drawn"
    has err 'there is no gnuplot on the PATH'
    missing "bare-$verb/$figure.svg"
    { [ -s "bare-$verb/$figure.gp" ] && [ -s "bare-$verb/$figure.dat" ]; } ||
        fail 'no script or data'
    has "bare-$verb/manifest.json" '"status"'
done

# --- with it --------------------------------------------------------------------------------
command -v gnuplot >gnuplot.path || finish
expect 0 run "$data/sampled.yaml" --out drawn
has drawn/rounds.svg 'bands: 95 % around means of 23 replicates'
has drawn/rounds.svg 'dashed: fixed point'
has drawn/manifest.json '"name": "rounds.svg"'
# The means of the figure are those of all rounds of all replicates.
"$TROPHIC" run "$data/sampled.yaml" --set record.every=1 --out every --figures none >out 2>err
wanted=$(awk -F, 'NR > 1 && $2 == 14 && $4 == "phi" { s += $5; n++ } END { print s / n }' \
    every/rounds.csv)
found=$(awk '/^# index 2/ { on = 1 } on && $1 == 14 { print $2; exit }' drawn/rounds.dat)
command='the mean of phi in round 14'
awk -v a="$wanted" -v b="$found" 'BEGIN { d = a - b; exit !(b != "" && d * d < 1e-10) }' ||
    fail "'$found' in the figure, $wanted in the table"
# More rounds than a figure shows, more agents than lines; whatever the threads.
expect 0 run "$data/sampled.yaml" --set schedule.synchronous.rounds=900 --threads 1 --out long1
expect 0 run "$data/sampled.yaml" --set schedule.synchronous.rounds=900 --threads 2 --out long2
same_folders long1 long2
[ "$(awk '/^# index 0/ { on = 1 } /^# index 1/ { on = 0 } on && $1 ~ /^[0-9]/' long1/rounds.dat |
    grep -c '')" -le 401 ] || fail 'too many points'
expect 0 influence "$data/rivals.yaml" --out matrix
has matrix/influence.svg 'two rivals: long-term influence'
has matrix/influence.gp "'−1.3'"
has matrix/influence.gp "'1.7'"
expect 0 influence "$data/rivals.yaml" --on theta --out row
missing row/influence.svg

# PDF and PNG where gnuplot has them; the same bytes again.
gnuplot -e "set print '-'; print GPVAL_TERMINALS" >terminals 2>&1 </dev/null
if grep -q pdfcairo terminals && grep -q pngcairo terminals; then
    for time in 1 2; do
        expect 0 influence "$data/rivals.yaml" --figures png,pdf --out "formats$time"
        for figure in influence network; do
            [ "$(head -c 5 "formats$time/$figure.pdf")" = %PDF- ] || fail "no $figure.pdf"
            [ "$(head -c 4 "formats$time/$figure.png" | tail -c 3)" = PNG ] || fail "no $figure.png"
            missing "formats$time/$figure.svg"
            has "formats$time/manifest.json" "\"name\": \"$figure.pdf\""
        done
        [ "$time" -eq 1 ] && sleep 1   # a PDF would tell the second
    done
    same_folders formats1 formats2
    (cd formats1 && gnuplot -e "format='pdf'; target='again.pdf'" network.gp) 2>err
    [ -s formats1/again.pdf ] || fail 'the script draws no PDF'
fi

# Fonts that lack a letter: the picture has '?', its script and the SVG keep the letter.
if grep -q pngcairo terminals; then
    mkdir poor
    printf '#!/bin/sh\necho "20-7e 2212"\necho "2026-2192 rubbish"\n' >poor/fc-list
    chmod +x poor/fc-list
    # shellcheck disable=SC2123
    PATH=$work/poor:$path
    expect 0 influence "$data/rivals.yaml" --figures svg,png --out poorly
    PATH=$path
    has err "'poorly/influence.png' has '?' in place of λ, which no installed font has"
    lacks err "'poorly/network.png' has"
    has poorly/influence.gp λ
    has poorly/influence.svg λ
    [ -s poorly/influence.png ] || fail 'no picture'
    missing poorly/influence.part.gp
fi

# A gnuplot without cairo.
cat >bare/gnuplot <<END
#!/bin/sh
echo 'line 9: unknown or ambiguous terminal type; type just set terminal for a list' >&2
exit 1
END
chmod +x bare/gnuplot
# shellcheck disable=SC2123
PATH=$work/bare
"$TROPHIC" run "$data/rivals.yaml" --figures pdf --out cairoless >out 2>err
code=$?
PATH=$path
command='a gnuplot without cairo'
[ "$code" -eq 0 ] || fail "exit status $code"
has err "'cairoless/rounds.pdf' is not drawn, because the gnuplot on the PATH has no terminal pdfcairo"
missing cairoless/rounds.pdf
finish
