"""Turns the numbers of docs/benchmark.json into docs/benchmark.md's results and its charts.

What a person writes into docs/benchmark.md stays: only what lies between the two markers is replaced.
"""

from __future__ import annotations

import re
import statistics
from html import escape
from pathlib import Path
from typing import Callable, NamedTuple

import pygal
from pygal.style import Style

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
BEGIN, END = "<!-- what make bench measured -->", "<!-- end of what make bench measured -->"
SIZES = ["10k", "100k", "1m"]
ROWS = {  # what was measured: its name in a table
    "floor": "the floor",
    "engine first": "first run",
    "engine churn": "second run, 1 % churn",
    "engine unchanged": "unchanged rerun",
    "engine limited first": "first run, DuckDB limited to 3 GB",
    "engine limited churn": "second run, DuckDB limited to 3 GB",
    "validator": "pandera, validation alone",
    "ordinary first": "ordinary way, first run",
    "ordinary churn": "ordinary way, 1 % churn",
    "ordinary unchanged": "ordinary way, unchanged",
}
FONTS = "system-ui, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif"
ACCENT, SECOND, QUIET, TEXT, MUTED, LINE = "#0b5394", "#8a4fbf", "#98a2ab", "#1b1f23", "#58616a", "#d8dcdf"


def good(runs: list[dict]) -> list[dict]:
    """The runs that did their work."""
    return [run for run in runs if not run["problem"]]


def median(part: dict, name: str, what: str = "seconds") -> float | None:
    """The median of what was measured, in seconds or megabytes; None when no run did its work."""
    values = [run[what] for run in good(part["runs"].get(name, []))]
    return statistics.median(values) if values else None


def net(part: dict, name: str) -> float | None:
    """The median seconds without the fixed cost: what the same thing takes on a tiny drop.

    None when it was not measured, or when a tenth of the fixed cost is more: then it drowns in the noise.
    """
    seconds, fixed = median(part, name), median(part["tiny"], name.replace(" limited", ""))
    return None if seconds is None or fixed is None or seconds < 1.1 * fixed else seconds - fixed


def over_floor(part: dict, name: str) -> float | None:
    """How often the floor goes into something, both without their fixed cost."""
    seconds, floor = net(part, name), net(part, "floor")
    return None if seconds is None or floor is None else seconds / floor


def number(value: float | None, unit: str = "") -> str:
    """A number with as many digits as tell something; a dash for none."""
    if value is None:
        return "–"
    digits = 2 if abs(value) < 1 else 1 if abs(value) < 100 else 0
    return f"{value:,.{digits}f}{unit}"


def times(ratio: float | None) -> str:
    """A ratio, with two decimals while they tell something."""
    return "–" if ratio is None else f"{ratio:,.2f} ×" if ratio < 10 else f"{ratio:,.1f} ×"


def spread(part: dict, name: str, what: str, scale: float = 1, unit: str = "") -> str:
    """Median and, when there was more than one run, least and most; or why there is none."""
    runs = part["runs"].get(name, [])
    values = sorted(run[what] / scale for run in good(runs))
    problems = [run["problem"] for run in runs if run["problem"]]
    if not values:
        if not problems:
            return "not run"
        return f"{problems[0]} after {number(runs[0]['seconds'])} s, at {number(runs[0]['megabytes'] / 1000)} GB"
    text = f"{number(statistics.median(values))}{unit}"
    if len(values) > 1:
        text += f" ({number(values[0])} to {number(values[-1])})"
    return text + (f"; {len(problems)} of {len(runs)} failed" if problems else "")


