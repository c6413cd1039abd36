using XdpAudit.Abstractions;

namespace XdpAudit.Simulated;

/// <summary>
/// Looks at a <see cref="SimulatedKernel"/> part by part, as a look at a real one goes: between the parts the kernel goes on living.
/// What is refused is a gap in the coverage, what vanishes while being listed is not.
/// </summary>
public sealed class SimulatedObserver : IObserver
{
    /// <summary>The parts in the order in which they are looked at.</summary>
    public static readonly IReadOnlyList<string> Parts = ["programs", "links", "maps", "namespaces", "attachments", "pins", "holders"];

    private readonly SimulatedKernel _kernel;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, List<CoverageGap>> _gaps = [];
    private readonly HashSet<int> _unreadable = [];

    /// <summary>An observer of a kernel.</summary>
    public SimulatedObserver(SimulatedKernel kernel, TimeProvider? time = null) => (_kernel, _time) = (kernel, time ?? TimeProvider.System);

    /// <summary>Called before each part is read, with its name: here a test lets things come and go while the look is under way.</summary>
    public Action<string>? BeforePart { get; set; }

    /// <summary>From now on this part is not complete.</summary>
    /// <param name="part">One of <see cref="Parts"/>.</param>
    /// <param name="gap">What was missed.</param>
    public void AddGap(string part, CoverageGap gap) => (_gaps.TryGetValue(part, out var list) ? list : _gaps[part] = []).Add(gap);

    /// <summary>From now on the descriptors of this process cannot be read, and the holders are not complete.</summary>
    public void RefuseProcess(int pid)
    {
        if (_unreadable.Add(pid))
        {
            AddGap("holders", new() { What = $"read descriptors of process {pid}", Why = "EACCES: the process has a capability that the observer lacks", Errno = 13 });
        }
    }

    /// <summary>Sees everything again.</summary>
    public void CloseGaps()
    {
        _gaps.Clear();
        _unreadable.Clear();
    }

    /// <inheritdoc/>
    public Observation Observe(CancellationToken cancellation)
    {
        var started = _time.GetUtcNow();
        var programs = Read("programs", _kernel.LookAtPrograms, cancellation);
        var links = Read("links", _kernel.LookAtLinks, cancellation);
        var (maps, elements) = Read("maps", _kernel.LookAtMaps, cancellation);
        var namespaces = Read("namespaces", _kernel.LookAtNamespaces, cancellation);
        var interfaces = Read("attachments", _kernel.LookAtInterfaces, cancellation);
        var pins = Read("pins", _kernel.LookAtPins, cancellation);
        var holders = Read("holders", _kernel.LookAtDescriptors, cancellation);
        return new()
        {
            Id = Guid.CreateVersion7(started).ToString("N"),
            Host = _kernel.Host,
            Boot = _kernel.Boot,
            StartedAt = started,
            FinishedAt = _time.GetUtcNow(),
            BootedAt = _kernel.BootedAt,
            KernelRelease = SimulatedKernel.Release,
            Coverage = new()
            {
                Programs = Covered("programs", "iterator"),
                Links = Covered("links", "iterator"),
                Maps = Covered("maps", "id-walk"),
                Namespaces = Covered("namespaces", "rtnetlink"),
                Attachments = Covered("attachments", "rtnetlink"),
                Pins = Covered("pins", "bpffs-walk"),
                Holders = Covered("holders", "fdinfo"),
            },
            Programs = programs,
            Links = links,
            Maps = maps,
            MapElements = elements,
            Namespaces = namespaces,
            Interfaces = interfaces,
            Pins = pins,
            Descriptors = [.. holders.Where(h => !_unreadable.Contains(h.Process.Pid))],
        };
    }

    private T Read<T>(string part, Func<T> read, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        BeforePart?.Invoke(part);
        return read();
    }

    private PartCoverage Covered(string part, string method) =>
        new() { Complete = !_gaps.ContainsKey(part), Method = method, Gaps = [.. _gaps.GetValueOrDefault(part) ?? []] };
}
