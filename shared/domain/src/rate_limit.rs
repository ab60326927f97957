//! Rate limits: how often somebody may do something within a window, by plan.
//!
//! The figures are the table in [`LimitName::quota`]; a deployment changes single ones of them by [`RateLimits::parse`].
//! Counting is the store's; what is counted, and when, is the use case's.

use jiff::Timestamp;

use crate::access::Plan;
use crate::invalid::Invalid;

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LimitName {
    /// Requests of a user, whatever they ask for.
    Requests,
    /// Exports that a user asks for; each is a request as well.
    Exports,
    /// Compliance PDFs that a user asks for; each is a request as well.
    CompliancePdf,
    /// Attempts to sign in to an account, good or bad. The plan is not known then.
    SignIn,
}

/// So many within so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// How many are let through, 1 and up.
    pub amount: u32,
    /// Length of the window, in seconds. It begins with the first one that is counted in it.
    pub window_s: u32,
}

impl LimitName {
    /// Every limit.
    pub const ALL: [Self; 4] = [Self::Requests, Self::Exports, Self::CompliancePdf, Self::SignIn];

    /// Its word in headers, keys and configuration.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Exports => "exports",
            Self::CompliancePdf => "compliance_pdf",
            Self::SignIn => "sign_in",
        }
    }

    /// The table of limits. Every plan has the same figures today; each is a cell of its own, to be changed here.
    #[must_use]
    pub const fn quota(self, plan: Plan) -> Quota {
        use Plan::{Enterprise, Governance, Starter};
        let (amount, window_s) = match (self, plan) {
            (Self::Requests, Starter | Governance | Enterprise) => (100, 60),
            (Self::Exports, Starter | Governance | Enterprise) => (20, 60),
            (Self::CompliancePdf, Starter | Governance | Enterprise) => (10, 3_600),
            (Self::SignIn, _) => (5, 60),
        };
        Quota { amount, window_s }
    }
}

/// The limits of a deployment: the table, and what the deployment changes of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RateLimits {
    overrides: Vec<Override>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Override {
    /// Every plan's when missing.
    plan: Option<Plan>,
    name: LimitName,
    amount: u32,
}

impl RateLimits {
    /// Reads what a deployment changes: `[plan.]limit=amount`, separated by commas, such as
    /// `requests=200,enterprise.exports=60`. Later ones win. An empty text changes nothing.
    ///
    /// # Errors
    ///
    /// [`Invalid`] naming the part that is not understood.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let overrides = parts.map(parse_override).collect::<Result<_, _>>()?;
        Ok(Self { overrides })
    }

    /// The quota of a limit on a plan. Sign-in has none yet; any plan stands for it.
    #[must_use]
    pub fn quota(&self, name: LimitName, plan: Plan) -> Quota {
        let quota = name.quota(plan);
        let fits = |o: &&Override| o.name == name && o.plan.is_none_or(|p| p == plan);
        let amount = self.overrides.iter().rev().find(fits).map_or(quota.amount, |o| o.amount);
        Quota { amount, ..quota }
    }
}

fn parse_override(part: &str) -> Result<Override, Invalid> {
    let wrong = || {
        let names = LimitName::ALL.map(LimitName::as_str).join(", ");
        let detail = format!("write [plan.]limit=amount; limits are {names}, and an amount is 1 or more");
        Invalid::field(part, "bad_limit", detail)
    };
    let (key, amount) = part.split_once('=').ok_or_else(wrong)?;
    let (plan, name) = match key.trim().split_once('.') {
        Some((plan, name)) => {
            (Some(serde_json::from_value(plan.into()).map_err(|_: serde_json::Error| wrong())?), name)
        }
        None => (None, key.trim()),
    };
    let name = LimitName::ALL.into_iter().find(|limit| limit.as_str() == name).ok_or_else(wrong)?;
    let amount = amount.trim().parse().ok().filter(|amount| *amount > 0).ok_or_else(wrong)?;
    Ok(Override { plan, name, amount })
}

/// Where somebody stands within a limit, after one more was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Which limit.
    pub name: LimitName,
    /// What it allows.
    pub quota: Quota,
    /// How many were let through in this window, this one included.
    pub used: u32,
    /// When the window ends and the next one may begin.
    pub resets_at: Timestamp,
    /// Whether this one was turned away.
    pub is_refused: bool,
}

impl Usage {
    /// How many more the window lets through.
    #[must_use]
    pub const fn remaining(&self) -> u32 {
        self.quota.amount.saturating_sub(self.used)
    }

    /// Seconds until the window ends, rounded up so that whoever waits them is not too early; 0 when it has ended.
    #[must_use]
    pub fn seconds_left(&self, now: Timestamp) -> u64 {
        let ms = self.resets_at.as_millisecond().saturating_sub(now.as_millisecond());
        u64::try_from(ms).unwrap_or(0).div_ceil(1_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_are_the_contracts_on_every_plan() {
        for plan in [Plan::Starter, Plan::Governance, Plan::Enterprise] {
            let of = |name: LimitName| {
                let quota = RateLimits::default().quota(name, plan);
                (quota.amount, quota.window_s)
            };
            assert_eq!(
                LimitName::ALL.map(of),
                [(100, 60), (20, 60), (10, 3_600), (5, 60)],
                "requests, exports, compliance PDF, sign-in on {plan:?}"
            );
        }
    }

    #[test]
    fn a_deployment_changes_a_limit_on_every_plan_or_on_one() {
        let limits =
            RateLimits::parse("requests=200, enterprise.requests=600,starter.exports=5,sign_in=9").unwrap();
        for (name, plan, amount) in [
            (LimitName::Requests, Plan::Starter, 200),
            (LimitName::Requests, Plan::Enterprise, 600),
            (LimitName::Exports, Plan::Starter, 5),
            (LimitName::Exports, Plan::Enterprise, 20),
            (LimitName::SignIn, Plan::Governance, 9),
            (LimitName::CompliancePdf, Plan::Starter, 10),
        ] {
            assert_eq!(limits.quota(name, plan).amount, amount, "{name:?} {plan:?}");
        }
        assert_eq!(RateLimits::parse("").unwrap(), RateLimits::default());
        for wrong in
            ["requests", "requests=0", "requests=-1", "reqests=5", "gold.requests=5", "requests=many"]
        {
            assert_eq!(RateLimits::parse(wrong).unwrap_err().errors[0].field, wrong);
        }
    }

    #[test]
    fn who_waits_the_seconds_left_is_not_too_early() {
        let usage = |resets_at: &str| Usage {
            name: LimitName::Requests,
            quota: Quota { amount: 100, window_s: 60 },
            used: 130,
            resets_at: resets_at.parse().unwrap(),
            is_refused: true,
        };
        let now = "2026-11-20T09:00:00Z".parse().unwrap();
        for (resets_at, seconds) in [
            ("2026-11-20T09:00:00.001Z", 1),
            ("2026-11-20T09:00:59.999Z", 60),
            ("2026-11-20T09:01:00Z", 60),
            ("2026-11-20T08:59:00Z", 0),
        ] {
            assert_eq!(usage(resets_at).seconds_left(now), seconds, "{resets_at}");
        }
        assert_eq!(usage("2026-11-20T09:01:00Z").remaining(), 0);
    }
}
