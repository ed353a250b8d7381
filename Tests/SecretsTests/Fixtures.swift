// What the tests of this module share: keys that are plainly not real, bytes from hexadecimal, a folder that goes away, a thread.

import Foundation
import Synchronization
import Testing

@testable import Secrets

/// A key of 32 equal bytes.
func testKey(_ byte: UInt8) throws -> SecretKey {
    try #require(SecretKey([UInt8](repeating: byte, count: 32)))
}

/// The bytes of hexadecimal text; white space in it is skipped.
func hex(_ text: String) throws -> [UInt8] {
    try #require(Hexadecimal.bytes(text.utf8.filter { $0 != 0x20 && $0 != 0x0A }))
}

/// Costs that let a test compute many hashes.
func cheapParameters(memoryKiB: Int = 64, passes: Int = 1, lanes: Int = 1) throws -> PasswordParameters {
    try #require(PasswordParameters(memoryKiB: memoryKiB, passes: passes, lanes: lanes))
}

/// A folder that is removed with its contents when the test lets go of it.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("secrets-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Writes a file of this mode and returns its path.
    func file(_ name: String, _ text: String, mode: mode_t = 0o600) throws -> String {
        let file = "\(path)/\(name)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        #expect(chmod(file, mode) == 0)
        return file
    }

    func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }
}

/// What a thread of its own makes of some work.
func onThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) throws -> Value {
    let box = Box<Value>()
    let done = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
        box.value.withLock { $0 = Result { try work() } }
        done.signal()
    }
    done.wait()
    return try #require(box.value.withLock { $0 }).get()
}

private final class Box<Value: Sendable>: Sendable {
    let value = Mutex<Result<Value, any Error>?>(nil)
}
