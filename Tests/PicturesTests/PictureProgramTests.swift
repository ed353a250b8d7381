// Starting a program, waiting for it and judging its end and its output. What accountd-picture itself does with hostile files is
// tested in Tests/EndToEnd/test_picture_program.py.

import Foundation
import PictureWire
import Testing

@testable import Pictures

@Suite struct PictureProgramTests {
    private let folder: Folder

    init() throws {
        folder = try Folder()
    }

    private func check(_ commands: String, upload bytes: [UInt8] = [1]) throws -> PictureStore.Verdict {
        let store = PictureStore(folder: folder.pictures, program: try folder.program(commands))
        let upload = try store.receive()
        try upload.write(bytes[...])
        defer { #expect((try? folder.files()) == []) }
        return try store.check(upload)
    }

    private func cause(_ commands: String) throws -> String? {
        if case .refused(let cause) = try check(commands) { cause } else { nil }
    }

    @Test("the program's refusal is a verdict, and so is an end that an upload can bring about")
    func refused() throws {
        #expect(try cause("exit 65") == "not-a-picture")
        for signal in ["SEGV", "ABRT", "XCPU", "SYS", "BUS", "FPE", "ILL", "TRAP", "XFSZ"] {
            #expect(try cause("kill -\(signal) $$")?.hasPrefix("signal-") == true, "\(signal)")
        }
    }

    @Test("an end from outside is for another try")
    func interrupted() throws {
        for (name, number) in [("KILL", SIGKILL), ("TERM", SIGTERM), ("ALRM", SIGALRM), ("INT", SIGINT)] {
            #expect(throws: PictureFailure.programInterrupted(signal: number)) { try check("kill -\(name) $$") }
        }
    }

    @Test("trouble of the program's, and a program that is not there, are ours")
    func trouble() throws {
        #expect(throws: PictureFailure.programFailed(status: 71)) { try check("exit 71") }
        #expect(throws: PictureFailure.programFailed(status: 1)) { try check("exit 1") }
        let missing = PictureProgram(path: folder.path + "/none")
        let store = PictureStore(folder: folder.pictures, program: missing)
        #expect(throws: PictureFailure.system(call: "posix_spawn", path: missing.path, errno: ENOENT)) {
            try store.check(store.receive())
        }
    }

    @Test("the program has the upload from its start, an empty file, no other descriptor and no environment")
    func surroundings() throws {
        setenv("ACCOUNTD_TEST_CANARY", "seen", 1)
        let report = folder.path + "/report"
        let commands = [
            "upload=$(cat)", "size=$(wc -c < /proc/$$/fd/1)",
            "for number in 0 1 2 3 4 5 6 7 8 9; do [ -e /proc/$$/fd/$number ] && open=$open$number; done",
            "environment=$(tr '\\0' ' ' < /proc/$$/environ)",
            #"printf '%s\n' "$upload" "$open" "$size" "$environment$*" > \#(report)"#, "exit 65",
        ]
        _ = try? check(commands.joined(separator: "\n"), upload: Array("upload".utf8))
        let lines = try String(contentsOfFile: report, encoding: .utf8).components(separatedBy: "\n")
        #expect(lines[0] == "upload")
        // The shell holds its script as a descriptor from 10 on.
        #expect(lines[1] == "01")
        #expect(lines[2] == "0")
        #expect(Array(lines[3...]) == ["--maximum-pixels 40000000", ""])
    }

    @Test("our own blocked and ignored signals are not the program's")
    func signals() throws {
        let program = try folder.program("grep -E '^Sig(Blk|Ign)' /proc/self/status > \(folder.path)/signals; exit 65")
        let path = folder.path
        let done = DispatchSemaphore(value: 0)
        let thread = Thread {
            var all = sigset_t()
            sigfillset(&all)
            pthread_sigmask(SIG_BLOCK, &all, nil)
            signal(SIGPIPE, SIG_IGN)
            _ = try? program.run(upload: OpenFile(anonymousIn: path), output: OpenFile(anonymousIn: path))
            done.signal()
        }
        thread.start()
        done.wait()
        let text = try String(contentsOfFile: path + "/signals", encoding: .utf8)
        // 32 and 33 are the C library's own.
        #expect(text == "SigBlk:\t0000000000000000\nSigIgn:\t0000000180000000\n")
    }

    @Test("what the program writes is read with suspicion")
    func output() throws {
        #expect(try CheckedPicture(output: folder.output(format: .jpeg)).format == .jpeg)
        #expect(throws: PictureFailure.malformedOutput) { try check("exit 0") }
        #expect(throws: PictureFailure.malformedOutput) { try check("echo not a header at all, but long enough") }
        let good = try folder.output()
        let bytes = try good.read(good.size(), at: 0)
        for (what, broken) in [
            ("longer", bytes + [0]), ("shorter", bytes.dropLast()),
            ("of another kind", bytes[..<4] + [1] + bytes[5...]),
            ("HTML", bytes[..<20] + Array("<html>".utf8) + bytes[26...]),
        ] as [(String, [UInt8])] {
            let file = try OpenFile(anonymousIn: folder.path)
            try file.write(broken[...])
            #expect(throws: PictureFailure.malformedOutput, "\(what)") { try CheckedPicture(output: file) }
        }
    }
}
