"""The ring and the junction of `simrun traffic`, built for SUMO and measured in the same way.

Needs the Python package `eclipse-sumo` (measured with 1.28): its `sumo` and `netconvert` programs are run, nothing else of it
is used. Every function works in a folder of its own and returns plain numbers.
"""
import math
import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as xml

STEP = 0.1


def tool(name):
    """A program of the package, beside this Python or on the path."""
    beside = os.path.join(sys.prefix, "bin", name)
    found = beside if os.path.exists(beside) else shutil.which(name)
    if not found:
        sys.exit(f"there is no program '{name}': python3 -m pip install eclipse-sumo==1.28.0")
    return found


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command[:1])} ended with {done.returncode}: {done.stderr[-2000:]}")


def write(folder, name, root, rows):
    with open(os.path.join(folder, name), "w") as file:
        file.write(f"<{root}>\n" + "\n".join(rows) + f"\n</{root}>\n")


def simulate(folder, seconds, *extra):
    run(tool("sumo"), "-n", f"{folder}/net.xml", "-r", f"{folder}/routes.xml", "--step-length", str(STEP),
        "--end", str(seconds), "--seed", "42", "--no-step-log", "true", "--no-warnings", "true", "--time-to-teleport", "-1",
        "--collision.action", "none", "--default.action-step-length", str(STEP), "--threads", "1", *extra)


IDM = 'carFollowModel="IDM" accel="1.5" decel="2.0" emergencyDecel="9" tau="{headway}" minGap="2" delta="4"'
KRAUSS = 'carFollowModel="Krauss"'


def ring(folder, lanes, cars, length, start_speed, settling, measured, headway=1.5, spread=0.0,
         changing="LC2013"):
    """Mean speed (m/s) and lane changes per km and hour of cars on a ring, all as in the class `DensityRing`."""
    pieces = max(8, round(length / 250))
    side = length / pieces
    radius = side / (2 * math.sin(math.pi / pieces))
    corners = [2 * math.pi * k / pieces for k in range(pieces)]
    write(folder, "nodes.xml", "nodes", [
        f'<node id="n{k}" x="{radius * math.cos(a):.4f}" y="{radius * math.sin(a):.4f}" type="unregulated"/>'
        for k, a in enumerate(corners)])
    write(folder, "edges.xml", "edges", [
        f'<edge id="e{k}" from="n{k}" to="n{(k + 1) % pieces}" numLanes="{lanes}" speed="30" length="{side:.6f}"/>'
        for k in range(pieces)])
    write(folder, "connections.xml", "connections", [
        f'<connection from="e{k}" to="e{(k + 1) % pieces}" fromLane="{lane}" toLane="{lane}"/>'
        for k in range(pieces) for lane in range(lanes)])
    run(tool("netconvert"), "-n", f"{folder}/nodes.xml", "-e", f"{folder}/edges.xml", "-x", f"{folder}/connections.xml",
        "-o", f"{folder}/net.xml", "--no-internal-links", "--no-turnarounds", "--offset.disable-normalization")
    laps = math.ceil(36 * (settling + measured) / length) + 1
    rows = []
    for i in range(cars):
        own = headway * (1 + spread * (2 * math.modf(0.7548776662 * i)[0] - 1))
        rows.append(f'<vType id="car{i}" length="5" width="2" maxSpeed="60" speedDev="0" laneChangeModel="{changing}" '
                    + IDM.format(headway=f"{own:.6f}") + "/>")
    rows += [f'<route id="r{k}" edges="{" ".join(f"e{(k + q) % pieces}" for q in range(laps * pieces))}"/>'
             for k in range(pieces)]
    for i in range(cars):
        place = (i + 0.5) * length / cars
        piece = min(pieces - 1, int(place / side))
        factor = 0.8 + 0.4 * math.modf(0.6180339887 * i)[0]
        rows.append(f'<vehicle id="v{i}" type="car{i}" route="r{piece}" depart="0" departLane="{i % lanes}" '
                    f'departPos="{place - piece * side:.3f}" departSpeed="{start_speed:.3f}" speedFactor="{factor:.6f}" '
                    'insertionChecks="none"/>')
    write(folder, "routes.xml", "routes", rows)
    extra = ["--lateral-resolution", "0.8"] if changing == "SL2015" else []
    simulate(folder, settling + measured, "--summary-output", f"{folder}/summary.xml",
             "--lanechange-output", f"{folder}/changes.xml", *extra)
    speeds = [float(step.get("meanSpeed")) for step in xml.parse(f"{folder}/summary.xml").iter("step")
              if float(step.get("time")) >= settling and int(step.get("running")) == cars]
    if len(speeds) < 0.99 * measured / STEP:
        sys.exit("cars have left the ring")
    changes = sum(1 for change in xml.parse(f"{folder}/changes.xml").iter("change")
                  if float(change.get("time")) >= settling)
    return {"speed": sum(speeds) / len(speeds), "lane_changes_km_h": changes / (length / 1000 * measured / 3600)}


