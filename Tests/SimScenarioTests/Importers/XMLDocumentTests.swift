import SimCore
import Testing

@testable import SimScenario

/// A document from a text.
private func parse(_ text: String, limits: XMLLimits = XMLLimits()) throws -> XMLDocument {
  try XMLDocument(parsing: Array(text.utf8), file: "a.xml", limits: limits)
}

/// What is wrong with a text, as the user sees it.
private func failure(_ text: String, limits: XMLLimits = XMLLimits()) -> String {
  do {
    _ = try parse(text, limits: limits)
    return "no error"
  } catch let error as InputError {
    return error.description
  } catch {
    return "another error"
  }
}

@Suite struct XMLDocumentTests {
  @Test func treeOfElementsAttributesAndText() throws {
    let xml = try parse("<a k='1' l=\"two\"><b>x</b><c/><b> y\n</b></a>")
    #expect(xml.nameText(of: xml.root) == "a")
    #expect(xml.attributeText(of: xml.root, xml.name("k")) == "1")
    #expect(xml.attributeText(of: xml.root, xml.name("l")) == "two")
    #expect(xml.attributeText(of: xml.root, xml.name("b")) == nil)
    #expect(xml.children(of: xml.root).map { xml.nameText(of: $0) } == ["b", "c", "b"])
    #expect(xml.children(of: xml.root, xml.name("b")).map { xml.text(of: $0) } == ["x", "y"])
    #expect(xml.child(of: xml.root, xml.name("c")).map { xml.text(of: $0) } == "")
    #expect(xml.child(of: xml.root, xml.name("z")) == nil)
    #expect(xml.name("z") == .absent)
  }

