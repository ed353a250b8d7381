// Why the program ends without pictures. Nothing more is told: what an upload makes of a message is nobody's to read.

import PictureWire

/// What ends a run.
enum Failure: Error {
    /// The upload is not a picture that we take.
    case refused
    /// The fault is ours or the machine's.
    case trouble

    /// The exit code that says so.
    var exitCode: Int32 {
        switch self {
        case .refused: PictureExit.refused
        case .trouble: PictureExit.trouble
        }
    }
}
