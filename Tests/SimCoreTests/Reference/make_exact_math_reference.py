"""Writes exact_math_reference.txt: inputs of ExactMath's functions and what they should give.

    python3 make_exact_math_reference.py          (needs mpmath)

A line is `name x [y] result residual`: doubles as 16 hexadecimal digits of their bits, the result
correctly rounded, and what the rounding took away in thousandths of a unit in the last place.
hard_points.txt adds the inputs on which large sweeps found the largest errors.
"""
import math
import pathlib
import random
import struct
import mpmath
from mpmath import mp, mpf

here = pathlib.Path(__file__).parent
rng = random.Random(20240)
uniform = rng.uniform


def bits(x):
    return struct.pack(">d", x).hex()


def power(low, high):
    """A number of random exponent."""
    return 2.0 ** uniform(low, high)


def signed(x):
    return x if rng.random() < 0.5 else -x


def nearest(v):
    """The double nearest to v and the residual in thousandths of its last place."""
    if v == 0:
        return 0.0, 0
    e = max(int(mpmath.floor(mpmath.log(abs(v), 2))) - 52, -1074)
    scaled = mpmath.ldexp(v, -e)
    n = mpmath.nint(scaled)
    return math.ldexp(int(n), e), int(mpmath.nint((scaled - n) * 1000))


def quarter_turns(limit):
    """A double next to a multiple of pi/2."""
    mp.prec = 1300
    return float(mpf(rng.randrange(-limit, limit)) * mpmath.pi / 2)


def trigonometric():
    yield from (uniform(-7, 7) for _ in range(160))
    yield from (uniform(-0.8, 0.8) for _ in range(60))
    yield from (uniform(-1e4, 1e4) for _ in range(120))
    yield from (quarter_turns(6400) for _ in range(60))
    yield from (quarter_turns(2 ** 20) for _ in range(30))
    yield from (signed(power(-60, 20)) for _ in range(30))
    yield from (signed(power(20, 1023)) for _ in range(40))
    yield from (k * 1.5707963267948966 for k in range(-8, 9) if k)
    # The double nearest to a multiple of pi/2 of all, and bounds between ways of reduction.
    yield 6381956970095103.0 * 2.0 ** 797
    for bound in (2.0 ** 14, 1.5 * 2.0 ** 20):
        yield from (bound, bound * (1 - 2.0 ** -53), -bound)


def inverse():
    yield from (uniform(-2, 2) for _ in range(200))
    yield from (signed(power(-30, 30)) for _ in range(100))
    yield from (signed(power(-1070, 1020)) for _ in range(40))
    yield from ((2 * k + 1) / 16 for k in range(8))


def unit_interval():
    yield from (uniform(-1, 1) for _ in range(250))
    yield from (signed(power(-60, 0)) for _ in range(80))
    yield from (signed(1 - power(-52, -1)) for _ in range(120))
    yield from (1.0, -1.0, 0.5, -0.5, 2.0 ** -27)


def exponents():
    yield from (uniform(-20, 20) for _ in range(200))
    yield from (uniform(-1, 1) for _ in range(100))
    yield from (uniform(-745, 709.78) for _ in range(120))
    yield from (signed(power(-60, 0)) for _ in range(40))
    yield from (709.782712893384, -745.1332191019411, -708.3964185322641, 1.0, -1.0)


def positive():
    yield from (uniform(0.5, 2) for _ in range(200))
    yield from (1 + signed(power(-52, -1.1)) for _ in range(120))
    yield from (uniform(0, 100) for _ in range(80))
    yield from (power(-1074, 1023) for _ in range(80))
    yield from (5e-324, 2.0 ** -1022, 1.7976931348623157e308, 0.5 ** 0.5)


def points():
    yield from ((uniform(-50, 50), uniform(-50, 50)) for _ in range(220))
    yield from ((signed(power(-30, 30)), signed(power(-30, 30))) for _ in range(120))
    yield from ((signed(power(-1070, 1020)), signed(power(-1070, 1020))) for _ in range(60))


def powers():
    yield from ((uniform(0, 3), uniform(-16, 16)) for _ in range(200))
    yield from ((power(-40, 40), uniform(-16, 16)) for _ in range(80))
    yield from ((uniform(0.69, 1.45), uniform(-1900, 1900)) for _ in range(80))
    yield from ((1 + signed(power(-30, -2)), signed(power(0, 29))) for _ in range(60))
    yield from ((power(-1074, 1023), uniform(-1, 1)) for _ in range(60))
    yield from ((uniform(-3, 3), float(n)) for n in range(-16, 17))
    yield from ((uniform(0, 2), y) for y in (4.0, 0.5, 2.0, -2.0, 1 / 3) for _ in range(10))


plan = [
    ("sin", mpmath.sin, trigonometric), ("cos", mpmath.cos, trigonometric),
    ("tan", mpmath.tan, trigonometric), ("atan", mpmath.atan, inverse),
    ("asin", mpmath.asin, unit_interval), ("acos", mpmath.acos, unit_interval),
    ("exp", mpmath.exp, exponents), ("log", mpmath.log, positive),
    ("atan2", mpmath.atan2, points), ("hypot", mpmath.hypot, points),
    ("pow", mpmath.power, powers),
]

hard = {}
for line in (here / "hard_points.txt").read_text().splitlines():
    name, *numbers = line.split()
    hard.setdefault(name, []).append(
        tuple(struct.unpack(">d", bytes.fromhex(n))[0] for n in numbers))

lines = []
for name, function, inputs in plan:
    for x in list(inputs()) + hard.get(name, []):
        x = x if isinstance(x, tuple) else (x,)
        mp.prec = 1300 if name in ("sin", "cos", "tan") else 250
        value = function(*map(mpf, x))
        mp.prec = 250
        value = +value
        if value == 0 or abs(value) >= mpmath.ldexp(1, 1024) or abs(value) < mpmath.ldexp(1, -1075):
            continue
        result, residual = nearest(value)
        lines.append(" ".join([name, *map(bits, x), bits(result), str(residual)]))
(here / "exact_math_reference.txt").write_text("\n".join(lines) + "\n")
