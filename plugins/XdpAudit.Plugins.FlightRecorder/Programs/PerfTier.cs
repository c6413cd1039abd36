using System.Buffers.Binary;
using System.Globalization;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>
/// Loads and unloads by PERF_RECORD_BPF_EVENT: no BPF program, no trampoline, CAP_PERFMON only, and nothing gets past it that goes through the
/// kernel's loader. It tells ids, tags, times and in which task it happened; of an unload that is the task that let go last.
/// </summary>
internal sealed class PerfTier(int pages, OwnObjects own, ActorReader actors, string online = OnlineProcessors.File) : ITier, IQuietTier
{
    internal const string LoadHook = "PERF_BPF_EVENT_PROG_LOAD";
    internal const string UnloadHook = "PERF_BPF_EVENT_PROG_UNLOAD";

    private static readonly Actor Nobody = new Actor.Unknown("it tells of what was not heard");

    // The thread that waits looks into the rings; they must not go while it does.
    private readonly Lock _gate = new();
    private readonly SortedDictionary<int, PerfRing> _rings = [];
    private readonly HashSet<int> _deaf = [];
    private readonly List<PerfRecord> _heard = [];
    private readonly List<LossNotice> _losses = [];
    private readonly ProgramIds _ids = new();
    private int _pages = pages;
    private long _loads;
    private long _unloads;
    private ulong _readNs;

    // Records known to be lost, each of which may be the load of an id that stays away: that is one loss, not two.
    private ulong _explained;

    public string Name => SensorTiers.Perf;

    /// <summary>The last id that was given out before every load was heard; null when it does not listen, or that was not read.</summary>
    internal uint? Began { get; private set; }

    public IReadOnlyList<int> Descriptors
    {
        get
        {
            lock (_gate)
            {
                return [.. _rings.Values.Select(r => r.Fd)];
            }
        }
    }

    // The descriptors say so only from half a ring on.
    public bool HasData
    {
        get
        {
            lock (_gate)
            {
                return _ids.IsDue(BootClock.Now()) || _rings.Values.Any(r => r.HasData);
            }
        }
    }

    public SensorTier Open()
    {
        lock (_gate)
        {
            _readNs = BootClock.Now();
            (string Call, int Errno)? failed;
            while ((failed = OpenAll()) is not null)
            {
                CloseAll();

                // Without CAP_IPC_LOCK all rings together may lock kernel.perf_event_mlock_kb per processor, and RLIMIT_MEMLOCK: smaller ones fit.
                if (failed is not (PerfRing.MapCall, Errnos.Eperm) || _pages == 1)
                {
                    return Failed(failed.Value.Call, failed.Value.Errno);
                }

                _pages /= 2;
            }

            if (_rings.Count == 0)
            {
                return Failed("perf_event_open", Errnos.Enodev);
            }

            // From here on every load is heard, so every id above this one must come.
            Began = Odometer.Read(own, out _);
            if (Began is { } id)
            {
                _ids.Start(id, BootClock.Now());
            }

            return new(Name, SensorStates.Live, "", [.. Hooks(SensorStates.Live, "")]);
        }
    }

    public void Drain(List<KernelNotice> into)
    {
        lock (_gate)
        {
            ReadRings();
            foreach (var record in _heard)
            {
                if (!own.IsProgram(record.Id))
                {
                    into.Add(Notice(record));
                }
            }

            into.AddRange(_losses);
            _heard.Clear();
            _losses.Clear();
        }
    }

    public IReadOnlyDictionary<string, long> Fired()
    {
        lock (_gate)
        {
            ReadRings();
            return new Dictionary<string, long> { [LoadHook] = _loads, [UnloadHook] = _unloads };
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            CloseAll();
        }
    }

    private static IEnumerable<SensorHook> Hooks(string state, string why) => [new(LoadHook, state, why), new(UnloadHook, state, why)];

    private (string Call, int Errno)? OpenAll()
    {
        foreach (var cpu in Processors())
        {
            if (PerfRing.TryOpen(cpu, _pages, out var call, out var errno) is { } ring)
            {
                _rings.Add(cpu, ring);
            }
            else if (errno != Errnos.Enodev)
            {
                return (call, errno);
            }
        }

        return null;
    }

