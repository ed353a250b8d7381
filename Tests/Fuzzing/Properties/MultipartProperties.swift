// What must hold for any multipart body, however the network cuts it.

@testable import HTTP

private let tight = Multipart.Limits(
    parts: 4, headerBytes: 256, nameBytes: 16, fieldBytes: 64, formBytes: 96, fileBytes: 128, bodyBytes: 4096)

/// What came of a body: its parts, or the fault that ended it.
private enum Outcome: Equatable {
    struct Found: Equatable {
        let part: Multipart.Part
        var content: [UInt8] = []
        var isComplete = false
    }
    case parts([Found])
    case fault(Multipart.ParseError)
}

/// Reads bytes whose first line is a `Content-Type` and whose rest is a body.
///
/// The same comes of them whole and in pieces, by the parser and by the reader, with narrow limits and with the usual ones, and
/// nothing goes beyond the limits.
func checkMultipart(_ bytes: [UInt8]) throws {
    let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
    let body = Array(bytes.dropFirst(line.count + 1))
    guard let boundary = try? Multipart.boundary(contentType: String(decoding: line, as: UTF8.self)) else { return }
    for limits in [tight, Multipart.Limits()] {
        let whole = try outcome(of: [body[...]], boundary, limits)
        if case .parts(let parts) = whole { try checkLimits(parts, limits, body) }
        for pieces in Cuts.ways(body) {
            try requireEqual(
                try outcome(of: pieces, boundary, limits), whole, "in \(pieces.count) pieces \(pieces.map(shown))")
        }
        if let pieces = Cuts.ways(body).last { try checkReader(pieces, line, limits, whole) }
    }
}

private func outcome(of pieces: Cuts.Pieces, _ boundary: String, _ limits: Multipart.Limits) throws -> Outcome {
    var parser = Multipart.Parser(boundary: boundary, limits: limits)
    var found: [Outcome.Found] = []
    do {
        for piece in pieces { try gather(try parser.feed(piece), into: &found) }
        try gather(try parser.finish(), into: &found)
        return .parts(found)
    } catch let error as Multipart.ParseError {
        return .fault(error)
    }
}

private func gather(_ events: [Multipart.Event], into found: inout [Outcome.Found]) throws(Violation) {
    for event in events {
        let isOpen = found.last.map { !$0.isComplete } ?? false
        switch event {
        case .begin(let part):
            try require(!isOpen, "a part begins inside another")
            found.append(Outcome.Found(part: part))
        case .data(let bytes):
            try require(isOpen && !bytes.isEmpty, "\(bytes.count) bytes of no part")
            found[found.count - 1].content += bytes
        case .end:
            try require(isOpen, "a part ends that did not begin")
            found[found.count - 1].isComplete = true
        }
    }
}

private func checkLimits(_ found: [Outcome.Found], _ limits: Multipart.Limits, _ body: [UInt8]) throws(Violation) {
    try require(found.allSatisfy(\.isComplete), "a part of a finished form has no end")
    try require(found.count <= limits.parts, "\(found.count) parts")
    let (files, fields) = (found.filter { $0.part.fileName != nil }, found.filter { $0.part.fileName == nil })
    try require(files.reduce(0) { $0 + $1.content.count } <= limits.fileBytes, "files beyond their limit")
    try require(fields.reduce(0) { $0 + $1.content.count } <= limits.formBytes, "fields beyond their limit")
    try require(fields.allSatisfy { $0.content.count <= limits.fieldBytes }, "a field beyond its limit")
    try require(found.reduce(0) { $0 + $1.content.count } <= body.count, "more content than body")
    for part in found.map(\.part) {
        try require(part.name.utf8.count <= limits.nameBytes, "a name of \(part.name.utf8.count) bytes")
        guard let name = part.fileName else { continue }
        let isPlain = name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != 0x2F && $0 != 0x5C }
        try require(isPlain && !["", ".", ".."].contains(name), "the file name \(shown(name.utf8))")
    }
}

/// Counts what a form's files were made of.
private struct Recorder: FileSink {
    var names: [String] = []
    var contents: [[UInt8]] = []
    var ends = 0

    mutating func begin(_ part: Multipart.Part) {
        names.append(part.fileName ?? "")
        contents.append([])
    }
    mutating func write(_ bytes: ArraySlice<UInt8>) { contents[contents.count - 1] += bytes }
    mutating func end() { ends += 1 }
}

private func checkReader(
    _ pieces: Cuts.Pieces, _ line: ArraySlice<UInt8>, _ limits: Multipart.Limits, _ whole: Outcome
) throws {
    var sink = Recorder()
    let reader = try Multipart.Reader(contentType: String(decoding: line, as: UTF8.self), limits: limits)
    do {
        let form = try reader.read(body(pieces, nil), into: &sink)
        guard case .parts(let found) = whole else { throw Violation(description: "read in spite of \(whole)") }
        let fields = found.filter { $0.part.fileName == nil }
        let files = found.filter { $0.part.fileName != nil }
        try requireEqual(form.fields.map(\.name), fields.map(\.part.name), "names of fields")
        try requireEqual(
            form.fields.map(\.value), fields.map { String(decoding: $0.content, as: UTF8.self) }, "values of fields")
        try requireEqual(sink.names, files.compactMap(\.part.fileName), "names of files")
        try requireEqual(sink.contents, files.map(\.content), "contents of files")
        try requireEqual(sink.ends, files.count, "complete files")
    } catch let error as Multipart.ReadError<Never> {
        guard case .form(let fault) = error else { throw Violation(description: "\(error)") }
        try requireEqual(.fault(fault), whole, "the reader's fault")
    }
}
