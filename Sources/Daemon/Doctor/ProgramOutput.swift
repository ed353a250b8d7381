// Running a program of the system for what it says.

import Foundation

/// What a program said and how it ended.
struct ProgramOutput {
    let status: Int32
    /// Both of its outputs.
    let text: String

    /// Runs a program to its end; nil where it is not there, or does not end in time.
    init?(_ path: String, _ arguments: [String], within seconds: Double = 20) {
        guard access(path, X_OK) == 0 else { return nil }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        do {
            try process.run()
        } catch {
            return nil
        }
        let timer = DispatchSource.makeTimerSource(queue: .global())
        timer.schedule(deadline: .now() + seconds)
        let id = process.processIdentifier
        timer.setEventHandler { kill(id, SIGKILL) }
        timer.resume()
        let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
        // Before it is waited for, so that the number is still its own.
        timer.cancel()
        process.waitUntilExit()
        guard process.terminationReason == .exit else { return nil }
        status = process.terminationStatus
        text = String(decoding: bytes, as: UTF8.self)
    }
}
