#!/usr/bin/env python3
"""Reads exported episodes with the official readers: PyPI commonroad-io and mcap.

usage: read_exports.py FILE.xml FILE.mcap ...

Fails at the first file that a reader refuses or that holds nothing.
"""

import json
import sys


def read_commonroad(path):
    from commonroad.common.file_reader import CommonRoadFileReader

    scenario, problems = CommonRoadFileReader(path).open()
    network = scenario.lanelet_network
    assert network.lanelets and problems.planning_problem_dict, "nothing is in it"
    ids = {lanelet.lanelet_id for lanelet in network.lanelets}
    for lanelet in network.lanelets:
        assert set(lanelet.successor) <= ids and set(lanelet.predecessor) <= ids
        assert len(lanelet.left_vertices) == len(lanelet.right_vertices)
    for obstacle in scenario.dynamic_obstacles:
        first = obstacle.initial_state.time_step
        last = obstacle.prediction.final_time_step if obstacle.prediction else first
        for step in range(first, last + 1):
            assert obstacle.occupancy_at_time(step) is not None, f"no place at step {step}"
    return (
        f"{len(network.lanelets)} lanelets, {len(network.traffic_lights)} lights, "
        f"{len(network.traffic_signs)} signs, {len(network.intersections)} intersections, "
        f"{len(scenario.static_obstacles)} static and {len(scenario.dynamic_obstacles)} dynamic "
        f"obstacles, {len(problems.planning_problem_dict)} problems"
    )


def read_mcap(path):
    from mcap.reader import make_reader

    with open(path, "rb") as file:
        reader = make_reader(file, validate_crcs=True)
        summary = reader.get_summary()
        counts = {}
        for schema, channel, message in reader.iter_messages():
            assert schema.encoding == "jsonschema" and channel.message_encoding == "json"
            properties = json.loads(schema.data)["properties"]
            assert set(json.loads(message.data)) == set(properties), channel.topic
            counts[channel.topic] = counts.get(channel.topic, 0) + 1
    assert summary.statistics.message_count == sum(counts.values()) > 0
    return ", ".join(f"{count} {topic}" for topic, count in sorted(counts.items()))


for path in sys.argv[1:]:
    print(f"{path}: {read_mcap(path) if path.endswith('.mcap') else read_commonroad(path)}")
