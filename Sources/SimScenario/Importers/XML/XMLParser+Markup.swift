extension XMLParser {
  /// Reads `<name attribute="value" …>` or its self-closing form.
  mutating func readStartTag() throws(XMLFault) {
    let offset = at
    if open.isEmpty, !elements.isEmpty {
      throw XMLFault(offset, "a second root element", hint: "a file holds one root element")
    }
    if open.count >= limits.depth {
      throw XMLFault(offset, "more than \(limits.depth) elements inside each other")
    }
    if elements.count >= limits.elements {
      throw XMLFault(offset, "more than \(limits.elements) elements in the file")
    }
    at += 1
    let name = try readName("an element")
    let element = Int32(elements.count)
    elements.append(
      XMLDocument.Element(
        name: name, offset: Int32(offset), firstAttribute: Int32(attributes.count)))
    if let parent = open.last {
      if parent.lastChild < 0 {
        elements[Int(parent.element)].firstChild = element
      } else {
        elements[Int(parent.lastChild)].nextSibling = element
      }
      open[open.count - 1].lastChild = element
    }
    open.append((element, -1))
    while true {
      let before = at
      skipSpaces()
      guard at < text.count else { throw truncated() }
      switch text[at] {
      case UInt8(ascii: ">"):
        at += 1
        return
      case UInt8(ascii: "/"):
        guard at + 1 < text.count else { throw truncated() }
        guard text[at + 1] == UInt8(ascii: ">") else {
          throw XMLFault(at, "'/' in a tag that does not end there", hint: "write '/>'")
        }
        at += 2
        open.removeLast()
        return
      default:
        if at == before {
          throw XMLFault(at, "no space before '\(character(at: at))' in <\(nameText(name))>")
        }
        try readAttribute(of: element)
      }
    }
  }

  private mutating func readAttribute(of element: Int32) throws(XMLFault) {
    let offset = at
    let name = try readName("an attribute")
    let first = Int(elements[Int(element)].firstAttribute)
    if attributes.count - first >= limits.attributes {
      throw XMLFault(offset, "more than \(limits.attributes) attributes in one element")
    }
    for known in attributes[first...] where known.name == name {
      throw XMLFault(offset, "attribute '\(nameText(name))' a second time")
    }
    skipSpaces()
    guard at < text.count else { throw truncated() }
    guard text[at] == UInt8(ascii: "=") else {
      throw XMLFault(offset, "attribute '\(nameText(name))' has no value")
    }
    at += 1
    skipSpaces()
    guard at < text.count else { throw truncated() }
    let quote = text[at]
    guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
      throw XMLFault(at, "the value of '\(nameText(name))' is not in quotes")
    }
    at += 1
    let start = at
    var hasReference = false
    while at < text.count, text[at] != quote {
      if text[at] == UInt8(ascii: "<") {
        throw XMLFault(
          at, "'<' in the value of '\(nameText(name))'",
          hint: "is a quote missing? A '<' is written '&lt;'")
      }
      if text[at] == UInt8(ascii: "&") { hasReference = true }
      at += 1
    }
    guard at < text.count else { throw truncated() }
    var value = XMLDocument.Text(start: Int32(start), end: Int32(at))
    if hasReference {
      var resolved: [UInt8] = []
      try appendResolved(start, at, to: &resolved)
      value = XMLDocument.Text(start: Int32(composed.count), end: -1)
      composed.append(resolved)
    }
    attributes.append(XMLDocument.Attribute(name: name, offset: Int32(offset), value: value))
    elements[Int(element)].attributeCount += 1
    at += 1
  }

  /// Reads `</name>`.
  mutating func readEndTag() throws(XMLFault) {
    let offset = at
    at += 2
    let name = try readName("an element")
    guard let innermost = open.popLast() else {
      throw XMLFault(offset, "</\(nameText(name))> closes nothing")
    }
    let element = elements[Int(innermost.element)]
    guard element.name == name else {
      var line = 1
      for byte in text[..<Int(element.offset)] where byte == UInt8(ascii: "\n") { line += 1 }
      throw XMLFault(
        offset,
        "</\(nameText(name))> where </\(nameText(element.name))> must stand",
        hint: "<\(nameText(element.name))> was opened in line \(line)")
    }
    skipSpaces()
    guard at < text.count else { throw truncated() }
    guard text[at] == UInt8(ascii: ">") else {
      throw XMLFault(at, "'\(character(at: at))' in an end tag", hint: "write '>'")
    }
    at += 1
  }

  /// Reads what begins with `<!`: a comment, CDATA or a document type declaration.
  mutating func readBang() throws(XMLFault) {
    if hasPrefix("<!--", at: at) {
      try skip(past: "-->", openedBy: "<!--")
    } else if hasPrefix("<![CDATA[", at: at) {
      let start = at + 9
      guard !open.isEmpty else { throw XMLFault(at, "CDATA outside the root element") }
      try skip(past: "]]>", openedBy: "<![CDATA[")
      var bytes = takeText()
      bytes.append(contentsOf: text[start..<at - 3])
      keepText(bytes)
    } else if hasPrefix("<!DOCTYPE", at: at) {
      guard elements.isEmpty else {
        throw XMLFault(at, "a document type declaration inside the document")
      }
      // An external subset is never fetched; an internal one could declare entities, which are
      // a way to blow up a small file.
      let offset = at
      while at < text.count, text[at] != UInt8(ascii: ">") {
        if text[at] == UInt8(ascii: "[") {
          throw XMLFault(
            offset, "a document type declaration with declarations of its own",
            hint: "remove the part in brackets: entities and types of a DOCTYPE are not read")
        }
        at += 1
      }
      guard at < text.count else { throw truncated() }
      at += 1
    } else {
      throw XMLFault(at, "'<!' begins neither a comment nor CDATA")
    }
  }

  /// Reads character data up to the next '<' or the end.
  mutating func readCharacters() throws(XMLFault) {
    skipSpaces()
    let start = at
    var hasReference = false
    while at < text.count, text[at] != UInt8(ascii: "<") {
      if text[at] == UInt8(ascii: "&") { hasReference = true }
      at += 1
    }
    guard at > start else { return }
    guard let innermost = open.last else {
      throw XMLFault(
        start, elements.isEmpty ? "text before the root element" : "text after the root element",
        hint: elements.isEmpty ? "is it an XML file?" : nil)
    }
    let known = elements[Int(innermost.element)].text
    if !hasReference, known.end == 0 {
      elements[Int(innermost.element)].text = XMLDocument.Text(
        start: Int32(start), end: Int32(at))
    } else {
      var bytes = takeText()
      try appendResolved(start, at, to: &bytes)
      keepText(bytes)
    }
  }

  /// The text of the innermost open element so far.
  private mutating func takeText() -> [UInt8] {
    guard let innermost = open.last else { return [] }
    let known = elements[Int(innermost.element)].text
    if known.end < 0 {
      var bytes: [UInt8] = []
      swap(&bytes, &composed[Int(known.start)])
      return bytes
    }
    return Array(text[Int(known.start)..<Int(known.end)])
  }

  /// Sets the text of the innermost open element.
  private mutating func keepText(_ bytes: [UInt8]) {
    guard let innermost = open.last else { return }
    let known = elements[Int(innermost.element)].text
    if known.end < 0 {
      composed[Int(known.start)] = bytes
    } else {
      elements[Int(innermost.element)].text = XMLDocument.Text(
        start: Int32(composed.count), end: -1)
      composed.append(bytes)
    }
  }

  /// Appends a stretch of text with its references replaced by what they stand for.
  private func appendResolved(
    _ start: Int, _ end: Int, to bytes: inout [UInt8]
  ) throws(XMLFault) {
    var at = start
    while at < end {
      guard text[at] == UInt8(ascii: "&") else {
        bytes.append(text[at])
        at += 1
        continue
      }
      var close = at + 1
      while close < end, close - at < 12, text[close] != UInt8(ascii: ";") { close += 1 }
      guard close < end, text[close] == UInt8(ascii: ";") else {
        throw XMLFault(at, "'&' begins no reference", hint: "an ampersand is written '&amp;'")
      }
      let name = String(decoding: text[at + 1..<close], as: UTF8.self)
      switch name {
      case "amp": bytes.append(UInt8(ascii: "&"))
      case "lt": bytes.append(UInt8(ascii: "<"))
      case "gt": bytes.append(UInt8(ascii: ">"))
      case "quot": bytes.append(UInt8(ascii: "\""))
      case "apos": bytes.append(UInt8(ascii: "'"))
      default:
        guard name.hasPrefix("#") else {
          throw XMLFault(
            at, "unknown entity '&\(name);'",
            hint: "only &amp; &lt; &gt; &quot; &apos; and numbers such as &#228; are read")
        }
        let isHex = name.hasPrefix("#x")
        let code = UInt32(name.dropFirst(isHex ? 2 : 1), radix: isHex ? 16 : 10)
        guard let code, code >= 0x20 || code == 9 || code == 10 || code == 13,
          let scalar = Unicode.Scalar(code)
        else { throw XMLFault(at, "'&\(name);' stands for no character") }
        bytes.append(contentsOf: Array(String(Character(scalar)).utf8))
      }
      at = close + 1
    }
  }
}
