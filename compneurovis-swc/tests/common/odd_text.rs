//! SWC texts with everything that can be odd about them.

use std::fmt::Write;

use super::dice::Dice;

/// What is odd about a cell: how often, in so many cases, each thing happens. 0 is never.
struct Oddness {
    kinds: &'static [i32],
    somata: usize,
    further_root: usize,
    strange_parent: usize,
    jump: usize,
    gap: usize,
    shuffle: usize,
    on_grid: bool,
    odd_number: usize,
    odd_line: usize,
}

const PLAIN: Oddness = Oddness {
    kinds: &[3],
    somata: 1,
    further_root: 0,
    strange_parent: 0,
    jump: 4,
    gap: 0,
    shuffle: 0,
    on_grid: false,
    odd_number: 0,
    odd_line: 0,
};

const CELLS: [Oddness; 6] = [
    PLAIN,
    Oddness { kinds: &[1, 2, 3, 3, 3, 4, 0, 5, 7, -2], somata: 2, on_grid: true, jump: 3, ..PLAIN },
    Oddness { kinds: &[2, 3, 4], somata: 3, jump: 3, gap: 9, ..PLAIN },
    Oddness { kinds: &[1, 3, 3], somata: 3, further_root: 6, on_grid: true, jump: 3, ..PLAIN },
    Oddness {
        kinds: &[1, 2, 3, 6],
        somata: 2,
        further_root: 9,
        strange_parent: 9,
        gap: 7,
        shuffle: 30,
        jump: 3,
        on_grid: true,
        odd_number: 0,
        odd_line: 0,
    },
    Oddness {
        kinds: &[1, 3, 4],
        somata: 2,
        further_root: 20,
        strange_parent: 30,
        gap: 20,
        odd_number: 12,
        odd_line: 12,
        ..PLAIN
    },
];

/// A text of one of several kinds, from plain to wild.
pub(crate) fn text(dice: &mut Dice) -> String {
    let odd = &CELLS[dice.below(CELLS.len())];
    let mut rows = Vec::new();
    let mut id = dice.one_of(&[0, 1, 1, 1, 5]);
    let soma = dice.below(odd.somata + 1);
    if soma == 3 {
        three_points(&mut rows, &mut id, dice, odd);
    }
    for _ in 0..1 + dice.below(30) {
        let row = row(&rows, id, soma, dice, odd);
        rows.push(row);
        id += if odd.gap > 0 && dice.once_in(odd.gap) { 1 + dice.below(4) as i64 } else { 1 };
    }
    if odd.shuffle > 0 && dice.once_in(odd.shuffle) {
        let (a, b) = (dice.below(rows.len()), dice.below(rows.len()));
        rows.swap(a, b);
    }
    lines(&rows, dice, odd)
}

struct Row {
    id: i64,
    kind: i32,
    place: [String; 3],
    radius: String,
    parent: i64,
}

/// A soma as neuromorpho.org has it, or almost.
fn three_points(rows: &mut Vec<Row>, id: &mut i64, dice: &mut Dice, odd: &Oddness) {
    let first = *id;
    let place = [0, 1, 2].map(|_| number(dice, odd).parse::<f64>().unwrap_or(3.0));
    let radius = dice.one_of(&[5.0, 1.5, 0.25]);
    for side in [0.0, -1.0, 1.0] {
        let reach = radius * dice.one_of(&[1.0, 1.0, 1.004, 0.995, 1.03]);
        let thickness = radius * dice.one_of(&[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.1]);
        let place = [place[0], place[1] + side * reach, place[2]].map(|value| value.to_string());
        let parent = if rows.is_empty() { -1 } else { first };
        rows.push(Row { id: *id, kind: 1, place, radius: thickness.to_string(), parent });
        *id += 1;
    }
}