def markdown_table(header: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown; columns after the first are aligned to the right."""
    lines = [header, ["---"] + ["--:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def terminal_table(measured: dict[str, dict]) -> str:
    """What `--size small` measured, for a terminal."""
    rows = [["", "seconds", "peak MB"]]
    for size, part in measured.items():
        for name, runs in part["runs"].items():
            seconds, memory = number(median(part, name)), number(median(part, name, "megabytes"))
            problem = next((run["problem"] for run in runs if run["problem"]), "")
            rows.append([f"{part['students']:,} students, {ROWS[name]}", seconds, f"{memory} {problem}".strip()])
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = [f"{row[0]:<{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:>{widths[2]}}" for row in rows]
    part = measured["10k"] | {"tiny": measured["tiny"]}
    first = over_floor(part, "engine first")
    if first is not None:
        lines.append(
            f"\nWithout what a run on {measured['tiny']['students']} students costs, "
            f"the first run takes {first:.1f} x the floor."
        )
    return "\n".join(lines)


# Targets


def targets(results: dict) -> list[list[str]]:
    """Each target with what was measured at 1 million students, and whether it is met: rows of a table."""
    if "1m" not in results:
        return []
    part, smaller = results["1m"], results.get("100k")
    rows = []

    def add(target: str, value: float | None, limit: float, text: str, at_least: bool = False) -> None:
        if value is None:
            rows.append([target, text or "–", "cannot be told"])
        else:
            rows.append([target, text, "met" if (value >= limit if at_least else value <= limit) else "**missed**"])

    for name, limit in (("engine first", 1.5), ("engine churn", 1.0)):
        ratio = over_floor(part, name)
        add(f"{ROWS[name]}, without the fixed cost: at most {limit} × the floor", ratio, limit, times(ratio))
    for names, what in (
        (["engine first", "engine churn", "engine unchanged"], "peak memory: under 4 GB"),
        (["engine limited first", "engine limited churn"], "peak memory, DuckDB limited to 3 GB: under 4 GB"),
    ):
        values = [median(part, name, "megabytes") for name in names if name in part["runs"]]
        value = max(values) / 1000 if values and None not in values else None
        text = (
            number(value, " GB")
            if value
            else "; ".join(spread(part, name, "megabytes") for name in names if name in part["runs"])
        )
        add(what, value, 4, text)
    if smaller:
        for name in ("engine first", "engine churn"):
            now, before = net(part, name), net(smaller, name)
            growth = now / before / (part["lines"] / smaller["lines"]) if now and before else None
            add(f"{ROWS[name]}: time grows at most 1.1 × as fast as the rows, 100k to 1m", growth, 1.1, times(growth))
    fixed = median(part["tiny"], "engine first")
    add("fixed cost of a run, tests included: under 20 s", fixed, 20, number(fixed, " s"))
    for what, limit, unit in (("seconds", 5, "faster"), ("megabytes", 3, "leaner")):
        ratios = []
        for phase in ("first", "churn"):
            value = net if what == "seconds" else lambda part, name: median(part, name, "megabytes")
            ours, theirs = value(part, f"engine {phase}"), value(part, f"ordinary {phase}")
            ratios.append(theirs / ours if ours and theirs else None)
        known = [ratio for ratio in ratios if ratio is not None]
        text = ", ".join(f"{phase} {times(ratio)}" for phase, ratio in zip(("first", "churn"), ratios))
        if any(run["problem"] for name, runs in part["runs"].items() if name.startswith("ordinary") for run in runs):
            text += "; the ordinary way did not finish"
        add(
            f"at least {limit} × {unit} than the ordinary way",
            min(known) if len(known) == 2 else None,
            limit,
            text,
            True,
        )
    return rows


# Sections


def results_section(results: dict) -> str:
    """The generated part of the page."""
    sizes = [size for size in SIZES if size in results]
    blocks = []
    if sizes:
        biggest = results[sizes[-1]]
        blocks += [
            f"## Results at {biggest['students']:,} students",
            about_line(biggest),
            markdown_table(["target", "measured", ""], targets(results))
            if targets(results)
            else "The targets are for 1 million students, which this page has not measured yet.",
            "![Wall time as a multiple of the floor, and peak memory, of each way](benchmark.svg)",
            ratio_table(biggest),
            "## Growth",
            "Median wall time, with the least and the most where it was measured more than once.",
            growth_table(results, sizes, "seconds", 1, " s"),
            "Peak memory.",
            growth_table(results, sizes, "megabytes", 1000, " GB"),
            "## Do both ways say the same?",
            same_results(biggest),
            "## What the time is spent on",
            dearest_section(biggest),
        ]
    if "history" in results:
        blocks += ["## The cost of history", history_section(results["history"])]
    if blocks:
        blocks.append("All numbers, each run by itself: [benchmark.json](benchmark.json).")
    return "\n\n".join(block for block in blocks if block) or "Nothing is measured yet: `make bench`."


def about_line(part: dict) -> str:
    """On what, when and with what a part was measured."""
    about = part["about"]
    machine = about["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in about["versions"].items())
    drop = f" The drop has {part['lines']:,} lines, {part['bytes'] / 1e6:,.0f} MB." if "lines" in part else ""
    return (
        f"Measured on {about['date']} at commit {about['commit']}: {machine['cores']} cores of {machine['processor']}, "
        f"{machine['memory_gb']} GB of memory, {machine['system']}; {versions}.{drop}"
    )


def ratio_table(part: dict) -> str:
    """Everything at one size, as ratios to the floor first."""
    rows = []
    for name, label in ROWS.items():
        if name in part["runs"]:
            tiny = median(part["tiny"], name.replace(" limited", ""))
            memory, floor = median(part, name, "megabytes"), median(part, "floor", "megabytes")
            rows.append(
                [
                    label,
                    times(over_floor(part, name)),
                    number(net(part, name), " s"),
                    number(tiny, " s"),
                    times(memory / floor) if memory and floor else "–",
                    number(memory and memory / 1000, " GB"),
                ]
            )
    return markdown_table(
        ["", "time / floor", "time without fixed cost", "fixed cost", "peak memory / floor", "peak memory"], rows
    )


def growth_table(results: dict, sizes: list[str], what: str, scale: float, unit: str) -> str:
    """One column per size."""
    rows = []
    for name, label in ROWS.items():
        if any(name in results[size]["runs"] for size in sizes):
            cells = (
                [spread(results[sizes[-1]]["tiny"], name, what, scale, unit)] if "limited" not in name else ["not run"]
            )
            rows.append([label, *cells, *(spread(results[size], name, what, scale, unit) for size in sizes)])
    tiny = results[sizes[-1]]["tiny"]["students"]
    return markdown_table(["", f"{tiny} students", *(f"{results[size]['students']:,}" for size in sizes)], rows)


def same_results(part: dict) -> str:
    """Whether the engine and the ordinary way keep the same records and versions."""
    ours, theirs = part["records"].get("engine"), part["records"].get("ordinary")
    if not ours or not theirs:
        return "The ordinary way did not finish, so there is nothing to compare."
    rows = []
    for file in dict.fromkeys(name.split()[0] for name in ours):
        cells = [f"{counts[f'{file} {kind}']:,}" for kind in ("valid", "versions") for counts in (ours, theirs)]
        rows.append([file.replace("_", " "), *cells])
    verdict = "They do." if ours == theirs else "They differ."
    table = markdown_table(["", "valid records", "ordinary way", "versions in history", "ordinary way"], rows)
    sizes = part.get("warehouse_bytes", {})
    space = ""
    if len(sizes) > 1:
        ours, theirs = (number(sizes[contestant] / 1e6, " MB") for contestant in ("engine", "ordinary"))
        space = f"\n\nThe warehouse takes {ours}, the ordinary one {theirs}."
    return f"{verdict} Counted after the last of the three runs:\n\n{table}{space}"


def dearest_section(part: dict) -> str:
    """The nodes that take longest, by phase."""
    blocks = []
    for phase in ("first", "churn"):
        dearest = part["dearest"].get(phase)
        if dearest:
            kinds = ", ".join(
                f"{total['nodes']} {kind}s {number(total['seconds'])} s"
                for kind, total in sorted(dearest["kinds"].items(), key=lambda item: -item[1]["seconds"])
            )
            rows = [[f"`{node['name']}`", node["kind"], number(node["seconds"], " s")] for node in dearest["nodes"]]
            label = ROWS[f"engine {phase}"]
            blocks.append(
                f"The dearest nodes of the {label}; two run at a time, so their seconds add up to more than the run's. "
                f"In all: {kinds}.\n\n{markdown_table(['node', 'kind', 'time'], rows)}"
            )
    return "\n\n".join(blocks)


def history_section(history: dict) -> str:
    """Three years in a table of the sampled weeks."""
    points = history["points"]
    sampled = [point for point in points if "queries" in point]
    first, last = sampled[0], sampled[-1]
    queries = list(first["queries"])
    rows = [
        [
            point["date"],
            number(point["file_mb"], " MB"),
            number(point["used_mb"], " MB"),
            f"{point['versions']:,}",
            number(point["build"]["seconds"], " s"),
            number(point["unchanged"]["seconds"], " s"),
            *(number(point["queries"][query], " ms") for query in queries),
        ]
        for point in sampled
    ]
    grown = [
        ("warehouse", last["file_mb"] / first["file_mb"]),
        ("run with changes", tail(points, "build") / head(points, "build")),
        ("unchanged rerun", last["unchanged"]["seconds"] / first["unchanged"]["seconds"]),
        *((f"query: {query}", last["queries"][query] / first["queries"][query]) for query in queries),
    ]
    every = history["every"]
    largest = [[f"`{name}`", f"{count:,}"] for name, count in list(history["tables"].items())[:10]]
    return "\n\n".join(
        [
            f"{history['students']:,} students, three school years of {history['weeks']} weeks, two runs on each "
            "school day, 1 % churn a week, 8 % new students each year. "
            f"Of the {history['real_runs'] + history['noted_runs']:,} runs, {history['real_runs']:,} were made and "
            f"measured: the first of {'each week' if every == 1 else f'every {every} weeks'}, which brings "
            f"{'its' if every == 1 else 'their'} changes, and {len(sampled)} unchanged reruns, spread evenly. "
            f"The other {history['noted_runs']:,}, all unchanged, were not made: their drops were put into the landing "
            "zone (as hard links), and the rows that they would have written to the run log were copied from the "
            "newest real run.",
            about_line(history),
            "![Size, run time and query time over three school years](benchmark-history.svg)",
            "From the first sample to the last (run with changes: from the median of the first third to that of the last):",
            markdown_table(["", "grew to"], [[name, times(ratio)] for name, ratio in grown]),
            markdown_table(["week of", "file", "in use", "versions", "run", "unchanged", *queries], rows),
            "The tables with most rows at the end:",
            markdown_table(["table", "rows"], largest),
        ]
    )


def head(points: list[dict], what: str) -> float:
    """Median seconds of the first third."""
    return statistics.median(point[what]["seconds"] for point in points[: -(-len(points) // 3)])


def tail(points: list[dict], what: str) -> float:
    """Median seconds of the last third."""
    return statistics.median(point[what]["seconds"] for point in points[-(-(-len(points) // 3)) :])


# Charts


def style(colours: tuple[str, ...]) -> Style:
    """The look of the project's charts, in colours that do not depend on the page."""
    return Style(
        background="transparent",
        plot_background="transparent",
        foreground=MUTED,
        foreground_strong=TEXT,
        foreground_subtle=LINE,
        guide_stroke_color=LINE,
        major_guide_stroke_color=LINE,
        guide_stroke_dasharray="0",
        major_guide_stroke_dasharray="0",
        opacity="1",
        opacity_hover="1",
        transition="0s",
        colors=colours,
        font_family=FONTS,
        label_font_size=13,
        major_label_font_size=13,
        value_font_size=13,
        value_colors=(TEXT,) * 12,
        legend_font_size=13,
    )


def drawn(chart) -> str:
    """A pygal chart as an `svg` element without scripts."""
    svg = chart.render(is_unicode=True)
    svg = re.sub(r"<script.*?</script>|<!--.*?-->|<title>Pygal</title>|<desc[^>]*>.*?</desc>", "", svg, flags=re.DOTALL)
    return re.sub(r"<title>.*?</title>", "", svg, flags=re.DOTALL)


class Panel(NamedTuple):
    """A chart with its caption, its width in pixels, and the colour of each name of its legend."""

    caption: str
    svg: str
    width: int
    legend: dict[str, str]


def panels(title: str, subtitle: str, parts: list[Panel], height: int) -> str:
    """Charts side by side under one title, each with its legend below.

    Args:
        title, subtitle: what stands above.
        parts: the charts.
        height: of each chart, in pixels.

    Returns:
        A whole SVG file.
    """
    left, top = 24, 104
    inside = []
    below = 24 * max(-(-len(part.legend) // 2) for part in parts)
    for position, (caption, svg, width, legend) in enumerate(parts):
        inside.append(f'<text x="{left + 8}" y="{top - 10}" class="caption">{escape(caption)}</text>')
        for place, (name, colour) in enumerate(legend.items()):
            x, y = left + 60 + place % 2 * 140, top + height + 10 + place // 2 * 24
            inside.append(f'<rect x="{x}" y="{y - 10}" width="11" height="11" rx="2" fill="{colour}"/>')
            inside.append(f'<text x="{x + 18}" y="{y}" class="name">{escape(name)}</text>')
        # pygal names each chart by chance; a name that stays keeps the file the same when the numbers are
        svg = re.sub(r"chart-[0-9a-f-]{36}", f"panel-{position}", svg)
        inside.append(svg.replace("<svg ", f'<svg x="{left}" y="{top}" ', 1))
        left += width
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{left + 24}" '
        f'viewBox="0 0 {left + 24} {top + height + below + 12}" '
        f'aria-label="{escape(title)}. {escape(subtitle)} The numbers are in the tables of docs/benchmark.md.">'
        f"<style>text {{ font-family: {FONTS} }} .title {{ font-size: 21px; font-weight: 600; fill: {TEXT} }}"
        f".subtitle {{ font-size: 14px; fill: {MUTED} }} .caption {{ font-size: 14px; font-weight: 600; fill: {TEXT} }}"
        f".name {{ font-size: 13px; fill: {TEXT} }} .axis.x path.line {{ display: none }}"
        ".line-graph .series .line { stroke-width: 2.5px !important; stroke-opacity: 1; stroke-linejoin: round }"
        # a bar's number stands behind its end
        ".horizontalbar-graph .text-overlay text { text-anchor: start !important; transform: translate(8px, 0) }"
        "</style>"
        f'<rect width="100%" height="100%" rx="8" fill="#ffffff"/>'
        f'<text x="32" y="38" class="title">{escape(title)}</text>'
        f'<text x="32" y="61" class="subtitle">{escape(subtitle)}</text>{"".join(inside)}</svg>\n'
    )


def bars(
    values: dict[str, tuple[float, str]], words: Callable[[float], str], width: int, height: int, labels: bool
) -> str:
    """Horizontal bars, the first on top.

    Args:
        values: number and colour by label.
        words: makes a number readable.
        width, height: in pixels.
        labels: whether the names stand at the left.
    """
    chart = pygal.HorizontalBar(
        style=style((ACCENT,)),
        width=width,
        height=height,
        margin=8,
        margin_right=84,
        show_legend=False,
        print_values=True,
        print_values_position="top",
        value_formatter=words,
        show_y_guides=False,
        show_x_guides=False,
        show_y_labels=labels,
        show_x_labels=False,
        range=(0, max(value for value, _ in values.values())),
        truncate_label=-1,
        js=(),
        spacing=10,
        explicit_size=True,
        no_prefix=False,
        disable_xml_declaration=True,
        rounded_bars=2,
    )
    chart.x_labels = list(reversed(values)) if labels else [" "] * len(values)
    chart.add("", [{"value": value, "color": colour} for value, colour in reversed(values.values())])
    return drawn(chart)


def lines(
    labels: list[str], series: dict[str, tuple[list, str]], unit: str, width: int, height: int, majors: list[str]
) -> str:
    """Lines over time, from zero."""
    highest = max(value for values, _ in series.values() for value in values if value is not None)
    chart = pygal.Line(
        style=style(tuple(colour for _, colour in series.values())),
        width=width,
        height=height,
        margin=8,
        margin_right=24,
        show_legend=False,
        range=(0, highest * 1.1),
        value_formatter=lambda value: f"{value:,.0f}{unit}" if value else "0",
        js=(),
        show_dots=False,
        show_minor_x_labels=False,
        truncate_label=-1,
        show_x_guides=False,
        min_scale=3,
        max_scale=5,
        explicit_size=True,
        no_prefix=False,
        disable_xml_declaration=True,
    )
    chart.x_labels = labels
    chart.x_labels_major = majors
    for name, (values, _) in series.items():
        chart.add(name, values)
    return drawn(chart)


def size_chart(part: dict) -> str:
    """Time over the floor and peak memory, of everything at one size; what did not finish is named below the title."""
    shown, missing = {}, []
    for name, label in ROWS.items():
        if name in part["runs"] and "limited" not in name:
            label = label[0].upper() + label[1:]
            if good(part["runs"][name]) and over_floor(part, name) is not None:
                shown[label] = (name, {"engine": ACCENT, "ordinary": SECOND}.get(name.split()[0], QUIET))
            else:
                missing.append(label)
    ratios = {label: (over_floor(part, name), colour) for label, (name, colour) in shown.items()}
    memory = {label: (median(part, name, "megabytes") / 1000, colour) for label, (name, colour) in shown.items()}
    subtitle = "Time without the fixed cost, as a multiple of the floor: the same files read into tables as text."
    if missing:
        subtitle += f" No number: {', '.join(missing)}."
    height = 24 + 36 * len(shown)
    return panels(
        f"What a run of {part['students']:,} students costs",
        subtitle,
        [
            Panel("Time, × the floor", bars(ratios, times, 720, height, True), 720, {}),
            Panel("Peak memory", bars(memory, lambda value: number(value, " GB"), 440, height, False), 440, {}),
        ],
        height,
    )


def history_chart(history: dict) -> str:
    """Size, run time and query time over three school years."""
    points = history["points"]
    sampled = [point for point in points if "queries" in point]
    sizes = {
        "file": ([point["file_mb"] for point in points], ACCENT),
        "in use": ([point["used_mb"] for point in points], QUIET),
    }
    builds = {"wall time": ([point["build"]["seconds"] for point in points], ACCENT)}
    queries = {
        query: ([point["queries"][query] for point in sampled], colour)
        for query, colour in zip(sampled[0]["queries"], (ACCENT, SECOND, "#2e8b57", "#b5651d"))
    }

    def panel(caption: str, series: dict[str, tuple[list, str]], unit: str, drawn_points: list[dict]) -> Panel:
        dates = [point["date"] for point in drawn_points]
        # the first date of each year but the one in which all began
        majors = [date for before, date in zip(dates, dates[1:]) if before[:4] != date[:4]]
        svg = lines(
            [date[:7] if date in majors else date for date in dates],
            series,
            unit,
            400,
            260,
            [date[:7] for date in majors],
        )
        return Panel(caption, svg, 400, {name: colour for name, (_, colour) in series.items()})

    return panels(
        "Three school years of two runs a day",
        f"{history['students']:,} students, 1 % churn a week, 8 % new students each year.",
        [
            panel("Size of the warehouse", sizes, " MB", points),
            panel("Run with changes", builds, " s", points),
            panel("Queries", queries, " ms", sampled),
        ],
        260,
    )


def write_page(results: dict, docs: Path = DOCS) -> None:
    """Writes the results into benchmark.md, between its markers, and draws the charts.

    Args:
        results: what bench.py measured, by size.
        docs: the folder of benchmark.md.

    Raises:
        ValueError: the page has lost its markers.
    """
    page = docs / "benchmark.md"
    text = page.read_text(encoding="utf-8")
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise ValueError(f"{page} needs the lines {BEGIN} and {END}, once each.")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    page.write_text(f"{before}{BEGIN}\n\n{results_section(results)}\n\n{END}{after}", encoding="utf-8")
    sizes = [size for size in SIZES if size in results]
    if sizes:
        (docs / "benchmark.svg").write_text(size_chart(results[sizes[-1]]), encoding="utf-8")
    if "history" in results:
        (docs / "benchmark-history.svg").write_text(history_chart(results["history"]), encoding="utf-8")
