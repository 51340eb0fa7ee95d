import CYAML
import SimCore

/// Drives libyaml's event parser over a text and builds the tree.
///
/// The recursion follows the nesting of the text, which `YAMLLimits.depth` bounds. Once a text has
/// turned out to be unreadable, `failed` is set and every function returns at once.
struct YAMLTreeBuilder {
  /// A value, and how large it is, for the bounds on aliases.
  struct Node {
    var tree: ParameterTree
    var count: Int
    /// Levels of mappings and lists in it; 0 for a scalar.
    var height: Int
  }

  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private var event = yaml_event_t()
  private var hasEvent = false
  private let source: SourceText
  private let limits: YAMLLimits
  private let sink: DiagnosticSink
  private var anchors: [String: Node] = [:]
  /// Anchors of values that are not complete yet: an alias to one would be endless.
  private var openAnchors: [String] = []
  private var nodes = 0
  private(set) var failed = false

  /// - Parameter bytes: must outlive the builder.
  init(
    _ bytes: UnsafeBufferPointer<UInt8>, source: SourceText, limits: YAMLLimits,
    sink: DiagnosticSink
  ) {
    self.source = source
    self.limits = limits
    self.sink = sink
    parser = .allocate(capacity: 1)
    parser.initialize(to: yaml_parser_t())
    guard yaml_parser_initialize(parser) == 1 else {
      failed = true
      sink.error(at: .wholeFile(source.file), "out of memory")
      return
    }
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
  }

  /// Gives all memory back; the builder must not be used afterwards.
  mutating func close() {
    dropEvent()
    yaml_parser_delete(parser)
    parser.deinitialize(count: 1)
    parser.deallocate()
  }

  /// The one document of the text.
  mutating func document() -> ParameterTree? {
    guard advance(), advance() else { return nil }  // start of the stream, start of the document
    guard event.type != YAML_STREAM_END_EVENT else {
      YAMLReader.reportEmpty(source, sink)
      return nil
    }
    guard advance() else { return nil }
    let root = node(depth: 0)
    guard !failed, advance(), advance() else { return failed ? nil : root?.tree }
    if event.type != YAML_STREAM_END_EVENT {
      sink.error(
        at: startOfEvent, "a second document starts here",
        hint: "one file holds one scenario; use 'sweep' for variants")
    }
    return root?.tree
  }

  // MARK: - Nodes

  /// The value at the current event; the current event afterwards is its last one.
  private mutating func node(depth: Int) -> Node? {
    let location = startOfEvent
    nodes += 1
    guard nodes <= limits.nodes else { return fail(at: location, tooManyNodes, hint: nil) }
    switch event.type {
    case YAML_SCALAR_EVENT:
      return anchored(event.data.scalar.anchor) { builder in builder.scalar(at: location) }
    case YAML_SEQUENCE_START_EVENT:
      guard depth < limits.depth else { return tooDeep(at: location) }
      refuseTag(event.data.sequence_start.tag, at: location)
      return anchored(event.data.sequence_start.anchor) { builder in
        builder.sequence(at: location, depth: depth)
      }
    case YAML_MAPPING_START_EVENT:
      guard depth < limits.depth else { return tooDeep(at: location) }
      refuseTag(event.data.mapping_start.tag, at: location)
      return anchored(event.data.mapping_start.anchor) { builder in
        builder.mapping(at: location, depth: depth)
      }
    case YAML_ALIAS_EVENT:
      return alias(at: location, depth: depth)
    default:
      return fail(at: location, "a value is missing here", hint: nil)
    }
  }

