namespace XdpAudit.Core;

/// <summary>A program, link or map in scope, as pins and holders see it: known, seen, or both.</summary>
/// <param name="Kind">One of <see cref="ObjectKind"/>.</param>
/// <param name="Id">The kernel's id.</param>
/// <param name="There">The look shows it; if not, a look that decides has proved that it is gone.</param>
/// <param name="Known">What is known of it; null when it is new.</param>
internal abstract record HeldObject(string Kind, uint Id, bool There, KernelObjectState? Known)
{
    /// <summary>Its key.</summary>
    internal abstract string Key { get; }

    internal IReadOnlyList<HeldPin> Pins => Known?.Pins ?? [];

    internal IReadOnlyList<HeldBy> Holders => Known?.Holders ?? [];

    /// <summary>That it was pinned.</summary>
    internal abstract JournalEvent Pinned(PinFacts pin);

    /// <summary>That a pin of it was removed.</summary>
    internal abstract JournalEvent Unpinned(PinFacts pin);

    /// <summary>The operation of ours that pinned it; none pins maps.</summary>
    internal OperationState? PinnedBy(Attribution ours, PinPath path) => this is Map ? null : ours.Pinned(Key, Known?.Operation, path);

    /// <summary>The operation of ours that removed a pin of it.</summary>
    internal OperationState? UnpinnedBy(Attribution ours, PinPath path) => this is Map ? null : ours.Unpinned(Key, path);

    internal sealed record Program(ProgramKey Of, bool There, KernelObjectState? Known) : HeldObject(ObjectKind.Program, Of.Id.Value, There, Known)
    {
        internal override string Key => Of.Value;

        internal override JournalEvent Pinned(PinFacts pin) => new ProgramPinned(Of, pin);

        internal override JournalEvent Unpinned(PinFacts pin) => new ProgramUnpinned(Of, pin);
    }

    internal sealed record Link(LinkKey Of, bool There, KernelObjectState? Known) : HeldObject(ObjectKind.Link, Of.Id.Value, There, Known)
    {
        internal override string Key => Of.Value;

        internal override JournalEvent Pinned(PinFacts pin) => new LinkPinned(Of, pin);

        internal override JournalEvent Unpinned(PinFacts pin) => new LinkUnpinned(Of, pin);
    }

    internal sealed record Map(MapKey Of, bool There, KernelObjectState? Known) : HeldObject(ObjectKind.Map, Of.Id.Value, There, Known)
    {
        internal override string Key => Of.Value;

        internal override JournalEvent Pinned(PinFacts pin) => new MapPinned(Of, pin);

        internal override JournalEvent Unpinned(PinFacts pin) => new MapUnpinned(Of, pin);
    }
}

/// <summary>Lists all objects in scope whose pins and holders are to be decided.</summary>
internal static class HeldObjects
{
    internal static List<HeldObject> Of(Look look)
    {
        var all = new List<HeldObject>(look.Programs.Count + look.LinkKeys.Count);
        all.AddRange(Programs(look));
        all.AddRange(Links(look));
        all.AddRange(Maps(look));
        return all;
    }

    private static IEnumerable<HeldObject> Programs(Look look)
    {
        foreach (var seen in look.Programs.Values)
        {
            var key = look.Key(seen);
            yield return new HeldObject.Program(key, There: true, look.KnownProgram(key));
        }

        foreach (var gone in look.KnownPrograms.Where(p => look.IsGone(p.Facts.Key)).OrderBy(p => p.Facts.Key.Id.Value).ThenBy(p => p.Facts.Key.LoadedNs))
        {
            yield return new HeldObject.Program(gone.Facts.Key, There: false, gone);
        }
    }

    private static IEnumerable<HeldObject> Links(Look look)
    {
        foreach (var (id, key) in look.LinkKeys)
        {
            yield return new HeldObject.Link(key, There: true, look.KnownLinks.GetValueOrDefault(id));
        }

        foreach (var gone in look.KnownLinks.Values.Where(l => look.IsGone(l.Key)).OrderBy(l => l.Key.Id.Value))
        {
            yield return new HeldObject.Link(gone.Key, There: false, gone);
        }
    }

    private static IEnumerable<HeldObject> Maps(Look look)
    {
        var found = look.Events.OfType<MapFound>().Select(e => e.Map.Key).ToHashSet();
        var there = new HashSet<MapKey>();
        foreach (var key in look.Seen.Maps.Select(look.Key))
        {
            there.Add(key);
            if (look.KnownMaps.TryGetValue(key, out var known) || found.Contains(key))
            {
                yield return new HeldObject.Map(key, There: true, known);
            }
        }

        foreach (var (key, gone) in look.KnownMaps.Where(m => look.Seen.Coverage.Maps.Complete && !there.Contains(m.Key)).OrderBy(m => m.Key.Id.Value))
        {
            yield return new HeldObject.Map(key, There: false, gone);
        }
    }
}
