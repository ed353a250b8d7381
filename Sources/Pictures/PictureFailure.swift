// What can go wrong with pictures on our side. What is wrong with an upload is no failure but a verdict.

import Glibc

/// Trouble with pictures that is ours, not the client's.
public enum PictureFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The kernel refused a call on a file; the C library's error number.
    case system(call: String, path: String, errno: Int32)
    /// accountd-picture ended with a status that tells of trouble.
    case programFailed(status: Int32)
    /// accountd-picture was ended from outside, or took longer than any picture does; the same upload may be sent again.
    case programInterrupted(signal: Int32)
    /// accountd-picture wrote something that is not what it should write.
    case malformedOutput

    /// Whether the same upload may go well later: the disk is full, the machine is short of something, or the program was ended.
    public var isTemporary: Bool {
        switch self {
        case .programInterrupted: true
        case .system(_, _, let code): [ENOSPC, EDQUOT, EMFILE, ENFILE, EAGAIN, ENOMEM].contains(code)
        case .programFailed, .malformedOutput: false
        }
    }

    /// The failure of a call that has just set `errno`.
    static func last(_ call: String, _ path: String) -> PictureFailure {
        .system(call: call, path: path, errno: errno)
    }

    /// One line for the log.
    public var description: String {
        switch self {
        case .system(let call, let path, let code):
            "\(call) \(path): \(strerror(code).map { String(cString: $0) } ?? "error \(code)")"
        case .programFailed(let status): "accountd-picture ended with status \(status)"
        case .programInterrupted(let signal): "accountd-picture was ended by signal \(signal)"
        case .malformedOutput: "accountd-picture wrote no picture"
        }
    }
}
