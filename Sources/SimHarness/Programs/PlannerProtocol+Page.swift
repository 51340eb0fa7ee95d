extension PlannerProtocol {
  /// The protocol as a page of Markdown.
  static var markdown: String {
    var lines = [preamble]
    lines += ["", "## What a program gets"]
    lines += told.flatMap(section)
    lines += ["", "## What it answers"]
    lines += answered.flatMap(section)
    return lines.joined(separator: "\n") + "\n"
  }

  private static func section(_ table: Table) -> [String] {
    let head = table.isRow ? "column" : "key"
    return ["", "### `\(table.path)`", "", table.summary, "", "| \(head) | value | meaning |"]
      + ["|---|---|---|"]
      + table.fields.map { "| `\($0.name)` | \($0.form) | \($0.meaning) |" }
  }

  private static let preamble = """
    # Planning programs, protocol \(version)

    A planner of a scenario can be a program of your own. This page is made from the tables of the
    source; tests keep it true.

    **In Python** copy `provingground.py` (one file, no dependencies, Python 3.8 or later) beside
    your planner, or put its folder on `PYTHONPATH`:

    ```python
    import provingground as pg

    class Cruise(pg.Planner):
        def initialize(self, episode):
            self.path = pg.Path(episode.route.centreline)
            self.axle = episode.vehicle.rear_axle_to_centre

        def compute_trajectory(self, scene):
            s, _ = self.path.project(scene.ego.x, scene.ego.y)
            speed = max(scene.ego.speed, 1.0)
            return [(0.1 * k, *self.path.pose(s + 0.1 * k * speed), speed) for k in range(81)]

    pg.run(Cruise)
    ```

    and name it on the command line or in a scenario:

        simrun batch Scenarios --planner cruise.py
        simrun batch Scenarios --planner '{external: {command: [python3, cruise.py], timeout: 1 s}}'
        simrun batch Scenarios --planner external \\
            --set ego.planner.external.command="python3 cruise.py"

    An object of the class is made for each episode. `episode` and `scene` have the keys below as
    attributes; `scene.tracks` are named tuples, and `scene.forecast` is there if the class says
    `forecasts = True`. A trajectory is a list of tuples `(time from now, x, y, heading, speed)` or
    `pg.State(…)`, the **rear axle's**. `random` (and `numpy.random`, if it is loaded) is seeded for
    each episode. What the planner prints goes to standard error, which is shown with
    `stderr: show`. A planner that follows its route and keeps its distance is in `lane_follower.py`.

    **In any language** a program reads lines of JSON on its standard input and answers each with
    one line of JSON on its standard output, in the same order, flushed. It ends when its input
    ends. Keys that it does not know it passes over, and so does the other side.

    - SI units, radians, counter-clockwise; x and y in the frame of the map. Numbers read back to
      the same bits.
    - Each worker has one program, which serves one episode after the other (`restart: episode`: a
      new one for each). Its working folder is the one in which `simrun` runs; there is no shell.
    - Only plans count: the same answers give the same bits, however long they take.
    - The episode fails (`planner_failed`, score 0, the batch goes on) if the program ends, closes
      its output, answers what is not asked for or is no JSON, numbers that are not finite, rows of
      the wrong length, times that do not rise, another version of the protocol, a line of more than
      4 MiB, or nothing within `timeout` (`start_timeout` for `hello` and `episode`). The reason has
      the last lines of its standard error. A new program is then started; only after `error` it
      goes on.
    - The program is the head of a process group of its own: Ctrl-C does not reach it, and what it
      leaves behind is ended with it, a second after its input has ended.
    """
}
