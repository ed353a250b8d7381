// Rows that are answered otherwise than they were recorded, in groups of one reason. A row that becomes equal must leave.

/// The keys of unequal rows, by reason.
let knownDifferences: [String: [String]] = [
    "a body over 64 KiB is answered with 413 before its fields are looked at": [
        "000 · POST /core/signup/ · fields · first_name: 100000 chars · #1",
        "000 · POST /core/signup/ · fields · last_name: 100000 chars · #1",
        "000 · PUT /core/profile/ · fields · last_name: 100000 chars · #1",
        "002 · PUT /update_profile/ · fields · first_name: 100000 chars · #1",
        "002 · PUT /update_profile/ · fields · patronymic: 100000 chars · #1",
        "004 · POST /api/v1/users/ · fields · first_name: 100000 chars · #1",
        "004 · POST /api/v1/users/ · fields · last_name: 100000 chars · #1",
        "004 · PUT/PATCH /api/v1/users/{id}/ · fields · last_name: 100000 chars · #1",
    ],
    "a picture of more than 40 million pixels is not decoded (pictures.maximum_megapixels), whatever its size in bytes":
        [
            "002 · PUT /update_profile/ · image · 12000x12000 PNG · #1",
            "003 · POST /api/user/register/ · image · 12000x12000 PNG · #1",
            "003 · PUT /api/user/update/ · image · 12000x12000 PNG · #1",
        ],
]
