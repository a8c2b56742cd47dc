#!/usr/bin/env python3
"""The usual plots of a run or influence folder, with pandas and matplotlib.

    python3 plot_run.py two-rivals-run          # writes two-rivals-run.png
    python3 plot_run.py two-rivals-influence    # writes two-rivals-influence.png

A folder of `trophic run` gives each agent's alignment by round: the mean over replicates, a band
of two standard errors where there are several, and the fixed point as a dashed line. A folder
of `trophic influence` gives the matrix as a heat map."""
import json
import pathlib
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import pandas as pd

COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#f0e442", "#000000"]
MOST_LINES = 8
MOST_LETTERS = 18


def text(value):
    """Names are shown as they are, long ones cut: matplotlib would read $...$ as mathematics,
    and leave _... out of legends."""
    whole = str(value)
    short = whole if len(whole) <= MOST_LETTERS else whole[: MOST_LETTERS - 1] + "\u2026"
    return (" " if short.startswith("_") else "") + short.replace("$", r"\$")


def plot_rounds(folder, axes):
    # Names such as "null" or "NA" are names.
    rounds = pd.read_csv(folder / "rounds.csv", dtype={"agent": str}, keep_default_na=False,
                         na_values={"alignment": [""]})
    summary = pd.read_csv(folder / "summary.csv", dtype={"agent": str}, keep_default_na=False,
                          na_values={"fixed_point": [""]}).set_index("agent")
    rounds = rounds[rounds["alignment"].notna()]  # agents without a reward have none
    names = rounds["agent"].drop_duplicates()
    if names.empty:
        sys.exit("no agent has an alignment")
    if len(names) > MOST_LINES:
        print(f"of {len(names)} agents the first {MOST_LINES} are drawn", file=sys.stderr)
    for name, colour in zip(names[:MOST_LINES], COLOURS):
        by_round = rounds[rounds["agent"] == name].groupby("time")["alignment"]
        mean, error = by_round.mean(), 2 * by_round.sem()
        axes.plot(mean.index, mean, color=colour, label=text(name))
        if error.notna().any():
            axes.fill_between(mean.index, mean - error, mean + error, color=colour, alpha=0.25,
                              linewidth=0)
        limit = summary.loc[name, "fixed_point"]
        if pd.notna(limit):
            axes.axhline(limit, color=colour, linestyle="--", linewidth=0.8)
    axes.set_xlabel("time (rounds)")
    axes.set_ylabel("alignment (reward)")
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))


def plot_influence(folder, axes, figure):
    pairs = pd.read_csv(folder / "influence.csv", dtype={"on": str, "of": str},
                        keep_default_na=False, na_values={"long_term": [""]})
    matrix = pairs.pivot(index="on", columns="of", values="long_term")
    matrix = matrix.loc[pairs["on"].drop_duplicates(), pairs["of"].drop_duplicates()]
    most = matrix.abs().max().max() or 1
    image = axes.imshow(matrix, cmap="RdBu", vmin=-most, vmax=most, aspect="auto")
    if max(matrix.shape) <= 30:
        axes.set_xticks(range(len(matrix.columns)), map(text, matrix.columns), rotation=45,
                        ha="right")
        axes.set_yticks(range(len(matrix.index)), map(text, matrix.index))
    axes.set_xlabel("curated share of")
    axes.set_ylabel("alignment of")
    figure.colorbar(image, label="influence (reward/share)")


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: plot_run.py FOLDER")
    folder = pathlib.Path(sys.argv[1])
    try:
        manifest = json.loads((folder / "manifest.json").read_text())
    except OSError as error:
        sys.exit(f"{folder} is no finished folder of trophic: {error}")
    figure, axes = plt.subplots(figsize=(5.6, 3.6), layout="constrained")
    if manifest["command"] == "run":
        plot_rounds(folder, axes)
    elif manifest["command"] == "influence":
        plot_influence(folder, axes, figure)
    else:
        sys.exit(f"{folder} is a folder of `trophic {manifest['command']}`: run or influence wanted")
    axes.set_title(text(manifest["scenario"]))
    target = folder.name + ".png"
    figure.savefig(target, dpi=200)
    print(f"wrote {target}")


if __name__ == "__main__":
    main()
