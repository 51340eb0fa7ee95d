"""Puts `simrun traffic` and SUMO side by side on the same ring and the same junction.

    python3 -m venv /tmp/sumo && /tmp/sumo/bin/pip install eclipse-sumo==1.28.0
    swift build -c release --product simrun
    /tmp/sumo/bin/python Benchmarks/Traffic/compare_sumo.py --simrun .build/release/simrun --picture traffic.svg

prints the tables of Benchmarks/TRAFFIC.md and draws its picture. `--quick` takes fewer and shorter points. With `--keep FILE`
what SUMO did is kept in the file and taken from there the next time, since SUMO takes most of the time.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

import sumo_loads
from plots import Panel, page

SETTLING_CYCLES = 3
START_UP = 4


def ours(simrun, *arguments):
    done = subprocess.run([simrun, "traffic", *arguments, "--format", "json"], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def law_flow(density, desired=24.0, headway=1.5, gap=2.0, length=5.0):
    """veh/h of equal cars that follow each other steadily by the IDM at a density of veh/km."""
    spacing = 1000 / density
    low, high = 0.0, desired
    for _ in range(100):
        v = 0.5 * (low + high)
        if (gap + v * headway) / (1 - (v / desired) ** 4) ** 0.5 + length < spacing:
            low = v
        else:
            high = v
    return 3.6 * density * low


def saturation(cycles):
    """Headway after the fourth vehicle, start-up lost time, and mean headways by place, all in seconds."""
    cycles = [times for times in cycles if len(times) >= 10]
    headway = sum(t[-1] - t[START_UP - 1] for t in cycles) / sum(len(t) - START_UP for t in cycles)
    lost = sum(t[START_UP - 1] for t in cycles) / len(cycles) - START_UP * headway
    places = []
    for place in range(max(map(len, cycles))):
        gaps = [t[place] - (t[place - 1] if place else 0) for t in cycles if len(t) > place]
        places.append(sum(gaps) / len(gaps))
    return headway, lost, places


def kept(args, measure, shape):
    """What SUMO does with a load, measured now or before."""
    name = measure.__name__ + json.dumps(shape)
    if name not in args.before:
        with tempfile.TemporaryDirectory() as folder:
            args.before[name] = measure(folder, *shape)
        if args.keep:
            with open(args.keep, "w") as file:
                json.dump(args.before, file)
    return args.before[name]


def rings(args):
    """Rows (lanes, density, {who: (flow, speed, changes)})."""
    base = ["ring", "--settling", str(args.settling), "--measured", str(args.measured)]
    base += ["--densities", args.densities] if args.densities else []
    # Equal headways on one lane, where flow is a law; different ones where cars may overtake.
    found = {drivers: [point for lanes, spread in (("1", "0"), ("3", "0.4"))
                       for point in ours(args.simrun, *base, "--lanes", lanes, "--headway-spread", spread,
                                         "--drivers", drivers)]
             for drivers in ("peer", "standard")}
    rows = []
    for peer, standard in zip(found["peer"], found["standard"]):
        row = {"IDM law": (law_flow(peer["density"]), None, None)} if peer["lanes"] == 1 else {}
        for who, point in (("peer", peer), ("standard", standard)):
            headway = f"{point['headway']:.1f} s"
            row[f"ours, {who}, {headway}"] = (point["flow_veh_h_lane"], point["speed"], point["lane_changes_km_h"])
            for model in ("LC2013", "SL2015") if point["lanes"] > 1 and who == "peer" else ("LC2013",):
                shape = [point["lanes"], point["cars"], point["length"], round(point["start_speed"], 6), args.settling,
                         args.measured, point["headway"], point["headway_spread"], model]
                theirs = kept(args, sumo_loads.ring, shape)
                row[f"SUMO, {model}, {headway}"] = (
                    3.6 * point["density"] * theirs["speed"], theirs["speed"], theirs["lane_changes_km_h"])
        rows.append((peer["lanes"], peer["density"], row))
        print(f"ring: {peer['lanes']} lanes, {peer['density']:.0f} veh/km/lane", file=sys.stderr)
    return rows


def junctions(args):
    """Who: (headway after the fourth vehicle, lost time, headways by place, cycles)."""
    found = {}
    settings = [("standard, 1.0 s", []), ("cautious", ["style=cautious"]), ("assertive", ["style=assertive"]),
                ("mixed", ["style=mixed"]), ("headway 1.5 s", ["headway=1.5"])]
    shape = None
    for name, values in settings:
        extra = [text for value in values for text in ("--set", value)]
        shape = ours(args.simrun, "junction", "--cycles", str(args.cycles), *extra)[0]
        found["ours, " + name] = (shape["saturation_headway_s"], shape["lost_time_s"], shape["headways_s"])
    for name, model in (("IDM, headway 1.5 s", sumo_loads.IDM.format(headway=1.5)),
                        ("IDM, headway 1.0 s", sumo_loads.IDM.format(headway=1.0)),
                        ("Krauss, its defaults", sumo_loads.KRAUSS)):
        cycles = kept(args, sumo_loads.junction, [shape["green_s"], args.cycles, SETTLING_CYCLES, shape["speed_limit"],
                                                  shape["vehicle_length"], model])
        found["SUMO, " + name] = saturation(cycles)
    return found


def cell(value, decimals=0):
    return "" if value is None else f"{value:,.{decimals}f}"


def print_rings(rows):
    for lanes in sorted({row[0] for row in rows}):
        own = [row for row in rows if row[0] == lanes]
        names = list(own[0][2])
        print(f"\nFlow, veh/h/lane, {lanes} lane{'s' if lanes > 1 else ''}\n")
        print("| veh/km/lane | " + " | ".join(names) + " |\n|" + "---:|" * (len(names) + 1))
        for _, density, row in own:
            print(f"| {density:.0f} | " + " | ".join(cell(row[name][0]) for name in names) + " |")
        if lanes == 1:
            continue
        print(f"\nLane changes per km and h, {lanes} lanes\n")
        print("| veh/km/lane | " + " | ".join(names) + " |\n|" + "---:|" * (len(names) + 1))
        for _, density, row in own:
            print(f"| {density:.0f} | " + " | ".join(cell(row[name][2]) for name in names) + " |")


def print_junctions(found):
    print("\nQueue discharge\n\n| drivers | saturation flow, veh/h/lane | headway, s | start-up lost time, s "
          "| first five headways, s |\n|---|---:|---:|---:|---|")
    for name, (headway, lost, places) in found.items():
        first = ", ".join(f"{value:.2f}" for value in places[:5])
        print(f"| {name} | {3600 / headway:,.0f} | {headway:.2f} | {lost:.2f} | {first} |")


def draw(rows, found, path):
    panels = []
    colours = {"IDM law": "#999999", "ours, peer, 1.5 s": "#1f5fbf", "ours, standard, 1.0 s": "#17a398",
               "SUMO, LC2013, 1.5 s": "#d1495b", "SUMO, LC2013, 1.0 s": "#edae49", "SUMO, SL2015, 1.5 s": "#8e6c8a"}
    # What may lie under something else is drawn first, and broad.
    under = ("SUMO", "IDM law")
    for lanes in sorted({row[0] for row in rows}):
        panel = Panel(f"Flow, {lanes} lane{'s' if lanes > 1 else ''}", "vehicles per km and lane", "vehicles per h and lane", 1.45)
        own = [row for row in rows if row[0] == lanes]
        for name in sorted(own[0][2], key=lambda name: not name.startswith(under)):
            panel.add(name, [(density, row[name][0]) for _, density, row in own], colours[name], name == "IDM law",
                      broad=name.startswith("SUMO"))
        panels.append(panel)
    panel = Panel("Lane changes, 3 lanes", "vehicles per km and lane", "changes per km and h")
    own = [row for row in rows if row[0] > 1]
    for name in sorted(own[0][2], key=lambda name: not name.startswith(under)) if own else []:
        panel.add(name, [(density, row[name][2]) for _, density, row in own], colours[name], broad=name.startswith("SUMO"))
    panels.append(panel)
    panel = Panel("Queue discharge at a signal", "place in the queue", "headway, s")
    for name, colour in (("SUMO, IDM, headway 1.5 s", "#d1495b"), ("SUMO, IDM, headway 1.0 s", "#edae49"),
                         ("SUMO, Krauss, its defaults", "#8e6c8a"), ("ours, headway 1.5 s", "#1f5fbf"),
                         ("ours, standard, 1.0 s", "#17a398")):
        panel.add(name, [(place + 1, value) for place, value in enumerate(found[name][2])], colour,
                  broad=name.startswith("SUMO"))
    panels.append(panel)
    with open(path, "w") as file:
        file.write(page(panels))


def main():
    parser = argparse.ArgumentParser(description="simrun traffic and SUMO side by side")
    parser.add_argument("--simrun", default=".build/release/simrun")
    parser.add_argument("--densities", default="")
    parser.add_argument("--settling", type=int, default=300)
    parser.add_argument("--measured", type=int, default=600)
    parser.add_argument("--cycles", type=int, default=30)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--picture", default="")
    parser.add_argument("--keep", default="")
    args = parser.parse_args()
    args.before = {}
    if args.keep and os.path.exists(args.keep):
        with open(args.keep) as file:
            args.before = json.load(file)
    if args.quick:
        args.densities, args.settling, args.measured, args.cycles = args.densities or "10,30,80", 60, 120, 5
    found = junctions(args)
    print_junctions(found)
    rows = rings(args)
    print_rings(rows)
    if args.picture:
        draw(rows, found, args.picture)


if __name__ == "__main__":
    main()
