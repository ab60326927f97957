//! Objects: segments of records and files of runs, in S3.
//!
//! Keys begin with `t/<tenant>/`, checked against the scope before every call. Objects are written once
//! (`If-None-Match: *`) under a name that holds their hash, so "already there" is success. Nothing is overwritten.

use std::time::Duration;

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use bytes::Bytes;
use sitrep_domain::scope::TenantScope;

use crate::clients::Clients;
use crate::error::StoreError;

pub(crate) const SERVICE: &str = "the object store";

/// Names of the two buckets.
#[derive(Clone, Debug)]
pub struct Buckets {
    /// Files of runs.
    pub artifacts: String,
    /// Segments of records.
    pub records: String,
}

/// Which bucket an object lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bucket {
    /// Files of runs.
    Artifacts,
    /// Segments of records.
    Records,
}

/// The object store.
#[derive(Clone, Debug)]
pub struct Objects {
    pub(crate) client: aws_sdk_s3::Client,
    presign: aws_sdk_s3::Client,
    pub(crate) buckets: Buckets,
}

impl Objects {
    /// The longest a link to a file lives.
    pub const PRESIGN: Duration = Duration::from_secs(60);

    /// The object store of these buckets.
    #[must_use]
    pub fn new(clients: &Clients, buckets: Buckets) -> Self {
        Self { client: clients.s3.clone(), presign: clients.presign.clone(), buckets }
    }

    fn bucket(&self, bucket: Bucket) -> &str {
        match bucket {
            Bucket::Artifacts => &self.buckets.artifacts,
            Bucket::Records => &self.buckets.records,
        }
    }

    /// Writes an object that is not there yet; one that is there already is the same, by its name.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`], or [`StoreError::Corrupt`] when the key is not the tenant's.
    pub async fn put_once(
        &self,
        scope: &TenantScope,
        bucket: Bucket,
        key: &str,
        content_type: &str,
        bytes: Bytes,
    ) -> Result<(), StoreError> {
        check_key(scope, key)?;
        for _ in 0..3 {
            let answer = self
                .client
                .put_object()
                .bucket(self.bucket(bucket))
                .key(key)
                .content_type(content_type)
                .if_none_match("*")
                .body(ByteStream::from(bytes.clone()))
                .send()
                .await;
            match answer {
                Ok(_) => return Ok(()),
                Err(error) => match status_of(&error) {
                    Some(412) => return Ok(()),
                    Some(409) => {} // Another writer is at it: look again.
                    _ => return Err(StoreError::unavailable(SERVICE, error)),
                },
            }
        }
        Err(StoreError::unavailable(SERVICE, format!("{key} is being written by somebody else")))
    }

    /// Reads an object.
    ///
    /// # Errors
    ///
    /// [`StoreError::MissingObject`], [`StoreError::Unavailable`], or [`StoreError::Corrupt`] when the key is not the
    /// tenant's.
    pub async fn get(&self, scope: &TenantScope, bucket: Bucket, key: &str) -> Result<Bytes, StoreError> {
        check_key(scope, key)?;
        let answer = self.client.get_object().bucket(self.bucket(bucket)).key(key).send().await;
        let object = answer.map_err(|error| match status_of(&error) {
            Some(404) => StoreError::MissingObject { key: key.to_owned() },
            _ => StoreError::unavailable(SERVICE, error),
        })?;
        let body = object.body.collect().await.map_err(|e| StoreError::unavailable(SERVICE, e))?;
        Ok(body.into_bytes())
    }

    /// Removes an object; one that is not there is removed already.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`], or [`StoreError::Corrupt`] when the key is not the tenant's.
    pub async fn remove(&self, scope: &TenantScope, bucket: Bucket, key: &str) -> Result<(), StoreError> {
        check_key(scope, key)?;
        let answer = self.client.delete_object().bucket(self.bucket(bucket)).key(key).send().await;
        answer.map(drop).map_err(|e| StoreError::unavailable(SERVICE, e))
    }

    /// Removes every object whose key begins with the prefix.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`], or [`StoreError::Corrupt`] when the prefix is not the tenant's.
    pub async fn remove_all(
        &self,
        scope: &TenantScope,
        bucket: Bucket,
        prefix: &str,
    ) -> Result<(), StoreError> {
        for key in self.list(scope, bucket, prefix).await? {
            self.remove(scope, bucket, &key).await?;
        }
        Ok(())
    }

    /// Keys of every object whose key begins with the prefix.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`], or [`StoreError::Corrupt`] when the prefix is not the tenant's.
    pub async fn list(
        &self,
        scope: &TenantScope,
        bucket: Bucket,
        prefix: &str,
    ) -> Result<Vec<String>, StoreError> {
        check_key(scope, prefix)?;
        let (mut keys, mut next) = (Vec::new(), None);
        loop {
            let request = self.client.list_objects_v2().bucket(self.bucket(bucket)).prefix(prefix);
            let page = request.set_continuation_token(next).send().await;
            let page = page.map_err(|e| StoreError::unavailable(SERVICE, e))?;
            keys.extend(page.contents().iter().filter_map(|object| object.key().map(str::to_owned)));
            next = page.next_continuation_token;
            if next.is_none() {
                return Ok(keys);
            }
        }
    }

    /// A link to a file that lives [`Self::PRESIGN`] and saves it under the name.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] when there are no credentials to sign with, or [`StoreError::Corrupt`] when the key
    /// is not the tenant's.
    pub async fn presign_download(
        &self,
        scope: &TenantScope,
        key: &str,
        content_type: &str,
        file_name: &str,
    ) -> Result<String, StoreError> {
        check_key(scope, key)?;
        let unavailable = |e: Box<dyn std::error::Error + Send + Sync>| StoreError::unavailable(SERVICE, e);
        let config = PresigningConfig::expires_in(Self::PRESIGN).map_err(|e| unavailable(e.into()))?;
        let request = self
            .presign
            .get_object()
            .bucket(&self.buckets.artifacts)
            .key(key)
            .response_content_type(content_type)
            .response_content_disposition(format!("attachment; filename=\"{file_name}\""))
            .response_cache_control("no-store")
            .presigned(config)
            .await
            .map_err(|e| unavailable(e.into()))?;
        Ok(request.uri().to_owned())
    }
}

pub(crate) fn check_key(scope: &TenantScope, key: &str) -> Result<(), StoreError> {
    let prefix = format!("t/{}/", scope.tenant());
    if key.starts_with(&prefix) {
        return Ok(());
    }
    Err(StoreError::Corrupt {
        what: "object key",
        detail: format!("{key} is not of tenant {}", scope.tenant()),
    })
}

fn status_of<E: ProvideErrorMetadata>(
    error: &SdkError<E, aws_smithy_runtime_api::client::orchestrator::HttpResponse>,
) -> Option<u16> {
    error.raw_response().map(|response| response.status().as_u16())
}
