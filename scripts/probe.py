"""Says what this Linux machine lacks; scripts/setup turns the words into packages.

usage: probe.py [lib:SONAME | vulkan]...

Prints a line `missing WORD` for each word that is absent, and `device NAME` for each Vulkan device.
Asks as the programs will: a library counts as present when it can be opened, Vulkan when a
driver answers with a device.
"""

import ctypes
import sys


def can_open(soname):
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


class InstanceInfo(ctypes.Structure):
    """VkInstanceCreateInfo; zeros mean no layers, no extensions, Vulkan 1.0."""

    _fields_ = [
        ("s_type", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("flags", ctypes.c_uint32),
        ("application_info", ctypes.c_void_p),
        ("layer_count", ctypes.c_uint32),
        ("layers", ctypes.c_void_p),
        ("extension_count", ctypes.c_uint32),
        ("extensions", ctypes.c_void_p),
    ]


def vulkan_devices():
    try:
        vulkan = ctypes.CDLL("libvulkan.so.1")
    except OSError:
        return []
    instance = ctypes.c_void_p()
    info = InstanceInfo(s_type=1)  # VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO
    if vulkan.vkCreateInstance(ctypes.byref(info), None, ctypes.byref(instance)) != 0:
        return []
    count = ctypes.c_uint32(16)
    devices = (ctypes.c_void_p * count.value)()
    status = vulkan.vkEnumeratePhysicalDevices(instance, ctypes.byref(count), devices)
    if status < 0:
        return []
    names = []
    for device in devices[: count.value]:
        properties = ctypes.create_string_buffer(4096)  # VkPhysicalDeviceProperties has 824 bytes
        vulkan.vkGetPhysicalDeviceProperties(ctypes.c_void_p(device), properties)
        name_offset = 20  # after apiVersion, driverVersion, vendorID, deviceID and deviceType
        names.append(properties.raw[name_offset : name_offset + 256].split(b"\0")[0].decode())
    return names


def is_present(word):
    if word.startswith("lib:"):
        return can_open(word[len("lib:") :])
    if word == "vulkan":
        names = vulkan_devices()
        for name in names:
            print("device", name)
        return bool(names)
    raise SystemExit(f"probe.py: unknown word {word!r}")


for word in sys.argv[1:]:
    if not is_present(word):
        print("missing", word)