def junction(folder, green, cycles, settling_cycles, limit, vehicle_length, model=IDM.format(headway=1.5), most=20):
    """Times from the onset of green at which the fronts of a queue pass the stop line, for each cycle."""
    arms = {"west": (-410, 0), "east": (410, 0), "south": (0, -410), "north": (0, 410)}
    nodes = ['<node id="c" x="0" y="0" type="traffic_light"/>']
    nodes += [f'<node id="{arm}" x="{x}" y="{y}"/>' for arm, (x, y) in arms.items()]
    write(folder, "nodes.xml", "nodes", nodes)
    write(folder, "edges.xml", "edges", [
        f'<edge id="{arm}_{way}" from="{a}" to="{b}" numLanes="1" speed="{limit:.4f}"/>'
        for arm in arms for way, a, b in (("in", arm, "c"), ("out", "c", arm))])
    run(tool("netconvert"), "-n", f"{folder}/nodes.xml", "-e", f"{folder}/edges.xml", "-o", f"{folder}/net.xml",
        "--no-turnarounds", "--offset.disable-normalization")
    links = {}
    for link in xml.parse(f"{folder}/net.xml").iter("connection"):
        if link.get("tl"):
            links[int(link.get("linkIndex"))] = (link.get("from"), link.get("dir"))

    def state(arms_with_green, letter):
        # Left turns give way to those who come towards them.
        return "".join(
            "r" if links[k][0] not in arms_with_green else letter if letter == "y" or links[k][1] != "l" else "g"
            for k in sorted(links))

    main, side = ("west_in", "east_in"), ("south_in", "north_in")
    phases = [(green, main, "G"), (3, main, "y"), (2, (), "r"), (green, side, "G"), (3, side, "y"), (2, (), "r")]
    cycle = sum(phase[0] for phase in phases)
    rows = ['<tlLogic id="c" type="static" programID="own" offset="0">']
    rows += [f'<phase duration="{time}" state="{state(arms_, letter)}"/>' for time, arms_, letter in phases]
    rows += ["</tlLogic>",
             f'<instantInductionLoop id="stop" lane="west_in_0" pos="-0.05" file="{folder}/passings.xml"/>']
    write(folder, "additional.xml", "additional", rows)
    write(folder, "routes.xml", "routes", [
        f'<vType id="car" length="{vehicle_length}" width="2" speedFactor="1" speedDev="0" {model}/>',
        '<route id="straight" edges="west_in east_out"/>',
        '<flow id="queue" type="car" route="straight" begin="0" end="3600" vehsPerHour="1600" departSpeed="max"/>'])
    simulate(folder, (cycles + settling_cycles) * cycle, "-a", f"{folder}/additional.xml")
    times = [float(passing.get("time")) for passing in xml.parse(f"{folder}/passings.xml").iter("instantOut")
             if passing.get("state") == "enter"]
    passings = [[] for _ in range(cycles + settling_cycles)]
    for time in times:
        passings[min(int(time / cycle), len(passings) - 1)].append(time % cycle)
    return [sorted(times)[:most] for times in passings[settling_cycles:]]
