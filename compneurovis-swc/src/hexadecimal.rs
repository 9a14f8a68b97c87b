//! Hexadecimal numbers as C reads them: `0x1.8p-3`.

/// Bits kept of the digits, and a sticky one below: more than `f32` has by enough that rounding to
/// `f64` (exact here) and then to `f32` is one rounding.
const KEPT_BITS: u32 = 48;

/// The number at the start of a text, and its length in bytes; `None` without digits.
///
/// The value is exact up to 48 bits; of a longer one the rest is a sticky bit, so that going on to
/// `f32` rounds once.
pub(crate) fn parse(text: &[u8]) -> Option<(f64, usize)> {
    let sign = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let mut used = sign + 2;
    let mut digits = Digits::default();
    loop {
        match text.get(used) {
            Some(b'.') if !digits.has_point => digits.has_point = true,
            Some(byte) if byte.is_ascii_hexdigit() => digits.push((*byte as char).to_digit(16)?),
            _ => break,
        }
        used += 1;
    }
    if !digits.has_any {
        return None;
    }
    let (exponent, length) = exponent(&text[used..]);
    let value = digits.value(exponent);
    Some((if text.first() == Some(&b'-') { -value } else { value }, used + length))
}

#[derive(Default)]
struct Digits {
    mantissa: u64,
    /// Power of two of the last bit of the mantissa.
    exponent: i64,
    is_inexact: bool,
    has_point: bool,
    has_any: bool,
}

impl Digits {
    fn push(&mut self, digit: u32) {
        self.has_any = true;
        if self.mantissa >> KEPT_BITS == 0 {
            self.mantissa = (self.mantissa << 4) | u64::from(digit);
            self.exponent -= if self.has_point { 4 } else { 0 };
        } else {
            self.is_inexact |= digit != 0;
            self.exponent += if self.has_point { 0 } else { 4 };
        }
    }

    fn value(&self, exponent: i64) -> f64 {
        // At most 52 bits and the sticky one: exact in f64.
        let mantissa = (self.mantissa << 1 | u64::from(self.is_inexact)) as f64;
        let power = self.exponent.saturating_add(exponent).saturating_sub(1);
        // Beyond this all is zero or infinite in f32, and f64 holds all within.
        mantissa * 2.0_f64.powi(power.clamp(-400, 400) as i32)
    }
}

/// The exponent behind the digits and its length: C swallows a mark without digits.
fn exponent(text: &[u8]) -> (i64, usize) {
    let [b'p' | b'P', rest @ ..] = text else { return (0, 0) };
    let sign = usize::from(matches!(rest.first(), Some(b'+' | b'-')));
    let digits = rest[sign..].iter().take_while(|byte| byte.is_ascii_digit());
    let (mut value, mut length) = (0_i64, 1 + sign);
    for digit in digits {
        value = value.saturating_mul(10).saturating_add(i64::from(digit - b'0'));
        length += 1;
    }
    (if rest.first() == Some(&b'-') { -value } else { value }, length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_round_once() {
        // 1 + 2^-24 lies halfway between two f32, and the last digit decides.
        let value = |text: &str| parse(text.as_bytes()).map(|(value, _)| value as f32);
        assert_eq!(value("0x1.000001"), Some(1.0));
        assert_eq!(value("0x1.00000100000000000000000000001"), Some(1.000_000_1));
        assert_eq!(value("0x100000100000000000000000000000000000001p-152"), Some(1.000_000_1));
        assert_eq!(value("0x1p-149"), Some(f32::from_bits(1)));
        assert_eq!(value("-0x1p99999999999999999999"), Some(f32::NEG_INFINITY));
    }

    #[test]
    fn without_digits_there_is_no_number() {
        assert_eq!(parse(b"0x"), None);
        assert_eq!(parse(b"+0x.p1"), None);
        assert_eq!(parse(b"0x1p+"), Some((1.0, 5)));
    }
}
