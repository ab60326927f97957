//! S3: `s3s` parses requests and verifies SigV4; this file keeps objects under opaque keys.
//!
//! `s3s` checks the age of a presigned URL by real time. The virtual clock may have run ahead since it was signed, so
//! [`presigned`] refuses first what has expired by our time.

pub(crate) mod notification;
mod objects;
mod presigned;
mod uploads;

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use md5::{Digest as _, Md5};
use s3s::auth::SimpleAuth;
use s3s::config::{S3Config, StaticConfigProvider};
use s3s::dto::{
    AbortMultipartUploadInput, AbortMultipartUploadOutput, CompleteMultipartUploadInput,
    CompleteMultipartUploadOutput, CreateMultipartUploadInput, CreateMultipartUploadOutput,
    DeleteObjectInput, DeleteObjectOutput, ETag, GetObjectInput, GetObjectOutput, HeadObjectInput,
    HeadObjectOutput, ListObjectsV2Input, ListObjectsV2Output, Object, PutObjectInput, PutObjectOutput,
    StreamingBlob, Timestamp, UploadPartInput, UploadPartOutput,
};
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{Body, S3, S3Request, S3Response, S3Result, s3_error};
use sitrep_app::clock::Clock;

use self::objects::{About, Objects};
use self::uploads::Refused;
use crate::clock::VirtualClock;
use crate::resources::{ACCESS_KEY, BUCKETS, SECRET_KEY};

/// Keys in one page of a list, at most and by default.
const PAGE: usize = 1_000;

/// The emulated service.
pub(crate) struct S3Emulator {
    service: S3Service,
    clock: Arc<VirtualClock>,
}

impl S3Emulator {
    /// Opens the file with the objects, or makes a place in memory.
    pub(crate) fn open(file: Option<&Path>, clock: Arc<VirtualClock>) -> rusqlite::Result<Self> {
        let mut builder =
            S3ServiceBuilder::new(Buckets { objects: Objects::open(file)?, clock: clock.clone() });
        builder.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
        builder.set_config(Arc::new(StaticConfigProvider::new(Arc::new(S3Config::default()))));
        Ok(Self { service: builder.build(), clock })
    }

    /// Answers one request.
    pub(crate) async fn call(&self, request: Request<Bytes>) -> Response<Bytes> {
        if presigned::has_expired(request.uri(), &self.clock) {
            return presigned::expired();
        }
        match self.service.call(request.map(Body::from)).await {
            Ok(response) => collect(response).await,
            Err(error) => {
                tracing::warn!(?error, "an S3 request could not be answered");
                failed()
            }
        }
    }
}

async fn collect(response: Response<Body>) -> Response<Bytes> {
    let (parts, body) = response.into_parts();
    match http_body_util::BodyExt::collect(body).await {
        Ok(collected) => Response::from_parts(parts, collected.to_bytes()),
        Err(_) => failed(),
    }
}

fn failed() -> Response<Bytes> {
    let mut response = Response::new(Bytes::from_static(b"<Error><Code>InternalError</Code></Error>"));
    *response.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
    response
}

struct Buckets {
    objects: Objects,
    clock: Arc<VirtualClock>,
}

impl Buckets {
    fn about(&self, bucket: &str, key: &str) -> S3Result<About> {
        self.objects
            .about(bucket, key)
            .map_err(broken)?
            .ok_or_else(|| s3_error!(NoSuchKey, "The key does not exist."))
    }
}

impl Buckets {
    /// What is known of the object of an upload.
    fn upload(&self, id: &str, bucket: &str, key: &str) -> S3Result<About> {
        let about = self.objects.upload(id, bucket, key).map_err(broken)?;
        about.ok_or_else(|| refused(Refused::NoSuchUpload))
    }
}

#[async_trait]
impl S3 for Buckets {
    async fn put_object(&self, request: S3Request<PutObjectInput>) -> S3Result<S3Response<PutObjectOutput>> {
        let input = request.input;
        check_bucket(&input.bucket)?;
        let only_if_absent = input.if_none_match.is_some();
        let body = read(input.body).await?;
        let about = About {
            etag: hex(&Md5::digest(&body)),
            modified_s: self.clock.now().as_second(),
            size: body.len() as u64,
            content_type: input.content_type,
            content_disposition: input.content_disposition,
            content_encoding: input.content_encoding,
            cache_control: input.cache_control,
            metadata: input.metadata.unwrap_or_default().into_iter().collect(),
        };
        if !self.objects.put(&input.bucket, &input.key, &about, &body, only_if_absent).map_err(broken)? {
            return Err(precondition_failed());
        }
        let e_tag = Some(ETag::Strong(about.etag));
        Ok(S3Response::new(PutObjectOutput { e_tag, ..Default::default() }))
    }

