//! What kind of audio a file holds, and which kinds a browser plays.
//!
//! A codec is found in the bytes (by `audio`), never in the name: an `.m4a` may hold AAC or ALAC. The name only
//! decides which files are worth opening at all.

/// Container and codec of one track.
///
/// The numbers are stored in `library.db`: they are never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Codec {
    /// MPEG audio layer III.
    Mp3 = 1,
    /// MPEG audio layer I or II.
    Mp2 = 2,
    /// FLAC in its own container.
    Flac = 3,
    /// FLAC in Ogg.
    OggFlac = 4,
    /// Opus in Ogg.
    Opus = 5,
    /// Vorbis in Ogg.
    Vorbis = 6,
    /// Anything else in Ogg, e.g. Speex.
    OggOther = 7,
    /// AAC in MP4.
    AacMp4 = 8,
    /// Apple Lossless in MP4.
    Alac = 9,
    /// Anything else in MP4, also copy-protected AAC.
    Mp4Other = 10,
    /// PCM or float samples in WAV.
    Wav = 11,
    /// Compressed samples in WAV.
    WavOther = 12,
    /// AIFF and AIFF-C.
    Aiff = 13,
    /// AAC without a container (ADTS).
    AacAdts = 14,
    /// Windows Media Audio.
    Wma = 15,
    /// WavPack.
    WavPack = 16,
    /// Monkey's Audio.
    Ape = 17,
    /// Musepack.
    Musepack = 18,
}

impl Codec {
    const ALL: [Self; 18] = [
        Self::Mp3,
        Self::Mp2,
        Self::Flac,
        Self::OggFlac,
        Self::Opus,
        Self::Vorbis,
        Self::OggOther,
        Self::AacMp4,
        Self::Alac,
        Self::Mp4Other,
        Self::Wav,
        Self::WavOther,
        Self::Aiff,
        Self::AacAdts,
        Self::Wma,
        Self::WavPack,
        Self::Ape,
        Self::Musepack,
    ];

    /// The codec that `number` was stored for.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|codec| *codec as u8 == number)
    }

    /// The `Content-Type` of a whole file of this kind.
    #[must_use]
    pub fn mime(self) -> &'static str {
        match self {
            Self::Mp3 | Self::Mp2 => "audio/mpeg",
            Self::Flac => "audio/flac",
            Self::OggFlac | Self::Opus | Self::Vorbis | Self::OggOther => "audio/ogg",
            Self::AacMp4 | Self::Alac | Self::Mp4Other => "audio/mp4",
            Self::Wav | Self::WavOther => "audio/wav",
            Self::Aiff => "audio/aiff",
            Self::AacAdts => "audio/aac",
            Self::Wma => "audio/x-ms-wma",
            Self::WavPack => "audio/x-wavpack",
            Self::Ape => "audio/x-ape",
            Self::Musepack => "audio/x-musepack",
        }
    }

    /// Whether the browsers of a household play it: one listener that cannot would hold the room.
    #[must_use]
    pub fn playable(self) -> bool {
        matches!(self, Self::Mp3 | Self::Flac | Self::OggFlac | Self::Opus | Self::Vorbis | Self::AacMp4 | Self::Wav)
    }
}

const AUDIO_EXTENSIONS: [&[u8]; 24] = [
    b"mp3", b"flac", b"ogg", b"opus", b"m4a", b"wav", b"oga", b"aac", b"m4b", b"mp4", b"wave", b"aif", b"aiff",
    b"aifc", b"wma", b"wv", b"ape", b"mpc", b"mp2", b"mpga", b"spx", b"fla", b"mp+", b"mpp",
];

/// Whether a file of this name is worth opening, by its extension in any case.
#[must_use]
pub fn named_like_audio(name: &[u8]) -> bool {
    let Some(dot) = name.iter().rposition(|&b| b == b'.') else { return false };
    let extension = &name[dot + 1..];
    AUDIO_EXTENSIONS.iter().any(|known| known.eq_ignore_ascii_case(extension))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lead_back_to_their_codec() {
        for codec in Codec::ALL {
            assert_eq!(Codec::from_number(codec as u8), Some(codec));
        }
        assert_eq!(Codec::from_number(0), None);
        assert_eq!(Codec::from_number(200), None);
    }

    #[test]
    fn the_codec_decides_what_plays() {
        for codec in [Codec::Mp3, Codec::Flac, Codec::Opus, Codec::Vorbis, Codec::AacMp4, Codec::Wav] {
            assert!(codec.playable(), "{codec:?}");
        }
        for codec in [Codec::Alac, Codec::Aiff, Codec::Wma, Codec::WavPack, Codec::Mp2, Codec::Mp4Other] {
            assert!(!codec.playable(), "{codec:?}");
        }
    }

    #[test]
    fn names_are_judged_by_extension_in_any_case() {
        assert!(named_like_audio(b"a.MP3"));
        assert!(named_like_audio(b"\xff\xfe.Flac"));
        assert!(!named_like_audio(b"mp3"));
        assert!(!named_like_audio(b"cover.jpg"));
        assert!(!named_like_audio(b"a."));
    }
}
