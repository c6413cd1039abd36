using System.Buffers.Binary;
using static XdpAudit.Plugins.Libxdp.DispatcherStructs;

namespace XdpAudit.Plugins.Libxdp;

/// <summary>The configuration of a dispatcher: the one element of its read-only data (xdp-tools, lib/libxdp/protocol.org).</summary>
internal sealed unsafe class DispatcherConfig(byte[] bytes)
{
    private const int MostBytes = 4096;
    private const int PrioritiesAt = 4 + (Places * sizeof(uint));

    internal int Version => bytes[1];

    internal uint Priority(int place) => place < Places ? BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(PrioritiesAt + (place * sizeof(uint)))) : 0;

    /// <summary>Null when the map is none of a dispatcher since version 2. Those before it say nothing that can be told from other data.</summary>
    internal static DispatcherConfig? Read(Descriptor map)
    {
        var info = default(MapSizes);
        var asking = new BpfSyscall.InfoAttributes { Fd = (uint)map.Number, Length = (uint)sizeof(MapSizes), Info = (ulong)&info };
        if (BpfSyscall.Bpf(BpfSyscall.ObjGetInfoByFd, &asking, sizeof(BpfSyscall.InfoAttributes)) < 0
            || info is not { KeyBytes: sizeof(uint), MaxEntries: 1, ValueBytes: >= ConfigBytes and <= MostBytes })
        {
            return null;
        }

        var bytes = new byte[info.ValueBytes];
        uint key = 0;
        fixed (byte* value = bytes)
        {
            var attributes = new ElementAttributes { MapFd = (uint)map.Number, Key = (ulong)&key, Value = (ulong)value };
            var answer = BpfSyscall.Bpf(MapLookupElem, &attributes, sizeof(ElementAttributes));
            return answer < 0 ? throw Words.Kernel("read a dispatcher's configuration", -answer, "bpf(BPF_MAP_LOOKUP_ELEM)")
                : bytes[0] == Magic ? new(bytes)
                : null;
        }
    }
}
