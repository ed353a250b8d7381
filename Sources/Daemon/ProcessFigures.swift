// What the kernel says of this process (proc(5)).

import Glibc

/// The memory, time and descriptors of this process.
struct ProcessFigures: Sendable {
    /// Memory that is in use and not on disk, in bytes.
    let residentMemory: Int
    /// Processor time of all threads so far, in seconds.
    let processorTime: Double
    /// Open descriptors.
    let descriptors: Int
    /// How many there may be.
    let maximumDescriptors: Int
    /// Threads.
    let threads: Int

    /// The figures of this moment; 0 for what cannot be read.
    init() {
        let words = Self.text(of: "/proc/self/statm").split(separator: " ")
        residentMemory = (words.count > 1 ? Int(words[1]) ?? 0 : 0) * sysconf(Int32(_SC_PAGESIZE))
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        processorTime = Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        // Without "." and "..", and without the descriptor by which the folder is read.
        descriptors = max(Self.count(in: "/proc/self/fd") - 3, 0)
        threads = max(Self.count(in: "/proc/self/task") - 2, 0)
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        maximumDescriptors = Int(clamping: limit.rlim_cur)
    }

    private static func text(of path: String) -> String {
        guard let file = fopen(path, "re") else { return "" }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    private static func count(in path: String) -> Int {
        guard let folder = opendir(path) else { return 0 }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        return count
    }
}