    async fn get_object(&self, request: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
        let input = request.input;
        check_bucket(&input.bucket)?;
        let about = self.about(&input.bucket, &input.key)?;
        if input
            .if_match
            .is_some_and(|wanted| wanted.as_etag().is_some_and(|etag| etag.value() != about.etag))
        {
            return Err(precondition_failed());
        }
        let range = input.range.map(|range| range.check(about.size)).transpose()?;
        let (start, end) = range.as_ref().map_or((0, about.size), |range| (range.start, range.end));
        let body =
            self.objects.body(&input.bucket, &input.key, &about.etag, start, end - start).map_err(broken)?;
        let body =
            body.ok_or_else(|| s3_error!(InternalError, "the object changed under the request; repeat it"))?;
        let output = GetObjectOutput {
            content_length: Some(length(end - start)),
            content_range: range.map(|_| format!("bytes {start}-{}/{}", end - 1, about.size)),
            content_type: input.response_content_type.or(about.content_type),
            content_disposition: input.response_content_disposition.or(about.content_disposition),
            content_encoding: about.content_encoding,
            cache_control: input.response_cache_control.or(about.cache_control),
            e_tag: Some(ETag::Strong(about.etag)),
            last_modified: Some(instant(about.modified_s)),
            metadata: Some(about.metadata.into_iter().collect()),
            body: Some(StreamingBlob::from(Body::from(body))),
            ..Default::default()
        };
        Ok(S3Response::new(output))
    }

    async fn head_object(
        &self,
        request: S3Request<HeadObjectInput>,
    ) -> S3Result<S3Response<HeadObjectOutput>> {
        check_bucket(&request.input.bucket)?;
        let about = self.about(&request.input.bucket, &request.input.key)?;
        Ok(S3Response::new(HeadObjectOutput {
            content_length: Some(length(about.size)),
            content_type: about.content_type,
            content_disposition: about.content_disposition,
            content_encoding: about.content_encoding,
            cache_control: about.cache_control,
            e_tag: Some(ETag::Strong(about.etag)),
            last_modified: Some(instant(about.modified_s)),
            metadata: Some(about.metadata.into_iter().collect()),
            ..Default::default()
        }))
    }

    async fn delete_object(
        &self,
        request: S3Request<DeleteObjectInput>,
    ) -> S3Result<S3Response<DeleteObjectOutput>> {
        check_bucket(&request.input.bucket)?;
        self.objects.delete(&request.input.bucket, &request.input.key).map_err(broken)?;
        Ok(S3Response::new(DeleteObjectOutput::default()))
    }

