namespace XdpAudit.Core;

/// <summary>What lives and its pins, by what the kernel and a path name them.</summary>
internal sealed partial class Narrator
{
    /// <summary>A living program, link or map; null when it is not known.</summary>
    internal HeldObject? Held(string kind, uint id) => kind switch
    {
        ObjectKind.Program => Held(Program(new(id))),
        ObjectKind.Link => Held(Link(new(id))),
        ObjectKind.Map => _maps.Value.TryGetValue(new(id), out var map) ? Held(Known.Maps.GetValueOrDefault(map)) : null,
        _ => null,
    };

    /// <summary>The known pins of what lives, at a path.</summary>
    internal List<(HeldObject Held, PinFacts Pin)> PinnedAt(PinPath path) =>
    [
        .. from at in _pinned.Value.GetValueOrDefault(path) ?? []
           let held = Held(at.Kind, at.Id)
           where held is not null
           from pin in held.Pins
           where pin.Pin.Path == path
           select (held, pin.Pin),
    ];

    /// <summary>Tells that something was pinned.</summary>
    internal void TellPinned(HeldObject held, PinFacts pin, Testimony by, bool shown)
    {
        Tell(held.Pinned(pin), by, held.PinnedBy(Ours, pin.Path), shown);
        if (_pinned.IsValueCreated)
        {
            Add(_pinned.Value, held, pin.Path);
        }
    }

    /// <summary>The look lists all objects of a kind: one that it does not show is gone.</summary>
    internal bool IsCovered(string kind) => kind switch
    {
        ObjectKind.Program => Seen.Coverage.Programs.Complete,
        ObjectKind.Link => Seen.Coverage.Links.Complete,
        ObjectKind.Map => Seen.Coverage.Maps.Complete,
        _ => false,
    };

    // Once for all pins that were heard removed: to ask each thing that lives for each of them would cost what exists, not what changes.
    private Dictionary<PinPath, HashSet<(string Kind, uint Id)>> KnownPins()
    {
        var pinned = new Dictionary<PinPath, HashSet<(string, uint)>>();
        var living = Programs.Values.Select(KernelObjectState? (k) => Known.Programs.GetValueOrDefault(k))
            .Concat(Links.Values.Select(k => Known.Links.GetValueOrDefault(k)))
            .Concat(_maps.Value.Values.Select(k => Known.Maps.GetValueOrDefault(k)));
        foreach (var held in living.Where(h => h is { Pins.Count: > 0 }).Select(Held).OfType<HeldObject>())
        {
            foreach (var pin in held.Pins)
            {
                Add(pinned, held, pin.Pin.Path);
            }
        }

        return pinned;
    }

    private static void Add(Dictionary<PinPath, HashSet<(string Kind, uint Id)>> pinned, HeldObject held, PinPath path) =>
        (pinned.TryGetValue(path, out var there) ? there : pinned[path] = []).Add((held.Kind, held.Id));

    private HeldObject? Held(KernelObjectState? known) => known switch
    {
        ProgramState p => new HeldObject.Program(p.Facts.Key, SeenProgram(p.Facts.Key.Id) is not null, p),
        LinkState l => new HeldObject.Link(l.Key, SeenLink(l.Key.Id) is not null, l),
        MapState { Ended: null } m => new HeldObject.Map(m.Facts.Key, _seenMaps.Value.Contains(m.Facts.Key.Id), m),
        _ => null,
    };
}
