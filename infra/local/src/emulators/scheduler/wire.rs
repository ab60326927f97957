//! EventBridge Scheduler at the wire: REST JSON, `/schedules/{name}` and `/schedule-groups/{name}`.

use bytes::Bytes;
use http::{Method, Response, Uri};
use serde_json::{Value, json};

use super::Scheduler;
use super::schedule::{Definition, Schedule};
use crate::emulators::json::{Refusal, answer, parse};
use crate::resources::{ACCOUNT, REGION};
use crate::wire::query_value;

pub(super) const DEFAULT_GROUP: &str = "default";
const PAGE: usize = 100;

impl Scheduler {
    /// Answers one request.
    pub(crate) fn call(&self, method: &Method, uri: &Uri, body: &[u8]) -> Response<Bytes> {
        self.route(method, uri, body).map_or_else(Refusal::into_response, |value| answer(&value))
    }

    fn route(&self, method: &Method, uri: &Uri, body: &[u8]) -> Result<Value, Refusal> {
        let query = uri.query().unwrap_or_default();
        let group = || query_value(query, "groupName").unwrap_or_else(|| DEFAULT_GROUP.to_owned());
        let parts: Vec<&str> = uri.path().trim_matches('/').split('/').collect();
        match (method, parts.as_slice()) {
            (&Method::POST, ["schedules", name]) => self.create(name, parse(body)?).map(arn_of),
            (&Method::PUT, ["schedules", name]) => self.update(name, parse(body)?).map(arn_of),
            (&Method::GET, ["schedules", name]) => self.get(&group(), name).map(|found| described(&found)),
            (&Method::DELETE, ["schedules", name]) => self.delete(&group(), name).map(|()| json!({})),
            (&Method::GET, ["schedules"]) => Ok(self.page(query)),
            (&Method::POST, ["schedule-groups", name]) => self.create_group(name),
            (&Method::GET, ["schedule-groups", name]) => self.get_group(name),
            _ => Err(Refusal::unknown_operation(uri.path())),
        }
    }

    fn page(&self, query: &str) -> Value {
        let group = query_value(query, "ScheduleGroup");
        let prefix = query_value(query, "NamePrefix").unwrap_or_default();
        let after = query_value(query, "NextToken").unwrap_or_default();
        let limit = query_value(query, "MaxResults")
            .and_then(|limit| limit.parse().ok())
            .unwrap_or(PAGE)
            .clamp(1, PAGE);
        let mut found = self.list(group.as_deref(), &prefix);
        found.retain(|schedule| schedule.key() > after);
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(Schedule::key);
        json!({"Schedules": found.iter().map(summarized).collect::<Vec<_>>(), "NextToken": next})
    }
}

/// The ARN of a group.
pub(super) fn group_arn(name: &str) -> String {
    format!("arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule-group/{name}")
}

#[expect(clippy::needless_pass_by_value, reason = "it is passed to map")]
fn arn_of(schedule: Schedule) -> Value {
    json!({"ScheduleArn": schedule.arn()})
}

fn described(schedule: &Schedule) -> Value {
    let Definition { schedule_expression, schedule_expression_timezone, state, target, .. } =
        &schedule.definition;
    json!({
        "Arn": schedule.arn(),
        "Name": schedule.name,
        "GroupName": schedule.group(),
        "ScheduleExpression": schedule_expression,
        "ScheduleExpressionTimezone": schedule_expression_timezone,
        "State": state,
        "Target": target,
        "Description": schedule.definition.description,
        "StartDate": schedule.definition.start_date,
        "EndDate": schedule.definition.end_date,
        "FlexibleTimeWindow": schedule.definition.flexible_time_window,
        "ActionAfterCompletion": schedule.definition.action_after_completion,
        "CreationDate": schedule.created_at.as_second(),
        "LastModificationDate": schedule.modified_at.as_second(),
    })
}

fn summarized(schedule: &Schedule) -> Value {
    json!({
        "Arn": schedule.arn(),
        "Name": schedule.name,
        "GroupName": schedule.group(),
        "State": schedule.definition.state,
        "Target": {"Arn": schedule.definition.target.arn},
        "CreationDate": schedule.created_at.as_second(),
        "LastModificationDate": schedule.modified_at.as_second(),
    })
}
