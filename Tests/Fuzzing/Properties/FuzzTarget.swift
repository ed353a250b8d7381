// The parsers that take hostile bytes, each with the properties that must hold for any input. The fuzzer (Program/) and the
// replay of the kept inputs (Replay/) both go through this list; a target's corpus and dictionary have its name.

/// One parser under test.
struct FuzzTarget: Sendable {
    /// Checks one input; throws `Violation`, or what no input may cause.
    typealias Check = ([UInt8]) throws -> Void

    /// Its name, which is that of its folder in `Corpus`.
    let name: String
    /// The longest input that is worth trying, in bytes.
    let maximumLength: Int
    /// Makes the check; what it keeps between inputs stays on the thread that made it.
    let makeCheck: @Sendable () throws -> Check

    /// Every parser.
    static let all: [FuzzTarget] = [
        FuzzTarget(name: "json", maximumLength: 4096) { checkJSON },
        FuzzTarget(name: "form", maximumLength: 2048) { checkForm },
        FuzzTarget(name: "multipart", maximumLength: 2048) { checkMultipart },
        FuzzTarget(name: "cookie", maximumLength: 1024) { checkCookie },
        FuzzTarget(name: "header", maximumLength: 1024) { checkHeader },
        FuzzTarget(name: "token", maximumLength: 1024, makeCheck: makeTokenCheck),
        FuzzTarget(name: "password", maximumLength: 600) { checkStoredPassword },
        FuzzTarget(name: "records", maximumLength: 4096, makeCheck: makeRecordCheck),
        FuzzTarget(name: "parameters", maximumLength: 4096, makeCheck: makeParameterCheck),
        FuzzTarget(name: "name", maximumLength: 512) { checkName },
    ]

    /// The target of a name.
    static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}
