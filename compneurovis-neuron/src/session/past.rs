//! The recent past of the whole cell.

use std::collections::VecDeque;

/// Samples of every compartment, as many as a budget allows, at a stride that covers a window.
///
/// A ring: the oldest sample makes room for the newest. With it, a compartment that is traced from
/// now on shows what it did before.
#[derive(Debug)]
pub struct Past {
    compartments: usize,
    capacity: usize,
    stride: usize,
    /// One buffer for each sample; those of dropped samples are used again.
    samples: VecDeque<(f64, Vec<f32>)>,
    /// How many samples are passed over before one is kept.
    passes: usize,
}

impl Past {
    /// Room for a window of `window` steps within `budget_mb` megabytes.
    ///
    /// ```
    /// use compneurovis_neuron::Past;
    /// // A quarter of a million compartments: 128 MB hold 128 samples, each eighth of 1000 steps.
    /// assert_eq!(Past::new(250_000, 1000, 128).stride(), 8);
    /// assert_eq!(Past::new(1000, 1000, 128).stride(), 1);
    /// ```
    pub fn new(compartments: usize, window: usize, budget_mb: usize) -> Self {
        let sample_bytes = compartments.max(1) * size_of::<f32>();
        let affordable = budget_mb.saturating_mul(1_000_000) / sample_bytes;
        let stride = window.div_ceil(affordable.max(1)).max(1);
        let capacity = if affordable == 0 { 0 } else { window.div_ceil(stride) };
        Self { compartments, capacity, stride, samples: VecDeque::new(), passes: 0 }
    }

    /// Each how-many-th step is kept.
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// Forgets everything, as after a reset.
    pub fn clear(&mut self) {
        self.samples.clear();
        self.passes = 0;
    }

    /// Takes the values of a step, if it is one of those that are kept.
    pub fn offer(&mut self, time_ms: f64, values: &[f32]) {
        if self.passes > 0 {
            self.passes -= 1;
            return;
        }
        self.passes = self.stride - 1;
        if self.capacity == 0 || values.len() != self.compartments {
            return;
        }
        let full = self.samples.len() >= self.capacity;
        let mut sample = if full { self.samples.pop_front().unwrap_or_default().1 } else { Vec::new() };
        sample.clear();
        sample.extend_from_slice(values);
        self.samples.push_back((time_ms, sample));
    }

    /// What a compartment did at each of `times_ms`; NaN where it is not known.
    pub fn trace(&self, compartment: usize, times_ms: &[f64]) -> Vec<f32> {
        let mut samples = self.samples.iter().peekable();
        let value_at = |&time_ms: &f64| {
            while samples.next_if(|(at, _)| *at < time_ms).is_some() {}
            let sample = samples.next_if(|(at, _)| *at == time_ms);
            sample.and_then(|(_, values)| values.get(compartment)).copied().unwrap_or(f32::NAN)
        };
        times_ms.iter().map(value_at).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_past_is_found_at_its_stride() {
        // A megabyte is 5 samples of 50,000: every fourth of 20 steps.
        let mut past = Past::new(50_000, 20, 1);
        assert_eq!((past.stride(), past.capacity), (4, 5));
        let times: Vec<f64> = (0..30).map(f64::from).collect();
        for &time in &times {
            past.offer(time, &vec![time as f32; 50_000]);
        }
        let trace = past.trace(49_999, &times[10..]);
        let known: Vec<f32> = trace.iter().copied().filter(|value| !value.is_nan()).collect();
        assert_eq!(known, [12.0, 16.0, 20.0, 24.0, 28.0]);
        assert_eq!(trace[2], 12.0);
        past.clear();
        assert!(past.trace(0, &times).iter().all(|value| value.is_nan()));
    }

    #[test]
    fn no_budget_keeps_nothing() {
        let mut past = Past::new(10, 100, 0);
        past.offer(0.0, &[1.0; 10]);
        assert!(past.trace(0, &[0.0])[0].is_nan());
    }
}
