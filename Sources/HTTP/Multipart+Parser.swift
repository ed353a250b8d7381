// The push parser of multipart/form-data. It keeps between two calls only what may still turn out to be a delimiter, or
// the part of a header that has come; and it finds the same parts however the bytes are cut.

extension Multipart {
    /// Takes a body in pieces and gives the parts as events.
    ///
    /// Lines may end with LF alone. Text before the first delimiter and after the last is passed over, as are parts
    /// without a name or without an end of their header, as in Django. Unlike there, a delimiter is a line of its own
    /// (RFC 2046).
    public struct Parser: Sendable {
        private enum State {
            case preamble, header, content(Part?), epilogue
        }

        private enum Search {
            /// The content before ends at `end`; `next` is the LF of the delimiter, or the byte after the closing one.
            case found(end: Int, next: Int, isLast: Bool)
            /// Nothing before `safe` belongs to a delimiter.
            case none(safe: Int)
        }

        private enum Line {
            case delimiter(next: Int, isLast: Bool), other, undecided
        }

        private static let (lineFeed, carriageReturn, dash): (UInt8, UInt8, UInt8) = (0x0A, 0x0D, 0x2D)
        /// White space after a delimiter is allowed (RFC 2046, section 5.1.1), but nobody needs more than this.
        private static let maximumPadding = 64

        private let dashBoundary: [UInt8]
        private let limits: Limits
        private var state = State.preamble
        // A delimiter follows a line end; this one stands before the body, so that the first is like the others.
        private var buffer: [UInt8] = [lineFeed]
        /// How many bytes at the buffer's start are the line end before the content, not content.
        private var lead = 1
        private var (parts, fieldBytes, formBytes, fileBytes) = (0, 0, 0, 0)

        /// A parser for parts between lines of `--` and `boundary`.
        public init(boundary: String, limits: Limits = Limits()) {
            dashBoundary = [Parser.dash, Parser.dash] + Array(boundary.utf8)
            self.limits = limits
        }

        /// Takes the next bytes of the body and returns what was found in them.
        ///
        /// Throws when a limit is passed or a part is encoded.
        public mutating func feed(_ bytes: some Collection<UInt8>) throws(ParseError) -> [Event] {
            var events: [Event] = []
            if case .epilogue = state { return events }
            buffer += bytes
            while try step(&events) {}
            return events
        }

        /// Ends the body.
        ///
        /// Throws `unexpectedEnd` inside a part; a body without any delimiter has no parts.
        public mutating func finish() throws(ParseError) -> [Event] {
            // The end of the body is the end of its last line, so a delimiter there is one.
            let events = try feed([Parser.lineFeed])
            switch state {
            case .preamble, .epilogue: return events
            case .header where buffer.allSatisfy { $0 == Parser.lineFeed || $0 == Parser.carriageReturn }: return events
            case .header, .content: throw .unexpectedEnd
            }
        }

        /// Goes over one delimiter or header; false when that takes more bytes.
        private mutating func step(_ events: inout [Event]) throws(ParseError) -> Bool {
            switch state {
            case .epilogue:
                buffer = []
                return false
            case .header:
                return try header(&events)
            case .preamble, .content:
                switch search() {
                case .found(let end, let next, let isLast):
                    try content(upTo: end, &events)
                    if case .content(.some) = state { events.append(.end) }
                    try pass(next: next, isLast: isLast)
                    return true
                case .none(let safe):
                    try content(upTo: safe, &events)
                    consume(safe)
                    return false
                }
            }
        }

