// Files that are a picture to one program and something else to another. What is kept is made anew and cannot be both; they
// are refused because nobody sends them by accident.

import Glibc

/// The other things that a picture can be at the same time.
enum Disguise {
    /// A text that begins with `<`, and whether letters of the other case count.
    ///
    /// They are short enough to occur in compressed pixels by chance: `end` asks that a name ends there, as it must for who
    /// reads it. So one in some 25,000 pictures of 5 MB is refused without fault.
    private struct Mark {
        let text: StaticString
        let anyCase: Bool
        let end: Set<Int>
    }

    private static let blank: Set<Int> = [0x20, 0x09, 0x0a, 0x0d, 0x0c]
    private static let marks = [
        // PHP's opening tag.
        Mark(text: "<?php", anyCase: true, end: blank),
        Mark(text: "<script", anyCase: true, end: blank.union([0x2f, 0x3e])),
        Mark(text: "<html", anyCase: true, end: blank.union([0x2f, 0x3e])),
        Mark(text: "<!doctype", anyCase: true, end: blank),
        // XML tells cases apart.
        Mark(text: "<svg", anyCase: false, end: blank.union([0x2f, 0x3e, 0x3a])),
    ]

    /// Throws `.refused` when the upload is also a page, a program, a PDF or an archive.
    static func refuse(in upload: Bytes) throws(Failure) {
        if hasMark(upload) || isPDF(upload) || isArchive(upload) { throw .refused }
    }

    private static func hasMark(_ upload: Bytes) -> Bool {
        var start = 0
        while let place = upload.firstIndex(of: 0x3c, from: start) {
            if marks.contains(where: { isMark($0, in: upload, at: place) }) { return true }
            start = place + 1
        }
        return false
    }

    private static func isMark(_ mark: Mark, in upload: Bytes, at place: Int) -> Bool {
        let end = place + mark.text.utf8CodeUnitCount
        guard upload.has(mark.text, at: place, anyCase: mark.anyCase) else { return false }
        // At the end of the file there is nothing left to run, but the name is whole.
        guard let next = try? upload.byte(end) else { return true }
        return mark.end.contains(next)
    }

    /// Readers of PDF look for its beginning in the first 1024 bytes.
    private static func isPDF(_ upload: Bytes) -> Bool {
        var start = 0
        while let place = upload.firstIndex(of: 0x25, from: start, to: 1024) {
            if upload.has("%PDF-", at: place) { return true }
            start = place + 1
        }
        return false
    }

    /// A ZIP archive, and so a JAR, is found from its end: a record of 22 bytes and a comment that ends where the file ends.
    private static func isArchive(_ upload: Bytes) -> Bool {
        var start = max(0, upload.count - 22 - 0xffff)
        while let place = upload.firstIndex(of: 0x50, from: start) {
            if upload.has([0x50, 0x4b, 5, 6], at: place), (try? ends(upload, at: place)) == true { return true }
            start = place + 1
        }
        return false
    }

    private static func ends(_ upload: Bytes, at record: Int) throws(Failure) -> Bool {
        let comment = try upload.little16(record + 20)
        let directory = try upload.little32(record + 12)
        return record + 22 + comment == upload.count && directory <= record
    }
}
