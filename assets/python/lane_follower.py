"""Follows its route, keeps to limits, bends and red signals, and keeps its distance.

    simrun batch Scenarios --planner assets/python/lane_follower.py
"""

import math

import provingground as pg

HEADWAY = 1.5  # s
GAP = 2.0  # m, at standstill
ACCELERATION = 1.2  # m/s^2
BRAKING = 2.5  # m/s^2, comfortable
HARDEST = 7.0  # m/s^2
SIDEWAYS = 1.5  # m/s^2, in bends
STEP = 0.2  # s
STEPS = 40


class LaneFollower(pg.Planner):
    def initialize(self, episode):
        self.vehicle = episode.vehicle
        self.path = pg.Path(episode.route.centreline)
        self.s = episode.route.start
        self.stops = self.find_stops(episode)
        self.allowed = self.find_speeds(episode)

    def find_stops(self, episode):
        """(arc length, signal) at which to wait when the signal says so."""
        stops = []
        lanes, route = episode.map.lanes, episode.route
        for k, index in enumerate(route.lanes):
            lane = lanes[index]
            if lane.signal is None:
                continue
            s = route.lane_starts[k]
            if not lane.is_connector:
                s = route.lane_starts[k + 1] if k + 1 < len(route.lanes) else self.path.length
            line = lane if not lane.is_connector else lanes[route.lanes[max(k - 1, 0)]]
            if line.stop_line is not None:
                stop = episode.map.stop_lines[line.stop_line]
                at, _ = self.path.project(
                    (stop.__dict__["from"][0] + stop.to[0]) / 2,
                    (stop.__dict__["from"][1] + stop.to[1]) / 2, near=s, window=30)
                s = min(s, at)
            stops.append((s, lane.signal))
        return stops

    def find_speeds(self, episode):
        """Speeds to keep to at each metre: limits, bends, and braking in time for both."""
        speeds = []
        route = episode.route
        for metre in range(int(self.path.length) + 2):
            lane = max(k for k, start in enumerate(route.lane_starts) if start <= metre or k == 0)
            limit = episode.map.lanes[route.lanes[lane]].speed_limit or 10.0
            _, _, before = self.path.pose(metre - 3)
            _, _, after = self.path.pose(metre + 3)
            bend = abs(math.remainder(after - before, 2 * math.pi)) / 6
            speeds.append(min(limit, math.sqrt(SIDEWAYS / max(bend, 1e-6))))
        for metre in reversed(range(len(speeds) - 1)):
            speeds[metre] = min(speeds[metre], math.sqrt(speeds[metre + 1] ** 2 + 2 * BRAKING))
        return speeds

    def compute_trajectory(self, scene):
        ego, vehicle = scene.ego, self.vehicle
        to_centre = vehicle.rear_axle_to_centre
        self.s, _ = self.path.project(ego.x, ego.y, near=self.s)
        front = self.s + to_centre + vehicle.length / 2
        leaders = self.leaders(scene, front) + [(self.path.length, 0.0)]
        s, speed, rows = self.s, max(ego.speed, 0.0), []
        for k in range(STEPS + 1):
            x, y, heading = self.path.pose(s)
            rows.append((k * STEP, x, y, heading, speed))
            moved = s - self.s
            wanted = self.allowed[min(max(int(s), 0), len(self.allowed) - 1)]
            a = ACCELERATION * (1 - (speed / max(wanted, 0.1)) ** 4)
            for at, pace in leaders:
                gap = max(at + pace * k * STEP - front - moved, 0.1)
                room = GAP + speed * HEADWAY
                room += speed * (speed - pace) / (2 * math.sqrt(ACCELERATION * BRAKING))
                a = min(a, ACCELERATION * (1 - (max(room, GAP) / gap) ** 2))
            # Also what lies in the way is braked for as hard as needed, not harder.
            a = max(a, -HARDEST)
            after = max(speed + a * STEP, 0.0)
            s += 0.5 * (speed + after) * STEP
            speed = after
        return rows

    def leaders(self, scene, front):
        """(arc length of its rear, speed) of what is in the way, signals among it."""
        found = []
        reach = front + 100
        for t in scene.tracks:
            if abs(t.x - scene.ego.x) > 120 or abs(t.y - scene.ego.y) > 120:
                continue
            s, offset = self.path.project(t.x, t.y, near=self.s, window=120)
            _, _, heading = self.path.pose(s)
            turn = t.heading - heading
            half = 0.5 * (abs(t.length * math.cos(turn)) + abs(t.width * math.sin(turn)))
            wide = 0.5 * (abs(t.length * math.sin(turn)) + abs(t.width * math.cos(turn)))
            # Who comes in from the side is foreseen for a second and a half.
            sideways = t.speed * math.sin(turn)
            nearest = min(abs(offset), abs(offset + 1.5 * sideways))
            if offset * (offset + 1.5 * sideways) < 0:
                nearest = 0.0
            if nearest > wide + self.vehicle.width / 2 + 0.3 or s + half < front - 1 or s > reach:
                continue
            if s - half < front - self.vehicle.length:
                continue
            found.append((s - half, max(t.speed * math.cos(turn), 0.0)))
        for s, signal in self.stops:
            colour = scene.signals[signal]
            room = max(s - front, 0.01)
            can_stop = scene.ego.speed ** 2 / (2 * room) < 3.0
            if s > front - 0.5 and (
                    colour in ("red", "red_yellow") or (colour == "yellow" and can_stop)):
                # The front halts at the gap before what stands here.
                found.append((s + GAP - 0.5, 0.0))
        return found


pg.run(LaneFollower)
