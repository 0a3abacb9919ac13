//! The stories of the appliance's certificate: made, kept, renewed; and the household's own.

use super::*;
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

const DAY: u64 = 24 * 3600;
/// 2026-12-01.
const NOW: u64 = 1_796_083_200;

fn at(days: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(NOW + days * DAY)
}

fn names(names: &[&str], addresses: &[&str]) -> Names {
    let addresses = addresses.iter().map(|address| address.parse().unwrap());
    Names::private(names.iter().map(|name| (*name).to_owned()), addresses)
}

fn home() -> Names {
    names(&["hearken.local"], &["192.168.1.20"])
}

/// An appliance at `dir`, at a moment, on a network.
fn appliance(dir: &Path, names: &Names, now: SystemTime) -> Tls {
    let tls = Tls::open(&TlsSource::Auto(dir.into()), now).unwrap();
    tls.fit(names, now).unwrap();
    tls
}

fn shown(tls: &Tls) -> CertificateDer<'static> {
    tls.shown.0.read().unwrap().as_ref().unwrap().cert[0].clone().into_owned()
}

/// Whether a device that trusts `authority` takes what is shown for `name` at that moment.
fn takes(authority: &[u8], shown: &CertificateDer<'_>, name: &str, now: SystemTime) -> bool {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(authority.to_vec())).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let now = UnixTime::since_unix_epoch(now.duration_since(UNIX_EPOCH).unwrap());
    verifier.verify_server_cert(shown, &[], &name, &[], now).is_ok()
}

#[test]
fn a_device_that_trusts_the_authority_takes_the_appliances_names_and_addresses() {
    let dir = tempfile::tempdir().unwrap();
    let tls = appliance(dir.path(), &home(), at(0));
    let authority = tls.authority().unwrap().der().to_vec();
    for name in ["hearken.local", "192.168.1.20", "localhost", "127.0.0.1", "::1"] {
        assert!(takes(&authority, &shown(&tls), name, at(0)), "{name}");
    }
    for name in ["other.local", "192.168.1.21", "example.org"] {
        assert!(!takes(&authority, &shown(&tls), name, at(0)), "{name}");
    }
    let other = tempfile::tempdir().unwrap();
    let other = Tls::open(&TlsSource::Auto(other.path().into()), at(0)).unwrap();
    assert!(!takes(other.authority().unwrap().der(), &shown(&tls), "hearken.local", at(0)));
}

#[test]
fn the_authority_is_worth_nothing_for_the_internet() {
    let dir = tempfile::tempdir().unwrap();
    let tls = appliance(dir.path(), &home(), at(0));
    let authority = tls.authority().unwrap();
    let key = rcgen::KeyPair::generate().unwrap();
    for (name, good) in [("music.local", true), ("bank.example.org", false), ("8.8.8.8", false), ("10.9.8.7", true)] {
        let params = rcgen::CertificateParams::new([name.to_owned()]).unwrap();
        let forged = authority.sign(&params, &key).unwrap();
        assert_eq!(takes(authority.der(), forged.der(), name, at(0)), good, "{name}");
    }
}

#[test]
fn what_is_kept_is_shown_again_and_is_nobody_elses_to_read() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().join("tls");
    let first = appliance(&dir, &home(), at(0));
    let again = appliance(&dir, &home(), at(20));
    assert_eq!(shown(&first), shown(&again));
    assert_eq!(first.authority().unwrap().fingerprint(), again.authority().unwrap().fingerprint());
    assert_eq!(first.authority().unwrap().fingerprint().len(), 95);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&dir), 0o700);
    for entry in std::fs::read_dir(&dir).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[test]
