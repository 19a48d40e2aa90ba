use std::f32::consts::TAU;

use maud::{Markup, html};
use naragtive::overview::{Bond, People};

use super::address::person;
use super::bars::at;
use super::layout::many;

const WIDTH: f32 = 460.0;
const HEIGHT: f32 = 380.0;
/// From the one in the middle to the others.
const RADIUS: f32 = 120.0;
/// A name is cut after so many letters, so that it doesn't leave the picture.
const NAME: usize = 16;

/// Somebody in the middle and those who are nearest around: the thicker the line, the more scenes.
pub(super) fn circle(people: &People, name: &str, bonds: &[Bond], store: &str) -> Markup {
    let most = bonds.iter().map(|bond| bond.scenes).max().unwrap_or(1).max(1);
    let around: Vec<_> = bonds
        .iter()
        .enumerate()
        .filter_map(|(number, bond)| Some((place(number, bonds.len()), bond, people.all.get(bond.other)?)))
        .collect();
    let (x, y) = (WIDTH / 2.0, HEIGHT / 2.0);
    html! {
        svg class="circle" viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="group"
            aria-label=(format!("Whom {name} is with most")) {
            @for ((to_x, to_y), bond, _) in &around {
                line x1=(at(x)) y1=(at(y)) x2=(at(*to_x)) y2=(at(*to_y))
                    stroke-width=(at(1.0 + 7.0 * bond.scenes as f32 / most as f32)) {}
            }
            circle class="middle" cx=(at(x)) cy=(at(y)) r="9" {}
            @for ((to_x, to_y), bond, other) in &around {
                a href=(person(store, &other.name)) {
                    title { (other.name) ": " (many(bond.scenes, "scene", "scenes")) " together" }
                    circle class="touch" cx=(at(*to_x)) cy=(at(*to_y)) r="18" {}
                    circle cx=(at(*to_x)) cy=(at(*to_y)) r="6" {}
                    text x=(at(beside(*to_x))) y=(at(beyond(*to_x, *to_y))) text-anchor=(side(*to_x)) { (short(&other.name)) }
                }
            }
            text class="middle" x=(at(x)) y=(at(y - 16.0)) text-anchor="middle" { (short(name)) }
        }
    }
}

/// On a circle, from the top on.
fn place(number: usize, of: usize) -> (f32, f32) {
    let angle = TAU * (number as f32 / of.max(1) as f32 - 0.25);
    (WIDTH / 2.0 + RADIUS * angle.cos(), HEIGHT / 2.0 + RADIUS * angle.sin())
}

/// Which end of a name is at its place: names go outwards.
fn side(x: f32) -> &'static str {
    match x - WIDTH / 2.0 {
        off if off > 10.0 => "start",
        off if off < -10.0 => "end",
        _ => "middle",
    }
}

fn beside(x: f32) -> f32 {
    match side(x) {
        "start" => x + 11.0,
        "end" => x - 11.0,
        _ => x,
    }
}

fn beyond(x: f32, y: f32) -> f32 {
    match side(x) {
        "middle" if y < HEIGHT / 2.0 => y - 13.0,
        "middle" => y + 22.0,
        _ => y + 4.5,
    }
}

fn short(name: &str) -> String {
    match name.chars().count() > NAME {
        true => name.chars().take(NAME - 1).chain(['…']).collect(),
        false => name.to_owned(),
    }
}
