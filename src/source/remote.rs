//! Files in object stores: `s3://`, `gs://` and `az://`, brought to a folder once and read there like any other.
//!
//! An audit needs the hash of every byte, so that a file is fetched whole; one that was fetched before is not fetched
//! again, as long as the store says that it is the same. It must not know how a file is read.

use super::cache;
use futures::StreamExt;
use futures::TryStreamExt;
use object_store::ObjectMeta;
use object_store::ObjectStore;
use object_store::ObjectStoreExt;
use object_store::path::Path as ObjectPath;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use tokio::runtime::Runtime;

/// Beginnings of a pattern that names an object store.
const SCHEMES: [&str; 8] = [
    "s3://", "s3a://", "gs://", "az://", "azure://", "abfs://", "abfss://", "adl://",
];

/// Environment variables that say how to reach a store, by their beginning.
const SETTINGS: [&str; 3] = ["AWS_", "GOOGLE_", "AZURE_"];

/// Objects that are fetched at a time.
const AT_A_TIME: usize = 8;

/// A file of an object store, as it was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Object {
    /// `s3://bucket/path`.
    pub url: String,
    /// Where its copy lies.
    pub copy: PathBuf,
    /// What changes when it is replaced.
    version: String,
    location: String,
}

/// Returns whether a pattern names an object store.
pub(super) fn is_remote(pattern: &str) -> bool {
    SCHEMES.iter().any(|it| pattern.starts_with(it))
}

/// Finds the objects that a pattern names, sorted.
///
/// # Errors
/// A pattern that is none, a store that does not answer or does not let us in; said as the end of a sentence.
pub(super) fn found(pattern: &str, folder: &Path) -> Result<Vec<Object>, String> {
    let (store, base) = opened(pattern)?;
    let base = base.as_str();
    let path = &pattern[base.len()..];
    let is_special = |c: char| matches!(c, '*' | '?' | '[');
    let wanted = glob::Pattern::new(path).map_err(|error| format!("is not a file pattern: {}", error.msg))?;
    let options = glob::MatchOptions {
        require_literal_separator: true,
        ..glob::MatchOptions::default()
    };
    // Only what lies under the last folder before the first special character is listed.
    let fixed = path.find(is_special).unwrap_or(path.len());
    let prefix = ObjectPath::from(path[..fixed].rsplit_once('/').map_or("", |it| it.0));
    let listed = runtime()?.block_on(store.list(Some(&prefix)).try_collect::<Vec<ObjectMeta>>());
    let listed = listed.map_err(|error| told(&error))?;
    let mut objects: Vec<Object> = listed
        .into_iter()
        .filter(|it| wanted.matches_with(it.location.as_ref(), options))
        .map(|it| object(base, folder, &it))
        .collect();
    objects.sort_by(|a, b| a.url.cmp(&b.url));
    Ok(objects)
}

fn object(base: &str, folder: &Path, meta: &ObjectMeta) -> Object {
    let url = format!("{base}{}", meta.location);
    let version = format!(
        "{} {} {} {}",
        meta.size,
        meta.last_modified,
        meta.e_tag.as_deref().unwrap_or(""),
        meta.version.as_deref().unwrap_or("")
    );
    let name = blake3::hash(format!("{url}\n{version}").as_bytes()).to_hex();
    // The copy keeps its ending, by which its format is told.
    let ending = url
        .rsplit('/')
        .next()
        .and_then(|it| it.split_once('.'))
        .map_or("", |it| it.1);
    Object {
        copy: folder.join(format!("{name}.{ending}")),
        location: meta.location.to_string(),
        url,
        version,
    }
}

