using System.Runtime.InteropServices;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>
/// libbpf 1.x (libbpf.h, https://libbpf.readthedocs.io/en/latest/api.html). Functions that return a pointer give NULL and errno, those that
/// return an int give -errno.
/// </summary>
internal static unsafe partial class Libbpf
{
    private const string Library = "libbpf.so.1";

    /// <summary>enum of BTF kinds, linux/btf.h.</summary>
    internal const uint BtfTypedef = 8;

    /// <inheritdoc cref="BtfTypedef"/>
    internal const uint BtfFunction = 12;

    /// <summary>The printer of messages; NULL for none. Process-wide.</summary>
    [LibraryImport(Library, EntryPoint = "libbpf_set_print")]
    internal static partial nint SetPrint(nint printer);

    /// <summary>An object, or NULL and errno.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_object__open_mem", SetLastError = true)]
    internal static partial nint OpenMem(byte* elf, nuint size, nint options);

    /// <summary>0 or -errno. On failure nothing that it made is left.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_object__load")]
    internal static partial int Load(nint obj);

    /// <summary>Frees the object and closes its programs and maps.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_object__close")]
    internal static partial void Close(nint obj);

    /// <summary>The program after <paramref name="program"/>, the first for NULL; NULL after the last.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_object__next_program")]
    internal static partial nint NextProgram(nint obj, nint program);

    /// <summary>Belongs to the program; for example <c>fexit/bpf_link_settle</c>.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_program__section_name")]
    internal static partial nint SectionName(nint program);

    /// <summary>0 or -EINVAL once the object is loaded.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_program__set_autoload")]
    internal static partial int SetAutoload(nint program, [MarshalAs(UnmanagedType.U1)] bool load);

    /// <summary>The descriptor stays the object's; -errno before the program is loaded.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_program__fd")]
    internal static partial int ProgramFd(nint program);

    /// <summary>A link, or NULL and errno.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_program__attach", SetLastError = true)]
    internal static partial nint Attach(nint program);

    /// <summary>0 or -errno; closes the link's descriptor in any case.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_link__destroy")]
    internal static partial int DestroyLink(nint link);

    /// <summary>The map after <paramref name="map"/>, the first for NULL; NULL after the last.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_object__next_map")]
    internal static partial nint NextMap(nint obj, nint map);

    /// <summary>A map, or NULL and ENOENT. <c>.rodata</c> and <c>.bss</c> are found by these names.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_object__find_map_by_name", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial nint FindMap(nint obj, string name);

    /// <summary>Belongs to the map.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_map__name")]
    internal static partial nint MapName(nint map);

    /// <summary>1 for the maps that libbpf makes of sections.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_map__is_internal")]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool IsInternal(nint map);

    /// <summary>The descriptor stays the object's.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_map__fd")]
    internal static partial int MapFd(nint map);

    /// <summary>0 or -EBUSY once the object is loaded.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_map__set_max_entries")]
    internal static partial int SetMaxEntries(nint map, uint entries);

    /// <summary>0 or -errno; takes a descriptor of its own.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_map__reuse_fd")]
    internal static partial int ReuseFd(nint map, int fd);

    /// <summary>Before loading: what an internal map will start with.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_map__initial_value")]
    internal static partial void* InitialValue(nint map, nuint* size);

    /// <summary>The types of the running kernel, or NULL and errno.</summary>
    [LibraryImport(Library, EntryPoint = "btf__load_vmlinux_btf", SetLastError = true)]
    internal static partial nint LoadKernelBtf();

    /// <summary>An id, or -ENOENT.</summary>
    [LibraryImport(Library, EntryPoint = "btf__find_by_name_kind", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int FindByNameKind(nint btf, string name, uint kind);

    [LibraryImport(Library, EntryPoint = "btf__free")]
    internal static partial void FreeBtf(nint btf);
}
