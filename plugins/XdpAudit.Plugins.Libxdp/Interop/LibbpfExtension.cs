using System.Runtime.InteropServices;

namespace XdpAudit.Plugins.Libxdp;

/// <summary>What of libbpf 1.x makes EXT programs: /usr/include/bpf/libbpf.h. Objects are by address here, because libxdp owns them. All return 0 or -errno.</summary>
internal static partial class LibbpfExtension
{
    /// <summary>enum bpf_prog_type.</summary>
    internal const int TypeXdp = 6;
    internal const int TypeExt = 28;

    /// <summary>bpf(BPF_RAW_TRACEPOINT_OPEN), which without a name ties an EXT program to the target it was loaded over.</summary>
    internal const int RawTracepointOpen = 17;

    [LibraryImport(LibbpfObject.Library)]
    internal static partial int bpf_object__load(nint handle);

    [LibraryImport(LibbpfObject.Library)]
    internal static partial nint bpf_object__next_program(nint handle, nint previous);

    [LibraryImport(LibbpfObject.Library)]
    internal static partial int bpf_program__type(nint program);

    /// <summary>Also drops what the section's name meant for the load.</summary>
    [LibraryImport(LibbpfObject.Library)]
    internal static partial int bpf_program__set_type(nint program, int type);

    [LibraryImport(LibbpfObject.Library)]
    internal static partial int bpf_program__set_expected_attach_type(nint program, int type);

    /// <summary>Before the load; the function is looked up in the BTF of the loaded program.</summary>
    [LibraryImport(LibbpfObject.Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int bpf_program__set_attach_target(nint program, int targetFd, string function);

    /// <summary>The arm of union bpf_attr for raw_tracepoint.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct TieAttributes
    {
        internal ulong Name;
        internal uint ProgramFd;
        internal uint Padding;
    }
}