        private mutating func content(upTo end: Int, _ events: inout [Event]) throws(ParseError) {
            guard end > lead, case .content(let part?) = state else { return }
            let count = end - lead
            if part.fileName != nil {
                guard fileBytes + count <= limits.fileBytes else { throw .filesTooLarge(limit: limits.fileBytes) }
                fileBytes += count
            } else {
                // Of two limits the one that an earlier byte passes counts, however many bytes came at once.
                let (fieldRoom, formRoom) = (limits.fieldBytes - fieldBytes, limits.formBytes - formBytes)
                if count > min(fieldRoom, formRoom) {
                    throw fieldRoom < formRoom
                        ? .fieldTooLarge(name: part.name, limit: limits.fieldBytes)
                        : .formTooLarge(limit: limits.formBytes)
                }
                fieldBytes += count
                formBytes += count
            }
            events.append(.data(buffer[lead..<end]))
        }

        private mutating func header(_ events: inout [Event]) throws(ParseError) -> Bool {
            let blank = blankLine()
            if case .found(_, let next, let isLast) = search(), next < blank ?? Int.max {
                try check(headerBytes: isLast ? next - 1 : next)
                try pass(next: next, isLast: isLast)
                return true
            }
            try check(headerBytes: blank ?? buffer.count)
            guard let blank else { return false }
            let part = try Part(header: buffer[..<blank])
            if let part {
                if part.name.utf8.count > limits.nameBytes { throw .nameTooLong(limit: limits.nameBytes) }
                events.append(.begin(part))
            }
            state = .content(part)
            fieldBytes = 0
            consume(blank)
            lead = 1
            return true
        }

        private func check(headerBytes: Int) throws(ParseError) {
            if headerBytes > limits.headerBytes { throw .headerTooLarge(limit: limits.headerBytes) }
        }

        private mutating func pass(next: Int, isLast: Bool) throws(ParseError) {
            consume(next)
            state = isLast ? .epilogue : .header
            if isLast { return }
            parts += 1
            if parts > limits.parts { throw .tooManyParts(limit: limits.parts) }
        }

        private mutating func consume(_ count: Int) {
            buffer = Array(buffer[count...])
            lead = max(0, lead - count)
        }

        /// The LF that ends the first empty line of the buffer, which starts with the LF of a line before.
        private func blankLine() -> Int? {
            var start = 0
            while let end = buffer[start...].firstIndex(of: Parser.lineFeed) {
                let next = end + 1
                if next < buffer.count, buffer[next] == Parser.lineFeed { return next }
                if next + 1 < buffer.count, buffer[next] == Parser.carriageReturn, buffer[next + 1] == Parser.lineFeed {
                    return next + 1
                }
                start = next
            }
            return nil
        }

        private func search() -> Search {
            var start = 0
            while let lineEnd = buffer[start...].firstIndex(of: Parser.lineFeed) {
                let end = lineEnd > 0 && buffer[lineEnd - 1] == Parser.carriageReturn ? lineEnd - 1 : lineEnd
                switch line(at: lineEnd + 1) {
                case .delimiter(let next, let isLast): return .found(end: end, next: next, isLast: isLast)
                case .undecided: return .none(safe: end)
                case .other: start = lineEnd + 1
                }
            }
            return .none(safe: buffer.last == Parser.carriageReturn ? buffer.count - 1 : buffer.count)
        }

        private func line(at start: Int) -> Line {
            for (offset, byte) in dashBoundary.enumerated() {
                guard start + offset < buffer.count else { return .undecided }
                guard buffer[start + offset] == byte else { return .other }
            }
            var place = start + dashBoundary.count
            guard place < buffer.count else { return .undecided }
            if buffer[place] == Parser.dash {
                guard place + 1 < buffer.count else { return .undecided }
                return buffer[place + 1] == Parser.dash ? .delimiter(next: place + 2, isLast: true) : .other
            }
            let padding = place + Parser.maximumPadding
            while place < min(buffer.count, padding), buffer[place] == 0x20 || buffer[place] == 0x09 { place += 1 }
            guard place < buffer.count else { return .undecided }
            if buffer[place] == Parser.carriageReturn { place += 1 }
            guard place < buffer.count else { return .undecided }
            return buffer[place] == Parser.lineFeed ? .delimiter(next: place, isLast: false) : .other
        }
    }
}
