//! Numbers as C's `sscanf("%f")` takes them from a line, which is how NEURON reads SWC.
//!
//! Blanks between numbers are optional (`1-2` is 1 and -2), an exponent mark without digits is
//! swallowed (glibc reads `5e` as 5), `inf` and `nan` are numbers, and so is `0x1p-3`.

use crate::hexadecimal;

/// A cursor over text. Never goes beyond the end of the line it is in.
pub(crate) struct Numbers<'a> {
    rest: &'a [u8],
}

/// A number in a column of ids: whole, or whatever else was there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Whole {
    Integer(i64),
    Other(f64),
}

impl<'a> Numbers<'a> {
    pub(crate) fn new(text: &'a [u8]) -> Self {
        Self { rest: text }
    }

    /// What comes after the numbers taken so far.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The next number as `f32`, rounded once; `None` if there is none.
    pub(crate) fn float(&mut self) -> Option<f32> {
        self.skip_blanks();
        let (value, used) = fast_float2::parse_partial::<f32, _>(self.rest).ok()?;
        if self.starts_hexadecimal(used) {
            return self.hexadecimal().map(|value| value as f32);
        }
        self.advance(used)?;
        Some(value)
    }

    /// The next number of a column that should hold whole numbers.
    pub(crate) fn whole(&mut self) -> Option<Whole> {
        self.skip_blanks();
        if let Some((value, used)) = plain_integer(self.rest) {
            self.rest = &self.rest[used..];
            return Some(Whole::Integer(value));
        }
        let (mut value, used) = fast_float2::parse_partial::<f64, _>(self.rest).ok()?;
        if self.starts_hexadecimal(used) {
            value = self.hexadecimal()?;
        } else {
            self.advance(used)?;
        }
        Some(integral(value).map_or(Whole::Other(value), Whole::Integer))
    }

    /// Whether what looked like a number of `used` bytes is the 0 of "0x".
    fn starts_hexadecimal(&self, used: usize) -> bool {
        is_bare_zero(&self.rest[..used]) && matches!(self.rest.get(used), Some(b'x' | b'X'))
    }

    /// Takes a hexadecimal number; "0x" without digits is none, as in C.
    fn hexadecimal(&mut self) -> Option<f64> {
        let (value, used) = hexadecimal::parse(self.rest)?;
        self.rest = &self.rest[used..];
        Some(value)
    }

    fn skip_blanks(&mut self) {
        let blanks = self.rest.iter().take_while(|byte| is_blank(**byte)).count();
        self.rest = &self.rest[blanks..];
    }

    /// Goes past a number of `used` bytes, and past what C would swallow with it.
    fn advance(&mut self, used: usize) -> Option<()> {
        let (number, mut rest) = self.rest.split_at(used);
        let last = number.last()?.to_ascii_lowercase();
        match rest.first() {
            // "infi": C has begun to read "infinity" and fails.
            Some(b'i' | b'I') if last == b'f' => return None,
            // "5e", "5e+": C takes the mark for the start of an exponent and lets it go.
            Some(b'e' | b'E') if last.is_ascii_digit() || last == b'.' => {
                rest = &rest[1..];
                if let [b'+' | b'-', after @ ..] = rest {
                    rest = after;
                }
            }
            _ => {}
        }
        self.rest = rest;
        Some(())
    }
}

/// Whether C's `isspace` holds for a byte, except for those that end a line.
pub(crate) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | 0x0b | 0x0c)
}

fn is_bare_zero(number: &[u8]) -> bool {
    matches!(number, b"0" | b"+0" | b"-0")
}

/// The common case: a sign, digits of a number that fits, then a blank or the end.
#[inline]
fn plain_integer(text: &[u8]) -> Option<(i64, usize)> {
    const ALWAYS_FIT: usize = 18;
    let sign = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let mut value = 0_i64;
    let mut used = sign;
    while let Some(digit) = text.get(used).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit < 10) {
        let tens = if used < ALWAYS_FIT { value.wrapping_mul(10) } else { value.checked_mul(10)? };
        value = tens.checked_add(i64::from(digit))?;
        used += 1;
    }
    let ends = text.get(used).is_none_or(|byte| is_blank(*byte) || matches!(byte, b'\n' | b'\r'));
    let value = if text.first() == Some(&b'-') { -value } else { value };
    (used > sign && ends).then_some((value, used))
}

/// Whole numbers that `f64` holds without loss.
fn integral(value: f64) -> Option<i64> {
    const EXACT_TO: f64 = 9_007_199_254_740_992.0;
    (value.fract() == 0.0 && value.abs() <= EXACT_TO).then_some(value as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn floats(line: &str) -> Vec<f32> {
        let mut numbers = Numbers::new(line.as_bytes());
        std::iter::from_fn(|| numbers.float()).collect()
    }

    #[test]
    fn blanks_are_optional_as_in_c() {
        assert_eq!(floats("1-2+3 .5\t5.\u{b}6"), [1.0, -2.0, 3.0, 0.5, 5.0, 6.0]);
        assert_eq!(floats("1.5.25"), [1.5, 0.25]);
        assert_eq!(floats("1,2"), [1.0]);
    }

    #[test]
    fn exponent_marks_without_digits_are_swallowed() {
        assert_eq!(floats("5e 6E+ 7E- 8e-x"), [5.0, 6.0, 7.0, 8.0]);
        assert_eq!(floats("1e2 1e+2 1E-2"), [100.0, 100.0, 0.01]);
    }

    #[test]
    fn what_is_no_decimal_number_ends_the_row() {
        assert_eq!(floats("1 0x 2"), [1.0]);
        assert_eq!(floats("1 NA 2"), [1.0]);
        assert_eq!(floats("1 infin 2"), [1.0]);
        assert_eq!(floats("1 + 2"), [1.0]);
        assert!(floats("infinity -inf nan")[..2].iter().all(|value| value.is_infinite()));
    }

    #[test]
    fn hexadecimal_numbers_are_read_as_in_c() {
        assert_eq!(floats("0x10 -0X.8 0x1p3+0x1.8P-1 0x2p 0xFFg"), [16.0, -0.5, 8.0, 0.75, 2.0, 255.0]);
        assert_eq!(Numbers::new(b"0x10 ").whole(), Some(Whole::Integer(16)));
    }

    #[test]
    fn one_rounding_to_f32() {
        // Halfway between two floats but for its last digit: by way of f64 it would go down.
        assert_eq!(floats("1.00000005960464477539062500001"), [1.000_000_1]);
    }

    #[test]
    fn whole_numbers_may_be_written_as_floats() {
        let whole = |text: &str| Numbers::new(text.as_bytes()).whole();
        assert_eq!(whole("720575940661214849 "), Some(Whole::Integer(720_575_940_661_214_849)));
        assert_eq!(whole("-1"), Some(Whole::Integer(-1)));
        assert_eq!(whole("1.0"), Some(Whole::Integer(1)));
        assert_eq!(whole("1e3"), Some(Whole::Integer(1000)));
        assert_eq!(whole("10.5"), Some(Whole::Other(10.5)));
        assert_eq!(whole("9223372036854775807"), Some(Whole::Integer(i64::MAX)));
        assert_eq!(whole("99999999999999999999"), Some(Whole::Other(1e20)));
        assert_eq!(whole("-"), None);
    }
}
