// How a property says that it did not hold, whoever asks: the fuzzer aborts on it, the replay of the corpus records it.

/// A property that does not hold for some input.
struct Violation: Error, CustomStringConvertible {
    /// What should have been, and what was.
    let description: String
}

/// Throws `Violation` with a description when a condition is false.
func require(_ condition: Bool, _ description: @autoclosure () -> String) throws(Violation) {
    if !condition { throw Violation(description: description()) }
}

/// Throws `Violation` when two values differ; both are shown.
func requireEqual<Value: Equatable>(
    _ given: Value, _ wanted: Value, _ description: @autoclosure () -> String
) throws(Violation) {
    if given != wanted { throw Violation(description: "\(description()): \(given) instead of \(wanted)") }
}

/// Throws `Violation` when two byte strings differ; both are shown.
func requireSame(
    _ given: some Collection<UInt8>, _ wanted: some Collection<UInt8>, _ description: @autoclosure () -> String
) throws(Violation) {
    if given.count == wanted.count, given.elementsEqual(wanted) { return }
    throw Violation(description: "\(description()): \(shown(given)) instead of \(shown(wanted))")
}

/// Bytes as a Swift literal would have them, so that a description shows every one of them.
func shown(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { byte in
        switch byte {
        case 0x22, 0x5C: "\\" + String(Unicode.Scalar(byte))
        case 0x20..<0x7F: String(Unicode.Scalar(byte))
        default: "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
    }.joined()
}
