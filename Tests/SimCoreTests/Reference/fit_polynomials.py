"""Prints the minimax polynomials of ExactMath with their errors.

    python3 fit_polynomials.py          (needs mpmath)

Every fit is Remez's exchange on Chebyshev points; its error is weighted such that it is relative
to the function that the polynomial is a part of.
"""
import mpmath
from mpmath import mp, mpf, sqrt

mp.prec = 500
tiny = mpf(2) ** -80


def remez(f, weight, a, b, degree, rounds=12):
    """The polynomial of a degree with the least weighted error on [a, b], and that error."""
    count = degree + 2
    xs = [(a + b) / 2 - (b - a) / 2 * mpmath.cos(mpmath.pi * i / (count - 1)) for i in range(count)]
    for _ in range(rounds):
        matrix, right = mpmath.matrix(count, count), mpmath.matrix(count, 1)
        for i, x in enumerate(xs):
            for j in range(degree + 1):
                matrix[i, j] = x ** j
            matrix[i, degree + 1] = (-1) ** i / weight(x)
            right[i] = f(x)
        solution = mpmath.lu_solve(matrix, right)
        coefficients = [solution[j] for j in range(degree + 1)]
        steps = 40 * count
        grid = [(a + b) / 2 - (b - a) / 2 * mpmath.cos(mpmath.pi * i / steps)
                for i in range(steps + 1)]
        errors = [(mpmath.polyval(coefficients[::-1], x) - f(x)) * weight(x) for x in grid]
        # The largest error between each two changes of sign is the next exchange point.
        peaks, current = [], 0
        for i in range(1, steps + 1):
            if mpmath.sign(errors[i]) != mpmath.sign(errors[current]):
                peaks.append(current)
                current = i
            elif abs(errors[i]) > abs(errors[current]):
                current = i
        peaks.append(current)
        if len(peaks) < count:
            break
        while len(peaks) > count:
            peaks.pop(0 if abs(errors[peaks[0]]) < abs(errors[peaks[-1]]) else -1)
        xs = [grid[i] for i in peaks]
    return coefficients, max(map(abs, errors))


def show(name, f, weight, a, b, degree):
    coefficients, error = remez(f, weight, a, b, degree)
    print(name, "error 2^" + mpmath.nstr(mpmath.log(error, 2), 4))
    for c in coefficients:
        print("   ", repr(float(c)))


def at_least_tiny(f):
    """Keeps a function away from the cancellation at 0."""
    return lambda z: f(z if abs(z) > tiny else tiny)


quarter = (mpmath.pi / 4 * mpf("1.0001")) ** 2
half_log2 = mpmath.log(2) / 2 * mpf("1.001")
root = (3 - 2 * sqrt(mpf(2))) ** 2 * mpf("1.0001")
sixteenth = (mpf(1) / 16 * mpf("1.01")) ** 2


def atanh_series(z):
    s = sqrt(z)
    return mpmath.log((1 + s) / (1 - s)) / s


show("sin: (1 - sin r / r) / z, z = r^2",
     at_least_tiny(lambda z: (1 - mpmath.sin(sqrt(z)) / sqrt(z)) / z),
     lambda z: z + tiny, tiny, quarter, 5)
show("cos: (cos r - 1 + z/2) / z^2, z = r^2",
     at_least_tiny(lambda z: (mpmath.cos(sqrt(z)) - 1 + z / 2) / z ** 2),
     lambda z: z * z + tiny, tiny, quarter, 5)
show("exp: (e^r - 1 - r - r^2/2) / r^3",
     at_least_tiny(lambda r: (mpmath.exp(r) - 1 - r - r * r / 2) / r ** 3),
     lambda r: abs(r) ** 3 + tiny, -half_log2, half_log2, 9)
show("log: (2 atanh s / s - 2) / z, z = s^2",
     at_least_tiny(lambda z: (atanh_series(z) - 2) / z), lambda z: z + tiny, tiny, root, 6)
show("pow: ((atanh s / s - 1) / z - 1/3) / z, z = s^2",
     at_least_tiny(lambda z: ((atanh_series(z) / 2 - 1) / z - mpf(1) / 3) / z),
     lambda z: z * z + tiny, tiny, root, 6)
show("atan: (1 - atan t / t) / z, z = t^2",
     at_least_tiny(lambda z: (1 - mpmath.atan(sqrt(z)) / sqrt(z)) / z),
     lambda z: z + tiny, tiny, sixteenth, 5)
