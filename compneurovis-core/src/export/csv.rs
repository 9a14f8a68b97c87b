//! Fields as tables of text.

use std::io::Write;

use super::ExportError;
use crate::{Coord, Field};

impl From<::csv::Error> for ExportError {
    fn from(error: ::csv::Error) -> Self {
        match error.into_kind() {
            ::csv::ErrorKind::Io(error) => Self::Io(error),
            other => Self::Format(format!("{other:?}")),
        }
    }
}

/// Writes a field of one or two dims as CSV.
///
/// The first line is a header: the dim that runs downwards, then a column for each series with the unit in
/// brackets, such as `time,soma@0.50000 [mV]`. Of two dims the one with numbers, such as time, runs
/// downwards; of two of them the last. Numbers are written with as few digits as read back the same; a gap is
/// `NaN`, never empty, and infinities are `inf` and `-inf`: what numpy and pandas read.
///
/// # Errors
/// The field has no dim or more than two, or the writer fails.
pub fn csv(field: &Field, writer: impl Write) -> Result<(), ExportError> {
    let dims: Vec<(&str, &Coord)> = field.coords().collect();
    let mut table = ::csv::Writer::from_writer(writer);
    let unit = match field.unit() {
        "" => String::new(),
        unit => format!(" [{unit}]"),
    };
    let values = field.values();
    match dims[..] {
        [(dim, coord)] => {
            table.write_record([dim, &format!("{}{unit}", field.id())])?;
            for (at, value) in values.iter().enumerate() {
                table.write_record([name(coord, at), number(*value)])?;
            }
        }
        [first, second] => {
            let down = usize::from(second.1.numbers().is_some() || first.1.numbers().is_none());
            let ((dim, coord), (other, across)) = if down == 1 { (second, first) } else { (first, second) };
            let prefix = if across.numbers().is_some() { format!("{other} = ") } else { String::new() };
            let columns = (0..field.shape()[1 - down]).map(|at| format!("{prefix}{}{unit}", name(across, at)));
            table.write_record(std::iter::once(dim.to_owned()).chain(columns))?;
            for (at, row) in values.axis_iter(ndarray::Axis(down)).enumerate() {
                table.write_record(std::iter::once(name(coord, at)).chain(row.iter().map(|value| number(*value))))?;
            }
        }
        _ => return Err(ExportError::Dims { field: field.id().clone(), dims: dims.len() }),
    }
    Ok(table.flush()?)
}

/// What stands at a position of a coordinate; its index where that is the geometry's business.
fn name(coord: &Coord, at: usize) -> String {
    match coord {
        Coord::Numbers(numbers) => format!("{:?}", numbers[at]),
        Coord::Labels(labels) => labels.names()[at].to_string(),
        Coord::Compartments(_) => at.to_string(),
    }
}

fn number(value: f32) -> String {
    // With a point, so that no reader takes a column for whole numbers.
    format!("{value:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_reads_back_as_the_field() {
        let values = ndarray::arr2(&[[-65.0, f32::NAN, 1e-30], [f32::INFINITY, 0.1, -0.0]]).into_dyn();
        let dims = [
            ("segment", Coord::labels(["soma@0.5", "a, \"b\""])),
            ("time", Coord::from(vec![0.0, 0.1, 0.30000000000000004])),
        ];
        let field = Field::new("v", values, dims).unwrap().with_unit("mV");
        let mut text = Vec::new();
        csv(&field, &mut text).unwrap();
        let mut table = ::csv::Reader::from_reader(&text[..]);
        let header: Vec<_> = table.headers().unwrap().iter().map(str::to_owned).collect();
        assert_eq!(header, ["time", "soma@0.5 [mV]", "a, \"b\" [mV]"]);
        let rows: Vec<_> = table.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 3);
        for (at, row) in rows.iter().enumerate() {
            let time: f64 = row[0].parse().unwrap();
            assert_eq!(time, field.coord("time").unwrap().numbers().unwrap()[at]);
            for series in 0..2 {
                let value: f32 = row[series + 1].parse().unwrap();
                let expected = field.values()[[series, at]];
                assert!(value.to_bits() == expected.to_bits() || value.is_nan() && expected.is_nan());
            }
        }
    }

    #[test]
    fn what_is_no_table_says_so() {
        let dims = ["x", "y", "z"].map(|dim| (dim, Coord::from(vec![0.0])));
        let field = Field::new("f", ndarray::ArrayD::zeros(vec![1, 1, 1]), dims).unwrap();
        let error = csv(&field, Vec::new()).unwrap_err();
        assert!(matches!(error, ExportError::Dims { dims: 3, .. }), "{error}");
    }
}
