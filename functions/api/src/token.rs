//! Access tokens: JWTs signed with HS256 under the deployment's key.
//!
//! The algorithm is fixed here and never taken from the token. Expiry is checked against our own clock, without leeway;
//! the library's check reads the machine's clock and is off. Whether the user still exists is read per request.

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sitrep_app::access::Claims;
use sitrep_app::error::AppError;
use sitrep_domain::ids::{TenantId, UserId};
use sitrep_domain::user::User;

/// Life of a token, in seconds.
pub(crate) const EXPIRES_IN_SECONDS: i64 = 3_600;
const ISSUER: &str = "sitrep";
const AUDIENCE: &str = "sitrep-api";

#[derive(Serialize, Deserialize)]
struct RawClaims {
    iss: String,
    aud: String,
    sub: UserId,
    tenant: TenantId,
    ver: u32,
    /// Seconds since 1970; the token is good before it.
    exp: i64,
}

/// Makes a token for a user who has signed in.
pub(crate) fn issue_token(key: &[u8], user: &User, now: Timestamp) -> Result<String, AppError> {
    let claims = RawClaims {
        iss: ISSUER.to_owned(),
        aud: AUDIENCE.to_owned(),
        sub: user.id,
        tenant: user.tenant.clone(),
        ver: user.ver,
        exp: now.as_second() + EXPIRES_IN_SECONDS,
    };
    let header = Header::new(Algorithm::HS256);
    jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(key)).map_err(AppError::internal)
}

/// What a token says, if it is ours and has not expired.
///
/// # Errors
///
/// [`AppError::Unauthorized`] for every other token; which check it failed is not said.
pub(crate) fn verify_token(key: &[u8], token: &str, now: Timestamp) -> Result<Claims, AppError> {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.validate_exp = false;
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    let decoded = jsonwebtoken::decode::<RawClaims>(token, &DecodingKey::from_secret(key), &validation);
    let claims = decoded.map_err(|_| AppError::Unauthorized)?.claims;
    let expires_at = Timestamp::from_second(claims.exp).map_err(|_| AppError::Unauthorized)?;
    if now >= expires_at {
        return Err(AppError::Unauthorized);
    }
    Ok(Claims { tenant: claims.tenant, user: claims.sub, ver: claims.ver })
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::{Value, json};

    const KEY: &[u8] = b"0123456789abcdef0123456789abcdef";
    const OTHER_KEY: &[u8] = b"another-key-another-key-another!";

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn claims() -> Value {
        let sub = uuid::Uuid::nil().to_string();
        json!({"iss": "sitrep", "aud": "sitrep-api", "sub": sub, "tenant": "acme", "ver": 1, "exp": 4_600})
    }

    fn signed(header: &Header, claims: &Value, key: &[u8]) -> String {
        jsonwebtoken::encode(header, claims, &EncodingKey::from_secret(key)).unwrap()
    }

    fn unsigned(header: &Value, claims: &Value, signature: &str) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.{signature}", part(header), part(claims))
    }

    #[test]
    fn a_token_is_good_until_the_second_it_expires() {
        let user = crate::samples::user();
        let token = issue_token(KEY, &user, at(1_000)).unwrap();
        for (now, good) in [(1_000, true), (4_599, true), (4_600, false), (4_601, false)] {
            assert_eq!(verify_token(KEY, &token, at(now)).is_ok(), good, "{now}");
        }
        let claims = verify_token(KEY, &token, at(1_000)).unwrap();
        assert_eq!((claims.user, claims.tenant, claims.ver), (user.id, user.tenant, user.ver));
    }

    #[test]
    fn forged_tokens_open_nothing() {
        let hs256 = Header::new(Algorithm::HS256);
        let with = |name: &str, value: Value| {
            let mut claims = claims();
            claims[name] = value;
            signed(&hs256, &claims, KEY)
        };
        let without = |name: &str| {
            let mut claims = claims();
            claims.as_object_mut().unwrap().remove(name);
            signed(&hs256, &claims, KEY)
        };
        let good = signed(&hs256, &claims(), KEY);
        assert!(verify_token(KEY, &good, at(1_000)).is_ok());
        let signature = good.rsplit_once('.').unwrap().1;
        let mut raised = claims();
        raised["tenant"] = json!("globex");
        for (what, token) in [
            ("another key", signed(&hs256, &claims(), OTHER_KEY)),
            ("another algorithm", signed(&Header::new(Algorithm::HS512), &claims(), KEY)),
            ("alg none", unsigned(&json!({"alg": "none", "typ": "JWT"}), &claims(), "")),
            ("alg None with a signature", unsigned(&json!({"alg": "None"}), &claims(), signature)),
            ("changed claims", unsigned(&json!({"alg": "HS256", "typ": "JWT"}), &raised, signature)),
            ("another audience", with("aud", json!("another-api"))),
            ("another issuer", with("iss", json!("another"))),
            ("a bad subject", with("sub", json!("ann"))),
            ("a bad tenant", with("tenant", json!("T#acme"))),
            ("an endless life", with("exp", json!(i64::MAX))),
            ("a life in words", with("exp", json!("never"))),
            ("no expiry", without("exp")),
            ("no audience", without("aud")),
            ("no issuer", without("iss")),
            ("no subject", without("sub")),
            ("no version", without("ver")),
            ("no signature", good[..=good.rfind('.').unwrap()].to_owned()),
            ("nothing", String::new()),
            ("no token", "a.b.c".to_owned()),
        ] {
            let refused = verify_token(KEY, &token, at(1_000)).unwrap_err();
            assert!(matches!(refused, AppError::Unauthorized), "{what}");
        }
    }
}
