"""A plot: a line for each workload and number of workers, a dot for each language's median, a bar from its least to its most. Logarithmic."""
import math
from html import escape

COLOURS = {"agent": "#d62728", "c": "#222222", "go": "#00a0c8", "erlang": "#9c27b0", "caf": "#ff8f00", "rust": "#8d5524", "crossbeam": "#5d9c3a"}
LEFT, RIGHT, ROW, TOP = 190, 24, 18, 62
WIDTH = 1000


def axis(rows):
    """x of a value; the powers of ten to mark."""
    values = [v for r in rows for c in r["languages"].values() for v in (c["least"], c["most"]) if v > 0]
    low, high = math.floor(math.log10(min(values, default=1))), math.ceil(math.log10(max(values, default=10)))
    high = max(high, low + 1)

    def x(value):
        return LEFT + (WIDTH - LEFT - RIGHT) * (math.log10(max(value, 10 ** low)) - low) / (high - low)

    return x, [10.0 ** e for e in range(low, high + 1)]


def legend(names):
    out, x = [], LEFT
    for n in names:
        out.append('<circle cx="%d" cy="34" r="5" fill="%s"/><text x="%d" y="38">%s</text>' % (x, COLOURS.get(n, "#777"), x + 9, escape(n)))
        x += 30 + 8 * len(n)
    return out


def dots(row, x, y):
    out = []
    for name, c in sorted(row["languages"].items(), key=lambda item: item[0] == "agent"):  # ours on top
        colour = COLOURS.get(name, "#777")
        said = escape("%s, %d workers: %s %.1f %s (%.1f to %.1f)" % (row["what"], row["workers"], name, c["median"], row["unit"], c["least"], c["most"]))
        out.append('<g stroke="%s" fill="%s"><title>%s</title><line x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke-width="2" opacity=".5"/><circle cx="%.1f" cy="%d" r="%d"/></g>' % (
            colour, colour, said, x(c["least"]), x(c["most"]), y, y, x(c["median"]), y, 5 if name == "agent" else 4))
    return out


def svg(rows):
    x, marks = axis(rows)
    bottom = TOP + ROW * len(rows)
    names = list(dict.fromkeys(n for r in rows for n in r["languages"]))
    out = ['<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">' % (WIDTH, bottom + 30),
           '<rect width="100%" height="100%" fill="white"/>',
           '<text x="%d" y="16" font-size="14">Each workload: median (dot), least to most (bar); less is better; logarithmic</text>' % LEFT]
    out += legend(names)
    for m in marks:
        out.append('<line x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="#ddd"/><text x="%.1f" y="%d" text-anchor="middle" fill="#777">%g</text>' % (
            x(m), x(m), TOP - 8, bottom, x(m), bottom + 16, m))
    for i, row in enumerate(rows):
        y = TOP + ROW * i + 6
        if row["workers"] == 1 and i:
            out.append('<line x1="0" x2="%d" y1="%d" y2="%d" stroke="#eee"/>' % (WIDTH, y - 9, y - 9))
        out.append('<text x="%d" y="%d" text-anchor="end">%s, %d w <tspan fill="#999">%s</tspan></text>' % (LEFT - 10, y + 4, escape(row["what"]), row["workers"], escape(row["unit"].split("/")[0])))
        out += dots(row, x, y)
    return "\n".join(out + ["</svg>"]) + "\n"
