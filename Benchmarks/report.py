"""The results as JSON, as a table in Markdown and as a plot."""

import html
import os
import platform
import statistics
import time
from dataclasses import asdict

NAMES = {"accountd": "accountd", "floor": "floor (C)", "django": "Django"}
COLOURS = {"accountd": "#d9480f", "floor": "#868e96", "django": "#2b8a3e"}


def result(bench):
    """Everything that was measured; of the rounds the medians."""
    given = bench.given
    rows = []
    for row in given.rows:
        if row.key == "memory":
            programs = {
                name: {"idle_mb": median(bench.idle[name]), "peak_mb": max(bench.peak[name])} for name in bench.idle}
        elif row.key == "start":
            programs = {name: {"ms": median(values), "rounds": values} for name, values in bench.started.items()}
        else:
            programs = {name: medians(rounds) for name, rounds in bench.measured[row.key].items()}
        ordered = {name: programs[name] for name in bench.names if name in programs}
        rows.append({"row": row.key, "title": row.title, "programs": ordered})
    by_key = {row["row"]: row["programs"] for row in rows}
    for row, shown in zip(given.rows, rows):
        for name, one in shown["programs"].items():
            if row.ask:
                one["compared"] = compared(row, name, by_key)
        if row.ask and not row.is_growth:
            shown["targets"] = {kind: getattr(row, kind) for kind in ("rate", "p99", "cpu") if getattr(row, kind)}
    return {
        "date": time.strftime("%Y-%m-%d"),
        "machine": {
            "cores": os.cpu_count(), "processor": processor(), "kernel": platform.release(),
            "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9),
            "cores_used_by_others": median(bench.others)},
        "settings": {
            "accounts": given.accounts, "rounds": given.rounds, "seconds": given.seconds, "accountd": given.options,
            "build": "debug" if given.debug else "release"},
        "rows": rows,
    }


def medians(rounds):
    found = {}
    for name in asdict(rounds[0]):
        values = [getattr(each, name) for each in rounds]
        found[name] = None if None in values else median(values)
    found["rounds"] = [asdict(each) for each in rounds]
    return found


def median(values):
    return round(statistics.median(values), 4)


def compared(row, name, by_key):
    """A program's figures divided by those of what the row compares it with, or None when that was not measured."""
    if row.is_growth:
        # The same program with few accounts, in the same row.
        reference = None if name.endswith("-small") else (f"{name}-small", row.key)
    else:
        reference = row.reference(name)
    if reference is None or reference[0] not in by_key.get(reference[1], {}):
        return None
    one, other = by_key[row.key][name], by_key[reference[1]][reference[0]]
    return {
        "program": reference[0], "row": reference[1], "rate": quotient(one["rate"], other["rate"]),
        "p99": quotient(one["p99_ms"], other["p99_ms"]), "cpu": quotient(one["cpu_us"], other["cpu_us"])}


def quotient(one, other):
    return round(one / other, 3) if one is not None and other else None


def processor():
    with open("/proc/cpuinfo") as file:
        names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    return names[0] if names else platform.machine()


# Markdown


def markdown(found):
    machine, settings = found["machine"], found["settings"]
    lines = [
        f"Measured {found['date']} on {machine['cores']} cores ({machine['processor']}), {machine['memory_gb']} GB, Linux "
        f"{machine['kernel']}; {settings['accounts']:,} accounts; medians of {settings['rounds']} rounds of "
        f"{settings['seconds']} s" + ("; **a debug build**" if settings["build"] == "debug" else "") + ".",
        *busy(machine),
        "",
        "| work | program | a second | p50 ms | p99 ms | CPU µs | rate | p99 | CPU | compared with |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|---|",
    ]
    for row in found["rows"]:
        if row["row"] in ("memory", "start"):
            continue
        title = row["title"]
        for name, one in row["programs"].items():
            cells = [title, label(name) + trouble(one), number(one["rate"]), f"{one['p50_ms']:.2f}",
                     f"{one['p99_ms']:.2f}", "" if one["cpu_us"] is None else number(one["cpu_us"])]
            lines.append(f"| {' | '.join(cells + comparison(row, name, one))} |")
            title = ""
    lines += facts(found)
    return "\n".join(lines) + "\n"


