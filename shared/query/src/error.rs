//! Why a body was refused or a query could not be answered.
//!
//! `Display` is for the caller and names the limit or the place; nothing here quotes a record's values.

/// Why a whole body was refused. Errors of single rows are [`crate::LineError`]s instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IngestError {
    /// The body as sent or unpacked is over its limit.
    #[error(
        "the {what} is larger than {limit} bytes; send larger files as uploads (POST /api/v1/datasets/{{dataset}}/uploads)"
    )]
    TooLarge {
        /// `body as sent` or `unpacked body`.
        what: &'static str,
        /// The limit in bytes.
        limit: usize,
    },
    /// The body as a whole cannot be read: a JSON array with broken syntax, a CSV without a usable header.
    #[error("line {line}: {detail}")]
    Malformed {
        /// Line of the text, 1 and up.
        line: u64,
        /// What is wrong and what would be right.
        detail: String,
    },
    /// The body is said to be gzip-encoded and is not, or is cut short.
    #[error("the body is not valid gzip, or it is cut short")]
    NotGzip,
    /// Far more comes out of the packed file than any file of records would have in it.
    #[error("more than {ratio} bytes come out of each byte that was sent; this is no file of records")]
    Bomb {
        /// The most there may be.
        ratio: u64,
    },
    /// A row goes on and on; where it begins is known one level up.
    #[error("a row has no end")]
    Endless,
    /// The file could not be read on; another try may work.
    #[error("the file could not be read: {detail}")]
    Interrupted {
        /// What went wrong, for the log.
        detail: String,
    },
    /// The mapping cannot work; stored mappings were checked before, so this is a caller's mistake.
    #[error("the mapping cannot be used: {0}")]
    Mapping(#[from] sitrep_domain::invalid::Invalid),
    /// The segment could not be written.
    #[error("a segment could not be written: {detail}")]
    Internal {
        /// What failed, for the log.
        detail: String,
    },
}

/// Why a scan gave no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// A limit would be passed; asking for less helps.
    #[error("the query needs more than {limit} {what}; narrow the window, the filters or the group keys")]
    Limit {
        /// What there would be too much of, in the plural, such as `groups`.
        what: &'static str,
        /// The most there may be.
        limit: u64,
    },
    /// A segment's file is not what its row says; nobody's query can read it.
    #[error("the segment {key} is damaged: {detail}")]
    Corrupt {
        /// Object key of the segment.
        key: String,
        /// What does not fit.
        detail: String,
    },
    /// A segment's footer names another tenant: a defect that must be looked into.
    #[error("the segment {key} is not of this tenant")]
    WrongTenant {
        /// Object key of the segment.
        key: String,
    },
    /// The scan was used in another way than documented.
    #[error("the query could not be run: {detail}")]
    Internal {
        /// What went wrong, for the log.
        detail: String,
    },
}
