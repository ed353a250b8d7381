// How far a longer work is, on the terminal, and nowhere else.

import Foundation
import Glibc
import Maintenance

/// The progress of a work with stages, on the standard error output.
enum ProgressLine {
    /// What shows progress on a terminal, and does nothing without one.
    static func make() -> Maintenance.Progress {
        guard isatty(STDERR_FILENO) == 1 else { return { _, _, _ in } }
        return { stage, done, total in
            let text =
                switch total {
                case let total? where total > 0: "\(stage.rawValue): \(done) of \(total) (\(done * 100 / total) %)"
                default: done > 0 ? "\(stage.rawValue): \(done)" : stage.rawValue
                }
            // The line is taken back, so that what follows stands alone.
            FileHandle.standardError.write(Data("\r\(text)\u{1B}[K\r".utf8))
        }
    }

    /// A number of bytes for people.
    static func size(_ bytes: Int64) -> String {
        bytes < 1 << 20 ? "\((bytes + 1023) >> 10) KiB" : "\((bytes + 0xF_FFFF) >> 20) MiB"
    }
}
