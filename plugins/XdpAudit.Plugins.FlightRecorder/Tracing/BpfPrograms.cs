using System.Runtime.InteropServices;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>
/// The programs of one object, loaded and attached as far as this kernel and our rights allow: together, or, when the kernel refuses that, one by
/// one, so that what is refused takes nothing else with it. However many objects that makes, they share their maps, and so the ring.
/// </summary>
internal sealed unsafe class BpfPrograms : IDisposable
{
    private static readonly Lock Loading = new();
    private static readonly nuint CountersBytes = (nuint)Environment.SystemPageSize;

    private readonly byte[] _elf;
    private readonly BpfSettings _settings;
    private readonly uint _ringBytes;
    private readonly List<nint> _objects = [];
    private readonly List<nint> _counters = [];
    private readonly List<nint> _links = [];
    private readonly List<int> _attached = [];
    private readonly Dictionary<string, SensorHook> _hooks = [];

    private readonly Dependent? _last;

    private BpfPrograms(byte[] elf, BpfSettings settings, uint ringBytes, Dependent? last) => (_elf, _settings, _ringBytes, _last) = (elf, settings, ringBytes, last);

    /// <summary>By section, for example <c>tp_btf/sys_enter</c>, in the order of the object.</summary>
    internal IReadOnlyDictionary<string, SensorHook> Hooks => _hooks;

    /// <summary>Why there are none at all, when that is not the hooks' to tell.</summary>
    internal string? Failure { get; private set; }

    internal BpfRing? Ring { get; private set; }

    /// <summary>The ring's descriptor; -1 without one.</summary>
    internal int RingFd { get; private set; } = -1;

    /// <summary>Never throws. <paramref name="ringBytes"/> is rounded up to a power of two and at least a page.</summary>
    internal static BpfPrograms Load(string resource, BpfSettings settings, int ringBytes, Dependent? last = null)
    {
        using var stream = typeof(BpfPrograms).Assembly.GetManifestResourceStream(resource)!;
        var elf = new byte[stream.Length];
        stream.ReadExactly(elf);
        var rounded = System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(ringBytes, Environment.SystemPageSize));
        var programs = new BpfPrograms(elf, settings, rounded, last);
        try
        {
            // libbpf's own messages would go to stderr, and its loader is not made for several threads at once.
            lock (Loading)
            {
                Libbpf.SetPrint(0);
                programs.Load();
            }
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            programs.Failure = TracingWords.NoLibbpf(e.Message);
        }