def busy(machine):
    """A warning where the machine was not ours: hash threads of low priority then get next to nothing."""
    others = machine["cores_used_by_others"]
    return [f"**Other processes used {others:.1f} cores meanwhile: not a measurement.**"] if others >= 0.2 else []


def comparison(row, name, one):
    """The cells of the quotients, with what is asked of accountd in brackets."""
    quotients = one["compared"]
    if not quotients:
        return [""] * 4
    cells = []
    for kind, sign in (("rate", "≥"), ("p99", "≤"), ("cpu", "≤")):
        asked = row.get("targets", {}).get(kind) if name == "accountd" else None
        value = quotients[kind]
        cells.append("" if value is None else f"{value:.2f}" + (f" ({sign} {asked:g})" if asked else ""))
    return [*cells, label(quotients["program"]) + ("" if quotients["row"] == row["row"] else f", {quotients['row']}")]


def trouble(one):
    words = [f"{one[kind]:.0f} {kind}" for kind in ("refused", "broken") if one[kind]]
    if one["beside"] is not None:
        words.append(f"{one['beside']:.0f} sign-ins a second beside")
    return f" ({', '.join(words)})" if words else ""


def facts(found):
    rows = {row["row"]: row["programs"] for row in found["rows"] if row["row"] in ("memory", "start")}
    if not rows:
        return []
    names = list(next(iter(rows.values())))
    lines = ["", "| program | idle MB | peak MB | start to the first 200, ms |", "|---|---:|---:|---:|"]
    for name in names:
        memory, start = rows.get("memory", {}).get(name), rows.get("start", {}).get(name)
        cells = [f"{memory['idle_mb']:.1f}", f"{memory['peak_mb']:.1f}"] if memory else ["", ""]
        lines.append(f"| {label(name)} | {' | '.join(cells)} | {start['ms']:.1f} |" if start else
                     f"| {label(name)} | {' | '.join(cells)} | |")
    return lines


def label(name):
    kind, _, rest = name.partition("-")
    return NAMES[kind] + (" with few accounts" if rest else "")


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


# Plot


def svg(found):
    """Bars of each row's rates, the row's fastest being the whole width."""
    width, left, bar, gap = 860, 270, 14, 12
    parts, y = [], 64
    for row in found["rows"]:
        rates = {name: one["rate"] for name, one in row["programs"].items() if "rate" in one}
        if not rates:
            continue
        parts.append(text(left - 10, y + bar * len(rates) / 2 + 4, row["title"], "end"))
        whole = max(rates.values()) or 1
        for name, rate in rates.items():
            kind = name.partition("-")[0]
            length = max((width - left - 130) * rate / whole, 1)
            faded = ' fill-opacity="0.5"' if name.endswith("-small") else ""
            parts.append(
                f'<rect x="{left}" y="{y}" width="{length:.1f}" height="{bar - 2}" fill="{COLOURS[kind]}"{faded}/>')
            parts.append(text(left + length + 6, y + bar - 4, f"{number(rate)}/s", "start"))
            y += bar
        y += gap
    legend = "".join(
        f'<rect x="{left + 110 * index}" y="34" width="10" height="10" fill="{COLOURS[kind]}"/>'
        + text(left + 110 * index + 15, 43, name, "start")
        for index, (kind, name) in enumerate(NAMES.items())
        if any(kind in row["programs"] for row in found["rows"]))
    machine = found["machine"]
    title = f"Requests a second behind nginx and TLS, {machine['cores']} cores, {found['date']}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{y + 8}" viewBox="0 0 {width} {y + 8}" '
        f'font-family="sans-serif" font-size="12">\n<rect width="100%" height="100%" fill="white"/>\n'
        + text(left, 22, title, "start", 'font-weight="bold"') + legend + "\n" + "\n".join(parts) + "\n</svg>\n")


def text(x, y, words, anchor, extra=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {extra}>{html.escape(words)}</text>'
