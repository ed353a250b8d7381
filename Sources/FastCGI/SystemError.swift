// The error of a refused system call, and the owner of a file descriptor. No policy here.

import Glibc

/// A system call that the kernel refused.
public struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The call's name, such as `bind`.
    public let call: String
    /// The `errno` it left (errno(3)).
    public let code: Int32

    /// The refusal of `call` with `code`.
    public init(call: String, code: Int32) {
        self.call = call
        self.code = code
    }

    /// The call and the C library's text for the code.
    public var description: String {
        "\(call): \(strerror(code).map { String(cString: $0) } ?? "error \(code)")"
    }
}

/// The sole owner of a file descriptor, closed when the owner ends.
struct Descriptor: ~Copyable, Sendable {
    let number: CInt

    /// Takes over what `call` returned.
    ///
    /// Throws when that is negative, with the current `errno`.
    init(_ number: CInt, from call: String) throws(SystemError) {
        guard number >= 0 else { throw SystemError(call: call, code: errno) }
        self.number = number
    }

    deinit {
        close(number)
    }

    /// Ends the ownership without closing, after somebody else has closed it.
    consuming func abandon() {
        discard self
    }
}
