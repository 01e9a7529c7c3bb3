"""Turns the numbers of target/benchmark.json into docs/benchmark.md's results and its chart.

What a person writes into docs/benchmark.md stays: only what lies between the two markers is replaced.
"""

from __future__ import annotations

import statistics
from html import escape
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
BEGIN, END = "<!-- what make bench measured -->", "<!-- end of what make bench measured -->"
SIZES = ["25", "10k", "1m"]
PHASES = {"first": "first run", "churn": "1 % churn", "unchanged": "unchanged"}
CONTESTANTS = {
    "make build": "`make build`",
    "make build limited": "`make build`, DuckDB limited to 2 GB",
    "dbt build": "`dbt build`",
    "ordinary": "ordinary way",
    "make send DRY=1": "`make send DRY=1`",
    "make send": "`make send` in OneRoster 1.1",
}
ROWS = {"floor": "the floor", "pandera": "pandera, validation alone"} | {  # what was measured: its name in a table
    f"{contestant} {phase}": f"{label}, {words}"
    for contestant, label in CONTESTANTS.items()
    for phase, words in PHASES.items()
}
NOTHING = "Nothing is measured yet of the project as it is now: `make bench` writes its figures here."
ACCENT, SECOND, QUIET, TEXT, MUTED = "#0b5394", "#8a4fbf", "#98a2ab", "#1b1f23", "#58616a"


def median(part: dict, name: str, what: str = "seconds") -> float | None:
    """The median of what was measured, in seconds or megabytes; None when no run did its work."""
    values = [run[what] for run in part["runs"].get(name, []) if not run["problem"]]
    return statistics.median(values) if values else None


def net(results: dict, size: str, name: str) -> float | None:
    """The median seconds without the fixed cost: what the same thing takes on a tiny drop.

    None when it was not measured, or when it is less than a tenth of the fixed cost: then it drowns in the noise.
    """
    seconds, fixed = median(results[size], name), median(results["25"], name.replace(" limited", ""))
    return None if seconds is None or fixed is None or seconds < 1.1 * fixed else seconds - fixed


def ratio(value: float | None, other: float | None) -> float | None:
    """How often the other goes into a value; None when one is not known."""
    return value / other if value and other else None


def over_floor(results: dict, size: str, name: str) -> float | None:
    """How often the floor goes into something, both without their fixed cost."""
    return ratio(net(results, size, name), net(results, size, "floor"))


def number(value: float | None, unit: str = "") -> str:
    """A number with as many digits as tell something; a dash for none."""
    if value is None:
        return "–"
    digits = 2 if abs(value) < 1 else 1 if abs(value) < 100 else 0
    return f"{value:,.{digits}f}{unit}"


def times(value: float | None) -> str:
    """A ratio, with two decimals while they tell something."""
    return "–" if value is None else f"{value:,.2f} ×" if value < 10 else f"{value:,.1f} ×"


def gigabytes(value: float | None) -> str:
    """Megabytes, told as gigabytes."""
    return number(value and value / 1000, " GB")


def problem(part: dict, name: str) -> str:
    """What kept runs from doing their work; blank when none was kept from it."""
    problems = [run["problem"] for run in part["runs"][name] if run["problem"]]
    return f"{len(problems)} of {len(part['runs'][name])} failed: {problems[0]}" if problems else ""


def terminal_table(measured: dict[str, dict]) -> str:
    """What `--size small` measured, for a terminal."""
    lines = []
    for part in measured.values():
        for name in part["runs"]:
            seconds, memory = number(median(part, name), " s"), number(median(part, name, "megabytes"), " MB")
            what = f"{part['students']:,} students, {ROWS[name]}".replace("`", "")
            lines.append(f"{what:<48} {seconds:>8} {memory:>8} {problem(part, name)}".rstrip())
    over = times(over_floor(measured, "10k", "make build first"))
    return "\n".join([*lines, "", f"Without what 25 students cost, the first run takes {over} the floor."])


