using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>
/// fentry and fexit on functions of the kernel (Bpf/function.bpf.c, Linux 5.11 with trampolines): what happened, whoever asked, also without a
/// system call. Each hook stands for itself: what one kernel lacks or refuses leaves the others as they are. Paths of pins are relative to their
/// bpffs, whose mounts are not seen here.
/// </summary>
/// <param name="ringBytes">Size of the ring, rounded up to a power of two.</param>
/// <param name="allTypes">Programs and links of all types; otherwise xdp and ext alone.</param>
internal sealed class FunctionTier(int ringBytes, bool allTypes = false)
    : BpfTier(SensorTiers.Function, "function.bpf.o", new() { AllTypes = allTypes ? 1u : 0 }, ringBytes, new("fexit/dev_xdp_install", WithoutMarks))
{
    /// <summary>Without them an operation on a link would be taken for one of rtnetlink.</summary>
    private static readonly string[] Marks = ["bpf_xdp_link_attach", "bpf_xdp_link_release", "bpf_xdp_link_detach", "bpf_xdp_link_update"];

    /// <summary>The hooks that tell, and what they tell.</summary>
    private static readonly (string Hook, RecordKind[] Kinds)[] Told =
    [
        ("perf_event_bpf_event", [RecordKind.Unload]),
        ("bpf_link_settle", [RecordKind.LinkCreate]),
        ("bpf_link_free", [RecordKind.LinkFree]),
        ("bpf_xdp_link_detach", [RecordKind.LinkDetach]),
        ("bpf_xdp_link_update", [RecordKind.LinkUpdate]),
        ("dev_xdp_install", [RecordKind.XdpSet]),
        ("bpf_destroy_inode", [RecordKind.Unpin]),
        ("bpf_free_inode", [RecordKind.Unpin]),
        ("netdev_unregister_kobject", [RecordKind.DeviceGone]),
    ];

    public override unsafe IReadOnlyDictionary<string, long> Fired()
    {
        var fired = Told.ToDictionary(t => t.Hook, t => t.Kinds.Sum(k => Decoder?.Heard(k) ?? 0));
        var counters = Programs?.Ring is null ? default : Programs.Counters();
        fired["bpf_xdp_link_attach"] = (long)counters.Marked[0];
        fired["bpf_xdp_link_release"] = (long)counters.Marked[1];
        fired["bpf_mkprog"] = Decoder?.HeardPins(ObjectKind.Program) ?? 0;
        fired["bpf_mklink"] = Decoder?.HeardPins(ObjectKind.Link) ?? 0;
        return fired;
    }

    /// <summary>One per function: where a function has a program at its start and one at its end, both must stand.</summary>
    private protected override IReadOnlyList<SensorHook> Hooks(IReadOnlyDictionary<string, SensorHook> programs) =>
        [.. programs.Values.GroupBy(FunctionOf).Select(g => (g.FirstOrDefault(h => h.State != SensorStates.Live) ?? g.First()) with { Name = g.Key })];

    private static string? WithoutMarks(IReadOnlyDictionary<string, SensorHook> programs) =>
        programs.Values.FirstOrDefault(h => Marks.Contains(FunctionOf(h)) && h.State != SensorStates.Live) is { } missing
            ? TracingWords.NeedsAlso(missing.Name, missing.Why)
            : null;

    private static string FunctionOf(SensorHook hook) => hook.Name[(hook.Name.IndexOf('/', StringComparison.Ordinal) + 1)..];
}
