// libfcgi's request. It reads a complete request from a file, in memory or on disk, and writes the answer to the web server's
// socket, so it never waits for a peer's bytes; and it never closes the socket, since its own close lingers for two
// seconds.

import CFastCGI
import Glibc

/// The owner of one `FCGX_Request`, which must not move because its streams point back at it.
struct Exchange: ~Copyable {
    private let request: UnsafeMutablePointer<FCGX_Request>

    init() {
        Library.initialise()
        request = .allocate(capacity: 1)
        FCGX_InitRequest(request, -1, 0)
    }

    deinit {
        FCGX_Free(request, 0)
        request.deallocate()
    }

    /// Whether the web server wants to use the connection again (FCGI_KEEP_CONN).
    var keepsConnection: Bool { request.pointee.keepConnection != 0 }

    /// The parameters as `NAME=value` C strings ended by nil, valid until the answer; libfcgi's own role entry is the
    /// first.
    var parameters: UnsafePointer<UnsafeMutablePointer<CChar>?>? {
        request.pointee.envp.map { UnsafePointer($0) }
    }

    /// Lets libfcgi read the head of the request in `file`; false when it refuses it, after which the file is closed.
    func begin(reading file: CInt) -> Bool {
        request.pointee.ipcFd = file
        // FCGX_Accept_r closes the descriptor of the request before, were this 0.
        request.pointee.keepConnection = 1
        return FCGX_Accept_r(request) == 0
    }

    /// The body, whose length the check of the records gave.
    func body(length: Int) -> [UInt8] {
        guard length > 0 else { return [] }
        return Array(unsafeUninitializedCapacity: length) { buffer, count in
            count = read(into: UnsafeMutableRawBufferPointer(buffer))
        }
    }

    /// Reads the next bytes of the body; fewer than `buffer` holds only at the end, or where the file cannot be read.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = CInt(clamping: buffer.count)
        return buffer.withMemoryRebound(to: CChar.self) {
            max(Int(FCGX_GetStr($0.baseAddress, count, request.pointee.in)), 0)
        }
    }

    /// Writes the answer to `socket` and ends the request; false when it could not be written wholly.
    ///
    /// The file of the request may be closed already.
    func finish(_ answer: [UInt8], to socket: CInt) -> Bool {
        request.pointee.ipcFd = socket
        let written = answer.withUnsafeBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                FCGX_PutStr($0.baseAddress, CInt($0.count), request.pointee.out)
            }
        }
        // The error stream first: then the last of the output and the end of the request go out in one write.
        let isClosed = FCGX_FClose(request.pointee.err) == 0 && FCGX_FClose(request.pointee.out) == 0
        let keeps = request.pointee.keepConnection
        FCGX_Free(request, 0)
        request.pointee.ipcFd = -1
        request.pointee.keepConnection = keeps
        return written == CInt(answer.count) && isClosed
    }

    /// As `finish`, for a connection that ends with this answer, which the web server learns along with it.
    ///
    /// FastCGI has no word for that. An end alone comes too late: nginx, which has just put the connection by for its next
    /// request, may send one into it before it sees the end, and answers 502. But it puts none by on which something follows the
    /// end of a request (`ngx_http_fastcgi_input_filter`), so a record that means nothing goes out with the answer, in one write.
    func finishForGood(_ answer: [UInt8], to socket: CInt) -> Bool {
        defer { request.pointee.keepConnection = 0 }
        let memory = memfd_create("answer", memfd_close_on_exec)
        guard memory >= 0 else { return finish(answer, to: socket) }
        defer { close(memory) }
        let isWhole = finish(answer, to: memory)
        let size = Int(lseek(memory, 0, SEEK_CUR))
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = max(pread(memory, buffer.baseAddress, size, 0), 0)
        }
        return isWhole && bytes.count == size && Self.send(bytes + Self.unknownType, to: socket)
    }

    /// FCGI_UNKNOWN_TYPE for the connection as a whole (FastCGI 1.0, 4.2): a header, and eight bytes of content.
    private static let unknownType: [UInt8] = [1, 11, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]

    private static func send(_ bytes: [UInt8], to socket: CInt) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count {
                let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
                let count = write(socket, rest.baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                // An error, or the limit of time in which the web server must read.
                guard count > 0 else { return false }
                done += count
            }
            return true
        }
    }
}

/// libfcgi as a whole.
private enum Library {
    /// Sets libfcgi up, once, without the signal handlers that it installs; SIGPIPE is ignored afterwards.
    static func initialise() { _ = isInitialised }

    private static let isInitialised: Bool = {
        let numbers = [SIGTERM, SIGUSR1]
        let before = numbers.map { number in
            var action = sigaction()
            sigaction(number, nil, &action)
            return action
        }
        let code = FCGX_Init()
        for (number, action) in zip(numbers, before) {
            var action = action
            sigaction(number, &action, nil)
        }
        signal(SIGPIPE, SIG_IGN)
        return code == 0
    }()
}