        return programs;
    }

    /// <summary>The counters of all objects, added up.</summary>
    internal BpfCounters Counters()
    {
        var sum = new BpfCounters();
        foreach (var mapped in _counters)
        {
            var counters = (BpfCounters*)mapped;
            for (var i = 0; i < BpfCounters.Reasons; i++)
            {
                sum.Dropped[i] += Volatile.Read(ref counters->Dropped[i]);
            }

            for (var i = 0; i < BpfCounters.Kinds; i++)
            {
                sum.Happened[i] += Volatile.Read(ref counters->Happened[i]);
            }

            for (var i = 0; i < BpfCounters.Marks; i++)
            {
                sum.Marked[i] += Volatile.Read(ref counters->Marked[i]);
            }

            sum.UntoldCloses += Volatile.Read(ref counters->UntoldCloses);
            sum.UntoldExits += Volatile.Read(ref counters->UntoldExits);
        }

        foreach (var fd in _attached)
        {
            sum.Dropped[BpfCounters.LeftOut] += KernelPrograms.Misses(fd);
        }

        return sum;
    }

    public void Dispose()
    {
        foreach (var link in _links)
        {
            _ = Libbpf.DestroyLink(link);
        }

        Ring?.Dispose();
        foreach (var mapped in _counters)
        {
            Memory.Unmap((byte*)mapped, CountersBytes);
        }

        foreach (var obj in _objects)
        {
            Libbpf.Close(obj);
        }

        Ring = null;
        RingFd = -1;
        _links.Clear();
        _attached.Clear();
        _objects.Clear();
        _counters.Clear();
    }

    private void Load()
    {
        var obj = Open();
        if (obj == 0)
        {
            Failure = TracingWords.NotRead(Marshal.GetLastPInvokeError());
            return;
        }

        var there = FindThere(obj).OrderBy(s => s == _last?.Section).ToList();
        if (there.Count > 0 && !TryLoad(obj, there))
        {
            foreach (var section in there)
            {
                if (Open() is var alone and not 0)
                {
                    TryLoad(alone, [section]);
                }
            }
        }
    }

    /// <summary>The sections whose function or tracepoint this kernel has; the others are absent.</summary>
    private List<string> FindThere(nint obj)
    {
        var there = new List<string>();
        var btf = Libbpf.LoadKernelBtf();
        foreach (var (section, _) in Programs(obj))
        {
            var name = section[(section.IndexOf('/', StringComparison.Ordinal) + 1)..];
            var tracepoint = section.StartsWith("tp_btf/", StringComparison.Ordinal);
            var found = btf != 0 && Libbpf.FindByNameKind(btf, tracepoint ? "btf_trace_" + name : name, tracepoint ? Libbpf.BtfTypedef : Libbpf.BtfFunction) > 0;
            _hooks[section] = found
                ? new(section, SensorStates.Refused, "")
                : new(section, SensorStates.Absent, btf == 0 ? TracingWords.NoBtf : TracingWords.NoFunction(name));
            if (found)
            {
                there.Add(section);
            }
        }

        if (btf != 0)
        {
            Libbpf.FreeBtf(btf);
        }

        if (there.Count == 0)
        {
            Libbpf.Close(obj);
        }

        return there;
    }

    private nint Open()
    {
        fixed (byte* elf = _elf)
        {
            return Libbpf.OpenMem(elf, (nuint)_elf.Length, 0);
        }
    }

    /// <summary>Takes the object, whether it succeeds or not.</summary>
    private bool TryLoad(nint obj, List<string> sections)
    {
        foreach (var (section, program) in Programs(obj))
        {
            _ = Libbpf.SetAutoload(program, sections.Contains(section));
        }

        *Content<BpfSettings>(obj, ".rodata") = _settings;
        _ = Content<BpfCounters>(obj, ".bss");
        _ = Libbpf.SetMaxEntries(Libbpf.FindMap(obj, "ring"), _ringBytes);
        if (_objects.Count > 0)
        {
            ShareMaps(obj);
        }

        var errno = -Libbpf.Load(obj);
        if (errno == 0 && Ring is null)
        {
            RingFd = Libbpf.MapFd(Libbpf.FindMap(obj, "ring"));
            Ring = BpfRing.Open(RingFd, (int)_ringBytes, out errno);
        }

        byte* counters = null;
        if (errno == 0)
        {
            counters = Memory.Map(Libbpf.MapFd(Libbpf.FindMap(obj, ".bss")), 0, CountersBytes, writable: false, out errno);
        }

        if (errno != 0)
        {
            Libbpf.Close(obj);
            foreach (var section in sections)
            {
                _hooks[section] = new(section, SensorStates.Refused, TracingWords.NotLoaded(section, errno));
            }

            return false;
        }

        _objects.Add(obj);
        _counters.Add((nint)counters);
        foreach (var (section, program) in Programs(obj).Where(p => sections.Contains(p.Section)).OrderBy(p => p.Section == _last?.Section))
        {
            if (section == _last?.Section && _last.Withheld(_hooks) is { } why)
            {
                _hooks[section] = new(section, SensorStates.Off, why);
                continue;
            }

            var link = Libbpf.Attach(program);
            _hooks[section] = link == 0
                ? new(section, SensorStates.Refused, TracingWords.NotAttached(section, Marshal.GetLastPInvokeError()))
                : new(section, SensorStates.Live, "");
            if (link != 0)
            {
                _links.Add(link);
                _attached.Add(Libbpf.ProgramFd(program));
            }
        }

        return true;
    }

    /// <summary>What a section will hold. Two structures of one source, so that a difference is our mistake.</summary>
    private static T* Content<T>(nint obj, string section) where T : unmanaged
    {
        nuint size;
        var content = Libbpf.InitialValue(Libbpf.FindMap(obj, section), &size);
        return content != null && size == (nuint)sizeof(T)
            ? (T*)content
            : throw new InvalidOperationException($"{section} of the BPF object holds {size} bytes, not the {sizeof(T)} of {typeof(T).Name}: the two are built from one source and must match");
    }

    /// <summary>All but the settings, which are the same in each, and the counters, which are added up.</summary>
    private void ShareMaps(nint obj)
    {
        for (var map = Libbpf.NextMap(obj, 0); map != 0; map = Libbpf.NextMap(obj, map))
        {
            if (!Libbpf.IsInternal(map))
            {
                _ = Libbpf.ReuseFd(map, Libbpf.MapFd(Libbpf.FindMap(_objects[0], Marshal.PtrToStringUTF8(Libbpf.MapName(map))!)));
            }
        }
    }

    private static List<(string Section, nint Program)> Programs(nint obj)
    {
        var programs = new List<(string, nint)>();
        for (var p = Libbpf.NextProgram(obj, 0); p != 0; p = Libbpf.NextProgram(obj, p))
        {
            programs.Add((Marshal.PtrToStringUTF8(Libbpf.SectionName(p))!, p));
        }

        return programs;
    }
}

/// <summary>A program that is attached last, and not at all when what became of the others gives a reason.</summary>
internal sealed record Dependent(string Section, Func<IReadOnlyDictionary<string, SensorHook>, string?> Withheld);
