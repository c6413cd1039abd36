using System.Text;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins;

/// <summary>What the kernel says of a program.</summary>
internal sealed record ProgramFacts(KernelProgramId Id, string Type, string Name, ProgramTag Tag, ulong LoadedNs, IReadOnlyList<KernelMapId> Maps);

/// <summary>Programs by id. Every descriptor opened here is closed by the caller within the call: one kept open would keep the program alive.</summary>
internal static unsafe class KernelPrograms
{
    private const string GetFd = "bpf(BPF_PROG_GET_FD_BY_ID)";
    private const string GetInfo = "bpf(BPF_OBJ_GET_INFO_BY_FD)";

    // enum bpf_prog_type in the words of bpftool.
    private static readonly string[] Types =
    [
        "unspec", "socket_filter", "kprobe", "sched_cls", "sched_act", "tracepoint", "xdp", "perf_event", "cgroup_skb", "cgroup_sock", "lwt_in",
        "lwt_out", "lwt_xmit", "sock_ops", "sk_skb", "cgroup_device", "sk_msg", "raw_tracepoint", "cgroup_sock_addr", "lwt_seg6local", "lirc_mode2",
        "sk_reuseport", "flow_dissector", "cgroup_sysctl", "raw_tracepoint_writable", "cgroup_sockopt", "tracing", "struct_ops", "ext", "lsm",
        "sk_lookup", "syscall", "netfilter",
    ];

    /// <summary>Opens the very program that is meant; refuses a reused id.</summary>
    internal static Descriptor Open(ProgramRef program)
    {
        var descriptor = TryOpen(program.Id) ?? throw Words.ProgramNotFound(program);
        var facts = Read(descriptor);
        if (facts.LoadedNs == program.LoadedNs)
        {
            return descriptor;
        }

        descriptor.Dispose();
        throw Words.ProgramIsAnother(program, facts.LoadedNs);
    }

    /// <summary>Whether the very program that is meant is loaded.</summary>
    internal static bool Is(ProgramRef program)
    {
        using var there = TryOpen(program.Id);
        return there is not null && Read(there).LoadedNs == program.LoadedNs;
    }

    /// <summary>Null when no program has this id.</summary>
    internal static Descriptor? TryOpen(KernelProgramId id)
    {
        var attributes = new BpfSyscall.IdAttributes { Start = id.Value };
        var fd = BpfSyscall.Bpf(BpfSyscall.ProgGetFdById, &attributes, sizeof(BpfSyscall.IdAttributes));
        return fd switch
        {
            >= 0 => new(fd),
            -Errnos.Enoent => null,
            _ => throw Words.Kernel($"open program {id}", -fd, GetFd),
        };
    }

    /// <summary>Whether the id is in use, without taking a reference, so that asking does not keep it in use.</summary>
    internal static bool IsListed(KernelProgramId id)
    {
        var attributes = new BpfSyscall.IdAttributes { Start = id.Value - 1 };
        var answer = BpfSyscall.Bpf(BpfSyscall.ProgGetNextId, &attributes, sizeof(BpfSyscall.IdAttributes));
        return answer switch
        {
            >= 0 => attributes.Next == id.Value,
            -Errnos.Enoent => false,
            _ => throw Words.Kernel("list programs", -answer, "bpf(BPF_PROG_GET_NEXT_ID)"),
        };
    }

    internal static ProgramFacts Read(Descriptor program)
    {
        var info = Info(program, 0, 0);
        var maps = new uint[info.MapIdCount];
        if (maps.Length > 0)
        {
            fixed (uint* ids = maps)
            {
                info = Info(program, (ulong)ids, (uint)maps.Length);
            }
        }

        return new(
            new(info.Id),
            info.Type < Types.Length ? Types[info.Type] : $"type {info.Type}",
            Text(info.Name, 16),
            new(Convert.ToHexStringLower(new ReadOnlySpan<byte>(info.Tag, 8))),
            info.LoadTime,
            [.. maps.Select(m => new KernelMapId(m))]);
    }

    /// <summary>The name of a program, for messages; empty when it is gone.</summary>
    internal static string NameOf(KernelProgramId id)
    {
        using var program = TryOpen(id);
        return program is null ? "" : Read(program).Name;
    }

    private static BpfSyscall.ProgramInfo Info(Descriptor program, ulong mapIds, uint mapCount)
    {
        var info = new BpfSyscall.ProgramInfo { MapIds = mapIds, MapIdCount = mapCount };
        var attributes = new BpfSyscall.InfoAttributes { Fd = (uint)program.Number, Length = (uint)sizeof(BpfSyscall.ProgramInfo), Info = (ulong)&info };
        var answer = BpfSyscall.Bpf(BpfSyscall.ObjGetInfoByFd, &attributes, sizeof(BpfSyscall.InfoAttributes));
        return answer < 0 ? throw Words.Kernel("read a program", -answer, GetInfo) : info;
    }

    private static string Text(byte* bytes, int room)
    {
        var span = new ReadOnlySpan<byte>(bytes, room);
        var end = span.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? span : span[..end]);
    }
}
