"""Small line charts as SVG text, side by side."""

WIDTH, HEIGHT = 460, 330
LEFT, RIGHT, TOP, BOTTOM = 62, 14, 34, 46


def ticks(greatest):
    """Round numbers from 0 to at least the greatest value."""
    step = 1.0
    while greatest / step > 6:
        step *= 10
    while greatest / step <= 6:
        step /= 10
    for factor in (1, 2, 5, 10):
        if greatest / (step * factor) <= 6:
            step *= factor
            break
    count = int(greatest / step + 0.999999)
    return [step * k for k in range(count + 1)]


class Panel:
    """One chart from (0, 0)."""

    def __init__(self, title, x_name, y_name, headroom=1.02):
        self.title, self.x_name, self.y_name, self.headroom = title, x_name, y_name, headroom
        self.lines = []

    def add(self, name, points, colour, dashed=False, broad=False):
        self.lines.append((name, points, colour, dashed, broad))

    def svg(self, left, top):
        points = [point for line in self.lines for point in line[1]]
        xs, ys = ticks(max(p[0] for p in points)), ticks(max(p[1] for p in points) * self.headroom)
        width, height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

        def at(x, y):
            return f"{left + LEFT + x / xs[-1] * width:.1f},{top + TOP + height - y / ys[-1] * height:.1f}"

        out = [f'<text x="{left + LEFT}" y="{top + 20}" font-size="15" font-weight="bold">{self.title}</text>']
        for x in xs:
            a, b = at(x, 0).split(",")
            out.append(f'<path d="M{at(x, 0)} L{at(x, ys[-1])}" stroke="#e4e4e4"/>'
                       f'<text x="{a}" y="{float(b) + 15}" text-anchor="middle">{x:g}</text>')
        for y in ys:
            a, b = at(0, y).split(",")
            out.append(f'<path d="M{at(0, y)} L{at(xs[-1], y)}" stroke="#e4e4e4"/>'
                       f'<text x="{float(a) - 6}" y="{float(b) + 4}" text-anchor="end">{y:g}</text>')
        middle = top + TOP + height / 2
        out.append(f'<text x="{left + LEFT + width / 2}" y="{top + HEIGHT - 10}" text-anchor="middle">{self.x_name}</text>')
        out.append(f'<text x="{left + 14}" y="{middle}" text-anchor="middle" '
                   f'transform="rotate(-90 {left + 14} {middle})">{self.y_name}</text>')
        for k, (name, line, colour, dashed, broad) in enumerate(self.lines):
            style = f'stroke="{colour}" stroke-width="{6 if broad else 1.8}" fill="none"' + (' opacity="0.5"' if broad else "") + (' stroke-dasharray="6 4"' if dashed else "")
            out.append(f'<path d="M{" L".join(at(*point) for point in line)}" {style}/>')
            if not dashed and not broad:
                out += ['<circle cx="{}" cy="{}" r="2.6" fill="{}"/>'.format(*at(*point).split(","), colour) for point in line]
            x, y = left + WIDTH - RIGHT - 196, top + TOP + 14 + 16 * k
            out.append(f'<path d="M{x},{y - 4} L{x + 22},{y - 4}" {style}/><text x="{x + 28}" y="{y}">{name}</text>')
        return "\n".join(out)


def page(panels, columns=2):
    """All charts in rows on white."""
    rows = (len(panels) + columns - 1) // columns
    body = "\n".join(panel.svg(WIDTH * (k % columns), HEIGHT * (k // columns)) for k, panel in enumerate(panels))
    size = f'width="{WIDTH * columns}" height="{HEIGHT * rows}"'
    return (f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="Helvetica, Arial, sans-serif" font-size="12">\n'
            f'<rect {size} fill="white"/>\n{body}\n</svg>\n')
