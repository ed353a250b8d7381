// Every kept input through its parser's properties, without libFuzzer: on any machine, in a second or two.

import Foundation
import Testing

@Suite("Kept inputs of the fuzzer") struct CorpusTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Corpus")

    @Test("hold every property of their parser", arguments: FuzzTarget.all.map(\.name))
    func replay(name: String) throws {
        let target = try #require(FuzzTarget.named(name))
        let files = try FileManager.default.contentsOfDirectory(
            at: Self.folder.appendingPathComponent(name), includingPropertiesForKeys: nil)
        #expect(files.count >= 10, "too few to mean anything")
        let check = try target.makeCheck()
        for file in files {
            let bytes = Array(try Data(contentsOf: file))
            #expect(bytes.count <= target.maximumLength, "\(file.lastPathComponent)")
            do {
                try check(bytes)
            } catch {
                Issue.record("\(name)/\(file.lastPathComponent): \(error)")
            }
        }
    }

    @Test("belong to a parser, each folder of them") func folders() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(names.sorted() == FuzzTarget.all.map(\.name).sorted())
    }
}
