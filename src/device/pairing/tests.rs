//! The desk's rules, a table or a short story each.

use super::*;
use crate::limits::INVITES_MAX;

const PHONE: &str = "192.168.1.40";
const LAPTOP: &str = "192.168.1.41";

fn desk() -> Desk {
    Desk::new(PairingWindow::Closed, false).unwrap()
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn wrong(desk: &Desk) -> String {
    if desk.code() == "000000" { "000001".into() } else { "000000".into() }
}

/// Types a code and tells the answer as the status it has on the wire.
fn status(desk: &mut Desk, from: &str, typed: &str, at_ms: u64) -> u16 {
    match desk.try_code(ip(from), typed, Mono(at_ms)) {
        Ok(()) => 200,
        Err(Refusal::WrongCode { .. } | Refusal::SpentInvite) => 403,
        Err(Refusal::TooMany { .. }) => 429,
        Err(Refusal::NoChance(_)) => 500,
    }
}

#[test]
fn the_sixth_try_of_an_address_within_a_minute_is_not_looked_at() {
    let mut desk = desk();
    let (right, bad) = (desk.code().to_owned(), wrong(&desk));
    let table = [
        (PHONE, &bad, 0, 403),
        (PHONE, &bad, 1_000, 403),
        (PHONE, &bad, 2_000, 403),
        (PHONE, &bad, 3_000, 403),
        (PHONE, &bad, 4_000, 403),
        (PHONE, &bad, 5_000, 429),
        (PHONE, &right, 6_000, 429),
        (LAPTOP, &right, 6_000, 200),
        (PHONE, &right, 59_999, 429),
        (PHONE, &right, 60_000, 200),
    ];
    for (row, (from, typed, at, expected)) in table.into_iter().enumerate() {
        assert_eq!(status(&mut desk, from, typed, at), expected, "row {row}");
    }
}

#[test]
fn retry_after_is_when_the_oldest_wrong_try_is_a_minute_old() {
    let mut desk = desk();
    let bad = wrong(&desk);
    for at in [0, 10_000, 10_000, 10_000, 10_000] {
        status(&mut desk, PHONE, &bad, at);
    }
    let refusal = desk.try_code(ip(PHONE), &bad, Mono(20_500)).unwrap_err();
    assert_eq!(refusal, Refusal::TooMany { retry_after: Duration::from_secs(40) });
    assert_eq!(refusal.to_string(), "too many wrong codes; try again in 40 s");
}

#[test]
fn ten_wrong_tries_from_anywhere_make_a_new_code() {
    let mut desk = desk();
    let (old, bad) = (desk.code().to_owned(), wrong(&desk));
    for host in 1..10 {
        let refusal = desk.try_code(ip(&format!("10.0.0.{host}")), &bad, Mono(0)).unwrap_err();
        assert_eq!(refusal, Refusal::WrongCode { renewed: false });
    }
    let refusal = desk.try_code(ip("10.0.0.10"), &bad, Mono(0)).unwrap_err();
    assert_eq!(refusal, Refusal::WrongCode { renewed: true });
    assert!(old != desk.code() || desk.wrong_on_this_code == 0);
}

#[test]
fn a_right_code_pairs_again_and_blanks_around_it_do_not_matter() {
    let mut desk = desk();
    let typed = format!(" {} ", desk.code());
    assert_eq!(status(&mut desk, PHONE, &typed, 0), 200);
    assert_eq!(status(&mut desk, LAPTOP, &typed, 0), 200);
}

#[test]
fn an_invitation_is_good_once_and_for_five_minutes() {
    let mut desk = desk();
    let (used, old) = (desk.invite(Mono(0)).unwrap(), desk.invite(Mono(0)).unwrap());
    assert!(desk.is_good(&used, Mono(299_999)));
    assert!(desk.try_invite(&used, Mono(1)).is_ok());
    assert_eq!(desk.try_invite(&used, Mono(2)), Err(Refusal::SpentInvite));
    assert!(!desk.is_good(&used, Mono(2)));
    assert_eq!(desk.try_invite(&old, Mono(300_000)), Err(Refusal::SpentInvite));
    assert_eq!(desk.try_invite("", Mono(0)), Err(Refusal::SpentInvite));
}

#[test]
fn wrong_invitations_lock_nobody_out() {
    let mut desk = desk();
    for _ in 0..50 {
        assert_eq!(desk.try_invite("0123456789abcdef0123456789abcdef", Mono(0)), Err(Refusal::SpentInvite));
    }
    let right = desk.code().to_owned();
    assert_eq!(status(&mut desk, PHONE, &right, 0), 200);
}

#[test]
fn the_newest_invitations_are_kept() {
    let mut desk = desk();
    let all: Vec<String> = (0..=INVITES_MAX).map(|_| desk.invite(Mono(0)).unwrap()).collect();
    assert!(!desk.is_good(&all[0], Mono(0)));
    assert!(desk.is_good(&all[1], Mono(0)) && desk.is_good(&all[INVITES_MAX], Mono(0)));
}

#[test]
fn who_may_see_the_qr() {
    let open = |window, qr_open, hand: Option<u64>| {
        let mut desk = Desk::new(window, qr_open).unwrap();
        hand.into_iter().for_each(|at| desk.open_window(Mono(at)));
        desk
    };
    use PairingWindow::{Closed, Restart};
    let table = [
        (open(Closed, false, None), 0, false),
        (open(Closed, true, None), 0, true),
        (open(Closed, false, Some(0)), 299_999, true),
        (open(Closed, false, Some(0)), 300_000, false),
        (open(Restart, false, None), 9_000_000, true),
    ];
    for (row, (desk, at, stranger)) in table.into_iter().enumerate() {
        assert_eq!(desk.may_see_qr(Asker::Stranger, Mono(at)), stranger, "row {row}");
        assert!(desk.may_see_qr(Asker::Local, Mono(at)) && desk.may_see_qr(Asker::Paired, Mono(at)));
    }
}

#[test]
fn the_first_pairing_ends_the_window_of_a_restart_but_not_one_opened_by_hand() {
    let mut desk = Desk::new(PairingWindow::Restart, false).unwrap();
    let token = desk.invite(Mono(0)).unwrap();
    desk.try_invite(&token, Mono(1)).unwrap();
    assert!(!desk.window_is_open(Mono(1)));

    desk.open_window(Mono(1));
    let token = desk.invite(Mono(1)).unwrap();
    desk.try_invite(&token, Mono(2)).unwrap();
    assert!(desk.window_is_open(Mono(2)));
    desk.close_window();
    assert!(!desk.window_is_open(Mono(2)));
}
