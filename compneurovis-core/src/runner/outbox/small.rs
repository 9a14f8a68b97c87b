//! Small updates that take the place of one that waits, or join it, without memory of their own.

use super::{Inner, Outbox, Waiting, ends_appends};
use crate::{FieldId, SessionUpdate, runner::Steps};

/// How many values are copied at most while the frontend may wait for the lock: about a microsecond.
const SMALL: usize = 4096;

impl Outbox {
    /// Overwrites the values that wait for a field of one dim, if they are few and as many. Else `false`, and
    /// nothing is emitted.
    pub(crate) fn overwrite(&self, field: &FieldId, values: &[f32]) -> bool {
        values.len() <= SMALL && self.try_small(|inner| inner.overwrite(field, values).then_some(0))
    }

    /// Joins samples with those that wait for a field, if they are few and alike. Else `false`, and nothing is
    /// emitted.
    pub(crate) fn join_steps(&self, steps: &Steps<'_>) -> bool {
        steps.values.len() <= SMALL && self.try_small(|inner| inner.join_steps(steps))
    }

    /// Something that is merged with what waits, or is not done. Gives how many positions were cut off.
    fn try_small(&self, merge: impl FnOnce(&mut Inner) -> Option<u64>) -> bool {
        let mut inner = self.lock();
        #[cfg(feature = "recording")]
        if self.recording.is_active() {
            // It takes whole updates.
            return false;
        }
        let Some(trimmed) = merge(&mut inner) else { return false };
        inner.emitted_since = true;
        inner.counters.emitted += 1;
        inner.counters.merged += 1;
        inner.counters.trimmed += trimmed;
        true
    }
}

impl Inner {
    fn overwrite(&mut self, field: &FieldId, values: &[f32]) -> bool {
        let last = self.waiting.iter_mut().rev().find(|waiting| match waiting {
            Waiting::Appends(appends) => appends.is_to(field),
            Waiting::Update(other) => ends_appends(other, field),
        });
        let Some(Waiting::Update(SessionUpdate::FieldReplace { values: before, .. })) = last else { return false };
        let one_dim = before.ndim() == 1;
        match before.as_slice_mut() {
            Some(before) if one_dim && before.len() == values.len() => before.copy_from_slice(values),
            _ => return false,
        }
        true
    }

    fn join_steps(&mut self, steps: &Steps<'_>) -> Option<u64> {
        let last = self.waiting.iter_mut().rev().find(|waiting| match waiting {
            Waiting::Appends(older) => older.is_to(steps.field),
            Waiting::Update(other) => ends_appends(other, steps.field),
        });
        match last {
            Some(Waiting::Appends(older)) => older.absorb_steps(steps),
            _ => None,
        }
    }
}
