import SimCore
import SimMap
import SimStack
import SimWorld

extension Recording {
  /// The file's bytes. Equal recordings give equal bytes.
  public func encoded() -> [UInt8] {
    var file = ByteWriter()
    file.appendRaw(Recording.magic)
    file.append(Recording.version)
    let sectionsPlace = file.bytes.count
    var sections: UInt32 = 0
    file.append(sections)
    // A section is written where it will lie; its length and checksum are filled in afterwards.
    func add(_ tag: Tag, _ write: (inout ByteWriter) -> Void) {
      let start = file.bytes.count
      file.appendRaw(tag.rawValue.utf8)
      let lengthPlace = file.bytes.count
      file.append(UInt64(0))
      let checksumPlace = file.bytes.count
      file.append(UInt32(0))
      let payloadStart = file.bytes.count
      write(&file)
      file.overwrite(at: lengthPlace, UInt64(file.bytes.count - payloadStart))
      var checked = CRC32()
      checked.combine(file.bytes[start..<checksumPlace])
      checked.combine(file.bytes[payloadStart...])
      file.overwrite(at: checksumPlace, checked.value)
      sections += 1
    }
    let record = episode.record
    add(.head) { writeHead(into: &$0) }
    let map = LaneGraphCodec.encode(record.header.map)
    add(.map) { RepeatCoding.encode(map, into: &$0) }
    var egos = ByteWriter()
    egos.appendList(record.header.egos) { $0.append($1) }
    // Routes run along lanes of the map.
    add(.egos) { RepeatCoding.encode(egos.bytes, after: map, into: &$0) }
    add(.goals) { writer in record.header.egos.forEach { writer.append($0.hasGoal) } }
    add(.history) { $0.append(record.history, step: record.header.clock.step) }
    add(.drives) { writer in record.egos.forEach { writer.appendDrive($0) } }
    if record.egos.contains(where: { $0.contains { $0.plan != nil } }) {
      add(.plans) { writer in record.egos.forEach { writer.appendPlans($0.map(\.plan)) } }
    }
    if record.egos.contains(where: { $0.contains { $0.keptForecast.isThere } }) {
      add(.forecasts) { writer in
        record.egos.forEach { writer.appendForecasts($0.map(\.keptForecast)) }
      }
    }
    if record.egos.contains(where: { $0.contains { $0.tracks != nil } }) {
      add(.tracks) { writer in
        for ego in record.egos.indices {
          writer.appendTracks(
            record.egos[ego].map(\.tracks), truth: TrackTruth(record, ego: ego))
        }
      }
    }
    if record.history.indicators.contains(where: { !$0.isEmpty }) {
      add(.indicators) { $0.appendIndicators(record.history) }
    }
    let lights = record.egos.map { $0.flatMap { $0.tracks ?? [] }.map(\.lights.rawValue) }
    if lights.contains(where: { $0.contains { $0 != 0 } }) {
      add(.trackLights) { writer in lights.forEach { writer.appendRuns($0) } }
    }
    if record.egos.contains(where: { $0.contains { $0.choice != nil } }) {
      add(.choices) { writer in record.egos.forEach { writer.appendChoices($0.map(\.choice)) } }
    }
    if record.egos.contains(where: { $0.contains { $0.attention != nil } }) {
      add(.attention) { writer in
        record.egos.forEach { writer.appendAttention($0.map(\.attention)) }
      }
    }
    add(.signals) { $0.appendRuns(record.signals.map(\.rawValue)) }
    add(.events) { $0.appendList(record.events) { $0.append($1) } }
    add(.hashes) { writer in record.hashes.forEach { writer.append($0) } }
    file.overwrite(at: sectionsPlace, sections)
    return file.bytes
  }

  private func writeHead(into writer: inout ByteWriter) {
    let record = episode.record
    let header = record.header
    writer.append(origin.program)
    writer.append(origin.path)
    writer.appendList(origin.tags) { $0.append($1) }
    writer.append(origin.traffic)
    writer.append(origin.profile)
    writer.appendList(origin.expectations) { $0.append($1) }
    writer.append(episode.outcome.rawValue)
    writer.append(episode.reason)
    writer.append(header.scenario)
    writer.append(header.seed)
    writer.append(header.clock.stepMicroseconds)
    writer.appendCount(record.ticks)
    writer.appendCount(header.ids.count)
    for row in header.ids.indices {
      writer.append(header.ids[row])
      writer.append(header.classes[row].rawValue)
      writer.append(header.lengths[row])
      writer.append(header.widths[row])
    }
  }
}
