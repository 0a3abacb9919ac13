//! Chance and secrets: device ids, tokens, codes, and how they are compared.
//!
//! All chance comes from the kernel's generator. A token leaves this process once, to its device; what is stored
//! is its SHA-256 (a random 256-bit token needs no salt and no slow hash).

use crate::core::ids::DeviceId;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The kernel gave no random bytes; nothing secret can be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random numbers ({0}); see dmesg, then restart")]
pub struct NoChance(String);

/// A new device: its public id and its secret.
#[derive(Clone, Debug)]
pub struct Minted {
    /// 16 upper-case hex digits; stands in lists and barriers.
    pub device: DeviceId,
    /// 256 bits in hex; given to the device once.
    pub token: String,
}

/// Makes the identity of a newly paired device.
///
/// # Errors
/// [`NoChance`] when the kernel gives no random bytes.
pub fn mint() -> Result<Minted, NoChance> {
    let id = hex(&random::<8>()?).to_ascii_uppercase();
    // All zeros is the trusted local device's id; chance must never hand it out.
    let device = DeviceId::new(&id).map_err(|bad| NoChance(bad.to_string()))?;
    if device == DeviceId::local() { mint() } else { Ok(Minted { device, token: hex(&random::<32>()?) }) }
}

/// What is stored instead of a token.
#[must_use]
pub fn token_hash(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

/// A one-time token: 128 bits in hex, short enough for a small QR code.
///
/// # Errors
/// [`NoChance`] when the kernel gives no random bytes.
pub fn one_time_token() -> Result<String, NoChance> {
    Ok(hex(&random::<16>()?))
}

/// The appliance's stable id: 8 hex digits, made once and kept with the state.
///
/// # Errors
/// [`NoChance`] when the kernel gives no random bytes.
pub fn appliance_id() -> Result<String, NoChance> {
    Ok(hex(&random::<4>()?))
}

/// Six decimal digits, each code as likely as any other.
///
/// # Errors
/// [`NoChance`] when the kernel gives no random bytes.
pub fn six_digits() -> Result<String, NoChance> {
    loop {
        if let Some(code) = as_code(u32::from_ne_bytes(random()?)) {
            return Ok(code);
        }
    }
}

/// `None` for the few numbers that would make the low codes likelier than the others.
fn as_code(number: u32) -> Option<String> {
    const CODES: u32 = 1_000_000;
    const FAIR: u32 = u32::MAX - u32::MAX % CODES;
    (number < FAIR).then(|| format!("{:06}", number % CODES))
}

/// Whether two secrets are the same, in a time that depends on their lengths only.
///
/// The `subtle` crate does no more for byte strings: fold the differences, and keep the compiler from leaving early.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    let differences = one.bytes().zip(other.bytes()).fold(0, |all, (a, b)| std::hint::black_box(all | (a ^ b)));
    one.len() == other.len() && std::hint::black_box(differences) == 0
}

fn random<const N: usize>() -> Result<[u8; N], NoChance> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| NoChance(error.to_string()))?;
    Ok(bytes)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_has_a_public_id_and_a_256_bit_token() {
        let (one, other) = (mint().unwrap(), mint().unwrap());
        assert_eq!(one.device.as_str().len(), 16);
        assert!(one.device.as_str().bytes().all(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b)));
        assert_eq!(one.token.len(), 64);
        assert_ne!(one.token, other.token);
        assert_ne!(one.device, other.device);
    }

    #[test]
    fn the_stored_hash_is_sha256() {
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(token_hash("abc"), known);
    }

    #[test]
    fn codes_are_six_digits_without_bias() {
        assert_eq!(as_code(7).as_deref(), Some("000007"));
        assert_eq!(as_code(4_293_999_999).as_deref(), Some("999999"));
        assert_eq!(as_code(4_294_000_000), None);
        assert!(six_digits().unwrap().bytes().all(|b| b.is_ascii_digit()));
    }

    #[test]
    fn secrets_are_the_same_only_byte_for_byte() {
        assert!(same("123456", "123456"));
        for other in ["", "12345", "1234567", "123457", "023456"] {
            assert!(!same("123456", other), "{other}");
        }
    }
}
