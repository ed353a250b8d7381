// Listening sockets: opened here or passed by systemd, always non-blocking, since connections are accepted by several
// threads.

import Glibc
import Synchronization

/// One or more listening sockets of one address.
public final class Listener: Sendable {
    /// Why an address cannot be listened at.
    public enum Failure: Error, Equatable, Sendable {
        /// Somebody listens there already.
        case addressInUse(Address)
        /// The file at the path is no socket, so it is left alone.
        case notASocket(path: String)
        /// The path has more than the 107 bytes that a unix address holds.
        case pathTooLong(path: String)
        /// The host is no numeric address.
        case invalidHost(String)
        /// systemd passed no socket of this name, but those of `passed`.
        case notPassed(name: String, passed: [String])
        /// What systemd passed under this name is no listening stream socket.
        case notListening(name: String)
        /// The kernel refused a call.
        case system(Address, SystemError)
    }

    /// The address asked for.
    public let address: Address
    /// The descriptors, non-blocking and closed on exec.
    let descriptors: [CInt]
    private let file: SocketFile?
    private let isEnded = Atomic(false)

    /// Opens the sockets of an address; `passed` holds what systemd gave.
    ///
    /// Throws `Failure`.
    public init(
        _ address: Address, passed: PassedDescriptors = PassedDescriptors(environment: [:], processID: 0),
        backlog: Int32 = 4096
    ) throws(Failure) {
        self.address = address
        switch address {
        case .unix(let path, let mode):
            let opened = try SocketFile.open(path: path, mode: mode, backlog: backlog)
            descriptors = [opened.descriptor]
            file = opened.file
        case .tcp(let host, let port):
            descriptors = [try openTCP(host: host, port: port, backlog: backlog)]
            file = nil
        case .systemd(let name):
            descriptors = try adopt(name: name, from: passed)
            file = nil
        }
    }

    deinit {
        end()
    }

    /// The TCP port that the kernel chose or was told, nil for other sockets.
    public var port: UInt16? {
        guard case .tcp = address, let descriptor = descriptors.first else { return nil }
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let isNamed = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) == 0 }
        }
        guard isNamed else { return nil }
        // The port has the same place in both families' addresses.
        return withUnsafeBytes(of: storage) { UInt16(bigEndian: $0.load(fromByteOffset: 2, as: UInt16.self)) }
    }

    /// Closes the sockets, once; nobody may be accepting any more.
    func end() {
        withdraw()
        guard !isEnded.exchange(true, ordering: .acquiringAndReleasing) else { return }
        descriptors.forEach { close($0) }
    }

    /// Removes the socket file that this listener made, so that new clients see at once that nobody is there.
    func withdraw() {
        file?.remove()
    }
}

private func openTCP(host: String, port: UInt16, backlog: Int32) throws(Listener.Failure) -> CInt {
    let address = Address.tcp(host: host, port: port)
    var storage = sockaddr_storage()
    let length = withUnsafeMutablePointer(to: &storage) { pointer -> Int? in
        let four = pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { four -> Bool in
            four.pointee.sin_family = sa_family_t(AF_INET)
            four.pointee.sin_port = port.bigEndian
            return inet_pton(AF_INET, host, &four.pointee.sin_addr) == 1
        }
        if four { return MemoryLayout<sockaddr_in>.size }
        let six = pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { six -> Bool in
            six.pointee.sin6_family = sa_family_t(AF_INET6)
            six.pointee.sin6_port = port.bigEndian
            return inet_pton(AF_INET6, host, &six.pointee.sin6_addr) == 1
        }
        return six ? MemoryLayout<sockaddr_in6>.size : nil
    }
    guard let length else { throw .invalidHost(host) }
    let descriptor = socket(CInt(storage.ss_family), SocketFile.streamType, 0)
    guard descriptor >= 0 else { throw .system(address, SystemError(call: "socket", code: errno)) }
    var on: CInt = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<CInt>.size))
    let isBound = withUnsafePointer(to: &storage) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(length)) == 0 }
    }
    guard isBound, listen(descriptor, backlog) == 0 else {
        let code = errno
        close(descriptor)
        throw code == EADDRINUSE ? .addressInUse(address) : .system(address, SystemError(call: "bind", code: code))
    }
    return descriptor
}

private func adopt(name: String, from passed: PassedDescriptors) throws(Listener.Failure) -> [CInt] {
    let numbers = passed.numbers(named: name)
    guard !numbers.isEmpty else { throw .notPassed(name: name, passed: passed.names) }
    for number in numbers {
        var (type, isListening): (CInt, CInt) = (0, 0)
        var length = socklen_t(MemoryLayout<CInt>.size)
        guard getsockopt(number, SOL_SOCKET, SO_TYPE, &type, &length) == 0, type == SocketFile.plainStreamType,
            getsockopt(number, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &length) == 0, isListening == 1
        else { throw .notListening(name: name) }
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK)
    }
    return numbers
}
