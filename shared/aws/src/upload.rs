//! Uploads: an object written piece by piece while it is made, whose size nobody knows yet.
//!
//! Nothing of it can be seen before [`Upload::complete`]. An upload is completed or aborted; one that was neither,
//! because its process died, is removed by the bucket's lifecycle rule after a day. Objects written so are tagged as
//! exports, which live a day.

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use bytes::{Bytes, BytesMut};
use sitrep_domain::scope::TenantScope;

use crate::error::StoreError;
use crate::objects::{Objects, SERVICE, check_key};

/// Tag by which the lifecycle rule of the bucket knows exports.
const EXPORT_TAG: &str = "kind=export";
/// Size of a part in bytes; S3 takes none below 5 MiB but the last.
const PART_BYTES: usize = 8 << 20;

/// An object under way in the bucket of artifacts.
#[derive(Debug)]
pub struct Upload {
    client: aws_sdk_s3::Client,
    bucket: String,
    key: String,
    id: String,
    parts: Vec<CompletedPart>,
    pending: BytesMut,
}

impl Objects {
    /// Begins an object in the bucket of artifacts.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`], or [`StoreError::Corrupt`] when the key is not the tenant's.
    pub async fn begin_upload(
        &self,
        scope: &TenantScope,
        key: &str,
        content_type: &str,
    ) -> Result<Upload, StoreError> {
        check_key(scope, key)?;
        let bucket = self.buckets.artifacts.clone();
        let request = self.client.create_multipart_upload().bucket(&bucket).key(key).tagging(EXPORT_TAG);
        let answer = request.content_type(content_type).send().await;
        let answer = answer.map_err(|e| StoreError::unavailable(SERVICE, e))?;
        let id = answer.upload_id.ok_or_else(|| StoreError::unavailable(SERVICE, "an upload has no id"))?;
        let (client, key) = (self.client.clone(), key.to_owned());
        Ok(Upload { client, bucket, key, id, parts: Vec::new(), pending: BytesMut::new() })
    }
}

impl Upload {
    /// Adds bytes; they are sent as soon as they fill a part.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.pending.extend_from_slice(bytes);
        while self.pending.len() >= PART_BYTES {
            let part = self.pending.split_to(PART_BYTES).freeze();
            self.send(part).await?;
        }
        Ok(())
    }

    /// Sends the rest, and makes the object appear.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`]; the upload is then still there to be aborted.
    pub async fn complete(&mut self) -> Result<(), StoreError> {
        let rest = self.pending.split().freeze();
        if !rest.is_empty() || self.parts.is_empty() {
            self.send(rest).await?;
        }
        let parts = CompletedMultipartUpload::builder().set_parts(Some(self.parts.clone())).build();
        let request = self.client.complete_multipart_upload().bucket(&self.bucket).key(&self.key);
        let answer = request.upload_id(&self.id).multipart_upload(parts).send().await;
        answer.map(drop).map_err(|e| StoreError::unavailable(SERVICE, e))
    }

    /// Gives the object up and removes what was sent of it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`]; the lifecycle rule then removes it.
    pub async fn abort(self) -> Result<(), StoreError> {
        let request = self.client.abort_multipart_upload().bucket(&self.bucket).key(&self.key);
        let answer = request.upload_id(&self.id).send().await;
        answer.map(drop).map_err(|e| StoreError::unavailable(SERVICE, e))
    }

    async fn send(&mut self, part: Bytes) -> Result<(), StoreError> {
        let number = i32::try_from(self.parts.len() + 1).unwrap_or(i32::MAX);
        let request = self.client.upload_part().bucket(&self.bucket).key(&self.key).upload_id(&self.id);
        let answer = request.part_number(number).body(ByteStream::from(part)).send().await;
        let answer = answer.map_err(|e| StoreError::unavailable(SERVICE, e))?;
        let part = CompletedPart::builder().part_number(number).set_e_tag(answer.e_tag);
        self.parts.push(part.set_checksum_crc32(answer.checksum_crc32).build());
        Ok(())
    }
}
