//! Puts functions of the host into the slots through which `libnrniv` calls others.
//!
//! `modl_reg` registers mechanisms that were compiled into the host program. It is undefined in the
//! library and called during `nrn_init`, so the slot of the procedure linkage table is filled with
//! the address of a function that does nothing. Exporting the symbol from the executable would do
//! as well, but a library crate cannot ask that of the programs that use it. The functions that end
//! the process ([`crate::exits`]) are replaced in the same way.
#![cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]

use std::ffi::{CStr, c_char, c_int, c_void};
use std::path::Path;

use crate::error::SysError;

const PT_LOAD: u32 = 1;
const PT_DYNAMIC: u32 = 2;
const PT_GNU_RELRO: u32 = 0x6474_e552;

const DT_NULL: i64 = 0;
const DT_PLTRELSZ: i64 = 2;
const DT_STRTAB: i64 = 5;
const DT_SYMTAB: i64 = 6;
const DT_JMPREL: i64 = 23;
const DT_BIND_NOW: i64 = 24;

#[cfg(target_arch = "x86_64")]
const R_JUMP_SLOT: u32 = 7;
#[cfg(target_arch = "aarch64")]
const R_JUMP_SLOT: u32 = 1026;

/// `Elf64_Phdr`.
#[repr(C)]
struct ProgramHeader {
    kind: u32,
    flags: u32,
    offset: u64,
    vaddr: u64,
    paddr: u64,
    filesz: u64,
    memsz: u64,
    align: u64,
}

/// `Elf64_Dyn`.
#[repr(C)]
struct Dynamic {
    tag: i64,
    value: u64,
}

/// `Elf64_Rela`.
#[repr(C)]
struct Relocation {
    offset: u64,
    info: u64,
    addend: i64,
}

/// `Elf64_Sym`.
#[repr(C)]
struct ElfSymbol {
    name: u32,
    info: u8,
    other: u8,
    section: u16,
    value: u64,
    size: u64,
}

/// The start of `struct dl_phdr_info`.
#[repr(C)]
struct ObjectInfo {
    base: u64,
    name: *const c_char,
    headers: *const ProgramHeader,
    header_count: u16,
}

type ObjectCallback = unsafe extern "C" fn(*mut ObjectInfo, usize, *mut c_void) -> c_int;

// SAFETY: the signature of `dl_iterate_phdr(3)`.
unsafe extern "C" {
    fn dl_iterate_phdr(callback: ObjectCallback, data: *mut c_void) -> c_int;
}

/// What NEURON calls instead: there are no mechanisms in the host to register.
extern "C" fn modl_reg() {}

/// A function of the host that the library is to call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Replacement {
    /// The symbol by which the library calls it.
    pub(crate) name: &'static CStr,
    /// The address of the function.
    pub(crate) function: usize,
}

/// What the walk over the loaded objects looks for and found.
struct Walk<'a> {
    /// An address inside the wanted object.
    inside: u64,
    replacements: &'a [Replacement],
    outcome: Result<(), &'static str>,
}

/// Fills the slot of `modl_reg` in the loaded library that `inside` points into.
pub(crate) fn supply(path: &Path, inside: usize) -> Result<(), SysError> {
    let nothing = Replacement { name: c"modl_reg", function: modl_reg as *const () as usize };
    // SAFETY: the function has the signature of the one that is missing.
    unsafe { replace(path, inside, &[nothing]) }
}

/// Fills the slots of these functions in the loaded library that `inside` points into. A function
/// that the library does not call through a slot is left out.
///
/// # Safety
/// The functions have the signatures of those that they replace.
pub(crate) unsafe fn replace(path: &Path, inside: usize, replacements: &[Replacement]) -> Result<(), SysError> {
    let outcome = Err("the loader does not list the library it has just opened");
    let mut walk = Walk { inside: inside as u64, replacements, outcome };
    // SAFETY: `visit` takes its data to be a `Walk`, which outlives the call.
    unsafe { dl_iterate_phdr(visit, (&raw mut walk).cast()) };
    walk.outcome.map_err(|reason| SysError::Slot { path: path.to_path_buf(), reason })
}

