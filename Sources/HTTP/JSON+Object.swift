// The members of a JSON object, in order. Keys compare byte for byte, as Python compares text, and not by canonical
// equivalence, as Swift's `String` does.

extension JSON {
    /// The members of an object in the order of their first appearance, each key once.
    public struct Object: Sendable, Equatable, ExpressibleByDictionaryLiteral {
        /// One member.
        public struct Member: Sendable, Equatable {
            /// Its key.
            public let key: String
            /// Its value.
            public fileprivate(set) var value: JSON
        }

        /// Every member, in order.
        public private(set) var members: [Member] = []
        // Few members are scanned; many, as an attacker may send them, are found by hash.
        private var places: [ExactText: Int]?
        private static let scanned = 16

        /// No members.
        public init() {}

        /// The members of a list of pairs; of a repeated key the last value counts, at the first's place.
        public init(_ pairs: some Sequence<(String, JSON)>) {
            members.reserveCapacity(pairs.underestimatedCount)
            for (key, value) in pairs { set(key, value) }
        }

        /// The members of a literal; of a repeated key the last value counts, at the first's place.
        public init(dictionaryLiteral elements: (String, JSON)...) {
            self.init(elements)
        }

        /// The keys, in order.
        public var keys: [String] { members.map(\.key) }

        /// How many members there are.
        public var count: Int { members.count }

        /// Whether there are none.
        public var isEmpty: Bool { members.isEmpty }

        /// The value of a key, or nil when the key is absent; setting nil removes the member.
        public subscript(key: String) -> JSON? {
            get { place(of: key).map { members[$0].value } }
            set {
                if let newValue {
                    set(key, newValue)
                } else if let place = place(of: key) {
                    members.remove(at: place)
                    reindex()
                }
            }
        }

        /// Whether keys, values and order are the same.
        public static func == (a: Object, b: Object) -> Bool {
            a.members == b.members
        }

        /// Sets the value of a key: at its place, or at the end when it is new.
        public mutating func set(_ key: String, _ value: JSON) {
            set(key, value, at: place(of: key))
        }

        /// The same where `place(of:)` has been asked.
        mutating func set(_ key: String, _ value: JSON, at place: Int?) {
            if let place {
                members[place].value = value
                return
            }
            members.append(Member(key: key, value: value))
            if places != nil {
                places?[ExactText(key)] = members.count - 1
            } else if members.count > Object.scanned {
                reindex()
            }
        }

        /// Where a key stands among the members.
        func place(of key: String) -> Int? {
            if let places { return places[ExactText(key)] }
            return members.firstIndex { ExactText($0.key) == ExactText(key) }
        }

        private mutating func reindex() {
            guard members.count > Object.scanned else { return places = nil }
            places = Dictionary(
                uniqueKeysWithValues: members.enumerated().map { (ExactText($0.element.key), $0.offset) })
        }
    }
}
