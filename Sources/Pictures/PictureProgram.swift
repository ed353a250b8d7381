// Running accountd-picture: one process for each upload, which gets the upload and an empty file and nothing else of ours. It
// limits and seals itself before it reads a byte (Sources/accountd-picture); here it is started, waited for and judged.

import CSpawn
import Glibc
public import PictureWire

/// The program that decodes uploads, in a process of its own because decoders of pictures have had many holes.
public struct PictureProgram: Sendable {
    /// What became of an upload.
    enum Verdict {
        /// The program wrote pictures.
        case done
        /// It is no picture that is taken; why, in one word for the log.
        case refused(String)
    }

    /// The absolute path of the program.
    public let path: String
    /// Width × height of the largest picture that is decoded.
    public let maximumPixels: Int
    /// How long it may take by the wall clock, in milliseconds; its own limits (5 s of CPU, 20 s in all) end it sooner.
    private static let patience: CInt = 22_000

    /// The program at a path.
    public init(path: String, maximumPixels: Int = PictureLimits.maximumPixels) {
        self.path = path
        self.maximumPixels = maximumPixels
    }

    /// Has `upload` decoded into `output`.
    ///
    /// Throws `PictureFailure` when the program could not do its work.
    func run(upload: OpenFile, output: OpenFile) throws(PictureFailure) -> Verdict {
        guard lseek(upload.descriptor, 0, SEEK_SET) == 0 else { throw .last("lseek", "upload") }
        let child = try start(input: upload.descriptor, output: output.descriptor)
        let status = try wait(for: child)
        let signal = status & 0x7F
        guard signal == 0 else {
            // What an upload can bring about by itself is the upload's fault; anything else came from outside.
            guard Self.causedByUpload.contains(signal) else { throw .programInterrupted(signal: signal) }
            return .refused("signal-\(signal)")
        }
        switch status >> 8 & 0xFF {
        case PictureExit.done: return .done
        case PictureExit.refused: return .refused("not-a-picture")
        case let code: throw .programFailed(status: code)
        }
    }

    private static let causedByUpload: Set<CInt> = [
        SIGXCPU, SIGXFSZ, SIGSEGV, SIGBUS, SIGABRT, SIGTRAP, SIGFPE, SIGILL, SIGSYS,
    ]

    private func start(input: CInt, output: CInt) throws(PictureFailure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_addclosefrom_np(&actions, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Our threads block every signal and ignore SIGPIPE; the program's limits work by signals.
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let arguments = [strdup(path), strdup("--maximum-pixels"), strdup(String(maximumPixels))]
        defer { arguments.forEach { free($0) } }
        let environment: [UnsafeMutablePointer<CChar>?] = [nil]
        var child = pid_t()
        let code = posix_spawn(&child, path, &actions, &attributes, arguments + [nil], environment)
        guard code == 0 else { throw .system(call: "posix_spawn", path: path, errno: code) }
        return child
    }

    /// The wait status of a child, which is ended when it takes too long.
    private func wait(for child: pid_t) throws(PictureFailure) -> CInt {
        let descriptor = pidfd_open(child, 0)
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        // Without a descriptor it could not be waited for with a deadline. Its number cannot be another process's: nobody else
        // waits for it.
        if descriptor < 0 || poll(&request, 1, Self.patience) == 0 { kill(child, SIGKILL) }
        if descriptor >= 0 { close(descriptor) }
        var status: CInt = 0
        while waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { throw .last("waitpid", path) }
        }
        return status
    }
}
