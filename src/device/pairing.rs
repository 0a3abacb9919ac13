//! The pairing desk: who may become a device of this household, and who may see the QR code.
//!
//! A plain value; its owner keeps it under one mutex and hands time in. It knows the code, the one-time tokens of
//! the QR codes that are shown, the wrong tries of each address, and whether the pairing window is open. It makes
//! no devices: who was let in gets one by [`super::secrets::mint`], through the hub.

mod invites;
mod wrong_tries;

use super::secrets::{self, NoChance};
use crate::clock::Mono;
use crate::config::PairingWindow;
use crate::limits::{CODE_WRONG_MAX, WINDOW_OPEN};
pub use invites::Invite;
use invites::Invites;
use std::net::IpAddr;
use std::time::Duration;
use wrong_tries::WrongTries;

/// Why somebody was not let in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The code is not the one that is shown. Status 403.
    #[error("that is not the pairing code; it stands on the appliance's screen or in `hearken pair`")]
    WrongCode {
        /// This wrong try was one too many: there is a new code to show.
        renewed: bool,
    },
    /// The one-time token was used, or is too old. Status 403; the page asks for the code instead.
    #[error("this QR code was already used or is too old; scan the one shown now, or type the pairing code")]
    SpentInvite,
    /// Too many wrong codes from this address. Status 429, even with the right code.
    #[error("too many wrong codes; try again in {} s", retry_after.as_secs())]
    TooMany {
        /// When to try again, in whole seconds.
        retry_after: Duration,
    },
    /// No new code could be made.
    #[error(transparent)]
    NoChance(#[from] NoChance),
}

/// Who asks to see the QR.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    /// The terminal, the journal, or a peer on the private socket.
    Local,
    /// A device of the household.
    Paired,
    /// Anybody else on the LAN.
    Stranger,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Window {
    Closed,
    Until(Mono),
    UntilPaired,
}

/// The desk.
#[derive(Debug)]
pub struct Desk {
    code: String,
    wrong_on_this_code: u32,
    wrong: WrongTries,
    invites: Invites,
    window: Window,
    qr_open: bool,
}

impl Desk {
    /// A desk as it stands at start, with a new code.
    ///
    /// # Errors
    /// [`NoChance`] when no code can be made.
    pub fn new(window: PairingWindow, qr_open: bool) -> Result<Self, NoChance> {
        let window = match window {
            PairingWindow::Closed => Window::Closed,
            PairingWindow::Restart => Window::UntilPaired,
        };
        Ok(Self {
            code: secrets::six_digits()?,
            wrong_on_this_code: 0,
            wrong: WrongTries::default(),
            invites: Invites::default(),
            window,
            qr_open,
        })
    }

    /// The code that pairs now.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Makes a new code; the old one pairs nobody any more.
    ///
    /// # Errors
    /// [`NoChance`] when no code can be made; the old one then stays.
    pub fn renew_code(&mut self) -> Result<&str, NoChance> {
        self.code = secrets::six_digits()?;
        self.wrong_on_this_code = 0;
        Ok(&self.code)
    }

    /// Whoever has a picture of the QR code, and is not in yet, needs another one.
    pub fn forget_invites(&mut self) {
        self.invites = Invites::default();
    }

    /// Whether `typed`, sent from `from`, is the code.
    ///
    /// # Errors
    /// [`Refusal::TooMany`] before anything is compared, else [`Refusal::WrongCode`].
    pub fn try_code(&mut self, from: IpAddr, typed: &str, now: Mono) -> Result<(), Refusal> {
        if let Some(retry_after) = self.wrong.must_wait(from, now) {
            return Err(Refusal::TooMany { retry_after });
        }
        if secrets::same(&self.code, typed.trim()) {
            self.somebody_paired();
            return Ok(());
        }
        self.wrong.note(from, now);
        self.wrong_on_this_code += 1;
        let renewed = self.wrong_on_this_code >= CODE_WRONG_MAX;
        if renewed {
            self.renew_code()?;
        }
        Err(Refusal::WrongCode { renewed })
    }

    /// A one-time token for one drawing of the QR.
    ///
    /// # Errors
    /// [`NoChance`] when none can be made.
    pub fn invite(&mut self, now: Mono) -> Result<String, NoChance> {
        self.invites.make(now)
    }

    /// Whether a drawing with this token still pairs; a drawing that does not is to be made anew.
    #[must_use]
    pub fn is_good(&self, token: &str, now: Mono) -> bool {
        self.invites.is_good(token, now)
    }

    /// Spends a one-time token, and returns it to be given back if nobody came in by it after all. Wrong ones are not counted: nobody guesses 128 bits, and a phone that scans an old
    /// code must not be locked out of typing the new one.
    ///
    /// # Errors
    /// [`Refusal::SpentInvite`] when it was used, is too old, or never was one.
    pub fn try_invite(&mut self, token: &str, now: Mono) -> Result<Invite, Refusal> {
        let spent = self.invites.spend(token, now).ok_or(Refusal::SpentInvite)?;
        self.somebody_paired();
        Ok(spent)
    }

    /// Makes a spent token good again, for what is left of its time: its device was not let in after all.
    pub fn give_back(&mut self, invite: Invite) {
        self.invites.give_back(invite);
    }

    /// Shows the QR to everybody on the LAN for [`WINDOW_OPEN`].
    pub fn open_window(&mut self, now: Mono) {
        let span = u64::try_from(WINDOW_OPEN.as_millis()).unwrap_or(u64::MAX);
        self.window = Window::Until(now.plus(span));
    }

    /// The settings changed: the rule of the window counts from now on, one that was opened by hand keeps its time.
    pub fn set_rules(&mut self, window: PairingWindow, qr_open: bool) {
        self.qr_open = qr_open;
        if window == PairingWindow::Closed && self.window == Window::UntilPaired {
            self.window = Window::Closed;
        }
    }

    /// Ends the pairing window.
    pub fn close_window(&mut self) {
        self.window = Window::Closed;
    }

    /// Whether the pairing window is open.
    #[must_use]
    pub fn window_is_open(&self, now: Mono) -> bool {
        match self.window {
            Window::Closed => false,
            Window::Until(end) => now < end,
            Window::UntilPaired => true,
        }
    }

    /// Whether the QR, or a new invitation, may be given to `asker`.
    #[must_use]
    pub fn may_see_qr(&self, asker: Asker, now: Mono) -> bool {
        match asker {
            Asker::Local | Asker::Paired => true,
            Asker::Stranger => self.qr_open || self.window_is_open(now),
        }
    }

    /// The window of `pairing_window = "restart"` ends with the first pairing; one opened by hand has its time.
    fn somebody_paired(&mut self) {
        if self.window == Window::UntilPaired {
            self.window = Window::Closed;
        }
    }
}

#[cfg(test)]
mod tests;
