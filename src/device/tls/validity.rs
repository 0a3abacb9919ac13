//! When a certificate that was not made here holds: its own two dates, read out of it (RFC 5280, 4.1). Nothing else of it
//! is looked at; whether it is any good is for browsers to say.

use super::dates::Span;
use yasna::tags::{TAG_GENERALIZEDTIME, TAG_UTCTIME};
use yasna::{ASN1Error, ASN1ErrorKind, ASN1Result, BERReader, BERReaderSeq, Tag};

/// The two dates of a certificate, DER; `None` if they are not where they belong.
pub fn span_of(certificate: &[u8]) -> Option<Span> {
    let read = yasna::parse_der(certificate, |reader| {
        reader.read_sequence(|certificate| {
            let span = certificate.next().read_sequence(signed_part)?;
            // How it is signed, and by what.
            certificate.next().read_der()?;
            certificate.next().read_der()?;
            Ok(span)
        })
    });
    read.ok()
}

fn signed_part(part: &mut BERReaderSeq<'_, '_>) -> ASN1Result<Span> {
    part.read_optional(|version| version.read_tagged(Tag::context(0), |version| version.read_u8()))?;
    // Its number, how it is signed, who signed it.
    for _ in 0..3 {
        part.next().read_der()?;
    }
    let span = part.next().read_sequence(|dates| {
        let (from, until) = (moment(dates.next())?, moment(dates.next())?);
        Ok(Span { from, until })
    })?;
    // Whose it is, the key, extensions.
    while part.read_optional(|more| more.read_der())?.is_some() {}
    Ok(span)
}

/// Seconds since the epoch. Years up to 2049 are written in two digits, later ones in four.
fn moment(date: BERReader<'_, '_>) -> ASN1Result<u64> {
    let seconds = match date.lookahead_tag()? {
        TAG_UTCTIME => date.read_utctime()?.datetime().unix_timestamp(),
        TAG_GENERALIZEDTIME => date.read_generalized_time()?.datetime().unix_timestamp(),
        _ => return Err(ASN1Error::new(ASN1ErrorKind::Invalid)),
    };
    Ok(u64::try_from(seconds).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    fn certificate(from: i32, until: i32) -> Vec<u8> {
        let mut params = CertificateParams::new(["music.example.org".to_owned()]).unwrap();
        (params.not_before, params.not_after) = (date_time_ymd(from, 3, 1), date_time_ymd(until, 3, 1));
        params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec()
    }

    #[test]
    fn both_ways_to_write_a_year_are_read() {
        // date -u -d 2027-03-01 +%s
        assert_eq!(span_of(&certificate(2027, 2028)), Some(Span { from: 1_803_859_200, until: 1_835_481_600 }));
        assert_eq!(span_of(&certificate(2027, 2060)), Some(Span { from: 1_803_859_200, until: 2_845_324_800 }));
        assert_eq!(span_of(&certificate(1960, 2028)).unwrap().from, 0, "before the epoch is long ago");
    }

    #[test]
    fn what_is_no_certificate_or_half_of_one_has_no_dates() {
        let whole = certificate(2027, 2028);
        for length in 0..whole.len() {
            assert_eq!(span_of(&whole[..length]), None, "{length} bytes");
        }
        assert_eq!(span_of(b"-----BEGIN CERTIFICATE-----"), None);
    }
}
