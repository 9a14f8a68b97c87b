//! Names in NEURON, and what they mean.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::{CStr, CString, c_int};

use neuron_sys::{Api, Runtime, Symbol};

use crate::error::NeuronError;

/// NEURON's numbers for the kinds of names. They are tokens of its parser and differ between
/// versions, so they are read off names whose kind is known.
#[derive(Debug, Clone, Copy)]
struct Tokens {
    range_variable: c_int,
    mechanism: c_int,
    class: c_int,
    variable: c_int,
    function: c_int,
    hoc_function: c_int,
    /// A stream of random numbers; versions before 9.0 have none.
    random: Option<c_int>,
}

/// What a name can be used as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A value in every compartment, such as `v` or `gnabar_hh`.
    RangeVariable,
    /// A value of a section, such as `Ra`.
    SectionVariable,
    /// A density mechanism, such as `hh`.
    Mechanism,
    /// A class of objects, such as `IClamp`.
    Class,
    /// A global number, such as `dt`.
    Variable,
    /// A function that leaves a number.
    Function,
    /// Anything else.
    Other,
}

impl Kind {
    /// The kind with its article, for errors.
    pub(crate) fn described(self) -> &'static str {
        match self {
            Self::RangeVariable => "a range variable",
            Self::SectionVariable => "a variable of whole sections",
            Self::Mechanism => "a density mechanism",
            Self::Class => "a class of objects or point processes",
            Self::Variable => "a global variable",
            Self::Function => "a function",
            Self::Other => "something else",
        }
    }

    fn noun(self) -> &'static str {
        let described = self.described();
        described.strip_prefix("a ").unwrap_or(described)
    }
}

/// `USERPROPERTY` of NEURON's `hocdec.h`: the variables of whole sections.
const SECTION_PROPERTY: c_int = 3;

/// Looks names up and remembers them; a lookup costs NEURON more than a microsecond.
#[derive(Debug)]
pub(crate) struct Symbols {
    tokens: Tokens,
    // Names that are not known are not remembered: loading mechanisms adds names.
    known: RefCell<HashMap<Box<str>, *mut Symbol>>,
}

impl Symbols {
    /// Reads the tokens off well-known names.
    pub(crate) fn probe(runtime: &'static Runtime) -> Result<Self, NeuronError> {
        let token = |name: &str| {
            let symbol = raw_lookup(runtime.api(), name)?;
            // SAFETY: the symbol is not null.
            Ok::<_, NeuronError>(unsafe { (runtime.api().nrn_symbol_type)(symbol) })
        };
        let tokens = Tokens {
            range_variable: token("v")?,
            mechanism: token("hh")?,
            class: token("IClamp")?,
            variable: token("dt")?,
            function: token("finitialize")?,
            hoc_function: token("cnv_is_point_")?,
            random: random_token(runtime.api())?,
        };
        Ok(Self { tokens, known: RefCell::default() })
    }

    /// The symbol of this name, if it is of this kind.
    pub(crate) fn get(&self, api: &Api, name: &str, kind: Kind) -> Result<*mut Symbol, NeuronError> {
        let symbol = self.lookup(api, name, kind)?;
        let found = self.kind(api, symbol);
        if found == kind {
            return Ok(symbol);
        }
        Err(NeuronError::WrongKind {
            name: name.to_owned(),
            found: found.described().to_owned(),
            expected: kind.described().to_owned(),
        })
    }

    fn lookup(&self, api: &Api, name: &str, kind: Kind) -> Result<*mut Symbol, NeuronError> {
        if let Some(symbol) = self.known.borrow().get(name) {
            return Ok(*symbol);
        }
        let symbol = raw_lookup(api, name).map_err(|error| match error {
            NeuronError::UnknownName { name, known, .. } => {
                NeuronError::UnknownName { name, expected: kind.noun().to_owned(), known }
            }
            other => other,
        })?;
        self.known.borrow_mut().insert(name.into(), symbol);
        Ok(symbol)
    }

    /// What a symbol that is not null can be used as.
    pub(crate) fn kind(&self, api: &Api, symbol: *const Symbol) -> Kind {
        // SAFETY: symbols are never freed; these three only read.
        let (token, subtype, array) = unsafe {
            let token = (api.nrn_symbol_type)(symbol);
            (token, (api.nrn_symbol_subtype)(symbol), (api.nrn_symbol_is_array)(symbol))
        };
        let tokens = &self.tokens;
        match token {
            // An array of range variables wants its index on the stack; none is ever pushed.
            token if token == tokens.range_variable && !array => Kind::RangeVariable,
            token if token == tokens.mechanism => Kind::Mechanism,
            token if token == tokens.class => Kind::Class,
            token if token == tokens.variable && subtype == SECTION_PROPERTY => Kind::SectionVariable,
            token if token == tokens.variable && !array => Kind::Variable,
            token if token == tokens.function || token == tokens.hoc_function => Kind::Function,
            _ => Kind::Other,
        }
    }

    /// The kind of a stream of random numbers in a mechanism.
    pub(crate) fn random_token(&self) -> Option<c_int> {
        self.tokens.random
    }

    /// Whether the member of a class is a property: a number, or an array of numbers.
    pub(crate) fn is_property(&self, api: &Api, member: *const Symbol) -> bool {
        // SAFETY: the symbol is not null.
        let token = unsafe { (api.nrn_symbol_type)(member) };
        token == self.tokens.range_variable || token == self.tokens.variable
    }
}

/// The kind of the stream that every `NetStim` has.
fn random_token(api: &Api) -> Result<Option<c_int>, NeuronError> {
    let class = raw_lookup(api, "NetStim")?;
    // SAFETY: the symbol is a class, which has a table; none of these functions throws.
    unsafe {
        let iterator = (api.nrn_symbol_table_iterator_new)((api.nrn_symbol_table)(class));
        let mut found = None;
        while (api.nrn_symbol_table_iterator_done)(iterator) == 0 {
            let member = (api.nrn_symbol_table_iterator_next)(iterator);
            if CStr::from_ptr((api.nrn_symbol_name)(member)) == c"ranvar" {
                found = Some((api.nrn_symbol_type)(member));
            }
        }
        (api.nrn_symbol_table_iterator_free)(iterator);
        Ok(found)
    }
}

/// A lookup in NEURON's own tables.
fn raw_lookup(api: &Api, name: &str) -> Result<*mut Symbol, NeuronError> {
    let text = c_string(name)?;
    // SAFETY: the name is a C string; NEURON is initialised and this is its thread.
    let symbol = unsafe { (api.nrn_symbol)(text.as_ptr()) };
    if symbol.is_null() {
        return Err(NeuronError::UnknownName { name: name.to_owned(), expected: "name".to_owned(), known: Vec::new() });
    }
    Ok(symbol)
}

/// Text for C.
pub(crate) fn c_string(text: &str) -> Result<CString, NeuronError> {
    CString::new(text)
        .map_err(|_| NeuronError::BadName { name: text.replace('\0', "\\0"), reason: "it contains a zero byte" })
}

/// A name that may be pasted into hoc code.
pub(crate) fn identifier(name: &str) -> Result<&str, NeuronError> {
    let mut bytes = name.bytes();
    let first = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    if first && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Ok(name);
    }
    Err(NeuronError::BadName { name: name.to_owned(), reason: "a name in hoc has letters, digits and underscores" })
}
