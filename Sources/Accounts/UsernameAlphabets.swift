// Telling a name that mixes alphabets, such as `аdmin` with a Cyrillic а, from one that does not.

extension Username {
    /// Whether the letters of a text are all of one script, or of those that are written together: Latin with Chinese, Japanese or
    /// Korean.
    ///
    /// Source: Unicode Technical Standard 39, section 5.2, "Highly Restrictive", over the recommended scripts of UAX 31, table 5;
    /// letters of other scripts may not be mixed with those. What a name looks like as a whole is not judged: `раураl`, were its last
    /// letter Cyrillic too, is one alphabet.
    public static func isOfOneAlphabet(_ text: String) -> Bool {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return true }
        // What all scripts share (digits, signs) is Common or Inherited; `scx` counts a letter to each script that uses it.
        let oneAlphabet =
            #/
            [\p{scx=Latin}\p{scx=Common}\p{scx=Inherited}]*
            | [\p{scx=Cyrillic}\p{scx=Common}\p{scx=Inherited}]*
            | [\p{scx=Greek}\p{scx=Common}\p{scx=Inherited}]*
            | [\p{scx=Armenian}\p{scx=Common}\p{scx=Inherited}]*
            | [\p{scx=Georgian}\p{scx=Common}\p{scx=Inherited}]*
            | [\p{scx=Hebrew}\p{scx=Common}\p{scx=Inherited}]*
            | [\p{scx=Arabic}\p{scx=Common}\p{scx=Inherited}]*
            | [\p{scx=Thaana}\p{scx=Common}\p{scx=Inherited}]*
            | [\p{scx=Devanagari}\p{scx=Common}\p{scx=Inherited}]*
            | [\p{scx=Bengali}\p{scx=Common}\p{scx=Inherited}]*
            | [\p{scx=Gurmukhi}\p{scx=Common}\p{scx=Inherited}]*
            | [\p{scx=Gujarati}\p{scx=Common}\p{scx=Inherited}]*
            | [\p{scx=Oriya}\p{scx=Common}\p{scx=Inherited}]*
            | [\p{scx=Tamil}\p{scx=Common}\p{scx=Inherited}]*
            | [\p{scx=Telugu}\p{scx=Common}\p{scx=Inherited}]*
            | [\p{scx=Kannada}\p{scx=Common}\p{scx=Inherited}]*
            | [\p{scx=Malayalam}\p{scx=Common}\p{scx=Inherited}]*
            | [\p{scx=Sinhala}\p{scx=Common}\p{scx=Inherited}]*
            | [\p{scx=Thai}\p{scx=Common}\p{scx=Inherited}]*
            | [\p{scx=Lao}\p{scx=Common}\p{scx=Inherited}]*
            | [\p{scx=Tibetan}\p{scx=Common}\p{scx=Inherited}]*
            | [\p{scx=Myanmar}\p{scx=Common}\p{scx=Inherited}]*
            | [\p{scx=Khmer}\p{scx=Common}\p{scx=Inherited}]*
            | [\p{scx=Ethiopic}\p{scx=Common}\p{scx=Inherited}]*
            | [\p{scx=Latin}\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Common}\p{scx=Inherited}]*
            | [\p{scx=Latin}\p{scx=Han}\p{scx=Bopomofo}\p{scx=Common}\p{scx=Inherited}]*
            | [\p{scx=Latin}\p{scx=Han}\p{scx=Hangul}\p{scx=Common}\p{scx=Inherited}]*
            | [^\p{scx=Latin}\p{scx=Cyrillic}\p{scx=Greek}\p{scx=Armenian}\p{scx=Georgian}\p{scx=Hebrew}\p{scx=Arabic}
            \p{scx=Thaana}\p{scx=Devanagari}\p{scx=Bengali}\p{scx=Gurmukhi}\p{scx=Gujarati}\p{scx=Oriya}\p{scx=Tamil}
            \p{scx=Telugu}\p{scx=Kannada}\p{scx=Malayalam}\p{scx=Sinhala}\p{scx=Thai}\p{scx=Lao}\p{scx=Tibetan}
            \p{scx=Myanmar}\p{scx=Khmer}\p{scx=Ethiopic}\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Bopomofo}
            \p{scx=Hangul}]*
            /#
        return text.wholeMatch(of: oneAlphabet.matchingSemantics(.unicodeScalar)) != nil
    }
}
