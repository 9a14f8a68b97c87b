//! The functions of NEURON's C API.

use std::ffi::{c_char, c_int, c_void};

/// Declares types that only NEURON sees the inside of.
macro_rules! opaque {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[repr(C)]
        #[derive(Debug)]
        pub struct $name {
            _private: [u8; 0],
            _not_send: std::marker::PhantomData<*mut u8>,
        }
    )*};
}

opaque! {
    /// A name in NEURON's symbol tables.
    Symbol;
    /// A reference-counted object of hoc.
    Object;
    /// An unbranched cable.
    Section;
    /// A list of sections.
    Item;
    /// Walks a list of sections.
    SectionListIterator;
    /// A table of symbols.
    SymbolList;
    /// Walks a table of symbols.
    SymbolTableIterator;
}

/// What lies on top of NEURON's value stack, as `nrn_stack_type` says it.
pub type StackType = c_int;

/// The function that receives what NEURON prints: stream (1 is stdout) and text.
pub(crate) type PrintFn = extern "C-unwind" fn(c_int, *mut c_char) -> c_int;

/// Declares the table of functions and how each is resolved.
macro_rules! api {
    ($($(#[$doc:meta])* fn $name:ident($($argument:ty),*) $(-> $result:ty)?;)*) => {
        /// The functions of NEURON's C API, as `neuronapi.h` of 9.0.2 declares them.
        ///
        /// All may throw C++ exceptions unless they say otherwise: call them inside
        /// [`Runtime::guard`](crate::Runtime::guard). All are unsafe: NEURON checks no pointer, few
        /// kinds and no thread.
        #[derive(Debug, Clone, Copy)]
        #[non_exhaustive]
        #[expect(non_snake_case, reason = "the names are NEURON's own")]
        pub struct Api {
            $($(#[$doc])* pub $name: unsafe extern "C-unwind" fn($($argument),*) $(-> $result)?,)*
        }

        impl Api {
            /// Looks every function up.
            #[cfg(target_os = "linux")]
            pub(crate) fn resolve(
                library: &libloading::os::unix::Library,
                path: &std::path::Path,
            ) -> Result<Self, crate::error::SysError> {
                Ok(Self {$(
                    $name: {
                        let name = concat!(stringify!($name), "\0");
                        // SAFETY: the type is that of the declaration in `neuronapi.h`.
                        let symbol = unsafe { library.get(name.as_bytes()) };
                        *symbol.map_err(|_| crate::error::SysError::MissingSymbol {
                            path: path.to_path_buf(),
                            symbol: stringify!($name),
                        })?
                    },
                )*})
            }
        }
    };
}

api! {
    /// Starts the interpreter; keeps and changes the argument array.
    fn nrn_init(c_int, *mut *mut c_char) -> c_int;
    /// Sends what NEURON prints to a function; never throws.
    fn nrn_stdout_redirect(Option<PrintFn>);

    /// Creates a section; the name need not be unique and is not visible to hoc.
    fn nrn_section_new(*const c_char) -> *mut Section;
    /// Connects a child's end to a place on its parent.
    fn nrn_section_connect(*mut Section, f64, *mut Section, f64);
    /// Sets the length in micrometres; scales 3-D points.
    fn nrn_section_length_set(*mut Section, f64);
    /// The length in micrometres.
    fn nrn_section_length_get(*mut Section) -> f64;
    /// The axial resistivity in ohm centimetres.
    fn nrn_section_Ra_get(*mut Section) -> f64;
    /// Sets the axial resistivity in ohm centimetres.
    fn nrn_section_Ra_set(*mut Section, f64);
    /// The Rall branch factor.
    fn nrn_section_rallbranch_get(*const Section) -> f64;
    /// Sets the Rall branch factor.
    fn nrn_section_rallbranch_set(*mut Section, f64);
    /// The full name; the text lives until the next call.
    fn nrn_secname(*mut Section) -> *const c_char;
    /// Makes a section the accessed one; the stack holds 200.
    fn nrn_section_push(*mut Section);
    /// Ends the matching push.
    fn nrn_section_pop();
    /// Inserts a density mechanism; any other kind of symbol corrupts memory.
    fn nrn_mechanism_insert(*mut Section, *const Symbol);
    /// The list of all sections.
    fn nrn_allsec() -> *mut Item;
    /// The list inside a `SectionList`; any other object corrupts memory.
    fn nrn_sectionlist_data(*const Object) -> *mut Item;
    /// Whether the section still exists in the model; the memory must be referenced.
    fn nrn_section_is_active(*const Section) -> bool;
    /// Keeps the memory of a section, deleted or not.
    fn nrn_section_ref(*mut Section);
    /// Gives a reference back.
    fn nrn_section_unref(*mut Section);
    /// The accessed section.
    fn nrn_cas() -> *mut Section;

    /// The number of compartments.
    fn nrn_nseg_get(*const Section) -> c_int;
    /// Sets the number of compartments.
    fn nrn_nseg_set(*mut Section, c_int);
    /// Sets the diameter of the compartment at x, in micrometres.
    fn nrn_segment_diam_set(*mut Section, f64, f64);
    /// The diameter of the compartment at x, in micrometres.
    fn nrn_segment_diam_get(*mut Section, f64) -> f64;
    /// Pushes the address of a range variable.
    fn nrn_rangevar_push(*mut Symbol, *mut Section, f64);
    /// The value of a range variable.
    fn nrn_rangevar_get(*mut Symbol, *mut Section, f64) -> f64;
    /// Sets the value of a range variable.
    fn nrn_rangevar_set(*mut Symbol, *mut Section, f64, f64);

    /// Looks a top-level or built-in name up; null when unknown, never throws.
    fn nrn_symbol(*const c_char) -> *mut Symbol;
    /// Pushes a symbol's value by address.
    fn nrn_symbol_push(*mut Symbol);
    /// The kind, a number of the parser that differs between versions; never throws.
    fn nrn_symbol_type(*const Symbol) -> c_int;
    /// The kind within the kind; never throws.
    fn nrn_symbol_subtype(*const Symbol) -> c_int;
    /// The address of a variable's value; garbage for anything else.
    fn nrn_symbol_dataptr(*const Symbol) -> *mut f64;
    /// Whether the variable is an array; never throws.
    fn nrn_symbol_is_array(*const Symbol) -> bool;
    /// Pushes a number.
    fn nrn_double_push(f64);
    /// Pops a number.
    fn nrn_double_pop() -> f64;
    /// Pushes an address.
    fn nrn_double_ptr_push(*mut f64);
    /// Pops an address.
    fn nrn_double_ptr_pop() -> *mut f64;
    /// Pushes a string; the cell and the text must outlive the call.
    fn nrn_str_push(*mut *mut c_char);
    /// Pops a string.
    fn nrn_str_pop() -> *mut *mut c_char;
    /// Pushes an integer.
    fn nrn_int_push(c_int);
    /// Pops an integer.
    fn nrn_int_pop() -> c_int;
    /// Pushes an object; null is nil.
    fn nrn_object_push(*mut Object);
    /// Pops an object with a reference to it; a nil object is a segmentation fault.
    fn nrn_object_pop() -> *mut Object;
    /// The kind of the topmost value; aborts on an empty stack.
    fn nrn_stack_type() -> StackType;
    /// A name for a kind of value.
    fn nrn_stack_type_name(StackType) -> *const c_char;
    /// Creates an object, with a reference to it; the symbol must be a template.
    fn nrn_object_new(*mut Symbol, c_int) -> *mut Object;
    /// Looks a member of an object's class up; null when unknown.
    fn nrn_method_symbol(*const Object, *const c_char) -> *mut Symbol;
    /// Calls a method, leaving its result on the stack.
    fn nrn_method_call(*mut Object, *mut Symbol, c_int);
    /// Calls a function, leaving its result on the stack.
    fn nrn_function_call(*mut Symbol, c_int);
    /// Calls a method and reports an exception as text; never throws.
    fn nrn_method_call_nothrow(*mut Object, *mut Symbol, c_int, *mut c_char, usize) -> c_int;
    /// Calls a function and reports an exception as text; never throws.
    fn nrn_function_call_nothrow(*mut Symbol, c_int, *mut c_char, usize) -> c_int;
    /// Takes a reference to an object.
    fn nrn_object_ref(*mut Object);
    /// Gives a reference back, which may destroy the object.
    fn nrn_object_unref(*mut Object);
    /// The name of an object's class; never throws.
    fn nrn_class_name(*const Object) -> *const c_char;
    /// Whether a point process is placed; only for point processes.
    fn nrn_prop_exists(*const Object) -> bool;
    /// The path length between two places in micrometres.
    fn nrn_distance(*mut Section, f64, *mut Section, f64) -> f64;

    /// Executes hoc; at top level it also replaces signal handlers for the call.
    fn nrn_hoc_call(*const c_char) -> c_int;
    /// Starts walking a list of sections.
    fn nrn_sectionlist_iterator_new(*mut Item) -> *mut SectionListIterator;
    /// Ends walking.
    fn nrn_sectionlist_iterator_free(*mut SectionListIterator);
    /// The next section, null at the end.
    fn nrn_sectionlist_iterator_next(*mut SectionListIterator) -> *mut Section;
    /// Whether the walk is at its end.
    fn nrn_sectionlist_iterator_done(*mut SectionListIterator) -> c_int;
    /// Starts walking a symbol table.
    fn nrn_symbol_table_iterator_new(*mut SymbolList) -> *mut SymbolTableIterator;
    /// Ends walking.
    fn nrn_symbol_table_iterator_free(*mut SymbolTableIterator);
    /// The next symbol.
    fn nrn_symbol_table_iterator_next(*mut SymbolTableIterator) -> *mut Symbol;
    /// Whether the walk is at its end.
    fn nrn_symbol_table_iterator_done(*mut SymbolTableIterator) -> c_int;
    /// The length of a `Vector`; garbage for any other object.
    fn nrn_vector_capacity(*const Object) -> c_int;
    /// The elements of a `Vector`; moves when it grows.
    fn nrn_vector_data(*mut Object) -> *mut f64;
    /// A property of a built-in object; an unknown name is a segmentation fault.
    fn nrn_property_get(*const Object, *const c_char) -> f64;
    /// An element of a property; bounds are not checked.
    fn nrn_property_array_get(*const Object, *const c_char, c_int) -> f64;
    /// Sets a property.
    fn nrn_property_set(*mut Object, *const c_char, f64);
    /// Sets an element of a property; bounds are not checked.
    fn nrn_property_array_set(*mut Object, *const c_char, c_int, f64);
    /// Pushes the address of a property.
    fn nrn_property_push(*mut Object, *const c_char);
    /// Pushes the address of an element of a property.
    fn nrn_property_array_push(*mut Object, *const c_char, c_int);
    /// A symbol's name; never throws.
    fn nrn_symbol_name(*const Symbol) -> *const c_char;
    /// The symbol table of a class.
    fn nrn_symbol_table(*const Symbol) -> *mut SymbolList;
    /// The table of built-in names.
    fn nrn_global_symbol_table() -> *mut SymbolList;
    /// The table of the user's names.
    fn nrn_top_level_symbol_table() -> *mut SymbolList;
    /// The length of an array; a scalar is a segmentation fault.
    fn nrn_symbol_array_length(*const Symbol) -> c_int;
    /// Makes a function callable from hoc under a name, with the kind of a built-in function.
    fn nrn_register_function(Option<extern "C-unwind" fn()>, *const c_char, c_int);
    /// Ends a registered function; a result is pushed after it.
    fn nrn_hoc_ret();

    /// An object argument of a registered function.
    fn nrn_objgetarg(c_int) -> *mut *mut Object;
    /// A string argument of a registered function.
    fn nrn_gargstr(c_int) -> *mut c_char;
    /// A number argument of a registered function.
    fn nrn_getarg(c_int) -> *mut f64;
    /// The `FILE` inside an object argument of a registered function.
    fn nrn_obj_file_arg(c_int) -> *mut c_void;
    /// Whether a registered function was given this argument.
    fn nrn_ifarg(c_int) -> bool;
    /// Whether the argument is an object.
    fn nrn_is_object_arg(c_int) -> bool;
    /// Whether the argument is a string.
    fn nrn_is_str_arg(c_int) -> bool;
    /// Whether the argument is a number.
    fn nrn_is_double_arg(c_int) -> bool;
    /// Whether the argument is an address.
    fn nrn_is_pdouble_arg(c_int) -> bool;
}
