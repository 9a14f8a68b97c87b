//! Supplies the one symbol that `libnrniv` expects from its host.
//!
//! `modl_reg` registers mechanisms that were compiled into the host program. It is undefined in the
//! library and called during `nrn_init`, so the slot of the procedure linkage table is filled with
//! the address of a function that does nothing. Exporting the symbol from the executable would do
//! as well, but a library crate cannot ask that of the programs that use it.
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

/// What the walk over the loaded objects looks for and found.
struct Walk {
    /// An address inside the wanted object.
    inside: u64,
    outcome: Result<(), &'static str>,
}

/// Fills the slot of `modl_reg` in the loaded library that `inside` points into.
pub(crate) fn supply(path: &Path, inside: usize) -> Result<(), SysError> {
    let mut walk =
        Walk { inside: inside as u64, outcome: Err("the loader does not list the library it has just opened") };
    // SAFETY: `visit` takes its data to be a `Walk`, which outlives the call.
    unsafe { dl_iterate_phdr(visit, (&raw mut walk).cast()) };
    walk.outcome.map_err(|reason| SysError::ModlReg { path: path.to_path_buf(), reason })
}

/// Called by the loader for every loaded object; not zero ends the walk.
unsafe extern "C" fn visit(info: *mut ObjectInfo, _size: usize, data: *mut c_void) -> c_int {
    // SAFETY: the loader passes a valid record, and `data` is the `Walk` of `supply`.
    let (info, walk) = unsafe { (&*info, &mut *data.cast::<Walk>()) };
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
    walk.outcome = unsafe { patch(info.base, headers) };
    1
}

/// The tables of the dynamic section that lead to the slot.
#[derive(Default)]
struct Tables {
    symbols: u64,
    strings: u64,
    relocations: u64,
    relocation_bytes: u64,
    bound: bool,
}

/// Finds the slot and writes to it.
///
/// # Safety
/// `headers` are those of an object loaded at `base`.
unsafe fn patch(base: u64, headers: &[ProgramHeader]) -> Result<(), &'static str> {
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
    // SAFETY: the addresses are those of the loaded object's own tables.
    let Some(offset) = (unsafe { find_slot(&tables) }) else {
        // A library that defines `modl_reg` itself calls it directly.
        return Ok(());
    };
    let protected = headers
        .iter()
        .any(|header| header.kind == PT_GNU_RELRO && (header.vaddr..header.vaddr + header.memsz).contains(&offset));
    if protected {
        return Err("its table of functions is write-protected");
    }
    let slot = (base + offset) as *mut usize;
    // SAFETY: the slot holds the address of a function to be bound; it is writable, aligned as the
    // ABI demands, and no one calls through it before `nrn_init`.
    unsafe { slot.write(modl_reg as *const () as usize) };
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

/// The offset of the slot of `modl_reg`, if the object leaves it to others to define.
///
/// # Safety
/// The tables are those of a loaded object.
unsafe fn find_slot(tables: &Tables) -> Option<u64> {
    let count = tables.relocation_bytes as usize / size_of::<Relocation>();
    // SAFETY: the dynamic section gives the place and the size of the table.
    let relocations = unsafe { std::slice::from_raw_parts(tables.relocations as *const Relocation, count) };
    relocations.iter().find_map(|relocation| {
        let index = (relocation.info >> 32) as usize;
        // SAFETY: a relocation's symbol lies in the object's symbol table.
        let symbol = unsafe { &*(tables.symbols as *const ElfSymbol).add(index) };
        // SAFETY: a symbol's name is a C string in the object's string table.
        let name = unsafe { CStr::from_ptr((tables.strings + u64::from(symbol.name)) as *const c_char) };
        let wanted = relocation.info as u32 == R_JUMP_SLOT && symbol.section == 0;
        (wanted && name == c"modl_reg").then_some(relocation.offset)
    })
}
