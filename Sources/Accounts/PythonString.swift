// What Python's `str` does and Swift's `String` does otherwise, where the original libraries' rules rest on it.

extension String {
    /// The text without white space at its ends, as `str.strip()` cuts it.
    public var pythonStripped: String {
        let scalars = unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.isPythonSpace }),
            let last = scalars.lastIndex(where: { !$0.isPythonSpace })
        else { return "" }
        if first == scalars.startIndex, scalars.index(after: last) == scalars.endIndex { return self }
        return String(scalars[first...last])
    }

    /// The text in lower case, as `str.lower()` makes it: a sigma at the end of a word is the final one.
    var pythonLowercased: String {
        let scalars = Array(unicodeScalars)
        var result = ""
        for (index, scalar) in scalars.enumerated() {
            if scalar == "\u{3A3}" {
                let isAfterLetter = scalars[..<index].last { !$0.properties.isCaseIgnorable }?.properties.isCased
                let isBeforeLetter = scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable }?.properties
                    .isCased
                result += isAfterLetter == true && isBeforeLetter != true ? "\u{3C2}" : "\u{3C3}"
            } else {
                result += scalar.properties.lowercaseMapping
            }
        }
        return result
    }

    /// Whether there are characters and all are digits, superscripts and the like among them, as `str.isdigit()` has it.
    var isPythonDigits: Bool {
        !isEmpty
            && unicodeScalars.allSatisfy { scalar in
                scalar.properties.numericType == .decimal || scalar.properties.numericType == .digit
            }
    }

    /// The text between the runs of characters that are no word's, as `re.split(r"\W+", …)` cuts it: empty pieces at the
    /// ends stay.
    var pythonWords: [String] {
        var words: [String] = []
        var word = String.UnicodeScalarView()
        var isInGap = false
        for scalar in unicodeScalars {
            let isGap = !scalar.isPythonWord
            if isGap, !isInGap {
                words.append(String(word))
                word = String.UnicodeScalarView()
            } else if !isGap {
                word.append(scalar)
            }
            isInGap = isGap
        }
        return words + [String(word)]
    }
}

extension Unicode.Scalar {
    // `str.isspace` also takes the four separators of ASCII, which Unicode's White_Space does not.
    fileprivate var isPythonSpace: Bool {
        properties.isWhitespace || (0x1C...0x1F).contains(value)
    }

    // `\w` is `str.isalnum` and the underscore: letters and everything numeric, but no marks.
    fileprivate var isPythonWord: Bool { self == "_" || isAlphanumeric }
}