fn the_certificate_follows_names_addresses_and_time_and_the_authority_stays() {
    let dir = tempfile::tempdir().unwrap();
    let tls = appliance(dir.path(), &home(), at(0));
    let authority = tls.authority().unwrap().der().to_vec();
    let mut before = shown(&tls);
    for (what, names, now) in [
        ("another address", names(&["hearken.local"], &["10.0.0.7"]), at(0)),
        ("another name", names(&["hearken-2.local"], &["10.0.0.7"]), at(0)),
        ("its end comes near", names(&["hearken-2.local"], &["10.0.0.7"]), at(320)),
    ] {
        tls.fit(&names, now).unwrap();
        let after = shown(&tls);
        assert_ne!(before, after, "{what}");
        assert!(takes(&authority, &after, "10.0.0.7", now), "{what}");
        tls.fit(&names, now).unwrap();
        assert_eq!(after, shown(&tls), "{what}: and then no more");
        before = after;
    }
}

#[test]
fn a_pi_that_boots_in_the_past_shows_what_holds_today() {
    let dir = tempfile::tempdir().unwrap();
    let never_set = UNIX_EPOCH + Duration::from_secs(60);
    let tls = appliance(dir.path(), &home(), never_set);
    let authority = tls.authority().unwrap().der().to_vec();
    assert!(takes(&authority, &shown(&tls), "hearken.local", at(0)));
    tls.fit(&home(), at(400)).unwrap();
    assert!(takes(&authority, &shown(&tls), "hearken.local", at(400)), "the clock has jumped");
    let kept = shown(&tls);
    let rebooted = appliance(dir.path(), &home(), never_set);
    assert_eq!(shown(&rebooted), kept, "a clock that was not set yet is no reason for a new one");
}

#[test]
fn a_damaged_certificate_is_made_anew_and_a_damaged_authority_is_said() {
    let dir = tempfile::tempdir().unwrap();
    drop(appliance(dir.path(), &home(), at(0)));
    std::fs::write(dir.path().join("shown.pem"), "for nobody").unwrap();
    drop(appliance(dir.path(), &home(), at(0)));
    std::fs::write(dir.path().join("authority.pem"), "for nobody").unwrap();
    let error = Tls::open(&TlsSource::Auto(dir.path().into()), at(0)).unwrap_err().to_string();
    assert!(error.contains("authority.pem: is damaged. Correct that, or move it away"), "{error}");
}

/// A certificate as a household may have one of its own, written where the settings say.
fn own(dir: &Path, name: &str) -> TlsSource {
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::new([name.to_owned()]).unwrap().self_signed(&key).unwrap();
    let (cert_path, key_path) = (dir.join("cert.pem"), dir.join("key.pem"));
    std::fs::write(&cert_path, certificate.pem()).unwrap();
    std::fs::write(&key_path, key.serialize_pem()).unwrap();
    TlsSource::Own { cert: cert_path, key: key_path }
}

#[test]
fn own_files_are_shown_and_read_again_when_they_change() {
    let dir = tempfile::tempdir().unwrap();
    let tls = Tls::open(&own(dir.path(), "music.example.org"), at(0)).unwrap();
    assert!(tls.authority().is_none());
    let before = shown(&tls);
    tls.fit(&home(), at(0)).unwrap();
    assert_eq!(before, shown(&tls));
    own(dir.path(), "music.example.org");
    let later = std::fs::File::open(dir.path().join("cert.pem")).unwrap();
    later.set_modified(at(0)).unwrap();
    tls.fit(&home(), at(0)).unwrap();
    let after = shown(&tls);
    assert_ne!(before, after);
    std::fs::write(dir.path().join("key.pem"), "half a file").unwrap();
    assert!(tls.fit(&home(), at(0)).is_err());
    assert_eq!(after, shown(&tls), "what was shown is shown on");
    tls.fit(&home(), at(0)).unwrap();
    let trouble = tls.standing().trouble.map(|trouble| trouble.to_string());
    assert!(trouble.is_some_and(|told| told.contains("tls_key")), "it stays told until the file is touched");
    own(dir.path(), "music.example.org");
    let later = std::fs::File::open(dir.path().join("cert.pem")).unwrap();
    later.set_modified(at(1)).unwrap();
    tls.fit(&home(), at(0)).unwrap();
    assert!(tls.standing().trouble.is_none());
}