fn row(rows: &[Row], id: i64, soma: usize, dice: &mut Dice, odd: &Oddness) -> Row {
    let kind = match rows.last() {
        None if soma > 0 => 1,
        _ if soma == 3 && rows.len() == 3 => dice.one_of(&[2, 3, 4]),
        Some(last) if !dice.once_in(4) && rows.len() >= soma => last.kind,
        _ if rows.len() < soma => 1,
        _ => dice.one_of(odd.kinds),
    };
    let parent = match rows.last() {
        None => -1,
        _ if odd.further_root > 0 && dice.once_in(odd.further_root) => -1,
        _ if odd.strange_parent > 0 && dice.once_in(odd.strange_parent) => dice.below(40) as i64,
        // Neurites hang on the first of three soma points, or else the three are no sphere.
        _ if soma == 3 && rows.len() == 3 && !dice.once_in(6) => rows[0].id,
        _ if dice.once_in(odd.jump) => rows[dice.below(rows.len())].id,
        Some(last) => last.id,
    };
    let parent =
        if rows.is_empty() && odd.strange_parent > 0 && dice.once_in(4) { dice.below(6) as i64 } else { parent };
    let radius = if odd.on_grid { dice.one_of(&["0.5", "1", "1", "2", "0", "-1"]).to_owned() } else { radius(dice) };
    Row { id, kind, place: [0, 1, 2].map(|_| number(dice, odd)), radius, parent }
}

fn radius(dice: &mut Dice) -> String {
    (f64::from(dice.below(3000) as u32 + 1) / 1000.0).to_string()
}

fn number(dice: &mut Dice, odd: &Oddness) -> String {
    if odd.on_grid {
        return (dice.below(4) as i64 - 1).to_string();
    }
    let digits = dice.below(9);
    let value = (dice.next() % 2_000_000_000) as f64 / 1e6 - 1000.0;
    format!("{value:.digits$}")
}

fn lines(rows: &[Row], dice: &mut Dice, odd: &Oddness) -> String {
    let mut text = String::new();
    let end = dice.one_of(&["\n", "\n", "\n", "\r\n", "\r"]);
    if odd.odd_line > 0 && dice.once_in(10) {
        text.push('\u{feff}');
    }
    for Row { id, kind, place: [x, y, z], radius, parent } in rows {
        if odd.odd_line > 0 && dice.once_in(odd.odd_line) {
            let junk = dice.one_of(&[
                "",
                "# note",
                "  # 1 2 3",
                "junk",
                "1 2 3",
                "\u{1a}",
                "\0 x",
                "1,2,3",
                "9 9 9 9 9 9 x",
                "\t",
            ]);
            text.push_str(junk);
            text.push_str(end);
        }
        let columns =
            [id.to_string(), kind.to_string(), x.clone(), y.clone(), z.clone(), radius.clone(), parent.to_string()];
        let columns = columns.map(|column| spelt(column, dice, odd));
        let blank = dice.one_of(&[" ", " ", " ", "\t", "  "]);
        let tail = if odd.odd_line > 0 { dice.one_of(&["", "", " ", " 8 9", " # note", "\0"]) } else { "" };
        let _ = write!(text, "{}{tail}{end}", columns.join(blank));
    }
    text
}

/// The same number in other ways, and now and then another one.
fn spelt(number: String, dice: &mut Dice, odd: &Oddness) -> String {
    if odd.odd_number == 0 || !dice.once_in(odd.odd_number) {
        return number;
    }
    let is_integer = !number.contains('.');
    match dice.below(10) {
        0 if is_integer => format!("{number}.0"),
        1 if is_integer => format!("{number}."),
        2 if is_integer => format!("{number}e0"),
        3 if is_integer => format!("{number}e"),
        4 if is_integer && !number.starts_with('-') => format!("0x{:x}", number.parse::<u32>().unwrap_or(1)),
        5 if !number.starts_with('-') => format!("+{number}"),
        6 => format!("{number}00"),
        7 => dice.one_of(&["NA", "nan", "inf", "x", "1e400", "-0", ".5", "0x.8p1", "1e-50", "0x"]).to_owned(),
        8 => format!("{number}e+"),
        _ => number,
    }
}
