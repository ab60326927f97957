//! Objects: segments of records and files of runs, in S3.
//!
//! Keys begin with `t/<tenant>/`, checked against the scope before every call. Objects are written once
//! (`If-None-Match: *`) under a name that holds their hash, so "already there" is success. Nothing is overwritten.

use std::time::Duration;

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::Object;
use bytes::Bytes;
use jiff::Timestamp;
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

    /// Size in bytes and tag of an object, if it is there.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`], or [`StoreError::Corrupt`] when the key is not the tenant's.
    pub async fn find_size(
        &self,
        scope: &TenantScope,
        bucket: Bucket,
        key: &str,
    ) -> Result<Option<(u64, String)>, StoreError> {
        check_key(scope, key)?;
        match self.client.head_object().bucket(self.bucket(bucket)).key(key).send().await {
            Ok(object) => {
                let size = object.content_length().and_then(|n| u64::try_from(n).ok()).unwrap_or_default();
                Ok(Some((size, object.e_tag().unwrap_or_default().to_owned())))
            }
            Err(error) if status_of(&error) == Some(404) => Ok(None),
            Err(error) => Err(StoreError::unavailable(SERVICE, error)),
        }
    }

    /// Reads a part of an object, which must still have the tag: at most `length` bytes from `start` on.
    ///
    /// # Errors
    ///
    /// [`StoreError::MissingObject`] when it is gone or another one by now, [`StoreError::Unavailable`], or
    /// [`StoreError::Corrupt`] when the key is not the tenant's.
    pub async fn get_part(
        &self,
        scope: &TenantScope,
        bucket: Bucket,
        key: &str,
        etag: &str,
        (start, length): (u64, u64),
    ) -> Result<Bytes, StoreError> {
        check_key(scope, key)?;
        let range = format!("bytes={start}-{}", start + length - 1);
        let request =
            self.client.get_object().bucket(self.bucket(bucket)).key(key).if_match(etag).range(range);
        let object = request.send().await.map_err(|error| match status_of(&error) {
            Some(404 | 412) => StoreError::MissingObject { key: key.to_owned() },
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

    /// The keys that begin with the prefix of objects written before an instant.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`], or [`StoreError::Corrupt`] when the prefix is not the tenant's.
    pub async fn list_older(
        &self,
        scope: &TenantScope,
        bucket: Bucket,
        prefix: &str,
        before: Timestamp,
    ) -> Result<Vec<String>, StoreError> {
        let is_older = |at: &aws_sdk_s3::primitives::DateTime| at.secs() < before.as_second();
        let keep = |object: &Object| object.last_modified().is_some_and(is_older);
        self.list_kept(scope, bucket, prefix, keep).await
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
        self.list_kept(scope, bucket, prefix, |_| true).await
    }

    async fn list_kept(
        &self,
        scope: &TenantScope,
        bucket: Bucket,
        prefix: &str,
        keep: impl Fn(&Object) -> bool,
    ) -> Result<Vec<String>, StoreError> {
        check_key(scope, prefix)?;
        let (mut keys, mut next) = (Vec::new(), None);
        loop {
            let request = self.client.list_objects_v2().bucket(self.bucket(bucket)).prefix(prefix);
            let page = request.set_continuation_token(next).send().await;
            let page = page.map_err(|e| StoreError::unavailable(SERVICE, e))?;
            let kept = page.contents().iter().filter(|object| keep(object));
            keys.extend(kept.filter_map(|object| object.key().map(str::to_owned)));
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

    /// A link that takes an object of records once, for as long as it lives: its address, and the headers to send.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] when there are no credentials to sign with, or [`StoreError::Corrupt`] when the key
    /// is not the tenant's.
    pub async fn presign_upload(
        &self,
        scope: &TenantScope,
        key: &str,
        lives: Duration,
    ) -> Result<UploadLink, StoreError> {
        check_key(scope, key)?;
        let unavailable = |e: Box<dyn std::error::Error + Send + Sync>| StoreError::unavailable(SERVICE, e);
        let config = PresigningConfig::expires_in(lives).map_err(|e| unavailable(e.into()))?;
        // Once it is there it is read: a second file under its name would be another one.
        let request = self.presign.put_object().bucket(&self.buckets.records).key(key).if_none_match("*");
        let signed = request.presigned(config).await.map_err(|e| unavailable(e.into()))?;
        let headers = signed.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Ok(UploadLink { url: signed.uri().to_owned(), headers })
    }
}

/// Where and how an object is to be put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadLink {
    /// Its address.
    pub url: String,
    /// Headers that the signature covers and the request must have.
    pub headers: Vec<(String, String)>,
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