def targets(results: dict) -> list[tuple[str, str, bool | None]]:
    """Each target with what was measured, and whether it is met; None when that cannot be told."""
    found = []

    def add(target: str, limit: float, values: dict[str, float | None], words=times, at_least: bool = False) -> None:
        known = [value for value in values.values() if value is not None]
        measured = ", ".join(f"{what} {words(value)}".strip() for what, value in values.items())
        met = all(value >= limit if at_least else value <= limit for value in known)
        found.append((target, measured, met if len(known) == len(values) else None))

    if "25" in results:
        part = results["25"]
        for contestant, limit in (("make build", 0.8), ("dbt build", 1.2)):
            values = {
                words: ratio(median(part, f"{contestant} {phase}"), median(part, f"ordinary {phase}"))
                for phase, words in PHASES.items()
            }
            add(f"fixed cost of {CONTESTANTS[contestant]}: at most {limit} × the ordinary way's", limit, values)
    if "1m" in results:
        part = results["1m"]
        for phase, limit in (("first", 2.0), ("churn", 1.2), ("unchanged", 0.8)):
            target = f"a million students, {PHASES[phase]}, without the fixed cost: at most {limit} × the floor"
            add(target, limit, {"": over_floor(results, "1m", f"make build {phase}")})
        for contestant, words in (("make build", ""), ("make build limited", ", DuckDB limited to 2 GB")):
            values = {told: median(part, f"{contestant} {phase}", "megabytes") for phase, told in PHASES.items()}
            add(f"a million students, peak memory{words}: under 2.5 GB", 2500, values, gigabytes)
        target = "a million students, 1 % churn, what an outbound flow wants and what changes: at most 0.5 × the floor"
        add(target, 0.5, {"": over_floor(results, "1m", "make send DRY=1 churn")})
        whole, trial = (median(part, f"{name} churn") for name in ("make send", "make send DRY=1"))
        written = ratio(whole and trial and whole - trial, net(results, "1m", "floor"))
        add("a million students, a OneRoster 1.1 delivery written besides: at most 1 × the floor", 1, {"": written})
        speed = ratio(net(results, "1m", "ordinary churn"), net(results, "1m", "make build churn"))
        memory = ratio(median(part, "ordinary churn", "megabytes"), median(part, "make build churn", "megabytes"))
        for target, limit, value in (
            ("a million students, 1 % churn, without the fixed cost: at least 3 × faster than the ordinary way", 3, speed),
            ("a million students, 1 % churn: at least 4 × leaner than the ordinary way", 4, memory),
        ):
            add(target, limit, {"": value}, at_least=True)
    if "flows" in results:
        part = results["flows"]
        several = f"{part['flows']} flows of {part['students']} students in one run"
        add(f"{several}: at most 3 × the time of one", 3, {"": ratio(median(part, "many"), median(part, "one"))})
        add(f"{several}, peak memory: under 1 GB", 1000, {"": median(part, "many", "megabytes")}, gigabytes)
    return found


def results_section(results: dict) -> str:
    """The generated part of the page."""
    sizes = [size for size in SIZES if size in results]
    if not sizes and "flows" not in results:
        return NOTHING
    verdicts = {True: "met", False: "**missed**", None: "not told"}
    blocks = [about_line(results)]
    if sizes:
        largest = results[sizes[-1]]
        blocks += [
            results_table(results, sizes),
            f"![Time as a multiple of the floor, and peak memory, at {largest['students']:,} students](benchmark.svg)",
            same_records(largest),
            *dearest(largest),
        ]
    blocks += [
        "## Targets",
        "\n".join(f"* {verdicts[met]}: {target}; measured: {measured}" for target, measured, met in targets(results)),
    ]
    return "\n\n".join(blocks)


