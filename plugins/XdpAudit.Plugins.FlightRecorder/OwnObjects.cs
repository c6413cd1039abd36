using System.Collections.Concurrent;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>
/// What the recorder makes itself, for its self-test and odometer: it tells of none of it. Notices of an object may come long after it went, so the
/// last few thousand of each kind are remembered.
/// </summary>
internal sealed class OwnObjects
{
    /// <summary>The names of our programs and pins begin with it.</summary>
    internal const string Prefix = "xat_";

    private readonly Recent<uint> _programs = new(4096);
    private readonly ConcurrentQueue<uint> _untold = new();
    private readonly Recent<uint> _links = new(4096);
    private readonly Recent<ulong> _namespaces = new(1024);

    internal void AddProgram(uint id)
    {
        _programs.Add(id);
        _untold.Enqueue(id);
    }

    /// <summary>Adds what this process was heard to load: what libbpf loads to see what the kernel can do, and the hooks.</summary>
    internal void AddLoads(IEnumerable<KernelNotice> heard)
    {
        foreach (var load in heard.OfType<ProgramLoadNotice>().Where(n => IsThisProcess(n.Actor)))
        {
            AddProgram(load.Id.Value);
        }
    }

    /// <summary>The programs that were added since this was last asked.</summary>
    internal IReadOnlyList<KernelProgramId> TakePrograms()
    {
        var taken = new List<KernelProgramId>();
        while (_untold.TryDequeue(out var id))
        {
            taken.Add(new(id));
        }

        return taken;
    }

    internal void AddLink(uint id) => _links.Add(id);

    internal void AddNamespace(ulong cookie) => _namespaces.Add(cookie);

    internal bool IsProgram(uint id) => _programs.Has(id);

    /// <summary>Whether a notice speaks of something of ours, or of what our thread did in a network namespace of its own.</summary>
    internal bool Has(KernelNotice notice) => IsMine(notice.Actor) || notice switch
    {
        ProgramLoadNotice n => IsProgram(n.Id.Value),
        ProgramUnloadNotice n => IsProgram(n.Id.Value),
        ProgramLoadFailedNotice n => n.Name?.StartsWith(Prefix, StringComparison.Ordinal) == true && IsThisProcess(n.Actor),
        LinkCreateNotice n => IsLink(n.Id) || IsProgram(n.Program.Value),
        LinkUpdateNotice n => IsLink(n.Id) || IsProgram(n.NewProgram.Value),
        LinkDetachNotice n => IsLink(n.Id) || IsProgram(n.Program.Value),
        LinkFreeNotice n => IsLink(n.Id) || IsProgram(n.Program.Value),
        XdpSetNotice n => IsHere(n.Interface),
        InterfaceGoneNotice n => IsHere(n.Interface),
        PinNotice n => IsHeld(n.Held, n.HeldId),
        UnpinNotice { Held: { } held, HeldId: { } id } => IsHeld(held, id),
        UnpinNotice n => IsThisProcess(n.Actor) && Name(n.Path.Value).StartsWith(Prefix, StringComparison.Ordinal),
        DescriptorCloseNotice n => IsHeld(n.Held, n.HeldId),
        _ => false,
    };

    private static bool IsThisProcess(Actor actor) => actor is Actor.Process { Identity.Pid: var pid } && pid == Environment.ProcessId;

    private static string Name(string path) => path[(path.LastIndexOf('/') + 1)..];

    private bool IsMine(Actor actor) => IsThisProcess(actor) && ((Actor.Process)actor).Identity.NetnsCookie is { } cookie && _namespaces.Has(cookie.Value);

    private bool IsLink(KernelLinkId id) => _links.Has(id.Value);

    private bool IsHere(NoticedInterface at) => _namespaces.Has(at.Netns.Value);

    private bool IsHeld(string kind, uint id) => kind switch
    {
        ObjectKind.Program => _programs.Has(id),
        ObjectKind.Link => _links.Has(id),
        _ => false,
    };

    // The self-test adds on a thread of its own while the rings are read.
    private sealed class Recent<T>(int most) where T : notnull
    {
        private readonly Lock _gate = new();
        private readonly HashSet<T> _known = [];
        private readonly Queue<T> _oldest = new();

        internal void Add(T value)
        {
            lock (_gate)
            {
                if (_known.Add(value))
                {
                    _oldest.Enqueue(value);
                    if (_oldest.Count > most)
                    {
                        _known.Remove(_oldest.Dequeue());
                    }
                }
            }
        }

        internal bool Has(T value)
        {
            lock (_gate)
            {
                return _known.Contains(value);
            }
        }
    }
}
