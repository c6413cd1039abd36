using System.Runtime.InteropServices;

namespace XdpAudit.Plugins.Libxdp;

/// <summary>Writing BTF with libbpf 1.x: /usr/include/bpf/btf.h. What adds returns the new type's id or 0, or -errno.</summary>
internal static partial class LibbpfBtf
{
    /// <summary>BTF_KIND_INT and BTF_KIND_DATASEC, linux/btf.h.</summary>
    internal const uint KindInt = 1;
    internal const uint KindDatasec = 15;

    /// <summary>BTF_INT_SIGNED.</summary>
    internal const int SignedInt = 1;

    /// <summary>BTF_VAR_GLOBAL_ALLOCATED.</summary>
    internal const int GlobalVariable = 1;

    /// <summary>The object's own, which the load gives to the kernel; 0 when it has none.</summary>
    [LibraryImport(LibbpfObject.Library)]
    internal static partial nint bpf_object__btf(BpfObject handle);

    [LibraryImport(LibbpfObject.Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int btf__find_by_name_kind(nint btf, string name, uint kind);

    [LibraryImport(LibbpfObject.Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int btf__add_int(nint btf, string name, nuint size, int encoding);

    [LibraryImport(LibbpfObject.Library)]
    internal static partial int btf__add_ptr(nint btf, int type);

    [LibraryImport(LibbpfObject.Library)]
    internal static partial int btf__add_array(nint btf, int indexType, int elementType, uint length);

    [LibraryImport(LibbpfObject.Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int btf__add_struct(nint btf, string? name, uint size);

    [LibraryImport(LibbpfObject.Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int btf__add_field(nint btf, string name, int type, uint bitOffset, uint bitSize);

    [LibraryImport(LibbpfObject.Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int btf__add_var(nint btf, string name, int linkage, int type);

    [LibraryImport(LibbpfObject.Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int btf__add_datasec(nint btf, string name, uint size);

    [LibraryImport(LibbpfObject.Library)]
    internal static partial int btf__add_datasec_var_info(nint btf, int type, uint offset, uint size);
}
