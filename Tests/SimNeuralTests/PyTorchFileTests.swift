import Foundation
import SimCore
import Testing

@testable import SimNeural

/// A file that PyTorch 2.15 itself wrote.
@Suite struct PyTorchFileTests {
  /// torch.save of a dictionary as Lightning makes it: counts, hyper-parameters, the state of an
  /// AdamW and a state dictionary. In it are Linear(3, 2) with the weight -0.5, -0.25 … 0.75 and
  /// the bias 0.125, -8; `half`, the transpose of [[0, 0.5, 1], [1.5, 2, 2.5]] in float16; `brain`,
  /// 1.5 and -2 in bfloat16; `part`, the places 2 to 4 of 0 … 7; and `steps`, the whole number 41.
  private static let text = """
    UEsDBAAACAgAAAAAAAAAAAAAAAAAAAAAAAAMABYAbmV0L2RhdGEucGtsRkISAFpaWlpaWlpaWlpaWlpaWlpaWoACfXEA
    KFgFAAAAZXBvY2hxAUsDWAsAAABnbG9iYWxfc3RlcHECSnARAQBYGQAAAHB5dG9yY2gtbGlnaHRuaW5nX3ZlcnNpb25x
    A1gFAAAAMi41LjBxBFgKAAAAc3RhdGVfZGljdHEFY2NvbGxlY3Rpb25zCk9yZGVyZWREaWN0CnEGKVJxByhYBgAAAHdl
    aWdodHEIY3RvcmNoLl91dGlscwpfcmVidWlsZF90ZW5zb3JfdjIKcQkoKFgHAAAAc3RvcmFnZXEKY3RvcmNoCkZsb2F0
    U3RvcmFnZQpxC1gBAAAAMHEMWAMAAABjcHVxDUsGdHEOUUsASwJLA4ZxD0sDSwGGcRCJaAYpUnERdHESUnETWAQAAABi
    aWFzcRRoCSgoaApoC1gBAAAAMXEVaA1LAnRxFlFLAEsChXEXSwGFcRiJaAYpUnEZdHEaUnEbWAQAAABoYWxmcRxoCSgo
    aApjdG9yY2gKSGFsZlN0b3JhZ2UKcR1YAQAAADJxHmgNSwZ0cR9RSwBLA0sChnEgSwFLA4ZxIYloBilScSJ0cSNScSRY
    BQAAAGJyYWlucSVoCSgoaApjdG9yY2gKQkZsb2F0MTZTdG9yYWdlCnEmWAEAAAAzcSdoDUsCdHEoUUsASwKFcSlLAYVx
    KoloBilScSt0cSxScS1YBAAAAHBhcnRxLmgJKChoCmgLWAEAAAA0cS9oDUsIdHEwUUsCSwOFcTFLAYVxMoloBilScTN0
    cTRScTVYBQAAAHN0ZXBzcTZoCSgoaApjdG9yY2gKTG9uZ1N0b3JhZ2UKcTdYAQAAADVxOGgNSwF0cTlRSwApKYloBilS
    cTp0cTtScTx1fXE9WAkAAABfbWV0YWRhdGFxPmgGKVJxP1gAAAAAcUB9cUFYBwAAAHZlcnNpb25xQksBc3NzYlgQAAAA
    b3B0aW1pemVyX3N0YXRlc3FDXXFEfXFFKFgFAAAAc3RhdGVxRn1xR1gMAAAAcGFyYW1fZ3JvdXBzcUhdcUl9cUooWAIA
    AABscnFLRz8zqSowVTJhWAUAAABiZXRhc3FMRz/szMzMzMzNRz/v987ZFocrhnFNWAMAAABlcHNxTkc+RXmO4jCMOlgM
    AAAAd2VpZ2h0X2RlY2F5cU9HP4R64UeuFHtYBwAAAGFtc2dyYWRxUIlYCAAAAG1heGltaXplcVGJWAcAAABmb3JlYWNo
    cVJOWAoAAABjYXB0dXJhYmxlcVOJWA4AAABkaWZmZXJlbnRpYWJsZXFUiVgFAAAAZnVzZWRxVU5YFgAAAGRlY291cGxl
    ZF93ZWlnaHRfZGVjYXlxVohYBgAAAHBhcmFtc3FXXXFYKEsASwFldWF1YVgFAAAAbG9vcHNxWX1xWlgDAAAAZml0cVt9
    cVwoaEZ9cV1YBQAAAHRvdGFscV4oSwFHQAQAAAAAAABOiHRxX3VzWBAAAABoeXBlcl9wYXJhbWV0ZXJzcWB9cWEoWAoA
    AABoaWRkZW5fZGltcWJLQGhLRz8zqSowVTJhWAQAAABuYW1lcWNYAwAAAG5ldHFkWAUAAAByYWRpaXFlXXFmKEsySrD/
    //+KBgAAAAAAAWV1dS5QSwcIT3A+TKgEAACoBAAAUEsDBAAACAgAAAAAAAAAAAAAAAAAAAAAAAATABcAbmV0Ly5mb3Jt
    YXRfdmVyc2lvbkZCEwBaWlpaWlpaWlpaWlpaWlpaWlpaMVBLBwi379yDAQAAAAEAAABQSwMEAAAICAAAAAAAAAAAAAAA
    AAAAAAAAABYAOwBuZXQvLnN0b3JhZ2VfYWxpZ25tZW50RkI3AFpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpa
    WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo2NFBLBwg/d3HpAgAAAAIAAABQSwMEAAAICAAAAAAAAAAAAAAAAAAAAAAAAA0A
    QwBuZXQvYnl0ZW9yZGVyRkI/AFpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpa
    WlpaWlpaWlpaWlpaWmxpdHRsZVBLBwiFPeMZBgAAAAYAAABQSwMEAAAICAAAAAAAAAAAAAAAAAAAAAAAAAoAQgBuZXQv
    ZGF0YS8wRkI+AFpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpa
    WlpaAAAAvwAAgL4AAAAAAACAPgAAAD8AAEA/UEsHCM/O4ggYAAAAGAAAAFBLAwQAAAgIAAAAAAAAAAAAAAAAAAAAAAAA
    CgAwAG5ldC9kYXRhLzFGQiwAWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWloAAAA+AAAA
    wVBLBwioK1CXCAAAAAgAAABQSwMEAAAICAAAAAAAAAAAAAAAAAAAAAAAAAoAQABuZXQvZGF0YS8yRkI8AFpaWlpaWlpa
    WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWgAAADgAPAA+AEAAQVBLBwii
    ka/uDAAAAAwAAABQSwMEAAAICAAAAAAAAAAAAAAAAAAAAAAAAAoAPABuZXQvZGF0YS8zRkI4AFpaWlpaWlpaWlpaWlpa
    WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpawD8AwFBLBwgHUVrjBAAAAAQAAABQSwMEAAAI
    CAAAAAAAAAAAAAAAAAAAAAAAAAoABABuZXQvZGF0YS80RkIAAAAAAAAAAIA/AAAAQAAAQEAAAIBAAACgQAAAwEAAAOBA
    UEsHCHxACnogAAAAIAAAAFBLAwQAAAgIAAAAAAAAAAAAAAAAAAAAAAAACgAoAG5ldC9kYXRhLzVGQiQAWlpaWlpaWlpa
    WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaKQAAAAAAAABQSwcIFKYbgwgAAAAIAAAAUEsDBAAACAgAAAAAAAAAAAAA
    AAAAAAAAAAALAD8AbmV0L3ZlcnNpb25GQjsAWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpa
    WlpaWlpaWlpaWlpaWlpaWlozClBLBwjRnmdVAgAAAAIAAABQSwMEAAAICAAAAAAAAAAAAAAAAAAAAAAAABoANgBuZXQv
    LmRhdGEvc2VyaWFsaXphdGlvbl9pZEZCMgBaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpa
    WlpaWlpaWjEyNjg1NjczOTY5NjQ2NDYyNjExMTQ3MjA2NTcwMjg1Mjg5OTY4MjVQSwcI1UmxkSgAAAAoAAAAUEsBAgAA
    AAAICAAAAAAAAE9wPkyoBAAAqAQAAAwAAAAAAAAAAAAAAAAAAAAAAG5ldC9kYXRhLnBrbFBLAQIAAAAACAgAAAAAAAC3
    79yDAQAAAAEAAAATAAAAAAAAAAAAAAAAAPgEAABuZXQvLmZvcm1hdF92ZXJzaW9uUEsBAgAAAAAICAAAAAAAAD93cekC
    AAAAAgAAABYAAAAAAAAAAAAAAAAAUQUAAG5ldC8uc3RvcmFnZV9hbGlnbm1lbnRQSwECAAAAAAgIAAAAAAAAhT3jGQYA
    AAAGAAAADQAAAAAAAAAAAAAAAADSBQAAbmV0L2J5dGVvcmRlclBLAQIAAAAACAgAAAAAAADPzuIIGAAAABgAAAAKAAAA
    AAAAAAAAAAAAAFYGAABuZXQvZGF0YS8wUEsBAgAAAAAICAAAAAAAAKgrUJcIAAAACAAAAAoAAAAAAAAAAAAAAAAA6AYA
    AG5ldC9kYXRhLzFQSwECAAAAAAgIAAAAAAAAopGv7gwAAAAMAAAACgAAAAAAAAAAAAAAAABYBwAAbmV0L2RhdGEvMlBL
    AQIAAAAACAgAAAAAAAAHUVrjBAAAAAQAAAAKAAAAAAAAAAAAAAAAANwHAABuZXQvZGF0YS8zUEsBAgAAAAAICAAAAAAA
    AHxACnogAAAAIAAAAAoAAAAAAAAAAAAAAAAAVAgAAG5ldC9kYXRhLzRQSwECAAAAAAgIAAAAAAAAFKYbgwgAAAAIAAAA
    CgAAAAAAAAAAAAAAAACwCAAAbmV0L2RhdGEvNVBLAQIAAAAACAgAAAAAAADRnmdVAgAAAAIAAAALAAAAAAAAAAAAAAAA
    ABgJAABuZXQvdmVyc2lvblBLAQIAAAAACAgAAAAAAADVSbGRKAAAACgAAAAaAAAAAAAAAAAAAAAAAJIJAABuZXQvLmRh
    dGEvc2VyaWFsaXphdGlvbl9pZFBLBgYsAAAAAAAAAB4DLQAAAAAAAAAAAAwAAAAAAAAADAAAAAAAAADLAgAAAAAAADgK
    AAAAAAAAUEsGBwAAAAADDQAAAAAAAAEAAABQSwUGAAAAAAwADADLAgAAOAoAAAAA
    """

