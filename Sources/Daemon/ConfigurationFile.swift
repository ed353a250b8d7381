// Reading the bytes of the configuration file. What they mean is the document's and the loader's business.

import Glibc

/// The text of a configuration file, or why it cannot be had: not there, not readable, too large, not UTF-8.
func configurationText(ofFile path: String) -> Result<String, ConfigurationError.Problem> {
    func unreadable(_ message: String) -> Result<String, ConfigurationError.Problem> {
        .failure(ConfigurationError.Problem(location: .wholeFile(path: path), message: message))
    }
    // O_NONBLOCK: a named pipe must not hold the start up.
    let fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard fd >= 0 else { return unreadable(String(cString: strerror(errno))) }
    defer { close(fd) }
    var status = stat()
    guard fstat(fd, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return unreadable("is not a plain file") }
    guard status.st_size <= maximumSize else { return unreadable("is larger than \(maximumSize) bytes") }

    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while bytes.count <= maximumSize {
        let count = Glibc.read(fd, &buffer, buffer.count)
        if count == 0 { break }
        if count < 0 {
            if errno == EINTR { continue }
            return unreadable(String(cString: strerror(errno)))
        }
        bytes += buffer[..<count]
    }
    if let text = String(validating: bytes, as: UTF8.self) { return .success(text) }
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    let line = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
    return .failure(
        ConfigurationError.Problem(
            location: .file(path: path, line: line + 1, column: 1), message: "this line is not UTF-8"))
}

private let maximumSize = 1_048_576
