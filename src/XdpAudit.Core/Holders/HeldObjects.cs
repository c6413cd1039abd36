namespace XdpAudit.Core;

/// <summary>A program, link or map in scope, as pins and holders see it: known, seen, or both.</summary>
internal sealed record HeldObject
{
    internal required string Kind { get; init; }

    internal required uint Id { get; init; }

    internal required string Key { get; init; }

    /// <summary>The look shows it; if not, the look has proved that it is gone.</summary>
    internal required bool There { get; init; }

    internal required IReadOnlyList<HeldPin> Pins { get; init; }

    internal required IReadOnlyList<HeldBy> Holders { get; init; }

    internal required Func<PinFacts, JournalEvent> Pinned { get; init; }

    internal required Func<PinFacts, JournalEvent> Unpinned { get; init; }

    internal required string PinnedName { get; init; }

    internal required string UnpinnedName { get; init; }
}

/// <summary>Lists all objects in scope whose pins and holders are to be decided.</summary>
internal static class HeldObjects
{
    internal static IEnumerable<HeldObject> Of(Look look)
    {
        foreach (var key in look.Programs.Values.Select(look.Key).Union(look.KnownPrograms.Keys).OrderBy(k => k.Id.Value).ThenBy(k => k.LoadedNs))
        {
            var there = look.Programs.TryGetValue(key.Id, out var seen) && seen.LoadedNs == key.LoadedNs;
            if (there || seen is not null || look.Seen.Coverage.Programs.Complete)
            {
                yield return Make(ObjectKind.Program, key.Id.Value, key.Value, there, look.KnownPrograms.GetValueOrDefault(key),
                    p => new ProgramPinned(key, p), p => new ProgramUnpinned(key, p), nameof(ProgramPinned), nameof(ProgramUnpinned));
            }
        }

        foreach (var key in look.LinkKeys.Values.Union(look.KnownLinks.Values.Select(l => l.Key)).OrderBy(k => k.Id.Value))
        {
            // Another link under a known one's id has already ended that one, pins and all.
            var taken = look.LinkKeys.TryGetValue(key.Id, out var seen);
            var there = taken && seen == key;
            if (there || (!taken && look.Seen.Coverage.Links.Complete))
            {
                var known = look.KnownLinks.GetValueOrDefault(key.Id);
                yield return Make(ObjectKind.Link, key.Id.Value, key.Value, there, known?.Key == key ? known : null,
                    p => new LinkPinned(key, p), p => new LinkUnpinned(key, p), nameof(LinkPinned), nameof(LinkUnpinned));
            }
        }

        var knownMaps = MapDecisions.Known(look);
        var seenMaps = look.Seen.Maps.Select(m => new MapKey(look.Seen.Host, look.Seen.Boot, m.Id, m.Type)).ToHashSet();
        var found = look.Events.OfType<MapFound>().Select(e => e.Map.Key);
        foreach (var key in knownMaps.Keys.Union(found).OrderBy(k => k.Id.Value))
        {
            if (seenMaps.Contains(key) || look.Seen.Coverage.Maps.Complete)
            {
                yield return Make(ObjectKind.Map, key.Id.Value, key.Value, seenMaps.Contains(key), knownMaps.GetValueOrDefault(key),
                    p => new MapPinned(key, p), p => new MapUnpinned(key, p), nameof(MapPinned), nameof(MapUnpinned));
            }
        }
    }

    private static HeldObject Make(
        string kind, uint id, string key, bool there, KernelObjectState? known, Func<PinFacts, JournalEvent> pinned, Func<PinFacts, JournalEvent> unpinned, string pinnedName, string unpinnedName) =>
        new()
        {
            Kind = kind, Id = id, Key = key, There = there, Pins = known?.Pins ?? [], Holders = known?.Holders ?? [],
            Pinned = pinned, Unpinned = unpinned, PinnedName = pinnedName, UnpinnedName = unpinnedName,
        };
}
