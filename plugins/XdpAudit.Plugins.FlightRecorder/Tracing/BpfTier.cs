using System.Runtime.InteropServices;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>A tier of BPF programs that tell what they see through a ring.</summary>
internal abstract partial class BpfTier(string name, string resource, BpfSettings settings, int ringBytes, Dependent? last = null) : ITier
{
    private const int ClockBoottime = 7;

    private static readonly string[] Why = [TracingWords.RingWasFull, TracingWords.CallsWereFull, TracingWords.GoneBeforeSeen, TracingWords.LeftOut];

    private readonly CgroupPaths _cgroups = new();
    private readonly ulong[] _dropped = new ulong[BpfCounters.Reasons];
    private BpfPrograms? _programs;
    private NoticeDecoder? _decoder;
    private List<KernelNotice> _into = [];
    private ulong _drained;

    public string Name => name;

    public IReadOnlyList<int> Descriptors { get; private set; } = [];

    /// <summary>What there was to tell since it was opened, heard or lost.</summary>
    internal unsafe long Happened
    {
        get
        {
            var counters = _programs!.Counters();
            ulong sum = 0;
            for (var i = 0; i < BpfCounters.Kinds; i++)
            {
                sum += counters.Happened[i];
            }

            return (long)sum;
        }
    }

    private protected NoticeDecoder? Decoder => _decoder;

    private protected BpfPrograms? Programs => _programs;

    public SensorTier Open()
    {
        Close();
        _drained = Now();
        Array.Clear(_dropped);
        _decoder = new(name, new Actors(_cgroups));
        _programs = BpfPrograms.Load(resource, settings, ringBytes, last);
        Descriptors = _programs.RingFd < 0 ? [] : [_programs.RingFd];
        var hooks = Hooks(_programs.Hooks);
        if (_programs.Failure is { } failure)
        {
            return new(name, SensorStates.Refused, failure, hooks);
        }

        if (hooks.Any(h => h.State == SensorStates.Live))
        {
            return new(name, SensorStates.Live, "", hooks);
        }

        return hooks.FirstOrDefault(h => h.State == SensorStates.Refused) is { } refused
            ? new(name, SensorStates.Refused, TracingWords.NoneAttached(refused.Why), hooks)
            : new(name, SensorStates.Absent, TracingWords.NoneAttached(hooks.Count > 0 ? hooks[0].Why : TracingWords.NoBtf), hooks);
    }

    public void Drain(List<KernelNotice> into)
    {
        if (_programs?.Ring is not { } ring)
        {
            return;
        }

        _into = into;
        ring.Read(this, static (tier, record) => tier._decoder!.Decode(record, tier._into));
        var now = Now();
        TellLosses(into, now);
        _drained = now;
    }

    public abstract IReadOnlyDictionary<string, long> Fired();

    public void Dispose()
    {
        Close();
        _cgroups.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>How it stands with each hook, by what became of the programs.</summary>
    private protected abstract IReadOnlyList<SensorHook> Hooks(IReadOnlyDictionary<string, SensorHook> programs);

    /// <summary>Read after the ring: a loss between the two is told the next time.</summary>
    private unsafe void TellLosses(List<KernelNotice> into, ulong now)
    {
        var counters = _programs!.Counters();
        for (var i = 0; i < Why.Length; i++)
        {
            var count = counters.Dropped[i] - _dropped[i];
            if (count > 0)
            {
                _dropped[i] = counters.Dropped[i];
                into.Add(new LossNotice(count, _drained, Why[i]) { BootNs = now, Tier = name, Actor = new Actor.Kernel(TracingWords.RecorderItself) });
            }
        }
    }

    private void Close()
    {
        Descriptors = [];
        _programs?.Dispose();
        _programs = null;
    }

    private static unsafe ulong Now()
    {
        Timespec time;
        _ = GetTime(ClockBoottime, &time);
        return ((ulong)time.Seconds * 1_000_000_000) + (ulong)time.Nanoseconds;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        internal long Seconds;
        internal long Nanoseconds;
    }

    /// <summary>clock_gettime(2): 0; it cannot fail for a clock that every kernel since 2.6.39 has.</summary>
    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static unsafe partial int GetTime(int clock, Timespec* time);
}
