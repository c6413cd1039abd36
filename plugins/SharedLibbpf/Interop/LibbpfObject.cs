using System.Runtime.InteropServices;

namespace XdpAudit.Plugins;

/// <summary>
/// libbpf 1.x objects: /usr/include/bpf/libbpf.h. Functions that return a pointer return null and set errno; functions that return int return -errno.
/// </summary>
internal static unsafe partial class LibbpfObject
{
    internal const string Library = "libbpf.so.1";

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint bpf_object__open_mem(void* buffer, nuint size, OpenOptions* options);

    /// <summary>Creates all maps, loads all programs with autoload. On failure everything made is taken back.</summary>
    [LibraryImport(Library)]
    internal static partial int bpf_object__load(BpfObject handle);

    [LibraryImport(Library)]
    internal static partial void bpf_object__close(nint handle);

    [LibraryImport(Library)]
    internal static partial nint bpf_object__next_program(BpfObject handle, nint previous);

    [LibraryImport(Library)]
    internal static partial byte* bpf_program__name(nint program);

    [LibraryImport(Library)]
    internal static partial int bpf_program__set_autoload(nint program, [MarshalAs(UnmanagedType.U1)] bool autoload);

    /// <summary>With a buffer and log level 0 libbpf loads without a log first and again with level 1 when refused.</summary>
    [LibraryImport(Library)]
    internal static partial int bpf_program__set_log_buf(nint program, byte* buffer, nuint size);

    /// <summary>The descriptor stays the object's.</summary>
    [LibraryImport(Library)]
    internal static partial int bpf_program__fd(nint program);

    [LibraryImport(Library)]
    internal static partial nint bpf_object__next_map(BpfObject handle, nint previous);

    [LibraryImport(Library)]
    internal static partial byte* bpf_map__name(nint map);

    /// <summary>Null unless the object asks for the map to be pinned by name.</summary>
    [LibraryImport(Library)]
    internal static partial byte* bpf_map__pin_path(nint map);

    [LibraryImport(Library)]
    internal static partial int bpf_map__unpin(nint map, byte* path);

    /// <summary>For example <c>v1.1</c>.</summary>
    [LibraryImport(Library)]
    internal static partial byte* libbpf_version_string();

    /// <summary>The head of struct bpf_object_open_opts; libbpf reads as much as Size says.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct OpenOptions
    {
        internal nuint Size;
        internal byte* ObjectName;
    }
}

/// <summary>An opened struct bpf_object.</summary>
internal sealed class BpfObject : SafeHandle
{
    public BpfObject() : base(0, true)
    {
    }

    public override bool IsInvalid => handle == 0;

    internal void Take(nint opened) => SetHandle(opened);

    protected override bool ReleaseHandle()
    {
        LibbpfObject.bpf_object__close(handle);
        return true;
    }
}
