using XdpAudit.Abstractions;
using static XdpAudit.Plugins.FlightRecorder.BpfCalls;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>Programs through bpf(2). A descriptor that was opened by id is closed within the call: one kept open would keep the program alive.</summary>
internal static unsafe class KernelPrograms
{
    private const int NameBytes = 15;

    /// <summary>The notice with what the kernel still knows of its program; as it was when the program is gone or we may not ask.</summary>
    internal static ProgramLoadNotice Complete(ProgramLoadNotice notice)
    {
        var attributes = new IdAttributes { Id = notice.Id.Value };
        var fd = Bpf(ProgGetFdById, &attributes, sizeof(IdAttributes));
        if (fd < 0)
        {
            return notice;
        }

        using var program = new Descriptor(fd);
        if (!TryInfo(program, null, 0, out var info))
        {
            return notice;
        }

        var maps = new uint[info.MapIdCount];
        fixed (uint* ids = maps)
        {
            if (maps.Length > 0 && !TryInfo(program, ids, (uint)maps.Length, out info))
            {
                return notice;
            }
        }

        return notice with
        {
            LoadedNs = info.LoadTime,
            Type = ProgramTypes.Name(info.Type),
            Name = ProcText.FromFixed(new ReadOnlySpan<byte>(info.Name, NameBytes + 1)),
            Tag = new(Convert.ToHexStringLower(new ReadOnlySpan<byte>(info.Tag, 8))),
            Uid = info.CreatedByUid,
            MapIds = [.. maps.Select(m => new KernelMapId(m))],
        };
    }

    /// <summary>Loads an XDP program that lets every packet pass, or null and why not.</summary>
    internal static Descriptor? TryLoadPass(ReadOnlySpan<byte> name, out int errno)
    {
        // r0 = XDP_PASS; exit
        var instructions = stackalloc ulong[] { 0x2_0000_00b7, 0x95 };
        fixed (byte* license = "GPL\0"u8)
        {
            var attributes = new LoadAttributes
            {
                Type = TypeXdp,
                InstructionCount = 2,
                Instructions = (ulong)instructions,
                License = (ulong)license,
            };
            name[..Math.Min(name.Length, NameBytes)].CopyTo(new Span<byte>(attributes.Name, NameBytes));
            var fd = Bpf(ProgLoad, &attributes, sizeof(LoadAttributes));
            errno = fd < 0 ? -fd : 0;
            return fd < 0 ? null : new(fd);
        }
    }

    /// <summary>The kernel's id of a program or link.</summary>
    internal static bool TryId(Descriptor descriptor, out uint id)
    {
        var info = default(ObjectInfo);
        var attributes = new InfoAttributes { Fd = (uint)descriptor.Number, Length = (uint)sizeof(ObjectInfo), Info = (ulong)&info };
        var told = Bpf(ObjGetInfoByFd, &attributes, sizeof(InfoAttributes)) == 0;
        id = info.Id;
        return told;
    }

    /// <summary>How often the kernel left a program out because it ran on that processor already; 0 where it does not count that.</summary>
    internal static ulong Misses(int fd)
    {
        var info = default(ProgramMisses);
        var attributes = new InfoAttributes { Fd = (uint)fd, Length = (uint)sizeof(ProgramMisses), Info = (ulong)&info };
        return Bpf(ObjGetInfoByFd, &attributes, sizeof(InfoAttributes)) == 0 ? info.Recursion : 0;
    }

    private static bool TryInfo(Descriptor program, uint* mapIds, uint mapCount, out ProgramInfo info)
    {
        var answer = new ProgramInfo { MapIds = (ulong)mapIds, MapIdCount = mapCount };
        var attributes = new InfoAttributes { Fd = (uint)program.Number, Length = (uint)sizeof(ProgramInfo), Info = (ulong)&answer };
        var told = Bpf(ObjGetInfoByFd, &attributes, sizeof(InfoAttributes)) == 0;
        info = answer;
        return told;
    }
}
