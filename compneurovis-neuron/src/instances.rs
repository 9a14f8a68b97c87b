//! The point processes that exist: which classes, how many, and their streams of random numbers.

use std::ffi::CStr;
use std::rc::Rc;

use neuron_sys::Symbol;

use crate::argument::Argument;
use crate::error::NeuronError;
use crate::inner::Inner;
use crate::symbol::Kind;

/// One class of point processes or artificial cells that has instances.
#[derive(Debug)]
pub(crate) struct Instances {
    pub(crate) class: Rc<str>,
    pub(crate) count: usize,
    /// Of the numbers that NEURON gives to instances, in the order of its list.
    pub(crate) hash: u64,
}

impl Inner {
    /// All classes of point processes and artificial cells that have instances, and `NetCon`.
    pub(crate) fn instances(&self) -> Result<Vec<Instances>, NeuronError> {
        let mut all = Vec::new();
        for class in self.point_classes()?.into_iter().chain([Rc::from("NetCon")]) {
            let count = self.call("cnv_list_all_", &[Argument::Text(&class)])?;
            if count > 0.0 {
                let hash = self.call("cnv_list_hash_", &[])?;
                all.push(Instances { class, count: count as usize, hash: hash as u64 });
            }
        }
        self.call("cnv_list_end_", &[])?;
        Ok(all)
    }

    /// Where all streams of random numbers of point processes and artificial cells are (`RANDOM` in
    /// the mechanism): which stream, by three numbers, and the position in it.
    pub(crate) fn random_positions(&self, instances: &[Instances]) -> Result<Vec<f64>, NeuronError> {
        let mut positions = Vec::new();
        self.each_stream(instances, |stream, index| {
            let get = format!("cnv_get_{stream}_");
            for part in [0.0, 1.0, 2.0, 3.0] {
                positions.push(self.call(&get, &[Argument::Number(index), Argument::Number(part)])?);
            }
            Ok(())
        })?;
        Ok(positions)
    }

    /// Sets what [`Inner::random_positions`] gave, in a model with the same instances.
    pub(crate) fn set_random_positions(&self, instances: &[Instances], positions: &[f64]) -> Result<(), NeuronError> {
        let mut positions = positions.as_chunks::<4>().0.iter();
        self.each_stream(instances, |stream, index| {
            if let Some([a, b, c, position]) = positions.next() {
                let arguments = [index, *a, *b, *c, *position].map(Argument::Number);
                self.call(&format!("cnv_set_{stream}_"), &arguments)?;
            }
            Ok(())
        })
    }

    /// Calls a function for every stream of every instance, with the list of its class at hand.
    fn each_stream(
        &self,
        instances: &[Instances],
        mut visit: impl FnMut(&str, f64) -> Result<(), NeuronError>,
    ) -> Result<(), NeuronError> {
        for Instances { class, count, .. } in instances {
            for stream in self.random_streams(class)? {
                self.define_stream(&stream)?;
                self.call("cnv_list_all_", &[Argument::Text(class)])?;
                (0..*count).try_for_each(|index| visit(&stream, index as f64))?;
            }
        }
        self.call("cnv_list_end_", &[])?;
        Ok(())
    }

    /// The hoc that reaches a stream, which the C API of 9.0 cannot.
    fn define_stream(&self, stream: &str) -> Result<(), NeuronError> {
        let code = format!(
            "func cnv_get_{stream}_() {{\n\
               if ($2 == 3) {{ return cnv_list_.o($1).{stream}.get_seq() }}\n\
               return cnv_list_.o($1).{stream}.get_ids().x[$2]\n\
             }}\n\
             func cnv_set_{stream}_() {{\n\
               cnv_list_.o($1).{stream}.set_ids($2, $3, $4)\n\
               cnv_list_.o($1).{stream}.set_seq($5)\n\
               return 0\n\
             }}"
        );
        self.define(&format!("cnv_get_{stream}_"), &code)
    }

    /// The names of the streams of random numbers of a class.
    fn random_streams(&self, class: &str) -> Result<Vec<String>, NeuronError> {
        let Some(token) = self.symbols.random_token() else { return Ok(Vec::new()) };
        let of_class = self.symbol(class, Kind::Class)?;
        let api = self.api();
        // SAFETY: the symbol is a class.
        let members = unsafe { self.members((api.nrn_symbol_table)(of_class)) };
        // SAFETY: symbols are not null; these only read.
        let names = members.into_iter().filter(|member| unsafe { (api.nrn_symbol_type)(*member) } == token);
        Ok(names.map(|member| self.name_of(member)).collect())
    }

    /// The classes of point processes and artificial cells that NEURON knows, in its own order.
    pub(crate) fn point_classes(&self) -> Result<Vec<Rc<str>>, NeuronError> {
        let mut points = Vec::new();
        for name in self.names_of(Kind::Class) {
            let can = self.point_class(&name)?;
            if can.placed || can.artificial {
                points.push(name.into());
            }
        }
        Ok(points)
    }

    /// All built-in and loaded names of a kind, in NEURON's own order.
    pub(crate) fn names_of(&self, kind: Kind) -> Vec<String> {
        let symbols = self.built_in().into_iter().filter(|symbol| self.symbols.kind(self.api(), *symbol) == kind);
        symbols.map(|symbol| self.name_of(symbol)).collect()
    }

    /// All built-in and loaded symbols.
    pub(crate) fn built_in(&self) -> Vec<*mut Symbol> {
        // SAFETY: the table of built-in names exists always.
        unsafe { self.members((self.api().nrn_global_symbol_table)()) }
    }

    /// The symbols of a table.
    ///
    /// # Safety
    /// `table` is a table of symbols.
    pub(crate) unsafe fn members(&self, table: *mut neuron_sys::SymbolList) -> Vec<*mut Symbol> {
        let api = self.api();
        let mut members = Vec::new();
        // SAFETY: the caller's promise; none of these functions throws.
        unsafe {
            let iterator = (api.nrn_symbol_table_iterator_new)(table);
            while (api.nrn_symbol_table_iterator_done)(iterator) == 0 {
                members.push((api.nrn_symbol_table_iterator_next)(iterator));
            }
            (api.nrn_symbol_table_iterator_free)(iterator);
        }
        members
    }

    /// The name of a symbol that is not null.
    pub(crate) fn name_of(&self, symbol: *const Symbol) -> String {
        // SAFETY: symbols are never freed, and have names.
        unsafe { CStr::from_ptr((self.api().nrn_symbol_name)(symbol)) }.to_string_lossy().into_owned()
    }
}
