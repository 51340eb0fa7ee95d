import SimCore

/// An element of an `XMLDocument`: its place in the table of elements.
struct XMLNode: Hashable, Sendable {
  let index: Int32
}

/// A name that occurs in an `XMLDocument`, as a number, so that comparing names is comparing
/// numbers; `absent` for a name that occurs nowhere in the document.
struct XMLName: Hashable, Sendable {
  let index: Int32
  static let absent = XMLName(index: -2)
}

/// A parsed XML text as a flat table of elements that points into the text's bytes.
///
/// 32 bytes an element and no string is made until one is asked for, so a document costs little
/// more than its text. Namespaces are not interpreted: a prefix is part of the name.
struct XMLDocument: Sendable {
  struct Element {
    var name: Int32
    /// Of its `<`.
    var offset: Int32
    var firstChild: Int32 = -1
    var nextSibling: Int32 = -1
    var firstAttribute: Int32
    var attributeCount: Int32 = 0
    var text = Text()
  }

  struct Attribute {
    var name: Int32
    /// Of the first byte of its name.
    var offset: Int32
    var value = Text()
  }

  /// Bytes `start..<end` of the text, or, if `end` is -1, entry `start` of `composed`: text that
  /// does not stand in one piece in the file because of references, comments or CDATA.
  struct Text {
    var start: Int32 = 0
    var end: Int32 = 0
  }

  /// The file's path as messages call it.
  let file: String
  /// UTF-8, checked.
  let bytes: [UInt8]
  /// In document order; entry 0 is the root.
  let elements: [Element]
  let attributes: [Attribute]
  let composed: [[UInt8]]
  let names: [String]
  let lines: XMLLines

  /// Parses an XML text.
  ///
  /// Not supported, on purpose: document type definitions and the entities they declare. Throws
  /// the first thing that is wrong with the text.
  init(parsing data: [UInt8], file: String, limits: XMLLimits = XMLLimits()) throws(InputError) {
    self.file = file
    do throws(XMLFault) {
      bytes = try XMLText.utf8(data, limits: limits)
    } catch {
      throw InputError([XMLLines(of: data).diagnostic(.error, error, in: data, file: file)])
    }
    do throws(XMLFault) {
      let parsed = try bytes.withUnsafeBufferPointer { text throws(XMLFault) in
        var parser = XMLParser(text, limits: limits)
        try parser.run()
        // The parser's text ends with this call.
        return (parser.elements, parser.attributes, parser.composed, parser.nameTexts())
      }
      (elements, attributes, composed, names) = parsed
      lines = XMLLines(of: bytes)
    } catch {
      throw InputError([XMLLines(of: bytes).diagnostic(.error, error, in: bytes, file: file)])
    }
  }

  var root: XMLNode { XMLNode(index: 0) }

  /// The number of a name.
  func name(_ text: String) -> XMLName {
    guard let index = names.firstIndex(of: text) else { return .absent }
    return XMLName(index: Int32(index))
  }

  func name(of node: XMLNode) -> XMLName { XMLName(index: elements[Int(node.index)].name) }

  func nameText(of node: XMLNode) -> String { names[Int(elements[Int(node.index)].name)] }

  /// All child elements, in order.
  func children(of node: XMLNode) -> Children {
    Children(elements: elements, following: elements[Int(node.index)].firstChild, name: nil)
  }

  /// The child elements of a name, in order.
  func children(of node: XMLNode, _ name: XMLName) -> Children {
    Children(elements: elements, following: elements[Int(node.index)].firstChild, name: name.index)
  }

  /// The first child element of a name.
  func child(of node: XMLNode, _ name: XMLName) -> XMLNode? {
    var next = elements[Int(node.index)].firstChild
    while next >= 0 {
      if elements[Int(next)].name == name.index { return XMLNode(index: next) }
      next = elements[Int(next)].nextSibling
    }
    return nil
  }

  /// The first child element of any name.
  func firstChild(of node: XMLNode) -> XMLNode? {
    let child = elements[Int(node.index)].firstChild
    return child >= 0 ? XMLNode(index: child) : nil
  }

  /// The place of an attribute in `attributes`; nil if the element does not have it.
  func attribute(of node: XMLNode, _ name: XMLName) -> Int? {
    let element = elements[Int(node.index)]
    let first = Int(element.firstAttribute)
    for index in first..<first + Int(element.attributeCount)
    where attributes[index].name == name.index {
      return index
    }
    return nil
  }

  /// The text of an attribute, references resolved; nil if the element does not have it.
  func attributeText(of node: XMLNode, _ name: XMLName) -> String? {
    attribute(of: node, name).map { string(attributes[$0].value) }
  }

  /// The character data directly in an element, without the white space around it.
  func text(of node: XMLNode) -> String { string(elements[Int(node.index)].text) }

  func string(_ text: Text) -> String {
    withBytes(text) { String(decoding: $0, as: UTF8.self) }
  }

  /// Calls a function with the bytes of a text, without the white space around them.
  func withBytes<Result>(_ text: Text, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    func trimmed(_ all: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Result {
      var start = start
      var end = end
      while start < end, XMLText.isSpace(all[start]) { start += 1 }
      while end > start, XMLText.isSpace(all[end - 1]) { end -= 1 }
      return body(UnsafeBufferPointer(rebasing: all[start..<end]))
    }
    if text.end < 0 {
      return composed[Int(text.start)].withUnsafeBufferPointer { trimmed($0, 0, $0.count) }
    }
    return bytes.withUnsafeBufferPointer { trimmed($0, Int(text.start), Int(text.end)) }
  }

  /// Child elements, in order; all, or those of one name.
  struct Children: Sequence, IteratorProtocol {
    let elements: [XMLDocument.Element]
    var following: Int32
    let name: Int32?

    mutating func next() -> XMLNode? {
      while following >= 0 {
        let found = following
        following = elements[Int(found)].nextSibling
        if name == nil || elements[Int(found)].name == name { return XMLNode(index: found) }
      }
      return nil
    }
  }
}