    private SensorTier Failed(string call, int errno)
    {
        var (state, why) = call == PerfRing.MapCall && errno is Errnos.Eperm
            ? (SensorStates.Refused, $"{call}: EPERM; it needs CAP_IPC_LOCK, or a higher kernel.perf_event_mlock_kb")
            : errno is Errnos.Eperm or Errnos.Eacces
            ? (SensorStates.Refused, $"{call}: {Errnos.Name(errno)}; it needs CAP_PERFMON (CAP_SYS_ADMIN where kernel.perf_event_paranoid is above 2, as Debian has it), or kernel.perf_event_paranoid below 0")
            : errno is Errnos.Einval or 7 or 38
                ? (SensorStates.Absent, $"{call}: {Errnos.Name(errno)}; PERF_RECORD_BPF_EVENT came with Linux 5.1")
                : (SensorStates.Refused, $"{call}: {Errnos.Name(errno)}");
        return new(Name, state, why, [.. Hooks(state, why)]);
    }

    private void ReadRings()
    {
        if (_rings.Count == 0)
        {
            return;
        }

        // Taken before the rings are read: what happened before it is in them.
        var now = BootClock.Now();
        var from = _heard.Count;
        var lost = FollowProcessors(now);
        foreach (var ring in _rings.Values)
        {
            lost += ring.Read(_heard);
        }

        for (var i = from; i < _heard.Count; i++)
        {
            if (_heard[i].Load)
            {
                _loads++;
                _ids.Saw(_heard[i].Id, _heard[i].BootNs);
            }
            else
            {
                _unloads++;
            }
        }

        if (lost > 0)
        {
            _explained += lost;
            _losses.Add(Loss(now, lost, _readNs, "the perf ring was full: that many loads and unloads of programs were not heard; drain sooner, or set perf_pages higher"));
        }

        if (_ids.TryTakeMissing(now, out var missing, out var since))
        {
            Missing(now, missing, since);
        }

        _readNs = now;
    }

    private void Missing(ulong now, uint missing, ulong since)
    {
        var known = Math.Min(_explained, missing);
        _explained -= known;
        if (missing > known)
        {
            var text = (missing - known).ToString(CultureInfo.InvariantCulture);
            _losses.Add(Loss(now, missing - known, since, $"at most {text} program ids were given out of which no load was heard; a load that failed after it got its id is among them, if there was one"));
        }
    }

    private LossNotice Loss(ulong now, ulong? count, ulong since, string why) => new(count, since, why) { BootNs = now, Tier = Name, Actor = Nobody };

    private ulong FollowProcessors(ulong now)
    {
        ulong lost = 0;
        var present = Processors();
        foreach (var gone in _rings.Keys.Except(present).ToList())
        {
            // Its ring keeps what it held; the kernel has taken the event off it, and never puts it back.
            _rings.Remove(gone, out var ring);
            using (ring)
            {
                lost += ring!.Read(_heard);
            }
        }

        _deaf.IntersectWith(present);
        foreach (var cpu in present.Where(c => !_rings.ContainsKey(c) && !_deaf.Contains(c)))
        {
            var ring = PerfRing.TryOpen(cpu, _pages, out _, out var errno);
            if (ring is not null)
            {
                _rings.Add(cpu, ring);
            }
            else
            {
                _deaf.Add(cpu);
            }

            var heard = ring is null ? $"and cannot be listened to: {Errnos.Name(errno)}" : "and is listened to from now on";
            _losses.Add(Loss(now, null, _readNs, $"processor {cpu.ToString(CultureInfo.InvariantCulture)} came online {heard}; loads and unloads on it before were not heard"));
        }

        return lost;
    }

    private List<int> Processors() =>
        FileCalls.TryRead(online, 4096, out var text, out _) && OnlineProcessors.TryParse(text, out var numbers) ? numbers : [.. _rings.Keys];

    private KernelNotice Notice(PerfRecord record)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, record.Tag);
        var tag = new ProgramTag(Convert.ToHexStringLower(bytes));
        var actor = actors.Of(record.Pid, record.Tid, record.BootNs);
        return record.Load
            ? new ProgramLoadNotice(new(record.Id)) { BootNs = record.BootNs, Tier = Name, Actor = actor, Tag = tag }
            : new ProgramUnloadNotice(new(record.Id), tag) { BootNs = record.BootNs, Tier = Name, Actor = actor };
    }

    private void CloseAll()
    {
        foreach (var ring in _rings.Values)
        {
            ring.Dispose();
        }

        _rings.Clear();
    }
}