/// Brings objects to their places, those that are not there yet.
///
/// # Errors
/// The first object that cannot be fetched or kept.
pub(super) fn fetched(pattern: &str, objects: &[Object]) -> Result<(), String> {
    let missing: Vec<&Object> = objects.iter().filter(|it| !it.copy.exists()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let store = opened(pattern)?.0;
    let fetches = missing.into_iter().map(|it| fetch(store.as_ref(), it));
    let all = futures::stream::iter(fetches).buffer_unordered(AT_A_TIME);
    runtime()?.block_on(all.try_collect::<Vec<()>>())?;
    Ok(())
}

/// Returns those of some objects that are no more what they were, by address.
///
/// They are listed again as they were found: what a store says of one object by itself is another text (of Google's, a
/// time without parts of a second and the number of its generation), which cannot be held against that of a list.
pub(super) fn changed<'a>(objects: impl Iterator<Item = &'a Object>) -> BTreeSet<&'a str> {
    let mut folders: BTreeMap<(&str, &str, &Path), Vec<&Object>> = BTreeMap::new();
    for object in objects {
        let base = object.url.strip_suffix(&object.location).unwrap_or(&object.url);
        let copies = object.copy.parent().unwrap_or(Path::new(""));
        let (parent, _) = object.location.rsplit_once('/').unwrap_or_default();
        folders.entry((base, parent, copies)).or_default().push(object);
    }
    let mut changed = BTreeSet::new();
    for ((base, parent, copies), before) in folders {
        let now = opened(base).and_then(|(store, base)| {
            let prefix = ObjectPath::from(parent);
            let listed = runtime()?.block_on(store.list_with_delimiter(Some(&prefix)));
            let listed = listed.map_err(|error| told(&error))?.objects;
            Ok(listed
                .iter()
                .map(|it| object(&base, copies, it))
                .collect::<BTreeSet<Object>>())
        });
        // A store that does not answer any more does not say that they are the same.
        let now = now.unwrap_or_default();
        changed.extend(
            before
                .into_iter()
                .filter(|it| !now.contains(it))
                .map(|it| it.url.as_str()),
        );
    }
    changed
}

async fn fetch(store: &dyn ObjectStore, object: &Object) -> Result<(), String> {
    let failed = |error: &dyn std::fmt::Display| format!("`{}` cannot be fetched: {error}", object.url);
    let location = ObjectPath::from(object.location.as_str());
    let got = store.get(&location).await.map_err(|error| failed(&told(&error)))?;
    let mut bytes = got.into_stream();
    let folder = object.copy.parent().unwrap_or(Path::new(""));
    // Written beside: a copy has its name when it is whole.
    let mut file = cache::unfinished(folder).map_err(|error| failed(&error))?;
    while let Some(some) = bytes.next().await {
        let some = some.map_err(|error| failed(&told(&error)))?;
        file.write_all(&some).map_err(|error| failed(&error))?;
    }
    file.persist(&object.copy).map_err(|error| failed(&error))?;
    Ok(())
}

/// Opens the store of a pattern; returns it with the part of the pattern that names it, to the last slash.
fn opened(pattern: &str) -> Result<(Box<dyn ObjectStore>, String), String> {
    let (scheme, rest) = pattern.split_once("://").expect("a pattern of an object store");
    let (bucket, _) = rest
        .split_once('/')
        .ok_or_else(|| "names a bucket and no file in it".to_owned())?;
    let base = format!("{scheme}://{bucket}/");
    let url = url::Url::parse(&base).map_err(|error| format!("is no address: {error}"))?;
    // The same names as the stores' own tools read; `AWS_ENDPOINT_URL` is what `aws` calls `aws_endpoint`.
    let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    };
    let all = std::env::vars_os().filter_map(text);
    let settings = all.filter(|(name, _)| SETTINGS.iter().any(|it| name.starts_with(it)));
    let settings = settings.map(|(name, value)| (name.to_lowercase(), value));
    let (store, _) = object_store::parse_url_opts(&url, settings).map_err(|error| told(&error))?;
    Ok((store, base))
}

fn runtime() -> Result<Runtime, String> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot be asked for: {error}"))
}

/// Says in one line what a store says in many.
fn told(error: &object_store::Error) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    format!("cannot be reached: {}", line.trim_end_matches([' ', ':']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_named_by_what_the_store_says_of_the_object() {
        let meta = |tag: &str| ObjectMeta {
            location: ObjectPath::from("a/month=2026-10/part.csv.gz"),
            last_modified: std::time::SystemTime::UNIX_EPOCH.into(),
            size: 7,
            e_tag: Some(tag.to_owned()),
            version: None,
        };
        let folder = Path::new("copies");
        let first = object("s3://bucket/", folder, &meta("one"));
        assert_eq!(first.url, "s3://bucket/a/month=2026-10/part.csv.gz");
        assert!(first.copy.to_string_lossy().ends_with(".csv.gz"));
        assert_eq!(first, object("s3://bucket/", folder, &meta("one")));
        assert_ne!(first.copy, object("s3://bucket/", folder, &meta("two")).copy);
    }

    #[test]
    fn only_addresses_of_stores_are_remote() {
        assert!(is_remote("s3://bucket/*.parquet") && is_remote("gs://b/x") && is_remote("az://c/x"));
        assert!(!is_remote("data/*.parquet") && !is_remote("https://example.com/x.csv"));
    }
}
