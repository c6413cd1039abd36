using System.Runtime.InteropServices;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>
/// BTF tracepoints at the start and end of system calls and at the end of processes (Bpf/tracing.bpf.c, Linux 5.11): who asked for what, with which
/// result. Needs no trampolines, only CAP_BPF and CAP_PERFMON.
/// </summary>
/// <param name="ringBytes">Size of the ring, rounded up to a power of two.</param>
/// <param name="closes">Tell closes of descriptors too: about half a microsecond for each close(2) of the host.</param>
/// <param name="allTypes">Programs of all types, and pins of maps; otherwise xdp and ext alone.</param>
/// <param name="auditor">The auditor's process, where that is another.</param>
internal sealed class TracingTier(int ringBytes, bool closes = true, bool allTypes = false, int auditor = 0)
    : BpfTier(
        SensorTiers.Tracing,
        RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "tracing.arm64.bpf.o" : "tracing.x86.bpf.o",
        new() { AllTypes = allTypes ? 1u : 0, TellCloses = closes ? 1u : 0, Self = InInitialNamespace(Environment.ProcessId), Auditor = InInitialNamespace(auditor) },
        ringBytes)
{
    /// <summary>include/linux/proc_ns.h: PROC_PID_INIT_INO.</summary>
    private const string InitialPidNamespace = "pid:[4026531836]";

    internal const string SysEnter = "sys_enter";
    internal const string SysExit = "sys_exit";
    internal const string ProgLoad = "bpf:prog_load";
    internal const string LinkCreate = "bpf:link_create";
    internal const string LinkUpdate = "bpf:link_update";
    internal const string LinkDetach = "bpf:link_detach";
    internal const string ObjPin = "bpf:obj_pin";
    internal const string NetlinkXdp = "netlink:xdp";
    internal const string CloseHook = "close";
    internal const string ProcessExit = "sched_process_exit";

    /// <summary>What is seen when a call ends, and needs to have been seen when it began.</summary>
    private static readonly (string Hook, RecordKind[] Kinds)[] OfCalls =
    [
        (ProgLoad, [RecordKind.Load, RecordKind.LoadFailed]),
        (LinkCreate, [RecordKind.LinkCreate]),
        (LinkUpdate, [RecordKind.LinkUpdate]),
        (LinkDetach, [RecordKind.LinkDetach]),
        (ObjPin, [RecordKind.Pin]),
        (NetlinkXdp, [RecordKind.XdpSet]),
    ];

    public override IReadOnlyDictionary<string, long> Fired()
    {
        var fired = OfCalls.ToDictionary(c => c.Hook, c => c.Kinds.Sum(Heard));
        fired[SysExit] = fired.Values.Sum();
        var untold = Programs?.Ring is null ? default : Programs.Counters();
        fired[CloseHook] = Heard(RecordKind.Close) + (long)untold.UntoldCloses;
        fired[SysEnter] = fired[SysExit] + fired[CloseHook];
        fired[ProcessExit] = Heard(RecordKind.Exit) + (long)untold.UntoldExits;
        return fired;
    }

    private protected override IReadOnlyList<SensorHook> Hooks(IReadOnlyDictionary<string, SensorHook> programs)
    {
        if (programs.Count == 0)
        {
            return [];
        }

        var enter = programs["tp_btf/sys_enter"] with { Name = SysEnter };
        var exit = programs["tp_btf/sys_exit"] with { Name = SysExit };
        var both = enter.State != SensorStates.Live ? enter : exit;
        var why = both.State == SensorStates.Live ? "" : TracingWords.NeedsAlso(both.Name, both.Why);
        return
        [
            enter,
            exit,
            programs["tp_btf/sched_process_exit"] with { Name = ProcessExit },
            .. OfCalls.Select(c => new SensorHook(c.Hook, both.State, why)),
            closes ? enter with { Name = CloseHook } : new(CloseHook, SensorStates.Off, TracingWords.NotAsked),
        ];
    }

    /// <summary>A process as the kernel's side sees it; 0 where a pid namespace gives it another number, and its closes are then told like any.</summary>
    private static uint InInitialNamespace(int pid) => new FileInfo("/proc/self/ns/pid").LinkTarget == InitialPidNamespace ? (uint)pid : 0;

    private long Heard(RecordKind kind) => Decoder?.Heard(kind) ?? 0;
}
