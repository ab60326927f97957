//! The two tables and their indexes, as `template.yaml` declares them.

use dynoxide::{Database, DynoxideError};
use serde_json::{Value, json};

use crate::resources::{CORE_TABLE, DUE_INDEX, GLOBAL_TABLE};

/// The attribute whose number of epoch seconds ends an item's life.
const TTL_ATTRIBUTE: &str = "ttl";

pub(super) fn create_missing(database: &Database) -> Result<(), DynoxideError> {
    for declaration in [core_table(), global_table()] {
        let name = declaration["TableName"].as_str().expect("a declaration names its table").to_owned();
        if database.get_table_metadata(&name)?.is_some() {
            continue;
        }
        database.create_table(read(declaration))?;
        database.update_time_to_live(read(json!({
            "TableName": name,
            "TimeToLiveSpecification": {"AttributeName": TTL_ATTRIBUTE, "Enabled": true},
        })))?;
    }
    Ok(())
}

fn core_table() -> Value {
    let lists = ["gsi1", "gsi2", "gsi3"].map(|index| index_of(index, index, "ALL"));
    let indexes: Vec<Value> = lists.into_iter().chain([index_of(DUE_INDEX, "due", "KEYS_ONLY")]).collect();
    let keys = ["gsi1", "gsi2", "gsi3", "due"].map(|prefix| [format!("{prefix}pk"), format!("{prefix}sk")]);
    let names = ["pk".to_owned(), "sk".to_owned()].into_iter().chain(keys.into_iter().flatten());
    json!({
        "TableName": CORE_TABLE,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": key_schema("pk", "sk"),
        "AttributeDefinitions": names.map(|name| string_attribute(&name)).collect::<Vec<_>>(),
        "GlobalSecondaryIndexes": indexes,
    })
}

fn global_table() -> Value {
    json!({
        "TableName": GLOBAL_TABLE,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": key_schema("pk", "sk"),
        "AttributeDefinitions": [string_attribute("pk"), string_attribute("sk")],
    })
}

fn index_of(name: &str, prefix: &str, projection: &str) -> Value {
    json!({
        "IndexName": name,
        "KeySchema": key_schema(&format!("{prefix}pk"), &format!("{prefix}sk")),
        "Projection": {"ProjectionType": projection},
    })
}

fn key_schema(hash: &str, range: &str) -> Value {
    json!([{"AttributeName": hash, "KeyType": "HASH"}, {"AttributeName": range, "KeyType": "RANGE"}])
}

fn string_attribute(name: &str) -> Value {
    json!({"AttributeName": name, "AttributeType": "S"})
}

fn read<T: serde::de::DeserializeOwned>(declaration: Value) -> T {
    serde_json::from_value(declaration).expect("the declarations are valid requests")
}
