//! A listener with a taste of their own answers, wrong now and then: how many answers until the order is right?

use super::choice::{Wanted, best_pair, pairing};
use super::gaussian::Gaussian;
use super::{Belief, SPREAD, win_probability};
use std::collections::HashSet;

/// Chance from a seed (SplitMix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Evenly between 0 and 1.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Normally distributed (Box and Muller, 1958).
    fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.unit()).ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }
}

/// Kendall's τ between a taste and what is believed of it.
fn tau(taste: &[f64], belief: &Gaussian) -> f64 {
    let pairs = (0..taste.len()).flat_map(|i| (0..i).map(move |j| (i, j)));
    let agree = pairs.map(|(i, j)| ((taste[i] - taste[j]) * (belief.mean(i) - belief.mean(j))).signum());
    agree.sum::<f64>() / (taste.len() * (taste.len() - 1) / 2) as f64
}

/// How many answers until τ reaches `wanted`, for a listener of this seed.
fn answers(seed: u64, tracks: usize, wanted: f64, is_random: bool) -> usize {
    let mut chance = Chance(seed);
    let taste: Vec<f64> = (0..tracks).map(|_| SPREAD * chance.normal()).collect();
    let (mut belief, mut asked) = (Gaussian::new(tracks), HashSet::new());
    let all = tracks * (tracks - 1) / 2;
    while tau(&taste, &belief) < wanted && asked.len() < all {
        let pair = match is_random {
            true => pairing(chance.next() as usize % tracks, chance.next() as usize % tracks),
            false => best_pair(&belief, &Wanted { asked: &asked, but: None, there: &[], top_ten: false }).unwrap(),
        };
        if pair.0 != pair.1 && asked.insert(pair) {
            let (one, other) = (pair.0 as usize, pair.1 as usize);
            let wins = chance.unit() < win_probability(taste[one] - taste[other]);
            belief.observe(one, other, if wins { 1.0 } else { 0.0 });
        }
    }
    asked.len()
}

#[test]
fn chosen_pairs_reach_the_same_order_with_fewer_answers_than_random_ones() {
    for (tracks, wanted, listeners, at_most) in [(20, 0.6, 40, 0.8), (40, 0.8, 12, 0.85), (80, 0.7, 4, 0.75)] {
        let total = |is_random| -> usize { (1..=listeners).map(|seed| answers(seed, tracks, wanted, is_random)).sum() };
        let (chosen, random) = (total(false), total(true));
        let ratio = chosen as f64 / random as f64;
        let each = |sum: usize| sum as f64 / listeners as f64;
        println!("{tracks} tracks, τ {wanted}: {:.1} answers, at random {:.1}: {ratio:.2}", each(chosen), each(random));
        assert!(ratio < at_most, "{tracks} tracks: {chosen} answers, at random {random}");
    }
}
