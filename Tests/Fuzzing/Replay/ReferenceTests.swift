// The kept inputs of three parsers, read by Python as well: the originals are written in it, so the same must come of them.

import Foundation
import HTTP
import Testing

@Suite("Kept inputs, read by Python as well,") struct ReferenceTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

    @Test("are the same values, or refused by both", arguments: ["json", "form", "cookie"])
    func same(name: String) throws {
        let inputs = Self.folder.appendingPathComponent("Corpus").appendingPathComponent(name)
        let lines = try python([Self.folder.appendingPathComponent("reference.py").path, name, inputs.path])
        #expect(lines.count >= 10)
        for line in lines {
            let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            let bytes = Array(try Data(contentsOf: inputs.appendingPathComponent(words[0])))
            let ours = read(bytes, name)
            // Python keeps apart two keys that U+FFFD makes one.
            if name == "json", let ours, ours.text.contains("\u{FFFD}"), words[1] != hexadecimal(ours) { continue }
            #expect(words[1] == ours.map(hexadecimal) ?? "-", "\(name)/\(words[0])")
        }
    }

    private func read(_ bytes: [UInt8], _ name: String) -> JSON? {
        switch name {
        case "json": return try? JSON(parsing: bytes)
        case "form":
            guard let form = try? Form(parsing: bytes) else { return nil }
            return .array(form.fields.map { [.string($0.name), .string($0.value)] })
        default: return .array(Cookie.parse(headerText(bytes)).map { [.string($0.name), .string($0.value)] })
        }
    }

    private func hexadecimal(_ value: JSON) -> String {
        value.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private func python(_ arguments: [String]) throws -> [String] {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-B"] + arguments
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
