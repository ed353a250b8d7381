// Rows that are answered otherwise than they were recorded, each group for one reason. A row that becomes equal must leave.

/// The keys of unequal rows, by reason.
let knownDifferences: [String: [String]] = [:]
