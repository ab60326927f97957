//! SSM Parameter Store: the deployment's keys as `SecureString`s, made at random when the stack first starts.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::Response;
use serde::Deserialize;
use serde_json::{Value, json};
use sitrep_app::clock::IdSource;

use crate::emulators::json::{Refusal, answer, parse};
use crate::resources::{ACCOUNT, KEY_PARAMETERS, REGION};
use crate::shelf::Shelf;

const KIND: &str = "parameter";
const KEY_BYTES: usize = 32;

/// The emulated service.
pub(crate) struct Ssm {
    values: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetParameter {
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetParameters {
    names: Vec<String>,
}

impl Ssm {
    /// Takes the keys from the shelf, or makes them and puts them there.
    pub(crate) fn open(shelf: &Shelf, ids: &dyn IdSource) -> Self {
        let mut values: BTreeMap<String, String> = shelf.load(KIND).into_iter().collect();
        for name in KEY_PARAMETERS {
            values.entry(name.to_owned()).or_insert_with(|| {
                let key = random_key(ids);
                shelf.put(KIND, name, &key);
                key
            });
        }
        Self { values }
    }

    /// Answers one operation.
    pub(crate) fn call(&self, operation: &str, body: &[u8]) -> Response<Bytes> {
        let result = match operation {
            "GetParameter" => parse(body).and_then(|request| self.get_parameter(&request)),
            "GetParameters" => parse(body).map(|request| self.get_parameters(&request)),
            _ => Err(Refusal::unknown_operation(operation)),
        };
        result.map_or_else(Refusal::into_response, |value| answer(&value))
    }

    fn get_parameter(&self, request: &GetParameter) -> Result<Value, Refusal> {
        let parameter = self.describe(&request.name);
        let found = parameter.ok_or_else(|| Refusal::new(400, "ParameterNotFound", request.name.clone()))?;
        Ok(json!({"Parameter": found}))
    }

    fn get_parameters(&self, request: &GetParameters) -> Value {
        let found: Vec<Value> = request.names.iter().filter_map(|name| self.describe(name)).collect();
        let unknown: Vec<&String> =
            request.names.iter().filter(|name| !self.values.contains_key(*name)).collect();
        json!({"Parameters": found, "InvalidParameters": unknown})
    }

    fn describe(&self, name: &str) -> Option<Value> {
        let value = self.values.get(name)?;
        let arn = format!("arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{name}");
        Some(
            json!({"Name": name, "Type": "SecureString", "Value": value, "Version": 1, "ARN": arn, "DataType": "text"}),
        )
    }
}

fn random_key(ids: &dyn IdSource) -> String {
    let mut bytes = [0; KEY_BYTES];
    ids.fill(&mut bytes);
    STANDARD.encode(bytes)
}
