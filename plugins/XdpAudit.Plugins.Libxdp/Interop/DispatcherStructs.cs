using System.Runtime.InteropServices;

namespace XdpAudit.Plugins.Libxdp;

/// <summary>What a dispatcher is read by: bpf(2), linux/bpf.h, and libxdp's xdp/prog_dispatcher.h.</summary>
internal static class DispatcherStructs
{
    internal const int MapLookupElem = 1;
    internal const uint LinkTypeTracing = 2;

    /// <summary>'X' + 'D' + 'P', the first byte of a dispatcher's configuration since version 2.</summary>
    internal const byte Magic = 236;

    /// <summary>Places of a dispatcher.</summary>
    internal const int Places = 10;

    /// <summary>struct xdp_dispatcher_config of version 2; later ones add to its end.</summary>
    internal const int ConfigBytes = 4 + (3 * Places * sizeof(uint));

    /// <summary>The first fields of struct bpf_map_info.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct MapSizes
    {
        internal uint Type;
        internal uint Id;
        internal uint KeyBytes;
        internal uint ValueBytes;
        internal uint MaxEntries;
    }

    /// <summary>BPF_MAP_LOOKUP_ELEM.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct ElementAttributes
    {
        internal uint MapFd;
        internal uint Padding;
        internal ulong Key;
        internal ulong Value;
        internal ulong Flags;
    }

    /// <summary>struct bpf_link_info with the arm for tracing, which EXT programs' links have too.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct TracingLinkInfo
    {
        internal uint Type;
        internal uint Id;
        internal uint ProgramId;
        internal uint Padding;
        internal uint AttachType;
        internal uint TargetObject;
        internal uint TargetFunction;
        internal uint Padding2;
    }
}
