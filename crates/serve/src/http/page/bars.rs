use maud::{Markup, html};
use naragtive::overview::{Bar, Grain};

use super::address::{Trail, side};
use super::day::{span, written};
use super::layout::{many, number};

/// The width and the height of a picture, in its own units.
const WIDTH: usize = 720;
const HEIGHT: usize = 150;
/// What bars count, as one and as several.
pub(super) type BarUnit = [&'static str; 2];
/// Scenes.
pub(super) const SCENES: BarUnit = ["scene", "scenes"];

/// Bars over time, each the way to its scenes.
pub(super) fn bars(bars: &[Bar], store: &str, grain: Grain, unit: BarUnit) -> Markup {
    let [one, several] = unit;
    let most = bars.iter().map(|bar| bar.scenes).max().unwrap_or(0).max(1);
    let step = WIDTH as f32 / bars.len().max(1) as f32;
    let gap = if step > 5.0 { 1.5 } else { 0.4 };
    let height =
        |scenes: usize| (scenes as f32 / most as f32 * HEIGHT as f32).max(if scenes > 0 { 2.0 } else { 0.0 });
    let shown: Vec<_> = bars.iter().enumerate().filter(|(_, bar)| bar.scenes > 0).collect();
    html! {
        svg class="bars" viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) preserveAspectRatio="none" role="group" aria-label=(format!("{} a {}", capital(unit), grain.name())) {
            @for (place, bar) in shown {
                a href=(address(bar, store, grain)) {
                    title { (span(&bar.first, &bar.last)) ": " (many(bar.scenes, one, several)) }
                    rect class="touch" x=(at(place as f32 * step)) y="0" width=(at(step)) height=(HEIGHT) {}
                    rect x=(at(place as f32 * step + gap / 2.0)) y=(at(HEIGHT as f32 - height(bar.scenes)))
                        width=(at((step - gap).clamp(1.0, 40.0))) height=(at(height(bar.scenes))) rx="1" {}
                }
            }
        }
        // Not in the picture, which is stretched to the width there is.
        @if let (Some(first), Some(last)) = (bars.first(), bars.last()) {
            p class="ends" {
                span { (written(&first.first)) }
                @if bars.len() > 1 { span { (written(&last.last)) } }
            }
        }
    }
}

/// The same as the figure that it is, with what its bars are.
pub(super) fn figure(all: &[Bar], store: &str, grain: Grain, unit: BarUnit) -> Markup {
    html! {
        figure {
            (bars(all, store, grain, unit))
            figcaption { (capital(unit)) " a " (grain.name()) ". A bar leads to its scenes." }
        }
    }
}

/// The same in rows.
pub(super) fn table(all: &[Bar], store: &str, grain: Grain, unit: BarUnit) -> Markup {
    html! {
        table {
            thead { tr { th scope="col" { "When" } th scope="col" class="number" { (capital(unit)) } } }
            tbody {
                @for bar in all.iter().filter(|bar| bar.scenes > 0) {
                    tr {
                        td { a href=(address(bar, store, grain)) { (span(&bar.first, &bar.last)) } }
                        td class="number" { (number(bar.scenes)) }
                    }
                }
            }
        }
    }
}

/// As it begins a line.
fn capital([_, several]: BarUnit) -> String {
    let mut letters = several.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// One person's bars, as a lane without days.
pub(super) fn lane(bars: &[Bar], lane: usize) -> Markup {
    const LOW: f32 = 22.0;
    let of = |bar: &Bar| bar.lanes.get(lane).copied().unwrap_or(0);
    let most = bars.iter().map(of).max().unwrap_or(0).max(1);
    let step = WIDTH as f32 / bars.len().max(1) as f32;
    html! {
        svg class="bars lane" viewBox=(format!("0 0 {WIDTH} {LOW}")) preserveAspectRatio="none" aria-hidden="true" {
            @for (place, bar) in bars.iter().enumerate().filter(|(_, bar)| of(bar) > 0) {
                @let height = (of(bar) as f32 / most as f32 * LOW).max(2.0);
                rect x=(at(place as f32 * step)) y=(at(LOW - height)) width=(at((step * 0.85).clamp(1.0, 40.0))) height=(at(height)) {}
            }
        }
    }
}

/// The scenes of a bar.
pub(super) fn address(bar: &Bar, store: &str, grain: Grain) -> String {
    let trail = Trail::none().with("by", Some(grain.name())).with("since", Some(&bar.first));
    let address = trail.with("until", Some(&bar.last)).at(&side("timeline", store));
    format!("{address}#listed")
}

/// A share of a whole, as a bar of its own; the number stands beside it.
pub(super) fn share(share: f32) -> Markup {
    html! {
        svg class="share" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" {
            rect class="rest" width="100" height="8" rx="2" {}
            rect width=(at(share.clamp(0.0, 1.0) * 100.0)) height="8" rx="2" {}
        }
    }
}

pub(super) fn at(number: f32) -> String {
    format!("{number:.1}")
}