  private static func bytes() throws -> [UInt8] {
    let text = text.filter { !$0.isWhitespace }
    return Array(try #require(Data(base64Encoded: text)))
  }

  @Test func tensorsAreThoseOfTheStateDictionary() throws {
    let weights = try PyTorchCheckpoint(bytes: try Self.bytes(), file: "net.ckpt").weights
    #expect(weights.names == ["weight", "bias", "half", "brain", "part", "steps"])
    #expect(weights["weight"] == Tensor([2, 3], [-0.5, -0.25, 0, 0.25, 0.5, 0.75]))
    #expect(weights["bias"] == Tensor([2], [0.125, -8]))
    #expect(weights["half"] == Tensor([3, 2], [0, 1.5, 0.5, 2, 1, 2.5]))
    #expect(weights["brain"] == Tensor([2], [1.5, -2]))
    #expect(weights["part"] == Tensor([3], [2, 3, 4]))
    #expect(weights["steps"] == Tensor([], [41]))
  }

  /// Cut off anywhere it is an error with the file's name, and never more.
  @Test func partsOfItAreErrors() throws {
    let bytes = try Self.bytes()
    for count in stride(from: 0, to: bytes.count, by: 97) {
      do throws(InputError) {
        _ = try PyTorchCheckpoint(bytes: Array(bytes[..<count]), file: "net.ckpt")
        Issue.record("\(count) bytes were read")
      } catch {
        #expect(error.description.hasPrefix("net.ckpt: error: "))
      }
    }
  }
}