#[test]
fn files_are_read_again_also_when_only_who_may_read_them_has_changed() {
    let dir = tempfile::tempdir().unwrap();
    let tls = Tls::open(&own(dir.path(), "music.example.org"), at(0)).unwrap();
    let (before, path) = (shown(&tls), dir.path().join("key.pem"));
    own(dir.path(), "music.example.org");
    let key = std::fs::read(&path).unwrap();
    std::fs::write(&path, "not for you").unwrap();
    assert!(tls.fit(&home(), at(0)).is_err());
    let refused = std::fs::metadata(&path).unwrap();
    // As after chmod: the contents have the age they had. The kernel's clock ticks every few milliseconds.
    let begun = crate::clock::instant();
    while std::fs::metadata(&path)
        .is_ok_and(|now| (now.ctime(), now.ctime_nsec()) == (refused.ctime(), refused.ctime_nsec()))
    {
        assert!(begun.elapsed() < Duration::from_secs(30));
        std::fs::write(&path, &key).unwrap();
        std::fs::File::open(&path).unwrap().set_modified(refused.modified().unwrap()).unwrap();
    }
    tls.fit(&home(), at(0)).unwrap();
    assert_ne!(before, shown(&tls));
}

#[test]
fn how_it_stands_is_told_for_both_kinds() {
    let dir = tempfile::tempdir().unwrap();
    let tls = appliance(&dir.path().join("tls"), &home(), at(0));
    let standing = tls.standing();
    assert_eq!(standing.shown.and_then(|span| span.days_left(at(0))), Some(365));
    let signer = standing.signed_by.unwrap();
    assert_eq!(Some(&signer.fingerprint), tls.authority().map(Authority::fingerprint).as_ref());
    assert!(signer.file.exists() && signer.span.days_left(at(0)) == Some(3650) && standing.trouble.is_none());
    let tls = Tls::open(&own(dir.path(), "music.example.org"), at(0)).unwrap();
    let standing = tls.standing();
    assert!(standing.signed_by.is_none() && standing.shown.is_some_and(|span| span.days_left(at(0)) > Some(1000)));
}

#[test]
fn a_certificate_that_cannot_be_kept_is_shown_and_that_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let tls = appliance(dir.path(), &home(), at(0));
    let before = shown(&tls);
    // In the way of the file that is written beside.
    std::fs::create_dir(dir.path().join("shown.pem.new")).unwrap();
    assert!(tls.fit(&names(&["hearken.local"], &["10.0.0.7"]), at(0)).is_err());
    assert_ne!(before, shown(&tls));
    tls.fit(&names(&["hearken.local"], &["10.0.0.7"]), at(0)).unwrap();
    assert!(matches!(tls.standing().trouble, Some(TlsError::Kept { .. })), "it is not kept yet");
    std::fs::remove_dir(dir.path().join("shown.pem.new")).unwrap();
    tls.fit(&home(), at(0)).unwrap();
    assert!(tls.standing().trouble.is_none());
}

#[test]
fn what_is_wrong_with_own_files_is_said_with_the_setting() {
    let dir = tempfile::tempdir().unwrap();
    let source = own(dir.path(), "music.example.org");
    let say = || Tls::open(&source, at(0)).unwrap_err().to_string();
    let other = rcgen::KeyPair::generate().unwrap().serialize_pem();
    for (file, text, expected) in [
        ("key.pem", other.as_str(), ["tls_key = ", "does not belong to the certificate"]),
        ("key.pem", "no key", ["tls_key = ", "no private key"]),
        ("cert.pem", "no certificate", ["tls_cert = ", "no certificate in it"]),
    ] {
        std::fs::write(dir.path().join(file), text).unwrap();
        let said = say();
        assert!(expected.iter().all(|words| said.contains(words)), "{said}");
    }
    std::fs::remove_file(dir.path().join("cert.pem")).unwrap();
    assert!(say().contains("check the path"));
}
