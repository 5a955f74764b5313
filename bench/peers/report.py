"""What was measured, as text, JSON and a plot."""
import json
import os
import statistics

import plot

OURS, LIMIT = "agent", "c"  # who is compared with the best of all others; C says what the machine allows and is no peer


def summary(runs):
    """{metric: (median, least, most)}, least processor time, most memory, of the runs of one program."""
    names = runs[0]["metrics"]
    values = {n: sorted(r["metrics"][n] for r in runs) for n in names}
    return {
        "metrics": {n: {"median": statistics.median(v), "least": v[0], "most": v[-1]} for n, v in values.items()},
        "processor": min(r["processor"] for r in runs),
        "mib": max(r["mib"] for r in runs),
    }


def table_rows(results):
    """One row a metric: what, unit, workers, {language: its numbers, or the words that say why there are none}, and how ours compares."""
    rows = []
    for result in results:
        told = {n: r if isinstance(r, str) else summary(r) for n, r in result["languages"].items()}
        measured = {n: t for n, t in told.items() if not isinstance(t, str)}
        metrics = list(dict.fromkeys(m for t in measured.values() for m in t["metrics"])) or [result["workload"]]
        for metric in metrics:
            name = metric if metric == result["workload"] else "%s %s" % (result["workload"], metric)
            cells = {n: {**t["metrics"][metric], "processor": t["processor"], "mib": t["mib"]} for n, t in measured.items()}
            row = {"what": name, "unit": result["unit"], "workers": result["workers"], "sizes": result["sizes"], "languages": cells}
            row["failed"] = {n: t for n, t in told.items() if isinstance(t, str)}
            compare(row)
            rows.append(row)
    return rows


def compare(row):
    """Adds the best peer and what ours is of it, of the medians and of processor times."""
    cells = row["languages"]
    peers = [n for n in cells if n not in (OURS, LIMIT)]
    if OURS in cells and peers:
        best = min(peers, key=lambda n: cells[n]["median"])
        row["best peer"] = best
        row["ratio"] = cells[OURS]["median"] / cells[best]["median"] if cells[best]["median"] else None
        if row["what"].split()[0] not in ("idle",):
            row["processor ratio"] = cells[OURS]["processor"] / max(1e-9, min(cells[n]["processor"] for n in peers))
    if OURS in cells and LIMIT in cells and cells[LIMIT]["median"]:
        row["times the limit"] = cells[OURS]["median"] / cells[LIMIT]["median"]


def number(x):
    if x is None:
        return ""
    return "%.0f" % x if abs(x) >= 99.95 else "%.1f" % x if abs(x) >= 9.995 else "%.2f" % x


def spread(cell):
    return "%s to %s" % (number(cell["least"]), number(cell["most"]))


def table(title, rows, columns, tell, extra=()):
    """A table with a column for each language, and then those of `extra`: (title, row -> text)."""
    lines = [["", "unit", "w"] + columns + [t for t, _ in extra]]
    for r in rows:
        cells = [tell(r["languages"][c]) if c in r["languages"] else "FAILED" if c in r["failed"] else "" for c in columns]
        lines.append([r["what"], r["unit"], str(r["workers"])] + cells + [f(r) for _, f in extra])
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    text = [" ".join(c.ljust(w) if i < 2 else c.rjust(w) for i, (c, w) in enumerate(zip(line, widths))).rstrip() for line in lines]
    return "\n".join([title] + text) + "\n"


def once_each(rows):
    """One row a run: what belongs to the run, not to a metric, is told once."""
    seen = {(r["what"].split()[0], r["workers"]): r for r in reversed(rows)}
    return [{**r, "what": r["what"].split()[0]} for r in rows if seen[r["what"].split()[0], r["workers"]] is r]


def ratio(name):
    return lambda row: number(row[name]) if row.get(name) is not None else ""


def scaling(rows, columns):
    """How many times as fast each is with more workers as with one: above 1 it gains, below it loses."""
    alone = {r["what"]: r["languages"] for r in rows if r["workers"] == 1}
    more = [r for r in rows if r["workers"] > 1 and r["what"] in alone and not r["what"].startswith("idle")]

    def gain(row):
        return {c: {"gain": alone[row["what"]][c]["median"] / cell["median"]} for c, cell in row["languages"].items() if c in alone[row["what"]] and cell["median"]}

    shown = [{**r, "unit": "", "languages": gain(r)} for r in more]
    return table("Gain by more workers: time with one, by time with w", shown, columns, lambda cell: number(cell["gain"])) if shown else ""


def text(rows):
    columns = list(dict.fromkeys(c for r in rows for c in list(r["languages"]) + list(r["failed"])))
    alone = once_each(rows)
    first = [("ratio", ratio("ratio")), ("best", lambda r: r.get("best peer", "")), ("by limit", ratio("times the limit"))]
    return "\n".join([
        table("Median; ratio: agent by the best peer; by limit: agent by C", rows, columns, lambda c: number(c["median"]), first),
        table("Spread: least to most", rows, columns, spread),
        table("Processor time by operation, all threads, least", alone, columns, lambda c: number(c["processor"]), [("ratio", ratio("processor ratio"))]),
        table("Peak memory in MiB", alone, columns, lambda c: number(c["mib"])),
        scaling(rows, columns),
    ])


def line(result):
    """One result, in one line, for who waits."""
    said = []
    for name, runs in result["languages"].items():
        said.append("%s %s" % (name, "FAILED" if isinstance(runs, str) else ", ".join(number(m["median"]) for m in summary(runs)["metrics"].values())))
    return "%-10s %d: %s  %s" % (result["workload"], result["workers"], "  ".join(said), result["unit"])


def write(folder, results):
    rows = table_rows(results)
    with open(os.path.join(folder, "table.txt"), "w", encoding="utf-8") as f:
        f.write(text(rows))
    with open(os.path.join(folder, "results.json"), "w", encoding="utf-8") as f:
        json.dump({"rows": rows, "runs": results}, f, indent=1)
    with open(os.path.join(folder, "plot.svg"), "w", encoding="utf-8") as f:
        f.write(plot.svg(rows))
    print(text(rows))