  @Test func commentsCDATAInstructionsAndReferences() throws {
    let xml = try parse(
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <!DOCTYPE a SYSTEM "a.dtd">
      <!-- <not> an & element -->
      <a t="&lt;&quot;&#x41;&#66;&apos;&amp;&gt;"><?php x ?>1<!-- 2 -->3<![CDATA[<4>&amp;]]>&#228;</a>
      <!-- after -->
      """)
    #expect(xml.attributeText(of: xml.root, xml.name("t")) == "<\"AB'&>")
    #expect(xml.text(of: xml.root) == "13<4>&amp;ä")
  }

  @Test func marksOfOrderAndEncodings() throws {
    #expect(
      try XMLDocument(parsing: [0xEF, 0xBB, 0xBF] + Array("<a>1</a>".utf8), file: "f")
        .text(of: XMLNode(index: 0)) == "1")
    // ü is 0xFC in Latin-1.
    let latin = Array("<?xml version='1.0' encoding='ISO-8859-1'?><a>M".utf8) + [0xFC]
    #expect(
      try XMLDocument(parsing: latin + Array("n</a>".utf8), file: "f")
        .text(of: XMLNode(index: 0)) == "Mün")
    #expect(try parse("<ä ö='ß'/>").names == ["ä", "ö"])
    #expect(try parse("\r\n<a>\r\n<b/>\r\n</a>\r\n").elements.count == 2)
  }

  @Test func locationsCountLinesAndCharacters() throws {
    let xml = try parse("<a>\n\t<b/>\n ü <c k='1'   l='2'/></a>")
    let nodes = xml.elements.indices.map { XMLNode(index: Int32($0)) }
    #expect(nodes.map { "\(xml.location(of: $0))" } == ["a.xml:1:1", "a.xml:2:2", "a.xml:3:4"])
    #expect(
      xml.diagnostic(atAttribute: 1, "odd").description == """
        a.xml:3:15: error: odd
           ü <c k='1'   l='2'/></a>
                        ^
        """)
  }

  /// Each text with its whole message.
  @Test(arguments: [
    ("", "a.xml:1:1: error: the file is empty\n  \n  ^\n  hint: is it an XML file?"),
    ("  \n", "a.xml:1:1: error: no XML element in the file\n    \n  ^\n  hint: is it an XML file?"),
    (
      "version: 1",
      "a.xml:1:1: error: text before the root element\n  version: 1\n  ^\n  hint: is it an XML file?"
    ),
    (
      "<a>\n<b>",
      "a.xml:2:4: error: the file ends inside <b>, opened in line 2\n  <b>\n     ^"
        + "\n  hint: the file looks cut off; was it copied whole?"
    ),
    (
      "<a>\n<b></c></a>",
      "a.xml:2:4: error: </c> where </b> must stand\n  <b></c></a>\n     ^"
        + "\n  hint: <b> was opened in line 2"
    ),
    ("<a/></b>", "a.xml:1:5: error: </b> closes nothing\n  <a/></b>\n      ^"),
    (
      "<a/><b/>",
      "a.xml:1:5: error: a second root element\n  <a/><b/>\n      ^"
        + "\n  hint: a file holds one root element"
    ),
    ("<a/>x", "a.xml:1:5: error: text after the root element\n  <a/>x\n      ^"),
    (
      "<a>&bomb;</a>",
      "a.xml:1:4: error: unknown entity '&bomb;'\n  <a>&bomb;</a>\n     ^"
        + "\n  hint: only &amp; &lt; &gt; &quot; &apos; and numbers such as &#228; are read"
    ),
    (
      "<a b='x & y'/>",
      "a.xml:1:9: error: '&' begins no reference\n  <a b='x & y'/>\n          ^"
        + "\n  hint: an ampersand is written '&amp;'"
    ),
    ("<a>&#0;</a>", "a.xml:1:4: error: '&#0;' stands for no character\n  <a>&#0;</a>\n     ^"),
    (
      "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
      "a.xml:1:1: error: a document type declaration with declarations of its own\n"
        + "  <!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>\n  ^\n"
        + "  hint: remove the part in brackets: entities and types of a DOCTYPE are not read"
    ),
    (
      "<a b='1' b='2'/>",
      "a.xml:1:10: error: attribute 'b' a second time\n  <a b='1' b='2'/>\n           ^"
    ),
    ("<a b/>", "a.xml:1:4: error: attribute 'b' has no value\n  <a b/>\n     ^"),
    ("<a b=1/>", "a.xml:1:6: error: the value of 'b' is not in quotes\n  <a b=1/>\n       ^"),
    (
      "<a b='1'c='2'/>",
      "a.xml:1:9: error: no space before 'c' in <a>\n  <a b='1'c='2'/>\n          ^"
    ),
    (
      "<a b='<'/>",
      "a.xml:1:7: error: '<' in the value of 'b'\n  <a b='<'/>\n        ^"
        + "\n  hint: is a quote missing? A '<' is written '&lt;'"
    ),
    (
      "<a><1/></a>",
      "a.xml:1:5: error: expected the name of an element, not '1'\n  <a><1/></a>\n      ^"
    ),
    ("<a><!-- x</a>", "a.xml:1:4: error: '<!--' without '-->'\n  <a><!-- x</a>\n     ^"),
    (
      "<a>\u{1}</a>",
      "a.xml:1:4: error: control character 0x1, which no XML file may hold\n  <a>\u{1}</a>\n     ^"
    ),
    (
      "<?xml version='1.0' encoding='EBCDIC'?><a/>",
      "a.xml:1:31: error: unknown encoding 'EBCDIC'\n"
        + "  <?xml version='1.0' encoding='EBCDIC'?><a/>\n                                ^"
        + "\n  hint: save the file as UTF-8"
    ),
  ])
  func brokenTexts(_ text: String, _ message: String) {
    #expect(failure(text) == message)
  }

  @Test func brokenBytes() {
    for bytes: [UInt8] in [
      [0x80], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82],
    ] {
      #expect(throws: InputError.self) {
        try XMLDocument(parsing: Array("<a>".utf8) + bytes + Array("</a>".utf8), file: "a.xml")
      }
    }
    #expect(throws: InputError.self) {
      try XMLDocument(parsing: [0xFF, 0xFE, 0x3C, 0x00], file: "a.xml")
    }
  }

  @Test func everyTruncationIsAnError() throws {
    let text = "<?xml version='1.0'?><a k='v&lt;'><!-- c --><b>1&amp;2</b><![CDATA[x]]><c/></a>"
    for count in 0..<text.utf8.count {
      #expect(failure(String(decoding: text.utf8.prefix(count), as: UTF8.self)) != "no error")
    }
    #expect(failure(text) == "no error")
  }

  @Test func bounds() {
    func nested(_ depth: Int) -> String {
      String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
    }
    #expect(failure(nested(64)) == "no error")
    #expect(failure(nested(65)).contains("more than 64 elements inside each other"))
    #expect(failure(nested(1_000_000)).contains("more than 64 elements inside each other"))
    var limits = XMLLimits()
    limits.elements = 3
    #expect(failure("<a><b/><b/></a>", limits: limits) == "no error")
    #expect(failure("<a><b/><b/><b/></a>", limits: limits).contains("more than 3 elements"))
    limits.bytes = 10
    #expect(failure("<a>12345</a>", limits: limits).contains("has 12 bytes, more than the 10"))
    limits = XMLLimits()
    limits.names = 2
    #expect(failure("<a b='1' c='2'/>", limits: limits).contains("more than 2 different names"))
    limits = XMLLimits()
    limits.attributes = 1
    #expect(failure("<a b='1' c='2'/>", limits: limits).contains("more than 1 attributes"))
  }

  @Test func manyNamesKeepTheirNumbers() throws {
    let body = (0..<1000).map { "<n\($0) a\($0)='\($0)'/>" }.joined()
    let xml = try parse("<r>\(body)</r>")
    #expect(xml.names.count == 2001)
    for (index, node) in xml.children(of: xml.root).enumerated() {
      #expect(xml.nameText(of: node) == "n\(index)")
      #expect(xml.attributeText(of: node, xml.name("a\(index)")) == "\(index)")
    }
  }
}

@Suite struct XMLNumberTests {
  private func number(_ text: String) -> XMLNumber {
    Array(text.utf8).withUnsafeBufferPointer { XMLNumber($0) }
  }

  @Test func readsWhatTheLibraryReads() {
    var state: UInt64 = 1
    func draw() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 11 ^ state << 7
    }
    for _ in 0..<20_000 {
      // Digits of every length with the point at every place, so every rounding case occurs.
      var digits = String(draw()).prefix(Int(draw() % 19) + 1)
      let places = Int(draw() % 21)
      while digits.count <= places { digits = "0" + digits }
      var text = String(digits)
      if places > 0 { text.insert(".", at: text.index(text.endIndex, offsetBy: -places)) }
      if draw() % 2 == 0 { text = "-" + text }
      #expect(number(text) == Double(text).map { .value($0) })
    }
    // Halfway between two doubles: 2^53 + 1 rounds to even, a hair more rounds up.
    #expect(number("9007199254740993") == .value(9_007_199_254_740_992))
    #expect(number("9007199254740993.01") == .value(9_007_199_254_740_994))
    #expect(number("18446744073709551615") == .value(18_446_744_073_709_551_616))
  }

  @Test func otherForms() {
    #expect(number("-0.0000") == .value(0))
    #expect(number("+1.5") == .value(1.5))
    #expect(number(".5") == .value(0.5))
    #expect(number("5.") == .value(5))
    #expect(number("1e3") == .value(1000))
    #expect(number("-2.5E-3") == .value(-0.0025))
    #expect(number("0.1000000000000000055511151231257827") == .value(0.1))
    #expect(number("nan") == .notFinite)
    #expect(number("-inf") == .notFinite)
    #expect(number("1e999") == .notFinite)
    for text in ["", "-", ".", "1.2.3", "0x10", "1,5", "12m", "1 2", "e5"] {
      #expect(number(text) == .malformed)
    }
  }
}