    async fn create_multipart_upload(
        &self,
        request: S3Request<CreateMultipartUploadInput>,
    ) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
        let input = request.input;
        check_bucket(&input.bucket)?;
        let about = About {
            content_type: input.content_type,
            content_disposition: input.content_disposition,
            content_encoding: input.content_encoding,
            cache_control: input.cache_control,
            metadata: input.metadata.unwrap_or_default().into_iter().collect(),
            ..About::default()
        };
        let id = self.objects.begin_upload(&input.bucket, &input.key, &about).map_err(broken)?;
        Ok(S3Response::new(CreateMultipartUploadOutput {
            bucket: Some(input.bucket),
            key: Some(input.key),
            upload_id: Some(id),
            ..Default::default()
        }))
    }

    async fn upload_part(
        &self,
        request: S3Request<UploadPartInput>,
    ) -> S3Result<S3Response<UploadPartOutput>> {
        let input = request.input;
        self.upload(&input.upload_id, &input.bucket, &input.key)?;
        let body = read(input.body).await?;
        let etag = hex(&Md5::digest(&body));
        self.objects.put_part(&input.upload_id, input.part_number, &etag, &body).map_err(broken)?;
        Ok(S3Response::new(UploadPartOutput { e_tag: Some(ETag::Strong(etag)), ..Default::default() }))
    }

    async fn complete_multipart_upload(
        &self,
        request: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
        let input = request.input;
        let about = self.upload(&input.upload_id, &input.bucket, &input.key)?;
        let named = input.multipart_upload.and_then(|upload| upload.parts).unwrap_or_default();
        let part = |part: s3s::dto::CompletedPart| {
            let etag = part.e_tag.map(|etag| etag.value().to_owned()).unwrap_or_default();
            (part.part_number.unwrap_or_default(), etag)
        };
        let parts: Vec<(i32, String)> = named.into_iter().map(part).collect();
        let body = self.objects.join_parts(&input.upload_id, &parts).map_err(refused)?;
        let etag = format!("{}-{}", hex(&Md5::digest(&body)), parts.len());
        let (modified_s, size) = (self.clock.now().as_second(), body.len() as u64);
        let about = About { etag: etag.clone(), modified_s, size, ..about };
        self.objects.put(&input.bucket, &input.key, &about, &body, false).map_err(broken)?;
        self.objects.end_upload(&input.upload_id).map_err(broken)?;
        Ok(S3Response::new(CompleteMultipartUploadOutput {
            bucket: Some(input.bucket),
            key: Some(input.key),
            e_tag: Some(ETag::Strong(etag)),
            ..Default::default()
        }))
    }

    async fn abort_multipart_upload(
        &self,
        request: S3Request<AbortMultipartUploadInput>,
    ) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
        let input = request.input;
        self.upload(&input.upload_id, &input.bucket, &input.key)?;
        self.objects.end_upload(&input.upload_id).map_err(broken)?;
        Ok(S3Response::new(AbortMultipartUploadOutput::default()))
    }

    async fn list_objects_v2(
        &self,
        request: S3Request<ListObjectsV2Input>,
    ) -> S3Result<S3Response<ListObjectsV2Output>> {
        let input = request.input;
        check_bucket(&input.bucket)?;
        if input.delimiter.is_some() {
            return Err(s3_error!(NotImplemented, "the local stack lists without a delimiter"));
        }
        let limit = input.max_keys.map_or(PAGE, |keys| usize::try_from(keys).unwrap_or(PAGE).min(PAGE));
        let prefix = input.prefix.clone().unwrap_or_default();
        let after = input.continuation_token.clone().or(input.start_after.clone()).unwrap_or_default();
        let mut found = self.objects.list(&input.bucket, &prefix, &after, limit + 1).map_err(broken)?;
        let is_truncated = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| is_truncated).map(|(key, _)| key.clone());
        Ok(S3Response::new(ListObjectsV2Output {
            name: Some(input.bucket),
            prefix: input.prefix,
            max_keys: i32::try_from(limit).ok(),
            key_count: i32::try_from(found.len()).ok(),
            is_truncated: Some(is_truncated),
            continuation_token: input.continuation_token,
            next_continuation_token: next,
            contents: Some(found.into_iter().map(|(key, about)| listed(key, about)).collect()),
            ..Default::default()
        }))
    }
}

fn listed(key: String, about: About) -> Object {
    Object {
        key: Some(key),
        size: Some(length(about.size)),
        e_tag: Some(ETag::Strong(about.etag)),
        last_modified: Some(instant(about.modified_s)),
        ..Default::default()
    }
}

fn check_bucket(bucket: &str) -> S3Result<()> {
    if BUCKETS.contains(&bucket) {
        Ok(())
    } else {
        Err(s3_error!(NoSuchBucket, "The specified bucket does not exist"))
    }
}

fn precondition_failed() -> s3s::S3Error {
    s3_error!(PreconditionFailed, "At least one of the pre-conditions you specified did not hold")
}

async fn read(body: Option<StreamingBlob>) -> S3Result<Bytes> {
    let Some(body) = body else { return Ok(Bytes::new()) };
    let collected = http_body_util::BodyExt::collect(Body::from(body)).await;
    // A checksum or a length that does not agree with the body ends the stream with an error.
    Ok(collected.map_err(|error| s3_error!(BadDigest, "{error}"))?.to_bytes())
}

#[expect(clippy::needless_pass_by_value, reason = "it is passed to map_err")]
fn broken(error: rusqlite::Error) -> s3s::S3Error {
    s3_error!(InternalError, "the objects' database failed: {error}")
}

fn refused(why: Refused) -> s3s::S3Error {
    match why {
        Refused::NoSuchUpload => s3_error!(NoSuchUpload, "The specified upload does not exist"),
        Refused::InvalidPart => s3_error!(InvalidPart, "A part was not found, or the parts are not in order"),
        Refused::TooSmall => s3_error!(EntityTooSmall, "A part but the last is smaller than 5 MiB"),
        Refused::Broken(error) => broken(error),
    }
}

fn length(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

fn instant(second: i64) -> Timestamp {
    let since = std::time::Duration::from_secs(u64::try_from(second).unwrap_or_default());
    Timestamp::from(std::time::SystemTime::UNIX_EPOCH + since)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
