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
        rows.append({"row": row.key, "title": row.title, "programs": programs})
    by_key = {row["row"]: row["programs"] for row in rows}
    for row, shown in zip(given.rows, rows):
        if row.is_growth:
            shown["ratios"] = growth(row, by_key)
        elif row.ask:
            program, key = row.reference
            shown["against"] = f"{program}, {key}"
            shown["target"] = row.target
            shown["ratio"] = quotient(shown["programs"].get("accountd"), by_key.get(key, {}).get(program))
    return {
        "date": time.strftime("%Y-%m-%d"),
        "machine": {
            "cores": os.cpu_count(), "processor": processor(), "kernel": platform.release(),
            "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9)},
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


def quotient(one, other):
    if not one or not other or not other["rate"]:
        return None
    return round(one["rate"] / other["rate"], 3)


def growth(row, by_key):
    """How the rate with all accounts compares with the rate with few."""
    full = by_key[row.key]
    return {kind: quotient(full.get(kind), full.get(f"{kind}-small")) for kind in row.programs}


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
        "",
        "| work | program | a second | p50 ms | p99 ms | CPU µs | ratio | target |",
        "|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    for row in found["rows"]:
        if row["row"] in ("memory", "start"):
            continue
        title = row["title"]
        for name, one in row["programs"].items():
            ratio, target = ratio_and_target(row, name)
            note = trouble(one)
            lines.append(
                f"| {title} | {label(name)}{note} | {number(one['rate'])} | {one['p50_ms']:.2f} | {one['p99_ms']:.2f} | "
                f"{'' if one['cpu_us'] is None else number(one['cpu_us'])} | {ratio} | {target} |")
            title = ""
    lines += facts(found)
    return "\n".join(lines) + "\n"


def ratio_and_target(row, name):
    if "ratios" in row:
        value = row["ratios"].get(name)
        return ("" if value is None else f"{value:.2f} of few"), ""
    if name == "accountd" and row.get("ratio") is not None:
        other = row["against"]
        suffix = "" if other == f"floor, {row['row']}" else f" of {other}"
        return f"{row['ratio']:.2f}{suffix}", "" if row["target"] is None else f"≥ {row['target']:.2f}"
    return "", ""


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
