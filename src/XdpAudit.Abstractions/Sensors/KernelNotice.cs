using System.Text.Json.Serialization;

namespace XdpAudit.Abstractions;

/// <summary>
/// One thing a sensor saw happen. Notices of one fact may come from several tiers, late, twice or not at all: each says only what its tier saw,
/// and what it could not see is null.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ProgramLoadNotice), "program-load")]
[JsonDerivedType(typeof(ProgramLoadFailedNotice), "program-load-failed")]
[JsonDerivedType(typeof(ProgramUnloadNotice), "program-unload")]
[JsonDerivedType(typeof(LinkCreateNotice), "link-create")]
[JsonDerivedType(typeof(LinkUpdateNotice), "link-update")]
[JsonDerivedType(typeof(LinkDetachNotice), "link-detach")]
[JsonDerivedType(typeof(LinkFreeNotice), "link-free")]
[JsonDerivedType(typeof(XdpSetNotice), "xdp-set")]
[JsonDerivedType(typeof(PinNotice), "pin")]
[JsonDerivedType(typeof(UnpinNotice), "unpin")]
[JsonDerivedType(typeof(DescriptorCloseNotice), "descriptor-close")]
[JsonDerivedType(typeof(ProcessExitNotice), "process-exit")]
[JsonDerivedType(typeof(InterfaceGoneNotice), "interface-gone")]
[JsonDerivedType(typeof(LossNotice), "loss")]
public abstract record KernelNotice
{
    /// <summary>When, in nanoseconds of CLOCK_BOOTTIME. The effect is visible in the kernel at this moment, unless the notice says otherwise.</summary>
    public required ulong BootNs { get; init; }

    /// <summary>What saw it, one of <see cref="SensorTiers"/>.</summary>
    public required string Tier { get; init; }

    /// <summary>Who did it: taken when it happened, or unknown with the reason.</summary>
    public required Actor Actor { get; init; }

    /// <summary>Which code heard it: the auditor's word, which takes the place of whatever a sensor puts here.</summary>
    public PluginSource? Plugin { get; init; }
}

/// <summary>The ways of seeing, from the cheapest to the most precise.</summary>
public static class SensorTiers
{
    /// <summary>PERF_RECORD_BPF_EVENT (perf_event_open(2), Linux 5.1): loads and unloads of all programs, by id.</summary>
    public const string Perf = "perf";

    /// <summary>BTF tracepoints on system calls and process exit (Linux 5.5): who asked for what, with which result.</summary>
    public const string Tracing = "tracing";

    /// <summary>fentry and fexit on functions of the kernel (Linux 5.5, trampolines): what happened, whoever asked.</summary>
    public const string Function = "function";

    /// <summary>fanotify(7) or inotify(7) on every bpffs: pins that were removed.</summary>
    public const string Files = "files";

    /// <summary>All of them, in this order.</summary>
    public static IReadOnlyList<string> All { get; } = [Perf, Tracing, Function, Files];

    /// <summary>No sensor, but the disk on which the auditor keeps notices while the journal is away: only a <see cref="LossNotice"/> names it.</summary>
    public const string Spool = "spool";
}

/// <summary>Notices were lost: the ring was full, the consumer stopped, or numbers were skipped.</summary>
/// <param name="Count">How many at least; null when that is not known.</param>
/// <param name="SinceBootNs">Nothing was lost before this moment, CLOCK_BOOTTIME.</param>
/// <param name="Why">In words.</param>
public sealed record LossNotice(ulong? Count, ulong SinceBootNs, string Why) : KernelNotice;

/// <summary>A process that held or made an object of BPF ended.</summary>
/// <param name="ExitCode">As the kernel keeps it: the low 7 bits are the signal, the next 8 the code of exit(2).</param>
public sealed record ProcessExitNotice(int ExitCode) : KernelNotice;
