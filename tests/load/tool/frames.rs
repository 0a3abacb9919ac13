//! WebSocket frames, as little of them as a load needs.

/// Text.
pub const TEXT: u8 = 1;
/// Binary.
pub const BINARY: u8 = 2;
/// A sign of life is asked for.
pub const PING: u8 = 9;
/// And given.
pub const PONG: u8 = 10;

/// A client's frame. It is masked with zeros, which changes nothing and is allowed.
pub fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x80 | opcode];
    match payload.len() {
        len @ 0..=125 => bytes.push(0x80 | len as u8),
        len @ 126..=0xffff => {
            bytes.push(0x80 | 126);
            bytes.extend_from_slice(&(len as u16).to_be_bytes());
        }
        len => {
            bytes.push(0x80 | 127);
            bytes.extend_from_slice(&(len as u64).to_be_bytes());
        }
    }
    bytes.extend_from_slice(&[0; 4]);
    bytes.extend_from_slice(payload);
    bytes
}

/// Gives each whole frame to `each`; returns how many bytes they were.
pub fn walk(bytes: &[u8], mut each: impl FnMut(u8, &[u8])) -> usize {
    let mut at = 0;
    while let Some((opcode, from, to)) = next(&bytes[at..]) {
        each(opcode, &bytes[at + from..at + to]);
        at += to;
    }
    at
}

/// The first frame's opcode, and where its payload begins and ends, if it is whole.
fn next(bytes: &[u8]) -> Option<(u8, usize, usize)> {
    let (opcode, short) = (bytes.first()? & 15, usize::from(bytes.get(1)? & 127));
    let (from, len) = match short {
        126 => (4, usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?))),
        127 => (10, usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?),
        len => (2, len),
    };
    (bytes.len() >= from + len).then_some((opcode, from, from + len))
}
