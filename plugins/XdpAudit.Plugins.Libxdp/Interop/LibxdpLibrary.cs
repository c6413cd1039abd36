using System.Runtime.InteropServices;

namespace XdpAudit.Plugins.Libxdp;

/// <summary>
/// libxdp 1.x: /usr/include/xdp/libxdp.h. What returns a pointer returns -errno in its place (xdp_program__create and those for which none is there
/// return null); what returns int returns 0 or -errno. It keeps directories and findings in static variables without a lock: callers hold <see cref="Gate"/>.
/// </summary>
internal static unsafe partial class LibxdpLibrary
{
    internal const string Name = "libxdp.so.1";

    /// <summary>enum xdp_attach_mode.</summary>
    internal const int ModeUnspecified = 0;
    internal const int ModeNative = 1;
    internal const int ModeGeneric = 2;

    internal static readonly Lock Gate = new();

    /// <summary>errno of a pointer that is none; null for one that is.</summary>
    internal static int? Error(nint pointer) => pointer == 0 ? Errnos.Enoent : pointer is < 0 and >= -4095 ? (int)-pointer : null;

    /// <summary>libxdp does not tell its version: the name of the file that was loaded does, for example <c>libxdp.so.1.3.0</c>.</summary>
    internal static string Version() =>
        File.ReadLines("/proc/self/maps").Select(l => l[(l.LastIndexOf('/') + 1)..]).FirstOrDefault(f => f.StartsWith("libxdp.so", StringComparison.Ordinal)) ?? "missing";

    /// <summary>Looks for an object of libxdp's own in LIBXDP_OBJECT_PATH or where it was built to look.</summary>
    [LibraryImport(Name, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint xdp_program__find_file(string file, nint section, nint options);

    /// <summary>The descriptor is duplicated.</summary>
    [LibraryImport(Name)]
    internal static partial nint xdp_program__from_fd(int fd);

    /// <summary>1.3; null and errno when it fails. An object that was opened by the caller stays the caller's.</summary>
    [LibraryImport(Name)]
    internal static partial nint xdp_program__create(ProgramOptions* options);

    /// <summary>Whether the next program runs after this action.</summary>
    [LibraryImport(Name)]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool xdp_program__chain_call_enabled(nint program, uint action);

    [LibraryImport(Name)]
    internal static partial nint xdp_program__bpf_obj(nint program);

    [LibraryImport(Name)]
    internal static partial uint xdp_program__id(nint program);

    [LibraryImport(Name)]
    internal static partial void xdp_program__close(nint program);

    /// <summary>
    /// Makes a dispatcher of the programs that are there and this one, pins it, and puts it in the place of the one that was there, only if it still is.
    /// Where there can be no dispatcher it attaches the program alone, which the kernel refuses for an EXT program (EINVAL). Acts in the thread's namespace.
    /// </summary>
    [LibraryImport(Name)]
    internal static partial int xdp_program__attach(nint program, int ifIndex, int mode, uint flags);

    /// <summary>Makes a dispatcher of the others, or removes it with the last. The mode must be the one it is in.</summary>
    [LibraryImport(Name)]
    internal static partial int xdp_program__detach(nint program, int ifIndex, int mode, uint flags);

    /// <summary>What is attached. libxdp before 1.4.1 does not close the descriptors that it opens for it.</summary>
    [LibraryImport(Name)]
    internal static partial nint xdp_multiprog__get_from_ifindex(int ifIndex);

    /// <summary>True for a program that is no dispatcher, and for a dispatcher whose pins cannot be read.</summary>
    [LibraryImport(Name)]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool xdp_multiprog__is_legacy(nint dispatcher);

    [LibraryImport(Name)]
    internal static partial nint xdp_multiprog__main_prog(nint dispatcher);

    /// <summary>Null after the last.</summary>
    [LibraryImport(Name)]
    internal static partial nint xdp_multiprog__next_prog(nint previous, nint dispatcher);

    [LibraryImport(Name)]
    internal static partial int xdp_multiprog__detach(nint dispatcher);

    [LibraryImport(Name)]
    internal static partial void xdp_multiprog__close(nint dispatcher);

    /// <summary>One callback per process; null is silence. Returns the one before.</summary>
    [LibraryImport(Name)]
    internal static partial nint libxdp_set_print(delegate* unmanaged[Cdecl]<int, byte*, nint, int> callback);

    /// <summary>struct xdp_program_opts.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct ProgramOptions
    {
        internal nuint Size;
        internal nint Object;
        internal nint OpenOptions;
        internal byte* ProgramName;
        internal byte* FindFile;
        internal byte* OpenFile;
        internal byte* PinPath;
        internal uint Id;
        internal int Fd;
    }
}
