"""Planners for ProvingGround in Python: one file, no dependencies, Python 3.8 or later.

    import provingground as pg

    class MyPlanner(pg.Planner):
        def initialize(self, episode): ...
        def compute_trajectory(self, scene): return [(time, x, y, heading, speed), ...]

    pg.run(MyPlanner)

PROTOCOL.md says what `episode` and `scene` hold, and how a scenario names the program.
"""

import bisect
import collections
import json
import math
import os
import random
import select
import sys
import threading
import time
import traceback

PROTOCOL = 1

#: Something perceived; x and y are those of its box centre.
Track = collections.namedtuple(
    "Track", "id kind x y heading length width speed acceleration lights")

#: A planned state of the rear axle; time in seconds from now.
State = collections.namedtuple("State", "time x y heading speed acceleration")
State.__new__.__defaults__ = (0.0,)


class Planner:
    """What a planner is: make a class of this one. One object is made for each episode."""

    #: Set it to True to get forecasts of the scenario's predictor in each scene.
    forecasts = False

    def initialize(self, episode):
        """Gets what does not change in an episode: seed, step, ticks, vehicle, map, route."""

    def compute_trajectory(self, scene):
        """The way of the rear axle from now on: rows (time from now, x, y, heading, speed)."""
        raise NotImplementedError


class Record:
    """An object of a message: its keys are attributes, and so are those of objects in it."""

    def __init__(self, values):
        self.__dict__.update(values)

    def __repr__(self):
        return "Record(%s)" % ", ".join(sorted(self.__dict__))

    @staticmethod
    def of(value):
        """Objects in a value, however deep, become records."""
        if isinstance(value, dict):
            return Record({key: Record.of(inner) for key, inner in value.items()})
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return [Record.of(inner) for inner in value]
        return value


class Path:
    """A line of points along which one drives, by arc length in metres; straight on at its ends."""

    def __init__(self, points):
        self.points = [tuple(p) for k, p in enumerate(points) if k == 0 or p != points[k - 1]]
        self.starts = [0.0]
        for (x, y), (u, v) in zip(self.points, self.points[1:]):
            self.starts.append(self.starts[-1] + math.hypot(u - x, v - y))
        self.headings = [
            math.atan2(v - y, u - x) for (x, y), (u, v) in zip(self.points, self.points[1:])]

    @property
    def length(self):
        return self.starts[-1]

    def pose(self, s):
        """(x, y, heading) at an arc length; headings turn evenly from one piece to the next."""
        last = len(self.headings) - 1
        k = min(max(bisect.bisect_right(self.starts, s) - 1, 0), last)
        x, y = self.points[k]
        heading = self.headings[k]
        along = s - self.starts[k]
        place = x + along * math.cos(heading), y + along * math.sin(heading)
        # Half way to the next vertex a piece has its own heading.
        middle = 0.5 * (self.starts[k] + self.starts[k + 1])
        other = k + 1 if s > middle else k - 1
        if 0 <= other <= last and 0 <= s <= self.length:
            far = 0.5 * (self.starts[other] + self.starts[other + 1])
            turn = math.remainder(self.headings[other] - heading, 2 * math.pi)
            heading += turn * (s - middle) / (far - middle)
        return place[0], place[1], heading

    def project(self, x, y, near=None, window=50.0):
        """(arc length, offset to the left) of the nearest point; `near` an arc length if given."""
        best = None
        for k, heading in enumerate(self.headings):
            if near is not None and not (
                    self.starts[k] - window <= near <= self.starts[k + 1] + window):
                continue
            u, v = self.points[k]
            c, d = math.cos(heading), math.sin(heading)
            along = (x - u) * c + (y - v) * d
            along = min(max(along, 0.0), self.starts[k + 1] - self.starts[k])
            dx, dy = x - u - along * c, y - v - along * d
            distance = dx * dx + dy * dy
            if best is None or distance < best[0]:
                best = distance, self.starts[k] + along, c * dy - d * dx
        return (best[1], best[2]) if best else (near or 0.0, 0.0)


def run(planner_class):
    """Serves until there are no more questions; the last line of a planner's file."""
    # Answers have an output of their own: whatever prints, prints to standard error.
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(line_buffering=True)
    threading.Thread(target=_end_with_input, daemon=True).start()
    planner = None
    while True:
        line = sys.stdin.buffer.readline()
        if not line:
            return
        question = json.loads(line)
        kind = question.get("type")
        try:
            if kind == "hello":
                answer = {"type": "hello", "protocol": PROTOCOL,
                          "forecasts": bool(planner_class.forecasts)}
            elif kind == "episode":
                _seed(question["seed"])
                planner = planner_class()
                planner.initialize(Record.of(question))
                answer = {"type": "ready"}
            elif kind == "plan":
                rows = planner.compute_trajectory(_scene(question))
                answer = {"type": "plan", "tick": question["tick"], "trajectory": rows}
            else:
                answer = {"type": "error", "message": "unknown question %r" % (kind,)}
            text = json.dumps(answer, default=_plain, separators=(",", ":"))
        except Exception as problem:  # (An interrupt ends the program.)
            traceback.print_exc()
            text = json.dumps({"type": "error", "message": _told(problem)})
        data = memoryview(text.encode() + b"\n")
        while data:
            data = data[answers.write(data):]


def _scene(question):
    scene = Record(question)
    scene.ego = Record(question["ego"])
    scene.tracks = list(map(Track._make, question["tracks"]))
    if question["forecast"] is not None:
        scene.forecast = Record(question["forecast"])
    return scene


def _seed(seed):
    random.seed(seed)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(seed % 2**32)


def _plain(value):
    """Numbers and arrays of other kinds, e.g. numpy's."""
    return value.tolist() if hasattr(value, "tolist") else float(value)


def _told(problem):
    """What went wrong and where, in one line."""
    places = traceback.extract_tb(problem.__traceback__)
    own = [place for place in places if place.filename != __file__] or places
    where = " (%s:%d)" % (os.path.basename(own[-1].filename), own[-1].lineno) if own else ""
    return "%s: %s%s" % (type(problem).__name__, problem, where)


def _end_with_input():
    """Ends this program soon after its input has ended, even in the middle of a plan."""
    watch = select.poll()
    watch.register(0, 0)
    while not any(event & (select.POLLHUP | select.POLLERR) for _, event in watch.poll()):
        pass
    time.sleep(2)
    os._exit(1)