/// Called by the loader for every loaded object; not zero ends the walk.
unsafe extern "C" fn visit(info: *mut ObjectInfo, _size: usize, data: *mut c_void) -> c_int {
    // SAFETY: the loader passes a valid record, and `data` is the `Walk` of `replace`.
    let (info, walk) = unsafe { (&*info, &mut *data.cast::<Walk<'_>>()) };
    if info.headers.is_null() {
        return 0;
    }
    // SAFETY: the record says how many headers there are.
    let headers = unsafe { std::slice::from_raw_parts(info.headers, info.header_count.into()) };
    let holds = |header: &ProgramHeader, address: u64| {
        let start = info.base.wrapping_add(header.vaddr);
        (start..start.wrapping_add(header.memsz)).contains(&address)
    };
    if !headers.iter().any(|header| header.kind == PT_LOAD && holds(header, walk.inside)) {
        return 0;
    }
    // SAFETY: this is a loaded object with these headers.
    walk.outcome = unsafe { patch(info.base, headers, walk.replacements) };
    1
}

/// The tables of the dynamic section that lead to the slots.
#[derive(Default)]
struct Tables {
    symbols: u64,
    strings: u64,
    relocations: u64,
    relocation_bytes: u64,
    bound: bool,
}

/// Finds the slots and writes to them.
///
/// # Safety
/// `headers` are those of an object loaded at `base`; the functions have the right signatures.
unsafe fn patch(base: u64, headers: &[ProgramHeader], replacements: &[Replacement]) -> Result<(), &'static str> {
    let dynamic = headers.iter().find(|header| header.kind == PT_DYNAMIC);
    let dynamic = dynamic.ok_or("it has no dynamic section")?;
    // SAFETY: the caller's promise; the section ends with DT_NULL.
    let tables = unsafe { read_tables(base, (base + dynamic.vaddr) as *const Dynamic) };
    if tables.symbols == 0 || tables.strings == 0 || tables.relocations == 0 {
        return Err("it has no table of lazily bound functions");
    }
    if tables.bound {
        return Err("it is linked to bind all symbols at once");
    }
    for Replacement { name, function } in replacements {
        // SAFETY: the addresses are those of the loaded object's own tables.
        let Some(offset) = (unsafe { find_slot(&tables, name) }) else { continue };
        let protected = headers
            .iter()
            .any(|header| header.kind == PT_GNU_RELRO && (header.vaddr..header.vaddr + header.memsz).contains(&offset));
        if protected {
            return Err("its table of functions is write-protected");
        }
        let slot = (base + offset) as *mut usize;
        // SAFETY: the slot holds the address of a function to be bound; it is writable, aligned as the
        // ABI demands, and no other thread calls through it.
        unsafe { slot.write(*function) };
    }
    Ok(())
}

/// Reads the dynamic section up to its end mark.
///
/// # Safety
/// `entry` is the first entry of the dynamic section of an object loaded at `base`.
unsafe fn read_tables(base: u64, mut entry: *const Dynamic) -> Tables {
    let mut tables = Tables::default();
    // glibc replaces these offsets by addresses; other loaders leave them alone.
    let address = |value: u64| if value < base { base + value } else { value };
    loop {
        // SAFETY: the section has an end mark, at which the loop stops.
        let Dynamic { tag, value } = unsafe { entry.read() };
        match tag {
            DT_NULL => return tables,
            DT_SYMTAB => tables.symbols = address(value),
            DT_STRTAB => tables.strings = address(value),
            DT_JMPREL => tables.relocations = address(value),
            DT_PLTRELSZ => tables.relocation_bytes = value,
            DT_BIND_NOW => tables.bound = true,
            _ => {}
        }
        // SAFETY: as above.
        entry = unsafe { entry.add(1) };
    }
}

/// The offset of the slot of a function, if the object calls it through one.
///
/// # Safety
/// The tables are those of a loaded object.
unsafe fn find_slot(tables: &Tables, wanted: &CStr) -> Option<u64> {
    let count = tables.relocation_bytes as usize / size_of::<Relocation>();
    // SAFETY: the dynamic section gives the place and the size of the table.
    let relocations = unsafe { std::slice::from_raw_parts(tables.relocations as *const Relocation, count) };
    relocations.iter().find_map(|relocation| {
        let index = (relocation.info >> 32) as usize;
        // SAFETY: a relocation's symbol lies in the object's symbol table.
        let symbol = unsafe { &*(tables.symbols as *const ElfSymbol).add(index) };
        // SAFETY: a symbol's name is a C string in the object's string table.
        let name = unsafe { CStr::from_ptr((tables.strings + u64::from(symbol.name)) as *const c_char) };
        (relocation.info as u32 == R_JUMP_SLOT && name == wanted).then_some(relocation.offset)
    })
}
