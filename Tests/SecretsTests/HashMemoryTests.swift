// Hashes in memory that was kept are the same hashes.

import Glibc
import Testing

@testable import Secrets

@Suite struct HashMemoryTests {
    @Test("one hash after the other, small after large and large after small, is what libargon2 makes")
    func same() throws {
        let costs: [(UInt32, UInt32)] = [(8_192, 1), (19_456, 2), (8_192, 2), (65_536, 1), (19_456, 2), (64, 1)]
        let tags = try onThread {
            HashMemory.keepOnThisThread()
            return try costs.map { memory, passes in
                try Self.function(memory, passes).sodiumTag(
                    password: Array("password".utf8), salt: [UInt8](repeating: 7, count: 16), count: 32)
            }
        }
        for (tag, cost) in zip(tags, costs) {
            #expect(
                try Self.function(cost.0, cost.1).libargon2Tag(
                    password: Array("password".utf8), salt: [UInt8](repeating: 7, count: 16), count: 32) == tag)
        }
    }

    @Test("a thread that keeps memory gets the same again, and only for what a hash asks for")
    func kept() throws {
        let addresses = try onThread {
            HashMemory.keepOnThisThread()
            return [
                Self.mapped(), Self.mapped(), Self.mapped(size: 8 << 20), Self.mapped(size: 1 << 20),
                Self.mapped(flags: MAP_PRIVATE | MAP_ANONYMOUS), Self.mapped(),
            ]
        }
        #expect(addresses[0] != 0 && addresses[0] % (2 << 20) == 0)
        #expect(addresses[1] == addresses[0] && addresses[2] == addresses[0] && addresses[5] == addresses[0])
        #expect(addresses[3] != addresses[0] && addresses[4] != addresses[0])
    }

    @Test("two requests at once are two pieces of memory")
    func both() throws {
        let (first, second) = try onThread {
            HashMemory.keepOnThisThread()
            let first = mmap(nil, 16 << 20, PROT_READ | PROT_WRITE, Self.asHash, -1, 0)
            let second = mmap(nil, 16 << 20, PROT_READ | PROT_WRITE, Self.asHash, -1, 0)
            defer {
                munmap(second, 16 << 20)
                munmap(first, 16 << 20)
            }
            return (UInt(bitPattern: first), UInt(bitPattern: second))
        }
        #expect(first != second && first != .max && second != .max)
    }

    private static let asHash = MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE

    /// Where the calling thread was given memory, which it has given back.
    private static func mapped(size: Int = 16 << 20, flags: Int32 = asHash) -> UInt {
        let memory = mmap(nil, size, PROT_READ | PROT_WRITE, flags, -1, 0)
        defer { munmap(memory, size) }
        return UInt(bitPattern: memory)
    }

    private static func function(_ memory: UInt32, _ passes: UInt32) -> Argon2 {
        Argon2(variant: .argon2id, version: .v19, memoryKiB: memory, passes: passes, lanes: 1)
    }
}