def about_line(results: dict) -> str:
    """On what, when and with what it was measured."""
    about = results["about"]
    machine = about["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in about["versions"].items())
    drops = ", ".join(
        f"{results[size]['lines']:,} lines ({results[size]['bytes'] / 1e6:,.1f} MB)" for size in SIZES if size in results
    )
    return (
        f"Measured on {about['date']} at commit {about['commit']}: {machine['cores']} cores of {machine['processor']}, "
        f"{machine['memory_gb']} GB of memory, {machine['system']}; {versions}."
        + (f" The drops have {drops}." if drops else "")
    )


def results_table(results: dict, sizes: list[str]) -> str:
    """Everything that was measured, a row for each size and way, compared with the same phase of the ordinary way."""
    header = ["students", "", "wall time", "÷ floor", "÷ ordinary", "peak memory", "÷ floor", "÷ ordinary"]
    rows = [header, ["--:", "---"] + ["--:"] * 6]
    for size in sizes:
        part = results[size]
        for name in ROWS:
            if name in part["runs"]:
                is_run = name.endswith(tuple(PHASES)) and not name.startswith("make send")
                same = f"ordinary {name.rsplit(' ', 1)[-1]}" if is_run else ""
                memory = median(part, name, "megabytes")
                rows.append(
                    [
                        f"{part['students']:,}",
                        ROWS[name],
                        "; ".join(filter(None, [number(median(part, name), " s"), problem(part, name)])),
                        times(over_floor(results, size, name)),
                        times(ratio(median(part, name), median(part, same))),
                        gigabytes(memory),
                        times(ratio(memory, median(part, "floor", "megabytes"))),
                        times(ratio(memory, median(part, same, "megabytes"))),
                    ]
                )
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows)


def same_records(part: dict) -> str:
    """Whether the engine and the ordinary way keep the same records and versions."""
    ours, theirs = part["records"].get("make build"), part["records"].get("ordinary")
    if not ours or not theirs:
        return "One of the two ways did not finish, so what they keep cannot be compared."
    if ours == theirs:
        valid, versions = (sum(n for name, n in ours.items() if name.endswith(kind)) for kind in ("valid", "versions"))
        return f"After the last run both ways hold the same {valid:,} valid records and {versions:,} versions."
    differing = ", ".join(name.replace("_", " ") for name in ours if ours[name] != theirs[name])
    return f"After the last run the two ways differ in: {differing}."


def dearest(part: dict) -> list[str]:
    """The nodes that took longest, a sentence for each phase."""
    return [
        f"The dearest steps of `make build`, {PHASES[phase]}, two at a time: "
        + ", ".join(f"`{node['name']}` {number(node['seconds'], ' s')}" for node in nodes)
        + "."
        for phase, nodes in part["dearest"].items()
    ]


def chart(results: dict, size: str) -> str:
    """Two columns of bars as an SVG: time over the floor, and peak memory, of everything at one size that did its work."""
    part = results[size]
    rows = [
        (ROWS[name].replace("`", ""), over_floor(results, size, name), median(part, name, "megabytes"), colour)
        for name in ROWS
        for colour in [SECOND if name.startswith("ordinary") else ACCENT if name.endswith(tuple(PHASES)) else QUIET]
        if median(part, name)
    ]
    widest = [max([row[column] or 0 for row in rows], default=0) or 1 for column in (1, 2)]
    inside = []
    for line, (label, time, memory, colour) in enumerate(rows):
        y = 96 + 30 * line
        inside.append(f'<text x="330" y="{y + 14}" text-anchor="end">{escape(label)}</text>')
        for left, value, most, words in ((342, time, widest[0], times), (722, memory, widest[1], gigabytes)):
            width = 250 * (value or 0) / most
            inside.append(f'<rect x="{left}" y="{y}" width="{width:.1f}" height="18" rx="2" fill="{colour}"/>')
            inside.append(f'<text x="{left + width + 8:.1f}" y="{y + 14}">{words(value)}</text>')
    title = f"What a run of {part['students']:,} students costs"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 1060 {110 + 30 * len(rows)}" '
        f'aria-label="{title}. The numbers are in the table of docs/benchmark.md.">'
        f"<style>text {{ font: 13px system-ui, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif; fill: {TEXT} }} "
        f".title {{ font-size: 21px; font-weight: 600 }} .caption {{ font-weight: 600; fill: {MUTED} }}</style>"
        '<rect width="100%" height="100%" rx="8" fill="#ffffff"/>'
        f'<text x="32" y="38" class="title">{title}</text>'
        '<text x="342" y="78" class="caption">Time without the fixed cost, × the floor</text>'
        f'<text x="722" y="78" class="caption">Peak memory</text>{"".join(inside)}</svg>\n'
    )


def write_page(results: dict, docs: Path = DOCS) -> None:
    """Writes the results into benchmark.md, between its markers, and draws the chart.

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
    (docs / "benchmark.svg").unlink(missing_ok=True)
    sizes = [size for size in SIZES if size in results]
    if sizes:
        (docs / "benchmark.svg").write_text(chart(results, sizes[-1]), encoding="utf-8")
