/// The formats besides YAML that can be read.
public enum ImporterCatalog {
  /// In the order in which they are asked whether they know a file.
  public static let importers: [Importer] = [CommonRoadImporter.importer]
}