  private mutating func scalar(at location: SourceLocation) -> Node? {
    let scalar = event.data.scalar
    guard scalar.length <= limits.scalarBytes else {
      return fail(
        at: location,
        "a text of \(scalar.length) bytes; at most \(limits.scalarBytes) are read", hint: nil)
    }
    refuseTag(scalar.tag, at: location)
    let text = String(
      decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
    let quoted = scalar.style != YAML_PLAIN_SCALAR_STYLE
    let isNull = !quoted && (text.isEmpty || text == "~" || text == "null")
    let value: ParameterTree.Value = isNull ? .null : .scalar(text, quoted: quoted)
    return Node(tree: ParameterTree(value, at: location), count: 1, height: 0)
  }

  private mutating func sequence(at location: SourceLocation, depth: Int) -> Node? {
    var items: [ParameterTree] = []
    var count = 1
    var height = 0
    while true {
      guard advance() else { return nil }
      if event.type == YAML_SEQUENCE_END_EVENT { break }
      guard let item = node(depth: depth + 1) else { return nil }
      items.append(item.tree)
      count += item.count
      height = max(height, item.height)
    }
    let tree = ParameterTree(.sequence(items), at: location)
    return Node(tree: tree, count: count, height: height + 1)
  }

  private mutating func mapping(at location: SourceLocation, depth: Int) -> Node? {
    var entries = YAMLMappingEntries()
    var merged: [ParameterTree] = []
    var count = 1
    var height = 0
    while true {
      guard advance() else { return nil }
      if event.type == YAML_MAPPING_END_EVENT { break }
      guard let key = node(depth: depth + 1), advance() else { return nil }
      guard let value = node(depth: depth + 1) else { return nil }
      count += key.count + value.count
      height = max(height, value.height)
      switch key.tree.value {
      case .scalar("<<", quoted: false):
        merged.append(value.tree)
      case .scalar(let text, _):
        let entry = ParameterTree.Entry(
          key: text, keyLocation: key.tree.location, value: value.tree)
        guard let first = entries.append(entry) else { break }
        sink.error(
          at: entry.keyLocation,
          "the key '\(text)' is given twice; first at line \(first.line), column \(first.column)",
          hint: "remove one of them")
      case .null, .sequence, .mapping:
        sink.error(
          at: key.tree.location, "a key must be a word, not \(key.tree.kindName)",
          hint: "a ':' is followed by a space; a text that holds ': ' needs quotes")
      }
    }
    for tree in merged { merge(tree, into: &entries) }
    let tree = ParameterTree(.mapping(entries.list), at: location)
    return Node(tree: tree, count: count, height: height + 1)
  }

  /// Adds the entries of a merged mapping (or a list of them) whose keys are not given here.
  private func merge(_ tree: ParameterTree, into entries: inout YAMLMappingEntries) {
    switch tree.value {
    case .mapping(let others):
      for other in others { _ = entries.append(other) }
    case .sequence(let items) where items.allSatisfy(\.isMapping):
      for item in items { merge(item, into: &entries) }
    default:
      sink.error(
        at: tree.location, "'<<' merges a mapping or a list of mappings, not \(tree.kindName)",
        hint: "write '<<: *name' with the anchor '&name' of a mapping")
    }
  }

  // MARK: - Anchors and aliases

  /// Runs `read`, and keeps its value under an anchor if there is one.
  private mutating func anchored(
    _ anchor: UnsafeMutablePointer<yaml_char_t>?, _ read: (inout YAMLTreeBuilder) -> Node?
  ) -> Node? {
    guard let anchor else { return read(&self) }
    let name = String(cString: anchor)
    openAnchors.append(name)
    let node = read(&self)
    openAnchors.removeLast()
    anchors[name] = node
    return node
  }

  private mutating func alias(at location: SourceLocation, depth: Int) -> Node? {
    guard let anchor = event.data.alias.anchor else {
      return fail(at: location, "an alias without a name", hint: nil)
    }
    let name = String(cString: anchor)
    if openAnchors.contains(name) {
      return fail(at: location, "the alias '*\(name)' stands inside its own anchor", hint: nil)
    }
    guard let target = anchors[name] else {
      let near = nearestSpelling(of: name, among: anchors.keys.sorted())
      return fail(
        at: location, "there is no anchor '&\(name)' before this alias",
        hint: near.map { "did you mean '*\($0)'?" })
    }
    guard depth + target.height <= limits.depth else { return tooDeep(at: location) }
    nodes += target.count - 1
    guard nodes <= limits.nodes else {
      return fail(at: location, tooManyNodes, hint: "aliases multiply what they repeat")
    }
    return target
  }

  private func refuseTag(_ tag: UnsafeMutablePointer<yaml_char_t>?, at location: SourceLocation) {
    guard let tag else { return }
    let text = String(cString: tag)
    guard text != "!" else { return }
    let prefix = "tag:yaml.org,2002:"
    let shown = text.hasPrefix(prefix) ? "!!" + text.dropFirst(prefix.count) : text
    sink.error(
      at: location, "tags such as '\(shown)' are not supported", hint: "leave the tag away")
  }

  // MARK: - Failing

  private var tooManyNodes: String { "more than \(limits.nodes) values in one file" }

  private mutating func tooDeep(at location: SourceLocation) -> Node? {
    fail(at: location, "nested more than \(limits.depth) levels deep", hint: nil)
  }

  private mutating func fail(at location: SourceLocation, _ message: String, hint: String?) -> Node?
  {
    if !failed { sink.error(at: location, message, hint: hint) }
    failed = true
    return nil
  }

  // MARK: - Events

  /// Goes to the next event; false, with an error in the sink, if the text cannot be read on.
  private mutating func advance() -> Bool {
    guard !failed else { return false }
    dropEvent()
    guard yaml_parser_parse(parser, &event) == 1 else {
      failed = true
      report(YAMLProblem(parser.pointee))
      return false
    }
    hasEvent = true
    return true
  }

  private mutating func dropEvent() {
    if hasEvent { yaml_event_delete(&event) }
    hasEvent = false
  }

  private var startOfEvent: SourceLocation { location(event.start_mark) }

  private func location(_ mark: yaml_mark_t) -> SourceLocation {
    source.location(line: Int(mark.line), column: Int(mark.column))
  }

  private func report(_ problem: YAMLProblem) {
    let described = problem.described(source)
    sink.error(at: described.location, described.message, hint: described.hint)
  }
}
