using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using XdpAudit.Abstractions;

namespace XdpAudit.Kernel;

/// <summary>
/// Looks at the host's kernel. Keeps its iterators loaded, and what it has learned of objects that do not change, from look to look; keeps no
/// descriptor of anything it looks at. One look at a time; a second caller waits.
/// </summary>
public sealed class KernelObserver : IObserver, IEnumerationCheck, IDisposable
{
    private readonly Lock _looking = new();
    private readonly TimeProvider _time;
    private readonly string _proc;
    private readonly HostId _host;
    private readonly BootId _boot;
    private readonly DateTimeOffset _bootedAt;
    private readonly string _release;
    private readonly BpfIterators? _iterators;
    private readonly ProgramReader _programs;
    private readonly LinkReader _links;
    private readonly MapReader _maps;
    private bool _disposed;

    /// <summary>Loads the iterators, some 100 milliseconds. What does not load is told in the coverage of every look.</summary>
    /// <param name="time">The wall clock.</param>
    /// <param name="options">Null for the default.</param>
    /// <param name="logger">Null for none.</param>
    /// <exception cref="KernelException">The host's or the boot's id cannot be read.</exception>
    public KernelObserver(TimeProvider time, KernelOptions? options = null, ILogger<KernelObserver>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        options ??= new();
        var log = logger ?? NullLogger<KernelObserver>.Instance;
        _time = time;
        _proc = options.ProcRoot;
        _host = HostIdentity.ReadHost();
        _boot = HostIdentity.ReadBoot(_proc);

        // Once: read again after the wall clock was set, it would give the same programs other load times.
        _bootedAt = HostIdentity.ReadBootTime(time);
        _release = ProcFiles.TryReadText($"{_proc}/sys/kernel/osrelease", out var release, out _) ? release.Trim() : "";
        _iterators = options.UseIterators ? BpfIterators.Load() : null;
        foreach (var name in BpfIterators.Names)
        {
            if (_iterators?.FailureOf(name) is { } failure)
            {
                log.IteratorNotLoaded(name, failure.Why, failure.Errno);
            }
        }

        _programs = new(_iterators);
        _links = new(_iterators);
        _maps = new(_iterators);
    }

    /// <inheritdoc/>
    public Observation Observe(CancellationToken cancellation)
    {
        lock (_looking)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return Look(cancellation);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<EnumerationDifference> Compare()
    {
        lock (_looking)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return EnumerationCheck.Compare(_iterators);
        }
    }

    /// <summary>Programs and links only, for measuring what they cost.</summary>
    internal (int Programs, int Links) ReadProgramsAndLinks()
    {
        lock (_looking)
        {
            return (_links.Read(new("")).Count, _programs.Read(new("")).Count);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_looking)
        {
            _disposed = true;
            _iterators?.Dispose();
        }
    }

    /// <summary>
    /// In this order, because a look is not atomic: holders and attachments first, links after them, programs last. A program or link that comes
    /// while we look is then seen without its holders, which the next look mends, and never a holder or attachment of a program we do not list,
    /// unless that program has gone.
    /// </summary>
    private Observation Look(CancellationToken cancellation)
    {
        var started = _time.GetUtcNow();
        var startedNs = Clocks.BootNs();
        var parts = new LookParts();
        parts.TellIterators(_iterators);

        // No descriptor of ours is open now but those of the iterators, so none of ours appears by mistake.
        var tasks = TaskReader.Read(_iterators, _proc, parts.Namespaces);
        parts.Pins.Follow(parts.Namespaces);
        var files = FileReader.Read(_iterators, _proc, parts.Holders);
        if (parts.Holders.Method != Methods.Iterator)
        {
            parts.TellUnsought();
        }

        var holders = HolderReader.Read(files, _proc);
        cancellation.ThrowIfCancellationRequested();

        List<ObservedPin> pins = [];
        var seen = new NetnsSeen();
        Dictionary<uint, NetnsDoor> doors = [];
        NamespaceThread.Run(_proc, () =>
        {
            var mounts = MountNamespaces.Read(tasks, _proc, parts.Pins);
            pins = PinReader.Read(mounts, files, _proc, parts.Pins, cancellation);
            doors = NetnsFinder.Find(tasks, files, mounts, _proc);
            NetnsReader.Read(doors.Values, _proc, seen, parts.Namespaces, parts.Attachments, cancellation);
        });

        var elements = new List<ObservedMapElement>();
        var maps = _maps.Read(parts.Maps, elements);
        var links = _links.Read(parts.Links);
        cancellation.ThrowIfCancellationRequested();
        ReadHidden(links, doors, seen, parts, cancellation);
        var programs = _programs.Read(parts.Programs);

        return new()
        {
            Id = Guid.CreateVersion7(started).ToString("N"),
            Host = _host,
            Boot = _boot,
            StartedAt = started,
            StartedBootNs = startedNs,
            FinishedAt = _time.GetUtcNow(),
            BootedAt = _bootedAt,
            KernelRelease = _release,
            Coverage = parts.Build(),
            Programs = programs,
            Links = links,
            Maps = maps,
            MapElements = elements,
            Namespaces = seen.Namespaces,
            Interfaces = seen.Interfaces,
            Pins = pins,
            Descriptors = holders,
        };
    }

    /// <summary>Namespaces that only the interface of a link told of: no process, mount or descriptor leads there.</summary>
    private void ReadHidden(List<ObservedLink> links, Dictionary<uint, NetnsDoor> doors, NetnsSeen seen, LookParts parts, CancellationToken cancellation)
    {
        var hidden = new List<NetnsDoor>();
        foreach (var link in links)
        {
            if (link is { Netns: { } cookie, NetnsInode: { } inode } && !seen.Tried.Contains((uint)inode.Value) && !hidden.Exists(d => d.Inode == inode.Value))
            {
                var door = NetnsFinder.Door(doors, (uint)inode.Value, cookie.Value);
                door.Insisted = true;
                hidden.Add(door);
            }
        }

        if (hidden.Count > 0)
        {
            NamespaceThread.Run(_proc, () => NetnsReader.Read(hidden, _proc, seen, parts.Namespaces, parts.Attachments, cancellation));
        }
    }
}
