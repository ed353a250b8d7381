// Numbers that many threads add to at once. There are several copies of each, and a thread adds to one of them, so that threads seldom
// wait for each other's cache lines; who reads adds the copies up.

import Glibc
import Synchronization

/// A row of numbers, all 0 at first.
final class Cells: Sendable {
    /// Some of the numbers, in one piece of memory.
    private final class Block: Sendable {
        static let size = 64
        let numbers = InlineArray<64, Atomic<Int>> { _ in Atomic(0) }
    }

    private static let copies = 8

    /// How many numbers there are.
    let count: Int
    private let blocksEach: Int
    /// Copy after copy.
    private let blocks: [Block]

    /// So many numbers, each of which takes 64 bytes in all.
    init(count: Int) {
        self.count = count
        blocksEach = (count + Block.size - 1) / Block.size
        blocks = (0..<Self.copies * blocksEach).map { _ in Block() }
    }

    /// Adds to the number at a place, which must be below `count`.
    func add(_ amount: Int, at place: Int) {
        // The highest three bits of a multiple of the golden ratio: what threads are called by differs by the size of a stack.
        let copy = Int((UInt64(pthread_self()) >> 6 &* 0x9E37_79B9_7F4A_7C15) >> 61)
        blocks[copy * blocksEach + place / Block.size].numbers[place % Block.size].add(amount, ordering: .relaxed)
    }

    /// How many copies of the first number were added to.
    var copiesInUse: Int {
        (0..<Self.copies).count { blocks[$0 * blocksEach].numbers[0].load(ordering: .relaxed) != 0 }
    }

    /// The number at a place: all that was added by threads that ended, or that this one heard of otherwise.
    func value(at place: Int) -> Int {
        var sum = 0
        for copy in 0..<Self.copies {
            sum &+= blocks[copy * blocksEach + place / Block.size].numbers[place % Block.size].load(ordering: .relaxed)
        }
        return sum
    }
}
