"""Draws the benchmark: a bar per codec and side, for all countries and whole processes."""

from html import escape

import inputs
from contenders import FLOOR, OURS
from measure import middle

WIDTH, LABEL, BAR, GAP, HEAD = 760, 120, 16, 5, 26
# Readable on white and on black.
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#767676}.head{font-weight:600}"
    ".ours{fill:#2f81f7}.peer{fill:#9a9a9a}.floor{fill:#d29922}"
)


def bars(results: dict) -> str:
    """Returns the picture as SVG."""
    groups = {codec: results.get("codecs", {}).get(f"{codec}/all") for codec in inputs.CODECS}
    seconds = {
        codec: {side: middle(times, lambda one: one["process_s"]) for side, times in found.items()}
        for codec, found in groups.items()
        if found
    }
    longest = max((time for sides in seconds.values() for time in sides.values()), default=1)
    scale = (WIDTH - LABEL - 70) / longest
    shapes, y = [], 6
    for codec, sides in seconds.items():
        shapes.append(f'<text class="head" x="0" y="{y + 14}">{codec}: seconds</text>')
        y += HEAD
        for side in sorted(sides, key=lambda side: sides[side]):
            kind = {OURS: "ours", FLOOR: "floor"}.get(side, "peer")
            width = sides[side] * scale
            shapes.append(f'<text x="{LABEL - 8}" y="{y + 13}" text-anchor="end">{escape(side)}</text>')
            shapes.append(f'<rect class="{kind}" x="{LABEL}" y="{y}" width="{width:.1f}" height="{BAR}" rx="2"/>')
            shapes.append(f'<text x="{LABEL + width + 6:.1f}" y="{y + 13}">{sides[side]:.2f}</text>')
            y += BAR + GAP
        y += GAP * 2
    title = "Seconds to count 20 million rows, by codec"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" role="img" aria-label="{title}">'
        f"<title>{title}</title><style>{STYLE}</style>{''.join(shapes)}</svg>\n"
    )
