using System.Runtime.InteropServices;

namespace XdpAudit.Kernel;

/// <summary>
/// libbpf 1.x (libbpf.h, https://libbpf.readthedocs.io/en/latest/api.html). Functions that return a pointer give NULL and errno, those that
/// return an int give -errno.
/// </summary>
internal static unsafe partial class Libbpf
{
    private const string Library = "libbpf.so.1";

    /// <summary>The printer of messages; NULL for none. Process-wide.</summary>
    [LibraryImport(Library, EntryPoint = "libbpf_set_print")]
    internal static partial nint SetPrint(nint printer);

    /// <summary>For example <c>v1.1</c>; belongs to the library.</summary>
    [LibraryImport(Library, EntryPoint = "libbpf_version_string")]
    internal static partial nint VersionString();

    /// <summary>An object, or NULL and errno.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_object__open_mem", SetLastError = true)]
    internal static partial nint OpenMem(byte* elf, nuint size, nint options);

    /// <summary>0 or -errno: EPERM without CAP_BPF and CAP_PERFMON, ESRCH or ENOENT without kernel BTF or without the iterator.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_object__load")]
    internal static partial int Load(nint obj);

    /// <summary>Frees the object and closes its programs.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_object__close")]
    internal static partial void Close(nint obj);

    /// <summary>The program after <paramref name="program"/>, the first for NULL; NULL after the last.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_object__next_program")]
    internal static partial nint NextProgram(nint obj, nint program);

    /// <summary>Belongs to the program.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_program__name")]
    internal static partial nint ProgramName(nint program);

    /// <summary>0 or -EINVAL once the object is loaded.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_program__set_autoload")]
    internal static partial int SetAutoload(nint program, [MarshalAs(UnmanagedType.U1)] bool load);

    /// <summary>A link, or NULL and errno.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_program__attach_iter", SetLastError = true)]
    internal static partial nint AttachIter(nint program, nint options);

    /// <summary>The link's descriptor, which stays the link's.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_link__fd")]
    internal static partial int LinkFd(nint link);

    /// <summary>0 or -errno; closes the link's descriptor in any case.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_link__destroy")]
    internal static partial int DestroyLink(nint link);

    /// <summary>A descriptor to read the records of one run from, or -errno.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_iter_create")]
    internal static partial int IterCreate(int link);
}
