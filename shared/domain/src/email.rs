//! Addresses of people: one spelling, checked before anything is sent or stored.
//!
//! The grammar is the plain part of RFC 5321: `local@domain` in ASCII, no quotes, no comments, no address literals.
//! What a mail system would accept beyond that nobody types into a report's recipients.

use serde::{Deserialize, Serialize};

use crate::invalid::Invalid;

/// An e-mail address, lower-cased.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

impl Email {
    /// Longest address, in bytes (RFC 5321, 4.5.3.1.3).
    pub const MAX_BYTES: usize = 254;

    /// Reads an address; case and surrounding white space do not count.
    ///
    /// # Errors
    ///
    /// [`Invalid`] with code `bad_email` when it is not `local@domain.tld`.
    pub fn new(text: impl AsRef<str>) -> Result<Self, Invalid> {
        let text = text.as_ref().trim().to_ascii_lowercase();
        let well_formed = text.len() <= Self::MAX_BYTES
            && text.rsplit_once('@').is_some_and(|(local, domain)| is_local(local) && is_domain(domain));
        if well_formed {
            return Ok(Self(text));
        }
        Err(Invalid::field("", "bad_email", "an address looks like name@example.com, in plain ASCII"))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What follows the `@`.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

fn is_local(local: &str) -> bool {
    let atom = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
    };
    local.len() <= 64 && local.split('.').all(atom)
}

fn is_domain(domain: &str) -> bool {
    let label = |part: &str| {
        (1..=63).contains(&part.len())
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    let last_is_name =
        domain.rsplit('.').next().is_some_and(|tld| tld.bytes().any(|b| b.is_ascii_alphabetic()));
    domain.contains('.') && last_is_name && domain.split('.').all(label)
}

impl std::fmt::Display for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Email {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_plain_and_lower_case() {
        assert_eq!(Email::new(" Ann.Lee+x@Example.COM ").unwrap().as_str(), "ann.lee+x@example.com");
        for bad in [
            "",
            "ann",
            "ann@",
            "@example.com",
            "ann@localhost",
            "a b@example.com",
            "ann@example..com",
            "ann@-x.com",
            "ann@1.2.3.4",
            "ann@example.com\r\nBcc: x@y.zz",
            "\"ann\"@example.com",
            "ann@exämple.com",
        ] {
            assert!(Email::new(bad).is_err(), "{bad}");
        }
    }
}
